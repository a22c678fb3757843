// SPDX-License-Identifier: Apache-2.0
//
// Paths with wildcards, relative to a folder: "policies/*.json". '*' is any run of characters and
// '?' one character of a name, never a '/'; "**" in the place of a name is any number of folders,
// also none. Everything else is literal.
#ifndef PC_CLI_PATH_PATTERN_H
#define PC_CLI_PATH_PATTERN_H

#include "base/arena.h"

enum {
    PC_PATH_PATTERN_NAMES = 64, // at most, and bytes of each at most NAME_MAX of the system
};

struct pc_path_pattern {
    struct pc_str *names; // compiled; "" for "**"
    size_t count;
    bool literal; // no wildcard in it
};

// Compiles the text into the arena. *fault is NULL, or what is wrong with it: "begins with \"/\"".
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_path_pattern_read(struct pc_arena *arena, struct pc_str text,
                                                  struct pc_path_pattern *out, const char **fault);

// Does it match the whole path, whose names are separated by single slashes? Time at most
// proportional to pattern * path.
bool pc_path_pattern_match(const struct pc_path_pattern *pattern, struct pc_str path);

#endif
