// SPDX-License-Identifier: Apache-2.0
#include "operand.h"

static const char *const alice[] = {
    "aws:username", "alice", "aws:principaltag/t", "*", "aws:principaltag/yes", "TRUE", NULL};

static void string_equals(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"StringEquals", "vpc-1", "vpc-1", PC_MATCH, NULL},
        {"StringEquals", "vpc-1", "vpc-12", PC_NOMATCH, NULL},
        {"StringEquals", "Bob", "bob", PC_NOMATCH, NULL},
        {"StringEquals", "a*", "a*", PC_MATCH, NULL}, // R-414
        {"StringEquals", "a*", "ab", PC_NOMATCH, NULL},
        {"StringEquals", "a?", "ab", PC_NOMATCH, NULL},
        {"StringEquals", "", "", PC_MATCH, NULL}, // R-413
        {"StringEquals", "", "a", PC_NOMATCH, NULL},
        {"StringEquals", "\xc3\xaa", "e\xcc\x82", PC_NOMATCH, NULL}, // R-412: no normalisation
        {"StringEquals", "a${*}${?}${$}", "a*?$", PC_MATCH, NULL},   // R-505
        {"StringEquals", "${aws:username}", "alice", PC_MATCH, alice},
        {"StringEquals", "${AWS:UserName}", "alice", PC_MATCH, alice},
        {"StringEquals", "${aws:username}", "${aws:username}", PC_NOMATCH, alice},
        {"StringEquals", "${aws:none, 'x y'}", "x y", PC_MATCH, alice}, // R-509
        {"StringEquals", "$", "$", PC_MATCH, NULL},
        {"StringEquals", "$aws:username", "$aws:username", PC_MATCH, alice},
    };
    CHECK_COMPARISONS(rows);
}

static void string_equals_ignore_case(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"StringEqualsIgnoreCase", "Bob", "bOB", PC_MATCH, NULL},
        {"StringEqualsIgnoreCase", "\xc3\x84", "\xc3\xa4", PC_MATCH, NULL},
        {"StringEqualsIgnoreCase",
         "stra\xc3\x9f"
         "e",
         "strasse", PC_NOMATCH, NULL}, // R-412: one code point to one
        {"StringEqualsIgnoreCase", "a*", "AB", PC_NOMATCH, NULL},
        {"StringEqualsIgnoreCase", "A*", "a*", PC_MATCH, NULL},
        {"StringEqualsIgnoreCase", "", "", PC_MATCH, NULL},
        {"StringEqualsIgnoreCase", "x${aws:username}", "XALICE", PC_MATCH, alice},
        {"StringEqualsIgnoreCase", "${aws:none, 'TEAM'}", "team", PC_MATCH, alice},
    };
    CHECK_COMPARISONS(rows);
}

static void string_like(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"StringLike", "a*", "a", PC_MATCH, NULL},
        {"StringLike", "a?", "a", PC_NOMATCH, NULL},
        {"StringLike", "a?", "a\xc3\xaa", PC_MATCH, NULL}, // one code point
        {"StringLike", "arn:*:key", "arn:a:b/c:key", PC_MATCH, NULL},
        {"StringLike", "A*", "ab", PC_NOMATCH, NULL},
        {"StringLike", "", "", PC_MATCH, NULL}, // R-413
        {"StringLike", "", "home/", PC_NOMATCH, NULL},
        {"StringLike", "a${*}", "ab", PC_NOMATCH, NULL}, // R-505
        {"StringLike", "a${*}", "a*", PC_MATCH, NULL},
        {"StringLike", "${aws:PrincipalTag/t}", "x", PC_NOMATCH, alice}, // R-506: a tag of "*"
        {"StringLike", "${aws:PrincipalTag/t}", "*", PC_MATCH, alice},
        {"StringLike", "home/${aws:username}/*", "home/alice/x", PC_MATCH, alice},
        {"StringLike", "home/${aws:username}/*", "home/Alice/x", PC_NOMATCH, alice}, // R-515
    };
    CHECK_COMPARISONS(rows);
}

