// SPDX-License-Identifier: Apache-2.0
//
// Conditions on keys that may be missing: IfExists, Null, set prefixes, negated operators, and the
// two keys with which that is known to go wrong.
#include "operators.h"

static bool is_there(const struct pc_lint_at *at)
{
    return pc_global_key_is_there(at->it->global, at->place->policy->type);
}

static bool allows(const struct pc_lint_at *at)
{
    return at->place->statement->effect == PC_EFFECT_ALLOW;
}

// with ForAnyValue the suffix counts.
void pc_lint_if_exists(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!pc_lint_is(it, PC_OP_IF_EXISTS)) {
        return;
    }
    if (is_there(at)) {
        pc_lint_report_operator(at, PC_DIAG_LINT_IF_EXISTS_IDLE,
                                "IfExists changes nothing: every request has %.*s",
                                PC_STR_ARG(written->key.text));
    } else if (pc_lint_is(it, PC_OP_FOR_ALL) ||
               (pc_lint_is(it, PC_OP_NEGATED) && !pc_lint_is(it, PC_OP_FOR_ANY))) {
        pc_lint_report_operator(at, PC_DIAG_LINT_IF_EXISTS_IDLE,
                                "IfExists changes nothing: %.*s holds without the key anyway",
                                PC_STR_ARG(written->op.text));
    }
}

void pc_lint_null(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    if (it->family != PC_LINT_NULLS || pc_lint_takes_all(it) || !is_there(at)) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_LINT_NULL_IDLE, "every request has %.*s: this %s holds",
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

// Of a negated operator it is what is expected.
void pc_lint_for_all(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    if (!allows(at) || !pc_lint_is(it, PC_OP_FOR_ALL) || pc_lint_is(it, PC_OP_NEGATED) ||
        pc_lint_takes_all(it) || is_there(at) || is_required(it->key) ||
        pc_lint_has_key_elsewhere(at) ||
        (pc_str_eq(it->key, PC_STR("aws:tagkeys")) &&
         (has_request_tag(at) || needs_tags_always(at)))) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_LINT_FOR_ALL_ABSENT,
                            "%.*s also allows requests without %.*s", PC_STR_ARG(written->op.text),
                            PC_STR_ARG(written->key.text));
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
        at, PC_DIAG_LINT_FOR_ANY_NEGATED,
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
    pc_lint_report_operator(at, PC_DIAG_LINT_NEGATED_ABSENT,
                            "%.*s also allows requests without %.*s", PC_STR_ARG(written->op.text),
                            PC_STR_ARG(written->key.text));
    pc_diag_hint(at->place->lint->diags,
                 "add \"Null\": {\"%.*s\": \"false\"} if it has to be there",
                 PC_STR_ARG(written->key.text));
}

//
void pc_lint_set_prefix(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    const struct pc_condition *written = it->written;
    bool prefix = pc_lint_is(it, PC_OP_FOR_ALL | PC_OP_FOR_ANY);
    if (it->global == NULL || it->family == PC_LINT_NULLS || it->global->many == prefix) {
        return;
    }
    if (prefix) {
        pc_lint_report_operator(at, PC_DIAG_LINT_SET_OF_ONE,
                                "%.*s has one value, %.*s is for lists",
                                PC_STR_ARG(written->key.text), PC_STR_ARG(written->op.text));
    } else {
        pc_lint_report_operator(at, PC_DIAG_LINT_SET_WITHOUT_PREFIX,
                                "%.*s has a list of values, which %.*s never matches",
                                PC_STR_ARG(written->key.text), PC_STR_ARG(written->op.text));
        pc_diag_hint(at->place->lint->diags, "write ForAnyValue:%.*s or ForAllValues:%.*s",
                     PC_STR_ARG(written->op.text), PC_STR_ARG(written->op.text));
    }
}

static bool is_for_mfa(const struct pc_lint_at *at, bool value)
{
    const struct pc_lint_condition *it = at->it;
    return it->family == PC_LINT_BOOLS && !pc_lint_is(it, PC_OP_FOR_ALL | PC_OP_FOR_ANY) &&
           it->written->count == 1 &&
           pc_str_eq_icase(it->written->values[0].text, value ? PC_STR("true") : PC_STR("false")) &&
           pc_str_eq(it->key, PC_STR("aws:multifactorauthpresent"));
}

