// SPDX-License-Identifier: Apache-2.0
//
// Several processes on one store, and processes that end badly. Children are made before the parent
// opens the store, for an open one is not to be kept across a fork.
#include "testing.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "shelf.h"

enum {
    NOBODY = 65534,
    RECORDS = 120,
};

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifndef HAS_ASAN
#define HAS_ASAN 0
#endif

// Turns -------------------------------------------------------------------------------------------

// A child that does a step each time it is told to, and says what came of it.
struct helper {
    pid_t pid;
    int tell, hear;
};

static void helper_start(struct helper *helper, int (*step)(void *context), void *context)
{
    int tell[2];
    int hear[2];
    assert_int_equal(pipe(tell), 0);
    assert_int_equal(pipe(hear), 0);
    (void)fflush(NULL);
    helper->pid = fork();
    assert_true(helper->pid >= 0);
    if (helper->pid == 0) {
        close(tell[1]);
        close(hear[0]);
        char turn;
        while (read(tell[0], &turn, 1) == 1) {
            char result = (char)step(context);
            if (write(hear[1], &result, 1) != 1) {
                break;
            }
        }
        _exit(0);
    }
    close(tell[0]);
    close(hear[1]);
    helper->tell = tell[1];
    helper->hear = hear[0];
}

static int helper_step(struct helper *helper)
{
    char turn = 1;
    char result = -1;
    assert_int_equal(write(helper->tell, &turn, 1), 1);
    assert_int_equal(read(helper->hear, &result, 1), 1);
    return result;
}

static void helper_end(struct helper *helper)
{
    close(helper->tell);
    close(helper->hear);
    int status = 0;
    assert_int_equal(waitpid(helper->pid, &status, 0), helper->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

// A state: a number that all records bear
// -----------------------------------------------------------

struct state {
    struct shelf *shelf;
    uint32_t number; // written next
    size_t padding;  // bytes of a value besides
    volatile uint32_t *committed;
};

static struct pc_str key_of(char out[32], unsigned i)
{
    int length = snprintf(out, 32, "key %u", i);
    return (struct pc_str){out, (size_t)length};
}

static enum pc_status write_number(void *context, struct pc_store_write *write)
{
    const struct state *state = context;
    char key[32];
    static char value[200000];
    size_t size = sizeof(state->number) + state->padding;
    for (unsigned i = 0; i < RECORDS; i++) {
        memset(value, (int)(state->number + i), size);
        memcpy(value, &state->number, sizeof(state->number));
        enum pc_store_table table = i % 2 ? PC_STORE_TREES : PC_STORE_META;
        // Lengths that change make pages split, join and be given back.
        size_t used = size - (state->number * 7 + i) % 100 * state->padding / 100;
        PC_TRY(pc_store_put(write, table, key_of(key, i), (struct pc_str){value, used}));
    }
    return PC_OK;
}

static int write_next(void *context)
{
    struct state *state = context;
    state->number++;
    return (int)pc_store_update(shelf_path(state->shelf), &state->shelf->diags, write_number,
                                state);
}

// The number that all records bear, or UINT32_MAX when they differ.
static uint32_t number_of(struct pc_snapshot *snapshot)
{
    uint32_t number = 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        char key[32];
        struct pc_str value;
        uint32_t one;
        enum pc_store_table table = i % 2 ? PC_STORE_TREES : PC_STORE_META;
        if (pc_snapshot_get(snapshot, table, key_of(key, i), &value) != PC_OK || value.len < 4) {
            return UINT32_MAX;
        }
        memcpy(&one, value.ptr, sizeof(one));
        for (size_t at = sizeof(one); at < value.len; at++) {
            if (value.ptr[at] != (char)(unsigned char)(one + i)) {
                return UINT32_MAX;
            }
        }
        number = i == 0 || number == one ? one : UINT32_MAX;
    }
    return number;
}

static uint32_t number_in_store(struct shelf *shelf)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    uint32_t number = number_of(snapshot);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return number;
}

// Readers -----------------------------------------------------------------------------------------

