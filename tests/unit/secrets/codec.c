// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <stdlib.h>

#include "codec.h"

static void numbers_are_little_endian(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    pc_code_u64(&out, UINT64_C(0x8877665544332211));
    pc_code_text(&out, PC_STR("ab"));
    assert_view(pc_buf_view(&out), "\x11\x22\x33\x44\x55\x66\x77\x88\x02\0\0\0ab");
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0,         1, 0xff, 0x100, UINT32_MAX, UINT64_C(1) << 32,
                                       UINT64_MAX};
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        pc_code_u64(&out, numbers[i]);
        pc_code_text(&out, PC_STR("text"));
        pc_code_text(&out, PC_STR(""));
    }
    pc_buf_u32(&out, 7);
    struct pc_decoder in = {pc_buf_view(&out), false};
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        assert_true(pc_decode_u64(&in) == numbers[i]);
        assert_view(pc_decode_text(&in), "text");
        assert_view(pc_decode_text(&in), "");
    }
    assert_int_equal(pc_decode_u32(&in), 7);
    assert_false(in.bad);
    assert_int_equal(in.rest.len, 0);
}

// Cut at every place, nothing is read beyond the end, nothing is taken from behind what is missing,
// and what was not there is zero.
static void what_is_cut_is_told(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    pc_code_text(&out, PC_STR("name"));
    pc_code_u64(&out, UINT64_MAX);
    pc_buf_u32(&out, UINT32_MAX);
    pc_buf_str(&out, PC_STR("bytes"));
    const struct pc_str whole = pc_buf_view(&out);
    for (size_t length = 0; length < whole.len; length++) {
        // In memory of its own, so that a sanitizer sees what reads too far.
        char *cut = malloc(length + 1);
        char bytes[5] = "xxxx";
        assert_non_null(cut);
        memcpy(cut, whole.ptr, length);
        struct pc_decoder in = {{cut, length}, false};
        struct pc_str name = pc_decode_text(&in);
        assert_int_equal(name.len, length >= 8 ? 4 : 0);
        assert_true(pc_decode_u64(&in) == (length >= 16 ? UINT64_MAX : 0));
        assert_int_equal(pc_decode_u32(&in), length >= 20 ? UINT32_MAX : 0);
        pc_decode_into(&in, bytes, sizeof(bytes));
        assert_memory_equal(bytes, "\0\0\0\0\0", sizeof(bytes));
        assert_true(in.bad);
        assert_int_equal(pc_decode_u64(&in), 0);
        assert_int_equal(pc_decode_text(&in).len, 0);
        free(cut);
    }
}

static void a_length_beyond_the_end_is_told(void **state)
{
    (void)state;
    static const char *const lengths[] = {"\x05\0\0\0", "\xff\xff\xff\xff", "\xff\xff\xff\x7f"};
    for (size_t i = 0; i < 3; i++) {
        char bytes[8] = "";
        memcpy(bytes, lengths[i], 4);
        struct pc_decoder in = {{bytes, sizeof(bytes)}, false};
        assert_int_equal(pc_decode_text(&in).len, 0);
        assert_true(in.bad);
        assert_int_equal(pc_decode_u32(&in), 0); // though there are four bytes
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_little_endian),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_is_cut_is_told),
        cmocka_unit_test(a_length_beyond_the_end_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
