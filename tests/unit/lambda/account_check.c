// SPDX-License-Identifier: Apache-2.0
//
// Expectations are those of LAMBDA.md 8.3 (L25, L26). Then what a store of many functions costs.
#include "checking.h"

#include "lambda/account_check.h"
#include "lambda/function_policies.h"

#include <time.h>

#define OTHER_ROLE "arn:aws:iam::111122223333:role/other"
#define FUNCTION(name, role)                                                                       \
    "{'arn':'arn:aws:lambda:eu-west-1:111122223333:function:" name "','role':'" role "'}"
#define ROLE_OF(arn) "{'arn':'" arn "','trust':" TRUST_LAMBDA ",'policies':[]}"
#define USER(statement)                                                                            \
    "'users':[{'arn':'arn:aws:iam::111122223333:user/ci','policies':[{'Version':'2012-10-17',"     \
    "'Statement':[" statement "]}]}]"
#define PASS(resource, condition)                                                                  \
    "{'Effect':'Allow','Action':'iam:PassRole','Resource':'" resource "'" condition "}"

static void check_store(struct sandbox *box, const char *members, const char *expected,
                        const char *label)
{
    struct pc_diags diags;
    struct pc_arena arena;
    struct pc_asker asker = {0};
    struct pc_snapshot *snapshot;
    struct pc_finding *findings = NULL;
    sandbox_write_with(box, "m.json", "{'polcheck':1,@}", members);
    sandbox_accept(box);
    (void)sandbox_publish(box);
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    assert_int_equal(pc_asker_open(&asker, box->store, &diags), PC_OK);
    assert_int_equal(pc_snapshot_open(asker.store, &snapshot), PC_OK);
    struct pc_checker checker = {.asker = &asker, .arena = &arena};
    assert_int_equal(pc_account_check(&checker, snapshot, &diags, &findings), PC_OK);
    assert_findings(findings, expected, label);
    pc_snapshot_close(snapshot);
    pc_asker_close(&asker);
    pc_arena_release(&arena);
}

static void shared_roles(void **state)
{
    check_store(*state,
                "'roles':[" ROLE_OF(ROLE) "," ROLE_OF(OTHER_ROLE) "],'functions':[" FUNCTION(
                    "a", ROLE) "," FUNCTION("b", OTHER_ROLE) "]",
                "", "a role each");
    check_store(*state,
                "'roles':[" ROLE_OF(ROLE) "],'functions':[" FUNCTION("a", ROLE) "," FUNCTION(
                    "a:1", ROLE) "]",
                "", "a function and its version");
    check_store(*state,
                "'roles':[" ROLE_OF(ROLE) "," ROLE_OF(OTHER_ROLE) "],'functions':[" FUNCTION(
                    "a", ROLE) "," FUNCTION("b", ROLE) "," FUNCTION("c", OTHER_ROLE) "]",
                " 1125s", "one role for two");
}

static void passed_roles(void **state)
{
    static const char *const rows[][3] = {
        {USER(PASS("*", "")), " 1126w", "any role to any service"},
        {USER(PASS("*", ",'Condition':{'StringEquals':{'iam:PassedToService':"
                        "'lambda.amazonaws.com'}}")),
         "", "any role to Lambda"},
        {USER(PASS("*", ",'Condition':{'StringEquals':{'iam:PassedToService':"
                        "['lambda.amazonaws.com','ec2.amazonaws.com']}}")),
         "", "any role to two services"},
        {USER(PASS(ROLE, "")), "", "one role"},
        {USER("{'Effect':'Allow','Action':['iam:PassRole','iam:AttachRolePolicy'],'Resource':'*'}"),
         "", "who may give any rights to any role"},
        {USER("{'Effect':'Allow','Action':'*','Resource':'*'}"), "", "an administrator"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_store(*state, rows[i][0], rows[i][1], rows[i][2]);
    }
}

// An alias that nothing names but its policy.
static void policies_of_unnamed_aliases(void **state)
{
    struct checking checking;
    struct pc_snapshot *snapshot;
    struct pc_function_policies policies;
    const struct manifest manifest = {.prod =
                                          ALLOW("'*'", "lambda:InvokeFunction", FN ":prod") "}"};
    checking_open(&checking, *state, &manifest);
    checking_run(&checking, FN);
    assert_findings(checking.checked.dangers, "", "without looking");
    assert_int_equal(pc_snapshot_open(checking.asker.store, &snapshot), PC_OK);
    assert_int_equal(pc_function_policies_find(snapshot, &checking.arena, &policies), PC_OK);
    checking.checker.policies = &policies;
    checking_run(&checking, FN);
    assert_findings(checking.checked.dangers, " 1104e", "with the list");
    pc_snapshot_close(snapshot);
    checking_close(&checking);
}

enum {
    MANY = 1000,
};

static void write_many(struct sandbox *box)
{
    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "{'polcheck':1,'roles':[" ROLE_OF(ROLE) "],'functions':[");
    for (unsigned i = 0; i < MANY; i++) {
        pc_buf_format(&text,
                      "%s{'arn':'" FN "%u','role':'" ROLE
                      "','policy':{'Version':'2012-10-17','Statement':["
                      "{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':"
                      "'lambda:InvokeFunction','Resource':'" FN "%u','Condition':{'ArnLike':"
                      "{'aws:SourceArn':'arn:aws:s3:::b%u'}}}]},'triggers':[{'kind':'s3','source':"
                      "'arn:aws:s3:::b%u'}]}",
                      i > 0 ? "," : "", i, i, i, i);
    }
    pc_buf_text(&text, "]}");
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    sandbox_write(box, "m.json", text.ptr);
    pc_buf_release(&text);
}

// Each has its danger, for a few questions, and none leaves anything behind. The time is shown and
// not held against anything: machines that build are slow.
static void many_functions(void **state)
{
    struct checking checking = {.box = *state};
    write_many(*state);
    sandbox_accept(*state);
    (void)sandbox_publish(*state);
    pc_arena_init(&checking.arena);
    pc_diags_init(&checking.diags, &checking.arena);
    assert_int_equal(pc_asker_open(&checking.asker, checking.box->store, &checking.diags), PC_OK);
    checking.checker = (struct pc_checker){.asker = &checking.asker, .arena = &checking.arena};
    clock_t start = clock();
    for (unsigned i = 0; i < MANY; i++) {
        char arn[128];
        (void)snprintf(arn, sizeof(arn), FN "%u", i);
        pc_arena_reset(&checking.arena);
        checking_run(&checking, arn);
        assert_findings(checking.checked.dangers, " 1101w", arn);
        assert_in_range(checking.checked.danger_asked, 1, 9);
    }
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    print_message("%d functions in %.3f seconds, %zu bytes\n", MANY, seconds, checking.arena.total);
    assert_in_range(checking.arena.total, 1, 1 << 20);
    checking_close(&checking);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(shared_roles),
        SANDBOX_TEST(passed_roles),
        SANDBOX_TEST(policies_of_unnamed_aliases),
        SANDBOX_TEST(many_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
