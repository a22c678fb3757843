// SPDX-License-Identifier: Apache-2.0
//
// What a statement of an identity policy hands out on all resources, without conditions. A
// condition of any kind may be what limits it, and a Deny of the same policy, too: then nothing is
// said.
#include "dangers.h"
#include "grant.h"

static const struct pc_lint_kind everything = {PC_STR_INIT(""), PC_STR_INIT("")};

// Everything -------------------------------------------------------------------------------------

// Is an entry by itself the end of all limits, on all resources?
static bool is_everything(struct pc_str entry)
{
    return pc_lint_entry_is_any(entry) ||
           pc_str_eq_icase(pc_lint_entry_service(entry), PC_STR("iam"));
}

// Is all that can be said of the entry said by check_everything?
static bool is_said(const struct pc_lint_place *place, struct pc_str entry)
{
    return is_everything(entry) && pc_lint_reaches_all(place->statement, &everything);
}

static void report_entry(const struct pc_lint_place *place, const struct pc_text *entry)
{
    if (pc_lint_entry_is_any(entry->text)) {
        pc_lint_report(place, PC_DIAG_GRANTS_EVERYTHING, entry->line, entry->column,
                       "every action is allowed on every resource");
    } else if (is_everything(entry->text)) {
        pc_lint_report(place, PC_DIAG_GRANTS_EVERYTHING, entry->line, entry->column,
                       "\"%.*s\" is allowed on every resource, by which any other right can be had",
                       PC_STR_ARG(entry->text));
    }
}

enum pc_status pc_lint_check_everything(const struct pc_lint_place *place)
{
    const struct pc_text_list *actions = &place->statement->actions;
    if (!pc_lint_grants(place) || actions->kind != PC_LIST_POSITIVE ||
        !pc_lint_reaches_all(place->statement, &everything)) {
        return PC_OK;
    }
    for (size_t i = 0; i < actions->count; i++) {
        report_entry(place, &actions->items[i]);
    }
    return PC_OK;
}

// Exceptions -------------------------------------------------------------------------------------

static bool has_stars(const struct pc_text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (pc_lint_entry_is_any(list->items[i].text) || pc_lint_is_stars(list->items[i].text)) {
            return true;
        }
    }
    return false;
}

// Policies that cap rights (SCPs, boundaries) are written in this way on purpose.
enum pc_status pc_lint_check_exceptions(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    if (statement->effect != PC_EFFECT_ALLOW || !pc_lint_type_grants(place->policy->type)) {
        return PC_OK;
    }
    if (statement->actions.kind == PC_LIST_NEGATED && !has_stars(&statement->actions)) {
        pc_lint_report(place, PC_DIAG_ALLOW_NOT_ACTION, statement->actions.line,
                       statement->actions.column,
                       "every action but those of \"NotAction\" is allowed");
    }
    if (statement->resources.kind == PC_LIST_NEGATED && !has_stars(&statement->resources)) {
        pc_lint_report(place, PC_DIAG_ALLOW_NOT_RESOURCE, statement->resources.line,
                       statement->resources.column,
                       "every resource but those of \"NotResource\" is allowed");
    }
    return PC_OK;
}

// Powers -----------------------------------------------------------------------------------------

// Findings that several actions stand for, and what is said of them.
static const struct power {
    enum pc_diag_code code;
    const char *on;
    const char *hint;
} powers[] = {
    {PC_DIAG_OPENS_RESOURCES, "anybody can be let in by",
     "name the resources whose policies may be changed"},
    {PC_DIAG_CHANGES_RIGHTS, "rights of anybody can be raised by",
     "name the users, roles, groups or policies that are meant"},
    {PC_DIAG_MAKES_CREDENTIALS, "credentials of any user can be made by",
     "write arn:aws:iam::*:user/${aws:username} where users do it for themselves"},
    {PC_DIAG_TAKES_OVER, "the rights of what runs can be used by",
     "name the resources that are meant, or test their tags"},
    {PC_DIAG_PASS_ROLE_ANY, "any role can be passed to any service by",
     "name the roles, and test iam:PassedToService"},
    {PC_DIAG_ASSUME_ROLE_ANY, "any role that lets the account in can be assumed by",
     "name the roles"},
    {PC_DIAG_SERVICE_ROLE_ANY, "any service can be given its service-linked role by",
     "test iam:AWSServiceName"},
    {PC_DIAG_SECRETS_ANY, "every secret can be read by", "name the secrets, or test their tags"},
    {PC_DIAG_DECRYPT_ANY, "any key can be used to decrypt by",
     "name the keys, or test kms:ViaService"},
    {PC_DIAG_KEY_GRANT_ANY, "anybody can be granted the use of any key by",
     "test kms:GrantIsForAWSResource \"true\" where grants are for AWS services"},
};

