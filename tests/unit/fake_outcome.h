/*
 * fake_outcome.h: an outcome made by hand, for tests of what is stored and reported.
 *
 * The story of the user subsystem: a fibre cut from 5 to 6 min, hangzhou lost at 15 min for good.
 * The figures follow simple rules (see each function), so that a test can compute them too. Nothing
 * is simulated, and no figure means anything.
 */
#ifndef TESTS_UNIT_FAKE_OUTCOME_H
#define TESTS_UNIT_FAKE_OUTCOME_H

#include "sim/base/arena.h"
#include "sim/run/outcome.h"

#define FAKE_WINDOW (10 * SIM_S)
#define FAKE_END (30 * SIM_MIN)
#define FAKE_CUT (5 * SIM_MIN)
#define FAKE_HEAL (6 * SIM_MIN)
#define FAKE_LOST (15 * SIM_MIN)

static const char *const fake_regions[] = {"beijing", "hangzhou", "shenzhen"};
static const char *const fake_services[] = {"login", "profile", "register"};
static const char *const fake_data[] = {"account", "profile"};
static const char *const fake_channels[] = {"data account/channels[0] queue",
                                            "data profile/channels[0] replicate"};

static inline void fake_faults(Outcome *o)
{
    o->fault_count = 2;
    o->faults = sim_arena_array(o->arena, OutcomeFault, 2);
    o->faults[0] = (OutcomeFault){.name = "cut trunk",
                                  .kind = "cut",
                                  .target = "trunk",
                                  .start = FAKE_CUT,
                                  .end = FAKE_HEAL,
                                  .dropped = 812,
                                  .bounced = 40,
                                  .replies = 17,
                                  .refused = 3310,
                                  .held = 20416};
    o->faults[1] = (OutcomeFault){.name = "lose hangzhou",
                                  .kind = "lose",
                                  .target = "hangzhou",
                                  .start = FAKE_LOST,
                                  .end = FAKE_END,
                                  .dropped = 1204,
                                  .refused = 90117,
                                  .held = 61};
}

/* How many of `issued` fail, in per mille. */
static inline int64_t fake_failing(SimTime from, uint32_t service, uint32_t access)
{
    static const int64_t in_cut[] = {0, 187, 333};
    static const int64_t after_loss[] = {2, 400, 520};
    if (from >= FAKE_CUT && from < FAKE_HEAL)
        return access == 2 ? in_cut[service] / 4 : in_cut[service];
    if (from >= FAKE_LOST && from < FAKE_LOST + 7 * SIM_MIN)
        return access == 1 ? 1000 - 20 * (from - FAKE_LOST) / (10 * SIM_S) : after_loss[service];
    return from >= FAKE_LOST && access == 1 ? 3 : 0;
}

static inline void fake_windows(Outcome *o)
{
    static const int64_t per_window[] = {1157, 104, 35};
    o->windows = sim_arena_array(o->arena, OutcomeWindow, (FAKE_END / FAKE_WINDOW) * 9);
    for (SimTime from = 0; from < FAKE_END; from += FAKE_WINDOW)
        for (uint32_t s = 0; s < 3; s++)
            for (uint32_t a = 0; a < 3; a++) {
                OutcomeWindow *w = &o->windows[o->window_count++];
                *w = (OutcomeWindow){.from = from,
                                     .to = from + FAKE_WINDOW,
                                     .service = fake_services[s],
                                     .access = fake_regions[a],
                                     .users = "cn"};
                w->issued = per_window[s] + (from / SIM_S + 7 * a) % 11;
                int64_t failed = w->issued * fake_failing(from, s, a) / 1000;
                w->failed[METRICS_TIMEOUT] = failed / 2;
                w->failed[METRICS_UNREACHABLE] = failed - failed / 2;
                w->ok[METRICS_STALE] = (w->issued - failed) / 50;
                w->ok[METRICS_FRESH] = w->issued - failed - w->ok[METRICS_STALE];
                w->attempts = w->issued + failed;
                w->p50 = (8 + s) * SIM_MS;
                w->p99 = failed > 0 ? 900 * SIM_MS : 45 * SIM_MS;
                w->max = w->p99 + 20 * SIM_MS;
            }
}

