/*
 * chapters.c: tells what a run showed, to someone who sees such a report for the first time.
 *
 * Every chapter says in half a sentence what its figures are, and says "none" in words where there
 * are none. All figures come from reports/queries.
 */
#include "reports/chapters.h"

#include <string.h>

#include "reports/story.h"
#include "reports/survivors.h"
#include "reports/table.h"
#include "reports/words.h"
#include "sim/base/text.h"

#define MOST_PERIODS 6u       /* columns of faults in the availability table */
#define MOST_COMPARED 100u    /* rows of the comparison; the picture takes all */
#define MOST_COMPENSATIONS 20 /* lines of the list; the rest is in the database */

/* ---- pieces ---------------------------------------------------------------------------------- */

static void put_table(GString *page, const Table *table)
{
    g_autofree char *text = table_markdown(table);
    g_string_append_printf(page, "%s\n", text);
}

static void cell_count(Table *table, int64_t value)
{
    table_cell_take(table, sim_text_count(value));
}

/* A number, or a dash where zero would only be noise. */
static void cell_some(Table *table, int64_t value)
{
    table_cell_take(table, value == 0 ? g_strdup("-") : sim_text_count(value));
}

static void cell_time(Table *table, const StoreRows *rows, int column)
{
    table_cell_take(table, store_is_null(rows, column)
                               ? g_strdup("-")
                               : sim_text_duration(store_number(rows, column)));
}

static void cell_instant(Table *table, const StoreRows *rows, int column)
{
    table_cell_take(table, store_is_null(rows, column) ? g_strdup("-")
                                                       : words_instant(store_number(rows, column)));
}

static char *escaped(const StoreRows *rows, int column)
{
    return table_escape(store_text(rows, column));
}

static void put_picture(GString *page, const Picture *picture)
{
    if (picture == NULL)
        return;
    if (picture->drawn)
        g_string_append_printf(page, "![%s](plots/%s.svg)\n\n", picture->about, picture->name);
    else
        g_string_append_printf(page, "(The picture \"%s\" could not be drawn here.)\n\n",
                               picture->about);
    g_string_append_printf(page,
                           "[picture](plots/%s.svg) · [figures](plots/%s.tsv) · "
                           "[drawing script](plots/%s.gp)\n\n",
                           picture->name, picture->name, picture->name);
}

static char *amount_text(int64_t amount, const char *unit)
{
    if (strcmp(unit, "B") == 0)
        return words_bytes(amount);
    if (strcmp(unit, "ns") == 0)
        return sim_text_duration(amount);
    g_autofree char *count = sim_text_count(amount);
    g_autofree char *one = g_strdup(unit);
    if (amount == 1 && g_str_has_suffix(one, "s"))
        one[strlen(one) - 1] = '\0';
    return g_strdup_printf("%s %s", count, one);
}

/* ---- verdict --------------------------------------------------------------------------------- */

typedef struct Claims {
    int64_t all, broken, empty;
} Claims;

static Claims count_claims(const ReportCase *self)
{
    Claims claims = {0, 0, 0};
    g_autoptr(StoreRows) rows = report_ask(self, "expectations.sql");
    while (store_next(rows)) {
        claims.all++;
        claims.broken += store_number(rows, 7) == 0;
        claims.empty += store_number(rows, 8) != 0;
    }
    return claims;
}

char *chapter_headline(const ReportCase *self)
{
    Claims claims = count_claims(self);
    if (strcmp(self->verdict, "inconclusive") == 0)
        return g_strdup("undecided, because the run reached a limit");
    if (claims.all == 0)
        return g_strdup(strcmp(self->verdict, "broken") == 0
                            ? "it claims nothing, and a fault hit nothing"
                            : "it claims nothing, so nothing could fail");
    if (claims.broken == 0 && strcmp(self->verdict, "broken") == 0)
        return g_strdup("every expectation held, but a fault hit nothing");
    if (claims.broken == 0)
        return g_strdup_printf("%s %" G_GINT64_FORMAT " expectation%s held",
                               claims.all == 1 ? "its" : "all", claims.all,
                               words_plural(claims.all, "", "s"));
    return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " expectations failed",
                           claims.broken, claims.all);
}

/* What a failed claim means for people, by its metric. */
static const char *meaning_of(const char *claim)
{
    static const struct {
        const char *metric, *meaning;
    } meanings[] = {
        {"availability", "Users asked and too often got no answer in time."},
        {"latency", "Users were served, but waited too long."},
        {"lost", "Users were told \"done\" for writes that were not there afterwards."},
        {"destroyed", "Users were told \"done\" for writes of which no copy is left."},
        {"stranded", "Users were told \"done\" for writes that only an operator can bring back."},
        {"expired", "Acknowledged writes were dropped by a queue."},
        {"overwritten", "Writes were replaced by others that had never seen them."},
        {"duplicates", "A key that belongs to one user was given to two."},
        {"rejected_later", "Users were told \"accepted\", and later that it could not be done."},
        {"rejection", "Too many of those who were told \"accepted\" were refused after all."},
        {"confirmation",
         "Users waited longer to learn whether it was done than the design promises."},
        {"pending", "Users who were told \"accepted\" still do not know whether it is done."},
        {"stale", "Users were shown old data too often."},
        {"users_hit", "More users were hurt than the design promises."},
        {"restore", "Users waited longer for the service to come back than the design promises."},
        {"lag", "The copies were further behind than the design promises, and that is what a loss "
                "would cost."},
        {"catch_up", "The backlog took longer to drain than the design promises."},
        {"resyncs", "The copies had to be brought up to date in another way than expected."},
    };
    size_t length = strcspn(claim, " {");
    for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
        if (strlen(meanings[i].metric) == length && strncmp(meanings[i].metric, claim, length) == 0)
            return meanings[i].meaning;
    return "";
}

