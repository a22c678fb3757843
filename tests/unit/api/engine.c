// SPDX-License-Identifier: Apache-2.0
//
// Opening engines: what the options may be, what is no store, waiting for one, and several engines.
#include <sys/resource.h>

#include "house.h"

// Options -----------------------------------------------------------------------------------------

// As a program has them that was compiled with a header to come.
struct newer_options {
    struct polcheck_options known;
    uint64_t later[4];
};

static void options_of_another_size(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *engine = NULL;
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    struct newer_options newer = {.known = house_options(house, POLCHECK_RELOAD_MANUAL)};
    newer.known.size = sizeof(newer);
    assert_int_equal(polcheck_engine_open(&newer.known, &engine), POLCHECK_OK);
    polcheck_engine_close(engine);
    for (size_t i = 0; i < 4; i++) { // what this library does not know is refused, and not skipped
        struct newer_options more = newer;
        more.later[i] = (uint64_t)1 << 63;
        engine = NULL;
        assert_int_equal(polcheck_engine_open(&more.known, &engine), POLCHECK_ERR_USAGE);
        assert_null(engine);
    }
    // An older program has no callbacks: what lies where they are now is not read.
    struct polcheck_options older = house_options(house, POLCHECK_RELOAD_MANUAL);
    older.size = offsetof(struct polcheck_options, on_store);
    older.on_store = (void (*)(void *, const struct polcheck_store_event *))(uintptr_t)1;
    older.on_decision = (void (*)(void *, const struct polcheck_decision_event *))(uintptr_t)1;
    assert_int_equal(polcheck_engine_open(&older, &engine), POLCHECK_OK);
    polcheck_engine_close(engine);
    engine = NULL;
    for (size_t size = 0; size <= sizeof(older); size++) {
        older.size = size;
        if (size < sizeof(size_t) || size % sizeof(void *) != 0) { // a pointer would be cut in two
            assert_int_equal(polcheck_engine_open(&older, &engine), POLCHECK_ERR_USAGE);
        }
    }
    older.size = sizeof(size_t); // names no store
    assert_int_equal(polcheck_engine_open(&older, &engine), POLCHECK_ERR_USAGE);
    assert_null(engine);
}

