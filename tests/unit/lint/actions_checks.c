// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

#define ID PC_POLICY_IDENTITY

//
static void unknown_actions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"known, in any letters", ID, ALLOW("'Action':['s3:getobject','S3:GetObject']" ON_ALL), ""},
        {"all of all", ID, ALLOW("'Action':'*'" ON_ALL), ""},
        {"no service", ID, ALLOW("'Action':[^'lamda:Invoke','s3:GetObject',^'x:*']" ON_ALL),
         "1200 1200"},
        {"no action", ID, ALLOW("'Action':['s3:GetObject',\n^'s3:GetObjekt']" ON_ALL), "1201"},
        {"of another service", ID, ALLOW("'Action':^'ec2:DescribeTargetGroups'" ON_ALL), "1204"},
        {"of a service that is no relative", ID, ALLOW("'Action':^'sqs:InvokeFunction'" ON_ALL),
         "1201"},
        {"an operation", ID, ALLOW("'Action':^'s3:listobjectsV2'" ON_ALL), "1205"},
        {"a pattern of none", ID, ALLOW("'Action':^'sqs:Fetch*'" ON_ALL), "1202"},
        {"a pattern of some", ID, ALLOW("'Action':'sqs:Get*'" ON_ALL), ""},
        {"denied is no better", ID, DENY("'Action':^'s3:GetObjekt'" ON_ALL), "1201"},
        // POL0402 is the reader's
        {"white space", ID, ALLOW("'Action':'s3: GetObject'" ON_ALL), ""},
        {"no name", ID, ALLOW("'Action':'s3:'" ON_ALL), ""},
        {"a wildcard for the service, as the reader says", ID,
         ALLOW("'Action':'*:GetObject'" ON_ALL), ""},
    };
    CHECK_REFERENCE(cases, 1200, 1205);
}

//
static void exceptions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"of what is", ID, DENY("'NotAction':['iam:PassRole','s3:*']" ON_ALL), ""},
        {"of no action", ID, DENY("'NotAction':['s3:*',^'iam:PasRole']" ON_ALL), "1203"},
        {"of no service", ID, ALLOW("'NotAction':^'lamda:*'" ON_ALL), "1203"},
        {"of an empty pattern", ID, ALLOW("'NotAction':^'sqs:Fetch*'" ON_ALL), "1203"},
    };
    CHECK_REFERENCE(cases, 1200, 1205);
}

static void few_actions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"one", ID, ALLOW("'Action':^'sqs:ReceiveM*'" ON_ALL), "1206"},
        {"two", ID, ALLOW("'Action':^'s3:GetObjectAcl*'" ON_ALL), "1206"},
        {"many", ID, ALLOW("'Action':'s3:Get*'" ON_ALL), ""},
        {"written out", ID, ALLOW("'Action':'sqs:ReceiveMessage'" ON_ALL), ""},
        {"a pair that is of use together", ID, ALLOW("'Action':'kms:ReEncrypt*'" ON_ALL), ""},
        {"as AWS's console writes key policies", PC_POLICY_KEY,
         ALLOW("'Principal':'*','Action':'kms:Put*'" ON_ALL), ""},
        {"outside of these", ID, ALLOW("'Action':^'kms:Put*'" ON_ALL), "1206"},
        {"a Deny had better reach too far", ID, DENY("'Action':'sqs:ReceiveM*'" ON_ALL), ""},
        {"an exception", ID, ALLOW("'NotAction':'sqs:ReceiveM*'" ON_ALL), ""},
    };
    CHECK_REFERENCE(cases, 1206, 1206);
}

static void whole_services(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"with permissions", ID, ALLOW("'Action':^'lambda:*'" ON_ALL), "1207"},
        {"denied", ID, DENY("'Action':'lambda:*'" ON_ALL), ""},
        {"no whole service", ID, ALLOW("'Action':'lambda:Add*'" ON_ALL), ""},
        {"without permissions to manage", ID, ALLOW("'Action':'sts:*'" ON_ALL), ""},
        {"a guard-rail", PC_POLICY_SCP, ALLOW("'Action':'lambda:*'" ON_ALL), ""},
    };
    CHECK_REFERENCE(cases, 1207, 1207);
}

static void resource_control(void **state)
{
    (void)state;
#define OF(action) DENY("'Principal':'*','Action':" action ON_ALL)
    static const struct lint_case cases[] = {
        {"out of reach", PC_POLICY_RCP, OF("['s3:*',^'ec2:RunInstances']"), "1208"},
        {"in reach", PC_POLICY_RCP, OF("['s3:*','kms:*','sqs:*','sts:*','secretsmanager:*']"), ""},
        {"of another type", PC_POLICY_SCP, DENY("'Action':'ec2:RunInstances'" ON_ALL), ""},
    };
    CHECK_REFERENCE(cases, 1208, 1208);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_actions),  cmocka_unit_test(exceptions),
        cmocka_unit_test(few_actions),      cmocka_unit_test(whole_services),
        cmocka_unit_test(resource_control),
    };
    return cmocka_run_group_tests(tests, read_reference, forget_reference);
}
