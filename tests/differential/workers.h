// SPDX-License-Identifier: Apache-2.0
//
// Shares the cases of a run among processes. The parent opens nothing before it forks, counts what
// its workers find in shared memory, and outlives each of them: a worker that crashes or hangs is
// told with the case that it was at.
#ifndef WORKERS_H
#define WORKERS_H

#include "check.h"

enum {
    WORKERS_MAX = 64,
};

struct workers_run {
    uint64_t seed, first, cases; // [first, first + cases)
    unsigned jobs;               // 1 to WORKERS_MAX
    uint64_t stop_after;         // disagreements
    const char *folder;          // for what is found
    bool large;                  // gen_large_case
};

struct workers_sum {
    uint64_t cases, refused, disagreements;
    uint64_t decisions[REF_ALLOWED + 1];
    uint64_t kinds[JUDGE_PARTIES][JUDGE_ASPECTS];
    uint64_t crashes; // workers that did not end by themselves
};

// Sets up the shared memory, and has an interrupt (SIGINT) end the runs early. Ends the program
// when it cannot.
void workers_init(void);

// Runs, and adds to *sum. Draws a bar on a terminal's standard error.
void workers_run(const struct workers_run *run, struct workers_sum *sum);

bool workers_interrupted(void);

// Adds what a process counted.
void workers_add(struct workers_sum *sum, const struct check_tally *tally);

#endif
