/*
 * twice.c: changes that the network brings twice: see `duplicate` in fault/links.c.
 *
 * Only where every change travels alone; a stream in order knows what it has had. The copy carries
 * the whole change, as the source's log may have forgotten it by then, and is applied as if it were
 * new: a store that orders by stamps does not mind, data that is not idempotent has the effect
 * again (L7), and where the last to come wins, an old value may come back.
 */
#include "models/sync/stream.h"

#include "models/fields.h"

typedef struct Copy {
    LogEntry entry;
    uint32_t link_epoch;
    uint32_t next_free; /* plus one; 0: the last */
} Copy;

struct Copies {
    GArray  *all;        /* Copy */
    uint32_t first_free; /* plus one; 0: none */
};

void twice_sent(World *world, uint32_t index, uint64_t position, SimTime arrival)
{
    const Stream *stream = &world->streams[index];
    const Queue  *queue = channel_of(world, stream)->queue;
    SimTime       after;
    if ((queue != NULL && queue->once) || !fault_link_doubles(world, stream->link, &after))
        return;
    if (world->copies == NULL) {
        world->copies = g_new0(Copies, 1);
        world->copies->all = g_array_new(FALSE, FALSE, sizeof(Copy));
    }
    Copies  *copies = world->copies;
    Copy     copy = {*entry_at(stream, position), world->links[stream->link].epoch, 0};
    uint32_t slot = copies->all->len;
    if (copies->first_free != 0) {
        slot = copies->first_free - 1;
        copies->first_free = g_array_index(copies->all, Copy, slot).next_free;
        g_array_index(copies->all, Copy, slot) = copy;
    } else {
        g_array_append_val(copies->all, copy);
    }
    sim_engine_at(world->engine, sim_time_add(arrival, after), SIM_PHASE_DELIVER,
                  WORLD_CHANGE_TWICE, index, slot);
}

static void arrives(void *user, const SimEvent *event)
{
    World         *world = user;
    uint32_t       index = sim_event_target(event);
    const Stream  *stream = &world->streams[index];
    const Channel *channel = channel_of(world, stream);
    Copies        *copies = world->copies;
    Copy           copy = g_array_index(copies->all, Copy, event->arg);
    g_array_index(copies->all, Copy, event->arg).next_free = copies->first_free;
    copies->first_free = (uint32_t)event->arg + 1;
    const DataClass *class = &world->classes[channel->class_index];
    if (world->links[stream->link].epoch != copy.link_epoch || class->causal ||
        !store_up(world, channel->class_index, stream->to))
        return;
    WORLD_TRACE(world, "deliver", "%s %s>%s brings a change again", channel->name,
                world->regions[stream->from].name, world->regions[stream->to].name);
    store_apply(world, channel->class_index, stream->to, copy.entry.key_index, copy.entry.write,
                copy.entry.stamp, stream->from);
}

void twice_build(World *world)
{
    sim_engine_handle(world->engine, WORLD_CHANGE_TWICE, "change-twice", arrives);
}

void twice_free(World *world)
{
    if (world->copies == NULL)
        return;
    g_array_free(world->copies->all, TRUE);
    g_free(world->copies);
}
