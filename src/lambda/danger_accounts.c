// SPDX-License-Identifier: Apache-2.0
//
// What other accounts may do with a function: every AWS account (LAMBDA.md 8.1, item 9), those that
// its policy names, and users and roles that are no more (8.3, L47).
#include "danger_callers.h"

// Every account ----------------------------------------------------------------------------------

// What a function's policy may give to others (LAMBDA.md 5.3).
static const struct pc_str actions[] = {
    PC_STR_INIT("lambda:InvokeFunction"),
    PC_STR_INIT("lambda:InvokeFunctionUrl"),
    PC_STR_INIT("lambda:UpdateFunctionCode"),
    PC_STR_INIT("lambda:DeleteFunction"),
    PC_STR_INIT("lambda:GetFunction"),
    PC_STR_INIT("lambda:GetFunctionConfiguration"),
    PC_STR_INIT("lambda:PublishVersion"),
    PC_STR_INIT("lambda:ListVersionsByFunction"),
    PC_STR_INIT("lambda:CreateAlias"),
    PC_STR_INIT("lambda:GetAlias"),
    PC_STR_INIT("lambda:ListAliases"),
    PC_STR_INIT("lambda:UpdateAlias"),
    PC_STR_INIT("lambda:DeleteAlias"),
    PC_STR_INIT("lambda:GetPolicy"),
    PC_STR_INIT("lambda:PutFunctionConcurrency"),
    PC_STR_INIT("lambda:GetFunctionConcurrency"),
    PC_STR_INIT("lambda:DeleteFunctionConcurrency"),
    PC_STR_INIT("lambda:GetFunctionEventInvokeConfig"),
    PC_STR_INIT("lambda:PutFunctionEventInvokeConfig"),
    PC_STR_INIT("lambda:UpdateFunctionEventInvokeConfig"),
    PC_STR_INIT("lambda:DeleteFunctionEventInvokeConfig"),
    PC_STR_INIT("lambda:ListFunctionEventInvokeConfigs"),
    PC_STR_INIT("lambda:GetProvisionedConcurrencyConfig"),
    PC_STR_INIT("lambda:PutProvisionedConcurrencyConfig"),
    PC_STR_INIT("lambda:DeleteProvisionedConcurrencyConfig"),
    PC_STR_INIT("lambda:ListProvisionedConcurrencyConfigs"),
    PC_STR_INIT("lambda:ListTags"),
    PC_STR_INIT("lambda:TagResource"),
    PC_STR_INIT("lambda:UntagResource"),
};

enum {
    ACTIONS = sizeof(actions) / sizeof(actions[0]),
    CALLS = 2,       // the first of them
    NAMES_SHOWN = 3, // actions that a message lists
};
_Static_assert(ACTIONS <= 64, "each action has a bit of a word");

// What one statement gives to every account.
struct gift {
    struct pc_deciding statement;
    struct pc_str who;
    uint64_t actions; // bits
    struct gift *next;
};

// Was it said that the statement is public, or what it gives for another qualifier? That anybody
// may call says nothing of what else is given.
static enum pc_status is_first(struct pc_danger_search *search, const struct pc_deciding *statement,
                               size_t action, bool *first)
{
    bool other = false;
    if (action >= CALLS) {
        PC_TRY(pc_danger_once(search, statement, &other));
        return pc_danger_once_beside(search, statement, first);
    }
    PC_TRY(pc_danger_once(search, statement, first));
    return *first ? pc_danger_once_beside(search, statement, &other) : PC_OK;
}

static enum pc_status add_gift(struct pc_danger_search *search, const struct pc_deciding *statement,
                               struct pc_str who, size_t action, struct gift **gifts)
{
    bool first = false;
    while (*gifts != NULL && ((*gifts)->statement.image->bytes != statement->image->bytes ||
                              (*gifts)->statement.statement != statement->statement)) {
        gifts = &(*gifts)->next;
    }
    if (*gifts == NULL) {
        PC_TRY(is_first(search, statement, action, &first));
        if (!first) {
            return PC_OK;
        }
        struct pc_image *image = pc_arena_alloc(search->texts, sizeof(*image));
        *gifts = pc_arena_alloc(search->texts, sizeof(**gifts));
        if (image == NULL || *gifts == NULL) {
            return PC_ERR_NOMEM;
        }
        *image = *statement->image; // the resolver's is another at the next question
        **gifts = (struct gift){.statement = *statement, .who = who};
        (*gifts)->statement.image = image;
    }
    (*gifts)->actions |= UINT64_C(1) << action;
    return PC_OK;
}

static enum pc_status ask_account(struct pc_danger_search *search,
                                  const struct pc_danger_caller *caller, size_t action,
                                  struct pc_answer *out)
{
    struct pc_tag *keys = pc_arena_array(search->texts, caller->key_count + 1, sizeof(*keys));
    bool url = pc_str_eq(actions[action], PC_STR(PC_INVOKE_URL));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(keys, caller->keys, caller->key_count * sizeof(*keys));
    keys[caller->key_count] =
        (struct pc_tag){PC_STR("lambda:FunctionUrlAuthType"), PC_STR("AWS_IAM")};
    const struct pc_stranger stranger = {.who = caller->who,
                                         .action = actions[action],
                                         .keys = keys,
                                         .key_count = caller->key_count + url};
    return pc_danger_ask(search, &stranger, out);
}

