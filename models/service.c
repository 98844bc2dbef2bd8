/*
 * service.c: services: threads, queues and deadlines in each region.
 */
#include "models/fields.h"
#include "models/intent.h"
#include "models/kinds.h"
#include "models/model.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField service_fields[] = {
    MODEL_FIELD("reads", REFS, 0, "data", NULL, 0, 0, "Data classes read, in order.", NULL),
    MODEL_FIELD("writes", REFS, 0, "data", NULL, 0, 0,
                "Data classes written after the reads, in order.", NULL),
    MODEL_FIELD("deadline", TIME, 0, NULL, "1s", SIM_US, SIM_DAY,
                "The user gives up after this; a later answer counts as a failure.", "chosen"),
    MODEL_FIELD("threads", COUNT, 0, NULL, "64", 1, 1000000,
                "Requests worked on at once in each region; a thread is held while it waits for "
                "another region.",
                "chosen"),
    MODEL_FIELD("work", DIST, 0, NULL, "2ms", 0, 0, "Time of one request on a thread.", "chosen"),
    MODEL_FIELD("queue", COUNT, 0, NULL, "1000", 0, 100000000,
                "Requests that may wait for a thread in each region; more are refused.", "chosen"),
    MODEL_FIELD("core", FLAG, 0, NULL, "false", 0, 0, "A failed request counts as a hit user.",
                "chosen"),
    MODEL_FIELD("followed_by", PART, 0, "follow", NULL, 0, 0,
                "A request that the same user sends after a success.", NULL),
    MODEL_FIELD("unknown", RATIO, 0, NULL, "0%", 0, 1000000000,
                "Share of requests for a record that nobody ever made: a mistyped name, a guess. "
                "\"No such record\" is then the right answer.",
                "chosen"),
    MODEL_FIELD("unknown_names", COUNT, 0, NULL, "1000000", 1, INT64_C(1000000000000),
                "How many such names there are; each request takes one at random.", "chosen"),
    MODEL_FIELD(
        "calls", REFS, 0, "service", NULL, 0, 0,
        "Services of the same region that each request needs, in order, after its reads and "
        "writes. Its thread waits; the called service's deadline is the time-out.",
        NULL),
    MODEL_FIELD("retry", PART, 0, "retry", NULL, 0, 0,
                "What the service does when a read, a forwarded write or a call fails for want of "
                "an answer: that is tried again, on the same thread. Not by default.",
                NULL),
    MODEL_FIELD("timeout", TIME, 0, NULL, "0s", 0, SIM_HOUR,
                "How long a write may be under way to its owner; after that it has failed, and may "
                "be done all the same. 0: as long as its user waits.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_service = {
    "service",
    "component",
    true,
    "What users ask for: reads, then writes, before a deadline.",
    "Threads of a region form one pool per service; work inside it is not split into stages.",
    service_fields,
    NULL};

static const PlanField follow_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0,
                "The next request.", NULL),
    MODEL_FIELD("after", DIST, 0, NULL, "10s", 0, 0, "How long after the answer.", "chosen"),
    MODEL_FIELD("share", RATIO, 0, NULL, "100%", 0, 1000000000, "How many do.", "chosen"),
    MODEL_FIELD("elsewhere", RATIO, 0, NULL, "0%", 0, 1000000000,
                "How many of them send it to another region.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_follow = {"follow", "follow",      false, "The next step of a user's journey.",
                              NULL,     follow_fields, NULL};

/* Bytes of a forwarded request besides the record: chosen. */
#define FORWARD_BYTES 300

uint32_t service_owner(const DataClass *class, const Request *request)
{
    if (class->owner == OWNER_ANY)
        return request->entry;
    return class->roles->seen[request->entry][store_home(class, request)];
}

static ServiceSite *site_of(World *world, const Request *request)
{
    return &world->services[request->service].sites[request->entry];
}

