// SPDX-License-Identifier: Apache-2.0
//
// The table of integrations: for everything that can start, feed, receive from or belong to a
// function, who asks for which action on which resource with which context keys, and what one sees
// when it is refused (LAMBDA.md 1 and 8). A row for each kind of account's connections, and for
// what every function has.
//
// Texts of a row are templates (lambda/template.h): `{R}` and the like stand for parts of the
// function and of the connection.
#ifndef PC_LAMBDA_INTEGRATION_H
#define PC_LAMBDA_INTEGRATION_H

#include "base/diag.h"

enum pc_direction {
    PC_DIRECTION_TRIGGER,     // something calls the function
    PC_DIRECTION_POLLER,      // Lambda reads for it
    PC_DIRECTION_DESTINATION, // Lambda writes for it
    PC_DIRECTION_ATTACHMENT,  // belongs to the function itself
};

// "trigger", "poller", "destination", "attachment".
const char *pc_direction_text(enum pc_direction direction);

enum pc_need_flag {
    PC_NEED_SOFT = 1,      // without it the integration works, less well: a warning
    PC_NEED_GRANT = 2,     // a grant of KMS may stand in for it: only a Deny is certain to fail
    PC_NEED_ANY_NAME = 4,  // one of the row's questions with this flag has to be allowed
    PC_NEED_IF_POLICY = 8, // asked only if the resource has a policy
    PC_NEED_USED = 16,     // was allowed when the function was made: nothing that tells of the
                           // resource is no more than a warning
};

enum {
    PC_NEEDS_MAX = 16,
};

// What has to be allowed: a question for each action.
struct pc_need {
    const char *who;     // a principal; NULL: no further needs
    const char *actions; // separated by a blank
    const char *resource;
    const char *context;    // "KEY=VALUE KEY=VALUE", `KEY[]=` a list of one; NULL: nothing
    const char *or_context; // one that the call may bear instead: nobody tells which of the two it
                            // is, so that both have to be allowed. NULL: there is none
    const char *when;       // fact that must be there, "!fact": that must not; NULL: always
    const char *each;       // "fact fact": asked for each of their values, as {each}; NULL: once
    const char *covers;     // what the mend names as resource; NULL: `resource`
    unsigned flags;
    enum pc_diag_code code; // the mistake, when it fails; 0: INTEGRATION_DENIED
    const char *symptom;    // how that shows; NULL: as the row says
};

struct pc_integration {
    const char *kind;  // of account's table of kinds, or of what every function has
    const char *title; // for people
    enum pc_direction direction;
    const char *calls;   // how the function runs: "synchronous" ...; NULL where it does not
    const char *symptom; // what production shows when it is refused
    const char *facts;   // where LAMBDA.md says so: "1.1, 8.2"
    struct pc_need needs[PC_NEEDS_MAX];
};

// Rows by place, NULL behind the last.
const struct pc_integration *pc_integration_at(size_t index);
// The row of that kind, or NULL.
const struct pc_integration *pc_integration_find(struct pc_str kind);

// The same of the service that calls functions by itself, whether by its general or a region's own
// name (logs.eu-west-1.amazonaws.com); NULL: none that is known.
const struct pc_integration *pc_integration_of_service(struct pc_str service);
// Does the service call for that integration?
bool pc_integration_calls_as(const struct pc_integration *row, struct pc_str service);

#endif
