/*
 * roles.c: who accepts the writes of which home, in truth and as each region believes; and what has
 * to be done when that moves. failover/ moves roles of the dead, switch.c those of the living.
 *
 *   owner[home]         the truth: one region
 *   seen[region][home]  what a region believes: it forwards there, and accepts if it reads itself
 *   fenced, banned      regions that accept nothing whatever they believe
 */
#include "models/world.h"

void roles_init(Roles *roles, uint32_t region_count)
{
    *roles = (Roles){.homes = UINT32_MAX >> (WORLD_REGION_LIMIT - region_count)};
    for (uint32_t h = 0; h < region_count; h++) {
        roles->owner[h] = (uint8_t)h;
        for (uint32_t r = 0; r < region_count; r++)
            roles->seen[r][h] = (uint8_t)h;
    }
}

bool roles_owns(const Roles *roles, uint32_t region)
{
    for (uint32_t h = 0; h < WORLD_REGION_LIMIT; h++)
        if ((roles->homes & 1u << h) != 0 && roles->owner[h] == region)
            return true;
    return false;
}

bool roles_learn(Roles *roles, uint32_t region, uint32_t *out_heir)
{
    bool lost = false;
    for (uint32_t h = 0; h < WORLD_REGION_LIMIT; h++) {
        if ((roles->homes & 1u << h) == 0)
            continue;
        if (roles->seen[region][h] == region && roles->owner[h] != region) {
            lost = true;
            *out_heir = roles->owner[h];
        }
        roles->seen[region][h] = roles->owner[h];
    }
    return lost;
}

bool roles_known(const World *world, const Roles *roles, uint32_t region)
{
    for (uint32_t h = 0; h < world->region_count; h++)
        if ((roles->homes & 1u << h) != 0 && roles->seen[region][h] != roles->owner[h])
            return false;
    return true;
}

void roles_teach(World *world, Roles *roles, uint32_t region)
{
    uint32_t heir;
    if (roles_learn(roles, region, &heir))
        stream_set_aside(world, roles, region, heir);
}

void roles_ban(Roles *roles, uint32_t region, bool begin)
{
    SIM_ASSERT(begin || roles->bans[region] > 0);
    if (begin)
        roles->bans[region]++;
    else
        roles->bans[region]--;
    uint32_t bit = 1u << region;
    roles->banned = roles->bans[region] > 0 ? roles->banned | bit : roles->banned & ~bit;
}

void roles_move(World *world, Roles *roles, uint32_t region, uint32_t heir)
{
    roles->moves++;
    for (uint32_t h = 0; h < world->region_count; h++)
        if (roles->owner[h] == region)
            roles->owner[h] = (uint8_t)heir;
}

/* Whether a channel carries changes of the roles' data from the region to its heir. */
static bool carries(const World *world, const Roles *roles, const Stream *stream, uint32_t region,
                    uint32_t heir)
{
    const DataClass *class = &world->classes[world->channels[stream->channel].class_index];
    return stream->from == region && stream->to == heir && class->owner != OWNER_ANY &&
           class->roles == roles;
}

static uint64_t first_open(const Stream *stream, const Log *log)
{
    return *stream->settled > log->base ? *stream->settled : log->base;
}

void roles_missing(const World *world, const Roles *roles, uint32_t region, uint32_t heir,
                   uint64_t *out_missing, uint64_t *out_unapplied)
{
    *out_missing = *out_unapplied = 0;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (!carries(world, roles, stream, region, heir))
            continue;
        *out_missing += stream->lost_with_source;
        const Channel *channel = &world->channels[stream->channel];
        const Log     *log = &world->classes[channel->class_index].logs[region];
        uint64_t       bit = UINT64_C(1) << (channel->slot * WORLD_REGION_LIMIT + heir);
        for (uint64_t p = first_open(stream, log); p < log->end; p++) {
            const LogEntry *entry = store_log_entry(world, channel->class_index, region, p);
            if ((entry->got & bit) == 0)
                ++*out_missing;
            else if ((entry->done & bit) == 0)
                ++*out_unapplied;
        }
    }
}

SimTime roles_behind(const World *world, const Roles *roles, uint32_t region, uint32_t heir)
{
    SimTime oldest = world_now(world);
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (!carries(world, roles, stream, region, heir))
            continue;
        uint32_t   class_index = world->channels[stream->channel].class_index;
        const Log *log = &world->classes[class_index].logs[region];
        uint64_t   first = first_open(stream, log);
        if (first >= log->end)
            continue;
        const LogEntry *entry = store_log_entry(world, class_index, region, first);
        if (entry->at < oldest)
            oldest = entry->at;
    }
    return world_now(world) - oldest;
}

void roles_give_back(World *world, Roles *roles, uint32_t homes, uint32_t heir, uint32_t region)
{
    roles->moves++;
    for (uint32_t h = 0; h < world->region_count; h++)
        if ((homes & 1u << h) != 0)
            roles->owner[h] = (uint8_t)region;
    if (roles_owns(roles, heir))
        stream_source_back(world, roles, heir, region);
    else
        stream_source_moved(world, roles, heir, region);
}

/* Whether the heir has applied a change, by whichever channel came first, or never will. */
static bool is_done(const DataClass *class, const LogEntry *entry, uint32_t heir)
{
    bool given_up = true;
    for (uint32_t slot = 0; slot < class->channel_count; slot++) {
        uint64_t bit = UINT64_C(1) << (slot * WORLD_REGION_LIMIT + heir);
        if ((entry->got & entry->done & bit) != 0)
            return true;
        given_up &= (entry->done & bit) != 0;
    }
    return given_up;
}

bool roles_caught_up(const World *world, const Roles *roles, uint32_t region, uint32_t heir)
{
    if (resync_is_corrupt(world, roles, heir))
        return false;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (!carries(world, roles, stream, region, heir))
            continue;
        uint32_t class_index = world->channels[stream->channel].class_index;
        const DataClass *class = &world->classes[class_index];
        const Log *log = &class->logs[region];
        if (stream->lost_with_source > 0)
            return false;
        if (class->holds != NULL && class->holds[region].first != class->holds[region].end)
            return false; /* some user of the old owner has not been told yet */
        for (uint64_t p = first_open(stream, log); p < log->end; p++)
            if (!is_done(class, store_log_entry(world, class_index, region, p), heir))
                return false;
    }
    return true;
}
