// SPDX-License-Identifier: Apache-2.0
//
// What is counted: how near decisions came to a statement, which sides of conditions they saw, and
// what counts as one document.
#include "world.h"

#define READ "s3:GetObject"
#define KEY  "arn:aws:s3:::b/k"
#define DENY PC_DECISION_IMPLICIT_DENY
#define OPEN POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*'}")

// One statement, asked once: the first thing that keeps it from matching.
static void the_obstacle_is_remembered(void **state)
{
    static const struct {
        const char *statement;
        enum pc_suite_reach reach;
        uint64_t matched;
    } rows[] = {
        {"{'Effect':'Allow','Action':'s3:Put*','Resource':'*'}", PC_SUITE_ACTION, 0},
        {"{'Effect':'Deny','NotAction':'s3:Get*','Resource':'*'}", PC_SUITE_ACTION, 0},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'arn:aws:s3:::c/*'}", PC_SUITE_RESOURCE, 0},
        {"{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':"
         "{'Bool':{'aws:SecureTransport':'false'}}}",
         PC_SUITE_CONDITION, 0},
        {"{'Effect':'Allow','Action':'s3:*','Resource':'*'}", PC_SUITE_MATCHED, 1},
    };
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pc_str text;
        struct pc_str file;
        assert_int_equal(pc_arena_format(&world->arena, &text, POLICY("%s"), rows[i].statement),
                         PC_OK);
        assert_int_equal(pc_arena_format(&world->arena, &file, "%zu.json", i), PC_OK);
        struct pc_suite_set set = identity(world, file.ptr, text.ptr);
        ask(world, &set, 1, &question);
        assert_int_equal(statement_of(world, i, 0)->reach, rows[i].reach);
        assert_int_equal(statement_of(world, i, 0)->matched, rows[i].matched);
    }
}

static void a_principal_is_an_obstacle(void **state)
{
    static const struct question question = {BOB, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    const struct document documents[] = {
        {"b.json", POLICY("{'Effect':'Allow','Principal':{'AWS':'" ALICE
                          "'},'Action':'s3:*','Resource':'*'}")},
        {NULL, NULL}};
    struct pc_suite_set set = set_of(world, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE, documents);
    ask(world, &set, 1, &question);
    assert_int_equal(statement_of(world, 0, 0)->reach, PC_SUITE_PRINCIPAL);
}

// Service control policies do not apply to callers without an account (7.1).
static void a_type_that_does_not_apply_is_not_seen(void **state)
{
    static const struct question question = {"events.amazonaws.com", READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    const struct document documents[] = {
        {"scp.json", POLICY("{'Effect':'Allow','Action':'*','Resource':'*'}")}, {NULL, NULL}};
    struct pc_suite_set set = set_of(world, PC_SLOT_SCP, PC_POLICY_SCP, documents);
    ask(world, &set, 1, &question);
    assert_int_equal(statement_of(world, 0, 0)->reach, PC_SUITE_UNSEEN);
}

// The furthest of all decisions counts, in whatever order they come.
static void the_furthest_decision_counts(void **state)
{
    static const struct question questions[] = {
        {ALICE, "s3:PutObject", KEY, NULL, NULL, DENY},
        {ALICE, READ, KEY, NULL, NULL, PC_DECISION_ALLOWED},
        {ALICE, READ, "arn:aws:s3:::c/k", NULL, NULL, DENY},
    };
    static const enum pc_suite_reach reach[] = {PC_SUITE_ACTION, PC_SUITE_MATCHED,
                                                PC_SUITE_MATCHED};
    struct world *world = *state;
    struct pc_suite_set set =
        identity(world, "a.json",
                 POLICY("{'Effect':'Allow','Action':'s3:Get*','Resource':'arn:aws:s3:::b/*'}"));
    for (size_t i = 0; i < COUNT(questions); i++) {
        ask(world, &set, 1, &questions[i]);
        assert_int_equal(statement_of(world, 0, 0)->reach, reach[i]);
    }
    assert_int_equal(statement_of(world, 0, 0)->matched, 1);
}

#define GUARDED                                                                                    \
    POLICY("{'Sid':'Guarded','Effect':'Allow','Action':'s3:Get*','Resource':'*','Condition':"      \
           "{'StringEquals':{'aws:username':'alice','s3:prefix':'x'}}}")

// Both are asked once the action matches, also the one behind a condition that fails.
static void sides_of_conditions_are_counted(void **state)
{
    static const struct question questions[] = {
        {ALICE, "s3:PutObject", KEY, "s3:prefix", "x", DENY},
        {ALICE, READ, KEY, NULL, NULL, DENY},
        {BOB, READ, KEY, "s3:prefix", "x", DENY},
    };
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", GUARDED);
    for (size_t i = 0; i < COUNT(questions); i++) {
        ask(world, &set, 1, &questions[i]);
    }
    const struct pc_suite_statement *statement = statement_of(world, 0, 0);
    assert_view(statement->name, "Guarded");
    assert_int_equal(statement->condition_count, 2);
    assert_int_equal(statement->matched, 0);
    assert_view(statement->conditions[0].op, "StringEquals");
    assert_view(statement->conditions[0].key, "aws:username");
    assert_view(statement->conditions[1].key, "s3:prefix");
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(statement->conditions[i].held, 1);
        assert_int_equal(statement->conditions[i].failed, 1);
    }
}

static void a_document_counts_once(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    struct pc_suite_set sets[] = {identity(world, "a.json", GUARDED),
                                  identity(world, "a.json", GUARDED)};
    const struct document documents[] = {{"a.json", GUARDED}, {NULL, NULL}};
    sets[1] = set_of(world, PC_SLOT_BOUNDARY, PC_POLICY_BOUNDARY, documents);
    ask(world, sets, 2, &question);
    ask(world, sets, 1, &question);
    struct pc_suite_set again = identity(world, "a.json", GUARDED);
    ask(world, &again, 1, &question);
    assert_int_equal(pc_suite_document_count(world->suite), 1);
    assert_int_equal(pc_suite_question_count(world->suite), 3);
    assert_int_equal(statement_of(world, 0, 0)->conditions[0].held, 4);
}

// Another file, another place in it, or what was changed between two readings.
static void other_documents_count_by_themselves(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    static const struct document documents[] = {
        {"a.json", GUARDED}, {"b.json", GUARDED}, {"a.json", "\n" GUARDED},
        {"a.json", OPEN},    {NULL, NULL},
    };
    struct world *world = *state;
    struct pc_suite_set set = set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, documents);
    ask(world, &set, 1, &question);
    assert_int_equal(pc_suite_document_count(world->suite), 4);
}

