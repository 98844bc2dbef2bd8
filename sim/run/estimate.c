/*
 * estimate.c: what a run will take, before it is played: events, and memory at its peak.
 *
 * Both count what is asked for, not what fails: of retries, floods and what piles up while a region
 * is away they know nothing. What memory follows is not how much happened but what was touched:
 *
 *   records that were written   a version in each region, a slot in the table of keys, and what the
 *                               ledger notes of the newest write
 *   windows                     a cell for each (service, region, users) that asked in it
 *   samples                     the lag of each stream, kept, and again as rows
 *   requests in flight          as many as can wait for their deadline
 *
 * README.md has measured figures beside these.
 */
#include "models/fields.h"
#include "models/world.h"
#include "sim/run/run.h"

#define START_BYTES (6.5 * (1 << 20)) /* program, libraries and an empty world: measured */
#define TABLE_BYTES 12                /* of a slot of the table of keys: store.c */
#define LEDGER_KEY_BYTES 32           /* sim/ledger/books.h: Key */
#define LEDGER_WRITE_BYTES 132        /* Record, and its reads */
#define ROW_BYTES 200                 /* chosen: of a window or sample in the database */
#define SAMPLES_WANTED 720            /* as in models/world.c */

typedef struct Estimate {
    const Plan *plan;
    double      seconds;
    uint32_t    regions;
    double      events, bytes;
} Estimate;

static double power_of_two(double at_least)
{
    double room = 64;
    while (room < at_least)
        room *= 2;
    return room;
}

/* How many of `keys` are touched if each of n writes picks one. */
static double distinct(double n, double keys)
{
    if (keys <= 0 || n <= 0)
        return n;
    double missed = 1 - MIN(n / keys, 1024) / 1024; /* to the 1024th: e to the -n / keys */
    for (int i = 0; i < 10; i++)
        missed *= missed;
    return keys * (1 - missed);
}

/* Items of a quorum store that are told of a write; 0: the channel is another one. */
static double replicas_of(const Estimate *e, const PlanItem *data)
{
    const PlanValue *channels = plan_value(data, DATA_CHANNELS);
    for (uint32_t c = 0; c < channels->count; c++) {
        const PlanItem *channel = plan_item(e->plan, channels->ids[c]);
        if (!g_str_equal(channel->kind->name, "quorum"))
            continue;
        uint32_t members = plan_value(channel, QUORUM_REGIONS)->count;
        return (double)plan_number(channel, QUORUM_REPLICAS) * (members > 0 ? members : e->regions);
    }
    return 0;
}

/* How many requests a second of these users come to a service: asked for by them, or following what
 * they asked for. */
static double rate_of(const Estimate *e, PlanId service, PlanId users)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(e->plan, "demand", &count);
    double        rate = 0;
    for (uint32_t d = 0; d < count; d++) {
        const PlanItem  *demand = plan_item(e->plan, ids[d]);
        const PlanItem  *asked = plan_item(e->plan, plan_value(demand, DEMAND_SERVICE)->ids[0]);
        const PlanValue *follow = plan_value(asked, SERVICE_FOLLOWED_BY);
        double           own = (double)plan_number(demand, DEMAND_RATE) / 1e9;
        if (plan_value(demand, DEMAND_USERS)->ids[0] != users)
            continue;
        if (asked->id == service)
            rate += own;
        if (follow->count == 0)
            continue;
        const PlanItem *part = plan_item(e->plan, follow->ids[0]);
        if (plan_value(part, FOLLOW_SERVICE)->ids[0] == service)
            rate += own * (double)plan_number(part, FOLLOW_SHARE) / 1e9;
    }
    return rate;
}

