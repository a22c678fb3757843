// SPDX-License-Identifier: Apache-2.0
//
// Memory runs out at each allocation of each function in turn: that ends in a status and a deny,
// leaves nothing behind, and everything works again after it.
#include "heap.h"
#include "signed.h"

enum {
    MOST = 100000, // allocations of one call: so many would be a loop without end
};

#define SESSION_POLICY "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'*'}}"

// What is tried with one allocation failing. Asserts what must hold, whether it failed or not, and
// gives heap_failed.
typedef bool trial(struct house *house, void *context);

// Tries it with no failing allocation last.
static unsigned try_each(struct house *house, trial *try, void *context)
{
    unsigned tries = 0;
    bool failed = true;
    for (size_t n = 0; n < MOST && failed; n++) {
        long before = heap_live();
        heap_fail_at(n);
        failed = try(house, context);
        if (heap_live() != before) {
            print_message("allocation %zu: %ld pieces are left\n", n, heap_live() - before);
        }
        assert_int_equal(heap_live(), before);
        tries++;
    }
    assert_false(failed);
    return tries;
}

static bool is_memory(enum polcheck_status status)
{
    return status == POLCHECK_OK || status == POLCHECK_ERR_NOMEM;
}

// Opening -----------------------------------------------------------------------------------------

static bool open_once(struct house *house, void *context)
{
    const struct polcheck_options *options = context;
    struct polcheck_engine *engine = NULL;
    enum polcheck_status status = polcheck_engine_open(options, &engine);
    assert_true((status == POLCHECK_OK) == (engine != NULL));
    assert_true(is_memory(status) || status == POLCHECK_ERR_INTERNAL); // INTERNAL: no thread
    polcheck_engine_close(engine);
    (void)house;
    bool failed = heap_failed();
    assert_true(status == POLCHECK_OK || failed);
    return failed;
}

static void engines_open(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    assert_true(try_each(house, open_once, &options) > 3);
    options.flags = POLCHECK_WAIT_FOR_STORE;
    assert_true(try_each(house, open_once, &options) > 3);
}

static void engines_that_trust_keys_open(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    assert_true(try_each(house, open_once, &options) > 8);
    options.seen = seen;
    assert_true(try_each(house, open_once, &options) > 8);
    free(seen);
}

// Who waits for a store has it at the next look.
static void wait_once(struct house *house, void *context)
{
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    struct polcheck_engine *engine = NULL;
    options.flags = POLCHECK_WAIT_FOR_STORE;
    enum polcheck_status status = polcheck_engine_open(&options, &engine);
    (void)heap_failed();
    if (status == POLCHECK_OK) {
        assert_true(is_memory(polcheck_engine_status(engine)));
        assert_int_equal(polcheck_engine_reload(engine), POLCHECK_OK);
        assert_int_equal(polcheck_engine_status(engine), POLCHECK_OK);
    }
    polcheck_engine_close(engine);
    (void)context;
}

static void who_waits_goes_on(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    for (size_t n = 0; n < 60; n++) {
        long before = heap_live();
        heap_fail_at(n);
        wait_once(house, NULL);
        assert_int_equal(heap_live(), before);
    }
}

static bool new_once(struct house *house, void *context)
{
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    enum polcheck_status status = polcheck_scratch_new(house->engine, &scratch);
    assert_true(is_memory(status) && (status == POLCHECK_OK) == (scratch != NULL));
    status = polcheck_request_new(&request);
    assert_true(is_memory(status) && (status == POLCHECK_OK) == (request != NULL));
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    (void)context;
    return heap_failed();
}

static void scratches_and_requests_are_made(void **state)
{
    struct house *house = *state;
    house_live(house, MANIFEST_ALICE(OLD));
    assert_int_equal(try_each(house, new_once, NULL), 3);
}

// Asking ------------------------------------------------------------------------------------------

struct question {
    const char *principal, *action, *resource;
    enum polcheck_status status;
    enum polcheck_decision decision;
    const struct polcheck_policy *session;
};

