// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "faults.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/memory.h"

static void arenas_and_buffers_note_it(void **state)
{
    struct pc_arena arena = {0};
    struct pc_buf buf = {0};
    (void)state;
    assert_non_null(pc_arena_alloc(&arena, 1));
    pc_buf_text(&buf, "text");
    assert_false(pc_memory_ran_out());
    assert_int_equal(pc_memory_failures(), 0);

    allocations_left = 0;
    assert_null(pc_arena_alloc(&arena, 1 << 20));
    assert_true(pc_memory_ran_out());
    assert_int_equal(pc_memory_failures(), 1);
    pc_buf_fill(&buf, ' ', 1 << 20);
    assert_int_equal(pc_memory_failures(), 2);
    allocations_left = SIZE_MAX;

    pc_buf_release(&buf);
    pc_arena_release(&arena);
    assert_true(pc_memory_ran_out()); // it stays
}

// A buffer that has no more room than it was given lacks no memory.
static void a_fixed_buffer_notes_nothing(void **state)
{
    char room[4];
    struct pc_buf buf = pc_buf_over(room, sizeof(room));
    size_t before = pc_memory_failures();
    (void)state;
    pc_buf_text(&buf, "longer");
    assert_int_equal(pc_buf_status(&buf), PC_ERR_LIMIT);
    assert_int_equal(pc_memory_failures(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arenas_and_buffers_note_it),
        cmocka_unit_test(a_fixed_buffer_notes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
