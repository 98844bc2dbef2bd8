/*
 * writer.c: outcomes into rows, rows into a file.
 *
 * Given an Outcome by the caller, it fills an in-memory database table by table, eight rows to a
 * prepared INSERT (twice as fast as one by one), creates the index last and writes the page image
 * of the database. Everything that SQLite could complain about is our own mistake and asserted;
 * only the file system can fail.
 *
 * The page image comes from sqlite3_serialize and not from VACUUM INTO: with VACUUM INTO SQLite
 * itself would write the file, without telling which system call failed and without our fsync.
 */
#include "sim/store/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "sim/base/assert.h"
#include "sim/base/version.h"
#include "sim/store/format.h"
#include "sim_store_schema_sql.h"

#define ROWS_AT_ONCE 8u

struct StoreWriter {
    sqlite3 *db;
    int64_t  runs;
    bool     sealed; /* the index exists and the transaction is committed: no more runs */
};

/* ---- rows ------------------------------------------------------------------------------------ */

/* Hands rows of one table to SQLite. Legal states: between rows (column == 0), within a row. */
typedef struct Rows {
    sqlite3      *db;
    sqlite3_stmt *wide;   /* takes ROWS_AT_ONCE rows; NULL if there are fewer */
    sqlite3_stmt *narrow; /* takes one row, for the rest */
    sqlite3_stmt *filling;
    uint32_t      columns;
    uint32_t      left;   /* rows still to come */
    uint32_t      column; /* of the row being bound */
    uint32_t      slot;   /* parameters bound so far */
    uint32_t      slots;  /* parameters of `filling` */
} Rows;

static sqlite3_stmt *prepare_insert(sqlite3 *db, const char *table, uint32_t columns, uint32_t rows)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "INSERT INTO %s VALUES ", table);
    for (uint32_t row = 0; row < rows; row++) {
        g_string_append(sql, row == 0 ? "(" : ",(");
        for (uint32_t column = 0; column < columns; column++)
            g_string_append(sql, column == 0 ? "?" : ",?");
        g_string_append_c(sql, ')');
    }
    sqlite3_stmt *statement = NULL;
    int           code = sqlite3_prepare_v2(db, sql->str, -1, &statement, NULL);
    SIM_ASSERT(code == SQLITE_OK);
    return statement;
}

static void rows_begin(Rows *rows, sqlite3 *db, const char *table, uint32_t columns, uint32_t count)
{
    *rows = (Rows){.db = db, .columns = columns, .left = count};
    if (count >= ROWS_AT_ONCE)
        rows->wide = prepare_insert(db, table, columns, ROWS_AT_ONCE);
    if (count % ROWS_AT_ONCE != 0)
        rows->narrow = prepare_insert(db, table, columns, 1);
}

static int rows_next_slot(Rows *rows)
{
    if (rows->filling == NULL) {
        SIM_ASSERT(rows->left > 0);
        bool wide = rows->left >= ROWS_AT_ONCE;
        rows->filling = wide ? rows->wide : rows->narrow;
        rows->slots = rows->columns * (wide ? ROWS_AT_ONCE : 1u);
        rows->slot = 0;
    }
    rows->slot++;
    return (int)rows->slot;
}

/* After each bound value: ends the row, and the statement when it is full. */
static void rows_bound(Rows *rows, int code)
{
    SIM_ASSERT(code == SQLITE_OK);
    rows->column++;
    if (rows->column < rows->columns)
        return;
    rows->column = 0;
    rows->left--;
    if (rows->slot < rows->slots)
        return;
    int step = sqlite3_step(rows->filling);
    SIM_ASSERT(step == SQLITE_DONE);
    int reset = sqlite3_reset(rows->filling);
    SIM_ASSERT(reset == SQLITE_OK);
    rows->filling = NULL;
}

static void put_number(Rows *rows, int64_t value)
{
    int slot = rows_next_slot(rows);
    rows_bound(rows, sqlite3_bind_int64(rows->filling, slot, value));
}

