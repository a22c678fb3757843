// SPDX-License-Identifier: Apache-2.0
//
// Those who call the function through a role of their own, or as users and roles (path B): the
// role's trust policy, then identity policies, across accounts the function's policy as well.
#include "integrations.h"

#define TRUST(service, sent)                                                                       \
    {                                                                                              \
        .who = service, .actions = PC_ASSUME, .resource = "{role}", .context = sent                \
    }
#define UNKEPT "calls that fail are lost instead of kept in the schedule's dead-letter queue"
#define CALL                                                                                       \
    {                                                                                              \
        .who = "{role}", .actions = PC_INVOKE, .resource = "{FNQ}"                                 \
    }

// Made by whoever first associates a function with a distribution.
#define SERVICE_ROLE(service, name)                                                                \
    {                                                                                              \
        .who = "{DEPLOYER}", .actions = "iam:CreateServiceLinkedRole",                             \
        .resource = "arn:{P}:iam::{A}:role/aws-service-role/" service "/" name,                    \
        .context = "iam:AWSServiceName=" service, .when = "deployed !replica",                     \
        .flags = PC_NEED_SOFT,                                                                     \
        .symptom = "the association fails unless the account has the service-linked role "         \
                   "already"                                                                       \
    }

// The same role reads a pipe's source, as Lambda's pollers do.
#define PIPE_SOURCE(fact, list, on)                                                                \
    {                                                                                              \
        .who = "{role}", .actions = list, .resource = on, .when = fact,                            \
        .symptom = "the pipe cannot read its source"                                               \
    }

#define PIPE_KEY(fact, service, context_key)                                                       \
    {                                                                                              \
        .who = "{role}", .actions = "kms:Decrypt", .resource = "{kms-key}",                        \
        .context = "kms:ViaService=" service ".{SR}.amazonaws.com "                                \
                   "kms:EncryptionContext:" context_key "={" fact "}",                             \
        .when = fact " kms-key", .code = PC_DIAG_POLLER_KEY,                                       \
        .symptom = "the pipe cannot read its source"                                               \
    }

// Of an object of a bucket, which may have an S3 Bucket Key (LAMBDA.md 6).
#define BATCH_KEY(action, object, bucket)                                                          \
    {                                                                                              \
        .who = "{role}", .actions = action, .resource = "{kms-key}",                               \
        .context = "kms:ViaService=s3.{R}.amazonaws.com kms:EncryptionContext:aws:s3:arn=" object, \
        .or_context =                                                                              \
            "kms:ViaService=s3.{R}.amazonaws.com kms:EncryptionContext:aws:s3:arn=" bucket,        \
        .when = "kms-key"                                                                          \
    }

