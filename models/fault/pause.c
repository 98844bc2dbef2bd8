/*
 * pause.c: processes that stop and go on as if no time had passed.
 *
 * A virtual machine that is moved, a long collection of garbage, a disk that hangs: the kernel goes
 * on, so connections stay and what is sent waits in its buffers; the processes do nothing, and do
 * not know it. Every event that would happen in them is put aside and happens when they go on, at
 * one instant and in the order in which it was due: work is finished and written by whoever took
 * itself for the owner, before the timers behind it fire, and before anybody tells it otherwise.
 *
 *   event of a paused process --> put aside --> the pause ends --> happens, late
 *
 * The rest of the world sees silence: probes without an answer, leases that are not renewed, copies
 * that nobody confirms. Only runs with such a fault look at their events twice.
 */
#include "models/fault/fault.h"

static const PlanField pause_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("region", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "region", NULL, 0, 0, "Where.",
                NULL),
    MODEL_FIELD("service", REF, 0, "service", NULL, 0, 0,
                "Only the processes of this service; the region answers probes.", NULL),
    MODEL_FIELD("data", REF, 0, "data", NULL, 0, 0,
                "Only the store of this data; services that use it hold their threads and wait.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_pause = {"pause",
                             "fault",
                             false,
                             "Processes of a region stop and go on with the view they had before.",
                             "What fell due meanwhile happens at once when they go on, as if the "
                             "work had been done; buffers "
                             "of the kernel have no limit besides the queue of a service.",
                             pause_fields,
                             NULL};

typedef struct Waiting { /* an event that waits for processes to go on */
    uint32_t kind, target;
    uint64_t arg;
} Waiting;

struct Pauses {
    SimHandler handlers[WORLD_EVENT_COUNT]; /* of the kinds that happen in processes */
    GArray    *aside;                       /* Waiting, in the order in which they were due */
    uint32_t   in_force;
};

/* ---- whose event it is ----------------------------------------------------------------------- */

typedef struct Place { /* the processes that an event happens in */
    uint32_t regions;  /* a bit each */
    uint32_t service;  /* WORLD_NONE: of no service */
    uint32_t data;     /* the store that is asked; WORLD_NONE: none, or `all` of the service's */
    bool     all;
} Place;

static Place of_store(uint32_t regions, uint32_t data)
{
    return (Place){regions, WORLD_NONE, data, false};
}

/* Of a request that somebody waits for: at the region it entered, or at one that it asks. */
static Place of_request(const World *world, uint64_t arg, uint32_t region, bool begins)
{
    const Request *request = &world->requests[request_slot(arg)];
    if (request->token != request_token(arg) || request->state == REQUEST_FREE)
        return of_store(0, WORLD_NONE);
    const Service *service = &world->services[request->service];
    Place          place = {1u << region, request->service, WORLD_NONE, begins};
    if (region == request->entry && !begins)
        return place;
    uint32_t write = (uint32_t)request->op - service->read_count;
    if (request->op < service->read_count)
        place.data = service->reads[request->op];
    else if (write < service->write_count)
        place.data = service->writes[write];
    if (region != request->entry)
        place.service = WORLD_NONE; /* it is the store there that is asked */
    return place;
}

