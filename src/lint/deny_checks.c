// SPDX-License-Identifier: Apache-2.0
//
// A Deny that hits more than was meant, or less.
#include "dangers.h"
#include "grant.h"

#include "match/key.h"
#include "match/pattern.h"
#include "ops/operator.h"

static bool names_everybody(const struct pc_statement *statement)
{
    return pc_lint_find_principal(statement, PC_PRINCIPAL_ANY) != NULL;
}

static bool is_listed(struct pc_str key, const struct pc_str *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (pc_key_eq(key, keys[i])) {
            return true;
        }
    }
    return false;
}

// Everybody --------------------------------------------------------------------------------------

// The resource itself, not a part of it: in a bucket's policy the bucket.
static bool reaches_whole(const struct pc_text_list *resources)
{
    for (size_t i = 0; resources->kind == PC_LIST_POSITIVE && i < resources->count; i++) {
        struct pc_str text = resources->items[i].text;
        if (pc_lint_is_stars(text) || pc_str_find(text, '/', 0) == SIZE_MAX) {
            return true;
        }
    }
    return resources->kind == PC_LIST_ABSENT;
}

static const struct pc_text *find_all_actions(const struct pc_text_list *actions)
{
    for (size_t i = 0; actions->kind == PC_LIST_POSITIVE && i < actions->count; i++) {
        struct pc_str text = actions->items[i].text;
        if (pc_lint_entry_is_any(text) || pc_lint_entry_service(text).len > 0) {
            return &actions->items[i];
        }
    }
    return NULL;
}

// Not in trust policies: there it is the way to retire a role.
enum pc_status pc_lint_check_lockout(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    enum pc_policy_type type = place->policy->type;
    const struct pc_text *entry = find_all_actions(&statement->actions);
    if ((type != PC_POLICY_RESOURCE && type != PC_POLICY_KEY) || entry == NULL ||
        statement->effect != PC_EFFECT_DENY || statement->condition_count > 0 ||
        !names_everybody(statement) ||
        !(type == PC_POLICY_KEY ? statement->resources.kind != PC_LIST_NEGATED
                                : reaches_whole(&statement->resources))) {
        return PC_OK;
    }
    pc_lint_report(place, PC_DIAG_DENY_EVERYBODY, statement->line, statement->column,
                   "\"%.*s\" is denied to everybody, without exception", PC_STR_ARG(entry->text));
    return PC_OK;
}

// Services ---------------------------------------------------------------------------------------

// What calls of services come without (LAMBDA.md 1.2).
static const struct pc_str absent[] = {
    PC_STR_INIT("aws:PrincipalOrgID"),   PC_STR_INIT("aws:PrincipalOrgPaths"),
    PC_STR_INIT("aws:PrincipalAccount"), PC_STR_INIT("aws:PrincipalArn"),
    PC_STR_INIT("aws:SourceIp"),         PC_STR_INIT("aws:SourceVpc"),
    PC_STR_INIT("aws:SourceVpce"),
};

// Do all conditions hold for calls of services, because the keys are absent?
static bool hits_services(const struct pc_statement *deny)
{
    for (size_t i = 0; i < deny->condition_count; i++) {
        const struct pc_condition *condition = &deny->conditions[i];
        struct pc_op_use use;
        if (!is_listed(condition->key.text, absent, sizeof(absent) / sizeof(absent[0])) ||
            pc_operator_find(condition->op.text, &use) != PC_OP_FOUND || condition->count == 0 ||
            (use.flags & PC_OP_NEGATED) == 0 || (use.flags & PC_OP_FOR_ANY) != 0) {
            return false;
        }
    }
    return deny->condition_count > 0;
}

// Does the pattern match what the text, a pattern too, stands for? Sure for patterns without '?'.
static enum pc_status covers(struct pc_str pattern, struct pc_str text, bool *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    *out = false;
    if (pc_str_find(pattern, '?', 0) != SIZE_MAX || pc_str_find(pattern, '$', 0) != SIZE_MAX) {
        return PC_OK;
    }
    enum pc_status status = pc_pattern_compile(pattern, PC_PATTERN_WILDCARDS, &bytes, &error);
    if (status == PC_ERR_LIMIT || status == PC_ERR_INVALID) {
        return PC_OK; // reported when the policy was compiled
    }
    PC_TRY(status);
    *out = pc_pattern_match(pc_buf_view(&bytes), text, NULL, NULL) == PC_MATCH;
    return PC_OK;
}

