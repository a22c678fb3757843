// SPDX-License-Identifier: Apache-2.0
//
// What an observer is shown: every statement of what applies, once, with the first thing that keeps
// it from matching. That the decision is the usual one, asking.c checks of every question.
#include "asking.h"
#include "ops/operator.h"
#include "sets.h"

#include <stdlib.h>

#define USER    "arn:aws:iam::111111111111:user/Bob"
#define OTHER   "arn:aws:iam::111111111111:user/Eve"
#define SESSION "arn:aws:sts::111111111111:assumed-role/R/s"
#define OBJECT  "arn:aws:s3:::b/k"

enum {
    SEEN_MAX = 32,
};

struct seen {
    struct pc_observation all[SEEN_MAX];
    size_t count;
};

static bool memory_is_out;

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_realloc(void *memory, size_t size)
{
    return memory_is_out ? NULL : __real_realloc(memory, size);
}

static void see(void *context, const struct pc_observation *observation)
{
    struct seen *seen = context;
    assert_true(seen->count < SEEN_MAX);
    seen->all[seen->count++] = *observation;
}

// Asks, and then again under observation.
static struct seen observe(struct job *job, const char *principal, unsigned flags)
{
    struct seen seen = {.count = 0};
    struct pc_answer answer;
    const struct pc_observer observer = {.flags = flags, .statement = see, .context = &seen};
    ask(job, principal, "s3:GetObject", OBJECT);
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    return seen;
}

static struct seen observe_identity(struct job *job, const struct row *rows, size_t count)
{
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, rows, count);
    struct seen seen = observe(job, USER, 0);
    assert_int_equal(seen.count, count);
    return seen;
}

// Its conditions were not asked.
static void check_not_asked(const struct pc_observation *observation, enum pc_obstacle obstacle)
{
    assert_int_equal(observation->obstacle, obstacle);
    assert_int_equal(observation->held, 0);
    assert_null(observation->failed);
    assert_false(observation->key_absent);
}

// The first condition that fails is one of that operator and key.
static void check_failed(const struct pc_observation *observation, const char *op, const char *key)
{
    struct pc_buf text = {0};
    assert_int_equal(observation->obstacle, PC_OBSTACLE_CONDITION);
    assert_non_null(observation->failed);
    const struct pc_op_use use = {pc_operator_get(observation->failed->op),
                                  (uint8_t)observation->failed->flags};
    pc_op_use_write(&use, &text);
    assert_true(pc_str_eq(pc_buf_view(&text), pc_str_from(op)));
    pc_buf_release(&text);
    const struct pc_image_key *record = pc_image_key(observation->image, observation->failed->key);
    assert_true(pc_str_eq(pc_image_text(observation->image, record->text), pc_str_from(key)));
}

static void each_obstacle_is_told(void **state)
{
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Put*",
         .resource = "*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Get*",
         .not_action = true,
         .resource = "*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Get*",
         .resource = "arn:aws:s3:::c/*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
        {.effect = PC_IMAGE_DENY,
         .action = "s3:Get*",
         .resource = "arn:aws:s3:::b/*",
         .not_resource = true,
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Get*",
         .resource = "*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = OTHER},
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Get*",
         .resource = "*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER,
         .op = PC_OP_STRING_EQUALS,
         .key = "aws:username",
         .value = "Eve"},
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Get*",
         .resource = "*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
    };
    static const enum pc_obstacle expected[] = {
        PC_OBSTACLE_ACTION,    PC_OBSTACLE_ACTION,    PC_OBSTACLE_RESOURCE, PC_OBSTACLE_RESOURCE,
        PC_OBSTACLE_PRINCIPAL, PC_OBSTACLE_CONDITION, PC_OBSTACLE_NONE};
    struct job *job = *state;
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 7);
    job->policies.resource_count = 1;
    struct seen seen = observe(job, USER, 0);
    assert_int_equal(seen.count, 7);
    for (size_t i = 0; i < seen.count; i++) {
        assert_int_equal(seen.all[i].slot, PC_SLOT_RESOURCE);
        assert_ptr_equal(seen.all[i].image, job->policies.resource);
        assert_int_equal(seen.all[i].statement, i);
        assert_int_equal(seen.all[i].obstacle, expected[i]);
        assert_int_equal(seen.all[i].conditions, i == 5);
    }
}

