// SPDX-License-Identifier: Apache-2.0
//
// Entries of Action and NotAction, in their parts: a service, which is compared as it stands, and a
// pattern for the name.
#ifndef PC_MATCH_ACTION_PATTERN_H
#define PC_MATCH_ACTION_PATTERN_H

#include "base/arena.h"
#include "match/pattern.h"

enum pc_action_kind {
    PC_ACTION_NEVER = 0, // matches no request
    PC_ACTION_ANY,       // "*" or "*:*"
    PC_ACTION_NAME,      // service:Name
};

// The kind of an entry, and its parts, views of the text, when it is a name; else they are left
// untouched.
enum pc_action_kind pc_action_pattern_split(struct pc_str text, struct pc_str *service,
                                            struct pc_str *name);

// An entry ready for comparing. The views are the caller's.
struct pc_action_pattern {
    enum pc_action_kind kind;
    struct pc_str service; // in ASCII lower case
    struct pc_str name;    // byte form: wildcards, without case
};

// Reads an entry into the arena. PC_ERR_NOMEM. PC_ERR_LIMIT as pc_pattern_compile.
PC_MUST_CHECK enum pc_status pc_action_pattern_read(struct pc_arena *arena, struct pc_str text,
                                                    struct pc_action_pattern *out);

#endif