static void work_begin(World *world, uint32_t slot)
{
    Request     *request = &world->requests[slot];
    Service     *service = &world->services[request->service];
    ServiceSite *site = &service->sites[request->entry];
    SimTime      now = world_now(world);
    request->state = REQUEST_WORKING;
    if (service->read_count > 0)
        store_expect(world, service->reads[0], request->entry, request, service->write_count > 0);
    else if (service->write_count > 0)
        store_expect(world, service->writes[0], request->entry, request, true);
    uint64_t arg = request_arg(slot, request_wait(world, request));
    bool     cold = world->regions[request->entry].warm_at > now;
    if (service->constant_work >= 0 && site->slow == WORLD_PACE && !cold) {
        sim_engine_lane_at(world->engine, service->lane, now + service->constant_work,
                           SIM_PHASE_WORK, WORLD_WORK_DONE, request->entry, arg);
        return;
    }
    SimTime  work = request->resumed ? 0 : sim_dist_draw(service->work, &site->rng);
    uint32_t slow = site->slow & ~WORLD_SPOILT;
    if (slow > WORLD_PACE) {
        work = world_slowed(work, slow);
        fault_hit_delayed(world, site->slow_by);
    }
    if (cold)
        work = sim_time_mul_far(work, 2);
    bool fails = slow != site->slow && fault_spoils(world, request->service, request->entry);
    sim_engine_at(world->engine, sim_time_add(now, work), SIM_PHASE_WORK,
                  fails ? WORLD_WORK_FAILED : WORLD_WORK_DONE, request->entry, arg);
}

void service_begin(World *world, uint32_t slot)
{
    Request     *request = &world->requests[slot];
    Service     *service = &world->services[request->service];
    ServiceSite *site = &service->sites[request->entry];
    if (site->busy < site->threads) {
        site->busy++;
        if (site->busy > site->peak)
            site->peak = site->busy;
        work_begin(world, slot);
        return;
    }
    uint32_t cut_by = service->cut_by == NULL ? WORLD_NONE : service->cut_by[request->entry];
    if (G_UNLIKELY(cut_by != WORLD_NONE)) {
        bool pauses = fault_pauses(world, cut_by);
        if (site->threads == 0 && !pauses) {
            fault_hit_refused(world, cut_by);
            users_failed(world, slot, METRICS_UNREACHABLE, false);
            request_free(world, slot);
            return;
        }
        /* A thread that the fault took would have been free. */
        if (pauses || site->busy < service->threads)
            fault_hit_delayed(world, cut_by);
    }
    if (site->queued >= service->queue_limit) {
        users_failed(world, slot, METRICS_OVERLOAD, false);
        request_free(world, slot);
        return;
    }
    request->state = REQUEST_QUEUED;
    request->next = WORLD_NONE;
    if (site->queued++ == 0)
        site->first = slot;
    else
        world->requests[site->last].next = slot;
    site->last = slot;
}

/* The thread of a request is free: the next one in the queue takes it. Work is done in order even
 * for users who gave up long ago: nobody tells the service. */
static void thread_free(World *world, ServiceSite *site)
{
    if (site->queued == 0 || site->busy > site->threads) {
        site->busy--;
        return;
    }
    uint32_t slot = site->first;
    site->first = world->requests[slot].next;
    site->queued--;
    work_begin(world, slot);
}

static G_GNUC_NO_INLINE void tell_unknown(World *world, Request *request)
{
    for (uint32_t w = request->told; w < request->write_count; w++)
        ledger_unknown(world->ledger, request->writes[w]);
    if (request->provisional)
        intent_told(world, request, INTENT_TOLD_UNKNOWN);
    request->told = request->write_count;
}

/* What was done after its user had given up: nobody tells them. */
static inline void leave_untold(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    if (G_UNLIKELY(request->gave_up) && request->told != request->write_count)
        tell_unknown(world, request);
}

static void finish(World *world, uint32_t slot)
{
    leave_untold(world, slot);
    ServiceSite *site = site_of(world, &world->requests[slot]);
    request_free(world, slot);
    thread_free(world, site);
}

void service_sends_away(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->state = REQUEST_AWAY;
    thread_free(world, site_of(world, request));
}

