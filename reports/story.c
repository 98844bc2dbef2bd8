/*
 * story.c: what happened, event by event, and how each service fared in between.
 *
 * The time between two instants at which something happened is a span (table `span`, as in the
 * timeline of a terminal). The table has them all; a sentence about a service joins those in which
 * it fared alike or had next to no requests.
 */
#include "reports/story.h"

#include <string.h>

#include "reports/table.h"
#include "reports/words.h"
#include "sim/base/text.h"
#include "sim/base/time.h"

#define FEWEST 5 /* requests that a stretch in a sentence may rest on; chosen */
#define MOST_SPANS 40u
#define MOST_COLUMNS 5u /* services in the table: those that suffered most */
#define MOST_SENTENCES 24u
#define CAUSES 7u

typedef struct Share {
    int64_t served, decided;
} Share;

typedef struct Span {
    int64_t  from, to;
    GString *events;
    bool     bad;
    Share   *shares; /* per service */
} Span;

typedef struct Story {
    const ReportCase *self;     /* lent */
    GPtrArray        *services; /* names */
    GArray           *totals;   /* of Share, per service */
    GArray           *spans;    /* of Span, in order of time */
} Story;

static Span *span_at(const Story *story, guint index)
{
    return &g_array_index(story->spans, Span, index);
}

static Share *total_of(const Story *story, guint service)
{
    return &g_array_index(story->totals, Share, service);
}

static void span_clear(gpointer pointer)
{
    Span *span = pointer;
    g_string_free(span->events, TRUE);
    g_free(span->shares);
}

/* Adds an event to a span. */
static void add_event(Span *span, int64_t at, const char *text, bool bad)
{
    g_string_append_printf(span->events, "%s%s", span->events->len == 0 ? "" : "; ", text);
    if (at != span->from) {
        g_autofree char *when = words_instant(at);
        g_string_append_printf(span->events, " (at %s)", when);
    }
    span->bad = span->bad || bad;
}

static void read_services(Story *story)
{
    g_autoptr(StoreRows) rows = report_ask(story->self, "span_services.sql");
    while (store_next(rows)) {
        Share none = {0, 0};
        g_ptr_array_add(story->services, g_strdup(store_text(rows, 0)));
        g_array_append_val(story->totals, none);
    }
}

static guint service_of(const Story *story, const char *name)
{
    guint service = 0;
    while (strcmp(g_ptr_array_index(story->services, service), name) != 0)
        service++;
    return service;
}

static void read_spans(Story *story)
{
    g_autoptr(StoreRows) rows = report_ask(story->self, "story.sql");
    while (store_next(rows)) {
        int64_t from = store_number(rows, 0);
        if (story->spans->len == 0 || span_at(story, story->spans->len - 1)->from != from) {
            Span next = {.from = from,
                         .to = store_number(rows, 1),
                         .events = g_string_new(NULL),
                         .shares = g_new0(Share, story->services->len + 1)};
            g_array_append_val(story->spans, next);
        }
        guint  service = service_of(story, store_text(rows, 2));
        Share *share = &span_at(story, story->spans->len - 1)->shares[service];
        Share *total = total_of(story, service);
        share->decided += store_number(rows, 3);
        share->served += store_number(rows, 4);
        total->decided += store_number(rows, 3);
        total->served += store_number(rows, 4);
    }
}

static void read_events(Story *story)
{
    g_autoptr(StoreRows) rows = report_ask(story->self, "marks.sql");
    guint index = 0;
    while (store_next(rows)) {
        int64_t at = store_number(rows, 0);
        while (index + 1 < story->spans->len && at >= span_at(story, index + 1)->from)
            index++;
        add_event(span_at(story, index), at, store_text(rows, 1), store_number(rows, 2) != 0);
    }
    Span *first = span_at(story, 0);
    if (first->events->len == 0)
        g_string_append(first->events, "start");
}