enum {
    POWERS = sizeof(powers) / sizeof(powers[0]),
    SHOWN = 3, // actions that a message lists
};

// An action that is a finding where it reaches all resources of the kind.
#define ROW(code, action, service, prefix)                                                         \
    {                                                                                              \
        PC_DIAG_##code, PC_STR_INIT(action),                                                       \
        {                                                                                          \
            PC_STR_INIT(service), PC_STR_INIT(prefix)                                              \
        }                                                                                          \
    }

static const struct power_action {
    enum pc_diag_code code;
    struct pc_str action;
    struct pc_lint_kind kind;
} power_actions[] = {
    ROW(OPENS_RESOURCES, "s3:PutBucketPolicy", "s3", ""),
    ROW(OPENS_RESOURCES, "s3:PutBucketAcl", "s3", ""),
    ROW(OPENS_RESOURCES, "lambda:AddPermission", "lambda", "function:"),
    ROW(OPENS_RESOURCES, "kms:PutKeyPolicy", "kms", "key/"),
    ROW(OPENS_RESOURCES, "secretsmanager:PutResourcePolicy", "secretsmanager", "secret:"),
    ROW(OPENS_RESOURCES, "ecr:SetRepositoryPolicy", "ecr", "repository/"),
    ROW(OPENS_RESOURCES, "sqs:AddPermission", "sqs", ""),
    ROW(OPENS_RESOURCES, "sns:AddPermission", "sns", ""),
    ROW(CHANGES_RIGHTS, "iam:CreatePolicyVersion", "iam", "policy/"),
    ROW(CHANGES_RIGHTS, "iam:SetDefaultPolicyVersion", "iam", "policy/"),
    ROW(CHANGES_RIGHTS, "iam:AttachUserPolicy", "iam", "user/"),
    ROW(CHANGES_RIGHTS, "iam:AttachGroupPolicy", "iam", "group/"),
    ROW(CHANGES_RIGHTS, "iam:AttachRolePolicy", "iam", "role/"),
    ROW(CHANGES_RIGHTS, "iam:PutUserPolicy", "iam", "user/"),
    ROW(CHANGES_RIGHTS, "iam:PutGroupPolicy", "iam", "group/"),
    ROW(CHANGES_RIGHTS, "iam:PutRolePolicy", "iam", "role/"),
    ROW(CHANGES_RIGHTS, "iam:AddUserToGroup", "iam", "group/"),
    ROW(CHANGES_RIGHTS, "iam:UpdateAssumeRolePolicy", "iam", "role/"),
    ROW(MAKES_CREDENTIALS, "iam:CreateAccessKey", "iam", "user/"),
    ROW(MAKES_CREDENTIALS, "iam:CreateLoginProfile", "iam", "user/"),
    ROW(MAKES_CREDENTIALS, "iam:UpdateLoginProfile", "iam", "user/"),
    ROW(TAKES_OVER, "lambda:UpdateFunctionCode", "lambda", "function:"),
    ROW(TAKES_OVER, "ssm:SendCommand", "", ""),
    ROW(TAKES_OVER, "ssm:StartSession", "ec2", "instance/"),
    ROW(TAKES_OVER, "ecs:ExecuteCommand", "", ""),
    ROW(TAKES_OVER, "glue:UpdateDevEndpoint", "glue", "devEndpoint/"),
    ROW(TAKES_OVER, "sagemaker:CreatePresignedNotebookInstanceUrl", "sagemaker",
        "notebook-instance/"),
    ROW(PASS_ROLE_ANY, "iam:PassRole", "iam", "role/"),
    ROW(ASSUME_ROLE_ANY, "sts:AssumeRole", "iam", "role/"),
    ROW(SERVICE_ROLE_ANY, "iam:CreateServiceLinkedRole", "iam", "role/aws-service-role/"),
    ROW(SECRETS_ANY, "secretsmanager:GetSecretValue", "secretsmanager", "secret:"),
    ROW(DECRYPT_ANY, "kms:Decrypt", "kms", "key/"),
    ROW(KEY_GRANT_ANY, "kms:CreateGrant", "kms", "key/"),
};

