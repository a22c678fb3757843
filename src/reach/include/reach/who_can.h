// SPDX-License-Identifier: Apache-2.0
//
// Who can do an action on a resource: every role and user of a store, and whomever else the
// resource's policy names.
#ifndef PC_REACH_WHO_CAN_H
#define PC_REACH_WHO_CAN_H

#include "catalog/catalog.h"
#include "reach/reach.h"

enum pc_member_kind {
    PC_MEMBER_ROLE, // any session of it
    PC_MEMBER_USER,
    PC_MEMBER_ANONYMOUS,      // "*": unsigned requests
    PC_MEMBER_OTHER_ACCOUNTS, // "*": anybody in accounts of which the store has no principals
    PC_MEMBER_OTHER_SERVICES, // "*": services of AWS that the resource's policy does not name
    PC_MEMBER_ACCOUNT,        // anybody in one such account
    PC_MEMBER_SERVICE,
    PC_MEMBER_PROVIDER, // OIDC or SAML
    PC_MEMBER_SESSION,  // of a role that is not in the store
    PC_MEMBER_FEDERATED_USER,
};

// "role", "user", "anonymous", "other-accounts", "other-services", "account", "service",
// "provider", "session", "federated-user".
const char *pc_member_kind_text(enum pc_member_kind kind);

// One way in which a principal can: for some actions on some resources, by some statements.
struct pc_way {
    enum pc_reach reach;
    const struct pc_str *actions; // names, or the question's pattern where it is not known which
    size_t action_count, action_room;
    struct pc_str resource;      // a resource, or a pattern: those of it that the question is about
    bool own;                    // of these, those of the principal's own account
    const struct pc_str *except; // but for these resources of the store, which have policies: other
    size_t except_count;         // ways tell what else holds of them
    bool partly;                 // of the pattern perhaps only a part, which the statements tell
    const struct pc_reach_statement *statements;
    size_t statement_count;
    struct pc_way *next;
};

struct pc_member {
    struct pc_str principal; // ARN, account id, service, provider, or "*"
    enum pc_member_kind kind;
    bool stored;         // in the store; else its own account's policies are not known, and have to
                         // allow it as well
    enum pc_reach reach; // the best of its ways
    struct pc_way *ways;
};

struct pc_who_can {
    const struct pc_member *members; // in the order of their principals
    size_t count;
    size_t excluded;    // principals whose requests cannot carry the context that was given
    bool owner_assumed; // nobody says who owns the resource: each account was asked as the owner
};

struct pc_who_question {
    const struct pc_request *request; // action, resource, owner and context, with nobody as caller;
                                      // not finished; '*' and '?' are wildcards
    const struct pc_catalog *catalog; // for wildcards in the action; else it may be NULL
    struct pc_place place;            // for diagnostics
};

// Asks about every principal that can be one. The asker was opened, with flags and clock. *out
// lives in the arena, and its images as long as the asker's state. PC_ERR_INVALID: the question
// cannot be asked of anybody. PC_ERR_DAMAGED, PC_ERR_BUSY, PC_ERR_IO. All reported. PC_ERR_NOMEM.
// Cost: a pass over the principals of the store, with a look into the index of each one's policies.
PC_MUST_CHECK enum pc_status pc_who_can(struct pc_asker *asker,
                                        const struct pc_who_question *question,
                                        struct pc_arena *arena, struct pc_diags *diags,
                                        struct pc_who_can *out);

#endif