static void a_reader_keeps_its_state_until_it_renews(void **context)
{
    struct shelf *shelf = *context;
    struct state state = {.shelf = shelf, .padding = 100};
    struct helper writer;
    helper_start(&writer, write_next, &state);
    assert_int_equal(helper_step(&writer), PC_OK);
    struct pc_store *store;
    struct pc_snapshot *old;
    struct pc_snapshot *moving;
    struct pc_str kept;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &old), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &moving), PC_OK);
    assert_int_equal(pc_snapshot_get(old, PC_STORE_META, PC_STR("key 0"), &kept), PC_OK);
    char copy[4];
    memcpy(copy, kept.ptr, sizeof(copy));
    for (uint32_t i = 2; i < 30; i++) {
        uint64_t before = pc_snapshot_generation(moving);
        assert_int_equal(helper_step(&writer), PC_OK);
        assert_int_equal(number_of(moving), i - 1);
        assert_int_equal(pc_snapshot_renew(moving), PC_OK);
        assert_int_equal(number_of(moving), i);
        assert_true(pc_snapshot_generation(moving) > before);
        before = pc_snapshot_generation(moving);
        assert_int_equal(pc_snapshot_renew(moving), PC_OK);
        assert_int_equal(pc_snapshot_generation(moving), before);
        assert_int_equal(number_of(old), 1);
        assert_memory_equal(kept.ptr, copy, sizeof(copy)); // borrowed, and still there
    }
    pc_snapshot_close(old);
    pc_snapshot_close(moving);
    pc_store_close(store);
    helper_end(&writer);
}

static int put_other(void *context)
{
    return (int)shelf_put(context, PC_STORE_LEVELS, "other", "record");
}

// Writes over the first place where the file has those bytes.
static bool overwrite(const char *path, const char *before, const char *after)
{
    size_t size = 0;
    size_t length = strlen(before);
    unsigned char *bytes = shelf_read_file(path, &size);
    bool done = false;
    for (size_t at = 0; bytes != NULL && at + length <= size && !done; at++) {
        if (memcmp(bytes + at, before, length) == 0) {
            int fd = open(path, O_WRONLY);
            assert_true(fd >= 0);
            done = pwrite(fd, after, length, (off_t)at) == (ssize_t)length;
            close(fd);
        }
    }
    free(bytes);
    return done;
}

// What was proven of one state is nothing to the next one, even where they share a page.
static void a_new_state_is_proven_anew(void **context)
{
    struct shelf *shelf = *context;
    struct helper writer;
    helper_start(&writer, put_other, shelf);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "as it was written"), PC_OK);
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str value;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("k"), &value), PC_OK);
    assert_int_equal(helper_step(&writer), PC_OK);
    assert_true(overwrite(shelf->data, "as it was written", "as it was damaged"));
    assert_int_equal(pc_snapshot_renew(snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("k"), &value), PC_ERR_DAMAGED);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    helper_end(&writer);
}

static int write_large(void *context)
{
    struct state *state = context;
    state->padding = state->number % 2 ? 199000 : 100;
    return write_next(state);
}

