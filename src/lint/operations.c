// SPDX-License-Identifier: Apache-2.0
//
// From the user guides: S3 "Required permissions for Amazon S3 API operations", DynamoDB "Actions,
// resources, and condition keys" and "Transactions and IAM", SQS and SNS "API permissions", Lambda
// "Identity-based policies".
#include "operations.h"

#define ROW(service, name, needs)                                                                  \
    {                                                                                              \
        PC_STR_INIT(service), PC_STR_INIT(name), needs                                             \
    }

static const struct pc_lint_operation operations[] = {
    ROW("s3", "ListObjects", "s3:ListBucket"),
    ROW("s3", "ListObjectsV2", "s3:ListBucket"),
    ROW("s3", "ListObjectVersions", "s3:ListBucketVersions"),
    ROW("s3", "ListBuckets", "s3:ListAllMyBuckets"),
    ROW("s3", "ListMultipartUploads", "s3:ListBucketMultipartUploads"),
    ROW("s3", "ListParts", "s3:ListMultipartUploadParts"),
    ROW("s3", "HeadBucket", "s3:ListBucket"),
    ROW("s3", "HeadObject", "s3:GetObject"),
    ROW("s3", "SelectObjectContent", "s3:GetObject"),
    ROW("s3", "CopyObject", "s3:GetObject and s3:PutObject"),
    ROW("s3", "UploadPart", "s3:PutObject"),
    ROW("s3", "UploadPartCopy", "s3:GetObject and s3:PutObject"),
    ROW("s3", "CreateMultipartUpload", "s3:PutObject"),
    ROW("s3", "CompleteMultipartUpload", "s3:PutObject"),
    ROW("s3", "DeleteObjects", "s3:DeleteObject"),
    ROW("s3", "GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ROW("s3", "PutBucketEncryption", "s3:PutEncryptionConfiguration"),
    ROW("s3", "DeleteBucketEncryption", "s3:PutEncryptionConfiguration"),
    ROW("s3", "GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ROW("s3", "PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    ROW("s3", "DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"),
    ROW("s3", "GetBucketReplication", "s3:GetReplicationConfiguration"),
    ROW("s3", "PutBucketReplication", "s3:PutReplicationConfiguration"),
    ROW("s3", "DeleteBucketReplication", "s3:PutReplicationConfiguration"),
    ROW("s3", "DeleteBucketCors", "s3:PutBucketCORS"),
    ROW("s3", "DeleteBucketTagging", "s3:PutBucketTagging"),
    ROW("s3", "GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ROW("s3", "PutBucketNotificationConfiguration", "s3:PutBucketNotification"),
    ROW("s3", "GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"),
    ROW("s3", "PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"),
    ROW("s3", "GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ROW("s3", "PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ROW("s3", "DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"),
    ROW("s3", "GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ROW("s3", "PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration"),
    ROW("lambda", "Invoke", "lambda:InvokeFunction"),
    ROW("lambda", "InvokeWithResponseStream", "lambda:InvokeFunction"),
    ROW("sqs", "SendMessageBatch", "sqs:SendMessage"),
    ROW("sqs", "DeleteMessageBatch", "sqs:DeleteMessage"),
    ROW("sqs", "ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"),
    ROW("sns", "PublishBatch", "sns:Publish"),
    ROW("dynamodb", "TransactGetItems", "dynamodb:GetItem"),
    ROW("dynamodb", "TransactWriteItems",
        "dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem and "
        "dynamodb:ConditionCheckItem"),
    ROW("dynamodb", "ExecuteStatement",
        "dynamodb:PartiQLSelect, dynamodb:PartiQLInsert, dynamodb:PartiQLUpdate and "
        "dynamodb:PartiQLDelete"),
    ROW("dynamodb", "BatchExecuteStatement",
        "dynamodb:PartiQLSelect, dynamodb:PartiQLInsert, dynamodb:PartiQLUpdate and "
        "dynamodb:PartiQLDelete"),
};

const struct pc_lint_operation *pc_lint_operation(struct pc_str service, struct pc_str name)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        if (pc_str_eq_icase(operations[i].service, service) &&
            pc_str_eq_icase(operations[i].name, name)) {
            return &operations[i];
        }
    }
    return NULL;
}
