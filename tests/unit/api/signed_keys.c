// SPDX-License-Identifier: Apache-2.0
//
// The file of trusted keys while an engine runs: keys come and go without a restart, and without
// keys everything is denied.
#include "signed.h"

enum {
    LONG_MS = 60000, // an interval that does not pass
};

static void start(struct house *house, enum polcheck_reload mode)
{
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, mode);
    house_start_with(house, &options);
    signed_expect(house, OLD);
    signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

static void a_key_that_is_removed(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        signed_trust(house, "others", NULL);
        signed_look(house, (enum polcheck_reload)mode);
        signed_await_none(house, POLCHECK_ERR_UNTRUSTED);
        for (unsigned i = 0; i < 5; i++) {
            signed_look(house, (enum polcheck_reload)mode);
            signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
            house_sleep(3);
        }
        struct house_event event = signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_UNTRUSTED);
        assert_non_null(strstr(event.message, "POL1404"));
        signed_trust(house, "others", "ours"); // and comes back
        signed_look(house, (enum polcheck_reload)mode);
        signed_await(house, OLD);
        signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
    }
}

// The file is rewritten with a key of the same length, in place, within a tick of its clock.
static void a_key_that_is_replaced_in_place(void **state)
{
    struct house *house = *state;
    size_t count, others;
    signed_key(house, "others");
    start(house, POLCHECK_RELOAD_MANUAL);
    char *other = house_read(signed_path(house, "others.pub"), &others);
    char *ours = house_read(signed_path(house, "trusted"), &count);
    for (unsigned i = 0; i < 20; i++) {
        house_write_bytes(signed_path(house, "trusted"), other, others);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_UNTRUSTED);
        signed_expect_none(house, POLCHECK_ERR_UNTRUSTED);
        house_write_bytes(signed_path(house, "trusted"), ours, count);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        signed_expect(house, OLD);
    }
    free(other);
    free(ours);
}

// Add the new key, sign with it, take the old one away: nobody is denied meanwhile.
static void keys_rotate(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        signed_trust(house, "ours", "others");
        signed_look(house, (enum polcheck_reload)mode);
        signed_expect(house, OLD);
        house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
        signed_sign_as(house, signed_path(house, "other"), "others", NULL);
        signed_put(house, "other");
        signed_look(house, (enum polcheck_reload)mode);
        signed_await(house, NEW);
        house_forget_events(house);
        signed_trust(house, "others", NULL);
        for (unsigned i = 0; i < 10; i++) {
            signed_look(house, (enum polcheck_reload)mode);
            signed_expect(house, NEW);
            house_sleep(3);
        }
        assert_int_equal(house_events(house), 0);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// What was refused a moment ago is tried again at once, though a patient engine waits a second
// where nothing changed.
static void a_new_key_has_what_was_refused_tried_again(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    signed_sign_as(house, signed_path(house, "other"), "others", NULL);
    signed_put(house, "other");
    assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
    assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
    signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_UNTRUSTED);
    signed_expect(house, OLD);
    signed_trust(house, "ours", "others");
    assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
    signed_expect(house, NEW);
    signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

// No keys -----------------------------------------------------------------------------------------

static void spoil(struct house *house, const char *how)
{
    const char *path = signed_path(house, "trusted");
    if (strcmp(how, "missing") == 0) {
        assert_int_equal(unlink(path), 0);
    } else if (strcmp(how, "empty") == 0) {
        house_write_bytes(path, "", 0);
    } else if (strcmp(how, "malformed") == 0) {
        house_write_bytes(path, "polcheck-ed25519 AAAA\n", 22);
    } else if (strcmp(how, "exposed") == 0) {
        assert_int_equal(chmod(path, 0666), 0);
    } else {
        assert_int_equal(unlink(path), 0);
        assert_int_equal(mkdir(path, 0700), 0);
    }
}

// Who has to mend the file is told where.
static void what_is_wrong_in_the_file_is_told(void **state)
{
    struct house *house = *state;
    static const char text[] = "# ours\npolcheck-ed25519 AAAA\n";
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    house_write_bytes(signed_path(house, "trusted"), text, sizeof(text) - 1);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    assert_int_equal(polcheck_engine_open(&options, &house->engine), POLCHECK_ERR_TRUST);
    struct house_event event = signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_TRUST);
    assert_non_null(strstr(event.message, "/trusted:2:18: "));
    assert_non_null(strstr(event.message, "POL1400"));
}

