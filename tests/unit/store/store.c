// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <pthread.h>

#include "record.h"
#include "shelf.h"

// Round trips -------------------------------------------------------------------------------------

static const size_t key_sizes[] = {0,   1,   2,   447, 448, 449,  479,
                                   480, 481, 482, 511, 512, 2048, 70000};
static const size_t value_sizes[] = {0,    1,    7,    8,    1015, 1016,  1017,   1023,   1024,
                                     1025, 2000, 2040, 4088, 4096, 65536, 999999, 5 << 20};

enum {
    KEYS = sizeof(key_sizes) / sizeof(key_sizes[0]),
    VALUES = sizeof(value_sizes) / sizeof(value_sizes[0]),
    BIG = 5 << 20,
};

static struct pc_str pattern(char *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(unsigned char)(i * 31 + seed * 7 + i / 251);
    }
    return (struct pc_str){bytes, size};
}

// Every combination of a key's and a value's size, the last value staying under the key.
static enum pc_status put_sizes(void *context, struct pc_store_write *write)
{
    char *bytes = context;
    static char key[70000];
    for (unsigned k = 0; k < KEYS; k++) {
        pattern(key, key_sizes[k], 1);
        for (unsigned v = 0; v < VALUES; v++) {
            struct pc_str value = pattern(bytes, value_sizes[(k + v) % VALUES], k + v);
            PC_TRY(pc_store_put(write, PC_STORE_TREES, (struct pc_str){key, key_sizes[k]}, value));
            struct pc_str seen;
            PC_TRY(pc_store_peek(write, PC_STORE_TREES, (struct pc_str){key, key_sizes[k]}, &seen));
            if (!pc_str_eq(seen, value)) {
                return PC_ERR_INTERNAL;
            }
        }
    }
    return PC_OK;
}

static void keys_and_values_of_all_sizes_come_back(void **state)
{
    struct shelf *shelf = *state;
    char *bytes = malloc(BIG);
    assert_non_null(bytes);
    static char key[70000];
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_sizes, bytes), PC_OK);
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (unsigned k = 0; k < KEYS; k++) {
        struct pc_str value;
        struct pc_str wanted_key = pattern(key, key_sizes[k], 1);
        assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_TREES, wanted_key, &value), PC_OK);
        unsigned v = VALUES - 1;
        struct pc_str wanted = pattern(bytes, value_sizes[(k + v) % VALUES], k + v);
        assert_true(pc_str_eq(value, wanted));
        assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, wanted_key, &value),
                         PC_ERR_NOTFOUND);
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    free(bytes);
}

// A cursor ----------------------------------------------------------------------------------------

struct listed {
    struct pc_str keys[64], values[64];
    size_t count;
};

static enum pc_status list(void *context, struct pc_str key, struct pc_str value)
{
    struct listed *listed = context;
    listed->keys[listed->count] = key;
    listed->values[listed->count++] = value;
    return PC_OK;
}

static void a_cursor_goes_where_each_goes(void **state)
{
    struct shelf *shelf = *state;
    char key[] = "key 00";
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_cursor *cursor;
    struct listed all = {.count = 0};
    struct pc_str shown = PC_STR("untouched"), value;
    for (unsigned i = 0; i < 40; i++) {
        key[4] = (char)('0' + i * 7 % 40 / 10);
        key[5] = (char)('0' + i * 7 % 40 % 10);
        assert_int_equal(shelf_put(shelf, PC_STORE_TREES, key, i % 3 == 0 ? "" : key), PC_OK);
    }
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_TREES, list, &all), PC_OK);
    assert_int_equal(all.count, 40);
    assert_int_equal(pc_cursor_open(snapshot, PC_STORE_TREES, &cursor), PC_OK);
    for (size_t i = 0; i < all.count; i++) {
        assert_int_equal(pc_cursor_next(cursor, &shown, &value), PC_OK);
        assert_true(pc_str_eq(shown, all.keys[i]) && pc_str_eq(value, all.values[i]));
    }
    struct pc_str last = shown;
    for (int i = 0; i < 2; i++) { // the end stays the end, and touches nothing
        assert_int_equal(pc_cursor_next(cursor, &shown, &value), PC_ERR_NOTFOUND);
        assert_ptr_equal(shown.ptr, last.ptr);
    }
    pc_cursor_close(cursor);
    assert_int_equal(pc_cursor_open(snapshot, PC_STORE_SETS, &cursor), PC_OK); // an empty table
    assert_int_equal(pc_cursor_next(cursor, &shown, &value), PC_ERR_NOTFOUND);
    pc_cursor_close(cursor);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

