// SPDX-License-Identifier: Apache-2.0
//
// The environment that a command gets: the caller's, or a few variables of it, and ours.
#ifndef PC_CLI_CHILD_ENVIRONMENT_H
#define PC_CLI_CHILD_ENVIRONMENT_H

#include "base/arena.h"

struct pc_child_terms {
    char *const *ours; // "NAME=VALUE"; they win over the caller's
    size_t count;
    const struct pc_str *hidden; // names that are not taken from the caller, beside those of ours
    size_t hidden_count;
    // Of the user that the command becomes (user.h), or NULL: in the place of the caller's.
    char *const *user;
    char *const *caller; // ends in NULL, as environ does
    bool pristine;       // of the caller's only what is listed below and pc_child_is_usual
    const struct pc_str *allowed;
    size_t allowed_count;
};

// Whether a variable of the caller is given to every command: where things lie, who runs it, how it
// speaks to people. PATH, HOME, LANG, LC_*, TERM, TZ, USER, LOGNAME, SHELL, TMPDIR.
bool pc_child_is_usual(struct pc_str name);

// The name in front of '='; of a text without one, all of it.
struct pc_str pc_assignment_name(const char *assignment);

// An array for execve: the caller's in their order, then the user's, then ours. In the arena; the
// texts are borrowed. What of the caller's is no "NAME=VALUE" stays unless pristine. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_child_environment(struct pc_arena *arena,
                                                  const struct pc_child_terms *terms, char ***out);

// Whether it has a variable of that name.
bool pc_child_has(char *const *environment, struct pc_str name);

#endif
