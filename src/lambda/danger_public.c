// SPDX-License-Identifier: Apache-2.0
//
// Who may call a function although nobody named them: the public (LAMBDA.md 8.3, L04, L06, L08).
#include "danger_search.h"

bool pc_danger_may_let_in(const struct pc_danger_search *search, struct pc_str action)
{
    struct pc_view_statement statement;
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        if (pc_statement_is_open(&statement) &&
            pc_statement_may_allow(&statement, action, search->target)) {
            return true;
        }
    }
    return false;
}

// The public -------------------------------------------------------------------------------------

static enum pc_status ask_public(struct pc_danger_search *search, const struct pc_stranger *draft,
                                 const struct pc_danger *danger, const char *how)
{
    struct pc_stranger stranger = *draft;
    struct pc_danger found = *danger;
    struct pc_answer answer;
    struct pc_str text;
    if (!pc_danger_may_let_in(search, draft->action)) {
        return PC_OK;
    }
    stranger.who = found.who = PC_STR("*");
    found.action = draft->action;
    found.resource = search->target;
    PC_TRY(pc_danger_ask(search, &stranger, &answer));
    PC_TRY(pc_arena_format(search->texts, &text, "anybody may call \"%.*s\"%s",
                           PC_STR_ARG(search->target), how));
    return pc_danger_report_allowed(search, &answer, &found, text);
}

// L04, L06
enum pc_status pc_danger_public(struct pc_danger_search *search)
{
    static const struct pc_tag keys[] = {PC_ANY_CALL};
    const struct pc_stranger stranger = {
        .action = PC_STR(PC_INVOKE), .keys = keys, .key_count = sizeof(keys) / sizeof(keys[0])};
    bool url = pc_danger_has_url(search, search->target, PC_STR("NONE"));
    const struct pc_danger danger = {
        .code = url ? PC_DIAG_URL_CONDITION_MISSING : PC_DIAG_PERMISSION_PUBLIC,
        .error = true,
        .hint = url ? "add the condition Bool lambda:InvokedViaFunctionUrl \"true\": the URL "
                      "needs no more"
                    : "name who calls; for a function URL add the condition Bool "
                      "lambda:InvokedViaFunctionUrl \"true\"",
        .symptom =
            "nothing, until strangers call: invocations, and their cost, that nobody explains",
    };
    return ask_public(search, &stranger, &danger, url ? ", also past its function URL" : "");
}

// L08. What else such a statement lets in is worse, and is told by those who ask for it.
enum pc_status pc_danger_left_over(struct pc_danger_search *search)
{
    static const struct pc_tag auth[] = {
        PC_ANY_CALL, {PC_STR_INIT("lambda:FunctionUrlAuthType"), PC_STR_INIT("NONE")}};
    static const struct pc_tag via[] = {
        PC_ANY_CALL, {PC_STR_INIT("lambda:InvokedViaFunctionUrl"), PC_STR_INIT("true")}};
    const size_t count = sizeof(auth) / sizeof(auth[0]);
    const struct pc_stranger url = {
        .action = PC_STR(PC_INVOKE_URL), .keys = auth, .key_count = count};
    const struct pc_stranger invoke = {
        .action = PC_STR(PC_INVOKE), .keys = via, .key_count = count};
    const struct pc_danger danger = {
        .code = PC_DIAG_URL_LEFT_OVER,
        .hint = "remove the statement; if the URL is there, compile what aws lambda "
                "get-function-url-config prints as well",
        .symptom = "none; the function is public again as soon as it gets a URL without "
                   "authentication",
    };
    const char *how = " through a URL without authentication, and none is known";
    // What is not told may have the URL that is.
    struct pc_str target = search->stand_in ? PC_STR("") : search->target;
    if (pc_danger_has_url(search, target, PC_STR("NONE"))) {
        return PC_OK;
    }
    PC_TRY(ask_public(search, &url, &danger, how));
    return ask_public(search, &invoke, &danger, how);
}
