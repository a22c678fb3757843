// SPDX-License-Identifier: Apache-2.0
//
// Conditions on keys that may be missing: IfExists, Null, set prefixes, negated operators.
#include "key_use.h"
#include "operators.h"

static bool is_there(const struct pc_lint_at *at)
{
    return pc_global_key_is_there(at->it->global, at->place->policy->type);
}

static bool allows(const struct pc_lint_at *at)
{
    return at->place->statement->effect == PC_EFFECT_ALLOW;
}

// with ForAnyValue the suffix counts. Not in a Deny, where it says to the
// reader what happens without the key, as AWS's own guard-rails do.
void pc_lint_if_exists(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!allows(at) || !pc_lint_is(it, PC_OP_IF_EXISTS)) {
        return;
    }
    if (is_there(at)) {
        pc_lint_report_operator(at, PC_DIAG_IF_EXISTS_IDLE,
                                "\"IfExists\" changes nothing: every request has %.*s",
                                PC_STR_ARG(written->key.text));
    } else if (pc_lint_is(it, PC_OP_FOR_ALL) ||
               (pc_lint_is(it, PC_OP_NEGATED) && !pc_lint_is(it, PC_OP_FOR_ANY))) {
        pc_lint_report_operator(at, PC_DIAG_IF_EXISTS_IDLE,
                                "\"IfExists\" changes nothing: %.*s holds without %.*s anyway",
                                PC_STR_ARG(written->op.text), PC_STR_ARG(written->key.text));
    }
}

void pc_lint_null(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    if (it->family != PC_LINT_NULLS || pc_lint_takes_all(it) || !is_there(at)) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_NULL_IDLE, "every request has %.*s: this %s holds",
                            PC_STR_ARG(it->written->key.text),
                            pc_lint_needs_value(it) ? "always" : "never");
}

// Where aws:RequestTag/... has a value, so has aws:TagKeys.
static bool has_request_tag(const struct pc_lint_at *at)
{
    for (size_t i = 0; i < at->count; i++) {
        const struct pc_lint_condition *other = &at->conditions[i];
        if (other->sound && pc_str_has_prefix(other->key, PC_STR("aws:requesttag/")) &&
            pc_lint_needs_value(other)) {
            return true;
        }
    }
    return false;
}

// An action that cannot be asked for without tags or keys of tags.
static bool needs_tags(struct pc_str action)
{
    static const struct pc_str names[] = {
        PC_STR_INIT("tag"),
        PC_STR_INIT("untag"),
        PC_STR_INIT("createtags"),
        PC_STR_INIT("addtags"),
    };
    size_t colon = pc_str_find(action, ':', 0);
    struct pc_str name =
        pc_str_slice(action, colon == SIZE_MAX ? action.len : colon + 1, action.len);
    bool found = false;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        found = found || pc_str_has_prefix_icase(name, names[i]);
    }
    return found;
}

static bool needs_tags_always(const struct pc_lint_at *at)
{
    const struct pc_text_list *list = &at->place->statement->actions;
    size_t needing = 0;
    while (needing < list->count && needs_tags(list->items[needing].text)) {
        needing++;
    }
    return list->kind == PC_LIST_POSITIVE && needing == list->count;
}

// Keys of services with at least one value in every request of the actions that have them: what
// they are made from is required.
static bool is_required(struct pc_str key)
{
    return pc_str_eq(key, PC_STR("kms:grantoperations")) ||
           pc_str_has_prefix(key, PC_STR("route53:changeresourcerecordsets"));
}

static bool has_one_value(const struct pc_lint_at *at)
{
    struct pc_lint_place place = *at->place;
    struct pc_lint_key_use use;
    place.condition = at->it->written;
    return place.lint->catalog != NULL && pc_lint_key_use_of(&place, &use) &&
           pc_lint_key_is_single(&use);
}

// dynamodb:LeadingKeys has the partition keys of the items, which these actions cannot do without.
static bool names_items(const struct pc_lint_at *at)
{
    static const struct pc_str actions[] = {
        PC_STR_INIT("dynamodb:GetItem"),
        PC_STR_INIT("dynamodb:PutItem"),
        PC_STR_INIT("dynamodb:UpdateItem"),
        PC_STR_INIT("dynamodb:DeleteItem"),
        PC_STR_INIT("dynamodb:BatchGetItem"),
        PC_STR_INIT("dynamodb:BatchWriteItem"),
        PC_STR_INIT("dynamodb:ConditionCheckItem"),
        PC_STR_INIT("dynamodb:Query"),
    };
    const struct pc_text_list *list = &at->place->statement->actions;
    size_t known = 0;
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < sizeof(actions) / sizeof(actions[0]); j++) {
            known += pc_str_eq_icase(list->items[i].text, actions[j]);
        }
    }
    return pc_str_eq(at->it->key, PC_STR("dynamodb:leadingkeys")) &&
           list->kind == PC_LIST_POSITIVE && known == list->count;
}

// Of a negated operator it is what is expected.
void pc_lint_for_all(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!allows(at) || !pc_lint_is(it, PC_OP_FOR_ALL) || pc_lint_is(it, PC_OP_NEGATED) ||
        pc_lint_takes_all(it) || is_there(at) || is_required(it->key) || names_items(at) ||
        pc_lint_has_key_elsewhere(at) ||
        (pc_str_eq(it->key, PC_STR("aws:tagkeys")) &&
         (has_request_tag(at) || needs_tags_always(at)))) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_FOR_ALL_ABSENT,
                            "\"%.*s\" also holds for requests without %.*s",
                            PC_STR_ARG(written->op.text), PC_STR_ARG(written->key.text));
    if (has_one_value(at)) {
        pc_diag_hint(
            at->place->lint->diags,
            "leave \"ForAllValues:\" away: the key has one value, and has to be there then");
        return;
    }
    pc_diag_hint(at->place->lint->diags,
                 "add \"Null\": {\"%.*s\": \"false\"} if it has to be there",
                 PC_STR_ARG(written->key.text));
}

// In a Deny it is the way to say "nothing but these".
void pc_lint_for_any(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!allows(at) || !pc_lint_is(it, PC_OP_FOR_ANY) || !pc_lint_is(it, PC_OP_NEGATED)) {
        return;
    }
    pc_lint_report_operator(
        at, PC_DIAG_FOR_ANY_NEGATED,
        "one value of %.*s that is not listed suffices, whatever the others are",
        PC_STR_ARG(written->key.text));
    pc_diag_hint(at->place->lint->diags, "ForAllValues holds where none of the values is listed");
}

// ForAllValues with a negated operator is how "none of these" is said.
void pc_lint_negated_absent(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!allows(at) || !pc_lint_is(it, PC_OP_NEGATED) ||
        pc_lint_is(it, PC_OP_FOR_ANY | PC_OP_FOR_ALL) || it->global == NULL ||
        it->global->presence != PC_KEY_SOMETIMES || pc_lint_takes_all(it) ||
        pc_lint_has_key_elsewhere(at)) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_NEGATED_ABSENT,
                            "\"%.*s\" also allows requests without %.*s",
                            PC_STR_ARG(written->op.text), PC_STR_ARG(written->key.text));
    pc_diag_hint(at->place->lint->diags,
                 "add \"Null\": {\"%.*s\": \"false\"} if it has to be there",
                 PC_STR_ARG(written->key.text));
}
