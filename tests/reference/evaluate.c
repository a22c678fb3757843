// SPDX-License-Identifier: Apache-2.0
//
// Asks every statement of every document that applies.
#include "evaluate.h"

#include <stdio.h>

#include "text.h"

// "#N", by its place in its document, for a statement without a Sid (CONTRACT 2).
static struct pc_str name_of(struct pc_arena *arena, const struct pc_json *statement, size_t index)
{
    const struct pc_json *sid = pc_json_get(statement, PC_STR("Sid"));
    if (sid != NULL && sid->text.len > 0) {
        return sid->text;
    }
    char text[32];
    (void)snprintf(text, sizeof(text), "#%zu", index);
    struct pc_str view = pc_str_from(text);
    return ref_join(arena, &view, 1);
}

static void add_found(struct pc_arena *arena, struct ref_results *results, struct ref_found found)
{
    if (results->count == results->room) {
        size_t room = 2 * results->room + 16;
        struct ref_found *more = ref_alloc(arena, room, sizeof(*more));
        if (results->count > 0) {
            memcpy(more, results->found, results->count * sizeof(*more));
        }
        results->found = more;
        results->room = room;
    }
    results->found[results->count] = found;
    results->count++;
}

// One document; returns true when a statement of it allows.
static bool evaluate_document(const struct ref_question *question, enum ref_type type,
                              const struct pc_json *document, struct ref_results *out)
{
    struct ref_result *result = &out->of[type];
    bool allowed = false;
    for (size_t i = 0; i < ref_statement_count(document); i++) {
        const struct pc_json *statement = ref_statement_at(document, i);
        bool allows = ref_statement_allows(statement);
        enum ref_strength strength =
            ref_statement_matches(question, type, document, statement, &out->missing);
        if (strength == REF_STRENGTH_NONE) {
            continue;
        }
        struct pc_str name = name_of(question->arena, statement, i);
        add_found(question->arena, out, (struct ref_found){{type, name}, allows});
        result->denied = result->denied || !allows;
        allowed = allowed || allows;
        if (allows && strength > result->strongest) {
            result->strongest = strength;
        }
    }
    return allowed;
}

// each level must allow; within a level the policies are OR-ed. R-607: each level of RCPs
// has the full-access one as well.
static void evaluate_set(const struct ref_question *question, enum ref_type type,
                         const struct ref_policy_set *set, struct ref_results *out)
{
    bool every = true;
    for (size_t i = 0; i < set->count; i++) {
        bool some = type == REF_RCP;
        for (size_t j = 0; j < set->levels[i].count; j++) {
            bool allows = evaluate_document(question, type, set->levels[i].documents[j], out);
            some = some || allows;
        }
        every = every && some;
    }
    out->of[type].allowed = every;
}

// A key that AWS manages, by its alias: the resource of the request, or what the request says about
// the key.
static bool is_aws_managed_key(struct pc_arena *arena, const struct ref_request *request)
{
    static const char *const names[] = {"kms:RequestAlias", "kms:ResourceAliases"};
    const struct pc_str alias = PC_STR("alias/aws/");
    if (!pc_str_eq_icase(request->service, PC_STR("kms"))) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        const struct ref_key *key =
            ref_context_find(arena, &request->context, pc_str_from(names[i]));
        for (size_t j = 0; key != NULL && j < key->count; j++) {
            if (pc_str_has_prefix(key->values[j], alias)) {
                return true;
            }
        }
    }
    return pc_str_has_prefix(request->resource[REF_ARN_RESOURCE], alias);
}

// which services support RCPs is data; by the house's ruling all do but those that are known
// not to (LAMBDA.md 3.4, and IAM and Organizations themselves).
static bool service_has_rcps(struct pc_str service)
{
    static const char *const without[] = {
        "ec2",    "elasticfilesystem", "iam", "kafka", "kinesis", "kafka-cluster",
        "lambda", "organizations",     "sns", "ssm"};
    for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++) {
        if (pc_str_eq_icase(service, pc_str_from(without[i]))) {
            return false;
        }
    }
    return true;
}

// R-604, and 7.1's row of the RCPs.
static bool rcp_reaches(struct pc_arena *arena, const struct ref_request *request)
{
    return service_has_rcps(request->service) && !ref_request_asks(request, "kms", "RetireGrant") &&
           !is_aws_managed_key(arena, request) && !ref_caller_is_service_linked(&request->caller);
}

// 7.1: whom a type of policy concerns, provided that it is there.
static bool concerns(struct pc_arena *arena, const struct ref_request *request, enum ref_type type)
{
    const struct ref_caller *caller = &request->caller;
    bool user = caller->kind == REF_CALLER_SESSION || caller->kind == REF_CALLER_FEDERATED_USER ||
                caller->kind == REF_CALLER_USER;
    bool root = ref_caller_has_root_identity(caller);
    switch (type) {
    case REF_IDENTITY:
    case REF_BOUNDARY:
        return user && !root; // root has neither
    case REF_SESSION:
        // 7.1 gives one to sessions, federated users and restricted root sessions. What a user
        // with one is it does not say; ruling: a session policy that is there caps.
        return user || root;
    case REF_SCP:
        return (user || root) && !ref_caller_is_service_linked(caller);
    case REF_RCP:
        return rcp_reaches(arena, request);
    case REF_RESOURCE:
    case REF_ENDPOINT:
        return true;
    case REF_TYPES:
        break;
    }
    return false;
}

void ref_evaluate(struct pc_arena *arena, const struct ref_request *request,
                  const struct ref_policies *policies, struct ref_results *out)
{
    *out = (struct ref_results){0};
    bool boundary = policies->of[REF_BOUNDARY].given && concerns(arena, request, REF_BOUNDARY);
    struct ref_question question = {arena, request, boundary};
    for (unsigned type = 0; type < REF_TYPES; type++) {
        const struct ref_policy_set *set = &policies->of[type];
        // An SCP or RCP without levels restricts nothing.
        if (set->given && set->count > 0 && concerns(arena, request, (enum ref_type)type)) {
            out->of[type].applies = true;
            evaluate_set(&question, (enum ref_type)type, set, out);
        }
    }
}
