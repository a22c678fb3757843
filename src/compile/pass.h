// SPDX-License-Identifier: Apache-2.0
//
// What the passes of a compile share. Not for use outside the module.
#ifndef PC_COMPILE_PASS_H
#define PC_COMPILE_PASS_H

#include "base/map.h"
#include "compile/compile.h"
#include "image/builder.h"

struct pc_compile_pass {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_image_builder *builder;
    const struct pc_policy *policy; // the document at hand
    enum pc_effect effect;          // of the statement at hand
    struct pc_map keys;             // lower-case condition key -> uint32_t * index in the table
    struct pc_buf bytes;            // of the pattern at hand
    struct pc_str service;          // of the action before, as written, and where it lies in lower
    struct pc_image_span lower;     // case: a list has many of the same
    bool told;                      // it is reported why the set is too large
};

// Appends one record a statement, and what it refers to, for the document at hand.
PC_MUST_CHECK enum pc_status pc_emit_statements(struct pc_compile_pass *pass,
                                                const struct pc_policy *policy);

// Appends the actions of a statement.
PC_MUST_CHECK enum pc_status pc_emit_actions(struct pc_compile_pass *pass,
                                             const struct pc_text_list *list,
                                             struct pc_image_range *out);

// Appends the conditions of a statement: operators and operands are read here.
PC_MUST_CHECK enum pc_status pc_emit_conditions(struct pc_compile_pass *pass,
                                                const struct pc_statement *statement,
                                                struct pc_image_range *out);

// Reports a text that is too large for one pattern, at its place.
void pc_pass_report_limit(struct pc_compile_pass *pass, const struct pc_text *text, bool variables);

#endif
