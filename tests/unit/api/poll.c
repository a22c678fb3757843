// SPDX-License-Identifier: Apache-2.0
//
// Following a store from an event loop: a new state is verified a little at a time, questions are
// answered from the old one meanwhile, and whatever happens to the store in between is noticed.
#include "signed.h"

enum {
    ROLES = 1500, // with a policy set each, of which a call without time verifies one
    MOST_CALLS = 10000,
    ROOM = 400, // bytes of a role in the manifest
};

#define HEAD "{\"polcheck\":1,\"roles\":["

// A manifest where every role may do one action. Free it.
static char *manifest(const char *action)
{
    size_t room = ROLES * ROOM;
    char *text = malloc(room);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, room, HEAD);
    for (unsigned role = 0; role < ROLES; role++) {
        int length = snprintf(text + used, room - used,
                              "%s{\"arn\":\"arn:aws:iam::" ACCOUNT ":role/r%u\",\"policies\":["
                              "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"%sOf%u\","
                              "\"Effect\":\"Allow\",\"Action\":\"sqs:%s\",\"Resource\":\"*\"}]}]}",
                              role == 0 ? "" : ",", role, action, role, action);
        assert_in_range(length, 1, (int)(room - used) - 1);
        used += (size_t)length;
    }
    assert_true(used + 3 < room);
    memcpy(text + used, "]}", 3);
    return text;
}

static void compile(struct house *house, const char *action)
{
    char *text = manifest(action);
    house_compile(house, text);
    free(text);
}

// A store beside the one in use.
static void compile_beside(struct house *house, const char *action)
{
    char *text = manifest(action);
    house_compile_to(house, text, signed_path(house, "other"));
    free(text);
}

static bool may(struct house *house, unsigned role, const char *action)
{
    char principal[64], name[32];
    (void)snprintf(principal, sizeof(principal), "arn:aws:iam::" ACCOUNT ":role/r%u", role);
    (void)snprintf(name, sizeof(name), "sqs:%s", action);
    struct polcheck_verdict verdict = house_question(house, principal, name, QUEUE);
    assert_int_equal(verdict.status, POLCHECK_OK);
    return polcheck_is_allowed(verdict);
}

// Answered from the store where every role may do this, and not that.
static void expect(struct house *house, const char *action, const char *other)
{
    for (unsigned role = 0; role < ROLES; role += 97) {
        assert_true(may(house, role, action));
        assert_false(may(house, role, other));
    }
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
}

static void start_with(struct house *house, const struct polcheck_options *options)
{
    house_start_with(house, options);
    house_forget_events(house);
    assert_false(polcheck_engine_poll(house->engine, 0)); // there is nothing new
    expect(house, "Old", "New");
}

static void start(struct house *house)
{
    const struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    compile(house, "Old");
    start_with(house, &options);
}

// Begins with the new state that is there.
static void begin(struct house *house, const char *action, const char *other)
{
    uint64_t before = polcheck_engine_snapshot(house->engine);
    assert_true(polcheck_engine_poll(house->engine, 0));
    assert_int_equal(polcheck_engine_snapshot(house->engine), before);
    assert_int_equal(house_events(house), 0);
    expect(house, action, other);
}

// Goes on until there is no more to do; how many calls it took.
static unsigned finish(struct house *house)
{
    unsigned calls = 1;
    while (polcheck_engine_poll(house->engine, 0)) {
        calls++;
        assert_in_range(calls, 1, MOST_CALLS);
    }
    return calls;
}

static void a_new_state_is_taken_in_steps(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    begin(house, "Old", "New");
    assert_true(finish(house) > ROLES);
    expect(house, "New", "Old");
    struct house_event event = house_event(house);
    assert_int_equal(event.change, POLCHECK_STORE_RELOADED);
    assert_int_equal(event.snapshot, polcheck_engine_snapshot(house->engine));
    assert_false(polcheck_engine_poll(house->engine, 0));
    assert_int_equal(house_events(house), 0);
}

