// SPDX-License-Identifier: Apache-2.0
//
// Files of input: reading one whole, and finding those below folders.
#ifndef PC_CLI_FILE_H
#define PC_CLI_FILE_H

#include "base/diag.h"

// Opens a file for reading. PC_ERR_INVALID: FILE_MISSING was reported.
PC_MUST_CHECK enum pc_status pc_file_open(struct pc_str path, struct pc_diags *diags, int *fd);

// Reads a file whole ("-": standard input), at most PC_JSON_MAX_BYTES, into the buffer,
// which is emptied before.
// PC_ERR_INVALID: FILE_MISSING, FILE_READ or JSON_SIZE was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_file_read(struct pc_str path, struct pc_diags *diags,
                                          struct pc_buf *buf);

// The name of a file in places: "<stdin>" for "-".
struct pc_str pc_file_name(struct pc_str path);

struct pc_paths {
    struct pc_str *items; // in the arena
    size_t count, capacity;
};

// Appends the path, or, when it is a folder, the files below it whose names end in .json or
// .ndjson, in the order of their names. What has a name that starts with a dot is left out; links
// are followed, and each folder is entered once. PC_ERR_INVALID: FILE_MISSING, FILE_READ (also of
// what is neither a file nor a folder) or FOLDER_EMPTY was reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_paths_add(struct pc_paths *paths, struct pc_arena *arena,
                                          struct pc_str path, struct pc_diags *diags);

#endif