/* Age of the oldest change under way. */
static inline SimTime fake_age(SimTime at, uint32_t data, uint32_t from, uint32_t to)
{
    SimTime quiet = (30 + 20 * data + (at / SIM_S) % 7) * SIM_MS;
    if (from + to == 1 && at >= FAKE_CUT && at < FAKE_HEAL)
        return at - FAKE_CUT + quiet;
    if (from + to == 1 && at >= FAKE_HEAL && at < FAKE_HEAL + 12 * SIM_S)
        return (FAKE_HEAL + 12 * SIM_S - at) * 5;
    if (from == 1 && at >= FAKE_LOST)
        return at - FAKE_LOST;
    return (at / SIM_S) % 13 == 0 ? 0 : quiet;
}

static inline void fake_lags(Outcome *o)
{
    o->lags = g_new(OutcomeLag, (FAKE_END / SIM_S) * 12);
    o->ways = sim_arena_array(o->arena, OutcomeWay, 18);
    for (uint32_t d = 0; d < 2; d++)
        for (uint32_t from = 0; from < 3; from++)
            for (uint32_t to = 0; to < 3; to++)
                o->ways[(d * 3 + from) * 3 + to] = (OutcomeWay){.data = fake_data[d],
                                                                .channel = fake_channels[d],
                                                                .from = fake_regions[from],
                                                                .to = fake_regions[to],
                                                                .change_bytes = 200};
    for (SimTime at = 0; at < FAKE_END; at += SIM_S)
        for (uint32_t d = 0; d < 2; d++)
            for (uint32_t from = 0; from < 3; from++)
                for (uint32_t to = 0; to < 3; to++)
                    if (from != to) {
                        SimTime age = fake_age(at, d, from, to);
                        int64_t backlog = age / (50 * SIM_MS) + (age > 0);
                        o->lags[o->lag_count++] = (OutcomeLag){.at = at,
                                                               .stream = (d * 3 + from) * 3 + to,
                                                               .backlog = (uint32_t)backlog,
                                                               .age = age};
                    }
}

/* All threads are busy while the region is lost; none of a second place ever is. */
static inline void fake_busy(Outcome *o)
{
    const int64_t busy[] = {8, 64, 8};
    const SimTime at[] = {0, FAKE_LOST, FAKE_LOST + 60 * SIM_S};
    o->busy = sim_arena_array(o->arena, OutcomeBusy, 6);
    for (uint32_t i = 0; i < 3; i++)
        for (uint32_t r = 0; r < 2; r++)
            o->busy[o->busy_count++] = (OutcomeBusy){.at = at[i],
                                                     .service = fake_services[0],
                                                     .region = fake_regions[r],
                                                     .busy = r == 0 ? busy[i] : 8,
                                                     .queued = r == 0 && i == 1 ? 1000 : 0,
                                                     .threads = 64};
}

static inline void fake_latencies(Outcome *o)
{
    o->latencies = sim_arena_array(o->arena, OutcomeLatency, 9 * 60);
    for (uint32_t s = 0; s < 3; s++)
        for (uint32_t a = 0; a < 3; a++) {
            int64_t count = 400000 / (1 + 10 * s);
            SimTime top = (6 + 2 * s + a) * SIM_MS;
            for (; count > 0; count = count * 6 / 10, top = top * 115 / 100)
                o->latencies[o->latency_count++] = (OutcomeLatency){.service = fake_services[s],
                                                                    .access = fake_regions[a],
                                                                    .top = top,
                                                                    .count = count};
        }
}

