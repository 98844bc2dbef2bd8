/*
 * test_ledger.c: the witness tells what became of every write.
 *
 * Small histories told step by step, then thousands of random ones held against an oracle that
 * forgets nothing (ledger_oracle.h).
 */
#include <check.h>
#include <glib.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/ledger/ledger.h"
#include "tests/unit/ledger_oracle.h"

#define FAULT 7u
#define LATER 9u

static Ledger     *ledger;
static LedgerClass latest = {LEDGER_RULE_LATEST, false, true, true, 0, false};
static LedgerClass first = {LEDGER_RULE_FIRST, true, true, true, 0, false};
static LedgerClass frozen = {LEDGER_RULE_FREEZE, true, true, true, 0, false};
static LedgerClass local = {LEDGER_RULE_LATEST, false, true, false, 0, false};
static LedgerClass counter = {LEDGER_RULE_LATEST, false, false, true, 0, false};
static LedgerClass arrival = {LEDGER_RULE_ARRIVAL, false, true, true, 0, false};

static void end(void)
{
    ledger_free(ledger);
    ledger = NULL;
}

static void begin(LedgerClass class, uint32_t regions)
{
    LedgerSetup setup = {regions, 1, &class, 0};
    end();
    ledger = ledger_new(&setup);
}

/* Two regions; most stories need no more. */
static void setup(void)
{
    begin(latest, 2);
}

static LedgerWrite born_by(uint32_t key, uint32_t region, uint64_t user, SimTime now, SimTime stamp)
{
    LedgerBirth birth = {.key_index = key,
                         .key = key,
                         .user = user,
                         .region = region,
                         .issued = now,
                         .now = now,
                         .stamp = stamp,
                         .slowest_clock = now};
    return ledger_born(ledger, &birth);
}

/* A write of key 0 with an honest stamp, not told yet. */
static LedgerWrite born(uint32_t region, SimTime now)
{
    return born_by(0, region, 1, now, now);
}

static LedgerWrite done(uint32_t region, SimTime now)
{
    LedgerWrite write = born(region, now);
    ledger_acked(ledger, write, now);
    return write;
}

static LedgerWrite done_stamped(uint32_t region, SimTime now, SimTime stamp)
{
    LedgerWrite write = born_by(0, region, 1, now, stamp);
    ledger_acked(ledger, write, now);
    return write;
}

/* Sum of a fate over the regions of birth; closes nothing. */
static int64_t ended(LedgerFate fate)
{
    int64_t sum = 0;
    for (uint32_t r = 0; r < 2; r++)
        sum += ledger_count(ledger, 0, r)->fate[fate];
    return sum;
}

static LedgerLoss only_loss(void)
{
    const LedgerLoss *losses;
    ck_assert_uint_eq(ledger_losses(ledger, &losses), 1);
    return losses[0];
}

/* ---- the six ends of an acknowledged write ----------------------------------------------- */

START_TEST(a_write_that_arrived_everywhere_survives)
{
    LedgerWrite w = done(0, 10);
    ck_assert(ledger_arrived(ledger, w, 1, 20));
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
    const LedgerLoss *losses;
    ck_assert_uint_eq(ledger_losses(ledger, &losses), 0);
}
END_TEST

START_TEST(a_write_whose_only_copy_is_destroyed_is_l1_by_that_fault)
{
    done(0, 10);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    LedgerLoss loss = only_loss();
    ck_assert_int_eq(loss.fate, LEDGER_L1);
    ck_assert_uint_eq(loss.fault, FAULT);
    ck_assert_uint_eq(loss.number, 1);
    ck_assert_int_eq(loss.acked, 10);
    ck_assert_uint_eq(loss.holders, 0);
}
END_TEST

START_TEST(a_copy_elsewhere_saves_a_write_from_the_loss_of_its_region)
{
    LedgerWrite w = done(0, 10);
    ledger_arrived(ledger, w, 1, 15);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(the_fault_that_destroyed_the_last_copy_is_to_blame)
{
    LedgerWrite w = done(0, 10);
    ledger_arrived(ledger, w, 1, 15);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_region_lost(ledger, 1, 25, LATER);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_uint_eq(only_loss().fault, LATER);
    ck_assert_uint_eq(only_loss().last, 1);
}
END_TEST

START_TEST(each_loss_of_power_answers_for_what_it_let_a_store_forget)
{
    LedgerWrite one = done(0, 10);
    ledger_forgotten(ledger, one, 0, FAULT);
    LedgerWrite two = done(0, 20);
    ledger_forgotten(ledger, two, 0, LATER);
    ledger_close(ledger, 30);
    const LedgerLoss *losses;
    ck_assert_uint_eq(ledger_losses(ledger, &losses), 2);
    ck_assert(losses[0].forgotten && losses[1].forgotten);
    ck_assert_uint_eq(losses[0].fault, FAULT);
    ck_assert_uint_eq(losses[1].fault, LATER);
}
END_TEST

START_TEST(a_write_only_in_a_region_that_is_down_is_l2_there)
{
    done(1, 10);
    ledger_region_dark(ledger, 1, 20, true, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L2), 1);
    LedgerLoss loss = only_loss();
    ck_assert_uint_eq(loss.holders, 1u << 1);
    ck_assert_uint_eq(loss.fault, FAULT);
}
END_TEST

START_TEST(a_write_whose_region_returned_survives)
{
    done(1, 10);
    ledger_region_dark(ledger, 1, 20, true, FAULT);
    ledger_region_dark(ledger, 1, 25, false, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(a_write_that_was_set_aside_is_l2)
{
    LedgerWrite w = done(0, 10);
    ledger_set_aside(ledger, w, 0);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L2), 1);
    ck_assert_uint_eq(only_loss().holders, 1u << 0);
}
END_TEST

START_TEST(a_write_set_aside_in_a_region_lost_later_is_l1)
{
    LedgerWrite w = done(0, 10);
    ledger_set_aside(ledger, w, 0);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_uint_eq(only_loss().fault, FAULT);
}
END_TEST

START_TEST(a_write_whose_only_copy_is_replaced_by_a_full_copy_is_l1)
{
    LedgerWrite w = done(0, 10);
    ledger_destroyed(ledger, w, 0);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_uint_eq(only_loss().fault, UINT32_MAX);
}
END_TEST

START_TEST(a_full_copy_destroys_what_was_set_aside_too)
{
    LedgerWrite w = done(0, 10);
    ledger_set_aside(ledger, w, 0);
    ledger_destroyed(ledger, w, 0);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
}
END_TEST

START_TEST(a_write_destroyed_in_one_region_survives_in_another)
{
    LedgerWrite w = done(0, 10);
    ledger_arrived(ledger, w, 1, 15);
    ledger_destroyed(ledger, w, 0);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(the_earlier_of_two_writes_that_had_not_seen_each_other_is_l3)
{
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(1, 11);
    ledger_arrived(ledger, a, 1, 20);
    ledger_arrived(ledger, b, 0, 21);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L3), 1);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
    ck_assert_uint_eq(only_loss().number, 1);
    ck_assert_uint_eq(only_loss().fault, UINT32_MAX);
}
END_TEST

