// SPDX-License-Identifier: Apache-2.0
#include "statement_case.h"

#include <stdio.h>
#include <stdlib.h>

#define ID    PC_POLICY_IDENTITY
#define RES   PC_POLICY_RESOURCE
#define ALICE "{'AWS':'arn:aws:iam::111111111111:user/alice'}"

static void what_is_said_twice(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"word for word", ID,
         ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
             "^{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}"),
         "1240"},
        {"other Sid, order, letter case", ID,
         ONE("{'Sid':'A','Effect':'Deny','Action':['s3:GetObject','s3:PutObject'],'Resource':'*'},"
             "^{'Sid':'B','Effect':'Deny','Action':['S3:putobject','s3:getObject'],'Resource':'*'"
             "}"),
         "1240"},
        {"one more condition", ID,
         ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
             "^{'Effect':'Allow','Action':'s3:GetObject','Resource':'*',"
             "'Condition':{'Bool':{'aws:SecureTransport':'true'}}}"),
         "1241"},
        {"another effect", ID,
         ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Deny','Action':'s3:GetObject','Resource':'arn:aws:s3:::b'}"),
         ""},
        {"another tag", ID,
         ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*',"
             "'Condition':{'StringEquals':{'aws:PrincipalTag/a':'x'}}},"
             "{'Effect':'Allow','Action':'s3:GetObject','Resource':'*',"
             "'Condition':{'StringEquals':{'aws:PrincipalTag/b':'x'}}}"),
         ""},
        {"NotAction twice", ID,
         ONE("{'Effect':'Deny','NotAction':['iam:*','sts:*'],'Resource':'*'},"
             "^{'Effect':'Deny','NotAction':['sts:*','iam:*'],'Resource':'*'}"),
         "1240"},
    };
    CHECK_STATEMENTS(cases);
}

static void what_another_covers(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"wider actions", ID,
         ONE("^{'Effect':'Allow','Action':['s3:GetObject','s3:GetObjectAcl'],'Resource':'*'},"
             "{'Effect':'Allow','Action':'s3:Get*','Resource':'*'}"),
         "1241"},
        {"wider resources", ID,
         ONE("^{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/x/*'},"
             "{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'}"),
         "1241"},
        {"one wider, one narrower", ID,
         ONE("{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*'},"
             "{'Effect':'Allow','Action':'s3:Get*','Resource':'arn:aws:s3:::b/x/*'}"),
         ""},
        {"two below one", ID,
         ONE("{'Effect':'Allow','Action':['s3:GetObject','s3:PutObject'],'Resource':'*'},"
             "^{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
             "^{'Effect':'Allow','Action':'s3:PutObject','Resource':'*'}"),
         "1241 1241"},
        {"NotAction of others", ID,
         ONE("^{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}"),
         "1241"},
        {"NotAction that may be meant", ID,
         ONE("{'Effect':'Allow','Action':'s3:Get*','Resource':'*'},"
             "{'Effect':'Allow','NotAction':'s3:*Object','Resource':'*'}"),
         ""},
        {"NotAction with more left out", ID,
         ONE("{'Effect':'Deny','NotAction':'iam:*','Resource':'*'},"
             "^{'Effect':'Deny','NotAction':['iam:*','sts:*'],'Resource':'*'}"),
         "1241"},
        {"NotAction below an action", ID,
         ONE("{'Effect':'Allow','Action':'*','Resource':'*'},"
             "^{'Effect':'Allow','NotAction':'iam:*','Resource':'*'}"),
         "1241"},
        {"NotResource of others", ID,
         ONE("^{'Effect':'Deny','Action':'s3:*','Resource':'arn:aws:s3:::b/*'},"
             "{'Effect':'Deny','Action':'s3:*','NotResource':'arn:aws:s3:::a/*'}"),
         "1241"},
        {"NotResource and everything", ID,
         ONE("{'Effect':'Deny','Action':'s3:*','Resource':'*'},"
             "^{'Effect':'Deny','Action':'s3:*','NotResource':'arn:aws:s3:::a/*'}"),
         "1241"},
        {"everything and every ARN: R-212", ID,
         ONE("^{'Effect':'Allow','Action':'s3:*','Resource':'arn:*:*:*:*:*'},"
             "{'Effect':'Allow','Action':'s3:*','Resource':'*'}"),
         "1241"},
        {"a variable", ID,
         ONE("^{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::b/${aws:username}/x'},"
             "{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::b/${aws:username}/*'}"),
         "1241"},
        {"another variable", ID,
         ONE("{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::b/${aws:userid}/x'},"
             "{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::b/${aws:username}/*'}"),
         ""},
        {"what matches nothing is not compared", ID,
         ONE("{'Effect':'Allow','Action':'s3:','Resource':'*'},"
             "{'Effect':'Allow','Action':'s3:*','Resource':'*'}"),
         ""},
    };
    CHECK_STATEMENTS(cases);
}

