/*
 * alarms.c: see alarms.h.
 */
#include "tests/story/alarms.h"

#include <check.h>

void alarms_write(Story *story, uint32_t region, int64_t from, int64_t to)
{
    uint64_t user = 0;
    for (int64_t s = from; s < to; s++) {
        while (users_access(story_world(story), 0, user) != region)
            user++;
        story_ask(story, "write", ms(1000 * s), user++);
    }
}

const LedgerCount *alarms_written(Story *story, uint32_t region)
{
    return ledger_count(story_world(story)->ledger, 0, region);
}

uint32_t alarms_count(Story *story)
{
    return story_world(story)->recoveries->len;
}

const Recovery *alarms_one(Story *story, uint32_t index)
{
    ck_assert_uint_lt(index, alarms_count(story));
    return &g_array_index(story_world(story)->recoveries, Recovery, index);
}

static const Stage *find(Story *story, uint32_t index, const char *name)
{
    const Recovery *one = alarms_one(story, index);
    for (uint32_t s = 0; s < one->stage_count; s++)
        if (g_str_equal(one->stages[s].name, name))
            return &one->stages[s];
    return NULL;
}

Stage alarms_stage(Story *story, uint32_t index, const char *name)
{
    const Stage *stage = find(story, index, name);
    ck_assert_msg(stage != NULL, "no stage \"%s\"", name);
    return *stage;
}

SimTime alarms_took(Story *story, uint32_t index, const char *name)
{
    Stage stage = alarms_stage(story, index, name);
    ck_assert_int_ge(stage.end, stage.start);
    return stage.end - stage.start;
}

bool alarms_has_stage(Story *story, uint32_t index, const char *name)
{
    return find(story, index, name) != NULL;
}

int64_t alarms_seconds(SimTime from, SimTime to)
{
    return (to - 1) / SIM_S - from / SIM_S;
}
