// SPDX-License-Identifier: Apache-2.0
//
// One worker's part of a differential run: asks case after case, counts, and writes what the
// parties disagree about into files, each of them made small before.
#ifndef CHECK_H
#define CHECK_H

#include "judge.h"

#include <stdatomic.h>

// Counted by one process, read by another while it works. The decisions are the reference's.
struct check_tally {
    atomic_ullong cases, refused;
    atomic_ullong decisions[REF_ALLOWED + 1];
    atomic_ullong disagreements;                       // of all kinds, and no JSON
    atomic_ullong kinds[JUDGE_PARTIES][JUDGE_ASPECTS]; // who differs from the engine, and in what
    atomic_ullong current; // number of the generated case that is being asked
};

struct check {
    struct judge judge;
    struct check_tally *tally;
    const char *folder; // for what is found
    uint64_t told;      // disagreements that were written to files
    uint64_t limit;     // that many; further ones are only counted
    bool large;         // generated cases are large ones
    struct pc_buf text; // of one case
};

void check_init(struct check *check, struct check_tally *tally, const char *folder, uint64_t limit);
void check_release(struct check *check);

// Asks a case. name: of the case, and of the file that a disagreement is written to.
// True when all agree.
bool check_case(struct check *check, struct pc_str text, const char *name);

// Asks case `number` of the generator's `seed`.
bool check_generated(struct check *check, uint64_t seed, uint64_t number);

#endif
