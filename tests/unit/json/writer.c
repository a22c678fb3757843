// SPDX-License-Identifier: Apache-2.0
//
// The writer: separators, indentation, escapes, limits.
#include "testing.h"

#include "json/reader.h"
#include "json/writer.h"

struct writing {
    struct pc_buf buf;
    struct pc_json_writer writer;
};

static void start(struct writing *writing, bool pretty)
{
    pc_buf_init(&writing->buf);
    pc_json_writer_init(&writing->writer, &writing->buf, pretty);
}

// Compares what was written, and ends the writing.
static void check_written(struct writing *writing, struct pc_str expected)
{
    assert_int_equal(pc_buf_status(&writing->buf), PC_OK);
    struct pc_str view = pc_buf_view(&writing->buf);
    if (!pc_str_eq(view, expected)) {
        print_error("written: %.*s\n", PC_STR_ARG(view));
    }
    assert_true(pc_str_eq(view, expected));
    pc_buf_release(&writing->buf);
}

static void write_sample(struct pc_json_writer *writer)
{
    pc_json_begin_object(writer);
    pc_json_key(writer, "decision");
    pc_json_text(writer, "allowed");
    pc_json_key_str(writer, PC_STR("list"));
    pc_json_begin_array(writer);
    pc_json_number(writer, 1);
    pc_json_boolean(writer, true);
    pc_json_begin_object(writer);
    pc_json_end_object(writer);
    pc_json_begin_array(writer);
    pc_json_null(writer);
    pc_json_end_array(writer);
    pc_json_end_array(writer);
    pc_json_key(writer, "empty");
    pc_json_begin_array(writer);
    pc_json_end_array(writer);
    pc_json_key(writer, "raw");
    pc_json_raw(writer, PC_STR("{\"x\": 1}"));
    pc_json_key(writer, "last");
    pc_json_boolean(writer, false);
    pc_json_end_object(writer);
}

static void compact_has_no_white_space(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    write_sample(&writing.writer);
    check_written(&writing, PC_STR("{\"decision\":\"allowed\",\"list\":[1,true,{},[null]],"
                                   "\"empty\":[],\"raw\":{\"x\": 1},\"last\":false}"));
}

static void pretty_is_indented_by_two(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, true);
    write_sample(&writing.writer);
    check_written(&writing, PC_STR("{\n"
                                   "  \"decision\": \"allowed\",\n"
                                   "  \"list\": [\n"
                                   "    1,\n"
                                   "    true,\n"
                                   "    {},\n"
                                   "    [\n"
                                   "      null\n"
                                   "    ]\n"
                                   "  ],\n"
                                   "  \"empty\": [],\n"
                                   "  \"raw\": {\"x\": 1},\n"
                                   "  \"last\": false\n"
                                   "}"));
}

static void a_document_may_be_one_scalar(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, true);
    pc_json_null(&writing.writer);
    check_written(&writing, PC_STR("null"));
    start(&writing, false);
    pc_json_text(&writing.writer, "");
    check_written(&writing, PC_STR("\"\""));
}

static void numbers_reach_both_ends(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    pc_json_begin_array(&writing.writer);
    pc_json_number(&writing.writer, INT64_MIN);
    pc_json_number(&writing.writer, INT64_MAX);
    pc_json_number(&writing.writer, 0);
    pc_json_end_array(&writing.writer);
    check_written(&writing, PC_STR("[-9223372036854775808,9223372036854775807,0]"));
}

static void check_string(struct pc_str s, struct pc_str expected)
{
    struct writing writing;
    start(&writing, false);
    pc_json_string(&writing.writer, s);
    check_written(&writing, expected);
}

