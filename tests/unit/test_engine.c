/*
 * test_engine.c: the loop runs what is due, in order, and always ends.
 */
#include <check.h>
#include <signal.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/engine/engine.h"

enum { KIND_TICK, KIND_ECHO, KIND_STOP, KIND_FLOOD, KIND_COUNT };

/* What the handlers below share. */
typedef struct World {
    SimEngine *engine;
    SimTrace  *trace;
    uint64_t   ticks;
    SimTime    seen[1000]; /* times of the first events */
    uint32_t   targets[1000];
    uint32_t   count;
} World;

static void note(World *world, const SimEvent *event)
{
    ck_assert_int_eq(sim_engine_now(world->engine), event->at);
    if (world->count < 1000) {
        world->seen[world->count] = event->at;
        world->targets[world->count] = sim_event_target(event);
        world->count++;
    }
    if (sim_trace_wants(world->trace, event->at))
        sim_trace_line(world->trace, event->at, "work", "target %u", sim_event_target(event));
}

/* Repeats itself every second. */
static void on_tick(void *given, const SimEvent *event)
{
    World *world = given;
    note(world, event);
    world->ticks++;
    sim_engine_at(world->engine, event->at + SIM_S, SIM_PHASE_WORK, KIND_TICK, 0, 0);
}

static void on_echo(void *given, const SimEvent *event)
{
    note(given, event);
}

static void on_stop(void *given, const SimEvent *event)
{
    World *world = given;
    note(world, event);
    sim_engine_stop(world->engine, "more keys than the table holds");
    sim_engine_stop(world->engine, "a consequence");
}

/* Never lets time pass. */
static void on_flood(void *given, const SimEvent *event)
{
    World *world = given;
    sim_engine_at(world->engine, event->at, SIM_PHASE_WORK, KIND_FLOOD, 0, 0);
}

/* Twice as many each time. */
static void on_double(void *given, const SimEvent *event)
{
    World *world = given;
    for (int i = 0; i < 2; i++)
        sim_engine_at(world->engine, event->at + 1, SIM_PHASE_WORK, KIND_COUNT, 0, 0);
}

static World *world_new(World *world, uint64_t max_events, uint32_t max_pending, SimTrace *trace)
{
    memset(world, 0, sizeof(*world));
    SimEngineSetup setup = {.world = world,
                            .seed = 7,
                            .max_events = max_events,
                            .max_pending = max_pending,
                            .trace = trace};
    world->engine = sim_engine_new(&setup);
    world->trace = trace;
    sim_engine_handle(world->engine, KIND_TICK, "tick", on_tick);
    sim_engine_handle(world->engine, KIND_ECHO, "echo", on_echo);
    sim_engine_handle(world->engine, KIND_STOP, "stop", on_stop);
    sim_engine_handle(world->engine, KIND_FLOOD, "flood", on_flood);
    sim_engine_handle(world->engine, KIND_COUNT, "double", on_double);
    return world;
}

