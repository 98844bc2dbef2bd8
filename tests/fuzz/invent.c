/*
 * invent.c: see invent.h.
 *
 * A declaration is drawn field by field: some are given, most stay at their default, and each gets
 * a value from a short list for its type, of which small ones, zero and the limits are part. Times
 * are coarse, so that things meet at one instant.
 */
#include "tests/fuzz/invent.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "models/model.h"
#include "sim/base/rng.h"
#include "sim/base/text.h"
#include "sim/base/time.h"
#include "sim/plan/distribution.h"
#include "sim/run/run.h"
#include "sim/scenario/scenario.h"

#define TRIES 12          /* of a declaration that is refused */
#define PLAYED_SECONDS 20 /* while users send requests */
#define DEPTH 4           /* of parts in parts */

enum { AIM_WORD = 1, AIM_PART, AIM_PRESET, AIM_GIVEN, AIM_FAULT, AIM_METRIC };

typedef struct Invent {
    SimRng       rng;
    Piece       *world;
    GHashTable  *names; /* kind -> GPtrArray of names declared so far */
    InventCount *count;
    uint64_t     aim; /* of the declaration at hand: the same while it is drawn again */
} Invent;

/* ---- chance ------------------------------------------------------------------------------ */

static uint32_t below(Invent *in, uint32_t n)
{
    return (uint32_t)sim_rng_below(&in->rng, n);
}

static bool one_in(Invent *in, uint32_t n)
{
    return below(in, n) == 0;
}

/* The same at every try of a declaration, so that what is seldom legal is drawn as often as the
 * rest. Each purpose has a number. */
static uint32_t aimed(const Invent *in, uint32_t purpose, uint32_t n)
{
    return (uint32_t)(sim_mix64(in->aim, purpose) % n);
}

/* Small numbers more often than large ones: below `n`. */
static uint32_t few(Invent *in, uint32_t n)
{
    uint32_t a = below(in, n);
    uint32_t b = below(in, n);
    return a < b ? a : b;
}

static int64_t within(int64_t value, const PlanField *field)
{
    if (value < field->least)
        return field->least;
    return field->most > field->least && value > field->most ? field->most : value;
}

/* ---- names ------------------------------------------------------------------------------- */

static GPtrArray *names_of(Invent *in, const char *kind)
{
    GPtrArray *names = g_hash_table_lookup(in->names, kind);
    if (names == NULL) {
        names = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(in->names, g_strdup(kind), names);
    }
    return names;
}

/* Some name of the kind, lent, or NULL. */
static const char *some(Invent *in, const char *kind)
{
    GPtrArray *names = names_of(in, kind);
    return names->len == 0 ? NULL : g_ptr_array_index(names, below(in, names->len));
}

/* What the target of a fault of links can be, or what `via` can say. */
static char *line_name(Invent *in)
{
    static const char *const words[] = {"link", "network", "risk", "region"};
    const char              *name = some(in, words[below(in, G_N_ELEMENTS(words))]);
    if (name != NULL && !one_in(in, 4))
        return g_strdup(name);
    const GPtrArray *regions = names_of(in, "region");
    uint32_t         a = below(in, regions->len);
    uint32_t         b = (a + 1 + below(in, regions->len)) % regions->len;
    return g_strdup_printf("%s-%s", (char *)g_ptr_array_index(regions, a),
                           (char *)g_ptr_array_index(regions, b));
}

/* ---- values ------------------------------------------------------------------------------ */

static Piece *quantity(const char *field, int64_t value, SimUnit unit)
{
    char  *text = sim_text_from_quantity(value, unit);
    Piece *piece = unit == SIM_UNIT_COUNT ? piece_value(field, text) : piece_quoted(field, text);
    g_free(text);
    return piece;
}

static int64_t pick(Invent *in, const int64_t *values, size_t count)
{
    return values[below(in, (uint32_t)count)];
}

