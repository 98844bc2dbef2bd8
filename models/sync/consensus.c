/*
 * consensus.c: a log that a majority agrees on: leaders, elections, leases.
 *
 * Changes travel as on any in-order stream (sync/stream.c) and a commit waits for a majority
 * (sync/hold.c). What is here is who leads:
 *
 * leader --beat--> all: a voter that hears none for U(e, 2e) asks the others for votes. Who did not
 * know who leads learns it.
 *
 * voter --heard--> leader: with a majority of answers its lease runs from when it sent those beats.
 *
 * voter --ask--> others: granted once a term, to a log at least as long as one's own, and by nobody
 * who has heard the leader lately, or within its lease.
 *
 * others --grant--> voter: with a majority it leads. A candidate that hears the leader gives up;
 * but who has given its vote away does not answer the leader any more, or two could have a lease.
 * It tells it so, and a leader that is refused asks for votes of a new term itself.
 *
 * Each is a message, which takes its time and is lost with what is on its line. A leader that
 * reaches no majority for as long as its lease steps down: it refuses writes instead of letting
 * them hang, is silent, so that others may be elected, and asks for votes like them. A new one
 * serves when it has applied what is in its log. Homes that a region leads change hands together.
 * Times are measured by each region's own clock: a drifting clock shortens or stretches them.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField consensus_fields[] = {
    MODEL_FIELD("voters", REFS, 0, "region", NULL, 0, 0,
                "Regions that vote and whose copies count; the others only learn. By default all.",
                NULL),
    MODEL_FIELD(
        "heartbeat", TIME, 0, NULL, "100ms", SIM_MS, SIM_HOUR,
        "Interval at which a leader tells the others that it is alive; shorter than the lease.",
        "etcd, tuning: heartbeat-interval (100 ms)"),
    MODEL_FIELD("election", TIME, 0, NULL, "1s", SIM_MS, SIM_HOUR,
                "A voter that hears no leader for this long to twice as long (uniform) asks for "
                "votes; with a lease longer than this, at its end or up to this much later.",
                "etcd, tuning: election-timeout (1000 ms)"),
    MODEL_FIELD("lease", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "A leader may answer reads alone for this long after it reached a majority; nobody "
                "votes for another before it has run out. 0: the election time.",
                "chosen"),
    MODEL_FIELD("lease_guard", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "Voters wait this much longer than the lease, for clocks that do not agree.",
                "chosen"),
    MODEL_FIELD("commit_wait", TIME, 0, NULL, "0s", 0, SIM_MIN,
                "A commit is acknowledged this long after it at the earliest, so that every clock "
                "has passed its stamp.",
                "Corbett et al., Spanner, OSDI 2012, section 4.1.2"),
    MODEL_FIELD("apply", DIST, 0, NULL, "0.1ms", 0, 0,
                "Time to apply one change at a follower, one after the other.", "chosen"),
    MODEL_FIELD("via", TEXT, 0, NULL, NULL, 0, 0,
                "Name of the links to use; otherwise the first by name.", NULL),
    MODEL_FIELDS_END,
};
static const PlanPresetValue etcd_values[] = {
    {"heartbeat", "100ms", "etcd, tuning: heartbeat-interval (100 ms)"},
    {"election", "1s", "etcd, tuning: election-timeout (1000 ms)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue cockroachdb_values[] = {
    {"heartbeat", "1s", "chosen: five ticks of 200 ms"},
    {"election", "3s", "cockroachdb/cockroach, pkg/base/config.go: 15 ticks of 200 ms"},
    {"lease", "9s", "cockroachdb/cockroach, pkg/base/config.go: range lease (9 s)"},
    {"lease_guard", "500ms", "CockroachDB documentation: --max-offset (500 ms)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue oceanbase_values[] = {
    {"heartbeat", "1s", "chosen"},
    {"election", "8s", "chosen: so that service is back within the documented 30 s"},
    {"lease", "10s", "chosen: so that service is back within the documented 30 s"},
    MODEL_VALUES_END,
};
static const PlanPresetValue spanner_values[] = {
    {"heartbeat", "1s", "chosen"},
    {"election", "1s", "chosen"},
    {"lease", "10s", "Corbett et al., Spanner, OSDI 2012, section 2.1: leases of 10 s"},
    {"lease_guard", "7ms", "Corbett et al., Spanner, OSDI 2012, section 3: uncertainty up to 7 ms"},
    {"commit_wait", "14ms",
     "Corbett et al., Spanner, OSDI 2012, section 4.2.1: twice the uncertainty (1 to 7 ms)"},
    MODEL_VALUES_END,
};
static const PlanPresetValue dynamodb_strong_values[] = {
    {"heartbeat", "500ms", "chosen: how MRSC elects is not published"},
    {"election", "2s", "chosen: how MRSC elects is not published"},
    MODEL_VALUES_END,
};
static const PlanPreset consensus_presets[] = {
    {"dynamodb-strong",
     "DynamoDB global tables with multi-region strong consistency: three regions, RPO 0.",
     dynamodb_strong_values, "How it elects, which is not published; witness regions."},
    {"etcd", "etcd: Raft with short elections.", etcd_values,
     "Snapshots and members that come or go; watches and leases of keys."},
    {"cockroachdb", "CockroachDB: Raft ranges under leases.", cockroachdb_values,
     "Ranges that split and move, transactions over several; a lease of each range."},
    {"oceanbase", "OceanBase: Paxos groups, back within half a minute.", oceanbase_values,
     "Its real elections: the times are fitted to the documented 30 s."},
    {"spanner", "Spanner: Paxos groups with leader leases and commit wait.", spanner_values,
     "Commits over several groups; an uncertainty that varies; reads at a time of the past."},
    MODEL_PRESETS_END,
};
const PlanKind kind_consensus = {
    "consensus",
    "channel",
    false,
    "A replicated log: a commit waits for a majority; a lost leader is replaced by election.",
    "Groups that one region leads change hands together; a region is one voter. Membership does "
    "not change. A follower that is far behind is not sent a snapshot.",
    consensus_fields,
    consensus_presets};

#define VOTE_BYTES 100 /* of each message: chosen */

