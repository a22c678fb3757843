// SPDX-License-Identifier: Apache-2.0
//
// RFC 3629: its table of well-formed sequences, and what is outside of it.
#include "testing.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static void first_and_last_of_each_length(void **state)
{
    (void)state;
    static const struct {
        struct pc_str bytes;
        uint32_t code_point;
    } rows[] = {
        {PC_STR_INIT("\0"), 0},
        {PC_STR_INIT("a"), 'a'},
        {PC_STR_INIT("\x7f"), 0x7f},
        {PC_STR_INIT("\xc2\x80"), 0x80},
        {PC_STR_INIT("\xdf\xbf"), 0x7ff},
        {PC_STR_INIT("\xe0\xa0\x80"), 0x800},
        {PC_STR_INIT("\xe2\x82\xac"), 0x20ac},
        {PC_STR_INIT("\xed\x9f\xbf"), 0xd7ff},
        {PC_STR_INIT("\xee\x80\x80"), 0xe000},
        {PC_STR_INIT("\xef\xbf\xbf"), 0xffff},
        {PC_STR_INIT("\xf0\x90\x80\x80"), 0x10000},
        {PC_STR_INIT("\xf0\x9f\x98\x80"), 0x1f600},
        {PC_STR_INIT("\xf4\x8f\xbf\xbf"), 0x10ffff},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t code_point = 0xdead;
        struct pc_buf out = {0};
        assert_int_equal(pc_utf8_decode(rows[i].bytes, &code_point), rows[i].bytes.len);
        assert_int_equal(code_point, rows[i].code_point);
        assert_int_equal(pc_utf8_decode(rows[i].bytes, NULL), rows[i].bytes.len);
        assert_int_equal(pc_utf8_step(rows[i].bytes), rows[i].bytes.len);
        assert_int_equal(pc_utf8_count(rows[i].bytes), 1);
        assert_true(pc_utf8_invalid(rows[i].bytes) == SIZE_MAX);
        pc_utf8_append(&out, rows[i].code_point);
        assert_true(pc_str_eq(pc_buf_view(&out), rows[i].bytes));
        pc_buf_release(&out);
    }
}

static void every_code_point_goes_there_and_back(void **state)
{
    (void)state;
    struct pc_buf out = {0};
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        if (c >= 0xd800 && c <= 0xdfff) {
            continue;
        }
        uint32_t back = 0xdead;
        pc_buf_reset(&out);
        pc_utf8_append(&out, c);
        if (pc_utf8_decode(pc_buf_view(&out), &back) != out.len || back != c) {
            fail_msg("U+%04X came back as U+%04X", c, back);
        }
    }
    pc_buf_release(&out);
}

// Is the sequence well-formed by table 3-7 of the Unicode standard (RFC 3629, section 4)?
static bool in_table(const unsigned char *b)
{
    static const unsigned char table[][8] = {
        {0xc2, 0xdf, 0x80, 0xbf},
        {0xe0, 0xe0, 0xa0, 0xbf, 0x80, 0xbf},
        {0xe1, 0xec, 0x80, 0xbf, 0x80, 0xbf},
        {0xed, 0xed, 0x80, 0x9f, 0x80, 0xbf},
        {0xee, 0xef, 0x80, 0xbf, 0x80, 0xbf},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const unsigned char *row = table[i];
        size_t length = row[4] == 0 ? 2 : 3;
        bool fits = b[0] >= row[0] && b[0] <= row[1] && b[1] >= row[2] && b[1] <= row[3];
        if (fits && (length == 2 || (b[2] >= row[4] && b[2] <= row[5]))) {
            return true;
        }
    }
    return b[0] < 0x80;
}

static void all_starts_of_up_to_three_bytes(void **state)
{
    (void)state;
    for (unsigned lead = 0; lead < 0xf0; lead++) {
        for (unsigned rest = 0; rest < 0x10000; rest++) {
            unsigned char b[3] = {(unsigned char)lead, (unsigned char)(rest >> 8),
                                  (unsigned char)rest};
            char text[3];
            memcpy(text, b, 3);
            bool valid = pc_utf8_decode((struct pc_str){text, 3}, NULL) > 0;
            if (valid != in_table(b)) {
                fail_msg("%02x %02x %02x", b[0], b[1], b[2]);
            }
        }
    }
}