static int64_t some_time(Invent *in)
{
    static const int64_t times[] = {
        0,
        1,
        SIM_US,
        SIM_MS,
        5 * SIM_MS,
        20 * SIM_MS,
        100 * SIM_MS,
        300 * SIM_MS,
        500 * SIM_MS,
        SIM_S,
        2 * SIM_S,
        3 * SIM_S,
        5 * SIM_S,
        10 * SIM_S,
        20 * SIM_S,
    };
    return pick(in, times, G_N_ELEMENTS(times));
}

static Piece *time_of(Invent *in, const PlanField *field, bool is_signed)
{
    int64_t time = some_time(in);
    if (strcmp(field->name, "repair") == 0 && time < SIM_S)
        time = 0; /* legal, and so much work that nothing else gets done */
    if (is_signed && one_in(in, 2))
        time = -time;
    return quantity(field->name, within(time, field), SIM_UNIT_TIME);
}

static const struct {
    PlanType type;
    SimUnit  unit;
    int64_t  values[12];
    size_t   count;
} numbers[] = {
    {PLAN_TYPE_COUNT, SIM_UNIT_COUNT, {0, 1, 1, 2, 2, 3, 4, 5, 7, 20, 100, 1000}, 12},
    {PLAN_TYPE_RATIO,
     SIM_UNIT_RATIO,
     {0, 10000000, 100000000, 300000000, 500000000, 1000000000},
     6},
    {PLAN_TYPE_SIZE, SIM_UNIT_SIZE, {0, 1, 200, 200, 10000, 1000000, 20000000}, 7},
    {PLAN_TYPE_BANDWIDTH, SIM_UNIT_BANDWIDTH, {1000, 64000, 1000000, 100000000, 1000000000}, 5},
    {PLAN_TYPE_RATE, SIM_UNIT_RATE, {0, 1000000000, 5000000000}, 3},
};

static Piece *number_of(Invent *in, const PlanField *field)
{
    size_t i = 0;
    while (numbers[i].type != field->type)
        i++;
    return quantity(field->name, within(pick(in, numbers[i].values, numbers[i].count), field),
                    numbers[i].unit);
}

static Piece *short_time(Invent *in, const char *field, bool rare)
{
    static const int64_t often[] = {0, 200 * SIM_US, SIM_MS, 5 * SIM_MS, 20 * SIM_MS, 100 * SIM_MS};
    static const int64_t seldom[] = {200 * SIM_MS, SIM_S, 2 * SIM_S, 5 * SIM_S};
    return quantity(
        field, rare ? pick(in, seldom, G_N_ELEMENTS(seldom)) : pick(in, often, G_N_ELEMENTS(often)),
        SIM_UNIT_TIME);
}

/* `rare`: of what comes once in seconds, not in milliseconds. */
static Piece *dist_of(Invent *in, const char *field, bool rare)
{
    const PlanDistWord *words = plan_dist_words();
    uint32_t            count = 0;
    while (words[count].word != NULL)
        count++;
    if (one_in(in, 2))
        return short_time(in, field, rare);
    const PlanDistWord *word = &words[below(in, count)];
    Piece              *dist = piece_word(field, word->word, NULL);
    if (word->first != NULL) {
        piece_add(dist, short_time(in, word->first, rare));
        if (word->second != NULL && word->shape)
            piece_add(dist, piece_value(word->second, one_in(in, 2) ? "1.2" : "2.5"));
        else if (word->second != NULL)
            piece_add(dist, quantity(word->second, 6 * SIM_S, SIM_UNIT_TIME));
        return dist;
    }
    bool weighted = strcmp(word->word, "mixture") == 0;
    for (int i = 0; i < 3; i++) {
        Piece *to = weighted ? piece_add(dist, piece_table(NULL)) : dist;
        if (weighted)
            piece_add(to, piece_value(NULL, i == 0 ? "0.6" : "0.2"));
        piece_add(to, weighted ? short_time(in, NULL, rare)
                               : quantity(NULL, (i + 1) * 3 * SIM_MS, SIM_UNIT_TIME));
    }
    return dist;
}

