// SPDX-License-Identifier: Apache-2.0
//
// Derives the keys about the caller, kind by kind.
#include "derive.h"
#include "text.h"

// the role, never the session. Which role a session has, the request may say in this key.
static const char *derive_session_arn(struct ref_derivation *derivation, struct ref_caller *caller)
{
    const char *name = "aws:PrincipalArn";
    struct pc_str given;
    if (caller->role.len > 0) {
        return ref_derive_one(derivation, name, caller->role);
    }
    if (ref_derive_given(derivation, name, &given)) {
        if (!ref_caller_may_have_role(derivation->arena, caller, given)) {
            return "R-801, R-806: aws:PrincipalArn is not a role of this session";
        }
        caller->role = given;
        return NULL;
    }
    struct pc_str parts[] = {PC_STR("arn:"),  caller->partition, PC_STR(":iam::"),
                             caller->account, PC_STR(":role/"),  caller->name};
    return ref_derive_one(derivation, name, ref_join(derivation->arena, parts, 6));
}

// the unique id of a user or a role is in `id`, or only the context knows it.
static const char *derive_unique_id(struct ref_derivation *derivation, struct ref_caller *caller)
{
    const char *name = "aws:userid";
    struct pc_str given;
    if (caller->user_id.len > 0) {
        return ref_derive_one(derivation, name, caller->user_id);
    }
    if (!ref_derive_given(derivation, name, &given)) {
        const struct ref_key *key =
            ref_context_find(derivation->arena, derivation->context, pc_str_from(name));
        return key == NULL ? NULL : "R-803, R-806: aws:userid has one value";
    }
    struct pc_str known = caller->unique_id;
    if (!ref_caller_may_have_user_id(caller, given)) {
        return "R-803, R-806: aws:userid is not one of this principal";
    }
    ref_caller_set_user_id(caller, given);
    return known.len == 0 || pc_str_eq(known, caller->unique_id)
               ? NULL
               : "R-803, R-806: aws:userid is not one of this principal";
}

static const char *derive_user_id(struct ref_derivation *derivation, struct ref_caller *caller)
{
    struct pc_str federated[] = {caller->account, PC_STR(":"), caller->name};
    switch (caller->kind) {
    case REF_CALLER_ROOT:
        return ref_derive_one(derivation, "aws:userid", caller->account);
    case REF_CALLER_FEDERATED_USER:
        return ref_derive_one(derivation, "aws:userid", ref_join(derivation->arena, federated, 3));
    case REF_CALLER_USER:
    case REF_CALLER_SESSION:
        return derive_unique_id(derivation, caller);
    case REF_CALLER_ANONYMOUS:
        return ref_derive_one(derivation, "aws:userid", PC_STR("anonymous"));
    case REF_CALLER_PROVIDER:
    case REF_CALLER_SERVICE:
        break;
    }
    return NULL; // R-803 gives them none
}

static const char *derive_tags(struct ref_derivation *derivation, const struct ref_caller *caller)
{
    size_t count = caller->tags == NULL ? 0 : caller->tags->count;
    for (size_t i = 0; i < count; i++) {
        const struct pc_json_member *tag = &caller->tags->members[i];
        struct pc_str parts[] = {PC_STR("aws:PrincipalTag/"), tag->name};
        struct pc_str name = ref_join(derivation->arena, parts, 2); // ends in a zero
        REF_TRY(ref_derive_one(derivation, name.ptr, tag->value.text));
    }
    return NULL;
}

// users, sessions, federated users and root.
static const char *derive_signed(struct ref_derivation *derivation, struct ref_caller *caller)
{
    const char *type = caller->kind == REF_CALLER_ROOT      ? "Account"
                       : caller->kind == REF_CALLER_USER    ? "User"
                       : caller->kind == REF_CALLER_SESSION ? "AssumedRole"
                                                            : "FederatedUser";
    REF_TRY(caller->kind == REF_CALLER_SESSION
                ? derive_session_arn(derivation, caller)
                : ref_derive_one(derivation, "aws:PrincipalArn", caller->arn));
    REF_TRY(ref_derive_one(derivation, "aws:PrincipalAccount", caller->account));
    if (derivation->kms) {
        REF_TRY(ref_derive_one(derivation, "kms:CallerAccount", caller->account));
    }
    REF_TRY(ref_derive_one(derivation, "aws:PrincipalType", pc_str_from(type)));
    REF_TRY(ref_derive_flag(derivation, "aws:PrincipalIsAWSService", false));
    REF_TRY(caller->kind == REF_CALLER_USER
                ? ref_derive_one(derivation, "aws:username", caller->name)
                : ref_derive_none(derivation, "aws:username"));
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalServiceName"));
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalServiceNamesList"));
    return derive_tags(derivation, caller);
}

