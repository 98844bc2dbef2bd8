/*
 * judge.c: see judge.h.
 *
 * What is judged: the same run twice is the same; nothing is left of faults that have ended; what
 * can go on has gone on: no stream stands still whose path works, nobody is fenced, banned or
 * mistaken about owners, no request and no thread waits; the books and the result file agree.
 */
#include "tests/fuzz/judge.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "models/sync/quorum.h"
#include "models/world.h"
#include "sim/run/collect.h"
#include "sim/run/judge.h"
#include "sim/run/run.h"
#include "sim/store/reader.h"
#include "sim/store/writer.h"

/* After the last fault everything has this long to come back: chosen, longer than any wait that a
 * world is drawn with. */
#define PEACE (5 * SIM_MIN)

static void found(Verdict *verdict, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void found(Verdict *verdict, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(verdict->findings, format, arguments);
    g_string_append_c(verdict->findings, '\n');
    va_end(arguments);
}

/* ---- what is left of faults -------------------------------------------------------------- */

static bool is_calm(const World *world)
{
    SimTime since = world_now(world) - PEACE;
    for (uint32_t f = 0; f < world->fault_count; f++) {
        const Fault *fault = &world->faults[f];
        bool         again = fault->every > 0 || fault->mttf != NULL;
        if (fault->in_force || fault->until > since)
            return false;
        if (again && fault->last > since && strcmp(fault->kind, "flap") != 0)
            return false;
    }
    return !world->region_gone && world->duration <= since;
}

/* A line on which nobody is taken for dead by mistake. */
static bool is_prompt(const Link *link)
{
    return link_up(link) && link->latency == NULL && link->jitter == NULL && link->loss == 0 &&
           link->half_rtt <= 100 * SIM_MS && link->bandwidth >= 1000000;
}

/* Whether every region reaches every other one at once. */
static bool all_linked(const World *world)
{
    for (uint32_t l = 0; l < world->link_count; l++)
        if (!is_prompt(&world->links[l]))
            return false;
    for (uint32_t a = 0; a < world->region_count; a++)
        for (uint32_t b = 0; b < world->region_count; b++)
            if (a != b && world->paths[a * world->region_count + b] == WORLD_NONE)
                return false;
    return true;
}

static void judge_effects(const World *world, Verdict *verdict)
{
    for (uint32_t r = 0; r < world->region_count; r++) {
        const Region *region = &world->regions[r];
        if (region->down > 0 || region->zones_down > 0 || region->clock_faults > 0)
            found(verdict, "effect stays: region %s", region->name);
    }
    for (uint32_t l = 0; l < world->link_count; l++) {
        const Link *link = &world->links[l];
        if (link->cuts > 0 || link->resets > 0 || link->ends_down > 0 || link->extra != 0 ||
            link->bandwidth != link->full_bandwidth ||
            link->loss != sim_chance_from_ppb(1000000000 - link->keep_ppb) ||
            link->blame != WORLD_NONE)
            found(verdict, "effect stays: link %u", l);
    }
    for (uint32_t c = 0; c < world->class_count; c++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const DataClass *class = &world->classes[c];
            if (class->crashed[r] > 0 || class->slow[r] != WORLD_PACE ||
                (class->barred != NULL && (class->barred[r] > 0 || class->full[r] > 0)))
                found(verdict, "effect stays: data %s", class->name);
        }
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++)
            if (world->services[s].sites[r].slow != WORLD_PACE || world->services[s].surge != 1)
                found(verdict, "effect stays: service %s", world->services[s].name);
}

/* ---- what goes on ------------------------------------------------------------------------ */

static bool busy_failover(const World *world)
{
    for (uint32_t f = 0; f < world->failover_count; f++)
        for (uint32_t r = 0; r < world->region_count; r++)
            if (world->failovers[f].runs[r].active)
                return true;
    for (guint i = 0; i < world->recoveries->len; i++) {
        const Recovery *recovery = &g_array_index(world->recoveries, Recovery, i);
        if (recovery->stage_count > 0 && recovery->stages[recovery->stage_count - 1].end < 0)
            return true; /* on its way back, perhaps */
    }
    return false;
}

