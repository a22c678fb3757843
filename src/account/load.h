// SPDX-License-Identifier: Apache-2.0
//
// A file that is read and parsed by itself, on any thread: what came of it is kept, and reported by
// who asked for it.
#ifndef PC_ACCOUNT_LOAD_H
#define PC_ACCOUNT_LOAD_H

#include "base/diag.h"
#include "json/reader.h"

#include <sys/stat.h>

struct pc_import;

struct pc_load {
    struct pc_str path; // ends in a zero byte
    bool input;         // standard input: not opened, it is
    bool regular;       // nothing but a regular file is read, nor waited for

    int missing;       // errno of the opening that failed
    int unread;        // errno of the reading that failed
    struct stat found; // what was opened
    struct pc_str text;
    const struct pc_json *json; // NULL: the text could not be read, or is no JSON
    struct pc_diags diags;      // why it is none
    enum pc_status status;      // PC_ERR_NOMEM: none of this counts
    struct pc_load *next;
};

// Opens, reads and parses it. Text, strings and diagnostics live in the arena, the tree in `trees`.
void pc_load_file(struct pc_load *load, struct pc_arena *arena, struct pc_arena *trees);

// The same for each of a list, on as many threads as the import may use. PC_ERR_NOMEM: none is
// read.
PC_MUST_CHECK enum pc_status pc_load_files(struct pc_load *first, size_t count,
                                           const struct pc_import *import);

#endif