static enum pc_status find_gifts_to(struct pc_danger_search *search,
                                    const struct pc_danger_caller *caller, size_t action,
                                    struct gift **gifts)
{
    struct pc_answer answer;
    PC_TRY(ask_account(search, caller, action, &answer));
    bool allowed = answer.decision == PC_DECISION_ALLOWED;
    for (size_t i = 0; allowed && i < answer.deciding_count; i++) {
        if (answer.deciding[i].slot == PC_SLOT_RESOURCE) {
            PC_TRY(add_gift(search, &answer.deciding[i], caller->who, action, gifts));
        }
    }
    return PC_OK;
}

// Callers are found with the first action that anybody may do, who are none most of the time.
static enum pc_status find_gifts(struct pc_danger_search *search, size_t action,
                                 struct pc_danger_caller **callers, struct gift **gifts)
{
    if (!pc_danger_may_let_in(search, actions[action])) {
        return PC_OK;
    }
    if (*callers == NULL) {
        PC_TRY(pc_danger_callers_find(search, callers));
    }
    for (const struct pc_danger_caller *caller = *callers; caller != NULL; caller = caller->next) {
        PC_TRY(find_gifts_to(search, caller, action, gifts));
    }
    return PC_OK;
}

// Whom the caller, who is of a stranger's account, stands for.
static void write_who(struct pc_str caller, struct pc_buf *out)
{
    struct pc_arn arn = {.account = PC_STR("")};
    bool made = pc_arn_parse(caller, &arn) && !pc_str_eq(arn.account, PC_STR(PC_STRANGER_ACCOUNT));
    if (made) {
        pc_buf_format(out, "accounts that nobody named, such as %.*s, may",
                      PC_STR_ARG(arn.account));
    } else {
        pc_buf_text(out, "every AWS account may");
    }
}

static enum pc_status report_gift(struct pc_danger_search *search, const struct gift *gift)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_danger danger = {
        .code = PC_DIAG_OTHER_ACCOUNT,
        .statement = &gift->statement,
        .who = gift->who,
        .action = PC_STR(""),
        .resource = search->target,
        .hint = "name the accounts or roles that are meant, or test aws:PrincipalOrgID",
        .symptom = "nothing, until another account makes use of it",
    };
    size_t shown = 0, more = 0;
    write_who(gift->who, &text);
    for (size_t i = 0; i < ACTIONS; i++) {
        if ((gift->actions >> i & 1) == 0) {
            continue;
        }
        if (shown == NAMES_SHOWN) {
            more++;
            continue;
        }
        pc_buf_format(&text, "%s %.*s", shown > 0 ? "," : "", PC_STR_ARG(actions[i]));
        danger.action = shown == 0 ? actions[i] : danger.action;
        shown++;
    }
    if (more > 0) {
        pc_buf_format(&text, " and %zu more", more);
    }
    pc_buf_format(&text, " on \"%.*s\"", PC_STR_ARG(search->target));
    PC_TRY(pc_buf_status(&text));
    return pc_danger_report(search, &danger, pc_buf_view(&text));
}

enum pc_status pc_danger_accounts(struct pc_danger_search *search)
{
    struct pc_danger_caller *callers = NULL;
    struct gift *gifts = NULL;
    for (size_t i = 0; i < ACTIONS; i++) {
        PC_TRY(find_gifts(search, i, &callers, &gifts));
    }
    for (const struct gift *gift = gifts; gift != NULL; gift = gift->next) {
        PC_TRY(report_gift(search, gift));
    }
    return PC_OK;
}

// Those that are named ---------------------------------------------------------------------------

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

// The first action of the table that the statement lets the caller do; ACTIONS where there is none.
static enum pc_status find_named(struct pc_danger_search *search,
                                 const struct pc_view_statement *statement, struct pc_str who,
                                 size_t *out)
{
    static const struct pc_tag keys[] = {PC_ANY_CALL};
    const struct pc_danger_caller caller = {who, keys, sizeof(keys) / sizeof(keys[0]), NULL};
    struct pc_answer answer = {.decision = PC_DECISION_IMPLICIT_DENY};
    size_t action = 0;
    for (; action < ACTIONS; action++) {
        if (pc_statement_may_allow(statement, actions[action], search->target)) {
            PC_TRY(ask_account(search, &caller, action, &answer));
        }
        if (answer.decision == PC_DECISION_ALLOWED) {
            break;
        }
    }
    *out = action;
    return PC_OK;
}

static enum pc_status ask_named(struct pc_danger_search *search,
                                const struct pc_view_statement *statement,
                                const struct pc_image_principal *principal)
{
    struct pc_str account = account_of(statement, principal);
    struct pc_danger danger = {
        .code = PC_DIAG_ACCOUNT_NAMED,
        .resource = search->target,
        .hint = "if that is not meant, remove the statement; if it is, declare the caller: as a "
                "trigger of kind invoke, or with the url",
    };
    struct pc_str what;
    size_t action;
    bool first = false;
    if (account.len == 0 || pc_str_eq(account, search->name->account) ||
        is_declared(search, account)) {
        return PC_OK;
    }
    PC_TRY(write_caller(search, statement, principal, &danger.who));
    PC_TRY(find_named(search, statement, danger.who, &action));
    if (action == ACTIONS) {
        return PC_OK;
    }
    PC_TRY(pc_danger_once_text(search, account, &first));
    const struct pc_deciding deciding = {PC_SLOT_RESOURCE, statement->image, statement->number};
    danger.action = actions[action];
    danger.statement = &deciding;
    PC_TRY(pc_arena_format(search->texts, &what, "account %.*s may %.*s on \"%.*s\"",
                           PC_STR_ARG(account), PC_STR_ARG(danger.action),
                           PC_STR_ARG(search->target)));
    return first ? pc_danger_report(search, &danger, what) : PC_OK;
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

enum pc_status pc_danger_named(struct pc_danger_search *search)
{
    return each_named(search, ask_named);
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
