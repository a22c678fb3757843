// SPDX-License-Identifier: Apache-2.0
//
// An older edition of a store is refused once a newer one was accepted: by the engine as long as it
// runs, and by every engine that shares the file of what was seen.
#include "signed.h"

#include <sys/file.h>

static void start_with_seen(struct house *house, const char *seen)
{
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.seen = seen;
    options.flags = POLCHECK_WAIT_FOR_STORE;
    house_start_with(house, &options);
}

// The store of OLD with serial 5, and a copy of it; then that of NEW with serial 7 is in use.
static void go_on_from_a_copy(struct house *house, const char *seen)
{
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_sign_as(house, house->store, "ours", "5");
    signed_trust(house, "ours", NULL);
    signed_copy(house, "copy");
    start_with_seen(house, seen);
    signed_expect(house, OLD);
    house_compile(house, MANIFEST_ALICE(NEW));
    signed_sign_as(house, house->store, "ours", "7");
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, NEW);
    house_forget_events(house);
}

static void an_older_store_in_its_place(void **state)
{
    struct house *house = *state;
    const char *const seen = strdup(signed_path(house, "seen"));
    for (unsigned with_file = 0; with_file < 2; with_file++) {
        go_on_from_a_copy(house, with_file != 0 ? seen : NULL);
        signed_put(house, "copy");
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_ROLLBACK);
            signed_expect(house, NEW); // the newer one stays in use
        }
        struct house_event event =
            signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_ROLLBACK);
        assert_non_null(strstr(event.message, "POL1407"));
        house_compile(house, MANIFEST_ALICE(NEW)); // signed anew it is not an older one
        signed_sign_as(house, house->store, "ours", "8");
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        signed_expect(house, NEW);
        house_close_engine(house);
        remove_all(house->store);
        house_forget_events(house);
    }
    free((void *)(uintptr_t)seen);
}

// Also when there was no store in between.
static void an_older_store_after_none(void **state)
{
    struct house *house = *state;
    go_on_from_a_copy(house, NULL);
    remove_all(house->store);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NO_STORE);
    assert_int_equal(rename(signed_path(house, "copy"), house->store), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_ROLLBACK);
    signed_expect_none(house, POLCHECK_ERR_ROLLBACK);
}

static void an_older_store_after_a_restart(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    go_on_from_a_copy(house, seen);
    house_close_engine(house);
    signed_put(house, "copy");
    start_with_seen(house, seen);
    signed_expect_none(house, POLCHECK_ERR_ROLLBACK);
    house_close_engine(house);
    // Who wants it all the same forgets what was seen.
    assert_int_equal(unlink(seen), 0);
    start_with_seen(house, seen);
    signed_expect(house, OLD);
    free(seen);
}

static void another_content_of_the_same_serial(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_sign_as(house, house->store, "ours", "5");
    signed_trust(house, "ours", "others");
    start_with_seen(house, NULL);
    signed_expect(house, OLD);
    house_forget_events(house);
    house_compile_to(house, MANIFEST_ALICE(NEW), signed_path(house, "other"));
    signed_sign_as(house, signed_path(house, "other"), "others", "5");
    signed_put(house, "other");
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_ROLLBACK);
    signed_expect(house, OLD);
    signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_ROLLBACK);
}

// Two engines, one of which has gone further.
static void engines_that_share_the_file(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    go_on_from_a_copy(house, seen);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    struct polcheck_engine *engine = NULL;
    char *copy = strdup(signed_path(house, "copy"));
    options.store = copy;
    options.seen = seen;
    assert_int_equal(polcheck_engine_open(&options, &engine), POLCHECK_ERR_ROLLBACK);
    assert_null(engine);
    signed_sign_as(house, copy, "ours", "9"); // and now it is the other one that goes further
    assert_int_equal(polcheck_engine_open(&options, &engine), POLCHECK_OK);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, NEW); // what is in use is not judged again
    polcheck_engine_close(engine);
    house_close_engine(house);
    start_with_seen(house, seen);
    signed_expect_none(house, POLCHECK_ERR_ROLLBACK);
    free(copy);
    free(seen);
}

// The file
// -----------------------------------------------------------------------------------------

static void a_file_that_is_spoilt(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    go_on_from_a_copy(house, seen);
    house_write_bytes(seen, "serial 1\n", 9);
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_sign_as(house, house->store, "ours", "8");
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_TRUST);
    signed_expect(house, NEW); // the last good one
    struct house_event event = signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_TRUST);
    assert_non_null(strstr(event.message, "POL1408"));
    house_close_engine(house);
    start_with_seen(house, seen);
    signed_expect_none(house, POLCHECK_ERR_TRUST);
    assert_int_equal(unlink(seen), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, OLD);
    free(seen);
}

static void a_file_that_cannot_be_written(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "no-such-folder/seen"));
    signed_compile(house, MANIFEST_ALICE(OLD), "ours");
    signed_trust(house, "ours", NULL);
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    options.seen = seen;
    assert_int_equal(polcheck_engine_open(&options, &house->engine), POLCHECK_ERR_TRUST);
    signed_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_TRUST);
    start_with_seen(house, seen);
    signed_expect_none(house, POLCHECK_ERR_TRUST);
    assert_int_equal(mkdir(signed_path(house, "no-such-folder"), 0700), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, OLD);
    struct stat about;
    assert_int_equal(stat(seen, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    free(seen);
}

// Another process notes at this moment what it accepted, and is in no hurry.
static int hold_lock(struct house *house)
{
    int fd = open(signed_path(house, "seen.lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    return fd;
}

// Who comes again is not told that the store was refused, does not wait, and loses nothing.
static void a_lock_that_another_process_holds_for_a_moment(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    go_on_from_a_copy(house, seen);
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_sign_as(house, house->store, "ours", "8");
    int fd = hold_lock(house);
    for (unsigned i = 0; i < 50; i++) {
        assert_true(polcheck_engine_poll(house->engine, UINT32_MAX));
        signed_expect(house, NEW);
    }
    assert_int_equal(house_events(house), 0);
    assert_int_equal(close(fd), 0);
    assert_false(polcheck_engine_poll(house->engine, UINT32_MAX));
    signed_expect(house, OLD);
    signed_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    free(seen);
}

// Who wants the newest state now hears that it cannot be had.
static void a_reload_while_another_process_holds_the_lock(void **state)
{
    struct house *house = *state;
    char *seen = strdup(signed_path(house, "seen"));
    go_on_from_a_copy(house, seen);
    house_compile(house, MANIFEST_ALICE(OLD));
    signed_sign_as(house, house->store, "ours", "8");
    int fd = hold_lock(house);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_TRUST);
    signed_expect(house, NEW);
    struct house_event event = signed_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_TRUST);
    assert_non_null(strstr(event.message, "is locked by another process"));
    assert_int_equal(close(fd), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    signed_expect(house, OLD);
    free(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(an_older_store_in_its_place),
        HOUSE_TEST(an_older_store_after_none),
        HOUSE_TEST(an_older_store_after_a_restart),
        HOUSE_TEST(another_content_of_the_same_serial),
        HOUSE_TEST(engines_that_share_the_file),
        HOUSE_TEST(a_file_that_is_spoilt),
        HOUSE_TEST(a_file_that_cannot_be_written),
        HOUSE_TEST(a_lock_that_another_process_holds_for_a_moment),
        HOUSE_TEST(a_reload_while_another_process_holds_the_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