/* Unsigned 64 bits keep their bit pattern. */
static void put_word(Rows *rows, uint64_t value)
{
    put_number(rows, (int64_t)value);
}

/* The text must live until the row's statement has run: at most eight rows. */
static void put_text(Rows *rows, const char *text)
{
    int slot = rows_next_slot(rows);
    SIM_ASSERT(text != NULL);
    rows_bound(rows, sqlite3_bind_text(rows->filling, slot, text, -1, SQLITE_STATIC));
}

static void put_text_copy(Rows *rows, const char *text)
{
    int slot = rows_next_slot(rows);
    SIM_ASSERT(text != NULL);
    rows_bound(rows, sqlite3_bind_text(rows->filling, slot, text, -1, SQLITE_TRANSIENT));
}

static void put_null(Rows *rows)
{
    int slot = rows_next_slot(rows);
    rows_bound(rows, sqlite3_bind_null(rows->filling, slot));
}

/* An instant or a duration, or "there is none". */
static void put_time(Rows *rows, SimTime time)
{
    if (time < 0)
        put_null(rows);
    else
        put_number(rows, time);
}

static void put_fingerprint(Rows *rows, uint64_t value)
{
    char text[17];
    g_snprintf(text, sizeof text, "%016" G_GINT64_MODIFIER "x", value);
    put_text_copy(rows, text);
}

/* A file's name without its directory: where a scenario lies must not change the bytes. */
static void put_file(Rows *rows, const char *file)
{
    const char *slash = strrchr(file, '/');
    put_text(rows, slash == NULL ? file : slash + 1);
}

static void rows_end(Rows *rows)
{
    SIM_ASSERT(rows->left == 0 && rows->column == 0 && rows->filling == NULL);
    sqlite3_finalize(rows->wide);
    sqlite3_finalize(rows->narrow);
}

/* ---- the plan -------------------------------------------------------------------------------- */

static const char *type_name(PlanType type)
{
    switch (type) {
    case PLAN_TYPE_FLAG:
        return "flag";
    case PLAN_TYPE_COUNT:
        return "count";
    case PLAN_TYPE_TIME:
        return "time";
    case PLAN_TYPE_OFFSET:
        return "offset";
    case PLAN_TYPE_RATIO:
        return "ratio";
    case PLAN_TYPE_RATE:
        return "rate";
    case PLAN_TYPE_SIZE:
        return "size";
    case PLAN_TYPE_BANDWIDTH:
        return "bandwidth";
    case PLAN_TYPE_TEXT:
        return "text";
    case PLAN_TYPE_WORD:
        return "word";
    case PLAN_TYPE_REF:
        return "ref";
    case PLAN_TYPE_REFS:
        return "refs";
    case PLAN_TYPE_PART:
        return "part";
    case PLAN_TYPE_PARTS:
        return "parts";
    case PLAN_TYPE_DIST:
        return "dist";
    case PLAN_TYPE_WEIGHTS:
        return "weights";
    case PLAN_TYPE_BOUND:
        return "bound";
    }
    SIM_ASSERT(false); /* every value has its case */
    return "";
}

/* Names of the items that a value refers to; weights follow their name in parts per billion. */
static char *referred_names(const Plan *plan, const PlanValue *value, bool weighted)
{
    GString *names = g_string_new(NULL);
    for (uint32_t i = 0; i < value->count; i++) {
        g_string_append_printf(names, "%s%s", i == 0 ? "" : ", ",
                               plan_item(plan, value->ids[i])->name);
        if (weighted)
            g_string_append_printf(names, " %" G_GINT64_FORMAT, value->weights[i]);
    }
    return g_string_free(names, FALSE);
}

