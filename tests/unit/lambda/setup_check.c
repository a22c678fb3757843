// SPDX-License-Identifier: Apache-2.0
//
// Expectations are those of LAMBDA.md 1.1, 1.3 to 1.5, 1.7 and 8.3 (L33, L35, L36, L54). A role
// that lacks what the integration needs is told by other findings, which do not count here.
#include "checking.h"

#define QUEUE                 "arn:aws:sqs:eu-west-1:111122223333:jobs"
#define TOPIC                 "arn:aws:sns:eu-west-1:111122223333:news"
#define HERE                  ":eu-west-1:111122223333:"
#define MAY(action, resource) "{'Effect':'Allow','Action':'" action "','Resource':'" resource "'}"
#define MAY_IF(action, resource, condition)                                                        \
    "{'Effect':'Allow','Action':'" action "','Resource':'" resource "','Condition':{" condition "}}"
#define EDGE     "{'kind':'lambda-edge','source':'arn:aws:cloudfront::111122223333:distribution/E1'"
#define US(name) "arn:aws:lambda:us-east-1:111122223333:function:" name
#define CLOUDFRONT                                                                                 \
    "{'kind':'cloudfront','source':'arn:aws:cloudfront::111122223333:distribution/E1'}"
#define URL(type)    "{'kind':'url','auth-type':'" type "'}"
#define ACCESS_POINT "arn:aws:elasticfilesystem" HERE "access-point/fsap-1"
#define POLLED(key)  "{'kind':'sqs','source':'" QUEUE "'" key "}"
#define MANAGED      ",'kms-key':'alias/aws/sqs'"
#define OWN_KEY      ",'kms-key':'arn:aws:kms" HERE "key/k'"
#define QUEUE_POLICY(principal, condition)                                                         \
    ",'resources':[{'arn':'" QUEUE "','policy':{'Version':'2012-10-17','Statement':[{'Effect':"    \
    "'Allow','Principal':" principal ",'Action':'sqs:SendMessage','Resource':'" QUEUE              \
    "'" condition "}]}}]"

struct row {
    const char *label;
    struct manifest manifest;
    const char *kind;
    enum pc_diag_code code;
    bool found;
    enum pc_severity severity;
};

static void check_row(struct sandbox *box, const struct row *row)
{
    struct checking checking;
    checking_start(&checking, box, &row->manifest);
    const struct pc_checked *checked = checked_of(&checking, row->kind);
    const struct pc_finding *finding = finding_of(checked->findings, row->code);
    if ((finding != NULL) != row->found) {
        fail_msg("%s: %s", row->label, row->found ? "not found" : "found");
    }
    if (finding != NULL) {
        assert_int_equal(finding->severity, row->severity);
        assert_true(finding->message.len > 0);
        assert_true(finding->hint.len > 0 || checked->mend_count > 0);
        assert_true(finding->place.line > 0);
        assert_true(checked->mark <=
                    (row->severity == PC_SEVERITY_ERROR ? PC_MARK_FAILS : PC_MARK_WARNS));
    }
    checking_close(&checking);
}

static void check_setups(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_row(*state, &rows[i]);
    }
}

#define CHECK(rows) check_setups(state, rows, sizeof(rows) / sizeof((rows)[0]))

#define FOUND_ERROR   true, PC_SEVERITY_ERROR
#define FOUND_WARNING true, PC_SEVERITY_WARNING
#define NOT_FOUND     false, PC_SEVERITY_ERROR

