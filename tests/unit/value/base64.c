// SPDX-License-Identifier: Apache-2.0
//
// R-421: bytes count, not how they were written. Pairs from RFC 4648, section 10.
#include "testing.h"

#include "value/base64.h"

static void assert_decodes(struct pc_str text, struct pc_str bytes)
{
    struct pc_buf out = {0};
    assert_true(pc_base64_decode(text, &out));
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&out), bytes));
    pc_buf_release(&out);
}

static void assert_encodes(struct pc_str bytes, struct pc_str text)
{
    struct pc_buf out = {0};
    pc_base64_write(&out, bytes);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&out), text));
    pc_buf_release(&out);
}

static void vectors_of_the_rfc_both_ways(void **state)
{
    (void)state;
    static const struct {
        struct pc_str bytes, text;
    } vectors[] = {
        {PC_STR_INIT(""), PC_STR_INIT("")},
        {PC_STR_INIT("f"), PC_STR_INIT("Zg==")},
        {PC_STR_INIT("fo"), PC_STR_INIT("Zm8=")},
        {PC_STR_INIT("foo"), PC_STR_INIT("Zm9v")},
        {PC_STR_INIT("foob"), PC_STR_INIT("Zm9vYg==")},
        {PC_STR_INIT("fooba"), PC_STR_INIT("Zm9vYmE=")},
        {PC_STR_INIT("foobar"), PC_STR_INIT("Zm9vYmFy")},
        {PC_STR_INIT("\0"), PC_STR_INIT("AA==")},
        {PC_STR_INIT("\xfb\xff\xbf"), PC_STR_INIT("+/+/")},
        {PC_STR_INIT("\xff\xff\xff\xff"), PC_STR_INIT("/////w==")},
    };
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        assert_decodes(vectors[i].text, vectors[i].bytes);
        assert_encodes(vectors[i].bytes, vectors[i].text);
    }
    assert_decodes((struct pc_str){NULL, 0}, PC_STR(""));
    assert_encodes((struct pc_str){NULL, 0}, PC_STR(""));
}

static void other_writings_of_the_same_bytes(void **state)
{
    (void)state;
    assert_decodes(PC_STR("Zg"), PC_STR("f"));
    assert_decodes(PC_STR("Zm8"), PC_STR("fo"));
    assert_decodes(PC_STR("Zm9vYg"), PC_STR("foob"));
    assert_decodes(PC_STR("Z g = ="), PC_STR("f"));
    assert_decodes(PC_STR(" \t\r\nZm9v\r\nYmFy\n"), PC_STR("foobar"));
    assert_decodes(PC_STR("Zm8\n=\n"), PC_STR("fo"));
    assert_decodes(PC_STR(" \n"), PC_STR(""));
    assert_decodes(PC_STR("Zh=="), PC_STR("f")); // left-over bits that are not zero
    assert_decodes(PC_STR("Zv"), PC_STR("f"));
    assert_decodes(PC_STR("Zm9="), PC_STR("fo"));
    assert_decodes(PC_STR("Zm+"), PC_STR("fo"));
}

static void junk_is_refused_and_out_stays(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT("Z"),        PC_STR_INIT("Zm9vY"),    PC_STR_INIT("Zg="),
        PC_STR_INIT("Zg==="),    PC_STR_INIT("Zm8=="),    PC_STR_INIT("Zm9v="),
        PC_STR_INIT("Zm9v===="), PC_STR_INIT("="),        PC_STR_INIT("===="),
        PC_STR_INIT("Z==="),     PC_STR_INIT("Zg==Zg=="), PC_STR_INIT("Zg=a"),
        PC_STR_INIT("=Zg="),     PC_STR_INIT("Zm9v-_"),   PC_STR_INIT("Zm9v\0"),
        PC_STR_INIT("Zm9v!"),    PC_STR_INIT("Zm\v9v"),   PC_STR_INIT("Zm9v\xc2\xa0"),
        PC_STR_INIT("\xff"),     PC_STR_INIT("Zm9v."),    PC_STR_INIT("@@@@"),
        PC_STR_INIT("[[[["),     PC_STR_INIT("````"),     PC_STR_INIT("{{{{"),
        PC_STR_INIT("::::"),
    };
    struct pc_buf out = {0};
    pc_buf_text(&out, "kept");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(pc_base64_decode(wrong[i], &out));
        assert_false(pc_base64_is(wrong[i]));
        assert_false(pc_base64_equals(wrong[i], PC_STR("")));
        assert_view(pc_buf_view(&out), "kept");
        assert_int_equal(pc_buf_status(&out), PC_OK);
    }
    pc_buf_release(&out);
}

static void decoding_appends(void **state)
{
    (void)state;
    struct pc_buf out = {0};
    pc_buf_text(&out, "foo");
    assert_true(pc_base64_decode(PC_STR("YmFy"), &out));
    assert_view(pc_buf_view(&out), "foobar");
    pc_buf_release(&out);
}

static void every_byte_goes_there_and_back(void **state)
{
    (void)state;
    char bytes[260];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(unsigned char)(i * 167 & 0xff);
    }
    for (size_t length = 1; length < sizeof(bytes); length++) {
        struct pc_buf text = {0};
        pc_base64_write(&text, (struct pc_str){bytes, length});
        assert_int_equal(text.len, (length + 2) / 3 * 4);
        assert_decodes(pc_buf_view(&text), (struct pc_str){bytes, length});
        assert_true(pc_base64_is(pc_buf_view(&text)));
        assert_true(pc_base64_equals(pc_buf_view(&text), (struct pc_str){bytes, length}));
        assert_false(pc_base64_equals(pc_buf_view(&text), (struct pc_str){bytes, length + 1}));
        assert_false(pc_base64_equals(pc_buf_view(&text), (struct pc_str){bytes + 1, length}));
        pc_buf_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors_of_the_rfc_both_ways),
        cmocka_unit_test(other_writings_of_the_same_bytes),
        cmocka_unit_test(junk_is_refused_and_out_stays),
        cmocka_unit_test(decoding_appends),
        cmocka_unit_test(every_byte_goes_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
