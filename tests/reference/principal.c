// SPDX-License-Identifier: Apache-2.0
//
// The entries of a principal element, one after the other, each with its strength (4.2).
#include "principal.h"

#include "arn.h"
#include "condition.h"
#include "text.h"

static bool is_star(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("*"));
}

// the resource is in another partition than the caller, so that its policy means nobody
// there, also not by an account id.
static bool is_foreign(const struct ref_meeting *meeting)
{
    struct pc_str own = meeting->caller->partition;
    return own.len > 0 && meeting->partition.len > 0 && !pc_str_eq(own, meeting->partition);
}

// the account id, or the root ARN of the caller's partition.
static bool names_account(const struct ref_caller *caller, struct pc_str entry)
{
    struct pc_str fields[REF_ARN_FIELDS];
    if (caller->account.len == 0) {
        return false;
    }
    if (pc_str_eq(entry, caller->account)) {
        return true;
    }
    return ref_arn_read(entry, fields) && pc_str_eq(fields[REF_ARN_PARTITION], caller->partition) &&
           pc_str_eq(fields[REF_ARN_SERVICE], PC_STR("iam")) && fields[REF_ARN_REGION].len == 0 &&
           pc_str_eq(fields[REF_ARN_ACCOUNT], caller->account) &&
           pc_str_eq(fields[REF_ARN_RESOURCE], PC_STR("root"));
}

// R-305; R-307: by the full role ARN where it is known, else by what the session's ARN says of it;
// by its id.
static bool names_role(const struct ref_meeting *meeting, struct pc_str entry)
{
    const struct ref_caller *caller = meeting->caller;
    if (caller->kind != REF_CALLER_SESSION) {
        return false;
    }
    if (caller->unique_id.len > 0 && pc_str_eq(entry, caller->unique_id)) {
        return true;
    }
    return caller->role.len > 0 ? pc_str_eq(entry, caller->role)
                                : ref_caller_may_have_role(meeting->arena, caller, entry);
}

// the caller itself. Not root, whose ARN is its account's; not a role
// of unknown session.
static bool names_self(const struct ref_caller *caller, struct pc_str entry)
{
    switch (caller->kind) {
    case REF_CALLER_USER:
        return pc_str_eq(entry, caller->arn) ||
               (caller->unique_id.len > 0 && pc_str_eq(entry, caller->unique_id));
    case REF_CALLER_SESSION:
        return caller->session.len > 0 && pc_str_eq(entry, caller->arn);
    case REF_CALLER_FEDERATED_USER:
        return pc_str_eq(entry, caller->arn);
    case REF_CALLER_ROOT:
        return names_account(caller, entry);
    case REF_CALLER_ANONYMOUS:
    case REF_CALLER_PROVIDER:
    case REF_CALLER_SERVICE:
        break;
    }
    return false;
}

static enum ref_strength aws_strength(const struct ref_meeting *meeting, struct pc_str entry)
{
    const struct ref_caller *caller = meeting->caller;
    if (is_star(entry)) {
        return REF_STRENGTH_ANY;
    }
    if (names_self(caller, entry)) {
        return REF_STRENGTH_SELF;
    }
    if (names_role(meeting, entry)) {
        return REF_STRENGTH_ROLE;
    }
    if (caller->parent.len > 0 && !ref_caller_has_root_identity(caller) &&
        pc_str_eq(entry, caller->parent)) {
        return REF_STRENGTH_PARENT;
    }
    return names_account(caller, entry) ? REF_STRENGTH_ACCOUNT : REF_STRENGTH_NONE;
}

static bool names_service(const struct ref_caller *caller, struct pc_str entry)
{
    for (size_t i = 0; i < caller->service_count; i++) {
        if (pc_str_eq(entry, caller->services[i])) {
            return true;
        }
    }
    return false;
}

static enum ref_strength entry_strength(const struct ref_meeting *meeting, struct pc_str kind,
                                        struct pc_str entry)
{
    const struct ref_caller *caller = meeting->caller;
    if (pc_str_eq(kind, PC_STR("AWS"))) {
        return aws_strength(meeting, entry);
    }
    bool self = false;
    if (pc_str_eq(kind, PC_STR("Service"))) {
        self = names_service(caller, entry);
    } else if (pc_str_eq(kind, PC_STR("Federated"))) {
        self =
            meeting->trust && caller->kind == REF_CALLER_PROVIDER && pc_str_eq(entry, caller->arn);
    }
    // CanonicalUser: which account it stands for, no request says.
    return self ? REF_STRENGTH_SELF : REF_STRENGTH_NONE;
}

// the strongest of all.
enum ref_strength ref_principal_strength(const struct ref_meeting *meeting,
                                         const struct pc_json *principal)
{
    if (principal->type == PC_JSON_STRING) {
        return is_star(principal->text) ? REF_STRENGTH_ANY : REF_STRENGTH_NONE;
    }
    enum ref_strength strongest = REF_STRENGTH_NONE;
    for (size_t i = 0; i < principal->count; i++) {
        const struct pc_json_member *kind = &principal->members[i];
        for (size_t j = 0; j < ref_list_count(&kind->value); j++) {
            enum ref_strength strength =
                entry_strength(meeting, kind->name, ref_list_at(&kind->value, j)->text);
            if (is_foreign(meeting) && strength != REF_STRENGTH_ANY) {
                continue;
            }
            strongest = strength > strongest ? strength : strongest;
        }
    }
    return strongest;
}

// What of the caller's chain a NotPrincipal lists.
struct chain {
    bool everyone, self, role, account;
};

static struct chain chain_of(const struct ref_meeting *meeting, const struct pc_json *principal)
{
    const struct ref_caller *caller = meeting->caller;
    struct chain chain = {.everyone = principal->type == PC_JSON_STRING};
    size_t kinds = principal->type == PC_JSON_OBJECT ? principal->count : 0;
    for (size_t i = 0; i < kinds; i++) {
        const struct pc_json_member *kind = &principal->members[i];
        for (size_t j = 0; j < ref_list_count(&kind->value); j++) {
            struct pc_str entry = ref_list_at(&kind->value, j)->text;
            if (is_foreign(meeting)) {
                chain.everyone =
                    chain.everyone || (pc_str_eq(kind->name, PC_STR("AWS")) && is_star(entry));
                continue;
            }
            if (!pc_str_eq(kind->name, PC_STR("AWS"))) {
                chain.self =
                    chain.self || entry_strength(meeting, kind->name, entry) == REF_STRENGTH_SELF;
                continue;
            }
            chain.everyone = chain.everyone || is_star(entry);
            chain.self = chain.self || names_self(caller, entry);
            chain.role = chain.role || names_role(meeting, entry);
            chain.account = chain.account || names_account(caller, entry);
        }
    }
    return chain;
}

bool ref_not_principal_denies(const struct ref_meeting *meeting, const struct pc_json *principal)
{
    struct chain chain = chain_of(meeting, principal);
    if (meeting->boundary) {
        return true;
    }
    if (chain.everyone) {
        return false;
    }
    switch (meeting->caller->kind) {
    case REF_CALLER_SESSION:
        return !(chain.self && chain.role && chain.account);
    case REF_CALLER_USER:
    case REF_CALLER_FEDERATED_USER:
        return !(chain.self && chain.account);
    case REF_CALLER_ROOT:
    case REF_CALLER_SERVICE:
    case REF_CALLER_PROVIDER:
        return !chain.self;
    case REF_CALLER_ANONYMOUS:
        break;
    }
    return true;
}