// Who does not call with credentials of an account has no principal of one, and no tags of one:
// What a service or a provider brings with it otherwise, section 9 does not
// derive. leave open what a service has as aws:PrincipalArn and aws:PrincipalType,
// and section 9 what both have as aws:PrincipalAccount: nothing there that a request could
// contradict.
static const char *derive_no_credentials(struct ref_derivation *derivation)
{
    static const char *const names[] = {"aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
                                        "aws:username"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        REF_TRY(ref_derive_none(derivation, names[i]));
    }
    for (size_t i = 0; i < derivation->context->count; i++) {
        const struct ref_key *key = &derivation->context->keys[i];
        if (!key->absent && pc_str_has_prefix(key->lower, PC_STR("aws:principaltag/"))) {
            return "R-620, R-806: this principal has no tags";
        }
    }
    return NULL;
}

// An anonymous caller has no credentials, and so nothing that comes with them.
static const char *derive_anonymous(struct ref_derivation *derivation)
{
    static const char *const names[] = {
        "aws:TokenIssueTime",     "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge", "aws:SourceIdentity",
        "aws:AssumedRoot",        "aws:FederatedProvider",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        REF_TRY(ref_derive_none(derivation, names[i]));
    }
    return NULL;
}

// whoever does not give the further names of a service may know them as this key, the own
// name among them.
static void learn_services(const struct ref_derivation *derivation, struct ref_caller *caller)
{
    const struct ref_key *key = ref_context_find(derivation->arena, derivation->context,
                                                 PC_STR("aws:PrincipalServiceNamesList"));
    if (key == NULL || !key->list || caller->service_count != 1) {
        return;
    }
    for (size_t i = 0; i < key->count; i++) {
        if (pc_str_eq(key->values[i], caller->arn)) {
            caller->services = key->values;
            caller->service_count = key->count;
            return;
        }
    }
}

static const char *derive_service(struct ref_derivation *derivation, struct ref_caller *caller)
{
    learn_services(derivation, caller);
    REF_TRY(ref_derive_flag(derivation, "aws:PrincipalIsAWSService", true));
    REF_TRY(ref_derive_one(derivation, "aws:PrincipalServiceName", caller->arn));
    return ref_derive_list(derivation, "aws:PrincipalServiceNamesList", caller->services,
                           caller->service_count);
}

// A caller with a token of a provider has no principal of AWS at all.
static const char *derive_unsigned(struct ref_derivation *derivation,
                                   const struct ref_caller *caller)
{
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalArn"));
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalIsAWSService"));
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalServiceName"));
    REF_TRY(ref_derive_none(derivation, "aws:PrincipalServiceNamesList"));
    if (caller->kind == REF_CALLER_PROVIDER) {
        return NULL;
    }
    REF_TRY(derive_anonymous(derivation));
    REF_TRY(ref_derive_one(derivation, "aws:PrincipalAccount", PC_STR("anonymous")));
    return ref_derive_one(derivation, "aws:PrincipalType", PC_STR("Anonymous"));
}

const char *ref_derive_caller(struct ref_derivation *derivation, struct ref_caller *caller)
{
    REF_TRY(derive_user_id(derivation, caller));
    switch (caller->kind) {
    case REF_CALLER_ROOT:
    case REF_CALLER_USER:
    case REF_CALLER_SESSION:
    case REF_CALLER_FEDERATED_USER:
        return derive_signed(derivation, caller);
    case REF_CALLER_SERVICE:
        REF_TRY(derive_no_credentials(derivation));
        return derive_service(derivation, caller);
    case REF_CALLER_ANONYMOUS:
    case REF_CALLER_PROVIDER:
        break;
    }
    REF_TRY(derive_no_credentials(derivation));
    return derive_unsigned(derivation, caller);
}