static enum pc_status covers_one(const struct pc_text_list *denied, struct pc_str resource,
                                 bool *out)
{
    *out = false;
    for (size_t i = 0; i < denied->count && !*out; i++) {
        PC_TRY(covers(denied->items[i].text, resource, out));
    }
    return PC_OK;
}

// Are all resources of the Allow among those of the Deny?
static enum pc_status covers_resources(const struct pc_text_list *denied,
                                       const struct pc_text_list *allowed, bool *out)
{
    *out = denied->kind == PC_LIST_ABSENT;
    if (*out || denied->kind != PC_LIST_POSITIVE || allowed->kind != PC_LIST_POSITIVE) {
        return PC_OK;
    }
    *out = allowed->count > 0;
    for (size_t i = 0; i < allowed->count && *out; i++) {
        PC_TRY(covers_one(denied, allowed->items[i].text, out));
    }
    return PC_OK;
}

// Is there an action of the Allow, written out, that the Deny is about?
static enum pc_status shares_action(const struct pc_statement *deny,
                                    const struct pc_statement *allow, bool *out)
{
    *out = false;
    for (size_t i = 0; i < allow->actions.count && !*out; i++) {
        struct pc_str text = allow->actions.items[i].text;
        if (pc_str_find(text, '*', 0) == SIZE_MAX && pc_str_find(text, '?', 0) == SIZE_MAX) {
            PC_TRY(pc_lint_has_action(deny, text, out));
        }
    }
    return PC_OK;
}

static enum pc_status defeats(const struct pc_statement *deny, const struct pc_statement *allow,
                              bool *out)
{
    bool resources = false;
    PC_TRY(shares_action(deny, allow, out));
    PC_TRY(covers_resources(&deny->resources, &allow->resources, &resources));
    *out = *out && resources;
    return PC_OK;
}

static void report_services(const struct pc_lint_place *place,
                            const struct pc_principal_entry *service, uint32_t line)
{
    const struct pc_statement *deny = place->statement;
    if (service == NULL) {
        pc_lint_report(place, PC_DIAG_DENY_HITS_SERVICES, deny->line, deny->column,
                       "calls of AWS services are denied as well");
    } else {
        pc_lint_report(place, PC_DIAG_DENY_HITS_SERVICES, deny->line, deny->column,
                       "calls of %.*s, which line %u allows, are denied as well",
                       PC_STR_ARG(service->text), (unsigned)line);
    }
    pc_diag_hint(place->lint->diags,
                 "add the condition BoolIfExists aws:PrincipalIsAWSService \"false\"");
}

// In an RCP it hits whatever service calls; in the policy of a resource those that it allows.
enum pc_status pc_lint_check_denied_services(const struct pc_lint_place *place)
{
    const struct pc_statement *deny = place->statement;
    enum pc_policy_type type = place->policy->type;
    bool resource = type == PC_POLICY_RESOURCE || type == PC_POLICY_KEY;
    if ((!resource && type != PC_POLICY_RCP) || deny->effect != PC_EFFECT_DENY ||
        !names_everybody(deny) || !hits_services(deny)) {
        return PC_OK;
    }
    if (type == PC_POLICY_RCP) {
        report_services(place, NULL, 0);
        return PC_OK;
    }
    for (size_t i = 0; i < place->policy->count; i++) {
        const struct pc_statement *allow = &place->policy->statements[i];
        const struct pc_principal_entry *service =
            pc_lint_find_principal(allow, PC_PRINCIPAL_SERVICE);
        bool defeated = false;
        if (allow->effect == PC_EFFECT_ALLOW && service != NULL) {
            PC_TRY(defeats(deny, allow, &defeated));
        }
        if (defeated) {
            report_services(place, service, service->line);
            return PC_OK;
        }
    }
    return PC_OK;
}

// Networks ---------------------------------------------------------------------------------------

