/*
 * model.h: how a model is written down in the catalogue.
 *
 * The tables use these short forms so that a line of a table is one field of the scenario language.
 */
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include "sim/plan/schema.h"

/* name, type, flags, among, default, least, most, doc, source */
#define MODEL_FIELD(name, type, flags, among, initial, least, most, doc, source)                   \
    {                                                                                              \
        name, PLAN_TYPE_##type, flags, among, initial, least, most, doc, source, NULL              \
    }
/* A field of words, each with a meaning of its own: options is a table of PlanOption. */
#define MODEL_WORDS(name, among, options, initial, doc, source)                                    \
    {                                                                                              \
        name, PLAN_TYPE_WORD, 0, among, initial, 0, 0, doc, source, options                        \
    }
#define MODEL_FIELDS_END                                                                           \
    {                                                                                              \
        NULL, PLAN_TYPE_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL, NULL                                \
    }
#define MODEL_OPTIONS_END                                                                          \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }
#define MODEL_PRESETS_END                                                                          \
    {                                                                                              \
        NULL, NULL, NULL, NULL                                                                     \
    }
#define MODEL_VALUES_END                                                                           \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }

/* Every kind, in the order of the plan's text. Static; never freed. */
const PlanCatalog *model_catalog(void);

#endif
