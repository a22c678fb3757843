// SPDX-License-Identifier: Apache-2.0
//
// Runs the cases of files and folders. Policies that lie among them are no cases and are passed
// over, which is told.
#ifndef PC_CLI_CASE_WALK_H
#define PC_CLI_CASE_WALK_H

#include "case_run.h"
#include "file.h"

// What happens on the way, in this order for each file. What is shown is valid during the call.
struct pc_case_events {
    void *context;
    // A case has run. A status other than PC_OK ends the walk; PC_ERR_INTERRUPTED does so without
    // being a failure of it.
    enum pc_status (*result)(void *context, const struct pc_case_result *result);
    void (*problems)(void *context, const struct pc_diags *diags); // of reading the file
    // Or a part of it; `why`: the first of what was reported of it, or NULL.
    void (*unreadable)(void *context, struct pc_str file, const struct pc_diag *why);
    // The file, found below a folder, is a document of this shape and holds no case.
    void (*passed_over)(void *context, struct pc_str file, const char *shape);
    void (*end_file)(void *context, struct pc_str file); // also of one that is not readable
};

struct pc_case_walk {
    struct pc_case_runner *runner;
    struct pc_case_events events;
    size_t total; // files to go through
    size_t done;  // of them so far
    size_t cases; // results so far

    // Its own.
    struct pc_diags diags;             // what is to be told next
    struct pc_arena paths, tree, told; // of the walk, one document, its diagnostics
    struct pc_buf bytes;               // of one file
    bool named;                        // the file at hand was named by the user
};

void pc_case_walk_init(struct pc_case_walk *walk, struct pc_case_runner *runner,
                       struct pc_case_events events);
void pc_case_walk_release(struct pc_case_walk *walk);

// Runs the cases of every path: a file, a folder of which every *.json and *.ndjson below is read,
// or "-". May be called again. PC_ERR_NOMEM, and what `result` returned; what cannot be read is no
// error of the walk.
PC_MUST_CHECK enum pc_status pc_case_walk_run(struct pc_case_walk *walk, const char **paths,
                                              size_t count);

#endif
