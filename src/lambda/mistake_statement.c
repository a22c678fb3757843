// SPDX-License-Identifier: Apache-2.0
//
// Mistakes that are found by what the statements of the function's policies have instead: another
// version or alias (LAMBDA.md 8.3, L11, L12), another region of CloudWatch Logs (L18), another
// route or API (L16).
#include "mistake.h"

#include "integrations.h"
#include "lambda/function_policies.h"
#include "policy_view.h"
#include "source_arn.h"

#define API_KINDS "api-gateway-rest api-gateway-http api-gateway-websocket api-gateway-authorizer"
#define REGIONAL_LOGS_HINT                                                                         \
    "the log group's region calls as logs.{SR}.amazonaws.com: name that, or logs.amazonaws.com"

// Versions and aliases ---------------------------------------------------------------------------

// What the policy of another version or alias would answer.
static enum pc_status try_qualified(struct pc_checker *checker, const struct pc_refusal *refusal,
                                    struct pc_str arn, struct pc_diags *diags,
                                    struct pc_mistake *out)
{
    struct pc_lambda_question varied = *refusal->question;
    struct pc_str called = varied.resource;
    enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
    if (out->code != PC_DIAG_NONE || arn.len == 0 || pc_str_eq(arn, called)) {
        return PC_OK;
    }
    varied.resource = arn;
    PC_TRY(pc_lambda_decide(checker, &varied, diags, &decision));
    if (decision != PC_DECISION_ALLOWED) {
        return PC_OK;
    }
    bool moved = pc_mistake_is_version(called) && pc_mistake_is_version(arn);
    *out = (struct pc_mistake){.code = moved ? PC_DIAG_VERSION_WITHOUT_POLICY : PC_DIAG_QUALIFIER};
    return pc_arena_format(checker->arena, &out->hint,
                           "the permission is that of \"%.*s\", and the source calls \"%.*s\"",
                           PC_STR_ARG(arn), PC_STR_ARG(called));
}

static enum pc_status find_qualified(struct pc_checker *checker, const struct pc_refusal *refusal,
                                     struct pc_diags *diags, struct pc_mistake *out)
{
    const struct pc_peers *peers = refusal->subject->peers;
    const struct pc_function_policies *policies = checker->policies;
    struct pc_str function = refusal->subject->function.function;
    size_t at = SIZE_MAX;
    if (!pc_str_has_prefix(refusal->question->action, PC_STR("lambda:Invoke")) ||
        !pc_str_has_prefix(refusal->question->resource, function)) {
        return PC_OK;
    }
    for (size_t i = 0; peers != NULL && i < peers->count; i++) {
        PC_TRY(try_qualified(checker, refusal, peers->rows[i].function, diags, out));
    }
    if (policies != NULL) {
        for (struct pc_str arn = pc_function_policies_next(policies, function, &at); arn.len > 0;
             arn = pc_function_policies_next(policies, function, &at)) {
            PC_TRY(try_qualified(checker, refusal, arn, diags, out));
        }
    }
    return PC_OK;
}

// CloudWatch Logs --------------------------------------------------------------------------------

// Under the name that it has in another region.
static bool is_regional_logs(const struct pc_image *image, const struct pc_image_principal *entry)
{
    struct pc_str text = pc_image_text(image, entry->text);
    return entry->kind == PC_IMAGE_PRINCIPAL_SERVICE && pc_str_has_prefix(text, PC_STR("logs.")) &&
           !pc_str_eq(text, PC_STR("logs.amazonaws.com"));
}

static enum pc_status try_logs(struct pc_checker *checker, const struct pc_refusal *refusal,
                               const struct pc_view_statement *statement, struct pc_diags *diags,
                               struct pc_mistake *out)
{
    struct pc_lambda_question varied = *refusal->question;
    const struct pc_image_principal *entry;
    for (uint32_t i = 0; (entry = pc_statement_principal(statement, i)) != NULL; i++) {
        enum pc_decision decision = PC_DECISION_IMPLICIT_DENY;
        if (is_regional_logs(statement->image, entry)) {
            varied.who = pc_image_text(statement->image, entry->text);
            PC_TRY(pc_lambda_decide(checker, &varied, diags, &decision));
        }
        if (decision == PC_DECISION_ALLOWED) {
            *out = (struct pc_mistake){.code = PC_DIAG_LOGS_SOURCE};
            return pc_template_fill(checker->arena, REGIONAL_LOGS_HINT, refusal->subject,
                                    &out->hint);
        }
    }
    return PC_OK;
}

// API Gateway ------------------------------------------------------------------------------------

static size_t count_of(struct pc_str text, char c)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += text.ptr[i] == c;
    }
    return count;
}

// The id of an API, of the resource part of a source ARN.
static struct pc_str api_of(struct pc_str resource)
{
    return pc_str_slice(resource, 0, pc_str_find(resource, '/', 0));
}