static void check_count(struct pc_coverage_count count, size_t covered, size_t total)
{
    assert_int_equal(count.covered, covered);
    assert_int_equal(count.total, total);
}

// a.json: 0 of 1 and 2 of 4; b.json: 1 of 1 and none; together 3 of 6.
static void sums_are_by_file_and_the_worst_comes_first(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    static const struct document documents[] = {
        {"b.json", OPEN}, {"a.json", GUARDED}, {NULL, NULL}};
    struct world *world = *state;
    struct pc_coverage coverage;
    struct pc_suite_set set = set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, documents);
    ask(world, &set, 1, &question);
    assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
    assert_int_equal(coverage.count, 2);
    assert_view(coverage.files[0].name, "a.json");
    assert_view(coverage.files[1].name, "b.json");
    check_count(coverage.files[0].figures.statements, 0, 1);
    check_count(coverage.files[0].figures.sides, 2, 4); // one holds, the other does not
    check_count(coverage.files[1].figures.statements, 1, 1);
    check_count(coverage.files[1].figures.sides, 0, 0);
    check_count(pc_coverage_both(&coverage.figures), 3, 6);
    assert_int_equal(coverage.questions, 1);
}

static void percentages_are_rounded_down(void **state)
{
    (void)state;
    assert_int_equal(pc_coverage_tenths((struct pc_coverage_count){1, 3}), 333);
    assert_int_equal(pc_coverage_tenths((struct pc_coverage_count){1999, 2000}), 999);
    assert_int_equal(pc_coverage_tenths((struct pc_coverage_count){2000, 2000}), 1000);
    assert_int_equal(pc_coverage_tenths((struct pc_coverage_count){0, 0}), 0);
    assert_true(pc_coverage_reaches((struct pc_coverage_count){9, 10}, 900));
    assert_false(pc_coverage_reaches((struct pc_coverage_count){1999, 2000}, 1000));
    assert_false(pc_coverage_reaches((struct pc_coverage_count){8999, 10000}, 900));
    assert_false(pc_coverage_reaches((struct pc_coverage_count){0, 0}, 0));
}

struct misses {
    size_t statements, conditions;
};

static void count_miss(void *context, const struct pc_coverage_miss *miss)
{
    struct misses *misses = context;
    misses->statements += miss->condition == NULL;
    misses->conditions += miss->condition != NULL;
}

static struct misses misses_of(struct world *world)
{
    struct pc_coverage coverage;
    struct misses misses = {0};
    assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
    for (size_t i = 0; i < coverage.count; i++) {
        pc_coverage_each_miss(&coverage.files[i], count_miss, &misses);
    }
    return misses;
}

static void what_is_missing_is_told(void **state)
{
    static const struct question questions[] = {
        {ALICE, READ, KEY, NULL, NULL, DENY},
        {ALICE, READ, KEY, "s3:prefix", "x", PC_DECISION_ALLOWED},
        {BOB, READ, KEY, "s3:prefix", "x", DENY},
    };
    static const struct misses expected[] = {{1, 2}, {0, 1}, {0, 0}};
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", GUARDED);
    for (size_t i = 0; i < COUNT(questions); i++) {
        ask(world, &set, 1, &questions[i]);
        struct misses misses = misses_of(world);
        assert_int_equal(misses.statements, expected[i].statements);
        assert_int_equal(misses.conditions, expected[i].conditions);
    }
}

