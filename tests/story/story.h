/*
 * story.h: a small world, told to do something at exact instants, and the lines it must print.
 *
 * The world is written in the scenario language, without demand: the story itself sends users to
 * services, so that things can meet at one instant. Several services of a story are reached by the
 * word `go`, which the frame declares for each:
 *
 *     Story *story = story_new("region \"eu\" {} ...", "write");
 *     story_ask(story, ms(10), 7);                  user 7 asks `write` at 10 ms
 *     story_expect(story, "10ms work    ...\n");    plays to the end, compares the whole trace
 *
 * Mistakes in a story's world end the test.
 */
#ifndef TESTS_STORY_STORY_H
#define TESTS_STORY_STORY_H

#include "models/world.h"

typedef struct Story Story;

static inline SimTime ms(int64_t n)
{
    return n * SIM_MS;
}

/* A world of 100 s from its text; users ask for `service`. Frame, users "u" (near and at home in
 * the region `a`, no network of their own) and the door are added unless the text has its own
 * `users`. Owned. */
Story *story_new(const char *text, const char *service);
void   story_free(Story *story);

World *story_world(Story *story);

/* User `user` of the first cohort asks for the story's service at `at`. */
void story_ask(Story *story, SimTime at, uint64_t user);

/* Plays until `until`, that instant included. */
void story_play(Story *story, SimTime until);

/* The trace so far, lent. */
const char *story_trace(Story *story);

/* Plays to the end, closes the books, and compares the whole trace. */
void story_expect(Story *story, const char *lines);

/* The same without the comparison. */
void story_end(Story *story);

/* True if the trace has these lines in this order, others may stand between. */
bool story_has(Story *story, const char *lines);

/* After the end: counts of a data class over all regions. */
LedgerCount story_count(Story *story, const char *data);

/* Instants of requests that were served or failed, as counted in all windows. */
MetricsCell story_cell(Story *story);

#endif
