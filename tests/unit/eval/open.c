// SPDX-License-Identifier: Apache-2.0
//
// Requests that leave something open, in both readings: which keys are open, that Allows and Denies
// are settled as the reading says, and that the plain decision is none of it.
#include "eval/open.h"
#include "asking.h"
#include "base/map.h"
#include "match/action_pattern.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"
#include "sets.h"

#define USER    "arn:aws:iam::111111111111:user/Bob"
#define ROLE    "arn:aws:iam::111111111111:role/R"
#define SESSION "arn:aws:sts::111111111111:assumed-role/R/s"
#define OBJECT  "arn:aws:s3:::b/k"

static const struct row allow_all = {
    .effect = PC_IMAGE_ALLOW, .sid = "A", .action = "*", .resource = "*"};

static enum pc_decision decide(struct job *job, unsigned flags)
{
    struct pc_answer answer;
    assert_int_equal(pc_decide(&job->policies, &job->request, flags, job->scratch, &answer), PC_OK);
    return answer.decision;
}

// What the two readings say: allowed in both, in the generous one, or in none.
static void assert_reach(struct job *job, const char *wanted)
{
    bool generous = decide(job, PC_DECIDE_GENEROUS) == PC_DECISION_ALLOWED;
    bool strict = decide(job, PC_DECIDE_STRICT) == PC_DECISION_ALLOWED;
    assert_int_equal(decide(job, PC_DECIDE_GENEROUS | PC_DECIDE_NO_REASONS) == PC_DECISION_ALLOWED,
                     generous);
    assert_int_equal(decide(job, PC_DECIDE_STRICT | PC_DECIDE_NO_REASONS) == PC_DECISION_ALLOWED,
                     strict);
    assert_int_equal(decide(job, PC_DECIDE_STRICT | PC_DECIDE_NO_INDEX) == PC_DECISION_ALLOWED,
                     strict);
    assert_false(strict && !generous);
    assert_string_equal(strict ? "yes" : generous ? "depends" : "no", wanted);
}

static void check(struct job *job, const char *principal, const struct row *rows, size_t count,
                  const char *wanted)
{
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, count);
    ask(job, principal, "s3:GetObject", OBJECT);
    assert_reach(job, wanted);
}

static bool is_open(const struct job *job, const char *key)
{
    struct pc_str name = pc_str_from(key);
    return pc_request_leaves_open(&job->request, name, pc_str_hash(name));
}

static void keys_that_nobody_tells_are_open(void **state)
{
    struct job *job = *state;
    static const struct pc_str value = PC_STR_INIT("x");
    static const struct pc_context_key given[] = {
        {.key = PC_STR_INIT("aws:SourceVpce"), .values = &value, .count = 1},
        {.key = PC_STR_INIT("my:key"), .values = &value, .count = 1},
        {.key = PC_STR_INIT("aws:UserAgent"), .absent = true},
    };
    job->given = given;
    job->given_count = 3;
    check(job, USER, &allow_all, 1, "yes");
    assert_false(is_open(job, "aws:sourcevpce"));
    assert_false(is_open(job, "my:key"));
    assert_false(is_open(job, "aws:useragent"));
    assert_false(is_open(job, "aws:principalarn")); // follows
    assert_false(is_open(job, "aws:username"));
    assert_false(is_open(job, "aws:currenttime"));
    assert_true(is_open(job, "aws:sourceip"));
    assert_true(is_open(job, "your:key"));
    assert_true(is_open(job, "aws:principaltag/team"));
    assert_true(is_open(job, "aws:viaawsservice")); // "false" follows from what is open
    assert_true(is_open(job, "aws:tagkeys"));
    check(job, ROLE, &allow_all, 1, "yes");
    assert_false(is_open(job, "aws:username")); // no session has one
    assert_true(is_open(job, "aws:userid"));    // of which session
}

