// SPDX-License-Identifier: Apache-2.0
//
// A request as the public functions collect it: what was said, for polcheck_ask to make a question
// of, any number of times.
#ifndef PC_API_REQUEST_H
#define PC_API_REQUEST_H

#include "eval/request.h"
#include "policy.h"

// The first thing that went wrong while it was made; a question of it is denied.
enum pc_request_fault {
    PC_REQUEST_NEVER_BEGUN = 0, // so that a zeroed request is no question
    PC_REQUEST_SOUND,
    PC_REQUEST_NOMEM,
    PC_REQUEST_TOO_LONG,
    PC_REQUEST_EMPTY_KEY,
    PC_REQUEST_NO_VALUE,
    PC_REQUEST_NO_ARRAY,
    PC_REQUEST_WRONG_POLICY,
};

// What is told of a principal beside its text. A part that is given is looked at, also when empty.
struct pc_request_part {
    bool given;
    struct pc_str text;
};

struct polcheck_request {
    enum pc_request_fault fault;
    struct pc_str fault_key; // of PC_REQUEST_NO_VALUE
    bool federated;          // the principal is a provider
    struct pc_str principal, action, resource;
    struct pc_request_part role, parent, userid, account;
    const struct polcheck_policy *session, *endpoint;
    const struct polcheck_policy
        *resource_policy; // of a key of a vault; NULL: the store has it, or nobody

    struct pc_tag *pairs; // context keys with one value
    size_t pair_count, pair_capacity;
    struct pc_context_key *lists;
    size_t list_count, list_capacity;
    struct pc_tag *tags;
    size_t tag_count, tag_capacity;
    struct pc_str *services;
    size_t service_count, service_capacity;
    struct pc_arena arena; // values of lists, and texts of numbers
};

#endif