typedef enum Message { TIMER, BEAT, HEARD, REFUSED, ASK, GRANT } Message;

typedef struct Voter { /* what a region knows of one leader's group */
    SimTime  heard;    /* the leader, last */
    SimTime  due;      /* when it will ask for votes */
    uint32_t voted;    /* the latest term in which it granted its vote */
    uint32_t term;     /* of its own candidacy; 0: none */
    uint32_t votes;    /* bit per region */
} Voter;

struct Consensus { /* of one data class */
    uint32_t    class_index, voters, majority;
    SimTime     heartbeat, election, lease, guard;
    const char *via;
    uint32_t    term[WORLD_REGION_LIMIT];      /* [leader]: the latest that anybody asked in */
    uint32_t    led[WORLD_REGION_LIMIT];       /* [leader]: the one in which it was elected */
    SimTime     quorum_at[WORLD_REGION_LIMIT]; /* [leader]: when it sent beats that a majority
                                                  answered, last */
    bool    beating[WORLD_REGION_LIMIT];       /* [leader]: its heartbeat is armed */
    bool    down[WORLD_REGION_LIMIT]; /* [leader]: it stepped down and wants to be elected again */
    SimTime elected_at[WORLD_REGION_LIMIT]; /* [leader] */
    SimTime timer_at[WORLD_REGION_LIMIT];   /* [leader]: its own timer; -1: none */
    SimTime answered[WORLD_REGION_LIMIT][WORLD_REGION_LIMIT]; /* [leader][region]: sent when */
    Voter   known[WORLD_REGION_LIMIT][WORLD_REGION_LIMIT];    /* [leader][region] */
    SimRng  rng;
};

/* A message in an event: which leader's group is the target's, everything else is in the word. What
 * it says, a term or a time, takes what is left. */
_Static_assert(WORLD_REGION_LIMIT <= 32, "a region takes five bits");
#define EPOCH_AT (CONSENSUS_TO_AT + 5)
#define EPOCH_BITS 10
#define SAYS_AT (EPOCH_AT + EPOCH_BITS)
#define SAYS_BITS (64 - SAYS_AT)
/* A beat says when it was sent in units of 33 us, rounded down: a lease may be that much shorter.
 * An answer can be as late as a pause is long, and is still not taken for one to a later beat. */
#define SENT_SHIFT 15
_Static_assert(SAYS_BITS + SENT_SHIFT >= 56, "two years: the longest run, and what it settles");