static void put_field(Rows *rows, const Plan *plan, const PlanField *field, const PlanValue *value)
{
    put_text(rows, type_name(field->type));
    switch (field->type) {
    case PLAN_TYPE_FLAG:
    case PLAN_TYPE_COUNT:
    case PLAN_TYPE_TIME:
    case PLAN_TYPE_OFFSET:
    case PLAN_TYPE_RATIO:
    case PLAN_TYPE_RATE:
    case PLAN_TYPE_SIZE:
    case PLAN_TYPE_BANDWIDTH:
        put_number(rows, value->number);
        put_null(rows);
        break;
    case PLAN_TYPE_WORD:
        put_number(rows, value->number);
        put_text(rows, value->text);
        break;
    case PLAN_TYPE_TEXT:
    case PLAN_TYPE_BOUND:
        put_null(rows);
        put_text(rows, value->text);
        break;
    case PLAN_TYPE_REF:
    case PLAN_TYPE_REFS:
    case PLAN_TYPE_PART:
    case PLAN_TYPE_PARTS:
    case PLAN_TYPE_WEIGHTS: {
        g_autofree char *names = referred_names(plan, value, field->type == PLAN_TYPE_WEIGHTS);
        put_null(rows);
        put_text_copy(rows, names);
        break;
    }
    case PLAN_TYPE_DIST: /* its text is in run.plan_text */
        put_null(rows);
        put_null(rows);
        break;
    }
    put_number(rows, value->given);
}

static void add_choices(sqlite3 *db, int64_t run, const Plan *plan)
{
    Rows     rows;
    uint32_t count = plan_choice_count(plan);
    rows_begin(&rows, db, "choice", 5, count);
    for (uint32_t i = 0; i < count; i++) {
        const PlanChoice *choice = plan_choice(plan, i);
        GString          *options = g_string_new(NULL);
        for (uint32_t o = 0; o < choice->option_count; o++)
            g_string_append_printf(options, "%s%s", o == 0 ? "" : ", ", choice->options[o]);
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, choice->name);
        put_text(&rows, choice->options[choice->chosen]);
        put_text_copy(&rows, options->str);
        g_string_free(options, TRUE);
    }
    rows_end(&rows);
}

static void add_items(sqlite3 *db, int64_t run, const Plan *plan)
{
    Rows     rows;
    uint32_t count = plan_count(plan);
    rows_begin(&rows, db, "plan_item", 9, count);
    for (PlanId id = 0; id < count; id++) {
        const PlanItem *item = plan_item(plan, id);
        put_number(&rows, run);
        put_number(&rows, id);
        put_text(&rows, item->kind->name);
        put_text(&rows, item->kind->group);
        put_text(&rows, item->name);
        if (item->preset != NULL)
            put_text(&rows, item->preset);
        else
            put_null(&rows);
        if (item->parent != PLAN_NONE)
            put_number(&rows, item->parent);
        else
            put_null(&rows);
        put_file(&rows, item->place.file);
        put_number(&rows, item->place.line);
    }
    rows_end(&rows);
}

static void add_fields(sqlite3 *db, int64_t run, const Plan *plan)
{
    uint32_t count = 0;
    for (PlanId id = 0; id < plan_count(plan); id++) {
        const PlanItem *item = plan_item(plan, id);
        for (uint32_t i = 0; item->kind->fields[i].name != NULL; i++)
            count += item->values[i].set;
    }
    Rows rows;
    rows_begin(&rows, db, "plan_field", 8, count);
    for (PlanId id = 0; id < plan_count(plan); id++) {
        const PlanItem *item = plan_item(plan, id);
        for (uint32_t i = 0; item->kind->fields[i].name != NULL; i++) {
            if (!item->values[i].set)
                continue;
            put_number(&rows, run);
            put_number(&rows, id);
            put_number(&rows, i);
            put_text(&rows, item->kind->fields[i].name);
            put_field(&rows, plan, &item->kind->fields[i], &item->values[i]);
        }
    }
    rows_end(&rows);
}

