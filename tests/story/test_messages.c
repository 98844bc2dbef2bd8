/*
 * test_messages.c: how each hop of a message queue loses, doubles or overtakes messages.
 *
 * Region `a` accepts the changes; a broker and its replicas are there; the consumer is in `b`.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/story/story.h"

#define TWO                                                                                        \
    "region \"a\" {}\n"                                                                            \
    "region \"b\" {}\n"                                                                            \
    "link { \"a\", \"b\", rtt = \"80ms\", bandwidth = \"1000000Gbps\" }\n"
#define WRITE "service \"write\" { writes = \"item\", work = \"0ms\" }\n"
#define ITEM(data, queue)                                                                          \
    "data \"item\" { " data " channels = { queue { apply = \"0ms\", relay = \"0ms\", " queue       \
    " } } }\n"
#define CRASH(at, part, lasts)                                                                     \
    "at \"" at "\" { crash { \"item\", region = \"a\", part = \"" part "\", lasts = \"" lasts      \
    "\", may_miss = true } }\n"

static Story *story;

static void teardown(void)
{
    story_free(story);
    story = NULL;
}

/* Plays to the end, with one write of user 7 at each of the times. */
static LedgerCount play(const char *world, const SimTime *writes, uint32_t count)
{
    story_free(story);
    story = story_new(world, "write");
    for (uint32_t i = 0; i < count; i++)
        story_ask(story, "write", writes[i], 7 + i);
    story_end(story);
    return story_count(story, "item");
}

/* ---- the producer ---------------------------------------------------------------------------- */

