// SPDX-License-Identifier: Apache-2.0
#include "asking.h"

#include <stdlib.h>
#include <string.h>

int set_up(void **state)
{
    struct job *job = calloc(1, sizeof(*job));
    assert_non_null(job);
    assert_int_equal(pc_scratch_new(&job->scratch), PC_OK);
    *state = job;
    return 0;
}

int tear_down(void **state)
{
    struct job *job = *state;
    pc_scratch_free(job->scratch);
    pc_arena_release(&job->arena);
    free(job);
    return 0;
}

// What an answer says; the scratch keeps that of the last one only.
struct said {
    struct pc_answer answer;
    struct pc_deciding *deciding;
    struct pc_str *missing;
};

static struct said keep(struct job *job, const struct pc_answer *answer)
{
    struct said said = {.answer = *answer};
    said.deciding = pc_arena_array(&job->arena, answer->deciding_count + 1, sizeof(*said.deciding));
    said.missing = pc_arena_array(&job->arena, answer->missing_count + 1, sizeof(*said.missing));
    assert_true(said.deciding != NULL && said.missing != NULL);
    for (size_t i = 0; i < answer->deciding_count; i++) {
        said.deciding[i] = answer->deciding[i];
    }
    for (size_t i = 0; i < answer->missing_count; i++) {
        said.missing[i] = answer->missing[i];
    }
    return said;
}

static struct said say(struct job *job, unsigned flags)
{
    struct pc_answer answer = {.decision = PC_DECISION_ALLOWED};
    assert_int_equal(pc_decide(&job->policies, &job->request, flags, job->scratch, &answer), PC_OK);
    return keep(job, &answer);
}

static void count_statement(void *context, const struct pc_observation *observation)
{
    size_t *matching = context;
    *matching += observation->obstacle == PC_OBSTACLE_NONE;
}

static struct said say_observed(struct job *job, unsigned flags)
{
    size_t matching = 0;
    struct pc_answer answer = {.decision = PC_DECISION_ALLOWED};
    const struct pc_observer observer = {
        .flags = flags, .statement = count_statement, .context = &matching};
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    assert_true(matching >= answer.deciding_count);
    return keep(job, &answer);
}

static void check_same(const struct said *a, const struct said *b)
{
    assert_int_equal(a->answer.decision, b->answer.decision);
    assert_int_equal(a->answer.primary, b->answer.primary);
    assert_int_equal(a->answer.blocked_by, b->answer.blocked_by);
    assert_int_equal(a->answer.deciding_count, b->answer.deciding_count);
    for (size_t i = 0; i < a->answer.deciding_count; i++) {
        assert_ptr_equal(a->deciding[i].image, b->deciding[i].image);
        assert_int_equal(a->deciding[i].slot, b->deciding[i].slot);
        assert_int_equal(a->deciding[i].statement, b->deciding[i].statement);
    }
    assert_int_equal(a->answer.missing_count, b->answer.missing_count);
    for (size_t i = 0; i < a->answer.missing_count; i++) {
        assert_true(pc_str_eq(a->missing[i], b->missing[i]));
    }
}

// Law 3: without the index the answer is the same, and when it is observed; and so is the decision
// without reasons.
static struct said say_in_every_way(struct job *job, unsigned reading)
{
    struct said whole = say(job, reading);
    struct said walked = say(job, reading | PC_DECIDE_NO_INDEX);
    check_same(&whole, &walked);
    struct said observed = say_observed(job, reading);
    check_same(&whole, &observed);
    struct said brief = say(job, reading | PC_DECIDE_NO_REASONS);
    struct said brief_walked = say(job, reading | PC_DECIDE_NO_REASONS | PC_DECIDE_NO_INDEX);
    check_same(&brief, &brief_walked);
    assert_int_equal(brief.answer.decision, whole.answer.decision);
    assert_int_equal(brief.answer.primary, whole.answer.primary);
    assert_int_equal(brief.answer.deciding_count, 0);
    assert_int_equal(brief.answer.missing_count, 0);
    return whole;
}

void ask_for(struct job *job, struct pc_caller caller, const char *action, const char *resource)
{
    struct pc_request_options options = {.now = 1704067200, .assume_owner = true};
    struct pc_place place = {PC_STR(""), 0, 0};
    struct pc_diags diags;
    pc_diags_init(&diags, &job->arena);
    job->request = (struct pc_request){.caller = caller};
    job->request.action = pc_str_from(action);
    job->request.resource = pc_str_from(resource);
    for (size_t i = 0; i < job->given_count; i++) {
        assert_int_equal(pc_request_add(&job->arena, &job->request, &job->given[i]), PC_OK);
    }
    assert_int_equal(pc_request_finish(&job->arena, &job->request, options, place, &diags), PC_OK);
    (void)say_in_every_way(job, PC_DECIDE_WIDE_STARS);
    (void)say_in_every_way(job, PC_DECIDE_NO_ACCOUNT_LINK);
    struct said said = say_in_every_way(job, 0);
    job->answer = said.answer;
    job->answer.deciding = said.deciding;
    job->answer.missing = said.missing;
}

void ask(struct job *job, const char *principal, const char *action, const char *resource)
{
    struct pc_caller caller;
    assert_true(pc_caller_parse(pc_str_from(principal), &caller));
    ask_for(job, caller, action, resource);
}