START_TEST(two_writes_that_never_met_both_survive)
{
    done(0, 10);
    done(1, 11);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
}
END_TEST

START_TEST(a_write_replaced_by_one_that_had_seen_it_survives)
{
    LedgerWrite a = done(0, 10);
    ledger_arrived(ledger, a, 1, 11);
    LedgerWrite b = done(1, 12);
    ledger_arrived(ledger, b, 0, 13);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
}
END_TEST

START_TEST(a_write_is_lost_with_the_one_that_replaced_it)
{
    done(0, 10);
    done(0, 12);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 0);
    ck_assert_int_eq(ended(LEDGER_L1), 2);
}
END_TEST

START_TEST(only_the_immediate_successor_decides)
{
    /* c saw b but not a; b had seen a: a was replaced, not discarded. */
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(0, 11);
    ledger_arrived(ledger, b, 1, 12);
    LedgerWrite c = done(1, 13);
    ledger_arrived(ledger, a, 1, 14);
    ledger_arrived(ledger, c, 0, 15);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 3);
}
END_TEST

START_TEST(a_later_stamp_from_a_fast_clock_wins_although_it_had_been_seen_l4)
{
    LedgerWrite a = done_stamped(1, 10, 1010); /* a clock 1000 ahead */
    ledger_arrived(ledger, a, 0, 20);
    LedgerWrite b = done_stamped(0, 30, 30); /* made after reading a, but older by the clock */
    ledger_arrived(ledger, b, 1, 40);
    ledger_close(ledger, 50);
    ck_assert_int_eq(ended(LEDGER_L4), 1);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
    ck_assert_uint_eq(only_loss().number, 2);
}
END_TEST

START_TEST(a_write_that_comes_between_two_others_is_the_successor_of_the_first)
{
    /* Stamps 10 < 20 < 30, made in the order 10, 30, 20. The one at 20 was made in region 1 and had
     * seen nothing; the one at 30 had seen the first, but is not its successor any more. */
    LedgerWrite a = done_stamped(0, 10, 10);
    LedgerWrite c = done_stamped(0, 11, 30);
    LedgerWrite b = done_stamped(1, 12, 20);
    ledger_arrived(ledger, a, 1, 13);
    ledger_arrived(ledger, c, 1, 13);
    ledger_arrived(ledger, b, 0, 13);
    ledger_close(ledger, 50);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->fate[LEDGER_L3], 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->fate[LEDGER_L3], 1);
}
END_TEST

START_TEST(equal_stamps_are_ordered_by_region_then_number)
{
    /* Region 1 beats region 0 at one stamp, whoever came first. */
    LedgerWrite b = done_stamped(1, 10, 10);
    LedgerWrite a = done_stamped(0, 11, 10);
    ledger_arrived(ledger, b, 0, 20);
    ledger_arrived(ledger, a, 1, 20);
    ledger_close(ledger, 50);
    ck_assert_uint_eq(only_loss().number, 2);
    ck_assert_int_eq(only_loss().fate, LEDGER_L3);
}
END_TEST

START_TEST(a_write_dropped_by_its_queue_is_l6)
{
    LedgerWrite w = done(0, 10);
    ledger_expired(ledger, w, 1);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L6), 1);
}
END_TEST

START_TEST(a_write_dropped_by_one_channel_and_carried_by_another_survives)
{
    LedgerWrite w = done(0, 10);
    ledger_expired(ledger, w, 1);
    ledger_arrived(ledger, w, 1, 20);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(a_write_dropped_on_its_way_to_a_region_that_is_gone_is_not_l6)
{
    LedgerWrite w = done(0, 10);
    ledger_expired(ledger, w, 1);
    ledger_region_lost(ledger, 1, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
}
END_TEST

START_TEST(what_all_regions_had_discarded_stays_discarded_when_they_are_lost)
{
    /* Told late, so that it is still kept when the regions go. */
    LedgerWrite a = born(0, 10);
    LedgerWrite b = born(1, 11);
    ledger_arrived(ledger, a, 1, 20);
    ledger_arrived(ledger, b, 0, 21);
    ledger_acked(ledger, a, 22);
    ledger_acked(ledger, b, 22);
    ledger_region_lost(ledger, 0, 25, FAULT);
    ledger_region_lost(ledger, 1, 26, LATER);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L3), 1);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
}
END_TEST

START_TEST(what_each_side_of_a_partition_replaced_for_itself_survives)
{
    /* By the clock the writes of the two sides alternate, but they never met. */
    for (uint32_t i = 0; i < 10; i++)
        done(i % 2, 10 + i);
    ledger_region_lost(ledger, 1, 30, FAULT);
    ledger_close(ledger, 40);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->fate[LEDGER_SURVIVED], 5);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->fate[LEDGER_L1], 5);
}
END_TEST

/* ---- further rules and harms ------------------------------------------------------------- */

START_TEST(under_first_the_earlier_write_stays_and_the_later_is_discarded)
{
    begin(first, 2);
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(1, 11);
    ledger_arrived(ledger, a, 1, 20);
    ledger_arrived(ledger, b, 0, 20);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->fate[LEDGER_L3], 1);
}
END_TEST

START_TEST(under_freeze_conflicting_writes_are_all_kept)
{
    begin(frozen, 2);
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(1, 11);
    ledger_arrived(ledger, a, 1, 20);
    ledger_arrived(ledger, b, 0, 20);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
}
END_TEST

START_TEST(a_second_acknowledged_owner_of_a_unique_key_is_a_surplus_one_l5)
{
    begin(frozen, 2);
    done(0, 10);
    done(1, 11);
    LedgerWrite c = born(1, 12);
    ledger_refused(ledger, c);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->surplus_owners, 0);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->surplus_owners, 1);
    const LedgerLoss *losses;
    ck_assert_uint_eq(ledger_losses(ledger, &losses), 2);
    ck_assert_int_eq(losses[1].fate, LEDGER_L5);
    ck_assert_int_eq(losses[0].fate, LEDGER_L8); /* never acknowledged: first in the order */
}
END_TEST

START_TEST(a_second_arrival_has_an_effect_unless_the_class_is_idempotent_l7)
{
    begin(counter, 2);
    LedgerWrite w = done(0, 10);
    ck_assert(ledger_arrived(ledger, w, 1, 20));
    ck_assert(!ledger_arrived(ledger, w, 1, 21));
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->duplicate_effects, 1);

    begin(latest, 2);
    w = done(0, 10);
    ck_assert(ledger_arrived(ledger, w, 1, 20));
    ck_assert(!ledger_arrived(ledger, w, 1, 21));
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->duplicate_effects, 0);
}
END_TEST

START_TEST(a_replaced_change_that_comes_again_still_has_its_effect_l7)
{
    begin(counter, 2);
    LedgerWrite a = done(0, 10);
    ledger_arrived(ledger, a, 1, 20);
    LedgerWrite b = done(0, 30);
    ledger_arrived(ledger, b, 1, 40);
    ledger_arrived(ledger, a, 1, 50);
    ledger_close(ledger, 60);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->duplicate_effects, 1);
}
END_TEST

/* ---- what a queue does not deliver -------------------------------------------------------- */

