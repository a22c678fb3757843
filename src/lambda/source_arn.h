// SPDX-License-Identifier: Apache-2.0
//
// Source ARNs that are made up from the patterns of a policy, in order to ask for them.
#ifndef PC_LAMBDA_SOURCE_ARN_H
#define PC_LAMBDA_SOURCE_ARN_H

#include "lambda/function_name.h"
#include "stranger.h"
#include "value/arn.h"

struct pc_source_wish {
    struct pc_arn pattern; // fields as a policy has them
    struct pc_str account; // of the source, where the pattern's is not empty
    bool unrelated;        // another resource than the pattern means
};

// Has the text a wildcard, or a variable?
bool pc_has_wildcard(struct pc_str text);

// Appends a text that the pattern matches: an 'x' for each wildcard.
void pc_plain_write(struct pc_buf *out, struct pc_str pattern);

// The same in the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_plain_text(struct pc_arena *arena, struct pc_str pattern,
                                           struct pc_str *out);

// The field of a pattern, or what stands in for it where it has wildcards.
struct pc_str pc_field_or(struct pc_str field, struct pc_str otherwise);

// Reads the pattern of an ARN. A '*' at the end of a text may stand for all behind it:
// "arn:aws:sns: eu-west-1:1*" is read as if ":*" followed. *whole: it is one, else *out is
// untouched. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_source_read(struct pc_arena *arena, struct pc_str text,
                                            struct pc_arn *out, bool *whole);

// Makes the ARN, in the arena: partition and region that the pattern leaves open are the
// function's. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_source_make(struct pc_arena *arena,
                                            const struct pc_function_name *name,
                                            const struct pc_source_wish *wish, struct pc_str *out);

#endif