/* What is kept of a class of data that n writes of so many users were made to. */
static void data_adds(Estimate *e, const PlanItem *data, double n, double users)
{
    double shared = (double)plan_number(data, DATA_KEYS);
    double keys = plan_number(data, DATA_CHANGE) == 1 ? 0 : shared > 0 ? shared : users;
    double registers =
        plan_value(data, DATA_REGISTERS)->set ? (double)plan_number(data, DATA_REGISTERS) : 1;
    double touched = distinct(n, keys * registers);
    e->bytes += touched * (double)(sizeof(Version) * e->regions + 1);
    e->bytes += power_of_two(2 * touched) * TABLE_BYTES;
    if (plan_number(data, DATA_LOSABLE) == 0)
        e->bytes += power_of_two(touched) * LEDGER_KEY_BYTES;
}

static void service_adds(Estimate *e, const PlanItem *service)
{
    uint32_t      cohorts;
    const PlanId *ids = plan_of_kind(e->plan, "users", &cohorts);
    double        users = 0;
    double        rate = 0;
    for (uint32_t c = 0; c < cohorts; c++) {
        double own = rate_of(e, service->id, ids[c]);
        if (own > 0)
            users += (double)plan_number(plan_item(e->plan, ids[c]), USERS_COUNT);
        rate += own;
    }
    double n = rate * e->seconds;
    e->events += 2 * n;
    double waiting = (double)plan_number(service, SERVICE_DEADLINE) / (double)SIM_S * rate;
    e->bytes += waiting * (sizeof(Request) + 64);
    const PlanValue *writes = plan_value(service, SERVICE_WRITES);
    for (uint32_t w = 0; w < writes->count; w++) {
        const PlanItem *data = plan_item(e->plan, writes->ids[w]);
        double          replicas = replicas_of(e, data);
        double          channels = plan_value(data, DATA_CHANNELS)->count;
        e->events += n + (replicas > 0 ? 2 * replicas * n : 2 * n * channels * (e->regions - 1));
        data_adds(e, data, n, users);
    }
    const PlanValue *reads = plan_value(service, SERVICE_READS);
    for (uint32_t r = 0; r < reads->count; r++)
        e->events += 2 * n * replicas_of(e, plan_item(e->plan, reads->ids[r]));
}

/* Cells of windows in which somebody asked, and the rows that are made of them and of samples. */
static void measures_add(Estimate *e, const PlanItem *frame, uint32_t services)
{
    uint32_t         cohorts, count;
    const PlanValue *width = plan_value(frame, SCENARIO_WINDOW);
    double           windows = WORLD_WINDOWS_WANTED;
    if (width->set)
        windows = (double)plan_number(frame, SCENARIO_DURATION) / (double)width->number + 1;
    plan_of_kind(e->plan, "users", &cohorts);
    double cells = MIN(windows * services * e->regions * cohorts, e->events / 2);
    e->bytes += cells * (sizeof(MetricsCell) + 2 * ROW_BYTES);
    double        streams = 0;
    const PlanId *ids = plan_of_kind(e->plan, "data", &count);
    for (uint32_t d = 0; d < count; d++)
        streams += (double)plan_value(plan_item(e->plan, ids[d]), DATA_CHANNELS)->count *
                   e->regions * (e->regions - 1);
    e->bytes += streams * SAMPLES_WANTED * (sizeof(MetricsLag) + 2 * ROW_BYTES / 4);
}

bool run_estimate(const Plan *plan, uint64_t *out_events, uint64_t *out_bytes)
{
    uint32_t        count;
    const PlanItem *frame = plan_item(plan, plan_of_kind(plan, "scenario", &count)[0]);
    Estimate        e = {.plan = plan, .bytes = START_BYTES};
    e.seconds = (double)plan_number(frame, SCENARIO_DURATION) / (double)SIM_S;
    plan_of_kind(plan, "region", &e.regions);
    const PlanId *ids = plan_of_kind(plan, "service", &count);
    for (uint32_t s = 0; s < count; s++)
        service_adds(&e, plan_item(plan, ids[s]));
    measures_add(&e, frame, count);
    double most = (double)(INT64_MAX / 2);
    *out_events = (uint64_t)MIN(e.events, most);
    *out_bytes = (uint64_t)MIN(e.bytes, most);
    return e.events > 0;
}
