/*
 * alarms.h: for stories of failovers: a world of three regions, users who write every second, and
 * what controllers did about it.
 */
#ifndef TESTS_STORY_ALARMS_H
#define TESTS_STORY_ALARMS_H

#include "tests/story/story.h"

/* Users live near each of them, and all writes belong to a. */
#define ALARMS_THREE                                                                               \
    "region \"a\" {} region \"b\" {} region \"c\" {}\n"                                            \
    "link { \"a\", \"b\", rtt = \"20ms\" }\n"                                                      \
    "link { \"a\", \"c\", rtt = \"20ms\" }\n"                                                      \
    "link { \"b\", \"c\", rtt = \"20ms\" }\n"                                                      \
    "users \"u\" { count = 1000000, home = { a = 1 }, access = { a = 1, b = 1, c = 1 },\n"         \
    "            network = \"0ms\", resolver = dns { ttl = \"0s\" } }\n" ALARMS_RECORD
#define ALARMS_RECORD                                                                              \
    "data \"record\" { owner = \"single\", owner_region = \"a\",\n"                                \
    "  channels = { replicate { reconnect = \"0s\" } } }\n"                                        \
    "service \"write\" { writes = \"record\", work = \"1ms\", deadline = \"500ms\" }\n"
/* The third miss in a row is an alarm, 100 ms after its probe. */
#define ALARMS_PROBE "detect = probe { every = \"1s\", failures = 3, timeout = \"100ms\" }"

/* A user near the region (its number) writes at the beginning of each second of [from, to). */
void alarms_write(Story *story, uint32_t region, int64_t from, int64_t to);
/* What became of the writes that were accepted in a region; after the end. */
const LedgerCount *alarms_written(Story *story, uint32_t region);

uint32_t        alarms_count(Story *story);
const Recovery *alarms_one(Story *story, uint32_t index);
/* A stage of it; the test fails if it had none of that name. */
Stage   alarms_stage(Story *story, uint32_t index, const char *name);
SimTime alarms_took(Story *story, uint32_t index, const char *name);
bool    alarms_has_stage(Story *story, uint32_t index, const char *name);

/* Full seconds in (from, to): when users write. */
int64_t alarms_seconds(SimTime from, SimTime to);

#endif
