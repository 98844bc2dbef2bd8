/*
 * failback.c: a region that was replaced comes back and gets its role again, and what it alone had
 * taken is put back by people.
 *
 *   return       it has answered long enough, and somebody has decided
 *   rebuild      its stores are restored from a backup, and serve nothing meanwhile
 *   catch up     they follow the heir until they are close behind it
 *   switch back  the heir accepts no writes, all learn that, what is missing arrives; the role
 *                moves and routers lead users back
 *   reconcile    beside the others: record by record, unless somebody has written it again
 *
 * If the region or its heir falls silent before the switch, it begins at the first stage again.
 */
#include "models/failover/failover.h"

#define LOOK_AGAIN SIM_S       /* chosen: how often a stage looks whether it is over */
#define BAN_LIMIT (60 * SIM_S) /* chosen: nobody keeps a ban for longer than that */
#define CLOSE_BEHIND SIM_S /* chosen: the ban begins when the oldest missing change is younger */

/* The next change of the region that was set aside; WORLD_NONE: none. */
static guint next_aside(const Failover *failover, uint32_t region, guint from)
{
    const GArray *asides = failover->roles->asides;
    while (from < asides->len && g_array_index(asides, Aside, from).region != region)
        from++;
    return from < asides->len ? from : WORLD_NONE;
}

/* The next that waits to be put back: not one that people of another controller have dealt with. */
static guint next_open(const Failover *failover, uint32_t region, guint from)
{
    while ((from = next_aside(failover, region, from)) != WORLD_NONE &&
           g_array_index(failover->roles->asides, Aside, from).settled)
        from++;
    return from;
}

/* Who has the role now that the region had. */
static uint32_t owner_of(const Failover *failover, const FailoverRun *run)
{
    return failover->roles->owner[run->homes == 0 ? 0 : __builtin_ctz(run->homes)];
}

static bool needs_rebuild(const Failover *failover, const FailoverRun *run)
{
    if (failover->restore == 0 || failover->rebuild == REBUILD_NEVER)
        return false;
    return failover->rebuild == REBUILD_ALWAYS ||
           next_aside(failover, run->region, run->aside_base) != WORLD_NONE;
}

/* ---- stages ------------------------------------------------------------------------------ */

static void next_stage(World *world, uint32_t index, FailoverRun *run, BackStage stage,
                       const char *name, SimTime takes)
{
    Recovery *record = failover_record(world, run);
    if (stage == BACK_RETURN && run->back_first == 0)
        run->back_first = record->stage_count;
    else if (stage == BACK_RETURN)
        record->stage_count = run->back_first; /* the latest attempt is the one to tell of */
    run->back = stage;
    failover_stage(world, run, name);
    run->back_at = sim_time_add_far(world_now(world), takes);
    failover_later(world, index, run->back_at, STEP_BACK, run->region);
}

static void stop_stores(World *world, const Failover *failover, const FailoverRun *run, bool stop)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        DataClass *class = &world->classes[c];
        if (class->roles != failover->roles || class->channel_count == 0)
            continue;
        if (stop && class->crashed[run->region]++ == 0)
            class->crashed_by[run->region] = run->blame;
        else if (!stop)
            class->crashed[run->region]--;
        stream_store_changed(world, c, run->region);
    }
    quorum_changed(world);
}

/* Leaves the stage that is under way. */
static void leave(World *world, const Failover *failover, FailoverRun *run)
{
    if (run->back == BACK_REBUILD)
        stop_stores(world, failover, run, false);
    if (run->back == BACK_SWITCH)
        roles_ban(failover->roles, run->heir, false);
}

/* The region, or its heir, is not what it was: nothing of this goes on. */
static void give_up(World *world, const Failover *failover, FailoverRun *run, BackStage then)
{
    leave(world, failover, run);
    failover_stage(world, run, NULL);
    run->back = then;
    run->back_at = -1;
}

