// SPDX-License-Identifier: Apache-2.0
//
// A process that forks while it has an engine: the child is denied and may free what it has, and
// the parent does not notice.
#include <stdatomic.h>

#include "house.h"

enum {
    CHILDREN = 40,
    CHURNERS = 2,
};

// Runs in the child; gives the number of the line that is wrong, or 0.
static int child_of(struct house *house, bool frees)
{
    const struct polcheck_answer *answer = NULL;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_verdict verdict = polcheck_ask(house->scratch, house->request);
    if (verdict.status != POLCHECK_ERR_FORKED || polcheck_is_allowed(verdict)) {
        return 1;
    }
    if (polcheck_reasons(house->scratch, &answer) != POLCHECK_ERR_FORKED || answer != NULL) {
        return 2;
    }
    if (polcheck_scratch_renew(house->scratch) != POLCHECK_ERR_FORKED) {
        return 3;
    }
    if (polcheck_engine_status(house->engine) != POLCHECK_ERR_FORKED ||
        polcheck_engine_snapshot(house->engine) != 0 ||
        polcheck_engine_reload(house->engine) != POLCHECK_ERR_FORKED) {
        return 4;
    }
    if (polcheck_scratch_new(house->engine, &scratch) == POLCHECK_OK) {
        verdict = polcheck_ask(scratch, house->request);
        polcheck_scratch_free(scratch);
        if (verdict.status != POLCHECK_ERR_FORKED || polcheck_is_allowed(verdict)) {
            return 5;
        }
    }
    if (frees) {
        polcheck_scratch_free(house->scratch);
        polcheck_engine_close(house->engine);
    }
    return 0;
}

// An engine of the child's own.
static int engine_of_its_own(const struct house *house)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    options.store = house->store;
    if (polcheck_engine_open(&options, &engine) != POLCHECK_OK ||
        polcheck_scratch_new(engine, &scratch) != POLCHECK_OK) {
        return 10;
    }
    bool allowed = polcheck_is_allowed(polcheck_ask(scratch, house->request));
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
    return allowed ? 0 : 11;
}

static int run_child(struct house *house, bool frees, bool opens)
{
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)alarm(20); // a child that waits for ever ends by a signal
        int wrong = child_of(house, frees);
        if (wrong == 0 && opens) {
            wrong = engine_of_its_own(house);
        }
        _exit(wrong);
    }
    return house_wait(pid);
}

static void a_child_is_denied(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    for (int mode = 0; mode < 3; mode++) {
        house_start(house, (enum polcheck_reload)mode);
        assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
        for (unsigned i = 0; i < 4; i++) {
            assert_int_equal(run_child(house, i % 2 == 0, i / 2 == 0), 0);
            assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        house_close_engine(house);
    }
}

// A child of a child as well.
static void a_grandchild_is_denied(void **state)
{
    struct house *house = *state;
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int wrong = engine_of_its_own(house);
        pid_t grandchild = wrong == 0 ? fork() : 0;
        if (grandchild == 0) {
            _exit(wrong != 0 ? wrong : child_of(house, true));
        }
        int status = 0;
        bool ended = waitpid(grandchild, &status, 0) == grandchild && WIFEXITED(status);
        _exit(ended ? WEXITSTATUS(status) : 20);
    }
    assert_int_equal(house_wait(pid), 0);
    assert_allowed(house_ask(house));
}

// Pages that the parent's scratch still looks at are not used again after a child freed its copy:
// the answers do not change, whatever is compiled.
static void a_child_that_frees_does_not_give_up_the_slot(void **state)
{
    struct house *house = *state;
    const struct polcheck_answer *answer;
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    uint64_t before = polcheck_engine_snapshot(house->engine);
    assert_int_equal(run_child(house, true, true), 0);
    for (unsigned i = 0; i < 12; i++) {
        house_compile(house, i % 2 == 0 ? MANIFEST_ALICE("s3:PutObject")
                                        : MANIFEST_ALICE("s3:DeleteObject"));
        assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
        assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
        assert_int_equal(polcheck_answer_snapshot(answer), before);
        assert_true(house_is(polcheck_answer_statement(answer, 0)->sid, "Lets"));
    }
    // A scratch that has looked at nothing yet finds the whole of that state.
    struct polcheck_scratch *fresh;
    assert_int_equal(polcheck_scratch_new(house->engine, &fresh), POLCHECK_OK);
    assert_allowed(polcheck_ask(fresh, house->request));
    polcheck_scratch_free(fresh);
}

static atomic_bool churn_stop;

static void *churn(void *context)
{
    const struct house *house = context;
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    options.store = house->store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    while (!atomic_load(&churn_stop)) {
        struct polcheck_engine *engine;
        if (polcheck_engine_open(&options, &engine) == POLCHECK_OK) {
            polcheck_engine_close(engine);
        }
    }
    return NULL;
}

// Whatever the other threads are in the middle of when it forks, a worker can open its own engine.
static void a_child_opens_an_engine_at_any_time(void **state)
{
    struct house *house = *state;
    pthread_t threads[CHURNERS];
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    atomic_store(&churn_stop, false);
    for (unsigned i = 0; i < CHURNERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, churn, house), 0);
    }
    int wrong = 0;
    for (unsigned i = 0; i < CHILDREN && wrong == 0; i++) {
        wrong = run_child(house, i % 2 == 0, true);
    }
    atomic_store(&churn_stop, true);
    for (unsigned i = 0; i < CHURNERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(wrong, 0);
    assert_allowed(house_ask(house));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_child_is_denied),
        HOUSE_TEST(a_grandchild_is_denied),
        HOUSE_TEST(a_child_that_frees_does_not_give_up_the_slot),
        HOUSE_TEST(a_child_opens_an_engine_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
