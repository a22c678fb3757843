// SPDX-License-Identifier: Apache-2.0
//
// Values of policies and of requests for the tests of this folder, through the table of operators:
// read, checked, compared and written as an image does. Every operand lies in memory of its own and
// of its exact size, so that a sanitizer sees a step too far.
#ifndef PC_TESTS_OPS_OPERAND_H
#define PC_TESTS_OPS_OPERAND_H

#include "testing.h"

#include "ops/operator.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

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

// The row of an operator without prefix, suffix and negation.
static inline const struct pc_operator *row_of(const char *name)
{
    struct pc_op_use use = {NULL, 0};
    assert_int_equal(pc_operator_find(pc_str_from(name), &use), PC_OP_FOUND);
    assert_int_equal(use.flags, 0);
    return use.op;
}

// Reads a value that must be one, or must be tolerated; free with drop.
static inline struct pc_str operand(const struct pc_operator *op, struct pc_str text,
                                    bool variables)
{
    struct pc_buf out = {0};
    struct pc_op_fault fault = {0};
    struct pc_str copy = exact(text);
    assert_int_equal(op->encode(copy, variables, &out, &fault), PC_OK);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(fault.reason == NULL || fault.tolerated);
    drop(copy);
    struct pc_str bytes = exact(pc_buf_view(&out));
    pc_buf_release(&out);
    assert_true(op->is_valid(bytes));
    return bytes;
}

// Key and value in turn, up to NULL.
static inline bool lookup(void *context, struct pc_str key, struct pc_str *value)
{
    const char *const *pairs = context;
    for (size_t i = 0; pairs != NULL && pairs[i] != NULL; i += 2) {
        if (pc_str_eq(key, pc_str_from(pairs[i]))) {
            *value = pc_str_from(pairs[i + 1]);
            return true;
        }
    }
    return false;
}

struct comparison {
    const char *op, *policy, *request;
    enum pc_match expected;
    const char *const *pairs; // what the variables stand for; NULL: nothing
};

static inline enum pc_match compare(const struct comparison *row, bool variables)
{
    const struct pc_operator *op = row_of(row->op);
    const struct pc_variables values = {lookup, (void *)(uintptr_t)row->pairs};
    const struct pc_op_env env = {.variables = &values};
    struct pc_str bytes = operand(op, pc_str_from(row->policy), variables);
    struct pc_str request = exact(pc_str_from(row->request));
    enum pc_match result = op->compare(bytes, request, &env);
    drop(request);
    drop(bytes);
    return result;
}

// Each row of the policy's Version, 2012-10-17 or not.
static inline void check_comparisons(const struct comparison *rows, size_t count, bool variables)
{
    for (size_t i = 0; i < count; i++) {
        enum pc_match result = compare(&rows[i], variables);
        if (result != rows[i].expected) {
            print_error("%s: policy \"%s\", request \"%s\": %d instead of %d\n", rows[i].op,
                        rows[i].policy, rows[i].request, (int)result, (int)rows[i].expected);
            fail();
        }
    }
}

#define CHECK_COMPARISONS(rows)      check_comparisons(rows, COUNT(rows), true)
#define CHECK_COMPARISONS_2008(rows) check_comparisons(rows, COUNT(rows), false)

// A value that the operator refuses: why, and nothing is left behind.
static inline struct pc_op_fault refusal(const char *name, struct pc_str text, bool variables)
{
    struct pc_buf out = {0};
    struct pc_op_fault fault = {0};
    struct pc_str copy = exact(text);
    pc_buf_text(&out, "before");
    enum pc_status status = row_of(name)->encode(copy, variables, &out, &fault);
    if (status != PC_ERR_INVALID) {
        print_error("%s takes \"%.*s\"\n", name, PC_STR_ARG(text));
    }
    assert_int_equal(status, PC_ERR_INVALID);
    assert_view(pc_buf_view(&out), "before");
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_non_null(fault.reason);
    assert_true(fault.reason[0] != '\0');
    assert_false(fault.tolerated);
    pc_buf_release(&out);
    drop(copy);
    return fault;
}

static inline void check_refused(const char *name, const struct pc_str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_false(refusal(name, texts[i], true).variable);
        assert_false(refusal(name, texts[i], false).variable);
    }
}

// The readable form of a value.
static inline void check_written(const char *name, const char *text, const char *expected)
{
    const struct pc_operator *op = row_of(name);
    struct pc_str bytes = operand(op, pc_str_from(text), true);
    struct pc_buf out = {0};
    op->write(bytes, &out);
    pc_buf_byte(&out, '\0');
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_string_equal(out.ptr, expected);
    pc_buf_release(&out);
    drop(bytes);
}

#endif