enum {
    POWER_ACTIONS = sizeof(power_actions) / sizeof(power_actions[0]),
};

// The actions of one finding in a statement, and where the first entry for one stands.
struct found {
    const struct pc_text *entry;
    struct pc_str actions[SHOWN];
    size_t count;
};

// All that a service has is more than one finding can say; the service reference knows what
// (POL1207).
static bool is_whole(const struct power_action *row, struct pc_str entry)
{
    return row->code == PC_DIAG_OPENS_RESOURCES &&
           (pc_lint_entry_is_any(entry) || pc_lint_entry_service(entry).len > 0);
}

static bool is_before(const struct pc_text *entry, const struct pc_text *other)
{
    return entry->line != other->line ? entry->line < other->line : entry->column < other->column;
}

static enum pc_status look_for(const struct pc_lint_place *place, const struct power_action *row,
                               struct found *found)
{
    const struct pc_text *entry = NULL;
    bool denied = false;
    if (!pc_lint_reaches_all(place->statement, &row->kind)) {
        return PC_OK;
    }
    PC_TRY(pc_lint_find_action(place->statement, row->action, &entry));
    if (entry == NULL || is_said(place, entry->text) || is_whole(row, entry->text)) {
        return PC_OK;
    }
    PC_TRY(pc_lint_may_deny(place->policy, row->action, &denied));
    if (denied) {
        return PC_OK;
    }
    if (found->count < SHOWN) {
        found->actions[found->count] = row->action;
    }
    found->count++;
    if (found->entry == NULL || is_before(entry, found->entry)) {
        found->entry = entry;
    }
    return PC_OK;
}

static enum pc_status report_power(const struct pc_lint_place *place, const struct power *power,
                                   const struct found *found)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (size_t i = 0; i < found->count && i < SHOWN; i++) {
        pc_buf_format(&text, "%s %.*s", i > 0 ? "," : "", PC_STR_ARG(found->actions[i]));
    }
    if (found->count > SHOWN) {
        pc_buf_format(&text, " and %zu more", found->count - SHOWN);
    }
    PC_TRY(pc_buf_status(&text));
    pc_lint_report(place, power->code, found->entry->line, found->entry->column, "%s%.*s",
                   power->on, PC_STR_ARG(pc_buf_view(&text)));
    pc_diag_hint(place->lint->diags, "%s", power->hint);
    return PC_OK;
}

// All actions that give the power.
static enum pc_status look_for_power(const struct pc_lint_place *place, const struct power *power,
                                     struct found *found)
{
    for (size_t i = 0; i < POWER_ACTIONS; i++) {
        if (power_actions[i].code == power->code) {
            PC_TRY(look_for(place, &power_actions[i], found));
        }
    }
    return PC_OK;
}

enum pc_status pc_lint_check_powers(const struct pc_lint_place *place)
{
    if (!pc_lint_grants(place)) {
        return PC_OK;
    }
    for (size_t i = 0; i < POWERS; i++) {
        struct found found = {.entry = NULL};
        PC_TRY(look_for_power(place, &powers[i], &found));
        if (found.entry != NULL) {
            PC_TRY(report_power(place, &powers[i], &found));
        }
    }
    return PC_OK;
}
