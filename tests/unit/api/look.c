// SPDX-License-Identifier: Apache-2.0
//
// How many looks one call takes, with clocks of its own: one goes on by what a look at the keys
// waits for each time it is asked, and by the other a file of keys was always written a moment ago.
// So the keys are read again at every step. Linked to the library's own modules, for that.
#include "signed.h"

#include "store/store.h"

enum {
    TICK_NS = 2000000,
    TOO_MANY = 50, // looks; whatever the test does in them it does in so many
};

static _Atomic uint64_t ticks;
static unsigned looks;                    // since the test set it to zero
static void (*at_look)(struct house *in); // NULL or called at the beginning of each
static struct house *house_of_look;

int __wrap_clock_gettime(clockid_t which, struct timespec *out);
enum pc_status __real_pc_store_look(struct pc_str path, struct pc_diags *diags,
                                    struct pc_store_marks *out);
enum pc_status __wrap_pc_store_look(struct pc_str path, struct pc_diags *diags,
                                    struct pc_store_marks *out);

int __wrap_clock_gettime(clockid_t which, struct timespec *out)
{
    if (which == CLOCK_REALTIME) {
        *out = (struct timespec){0, 0};
        return 0;
    }
    uint64_t now = ++ticks * TICK_NS;
    *out = (struct timespec){(time_t)(now / 1000000000), (long)(now % 1000000000)};
    return 0;
}

enum pc_status __wrap_pc_store_look(struct pc_str path, struct pc_diags *diags,
                                    struct pc_store_marks *out)
{
    looks++;
    if (looks > TOO_MANY) {
        return PC_ERR_NOTFOUND;
    }
    if (at_look != NULL) {
        at_look(house_of_look);
    }
    return __real_pc_store_look(path, diags, out);
}

static void start(struct house *house)
{
    at_look = NULL;
    looks = 0;
    house_of_look = house;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    house_start_with(house, &options);
    signed_expect(house, OLD);
}

static void put_signed(struct house *house)
{
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    signed_sign_as(house, signed_path(house, "other"), "ours", NULL);
    signed_put(house, "other");
}

// However often the same keys are read meanwhile, it is one look.
static void the_same_keys_do_not_interrupt(void **state)
{
    struct house *house = *state;
    start(house);
    put_signed(house);
    looks = 0;
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_int_equal(looks, 1);
    signed_expect(house, NEW);
}

static void trust_more(struct house *house)
{
    if (looks == 1) {
        signed_trust(house, "ours", "second");
    }
}

// What was verified so far was judged by other keys; it is begun anew, in the same reload.
static void what_other_keys_interrupt_is_begun_anew(void **state)
{
    struct house *house = *state;
    start(house);
    signed_key(house, "second");
    put_signed(house);
    looks = 0;
    at_look = trust_more;
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_int_equal(looks, 2);
    signed_expect(house, NEW);
}

static void change_places(struct house *house)
{
    assert_int_equal(rename(house->store, signed_path(house, "away")), 0);
    assert_int_equal(rename(signed_path(house, "second"), house->store), 0);
    assert_int_equal(rename(signed_path(house, "away"), signed_path(house, "second")), 0);
}

// Two stores that no key signed, and at each look the other one is there: the call ends with why
// the one is refused, and what was good is in use.
static void stores_that_take_turns(void **state)
{
    struct house *house = *state;
    start(house);
    for (int i = 0; i < 2; i++) {
        const char *store = signed_path(house, i == 0 ? "first" : "second");
        house_compile_to(house, MANIFEST_ALICE(NEW), store);
        assert_int_equal(signed_run("graft", house->store, store, NULL), 0);
    }
    signed_put(house, "first");
    for (int call = 0; call < 3; call++) {
        looks = 0;
        at_look = change_places;
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_UNTRUSTED);
        assert_in_range(looks, 1, 3);
        signed_expect(house, OLD);
    }
}

static void replace_once(struct house *house)
{
    if (looks == 2) {
        signed_put(house, "third");
    }
}

// A store that comes while the one before is verified keeps nobody from that one, neither a reload
// nor who opens an engine.
static void a_store_that_comes_meanwhile(void **state)
{
    struct house *house = *state;
    start(house);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "third"));
    signed_sign_as(house, signed_path(house, "third"), "ours", NULL);
    put_signed(house);
    looks = 0;
    at_look = replace_once;
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, NEW);
    house_close_engine(house);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    looks = 0;
    house_start_with(house, &options);
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
    signed_expect(house, NEW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(the_same_keys_do_not_interrupt),
        HOUSE_TEST(what_other_keys_interrupt_is_begun_anew),
        HOUSE_TEST(stores_that_take_turns),
        HOUSE_TEST(a_store_that_comes_meanwhile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