static Place place_of(const World *world, const SimEvent *event)
{
    uint32_t      target = sim_event_target(event);
    const Stream *stream = &world->streams[target < world->stream_count ? target : 0];
    switch (sim_event_kind(event)) {
    case WORLD_WORK_DONE:
        return of_request(world, event->arg, target, true);
    case WORLD_WORK_FAILED:
    case WORLD_ASK_TIMEOUT:
    case WORLD_MADE_ANEW:
    case WORLD_WRITE_ANSWER:
    case WORLD_ASK_ARRIVES:
    case WORLD_LOOKED_UP:
    case WORLD_WRITE_ARRIVES:
        return of_request(world, event->arg, target, false);
    case WORLD_ANSWER_ARRIVES:
        return of_request(world, event->arg, world->requests[request_slot(event->arg)].entry,
                          false);
    case WORLD_CHANGE_ARRIVES:
    case WORLD_CHANGE_APPLIED:
    case WORLD_CHANGE_TWICE:
        return of_store(1u << stream->to, stream->class_index);
    case WORLD_CHANGE_ACKED:
    case WORLD_STREAM_PUMPS:
        return of_store(1u << stream->from, stream->class_index);
    case WORLD_STREAM_RESUMES:
    case WORLD_RESYNC:
        return of_store(1u << stream->from | 1u << stream->to, stream->class_index);
    case WORLD_HOLD_TIMER:
    case WORLD_HEARTBEAT:
        return of_store(1u << target % WORLD_REGION_LIMIT, target / WORLD_REGION_LIMIT);
    case WORLD_ELECTION:
        return of_store(1u << consensus_to(event->arg), target / WORLD_REGION_LIMIT);
    case WORLD_PUBLISH:
    case WORLD_BROKER_TIMER:
        return of_store(1u << target % world->region_count,
                        world->channels[target / world->region_count].class_index);
    default:
        return of_store(0, WORLD_NONE);
    }
}

static bool uses(const World *world, uint32_t service, uint32_t data)
{
    const Service *s = &world->services[service];
    bool           found = false;
    for (uint32_t i = 0; i < s->read_count; i++)
        found |= s->reads[i] == data;
    for (uint32_t i = 0; i < s->write_count; i++)
        found |= s->writes[i] == data;
    return found;
}

static bool stops(const World *world, uint32_t fault, const Place *place)
{
    const PlanItem *item = fault_item(world, fault);
    if (!fault_works(world, fault, &kind_pause) ||
        (place->regions & 1u << fault_ref(world, item, PAUSE_REGION, "region")) == 0)
        return false;
    bool narrow = false, meant = false;
    if (plan_value(item, PAUSE_SERVICE)->count > 0) {
        narrow = true;
        meant |= place->service == fault_ref(world, item, PAUSE_SERVICE, "service");
    }
    if (plan_value(item, PAUSE_DATA)->count > 0) {
        uint32_t data = fault_ref(world, item, PAUSE_DATA, "data");
        narrow = true;
        meant |= place->all ? uses(world, place->service, data) : place->data == data;
    }
    return !narrow || meant;
}

/* The latest of the pauses that stop it, or WORLD_NONE. */
static uint32_t stopped_by(const World *world, const Place *place)
{
    for (uint32_t f = world->fault_count; f-- > 0;)
        if (stops(world, f, place))
            return f;
    return WORLD_NONE;
}

bool pause_stops_store(const World *world, uint32_t class_index, uint32_t region)
{
    Place place = of_store(1u << region, class_index);
    return world->pauses != NULL && world->pauses->in_force > 0 &&
           stopped_by(world, &place) != WORLD_NONE;
}

/* ---- putting aside --------------------------------------------------------------------------- */

static void happens(void *user, const SimEvent *event)
{
    World  *world = user;
    Pauses *pauses = world->pauses;
    if (pauses->in_force > 0) {
        Place    place = place_of(world, event);
        uint32_t fault = stopped_by(world, &place);
        if (fault != WORLD_NONE) {
            Waiting one = {sim_event_kind(event), sim_event_target(event), event->arg};
            g_array_append_val(pauses->aside, one);
            fault_hit_held(world, fault);
            return;
        }
    }
    pauses->handlers[sim_event_kind(event)](user, event);
}

/* What is still stopped by another pause is put aside again when it is its turn. */
static void let_happen(World *world)
{
    GArray *aside = world->pauses->aside;
    for (guint i = 0; i < aside->len; i++) {
        const Waiting *one = &g_array_index(aside, Waiting, i);
        sim_engine_at(world->engine, world_now(world), SIM_PHASE_DELIVER, one->kind, one->target,
                      one->arg);
    }
    g_array_set_size(aside, 0);
}