static void ban(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    roles_ban(failover->roles, run->heir, true);
    WORLD_TRACE(world, "timer", "%s accepts no writes: %s will", world->regions[run->heir].name,
                world->regions[run->region].name);
    next_stage(world, index, run, BACK_SWITCH, "switch back", failover->push);
}

void failover_lead_back(World *world, const Failover *failover, const FailoverRun *run)
{
    for (uint32_t r = 0; r < world->region_count && !failover->scoped; r++) {
        if ((run->led_away & 1u << r) != 0 && world->regions[r].route != run->region)
            region_lead(world, r, run->region);
    }
}

static void give_back(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    Roles    *roles = failover->roles;
    leave(world, failover, run);
    failover_stage(world, run, NULL);
    run->back = BACK_NONE;
    WORLD_TRACE(world, "timer", "%s has its role again", world->regions[run->region].name);
    world_mark(world, false, "%s has its role again", world->regions[run->region].name);
    roles_give_back(world, roles, run->homes, run->heir, run->region);
    failover_told(world, roles);
    failover_starts_anew(world, failover, run->region);
    for (uint32_t r = 0; r < world->region_count; r++)
        if (failover_reaches(world, failover, r))
            roles_teach(world, roles, r);
    failover_lead_back(world, failover, run);
}

/* ---- what moves it on -------------------------------------------------------------------- */

void failover_back_awaited(const Failover *failover, FailoverRun *run)
{
    if (failover->returns)
        run->back = BACK_AWAITED;
}

void failover_back_dropped(World *world, uint32_t index, uint32_t region)
{
    const Failover *failover = &world->failovers[index];
    for (uint32_t r = 0; r < world->region_count; r++) {
        FailoverRun *run = &failover->runs[r];
        if (run->back > BACK_AWAITED && (r == region || run->heir == region))
            give_up(world, failover, run, BACK_AWAITED);
    }
}

void failover_back_seen(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    if (run->homes != 0)
        run->record = run->replaced; /* not of an alarm after which nothing was to be moved */
    if (run->back == BACK_AWAITED && owner_of(failover, run) != run->heir)
        run->back = BACK_NONE; /* somebody else has the role now */
    if (run->back == BACK_AWAITED && !failover->runs[run->heir].active) {
        SimTime decides = sim_dist_draw(failover->back_decide, &failover->rng);
        next_stage(world, index, run, BACK_RETURN, "return",
                   sim_time_add_far(failover->back_after, decides));
    }
    failover_reconcile(world, index, region);
}

static SimTime stage_began(const World *world, const FailoverRun *run)
{
    const Recovery *record = failover_record(world, run);
    return record->stages[record->stage_count - 1].start;
}

void failover_back_step(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    SimTime      now = world_now(world);
    if (run->back <= BACK_AWAITED || now != run->back_at)
        return; /* meant for a stage that was given up */
    if (!failover_awake(world, failover)) {
        run->back_at = now + LOOK_AGAIN;
        failover_later(world, index, run->back_at, STEP_BACK, region);
        return;
    }
    if (owner_of(failover, run) != run->heir) {
        give_up(world, failover, run, BACK_NONE);
        return;
    }
    if (run->back == BACK_RETURN && needs_rebuild(failover, run)) {
        next_stage(world, index, run, BACK_REBUILD, "rebuild", failover->restore);
        stop_stores(world, failover, run, true);
        return;
    }
    if (run->back == BACK_RETURN || run->back == BACK_REBUILD) {
        leave(world, failover, run);
        next_stage(world, index, run, BACK_CATCH_UP, "catch up", 0);
        return;
    }
    bool near = roles_behind(world, failover->roles, run->heir, region) <= CLOSE_BEHIND;
    bool busy = (failover->roles->banned & 1u << run->heir) != 0; /* a planned switch */
    if (run->back == BACK_CATCH_UP && near && !busy) {
        ban(world, index, run);
    } else if (run->back == BACK_SWITCH &&
               roles_caught_up(world, failover->roles, run->heir, region)) {
        give_back(world, index, run);
    } else if (run->back == BACK_SWITCH && now - stage_began(world, run) >= BAN_LIMIT) {
        world_mark(world, true, "%s does not catch up: it keeps waiting for its role",
                   world->regions[region].name);
        give_up(world, failover, run, BACK_AWAITED);
    } else {
        run->back_at = now + (run->back == BACK_SWITCH ? LOOK_AGAIN / 10 : LOOK_AGAIN);
        failover_later(world, index, run->back_at, STEP_BACK, region);
    }
}

