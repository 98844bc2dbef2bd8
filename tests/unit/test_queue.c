/*
 * test_queue.c: the agenda hands out what it was given, in one total order.
 */
#include <check.h>
#include <glib.h>
#include <signal.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/engine/queue.h"

/* --- a reference: a binary heap too plain to be wrong --- */

typedef struct Plain {
    SimEvent *events;
    uint32_t  count;
    uint32_t  size;
} Plain;

static bool before(const SimEvent *a, const SimEvent *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void plain_put(Plain *plain, SimEvent event)
{
    if (plain->count == plain->size) {
        plain->size = plain->size > 0 ? 2 * plain->size : 16;
        plain->events = g_renew(SimEvent, plain->events, plain->size);
    }
    uint32_t i = plain->count++;
    for (; i > 0 && before(&event, &plain->events[(i - 1) / 2]); i = (i - 1) / 2)
        plain->events[i] = plain->events[(i - 1) / 2];
    plain->events[i] = event;
}

static SimEvent plain_take(Plain *plain)
{
    SimEvent first = plain->events[0];
    SimEvent last = plain->events[--plain->count];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= plain->count)
            break;
        if (child + 1 < plain->count && before(&plain->events[child + 1], &plain->events[child]))
            child++;
        if (!before(&plain->events[child], &last))
            break;
        plain->events[i] = plain->events[child];
        i = child;
    }
    plain->events[i] = last;
    return first;
}

/* --- random operations on both --- */

enum { LANES = 40 };

typedef struct Twin {
    SimQueue *queue;
    Plain     plain;
    SimRng    rng;
    uint64_t  sequence;
    SimTime   now;
    uint32_t  lanes;
    SimEvent  lane_last[LANES]; /* its phase in order's upper bits */
} Twin;

static void twin_init(Twin *twin, uint64_t seed, uint32_t lanes)
{
    memset(twin, 0, sizeof(*twin));
    twin->queue = sim_queue_new(1u << 20);
    twin->lanes = lanes;
    sim_rng_init(&twin->rng, seed, "test_queue", "twin");
    for (uint32_t i = 0; i < lanes; i++)
        ck_assert_uint_eq(sim_queue_lane_add(twin->queue), i);
}

static void twin_clear(Twin *twin)
{
    sim_queue_free(twin->queue);
    g_free(twin->plain.events);
}

static void twin_push(Twin *twin, SimTime at)
{
    uint64_t phase = sim_rng_below(&twin->rng, 6);
    uint32_t kind = (uint32_t)sim_rng_below(&twin->rng, SIM_EVENT_KIND_LIMIT);
    uint32_t target = (uint32_t)sim_rng_below(&twin->rng, SIM_EVENT_TARGET_LIMIT);
    uint64_t arg = sim_rng_next(&twin->rng);
    bool     in_lane = twin->lanes > 0 && sim_rng_below(&twin->rng, 2) == 0;
    uint32_t lane = in_lane ? (uint32_t)sim_rng_below(&twin->rng, twin->lanes) : 0;
    if (in_lane) {
        /* lanes ascend by (time, phase) */
        const SimEvent *last = &twin->lane_last[lane];
        at = at < last->at ? last->at : at;
        if (at == last->at && phase < sim_event_phase(last))
            phase = sim_event_phase(last);
    }
    SimEvent event = {at, phase << 61 | twin->sequence++ << 21 | kind << 14 | target, arg};
    plain_put(&twin->plain, event);
    if (in_lane) {
        twin->lane_last[lane] = event;
        ck_assert(sim_queue_lane_push(twin->queue, lane, at, (SimPhase)phase, kind, target, arg));
    } else {
        ck_assert(sim_queue_push(twin->queue, at, (SimPhase)phase, kind, target, arg));
    }
}

static void twin_pop(Twin *twin)
{
    SimEvent expected = plain_take(&twin->plain);
    SimEvent event;
    ck_assert_int_eq(sim_queue_peek(twin->queue), expected.at);
    ck_assert(sim_queue_pop(twin->queue, &event));
    ck_assert_int_eq(event.at, expected.at);
    ck_assert_uint_eq(event.order, expected.order);
    ck_assert_uint_eq(event.arg, expected.arg);
    twin->now = event.at;
}

