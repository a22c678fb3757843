// SPDX-License-Identifier: Apache-2.0
//
// Without memory, at whichever call it runs out, nothing is made up: the status says so, and what
// is asked again afterwards is as it was.
#include "world.h"

#include "base/faults.h"

#include <stdlib.h>

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(count, size);
}

#define TEXT                                                                                       \
    POLICY("{'Effect':'Allow','Action':'s3:GetObject','Resource':'arn:aws:s3:::b/*','Condition':"  \
           "{'StringEquals':{'aws:username':'alice'}}}")

static const struct question question = {ALICE, "s3:GetObject", "arn:aws:s3:::b/k",
                                         NULL,  NULL,           PC_DECISION_ALLOWED};

static bool meets(void *context, const struct pc_suite_question *asked,
                  const struct pc_answer *answer)
{
    (void)context;
    (void)asked;
    return answer->decision == PC_DECISION_ALLOWED;
}

static enum pc_status run_all(struct world *world, const struct pc_suite_set *set,
                              const struct pc_request *request, struct pc_mutation *mutation)
{
    const struct pc_suite_question asked = {.sets = set, .set_count = 1, .request = request};
    const struct pc_mutation_judge judge = {.meets = meets};
    struct pc_suite *suite = NULL;
    struct pc_coverage coverage;
    enum pc_status status = pc_suite_new(true, 0, &suite);
    if (status == PC_OK) {
        status = pc_suite_ask(suite, &asked);
    }
    if (status == PC_OK) {
        status = pc_coverage_sum(suite, &world->arena, &coverage);
    }
    if (status == PC_OK) {
        status = pc_mutation_run(suite, &judge, &world->arena, mutation);
    }
    pc_suite_free(suite);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", TEXT);
    const struct pc_request *request = request_of(world, &question);
    struct pc_mutation mutation = {.killed = 99};
    size_t failures = 0;
    enum pc_status status = PC_ERR_NOMEM;
    for (size_t left = 0; status != PC_OK; left++) {
        allocations_left = left;
        status = run_all(world, &set, request, &mutation);
        allocations_left = SIZE_MAX;
        if (status != PC_OK) {
            assert_int_equal(status, PC_ERR_NOMEM);
            assert_int_equal(mutation.killed, 99); // untouched
            failures++;
        }
    }
    assert_true(failures > 5);
    assert_int_equal(mutation.killed, 2);         // dropped, flipped
    assert_int_equal(mutation.survivor_count, 4); // condition, action, resource, resources
}

static bool out_of_memory_at_once(void *context, const struct pc_suite_question *asked,
                                  const struct pc_answer *answer)
{
    (void)context;
    (void)asked;
    allocations_left = 0;
    return answer->decision == PC_DECISION_ALLOWED;
}

// A run that broke off leaves every set with its own image.
static void what_broke_off_is_put_back(void **state)
{
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", TEXT);
    struct pc_mutation mutation;
    const struct pc_mutation_judge judge = {.meets = out_of_memory_at_once};
    ask(world, &set, 1, &question);
    assert_int_equal(pc_mutation_run(world->suite, &judge, &world->arena, &mutation), PC_ERR_NOMEM);
    allocations_left = SIZE_MAX;
    mutation = mutate(world);
    assert_int_equal(mutation.mute, 0);
    assert_int_equal(mutation.killed, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(every_allocation_may_fail),
        WORLD_TEST(what_broke_off_is_put_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
