// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/word.h"

#include <stdlib.h>

// Eight times `other`, but c at the place.
static uint64_t word_with(char c, size_t place, char other)
{
    char bytes[8];
    memset(bytes, other, sizeof(bytes));
    bytes[place] = c;
    return pc_word_load(bytes);
}

static bool top_at(uint64_t word, size_t place)
{
    return (word >> (8 * place + 7) & 1) != 0;
}

static void words_are_little_endian(void **state)
{
    (void)state;
    char bytes[8];
    assert_true(pc_word_load("\1\2\3\4\5\6\7\xff") == UINT64_C(0xff07060504030201));
    assert_true(pc_word_load_half("\1\2\3\xff") == UINT64_C(0xff030201));
    pc_word_store(bytes, UINT64_C(0xff07060504030201));
    assert_memory_equal(bytes, "\1\2\3\4\5\6\7\xff", 8);
}

static void tails_are_the_last_bytes(void **state)
{
    (void)state;
    for (size_t length = 1; length <= 20; length++) {
        char *bytes = malloc(length); // exact, so that a sanitizer sees a read outside
        assert_non_null(bytes);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (char)(i + 1);
        }
        for (size_t count = 1; count <= 7 && count <= length; count++) {
            uint64_t word = pc_word_tail((struct pc_str){bytes, length}, count);
            for (size_t i = 0; i < 8; i++) {
                assert_int_equal(word >> (8 * i) & 0xff, i < count ? length - count + i + 1 : 0);
            }
        }
        free(bytes);
    }
}

static void equal_bytes_are_found_exactly(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        for (int other = 0; other < 256; other++) {
            uint64_t hits = pc_word_equal(word_with((char)c, 3, (char)other), (char)c);
            assert_true(hits == (c == other ? PC_WORD_TOPS : UINT64_C(0x80000000)));
        }
    }
}

static void ranges_hold_their_ends(void **state)
{
    (void)state;
    static const struct {
        unsigned char first, last;
    } rows[] = {{'A', 'Z'}, {'-', '-'}, {1, 0x7f}, {'!', '~'}, {1, 1}, {0x7f, 0x7f}};
    static const char others[] = {0, 'a', '@', 0x7f};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (unsigned c = 0; c < 0x80; c++) {
            for (size_t j = 0; j < sizeof(others); j++) {
                uint64_t word = word_with((char)c, 5, others[j]);
                uint64_t in = pc_word_in(word, (char)rows[i].first, (char)rows[i].last);
                unsigned char other = (unsigned char)others[j];
                assert_int_equal(top_at(in, 5), c >= rows[i].first && c <= rows[i].last);
                assert_int_equal(top_at(in, 6), other >= rows[i].first && other <= rows[i].last);
            }
        }
    }
}

static void words_are_lowered(void **state)
{
    (void)state;
    for (int c = 0; c < 0x80; c++) {
        uint64_t word = pc_word_lower(word_with((char)c, 2, 'Q'));
        assert_true(word == word_with(pc_char_lower((char)c), 2, 'q'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_little_endian),
        cmocka_unit_test(tails_are_the_last_bytes),
        cmocka_unit_test(equal_bytes_are_found_exactly),
        cmocka_unit_test(ranges_hold_their_ends),
        cmocka_unit_test(words_are_lowered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
