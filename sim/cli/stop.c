/*
 * stop.c: the handler only remembers; whoever holds asks.
 */
#include "sim/cli/stop.h"

#include <glib.h>
#include <signal.h>
#include <stddef.h>

static const int        signals[] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction before[G_N_ELEMENTS(signals)];

static volatile sig_atomic_t came; /* 0: none */

static void on_signal(int number)
{
    came = number;
}

void cli_stop_hold(void)
{
    /* Once: who asks twice does not want to wait. */
    struct sigaction hold = {.sa_handler = on_signal, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    sigemptyset(&hold.sa_mask);
    came = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
        sigaction(signals[i], NULL, &before[i]);
        if (before[i].sa_handler == SIG_DFL) /* nohup ignores HUP, and so do we */
            sigaction(signals[i], &hold, NULL);
    }
}

bool cli_stopped(void)
{
    return came != 0;
}

void cli_stop_release(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &before[i], NULL);
    if (came != 0)
        raise(came);
}