static void options_that_are_wrong(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *engine = NULL;
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    const struct polcheck_options right = house_options(house, POLCHECK_RELOAD_MANUAL);
    struct polcheck_options wrong[8];
    for (size_t i = 0; i < 8; i++) {
        wrong[i] = right;
    }
    wrong[0].store = NULL;
    wrong[1].store = "";
    wrong[2].flags = 8;
    wrong[3].flags = 1u << 31;
    wrong[4].reload = (enum polcheck_reload)3;
    wrong[5].reload = (enum polcheck_reload) - 1;
    wrong[6].interval_ms = 60001;
    wrong[7].interval_ms = UINT32_MAX;
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(polcheck_engine_open(&wrong[i], &engine), POLCHECK_ERR_USAGE);
        assert_null(engine);
    }
    assert_int_equal(polcheck_engine_open(NULL, &engine), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_engine_open(&right, NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(house_events(house), 0);
    static const unsigned intervals[] = {0, 1, 25, 60000};
    for (size_t i = 0; i < 4; i++) {
        for (int mode = 0; mode < 3; mode++) {
            struct polcheck_options options = house_options(house, (enum polcheck_reload)mode);
            options.interval_ms = intervals[i];
            options.flags =
                POLCHECK_WAIT_FOR_STORE | POLCHECK_WIDE_STARS | POLCHECK_NO_ACCOUNT_LINK;
            assert_int_equal(polcheck_engine_open(&options, &engine), POLCHECK_OK);
            polcheck_engine_close(engine); // at once, also with a thread that sleeps for a minute
            engine = NULL;
        }
    }
}

static void the_path_is_copied(void **state)
{
    struct house *house = *state;
    char path[96];
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    (void)snprintf(path, sizeof(path), "%s", house->store);
    options.store = path;
    house_start_with(house, &options);
    memset(path, 'x', sizeof(path));
    memset(&options, 0x5a, sizeof(options));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
}

static void nothing_is_no_engine(void **state)
{
    struct house *house = *state;
    struct polcheck_scratch *scratch = NULL;
    assert_int_equal(polcheck_engine_status(NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_engine_snapshot(NULL), 0);
    assert_int_equal(polcheck_engine_reload(NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_scratch_new(NULL, &scratch), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_scratch_renew(NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_scratch_message(NULL).len, 0);
    polcheck_engine_close(NULL);
    polcheck_scratch_free(NULL);
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    assert_int_equal(polcheck_scratch_new(house->engine, NULL), POLCHECK_ERR_USAGE);
    assert_null(scratch);
}

static void texts_for_every_number(void **state)
{
    (void)state;
    for (int i = 0; i <= POLCHECK_ERR_TRUST; i++) {
        const char *text = polcheck_status_text((enum polcheck_status)i);
        assert_true(strlen(text) > 0 && strchr(text, '\n') == NULL);
        assert_string_not_equal(text, "unknown status");
    }
    assert_string_equal(polcheck_status_text((enum polcheck_status)25), "unknown status");
    assert_string_equal(polcheck_status_name(POLCHECK_OK), "ok");
    assert_string_equal(polcheck_status_name(POLCHECK_ERR_NO_STORE), "noStore");
    assert_string_equal(polcheck_status_name(POLCHECK_ERR_INTERNAL), "internal");
    assert_string_equal(polcheck_status_name(POLCHECK_ERR_UNTRUSTED), "untrusted");
    assert_string_equal(polcheck_status_name(POLCHECK_ERR_ROLLBACK), "rollback");
    assert_string_equal(polcheck_status_name(POLCHECK_ERR_TRUST), "trust");
    assert_string_equal(polcheck_status_name((enum polcheck_status)25), "unknown");
    assert_string_equal(polcheck_status_name((enum polcheck_status) - 1), "unknown");
    assert_string_equal(polcheck_status_text((enum polcheck_status) - 1), "unknown status");
    assert_string_equal(polcheck_decision_text(POLCHECK_ALLOWED), "allowed");
    assert_string_equal(polcheck_decision_text(POLCHECK_EXPLICIT_DENY), "explicitDeny");
    assert_string_equal(polcheck_decision_text(POLCHECK_IMPLICIT_DENY), "implicitDeny");
    assert_string_equal(polcheck_decision_text((enum polcheck_decision)2), "implicitDeny");
    static const char *const types[] = {"identity", "resource", "boundary", "session", "scp",
                                        "rcp",      "endpoint", "none",     "none"};
    for (int i = 0; i < 9; i++) {
        assert_string_equal(polcheck_policy_type_text((enum polcheck_policy_type)i), types[i]);
    }
    assert_string_equal(polcheck_policy_type_text((enum polcheck_policy_type) - 1), "none");
    static const char *const obstacles[] = {"none",      "action",    "resource",
                                            "principal", "condition", "none"};
    for (int i = 0; i < 6; i++) {
        assert_string_equal(polcheck_obstacle_text((enum polcheck_obstacle)i), obstacles[i]);
    }
    assert_string_equal(polcheck_obstacle_text((enum polcheck_obstacle) - 1), "none");
    char version[32];
    (void)snprintf(version, sizeof(version), "%d.%d.%d", POLCHECK_VERSION_MAJOR,
                   POLCHECK_VERSION_MINOR, POLCHECK_VERSION_PATCH);
    assert_string_equal(polcheck_version(), version);
}

static void memory_that_was_never_written_is_a_deny(void **state)
{
    (void)state;
    struct polcheck_verdict verdict;
    static const unsigned char patterns[] = {0, 0xff, 0xa5, 0x5a, 0xcc, 0x01};
    for (size_t i = 0; i < sizeof(patterns); i++) {
        memset(&verdict, patterns[i], sizeof(verdict));
        assert_false(polcheck_is_allowed(verdict));
    }
    verdict = (struct polcheck_verdict){POLCHECK_ALLOWED, POLCHECK_ERR_BUSY};
    assert_false(polcheck_is_allowed(verdict));
    verdict = (struct polcheck_verdict){POLCHECK_EXPLICIT_DENY, POLCHECK_OK};
    assert_false(polcheck_is_allowed(verdict));
}

// What is no store --------------------------------------------------------------------------------

// A kind of thing that is not a store, and what opening it says.
struct bad {
    const char *name;
    void (*make)(struct house *house);
    enum polcheck_status status;
};

static void make_nothing(struct house *house)
{
    (void)house;
}

static void make_file(struct house *house)
{
    house_write(house->store, "a file");
}

static void make_folder(struct house *house)
{
    assert_int_equal(mkdir(house->store, 0700), 0);
}

static void make_file_above(struct house *house)
{
    house_write(house->store, "a file");
    (void)snprintf(house->store + strlen(house->store), 16, "/store");
}

static void make_empty(struct house *house)
{
    make_folder(house);
    house_write_bytes(house->data, "", 0);
}

static void make_garbage(struct house *house)
{
    char garbage[20000];
    memset(garbage, 'g', sizeof(garbage));
    make_folder(house);
    house_write_bytes(house->data, garbage, sizeof(garbage));
}

static void make_loop(struct house *house)
{
    assert_int_equal(symlink(house->store, house->store), 0);
}

// The bytes of a good store with something changed.
static void change_store(struct house *house, void (*change)(char *bytes, size_t *count))
{
    size_t count;
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    char *bytes = house_read(house->data, &count);
    change(bytes, &count);
    house_write_bytes(house->data, bytes, count);
    free(bytes);
}

// The functions of the table below have one type.
// NOLINTBEGIN(readability-non-const-parameter)
static void cut_to_a_page(char *bytes, size_t *count)
{
    (void)bytes;
    *count = 4096;
}

static void cut_to_the_heads(char *bytes, size_t *count)
{
    (void)bytes;
    *count = (size_t)2 * 4096;
}

static void cut_to_bytes(char *bytes, size_t *count)
{
    (void)bytes;
    *count = 100;
}

static void another_lmdb(char *bytes, size_t *count)
{
    (void)count;
    bytes[20] = 9; // behind the magic number of a head
    bytes[4096 + 20] = 9;
}

static void zero_pages(char *bytes, size_t *count)
{
    memset(bytes + (size_t)2 * 4096, 0, *count - (size_t)2 * 4096);
}

// NOLINTEND(readability-non-const-parameter)

static void make_cut_to_a_page(struct house *house)
{
    change_store(house, cut_to_a_page);
}

static void make_cut_to_the_heads(struct house *house)
{
    change_store(house, cut_to_the_heads);
}

static void make_cut_to_bytes(struct house *house)
{
    change_store(house, cut_to_bytes);
}

static void make_of_another_lmdb(struct house *house)
{
    change_store(house, another_lmdb);
}

static void make_with_zeroed_pages(struct house *house)
{
    change_store(house, zero_pages);
}

static const struct bad bads[] = {
    {"nothing", make_nothing, POLCHECK_ERR_NO_STORE},
    {"a file", make_file, POLCHECK_ERR_NOT_STORE},
    {"below a file", make_file_above, POLCHECK_ERR_NOT_STORE},
    {"an empty folder", make_folder, POLCHECK_ERR_NO_STORE},
    {"an empty data file", make_empty, POLCHECK_ERR_NO_STORE},
    {"garbage", make_garbage, POLCHECK_ERR_NOT_STORE},
    {"a loop", make_loop, POLCHECK_ERR_IO},
    {"a store cut to a page", make_cut_to_a_page, POLCHECK_ERR_DAMAGED},
    {"a store cut to its heads", make_cut_to_the_heads, POLCHECK_ERR_DAMAGED},
    {"a store cut to some bytes", make_cut_to_bytes, POLCHECK_ERR_NOT_STORE},
    {"a file of another LMDB", make_of_another_lmdb, POLCHECK_ERR_VERSION},
    {"a store whose pages were zeroed", make_with_zeroed_pages, POLCHECK_ERR_DAMAGED},
};

enum {
    BADS = sizeof(bads) / sizeof(bads[0]),
};

static void what_is_no_store_is_not_opened(void **state)
{
    struct house *house = *state;
    for (size_t i = 0; i < BADS; i++) {
        char store[sizeof(house->store)];
        (void)snprintf(store, sizeof(store), "%s", house->store);
        bads[i].make(house);
        for (int mode = 0; mode < 3; mode++) {
            struct polcheck_engine *engine = NULL;
            struct polcheck_options options = house_options(house, (enum polcheck_reload)mode);
            enum polcheck_status status = polcheck_engine_open(&options, &engine);
            if (status != bads[i].status) {
                print_message("%s: %s\n", bads[i].name, polcheck_status_text(status));
            }
            assert_int_equal(status, bads[i].status);
            assert_null(engine);
            struct house_event event = house_event(house);
            assert_int_equal(event.change, POLCHECK_STORE_LOST);
            assert_int_equal(event.status, bads[i].status);
            assert_int_equal(event.snapshot, 0);
            assert_non_null(strstr(event.message, house->store)); // where
        }
        memcpy(house->store, store, sizeof(store));
        remove_all(house->store);
    }
}

// Who waits denies with the reason, and recovers when there is a store.
static void who_waits_for_a_store_gets_it(void **state)
{
    struct house *house = *state;
    for (size_t i = 0; i < BADS; i++) {
        char store[sizeof(house->store)];
        (void)snprintf(store, sizeof(store), "%s", house->store);
        bads[i].make(house);
        struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
        options.flags = POLCHECK_WAIT_FOR_STORE;
        house_start_with(house, &options);
        assert_int_equal(polcheck_engine_status(house->engine), bads[i].status);
        assert_int_equal(polcheck_engine_snapshot(house->engine), 0);
        assert_int_equal(house_event(house).change, POLCHECK_STORE_LOST);
        assert_failed(house_question(house, ALICE, "s3:GetObject", PHOTO), bads[i].status);
        assert_true(polcheck_scratch_message(house->scratch).len > 0);
        assert_int_equal(polcheck_scratch_renew(house->scratch), bads[i].status);
        const struct polcheck_answer *answer = NULL;
        assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
        assert_int_equal(polcheck_engine_reload(house->engine), bads[i].status);
        assert_int_equal(house_events(house), 0); // nothing changed
        char path[sizeof(house->store)];
        memcpy(path, house->store, sizeof(path));
        memcpy(house->store, store, sizeof(store));
        remove_all(house->store);
        if (strcmp(path, store) != 0) {
            assert_int_equal(mkdir(store, 0700), 0);
        }
        house_compile_to(house, MANIFEST_ALICE("s3:GetObject"), path);
        assert_failed(house_ask(house), bads[i].status); // nobody has looked yet
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
        struct house_event event = house_event(house);
        assert_int_equal(event.change, POLCHECK_STORE_RELOADED);
        assert_int_equal(event.status, POLCHECK_OK);
        assert_int_equal(event.snapshot, polcheck_engine_snapshot(house->engine));
        assert_true(event.snapshot > 0);
        assert_int_equal(polcheck_engine_status(house->engine), POLCHECK_OK);
        assert_allowed(house_ask(house));
        house_close_engine(house);
        remove_all(house->store);
    }
}

static bool become_nobody(void)
{
    return setgid(65534) == 0 && setuid(65534) == 0;
}

// In a child that may not what root may.
static int open_as_nobody(const char *store)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine;
    options.store = store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    if (!become_nobody()) {
        return 99;
    }
    int status = (int)polcheck_engine_open(&options, &engine);
    if (status == POLCHECK_OK) {
        polcheck_engine_close(engine);
    }
    return status;
}

static void note_denied(void *context, const struct polcheck_store_event *event)
{
    *(bool *)context = house_contains(event->message, "Permission denied");
}

// 0: the system's own reason was told.
static int hear_as_nobody(const char *store)
{
    bool denied = false;
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine;
    options.store = store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    options.on_store = note_denied;
    options.store_context = &denied;
    bool failed = become_nobody() && polcheck_engine_open(&options, &engine) == POLCHECK_ERR_IO;
    return failed && denied ? 0 : 1;
}

static int in_child(int (*function)(const char *store), const char *store)
{
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(function(store));
    }
    return house_wait(child);
}

static void a_store_that_may_not_be_read(void **state)
{
    struct house *house = *state;
    if (geteuid() != 0) {
        print_message("not run: only root can become another user\n");
        return;
    }
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    assert_int_equal(chmod(house->base, 0755), 0);
    assert_int_equal(in_child(open_as_nobody, house->store), POLCHECK_ERR_IO); // the folder
    assert_int_equal(in_child(hear_as_nobody, house->store), 0);
    assert_int_equal(chmod(house->store, 0755), 0);
    assert_int_equal(in_child(open_as_nobody, house->store), POLCHECK_ERR_IO); // the files
    assert_int_equal(in_child(hear_as_nobody, house->store), 0);
    assert_int_equal(chmod(house->data, 0644), 0);
    assert_int_equal(in_child(open_as_nobody, house->store), POLCHECK_OK); // without a slot
}

// Making the lock file fails when the disk is full: reading the store then does.
static int open_on_a_full_disk(const char *store)
{
    struct polcheck_options options = POLCHECK_OPTIONS_INIT;
    struct polcheck_engine *engine;
    const struct rlimit none = {0, 0};
    options.store = store;
    options.reload = POLCHECK_RELOAD_MANUAL;
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &none) != 0) {
        return 99;
    }
    return (int)polcheck_engine_open(&options, &engine);
}

