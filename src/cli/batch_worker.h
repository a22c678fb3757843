// SPDX-License-Identifier: Apache-2.0
//
// Answers lines of a batch into a buffer. Workers share a store and nothing else: each may run in a
// thread of its own.
#ifndef PC_CLI_BATCH_WORKER_H
#define PC_CLI_BATCH_WORKER_H

#include "account/asker.h"
#include "batch.h"

struct pc_batch_worker {
    struct pc_asker asker;
    struct pc_arena arena; // of one line
    struct pc_str file;    // for places
    struct pc_buf out;     // answers, one a line
    struct pc_batch_counts counts;
};

// Answers each line that is not blank. Failures of the buffer stay in it.
void pc_batch_answer_lines(struct pc_batch_worker *worker, const struct pc_str *lines,
                           size_t count);

// Writes the first error of diags, or the status, as the answer of one line. id is JSON.
void pc_batch_answer_error(struct pc_batch_worker *worker, struct pc_str id, enum pc_status status,
                           const struct pc_diags *diags);

#endif