static void strings_are_escaped(void **state)
{
    (void)state;
    check_string(PC_STR("a\"b\\c/d"), PC_STR("\"a\\\"b\\\\c/d\""));
    check_string(PC_STR("\b\f\n\r\t"), PC_STR("\"\\b\\f\\n\\r\\t\""));
    check_string(
        PC_STR("\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"),
        PC_STR("\"\\u0080\\u0085\\u009f\xc2\xa0\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\""));
    check_string(PC_STR("\0\x01\x1b\x1f\x7f"), PC_STR("\"\\u0000\\u0001\\u001b\\u001f\\u007f\""));
    check_string(PC_STR("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
                 PC_STR("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\""));
}

static void bad_utf8_becomes_replacement_characters(void **state)
{
    (void)state;
    check_string(PC_STR("a\xff"
                        "b"),
                 PC_STR("\"a\xef\xbf\xbd"
                        "b\""));
    check_string(PC_STR("\xe2\x82"), PC_STR("\"\xef\xbf\xbd\xef\xbf\xbd\""));
    check_string(PC_STR("\xc0\xaf"), PC_STR("\"\xef\xbf\xbd\xef\xbf\xbd\""));
}

static void keys_are_escaped_too(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    pc_json_begin_object(&writing.writer);
    pc_json_key_str(&writing.writer, PC_STR("a\0\"\xff"));
    pc_json_null(&writing.writer);
    pc_json_end_object(&writing.writer);
    check_written(&writing, PC_STR("{\"a\\u0000\\\"\xef\xbf\xbd\":null}"));
}

static void every_byte_in_a_string_comes_back(void **state)
{
    (void)state;
    for (int byte = 0; byte < 128; byte++) {
        char c = (char)byte;
        struct writing writing;
        start(&writing, false);
        pc_json_string(&writing.writer, (struct pc_str){&c, 1});
        struct pc_arena arena = {0};
        struct pc_diags diags;
        pc_diags_init(&diags, &arena);
        struct pc_json_source source = {.file = PC_STR(""), .text = pc_buf_view(&writing.buf)};
        const struct pc_json *json = NULL;
        assert_int_equal(pc_json_parse(&arena, &source, &diags, &json), PC_OK);
        assert_int_equal(json->type, PC_JSON_STRING);
        assert_int_equal(json->text.len, 1);
        assert_int_equal(json->text.ptr[0], c);
        pc_arena_release(&arena);
        pc_buf_release(&writing.buf);
    }
}

static void nesting_beyond_the_limit_fails_the_buffer(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    for (int i = 0; i < PC_JSON_WRITER_DEPTH; i++) {
        pc_json_begin_array(&writing.writer);
    }
    assert_int_equal(pc_buf_status(&writing.buf), PC_OK);
    pc_json_begin_array(&writing.writer);
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_INTERNAL);
    pc_buf_release(&writing.buf);
}

static void misuse_fails_the_buffer(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    pc_json_end_array(&writing.writer);
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_INTERNAL);
    pc_buf_release(&writing.buf);

    start(&writing, false);
    pc_json_begin_object(&writing.writer);
    pc_json_key(&writing.writer, "a");
    pc_json_end_object(&writing.writer);
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_INTERNAL);
    pc_buf_release(&writing.buf);

    start(&writing, false);
    pc_json_begin_object(&writing.writer);
    pc_json_key(&writing.writer, "a");
    pc_json_key(&writing.writer, "b");
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_INTERNAL);
    pc_buf_release(&writing.buf);

    start(&writing, false);
    pc_json_key(&writing.writer, "a");
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_INTERNAL);
    pc_buf_release(&writing.buf);
}

static void an_earlier_failure_is_kept(void **state)
{
    (void)state;
    struct writing writing;
    start(&writing, false);
    writing.buf.status = PC_ERR_NOMEM;
    pc_json_end_array(&writing.writer);
    assert_int_equal(pc_buf_status(&writing.buf), PC_ERR_NOMEM);
    pc_buf_release(&writing.buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_has_no_white_space),
        cmocka_unit_test(pretty_is_indented_by_two),
        cmocka_unit_test(a_document_may_be_one_scalar),
        cmocka_unit_test(numbers_reach_both_ends),
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(bad_utf8_becomes_replacement_characters),
        cmocka_unit_test(keys_are_escaped_too),
        cmocka_unit_test(every_byte_in_a_string_comes_back),
        cmocka_unit_test(nesting_beyond_the_limit_fails_the_buffer),
        cmocka_unit_test(misuse_fails_the_buffer),
        cmocka_unit_test(an_earlier_failure_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
