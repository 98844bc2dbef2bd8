/*
 * measure.c: the scenario's frame (how long, which seeds) and what an expectation may ask for.
 * Tables only: sim/run/judge.c computes the metrics from what the ledger and the windows counted.
 */
#include "models/fields.h"
#include "models/kinds.h"
#include "models/model.h"
#include "sim/base/time.h"

#include <stddef.h>

#define YEAR (365 * SIM_DAY)

static const PlanField scenario_fields[] = {
    MODEL_FIELD("about", TEXT, 0, NULL, "", 0, 0, "What the scenario shows, in a sentence.", NULL),
    MODEL_FIELD("duration", TIME, PLAN_REQUIRED, NULL, NULL, SIM_MS, YEAR,
                "How long users send requests, from time 0.", NULL),
    MODEL_FIELD("warmup", TIME, 0, NULL, "0s", 0, YEAR,
                "Requests issued before this time are played but not counted.", "chosen"),
    MODEL_FIELD("settle", TIME, 0, NULL, "0s", 0, YEAR,
                "Time after the duration without new requests; losses are judged at its end.",
                "chosen"),
    MODEL_FIELD("window", TIME, 0, NULL, NULL, SIM_MS, YEAR,
                "Width of the time windows in the result; by default about 180 windows in all.",
                NULL),
    MODEL_FIELD("seeds", TEXT, 0, NULL, "1", 0, 0,
                "The seeds that `check` runs: \"1..20\", \"1,7,19\" or both, with commas.",
                "chosen"),
    MODEL_FIELD("max_events", COUNT, 0, NULL, "2000000000", 1, (INT64_C(1) << 40) - 1,
                "A run that needs more events ends as inconclusive.", "chosen"),
    MODEL_FIELD("max_pending", COUNT, 0, NULL, "16000000", 1, 1000000000,
                "A run with more pending events ends as inconclusive.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_scenario = {
    "scenario", "component",     true, "The frame: name, duration, seeds.",
    NULL,       scenario_fields, NULL};

static const PlanField expect_fields[] = {
    MODEL_FIELD("metric", PART, PLAN_REQUIRED | PLAN_POSITIONAL, "metric", NULL, 0, 0,
                "What is measured, e.g. lost { data = \"account\" }.", NULL),
    MODEL_FIELD("bound", BOUND, PLAN_REQUIRED | PLAN_POSITIONAL, NULL, NULL, 0, 0,
                "The claim: \">= 99.9%\", \"== 0\", \"< 15s\".", NULL),
    MODEL_FIELD("from", TIME, PLAN_INTERNAL, NULL, NULL, 0, YEAR, "Start of `during`.", NULL),
    MODEL_FIELD("to", TIME, PLAN_INTERNAL, NULL, NULL, 0, YEAR, "End of `during`.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_expect = {
    "expect", "component",   true, "A claim about the run; a broken one makes the verdict fail.",
    NULL,     expect_fields, NULL};

static const PlanField availability_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0,
                "Of this service.", NULL),
    MODEL_FIELD("users", REF, 0, "users", NULL, 0, 0, "Only these users.", NULL),
    MODEL_FIELD("access", REF, 0, "region", NULL, 0, 0, "Only users who live near this region.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_availability = {
    "availability",
    "metric",
    false,
    "Share of requests answered in time, by the time they were issued (ratio).",
    NULL,
    availability_fields,
    NULL};

static const PlanField latency_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0,
                "Of this service.", NULL),
    MODEL_FIELD("quantile", RATIO, 0, NULL, "99%", 1, 1000000000, "Which quantile.", "chosen"),
    MODEL_FIELD("access", REF, 0, "region", NULL, 0, 0, "Only users who live near this region.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_latency = {
    "latency", "metric",       false, "Quantile of the time to a successful answer (time).",
    NULL,      latency_fields, NULL};