static void build_pause(World *world, Fault *fault, const PlanItem *item)
{
    const PlanValue *service = plan_value(item, PAUSE_SERVICE);
    const PlanValue *data = plan_value(item, PAUSE_DATA);
    const char      *region = world->regions[fault_ref(world, item, PAUSE_REGION, "region")].name;
    char            *text = g_strdup_printf("%s%s%s",
                                 service->count > 0 ? plan_item(world->plan, service->ids[0])->name
                                            : data->count > 0 ? plan_item(world->plan, data->ids[0])->name
                                                              : region,
                                 service->count + data->count > 0 ? " at " : "",
                                 service->count + data->count > 0 ? region : "");
    fault->target = sim_arena_text(world->arena, text);
    g_free(text);
    fault_watch_threads(world);
    if (world->pauses == NULL) {
        world->pauses = g_new0(Pauses, 1);
        world->pauses->aside = g_array_new(FALSE, FALSE, sizeof(Waiting));
    }
}

void pause_build(World *world)
{
    static const WorldEvent kinds[] = {
        WORLD_WORK_DONE,      WORLD_WORK_FAILED,    WORLD_ASK_TIMEOUT,    WORLD_MADE_ANEW,
        WORLD_WRITE_ANSWER,   WORLD_ASK_ARRIVES,    WORLD_LOOKED_UP,      WORLD_WRITE_ARRIVES,
        WORLD_ANSWER_ARRIVES, WORLD_CHANGE_ARRIVES, WORLD_CHANGE_APPLIED, WORLD_CHANGE_TWICE,
        WORLD_CHANGE_ACKED,   WORLD_STREAM_PUMPS,   WORLD_STREAM_RESUMES, WORLD_RESYNC,
        WORLD_HOLD_TIMER,     WORLD_HEARTBEAT,      WORLD_ELECTION,       WORLD_PUBLISH,
        WORLD_BROKER_TIMER,
    };
    if (world->pauses == NULL)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        world->pauses->handlers[kinds[i]] = sim_engine_divert(world->engine, kinds[i], happens);
}

void pause_free(World *world)
{
    if (world->pauses == NULL)
        return;
    g_array_free(world->pauses->aside, TRUE);
    g_free(world->pauses);
}

/* ---- the fault ------------------------------------------------------------------------------- */

static bool of_whole_region(const PlanItem *item)
{
    return plan_value(item, PAUSE_SERVICE)->count + plan_value(item, PAUSE_DATA)->count == 0;
}

static void turn_pause(World *world, uint32_t index, const PlanItem *item, bool begin)
{
    uint32_t region = fault_ref(world, item, PAUSE_REGION, "region");
    Region  *r = &world->regions[region];
    (void)index;
    if (begin) {
        world->pauses->in_force++;
        r->paused += of_whole_region(item);
    } else {
        world->pauses->in_force--;
        r->paused -= of_whole_region(item);
        let_happen(world);
    }
    service_threads_changed(world, region);
}

bool fault_pauses(const World *world, uint32_t fault)
{
    return world->faults[fault].behaviour->kind == &kind_pause;
}

/* Nobody takes a request from the queue. */
static int64_t pause_threads(const World *world, uint32_t fault, uint32_t service, uint32_t region)
{
    const PlanItem  *item = fault_item(world, fault);
    const PlanValue *only = plan_value(item, PAUSE_SERVICE);
    bool             here = fault_ref(world, item, PAUSE_REGION, "region") == region &&
                (of_whole_region(item) ||
                 (only->count > 0 && world_index(world, "service", only->ids[0]) == service));
    return here ? 0 : 1000000000;
}

const FaultKind fault_pause_kinds[] = {
    {.kind = &kind_pause, .build = build_pause, .turn = turn_pause, .threads = pause_threads},
    {.kind = NULL},
};