const struct pc_integration pc_integration_callers[] = {
    {"invoke",
     "direct invocation",
     PC_DIRECTION_TRIGGER,
     "as called",
     "the caller gets HTTP 403 AccessDeniedException, and nothing is queued",
     "5.5",
     {{.who = "{other}", .actions = PC_INVOKE, .resource = "{FNQ}"}}},
    {"step-functions",
     "Step Functions task",
     PC_DIRECTION_TRIGGER,
     "as called",
     "the task fails with States.TaskFailed (Lambda.AWSLambdaException)",
     "1.3",
     {TRUST("states.amazonaws.com", "aws:SourceArn={other} aws:SourceAccount={S}"),
      CALL,
      {.who = "{ROLE}",
       .actions = "states:SendTaskSuccess states:SendTaskFailure",
       .resource = "{other}",
       .context = PC_FROM_CODE,
       .when = "task-token",
       .symptom = "the task waits for its token until it times out"}}},
    {"scheduler",
     "EventBridge Scheduler",
     PC_DIRECTION_TRIGGER,
     "asynchronous",
     "the schedule runs and calls nothing",
     "1.3",
     {{.who = "scheduler.amazonaws.com",
       .actions = PC_ASSUME,
       .resource = "{role}",
       .context = "aws:SourceArn={GROUP} aws:SourceAccount={S}"},
      CALL,
      {.who = "{role}",
       .actions = "sqs:SendMessage",
       .resource = "{dead-letter}",
       .when = "dead-letter",
       .flags = PC_NEED_SOFT, // LAMBDA.md has no source for it
       .symptom = UNKEPT},
      {.who = "{role}",
       .actions = "kms:GenerateDataKey kms:Decrypt",
       .resource = "{DEAD-LETTER-KEY}",
       .context = "kms:ViaService=sqs.{SR}.amazonaws.com "
                  "kms:EncryptionContext:aws:sqs:arn={dead-letter}",
       .when = "dead-letter-key",
       .flags = PC_NEED_SOFT,
       .code = PC_DIAG_DESTINATION_KEY,
       .symptom = UNKEPT}}},
    {"pipes",
     "EventBridge pipe",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "the pipe's executions fail",
     "1.3",
     {TRUST("pipes.amazonaws.com", "aws:SourceArn={other} aws:SourceAccount={S}"),
      CALL,
      PIPE_SOURCE("queue", "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes",
                  "{queue}"),
      PIPE_SOURCE("stream",
                  "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords "
                  "kinesis:GetShardIterator kinesis:ListShards",
                  "{stream}"),
      PIPE_SOURCE("stream", "kinesis:ListStreams", "*"),
      PIPE_SOURCE("table-stream",
                  "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
                  "{table-stream}"),
      PIPE_SOURCE("table-stream", "dynamodb:ListStreams", "*"),
      PIPE_KEY("queue", "sqs", "aws:sqs:arn"),
      PIPE_KEY("stream", "kinesis", "aws:kinesis:arn"),
      PIPE_SOURCE("broker", "mq:DescribeBroker", "{broker}"),
      PIPE_SOURCE("broker", PC_ENI6, "*"),
      {.who = "{role}",
       .actions = "kafka:DescribeClusterV2 kafka:DescribeCluster",
       .resource = "{cluster}",
       .when = "cluster",
       .flags = PC_NEED_ANY_NAME,
       .symptom = "the pipe cannot read its source"},
      PIPE_SOURCE("cluster", "kafka:GetBootstrapBrokers " PC_ENI6, "*"),
      {.who = "{role}",
       .actions = "secretsmanager:GetSecretValue",
       .resource = "{each}",
       .each = "secret",
       .symptom = "the pipe cannot read its source"}}},
    {"codepipeline",
     "CodePipeline action",
     PC_DIRECTION_TRIGGER,
     "asynchronous",
     "the action fails: the pipeline may not invoke the function",
     "1.3",
     {TRUST("codepipeline.amazonaws.com", NULL),
      CALL,
      {.who = "{role}", .actions = "lambda:ListFunctions", .resource = "*"},
      {.who = "{ROLE}",
       .actions = "codepipeline:PutJobSuccessResult codepipeline:PutJobFailureResult",
       .resource = "*",
       .context = PC_FROM_CODE,
       .code = PC_DIAG_PIPELINE_RESULT,
       .symptom = "the action hangs until it times out: the function cannot report its result"}}},
    {"firehose",
     "Data Firehose transformation",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "records are not transformed, and their delivery fails",
     "1.3",
     {TRUST("firehose.amazonaws.com", "sts:ExternalId={S}"),
      {.who = "{role}",
       .actions = PC_INVOKE " lambda:GetFunctionConfiguration",
       .resource = "{QUALIFIED}"}}},
    {"s3-batch",
     "S3 Batch Operations job",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "the job fails, or every task of it does",
     "1.3",
     {TRUST("batchoperations.s3.amazonaws.com", NULL),
      CALL,
      {.who = "{role}", .actions = "s3:GetObject s3:GetObjectVersion", .resource = "{manifest}"},
      {.who = "{role}",
       .actions = "s3:PutObject",
       .resource = "{report}/job-1/manifest.json",
       .covers = "{report}/*"},
      BATCH_KEY("kms:Decrypt", "{manifest}", "{MANIFEST-BUCKET}"),
      BATCH_KEY("kms:GenerateDataKey", "{report}/job-1/manifest.json", "{REPORT-BUCKET}")}},
    {"cloudformation",
     "CloudFormation custom resource",
     PC_DIRECTION_TRIGGER,
     "asynchronous",
     "the resource goes to CREATE_FAILED",
     "1.3",
     {{.who = "cloudformation.amazonaws.com",
       .actions = PC_ASSUME,
       .resource = "{role}",
       .when = "role"},
      {.who = "{role}", .actions = PC_INVOKE, .resource = "{FNQ}", .when = "role"},
      {.who = "{caller}", .actions = PC_INVOKE, .resource = "{FNQ}", .when = "caller !role"}}},
    {"s3-object-lambda",
     "S3 Object Lambda access point",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "GetObject through the access point fails with 403",
     "1.3",
     {{.who = "{requester}",
       .actions = PC_INVOKE,
       .resource = "{FNQ}",
       .context = "aws:CalledVia[]=s3-object-lambda.amazonaws.com"},
      {.who = "{ROLE}",
       .actions = "s3-object-lambda:WriteGetObjectResponse",
       .resource = "{other|*}",
       .context = PC_FROM_CODE,
       .symptom = "the function cannot answer, and GetObject fails"}}},
    {"codedeploy",
     "CodeDeploy hook",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "the deployment fails at the hook",
     "1.3",
     // LAMBDA.md has no source for the name of the service.
     {{.who = "codedeploy.amazonaws.com",
       .actions = PC_ASSUME,
       .resource = "{role}",
       .flags = PC_NEED_SOFT},
      CALL}},
    // Nothing calls the function at run time: it is replicated. Its logs are written where the
    // viewer is. Who deploys needs what the version has that is replicated, and nothing for a
    // replica.
    {"lambda-edge",
     "Lambda@Edge with CloudFront",
     PC_DIRECTION_TRIGGER,
     "synchronous",
     "CloudFront refuses to associate the function with the distribution",
     "1.3, 8.2",
     {{.who = "edgelambda.amazonaws.com",
       .actions = PC_ASSUME,
       .resource = "{ROLE}",
       .code = PC_DIAG_TRUST_EDGE},
      {.who = "{ROLE}",
       .actions = "logs:CreateLogGroup",
       .resource = "arn:{P}:logs:ap-southeast-2:{A}:log-group:/aws/lambda/{REPLICA}",
       .covers = "arn:{P}:logs:*:{A}:log-group:/aws/lambda/{REPLICA}",
       .symptom = "no logs from viewers outside the function's region"},
      {.who = "{ROLE}",
       .actions = "logs:CreateLogStream logs:PutLogEvents",
       .resource = "arn:{P}:logs:ap-southeast-2:{A}:log-group:/aws/lambda/{REPLICA}:"
                   "log-stream:x",
       .covers = "arn:{P}:logs:*:{A}:log-group:/aws/lambda/{REPLICA}:*",
       .symptom = "no logs from viewers outside the function's region"},
      {.who = "{DEPLOYER}",
       .actions = "lambda:GetFunction lambda:EnableReplication",
       .resource = "{FNQ}",
       .when = "deployed !replica"},
      {.who = "{DEPLOYER}",
       .actions = "cloudfront:UpdateDistribution cloudfront:CreateDistribution",
       .resource = "{other}",
       .when = "deployed other !replica",
       .flags = PC_NEED_ANY_NAME},
      SERVICE_ROLE("replicator.lambda.amazonaws.com", "AWSServiceRoleForLambdaReplicator"),
      SERVICE_ROLE("logger.cloudfront.amazonaws.com", "AWSServiceRoleForCloudFrontLogger")}},
    {"deployer",
     "deployment",
     PC_DIRECTION_TRIGGER,
     NULL,
     "creating or updating the function fails with AccessDeniedException",
     "1.8",
     {{.who = "{other}",
       .actions = "lambda:CreateFunction lambda:UpdateFunctionConfiguration",
       .resource = "{FN}",
       .context = "lambda:Layer[]={layer.source} lambda:VpcIds={vpc.vpc-id} "
                  "lambda:SubnetIds[]={vpc.subnet} "
                  "lambda:SecurityGroupIds[]={vpc.security-group}"},
      {.who = "{other}",
       .actions = "iam:PassRole",
       .resource = "{ROLE}",
       .context = "iam:PassedToService=lambda.amazonaws.com"}}},
    {.kind = NULL},
};