static bool works(const World *world, const Stream *stream)
{
    const Channel *channel = &world->channels[stream->channel];
    const DataClass *class = &world->classes[stream->class_index];
    if (stream->link == WORLD_NONE || !link_up(&world->links[stream->link]) ||
        stream->interrupted || stream->moved)
        return false;
    if (class->full != NULL && class->full[stream->to] > 0)
        return false;
    const Queue *queue = channel->queue;
    if (queue != NULL && (!queue->brokers[stream->from].open || !queue->brokers[stream->to].open))
        return false;
    return store_up(world, stream->class_index, stream->from) &&
           store_up(world, stream->class_index, stream->to);
}

static bool is_copying(const Stream *stream)
{
    return stream->resync != NULL &&
           (stream->resync->stage != RESYNC_NONE || stream->resync->broken);
}

/* Work or a narrow path explains why a stream is not done. */
static bool is_slow(const World *world, const Stream *stream)
{
    SimTime now = world_now(world);
    const DataClass *class = &world->classes[stream->class_index];
    const Queue *queue = world->channels[stream->channel].queue;
    /* What is lost is sent again after waits that double, some of it after minutes. */
    return world->links[stream->link].loss != 0 || stream->apply_free_at > now || queue != NULL ||
           is_copying(stream) || world->links[stream->link].flows[stream->flow].free > now ||
           (class->quorum != NULL) || stream->arrivals_end > now || stream->last_arrival > now;
}

static bool judge_stream(const World *world, const Stream *stream, Verdict *verdict)
{
    const DataClass *class = &world->classes[stream->class_index];
    const Log  *log = &class->logs[stream->from];
    const char *from = world->regions[stream->from].name;
    const char *to = world->regions[stream->to].name;
    if (!works(world, stream))
        return false;
    if (stream->stalled && !is_copying(stream))
        found(verdict, "stream stands still: %s %s>%s since %" G_GINT64_FORMAT " ns", class->name,
              from, to, stream->stalled_at);
    else if (*stream->settled < log->end && !is_slow(world, stream))
        found(verdict,
              "stream not done: %s %s>%s sent %" G_GUINT64_FORMAT " received %" G_GUINT64_FORMAT
              " settled %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "%s",
              class->name, from, to, stream->sent, stream->received, *stream->settled, log->end,
              stream->pump_armed ? ", pump armed" : "");
    return *stream->settled >= log->end;
}

/* Where a queue drops what is too old, gives up, or can forget what it was told; and where a source
 * may forget what it has shipped. */
static bool drops(const World *world, const DataClass *class)
{
    for (uint32_t i = 0; i < class->channel_count; i++) {
        const Channel *channel = &world->channels[class->channels[i]];
        const Queue   *queue = channel->queue;
        if (channel->setup.log_ahead)
            return true;
        if (queue != NULL &&
            (channel->setup.retention < SIM_HOUR || queue->ttl > 0 || queue->redeliver > 0 ||
             !queue->outbox || queue->flush > 0 || queue->replicas > 1))
            return true;
    }
    return false;
}

/* Whether all streams of a class are done and there is one for each pair. */
static bool judge_streams(const World *world, uint32_t class_index, Verdict *verdict)
{
    bool done = true;
    for (uint32_t s = 0; s < world->stream_count; s++) {
        const Stream *stream = &world->streams[s];
        if (stream->class_index == class_index && stream->from != stream->to)
            done &= judge_stream(world, stream, verdict) && stream->link != WORLD_NONE &&
                    !stream->moved;
    }
    return done;
}

/* Requests that nobody waits for any more are still worked off, or on their way into a line. */
static bool is_behind(const World *world)
{
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++)
            if (world->services[s].sites[r].queued > 0)
                return true;
    for (uint32_t l = 0; l < world->link_count; l++)
        if (world->links[l].flows[LINK_REQUESTS].free > world_now(world) ||
            world->links[l].bandwidth < 100000) /* heartbeats alone fill it */
            return true;
    return false;
}

