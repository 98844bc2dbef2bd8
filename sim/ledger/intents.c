/*
 * intents.c: writes that were accepted and not done: every one of which the user was told ends as a
 * write of its owner, as a rejection, waiting, or lost with the region that had it.
 *
 * A rejected intent is no lost write: its user was told so, later than they liked. One that is lost
 * is an acknowledged write of which no copy is left (L1), of the region that accepted it.
 */
#include <glib.h>

#include "sim/ledger/books.h"

static LedgerCount *count_of(Ledger *ledger, const LedgerIntent *intent)
{
    return &ledger->counts[(size_t)intent->class_index * ledger->region_count + intent->region];
}

void ledger_intent_acked(Ledger *ledger, LedgerIntent *intent, SimTime now)
{
    SimTime *last =
        &ledger->last_acked[(size_t)intent->class_index * ledger->region_count + intent->region];
    if (now > ledger->now)
        ledger->now = now;
    intent->acked = now;
    intent->prev_acked = *last;
    *last = now;
    if (intent->issued >= ledger->count_from)
        count_of(ledger, intent)->accepted++;
}

static void lose(Ledger *ledger, const LedgerIntent *intent)
{
    LedgerCount *count = count_of(ledger, intent);
    bool         counted = intent->issued >= ledger->count_from;
    if (counted) {
        LedgerLoss loss = {
            .fate = LEDGER_L1,
            .number = ++ledger->writes,
            .class_index = intent->class_index,
            .cohort = intent->cohort,
            .region = intent->region,
            .user = intent->user,
            .key = intent->key,
            .issued = intent->issued,
            .acked = intent->acked,
            .fault = ledger->lost_fault[intent->region],
            .last = intent->region,
        };
        g_array_append_val(ledger->losses, loss);
        count->issued++;
        count->ok++;
        count->fate[LEDGER_L1]++;
    }
    if (ledger->intents_lost == NULL)
        ledger->intents_lost = g_array_new(FALSE, FALSE, sizeof(LedgerIntent));
    g_array_append_val(ledger->intents_lost, *intent);
}

void ledger_intent_ended(Ledger *ledger, const LedgerIntent *intent, LedgerIntentEnd end)
{
    SIM_ASSERT(intent->acked >= 0 && !ledger->closed);
    if (intent->issued >= ledger->count_from)
        count_of(ledger, intent)->intent[end]++;
    if (end == LEDGER_INTENT_LOST)
        lose(ledger, intent);
}

void ledger_intents_rpo(const Ledger *ledger, LedgerRpo *rpo, SimTime *first_loss)
{
    for (guint i = 0; ledger->intents_lost != NULL && i < ledger->intents_lost->len; i++) {
        const LedgerIntent *intent = &g_array_index(ledger->intents_lost, LedgerIntent, i);
        if (rpo->class_index != intent->class_index || rpo->region != intent->region ||
            intent->acked > rpo->failed_at)
            continue;
        rpo->lost += intent->issued >= ledger->count_from;
        if (intent->acked < *first_loss) {
            *first_loss = intent->acked;
            rpo->prefix_acked = intent->prev_acked;
        }
    }
}
