/*
 * watch.c: observers probe regions, each by itself.
 *
 * An observer is the controller, wherever it sits, or each of its voters. What one has seen of a
 * region, nobody else knows unless it is asked; a cut between two regions leaves a third that sees
 * both. All observers of a controller probe at the same instants.
 *
 *   probe --lost, late, refused--> time-out --> failures in a row --enough--> missed
 *   missed by `quorum` observers that the speaker hears --> declared dead (pipeline.c)
 */
#include "models/failover/failover.h"
#include "models/kinds.h"

/* Whether two regions hear each other now. */
static bool connected(const World *world, const Failover *failover, uint32_t a, uint32_t b)
{
    if (!region_answers(world, a) || !region_answers(world, b))
        return false;
    if (a == b)
        return true;
    uint32_t there = link_path(world, a, b, failover->via);
    uint32_t back = link_path(world, b, a, failover->via);
    return there != WORLD_NONE && link_up(&world->links[there]) && link_up(&world->links[back]);
}

bool failover_awake(const World *world, const Failover *failover)
{
    if (failover->stopped > 0)
        return false;
    if (failover->voters != 0)
        return !failover->asleep;
    return failover->seat == WORLD_NONE || region_answers(world, failover->seat);
}

/* Whether a message from a seat to the region, and its answer, find a path now. */
static bool finds_path(const World *world, const Failover *failover, uint32_t seat, uint32_t region)
{
    return seat == WORLD_NONE ? region_answers(world, region)
                              : connected(world, failover, seat, region);
}

bool failover_reaches(const World *world, const Failover *failover, uint32_t region)
{
    return failover_awake(world, failover) && finds_path(world, failover, failover->seat, region);
}

/* ---- observers --------------------------------------------------------------------------- */

/* Observers are numbered like regions where they are voters; otherwise there is only number 0. */
static bool observes(const Failover *failover, uint32_t observer)
{
    return failover->voters == 0 ? observer == 0 : (failover->voters & 1u << observer) != 0;
}

static uint32_t seat_of(const Failover *failover, uint32_t observer)
{
    return failover->voters == 0 ? failover->seat : observer;
}

/* Whether the speaker hears the observer. */
static bool heard(const World *world, const Failover *failover, uint32_t observer)
{
    return failover->voters == 0 ||
           (!failover->asleep && connected(world, failover, failover->seat, observer));
}

static Sight *sight(const World *world, const Failover *failover, uint32_t observer,
                    uint32_t region)
{
    return &failover->sights[observer * world->region_count + region];
}

/* Observers that the speaker hears and that have missed the region so often. */
static uint32_t missed_by(const World *world, const Failover *failover, uint32_t region,
                          uint32_t failures)
{
    uint32_t count = 0;
    for (uint32_t o = 0; o < world->region_count; o++)
        count += observes(failover, o) && heard(world, failover, o) &&
                 sight(world, failover, o, region)->failures >= failures;
    return count;
}

bool failover_sees_dead(const World *world, const Failover *failover, uint32_t region)
{
    return failover_awake(world, failover) &&
           missed_by(world, failover, region, failover->failures) >= failover->quorum;
}

/* The first voter that reaches a majority of them speaks for all. */
void failover_elect(const World *world, Failover *failover)
{
    uint32_t voters = (uint32_t)__builtin_popcount(failover->voters);
    if (voters == 0)
        return;
    failover->asleep = true;
    for (uint32_t v = 0; v < world->region_count && failover->asleep; v++) {
        uint32_t reached = 0;
        if ((failover->voters & 1u << v) == 0)
            continue;
        for (uint32_t other = 0; other < world->region_count; other++)
            if ((failover->voters & 1u << other) != 0 && connected(world, failover, v, other))
                reached++;
        if (reached > voters / 2) {
            failover->seat = v;
            failover->asleep = false;
        }
    }
}

/* One that comes to itself knows nothing of before. */
static void wake(const World *world, Failover *failover)
{
    bool awake = failover_awake(world, failover);
    if (awake && !failover->was_awake)
        for (uint32_t o = 0; o < world->region_count; o++)
            for (uint32_t r = 0; observes(failover, o) && r < world->region_count; r++)
                sight(world, failover, o, r)->failures = 0;
    failover->was_awake = awake;
}

/* ---- what a probe finds ------------------------------------------------------------------ */

/* A probe of a service waits behind its requests. */
static bool services_answer(const World *world, const Failover *failover, uint32_t region)
{
    for (uint32_t s = 0; s < world->service_count; s++) {
        const ServiceSite *site = &world->services[s].sites[region];
        if (site->threads == 0)
            return false;
        if (site->queued > 0 &&
            world_now(world) - world->requests[site->first].began > failover->timeout)
            return false;
    }
    return true;
}