START_TEST(a_write_whose_message_was_never_sent_survives_and_diverges)
{
    LedgerWrite w = done(0, 10);
    ledger_unsent(ledger, w, 1);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->diverged, 1);
}
END_TEST

START_TEST(a_write_whose_message_was_never_sent_is_l1_when_its_owner_dies)
{
    LedgerWrite w = done(0, 10);
    ledger_unsent(ledger, w, 1);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->diverged, 0);
}
END_TEST

START_TEST(a_write_that_no_store_ever_held_is_no_ghost)
{
    LedgerBirth birth = {.now = 10, .stamp = 10, .slowest_clock = 10, .nowhere = true};
    LedgerWrite held = ledger_born(ledger, &birth);
    birth.stamp = 11;
    LedgerWrite never = ledger_born(ledger, &birth);
    ck_assert(ledger_arrived(ledger, held, 0, 12));
    ck_assert(!ledger_arrived(ledger, held, 0, 12));
    ledger_unknown(ledger, held);
    ledger_unknown(ledger, never);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->unknown, 2);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->ghosts, 1);
}
END_TEST

START_TEST(versions_that_linger_can_be_read_as_stale_until_they_are_settled)
{
    LedgerClass lingering = latest;
    lingering.lingers = true;
    begin(lingering, 2);
    LedgerWrite old = done(0, 10);
    LedgerWrite new = done(0, 20);
    ledger_arrived(ledger, old, 1, 25);
    ledger_arrived(ledger, new, 1, 30);
    ck_assert(ledger_read(ledger, 0, 0, old, 0, 1, 40).stale);
    ck_assert_uint_eq(ledger_kept(ledger), 2);
    ledger_settled(ledger, old, 50);
    ck_assert_uint_eq(ledger_kept(ledger), 2);
    ledger_settled(ledger, new, 50);
    ck_assert_uint_eq(ledger_kept(ledger), 1);
    ledger_close(ledger, 60);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
}
END_TEST

START_TEST(writes_have_to_reach_only_the_regions_that_have_stores)
{
    LedgerClass two = latest;
    two.stores = 3;
    begin(two, 3);
    LedgerWrite old = done(0, 10);
    LedgerWrite new = done(0, 20);
    ledger_arrived(ledger, old, 1, 25);
    ledger_arrived(ledger, new, 1, 30);
    ck_assert_uint_eq(ledger_kept(ledger), 1);
    ledger_close(ledger, 60);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
}
END_TEST

START_TEST(a_successor_that_gets_through_ends_the_divergence)
{
    LedgerWrite a = done(0, 10);
    ledger_unsent(ledger, a, 1);
    LedgerWrite b = done(0, 20);
    ledger_arrived(ledger, b, 1, 30);
    ledger_close(ledger, 40);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 2);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->diverged, 0);
}
END_TEST

START_TEST(another_channel_may_bring_what_one_did_not_send)
{
    LedgerWrite w = done(0, 10);
    ledger_unsent(ledger, w, 1);
    ledger_arrived(ledger, w, 1, 20);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->diverged, 0);
}
END_TEST

START_TEST(a_dead_letter_is_l2_and_outlives_its_owner)
{
    for (int owner_dies = 0; owner_dies < 2; owner_dies++) {
        begin(latest, 2);
        LedgerWrite w = done(0, 10);
        ledger_dead_letter(ledger, w, 1);
        if (owner_dies)
            ledger_region_lost(ledger, 0, 20, FAULT);
        ledger_close(ledger, 30);
        ck_assert_int_eq(ended(LEDGER_L2), 1);
        ck_assert_uint_eq(only_loss().dead_letters, 1u << 1);
        ck_assert_int_eq(ledger_count(ledger, 0, 0)->diverged, !owner_dies);
    }
}
END_TEST

START_TEST(a_dead_letter_dies_with_its_region)
{
    LedgerWrite w = done(0, 10);
    ledger_dead_letter(ledger, w, 1);
    ledger_region_lost(ledger, 0, 20, FAULT);
    ledger_region_lost(ledger, 1, 25, LATER);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_uint_eq(only_loss().fault, LATER);
}
END_TEST

START_TEST(a_store_left_with_the_older_of_two_inverted_their_order_l4)
{
    begin(arrival, 2);
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(0, 20);
    ledger_arrived(ledger, b, 1, 30);
    ledger_arrived(ledger, a, 1, 40);
    ledger_shows(ledger, 0, 0, 0, b);
    ledger_shows(ledger, 0, 0, 1, a);
    ledger_close(ledger, 50);
    ck_assert_int_eq(ended(LEDGER_L4), 1);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 1);
    ck_assert_uint_eq(only_loss().number, 2);
}
END_TEST

START_TEST(an_inversion_that_a_later_write_covers_is_none)
{
    begin(arrival, 2);
    LedgerWrite a = done(0, 10);
    LedgerWrite b = done(0, 20);
    ledger_arrived(ledger, b, 1, 30);
    ledger_arrived(ledger, a, 1, 40);
    LedgerWrite c = done(0, 45);
    ledger_arrived(ledger, c, 1, 46);
    ledger_shows(ledger, 0, 0, 0, c);
    ledger_shows(ledger, 0, 0, 1, c);
    ledger_close(ledger, 50);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 3);
}
END_TEST

START_TEST(a_failed_or_unknown_write_that_is_there_is_a_ghost_l8)
{
    LedgerWrite a = born_by(0, 0, 1, 10, 10);
    LedgerWrite b = born_by(1, 0, 1, 10, 10);
    born_by(2, 0, 1, 10, 10); /* never told: no promise to break */
    LedgerWrite gone = born_by(3, 1, 1, 10, 10);
    ledger_refused(ledger, a);
    ledger_unknown(ledger, b);
    ledger_unknown(ledger, gone);
    ledger_region_lost(ledger, 1, 20, FAULT);
    ledger_close(ledger, 30);
    const LedgerCount *count = ledger_count(ledger, 0, 0);
    ck_assert_int_eq(count->ghosts, 2);
    ck_assert_int_eq(count->refused, 1);
    ck_assert_int_eq(count->unknown, 1);
    ck_assert_int_eq(count->open, 1);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->ghosts, 0);
}
END_TEST

START_TEST(a_failed_write_that_its_queue_dropped_is_still_there_where_it_was_made_l8)
{
    LedgerWrite w = born(0, 10);
    ledger_refused(ledger, w);
    ledger_expired(ledger, w, 1);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->ghosts, 1);
}
END_TEST