static void add_model_notes(sqlite3 *db, int64_t run, const Plan *plan)
{
    g_autoptr(GPtrArray) kinds = g_ptr_array_new();
    for (PlanId id = 0; id < plan_count(plan); id++) {
        /* GPtrArray has no const; the kinds are only read. */
        union {
            const PlanKind *lent;
            gpointer        pointer;
        } kind = {.lent = plan_item(plan, id)->kind};
        if (kind.lent->leaves_out != NULL && !g_ptr_array_find(kinds, kind.pointer, NULL))
            g_ptr_array_add(kinds, kind.pointer);
    }
    Rows rows;
    rows_begin(&rows, db, "model_note", 5, kinds->len);
    for (uint32_t i = 0; i < kinds->len; i++) {
        const PlanKind *kind = g_ptr_array_index(kinds, i);
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, kind->name);
        put_text(&rows, kind->doc);
        put_text(&rows, kind->leaves_out);
    }
    rows_end(&rows);
}

/* ---- the run --------------------------------------------------------------------------------- */

static const char *verdict_name(OutcomeVerdict verdict)
{
    switch (verdict) {
    case OUTCOME_HELD:
        return "held";
    case OUTCOME_BROKEN:
        return "broken";
    case OUTCOME_INCONCLUSIVE:
        return "inconclusive";
    }
    SIM_ASSERT(false); /* every value has its case */
    return "";
}

static const char *scenario_about(const PlanItem *scenario)
{
    int field = plan_field_find(scenario->kind, "about");
    if (field < 0 || !scenario->values[field].set)
        return "";
    return plan_text(scenario, field);
}

static void add_run(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    const Plan     *plan = outcome->plan;
    uint32_t        scenario_count = 0;
    const PlanId   *ids = plan_of_kind(plan, "scenario", &scenario_count);
    const PlanItem *scenario = scenario_count > 0 ? plan_item(plan, ids[0]) : NULL;

    Rows rows;
    rows_begin(&rows, db, "run", 22, 1);
    put_number(&rows, run);
    put_text(&rows, scenario != NULL ? scenario->name : "");
    put_text(&rows, scenario != NULL ? scenario_about(scenario) : "");
    put_file(&rows, plan_file(plan));
    put_text(&rows, plan_source(plan));
    put_text(&rows, plan_hash(plan));
    put_text(&rows, plan_canonical(plan));
    put_word(&rows, outcome->seed);
    put_text(&rows, FAULTLINE_VERSION);
    put_number(&rows, STORE_SCHEMA_VERSION);
    put_fingerprint(&rows, outcome->schedule);
    put_fingerprint(&rows, outcome->chance);
    put_fingerprint(&rows, outcome->results);
    put_text(&rows, verdict_name(outcome->verdict));
    put_text(&rows, outcome->limit);
    put_word(&rows, outcome->events);
    put_number(&rows, outcome->most_pending);
    put_number(&rows, outcome->end);
    put_number(&rows, outcome->users);
    put_number(&rows, outcome->users_hit);
    put_word(&rows, outcome->losses_left_out);
    put_word(&rows, outcome->compensations_left_out);
    rows_end(&rows);
}

static void add_faults(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "fault", 16, outcome->fault_count);
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        const OutcomeFault *fault = &outcome->faults[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, fault->name);
        put_text(&rows, fault->kind);
        put_text(&rows, fault->target);
        put_number(&rows, fault->start);
        put_number(&rows, fault->end);
        put_number(&rows, fault->count);
        put_number(&rows, fault->in_force);
        put_number(&rows, fault->dropped);
        put_number(&rows, fault->bounced);
        put_number(&rows, fault->replies);
        put_number(&rows, fault->delayed);
        put_number(&rows, fault->refused);
        put_number(&rows, fault->held);
        put_number(&rows, fault->vacuous);
    }
    rows_end(&rows);
}

static void add_messages(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "message", 10, outcome->message_count);
    for (uint32_t i = 0; i < outcome->message_count; i++) {
        const OutcomeMessages *row = &outcome->messages[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, row->from);
        put_text(&rows, row->to);
        put_text(&rows, row->link);
        for (int f = 0; f < OUTCOME_MESSAGE_FATES; f++)
            put_number(&rows, row->fate[f]);
    }
    rows_end(&rows);
}