/* The time a packet needs on a link now. */
static SimTime one_way(const World *world, const Link *link)
{
    SimTime held = link->jam_until > world_now(world) ? link->jam_until - world_now(world) : 0;
    SimTime delay = link->latency != NULL ? sim_dist_mean(link->latency) : link->half_rtt;
    return sim_time_add_far(sim_time_add_far(delay, link->extra), held);
}

typedef enum Answer {
    ANSWER_COMES,
    ANSWER_NO_PATH, /* or nobody at its end: the probe is sent again until its time-out */
    ANSWER_LOST,    /* or late */
} Answer;

/* A probe is one packet there and one back: it can be lost, or come too late. */
static Answer answer(World *world, uint32_t index, uint32_t observer, uint32_t region)
{
    Failover *failover = &world->failovers[index];
    uint32_t  from = seat_of(failover, observer);
    if ((failover->blind & 1u << region) != 0) {
        fault_control_hit(world, index, &kind_wrong_view);
        return ANSWER_NO_PATH;
    }
    if (!finds_path(world, failover, from, region))
        return ANSWER_NO_PATH;
    if (failover->asks_services && !services_answer(world, failover, region))
        return ANSWER_LOST;
    if (from == WORLD_NONE || from == region)
        return ANSWER_COMES;
    const Link *there = &world->links[link_path(world, from, region, failover->via)];
    const Link *back = &world->links[link_path(world, region, from, failover->via)];
    bool        lost = sim_rng_chance(&failover->rng, there->loss);
    lost |= sim_rng_chance(&failover->rng, back->loss);
    SimTime takes = sim_time_add_far(one_way(world, there), one_way(world, back));
    return lost || takes > failover->timeout ? ANSWER_LOST : ANSWER_COMES;
}

/* ---- what the controller makes of it ----------------------------------------------------- */

void failover_starts_anew(const World *world, Failover *failover, uint32_t region)
{
    FailoverRun *run = &failover->runs[region];
    if (run->active)
        return; /* it is being watched for the homes it had already */
    run->last_contact = world_now(world);
    run->decided = false;
    failover_lease_renewed(world, failover, region);
}

/* Since when the region has been missing: what it is put down to may be older than the first probe
 * that failed, but a fault that comes and goes is not older than the last answer. */
static SimTime missing_since(const World *world, const Failover *failover, FailoverRun *run,
                             SimTime sent)
{
    uint32_t region = run->region;
    uint32_t fault = world->regions[region].down_by;
    if (fault == WORLD_NONE && failover->seat != WORLD_NONE && failover->seat != region) {
        uint32_t path = link_path(world, failover->seat, region, failover->via);
        fault = path == WORLD_NONE ? WORLD_NONE : world->links[path].blame;
    }
    run->blame = fault;
    if (fault == WORLD_NONE || world->faults[fault].start >= sent)
        return sent;
    SimTime start = world->faults[fault].start;
    return start < run->last_contact ? run->last_contact : start;
}

static void in_contact(World *world, uint32_t index, uint32_t region)
{
    Failover    *failover = &world->failovers[index];
    FailoverRun *run = &failover->runs[region];
    if (failover->knows == failover->roles->moves && failover_reaches(world, failover, region))
        roles_teach(world, failover->roles, region);
    if (run->decided && !run->active && roles_owns(failover->roles, region))
        run->decided = false; /* it has been given a role again, by whomever */
    if (!run->decided) {
        run->last_contact = world_now(world);
        failover_lease_renewed(world, failover, region);
    }
    if (missed_by(world, failover, region, 1) >= failover->quorum)
        return;
    run->shot = false;
    if (run->stays) {
        run->stays = run->active = false;
        world_mark(world, false, "%s answers again", world->regions[region].name);
    }
    if (run->active)
        return;
    run->since = -1;
    failover_back_seen(world, index, region);
}

static void out_of_contact(World *world, uint32_t index, uint32_t region)
{
    const Failover *failover = &world->failovers[index];
    FailoverRun    *run = &failover->runs[region];
    failover_back_dropped(world, index, region);
    if (failover->lease == 0 || run->lease_armed || !roles_owns(failover->roles, region))
        return;
    run->lease_armed = true;
    SimTime ends = run->last_contact + failover->lease;
    failover_later(world, index, ends > world_now(world) ? ends : world_now(world), STEP_LEASE,
                   region);
}

