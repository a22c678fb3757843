// SPDX-License-Identifier: Apache-2.0
//
// What the index proposes, seen from outside: sets of several blocks of statements, in which it
// finds its way by action, resource or caller, and never to another answer than a walk.
#include "asking.h"

#include "ops/operator.h"
#include "sets.h"

#include <stdio.h>

#define USER    "arn:aws:iam::111111111111:user/Bob"
#define SESSION "arn:aws:sts::111111111111:assumed-role/R/s"

enum {
    ROWS = 300,
    TEXT = 64,
};

static void have_identity(struct job *job, const struct row *rows, size_t count)
{
    const struct pc_image *image = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, count);
    job->policies = (struct pc_policies){.identity = image};
}

static void have_resource(struct job *job, const struct row *rows, size_t count)
{
    const struct pc_image *image = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, count);
    job->policies = (struct pc_policies){.resource = image, .resource_count = 1};
}

static void check_decided_by(const struct job *job, enum pc_decision decision, uint32_t statement)
{
    assert_int_equal(job->answer.decision, decision);
    assert_int_equal(job->answer.deciding_count, 1);
    assert_int_equal(job->answer.deciding[0].statement, statement);
}

// Statements about something else, so that what the test is about lies blocks apart.
static void fill(struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct row){
            .effect = PC_IMAGE_ALLOW, .action = "sqs:SendMessage", .resource = "arn:aws:sqs:::q"};
    }
}

