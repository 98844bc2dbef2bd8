/*
 * intent.c: provisional writes: accepted where they enter, done where they belong.
 *
 *   user --accepted--> queue of the entry region --message--> owner: confirmed or rejected
 *                              ^                                |
 *                              +------------- answer -----------+
 *
 * A queue per data class, entry region and home. Its first intent without an answer is sent again
 * every second and the others wait behind it; when an answer comes all are sent. An owner knows an
 * intent that it has decided, so a message that comes twice is answered alike.
 *
 * The ledger learns of the decision when the answer is in the entry region: until then the user has
 * an acceptance and nothing else.
 */
#include "models/intent.h"

/* Bytes of a message besides the record, and how often the first of a queue is sent again: chosen.
 */
#define INTENT_BYTES 300
#define INTENT_AGAIN SIM_S

#define NONE UINT32_MAX

typedef enum Decision { UNDECIDED, CONFIRMED, REJECTED, GONE } Decision;

typedef struct Intent {
    Request      request; /* as it was accepted */
    LedgerIntent book;
    uint32_t     class_index, queue;
    uint32_t     gen;          /* 16 bits travel with messages */
    uint32_t     older, newer; /* in its queue; newer: in the free list too */
    SimTime      at;
    IntentTold   told;
    Decision     decision;
    uint32_t     decided_at; /* region */
    LedgerWrite  write;
    bool         queued; /* the entry waits for an answer */
    bool         used;
} Intent;

typedef struct Waiting { /* intents of one class, entry region and home */
    uint32_t oldest, newest;
    bool     armed, stalled;
    uint32_t tried; /* the first one when it was last looked at: intent, and its gen */
    uint32_t tried_gen;
} Waiting;

typedef struct Intents {
    Intent      *all;
    uint32_t     room, used, free;
    Waiting     *waiting; /* [class][entry][home] */
    IntentDelay *delays;  /* [class][entry] */
} Intents;

static uint32_t queue_of(const World *world, uint32_t class_index, uint32_t entry, uint32_t home)
{
    return (class_index * world->region_count + entry) * world->region_count + home;
}

const IntentDelay *intent_delay(const World *world, uint32_t class_index, uint32_t region)
{
    return world->intents == NULL
               ? NULL
               : &world->intents->delays[class_index * world->region_count + region];
}

static uint32_t slot_take(Intents *intents)
{
    uint32_t slot = intents->free;
    uint32_t gen = 0;
    if (slot != NONE) {
        intents->free = intents->all[slot].newer;
        gen = intents->all[slot].gen;
    } else {
        if (intents->used == intents->room) {
            intents->room = intents->room == 0 ? 256 : intents->room * 2;
            intents->all = g_renew(Intent, intents->all, intents->room);
        }
        slot = intents->used++;
    }
    intents->all[slot] = (Intent){.gen = gen, .used = true, .older = NONE, .newer = NONE};
    return slot;
}

/* ---- the end of an intent -------------------------------------------------------------------- */

static bool is_lost(const World *world, const Intent *intent)
{
    return intent->decision == GONE ||
           (intent->decision != UNDECIDED && world->regions[intent->decided_at].gone);
}

/* Books an intent that will not change any more and whose user knows what they will ever know. */
static void book(World *world, Intent *intent, bool closing)
{
    bool            ok = intent->told == INTENT_TOLD_OK;
    LedgerIntentEnd end = LEDGER_INTENT_PENDING;
    if (intent->decision == CONFIRMED) {
        end = LEDGER_INTENT_CONFIRMED;
        if (ok)
            ledger_acked(world->ledger, intent->write, world_now(world));
        else if (intent->told == INTENT_TOLD_NO)
            ledger_refused(world->ledger, intent->write);
        else if (intent->told == INTENT_TOLD_UNKNOWN)
            ledger_unknown(world->ledger, intent->write);
    } else if (intent->decision == REJECTED) {
        end = LEDGER_INTENT_REJECTED;
        if (ok)
            world_harm(world, &intent->request, HARM_REJECTED_LATER, intent->class_index);
    } else if (intent->decision == GONE) {
        end = LEDGER_INTENT_LOST;
    } else {
        SIM_ASSERT(closing);
    }
    if (ok)
        ledger_intent_ended(world->ledger, &intent->book, end);
    intent->used = false;
}

