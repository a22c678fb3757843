// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "faults.h"

#include "base/arena.h"

#include <string.h>
#include <wchar.h>

static bool is_zeroed(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = pc_arena_alloc(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        assert_true(is_zeroed(pieces[i], i));
        memset(pieces[i], (int)i, i);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(pieces[i][j], i); // nobody else wrote here
        }
    }
    assert_true(arena.total >= 199 * 200 / 2);
    pc_arena_release(&arena);
}

static void room_is_aligned_and_apart(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    unsigned char *pieces[200];
    assert_null(pc_arena_room(&arena, SIZE_MAX));
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = pc_arena_room(&arena, i);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)i, (i + 15) / 16 * 16); // all of it is the caller's
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(pieces[i][j], i);
        }
    }
    assert_null(pc_arena_room(&arena, SIZE_MAX));
    assert_null(pc_arena_room(&arena, SIZE_MAX - 15));
    pc_arena_release(&arena);
}

static void a_released_arena_is_empty_and_usable(void **state)
{
    (void)state;
    struct pc_arena arena;
    memset(&arena, 0xff, sizeof(arena));
    pc_arena_init(&arena);
    assert_null(arena.head);
    assert_int_equal(arena.total, 0);
    pc_arena_release(&arena);
    assert_non_null(pc_arena_alloc(&arena, 1));
    pc_arena_release(&arena);
    assert_null(arena.head);
    assert_int_equal(arena.total, 0);
    pc_arena_release(&arena);
}

static void size_zero_gives_a_pointer(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    assert_non_null(pc_arena_alloc(&arena, 0));
    assert_non_null(pc_arena_array(&arena, 0, 8));
    assert_non_null(pc_arena_array(&arena, 8, 0));
    pc_arena_release(&arena);
}

static void a_piece_may_be_huge(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    assert_non_null(pc_arena_alloc(&arena, 10));
    unsigned char *huge = pc_arena_alloc(&arena, 5000000);
    assert_non_null(huge);
    assert_true(is_zeroed(huge, 5000000));
    memset(huge, 1, 5000000);
    assert_non_null(pc_arena_alloc(&arena, 10));
    pc_arena_release(&arena);
}

static void many_pieces_take_few_blocks(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    void *piece = &arena;
    allocations_left = 16; // they double in size: 16 MB need 12 of them
    for (size_t i = 0; i < 1000000 && piece != NULL; i++) {
        piece = pc_arena_alloc(&arena, 16);
    }
    allocations_left = SIZE_MAX;
    assert_non_null(piece);
    pc_arena_release(&arena);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    for (int round = 0; round < 2; round++) { // empty, then with a block
        size_t total = arena.total;
        assert_null(pc_arena_alloc(&arena, SIZE_MAX));
        assert_null(pc_arena_alloc(&arena, SIZE_MAX - 15));
        assert_null(pc_arena_alloc(&arena, SIZE_MAX - 31));
        assert_null(pc_arena_array(&arena, SIZE_MAX / 2 + 1, 2));
        assert_null(pc_arena_array(&arena, SIZE_MAX, SIZE_MAX));
        // the product wraps to 8: an unchecked one would succeed
        assert_null(pc_arena_array(&arena, SIZE_MAX / 8 + 2, 8));
        assert_int_equal(arena.total, total);
        assert_non_null(pc_arena_alloc(&arena, 1));
    }
    struct pc_str out = PC_STR("kept");
    assert_int_equal(pc_arena_copy(&arena, (struct pc_str){"x", SIZE_MAX}, &out), PC_ERR_NOMEM);
    assert_int_equal(pc_arena_copy_lower(&arena, (struct pc_str){"x", SIZE_MAX}, &out),
                     PC_ERR_NOMEM);
    assert_view(out, "kept");
    pc_arena_release(&arena);
}

static void reset_keeps_one_block_and_zeroes_again(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    pc_arena_reset(&arena);
    assert_null(arena.head);
    for (size_t i = 0; i < 100; i++) {
        unsigned char *piece = pc_arena_alloc(&arena, 1000);
        assert_non_null(piece);
        memset(piece, 0xee, 1000);
    }
    size_t before = arena.total;
    pc_arena_reset(&arena);
    assert_non_null(arena.head);
    assert_true(arena.total > 0 && arena.total <= before);
    size_t kept = arena.total;
    allocations_left = 0; // what fits into the kept block needs no memory
    unsigned char *piece = pc_arena_alloc(&arena, kept);
    allocations_left = SIZE_MAX;
    assert_non_null(piece);
    assert_true(is_zeroed(piece, kept));
    assert_int_equal(arena.total, kept);
    pc_arena_release(&arena);
}

static void copies_end_in_zero(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    const char source[] = {'A', '\0', 'z', 'X'};
    struct pc_str copy;
    assert_int_equal(pc_arena_copy(&arena, (struct pc_str){source, 3}, &copy), PC_OK);
    assert_view(copy, "A\0z");
    assert_int_equal(copy.ptr[3], '\0');
    assert_ptr_not_equal(copy.ptr, source);
    assert_int_equal(pc_arena_copy(&arena, (struct pc_str){NULL, 0}, &copy), PC_OK);
    assert_int_equal(copy.len, 0);
    assert_non_null(copy.ptr);
    assert_int_equal(copy.ptr[0], '\0');
    char full[16]; // its zero is the first byte of the next sixteen
    memset(full, 'f', sizeof(full));
    assert_int_equal(pc_arena_copy(&arena, (struct pc_str){full, 16}, &copy), PC_OK);
    assert_non_null(pc_arena_alloc(&arena, 16));
    assert_int_equal(copy.ptr[16], '\0');
    pc_arena_release(&arena);
}

