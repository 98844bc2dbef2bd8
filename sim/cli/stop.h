/*
 * stop.h: Ctrl-C (and TERM, HUP) while there is something to clear away.
 *
 * Outside of hold and release a signal ends the process at once, as everywhere. Between them it
 * waits until release, so the steps between should be short and end early when cli_stopped. The
 * second signal does not wait.
 */
#ifndef SIM_CLI_STOP_H
#define SIM_CLI_STOP_H

#include <stdbool.h>

void cli_stop_hold(void);

/* True if a signal came since cli_stop_hold. */
bool cli_stopped(void);

/* Ends the process by the signal that came, if one did: a shell sees 130, 143 or 129. */
void cli_stop_release(void);

#endif
