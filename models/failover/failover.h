/*
 * failover.h: what the files of this folder share.
 *
 *   parts.c     what a scenario says about a failover
 *   people.c    how long it takes those who have published it
 *   watch.c     observers probe regions, each by itself; enough of them make an alarm
 *   pipeline.c  decide, fence, start, promote, re-route, warm up
 *   fence.c     leases that end, machines that are shot
 *   failback.c  the way back of a region that was replaced, and of what it alone had
 *
 * A controller acts on what its probes have told it, right or wrong. It looks at the true state of
 * the world only for whether a message that it sends now arrives.
 */
#ifndef MODELS_FAILOVER_FAILOVER_H
#define MODELS_FAILOVER_FAILOVER_H

#include "models/world.h"
#include "sim/base/time.h"

extern const PlanPreset failover_presets[]; /* people.c */

typedef enum FailoverStep {
    STEP_DECIDED,
    STEP_FENCE, /* the lease has run out, or need not */
    STEP_SHOOT,
    STEP_SHOT, /* the order to power off arrives */
    STEP_FENCED,
    STEP_STARTED,
    STEP_PROMOTE,
    STEP_USERS, /* names move while the writes still wait */
    STEP_ROUTED,
    STEP_WARM,
    STEP_LEASE,  /* a region could not renew */
    STEP_REBOOT, /* a machine that was shot has power again */
    STEP_BACK,
    STEP_RECONCILE,
} FailoverStep;

void failover_later(World *world, uint32_t failover, SimTime at, FailoverStep step,
                    uint32_t region);

/* watch.c */
/* Whether the controller works now: it runs where there is power, or a majority of its voters
 * hears each other. */
bool failover_awake(const World *world, const Failover *failover);
/* Whether a message from the controller to the region, and its answer, would arrive now. */
bool failover_reaches(const World *world, const Failover *failover, uint32_t region);
/* Whether enough observers that the controller hears have missed the region often enough. */
bool failover_sees_dead(const World *world, const Failover *failover, uint32_t region);
/* The voters choose who speaks for them. */
void failover_elect(const World *world, Failover *failover);
/* A region that takes a role over has just been in contact, whatever became of it before. */
void failover_starts_anew(const World *world, Failover *failover, uint32_t region);
void failover_watch_build(World *world);

/* pipeline.c */
/* The region has been missed often enough. */
void      failover_declare(World *world, uint32_t index, uint32_t region);
Recovery *failover_record(const World *world, const FailoverRun *run);
/* The stage that is under way ends now, and another begins; NULL: none. */
void failover_stage(World *world, const FailoverRun *run, const char *next);
/* The region can do no harm any more: what takes over is started and promoted. */
void failover_fenced(World *world, uint32_t index, uint32_t region);
void failover_pipeline_build(World *world);

/* fence.c: STEP_FENCE follows when the lease, if any, has run out */
void failover_fence(World *world, uint32_t index, uint32_t region);
void failover_fence_done(World *world, uint32_t index, uint32_t region);
void failover_lease_ends(World *world, uint32_t index, uint32_t region);
/* The region holds the controller's lease again. */
void failover_lease_renewed(const World *world, Failover *failover, uint32_t region);
/* Orders the region to be switched off; the order arrives, and STEP_FENCED follows; or the machine
 * has power again. */
void failover_shoot(World *world, uint32_t index, uint32_t region);
void failover_shot(World *world, uint32_t index, uint32_t region);
void failover_reboot(World *world, uint32_t region);

/* failback.c */
void failover_back_awaited(const Failover *failover, FailoverRun *run);
/* The region answers; it does not, and neither do those whose heir it is. */
void failover_back_seen(World *world, uint32_t index, uint32_t region);
void failover_back_dropped(World *world, uint32_t index, uint32_t region);
/* Users who were led away from the region are led there again. */
void failover_lead_back(World *world, const Failover *failover, const FailoverRun *run);
void failover_back_step(World *world, uint32_t index, uint32_t region);
void failover_reconcile(World *world, uint32_t index, uint32_t region);
void failover_reconciled(World *world, uint32_t index, uint32_t region);

#endif