static void unqueue(Intents *intents, Intent *intent)
{
    Waiting *waiting = &intents->waiting[intent->queue];
    if (intent->older != NONE)
        intents->all[intent->older].newer = intent->newer;
    else
        waiting->oldest = intent->newer;
    if (intent->newer != NONE)
        intents->all[intent->newer].older = intent->older;
    else
        waiting->newest = intent->older;
    intent->queued = false;
}

/* Frees an intent that has its answer and whose user has theirs. */
static void release(World *world, uint32_t slot)
{
    Intents *intents = world->intents;
    Intent  *intent = &intents->all[slot];
    if (intent->queued || intent->told == INTENT_TOLD_NOTHING)
        return;
    book(world, intent, false);
    intent->gen++;
    intent->newer = intents->free;
    intents->free = slot;
}

void intent_told(World *world, const Request *request, IntentTold told)
{
    for (uint32_t w = request->told; w < request->write_count; w++) {
        LedgerWrite handle = request->writes[w];
        if (handle == 0 || (uint32_t)handle != 0)
            continue; /* a write that was done */
        uint32_t slot = (uint32_t)(handle >> 32) - 1;
        Intent  *intent = &world->intents->all[slot];
        if (!intent->used || intent->told != INTENT_TOLD_NOTHING)
            continue;
        intent->told = told;
        if (told == INTENT_TOLD_OK)
            ledger_intent_acked(world->ledger, &intent->book, world_now(world));
        release(world, slot);
    }
}

static void answered(World *world, uint32_t slot)
{
    Intents     *intents = world->intents;
    Intent      *intent = &intents->all[slot];
    SimTime      took = world_now(world) - intent->at;
    IntentDelay *delay =
        &intents->delays[intent->class_index * world->region_count + intent->request.entry];
    if (intent->request.issued >= world->warmup) {
        metrics_histogram_add(&delay->histogram, took);
        delay->sum = sim_time_add_far(delay->sum, took);
    }
    WORLD_TRACE(world, "deliver", "%s.%s: user %" G_GUINT64_FORMAT " is %s",
                world->classes[intent->class_index].name,
                world->regions[intent->request.entry].name, intent->request.user,
                intent->decision == CONFIRMED ? "confirmed" : "rejected later");
    unqueue(intents, intent);
    release(world, slot);
}

/* ---- the owner ------------------------------------------------------------------------------- */

/* The owner decides, once; false: it cannot now. */
static bool decide(World *world, Intent *intent, uint32_t owner)
{
    const DataClass *class = &world->classes[intent->class_index];
    bool again = intent->decision != UNDECIDED && world->regions[intent->decided_at].gone;
    if (intent->decision != UNDECIDED && !again)
        return true;
    LedgerWrite write;
    uint32_t    key;
    if (again && intent->decision == CONFIRMED &&
        store_lookup(world, intent->class_index, owner, &intent->request, &write, &key) &&
        write == intent->write) {
        intent->decided_at = owner; /* the heir has it */
        return true;
    }
    StoreAnswer answer = store_commit(world, intent->class_index, owner, &intent->request, &write);
    switch (answer) {
    case STORE_FENCED:
    case STORE_DOWN:
        return false;
    case STORE_COMMITTED:
    case STORE_HELD:
        if (again && intent->decision == CONFIRMED)
            ledger_unknown(world->ledger, intent->write); /* its owner died with it */
        intent->decision = CONFIRMED;
        intent->write = write;
        break;
    case STORE_TAKEN:
        /* The user's own earlier attempt got through: service.c hears the same of a store. */
        intent->decision = intent->request.attempt > 1 && class->keys == 0 ? CONFIRMED : REJECTED;
        intent->write = intent->decision == CONFIRMED ? write : 0;
        break;
    case STORE_CHANGED:
        intent->decision = REJECTED;
        break;
    }
    intent->decided_at = owner;
    WORLD_TRACE(world, "work", "%s.%s %s what user %" G_GUINT64_FORMAT " was promised", class->name,
                world->regions[owner].name, intent->decision == CONFIRMED ? "confirms" : "rejects",
                intent->request.user);
    return true;
}

