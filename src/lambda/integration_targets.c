// SPDX-License-Identifier: Apache-2.0
//
// Where Lambda writes for the function, as its execution role: destinations and dead-letter queues
// (path D).
#include "integrations.h"

#define LOST "records are lost; the metric DestinationDeliveryFailures is the only sign"
#define DEAD "events that failed are lost; the metric DeadLetterErrors is the only sign"

#define WRITE(list)                                                                                \
    {                                                                                              \
        .who = "{ROLE}", .actions = list, .resource = "{other}",                                   \
        .code = PC_DIAG_DESTINATION_DENIED                                                         \
    }
// The services bind what they encrypt to its ARN (LAMBDA.md 6).
#define KEY(service, context_key)                                                                  \
    {                                                                                              \
        .who = "{ROLE}", .actions = "kms:GenerateDataKey kms:Decrypt", .resource = "{kms-key}",    \
        .context = "kms:ViaService=" service ".{SR}.amazonaws.com "                                \
                   "kms:EncryptionContext:" context_key "={other}",                                \
        .when = "kms-key", .code = PC_DIAG_DESTINATION_KEY                                         \
    }

const struct pc_integration pc_integration_targets[] = {
    {"destination-sqs",
     "destination SQS queue",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {WRITE("sqs:SendMessage"), KEY("sqs", "aws:sqs:arn")}},
    {"destination-sns",
     "destination SNS topic",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {WRITE("sns:Publish"), KEY("sns", "aws:sns:topicArn")}},
    {"destination-eventbridge",
     "destination EventBridge bus",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {WRITE("events:PutEvents")}},
    {"destination-lambda",
     "destination function",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {WRITE(PC_INVOKE)}},
    {"destination-s3",
     "destination S3 bucket",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {{.who = "{ROLE}",
       .actions = "s3:PutObject",
       .resource = "{other}/aws/lambda/async/{NAME}/2026/01/01/x",
       .context = "s3:ResourceAccount={S}",
       .covers = "{other}/*",
       .code = PC_DIAG_DESTINATION_DENIED},
      {.who = "{ROLE}",
       .actions = "s3:ListBucket",
       .resource = "{other}",
       .context = "s3:ResourceAccount={S}",
       .code = PC_DIAG_DESTINATION_BUCKET,
       .symptom = "setting the destination up is refused"},
      {.who = "{ROLE}",
       .actions = "kms:GenerateDataKey",
       .resource = "{kms-key}",
       .context = "kms:ViaService=s3.{R}.amazonaws.com "
                  "kms:EncryptionContext:aws:s3:arn={other}/aws/lambda/async/{NAME}/2026/01/01/x",
       .or_context = "kms:ViaService=s3.{R}.amazonaws.com "
                     "kms:EncryptionContext:aws:s3:arn={other}",
       .when = "kms-key",
       .code = PC_DIAG_DESTINATION_KEY}}},
    // The action is not documented for this use: a warning.
    {"destination-kafka",
     "destination Kafka topic",
     PC_DIRECTION_DESTINATION,
     NULL,
     LOST,
     "1.5",
     {{.who = "{ROLE}",
       .actions = "kafka-cluster:WriteData",
       .resource = "{TARGET-TOPIC}",
       .when = "cluster",
       .flags = PC_NEED_SOFT}}},
    {"dead-letter-sqs",
     "dead-letter SQS queue",
     PC_DIRECTION_DESTINATION,
     NULL,
     DEAD,
     "1.5",
     {WRITE("sqs:SendMessage"), KEY("sqs", "aws:sqs:arn")}},
    {"dead-letter-sns",
     "dead-letter SNS topic",
     PC_DIRECTION_DESTINATION,
     NULL,
     DEAD,
     "1.5",
     {WRITE("sns:Publish"), KEY("sns", "aws:sns:topicArn")}},
    {.kind = NULL},
};