/* Whether there are as many regions besides this one as its commits wait for. */
static bool has_copies(const World *world, const DataClass *class, uint32_t region)
{
    if (class->ack_channel == WORLD_NONE)
        return true;
    const ChannelSetup *setup = &world->channels[class->ack_channel].setup;
    uint32_t            others = 0;
    for (uint32_t r = 0; r < world->region_count; r++)
        others += r != region && (setup->voters & 1u << r) != 0;
    return others >= setup->acks;
}

static void judge_holds(const World *world, const DataClass *class, bool done, Verdict *verdict)
{
    for (uint32_t r = 0; class->holds != NULL && r < world->region_count; r++) {
        const Holds *holds = &class->holds[r];
        if (done && holds->first != holds->end && has_copies(world, class, r) &&
            holds->ring[holds->first & (holds->room - 1)].at < world_now(world) - PEACE / 2)
            found(verdict, "hold waits: %s at %s, %" G_GUINT64_FORMAT " commits", class->name,
                  world->regions[r].name, holds->end - holds->first);
    }
}

static void judge_roles(const World *world, const Roles *roles, const char *whose, Verdict *verdict)
{
    if (!verdict->linked)
        return;
    if (roles->fenced != 0)
        found(verdict, "fenced for ever: %s regions %x", whose, roles->fenced);
    if (roles->banned != 0)
        found(verdict, "banned for ever: %s regions %x", whose, roles->banned);
    for (uint32_t r = 0; r < world->region_count; r++)
        if (region_up(world, r) && !roles_known(world, roles, r))
            found(verdict, "mistaken about owners: %s, %s", whose, world->regions[r].name);
}

static void judge_services(const World *world, Verdict *verdict)
{
    for (uint32_t i = 0; i < world->request_used; i++) {
        const Request *request = &world->requests[i];
        if (request->state == REQUEST_WAITING && !is_behind(world))
            found(verdict, "request waits: %s state %u op %u",
                  world->services[request->service].name, request->state, request->op);
    }
    for (uint32_t s = 0; s < world->service_count; s++)
        for (uint32_t r = 0; r < world->region_count; r++) {
            const ServiceSite *site = &world->services[s].sites[r];
            if (site->queued > 0 && site->busy < site->threads)
                found(verdict, "threads idle beside a queue: %s", world->services[s].name);
        }
}

static void judge_guards(const World *world, const DataClass *class, Verdict *verdict)
{
    for (uint32_t s = 0; s < class->step_count; s++) {
        const ReadGuard *guard = class->steps[s].guard;
        for (uint32_t r = 0; guard != NULL && guard->pool > 0 && r < world->region_count; r++)
            if (guard->outstanding[r] > 0)
                found(verdict, "pool keeps calls: %s %s", class->name, class->steps[s].name);
    }
}

static void judge_brokers(const World *world, Verdict *verdict)
{
    for (uint32_t c = 0; c < world->channel_count; c++) {
        const Queue *queue = world->channels[c].queue;
        for (uint32_t r = 0; queue != NULL && r < world->region_count; r++)
            if (region_up(world, r) && (!queue->brokers[r].open || !queue->brokers[r].steady))
                found(verdict, "broker %s for ever: %s at %s",
                      queue->brokers[r].open ? "unsteady" : "closed", world->channels[c].name,
                      world->regions[r].name);
    }
}

static void judge_quorum(const World *world, const QuorumStore *store, Verdict *verdict)
{
    size_t rings = (size_t)world->region_count * world->region_count * store->replicas;
    for (size_t i = 0; i < rings; i++)
        if (store->hints[i].first != store->hints[i].end && !store->hints[i].armed)
            found(verdict, "hint waits: %s, ring %zu", world->classes[store->class_index].name, i);
    for (uint32_t i = 0; i < world->quorum->used; i++)
        if (!world->quorum->ops[i].free && world->quorum->ops[i].under_way == 0)
            found(verdict, "operation never ends: %u", i);
}

