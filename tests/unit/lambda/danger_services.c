// SPDX-License-Identifier: Apache-2.0
//
// Rule R1 of LAMBDA.md 1.2 and the mistakes of 8.3 that it names (L01, L02, L03, L05, L21).
#include "checking.h"

#define ARN(pattern)      "'ArnLike':{'AWS:SourceArn':'" pattern "'}"
#define LIKE(pattern)     "'StringLike':{'aws:SourceArn':'" pattern "'}"
#define ACCOUNT(id)       "'StringEquals':{'AWS:SourceAccount':'" id "'}"
#define BUCKET            ARN("arn:aws:s3:::photos")
#define OWN               ACCOUNT("111122223333")
#define TOPIC(account, n) "arn:aws:sns:eu-west-1:" account ":" n
#define RULE(n)           "arn:aws:events:eu-west-1:111122223333:rule/" n
#define ALEXA             "alexa-appkit.amazon.com"

static void sources_without_account(void **state)
{
    static const struct danger_row rows[] = {
        {"bucket alone", {.statements = SERVICE("s3.amazonaws.com") IF(BUCKET)}, " 1101w"},
        {"bucket and account", {.statements = SERVICE("s3.amazonaws.com") IF(BUCKET "," OWN)}, ""},
        {"account of the bucket",
         {.statements = SERVICE("s3.amazonaws.com") IF(BUCKET "," ACCOUNT("444455556666"))},
         ""},
        {"an account if there is one",
         {.statements = SERVICE("s3.amazonaws.com")
              IF(BUCKET ",'StringEqualsIfExists':{'aws:SourceAccount':'111122223333'}")},
         ""},
        {"declared bucket alone",
         {.statements = SERVICE("s3.amazonaws.com") IF(LIKE("arn:aws:s3:::*")),
          .triggers = "{'kind':'s3','source':'arn:aws:s3:::photos'}"},
         " 1101w"},
        {"on the alias",
         {.prod = ALLOW("{'Service':'s3.amazonaws.com'}", "lambda:InvokeFunction", FN ":prod")
              IF(BUCKET),
          .attachments = "{'kind':'alias','qualifier':'prod'}"},
         " 1101w"},
    };
    CHECK_ROWS(state, rows);
}

static void no_source(void **state)
{
    static const struct danger_row rows[] = {
        {"nothing", {.statements = SERVICE("sns.amazonaws.com") "}"}, " 1102w"},
        {"two services, one statement",
         {.statements = INVOKE("{'Service':['sns.amazonaws.com','events.amazonaws.com']}") "}"},
         " 1102w"},
        {"another organisation only",
         {.statements =
              SERVICE("s3.amazonaws.com") IF("'StringEquals':{'aws:SourceOrgID':'o-abcdefghij'}")},
         ""},
        {"an action that calls nothing",
         {.statements =
              ALLOW("{'Service':'replicator.lambda.amazonaws.com'}", "lambda:GetFunction", FN) "}"},
         ""},
        {"of a URL",
         {.statements =
              ALLOW("{'Service':'cloudfront.amazonaws.com'}", "lambda:InvokeFunctionUrl", FN) "}"},
         " 1102w"},
        {"of a URL, for the function by its key",
         {.statements = ALLOW("{'Service':'cloudfront.amazonaws.com'}", "lambda:InvokeFunctionUrl",
                              FN) IF("'ArnEquals':{'lambda:FunctionArn':'" FN "'}")},
         " 1102w"},
        {"denied for others",
         {.statements = SERVICE("s3.amazonaws.com") "},{'Effect':'Deny','Principal':'*','Action':"
                                                    "'lambda:*','Resource':'" FN
                                                    "','Condition':{'StringNotEquals':"
                                                    "{'aws:SourceAccount':'111122223333'}}}"},
         " 1187s"},
    };
    CHECK_ROWS(state, rows);
}

