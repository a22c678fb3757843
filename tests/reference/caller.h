// SPDX-License-Identifier: Apache-2.0
//
// Who asks: the kinds of 4.1, from the `principal` of a request (CONTRACT section 2).
#ifndef REFERENCE_CALLER_H
#define REFERENCE_CALLER_H

#include "refusal.h"
#include "json/reader.h"

enum ref_caller_kind {
    REF_CALLER_ANONYMOUS = 0,
    REF_CALLER_PROVIDER, // an OIDC or SAML caller of STS
    REF_CALLER_SERVICE,
    REF_CALLER_ROOT,
    REF_CALLER_USER,
    REF_CALLER_SESSION, // of a role
    REF_CALLER_FEDERATED_USER,
};

// What is not known, or does not exist for the kind, is "".
struct ref_caller {
    enum ref_caller_kind kind;
    struct pc_str arn;       // user, root, session, federated user; the name of service or provider
    struct pc_str partition; // of the ARN
    struct pc_str account;   // PA
    struct pc_str name;      // user: without path; session: its role, without path; federated user
    struct pc_str session;   // "" when the caller was given as a role
    struct pc_str role;      // the session's role ARN, with its path
    struct pc_str parent;    // the federated user's
    struct pc_str unique_id; // AIDA... or AROA..., without the session's name
    struct pc_str user_id;   // of the request's `id`, all of it
    const struct pc_str *services; // every name of a service principal, the first one first
    size_t service_count;
    const struct pc_json *tags; // an object of strings, or NULL
};

const char *ref_caller_read(struct pc_arena *arena, const struct pc_json *json,
                            struct ref_caller *out);

// `text` is the ARN of a role that the session can be one of: same partition, account,
// name.
bool ref_caller_may_have_role(struct pc_arena *arena, const struct ref_caller *caller,
                              struct pc_str text);

// `text` is what aws:userid can be for the user or the session.
bool ref_caller_may_have_user_id(const struct ref_caller *caller, struct pc_str text);

// Takes over the id of a user or a session.
void ref_caller_set_user_id(struct ref_caller *caller, struct pc_str user_id);

bool ref_caller_is_signed(const struct ref_caller *caller);         // with a key of AWS
bool ref_caller_is_service_linked(const struct ref_caller *caller);
bool ref_caller_has_root_identity(const struct ref_caller *caller); // root, or federated by root

// Is it the name of a service principal?
bool ref_is_service_name(struct pc_str text);

#endif