static void a_reader_follows_a_store_that_grows(void **context)
{
    struct shelf *shelf = *context;
    struct state state = {.shelf = shelf};
    struct helper writer;
    helper_start(&writer, write_large, &state);
    assert_int_equal(helper_step(&writer), PC_OK); // small
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (uint32_t i = 2; i < 6; i++) { // 12 MB and more
        assert_int_equal(helper_step(&writer), PC_OK);
        assert_int_equal(pc_snapshot_renew(snapshot), PC_OK);
        assert_int_equal(number_of(snapshot), i);
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    helper_end(&writer);
}

struct rationed {
    struct shelf *shelf;
    struct helper *writer;
};

// With few addresses the map has to move, which it can while no other snapshot points into it.
static int follow_with_few_addresses(void *context)
{
    struct rationed *rationed = context;
    struct rlimit limit = {1u << 26, 1u << 26};
    struct pc_store *store;
    struct pc_snapshot *first;
    struct pc_snapshot *second;
    if (setrlimit(RLIMIT_AS, &limit) != 0 || shelf_open(rationed->shelf, &store) != PC_OK ||
        pc_snapshot_open(store, &first) != PC_OK || pc_snapshot_open(store, &second) != PC_OK) {
        return 1;
    }
    char turn = 1;
    if (write(rationed->writer->tell, &turn, 1) != 1 ||
        read(rationed->writer->hear, &turn, 1) != 1 || turn != PC_OK) {
        return 2;
    }
    if (pc_snapshot_renew(first) != PC_ERR_BUSY || number_of(first) != 1) {
        return 3;
    }
    pc_snapshot_close(second);
    if (pc_snapshot_renew(first) != PC_OK || number_of(first) != 2) {
        return 4;
    }
    if (pc_snapshot_open(store, &second) != PC_OK || number_of(second) != 2) {
        return 5;
    }
    pc_snapshot_close(second);
    pc_snapshot_close(first);
    pc_store_close(store);
    return 0;
}

// With some hundred MiB it need not, also while others point into it.
static int follow_with_some_addresses(void *context)
{
    struct rationed *rationed = context;
    struct rlimit limit = {1u << 28, 1u << 28};
    struct pc_store *store;
    struct pc_snapshot *first;
    struct pc_snapshot *second;
    if (setrlimit(RLIMIT_AS, &limit) != 0 || shelf_open(rationed->shelf, &store) != PC_OK ||
        pc_snapshot_open(store, &first) != PC_OK || pc_snapshot_open(store, &second) != PC_OK) {
        return 1;
    }
    char turn = 1;
    if (write(rationed->writer->tell, &turn, 1) != 1 ||
        read(rationed->writer->hear, &turn, 1) != 1 || turn != PC_OK) {
        return 2;
    }
    if (pc_snapshot_renew(first) != PC_OK || number_of(first) != 2 || number_of(second) != 1) {
        return 3;
    }
    pc_snapshot_close(second);
    pc_snapshot_close(first);
    pc_store_close(store);
    return 0;
}

static void run_rationed(struct shelf *shelf, int (*follow)(void *context))
{
    struct state state = {.shelf = shelf};
    struct helper writer;
    if (HAS_ASAN) {
        print_message("not run: AddressSanitizer itself wants more addresses than that\n");
        return;
    }
    helper_start(&writer, write_large, &state);
    assert_int_equal(helper_step(&writer), PC_OK);
    struct rationed rationed = {shelf, &writer};
    assert_int_equal(shelf_in_child(follow, &rationed), 0);
    helper_end(&writer);
}

static void a_map_in_few_addresses_moves_when_it_can(void **context)
{
    run_rationed(*context, follow_with_few_addresses);
}

static void a_map_in_some_addresses_need_not_move(void **context)
{
    run_rationed(*context, follow_with_some_addresses);
}

enum {
    SLOTS = 2000, // more than there are
};

static int take_all_slots(void *context)
{
    struct shelf *shelf = context;
    static struct pc_snapshot *snapshots[SLOTS];
    struct pc_store *store;
    if (shelf_open(shelf, &store) != PC_OK) {
        return 1;
    }
    unsigned taken = 0;
    enum pc_status status = PC_OK;
    while (taken < SLOTS && status == PC_OK) {
        status = pc_snapshot_open(store, &snapshots[taken]);
        taken += status == PC_OK;
    }
    if (status != PC_ERR_BUSY || taken < 1000) {
        return 2;
    }
    kill(getpid(), SIGKILL);
    return 3;
}

static void slots_of_dead_readers_are_freed(void **context)
{
    struct shelf *shelf = *context;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(shelf_in_child(take_all_slots, shelf), -1);
        assert_int_equal(shelf_open(shelf, &store), PC_OK);
        assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
        pc_snapshot_close(snapshot);
        pc_store_close(store);
    }
}

// Writers -----------------------------------------------------------------------------------------