static void watch_region(World *world, uint32_t index, uint32_t region)
{
    Failover *failover = &world->failovers[index];
    SimTime   now = world_now(world);
    uint32_t  missed[3] = {0, 0, 0}; /* by Answer, a bit per observer */
    uint32_t  heard_missed = 0;
    for (uint32_t o = 0; o < world->region_count; o++) {
        uint32_t seat = seat_of(failover, o);
        if (!observes(failover, o) || (seat != WORLD_NONE && !region_answers(world, seat)))
            continue;
        Answer found = answer(world, index, o, region);
        missed[found] |= 1u << o;
        if (found == ANSWER_COMES)
            *sight(world, failover, o, region) = (Sight){.failures = 0, .answered = now};
        else
            heard_missed += heard(world, failover, o);
    }
    if (failover_awake(world, failover) && heard_missed < failover->quorum)
        in_contact(world, index, region);
    else
        out_of_contact(world, index, region);
    for (Answer why = ANSWER_NO_PATH; why <= ANSWER_LOST; why++)
        if (missed[why] != 0)
            sim_engine_at(world->engine, sim_time_add(now, failover->timeout), SIM_PHASE_PROBE,
                          WORLD_PROBE_RESULT, index,
                          (uint64_t)missed[why] << 16 | (uint64_t)why << 8 | region);
}

static void probe(void *user, const SimEvent *event)
{
    World    *world = user;
    uint32_t  index = sim_event_target(event);
    Failover *failover = &world->failovers[index];
    failover_elect(world, failover);
    wake(world, failover);
    for (uint32_t r = 0; r < world->region_count && failover->stopped == 0; r++) {
        if ((failover->watched & 1u << r) != 0)
            watch_region(world, index, r);
        else if (failover->knows == failover->roles->moves && failover_reaches(world, failover, r))
            roles_teach(world, failover->roles, r);
    }
    if (failover->stopped > 0)
        fault_control_hit(world, index, &kind_controller_down);
    for (uint32_t r = 0; r < world->region_count && failover->stopped > 0; r++)
        if ((failover->watched & 1u << r) != 0)
            out_of_contact(world, index, r);
    sim_engine_at(world->engine, sim_time_add(world_now(world), failover->every), SIM_PHASE_PROBE,
                  WORLD_PROBE, index, 0);
}

/* Whether a probe that found no path found one when it was sent again. */
static bool got_through(const World *world, const Failover *failover, uint32_t observer,
                        uint32_t region)
{
    return (failover->blind & 1u << region) == 0 &&
           finds_path(world, failover, seat_of(failover, observer), region);
}

/* The time-out of a probe that some observers got no answer to at once. */
static void probe_missed(void *user, const SimEvent *event)
{
    World       *world = user;
    uint32_t     index = sim_event_target(event);
    Failover    *failover = &world->failovers[index];
    uint32_t     region = (uint32_t)(event->arg & 0xff);
    Answer       why = (Answer)(event->arg >> 8 & 0xff);
    uint32_t     observers = (uint32_t)(event->arg >> 16);
    FailoverRun *run = &failover->runs[region];
    SimTime      sent = world_now(world) - failover->timeout;
    for (uint32_t o = 0; o < world->region_count; o++) {
        if ((observers & 1u << o) == 0)
            continue;
        Sight *one = sight(world, failover, o, region);
        if (one->answered > sent)
            continue; /* a later probe came through before */
        if (why == ANSWER_NO_PATH && got_through(world, failover, o, region))
            *one = (Sight){.failures = 0, .answered = sent};
        else
            one->failures++;
    }
    bool concerns = (failover->shoots && !run->shot) || roles_owns(failover->roles, region);
    if (run->active || !concerns || !failover_awake(world, failover))
        return;
    if (run->since < 0 && missed_by(world, failover, region, 1) >= failover->quorum)
        run->since = missing_since(world, failover, run, sent);
    if (failover_sees_dead(world, failover, region))
        failover_declare(world, index, region);
}

void failover_watch_build(World *world)
{
    for (uint32_t f = 0; f < world->failover_count; f++) {
        Failover *failover = &world->failovers[f];
        uint32_t  observers = failover->voters == 0 ? 1 : world->region_count;
        uint32_t  count = observers * world->region_count;
        failover->sights = sim_arena_array(world->arena, Sight, count);
        for (uint32_t i = 0; i < count; i++)
            failover->sights[i] = (Sight){.answered = -1};
        failover->was_awake = true;
    }
    sim_engine_handle(world->engine, WORLD_PROBE, "probe", probe);
    sim_engine_handle(world->engine, WORLD_PROBE_RESULT, "probe-result", probe_missed);
}

void failover_start(World *world)
{
    for (uint32_t f = 0; f < world->failover_count; f++) {
        Failover *failover = &world->failovers[f];
        SimTime   phase = (SimTime)sim_rng_below(&failover->rng, (uint64_t)failover->every);
        sim_engine_at(world->engine, phase, SIM_PHASE_PROBE, WORLD_PROBE, f, 0);
    }
}
