// SPDX-License-Identifier: Apache-2.0
//
// What is told of a store from outside (looks, probes, heads), snapshots that are shared, and which
// stores this process takes to be the same.
#include "testing.h"

#include <pthread.h>
#include <stdatomic.h>

#include "shelf.h"

enum {
    GROWING_COMMITS = 120,
    GROWING_BYTES = 30000,
    EXCHANGES = 4000,
};

// What fails is reported, with the path.
static enum pc_status look_at(struct pc_str path, struct pc_store_marks *out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena = {0};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    enum pc_status status = pc_store_look(path, &diags, out);
    assert_true((status == PC_OK) == (diags.first == NULL));
    assert_true(status == PC_OK || pc_str_eq(diags.first->place.file, path));
    return status;
}

static struct pc_store_marks look(const struct shelf *shelf)
{
    struct pc_store_marks marks;
    assert_int_equal(look_at(shelf_path(shelf), &marks), PC_OK);
    return marks;
}

static bool marks_equal(const struct pc_store_marks *a, const struct pc_store_marks *b)
{
    return pc_store_is_same(a, b) && a->bytes == b->bytes && a->changed == b->changed;
}

// A commit by another process, for this one may have the store open.
static int put_in_child(void *context)
{
    struct shelf *shelf = context;
    return (int)shelf_put(shelf, PC_STORE_META, "k", "of the child");
}

static void put_by_other(struct shelf *shelf)
{
    assert_int_equal(shelf_in_child(put_in_child, shelf), PC_OK);
}

static bool has(struct pc_snapshot *snapshot, const char *value)
{
    struct pc_str found;
    return pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("k"), &found) == PC_OK &&
           pc_str_eq(found, pc_str_from(value));
}

static void move(const char *from, const char *to)
{
    assert_int_equal(rename(from, to), 0);
}

// Looks -------------------------------------------------------------------------------------------

static void a_look_where_nothing_is(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store_marks marks;
    struct pc_store_marks before;
    memset(&marks, 0x5a, sizeof(marks));
    before = marks;
    assert_int_equal(look_at(shelf_path(shelf), &marks), PC_ERR_NOTFOUND);
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_NOTFOUND);
    assert_int_equal(mkdir(shelf->path, 0700), 0);
    assert_int_equal(look_at(shelf_path(shelf), &marks), PC_ERR_NOTFOUND); // no data file
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_NOTFOUND);
    assert_true(shelf_write_file(shelf->data, "", 0));
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_NOTFOUND); // one without anything
    assert_int_equal(look_at(pc_str_from(shelf->data), &marks), PC_ERR_INVALID);
    assert_int_equal(pc_store_probe(pc_str_from(shelf->data)), PC_ERR_INVALID);
    assert_int_equal(look_at(PC_STR("/tmp\0/x"), &marks), PC_ERR_INVALID);
    assert_int_equal(look_at(PC_STR(""), &marks), PC_ERR_NOTFOUND);
    assert_memory_equal(&marks, &before, sizeof(marks));
}

// A path that no system takes is no reason to read behind it.
static void a_look_at_a_path_without_end(void **state)
{
    (void)state;
    static char path[100000];
    struct pc_store_marks marks;
    memset(path, 'a', sizeof(path));
    assert_int_equal(look_at((struct pc_str){path, sizeof(path)}, &marks), PC_ERR_IO);
    assert_int_equal(pc_store_probe((struct pc_str){path, sizeof(path)}), PC_ERR_IO);
}

static void marks_stay_until_something_is_written(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK); // makes the lock file, if there is none
    pc_store_close(store);
    struct pc_store_marks first = look(shelf);
    assert_true(first.data != 0 && first.lock != 0 && first.folder != 0 && first.bytes > 0);
    assert_true(shelf_has(shelf, PC_STORE_META, "k", "v"));
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_OK);
    struct pc_store_marks again = look(shelf);
    assert_true(marks_equal(&first, &again));
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_true(marks_equal(&first, pc_store_marks(store)));
    put_by_other(shelf);
    struct pc_store_marks written = look(shelf);
    assert_true(pc_store_is_same(&first, &written));
    assert_false(marks_equal(&first, &written));
    assert_true(marks_equal(&first, pc_store_marks(store))); // as it was when it was opened
    pc_store_close(store);
}