static enum pc_status add_one(void *context, struct pc_store_write *write)
{
    (void)context;
    struct pc_str value;
    uint32_t count = 0;
    enum pc_status status = pc_store_peek(write, PC_STORE_META, PC_STR("count"), &value);
    if (status == PC_OK && value.len == sizeof(count)) {
        memcpy(&count, value.ptr, sizeof(count));
    } else if (status != PC_ERR_NOTFOUND) {
        return status;
    }
    count++;
    char bytes[sizeof(count)];
    memcpy(bytes, &count, sizeof(count));
    return pc_store_put(write, PC_STORE_META, PC_STR("count"),
                        (struct pc_str){bytes, sizeof(bytes)});
}

static enum pc_status only_fail(void *context, struct pc_store_write *write)
{
    PC_TRY(add_one(context, write));
    return PC_ERR_INTERRUPTED;
}

struct adders {
    struct shelf *shelf;
    unsigned rounds;
    bool failing; // fails in between
};

static int add_many(void *context)
{
    const struct adders *adders = context;
    for (unsigned i = 0; i < adders->rounds; i++) {
        struct pc_str path = shelf_path(adders->shelf);
        enum pc_status status = PC_ERR_INTERRUPTED;
        if (adders->failing) {
            status = pc_store_update(path, &adders->shelf->diags, only_fail, NULL);
        }
        if (status != PC_ERR_INTERRUPTED) {
            return 100 + (int)status;
        }
        status = pc_store_update(path, &adders->shelf->diags, add_one, NULL);
        if (status != PC_OK) {
            return 200 + (int)status;
        }
    }
    return 0;
}

static uint32_t count_in_store(struct shelf *shelf)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str value;
    uint32_t count = 0;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("count"), &value), PC_OK);
    memcpy(&count, value.ptr, sizeof(count));
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return count;
}

static void run_adders(struct adders *adders, unsigned processes)
{
    pid_t children[8];
    (void)fflush(NULL);
    for (unsigned i = 0; i < processes; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            _exit(add_many(adders));
        }
    }
    int worst = 0;
    for (unsigned i = 0; i < processes; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        worst = status != 0 ? status : worst;
    }
    assert_int_equal(worst, 0);
}

static void writers_in_several_processes_all_land(void **context)
{
    struct shelf *shelf = *context;
    struct adders adders = {shelf, 50, false};
    run_adders(&adders, 2);
    assert_int_equal(count_in_store(shelf), 100);
}

// Each may make the store, or fail to, under the others' eyes.
static void first_writers_do_not_lose_each_other(void **context)
{
    struct shelf *shelf = *context;
    for (unsigned i = 0; i < 60; i++) {
        if (i % 3 == 1) {
            assert_int_equal(mkdir(shelf->path, 0700), 0);
        } else if (i % 3 == 2) {
            assert_int_equal(mkdir(shelf->path, 0700), 0);
            assert_true(shelf_write_file(shelf->data, "", 0));
        }
        struct adders adders = {shelf, 1, true};
        run_adders(&adders, 4);
        assert_int_equal(count_in_store(shelf), 4);
        unlink(shelf->data);
        unlink(shelf->lock);
        assert_int_equal(rmdir(shelf->path), 0);
    }
}

// Bad ends ----------------------------------------------------------------------------------------

static int write_until_killed(void *context)
{
    struct state *state = context;
    for (;;) {
        state->padding = state->number % 3 * 500;
        if (write_next(state) != PC_OK) {
            return 1;
        }
        *state->committed = state->number;
    }
}

static void wait_a_moment(uint64_t nanoseconds)
{
    struct timespec moment = {0, (long)nanoseconds};
    nanosleep(&moment, NULL);
}

