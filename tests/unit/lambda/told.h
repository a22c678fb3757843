// SPDX-License-Identifier: Apache-2.0
//
// Permissions to try, and what was said about them.
#ifndef PC_TESTS_LAMBDA_TOLD_H
#define PC_TESTS_LAMBDA_TOLD_H

#include "testing.h"

#include "lambda/permission.h"

#define FUNCTION "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"

// An arena with its diagnostics; release with told_release.
struct told {
    struct pc_arena arena;
    struct pc_diags diags;
};

static inline void told_start(struct told *told)
{
    pc_arena_init(&told->arena);
    pc_diags_init(&told->diags, &told->arena);
}

static inline void told_release(struct told *told)
{
    pc_arena_release(&told->arena);
}

// The codes that were reported, in their order, each behind a blank.
static inline struct pc_str told_codes(struct told *told)
{
    struct pc_buf text = {0};
    struct pc_str out = PC_STR("");
    for (const struct pc_diag *diag = told->diags.first; diag != NULL; diag = diag->next) {
        pc_buf_format(&text, " %d", (int)diag->code);
    }
    assert_int_equal(pc_buf_status(&text), PC_OK);
    assert_int_equal(pc_arena_copy(&told->arena, pc_buf_view(&text), &out), PC_OK);
    pc_buf_release(&text);
    return out;
}

static inline void assert_codes(struct told *told, const char *expected, const char *label)
{
    struct pc_str codes = told_codes(told);
    if (!pc_str_eq(codes, pc_str_from(expected))) {
        fail_msg("%s: reported%.*s, not%s", label, PC_STR_ARG(codes), expected);
    }
}

// One that nothing is wrong with, nor dangerous.
static inline struct pc_permission sample(void)
{
    struct pc_permission permission = {
        .statement_id = PC_STR("s3-in"),
        .action = PC_STR("lambda:InvokeFunction"),
        .principal = PC_STR("s3.amazonaws.com"),
        .source_arn = PC_STR("arn:aws:s3:::photos"),
        .source_account = PC_STR("111122223333"),
    };
    assert_true(pc_function_name_parse(PC_STR(FUNCTION ":prod"), &permission.function));
    return permission;
}

#endif
