// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#include <stdio.h>

#define REST "'Effect':'Deny','Action':'s3:*','Resource':'*'"

// characters above U+00FF, in values, names and whatever is refused anyway.
static void iam_policies_hold_latin_1_only(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"U+00FF is the last one", PC_POLICY_IDENTITY,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:x':'\xC3\xBF\x7F'}}}}", ""},
        {"U+0100 is too far", PC_POLICY_IDENTITY,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:x':^'a\xC4\x80'}}}}", "206"},
        {"an escape passes", PC_POLICY_IDENTITY,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:x':'\\u0100'}}}}", ""},
        {"in the name of a key, and once a string", PC_POLICY_IDENTITY,
         "{'Statement':{" REST ",\n'Condition':{'StringEquals':{'aws:x':'1',^'aws:PrincipalTag/"
         "\xE2\x82\xAC\xE2\x82\xAC':^'\xF0\x9F\x98\x80'}}}}",
         "206 206"},
        {"columns count code points", PC_POLICY_SESSION,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:\xC3\xA9':[^'\xE2\x82\xAC',"
         "^'\xE2\x82\xAC']}}}}",
         "206 206"},
        {"a boundary", PC_POLICY_BOUNDARY,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:x':^'\xC4\x80'}}}}", "206"},
        {"an SCP", PC_POLICY_SCP,
         "{'Statement':{" REST ",'Condition':{'StringEquals':{'aws:x':^'\xC4\x80'}}}}", "206"},
        {"a trust policy", PC_POLICY_TRUST,
         "{'Statement':{'Effect':'Deny','Principal':'*','Action':'sts:*',"
         "'Condition':{'StringEquals':{'aws:x':^'\xC4\x80'}}}}",
         "206"},
        {"not a bucket policy", PC_POLICY_RESOURCE,
         "{'Id':'\xC4\x80','Statement':{'Principal':'*'," REST "}}", ""},
        {"not a key policy", PC_POLICY_KEY,
         "{'Statement':{'Sid':'\xC4\x80','Principal':'*','Effect':'Deny','Action':'kms:*','"
         "Resource':'*'}}",
         ""},
        {"an RCP", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':{'Principal':'*'," REST
         ",'Condition':{'StringEquals':{'aws:x':^'\xC4\x80'}}}}",
         "206"},
    };
    CHECK_DOCUMENTS(cases);
}

// The text is looked at in words: a character that is refused, and one that is not, in every place
// of them.
static void characters_count_wherever_they_are(void **state)
{
    (void)state;
    for (size_t before = 0; before < 24; before++) {
        for (int foreign = 0; foreign < 2; foreign++) {
            struct pc_arena arena = {0};
            struct pc_diags diags;
            char text[160];
            (void)snprintf(text, sizeof(text),
                           "{\"Version\":\t\"2012-10-17\",\r\n\"Statement\":[{\"Sid\":\"%.*s%s\","
                           "\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
                           (int)before, "aaaaaaaaaaaaaaaaaaaaaaaa",
                           foreign == 1 ? "\xC4\x80" : "a");
            struct pc_json_source source = {.file = PC_STR("p"), .text = pc_str_from(text)};
            struct pc_policy_input input = {.type = PC_POLICY_IDENTITY, .source = source.text};
            const struct pc_policy *policy;
            pc_diags_init(&diags, &arena);
            assert_int_equal(pc_json_parse(&arena, &source, &diags, &input.document), PC_OK);
            enum pc_status status = pc_policy_read(&arena, &input, &diags, &policy);
            assert_int_equal(status, foreign == 1 ? PC_ERR_INVALID : PC_OK);
            assert_int_equal(foreign == 1 ? diags.first->code : 0,
                             foreign == 1 ? PC_DIAG_POLICY_CHARACTER : 0);
            pc_arena_release(&arena);
        }
    }
}

static size_t size_of(const char *text, bool without_white_space)
{
    struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    struct pc_json_source source = {.file = PC_STR("p"), .text = pc_str_from(text)};
    const struct pc_json *json = NULL;
    assert_int_equal(pc_json_parse(&arena, &source, &diags, &json), PC_OK);
    struct pc_policy_input input = {.document = json, .source = source.text};
    size_t size = pc_policy_size(&input, without_white_space);
    pc_arena_release(&arena);
    return size;
}

// characters of the document alone; white space inside strings is left out as well.
static void sizes_count_characters(void **state)
{
    (void)state;
    assert_int_equal(size_of("{}", false), 2);
    assert_int_equal(size_of(" \n{\t}\r\n", false), 3);
    assert_int_equal(size_of(" \n{\t}\r\n", true), 2);
    assert_int_equal(size_of("{\"\xC3\xA9 \xE2\x82\xAC\" :\n1}", false), 11);
    assert_int_equal(size_of("{\"\xC3\xA9 \xE2\x82\xAC\" :\n1}", true), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iam_policies_hold_latin_1_only),
        cmocka_unit_test(characters_count_wherever_they_are),
        cmocka_unit_test(sizes_count_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