// Of several obstacles the first counts: action, resource, principal, condition.
static void the_first_obstacle_is_told(void **state)
{
    struct job *job = *state;
    static const enum pc_obstacle expected[] = {PC_OBSTACLE_ACTION, PC_OBSTACLE_RESOURCE,
                                                PC_OBSTACLE_PRINCIPAL, PC_OBSTACLE_CONDITION};
    struct row rows[4];
    for (size_t i = 0; i < 4; i++) {
        rows[i] = (struct row){.effect = PC_IMAGE_DENY,
                               .action = i > 0 ? "s3:*" : "sqs:*",
                               .resource = i > 1 ? "arn:aws:s3:::b/*" : "arn:aws:s3:::c/*",
                               .principal = PC_IMAGE_PRINCIPAL_USER,
                               .who = i > 2 ? USER : OTHER,
                               .op = PC_OP_BOOL,
                               .key = "aws:securetransport",
                               .value = "false"};
    }
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 4);
    job->policies.resource_count = 1;
    struct seen seen = observe(job, USER, 0);
    assert_int_equal(seen.count, 4);
    for (size_t i = 0; i < 3; i++) {
        check_not_asked(&seen.all[i], expected[i]);
        assert_int_equal(seen.all[i].conditions, 1);
    }
    check_failed(&seen.all[3], "Bool", "aws:securetransport");
}

// Three conditions, of which the second asks for that user.
static struct row guarded_by(struct row *more, const char *user)
{
    more[0] = (struct row){.op = PC_OP_STRING_LIKE,
                           .flags = PC_OP_NEGATED | PC_OP_FOR_ANY | PC_OP_IF_EXISTS,
                           .key = "aws:username",
                           .value = user,
                           .also = &more[1]};
    more[1] = (struct row){
        .op = PC_OP_STRING_EQUALS, .key = "aws:principalaccount", .value = "111111111111"};
    return (struct row){.effect = PC_IMAGE_ALLOW,
                        .action = "s3:*",
                        .resource = "*",
                        .op = PC_OP_NULL,
                        .key = "aws:sourcevpc",
                        .value = "true",
                        .also = &more[0]};
}

static void conditions_that_hold_are_counted(void **state)
{
    struct job *job = *state;
    struct row more[4];
    struct row rows[] = {guarded_by(&more[0], "B*"), guarded_by(&more[2], "E*"),
                         guarded_by(&more[0], "B*")};
    rows[2].resource = "arn:aws:s3:::c";
    struct seen seen = observe_identity(job, rows, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(seen.all[i].conditions, 3);
    }
    check_failed(&seen.all[0], "ForAnyValue:StringNotLikeIfExists", "aws:username");
    assert_int_equal(seen.all[0].held, 2); // also the one behind it
    assert_false(seen.all[0].key_absent);
    assert_int_equal(seen.all[1].obstacle, PC_OBSTACLE_NONE);
    assert_int_equal(seen.all[1].held, 3);
    assert_null(seen.all[1].failed);
    assert_false(seen.all[1].key_absent);
    check_not_asked(&seen.all[2], PC_OBSTACLE_RESOURCE);
}

static void the_first_condition_that_fails_is_told(void **state)
{
    struct job *job = *state;
    struct row third = {.op = PC_OP_STRING_EQUALS, .key = "aws:username", .value = "Bob"};
    struct row second = {
        .op = PC_OP_STRING_EQUALS, .key = "aws:sourcevpc", .value = "vpc-1", .also = &third};
    struct row rows[] = {{.effect = PC_IMAGE_ALLOW,
                          .action = "*",
                          .resource = "*",
                          .op = PC_OP_STRING_EQUALS,
                          .flags = PC_OP_NEGATED,
                          .key = "aws:username",
                          .value = "Bob",
                          .also = &second}};
    struct seen seen = observe_identity(job, rows, 1);
    check_failed(&seen.all[0], "StringNotEquals", "aws:username");
    assert_int_equal(seen.all[0].held, 1);
    assert_false(seen.all[0].key_absent); // the second's is, but it is not the first
    assert_int_equal(job->answer.missing_count, 1);
}

struct absence {
    uint32_t op, flags;
    const char *key, *value;
    bool fails, absent;
};

