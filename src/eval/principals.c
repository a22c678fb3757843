// SPDX-License-Identifier: Apache-2.0
//
// Principal and NotPrincipal against the caller (SEMANTICS.md section 4).
#include "matching.h"

#include <limits.h>

static bool partition_fits(struct pc_str entry, const struct pc_caller *caller)
{
    return entry.len == 0 || pc_str_eq(entry, caller->partition);
}

static enum pc_strength match_account(struct pc_str account, struct pc_str partition,
                                      const struct pc_caller *caller)
{
    if (caller->account.len == 0 || !pc_str_eq(account, caller->account) ||
        !partition_fits(partition, caller)) {
        return PC_STRENGTH_NONE;
    }
    return caller->kind == PC_CALLER_ROOT ? PC_STRENGTH_SELF : PC_STRENGTH_ACCOUNT;
}

static enum pc_strength match_user(struct pc_str arn, const struct pc_caller *caller)
{
    if (caller->kind == PC_CALLER_USER && pc_str_eq(arn, caller->text)) {
        return PC_STRENGTH_SELF;
    }
    if (caller->kind == PC_CALLER_FEDERATED_USER && pc_str_eq(arn, caller->parent)) {
        return PC_STRENGTH_PARENT;
    }
    return PC_STRENGTH_NONE;
}

static struct pc_str last_part(struct pc_str path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/') {
        start--;
    }
    return pc_str_slice(path, start, path.len);
}

// by the whole ARN where the request has it, else by account and name.
static enum pc_strength match_role(struct pc_str arn, const struct pc_caller *caller)
{
    struct pc_str fields[6];
    if (caller->kind != PC_CALLER_SESSION) {
        return PC_STRENGTH_NONE;
    }
    if (caller->role.len > 0) {
        return pc_str_eq(arn, caller->role) ? PC_STRENGTH_ROLE : PC_STRENGTH_NONE;
    }
    bool same = pc_str_split(arn, ':', fields, 6) == 6 && pc_str_eq(fields[1], caller->partition) &&
                pc_str_eq(fields[4], caller->account) &&
                pc_str_eq_icase(last_part(fields[5]), caller->name);
    return same ? PC_STRENGTH_ROLE : PC_STRENGTH_NONE;
}

// The part of a session's unique id in front of its name is the role's. The id of a user names its
// federated users as its ARN does.
static enum pc_strength match_id(struct pc_str id, const struct pc_caller *caller)
{
    if (caller->kind == PC_CALLER_USER && pc_str_eq(id, caller->id)) {
        return PC_STRENGTH_SELF;
    }
    if (caller->kind == PC_CALLER_FEDERATED_USER && pc_str_eq(id, caller->parent_id)) {
        return PC_STRENGTH_PARENT;
    }
    struct pc_str parts[2];
    pc_str_split(caller->id, ':', parts, 2);
    bool same = caller->kind == PC_CALLER_SESSION && pc_str_eq(id, parts[0]);
    return same ? PC_STRENGTH_ROLE : PC_STRENGTH_NONE;
}

static bool is_self(struct pc_str text, const struct pc_caller *caller, enum pc_caller_kind kind)
{
    return caller->kind == kind && pc_str_eq(text, caller->text);
}

static bool is_service(struct pc_str name, const struct pc_caller *caller)
{
    for (size_t i = 0; caller->kind == PC_CALLER_SERVICE && i < caller->service_count; i++) {
        if (pc_str_eq(name, caller->services[i])) {
            return true;
        }
    }
    return false;
}

static enum pc_strength self_if(bool condition)
{
    return condition ? PC_STRENGTH_SELF : PC_STRENGTH_NONE;
}

// R-306; a caller given as a role has no session ARN, unless it is open which one.
static enum pc_strength match_session(struct pc_str arn, const struct pc_question *question)
{
    const struct pc_caller *caller = &question->request->caller;
    bool listed = question->listed_sessions && pc_caller_may_be_session(caller, arn);
    return self_if(listed || is_self(arn, caller, PC_CALLER_SESSION));
}