static uint64_t message(Message kind, uint32_t from, uint32_t to, uint32_t epoch, uint64_t says)
{
    return (uint64_t)kind | (uint64_t)from << 3 | (uint64_t)to << CONSENSUS_TO_AT |
           (uint64_t)(epoch & ((1u << EPOCH_BITS) - 1)) << EPOCH_AT | says << SAYS_AT;
}

static bool is_voter(const Consensus *group, uint32_t region)
{
    return (group->voters & 1u << region) != 0;
}

/* How long a region really waits for what its clock calls `time`. */
static SimTime by_clock_of(const World *world, uint32_t region, SimTime time)
{
    SimTime drift = world->regions[region].clock_drift;
    if (world->regions[region].clock_faults > 0)
        drift += fault_clock_rate(world, region);
    return drift == 0 ? time : sim_time_scale(time, SIM_S, SIM_S + drift);
}

static SimTime window(const Consensus *group)
{
    SimTime lease = group->lease + group->guard;
    return lease > group->election ? lease : group->election;
}

static bool follows(const Roles *roles, uint32_t region, uint32_t leader)
{
    for (uint32_t h = 0; h < WORLD_REGION_LIMIT; h++)
        if ((roles->homes & 1u << h) != 0 && roles->seen[region][h] == leader)
            return true;
    return false;
}

static bool takes_itself_for_leader(const Roles *roles, uint32_t region)
{
    return follows(roles, region, region);
}

static bool alive(const World *world, const Consensus *group, uint32_t region)
{
    return store_up(world, group->class_index, region) &&
           !pause_stops_store(world, group->class_index, region);
}

static bool is_answer(Message kind)
{
    return kind == HEARD || kind == REFUSED || kind == GRANT;
}

static void tell(World *world, const Consensus *group, Message kind, uint32_t leader, uint32_t from,
                 uint32_t to, uint64_t says)
{
    uint32_t path = link_path(world, from, to, group->via);
    SimTime  now = world_now(world);
    SimTime  arrival;
    if (path == WORLD_NONE || !link_up(&world->links[path]))
        return;
    LinkFate fate = is_answer(kind)
                        ? link_answer(world, path, LINK_REQUESTS, VOTE_BYTES, &arrival)
                        : link_send(world, path, LINK_REQUESTS, now, VOTE_BYTES, &arrival);
    if (fate == LINK_DELIVERS)
        sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_ELECTION,
                      group->class_index * WORLD_REGION_LIMIT + leader,
                      message(kind, from, to, world->links[path].epoch, says));
}

/* The region will ask for votes `least` after `from`, and up to an election time later. */
static void draw_timeout(World *world, Consensus *group, uint32_t leader, uint32_t region,
                         SimTime from, SimTime least)
{
    SimTime extra = (SimTime)sim_rng_below(&group->rng, (uint64_t)group->election);
    group->known[leader][region].due =
        sim_time_add_far(from, by_clock_of(world, region, least + extra));
}

/* Every heartbeat draws a new time-out, perhaps an earlier one: the timer looks first when the
 * shortest could be over, and then, as there was no other heartbeat, at the end of the one drawn.
 */
static void arm_timer(World *world, const Consensus *group, uint32_t leader, uint32_t region)
{
    const Voter *voter = &group->known[leader][region];
    SimTime soonest = sim_time_add_far(voter->heard, by_clock_of(world, region, window(group)));
    sim_engine_at(world->engine,
                  world_now(world) < soonest && soonest < voter->due ? soonest : voter->due,
                  SIM_PHASE_TIMER, WORLD_ELECTION, group->class_index * WORLD_REGION_LIMIT + leader,
                  message(TIMER, region, region, 0, 0));
}

/* ---- leading ----------------------------------------------------------------------------- */

static void arm_heartbeat(World *world, Consensus *group, uint32_t leader, SimTime at)
{
    group->beating[leader] = true;
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_HEARTBEAT,
                  group->class_index * WORLD_REGION_LIMIT + leader, 0);
}

static SimTime leader_lease(const World *world, const Consensus *group, uint32_t leader)
{
    return by_clock_of(world, leader, group->lease > 0 ? group->lease : group->election);
}

/* Looks at the lease when it could be over, or asks for votes again. */
static void arm_own(World *world, Consensus *group, uint32_t leader, SimTime at)
{
    at = MAX(at, world_now(world)); /* what a pause held back comes late */
    if (group->timer_at[leader] >= 0 && group->timer_at[leader] <= at)
        return;
    group->timer_at[leader] = at;
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_ELECTION,
                  group->class_index * WORLD_REGION_LIMIT + leader,
                  message(TIMER, leader, leader, 0, 0));
}

