// SPDX-License-Identifier: Apache-2.0
//
// How an engine follows its store: compiled anew, replaced, gone, damaged, back; in each mode, and
// each event told once.
#include <sys/resource.h>

#include "house.h"

enum {
    PAGE = 4096,
    FEW_DESCRIPTORS = 64,
};

#define OLD "s3:GetObject"
#define NEW "s3:PutObject"

static bool may(struct house *house, const char *action)
{
    return polcheck_is_allowed(house_question(house, ALICE, action, PHOTO));
}

// Answered, from the store where alice may do this and no more.
static void expect_store(struct house *house, const char *action)
{
    const char *other = strcmp(action, OLD) == 0 ? NEW : OLD;
    assert_allowed(house_question(house, ALICE, action, PHOTO));
    assert_denied(house_question(house, ALICE, other, PHOTO));
    assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
}

// The same, within the patience.
static void await_store(struct house *house, const char *action)
{
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && !may(house, action); waited++) {
        house_sleep(1);
    }
    expect_store(house, action);
}

static void await_status(struct house *house, enum polcheck_status status)
{
    for (unsigned waited = 0;
         waited < HOUSE_PATIENCE_MS && polcheck_engine_status(house->engine) != status; waited++) {
        house_sleep(1);
    }
    assert_int_equal(polcheck_engine_status(house->engine), status);
}

static void expect_event(struct house *house, enum polcheck_store_change change,
                         enum polcheck_status status)
{
    struct house_event event = house_event(house);
    assert_int_equal(event.change, change);
    assert_int_equal(event.status, status);
    assert_int_equal(event.snapshot, polcheck_engine_snapshot(house->engine));
    assert_true(strlen(event.message) > 0 && strchr(event.message, '\n') == NULL);
}

static void start(struct house *house, enum polcheck_reload mode)
{
    house_compile(house, MANIFEST_ALICE(OLD));
    struct polcheck_options options = house_options(house, mode);
    options.interval_ms = 2;
    house_start_with(house, &options);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, OLD);
}

// Compiles beside the store and puts that into its place.
static void replace(struct house *house, const char *text)
{
    char other[96], away[96];
    (void)snprintf(other, sizeof(other), "%s/other", house->base);
    (void)snprintf(away, sizeof(away), "%s/away", house->base);
    house_compile_to(house, text, other);
    assert_int_equal(rename(house->store, away), 0);
    assert_int_equal(rename(other, house->store), 0);
    remove_all(away);
}

static void write_at(const char *path, size_t at, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, count, (off_t)at), (ssize_t)count);
    assert_int_equal(close(fd), 0);
}

// Compiled anew -----------------------------------------------------------------------------------

static void manual_sees_nothing_until_it_looks(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    uint64_t before = polcheck_engine_snapshot(house->engine);
    house_compile(house, MANIFEST_ALICE(NEW));
    for (unsigned i = 0; i < 5; i++) {
        house_sleep(5); // more than the interval
        expect_store(house, OLD);
    }
    assert_int_equal(polcheck_scratch_renew(house->scratch), POLCHECK_OK);
    expect_store(house, OLD);
    assert_int_equal(house_events(house), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, NEW);
    assert_true(polcheck_engine_snapshot(house->engine) > before);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_int_equal(house_events(house), 0); // nothing changed
}

static void next_call_sees_it_at_once(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_NEXT_CALL);
    for (unsigned i = 0; i < 6; i++) {
        house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
        expect_store(house, i % 2 == 0 ? NEW : OLD);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    }
    // A scratch that did not ask meanwhile as well.
    struct polcheck_scratch *other;
    assert_int_equal(polcheck_scratch_new(house->engine, &other), POLCHECK_OK);
    house_begin(house, ALICE, OLD, PHOTO);
    assert_allowed(polcheck_ask(other, house->request));
    house_compile(house, MANIFEST_ALICE(NEW));
    expect_store(house, NEW);
    house_begin(house, ALICE, OLD, PHOTO);
    assert_denied(polcheck_ask(other, house->request));
    polcheck_scratch_free(other);
}