static void a_deny_in_a_later_block(void **state)
{
    struct job *job = *state;
    struct row rows[ROWS];
    fill(rows, ROWS);
    rows[0] = (struct row){.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"};
    rows[64] = (struct row){.effect = PC_IMAGE_ALLOW, .action = "s3:Get*", .resource = "*"};
    rows[299] = (struct row){
        .effect = PC_IMAGE_DENY, .action = "s3:DeleteObject", .resource = "arn:aws:s3:::b/*"};
    have_identity(job, rows, ROWS);
    ask(job, USER, "s3:DeleteObject", "arn:aws:s3:::b/k");
    check_decided_by(job, PC_DECISION_EXPLICIT_DENY, 299);
    ask(job, USER, "s3:DeleteObject", "arn:aws:s3:::c/k");
    check_decided_by(job, PC_DECISION_ALLOWED, 0);
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(job->answer.deciding_count, 2);
    assert_int_equal(job->answer.deciding[1].statement, 64);
}

// In a block that no action leads to, under every other way to come there (R-107).
static void not_action_is_found(void **state)
{
    struct job *job = *state;
    static const char *const resources[] = {"*", "arn:aws:s3:::b/*"};
    for (size_t i = 0; i < 2; i++) {
        struct row rows[ROWS];
        fill(rows, ROWS);
        rows[1] = (struct row){.effect = PC_IMAGE_ALLOW, .action = "s3:*", .resource = "*"};
        rows[200] = (struct row){.effect = PC_IMAGE_DENY,
                                 .action = "s3:Get*",
                                 .not_action = true,
                                 .resource = resources[i]};
        have_identity(job, rows, ROWS);
        ask(job, USER, "s3:PutObject", "arn:aws:s3:::b/k");
        check_decided_by(job, PC_DECISION_EXPLICIT_DENY, 200);
        ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
        check_decided_by(job, PC_DECISION_ALLOWED, 1);
    }
}

static void not_resource_is_found(void **state)
{
    struct job *job = *state;
    struct row rows[ROWS];
    fill(rows, ROWS);
    rows[1] = (struct row){.effect = PC_IMAGE_ALLOW, .action = "s3:*", .resource = "*"};
    rows[130] = (struct row){.effect = PC_IMAGE_DENY,
                             .action = "s3:*",
                             .resource = "arn:aws:s3:::b/*",
                             .not_resource = true};
    have_identity(job, rows, ROWS);
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::c/k");
    check_decided_by(job, PC_DECISION_EXPLICIT_DENY, 130);
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::b/k");
    check_decided_by(job, PC_DECISION_ALLOWED, 1);
    ask(job, USER, "s3:ListAllMyBuckets", "*"); // R-212
    check_decided_by(job, PC_DECISION_EXPLICIT_DENY, 130);
}

static void each_resource_leads_to_its_statement(void **state)
{
    struct job *job = *state;
    char texts[ROWS][TEXT];
    struct row rows[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        (void)snprintf(texts[i], TEXT, "arn:aws:s3:::bucket-%zu/*", i);
        rows[i] = (struct row){.effect = PC_IMAGE_ALLOW, .action = "s3:*", .resource = texts[i]};
    }
    have_identity(job, rows, ROWS);
    for (size_t i = 0; i < ROWS; i += 13) {
        char resource[TEXT];
        (void)snprintf(resource, TEXT, "arn:aws:s3:::bucket-%zu/k", i);
        ask(job, USER, "s3:GetObject", resource);
        check_decided_by(job, PC_DECISION_ALLOWED, (uint32_t)i);
    }
    ask(job, USER, "s3:GetObject", "arn:aws:s3:::bucket-300/k");
    assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
}

// In the wider reading of R-206 the last field of a pattern is not that of the resource.
static void a_star_past_the_colon(void **state)
{
    struct job *job = *state;
    static const size_t counts[] = {12, ROWS};
    for (size_t i = 0; i < 2; i++) {
        struct row rows[ROWS];
        struct pc_answer wide;
        fill(rows, counts[i]);
        rows[11] = (struct row){
            .effect = PC_IMAGE_ALLOW, .action = "lambda:*", .resource = "arn:aws:lambda:*:*:f"};
        for (size_t k = 0; k < 8; k++) {
            rows[k] = rows[11]; // more than are asked one by one
            rows[k].resource = "arn:aws:lambda:*:*:g";
        }
        have_identity(job, rows, counts[i]);
        ask(job, USER, "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:111111111111:function:f");
        assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
        assert_int_equal(
            pc_decide(&job->policies, &job->request, PC_DECIDE_WIDE_STARS, job->scratch, &wide),
            PC_OK);
        assert_int_equal(wide.decision, PC_DECISION_ALLOWED);
        assert_int_equal(wide.deciding_count, 1);
        assert_int_equal(wide.deciding[0].statement, 11);
    }
}

static struct pc_caller caller_of(const char *text)
{
    struct pc_caller caller;
    assert_true(pc_caller_parse(pc_str_from(text), &caller));
    return caller;
}

// Callers, and the entry of a Principal element that names each in a way of its own.
static const struct who {
    const char *caller, *id, *role, *parent;
    uint32_t kind;
    const char *entry;
} whos[] = {
    {USER, "", "", "", PC_IMAGE_PRINCIPAL_USER, USER},
    {USER, "AIDABOB", "", "", PC_IMAGE_PRINCIPAL_ID, "AIDABOB"},
    {SESSION, "", "", "", PC_IMAGE_PRINCIPAL_SESSION, SESSION},
    {SESSION, "", "", "", PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/path/r"},
    {SESSION, "", "arn:aws:iam::111111111111:role/p/R", "", PC_IMAGE_PRINCIPAL_ROLE,
     "arn:aws:iam::111111111111:role/p/R"},
    {"arn:aws:iam::111111111111:role/p/Q", "", "", "", PC_IMAGE_PRINCIPAL_ROLE,
     "arn:aws:iam::111111111111:role/p/Q"},
    {SESSION, "AROAR", "", "", PC_IMAGE_PRINCIPAL_ID, "AROAR"},
    {SESSION, "AROAR:s", "", "", PC_IMAGE_PRINCIPAL_ID, "AROAR"},
    {"arn:aws:sts::111111111111:federated-user/F", "", "", "", PC_IMAGE_PRINCIPAL_FEDERATED_USER,
     "arn:aws:sts::111111111111:federated-user/F"},
    {"arn:aws:sts::111111111111:federated-user/F", "", "", "arn:aws:iam::111111111111:user/P",
     PC_IMAGE_PRINCIPAL_USER, "arn:aws:iam::111111111111:user/P"},
    {"sns.amazonaws.com", "", "", "", PC_IMAGE_PRINCIPAL_SERVICE, "sns.amazonaws.com"},
    {"arn:aws:iam::333333333333:root", "", "", "", PC_IMAGE_PRINCIPAL_ACCOUNT, "333333333333"},
    {"arn:aws:iam::333333333333:user/Bob", "", "", "", PC_IMAGE_PRINCIPAL_ACCOUNT, "333333333333"},
};

static struct pc_caller caller_from(const struct who *who)
{
    struct pc_caller caller = caller_of(who->caller);
    caller.id = pc_str_from(who->id);
    caller.parent = pc_str_from(who->parent);
    if (who->role[0] != '\0') {
        caller.role = pc_str_from(who->role);
    }
    return caller;
}

// A Deny in the last block, so that it does not depend on what else a caller needs.
static void each_caller_leads_to_its_statement(void **state)
{
    struct job *job = *state;
    for (size_t i = 0; i < sizeof(whos) / sizeof(whos[0]); i++) {
        struct row rows[ROWS];
        fill(rows, ROWS);
        for (size_t k = 0; k < ROWS; k++) {
            rows[k].principal = PC_IMAGE_PRINCIPAL_USER;
            rows[k].who = "arn:aws:iam::111111111111:user/nobody";
            rows[k].action = "s3:*";
            rows[k].resource = "*";
        }
        rows[290].effect = PC_IMAGE_DENY;
        rows[290].principal = whos[i].kind;
        rows[290].who = whos[i].entry;
        have_resource(job, rows, ROWS);
        ask_for(job, caller_from(&whos[i]), "s3:GetObject", "arn:aws:s3:::b/k");
        check_decided_by(job, PC_DECISION_EXPLICIT_DENY, 290);
        ask(job, "arn:aws:iam::444444444444:user/Eve", "s3:GetObject", "arn:aws:s3:::b/k");
        assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
    }
}

static void every_name_of_a_service_is_looked_up(void **state)
{
    struct job *job = *state;
    static const struct pc_str names[] = {PC_STR_INIT("logs.amazonaws.com"),
                                          PC_STR_INIT("logs.eu-west-1.amazonaws.com")};
    struct pc_caller caller = caller_of("logs.amazonaws.com");
    struct row rows[ROWS];
    fill(rows, ROWS);
    rows[100] = (struct row){.effect = PC_IMAGE_ALLOW,
                             .principal = PC_IMAGE_PRINCIPAL_SERVICE,
                             .who = "logs.eu-west-1.amazonaws.com",
                             .action = "s3:*",
                             .resource = "*"};
    have_resource(job, rows, ROWS);
    caller.services = names;
    caller.service_count = 2;
    ask_for(job, caller, "s3:PutObject", "arn:aws:s3:::b/k");
    check_decided_by(job, PC_DECISION_ALLOWED, 100);
}

// Entries of any kind, all lists, all effects, from pools so small that much applies -------------

static uint32_t next(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random;
}

#define PICK(random, pool) ((pool)[next(random) % (sizeof(pool) / sizeof((pool)[0]))])

static struct row make_row(uint32_t *random, bool with_principal)
{
    static const char *const actions[] = {"*",          "s3:*",     "s3:Get*",       "s3:GetObject",
                                          "s3:*Object", "s3:G?t*",  "s3:Put*",       "sqs:*",
                                          "iam:*",      "s3:GetO*", "s3:DeleteObj*t"};
    static const char *const resources[] = {
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/k",
        "arn:aws:s3:::b",
        "arn:aws:s3:::${aws:username}*",
        "arn:aws:s*:::b/k",
        "arn:aws:sqs:*:111111111111:q",
        "arn:*:s3:*:*:*k",
        "arn:aws:sqs:*:q:*",
    };
    struct row row = {.effect = next(random) % 8 == 0 ? PC_IMAGE_DENY : PC_IMAGE_ALLOW,
                      .action = PICK(random, actions),
                      .resource = PICK(random, resources)};
    row.not_action = next(random) % 12 == 0;
    row.not_resource = next(random) % 12 == 0;
    if (next(random) % 20 == 0) {
        row.resource = NULL;
    }
    if (with_principal && next(random) % 16 != 0) {
        const struct who who = PICK(random, whos);
        bool any = next(random) % 8 == 0;
        row.principal = any ? PC_IMAGE_PRINCIPAL_ANY : who.kind;
        row.who = any ? "*" : who.entry;
        row.not_principal = next(random) % 12 == 0;
    }
    if (next(random) % 3 == 0) {
        row.op = PC_OP_STRING_EQUALS;
        row.key = next(random) % 2 == 0 ? "aws:username" : "ex:none";
        row.value = "Bob";
    }
    return row;
}

static void check_random(struct job *job, uint32_t *random, size_t count, size_t *decisions)
{
    static const char *const asked[] = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject",
                                        "sqs:SendMessage", "iam:GetUser"};
    static const char *const resources[] = {"arn:aws:s3:::b/k", "arn:aws:s3:::b",
                                            "arn:aws:s3:::Bobby", "*",
                                            "arn:aws:sqs:eu-west-1:111111111111:q"};
    struct row mine[ROWS];
    struct row theirs[ROWS];
    for (size_t i = 0; i < count; i++) {
        mine[i] = make_row(random, false);
        theirs[i] = make_row(random, true);
    }
    have_resource(job, theirs, count);
    const struct pc_image *identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, mine, count);
    job->policies.identity = identity;
    for (int i = 0; i < 40; i++) {
        ask_for(job, caller_from(&PICK(random, whos)), PICK(random, asked),
                PICK(random, resources));
        decisions[0] += job->answer.decision == PC_DECISION_ALLOWED;
        decisions[1] += job->answer.decision == PC_DECISION_EXPLICIT_DENY;
        decisions[2] += job->answer.decision == PC_DECISION_IMPLICIT_DENY;
    }
    pc_arena_release(&job->arena);
}

static void a_walk_comes_to_the_same(void **state)
{
    struct job *job = *state;
    static const size_t counts[] = {1, 2, 5, 8, 9, 12, 40, 63, 64, 65, 100, 128, 129, 300};
    uint32_t random = 31337;
    size_t decisions[3] = {0, 0, 0};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        check_random(job, &random, counts[i], decisions);
    }
    for (size_t count = 1; count < 30; count++) {
        check_random(job, &random, count, decisions);
    }
    assert_true(decisions[0] > 50 && decisions[1] > 50 && decisions[2] > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_deny_in_a_later_block),
        TEST(not_action_is_found),
        TEST(not_resource_is_found),
        TEST(each_resource_leads_to_its_statement),
        TEST(a_star_past_the_colon),
        TEST(each_caller_leads_to_its_statement),
        TEST(every_name_of_a_service_is_looked_up),
        TEST(a_walk_comes_to_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
