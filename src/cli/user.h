// SPDX-License-Identifier: Apache-2.0
//
// The user that a command is started as: found by name or number before anything is released, and
// become for good right before the command is run. What the caller may do goes with it.
#ifndef PC_CLI_USER_H
#define PC_CLI_USER_H

#include "base/arena.h"
#include "base/diag.h"

#include <sys/types.h>

// In the arena.
struct pc_user {
    struct pc_str shown; // as it was named
    uid_t uid;
    gid_t gid;
    gid_t *groups; // all that it is a member of, gid included
    size_t group_count;
    gid_t *room; // for as many
    // HOME, SHELL, USER and LOGNAME as "NAME=VALUE"; of a number that the user database does not
    // know the names alone. NULL behind them.
    char **variables;
};

// Finds USER[:GROUP], each a name or a number: the group is USER's own unless one is named, and the
// others are those that the group database has for USER. A number that the user database does not
// know needs a group, and has that alone. PC_ERR_INVALID: reported (USAGE). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_user_find(struct pc_arena *arena, const char *text,
                                          struct pc_diags *diags, const struct pc_user **out);

// Makes this process that user's for good: real, effective and saved ids, groups, and, unless the
// user is root, no capability is left. Reads back that it is so. 0, or errno; then the process is
// neither one nor the other, and must run nothing.
PC_MUST_CHECK int pc_user_become(const struct pc_user *user);

#endif