// What a process that was killed while it made a store left beside its place.
static void remove_sites(struct shelf *shelf)
{
    DIR *dir = opendir(shelf->base);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (strncmp(entry->d_name, "s.new-", 6) == 0) {
            char name[400];
            snprintf(name, sizeof(name), "%s/%s/data.mdb", shelf->base, entry->d_name);
            unlink(name);
            snprintf(name, sizeof(name), "%s/%s/lock.mdb", shelf->base, entry->d_name);
            unlink(name);
            snprintf(name, sizeof(name), "%s/%s", shelf->base, entry->d_name);
            assert_int_equal(rmdir(name), 0);
        }
    }
    closedir(dir);
}

static unsigned sites_beside(const struct shelf *shelf)
{
    unsigned count = 0;
    DIR *dir = opendir(shelf->base);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        count += strncmp(entry->d_name, "s.new-", 6) == 0;
    }
    closedir(dir);
    return count;
}

static enum pc_status write_nothing(void *context, struct pc_store_write *write)
{
    (void)context;
    (void)write;
    return PC_OK;
}

// As the handler of a signal would, while the store is made and after another one was.
static enum pc_status abandon(void *context, struct pc_store_write *write)
{
    struct shelf *shelf = context;
    char other[96], data[112], lock[112];
    (void)write;
    snprintf(other, sizeof(other), "%s/other", shelf->base);
    snprintf(data, sizeof(data), "%s/data.mdb", other);
    snprintf(lock, sizeof(lock), "%s/lock.mdb", other);
    PC_TRY(pc_store_update(pc_str_from(other), &shelf->diags, write_nothing, NULL));
    assert_int_equal(sites_beside(shelf), 1);
    pc_store_abandon();
    assert_int_equal(sites_beside(shelf), 0);
    assert_true(shelf_exists(data)); // it was finished
    assert_int_equal(unlink(data) + unlink(lock) + rmdir(other), 0);
    return PC_ERR_INTERRUPTED;
}

static void an_abandoned_store_leaves_nothing(void **context)
{
    struct shelf *shelf = *context;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, abandon, shelf),
                     PC_ERR_INTERRUPTED);
    assert_false(shelf_exists(shelf->path));
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, write_nothing, NULL), PC_OK);
    pc_store_abandon(); // a store that is there is not touched
    assert_true(shelf_exists(shelf->data));
}

static void a_writer_killed_at_any_time_leaves_a_whole_state(void **context)
{
    struct shelf *shelf = *context;
    char name[96];
    snprintf(name, sizeof(name), "%s/shared", shelf->base);
    int memory = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(memory >= 0);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(ftruncate(memory, 4096), 0);
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    close(memory);
    assert_ptr_not_equal(shared, MAP_FAILED);
    struct state state = {.shelf = shelf, .committed = shared};
    uint64_t random = 3;
    unsigned states = 0;
    for (unsigned round = 0; round < 50; round++) {
        *state.committed = state.number;
        (void)fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            _exit(write_until_killed(&state));
        }
        wait_a_moment(shelf_random(&random) % 40000000);
        assert_int_equal(kill(child, SIGKILL), 0);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        if (*state.committed == 0) {
            continue; // killed before the first commit: the next round goes on from there
        }
        uint32_t number = number_in_store(shelf);
        assert_in_range(number, *state.committed, *state.committed + 1);
        state.number = number;
        states++;
    }
    assert_true(states > 25);
    remove_sites(shelf);
    munmap(shared, 4096);
}

struct full {
    struct state state;
    rlim_t limit;
};

static int write_with_limit(void *context)
{
    struct full *full = context;
    struct rlimit limit = {full->limit, full->limit};
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 99;
    }
    int status = write_next(&full->state);
    enum pc_diag_code code = shelf_code(full->state.shelf);
    return status == PC_ERR_FULL && code != PC_DIAG_STORE_FULL ? 98 : status;
}

