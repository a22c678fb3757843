// SPDX-License-Identifier: Apache-2.0
//
// What a condition wants, and what would keep it from holding. That the clauses are true is tried:
// each row has a request that does what the clause says, of which the evaluator must say so.
#include "explaining.h"

struct wish {
    const char *condition; // of a statement for everything
    struct given has;      // what the request has of ex:a; key NULL: nothing
    bool holds;            // the condition, of that request
    const char *clause;    // what would turn it around
    struct given then;     // a request that does that
};

#define HAS(text)                                                                                  \
    {                                                                                              \
        "ex:a", text, false                                                                        \
    }
#define LIST(text)                                                                                 \
    {                                                                                              \
        "ex:a", text, true                                                                         \
    }
#define NOTHING                                                                                    \
    {                                                                                              \
        NULL, NULL, false                                                                          \
    }

static const struct wish wishes[] = {
    {"'StringEquals':{'ex:a':'x'}", NOTHING, false, "ex:a were x", HAS("x")},
    {"'StringEquals':{'ex:a':['x','y']}", HAS("z"), false, "ex:a were x or y", HAS("y")},
    {"'StringEquals':{'ex:a':'x'}", LIST("x"), false, "ex:a were x, and no list", HAS("x")},
    {"'StringEquals':{'ex:a':'x'}", HAS("x"), true, "ex:a were absent or not x", NOTHING},
    {"'StringEquals':{'ex:a':'x'}", HAS("x"), true, "ex:a were absent or not x", HAS("y")},
    {"'StringEqualsIfExists':{'ex:a':'x'}", HAS("y"), false, "ex:a were absent or x", NOTHING},
    {"'StringEqualsIfExists':{'ex:a':'x'}", HAS("y"), false, "ex:a were absent or x", HAS("x")},
    {"'StringEqualsIfExists':{'ex:a':'x'}", NOTHING, true, "ex:a were not x", HAS("y")},
    {"'StringNotEquals':{'ex:a':'x'}", HAS("x"), false, "ex:a were absent or not x", NOTHING},
    {"'StringNotEquals':{'ex:a':'x'}", NOTHING, true, "ex:a were x", HAS("x")},
    {"'StringNotLike':{'ex:a':['x*','y']}", HAS("xx"), false,
     "ex:a were absent or not like x* or y", HAS("z")},
    {"'NumericGreaterThanEquals':{'ex:a':'5'}", HAS("4"), false, "ex:a were at least 5", HAS("5")},
    {"'DateLessThan':{'ex:a':'2024-01-01T00:00:00Z'}", NOTHING, false,
     "ex:a were before 2024-01-01T00:00:00Z", HAS("2023-01-01T00:00:00Z")},
    {"'IpAddress':{'ex:a':'10.0.0.0/8'}", HAS("10.1.1.1"), true,
     "ex:a were absent or not in 10.0.0.0/8", HAS("11.1.1.1")},
    {"'Bool':{'ex:a':'true'}", NOTHING, false, "ex:a were true", HAS("true")},
    {"'ArnLike':{'ex:a':'arn:aws:s3:::b*'}", NOTHING, false, "ex:a were like arn:aws:s3:::b*",
     HAS("arn:aws:s3:::bb")},
    // what cannot be read is neither equal nor unequal.
    {"'NumericNotEquals':{'ex:a':'5'}", HAS("abc"), false,
     "ex:a were absent or not 5, and readable", HAS("6")},
    {"'NumericEquals':{'ex:a':'5'}", HAS("abc"), false, "ex:a were 5", HAS("5")},
    {"'Null':{'ex:a':'true'}", HAS("x"), false, "ex:a were absent", NOTHING},
    {"'Null':{'ex:a':'true'}", NOTHING, true, "ex:a were there", HAS("x")},
    {"'Null':{'ex:a':'false'}", NOTHING, false, "ex:a were there", HAS("x")},
    {"'ForAnyValue:StringEquals':{'ex:a':['x','y']}", LIST("z"), false, "ex:a had a value x or y",
     LIST("z|y")},
    {"'ForAnyValue:StringEquals':{'ex:a':['x','y']}", LIST("x"), true,
     "ex:a were absent or had no value x or y", LIST("z")},
    {"'ForAnyValue:StringEquals':{'ex:a':['x','y']}", LIST("x"), true,
     "ex:a were absent or had no value x or y", NOTHING},
    {"'ForAnyValue:StringNotEquals':{'ex:a':'x'}", LIST("x"), false, "ex:a had a value not x",
     LIST("x|z")},
    {"'ForAllValues:StringEquals':{'ex:a':['x','y']}", LIST("z"), false,
     "ex:a were absent or had only values x or y", LIST("y|x")},
    {"'ForAllValues:StringEquals':{'ex:a':['x','y']}", LIST("z"), false,
     "ex:a were absent or had only values x or y", NOTHING},
    {"'ForAllValues:StringEquals':{'ex:a':'x'}", NOTHING, true, "ex:a had a value not x",
     LIST("z")},
    {"'ForAllValues:StringNotEquals':{'ex:a':'x'}", LIST("x|y"), false,
     "ex:a were absent or had no value x", LIST("y")},
    {"'ForAllValues:StringNotEquals':{'ex:a':'x'}", LIST("y"), true, "ex:a had a value x",
     LIST("y|x")},
};