/* When a leader steps down that hears nothing any more. */
static SimTime lease_end(const World *world, const Consensus *group, uint32_t leader)
{
    SimTime since = MAX(group->quorum_at[leader], group->elected_at[leader]);
    return sim_time_add_far(since, leader_lease(world, group, leader));
}

/* Whether its vote may have made another the leader. */
static bool gave_vote_away(const Consensus *group, uint32_t leader, uint32_t region)
{
    return group->known[leader][region].voted > group->led[leader];
}

bool consensus_follows(const World *world, uint32_t class_index, uint32_t leader, uint32_t region)
{
    const Consensus *group = world->classes[class_index].consensus;
    return group == NULL || !gave_vote_away(group, leader, region);
}

/* The stream that carries the group's log. */
static uint32_t log_stream(const World *world, const Consensus *group, uint32_t from, uint32_t to)
{
    const DataClass *class = &world->classes[group->class_index];
    return world->channels[class->channels[0]].first_stream + from * world->region_count + to;
}

/* Whether a region has applied what it has of the logs of leaders before it. */
static bool knows_the_past(const World *world, const Consensus *group, uint32_t region)
{
    for (uint32_t from = 0; from < world->region_count; from++) {
        const Stream *stream = &world->streams[log_stream(world, group, from, region)];
        if (from != region && (stream->moved || world->regions[from].gone) &&
            *stream->settled < stream->received)
            return false;
    }
    return true;
}

/* The latest time of which a majority has heard: as many voters have answered a beat of then or
 * later. */
static SimTime majority_heard(const World *world, const Consensus *group, uint32_t leader)
{
    const SimTime *answered = group->answered[leader];
    SimTime        latest = 0;
    for (uint32_t r = 0; r < world->region_count; r++) {
        uint32_t others = 0;
        for (uint32_t o = 0; o < world->region_count; o++)
            others += is_voter(group, o) && answered[o] >= answered[r];
        if (is_voter(group, r) && others >= group->majority && answered[r] > latest)
            latest = answered[r];
    }
    return latest;
}

/* The leader takes note that a region has heard it, or it itself, when it sent that beat. */
static void note_answer(World *world, Consensus *group, uint32_t leader, uint32_t region,
                        SimTime sent)
{
    Roles *roles = world->classes[group->class_index].roles;
    if (!is_voter(group, region) || sent <= group->answered[leader][region])
        return;
    group->answered[leader][region] = sent;
    SimTime heard = majority_heard(world, group, leader);
    if (heard <= group->quorum_at[leader])
        return;
    group->quorum_at[leader] = heard;
    arm_own(world, group, leader, lease_end(world, group, leader));
    if (world_now(world) - heard < leader_lease(world, group, leader) &&
        knows_the_past(world, group, leader))
        roles->fenced &= ~(1u << leader);
}

static void ask_all(World *world, Consensus *group, uint32_t leader, uint32_t candidate)
{
    Voter *voter = &group->known[leader][candidate];
    voter->term = ++group->term[leader];
    voter->votes = 1u << candidate;
    WORLD_TRACE(world, "timer", "%s.%s asks for votes", world->classes[group->class_index].name,
                world->regions[candidate].name);
    for (uint32_t r = 0; r < world->region_count; r++)
        if (r != candidate && is_voter(group, r))
            tell(world, group, ASK, leader, candidate, r, voter->term);
}

/* A leader whose term is over for some voter, or for itself, wants a new one. */
static void ask_again(World *world, Consensus *group, uint32_t leader)
{
    Voter  *own = &group->known[leader][leader];
    SimTime now = world_now(world);
    if (now < own->due || !is_voter(group, leader) ||
        !roles_owns(world->classes[group->class_index].roles, leader))
        return;
    draw_timeout(world, group, leader, leader, now, group->election);
    ask_all(world, group, leader, leader);
}

/* A leader without a majority lets nobody write, from the moment its lease has run out, and is a
 * voter like the others until it is elected again. */
static void steps_down(World *world, Consensus *group, uint32_t leader)
{
    const DataClass *class = &world->classes[group->class_index];
    uint32_t bit = 1u << leader;
    bool     led = (class->roles->fenced & bit) == 0;
    group->down[leader] = true;
    class->roles->fenced |= bit;
    draw_timeout(world, group, leader, leader, world_now(world), group->election);
    if (!led || !alive(world, group, leader))
        return;
    WORLD_TRACE(world, "timer", "%s.%s reaches no majority", class->name,
                world->regions[leader].name);
    world_mark(world, true, "%s at %s reaches no majority", class->name,
               world->regions[leader].name);
}