static void an_absent_key_is_told(void **state)
{
    static const struct absence rows[] = {
        {PC_OP_STRING_EQUALS, 0, "aws:sourcevpc", "vpc-1", true, true},
        {PC_OP_NULL, 0, "aws:sourcevpc", "false", true, true},
        {PC_OP_STRING_EQUALS, PC_OP_FOR_ANY, "ex:none", "x", true, true},
        {PC_OP_STRING_EQUALS, PC_OP_NEGATED, "ex:none", "x", false, false},
        {PC_OP_STRING_EQUALS, PC_OP_IF_EXISTS, "ex:none", "x", false, false},
        {PC_OP_STRING_EQUALS, 0, "aws:username", "Eve", true, false}, // it follows
        {PC_OP_STRING_EQUALS, 0, "aws:resourceaccount", "111111111111", true, true},
        {PC_OP_STRING_EQUALS, 0, "ex:empty", "x", true, false}, // it is there
        {PC_OP_STRING_EQUALS, 0, "ex:null", "x", true, true},
        {PC_OP_STRING_EQUALS, 0, "aws:username", "${ex:none}", true, false}, // not the key
    };
    static const struct pc_context_key given[] = {
        {.key = PC_STR_INIT("EX:Empty"), .list = true},
        {.key = PC_STR_INIT("ex:null"), .absent = true},
        {.key = PC_STR_INIT("aws:ResourceAccount"), .absent = true}, // else it follows
    };
    struct job *job = *state;
    job->given = given;
    job->given_count = sizeof(given) / sizeof(given[0]);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct row row = {.effect = PC_IMAGE_ALLOW,
                          .action = "*",
                          .resource = "*",
                          .op = rows[i].op,
                          .flags = rows[i].flags,
                          .key = rows[i].key,
                          .value = rows[i].value};
        struct seen seen = observe_identity(job, &row, 1);
        assert_int_equal(seen.all[0].obstacle,
                         rows[i].fails ? PC_OBSTACLE_CONDITION : PC_OBSTACLE_NONE);
        assert_int_equal(seen.all[0].held, !rows[i].fails);
        assert_int_equal(seen.all[0].key_absent, rows[i].absent);
    }
}