/* ---- messages -------------------------------------------------------------------------------- */

static void send(World *world, uint32_t slot, uint32_t from, uint32_t to, bool answer)
{
    const Intent *intent = &world->intents->all[slot];
    uint32_t      path = link_path(world, from, to, NULL);
    SimTime       arrival;
    int64_t       bytes = world->classes[intent->class_index].size;
    if (path == WORLD_NONE)
        return;
    LinkFate fate = answer ? link_answer(world, path, LINK_REQUESTS, INTENT_BYTES, &arrival)
                           : link_send(world, path, LINK_REQUESTS, world_now(world),
                                       bytes + INTENT_BYTES, &arrival);
    if (fate != LINK_DELIVERS)
        return;
    uint64_t arg = (uint64_t)slot | (uint64_t)(intent->gen & 0xffff) << 24 |
                   (uint64_t)(world->links[path].epoch & 0xffff) << 40 | (uint64_t)answer << 56;
    sim_engine_at(world->engine, arrival, SIM_PHASE_DELIVER, WORLD_INTENT,
                  from * WORLD_REGION_LIMIT + to, arg);
}

/* Sends an intent to whom its region takes for the owner; that may be itself by now. */
static void forward(World *world, uint32_t slot)
{
    Intent *intent = &world->intents->all[slot];
    const DataClass *class = &world->classes[intent->class_index];
    uint32_t entry = intent->request.entry;
    uint32_t owner = service_owner(class, &intent->request);
    if (owner != entry)
        send(world, slot, entry, owner, false);
    else if (decide(world, intent, owner))
        answered(world, slot);
}

static void forward_all(World *world, uint32_t queue)
{
    uint32_t next;
    for (uint32_t slot = world->intents->waiting[queue].oldest; slot != NONE; slot = next) {
        next = world->intents->all[slot].newer;
        forward(world, slot);
    }
}

static void arm(World *world, uint32_t queue)
{
    world->intents->waiting[queue].armed = true;
    sim_engine_at(world->engine, sim_time_add(world_now(world), INTENT_AGAIN), SIM_PHASE_TIMER,
                  WORLD_INTENT_AGAIN, 0, queue);
}

static void look_again(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t queue = (uint32_t)event->arg;
    Waiting *waiting = &world->intents->waiting[queue];
    uint32_t first = waiting->oldest;
    waiting->armed = false;
    if (first == NONE)
        return;
    Intent  *intent = &world->intents->all[first];
    uint32_t entry = intent->request.entry;
    bool     late = waiting->tried == first && waiting->tried_gen == intent->gen;
    waiting->tried = first;
    waiting->tried_gen = intent->gen;
    arm(world, queue);
    if (!late || !store_up(world, intent->class_index, entry))
        return;
    waiting->stalled = true;
    forward(world, first);
    if (!world->intents->all[first].queued) { /* it was decided here: the role has come */
        waiting->stalled = false;
        forward_all(world, queue);
    }
}

static void arrives(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t from = sim_event_target(event) / WORLD_REGION_LIMIT;
    uint32_t to = sim_event_target(event) % WORLD_REGION_LIMIT;
    uint32_t slot = (uint32_t)(event->arg & 0xffffff);
    uint32_t gen = (uint32_t)(event->arg >> 24 & 0xffff);
    uint32_t epoch = (uint32_t)(event->arg >> 40 & 0xffff);
    bool     is_answer = (event->arg >> 56 & 1) != 0;
    Intent  *intent = &world->intents->all[slot];
    uint32_t path = link_path(world, from, to, NULL);
    if (!intent->used || (intent->gen & 0xffff) != gen || !intent->queued)
        return; /* an answer to the same has come already */
    if ((world->links[path].epoch & 0xffff) != epoch) {
        link_lost(world, path, is_answer, 1);
        return;
    }
    if (!region_up(world, to)) {
        link_lost_at_end(world, path, is_answer);
        return;
    }
    if (!is_answer) {
        if (decide(world, intent, to))
            send(world, slot, to, from, true);
        return;
    }
    if (!store_up(world, intent->class_index, to))
        return;
    uint32_t queue = intent->queue;
    bool     was_stalled = world->intents->waiting[queue].stalled;
    answered(world, slot);
    world->intents->waiting[queue].stalled = false;
    if (was_stalled)
        forward_all(world, queue);
}

