// SPDX-License-Identifier: Apache-2.0
//
// A case of the corpus as a manifest: its policies attached to those who hold them in a store.
#ifndef PC_TESTS_API_SETTLE_H
#define PC_TESTS_API_SETTLE_H

#include "base/buf.h"
#include "eval/request.h"
#include "json/reader.h"

// One case, read.
struct settle_case {
    struct pc_str text;               // that its tree was parsed from
    const struct pc_json *policies;   // or NULL
    const struct pc_request *request; // as the command reads it; not finished
    struct pc_str principal_arn;      // as the context has it, or ""
    struct pc_str owner;              // of the resource, "" when nobody knows
};

// Appends a manifest. NULL: it is there; else why no store can hold the case.
const char *settle_case(const struct settle_case *subject, struct pc_buf *out);

// A list of policies of the case by name, or NULL.
const struct pc_json *settle_list(const struct settle_case *subject, const char *name);

// The document of an element of such a list, and its name or "".
struct settle_document {
    struct pc_str json, name;
};
struct settle_document settle_document(const struct settle_case *subject,
                                       const struct pc_json *element);

#endif