static void ask(struct explaining *explaining, const struct wish *wish, struct given has)
{
    struct pc_buf statement = {0};
    pc_buf_format(&statement,
                  "{'Sid':'s','Effect':'Allow','Action':'*','Resource':'*','Condition':{%s}}",
                  wish->condition);
    pc_buf_byte(&statement, '\0');
    const struct asked asked = {.identity = statement.ptr, .context = {has}};
    explain(explaining, &asked);
    pc_buf_release(&statement);
}

static bool holds(const struct wish *wish, struct given has)
{
    struct explaining explaining;
    ask(&explaining, wish, has);
    bool found = explaining.answer.decision == PC_DECISION_ALLOWED;
    explaining_release(&explaining);
    return found;
}

static void a_clause_says_what_turns_it_around(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(wishes); i++) {
        struct explaining explaining;
        struct pc_buf expected = {0};
        const struct wish *wish = &wishes[i];
        assert_int_equal(holds(wish, wish->has), wish->holds);
        assert_int_equal(holds(wish, wish->then), !wish->holds);
        ask(&explaining, wish, wish->has);
        // Of one that matches, the last way is that it does not cover the request.
        pc_buf_format(&expected, "%s%s", wish->clause,
                      wish->holds ? " & it did not cover s3:GetObject on " OBJECT : "");
        pc_buf_byte(&expected, '\0');
        check_lacks(&explaining, "s", expected.ptr);
        pc_buf_release(&expected);
        explaining_release(&explaining);
    }
}

// with a set operator Null says the same of every request.
static void what_no_request_turns_around_is_not_asked_of_it(void **state)
{
    (void)state;
    static const struct wish never = {.condition = "'ForAnyValue:Null':{'ex:a':'true'}"};
    struct explaining explaining;
    assert_false(holds(&never, (struct given)HAS("x")));
    assert_false(holds(&never, (struct given)NOTHING));
    ask(&explaining, &never, (struct given)NOTHING);
    check_lacks(&explaining, "s", "its condition ForAnyValue:Null of ex:a were another");
    explaining_release(&explaining);
}

// nothing is like what is no ARN.
static void what_is_no_arn_is_not_asked_for(void **state)
{
    (void)state;
    static const struct wish never = {.condition = "'ArnLike':{'ex:a':'arn:aws:s3'}"};
    struct explaining explaining;
    assert_false(holds(&never, (struct given)HAS("arn:aws:s3")));
    assert_false(holds(&never, (struct given)HAS("arn:aws:s3:::b")));
    ask(&explaining, &never, (struct given)HAS("arn:aws:s3:::b"));
    check_lacks(&explaining, "s", "its condition ArnLike of ex:a were another");
    explaining_release(&explaining);
}

// The value of a variable that is absent has to be there as well.
static void a_variable_that_is_absent_is_lacking(void **state)
{
    (void)state;
    static const struct wish wish = {.condition = "'StringEquals':{'ex:a':'${ex:b}'}"};
    struct explaining explaining;
    ask(&explaining, &wish, (struct given)HAS("x"));
    check_lacks(&explaining, "s", "ex:a were ${ex:b}, and ex:b were there");
    explaining_release(&explaining);
    // One with a default is not.
    static const struct wish with_default = {.condition = "'StringEquals':{'ex:a':'${ex:b, `y`}'}"};
    assert_true(holds(&with_default, (struct given)HAS("y")));
    ask(&explaining, &with_default, (struct given)HAS("x"));
    check_lacks(&explaining, "s", "ex:a were ${ex:b, 'y'}");
    explaining_release(&explaining);
}

// Everything that a statement lacks, whichever is the first.
static void all_lacks_are_told(void **state)
{
    (void)state;
    struct explaining explaining;
    const struct asked asked = {
        .identity =
            "{'Sid':'s','Effect':'Allow','Action':'s3:Put*','Resource':'arn:aws:s3:::x/*',"
            "'Condition':{'StringEquals':{'ex:a':'1'},'Null':{'ex:b':'true'}}},"
            "{'Sid':'n','Effect':'Allow','NotAction':'s3:*','NotResource':'arn:aws:s3:::*'},"
            "{'Sid':'far','Effect':'Allow','Action':'ec2:*','Resource':'*'}"};
    explain(&explaining, &asked);
    check_lacks(&explaining, "s",
                "its Action covered s3:GetObject & its Resource covered " OBJECT " & ex:a were 1");
    check_lacks(&explaining, "n",
                "its NotAction did not cover s3:GetObject & its NotResource did not cover " OBJECT);
    check_lacks(&explaining, "far", ""); // nobody looked
    explaining_release(&explaining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clause_says_what_turns_it_around),
        cmocka_unit_test(what_no_request_turns_around_is_not_asked_of_it),
        cmocka_unit_test(what_is_no_arn_is_not_asked_for),
        cmocka_unit_test(a_variable_that_is_absent_is_lacking),
        cmocka_unit_test(all_lacks_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
