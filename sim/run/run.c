/*
 * run.c: the bracket round the loop: build, play, close the books, collect, judge.
 */
#include "sim/run/run.h"

#include <glib.h>

#include "models/world.h"
#include "sim/base/assert.h"
#include "sim/run/collect.h"
#include "sim/run/judge.h"

/* Pieces of a run between two progress calls. */
#define PIECES 200

Outcome *run_play(const RunSetup *setup)
{
    World       *world = world_new(setup->plan, setup->seed, setup->trace);
    SimCrashNote note = {sim_engine_clock(world->engine), setup->seed, plan_file(setup->plan)};
    sim_crash_note_set(&note);
    if (setup->no_fingerprint)
        sim_engine_leave_fingerprint(world->engine);
    world_start(world);
    SimStop stop = SIM_STOP_END;
    SimTime piece = setup->progress != NULL ? world->end / PIECES + 1 : world->end;
    for (SimTime until = 0; stop == SIM_STOP_END && until < world->end;) {
        until = world->end - until > piece ? until + piece : world->end;
        stop = sim_engine_run(world->engine, until);
        if (setup->progress != NULL)
            setup->progress(setup->progress_user, until, world->end);
    }
    stream_close(world);
    ledger_close(world->ledger, sim_engine_now(world->engine));
    world_rest(world);
    Outcome *outcome = run_collect(world, stop);
    run_judge(outcome, world);
    run_seal(outcome, world);
    sim_crash_note_set(NULL);
    world_free(world);
    return outcome;
}