static const char *const spoilt[] = {"missing", "empty", "malformed", "exposed", "folder"};

static void mend(struct house *house)
{
    (void)rmdir(signed_path(house, "trusted"));
    signed_trust(house, "ours", NULL);
}

static void keys_that_cannot_be_had_any_more(void **state)
{
    struct house *house = *state;
    for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        for (int mode = 0; mode < 3; mode++) {
            start(house, (enum polcheck_reload)mode);
            spoil(house, spoilt[i]);
            signed_look(house, (enum polcheck_reload)mode);
            signed_await_none(house, POLCHECK_ERR_TRUST);
            house_compile(house, MANIFEST_ALICE(NEW)); // a store alone brings nothing back
            for (unsigned times = 0; times < 3; times++) {
                signed_look(house, (enum polcheck_reload)mode);
                signed_expect_none(house, POLCHECK_ERR_TRUST);
                house_sleep(3);
            }
            signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_TRUST);
            signed_sign(house, "ours");
            mend(house);
            signed_look(house, (enum polcheck_reload)mode);
            signed_await(house, NEW);
            signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
            house_close_engine(house);
            remove_all(house->store);
        }
    }
}

static void keys_that_cannot_be_had_at_first(void **state)
{
    struct house *house = *state;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        signed_trust(house, "ours", NULL);
        spoil(house, spoilt[i]);
        for (int mode = 0; mode < 3; mode++) {
            struct polcheck_options options = signed_options(house, (enum polcheck_reload)mode);
            assert_int_equal(polcheck_engine_open(&options, &house->engine), POLCHECK_ERR_TRUST);
            assert_null(house->engine);
            signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_TRUST);
        }
        struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
        options.flags = POLCHECK_WAIT_FOR_STORE;
        house_start_with(house, &options);
        signed_expect_none(house, POLCHECK_ERR_TRUST);
        mend(house);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        signed_expect(house, OLD);
        house_close_engine(house);
        house_forget_events(house);
    }
}

// Who writes the file in place leaves it empty for a moment: nothing is lost by that, and nothing
// new is accepted meanwhile.
static void keys_that_are_away_for_a_moment(void **state)
{
    struct house *house = *state;
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.interval_ms = LONG_MS;
    house_start_with(house, &options);
    house_forget_events(house);
    signed_compile(house, MANIFEST_ALICE(NEW), "ours");
    spoil(house, "empty");
    for (unsigned i = 0; i < 5; i++) {
        assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
        signed_expect(house, OLD);
    }
    assert_int_equal(house_events(house), 0);
    mend(house);
    assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
    signed_expect(house, NEW);
    signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    spoil(house, "empty"); // who is told to look waits for nothing
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_TRUST);
    signed_expect_none(house, POLCHECK_ERR_TRUST);
}

// At the second of two looks that are an interval apart there is no excuse any more.
static void keys_that_are_away_for_an_interval(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    spoil(house, "missing");
    (void)polcheck_engine_poll(house->engine, 0);
    house_sleep(5);
    (void)polcheck_engine_poll(house->engine, 0);
    signed_expect_none(house, POLCHECK_ERR_TRUST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_key_that_is_removed),
        HOUSE_TEST(a_key_that_is_replaced_in_place),
        HOUSE_TEST(keys_rotate),
        HOUSE_TEST(a_new_key_has_what_was_refused_tried_again),
        HOUSE_TEST(what_is_wrong_in_the_file_is_told),
        HOUSE_TEST(keys_that_cannot_be_had_any_more),
        HOUSE_TEST(keys_that_cannot_be_had_at_first),
        HOUSE_TEST(keys_that_are_away_for_a_moment),
        HOUSE_TEST(keys_that_are_away_for_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