/* 61 stranded accounts and 75 overwritten profiles, as rows and as fates. */
static inline void fake_losses(Outcome *o)
{
    o->losses = sim_arena_array(o->arena, OutcomeLoss, 136);
    for (uint32_t i = 0; i < 75; i++)
        o->losses[o->loss_count++] =
            (OutcomeLoss){.write = 9000 + i,
                          .data = "profile",
                          .code = "L3",
                          .users = "cn",
                          .user = 777000 + i,
                          .key = 777000 + i,
                          .issued = FAKE_CUT + i * 700 * SIM_MS,
                          .acked = FAKE_CUT + i * 700 * SIM_MS + 9 * SIM_MS,
                          .region = "beijing",
                          .fault = "cut trunk",
                          .mechanism = "a later clock won without having seen it"};
    for (uint32_t i = 0; i < 61; i++)
        o->losses[o->loss_count++] =
            (OutcomeLoss){.write = 20000 + i,
                          .data = "account",
                          .code = "L2",
                          .users = "cn",
                          .user = 5120 + 31 * i,
                          .key = 13800000000 + i,
                          .recoverable = true,
                          .issued = FAKE_LOST - (61 - i) * 140 * SIM_MS,
                          .acked = FAKE_LOST - (61 - i) * 140 * SIM_MS + 11 * SIM_MS,
                          .region = "hangzhou",
                          .fault = "lose hangzhou",
                          .mechanism = "not yet shipped when hangzhou was lost"};

    o->fates = sim_arena_array(o->arena, OutcomeFateRow, 6);
    for (uint32_t d = 0; d < 2; d++)
        for (uint32_t r = 0; r < 3; r++) {
            OutcomeFateRow *f = &o->fates[o->fate_count++];
            *f = (OutcomeFateRow){.data = fake_data[d],
                                  .region = fake_regions[r],
                                  .issued = 6500 - 3000 * d,
                                  .error = 40,
                                  .unknown = 12,
                                  .open = 1,
                                  .ghosts = r == 1 ? 2 : 0};
            f->ok = f->issued - f->error - f->unknown - f->open;
            f->fate[OUTCOME_L2] = d == 0 && r == 1 ? 61 : 0;
            f->fate[OUTCOME_L3] = d == 1 && r == 0 ? 75 : 0;
            f->fate[OUTCOME_SURVIVED] = f->ok - f->fate[OUTCOME_L2] - f->fate[OUTCOME_L3];
            f->duplicates = d == 0 && r == 0 ? 2 : 0;
            f->unavailable = r == 1 ? 41 * SIM_MIN : 0;
        }
    o->rpo_count = 2;
    o->rpos = sim_arena_array(o->arena, OutcomeRpo, 2);
    o->rpos[0] = (OutcomeRpo){.data = "account",
                              .region = "hangzhou",
                              .failed_at = FAKE_LOST,
                              .prefix_acked = FAKE_LOST - 8529 * SIM_MS,
                              .newest_acked = FAKE_LOST - 120 * SIM_MS,
                              .lost = 61};
    o->rpos[1] = (OutcomeRpo){.data = "profile",
                              .region = "hangzhou",
                              .failed_at = FAKE_LOST,
                              .prefix_acked = FAKE_LOST - 48 * SIM_MS,
                              .newest_acked = FAKE_LOST - 48 * SIM_MS,
                              .lost = 0};
    o->stale_count = 3;
    o->stales = sim_arena_array(o->arena, OutcomeStale, 3);
    o->stales[0] = (OutcomeStale){.data = "account",
                                  .step = "local",
                                  .code = "R1",
                                  .age_top = 40 * SIM_MS,
                                  .count = 311,
                                  .versions = 311};
    o->stales[1] = (OutcomeStale){.data = "account",
                                  .step = "local",
                                  .code = "R1",
                                  .age_top = 52 * SIM_S,
                                  .count = 9,
                                  .versions = 12};
    o->stales[2] =
        (OutcomeStale){.data = "account", .step = "local", .code = "fresh", .count = 208113};
}

static inline void fake_restores(Outcome *o)
{
    static const struct {
        const char *stage, *detail;
        int         start, end; /* seconds after the loss; -1: never */
    } stages[] = {{"detect", "3 failed probes", 0, 30},
                  {"decide", "an operator decides", 30, 318},
                  {"fence", "lease of hangzhou runs out", 30, 60},
                  {"promote", "beijing catches up and takes over", 318, 331},
                  {"re-route", "names expire", 331, 391},
                  {"warm-up", "caches", 391, 420},
                  {"fail back", "hangzhou did not return", 420, -1},
                  {"users", "login: first failed to first served", 0, 402},
                  {"users", "register: first failed to first served", 0, 420}};
    o->restore_count = G_N_ELEMENTS(stages);
    o->restores = sim_arena_array(o->arena, OutcomeRestore, G_N_ELEMENTS(stages));
    for (uint32_t i = 0; i < o->restore_count; i++)
        o->restores[i] =
            (OutcomeRestore){.failover = 1,
                             .region = "hangzhou",
                             .stage = stages[i].stage,
                             .detail = stages[i].detail,
                             .start = FAKE_LOST + stages[i].start * SIM_S,
                             .end = stages[i].end < 0 ? -1 : FAKE_LOST + stages[i].end * SIM_S};
}

