// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include "base/clock.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    SILENT_MILLIS = 1000, // before the first drawing
    EACH_MILLIS = 100,    // between drawings
    WIDTH = 40,
};

static const char erase[] = "\r\033[K";
static volatile sig_atomic_t stands; // a bar on the terminal

static void write_bytes(const char *bytes, size_t count)
{
    ssize_t ignored = write(STDERR_FILENO, bytes, count);
    (void)ignored;
}

void pc_bar_begin(struct pc_bar *bar, const char *label)
{
    *bar = (struct pc_bar){.label = label, .terminal = isatty(STDERR_FILENO) != 0};
    bar->begin = pc_clock_millis();
}

static void draw(const struct pc_bar *bar, size_t done, size_t total)
{
    char cells[WIDTH + 1];
    char line[WIDTH + 128];
    size_t filled = total == 0 ? 0 : (size_t)((double)done / (double)total * WIDTH);
    for (size_t i = 0; i < WIDTH; i++) {
        cells[i] = i < filled ? '#' : '.';
    }
    cells[WIDTH] = '\0';
    int length =
        snprintf(line, sizeof(line), "\r%s [%s] %zu of %zu\033[K", bar->label, cells, done, total);
    if (length > 0 && (size_t)length < sizeof(line)) {
        stands = 1;
        write_bytes(line, (size_t)length);
    }
}

void pc_bar_step(void *context, size_t done, size_t total)
{
    struct pc_bar *bar = context;
    int64_t now = bar->terminal ? pc_clock_millis() : 0;
    int64_t least = bar->drawn == 0 ? bar->begin + SILENT_MILLIS : bar->drawn + EACH_MILLIS;
    if (bar->terminal && now >= least) {
        draw(bar, done, total);
        bar->drawn = now;
    }
}

void pc_bar_end(struct pc_bar *bar)
{
    if (bar->drawn != 0) {
        pc_bar_erase();
        stands = 0;
    }
}

void pc_bar_erase(void)
{
    if (stands) {
        write_bytes(erase, sizeof(erase) - 1);
    }
}