static void judge_failovers(const World *world, Verdict *verdict)
{
    for (guint i = 0; verdict->linked && i < world->recoveries->len; i++) {
        const Recovery *recovery = &g_array_index(world->recoveries, Recovery, i);
        if (recovery->stage_count == 0 || recovery->called_off)
            continue; /* ... and with a way back there is one more wait, of minutes */
        if (world->failovers[recovery->failover].returns)
            continue;
        const Stage *last = &recovery->stages[recovery->stage_count - 1];
        if (last->end < 0 && last->start < world_now(world) - PEACE)
            found(verdict, "failover never ends: %s, stage %s",
                  world->regions[recovery->region].name, last->name);
    }
}

static bool all_have_copies(const World *world, const DataClass *class)
{
    bool all = true;
    for (uint32_t r = 0; r < world->region_count; r++)
        all &= has_copies(world, class, r);
    return all;
}

static void judge_calm(const World *world, Verdict *verdict)
{
    verdict->linked = all_linked(world);
    if (verdict->linked || world->failover_count == 0) /* otherwise it may hold regions down */
        judge_effects(world, verdict);
    judge_services(world, verdict);
    judge_brokers(world, verdict);
    judge_failovers(world, verdict);
    bool moving = busy_failover(world);
    for (uint32_t c = 0; c < world->class_count; c++) {
        const DataClass *class = &world->classes[c];
        bool done = judge_streams(world, c, verdict) && !is_behind(world);
        judge_guards(world, class, verdict);
        if (class->quorum != NULL)
            judge_quorum(world, class->quorum, verdict);
        for (uint32_t r = 0; class->mute != NULL && done && r < world->region_count; r++)
            if (class->mute[r] != 0)
                found(verdict, "mute for ever: %s at %s", class->name, world->regions[r].name);
        if (done && class->quorum == NULL && !drops(world, class) && all_have_copies(world, class))
            g_ptr_array_add(verdict->done, (gpointer)(uintptr_t) class->name);
        if (!moving) {
            judge_holds(world, class, done, verdict);
            if (class->roles != &world->roles && class->consensus == NULL)
                judge_roles(world, class->roles, class->name, verdict);
        }
    }
    if (!moving)
        judge_roles(world, &world->roles, "all", verdict);
}

/* ---- books ------------------------------------------------------------------------------- */

static int64_t sum_of(const int64_t *values, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static void judge_books(const Outcome *outcome, Verdict *verdict)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *row = &outcome->fates[i];
        if (row->issued != row->ok + row->error + row->unknown + row->open)
            found(verdict, "books: writes of %s at %s", row->data, row->region);
        for (int f = 0; f < OUTCOME_FATES; f++)
            verdict->fate[f] += row->fate[f];
        if (row->ok != sum_of(row->fate, OUTCOME_FATES))
            found(verdict, "books: fates of %s at %s", row->data, row->region);
        if (row->unavailable < 0 || row->diverged < 0 || row->ghosts < 0)
            found(verdict, "books: negative count of %s at %s", row->data, row->region);
    }
    for (uint32_t i = 0; i < outcome->window_count; i++) {
        const OutcomeWindow *row = &outcome->windows[i];
        int64_t              ended =
            sum_of(row->ok, METRICS_QUALITY_COUNT) + sum_of(row->failed, METRICS_FAILURE_COUNT);
        verdict->requests += row->issued;
        verdict->served += sum_of(row->ok, METRICS_QUALITY_COUNT);
        if (row->issued != ended + row->open)
            found(verdict, "books: requests of %s near %s", row->service, row->access);
        if (row->p50 > row->p99 || row->p99 > row->max)
            found(verdict, "books: latencies of %s near %s", row->service, row->access);
    }
    for (uint32_t i = 0; i < outcome->restore_count; i++) {
        const OutcomeRestore *row = &outcome->restores[i];
        if (row->end >= 0 && row->end < row->start)
            found(verdict, "books: stage %s of %s ends before it begins", row->stage, row->region);
    }
    for (uint32_t i = 0; i < outcome->fault_count; i++) {
        const OutcomeFault *row = &outcome->faults[i];
        if (row->end < row->start || row->in_force < 0 || row->in_force > row->end - row->start)
            found(verdict,
                  "books: times of the fault %s: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                  ", in force for %" G_GINT64_FORMAT,
                  row->name, row->start, row->end, row->in_force);
    }
}

