/*
 * source.h: the text of a scenario as tokens, to find where something was written.
 *
 * Lua tells the line on which a call starts and nothing about columns. From that line on the
 * tokens are searched for the word, its table and the entry in question. A scenario may build its
 * tables in ways that leave no such trace (variables, functions); then the search finds nothing
 * and the caller points at the nearest thing it knows.
 */
#ifndef SIM_SCENARIO_SOURCE_H
#define SIM_SCENARIO_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/plan/problems.h"

typedef struct ScenarioSource ScenarioSource;

/* A token's number, or this. */
#define SCENARIO_NOWHERE UINT32_MAX

/* Copies both. `text` holds no NUL and is UTF-8. */
ScenarioSource *scenario_source_new(const char *file, const char *text);
void            scenario_source_free(ScenarioSource *source);

const char *scenario_source_file(const ScenarioSource *source);
const char *scenario_source_text(const ScenarioSource *source);

/* The place of a token; of the whole file if SCENARIO_NOWHERE. */
PlanSpan scenario_source_span(const ScenarioSource *source, uint32_t token);

/* The first token of a line, or SCENARIO_NOWHERE. */
uint32_t scenario_source_line(const ScenarioSource *source, uint32_t line);

/* How many tokens begin on a line: what looking for one of them costs. */
uint32_t scenario_source_width(const ScenarioSource *source, uint32_t line);

/* The text from a token to the next one: all pieces in order are the whole text. NULL after the
 * last one. */
const char *scenario_source_piece(const ScenarioSource *source, uint32_t token, size_t *out_size);

/* The last token of the file, or SCENARIO_NOWHERE. */
uint32_t scenario_source_last(const ScenarioSource *source);

bool scenario_source_is_number(const ScenarioSource *source, uint32_t token);

/* A token of exactly this text on a line, or SCENARIO_NOWHERE. */
uint32_t scenario_source_token(const ScenarioSource *source, uint32_t line, const char *text);

/* The `nth` (from 0) call of `word` on a line, with this text as its first argument if some have
 * it; the last one if there are fewer. */
uint32_t scenario_source_call(const ScenarioSource *source, uint32_t line, const char *word,
                              const char *text, uint32_t nth);

/* The first argument in quotes of a call, or SCENARIO_NOWHERE. */
uint32_t scenario_source_text_of(const ScenarioSource *source, uint32_t call);

/* The "{" of the table a call or value is written with, or SCENARIO_NOWHERE. */
uint32_t scenario_source_brace(const ScenarioSource *source, uint32_t token);

/* Finds an entry of the table at `brace`: the one named `key`, or, if that is NULL, the one at
 * `position` (from 1). Returns the token of its value and sets *out_key to that of its name (or of
 * its value); SCENARIO_NOWHERE for both if it is not there, or if `brace` is no "{". */
uint32_t scenario_source_entry(const ScenarioSource *source, uint32_t brace, const char *key,
                               uint32_t position, uint32_t *out_key);

#endif
