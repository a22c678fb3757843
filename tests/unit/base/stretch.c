// SPDX-License-Identifier: Apache-2.0
//
// Values that lie apart pass in any order; such as overlap are read for no longer than the map is.
#include "testing.h"

#include "base/stretch.h"

enum {
    MAP = 4096,
    VALUES = 64,
    LENGTH = MAP / VALUES,
};

static char map[MAP];

static void values_apart_pass_in_any_order(void **state)
{
    (void)state;
    for (size_t step = 1; step < VALUES; step += 2) {
        struct pc_stretch stretch = {0};
        for (size_t i = 0; i < VALUES; i++) {
            char *value = map + i * step % VALUES * LENGTH;
            assert_true(pc_stretch_add(&stretch, (struct pc_str){value, LENGTH}));
        }
        assert_int_equal(stretch.bytes, MAP);
    }
}

static void gaps_and_nothing_pass(void **state)
{
    (void)state;
    struct pc_stretch stretch = {0};
    assert_true(pc_stretch_add(&stretch, PC_STR("")));
    assert_true(pc_stretch_add(&stretch, (struct pc_str){map + 100, 1}));
    assert_true(pc_stretch_add(&stretch, (struct pc_str){NULL, 0}));
    assert_true(pc_stretch_add(&stretch, (struct pc_str){map, 1}));
    assert_true(pc_stretch_add(&stretch, (struct pc_str){map + MAP - 1, 1}));
}

static void the_same_value_again_does_not(void **state)
{
    (void)state;
    struct pc_stretch stretch = {0};
    assert_true(pc_stretch_add(&stretch, (struct pc_str){map, LENGTH}));
    assert_false(pc_stretch_add(&stretch, (struct pc_str){map, LENGTH}));
}

// Each in the one before, as somebody might write it: what was let in is no more than the map.
static void values_inside_each_other_end(void **state)
{
    (void)state;
    struct pc_stretch stretch = {0};
    size_t read = 0;
    for (size_t i = 0; i < VALUES; i++) {
        struct pc_str value = {map + i * LENGTH, MAP - i * LENGTH};
        if (!pc_stretch_add(&stretch, value)) {
            assert_int_equal(read, MAP);
            return;
        }
        read += value.len;
    }
    fail();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_apart_pass_in_any_order),
        cmocka_unit_test(gaps_and_nothing_pass),
        cmocka_unit_test(the_same_value_again_does_not),
        cmocka_unit_test(values_inside_each_other_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