START_TEST(an_unknown_outcome_can_become_ok_but_a_second_answer_changes_nothing)
{
    LedgerWrite w = born(0, 10);
    ledger_unknown(ledger, w);
    ledger_acked(ledger, w, 20);
    ledger_refused(ledger, w);
    ledger_acked(ledger, w, 25);
    LedgerWrite r = born_by(1, 0, 1, 11, 11);
    ledger_refused(ledger, r);
    ledger_unknown(ledger, r);
    LedgerRead read = ledger_read(ledger, 0, 0, 0, 0, 2, 29);
    ck_assert_int_eq(read.age, 9); /* since the first answer */
    ledger_close(ledger, 30);
    const LedgerCount *count = ledger_count(ledger, 0, 0);
    ck_assert_int_eq(count->ok, 1);
    ck_assert_int_eq(count->unknown, 0);
    ck_assert_int_eq(count->refused, 1);
    ck_assert_int_eq(count->ghosts, 1);
    ck_assert_int_eq(count->fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(a_read_that_misses_an_acknowledged_version_is_stale_r1)
{
    LedgerWrite a = done(0, 10);
    ledger_arrived(ledger, a, 1, 15);
    done(0, 20);
    done(0, 30);
    LedgerRead read = ledger_read(ledger, 0, 0, a, 0, 2, 35);
    ck_assert(read.stale);
    ck_assert(!read.own);
    ck_assert_int_eq(read.versions, 2);
    ck_assert_int_eq(read.age, 15);
    /* What was acknowledged when the read began, or later, is not missed. */
    read = ledger_read(ledger, 0, 0, a, 0, 2, 30);
    ck_assert_int_eq(read.versions, 1);
    read = ledger_read(ledger, 0, 0, a, 0, 2, 20);
    ck_assert(!read.stale);
    ck_assert_int_eq(read.age, 0);
}
END_TEST

START_TEST(the_state_of_before_the_run_misses_every_version)
{
    done(0, 10);
    done(0, 20);
    LedgerRead read = ledger_read(ledger, 0, 0, 0, 0, 2, 35);
    ck_assert(read.stale);
    ck_assert_int_eq(read.versions, 2);
    ck_assert_int_eq(read.age, 25);
    read = ledger_read(ledger, 0, 5, 0, 0, 2, 35); /* a key that nobody wrote */
    ck_assert(!read.stale);
    read = ledger_read(ledger, 0, 500, 0, 0, 2, 35);
    ck_assert(!read.stale);
}
END_TEST

START_TEST(a_version_that_nobody_was_promised_is_not_missed)
{
    LedgerWrite a = done(0, 10);
    LedgerWrite b = born(0, 20);
    ledger_unknown(ledger, b);
    LedgerRead read = ledger_read(ledger, 0, 0, a, 0, 1, 35);
    ck_assert(!read.stale);
}
END_TEST

START_TEST(missing_the_own_write_breaks_the_session_r2)
{
    LedgerWrite a = done(0, 10);
    LedgerWrite b = born_by(0, 0, 5, 20, 20);
    ledger_acked(ledger, b, 20);
    ck_assert(ledger_read(ledger, 0, 0, a, 0, 5, 35).own);
    ck_assert(!ledger_read(ledger, 0, 0, a, 0, 6, 35).own);
    ck_assert(!ledger_read(ledger, 0, 0, a, 1, 5, 35).own); /* user 5 of another cohort */
}
END_TEST

START_TEST(a_read_of_what_is_lost_later_is_a_phantom_r3)
{
    LedgerWrite a = done(0, 10);
    ledger_read(ledger, 0, 0, a, 0, 1, 12);
    ledger_read(ledger, 0, 0, a, 0, 2, 13);
    ledger_region_lost(ledger, 0, 20, FAULT);
    LedgerWrite b = done(1, 25);
    ledger_read(ledger, 0, 0, b, 0, 2, 26);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->phantom_reads, 2);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->phantom_reads, 0);
}
END_TEST

START_TEST(a_write_is_out_of_reach_while_its_only_region_is_dark_u1)
{
    done(0, 10);
    ledger_region_dark(ledger, 0, 20, true, FAULT);
    ledger_region_dark(ledger, 0, 50, false, FAULT);
    ledger_region_dark(ledger, 0, 60, true, FAULT);
    ledger_close(ledger, 100);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->dark, 30 + 40);
}
END_TEST

START_TEST(more_darkness_than_a_time_holds_is_the_largest_time)
{
    for (uint32_t key = 0; key < 3; key++)
        ledger_acked(ledger, born_by(key, 0, 1, 10, 10), 10);
    ledger_region_dark(ledger, 0, 20, true, FAULT);
    ledger_close(ledger, INT64_MAX / 2);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->dark, INT64_MAX);
}
END_TEST

START_TEST(darkness_ends_with_the_arrival_of_a_copy_elsewhere)
{
    /* What was on the wire when the power went still arrives. */
    LedgerWrite w = done(0, 10);
    ledger_region_dark(ledger, 0, 20, true, FAULT);
    ledger_arrived(ledger, w, 1, 25);
    ledger_region_dark(ledger, 0, 50, false, FAULT);
    ledger_close(ledger, 100);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->dark, 5);
}
END_TEST

START_TEST(darkness_begins_with_the_acknowledgement_or_the_loss_of_the_other_copy)
{
    begin(latest, 3);
    LedgerWrite late = born(0, 10);
    ledger_region_dark(ledger, 0, 20, true, FAULT);
    ledger_acked(ledger, late, 30);
    ledger_region_dark(ledger, 0, 50, false, FAULT);
    ck_assert(ledger_arrived(ledger, late, 1, 55));
    ledger_region_dark(ledger, 0, 60, true, FAULT);
    ledger_region_lost(ledger, 1, 70, LATER);
    ledger_close(ledger, 100);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->dark, (50 - 30) + (100 - 70));
}
END_TEST

START_TEST(a_replaced_version_is_not_missed_in_the_dark)
{
    done(0, 10);
    done(0, 12);
    ledger_region_dark(ledger, 0, 20, true, FAULT);
    ledger_region_dark(ledger, 0, 30, false, FAULT);
    ledger_close(ledger, 100);
    ck_assert_int_eq(ledger_count(ledger, 0, 0)->dark, 10);
}
END_TEST

START_TEST(a_class_that_does_not_spread_keeps_each_region_s_write)
{
    begin(local, 2);
    done(0, 10);
    done(1, 11);
    done(0, 12);
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 3);
}
END_TEST

START_TEST(a_class_that_does_not_spread_forgets_what_was_replaced_at_home)
{
    begin(local, 2);
    for (SimTime t = 1; t <= 1000; t++)
        done(0, t);
    ck_assert_uint_le(ledger_kept(ledger), 8);
    ledger_region_lost(ledger, 0, 2000, FAULT);
    ledger_close(ledger, 3000);
    ck_assert_int_eq(ended(LEDGER_L1), 1);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 999);
}
END_TEST

START_TEST(writes_issued_before_the_count_begins_are_followed_but_not_counted)
{
    LedgerSetup warm = {2, 1, &latest, 100};
    end();
    ledger = ledger_new(&warm);
    LedgerWrite a = done(0, 50);
    done(0, 60);
    ledger_read(ledger, 0, 0, a, 0, 1, 70);
    ledger_region_lost(ledger, 0, 120, FAULT);
    LedgerWrite b = born_by(1, 1, 1, 130, 130);
    ledger_refused(ledger, b);
    ledger_close(ledger, 200);
    const LedgerCount *count = ledger_count(ledger, 0, 0);
    ck_assert_int_eq(count->issued, 0);
    ck_assert_int_eq(count->fate[LEDGER_L1], 0);
    ck_assert_int_eq(count->phantom_reads, 0);
    ck_assert_int_eq(ledger_count(ledger, 0, 1)->issued, 1);
    const LedgerRpo *rpos;
    ck_assert_uint_eq(ledger_rpos(ledger, &rpos), 1);
    ck_assert_int_eq(rpos[0].lost, 0);          /* |L1| + |L2| of what is counted */
    ck_assert_int_eq(rpos[0].prefix_acked, -1); /* but the prefix knows all writes */
}
END_TEST

