// SPDX-License-Identifier: Apache-2.0
#include "statement_case.h"

#define ID PC_POLICY_IDENTITY

//
static void wildcards(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"a star", ID, ALLOWS("{'StringEquals':{'a:k':['x',^'x*']}}"), "1256"},
        {"a question mark", ID, ALLOWS("{'StringNotEqualsIgnoreCase':{'a:k':^'?'}}"), "1256"},
        {"escaped", ID, ALLOWS("{'StringEquals':{'a:k':['x${*}','${?}']}}"), ""},
        {"Like", ID, ALLOWS("{'StringLike':{'a:k':['x','x2*']}}"), ""},
        {"Like without", ID, ALLOWS("{^'StringLike':{'a:k':['x','y${*}']}}"), "1257"},
        {"not Like without", ID, ALLOWS("{^'StringNotLike':{'a:k':'${a:b}'}}"), "1257"},
        {"services have no wildcards", ID,
         ALLOWS("{'StringLike':{'iam:PassedToService':['ec2.amazonaws.com',"
                "'ec2.amazonaws.com.cn']}}"),
         ""},
        {"a service among others", ID, ALLOWS("{^'StringLike':{'a:k':['ec2.amazonaws.com','x']}}"),
         "1257"},
        {"as Cognito's console writes it", ID,
         ALLOWS("{'ForAnyValue:StringLike':{'cognito-identity.amazonaws.com:amr':"
                "'authenticated'}}"),
         ""},
        {"ARNs are like", ID, ALLOWS("{'ArnLike':{'a:k':'arn:aws:s3:::b'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void every_value(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"some value", ID, ALLOWS("{^'StringLike':{'a:k':'*'}}"), "1259"},
        {"some value of a list", ID, ALLOWS("{^'ForAnyValue:StringLike':{'a:k':'*'}}"), "1259"},
        {"no value", ID, ALLOWS("{^'StringNotLike':{'a:k':'*'}}"), "1259"},
        {"one character at least", ID, ALLOWS("{'StringLike':{'a:k':'?*'}}"), ""},
        {"a star that is a character", ID, ALLOWS("{'StringEquals':{'a:k':'${*}'}}"), ""},
        {"or none", ID, ALLOWS("{^'StringLikeIfExists':{'a:k':'*'}}"), "1258"},
        {"all of none", ID, ALLOWS("{^'ForAllValues:StringLike':{'a:k':'*'}}"), "1258"},
        {"of what is always there", ID, ALLOWS("{^'StringLike':{'aws:RequestedRegion':'*'}}"),
         "1258"},
        {"true or false", ID, ALLOWS("{^'Bool':{'a:k':['true','false']}}"), "1259"},
        {"there or not", ID, ALLOWS("{^'Null':{'a:k':['true','false']}}"), "1258"},
        {"true, if it exists", ID, ALLOWS("{'BoolIfExists':{'a:k':'true'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void addresses(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"every address", ID, ALLOWS("{'IpAddress':{'aws:SourceIp':^'0.0.0.0/0'}}"), "1260"},
        {"every address of both versions", ID,
         ALLOWS("{^'IpAddress':{'aws:VpcSourceIp':[^'0.0.0.0/0',^'::/0']}}"), "1259 1260 1260"},
        {"bits behind the mask", ID, ALLOWS("{'IpAddress':{'aws:SourceIp':^'203.0.113.7/24'}}"),
         "1261"},
        {"no bits behind it", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':['203.0.113.0/24',^'203.0.113.7/32','198.51.100.1',"
                "'2001:db8::/32']}}"),
         "1271"},
        {"bits behind the mask, version 6", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':^'2001:db8::1/32'}}"), "1261"},
    };
    CHECK_STATEMENTS(cases);
}

// Now is 2026-01-01T12:00:00Z, 1767268800.
static void times(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"past", ID, ALLOWS("{^'DateLessThan':{'aws:CurrentTime':'2026-01-01T12:00:00Z'}}"),
         "1252"},
        {"not past", ID,
         ALLOWS("{'DateLessThanEquals':{'aws:CurrentTime':'2026-01-01T12:00:00Z'}}"), ""},
        {"past, of a Deny", ID, DENIES("{^'DateLessThan':{'aws:CurrentTime':'2025-12-31'}}"),
         "1253"},
        {"seconds", ID, ALLOWS("{^'NumericLessThan':{'aws:EpochTime':'1767268800'}}"), "1252"},
        {"one of two is past", ID,
         ALLOWS("{'DateLessThan':{'aws:CurrentTime':[^'2025-01-01','2027-01-01']}}"), "1271"},
        {"begun", ID, ALLOWS("{^'DateGreaterThan':{'aws:CurrentTime':'2025-01-01'}}"), "1255"},
        {"to come", ID, ALLOWS("{'DateGreaterThan':{'aws:CurrentTime':'2027-01-01'}}"), ""},
        {"another time", ID, ALLOWS("{'DateLessThan':{'aws:TokenIssueTime':'2025-01-01'}}"), ""},
        {"a year", ID, ALLOWS("{'DateLessThan':{'aws:TokenIssueTime':^'2030'}}"), "1254"},
        {"milliseconds", ID, ALLOWS("{'DateLessThan':{'aws:TokenIssueTime':^'1767268800000'}}"),
         "1254"},
        {"seconds that are meant", ID,
         ALLOWS("{'DateLessThan':{'aws:TokenIssueTime':'1767268800'}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

//
static void lists(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"twice", ID, ALLOWS("{'StringEquals':{'a:k':['x','y',^'x']}}"), "1270"},
        {"letter case", ID, ALLOWS("{'StringEqualsIgnoreCase':{'a:k':['x',^'X']}}"), "1270"},
        {"letter case that counts", ID, ALLOWS("{'StringEquals':{'a:k':['x','X']}}"), ""},
        {"one network", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':['192.0.2.0/24',^^'192.0.2.1/24']}}"), "1261 1270"},
        {"below a pattern", ID, ALLOWS("{'StringLike':{'a:k':[^'x1','x*']}}"), "1271"},
        {"below a pattern, negated", ID, ALLOWS("{'StringNotLike':{'a:k':['x*',^'x?']}}"), "1271"},
        {"patterns that cross", ID, ALLOWS("{'StringLike':{'a:k':['x*','*x']}}"), ""},
        {"in a larger network", ID,
         ALLOWS("{'IpAddress':{'aws:SourceIp':['192.0.0.0/16',^'192.0.2.0/24']}}"), "1271"},
        {"the larger bound counts", ID, ALLOWS("{'NumericLessThan':{'a:k':[^'2700','3600']}}"),
         "1271"},
        {"the smaller bound counts", ID, ALLOWS("{'NumericGreaterThan':{'a:k':['2700',^'3600']}}"),
         "1271"},
        {"one number in two ways", ID, ALLOWS("{'NumericEquals':{'a:k':['10',^'10.0']}}"), "1271"},
        {"ARNs", ID, ALLOWS("{'ArnEquals':{'a:k':['arn:aws:s3:::b*',^'arn:aws:s3:::b/x']}}"),
         "1271"},
        {"ARNs apart", ID, ALLOWS("{'ArnLike':{'a:k':['arn:aws:s3:::b*','arn:aws:sqs:::b']}}"), ""},
    };
    CHECK_STATEMENTS(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wildcards), cmocka_unit_test(every_value), cmocka_unit_test(addresses),
        cmocka_unit_test(times),     cmocka_unit_test(lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