static void a_full_disk_is_no_fault_of_the_library(void **state)
{
    struct house *house = *state;
    char lock[128];
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    (void)snprintf(lock, sizeof(lock), "%s/lock.mdb", house->store);
    (void)unlink(lock);
    assert_int_equal(in_child(open_on_a_full_disk, house->store), POLCHECK_ERR_IO);
}

// Several engines ---------------------------------------------------------------------------------

enum {
    ENGINES = 20,
};

static void many_engines_on_one_store(void **state)
{
    struct house *house = *state;
    struct polcheck_engine *engines[ENGINES];
    struct polcheck_scratch *scratches[ENGINES];
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    house_begin(house, ALICE, "s3:GetObject", PHOTO);
    for (int i = 0; i < ENGINES; i++) {
        struct polcheck_options options = house_options(house, (enum polcheck_reload)(i % 3));
        options.interval_ms = 1;
        options.on_store = NULL;
        assert_int_equal(polcheck_engine_open(&options, &engines[i]), POLCHECK_OK);
        assert_int_equal(polcheck_scratch_new(engines[i], &scratches[i]), POLCHECK_OK);
        assert_allowed(polcheck_ask(scratches[i], house->request));
    }
    house_compile(house, MANIFEST_ALICE("s3:PutObject"));
    for (int i = 0; i < ENGINES; i++) {
        assert_int_equal(polcheck_engine_reload(engines[i]), POLCHECK_OK);
        assert_denied(polcheck_ask(scratches[i], house->request));
    }
    assert_allowed(house_ask(house)); // of the engine that did not look
    for (int i = 0; i < ENGINES; i++) {
        polcheck_scratch_free(scratches[i]);
        polcheck_engine_close(engines[i]);
    }
    assert_allowed(house_ask(house));
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    assert_denied(house_ask(house));
}