void service_comes_back(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    if (!region_up(world, request->entry)) {
        fault_hit_refused(world, world->regions[request->entry].down_by);
        request->state = REQUEST_DEAD; /* nobody answers; the deadline will tell */
        request_wait(world, request);
        return;
    }
    request->resumed = true;
    service_begin(world, slot);
}

/* Whether what the service needs from elsewhere is worth another attempt. */
static bool may_pass(MetricsFailure failure)
{
    return failure == METRICS_TIMEOUT || failure == METRICS_UNREACHABLE ||
           failure == METRICS_OVERLOAD || failure == METRICS_OWNER;
}

static bool tries_again(World *world, uint32_t slot, MetricsFailure failure)
{
    Request *request = &world->requests[slot];
    Service *service = &world->services[request->service];
    SimTime  wait;
    if (service->again == NULL || !may_pass(failure))
        return false;
    if (request->tries == 0)
        again_first(service->again, request->entry);
    if (!again_may(service->again, request->entry, request->tries + 1u, &wait))
        return false;
    request->tries++;
    request->state = REQUEST_WAITING;
    request->awaited = 0;
    request->asked = 0;
    sim_engine_at(world->engine, sim_time_add(world_now(world), wait), SIM_PHASE_WORK,
                  WORLD_SERVICE_AGAIN, request->entry,
                  request_arg(slot, request_wait(world, request)));
    return true;
}

static void service_again(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " is tried again by the service",
                world->services[request->service].name, request->user);
    request->state = REQUEST_WORKING;
    service_continue(world, request_slot(event->arg));
}

static void fail_now(World *world, uint32_t slot, MetricsFailure failure)
{
    if (!world->requests[slot].gave_up)
        users_failed(world, slot, failure, false);
    finish(world, slot);
}

void service_fail(World *world, uint32_t slot, MetricsFailure failure)
{
    if (!tries_again(world, slot, failure))
        fail_now(world, slot, failure);
}

void service_absent(World *world, uint32_t slot)
{
    Request       *request = &world->requests[slot];
    const Service *service = &world->services[request->service];
    request->absent = true;
    request->op = (uint8_t)(service->read_count + service->write_count + service->call_count);
    service_continue(world, slot);
}

/* Notes the answer of a store; true if the request goes on. */
static bool take_answer(World *world, uint32_t slot, StoreAnswer answer, LedgerWrite write)
{
    Request       *request = &world->requests[slot];
    const Service *service = &world->services[request->service];
    uint32_t       class_index = service->writes[request->op - service->read_count];
    bool           own;
    switch (answer) {
    case STORE_COMMITTED:
        request->writes[request->write_count++] = write;
        request->op++;
        return true;
    case STORE_HELD:
        break;
    case STORE_TAKEN:
        /* The user's own earlier attempt got through: the answer is what they wanted to hear. */
        own = request->attempt > 1 && world->classes[class_index].keys == 0;
        request->writes[request->write_count++] = own ? write : 0;
        request->refused = !own;
        request->op++;
        return true;
    case STORE_FENCED:
        service_fail(world, slot, METRICS_FENCED);
        return false;
    case STORE_DOWN:
        service_fail(world, slot, METRICS_UNREACHABLE);
        return false;
    case STORE_CHANGED:
        service_fail(world, slot, METRICS_CONFLICT);
        return false;
    }
    SIM_ASSERT(false);
    return false;
}

/* The request waits for a write that was held. */
static void attach(World *world, uint32_t class_index, uint32_t region, uint64_t request)
{
    if (world->classes[class_index].quorum != NULL)
        quorum_attach(world, request);
    else
        hold_attach(world, class_index, region, request);
}

