/*
 * switch.c: a planned unit switch: the role of a healthy region moves under a write ban.
 *
 *   ban pushed --- push ---> every region knows --- rest of the lag ---> the new owner opens
 *   |<------------------- nobody accepts the writes: max(push, lag) ------------------->|
 *
 * The old owner stops at once. The rule that bans names the new owner, so that lifting the ban
 * takes no second push. With unreplicated = "cut" nobody waits for the lag: the new owner applies
 * what it has received, and what it has not is set aside.
 */
#include "models/fault/timetable.h"
#include "models/fields.h"
#include "models/kinds.h"
#include "models/world.h"
#include "sim/base/time.h"

#include <stddef.h>

static const PlanField switch_fields[] = {
    FAULT_COMMON_FIELDS,
    MODEL_FIELD("from", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "The region that gives up.",
                NULL),
    MODEL_FIELD("to", REF, PLAN_REQUIRED, "region", NULL, 0, 0, "The region that takes over.",
                NULL),
    MODEL_FIELD("data", REFS, 0, "data", NULL, 0, 0,
                "Moves only who accepts the writes of these data; by default the whole region with "
                "the users who are sent there.",
                NULL),
    MODEL_FIELD(
        "unreplicated", WORD, 0, "wait|cut", "wait", 0, 0,
        "When the new owner lacks changes at the end of the push: keep the ban until it has "
        "applied them, or go on with what it has received.",
        "MSHA FAQ: writes are refused while replication is behind"),
    MODEL_FIELD("push", TIME, 0, NULL, "5s", 0, SIM_DAY,
                "From the decision until every region knows that the writes are banned.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_switch = {
    "switch",
    "fault",
    false,
    "A planned move of a region's role to another, under a write ban.",
    "All homes that a region owns move together. Who switches stands outside of all regions and "
    "reaches each that has power; writes that reach the old owner during the ban are refused, not "
    "held back. If one of the two loses power, or the role, before the end, it is called off.",
    switch_fields,
    NULL};

/* How exactly the end of the lag is met: chosen, finer than any lag that matters. After a long wait
 * it is a share of it, or looking would be all that happens. */
#define LOOK_AGAIN SIM_MS
#define LOOK_SHARE 1000
/* How often a region that had no power is told again: chosen. */
#define TELL_AGAIN SIM_S

typedef enum Step { STEP_PUSHED, STEP_LOOK, STEP_TELL } Step;

static void later(World *world, uint32_t index, SimTime at, Step step)
{
    sim_engine_at(world->engine, at, SIM_PHASE_TIMER, WORLD_SWITCH, index, (uint64_t)step);
}

static void stage_begin(Switch *plan, const char *name, SimTime now)
{
    SIM_ASSERT(plan->stage_count < G_N_ELEMENTS(plan->stages));
    plan->stages[plan->stage_count++] = (Stage){name, now, -1};
}

static void ban_end(World *world, Switch *plan)
{
    plan->stages[plan->stage_count - 1].end = world_now(world);
    roles_ban(plan->roles, plan->from, false);
    plan->active = false;
    world->faults[plan->fault].in_force = false;
    world->faults[plan->fault].end = world_now(world);
}

static bool called_off(World *world, Switch *plan)
{
    const char *why = NULL;
    if (!region_up(world, plan->from))
        why = world->regions[plan->from].name;
    else if (!region_up(world, plan->to))
        why = world->regions[plan->to].name;
    else if (roles_owns(plan->roles, plan->from))
        return false;
    WORLD_TRACE(world, "timer", "the switch from %s to %s is called off",
                world->regions[plan->from].name, world->regions[plan->to].name);
    if (why != NULL)
        world_mark(world, true, "the switch is called off: %s has no power", why);
    else
        world_mark(world, true, "the switch is called off: %s owns nothing",
                   world->regions[plan->from].name);
    return true;
}

void switch_begin(World *world, uint32_t fault)
{
    uint32_t index = 0;
    while (world->switches[index].fault != fault)
        index++;
    Switch *plan = &world->switches[index];
    SimTime now = world_now(world);
    if (called_off(world, plan)) {
        world->faults[fault].in_force = false;
        return;
    }
    plan->active = true;
    roles_ban(plan->roles, plan->from, true);
    stage_begin(plan, "ban", now);
    WORLD_TRACE(world, "fault", "%s accepts no writes: %s will", world->regions[plan->from].name,
                world->regions[plan->to].name);
    later(world, index, sim_time_add(now, plan->push), STEP_PUSHED);
}

/* Tells every region with power who owns what; the others are told later. */
static void tell(World *world, uint32_t index)
{
    Roles *roles = world->switches[index].roles;
    bool   all = true;
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (region_answers(world, r))
            roles_teach(world, roles, r);
        all &= roles_known(world, roles, r) || world->regions[r].gone;
    }
    if (!all)
        later(world, index, sim_time_add(world_now(world), TELL_AGAIN), STEP_TELL);
}

