// SPDX-License-Identifier: Apache-2.0
#include "source_flaw.h"

#include "source_arn.h"

// L18: the ARN that CloudWatch Logs sends ends in ":*".
static bool is_bare_group(const struct pc_arn *pattern)
{
    return pc_str_has_prefix(pattern->resource, PC_STR("log-group:")) &&
           !pc_str_has_suffix(pattern->resource, PC_STR("*"));
}

// L20
static bool is_bot_of_v2(const struct pc_arn *pattern)
{
    return pc_str_has_prefix(pattern->resource, PC_STR("bot-alias/"));
}

// L16, of API/STAGE/METHOD/PATH. Without a path, AWS's own examples name the root of an API so.
static bool ends_in_slash(const struct pc_arn *pattern)
{
    size_t slashes = 0;
    for (size_t i = 0; i < pattern->resource.len; i++) {
        slashes += pattern->resource.ptr[i] == '/';
    }
    return slashes > 3 && pc_str_has_suffix(pattern->resource, PC_STR("/"));
}

// Is there more than what also matches nothing?
static bool is_filled(struct pc_str field)
{
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] != '*') {
            return true;
        }
    }
    return false;
}

static bool has_place(const struct pc_arn *pattern)
{
    return is_filled(pattern->region) || is_filled(pattern->account);
}

static bool is_alarm(const struct pc_arn *pattern)
{
    return pc_str_has_prefix(pattern->resource, PC_STR("alarm:"));
}

static bool is_balancer(const struct pc_arn *pattern)
{
    return pc_str_has_prefix(pattern->resource, PC_STR("loadbalancer/")) ||
           pc_str_has_prefix(pattern->resource, PC_STR("listener"));
}

// L15
static bool is_elsewhere(const struct pc_arn *pattern, struct pc_str region)
{
    return pc_str_eq(pattern->service, PC_STR("execute-api")) &&
           !pc_has_wildcard(pattern->region) && !pc_str_eq(pattern->region, region);
}

const struct pc_source_flaw *pc_source_flaw_of(struct pc_str service, const struct pc_arn *pattern,
                                               struct pc_str region)
{
    static const struct {
        const char *service;                       // the principal begins with it
        bool (*has)(const struct pc_arn *pattern); // NULL: is it of another region?
        struct pc_source_flaw flaw;
    } rows[] = {
        {"logs.",
         is_bare_group,
         {PC_DIAG_PERMISSION_NEVER, "the source ARN of a log group ends in \":*\""}},
        {"lex.",
         is_bot_of_v2,
         {PC_DIAG_LEX_PRINCIPAL, "name the principal lexv2.amazonaws.com: bots of Lex V2 do not "
                                 "call as lex.amazonaws.com"}},
        {"apigateway.",
         ends_in_slash,
         {PC_DIAG_PERMISSION_NEVER, "take the slash from the end of the source ARN"}},
        {"apigateway.",
         NULL,
         {PC_DIAG_PERMISSION_NEVER, "the source ARN has the region of the function, also when the "
                                    "API is elsewhere"}},
        {"s3.",
         has_place,
         {PC_DIAG_PERMISSION_NEVER, "the ARN of a bucket has neither region nor account: test the "
                                    "source account as well"}},
        {"cloudwatch.",
         is_alarm,
         {PC_DIAG_PERMISSION_NEVER, "alarms call as lambda.alarms.cloudwatch.amazonaws.com"}},
        {"elasticloadbalancing.",
         is_balancer,
         {PC_DIAG_PERMISSION_NEVER, "the source is the target group"}},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool has = rows[i].has != NULL ? rows[i].has(pattern) : is_elsewhere(pattern, region);
        if (has && pc_str_has_prefix(service, pc_str_from(rows[i].service))) {
            return &rows[i].flaw;
        }
    }
    return NULL;
}
