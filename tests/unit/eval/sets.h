// SPDX-License-Identifier: Apache-2.0
//
// Policy sets for the tests of eval, put together with the image builder: eval sees no policy
// model.
#ifndef PC_TESTS_EVAL_SETS_H
#define PC_TESTS_EVAL_SETS_H

#include "image/builder.h"
#include "image/view.h"

// One statement with at most one entry of each kind, and as many conditions as rows hang together.
// A zeroed one denies everything to nobody's surprise: effect Deny, no principal, no action, any
// resource, no condition.
struct row {
    uint8_t effect; // PC_IMAGE_ALLOW or PC_IMAGE_DENY
    const char *sid;
    uint32_t principal; // PC_IMAGE_PRINCIPAL_*, when `who` is set
    const char *who;
    bool not_principal;
    const char *action; // "service:Name" with wildcards, or "*"
    bool not_action;
    const char *resource; // NULL: none
    bool not_resource;
    uint32_t op; // enum pc_op_id, when `key` is set
    uint32_t flags;
    const char *key, *value; // value NULL: an empty list
    const struct row *also;  // its condition is a further one of this statement, and so on
};

// An image of the rows that lives until the arena is released. Fails the test on any error.
const struct pc_image *set_of(struct pc_arena *arena, uint32_t type, const struct row *rows,
                              size_t count);

#endif
