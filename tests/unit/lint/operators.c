// SPDX-License-Identifier: Apache-2.0
//
// Conditions of one statement against each other.
#include "statement_case.h"

#define ID PC_POLICY_IDENTITY

//
static void what_never_holds_together(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"two texts", ID,
         ALLOWS("{'StringEquals':{'a:k':'x'},^'StringEqualsIgnoreCase':{'A:K':'y'}}"), "1250"},
        {"a text and a pattern", ID,
         ALLOWS("{'StringEquals':{'a:k':['x','y']},^'StringLike':{'a:k':['z*','?w']}}"), "1250"},
        {"a text and a pattern that meet", ID,
         ALLOWS("{'StringEquals':{'a:k':['x','y']},^'StringLike':{'a:k':['z*','?']}}"), "1251"},
        {"patterns that meet", ID,
         ALLOWS("{'StringLike':{'a:k':'x*'},'ForAnyValue:StringLike':{'a:k':'*y'}}"), ""},
        {"all that is listed", ID,
         ALLOWS("{'StringEquals':{'a:k':['x','y']},^'StringNotLike':{'a:k':'?'}}"), "1250"},
        {"not all that is listed", ID,
         ALLOWS("{'StringEquals':{'a:k':['x','yy']},'StringNotLike':{'a:k':'?'}}"), ""},
        {"a value of a missing key", ID,
         ALLOWS("{'Null':{'a:k':'true'},^'StringEquals':{'a:k':'x'}}"), "1250"},
        {"an empty value is null: R-430", ID,
         ALLOWS("{'Null':{'a:k':'true'},'StringEquals':{'a:k':''}}"), ""},
        {"a missing key, if it exists", ID,
         ALLOWS("{'Null':{'a:k':'true'},'StringEqualsIfExists':{'a:k':'x'}}"), ""},
        {"there and missing", ID,
         ALLOWS("{'Null':{'a:k':'true'},^'ForAnyValue:StringLike':{'a:k':'x*'}}"), "1250"},
        {"true and false", ID,
         ALLOWS("{'Bool':{'a:k':'true'},^'ForAnyValue:Bool':{'a:k':'false'}}"), "1250"},
        {"true and false, if they exist", ID,
         ALLOWS("{'Bool':{'a:k':'true'},^'BoolIfExists':{'a:k':'false'}}"), "1250"},
        {"both if they exist", ID,
         ALLOWS("{'ForAnyValue:BoolIfExists':{'a:k':'true'},'BoolIfExists':{'a:k':'false'}}"), ""},
        {"different values of a list", ID,
         ALLOWS("{'ForAnyValue:StringEquals':{'a:k':'x'},^'ForAnyValue:StringLike':{'a:k':'y'}}"),
         "1257"},
        {"numbers", ID, ALLOWS("{'NumericLessThan':{'a:k':'5'},^'NumericGreaterThan':{'a:k':'7'}}"),
         "1250"},
        {"numbers that leave none", ID,
         ALLOWS("{'NumericLessThan':{'a:k':'5'},^'NumericGreaterThanEquals':{'a:k':'5.0'}}"),
         "1250"},
        {"numbers that leave one", ID,
         ALLOWS("{'NumericLessThanEquals':{'a:k':'5'},'NumericGreaterThanEquals':{'a:k':'5'}}"),
         ""},
        {"numbers between", ID,
         ALLOWS("{'NumericLessThan':{'a:k':'7'},'NumericGreaterThan':{'a:k':'5'}}"), ""},
        {"a number outside", ID,
         ALLOWS("{'NumericLessThan':{'a:k':'7'},^'NumericEquals':{'a:k':'8'}}"), "1250"},
        {"dates", ID,
         ALLOWS("{'DateLessThan':{'aws:TokenIssueTime':'2026-02-01T00:00:00Z'},"
                "^'DateGreaterThan':{'aws:TokenIssueTime':'1790000000'}}"),
         "1250"},
        {"networks", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':'192.0.2.0/24'},"
                "^'NotIpAddress':{'aws:SourceIp':'192.0.0.0/16'}}"),
         "1250"},
        {"a network without a part", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':'192.0.0.0/16'},"
                "'NotIpAddress':{'aws:SourceIp':'192.0.2.0/24'}}"),
         ""},
        {"ARNs", ID,
         ALLOWS("{'ArnLike':{'a:k':'arn:aws:iam::1*:role/*'},^'ArnEquals':{'a:k':"
                "'arn:aws:iam::222222222222:role/x'}}"),
         "1250"},
        {"another key", ID, ALLOWS("{'StringEquals':{'a:k':'x'},'StringLike':{'a:l':'y*'}}"), ""},
        {"variables", ID,
         ALLOWS("{'StringEquals':{'a:k':'${aws:username}'},'StringEqualsIgnoreCase':{'a:k':'x'}}"),
         ""},
    };
    CHECK_STATEMENTS(cases);
}

static void what_holds_anyway(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"there, and with a value", ID,
         ALLOWS("{^'Null':{'a:k':'false'},'StringEquals':{'a:k':'x'}}"), "1251"},
        {"a value that may be empty", ID,
         ALLOWS("{'Null':{'a:k':'false'},'StringEquals':{'a:k':['x','']}}"), ""},
        {"if it exists", ID, ALLOWS("{'Null':{'a:k':'false'},'StringEqualsIfExists':{'a:k':'x'}}"),
         ""},
        {"all of none", ID,
         ALLOWS("{'Null':{'a:k':'false'},'ForAllValues:StringEquals':{'a:k':'x'}}"), ""},
        {"a wider pattern", ID, ALLOWS("{^'StringLike':{'a:k':'x*'},'StringEquals':{'a:k':'x1'}}"),
         "1251"},
        {"the same again", ID,
         ALLOWS("{'ArnLike':{'a:k':'arn:aws:s3:::b'},^'ArnEquals':{'a:k':'arn:aws:s3:::b'}}"),
         "1251"},
        {"what is not asked for", ID,
         ALLOWS("{'StringEquals':{'a:k':'x'},^'StringNotEquals':{'a:k':['y','z']}}"), "1251"},
    };
    CHECK_STATEMENTS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_holds_together),
        cmocka_unit_test(what_holds_anyway),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
