/*
 * presets.h: lets the scenario room see the measured figures of models/presets.
 *
 * The scenario room may not include models; the program on top wires the two together.
 */
#ifndef SIM_CLI_PRESETS_H
#define SIM_CLI_PRESETS_H

#include "sim/scenario/scenario.h"

typedef struct CliPresets CliPresets;

CliPresets *cli_presets_new(void);
void        cli_presets_free(CliPresets *presets);

/* As scenario_load takes them. Lent until `presets` is freed. */
const ScenarioPresets *cli_presets_table(const CliPresets *presets);

#endif
