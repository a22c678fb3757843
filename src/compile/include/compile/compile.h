// SPDX-License-Identifier: Apache-2.0
//
// From the model of policies to an image: one policy set, that is all documents that are looked at
// together (the identity policies of a role, one organisation level, one resource's policy).
#ifndef PC_COMPILE_COMPILE_H
#define PC_COMPILE_COMPILE_H

#include "base/buf.h"
#include "policy/model.h"

enum {
    // Raised when a document comes to be compiled to something else, or to be refused: a store
    // takes what was compiled from the same documents under the same version as it is.
    PC_COMPILE_VERSION = 4,
};

struct pc_compile_set {
    enum pc_policy_type type; // of every policy in it
    const struct pc_policy *const *policies;
    size_t count; // zero: a set that allows nothing
};

// Compiles the set and appends its image to out. The same input gives the same bytes. Working
// memory is taken from the arena. Operators, operands and patterns are read here: what is unknown
// or malformed is reported (POL05xx) with its place, never skipped. Of equal resources of one
// statement, and of equal values of one condition, there is one, where the first was.
// PC_ERR_INVALID: at least one error was reported; out as it was. PC_ERR_NOMEM. PC_ERR_LIMIT: too
// large for one image, with long texts that are repeated too often (pc_image_texts_fit), or texts
// that were chosen so that its tables would be slow (LIMIT_IMAGE reported).
PC_MUST_CHECK enum pc_status pc_compile(struct pc_arena *arena, const struct pc_compile_set *set,
                                        struct pc_diags *diags, struct pc_buf *out);

#endif