/* Sends the current write to its owner; the answer or the user's deadline goes on from there. */
static void forward(World *world, uint32_t slot, uint32_t class_index, uint32_t owner)
{
    Request *request = &world->requests[slot];
    uint32_t link = link_path(world, request->entry, owner, NULL);
    SimTime  arrival;
    request->state = REQUEST_WAITING;
    request->awaited = 0;
    request_wait(world, request);
    WORLD_TRACE(world, "work", "%s: user %" G_GUINT64_FORMAT " forwards %s to %s",
                world->services[request->service].name, request->user,
                world->classes[class_index].name, world->regions[owner].name);
    request->failure = METRICS_OWNER;
    if (world->services[request->service].timeout > 0)
        sim_engine_at(world->engine,
                      sim_time_add(world_now(world), world->services[request->service].timeout),
                      SIM_PHASE_TIMER, WORLD_FORWARD_TIMEOUT, request->entry,
                      request_arg(slot, request->token));
    if (link == WORLD_NONE) {
        service_fail(world, slot, METRICS_OWNER);
        return;
    }
    switch (link_send(world, link, LINK_REQUESTS, world_now(world),
                      world->classes[class_index].size + FORWARD_BYTES, &arrival)) {
    case LINK_DELIVERS:
        request->link = link;
        request->link_epoch = world->links[link].epoch;
        request->awaited = 1;
        sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_WRITE_ARRIVES, owner,
                      request_arg(slot, request->token));
        break;
    case LINK_DROPS: /* the thread waits until a time-out, or until the user gives up */
        if (request->gave_up && world->services[request->service].timeout == 0)
            finish(world, slot);
        break;
    case LINK_REFUSES:
        service_fail(world, slot, METRICS_OWNER);
        break;
    }
}

void service_continue(World *world, uint32_t slot)
{
    Service *service = &world->services[world->requests[slot].service];
    for (;;) {
        Request *request = &world->requests[slot];
        if (request->op < service->read_count) {
            if (!read_begin(world, slot))
                return;
            continue;
        }
        uint32_t index = request->op - service->read_count;
        if (index >= service->write_count) {
            if (index - service->write_count == service->call_count)
                break;
            call_by_service(world, slot, service->calls[index - service->write_count]);
            return;
        }
        uint32_t class_index = service->writes[index];
        const DataClass *class = &world->classes[class_index];
        uint32_t owner = service_owner(class, request);
        if (owner != request->entry && class->owner == OWNER_PROVISIONAL) {
            LedgerWrite promise;
            StoreAnswer accepted = intent_accept(world, class_index, request, &promise);
            request->provisional |= accepted == STORE_COMMITTED;
            if (!take_answer(world, slot, accepted, promise))
                return;
            continue;
        }
        if (owner != request->entry) {
            forward(world, slot, class_index, owner);
            return;
        }
        LedgerWrite write;
        StoreAnswer answer = store_commit(world, class_index, owner, request, &write);
        if (answer == STORE_HELD) {
            request->state = REQUEST_WAITING;
            request->awaited = 1;
            request->failure = METRICS_TIMEOUT;
            uint64_t arg = request_arg(slot, request_wait(world, request));
            attach(world, class_index, owner, arg);
            /* Nobody waits for it any more: no thread does, as when they give up meanwhile. */
            request = request_awake(world, arg);
            if (request != NULL && request->gave_up && request->state == REQUEST_WAITING)
                service_gave_up(world, slot);
            return;
        }
        if (!take_answer(world, slot, answer, write))
            return;
    }
    if (!world->requests[slot].gave_up)
        users_served(world, slot);
    finish(world, slot);
}

void service_called(World *world, uint32_t slot, bool served, MetricsFailure failure)
{
    Request *request = &world->requests[slot];
    request->state = REQUEST_WORKING;
    if (!served) {
        service_fail(world, slot, failure);
        return;
    }
    request->op++;
    service_continue(world, slot);
}

static void work_done(void *user, const SimEvent *event)
{
    World *world = user;
    if (request_awake(world, event->arg) != NULL)
        service_continue(world, request_slot(event->arg));
}

static void work_failed(void *user, const SimEvent *event)
{
    World *world = user;
    if (request_awake(world, event->arg) != NULL)
        fail_now(world, request_slot(event->arg), METRICS_UNREACHABLE);
}

/* What is under way for a request stays behind in its slot, as that of somebody who gave up; the
 * request itself goes on in another. WORLD_NONE: there is no room. */