static void with_time_one_call_is_enough(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    assert_false(polcheck_engine_poll(house->engine, 60000000));
    expect(house, "New", "Old");
}

// Two compiles while a first one is verified: that one is finished, and then the newest is taken.
static void newer_states_come_meanwhile(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    begin(house, "Old", "New");
    compile(house, "Newer");
    compile(house, "Newest");
    (void)finish(house);
    (void)finish(house);
    expect(house, "Newest", "New");
    expect(house, "Newest", "Newer");
    assert_false(polcheck_engine_poll(house->engine, 0));
}

static void a_reload_does_not_wait_for_polls(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    begin(house, "Old", "New");
    compile(house, "Newest");
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect(house, "Newest", "New");
    assert_false(polcheck_engine_poll(house->engine, 0));
}

static void the_store_goes_meanwhile(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    begin(house, "Old", "New");
    remove_all(house->store);
    (void)finish(house); // at the first such look it may be about to be replaced
    assert_false(polcheck_engine_poll(house->engine, 0));
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_ERR_NO_STORE);
    assert_int_equal(house_event(house).change, POLCHECK_STORE_LOST);
    assert_int_equal(
        house_question(house, "arn:aws:iam::" ACCOUNT ":role/r0", "sqs:Old", QUEUE).status,
        POLCHECK_ERR_NO_STORE);
    compile(house, "Newest");
    (void)finish(house);
    expect(house, "Newest", "Old");
}

static void an_engine_is_closed_meanwhile(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    begin(house, "Old", "New");
    house_close_engine(house); // the sanitizers know whether something is left
    house_start(house, POLCHECK_RELOAD_MANUAL);
    expect(house, "New", "Old");
}

// Damages every place of a text in the data file.
static unsigned damage(struct house *house, const char *text)
{
    size_t count;
    unsigned places = 0;
    char *bytes = house_read(house->data, &count);
    int fd = open(house->data, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t at = 0; at + strlen(text) <= count; at++) {
        if (memcmp(bytes + at, text, strlen(text)) == 0) {
            assert_int_equal(pwrite(fd, "#", 1, (off_t)at), 1);
            places++;
        }
    }
    assert_int_equal(close(fd), 0);
    free(bytes);
    return places;
}

static void a_damaged_state_is_refused_in_the_end(void **state)
{
    struct house *house = *state;
    start(house);
    compile(house, "New");
    assert_true(damage(house, "NewOf1234") > 0);
    (void)finish(house); // at the first call, if chance has put the damaged record in front
    struct house_event event = house_event(house);
    assert_int_equal(event.change, POLCHECK_STORE_REFUSED);
    assert_int_equal(event.status, POLCHECK_ERR_DAMAGED);
    expect(house, "Old", "New");
    assert_false(polcheck_engine_poll(house->engine, 0)); // and is not tried again at once
    assert_int_equal(house_events(house), 0);
}

// The same state in a file that changed --------------------------------------------------------

// As after a commit whose writer takes his time with the disk, or after `touch`.
static void touch(const struct house *house)
{
    struct stat before;
    assert_int_equal(stat(house->data, &before), 0);
    const struct timespec times[2] = {before.st_atim, {before.st_mtim.tv_sec + 1, 0}};
    assert_int_equal(utimensat(AT_FDCWD, house->data, times, 0), 0);
}

// Begins to verify the state in use anew, when nothing moves any more.
static void begin_again(struct house *house)
{
    touch(house);
    assert_false(polcheck_engine_poll(house->engine, 0));
    begin(house, "Old", "New");
}