static void background_sees_it_soon(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_BACKGROUND);
    for (unsigned i = 0; i < 6; i++) {
        house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
        await_store(house, i % 2 == 0 ? NEW : OLD);
        house_sleep(10); // some looks
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    }
}

// An answer is of the snapshot that was asked, until the scratch moves on.
static void reasons_are_of_the_snapshot_that_was_asked(void **state)
{
    struct house *house = *state;
    const struct polcheck_answer *answer;
    start(house, POLCHECK_RELOAD_MANUAL);
    uint64_t before = polcheck_engine_snapshot(house->engine);
    assert_allowed(house_question(house, ALICE, OLD, PHOTO));
    house_compile(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_int_equal(polcheck_answer_snapshot(answer), before);
    assert_allowed(polcheck_answer_verdict(answer));
    assert_int_equal(polcheck_answer_statement_count(answer), 1);
    assert_true(house_is(polcheck_answer_statement(answer, 0)->sid, "Lets"));
    assert_int_equal(polcheck_scratch_renew(house->scratch), POLCHECK_OK);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
    assert_denied(house_ask(house));
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_true(polcheck_answer_snapshot(answer) > before);
}

static uint64_t size_of(const char *path)
{
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    return (uint64_t)found.st_size;
}

// What a scratch that rests keeps cannot be used again; one that is renewed lets it go.
static void a_scratch_that_is_renewed_lets_pages_go(void **state)
{
    struct house *house = *state;
    uint64_t sizes[3];
    start(house, POLCHECK_RELOAD_MANUAL);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 12; i++) {
            house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
            if (round > 0) {
                assert_int_equal(polcheck_scratch_renew(house->scratch), POLCHECK_OK);
            }
        }
        sizes[round] = size_of(house->data);
    }
    assert_true(sizes[0] > 12 * PAGE); // it rested all the while
    assert_int_equal(sizes[1], sizes[2]);
}

// Replaced ----------------------------------------------------------------------------------------

static void a_store_renamed_into_its_place(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        replace(house, MANIFEST_ALICE(NEW));
        if (mode == POLCHECK_RELOAD_MANUAL) {
            expect_store(house, OLD);
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        await_store(house, NEW);
        house_sleep(10);
        expect_store(house, NEW);
        house_await_change(house, POLCHECK_STORE_RELOADED);
        house_forget_events(house);
        house_compile(house, MANIFEST_ALICE(OLD)); // and follows that one
        if (mode == POLCHECK_RELOAD_MANUAL) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        await_store(house, OLD);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
        remove_all(house->store);
    }
}

static void a_store_that_goes_and_comes_back(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        remove_all(house->store);
        if (mode == POLCHECK_RELOAD_MANUAL) {
            expect_store(house, OLD);
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NO_STORE);
        }
        for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && may(house, OLD); waited++) {
            house_sleep(1);
        }
        assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_NO_STORE);
        await_status(house, POLCHECK_ERR_NO_STORE);
        house_sleep(10);
        expect_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_NO_STORE);
        assert_int_equal(polcheck_engine_snapshot(house->engine), 0);
        house_compile(house, MANIFEST_ALICE(NEW));
        if (mode == POLCHECK_RELOAD_MANUAL) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        await_store(house, NEW);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// A store that is being replaced is missing for a moment, which nobody is to notice.
static void a_store_that_is_away_for_a_moment(void **state)
{
    struct house *house = *state;
    char away[96];
    (void)snprintf(away, sizeof(away), "%s/away", house->base);
    start(house, POLCHECK_RELOAD_NEXT_CALL);
    for (unsigned i = 0; i < 3; i++) {
        house_sleep(5); // more than the interval: the question looks
        assert_int_equal(rename(house->store, away), 0);
        assert_true(may(house, OLD));
        assert_int_equal(rename(away, house->store), 0);
        house_sleep(5);
        assert_true(may(house, OLD));
    }
    assert_int_equal(house_events(house), 0);
    assert_int_equal(rename(house->store, away), 0); // who is told to look misses it at once
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NO_STORE);
    expect_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_NO_STORE);
    assert_int_equal(rename(away, house->store), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, OLD);
}

