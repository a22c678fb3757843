// SPDX-License-Identifier: Apache-2.0
//
// Which mutants are noticed. Expectations are worked out by hand: a question notices a change when
// its decision is another one.
#include "world.h"

#include "eval/told.h"

#define KEY     "arn:aws:s3:::b/k"
#define SECURE  "aws:SecureTransport"
#define ALLOWED PC_DECISION_ALLOWED
#define DENIED  PC_DECISION_IMPLICIT_DENY
#define REFUSED PC_DECISION_EXPLICIT_DENY

#define READ_WITH_TLS                                                                              \
    POLICY("\n{'Sid':'Read','Effect':'Allow',\n'Action':'s3:GetObject',\n"                         \
           "'Resource':'arn:aws:s3:::b/*'},\n"                                                     \
           "{'Sid':'Tls','Effect':'Deny','Action':'s3:*','Resource':'*',\n"                        \
           "'Condition':{'Bool':{'aws:SecureTransport':'false'}}}")

static const struct question basic[] = {
    {ALICE, "s3:GetObject", KEY, SECURE, "true", ALLOWED},
    {ALICE, "s3:GetObject", KEY, SECURE, "false", REFUSED},
};

static void ask_each(struct world *world, const struct pc_suite_set *sets, size_t count,
                     const struct question *questions, size_t question_count)
{
    for (size_t i = 0; i < question_count; i++) {
        ask(world, sets, count, &questions[i]);
    }
}

static void check_survivor(const struct pc_mutant_survivor *survivor, const char *kind,
                           uint32_t line, uint32_t column)
{
    assert_string_equal(survivor->kind->name, kind);
    assert_view(survivor->place.file, "a.json");
    assert_int_equal(survivor->place.line, line);
    assert_int_equal(survivor->place.column, column);
}

// What both statements say is asked for, but nothing beside the one action and the one bucket.
static void what_no_question_notices_survives(void **state)
{
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", READ_WITH_TLS);
    ask_each(world, &set, 1, basic, COUNT(basic));
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.killed, 5); // two of Read, three of Tls
    assert_int_equal(mutation.survivor_count, 3);
    assert_int_equal(mutation.equivalent + mutation.invalid + mutation.mute, 0);
    check_survivor(&mutation.survivors[0], "widen-action", 3, 10);
    check_survivor(&mutation.survivors[1], "widen-resources", 4, 1);
    check_survivor(&mutation.survivors[2], "widen-resource", 4, 12);
    assert_view(mutation.survivors[0].statement, "Read");
    assert_view(mutation.survivors[0].text, "\"s3:GetObject\" is widened to \"s3:*\"");
}

static void a_question_beside_notices(void **state)
{
    static const struct question more[] = {
        {ALICE, "s3:PutObject", KEY, SECURE, "true", DENIED},
        {ALICE, "s3:GetObject", "arn:aws:s3:::c/k", SECURE, "true", DENIED},
    };
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", READ_WITH_TLS);
    ask_each(world, &set, 1, basic, COUNT(basic));
    ask_each(world, &set, 1, more, COUNT(more));
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.killed, 8);
    assert_int_equal(mutation.survivor_count, 0);
    struct pc_coverage_count score = pc_mutation_score(&mutation);
    assert_int_equal(score.covered, 8);
    assert_int_equal(score.total, 8);
}

// The condition is always the same in what is asked.
static void a_condition_that_never_fails_survives(void **state)
{
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", READ_WITH_TLS);
    ask_each(world, &set, 1, &basic[1], 1);
    struct pc_mutation mutation = mutate(world);
    bool found = false;
    for (size_t i = 0; i < mutation.survivor_count; i++) {
        const struct pc_mutant_survivor *survivor = &mutation.survivors[i];
        if (strcmp(survivor->kind->name, "drop-condition") == 0) {
            check_survivor(survivor, "drop-condition", 6, 22);
            assert_view(survivor->text, "the condition Bool of aws:SecureTransport is dropped");
            assert_string_equal(survivor->hint,
                                "add a case that is allowed because of this condition alone");
            found = true;
        }
    }
    assert_true(found);
}

