// SPDX-License-Identifier: Apache-2.0
//
// Lambda's limits, a row each where it is about one text alone; then what does not go together.
// Messages name the answer of Lambda where it is known (LAMBDA.md 4, 5.1).
#include "lambda/permission.h"

#include "base/text.h"
#include "principal.h"

#include "value/arn.h"

enum {
    ID_LONGEST = 100,
    TOKEN_LONGEST = 256,
    ORGANIZATION_SHORTEST = 10, // behind "o-"
    ORGANIZATION_LONGEST = 32,
};

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// Forms ------------------------------------------------------------------------------------------

static bool is_statement_id(struct pc_str text)
{
    return text.len >= 1 && text.len <= ID_LONGEST && pc_text_is_plain(text, "-_");
}

static bool is_action(struct pc_str text)
{
    struct pc_str prefix = PC_STR("lambda:");
    struct pc_str name = pc_str_slice(text, prefix.len, text.len);
    if (pc_str_eq(text, PC_STR("*"))) {
        return true;
    }
    bool letters = name.len > 0;
    for (size_t i = 0; i < name.len; i++) {
        letters = letters && pc_char_is_letter(name.ptr[i]);
    }
    return pc_str_has_prefix(text, prefix) && (letters || pc_str_eq(name, PC_STR("*")));
}

// As ArnLike reads it: each field may hold wildcards.
static bool is_source_arn(struct pc_str text)
{
    struct pc_arn arn;
    return pc_text_is_visible(text) && pc_arn_parse(text, &arn) && arn.partition.len > 0 &&
           arn.service.len > 0 && arn.resource.len > 0;
}

bool pc_organization_is(struct pc_str text)
{
    struct pc_str prefix = PC_STR("o-");
    struct pc_str id = pc_str_slice(text, prefix.len, text.len);
    for (size_t i = 0; i < id.len; i++) {
        if (!pc_char_is_digit(id.ptr[i]) && (id.ptr[i] < 'a' || id.ptr[i] > 'z')) {
            return false;
        }
    }
    return pc_str_has_prefix(text, prefix) && id.len >= ORGANIZATION_SHORTEST &&
           id.len <= ORGANIZATION_LONGEST;
}

static bool is_token(struct pc_str text)
{
    return text.len <= TOKEN_LONGEST && pc_text_is_plain(text, "._-");
}

static bool is_auth_type(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("NONE")) || pc_str_eq(text, PC_STR("AWS_IAM"));
}

struct form {
    size_t offset; // of the text in struct pc_permission
    bool (*holds)(struct pc_str text);
    enum pc_diag_code code;
    const char *what, *form;
};

static const struct form forms[] = {
    {offsetof(struct pc_permission, action), is_action, PC_DIAG_PERMISSION_ACTION, "action",
     "lambda:NAME, lambda:* or *"},
    {offsetof(struct pc_permission, source_arn), is_source_arn, PC_DIAG_PERMISSION_SOURCE,
     "source ARN", "an ARN of six fields, in which \"*\" and \"?\" may stand"},
    {offsetof(struct pc_permission, source_account), pc_account_id_is, PC_DIAG_PERMISSION_SOURCE,
     "source account", "an account id of 12 digits"},
    {offsetof(struct pc_permission, organization), pc_organization_is, PC_DIAG_PERMISSION_SOURCE,
     "organization", "\"o-\" with 10 to 32 lower-case letters and digits"},
    {offsetof(struct pc_permission, event_source_token), is_token, PC_DIAG_PERMISSION_TOKEN,
     "event source token", "at most 256 letters, digits, \".\", \"-\" and \"_\""},
    {offsetof(struct pc_permission, url_auth_type), is_auth_type, PC_DIAG_PERMISSION_URL,
     "auth type of function URLs", "NONE or AWS_IAM"},
};

static void check_form(const struct form *form, const struct pc_permission *permission,
                       struct pc_diags *diags)
{
    const void *at = (const char *)permission + form->offset;
    struct pc_str text = *(const struct pc_str *)at;
    if (text.len > 0 && !form->holds(text)) {
        pc_diag_report(diags, form->code, nowhere, "the %s \"%.*s\" is not %s", form->what,
                       PC_STR_ARG(text), form->form);
    }
}

