// SPDX-License-Identifier: Apache-2.0
#include "statement.h"

#include "match/cover.h"
#include "match/name.h"

enum {
    ARN_FIELDS = 6,
};

static enum pc_status read_actions(struct pc_arena *arena, struct pc_lint_statement *out)
{
    const struct pc_text_list *list = &out->written->actions;
    struct pc_action_pattern *read = pc_arena_array(arena, list->count, sizeof(*read));
    bool any = list->kind == PC_LIST_NEGATED;
    if (read == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        enum pc_status status = pc_action_pattern_read(arena, list->items[i].text, &read[i]);
        if (status == PC_ERR_LIMIT) {
            out->sound = false;
            continue;
        }
        PC_TRY(status);
        any = any || read[i].kind != PC_ACTION_NEVER;
    }
    out->actions = read;
    out->sound = out->sound && any;
    return PC_OK;
}

// in most types what a short ARN matches depends on its wildcards.
static bool is_whole(struct pc_str text, enum pc_policy_type type)
{
    struct pc_str fields[ARN_FIELDS];
    return type == PC_POLICY_IDENTITY || type == PC_POLICY_BOUNDARY ||
           pc_str_eq(text, PC_STR("*")) ||
           pc_str_split(text, ':', fields, ARN_FIELDS) == ARN_FIELDS;
}

static enum pc_status read_resource(struct pc_arena *arena, const struct pc_policy *policy,
                                    struct pc_str text, struct pc_lint_entry *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    struct pc_arn_pattern_options options = {
        .flags = policy->variables ? PC_PATTERN_VARIABLES : 0, .expand = true, .allow_any = true};
    enum pc_status status = pc_arn_pattern_compile(text, options, &bytes, &error);
    if (status != PC_OK) {
        return status == PC_ERR_NOMEM ? status : PC_OK;
    }
    PC_TRY(pc_buf_status(&bytes));
    out->sound = is_whole(text, policy->type);
    return pc_arena_copy(arena, pc_buf_view(&bytes), &out->bytes);
}

static enum pc_status read_resources(struct pc_arena *arena, const struct pc_policy *policy,
                                     struct pc_lint_statement *out)
{
    const struct pc_text_list *list = &out->written->resources;
    struct pc_lint_entry *read = pc_arena_array(arena, list->count, sizeof(*read));
    if (read == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        PC_TRY(read_resource(arena, policy, list->items[i].text, &read[i]));
        out->sound = out->sound && read[i].sound;
    }
    out->resources = read;
    out->sound = out->sound && (list->kind != PC_LIST_POSITIVE || list->count > 0);
    return PC_OK;
}

static enum pc_status read_statement(struct pc_arena *arena, const struct pc_policy *policy,
                                     const struct pc_statement *written,
                                     struct pc_lint_statement *out)
{
    const struct pc_principal_list *principals = &written->principals;
    *out = (struct pc_lint_statement){.written = written, .sound = true};
    PC_TRY(read_actions(arena, out));
    PC_TRY(read_resources(arena, policy, out));
    PC_TRY(pc_lint_conditions_read(arena, policy, written, &out->conditions));
    for (size_t i = 0; i < written->condition_count; i++) {
        out->sound = out->sound && out->conditions[i].sound;
    }
    out->sound = out->sound && (principals->kind != PC_LIST_POSITIVE || principals->count > 0);
    return PC_OK;
}

enum pc_status pc_lint_statements_read(struct pc_arena *arena, const struct pc_policy *policy,
                                       const struct pc_lint_statement **out)
{
    struct pc_lint_statement *read = pc_arena_array(arena, policy->count, sizeof(*read));
    if (read == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < policy->count; i++) {
        PC_TRY(read_statement(arena, policy, &policy->statements[i], &read[i]));
    }
    *out = read;
    return PC_OK;
}

// Lists of patterns. An entry of one against an entry of the other, by their places.
typedef bool compare_entries(const struct pc_lint_statement *a, size_t a_entry,
                             const struct pc_lint_statement *b, size_t b_entry);

static bool action_covers(const struct pc_lint_statement *wide, size_t wide_entry,
                          const struct pc_lint_statement *narrow, size_t narrow_entry)
{
    return pc_action_pattern_covers(&wide->actions[wide_entry], &narrow->actions[narrow_entry]);
}

static bool actions_overlap(const struct pc_lint_statement *a, size_t a_entry,
                            const struct pc_lint_statement *b, size_t b_entry)
{
    return pc_action_pattern_overlaps(&a->actions[a_entry], &b->actions[b_entry]);
}

static bool resource_covers(const struct pc_lint_statement *wide, size_t wide_entry,
                            const struct pc_lint_statement *narrow, size_t narrow_entry)
{
    return pc_arn_pattern_covers(wide->resources[wide_entry].bytes,
                                 narrow->resources[narrow_entry].bytes);
}

static bool resources_overlap(const struct pc_lint_statement *a, size_t a_entry,
                              const struct pc_lint_statement *b, size_t b_entry)
{
    return pc_arn_pattern_overlaps(a->resources[a_entry].bytes, b->resources[b_entry].bytes);
}

struct list_of {
    const struct pc_lint_statement *statement;
    const struct pc_text_list *list;
};

// Is each entry of the narrow list covered by one of the wide one?
static bool covers_each(struct list_of wide, struct list_of narrow, compare_entries *covers)
{
    for (size_t i = 0; i < narrow.list->count; i++) {
        size_t at = 0;
        while (at < wide.list->count && !covers(wide.statement, at, narrow.statement, i)) {
            at++;
        }
        if (at == wide.list->count) {
            return false;
        }
    }
    return true;
}