static uint32_t leave_behind(World *world, uint32_t slot)
{
    uint32_t other = request_take(world);
    if (other == WORLD_NONE)
        return WORLD_NONE;
    Request *left = &world->requests[slot];
    Request *request = &world->requests[other];
    *request = *left;
    request->called = false;
    request->awaited = 0;
    request->state = REQUEST_WORKING;
    if (!left->gave_up)
        users_moved(world, slot, other);
    if (left->called)
        call_moved(world, slot, other);
    left->gave_up = true;
    left->state = REQUEST_DEAD;
    hold_gave_up(world, request_arg(slot, left->token));
    return other;
}

static void forward_timeout(void *user, const SimEvent *event)
{
    World   *world = user;
    Request *request = request_awake(world, event->arg);
    uint32_t slot = request_slot(event->arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return;
    WORLD_TRACE(world, "timer", "%s: user %" G_GUINT64_FORMAT " stops waiting for the owner",
                world->services[request->service].name, request->user);
    if (request->awaited > 0)
        slot = leave_behind(world, slot);
    if (slot != WORLD_NONE)
        service_fail(world, slot, METRICS_OWNER);
}

/* No answer will come. Whoever still waits notices at the deadline; nobody frees the thread of a
 * user who has given up already. */
static void answer_lost(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->awaited = 0;
    if (!request->gave_up)
        return;
    leave_untold(world, slot);
    if (request->state == REQUEST_DEAD)
        request_free(world, slot);
    else
        finish(world, slot);
}

/* The connection over which a request waits was reset: what became of it, nobody there knows. */
static void connection_reset(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    if (request->gave_up || request->state == REQUEST_DEAD) {
        answer_lost(world, slot);
        return;
    }
    if (tries_again(world, slot, METRICS_OWNER))
        return;
    users_failed(world, slot, METRICS_OWNER, true);
    finish(world, slot);
}

/* A message of a waiting request did not survive its path: on the line, or because nobody was at
 * its end. */
static void message_lost(World *world, uint32_t slot, bool on_the_line, bool reply)
{
    Request *request = &world->requests[slot];
    WORLD_TRACE(world, "deliver", "%s: user %" G_GUINT64_FORMAT ": a message %s>%s is lost",
                world->services[request->service].name, request->user,
                world->regions[world->links[request->link].from].name,
                world->regions[world->links[request->link].to].name);
    if (!on_the_line)
        link_lost_at_end(world, request->link, reply);
    else if (link_lost(world, request->link, reply, 1) == LINK_REFUSES) {
        connection_reset(world, slot);
        return;
    }
    answer_lost(world, slot);
}

/* The write of a waiting request is done at another region: the answer goes back. */
static void answer_write(World *world, uint32_t slot, uint32_t owner, StoreAnswer answer,
                         LedgerWrite write)
{
    Request *request = &world->requests[slot];
    if (request->gave_up && answer == STORE_COMMITTED)
        ledger_unknown(world->ledger, write);
    request->answer = write;
    uint32_t back = link_path(world, owner, request->entry, NULL);
    SimTime  arrival;
    LinkFate fate = request->state == REQUEST_DEAD
                        ? LINK_DROPS
                        : link_answer(world, back, LINK_REQUESTS, FORWARD_BYTES, &arrival);
    if (fate != LINK_DELIVERS) {
        /* The write is done, but its user will never be told. */
        if (answer == STORE_COMMITTED && !request->gave_up)
            request->writes[request->write_count++] = write;
        if (fate == LINK_REFUSES)
            connection_reset(world, slot);
        else
            answer_lost(world, slot);
        return;
    }
    request->link = back;
    request->link_epoch = world->links[back].epoch;
    request->peer = (uint8_t)answer;
    sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_WRITE_ANSWER, request->entry,
                  request_arg(slot, request->token));
}

void service_write_done(World *world, uint64_t arg, uint32_t region, LedgerWrite write)
{
    uint32_t slot = request_slot(arg);
    Request *request = request_awake(world, arg);
    if (request == NULL) {
        ledger_unknown(world->ledger, write);
        return;
    }
    if (request->entry != region) {
        answer_write(world, slot, region, STORE_COMMITTED, write);
    } else if (request->state == REQUEST_DEAD) {
        service_write_lost(world, arg, region, write);
    } else {
        request->awaited = 0;
        request->state = REQUEST_WORKING;
        request_wait(world, request);
        if (take_answer(world, slot, STORE_COMMITTED, write))
            service_continue(world, slot);
    }
}

