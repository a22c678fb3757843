// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "eval/request.h"

struct job {
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_request request;
};

static void start(struct job *job, const char *principal, const char *action, const char *resource)
{
    *job = (struct job){0};
    pc_diags_init(&job->diags, &job->arena);
    assert_true(pc_caller_parse(pc_str_from(principal), &job->request.caller));
    job->request.action = pc_str_from(action);
    job->request.resource = pc_str_from(resource);
}

static void give(struct job *job, const char *key, const struct pc_str *values, size_t count,
                 bool list)
{
    struct pc_context_entry entry = {
        .key = pc_str_from(key), .values = values, .count = count, .list = list};
    assert_int_equal(pc_request_add(&job->arena, &job->request, &entry), PC_OK);
}

static enum pc_status finish(struct job *job)
{
    struct pc_request_options options = {.now = 1704067200, .assume_owner = true};
    struct pc_place place = {PC_STR("request"), 1, 1};
    return pc_request_finish(&job->arena, &job->request, options, place, &job->diags);
}

static const struct pc_context_entry *entry_of(struct job *job, const char *lower_key)
{
    struct pc_str key = pc_str_from(lower_key);
    return pc_request_find(&job->request, key, pc_str_hash(key));
}

#define assert_key(job, key, literal)                                                              \
    do {                                                                                           \
        const struct pc_context_entry *found = entry_of(job, key);                                 \
        assert_non_null(found);                                                                    \
        assert_int_equal(found->count, 1);                                                         \
        assert_view(found->values[0], literal);                                                    \
    } while (0)

static void a_user_yields_its_keys(void **state)
{
    (void)state;
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/p/Bob", "S3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.service, "s3");
    assert_view(job.request.name, "getobject");
    assert_view(job.request.resource_account, "111111111111");
    assert_true(job.request.account_assumed);
    assert_key(&job, "aws:principalarn", "arn:aws:iam::111111111111:user/p/Bob");
    assert_key(&job, "aws:principalaccount", "111111111111");
    assert_key(&job, "aws:principaltype", "User");
    assert_key(&job, "aws:username", "Bob");
    assert_key(&job, "aws:principalisawsservice", "false");
    assert_key(&job, "aws:viaawsservice", "false");
    assert_key(&job, "aws:currenttime", "2024-01-01T00:00:00Z");
    assert_key(&job, "aws:epochtime", "1704067200");
    assert_null(entry_of(&job, "aws:userid"));
    assert_null(entry_of(&job, "aws:principalservicename"));
    pc_arena_release(&job.arena);
}

static void an_anonymous_caller_yields_little(void **state)
{
    (void)state;
    struct job job;
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:principalaccount", "anonymous");
    assert_key(&job, "aws:principaltype", "Anonymous");
    assert_key(&job, "aws:userid", "anonymous");
    assert_null(entry_of(&job, "aws:principalarn"));
    assert_null(entry_of(&job, "aws:principalisawsservice"));
    assert_false(job.request.account_assumed);
    pc_arena_release(&job.arena);
}

static void a_key_called_absent_is_not_derived(void **state)
{
    (void)state; // R-808
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    struct pc_context_entry entry = {.key = PC_STR("aws:ResourceAccount"), .absent = true};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_OK);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:resourceaccount"));
    pc_arena_release(&job.arena);
}

static void contradictions_are_refused(void **state)
{
    (void)state; // R-806
    static const struct {
        const char *key;
        struct pc_str value;
    } rows[] = {
        {"aws:PrincipalArn", PC_STR_INIT("arn:aws:iam::111111111111:user/Eve")},
        {"AWS:username", PC_STR_INIT("Eve")},
        {"aws:PrincipalAccount", PC_STR_INIT("222222222222")},
        {"aws:PrincipalType", PC_STR_INIT("AssumedRole")},
        {"aws:PrincipalIsAWSService", PC_STR_INIT("true")},
        {"aws:PrincipalServiceName", PC_STR_INIT("s3.amazonaws.com")},
        {"aws:ResourceAccount", PC_STR_INIT("222222222222")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job job;
        start(&job, "arn:aws:iam::111111111111:user/Bob", "sqs:SendMessage",
              "arn:aws:sqs:us-east-1:111111111111:q");
        give(&job, rows[i].key, &rows[i].value, 1, false);
        assert_int_equal(finish(&job), PC_ERR_INVALID);
        assert_int_equal(job.diags.errors, 1);
        assert_int_equal(job.diags.first->code, PC_DIAG_REQUEST_CONTRADICTION);
        pc_arena_release(&job.arena);
    }
}

static void agreeing_keys_are_accepted(void **state)
{
    (void)state;
    struct job job;
    static const struct pc_str no = PC_STR_INIT("False");
    static const struct pc_str role = PC_STR_INIT("arn:aws:iam::111111111111:role/p/R");
    start(&job, "arn:aws:sts::111111111111:assumed-role/R/s", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:PrincipalIsAWSService", &no, 1, false);
    give(&job, "aws:PrincipalArn", &role, 1, false); // the path that the session's ARN lacks
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.caller.role, "arn:aws:iam::111111111111:role/p/R");
    pc_arena_release(&job.arena);
}

static void keys_are_one_whatever_their_case(void **state)
{
    (void)state; // R-405, R-406
    struct job job;
    static const struct pc_str value = PC_STR_INIT("x");
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:RequestTag/Team", &value, 1, false);
    struct pc_context_entry entry = {
        .key = PC_STR("aws:requesttag/TEAM"), .values = &value, .count = 1};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_ERR_INVALID);
    assert_int_equal(job.request.context_count, 1);
    assert_int_equal(finish(&job), PC_OK);
    const struct pc_context_entry *keys = entry_of(&job, "aws:tagkeys");
    assert_non_null(keys);
    assert_true(keys->list);
    assert_view(keys->values[0], "Team");
    pc_arena_release(&job.arena);
}

