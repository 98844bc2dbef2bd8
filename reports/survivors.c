/*
 * survivors.c: see survivors.h. Before the failure each of two regions keeps some threads busy;
 * after it one of them needs as many as both did. That sum, against what it has, says more about a
 * failover than anything that happened during it.
 */
#include "reports/survivors.h"

#include "reports/table.h"
#include "reports/words.h"
#include "sim/base/text.h"

typedef struct Survivor {
    const char *lost, *heir, *service; /* escaped */
    int64_t     threads;
    int64_t     lost_busy, heir_busy, busy; /* on average, thousandths of a thread */
    int64_t     queued;                     /* at worst */
    int64_t     failed_at, moved_at, until;
    int64_t     issued, late, refused;
} Survivor;

/* Thousandths of a thread as "11.0". */
static char *threads_text(int64_t busy)
{
    int64_t tenths = (busy + 50) / 100;
    return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, tenths / 10, tenths % 10);
}

static int64_t percent(int64_t busy, int64_t threads)
{
    return threads == 0 ? 0 : (busy + 5 * threads) / (10 * threads);
}

static void tell_before(GString *page, const Survivor *s)
{
    g_autofree char *at = words_instant(s->failed_at);
    g_autofree char *lost = threads_text(s->lost_busy);
    g_autofree char *heir = threads_text(s->heir_busy);
    g_autofree char *both = threads_text(s->lost_busy + s->heir_busy);
    g_autofree char *threads = sim_text_count(s->threads);
    g_string_append_printf(
        page,
        "- **%s in %s**, which took over from %s: until %s, %s of its %s threads were busy on "
        "average (%" G_GINT64_FORMAT " %%), and %s in %s. Both together are %s: **%" G_GINT64_FORMAT
        " %% of what %s has**.",
        s->service, s->heir, s->lost, at, heir, threads, percent(s->heir_busy, s->threads), lost,
        s->lost, both, percent(s->lost_busy + s->heir_busy, s->threads), s->heir);
}

static void tell_after(GString *page, const Survivor *s)
{
    g_autofree char *at = words_instant(s->moved_at);
    g_autofree char *until = words_instant(s->until);
    g_autofree char *busy = threads_text(s->busy);
    g_autofree char *queued = sim_text_count(s->queued);
    g_autofree char *late = sim_text_count(s->late);
    g_autofree char *refused = sim_text_count(s->refused);
    g_autofree char *issued = sim_text_count(s->issued);
    g_string_append_printf(page,
                           " From %s, when users had been moved, to %s, %s were busy and at worst "
                           "%s requests waited.",
                           at, until, busy, queued);
    if (s->late + s->refused == 0)
        g_string_append_printf(page, " Of %s requests none was late or refused.", issued);
    else
        g_string_append_printf(
            page,
            " Of %s requests %s got no answer before their deadline, and %s were "
            "refused because a queue was full.",
            issued, late, refused);
}

static void tell_why(GString *page, const Survivor *s)
{
    bool fits = s->lost_busy + s->heir_busy <= 1000 * s->threads;
    bool fails = 20 * (s->late + s->refused) > s->issued;
    if (!fits && fails)
        g_string_append_printf(
            page,
            " *It failed for want of capacity*: what comes in beyond 100 %% waits, the queue grows "
            "until whoever reaches its front has given up, and then threads work for nobody. Users "
            "of %s, whose region never failed, are in the same queue. Two regions that replace "
            "each other may be half busy at most.\n",
            s->heir);
    else if (!fits)
        g_string_append(page, " It held by a hair: more than it has was needed on average.\n");
    else if (fails)
        g_string_append(page,
                        " *That would fit*: it failed although there was capacity for what both "
                        "did before, so something else came on top: logins, new connections, "
                        "retries, cold caches.\n");
    else
        g_string_append(page, " It had room for both.\n");
}

void survivors_tell(GString *page, const ReportCase *self, unsigned level)
{
    g_autoptr(StoreRows) rows = report_ask(self, "survivors.sql");
    bool any = false;
    while (store_next(rows)) {
        g_autofree char *lost = table_escape(store_text(rows, 1));
        g_autofree char *heir = table_escape(store_text(rows, 2));
        g_autofree char *service = table_escape(store_text(rows, 3));
        Survivor         s = {lost,
                              heir,
                              service,
                              store_number(rows, 4),
                              store_number(rows, 5),
                              store_number(rows, 6),
                              store_number(rows, 7),
                              store_number(rows, 8),
                              store_number(rows, 9),
                              store_number(rows, 10),
                              store_number(rows, 11),
                              store_number(rows, 12),
                              store_number(rows, 13),
                              store_number(rows, 14)};
        if (!any) {
            words_heading(page, level, "Whether the survivor could carry both");
            g_string_append(page, "Services of which somewhere at least half of the threads were "
                                  "busy at some moment.\n\n");
        }
        any = true;
        tell_before(page, &s);
        tell_after(page, &s);
        tell_why(page, &s);
    }
    if (any)
        g_string_append_c(page, '\n');
}