static void add_windows(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "window", 9 + METRICS_QUALITY_COUNT + METRICS_FAILURE_COUNT + 4,
               outcome->window_count);
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *window = &outcome->windows[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, window->from);
        put_number(&rows, window->to);
        put_text(&rows, window->service);
        put_text(&rows, window->access);
        put_text(&rows, window->users);
        put_number(&rows, window->attempts);
        put_number(&rows, window->issued);
        for (int quality = 0; quality < METRICS_QUALITY_COUNT; quality++)
            put_number(&rows, window->ok[quality]);
        for (int failure = 0; failure < METRICS_FAILURE_COUNT; failure++)
            put_number(&rows, window->failed[failure]);
        put_number(&rows, window->open);
        put_time(&rows, window->p50);
        put_time(&rows, window->p99);
        put_time(&rows, window->max);
    }
    rows_end(&rows);
}

static void add_lags(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "lag", 10, outcome->lag_count);
    for (uint32_t i = 0; i < outcome->lag_count; i++) {
        const OutcomeLag *lag = &outcome->lags[i];
        const OutcomeWay *way = &outcome->ways[lag->stream];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, lag->at);
        put_text(&rows, way->data);
        put_text(&rows, way->channel);
        put_text(&rows, way->from);
        put_text(&rows, way->to);
        put_number(&rows, lag->backlog);
        put_number(&rows, (int64_t)lag->backlog * way->change_bytes);
        put_number(&rows, lag->age);
    }
    rows_end(&rows);
}

static void add_busy(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "busy", 8, outcome->busy_count);
    for (uint32_t i = 0; i < outcome->busy_count; i++) {
        const OutcomeBusy *busy = &outcome->busy[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, busy->at);
        put_text(&rows, busy->service);
        put_text(&rows, busy->region);
        put_number(&rows, busy->busy);
        put_number(&rows, busy->queued);
        put_number(&rows, busy->threads);
    }
    rows_end(&rows);
}

static void add_latencies(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "latency", 6, outcome->latency_count);
    for (uint32_t i = 0; i < outcome->latency_count; i++) {
        const OutcomeLatency *latency = &outcome->latencies[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, latency->service);
        put_text(&rows, latency->access);
        put_number(&rows, latency->top);
        put_number(&rows, latency->count);
    }
    rows_end(&rows);
}

static void add_losses(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "loss", 14, outcome->loss_count);
    for (uint32_t i = 0; i < outcome->loss_count; i++) {
        const OutcomeLoss *loss = &outcome->losses[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_word(&rows, loss->write);
        put_text(&rows, loss->data);
        put_text(&rows, loss->code);
        put_text(&rows, loss->users);
        put_word(&rows, loss->user);
        put_word(&rows, loss->key);
        put_number(&rows, loss->issued);
        put_time(&rows, loss->acked);
        put_text(&rows, loss->region);
        if (loss->fault[0] != '\0')
            put_text(&rows, loss->fault);
        else
            put_null(&rows);
        put_text(&rows, loss->mechanism);
        put_number(&rows, loss->recoverable);
    }
    rows_end(&rows);
}

static void add_stales(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "staleness", 8, outcome->stale_count);
    for (uint32_t i = 0; i < outcome->stale_count; i++) {
        const OutcomeStale *stale = &outcome->stales[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, stale->data);
        put_text(&rows, stale->step);
        put_text(&rows, stale->code);
        put_number(&rows, stale->age_top);
        put_number(&rows, stale->count);
        put_number(&rows, stale->versions);
    }
    rows_end(&rows);
}

static void add_restores(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "restore", 8, outcome->restore_count);
    for (uint32_t i = 0; i < outcome->restore_count; i++) {
        const OutcomeRestore *restore = &outcome->restores[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, restore->failover);
        put_text(&rows, restore->region);
        put_text(&rows, restore->stage);
        put_text(&rows, restore->detail);
        put_number(&rows, restore->start);
        put_time(&rows, restore->end);
    }
    rows_end(&rows);
}

static void add_harms(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "user_harm", 7, outcome->harm_count);
    for (uint32_t i = 0; i < outcome->harm_count; i++) {
        const OutcomeUserHarm *harm = &outcome->harms[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, harm->users);
        put_text(&rows, harm->harm);
        put_text(&rows, harm->access);
        put_number(&rows, harm->user_count);
        put_number(&rows, harm->events);
    }
    rows_end(&rows);
}