/* Of what there was too much, where a bare count is claimed to be none. */
static const char *harm_of(const char *claim)
{
    static const struct {
        const char *metric, *harm;
    } harms[] = {
        {"lost", "lost"},
        {"destroyed", "destroyed"},
        {"stranded", "stranded"},
        {"expired", "expired"},
        {"overwritten", "overwritten"},
        {"duplicates", "given away twice"},
        {"stale", "stale"},
        {"users_hit", "of the users hit"},
    };
    size_t length = strcspn(claim, " {");
    for (size_t i = 0; i < G_N_ELEMENTS(harms); i++)
        if (strlen(harms[i].metric) == length && strncmp(harms[i].metric, claim, length) == 0)
            return harms[i].harm;
    return NULL;
}

static bool allows_none(const char *wanted)
{
    static const char *const bounds[] = {"== 0", "== 0%", "<= 0", "<= 0%"};
    for (size_t i = 0; i < G_N_ELEMENTS(bounds); i++)
        if (strcmp(wanted, bounds[i]) == 0)
            return true;
    return false;
}

static void say_missed(GString *page, const StoreRows *rows)
{
    const char      *claim = store_text(rows, 1);
    const char      *harm = harm_of(claim);
    g_autofree char *name = escaped(rows, 0);
    g_autofree char *got = escaped(rows, 2);
    g_autofree char *wanted = escaped(rows, 3);
    if (harm != NULL && allows_none(store_text(rows, 3)))
        g_string_append_printf(page, "- **%s** failed: %s %s, none was allowed. %s\n", name, got,
                               harm, meaning_of(claim));
    else
        g_string_append_printf(page, "- **%s** failed: got %s, wanted %s. %s\n", name, got, wanted,
                               meaning_of(claim));
}

static void tell_failed_claims(GString *page, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "expectations.sql");
    while (store_next(rows)) {
        if (store_number(rows, 7) != 0)
            continue;
        g_autofree char *name = escaped(rows, 0);
        if (store_number(rows, 8) != 0)
            g_string_append_printf(
                page,
                "- **%s** measured nothing, so it proves nothing, and that counts "
                "as failed: no request, write or event matched it in its time.\n",
                name);
        else
            say_missed(page, rows);
    }
}

static void tell_idle_faults(GString *page, const ReportCase *self)
{
    g_autoptr(StoreRows) rows = report_ask(self, "faults.sql");
    while (store_next(rows)) {
        if (store_number(rows, 12) == 0)
            continue;
        g_autofree char *name = escaped(rows, 1);
        g_string_append_printf(
            page,
            "- The fault **%s** hit nothing: no message, request or change met it. "
            "A scenario that passes this way proves nothing.\n",
            name);
    }
}

/* What "hit" counts in this run: without a core service a failed request hits nobody. */
static bool no_core(const ReportCase *self)
{
    g_autoptr(StoreRows) cores = report_ask(self, "cores.sql");
    return store_next(cores) && store_number(cores, 0) == 0;
}

static const char *hit_words(const ReportCase *self)
{
    if (no_core(self))
        return "a write of theirs was lost, overwritten or doubled; failed requests are not in "
               "it, as no service is `core`";
    return "a write of theirs was lost, overwritten or doubled, or a core request failed";
}

static void tell_verdict(GString *page, const ReportCase *self)
{
    g_autofree char *headline = chapter_headline(self);
    g_autofree char *issued = sim_text_count(self->issued);
    g_autofree char *failed = sim_text_count(self->failed);
    g_autofree char *share = sim_text_percent(self->failed, self->issued);
    g_autofree char *users = sim_text_count(self->users);
    g_autofree char *hit = sim_text_count(self->users_hit);
    g_autofree char *hit_share = sim_text_percent(self->users_hit, self->users);
    g_autofree char *lost = sim_text_count(self->lost);
    g_autofree char *acked = sim_text_count(self->acked);
    g_autofree char *overwritten = sim_text_count(self->overwritten);
    g_string_append_printf(page, "**%c%s.**", g_ascii_toupper(headline[0]), headline + 1);
    g_autoptr(StoreRows) run = report_ask(self, "run.sql");
    if (store_next(run) && store_text(run, 10)[0] != '\0') {
        g_autofree char *limit = escaped(run, 10);
        g_string_append_printf(page, " The limit: %s.", limit);
    }
    g_string_append_printf(
        page,
        " Of %s requests, %s failed for good (%s). Of %s users, %s were hit (%s): "
        "%s.",
        issued, failed, share, users, hit, hit_share, hit_words(self));
    if (self->acked == 0)
        g_string_append(page, " No write was acknowledged.\n\n");
    else
        g_string_append_printf(page,
                               " Of %s acknowledged writes, those for which a user was told "
                               "\"done\", %s %s lost and %s %s overwritten unseen.\n\n",
                               acked, lost, words_plural(self->lost, "was", "were"), overwritten,
                               words_plural(self->overwritten, "was", "were"));
    tell_failed_claims(page, self);
    tell_idle_faults(page, self);
}