static Piece *word_of(Invent *in, const PlanField *field)
{
    char   **words = g_strsplit(field->among, "|", -1);
    uint32_t count = g_strv_length(words);
    /* The words of a longer list each have a meaning of their own. */
    uint32_t which = count > 3 ? aimed(in, AIM_WORD * 100 + count, count) : below(in, count);
    Piece   *piece = piece_quoted(field->name, words[which]);
    g_strfreev(words);
    return piece;
}

static Piece *some_of(Invent *in, const PlanField *field)
{
    GPtrArray *names = names_of(in, field->among);
    Piece     *list = piece_table(field->name);
    uint32_t   keep = 1 + below(in, 3);
    for (guint i = 0; i < names->len; i++)
        if (below(in, 3) < keep)
            piece_add(list, piece_quoted(NULL, g_ptr_array_index(names, i)));
    return list;
}

static Piece *shares_of(Invent *in, const PlanField *field)
{
    GPtrArray *names = names_of(in, field->among);
    Piece     *shares = piece_table(field->name);
    guint      first = below(in, names->len);
    for (guint i = 0; i < names->len; i++)
        if (i == first || one_in(in, 2))
            piece_add(shares, piece_value(g_ptr_array_index(names, i), one_in(in, 2) ? "1" : "3"));
    return shares;
}

static Piece *part_of(Invent *in, const char *field, const PlanKind *kind, uint32_t depth);

/* A kind of the group: number `which` of them, wrapped. */
static const PlanKind *kind_of_group(const char *group, uint32_t which)
{
    const PlanKind *const *kinds = model_catalog()->kinds;
    const PlanKind        *among[64];
    uint32_t               count = 0;
    for (; *kinds != NULL && count < G_N_ELEMENTS(among); kinds++)
        if (strcmp((*kinds)->group, group) == 0)
            among[count++] = *kinds;
    return among[which % count];
}

static const PlanKind *some_kind(Invent *in, const char *group)
{
    return kind_of_group(group, below(in, 1u << 20));
}

static Piece *parts_of(Invent *in, const PlanField *field, uint32_t depth)
{
    Piece   *list = piece_table(field->name);
    uint32_t count = 1 + few(in, strcmp(field->name, "read") == 0 ? 4 : 2);
    uint32_t first = aimed(in, AIM_PART, 1000);
    for (uint32_t i = 0; i < count; i++)
        piece_add(list,
                  part_of(in, NULL,
                          i == 0 ? kind_of_group(field->among, first) : some_kind(in, field->among),
                          depth + 1));
    return list;
}

static Piece *text_of(Invent *in, const PlanField *field)
{
    if (strcmp(field->name, "via") != 0 && strcmp(field->name, "target") != 0)
        return NULL;
    char  *name = line_name(in);
    Piece *piece = piece_quoted(field->name, name);
    g_free(name);
    return piece;
}

/* A bound in the unit that ends the description of the metric. */
static Piece *bound_of(Invent *in, const PlanKind *metric)
{
    const char *unit = strrchr(metric->doc, '(');
    const char *value = "3";
    if (unit != NULL && strncmp(unit, "(ratio", 6) == 0)
        value = "50%";
    else if (unit != NULL && strncmp(unit, "(time", 5) == 0)
        value = "5s";
    char  *text = g_strdup_printf("%s %s", one_in(in, 2) ? ">=" : "<=", value);
    Piece *bound = piece_quoted(NULL, text);
    g_free(text);
    return bound;
}