static void lead_users(World *world, const Switch *plan)
{
    for (uint32_t r = 0; r < world->region_count; r++) {
        if (world->regions[r].route == plan->from)
            region_lead(world, r, plan->to);
    }
}

/* Whether the new owner can open: with what it has received, or with everything. */
static bool is_ready(const World *world, const Switch *plan)
{
    uint64_t missing, unapplied;
    if (plan->wait)
        return roles_caught_up(world, plan->roles, plan->from, plan->to);
    roles_missing(world, plan->roles, plan->from, plan->to, &missing, &unapplied);
    return unapplied == 0;
}

static void look(World *world, uint32_t index)
{
    Switch *plan = &world->switches[index];
    SimTime now = world_now(world);
    if (called_off(world, plan)) {
        ban_end(world, plan);
        return;
    }
    if (!is_ready(world, plan)) {
        SimTime share = (now - plan->stages[0].start) / LOOK_SHARE;
        later(world, index, now + (share > LOOK_AGAIN ? share : LOOK_AGAIN), STEP_LOOK);
        return;
    }
    ban_end(world, plan);
    world->faults[plan->fault].took_effect = true;
    WORLD_TRACE(world, "timer", "%s takes over from %s", world->regions[plan->to].name,
                world->regions[plan->from].name);
    world_mark(world, false, "%s takes over from %s", world->regions[plan->to].name,
               world->regions[plan->from].name);
    stream_source_moved(world, plan->roles, plan->from, plan->to);
    roles_move(world, plan->roles, plan->from, plan->to);
    failover_told(world, plan->roles);
    tell(world, index);
    if (!plan->scoped)
        lead_users(world, plan);
}

static void step(void *user, const SimEvent *event)
{
    World   *world = user;
    uint32_t index = sim_event_target(event);
    Switch  *plan = &world->switches[index];
    if ((Step)event->arg == STEP_TELL) {
        tell(world, index);
        return;
    }
    if ((Step)event->arg == STEP_PUSHED) {
        plan->stages[0].end = world_now(world);
        stage_begin(plan, "catch up", world_now(world));
    }
    look(world, index);
}

void switch_refused(World *world, const Roles *roles, uint32_t region)
{
    for (uint32_t i = 0; i < world->switch_count; i++) {
        const Switch *plan = &world->switches[i];
        if (plan->active && plan->roles == roles && plan->from == region)
            fault_hit_refused(world, plan->fault);
    }
}

/* The roles of some data: those that a failover or an earlier switch of the same data has already,
 * or new ones. */
static Roles *roles_of(World *world, const PlanValue *data)
{
    Roles *roles = world->classes[world_index(world, "data", data->ids[0])].roles;
    if (roles != &world->roles)
        return roles;
    uint32_t homes = 0;
    bool     single = true;
    roles = sim_arena_array(world->arena, Roles, 1);
    roles_init(roles, world->region_count);
    for (uint32_t i = 0; i < data->count; i++) {
        DataClass *class = &world->classes[world_index(world, "data", data->ids[i])];
        class->roles = roles;
        homes |= 1u << class->owner_region;
        single &= class->owner == OWNER_SINGLE;
    }
    if (single)
        roles->homes = homes;
    return roles;
}

void switch_build(World *world)
{
    world->switches = sim_arena_array(world->arena, Switch, world->fault_count + 1);
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const PlanItem *item = plan_item(world->plan, world->faults[f].item);
        if (item->kind != &kind_switch)
            continue;
        const PlanValue *data = plan_value(item, SWITCH_DATA);
        world->switches[world->switch_count++] = (Switch){
            .fault = f,
            .from = world_index(world, "region", plan_value(item, SWITCH_FROM)->ids[0]),
            .to = world_index(world, "region", plan_value(item, SWITCH_TO)->ids[0]),
            .roles = data->count > 0 ? roles_of(world, data) : &world->roles,
            .scoped = data->count > 0,
            .wait = plan_number(item, SWITCH_UNREPLICATED) == 0,
            .push = plan_number(item, SWITCH_PUSH),
        };
    }
    sim_engine_handle(world->engine, WORLD_SWITCH, "switch", step);
}
