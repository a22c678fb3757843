// SPDX-License-Identifier: Apache-2.0
#include "job.h"

static void keys_are_one_whatever_their_case(void **state)
{
    (void)state;
    struct job job;
    static const struct pc_str value = PC_STR_INIT("x");
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:RequestTag/Team", &value, 1, false);
    struct pc_context_key entry = {
        .key = PC_STR("aws:requesttag/TEAM"), .values = &value, .count = 1};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_ERR_INVALID);
    assert_int_equal(pc_request_key_count(&job.request), 1);
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
        struct pc_context_key entry = {.values = &value, .count = 1};
        assert_int_equal(pc_arena_format(&job.arena, &entry.key, "aws:RequestTag/k%d", i), PC_OK);
        assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_OK);
    }
    struct pc_context_key entry = {.key = PC_STR("aws:Referer"), .values = &value, .count = 1};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_ERR_LIMIT);
    assert_int_equal(pc_request_key_count(&job.request), PC_REQUEST_MAX_KEYS);
    assert_int_equal(finish(&job), PC_ERR_LIMIT);
    assert_non_null(job.diags.first);
    assert_int_equal(job.diags.first->code, PC_DIAG_REQUEST_CONTEXT);
    assert_int_equal(pc_request_add_text(&job.arena, &job.request, PC_STR("s3:prefix"), value),
                     PC_ERR_LIMIT);
    pc_arena_release(&job.arena);
}

static void names_are_found_however_they_are_written(void **state)
{
    (void)state;
    static const char *const spellings[] = {"aws:SourceVpc", "AWS:SOURCEVPC", "aws:sourcevpc"};
    static const struct pc_str value = PC_STR_INIT("vpc-1");
    for (size_t i = 0; i < 3; i++) {
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        give(&job, spellings[i], &value, 1, false);
        assert_key(&job, "aws:sourcevpc", "vpc-1");
        for (size_t j = 0; j < 3; j++) {
            struct pc_context_key entry = {
                .key = pc_str_from(spellings[j]), .values = &value, .count = 1};
            assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_ERR_INVALID);
        }
        assert_int_equal(pc_request_key_count(&job.request), 1);
        pc_arena_release(&job.arena);
    }
}

// More of them than the first room holds, so that what was there before has moved.
static void texts_are_keys_with_one_value(void **state)
{
    (void)state;
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    struct pc_arena *arena = &job.arena;
    for (int i = 0; i < 100; i++) {
        struct pc_str name, value;
        assert_int_equal(pc_arena_format(arena, &name, "s3:Key%d", i), PC_OK);
        assert_int_equal(pc_arena_format(arena, &value, "v%d", i), PC_OK);
        assert_int_equal(pc_request_add_text(arena, &job.request, name, value), PC_OK);
    }
    static const struct pc_tag texts[] = {
        {PC_STR_INIT("aws:SourceVpc"), PC_STR_INIT("vpc-1")}, // known
        {PC_STR_INIT("AWS:referer"), PC_STR_INIT("me")},      // known, of another case
        {PC_STR_INIT("s3:prefix"), PC_STR_INIT("")},          // not known
        {PC_STR_INIT("aws:UserAgent"), PC_STR_INIT("curl")},
    };
    assert_int_equal(pc_request_add_texts(arena, &job.request, texts, 4), PC_OK);
    assert_int_equal(pc_request_add_texts(arena, &job.request, texts, 0), PC_OK);
    assert_int_equal(finish(&job), PC_OK);
    assert_int_equal(pc_request_key_count(&job.request), 104);
    assert_key(&job, "s3:key0", "v0");
    assert_key(&job, "s3:key7", "v7");
    assert_key(&job, "s3:key99", "v99");
    assert_key(&job, "aws:sourcevpc", "vpc-1");
    assert_key(&job, "aws:referer", "me");
    assert_key(&job, "s3:prefix", "");
    assert_key(&job, "aws:useragent", "curl");
    assert_false(entry_of(&job, "aws:sourcevpc")->list);
    pc_arena_release(arena);
}

static void texts_are_added_until_one_is_there(void **state)
{
    (void)state;
    static const char *const again[] = {"aws:SourceVpc", "aws:sourcevpc", "S3:PREFIX", "s3:prefix"};
    for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
        const struct pc_tag texts[] = {
            {PC_STR_INIT("aws:SourceVpc"), PC_STR_INIT("vpc-1")},
            {PC_STR_INIT("s3:prefix"), PC_STR_INIT("p")},
            {pc_str_from(again[i]), PC_STR_INIT("x")},
            {PC_STR_INIT("aws:UserAgent"), PC_STR_INIT("curl")},
        };
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        assert_int_equal(pc_request_add_texts(&job.arena, &job.request, texts, 4), PC_ERR_INVALID);
        assert_int_equal(pc_request_key_count(&job.request), 2);
        assert_key(&job, "aws:sourcevpc", "vpc-1");
        assert_key(&job, "s3:prefix", "p");
        assert_null(entry_of(&job, "aws:useragent"));
        assert_int_equal(
            pc_request_add_text(&job.arena, &job.request, texts[2].key, texts[2].value),
            PC_ERR_INVALID);
        pc_arena_release(&job.arena);
    }
}

static void a_started_request_has_nothing_of_what_was_there(void **state)
{
    (void)state;
    struct job job;
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    memset(&job.request, 0xff, sizeof(job.request));
    assert_true(pc_request_start(&job.request, PC_STR("arn:aws:iam::111111111111:user/Bob"),
                                 PC_STR("s3:GetObject"), PC_STR("arn:aws:s3:::b/k")));
    assert_null(entry_of(&job, "aws:currenttime"));
    assert_int_equal(pc_request_key_count(&job.request), 0);
    assert_int_equal(job.request.service.len + job.request.name.len, 0);
    assert_int_equal(job.request.resource_account.len + job.request.account_place.file.len, 0);
    assert_int_equal(job.request.resource_tag_count, 0);
    assert_int_equal(job.request.caller.role.len + job.request.caller.id.len, 0);
    assert_int_equal(job.request.caller.parent.len + job.request.caller.session.len, 0);
    assert_int_equal(job.request.caller.service_count + job.request.caller.tag_count, 0);
    assert_false(job.request.management_account || job.request.resource_management_account ||
                 job.request.account_assumed || job.request.finished);
    assert_int_equal(finish(&job), PC_OK);
    assert_view(pc_request_arn(&job.request)->resource, "b/k");
    assert_key(&job, "aws:currenttime", "2024-01-01T00:00:00Z");
    assert_key(&job, "aws:username", "Bob");
    pc_arena_release(&job.arena);
}

static void who_is_no_principal_is_nobody(void **state)
{
    (void)state;
    struct pc_request request;
    static const struct pc_caller nobody;
    memset(&request, 0xff, sizeof(request));
    assert_false(
        pc_request_start(&request, PC_STR("arn:aws:iam::1:user/Bob"), PC_STR("s3:*"), PC_STR("*")));
    assert_int_equal(request.caller.kind, PC_CALLER_NONE);
    assert_memory_equal(&request.caller, &nobody, sizeof(nobody));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_one_whatever_their_case),
        cmocka_unit_test(there_are_not_too_many_keys),
        cmocka_unit_test(names_are_found_however_they_are_written),
        cmocka_unit_test(texts_are_keys_with_one_value),
        cmocka_unit_test(texts_are_added_until_one_is_there),
        cmocka_unit_test(a_started_request_has_nothing_of_what_was_there),
        cmocka_unit_test(who_is_no_principal_is_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
