// SPDX-License-Identifier: Apache-2.0
//
// Readers are entered in slots of the store, of which there are so many: what happens when others
// have them all, and when they give them back or die. And readers who may not enter themselves.
#include <lmdb.h>

#include "house.h"

enum {
    SLOTS = 1024,
    NOBODY = 65534,
    COMPILES = 20, // even
};

#define OLD "s3:GetObject"
#define NEW "s3:PutObject"

// A process that takes slots of a store and holds them until it is told to give them back.
struct taker {
    pid_t pid;
    int tell, hear;
};

// In the child: takes all the slots there are. False: it cannot.
static bool take_all(const char *store, MDB_env **env, MDB_txn *txns[SLOTS], size_t *count)
{
    if (mdb_env_create(env) != 0 || mdb_env_set_maxreaders(*env, SLOTS) != 0 ||
        mdb_env_open(*env, store, MDB_RDONLY | MDB_NOTLS, 0600) != 0) {
        return false;
    }
    int error = 0;
    for (*count = 0; *count < SLOTS && error == 0; *count += error == 0) {
        error = mdb_txn_begin(*env, NULL, MDB_RDONLY, &txns[*count]);
    }
    return error == 0 || error == MDB_READERS_FULL;
}

static void be_taker(const char *store, int tell, int hear)
{
    static MDB_txn *txns[SLOTS];
    MDB_env *env;
    size_t count = 0;
    char turn = take_all(store, &env, txns, &count) && count > 0 ? 1 : 0;
    if (write(hear, &turn, 1) != 1 || read(tell, &turn, 1) != 1) {
        _exit(1);
    }
    for (size_t i = 0; i < count; i++) {
        mdb_txn_abort(txns[i]);
    }
    mdb_env_close(env);
    _exit(0);
}

static void taker_start(struct taker *taker, const char *store)
{
    int tell[2], hear[2];
    char turn = 0;
    assert_int_equal(pipe(tell), 0);
    assert_int_equal(pipe(hear), 0);
    (void)fflush(NULL);
    taker->pid = fork();
    assert_true(taker->pid >= 0);
    if (taker->pid == 0) {
        close(tell[1]);
        close(hear[0]);
        be_taker(store, tell[0], hear[1]);
    }
    close(tell[0]);
    close(hear[1]);
    taker->tell = tell[1];
    taker->hear = hear[0];
    assert_int_equal(read(taker->hear, &turn, 1), 1);
    assert_int_equal(turn, 1);
}

static void taker_end(struct taker *taker, bool killed)
{
    char turn = 1;
    if (killed) {
        assert_int_equal(kill(taker->pid, SIGKILL), 0);
    } else {
        assert_int_equal(write(taker->tell, &turn, 1), 1);
    }
    (void)house_wait(taker->pid);
    close(taker->tell);
    close(taker->hear);
}

// All are taken -----------------------------------------------------------------------------------

static void an_engine_without_a_slot_is_busy(void **state)
{
    struct house *house = *state;
    struct taker taker;
    house_compile(house, MANIFEST_ALICE(OLD));
    for (unsigned killed = 0; killed < 2; killed++) {
        struct polcheck_engine *engine = NULL;
        taker_start(&taker, house->store);
        struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
        assert_int_equal(polcheck_engine_open(&options, &engine), POLCHECK_ERR_BUSY);
        assert_null(engine);
        assert_int_equal(house_event(house).status, POLCHECK_ERR_BUSY);
        options.flags = POLCHECK_WAIT_FOR_STORE;
        house_start_with(house, &options);
        assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_ERR_BUSY);
        assert_failed(house_question(house, ALICE, OLD, PHOTO), POLCHECK_ERR_BUSY);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_BUSY);
        struct house_event event = house_event(house);
        assert_int_equal(event.change, POLCHECK_STORE_LOST);
        assert_int_equal(event.status, POLCHECK_ERR_BUSY);
        taker_end(&taker, killed == 1);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
        assert_allowed(house_ask(house));
        house_close_engine(house);
    }
}

