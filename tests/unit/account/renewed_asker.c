// SPDX-License-Identifier: Apache-2.0
//
// Asking while another process compiles: a reader that renews for each question has an answer each
// time, from one state or the next and never from both, and behind the last write from that.
#include "sandbox.h"

#include "account/asker.h"

#include <poll.h>
#include <sys/wait.h>

#define ROLE   "arn:aws:iam::111122223333:role/r"
#define BUCKET "arn:aws:s3:::b"

enum {
    CHANGES = 30, // of the answer, that are waited for
    WRITES = 10,
};

// Each of the two denies; the role of the first with the bucket of the second would be allowed.
static const char *const states[] = {
    "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[" ALLOW_ALL "]}],"
    "'resources':[{'arn':'" BUCKET "','account':'111122223333','policy':{'Version':'2012-10-17',"
    "'Statement':{'Effect':'Deny','Principal':'*','Action':'*','Resource':'*'}}}]}",
    "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[]}],"
    "'resources':[{'arn':'" BUCKET "','account':'111122223333'}]}",
};
static const enum pc_decision decisions[] = {PC_DECISION_EXPLICIT_DENY, PC_DECISION_IMPLICIT_DENY};

static void publish(struct sandbox *box, unsigned number)
{
    sandbox_write(box, "m.json", states[number % 2]);
    sandbox_accept(box);
    (void)sandbox_publish(box);
}

static enum pc_decision ask(struct pc_asker *asker)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct pc_diags diags;
    struct pc_answer answer;
    struct pc_request request = {.action = PC_STR("s3:GetObject"), .resource = PC_STR(BUCKET "/k")};
    pc_diags_init(&diags, &arena);
    const struct pc_asking asking = {.arena = &arena, .diags = &diags};
    assert_true(pc_caller_parse(PC_STR(ROLE), &request.caller));
    assert_int_equal(pc_resolver_renew(asker->resolver), PC_OK);
    assert_int_equal(pc_asker_ask(asker, &asking, &request, &answer), PC_OK);
    return answer.decision;
}

static bool has_ended(pid_t child)
{
    int status = 0;
    pid_t ended = waitpid(child, &status, WNOHANG);
    assert_true(ended >= 0);
    assert_true(ended == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return ended == child;
}

// Writes one state behind the other until the other end of the pipe is closed.
static void keep_publishing(struct sandbox *box, int pipe)
{
    struct pollfd closed = {.fd = pipe, .events = POLLIN};
    for (unsigned number = 1; poll(&closed, 1, 0) == 0; number++) {
        publish(box, number);
    }
}

static void each_answer_is_of_one_state(void **state)
{
    struct sandbox *box = *state;
    struct pc_asker asker = {.store = NULL};
    int stop[2];
    publish(box, 0);
    assert_int_equal(pipe(stop), 0);
    pid_t child = fork(); // before this process opens the store
    assert_true(child >= 0);
    if (child == 0) {
        close(stop[1]);
        keep_publishing(box, stop[0]);
        _exit(0);
    }
    assert_int_equal(pc_asker_open(&asker, box->store, &box->diags), PC_OK);
    enum pc_decision last = PC_DECISION_IMPLICIT_DENY;
    for (size_t changes = 0; changes < CHANGES;) {
        assert_false(has_ended(child));
        enum pc_decision decision = ask(&asker);
        assert_true(decision == decisions[0] || decision == decisions[1]);
        changes += decision != last;
        last = decision;
    }
    close(stop[1]);
    while (!has_ended(child)) {
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

static void a_write_is_seen_by_the_next_question(void **state)
{
    struct sandbox *box = *state;
    struct pc_asker asker = {.store = NULL};
    int from[2], to[2];
    publish(box, 0);
    assert_int_equal(pipe(from), 0);
    assert_int_equal(pipe(to), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(from[1]);
        for (unsigned number = 1; wait_for(from[0]); number++) {
            publish(box, number);
            tell(to[1]);
        }
        _exit(0);
    }
    close(to[1]);
    assert_int_equal(pc_asker_open(&asker, box->store, &box->diags), PC_OK);
    for (unsigned number = 1; number <= WRITES; number++) {
        assert_int_equal(ask(&asker), decisions[(number - 1) % 2]);
        tell(from[1]);
        assert_true(wait_for(to[0]));
        assert_int_equal(ask(&asker), decisions[number % 2]);
    }
    close(from[1]);
    while (!has_ended(child)) {
    }
    pc_asker_close(&asker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(each_answer_is_of_one_state),
        SANDBOX_TEST(a_write_is_seen_by_the_next_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