static void add_compensations(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "compensation", 8, outcome->compensation_count);
    for (uint32_t i = 0; i < outcome->compensation_count; i++) {
        const OutcomeCompensation *compensation = &outcome->compensations[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, compensation->users);
        put_word(&rows, compensation->user);
        put_text(&rows, compensation->harm);
        put_text(&rows, compensation->what);
        put_number(&rows, compensation->at);
        put_number(&rows, compensation->recoverable);
    }
    rows_end(&rows);
}

static void add_fates(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "fate", 9 + OUTCOME_FATES + 5, outcome->fate_count);
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *fate = &outcome->fates[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, fate->data);
        put_text(&rows, fate->region);
        put_number(&rows, fate->issued);
        put_number(&rows, fate->ok);
        put_number(&rows, fate->error);
        put_number(&rows, fate->unknown);
        put_number(&rows, fate->open);
        for (int end = 0; end < OUTCOME_FATES; end++)
            put_number(&rows, fate->fate[end]);
        put_number(&rows, fate->diverged);
        put_number(&rows, fate->duplicates);
        put_number(&rows, fate->duplicate_effects);
        put_number(&rows, fate->ghosts);
        put_number(&rows, fate->unavailable);
    }
    rows_end(&rows);
}

static void add_rpos(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "rpo", 8, outcome->rpo_count);
    for (uint32_t i = 0; i < outcome->rpo_count; i++) {
        const OutcomeRpo *rpo = &outcome->rpos[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, rpo->data);
        put_text(&rows, rpo->region);
        put_number(&rows, rpo->failed_at);
        put_time(&rows, rpo->prefix_acked);
        put_time(&rows, rpo->newest_acked);
        put_number(&rows, rpo->lost);
    }
    rows_end(&rows);
}

static void add_expectations(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "expectation", 14, outcome->expectation_count);
    for (uint32_t i = 0; i < outcome->expectation_count; i++) {
        const OutcomeExpectation *expectation = &outcome->expectations[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, expectation->name);
        put_text(&rows, expectation->claim);
        put_text(&rows, expectation->got);
        put_number(&rows, expectation->value);
        put_text(&rows, expectation->wanted);
        put_number(&rows, expectation->from);
        put_number(&rows, expectation->to);
        put_number(&rows, expectation->samples);
        put_number(&rows, expectation->held);
        put_number(&rows, expectation->empty);
        put_file(&rows, expectation->file);
        put_number(&rows, expectation->line);
    }
    rows_end(&rows);
}

static void add_costs(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "cost", 6, outcome->cost_count);
    for (uint32_t i = 0; i < outcome->cost_count; i++) {
        const OutcomeCost *cost = &outcome->costs[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, cost->item);
        put_text(&rows, cost->place);
        put_number(&rows, cost->amount);
        put_text(&rows, cost->unit);
    }
    rows_end(&rows);
}

static void add_marks(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "mark", 5, outcome->mark_count);
    for (uint32_t i = 0; i < outcome->mark_count; i++) {
        const OutcomeMark *mark = &outcome->marks[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, mark->at);
        put_text(&rows, mark->text);
        put_number(&rows, mark->bad);
    }
    rows_end(&rows);
}

static void add_spans(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "span", 7, outcome->span_count);
    for (uint32_t i = 0; i < outcome->span_count; i++) {
        const OutcomeSpan *span = &outcome->spans[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_number(&rows, span->from);
        put_number(&rows, span->to);
        put_text(&rows, span->service);
        put_number(&rows, span->ok + span->failed);
        put_number(&rows, span->ok);
    }
    rows_end(&rows);
}

static void add_catch_ups(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "catch_up", 9, outcome->catch_up_count);
    for (uint32_t i = 0; i < outcome->catch_up_count; i++) {
        const OutcomeCatchUp *row = &outcome->catch_ups[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, row->data);
        put_text(&rows, row->channel);
        put_text(&rows, row->from);
        put_text(&rows, row->to);
        put_number(&rows, row->stalled);
        put_number(&rows, row->healed);
        put_time(&rows, row->done);
    }
    rows_end(&rows);
}