/* ---- reconcile --------------------------------------------------------------------------- */

static DataClass *class_of(const World *world, const Aside *aside)
{
    return &world->classes[aside->class_index];
}

static bool written_again(const World *world, const Aside *aside, uint32_t owner)
{
    const Version *version =
        &class_of(world, aside)
             ->versions[(size_t)aside->entry.key_index * world->region_count + owner];
    return version->present && version->stamp > aside->entry.stamp;
}

/* Finds the next change that needs hands; those that were written again need none. */
static void find_work(World *world, uint32_t index, FailoverRun *run)
{
    Failover *failover = &world->failovers[index];
    Recovery *record = &g_array_index(world->recoveries, Recovery, run->reconciles);
    uint32_t  owner = owner_of(failover, run);
    while ((run->aside = next_open(failover, run->region, run->aside)) != WORLD_NONE) {
        Aside *aside = &g_array_index(failover->roles->asides, Aside, run->aside);
        if (!written_again(world, aside, owner)) {
            failover_later(world, index,
                           sim_time_add_far(world_now(world), failover->reconcile_each),
                           STEP_RECONCILE, run->region);
            return;
        }
        record->written_again++;
        aside->settled = true;
    }
    record->stages[RECOVERY_RECONCILES].end = world_now(world);
    world_mark(world, false, "%s: what it alone had is reconciled",
               world->regions[run->region].name);
    run->reconciling = false;
    run->aside = failover->roles->asides->len;
}

void failover_reconcile(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    if (failover->reconcile_each == 0 || run->reconciling || run->homes == 0 ||
        next_open(failover, region, run->aside) == WORLD_NONE)
        return;
    Recovery *record = failover_record(world, run);
    Stage    *stage = &record->stages[RECOVERY_RECONCILES];
    run->reconciling = true;
    run->reconciles = run->record;
    if (stage->name == NULL)
        *stage = (Stage){"reconcile", world_now(world), -1};
    stage->end = -1;
    find_work(world, index, run);
}

/* A change is in the owner's store and log again, as somebody has entered it. */
void failover_reconciled(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    uint32_t     owner = owner_of(failover, run);
    Aside       *aside = &g_array_index(failover->roles->asides, Aside, run->aside);
    Recovery    *record = &g_array_index(world->recoveries, Recovery, run->reconciles);
    if (aside->settled) {
        find_work(world, index, run);
        return;
    }
    if (!store_up(world, aside->class_index, owner)) {
        SimTime wait = MAX(failover->reconcile_each, LOOK_AGAIN);
        failover_later(world, index, sim_time_add_far(world_now(world), wait), STEP_RECONCILE,
                       region);
        return;
    }
    if (written_again(world, aside, owner)) {
        record->written_again++;
    } else {
        LogEntry copy = {.write = aside->entry.write,
                         .stamp = aside->entry.stamp,
                         .at = world_now(world),
                         .key_index = aside->entry.key_index};
        store_apply(world, aside->class_index, owner, copy.key_index, copy.write, copy.stamp,
                    region);
        store_log_append(class_of(world, aside), owner, &copy);
        stream_log_changed(world, aside->class_index, owner);
        stream_committed(world, aside->class_index, owner);
        record->put_back++;
    }
    aside->settled = true;
    find_work(world, index, run);
}
