// SPDX-License-Identifier: Apache-2.0
//
// A question takes no memory and no lock once scratch and request have been used for such a one:
// whatever the answer is, in every mode, and also where each decision is told.
#include "heap.h"
#include "house.h"
#include "locks.h"

enum {
    WARM = 3,
    QUESTIONS = 200,
    MANY = 40, // values of a list
};

#define ROLE    "arn:aws:iam::" ACCOUNT ":role/team/reader"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/reader/ann"

static const char manifest[] =
    "{'polcheck':1,'users':[{'arn':'" ALICE "','tags':{'team':'blue'},'policies':["
    "{'Version':'2012-10-17','Statement':["
    "{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
    "{'Effect':'Deny','Action':'s3:GetSecret','Resource':'*'},"
    "{'Effect':'Allow','Action':'s3:PutObject','Resource':'arn:aws:s3:::photos/${aws:username}/*',"
    "'Condition':{'StringLike':{'ex:a':'x*?y*'},'NumericLessThan':{'ex:n':'10'},"
    "'ForAllValues:StringEquals':{'ex:l':['a','b']},'DateGreaterThan':{'aws:CurrentTime':"
    "'2000-01-01T00:00:00Z'},'StringEquals':{'aws:PrincipalTag/team':'blue'}}}]}]}],"
    "'roles':[{'arn':'" ROLE "','tags':{'stage':'test'},'policies':[{'Version':'2012-10-17',"
    "'Statement':[{'Effect':'Allow','Action':'s3:*','Resource':'*'}]}]}],"
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'}]}";

struct question {
    const char *principal, *action, *resource;
    enum polcheck_status status;
    enum polcheck_decision decision;
};

static const struct question questions[] = {
    {ALICE, "s3:GetObject", PHOTO, POLCHECK_OK, POLCHECK_ALLOWED},
    {ALICE, "s3:GetSecret", PHOTO, POLCHECK_OK, POLCHECK_EXPLICIT_DENY},
    {ALICE, "s3:DeleteObject", PHOTO, POLCHECK_OK, POLCHECK_IMPLICIT_DENY},
    {ALICE, "s3:PutObject", "arn:aws:s3:::photos/alice/x", POLCHECK_OK, POLCHECK_ALLOWED},
    {SESSION, "s3:PutObject", PHOTO, POLCHECK_OK, POLCHECK_ALLOWED},
    {BOB, "s3:GetObject", PHOTO, POLCHECK_ERR_PRINCIPAL, POLCHECK_IMPLICIT_DENY},
    {"nobody", "s3:GetObject", PHOTO, POLCHECK_ERR_REQUEST, POLCHECK_IMPLICIT_DENY},
    {ALICE, "s3:*", PHOTO, POLCHECK_ERR_REQUEST, POLCHECK_IMPLICIT_DENY},
    {ALICE, "s3:GetObject", "photos", POLCHECK_ERR_REQUEST, POLCHECK_IMPLICIT_DENY},
    {ALICE, "s3:GetObject", "arn:aws:s3:::other/x", POLCHECK_ERR_OWNER, POLCHECK_IMPLICIT_DENY},
};

enum {
    KINDS = sizeof(questions) / sizeof(questions[0]),
};

// With a context of every kind.
static void make(struct house *house, const struct question *question,
                 const struct polcheck_policy *session)
{
    struct polcheck_value values[MANY];
    const struct polcheck_pair pairs[] = {
        {POLCHECK_STR("ex:a"), POLCHECK_STR("xzy-z")},
        {POLCHECK_STR("aws:SourceIp"), POLCHECK_STR("203.0.113.7")}};
    for (size_t i = 0; i < MANY; i++) {
        values[i] = polcheck_string(i % 2 == 0 ? POLCHECK_STR("a") : POLCHECK_STR("b"));
    }
    house_begin(house, question->principal, question->action, question->resource);
    if (strcmp(question->principal, SESSION) == 0) {
        polcheck_request_set_role(house->request, POLCHECK_STR(ROLE));
        polcheck_request_set_userid(house->request, POLCHECK_STR("AROAREADER:ann"));
        polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"),
                                           POLCHECK_STR("red"));
        polcheck_request_set_session_policy(house->request, session);
    }
    polcheck_request_add_pairs(house->request, pairs, 2);
    polcheck_request_add(house->request, POLCHECK_STR("ex:n"), polcheck_number(2.5));
    polcheck_request_add(house->request, POLCHECK_STR("ex:i"), polcheck_integer(-7));
    polcheck_request_add(house->request, POLCHECK_STR("aws:SecureTransport"),
                         polcheck_boolean(true));
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), values, MANY);
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:none"), NULL, 0);
}

