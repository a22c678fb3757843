// SPDX-License-Identifier: Apache-2.0
//
// Patterns of resources with the variables that are known put in their place, for who asks about
// requests of which not everything is known.
#ifndef PC_MATCH_BIND_H
#define PC_MATCH_BIND_H

#include "match/arn_pattern.h"

enum pc_binding {
    PC_BINDING_NULL = 0, // the variable has no value: its default counts
    PC_BINDING_VALUE,
    PC_BINDING_OPEN, // nothing is known of it: it stays a variable
};

// Says what a key, in lower case, is bound to; *value is set for a value.
struct pc_binder {
    enum pc_binding (*bind)(void *context, struct pc_str key, struct pc_str *value);
    void *context;
};

// Appends the pattern of a resource (pc_arn_pattern_compile without every_field) in which values
// and defaults are literal text. *never: a variable without value or default is in it, so that it
// matches nothing, and nothing was appended. PC_ERR_LIMIT: values too long. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_arn_pattern_bind(struct pc_str bytes,
                                                 const struct pc_binder *binder, struct pc_buf *out,
                                                 bool *never);

#endif
