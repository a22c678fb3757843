// SPDX-License-Identifier: Apache-2.0
//
// Patterns for the tests of this folder: compile, match, and the variables of a request.
#ifndef PC_TESTS_MATCH_COMPILED_H
#define PC_TESTS_MATCH_COMPILED_H

#include "testing.h"

#include "match/arn_pattern.h"
#include "match/pattern.h"

#include <stdlib.h>
#include <string.h>

enum {
    W = PC_PATTERN_WILDCARDS,
    V = PC_PATTERN_VARIABLES,
    F = PC_PATTERN_FOLD,
};

// Key and value in turn, up to NULL. `lookups` counts the questions.
struct table {
    const char *const *pairs;
    size_t lookups;
};

static inline bool table_lookup(void *context, struct pc_str key, struct pc_str *value)
{
    struct table *table = context;
    table->lookups++;
    for (size_t i = 0; table->pairs != NULL && table->pairs[i] != NULL; i += 2) {
        if (pc_str_eq(key, pc_str_from(table->pairs[i]))) {
            *value = pc_str_from(table->pairs[i + 1]);
            return value->len > 0;
        }
    }
    return false;
}

// The bytes in memory of their own and of their exact size, so that a sanitizer sees a step too
// far.
static inline struct pc_str exact(struct pc_str bytes)
{
    char *copy = malloc(bytes.len + (bytes.len == 0));
    assert_non_null(copy);
    memcpy(copy, bytes.len > 0 ? bytes.ptr : "", bytes.len);
    return (struct pc_str){copy, bytes.len};
}

static inline void drop(struct pc_str bytes)
{
    free((void *)(uintptr_t)bytes.ptr);
}

// Compiles; free with drop.
static inline struct pc_str compiled(struct pc_str text, unsigned flags)
{
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&out);
    assert_int_equal(pc_pattern_compile(text, flags, &out, &error), PC_OK);
    struct pc_str bytes = exact(pc_buf_view(&out));
    pc_buf_release(&out);
    assert_true(pc_pattern_is_valid(bytes));
    return bytes;
}

static inline enum pc_match match_text(const char *text, unsigned flags, const char *subject,
                                       const char *const *pairs)
{
    struct table table = {pairs, 0};
    struct pc_variables variables = {table_lookup, &table};
    struct pc_str bytes = compiled(pc_str_from(text), flags);
    struct pc_str copy = exact(pc_str_from(subject));
    enum pc_match result = pc_pattern_match(bytes, copy, &variables, NULL);
    drop(copy);
    drop(bytes);
    return result;
}

#define assert_matches(text, flags, subject)                                                       \
    assert_int_equal(match_text(text, flags, subject, NULL), PC_MATCH)
#define assert_differs(text, flags, subject)                                                       \
    assert_int_equal(match_text(text, flags, subject, NULL), PC_NOMATCH)

#endif
