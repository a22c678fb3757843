// SPDX-License-Identifier: Apache-2.0
//
// What is no principal, action, resource, and so on, in words.
#include "eval/form.h"

#include "context.h"

#include "match/key.h"

enum {
    BEGINNING = 60, // bytes that are told of a text that is too long
};

static enum pc_status check_length(struct pc_diags *diags, struct pc_place place,
                                   struct pc_str text)
{
    if (text.len <= PC_REQUEST_MAX_TEXT) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_REQUEST_LENGTH, place,
                   "a text of the request is over 1 MiB long");
    pc_diag_hint(diags, "it begins with \"%.*s\"", PC_STR_ARG(pc_str_slice(text, 0, BEGINNING)));
    return PC_ERR_INVALID;
}

enum pc_status pc_form_length(const struct pc_form *form, struct pc_str text)
{
    return check_length(form->diags, form->place, text);
}

enum pc_status pc_form_principal(const struct pc_form *form, struct pc_str text,
                                 struct pc_caller *out)
{
    PC_TRY(pc_form_length(form, text));
    struct pc_caller caller;
    if (pc_caller_parse(text, &caller)) {
        *out = caller;
        return PC_OK;
    }
    pc_diag_report(form->diags, PC_DIAG_REQUEST_PRINCIPAL, form->place,
                   "\"%.*s\" is not a principal", PC_SHOWN(text));
    pc_diag_hint(
        form->diags,
        "a principal is the ARN of a user, role, session, federated user or root, a service "
        "such as s3.amazonaws.com, or \"*\"");
    return PC_ERR_INVALID;
}

static bool has_wildcard_or_blank(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '*' || c == '?' || (unsigned char)c <= ' ') {
            return true;
        }
    }
    return false;
}

enum pc_status pc_form_action(const struct pc_form *form, struct pc_str text)
{
    PC_TRY(pc_form_length(form, text));
    size_t colon = pc_str_find(text, ':', 0);
    if (colon != SIZE_MAX && colon > 0 && colon + 1 < text.len && !has_wildcard_or_blank(text)) {
        return PC_OK;
    }
    pc_diag_report(form->diags, PC_DIAG_REQUEST_ACTION, form->place,
                   "\"%.*s\" is not an action of the form service:Name", PC_SHOWN(text));
    pc_diag_hint(form->diags, "%s",
                 colon != SIZE_MAX ? "a request is about one action, without wildcards and blanks"
                                   : "write the service in front, as in \"s3:GetObject\"");
    return PC_ERR_INVALID;
}

enum pc_status pc_form_resource(const struct pc_form *form, struct pc_str text)
{
    PC_TRY(pc_form_length(form, text));
    struct pc_arn arn;
    if (pc_str_eq(text, PC_STR("*")) || pc_arn_parse(text, &arn)) {
        return PC_OK;
    }
    pc_diag_report(form->diags, PC_DIAG_REQUEST_RESOURCE, form->place,
                   "\"%.*s\" is neither an ARN nor \"*\"", PC_SHOWN(text));
    pc_diag_hint(form->diags, "an ARN is arn:partition:service:region:account:resource");
    return PC_ERR_INVALID;
}

enum pc_status pc_form_account(const struct pc_form *form, struct pc_str text)
{
    if (pc_account_id_is(text)) {
        return PC_OK;
    }
    pc_diag_report(form->diags, PC_DIAG_REQUEST_ACCOUNT, form->place,
                   "\"%.*s\" is not an account id of 12 digits", PC_SHOWN(text));
    return PC_ERR_INVALID;
}

// More of a principal
// ------------------------------------------------------------------------------

static enum pc_status refuse(const struct pc_form *form, const char *message)
{
    pc_diag_report(form->diags, PC_DIAG_REQUEST_PRINCIPAL, form->place, "%s", message);
    return PC_ERR_INVALID;
}

static bool same_account(const struct pc_caller *a, const struct pc_caller *b)
{
    return pc_str_eq(a->partition, b->partition) && pc_str_eq(a->account, b->account);
}

// A caller that is given as a role has its path already.
static bool is_role_of(const struct pc_caller *role, const struct pc_caller *caller)
{
    return same_account(role, caller) && pc_str_eq_icase(role->name, caller->name) &&
           (caller->role.len == 0 || pc_str_eq(role->role, caller->role));
}

