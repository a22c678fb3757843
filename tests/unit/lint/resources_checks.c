// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define ID                   PC_POLICY_IDENTITY
#define ON(action, resource) ALLOW("'Action':" action ",'Resource':" resource)
#define OBJECTS              "'arn:aws:s3:::b/*'"
#define BUCKET               "'arn:aws:s3:::b'"
#define SQS                  "arn:aws:sqs:eu-west-1:111122223333:"
#define EC2                  "arn:aws:ec2:*:*:"

static void resources_that_are_none(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"fine", ID, ON("['s3:GetObject','s3:ListBucket']", "[" OBJECTS "," BUCKET "]"), ""},
        {"of another service", ID, ON("'s3:GetObject'", "[" OBJECTS ",\n^'" SQS "q']"), "1210"},
        {"no such shape", ID,
         ON("'secretsmanager:GetSecretValue'", "['arn:aws:secretsmanager:*:*:secret:a-??????"
                                               "',^'arn:aws:secretsmanager:*:*:a']"),
         "1211"},
        {"of another type", ID, ON("'s3:GetObject'", "[" OBJECTS ",^" BUCKET "]"), "1212"},
        {"where nothing fits, the actions are told", ID, ON("'s3:ListBucket'", OBJECTS), ""},
        {"of any service", ID, ON("'s3:ListBucket'", "'" SQS "q'"), ""},
        {"shapes count in NotResource too", ID,
         ALLOW("'Action':'s3:GetObject','NotResource':^'arn:aws:secretsmanager:*:*:a'"), "1211"},
        {"what NotResource excepts need not be of the actions", ID,
         ALLOW("'Action':'s3:GetObject','NotResource':['" SQS "q'," BUCKET "]"), ""},
        {"of an unknown action nothing is said", ID,
         ON("['s3:GetObject','s3:GetObjekt']", "['" SQS "q'," BUCKET "]"), ""},
        {"nor of all", ID, ON("'*'", "['" SQS "q'," BUCKET "]"), ""},
        {"nor of NotAction", ID,
         DENY("'NotAction':'s3:GetObject','Resource':['" SQS "q'," BUCKET "]"), ""},
        {"any service", ID, ON("'s3:GetObject'", "'arn:aws:*:::b/*'"), ""},
        {"an action without its resource is the mistake, once", ID,
         ON("['s3:GetObject','sqs:SendMessage']", "['" SQS "q'," BUCKET "]"), ""},
        {"short ones can be anything (R-207)", ID, ON("'s3:GetObject'", "'arn:aws:s3'"), ""},
        {"with variables", ID, ON("'s3:GetObject'", "'arn:aws:s3:::b/${aws:username}/*'"), ""},
        {"of a service under another name", ID,
         ON("'kafka-cluster:Connect'", "'arn:aws:kafka:*:111122223333:cluster/*'"), ""},
        {"several services under one name", ID,
         ON("'elasticloadbalancing:AddTags'",
            "'arn:aws:elasticloadbalancing:*:*:loadbalancer/app/a/1'"),
         ""},
        {"what AWS owns", ID,
         ON("'ssm:GetParameter'", "'arn:aws:ssm:eu-west-1::parameter/aws/service/x'"), ""},
    };
    CHECK_REFERENCE(cases, 1210, 1212);
}

// field 6 is compared whole; Secrets Manager User Guide, "Permissions reference".
static void secrets(void **state)
{
    (void)state;
#define SECRET "arn:aws:secretsmanager:eu-west-1:111122223333:secret:"
    static const struct lint_case cases[] = {
        {"the name alone", ID, ON("'secretsmanager:GetSecretValue'", "^'" SECRET "db'"), "1209"},
        {"in a Deny", ID, DENY("'Action':'secretsmanager:*','Resource':^'" SECRET "prod/db_main'"),
         "1209"},
        {"five characters", ID, ON("'secretsmanager:GetSecretValue'", "^'" SECRET "db-a1B2c'"),
         "1209"},
        {"the whole", ID, ON("'secretsmanager:GetSecretValue'", "'" SECRET "db-a1B2c3'"), ""},
        {"patterns", ID,
         ON("'secretsmanager:GetSecretValue'", "['" SECRET "db-??????"
                                               "','" SECRET "a*']"),
         ""},
        {"a variable", ID,
         ON("'secretsmanager:GetSecretValue'", "'" SECRET "${aws:PrincipalTag/secret}'"), ""},
    };
    CHECK_REFERENCE(cases, 1209, 1214);
}

