// SPDX-License-Identifier: Apache-2.0
//
// Services that a function's policy lets in, statement by statement: for each it is asked whether
// they may call for strangers (danger_deputy.h; LAMBDA.md 1.2; 8.3, L01 to L03, L05, L21).
#include "danger_deputy.h"
#include "source_arn.h"
#include "value/arn.h"

// Statements -------------------------------------------------------------------------------------

// L21: skills send no source; a token that is not the skill's stands for another skill.
static enum pc_status ask_skill(struct pc_danger_search *search, const struct pc_service_pair *pair)
{
    static const struct pc_tag keys[] = {
        {PC_STR_INIT("lambda:EventSourceToken"),
         PC_STR_INIT("amzn1.ask.skill.00000000-0000-0000-0000-000000000000")}};
    const struct pc_stranger stranger = {
        .who = pair->service, .action = pair->action, .keys = keys, .key_count = 1};
    const struct pc_danger danger = {
        .code = PC_DIAG_ALEXA_TOKEN,
        .who = pair->service,
        .action = pair->action,
        .resource = search->target,
        .hint = "test lambda:EventSourceToken with the id of the skill",
        .symptom = "nothing, until a skill of somebody else calls the function",
    };
    struct pc_answer answer;
    struct pc_str what;
    PC_TRY(pc_danger_ask(search, &stranger, &answer));
    PC_TRY(pc_arena_format(search->texts, &what, "every Alexa skill may call \"%.*s\"",
                           PC_STR_ARG(search->target)));
    return pc_danger_report_allowed(search, &answer, &danger, what);
}

static enum pc_status ask_pair(struct pc_danger_search *search, const struct pc_service_pair *pair)
{
    if (pc_str_has_suffix(pair->service, PC_STR(".amazon.com"))) {
        return ask_skill(search, pair);
    }
    for (size_t i = 0;; i++) {
        struct pc_str text;
        PC_TRY(pc_statement_value(search->texts, &pair->statement, "aws:sourcearn", i, &text));
        if (text.len == 0 && i > 0) {
            return PC_OK;
        }
        PC_TRY(pc_deputy_ask_pattern(search, pair, text));
    }
}

// The ways to call the function.
static const struct pc_str calls[] = {PC_STR_INIT(PC_INVOKE), PC_STR_INIT(PC_INVOKE_URL)};

enum {
    CALLS = sizeof(calls) / sizeof(calls[0]),
};

static enum pc_status ask_statement(struct pc_danger_search *search, struct pc_service_pair *pair)
{
    const struct pc_image_principal *principal = NULL;
    if (pc_statement_is_open(&pair->statement)) {
        pair->service = PC_STR(PC_ANY_SERVICE);
        pair->any = true;
        PC_TRY(ask_pair(search, pair));
    }
    pair->any = false;
    for (uint32_t i = 0; (principal = pc_statement_principal(&pair->statement, i)) != NULL; i++) {
        if (principal->kind == PC_IMAGE_PRINCIPAL_SERVICE) {
            pair->service = pc_image_text(pair->statement.image, principal->text);
            PC_TRY(ask_pair(search, pair));
        }
    }
    return PC_OK;
}

// Declared sources -------------------------------------------------------------------------------

// The source of a connection, where a stranger's account would have one of the same name.
static enum pc_status ask_declared(struct pc_danger_search *search,
                                   const struct pc_known_connection *connection,
                                   const struct pc_service_pair *pair)
{
    struct pc_arn source;
    struct pc_str label = pc_service_label(pair->service);
    bool allowed = false;
    if (!pc_arn_parse(connection->other, &source) || pc_has_wildcard(source.account) ||
        !pc_str_eq(source.service, label)) {
        return PC_OK;
    }
    return pc_deputy_ask_stranger(search, pair, &source, &allowed);
}

static enum pc_status ask_connections(struct pc_danger_search *search, struct pc_service_pair *pair)
{
    const struct pc_image_principal *principal = NULL;
    for (uint32_t i = 0; (principal = pc_statement_principal(&pair->statement, i)) != NULL; i++) {
        pair->service = pc_image_text(pair->statement.image, principal->text);
        for (size_t j = 0;
             principal->kind == PC_IMAGE_PRINCIPAL_SERVICE && j < search->known->connection_count;
             j++) {
            const struct pc_known_connection connection =
                pc_known_function_connection(search->known, j);
            PC_TRY(ask_declared(search, &connection, pair));
        }
    }
    return PC_OK;
}

// For each statement that may allow one of the calls.
static enum pc_status each_pair(struct pc_danger_search *search,
                                enum pc_status (*visit)(struct pc_danger_search *search,
                                                        struct pc_service_pair *pair))
{
    struct pc_service_pair pair = {.any = false};
    for (size_t i = 0; pc_policy_view_at(&search->view, i / CALLS, &pair.statement); i++) {
        pair.action = calls[i % CALLS];
        if (pc_statement_may_allow(&pair.statement, pair.action, search->target)) {
            PC_TRY(visit(search, &pair));
        }
    }
    return PC_OK;
}

enum pc_status pc_danger_services(struct pc_danger_search *search)
{
    PC_TRY(each_pair(search, ask_statement));
    return each_pair(search, ask_connections);
}
