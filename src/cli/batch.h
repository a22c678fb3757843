// SPDX-License-Identifier: Apache-2.0
//
// Many requests, one JSON object a line, answered one a line in their order.
#ifndef PC_CLI_BATCH_H
#define PC_CLI_BATCH_H

#include "account/asker.h"
#include "output.h"

struct pc_batch_counts {
    size_t lines; // with a request or something that should be one
    size_t bad;   // of them answered with an error
};

enum {
    PC_BATCH_MAX_JOBS = 64,
};

struct pc_batch_options {
    struct pc_str path; // "-": standard input
    size_t jobs;        // threads, 1 to PC_BATCH_MAX_JOBS; cut to that
};

// Reads the file and answers each line that is not blank, all from one state of the asker's store.
// A line that cannot be read or answered gets an error in its place. Answers leave in the order of
// the lines, in blocks, but all that there are before waiting for more input. PC_ERR_INVALID: the
// file cannot be opened or read; reported. PC_ERR_NOMEM. PC_ERR_BUSY: the store changes without a
// pause. PC_ERR_IO: the output cannot be written; out->error says why.
PC_MUST_CHECK enum pc_status pc_batch_run(const struct pc_asker *asker,
                                          const struct pc_batch_options *options,
                                          struct pc_output *out, struct pc_diags *diags,
                                          struct pc_batch_counts *counts);

#endif
