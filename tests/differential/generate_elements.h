// SPDX-License-Identifier: Apache-2.0
//
// The elements of a statement, each written as a member of the statement's object. An element is
// aimed at the scene's request so often, in a hundred; what is not aimed is drawn at random.
#ifndef GEN_GENERATE_ELEMENTS_H
#define GEN_GENERATE_ELEMENTS_H

#include "generate_scene.h"

// The statement that is being written.
struct gen_statement {
    struct gen_scene *scene;
    struct pc_json_writer *writer;
    enum gen_policy policy;
    bool variables; // the document's version knows them
    bool escaped;   // characters beyond U+00FF are written as \u
    bool deny;
    uint32_t aim;
};

// One value alone or in an array, several in an array.
void gen_write_texts(const struct gen_statement *statement, const struct pc_str *texts,
                     size_t count);

// Principal or NotPrincipal.
void gen_write_principal(const struct gen_statement *statement);

// Action or NotAction.
void gen_write_action(const struct gen_statement *statement);

// Resource or NotResource, or nothing where the policy type lets it be.
void gen_write_resource(const struct gen_statement *statement);

// Condition, or nothing.
void gen_write_condition(const struct gen_statement *statement);

// Condition with exactly one operator and key; returns the operator as it is usually spelt.
struct pc_str gen_write_one_condition(const struct gen_statement *statement);

#endif
