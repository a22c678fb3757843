// SPDX-License-Identifier: Apache-2.0
//
// The forms of the parts of a request: what has another one is reported once, at its place, and
// changes nothing.
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "eval/form.h"

#define ACCOUNT "111122223333"
#define USER    "arn:aws:iam::" ACCOUNT ":user/team/bob"
#define ROLE    "arn:aws:iam::" ACCOUNT ":role/team/R"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/R/s"
#define FED     "arn:aws:sts::" ACCOUNT ":federated-user/fred"
#define ROOT    "arn:aws:iam::" ACCOUNT ":root"

struct job {
    struct pc_arena arena;
    struct pc_diags diags;
    struct pc_form form;
    struct pc_caller caller;
};

static int open_job(void **state)
{
    struct job *job = calloc(1, sizeof(*job));
    if (job == NULL) {
        return -1;
    }
    pc_diags_init(&job->diags, &job->arena);
    job->form = (struct pc_form){{.file = PC_STR("where"), .line = 3, .column = 5}, &job->diags};
    *state = job;
    return 0;
}

static int close_job(void **state)
{
    struct job *job = *state;
    pc_arena_release(&job->arena);
    free(job);
    return 0;
}

// One error of this code at the form's place; forgets it.
static void expect_report(struct job *job, enum pc_diag_code code)
{
    assert_int_equal(job->diags.errors, 1);
    assert_non_null(job->diags.first);
    assert_null(job->diags.first->next);
    assert_int_equal(job->diags.first->code, code);
    assert_view(job->diags.first->place.file, "where");
    assert_int_equal(job->diags.first->place.line, 3);
    assert_int_equal(job->diags.first->place.column, 5);
    assert_true(job->diags.first->message.len > 0);
    pc_diags_init(&job->diags, &job->arena);
}

static void expect_silence(const struct job *job)
{
    assert_int_equal(job->diags.errors, 0);
    assert_null(job->diags.first);
}

static void be(struct job *job, const char *principal)
{
    assert_true(pc_caller_parse(pc_str_from(principal), &job->caller));
}

// Parts of every request --------------------------------------------------------------------------

static void principals(void **state)
{
    struct job *job = *state;
    static const struct {
        const char *text;
        enum pc_caller_kind kind;
    } good[] = {
        {"*", PC_CALLER_ANONYMOUS},      {"s3.amazonaws.com", PC_CALLER_SERVICE},
        {ROOT, PC_CALLER_ROOT},          {USER, PC_CALLER_USER},
        {ROLE, PC_CALLER_SESSION},       {SESSION, PC_CALLER_SESSION},
        {FED, PC_CALLER_FEDERATED_USER},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(pc_form_principal(&job->form, pc_str_from(good[i].text), &job->caller),
                         PC_OK);
        assert_int_equal(job->caller.kind, good[i].kind);
    }
    expect_silence(job);
    static const char *const bad[] = {"", "bob", "arn:aws:s3:::b", "AIDAEXAMPLE", "* "};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct pc_caller untouched;
        memset(&job->caller, 0x5a, sizeof(job->caller));
        untouched = job->caller;
        assert_int_equal(pc_form_principal(&job->form, pc_str_from(bad[i]), &job->caller),
                         PC_ERR_INVALID);
        assert_memory_equal(&job->caller, &untouched, sizeof(untouched));
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
}

static void actions(void **state)
{
    struct job *job = *state;
    static const char *const good[] = {"s3:GetObject", "S3:getobject", "a:b", "execute-api:Invoke"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(pc_form_action(&job->form, pc_str_from(good[i])), PC_OK);
    }
    expect_silence(job);
    static const char *const bad[] = {"",        "s3",     ":",       "s3:",       ":Get",
                                      "*",       "s3:*",   "s3:Get?", "s3:Get ",   "s3: Get",
                                      "s3:G\tt", "s3:G\n", "s*:Get",  "s3:Get\x01"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(pc_form_action(&job->form, pc_str_from(bad[i])), PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_ACTION);
    }
}

static void resources(void **state)
{
    struct job *job = *state;
    static const char *const good[] = {"*", "arn:aws:s3:::b", "arn:aws:sqs:eu-west-1:1:q",
                                       "arn:aws:a:b:c:d:e:f"};
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_int_equal(pc_form_resource(&job->form, pc_str_from(good[i])), PC_OK);
    }
    expect_silence(job);
    static const char *const bad[] = {"", "b", "**", "arn", "arn:aws:s3::", "ARN:aws:s3:::b"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(pc_form_resource(&job->form, pc_str_from(bad[i])), PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_RESOURCE);
    }
}