static void long_keys_are_told_apart_by_all_their_bytes(void **state)
{
    struct shelf *shelf = *state;
    char first[601];
    char second[601];
    memset(first, 'k', 600);
    memset(second, 'k', 600);
    first[600] = second[600] = '\0';
    second[599] = 'l';
    assert_int_equal(shelf_put(shelf, PC_STORE_RESOURCES, first, "one"), PC_OK);
    assert_int_equal(shelf_put(shelf, PC_STORE_RESOURCES, second, "two"), PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_RESOURCES, first, "one"));
    assert_true(shelf_has(shelf, PC_STORE_RESOURCES, second, "two"));
    second[599] = 'm';
    assert_false(shelf_has(shelf, PC_STORE_RESOURCES, second, "two"));
}

// A key that is what a long one is stored as must not open it.
static void a_short_key_cannot_pass_for_a_long_one(void **state)
{
    struct shelf *shelf = *state;
    char key[601];
    memset(key, 'k', 600);
    key[600] = '\0';
    assert_int_equal(shelf_put(shelf, PC_STORE_RESOURCES, key, "long"), PC_OK);
    struct pc_record_key stored;
    pc_record_key_make(&stored, pc_str_from(key));
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = stored.len - 34; to <= stored.len; to++) {
            struct pc_str value;
            struct pc_str probe = {stored.bytes + from, to - from};
            assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_RESOURCES, probe, &value),
                             PC_ERR_NOTFOUND);
        }
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// Walks -------------------------------------------------------------------------------------------

struct seen {
    struct pc_buf text; // key=value,
    size_t stop_after;  // 0: never
    size_t count;
};

static enum pc_status note(void *context, struct pc_str key, struct pc_str value)
{
    struct seen *seen = context;
    pc_buf_str(&seen->text, key);
    pc_buf_byte(&seen->text, '=');
    pc_buf_str(&seen->text, value);
    pc_buf_byte(&seen->text, ',');
    seen->count++;
    return seen->count == seen->stop_after ? PC_ERR_INTERRUPTED : PC_OK;
}

static enum pc_status put_unordered(void *context, struct pc_store_write *write)
{
    struct seen *seen = context;
    pc_buf_reset(&seen->text);
    static const char *const keys[] = {"b", "a\xff", "", "ab", "a", "\xff", "B"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        PC_TRY(pc_store_put(write, PC_STORE_LEVELS, pc_str_from(keys[i]), PC_STR("v")));
    }
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("other"), PC_STR("table")));
    return pc_store_peek_each(write, PC_STORE_LEVELS, note, seen);
}

static void entries_are_visited_in_the_order_of_bytes(void **state)
{
    struct shelf *shelf = *state;
    struct seen seen = {.count = 0};
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_unordered, &seen),
                     PC_OK);
    assert_view(pc_buf_view(&seen.text), "=v,B=v,a=v,ab=v,a\xff=v,b=v,\xff=v,");
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    pc_buf_reset(&seen.text);
    assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_LEVELS, note, &seen), PC_OK);
    assert_view(pc_buf_view(&seen.text), "=v,B=v,a=v,ab=v,a\xff=v,b=v,\xff=v,");
    pc_buf_reset(&seen.text);
    seen.count = 0;
    seen.stop_after = 2;
    assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_LEVELS, note, &seen), PC_ERR_INTERRUPTED);
    assert_view(pc_buf_view(&seen.text), "=v,B=v,");
    pc_buf_reset(&seen.text);
    assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_TREES, note, &seen), PC_OK);
    assert_view(pc_buf_view(&seen.text), "");
    // What the store keeps about itself is not among the callers' records.
    assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_META, note, &seen), PC_OK);
    assert_view(pc_buf_view(&seen.text), "other=table,");
    pc_snapshot_close(snapshot);
    pc_store_close(store);
    pc_buf_release(&seen.text);
}

static enum pc_status put_in_visit(void *context, struct pc_str key, struct pc_str value)
{
    (void)key;
    (void)value;
    return pc_store_put(context, PC_STORE_META, PC_STR("x"), PC_STR("y"));
}

static enum pc_status write_while_walking(void *context, struct pc_store_write *write)
{
    (void)context;
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("k"), PC_STR("v")));
    // The work hides the failure, which must not help.
    (void)!pc_store_peek_each(write, PC_STORE_META, put_in_visit, write);
    return PC_OK;
}

static void writing_to_a_table_while_walking_it_is_refused(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, write_while_walking, NULL),
                     PC_ERR_USAGE);
    assert_false(shelf_exists(shelf->path));
}

// Changes -----------------------------------------------------------------------------------------

