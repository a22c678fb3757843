// SPDX-License-Identifier: Apache-2.0
//
// Finds and reads files. A file is read once however it is named: files are told apart by what the
// system says they are, not by their path; loops of links end for the same reason.
#ifndef PC_ACCOUNT_FILES_H
#define PC_ACCOUNT_FILES_H

#include "picture.h"

// How standard input is named in places.
#define PC_FILES_INPUT "<stdin>"

// Adds what the user named: a file, every *.json below a folder in the order of their names, or
// "-". What cannot be opened or read is reported (FILE_MISSING, FILE_READ, FOLDER_EMPTY).
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_files_add(struct pc_import *import, struct pc_str path);

// The file that a manifest names: relative paths start at the folder of `from`. *out is NULL when
// it cannot be read, which is reported at `place`.
PC_MUST_CHECK enum pc_status pc_files_find(struct pc_import *import, const struct pc_file *from,
                                           struct pc_str path, struct pc_place place,
                                           struct pc_file **out);

#endif
