// SPDX-License-Identifier: Apache-2.0
//
// The outline of texts: where tokens lie, and the text that jsmn sees.
#include "testing.h"

#include "strict.h"

#include <stdlib.h>
#include <string.h>

static void outline_of(struct pc_str text, struct pc_json_outline *out)
{
    struct pc_arena arena = {0};
    struct pc_diags diags;
    struct pc_json_source source = {.file = PC_STR("p"), .text = text};
    pc_diags_init(&diags, &arena);
    *out = (struct pc_json_outline){.spans = NULL};
    assert_int_equal(pc_json_strict_check(&source, &diags, out), PC_OK);
    assert_int_equal(diags.errors, 0);
    pc_arena_release(&arena);
}

static void assert_span(const struct pc_json_outline *outline, size_t index, struct pc_str text,
                        const char *token)
{
    const struct pc_json_span *span = &outline->spans[index];
    assert_true(index < outline->count);
    assert_true(pc_str_eq(pc_str_slice(text, span->start, span->end), pc_str_from(token)));
}

static void white_space_and_contents_are_left_out(void **state)
{
    (void)state;
    struct pc_str text = PC_STR(" { \"a, [1]\" :\n[ true, -1.5e3 ,\t\"x\\\"y\"], \"\":{} } ");
    struct pc_json_outline outline;
    outline_of(text, &outline);
    assert_view(((struct pc_str){outline.text, outline.length}), "{\"\":[0,0,\"\"],\"\":{}}");
    assert_int_equal(outline.count, 8);
    assert_span(&outline, 0, text, "{ \"a, [1]\" :\n[ true, -1.5e3 ,\t\"x\\\"y\"], \"\":{} }");
    assert_span(&outline, 1, text, "\"a, [1]\"");
    assert_span(&outline, 2, text, "[ true, -1.5e3 ,\t\"x\\\"y\"]");
    assert_span(&outline, 3, text, "true");
    assert_span(&outline, 4, text, "-1.5e3");
    assert_span(&outline, 5, text, "\"x\\\"y\"");
    assert_span(&outline, 6, text, "\"\"");
    assert_span(&outline, 7, text, "{}");
    for (size_t i = 0; i < outline.count; i++) {
        assert_int_equal(outline.spans[i].escaped, i == 5);
    }
    assert_true(outline.ascii);
    pc_json_outline_release(&outline);
    assert_null(outline.spans);
}

static void a_scalar_is_an_outline_too(void **state)
{
    (void)state;
    struct pc_json_outline outline;
    struct pc_str text = PC_STR("\n\"\xc3\xa9\"");
    outline_of(text, &outline);
    assert_int_equal(outline.count, 1);
    assert_span(&outline, 0, text, "\"\xc3\xa9\"");
    assert_false(outline.ascii);
    pc_json_outline_release(&outline);
    outline_of(PC_STR("null"), &outline);
    assert_view(((struct pc_str){outline.text, outline.length}), "0");
    pc_json_outline_release(&outline);
}

// More tokens than there is room for at first, each kind in turn the one that takes the last room.
static void outlines_grow(void **state)
{
    (void)state;
    for (size_t count = 1; count < 300; count++) {
        struct pc_buf text = {0};
        struct pc_json_outline outline;
        pc_buf_byte(&text, '[');
        for (size_t i = 0; i < count; i++) {
            static const char *const kinds[] = {"\"s\"", "1", "[]", "{\"k\":{}}"};
            pc_buf_text(&text, i > 0 ? "," : "");
            pc_buf_text(&text, kinds[i % 4]);
        }
        pc_buf_byte(&text, ']');
        outline_of(pc_buf_view(&text), &outline);
        assert_int_equal(outline.count, 1 + count + count / 4 * 2);
        assert_int_equal(outline.spans[0].end, text.len);
        assert_int_equal(outline.text[outline.length - 1], ']');
        pc_json_outline_release(&outline);
        pc_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_space_and_contents_are_left_out),
        cmocka_unit_test(a_scalar_is_an_outline_too),
        cmocka_unit_test(outlines_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