static enum pc_status change(void *context, struct pc_store_write *write)
{
    (void)context;
    struct pc_str value;
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("b"), PC_STR("2")));
    PC_TRY(pc_store_delete(write, PC_STORE_META, PC_STR("a")));
    if (pc_store_delete(write, PC_STORE_META, PC_STR("a")) != PC_ERR_NOTFOUND ||
        pc_store_peek(write, PC_STORE_META, PC_STR("a"), &value) != PC_ERR_NOTFOUND ||
        pc_store_peek(write, PC_STORE_LEVELS, PC_STR("l"), &value) != PC_OK) {
        return PC_ERR_INTERNAL;
    }
    PC_TRY(pc_store_clear(write, PC_STORE_LEVELS));
    PC_TRY(pc_store_put(write, PC_STORE_LEVELS, PC_STR("m"), PC_STR("3")));
    return PC_OK;
}

static void deleting_clearing_and_replacing_work(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "a", "1"), PC_OK);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "b", "1"), PC_OK);
    assert_int_equal(shelf_put(shelf, PC_STORE_LEVELS, "l", "1"), PC_OK);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, change, NULL), PC_OK);
    assert_false(shelf_has(shelf, PC_STORE_META, "a", "1"));
    assert_true(shelf_has(shelf, PC_STORE_META, "b", "2"));
    assert_false(shelf_has(shelf, PC_STORE_LEVELS, "l", "1"));
    assert_true(shelf_has(shelf, PC_STORE_LEVELS, "m", "3"));
}

static enum pc_status fail_half_way(void *context, struct pc_store_write *write)
{
    const enum pc_status *status = context;
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("b"), PC_STR("new")));
    PC_TRY(pc_store_clear(write, PC_STORE_TREES));
    return *status;
}

static void work_that_fails_changes_nothing(void **state)
{
    struct shelf *shelf = *state;
    enum pc_status status = PC_ERR_INVALID;
    assert_int_equal(shelf_put(shelf, PC_STORE_TREES, "t", "tree"), PC_OK);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fail_half_way, &status),
                     PC_ERR_INVALID);
    assert_int_equal(shelf_code(shelf), PC_DIAG_NONE); // its own failure, which it reports itself
    assert_false(shelf_has(shelf, PC_STORE_META, "b", "new"));
    assert_true(shelf_has(shelf, PC_STORE_TREES, "t", "tree"));
}

static void a_folder_made_for_work_that_fails_is_removed(void **state)
{
    struct shelf *shelf = *state;
    for (enum pc_status status = PC_ERR_NOMEM; status <= PC_ERR_INTERRUPTED; status++) {
        assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fail_half_way, &status),
                         status);
        assert_false(shelf_exists(shelf->path));
    }
    // One that was there stays, as empty as it was.
    assert_int_equal(mkdir(shelf->path, 0700), 0);
    enum pc_status status = PC_ERR_IO;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fail_half_way, &status),
                     PC_ERR_IO);
    assert_int_equal(rmdir(shelf->path), 0);
}

struct growth {
    unsigned runs;
    size_t total;
    bool swallow; // the work hides the failures
};

static enum pc_status write_much(void *context, struct pc_store_write *write)
{
    struct growth *growth = context;
    static char bytes[100000];
    growth->runs++;
    for (size_t done = 0, i = 0; done < growth->total; done += sizeof(bytes), i++) {
        char key[32];
        int length = snprintf(key, sizeof(key), "key %zu", i);
        memset(bytes, (int)(i % 256), sizeof(bytes));
        enum pc_status status =
            pc_store_put(write, PC_STORE_TREES, (struct pc_str){key, (size_t)length},
                         (struct pc_str){bytes, sizeof(bytes)});
        if (status != PC_OK && !growth->swallow) {
            return status;
        }
    }
    return PC_OK;
}

static void the_map_grows_and_work_runs_again(void **state)
{
    struct shelf *shelf = *state;
    for (unsigned swallow = 0; swallow < 2; swallow++) {
        struct growth growth = {.total = 50 * 1000 * 1000, .swallow = swallow};
        assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, write_much, &growth),
                         PC_OK);
        // From 1 MiB to 16 and to 256, where 50 MB fit; then what is there tells the size.
        assert_in_range(growth.runs, swallow ? 1 : 3, swallow ? 2 : 3);
    }
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(pc_snapshot_generation(snapshot), 2);
    struct pc_str value;
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_TREES, PC_STR("key 499"), &value), PC_OK);
    assert_int_equal(value.len, 100000);
    assert_int_equal((unsigned char)value.ptr[99999], 499 % 256);
    uint64_t size = 0;
    assert_int_equal(pc_store_size(store, &size), PC_OK);
    assert_in_range(size, 50 * 1000 * 1000, 55 * 1000 * 1000);
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