static void a_file_that_was_touched_is_verified_in_steps(void **state)
{
    struct house *house = *state;
    start(house);
    for (unsigned round = 0; round < 2; round++) {
        begin_again(house);
        assert_true(finish(house) > ROLES);
        expect(house, "Old", "New");
        assert_false(polcheck_engine_poll(house->engine, 0));
        assert_int_equal(house_events(house), 0);
    }
    begin_again(house);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK); // all of it at once
    assert_false(polcheck_engine_poll(house->engine, 0));
}

// What moves meanwhile is waited for once more, and what comes to rest as it was is known.
static void a_file_is_touched_while_it_is_verified(void **state)
{
    struct house *house = *state;
    struct stat good;
    start(house);
    assert_int_equal(stat(house->data, &good), 0);
    begin_again(house);
    begin_again(house);
    const struct timespec times[2] = {good.st_atim, good.st_mtim};
    assert_int_equal(utimensat(AT_FDCWD, house->data, times, 0), 0);
    assert_false(polcheck_engine_poll(house->engine, 0));
    expect(house, "Old", "New");
    assert_int_equal(house_events(house), 0);
}

static void a_new_state_comes_while_the_old_is_verified_again(void **state)
{
    struct house *house = *state;
    start(house);
    begin_again(house);
    compile(house, "New");
    begin(house, "Old", "New");
    assert_true(finish(house) > 5);
    expect(house, "New", "Old");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
}

static void a_store_comes_while_the_old_is_verified_again(void **state)
{
    struct house *house = *state;
    start(house);
    begin_again(house);
    compile_beside(house, "New");
    signed_put(house, "other");
    begin(house, "Old", "New");
    (void)finish(house);
    expect(house, "New", "Old");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
}

static void damage_to_the_state_in_use_is_found_in_the_end(void **state)
{
    static const char role[] = "arn:aws:iam::" ACCOUNT ":role/r0";
    struct house *house = *state;
    start(house);
    assert_true(damage(house, "OldOf1234") > 0);
    touch(house);
    assert_false(polcheck_engine_poll(house->engine, 0));
    (void)finish(house);
    assert_int_equal(house_event(house).change, POLCHECK_STORE_LOST);
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_ERR_DAMAGED);
    assert_failed(house_question(house, role, "sqs:Old", QUEUE), POLCHECK_ERR_DAMAGED);
}

static void an_engine_is_closed_while_it_verifies_again(void **state)
{
    struct house *house = *state;
    start(house);
    begin_again(house);
    house_close_engine(house);
}

// In the place of another store ------------------------------------------------------------------

static void a_store_in_its_place_is_taken_in_steps(void **state)
{
    struct house *house = *state;
    start(house);
    compile_beside(house, "New");
    signed_put(house, "other");
    begin(house, "Old", "New");
    assert_true(finish(house) > 5);
    expect(house, "New", "Old");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
}

// And a third one takes its place, or the first comes back, before it was verified.
static void a_store_is_replaced_while_it_is_verified(void **state)
{
    struct house *house = *state;
    start(house);
    compile_beside(house, "New");
    assert_int_equal(rename(house->store, signed_path(house, "first")), 0);
    assert_int_equal(rename(signed_path(house, "other"), house->store), 0);
    begin(house, "Old", "New");
    compile_beside(house, "Newest");
    signed_put(house, "other");
    begin(house, "Old", "Newest");
    signed_put(house, "first");
    (void)finish(house);
    expect(house, "Old", "New");
    assert_int_equal(house_events(house), 0);
    compile_beside(house, "Newest");
    signed_put(house, "other");
    (void)finish(house);
    expect(house, "Newest", "Old");
}

// With trusted keys ------------------------------------------------------------------------------

static void start_signed(struct house *house)
{
    const struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    compile(house, "Old");
    signed_sign(house, "ours");
    signed_trust(house, "ours", "others");
    start_with(house, &options);
}

static void a_signed_state_is_taken_in_steps(void **state)
{
    struct house *house = *state;
    start_signed(house);
    compile(house, "New");
    signed_sign(house, "ours");
    begin(house, "Old", "New");
    assert_true(finish(house) > 5);
    expect(house, "New", "Old");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
}

