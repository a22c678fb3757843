// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the target `policy` share: a document, read as one type and compiled.
#ifndef POLCHECK_FUZZ_POLICY_H
#define POLCHECK_FUZZ_POLICY_H

#include "fuzz.h"
#include "policy/reader.h"
#include "validate.h"

// A row of types: the word of an input, and the type in the engine and in the reference.
struct policy_type {
    const char *word;
    enum pc_policy_type type;
    enum ref_form form;
    const char *service; // of the resource, or ""
    const char *action;  // one that asks for it; NULL: any
    enum ref_type ref_type;
};

// A document that was read.
struct policy_read {
    struct pc_arena *arena;
    const struct policy_type *type;
    struct pc_str text;
    const struct pc_json *json;    // NULL: the text is no JSON
    const struct pc_policy *model; // NULL: refused
    struct pc_buf image;           // empty: refused
    struct pc_diags diags;
};

// Reads and compiles it. Whatever is refused has an error with a place in the text.
void policy_read(struct policy_read *document);

// Aborts unless both say the same, wherever they stand in their texts.
void policy_check_same(const struct pc_policy *a, const struct pc_policy *b);

// Would AWS have saved it, by the reference? NULL, or why not.
const char *policy_refers(const struct policy_read *document);

#endif
