// SPDX-License-Identifier: Apache-2.0
//
// Which document of AWS or ours a JSON value is, for who reads policies without an account around
// them. By the same table as an import (LAMBDA.md 5.4).
#ifndef PC_ACCOUNT_DOCUMENT_SHAPE_H
#define PC_ACCOUNT_DOCUMENT_SHAPE_H

#include "json/reader.h"

struct pc_document_shape {
    const char *name; // "policy document", "iam get-policy-version", "polcheck manifest" ...
    // Where a document that holds one policy has it: an object, or a string with its text; the
    // document itself when it is the policy. NULL: it holds none, or more than one.
    const struct pc_json *policy;
};

// False: it is of no known shape, or of two.
PC_MUST_CHECK bool pc_document_shape_of(const struct pc_json *json, struct pc_document_shape *out);

#endif
