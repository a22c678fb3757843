// SPDX-License-Identifier: Apache-2.0
//
// Names of functions and their qualifiers (LAMBDA.md 4).
#include "told.h"

static const struct {
    const char *name, *qualifier, *account, *region;
    const char *arn; // NULL: refused
    const char *code;
} rows[] = {
    {FUNCTION, "", "", "", FUNCTION, ""},
    {FUNCTION ":prod", "", "", "", FUNCTION ":prod", ""},
    {FUNCTION ":7", "", "", "", FUNCTION ":7", ""},
    {FUNCTION ":$LATEST", "", "", "", FUNCTION ":$LATEST", ""},
    {FUNCTION ":$LATEST.PUBLISHED", "", "", "", FUNCTION ":$LATEST.PUBLISHED", ""},
    {FUNCTION, "prod", "", "", FUNCTION ":prod", ""},
    {FUNCTION ":prod", "prod", "", "", FUNCTION ":prod", ""},
    {FUNCTION, "", "111122223333", "eu-west-1", FUNCTION, ""},
    {"thumbs", "", "111122223333", "eu-west-1", FUNCTION, ""},
    {"thumbs:prod", "", "111122223333", "eu-west-1", FUNCTION ":prod", ""},
    {"111122223333:function:thumbs", "", "", "eu-west-1", FUNCTION, ""},
    {"111122223333:function:thumbs:prod", "prod", "", "eu-west-1", FUNCTION ":prod", ""},
    // a name of digits alone is a name
    {"444455556666", "", "111122223333", "eu-west-1",
     "arn:aws:lambda:eu-west-1:111122223333:function:444455556666", ""},
    {"x", "", "111122223333", "cn-north-1", "arn:aws-cn:lambda:cn-north-1:111122223333:function:x",
     ""},
    {"x", "", "111122223333", "us-gov-west-1",
     "arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:x", ""},
    {"x", "", "111122223333", "eusc-de-east-1",
     "arn:aws-eusc:lambda:eusc-de-east-1:111122223333:function:x", ""},
    {"x", "", "111122223333", "us-isob-east-1",
     "arn:aws-iso-b:lambda:us-isob-east-1:111122223333:function:x", ""},
    {"x", "", "111122223333", "us-iso-east-1",
     "arn:aws-iso:lambda:us-iso-east-1:111122223333:function:x", ""},
    // what is missing, contradicts or has no form
    {"thumbs", "", "111122223333", "", NULL, " 1160"},
    {"thumbs", "", "", "eu-west-1", NULL, " 1160"},
    {"111122223333:function:thumbs", "", "", "", NULL, " 1160"},
    {FUNCTION, "", "444455556666", "", NULL, " 1160"},
    {FUNCTION, "", "", "us-east-1", NULL, " 1160"},
    {"thumbs", "", "11112222333", "eu-west-1", NULL, " 1160"},
    {"thumbs", "", "111122223333", "europe", NULL, " 1160"},
    {"thumbs", "", "111122223333", "eu-west", NULL, " 1160"},
    {"thumbs", "", "111122223333", "eu--1", NULL, " 1160"},
    {"", "", "111122223333", "eu-west-1", NULL, " 1160"},
    {"thu mbs", "", "111122223333", "eu-west-1", NULL, " 1160"},
    {"thumbs*", "", "111122223333", "eu-west-1", NULL, " 1160"},
    {"thumbs:", "", "111122223333", "eu-west-1", NULL, " 1160"},
    {"thumbs:a:b", "", "111122223333", "eu-west-1", NULL, " 1160"},
    {FUNCTION ":*", "", "", "", NULL, " 1160"},
    {"arn:aws:lambda:eu-west-1:111122223333:layer:thumbs", "", "", "", NULL, " 1160"},
    {"arn:aws:s3:eu-west-1:111122223333:function:thumbs", "", "", "", NULL, " 1160"},
    {"arn:x:lambda:eu-west-1:111122223333:function:thumbs", "", "", "", NULL, " 1160"},
    {"arn:aws:lambda:*:111122223333:function:thumbs", "", "", "", NULL, " 1160"},
    {"arn:aws:lambda:eu-west-1:*:function:thumbs", "", "", "", NULL, " 1160"},
    {"arn:aws:lambda:eu-west-1:111122223333:function", "", "", "", NULL, " 1160"},
    {FUNCTION ":prod", "test", "", "", NULL, " 1161"},
    {FUNCTION ":prod", "$LATEST", "", "", NULL, " 1161"},
    {FUNCTION, "a b", "", "", NULL, " 1161"},
    {FUNCTION, "$latest", "", "", NULL, " 1161"},
    {FUNCTION, "a:b", "", "", NULL, " 1161"},
};

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pc_function_wish wish = {
            pc_str_from(rows[i].name), pc_str_from(rows[i].qualifier), pc_str_from(rows[i].account),
            pc_str_from(rows[i].region)};
        struct pc_function_name name = {0};
        struct told told;
        told_start(&told);
        enum pc_status status = pc_function_name_resolve(&told.arena, &wish, &told.diags, &name);
        assert_int_equal(status, rows[i].arn != NULL ? PC_OK : PC_ERR_INVALID);
        assert_codes(&told, rows[i].code, rows[i].name);
        assert_true(pc_str_eq(name.arn, pc_str_from(rows[i].arn)));
        told_release(&told);
    }
}

static void test_parts(void **state)
{
    (void)state;
    struct pc_function_name name;
    assert_true(pc_function_name_parse(PC_STR(FUNCTION ":prod"), &name));
    assert_view(name.partition, "aws");
    assert_view(name.region, "eu-west-1");
    assert_view(name.account, "111122223333");
    assert_view(name.name, "thumbs");
    assert_view(name.qualifier, "prod");
    assert_view(name.function, FUNCTION);
    assert_view(name.arn, FUNCTION ":prod");
}

// 64 and 128 characters are the most.
static void test_lengths(void **state)
{
    (void)state;
    static const size_t name_lengths[] = {64, 65}, alias_lengths[] = {128, 129};
    for (size_t i = 0; i < 2; i++) {
        char text[400];
        struct pc_function_name name;
        struct pc_buf arn = pc_buf_over(text, sizeof(text));
        pc_buf_text(&arn, "arn:aws:lambda:eu-west-1:111122223333:function:");
        pc_buf_fill(&arn, 'a', name_lengths[i]);
        assert_int_equal(pc_function_name_parse(pc_buf_view(&arn), &name), i == 0);
        arn = pc_buf_over(text, sizeof(text));
        pc_buf_text(&arn, FUNCTION ":");
        pc_buf_fill(&arn, 'a', alias_lengths[i]);
        assert_int_equal(pc_function_name_parse(pc_buf_view(&arn), &name), i == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
