// SPDX-License-Identifier: Apache-2.0
//
// Documents in tests are written with ' for ", and with ^ in front of each place where a diagnostic
// is expected: ^^ for two at one place. Neither is part of what is read.
#ifndef PC_TESTS_POLICY_DOCUMENT_CASE_H
#define PC_TESTS_POLICY_DOCUMENT_CASE_H

#include "testing.h"

#include "policy/reader.h"

struct document {
    struct pc_arena arena;
    struct pc_diags diags;
    enum pc_status status;
    const struct pc_policy *policy; // NULL unless status is PC_OK
};

// Reads text, which may hold no ^, as a file "p.json".
void document_read(struct document *document, enum pc_policy_type type, const char *text);
void document_release(struct document *document);

struct document_case {
    const char *name;
    enum pc_policy_type type;
    const char *text;
    const char *codes; // "0310 0301": of the places, in the order of the text; "" for none
};

// Each document gives exactly the diagnostics that are expected, where they are expected; reading
// succeeds unless one of them is an error.
void check_documents(const struct document_case *cases, size_t count);

#define CHECK_DOCUMENTS(cases) check_documents(cases, sizeof(cases) / sizeof((cases)[0]))

#endif