// The principal ----------------------------------------------------------------------------------

static const char invalid_principal[] = "The provided principal was invalid. Please check the "
                                        "principal and try again.";

static void check_principal(const struct pc_permission *permission, struct pc_diags *diags)
{
    struct pc_str text = permission->principal;
    const struct pc_principal_entry entry = pc_principal_classify(PC_STR("AWS"), text);
    struct pc_str partition = permission->function.partition;
    bool known = entry.kind != PC_PRINCIPAL_NONE && entry.kind != PC_PRINCIPAL_ID &&
                 pc_text_is_visible(text);
    if (!known && !pc_principal_is_service(text)) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_PRINCIPAL, nowhere,
                       "the principal \"%.*s\" has no form that Lambda takes: 400, \"%s\"",
                       PC_STR_ARG(text), invalid_principal);
        pc_diag_hint(diags, "\"*\", 12 digits, the ARN of a user, role or session, or a service "
                            "principal such as s3.amazonaws.com");
    } else if (entry.partition.len > 0 && !pc_str_eq(entry.partition, partition)) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_PRINCIPAL, nowhere,
                       "the principal \"%.*s\" is of another partition than the function, "
                       "\"%.*s\": 400, \"%s\"",
                       PC_STR_ARG(text), PC_STR_ARG(partition), invalid_principal);
    }
}

// What goes together -----------------------------------------------------------------------------

static void check_token(const struct pc_permission *permission, struct pc_diags *diags)
{
    if (permission->event_source_token.len > 0 &&
        permission->source_arn.len + permission->source_account.len > 0) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_TOKEN, nowhere,
                       "an event source token cannot be combined with a source %s",
                       permission->source_arn.len > 0 ? "ARN" : "account");
        pc_diag_hint(diags, "the token is of Alexa skills, which have neither");
    }
}

static void check_url(const struct pc_permission *permission, struct pc_diags *diags)
{
    if (permission->url_auth_type.len > 0 &&
        !pc_str_eq(permission->action, PC_STR("lambda:InvokeFunctionUrl"))) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_URL, nowhere,
                       "an auth type of function URLs goes with the action "
                       "lambda:InvokeFunctionUrl only, not with \"%.*s\"",
                       PC_STR_ARG(permission->action));
    }
    if (permission->via_url && !pc_str_eq(permission->action, PC_STR("lambda:InvokeFunction"))) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_URL, nowhere,
                       "that the call came by a function URL can be asked for with the action "
                       "lambda:InvokeFunction only, not with \"%.*s\"",
                       PC_STR_ARG(permission->action));
    }
}

// All of it --------------------------------------------------------------------------------------

enum pc_status pc_permission_check_name(const struct pc_function_name *function,
                                        struct pc_str statement_id, struct pc_diags *diags)
{
    size_t before = diags->errors;
    if (pc_str_eq(function->qualifier, PC_STR("$LATEST"))) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_LATEST, nowhere,
                       "$LATEST cannot have a policy: 400, \"We currently do not support adding "
                       "policies for $LATEST.\"");
        pc_diag_hint(diags, "leave the qualifier out: a call without one runs $LATEST, and is "
                            "judged by the policy of the function");
    }
    if (!is_statement_id(statement_id)) {
        pc_diag_report(diags, PC_DIAG_PERMISSION_ID, nowhere,
                       "the statement id \"%.*s\" is not 1 to 100 letters, digits, \"-\" and "
                       "\"_\"",
                       PC_STR_ARG(statement_id));
    }
    return diags->errors > before ? PC_ERR_INVALID : PC_OK;
}

enum pc_status pc_permission_check(const struct pc_permission *permission, struct pc_diags *diags)
{
    size_t before = diags->errors;
    enum pc_status named =
        pc_permission_check_name(&permission->function, permission->statement_id, diags);
    check_principal(permission, diags);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        check_form(&forms[i], permission, diags);
    }
    check_token(permission, diags);
    check_url(permission, diags);
    return diags->errors > before ? PC_ERR_INVALID : named;
}