static inline void fake_users(Outcome *o)
{
    static const struct {
        const char *harm;
        int64_t     users, events;
    } harms[] = {{"failed core request", 612, 1890},
                 {"forced login", 4021, 4021},
                 {"lost write", 61, 61},
                 {"overwritten", 71, 75},
                 {"duplicate account", 2, 2},
                 {"rejected registration", 188, 240}};
    o->harms = sim_arena_array(o->arena, OutcomeUserHarm, 3 * G_N_ELEMENTS(harms));
    for (uint32_t h = 0; h < G_N_ELEMENTS(harms); h++)
        for (uint32_t r = 0; r < 3; r++)
            if (r == 1 || harms[h].users > 100)
                o->harms[o->harm_count++] =
                    (OutcomeUserHarm){.users = "cn",
                                      .harm = harms[h].harm,
                                      .access = fake_regions[r],
                                      .user_count = r == 1 ? harms[h].users : harms[h].users / 7,
                                      .events = r == 1 ? harms[h].events : harms[h].events / 7};
    o->compensations = sim_arena_array(o->arena, OutcomeCompensation, 61);
    for (uint32_t i = 0; i < 61; i++)
        o->compensations[o->compensation_count++] =
            (OutcomeCompensation){.users = "cn",
                                  .user = 5120 + 31 * i,
                                  .harm = "lost write",
                                  .what = "account",
                                  .at = o->losses[75 + i].acked,
                                  .recoverable = true};
    o->compensations_left_out = 75;
    o->users = 10000000;
    o->users_hit = 746;
}

static inline void fake_claims(Outcome *o)
{
    o->expectation_count = 3;
    o->expectations = sim_arena_array(o->arena, OutcomeExpectation, 3);
    o->expectations[0] = (OutcomeExpectation){.name = "login stays up",
                                              .claim = "availability { service = login }",
                                              .got = "99.98 %",
                                              .value = 999800000,
                                              .wanted = ">= 99.9%",
                                              .from = FAKE_CUT,
                                              .to = FAKE_HEAL,
                                              .samples = 20826,
                                              .held = true,
                                              .file = "/somewhere/user-subsystem.lua",
                                              .line = 35};
    o->expectations[1] = (OutcomeExpectation){.name = "no registration is lost",
                                              .claim = "lost { data = account }",
                                              .got = "61",
                                              .value = 61,
                                              .wanted = "== 0",
                                              .from = 0,
                                              .to = FAKE_END,
                                              .samples = 19341,
                                              .file = "/somewhere/user-subsystem.lua",
                                              .line = 36};
    o->expectations[2] = (OutcomeExpectation){.name = "back within the goal",
                                              .claim = "restore { service = login, after = 15min }",
                                              .got = "6.7 min",
                                              .value = 402 * SIM_S,
                                              .wanted = "<= 8min",
                                              .from = FAKE_LOST,
                                              .to = FAKE_END,
                                              .samples = 1,
                                              .held = true,
                                              .file = "/somewhere/user-subsystem.lua",
                                              .line = 38};
    o->message_count = 2;
    o->messages = sim_arena_array(o->arena, OutcomeMessages, 2);
    o->messages[0] = (OutcomeMessages){"beijing", "hangzhou", "trunk", {1204, 3, 812, 40, 17}};
    o->messages[1] = (OutcomeMessages){"hangzhou", "beijing", "", {1180, 0, 5, 0, 0}};
    o->cost_count = 4;
    o->costs = sim_arena_array(o->arena, OutcomeCost, 4);
    o->costs[0] = (OutcomeCost){"cross-region bytes", fake_channels[0], 7800000, "B"};
    o->costs[1] = (OutcomeCost){"cross-region bytes", fake_channels[1], 4200000, "B"};
    o->costs[2] = (OutcomeCost){"operator minutes", "hangzhou", 288 * SIM_S, "ns"};
    o->costs[3] = (OutcomeCost){"peak threads", "beijing", 57, "threads"};
    o->catch_up_count = 2;
    o->catch_ups = sim_arena_array(o->arena, OutcomeCatchUp, 2);
    for (uint32_t i = 0; i < 2; i++)
        o->catch_ups[i] = (OutcomeCatchUp){.data = "account",
                                           .channel = fake_channels[0],
                                           .from = i == 0 ? "hangzhou" : "beijing",
                                           .to = i == 0 ? "beijing" : "hangzhou",
                                           .stalled = FAKE_CUT,
                                           .healed = FAKE_HEAL,
                                           .done = FAKE_HEAL + (i + 1) * 5 * SIM_S};
    o->alone_count = 1;
    o->alones = sim_arena_array(o->arena, OutcomeAlone, 1);
    o->alones[0] =
        (OutcomeAlone){"account", "hangzhou", FAKE_CUT, FAKE_CUT + 10 * SIM_S, FAKE_HEAL};
    o->resync_count = 1;
    o->resyncs = sim_arena_array(o->arena, OutcomeResync, 1);
    o->resyncs[0] = (OutcomeResync){.data = "account",
                                    .channel = fake_channels[0],
                                    .from = "hangzhou",
                                    .to = "beijing",
                                    .kind = "full",
                                    .end = "open",
                                    .lost = FAKE_CUT,
                                    .began = FAKE_HEAL,
                                    .loading = FAKE_HEAL + 12 * SIM_S,
                                    .ended = -1,
                                    .lacked = 3000000};
    o->intent_count = 1;
    o->intents = sim_arena_array(o->arena, OutcomeIntents, 1);
    o->intents[0] = (OutcomeIntents){.data = "account",
                                     .region = "beijing",
                                     .accepted = 20,
                                     .confirmed = 11,
                                     .rejected = 4,
                                     .lost = 3,
                                     .pending = 2,
                                     .answers = 15,
                                     .mean = 7 * SIM_S,
                                     .p99 = -1,
                                     .max = 9 * SIM_S};
    o->mark_count = 4;
    o->marks = sim_arena_array(o->arena, OutcomeMark, 4);
    o->marks[0] = (OutcomeMark){FAKE_CUT, "cut trunk", true};
    o->marks[1] = (OutcomeMark){FAKE_HEAL, "healed trunk; caught up in 11.8 s", false};
    o->marks[2] = (OutcomeMark){FAKE_LOST, "lost hangzhou", true};
    o->marks[3] = (OutcomeMark){FAKE_LOST + 331 * SIM_S, "hangzhou promoted to beijing", false};
}

