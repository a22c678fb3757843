// SPDX-License-Identifier: Apache-2.0
//
// The first thing that keeps a statement from matching, and which statements come nearest.
#include "explaining.h"

#define S(sid, more) "{'Sid':'" sid "','Effect':'Allow'," more "}"
#define ANY          "'Action':'*','Resource':'*'"

struct miss {
    const char *statement; // with the Sid "s", of an identity policy
    const char *expected;
    struct given context[4];
    const char *action, *resource_arn; // as of struct asked
};

// clang-format off
static const struct miss misses[] = {
    // Actions stand as they are compared, in lower case; those of the service come alone.
    {S("s", "'Action':['s3:PutObject','s3:List*','ec2:*'],'Resource':'*'"),
     "action s3:GetObject is not s3:putobject or s3:list*",
     {{0}},
     NULL,
     NULL},
    {S("s", "'Action':['logs:*','ec2:*'],'Resource':'*'"),
     "action s3:GetObject is not logs:* or ec2:*",
     {{0}},
     NULL,
     NULL},
    {S("s", "'Action':['s3:A','s3:B','s3:C','s3:D','s3:E','s3:F'],'Resource':'*'"),
     "action s3:GetObject is not s3:a, s3:b, s3:c or 3 more",
     {{0}},
     NULL,
     NULL},
    {S("s", "'NotAction':['iam:*','s3:Get*'],'Resource':'*'"),
     "NotAction s3:get* covers s3:GetObject",
     {{0}},
     NULL,
     NULL},
    // The field of the ARN that differs; of several entries the nearest.
    {S("s", "'Action':'s3:*','Resource':'arn:aws:s3:::photos/logs/*'"),
     "resource differs at field 6: photos/logs/* is not photos/cat.jpg",
     {{0}},
     NULL,
     NULL},
    {S("s", "'Action':'s3:*','Resource':['arn:aws:sqs:::photos/*','arn:aws:s3:::pictures/*',"
            "'arn:aws:s3:::photos/c?t.png']"),
     "resource differs at field 6: photos/c?t.png is not photos/cat.jpg (nearest of 3)",
     {{0}},
     NULL,
     NULL},
    {S("s", "'Action':'sqs:*','Resource':'arn:aws:sqs:us-*:111122223333:q'"),
     "resource differs at field 4: us-* is not eu-west-1",
     {{0}},
     "sqs:SendMessage",
     "arn:aws:sqs:eu-west-1:111122223333:q"},
    {S("s", "'Action':'sqs:*','Resource':'arn:aws:sqs:eu-west-1:444455556666:p'"),
     "resource differs at field 5: 444455556666 is not 111122223333, and at field 6: p is not q",
     {{0}},
     "sqs:SendMessage",
     "arn:aws:sqs:eu-west-1:111122223333:q"},
    // a variable without a value matches nothing.
    {S("s", "'Action':'s3:*','Resource':'arn:aws:s3:::photos/${aws:PrincipalTag/team}/*'"),
     "resource differs at field 6: photos/${aws:principaltag/team}/* is not photos/cat.jpg; "
     "aws:principaltag/team is absent",
     {{0}},
     NULL,
     NULL},
    {S("s", "'Action':'s3:*','Resource':'arn:aws:s3:::photos/${aws:username}/*'"),
     "resource differs at field 6: photos/${aws:username}/* is not photos/cat.jpg; "
     "aws:username is bob",
     {{0}},
     NULL,
     NULL},
    // One with a default is not missed.
    {S("s", "'Action':'s3:*','Resource':'arn:aws:s3:::logs/${aws:PrincipalTag/team, `x`}/*'"),
     "resource differs at field 6: logs/${aws:principaltag/team, 'x'}/* is not photos/cat.jpg", {{0}}, NULL, NULL},
    // only a bare "*" covers what has no resource.
    {S("s", "'Action':'s3:*','Resource':'arn:aws:s3:::*'"),
     "resource arn:aws:s3:::* does not cover *",
     {{0}},
     "s3:ListAllMyBuckets",
     "*"},
    {S("s", "'Action':'s3:*','NotResource':['arn:aws:s3:::logs/*','arn:aws:s3:::photos/*']"),
     "NotResource arn:aws:s3:::photos/* covers arn:aws:s3:::photos/cat.jpg",
     {{0}},
     NULL,
     NULL},
    // Conditions: how many hold, and the first that does not.
    {S("s", ANY ",'Condition':{'StringEquals':{'aws:SourceVpce':'vpce-1'},"
                "'Bool':{'aws:SecureTransport':'true'},'Null':{'aws:SourceVpc':'true'}}"),
     "2 of 3 conditions hold; aws:SourceVpce is absent",
     {{"aws:SecureTransport", "true", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'StringEquals':{'aws:PrincipalOrgID':'o-xyz'}}"),
     "0 of 1 condition holds; StringEquals of aws:PrincipalOrgID: the request has o-abc, wanted is "
     "o-xyz",
     {{"aws:PrincipalOrgID", "o-abc", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'StringNotLike':{'ex:a':['x*','y*']}}"),
     "0 of 1 condition holds; StringNotLike of ex:a: the request has xyz, wanted is not like x* or "
     "y*",
     {{"ex:a", "xyz", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'NumericLessThan':{'s3:max-keys':'10'}}"),
     "0 of 1 condition holds; NumericLessThan of s3:max-keys: the request has 20, wanted is less "
     "than 10",
     {{"s3:max-keys", "20", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'NumericLessThan':{'s3:max-keys':'10'}}"),
     "0 of 1 condition holds; NumericLessThan of s3:max-keys: the request has few, which it cannot "
     "read, wanted is less than 10",
     {{"s3:max-keys", "few", false}}, NULL, NULL},
    {S("s", ANY ",'Condition':{'NotIpAddress':{'aws:SourceIp':'203.0.113.0/24'}}"),
     "0 of 1 condition holds; NotIpAddress of aws:SourceIp: the request has 203.0.113.7, wanted is "
     "not in 203.0.113.0/24",
     {{"aws:SourceIp", "203.0.113.7", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'Null':{'aws:SourceVpc':'true'}}"),
     "0 of 1 condition holds; Null of aws:SourceVpc: the request has vpc-1, wanted is that it is "
     "absent",
     {{"aws:SourceVpc", "vpc-1", false}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'Null':{'aws:SourceVpc':'false'}}"),
     "0 of 1 condition holds; aws:SourceVpc is absent",
     {{0}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'ForAllValues:StringEquals':{'aws:TagKeys':['a','c']}}"),
     "0 of 1 condition holds; ForAllValues:StringEquals of aws:TagKeys: the request has a and b, "
     "wanted are only values a or c",
     {{"aws:TagKeys", "a|b", true}},
     NULL,
     NULL},
    {S("s", ANY ",'Condition':{'ForAnyValue:StringEquals':{'aws:TagKeys':['c','d']}}"),
     "0 of 1 condition holds; ForAnyValue:StringEquals of aws:TagKeys: the request has a and b, "
     "wanted is a value c or d",
     {{"aws:TagKeys", "a|b", true}},
     NULL,
     NULL},
    // without a set operator a list is as good as no value.
    {S("s", ANY ",'Condition':{'StringEquals':{'ex:list':'a'}}"),
     "0 of 1 condition holds; StringEquals of ex:list: the request has a, a list, which only "
     "ForAnyValue and ForAllValues compare",
     {{"ex:list", "a", true}},
     NULL,
     NULL},
    // a value whose variable has none equals nothing.
    {S("s", ANY ",'Condition':{'StringEquals':{'ex:a':'${aws:PrincipalTag/team}'}}"),
     "0 of 1 condition holds; StringEquals of ex:a: the request has x, wanted is "
     "${aws:principaltag/team}; aws:principaltag/team is absent",
     {{"ex:a", "x", false}},
     NULL,
     NULL},
    {S("s", ANY), "it matches", {{0}}, NULL, NULL},
};
// clang-format on

static void what_keeps_a_statement_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(misses); i++) {
        struct explaining explaining;
        struct asked asked = {.identity = misses[i].statement,
                              .action = misses[i].action,
                              .resource_arn = misses[i].resource_arn};
        memcpy(asked.context, misses[i].context, sizeof(asked.context));
        explain(&explaining, &asked);
        check_miss(&explaining, "s", misses[i].expected);
        explaining_release(&explaining);
    }
}

static void who_is_named_instead_is_told(void **state)
{
    (void)state;
    struct explaining explaining;
    const struct asked asked = {
        .principal = SESSION,
        .resource =
            S("other",
              ANY ",'Principal':{'AWS':['arn:aws:iam::111122223333:role/x',"
                  "'444455556666'],'Service':'s3.amazonaws.com'}") "," S("spared", ANY
                                                                         ",'NotPrincipal':{'AWS':'"
                                                                         "arn:aws:iam::"
                                                                         "111122223333:role/r'}"),
    };
    explain(&explaining, &asked);
    check_miss(&explaining, "other",
               "principal " SESSION " is not arn:aws:iam::111122223333:role/x, 444455556666 or "
               "s3.amazonaws.com");
    check_miss(&explaining, "spared", "NotPrincipal spares " SESSION);
    check_lacks(&explaining, "other", "its Principal named " SESSION);
    check_lacks(&explaining, "spared", "its NotPrincipal did not spare " SESSION);
    explaining_release(&explaining);
}

// A text that fills a screen is cut, at the start of a character.
static void long_texts_are_cut(void **state)
{
    (void)state;
    struct explaining explaining;
    struct pc_buf value = {0};
    struct pc_buf expected = {0};
    pc_buf_text(&expected, "0 of 1 condition holds; StringEquals of ex:a: the request has ");
    pc_buf_byte(&value, 'x');
    pc_buf_byte(&expected, 'x');
    for (size_t i = 0; i < 100; i++) {
        pc_buf_text(&value, "\xc3\xa9");
        pc_buf_text(&expected, i < 79 ? "\xc3\xa9" : ""); // 160 bytes would part the 80th
    }
    pc_buf_byte(&value, '\0');
    pc_buf_text(&expected, "..., wanted is y");
    pc_buf_byte(&expected, '\0');
    const struct asked asked = {.identity =
                                    S("s", ANY ",'Condition':{'StringEquals':{'ex:a':'y'}}"),
                                .context = {{"ex:a", value.ptr, false}}};
    explain(&explaining, &asked);
    check_miss(&explaining, "s", expected.ptr);
    explaining_release(&explaining);
    pc_buf_release(&value);
    pc_buf_release(&expected);
}

#define IF(n) ",'Condition':{'StringEquals':{'ex:a':'" n "','ex:b':'1','ex:c':'1'}}"

// clang-format off
static const char of_each_kind[] =
    S("action", "'Action':'s3:Put*','Resource':'*'") ","
    S("elsewhere", "'Action':'ec2:*','Resource':'*'") ","
    S("threeFields", "'Action':'s3:*','Resource':'arn:aws:s3:x:y:logs/*'") ","
    S("lastField", "'Action':'s3:*','Resource':'arn:aws:s3:::logs/*'") ","
    S("twoConditions", ANY IF("2")) ","
    S("oneCondition", ANY ",'Condition':{'StringEquals':{'ex:a':'2','ex:c':'1'}}") ","
    S("twoFields", "'Action':'s3:*','Resource':'arn:aws:s3:x::logs/*'") ","
    "{'Sid':'deny','Effect':'Deny'," ANY ",'Condition':{'Bool':{'ex:no':'true'}}}";
// clang-format on

// From near to far, as the head of explain.c has it.
static void the_nearest_come_first(void **state)
{
    (void)state;
    static const char *const order[] = {"oneCondition", "twoConditions", "lastField",
                                        "twoFields",    "threeFields",   "action"};
    const struct asked asked = {.identity = of_each_kind,
                                .context = {{"ex:a", "1", false}, {"ex:c", "1", false}}};
    const struct pc_explained *found[16];
    struct explaining explaining;
    explain(&explaining, &asked);
    assert_int_equal(pc_explanation_misses(&explaining.explanation, false, found, 16),
                     COUNT(order));
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_ptr_equal(found[i], statement_of(&explaining, order[i]));
    }
    // Only some are wanted; or all, of whatever effect.
    assert_int_equal(pc_explanation_misses(&explaining.explanation, false, found, 2), 2);
    assert_ptr_equal(found[0], statement_of(&explaining, order[0]));
    assert_ptr_equal(found[1], statement_of(&explaining, order[1]));
    assert_int_equal(pc_explanation_misses(&explaining.explanation, true, found, 16), 8);
    assert_int_equal(pc_explanation_misses(&explaining.explanation, false, found, 0), 0);
    explaining_release(&explaining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_keeps_a_statement_is_told),
        cmocka_unit_test(who_is_named_instead_is_told),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(the_nearest_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