/* ---- recovery point ---------------------------------------------------------------------- */

static LedgerRpo only_rpo(void)
{
    const LedgerRpo *rpos;
    ck_assert_uint_eq(ledger_rpos(ledger, &rpos), 1);
    return rpos[0];
}

START_TEST(the_prefix_ends_before_the_first_loss_and_the_newest_survivor_may_be_later)
{
    LedgerWrite w[5];
    for (uint32_t i = 0; i < 5; i++) {
        w[i] = born_by(i, 0, 1, 10 * (i + 1), 10 * (i + 1));
        ledger_acked(ledger, w[i], 10 * (i + 1));
    }
    ledger_arrived(ledger, w[0], 1, 60);
    ledger_arrived(ledger, w[1], 1, 60);
    ledger_arrived(ledger, w[3], 1, 60); /* overtook w[2] */
    ledger_region_lost(ledger, 0, 70, FAULT);
    ledger_close(ledger, 100);
    LedgerRpo rpo = only_rpo();
    ck_assert_int_eq(rpo.failed_at, 70);
    ck_assert_int_eq(rpo.prefix_acked, 20);
    ck_assert_int_eq(rpo.newest_acked, 40);
    ck_assert_int_eq(rpo.lost, 2);
}
END_TEST

START_TEST(without_a_loss_the_prefix_is_whole)
{
    LedgerWrite w = done(0, 10);
    ledger_arrived(ledger, w, 1, 20);
    ledger_region_lost(ledger, 0, 70, FAULT);
    ledger_close(ledger, 100);
    LedgerRpo rpo = only_rpo();
    ck_assert_int_eq(rpo.prefix_acked, 10);
    ck_assert_int_eq(rpo.newest_acked, 10);
    ck_assert_int_eq(rpo.lost, 0);
}
END_TEST

START_TEST(if_the_first_write_is_lost_there_is_no_prefix)
{
    done(0, 10);
    ledger_region_lost(ledger, 0, 70, FAULT);
    ledger_close(ledger, 100);
    LedgerRpo rpo = only_rpo();
    ck_assert_int_eq(rpo.prefix_acked, -1);
    ck_assert_int_eq(rpo.newest_acked, -1);
    ck_assert_int_eq(rpo.lost, 1);
}
END_TEST

