// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"

#include "progress.h"
#include "store/store.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
enum {
    COUNT = sizeof(numbers) / sizeof(numbers[0]),
};
static struct sigaction before[COUNT];

static void on_interrupt(int number)
{
    pc_bar_erase();
    pc_store_abandon();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void pc_interrupts_clean(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_interrupt;
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaddset(&action.sa_mask, numbers[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        bool known = sigaction(numbers[i], NULL, &before[i]) == 0;
        if (known && before[i].sa_handler == SIG_DFL) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

void pc_interrupts_restore(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        (void)sigaction(numbers[i], &before[i], NULL);
    }
}