/* How far ahead pushes lie: each a shape that strains another part. */
static SimTime delay(Twin *twin, uint64_t shape)
{
    SimRng *rng = &twin->rng;
    switch (shape) {
    case 0: /* everything at one instant */
        return 0;
    case 1: /* many ties */
        return (SimTime)sim_rng_below(rng, 3);
    case 2:
        return sim_draw_exponential(rng, SIM_MS);
    case 3: /* all magnitudes */
        return (SimTime)(sim_rng_next(rng) >> (8 + sim_rng_below(rng, 56)));
    case 4: /* now, or far away at one instant */
        return sim_rng_below(rng, 2) == 0 ? 0 : SIM_HOUR;
    case 5: /* dense, with a few far outliers */
        return sim_rng_below(rng, 100) == 0 ? SIM_DAY : (SimTime)sim_rng_below(rng, 1000);
    default: /* one constant delay */
        return 40 * SIM_MS;
    }
}

START_TEST(events_leave_in_the_order_of_a_reference_whatever_is_pushed)
{
    Twin twin;
    twin_init(&twin, (uint64_t)_i, _i % 3 == 0 ? 0 : _i % 3 == 1 ? 5 : LANES);
    uint64_t shape = 0;
    uint64_t growth = 0;
    for (int i = 0; i < 20000; i++) {
        if (i % 700 == 0) {
            shape = sim_rng_below(&twin.rng, 7);
            growth = sim_rng_below(&twin.rng, 100);
        }
        if (twin.plain.count == 0 || sim_rng_below(&twin.rng, 100) <= growth)
            twin_push(&twin, twin.now + delay(&twin, shape));
        else
            twin_pop(&twin);
        ck_assert_uint_eq(sim_queue_pending(twin.queue), twin.plain.count);
    }
    while (twin.plain.count > 0)
        twin_pop(&twin);
    SimEvent event;
    ck_assert(!sim_queue_pop(twin.queue, &event));
    ck_assert_int_eq(sim_queue_peek(twin.queue), SIM_TIME_NEVER);
    twin_clear(&twin);
}
END_TEST

START_TEST(a_hundred_thousand_events_leave_sorted)
{
    Twin twin;
    twin_init(&twin, 1, 3);
    for (int i = 0; i < 100000; i++)
        twin_push(&twin, sim_draw_exponential(&twin.rng, SIM_S));
    for (int i = 0; i < 200000; i++) {
        twin_pop(&twin);
        twin_push(&twin, twin.now + sim_draw_exponential(&twin.rng, SIM_S));
    }
    while (twin.plain.count > 0)
        twin_pop(&twin);
    twin_clear(&twin);
}
END_TEST

START_TEST(ties_in_great_number_leave_in_the_order_of_their_arrival)
{
    enum { COUNT = 200000 };
    SimQueue *queue = sim_queue_new(COUNT + 1);
    SimEvent  event;
    for (uint32_t i = 0; i < COUNT; i++)
        ck_assert(sim_queue_push(queue, SIM_S, SIM_PHASE_WORK, 0, 0, i));
    /* Each pop pushes one more for the same instant: it goes last, and nothing becomes slow. */
    for (uint32_t i = 0; i < 2 * COUNT; i++) {
        ck_assert(sim_queue_pop(queue, &event));
        ck_assert_uint_eq(event.arg, i);
        ck_assert(sim_queue_push(queue, SIM_S, SIM_PHASE_WORK, 0, 0, COUNT + i));
    }
    sim_queue_free(queue);
}
END_TEST

START_TEST(within_an_instant_phases_go_before_sequence)
{
    SimQueue *queue = sim_queue_new(100);
    SimLane   lane = sim_queue_lane_add(queue);
    SimEvent  event;
    sim_queue_push(queue, 5, SIM_PHASE_STOP, 1, 0, 0);
    sim_queue_push(queue, 5, SIM_PHASE_WORK, 2, 0, 0);
    sim_queue_lane_push(queue, lane, 5, SIM_PHASE_DELIVER, 3, 0, 0);
    sim_queue_push(queue, 5, SIM_PHASE_FAULT, 4, 0, 0);
    sim_queue_push(queue, 5, SIM_PHASE_DELIVER, 5, 0, 0);
    sim_queue_lane_push(queue, lane, 5, SIM_PHASE_PROBE, 6, 0, 0);
    const uint32_t expected[] = {4, 3, 5, 2, 6, 1};
    for (int i = 0; i < 6; i++) {
        ck_assert(sim_queue_pop(queue, &event));
        ck_assert_uint_eq(sim_event_kind(&event), expected[i]);
    }
    sim_queue_free(queue);
}
END_TEST