// The folder stays, its files go, and others come.
static void files_that_go_and_come_back(void **state)
{
    struct house *house = *state;
    char lock[128];
    (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", house->store);
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        assert_int_equal(unlink(house->data), 0);
        assert_int_equal(unlink(lock), 0);
        house_compile(house, MANIFEST_ALICE(NEW));
        if (mode == POLCHECK_RELOAD_MANUAL) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        await_store(house, NEW);
        house_close_engine(house); // no more events
        house_forget_events(house);
        remove_all(house->store);
    }
}

static void garbage_in_the_place_of_its_file(void **state)
{
    struct house *house = *state;
    char garbage[96], kept[128], bytes[3 * PAGE];
    (void)snprintf(garbage, sizeof(garbage), "%s/garbage", house->base);
    (void)snprintf(kept, sizeof(kept), "%s/kept", house->base);
    memset(bytes, 'g', sizeof(bytes));
    start(house, POLCHECK_RELOAD_MANUAL);
    uint64_t before = polcheck_engine_snapshot(house->engine);
    assert_int_equal(link(house->data, kept), 0);
    house_write_bytes(garbage, bytes, sizeof(bytes));
    assert_int_equal(rename(garbage, house->data), 0);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NOT_STORE);
        expect_store(house, OLD);
        assert_int_equal(polcheck_engine_snapshot(house->engine), before);
    }
    expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_NOT_STORE);
    assert_int_equal(rename(kept, house->data), 0); // what it has open comes back
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_store(house, OLD);
    house_compile(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_store(house, NEW);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    // Another time, and with another end.
    house_write_bytes(garbage, bytes, sizeof(bytes));
    assert_int_equal(rename(garbage, house->data), 0);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NOT_STORE);
    expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_NOT_STORE);
    expect_store(house, NEW);
    remove_all(house->store);
    house_compile(house, MANIFEST_ALICE(OLD));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_store(house, OLD);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

static void garbage_in_the_place_of_its_file_in_the_background(void **state)
{
    struct house *house = *state;
    char garbage[96], bytes[3 * PAGE];
    (void)snprintf(garbage, sizeof(garbage), "%s/garbage", house->base);
    memset(bytes, 'g', sizeof(bytes));
    for (int mode = 0; mode < 2; mode++) {
        start(house, (enum polcheck_reload)mode);
        house_write_bytes(garbage, bytes, sizeof(bytes));
        assert_int_equal(rename(garbage, house->data), 0);
        for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && house_events(house) == 0;
             waited++) {
            expect_store(house, OLD);
            house_sleep(1);
        }
        for (unsigned i = 0; i < 20; i++) {
            expect_store(house, OLD);
            house_sleep(1);
        }
        expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_NOT_STORE);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// A copy of the store takes the place of its data file: LMDB must not have both open.
static void a_good_file_in_the_place_of_its_file(void **state)
{
    struct house *house = *state;
    char other[96], data[128];
    (void)snprintf(other, sizeof(other), "%s/other", house->base);
    (void)snprintf(data, sizeof(data), "%s/data.mdb", other);
    start(house, POLCHECK_RELOAD_MANUAL);
    house_compile_to(house, MANIFEST_ALICE(NEW), other);
    assert_int_equal(rename(data, house->data), 0);
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS; waited += 50) {
        struct polcheck_verdict verdict = house_question(house, ALICE, NEW, PHOTO);
        if (polcheck_engine_reload(house->engine) == POLCHECK_OK && polcheck_is_allowed(verdict)) {
            break;
        }
        assert_true(verdict.status == POLCHECK_ERR_BUSY || verdict.status == POLCHECK_OK);
        house_sleep(50);
    }
    expect_store(house, NEW);
    house_await_change(house, POLCHECK_STORE_RELOADED);
}

// Damaged -----------------------------------------------------------------------------------------

