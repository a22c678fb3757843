// SPDX-License-Identifier: Apache-2.0
//
// A bar on standard error while something takes longer than a second; only when that is a terminal.
#ifndef PC_CLI_PROGRESS_H
#define PC_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pc_bar {
    const char *label;
    bool terminal;
    int64_t begin; // pc_clock_millis
    int64_t drawn; // of the last drawing; 0: never
};

void pc_bar_begin(struct pc_bar *bar, const char *label);
void pc_bar_step(void *context, size_t done,
                 size_t total); // struct pc_bar, as struct pc_progress wants it
void pc_bar_end(struct pc_bar *bar);
// Whatever bar stands on the terminal; for the handler of a signal: async-signal-safe.
void pc_bar_erase(void);

#endif