START_TEST(events_at_the_end_itself_still_happen)
{
    World world;
    world_new(&world, 1000, 100, NULL);
    sim_engine_at(world.engine, SIM_S, SIM_PHASE_WORK, KIND_TICK, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, 3 * SIM_S), SIM_STOP_END);
    ck_assert_uint_eq(world.ticks, 3);
    ck_assert_uint_eq(sim_engine_events(world.engine), 3);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(the_clock_ends_at_the_end_and_can_go_on)
{
    World world;
    world_new(&world, 1000, 100, NULL);
    sim_engine_at(world.engine, SIM_S, SIM_PHASE_WORK, KIND_TICK, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, 2500 * SIM_MS), SIM_STOP_END);
    ck_assert_int_eq(sim_engine_now(world.engine), 2500 * SIM_MS);
    ck_assert_int_eq(*sim_engine_clock(world.engine), 2500 * SIM_MS);
    ck_assert_int_eq(sim_engine_run(world.engine, 5 * SIM_S), SIM_STOP_END);
    ck_assert_uint_eq(world.ticks, 5);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(an_empty_world_ends_at_once)
{
    World world;
    world_new(&world, 1, 1, NULL);
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_DAY), SIM_STOP_END);
    ck_assert_int_eq(sim_engine_now(world.engine), SIM_DAY);
    ck_assert_uint_eq(sim_engine_events(world.engine), 0);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(a_world_that_never_lets_time_pass_ends_at_its_event_limit)
{
    World world;
    world_new(&world, 100000, 10, NULL);
    sim_engine_at(world.engine, 5, SIM_PHASE_WORK, KIND_FLOOD, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_S), SIM_STOP_EVENTS);
    ck_assert_uint_eq(sim_engine_events(world.engine), 100000);
    ck_assert_int_eq(sim_engine_now(world.engine), 5);
    /* and stays ended */
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_S), SIM_STOP_EVENTS);
    ck_assert_uint_eq(sim_engine_events(world.engine), 100000);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(exactly_as_many_events_as_allowed_is_no_limit)
{
    World world;
    world_new(&world, 3, 10, NULL);
    sim_engine_at(world.engine, SIM_S, SIM_PHASE_WORK, KIND_TICK, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, 3 * SIM_S), SIM_STOP_END);
    ck_assert_int_eq(sim_engine_run(world.engine, 4 * SIM_S), SIM_STOP_EVENTS);
    ck_assert_uint_eq(sim_engine_events(world.engine), 3);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(a_full_agenda_ends_the_run)
{
    World world;
    world_new(&world, 1000000, 100, NULL);
    sim_engine_at(world.engine, 1, SIM_PHASE_WORK, KIND_COUNT, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_S), SIM_STOP_PENDING);
    ck_assert_uint_eq(sim_engine_most_pending(world.engine), 100);
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_S), SIM_STOP_PENDING);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(an_agenda_that_is_full_before_the_run_ends_it_before_the_first_event)
{
    World world;
    world_new(&world, 1000, 1, NULL);
    sim_engine_at(world.engine, 1, SIM_PHASE_WORK, KIND_ECHO, 0, 0);
    sim_engine_at(world.engine, 2, SIM_PHASE_WORK, KIND_ECHO, 0, 0);
    ck_assert_int_eq(sim_engine_run(world.engine, SIM_S), SIM_STOP_PENDING);
    ck_assert_uint_eq(sim_engine_events(world.engine), 0);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(a_models_limit_ends_the_run_after_its_event_and_is_named)
{
    World world;
    world_new(&world, 1000, 100, NULL);
    sim_engine_at(world.engine, 1, SIM_PHASE_WORK, KIND_ECHO, 1, 0);
    sim_engine_at(world.engine, 2, SIM_PHASE_WORK, KIND_STOP, 2, 0);
    sim_engine_at(world.engine, 2, SIM_PHASE_WORK, KIND_ECHO, 3, 0);
    SimStop stop = sim_engine_run(world.engine, SIM_S);
    ck_assert_int_eq(stop, SIM_STOP_MODEL);
    ck_assert_str_eq(sim_engine_stop_text(world.engine, stop), "more keys than the table holds");
    ck_assert_uint_eq(sim_engine_events(world.engine), 2);
    ck_assert_int_eq(sim_engine_now(world.engine), 2);
    sim_engine_free(world.engine);
}
END_TEST

START_TEST(phases_order_an_instant_and_lanes_join_in)
{
    World world;
    world_new(&world, 1000, 100, NULL);
    SimLane lane = sim_engine_lane(world.engine);
    sim_engine_at(world.engine, 5, SIM_PHASE_PROBE, KIND_ECHO, 6, 0);
    sim_engine_at(world.engine, 5, SIM_PHASE_WORK, KIND_ECHO, 4, 0);
    sim_engine_lane_at(world.engine, lane, 5, SIM_PHASE_DELIVER, KIND_ECHO, 2, 0);
    sim_engine_lane_at(world.engine, lane, 5, SIM_PHASE_WORK, KIND_ECHO, 5, 0);
    sim_engine_at(world.engine, 5, SIM_PHASE_TIMER, KIND_ECHO, 3, 0);
    sim_engine_at(world.engine, 5, SIM_PHASE_FAULT, KIND_ECHO, 1, 0);
    sim_engine_run(world.engine, SIM_S);
    ck_assert_uint_eq(world.count, 6);
    for (uint32_t i = 0; i < 6; i++)
        ck_assert_uint_eq(world.targets[i], i + 1);
    sim_engine_free(world.engine);
}
END_TEST

/* The fingerprint of a run with this one event (a tick brings no second one before the end). */
static uint64_t fingerprint(SimTime at, SimPhase phase, uint32_t kind, uint32_t target,
                            uint64_t arg)
{
    World world;
    world_new(&world, 1000, 100, NULL);
    sim_engine_at(world.engine, at, phase, kind, target, arg);
    sim_engine_run(world.engine, 500 * SIM_MS);
    uint64_t value = sim_engine_fingerprint(world.engine);
    sim_engine_free(world.engine);
    return value;
}

START_TEST(time_phase_kind_and_target_make_the_fingerprint)
{
    uint64_t base = fingerprint(5, SIM_PHASE_WORK, KIND_ECHO, 1, 0);
    ck_assert_uint_eq(base, fingerprint(5, SIM_PHASE_WORK, KIND_ECHO, 1, 99));
    ck_assert_uint_ne(base, fingerprint(6, SIM_PHASE_WORK, KIND_ECHO, 1, 0));
    ck_assert_uint_ne(base, fingerprint(5, SIM_PHASE_PROBE, KIND_ECHO, 1, 0));
    ck_assert_uint_ne(base, fingerprint(5, SIM_PHASE_WORK, KIND_TICK, 1, 0));
    ck_assert_uint_ne(base, fingerprint(5, SIM_PHASE_WORK, KIND_ECHO, 2, 0));
}
END_TEST

START_TEST(without_a_fingerprint_the_events_are_the_same)
{
    World plain;
    World bare;
    world_new(&plain, 1000, 100, NULL);
    world_new(&bare, 1000, 100, NULL);
    sim_engine_leave_fingerprint(bare.engine);
    uint64_t none = sim_engine_fingerprint(bare.engine);
    sim_engine_at(plain.engine, 3, SIM_PHASE_WORK, KIND_TICK, 0, 0);
    sim_engine_at(bare.engine, 3, SIM_PHASE_WORK, KIND_TICK, 0, 0);
    ck_assert_int_eq(sim_engine_run(plain.engine, 10 * SIM_S), SIM_STOP_END);
    ck_assert_int_eq(sim_engine_run(bare.engine, 10 * SIM_S), SIM_STOP_END);
    ck_assert_uint_eq(bare.ticks, 10);
    ck_assert_uint_eq(bare.ticks, plain.ticks);
    ck_assert_uint_eq(sim_engine_events(bare.engine), sim_engine_events(plain.engine));
    ck_assert_mem_eq(bare.seen, plain.seen, sizeof(bare.seen));
    ck_assert_uint_eq(sim_engine_fingerprint(bare.engine), none);
    ck_assert_uint_ne(sim_engine_fingerprint(plain.engine), none);
    sim_engine_free(plain.engine);
    sim_engine_free(bare.engine);
}
END_TEST

START_TEST(sequence_numbers_do_not_change_the_fingerprint)
{
    /* Another engine numbers the same two events the other way round. */
    World one;
    World two;
    world_new(&one, 1000, 100, NULL);
    world_new(&two, 1000, 100, NULL);
    sim_engine_at(one.engine, 1, SIM_PHASE_WORK, KIND_ECHO, 1, 0);
    sim_engine_at(one.engine, 2, SIM_PHASE_WORK, KIND_ECHO, 2, 0);
    sim_engine_at(two.engine, 2, SIM_PHASE_WORK, KIND_ECHO, 2, 0);
    sim_engine_at(two.engine, 1, SIM_PHASE_WORK, KIND_ECHO, 1, 0);
    sim_engine_run(one.engine, SIM_S);
    sim_engine_run(two.engine, SIM_S);
    ck_assert_uint_eq(sim_engine_fingerprint(one.engine), sim_engine_fingerprint(two.engine));
    sim_engine_free(one.engine);
    sim_engine_free(two.engine);
}
END_TEST

START_TEST(a_trace_has_one_line_per_event_and_changes_nothing)
{
    World     plain;
    World     traced;
    SimTrace *trace = sim_trace_new(1 * SIM_S, 2 * SIM_S, 100);
    world_new(&plain, 1000, 100, NULL);
    world_new(&traced, 1000, 100, trace);
    sim_engine_at(plain.engine, 500 * SIM_MS, SIM_PHASE_WORK, KIND_TICK, 3, 0);
    sim_engine_at(traced.engine, 500 * SIM_MS, SIM_PHASE_WORK, KIND_TICK, 3, 0);
    sim_engine_at(traced.engine, 2 * SIM_S, SIM_PHASE_WORK, KIND_ECHO, 9, 0);
    sim_engine_at(plain.engine, 2 * SIM_S, SIM_PHASE_WORK, KIND_ECHO, 9, 0);
    sim_engine_run(plain.engine, 4 * SIM_S);
    sim_engine_run(traced.engine, 4 * SIM_S);
    ck_assert_str_eq(sim_trace_text(trace), "1500ms work    target 0\n"
                                            "2s work    target 9\n");
    ck_assert_uint_eq(sim_engine_fingerprint(plain.engine), sim_engine_fingerprint(traced.engine));
    ck_assert_ptr_eq(sim_engine_trace(traced.engine), trace);
    sim_engine_free(plain.engine);
    sim_engine_free(traced.engine);
    sim_trace_free(trace);
}
END_TEST

START_TEST(a_full_trace_says_that_the_rest_was_left_out)
{
    SimTrace *trace = sim_trace_new(0, SIM_DAY, 2);
    for (SimTime now = 1; now <= 5; now++) {
        if (sim_trace_wants(trace, now))
            sim_trace_line(trace, now, "deliver", "line %d", (int)now);
    }
    ck_assert_str_eq(sim_trace_text(trace), "1ns deliver line 1\n"
                                            "2ns deliver line 2\n"
                                            "... the rest was left out after 2 lines\n");
    ck_assert(!sim_trace_wants(trace, 6));
    ck_assert(!sim_trace_wants(NULL, 6));
    sim_trace_free(trace);
    sim_trace_free(NULL);
}
END_TEST

START_TEST(kinds_and_seeds_can_be_asked_for)
{
    World world;
    world_new(&world, 10, 10, NULL);
    ck_assert_str_eq(sim_engine_kind_name(world.engine, KIND_ECHO), "echo");
    ck_assert_ptr_null(sim_engine_kind_name(world.engine, 100));
    ck_assert_uint_eq(sim_engine_seed(world.engine), 7);
    sim_engine_free(world.engine);
    sim_engine_free(NULL);
}
END_TEST

START_TEST(an_event_in_the_past_aborts)
{
    World world;
    world_new(&world, 10, 10, NULL);
    sim_engine_run(world.engine, SIM_S);
    sim_engine_at(world.engine, SIM_S - 1, SIM_PHASE_WORK, KIND_ECHO, 0, 0);
}
END_TEST

START_TEST(a_kind_without_a_handler_aborts)
{
    World world;
    world_new(&world, 10, 10, NULL);
    sim_engine_at(world.engine, 1, SIM_PHASE_WORK, 99, 0, 0);
    sim_engine_run(world.engine, SIM_S);
}
END_TEST

START_TEST(a_second_handler_for_a_kind_aborts)
{
    World world;
    world_new(&world, 10, 10, NULL);
    sim_engine_handle(world.engine, KIND_ECHO, "echo", on_tick);
}
END_TEST

START_TEST(a_limit_of_no_events_aborts)
{
    World world;
    world_new(&world, 0, 10, NULL);
}
END_TEST

START_TEST(running_backwards_aborts)
{
    World world;
    world_new(&world, 10, 10, NULL);
    sim_engine_run(world.engine, SIM_S);
    sim_engine_run(world.engine, SIM_S - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("engine");
    TCase *loop = tcase_create("loop");
    tcase_add_test(loop, events_at_the_end_itself_still_happen);
    tcase_add_test(loop, the_clock_ends_at_the_end_and_can_go_on);
    tcase_add_test(loop, an_empty_world_ends_at_once);
    tcase_add_test(loop, phases_order_an_instant_and_lanes_join_in);
    tcase_add_test(loop, kinds_and_seeds_can_be_asked_for);
    suite_add_tcase(suite, loop);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, a_world_that_never_lets_time_pass_ends_at_its_event_limit);
    tcase_add_test(limits, exactly_as_many_events_as_allowed_is_no_limit);
    tcase_add_test(limits, a_full_agenda_ends_the_run);
    tcase_add_test(limits, an_agenda_that_is_full_before_the_run_ends_it_before_the_first_event);
    tcase_add_test(limits, a_models_limit_ends_the_run_after_its_event_and_is_named);
    suite_add_tcase(suite, limits);
    TCase *prints = tcase_create("fingerprint and trace");
    tcase_add_test(prints, time_phase_kind_and_target_make_the_fingerprint);
    tcase_add_test(prints, sequence_numbers_do_not_change_the_fingerprint);
    tcase_add_test(prints, without_a_fingerprint_the_events_are_the_same);
    tcase_add_test(prints, a_trace_has_one_line_per_event_and_changes_nothing);
    tcase_add_test(prints, a_full_trace_says_that_the_rest_was_left_out);
    suite_add_tcase(suite, prints);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, an_event_in_the_past_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_kind_without_a_handler_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_second_handler_for_a_kind_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_limit_of_no_events_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, running_backwards_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
