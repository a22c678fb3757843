// SPDX-License-Identifier: Apache-2.0
//
// What the passes of a compile share. Not for use outside the module.
#ifndef PC_COMPILE_PASS_H
#define PC_COMPILE_PASS_H

#include "compile/compile.h"
#include "image/builder.h"

// One entry of an Action or NotAction list that names actions of a service, as the index needs it.
struct pc_indexed_action {
    struct pc_str service; // lower case
    struct pc_str pattern; // bytes of the name's pattern; in the arena
    struct pc_str name;    // its text when it has no wildcards; ptr NULL otherwise
    uint64_t service_hash, name_hash;
    uint32_t statement;
};

struct pc_compile_pass {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_image_builder *builder;
    const struct pc_policy *policy; // the document at hand
    enum pc_effect effect;          // of the statement at hand
    struct pc_map keys;             // lower-case condition key -> uint32_t * index in the table

    struct pc_indexed_action *indexed; // of all documents
    size_t indexed_count, indexed_capacity;
    uint32_t *every; // statements with "*" in their list, in order
    size_t every_count, every_capacity;
};

// Appends one record a statement, and what it refers to, for the document at hand.
PC_MUST_CHECK enum pc_status pc_emit_statements(struct pc_compile_pass *pass,
                                                const struct pc_policy *policy);

// Appends the actions of a statement and notes them for the index.
PC_MUST_CHECK enum pc_status pc_emit_actions(struct pc_compile_pass *pass,
                                             const struct pc_text_list *list, uint32_t statement,
                                             struct pc_image_range *out);

// Appends the conditions of a statement: operators and operands are read here.
PC_MUST_CHECK enum pc_status pc_emit_conditions(struct pc_compile_pass *pass,
                                                const struct pc_statement *statement,
                                                struct pc_image_range *out);

// Builds the index of actions from what pc_emit_actions noted, and the statement masks.
PC_MUST_CHECK enum pc_status pc_emit_index(struct pc_compile_pass *pass,
                                           struct pc_image_range *every);

// Reports a text that is too large for one pattern, at its place.
void pc_pass_report_limit(struct pc_compile_pass *pass, const struct pc_text *text, bool variables);

// Makes room for one more element of `size` bytes in an arena array.
PC_MUST_CHECK enum pc_status pc_pass_grow(struct pc_arena *arena, void **array, size_t count,
                                          size_t *capacity, size_t size);

#endif
