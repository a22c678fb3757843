// SPDX-License-Identifier: Apache-2.0
//
// The confused deputy: a service that calls for a stranger (LAMBDA.md 1.2, rule R1). Asks as the
// service for a source of a stranger's account which is otherwise as the statement has it, then for
// another source of the right account.
#ifndef PC_LAMBDA_DANGER_DEPUTY_H
#define PC_LAMBDA_DANGER_DEPUTY_H

#include "danger_search.h"

// Stands for every service where a statement names none.
#define PC_ANY_SERVICE "polcheck.amazonaws.com"

// A service as one statement lets it in.
struct pc_service_pair {
    struct pc_view_statement statement;
    struct pc_str service;
    bool any; // the statement names no service
    struct pc_str action;
};

// "s3" of s3.amazonaws.com, "logs" of logs.eu-west-1.amazonaws.com.
struct pc_str pc_service_label(struct pc_str service);

// Asks for sources that the pattern of an ARN stands for ("": the statement has none), and reports
// what may call for them. PC_ERR_NOMEM and failures of the store.
PC_MUST_CHECK enum pc_status pc_deputy_ask_pattern(struct pc_danger_search *search,
                                                   const struct pc_service_pair *pair,
                                                   struct pc_str text);

// Probe 2 of the rule alone: the same source of a stranger's account, of each one that the
// statement may mean. *allowed: one may call.
PC_MUST_CHECK enum pc_status pc_deputy_ask_stranger(struct pc_danger_search *search,
                                                    const struct pc_service_pair *pair,
                                                    const struct pc_arn *pattern, bool *allowed);

#endif