// R-612, 7.4: who is allowed by name is beyond boundaries, so that an Allow by account is less.
static void principals(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"everybody and one", RES,
         ONE("{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Resource':'*'},"
             "^{'Effect':'Allow','Principal':" ALICE ",'Action':'s3:GetObject','Resource':'*'}"),
         "1241"},
        {"an account and one of it, Allow", RES,
         ONE("{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111111111111:root'},"
             "'Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Allow','Principal':" ALICE ",'Action':'s3:GetObject','Resource':'*'}"),
         ""},
        {"an account and one of it, Deny", RES,
         ONE("{'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::111111111111:root'},"
             "'Action':'s3:GetObject','Resource':'*'},"
             "^{'Effect':'Deny','Principal':" ALICE ",'Action':'s3:GetObject','Resource':'*'}"),
         "1241"},
        {"another account", RES,
         ONE("{'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::222222222222:root'},"
             "'Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Deny','Principal':" ALICE ",'Action':'s3:GetObject','Resource':'*'}"),
         ""},
        {"a service: R-302 is not sure", RES,
         ONE("{'Effect':'Deny','Principal':'*','Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Deny','Principal':{'Service':'sns.amazonaws.com'},"
             "'Action':'s3:GetObject','Resource':'*'}"),
         ""},
        {"NotPrincipal with another list: R-321", RES,
         ONE("{'Effect':'Deny','NotPrincipal':" ALICE ",'Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Deny','NotPrincipal':{'AWS':['arn:aws:iam::111111111111:user/alice',"
             "'arn:aws:iam::111111111111:root']},'Action':'s3:GetObject','Resource':'*'}"),
         ""},
        {"NotPrincipal with the same list", RES,
         ONE("{'Effect':'Deny','NotPrincipal':" ALICE ",'Action':'s3:*','Resource':'*'},"
             "^{'Effect':'Deny','NotPrincipal':" ALICE ",'Action':'s3:GetObject','Resource':'*'}"),
         "1241"},
        {"no Resource in a trust policy", PC_POLICY_TRUST,
         ONE("{'Effect':'Allow','Principal':{'AWS':'111111111111'},'Action':'sts:AssumeRole'},"
             "^{'Effect':'Allow','Principal':{'AWS':'111111111111'},'Action':'sts:AssumeRole',"
             "'Condition':{'StringEquals':{'sts:ExternalId':'x'}}}"),
         "1241"},
    };
    CHECK_STATEMENTS(cases);
}