void service_write_lost(World *world, uint64_t arg, uint32_t region, LedgerWrite write)
{
    uint32_t slot = request_slot(arg);
    Request *request = request_awake(world, arg);
    if (request == NULL || request->gave_up)
        ledger_unknown(world->ledger, write);
    else
        request->writes[request->write_count++] = write;
    if (request == NULL)
        return;
    if (request->state == REQUEST_DEAD || request->entry != region || request->gave_up) {
        answer_lost(world, slot);
        return;
    }
    users_failed(world, slot, METRICS_UNREACHABLE, true);
    finish(world, slot);
}

static void write_arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t slot = request_slot(event->arg);
    uint32_t owner = sim_event_target(event);
    Request *request = request_awake(world, event->arg);
    if (request == NULL)
        return;
    bool lost = world->links[request->link].epoch != request->link_epoch;
    if (lost || !region_up(world, owner)) {
        message_lost(world, slot, lost, false);
        return;
    }
    const Service *service = &world->services[request->service];
    uint32_t       class_index = service->writes[request->op - service->read_count];
    LedgerWrite    write;
    StoreAnswer    answer = store_commit(world, class_index, owner, request, &write);
    if (answer == STORE_HELD)
        attach(world, class_index, owner, event->arg);
    else
        answer_write(world, slot, owner, answer, write);
}

static void write_answer(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t slot = request_slot(event->arg);
    Request *request = request_awake(world, event->arg);
    if (request == NULL)
        return;
    StoreAnswer answer = (StoreAnswer)request->peer;
    bool        lost = world->links[request->link].epoch != request->link_epoch;
    if (lost || request->state == REQUEST_DEAD) {
        /* The write is done, but its user will never be told. */
        if (answer == STORE_COMMITTED && request->gave_up)
            ledger_unknown(world->ledger, request->answer);
        else if (answer == STORE_COMMITTED)
            request->writes[request->write_count++] = request->answer;
        if (lost)
            message_lost(world, slot, true, true);
        else
            answer_lost(world, slot);
        return;
    }
    request->awaited = 0;
    request->state = REQUEST_WORKING;
    request_wait(world, request);
    if (take_answer(world, slot, answer, request->answer))
        service_continue(world, slot);
}

/* The user stopped waiting for an attempt that is still somewhere in the service. */
void service_gave_up(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    request->gave_up = true;
    switch ((RequestState)request->state) {
    case REQUEST_DEAD:
        if (request->awaited == 0)
            request_free(world, slot);
        break;
    case REQUEST_AWAY:
        request_free(world, slot);
        break;
    case REQUEST_WAITING:
        if (request->op >= world->services[request->service].read_count && request->awaited > 0) {
            /* A forwarded write is on its way and will be done; the thread is given up now. */
            request->state = REQUEST_DEAD;
            hold_gave_up(world, request_arg(slot, request->token));
            thread_free(world, site_of(world, request));
        } else {
            read_abandoned(world, slot, true);
            finish(world, slot);
        }
        break;
    case REQUEST_QUEUED:
    case REQUEST_WORKING:
        break;
    case REQUEST_FREE:
        SIM_ASSERT(false);
    }
}

/* The machine under a request died: the user will notice at the deadline. */
static void request_died(World *world, uint32_t slot, uint32_t fault)
{
    Request *request = &world->requests[slot];
    fault_hit_refused(world, fault);
    bool write_on_its_way = request->state == REQUEST_WAITING && request->awaited > 0 &&
                            request->op >= world->services[request->service].read_count;
    if (!write_on_its_way) {
        read_abandoned(world, slot, false);
        request->awaited = 0;
        request_wait(world, request);
    }
    request->state = REQUEST_DEAD;
    leave_untold(world, slot);
    if (request->gave_up && !write_on_its_way)
        request_free(world, slot);
}