// Each answer on the way is from the last good one.
static void expect_refused(struct house *house, enum polcheck_status status)
{
    unsigned calls = 0;
    do {
        expect(house, "Old", "New");
        calls++;
    } while (polcheck_engine_poll(house->engine, 0) && calls < MOST_CALLS);
    assert_in_range(calls, 1, MOST_CALLS - 1);
    struct house_event event = house_event(house);
    assert_int_equal(event.change, POLCHECK_STORE_REFUSED);
    assert_int_equal(event.status, status);
    expect(house, "Old", "New");
}

static void a_signed_file_that_was_touched_is_verified_in_steps(void **state)
{
    struct house *house = *state;
    start_signed(house);
    begin_again(house);
    assert_true(finish(house) > 5);
    expect(house, "Old", "New");
    begin_again(house);
    signed_trust(house, "others", "ours"); // the same set
    assert_true(polcheck_engine_poll(house->engine, 0));
    signed_trust(house, "ours", NULL); // by which it is judged anew
    assert_true(finish(house) > 5);
    expect(house, "Old", "New");
    assert_int_equal(house_events(house), 0);
    begin_again(house);
    signed_trust(house, "others", NULL);
    (void)finish(house);
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_ERR_UNTRUSTED);
}

// What is in use was accepted before, and stays.
static void a_newer_store_was_seen_when_the_one_in_use_is_verified_again(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *other = NULL;
    char *seen = strdup(signed_path(house, "seen")), *store = strdup(signed_path(house, "other"));
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    compile(house, "Old");
    signed_sign(house, "ours");
    signed_trust(house, "ours", NULL);
    options.seen = seen;
    start_with(house, &options);
    compile_beside(house, "New");
    signed_sign_as(house, store, "ours", NULL);
    options.store = store;
    options.on_store = NULL;
    assert_int_equal(polcheck_engine_open(&options, &other), POLCHECK_OK);
    begin_again(house);
    assert_true(finish(house) > 5);
    expect(house, "Old", "New");
    assert_int_equal(house_events(house), 0);
    polcheck_engine_close(other);
    free(seen);
    free(store);
}

static void an_unsigned_state_is_refused(void **state)
{
    struct house *house = *state;
    start_signed(house);
    compile(house, "New");
    expect_refused(house, POLCHECK_ERR_UNTRUSTED);
}

static void an_altered_store_is_refused_in_the_end(void **state)
{
    struct house *house = *state;
    start_signed(house);
    compile_beside(house, "New");
    assert_int_equal(signed_run("graft", house->store, signed_path(house, "other"), NULL), 0);
    signed_put(house, "other");
    expect_refused(house, POLCHECK_ERR_UNTRUSTED);
}

static void the_key_of_a_state_goes_while_it_is_judged(void **state)
{
    struct house *house = *state;
    start_signed(house);
    compile_beside(house, "New");
    signed_sign_as(house, signed_path(house, "other"), "others", NULL);
    signed_put(house, "other");
    begin(house, "Old", "New");
    signed_trust(house, "ours", NULL);
    expect_refused(house, POLCHECK_ERR_UNTRUSTED);
}

// The key of what is in use goes: it is denied from then on, until the new one is judged.
static void the_key_in_use_goes_while_a_state_is_judged(void **state)
{
    static const char role[] = "arn:aws:iam::" ACCOUNT ":role/r0";
    struct house *house = *state;
    start_signed(house);
    compile_beside(house, "New");
    signed_sign_as(house, signed_path(house, "other"), "others", NULL);
    signed_put(house, "other");
    begin(house, "Old", "New");
    signed_trust(house, "others", NULL);
    unsigned calls = 0;
    while (polcheck_engine_poll(house->engine, 0)) {
        assert_failed(house_question(house, role, "sqs:Old", QUEUE), POLCHECK_ERR_UNTRUSTED);
        assert_failed(house_question(house, role, "sqs:New", QUEUE), POLCHECK_ERR_UNTRUSTED);
        calls++;
        assert_in_range(calls, 1, MOST_CALLS);
    }
    assert_true(calls > 5);
    expect(house, "New", "Old");
}

