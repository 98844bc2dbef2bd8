/*
 * load.h: what the files of this room share while one scenario is being read.
 */
#ifndef SIM_SCENARIO_LOAD_H
#define SIM_SCENARIO_LOAD_H

#include <glib.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/distribution.h"
#include "sim/plan/draft.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/source.h"

/* Limits, all chosen: far above what a scenario needs, far below what hurts. */
#define SCENARIO_STEPS INT64_C(20000000)      /* Lua instructions */
#define SCENARIO_MEMORY ((size_t)64 << 20)    /* bytes at one time */
#define SCENARIO_TURNOVER ((uint64_t)1 << 30) /* bytes in all: copying takes time too */
#define SCENARIO_TEXT ((size_t)16 << 10)      /* bytes of one text */
#define SCENARIO_FILE ((size_t)1 << 20)       /* bytes of a file */
#define SCENARIO_FILES 100
#define SCENARIO_ITEMS 4000
#define SCENARIO_VALUES 400000
#define SCENARIO_DEPTH 8 /* tables in tables */

/* Where Lua stands: a file and a line, and the token if it was found. */
typedef struct ScenarioSpot {
    const ScenarioSource *source; /* NULL: nowhere */
    uint32_t              line;
    uint32_t              token;
} ScenarioSpot;

/* Something that must be used: a fault outside of `at` would silently do nothing. */
typedef struct ScenarioDuty {
    PlanSpan    span;
    const char *message; /* kept by the draft */
    const char *hint;
    bool        done;
} ScenarioDuty;

/* A region pair of links(preset ...). */
typedef struct ScenarioPair {
    const char *ends[2];
    const char *set;
    PlanSpan    spans[2];
    PlanSpan    word;
    int64_t     rtt_ns, jitter_ns;
    bool        used;
} ScenarioPair;

typedef enum ScenarioStop {
    SCENARIO_STOP_NONE,
    SCENARIO_STOP_STEPS,
    SCENARIO_STOP_TURNOVER,
    SCENARIO_STOP_MEMORY,
    SCENARIO_STOP_TEXT,
    SCENARIO_STOP_ENOUGH,
    SCENARIO_STOP_TOLD, /* the problem was added already */
} ScenarioStop;

/* One load. Owns everything; nothing owned lives in a frame that Lua may jump over. */
typedef struct ScenarioLoad {
    const PlanCatalog     *catalog;
    const ScenarioPresets *presets; /* may be NULL */
    ScenarioSets           sets;
    bool                  *sets_used;
    PlanProblems          *problems;
    PlanDraft             *draft;
    lua_State             *lua;
    char                  *folder;    /* of the scenario, for require */
    GPtrArray             *sources;   /* ScenarioSource; the index is in Lua's chunk name */
    GPtrArray             *words;     /* names of all words, for suggestions; lent */
    GHashTable            *calls;     /* "file:line:word:text" -> how many so far */
    GArray                *duties;    /* ScenarioDuty */
    GArray                *pairs;     /* ScenarioPair */
    GPtrArray             *workloads; /* PlanDraftValue, lent by the draft */
    GPtrArray             *choices;   /* texts "name\noption\noption": known axes; owned */
    uint32_t               values;

    /* the sandbox */
    size_t       memory;
    uint64_t     turnover;
    int64_t      steps;
    ScenarioStop stop;         /* sticky: once set, nothing runs any more */
    ScenarioStop refused;      /* why the last allocation was refused */
    size_t       refused_size; /* and its size; 0 after one that was granted */
    ScenarioSpot stop_spot;
    ScenarioSpot error_spot; /* of the error that ended the run */
    ScenarioSpot compiling;  /* what Lua is about to read of a text; no source: nothing */
    ScenarioSpot gave_up;    /* where it stopped reading the last text that is not valid */
    bool         fogged;     /* an unknown word was passed over: later errors may be its echo */
} ScenarioLoad;

/* ---- sandbox.c ---- */

void *scenario_allocate(void *self, void *block, size_t old_size, size_t new_size);

/* Fills the environment table on top of the stack with the safe library, and arms the limits.
 * Raises Lua errors. */
void scenario_sandbox_open(ScenarioLoad *load, lua_State *lua);

/* Charges steps for work done in C; raises when there are none left. Nothing owned may be held. */
void scenario_pay(ScenarioLoad *load, lua_State *lua, int64_t steps);

/* Charges for looking through a line for a token. */
void scenario_pay_search(ScenarioLoad *load, lua_State *lua, ScenarioSpot spot);

/* Ends the run at the next step (`lua` may be NULL: it is over), and nothing is judged; the problem
 * has been added. Never raises. */