// Policies of every type, of several levels where there may be several; each of one statement,
// which denies nothing that is asked here.
static void set_every_policy(struct job *job)
{
    static const struct row of_caller = {.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"};
    static const struct row of_resource = {.effect = PC_IMAGE_ALLOW,
                                           .action = "*",
                                           .resource = "*",
                                           .principal = PC_IMAGE_PRINCIPAL_ANY,
                                           .who = "*"};
    static const uint32_t levelled[] = {PC_IMAGE_TYPE_RESOURCE, PC_IMAGE_TYPE_SCP,
                                        PC_IMAGE_TYPE_RCP};
    struct pc_arena *arena = &job->arena;
    struct pc_image *images[3];
    for (size_t i = 0; i < 3; i++) {
        const struct row *row = levelled[i] == PC_IMAGE_TYPE_SCP ? &of_caller : &of_resource;
        images[i] = pc_arena_array(arena, 2, sizeof(*images[i]));
        assert_non_null(images[i]);
        images[i][0] = *set_of(arena, levelled[i], row, 1);
        images[i][1] = *set_of(arena, levelled[i], row, 1);
    }
    job->policies = (struct pc_policies){
        .identity = set_of(arena, PC_IMAGE_TYPE_IDENTITY, &of_caller, 1),
        .boundary = set_of(arena, PC_IMAGE_TYPE_BOUNDARY, &of_caller, 1),
        .session = set_of(arena, PC_IMAGE_TYPE_SESSION, &of_caller, 1),
        .endpoint = set_of(arena, PC_IMAGE_TYPE_ENDPOINT, &of_resource, 1),
        .resource = images[0],
        .resource_count = 2,
        .scp = images[1],
        .scp_count = 2,
        .rcp = images[2],
        .rcp_count = 2,
    };
}

static void check_slots(const struct seen *seen, const enum pc_slot *slots, size_t count)
{
    assert_int_equal(seen->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(seen->all[i].slot, slots[i]);
        assert_int_equal(seen->all[i].obstacle, PC_OBSTACLE_NONE);
        for (size_t k = 0; k < i; k++) {
            assert_ptr_not_equal(seen->all[i].image, seen->all[k].image);
        }
    }
}

static void every_type_that_applies_is_shown(void **state)
{
    static const enum pc_slot slots[] = {
        PC_SLOT_IDENTITY, PC_SLOT_RESOURCE, PC_SLOT_RESOURCE, PC_SLOT_BOUNDARY, PC_SLOT_SESSION,
        PC_SLOT_ENDPOINT, PC_SLOT_SCP,      PC_SLOT_SCP,      PC_SLOT_RCP,      PC_SLOT_RCP};
    struct job *job = *state;
    set_every_policy(job);
    struct seen seen = observe(job, SESSION, 0);
    check_slots(&seen, slots, 10);
    assert_ptr_equal(seen.all[6].image, &job->policies.scp[0]);
    assert_ptr_equal(seen.all[7].image, &job->policies.scp[1]);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(job->answer.deciding_count, 3); // identity and resource policies
}

// A service has no account; root has neither identity policies nor a boundary (7.1).
static void no_other_type_is_shown(void **state)
{
    static const enum pc_slot of_service[] = {PC_SLOT_RESOURCE, PC_SLOT_RESOURCE, PC_SLOT_ENDPOINT,
                                              PC_SLOT_RCP, PC_SLOT_RCP};
    static const enum pc_slot of_root[] = {PC_SLOT_RESOURCE, PC_SLOT_RESOURCE, PC_SLOT_SESSION,
                                           PC_SLOT_ENDPOINT, PC_SLOT_SCP,      PC_SLOT_SCP,
                                           PC_SLOT_RCP,      PC_SLOT_RCP};
    struct job *job = *state;
    set_every_policy(job);
    struct seen service = observe(job, "events.amazonaws.com", 0);
    struct seen root = observe(job, "arn:aws:iam::111111111111:root", 0);
    check_slots(&root, of_root, 8);
    check_slots(&service, of_service, 5);
}

// The guard-rails spare what belongs to the management account (7.1).
static void nor_are_guard_rails_that_do_not_reach(void **state)
{
    static const enum pc_slot slots[] = {PC_SLOT_IDENTITY, PC_SLOT_RESOURCE, PC_SLOT_RESOURCE,
                                         PC_SLOT_BOUNDARY, PC_SLOT_SESSION,  PC_SLOT_ENDPOINT};
    struct job *job = *state;
    struct seen seen = {.count = 0};
    struct pc_answer answer;
    const struct pc_observer observer = {.flags = 0, .statement = see, .context = &seen};
    set_every_policy(job);
    ask(job, SESSION, "s3:GetObject", OBJECT);
    job->request.management_account = true;
    job->request.resource_management_account = true;
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    check_slots(&seen, slots, 6);
}

static void nothing_is_shown_of_no_policy(void **state)
{
    struct seen seen = observe(*state, USER, 0);
    assert_int_equal(seen.count, 0);
}

// the statement is read as the flags say, and with reasons whatever they say.
static void the_reading_is_the_askers(void **state)
{
    struct row rows[] = {{.effect = PC_IMAGE_DENY,
                          .action = "*",
                          .resource = "*",
                          .principal = PC_IMAGE_PRINCIPAL_USER,
                          .who = USER,
                          .not_principal = true}};
    struct job *job = *state;
    struct pc_answer answer;
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 1);
    job->policies.resource_count = 1;
    struct seen linked = observe(job, USER, PC_DECIDE_NO_REASONS);
    struct seen spared = observe(job, USER, PC_DECIDE_NO_ACCOUNT_LINK);
    assert_int_equal(linked.all[0].obstacle, PC_OBSTACLE_NONE);
    assert_int_equal(spared.all[0].obstacle, PC_OBSTACLE_PRINCIPAL);
    const struct pc_observer observer = {
        .flags = PC_DECIDE_NO_REASONS, .statement = see, .context = &linked};
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    assert_int_equal(answer.decision, PC_DECISION_EXPLICIT_DENY);
    assert_int_equal(answer.deciding_count, 1);
}

