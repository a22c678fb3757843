// SPDX-License-Identifier: Apache-2.0
//
// Many threads ask one engine while another process compiles: every answer is right for the
// snapshot that it names, and none fails. Also built with the thread sanitizer.
#include <stdatomic.h>

#include "house.h"

enum {
    THREADS = 8,
    GENERATIONS = 20,
    PATIENCE_MS = 5000, // until all have seen the last one
};

#define EVEN "s3:GetObject"
#define ODD  "s3:PutObject"

// What all threads know.
struct scene {
    struct house *house;
    uint64_t first;         // snapshot of the first compile, which allows EVEN
    _Atomic uint64_t last;  // that all are to see; 0: not known yet
    atomic_bool stop;       // patience is over
    atomic_ulong questions; // answered by all
};

struct worker {
    struct scene *scene;
    pthread_t thread;
    unsigned number;
    const char *wrong; // what was, or NULL
    uint64_t seen;     // the newest snapshot
    unsigned changes;  // of it
};

static const char *check(struct worker *worker, struct polcheck_scratch *scratch,
                         struct polcheck_verdict verdict, bool even)
{
    const struct polcheck_answer *answer;
    if (verdict.status != POLCHECK_OK) {
        return polcheck_status_text(verdict.status);
    }
    if (polcheck_reasons(scratch, &answer) != POLCHECK_OK) {
        return "no reasons";
    }
    uint64_t snapshot = polcheck_answer_snapshot(answer);
    bool allows_even = (snapshot - worker->scene->first) % 2 == 0;
    if (polcheck_is_allowed(verdict) != (allows_even == even)) {
        return "an answer that is not the snapshot's";
    }
    if (polcheck_answer_statement_count(answer) != polcheck_is_allowed(verdict)) {
        return "reasons of another answer";
    }
    if (snapshot < worker->seen) {
        return "an older snapshot after a newer one";
    }
    worker->changes += snapshot != worker->seen;
    worker->seen = snapshot;
    return NULL;
}

static const char *ask(struct worker *worker, struct polcheck_scratch *scratch,
                       struct polcheck_request *request, bool even)
{
    polcheck_request_begin(request, POLCHECK_STR(ALICE),
                           even ? POLCHECK_STR(EVEN) : POLCHECK_STR(ODD), POLCHECK_STR(PHOTO));
    const char *wrong = check(worker, scratch, polcheck_ask(scratch, request), even);
    atomic_fetch_add(&worker->scene->questions, 1);
    return wrong;
}

static bool goes_on(const struct worker *worker)
{
    uint64_t last = atomic_load(&worker->scene->last);
    return (last == 0 || worker->seen != last) && !atomic_load(&worker->scene->stop);
}

// Each worker asks in its own way: with one scratch or one each time, resting, or looking itself.
static const char *work(struct worker *worker, struct polcheck_request *request)
{
    struct polcheck_engine *engine = worker->scene->house->engine;
    struct polcheck_scratch *scratch = NULL;
    const char *wrong = NULL;
    for (unsigned i = 0; wrong == NULL && goes_on(worker); i++) {
        if (scratch == NULL && polcheck_scratch_new(engine, &scratch) != POLCHECK_OK) {
            return "no scratch";
        }
        wrong = ask(worker, scratch, request, i % 2 == 0);
        if (worker->number == 1) {
            polcheck_scratch_free(scratch);
            scratch = NULL;
        } else if (worker->number == 2) {
            house_sleep(1);
        } else if (worker->number == 3 && polcheck_engine_reload(engine) != POLCHECK_OK) {
            wrong = "a look that failed";
        } else if (worker->number == 4 && polcheck_scratch_renew(scratch) != POLCHECK_OK) {
            wrong = "a renewal that failed";
        }
    }
    polcheck_scratch_free(scratch);
    return wrong;
}

static void *run(void *context)
{
    struct worker *worker = context;
    struct polcheck_request *request;
    if (polcheck_request_new(&request) != POLCHECK_OK) {
        worker->wrong = "no request";
        return NULL;
    }
    worker->wrong = work(worker, request);
    polcheck_request_free(request);
    return NULL;
}