static void expect(const struct question *question, struct polcheck_verdict verdict)
{
    if (verdict.status != question->status || verdict.decision != question->decision) {
        print_message("%s on %s\n", question->action, question->resource);
    }
    assert_int_equal(verdict.status, question->status);
    assert_int_equal(verdict.decision, question->decision);
}

// Asks each kind again and again, made anew each time, and all of them in turns.
static void ask_without_memory(struct house *house, bool reasons)
{
    struct polcheck_policy *session = house_policy(
        POLCHECK_SESSION, "{'Statement':{'Effect':'Allow','Action':'*','Resource':'*'}}");
    for (unsigned round = 0; round < WARM * KINDS + QUESTIONS; round++) {
        const struct question *question = &questions[round % KINDS];
        const struct polcheck_answer *answer = NULL;
        size_t before = heap_asked();
        make(house, question, session);
        struct polcheck_verdict verdict = house_ask(house);
        if (reasons && verdict.status == POLCHECK_OK) {
            assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
            (void)polcheck_answer_message(answer);
        }
        size_t after = heap_asked();
        expect(question, verdict);
        if (round >= WARM * KINDS) {
            if (after != before) {
                print_message("%s on %s\n", question->action, question->resource);
            }
            assert_int_equal(after, before);
        }
        if (round % 20 == 0) {
            house_sleep(2); // let there be looks at the store
        }
    }
    polcheck_policy_free(session);
}

static void a_decision_takes_no_memory(void **state)
{
    struct house *house = *state;
    house_compile(house, manifest);
    for (int mode = 0; mode < 3; mode++) {
        struct polcheck_options options = house_options(house, (enum polcheck_reload)mode);
        options.interval_ms = 1;
        house_start_with(house, &options);
        ask_without_memory(house, false);
        house_close_engine(house);
    }
}

static void reasons_take_no_memory_either(void **state)
{
    struct house *house = *state;
    house_compile(house, manifest);
    house_start(house, POLCHECK_RELOAD_BACKGROUND);
    ask_without_memory(house, true);
}

static void note(void *context, const struct polcheck_decision_event *event)
{
    unsigned *count = context;
    *count += event->answer != NULL || event->message.len > 0;
}

static void a_decision_that_is_told_takes_no_memory(void **state)
{
    struct house *house = *state;
    unsigned count = 0;
    house_compile(house, manifest);
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_BACKGROUND);
    options.on_decision = note;
    options.decision_context = &count;
    options.interval_ms = 1;
    house_start_with(house, &options);
    ask_without_memory(house, false);
    assert_int_equal(count, WARM * KINDS + QUESTIONS);
}

// Nor a lock, in the modes in which questions do not look at the store themselves.
static void a_decision_takes_no_lock(void **state)
{
    struct house *house = *state;
    house_compile(house, manifest);
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_BACKGROUND);
    options.interval_ms = 1;
    size_t before = locks_taken();
    house_start_with(house, &options);
    ask_without_memory(house, false);
    assert_true(locks_taken() > before); // the first question takes the engine's edition
    before = locks_taken();
    for (unsigned i = 0; i < QUESTIONS; i++) {
        make(house, &questions[i % KINDS], NULL);
        (void)house_ask(house);
    }
    assert_int_equal(locks_taken(), before);
}

// The eyes see: an engine takes memory.
static void the_allocator_counts(void **state)
{
    struct house *house = *state;
    house_compile(house, manifest);
    size_t before = heap_asked();
    long live = heap_live();
    house_start(house, POLCHECK_RELOAD_MANUAL);
    assert_true(heap_asked() > before + 3);
    assert_true(heap_live() > live);
    house_close_engine(house);
    assert_int_equal(heap_live(), live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(the_allocator_counts),
        HOUSE_TEST(a_decision_takes_no_memory),
        HOUSE_TEST(reasons_take_no_memory_either),
        HOUSE_TEST(a_decision_that_is_told_takes_no_memory),
        HOUSE_TEST(a_decision_takes_no_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