// Keys that tell where a call came from, and those by which a Deny says that it is not about what
// services do.
static const struct pc_str networks[] = {
    PC_STR_INIT("aws:SourceIp"),
    PC_STR_INIT("aws:SourceVpc"),
    PC_STR_INIT("aws:SourceVpce"),
};

static const struct pc_str excuses[] = {
    PC_STR_INIT("aws:ViaAWSService"),
    PC_STR_INIT("aws:CalledVia"),
    PC_STR_INIT("aws:CalledViaFirst"),
    PC_STR_INIT("aws:CalledViaLast"),
};

// The first condition on the network, where what services do for a caller meets all of them; else
// NULL.
static const struct pc_condition *find_network(const struct pc_statement *statement)
{
    const struct pc_condition *found = NULL;
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_condition *condition = &statement->conditions[i];
        struct pc_op_use use;
        if (is_listed(condition->key.text, excuses, sizeof(excuses) / sizeof(excuses[0]))) {
            return NULL;
        }
        if (!is_listed(condition->key.text, networks, sizeof(networks) / sizeof(networks[0]))) {
            continue;
        }
        if (pc_operator_find(condition->op.text, &use) != PC_OP_FOUND ||
            (use.flags & PC_OP_NEGATED) == 0 || (use.flags & PC_OP_FOR_ANY) != 0) {
            return NULL;
        }
        found = found == NULL ? condition : found;
    }
    return found;
}

// Not where it names services, which call by themselves.
static bool is_for_callers(const struct pc_statement *statement)
{
    return pc_lint_find_principal(statement, PC_PRINCIPAL_SERVICE) == NULL;
}

enum pc_status pc_lint_check_denied_network(const struct pc_lint_place *place)
{
    const struct pc_condition *condition = find_network(place->statement);
    if (condition == NULL || place->statement->effect != PC_EFFECT_DENY ||
        place->policy->type == PC_POLICY_ENDPOINT || !is_for_callers(place->statement)) {
        return PC_OK;
    }
    pc_lint_report(place, PC_DIAG_DENY_HITS_FORWARDED, condition->key.line, condition->key.column,
                   "what AWS services do for the caller is denied as well");
    pc_diag_hint(place->lint->diags, "add the condition Bool aws:ViaAWSService \"false\"");
    return PC_OK;
}

// MFA --------------------------------------------------------------------------------------------

// Does the condition have the one value?
static bool is_value(const struct pc_condition *condition, struct pc_str value)
{
    return condition->count == 1 && pc_str_eq_icase(condition->values[0].text, value);
}

// Is there another condition, on the presence of the key, beside the one?
static bool tests_presence(const struct pc_statement *statement)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        struct pc_op_use use;
        if (pc_operator_find(statement->conditions[i].op.text, &use) == PC_OP_FOUND &&
            use.op->id == PC_OP_NULL) {
            return true;
        }
    }
    return false;
}

//
enum pc_status pc_lint_check_mfa(const struct pc_lint_place *place)
{
    const struct pc_condition *condition = place->condition;
    bool deny = place->statement->effect == PC_EFFECT_DENY;
    struct pc_op_use use;
    if (!pc_key_eq(condition->key.text, PC_STR("aws:MultiFactorAuthPresent")) ||
        pc_operator_find(condition->op.text, &use) != PC_OP_FOUND || use.op->id != PC_OP_BOOL ||
        tests_presence(place->statement)) {
        return PC_OK;
    }
    if (deny && use.flags == 0 && is_value(condition, PC_STR("false"))) {
        pc_lint_report(place, PC_DIAG_MFA_ABSENT, condition->op.line, condition->op.column,
                       "requests with access keys are not denied, for they have no \"%.*s\"",
                       PC_STR_ARG(condition->key.text));
        pc_diag_hint(place->lint->diags, "write BoolIfExists");
    } else if (!deny && use.flags == PC_OP_IF_EXISTS && is_value(condition, PC_STR("true"))) {
        pc_lint_report(place, PC_DIAG_MFA_ABSENT, condition->op.line, condition->op.column,
                       "requests with access keys are allowed, for they have no \"%.*s\"",
                       PC_STR_ARG(condition->key.text));
        pc_diag_hint(place->lint->diags, "write Bool");
    }
    return PC_OK;
}