/* The value of a field, or NULL if there is nothing to say. */
static Piece *value_of(Invent *in, const PlanKind *kind, const PlanField *field, uint32_t depth)
{
    switch (field->type) {
    case PLAN_TYPE_FLAG:
        return piece_value(field->name, one_in(in, 2) ? "true" : "false");
    case PLAN_TYPE_TIME:
        return time_of(in, field, false);
    case PLAN_TYPE_OFFSET:
        return time_of(in, field, true);
    case PLAN_TYPE_COUNT:
    case PLAN_TYPE_RATIO:
    case PLAN_TYPE_RATE:
    case PLAN_TYPE_SIZE:
    case PLAN_TYPE_BANDWIDTH:
        return number_of(in, field);
    case PLAN_TYPE_TEXT:
        return text_of(in, field);
    case PLAN_TYPE_WORD:
        return word_of(in, field);
    case PLAN_TYPE_REF: {
        const char *name = some(in, field->among);
        return name == NULL ? NULL : piece_quoted(field->name, name);
    }
    case PLAN_TYPE_REFS:
        return some_of(in, field);
    case PLAN_TYPE_PART:
        return depth < DEPTH ? part_of(in, field->name, some_kind(in, field->among), depth + 1)
                             : NULL;
    case PLAN_TYPE_PARTS:
        return depth < DEPTH ? parts_of(in, field, depth) : NULL;
    case PLAN_TYPE_DIST:
        return dist_of(in, field->name, strcmp(kind->group, "fault") == 0);
    case PLAN_TYPE_WEIGHTS:
        return shares_of(in, field);
    case PLAN_TYPE_BOUND:
        break;
    }
    return NULL;
}

/* What has a meaning only beside something else; most of the rest is left to be refused. */
static const struct {
    const char *field, *beside, *value; /* NULL: any */
} companions[] = {
    {"owner_region", "owner", "\"single\""}, {"fields", "conflict", "\"register\""},
    {"max_offset", "conflict", "\"hlc\""},   {"operator", "conflict", "\"interrupt\""},
    {"multi_master", "owner", "\"any\""},    {"mttr", "mttf", NULL},
};

static const Piece *field_of(const Piece *piece, const char *name)
{
    for (guint i = 0; i < piece->inside->len; i++) {
        const Piece *part = g_ptr_array_index(piece->inside, i);
        if (g_strcmp0(part->field, name) == 0)
            return part;
    }
    return NULL;
}

/* 1: the field has to be there, -1: it must not; 0: as it comes. */
static int goes_with(const Piece *piece, const PlanKind *kind, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(companions); i++) {
        if (strcmp(companions[i].field, name) != 0 ||
            plan_field_find(kind, companions[i].beside) < 0)
            continue;
        const Piece *beside = field_of(piece, companions[i].beside);
        bool         fits = beside != NULL && (companions[i].value == NULL ||
                                       g_strcmp0(beside->text, companions[i].value) == 0);
        return fits ? 1 : -1;
    }
    return 0;
}

/* Gives `piece` the fields of its kind: those that must be there, and one in `rarity` of the rest.
 * Fields that are there already stay. */
static void add_fields(Invent *in, Piece *piece, const PlanKind *kind, uint32_t rarity,
                       uint32_t depth)
{
    for (const PlanField *field = kind->fields; field->name != NULL; field++) {
        int  goes = goes_with(piece, kind, field->name);
        bool wanted =
            (field->flags & PLAN_REQUIRED) != 0 || goes > 0 || (goes == 0 && one_in(in, rarity));
        if (!wanted || (field->flags & PLAN_INTERNAL) != 0 || field_of(piece, field->name) != NULL)
            continue;
        Piece *value = value_of(in, kind, field, depth);
        if (value != NULL)
            piece_add(piece, value);
    }
}

/* Few fields or many: worlds that differ from the ordinary in one thing, and in all. */
static uint32_t rarity(Invent *in)
{
    static const uint32_t values[] = {2, 4, 4, 8, 8, 16};
    return values[below(in, G_N_ELEMENTS(values))];
}

static Piece *part_of(Invent *in, const char *field, const PlanKind *kind, uint32_t depth)
{
    if (strcmp(kind->name, "local") == 0)
        return piece_quoted(field, kind->name);
    uint32_t presets = 0;
    while (kind->presets != NULL && kind->presets[presets].name != NULL)
        presets++;
    const char *preset = NULL;
    if (presets > 0 && !one_in(in, 3))
        preset = kind->presets[aimed(in, AIM_PRESET, presets)].name;
    Piece *part = piece_word(field, kind->name, preset);
    add_fields(in, part, kind, rarity(in), depth);
    return part;
}

