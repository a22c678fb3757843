// SPDX-License-Identifier: Apache-2.0
//
// Finds and reads files. A file is taken once however it is named: files are told apart by what the
// system says they are, not by their path; loops of links end for the same reason.
#ifndef PC_ACCOUNT_FILES_H
#define PC_ACCOUNT_FILES_H

#include "picture.h"

#include <sys/stat.h>

// How standard input is named in places.
#define PC_FILES_INPUT "<stdin>"

// Finds what the user named: a file, every *.json below a folder in the order of their names, or
// "-". What cannot be looked at is reported (FILE_MISSING, FILE_READ, FOLDER_EMPTY). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_files_add(struct pc_import *import, struct pc_str path);

// Reads all that was found, and takes it into the picture in the order in which it was found. What
// cannot be opened, read or parsed is reported in that order. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_files_read(struct pc_import *import);

// The file that a manifest names: relative paths start at the folder of `from`. *out is NULL when
// it cannot be read, which is reported at `place`.
PC_MUST_CHECK enum pc_status pc_files_find(struct pc_import *import, const struct pc_file *from,
                                           struct pc_str path, struct pc_place place,
                                           struct pc_file **out);

// The path that a manifest names (pc_path_from).
PC_MUST_CHECK enum pc_status pc_files_path(struct pc_import *import, const struct pc_file *from,
                                           struct pc_str path, struct pc_str *out);

// What tells files apart: the bytes of device and inode, in the arena.
PC_MUST_CHECK enum pc_status pc_files_identity(struct pc_arena *arena, const struct stat *found,
                                               struct pc_str *out);

// Reports that the file cannot be opened (FILE_MISSING) or read, with the system's reason.
void pc_files_complain(struct pc_diags *diags, enum pc_diag_code code, struct pc_place place,
                       struct pc_str path, int error);

// The file's name without its folder.
struct pc_str pc_files_own_name(const struct pc_file *file);

#endif