static void say(struct polcheck_request *request, const struct question *question)
{
    struct polcheck_value values[50];
    struct polcheck_pair pairs[20];
    static char names[20][16];
    polcheck_request_begin(request, polcheck_text(question->principal),
                           polcheck_text(question->action), polcheck_text(question->resource));
    for (unsigned i = 0; i < 50; i++) {
        values[i] = polcheck_number(i + 0.5);
    }
    for (unsigned i = 0; i < 20; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "ex:p%u", i);
        pairs[i] = (struct polcheck_pair){polcheck_text(names[i]), POLCHECK_STR("v")};
    }
    polcheck_request_add_pairs(request, pairs, 20);
    polcheck_request_add_list(request, POLCHECK_STR("ex:l"), values, 50);
    polcheck_request_add_list(request, POLCHECK_STR("ex:none"), NULL, 0);
    polcheck_request_set_session_policy(request, question->session);
}

// A scratch and a request that were never used, so that everything is taken now.
static bool ask_once(struct house *house, void *context)
{
    const struct question *question = context;
    bool failed = false;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    if (polcheck_scratch_new(house->engine, &scratch) == POLCHECK_OK &&
        polcheck_request_new(&request) == POLCHECK_OK) {
        say(request, question);
        struct polcheck_verdict verdict = polcheck_ask(scratch, request);
        failed = heap_failed();
        if (verdict.status == POLCHECK_ERR_NOMEM) {
            assert_true(failed);
            assert_failed(verdict, POLCHECK_ERR_NOMEM);
        } else {
            assert_int_equal(verdict.status, question->status);
            assert_int_equal(verdict.decision, question->decision);
        }
        say(request, question); // and then it works
        verdict = polcheck_ask(scratch, request);
        assert_int_equal(verdict.status, question->status);
        assert_int_equal(verdict.decision, question->decision);
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    return heap_failed() || failed;
}

static void questions_are_asked(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *session = house_policy(POLCHECK_SESSION, SESSION_POLICY);
    house_live(house, MANIFEST_ALICE(OLD));
    const struct question questions[] = {
        {ALICE, OLD, PHOTO, POLCHECK_OK, POLCHECK_ALLOWED, NULL},
        {ALICE, OLD, PHOTO, POLCHECK_OK, POLCHECK_ALLOWED, session},
        {ALICE, NEW, PHOTO, POLCHECK_OK, POLCHECK_IMPLICIT_DENY, NULL},
        {BOB, OLD, PHOTO, POLCHECK_ERR_PRINCIPAL, POLCHECK_IMPLICIT_DENY, NULL},
        {"nobody", OLD, PHOTO, POLCHECK_ERR_REQUEST, POLCHECK_IMPLICIT_DENY, NULL},
        {ALICE, "s3:*", PHOTO, POLCHECK_ERR_REQUEST, POLCHECK_IMPLICIT_DENY, NULL},
        {ALICE, OLD, "arn:aws:s3:::x/y", POLCHECK_ERR_OWNER, POLCHECK_IMPLICIT_DENY, NULL},
    };
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        assert_true(try_each(house, ask_once, (void *)(uintptr_t)&questions[i]) > 5);
    }
    polcheck_policy_free(session);
}

static void observe(void *context, const struct polcheck_observation *observation)
{
    unsigned *count = context;
    *count += observation->statement->sid.len > 0;
}

// Reads all of an answer, so that what is no longer there shows.
static size_t read_all(const struct polcheck_answer *answer)
{
    size_t sum = polcheck_answer_message(answer).len;
    for (size_t i = 0; i < polcheck_answer_statement_count(answer); i++) {
        sum += polcheck_answer_statement(answer, i)->sid.len;
    }
    for (size_t i = 0; i < polcheck_answer_missing_count(answer); i++) {
        struct polcheck_str key = polcheck_answer_missing(answer, i);
        for (size_t at = 0; at < key.len; at++) {
            sum += (unsigned char)key.ptr[at];
        }
    }
    return sum;
}