static void engines_on_two_stores(void **state)
{
    struct house *house = *state;
    char other[96];
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    (void)snprintf(other, sizeof(other), "%s/other", house->base);
    house_live(house, MANIFEST_ALICE("s3:GetObject"));
    house_compile_to(house, MANIFEST_ALICE("s3:PutObject"), other);
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    options.store = other;
    assert_int_equal(polcheck_engine_open(&options, &engine), POLCHECK_OK);
    assert_int_equal(polcheck_scratch_new(engine, &scratch), POLCHECK_OK);
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_denied(polcheck_ask(scratch, house->request));
    assert_denied(house_question(house, ALICE, "s3:PutObject", PHOTO));
    assert_allowed(polcheck_ask(scratch, house->request));
    polcheck_scratch_free(scratch);
    polcheck_engine_close(engine);
    assert_denied(house_ask(house));
}

// Bits of descriptors that are open; asserts that those above `from` are closed on exec.
static unsigned open_descriptors(bool closed_on_exec)
{
    unsigned count = 0;
    for (int fd = 3; fd < 256; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0) {
            count++;
            assert_true(!closed_on_exec || (flags & FD_CLOEXEC) != 0);
        }
    }
    return count;
}

static void descriptors_are_closed_on_exec(void **state)
{
    struct house *house = *state;
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    for (int fd = 3; fd < 256; fd++) { // those of whoever started this test
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0) {
            assert_int_equal(fcntl(fd, F_SETFD, flags | FD_CLOEXEC), 0);
        }
    }
    unsigned before = open_descriptors(true);
    house_start(house, POLCHECK_RELOAD_BACKGROUND);
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_true(open_descriptors(true) > before);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_OK);
    }
    house_close_engine(house);
    assert_int_equal(open_descriptors(true), before); // nothing is left behind
}

