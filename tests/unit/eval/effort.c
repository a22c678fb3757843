// SPDX-License-Identifier: Apache-2.0
//
// What a decision may cost: policy and request that are made to be slow together give no answer,
// and that is no allow; what is usual comes nowhere near.
#include "asking.h"
#include "ops/operator.h"
#include "sets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USER   "arn:aws:iam::111111111111:user/Bob"
#define OBJECT "arn:aws:s3:::b/k"

enum {
    LONG = 60000, // bytes: a text that a request may have
};

// `count` times "a", and the end.
static char *row_of_a(size_t count, const char *start, const char *end)
{
    size_t before = strlen(start);
    char *text = malloc(before + count + strlen(end) + 1);
    assert_non_null(text);
    memcpy(text, start, before);
    memset(text + before, 'a', count);
    memcpy(text + before + count, end, strlen(end) + 1);
    return text;
}

static const unsigned ways[] = {0, PC_DECIDE_NO_REASONS, PC_DECIDE_NO_INDEX,
                                PC_DECIDE_NO_REASONS | PC_DECIDE_NO_INDEX};

// A request about an object, with the value of ex:k.
static void prepare(struct job *job, const char *action, const char *value)
{
    struct pc_str *text = pc_arena_array(&job->arena, 1, sizeof(*text));
    assert_non_null(text);
    *text = pc_str_from(value);
    const struct pc_context_key key = {.key = PC_STR("ex:k"), .values = text, .count = 1};
    job->request = (struct pc_request){.action = pc_str_from(action), .resource = PC_STR(OBJECT)};
    assert_true(pc_caller_parse(PC_STR(USER), &job->request.caller));
    assert_int_equal(pc_request_add(&job->arena, &job->request, &key), PC_OK);
    struct pc_diags diags;
    pc_diags_init(&diags, &job->arena);
    const struct pc_request_options options = {.now = 1704067200, .assume_owner = true};
    assert_int_equal(pc_request_finish(&job->arena, &job->request, options,
                                       (struct pc_place){.line = 1}, &diags),
                     PC_OK);
}

// Asks in every way.
static void assert_each_way(struct job *job, const char *value, enum pc_status status,
                            enum pc_decision decision)
{
    prepare(job, "s3:GetObject", value);
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        job->answer.decision = PC_DECISION_ALLOWED;
        assert_int_equal(
            pc_decide(&job->policies, &job->request, ways[i], job->scratch, &job->answer), status);
        assert_int_equal(job->answer.decision, decision);
        assert_int_equal(job->answer.deciding_count != 0,
                         status == PC_OK && (ways[i] & PC_DECIDE_NO_REASONS) == 0);
    }
}

static struct row allow_all(void)
{
    return (struct row){.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"};
}

static struct row deny_if(const char *pattern)
{
    return (struct row){.effect = PC_IMAGE_DENY,
                        .action = "*",
                        .resource = "*",
                        .op = PC_OP_STRING_LIKE,
                        .key = "ex:k",
                        .value = pattern};
}

// A Deny whose condition is too dear to be looked at is not passed over.
static void what_costs_too_much_is_no_allow(void **state)
{
    struct job *job = *state;
    char *pattern = row_of_a(LONG / 2, "*", "?b*");
    char *value = row_of_a(LONG, "", "");
    struct row rows[] = {allow_all(), deny_if(pattern)};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    assert_each_way(job, value, PC_ERR_EFFORT, PC_DECISION_IMPLICIT_DENY);
    assert_each_way(job, "short", PC_OK, PC_DECISION_ALLOWED);
    assert_true(pc_scratch_steps(job->scratch) < PC_DECIDE_MOST_STEPS);
    free(pattern);
    free(value);
}

// Each of them is cheap, together they are not.
static void many_patterns_add_up(void **state)
{
    struct job *job = *state;
    enum {
        COUNT = 60
    };
    char *pattern = row_of_a(LONG / 100, "*", "?b*");
    char *value = row_of_a(LONG, "", "");
    struct row rows[COUNT + 1];
    for (size_t i = 0; i < COUNT; i++) {
        rows[i] = deny_if(pattern);
    }
    rows[COUNT] = allow_all();
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, COUNT + 1);
    assert_each_way(job, value, PC_ERR_EFFORT, PC_DECISION_IMPLICIT_DENY);
    job->policies.identity =
        set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows + COUNT - COUNT / 3, COUNT / 3 + 1);
    assert_each_way(job, value, PC_OK, PC_DECISION_ALLOWED);
    free(pattern);
    free(value);
}

