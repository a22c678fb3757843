// SPDX-License-Identifier: Apache-2.0
//
// The principal "*" in a policy that lets in by itself, and conditions that do not keep strangers
// out. Of statements of trust policies without a condition the reader says it already (POL0409).
#include "dangers.h"
#include "grant.h"
#include "stranger_meets.h"

#include "match/key.h"
#include "ops/operator.h"
#include "value/ip.h"

static bool strangers_meet_all(const struct pc_statement *statement)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        if (pc_lint_strangers_meet(&statement->conditions[i]).meets == PC_LINT_MEETS_UNSURE) {
            return false;
        }
    }
    return true;
}

// A Deny ----------------------------------------------------------------------------------------

// Could the Deny be what keeps strangers out? Not where it is about other than who calls.
static bool keeps_out(const struct pc_statement *deny)
{
    bool about_others = deny->condition_count > 0;
    for (size_t i = 0; i < deny->condition_count; i++) {
        about_others &= pc_lint_strangers_meet(&deny->conditions[i]).meets == PC_LINT_MEETS_ANYBODY;
    }
    return !about_others && (deny->principals.kind == PC_LIST_NEGATED ||
                             pc_lint_find_principal(deny, PC_PRINCIPAL_ANY) != NULL);
}

static enum pc_status is_about(const struct pc_statement *deny, const struct pc_statement *allow,
                               bool *out)
{
    *out = deny->actions.kind == PC_LIST_NEGATED || allow->actions.kind == PC_LIST_NEGATED;
    for (size_t i = 0; i < deny->actions.count && !*out; i++) {
        for (size_t j = 0; j < allow->actions.count && !*out; j++) {
            PC_TRY(pc_lint_entries_meet(deny->actions.items[i].text, allow->actions.items[j].text,
                                        out));
        }
    }
    return PC_OK;
}

static enum pc_status may_be_kept_out(const struct pc_lint_place *place, bool *out)
{
    *out = false;
    for (size_t i = 0; i < place->policy->count && !*out; i++) {
        const struct pc_statement *other = &place->policy->statements[i];
        if (other->effect == PC_EFFECT_DENY && keeps_out(other)) {
            PC_TRY(is_about(other, place->statement, out));
        }
    }
    return PC_OK;
}

// Findings ---------------------------------------------------------------------------------------

static bool has_value(const struct pc_condition *condition, struct pc_str value)
{
    for (size_t i = 0; i < condition->count; i++) {
        if (pc_str_eq_icase(condition->values[i].text, value)) {
            return true;
        }
    }
    return false;
}

// Is it for a function URL without authentication?
static bool is_open_url(const struct pc_statement *statement)
{
    bool url = false;
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_condition *condition = &statement->conditions[i];
        if (pc_key_eq(condition->key.text, PC_STR("lambda:FunctionUrlAuthType"))) {
            url = has_value(condition, PC_STR("NONE"));
            return url;
        }
        url |= pc_key_eq(condition->key.text, PC_STR("lambda:InvokedViaFunctionUrl")) &&
               has_value(condition, PC_STR("true"));
    }
    return url;
}

static void report_public(const struct pc_lint_place *place, const struct pc_principal_entry *any)
{
    const struct pc_text_list *actions = &place->statement->actions;
    if (is_open_url(place->statement)) {
        pc_lint_report(place, PC_DIAG_PUBLIC_FUNCTION_URL, any->line, any->column,
                       "anybody may call the function through its URL");
        return;
    }
    if (actions->kind == PC_LIST_POSITIVE && actions->count > 0) {
        pc_lint_report(place, PC_DIAG_PUBLIC_ACCESS, any->line, any->column,
                       "\"%.*s\" is allowed to everybody", PC_STR_ARG(actions->items[0].text));
    } else {
        pc_lint_report(place, PC_DIAG_PUBLIC_ACCESS, any->line, any->column,
                       "all but some actions are allowed to everybody");
    }
    pc_diag_hint(place->lint->diags, "name the principals, or test aws:PrincipalOrgID");
}