void service_stopped(World *world, uint32_t service, uint32_t region, uint32_t fault)
{
    for (uint32_t slot = 0; slot < world->request_used; slot++) {
        const Request *request = &world->requests[slot];
        if (request->entry == region && request->service == service &&
            request->state != REQUEST_FREE && request->state != REQUEST_DEAD &&
            request->state != REQUEST_AWAY)
            request_died(world, slot, fault);
    }
    world->services[service].sites[region].busy = 0;
    world->services[service].sites[region].queued = 0;
}

void service_site_died(World *world, uint32_t region)
{
    for (uint32_t slot = 0; slot < world->request_used; slot++) {
        const Request *request = &world->requests[slot];
        if (request->entry == region && request->state != REQUEST_FREE &&
            request->state != REQUEST_DEAD && request->state != REQUEST_AWAY)
            request_died(world, slot, world->regions[region].down_by);
    }
    read_region_died(world, region);
    for (uint32_t s = 0; s < world->service_count; s++) {
        ServiceSite *site = &world->services[s].sites[region];
        site->busy = 0;
        site->queued = 0;
    }
}

/* Nobody waits for an idle thread. */
static void take_idle_threads(World *world, uint32_t region)
{
    for (uint32_t s = 0; s < world->service_count; s++) {
        ServiceSite *site = &world->services[s].sites[region];
        while (site->queued > 0 && site->busy < site->threads) {
            site->busy++;
            thread_free(world, site);
        }
    }
}

static void count_threads(World *world, uint32_t region)
{
    const Region *r = &world->regions[region];
    uint32_t      up = r->zones_down < r->zones ? r->zones - r->zones_down : 0;
    for (uint32_t s = 0; s < world->service_count; s++) {
        Service *service = &world->services[s];
        uint32_t threads = (uint32_t)((uint64_t)service->threads * up / r->zones);
        if (service->cut_by != NULL) {
            int64_t  left = fault_threads_left(world, s, region, &service->cut_by[region]);
            uint32_t kept = (uint32_t)((int64_t)threads * left / 1000000000);
            threads = kept == 0 && left > 0 && threads > 0 ? 1 : kept;
            if (r->zones_down > 0)
                service->cut_by[region] = r->zones_by;
        }
        service->sites[region].threads = threads;
    }
}

void service_threads_changed(World *world, uint32_t region)
{
    count_threads(world, region);
    take_idle_threads(world, region);
}

void service_part_died(World *world, uint32_t region, uint32_t parts, uint32_t part, uint32_t fault)
{
    for (uint32_t slot = 0; slot < world->request_used; slot++) {
        const Request *request = &world->requests[slot];
        bool on_thread = request->state == REQUEST_WORKING || request->state == REQUEST_WAITING;
        /* On which server it is follows from who asks, and when: not from what others do. The
         * parts before this one are out: what runs is spread over the others. */
        uint64_t server = sim_mix64(request->user, (uint64_t)request->began);
        if (part > 0)
            server = sim_mix64(server, part);
        if (request->entry != region || !on_thread || server % (parts - part) != 0)
            continue;
        world->services[request->service].sites[region].busy--;
        request_died(world, slot, fault);
    }
    take_idle_threads(world, region);
}

/* A zone takes its share of the threads, and what runs on them; the queue is outside. */
void service_zone_changed(World *world, uint32_t region, uint32_t fault, bool down)
{
    Region *r = &world->regions[region];
    if (down)
        r->zones_down++;
    else
        r->zones_down--;
    count_threads(world, region);
    if (down && r->zones_down <= r->zones)
        service_part_died(world, region, r->zones, r->zones_down - 1, fault);
    take_idle_threads(world, region);
}