static void a_store_that_was_replaced_is_another(void **state)
{
    struct shelf *shelf = *state;
    char away[96];
    snprintf(away, sizeof(away), "%s/away", shelf->base);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    struct pc_store_marks first = look(shelf);
    move(shelf->path, away);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    struct pc_store_marks second = look(shelf);
    assert_false(pc_store_is_same(&first, &second));
    unlink(shelf->data);
    unlink(shelf->lock);
    assert_int_equal(rmdir(shelf->path), 0);
    move(away, shelf->path);
    struct pc_store_marks back = look(shelf);
    assert_true(marks_equal(&first, &back));
}

static void what_a_probe_finds(void **state)
{
    struct shelf *shelf = *state;
    size_t size = 0;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    unsigned char *bytes = shelf_read_file(shelf->data, &size);
    assert_non_null(bytes);
    for (size_t cut = 1; cut < 200; cut++) {
        enum pc_status expected = cut < 152 ? PC_ERR_INVALID : PC_ERR_DAMAGED;
        assert_true(shelf_write_file(shelf->data, bytes, cut));
        assert_int_equal(pc_store_probe(shelf_path(shelf)), expected);
    }
    uint32_t version = 7;
    memcpy(bytes + 20, &version, sizeof(version)); // behind the magic number of the first head
    assert_true(shelf_write_file(shelf->data, bytes, size));
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_VERSION);
    memset(bytes, 'x', size);
    assert_true(shelf_write_file(shelf->data, bytes, size));
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_INVALID);
    assert_int_equal(unlink(shelf->data), 0);
    assert_int_equal(mkdir(shelf->data, 0700), 0);
    assert_int_equal(pc_store_probe(shelf_path(shelf)), PC_ERR_INVALID); // no file
    assert_int_equal(rmdir(shelf->data), 0);
    free(bytes);
}

// Heads -------------------------------------------------------------------------------------------

static void write_at(const char *path, off_t at, const void *bytes, size_t count)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, count, at), (ssize_t)count);
    close(fd);
}

static void heads_that_were_written_over(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    char before[4096];
    char garbage[4096];
    memset(garbage, 'g', sizeof(garbage));
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_store_check_heads(store), PC_OK);
    for (off_t head = 0; head < 2; head++) {
        int fd = open(shelf->data, O_RDONLY);
        assert_int_equal(pread(fd, before, sizeof(before), head * 4096), sizeof(before));
        close(fd);
        write_at(shelf->data, head * 4096, garbage, sizeof(garbage));
        assert_int_equal(pc_store_check_heads(store), PC_ERR_DAMAGED);
        write_at(shelf->data, head * 4096, before, sizeof(before));
        assert_int_equal(pc_store_check_heads(store), PC_OK);
    }
    assert_int_equal(truncate(shelf->data, 2 * 4096), 0);
    assert_int_equal(pc_store_check_heads(store), PC_ERR_DAMAGED);
    assert_int_equal(truncate(shelf->data, 100), 0);
    assert_int_equal(pc_store_check_heads(store), PC_ERR_DAMAGED);
    pc_store_close(store);
}

struct growing {
    struct shelf *shelf;
    unsigned number;
};

static enum pc_status grow_work(void *context, struct pc_store_write *write)
{
    static const char value[GROWING_BYTES];
    const struct growing *growing = context;
    char key[32];
    int length = snprintf(key, sizeof(key), "key %u", growing->number);
    return pc_store_put(write, PC_STORE_TREES, (struct pc_str){key, (size_t)length},
                        (struct pc_str){value, sizeof(value)});
}