static void actions_without_resource(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        //
        {"all alone", ID,
         ON("[^'ec2:DescribeInstances','ec2:StopInstances']", "'" EC2 "instance/*'"), "1213"},
        {"with all", ID, ON("'ec2:DescribeInstances'", "['*','" EC2 "instance/*']"), ""},
        {"a Deny as well", ID,
         DENY("'Action':^'ec2:DescribeInstances','Resource':'" EC2 "instance/*'"), "1213"},
        {"a pattern of such", ID, ON("^'ec2:DescribeRegion*'", "'" EC2 "instance/*'"), "1213"},
        {"a pattern with others", ID, ON("'ec2:*Instances'", "'" EC2 "instance/*'"), ""},
        {"collections that AWS may ask about", ID,
         ON("'iam:ListRoles'", "'arn:aws:iam::111122223333:role/*'"), ""},
        {"of a service that asks about resources which the reference leaves out", ID,
         ON("'states:SendTaskSuccess'", "'arn:aws:states:eu-west-1:111122223333:stateMachine:s'"),
         ""},
        {"NotResource leaves them in", ID,
         ALLOW("'Action':'ec2:DescribeInstances','NotResource':'" EC2 "instance/*'"), ""},
        //
        {"objects for a bucket", ID, ON("['s3:GetObject',\n  ^'s3:ListBucket']", OBJECTS), "1214"},
        {"a bucket for objects", ID, ON("[^'s3:GetObject','s3:ListBucket']", BUCKET), "1214"},
        {"both", ID, ON("['s3:GetObject','s3:ListBucket']", "'arn:aws:s3:::b*'"), ""},
        {"a pattern of which one works", ID, ON("'s3:*'", OBJECTS), ""},
        {"in a Deny", ID, DENY("'Action':^'s3:ListBucket','Resource':" OBJECTS), "1214"},
        {"one that no resource has is told by itself", ID,
         ON("'s3:ListBucket'", "'arn:aws:s3:eu-west-1::b'"), ""},
        {"an index for a table", ID,
         ON("['dynamodb:Query',^'dynamodb:PutItem']", "'arn:aws:dynamodb:*:*:table/t/index/*'"),
         "1214"},
        {"what the action is about by its name", ID,
         ON("'quicksight:CreateDataSet'", "'arn:aws:quicksight:*:*:dataset/*'"), ""},
        {"said once, of the ARN that is none", ID,
         ON("['lambda:InvokeFunction','lambda:GetFunction']", "'arn:aws:lambda:*:*:f'"), ""},
        {"of the service whose ARN it is", ID,
         ON("['lambda:InvokeFunction',^'sqs:SendMessage']", "'arn:aws:lambda:*:*:f'"), "1214"},
        {"a version of a function (R-215)", ID,
         ON("'lambda:InvokeFunction'", "'arn:aws:lambda:*:*:function:f:prod'"), ""},
    };
    CHECK_REFERENCE(cases, 1213, 1214);
}

//
static void further_resources(void **state)
{
    (void)state;
#define RUN "{'Effect':'Allow','Action':'ec2:RunInstances','Resource':"
    static const struct lint_case cases[] = {
        {"an instance alone", ID, ON("^'ec2:RunInstances'", "'" EC2 "instance/*'"), "1215"},
        {"with all of them", ID, ON("'ec2:RunInstances'", "'arn:aws:ec2:*:*:*/*'"), ""},
        {"with anything", ID, ON("'ec2:RunInstances'", "'*'"), ""},
        {"the rest in another statement", ID,
         "{'Version':'2012-10-17','Statement':[" RUN "'" EC2 "instance/*'}," RUN
         "'arn:aws:ec2:*'}]}",
         ""},
        {"denied", ID, DENY("'Action':'ec2:RunInstances','Resource':'" EC2 "instance/*'"), ""},
        {"by a pattern", ID, ON("'ec2:Run*'", "'" EC2 "instance/*'"), ""},
        {"of a service whose types are alternatives", ID,
         ON("'bedrock:InvokeModel'", "'arn:aws:bedrock:*::foundation-model/*'"), ""},
    };
    CHECK_REFERENCE(cases, 1215, 1215);
}

