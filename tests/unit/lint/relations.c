// SPDX-License-Identifier: Apache-2.0
//
// What is said to follow from a condition, or to exclude it, against what the rules say (5.6), over
// conditions and contexts from small pools: each claim has to hold in every context.
#include "testing.h"

#include "condition.h"

#include <stdio.h>

enum {
    PAIRS = 20000,
    MOST_VALUES = 2,
    CONTEXTS = 3 + 14 + 14 * 14, // missing, empty, "" and the others alone, as a list, in pairs
};

static const char *const texts[] = {"", "a", "b", "ab", "A", "a*", "*b", "?", "*", "?*", "a${*}"};
static const char *const numbers[] = {"1", "2", "2.0", "3"};
static const char *const dates[] = {"1970-01-01T00:00:01Z", "2", "1970-01-01T00:00:03Z"};
static const char *const truths[] = {"true", "false", "TRUE"};
static const char *const networks[] = {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::/0",
                                       "10.9.9.9/8"};
static const char *const arns[] = {"arn:a:b:c:d:e", "arn:a:b:c:d:*", "arn:a:b:*:d:e",
                                   "arn:*:b:c:d:e?"};
static const char *const seen[] = {"",
                                   "a",
                                   "b",
                                   "ab",
                                   "A",
                                   "a*",
                                   "1",
                                   "2",
                                   "3",
                                   "true",
                                   "10.1.2.3",
                                   "10.2.0.1",
                                   "arn:a:b:c:d:e",
                                   "false"};

static uint32_t state = 20261126;

static size_t below(size_t count)
{
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % count;
}

struct pool {
    const char *const *values;
    size_t count;
};

static struct pool pool_of(enum pc_op_id id)
{
    if (id <= PC_OP_STRING_LIKE) {
        return (struct pool){texts, sizeof(texts) / sizeof(texts[0])};
    }
    if (id <= PC_OP_NUMERIC_GREATER_EQUALS) {
        return (struct pool){numbers, sizeof(numbers) / sizeof(numbers[0])};
    }
    if (id <= PC_OP_DATE_GREATER_EQUALS) {
        return (struct pool){dates, sizeof(dates) / sizeof(dates[0])};
    }
    if (id == PC_OP_BOOL || id == PC_OP_NULL) {
        return (struct pool){truths, sizeof(truths) / sizeof(truths[0])};
    }
    return id == PC_OP_IP_ADDRESS ? (struct pool){networks, sizeof(networks) / sizeof(networks[0])}
                                  : (struct pool){arns, sizeof(arns) / sizeof(arns[0])};
}

// A condition as a policy has it.
struct sample {
    char op[64];
    struct pc_text values[MOST_VALUES];
    struct pc_condition condition;
};

static const struct pc_operator *any_operator(void)
{
    size_t count = 0;
    while (pc_operator_at(count) != NULL) {
        count++;
    }
    const struct pc_operator *op = pc_operator_at(below(count));
    return op->id == PC_OP_BINARY_EQUALS ? any_operator() : op;
}

static void make(struct sample *out, enum pc_op_id near)
{
    static const char *const prefixes[] = {"", "", "ForAllValues:", "ForAnyValue:"};
    const struct pc_operator *op =
        below(3) > 0 && near != PC_OP_NONE ? pc_operator_get(near) : any_operator();
    bool plain = op->id == PC_OP_NULL;
    bool negated = op->negated != NULL && below(3) == 0;
    (void)snprintf(out->op, sizeof(out->op), "%s%s%s", plain ? "" : prefixes[below(4)],
                   negated ? op->negated : op->name, plain || below(4) > 0 ? "" : "IfExists");
    struct pool pool = pool_of(op->id);
    size_t count = 1 + below(MOST_VALUES);
    for (size_t i = 0; i < count; i++) {
        out->values[i] = (struct pc_text){pc_str_from(pool.values[below(pool.count)]), 1, 1};
    }
    out->condition = (struct pc_condition){
        .op = {pc_str_from(out->op), 1, 1}, .key = {PC_STR("a:k"), 1, 1}, .count = count};
    out->condition.values = out->values;
}

struct context {
    bool missing, list;
    const char *values[2];
    size_t count;
};