static void tell_expectations(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "What was expected");
    g_autoptr(Table) table = table_new();
    table_column(table, "", TABLE_LEFT);
    table_column(table, "expectation", TABLE_LEFT);
    table_column(table, "got", TABLE_RIGHT);
    table_column(table, "wanted", TABLE_RIGHT);
    table_column(table, "samples", TABLE_RIGHT);
    table_column(table, "between", TABLE_LEFT);
    table_column(table, "measured as", TABLE_LEFT);
    table_column(table, "where", TABLE_LEFT);
    bool restores = false;
    g_autoptr(StoreRows) rows = report_ask(self, "expectations.sql");
    while (store_next(rows)) {
        bool empty = store_number(rows, 8) != 0;
        restores |= g_str_has_prefix(store_text(rows, 1), "restore ");
        g_autofree char *from = words_instant(store_number(rows, 4));
        g_autofree char *to = words_instant(store_number(rows, 5));
        table_cell(table, store_number(rows, 7) != 0 ? "✓ held" : empty ? "✗ empty" : "✗ failed");
        table_cell(table, store_text(rows, 0));
        table_cell(table, empty ? "nothing" : store_text(rows, 2));
        table_cell(table, store_text(rows, 3));
        cell_count(table, store_number(rows, 6));
        table_cell_take(table, g_strdup_printf("%s and %s", from, to));
        table_cell(table, store_text(rows, 1));
        table_cell_take(table, g_strdup_printf("%s:%" G_GINT64_FORMAT, store_text(rows, 9),
                                               store_number(rows, 10)));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "None: the scenario only describes, it claims nothing.\n");
        return;
    }
    g_string_append(page,
                    "Claims that the scenario makes about its own outcome; *samples* is how many "
                    "measurements each rests on.");
    if (restores)
        g_string_append(page, " `restore` counts all users, or those near the region that it "
                              "names as *access*: it may differ from the times in the chapter on "
                              "recovery, which are of users near the region that failed.");
    g_string_append(page, "\n\n");
    put_table(page, table);
}

static void tell_faults(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "What went wrong");
    g_autoptr(Table) table = table_new();
    table_column(table, "fault", TABLE_LEFT);
    table_column(table, "from", TABLE_RIGHT);
    table_column(table, "to", TABLE_RIGHT);
    table_column(table, "messages dropped", TABLE_RIGHT);
    table_column(table, "refused at once", TABLE_RIGHT);
    table_column(table, "replies lost", TABLE_RIGHT);
    table_column(table, "messages delayed", TABLE_RIGHT);
    table_column(table, "requests refused", TABLE_RIGHT);
    table_column(table, "changes held back", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "faults.sql");
    while (store_next(rows)) {
        bool lasts = store_number(rows, 5) >= self->end_ns;
        table_cell(table, store_text(rows, 1));
        cell_instant(table, rows, 4);
        if (lasts)
            table_cell(table, "the end");
        else
            cell_instant(table, rows, 5);
        cell_some(table, store_number(rows, 6));
        cell_some(table, store_number(rows, 7));
        cell_some(table, store_number(rows, 8));
        cell_some(table, store_number(rows, 9));
        cell_some(table, store_number(rows, 10));
        cell_some(table, store_number(rows, 11));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "Nothing: no fault was planned.\n");
        return;
    }
    g_string_append(page, "The planned failures, and what each of them met.\n\n");
    put_table(page, table);
}

/* ---- availability ---------------------------------------------------------------------------- */

/* Columns: whole run, then the first faults. */
static unsigned service_columns(Table *table, const ReportCase *self)
{
    unsigned periods = 1;
    table_column(table, "service", TABLE_LEFT);
    table_column(table, "users near", TABLE_LEFT);
    table_column(table, "requests", TABLE_RIGHT);
    table_column(table, "whole run", TABLE_RIGHT);
    g_autoptr(StoreRows) faults = report_ask(self, "fault_periods.sql");
    while (store_next(faults) && periods <= MOST_PERIODS) {
        g_autofree char *when = words_stretch(store_number(faults, 1), store_number(faults, 2));
        g_autofree char *title = g_strdup_printf("during %s (%s)", store_text(faults, 0), when);
        table_column(table, title, TABLE_RIGHT);
        periods++;
    }
    table_column(table, "served with old data", TABLE_RIGHT);
    table_column(table, "with another region's help", TABLE_RIGHT);
    table_column(table, "after a new login", TABLE_RIGHT);
    table_column(table, "with a default answer", TABLE_RIGHT);
    return periods;
}

typedef struct ServiceRow {
    char   *cells[MOST_PERIODS + 1]; /* per period; NULL: no request */
    int64_t stale, remote, regenerated, degraded;
    bool    begun;
} ServiceRow;

static void end_service_row(Table *table, ServiceRow *row, unsigned periods)
{
    if (!row->begun)
        return;
    for (unsigned period = 0; period < periods; period++) {
        char *cell = row->cells[period];
        table_cell_take(table, cell == NULL ? g_strdup("no request") : cell);
    }
    cell_some(table, row->stale);
    cell_some(table, row->remote);
    cell_some(table, row->regenerated);
    cell_some(table, row->degraded);
    *row = (ServiceRow){.begun = false};
}

