// SPDX-License-Identifier: Apache-2.0
//
// What Lambda reads for the function, as its execution role (path C). Such functions need no
// statement in their own policy.
#include "integrations.h"

#define POLL(list, on)                                                                             \
    {                                                                                              \
        .who = "{ROLE}", .actions = list, .resource = on                                           \
    }
// The services bind what they encrypt to its ARN (LAMBDA.md 6).
#define KEY(service, context_key, arn, shows)                                                      \
    {                                                                                              \
        .who = "{ROLE}", .actions = "kms:Decrypt", .resource = "{kms-key}",                        \
        .context = "kms:ViaService=" service ".{SR}.amazonaws.com "                                \
                   "kms:EncryptionContext:" context_key "=" arn,                                   \
        .when = "kms-key", .code = PC_DIAG_POLLER_KEY, .symptom = shows                            \
    }
// The secrets of these facts, and what each is encrypted with.
#define SECRETS_OF(facts)                                                                          \
    {.who = "{ROLE}",                                                                              \
     .actions = "secretsmanager:GetSecretValue",                                                   \
     .resource = "{each}",                                                                         \
     .each = facts,                                                                                \
     .symptom = AUTHENTICATION},                                                                   \
    {                                                                                              \
        .who = "{ROLE}", .actions = "kms:Decrypt", .resource = "{SECRET-KEY}",                     \
        .context = "kms:ViaService=secretsmanager.{R}.amazonaws.com "                              \
                   "kms:EncryptionContext:SecretARN={each}",                                       \
        .when = "secret-key", .each = facts, .code = PC_DIAG_POLLER_KEY, .symptom = AUTHENTICATION \
    }
#define SECRETS        SECRETS_OF("secret")
#define AUTHENTICATION "the mapping stops: its StateTransitionReason is EVENT_SOURCE_AUTHN_ERROR"
#define STOPPED        "the mapping stops: its StateTransitionReason is EVENT_SOURCE_AUTHZ_ERROR"
#define QUEUE_GROWS                                                                                \
    "the queue grows, and nothing is invoked; creating or updating the mapping fails (400, The "   \
    "provided execution role does not have permissions)"
#define STREAM_STOPS                                                                               \
    "nothing is invoked, and the metric IteratorAge climbs; creating or updating the mapping "     \
    "fails (400, Cannot access stream)"
#define FILTER_REFUSED "the mapping's filter criteria can neither be set nor read"

#define QUEUE_NEEDS                                                                                \
    {                                                                                              \
        POLL("sqs:ReceiveMessage", "{other}"),                                                     \
            {.who = "{ROLE}",                                                                      \
             .actions = "sqs:DeleteMessage",                                                       \
             .resource = "{other}",                                                                \
             .code = PC_DIAG_QUEUE_DELETE,                                                         \
             .symptom = "the function succeeds, and every message returns and runs again, until "  \
                        "maxReceiveCount or the retention of the queue ends it"},                  \
            {.who = "{ROLE}",                                                                      \
             .actions = "sqs:GetQueueAttributes",                                                  \
             .resource = "{other}",                                                                \
             .symptom = "the poller may be disabled, or not scale"},                               \
            KEY("sqs", "aws:sqs:arn", "{other}", "the queue grows, and nothing is invoked")        \
    }