static struct context context_of(size_t number)
{
    enum {
        SEEN = sizeof(seen) / sizeof(seen[0]),
    };
    if (number == 0) {
        return (struct context){.missing = true};
    }
    if (number < 1 + SEEN) {
        return (struct context){.values = {seen[number - 1]}, .count = 1};
    }
    if (number == 1 + SEEN) {
        return (struct context){.list = true};
    }
    number -= 2 + SEEN;
    return (struct context){
        .list = true,
        .values = {seen[number / SEEN % SEEN], seen[number % SEEN]},
        .count = 2,
    };
}

static bool is_null(const struct context *context)
{
    for (size_t i = 0; i < context->count; i++) {
        if (context->values[i][0] != '\0') {
            return false;
        }
    }
    return true;
}

// one() of 5.6
static bool meets(const struct pc_lint_condition *condition, const char *value)
{
    static const struct pc_op_env nothing = {NULL, NULL};
    bool negated = (condition->use.flags & PC_OP_NEGATED) != 0;
    bool found = false;
    for (size_t i = 0; i < condition->written->count; i++) {
        enum pc_match match =
            condition->use.op->compare(condition->values[i], pc_str_from(value), &nothing);
        if (negated && match != PC_NOMATCH) {
            return false;
        }
        found = found || match == PC_MATCH;
    }
    return negated || found;
}

// eval() of 5.6
static bool holds(const struct pc_lint_condition *condition, const struct context *context)
{
    unsigned flags = condition->use.flags;
    size_t met = 0;
    size_t looked = 0;
    if (condition->use.op->id == PC_OP_NULL) {
        return meets(condition, is_null(context) ? "true" : "false");
    }
    if (context->missing) {
        return (flags & (PC_OP_FOR_ALL | PC_OP_IF_EXISTS)) != 0 ||
               ((flags & PC_OP_FOR_ANY) == 0 && (flags & PC_OP_NEGATED) != 0);
    }
    if ((flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) == 0) {
        return !context->list && meets(condition, context->values[0]);
    }
    for (size_t i = 0; i < context->count; i++) {
        bool empty = context->values[i][0] == '\0';
        looked += !empty;
        met += !empty && meets(condition, context->values[i]);
    }
    return (flags & PC_OP_FOR_ALL) != 0 ? met == looked : met > 0;
}

struct tally {
    size_t implied, excluded;
};

static void compare(const struct pc_lint_condition *a, const struct pc_lint_condition *b,
                    struct tally *tally)
{
    bool implied = pc_lint_implies(a, b);
    bool excluded = pc_lint_excludes(a, b);
    tally->implied += implied;
    tally->excluded += excluded;
    for (size_t i = 0; i < CONTEXTS - 1; i++) {
        struct context context = context_of(i);
        bool first = holds(a, &context);
        bool second = holds(b, &context);
        bool wrong = (implied && first && !second) || (excluded && first && second) ||
                     (first && pc_lint_needs_value(a) && is_null(&context)) ||
                     (context.missing && first != pc_lint_holds_absent(a));
        if (wrong) {
            fail_msg("%.*s [%.*s, ...] and %.*s [%.*s, ...] in context %zu",
                     PC_STR_ARG(a->written->op.text), PC_STR_ARG(a->written->values[0].text),
                     PC_STR_ARG(b->written->op.text), PC_STR_ARG(b->written->values[0].text), i);
        }
    }
}

static void what_is_said_holds_in_every_context(void **unused)
{
    (void)unused;
    struct tally tally = {0, 0};
    struct pc_arena arena;
    static const struct pc_policy policy = {.type = PC_POLICY_IDENTITY, .variables = true};
    pc_arena_init(&arena);
    for (size_t i = 0; i < PAIRS; i++) {
        struct sample samples[2];
        struct pc_op_use use = {NULL, 0};
        const struct pc_lint_condition *read;
        make(&samples[0], PC_OP_NONE);
        assert_int_equal(pc_operator_find(samples[0].condition.op.text, &use), PC_OP_FOUND);
        make(&samples[1], use.op->id);
        struct pc_condition both[2] = {samples[0].condition, samples[1].condition};
        struct pc_statement statement = {.conditions = both, .condition_count = 2};
        assert_int_equal(pc_lint_conditions_read(&arena, &policy, &statement, &read), PC_OK);
        assert_true(read[0].sound && read[1].sound);
        compare(&read[0], &read[1], &tally);
        pc_arena_reset(&arena);
    }
    pc_arena_release(&arena);
    assert_true(tally.implied > PAIRS / 50); // claims are made
    assert_true(tally.excluded > PAIRS / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_holds_in_every_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