static bool explain_once(struct house *house, void *context)
{
    const struct question *question = context;
    const struct polcheck_answer *answer = NULL;
    bool failed = false;
    unsigned count = 0;
    struct polcheck_observer observer = {sizeof(observer), &count, observe};
    struct polcheck_scratch *scratch = NULL;
    if (polcheck_scratch_new(house->engine, &scratch) == POLCHECK_OK) {
        struct polcheck_verdict verdict = polcheck_ask(scratch, house->request);
        if (verdict.status == POLCHECK_OK) {
            assert_int_equal(verdict.decision, question->decision);
            enum polcheck_status status = polcheck_reasons(scratch, &answer);
            assert_true(is_memory(status));
            if (status == POLCHECK_OK) {
                (void)read_all(answer);
            }
            enum polcheck_status explained = polcheck_explain(scratch, &observer);
            assert_true(is_memory(explained));
            if (status == POLCHECK_OK) {
                (void)read_all(answer); // it stays valid, also when explaining fails
            }
            failed = heap_failed();
            assert_int_equal(polcheck_reasons(scratch, &answer), POLCHECK_OK);
            size_t sum = read_all(answer);
            assert_int_equal(polcheck_explain(scratch, &observer), POLCHECK_OK);
            assert_int_equal(read_all(answer), sum);
        }
    }
    polcheck_scratch_free(scratch);
    return heap_failed() || failed;
}

static const char with_conditions[] =
    "{'polcheck':1,'users':[{'arn':'" ALICE "','policies':[{'Version':'2012-10-17','Statement':["
    "{'Sid':'One','Effect':'Allow','Action':'s3:*','Resource':'*','Condition':{'StringEquals':"
    "{'ex:a':'1','ex:b':'2','ex:c':'3'}}},"
    "{'Sid':'Two','Effect':'Allow','Action':'s3:GetObject','Resource':'*'},"
    "{'Sid':'Three','Effect':'Allow','Action':'s3:Get*','Resource':'*'}]}]}],"
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'}]}";

static void reasons_are_found(void **state)
{
    struct house *house = *state;
    house_live(house, with_conditions);
    const struct question questions[] = {
        {ALICE, OLD, PHOTO, POLCHECK_OK, POLCHECK_ALLOWED, NULL},
        {ALICE, NEW, PHOTO, POLCHECK_OK, POLCHECK_IMPLICIT_DENY, NULL}};
    for (size_t i = 0; i < 2; i++) {
        say(house->request, &questions[i]);
        assert_true(try_each(house, explain_once, (void *)(uintptr_t)&questions[i]) > 5);
    }
}

// Policies ----------------------------------------------------------------------------------------

static bool compile_once(struct house *house, void *context)
{
    char why[256];
    const struct polcheck_room room = {why, sizeof(why)};
    struct polcheck_policy *policy = NULL;
    const struct polcheck_document documents[2] = {{POLCHECK_STR("one"), polcheck_text(context)},
                                                   {POLCHECK_STR(""), polcheck_text(context)}};
    enum polcheck_status status =
        polcheck_policy_compile(POLCHECK_SESSION, documents, 2, &room, &policy);
    bool sound = strchr(context, '?') == NULL;
    assert_true((status == POLCHECK_OK) == (policy != NULL));
    assert_true(status == POLCHECK_ERR_NOMEM ||
                status == (sound ? POLCHECK_OK : POLCHECK_ERR_POLICY));
    polcheck_policy_free(policy);
    (void)house;
    return heap_failed();
}

static void policies_are_compiled(void **state)
{
    struct house *house = *state;
    char *texts[2] = {house_quote(SESSION_POLICY),
                      house_quote("{'Statement':{'Effect':'?','Action':'s3:*','Resource':'*'}}")};
    for (size_t i = 0; i < 2; i++) {
        assert_true(try_each(house, compile_once, texts[i]) > 5);
        free(texts[i]);
    }
}

// Following ---------------------------------------------------------------------------------------

static struct polcheck_verdict question(struct house *house, const char *action)
{
    return house_question(house, ALICE, action, PHOTO);
}

