// SPDX-License-Identifier: Apache-2.0
//
// What the targets of whole parts of the product are played on: a folder of the process's own,
// files in it, a compiled store, and what is written to the standard streams. All of it goes when
// the process ends.
#ifndef POLCHECK_FUZZ_STAGE_H
#define POLCHECK_FUZZ_STAGE_H

#include "base/buf.h"

// The path of that folder, made at the first call: in memory where there is a file system of it.
// Changing files is what is tried a million times, waiting for a disk is not.
const char *stage_folder(void);

// A path in the folder; lives until the process ends.
const char *stage_path(const char *name);

// Makes the path a store compiled from policies/thumbnails; also one that is there already.
void stage_compile(const char *store);
void stage_compile_of(const char *store, const char *policies); // another folder there

// Writes a file anew (0600), and reads one whole, appended.
void stage_write(const char *path, struct pc_str bytes);
void stage_read(const char *path, struct pc_buf *out);

// Takes a file or a folder with all that is in it away, if it is there.
void stage_remove(const char *path);

// How many file descriptors the process has.
unsigned stage_descriptors(void);

#endif