static void block_signals_of_the_thread(void **state)
{
    struct house *house = *state;
    sigset_t before, after;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    house_compile(house, MANIFEST_ALICE("s3:GetObject"));
    house_start(house, POLCHECK_RELOAD_BACKGROUND);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    for (int number = 1; number < 32; number++) {
        assert_int_equal(sigismember(&before, number), sigismember(&after, number));
    }
    // The library's thread, which is the only other one, blocks all.
    DIR *tasks = opendir("/proc/self/task");
    unsigned blocked = 0;
    assert_non_null(tasks);
    for (const struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        char path[320];
        char line[256];
        (void)snprintf(path, sizeof(path), "/proc/self/task/%s/status", task->d_name);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
            if (strncmp(line, "SigBlk:", 7) == 0) {
                unsigned long long mask = strtoull(line + 7, NULL, 16);
                blocked += (mask & 0x7ffbfeff) == 0x7ffbfeff; // but SIGKILL and SIGSTOP
            }
        }
        if (file != NULL) {
            (void)fclose(file);
        }
    }
    (void)closedir(tasks);
    assert_true(blocked >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(options_of_another_size),
        HOUSE_TEST(options_that_are_wrong),
        HOUSE_TEST(the_path_is_copied),
        HOUSE_TEST(nothing_is_no_engine),
        HOUSE_TEST(texts_for_every_number),
        HOUSE_TEST(memory_that_was_never_written_is_a_deny),
        HOUSE_TEST(what_is_no_store_is_not_opened),
        HOUSE_TEST(who_waits_for_a_store_gets_it),
        HOUSE_TEST(a_store_that_may_not_be_read),
        HOUSE_TEST(a_full_disk_is_no_fault_of_the_library),
        HOUSE_TEST(many_engines_on_one_store),
        HOUSE_TEST(engines_on_two_stores),
        HOUSE_TEST(descriptors_are_closed_on_exec),
        HOUSE_TEST(block_signals_of_the_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
