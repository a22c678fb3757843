// SPDX-License-Identifier: Apache-2.0
//
// A request that a test makes, and what became of it.
#ifndef PC_TESTS_UNIT_EVAL_JOB_H
#define PC_TESTS_UNIT_EVAL_JOB_H

#include "testing.h"

#include "eval/request.h"

struct job {
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_request request;
};

static inline void start(struct job *job, const char *principal, const char *action,
                         const char *resource)
{
    *job = (struct job){0};
    pc_diags_init(&job->diags, &job->arena);
    assert_true(pc_caller_parse(pc_str_from(principal), &job->request.caller));
    job->request.action = pc_str_from(action);
    job->request.resource = pc_str_from(resource);
}

static inline void give(struct job *job, const char *key, const struct pc_str *values, size_t count,
                        bool list)
{
    struct pc_context_key entry = {
        .key = pc_str_from(key), .values = values, .count = count, .list = list};
    assert_int_equal(pc_request_add(&job->arena, &job->request, &entry), PC_OK);
}

static inline enum pc_status finish(struct job *job)
{
    struct pc_request_options options = {.now = 1704067200, .assume_owner = true};
    struct pc_place place = {PC_STR("request"), 1, 1};
    return pc_request_finish(&job->arena, &job->request, options, place, &job->diags);
}

static inline const struct pc_context_entry *entry_of(struct job *job, const char *lower_key)
{
    struct pc_str key = pc_str_from(lower_key);
    return pc_request_find(&job->request, key, pc_str_hash(key));
}

#define assert_key(job, key, literal)                                                              \
    do {                                                                                           \
        const struct pc_context_entry *found = entry_of(job, key);                                 \
        assert_non_null(found);                                                                    \
        assert_int_equal(found->count, 1);                                                         \
        assert_view(found->values[0], literal);                                                    \
    } while (0)

#endif