// R-502: without Version 2012-10-17 a variable is plain text, malformed or not.
static void variables_without_the_version(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"StringEquals", "${aws:username}", "alice", PC_NOMATCH, alice},
        {"StringEquals", "${aws:username}", "${aws:username}", PC_MATCH, alice},
        {"StringEqualsIgnoreCase", "${AWS:username}", "${aws:USERNAME}", PC_MATCH, alice},
        {"StringEquals", "${*}", "${*}", PC_MATCH, NULL},
        {"StringLike", "${aws:PrincipalTag/t}*", "${aws:PrincipalTag/t}z", PC_MATCH, alice},
        {"StringLike", "a${*}", "a${b}", PC_MATCH, NULL},
        {"StringEquals", "${", "${", PC_MATCH, NULL},
        {"StringEquals", "${}", "${}", PC_MATCH, NULL},
        {"ArnLike", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/alice", PC_NOMATCH,
         alice},
        {"ArnLike", "arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/${aws:username}",
         PC_MATCH, alice},
    };
    CHECK_COMPARISONS_2008(rows);
}

// R-428, R-507: a value with a variable that stands for nothing is no error, it does not match.
static void variables_without_a_value(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"StringEquals", "${aws:none}", "", PC_NOMATCH, alice},
        {"StringEquals", "${aws:none}", "${aws:none}", PC_NOMATCH, alice},
        {"StringEqualsIgnoreCase", "a${aws:none}", "a", PC_NOMATCH, alice},
        {"StringLike", "*${aws:none}*", "x", PC_NOMATCH, alice},
        {"StringLike", "${aws:username}", "alice", PC_NOMATCH, NULL},
        {"ArnLike", "arn:aws:iam::1:user/${aws:none}", "arn:aws:iam::1:user/", PC_NOMATCH, alice},
        {"ArnEquals", "arn:aws:iam::1:user/${aws:none}", "arn:aws:iam::1:user/x", PC_NOMATCH, NULL},
        {"Bool", "${aws:none}", "true", PC_NOMATCH, alice},
    };
    CHECK_COMPARISONS(rows);
    const struct pc_op_env nothing = {NULL, NULL};
    struct pc_str bytes = operand(row_of("StringEquals"), PC_STR("${aws:username}"), true);
    assert_int_equal(row_of("StringEquals")->compare(bytes, PC_STR("alice"), &nothing), PC_NOMATCH);
    drop(bytes);
}

// R-512: each fault, for each operator that takes variables.
static void malformed_variables(void **state)
{
    (void)state;
    static const struct pc_str faults[] = {
        PC_STR_INIT("${"),           PC_STR_INIT("a${aws:x"),     PC_STR_INIT("${}"),
        PC_STR_INIT("${aws: x}"),    PC_STR_INIT("${ aws:x}"),    PC_STR_INIT("${aws:x, 'd}"),
        PC_STR_INIT("${aws:x,'d'}"), PC_STR_INIT("${aws:x, d'}"), PC_STR_INIT("${aws:x, d}"),
        PC_STR_INIT("${aws:x }"),    PC_STR_INIT("${${aws:x}}"),  PC_STR_INIT("${aws:x,}"),
    };
    static const char *const ops[] = {"StringEquals", "StringEqualsIgnoreCase", "StringLike",
                                      "Bool"};
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct pc_buf arn = {0};
        for (size_t k = 0; k < COUNT(ops); k++) {
            assert_true(refusal(ops[k], faults[i], true).variable);
        }
        pc_buf_text(&arn, "arn:aws:iam::1:user/");
        pc_buf_str(&arn, faults[i]);
        assert_true(refusal("ArnEquals", pc_buf_view(&arn), true).variable);
        assert_true(refusal("ArnLike", pc_buf_view(&arn), true).variable);
        pc_buf_release(&arn);
    }
}

// SEMANTICS.md 5.3; R-508: variables too.
static void booleans(void **state)
{
    (void)state;
    static const struct comparison rows[] = {
        {"Bool", "true", "true", PC_MATCH, NULL},
        {"Bool", "TRUE", "true", PC_MATCH, NULL},
        {"Bool", "true", "TrUe", PC_MATCH, NULL},
        {"Bool", "False", "false", PC_MATCH, NULL},
        {"Bool", "false", "true", PC_NOMATCH, NULL},
        {"Bool", "true", "false", PC_NOMATCH, NULL},
        {"Bool", "true", "", PC_MATCH_ERROR, NULL}, // R-426
        {"Bool", "true", "1", PC_MATCH_ERROR, NULL},
        {"Bool", "true", "yes", PC_MATCH_ERROR, NULL},
        {"Bool", "true", "true ", PC_MATCH_ERROR, NULL},
        {"Bool", "${aws:PrincipalTag/yes}", "true", PC_MATCH, alice},
        {"Bool", "${aws:PrincipalTag/yes}", "false", PC_NOMATCH, alice},
        {"Bool", "${aws:none, 'false'}", "false", PC_MATCH, alice},
        {"Bool", "${aws:username}", "true", PC_NOMATCH, alice},
        {"Bool", "${aws:username}", "alice", PC_MATCH_ERROR, alice},
    };
    CHECK_COMPARISONS(rows);
}