START_TEST(without_an_outbox_a_producer_gives_up_and_the_regions_disagree_for_good)
{
    const char *world =
        TWO ITEM("", "outbox = false, backoff = \"1ms\"") WRITE CRASH("5s", "broker", "20s");
    LedgerCount count = play(world, (SimTime[]){ms(5010)}, 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(count.diverged, 1);
    /* Attempts at 5.010, 8.011 and 11.013 s. */
    ck_assert(story_has(story, "11013ms fault   data item/channels[1] queue a never sends #0\n"));
}
END_TEST

START_TEST(a_message_that_was_never_sent_is_destroyed_with_its_owner)
{
    LedgerCount count = play(TWO       ITEM("", "outbox = false")
                                 WRITE CRASH("5s", "broker", "20s") "at \"60s\" { lose \"a\" }\n",
                             (SimTime[]){ms(5010)}, 1);
    ck_assert_int_eq(count.fate[LEDGER_L1], 1);
    ck_assert_int_eq(count.diverged, 0);
}
END_TEST

START_TEST(an_attempt_that_finds_the_broker_back_gets_through)
{
    LedgerCount count =
        play(TWO ITEM("", "outbox = false, backoff = \"1ms\"") WRITE CRASH("5s", "broker", "4s"),
             (SimTime[]){ms(5010)}, 1);
    ck_assert_int_eq(count.diverged, 0);
    ck_assert(story_has(story, "11013ms work    data item/channels[1] queue a publishes #0\n"));
    ck_assert(story_has(story, "11053ms work    data item/channels[1] queue a>b applies #0\n"));
}
END_TEST

START_TEST(an_outbox_keeps_messages_until_the_broker_is_back)
{
    LedgerCount count = play(TWO ITEM("", "outbox = true") WRITE CRASH("5s", "broker", "20s"),
                             (SimTime[]){ms(5010)}, 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(count.diverged, 0);
    ck_assert(story_has(story, "25s work    data item/channels[1] queue a publishes #0\n"));
}
END_TEST

START_TEST(a_producer_that_waits_for_nothing_does_not_notice)
{
    LedgerCount count = play(TWO ITEM("", "acks = \"none\"") WRITE CRASH("5s", "broker", "20s"),
                             (SimTime[]){ms(5010)}, 1);
    ck_assert_int_eq(count.diverged, 1);
}
END_TEST

START_TEST(a_message_sent_again_for_want_of_an_answer_is_there_twice)
{
    /* The followers are away for 10 s: acks = all waits, the producer sends again after 3 s (and
     * 6 s) what the broker has. */
    for (int once = 0; once < 2; once++) {
        const char *world =
            once ? TWO       ITEM("idempotent = false,", "acks = \"all\", replicas = 3")
                       WRITE CRASH("5s", "replicas", "8s")
                 : TWO ITEM("idempotent = false,", "acks = \"all\", replicas = 3, once = false")
                       WRITE CRASH("5s", "replicas", "8s");
        LedgerCount count = play(world, (SimTime[]){ms(5010)}, 1);
        ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
        ck_assert_int_eq(count.duplicate_effects, once ? 0 : 2);
    }
}
END_TEST

/* ---- the broker ------------------------------------------------------------------------------ */

START_TEST(a_leader_that_dies_takes_what_its_followers_had_not_got)
{
    for (int all = 0; all < 2; all++) {
        const char *world = all ? TWO ITEM("", "acks = \"all\", replicas = 3, follow = \"20ms\"")
                                      WRITE CRASH("5s", "broker", "50s")
                                : TWO ITEM("", "acks = \"leader\", replicas = 3, follow = \"20ms\"")
                                      WRITE CRASH("5s", "broker", "50s");
        LedgerCount count = play(world, (SimTime[]){ms(4970), ms(4990)}, 2);
        ck_assert_int_eq(count.fate[LEDGER_L6], all ? 0 : 1);
        ck_assert_int_eq(count.diverged, all ? 0 : 1);
        ck_assert(
            story_has(story, "14s timer   data item/channels[1] queue a: another replica leads\n"));
        if (all) /* nobody had answered: the outbox sends it to the new leader */
            ck_assert(story_has(story, "14s work    data item/channels[1] queue a publishes #1\n"));
    }
}
END_TEST

START_TEST(followers_that_are_away_hide_messages_until_they_do_not_count)
{
    play(TWO ITEM("", "replicas = 3") WRITE CRASH("5s", "replicas", "60s"), (SimTime[]){ms(6000)},
         1);
    ck_assert(story_has(story,
                        "6s work    data item/channels[1] queue a publishes #0\n"
                        "35s timer   data item/channels[1] queue a: the leader alone is in sync\n"
                        "35s work    data item/channels[1] queue a>b sends #0\n"));
}
END_TEST

START_TEST(a_follower_in_sync_by_the_clock_only_may_lead_and_lacks_what_was_acknowledged)
{
    /* Followers away from 5 s, the leader dies at 20 s, the followers return at 25 s. */
    for (int all = 0; all < 2; all++) {
        const char *world =
            all ? TWO ITEM("", "acks = \"all\", replicas = 3") WRITE CRASH("5s", "replicas", "20s")
                      CRASH("20s", "broker", "60s")
                : TWO       ITEM("", "acks = \"leader\", replicas = 3")
                      WRITE CRASH("5s", "replicas", "20s") CRASH("20s", "broker", "60s");
        LedgerCount count = play(world, (SimTime[]){ms(4000), ms(6000), ms(19000)}, 3);
        ck_assert_int_eq(count.fate[LEDGER_L6], all ? 0 : 2);
        ck_assert_int_eq(count.fate[LEDGER_SURVIVED], all ? 3 : 1);
        ck_assert_int_eq(count.diverged, all ? 0 : 2);
    }
}
END_TEST

#define SHRUNK(queue)                                                                              \
    TWO ITEM("", "acks = \"all\", replicas = 3, flush = \"10s\", isr_lag = \"5s\", " queue) WRITE  \
        "at \"1s\" { cut { \"a-b\", lasts = \"80s\" } }\n" CRASH("5s", "replicas", "30s")          \
            CRASH("20s", "broker", "40s")

START_TEST(all_that_are_in_sync_can_be_one_and_then_its_power_takes_what_was_acknowledged)
{
    /* From 10 s the leader is in sync with itself. It dies at 20 s and is back at 60 s: what it had
     * acknowledged since 10 s was in its memory. */
    SimTime     writes[] = {ms(4000), ms(9000), ms(12000), ms(19000)};
    LedgerCount count = play(SHRUNK("min_isr = 1"), writes, 4);
    ck_assert_int_eq(count.fate[LEDGER_L6], 2);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 2);
    count = play(SHRUNK("min_isr = 2"), writes, 4);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 4);
    ck_assert_int_eq(count.diverged, 0);
}
END_TEST

