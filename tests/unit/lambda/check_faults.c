// SPDX-License-Identifier: Apache-2.0
//
// Without memory a check ends in an error, or says what it says with memory: never less.
#include "checking.h"

// The n-th call fails, and with `forever` all that come after it; 0: none does.
static size_t fails_at;
static bool forever;
static size_t calls;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
    calls++;
    return fails_at > 0 && (calls == fails_at || (forever && calls > fails_at));
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

// Many kinds, which work, warn and fail for many reasons, and dangers of each part of the search.
static const struct manifest rich = {
    .role_statements =
        "{'Effect':'Allow','Action':['logs:*','s3:GetObject'],'Resource':'*'},"
        "{'Sid':'never','Effect':'Deny','Action':'sqs:DeleteMessage','Resource':'*'},"
        "{'Effect':'Allow','Action':'sqs:*','Resource':'*','Condition':{'StringEquals':{'aws:"
        "SourceIp':"
        "'192.0.2.1'}}},{'Effect':'Allow','Action':'kms:*','Resource':'*'}",
    .statements = SERVICE("s3.amazonaws.com")
        IF("'ArnLike':{'aws:SourceArn':'arn:aws:s3:::photos'}") "," SERVICE(
            "sns.amazonaws.com") "}," INVOKE("'*'")
            IF("'StringEquals':{'aws:PrincipalTag/team':'images'}") "," INVOKE(
                "{'AWS':'444455556666'}") "}," ALLOW("{'Service':'events.amazonaws.com'}",
                                                     "lambda:InvokeFunction", FN ":*") "}",
    .prod = ALLOW("'*'", "lambda:InvokeFunction", FN ":prod") "}",
    .triggers =
        "{'kind':'s3','source':'arn:aws:s3:::photos'},"
        "{'kind':'sns','source':'arn:aws:sns:eu-west-1:111122223333:news'},"
        "{'kind':'alb','source':'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/"
        "web/1'},"
        "{'kind':'eventbridge-rule','source':'arn:aws:events:eu-west-1:111122223333:rule/"
        "r','qualifier':'v'},"
        "{'kind':'url','auth-type':'AWS_IAM'},"
        "{'kind':'invoke','source':'" ROLE "','context':{'aws:SourceIp':'192.0.2.1'}},"
        "{'kind':'logs-subscription','source':'arn:aws:logs:eu-west-1:111122223333:log-group:g'},"
        "{'kind':'sqs','source':'arn:aws:sqs:eu-west-1:444455556666:q','kms-key':'alias/aws/sqs'},"
        "{'kind':'sqs-fifo','source':'arn:aws:sqs:eu-west-1:111122223333:q.fifo','kms-key':'alias/"
        "mine',"
        "'state':'Disabled'}",
    .attachments = "{'kind':'alias','qualifier':'prod'},"
                   "{'kind':'vpc','subnet':['subnet-1','subnet-2'],'security-group':'sg-1'}",
    .destinations = "'onFailure':'arn:aws:s3:::lost'",
    .environment = "'DB_PASSWORD'",
};

static void write_findings(struct pc_buf *out, const struct pc_finding *finding)
{
    for (; finding != NULL; finding = finding->next) {
        pc_buf_format(out, "%d %d ", (int)finding->code, (int)finding->severity);
        pc_finding_sentence(out, finding);
        pc_buf_format(out, " [%.*s] %s\n", PC_STR_ARG(finding->hint),
                      pc_decision_text(finding->decision));
    }
}

static void write_all(struct pc_buf *out, const struct pc_checked_function *function)
{
    pc_buf_format(out, "%s %zu\n", pc_mark_text(function->mark), function->integration_count);
    for (const struct pc_checked *checked = function->integrations; checked != NULL;
         checked = checked->next) {
        pc_buf_format(out, "%s %s %zu\n", checked->row->kind, pc_mark_text(checked->mark),
                      checked->asked);
        write_findings(out, checked->findings);
        for (size_t i = 0; i < checked->mend_count; i++) {
            pc_buf_format(out, "%.*s %.*s\n", PC_STR_ARG(checked->mends[i].holder),
                          PC_STR_ARG(checked->mends[i].statement));
        }
    }
    write_findings(out, function->dangers);
}

// Checks with the failing call of that number (0: none), and says what was found. Gives the number
// of calls.
static size_t check(struct checking *checking, size_t at, enum pc_status *status,
                    struct pc_buf *out)
{
    struct pc_arena arena;
    struct pc_diags diags;
    size_t made;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    checking->checker.arena = &arena;
    calls = 0;
    fails_at = at;
    *status = pc_check_function(&checking->checker, PC_STR(FN), &diags, &checking->checked);
    made = calls;
    fails_at = 0;
    if (*status == PC_OK) {
        write_all(out, &checking->checked);
    }
    pc_arena_release(&arena);
    return made;
}

static void every_call_fails(struct checking *checking, struct pc_str expected, size_t count)
{
    size_t failed = 0;
    for (size_t at = 1; at <= count; at++) {
        struct pc_buf found = {0};
        enum pc_status status;
        (void)check(checking, at, &status, &found);
        if (status == PC_OK && !pc_str_eq(pc_buf_view(&found), expected)) {
            print_message("%.*s\n", PC_STR_ARG(pc_buf_view(&found)));
            fail_msg("call %zu of %zu", at, count);
        }
        failed += status != PC_OK;
        assert_true(status == PC_OK || status == PC_ERR_NOMEM);
        pc_buf_release(&found);
    }
    assert_true(failed > count / 2);
}

static void faults(void **state)
{
    struct checking checking;
    struct pc_buf expected = {0};
    enum pc_status status;
    checking_open(&checking, *state, &rich);
    (void)check(&checking, 0, &status, &expected); // what is kept for later questions is there then
    pc_buf_reset(&expected);
    size_t count = check(&checking, 0, &status, &expected);
    assert_int_equal(status, PC_OK);
    assert_int_equal(checking.checked.mark, PC_MARK_FAILS);
    assert_true(count > 100);
    for (int i = 0; i < 2; i++) {
        forever = i == 1;
        every_call_fails(&checking, pc_buf_view(&expected), count);
    }
    pc_buf_release(&expected);
    checking_close(&checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