static void story_read(Story *story, const ReportCase *self)
{
    *story = (Story){.self = self,
                     .services = g_ptr_array_new_with_free_func(g_free),
                     .totals = g_array_new(FALSE, FALSE, sizeof(Share)),
                     .spans = g_array_new(FALSE, FALSE, sizeof(Span))};
    g_array_set_clear_func(story->spans, span_clear);
    read_services(story);
    read_spans(story);
    if (story->spans->len > 0)
        read_events(story);
}

static void story_clear(Story *story)
{
    g_ptr_array_free(story->services, TRUE);
    g_array_free(story->totals, TRUE);
    g_array_free(story->spans, TRUE);
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool suffered_more(Share a, Share b)
{
    if (a.decided == 0 || b.decided == 0)
        return b.decided == 0 && a.decided != 0;
    return (double)(a.decided - a.served) / (double)a.decided >
           (double)(b.decided - b.served) / (double)b.decided;
}

/* With more services than columns, those that suffered most are shown. Owned. */
static bool *choose_columns(const Story *story)
{
    bool *shown = g_new0(bool, story->services->len + 1);
    for (guint round = 0; round < MIN(MOST_COLUMNS, story->services->len); round++) {
        guint best = story->services->len;
        for (guint i = 0; i < story->services->len; i++)
            if (!shown[i] && (best == story->services->len ||
                              suffered_more(*total_of(story, i), *total_of(story, best))))
                best = i;
        shown[best] = true;
    }
    return shown;
}

static char *lag_text(const Story *story, const Span *span)
{
    g_autoptr(StoreRows) rows = report_ask(story->self, "worst_lag.sql");
    store_bind_number(rows, 2, span->from);
    store_bind_number(rows, 3, span->to);
    if (!store_next(rows) || store_is_null(rows, 0))
        return g_strdup("-");
    return store_number(rows, 0) == 0 ? g_strdup("none") : sim_text_duration(store_number(rows, 0));
}

static void put_spans(GString *page, const Story *story, const bool *shown)
{
    g_autoptr(Table) table = table_new();
    table_column(table, "time", TABLE_RIGHT);
    table_column(table, "event", TABLE_LEFT);
    for (guint i = 0; i < story->services->len; i++)
        if (shown[i])
            table_column(table, g_ptr_array_index(story->services, i), TABLE_RIGHT);
    table_column(table, "worst lag", TABLE_RIGHT);
    for (guint s = 0; s < MIN(story->spans->len, MOST_SPANS); s++) {
        const Span *span = span_at(story, s);
        table_cell_take(table, span->from == 0 ? g_strdup("0") : words_instant(span->from));
        table_cell_take(table, g_strdup_printf("%s%s", span->bad ? "▐ " : "", span->events->str));
        for (guint i = 0; i < story->services->len; i++)
            if (shown[i])
                table_cell_take(table,
                                sim_text_share(span->shares[i].served, span->shares[i].decided));
        table_cell_take(table, lag_text(story, span));
    }
    g_autofree char *text = table_markdown(table);
    g_string_append_printf(page, "%s\n", text);
}

void story_timeline(GString *page, const ReportCase *self, unsigned level)
{
    Story story;
    story_read(&story, self);
    words_heading(page, level, "What happened");
    g_string_append(page,
                    "Each row is an event (▐: trouble begins) and, up to the next row, the "
                    "share of the requests first asked in between that each service answered, "
                    "of all users together (7 of 9: of fewer than 20; -: nobody asked), and "
                    "how far the copies were behind in the worst of the samples of table `lag`.");
    if (story.services->len > MOST_COLUMNS)
        g_string_append_printf(page, " Of %u services, the %u that suffered most are shown.",
                               story.services->len, MOST_COLUMNS);
    g_string_append(page, "\n\n");
    g_autofree bool *shown = choose_columns(&story);
    put_spans(page, &story, shown);
    if (story.spans->len > MOST_SPANS)
        g_string_append_printf(page,
                               "%u more rows were left out; the events are in table `mark`.\n",
                               story.spans->len - MOST_SPANS);
    story_clear(&story);
}

/* ---- the sentences --------------------------------------------------------------------------- */

/* A stretch of time in which a service fared the same. */
typedef struct Stretch {
    int64_t from, to;
    Share   share;
} Stretch;

/* Less than two percentage points apart; but a full 100 % is like nothing else. */
static bool alike(Share a, Share b)
{
    if (a.decided < FEWEST || b.decided < FEWEST)
        return true;
    if ((a.served == a.decided) != (b.served == b.decided))
        return false;
    double difference = (double)a.served / (double)a.decided - (double)b.served / (double)b.decided;
    return difference < 0.02 && difference > -0.02;
}

static GArray *stretches_of(const Story *story, guint service)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Stretch));
    for (guint s = 0; s < story->spans->len; s++) {
        const Span *span = span_at(story, s);
        Stretch     next = {span->from, span->to, span->shares[service]};
        Stretch    *last = all->len == 0 ? NULL : &g_array_index(all, Stretch, all->len - 1);
        if (last != NULL && alike(last->share, next.share)) {
            last->to = next.to;
            last->share.decided += next.share.decided;
            last->share.served += next.share.served;
        } else {
            g_array_append_val(all, next);
        }
    }
    return all;
}