static bool is_done(const Verdict *verdict, const char *data)
{
    for (guint i = 0; i < verdict->done->len; i++)
        if (strcmp(g_ptr_array_index(verdict->done, i), data) == 0)
            return true;
    return false;
}

/* In a calm world nothing waits in the books either. */
static void judge_peace(const Outcome *outcome, Verdict *verdict)
{
    for (uint32_t i = 0; i < outcome->fate_count; i++) {
        const OutcomeFateRow *row = &outcome->fates[i];
        if (row->diverged > 0 && is_done(verdict, row->data))
            found(verdict, "diverged although all is applied: %s at %s, %" G_GINT64_FORMAT,
                  row->data, row->region, row->diverged);
        if (row->open > 0 && is_done(verdict, row->data))
            found(verdict, "writes open: %s at %s", row->data, row->region);
    }
    for (uint32_t i = 0; verdict->linked && i < outcome->intent_count; i++)
        if (outcome->intents[i].pending > 0)
            found(verdict, "promise waits: %s at %s", outcome->intents[i].data,
                  outcome->intents[i].region);
    for (uint32_t i = 0; i < outcome->alone_count; i++)
        if (outcome->alones[i].to < 0 && is_done(verdict, outcome->alones[i].data))
            found(verdict, "alone for ever: %s at %s", outcome->alones[i].data,
                  outcome->alones[i].region);
    for (uint32_t i = 0; i < outcome->catch_up_count; i++)
        if (outcome->catch_ups[i].done < 0 && is_done(verdict, outcome->catch_ups[i].data))
            found(verdict, "catch-up never ends: %s %s>%s", outcome->catch_ups[i].data,
                  outcome->catch_ups[i].from, outcome->catch_ups[i].to);
}

/* ---- the result file --------------------------------------------------------------------- */

/* Each is 0, or has no row, in every sound file. */
static const char *const laws[] = {
    "SELECT requests + writes + fates + intents FROM v_conservation",
    "SELECT count(*) FROM v_availability WHERE served + failed + open <> issued OR served < 0",
    "SELECT abs(acked - (SELECT coalesce(sum(ok), 0) FROM fate)) FROM v_tradeoff",
    "SELECT acked - (SELECT coalesce(sum(survived + l1 + l2 + l3 + l4 + l6), 0) FROM fate)"
    " FROM v_tradeoff",
    "SELECT count(*) FROM run WHERE users_hit > users OR users_hit < 0",
    "SELECT count(*) FROM restore WHERE end_ns < start_ns OR start_ns < 0",
    "SELECT count(*) FROM v_rto WHERE took_ns < 0",
    "SELECT count(*) FROM v_rpo WHERE prefix_ns < 0 OR newest_ns < 0 OR prefix_ns < newest_ns",
    "SELECT count(*) FROM catch_up WHERE healed_ns < stalled_ns OR done_ns < healed_ns",
    "SELECT count(*) FROM alone WHERE from_ns < waited_ns OR to_ns < from_ns",
    "SELECT count(*) FROM resync WHERE began_ns < lost_ns OR loading_ns < began_ns"
    " OR ended_ns < began_ns OR (result = 'done' AND ended_ns IS NULL)",
    "SELECT count(*) FROM lag WHERE backlog < 0 OR age_ns < 0 OR backlog_bytes < 0",
    "SELECT count(*) FROM loss WHERE code <> 'L8' AND acked_ns IS NULL",
    "SELECT count(*) FROM loss WHERE acked_ns < issued_ns",
    "SELECT count(*) FROM staleness WHERE count < 0 OR versions < 0 OR age_top_ns < 0",
    "SELECT count(*) FROM user_harm WHERE user_count > events OR user_count < 1",
    "SELECT count(*) FROM window WHERE from_ns >= to_ns OR attempts < issued - open",
    "SELECT count(*) FROM pragma_foreign_key_check",
    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT count(*) FROM v_loss WHERE writes < users OR last_ns < first_ns",
    "SELECT count(*) FROM (SELECT l.code, count(*) AS n FROM loss AS l WHERE l.code = 'L1')"
    " WHERE n > (SELECT coalesce(sum(l1), 0) FROM fate)",
    "SELECT count(*) FROM v_summary WHERE broken > expectations OR lost < 0 OR expired < 0",
};