// A question that fails anyway notices nothing, and is counted.
static void a_question_that_fails_anyway_is_mute(void **state)
{
    static const struct question wrong = {ALICE, "s3:GetObject", KEY, SECURE, "true", DENIED};
    struct world *world = *state;
    struct pc_suite_set set = identity(world, "a.json", READ_WITH_TLS);
    ask(world, &set, 1, &wrong);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.mute, 1);
    assert_int_equal(mutation.killed, 0);
    assert_int_equal(mutation.survivor_count, 8);
}

// A file that several sets have is changed in all of them: here identity policy and boundary.
static void a_document_is_changed_wherever_it_is_used(void **state)
{
    static const struct question questions[] = {{ALICE, "s3:GetObject", KEY, NULL, NULL, ALLOWED},
                                                {BOB, "s3:PutObject", KEY, NULL, NULL, DENIED}};
    static const struct document documents[] = {
        {"a.json", POLICY("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}")},
        {NULL, NULL}};
    struct world *world = *state;
    const struct pc_suite_set sets[] = {
        set_of(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, documents),
        set_of(world, PC_SLOT_BOUNDARY, PC_POLICY_BOUNDARY, documents)};
    ask_each(world, sets, 2, questions, 2);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.killed, 3); // widened in the one alone, the other would still deny
    assert_int_equal(mutation.survivor_count, 0);
}

// Each level of an organisation is a set; a level without its Allow allows nothing.
static void levels_are_sets_of_their_own(void **state)
{
    static const struct question questions[] = {{ALICE, "s3:GetObject", KEY, NULL, NULL, ALLOWED}};
    static const struct document root[] = {
        {"root.json", POLICY("{'Effect':'Allow','Action':'*','Resource':'*'}")}, {NULL, NULL}};
    static const struct document team[] = {
        {"team.json", POLICY("{'Effect':'Allow','Action':'*','Resource':'*'}")}, {NULL, NULL}};
    struct world *world = *state;
    const struct pc_suite_set sets[] = {
        identity(world, "a.json", POLICY("{'Effect':'Allow','Action':'*','Resource':'*'}")),
        set_of(world, PC_SLOT_SCP, PC_POLICY_SCP, root),
        set_of(world, PC_SLOT_SCP, PC_POLICY_SCP, team)};
    ask_each(world, sets, 3, questions, 1);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.killed, 6);
    assert_int_equal(mutation.survivor_count, 0);
}

// A canonical user cannot be denied, so that mutant does not compile.
static void a_mutant_that_does_not_compile_is_not_counted(void **state)
{
    static const struct question question = {ALICE, "sqs:SendMessage", "*", NULL, NULL, DENIED};
    static const struct document documents[] = {
        {"a.json", POLICY("{'Effect':'Allow','Principal':{'CanonicalUser':"
                          "'79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'},"
                          "'Action':'s3:*','Resource':'*'}")},
        {NULL, NULL}};
    struct world *world = *state;
    struct pc_suite_set set = set_of(world, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE, documents);
    ask(world, &set, 1, &question);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.invalid, 1);
    assert_int_equal(mutation.killed, 0);
    assert_int_equal(mutation.survivor_count, 2); // dropped, and everybody
}

// Statements keep their numbers when one in front of them is dropped: a case that names "#1" does
// not fail for that.
static bool second_decides(void *context, const struct pc_suite_question *question,
                           const struct pc_answer *answer)
{
    (void)context;
    assert_false(question->brief);
    return answer->decision == ALLOWED && answer->deciding_count == 1 &&
           pc_tell_statement(&answer->deciding[0]).number == 1;
}

