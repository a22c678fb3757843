// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "excerpt.h"

static struct pc_excerpt excerpt;

static void expect(const char *text, uint32_t line, uint32_t column, size_t width,
                   const char *lines)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    const struct pc_place place = {.line = line, .column = column};
    pc_excerpt_write(&excerpt, pc_str_from(text), &place, width, &out);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, lines);
}

static void the_mark_stands_below_the_place(void **state)
{
    static const char text[] = "{\n  \"a\": 12,\r\n\t\"\xc3\xa4\": 3}\n";
    (void)state;
    expect(text, 2, 3, 80, "      2 | \"a\": 12,\n        | ^\n"); // blanks in front are cut
    expect(text, 2, 8, 80, "      2 | \"a\": 12,\n        |      ^\n");
    expect(text, 3, 7, 80, "      3 | \"\xc3\xa4\": 3}\n        |      ^\n"); // a tab is a column
    expect(text, 2, 3, 80, "      2 | \"a\": 12,\n        | ^\n");            // back again
}

static void what_is_no_place_shows_nothing(void **state)
{
    (void)state;
    expect("{\n}", 1, 1, 80, ""); // a brace alone tells nothing
    expect("{\n\"a\"}", 3, 1, 80, "");
    expect("{\n\"a\"}", 2, 5, 80, "");
    expect("{\n\"a\"}", 2, 0, 80, "");
    expect("{\n\"a\"}", 0, 0, 80, "");
    expect("", 1, 1, 80, "");
}

static void a_long_line_is_cut_around_the_place(void **state)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    (void)state;
    for (size_t i = 0; i < 500; i++) {
        pc_buf_text(&text, "\xc3\xa4\xe2\x82\xac");
    }
    const struct pc_place place = {.line = 1, .column = 501};
    pc_excerpt_write(&excerpt, pc_buf_view(&text), &place, 80, &out);
    pc_buf_byte(&out, '\0');
    const char *mark = strchr(out.ptr, '\n');
    assert_non_null(mark);
    size_t shown = 0;
    for (const char *at = out.ptr; at < mark; at++) {
        shown += ((unsigned char)*at & 0xc0U) != 0x80U;
    }
    assert_true(shown > 40 && shown <= 80);
    assert_memory_equal(out.ptr, "      1 | ", 10);
    assert_int_not_equal((unsigned char)out.ptr[10] & 0xc0U, 0x80); // no half of a character
    size_t before = strlen(mark + 1) - strlen("        | ^\n");
    assert_true(before > 10 && before < shown);
}

// Whatever was shown before: places in their order, one twice, one in front, one that is none.
static void what_was_shown_before_is_no_matter(void **state)
{
    static const struct pc_place places[] = {
        {.line = 1, .column = 2},   {.line = 1, .column = 90},  {.line = 1, .column = 90},
        {.line = 1, .column = 301}, {.line = 1, .column = 999}, {.line = 1, .column = 300},
        {.line = 1, .column = 1},   {.line = 2, .column = 3},   {.line = 1, .column = 7},
        {.line = 3, .column = 1},   {.line = 2, .column = 1},
    };
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_excerpt used = {.line = 0};
    (void)state;
    for (size_t i = 0; i < 100; i++) {
        pc_buf_text(&text, "\xc3\xa4\xe2\x82\xac\t");
    }
    pc_buf_text(&text, "end\r\nnext line");
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
        PC_CLEANUP(pc_buf_release) struct pc_buf anew = {0};
        struct pc_excerpt fresh = {.line = 0};
        pc_excerpt_write(&used, pc_buf_view(&text), &places[i], 80, &out);
        pc_excerpt_write(&fresh, pc_buf_view(&text), &places[i], 80, &anew);
        assert_true(pc_str_eq(pc_buf_view(&out), pc_buf_view(&anew)));
        assert_int_equal(out.len > 0, places[i].line < 3 && places[i].column < 999);
    }
}

static void nothing_of_a_text_draws_on_a_terminal(void **state)
{
    (void)state;
    expect("\"\033[31m\", \"b\"", 1, 11, 80,
           "      1 | \"\\x1b[31m\", \"b\"\n        |              ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mark_stands_below_the_place),
        cmocka_unit_test(what_is_no_place_shows_nothing),
        cmocka_unit_test(a_long_line_is_cut_around_the_place),
        cmocka_unit_test(what_was_shown_before_is_no_matter),
        cmocka_unit_test(nothing_of_a_text_draws_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
