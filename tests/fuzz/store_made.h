// SPDX-License-Identifier: Apache-2.0
//
// The stores that are damaged, made once a process in a folder in memory, and what they answer.
#ifndef POLCHECK_FUZZ_STORE_MADE_H
#define POLCHECK_FUZZ_STORE_MADE_H

#include "fuzz.h"

#include "base/buf.h"

enum {
    STORE_QUESTIONS = 12,
    STORE_STATES = 2, // that a store may show: the newest, and the one before where there is one
};

struct store_made {
    struct pc_buf file; // its data file
    // What is answered to each question in a state: polcheck_decision, or -1 for an error.
    int answers[STORE_STATES][STORE_QUESTIONS];
    int updated[STORE_QUESTIONS]; // and after the update that store_use makes
    size_t states;
};

// The store that a number chooses; all are made when the first is asked for.
const struct store_made *store_made_at(unsigned number);

// Puts the file in the place of the store's and uses it. raw: nothing is known of what it answers.
// writing: what is done beside asking, in two bits: nothing, a value is put, an update, a compile.
void store_use(const struct store_made *made, struct pc_str file, bool raw, unsigned writing);

#endif