// R-427. What only looks like a variable is not blamed on variables.
static void values_that_are_no_booleans(void **state)
{
    (void)state;
    static const struct pc_str texts[] = {
        PC_STR_INIT(""),       PC_STR_INIT("yes"),  PC_STR_INIT("1"),     PC_STR_INIT("true "),
        PC_STR_INIT("*"),      PC_STR_INIT("t*"),   PC_STR_INIT("$true"), PC_STR_INIT("truefalse"),
        PC_STR_INIT("true\0"), PC_STR_INIT("null"),
    };
    check_refused("Bool", texts, COUNT(texts));
    assert_false(refusal("Bool", PC_STR("${aws:x}"), false).variable); // R-502
    assert_false(refusal("Bool", PC_STR("${*}"), true).variable);
}

// R-422, R-423: ArnEquals and ArnLike are one operator under two names.
static void arns(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *request;
        enum pc_match expected;
    } rows[] = {
        {"arn:aws:s3:::b", "arn:aws:s3:::b", PC_MATCH},
        {"arn:aws:s3:::b", "arn:aws:s3:::B", PC_NOMATCH},
        {"arn:aws:sns:*:111111111111:t*", "arn:aws:sns:us-east-1:111111111111:topic", PC_MATCH},
        {"arn:aws:s:*:A:fin/*", "arn:aws:s:us-east-2:B:store/abc:A:fin/d", PC_NOMATCH},
        {"arn:aws:s:::a*z", "arn:aws:s:::a:b/c:z", PC_MATCH},
        {"arn:aws:s3:::b?", "arn:aws:s3:::b1", PC_MATCH},
        {"arn:aws:s3:::b?", "arn:aws:s3:::b", PC_NOMATCH},
        {"arn:*:*:*:*:*", "arn:aws:iam::1:user/x", PC_MATCH},
        {"*:aws:s3:::b", "arn:aws:s3:::b", PC_MATCH}, // each of the six fields
        {"a?n:aws:s3:::b", "arn:aws:s3:::b", PC_MATCH},
        {"b*:aws:s3:::b", "arn:aws:s3:::b", PC_NOMATCH},
        {"*:*:*:*:*:*", "arm:aws:s3:::b", PC_MATCH_ERROR},
        {"arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/alice", PC_MATCH},
        {"arn:aws:iam::1:user/${aws:PrincipalTag/t}", "arn:aws:iam::1:user/x", PC_NOMATCH},
        {"arn:aws:s3:::b", "b", PC_MATCH_ERROR}, // R-426
        {"arn:aws:s3:::b", "", PC_MATCH_ERROR},
        {"arn:*:*:*:*:*", "arn:aws:s3:b", PC_MATCH_ERROR},
        {"arn:*:*:*:*:*", "ARN:aws:s3:::b", PC_MATCH_ERROR},
        {"arn:*:*:*:*:*", "xarn:aws:s3:::b", PC_MATCH_ERROR},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct comparison pair[] = {
            {"ArnEquals", rows[i].policy, rows[i].request, rows[i].expected, alice},
            {"ArnLike", rows[i].policy, rows[i].request, rows[i].expected, alice},
        };
        CHECK_COMPARISONS(pair);
    }
}

// R-514: a value with colons stays in field 6.
static void arn_variables_cannot_shift_fields(void **state)
{
    (void)state;
    static const char *const pairs[] = {"aws:x", "a:b:c", NULL};
    static const struct comparison rows[] = {
        {"ArnLike", "arn:aws:s3:::${aws:x}", "arn:aws:s3:::a:b:c", PC_MATCH, pairs},
        {"ArnLike", "arn:aws:s3:::${aws:x}", "arn:aws:s3:a:b:c", PC_NOMATCH, pairs},
        {"ArnLike", "arn:aws:s3:${aws:x}::k", "arn:aws:s3:a:b:c::k", PC_NOMATCH, pairs},
    };
    CHECK_COMPARISONS(rows);
}