static void tell_services(GString *page, const ReportCase *self, const ReportPictures *pictures,
                          unsigned level)
{
    words_heading(page, level, "Which service stayed up");
    g_autoptr(Table) table = table_new();
    unsigned   periods = service_columns(table, self);
    ServiceRow row = {.begun = false};
    g_autoptr(StoreRows) rows = report_ask(self, "services.sql");
    while (store_next(rows)) {
        int64_t period = store_number(rows, 0) + 1; /* 0: whole run, which comes first */
        if (period == 0) {
            end_service_row(table, &row, periods);
            row.begun = true;
            row.stale = store_number(rows, 5);
            row.remote = store_number(rows, 6);
            row.regenerated = store_number(rows, 7);
            row.degraded = store_number(rows, 8);
            table_cell(table, store_text(rows, 1));
            table_cell(table, store_text(rows, 2));
            cell_count(table, store_number(rows, 3));
        }
        if (row.begun && period < (int64_t)periods && row.cells[period] == NULL &&
            store_number(rows, 3) > 0)
            row.cells[period] = sim_text_percent(store_number(rows, 4), store_number(rows, 3));
    }
    end_service_row(table, &row, periods);
    if (table_rows(table) == 0) {
        g_string_append(page, "None was asked: the run has no requests.\n");
        return;
    }
    g_string_append(page, "Share of requests that were answered before their deadline, retries "
                          "included. Users of all regions together:\n\n");
    story_services(page, self);
    put_picture(page, pictures->availability);
    if (pictures->threads != NULL)
        g_string_append(page, "A request that finds no thread waits, and fails although the region "
                              "may have all that it asks for.\n\n");
    put_picture(page, pictures->threads);
    g_string_append(page,
                    "By the region that users are near; a fault counts until it ends or the next "
                    "begins");
    g_string_append(page, periods > MOST_PERIODS ? ". Only the first six are shown.\n\n" : ".\n\n");
    put_table(page, table);
}

static void tell_lag(GString *page, const ReportCase *self, const ReportPictures *pictures,
                     unsigned level)
{
    words_heading(page, level, "How far behind the copies were");
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "channel", TABLE_LEFT);
    table_column(table, "worst age", TABLE_RIGHT);
    table_column(table, "at", TABLE_RIGHT);
    table_column(table, "from, to", TABLE_LEFT);
    table_column(table, "changes waiting then", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "lag_worst.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell_take(table, words_channel(self, store_text(rows, 1)));
        cell_time(table, rows, 2);
        cell_instant(table, rows, 3);
        table_cell_take(table,
                        g_strdup_printf("%s → %s", store_text(rows, 4), store_text(rows, 5)));
        cell_count(table, store_number(rows, 6));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "Not at all: no data class is copied between regions.\n");
        return;
    }
    g_string_append(page,
                    "A change is under way from the moment it is committed in one region until "
                    "it is applied in the other. The age of the oldest one says how much would "
                    "be lost if the first region died at that moment. It is "
                    "sampled at equal distances (table `lag`), and may be greater between two "
                    "samples, by at most one distance.\n\n");
    put_picture(page, pictures->lag);
    put_table(page, table);
}

/* ---- loss ------------------------------------------------------------------------------------ */

static void tell_fates(GString *page, const ReportCase *self)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "acknowledged", TABLE_RIGHT);
    table_column(table, "survived", TABLE_RIGHT);
    table_column(table, "destroyed (L1)", TABLE_RIGHT);
    table_column(table, "stranded (L2)", TABLE_RIGHT);
    table_column(table, "overwritten unseen (L3)", TABLE_RIGHT);
    table_column(table, "order inverted (L4)", TABLE_RIGHT);
    table_column(table, "expired (L6)", TABLE_RIGHT);
    table_column(table, "duplicate owners (L5)", TABLE_RIGHT);
    table_column(table, "applied twice (L7)", TABLE_RIGHT);
    table_column(table, "ghosts (L8)", TABLE_RIGHT);
    table_column(table, "never everywhere", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "fates.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        cell_count(table, store_number(rows, 2));
        cell_count(table, store_number(rows, 3));
        for (int column = 4; column <= 11; column++)
            cell_some(table, store_number(rows, column));
        cell_some(table, store_number(rows, 13));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "Nothing was written.\n");
        return;
    }
    g_string_append(page,
                    "Every acknowledged write ends in exactly one of the columns from *survived* "
                    "to *expired*. The four behind them are further harms, counted "
                    "separately; what is *never everywhere* stands in one region, and no channel "
                    "will bring it to another.\n\n");
    put_table(page, table);
}

