// SPDX-License-Identifier: Apache-2.0
//
// The golden corpus covers the rules; these tests cover the interface: what is always set, what
// stays valid, what is never allocated.
#include "asking.h"
#include "ops/operator.h"
#include "sets.h"

#include <stdlib.h>

#define USER    "arn:aws:iam::111111111111:user/Bob"
#define SESSION "arn:aws:sts::111111111111:assumed-role/R/s"

static size_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    allocations++;
    return __real_realloc(memory, size);
}

static void nothing_allows_nothing(void **state)
{
    struct job *job = *state;
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
    assert_int_equal(job->answer.primary, PC_SLOT_IDENTITY);
    assert_int_equal(job->answer.blocked_by, 0);
    assert_int_equal(job->answer.deciding_count, 0);
}

static void an_unfinished_request_is_denied(void **state)
{
    struct job *job = *state;
    struct row rows[] = {{.effect = PC_IMAGE_ALLOW,
                          .action = "*",
                          .resource = "*",
                          .principal = PC_IMAGE_PRINCIPAL_ANY,
                          .who = "*"}};
    const struct pc_image *everyone = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 1);
    job->policies.resource = everyone;
    job->policies.resource_count = 1;
    job->answer.decision = PC_DECISION_ALLOWED;
    assert_int_equal(pc_decide(&job->policies, &job->request, 0, job->scratch, &job->answer),
                     PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY); // the caller is nobody
}

static void deciding_statements_are_named(void **state)
{
    struct job *job = *state;
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW, .sid = "Reads", .action = "s3:Get*", .resource = "*"},
        {.effect = PC_IMAGE_ALLOW, .sid = "Lists", .action = "s3:List*", .resource = "*"},
        {.effect = PC_IMAGE_DENY,
         .sid = "Private",
         .action = "s3:*",
         .resource = "arn:aws:s3:::b/private/*"},
    };
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 3);
    job->policies.identity = identity;
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(job->answer.deciding_count, 1);
    assert_int_equal(job->answer.deciding[0].statement, 0);
    assert_int_equal(job->answer.deciding[0].slot, PC_SLOT_IDENTITY);
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/private/k");
    assert_int_equal(job->answer.decision, PC_DECISION_EXPLICIT_DENY);
    assert_int_equal(job->answer.deciding_count, 1);
    assert_int_equal(job->answer.deciding[0].statement, 2);
    assert_int_equal(job->answer.primary, PC_SLOT_IDENTITY);
}

static void missing_keys_are_told_once(void **state)
{
    struct job *job = *state;
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:*",
         .resource = "*",
         .op = PC_OP_STRING_EQUALS,
         .key = "aws:sourcevpc",
         .value = "${aws:sourcevpce}"},
        {.effect = PC_IMAGE_DENY,
         .action = "s3:*",
         .resource = "*",
         .op = PC_OP_BOOL,
         .key = "aws:sourcevpc",
         .value = "true"},
        {.effect = PC_IMAGE_DENY,
         .action = "sqs:*",
         .resource = "*",
         .op = PC_OP_BOOL,
         .key = "aws:securetransport",
         .value = "false"}, // another action: not asked
    };
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 3);
    job->policies.identity = identity;
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.missing_count, 2);
    assert_view(job->answer.missing[0], "aws:sourcevpc");
    assert_view(job->answer.missing[1], "aws:sourcevpce");
}

static void every_blocker_is_named(void **state)
{
    struct job *job = *state;
    struct row all[] = {{.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"}};
    struct row logs[] = {{.effect = PC_IMAGE_ALLOW, .action = "logs:*", .resource = "*"}};
    struct row none[] = {{.effect = PC_IMAGE_DENY, .action = "s3:*", .resource = "*"}};
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, all, 1);
    const struct pc_image *boundary = set_of(&job->arena, PC_IMAGE_TYPE_BOUNDARY, logs, 1);
    const struct pc_image *session = set_of(&job->arena, PC_IMAGE_TYPE_SESSION, all, 1);
    struct pc_image *levels = pc_arena_array(&job->arena, 2, sizeof(*levels));
    assert_non_null(levels);
    levels[0] = *set_of(&job->arena, PC_IMAGE_TYPE_SCP, all, 1);
    levels[1] = *set_of(&job->arena, PC_IMAGE_TYPE_SCP, none, 1);
    job->policies = (struct pc_policies){.identity = identity,
                                         .boundary = boundary,
                                         .session = session,
                                         .scp = levels,
                                         .scp_count = 2};
    ask(job, SESSION, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.decision, PC_DECISION_EXPLICIT_DENY);
    assert_int_equal(job->answer.primary, PC_SLOT_SCP);
    assert_int_equal(job->answer.blocked_by, 1U << PC_SLOT_SCP | 1U << PC_SLOT_BOUNDARY);
}

static void without_reasons_the_decision_is_the_same(void **state)
{
    struct job *job = *state;
    struct row rows[] = {
        {.effect = PC_IMAGE_DENY, .action = "s3:Delete*", .resource = "*"},
        {.effect = PC_IMAGE_ALLOW, .action = "s3:Get*", .not_action = true, .resource = "*"},
    };
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    static const char *const actions[] = {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"};
    job->policies.identity = identity;
    for (size_t i = 0; i < 3; i++) {
        struct pc_answer brief;
        ask(job, USER, actions[i], "arn:aws:s3:::b/k");
        assert_int_equal(
            pc_decide(&job->policies, &job->request, PC_DECIDE_NO_REASONS, job->scratch, &brief),
            PC_OK);
        assert_int_equal(brief.decision, job->answer.decision);
        assert_int_equal(brief.deciding_count, 0);
        assert_int_equal(brief.missing_count, 0);
    }
}

static void check_no_allocation(struct job *job)
{
    static const unsigned flags[] = {0, PC_DECIDE_NO_REASONS, PC_DECIDE_NO_INDEX,
                                     PC_DECIDE_WIDE_STARS};
    size_t before = allocations;
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(
            pc_decide(&job->policies, &job->request, flags[i % 4], job->scratch, &job->answer),
            PC_OK);
    }
    assert_int_equal(allocations - before, 0);
}

static void a_warm_decision_allocates_nothing(void **state)
{
    struct job *job = *state;
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:*Obj?ct*",
         .resource = "arn:aws:s3:::b/*a?c*d",
         .op = PC_OP_BINARY_EQUALS,
         .key = "aws:username",
         .value = "Qm9i"},
        {.effect = PC_IMAGE_DENY,
         .action = "s3:*",
         .resource = "*",
         .op = PC_OP_STRING_LIKE,
         .key = "aws:principalarn",
         .value = "arn:*:user/${aws:username}?*"},
    };
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, 2);
    job->policies.identity = identity;
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/xxabcxxd");
    check_no_allocation(job);
}

