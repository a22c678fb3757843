// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "request_json.h"

struct job {
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_request request;
};

static enum pc_status read_text(struct job *job, const char *text)
{
    const struct pc_json_source source = {.file = PC_STR("request"), .text = pc_str_from(text)};
    const struct pc_request_reading reading = {&job->arena, PC_STR("request"), &job->diags};
    const struct pc_json *json;
    *job = (struct job){0};
    pc_diags_init(&job->diags, &job->arena);
    assert_int_equal(pc_json_parse(&job->arena, &source, &job->diags, &json), PC_OK);
    return pc_request_read(&reading, json, NULL, &job->request);
}

static const struct pc_context_entry *entry_of(const struct job *job, const char *lower_key)
{
    struct pc_str key = pc_str_from(lower_key);
    return pc_request_find(&job->request, key, pc_str_hash(key));
}

#define WHO  "\"principal\": \"arn:aws:iam::111111111111:user/Bob\""
#define WHAT "\"action\": \"s3:GetObject\", \"resource\": \"arn:aws:s3:::b/k\""

static void members_are_read(void **state)
{
    (void)state;
    struct job job;
    assert_int_equal(read_text(&job, "{" WHO ", " WHAT ", \"resourceAccount\": \"222222222222\","
                                     " \"context\": {\"aws:TagKeys\": [], \"s3:max-keys\": 1e1,"
                                     " \"aws:SecureTransport\": true, \"aws:SourceIp\": null}}"),
                     PC_OK);
    assert_int_equal(job.request.caller.kind, PC_CALLER_USER);
    assert_view(job.request.action, "s3:GetObject");
    assert_view(job.request.resource, "arn:aws:s3:::b/k");
    assert_view(job.request.resource_account, "222222222222");
    assert_int_equal(pc_request_key_count(&job.request), 4);
    assert_true(entry_of(&job, "aws:tagkeys")->list);
    assert_int_equal(entry_of(&job, "aws:tagkeys")->count, 0);
    assert_view(entry_of(&job, "s3:max-keys")->values[0], "10"); // R-408
    assert_view(entry_of(&job, "aws:securetransport")->values[0], "true");
    assert_null(entry_of(&job, "aws:sourceip")); // R-409
    pc_arena_release(&job.arena);
}

static void what_an_arn_does_not_say_is_read(void **state)
{
    (void)state;
    struct job job;
    assert_int_equal(
        read_text(&job, "{\"principal\": {\"arn\": \"arn:aws:sts::111111111111:assumed-role/R/s\","
                        " \"role\": \"arn:aws:iam::111111111111:role/p/R\", \"id\": \"AROAX:s\","
                        " \"tags\": {\"team\": \"a\"}}, " WHAT "}"),
        PC_OK);
    assert_view(job.request.caller.role, "arn:aws:iam::111111111111:role/p/R");
    assert_view(job.request.caller.id, "AROAX:s");
    assert_int_equal(job.request.caller.tag_count, 1);
    pc_arena_release(&job.arena);
}

static void what_is_wrong_has_a_code_and_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum pc_diag_code code;
        uint32_t column;
    } rows[] = {
        {"[]", PC_DIAG_REQUEST_MEMBER, 1},
        {"{" WHAT "}", PC_DIAG_REQUEST_MEMBER, 1},
        {"{" WHO ", " WHAT ", \"contxt\": {}}", PC_DIAG_REQUEST_MEMBER, 111},
        {"{\"principal\": \"Bob\", " WHAT "}", PC_DIAG_REQUEST_PRINCIPAL, 15},
        {"{\"principal\": {\"arn\": \"*\", \"path\": \"/\"}, " WHAT "}", PC_DIAG_REQUEST_MEMBER,
         28},
        {"{\"resource\": \"*\", " WHO ", \"action\": \"s3\"}", PC_DIAG_REQUEST_ACTION, 80},
        {"{\"action\": \"s3:Get\", " WHO ", \"resource\": \"b/k\"}", PC_DIAG_REQUEST_RESOURCE, 85},
        {"{\"resourceAccount\": \"42\", " WHO ", " WHAT "}", PC_DIAG_REQUEST_ACCOUNT, 21},
        {"{\"context\": {\"a:b\": {}}, " WHO ", " WHAT "}", PC_DIAG_REQUEST_CONTEXT, 21},
        {"{\"context\": {\"a:b\": 1, \"A:B\": 1}, " WHO ", " WHAT "}",
         PC_DIAG_REQUEST_CONTEXT_DUPLICATE, 24},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job job;
        assert_int_equal(read_text(&job, rows[i].text), PC_ERR_INVALID);
        assert_non_null(job.diags.first);
        assert_int_equal(job.diags.first->code, rows[i].code);
        assert_int_equal(job.diags.first->place.line, 1);
        assert_int_equal(job.diags.first->place.column, rows[i].column);
        pc_arena_release(&job.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_read),
        cmocka_unit_test(what_an_arn_does_not_say_is_read),
        cmocka_unit_test(what_is_wrong_has_a_code_and_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