static void accounts(void **state)
{
    struct job *job = *state;
    assert_int_equal(pc_form_account(&job->form, PC_STR(ACCOUNT)), PC_OK);
    assert_int_equal(pc_form_account(&job->form, PC_STR("000000000000")), PC_OK);
    expect_silence(job);
    static const char *const bad[] = {"", "11112222333", "1111222233334", "11112222333x", "aws"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(pc_form_account(&job->form, pc_str_from(bad[i])), PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_ACCOUNT);
    }
}

// What the text of a principal does not say -------------------------------------------------------

static void roles(void **state)
{
    struct job *job = *state;
    be(job, SESSION);
    assert_int_equal(pc_form_role(&job->form, PC_STR(ROLE), &job->caller), PC_OK);
    assert_view(job->caller.role, ROLE);
    assert_int_equal(pc_form_role(&job->form, PC_STR(ROLE), &job->caller), PC_OK); // the same again
    be(job, "arn:aws:sts::" ACCOUNT ":assumed-role/r/s"); // names compare without case (R-307)
    assert_int_equal(pc_form_role(&job->form, PC_STR(ROLE), &job->caller), PC_OK);
    be(job, ROLE);
    assert_int_equal(pc_form_role(&job->form, PC_STR(ROLE), &job->caller), PC_OK);
    expect_silence(job);
    static const struct {
        const char *caller, *role;
    } bad[] = {
        {USER, ROLE},
        {ROOT, ROLE},
        {"*", ROLE},
        {"s3.amazonaws.com", ROLE},
        {SESSION, ""},
        {SESSION, USER},
        {SESSION, SESSION},
        {SESSION, "arn:aws:iam::" ACCOUNT ":role/team/Q"},
        {SESSION, "arn:aws:iam::444455556666:role/team/R"},
        {SESSION, "arn:aws-cn:iam::" ACCOUNT ":role/team/R"},
        {ROLE, "arn:aws:iam::" ACCOUNT ":role/R"}, // it has a path already
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        be(job, bad[i].caller);
        struct pc_caller before = job->caller;
        assert_int_equal(pc_form_role(&job->form, pc_str_from(bad[i].role), &job->caller),
                         PC_ERR_INVALID);
        assert_memory_equal(&job->caller, &before, sizeof(before));
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
}

static void parents(void **state)
{
    struct job *job = *state;
    static const char *const good[] = {USER, ROOT};
    for (size_t i = 0; i < 2; i++) {
        be(job, FED);
        assert_int_equal(pc_form_parent(&job->form, pc_str_from(good[i]), &job->caller), PC_OK);
        assert_true(pc_str_eq(job->caller.parent, pc_str_from(good[i])));
    }
    expect_silence(job);
    static const struct {
        const char *caller, *parent;
    } bad[] = {
        {USER, USER},
        {SESSION, USER},
        {FED, ""},
        {FED, "bob"},
        {FED, ROLE},
        {FED, FED},
        {FED, "*"},
        {FED, "arn:aws:iam::444455556666:user/bob"},
        {FED, "arn:aws-cn:iam::" ACCOUNT ":user/bob"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        be(job, bad[i].caller);
        assert_int_equal(pc_form_parent(&job->form, pc_str_from(bad[i].parent), &job->caller),
                         PC_ERR_INVALID);
        assert_int_equal(job->caller.parent.len, 0);
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
}

static void ids(void **state)
{
    struct job *job = *state;
    static const struct {
        const char *caller, *id;
    } good[] = {
        {USER, "AIDAEXAMPLE"},    {SESSION, "AROAEXAMPLE:s"},
        {SESSION, "AROAEXAMPLE"}, {ROLE, "AROAEXAMPLE:anything"},
        {ROOT, ACCOUNT},          {FED, ACCOUNT ":fred"},
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        be(job, good[i].caller);
        assert_int_equal(pc_form_id(&job->form, pc_str_from(good[i].id), &job->caller), PC_OK);
        assert_true(pc_str_eq(job->caller.id, pc_str_from(good[i].id)));
    }
    expect_silence(job);
    static const struct {
        const char *caller, *id;
    } bad[] = {
        {USER, ""},
        {USER, "AIDA:bob"},
        {SESSION, ""},
        {SESSION, "AROAEXAMPLE:t"},
        {SESSION, ":s"},
        {ROOT, "AIDAEXAMPLE"},
        {ROOT, "444455556666"},
        {FED, ACCOUNT ":jo"},
        {FED, "444455556666:fred"},
        {"*", "anonymous"},
        {"s3.amazonaws.com", "AIDAEXAMPLE"},
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        be(job, bad[i].caller);
        assert_int_equal(pc_form_id(&job->form, pc_str_from(bad[i].id), &job->caller),
                         PC_ERR_INVALID);
        assert_int_equal(job->caller.id.len, 0);
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
}

static void services(void **state)
{
    struct job *job = *state;
    be(job, "s3.amazonaws.com");
    assert_int_equal(
        pc_form_service(&job->form, PC_STR("s3.eu-west-1.amazonaws.com"), &job->caller), PC_OK);
    expect_silence(job);
    static const char *const bad[] = {"", "s3", "*", USER};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(pc_form_service(&job->form, pc_str_from(bad[i]), &job->caller),
                         PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
    be(job, USER);
    assert_int_equal(pc_form_service(&job->form, PC_STR("s3.amazonaws.com"), &job->caller),
                     PC_ERR_INVALID);
    expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
}

static void tags(void **state)
{
    struct job *job = *state;
    const struct pc_tag before[] = {{PC_STR("team"), PC_STR("a")}, {PC_STR("Stage"), PC_STR("b")}};
    static const char *const callers[] = {USER, SESSION, FED, ROOT};
    for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
        be(job, callers[i]);
        assert_int_equal(pc_form_tag(&job->form, PC_STR("cost"), before, 2, &job->caller), PC_OK);
        assert_int_equal(pc_form_tag(&job->form, PC_STR("team"), before, 0, &job->caller), PC_OK);
    }
    expect_silence(job);
    static const char *const twice[] = {"team", "TEAM", "stage"}; // R-406
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pc_form_tag(&job->form, pc_str_from(twice[i]), before, 2, &job->caller),
                         PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
    assert_int_equal(pc_form_tag(&job->form, PC_STR(""), before, 0, &job->caller), PC_ERR_INVALID);
    expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    static const char *const without[] = {"*", "s3.amazonaws.com"};
    for (size_t i = 0; i < 2; i++) {
        be(job, without[i]);
        assert_int_equal(pc_form_tag(&job->form, PC_STR("cost"), before, 0, &job->caller),
                         PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_PRINCIPAL);
    }
}

// The context -------------------------------------------------------------------------------------

static void context_keys(void **state)
{
    struct job *job = *state;
    struct pc_request request;
    static const struct pc_str value = PC_STR_INIT("v");
    struct pc_context_key given = {
        .key = PC_STR("ex:Team"), .values = &value, .count = 1, .place = job->form.place};
    assert_true(pc_request_start(&request, PC_STR(USER), PC_STR("s3:GetObject"), PC_STR("*")));
    assert_int_equal(pc_form_context(&job->arena, &job->diags, &given, &request), PC_OK);
    expect_silence(job);
    static const char *const twice[] = {"ex:Team", "EX:TEAM"};
    for (size_t i = 0; i < 2; i++) {
        given.key = pc_str_from(twice[i]);
        assert_int_equal(pc_form_context(&job->arena, &job->diags, &given, &request),
                         PC_ERR_INVALID);
        expect_report(job, PC_DIAG_REQUEST_CONTEXT_DUPLICATE);
    }
    given.key = PC_STR("");
    assert_int_equal(pc_form_context(&job->arena, &job->diags, &given, &request), PC_ERR_INVALID);
    expect_report(job, PC_DIAG_REQUEST_CONTEXT);
    assert_int_equal(pc_request_key_count(&request), 1);
    enum pc_status status = PC_OK;
    size_t count = 0;
    while (status == PC_OK && count < (size_t)2 * PC_REQUEST_MAX_KEYS) {
        assert_int_equal(pc_arena_format(&job->arena, &given.key, "ex:k%zu", count), PC_OK);
        status = pc_form_context(&job->arena, &job->diags, &given, &request);
        count += status == PC_OK;
    }
    assert_int_equal(status, PC_ERR_LIMIT);
    assert_true(count >= 2000 && count < PC_REQUEST_MAX_KEYS);
    expect_report(job, PC_DIAG_REQUEST_CONTEXT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_job, close_job)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(principals), TEST(actions), TEST(resources), TEST(accounts), TEST(roles),
        TEST(parents),    TEST(ids),     TEST(services),  TEST(tags),     TEST(context_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