static void ill_formed_sequences(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        // overlong
        PC_STR_INIT("\xc0\x80"),
        PC_STR_INIT("\xc0\xaf"),
        PC_STR_INIT("\xc1\xbf"),
        PC_STR_INIT("\xe0\x80\xaf"),
        PC_STR_INIT("\xe0\x9f\xbf"),
        PC_STR_INIT("\xf0\x80\x80\xaf"),
        PC_STR_INIT("\xf0\x8f\xbf\xbf"),
        // surrogates, alone and as a pair
        PC_STR_INIT("\xed\xa0\x80"),
        PC_STR_INIT("\xed\xbf\xbf"),
        PC_STR_INIT("\xed\xa0\xbd\xed\xb8\x80"),
        // above U+10FFFF
        PC_STR_INIT("\xf4\x90\x80\x80"),
        PC_STR_INIT("\xf5\x80\x80\x80"),
        PC_STR_INIT("\xf7\xbf\xbf\xbf"),
        PC_STR_INIT("\xf8\x88\x80\x80\x80"),
        PC_STR_INIT("\xfc\x84\x80\x80\x80\x80"),
        PC_STR_INIT("\xfe"),
        PC_STR_INIT("\xff"),
        // continuation bytes without a start, starts without them
        PC_STR_INIT("\x80"),
        PC_STR_INIT("\xbf"),
        PC_STR_INIT("\xc3("),
        PC_STR_INIT("\xc3\xc3"),
        PC_STR_INIT("\xe2(\xac"),
        PC_STR_INIT("\xe2\x82("),
        PC_STR_INIT("\xf0(\x8c\xbc"),
        PC_STR_INIT("\xf0\x9f\x98("),
        PC_STR_INIT("\xf0\x9f\x98\xc0"),
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        uint32_t code_point = 0xdead;
        assert_int_equal(pc_utf8_decode(wrong[i], &code_point), 0);
        assert_int_equal(code_point, 0xdead);
        assert_int_equal(pc_utf8_invalid(wrong[i]), 0);
        assert_int_equal(pc_utf8_step(wrong[i]), 1);
    }
}

static void truncated_sequences(void **state)
{
    (void)state;
    static const struct pc_str whole[] = {
        PC_STR_INIT("\xc3\xa9"),
        PC_STR_INIT("\xe2\x82\xac"),
        PC_STR_INIT("\xf0\x9f\x98\x80"),
    };
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        for (size_t length = 1; length < whole[i].len; length++) {
            char *exact = malloc(length); // so that a sanitizer sees a read beyond
            assert_non_null(exact);
            memcpy(exact, whole[i].ptr, length);
            struct pc_str cut = {exact, length};
            assert_int_equal(pc_utf8_decode(cut, NULL), 0);
            assert_int_equal(pc_utf8_invalid(cut), 0);
            assert_int_equal(pc_utf8_count(cut), length);
            free(exact);
        }
    }
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct pc_str none = {NULL, 0};
    uint32_t code_point = 0xdead;
    assert_int_equal(pc_utf8_decode(none, &code_point), 0);
    assert_int_equal(code_point, 0xdead);
    assert_true(pc_utf8_invalid(none) == SIZE_MAX);
    assert_int_equal(pc_utf8_count(none), 0);
    assert_int_equal(pc_utf8_step(none), 0);
}

static void mixed_text(void **state)
{
    (void)state;
    assert_int_equal(pc_utf8_invalid(PC_STR("ab\xe2\x82\xac"
                                            "c\xff"
                                            "d")),
                     6);
    assert_int_equal(pc_utf8_invalid(PC_STR("ab\xe2\x82")), 2);
    assert_true(pc_utf8_invalid(PC_STR("a\0\xc3\xa9")) == SIZE_MAX);
    assert_int_equal(pc_utf8_count(PC_STR("a\0\xc3\xa9\xf0\x9f\x98\x80")), 4);
    assert_int_equal(pc_utf8_count(PC_STR("a\xff\xff"
                                          "b")),
                     4);
    assert_int_equal(pc_utf8_count(PC_STR("\xe2\x82"
                                          "a")),
                     3);
    assert_int_equal(pc_utf8_step(PC_STR("\xc3\xa9tude")), 2);
    assert_int_equal(pc_utf8_step(PC_STR("tude")), 1);
}

static void a_beginning_ends_between_characters(void **state)
{
    (void)state;
    static const struct {
        struct pc_str text;
        size_t most, bytes;
    } rows[] = {
        {PC_STR_INIT(""), 0, 0},
        {PC_STR_INIT("abc"), 3, 3},
        {PC_STR_INIT("abc"), 4, 3},
        {PC_STR_INIT("abc"), 2, 2},
        {PC_STR_INIT("abc"), 0, 0},
        {PC_STR_INIT("a\xe2\x82\xac"), 4, 4},
        {PC_STR_INIT("a\xe2\x82\xac"), 3, 1},
        {PC_STR_INIT("a\xe2\x82\xac"), 2, 1},
        {PC_STR_INIT("\xf0\x9f\x98\x80"), 3, 0},
        {PC_STR_INIT("a\x80\x80\x80\x80\x80"), 5, 5}, // no character: anywhere
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(pc_utf8_within(rows[i].text, rows[i].most), rows[i].bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_and_last_of_each_length),
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(all_starts_of_up_to_three_bytes),
        cmocka_unit_test(ill_formed_sequences),
        cmocka_unit_test(truncated_sequences),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(mixed_text),
        cmocka_unit_test(a_beginning_ends_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
