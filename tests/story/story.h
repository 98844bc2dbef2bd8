/*
 * story.h: a small world, told to do something at exact instants, and the lines it must print.
 *
 * The world is written in the scenario language, without demand: the story itself sends users to
 * services, so that things can meet at one instant.
 *
 *     Story *story = story_new("region \"a\" {} ...", "write read");
 *     story_ask(story, "write", ms(10), 7);           user 7 asks `write` at 10 ms
 *     story_expect(story, "10ms work    ...\n");      plays to the end, compares the whole trace
 *
 * A mistake in a story's world ends the test.
 */
#ifndef TESTS_STORY_STORY_H
#define TESTS_STORY_STORY_H

#include "models/world.h"
#include "sim/run/outcome.h"

typedef struct Story Story;

static inline SimTime ms(int64_t n)
{
    return n * SIM_MS;
}

/* A world of 100 s from its text, unless that begins with its own `scenario`. `services` are those
 * that the story asks for, separated by blanks. Unless the text declares users "u" itself, they
 * live near `a`, are at home there, and take no time to reach it. Owned. */
Story *story_new(const char *text, const char *services);
void   story_free(Story *story);

World *story_world(Story *story);

/* User `user` of the first cohort asks for a service at `at`, where the resolver sends them; or at
 * another region. Users from 1000000 on are new: nothing is known of them. */
void story_ask(Story *story, const char *service, SimTime at, uint64_t user);
void story_ask_away(Story *story, const char *service, SimTime at, uint64_t user);

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

/* Plays a scenario file once with NAME=VALUE settings (ends with NULL). */
Outcome *story_replay(const char *path, const char *const *sets, uint64_t seed);
void     story_replay_free(Outcome *outcome);

/* How requests ended, over all windows. */
MetricsCell story_cell(Story *story);

#endif
