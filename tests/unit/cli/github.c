// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "github.h"

static void expect(const struct pc_github_annotation *annotation, const char *line)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    pc_github_write(&out, annotation);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, line);
}

static struct pc_github_annotation annotation(const char *file, const char *message)
{
    return (struct pc_github_annotation){.severity = PC_SEVERITY_ERROR,
                                         .place = {pc_str_from(file), 3, 7},
                                         .title = PC_STR("POL0200"),
                                         .message = pc_str_from(message)};
}

static void commands_by_severity(void **state)
{
    struct pc_github_annotation one = annotation("a.json", "wrong");
    (void)state;
    expect(&one, "::error file=a.json,line=3,col=7,title=POL0200::wrong\n");
    one.severity = PC_SEVERITY_WARNING;
    expect(&one, "::warning file=a.json,line=3,col=7,title=POL0200::wrong\n");
    one.severity = PC_SEVERITY_SUGGESTION;
    expect(&one, "::notice file=a.json,line=3,col=7,title=POL0200::wrong\n");
}

static void what_is_not_known_is_left_out(void **state)
{
    struct pc_github_annotation one = annotation("a.json", "wrong");
    (void)state;
    one.place.column = 0;
    expect(&one, "::error file=a.json,line=3,title=POL0200::wrong\n");
    one.place.line = 0;
    expect(&one, "::error file=a.json,title=POL0200::wrong\n");
    one.place = (struct pc_place){.file = PC_STR(""), .line = 3};
    expect(&one, "::error title=POL0200::wrong\n");
}

// As @actions/core escapes data (%, CR, LF) and properties (: and , as well).
static void nothing_ends_a_command_or_begins_another(void **state)
{
    struct pc_github_annotation one = annotation("a,line=1::b%\n.json", "50% of\r\n::error::x, y");
    (void)state;
    one.title = PC_STR("a:b,c");
    expect(&one, "::error file=a%2Cline=1%3A%3Ab%25%0A.json,line=3,col=7,title=a%3Ab%2Cc::"
                 "50%25 of%0D%0A::error::x, y\n");
    one = annotation("a.json", "\033[2J");
    expect(&one, "::error file=a.json,line=3,col=7,title=POL0200::\\x1b[2J\n");
}

static void a_diagnostic_has_its_code_as_title_and_its_hint_below(void **state)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    const struct pc_diag diag = {.code = PC_DIAG_MUTANT_SURVIVES,
                                 .severity = PC_SEVERITY_WARNING,
                                 .place = {PC_STR("a.json"), 3, 7},
                                 .message = PC_STR("nobody notices"),
                                 .hint = PC_STR("add a case")};
    (void)state;
    assert_int_equal(pc_github_write_diag(&out, &diag, false), PC_OK);
    assert_int_equal(pc_github_write_diag(&out, &diag, true), PC_OK);
    pc_buf_byte(&out, '\0');
    assert_string_equal(
        out.ptr,
        "::warning file=a.json,line=3,col=7,title=POL1350::nobody notices%0Ahint: add a case\n"
        "::notice file=a.json,line=3,col=7,title=POL1350::suppressed: nobody notices%0Ahint: "
        "add a case\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_by_severity),
        cmocka_unit_test(a_diagnostic_has_its_code_as_title_and_its_hint_below),
        cmocka_unit_test(what_is_not_known_is_left_out),
        cmocka_unit_test(nothing_ends_a_command_or_begins_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
