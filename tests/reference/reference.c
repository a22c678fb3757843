// SPDX-License-Identifier: Apache-2.0
//
// Answers a case: reads it, refuses what is invalid, asks every statement, decides.
#include "reference.h"

#include "decide.h"
#include "text.h"
#include "validate.h"

const char *ref_decision_text(enum ref_decision decision)
{
    switch (decision) {
    case REF_ALLOWED:
        return "allowed";
    case REF_EXPLICIT_DENY:
        return "explicitDeny";
    case REF_IMPLICIT_DENY:
        break;
    }
    return "implicitDeny";
}

const char *ref_type_text(enum ref_type type)
{
    switch (type) {
    case REF_IDENTITY:
        return "identity";
    case REF_RESOURCE:
        return "resource";
    case REF_BOUNDARY:
        return "boundary";
    case REF_SESSION:
        return "session";
    case REF_SCP:
        return "scp";
    case REF_RCP:
        return "rcp";
    case REF_ENDPOINT:
        return "endpoint";
    case REF_TYPES:
        break;
    }
    return "none";
}

// The deciding statements (CONTRACT 2): the Denies that matched; or the Allows of identity and
// resource policies that matched; or none.
static void name_statements(struct pc_arena *arena, const struct ref_results *results,
                            struct ref_answer *out)
{
    struct ref_statement *statements = ref_alloc(arena, results->count, sizeof(*statements));
    for (size_t i = 0; i < results->count; i++) {
        const struct ref_found *found = &results->found[i];
        enum ref_type type = found->statement.type;
        bool grant = found->allows && (type == REF_IDENTITY || type == REF_RESOURCE);
        if ((out->decision == REF_EXPLICIT_DENY && !found->allows) ||
            (out->decision == REF_ALLOWED && grant)) {
            statements[out->statement_count] = found->statement;
            out->statement_count++;
        }
    }
    out->statements = statements;
}

// a name twice in one object, anywhere below.
static bool has_repeats(const struct pc_json *json)
{
    bool object = json != NULL && json->type == PC_JSON_OBJECT;
    for (size_t i = 0; json != NULL && i < json->count; i++) {
        for (size_t j = 0; object && j < i; j++) {
            if (pc_str_eq(json->members[i].name, json->members[j].name)) {
                return true;
            }
        }
        if (has_repeats(object ? &json->members[i].value : &json->items[i])) {
            return true;
        }
    }
    return false;
}

static const char *answer(struct pc_arena *arena, const struct pc_json *subject, int64_t now,
                          struct ref_answer *out)
{
    struct ref_request request;
    struct ref_policies policies;
    struct ref_results results;
    if (has_repeats(pc_json_get(subject, PC_STR("request"))) ||
        has_repeats(pc_json_get(subject, PC_STR("policies")))) {
        return "R-009: a key twice in one object";
    }
    REF_TRY(ref_request_read(arena, pc_json_get(subject, PC_STR("request")), now, &request));
    REF_TRY(ref_policies_read(arena, pc_json_get(subject, PC_STR("policies")), &policies));
    REF_TRY(ref_validate(arena, subject, &request, &policies));
    ref_evaluate(arena, &request, &policies, &results);
    ref_decide(&request, &results, out);
    name_statements(arena, &results, out);
    out->missing = results.missing.at;
    out->missing_count = results.missing.count;
    out->assumed_owner = request.assumed_owner;
    return NULL;
}

void ref_answer(struct pc_arena *arena, const struct pc_json *subject, int64_t now,
                struct ref_answer *out)
{
    *out = (struct ref_answer){.refused = PC_STR(""), .primary = REF_TYPES};
    const char *wrong = answer(arena, subject, now, out);
    if (wrong != NULL) {
        *out = (struct ref_answer){.refused = pc_str_from(wrong), .primary = REF_TYPES};
    }
}
