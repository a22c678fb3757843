// SPDX-License-Identifier: Apache-2.0
//
// A request against policies, asked in every way that has to come to the same.
#ifndef PC_TESTS_EVAL_ASKING_H
#define PC_TESTS_EVAL_ASKING_H

#include "testing.h"

#include "eval/observer.h"

struct job {
    struct pc_arena arena;
    struct pc_scratch *scratch;
    struct pc_request request;
    const struct pc_context_key *given; // the context of what is asked
    size_t given_count;
    struct pc_policies policies;
    struct pc_answer answer;
};

// For cmocka: *state is a job.
int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

// Asks for the principal as its text is read, and leaves the answer with reasons in the job.
void ask(struct job *job, const char *principal, const char *action, const char *resource);

// The same for a caller of whom more is known than a text says.
void ask_for(struct job *job, struct pc_caller caller, const char *action, const char *resource);

#endif
