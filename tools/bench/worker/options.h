// SPDX-License-Identifier: Apache-2.0
//
// What the worker is told to do.
#ifndef PC_BENCH_OPTIONS_H
#define PC_BENCH_OPTIONS_H

#include "base/str.h"

enum pc_bench_task {
    PC_BENCH_SERVE = 0, // the worker protocol on standard input and output
    PC_BENCH_COUNT,     // decide `count` requests and end
    PC_BENCH_FIRST,     // open the store, decide one request, tell how long it took
    PC_BENCH_MAKE,      // make the store and end
};

struct pc_bench_options {
    const char *folder; // WLDIR
    const char *store;  // NULL: one of its own, in a temporary folder
    bool reasons;
    bool explained;
    bool prepared;  // requests are made before
    bool in_public; // through libpolcheck
    enum pc_bench_task task;
    uint32_t count;
    uint32_t numbers; // requests are asked with the numbers 0 .. numbers - 1; 0: as they are
    uint32_t hot;     // of them only so many, spread over all; 0: all
};

// Reads the arguments. False: they are wrong, and standard error says how.
PC_MUST_CHECK bool pc_bench_options_read(int argc, char **argv, struct pc_bench_options *out);

extern const char pc_bench_usage[];

#endif
