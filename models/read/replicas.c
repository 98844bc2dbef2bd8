/*
 * replicas.c: the step "local" of a leaderless store: its coordinator in the region asks replicas
 * (models/sync/quorum_read.c), and the request waits for it.
 */
#include "models/read/read.h"

ReadResult read_replicas_begin(World *world, uint32_t slot)
{
    Request *request = &world->requests[slot];
    uint32_t class_index;
    read_class(world, request, &class_index);
    if (!store_up(world, class_index, request->entry))
        store_refused(world, class_index, request->entry);
    else if (quorum_read(world, class_index, slot))
        return READ_LEFT;
    request->failure = METRICS_UNREACHABLE;
    request->cut_short = true;
    return READ_SAYS_NO;
}

/* The request that waits for this answer; NULL if it does not wait any more. */
static Request *waiting(World *world, uint64_t arg)
{
    Request *request = request_awake(world, arg);
    if (request == NULL || request->state != REQUEST_WAITING)
        return NULL;
    request_wait(world, request);
    return request;
}

void read_answered(World *world, uint64_t arg, bool has, LedgerWrite version, uint32_t key,
                   bool remote)
{
    Request *request = waiting(world, arg);
    if (request == NULL)
        return;
    if (!has) {
        read_next_step(world, request_slot(arg));
        return;
    }
    request->state = REQUEST_WORKING;
    request->remote |= remote;
    read_note(world, request_slot(arg), version, key);
    read_done(request);
    service_continue(world, request_slot(arg));
}

void read_unanswered(World *world, uint64_t arg)
{
    Request *request = waiting(world, arg);
    if (request == NULL)
        return;
    WORLD_TRACE(world, "timer", "%s: user %" G_GUINT64_FORMAT ": too few replicas answer",
                world->services[request->service].name, request->user);
    request->failure = METRICS_UNREACHABLE;
    request->cut_short = true;
    read_next_step(world, request_slot(arg));
}