START_TEST(losses_acknowledged_at_one_instant_end_the_prefix_before_it)
{
    /* The second write takes the slot of a forgotten one, before the first's. */
    LedgerWrite old = born_by(5, 1, 1, 1, 1);
    ledger_acked(ledger, old, 1);
    ledger_arrived(ledger, old, 0, 2);
    LedgerWrite kept = born_by(0, 0, 1, 5, 5);
    ledger_acked(ledger, kept, 5);
    ledger_arrived(ledger, kept, 1, 6);
    LedgerWrite a = born_by(1, 0, 1, 10, 10);
    LedgerWrite replaces = born_by(5, 1, 1, 11, 11);
    ledger_acked(ledger, replaces, 11);
    ledger_arrived(ledger, replaces, 0, 12); /* `old` is forgotten */
    LedgerWrite b = born_by(2, 0, 1, 13, 13);
    ledger_acked(ledger, a, 20);
    ledger_acked(ledger, b, 20);
    ledger_region_lost(ledger, 0, 70, FAULT);
    ledger_close(ledger, 100);
    ck_assert_int_eq(only_rpo().prefix_acked, 5);
    ck_assert_int_eq(only_rpo().lost, 2);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------ */

/* A million writes to four keys; each reaches the other region two writes later and is told
 * `told_after` writes later. */
static void play_million(uint32_t told_after, SimTime ahead, LedgerClass class)
{
    enum { BACK = 256 };
    static LedgerWrite recent[BACK];
    begin(class, 2);
    for (uint32_t i = 0; i < 1000000; i++) {
        SimTime  now = (SimTime)(i + 1) * 1000;
        uint32_t region = (i / 4) % 16 == 0 ? 1 : 0;
        recent[i % BACK] = born_by(i % 4, region, 1, now, now + (region == 0 ? ahead : 0));
        if (i >= told_after)
            ledger_acked(ledger, recent[(i - told_after) % BACK], now);
        if (i >= 8) {
            uint32_t at = i - 8;
            ledger_arrived(ledger, recent[at % BACK], (at / 4) % 16 == 0 ? 0 : 1, now);
        }
    }
}

START_TEST(memory_follows_what_is_open_over_a_million_writes)
{
    play_million(0, 0, latest);
    ck_assert_uint_le(ledger_most_kept(ledger), 40);
    ck_assert_uint_eq(ledger_writes(ledger), 1000000);
    ledger_close(ledger, INT64_C(2000000000));
    const LedgerCount *count = ledger_count(ledger, 0, 0);
    int64_t            fates = 0;
    for (int f = 0; f < LEDGER_FATES; f++)
        fates += count->fate[f];
    ck_assert_int_eq(fates, count->ok);
    ck_assert_int_eq(count->ok + ledger_count(ledger, 0, 1)->ok, 1000000);
}
END_TEST

START_TEST(memory_follows_what_is_open_although_outcomes_come_late)
{
    play_million(100, 0, latest);
    ck_assert_uint_le(ledger_most_kept(ledger), 200);
}
END_TEST

START_TEST(memory_follows_what_is_open_although_a_clock_is_ahead)
{
    /* 200 writes fit into the time by which the clock is ahead. */
    play_million(0, 200000, latest);
    ck_assert_uint_le(ledger_most_kept(ledger), 500);
}
END_TEST

START_TEST(memory_follows_what_is_open_under_first_too)
{
    LedgerClass class = first;
    class.unique = false;
    play_million(100, 0, class);
    ck_assert_uint_le(ledger_most_kept(ledger), 300);
}
END_TEST

START_TEST(a_handle_of_a_forgotten_write_is_ignored)
{
    LedgerWrite a = done(0, 10);
    ledger_arrived(ledger, a, 1, 11);
    LedgerWrite b = done(0, 12);
    ledger_arrived(ledger, b, 1, 13);
    ck_assert_uint_eq(ledger_kept(ledger), 1);
    LedgerWrite c = done(0, 14); /* takes the slot of a */
    ck_assert(!ledger_arrived(ledger, a, 1, 15));
    ledger_set_aside(ledger, a, 0);
    ledger_refused(ledger, a);
    ledger_expired(ledger, a, 1);
    ck_assert(!ledger_read(ledger, 0, 0, a, 0, 1, 20).stale);
    ck_assert(ledger_arrived(ledger, c, 1, 16));
    ledger_close(ledger, 30);
    ck_assert_int_eq(ended(LEDGER_SURVIVED), 3);
}
END_TEST

/* ---- random histories against the oracle ------------------------------------------------- */

typedef struct Play {
    SimRng      rng;
    Oracle      oracle;
    LedgerWrite handles[ORACLE_WRITES];
    SimTime     ahead[LEDGER_REGION_LIMIT];
    uint32_t    pending[ORACLE_WRITES]; /* regions where it may still arrive */
    bool        skewed;
    char        what[200];
} Play;

static uint32_t below(Play *play, uint32_t n)
{
    return (uint32_t)sim_rng_below(&play->rng, n);
}

static SimTime slowest(const Play *play)
{
    SimTime least = SIM_TIME_NEVER;
    for (uint32_t r = 0; r < play->oracle.regions; r++)
        if ((play->oracle.live >> r & 1) != 0 && play->oracle.now + play->ahead[r] < least)
            least = play->oracle.now + play->ahead[r];
    return least;
}

static bool serves(const Play *play, uint32_t region)
{
    return ((play->oracle.live & ~play->oracle.dark) >> region & 1) != 0;
}

static void step_write(Play *play, uint32_t region)
{
    Oracle *oracle = &play->oracle;
    if (!serves(play, region) || oracle->count == 24)
        return;
    LedgerBirth birth = {.key_index = below(play, 2),
                         .user = below(play, 3),
                         .region = region,
                         .issued = oracle->now - below(play, 2),
                         .now = oracle->now,
                         .stamp = oracle->now + play->ahead[region],
                         .slowest_clock = slowest(play)};
    birth.key = birth.key_index;
    uint32_t w =
        oracle_born(oracle, birth.key_index, region, birth.user, birth.issued, birth.stamp);
    play->handles[w] = ledger_born(ledger, &birth);
    play->pending[w] = oracle->class.spread ? ((1u << oracle->regions) - 1) & ~(1u << region) : 0;
}

static void step_arrive(Play *play, uint32_t w, uint32_t region)
{
    Oracle *oracle = &play->oracle;
    if ((play->pending[w] >> region & 1) == 0 || !serves(play, region))
        return;
    play->pending[w] &= ~(1u << region);
    if (below(play, 12) == 0) { /* on its way a queue drops it; another channel may carry it */
        oracle->writes[w].expired |= 1u << region;
        ledger_expired(ledger, play->handles[w], region);
        if (below(play, 2) == 0)
            play->pending[w] |= 1u << region;
        return;
    }
    oracle->writes[w].here |= 1u << region;
    ledger_arrived(ledger, play->handles[w], region, slowest(play));
}

static void step_tell(Play *play, uint32_t w)
{
    Oracle      *oracle = &play->oracle;
    OracleWrite *write = &oracle->writes[w];
    if (write->told == ORACLE_OPEN && below(play, 5) == 0) {
        bool refused = below(play, 2) == 0;
        write->told = refused ? ORACLE_REFUSED : ORACLE_UNKNOWN;
        if (refused)
            ledger_refused(ledger, play->handles[w]);
        else
            ledger_unknown(ledger, play->handles[w]);
    } else if (write->told == ORACLE_OPEN ||
               (write->told == ORACLE_UNKNOWN && oracle_successor(oracle, w) == ORACLE_NONE)) {
        oracle_acked(oracle, w);
        ledger_acked(ledger, play->handles[w], oracle->now);
    }
}

static void step_read(Play *play, uint32_t region)
{
    Oracle *oracle = &play->oracle;
    if (!serves(play, region) || !oracle->class.spread)
        return;
    uint32_t    key = below(play, 2);
    uint64_t    user = below(play, 3);
    SimTime     began = oracle->now - below(play, 2);
    uint32_t    version = oracle_shown(oracle, key, region);
    LedgerWrite handle = version == ORACLE_NONE  ? 0
                         : oracle_merges(oracle) ? ledger_state(ledger, 0, key, region)
                                                 : play->handles[version];
    LedgerRead  wanted = oracle_read(oracle, key, region, version, user, began);
    LedgerRead  got = ledger_read(ledger, 0, key, handle, 0, user, began);
    ck_assert_msg(got.stale == wanted.stale && got.own == wanted.own && got.age == wanted.age &&
                      got.versions == wanted.versions,
                  "%s: read of key %u in region %u at %" PRId64
                  ": stale %d/%d own %d/%d age %" PRId64 "/%" PRId64 " versions %" PRId64
                  "/%" PRId64,
                  play->what, key, region, oracle->now, got.stale, wanted.stale, got.own,
                  wanted.own, got.age, wanted.age, got.versions, wanted.versions);
}

static uint32_t bits(uint32_t mask)
{
    return (uint32_t)__builtin_popcount(mask);
}

/* Something happens to a region: dark, bright or lost. Somebody always stays in the light while
 * others are dark; without darkness all may be lost. */
static void step_region(Play *play, uint32_t region)
{
    Oracle  *oracle = &play->oracle;
    uint32_t bit = 1u << region;
    if ((oracle->live & bit) == 0)
        return;
    if ((oracle->dark & bit) != 0) {
        oracle->dark &= ~bit;
        ledger_region_dark(ledger, region, oracle->now, false, FAULT);
    } else if (below(play, 3) != 0) {
        if ((oracle->live & ~oracle->dark & ~bit) == 0)
            return;
        oracle->dark |= bit;
        ledger_region_dark(ledger, region, oracle->now, true, FAULT);
    } else if (oracle->dark == 0 || (oracle->live & ~oracle->dark & ~bit) != 0) {
        oracle_region_lost(oracle, region);
        ledger_region_lost(ledger, region, oracle->now, FAULT);
    }
}

/* What is meant to spread and has not. Not in the dark: setting aside tells no time. */
static void step_aside(Play *play, uint32_t w)
{
    Oracle  *oracle = &play->oracle;
    uint32_t region = oracle->writes[w].region;
    if (!oracle->class.spread || oracle->writes[w].here != 1u << region || bits(oracle->live) < 2 ||
        (oracle->dark >> region & 1) != 0 || oracle_merges(oracle))
        return;
    play->pending[w] = 0;
    if (below(play, 3) == 0) {
        oracle_destroyed(oracle, w, region);
        ledger_destroyed(ledger, play->handles[w], region);
        return;
    }
    oracle_set_aside(oracle, w, region);
    ledger_set_aside(ledger, play->handles[w], region);
}

static void play_step(Play *play)
{
    Oracle *oracle = &play->oracle;
    if (below(play, 2) == 0)
        oracle_until(oracle, oracle->now + 1 + below(play, 3));
    uint32_t region = below(play, oracle->regions);
    uint32_t w = oracle->count == 0 ? 0 : below(play, oracle->count);
    uint32_t dice = below(play, 100);
    if (oracle->count == 0 || dice < 25)
        step_write(play, region);
    else if (dice < 62)
        step_arrive(play, w, region);
    else if (dice < 85)
        step_tell(play, w);
    else if (dice < 95)
        step_read(play, region);
    else if (dice < 97)
        step_aside(play, w);
    else
        step_region(play, region);
}

static gint by_order(gconstpointer left, gconstpointer right)
{
    const LedgerLoss *a = left;
    const LedgerLoss *b = right;
    if (a->acked != b->acked)
        return a->acked < b->acked ? -1 : 1;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (int)a->fate - (int)b->fate;
}

static void check_losses(const Play *play)
{
    const Oracle *oracle = &play->oracle;
    GArray       *wanted = g_array_new(FALSE, TRUE, sizeof(LedgerLoss));
    for (uint32_t w = 0; w < oracle->count; w++) {
        const OracleWrite *write = &oracle->writes[w];
        LedgerLoss         row = {.number = w + 1, .acked = write->acked};
        if (!oracle_counted(oracle, w))
            continue;
        row.fate = oracle_fate(oracle, w);
        bool gone = row.fate == LEDGER_L1 || row.fate == LEDGER_L2;
        if (write->told == ORACLE_OK && row.fate != LEDGER_SURVIVED)
            g_array_append_val(wanted, row);
        row.fate = LEDGER_L8;
        if ((write->told == ORACLE_REFUSED || write->told == ORACLE_UNKNOWN) && !gone)
            g_array_append_val(wanted, row);
        row.fate = LEDGER_L5;
        if (write->surplus)
            g_array_append_val(wanted, row);
    }
    g_array_sort(wanted, by_order);
    const LedgerLoss *got;
    ck_assert_msg(ledger_losses(ledger, &got) == wanted->len, "%s: number of losses", play->what);
    for (guint i = 0; i < wanted->len; i++) {
        const LedgerLoss *row = &g_array_index(wanted, LedgerLoss, i);
        ck_assert_msg(got[i].number == row->number && got[i].fate == row->fate &&
                          got[i].acked == row->acked,
                      "%s: loss %u is write %" PRIu64 " fate %d, wanted write %" PRIu64 " fate %d",
                      play->what, i, got[i].number, (int)got[i].fate, row->number, (int)row->fate);
    }
    g_array_free(wanted, TRUE);
}

static void check_counts(const Play *play, uint32_t region)
{
    const LedgerCount *got = ledger_count(ledger, 0, region);
    LedgerCount        wanted = oracle_count(&play->oracle, region);
    if (play->skewed)
        wanted.dark = got->dark; /* an arrival tells no time but the slowest clock's */
    for (int f = 0; f < LEDGER_FATES; f++)
        ck_assert_msg(got->fate[f] == wanted.fate[f], "%s: region %u fate %d: %" PRId64 "/%" PRId64,
                      play->what, region, f, got->fate[f], wanted.fate[f]);
    ck_assert_msg(got->issued == wanted.issued && got->ok == wanted.ok &&
                      got->refused == wanted.refused && got->unknown == wanted.unknown &&
                      got->open == wanted.open,
                  "%s: region %u outcomes", play->what, region);
    ck_assert_msg(got->surplus_owners == wanted.surplus_owners, "%s: L5", play->what);
    ck_assert_msg(got->ghosts == wanted.ghosts, "%s: L8", play->what);
    ck_assert_msg(got->phantom_reads == wanted.phantom_reads, "%s: R3", play->what);
    ck_assert_msg(got->dark == wanted.dark, "%s: region %u U1: %" PRId64 "/%" PRId64, play->what,
                  region, got->dark, wanted.dark);
}

static void check_rpos(const Play *play)
{
    const LedgerRpo *got;
    ck_assert_uint_eq(ledger_rpos(ledger, &got), play->oracle.loss_count);
    for (uint32_t i = 0; i < play->oracle.loss_count; i++) {
        LedgerRpo wanted = oracle_rpo(&play->oracle, play->oracle.losses[i]);
        ck_assert_msg(got[i].region == wanted.region && got[i].failed_at == wanted.failed_at &&
                          got[i].prefix_acked == wanted.prefix_acked &&
                          got[i].newest_acked == wanted.newest_acked && got[i].lost == wanted.lost,
                      "%s: RPO of region %u: prefix %" PRId64 "/%" PRId64 " newest %" PRId64
                      "/%" PRId64 " lost %" PRId64 "/%" PRId64,
                      play->what, wanted.region, got[i].prefix_acked, wanted.prefix_acked,
                      got[i].newest_acked, wanted.newest_acked, got[i].lost, wanted.lost);
        ck_assert(got[i].newest_acked >= got[i].prefix_acked);
    }
}

static void play_history(LedgerRule rule, uint64_t seed)
{
    static Play play;
    memset(&play, 0, sizeof play);
    sim_rng_init(&play.rng, seed, "history", "steps");
    Oracle *oracle = &play.oracle;
    oracle->regions = 2 + below(&play, 2);
    oracle->live = (1u << oracle->regions) - 1;
    oracle->now = 10;
    oracle->count_from = below(&play, 2) == 0 ? 0 : 10 + below(&play, 10);
    oracle->class = (LedgerClass){rule, below(&play, 2) == 0, true, below(&play, 6) != 0, 0, false};
    oracle->class.spread |= oracle_merges(oracle);
    play.skewed = below(&play, 2) == 0;
    for (uint32_t r = 0; r < oracle->regions && play.skewed; r++)
        play.ahead[r] = (SimTime)below(&play, 13) - 6;
    g_snprintf(play.what, sizeof play.what, "rule %d seed %" PRIu64, (int)rule, seed);
    LedgerSetup setup_ = {oracle->regions, 1, &oracle->class, oracle->count_from};
    end();
    ledger = ledger_new(&setup_);
    uint32_t steps = 10 + below(&play, 70);
    for (uint32_t i = 0; i < steps; i++)
        play_step(&play);
    oracle_until(oracle, oracle->now + below(&play, 5));
    ledger_close(ledger, oracle->now);
    for (uint32_t r = 0; r < oracle->regions; r++)
        check_counts(&play, r);
    check_losses(&play);
    check_rpos(&play);
}

START_TEST(ten_thousand_random_histories_agree_with_an_oracle_that_forgets_nothing)
{
    for (uint64_t seed = 1; seed <= 10000; seed++)
        play_history((LedgerRule)_i, seed);
}
END_TEST

/* ---- promises ---------------------------------------------------------------------------- */

START_TEST(closing_twice_aborts)
{
    ledger_close(ledger, 10);
    ledger_close(ledger, 10);
}
END_TEST

START_TEST(more_regions_than_fit_into_a_mask_abort)
{
    begin(latest, LEDGER_REGION_LIMIT + 1);
}
END_TEST

START_TEST(as_many_regions_as_fit_into_a_mask_work)
{
    begin(latest, LEDGER_REGION_LIMIT);
    LedgerWrite w = done(31, 10);
    for (uint32_t r = 0; r < 31; r++)
        ck_assert(ledger_arrived(ledger, w, r, 20));
    ledger_close(ledger, 30);
    ck_assert_int_eq(ledger_count(ledger, 0, 31)->fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
    ledger_free(NULL);
}
END_TEST

static TCase *fixture(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, end);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void add_fates(TCase *tcase)
{
    tcase_add_test(tcase, a_write_that_arrived_everywhere_survives);
    tcase_add_test(tcase, a_write_whose_only_copy_is_destroyed_is_l1_by_that_fault);
    tcase_add_test(tcase, a_copy_elsewhere_saves_a_write_from_the_loss_of_its_region);
    tcase_add_test(tcase, the_fault_that_destroyed_the_last_copy_is_to_blame);
    tcase_add_test(tcase, each_loss_of_power_answers_for_what_it_let_a_store_forget);
    tcase_add_test(tcase, a_write_only_in_a_region_that_is_down_is_l2_there);
    tcase_add_test(tcase, a_write_whose_region_returned_survives);
    tcase_add_test(tcase, a_write_that_was_set_aside_is_l2);
    tcase_add_test(tcase, a_write_set_aside_in_a_region_lost_later_is_l1);
    tcase_add_test(tcase, a_write_whose_only_copy_is_replaced_by_a_full_copy_is_l1);
    tcase_add_test(tcase, a_full_copy_destroys_what_was_set_aside_too);
    tcase_add_test(tcase, a_write_destroyed_in_one_region_survives_in_another);
    tcase_add_test(tcase, the_earlier_of_two_writes_that_had_not_seen_each_other_is_l3);
    tcase_add_test(tcase, two_writes_that_never_met_both_survive);
    tcase_add_test(tcase, a_write_replaced_by_one_that_had_seen_it_survives);
    tcase_add_test(tcase, a_write_is_lost_with_the_one_that_replaced_it);
    tcase_add_test(tcase, only_the_immediate_successor_decides);
    tcase_add_test(tcase, a_later_stamp_from_a_fast_clock_wins_although_it_had_been_seen_l4);
    tcase_add_test(tcase, a_write_that_comes_between_two_others_is_the_successor_of_the_first);
    tcase_add_test(tcase, equal_stamps_are_ordered_by_region_then_number);
    tcase_add_test(tcase, a_write_dropped_by_its_queue_is_l6);
    tcase_add_test(tcase, a_write_dropped_by_one_channel_and_carried_by_another_survives);
    tcase_add_test(tcase, a_write_dropped_on_its_way_to_a_region_that_is_gone_is_not_l6);
    tcase_add_test(tcase, what_all_regions_had_discarded_stays_discarded_when_they_are_lost);
    tcase_add_test(tcase, what_each_side_of_a_partition_replaced_for_itself_survives);
}

static void add_harms(TCase *tcase)
{
    tcase_add_test(tcase, under_first_the_earlier_write_stays_and_the_later_is_discarded);
    tcase_add_test(tcase, under_freeze_conflicting_writes_are_all_kept);
    tcase_add_test(tcase, a_second_acknowledged_owner_of_a_unique_key_is_a_surplus_one_l5);
    tcase_add_test(tcase, a_second_arrival_has_an_effect_unless_the_class_is_idempotent_l7);
    tcase_add_test(tcase, a_replaced_change_that_comes_again_still_has_its_effect_l7);
    tcase_add_test(tcase, a_write_whose_message_was_never_sent_survives_and_diverges);
    tcase_add_test(tcase, a_write_whose_message_was_never_sent_is_l1_when_its_owner_dies);
    tcase_add_test(tcase, a_write_that_no_store_ever_held_is_no_ghost);
    tcase_add_test(tcase, versions_that_linger_can_be_read_as_stale_until_they_are_settled);
    tcase_add_test(tcase, writes_have_to_reach_only_the_regions_that_have_stores);
    tcase_add_test(tcase, a_successor_that_gets_through_ends_the_divergence);
    tcase_add_test(tcase, another_channel_may_bring_what_one_did_not_send);
    tcase_add_test(tcase, a_dead_letter_is_l2_and_outlives_its_owner);
    tcase_add_test(tcase, a_dead_letter_dies_with_its_region);
    tcase_add_test(tcase, a_store_left_with_the_older_of_two_inverted_their_order_l4);
    tcase_add_test(tcase, an_inversion_that_a_later_write_covers_is_none);
    tcase_add_test(tcase, a_failed_or_unknown_write_that_is_there_is_a_ghost_l8);
    tcase_add_test(tcase,
                   a_failed_write_that_its_queue_dropped_is_still_there_where_it_was_made_l8);
    tcase_add_test(tcase, an_unknown_outcome_can_become_ok_but_a_second_answer_changes_nothing);
    tcase_add_test(tcase, a_read_that_misses_an_acknowledged_version_is_stale_r1);
    tcase_add_test(tcase, the_state_of_before_the_run_misses_every_version);
    tcase_add_test(tcase, a_version_that_nobody_was_promised_is_not_missed);
    tcase_add_test(tcase, missing_the_own_write_breaks_the_session_r2);
    tcase_add_test(tcase, a_read_of_what_is_lost_later_is_a_phantom_r3);
    tcase_add_test(tcase, a_write_is_out_of_reach_while_its_only_region_is_dark_u1);
    tcase_add_test(tcase, more_darkness_than_a_time_holds_is_the_largest_time);
    tcase_add_test(tcase, darkness_ends_with_the_arrival_of_a_copy_elsewhere);
    tcase_add_test(tcase, darkness_begins_with_the_acknowledgement_or_the_loss_of_the_other_copy);
    tcase_add_test(tcase, a_replaced_version_is_not_missed_in_the_dark);
    tcase_add_test(tcase, a_class_that_does_not_spread_keeps_each_region_s_write);
    tcase_add_test(tcase, a_class_that_does_not_spread_forgets_what_was_replaced_at_home);
    tcase_add_test(tcase, writes_issued_before_the_count_begins_are_followed_but_not_counted);
}

int main(void)
{
    Suite *suite = suite_create("ledger");
    add_fates(fixture(suite, "fates"));
    add_harms(fixture(suite, "harms"));
    TCase *rpo = fixture(suite, "recovery point");
    tcase_add_test(rpo, the_prefix_ends_before_the_first_loss_and_the_newest_survivor_may_be_later);
    tcase_add_test(rpo, without_a_loss_the_prefix_is_whole);
    tcase_add_test(rpo, if_the_first_write_is_lost_there_is_no_prefix);
    tcase_add_test(rpo, losses_acknowledged_at_one_instant_end_the_prefix_before_it);
    TCase *memory = fixture(suite, "memory");
    tcase_add_test(memory, memory_follows_what_is_open_over_a_million_writes);
    tcase_add_test(memory, memory_follows_what_is_open_although_outcomes_come_late);
    tcase_add_test(memory, memory_follows_what_is_open_although_a_clock_is_ahead);
    tcase_add_test(memory, memory_follows_what_is_open_under_first_too);
    tcase_add_test(memory, a_handle_of_a_forgotten_write_is_ignored);
    tcase_add_test(memory, as_many_regions_as_fit_into_a_mask_work);
    tcase_add_test(memory, freeing_nothing_does_nothing);
    TCase *histories = fixture(suite, "histories");
    tcase_add_loop_test(histories,
                        ten_thousand_random_histories_agree_with_an_oracle_that_forgets_nothing,
                        LEDGER_RULE_LATEST, LEDGER_RULE_FREEZE + 1);
    tcase_add_loop_test(histories,
                        ten_thousand_random_histories_agree_with_an_oracle_that_forgets_nothing,
                        LEDGER_RULE_SIBLINGS, LEDGER_RULE_MERGE + 1);
    TCase *promises = fixture(suite, "promises");
    tcase_add_test_raise_signal(promises, closing_twice_aborts, SIGABRT);
    tcase_add_test_raise_signal(promises, more_regions_than_fit_into_a_mask_abort, SIGABRT);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
