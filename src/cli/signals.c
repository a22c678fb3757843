// SPDX-License-Identifier: Apache-2.0
#include "signals.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static const int ignored[] = {SIGPIPE, SIGXFSZ};
enum {
    COUNT = sizeof(ignored) / sizeof(ignored[0]),
};
static struct sigaction before[COUNT]; // zeroed: the default

void pc_signals_ignore(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_IGN;
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaction(ignored[i], &action, &before[i]);
    }
}

void pc_signals_restore(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaction(ignored[i], &before[i], NULL);
    }
}