static void numbers_stay_as_they_are(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", KEY, NULL, NULL, ALLOWED};
    struct world *world = *state;
    struct pc_mutation mutation;
    struct pc_suite_set set = identity(world, "a.json",
                                       POLICY("{'Effect':'Allow','Action':'sqs:*','Resource':'*'},"
                                              "{'Effect':'Allow','Action':'s3:*','Resource':'*'}"));
    const struct pc_suite_question asked = {
        .sets = &set, .set_count = 1, .request = request_of(world, &question)};
    const struct pc_mutation_judge judge = {.meets = second_decides};
    assert_int_equal(pc_suite_ask(world->suite, &asked), PC_OK);
    assert_int_equal(pc_mutation_run(world->suite, &judge, &world->arena, &mutation), PC_OK);
    assert_int_equal(mutation.mute, 0);
    assert_int_equal(mutation.killed, 2);         // of the second
    assert_int_equal(mutation.survivor_count, 2); // of the first
}

enum {
    MANY = 40,
};

// A suite that expects what every statement says kills every mutant that leaves one out.
static void every_statement_that_is_expected_kills_its_absence(void **state)
{
    struct world *world = *state;
    struct question questions[MANY];
    struct pc_buf text = {0};
    pc_buf_text(&text, "{'Version':'2012-10-17','Statement':[");
    for (size_t i = 0; i < MANY; i++) {
        struct pc_str action;
        bool deny = i % 3 == 1;
        assert_int_equal(pc_arena_format(&world->arena, &action, "s%zu:Do", deny ? i - 1 : i),
                         PC_OK);
        pc_buf_format(&text, "%s{'Effect':'%s','Action':'%.*s','Resource':'%s'}", i > 0 ? "," : "",
                      deny ? "Deny" : "Allow", PC_STR_ARG(action), deny ? "arn:aws:x:::y" : "*");
        questions[i] =
            (struct question){ALICE, action.ptr, deny ? "arn:aws:x:::y" : "arn:aws:x:::z",
                              NULL,  NULL,       deny ? REFUSED : ALLOWED};
    }
    pc_buf_text(&text, "]}");
    pc_buf_byte(&text, '\0');
    struct pc_suite_set set = identity(world, "a.json", text.ptr);
    pc_buf_release(&text);
    ask_each(world, &set, 1, questions, MANY);
    struct pc_mutation mutation = mutate(world);
    for (size_t i = 0; i < mutation.survivor_count; i++) {
        assert_string_not_equal(mutation.survivors[i].kind->name, "drop-statement");
        assert_string_not_equal(mutation.survivors[i].kind->name, "flip-effect");
    }
    assert_true(mutation.killed >= 2 * MANY);
}

static void nothing_makes_no_mutant(void **state)
{
    struct pc_mutation mutation = mutate(*state);
    assert_int_equal(pc_mutation_score(&mutation).total, 0);
    assert_false(pc_coverage_reaches(pc_mutation_score(&mutation), 0));
}