static int grow(void *context)
{
    struct growing *growing = context;
    struct shelf *shelf = growing->shelf;
    for (growing->number = 1; growing->number < GROWING_COMMITS; growing->number++) {
        if (pc_store_update(shelf_path(shelf), &shelf->diags, grow_work, growing) != PC_OK) {
            return 1;
        }
    }
    return 0;
}

// A writer makes the file longer and then says so in its heads: that is no damage at any time.
static void heads_of_a_file_that_grows_are_sound(void **state)
{
    struct shelf *shelf = *state;
    struct growing growing = {shelf, 0};
    struct pc_store *store;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, grow_work, &growing), PC_OK);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(grow(&growing));
    }
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    int status = 0;
    unsigned long wrong = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        wrong += pc_store_check_heads(store) != PC_OK;
    }
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(wrong, 0);
    pc_store_close(store);
}

// Snapshots ---------------------------------------------------------------------------------------

static void a_shared_snapshot_stands_on_its_own(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_snapshot *first;
    struct pc_snapshot *second;
    struct pc_snapshot *third;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &first), PC_OK);
    assert_int_equal(pc_snapshot_share(first, &second), PC_OK);
    put_by_other(shelf);
    assert_int_equal(pc_snapshot_share(first, &third), PC_OK); // also of a state that is old by now
    assert_int_equal(pc_snapshot_generation(third), pc_snapshot_generation(first));
    uint64_t before = pc_snapshot_generation(first);
    assert_int_equal(pc_snapshot_renew(second), PC_OK);
    assert_true(has(second, "of the child"));
    assert_int_equal(pc_snapshot_generation(second), before + 1);
    assert_true(has(first, "one") && has(third, "one"));
    pc_snapshot_close(first);
    for (unsigned i = 0; i < 5; i++) { // the pages of the state are still kept
        put_by_other(shelf);
    }
    assert_true(has(third, "one"));
    assert_int_equal(pc_snapshot_check(third), PC_OK);
    pc_snapshot_close(third);
    pc_snapshot_close(second);
    pc_store_close(store);
}

static void a_snapshot_knows_whether_it_is_the_newest(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_snapshot *shared;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (unsigned i = 0; i < 4; i++) {
        assert_true(pc_snapshot_is_newest(snapshot));
        assert_int_equal(pc_snapshot_share(snapshot, &shared), PC_OK);
        assert_true(pc_snapshot_is_newest(shared));
        put_by_other(shelf);
        assert_false(pc_snapshot_is_newest(snapshot));
        assert_false(pc_snapshot_is_newest(shared));
        assert_int_equal(pc_snapshot_renew(snapshot), PC_OK);
        assert_true(pc_snapshot_is_newest(snapshot));
        assert_false(pc_snapshot_is_newest(shared));
        pc_snapshot_close(shared);
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

enum {
    SHARERS = 4,
    SHARES = 2000,
};

static void *share_again_and_again(void *context)
{
    const struct pc_snapshot *snapshot = context;
    for (unsigned i = 0; i < SHARES; i++) {
        struct pc_snapshot *shared;
        if (pc_snapshot_share(snapshot, &shared) != PC_OK || !has(shared, "one")) {
            return NULL;
        }
        pc_snapshot_close(shared);
    }
    return context;
}

static void threads_share_a_snapshot(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    pthread_t threads[SHARERS];
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (unsigned i = 0; i < SHARERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, share_again_and_again, snapshot), 0);
    }
    for (unsigned i = 0; i < SHARERS; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, snapshot);
    }
    assert_true(has(snapshot, "one"));
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// The same store ----------------------------------------------------------------------------------