const struct pc_integration pc_integration_pollers[] = {
    {"sqs", "SQS queue", PC_DIRECTION_POLLER, "polled", QUEUE_GROWS, "1.4, 7", QUEUE_NEEDS},
    {"sqs-fifo", "SQS FIFO queue", PC_DIRECTION_POLLER, "polled", QUEUE_GROWS, "1.4, 7",
     QUEUE_NEEDS},
    {"kinesis",
     "Kinesis stream",
     PC_DIRECTION_POLLER,
     "polled",
     STREAM_STOPS,
     "1.4, 7",
     {POLL("kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords "
           "kinesis:GetShardIterator kinesis:ListShards",
           "{STREAM}"),
      {.who = "{ROLE}",
       .actions = "kinesis:ListStreams",
       .resource = "*",
       .code = PC_DIAG_LIST_STREAMS},
      {.who = "{ROLE}",
       .actions = "kinesis:SubscribeToShard",
       .resource = "{other}",
       .when = "consumer",
       .code = PC_DIAG_CONSUMER_UNCOVERED,
       .symptom = "no records arrive"},
      KEY("kinesis", "aws:kinesis:arn", "{STREAM}",
          "nothing is invoked, and the metric IteratorAge climbs")}},
    {"dynamodb",
     "DynamoDB stream",
     PC_DIRECTION_POLLER,
     "polled",
     STREAM_STOPS,
     "1.4, 7",
     {POLL("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", "{other}"),
      {.who = "{ROLE}",
       .actions = "dynamodb:ListStreams",
       .resource = "*",
       .code = PC_DIAG_LIST_STREAMS}}},
    {"msk",
     "Amazon MSK cluster",
     PC_DIRECTION_POLLER,
     "polled",
     STOPPED " (\"Cluster failed to authorize Lambda\")",
     "1.4, 7",
     {{.who = "{ROLE}",
       .actions = "kafka:DescribeClusterV2 kafka:DescribeCluster",
       .resource = "{other}",
       .when = "!serverless !vpc-connection",
       .flags = PC_NEED_ANY_NAME},
      {.who = "{ROLE}",
       .actions = "kafka:DescribeVpcConnection",
       .resource = "{other}",
       .when = "vpc-connection"},
      {.who = "{ROLE}",
       .actions = "kafka:DescribeClusterV2",
       .resource = "{other}",
       .when = "serverless",
       .code = PC_DIAG_SERVERLESS_CLUSTER},
      POLL("kafka:GetBootstrapBrokers " PC_ENI6, "*"),
      SECRETS_OF("secret scram"),
      {.who = "{ROLE}",
       .actions = "kafka:ListScramSecrets",
       .resource = "{other}",
       .when = "scram",
       .symptom = AUTHENTICATION},
      {.who = "{ROLE}",
       .actions = "kafka-cluster:Connect kafka-cluster:DescribeClusterDynamicConfiguration",
       .resource = "{other}",
       .when = "iam !vpc-connection",
       .symptom = "the mapping stops: SASL authentication failed"},
      {.who = "{ROLE}",
       .actions = "kafka-cluster:DescribeTopic kafka-cluster:ReadData",
       .resource = "arn:{P}:kafka:{SR}:{S}:topic/{CLUSTER}/{each}",
       .when = "iam !vpc-connection",
       .each = "topic"},
      {.who = "{ROLE}",
       .actions = "kafka-cluster:DescribeGroup kafka-cluster:AlterGroup",
       .resource = "arn:{P}:kafka:{SR}:{S}:group/{CLUSTER}/{CONSUMERS|x}",
       .covers = "arn:{P}:kafka:{SR}:{S}:group/{CLUSTER}/{CONSUMERS|*}",
       .when = "iam !vpc-connection",
       .code = PC_DIAG_CONSUMER_GROUP}}},
    {"kafka",
     "self-managed Kafka",
     PC_DIRECTION_POLLER,
     "polled",
     STOPPED,
     "1.4, 7",
     {SECRETS, {.who = "{ROLE}", .actions = PC_ENI6, .resource = "*", .when = "vpc"}}},
    {"mq",
     "Amazon MQ broker",
     PC_DIRECTION_POLLER,
     "polled",
     STOPPED,
     "1.4, 7",
     {POLL("mq:DescribeBroker", "{other}"), POLL(PC_ENI6, "*"), SECRETS}},
    {"documentdb",
     "DocumentDB change stream",
     PC_DIRECTION_POLLER,
     "polled",
     STOPPED,
     "1.4, 7",
     {POLL("rds:DescribeDBClusters", "{other}"),
      {.who = "{ROLE}",
       .actions = "rds:DescribeDBClusterParameters",
       .resource = "arn:{P}:rds:{SR}:{S}:cluster-pg:default",
       .covers = "arn:{P}:rds:{SR}:{S}:cluster-pg:*"},
      {.who = "{ROLE}",
       .actions = "rds:DescribeDBSubnetGroups",
       .resource = "arn:{P}:rds:{SR}:{S}:subgrp:default",
       .covers = "arn:{P}:rds:{SR}:{S}:subgrp:*"},
      POLL(PC_ENI6, "*"),
      SECRETS}},
    {"filter-key",
     "key of filter criteria",
     PC_DIRECTION_POLLER,
     "polled",
     "the filter criteria cannot be read; the mapping's FilterCriteriaError says why",
     "1.4",
     {{.who = "lambda.{R}.amazonaws.com",
       .actions = "kms:Decrypt",
       .resource = "{other}",
       .context = "aws:SourceArn=arn:{P}:lambda:{R}:{A}:event-source-mapping:{mapping} "
                  "kms:EncryptionContext:aws:lambda:FunctionArn={FN} "
                  "kms:EncryptionContext:aws:lambda:EventSourceArn={MAPPED}"},
      // KMS decrypts in no other context than that of the encryption.
      {.who = "{DEPLOYER}",
       .actions = "kms:GenerateDataKey kms:Decrypt",
       .resource = "{other}",
       .context = "kms:ViaService=lambda.{R}.amazonaws.com "
                  "kms:EncryptionContext:aws:lambda:FunctionArn={FN} "
                  "kms:EncryptionContext:aws:lambda:EventSourceArn={MAPPED}",
       .when = "deployed",
       .symptom = FILTER_REFUSED},
      {.who = "{DEPLOYER}",
       .actions = "kms:DescribeKey",
       .resource = "{other}",
       .context = "kms:ViaService=lambda.{R}.amazonaws.com",
       .when = "deployed",
       .symptom = FILTER_REFUSED}}},
    {.kind = NULL},
};