// A condition of the wide statement follows from one of the narrow one.
static void conditions(void **state)
{
    (void)state;
#define TWO(wide, mark, narrow)                                                                    \
    ONE("{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':" wide "}," mark              \
        "{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':" narrow "}")
    static const struct lint_case cases[] = {
        {"more values", ID,
         TWO("{'StringEquals':{'a:k':['x','y']}}", "^", "{'StringEquals':{'a:k':'x'}}"), "1241"},
        {"a pattern", ID,
         TWO("{'StringLike':{'a:k':'x*'}}", "^", "{'StringEquals':{'A:K':['x1','x2']}}"), "1241"},
        {"letter case", ID,
         TWO("{'StringEqualsIgnoreCase':{'a:k':'x'}}", "^", "{'StringEquals':{'a:k':'X'}}"),
         "1241"},
        {"negated, more values", ID,
         TWO("{'StringNotEquals':{'a:k':'x'}}", "^", "{'StringNotEquals':{'a:k':['x','y']}}"),
         "1241"},
        {"negated, fewer values", ID,
         TWO("{'StringNotEquals':{'a:k':['x','z']}}", "", "{'StringNotEquals':{'a:k':['x','y']}}"),
         ""},
        {"a value that is none of the others", ID,
         TWO("{'StringNotEquals':{'a:k':['x','z']}}", "^", "{'StringEquals':{'a:k':'y'}}"), "1241"},
        {"IfExists is wider", ID,
         TWO("{'StringEqualsIfExists':{'a:k':'x'}}", "^", "{'StringEquals':{'a:k':'x'}}"), "1241"},
        {"a set of another kind", ID,
         TWO("{'ForAnyValue:StringEquals':{'a:k':'x'}}", "",
             "{'ForAllValues:StringEquals':{'a:k':'x'}}"),
         ""},
        {"numbers", ID,
         TWO("{'NumericLessThan':{'a:k':'10'}}", "^", "{'NumericLessThanEquals':{'a:k':'9.5'}}"),
         "1241"},
        {"numbers, the same bound", ID,
         TWO("{'NumericLessThanEquals':{'a:k':'10'}}", "^", "{'NumericLessThan':{'a:k':'10.0'}}"),
         "1241"},
        {"networks", ID,
         TWO("{'IpAddress':{'aws:SourceIp':['192.0.2.0/24','198.51.100.0/24']}}", "^",
             "{'IpAddress':{'aws:SourceIp':'198.51.100.7'}}"),
         "1241"},
        {"ARNs", ID,
         TWO("{'ArnLike':{'a:k':'arn:aws:s3:::b*'}}", "^",
             "{'ArnEquals':{'a:k':'arn:aws:s3:::b1'}}"),
         "1241"},
        {"ARNs that differ", ID,
         TWO("{'ArnLike':{'a:k':'arn:aws:s3:::b*'}}", "", "{'ArnEquals':{'a:k':'arn:aws:s3:::c'}}"),
         ""},
        {"there at all", ID, TWO("{'Null':{'a:k':'false'}}", "^", "{'StringEquals':{'a:k':'x'}}"),
         "1241"},
        {"there and empty: R-430", ID,
         TWO("{'Null':{'a:k':'false'}}", "", "{'StringEquals':{'a:k':['x','']}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

static void allow_below_deny(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"wholly", ID,
         ONE("^{'Effect':'Allow','Action':'iam:CreateUser','Resource':'*'},"
             "{'Effect':'Deny','Action':'iam:*','Resource':'*'}"),
         "1242"},
        {"with a condition that the Allow has", ID,
         ONE("{'Effect':'Deny','Action':'iam:*','Resource':'*',"
             "'Condition':{'StringNotEquals':{'aws:RequestedRegion':'eu-west-1'}}},"
             "^{'Effect':'Allow','Action':'iam:CreateUser','Resource':'*',"
             "'Condition':{'StringEquals':{'aws:RequestedRegion':'us-east-1'}}}"),
         "1242"},
        {"with a condition that it has not", ID,
         ONE("{'Effect':'Allow','Action':'iam:CreateUser','Resource':'*'},"
             "{'Effect':'Deny','Action':'iam:*','Resource':'*',"
             "'Condition':{'Bool':{'aws:SecureTransport':'false'}}}"),
         ""},
        {"partly", ID,
         ONE("{'Effect':'Allow','Action':'iam:*','Resource':'*'},"
             "{'Effect':'Deny','Action':'iam:CreateUser','Resource':'*'}"),
         ""},
        {"of an account", RES,
         ONE("^{'Effect':'Allow','Principal':" ALICE ",'Action':'s3:GetObject','Resource':'*'},"
             "{'Effect':'Deny','Principal':{'AWS':'arn:aws:iam::111111111111:root'},"
             "'Action':'s3:*','Resource':'*'}"),
         "1242"},
    };
    CHECK_STATEMENTS(cases);
}

static void nothing_allowed(void **state)
{
    (void)state;
#define DENY "{'Effect':'Deny','Action':'s3:*','Resource':'*'}"
    static const struct lint_case cases[] = {
        {"boundary", PC_POLICY_BOUNDARY, "^" ONE(DENY), "1243"},
        {"session", PC_POLICY_SESSION, "^" ONE(DENY), "1243"},
        {"identity", ID, ONE(DENY), ""},
        {"SCP: others stand beside it", PC_POLICY_SCP, ONE(DENY), ""},
        {"boundary with an Allow", PC_POLICY_BOUNDARY,
         ONE(DENY ",{'Effect':'Allow','Action':'sqs:*','Resource':'*'}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

static void lists_that_leave_nothing(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"NotAction", ID, ONE("{'Effect':'Deny','NotAction':[^'s3:*',^'*'],'Resource':'*'}"),
         "1245 1249"},
        {"NotResource", ID, ONE("{'Effect':'Deny','Action':'s3:*','NotResource':^'*'}"), "1249"},
        {"every ARN is not everything: R-212", ID,
         ONE("{'Effect':'Deny','Action':'s3:*','NotResource':'arn:*:*:*:*:*'}"), ""},
        {"operator without a key", ID, ALLOWS("{^'StringEquals':{}}"), "1274"},
    };
    CHECK_STATEMENTS(cases);
}

// Each of many statements is compared with few.
static void many_statements(void **state)
{
    (void)state;
    enum {
        MANY = 5000,
        ROOM = 160,
    };
    char *text = malloc((size_t)MANY * ROOM);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, ROOM, "{'Version':'2012-10-17','Statement':[");
    for (size_t i = 0; i < MANY; i++) {
        used += (size_t)snprintf(
            text + used, ROOM,
            "%s%s{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::bucket-%zu/*'}",
            i > 0 ? "," : "", i == MANY - 1 ? "^" : "", i == MANY - 1 ? 17 : i);
    }
    (void)snprintf(text + used, ROOM, "]}");
    struct lint_case row = {"many", ID, text, "1240"};
    check_lint(&row, 1, &(struct lint_about){.from = 1240, .to = 1279});
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_twice),
        cmocka_unit_test(what_another_covers),
        cmocka_unit_test(principals),
        cmocka_unit_test(conditions),
        cmocka_unit_test(allow_below_deny),
        cmocka_unit_test(nothing_allowed),
        cmocka_unit_test(lists_that_leave_nothing),
        cmocka_unit_test(many_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