//
static void fields(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"colons forgotten", ID, ON("'s3:GetObject'", "^'arn:aws:s3:b/*'"), "1219"},
        {"a colon forgotten", ID, ON("'s3:GetObject'", "^'arn:aws:s3::b/*'"), "1220"},
        {"a short one without wildcards", ID, ON("'s3:ListBucket'", "^'arn:aws:s3:b'"), "1219"},
        {"short ones may end in a pattern (R-207)", ID,
         ON("'sqs:SendMessage'", "['arn:aws:sqs:*','arn:aws:sqs:eu-*','arn:aws:sqs:*:1111*']"), ""},
        {"one that matches nothing, as the reader says", PC_POLICY_RESOURCE,
         ALLOW("'Principal':'*','Action':'s3:ListBucket','Resource':'arn:aws:s3:b'"), ""},
        {"a region too many", ID, ON("'s3:ListBucket'", "^'arn:aws:s3:eu-west-1::b'"), "1216"},
        {"an account too many", ID, ON("'s3:ListBucket'", "^'arn:aws:s3::111122223333:b'"), "1216"},
        {"both too many", ID, ON("'s3:ListBucket'", "^'arn:aws:s3:eu-west-1:111122223333:b'"),
         "1216"},
        {"a region for a role", ID,
         ON("'iam:PassRole'", "^'arn:aws:iam:eu-west-1:111122223333:role/r'"), "1216"},
        {"an account missing", ID, ON("'sqs:SendMessage'", "^'arn:aws:sqs:eu-west-1::q'"), "1217"},
        {"a region missing", ID, ON("'sqs:SendMessage'", "^'arn:aws:sqs::111122223333:q'"), "1217"},
        {"both missing", ID, ON("'sqs:SendMessage'", "^'arn:aws:sqs:::q'"), "1217"},
        {"neither", ID, ON("'sqs:SendMessage'", "'" SQS "q'"), ""},
        {"images have no account", ID, ON("'ec2:RunInstances'", "'arn:aws:ec2:*::image/*'"), ""},
        {"partitions", ID,
         ON("'s3:ListBucket'", "['arn:aws-cn:s3:::b','arn:aws-us-gov:s3:::b','arn:*:s3:::b',"
                               "'arn:aws-iso-f:s3:::b','arn:aws-eusc:s3:::b','arn:aws*:s3:::b']"),
         ""},
        {"no partition", ID, ON("'s3:ListBucket'", "^'arn:amazon:s3:::b'"), "1218"},
        {"no region", ID, ON("'sqs:SendMessage'", "^'arn:aws:sqs:ireland:111122223333:q'"), "1219"},
        {"half a region", ID, ON("'sqs:SendMessage'", "'arn:aws:sqs:eu-*:111122223333:q'"), ""},
        {"no account", ID, ON("'sqs:SendMessage'", "^'arn:aws:sqs:eu-west-1:1112222:q'"), "1220"},
        {"AWS as account", ID, ON("'iam:GetPolicy'", "'arn:aws:iam::aws:policy/ReadOnlyAccess'"),
         ""},
        {"what is excepted as well", ID,
         DENY("'Action':'sqs:*','NotResource':^'arn:aws:sqs:eu-west-1::q'"), "1217"},
    };
    CHECK_REFERENCE(cases, 1216, 1220);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resources_that_are_none),
        cmocka_unit_test(secrets),
        cmocka_unit_test(actions_without_resource),
        cmocka_unit_test(further_resources),
        cmocka_unit_test(fields),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
