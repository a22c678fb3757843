// SPDX-License-Identifier: Apache-2.0
#include "account/connection_kinds.h"

#include "value/arn.h"

#define ANY_ARN "arn:*"
#define API     "arn:*:execute-api:*:*:*/*"
#define ROLE    "arn:*:iam::*:role/*"
#define QUEUE   "arn:*:sqs:*:*:*"

// LAMBDA.md 1.1, 1.3, 1.4: who calls, by itself or through a role; what Lambda polls. Then 1.5 to
// 1.7: where results go, and what belongs to a function.
static const struct pc_connection_kind kinds[] = {
    {.kind = "alb", .source = "arn:*:elasticloadbalancing:*:*:targetgroup/*/*"},
    {.kind = "api-gateway-rest", .source = API, .may = {"credentials"}},
    {.kind = "api-gateway-http", .source = API, .may = {"credentials"}},
    {.kind = "api-gateway-websocket", .source = API, .may = {"credentials"}},
    {.kind = "api-gateway-authorizer",
     .source = "arn:*:execute-api:*:*:*/authorizers/*",
     .may = {"credentials"}},
    {.kind = "cloudfront", .source = "arn:*:cloudfront::*:distribution/*"},
    {.kind = "lambda-edge", .source = "arn:*", .source_optional = true, .may = {"deployer"}},
    {.kind = "s3", .source = "arn:*:s3:::*", .whole = true, .may = {"account", "prefix"}},
    {.kind = "sns", .source = "arn:*:sns:*:*:*", .whole = true},
    {.kind = "eventbridge-rule",
     .source = "arn:*:events:*:*:rule/*",
     .may = {"role", "dead-letter"}},
    {.kind = "logs-subscription", .source = "arn:*:logs:*:*:log-group:*"},
    {.kind = "cloudwatch-alarm", .source = "arn:*:cloudwatch:*:*:alarm:*"},
    {.kind = "cognito", .source = "arn:*:cognito-idp:*:*:userpool/*", .may = {"sender-key"}},
    {.kind = "cognito-sync", .source = "arn:*:identitypool/*"},
    {.kind = "lex", .source = "arn:*:lex:*:*:intent:*"},
    {.kind = "lex-v2", .source = "arn:*:lex:*:*:bot-alias/*/*"},
    {.kind = "alexa", .needs = {"skill"}},
    {.kind = "alexa-smart-home", .needs = {"skill"}},
    {.kind = "codecommit", .source = "arn:*:codecommit:*:*:*", .whole = true},
    {.kind = "config-rule", .source = "arn:*:config:*:*:config-rule/*", .source_optional = true},
    {.kind = "iot-rule", .source = "arn:*:iot:*:*:rule/*"},
    {.kind = "iot-authorizer", .source = "arn:*:iot:*:*:authorizer/*"},
    {.kind = "iot-events", .source = "arn:*:iotevents:*:*:*"},
    {.kind = "ses", .source = "arn:*:ses:*:*:receipt-rule-set/*:receipt-rule/*"},
    {.kind = "secret-rotation",
     .source = "arn:*:secretsmanager:*:*:secret:*",
     .may = {"kms-key", "vpc"}},
    {.kind = "connect", .source = "arn:*:connect:*:*:instance/*"},
    {.kind = "appsync-authorizer", .source = "arn:*:appsync:*:*:apis/*"},
    {.kind = "url", .needs = {"auth-type"}, .may = {"caller*"}},
    {.kind = "invoke", .source = ANY_ARN, .may = {"invocation-type", "context"}},
    {.kind = "step-functions",
     .source = "arn:*:states:*:*:stateMachine:*",
     .needs = {"role"},
     .may = {"task-token"}},
    {.kind = "scheduler",
     .source = "arn:*:scheduler:*:*:schedule*",
     .needs = {"role"},
     .may = {"dead-letter"}},
    {.kind = "pipes",
     .source = "arn:*:pipes:*:*:pipe/*",
     .needs = {"role"},
     .may = {"queue", "stream", "table-stream", "broker", "cluster", "secret*", "kms-key"}},
    {.kind = "codepipeline", .source = "arn:*:codepipeline:*:*:*", .needs = {"role"}},
    {.kind = "firehose", .source = "arn:*:firehose:*:*:deliverystream/*", .needs = {"role"}},
    {.kind = "s3-batch", .needs = {"role", "manifest", "report"}, .may = {"kms-key"}},
    {.kind = "cloudformation",
     .source = "arn:*:cloudformation:*:*:stack/*",
     .source_optional = true,
     .may = {"role", "caller"}},
    {.kind = "s3-object-lambda",
     .source = "arn:*:s3-object-lambda:*:*:accesspoint/*",
     .source_optional = true,
     .needs = {"requester"}},
    {.kind = "codepipeline-action-type", .source = "arn:*:codepipeline:*:*:actiontype:*"},
    {.kind = "codedeploy", .needs = {"role"}},
    {.kind = "deployer", .source = ANY_ARN},

    {.kind = "sqs", .source = QUEUE, .whole = true, .may = {"uuid", "state", "kms-key"}},
    {.kind = "sqs-fifo",
     .source = QUEUE ".fifo",
     .whole = true,
     .may = {"uuid", "state", "kms-key"}},
    {.kind = "kinesis",
     .source = "arn:*:kinesis:*:*:stream/*",
     .may = {"uuid", "state", "kms-key"}},
    {.kind = "dynamodb", .source = "arn:*:dynamodb:*:*:table/*/stream/*", .may = {"uuid", "state"}},
    {.kind = "msk",
     .source = "arn:*:kafka:*:*:*/*/*",
     .may = {"uuid", "state", "topic*", "consumer-group", "secret*", "scram*", "kms-key", "iam",
             "serverless"},
     .key_of_secrets = true},
    {.kind = "kafka",
     .may = {"uuid", "state", "topic*", "consumer-group", "secret*", "kms-key", "vpc"},
     .key_of_secrets = true},
    {.kind = "mq",
     .source = "arn:*:mq:*:*:broker:*",
     .may = {"uuid", "state", "queue*", "secret*", "kms-key"},
     .key_of_secrets = true},
    {.kind = "documentdb",
     .source = "arn:*:rds:*:*:cluster:*",
     .may = {"uuid", "state", "secret*", "database", "kms-key"},
     .key_of_secrets = true},
    {.kind = "filter-key", .source = "arn:*:kms:*:*:key/*", .needs = {"mapping"}},

    {.kind = "destination-sqs",
     PC_PART_DESTINATION,
     QUEUE,
     .whole = true,
     .needs = {"on"},
     .may = {"mapping", "kms-key"}},
    {.kind = "destination-sns",
     PC_PART_DESTINATION,
     "arn:*:sns:*:*:*",
     .whole = true,
     .needs = {"on"},
     .may = {"mapping", "kms-key"}},
    {.kind = "destination-eventbridge",
     PC_PART_DESTINATION,
     "arn:*:events:*:*:event-bus/*",
     .needs = {"on"}},
    {.kind = "destination-lambda",
     PC_PART_DESTINATION,
     "arn:*:lambda:*:*:function:*",
     .needs = {"on"}},
    {.kind = "destination-s3",
     PC_PART_DESTINATION,
     "arn:*:s3:::*",
     .needs = {"on"},
     .may = {"mapping", "kms-key", "account"}},
    {.kind = "destination-kafka",
     PC_PART_DESTINATION,
     "kafka://*",
     .needs = {"on"},
     .may = {"mapping", "cluster"}},
    {.kind = "dead-letter-sqs", PC_PART_DESTINATION, QUEUE, .whole = true, .may = {"kms-key"}},
    {.kind = "dead-letter-sns",
     PC_PART_DESTINATION,
     "arn:*:sns:*:*:*",
     .whole = true,
     .may = {"kms-key"}},

    {.kind = "logs", PC_PART_ATTACHMENT, .may = {"group"}},
    {.kind = "metrics", PC_PART_ATTACHMENT, .may = {"namespace"}},
    {.kind = "tracing", PC_PART_ATTACHMENT, .needs = {"mode"}},
    {.kind = "insights", PC_PART_ATTACHMENT},
    {.kind = "application-signals", PC_PART_ATTACHMENT},
    {.kind = "grant",
     PC_PART_ATTACHMENT,
     "arn:*:kms:*:*:key/*",
     .needs = {"operation*"},
     .may = {"grantee", "for"}},
    {.kind = "environment", PC_PART_ATTACHMENT, .needs = {"unread"}},
    {.kind = "vpc", PC_PART_ATTACHMENT, .needs = {"subnet*"}, .may = {"security-group*", "vpc-id"}},
    {.kind = "efs",
     PC_PART_ATTACHMENT,
     "arn:*:elasticfilesystem:*:*:access-point/*",
     .may = {"file-system", "read-only"}},
    {.kind = "image", PC_PART_ATTACHMENT, "arn:*:ecr:*:*:repository/*", .source_optional = true},
    {.kind = "layer", PC_PART_ATTACHMENT, "arn:*:lambda:*:*:layer:*:*"},
    {.kind = "code", PC_PART_ATTACHMENT, "arn:*:s3:::*/*", .may = {"object-version"}},
    {.kind = "secret", PC_PART_ATTACHMENT, "arn:*:secretsmanager:*:*:secret:*", .may = {"kms-key"}},
    {.kind = "parameter", PC_PART_ATTACHMENT, "arn:*:ssm:*:*:parameter/*", .may = {"kms-key"}},
    {.kind = "durable-execution", PC_PART_ATTACHMENT},
    {.kind = "alias", PC_PART_ATTACHMENT, .may = {"version*"}, .qualified = true},
    {.kind = "version", PC_PART_ATTACHMENT, .qualified = true},
};