// Who has a slot keeps it and its state, and moves on when there is another one.
static void an_engine_with_a_slot_keeps_what_it_has(void **state)
{
    struct house *house = *state;
    struct taker taker;
    for (unsigned killed = 0; killed < 2; killed++) {
        house_live(house, MANIFEST_ALICE(OLD));
        assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
        house_compile(house, MANIFEST_ALICE(NEW));
        taker_start(&taker, house->store);
        for (unsigned i = 0; i < 3; i++) {
            assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_BUSY);
            assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
            assert_allowed(house_question(house, ALICE, OLD, PHOTO));
        }
        struct polcheck_scratch *another; // shares the slot
        assert_int_equal(polcheck_scratch_new(house->engine, &another), POLCHECK_OK);
        assert_allowed(polcheck_ask(another, house->request));
        polcheck_scratch_free(another);
        struct house_event event = house_event(house);
        assert_int_equal(event.change, POLCHECK_STORE_REFUSED);
        assert_int_equal(event.status, POLCHECK_ERR_BUSY);
        taker_end(&taker, killed == 1);
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        assert_allowed(house_question(house, ALICE, NEW, PHOTO));
        assert_int_equal(house_event(house).change, POLCHECK_STORE_RELOADED);
        house_close_engine(house);
        remove_all(house->store);
    }
}

// Many scratches take no more slots than one.
static void scratches_share_a_slot(void **state)
{
    struct house *house = *state;
    static struct polcheck_scratch *scratches[SLOTS + 100];
    house_live(house, MANIFEST_ALICE(OLD));
    house_begin(house, ALICE, OLD, PHOTO);
    for (size_t i = 0; i < SLOTS + 100; i++) {
        assert_int_equal(polcheck_scratch_new(house->engine, &scratches[i]), POLCHECK_OK);
        assert_allowed(polcheck_ask(scratches[i], house->request));
    }
    house_compile(house, MANIFEST_ALICE(NEW));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    for (size_t i = 0; i < SLOTS + 100; i++) {
        assert_denied(polcheck_ask(scratches[i], house->request));
        polcheck_scratch_free(scratches[i]);
    }
}

// Readers who may not enter themselves ------------------------------------------------------------

// The folder may be read and not written to: a reader without a slot.
static int read_as_nobody(struct house *house, enum polcheck_reload mode, int tell, int hear)
{
    struct polcheck_options options = house_options(house, mode);
    char turn;
    options.interval_ms = 1;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0) {
        return 1;
    }
    house_start_with(house, &options);
    uint64_t first = polcheck_engine_snapshot(house->engine);
    uint64_t newest = first;
    if (fcntl(tell, F_SETFL, O_NONBLOCK) != 0 || write(hear, "", 1) != 1) {
        return 2;
    }
    while (read(tell, &turn, 1) != 1) {
        const struct polcheck_answer *answer;
        struct polcheck_verdict verdict = house_question(house, ALICE, OLD, PHOTO);
        if (verdict.status == POLCHECK_ERR_BUSY) { // the writer was two commits ahead
            continue;
        }
        if (verdict.status != POLCHECK_OK) {
            return 30 + (int)verdict.status;
        }
        enum polcheck_status status = polcheck_reasons(house->scratch, &answer);
        if (status == POLCHECK_ERR_BUSY) {
            continue;
        }
        newest = polcheck_answer_snapshot(answer);
        bool right = (newest - first) % 2 == 0;
        if (status != POLCHECK_OK || polcheck_is_allowed(verdict) != right) {
            return 4;
        }
    }
    if (mode == POLCHECK_RELOAD_MANUAL && house_ask(house).status != POLCHECK_ERR_BUSY) {
        return 5;
    }
    // Also from a state of which nothing is left to compare with.
    bool allowed = true;
    for (unsigned waited = 0; waited < HOUSE_PATIENCE_MS && newest != first + COMPILES; waited++) {
        enum polcheck_status status = polcheck_engine_reload(house->engine);
        allowed = polcheck_is_allowed(house_question(house, ALICE, OLD, PHOTO));
        newest = status == POLCHECK_OK ? polcheck_engine_snapshot(house->engine) : first;
        house_sleep(1);
    }
    int status = (int)polcheck_engine_status(house->engine);
    house_close_engine(house);
    return newest == first + COMPILES && allowed ? 0 : 50 + status;
}