// The role may do what it needs, so that a finding is of the setup alone.
static void destinations(void **state)
{
    static const struct row rows[] = {
        {"FIFO queue",
         {.role_statements = MAY("sqs:*", "*"), .destinations = "'onFailure':'" QUEUE ".fifo'"},
         "destination-sqs",
         PC_DIAG_DESTINATION_DENIED,
         FOUND_ERROR},
        {"standard queue",
         {.role_statements = MAY("sqs:*", "*"), .destinations = "'onFailure':'" QUEUE "'"},
         "destination-sqs",
         PC_DIAG_DESTINATION_DENIED,
         NOT_FOUND},
        {"FIFO topic",
         {.role_statements = MAY("sns:*", "*"), .destinations = "'onSuccess':'" TOPIC ".fifo'"},
         "destination-sns",
         PC_DIAG_DESTINATION_DENIED,
         FOUND_ERROR},
        {"FIFO dead-letter queue",
         {.role_statements = MAY("sqs:*", "*"), .destinations = "'deadLetter':'" QUEUE ".fifo'"},
         "dead-letter-sqs",
         PC_DIAG_DESTINATION_DENIED,
         FOUND_ERROR},
        {"FIFO dead-letter topic",
         {.role_statements = MAY("sns:*", "*"), .destinations = "'deadLetter':'" TOPIC ".fifo'"},
         "dead-letter-sns",
         PC_DIAG_DESTINATION_DENIED,
         FOUND_ERROR},
        {"itself",
         {.role_statements = MAY("lambda:*", "*"), .destinations = "'onSuccess':'" FN ":$LATEST'"},
         "destination-lambda",
         PC_DIAG_DESTINATION_DENIED,
         FOUND_ERROR},
        {"another function",
         {.role_statements = MAY("lambda:*", "*"), .destinations = "'onSuccess':'" FN "2'"},
         "destination-lambda",
         PC_DIAG_DESTINATION_DENIED,
         NOT_FOUND},
    };
    CHECK(rows);
}

// ListBucket is there, for its lack has the same code.
#define LIST          MAY("s3:ListBucket", "*")
#define WRITE(pin)    MAY_IF("s3:PutObject", "arn:aws:s3:::failed/*", pin) "," LIST
#define FAILED_BUCKET "'onFailure':'arn:aws:s3:::failed'"

static void buckets(void **state)
{
    static const struct row rows[] = {
        {"whoever's",
         {.role_statements = MAY("s3:PutObject", "arn:aws:s3:::failed/*") "," LIST,
          .destinations = FAILED_BUCKET},
         "destination-s3",
         PC_DIAG_DESTINATION_BUCKET,
         FOUND_WARNING},
        {"pinned",
         {.role_statements = WRITE("'StringEquals':{'s3:ResourceAccount':'111122223333'}"),
          .destinations = FAILED_BUCKET},
         "destination-s3",
         PC_DIAG_DESTINATION_BUCKET,
         NOT_FOUND},
        {"pinned by the global key",
         {.role_statements = WRITE("'StringEquals':{'aws:ResourceAccount':'111122223333'}"),
          .destinations = FAILED_BUCKET},
         "destination-s3",
         PC_DIAG_DESTINATION_BUCKET,
         NOT_FOUND},
    };
    CHECK(rows);
}

static void cloudfront(void **state)
{
    static const struct row rows[] = {
        {"edge, numbered",
         {.triggers = EDGE ",'qualifier':'3'}", .fn = US("edge")},
         "lambda-edge",
         PC_DIAG_EDGE_PLACE,
         NOT_FOUND},
        {"edge, alias",
         {.triggers = EDGE ",'qualifier':'prod'}", .fn = US("edge")},
         "lambda-edge",
         PC_DIAG_EDGE_PLACE,
         FOUND_ERROR},
        {"edge, function",
         {.triggers = EDGE "}", .fn = US("edge")},
         "lambda-edge",
         PC_DIAG_EDGE_PLACE,
         FOUND_ERROR},
        {"edge, elsewhere",
         {.triggers = EDGE ",'qualifier':'3'}"},
         "lambda-edge",
         PC_DIAG_EDGE_PLACE,
         FOUND_ERROR},
        {"URL with AWS_IAM",
         {.triggers = CLOUDFRONT "," URL("AWS_IAM")},
         "cloudfront",
         PC_DIAG_URL_OPEN,
         NOT_FOUND},
        {"URL with NONE",
         {.triggers = CLOUDFRONT "," URL("NONE")},
         "cloudfront",
         PC_DIAG_URL_OPEN,
         FOUND_ERROR},
        {"URL not told", {.triggers = CLOUDFRONT}, "cloudfront", PC_DIAG_URL_OPEN, NOT_FOUND},
    };
    CHECK(rows);
}

