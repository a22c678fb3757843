// SPDX-License-Identifier: Apache-2.0
//
// Reads a request: who, what, on which resource, whose resource.
#include "request.h"

#include "text.h"

bool ref_request_asks(const struct ref_request *request, const char *service, const char *action)
{
    return pc_str_eq_icase(request->service, pc_str_from(service)) &&
           pc_str_eq_icase(request->action, pc_str_from(action));
}

// sts:AssumeRole and its kin; R-724: tags and source identity of the session that is
// about to begin are allowed by the same trust policy, as is whatever else STS does with a role.
bool ref_request_asks_role(const struct ref_request *request)
{
    const struct pc_str assume = PC_STR("AssumeRole");
    if (pc_str_eq_icase(request->service, PC_STR("sts")) &&
        pc_str_has_prefix_icase(request->action, assume)) {
        return true;
    }
    return pc_str_eq_icase(request->service, PC_STR("sts")) &&
           pc_str_eq(request->resource[REF_ARN_SERVICE], PC_STR("iam")) &&
           pc_str_has_prefix(request->resource[REF_ARN_RESOURCE], PC_STR("role/"));
}

// `service:Name`.
static const char *action_read(const struct pc_json *json, struct ref_request *out)
{
    struct pc_str parts[2];
    if (json == NULL || json->type != PC_JSON_STRING ||
        pc_str_split(json->text, ':', parts, 2) != 2 || parts[0].len == 0 || parts[1].len == 0) {
        return "R-101: the action is not service:Name";
    }
    // An action as it is, not a pattern of one: ruling.
    if (ref_has_wildcard(json->text) || ref_has_white_space(json->text)) {
        return "R-101: the action is not service:Name";
    }
    out->service = parts[0];
    out->action = parts[1];
    return NULL;
}

static const char *resource_read(const struct pc_json *json, struct ref_request *out)
{
    for (size_t i = 0; i < REF_ARN_FIELDS; i++) {
        out->resource[i] = PC_STR("");
    }
    if (json == NULL || json->type != PC_JSON_STRING) {
        return "CONTRACT 2: the resource is a string";
    }
    out->whole = pc_str_eq(json->text, PC_STR("*"));
    if (!out->whole && !ref_arn_read(json->text, out->resource)) {
        return "R-032: the resource is neither an ARN nor *";
    }
    return NULL;
}

// what the request says, for "*" too; the account of the ARN; what the context says of a
// resource; the caller's own, which is the rule for "*" and an assumption otherwise. A
// caller without an account leaves the owner open.
static const char *owner_read(struct pc_arena *arena, const struct pc_json *json,
                              struct ref_request *out)
{
    struct pc_str named = out->resource[REF_ARN_ACCOUNT];
    const struct ref_key *key =
        ref_context_find(arena, &out->context, PC_STR("aws:ResourceAccount"));
    if (json != NULL && json->type != PC_JSON_NULL) {
        if (json->type != PC_JSON_STRING || !ref_is_account(json->text)) {
            return "CONTRACT 2: resourceAccount is not an account id";
        }
        if (ref_is_account(named) && !pc_str_eq(named, json->text)) {
            return "R-614, R-806: resourceAccount is not the account of the ARN";
        }
        out->owner = json->text;
        return NULL;
    }
    if (!ref_is_account(named) && !out->whole && key != NULL && !key->list &&
        ref_is_account(key->values[0])) {
        out->owner = key->values[0];
        return NULL;
    }
    out->owner = ref_is_account(named) ? named : out->caller.account;
    out->assumed_owner = !ref_is_account(named) && !out->whole && out->owner.len > 0;
    return NULL;
}

static const char *members_check(const struct pc_json *json)
{
    static const struct pc_str known[] = {PC_STR_INIT("principal"), PC_STR_INIT("action"),
                                          PC_STR_INIT("resource"), PC_STR_INIT("context"),
                                          PC_STR_INIT("resourceAccount")};
    if (json == NULL || json->type != PC_JSON_OBJECT) {
        return "CONTRACT 2: a request is an object";
    }
    for (size_t i = 0; i < json->count; i++) {
        bool found = false;
        for (size_t j = 0; j < sizeof(known) / sizeof(known[0]); j++) {
            found = found || pc_str_eq(json->members[i].name, known[j]);
        }
        if (!found) {
            return "CONTRACT 2: no member of a request";
        }
    }
    return NULL;
}

const char *ref_request_read(struct pc_arena *arena, const struct pc_json *json, int64_t now,
                             struct ref_request *out)
{
    *out = (struct ref_request){.whole = false};
    REF_TRY(members_check(json));
    REF_TRY(ref_caller_read(arena, pc_json_get(json, PC_STR("principal")), &out->caller));
    REF_TRY(action_read(pc_json_get(json, PC_STR("action")), out));
    REF_TRY(resource_read(pc_json_get(json, PC_STR("resource")), out));
    REF_TRY(ref_context_read(arena, pc_json_get(json, PC_STR("context")), &out->context));
    REF_TRY(owner_read(arena, pc_json_get(json, PC_STR("resourceAccount")), out));
    return ref_derive(arena, out, now);
}
