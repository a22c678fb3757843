// SPDX-License-Identifier: Apache-2.0
//
// The `request` of a case (CONTRACT section 2), with the keys that follow from it.
#ifndef REFERENCE_REQUEST_H
#define REFERENCE_REQUEST_H

#include "arn.h"
#include "context.h"

struct ref_request {
    struct ref_caller caller;
    struct pc_str service, action; // of `service:action`
    bool whole;                    // the resource is "*"
    struct pc_str resource[REF_ARN_FIELDS];
    struct pc_str owner; // RA; "" when nothing says it
    bool assumed_owner;
    struct ref_context context;
};

// `now`: seconds since 1970 UTC.
const char *ref_request_read(struct pc_arena *arena, const struct pc_json *json, int64_t now,
                             struct ref_request *out);

// Adds to the context what section 9 derives, and refuses what contradicts the request.
const char *ref_derive(struct pc_arena *arena, struct ref_request *request, int64_t now);

// "sts", "GetSessionToken": without regard to case.
bool ref_request_asks(const struct ref_request *request, const char *service, const char *action);

// The action is one that a role's trust policy answers (8.2).
bool ref_request_asks_role(const struct ref_request *request);

#endif