static const PlanField loss_fields[] = {
    MODEL_FIELD("data", REF, 0, "data", NULL, 0, 0, "Only this data class.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_lost = {
    "lost", "metric",    false, "Acknowledged writes that no reader can get: L1 + L2 + L6 (count).",
    NULL,   loss_fields, NULL};
const PlanKind kind_destroyed = {
    "destroyed", "metric",    false, "Acknowledged writes of which no copy exists: L1 (count).",
    NULL,        loss_fields, NULL};
const PlanKind kind_stranded = {
    "stranded", "metric",
    false,      "Acknowledged writes that exist only where nobody can read them: L2 (count).",
    NULL,       loss_fields,
    NULL};
const PlanKind kind_expired = {
    "expired",
    "metric",
    false,
    "Acknowledged writes that a queue had taken and dropped, by age or in a crash: L6 (count).",
    NULL,
    loss_fields,
    NULL};
const PlanKind kind_overwritten = {
    "overwritten", "metric",
    false,         "Acknowledged writes discarded unseen by conflict resolution: L3 + L4 (count).",
    NULL,          loss_fields,
    NULL};
const PlanKind kind_inverted = {
    "inverted",
    "metric",
    false,
    "Acknowledged writes beaten by one of their own past: clocks, or a channel that applied a then "
    "b as b then a: L4 (count).",
    NULL,
    loss_fields,
    NULL};
const PlanKind kind_repeated = {
    "repeated", "metric",
    false,      "Second effects of changes that are not idempotent: L7 (count).",
    NULL,       loss_fields,
    NULL};
const PlanKind kind_diverged = {
    "diverged",
    "metric",
    false,
    "Acknowledged writes that are current in one region and that no channel will ever bring to "
    "another (count).",
    NULL,
    loss_fields,
    NULL};
const PlanKind kind_unknown = {
    "unknown", "metric",    false, "Writes that took place and whose user was never told (count).",
    NULL,      loss_fields, NULL};
/* The order of OutcomeMessageFate. */
static const PlanOption message_fates[] = {
    {"delivered", "Arrived, or still on the way when the run ended.", NULL},
    {"delayed", "Taken by the line and held up, by a fault or because it was lost and sent again.",
     NULL},
    {"dropped", "Lost silently: the sender waits for a time-out, and nobody knows what was done.",
     NULL},
    {"bounced", "Refused at once: the sender is told.", NULL},
    {"replies", "Answers lost, however: what was asked for is done, who asked does not know.",
     NULL},
    MODEL_OPTIONS_END,
};
static const PlanField messages_fields[] = {
    MODEL_WORDS("fate", "delivered|delayed|dropped|bounced|replies", message_fates, "dropped",
                "What became of them.", "chosen"),
    MODEL_FIELD("from", REF, 0, "region", NULL, 0, 0, "Only those sent there.", NULL),
    MODEL_FIELD("to", REF, 0, "region", NULL, 0, 0, "Only those meant for it.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_messages = {
    "messages",
    "metric",
    false,
    "Messages between regions that met one fate, changes and requests together (count).",
    NULL,
    messages_fields,
    NULL};
const PlanKind kind_ghosts = {
    "ghosts", "metric",
    false,    "Writes that stand although their user was not told of success: L8 (count).",
    NULL,     loss_fields,
    NULL};
const PlanKind kind_phantoms = {
    "phantoms", "metric",    false, "Reads that returned what was lost later: R3 (count).",
    NULL,       loss_fields, NULL};
const PlanKind kind_conflicts = {
    "conflicts",
    "metric",
    false,
    "Changes that met one they had not seen, where stores can tell: conflict = \"siblings\", "
    "\"ignore\" or \"interrupt\" (count).",
    NULL,
    loss_fields,
    NULL};
const PlanKind kind_siblings = {
    "siblings", "metric",
    false,      "Most versions of one record that a store held side by side (count).",
    NULL,       loss_fields,
    NULL};
const PlanKind kind_duplicates = {
    "duplicates", "metric",
    false,        "Unique keys acknowledged to more than one owner: L5 (count).",
    NULL,         loss_fields,
    NULL};

const PlanKind kind_rejected_later = {
    "rejected_later",
    "metric",
    false,
    "Writes that were accepted provisionally and that their owner refused after all (count).",
    NULL,
    loss_fields,
    NULL};
const PlanKind kind_rejection = {
    "rejection", "metric",
    false,       "Share of the writes accepted provisionally that their owner refused (ratio).",
    NULL,        loss_fields,
    NULL};
const PlanKind kind_pending = {
    "pending", "metric",
    false,     "Writes accepted provisionally that still wait at the end of the run (count).",
    NULL,      loss_fields,
    NULL};
static const PlanField confirmation_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Of this data class.", NULL),
    MODEL_FIELD("quantile", RATIO, 0, NULL, "99%", 1, 1000000000, "Which quantile.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_confirmation = {
    "confirmation",
    "metric",
    false,
    "Quantile of the time from a provisional acceptance to the owner's answer (time).",
    NULL,
    confirmation_fields,
    NULL};

static const PlanField stale_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Of this data class.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_stale = {
    "stale", "metric",
    false,   "Share of reads that missed a write acknowledged before they began: R1 (ratio).",
    NULL,    stale_fields,
    NULL};

static const PlanField users_hit_fields[] = {
    MODEL_FIELD("users", REF, 0, "users", NULL, 0, 0, "Only these users.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_users_hit = {
    "users_hit", "metric",
    false,       "Share of all users who lost a write or whose core request failed (ratio).",
    NULL,        users_hit_fields,
    NULL};

static const PlanField restore_fields[] = {
    MODEL_FIELD("service", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "service", NULL, 0, 0,
                "Of this service.", NULL),
    MODEL_FIELD("after", TIME, PLAN_REQUIRED, NULL, NULL, 0, YEAR, "The instant of the failure.",
                NULL),
    MODEL_FIELD("access", REF, 0, "region", NULL, 0, 0,
                "Only users who live near this region; without it all users count.", NULL),
    MODEL_FIELD("below", RATIO, 0, NULL, "95%", 1, 1000000000,
                "A stretch that served less is bad. Lower it where some users fail for long after "
                "the service is back, like those whose resolver keeps an old address.",
                "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_restore = {
    "restore",
    "metric",
    false,
    "From the failure to the end of the outage that users saw; 0 if they saw none. Requests count "
    "when they were first asked, and by whether they were served in the end. Windows that end "
    "after `after` (`window` of the scenario; they also end where a fault or a `during` begins or "
    "ends) "
    "are put together until a stretch has 20 requests, and so many that one failure is not below "
    "the bound (100 for 99 %); what is left at the end is bad from two failures on. The outage "
    "begins with the first bad stretch, and ends with a bad one after which neither the next one "
    "nor the next 5 min together are bad; it is as coarse as the stretches are long. If the run "
    "ends in it, the time is longer than any (time).",
    NULL,
    restore_fields,
    NULL};

static const PlanField lag_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Of this data class.", NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_lag = {"lag",
                           "metric",
                           false,
                           "Largest age of the oldest change not yet applied elsewhere, of a few "
                           "hundred samples at equal distances (time).",
                           NULL,
                           lag_fields,
                           NULL};

static const PlanField catch_up_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Of this data class.", NULL),
    MODEL_FIELD("after", TIME, PLAN_REQUIRED, NULL, NULL, 0, YEAR, "The instant of the heal.",
                NULL),
    MODEL_FIELDS_END,
};
const PlanKind kind_catch_up = {
    "catch_up", "metric",
    false,      "From the heal until every region has applied what was written before it (time).",
    NULL,       catch_up_fields,
    NULL};

static const PlanOption resync_kinds[] = {
    {"full", "Full copies that were begun.", NULL},
    {"partial", "The source still had what the target lacked.", NULL},
    {"restarted",
     "Full copies that failed because too much waited meanwhile, so that another was needed.",
     NULL},
    MODEL_OPTIONS_END,
};
static const PlanField resyncs_fields[] = {
    MODEL_FIELD("data", REF, PLAN_REQUIRED | PLAN_POSITIONAL, "data", NULL, 0, 0,
                "Of this data class.", NULL),
    MODEL_WORDS("kind", "full|partial|restarted", resync_kinds, "full", "Which of them.", "chosen"),
    MODEL_FIELDS_END,
};
const PlanKind kind_resyncs = {
    "resyncs", "metric",
    false,     "Times a target was brought up to date after its connection was lost (count).",
    NULL,      resyncs_fields,
    NULL};