// Compiled anew or replaced, and looked at with one allocation failing.
static void follow_each(struct house *house, bool replaced)
{
    bool failed = true;
    unsigned failures = 0;
    for (size_t n = 0; n < MOST && failed; n++) {
        const char *now = n % 2 == 0 ? NEW : OLD;
        const char *before = n % 2 == 0 ? OLD : NEW;
        if (replaced) {
            remove_all(house->store);
        }
        house_compile(house, n % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
        assert_allowed(question(house, before));
        house_forget_events(house);
        heap_fail_at(n);
        enum polcheck_status status = polcheck_engine_reload(house->engine);
        failed = heap_failed();
        assert_true(is_memory(status));
        assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
        if (status != POLCHECK_OK) {
            failures++;
            assert_true(failed);
            struct house_event event = house_event(house);
            assert_int_equal(event.change, POLCHECK_STORE_REFUSED);
            assert_int_equal(event.status, POLCHECK_ERR_NOMEM);
            assert_allowed(question(house, before)); // the last good one stays
            assert_denied(question(house, now));
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
        // The scratch moves on, and its memory may run out then, too.
        bool moved = false;
        for (size_t m = 0; !moved; m++) {
            house_begin(house, ALICE, before, PHOTO);
            heap_fail_at(m);
            struct polcheck_verdict verdict = house_ask(house);
            moved = !heap_failed();
            assert_false(polcheck_is_allowed(verdict));
            assert_true(is_memory(verdict.status));
        }
        assert_denied(question(house, before));
        assert_allowed(question(house, now));
    }
    assert_true(failures > 3);
}

static void engines_follow(void **state)
{
    struct house *house = *state;
    house_live(house, MANIFEST_ALICE(OLD));
    long live = heap_live();
    follow_each(house, false);
    house_close_engine(house);
    assert_true(heap_live() < live);
}

static void engines_follow_what_takes_its_place(void **state)
{
    struct house *house = *state;
    house_live(house, MANIFEST_ALICE(OLD));
    follow_each(house, true);
}

// Signed anew, and looked at with one allocation failing: what is answered is of one signed state
// or the other, or denied.
static void engines_follow_what_is_signed(void **state)
{
    struct house *house = *state;
    bool failed = true;
    unsigned failures = 0;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.interval_ms = 60000;
    house_start_with(house, &options);
    for (size_t n = 0; n < MOST && failed; n++) {
        const char *now = n % 2 == 0 ? NEW : OLD;
        const char *before = n % 2 == 0 ? OLD : NEW;
        signed_compile(house, n % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD), "ours");
        signed_expect(house, before);
        heap_fail_at(n);
        enum polcheck_status status = polcheck_engine_reload(house->engine);
        failed = heap_failed();
        assert_true(is_memory(status) && (status == POLCHECK_OK || failed));
        if (status != POLCHECK_OK) {
            failures++;
            signed_expect(house, before);
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        signed_expect(house, now);
    }
    assert_true(failures > 8);
}

// The same of a state that is not signed: no failure makes it good.
static void no_failure_makes_a_state_good(void **state)
{
    struct house *house = *state;
    bool failed = true;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.interval_ms = 60000;
    house_start_with(house, &options);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL), 0);
    signed_put(house, "other");
    for (size_t n = 0; n < MOST && failed; n++) {
        heap_fail_at(n);
        enum polcheck_status status = polcheck_engine_reload(house->engine);
        failed = heap_failed();
        assert_true(status == POLCHECK_ERR_UNTRUSTED || (status == POLCHECK_ERR_NOMEM && failed));
        signed_expect(house, OLD);
    }
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_UNTRUSTED);
    signed_expect(house, OLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(engines_open),
        HOUSE_TEST(engines_that_trust_keys_open),
        HOUSE_TEST(who_waits_goes_on),
        HOUSE_TEST(scratches_and_requests_are_made),
        HOUSE_TEST(questions_are_asked),
        HOUSE_TEST(reasons_are_found),
        HOUSE_TEST(policies_are_compiled),
        HOUSE_TEST(engines_follow),
        HOUSE_TEST(engines_follow_what_takes_its_place),
        HOUSE_TEST(engines_follow_what_is_signed),
        HOUSE_TEST(no_failure_makes_a_state_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