void scenario_halt(ScenarioLoad *load, lua_State *lua);

/* Where the scenario's own code stands now. Never raises. */
ScenarioSpot scenario_spot(const ScenarioLoad *load, lua_State *lua);

/* The place of a spot; of the line's first token if the token is unknown. */
PlanSpan scenario_span(ScenarioSpot spot);

/* Compiles a text on top of the stack: returns Lua's status and leaves the function or the error.
 */
int scenario_compile_text(ScenarioLoad *load, lua_State *lua, uint32_t source);

/* lua_pcall with a handler that notes where it happened. */
int scenario_call(ScenarioLoad *load, lua_State *lua, int arguments, int results);

/* Adds the problem that ended a run; `status` and the error value on top come from Lua. */
void scenario_explain(ScenarioLoad *load, lua_State *lua, int status);

/* The load of a Lua state. */
static inline ScenarioLoad *scenario_load_of(lua_State *lua)
{
    return *(ScenarioLoad **)lua_getextraspace(lua);
}

/* ---- file.c ---- */

/* Reads a file and makes it known; returns its index in `sources`, or -1 with a problem added at
 * `span` (for require) or at the file itself. */
int scenario_file_read(ScenarioLoad *load, const char *path, const PlanSpan *span);

/* ---- words.c ---- */

/* What a word of the language returns. User values: 1 the text, 2 the table; nil if not given. */
typedef enum ScenarioNodeType {
    SCENARIO_NODE_PART,      /* queue "rocketmq" {} */
    SCENARIO_NODE_COMPONENT, /* region "x" {}: already in the draft */
    SCENARIO_NODE_DIST,      /* exponential "35ms" */
    SCENARIO_NODE_PRESET,    /* preset "china" { ... } */
    SCENARIO_NODE_AT,        /* at "5min", waiting for its table */
    SCENARIO_NODE_DURING,
    SCENARIO_NODE_CHOICE,
    SCENARIO_NODE_WORKLOAD, /* words only, never a value */
    SCENARIO_NODE_LINKS,
    SCENARIO_NODE_FOG, /* stands for what does not exist */
} ScenarioNodeType;

typedef struct ScenarioNode {
    ScenarioNodeType    type;
    const PlanKind     *kind; /* parts and components */
    const PlanDistWord *dist;
    const char         *word;     /* static, or of the catalogue */
    ScenarioSpot        spot;     /* of the word */
    PlanDraftItem      *item;     /* components */
    uint32_t            duty;     /* index in `duties`, or SCENARIO_NOWHERE */
    bool                complete; /* has got its table */
} ScenarioNode;

/* The node at a stack index, or NULL. Never raises. */
ScenarioNode *scenario_node(lua_State *lua, int index);

/* The word function at a stack index used without a call ({ secondary, "local" }): its kind, or
 * NULL. */
const PlanKind *scenario_word_kind(lua_State *lua, int index);

/* Whether there is no room for one more item; then a problem is added and reading ends. */
bool scenario_too_many(ScenarioLoad *load, PlanSpan span);

void scenario_duty_done(ScenarioLoad *load, const ScenarioNode *node);

/* Adds the words to the environment table on top of the stack. Raises Lua errors. */
void scenario_words_open(ScenarioLoad *load, lua_State *lua);

/* A value that swallows everything, for what does not exist; pushed. */
void scenario_push_fog(lua_State *lua);

/* ---- values.c ---- */

/* The value at a stack index as it was written at `spot`. NULL: nothing to read, because it does
 * not exist or a problem was added. Never raises. */
PlanDraftValue *scenario_value(ScenarioLoad *load, lua_State *lua, int index, ScenarioSpot spot,
                               int depth);

/* Appends the entries of the table at a stack index, written at the "{" `spot`. Never raises. */
void scenario_entries(ScenarioLoad *load, lua_State *lua, int index, ScenarioSpot spot,
                      PlanDraftValue *table, int depth);

/* Gives an item the text and the table of its node. Never raises. */
void scenario_fill(ScenarioLoad *load, lua_State *lua, int index, const ScenarioNode *node,
                   PlanDraftItem *item, int depth);

/* ---- compile.c ---- */

/* The option that --set gives a choice, or NULL; marks the --set as used. */
const char *scenario_set_find(ScenarioLoad *load, const char *name);

/* After the run: expands links and workloads, names faults, applies --set. */
void scenario_complete(ScenarioLoad *load);

/* Numbers the faults of one name by what they say. */
void scenario_number_twins(ScenarioLoad *load);

#endif