static enum pc_strength match_entry(const struct pc_image *image,
                                    const struct pc_image_principal *entry,
                                    const struct pc_question *question)
{
    const struct pc_caller *caller = &question->request->caller;
    struct pc_str text = pc_image_text(image, entry->text);
    switch (entry->kind) {
    case PC_IMAGE_PRINCIPAL_ANY:
        return PC_STRENGTH_ANY;
    case PC_IMAGE_PRINCIPAL_ACCOUNT:
        return match_account(text, pc_image_text(image, entry->partition), caller);
    case PC_IMAGE_PRINCIPAL_USER:
        return match_user(text, caller);
    case PC_IMAGE_PRINCIPAL_ROLE:
        return match_role(text, caller);
    case PC_IMAGE_PRINCIPAL_SESSION:
        return match_session(text, question);
    case PC_IMAGE_PRINCIPAL_FEDERATED_USER:
        return self_if(is_self(text, caller, PC_CALLER_FEDERATED_USER));
    case PC_IMAGE_PRINCIPAL_ID:
        return match_id(text, caller);
    case PC_IMAGE_PRINCIPAL_SERVICE:
        return self_if(is_service(text, caller));
    case PC_IMAGE_PRINCIPAL_FEDERATED:
        return self_if(is_self(text, caller, PC_CALLER_PROVIDER));
    default:
        // A canonical user: nothing tells its account. The compiler refuses it where a miss would
        // allow more.
        return PC_STRENGTH_NONE;
    }
}

// nobody of another partition than the resource is meant by what a policy names, an account
// id among it.
static bool is_of_another_partition(const struct pc_question *question)
{
    const struct pc_caller *caller = &question->request->caller;
    const struct pc_arn_subject *resource = question->resource;
    bool known = resource != NULL && resource->is_arn && !question->any_resource;
    return known && caller->partition.len > 0 && !pc_str_eq(resource->fields[1], caller->partition);
}

// Every strength that some entry has, as bits, and the strongest.
static enum pc_strength match_list(const struct pc_image *image, struct pc_image_range entries,
                                   const struct pc_question *question, unsigned *found)
{
    enum pc_strength strongest = PC_STRENGTH_NONE;
    *found = 0;
    pc_effort_take(question->effort, entries.count);
    for (uint32_t i = 0; i < entries.count; i++) {
        enum pc_strength strength =
            match_entry(image, pc_image_principal(image, entries.first + i), question);
        *found |= 1U << strength;
        strongest = strength > strongest ? strength : strongest;
    }
    return strongest;
}

// a Deny with NotPrincipal spares only a caller whose whole chain is listed; a service has
// no more than its name.
static bool chain_is_listed(const struct pc_question *question, unsigned found)
{
    const struct pc_caller *caller = &question->request->caller;
    unsigned needed = 1U << PC_STRENGTH_SELF;
    if (caller->kind == PC_CALLER_USER || caller->kind == PC_CALLER_FEDERATED_USER) {
        needed |= 1U << PC_STRENGTH_ACCOUNT;
    } else if (caller->kind == PC_CALLER_SESSION) {
        needed |= 1U << PC_STRENGTH_ACCOUNT | 1U << PC_STRENGTH_ROLE;
    }
    needed &= question->account_link ? UINT_MAX : ~(1U << PC_STRENGTH_ACCOUNT);
    return (found & 1U << PC_STRENGTH_ANY) != 0 || (found & needed) == needed;
}

enum pc_strength pc_principals_match(const struct pc_image *image,
                                     const struct pc_image_statement *statement,
                                     const struct pc_question *question)
{
    unsigned found;
    if (statement->principal_kind == PC_IMAGE_LIST_ABSENT) {
        // R-319; in a type that needs a Principal such a statement matches nothing.
        return pc_image_type_has_principals(image->header->type) ? PC_STRENGTH_NONE
                                                                 : PC_STRENGTH_ANY;
    }
    enum pc_strength strongest = match_list(image, statement->principals, question, &found);
    bool listed = strongest != PC_STRENGTH_NONE; // in any way
    if (listed && is_of_another_partition(question)) {
        found &= 1U << PC_STRENGTH_ANY;
        strongest = found != 0 ? PC_STRENGTH_ANY : PC_STRENGTH_NONE;
    }
    if (statement->principal_kind == PC_IMAGE_LIST_POSITIVE) {
        return strongest;
    }
    bool spared;
    if (statement->effect == PC_IMAGE_ALLOW) {
        spared = listed;
    } else {
        spared = !question->boundary && chain_is_listed(question, found);
    }
    return spared ? PC_STRENGTH_NONE : PC_STRENGTH_ANY;
}