enum {
    KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]),
};

const struct pc_connection_kind *pc_connection_kind_at(size_t index)
{
    return index < KIND_COUNT ? &kinds[index] : NULL;
}

const struct pc_connection_kind *pc_connection_kind_find(struct pc_str kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (pc_str_eq(pc_str_from(kinds[i].kind), kind)) {
            return &kinds[i];
        }
    }
    return NULL;
}

const char *pc_connection_part_text(enum pc_connection_part part)
{
    static const char *const texts[] = {
        [PC_PART_TRIGGER] = "triggers",
        [PC_PART_DESTINATION] = "destinations",
        [PC_PART_ATTACHMENT] = "attachments",
    };
    return texts[part];
}

// Facts -------------------------------------------------------------------------------------------

// The name without the mark of several values.
static struct pc_str plain(const char *fact)
{
    struct pc_str name = pc_str_from(fact);
    return pc_connection_fact_is_list(fact) ? pc_str_slice(name, 0, name.len - 1) : name;
}

static const char *find_fact(const char *const facts[PC_CONNECTION_FACTS], struct pc_str name)
{
    for (size_t i = 0; i < PC_CONNECTION_FACTS && facts[i] != NULL; i++) {
        if (pc_str_eq(plain(facts[i]), name)) {
            return facts[i];
        }
    }
    return NULL;
}