static bool is_on_mfa(const struct pc_condition *condition)
{
    return pc_str_eq_icase(condition->key.text, PC_STR("aws:MultiFactorAuthPresent"));
}

// Does another statement deny by that key as well, or this one look at it twice? Then what this one
// leaves may be the other's.
static bool is_denied_elsewhere(const struct pc_lint_at *at)
{
    const struct pc_policy *policy = at->place->policy;
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        for (size_t j = 0; j < statement->condition_count; j++) {
            const struct pc_condition *other = &statement->conditions[j];
            if (statement->effect == PC_EFFECT_DENY && is_on_mfa(other) &&
                other != at->it->written) {
                return true;
            }
        }
    }
    return false;
}

// requests with long-term keys do not have the key.
void pc_lint_mfa(const struct pc_lint_at *at)
{
    bool if_exists = pc_lint_is(at->it, PC_OP_IF_EXISTS);
    if (!allows(at) && !if_exists && is_for_mfa(at, false) && !is_denied_elsewhere(at)) {
        pc_lint_report_operator(at, PC_DIAG_LINT_MFA_ABSENT,
                                "requests signed with long-term access keys are not denied: they "
                                "have no aws:MultiFactorAuthPresent");
        pc_diag_hint(at->place->lint->diags, "write BoolIfExists");
    } else if (allows(at) && if_exists && is_for_mfa(at, true) && !pc_lint_has_key_elsewhere(at)) {
        pc_lint_report_operator(at, PC_DIAG_LINT_MFA_ABSENT,
                                "requests signed with long-term access keys are allowed without "
                                "MFA: they have no aws:MultiFactorAuthPresent");
        pc_diag_hint(at->place->lint->diags, "write Bool");
    }
}

// Keys by which a statement can spare what services do, or certain callers.
static bool spares_some(struct pc_str key)
{
    static const struct pc_str prefixes[] = {
        PC_STR_INIT("aws:viaawsservice"), PC_STR_INIT("aws:calledvia"),
        PC_STR_INIT("aws:principal"),     PC_STR_INIT("aws:source"),
        PC_STR_INIT("kms:viaservice"),    PC_STR_INIT("aws:user"),
    };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if (pc_str_has_prefix(key, prefixes[i])) {
            return true;
        }
    }
    return false;
}

static bool spares_services(const struct pc_lint_at *at)
{
    for (size_t i = 0; i < at->count; i++) {
        const struct pc_lint_condition *other = &at->conditions[i];
        bool network = other->global != NULL && other->global->of_connection;
        if (!other->sound || (!network && spares_some(other->key))) {
            return true;
        }
    }
    return false;
}

// Of several such conditions the first is reported.
static bool is_first_of_connection(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *first = at->conditions;
    while (first->global == NULL || !first->global->of_connection) {
        first++;
    }
    return first == at->it;
}

static bool is_asked_by_services(enum pc_policy_type type)
{
    return type != PC_POLICY_TRUST && type != PC_POLICY_ENDPOINT;
}

// A service that acts for the caller calls from its own network (R-411; aws:ViaAWSService).
void pc_lint_connection(const struct pc_lint_at *at)
{
    const struct pc_lint_condition *it = at->it;
    if (allows(at) || it->global == NULL || !it->global->of_connection ||
        !pc_lint_is(it, PC_OP_NEGATED) || pc_lint_is(it, PC_OP_FOR_ANY | PC_OP_FOR_ALL) ||
        !is_asked_by_services(at->place->policy->type) || spares_services(at) ||
        !is_first_of_connection(at)) {
        return;
    }
    pc_lint_report_operator(at, PC_DIAG_LINT_DENY_CONNECTION,
                            "also denies what AWS services do on behalf of the caller, from a "
                            "network of their own");
    pc_diag_hint(at->place->lint->diags, "add \"Bool\": {\"aws:ViaAWSService\": \"false\"}");
}