/* ---- is it legal? ------------------------------------------------------------------------ */

Plan *invent_plan(const Piece *world, char **out_reason)
{
    char *path = NULL;
    int   file = g_file_open_tmp("worlds-XXXXXX.lua", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    char   *text = piece_lua(world);
    ssize_t written = write(file, text, strlen(text));
    g_assert_cmpint(written, ==, (ssize_t)strlen(text));
    close(file);
    PlanProblems *problems = plan_problems_new();
    Plan         *plan = scenario_load(path, model_catalog(), NULL, NULL, problems);
    if (plan != NULL && !run_check(plan, problems)) {
        plan_free(plan);
        plan = NULL;
    }
    PlanProblem first;
    *out_reason = NULL;
    for (uint32_t i = 0; plan == NULL && plan_problems_at(problems, i, &first); i++)
        if (!first.warning) {
            *out_reason = g_strdup(first.message);
            break;
        }
    plan_problems_free(problems);
    g_unlink(path);
    g_free(path);
    g_free(text);
    return plan;
}

typedef Piece *Maker(Invent *in, uint32_t number);

/* Adds a declaration to the world: drawn again if it is refused, left out if it is too often. */
static bool declare(Invent *in, Maker *maker, uint32_t number)
{
    in->aim = sim_rng_next(&in->rng);
    for (int i = 0; i < TRIES; i++) {
        Piece *piece = maker(in, number);
        if (piece == NULL)
            return false;
        piece_add(in->world, piece);
        in->count->drawn++;
        char *reason;
        Plan *plan = invent_plan(in->world, &reason);
        if (plan != NULL) {
            plan_free(plan);
            return true;
        }
        if (g_getenv("WORLDS_REFUSED") != NULL)
            g_printerr("%s\n", reason);
        g_free(reason);
        in->count->refused++;
        g_ptr_array_remove_index(in->world->inside, in->world->inside->len - 1);
    }
    in->count->left_out++;
    return false;
}

/* ---- declarations ------------------------------------------------------------------------ */

static const PlanKind *kind_named(const char *name)
{
    return plan_kind_find(model_catalog(), NULL, name);
}

static Piece *named(Invent *in, const char *kind, char first, uint32_t number)
{
    char   name[2] = {(char)(first + (char)number), 0};
    Piece *piece = piece_word(NULL, kind, name);
    (void)in;
    return piece;
}

static Piece *make_region(Invent *in, uint32_t number)
{
    Piece *piece = named(in, "region", 'a', number);
    add_fields(in, piece, kind_named("region"), 6, 0);
    return piece;
}

static Piece *make_link(Invent *in, uint32_t pair)
{
    GPtrArray *regions = names_of(in, "region");
    uint32_t   a = pair % regions->len;
    uint32_t   b = pair / regions->len;
    Piece     *piece = piece_word(NULL, "link", NULL);
    Piece     *ends = piece_add(piece, piece_table("ends"));
    piece_add(ends, piece_quoted(NULL, g_ptr_array_index(regions, a)));
    piece_add(ends, piece_quoted(NULL, g_ptr_array_index(regions, b)));
    char *name = g_strdup_printf("line%u", in->world->inside->len);
    bool  has_name = !one_in(in, 4);
    if (has_name) {
        piece_add(piece, piece_quoted("name", name));
        g_ptr_array_add(names_of(in, "link"), g_strdup(name));
    }
    g_free(name);
    static const char *const shared[] = {"network", "risk"};
    for (size_t i = 0; i < G_N_ELEMENTS(shared); i++)
        if (one_in(in, 5)) {
            char *text = g_strdup_printf("%s%u", shared[i], below(in, 2));
            piece_add(piece, piece_quoted(shared[i], text));
            g_ptr_array_add(names_of(in, shared[i]), text);
        }
    add_fields(in, piece, kind_named("link"), rarity(in), 0);
    return piece;
}

static Piece *make_users(Invent *in, uint32_t number)
{
    static const char *const counts[] = {"1", "20", "1000", "1e6"};
    Piece                   *piece = named(in, "users", 'u', number);
    piece_add(piece, piece_value("count", counts[below(in, G_N_ELEMENTS(counts))]));
    add_fields(in, piece, kind_named("users"), rarity(in), 0);
    return piece;
}

static Piece *field_value(Invent *in, const char *kind, const char *name)
{
    const PlanKind *of = kind_named(kind);
    return value_of(in, of, &of->fields[plan_field_find(of, name)], 0);
}

/* The four lists that make a strategy are given more often than the rest. */
static Piece *make_data(Invent *in, uint32_t number)
{
    static const char *const often[] = {"channels", "owner", "conflict", "read"};
    Piece                   *piece = named(in, "data", 'p', number);
    for (size_t i = 0; i < G_N_ELEMENTS(often); i++)
        if (i == 0 ? aimed(in, AIM_GIVEN, 6) > 0 : aimed(in, AIM_GIVEN + 10 * (uint32_t)i, 2) == 0)
            piece_add(piece, field_value(in, "data", often[i]));
    add_fields(in, piece, kind_named("data"), rarity(in), 0);
    return piece;
}

static Piece *make_service(Invent *in, uint32_t number)
{
    Piece *piece = named(in, "service", 'g', number);
    if (aimed(in, AIM_GIVEN, 4) > 0 && names_of(in, "data")->len > 0)
        piece_add(piece, field_value(in, "service", "writes"));
    if (aimed(in, AIM_GIVEN + 1, 2) > 0 && names_of(in, "data")->len > 0)
        piece_add(piece, field_value(in, "service", "reads"));
    add_fields(in, piece, kind_named("service"), 3, 0);
    return piece;
}

static Piece *make_workload(Invent *in, uint32_t number)
{
    static const char *const rates[] = {"1/s", "5/s", "20/s", "20/s", "60/s"};
    static const char *const shapes[] = {"flat", "flat", "even", "diurnal"};
    GPtrArray               *services = names_of(in, "service");
    GPtrArray               *users = names_of(in, "users");
    if (number >= services->len * users->len)
        return NULL;
    Piece *piece = piece_word(NULL, "workload", NULL);
    piece_add(piece, piece_quoted(g_ptr_array_index(services, number % services->len),
                                  rates[below(in, G_N_ELEMENTS(rates))]));
    piece_add(piece, piece_quoted("users", g_ptr_array_index(users, number / services->len)));
    piece_add(piece, piece_quoted("shape", shapes[below(in, G_N_ELEMENTS(shapes))]));
    return piece;
}

static Piece *make_failover(Invent *in, uint32_t number)
{
    Piece *piece = named(in, "failover", 'f', number);
    add_fields(in, piece, kind_named("failover"), rarity(in), 0);
    return piece;
}

/* Its groups must not share a region. */
static Piece *make_split(Invent *in)
{
    static const char *const groups[] = {"one", "two", "three", "four"};
    const GPtrArray         *regions = names_of(in, "region");
    Piece                   *split = piece_word(NULL, "split", NULL);
    uint32_t                 count = 2 + few(in, 3);
    for (uint32_t g = 0; g < count; g++) {
        Piece *group = piece_table(groups[g]);
        for (guint r = 0; r < regions->len; r++)
            if (aimed(in, 100 + r, count + 1) == g)
                piece_add(group, piece_quoted(NULL, g_ptr_array_index(regions, r)));
        if (group->inside->len > 0)
            piece_add(split, group);
        else
            piece_free(group);
    }
    if (one_in(in, 4))
        piece_add(split, piece_quoted("from", some(in, "region")));
    piece_add(split, piece_quoted("how", one_in(in, 2) ? "silent" : "reset"));
    return split;
}

/* Most faults end; half of them on the full second. */
static Piece *make_fault(Invent *in, uint32_t number)
{
    (void)number;
    int64_t when = below(in, PLAYED_SECONDS * 10) * SIM_S / 10;
    if (one_in(in, 2))
        when = (5 + below(in, 4)) * SIM_S; /* they meet */
    char  *at = sim_text_from_quantity(when, SIM_UNIT_TIME);
    Piece *piece = piece_word(NULL, "at", at);
    g_free(at);
    const PlanKind *kind = kind_of_group("fault", aimed(in, AIM_FAULT, 1u << 20));
    Piece *fault = strcmp(kind->name, "split") == 0 ? make_split(in) : part_of(in, NULL, kind, 0);
    bool   random = field_of(fault, "mttf") != NULL;
    bool   again = random || field_of(fault, "every") != NULL;
    if (!random && field_of(fault, "lasts") == NULL && !one_in(in, 4))
        piece_add(fault, quantity("lasts", (1 + few(in, 8)) * SIM_S, SIM_UNIT_TIME));
    if (again && field_of(fault, "stops") == NULL && !one_in(in, 6))
        piece_add(fault, quantity("stops", PLAYED_SECONDS * SIM_S, SIM_UNIT_TIME));
    piece_add(piece, fault);
    return piece;
}

static Piece *make_claim(Invent *in, uint32_t number)
{
    const PlanKind *metric = kind_of_group("metric", aimed(in, AIM_METRIC, 1u << 20));
    Piece          *piece = named(in, "expect", 'k', number);
    piece_add(piece, part_of(in, NULL, metric, 0));
    piece_add(piece, bound_of(in, metric));
    return piece;
}

static void declare_all(Invent *in, const char *kind, Maker *maker, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (declare(in, maker, i)) {
            const Piece *piece = g_ptr_array_index(in->world->inside, in->world->inside->len - 1);
            g_ptr_array_add(names_of(in, kind), g_strdup(piece->text));
        }
}

static void declare_links(Invent *in)
{
    uint32_t n = names_of(in, "region")->len;
    bool     whole = !one_in(in, 4);
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = a + 1; b < n; b++) {
            if (whole || !one_in(in, 3))
                declare(in, make_link, b * n + a);
            if (one_in(in, 8))
                declare(in, make_link, b * n + a);
        }
}

