/*
 * pipeline.c: what a controller does about a region that it has declared dead.
 *
 *   decide -> fence -> start -> promote -> re-route -> warm up
 *
 * Each stage has a beginning and an end in the records of recoveries. A controller without power,
 * or whose voters have no majority, goes on when it is back.
 */
#include "models/failover/failover.h"
#include "models/kinds.h"

/* How often a waiting stage looks again: chosen, small against every stage's default. One that has
 * waited for long looks less often, or waiting for months would be all that happens. */
#define LOOK_AGAIN (100 * SIM_MS)
#define LOOK_SHARE 6000 /* of the time waited so far: felt after ten minutes */

void failover_later(World *world, uint32_t failover, SimTime at, FailoverStep step, uint32_t region)
{
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_FAILOVER_STAGE, failover,
                  (uint64_t)region << 8 | (uint64_t)step);
}

Recovery *failover_record(const World *world, const FailoverRun *run)
{
    return &g_array_index(world->recoveries, Recovery, run->record);
}

void failover_stage(World *world, const FailoverRun *run, const char *next)
{
    Recovery *record = failover_record(world, run);
    SimTime   now = world_now(world);
    if (record->stage_count > 0 && record->stages[record->stage_count - 1].end < 0)
        record->stages[record->stage_count - 1].end = now;
    if (next == NULL)
        return;
    SIM_ASSERT(record->stage_count < RECOVERY_RECONCILES);
    record->stages[record->stage_count++] = (Stage){next, now, -1};
}

static void look_again(World *world, uint32_t index, const FailoverRun *run, FailoverStep step)
{
    const Recovery *record = failover_record(world, run);
    SimTime         now = world_now(world);
    SimTime         share = (now - record->stages[record->stage_count - 1].start) / LOOK_SHARE;
    failover_later(world, index, now + (share > LOOK_AGAIN ? share : LOOK_AGAIN), step,
                   run->region);
}

/* ---- decide ------------------------------------------------------------------------------ */

/* An alarm: the record of what follows begins. */
static void raise_alarm(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    Recovery     record = {.failover = index, .region = region, .heir = WORLD_NONE};
    failover_back_dropped(world, index, region);
    run->active = true;
    run->users_moved = false;
    if (run->back == BACK_NONE || roles_owns(failover->roles, region)) {
        run->back = BACK_NONE;
        run->heir = WORLD_NONE;
        run->led_away = 0;
    } /* else it is only switched off, and what it had is still to come back */
    run->record = world->recoveries->len;
    g_array_append_val(world->recoveries, record);
}

void failover_declare(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    raise_alarm(world, index, region);
    failover_stage(world, run, "detect");
    failover_record(world, run)->stages[0].start = run->since;
    world_mark(world, true, "%s is declared dead", world->regions[region].name);
    failover_stage(world, run, "decide");
    SimTime wait = sim_dist_draw(failover->decide, &failover->rng);
    if (failover->slowed > 1 && wait > 0)
        fault_control_hit(world, index, &kind_operator_slow);
    failover_later(world, index, sim_time_add_far(now, sim_time_mul_far(wait, failover->slowed)),
                   STEP_DECIDED, region);
}

static void called_off(World *world, Failover *failover, FailoverRun *run)
{
    failover_stage(world, run, NULL);
    failover_record(world, run)->called_off = true;
    run->active = run->decided = false;
    run->since = -1;
    if (run->back == BACK_NONE)
        run->heir = WORLD_NONE;
    run->last_contact = world_now(world);
    failover_lease_renewed(world, failover, run->region);
    failover_lead_back(world, failover, run);
    world_mark(world, false, "%s answers again: no failover", world->regions[run->region].name);
}

static void decided(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    if (!failover_sees_dead(world, failover, region)) {
        called_off(world, failover, run);
        return;
    }
    if (failover->held > 0)
        fault_control_hit(world, index, &kind_operator_holds);
    if (failover->held > 0 || sim_rng_chance(&failover->rng, failover->stays)) {
        run->stays = true;
        failover_stage(world, run, NULL);
        failover_record(world, run)->called_off = true;
        world_mark(world, true, "%s is waited for: no failover", world->regions[region].name);
        return;
    }
    if (failover->last_at >= 0 && now - failover->last_at < failover->calm) {
        failover_later(world, index, failover->last_at + failover->calm, STEP_DECIDED, region);
        return;
    }
    failover->last_at = now;
    run->decided = true;
    failover_stage(world, run, "fence");
    failover_fence(world, index, region);
}

/* ---- start, promote ---------------------------------------------------------------------- */

static void finish(World *world, FailoverRun *run)
{
    failover_stage(world, run, NULL);
    run->active = false;
    run->since = -1;
}