static void a_full_disk_leaves_the_store_as_it_was(void **context)
{
    struct shelf *shelf = *context;
    static const rlim_t limits[] = {0,      1,      4096,   5000,    8192,    70000,   100000,
                                    140000, 200000, 500000, 1000000, 1500000, 3000000, 4000001};
    struct state small = {.shelf = shelf, .padding = 10};
    for (unsigned kept = 0; kept < 2; kept++) {
        if (kept) {
            assert_int_equal(write_next(&small), PC_OK);
        }
        for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
            struct full full = {{.shelf = shelf, .number = 8, .padding = 100000}, limits[i]};
            assert_int_equal(shelf_in_child(write_with_limit, &full), PC_ERR_FULL);
            if (kept) {
                assert_int_equal(number_in_store(shelf), 1);
            } else {
                assert_false(shelf_exists(shelf->path));
            }
        }
    }
    struct full full = {{.shelf = shelf, .number = 8, .padding = 100000}, 40000000};
    assert_int_equal(shelf_in_child(write_with_limit, &full), PC_OK);
    assert_int_equal(number_in_store(shelf), 9);
}

// Folders that may only be read
// ---------------------------------------------------------------------

struct unprivileged {
    struct shelf *shelf;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    unsigned steps;
};

static bool drop_privileges(void)
{
    return geteuid() != 0 || (setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
}

static int read_step(void *context)
{
    struct unprivileged *reader = context;
    struct pc_str value;
    switch (reader->steps++) {
    case 0:
        if (!drop_privileges() || shelf_open(reader->shelf, &reader->store) != PC_OK ||
            pc_snapshot_open(reader->store, &reader->snapshot) != PC_OK) {
            return 1;
        }
        return number_of(reader->snapshot) == 1 ? 0 : 2;
    case 1: // one commit later nothing of the snapshot is used again
        return number_of(reader->snapshot) == 1 ? 0 : 3;
    case 2: // two commits later the next one may
        if (pc_snapshot_get(reader->snapshot, PC_STORE_META, PC_STR("key 0"), &value) !=
            PC_ERR_BUSY) {
            return 4;
        }
        if (pc_snapshot_renew(reader->snapshot) != PC_OK || number_of(reader->snapshot) != 3) {
            return 5;
        }
        pc_snapshot_close(reader->snapshot);
        pc_store_close(reader->store);
        return (int)shelf_put(reader->shelf, PC_STORE_META, "k", "v") == PC_ERR_IO ? 0 : 6;
    default:
        return 7;
    }
}

static void set_modes(struct shelf *shelf, mode_t folder, mode_t file)
{
    assert_int_equal(chmod(shelf->base, 0755), 0);
    assert_int_equal(chmod(shelf->path, folder), 0);
    assert_int_equal(chmod(shelf->data, file), 0);
    if (shelf_exists(shelf->lock)) {
        assert_int_equal(chmod(shelf->lock, file), 0);
    }
}

static void a_folder_that_may_only_be_read_can_be_read(void **context)
{
    if (geteuid() != 0) {
        print_message("not run: only root can be the writer who still may\n");
        return;
    }
    struct shelf *shelf = *context;
    for (unsigned with_lock = 0; with_lock < 2; with_lock++) {
        struct state state = {.shelf = shelf, .padding = 100};
        assert_int_equal(write_next(&state), PC_OK);
        if (!with_lock) {
            assert_int_equal(unlink(shelf->lock), 0);
        }
        set_modes(shelf, 0555, 0444);
        struct unprivileged reader = {.shelf = shelf};
        struct helper child;
        helper_start(&child, read_step, &reader);
        assert_int_equal(helper_step(&child), 0);
        assert_int_equal(write_next(&state), PC_OK);
        assert_int_equal(helper_step(&child), 0);
        assert_int_equal(write_next(&state), PC_OK);
        assert_int_equal(helper_step(&child), 0);
        helper_end(&child);
        set_modes(shelf, 0755, 0600);
    }
}

enum {
    HASTY_STATES = 300,
};

// What was got while the snapshot was still good at the end is right, however fast others write.
static int read_hastily(void *context)
{
    struct state *state = context;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str value;
    if (!drop_privileges() || shelf_open(state->shelf, &store) != PC_OK ||
        pc_snapshot_open(store, &snapshot) != PC_OK) {
        return 1;
    }
    uint32_t last = 0;
    while (last < HASTY_STATES) {
        if (pc_snapshot_renew(snapshot) != PC_OK) {
            return 2;
        }
        uint32_t number = number_of(snapshot);
        enum pc_status status = pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("key 0"), &value);
        if (status == PC_ERR_BUSY) {
            continue;
        }
        if (status != PC_OK || number == UINT32_MAX || number < last) {
            return 3;
        }
        last = number;
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return 0;
}

static void a_reader_without_a_slot_is_never_wrong(void **context)
{
    if (geteuid() != 0) {
        print_message("not run: only root can be the writer who still may\n");
        return;
    }
    struct shelf *shelf = *context;
    struct state state = {.shelf = shelf, .padding = 700};
    assert_int_equal(write_next(&state), PC_OK);
    set_modes(shelf, 0555, 0444);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(read_hastily(&state));
    }
    int status = 0;
    while (state.number < HASTY_STATES || waitpid(child, &status, WNOHANG) == 0) {
        assert_int_equal(write_next(&state), PC_OK);
    }
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    set_modes(shelf, 0755, 0600);
}

