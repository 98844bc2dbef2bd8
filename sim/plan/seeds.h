/*
 * seeds.h: the seeds a scenario or a command line asks for: "1..20", "1,7,19", "1..3,9".
 */
#ifndef SIM_PLAN_SEEDS_H
#define SIM_PLAN_SEEDS_H

#include <stdbool.h>
#include <stdint.h>

#define PLAN_SEEDS_MOST 1000000

/* Reads a list of seeds, in the order written, as often as written. Returns an
 * owned array (g_free), or NULL with *out_reason (owned; out_reason may be NULL) set. */
uint64_t *plan_seeds_parse(const char *text, uint32_t *out_count, char **out_reason);

#endif
