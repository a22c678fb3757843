// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "account/asker.h"
#include "compile/compile.h"
#include "policy/reader.h"
#include "json/reader.h"

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

// At a state of a store -------------------------------------------------------------------------

#define BUCKET "arn:aws:s3:::unknown"

static enum pc_status question(struct job *job, struct pc_asker *asker, const char *resource)
{
    const struct pc_asking asking = {.arena = &job->box->arena, .diags = &job->box->diags};
    pc_diags_init(&job->box->diags, &job->box->arena);
    memset(&job->answer, 0xa5, sizeof(job->answer));
    assert_true(pc_request_start(&job->request, PC_STR(USER), PC_STR("s3:GetObject"),
                                 pc_str_from(resource)));
    return pc_asker_ask(asker, &asking, &job->request, &job->answer);
}

static void an_asker_at_a_state_shares_it(void **state)
{
    struct job *job = *state;
    struct pc_asker at, moved;
    struct pc_snapshot *first;
    struct pc_snapshot *second;
    assert_int_equal(pc_snapshot_open(job->asker.store, &first), PC_OK);
    assert_int_equal(pc_asker_at(first, &at), PC_OK);
    pc_snapshot_close(first); // it has its own
    assert_int_equal(question(job, &at, "*"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(pc_asker_reasons(&at, &job->answer), PC_OK);
    assert_int_equal(job->answer.deciding_count, 1);
    // Moved it has no last question, and keeps its flags.
    at.guess_no_owner = true;
    assert_int_equal(pc_snapshot_open(job->asker.store, &second), PC_OK);
    assert_int_equal(pc_asker_move(&at, second), PC_OK);
    pc_snapshot_close(second);
    assert_int_equal(pc_asker_reasons(&at, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
    assert_true(at.guess_no_owner);
    assert_int_equal(question(job, &at, "*"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    moved = at;
    pc_asker_close(&moved);
}

static void an_owner_is_not_guessed_for_who_does_not_want_it(void **state)
{
    struct job *job = *state;
    assert_int_equal(question(job, &job->asker, BUCKET), PC_OK);
    assert_true(job->request.account_assumed);
    job->asker.guess_no_owner = true;
    assert_int_equal(question(job, &job->asker, BUCKET), PC_ERR_INVALID);
    assert_int_equal(job->box->diags.first->code, PC_DIAG_OWNER_MISSING);
    expect_denied(job);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_ERR_USAGE);
    assert_int_equal(question(job, &job->asker, "*"), PC_OK); // has no owner to be known
    assert_int_equal(question(job, &job->asker, "arn:aws:sqs:eu-west-1:111122223333:q"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_false(job->request.account_assumed);
}

// An image of one statement without conditions.
static struct pc_image carried(struct job *job, enum pc_policy_type type, const char *document)
{
    struct pc_buf text = {0};
    struct pc_buf bytes = {0};
    struct pc_image image;
    const struct pc_json *json;
    const struct pc_policy *policy;
    for (const char *at = document; *at != '\0'; at++) {
        pc_buf_byte(&text, *at == '\'' ? '"' : *at);
    }
    struct pc_str copy;
    assert_int_equal(pc_arena_copy(&job->box->arena, pc_buf_view(&text), &copy), PC_OK);
    pc_buf_release(&text);
    const struct pc_json_source source = {.file = PC_STR("carried"), .text = copy};
    assert_int_equal(pc_json_parse(&job->box->arena, &source, &job->box->diags, &json), PC_OK);
    const struct pc_policy_input input = {.type = type,
                                          .document = json,
                                          .file = PC_STR("carried"),
                                          .name = PC_STR("carried"),
                                          .source = copy};
    assert_int_equal(pc_policy_read(&job->box->arena, &input, &job->box->diags, &policy), PC_OK);
    const struct pc_compile_set set = {type, &policy, 1};
    assert_int_equal(pc_compile(&job->box->arena, &set, &job->box->diags, &bytes), PC_OK);
    assert_int_equal(pc_arena_copy(&job->box->arena, pc_buf_view(&bytes), &copy), PC_OK);
    pc_buf_release(&bytes);
    assert_int_equal(pc_image_open(copy, &image), PC_OK);
    return image;
}

static void what_the_request_brings_along_caps(void **state)
{
    struct job *job = *state;
    struct pc_image session = carried(
        job, PC_POLICY_SESSION, "{'Statement':{'Effect':'Allow','Action':'sqs:*','Resource':'*'}}");
    struct pc_image endpoint =
        carried(job, PC_POLICY_ENDPOINT,
                "{'Statement':{'Effect':'Deny','Principal':'*','Action':'*','Resource':'*'}}");
    job->asker.session = &session;
    assert_int_equal(question(job, &job->asker, "*"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_IMPLICIT_DENY);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_OK);
    assert_int_equal(job->answer.blocked_by, 1u << PC_SLOT_SESSION);
    job->asker.session = NULL;
    job->asker.endpoint = &endpoint;
    assert_int_equal(question(job, &job->asker, "*"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_EXPLICIT_DENY);
    job->asker.endpoint = NULL;
    assert_int_equal(question(job, &job->asker, "*"), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
}

static void count_statement(void *context, const struct pc_observation *seen)
{
    unsigned *counts = context;
    counts[seen->obstacle]++;
}

static void the_last_question_is_observed(void **state)
{
    struct job *job = *state;
    unsigned counts[8] = {0};
    const struct pc_observer observer = {.statement = count_statement, .context = counts};
    job->answer.decision = PC_DECISION_ALLOWED;
    assert_int_equal(pc_asker_observe(&job->asker, &observer, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
    assert_int_equal(question(job, &job->asker, "*"), PC_OK);
    assert_int_equal(pc_asker_observe(&job->asker, &observer, &job->answer), PC_OK);
    assert_int_equal(job->answer.decision, PC_DECISION_ALLOWED);
    assert_int_equal(job->answer.deciding_count, 1);
    assert_int_equal(counts[PC_OBSTACLE_NONE], 1);
    assert_int_equal(counts[PC_OBSTACLE_CONDITION], 1);
    assert_int_equal(pc_asker_reasons(&job->asker, &job->answer), PC_OK); // still there
    assert_int_equal(job->answer.deciding_count, 1);
    assert_int_equal(ask(job, OTHER, "s3:GetObject"), PC_ERR_NOTFOUND);
    assert_int_equal(pc_asker_observe(&job->asker, &observer, &job->answer), PC_ERR_USAGE);
    expect_denied(job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reasons_are_for_who_asks),
        TEST(without_an_answer_no_reasons),
        TEST(reasons_of_the_state_that_was_asked),
        TEST(a_request_is_asked_once),
        TEST(a_shared_asker_starts_without_a_question),
        TEST(an_asker_at_a_state_shares_it),
        TEST(an_owner_is_not_guessed_for_who_does_not_want_it),
        TEST(what_the_request_brings_along_caps),
        TEST(the_last_question_is_observed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
