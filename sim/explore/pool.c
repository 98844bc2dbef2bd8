/*
 * pool.c: a GThreadPool with a window of jobs in flight.
 *
 *   taken            next to take                 handed out             count
 *   |--- done -------|--- playing or waiting -----|--- not begun --------|
 *                    <------ at most `window` ---->
 */
#include "sim/explore/pool.h"

#include <glib.h>

#include "sim/base/assert.h"
#include "sim/run/run.h"

#define WAITING_PER_WORKER 4u

typedef struct Pool {
    const ExploreJob *jobs;
    Outcome         **outcomes; /* by job; NULL: not yet played, or taken. Guarded by `lock` */
    GMutex            lock;
    GCond             played;
} Pool;

static Outcome *job_play(const ExploreJob *job)
{
    RunSetup setup = {.plan = job->plan, .seed = job->seed};
    return run_play(&setup);
}

/* GThreadPool cannot carry 0, so jobs travel as index + 1. */
static void on_worker(gpointer number, gpointer user)
{
    Pool    *pool = user;
    uint32_t index = GPOINTER_TO_UINT(number) - 1;
    Outcome *outcome = job_play(&pool->jobs[index]);
    g_mutex_lock(&pool->lock);
    pool->outcomes[index] = outcome;
    g_cond_signal(&pool->played);
    g_mutex_unlock(&pool->lock);
}

static Outcome *outcome_wait(Pool *pool, uint32_t index)
{
    g_mutex_lock(&pool->lock);
    while (pool->outcomes[index] == NULL)
        g_cond_wait(&pool->played, &pool->lock);
    Outcome *outcome = pool->outcomes[index];
    pool->outcomes[index] = NULL;
    g_mutex_unlock(&pool->lock);
    return outcome;
}

static void play_threaded(const ExploreJob *jobs, uint32_t count, uint32_t workers,
                          ExploreTake take, void *user)
{
    Pool pool = {.jobs = jobs, .outcomes = g_new0(Outcome *, count)};
    g_mutex_init(&pool.lock);
    g_cond_init(&pool.played);
    /* Not exclusive: threads start when they are needed, so this call cannot fail. */
    GThreadPool *threads = g_thread_pool_new(on_worker, &pool, (gint)workers, FALSE, NULL);
    SIM_ASSERT(threads != NULL);

    uint32_t window = workers * WAITING_PER_WORKER;
    uint32_t begun = 0;
    for (uint32_t taken = 0; taken < count; taken++) {
        for (; begun < count && begun - taken < window; begun++)
            g_thread_pool_push(threads, GUINT_TO_POINTER(begun + 1), NULL);
        take(user, taken, outcome_wait(&pool, taken));
    }
    g_thread_pool_free(threads, FALSE, TRUE);
    g_cond_clear(&pool.played);
    g_mutex_clear(&pool.lock);
    g_free(pool.outcomes);
}

void explore_play(const ExploreJob *jobs, uint32_t count, uint32_t workers, ExploreTake take,
                  void *user)
{
    SIM_ASSERT(workers > 0 && workers <= 4096 && count < UINT32_MAX);
    if (workers > 1 && count > 1) {
        play_threaded(jobs, count, MIN(workers, count), take, user);
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        take(user, i, job_play(&jobs[i]));
}