static void one_build(World *world, Service *service, const PlanItem *item)
{
    *service = (Service){
        .name = item->name,
        .item = item->id,
        .deadline = plan_number(item, SERVICE_DEADLINE),
        .threads = (uint32_t)plan_number(item, SERVICE_THREADS),
        .queue_limit = (uint32_t)plan_number(item, SERVICE_QUEUE),
        .work = plan_value(item, SERVICE_WORK)->dist,
        .core = plan_number(item, SERVICE_CORE) != 0,
        .follow = WORLD_NONE,
        .timeout = plan_number(item, SERVICE_TIMEOUT),
        .surge = 1,
        .unknown = sim_chance_from_ppb(plan_number(item, SERVICE_UNKNOWN)),
        .unknown_names = (uint64_t)plan_number(item, SERVICE_UNKNOWN_NAMES),
    };
    service->constant_work = sim_dist_constant_value(service->work);
    service->lane = sim_engine_lane(world->engine);
    const PlanValue *lists[] = {plan_value(item, SERVICE_READS), plan_value(item, SERVICE_WRITES)};
    for (uint32_t i = 0; i < lists[0]->count; i++)
        service->reads[service->read_count++] = world_index(world, "data", lists[0]->ids[i]);
    for (uint32_t i = 0; i < lists[1]->count; i++)
        service->writes[service->write_count++] = world_index(world, "data", lists[1]->ids[i]);
    const PlanValue *calls = plan_value(item, SERVICE_CALLS);
    for (uint32_t i = 0; i < calls->count; i++)
        service->calls[service->call_count++] = world_index(world, "service", calls->ids[i]);
    service->again = again_build(world, plan_value(item, SERVICE_RETRY), item->name);
    for (uint32_t w = 0; w < service->write_count; w++)
        service->creates |= world->classes[service->writes[w]].create_only;
    service->sites = sim_arena_lines(world->arena, ServiceSite, world->region_count);
    service->latency = sim_arena_array(world->arena, MetricsHistogram, world->region_count);
    for (uint32_t r = 0; r < world->region_count; r++) {
        service->sites[r].threads = service->threads;
        service->sites[r].slow = WORLD_PACE;
        char *component = g_strdup_printf("%s at %s", item->name, world->regions[r].name);
        world_rng(world, &service->sites[r].rng, component, "work");
        g_free(component);
    }
    world_rng(world, &service->rng, item->name, "journey");
}

void service_build(World *world)
{
    uint32_t      count;
    const PlanId *ids = plan_of_kind(world->plan, "service", &count);
    world->service_count = count;
    world->services = sim_arena_lines(world->arena, Service, count + 1);
    world->dues = g_new(Due, node_of_request(world, world->request_room));
    for (uint32_t s = 0; s < count; s++)
        world->dues[s] = (Due){s, s};
    for (uint32_t s = 0; s < count; s++)
        one_build(world, &world->services[s], plan_item(world->plan, ids[s]));
    for (uint32_t s = 0; s < count; s++) {
        const PlanItem  *item = plan_item(world->plan, ids[s]);
        const PlanValue *follow = plan_value(item, SERVICE_FOLLOWED_BY);
        if (follow->count == 0)
            continue;
        const PlanItem *part = plan_item(world->plan, follow->ids[0]);
        world->services[s].follow =
            world_index(world, "service", plan_value(part, FOLLOW_SERVICE)->ids[0]);
        world->services[s].tells = true;
        world->services[s].follow_after = plan_value(part, FOLLOW_AFTER)->dist;
        world->services[s].follow_share = sim_chance_from_ppb(plan_number(part, FOLLOW_SHARE));
        world->services[s].follow_elsewhere =
            sim_chance_from_ppb(plan_number(part, FOLLOW_ELSEWHERE));
    }
    sim_engine_handle(world->engine, WORLD_WORK_DONE, "work-done", work_done);
    sim_engine_handle(world->engine, WORLD_SERVICE_AGAIN, "service-again", service_again);
    sim_engine_handle(world->engine, WORLD_FORWARD_TIMEOUT, "forward-timeout", forward_timeout);
    sim_engine_handle(world->engine, WORLD_WORK_FAILED, "work-failed", work_failed);
    sim_engine_handle(world->engine, WORLD_WRITE_ARRIVES, "write-arrives", write_arrives);
    sim_engine_handle(world->engine, WORLD_WRITE_ANSWER, "write-answer", write_answer);
}
