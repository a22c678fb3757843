// SPDX-License-Identifier: Apache-2.0
//
// What every unit test includes first: cmocka with the headers that it wants before it.
#ifndef PC_TESTS_TESTING_H
#define PC_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

// Compares a view with a literal and shows both when they differ.
#define assert_view(view, literal)                                                                 \
    do {                                                                                           \
        struct pc_str pc_view = (view);                                                            \
        assert_int_equal(pc_view.len, sizeof(literal) - 1);                                        \
        assert_memory_equal(pc_view.len ? pc_view.ptr : "", literal, sizeof(literal) - 1);         \
    } while (0)

#endif