static void add_alones(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "alone", 7, outcome->alone_count);
    for (uint32_t i = 0; i < outcome->alone_count; i++) {
        const OutcomeAlone *row = &outcome->alones[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, row->data);
        put_text(&rows, row->region);
        put_number(&rows, row->waited);
        put_number(&rows, row->from);
        put_time(&rows, row->to);
    }
    rows_end(&rows);
}

static void add_resyncs(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "resync", 13, outcome->resync_count);
    for (uint32_t i = 0; i < outcome->resync_count; i++) {
        const OutcomeResync *row = &outcome->resyncs[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, row->data);
        put_text(&rows, row->channel);
        put_text(&rows, row->from);
        put_text(&rows, row->to);
        put_text(&rows, row->kind);
        put_text(&rows, row->end);
        put_number(&rows, row->lost);
        put_number(&rows, row->began);
        put_time(&rows, row->loading);
        put_time(&rows, row->ended);
        put_number(&rows, row->lacked);
    }
    rows_end(&rows);
}

static void add_intents(sqlite3 *db, int64_t run, const Outcome *outcome)
{
    Rows rows;
    rows_begin(&rows, db, "intent", 13, outcome->intent_count);
    for (uint32_t i = 0; i < outcome->intent_count; i++) {
        const OutcomeIntents *row = &outcome->intents[i];
        put_number(&rows, run);
        put_number(&rows, i);
        put_text(&rows, row->data);
        put_text(&rows, row->region);
        put_number(&rows, row->accepted);
        put_number(&rows, row->confirmed);
        put_number(&rows, row->rejected);
        put_number(&rows, row->lost);
        put_number(&rows, row->pending);
        put_number(&rows, row->answers);
        put_time(&rows, row->mean);
        put_time(&rows, row->p99);
        put_time(&rows, row->max);
    }
    rows_end(&rows);
}

/* ---- the database ---------------------------------------------------------------------------- */

static void execute(sqlite3 *db, const char *sql)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    SIM_ASSERT(code == SQLITE_OK);
}