static void there_are_not_too_many_keys(void **state)
{
    (void)state;
    struct job job;
    static const struct pc_str value = PC_STR_INIT("x");
    start(&job, "*", "s3:GetObject", "*");
    for (int i = 0; i < PC_REQUEST_MAX_KEYS; i++) {
        struct pc_context_entry entry = {.values = &value, .count = 1};
        assert_int_equal(pc_arena_format(&job.arena, &entry.key, "aws:RequestTag/k%d", i), PC_OK);
        assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_OK);
    }
    struct pc_context_entry entry = {.key = PC_STR("aws:Referer"), .values = &value, .count = 1};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_ERR_LIMIT);
    assert_int_equal(finish(&job), PC_ERR_LIMIT);
    pc_arena_release(&job.arena);
}

static void services_name_their_source_account_but_for_two(void **state)
{
    (void)state; // section 9; LAMBDA.md 1.1
    static const struct pc_str source = PC_STR_INIT("arn:aws:sns:eu-west-1:222222222222:t");
    struct job job;
    start(&job, "config.amazonaws.com", "lambda:InvokeFunction", "*");
    give(&job, "aws:SourceArn", &source, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:sourceaccount", "222222222222");
    pc_arena_release(&job.arena);
    start(&job, "sns.amazonaws.com", "lambda:InvokeFunction", "*");
    give(&job, "aws:SourceArn", &source, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:sourceaccount"));
    pc_arena_release(&job.arena);
}

static void the_context_may_name_the_owner(void **state)
{
    (void)state; // R-614, R-760
    static const struct pc_str owner = PC_STR_INIT("222222222222");
    static const struct pc_str nobody = PC_STR_INIT("2222");
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:ResourceAccount", &owner, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.resource_account, "222222222222");
    assert_false(job.request.account_assumed);
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:ResourceAccount", &nobody, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:ListAllMyBuckets", "*");
    give(&job, "aws:ResourceAccount", &owner, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID); // the caller's, without a resource
    pc_arena_release(&job.arena);
}

static void an_unknown_owner_is_an_error_unless_assumed(void **state)
{
    (void)state; // R-614
    struct job job;
    struct pc_request_options options = {.now = 0};
    struct pc_place place = {PC_STR(""), 0, 0};
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(pc_request_finish(&job.arena, &job.request, options, place, &job.diags),
                     PC_ERR_INVALID);
    assert_int_equal(job.diags.first->code, PC_DIAG_OWNER_MISSING);
    pc_arena_release(&job.arena);
}

static void a_malformed_action_is_refused(void **state)
{
    (void)state;
    static const char *const actions[] = {"", "s3", "s3:", ":GetObject"};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        struct job job;
        start(&job, "*", actions[i], "*");
        assert_int_equal(finish(&job), PC_ERR_INVALID);
        assert_int_equal(job.diags.first->code, PC_DIAG_REQUEST_ACTION);
        pc_arena_release(&job.arena);
    }
}

static void one_time_yields_the_other(void **state)
{
    (void)state; // R-418
    static const struct pc_str epoch = PC_STR_INIT("0");
    struct job job;
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:EpochTime", &epoch, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:currenttime", "1970-01-01T00:00:00Z");
    pc_arena_release(&job.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_yields_its_keys),
        cmocka_unit_test(an_anonymous_caller_yields_little),
        cmocka_unit_test(a_key_called_absent_is_not_derived),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(agreeing_keys_are_accepted),
        cmocka_unit_test(keys_are_one_whatever_their_case),
        cmocka_unit_test(there_are_not_too_many_keys),
        cmocka_unit_test(services_name_their_source_account_but_for_two),
        cmocka_unit_test(the_context_may_name_the_owner),
        cmocka_unit_test(an_unknown_owner_is_an_error_unless_assumed),
        cmocka_unit_test(a_malformed_action_is_refused),
        cmocka_unit_test(one_time_yields_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
