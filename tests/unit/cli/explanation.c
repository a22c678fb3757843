// SPDX-License-Identifier: Apache-2.0
//
// The text of an explanation as other verbs print it: below something else, without the verdict.
// What is in it is tested end to end in tests/cli.
#include "../explain/explaining.h"

#include "explanation.h"

static const struct asked refused = {
    .identity = "{'Sid':'near','Effect':'Allow','Action':'s3:*','Resource':'*','Condition':"
                "{'Bool':{'ex:a':'true'}}}"};

static void append(struct explaining *explaining, const struct pc_explanation_style *style,
                   struct pc_buf *out)
{
    const struct pc_explanation_question question = {.policies = &explaining->policies,
                                                     .request = &explaining->request,
                                                     .scratch = explaining->scratch,
                                                     .arena = &explaining->arena};
    assert_int_equal(pc_explanation_append(out, &question, style), PC_OK);
    assert_int_equal(pc_buf_status(out), PC_OK);
}

// Every line, and none of another's; lines of its own begin further right.
static void each_line_is_indented(void **state)
{
    (void)state;
    struct explaining explaining;
    struct pc_buf plain = {0};
    struct pc_buf indented = {0};
    struct pc_buf expected = {0};
    explain(&explaining, &refused);
    append(&explaining, &(struct pc_explanation_style){.all = true}, &plain);
    pc_buf_text(&indented, "before\n");
    pc_buf_text(&expected, "before\n");
    append(&explaining, &(struct pc_explanation_style){.all = true, .indent = 6}, &indented);
    for (struct pc_str rest = pc_buf_view(&plain); rest.len > 0;) {
        size_t end = pc_str_find(rest, '\n', 0);
        assert_int_not_equal(end, SIZE_MAX);
        pc_buf_fill(&expected, ' ', 6);
        pc_buf_str(&expected, pc_str_slice(rest, 0, end + 1));
        rest = pc_str_slice(rest, end + 1, rest.len);
    }
    assert_true(pc_str_eq(pc_buf_view(&indented), pc_buf_view(&expected)));
    pc_buf_release(&plain);
    pc_buf_release(&indented);
    pc_buf_release(&expected);
    explaining_release(&explaining);
}

static void the_verdict_may_be_left_out(void **state)
{
    (void)state;
    struct explaining explaining;
    struct pc_buf whole = {0};
    struct pc_buf rest = {0};
    explain(&explaining, &refused);
    append(&explaining, &(struct pc_explanation_style){.all = false}, &whole);
    append(&explaining, &(struct pc_explanation_style){.no_verdict = true}, &rest);
    struct pc_str text = pc_buf_view(&whole);
    assert_true(pc_str_has_prefix(text, PC_STR("implicitDeny: s3:GetObject on " OBJECT)));
    text = pc_str_slice(text, pc_str_find(text, '\n', 0) + 1, text.len);
    assert_true(text.len > 0);
    assert_true(pc_str_eq(text, pc_buf_view(&rest)));
    pc_buf_release(&whole);
    pc_buf_release(&rest);
    explaining_release(&explaining);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_indented),
        cmocka_unit_test(the_verdict_may_be_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