static void make_readable(const struct house *house)
{
    char lock[128];
    (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", house->store);
    assert_int_equal(chmod(house->base, 0755), 0);
    assert_int_equal(chmod(house->store, 0755), 0);
    assert_int_equal(chmod(house->data, 0644), 0);
    assert_true(chmod(lock, 0644) == 0 || errno == ENOENT);
}

static void a_reader_without_a_slot_is_right_or_busy(void **state)
{
    struct house *house = *state;
    if (geteuid() != 0) {
        print_message("not run: only root can be the writer who still may\n");
        return;
    }
    for (int mode = 0; mode < 6; mode++) {
        int tell[2], hear[2];
        char turn;
        char lock[128];
        (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", house->store);
        house_compile(house, MANIFEST_ALICE(OLD));
        if (mode >= 3) { // the writer makes one when it comes
            assert_int_equal(unlink(lock), 0);
        }
        make_readable(house);
        assert_int_equal(pipe(tell), 0);
        assert_int_equal(pipe(hear), 0);
        (void)fflush(NULL);
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            _exit(read_as_nobody(house, (enum polcheck_reload)(mode % 3), tell[0], hear[1]));
        }
        assert_int_equal(read(hear[0], &turn, 1), 1);
        for (unsigned i = 1; i <= COMPILES; i++) {
            house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(OLD) : MANIFEST_ALICE(NEW));
        }
        assert_int_equal(write(tell[1], "", 1), 1);
        assert_int_equal(house_wait(pid), 0);
        for (unsigned i = 0; i < 2; i++) {
            close(tell[i]);
            close(hear[i]);
        }
        remove_all(house->store);
    }
}

// Asks, is left behind by more commits than a state lasts without a slot, and looks again.
static int be_left_behind(struct house *house, int tell, int hear)
{
    char turn;
    if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0) {
        return 1;
    }
    house_start(house, POLCHECK_RELOAD_MANUAL);
    if (!polcheck_is_allowed(house_question(house, ALICE, OLD, PHOTO))) {
        return 2;
    }
    if (write(hear, "", 1) != 1 || read(tell, &turn, 1) != 1) {
        return 3;
    }
    if (house_question(house, ALICE, OLD, PHOTO).status != POLCHECK_ERR_BUSY) {
        return 4;
    }
    if (polcheck_engine_reload(house->engine) != POLCHECK_OK) {
        return 5;
    }
    bool moved = polcheck_is_allowed(house_question(house, ALICE, NEW, PHOTO)) &&
                 house_question(house, ALICE, OLD, PHOTO).status == POLCHECK_OK;
    house_close_engine(house);
    return moved ? 0 : 6;
}

static void a_reader_without_a_slot_catches_up(void **state)
{
    struct house *house = *state;
    int tell[2], hear[2];
    char turn;
    if (geteuid() != 0) {
        print_message("not run: only root can be the writer who still may\n");
        return;
    }
    house_compile(house, MANIFEST_ALICE(OLD));
    make_readable(house);
    assert_int_equal(pipe(tell), 0);
    assert_int_equal(pipe(hear), 0);
    (void)fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        _exit(be_left_behind(house, tell[0], hear[1]));
    }
    assert_int_equal(read(hear[0], &turn, 1), 1);
    for (unsigned i = 1; i <= 7; i++) {
        house_compile(house, i % 2 == 0 ? MANIFEST_ALICE(OLD) : MANIFEST_ALICE(NEW));
    }
    assert_int_equal(write(tell[1], "", 1), 1);
    assert_int_equal(house_wait(pid), 0);
    for (unsigned i = 0; i < 2; i++) {
        close(tell[i]);
        close(hear[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(an_engine_without_a_slot_is_busy),
        HOUSE_TEST(an_engine_with_a_slot_keeps_what_it_has),
        HOUSE_TEST(scratches_share_a_slot),
        HOUSE_TEST(a_reader_without_a_slot_is_right_or_busy),
        HOUSE_TEST(a_reader_without_a_slot_catches_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
