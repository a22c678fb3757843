// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/block.h"

#include <stdlib.h>

static uint8_t byte_of(pc_block block, size_t place)
{
    uint8_t bytes[PC_BLOCK];
    memcpy(bytes, &block, sizeof(bytes));
    return bytes[place];
}

// Sixteen times `other`, but c at the place.
static pc_block block_with(int c, size_t place, int other)
{
    char bytes[PC_BLOCK];
    memset(bytes, other, sizeof(bytes));
    bytes[place] = (char)c;
    return pc_block_load(bytes);
}

static void every_byte_is_told_apart(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        pc_block block = block_with(c, 11, 'm');
        bool letter = c >= 'a' && c <= 'z';
        assert_int_equal(byte_of(pc_block_in(block, 'a', 'z'), 11), letter ? 0xff : 0);
        assert_int_equal(byte_of(pc_block_in(block, 'a', 'z'), 10), 0xff);
        assert_int_equal(byte_of(pc_block_in(block, 0x80, 0xff), 11), c >= 0x80 ? 0xff : 0);
        assert_int_equal(byte_of(pc_block_equal(block, 'x'), 11), c == 'x' ? 0xff : 0);
        assert_int_equal(byte_of(pc_block_equal(block, 'x'), 12), 0);
        assert_int_equal(byte_of(pc_block_lower(block), 11), (unsigned char)pc_char_lower((char)c));
        assert_int_equal(pc_block_all(pc_block_in(block, 'a', 'z')), letter);
        assert_int_equal(pc_block_bits(pc_block_equal(block, 'x')), c == 'x' ? 1U << 11 : 0);
    }
}

// What pc_block_bits is made of where there is no instruction for it.
static void bits_are_in_the_order_of_the_bytes(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++) {
        uint64_t half = 0;
        for (unsigned i = 0; i < 8; i++) {
            half |= (bits >> i & 1) != 0 ? UINT64_C(0xff) << (8 * i) : 0;
        }
        assert_int_equal(pc_block_half_bits(half), bits);
        assert_int_equal(pc_block_bits((pc_block)(pc_block_halves){half, 0}), bits);
        assert_int_equal(pc_block_bits((pc_block)(pc_block_halves){0, half}), bits << 8);
    }
}

static void halves_are_in_order(void **state)
{
    (void)state;
    char bytes[PC_BLOCK];
    pc_block block = pc_block_of(pc_word_load("01234567"), pc_word_load("89abcdef"));
    pc_block_store(bytes, block);
    assert_memory_equal(bytes, "0123456789abcdef", PC_BLOCK);
}

static pc_block letters(pc_block block)
{
    return pc_block_in(block, 'a', 'z');
}

static void one_byte_outside_its_class_is_seen(void **state)
{
    (void)state;
    for (size_t length = 0; length <= 50; length++) {
        char *bytes = malloc(length + 1); // exact but for one byte before it
        assert_non_null(bytes);
        memset(bytes, 'k', length + 1);
        struct pc_str s = {bytes + 1, length};
        bytes[0] = '0';
        assert_true(pc_block_all_of(s, letters));
        for (size_t place = 0; place < length; place++) {
            bytes[place + 1] = '0';
            assert_false(pc_block_all_of(s, letters));
            bytes[place + 1] = 'k';
        }
        free(bytes);
    }
    assert_true(pc_block_all_of((struct pc_str){NULL, 0}, letters));
}

static void texts_are_the_same_when_every_byte_is(void **state)
{
    (void)state;
    char a[130], b[130];
    for (size_t i = 0; i < sizeof(a); i++) {
        a[i] = (char)(i * 7);
        b[i] = (char)(i * 7);
    }
    for (size_t length = 0; length <= sizeof(a); length++) {
        assert_true(pc_block_same(a, b, length));
        for (size_t place = 0; place < sizeof(a); place++) {
            b[place] ^= (char)0x80;
            assert_int_equal(pc_block_same(a, b, length), place >= length);
            b[place] ^= (char)0x80;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_told_apart),
        cmocka_unit_test(bits_are_in_the_order_of_the_bytes),
        cmocka_unit_test(halves_are_in_order),
        cmocka_unit_test(one_byte_outside_its_class_is_seen),
        cmocka_unit_test(texts_are_the_same_when_every_byte_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
