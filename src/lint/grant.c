// SPDX-License-Identifier: Apache-2.0
#include "grant.h"

#include "match/pattern.h"
#include "value/arn.h"

enum {
    FIELDS = 6, // of an ARN
};

bool pc_lint_is_stars(struct pc_str text)
{
    size_t stars = 0;
    while (stars < text.len && text.ptr[stars] == '*') {
        stars++;
    }
    return stars == text.len && stars > 0;
}

static bool has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

static enum pc_status glob(struct pc_str pattern, struct pc_str text, bool *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    enum pc_status status =
        pc_pattern_compile(pattern, PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD, &bytes, &error);
    *out = false;
    if (status == PC_ERR_LIMIT || status == PC_ERR_INVALID) {
        return PC_OK; // it was reported when the policy was compiled; nothing is sure about it
    }
    PC_TRY(status);
    *out = pc_pattern_match(pc_buf_view(&bytes), text, NULL, NULL) == PC_MATCH;
    return PC_OK;
}

// Actions ----------------------------------------------------------------------------------------

bool pc_lint_entry_is_any(struct pc_str entry)
{
    return pc_str_eq(entry, PC_STR("*")) || pc_str_eq(entry, PC_STR("*:*"));
}

struct pc_str pc_lint_entry_service(struct pc_str entry)
{
    size_t colon = pc_str_find(entry, ':', 0);
    if (colon == SIZE_MAX || !pc_lint_is_stars(pc_str_slice(entry, colon + 1, entry.len)) ||
        has_wildcard(pc_str_slice(entry, 0, colon))) {
        return PC_STR("");
    }
    return pc_str_slice(entry, 0, colon);
}

enum pc_status pc_lint_entry_matches(struct pc_str entry, struct pc_str action, bool *out)
{
    size_t colon = pc_str_find(entry, ':', 0);
    size_t named = pc_str_find(action, ':', 0);
    *out = pc_lint_entry_is_any(entry);
    if (*out || colon == SIZE_MAX || colon != named ||
        !pc_str_eq_icase(pc_str_slice(entry, 0, colon), pc_str_slice(action, 0, named))) {
        return PC_OK; // the service is compared as it stands
    }
    if (!has_wildcard(entry)) {
        *out = pc_str_eq_icase(entry, action);
        return PC_OK;
    }
    return glob(entry, action, out);
}

enum pc_status pc_lint_find_action(const struct pc_statement *statement, struct pc_str action,
                                   const struct pc_text **out)
{
    bool found = false;
    size_t at = 0;
    *out = NULL;
    if (statement->actions.kind != PC_LIST_POSITIVE) {
        return PC_OK;
    }
    for (; at < statement->actions.count && !found; at++) {
        PC_TRY(pc_lint_entry_matches(statement->actions.items[at].text, action, &found));
    }
    *out = found ? &statement->actions.items[at - 1] : NULL;
    return PC_OK;
}

enum pc_status pc_lint_has_action(const struct pc_statement *statement, struct pc_str action,
                                  bool *out)
{
    bool listed = false;
    for (size_t i = 0; i < statement->actions.count && !listed; i++) {
        PC_TRY(pc_lint_entry_matches(statement->actions.items[i].text, action, &listed));
    }
    *out = listed == (statement->actions.kind == PC_LIST_POSITIVE);
    return PC_OK;
}

enum pc_status pc_lint_may_deny(const struct pc_policy *policy, struct pc_str action, bool *out)
{
    *out = false;
    for (size_t i = 0; i < policy->count && !*out; i++) {
        if (policy->statements[i].effect == PC_EFFECT_DENY) {
            PC_TRY(pc_lint_has_action(&policy->statements[i], action, out));
        }
    }
    return PC_OK;
}

enum pc_status pc_lint_entries_meet(struct pc_str a, struct pc_str b, bool *out)
{
    PC_TRY(pc_lint_entry_matches(a, b, out));
    if (!*out) {
        PC_TRY(pc_lint_entry_matches(b, a, out));
    }
    return PC_OK;
}

// Resources --------------------------------------------------------------------------------------

bool pc_lint_reaches(struct pc_str pattern, struct pc_str stem)
{
    size_t end = pattern.len;
    while (end > 0 && pattern.ptr[end - 1] == '*') {
        end--;
    }
    return end < pattern.len && pc_str_has_prefix(stem, pc_str_slice(pattern, 0, end));
}

// ARNs of IAM have no region, those of buckets no account either.
static bool fits_region(struct pc_str field, const struct pc_lint_kind *kind)
{
    bool global = pc_str_eq(kind->service, PC_STR("iam")) || pc_str_eq(kind->service, PC_STR("s3"));
    return pc_lint_is_stars(field) || (field.len == 0 && global);
}

static bool fits_account(struct pc_str field, const struct pc_lint_kind *kind)
{
    bool none = field.len == 0 && pc_str_eq(kind->service, PC_STR("s3"));
    return none || pc_lint_is_stars(field) || pc_account_id_is(field);
}

static bool entry_reaches(struct pc_str entry, const struct pc_lint_kind *kind)
{
    struct pc_str fields[FIELDS];
    if (pc_lint_is_stars(entry)) {
        return true;
    }
    size_t count = pc_str_split(entry, ':', fields, FIELDS);
    if (kind->service.len == 0 || !pc_str_eq(fields[0], PC_STR("arn"))) {
        return false;
    }
    while (count < FIELDS) {
        fields[count++] = PC_STR("*"); // of identity policies
    }
    return (pc_lint_is_stars(fields[2]) || pc_str_eq(fields[2], kind->service)) &&
           fits_region(fields[3], kind) && fits_account(fields[4], kind) &&
           pc_lint_reaches(fields[5], kind->prefix);
}

bool pc_lint_reaches_all(const struct pc_statement *statement, const struct pc_lint_kind *kind)
{
    const struct pc_text_list *list = &statement->resources;
    for (size_t i = 0; list->kind == PC_LIST_POSITIVE && i < list->count; i++) {
        if (entry_reaches(list->items[i].text, kind)) {
            return true;
        }
    }
    return false;
}

// Grants -----------------------------------------------------------------------------------------

bool pc_lint_type_grants(enum pc_policy_type type)
{
    return type == PC_POLICY_IDENTITY || pc_policy_type_is_resource(type);
}

bool pc_lint_grants(const struct pc_lint_place *place)
{
    return place->policy->type == PC_POLICY_IDENTITY &&
           place->statement->effect == PC_EFFECT_ALLOW && place->statement->condition_count == 0;
}

// Principals -------------------------------------------------------------------------------------

const struct pc_principal_entry *pc_lint_find_principal(const struct pc_statement *statement,
                                                        enum pc_principal_kind kind)
{
    const struct pc_principal_list *list = &statement->principals;
    for (size_t i = 0; list->kind == PC_LIST_POSITIVE && i < list->count; i++) {
        if (list->items[i].kind == kind) {
            return &list->items[i];
        }
    }
    return NULL;
}