// Is it the condition that should have said who is meant, and lets everybody in? Then this is what
// makes the access public, and is said of it.
static bool report_open(const struct pc_lint_place *place, const struct pc_condition *condition)
{
    struct pc_lint_meeting meeting = pc_lint_strangers_meet(condition);
    if (meeting.meets != PC_LINT_MEETS_OPEN) {
        return false;
    }
    if (meeting.at == &condition->key) {
        pc_lint_report(place, PC_DIAG_CONDITION_OPEN, meeting.at->line, meeting.at->column,
                       "the condition on \"%.*s\" %s", PC_STR_ARG(condition->key.text),
                       meeting.why);
    } else {
        pc_lint_report(place, PC_DIAG_CONDITION_OPEN, meeting.at->line, meeting.at->column,
                       "the value \"%.*s\" of \"%.*s\" %s", PC_STR_ARG(meeting.at->text),
                       PC_STR_ARG(condition->key.text), meeting.why);
    }
    pc_diag_hint(place->lint->diags, "everybody is let in: name the principals, or test "
                                     "aws:PrincipalOrgID with StringEquals");
    return true;
}

// Do strangers get through only where a service acts for them?
static bool is_for_services(const struct pc_statement *statement)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        if (pc_lint_strangers_meet(&statement->conditions[i]).through_services) {
            return true;
        }
    }
    return false;
}

enum pc_status pc_lint_check_public(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    const struct pc_principal_entry *any = pc_lint_find_principal(statement, PC_PRINCIPAL_ANY);
    enum pc_policy_type type = place->policy->type;
    bool kept_out = false;
    bool trusts = type == PC_POLICY_TRUST && statement->condition_count > 0;
    if ((type != PC_POLICY_RESOURCE && type != PC_POLICY_KEY && !trusts) || any == NULL ||
        statement->effect != PC_EFFECT_ALLOW || !strangers_meet_all(statement)) {
        return PC_OK;
    }
    if (statement->actions.kind == PC_LIST_POSITIVE && statement->actions.count == 0) {
        return PC_OK; // it allows nothing
    }
    PC_TRY(may_be_kept_out(place, &kept_out));
    if (kept_out) {
        return PC_OK;
    }
    bool told = is_for_services(statement);
    for (size_t i = 0; i < statement->condition_count; i++) {
        told |= report_open(place, &statement->conditions[i]);
    }
    if (!told) {
        report_public(place, any);
    }
    return PC_OK;
}

// Private networks -------------------------------------------------------------------------------

static const struct pc_str private_networks[] = {
    PC_STR_INIT("10.0.0.0/8"),
    PC_STR_INIT("172.16.0.0/12"),
    PC_STR_INIT("192.168.0.0/16"),
    PC_STR_INIT("fc00::/7"),
};

static bool is_private(struct pc_str text)
{
    struct pc_ip network, value;
    bool found = false;
    for (size_t i = 0; i < sizeof(private_networks) / sizeof(private_networks[0]) && !found; i++) {
        found = pc_ip_parse(text, &value) && pc_ip_parse(private_networks[i], &network) &&
                pc_ip_contains(&network, &value);
    }
    return found;
}

enum pc_status pc_lint_check_address(const struct pc_lint_place *place)
{
    const struct pc_condition *condition = place->condition;
    struct pc_op_use use;
    if (!pc_key_eq(condition->key.text, PC_STR("aws:SourceIp")) ||
        pc_operator_find(condition->op.text, &use) != PC_OP_FOUND ||
        use.op->id != PC_OP_IP_ADDRESS) {
        return PC_OK;
    }
    for (size_t i = 0; i < condition->count; i++) {
        const struct pc_text *value = &condition->values[i];
        if (is_private(value->text)) {
            pc_lint_report(place, PC_DIAG_SOURCE_ADDRESS_PRIVATE, value->line, value->column,
                           "\"%.*s\" is a private network, and no source address",
                           PC_STR_ARG(value->text));
        }
    }
    return PC_OK;
}