static void what_is_not_told(void **state)
{
    static const struct row rows[] = {
        {"access point alone",
         {.attachments = "{'kind':'efs','source':'" ACCESS_POINT "'}"},
         "efs",
         PC_DIAG_INTEGRATION_UNKNOWN,
         FOUND_WARNING},
        {"with its file system",
         {.attachments = "{'kind':'efs','source':'" ACCESS_POINT
                         "','file-system':'arn:aws:elasticfilesystem" HERE "file-system/fs-1'}"},
         "efs",
         PC_DIAG_INTEGRATION_UNKNOWN,
         NOT_FOUND},
        {"some image",
         {.attachments = "{'kind':'image'}"},
         "image",
         PC_DIAG_INTEGRATION_UNKNOWN,
         FOUND_WARNING},
        {"image of a repository",
         {.attachments = "{'kind':'image','source':'arn:aws:ecr" HERE "repository/r'}"},
         "image",
         PC_DIAG_INTEGRATION_UNKNOWN,
         NOT_FOUND},
        {"an API that calls as its callers",
         {.triggers = "{'kind':'api-gateway-rest','source':'arn:aws:execute-api" HERE
                      "a1b2c3d4e5/prod/GET/x','credentials':'arn:aws:iam::*:user/*'}"},
         "api-gateway-rest",
         PC_DIAG_INTEGRATION_UNKNOWN,
         FOUND_WARNING},
        {"a stack of which nothing is told",
         {.triggers = "{'kind':'cloudformation'}"},
         "cloudformation",
         PC_DIAG_INTEGRATION_UNKNOWN,
         FOUND_WARNING},
    };
    CHECK(rows);
}

static void managed_keys(void **state)
{
#define FROM_TOPIC ",'Condition':{'ArnEquals':{'aws:SourceArn':'" TOPIC "'}}"
    static const struct row rows[] = {
        {"a service sends",
         {.triggers = POLLED(MANAGED),
          .others = QUEUE_POLICY("{'Service':'sns.amazonaws.com'}", FROM_TOPIC)},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         FOUND_WARNING},
        {"any service sends",
         {.triggers = POLLED(MANAGED), .others = QUEUE_POLICY("'*'", FROM_TOPIC)},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         FOUND_WARNING},
        {"another account sends",
         {.triggers = POLLED(MANAGED), .others = QUEUE_POLICY("{'AWS':'444455556666'}", "")},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         FOUND_WARNING},
        {"the own account sends",
         {.triggers = POLLED(MANAGED), .others = QUEUE_POLICY("{'AWS':'111122223333'}", "")},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         NOT_FOUND},
        {"under a key of one's own",
         {.triggers = POLLED(OWN_KEY),
          .others = QUEUE_POLICY("{'Service':'sns.amazonaws.com'}", FROM_TOPIC)},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         NOT_FOUND},
        {"without a key",
         {.triggers = POLLED(""),
          .others = QUEUE_POLICY("{'Service':'sns.amazonaws.com'}", FROM_TOPIC)},
         "sqs",
         PC_DIAG_QUEUE_MANAGED_KEY,
         NOT_FOUND},
    };
    CHECK(rows);
}

// LAMBDA.md 6: services cannot write under the managed key of the service of the queue.
static void keys_of_dead_letter_queues(void **state)
{
#define KEPT(key)                                                                                  \
    .triggers = "{'kind':'eventbridge-rule','source':'arn:aws:events" HERE                         \
                "rule/r','dead-letter':'" QUEUE "'}",                                              \
    .statements = SERVICE("events.amazonaws.com") "}",                                             \
    .others = ",'resources':[{'arn':'" QUEUE "'" key ",'policy':{'Version':"                       \
              "'2012-10-17','Statement':[{'Effect':'Allow','Principal':{'Service':'events."        \
              "amazonaws.com'},'Action':'sqs:SendMessage','Resource':'" QUEUE "'}]}},{'arn':"      \
              "'arn:aws:kms" HERE "key/k','policy':{'Version':'2012-10-17','Statement':["          \
              "{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:*',"             \
              "'Resource':'*'}]}}]"
    static const struct row rows[] = {
        {"managed",
         {KEPT(",'kmsKey':'arn:aws:kms" HERE "alias/aws/sqs'")},
         "eventbridge-rule",
         PC_DIAG_DESTINATION_KEY,
         FOUND_ERROR},
        {"whose policy does not name the service",
         {KEPT(",'kmsKey':'arn:aws:kms" HERE "key/k'")},
         "eventbridge-rule",
         PC_DIAG_KEY_POLICY,
         FOUND_ERROR},
        {"none", {KEPT("")}, "eventbridge-rule", PC_DIAG_DESTINATION_KEY, NOT_FOUND},
    };
    CHECK(rows);
}

#define TABLE "arn:aws:dynamodb" HERE "table/t"

