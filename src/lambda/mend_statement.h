// SPDX-License-Identifier: Apache-2.0
//
// What is lacking, as statements.
#ifndef PC_LAMBDA_MEND_STATEMENT_H
#define PC_LAMBDA_MEND_STATEMENT_H

#include "mend.h"

// What one question lacks in one policy.
struct pc_lack {
    enum pc_slot slot;
    enum pc_policy_type type;
    struct pc_str holder;
    size_t level; // of an SCP
    struct pc_str who, action;
    struct pc_str resource;    // "": the policy's statements have none
    const struct pc_tag *pins; // conditions
    size_t pin_count;
    struct pc_lack *next;
};

// Fills in what the statement says of resource and conditions, by the type of the policy.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lack_fill(struct pc_arena *arena,
                                          const struct pc_lambda_question *question,
                                          struct pc_str covers, struct pc_lack *lack);

// Writes a policy document with the statement of the one lack alone.
void pc_mend_document_write(struct pc_buf *out, const struct pc_lack *lack);

#endif