static void tell_mechanisms(GString *page, const ReportCase *self)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "what happened", TABLE_LEFT);
    table_column(table, "writes", TABLE_RIGHT);
    table_column(table, "users", TABLE_RIGHT);
    table_column(table, "how", TABLE_LEFT);
    table_column(table, "fault", TABLE_LEFT);
    table_column(table, "first and last", TABLE_LEFT);
    table_column(table, "can be recovered", TABLE_LEFT);
    g_autoptr(GPtrArray) explained = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(StoreRows) rows = report_ask(self, "losses.sql");
    while (store_next(rows)) {
        g_autofree char *first = words_instant(store_number(rows, 9));
        g_autofree char *last = words_instant(store_number(rows, 10));
        char *note = g_strdup_printf("- %s, %s: %s", store_text(rows, 1), store_text(rows, 2),
                                     store_text(rows, 3));
        table_cell(table, store_text(rows, 0));
        table_cell_take(table, g_strdup_printf("%s %s", store_text(rows, 1), store_text(rows, 2)));
        cell_count(table, store_number(rows, 7));
        cell_count(table, store_number(rows, 8));
        table_cell(table, store_text(rows, 4));
        table_cell(table, store_is_null(rows, 5) ? "none" : store_text(rows, 5));
        table_cell_take(table, g_strdup_printf("%s, %s", first, last));
        /* Of what took effect without leave, or twice, nothing is missing. */
        bool there = g_str_has_prefix(store_text(rows, 1), "L7") ||
                     g_str_has_prefix(store_text(rows, 1), "L8");
        table_cell(table, there ? "-" : store_number(rows, 6) != 0 ? "yes, by hand" : "no");
        if (g_ptr_array_find_with_equal_func(explained, note, g_str_equal, NULL))
            g_free(note);
        else
            g_ptr_array_add(explained, note);
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "None was lost, overwritten or duplicated.\n");
        return;
    }
    g_string_append(page, "By what happened, and which fault did it:\n\n");
    put_table(page, table);
    g_string_append(page, "What the codes mean:\n\n");
    for (guint i = 0; i < explained->len; i++)
        g_string_append_printf(page, "%s\n", (const char *)g_ptr_array_index(explained, i));
}

static void tell_rpo(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "How much history a lost region takes with it (RPO)");
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "region", TABLE_LEFT);
    table_column(table, "failed at", TABLE_RIGHT);
    table_column(table, "history without gaps ends before it by", TABLE_RIGHT);
    table_column(table, "newest survivor is older by", TABLE_RIGHT);
    table_column(table, "writes lost", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "rpo.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell(table, store_text(rows, 1));
        cell_instant(table, rows, 2);
        cell_time(table, rows, 3);
        cell_time(table, rows, 4);
        cell_count(table, store_number(rows, 5));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "None: no region was lost.\n");
        return;
    }
    g_string_append(
        page,
        "The recovery point, measured two ways, because seconds and writes answer "
        "different questions. In seconds: up to when everything that was "
        "acknowledged is still there. In writes: how many acknowledged ones were "
        "destroyed or stranded. Where none was, the seconds are 0; else they are counted from "
        "the last write before the first lost one, so they can exceed the time since the "
        "cut by one gap between writes.\n\n");
    put_table(page, table);
}

static void tell_losses(GString *page, const ReportCase *self, const ReportPictures *pictures,
                        unsigned level)
{
    words_heading(page, level, "Which acknowledged writes were lost");
    tell_fates(page, self);
    if (pictures->discarded != NULL)
        g_string_append(page, "\nWrites that lost to another one are by no means equally many in "
                              "all regions: the clocks decide whose they are.\n\n");
    put_picture(page, pictures->discarded);
    tell_mechanisms(page, self);
    g_autoptr(StoreRows) run = report_ask(self, "run.sql");
    if (store_next(run) && store_number(run, 15) > 0) {
        g_autofree char *left_out = sim_text_count(store_number(run, 15));
        g_string_append_printf(
            page,
            "\nThe list was cut: %s more harmed writes are in the counts of the first "
            "table but not in the second.\n",
            left_out);
    }
}

static void tell_stale_reads(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "Who was shown old data");
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "read step", TABLE_LEFT);
    table_column(table, "what was wrong", TABLE_LEFT);
    table_column(table, "reads", TABLE_RIGHT);
    table_column(table, "newest missed write was up to", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "staleness.sql");
    while (store_next(rows)) {
        const char *code = store_text(rows, 2);
        if (strcmp(code, "fresh") == 0)
            continue;
        table_cell(table, store_text(rows, 0));
        table_cell(table, store_text(rows, 1));
        table_cell(table, strcmp(code, "R1") == 0   ? "R1 an acknowledged write was missing"
                          : strcmp(code, "R2") == 0 ? "R2 users missed what they had seen before"
                          : strcmp(code, "R3") == 0 ? "R3 shown, and later taken back"
                                                    : code);
        cell_count(table, store_number(rows, 3));
        table_cell_take(table, store_number(rows, 4) == 0
                                   ? g_strdup("-")
                                   : sim_text_duration(store_number(rows, 4)));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "Nobody: every read returned the newest acknowledged version.\n");
        return;
    }
    g_string_append(
        page, "Reads that returned something else than the newest acknowledged version. R1 is "
              "any read that missed a write acknowledged before it began, R2 one that missed "
              "what the same user had already written or seen, R3 one that showed a write "
              "which was lost afterwards.\n\n");
    put_table(page, table);
}

/* ---- users ----------------------------------------------------------------------------------- */

/* Whether a harm took something away that could be brought back. */
static bool took_data(const char *harm)
{
    return strcmp(harm, "lost write") == 0 || strcmp(harm, "overwritten") == 0 ||
           strcmp(harm, "duplicate account") == 0;
}

