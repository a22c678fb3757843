// SPDX-License-Identifier: Apache-2.0
//
// What every AWS account may do with a function (LAMBDA.md 8.1, item 9).
#include "danger_callers.h"

const struct pc_str pc_function_actions[PC_FUNCTION_ACTIONS] = {
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
    NAMES_SHOWN = 3, // actions that a message lists
};
_Static_assert(PC_FUNCTION_ACTIONS <= 64, "each action has a bit of a word");

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
    if (action >= PC_FUNCTION_CALLS) {
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

enum pc_status pc_danger_ask_caller(struct pc_danger_search *search,
                                    const struct pc_danger_caller *caller, size_t action,
                                    struct pc_answer *out)
{
    struct pc_tag *keys = pc_arena_array(search->texts, caller->key_count + 1, sizeof(*keys));
    bool url = pc_str_eq(pc_function_actions[action], PC_STR(PC_INVOKE_URL));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(keys, caller->keys, caller->key_count * sizeof(*keys));
    keys[caller->key_count] =
        (struct pc_tag){PC_STR("lambda:FunctionUrlAuthType"), PC_STR("AWS_IAM")};
    const struct pc_stranger stranger = {.who = caller->who,
                                         .action = pc_function_actions[action],
                                         .keys = keys,
                                         .key_count = caller->key_count + url};
    return pc_danger_ask(search, &stranger, out);
}

static enum pc_status find_gifts_to(struct pc_danger_search *search,
                                    const struct pc_danger_caller *caller, size_t action,
                                    struct gift **gifts)
{
    struct pc_answer answer;
    PC_TRY(pc_danger_ask_caller(search, caller, action, &answer));
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
    if (!pc_danger_may_let_in(search, pc_function_actions[action])) {
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
    for (size_t i = 0; i < PC_FUNCTION_ACTIONS; i++) {
        if ((gift->actions >> i & 1) == 0) {
            continue;
        }
        if (shown == NAMES_SHOWN) {
            more++;
            continue;
        }
        pc_buf_format(&text, "%s %.*s", shown > 0 ? "," : "", PC_STR_ARG(pc_function_actions[i]));
        danger.action = shown == 0 ? pc_function_actions[i] : danger.action;
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
    for (size_t i = 0; i < PC_FUNCTION_ACTIONS; i++) {
        PC_TRY(find_gifts(search, i, &callers, &gifts));
    }
    for (const struct gift *gift = gifts; gift != NULL; gift = gift->next) {
        PC_TRY(report_gift(search, gift));
    }
    return PC_OK;
}
