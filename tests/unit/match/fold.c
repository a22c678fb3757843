// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "fold.h"

#include <string.h>

static void assert_lower(const char *text, const char *expected)
{
    struct pc_buf out;
    pc_buf_init(&out);
    pc_fold_append(&out, pc_str_from(text));
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_int_equal(out.len, strlen(expected));
    assert_memory_equal(out.len > 0 ? out.ptr : "", expected, out.len);
    pc_buf_release(&out);
}

// ASCII is taken in pieces: a long text, and other letters at every place of it, come out whole.
static void long_texts(void **state)
{
    (void)state;
    char text[200] = {0};
    char expected[200] = {0};
    memset(text, 'Q', 150);
    memset(expected, 'q', 150);
    assert_lower(text, expected);
    for (size_t place = 0; place < 148; place++) {
        memcpy(text + place, "\xc3\x84", 2);     // Ä
        memcpy(expected + place, "\xc3\xa4", 2); // ä
        assert_lower(text, expected);
        memcpy(text + place, "QQ", 2);
        memcpy(expected + place, "qq", 2);
    }
}

static void letters_of_many_scripts_have_a_lower_case(void **state)
{
    (void)state;
    assert_lower("", "");
    assert_lower("AZ@[az09", "az@[az09");
    assert_lower("ÀÞ×", "àþ×");
    assert_lower("ΑΩ", "αω");
    assert_lower("АЯЀЏ", "аяѐџ");
    assert_lower("ĀāŸ", "āāÿ");
    assert_lower("\u212a\u212b\u0130", "k\u00e5i"); // shorter than before
    assert_lower("\u023a", "\u2c65");               // longer than before
    assert_lower("\U00010400\U0001e921", "\U00010428\U0001e943");
}

// one code point to one code point, and only to lower case.
static void what_needs_more_than_simple_lowering_stays(void **state)
{
    (void)state;
    assert_lower("ß", "ß");
    assert_lower("\u1e9e", "ß"); // capital sharp s
    assert_lower("ςſ", "ςſ");
    assert_lower("e\u0302", "e\u0302");
}

static void bytes_that_are_no_utf8_stay(void **state)
{
    (void)state;
    assert_lower("\xc3", "\xc3");
    assert_lower("A\x80\xff"
                 "B",
                 "a\x80\xff"
                 "b");
    assert_lower("\xed\xa0\x80", "\xed\xa0\x80");
}

static void lowering_twice_changes_nothing_more(void **state)
{
    (void)state;
    size_t changed = 0;
    uint32_t before = 0;
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint32_t lower = pc_fold_lower(c);
        assert_int_equal(pc_fold_lower(lower), lower);
        changed += lower != c;
        before = lower != c ? before * 31 + c * 7 + lower : before;
    }
    // 26 of ASCII and the 1,407 others of UnicodeData.txt 14.0.0 with a Simple_Lowercase_Mapping;
    // the sum is over these pairs in the order of code points.
    assert_int_equal(changed, 26 + 1407);
    uint32_t ascii = 0;
    for (uint32_t c = 'A'; c <= 'Z'; c++) {
        ascii = ascii * 31 + c * 7 + (c + 32);
    }
    for (size_t i = 0; i < 1407; i++) {
        ascii *= 31; // what the letters of ASCII weigh at the end of the sum
    }
    assert_int_equal(before - ascii, 0x4ab908ae);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts),
        cmocka_unit_test(letters_of_many_scripts_have_a_lower_case),
        cmocka_unit_test(what_needs_more_than_simple_lowering_stays),
        cmocka_unit_test(bytes_that_are_no_utf8_stay),
        cmocka_unit_test(lowering_twice_changes_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