static void tell_compensations(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "Whom to compensate");
    int64_t stored = 0;
    int64_t left_out = 0;
    g_autoptr(StoreRows) count = report_ask(self, "compensation_count.sql");
    if (store_next(count))
        stored = store_number(count, 0);
    g_autoptr(StoreRows) run = report_ask(self, "run.sql");
    if (store_next(run))
        left_out = store_number(run, 16);
    int64_t all = stored + left_out;
    if (all == 0) {
        g_string_append(page, "Nobody: there is nothing to make good.\n");
        return;
    }
    g_autoptr(Table) table = table_new();
    table_column(table, "user", TABLE_LEFT);
    table_column(table, "what happened", TABLE_LEFT);
    table_column(table, "to what", TABLE_LEFT);
    table_column(table, "at", TABLE_RIGHT);
    table_column(table, "can be recovered", TABLE_LEFT);
    g_autoptr(StoreRows) rows = report_ask(self, "compensation.sql");
    store_bind_number(rows, 2, MOST_COMPENSATIONS);
    while (store_next(rows)) {
        table_cell_take(table, g_strdup_printf("%s %" G_GINT64_FORMAT, store_text(rows, 0),
                                               store_number(rows, 1)));
        table_cell(table, store_text(rows, 2));
        table_cell(table, store_text(rows, 3));
        cell_instant(table, rows, 4);
        table_cell(table, !took_data(store_text(rows, 2)) ? "-"
                          : store_number(rows, 5) != 0    ? "yes, by hand"
                                                          : "no");
    }
    g_autofree char *total = sim_text_count(all);
    g_string_append_printf(page, "%s %s to make good", total, words_plural(all, "thing", "things"));
    if (all > (int64_t)table_rows(table))
        g_string_append_printf(page, ", gravest first; the first %u are below",
                               (unsigned)table_rows(table));
    if (stored > (int64_t)table_rows(table))
        g_string_append(page, ", the stored ones in table `compensation` of the database");
    if (left_out > 0) {
        g_autofree char *missing = sim_text_count(left_out);
        g_string_append_printf(page, "; %s %s not stored, because the list is limited", missing,
                               words_plural(left_out, "was", "were"));
    }
    g_string_append(page, ".\n\n");
    put_table(page, table);
}

static void tell_users(GString *page, const ReportCase *self, const ReportPictures *pictures,
                       unsigned level)
{
    words_heading(page, level, "Who was hit");
    g_autoptr(Table) table = table_new();
    table_column(table, "users", TABLE_LEFT);
    table_column(table, "what happened to them", TABLE_LEFT);
    table_column(table, "how many", TABLE_RIGHT);
    table_column(table, "share of all users", TABLE_RIGHT);
    table_column(table, "times", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "harms.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell(table, store_text(rows, 1));
        cell_count(table, store_number(rows, 2));
        table_cell_take(table, sim_text_percent(store_number(rows, 2), self->users));
        cell_count(table, store_number(rows, 3));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, no_core(self)
                                  ? "Nobody: no user lost a write. No service is `core`, so failed "
                                    "requests do not count here.\n"
                                  : "Nobody: no user lost a write or had a core request fail.\n");
    } else {
        g_string_append(page,
                        "A user may be hit in several ways and is then in several rows. A forced "
                        "login is a nuisance and never counts as loss.\n\n");
        put_picture(page, pictures->users);
        put_table(page, table);
    }
    tell_compensations(page, self, level + 1);
}

/* ---- recovery, latency, cost ----------------------------------------------------------------- */

static void tell_recovery(GString *page, const ReportCase *self, const ReportPictures *pictures,
                          unsigned level)
{
    words_heading(page, level, "How long it took to recover (RTO)");
    g_autoptr(Table) table = table_new();
    table_column(table, "failover", TABLE_LEFT);
    table_column(table, "region", TABLE_LEFT);
    table_column(table, "stage", TABLE_LEFT);
    table_column(table, "what", TABLE_LEFT);
    table_column(table, "from", TABLE_RIGHT);
    table_column(table, "to", TABLE_RIGHT);
    table_column(table, "took", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "restore.sql");
    while (store_next(rows)) {
        bool finished = !store_is_null(rows, 5);
        cell_count(table, store_number(rows, 0));
        table_cell(table, store_text(rows, 1));
        bool users = strcmp(store_text(rows, 2), "users") == 0;
        table_cell_take(table, users ? g_strdup_printf("users near %s", store_text(rows, 1))
                                     : g_strdup(store_text(rows, 2)));
        table_cell(table, store_text(rows, 3));
        cell_instant(table, rows, 4);
        cell_instant(table, rows, 5);
        table_cell_take(table,
                        finished ? sim_text_duration(store_number(rows, 5) - store_number(rows, 4))
                                 : g_strdup("not finished"));
    }
    if (table_rows(table) == 0) {
        g_string_append(page,
                        "There was no failover. Elections of a consensus store are no failovers: "
                        "they stand in *What happened*.\n");
        return;
    }
    g_string_append(
        page,
        "The stages of each alarm, failover and planned switch in simulated time; one that "
        "was *called off* moved nothing. A stage may overlap another. The rows *users near* a "
        "region "
        "say what those users saw of a service, whichever region answered them: from the "
        "first stretch of at least 20 requests of which less than 95 % were served, until 95 % "
        "were served again in the next stretch and in the next 5 min together; *not "
        "finished*: not within the run. Users near other regions are not in these rows."
        "\n\n");
    put_picture(page, pictures->recovery);
    put_table(page, table);
}

