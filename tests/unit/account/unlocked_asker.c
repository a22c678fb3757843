// SPDX-License-Identifier: Apache-2.0
//
// Asking a store that may only be read, where no slot keeps its pages from being used again: what
// was found before is no longer believed once they may be.
#include "sandbox.h"

#include "account/asker.h"

#include <sys/wait.h>

#define ALICE "arn:aws:iam::111122223333:user/alice"

enum {
    NOBODY = 65534,
};

static void publish(struct sandbox *box, const char *action)
{
    sandbox_write_with(box, "m.json",
                       "{'polcheck':1,'users':[{'arn':'" ALICE "','policies':[{'Statement':"
                       "{'Effect':'Allow','Action':'@','Resource':'*'}}]}]}",
                       action);
    sandbox_accept(box);
    (void)sandbox_publish(box);
}

static enum pc_status ask(struct sandbox *box, struct pc_asker *asker, struct pc_answer *answer)
{
    const struct pc_asking asking = {.arena = &box->arena, .diags = &box->diags};
    struct pc_request request = {.action = PC_STR("s3:GetObject"), .resource = PC_STR("*")};
    assert_true(pc_caller_parse(PC_STR(ALICE), &request.caller));
    return pc_asker_ask(asker, &asking, &request, answer);
}

static void a_store_is_asked(void **state)
{
    struct sandbox *box = *state;
    struct pc_asker asker = {.store = NULL};
    struct pc_answer answer;
    publish(box, "s3:*");
    assert_int_equal(pc_asker_open(&asker, box->store, &box->diags), PC_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(box, &asker, &answer), PC_OK);
        assert_int_equal(answer.decision, PC_DECISION_ALLOWED);
        assert_int_equal(pc_resolver_renew(asker.resolver), PC_OK);
    }
    pc_asker_close(&asker);
}

// Waits for the other side, which writes a byte or is gone.
static bool wait_for(int pipe)
{
    char byte;
    return read(pipe, &byte, 1) == 1;
}

static void tell(int pipe)
{
    assert_int_equal(write(pipe, "x", 1), 1);
}

// In a process that may not write: asks before the first of two writes and behind each. Exit
// status: 0, or which step went wrong.
static int ask_between(struct sandbox *box, const int from[2], const int to[2])
{
    struct pc_asker asker = {.store = NULL};
    struct pc_answer answer;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0 ||
        pc_asker_open(&asker, box->store, &box->diags) != PC_OK) {
        return 1;
    }
    if (ask(box, &asker, &answer) != PC_OK || answer.decision != PC_DECISION_ALLOWED) {
        return 2;
    }
    tell(to[1]);
    if (!wait_for(from[0]) || ask(box, &asker, &answer) != PC_OK ||
        answer.decision != PC_DECISION_ALLOWED) {
        return 3; // one commit later nothing of its state is used again
    }
    tell(to[1]);
    if (!wait_for(from[0]) || ask(box, &asker, &answer) != PC_ERR_BUSY ||
        answer.decision == PC_DECISION_ALLOWED || box->diags.last->code != PC_DIAG_STORE_IO) {
        return 4;
    }
    if (pc_resolver_renew(asker.resolver) != PC_OK || ask(box, &asker, &answer) != PC_OK ||
        answer.decision != PC_DECISION_IMPLICIT_DENY) {
        return 5;
    }
    pc_asker_close(&asker);
    return 0;
}

static void a_state_that_may_be_written_over_is_not_believed(void **state)
{
    struct sandbox *box = *state;
    int from[2], to[2], status = 0;
    char file[128];
    if (geteuid() != 0) {
        print_message("not run: only root can become another user\n");
        return;
    }
    publish(box, "s3:*");
    assert_int_equal(chmod(box->store, 0755), 0);
    (void)snprintf(file, sizeof(file), "%s/data.mdb", box->store);
    assert_int_equal(chmod(file, 0644), 0);
    assert_int_equal(pipe(from), 0);
    assert_int_equal(pipe(to), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(from[1]);
        _exit(ask_between(box, from, to));
    }
    close(to[1]);
    for (int i = 0; i < 2 && wait_for(to[0]); i++) {
        publish(box, i == 0 ? "sns:*" : "sqs:*");
        tell(from[1]);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(a_store_is_asked),
        SANDBOX_TEST(a_state_that_may_be_written_over_is_not_believed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