static void a_store_is_open_until_the_last_user_closes_it(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_store *again;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_ptr_equal(pc_store_share(store), store);
    assert_int_equal(shelf_open(shelf, &again), PC_OK);
    assert_ptr_equal(again, store);
    pc_store_close(store);
    pc_store_close(store);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "two"), PC_ERR_BUSY); // `again`
    struct pc_snapshot *snapshot;
    assert_int_equal(pc_snapshot_open(again, &snapshot), PC_OK);
    assert_true(has(snapshot, "one"));
    pc_snapshot_close(snapshot);
    pc_store_close(again);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "two"), PC_OK);
}

// It is the files that make a store the same, and not the path.
static void a_store_is_the_same_under_another_path(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *store;
    struct pc_store *moved;
    struct pc_store *linked;
    char away[96], link[96];
    snprintf(away, sizeof(away), "%s/away", shelf->base);
    snprintf(link, sizeof(link), "%s/link", shelf->base);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    move(shelf->path, away);
    assert_int_equal(symlink(away, link), 0);
    assert_int_equal(pc_store_open(pc_str_from(away), &shelf->diags, &moved), PC_OK);
    assert_int_equal(pc_store_open(pc_str_from(link), &shelf->diags, &linked), PC_OK);
    assert_ptr_equal(moved, store);
    assert_ptr_equal(linked, store);
    pc_store_close(store);
    pc_store_close(moved);
    pc_store_close(linked);
    unlink(link);
    move(away, shelf->path);
}

// Another store in the place of one that is open is opened beside it.
static void a_store_in_the_place_of_another_is_opened_beside_it(void **state)
{
    struct shelf *shelf = *state;
    struct pc_store *old;
    struct pc_store *new;
    struct pc_snapshot *snapshots[2];
    char away[96];
    snprintf(away, sizeof(away), "%s/away", shelf->base);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "old"), PC_OK);
    assert_int_equal(shelf_open(shelf, &old), PC_OK);
    assert_int_equal(pc_snapshot_open(old, &snapshots[0]), PC_OK);
    move(shelf->path, away);
    put_by_other(shelf);
    assert_int_equal(shelf_open(shelf, &new), PC_OK);
    assert_ptr_not_equal(new, old);
    assert_int_equal(pc_snapshot_open(new, &snapshots[1]), PC_OK);
    assert_true(has(snapshots[0], "old") && has(snapshots[1], "of the child"));
    pc_snapshot_close(snapshots[0]);
    pc_snapshot_close(snapshots[1]);
    pc_store_close(old);
    pc_store_close(new);
    unlink(shelf->data);
    unlink(shelf->lock);
    assert_int_equal(rmdir(shelf->path), 0);
    move(away, shelf->path);
}

// What is there may be looked at all the same.
static void look_aside(struct shelf *shelf, const struct pc_store_marks *now)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str value;
    assert_int_equal(pc_store_open_aside(shelf_path(shelf), &shelf->diags, &store), PC_OK);
    assert_true(pc_store_is_same(now, pc_store_marks(store)));
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("k"), &value), PC_OK);
    assert_true(pc_str_eq(value, PC_STR("one")));
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// Two environments of LMDB must not share a file, so that of a store that was replaced by half
// nothing is opened as long as the other half is in use.
static void a_store_that_was_replaced_by_half_is_not_opened(void **state)
{
    struct shelf *shelf = *state;
    const char *files[2] = {shelf->data, shelf->lock};
    struct pc_store *store;
    struct pc_store *other;
    for (unsigned i = 0; i < 2; i++) {
        size_t size = 0;
        char copy[112];
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "one"), PC_OK);
        assert_int_equal(shelf_open(shelf, &store), PC_OK);
        unsigned char *bytes = shelf_read_file(files[i], &size);
        assert_non_null(bytes);
        snprintf(copy, sizeof(copy), "%s.copy", files[i]);
        assert_true(shelf_write_file(copy, bytes, size));
        free(bytes);
        move(copy, files[i]);
        struct pc_store_marks now = look(shelf);
        assert_false(pc_store_is_same(&now, pc_store_marks(store)));
        assert_int_equal(shelf_open(shelf, &other), PC_ERR_BUSY);
        assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_IO);
        look_aside(shelf, &now);
        assert_int_equal(shelf_open(shelf, &other), PC_ERR_BUSY);
        pc_store_close(store);
        assert_int_equal(shelf_open(shelf, &other), PC_OK);
        pc_store_close(other);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