/* From 0 and from each mark on; windows count where they begin. */
static inline void fake_spans(Outcome *o)
{
    o->spans = sim_arena_array(o->arena, OutcomeSpan, 3 * (o->mark_count + 1));
    for (uint32_t m = 0; m <= o->mark_count; m++)
        for (uint32_t s = 0; s < 3; s++) {
            OutcomeSpan *span = &o->spans[o->span_count++];
            *span = (OutcomeSpan){.from = m == 0 ? 0 : o->marks[m - 1].at,
                                  .to = m == o->mark_count ? FAKE_END + 1 : o->marks[m].at,
                                  .service = fake_services[s]};
            for (uint32_t i = 0; i < o->window_count; i++) {
                const OutcomeWindow *w = &o->windows[i];
                if (w->service != span->service || w->from < span->from || w->from >= span->to)
                    continue;
                for (int q = 0; q < METRICS_QUALITY_COUNT; q++)
                    span->ok += w->ok[q];
                for (int f = 0; f < METRICS_FAILURE_COUNT; f++)
                    span->failed += w->failed[f];
            }
        }
}

/* The plan is lent. Free with fake_outcome_free. */
static inline Outcome *fake_outcome_new(const Plan *plan)
{
    Outcome *o = g_new0(Outcome, 1);
    o->arena = sim_arena_new(1u << 16);
    o->plan = plan;
    o->seed = 1;
    o->verdict = OUTCOME_BROKEN;
    o->limit = "";
    o->schedule = UINT64_C(0x5f3a9c0244d1be07);
    o->chance = UINT64_C(0x91c2aa0f0b77e312);
    o->results = UINT64_C(0xfe00000000000001);
    o->events = 3812077;
    o->most_pending = 24001;
    o->end = FAKE_END;
    fake_faults(o);
    fake_windows(o);
    fake_lags(o);
    fake_busy(o);
    fake_latencies(o);
    fake_losses(o);
    fake_restores(o);
    fake_users(o);
    fake_claims(o);
    fake_spans(o);
    return o;
}

static inline void fake_outcome_free(Outcome *o)
{
    g_free(o->lags);
    sim_arena_free(o->arena);
    g_free(o);
}

#endif
