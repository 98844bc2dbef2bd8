/*
 * starter.h: the scenario that `new` writes and `doctor` plays.
 */
#ifndef SIM_CLI_STARTER_H
#define SIM_CLI_STARTER_H

/* The scenario's text with its name filled in. Owned. */
char *cli_starter_text(const char *name);

#endif