static void own_timer(World *world, Consensus *group, uint32_t leader)
{
    SimTime now = world_now(world);
    if (group->timer_at[leader] < 0 || group->timer_at[leader] > now)
        return; /* an earlier one took its place */
    group->timer_at[leader] = -1;
    if (!takes_itself_for_leader(world->classes[group->class_index].roles, leader))
        return;
    if (group->down[leader]) {
        if (alive(world, group, leader))
            ask_again(world, group, leader);
        if (group->known[leader][leader].due <= now) /* it could not: later, perhaps */
            draw_timeout(world, group, leader, leader, now, group->election);
    } else if (lease_end(world, group, leader) <= now) {
        steps_down(world, group, leader);
    }
    arm_own(world, group, leader,
            group->down[leader] ? group->known[leader][leader].due
                                : lease_end(world, group, leader));
}

static void beat(World *world, Consensus *group, uint32_t leader)
{
    SimTime now = world_now(world);
    if (gave_vote_away(group, leader, leader))
        ask_again(world, group, leader);
    else
        note_answer(world, group, leader, leader, now);
    for (uint32_t r = 0; r < world->region_count; r++)
        if (r != leader)
            tell(world, group, BEAT, leader, leader, r, (uint64_t)now >> SENT_SHIFT);
}

static void heartbeat(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t leader = sim_event_target(event) % WORLD_REGION_LIMIT;
    DataClass *class = &world->classes[sim_event_target(event) / WORLD_REGION_LIMIT];
    Consensus *group = class->consensus;
    if (world->regions[leader].gone ||
        (!roles_owns(class->roles, leader) && !takes_itself_for_leader(class->roles, leader))) {
        group->beating[leader] = false;
        return;
    }
    arm_heartbeat(world, group, leader, sim_time_add(world_now(world), group->heartbeat));
    if (alive(world, group, leader) && takes_itself_for_leader(class->roles, leader) &&
        !group->down[leader])
        beat(world, group, leader);
}

static void learn(World *world, Consensus *group, uint32_t region)
{
    Roles   *roles = world->classes[group->class_index].roles;
    uint32_t heir;
    if (!roles_learn(roles, region, &heir))
        return;
    roles->fenced &= ~(1u << region);
    stream_set_aside(world, roles, region, heir);
}

/* A beat arrives. That of a leader of yesterday impresses nobody who has heard of another. */
static void hear(World *world, Consensus *group, uint32_t leader, uint32_t region, uint64_t says)
{
    Roles  *roles = world->classes[group->class_index].roles;
    Voter  *voter = &group->known[leader][region];
    SimTime now = world_now(world);
    if (!alive(world, group, region))
        return;
    if (gave_vote_away(group, leader, region)) {
        tell(world, group, REFUSED, leader, region, leader, 0);
        return;
    }
    if (roles_owns(roles, leader) && !roles_known(world, roles, region))
        learn(world, group, region);
    if (!follows(roles, region, leader) || !is_voter(group, region))
        return;
    voter->heard = now;
    voter->term = 0;
    draw_timeout(world, group, leader, region, now, window(group));
    tell(world, group, HEARD, leader, region, leader, says);
    uint32_t log = log_stream(world, group, leader, region);
    if (world->streams[log].back != WORLD_NONE) /* somebody waits for copies */
        hold_ack(world, log);                   /* what it refused to confirm */
}

static void was_heard(World *world, Consensus *group, uint32_t leader, uint32_t from, uint64_t says)
{
    if (alive(world, group, leader) && !gave_vote_away(group, leader, leader) &&
        !group->down[leader] &&
        takes_itself_for_leader(world->classes[group->class_index].roles, leader))
        note_answer(world, group, leader, from, (SimTime)(says << SENT_SHIFT));
}

