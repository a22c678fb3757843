// SPDX-License-Identifier: Apache-2.0
//
// Whom a function's policy names beside its own account: other accounts, and users and roles that
// are no more (LAMBDA.md 8.1, item 9; 8.3, L47).
#include "danger_callers.h"
#include "value/arn.h"

// Other accounts ---------------------------------------------------------------------------------

// The account of a principal that has one.
static struct pc_str account_of(const struct pc_view_statement *statement,
                                const struct pc_image_principal *principal)
{
    struct pc_str text = pc_image_text(statement->image, principal->text);
    struct pc_arn arn;
    if (principal->kind == PC_IMAGE_PRINCIPAL_ACCOUNT) {
        return text;
    }
    bool of_iam = principal->kind == PC_IMAGE_PRINCIPAL_USER ||
                  principal->kind == PC_IMAGE_PRINCIPAL_ROLE ||
                  principal->kind == PC_IMAGE_PRINCIPAL_SESSION;
    return of_iam && pc_arn_parse(text, &arn) ? arn.account : PC_STR("");
}

static bool is_of(struct pc_str caller, struct pc_str account)
{
    struct pc_arn arn;
    return pc_arn_parse(caller, &arn) && pc_str_eq(arn.account, account);
}

// Does it declare a caller of the account: one that invokes, or of a URL?
static bool declares(const struct pc_known_connection *connection, struct pc_str account)
{
    bool found = pc_str_eq(connection->kind, PC_STR("invoke")) && is_of(connection->other, account);
    for (size_t i = 0; i < connection->fact_count && !found; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        found = pc_str_eq(fact.key, PC_STR("caller")) && is_of(fact.value, account);
    }
    return found;
}

// Callers that are declared are checked on their own.
static bool is_declared(const struct pc_danger_search *search, struct pc_str account)
{
    for (size_t i = 0; i < search->known->connection_count; i++) {
        const struct pc_known_connection connection =
            pc_known_function_connection(search->known, i);
        if (declares(&connection, account)) {
            return true;
        }
    }
    return false;
}

static enum pc_status write_caller(struct pc_danger_search *search,
                                   const struct pc_view_statement *statement,
                                   const struct pc_image_principal *principal, struct pc_str *out)
{
    *out = pc_image_text(statement->image, principal->text);
    return principal->kind != PC_IMAGE_PRINCIPAL_ACCOUNT
               ? PC_OK
               : pc_arena_format(search->texts, out, "arn:%.*s:iam::%.*s:root",
                                 PC_STR_ARG(search->name->partition), PC_STR_ARG(*out));
}

// The first action of the table that the statement lets the caller do; PC_FUNCTION_ACTIONS where
// there is none.
static enum pc_status find_action(struct pc_danger_search *search,
                                  const struct pc_view_statement *statement,
                                  const struct pc_danger_caller *caller, size_t *out)
{
    struct pc_answer answer = {.decision = PC_DECISION_IMPLICIT_DENY};
    size_t action = 0;
    for (; action < PC_FUNCTION_ACTIONS; action++) {
        if (pc_statement_may_allow(statement, pc_function_actions[action], search->target)) {
            PC_TRY(pc_danger_ask_caller(search, caller, action, &answer));
        }
        if (answer.decision == PC_DECISION_ALLOWED) {
            break;
        }
    }
    *out = action;
    return PC_OK;
}

// What the statement lets the first of the callers do that it lets do something.
static enum pc_status ask_callers(struct pc_danger_search *search,
                                  const struct pc_view_statement *statement, struct pc_str account,
                                  const struct pc_danger_caller *caller)
{
    const struct pc_deciding deciding = {PC_SLOT_RESOURCE, statement->image, statement->number};
    struct pc_danger danger = {
        .code = PC_DIAG_ACCOUNT_NAMED,
        .statement = &deciding,
        .resource = search->target,
        .hint = "if that is not meant, remove the statement; if it is, declare the caller: as a "
                "trigger of kind invoke, or with the url",
    };
    struct pc_str what;
    size_t action = PC_FUNCTION_ACTIONS;
    bool first = false;
    for (; caller != NULL && action == PC_FUNCTION_ACTIONS; caller = caller->next) {
        danger.who = caller->who;
        PC_TRY(find_action(search, statement, caller, &action));
    }
    if (action == PC_FUNCTION_ACTIONS) {
        return PC_OK;
    }
    PC_TRY(pc_danger_once_text(search, account, &first));
    danger.action = pc_function_actions[action];
    PC_TRY(pc_arena_format(search->texts, &what, "account %.*s may %.*s on \"%.*s\"",
                           PC_STR_ARG(account), PC_STR_ARG(danger.action),
                           PC_STR_ARG(search->target)));
    return first ? pc_danger_report(search, &danger, what) : PC_OK;
}