static void an_allow_waits_for_its_key(void **state)
{
    struct job *job = *state;
    struct row row = allow_all;
    row.op = PC_OP_STRING_EQUALS;
    row.key = "aws:sourcevpce";
    row.value = "x";
    check(job, USER, &row, 1, "depends");
    assert_int_equal(decide(job, 0), PC_DECISION_IMPLICIT_DENY);
    row.flags = PC_OP_NEGATED;
    check(job, USER, &row, 1, "depends");
    assert_int_equal(decide(job, 0), PC_DECISION_ALLOWED); // R-411
    row.flags = PC_OP_IF_EXISTS;
    check(job, USER, &row, 1, "depends");
}

static void a_known_condition_settles_it(void **state)
{
    struct job *job = *state;
    struct row name = {.op = PC_OP_STRING_EQUALS, .key = "aws:username", .value = "Eve"};
    struct row row = allow_all;
    row.op = PC_OP_STRING_EQUALS;
    row.key = "aws:sourcevpce";
    row.value = "x";
    row.also = &name;
    check(job, USER, &row, 1, "no");
    name.value = "Bob";
    check(job, USER, &row, 1, "depends");
    row.key = "aws:username";
    row.value = "Bob";
    check(job, USER, &row, 1, "yes");
}

static void a_deny_that_may_match_may_take_away(void **state)
{
    struct job *job = *state;
    struct row rows[] = {allow_all,
                         {.effect = PC_IMAGE_DENY,
                          .sid = "D",
                          .action = "s3:*",
                          .resource = "*",
                          .op = PC_OP_BOOL,
                          .key = "aws:securetransport",
                          .value = "false"}};
    check(job, USER, rows, 2, "depends");
    assert_int_equal(decide(job, PC_DECIDE_STRICT), PC_DECISION_EXPLICIT_DENY);
    rows[1].key = NULL;
    check(job, USER, rows, 2, "no");
}

static void an_open_variable_in_a_value_is_open(void **state)
{
    struct job *job = *state;
    struct row row = allow_all;
    row.op = PC_OP_STRING_EQUALS;
    row.key = "aws:username";
    row.value = "${aws:PrincipalTag/name}";
    check(job, USER, &row, 1, "depends");
    row.value = "${aws:username}";
    check(job, USER, &row, 1, "yes");
    check(job, ROLE, &row, 1, "no"); // without the key the value is not looked at
}

static void set_operators_on_null_do_not_depend(void **state)
{
    struct job *job = *state;
    struct row row = allow_all;
    row.op = PC_OP_NULL;
    row.key = "aws:sourcevpce";
    row.value = "true";
    row.flags = PC_OP_FOR_ALL; // R-431
    check(job, USER, &row, 1, "yes");
    row.flags = PC_OP_FOR_ANY;
    check(job, USER, &row, 1, "no");
    row.flags = 0;
    check(job, USER, &row, 1, "depends");
}

static void which_session_it_is_is_open_of_a_role(void **state)
{
    struct job *job = *state;
    struct row rows[] = {allow_all,
                         {.effect = PC_IMAGE_DENY,
                          .sid = "D",
                          .principal = PC_IMAGE_PRINCIPAL_SESSION,
                          .who = SESSION,
                          .action = "*",
                          .resource = "*"}};
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, &rows[1], 1);
    job->policies.resource_count = 1;
    check(job, ROLE, rows, 1, "depends");
    check(job, SESSION, rows, 1, "no");
    check(job, "arn:aws:sts::111111111111:assumed-role/R/t", rows, 1, "yes");
    check(job, "arn:aws:iam::111111111111:role/S", rows, 1, "yes");
    rows[1].not_principal = true; // R-321: the role and its account are not listed
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, &rows[1], 1);
    check(job, ROLE, rows, 1, "no");
    rows[1].not_principal = false;
    rows[1].effect = PC_IMAGE_ALLOW;
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, &rows[1], 1);
    check(job, ROLE, rows, 0, "depends");
    check(job, SESSION, rows, 0, "yes");
}

// Patterns ----------------------------------------------------------------------------------------