static void frame(Invent *in)
{
    Piece *scenario = piece_add(in->world, piece_word(NULL, "scenario", "world"));
    piece_add(scenario, quantity("duration", PLAYED_SECONDS * SIM_S, SIM_UNIT_TIME));
    piece_add(scenario, piece_quoted("settle", "10min"));
    piece_add(scenario, piece_quoted("window", one_in(in, 2) ? "5s" : "1s"));
    piece_add(scenario, piece_value("max_events", "1500000"));
    if (one_in(in, 6))
        piece_add(scenario, piece_quoted("warmup", "3s"));
}

Piece *invent_world(uint64_t seed, InventCount *out_count)
{
    InventCount count = {0, 0, 0};
    Invent      in = {.world = piece_table(NULL), .count = &count};
    in.names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    sim_rng_init(&in.rng, seed, "worlds", "invent");
    frame(&in);
    static const uint32_t regions[] = {1, 2, 2, 2, 3, 3, 3, 4, 5};
    declare_all(&in, "region", make_region, regions[below(&in, G_N_ELEMENTS(regions))]);
    declare_links(&in);
    declare_all(&in, "users", make_users, 1 + few(&in, 3));
    declare_all(&in, "data", make_data, 1 + few(&in, 4));
    declare_all(&in, "service", make_service, 1 + few(&in, 4));
    declare_all(&in, "workload", make_workload, 1 + below(&in, 4));
    declare_all(&in, "failover", make_failover, few(&in, 3));
    declare_all(&in, "at", make_fault, below(&in, 8));
    declare_all(&in, "expect", make_claim, few(&in, 4));
    g_hash_table_destroy(in.names);
    if (out_count != NULL)
        *out_count = count;
    return in.world;
}