START_TEST(an_unclean_election_is_sooner_and_dearer)
{
    SimTime writes[] = {ms(4000), ms(9000), ms(12000), ms(19000)};
    play(SHRUNK("min_isr = 1, unclean = false"), writes, 4);
    ck_assert(
        !story_has(story, "44s timer   data item/channels[1] queue a: another replica leads\n"));
    LedgerCount count = play(SHRUNK("min_isr = 1, unclean = true"), writes, 4);
    ck_assert(
        story_has(story, "44s timer   data item/channels[1] queue a: another replica leads\n"));
    ck_assert_int_eq(count.fate[LEDGER_L6], 3);
}
END_TEST

START_TEST(a_store_can_crash_alone)
{
    /* The broker goes on: what was committed before still leaves. */
    play(TWO
         "data \"item\" { channels = { queue { apply = \"0ms\", relay = \"1s\" } } }\n" WRITE CRASH(
             "5s", "store", "20s"),
         (SimTime[]){ms(4500)}, 1);
    ck_assert(story_has(story, "5500ms work    data item/channels[1] queue a>b sends #0\n"));
}
END_TEST

/* ---- the consumer ---------------------------------------------------------------------------- */

#define REFUSED(queue, lasts)                                                                      \
    TWO ITEM("", queue) WRITE "at \"5s\" { crash { \"item\", region = \"b\", part = \"store\", "   \
                              "lasts = \"" lasts "\" } }\n"

START_TEST(a_message_that_cannot_be_applied_is_overtaken)
{
    LedgerCount count = play(REFUSED("redeliver = 16", "1s"), (SimTime[]){ms(5500), ms(7000)}, 2);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 2);
    ck_assert(story_has(story, "7040ms work    data item/channels[1] queue a>b applies #1\n"
                               "15540ms work    data item/channels[1] queue a>b applies #0\n"));
}
END_TEST

START_TEST(a_queue_without_a_ladder_waits_for_the_store)
{
    play(REFUSED("redeliver = 0", "1s"), (SimTime[]){ms(5500), ms(7000)}, 2);
    ck_assert(story_has(story, "a>b applies #0\n"));
    ck_assert(!story_has(story, "15540ms work    data item/channels[1] queue a>b applies #0\n"));
}
END_TEST

START_TEST(after_the_last_rung_a_message_is_a_dead_letter)
{
    /* Tried at 5.54, 15.54 and 45.54 s. */
    LedgerCount count = play(REFUSED("redeliver = 2", "41s"), (SimTime[]){ms(5500)}, 1);
    ck_assert_int_eq(count.fate[LEDGER_L2], 1);
    ck_assert_int_eq(count.diverged, 1);
    ck_assert(story_has(
        story, "45540ms work    data item/channels[1] queue a>b gives up #0: a dead letter\n"));
    count = play(REFUSED("redeliver = 2", "40s"), (SimTime[]){ms(5500)}, 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
    ck_assert_int_eq(count.diverged, 0);
}
END_TEST

START_TEST(a_message_too_old_for_its_consumer_is_dropped)
{
    LedgerCount count =
        play(TWO ITEM("", "ttl = \"10s\"") WRITE "at \"5s\" { cut { \"a-b\", lasts = \"30s\" } }\n",
             (SimTime[]){ms(10000), ms(34000)}, 2);
    ck_assert_int_eq(count.fate[LEDGER_L6], 1);
    ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 1);
}
END_TEST