static void ask_pattern(struct job *job, const char *pattern, struct pc_buf *bytes)
{
    static const struct pc_arn_pattern_options options = {.allow_any = true};
    struct pc_pattern_error error;
    pc_buf_reset(bytes);
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(pattern), options, bytes, &error), PC_OK);
    job->request.resource_pattern = pc_buf_view(bytes);
    job->request.resource_is_pattern = true;
}

static void resources_may_be_patterns(void **state)
{
    struct job *job = *state;
    struct pc_buf bytes = {0};
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW, .sid = "A", .action = "*", .resource = "arn:aws:s3:::b/x/*"},
        {.effect = PC_IMAGE_DENY, .sid = "D", .action = "*", .resource = "arn:aws:s3:::b/x/y/*"}};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    ask(job, USER, "s3:GetObject", OBJECT);
    ask_pattern(job, "arn:aws:s3:::b/*", &bytes);
    assert_reach(job, "depends"); // some of it
    ask_pattern(job, "arn:aws:s3:::b/x/z*", &bytes);
    assert_reach(job, "yes");
    ask_pattern(job, "arn:aws:s3:::b/x/*", &bytes);
    assert_reach(job, "depends"); // but for what is denied
    ask_pattern(job, "arn:aws:s3:::b/x/y/*", &bytes);
    assert_reach(job, "no");
    ask_pattern(job, "arn:aws:s3:::c/*", &bytes);
    assert_reach(job, "no");
    rows[1].effect = PC_IMAGE_ALLOW;
    rows[0].not_resource = true;
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 1);
    ask_pattern(job, "arn:aws:s3:::c/*", &bytes);
    assert_reach(job, "yes");
    ask_pattern(job, "arn:aws:s3:::b/*", &bytes);
    assert_reach(job, "depends");
    ask_pattern(job, "arn:aws:s3:::b/x/1*", &bytes);
    assert_reach(job, "no");
    pc_buf_release(&bytes);
}

static void known_variables_are_no_wildcards(void **state)
{
    struct job *job = *state;
    struct pc_buf bytes = {0};
    const struct row row = {.effect = PC_IMAGE_ALLOW,
                            .sid = "A",
                            .action = "*",
                            .resource = "arn:aws:s3:::b/${aws:username}/*"};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, &row, 1);
    ask(job, USER, "s3:GetObject", OBJECT);
    ask_pattern(job, "arn:aws:s3:::b/Bob/*", &bytes);
    assert_reach(job, "yes");
    ask_pattern(job, "arn:aws:s3:::b/Eve/*", &bytes);
    assert_reach(job, "no");
    ask(job, ROLE, "s3:GetObject", OBJECT); // has no user name (R-516)
    ask_pattern(job, "arn:aws:s3:::b/*", &bytes);
    assert_reach(job, "no");
    pc_buf_release(&bytes);
}

static void actions_may_be_patterns(void **state)
{
    struct job *job = *state;
    struct pc_action_pattern asked;
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW, .sid = "A", .action = "s3:Get*", .resource = "*"},
        {.effect = PC_IMAGE_DENY, .sid = "D", .action = "s3:GetObject", .resource = "*"}};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    ask(job, USER, "s3:Any", OBJECT);
    static const struct {
        const char *pattern, *wanted;
    } cases[] = {{"s3:*", "depends"},       {"s3:Get*", "depends"}, {"s3:GetObjectA*", "yes"},
                 {"s3:GetObj*", "depends"}, {"s3:Put*", "no"},      {"sqs:*", "no"},
                 {"*", "depends"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(pc_action_pattern_read(&job->arena, pc_str_from(cases[i].pattern), &asked),
                         PC_OK);
        job->request.actions = &asked;
        assert_reach(job, cases[i].wanted);
    }
}