// What is known as an image alone is not changed, and that is told; the rest is.
static void a_store_is_left_as_it_is(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", KEY, NULL, NULL, ALLOWED};
    static const struct document boundary[] = {
        {"b.json", POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*'}")}, {NULL, NULL}};
    struct world *world = *state;
    struct pc_suite_set sets[] = {
        identity(world, "a.json", POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*'}")),
        set_of(world, PC_SLOT_BOUNDARY, PC_POLICY_BOUNDARY, boundary)};
    sets[0].policies = NULL;
    sets[0].count = 0;
    ask_each(world, sets, 2, &question, 1);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.fixed, 1);
    assert_int_equal(mutation.killed, 2); // of the boundary
    assert_int_equal(mutation.survivor_count, 0);
}

// A question that is gone cannot be asked again. What others use as well is changed for them.
static void a_question_that_passes_covers_only(void **state)
{
    static const struct question question = {ALICE, "s3:GetObject", KEY, NULL, NULL, ALLOWED};
    struct world *world = *state;
    struct pc_suite_set set =
        identity(world, "a.json", POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*'}"));
    const struct pc_suite_question asked = {.sets = &set,
                                            .set_count = 1,
                                            .request = request_of(world, &question),
                                            .expect = &question,
                                            .passing = true};
    assert_int_equal(pc_suite_ask(world->suite, &asked), PC_OK);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.fixed, 1);
    assert_int_equal(mutation.unasked, 1);
    assert_int_equal(mutation.killed + mutation.survivor_count + mutation.mute, 0);
    ask(world, &set, 1, &question);
    assert_int_equal(statement_of(world, 0, 0)->matched, 2);
    assert_int_equal(pc_suite_question_count(world->suite), 2);
    mutation = mutate(world);
    assert_int_equal(mutation.fixed, 0);
    assert_int_equal(mutation.unasked, 1);
    assert_int_equal(mutation.killed, 2);
}

// Whom NotPrincipal spares depends on the effect: an Allow everybody of the role, a Deny
// only who is listed with role, session and account. So the flip matters to a caller whom
// the statement did not reach before.
static void a_flip_reaches_further_than_the_statement(void **state)
{
    static const struct question question = {
        "arn:aws:sts::111111111111:assumed-role/R/s", "s3:GetObject", KEY, NULL, NULL, ALLOWED};
    static const struct document documents[] = {
        {"b.json", POLICY("{'Effect':'Allow','NotPrincipal':{'AWS':"
                          "'arn:aws:iam::111111111111:role/R'},'Action':'s3:*','Resource':'*'}")},
        {NULL, NULL}};
    struct world *world = *state;
    const struct pc_suite_set sets[] = {
        identity(world, "a.json", POLICY("{'Effect':'Allow','Action':'s3:*','Resource':'*'}")),
        set_of(world, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE, documents)};
    ask_each(world, sets, 2, &question, 1);
    assert_int_equal(statement_of(world, 1, 0)->reach, PC_SUITE_PRINCIPAL);
    struct pc_mutation mutation = mutate(world);
    assert_int_equal(mutation.mute, 0);
    assert_int_equal(mutation.killed, 3); // of a.json two, and the flip
    for (size_t i = 0; i < mutation.survivor_count; i++) {
        assert_string_not_equal(mutation.survivors[i].kind->name, "flip-effect");
    }
}

static size_t steps, last_total;

static void count_step(void *context, size_t done, size_t total)
{
    (void)context;
    assert_int_equal(done, ++steps);
    last_total = total;
}

static bool always(void *context, const struct pc_suite_question *question,
                   const struct pc_answer *answer)
{
    (void)context;
    (void)question;
    (void)answer;
    return true;
}

static void progress_is_told_by_statements(void **state)
{
    struct world *world = *state;
    struct pc_mutation mutation;
    struct pc_suite_set set = identity(world, "a.json", READ_WITH_TLS);
    const struct pc_mutation_judge judge = {.meets = always, .progress = count_step};
    ask_each(world, &set, 1, basic, 1);
    assert_int_equal(pc_mutation_run(world->suite, &judge, &world->arena, &mutation), PC_OK);
    assert_int_equal(steps, 2);
    assert_int_equal(last_total, 2);
    assert_int_equal(mutation.killed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(what_no_question_notices_survives),
        WORLD_TEST(a_question_beside_notices),
        WORLD_TEST(a_condition_that_never_fails_survives),
        WORLD_TEST(a_question_that_fails_anyway_is_mute),
        WORLD_TEST(a_document_is_changed_wherever_it_is_used),
        WORLD_TEST(levels_are_sets_of_their_own),
        WORLD_TEST(a_mutant_that_does_not_compile_is_not_counted),
        WORLD_TEST(numbers_stay_as_they_are),
        WORLD_TEST(every_statement_that_is_expected_kills_its_absence),
        WORLD_TEST(nothing_makes_no_mutant),
        WORLD_TEST(a_store_is_left_as_it_is),
        WORLD_TEST(a_question_that_passes_covers_only),
        WORLD_TEST(a_flip_reaches_further_than_the_statement),
        WORLD_TEST(progress_is_told_by_statements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
