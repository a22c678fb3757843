// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "tagged.h"

// Called where the compiler does not see what is read, as in the library.
static bool (*volatile read_tagged)(void *to, size_t known, const void *from) = pc_tagged_read;

struct known {
    size_t size;
    uint64_t first, second;
};

static void the_same_version(void **state)
{
    (void)state;
    struct known from = {sizeof(from), 1, 2};
    struct known to = {0, 9, 9};
    assert_true(read_tagged(&to, sizeof(to), &from));
    assert_int_equal(to.first, 1);
    assert_int_equal(to.second, 2);
}

static void an_older_caller_has_zeros_where_it_has_nothing(void **state)
{
    (void)state;
    struct known from = {offsetof(struct known, second), 1, 2};
    struct known to = {0, 9, 9};
    assert_true(read_tagged(&to, sizeof(to), &from));
    assert_int_equal(to.first, 1);
    assert_int_equal(to.second, 0);
}

static void a_newer_caller_may_ask_for_nothing_new(void **state)
{
    (void)state;
    struct {
        struct known known;
        char more[8]; // no padding, whose bytes would be anything
    } from = {{sizeof(from), 1, 2}, {0}};
    struct known to = {0, 9, 9};
    assert_true(read_tagged(&to, sizeof(to), &from));
    assert_int_equal(to.second, 2);
    for (size_t at = 0; at < sizeof(from.more); at++) {
        struct known untouched = {0, 9, 9};
        from.more[at] = 1;
        assert_false(read_tagged(&untouched, sizeof(untouched), &from));
        assert_int_equal(untouched.first, 9);
        from.more[at] = 0;
    }
}

static void a_size_that_was_never_set_is_refused(void **state)
{
    (void)state;
    const size_t sizes[] = {0,
                            1,
                            sizeof(size_t) - 1,
                            sizeof(size_t) + 1, // a pointer would be cut in two
                            sizeof(struct known) - 4,
                            PC_TAGGED_MOST + 1,
                            SIZE_MAX};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        unsigned char from[PC_TAGGED_MOST + 8] = {0};
        struct known to = {0, 9, 9};
        memcpy(from, &sizes[i], sizeof(sizes[i]));
        assert_false(read_tagged(&to, sizeof(to), from));
        assert_int_equal(to.first, 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_version),
        cmocka_unit_test(an_older_caller_has_zeros_where_it_has_nothing),
        cmocka_unit_test(a_newer_caller_may_ask_for_nothing_new),
        cmocka_unit_test(a_size_that_was_never_set_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
