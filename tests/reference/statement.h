// SPDX-License-Identifier: Apache-2.0
//
// One statement of one document for one request: does it match, and how strongly?
#ifndef REFERENCE_STATEMENT_H
#define REFERENCE_STATEMENT_H

#include "condition.h"
#include "principal.h"
#include "reference.h"
#include "request.h"

struct ref_question {
    struct pc_arena *arena;
    const struct ref_request *request;
    bool boundary;
};

// the pattern of an Action against the request's.
bool ref_action_matches(const struct ref_request *request, struct pc_arena *arena,
                        struct pc_str pattern);

// an entry of Resource; `variables`: R-502.
bool ref_resource_matches(const struct ref_question *question, enum ref_type type, bool variables,
                          struct pc_str entry);

// The strength of the statement, ANY in documents without principals; NONE when principal, action,
// resource or condition do not match. Adds the keys that its condition misses.
enum ref_strength ref_statement_matches(const struct ref_question *question, enum ref_type type,
                                        const struct pc_json *document,
                                        const struct pc_json *statement, struct ref_names *missing);

// The statements of a document: one, or an array of them.
size_t ref_statement_count(const struct pc_json *document);
const struct pc_json *ref_statement_at(const struct pc_json *document, size_t index);

bool ref_statement_allows(const struct pc_json *statement);

//
bool ref_document_has_variables(const struct pc_json *document);

#endif
