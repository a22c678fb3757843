// SPDX-License-Identifier: Apache-2.0
//
// Paths that a file names from its own folder.
#ifndef PC_BASE_PATH_H
#define PC_BASE_PATH_H

#include "base/arena.h"

// Can the system look for it: not empty, and no zero byte?
PC_MUST_CHECK bool pc_path_is(struct pc_str path);

// The path as `file` names it: from the folder of `file`, unless it begins with '/'. "." and ".."
// are taken out of it where the shorter path leads to the same place (links can make a difference),
// so that places are named as people name them. In the arena, with a zero behind it. PC_ERR_NOMEM.
// Cost: two look-ups by the system if there is such a step.
PC_MUST_CHECK enum pc_status pc_path_from(struct pc_arena *arena, struct pc_str file,
                                          struct pc_str path, struct pc_str *out);

// The name of the file without its folder and a ".json" at its end.
struct pc_str pc_path_stem(struct pc_str path);

#endif