static void any_account(void **state)
{
    static const struct danger_row rows[] = {
        {"stars", {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("*", "*")))}, " 1103w"},
        {"a star over all but the name",
         {.statements = SERVICE("sns.amazonaws.com") IF(LIKE("*:images"))},
         " 1103w"},
        {"both calls, by a key that one of them has",
         {.statements = ALLOW("{'Service':'cloudfront.amazonaws.com'}", "lambda:*", FN)
              IF("'StringEquals':{'lambda:FunctionUrlAuthType':'AWS_IAM'}")},
         " 1102w"},
        {"a star for the account",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("*", "images")))},
         " 1103w"},
        {"a star for all behind the service",
         {.statements = SERVICE("sns.amazonaws.com") IF(LIKE("arn:aws:sns:*"))},
         " 1103w"},
        {"question marks",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("????????????", "images")))},
         " 1103w"},
        {"accounts of a prefix",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("1*", "images")))},
         " 1103w"},
        {"accounts of a prefix, as the declared source has it",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("1*", "images"))),
          .triggers = "{'kind':'sns','source':'" TOPIC("111122223333", "images") "'}"},
         " 1103w"},
        {"all but the last digits of the own account",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("11112222*", "*")))},
         " 1103w"},
        {"all but one digit of the own account",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("?11122223333", "i")))},
         " 1103w"},
        {"accounts of an ending",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("*3?3", "i")))},
         " 1103w"},
        {"accounts of a prefix, in an ARN without end",
         {.statements = SERVICE("sns.amazonaws.com") IF(LIKE("arn:aws:sns:eu-west-1:1*"))},
         " 1103w"},
        {"accounts of a prefix, in an ARN without beginning",
         {.statements = SERVICE("sns.amazonaws.com") IF(LIKE("*:1*:images"))},
         " 1103w"},
        {"a bucket of accounts of a prefix",
         {.statements = SERVICE("s3.amazonaws.com")
              IF(BUCKET ",'StringLike':{'aws:SourceAccount':['111122223333','1*']}")},
         " 1103w"},
        {"whatever accounts of a prefix have",
         {.statements =
              SERVICE("s3.amazonaws.com") IF("'StringLike':{'aws:SourceAccount':'1111*'}")},
         " 1103w"},
        {"a pattern, with the account",
         {.statements = SERVICE("s3.amazonaws.com") IF(ARN("arn:aws:s3:::ph*") "," OWN)},
         ""},
        {"what is no account",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("1234567890123*", "i")))},
         ""},
        {"pinned",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("111122223333", "i")))},
         ""},
        {"pinned to another account",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("444455556666", "i")))},
         ""},
        {"the second of two",
         {.statements = SERVICE("sns.amazonaws.com") IF("'ArnLike':{'aws:SourceArn':['" TOPIC(
              "111122223333", "i") "','" TOPIC("*", "i") "']}")},
         " 1103w"},
        {"two patterns at once, as the declared source has it",
         {.statements = SERVICE("sns.amazonaws.com")
              IF(ARN(TOPIC("*", "im*")) ",'StringLike':{'aws:SourceArn':'*-prod'}"),
          .triggers = "{'kind':'sns','source':'" TOPIC("111122223333", "images-prod") "'}"},
         " 1103w"},
        {"a star, with the account",
         {.statements = SERVICE("sqs.amazonaws.com") IF(ARN("arn:aws:sqs:*:*:q") "," OWN)},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void any_service(void **state)
{
    static const struct danger_row rows[] = {
        {"account", {.statements = INVOKE("'*'") IF(OWN)}, " 1105w"},
        {"topic", {.statements = INVOKE("'*'") IF(ARN(TOPIC("111122223333", "i")))}, " 1105w"},
        {"topic of any account", {.statements = INVOKE("'*'") IF(ARN(TOPIC("*", "i")))}, " 1103w"},
        {"bucket", {.statements = INVOKE("'*'") IF(BUCKET)}, " 1101w"},
        {"any service, by its key",
         {.statements = INVOKE("'*'") IF("'Bool':{'aws:PrincipalIsAWSService':'true'}")},
         " 1102w"},
        {"one service",
         {.statements = SERVICE("sns.amazonaws.com") IF(ARN(TOPIC("111122223333", "i")))},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void any_resource(void **state)
{
    static const struct danger_row rows[] = {
        {"account alone", {.statements = SERVICE("s3.amazonaws.com") IF(OWN)}, " 1187s"},
        {"every rule",
         {.statements = SERVICE("events.amazonaws.com") IF(ARN(RULE("*")))},
         " 1187s"},
        {"rules of a prefix",
         {.statements = SERVICE("events.amazonaws.com") IF(ARN(RULE("img-*")))},
         ""},
        {"every call of an API",
         {.statements = SERVICE("apigateway.amazonaws.com")
              IF(ARN("arn:aws:execute-api:eu-west-1:111122223333:abcdef1234/*/*/*"))},
         ""},
        {"every API",
         {.statements = SERVICE("apigateway.amazonaws.com")
              IF(ARN("arn:aws:execute-api:eu-west-1:111122223333:*/*/*/*"))},
         " 1187s"},
        {"rotation, as AWS recommends",
         {.statements = SERVICE("secretsmanager.amazonaws.com") IF(OWN)},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void alexa(void **state)
{
    static const struct danger_row rows[] = {
        {"no token", {.statements = SERVICE(ALEXA) "}"}, " 1121w"},
        {"any token",
         {.statements = SERVICE(ALEXA) IF("'StringLike':{'lambda:EventSourceToken':'*'}")},
         " 1121w"},
        {"one token",
         {.statements =
              SERVICE(ALEXA) IF("'StringEquals':{'lambda:EventSourceToken':"
                                "'amzn1.ask.skill.12345678-1234-1234-1234-123456789012'}")},
         ""},
    };
    CHECK_ROWS(state, rows);
}

static void warnings_warn_and_suggestions_do_not(void **state)
{
    struct checking checking;
    const struct manifest warned = {.statements = SERVICE("s3.amazonaws.com") IF(BUCKET)};
    const struct manifest suggested = {.statements = SERVICE("s3.amazonaws.com") IF(OWN)};
    checking_start(&checking, *state, &warned);
    assert_int_equal(checking.checked.mark, PC_MARK_WARNS);
    assert_true(sandbox_says(checking.checked.dangers->message, "arn:aws:s3:::photos"));
    checking_close(&checking);
    checking_start(&checking, *state, &suggested);
    assert_int_equal(checking.checked.mark, PC_MARK_WORKS);
    assert_true(sandbox_says(checking.checked.dangers->message, "account 111122223333"));
    checking_close(&checking);
}

// Ten integrations, each with its statement: LAMBDA.md's table by its most usual rows.
#define PUSH(service, arn)                                                                         \
    "{'Effect':'Allow','Principal':{'Service':'" service "'},'Action':'lambda:InvokeFunction',"    \
    "'Resource':'" FN "','Condition':{" ARN(arn) "}}"
#define TRIGGER(kind, arn) "{'kind':'" kind "','source':'" arn "'}"
#define HERE               ":eu-west-1:111122223333:"

static void ten_integrations_cost_little(void **state)
{
    struct checking checking;
    const struct manifest manifest = {
        .statements = SERVICE("s3.amazonaws.com")
            IF(BUCKET "," OWN) "," PUSH("sns.amazonaws.com", "arn:aws:sns" HERE "a") "," PUSH(
                "sns.amazonaws.com",
                "arn:aws:sns" HERE
                "b") "," PUSH("events.amazonaws.com",
                              "arn:aws:events" HERE
                              "rule/a") "," PUSH("events.amazonaws.com",
                                                 "arn:aws:events" HERE
                                                 "rule/bus/b") "," PUSH("apigateway."
                                                                        "amazonaws.com",
                                                                        "arn:aws:execute-"
                                                                        "api" HERE "abcdef1234/*/*/"
                                                                        "*") "," PUSH("co"
                                                                                      "gn"
                                                                                      "it"
                                                                                      "o-"
                                                                                      "id"
                                                                                      "p."
                                                                                      "am"
                                                                                      "az"
                                                                                      "on"
                                                                                      "aw"
                                                                                      "s."
                                                                                      "co"
                                                                                      "m",
                                                                                      "ar"
                                                                                      "n:"
                                                                                      "aw"
                                                                                      "s:"
                                                                                      "co"
                                                                                      "gn"
                                                                                      "it"
                                                                                      "o-"
                                                                                      "id"
                                                                                      "p" HERE "us"
                                                                                      "er"
                                                                                      "po"
                                                                                      "ol"
                                                                                      "/e"
                                                                                      "u-"
                                                                                      "we"
                                                                                      "st"
                                                                                      "-1"
                                                                                      "_"
                                                                                      "a") "," PUSH("io"
                                                                                                    "t."
                                                                                                    "am"
                                                                                                    "az"
                                                                                                    "on"
                                                                                                    "aw"
                                                                                                    "s."
                                                                                                    "co"
                                                                                                    "m",
                                                                                                    "ar"
                                                                                                    "n:"
                                                                                                    "aw"
                                                                                                    "s:"
                                                                                                    "io"
                                                                                                    "t" HERE
                                                                                                    "ru"
                                                                                                    "le"
                                                                                                    "/"
                                                                                                    "a") "," PUSH("codecommit.amazonaws.com",
                                                                                                                  "arn:aws:codecommit" HERE
                                                                                                                  "a") "," PUSH("logs.amazonaws.com",
                                                                                                                                "arn:aws:logs" HERE
                                                                                                                                "log-group:a:*"),
        .triggers = TRIGGER("s3", "arn:aws:s3:::photos") "," TRIGGER("sns", "arn:aws:sns" HERE "a") "," TRIGGER("sns", "arn:aws:sns" HERE "b") "," TRIGGER(
            "eventbridge-rule",
            "arn:aws:events" HERE
            "rule/a") "," TRIGGER("eventbridge-rule",
                                  "arn:aws:events" HERE
                                  "rule/bus/b") "," TRIGGER("api-gateway-rest",
                                                            "arn:aws:execute-"
                                                            "api" HERE "abcdef1234/prod/GET/"
                                                            "x") "," TRIGGER("cogn"
                                                                             "ito",
                                                                             "arn:"
                                                                             "aws:"
                                                                             "cogn"
                                                                             "ito-"
                                                                             "id"
                                                                             "p" HERE "user"
                                                                             "pool"
                                                                             "/eu-"
                                                                             "west"
                                                                             "-1_"
                                                                             "a") "," TRIGGER("iot-"
                                                                                              "rul"
                                                                                              "e",
                                                                                              "arn:"
                                                                                              "aws:"
                                                                                              "io"
                                                                                              "t" HERE
                                                                                              "rule"
                                                                                              "/a") "," TRIGGER("codecommit",
                                                                                                                "arn:aws:codecommit" HERE
                                                                                                                "a") "," TRIGGER("logs-subscription",
                                                                                                                                 "arn:aws:logs" HERE
                                                                                                                                 "log-group:a"),
    };
    checking_start(&checking, *state, &manifest);
    assert_findings(checking.checked.dangers, "", "as they should be");
    assert_int_equal(checking.checked.mark, PC_MARK_WORKS);
    print_message("%zu questions\n", checking.checked.danger_asked);
    assert_in_range(checking.checked.danger_asked, 10, 59);
    checking_close(&checking);
}

// Declared is what has a trigger of the service, by whichever of its names; what is told is the
// kind that a manifest would name.
static void services_that_nobody_declared(void **state)
{
    static const struct {
        struct manifest manifest;
        const char *hint; // NULL: none is told
    } rows[] = {
        {{.statements = SERVICE("s3.amazonaws.com") "}"}, "\"kind\": \"s3\""},
        {{.statements = SERVICE("s3.amazonaws.com") "}",
          .triggers = "{'kind':'s3','source':'arn:aws:s3:::photos'}"},
         NULL},
        {{.statements = SERVICE("s3.amazonaws.com") "}",
          .triggers = "{'kind':'sns','source':'arn:aws:sns:eu-west-1:111122223333:t'}"},
         "\"kind\": \"s3\""},
        {{.statements = SERVICE("logs.eu-west-1.amazonaws.com") "}"},
         "\"kind\": \"logs-subscription\""},
        {{.statements = SERVICE("logs.eu-west-1.amazonaws.com") "}",
          .triggers = "{'kind':'logs-subscription',"
                      "'source':'arn:aws:logs:eu-west-1:111122223333:log-group:/x:*'}"},
         NULL},
        {{.statements = SERVICE("apigateway.amazonaws.com") "}",
          .triggers = "{'kind':'api-gateway-http',"
                      "'source':'arn:aws:execute-api:eu-west-1:111122223333:a/b/GET/c'}"},
         NULL},
        {{.statements = SERVICE("unheard-of.amazonaws.com") "}"}, "remove the statement"},
        {{.statements = ALLOW("{'Service':'s3.amazonaws.com'}", "lambda:GetFunction", FN) "}"},
         NULL},
        {{.statements = "{'Effect':'Deny','Principal':{'Service':'s3.amazonaws.com'},"
                        "'Action':'lambda:InvokeFunction','Resource':'" FN "'}"},
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct checking checking;
        checking_start(&checking, *state, &rows[i].manifest);
        const struct pc_finding *told =
            finding_of(checking.checked.dangers, PC_DIAG_TRIGGER_UNDECLARED);
        assert_int_equal(told != NULL, rows[i].hint != NULL);
        if (told != NULL) {
            assert_int_equal(told->severity, PC_SEVERITY_SUGGESTION);
            assert_true(sandbox_says(told->hint, rows[i].hint));
        }
        checking_close(&checking);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(sources_without_account),
        SANDBOX_TEST(no_source),
        SANDBOX_TEST(any_account),
        SANDBOX_TEST(any_service),
        SANDBOX_TEST(any_resource),
        SANDBOX_TEST(alexa),
        SANDBOX_TEST(services_that_nobody_declared),
        SANDBOX_TEST(warnings_warn_and_suggestions_do_not),
        SANDBOX_TEST(ten_integrations_cost_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