// Two stores that change places as fast as that goes.
struct exchange {
    const char *first, *second, *aside;
    atomic_bool over;
};

static void *exchange_again_and_again(void *context)
{
    struct exchange *exchange = context;
    while (!atomic_load(&exchange->over)) {
        (void)rename(exchange->first, exchange->aside);
        (void)rename(exchange->second, exchange->first);
        (void)rename(exchange->aside, exchange->second);
    }
    return NULL;
}

static void put_number(struct shelf *shelf, const char *path, const char *value)
{
    (void)snprintf(shelf->path, sizeof(shelf->path), "%s", path);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", value), PC_OK);
    struct pc_store *store; // so that there is a lock file
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    pc_store_close(store);
}

// What is open is one of the two as a whole: its folder, its files and what it holds.
static void expect_one_of(struct pc_store *store, const struct pc_store_marks marks[2])
{
    struct pc_snapshot *snapshot;
    const struct pc_store_marks *opened = pc_store_marks(store);
    bool second = opened->folder == marks[1].folder;
    assert_true(pc_store_is_same(opened, &marks[second]));
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_true(has(snapshot, second ? "second" : "first"));
    pc_snapshot_close(snapshot);
}

// A store that is replaced while it is opened is opened as a whole, or the other is.
static void a_store_is_replaced_while_it_is_opened(void **state)
{
    struct shelf *shelf = *state;
    char first[80], second[80], aside[80];
    struct pc_store_marks marks[2];
    (void)snprintf(first, sizeof(first), "%s/s", shelf->base);
    (void)snprintf(second, sizeof(second), "%s/t", shelf->base);
    (void)snprintf(aside, sizeof(aside), "%s/u", shelf->base);
    put_number(shelf, second, "second");
    marks[1] = look(shelf);
    put_number(shelf, first, "first");
    marks[0] = look(shelf);
    struct exchange exchange = {first, second, aside, false};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, exchange_again_and_again, &exchange), 0);
    for (unsigned i = 0; i < EXCHANGES; i++) {
        struct pc_store *store;
        if (shelf_open(shelf, &store) == PC_OK) { // else there was none just then
            expect_one_of(store, marks);
            pc_store_close(store);
        }
    }
    atomic_store(&exchange.over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void)snprintf(shelf->data, sizeof(shelf->data), "%s/data.mdb", second);
    (void)snprintf(shelf->lock, sizeof(shelf->lock), "%s/lock.mdb", second);
    assert_int_equal(unlink(shelf->data), 0);
    assert_int_equal(unlink(shelf->lock), 0);
    assert_int_equal(rmdir(second), 0);
    (void)snprintf(shelf->data, sizeof(shelf->data), "%s/data.mdb", first);
    (void)snprintf(shelf->lock, sizeof(shelf->lock), "%s/lock.mdb", first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_look_where_nothing_is),
        TEST(a_look_at_a_path_without_end),
        TEST(marks_stay_until_something_is_written),
        TEST(a_store_that_was_replaced_is_another),
        TEST(what_a_probe_finds),
        TEST(heads_that_were_written_over),
        TEST(heads_of_a_file_that_grows_are_sound),
        TEST(a_shared_snapshot_stands_on_its_own),
        TEST(a_snapshot_knows_whether_it_is_the_newest),
        TEST(threads_share_a_snapshot),
        TEST(a_store_is_open_until_the_last_user_closes_it),
        TEST(a_store_is_the_same_under_another_path),
        TEST(a_store_in_the_place_of_another_is_opened_beside_it),
        TEST(a_store_that_was_replaced_by_half_is_not_opened),
        TEST(a_store_is_replaced_while_it_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
