// SPDX-License-Identifier: Apache-2.0
//
// The text of a function's policy with a statement more or less: a policy document, or what
// `aws lambda get-policy` prints. All that is not the statement stays: of a document byte for byte;
// of the document inside what get-policy prints with the same meaning in the same order (its
// escapes are written anew).
#ifndef PC_LAMBDA_POLICY_TEXT_H
#define PC_LAMBDA_POLICY_TEXT_H

#include "lambda/permission.h"

struct pc_policy_text {
    struct pc_str file; // for places
    struct pc_str text;
    struct pc_str revision; // that the text has to have, if it says one; "": any
};

// Both functions below report what is wrong with the text, too: it has to be a policy
// (POL01xx to POL05xx) of this function or qualifier (POLICY_TEXT), of the revision
// (PERMISSION_REVISION; REVISION_UNKNOWN where it says none, which is no error).

// Appends the text with the statement behind those that it has.
// PC_ERR_INVALID: also PERMISSION_TAKEN, PERMISSION_LENGTH. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_text_add(struct pc_arena *arena,
                                                const struct pc_policy_text *policy,
                                                const struct pc_permission *permission,
                                                struct pc_diags *diags, struct pc_buf *out);

// Appends the text without the statement that has the Sid; nothing, when it was the last one, for
// Lambda then has no policy at all.
// PC_ERR_INVALID: also PERMISSION_UNKNOWN. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_text_remove(struct pc_arena *arena,
                                                   const struct pc_policy_text *policy,
                                                   const struct pc_permission *permission,
                                                   struct pc_diags *diags, struct pc_buf *out);

// Appends a document with the statement alone, as Lambda begins one.
void pc_policy_text_begin(struct pc_buf *out, const struct pc_permission *permission);

#endif