static void a_stranger_may_be_anybody(void **state)
{
    struct job *job = *state;
    struct pc_map known;
    struct row row = allow_all;
    row.op = PC_OP_STRING_EQUALS;
    row.key = "aws:principalaccount";
    row.value = "222222222222";
    check(job, USER, &row, 1, "no");
    job->request.stranger = true; // of its account
    assert_reach(job, "no");
    pc_map_init(&known, &job->arena);
    job->request.elsewhere = &known;
    assert_reach(job, "depends");
    row.key = "aws:username";
    check(job, USER, &row, 1, "no");
    job->request.stranger = true;
    assert_reach(job, "depends");
}

// What the stranger can who is of USER's account, and who is of each that is not in the map.
static void check_strangers(struct job *job, const struct row *row, struct pc_map *known,
                            const char *of_account, const char *of_others)
{
    const struct row rows[] = {allow_all, *row};
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 2);
    job->policies.resource_count = 1;
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 1);
    ask(job, "arn:aws:iam::111111111111:user/nobody", "s3:GetObject", OBJECT);
    job->request.stranger = true;
    assert_reach(job, of_account);
    ask(job, "arn:aws:iam::000000000000:user/nobody", "s3:GetObject", OBJECT);
    job->request.stranger = true;
    job->request.elsewhere = known;
    assert_reach(job, of_others);
}

// R-304, R-321, R-323
static void a_stranger_may_be_whom_a_list_names(void **state)
{
    struct job *job = *state;
    struct row row = {.effect = PC_IMAGE_DENY,
                      .sid = "D",
                      .principal = PC_IMAGE_PRINCIPAL_USER,
                      .who = USER,
                      .action = "*",
                      .resource = "*"};
    struct pc_map known;
    pc_map_init(&known, &job->arena);
    check_strangers(job, &row, &known, "depends", "depends");
    row.not_principal = true;
    check_strangers(job, &row, &known, "depends", "depends");
    row.principal = PC_IMAGE_PRINCIPAL_ACCOUNT; // the root user is spared
    row.who = "111111111111";
    check_strangers(job, &row, &known, "depends", "depends");
    row.not_principal = false;
    check_strangers(job, &row, &known, "no", "depends");
    assert_int_equal(pc_map_put(&known, PC_STR("111111111111"), &known), PC_OK);
    check_strangers(job, &row, &known, "no", "yes");
    row.principal = PC_IMAGE_PRINCIPAL_ID; // of whatever account
    row.who = "AIDA1";
    check_strangers(job, &row, &known, "depends", "depends");
    row.principal = PC_IMAGE_PRINCIPAL_SERVICE;
    row.who = "sns.amazonaws.com";
    check_strangers(job, &row, &known, "yes", "yes");
}

static void all_that_matched_is_told_on_demand(void **state)
{
    struct job *job = *state;
    const struct row rows[] = {
        allow_all, {.effect = PC_IMAGE_DENY, .sid = "D", .action = "*", .resource = "*"}};
    struct pc_answer answer;
    job->policies.boundary = set_of(&job->arena, PC_IMAGE_TYPE_BOUNDARY, rows, 2);
    check(job, USER, rows, 1, "no");
    assert_int_equal(
        pc_decide(&job->policies, &job->request, PC_DECIDE_ALL_MATCHED, job->scratch, &answer),
        PC_OK);
    assert_int_equal(answer.decision, PC_DECISION_EXPLICIT_DENY);
    assert_int_equal(answer.deciding_count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_that_nobody_tells_are_open),
        TEST(an_allow_waits_for_its_key),
        TEST(a_known_condition_settles_it),
        TEST(a_deny_that_may_match_may_take_away),
        TEST(an_open_variable_in_a_value_is_open),
        TEST(set_operators_on_null_do_not_depend),
        TEST(which_session_it_is_is_open_of_a_role),
        TEST(resources_may_be_patterns),
        TEST(known_variables_are_no_wildcards),
        TEST(actions_may_be_patterns),
        TEST(a_stranger_may_be_anybody),
        TEST(a_stranger_may_be_whom_a_list_names),
        TEST(all_that_matched_is_told_on_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