// R-424, R-425: kept, because stored policies hold them, but an error against every request.
static void values_that_are_no_arns(void **state)
{
    (void)state;
    static const char *const texts[] = {"*",
                                        "",
                                        "b",
                                        "arn",
                                        "arn:aws:s3",
                                        "arn:aws:sns:*:topic",
                                        "ARN:aws:s3:::b",
                                        "arm:aws:s3:::b",
                                        "${aws:username}"};
    static const char *const requests[] = {"arn:aws:s3:::b", "arn:aws:s3", "*", "b", ""};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct pc_buf out = {0};
        struct pc_op_fault fault = {0};
        assert_int_equal(row_of("ArnLike")->encode(pc_str_from(texts[i]), true, &out, &fault),
                         PC_OK);
        assert_true(fault.tolerated);
        assert_false(fault.variable);
        assert_non_null(fault.reason);
        pc_buf_release(&out);
        for (size_t k = 0; k < COUNT(requests); k++) {
            const struct comparison pair[] = {
                {"ArnLike", texts[i], requests[k], PC_MATCH_ERROR, alice},
                {"ArnEquals", texts[i], requests[k], PC_MATCH_ERROR, alice},
            };
            CHECK_COMPARISONS(pair);
        }
        check_written("ArnLike", texts[i], texts[i]);
    }
}

static void what_is_written(void **state)
{
    (void)state;
    check_written("StringEquals", "a*b", "a*b");
    check_written("StringEqualsIgnoreCase", "Bob", "bob");
    check_written("StringLike", "a*?${*}", "a*?${*}");
    check_written("StringLike", "${AWS:UserName, 'x'}/*", "${aws:username, 'x'}/*");
    check_written("Bool", "TRUE", "true");
    check_written("ArnLike", "arn:aws:s3:::b/${aws:x}*", "arn:aws:s3:::b/${aws:x}*");
    check_written("StringEquals", "", "");
}

static void note_key(void *context, struct pc_str key)
{
    struct pc_buf *keys = context;
    pc_buf_str(keys, key);
    pc_buf_byte(keys, ';');
}

static void check_variables(const char *name, const char *text, const char *expected)
{
    const struct pc_operator *op = row_of(name);
    struct pc_str bytes = operand(op, pc_str_from(text), true);
    struct pc_buf keys = {0};
    op->each_variable(bytes, note_key, &keys);
    pc_buf_byte(&keys, '\0');
    assert_string_equal(keys.ptr, expected);
    pc_buf_release(&keys);
    drop(bytes);
}

static void which_variables(void **state)
{
    (void)state;
    check_variables("StringLike", "${aws:A}/${s3:b, 'x'}${*}", "aws:a;s3:b;");
    check_variables("StringEquals", "plain", "");
    check_variables("Bool", "${aws:x}", "aws:x;");
    check_variables("ArnLike", "arn:aws:s3:::b/${aws:X}", "aws:x;");
    check_variables("ArnLike", "arn:aws:${aws:x}:::${aws:y}", "aws:x;aws:y;"); // R-503
    check_variables("ArnEquals", "${aws:x}", "");
}

// Too large for a pattern is neither an invalid value nor half a one.
static void values_that_are_too_large(void **state)
{
    (void)state;
    static const char *const ops[] = {"StringEquals", "StringEqualsIgnoreCase", "StringLike",
                                      "Bool", "ArnLike"};
    struct pc_buf text = {0};
    pc_buf_text(&text, "arn:aws:s3:::");
    pc_buf_fill(&text, 'x', 1 << 17);
    for (size_t i = 0; i < COUNT(ops); i++) {
        struct pc_buf out = {0};
        struct pc_op_fault fault = {0};
        pc_buf_text(&out, "before");
        assert_int_equal(row_of(ops[i])->encode(pc_buf_view(&text), true, &out, &fault),
                         PC_ERR_LIMIT);
        assert_null(fault.reason);
        assert_view(pc_buf_view(&out), "before");
        pc_buf_release(&out);
    }
    pc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(string_equals),
        cmocka_unit_test(string_equals_ignore_case),
        cmocka_unit_test(string_like),
        cmocka_unit_test(variables_without_the_version),
        cmocka_unit_test(variables_without_a_value),
        cmocka_unit_test(malformed_variables),
        cmocka_unit_test(booleans),
        cmocka_unit_test(values_that_are_no_booleans),
        cmocka_unit_test(arns),
        cmocka_unit_test(arn_variables_cannot_shift_fields),
        cmocka_unit_test(values_that_are_no_arns),
        cmocka_unit_test(what_is_written),
        cmocka_unit_test(which_variables),
        cmocka_unit_test(values_that_are_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