static void starts(World *world, uint32_t index, const FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    SimTime   takes = sim_dist_draw(failover->start, &failover->rng);
    failover_later(world, index, sim_time_add_far(world_now(world), takes), STEP_STARTED,
                   run->region);
}

static const DataClass *class_of(const World *world, const Stream *stream)
{
    return &world->classes[world->channels[stream->channel].class_index];
}

/* The region that has received most from the dead one; ties go to the first by name. */
static uint32_t choose_heir(const World *world, const Failover *failover, uint32_t region)
{
    const Roles *roles = failover->roles;
    uint32_t     best = WORLD_NONE;
    uint64_t     most = 0;
    for (uint32_t r = 0; r < world->region_count; r++) {
        bool independent = roles->owner[r] == r || roles->owner[r] == region;
        if (r == region || (failover->may_lead & 1u << r) == 0 ||
            !failover_reaches(world, failover, r) || !independent ||
            resync_is_corrupt(world, roles, r))
            continue;
        uint64_t received = 1;
        for (uint32_t s = 0; s < world->stream_count; s++)
            if (world->streams[s].from == region && world->streams[s].to == r &&
                class_of(world, &world->streams[s])->roles == roles)
                received += world->streams[s].received - world->streams[s].lost_with_source;
        if (received > most) {
            most = received;
            best = r;
        }
    }
    return best;
}

static void promote(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    uint32_t  region = run->region;
    uint64_t  missing, unapplied;
    if (failover->voters != 0 && run->since >= 0 && !failover_sees_dead(world, failover, region)) {
        called_off(world, failover, run); /* it has got its voters back */
        return;
    }
    if (run->heir == WORLD_NONE || !failover_reaches(world, failover, run->heir))
        run->heir = choose_heir(world, failover, region);
    if (run->heir == WORLD_NONE && !failover_sees_dead(world, failover, region)) {
        called_off(world, failover, run); /* nobody else can, and it answers */
        return;
    }
    if (run->heir == WORLD_NONE) {
        look_again(world, index, run, STEP_PROMOTE);
        return;
    }
    roles_missing(world, failover->roles, region, run->heir, &missing, &unapplied);
    bool wait = failover->wait_for_unreplicated && missing > 0;
    /* It may have shipped what was missing before anybody looked again. */
    if ((wait || run->users_moved) && failover_reaches(world, failover, region)) {
        called_off(world, failover, run);
        return;
    }
    if (wait && !run->users_moved) {
        /* Who only reads need not wait for the missing changes. */
        run->users_moved = true;
        world_mark(world, true, "%s waits for changes of %s that it does not have",
                   world->regions[run->heir].name, world->regions[region].name);
        failover_later(world, index, sim_time_add(world_now(world), failover->push), STEP_USERS,
                       region);
    }
    if (wait || unapplied > 0) {
        look_again(world, index, run, STEP_PROMOTE);
        return;
    }
    failover_record(world, run)->heir = run->heir;
    failover_stage(world, run, "re-route");
    WORLD_TRACE(world, "timer", "%s takes over from %s", world->regions[run->heir].name,
                world->regions[region].name);
    world_mark(world, false, "%s takes over from %s", world->regions[run->heir].name,
               world->regions[region].name);
    stream_source_moved(world, failover->roles, region, run->heir);
    failover_later(world, index, sim_time_add(world_now(world), failover->push), STEP_ROUTED,
                   region);
}

void failover_fenced(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    run->shot = failover->shoots;
    if (!roles_owns(failover->roles, region)) {
        finish(world, run); /* it was only switched off */
        return;
    }
    if (sim_dist_constant_value(failover->start) == 0) {
        failover_stage(world, run, "promote");
        promote(world, index, run);
        return;
    }
    failover_stage(world, run, "start");
    starts(world, index, run);
}

static void started(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    if (sim_rng_chance(&failover->rng, failover->start_fails)) {
        world_mark(world, true, "what takes over from %s does not start",
                   world->regions[run->region].name);
        starts(world, index, run);
        return;
    }
    failover_stage(world, run, "promote");
    promote(world, index, run);
}

bool failover_ordered(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    if (run->active || !roles_owns(failover->roles, region) || !failover_awake(world, failover) ||
        choose_heir(world, failover, region) == WORLD_NONE)
        return false;
    raise_alarm(world, index, region);
    run->blame = WORLD_NONE;
    failover->last_at = world_now(world);
    run->decided = true;
    failover_stage(world, run, "fence");
    failover_fence(world, index, region);
    return true;
}

/* ---- re-route ---------------------------------------------------------------------------- */

