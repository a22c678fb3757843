// SPDX-License-Identifier: Apache-2.0
//
// The files of an input of the target `import`.
#ifndef POLCHECK_FUZZ_IMPORT_FILES_H
#define POLCHECK_FUZZ_IMPORT_FILES_H

#include "fuzz.h"

enum {
    IMPORT_MOST_FILES = 8,
};

struct import_file {
    char name[32]; // in the folder, "a.json"
    struct pc_str text;
};

struct import_files {
    struct import_file items[IMPORT_MOST_FILES];
    size_t count;
};

// Takes an input apart: "=== NAME" begins a file; what stands in front of the first one is
// "input.json". A name that was there before, or is none, ends it.
void import_files_read(struct pc_str input, struct import_files *out);

// Makes them in the folder of the process, and takes them away again.
void import_files_put(const struct import_files *files);
void import_files_remove(const struct import_files *files);

// The file with the name, which may stand behind a folder; NULL: none.
const struct import_file *import_files_named(const struct import_files *files, struct pc_str path);

#endif