static void tell_latency(GString *page, const ReportCase *self, const ReportPictures *pictures,
                         unsigned level)
{
    words_heading(page, level, "How long served users waited");
    g_autoptr(Table) table = table_new();
    table_column(table, "service", TABLE_LEFT);
    table_column(table, "users near", TABLE_LEFT);
    table_column(table, "served", TABLE_RIGHT);
    table_column(table, "half within", TABLE_RIGHT);
    table_column(table, "90 % within", TABLE_RIGHT);
    table_column(table, "99 % within", TABLE_RIGHT);
    table_column(table, "99.9 % within", TABLE_RIGHT);
    table_column(table, "all within", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "quantiles.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell(table, store_text(rows, 1));
        cell_count(table, store_number(rows, 2));
        for (int column = 3; column <= 7; column++)
            cell_time(table, rows, column);
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "No request was served.\n");
        return;
    }
    g_string_append(page,
                    "From the user's first attempt to the answer, retries included, so it may "
                    "exceed the deadline of one attempt. Served requests only; whoever gave up is "
                    "in the chapter on availability. "
                    "Upper edges of histogram buckets, at most 1/16 too high.\n\n");
    put_picture(page, pictures->latency);
    put_table(page, table);
}

/* A channel as "account, queue"; other places have names of their own. */
static char *place_text(const ReportCase *self, const char *place)
{
    g_autofree char *data = words_channel_data(place);
    if (data == NULL)
        return g_strdup(place);
    g_autofree char *channel = words_channel(self, place);
    return g_strdup_printf("%s, %s", data, channel);
}

static void tell_cost(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "What it cost");
    g_autoptr(Table) table = table_new();
    table_column(table, "item", TABLE_LEFT);
    table_column(table, "where", TABLE_LEFT);
    table_column(table, "how much", TABLE_RIGHT);
    g_autoptr(StoreRows) rows = report_ask(self, "costs.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell_take(table, place_text(self, store_text(rows, 1)));
        table_cell_take(table, amount_text(store_number(rows, 2), store_text(rows, 3)));
    }
    if (table_rows(table) == 0) {
        g_string_append(page, "Nothing that the models count.\n");
        return;
    }
    g_string_append(page, "What the strategy uses, so that a safer one shows its price too.\n\n");
    put_table(page, table);
}

/* ---- what it rests on ------------------------------------------------------------------------ */

static void tell_data(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "What was tried");
    g_autoptr(StoreRows) choices = report_ask(self, "choices.sql");
    bool any = false;
    while (store_next(choices)) {
        g_autofree char *name = escaped(choices, 0);
        g_autofree char *chosen = escaped(choices, 1);
        g_autofree char *options = escaped(choices, 2);
        g_string_append_printf(page, "- Choice *%s*: **%s**, out of %s.\n", name, chosen, options);
        any = true;
    }
    g_string_append(page, any ? "\n" : "The scenario leaves no choice open.\n\n");
    g_autoptr(Table) table = table_new();
    table_column(table, "data", TABLE_LEFT);
    table_column(table, "carried between regions by", TABLE_LEFT);
    table_column(table, "when two changes meet", TABLE_LEFT);
    table_column(table, "if it is lost", TABLE_LEFT);
    g_autoptr(StoreRows) rows = report_ask(self, "data.sql");
    while (store_next(rows)) {
        table_cell(table, store_text(rows, 0));
        table_cell(table, store_text(rows, 1)[0] == '\0' ? "nothing" : store_text(rows, 1));
        table_cell(table, store_text(rows, 2)[0] == '\0' ? "-" : store_text(rows, 2));
        table_cell(table, store_number(rows, 3) != 0   ? "a nuisance"
                          : store_number(rows, 4) != 0 ? "can be made anew"
                                                       : "gone for good");
    }
    if (table_rows(table) > 0)
        put_table(page, table);
}

static void tell_notes(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "What the model leaves out");
    g_autoptr(StoreRows) rows = report_ask(self, "notes.sql");
    bool any = false;
    while (store_next(rows)) {
        g_autofree char *kind = escaped(rows, 0);
        g_autofree char *leaves_out = escaped(rows, 1);
        if (!any)
            g_string_append(page,
                            "Every model is simpler than the world. These simplifications apply "
                            "here:\n\n");
        g_string_append_printf(page, "- **%s**: %s\n", kind, leaves_out);
        any = true;
    }
    if (!any)
        g_string_append(page, "No model used here states a simplification.\n");
}

/* Quoted for a shell only where it has to be: plain words are easier to read. */
static void append_argument(GString *command, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_.-=%+/:,";
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        g_string_append_printf(command, " %s", word);
        return;
    }
    g_autofree char *quoted = g_shell_quote(word);
    g_string_append_printf(command, " %s", quoted);
}

static void tell_repeat(GString *page, const ReportCase *self, unsigned level)
{
    words_heading(page, level, "How to repeat it");
    g_autoptr(StoreRows) rows = report_ask(self, "run.sql");
    if (!store_next(rows))
        return;
    g_autoptr(GString) command = g_string_new("faultline run");
    append_argument(command, store_text(rows, 2));
    g_string_append_printf(command, " --seed %" G_GUINT64_FORMAT, (uint64_t)store_number(rows, 4));
    g_autoptr(StoreRows) choices = report_ask(self, "choices.sql");
    while (store_next(choices)) {
        g_autofree char *setting =
            g_strdup_printf("%s=%s", store_text(choices, 0), store_text(choices, 1));
        g_string_append(command, " --set");
        append_argument(command, setting);
    }
    g_autofree char *events = sim_text_count(store_number(rows, 11));
    g_autofree char *end = sim_text_duration(store_number(rows, 12));
    g_string_append_printf(
        page,
        "The same plan, seed and version give the same run, down to the last event, on any "
        "machine. In "
        "the scenario's directory:\n\n```\n%s\n```\n\n- Version %s, %s events, %s of simulated "
        "time.\n"
        "- Plan `%s` (a hash of the frozen plan).\n"
        "- Fingerprints: schedule `%s` (what happened when), chance `%s` (every random draw), "
        "results "
        "`%s` (every figure). If one differs, the first one that does says where to look.\n",
        command->str, store_text(rows, 5), events, end, store_text(rows, 3), store_text(rows, 6),
        store_text(rows, 7), store_text(rows, 8));
}

