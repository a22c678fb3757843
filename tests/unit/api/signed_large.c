// SPDX-License-Identifier: Apache-2.0
//
// A store that takes minutes to verify, made by somebody without a key: it has the signature of
// another one, and is found out by its last byte. Meanwhile keys go, and engines are closed.
#include "signed.h"

static void start(struct house *house, enum polcheck_reload mode)
{
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, mode);
    house_start_with(house, &options);
    signed_expect(house, OLD);
    house_forget_events(house);
}

// What is verified is not found out before the test is over.
static void put_large(struct house *house)
{
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL), 0);
    assert_int_equal(signed_run("swell", signed_path(house, "other"), NULL, NULL), 0);
    signed_put(house, "other");
}

static void a_key_goes_while_it_is_verified(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_BACKGROUND);
    put_large(house);
    house_sleep(50);
    signed_expect(house, OLD);
    signed_trust(house, "others", NULL);
    signed_await_none(house, POLCHECK_ERR_UNTRUSTED);
    signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_UNTRUSTED);
}

static void an_engine_is_closed_while_it_is_verified(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_BACKGROUND);
    put_large(house);
    house_sleep(50);
    signed_expect(house, OLD);
    house_close_engine(house);
}

static void *take_the_key(void *context)
{
    struct house *house = context;
    house_sleep(50);
    signed_trust(house, "others", NULL);
    return NULL;
}

// Who asks verifies it, and is answered when the key goes.
static void a_key_goes_while_a_question_waits(void **state)
{
    struct house *house = *state;
    pthread_t thread;
    start(house, POLCHECK_RELOAD_NEXT_CALL);
    signed_key(house, "others");
    put_large(house);
    assert_int_equal(pthread_create(&thread, NULL, take_the_key, house), 0);
    signed_await_none(house, POLCHECK_ERR_UNTRUSTED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void a_key_goes_while_a_reload_waits(void **state)
{
    struct house *house = *state;
    pthread_t thread;
    start(house, POLCHECK_RELOAD_MANUAL);
    signed_key(house, "others");
    put_large(house);
    assert_int_equal(pthread_create(&thread, NULL, take_the_key, house), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_UNTRUSTED);
    signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void slices_are_kept(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    put_large(house);
    for (unsigned calls = 0; calls < 100; calls++) {
        assert_true(polcheck_engine_poll(house->engine, 0));
        signed_expect(house, OLD);
    }
    signed_trust(house, "others", NULL);
    assert_false(polcheck_engine_poll(house->engine, 0));
    signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(slices_are_kept),
        HOUSE_TEST(a_key_goes_while_it_is_verified),
        HOUSE_TEST(an_engine_is_closed_while_it_is_verified),
        HOUSE_TEST(a_key_goes_while_a_question_waits),
        HOUSE_TEST(a_key_goes_while_a_reload_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