// Does the function serve a route of that API? Then a statement for it is not meant for another.
static bool serves(const struct pc_peers *peers, struct pc_str api)
{
    for (size_t i = 0; peers != NULL && i < peers->count; i++) {
        const struct pc_known_connection connection = peers->rows[i];
        struct pc_arn arn;
        if (pc_str_has_prefix(connection.kind, PC_STR("api-gateway-")) &&
            pc_arn_parse(connection.other, &arn) && pc_str_eq(api_of(arn.resource), api)) {
            return true;
        }
    }
    return false;
}

// What is wrong with the source ARN of a statement for API Gateway; NULL: nothing that shows.
static const char *fault_of(const struct pc_refusal *refusal, struct pc_str pattern)
{
    struct pc_arn sent, given;
    bool authorizer = pc_mistake_lists("api-gateway-authorizer", pc_str_from(refusal->kind));
    if (!pc_arn_parse(refusal->subject->connection.other, &sent) ||
        !pc_arn_parse(pattern, &given) || !pc_str_eq(given.service, PC_STR("execute-api"))) {
        return NULL;
    }
    struct pc_str api = api_of(given.resource);
    bool same = pc_str_eq(api, api_of(sent.resource));
    if (!same && !pc_has_wildcard(api) && !serves(refusal->subject->peers, api)) {
        return "the statement is for another API: one that is deleted and made again gets another "
               "id";
    }
    // A wildcard stands for slashes, too: only too many of them are certain to be wrong.
    bool more = count_of(given.resource, '/') > count_of(sent.resource, '/');
    bool fewer = !pc_has_wildcard(given.resource) &&
                 count_of(given.resource, '/') < count_of(sent.resource, '/');
    if (same && !authorizer && (more || fewer)) {
        return "source ARNs have the form API/STAGE/METHOD/PATH, of WebSocket APIs API/STAGE/ROUTE";
    }
    if (same && pc_str_find(given.resource, '{', 0) != SIZE_MAX) {
        return "write \"*\" for a path parameter";
    }
    return NULL;
}

static bool is_of_api(const struct pc_view_statement *statement)
{
    const struct pc_image_principal *entry;
    for (uint32_t i = 0; (entry = pc_statement_principal(statement, i)) != NULL; i++) {
        if (entry->kind == PC_IMAGE_PRINCIPAL_SERVICE &&
            pc_str_eq(pc_image_text(statement->image, entry->text),
                      PC_STR("apigateway.amazonaws.com"))) {
            return true;
        }
    }
    return false;
}

static enum pc_status try_api(struct pc_checker *checker, const struct pc_refusal *refusal,
                              const struct pc_view_statement *statement, struct pc_mistake *out)
{
    struct pc_str pattern = PC_STR("x");
    if (!is_of_api(statement) || !pc_statement_may_allow(statement, refusal->question->action,
                                                         refusal->question->resource)) {
        return PC_OK;
    }
    for (size_t i = 0; pattern.len > 0; i++) {
        PC_TRY(pc_statement_value(checker->arena, statement, "aws:sourcearn", i, &pattern));
        const char *fault = fault_of(refusal, pattern);
        if (fault != NULL) {
            *out = (struct pc_mistake){PC_DIAG_API_PATH, pc_str_from(fault), false};
            return PC_OK;
        }
    }
    return PC_OK;
}

// All --------------------------------------------------------------------------------------------

// Statements that let a service in, but not as it calls.
static enum pc_status find_near(struct pc_checker *checker, const struct pc_refusal *refusal,
                                struct pc_diags *diags, struct pc_mistake *out)
{
    struct pc_policy_view view = {.count = 0};
    struct pc_view_statement statement;
    bool logs = pc_mistake_lists("logs-subscription", pc_str_from(refusal->kind));
    bool api = pc_mistake_lists(API_KINDS, pc_str_from(refusal->kind)) &&
               !pc_refusal_is_of_iam(refusal) &&
               pc_str_eq(refusal->question->action, PC_STR(PC_INVOKE));
    if (!logs && !api) {
        return PC_OK;
    }
    PC_TRY(pc_policy_view_add(checker, refusal->question->resource, &view));
    for (size_t i = 0; pc_policy_view_at(&view, i, &statement) && out->code == PC_DIAG_NONE; i++) {
        PC_TRY(logs ? try_logs(checker, refusal, &statement, diags, out)
                    : try_api(checker, refusal, &statement, out));
    }
    return PC_OK;
}

enum pc_status pc_mistake_of_statement(struct pc_checker *checker, const struct pc_refusal *refusal,
                                       struct pc_diags *diags, struct pc_mistake *out)
{
    PC_TRY(find_qualified(checker, refusal, diags, out));
    return out->code == PC_DIAG_NONE ? find_near(checker, refusal, diags, out) : PC_OK;
}
