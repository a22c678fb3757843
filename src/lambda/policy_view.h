// SPDX-License-Identifier: Apache-2.0
//
// The statements of a function's policies as they were compiled: which of them are worth a
// question, and what their conditions compare with. It proposes questions and decides nothing.
#ifndef PC_LAMBDA_POLICY_VIEW_H
#define PC_LAMBDA_POLICY_VIEW_H

#include "lambda/check.h"

enum {
    PC_VIEW_IMAGES = 2, // of a version or alias, and of the function
};

// Borrowed from the store: valid until the resolver is renewed.
struct pc_policy_view {
    struct pc_image images[PC_VIEW_IMAGES];
    size_t count;
};

// A statement of a view.
struct pc_view_statement {
    const struct pc_image *image;
    uint32_t number;
    const struct pc_image_statement *record;
};

// Adds the policy that the resource itself holds, if it has one. PC_ERR_DAMAGED, PC_ERR_IO,
// PC_ERR_BUSY, PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_policy_view_add(struct pc_checker *checker, struct pc_str arn,
                                                struct pc_policy_view *view);

// Statements by place, through all images. False behind the last.
PC_MUST_CHECK bool pc_policy_view_at(const struct pc_policy_view *view, size_t at,
                                     struct pc_view_statement *out);

// May the statement allow the action on the resource to somebody? Conditions, and variables in its
// resource, are not asked.
bool pc_statement_may_allow(const struct pc_view_statement *statement, struct pc_str action,
                            struct pc_str resource);

// The patterns of resources that it lists, as they were compiled, by place; "" behind the last, and
// of NotResource at once.
struct pc_str pc_statement_resource(const struct pc_view_statement *statement, uint32_t at);

// Does the pattern match the resource, or may it: are there variables in it?
bool pc_resource_covers(struct pc_str pattern, struct pc_str resource);

// Does it allow, and name nobody in particular: Principal "*", or NotPrincipal?
bool pc_statement_is_open(const struct pc_view_statement *statement);

// Principals that it names, by place in its list; NULL behind the last, and of NotPrincipal at
// once.
const struct pc_image_principal *pc_statement_principal(const struct pc_view_statement *statement,
                                                        uint32_t at);

// The names of the keys that it tests, in lower case, by place; false behind the last.
PC_MUST_CHECK bool pc_statement_key(const struct pc_view_statement *statement, uint32_t at,
                                    struct pc_str *out);

// Does it test the key, whose name is in lower case?
bool pc_statement_tests(const struct pc_view_statement *statement, const char *key);

// Does it not match without the key: a positive comparison of texts, not IfExists?
bool pc_statement_requires(const struct pc_view_statement *statement, const char *key);

// The values that conditions ask the key to be equal to or like, by place, as policies write them,
// in the arena; "" behind the last. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_statement_value(struct pc_arena *arena,
                                                const struct pc_view_statement *statement,
                                                const char *key, size_t at, struct pc_str *out);
// The same, and the values that they ask it not to be equal to or like.
PC_MUST_CHECK enum pc_status pc_statement_text(struct pc_arena *arena,
                                               const struct pc_view_statement *statement,
                                               const char *key, size_t at, struct pc_str *out);

#endif