static void lead(World *world, Consensus *group, uint32_t leader, uint32_t winner)
{
    DataClass *class = &world->classes[group->class_index];
    Roles  *roles = class->roles;
    SimTime now = world_now(world);
    roles_move(world, roles, leader, winner);
    roles->fenced &= ~(1u << winner);
    stream_source_moved(world, roles, leader, winner);
    learn(world, group, winner);
    /* Until it has applied its log it answers nobody: what it would say is of yesterday. */
    if (!knows_the_past(world, group, winner))
        roles->fenced |= 1u << winner;
    world_mark(world, false, "%s at %s leads %s", class->name, world->regions[winner].name,
               class->owner == OWNER_SINGLE ? "now" : world->regions[leader].name);
    WORLD_TRACE(world, "timer", "%s.%s leads instead of %s", class->name,
                world->regions[winner].name, world->regions[leader].name);
    group->led[winner] = ++group->term[winner];
    group->quorum_at[winner] = now; /* its voters have promised not to elect another */
    group->down[winner] = false;
    arm_own(world, group, winner, lease_end(world, group, winner));
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (r == winner || !is_voter(group, r))
            continue;
        group->known[winner][r].heard = now;
        draw_timeout(world, group, winner, r, now, window(group));
        arm_timer(world, group, winner, r);
    }
    if (!group->beating[winner])
        arm_heartbeat(world, group, winner, now);
}

/* ---- electing ---------------------------------------------------------------------------- */

/* How much of a leader's log a region has. */
static uint64_t log_of(const World *world, const Consensus *group, uint32_t leader, uint32_t region)
{
    const Stream *stream = &world->streams[log_stream(world, group, leader, region)];
    return region == leader ? world->classes[group->class_index].logs[leader].end
                            : stream->received - stream->lost_with_source;
}

static void ask_for_votes(World *world, Consensus *group, uint32_t leader, uint32_t region)
{
    Voter  *voter = &group->known[leader][region];
    SimTime now = world_now(world);
    if (now < voter->due) { /* it heard the leader since */
        arm_timer(world, group, leader, region);
        return;
    }
    draw_timeout(world, group, leader, region, now, group->election);
    arm_timer(world, group, leader, region);
    if (!alive(world, group, region))
        return;
    if (group->majority == 1)
        lead(world, group, leader, region);
    else
        ask_all(world, group, leader, region);
}

static void asked(World *world, Consensus *group, uint32_t leader, uint32_t candidate,
                  uint32_t region, uint32_t term)
{
    const DataClass *class = &world->classes[group->class_index];
    Voter  *voter = &group->known[leader][region];
    SimTime now = world_now(world);
    if (!alive(world, group, region) || voter->voted >= term)
        return;
    /* Who asks for a new term of its own is no other leader. */
    if (region == leader
            ? takes_itself_for_leader(class->roles, leader) && !group->down[leader]
            : candidate != leader && now - voter->heard < by_clock_of(world, region, window(group)))
        return;
    if (log_of(world, group, leader, candidate) < log_of(world, group, leader, region))
        return;
    voter->voted = term;
    voter->term = 0;
    draw_timeout(world, group, leader, region, now, group->election);
    tell(world, group, GRANT, leader, region, candidate, term);
}

static void granted(World *world, Consensus *group, uint32_t leader, uint32_t from,
                    uint32_t candidate, uint32_t term)
{
    Voter *voter = &group->known[leader][candidate];
    if (voter->term != term || term <= group->led[leader] || !alive(world, group, candidate))
        return;
    voter->votes |= 1u << from;
    if ((uint32_t)__builtin_popcount(voter->votes) < group->majority)
        return;
    voter->term = 0;
    if (candidate != leader) {
        lead(world, group, leader, candidate);
        return;
    }
    group->led[leader] = term;
    if (!group->down[leader])
        return;
    group->down[leader] = false;
    group->elected_at[leader] = world_now(world);
    arm_own(world, group, leader, lease_end(world, group, leader));
    world_mark(world, false, "%s at %s leads again", world->classes[group->class_index].name,
               world->regions[leader].name);
    WORLD_TRACE(world, "timer", "%s.%s leads again", world->classes[group->class_index].name,
                world->regions[leader].name);
    beat(world, group, leader);
}