// Each variable of a value is looked for among all keys that AWS does not know.
static void looking_for_variables_counts(void **state)
{
    enum {
        KEYS = 1500,
        VARIABLES = 64, // of one value
        LEAST = VARIABLES * (KEYS / PC_EFFORT_BYTES),
    };
    struct job *job = *state;
    static char names[KEYS][16];
    static struct pc_context_key given[KEYS];
    static const struct pc_str text = PC_STR_INIT("x");
    char value[VARIABLES * 12 + 1] = "";
    for (size_t i = 0; i < KEYS; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "ex:k%zu", i);
        given[i] =
            (struct pc_context_key){.key = pc_str_from(names[i]), .values = &text, .count = 1};
    }
    for (size_t i = 0; i < VARIABLES; i++) {
        (void)snprintf(value + strlen(value), sizeof(value) - strlen(value), "${ex:k%zu}",
                       KEYS - 1 - i);
    }
    struct row rows[] = {allow_all(), deny_if(value)};
    rows[1].key = "ex:k1";
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    job->given = given;
    job->given_count = KEYS;
    ask(job, USER, "s3:GetObject", OBJECT);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_in_range(pc_scratch_steps(job->scratch), LEAST, PC_DECIDE_MOST_STEPS);
}

// However the actions of a statement are found: walking a list of them counts as well.
static void patterns_of_actions_count(void **state)
{
    struct job *job = *state;
    enum {
        PATTERN = 900,
        ACTION = 1900
    };
    char *pattern = row_of_a(PATTERN, "s3:*", "?b*");
    char *action = row_of_a(ACTION, "s3:", "");
    struct row rows[] = {allow_all(), deny_if("*")};
    rows[1].action = pattern;
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    prepare(job, action, "x");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        assert_int_equal(
            pc_decide(&job->policies, &job->request, ways[i], job->scratch, &job->answer), PC_OK);
        assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
        assert_true(pc_scratch_steps(job->scratch) >= PATTERN * ACTION / PC_EFFORT_BYTES);
    }
    free(pattern);
    free(action);
}

// Few bytes of a pattern at each place of a long text: the places cost more than the comparisons.
static void places_of_a_text_count(void **state)
{
    struct job *job = *state;
    char *value = row_of_a(LONG, "", "");
    struct row rows[] = {allow_all(), deny_if("*a?b*${ex:v, 'x'}")};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    assert_each_way(job, value, PC_OK, PC_DECISION_ALLOWED);
    assert_true(pc_scratch_steps(job->scratch) >= LONG);
    free(value);
}

// Folding a letter costs many times what comparing one does, and so does reading a number.
static void dearer_operators_count_more(void **state)
{
    struct job *job = *state;
    static const struct {
        unsigned op;
        const char *value;
        unsigned times;
    } rows[] = {
        {PC_OP_STRING_EQUALS_IGNORE_CASE, "b", 16},
        {PC_OP_NUMERIC_EQUALS, "1", 4},
        {PC_OP_IP_ADDRESS, "10.0.0.0/8", 4},
    };
    char *value = row_of_a(LONG, "", "");
    struct row both[] = {allow_all(), deny_if("b")};
    both[1].op = PC_OP_STRING_EQUALS;
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, both, 2);
    assert_each_way(job, value, PC_OK, PC_DECISION_ALLOWED);
    uint64_t cheap = pc_scratch_steps(job->scratch);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        both[1].op = rows[i].op;
        both[1].value = rows[i].value;
        job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, both, 2);
        assert_each_way(job, value, PC_OK, PC_DECISION_ALLOWED);
        assert_true(pc_scratch_steps(job->scratch) >= rows[i].times * cheap);
    }
    free(value);
}

// However much is taken, and how often, before somebody looks.
static void what_is_spent_stays_so(void **state)
{
    (void)state;
    struct pc_effort effort = {.left = 5};
    pc_effort_take(&effort, 4);
    assert_false(pc_effort_is_spent(&effort));
    for (int i = 0; i < 100; i++) {
        pc_effort_take(&effort, UINT64_C(1) << 61);
        assert_true(pc_effort_is_spent(&effort));
    }
}

static void what_is_usual_takes_few_steps(void **state)
{
    struct job *job = *state;
    struct row rows[] = {allow_all(), deny_if("prefix-*-of-*")};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    assert_each_way(job, "prefix-and-more", PC_OK, PC_DECISION_ALLOWED);
    assert_in_range(pc_scratch_steps(job->scratch), 2, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_costs_too_much_is_no_allow), TEST(many_patterns_add_up),
        TEST(looking_for_variables_counts),    TEST(patterns_of_actions_count),
        TEST(places_of_a_text_count),          TEST(dearer_operators_count_more),
        TEST(what_is_spent_stays_so),          TEST(what_is_usual_takes_few_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