StoreWriter *store_writer_new(void)
{
    StoreWriter *writer = g_new0(StoreWriter, 1);
    /* One thread at a time uses a writer: a lock for each value would cost more than binding it. */
    int code =
        sqlite3_open_v2(":memory:", &writer->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    SIM_ASSERT(code == SQLITE_OK);
    /* Sorting for the index must not spill into a temporary file, and there is nothing to roll
     * back. References hold by construction; the tests ask foreign_key_check. */
    execute(writer->db, "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF;"
                        "PRAGMA foreign_keys = OFF; PRAGMA cell_size_check = OFF");
    execute(writer->db, sim_store_schema_sql);
    execute(writer->db, "BEGIN");
    return writer;
}

void store_writer_free(StoreWriter *writer)
{
    if (writer == NULL)
        return;
    int code = sqlite3_close(writer->db);
    SIM_ASSERT(code == SQLITE_OK);
    g_free(writer);
}

int64_t store_writer_add(StoreWriter *writer, const Outcome *outcome)
{
    SIM_ASSERT(!writer->sealed);
    writer->runs++;
    int64_t  run = writer->runs;
    sqlite3 *db = writer->db;
    add_run(db, run, outcome);
    add_choices(db, run, outcome->plan);
    add_items(db, run, outcome->plan);
    add_fields(db, run, outcome->plan);
    add_model_notes(db, run, outcome->plan);
    add_faults(db, run, outcome);
    add_messages(db, run, outcome);
    add_windows(db, run, outcome);
    add_lags(db, run, outcome);
    add_busy(db, run, outcome);
    add_latencies(db, run, outcome);
    add_losses(db, run, outcome);
    add_stales(db, run, outcome);
    add_restores(db, run, outcome);
    add_harms(db, run, outcome);
    add_compensations(db, run, outcome);
    add_fates(db, run, outcome);
    add_rpos(db, run, outcome);
    add_expectations(db, run, outcome);
    add_costs(db, run, outcome);
    add_catch_ups(db, run, outcome);
    add_alones(db, run, outcome);
    add_resyncs(db, run, outcome);
    add_intents(db, run, outcome);
    add_marks(db, run, outcome);
    add_spans(db, run, outcome);
    return run;
}

static void seal(StoreWriter *writer)
{
    if (writer->sealed)
        return;
    execute(writer->db, "CREATE INDEX loss_by_data ON loss (run_id, data, code, seq); COMMIT");
    writer->sealed = true;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const char *advice(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return "free some space or write elsewhere";
    case EFBIG:
        return "raise the limit on file sizes or write elsewhere";
    case EACCES:
    case EPERM:
    case EROFS:
        return "choose a directory that you may write to";
    case ENOENT:
    case ENOTDIR:
        return "create the directory first";
    case EISDIR:
        return "give the name of a file, not of a directory";
    default:
        return "check the disk, or write elsewhere";
    }
}

static void set_file_error(GError **error, const char *path, const char *what, int number)
{
    g_set_error(error, STORE_ERROR, STORE_ERROR_WRITE,
                "%s: the result could not be written: %s: %s; %s", path, what, g_strerror(number),
                advice(number));
}

/* Writes everything or returns false with errno set. */
static bool write_all(int file, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written < 0) {
            if (errno == EINTR)
                continue;
            return false;
        }
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Fills the open temporary file; it is closed in any case. */
static bool fill_file(int file, const char *path, const unsigned char *bytes, size_t size,
                      GError **error)
{
    const char *what = NULL;
    if (!write_all(file, bytes, size))
        what = "writing";
    else if (fsync(file) != 0)
        what = "flushing to disk";
    if (what != NULL) {
        int number = errno;
        close(file);
        set_file_error(error, path, what, number);
        return false;
    }
    if (close(file) != 0) {
        set_file_error(error, path, "closing", errno);
        return false;
    }
    return true;
}

/* Makes the new name itself survive a power cut. A file system that cannot do it has done all it
 * can: the file is complete either way, so there is nothing to report. */
static void flush_directory(const char *path)
{
    g_autofree char *directory = g_path_get_dirname(path);
    int              file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0)
        return;
    (void)fsync(file);
    close(file);
}

static bool replace_file(const char *path, const unsigned char *bytes, size_t size, GError **error)
{
    g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
    int              file = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0) {
        set_file_error(error, path, "creating a temporary file beside it", errno);
        return false;
    }
    if (!fill_file(file, path, bytes, size, error)) {
        g_unlink(temporary);
        return false;
    }
    if (g_rename(temporary, path) != 0) {
        int number = errno;
        g_unlink(temporary);
        set_file_error(error, path, "renaming the finished file", number);
        return false;
    }
    flush_directory(path);
    return true;
}

/* The header names the SQLite library that wrote last (bytes 96..99). That is a fact of the host,
 * and SQLite never decides by it. */
static void forget_library_version(unsigned char *image, size_t size)
{
    SIM_ASSERT(size >= 100);
    memset(image + 96, 0, 4);
}

bool store_writer_save(StoreWriter *writer, const char *path, GError **error)
{
    SIM_ASSERT(path != NULL && path[0] != '\0');
    seal(writer);
    sqlite3_int64  size = 0;
    unsigned char *image = sqlite3_serialize(writer->db, "main", &size, 0);
    if (image == NULL) {
        set_file_error(error, path, "copying the database", ENOMEM);
        return false;
    }
    forget_library_version(image, (size_t)size);
    bool written = replace_file(path, image, (size_t)size, error);
    sqlite3_free(image);
    return written;
}

bool store_write(const char *path, const Outcome *outcome, GError **error)
{
    StoreWriter *writer = store_writer_new();
    store_writer_add(writer, outcome);
    bool written = store_writer_save(writer, path, error);
    store_writer_free(writer);
    return written;
}
