// SPDX-License-Identifier: Apache-2.0
//
// decide() of 7.3.
#include "decide.h"

struct outcome {
    bool allowed;
    enum ref_type stopped_by; // of an implicit deny; REF_TYPES: none
};

static struct outcome allow(void)
{
    return (struct outcome){true, REF_TYPES};
}

static struct outcome implicit_deny(enum ref_type type)
{
    return (struct outcome){false, type};
}

// What step 3 of 7.3 looks at.
struct grants {
    enum ref_strength rp;
    bool identity, boundary, session; // idOK, capB, capS
};

static bool is_of_kms(const struct ref_request *request, struct pc_str prefix)
{
    return pc_str_eq(request->resource[REF_ARN_SERVICE], PC_STR("kms")) &&
           pc_str_has_prefix(request->resource[REF_ARN_RESOURCE], prefix);
}

// 8.1 and 8.2: KMS keys, and roles that are to be assumed.
static bool requires_resource_policy(const struct ref_request *request)
{
    return is_of_kms(request, PC_STR("key/")) || ref_request_asks_role(request);
}

static struct outcome decide_same_account(const struct ref_request *request,
                                          const struct grants *grants)
{
    if (grants->rp == REF_STRENGTH_SELF || grants->rp == REF_STRENGTH_ANY) {
        return allow();
    }
    if (grants->rp == REF_STRENGTH_ROLE || grants->rp == REF_STRENGTH_PARENT) {
        if (grants->boundary && grants->session) {
            return allow();
        }
        return implicit_deny(!grants->boundary ? REF_BOUNDARY : REF_SESSION);
    }
    bool delegated = !requires_resource_policy(request) || grants->rp != REF_STRENGTH_NONE;
    if (delegated && grants->identity && grants->boundary && grants->session) {
        return allow();
    }
    return implicit_deny(!delegated          ? REF_RESOURCE
                         : !grants->identity ? REF_IDENTITY
                         : !grants->boundary ? REF_BOUNDARY
                                             : REF_SESSION);
}

static struct outcome decide_cross_account(const struct grants *grants)
{
    if (grants->rp == REF_STRENGTH_NONE) {
        return implicit_deny(REF_RESOURCE);
    }
    if (!grants->identity) {
        return implicit_deny(REF_IDENTITY);
    }
    if (!grants->boundary) {
        return implicit_deny(REF_BOUNDARY);
    }
    return grants->session ? allow() : implicit_deny(REF_SESSION);
}

// Step 3.
static struct outcome decide_grants(const struct ref_request *request, const struct grants *grants)
{
    switch (request->caller.kind) {
    case REF_CALLER_ANONYMOUS:
        return grants->rp == REF_STRENGTH_ANY ? allow() : implicit_deny(REF_RESOURCE);
    case REF_CALLER_SERVICE:
    case REF_CALLER_PROVIDER:
        return grants->rp == REF_STRENGTH_SELF || grants->rp == REF_STRENGTH_ANY
                   ? allow()
                   : implicit_deny(REF_RESOURCE);
    case REF_CALLER_ROOT:
    case REF_CALLER_USER:
    case REF_CALLER_SESSION:
    case REF_CALLER_FEDERATED_USER:
        break;
    }
    return pc_str_eq(request->caller.account, request->owner) ? decide_same_account(request, grants)
                                                              : decide_cross_account(grants);
}

// The three lines before step 1; true when one of them answers.
static bool decide_at_once(const struct ref_request *request, struct outcome *out)
{
    const struct ref_caller *caller = &request->caller;
    bool root = caller->kind == REF_CALLER_ROOT;
    if (ref_request_asks(request, "sts", "GetCallerIdentity") && ref_caller_is_signed(caller)) {
        *out = allow();
        return true;
    }
    if (ref_request_asks(request, "sts", "GetSessionToken") &&
        (caller->kind == REF_CALLER_USER || root)) {
        *out = allow();
        return true;
    }
    if (ref_request_asks(request, "sts", "AssumeRole") && root) {
        *out = implicit_deny(REF_TYPES);
        return true;
    }
    return false;
}

// `alias/aws/...` is not for customers to change. 7.3 has no line for it; no policy type is
// to blame, and an explicit Deny is still one.
static bool changes_aws_alias(const struct ref_request *request)
{
    bool change = ref_request_asks(request, "kms", "CreateAlias") ||
                  ref_request_asks(request, "kms", "UpdateAlias") ||
                  ref_request_asks(request, "kms", "DeleteAlias");
    return change && is_of_kms(request, PC_STR("alias/aws/"));
}