const char *pc_connection_kind_fact(const struct pc_connection_kind *kind, struct pc_str name)
{
    const char *needed = find_fact(kind->needs, name);
    return needed != NULL ? needed : find_fact(kind->may, name);
}

bool pc_connection_fact_is_list(const char *fact)
{
    return pc_str_has_suffix(pc_str_from(fact), PC_STR("*"));
}

bool pc_connection_fact_is_flag(const char *fact)
{
    static const char *const flags[] = {"iam",       "serverless", "vpc",
                                        "read-only", "task-token", "unread"};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (pc_str_eq(pc_str_from(flags[i]), pc_str_from(fact))) {
            return true;
        }
    }
    return false;
}

// Other ends --------------------------------------------------------------------------------------

// Stars stand for any text: the shortest that lets the rest go on is enough, for the last star
// takes what is left.
static bool matches(struct pc_str pattern, struct pc_str text)
{
    size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '*') {
        p++;
    }
    return p == pattern.len;
}

static bool has_parts(struct pc_str name)
{
    return pc_str_find(name, ':', 0) != SIZE_MAX || pc_str_find(name, '/', 0) != SIZE_MAX;
}

bool pc_connection_kind_fits(const struct pc_connection_kind *kind, struct pc_str other)
{
    enum {
        FIELDS = 6
    };
    struct pc_str wanted[FIELDS], given[FIELDS];
    if (kind->source == NULL) {
        return false;
    }
    struct pc_arn arn;
    struct pc_str pattern = pc_str_from(kind->source);
    if (pc_str_split(pattern, ':', wanted, FIELDS) < FIELDS) {
        bool any = !pc_str_has_prefix(pattern, PC_STR("arn:")) || pc_arn_parse(other, &arn);
        return any && matches(pattern, other);
    }
    bool fits = pc_str_split(other, ':', given, FIELDS) == FIELDS;
    for (size_t i = 0; fits && i < FIELDS; i++) {
        fits = matches(wanted[i], given[i]);
    }
    struct pc_str last = given[FIELDS - 1];
    return fits && last.len > 0 && !(kind->whole && has_parts(last));
}

bool pc_connection_is_queue(struct pc_str arn)
{
    static const struct pc_connection_kind queue = {.source = QUEUE, .whole = true};
    return pc_connection_kind_fits(&queue, arn);
}