static int be_refused(void *context)
{
    struct shelf *shelf = context;
    struct pc_store *store;
    if (!drop_privileges()) {
        return 1;
    }
    if (shelf_open(shelf, &store) != PC_ERR_IO || shelf_code(shelf) != PC_DIAG_STORE_IO) {
        return 2;
    }
    return shelf_put(shelf, PC_STORE_META, "k", "w") == PC_ERR_IO ? 0 : 3;
}

static void a_store_of_another_user_cannot_be_read(void **context)
{
    if (geteuid() != 0) {
        print_message("not run: only root can become another user\n");
        return;
    }
    struct shelf *shelf = *context;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_int_equal(chmod(shelf->base, 0755), 0);
    assert_int_equal(shelf_in_child(be_refused, shelf), 0); // the folder is closed
    assert_int_equal(chmod(shelf->path, 0755), 0);
    assert_int_equal(shelf_in_child(be_refused, shelf), 0); // the files are
}

// All at once -------------------------------------------------------------------------------------

static int read_until_told(void *context)
{
    struct state *state = context;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    if (shelf_open(state->shelf, &store) != PC_OK || pc_snapshot_open(store, &snapshot) != PC_OK) {
        return 1;
    }
    uint32_t last = 0;
    while (last < 150) {
        if (pc_snapshot_renew(snapshot) != PC_OK) {
            return 2;
        }
        uint32_t number = number_of(snapshot);
        if (number == UINT32_MAX || number < last) {
            return 3;
        }
        last = number;
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    return 0;
}

static void readers_see_whole_states_while_a_writer_writes(void **context)
{
    struct shelf *shelf = *context;
    struct state state = {.shelf = shelf, .padding = 700};
    assert_int_equal(write_next(&state), PC_OK);
    pid_t children[3];
    (void)fflush(NULL);
    for (unsigned i = 0; i < 3; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            _exit(read_until_told(&state));
        }
    }
    while (state.number < 150) {
        assert_int_equal(write_next(&state), PC_OK);
    }
    for (unsigned i = 0; i < 3; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reader_keeps_its_state_until_it_renews),
        TEST(a_new_state_is_proven_anew),
        TEST(a_reader_follows_a_store_that_grows),
        TEST(a_map_in_few_addresses_moves_when_it_can),
        TEST(a_map_in_some_addresses_need_not_move),
        TEST(slots_of_dead_readers_are_freed),
        TEST(writers_in_several_processes_all_land),
        TEST(first_writers_do_not_lose_each_other),
        TEST(an_abandoned_store_leaves_nothing),
        TEST(a_writer_killed_at_any_time_leaves_a_whole_state),
        TEST(a_full_disk_leaves_the_store_as_it_was),
        TEST(a_folder_that_may_only_be_read_can_be_read),
        TEST(a_reader_without_a_slot_is_never_wrong),
        TEST(a_store_of_another_user_cannot_be_read),
        TEST(readers_see_whole_states_while_a_writer_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