// Of several blocks, each with statements that match, and of many sets that the index leads to.
static void nor_does_one_about_a_large_set(void **state)
{
    struct job *job = *state;
    enum {
        ROWS = 20 * 64
    };
    static const char *const actions[] = {"s3:*", "s3:G*", "s3:Get*", "s3:GetOb*", "s3:*t"};
    static const char *const resources[] = {"*", "arn:aws:s3:::b*", "arn:aws:s3:::b/*"};
    static struct row rows[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = (struct row){.effect = i % 7 == 0 ? PC_IMAGE_DENY : PC_IMAGE_ALLOW,
                               .action = actions[i % 5],
                               .resource = resources[i % 3],
                               .principal = PC_IMAGE_PRINCIPAL_USER,
                               .who = i % 2 == 0 ? USER : USER "s",
                               .op = PC_OP_STRING_EQUALS,
                               .key = i % 4 == 0 ? "ex:none" : "aws:username",
                               .value = i % 7 == 0 ? "Eve" : "Bob"};
    }
    const struct pc_image *resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, ROWS);
    job->policies.resource = resource;
    job->policies.resource_count = 1;
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_true(job->answer.deciding_count > 64);
    check_no_allocation(job);
}

static void finding_what_follows_takes_no_memory(void **state)
{
    struct job *job = *state;
    static const char *const keys[] = {"aws:principalarn", "aws:userid",  "aws:currenttime",
                                       "aws:epochtime",    "aws:tagkeys", "aws:principaltag/team"};
    static const struct pc_tag tags[] = {{PC_STR_INIT("Team"), PC_STR_INIT("red")}};
    static const struct pc_str value = PC_STR_INIT("x");
    const struct pc_request_options options = {.now = INT64_MIN, .assume_owner = true};
    struct pc_place place = {PC_STR(""), 0, 0};
    struct pc_diags diags;
    pc_diags_init(&diags, &job->arena);
    assert_true(pc_caller_parse(PC_STR(SESSION), &job->request.caller));
    job->request.caller.id = PC_STR("AROAEXAMPLE");
    job->request.caller.tags = tags;
    job->request.caller.tag_count = 1;
    job->request.action = PC_STR("s3:GetObject");
    job->request.resource = PC_STR("*");
    const struct pc_context_key entry = {
        .key = PC_STR("aws:RequestTag/k"), .values = &value, .count = 1};
    assert_int_equal(pc_request_add(&job->arena, &job->request, &entry), PC_OK);
    assert_int_equal(pc_request_finish(&job->arena, &job->request, options, place, &diags), PC_OK);
    size_t before = allocations;
    size_t used = job->arena.head->used;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct pc_str key = pc_str_from(keys[i]);
        assert_non_null(pc_request_find(&job->request, key, pc_str_hash(key)));
    }
    assert_int_equal(allocations, before);
    assert_int_equal(job->arena.head->used, used);
}

static void words_are_fixed(void **state)
{
    (void)state; // CONTRACT: the words of simulate-custom-policy
    assert_string_equal(pc_decision_text(PC_DECISION_ALLOWED), "allowed");
    assert_string_equal(pc_decision_text(PC_DECISION_EXPLICIT_DENY), "explicitDeny");
    assert_string_equal(pc_decision_text(PC_DECISION_IMPLICIT_DENY), "implicitDeny");
    assert_string_equal(pc_decision_text((enum pc_decision)77), "implicitDeny");
    assert_string_equal(pc_slot_text(PC_SLOT_ENDPOINT), "endpoint");
    assert_string_equal(pc_slot_text(PC_SLOTS), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_allows_nothing),
        TEST(an_unfinished_request_is_denied),
        TEST(deciding_statements_are_named),
        TEST(missing_keys_are_told_once),
        TEST(every_blocker_is_named),
        TEST(without_reasons_the_decision_is_the_same),
        TEST(a_warm_decision_allocates_nothing),
        TEST(nor_does_one_about_a_large_set),
        TEST(finding_what_follows_takes_no_memory),
        cmocka_unit_test(words_are_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