// What a good program does not do: the heads of the file are written over while it is in use.
static void heads_that_are_written_over(void **state)
{
    struct house *house = *state;
    char garbage[PAGE];
    memset(garbage, 'g', sizeof(garbage));
    for (int mode = 0; mode < 3; mode++) {
        for (size_t head = 0; head < 2; head++) {
            start(house, (enum polcheck_reload)mode);
            size_t count;
            char *bytes = house_read(house->data, &count);
            write_at(house->data, head * PAGE, garbage, PAGE);
            if (mode == POLCHECK_RELOAD_MANUAL) {
                assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_DAMAGED);
            }
            for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && may(house, OLD); waited++) {
                house_sleep(1);
            }
            assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_DAMAGED);
            house_sleep(10);
            assert_failed(house_ask(house), POLCHECK_ERR_DAMAGED);
            expect_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_DAMAGED);
            write_at(house->data, head * PAGE, bytes + head * PAGE, PAGE); // and is put right
            free(bytes);
            if (mode == POLCHECK_RELOAD_MANUAL) {
                assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
            }
            await_store(house, OLD);
            expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
            house_close_engine(house);
            remove_all(house->store);
        }
    }
}

// Pages are written over in place, without a new state.
static void pages_that_are_written_over(void **state)
{
    struct house *house = *state;
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        size_t count;
        char *bytes = house_read(house->data, &count);
        char *garbage = malloc(count);
        assert_non_null(garbage);
        memset(garbage, 'g', count);
        write_at(house->data, 2 * PAGE, garbage, count - 2 * PAGE);
        free(garbage);
        // A scratch that has looked at a page believes it. One that has not finds out by itself.
        struct polcheck_scratch *fresh;
        assert_int_equal(polcheck_scratch_new(house->engine, &fresh), POLCHECK_OK);
        house_begin(house, ALICE, OLD, PHOTO);
        for (unsigned waited = 0;
             waited < HOUSE_PATIENCE_MS && polcheck_engine_status(house->engine) == POLCHECK_OK;
             waited++) {
            assert_failed(polcheck_ask(fresh, house->request), POLCHECK_ERR_DAMAGED);
            if (mode == POLCHECK_RELOAD_MANUAL) {
                (void)!polcheck_engine_reload(house->engine);
            }
            house_sleep(1);
        }
        polcheck_scratch_free(fresh);
        assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_DAMAGED);
        expect_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_DAMAGED);
        write_at(house->data, 2 * PAGE, bytes + 2 * PAGE, count - 2 * PAGE);
        free(bytes);
        if (mode == POLCHECK_RELOAD_MANUAL) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        await_store(house, OLD);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// Writes over every place where the file has this text and did not before.
static unsigned damage(struct house *house, const char *text)
{
    size_t count;
    size_t length = strlen(text);
    unsigned places = 0;
    char *bytes = house_read(house->data, &count);
    for (size_t at = 0; at + length <= count; at++) {
        if (memcmp(bytes + at, text, length) == 0) {
            write_at(house->data, at, "#", 1);
            places++;
        }
    }
    free(bytes);
    return places;
}

// A new state that does not verify: the old one stays, and the next good one is taken.
static void a_new_state_that_is_damaged_is_refused(void **state)
{
    struct house *house = *state;
    start(house, POLCHECK_RELOAD_MANUAL);
    uint64_t before = polcheck_engine_snapshot(house->engine);
    house_compile(house, MANIFEST_ALICE(NEW));
    assert_true(damage(house, "PutObject") + damage(house, "putobject") > 0);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_DAMAGED);
        expect_store(house, OLD);
        assert_int_equal(polcheck_engine_snapshot(house->engine), before);
    }
    expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_DAMAGED);
    // A scratch that comes now gets the last good one as well.
    struct polcheck_scratch *fresh;
    assert_int_equal(polcheck_scratch_new(house->engine, &fresh), POLCHECK_OK);
    house_begin(house, ALICE, OLD, PHOTO);
    assert_allowed(polcheck_ask(fresh, house->request));
    polcheck_scratch_free(fresh);
    replace(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, NEW);
}