void chapters_of_case(GString *page, const ReportCase *self, const ReportPictures *pictures,
                      unsigned level)
{
    tell_verdict(page, self);
    story_timeline(page, self, level);
    tell_expectations(page, self, level);
    tell_faults(page, self, level);
    tell_services(page, self, pictures, level);
    tell_lag(page, self, pictures, level);
    tell_losses(page, self, pictures, level);
    tell_rpo(page, self, level);
    tell_stale_reads(page, self, level);
    tell_users(page, self, pictures, level);
    tell_recovery(page, self, pictures, level);
    survivors_tell(page, self, level + 1);
    tell_latency(page, self, pictures, level);
    tell_cost(page, self, level);
    tell_data(page, self, level);
    tell_notes(page, self, level);
    tell_repeat(page, self, level);
}

/* ---- several cases --------------------------------------------------------------------------- */

/* The columns of the comparison; less is better in all of them. */
#define MEASURES 8u

static void measure(const ReportCase *self, double out_figures[MEASURES])
{
    const double figures[MEASURES] = {
        self->issued == 0 ? 0 : (double)self->failed / (double)self->issued,
        (double)self->users_hit,
        (double)self->destroyed,
        (double)self->stranded,
        (double)self->expired,
        (double)self->overwritten,
        (double)self->duplicates,
        (double)self->cross_region_bytes};
    memcpy(out_figures, figures, sizeof figures);
}

/* Whether `self` is nowhere worse than `other`. */
static bool no_worse(const ReportCase *self, const ReportCase *other)
{
    double a[MEASURES];
    double b[MEASURES];
    measure(self, a);
    measure(other, b);
    for (size_t i = 0; i < MEASURES; i++)
        if (a[i] > b[i])
            return false;
    return true;
}

static void say_best(GString *page, const GPtrArray *cases)
{
    const ReportCase *best = g_ptr_array_index(cases, 0);
    /* If one run is nowhere worse than all others, this walk ends at it or at its equal. */
    for (guint i = 1; i < cases->len; i++) {
        const ReportCase *other = g_ptr_array_index(cases, i);
        if (!no_worse(best, other))
            best = other;
    }
    bool everywhere = true;
    bool equal = true;
    for (guint i = 0; i < cases->len; i++) {
        const ReportCase *other = g_ptr_array_index(cases, i);
        everywhere = everywhere && no_worse(best, other);
        equal = equal && no_worse(other, best);
    }
    if (everywhere && equal) {
        g_string_append(page, "The runs do not differ in any column of the table. ");
        return;
    }
    if (everywhere) {
        g_autofree char *label = table_escape(best->label);
        g_string_append_printf(page, "In no column is another run better than **%s**. ", label);
        return;
    }
    g_string_append(page, "No run is best in every column: what one strategy serves, it may lose, "
                          "and what another keeps, it may refuse. ");
}

void chapter_comparison(GString *page, const GPtrArray *cases, const Picture *tradeoff)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "run", TABLE_LEFT);
    table_column(table, "verdict", TABLE_LEFT);
    table_column(table, "failed requests", TABLE_RIGHT);
    table_column(table, "share", TABLE_RIGHT);
    table_column(table, "users hit", TABLE_RIGHT);
    table_column(table, "writes destroyed", TABLE_RIGHT);
    table_column(table, "stranded", TABLE_RIGHT);
    table_column(table, "expired", TABLE_RIGHT);
    table_column(table, "overwritten", TABLE_RIGHT);
    table_column(table, "duplicate owners", TABLE_RIGHT);
    table_column(table, "bytes between regions", TABLE_RIGHT);
    for (guint i = 0; i < MIN(cases->len, MOST_COMPARED); i++) {
        const ReportCase *self = g_ptr_array_index(cases, i);
        table_cell(table, self->label);
        table_cell(table, self->verdict);
        cell_count(table, self->failed);
        table_cell_take(table, sim_text_percent(self->failed, self->issued));
        cell_count(table, self->users_hit);
        cell_count(table, self->destroyed);
        cell_count(table, self->stranded);
        cell_count(table, self->expired);
        cell_count(table, self->overwritten);
        cell_count(table, self->duplicates);
        table_cell_take(table, words_bytes(self->cross_region_bytes));
    }
    words_heading(page, 2, "Side by side");
    say_best(page, cases);
    g_string_append(page, "*Writes lost* in the picture are those destroyed, stranded or "
                          "expired.");
    g_autofree char *shared = report_cases_share(cases);
    g_autofree char *plain = table_escape(shared);
    if (plain[0] != '\0')
        g_string_append_printf(page, " The same in all runs: %s.", plain);
    g_string_append(page, "\n\n");
    put_picture(page, tradeoff);
    put_table(page, table);
    if (cases->len > MOST_COMPARED)
        g_string_append_printf(page,
                               "The other %u runs are in view `v_tradeoff` of the database.\n",
                               cases->len - MOST_COMPARED);
}
