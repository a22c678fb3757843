// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/checked.h"

static void sums(void **state)
{
    (void)state;
    size_t out = 7;
    assert_true(pc_size_add(0, 0, &out));
    assert_int_equal(out, 0);
    assert_true(pc_size_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    out = 7;
    assert_false(pc_size_add(SIZE_MAX, 1, &out));
    assert_false(pc_size_add(1, SIZE_MAX, &out));
    assert_false(pc_size_add(SIZE_MAX, SIZE_MAX, &out));
    assert_int_equal(out, 7);
    assert_true(pc_size_add(out, 5, &out)); // may be the same variable
    assert_int_equal(out, 12);
}

static void products(void **state)
{
    (void)state;
    size_t out = 7;
    assert_true(pc_size_mul(0, SIZE_MAX, &out));
    assert_int_equal(out, 0);
    assert_true(pc_size_mul(SIZE_MAX, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_true(pc_size_mul(SIZE_MAX / 2, 2, &out));
    assert_true(out == SIZE_MAX - 1);
    out = 7;
    assert_false(pc_size_mul(SIZE_MAX / 2 + 1, 2, &out));
    assert_false(pc_size_mul(SIZE_MAX, SIZE_MAX, &out));
    assert_int_equal(out, 7);
}

static void narrowing(void **state)
{
    (void)state;
    uint32_t out = 7;
    assert_true(pc_size_to_u32(UINT32_MAX, &out));
    assert_true(out == UINT32_MAX);
    assert_true(pc_size_to_u32(0, &out));
    assert_int_equal(out, 0);
    out = 7;
    assert_false(pc_size_to_u32((size_t)UINT32_MAX + 1, &out));
    assert_false(pc_size_to_u32(SIZE_MAX, &out));
    assert_int_equal(out, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(products),
        cmocka_unit_test(narrowing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