static void lower_case_copies(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str copy;
    assert_int_equal(pc_arena_copy_lower(&arena, PC_STR("aws:SourceIP@[\xc3\x84"), &copy), PC_OK);
    assert_view(copy, "aws:sourceip@[\xc3\x84");
    assert_int_equal(copy.ptr[copy.len], '\0');
    assert_int_equal(pc_arena_copy_lower(&arena, (struct pc_str){NULL, 0}, &copy), PC_OK);
    assert_view(copy, "");
    pc_arena_release(&arena);
}

static void formatted_text(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str text;
    assert_int_equal(pc_arena_format(&arena, &text, "%s-%d%%", "abc", -7), PC_OK);
    assert_view(text, "abc--7%");
    assert_int_equal(text.ptr[text.len], '\0');
    assert_int_equal(pc_arena_format(&arena, &text, "%s", ""), PC_OK);
    assert_view(text, "");
    assert_int_equal(pc_arena_format(&arena, &text, "%.*s", PC_STR_ARG(PC_STR("cut here"))), PC_OK);
    assert_view(text, "cut here");
    assert_int_equal(pc_arena_format(&arena, &text, "%9000d", 1), PC_OK);
    assert_int_equal(text.len, 9000);
    struct pc_str kept = PC_STR("kept");
    // not a character of the C locale
    assert_int_equal(pc_arena_format(&arena, &kept, "%ls", L"\x3b1"), PC_ERR_INTERNAL);
    assert_view(kept, "kept");
    pc_arena_release(&arena);
}

static void without_memory_nothing_changes(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str out = PC_STR("kept");
    allocations_left = 0;
    void *piece = pc_arena_alloc(&arena, 1);
    enum pc_status copy = pc_arena_copy(&arena, PC_STR("a"), &out);
    enum pc_status lower = pc_arena_copy_lower(&arena, PC_STR("a"), &out);
    enum pc_status format = pc_arena_format(&arena, &out, "%d", 1);
    allocations_left = SIZE_MAX;
    assert_null(piece);
    assert_int_equal(copy, PC_ERR_NOMEM);
    assert_int_equal(lower, PC_ERR_NOMEM);
    assert_int_equal(format, PC_ERR_NOMEM);
    assert_view(out, "kept");
    assert_null(arena.head);
    assert_int_equal(arena.total, 0);
    unsigned char *first = pc_arena_alloc(&arena, 16);
    assert_non_null(first);
    memset(first, 7, 16);
    allocations_left = 0;
    piece = pc_arena_alloc(&arena, 100000);
    allocations_left = SIZE_MAX;
    assert_null(piece);
    assert_int_equal(first[15], 7);
    assert_non_null(pc_arena_alloc(&arena, 100000));
    pc_arena_release(&arena);
}

static void joining_keeps_the_order(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str out;
    const struct pc_str parts[] = {PC_STR("a"), {NULL, 0}, PC_STR(":"), PC_STR("bc")};
    assert_int_equal(pc_arena_join(&arena, parts, 4, &out), PC_OK);
    assert_view(out, "a:bc");
    assert_int_equal(out.ptr[out.len], 0);
    assert_int_equal(pc_arena_join(&arena, parts, 0, &out), PC_OK);
    assert_view(out, "");
    pc_arena_release(&arena);
}

static void adopted_pieces_stay_where_they_are(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_arena other = {0};
    struct pc_str own, first, second;
    assert_int_equal(pc_arena_copy(&arena, PC_STR("own"), &own), PC_OK);
    assert_int_equal(pc_arena_copy(&other, PC_STR("first"), &first), PC_OK);
    unsigned char *large = pc_arena_alloc(&other, 100000); // a block of its own
    assert_non_null(large);
    memset(large, 7, 100000);
    assert_int_equal(pc_arena_copy(&other, PC_STR("second"), &second), PC_OK);
    size_t total = arena.total + other.total;
    pc_arena_adopt(&arena, &other);
    assert_int_equal(arena.total, total);
    assert_int_equal(other.total, 0);
    for (size_t i = 0; i < 1000; i++) {
        assert_non_null(pc_arena_alloc(&arena, 100)); // zeroes what it gives
        assert_non_null(pc_arena_alloc(&other, 100));
    }
    assert_view(own, "own");
    assert_view(first, "first");
    assert_view(second, "second");
    assert_int_equal(large[0], 7);
    assert_int_equal(large[99999], 7);
    pc_arena_release(&other);
    assert_view(first, "first");
    pc_arena_release(&arena);
}

static void an_empty_arena_adopts_and_is_adopted(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_arena other = {0};
    struct pc_str text;
    pc_arena_adopt(&arena, &other);
    assert_int_equal(arena.total, 0);
    assert_int_equal(pc_arena_copy(&other, PC_STR("text"), &text), PC_OK);
    pc_arena_adopt(&arena, &other);
    pc_arena_adopt(&arena, &other);
    assert_view(text, "text");
    assert_non_null(pc_arena_alloc(&arena, 16));
    assert_view(text, "text");
    pc_arena_release(&other);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joining_keeps_the_order),
        cmocka_unit_test(adopted_pieces_stay_where_they_are),
        cmocka_unit_test(an_empty_arena_adopts_and_is_adopted),
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(room_is_aligned_and_apart),
        cmocka_unit_test(a_released_arena_is_empty_and_usable),
        cmocka_unit_test(size_zero_gives_a_pointer),
        cmocka_unit_test(a_piece_may_be_huge),
        cmocka_unit_test(many_pieces_take_few_blocks),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(reset_keeps_one_block_and_zeroes_again),
        cmocka_unit_test(copies_end_in_zero),
        cmocka_unit_test(lower_case_copies),
        cmocka_unit_test(formatted_text),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