// Another engine has gone on to a newer state while this one judges the one before, which is an
// older one by then: nobody is alarmed, and the newest is used.
static void another_engine_goes_further_meanwhile(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *other = NULL;
    char *seen = strdup(signed_path(house, "seen"));
    struct polcheck_options options = signed_options(house, POLCHECK_RELOAD_MANUAL);
    compile(house, "Old");
    signed_sign(house, "ours");
    signed_trust(house, "ours", NULL);
    options.seen = seen;
    start_with(house, &options);
    options.on_store = NULL;
    assert_int_equal(polcheck_engine_open(&options, &other), POLCHECK_OK);
    compile(house, "New");
    signed_sign(house, "ours");
    begin(house, "Old", "New");
    compile(house, "Newest");
    signed_sign(house, "ours");
    assert_int_equal(polcheck_engine_reload(other), POLCHECK_OK);
    (void)finish(house);
    expect(house, "Newest", "New");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
    polcheck_engine_close(other);
    free(seen);
}

// Marks of the file that change, and keys that do not, spoil nothing.
static void the_keys_are_written_again_while_a_state_is_judged(void **state)
{
    struct house *house = *state;
    unsigned calls = 1;
    start_signed(house);
    compile(house, "New");
    signed_sign(house, "ours");
    begin(house, "Old", "New");
    do {
        signed_trust(house, "others", "ours");
        calls++;
        assert_in_range(calls, 1, MOST_CALLS);
    } while (polcheck_engine_poll(house->engine, 0));
    expect(house, "New", "Old");
    assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
}

static void no_engine_has_nothing_to_do(void **state)
{
    (void)state;
    assert_false(polcheck_engine_poll(NULL, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(a_new_state_is_taken_in_steps),
        HOUSE_TEST(with_time_one_call_is_enough),
        HOUSE_TEST(newer_states_come_meanwhile),
        HOUSE_TEST(a_reload_does_not_wait_for_polls),
        HOUSE_TEST(the_store_goes_meanwhile),
        HOUSE_TEST(an_engine_is_closed_meanwhile),
        HOUSE_TEST(a_damaged_state_is_refused_in_the_end),
        HOUSE_TEST(a_file_that_was_touched_is_verified_in_steps),
        HOUSE_TEST(a_file_is_touched_while_it_is_verified),
        HOUSE_TEST(a_new_state_comes_while_the_old_is_verified_again),
        HOUSE_TEST(a_store_comes_while_the_old_is_verified_again),
        HOUSE_TEST(damage_to_the_state_in_use_is_found_in_the_end),
        HOUSE_TEST(an_engine_is_closed_while_it_verifies_again),
        HOUSE_TEST(a_store_in_its_place_is_taken_in_steps),
        HOUSE_TEST(a_store_is_replaced_while_it_is_verified),
        HOUSE_TEST(a_signed_state_is_taken_in_steps),
        HOUSE_TEST(a_signed_file_that_was_touched_is_verified_in_steps),
        HOUSE_TEST(a_newer_store_was_seen_when_the_one_in_use_is_verified_again),
        HOUSE_TEST(an_unsigned_state_is_refused),
        HOUSE_TEST(an_altered_store_is_refused_in_the_end),
        HOUSE_TEST(the_key_of_a_state_goes_while_it_is_judged),
        HOUSE_TEST(the_key_in_use_goes_while_a_state_is_judged),
        HOUSE_TEST(another_engine_goes_further_meanwhile),
        HOUSE_TEST(the_keys_are_written_again_while_a_state_is_judged),
        HOUSE_TEST(no_engine_has_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
