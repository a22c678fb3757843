// SPDX-License-Identifier: Apache-2.0
//
// Many threads release from one vault while other processes compile the policies anew, put new
// values, rotate and let the key be disabled: what is released is whole and of one state, and
// whatever is not released leaves nothing. Also built with the thread sanitizer.
#include <stdatomic.h>

#include "estate.h"

enum {
    THREADS = 8,
    ROUNDS = 12,
};

struct scene {
    struct estate *estate;
    atomic_bool stop;
    atomic_ulong released, refused, failed;
};

struct worker {
    struct scene *scene;
    pthread_t thread;
    unsigned number;
    const char *wrong; // what was, or NULL
    unsigned last;     // the highest value seen
};

// Both values are put at once: FIRST=N and SECOND=N.
static const char *check_values(struct worker *worker, struct polcheck_environment *environment)
{
    struct polcheck_str first = polcheck_environment_value(environment, 0);
    struct polcheck_str second = polcheck_environment_value(environment, 1);
    if (polcheck_environment_count(environment) != 2 || first.len == 0) {
        return "not all variables";
    }
    if (first.len != second.len || memcmp(first.ptr, second.ptr, first.len) != 0) {
        return "values of two states";
    }
    unsigned value = (unsigned)strtoul(first.ptr, NULL, 10);
    if (value < worker->last) {
        return "an older value after a newer one";
    }
    worker->last = value;
    return NULL;
}

static const char *check(struct worker *worker, struct polcheck_verdict verdict,
                         struct polcheck_environment *environment)
{
    struct scene *scene = worker->scene;
    if (polcheck_is_allowed(verdict)) {
        atomic_fetch_add(&scene->released, 1);
        return check_values(worker, environment);
    }
    if (polcheck_environment_count(environment) != 0) {
        return "something that was not released";
    }
    if (verdict.status == POLCHECK_OK) {
        atomic_fetch_add(&scene->refused, 1);
        return NULL;
    }
    atomic_fetch_add(&scene->failed, 1);
    // The key is disabled at times, and the policies know of no function at times.
    bool known = verdict.status == POLCHECK_ERR_KEY || verdict.status == POLCHECK_ERR_FUNCTION;
    return known ? NULL : polcheck_status_text(verdict.status);
}

static const char *work(struct worker *worker)
{
    struct scene *scene = worker->scene;
    struct polcheck_scratch *scratch;
    struct polcheck_environment *environment;
    struct polcheck_release wanted = POLCHECK_RELEASE_INIT;
    const char *wrong = NULL;
    wanted.function = POLCHECK_STR(PAY);
    if (polcheck_scratch_new(scene->estate->house->engine, &scratch) != POLCHECK_OK ||
        polcheck_environment_new(&environment) != POLCHECK_OK) {
        return "no memory";
    }
    while (wrong == NULL && !atomic_load(&scene->stop)) {
        struct polcheck_verdict verdict =
            worker->number % 4 == 3
                ? polcheck_secrets_ask(scene->estate->secrets, scratch, &wanted)
                : polcheck_secrets_release(scene->estate->secrets, scratch, &wanted, environment);
        if (worker->number % 4 != 3) {
            wrong = check(worker, verdict, environment);
        }
        if (worker->number == 1) {
            house_sleep(1);
        }
    }
    polcheck_environment_free(environment);
    polcheck_scratch_free(scratch);
    return wrong;
}

static void *run(void *context)
{
    struct worker *worker = context;
    worker->wrong = work(worker);
    return NULL;
}

#define NOBODY KEY_POLICY(MAIL)

static void change_everything(struct estate *estate)
{
    for (unsigned i = 1; i <= ROUNDS; i++) {
        char lines[64];
        const char *const none[] = {""};
        (void)snprintf(lines, sizeof(lines), "FIRST=%u\nSECOND=%u\n", i, i);
        estate_put(estate, PAY, "", lines);
        house_compile(estate->house, i % 2 == 0 ? ESTATE : "{'polcheck':1," ESTATE_ROLES "}");
        assert_int_equal(estate_run(estate, "secrets", "rotate", none, 0), 0);
        house_compile(estate->house, ESTATE);
        house_write(estate->file, i % 2 == 0 ? NOBODY : KEY_POLICY(PAY));
        ESTATE_RUN(estate, "keys", "policy", KEY, "--set", estate->file);
        ESTATE_RUN(estate, "keys", i % 3 == 0 ? "disable" : "enable", KEY);
        ESTATE_RUN(estate, "keys", "enable", KEY);
    }
    house_write(estate->file, KEY_POLICY(PAY));
    ESTATE_RUN(estate, "keys", "policy", KEY, "--set", estate->file);
}

static void threads_release_what_is_sound(void **state)
{
    struct estate *estate = *state;
    struct scene scene = {.estate = estate};
    struct worker workers[THREADS];
    struct polcheck_options options = house_options(estate->house, POLCHECK_RELOAD_BACKGROUND);
    const struct polcheck_secrets_options vault = estate_options(estate);
    estate_create_key(estate, KEY_POLICY(PAY));
    estate_put(estate, PAY, KEY, "FIRST=0\nSECOND=0\n");
    house_compile(estate->house, ESTATE);
    house_start_with(estate->house, &options);
    assert_int_equal(polcheck_secrets_open(&vault, &estate->secrets), POLCHECK_OK);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.scene = &scene, .number = i};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, run, &workers[i]), 0);
    }
    change_everything(estate);
    atomic_store(&scene.stop, true);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        if (workers[i].wrong != NULL) {
            print_message("# thread %u: %s\n", i, workers[i].wrong);
        }
        assert_null(workers[i].wrong);
    }
    print_message("# %lu released, %lu refused, %lu failed\n", atomic_load(&scene.released),
                  atomic_load(&scene.refused), atomic_load(&scene.failed));
    assert_true(atomic_load(&scene.released) > 0);
    ESTATE_RUN(estate, "secrets", "audit", "--verify");
    assert_released(estate, PAY, "FIRST", "12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ESTATE_TEST(threads_release_what_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