// Whatever is asked, a further question never takes coverage away.
static void a_question_more_never_lowers_it(void **state)
{
    static const char *const actions[] = {READ, "s3:PutObject", "sqs:SendMessage"};
    static const char *const values[] = {NULL, "x", "y"};
    static const char *const callers[] = {ALICE, BOB};
    struct world *world = *state;
    struct question questions[COUNT(actions) * COUNT(values) * COUNT(callers)];
    struct pc_suite_set set = identity(
        world, "a.json",
        POLICY(
            "{'Effect':'Allow','Action':'s3:*','Resource':'*','Condition':"
            "{'StringEquals':{'aws:username':'alice'},'StringLike':{'s3:prefix':'x'}}},"
            "{'Effect':'Deny','Action':'s3:Put*','Resource':'*','Condition':"
            "{'Null':{'s3:prefix':'true'}}},{'Effect':'Allow','Action':'sqs:*','Resource':'*'}"));
    size_t before = 0;
    for (size_t i = 0; i < COUNT(questions); i++) {
        const char *value = values[i % COUNT(values)];
        struct pc_coverage coverage;
        questions[i] = (struct question){callers[i % COUNT(callers)],
                                         actions[i / COUNT(values) % COUNT(actions)],
                                         KEY,
                                         value != NULL ? "s3:prefix" : NULL,
                                         value,
                                         DENY};
        ask(world, &set, 1, &questions[i]);
        assert_int_equal(pc_coverage_sum(world->suite, &world->arena, &coverage), PC_OK);
        struct pc_coverage_count both = pc_coverage_both(&coverage.figures);
        assert_int_equal(both.total, 9);
        assert_true(both.covered >= before);
        before = both.covered;
    }
    assert_int_equal(before, 9);
}

// Of a set of a store only the image is known: conditions are told where their statement stands,
// until somebody who knows the model asks.
static void an_image_alone_suffices(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", GUARDED);
    struct pc_suite_set bare = {.slot = set.slot, .image = set.image};
    ask(world, &bare, 1, &question);
    const struct pc_suite_statement *statement = statement_of(world, 0, 0);
    assert_view(statement->name, "Guarded");
    assert_view(statement->conditions[1].op, "StringEquals");
    assert_view(statement->conditions[1].key, "s3:prefix");
    assert_int_equal(statement->conditions[1].column, statement->column);
    assert_int_equal(statement->conditions[0].held, 1);
    ask(world, &set, 1, &question);
    assert_int_equal(pc_suite_document_count(world->suite), 1);
    assert_int_equal(statement->conditions[0].held, 2);
    assert_true(statement->conditions[1].column > statement->column);
}

// Somebody wrote to the store meanwhile.
static void a_damaged_image_of_a_store_is_refused(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    struct pc_str bytes;
    struct pc_suite_set set = identity(world, "a.json", GUARDED);
    assert_int_equal(pc_arena_copy(&world->arena,
                                   (struct pc_str){set.image.bytes, set.image.header->size},
                                   &bytes),
                     PC_OK);
    ((char *)(uintptr_t)bytes.ptr)[bytes.len - 1] ^= 1;
    const struct pc_suite_set torn = {.slot = set.slot, .image = pc_image_trusted(bytes)};
    const struct pc_suite_question asked = {
        .sets = &torn, .set_count = 1, .request = request_of(world, &question)};
    assert_int_equal(pc_suite_ask(world->suite, &asked), PC_ERR_DAMAGED);
    assert_int_equal(pc_suite_document_count(world->suite), 0);
}

static void an_image_of_another_document_is_refused(void **state)
{
    static const struct question question = {ALICE, READ, KEY, NULL, NULL, DENY};
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", OPEN);
    struct pc_suite_set other = identity(world, "b.json", GUARDED);
    set.image = other.image;
    const struct pc_suite_question asked = {
        .sets = &set, .set_count = 1, .request = request_of(world, &question)};
    assert_int_equal(pc_suite_ask(world->suite, &asked), PC_ERR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_obstacle_is_remembered),
        WORLD_TEST(a_principal_is_an_obstacle),
        WORLD_TEST(a_type_that_does_not_apply_is_not_seen),
        WORLD_TEST(the_furthest_decision_counts),
        WORLD_TEST(sides_of_conditions_are_counted),
        WORLD_TEST(a_document_counts_once),
        WORLD_TEST(other_documents_count_by_themselves),
        WORLD_TEST(sums_are_by_file_and_the_worst_comes_first),
        cmocka_unit_test(percentages_are_rounded_down),
        WORLD_TEST(what_is_missing_is_told),
        WORLD_TEST(a_question_more_never_lowers_it),
        WORLD_TEST(an_image_alone_suffices),
        WORLD_TEST(a_damaged_image_of_a_store_is_refused),
        WORLD_TEST(an_image_of_another_document_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