static void the_observer_is_gone_after_it(void **state)
{
    struct job *job = *state;
    struct row rows[] = {{.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"}};
    struct seen seen = observe_identity(job, rows, 1);
    struct pc_answer answer;
    const struct pc_observer observer = {.flags = 0, .statement = see, .context = &seen};
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    assert_int_equal(seen.count, 2);
    assert_int_equal(
        pc_decide(&job->policies, &job->request, PC_DECIDE_NO_INDEX, job->scratch, &answer), PC_OK);
    assert_int_equal(seen.count, 2);
}

static void without_memory_it_is_denied(void **state)
{
    struct job *job = *state;
    struct row rows[] = {{.effect = PC_IMAGE_ALLOW, .action = "sqs:*", .resource = "*"},
                         {.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"}};
    struct seen seen = observe_identity(job, rows, 2);
    struct pc_answer answer = {.decision = PC_DECISION_ALLOWED};
    const struct pc_observer observer = {.flags = 0, .statement = see, .context = &seen};
    struct pc_scratch *cold;
    assert_int_equal(pc_scratch_new(&cold), PC_OK);
    seen.count = 0;
    memory_is_out = true;
    enum pc_status status =
        pc_decide_observed(&job->policies, &job->request, cold, &observer, &answer);
    memory_is_out = false;
    assert_int_equal(status, PC_ERR_NOMEM);
    assert_int_equal(answer.decision, PC_DECISION_IMPLICIT_DENY);
    assert_int_equal(answer.deciding_count, 0);
    assert_int_equal(seen.count, 1); // of the second one it is not known what becomes
    assert_int_equal(pc_decide(&job->policies, &job->request, PC_DECIDE_NO_INDEX, cold, &answer),
                     PC_OK);
    assert_int_equal(answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(seen.count, 1);
    pc_scratch_free(cold);
}

// What is asked of a statement during the call, part by part.
struct parts {
    bool action, resource, principal, service;
    unsigned fields;
    bool listed;
    bool conditions[2];
};

struct parted {
    struct parts all[SEEN_MAX];
    size_t count;
};

static void part(void *context, const struct pc_observation *observation)
{
    struct parted *parted = context;
    struct parts *parts = &parted->all[parted->count++];
    const struct pc_observed_entry entry = pc_observed_nearest_entry(observation);
    *parts = (struct parts){
        .action = pc_observed_action(observation),
        .resource = pc_observed_resource(observation),
        .principal = pc_observed_principal(observation),
        .service = observation->service,
        .fields = entry.fields,
        .listed = pc_observed_listed_action(observation) != NULL,
    };
    for (uint32_t i = 0; i < observation->conditions; i++) {
        parts->conditions[i] = pc_observed_condition(observation, i);
    }
}

// Whatever the others say, and whatever the evaluator has looked at.
static void each_part_is_asked_by_itself(void **state)
{
    struct job *job = *state;
    struct row second = {.op = PC_OP_STRING_EQUALS, .key = "aws:username", .value = "Bob"};
    struct row rows[] = {
        {.effect = PC_IMAGE_ALLOW,
         .action = "s3:Put*",
         .resource = "arn:aws:s3:::b/*",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER,
         .op = PC_OP_STRING_EQUALS,
         .key = "aws:username",
         .value = "Eve",
         .also = &second},
        {.effect = PC_IMAGE_ALLOW,
         .action = "sqs:*",
         .resource = "arn:aws:sqs:::c",
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = OTHER},
        {.effect = PC_IMAGE_DENY,
         .action = "s3:Get*",
         .not_action = true,
         .resource = "arn:aws:s3:::b/*",
         .not_resource = true,
         .principal = PC_IMAGE_PRINCIPAL_USER,
         .who = USER},
    };
    static const struct parts expected[] = {
        {false, true, true, true, 0x3f, false, {false, true}},
        {false, false, false, false, 0x1b, false, {false}}, // fields 3 and 6 differ
        {false, false, true, true, 0x3f, true, {false}},
    };
    struct parted parted = {.count = 0};
    struct pc_verdicts verdicts = {.levels_allow = false};
    struct pc_answer answer;
    const struct pc_observer observer = {
        .statement = part, .context = &parted, .verdicts = &verdicts};
    job->policies.resource = set_of(&job->arena, PC_IMAGE_TYPE_RESOURCE, rows, 3);
    job->policies.resource_count = 1;
    ask(job, USER, "s3:GetObject", OBJECT);
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    assert_int_equal(parted.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct parts *found = &parted.all[i];
        assert_int_equal(found->action, expected[i].action);
        assert_int_equal(found->resource, expected[i].resource);
        assert_int_equal(found->principal, expected[i].principal);
        assert_int_equal(found->service, expected[i].service);
        assert_int_equal(found->fields, expected[i].fields);
        assert_int_equal(found->listed, expected[i].listed);
        assert_int_equal(found->conditions[0], expected[i].conditions[0]);
        assert_int_equal(found->conditions[1], expected[i].conditions[1]);
    }
}

// What the policy types say, and that the decision follows from it.
static void what_the_types_say_is_told(void **state)
{
    struct job *job = *state;
    struct row allow = {.effect = PC_IMAGE_ALLOW, .action = "*", .resource = "*"};
    struct row deny = {.effect = PC_IMAGE_DENY, .action = "*", .resource = "*"};
    struct parted parted = {.count = 0};
    struct pc_verdicts verdicts = {.levels_allow = false};
    struct pc_answer answer;
    enum pc_slot primary;
    const struct pc_observer observer = {
        .statement = part, .context = &parted, .verdicts = &verdicts};
    job->policies.identity = set_of(&job->arena, PC_IMAGE_TYPE_IDENTITY, &allow, 1);
    job->policies.boundary = set_of(&job->arena, PC_IMAGE_TYPE_BOUNDARY, &deny, 1);
    ask(job, USER, "s3:GetObject", OBJECT);
    assert_int_equal(
        pc_decide_observed(&job->policies, &job->request, job->scratch, &observer, &answer), PC_OK);
    assert_true(verdicts.applies[PC_SLOT_IDENTITY] && verdicts.sets[PC_SLOT_IDENTITY].allow);
    assert_true(verdicts.applies[PC_SLOT_BOUNDARY] && verdicts.sets[PC_SLOT_BOUNDARY].deny);
    assert_false(verdicts.applies[PC_SLOT_SESSION] || verdicts.applies[PC_SLOT_SCP]);
    assert_true(verdicts.levels_allow); // none is given
    assert_int_equal(pc_verdicts_decide(&verdicts, &job->request, &primary), answer.decision);
    assert_int_equal(primary, PC_SLOT_BOUNDARY);
    verdicts.sets[PC_SLOT_BOUNDARY] = (struct pc_verdict){.allow = true};
    assert_int_equal(pc_verdicts_decide(&verdicts, &job->request, &primary), PC_DECISION_ALLOWED);
    assert_int_equal(primary, PC_SLOTS);
    // Zero is deny.
    verdicts = (struct pc_verdicts){.levels_allow = false};
    assert_int_not_equal(pc_verdicts_decide(&verdicts, &job->request, &primary),
                         PC_DECISION_ALLOWED);
}

static void the_order_of_types_is_fixed(void **state)
{
    (void)state;
    static const enum pc_slot order[] = {PC_SLOT_RCP,      PC_SLOT_SCP,      PC_SLOT_ENDPOINT,
                                         PC_SLOT_RESOURCE, PC_SLOT_IDENTITY, PC_SLOT_BOUNDARY,
                                         PC_SLOT_SESSION,  PC_SLOTS};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        assert_int_equal(pc_slot_in_order(i), order[i]);
    }
}

static void words_are_fixed(void **state)
{
    (void)state;
    assert_string_equal(pc_obstacle_text(PC_OBSTACLE_NONE), "none");
    assert_string_equal(pc_obstacle_text(PC_OBSTACLE_ACTION), "action");
    assert_string_equal(pc_obstacle_text(PC_OBSTACLE_RESOURCE), "resource");
    assert_string_equal(pc_obstacle_text(PC_OBSTACLE_PRINCIPAL), "principal");
    assert_string_equal(pc_obstacle_text(PC_OBSTACLE_CONDITION), "condition");
    assert_string_equal(pc_obstacle_text((enum pc_obstacle)77), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_obstacle_is_told),
        TEST(each_part_is_asked_by_itself),
        TEST(what_the_types_say_is_told),
        cmocka_unit_test(the_order_of_types_is_fixed),
        TEST(the_first_obstacle_is_told),
        TEST(conditions_that_hold_are_counted),
        TEST(the_first_condition_that_fails_is_told),
        TEST(an_absent_key_is_told),
        TEST(every_type_that_applies_is_shown),
        TEST(no_other_type_is_shown),
        TEST(nor_are_guard_rails_that_do_not_reach),
        TEST(nothing_is_shown_of_no_policy),
        TEST(the_reading_is_the_askers),
        TEST(the_observer_is_gone_after_it),
        TEST(without_memory_it_is_denied),
        cmocka_unit_test(words_are_fixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
