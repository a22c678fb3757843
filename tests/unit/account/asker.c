// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "account/asker.h"

#define USER  "arn:aws:iam::111122223333:user/alice"
#define OTHER "arn:aws:iam::111122223333:user/bob"

static const char picture[] =
    "{'polcheck':1,'users':[{'arn':'" USER "','policies':[{'Version':'2012-10-17','Statement':["
    "{'Sid':'Reads','Effect':'Allow','Action':'s3:Get*','Resource':'*'},"
    "{'Sid':'Tagged','Effect':'Allow','Action':'s3:GetObject','Resource':'*',"
    "'Condition':{'StringEquals':{'ex:team':'a'}}}]}]}]}";

struct job {
    struct sandbox *box;
    struct pc_asker asker;
    struct pc_request request;
    struct pc_answer answer;
};

static int open_job(void **state)
{
    void *box;
    struct job *job = calloc(1, sizeof(*job));
    if (job == NULL || sandbox_open(&box) != 0) {
        free(job);
        return -1;
    }
    job->box = box;
    *state = job;
    sandbox_write(job->box, "m.json", picture);
    sandbox_accept(job->box);
    (void)sandbox_publish(job->box);
    assert_int_equal(pc_asker_open(&job->asker, job->box->store, &job->box->diags), PC_OK);
    return 0;
}

static int close_job(void **state)
{
    struct job *job = *state;
    void *box = job->box;
    pc_asker_close(&job->asker);
    free(job);
    return sandbox_close(&box);
}

static enum pc_status ask(struct job *job, const char *caller, const char *action)
{
    const struct pc_asking asking = {.arena = &job->box->arena, .diags = &job->box->diags};
    job->request = (struct pc_request){.action = pc_str_from(action), .resource = PC_STR("*")};
    memset(&job->answer, 0xa5, sizeof(job->answer));
    assert_true(pc_caller_parse(pc_str_from(caller), &job->request.caller));
    return pc_asker_ask(&job->asker, &asking, &job->request, &job->answer);
}

static void expect_denied(const struct job *job)
{
    assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
    assert_int_equal(job->answer.deciding_count, 0);
    assert_int_equal(job->answer.missing_count, 0);
}

// The decision comes without reasons; they are there when they are asked for, as often as that.
static void reasons_are_for_who_asks(void **state)
{
    struct job *job = *state;
    assert_int_equal(ask(job, USER, "s3:GetObject"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(job->answer.deciding_count, 0);
    assert_int_equal(job->answer.missing_count, 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_OK);
        assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
        assert_int_equal(job->answer.deciding_count, 1);
        const struct pc_deciding *deciding = job->answer.deciding;
        assert_view(pc_image_text(deciding->image,
                                  pc_image_statement(deciding->image, deciding->statement)->sid),
                    "Reads");
        assert_int_equal(job->answer.missing_count, 1);
        assert_view(job->answer.missing[0], "ex:team");
    }
    assert_int_equal(ask(job, USER, "s3:PutObject"), PC_OK);
    expect_denied(job);
    assert_int_equal(job->answer.primary, PC_SLOT_IDENTITY);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_OK);
    expect_denied(job);
    assert_int_equal(job->answer.primary, PC_SLOT_IDENTITY);
}

// A question that was not answered has no reasons, also when one before it was.
static void without_an_answer_no_reasons(void **state)
{
    struct job *job = *state;
    job->answer.decision = PC_DECISION_ALLOWED;
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
    assert_int_equal(ask(job, USER, "s3:GetObject"), PC_OK);
    assert_int_equal(ask(job, OTHER, "s3:GetObject"), PC_ERR_NOTFOUND);
    expect_denied(job);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_ERR_USAGE);
    assert_int_equal(ask(job, USER, "s3"), PC_ERR_INVALID);
    expect_denied(job);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_ERR_USAGE);
}

// Reasons are of the state that was asked, and of no newer one. (Renewing while nothing was
// committed is no change.)
static void reasons_of_the_state_that_was_asked(void **state)
{
    struct job *job = *state;
    assert_int_equal(ask(job, USER, "s3:GetObject"), PC_OK);
    assert_int_equal(pc_resolver_renew(job->asker.resolver), PC_OK);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
}

// Answering fills a request in from the store; asked once more, perhaps of a newer state, it would
// say of itself what the store has said then, such as tags that are gone.
static void a_request_is_asked_once(void **state)
{
    struct job *job = *state;
    const struct pc_asking asking = {.arena = &job->box->arena, .diags = &job->box->diags};
    assert_int_equal(ask(job, USER, "s3:GetObject"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(pc_asker_ask(&job->asker, &asking, &job->request, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
}

// An asker that is shared has no question of the one that it comes from.
static void a_shared_asker_starts_without_a_question(void **state)
{
    struct job *job = *state;
    struct pc_asker shared;
    assert_int_equal(ask(job, USER, "s3:GetObject"), PC_OK);
    assert_int_equal(pc_asker_share(&job->asker, &shared), PC_OK);
    assert_int_equal(pc_asker_reasons(&shared, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
    pc_asker_close(&shared);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_job, close_job)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reasons_are_for_who_asks),
        TEST(without_an_answer_no_reasons),
        TEST(reasons_of_the_state_that_was_asked),
        TEST(a_request_is_asked_once),
        TEST(a_shared_asker_starts_without_a_question),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
