// SPDX-License-Identifier: Apache-2.0
//
// Threads that ask all the time, while stores that nobody trusts, keys that go and older stores
// come and go: what only those allow is never allowed.
#include <stdatomic.h>

#include "signed.h"

enum {
    ASKERS = 3,
    ROUNDS = 3,
};

#define FORBIDDEN "s3:DeleteObject"

// What the threads share, and what they have seen.
struct crowd {
    struct house *house;
    atomic_bool stop;
    atomic_bool let_in; // by what nobody trusts
    atomic_ulong allowed, denied;
};

static void *ask_again_and_again(void *context)
{
    struct crowd *crowd = context;
    struct polcheck_scratch *scratch = NULL;
    struct polcheck_request *request = NULL;
    assert_int_equal(polcheck_scratch_new(crowd->house->engine, &scratch), POLCHECK_OK);
    assert_int_equal(polcheck_request_new(&request), POLCHECK_OK);
    while (!atomic_load(&crowd->stop)) {
        polcheck_request_begin(request, polcheck_text(ALICE), POLCHECK_STR(FORBIDDEN),
                               polcheck_text(PHOTO));
        if (polcheck_is_allowed(polcheck_ask(scratch, request))) {
            atomic_store(&crowd->let_in, true);
        }
        polcheck_request_begin(request, polcheck_text(ALICE), POLCHECK_STR(OLD),
                               polcheck_text(PHOTO));
        bool allowed = polcheck_is_allowed(polcheck_ask(scratch, request));
        atomic_fetch_add(allowed ? &crowd->allowed : &crowd->denied, 1);
    }
    polcheck_request_free(request);
    polcheck_scratch_free(scratch);
    return NULL;
}

static void put_forbidden(struct house *house, const char *signer)
{
    house_compile_to(house, MANIFEST_ALICE(FORBIDDEN), signed_path(house, "other"));
    if (signer != NULL) {
        signed_sign_as(house, signed_path(house, "other"), signer, NULL);
    } else {
        assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL), 0);
    }
    signed_put(house, "other");
}

// Each of these leaves a good store and its key in place.
static void disturb(struct house *house, unsigned round)
{
    house_compile(house, MANIFEST_ALICE(FORBIDDEN)); // not signed
    house_sleep(5);
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    put_forbidden(house, "strangers");
    house_sleep(5);
    put_forbidden(house, NULL); // altered
    house_sleep(5);
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, round % 2 == 0 ? "others" : "third", NULL);
    house_sleep(10);
    signed_trust(house, "ours", "others");
    (void)unlink(signed_path(house, "trusted"));
    house_sleep(10);
    signed_trust(house, "others", "ours");
}

// The older store takes its place for a while.
static void put_older(struct house *house)
{
    assert_int_equal(rename(house->store, signed_path(house, "kept")), 0);
    assert_int_equal(rename(signed_path(house, "older"), house->store), 0);
    house_sleep(20);
    assert_int_equal(rename(house->store, signed_path(house, "older")), 0);
    assert_int_equal(rename(signed_path(house, "kept"), house->store), 0);
}

static void nobody_is_let_in(void **state)
{
    struct house *house = *state;
    struct crowd crowd = {.house = house};
    pthread_t threads[ASKERS];
    // An older store, well signed, that would let them in.
    house_compile(house, MANIFEST_ALICE(FORBIDDEN));
    signed_sign(house, "ours");
    signed_copy(house, "older");
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    for (int mode = 0; mode < 2; mode++) {
        struct polcheck_options options = signed_options(house, (enum polcheck_reload)mode);
        house_start_with(house, &options);
        atomic_store(&crowd.stop, false);
        for (unsigned i = 0; i < ASKERS; i++) {
            assert_int_equal(pthread_create(&threads[i], NULL, ask_again_and_again, &crowd), 0);
        }
        for (unsigned round = 0; round < ROUNDS; round++) {
            disturb(house, round);
        }
        signed_await(house, OLD);
        put_older(house);
        signed_await(house, OLD);
        atomic_store(&crowd.stop, true);
        for (unsigned i = 0; i < ASKERS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
        }
        house_close_engine(house);
    }
    assert_false(atomic_load(&crowd.let_in));
    assert_true(atomic_load(&crowd.allowed) > 100);
    assert_true(atomic_load(&crowd.denied) > 0); // while there were no keys
}

int main(void)
{
    const struct CMUnitTest tests[] = {HOUSE_TEST(nobody_is_let_in)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