START_TEST(what_came_since_the_checkpoint_comes_again)
{
    for (int idempotent = 0; idempotent < 2; idempotent++) {
        const char *world = idempotent ? TWO ITEM("", "checkpoint = \"1h\"") WRITE
                                "at \"5s\" { cut { \"a-b\", lasts = \"1s\" } }\n"
                                       : TWO ITEM("idempotent = false,", "checkpoint = \"1h\"")
                                             WRITE
                                "at \"5s\" { cut { \"a-b\", lasts = \"1s\" } }\n";
        LedgerCount count = play(world, (SimTime[]){ms(1000), ms(2000), ms(3000), ms(5500)}, 4);
        ck_assert_int_eq(count.fate[LEDGER_SURVIVED], 4);
        ck_assert_int_eq(count.duplicate_effects, idempotent ? 0 : 3);
    }
}
END_TEST

START_TEST(consumers_side_by_side_need_the_key_to_keep_an_order)
{
    /* Two changes of one record wait for a slow store; two consumers take one each. */
    for (int by_key = 0; by_key < 2; by_key++) {
        story_free(story);
        story = story_new(
            by_key ? TWO "data \"item\" { conflict = \"arrival\", channels = { queue { relay = "
                         "\"0ms\", apply = exponential \"500ms\", consumers = 2 } } }\n" WRITE
                   : TWO
                "data \"item\" { conflict = \"arrival\", channels = { queue { relay = "
                "\"0ms\", apply = exponential \"500ms\", consumers = 2, by_key = false } } "
                "}\n" WRITE,
            "write");
        for (int user = 0; user < 20; user++) {
            story_ask(story, "write", ms(1000 + 2 * user), (uint64_t)user);
            story_ask(story, "write", ms(1001 + 2 * user), (uint64_t)user);
        }
        story_end(story);
        if (by_key)
            ck_assert_int_eq(story_count(story, "item").fate[LEDGER_L4], 0);
        else
            ck_assert_int_gt(story_count(story, "item").fate[LEDGER_L4], 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("messages");
    TCase *tcase = tcase_create("hops");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, without_an_outbox_a_producer_gives_up_and_the_regions_disagree_for_good);
    tcase_add_test(tcase, a_message_that_was_never_sent_is_destroyed_with_its_owner);
    tcase_add_test(tcase, an_attempt_that_finds_the_broker_back_gets_through);
    tcase_add_test(tcase, an_outbox_keeps_messages_until_the_broker_is_back);
    tcase_add_test(tcase, a_producer_that_waits_for_nothing_does_not_notice);
    tcase_add_test(tcase, a_message_sent_again_for_want_of_an_answer_is_there_twice);
    tcase_add_test(tcase, a_leader_that_dies_takes_what_its_followers_had_not_got);
    tcase_add_test(tcase, followers_that_are_away_hide_messages_until_they_do_not_count);
    tcase_add_test(tcase,
                   a_follower_in_sync_by_the_clock_only_may_lead_and_lacks_what_was_acknowledged);
    tcase_add_test(tcase,
                   all_that_are_in_sync_can_be_one_and_then_its_power_takes_what_was_acknowledged);
    tcase_add_test(tcase, an_unclean_election_is_sooner_and_dearer);
    tcase_add_test(tcase, a_store_can_crash_alone);
    tcase_add_test(tcase, a_message_that_cannot_be_applied_is_overtaken);
    tcase_add_test(tcase, a_queue_without_a_ladder_waits_for_the_store);
    tcase_add_test(tcase, after_the_last_rung_a_message_is_a_dead_letter);
    tcase_add_test(tcase, a_message_too_old_for_its_consumer_is_dropped);
    tcase_add_test(tcase, what_came_since_the_checkpoint_comes_again);
    tcase_add_test(tcase, consumers_side_by_side_need_the_key_to_keep_an_order);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