/* ---- the entry region ------------------------------------------------------------------------ */

StoreAnswer intent_accept(World *world, uint32_t class_index, const Request *request,
                          LedgerWrite *out_handle)
{
    Intents *intents = world->intents;
    const DataClass *class = &world->classes[class_index];
    uint32_t entry = request->entry;
    uint32_t known_key;
    *out_handle = 0;
    if (!store_up(world, class_index, entry)) {
        store_refused(world, class_index, entry);
        return STORE_DOWN;
    }
    if (class->unique && store_lookup(world, class_index, entry, request, out_handle, &known_key)) {
        WORLD_TRACE(world, "work", "%s.%s says taken", class->name, world->regions[entry].name);
        return STORE_TAKEN;
    }
    uint32_t queue = queue_of(world, class_index, entry, store_home(class, request));
    Waiting *waiting = &intents->waiting[queue];
    uint32_t slot = slot_take(intents);
    Intent  *intent = &intents->all[slot];
    intent->request = *request;
    intent->class_index = class_index;
    intent->queue = queue;
    intent->at = world_now(world);
    intent->queued = true;
    intent->older = waiting->newest;
    intent->book = (LedgerIntent){
        .class_index = class_index,
        .region = entry,
        .cohort = request->cohort,
        .user = request->user,
        .key = store_key(world, class_index, request) / class->registers,
        .issued = request->issued,
        .acked = -1,
    };
    if (waiting->newest != NONE)
        intents->all[waiting->newest].newer = slot;
    else
        waiting->oldest = slot;
    waiting->newest = slot;
    *out_handle = (LedgerWrite)(slot + 1) << 32;
    WORLD_TRACE(world, "work", "%s.%s promises key %" G_GUINT64_FORMAT, class->name,
                world->regions[entry].name, intent->book.key);
    if (!waiting->armed)
        arm(world, queue);
    if (!waiting->stalled)
        forward(world, slot);
    return STORE_COMMITTED;
}

void intent_region_lost(World *world, uint32_t region)
{
    Intents *intents = world->intents;
    for (uint32_t slot = 0; intents != NULL && slot < intents->used; slot++) {
        Intent *intent = &intents->all[slot];
        if (!intent->used || !intent->queued || intent->request.entry != region)
            continue;
        if (intent->decision == UNDECIDED || is_lost(world, intent))
            intent->decision = GONE; /* the only copy of the promise was here */
        unqueue(intents, intent);
        release(world, slot);
    }
}

void intent_close(World *world)
{
    Intents *intents = world->intents;
    for (uint32_t slot = 0; intents != NULL && slot < intents->used; slot++) {
        Intent *intent = &intents->all[slot];
        if (!intent->used)
            continue;
        if (intent->queued && is_lost(world, intent)) {
            if (intent->decision == CONFIRMED)
                ledger_unknown(world->ledger, intent->write);
            intent->decision = UNDECIDED;
        }
        book(world, intent, true);
    }
}

/* ---- building -------------------------------------------------------------------------------- */

void intent_build(World *world)
{
    bool any = false;
    for (uint32_t c = 0; c < world->class_count; c++)
        any |= world->classes[c].owner == OWNER_PROVISIONAL;
    if (!any)
        return;
    size_t cells = (size_t)world->class_count * world->region_count;
    world->intents = g_new0(Intents, 1);
    world->intents->free = NONE;
    world->intents->delays = sim_arena_array(world->arena, IntentDelay, cells);
    world->intents->waiting = sim_arena_array(world->arena, Waiting, cells * world->region_count);
    for (size_t i = 0; i < cells * world->region_count; i++)
        world->intents->waiting[i] = (Waiting){.oldest = NONE, .newest = NONE, .tried = NONE};
    sim_engine_handle(world->engine, WORLD_INTENT, "intent", arrives);
    sim_engine_handle(world->engine, WORLD_INTENT_AGAIN, "intent-again", look_again);
}

void intent_free(World *world)
{
    if (world->intents == NULL)
        return;
    g_free(world->intents->all);
    g_free(world->intents);
}