static void loops(void **state)
{
    static const struct {
        const char *kind, *trigger, *loops, *does_not;
    } rows[] = {
        {"s3", "{'kind':'s3','source':'arn:aws:s3:::photos','prefix':'in/'}",
         MAY("s3:PutObject", "arn:aws:s3:::photos/*"),
         MAY("s3:PutObject", "arn:aws:s3:::photos/out/*")},
        {"sqs", POLLED(""), MAY("sqs:SendMessage", QUEUE), MAY("sqs:SendMessage", QUEUE "2")},
        {"sns", "{'kind':'sns','source':'" TOPIC "'}", MAY("sns:Publish", "*"),
         MAY("sns:Publish", TOPIC "2")},
        {"kinesis", "{'kind':'kinesis','source':'arn:aws:kinesis" HERE "stream/s/consumer/c:1'}",
         MAY("kinesis:PutRecord", "arn:aws:kinesis" HERE "stream/s"),
         MAY("kinesis:GetRecords", "*")},
        {"dynamodb", "{'kind':'dynamodb','source':'" TABLE "/stream/2026-01-01T00:00:00.000'}",
         MAY("dynamodb:PutItem", TABLE), MAY("dynamodb:PutItem", TABLE "2")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct row row = {"loop",
                          {.role_statements = rows[i].loops, .triggers = rows[i].trigger},
                          rows[i].kind,
                          PC_DIAG_LOOP,
                          FOUND_WARNING};
        check_row(*state, &row);
        row.manifest.role_statements = rows[i].does_not;
        row.found = false;
        row.label = rows[i].does_not;
        check_row(*state, &row);
    }
}

#define CLUSTER(place)                                                                             \
    "{'kind':'documentdb','source':'arn:aws:rds:" place ":cluster:c','secret':'arn:aws:"           \
    "secretsmanager" HERE "secret:s-AbCdEf'}"
#define OTHERS_QUEUE(region) "arn:aws:sqs:" region ":444455556666:jobs"
#define POLLED_THERE(region)                                                                       \
    .role_statements = MAY("*", "*"),                                                              \
    .triggers = "{'kind':'sqs','source':'" OTHERS_QUEUE(region) "'}",                              \
    .others = ",'resources':[{'arn':'" OTHERS_QUEUE(                                               \
        region) "','policy':{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Principal':"   \
                "{'AWS':'" ROLE "'},'Action':'sqs:*','Resource':'" OTHERS_QUEUE(region) "'}]}}]"

static void sources_elsewhere(void **state)
{
    static const struct row rows[] = {
        {"cluster in another region",
         {.role_statements = MAY("*", "*"), .triggers = CLUSTER("us-east-1:111122223333")},
         "documentdb",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"cluster here",
         {.role_statements = MAY("*", "*"), .triggers = CLUSTER("eu-west-1:111122223333")},
         "documentdb",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"queue of another account in another region",
         {POLLED_THERE("us-east-1")},
         "sqs",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"queue of another account",
         {POLLED_THERE("eu-west-1")},
         "sqs",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"layer in another region",
         {.attachments =
              "{'kind':'layer','source':'arn:aws:lambda:us-east-1:111122223333:layer:l:1'}"},
         "layer",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"layer here",
         {.attachments = "{'kind':'layer','source':'arn:aws:lambda" HERE "layer:l:1'}"},
         "layer",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
    };
    CHECK(rows);
}

#define EVENTS(topic, service)                                                                     \
    .triggers = "{'kind':'sns','source':'" topic "'}",                                             \
    .statements = SERVICE(service) IF("'ArnLike':{'aws:SourceArn':'" topic "'}")
#define FAR_TOPIC "arn:aws:sns:eu-south-1:111122223333:news"

// LAMBDA.md 1.1, 8.2: the name of a region that is opted in to. R-310: across regions no other.
static void topics_of_regions(void **state)
{
    static const struct row rows[] = {
        {"opted in to, by the general name",
         {EVENTS(FAR_TOPIC, "sns.amazonaws.com")},
         "sns",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"opted in to, by its own name",
         {EVENTS(FAR_TOPIC, "sns.eu-south-1.amazonaws.com")},
         "sns",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"of every account, by the general name",
         {EVENTS("arn:aws:sns:us-east-1:111122223333:news", "sns.amazonaws.com")},
         "sns",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"the function's own",
         {EVENTS(TOPIC, "sns.amazonaws.com")},
         "sns",
         PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
    };
    CHECK(rows);
}

#define IN(region) "arn:aws:lambda:" region ":111122223333:function:thumbs"
#define TOPIC_IN(region)                                                                           \
    .triggers = "{'kind':'sns','source':'arn:aws:sns:" region ":111122223333:news'}"
#define ALL_NAMES                                                                                  \
    "{'Service':['sns.amazonaws.com','sns.af-south-1.amazonaws.com',"                              \
    "'sns.eu-west-1.amazonaws.com','sns.me-south-1.amazonaws.com']}"
#define SUBSCRIBED(function, topic)                                                                \
    {                                                                                              \
        .fn = IN(function), TOPIC_IN(topic),                                                       \
        .statements = ALLOW(ALL_NAMES, "lambda:InvokeFunction", IN(function))                      \
            IF("'ArnLike':{'aws:SourceArn':'arn:aws:sns:*:111122223333:news'}")                    \
    }

// LAMBDA.md 1.1: whatever the function allows, no other region delivers to one that is opted in to.
static void topics_for_regions(void **state)
{
    static const struct row rows[] = {
        {"from one of every account", SUBSCRIBED("af-south-1", "eu-west-1"), "sns",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
        {"from another one that is opted in to", SUBSCRIBED("af-south-1", "me-south-1"), "sns",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
        {"from the same", SUBSCRIBED("af-south-1", "af-south-1"), "sns", PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"from one that is opted in to, to one of every account",
         SUBSCRIBED("eu-west-1", "me-south-1"), "sns", PC_DIAG_INTEGRATION_DENIED, NOT_FOUND},
        {"between two of every account", SUBSCRIBED("eu-west-1", "us-east-1"), "sns",
         PC_DIAG_INTEGRATION_DENIED, NOT_FOUND},
    };
    CHECK(rows);
}

#define RULE_IN(region) "arn:aws:events:" region ":111122223333:rule/r"
#define SEND_TO(queue)                                                                             \
    ",'resources':[{'arn':'" queue "','policy':{'Version':'2012-10-17','Statement':[{'Effect':"    \
    "'Allow','Principal':{'Service':'events.amazonaws.com'},'Action':'sqs:SendMessage',"           \
    "'Resource':'" queue "'}]}}]"
#define RULE_WITH(queue)                                                                           \
    {                                                                                              \
        .triggers =                                                                                \
            "{'kind':'eventbridge-rule','source':'" RULE_IN("eu-west-1") "',"                      \
                                                                         "'dead-letter':'" queue   \
                                                                         "'}",                     \
        .statements = SERVICE("events.amazonaws.com") "}", .others = SEND_TO(queue)                \
    }
#define SCHEDULE_WITH(queue)                                                                       \
    {                                                                                              \
        .triggers = "{'kind':'scheduler','source':'arn:aws:scheduler" HERE "schedule/default/s',"  \
                    "'role':'" ROLE "','dead-letter':'" queue "'}",                                \
        .role_statements = MAY("*", "*")                                                           \
    }

// LAMBDA.md 1.1, 1.3: a standard queue, of a rule in its own region.
static void dead_letter_queues_of_events(void **state)
{
    static const struct row rows[] = {
        {"of a rule", RULE_WITH(QUEUE), "eventbridge-rule", PC_DIAG_DESTINATION_DENIED, NOT_FOUND},
        {"of another account", RULE_WITH("arn:aws:sqs:eu-west-1:444455556666:lost"),
         "eventbridge-rule", PC_DIAG_DESTINATION_DENIED, NOT_FOUND},
        {"of a rule, FIFO", RULE_WITH(QUEUE ".fifo"), "eventbridge-rule",
         PC_DIAG_DESTINATION_DENIED, FOUND_ERROR},
        {"of a rule, in another region", RULE_WITH("arn:aws:sqs:us-east-1:111122223333:lost"),
         "eventbridge-rule", PC_DIAG_DESTINATION_DENIED, FOUND_ERROR},
        {"of a schedule", SCHEDULE_WITH(QUEUE), "scheduler", PC_DIAG_DESTINATION_DENIED, NOT_FOUND},
        {"of a schedule, in another region",
         SCHEDULE_WITH("arn:aws:sqs:us-east-1:111122223333:lost"), "scheduler",
         PC_DIAG_DESTINATION_DENIED, NOT_FOUND},
        {"of a schedule, FIFO", SCHEDULE_WITH(QUEUE ".fifo"), "scheduler",
         PC_DIAG_DESTINATION_DENIED, FOUND_ERROR},
        {"of a schedule, in another partition",
         SCHEDULE_WITH("arn:aws-cn:sqs:cn-north-1:111122223333:lost"), "scheduler",
         PC_DIAG_DESTINATION_DENIED, FOUND_ERROR},
    };
    CHECK(rows);
}

#define PUSHED(kind, service, source)                                                              \
    {                                                                                              \
        .triggers = "{'kind':'" kind "','source':'" source "'}",                                   \
        .statements = SERVICE(service) "}"                                                         \
    }
#define GROUP(place)    "arn:aws:elasticloadbalancing:" place ":targetgroup/web/0123456789abcdef"
#define BALANCED(place) PUSHED("alb", "elasticloadbalancing.amazonaws.com", GROUP(place))
#define LOGGED(place)                                                                              \
    PUSHED("logs-subscription", "logs.amazonaws.com", "arn:aws:logs:" place ":log-group:g")
#define RULED(region) PUSHED("eventbridge-rule", "events.amazonaws.com", RULE_IN(region))

// LAMBDA.md 1.1
static void services_elsewhere(void **state)
{
    static const struct row rows[] = {
        {"target group here", BALANCED("eu-west-1:111122223333"), "alb", PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"target group of another region", BALANCED("us-east-1:111122223333"), "alb",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
        {"target group of another account", BALANCED("eu-west-1:444455556666"), "alb",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
        {"log group here", LOGGED("eu-west-1:111122223333"), "logs-subscription",
         PC_DIAG_INTEGRATION_DENIED, NOT_FOUND},
        {"log group of another account", LOGGED("eu-west-1:444455556666"), "logs-subscription",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
        {"rule here", RULED("eu-west-1"), "eventbridge-rule", PC_DIAG_INTEGRATION_DENIED,
         NOT_FOUND},
        {"rule of another region", RULED("us-east-1"), "eventbridge-rule",
         PC_DIAG_INTEGRATION_DENIED, FOUND_ERROR},
    };
    CHECK(rows);
}

//
static void partitions(void **state)
{
    static const struct row rows[] = {
        {"topic of another partition",
         {EVENTS("arn:aws-cn:sns:eu-west-1:111122223333:news", "sns.amazonaws.com")},
         "sns",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"bucket of another partition",
         {.triggers = "{'kind':'s3','source':'arn:aws-us-gov:s3:::photos'}",
          .statements = SERVICE("s3.amazonaws.com")
              IF("'ArnLike':{'aws:SourceArn':'arn:aws-us-gov:s3:::photos'}")},
         "s3",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
        {"dead-letter queue of another partition",
         {.role_statements = MAY("sqs:*", "*"),
          .destinations = "'deadLetter':'arn:aws-us-gov:sqs" HERE "lost'"},
         "dead-letter-sqs",
         PC_DIAG_INTEGRATION_DENIED,
         FOUND_ERROR},
    };
    CHECK(rows);
}

static void a_cluster_of_another_account(void **state)
{
    struct checking checking;
    const struct manifest manifest = {.role_statements = MAY("*", "*"),
                                      .triggers = CLUSTER("eu-west-1:444455556666")};
    bool found = false;
    checking_start(&checking, *state, &manifest);
    for (const struct pc_finding *each = checked_of(&checking, "documentdb")->findings;
         each != NULL; each = each->next) {
        found = found || (each->code == PC_DIAG_INTEGRATION_DENIED &&
                          sandbox_says(each->message, "another account"));
    }
    assert_true(found);
    checking_close(&checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(destinations),
        SANDBOX_TEST(buckets),
        SANDBOX_TEST(cloudfront),
        SANDBOX_TEST(what_is_not_told),
        SANDBOX_TEST(managed_keys),
        SANDBOX_TEST(loops),
        SANDBOX_TEST(sources_elsewhere),
        SANDBOX_TEST(a_cluster_of_another_account),
        SANDBOX_TEST(topics_of_regions),
        SANDBOX_TEST(topics_for_regions),
        SANDBOX_TEST(dead_letter_queues_of_events),
        SANDBOX_TEST(services_elsewhere),
        SANDBOX_TEST(partitions),
        SANDBOX_TEST(keys_of_dead_letter_queues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