// Steps 2 and 3.
static struct outcome decide_implicit(const struct ref_request *request,
                                      const struct ref_results *results)
{
    const struct ref_result *of = results->of;
    if (changes_aws_alias(request)) {
        return implicit_deny(REF_TYPES);
    }
    static const enum ref_type guard_rails[] = {REF_RCP, REF_SCP, REF_ENDPOINT};
    for (size_t i = 0; i < 3; i++) {
        enum ref_type type = guard_rails[i];
        if (of[type].applies && !of[type].allowed) {
            return implicit_deny(type);
        }
    }
    bool federated = request->caller.kind == REF_CALLER_FEDERATED_USER;
    struct grants grants = {
        .rp = of[REF_RESOURCE].strongest,
        .identity = ref_caller_has_root_identity(&request->caller) || of[REF_IDENTITY].allowed,
        .boundary = !of[REF_BOUNDARY].applies || of[REF_BOUNDARY].allowed,
        .session = of[REF_SESSION].applies ? of[REF_SESSION].allowed : !federated,
    };
    return decide_grants(request, &grants);
}

// R-631, explicit.
static enum ref_type first_denied(const struct ref_results *results)
{
    static const enum ref_type order[] = {REF_RCP,      REF_SCP,      REF_ENDPOINT, REF_RESOURCE,
                                          REF_IDENTITY, REF_BOUNDARY, REF_SESSION};
    for (size_t i = 0; i < REF_TYPES; i++) {
        if (results->of[order[i]].denied) {
            return order[i];
        }
    }
    return REF_TYPES;
}

// would identity and resource policies by themselves let it through? A type with a Deny of
// its own does not count as allowing. *passes: the grant is one that boundary and session policy
// cannot take back.
static bool would_pass(const struct ref_request *request, const struct ref_results *results,
                       bool *passes)
{
    struct outcome outcome;
    const struct ref_result *identity = &results->of[REF_IDENTITY];
    const struct ref_result *resource = &results->of[REF_RESOURCE];
    if (decide_at_once(request, &outcome) || changes_aws_alias(request)) {
        return false;
    }
    struct grants grants = {
        .rp = resource->denied ? REF_STRENGTH_NONE : resource->strongest,
        .identity = ref_caller_has_root_identity(&request->caller) ||
                    (identity->allowed && !identity->denied),
        .boundary = true,
        .session = true,
    };
    if (!decide_grants(request, &grants).allowed) {
        return false;
    }
    grants.boundary = grants.session = false;
    *passes = decide_grants(request, &grants).allowed;
    return true;
}

static unsigned blockers(const struct ref_request *request, const struct ref_results *results)
{
    bool passes = false;
    unsigned blocked = 0;
    if (!would_pass(request, results, &passes)) {
        return 0;
    }
    for (unsigned type = 0; type < REF_TYPES; type++) {
        const struct ref_result *result = &results->of[type];
        bool cap = type == REF_BOUNDARY || type == REF_SESSION;
        bool guard_rail = type == REF_SCP || type == REF_RCP || type == REF_ENDPOINT;
        bool must_allow = guard_rail || (cap && !passes);
        bool federated = type == REF_SESSION && !result->applies &&
                         request->caller.kind == REF_CALLER_FEDERATED_USER;
        if (result->denied || (must_allow && (result->applies || federated) && !result->allowed)) {
            blocked |= 1u << type;
        }
    }
    return blocked;
}

void ref_decide(const struct ref_request *request, const struct ref_results *results,
                struct ref_answer *out)
{
    struct outcome outcome;
    enum ref_type denied = first_denied(results);
    bool at_once = decide_at_once(request, &outcome);
    if (!at_once && denied != REF_TYPES) {
        out->decision = REF_EXPLICIT_DENY;
        out->primary = denied;
    } else {
        outcome = at_once ? outcome : decide_implicit(request, results);
        out->decision = outcome.allowed ? REF_ALLOWED : REF_IMPLICIT_DENY;
        out->primary = outcome.stopped_by;
    }
    out->blocked_by = out->decision == REF_ALLOWED ? 0 : blockers(request, results);
}