// The same of a store that takes the place of the one in use: it is verified as a whole before.
static void a_damaged_store_in_its_place_is_refused(void **state)
{
    struct house *house = *state;
    struct house other = *house;
    start(house, POLCHECK_RELOAD_MANUAL);
    (void)snprintf(other.store, sizeof(other.store), "%s/other", house->base);
    (void)snprintf(other.data, sizeof(other.data), "%s/data.mdb", other.store);
    house_compile(&other, MANIFEST_ALICE(NEW));
    assert_true(damage(&other, "PutObject") + damage(&other, "putobject") > 0);
    remove_all(house->store);
    assert_int_equal(rename(other.store, house->store), 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_DAMAGED);
        expect_store(house, OLD);
    }
    expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_DAMAGED);
    replace(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, NEW);
}

// The same of a data file alone, whose lock file is that of the store in use.
static void a_damaged_file_in_the_place_of_its_file(void **state)
{
    struct house *house = *state;
    struct house other = *house;
    (void)snprintf(other.store, sizeof(other.store), "%s/other", house->base);
    (void)snprintf(other.data, sizeof(other.data), "%s/data.mdb", other.store);
    for (int mode = 0; mode < 3; mode++) {
        start(house, (enum polcheck_reload)mode);
        house_compile(&other, MANIFEST_ALICE(NEW));
        assert_true(damage(&other, "PutObject") + damage(&other, "putobject") > 0);
        assert_int_equal(rename(other.data, house->data), 0);
        for (unsigned i = 0; i < 30; i++) {
            if (mode == POLCHECK_RELOAD_MANUAL) {
                assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_DAMAGED);
            }
            expect_store(house, OLD);
            house_sleep(1);
        }
        expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_DAMAGED);
        house_compile_to(house, MANIFEST_ALICE(NEW), other.store); // anew, for its file is gone
        assert_int_equal(rename(other.data, house->data), 0);
        for (unsigned i = 0; i < 3 && mode == POLCHECK_RELOAD_MANUAL; i++) {
            (void)!polcheck_engine_reload(house->engine);
            (void)house_question(house, ALICE, NEW, PHOTO); // which lets go of the one before
        }
        await_store(house, NEW);
        house_close_engine(house);
        house_forget_events(house);
        remove_all(house->store);
        remove_all(other.store);
    }
}