enum pc_status pc_form_role(const struct pc_form *form, struct pc_str text,
                            struct pc_caller *caller)
{
    PC_TRY(pc_form_length(form, text));
    struct pc_caller role = {.kind = PC_CALLER_NONE};
    if (caller->kind != PC_CALLER_SESSION) {
        return refuse(form, "only the session of a role has a \"role\"");
    }
    if (!pc_caller_parse(text, &role) || role.role.len == 0) {
        return refuse(form, "\"role\" is not the ARN of a role");
    }
    if (!is_role_of(&role, caller)) {
        return refuse(form, "\"role\" is another role than that of the session");
    }
    caller->role = text;
    return PC_OK;
}

enum pc_status pc_form_parent(const struct pc_form *form, struct pc_str text,
                              struct pc_caller *caller)
{
    PC_TRY(pc_form_length(form, text));
    struct pc_caller parent = {.kind = PC_CALLER_NONE};
    if (caller->kind != PC_CALLER_FEDERATED_USER) {
        return refuse(form, "only a federated user has a \"parent\"");
    }
    if (!pc_caller_parse(text, &parent) ||
        (parent.kind != PC_CALLER_USER && parent.kind != PC_CALLER_ROOT)) {
        return refuse(form, "\"parent\" is not the ARN of a user or of root");
    }
    if (!same_account(&parent, caller)) {
        return refuse(form, "\"parent\" is of another account than the federated user");
    }
    caller->parent = text;
    return PC_OK;
}

enum pc_status pc_form_id(const struct pc_form *form, struct pc_str id, struct pc_caller *caller)
{
    PC_TRY(pc_form_length(form, id));
    bool of_role =
        caller->kind == PC_CALLER_SESSION && id.len > 0 && pc_str_find(id, ':', 0) == SIZE_MAX;
    if (!of_role && !pc_caller_may_have_userid(caller, id)) {
        return refuse(form, "\"id\" is not one that this principal can have (R-803)");
    }
    caller->id = id;
    return PC_OK;
}

enum pc_status pc_form_service(const struct pc_form *form, struct pc_str text,
                               const struct pc_caller *caller)
{
    PC_TRY(pc_form_length(form, text));
    struct pc_caller service;
    if (caller->kind != PC_CALLER_SERVICE) {
        return refuse(form, "only a service has \"services\"");
    }
    if (!pc_caller_parse(text, &service) || service.kind != PC_CALLER_SERVICE) {
        return refuse(form, "not the name of a service");
    }
    return PC_OK;
}

enum pc_status pc_form_tag(const struct pc_form *form, struct pc_str key,
                           const struct pc_tag *before, size_t count,
                           const struct pc_caller *caller)
{
    PC_TRY(pc_form_length(form, key));
    if (caller->account.len == 0) {
        return refuse(form, "only callers of an account have \"tags\"");
    }
    if (key.len == 0) {
        return refuse(form, "a tag has an empty name");
    }
    for (size_t i = 0; i < count; i++) {
        if (pc_key_eq(before[i].key, key)) {
            return refuse(form, "two tags differ in case only (R-406)");
        }
    }
    return PC_OK;
}

// The context
// --------------------------------------------------------------------------------------

enum pc_status pc_form_context(struct pc_arena *arena, struct pc_diags *diags,
                               const struct pc_context_key *given, struct pc_request *request)
{
    PC_TRY(check_length(diags, given->place, given->key));
    for (size_t i = 0; i < given->count; i++) {
        PC_TRY(check_length(diags, given->place, given->values[i]));
    }
    if (given->key.len == 0) {
        pc_diag_report(diags, PC_DIAG_REQUEST_CONTEXT, given->place,
                       "a context key has an empty name");
        return PC_ERR_INVALID;
    }
    enum pc_status status = pc_request_add(arena, request, given);
    if (status == PC_ERR_INVALID) {
        pc_diag_report(diags, PC_DIAG_REQUEST_CONTEXT_DUPLICATE, given->place,
                       "the context key \"%.*s\" is given twice; case does not count",
                       PC_STR_ARG(given->key));
    } else if (status == PC_ERR_LIMIT) {
        pc_context_tell_keys(diags, given->place);
    }
    return status;
}