static void compile_generations(struct scene *scene)
{
    for (unsigned i = 1; i <= GENERATIONS; i++) {
        house_compile(scene->house, i % 2 == 0 ? MANIFEST_ALICE(EVEN) : MANIFEST_ALICE(ODD));
    }
    atomic_store(&scene->last, scene->first + GENERATIONS);
}

static void start(struct scene *scene, struct worker *workers)
{
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.scene = scene, .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    }
}

static void *lose_patience(void *context)
{
    struct scene *scene = context;
    for (unsigned waited = 0; waited < PATIENCE_MS && !atomic_load(&scene->stop); waited += 10) {
        house_sleep(10);
    }
    atomic_store(&scene->stop, true);
    return NULL;
}

static void finish(struct scene *scene, struct worker *workers)
{
    pthread_t clock;
    assert_int_equal(pthread_create(&clock, NULL, lose_patience, scene), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
    atomic_store(&scene->stop, true);
    assert_int_equal(pthread_join(clock, NULL), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        if (workers[i].wrong != NULL) {
            print_message("thread %u: %s\n", i, workers[i].wrong);
        }
        assert_null(workers[i].wrong);
        assert_int_equal(workers[i].seen, scene->last);
        assert_true(workers[i].changes > 1);
    }
    assert_true(atomic_load(&scene->questions) > (unsigned long)THREADS * GENERATIONS);
}

static void try_mode(struct house *house, enum polcheck_reload mode)
{
    struct scene scene = {.house = house};
    struct worker workers[THREADS];
    house_compile(house, MANIFEST_ALICE(EVEN));
    struct polcheck_options options = house_options(house, mode);
    options.interval_ms = 1;
    house_start_with(house, &options);
    scene.first = polcheck_engine_snapshot(house->engine);
    start(&scene, workers);
    compile_generations(&scene);
    finish(&scene, workers);
    house_close_engine(house); // no more events
    for (size_t i = 0; i < house->event_count && i < 64; i++) {
        assert_int_equal(house->events[i].change, POLCHECK_STORE_RELOADED);
        assert_true(i == 0 || house->events[i].snapshot > house->events[i - 1].snapshot);
    }
}

static void answers_are_right_while_a_store_is_compiled(void **state)
{
    try_mode(*state, POLCHECK_RELOAD_BACKGROUND);
}

static void answers_are_right_when_questions_look(void **state)
{
    try_mode(*state, POLCHECK_RELOAD_NEXT_CALL);
}

// A request is read by several scratches, one after the other; a policy by all at a time.
struct shared {
    struct house *house;
    const struct polcheck_policy *policy;
    bool wrong;
};

static void *ask_with_policy(void *context)
{
    struct shared *shared = context;
    struct polcheck_scratch *scratch;
    struct polcheck_request *request;
    if (polcheck_scratch_new(shared->house->engine, &scratch) != POLCHECK_OK ||
        polcheck_request_new(&request) != POLCHECK_OK) {
        return shared;
    }
    bool wrong = false;
    for (unsigned i = 0; i < 500; i++) {
        polcheck_request_begin(request, POLCHECK_STR(ALICE), POLCHECK_STR(EVEN),
                               POLCHECK_STR(PHOTO));
        polcheck_request_set_session_policy(request, i % 2 == 0 ? shared->policy : NULL);
        wrong = wrong || polcheck_is_allowed(polcheck_ask(scratch, request)) != (i % 2 == 1);
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    return wrong ? shared : NULL;
}

static void a_policy_is_shared(void **state)
{
    struct house *house = *state;
    pthread_t threads[THREADS];
    house_live(house, MANIFEST_ALICE(EVEN));
    struct polcheck_policy *policy = house_policy(
        POLCHECK_SESSION, "{'Statement':{'Effect':'Allow','Action':'sqs:*','Resource':'*'}}");
    struct shared shared = {.house = house, .policy = policy};
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_with_policy, &shared), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        void *result = &shared;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
    polcheck_policy_free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(answers_are_right_while_a_store_is_compiled),
        HOUSE_TEST(answers_are_right_when_questions_look),
        HOUSE_TEST(a_policy_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