START_TEST(an_earlier_phase_of_the_running_instant_goes_next)
{
    SimQueue *queue = sim_queue_new(100);
    SimEvent  event;
    sim_queue_push(queue, 5, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_push(queue, 5, SIM_PHASE_WORK, 2, 0, 0);
    ck_assert(sim_queue_pop(queue, &event));
    sim_queue_push(queue, 5, SIM_PHASE_FAULT, 3, 0, 0);
    ck_assert(sim_queue_pop(queue, &event));
    ck_assert_uint_eq(sim_event_kind(&event), 3);
    sim_queue_free(queue);
}
END_TEST

START_TEST(an_event_keeps_what_it_was_given)
{
    SimQueue *queue = sim_queue_new(1);
    SimEvent  event;
    ck_assert(sim_queue_push(queue, SIM_TIME_NEVER - 1, SIM_PHASE_STOP, SIM_EVENT_KIND_LIMIT - 1,
                             SIM_EVENT_TARGET_LIMIT - 1, UINT64_MAX));
    ck_assert(sim_queue_pop(queue, &event));
    ck_assert_int_eq(event.at, SIM_TIME_NEVER - 1);
    ck_assert_int_eq(sim_event_phase(&event), SIM_PHASE_STOP);
    ck_assert_uint_eq(sim_event_kind(&event), SIM_EVENT_KIND_LIMIT - 1);
    ck_assert_uint_eq(sim_event_target(&event), SIM_EVENT_TARGET_LIMIT - 1);
    ck_assert_uint_eq(event.arg, UINT64_MAX);
    sim_queue_free(queue);
}
END_TEST

START_TEST(a_full_queue_says_so_and_stays_as_it_is)
{
    SimQueue *queue = sim_queue_new(3);
    SimLane   lane = sim_queue_lane_add(queue);
    SimEvent  event;
    ck_assert(sim_queue_push(queue, 1, SIM_PHASE_WORK, 1, 0, 0));
    ck_assert(sim_queue_lane_push(queue, lane, 2, SIM_PHASE_WORK, 2, 0, 0));
    ck_assert(sim_queue_push(queue, 3, SIM_PHASE_WORK, 3, 0, 0));
    ck_assert(!sim_queue_push(queue, 0, SIM_PHASE_WORK, 4, 0, 0));
    ck_assert(!sim_queue_lane_push(queue, lane, 4, SIM_PHASE_WORK, 5, 0, 0));
    ck_assert_uint_eq(sim_queue_pending(queue), 3);
    for (uint32_t i = 1; i <= 3; i++) {
        ck_assert(sim_queue_pop(queue, &event));
        ck_assert_uint_eq(sim_event_kind(&event), i);
    }
    ck_assert_uint_eq(sim_queue_most_pending(queue), 3);
    ck_assert(sim_queue_push(queue, 3, SIM_PHASE_WORK, 1, 0, 0));
    sim_queue_free(queue);
}
END_TEST

START_TEST(pop_until_leaves_what_is_later)
{
    SimQueue *queue = sim_queue_new(10);
    SimLane   lane = sim_queue_lane_add(queue);
    SimEvent  event;
    sim_queue_push(queue, 10, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_lane_push(queue, lane, 11, SIM_PHASE_WORK, 2, 0, 0);
    ck_assert(!sim_queue_pop_until(queue, 9, &event));
    ck_assert(sim_queue_pop_until(queue, 10, &event));
    ck_assert(!sim_queue_pop_until(queue, 10, &event));
    sim_queue_advance(queue, 11);
    ck_assert(sim_queue_pop_until(queue, 11, &event));
    ck_assert_uint_eq(sim_event_kind(&event), 2);
    sim_queue_free(queue);
}
END_TEST

START_TEST(lanes_can_be_added_while_others_are_full)
{
    SimQueue *queue = sim_queue_new(1000);
    SimEvent  event;
    for (uint32_t i = 0; i < 100; i++) {
        SimLane lane = sim_queue_lane_add(queue);
        ck_assert(sim_queue_lane_push(queue, lane, 1000 - i, SIM_PHASE_WORK, 0, i, 0));
    }
    for (uint32_t i = 100; i-- > 0;) {
        ck_assert(sim_queue_pop(queue, &event));
        ck_assert_uint_eq(sim_event_target(&event), i);
    }
    sim_queue_free(queue);
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
    sim_queue_free(NULL);
}
END_TEST

START_TEST(a_push_into_the_past_aborts)
{
    SimQueue *queue = sim_queue_new(10);
    SimEvent  event;
    sim_queue_push(queue, 10, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_pop(queue, &event);
    sim_queue_push(queue, 9, SIM_PHASE_WORK, 1, 0, 0);
}
END_TEST

START_TEST(a_push_at_never_aborts)
{
    sim_queue_push(sim_queue_new(10), SIM_TIME_NEVER, SIM_PHASE_WORK, 1, 0, 0);
}
END_TEST

START_TEST(a_kind_out_of_range_aborts)
{
    sim_queue_push(sim_queue_new(10), 1, SIM_PHASE_WORK, SIM_EVENT_KIND_LIMIT, 0, 0);
}
END_TEST

START_TEST(a_target_out_of_range_aborts)
{
    sim_queue_push(sim_queue_new(10), 1, SIM_PHASE_WORK, 1, SIM_EVENT_TARGET_LIMIT, 0);
}
END_TEST

START_TEST(a_lane_out_of_order_aborts)
{
    SimQueue *queue = sim_queue_new(10);
    SimLane   lane = sim_queue_lane_add(queue);
    sim_queue_lane_push(queue, lane, 10, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_lane_push(queue, lane, 9, SIM_PHASE_WORK, 1, 0, 0);
}
END_TEST

START_TEST(a_lane_with_phases_out_of_order_aborts)
{
    SimQueue *queue = sim_queue_new(10);
    SimLane   lane = sim_queue_lane_add(queue);
    sim_queue_lane_push(queue, lane, 10, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_lane_push(queue, lane, 10, SIM_PHASE_DELIVER, 1, 0, 0);
}
END_TEST

START_TEST(an_unknown_lane_aborts)
{
    sim_queue_lane_push(sim_queue_new(10), 0, 10, SIM_PHASE_WORK, 1, 0, 0);
}
END_TEST

START_TEST(advancing_over_a_pending_event_aborts)
{
    SimQueue *queue = sim_queue_new(10);
    sim_queue_push(queue, 10, SIM_PHASE_WORK, 1, 0, 0);
    sim_queue_advance(queue, 11);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *order = tcase_create("order");
    tcase_set_timeout(order, 60);
    tcase_add_loop_test(order, events_leave_in_the_order_of_a_reference_whatever_is_pushed, 0, 60);
    tcase_add_test(order, a_hundred_thousand_events_leave_sorted);
    tcase_add_test(order, ties_in_great_number_leave_in_the_order_of_their_arrival);
    tcase_add_test(order, within_an_instant_phases_go_before_sequence);
    tcase_add_test(order, an_earlier_phase_of_the_running_instant_goes_next);
    suite_add_tcase(suite, order);
    TCase *edges = tcase_create("edges");
    tcase_add_test(edges, an_event_keeps_what_it_was_given);
    tcase_add_test(edges, a_full_queue_says_so_and_stays_as_it_is);
    tcase_add_test(edges, pop_until_leaves_what_is_later);
    tcase_add_test(edges, lanes_can_be_added_while_others_are_full);
    tcase_add_test(edges, freeing_nothing_does_nothing);
    suite_add_tcase(suite, edges);
    TCase *promises = tcase_create("promises");
    tcase_add_test_raise_signal(promises, a_push_into_the_past_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_push_at_never_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_kind_out_of_range_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_target_out_of_range_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_lane_out_of_order_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, a_lane_with_phases_out_of_order_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, an_unknown_lane_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, advancing_over_a_pending_event_aborts, SIGABRT);
    suite_add_tcase(suite, promises);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