// Whoever cannot look for want of descriptors keeps what it has.
static void no_descriptors_are_no_loss(void **state)
{
    struct house *house = *state;
    int taken[FEW_DESCRIPTORS];
    struct rlimit before, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = FEW_DESCRIPTORS;
    start(house, POLCHECK_RELOAD_MANUAL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (unsigned times = 0; times < 2; times++) {
        size_t count = 0;
        while ((taken[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0) {
            count++;
        }
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_IO);
        expect_store(house, OLD);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_IO);
        for (size_t i = 0; i < count; i++) {
            (void)close(taken[i]);
        }
        expect_event(house, POLCHECK_STORE_REFUSED, POLCHECK_ERR_IO); // each of the two times
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        expect_store(house, OLD);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

// Folders that may only be read -------------------------------------------------------------------

static void let_all_read(struct house *house)
{
    char lock[128];
    (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", house->store);
    assert_int_equal(chmod(house->base, 0755), 0);
    assert_int_equal(chmod(house->store, 0755), 0);
    assert_int_equal(chmod(house->data, 0644), 0);
    assert_int_equal(chmod(lock, 0644), 0);
}

// Compiled so often between two looks that the state in use was overwritten: the new one is taken
// although nothing is left to compare it with.
static void a_store_that_may_only_be_read_is_followed(void **state)
{
    struct house *house = *state;
    if (geteuid() != 0) {
        print_message("not run: only root can become another user\n");
        return;
    }
    for (int mode = 1; mode < 3; mode++) {
        house_compile(house, MANIFEST_ALICE(OLD));
        let_all_read(house);
        assert_int_equal(seteuid(65534), 0);
        house_start(house, (enum polcheck_reload)mode);
        assert_int_equal(seteuid(0), 0);
        expect_store(house, OLD);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        for (unsigned i = 0; i < 5; i++) {
            house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
        }
        if (mode == POLCHECK_RELOAD_MANUAL) {
            assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_BUSY);
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        }
        expect_store(house, NEW);
        expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// The same where the new state is no good: then nothing is left to stay in use.
static void a_store_that_may_only_be_read_is_lost(void **state)
{
    struct house *house = *state;
    if (geteuid() != 0) {
        print_message("not run: only root can become another user\n");
        return;
    }
    house_compile(house, MANIFEST_ALICE(OLD));
    let_all_read(house);
    assert_int_equal(seteuid(65534), 0);
    house_start(house, POLCHECK_RELOAD_MANUAL);
    assert_int_equal(seteuid(0), 0);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    for (unsigned i = 0; i < 5; i++) {
        house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(NEW) : MANIFEST_ALICE(OLD));
    }
    assert_true(damage(house, "PutObject") + damage(house, "putobject") > 0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_DAMAGED);
        assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_DAMAGED);
        assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_ERR_DAMAGED);
    }
    expect_event(house, POLCHECK_STORE_LOST, POLCHECK_ERR_DAMAGED);
    replace(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
    expect_store(house, NEW);
}

// Threads and closing -----------------------------------------------------------------------------

static void an_engine_is_closed_while_its_thread_looks(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE(OLD));
    for (unsigned round = 0; round < 8; round++) {
        pid_t pid = house_start_compile(house->manifest, house->store);
        for (unsigned i = 0; i < 20; i++) {
            struct polcheck_options options = house_options(house, POLCHECK_RELOAD_BACKGROUND);
            options.interval_ms = 1;
            house_start_with(house, &options);
            assert_allowed(house_question(house, ALICE, OLD, PHOTO));
            house_close_engine(house);
        }
        assert_int_equal(house_wait(pid), 0);
    }
}

static void *reload_again_and_again(void *context)
{
    struct house *house = context;
    for (unsigned i = 0; i < 300; i++) {
        if (polcheck_engine_reload(house->engine) != POLCHECK_OK) {
            return house;
        }
    }
    return NULL;
}

static void threads_reload_at_a_time(void **state)
{
    struct house *house = *state;
    pthread_t threads[4];
    start(house, POLCHECK_RELOAD_BACKGROUND);
    house_write(house->manifest, MANIFEST_ALICE(NEW));
    pid_t pid = house_start_compile(house->manifest, house->store);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, reload_again_and_again, house), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        void *result = house;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_null(result);
    }
    assert_int_equal(house_wait(pid), 0);
    await_store(house, NEW);
    expect_event(house, POLCHECK_STORE_RELOADED, POLCHECK_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(manual_sees_nothing_until_it_looks),
        HOUSE_TEST(next_call_sees_it_at_once),
        HOUSE_TEST(background_sees_it_soon),
        HOUSE_TEST(reasons_are_of_the_snapshot_that_was_asked),
        HOUSE_TEST(a_scratch_that_is_renewed_lets_pages_go),
        HOUSE_TEST(a_store_renamed_into_its_place),
        HOUSE_TEST(a_store_that_goes_and_comes_back),
        HOUSE_TEST(a_store_that_is_away_for_a_moment),
        HOUSE_TEST(files_that_go_and_come_back),
        HOUSE_TEST(garbage_in_the_place_of_its_file),
        HOUSE_TEST(garbage_in_the_place_of_its_file_in_the_background),
        HOUSE_TEST(a_good_file_in_the_place_of_its_file),
        HOUSE_TEST(heads_that_are_written_over),
        HOUSE_TEST(pages_that_are_written_over),
        HOUSE_TEST(a_new_state_that_is_damaged_is_refused),
        HOUSE_TEST(a_damaged_store_in_its_place_is_refused),
        HOUSE_TEST(a_damaged_file_in_the_place_of_its_file),
        HOUSE_TEST(no_descriptors_are_no_loss),
        HOUSE_TEST(a_store_that_may_only_be_read_is_followed),
        HOUSE_TEST(a_store_that_may_only_be_read_is_lost),
        HOUSE_TEST(an_engine_is_closed_while_its_thread_looks),
        HOUSE_TEST(threads_reload_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
