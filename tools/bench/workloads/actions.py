# SPDX-License-Identifier: Apache-2.0
"""Actions with the kind of resource that each is asked on: [(action, kind)]."""

LAMBDA = (
    ("logs:CreateLogGroup", "logGroup"), ("logs:CreateLogStream", "logStream"), ("logs:PutLogEvents", "logStream"),
    ("kinesis:DescribeStream", "stream"), ("kinesis:DescribeStreamSummary", "stream"),
    ("kinesis:GetRecords", "stream"), ("kinesis:GetShardIterator", "stream"), ("kinesis:ListShards", "stream"),
    ("kinesis:ListStreams", "star"), ("dynamodb:DescribeStream", "ddbStream"), ("dynamodb:GetRecords", "ddbStream"),
    ("dynamodb:GetShardIterator", "ddbStream"), ("dynamodb:ListStreams", "star"), ("sqs:ReceiveMessage", "sqs"),
    ("sqs:DeleteMessage", "sqs"), ("sqs:GetQueueAttributes", "sqs"), ("xray:PutTraceSegments", "star"),
    ("xray:PutTelemetryRecords", "star"), ("xray:GetSamplingTargets", "star"),
)

BEYOND_LAMBDA = (
    ("kinesis:PutRecord", "stream"), ("kinesis:PutRecords", "stream"), ("kinesis:DeleteStream", "stream"),
    ("sqs:SendMessage", "sqs"), ("sqs:PurgeQueue", "sqs"), ("dynamodb:PutItem", "ddb"), ("dynamodb:GetItem", "ddb"),
    ("dynamodb:DeleteTable", "ddb"), ("logs:DeleteLogGroup", "logGroup"), ("logs:PutRetentionPolicy", "logGroup"),
    ("s3:GetObject", "s3obj"), ("s3:PutObject", "s3obj"), ("s3:ListBucket", "s3bkt"), ("lambda:InvokeFunction", "fn"),
    ("sns:Publish", "sns"), ("kms:Decrypt", "kms"), ("secretsmanager:GetSecretValue", "secret"),
    ("ssm:GetParameter", "param"), ("xray:CreateGroup", "xgroup"), ("ec2:DescribeInstances", "star"),
    ("iam:ListUsers", "star"),
)

READ = (
    ("s3:GetObject", "s3obj"), ("s3:ListBucket", "s3bkt"), ("ec2:DescribeInstances", "star"),
    ("ec2:DescribeVpcs", "star"), ("dynamodb:GetItem", "ddb"), ("dynamodb:DescribeTable", "ddb"),
    ("lambda:GetFunction", "fn"), ("sqs:GetQueueUrl", "sqs"), ("sns:GetTopicAttributes", "sns"),
    ("kinesis:DescribeStream", "stream"), ("ssm:GetParameters", "param"), ("ssm:GetParameter", "param"),
    ("logs:FilterLogEvents", "logGroup"), ("ecr:DescribeImages", "ecr"), ("xray:GetTraceSummaries", "star"),
    ("secretsmanager:DescribeSecret", "secret"), ("cloudwatch:GetMetricData", "star"),
    ("workspaces:DescribeWorkspaceBundles", "star"), ("tag:GetResources", "star"),
    ("cloudtrail:LookupEvents", "star"),
)

WRITE = (
    ("s3:PutObject", "s3obj"), ("s3:DeleteObject", "s3obj"), ("dynamodb:PutItem", "ddb"),
    ("dynamodb:DeleteTable", "ddb"), ("sqs:SendMessage", "sqs"), ("sns:Publish", "sns"),
    ("lambda:InvokeFunction", "fn"), ("kinesis:PutRecord", "stream"), ("ec2:TerminateInstances", "instance"),
    ("ecs:StopTask", "task"), ("secretsmanager:GetSecretValue", "secret"), ("ssm:PutParameter", "param"),
    ("logs:DeleteLogGroup", "logGroup"), ("ecr:PutImage", "ecr"), ("ecr:BatchDeleteImage", "ecr"),
)

IAM_READ = (
    ("iam:GetRole", "role"), ("iam:GetUser", "user"), ("iam:ListRoles", "star"),
    ("iam:ListAttachedRolePolicies", "role"), ("iam:GetPolicy", "policy"),
    ("organizations:DescribeOrganization", "star"), ("account:ListRegions", "star"),
)

IAM_WRITE = (
    ("iam:CreateUser", "user"), ("iam:DeleteUser", "user"), ("iam:CreateRole", "role"), ("iam:DeleteRole", "role"),
    ("iam:AttachRolePolicy", "role"), ("iam:PutRolePolicy", "role"), ("iam:UpdateAssumeRolePolicy", "role"),
    ("iam:CreatePolicyVersion", "policy"), ("iam:PassRole", "role"), ("iam:CreateAccessKey", "user"),
    ("organizations:CreateAccount", "star"), ("organizations:LeaveOrganization", "star"),
    ("organizations:CloseAccount", "orgAcct"),
)