static bool overlap_any(struct list_of a, struct list_of b, compare_entries *overlap)
{
    for (size_t i = 0; i < a.list->count; i++) {
        for (size_t j = 0; j < b.list->count; j++) {
            if (overlap(a.statement, i, b.statement, j)) {
                return true;
            }
        }
    }
    return false;
}

// With neither Resource nor NotResource the statement is about the resource that has the policy
// whatever that is.
static bool list_covers(struct list_of wide, struct list_of narrow, compare_entries *covers,
                        compare_entries *overlap)
{
    if (wide.list->kind == PC_LIST_ABSENT || narrow.list->kind == PC_LIST_ABSENT) {
        return wide.list->kind == narrow.list->kind;
    }
    if (wide.list->kind == PC_LIST_NEGATED) {
        return narrow.list->kind == PC_LIST_NEGATED ? covers_each(narrow, wide, covers)
                                                    : !overlap_any(wide, narrow, overlap);
    }
    if (narrow.list->kind == PC_LIST_POSITIVE) {
        return covers_each(wide, narrow, covers);
    }
    for (size_t i = 0; i < wide.list->count; i++) { // all that is not listed: only "*" has it
        if (pc_str_eq(wide.list->items[i].text, PC_STR("*"))) {
            return true;
        }
    }
    return false;
}

static bool names_one_of(const struct pc_principal_entry *entry)
{
    switch ((int)entry->kind) {
    case PC_PRINCIPAL_USER:
    case PC_PRINCIPAL_ROLE:
    case PC_PRINCIPAL_SESSION:
    case PC_PRINCIPAL_FEDERATED_USER:
        return true;
    default:
        return false;
    }
}

// a Deny for an account reaches all of it.
static bool account_has(const struct pc_principal_entry *account,
                        const struct pc_principal_entry *entry)
{
    struct pc_principal_name name;
    return names_one_of(entry) && pc_principal_name_parse(entry->text, &name) &&
           pc_str_eq(name.account, account->text) && pc_str_eq(name.partition, account->partition);
}

static bool is_same(const struct pc_principal_entry *a, const struct pc_principal_entry *b)
{
    return a->kind == b->kind && a->kind != PC_PRINCIPAL_NONE && pc_str_eq(a->text, b->text) &&
           pc_str_eq(a->partition, b->partition);
}

static bool covers_principal(const struct pc_principal_entry *wide,
                             const struct pc_principal_entry *narrow, enum pc_effect effect)
{
    if (is_same(wide, narrow)) {
        return true;
    }
    if (wide->kind == PC_PRINCIPAL_ANY) { // services: R-302 is not sure
        return names_one_of(narrow) || narrow->kind == PC_PRINCIPAL_ACCOUNT ||
               narrow->kind == PC_PRINCIPAL_ANY || narrow->kind == PC_PRINCIPAL_ID;
    }
    return effect == PC_EFFECT_DENY && wide->kind == PC_PRINCIPAL_ACCOUNT &&
           account_has(wide, narrow);
}

static bool covers_principals(const struct pc_principal_list *wide,
                              const struct pc_principal_list *narrow, enum pc_effect effect)
{
    for (size_t i = 0; i < narrow->count; i++) {
        size_t at = 0;
        while (at < wide->count && !covers_principal(&wide->items[at], &narrow->items[i], effect)) {
            at++;
        }
        if (at == wide->count) {
            return false;
        }
    }
    return true;
}

static bool have_same(const struct pc_principal_list *a, const struct pc_principal_list *b)
{
    for (size_t i = 0; i < a->count; i++) {
        size_t at = 0;
        while (at < b->count && !is_same(&a->items[i], &b->items[at])) {
            at++;
        }
        if (at == b->count) {
            return false;
        }
    }
    return true;
}

static bool principals_cover(const struct pc_statement *wide, const struct pc_statement *narrow)
{
    const struct pc_principal_list *all = &wide->principals;
    const struct pc_principal_list *some = &narrow->principals;
    if (all->kind != some->kind) {
        return false;
    }
    if (all->kind == PC_LIST_NEGATED) { // whom it spares depends on the whole list
        return have_same(all, some) && have_same(some, all);
    }
    return all->kind == PC_LIST_ABSENT || covers_principals(all, some, wide->effect);
}

// Every condition of the wide statement follows from one of the narrow one.
static bool conditions_cover(const struct pc_lint_statement *wide,
                             const struct pc_lint_statement *narrow)
{
    for (size_t i = 0; i < wide->written->condition_count; i++) {
        size_t at = 0;
        while (at < narrow->written->condition_count &&
               !pc_lint_implies(&narrow->conditions[at], &wide->conditions[i])) {
            at++;
        }
        if (at == narrow->written->condition_count) {
            return false;
        }
    }
    return true;
}

bool pc_lint_statement_covers(const struct pc_lint_statement *wide,
                              const struct pc_lint_statement *narrow)
{
    return wide->sound && narrow->sound && conditions_cover(wide, narrow) &&
           list_covers((struct list_of){wide, &wide->written->resources},
                       (struct list_of){narrow, &narrow->written->resources}, resource_covers,
                       resources_overlap) &&
           list_covers((struct list_of){wide, &wide->written->actions},
                       (struct list_of){narrow, &narrow->written->actions}, action_covers,
                       actions_overlap) &&
           principals_cover(wide->written, narrow->written);
}