static bool is_news(const struct pc_danger_search *search, struct pc_str account)
{
    return pc_account_id_is(account) && !pc_str_eq(account, search->name->account) &&
           !is_declared(search, account);
}

static enum pc_status ask_named(struct pc_danger_search *search,
                                const struct pc_view_statement *statement,
                                const struct pc_image_principal *principal)
{
    static const struct pc_tag keys[] = {PC_ANY_CALL};
    struct pc_danger_caller caller = {.keys = keys, .key_count = sizeof(keys) / sizeof(keys[0])};
    struct pc_str account = account_of(statement, principal);
    if (!is_news(search, account)) {
        return PC_OK;
    }
    PC_TRY(write_caller(search, statement, principal, &caller.who));
    return ask_callers(search, statement, account, &caller);
}

static enum pc_status
each_named(struct pc_danger_search *search,
           enum pc_status (*visit)(struct pc_danger_search *search,
                                   const struct pc_view_statement *statement,
                                   const struct pc_image_principal *principal))
{
    struct pc_view_statement statement;
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        const struct pc_image_principal *principal = NULL;
        for (uint32_t j = 0; (principal = pc_statement_principal(&statement, j)) != NULL; j++) {
            PC_TRY(visit(search, &statement, principal));
        }
    }
    return PC_OK;
}

// A condition may name accounts where the principal does not.
static enum pc_status ask_values(struct pc_danger_search *search,
                                 const struct pc_view_statement *statement, const char *key)
{
    for (size_t i = 0;; i++) {
        struct pc_danger_caller *callers;
        struct pc_str value;
        struct pc_arn arn;
        PC_TRY(pc_statement_value(search->texts, statement, key, i, &value));
        if (value.len == 0) {
            return PC_OK;
        }
        struct pc_str account = pc_arn_parse(value, &arn) ? arn.account : value;
        if (is_news(search, account)) {
            PC_TRY(pc_danger_callers_of(search, statement, account, &callers));
            PC_TRY(ask_callers(search, statement, account, callers));
        }
    }
}

enum pc_status pc_danger_named(struct pc_danger_search *search)
{
    struct pc_view_statement statement;
    PC_TRY(each_named(search, ask_named));
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        if (pc_statement_is_open(&statement)) {
            PC_TRY(ask_values(search, &statement, "aws:principalaccount"));
            PC_TRY(ask_values(search, &statement, "aws:principalarn"));
        }
    }
    return PC_OK;
}

// Unknown ids ------------------------------------------------------------------------------------

// L47
static enum pc_status report_id(struct pc_danger_search *search,
                                const struct pc_view_statement *statement,
                                const struct pc_image_principal *principal)
{
    const struct pc_deciding deciding = {PC_SLOT_RESOURCE, statement->image, statement->number};
    const struct pc_danger danger = {
        .code = PC_DIAG_UNKNOWN_ID,
        .statement = &deciding,
        .hint = "remove the id, or write the ARN of the user or role that is there now",
        .symptom = "the user or role of that name now is not let in: it has another id",
    };
    struct pc_str id = pc_image_text(statement->image, principal->text);
    struct pc_str what;
    bool first = false;
    if (principal->kind != PC_IMAGE_PRINCIPAL_ID) {
        return PC_OK;
    }
    PC_TRY(pc_danger_once_text(search, id, &first));
    PC_TRY(pc_arena_format(search->texts, &what,
                           "\"%.*s\" is the id of a user or role that was deleted",
                           PC_STR_ARG(id)));
    return first ? pc_danger_report(search, &danger, what) : PC_OK;
}

// The policies of its queues, keys and other ends name its role, or those that feed them.
static enum pc_status look_into(struct pc_danger_search *search, struct pc_str arn)
{
    bool first = false;
    if (!pc_str_has_prefix(arn, PC_STR("arn:"))) {
        return PC_OK;
    }
    PC_TRY(pc_danger_once_text(search, arn, &first));
    search->view.count = 0;
    if (first) {
        PC_TRY(pc_policy_view_add(search->checker, arn, &search->view));
    }
    return each_named(search, report_id);
}

enum pc_status pc_danger_ids(struct pc_danger_search *search)
{
    return each_named(search, report_id);
}

enum pc_status pc_danger_ids_around(struct pc_danger_search *search)
{
    PC_TRY(look_into(search, search->known->kms_key));
    for (size_t i = 0; i < search->known->connection_count; i++) {
        const struct pc_known_connection connection =
            pc_known_function_connection(search->known, i);
        PC_TRY(look_into(search, connection.other));
        PC_TRY(look_into(search, pc_known_connection_tells(&connection, PC_STR("kms-key"))));
    }
    return PC_OK;
}