static char *bytes_of(const Outcome *outcome, gsize *out_length, Verdict *verdict, const char *path)
{
    GError *error = NULL;
    char   *bytes = NULL;
    if (!store_write(path, outcome, &error) ||
        !g_file_get_contents(path, &bytes, out_length, &error)) {
        found(verdict, "file: %s", error->message);
        g_clear_error(&error);
    }
    return bytes;
}

static void judge_laws(const char *path, Verdict *verdict)
{
    GError      *error = NULL;
    StoreReader *reader = store_reader_open(path, &error);
    if (reader == NULL) {
        found(verdict, "file: %s", error->message);
        g_clear_error(&error);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(laws); i++) {
        StoreRows *rows = store_ask(reader, laws[i]);
        while (store_next(rows))
            if (store_number(rows, 0) != 0)
                found(verdict, "law %zu: %s", i, laws[i]);
        store_rows_free(rows);
    }
    store_reader_free(reader);
}

static void judge_file(const Outcome *one, const Outcome *other, Verdict *verdict)
{
    char *path = NULL;
    int   file = g_file_open_tmp("worlds-XXXXXX.db", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    close(file);
    gsize first, second;
    char *again = bytes_of(other, &second, verdict, path);
    char *bytes = bytes_of(one, &first, verdict, path);
    if (bytes != NULL && again != NULL && (first != second || memcmp(bytes, again, first) != 0))
        found(verdict, "twice: the result files differ");
    judge_laws(path, verdict);
    g_unlink(path);
    g_free(path);
    g_free(bytes);
    g_free(again);
}

/* ---- all of it --------------------------------------------------------------------------- */

/* As run_play, with a look at the world before the books are closed. Requests are not given back
 * before collecting (world_rest): the world is looked at whole. */
static Outcome *play_and_look(const Plan *plan, uint64_t seed, bool not_peace, Verdict *verdict)
{
    World *world = world_new(plan, seed, NULL);
    world_start(world);
    SimStop stop = sim_engine_run(world->engine, world->end);
    verdict->finished = stop == SIM_STOP_END;
    verdict->calm = verdict->finished && !not_peace && is_calm(world);
    if (verdict->calm)
        judge_calm(world, verdict);
    stream_close(world);
    ledger_close(world->ledger, sim_engine_now(world->engine));
    Outcome *outcome = run_collect(world, stop);
    run_judge(outcome, world);
    run_seal(outcome, world);
    world_free(world);
    return outcome;
}

Verdict judge_plan(const Plan *plan, uint64_t seed, JudgeSetup wanted)
{
    Verdict  verdict = {.findings = g_string_new(NULL), .done = g_ptr_array_new()};
    Outcome *one = play_and_look(plan, seed, wanted.not_peace, &verdict);
    RunSetup setup = {.plan = plan, .seed = seed};
    Outcome *other = run_play(&setup);
    if (one->schedule != other->schedule || one->chance != other->chance ||
        one->results != other->results)
        found(&verdict, "twice: another fingerprint");
    if (verdict.finished)
        judge_books(one, &verdict);
    if (verdict.calm)
        judge_peace(one, &verdict);
    if (verdict.finished && wanted.with_file)
        judge_file(one, other, &verdict);
    outcome_free(one);
    outcome_free(other);
    return verdict;
}

void judge_free(Verdict *verdict)
{
    g_string_free(verdict->findings, TRUE);
    g_ptr_array_free(verdict->done, TRUE);
}