/* Where users of a dead region are sent now; a bit for each region that they are near. */
static uint32_t reroute_users(World *world, uint32_t dead)
{
    uint32_t led = 0;
    for (uint32_t access = 0; access < world->region_count; access++) {
        if (world->regions[access].route != dead)
            continue;
        uint32_t best = WORLD_NONE;
        for (uint32_t r = 0; r < world->region_count; r++) {
            if (r == dead || !region_up(world, r))
                continue;
            if (best == WORLD_NONE || link_rtt(world, access, r) < link_rtt(world, access, best))
                best = r;
        }
        if (best == WORLD_NONE)
            continue;
        region_lead(world, access, best);
        led |= 1u << access;
    }
    return led;
}

void failover_told(World *world, const Roles *roles)
{
    for (uint32_t f = 0; f < world->failover_count; f++)
        if (world->failovers[f].roles == roles)
            world->failovers[f].knows = roles->moves;
}

static uint32_t homes_of(const World *world, const Roles *roles, uint32_t region)
{
    uint32_t homes = 0;
    for (uint32_t h = 0; h < world->region_count; h++)
        if (roles->owner[h] == region)
            homes |= roles->homes & 1u << h;
    return homes;
}

static void routed(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    Roles    *roles = failover->roles;
    SimTime   now = world_now(world);
    if (failover->stalled > 0) {
        fault_control_hit(world, index, &kind_push_stalled);
        run->push_waits = true;
        return;
    }
    failover_stage(world, run, "warm-up");
    run->homes = homes_of(world, roles, run->region);
    run->replaced = run->record;
    run->back = BACK_NONE;
    run->back_first = 0;
    run->aside_base = roles->asides == NULL ? 0 : roles->asides->len;
    roles_move(world, roles, run->region, run->heir);
    failover->knows = roles->moves;
    failover_starts_anew(world, failover, run->heir);
    for (uint32_t r = 0; r < world->region_count; r++)
        if (failover_reaches(world, failover, r))
            roles_teach(world, roles, r);
    if (!failover->scoped)
        run->led_away |= reroute_users(world, run->region);
    world->regions[run->heir].warm_at = sim_time_add(now, failover->warmup);
    failover_later(world, index, sim_time_add(now, failover->warmup), STEP_WARM, run->region);
}

void failover_push_resumes(World *world, uint32_t index)
{
    for (uint32_t r = 0; r < world->region_count; r++) {
        FailoverRun *run = &world->failovers[index].runs[r];
        if (run->push_waits)
            failover_later(world, index, world_now(world), STEP_ROUTED, r);
        run->push_waits = false;
    }
}

/* ---- stages ------------------------------------------------------------------------------ */

/* What happens whether or not the controller works, or still thinks about the region. */
static bool passes_by(World *world, uint32_t index, uint32_t region, FailoverStep step)
{
    if (step == STEP_LEASE)
        failover_lease_ends(world, index, region);
    else if (step == STEP_SHOT)
        failover_shot(world, index, region);
    else if (step == STEP_REBOOT)
        failover_reboot(world, region);
    else if (step == STEP_RECONCILE)
        failover_reconciled(world, index, region);
    else
        return false;
    return true;
}

static void stage(void *user, const SimEvent *event)
{
    World       *world = user;
    uint32_t     index = sim_event_target(event);
    Failover    *failover = &world->failovers[index];
    uint32_t     region = (uint32_t)(event->arg >> 8 & 0xff);
    FailoverRun *run = &failover->runs[region];
    FailoverStep step = (FailoverStep)(event->arg & 0xff);
    failover_elect(world, failover);
    bool back = step == STEP_BACK && !run->active;
    if (passes_by(world, index, region, step) || (!run->active && !back))
        return;
    if (step != STEP_WARM && step != STEP_BACK && !failover_awake(world, failover)) {
        look_again(world, index, run, step);
        return;
    }
    switch (step) {
    case STEP_DECIDED:
        decided(world, index, region);
        break;
    case STEP_FENCE:
        failover_fence_done(world, index, region);
        break;
    case STEP_SHOOT:
        failover_shoot(world, index, region);
        break;
    case STEP_FENCED:
        failover_fenced(world, index, region);
        break;
    case STEP_STARTED:
        started(world, index, run);
        break;
    case STEP_PROMOTE:
        promote(world, index, run);
        break;
    case STEP_USERS:
        if (run->users_moved && !failover->scoped) /* else it was meant for an earlier failover */
            run->led_away |= reroute_users(world, region);
        break;
    case STEP_ROUTED:
        routed(world, index, run);
        break;
    case STEP_WARM:
        finish(world, run);
        failover_back_awaited(failover, run);
        break;
    case STEP_BACK:
        failover_back_step(world, index, region);
        break;
    case STEP_RECONCILE:
    case STEP_LEASE:
    case STEP_SHOT:
    case STEP_REBOOT:
        SIM_ASSERT(false);
    }
}

void failover_pipeline_build(World *world)
{
    sim_engine_handle(world->engine, WORLD_FAILOVER_STAGE, "failover-stage", stage);
}
