// SPDX-License-Identifier: Apache-2.0
//
// Finds the documents below folders, and asks of each no more than its name where that will do.
#ifndef PC_ACCOUNT_WALK_H
#define PC_ACCOUNT_WALK_H

#include "picture.h"

#include <sys/stat.h>

// Is told of a document; `path` ends in a zero byte and lives in the arena.
typedef enum pc_status pc_walk_visit(struct pc_import *import, struct pc_str path);

// Visits every *.json below the folder, which `found` describes, in the order of their names. Loops
// of links end: a folder is walked once. Reports what cannot be looked at (FILE_MISSING,
// FILE_READ), and a folder without any document (FOLDER_EMPTY). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_walk_folder(struct pc_import *import, struct pc_str path,
                                            const struct stat *found, pc_walk_visit *visit);

#endif