static void say_stretch(GString *page, const GArray *all, guint index)
{
    const Stretch   *stretch = &g_array_index(all, Stretch, index);
    g_autofree char *share = sim_text_share(stretch->share.served, stretch->share.decided);
    g_autofree char *stretch_text = words_stretch(stretch->from, stretch->to);
    g_autofree char *to = words_instant(stretch->to);
    g_string_append_printf(page, "%s%s", index == 0 ? " " : ", ", share);
    if (all->len == 1)
        g_string_append(page, " all the time");
    else if (index == 0)
        g_string_append_printf(page, " until %s", to);
    else if (index + 1 == all->len)
        g_string_append(page, " after that");
    else
        g_string_append_printf(page, " from %s", stretch_text);
}

/* The two most frequent reasons, in words. */
static void say_reasons(GString *page, const Story *story, const char *service)
{
    static const char *const words[CAUSES] = {"no answer came before the deadline",
                                              "the connection was refused or the region was down",
                                              "a queue was full",
                                              "the record's owner was out of reach",
                                              "no copy within reach had the record",
                                              "writes were banned there",
                                              "the record had changed since it was read"};
    g_autoptr(StoreRows) rows = report_ask(story->self, "reasons.sql");
    while (store_next(rows)) {
        if (strcmp(store_text(rows, 0), service) != 0)
            continue;
        int64_t counts[CAUSES];
        for (guint i = 0; i < CAUSES; i++)
            counts[i] = store_number(rows, (int)i + 1);
        guint said = 0;
        for (; said < 2; said++) {
            guint most = 0;
            for (guint i = 1; i < CAUSES; i++)
                if (counts[i] > counts[most])
                    most = i;
            if (counts[most] == 0)
                break;
            g_autofree char *count = sim_text_count(counts[most]);
            g_string_append_printf(page, "%s %s (%s %s)", said == 0 ? " Why requests failed:" : ";",
                                   words[most], count, words_plural(counts[most], "time", "times"));
            counts[most] = 0;
        }
        g_string_append(page, said > 0 ? "." : "");
    }
}

void story_services(GString *page, const ReportCase *self)
{
    Story story;
    story_read(&story, self);
    for (guint i = 0; i < MIN(story.services->len, MOST_SENTENCES); i++) {
        const char *service = g_ptr_array_index(story.services, i);
        if (total_of(&story, i)->decided == 0)
            continue;
        g_autofree char *plain = table_escape(service);
        g_autoptr(GArray) all = stretches_of(&story, i);
        g_string_append_printf(page, "- **%s**:", plain);
        for (guint s = 0; s < all->len; s++)
            say_stretch(page, all, s);
        g_string_append_c(page, '.');
        say_reasons(page, &story, service);
        g_string_append_c(page, '\n');
    }
    if (story.services->len > MOST_SENTENCES)
        g_string_append_printf(page, "- The other %u services are in the table below.\n",
                               story.services->len - MOST_SENTENCES);
    g_string_append_c(page, '\n');
    story_clear(&story);
}