static void election(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t leader = sim_event_target(event) % WORLD_REGION_LIMIT;
    DataClass *class = &world->classes[sim_event_target(event) / WORLD_REGION_LIMIT];
    Consensus *group = class->consensus;
    Message    kind = (Message)(event->arg & 7);
    uint32_t   from = (uint32_t)(event->arg >> 3 & 31);
    uint32_t   to = consensus_to(event->arg);
    uint64_t   says = event->arg >> SAYS_AT;
    if (from != to) {
        uint32_t path = link_path(world, from, to, group->via);
        uint64_t epoch = world->links[path].epoch & ((1u << EPOCH_BITS) - 1);
        if (epoch != (event->arg >> EPOCH_AT & ((1u << EPOCH_BITS) - 1))) {
            link_lost(world, path, is_answer(kind), 1);
            return;
        }
    }
    bool leads = roles_owns(class->roles, leader); /* if not, there is nothing to vote about */
    if (kind == BEAT)
        hear(world, group, leader, to, says);
    else if (kind == HEARD)
        was_heard(world, group, leader, from, says);
    else if (kind == REFUSED && alive(world, group, to) &&
             takes_itself_for_leader(class->roles, to))
        ask_again(world, group, leader);
    else if (kind == TIMER && to == leader)
        own_timer(world, group, leader);
    else if (kind == TIMER && leads)
        ask_for_votes(world, group, leader, to);
    else if (kind == ASK && leads)
        asked(world, group, leader, from, to, (uint32_t)says);
    else if (kind == GRANT && leads)
        granted(world, group, leader, from, to, (uint32_t)says);
}

/* ---- building ---------------------------------------------------------------------------- */

void channel_setup_consensus(const World *world, const PlanItem *item, ChannelSetup *out_setup)
{
    uint32_t voters = channel_voters(world, plan_value(item, CONSENSUS_VOTERS));
    *out_setup = (ChannelSetup){
        .in_order = true,
        .apply = plan_value(item, CONSENSUS_APPLY)->dist,
        .via = plan_text(item, CONSENSUS_VIA),
        .divergent = TAIL_THROWN_AWAY,
        .voters = voters,
        .acks = (uint32_t)__builtin_popcount(voters) / 2,
        .shown_late = true,
        .commit_wait = plan_number(item, CONSENSUS_COMMIT_WAIT),
    };
}

static Consensus *group_build(World *world, uint32_t class_index, const PlanItem *item,
                              const ChannelSetup *setup)
{
    Consensus *group = sim_arena_array(world->arena, Consensus, 1);
    DataClass *class = &world->classes[class_index];
    group->class_index = class_index;
    group->voters = setup->voters;
    group->majority = (uint32_t)__builtin_popcount(setup->voters) / 2 + 1;
    group->heartbeat = plan_number(item, CONSENSUS_HEARTBEAT);
    group->election = plan_number(item, CONSENSUS_ELECTION);
    group->lease = plan_number(item, CONSENSUS_LEASE);
    group->guard = plan_number(item, CONSENSUS_LEASE_GUARD);
    group->via = setup->via;
    for (uint32_t r = 0; r < WORLD_REGION_LIMIT; r++)
        group->timer_at[r] = -1;
    char *component = g_strdup_printf("%s of %s", item->kind->name, class->name);
    world_rng(world, &group->rng, component, "election");
    g_free(component);
    class->roles = sim_arena_array(world->arena, Roles, 1);
    roles_init(class->roles, world->region_count);
    if (class->owner == OWNER_SINGLE)
        class->roles->homes = 1u << class->owner_region;
    return group;
}

void consensus_build(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const PlanValue *list =
            plan_value(plan_item(world->plan, world->classes[c].item), DATA_CHANNELS);
        for (uint32_t i = 0; i < list->count; i++) {
            const PlanItem *item = plan_item(world->plan, list->ids[i]);
            if (item->kind == &kind_consensus)
                world->classes[c].consensus = group_build(
                    world, c, item, &world->channels[world->classes[c].channels[i]].setup);
        }
    }
    sim_engine_handle(world->engine, WORLD_HEARTBEAT, "heartbeat", heartbeat);
    sim_engine_handle(world->engine, WORLD_ELECTION, "election", election);
}

void consensus_start(World *world)
{
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        Consensus *group = class->consensus;
        for (uint32_t leader = 0; leader < world->region_count && group != NULL; leader++) {
            if (!roles_owns(class->roles, leader))
                continue;
            arm_heartbeat(world, group, leader,
                          (SimTime)sim_rng_below(&group->rng, (uint64_t)group->heartbeat));
            arm_own(world, group, leader, lease_end(world, group, leader));
            for (uint32_t r = 0; r < world->region_count; r++) {
                if (r == leader || !is_voter(group, r))
                    continue;
                draw_timeout(world, group, leader, r, 0, window(group));
                arm_timer(world, group, leader, r);
            }
        }
    }
}