static void the_generation_rises_with_each_commit(void **state)
{
    struct shelf *shelf = *state;
    uint64_t before = 0;
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", i == 3 ? "v2" : "v"), PC_OK);
        struct pc_store *store;
        struct pc_snapshot *snapshot;
        assert_int_equal(shelf_open(shelf, &store), PC_OK);
        assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
        assert_true(pc_snapshot_generation(snapshot) > before);
        before = pc_snapshot_generation(snapshot);
        pc_snapshot_close(snapshot);
        pc_store_close(store);
    }
}

// One process -------------------------------------------------------------------------------------

static void a_store_opened_twice_is_one(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    struct pc_store *first;
    struct pc_store *second;
    struct pc_snapshot *snapshot;
    char other[96];
    snprintf(other, sizeof(other), "%s/./", shelf->path);
    assert_int_equal(shelf_open(shelf, &first), PC_OK);
    assert_int_equal(pc_store_open(pc_str_from(other), &shelf->diags, &second), PC_OK);
    assert_ptr_equal(first, second);
    pc_store_close(first);
    assert_int_equal(pc_snapshot_open(second, &snapshot), PC_OK);
    struct pc_str value;
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("k"), &value), PC_OK);
    assert_view(value, "v");
    pc_snapshot_close(snapshot);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "w"), PC_ERR_BUSY);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_IO);
    pc_store_close(second);
    pc_store_close(NULL);
    pc_snapshot_close(NULL);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "w"), PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_META, "k", "w"));
}

static enum pc_status update_in_update(void *context, struct pc_store_write *write)
{
    struct shelf *shelf = context;
    PC_TRY(pc_store_put(write, PC_STORE_META, PC_STR("k"), PC_STR("outer")));
    struct pc_store *store;
    if (shelf_put(shelf, PC_STORE_META, "k", "inner") != PC_ERR_BUSY ||
        shelf_open(shelf, &store) != PC_ERR_BUSY) {
        return PC_ERR_INTERNAL;
    }
    return PC_OK;
}

static void an_update_inside_an_update_is_refused(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "before"), PC_OK);
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, update_in_update, shelf),
                     PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_META, "k", "outer"));
}

static enum pc_status count_up(void *context, struct pc_store_write *write)
{
    (void)context;
    struct pc_str value;
    unsigned char count = 0;
    enum pc_status status = pc_store_peek(write, PC_STORE_META, PC_STR("count"), &value);
    if (status == PC_OK) {
        count = (unsigned char)value.ptr[0];
    } else if (status != PC_ERR_NOTFOUND) {
        return status;
    }
    char next = (char)(count + 1);
    return pc_store_put(write, PC_STORE_META, PC_STR("count"), (struct pc_str){&next, 1});
}

static void *count_in_thread(void *context)
{
    struct pc_arena arena = {.head = NULL};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    uintptr_t failures = 0;
    for (unsigned i = 0; i < 20; i++) {
        failures += pc_store_update(pc_str_from(context), &diags, count_up, NULL) != PC_OK;
    }
    pc_arena_release(&arena);
    return (void *)failures;
}

static void threads_that_update_take_turns(void **state)
{
    struct shelf *shelf = *state;
    pthread_t threads[4];
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_in_thread, shelf->path), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        void *failures = NULL;
        assert_int_equal(pthread_join(threads[i], &failures), 0);
        assert_null(failures);
    }
    assert_true(shelf_has(shelf, PC_STORE_META, "count", "\x50")); // 80
}

static void files_are_for_the_owner_alone(void **state)
{
    struct shelf *shelf = *state;
    mode_t before = umask(0);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    umask(before);
    struct stat info;
    assert_int_equal(stat(shelf->path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    assert_int_equal(stat(shelf->data, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(stat(shelf->lock, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_true(info.st_blocks * 512 >= info.st_size); // no hole for the map to fall into
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_and_values_of_all_sizes_come_back),
        TEST(a_cursor_goes_where_each_goes),
        TEST(long_keys_are_told_apart_by_all_their_bytes),
        TEST(a_short_key_cannot_pass_for_a_long_one),
        TEST(entries_are_visited_in_the_order_of_bytes),
        TEST(writing_to_a_table_while_walking_it_is_refused),
        TEST(deleting_clearing_and_replacing_work),
        TEST(work_that_fails_changes_nothing),
        TEST(a_folder_made_for_work_that_fails_is_removed),
        TEST(the_map_grows_and_work_runs_again),
        TEST(the_generation_rises_with_each_commit),
        TEST(a_store_opened_twice_is_one),
        TEST(an_update_inside_an_update_is_refused),
        TEST(threads_that_update_take_turns),
        TEST(files_are_for_the_owner_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
