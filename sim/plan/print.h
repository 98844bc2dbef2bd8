/*
 * print.h: plans and tables as text. Every string is owned by the caller (g_free).
 */
#ifndef SIM_PLAN_PRINT_H
#define SIM_PLAN_PRINT_H

#include "sim/plan/plan.h"
#include "sim/plan/schema.h"

/* The fault timetable, to be read aloud: one line per fault, by time; "" if there is none. */
char *plan_print_timetable(const Plan *plan);

/* A value as it is written canonically ("5min", "true", "lww", "local, secondary"). */
char *plan_print_value(const Plan *plan, const PlanField *field, const PlanValue *value);

/* The reference page: every kind, field, default, source and preset, in Markdown. */
char *plan_print_reference(const PlanCatalog *catalog);

/* Definitions of every word for the Lua language server (---@meta). */
char *plan_print_editor(const PlanCatalog *catalog);

/* A .luacheckrc that knows every word. */
char *plan_print_luacheck(const PlanCatalog *catalog);

/* The kinds of a group (NULL: all) as JSON: one object per kind with its fields and presets. */
char *plan_print_list_json(const PlanCatalog *catalog, const char *group);

/* The same for people: one line per kind. */
char *plan_print_list(const PlanCatalog *catalog, const char *group);

/* The fields of one kind for people: name, type, default, doc. */
char *plan_print_fields(const PlanKind *kind);

/* The words beside the kinds: at, during, links, ... Ends with NULL. */
const char *const *plan_print_words(void);

#endif
