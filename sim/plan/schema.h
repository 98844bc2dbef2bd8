/*
 * schema.h: what a scenario may say about each kind of thing.
 *
 * One table per kind, written beside the model that uses it, feeds everything: validation,
 * suggestions, `list`, the reference page, the editor's meta file and the luacheck configuration.
 * Nothing here knows a concrete kind; models/catalog.c lists them.
 */
#ifndef SIM_PLAN_SCHEMA_H
#define SIM_PLAN_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

/* How a field is written in a scenario, and what the frozen plan holds. */
typedef enum PlanType {
    PLAN_TYPE_FLAG,      /* true, false                      number 0/1 */
    PLAN_TYPE_COUNT,     /* 3, 10e6                          number */
    PLAN_TYPE_TIME,      /* "40ms"                           number, ns, >= 0 */
    PLAN_TYPE_OFFSET,    /* "-300ms"                         number, ns, signed */
    PLAN_TYPE_RATIO,     /* "2%"                             number, parts per billion */
    PLAN_TYPE_RATE,      /* "30000/day"                      number, events per 1e9 s */
    PLAN_TYPE_SIZE,      /* "1KiB"                           number, bytes */
    PLAN_TYPE_BANDWIDTH, /* "1Gbps"                          number, bits per second */
    PLAN_TYPE_TEXT,      /* "any words"                      text */
    PLAN_TYPE_WORD,      /* one of `among` ("a|b|c")         number: index in `among` */
    PLAN_TYPE_REF,       /* "name of an item"                list of one item id */
    PLAN_TYPE_REFS,    /* { "a", "b" } or "a"              list of item ids, in the order written */
    PLAN_TYPE_PART,    /* a part: lease "30s", or { ... }  list of one item id */
    PLAN_TYPE_PARTS,   /* { queue "x" {}, "local" }        list of item ids, order is meaning */
    PLAN_TYPE_DIST,    /* "5ms" or exponential "5ms"       dist (ns) */
    PLAN_TYPE_WEIGHTS, /* { hangzhou = 0.5, beijing = 0.5 } list of ids + weights (ppb of the sum)
                        */
    PLAN_TYPE_BOUND,   /* ">= 99.9%"                       text as written; read by its owner */
} PlanType;

typedef enum PlanFlags {
    PLAN_OPTIONAL = 0,
    PLAN_REQUIRED = 1u << 0,
    PLAN_POSITIONAL = 1u << 1, /* may be given without its name, in the order of the table */
    PLAN_INTERNAL = 1u << 2,   /* set by a word of the language, never written by a user */
} PlanFlags;

/* What one word of a WORD field means. */
typedef struct PlanOption {
    const char *word;
    const char *doc;    /* one sentence */
    const char *source; /* where it is described; NULL where there is nothing to cite */
} PlanOption;

typedef struct PlanField {
    const char *name;
    PlanType    type;
    uint32_t    flags;
    const char *among;   /* WORD: the words; REF, REFS, WEIGHTS: a kind; PART, PARTS: a group */
    const char *initial; /* the default as a scenario would write it; NULL: absent unless given */
    int64_t     least;   /* smallest and largest value allowed, in the unit of the plan; */
    int64_t     most;    /* both 0: no limit beyond the type's */
    const char *doc;     /* one line */
    const char *source;  /* where the default comes from, or "chosen"; NULL where there is none */
    /* WORD: what each word of `among` means, in that order; ends with word == NULL. NULL: the doc
     * says it all. */
    const PlanOption *options;
} PlanField;

/* A named set of values of a kind: queue "rocketmq" {}. A component, whose text is its own name,
 * says it in a field: failover "f" { like = "cold-standby" }. */
typedef struct PlanPresetValue {
    const char *field; /* "decide.median": of the part that the same preset puts into "decide" */
    const char *value; /* as a scenario would write it */
    const char *source;
} PlanPresetValue;

typedef struct PlanPreset {
    const char            *name;
    const char            *doc;
    const PlanPresetValue *values;     /* ends with field == NULL */
    const char            *leaves_out; /* what the system does and the preset does not; one line */
} PlanPreset;

/* A kind of item. Components are declared at the top level by the word of their name; parts stand
 * inside a field of another item. */
typedef struct PlanKind {
    const char      *name;       /* the word: "region", "queue", "cut", "availability" */
    const char      *group;      /* "component", "channel", "read", "fault", "metric", ... */
    bool             named;      /* region "x" { }; for parts: the text is a preset's name */
    const char      *doc;        /* one line */
    const char      *leaves_out; /* what this model does not represent; NULL if it is not a model */
    const PlanField *fields;     /* ends with name == NULL */
    const PlanPreset *presets;   /* ends with name == NULL; NULL: none */
} PlanKind;

/* Everything a scenario may use. */
typedef struct PlanCatalog {
    const PlanKind *const *kinds; /* ends with NULL; the order is the order in the plan's text */
} PlanCatalog;

/* The kind of that name in that group (NULL group: any), or NULL. */
const PlanKind *plan_kind_find(const PlanCatalog *catalog, const char *group, const char *name);

/* `write queue "kafka" {}`, for the name of a preset that stands where a kind's should, or that of
 * another kind; capitals do not count. NULL if no preset of the group (NULL: any) has it. */
char *plan_preset_hint(const PlanCatalog *catalog, const char *group, const char *name);

/* The index of a field in its kind's table, or -1. */
int plan_field_find(const PlanKind *kind, const char *name);

uint32_t plan_field_count(const PlanKind *kind);

/* What the word of a WORD field means, or NULL if the field has no table of options. */
const PlanOption *plan_option_find(const PlanField *field, const char *word);

#endif
