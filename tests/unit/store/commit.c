// SPDX-License-Identifier: Apache-2.0
//
// Writing the head of a file fails, by which a commit counts: then nothing was committed, what was
// there can be read, and the next commit works. The calls of LMDB come by here first.
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS // both names of a function are wanted
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "shelf.h"

#define PUBLIC __attribute__((visibility("default")))

enum {
    HEADS_END = 8192, // of the smallest pages
    SHORT = 0,
    ALWAYS = 1000,
};

static int failure; // errno, or SHORT
static int times;   // that writing a head still fails
static int failed;

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t at)
{
    if (at >= HEADS_END || times == 0) {
        return syscall(SYS_pwrite64, fd, bytes, size, at);
    }
    times--;
    failed++;
    errno = failure;
    return failure == SHORT ? syscall(SYS_pwrite64, fd, bytes, size / 2, at) : -1;
}

PUBLIC ssize_t pwrite(int fd, const void *buf, size_t n, off_t offset)
{
    return write_at(fd, buf, n, offset);
}

PUBLIC ssize_t pwrite64(int fd, const void *buf, size_t n, off64_t offset)
{
    return write_at(fd, buf, n, offset);
}

static int syncs; // of folders until one fails, counted from 1; 0: none does

// LMDB has fdatasync.
PUBLIC int fsync(int fd)
{
    if (syncs == 0 || --syncs > 0) {
        return (int)syscall(SYS_fsync, fd);
    }
    errno = EIO;
    return -1;
}

static bool tells(struct pc_str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void fails_cleanly(struct shelf *shelf, int how, int count, enum pc_status expected)
{
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "old"), PC_OK);
    failure = how;
    times = count;
    failed = 0;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "new"), expected);
    assert_true(failed > 0);
    times = 0;
    assert_true(shelf_has(shelf, PC_STORE_META, "key", "old"));
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "next"), PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_META, "key", "next"));
}

// LMDB writes the head a second time when it could not be written, which works or fails as well.
static void a_head_that_cannot_be_written_changes_nothing(void **state)
{
    struct shelf *shelf = *state;
    for (int count = 1; count <= 2; count++) {
        fails_cleanly(shelf, EIO, count, PC_ERR_IO);
        fails_cleanly(shelf, ENOSPC, count, PC_ERR_FULL);
        fails_cleanly(shelf, EDQUOT, count, PC_ERR_FULL);
        fails_cleanly(shelf, SHORT, count, PC_ERR_IO);
    }
    fails_cleanly(shelf, EIO, ALWAYS, PC_ERR_IO);
}

// Behind the first head of a new store, of which there is no state before.
static void a_new_store_is_made_or_is_not(void **state)
{
    struct shelf *shelf = *state;
    for (int count = 1; count <= 3; count++) {
        failure = EIO;
        times = count;
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "new"), PC_ERR_IO);
        times = 0;
        assert_false(shelf_exists(shelf->path));
    }
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "next"), PC_OK);
    assert_true(shelf_has(shelf, PC_STORE_META, "key", "next"));
}

// Bringing the names to the disk: those in the store's folder first, then that of the folder, which
// others may use by then, so that it stays and is said to.
static void a_new_store_is_in_its_place_or_is_not(void **state)
{
    struct shelf *shelf = *state;
    syncs = 1;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "new"), PC_ERR_IO);
    assert_false(shelf_exists(shelf->path));
    syncs = 2;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "new"), PC_ERR_IO);
    assert_true(tells(shelf->diags.last->hint, "in its place all the same"));
    assert_true(shelf_has(shelf, PC_STORE_META, "key", "new"));
}

// A reader that has the store open sees the old state throughout, and then the next one.
static void a_reader_goes_on(void **state)
{
    struct shelf *shelf = *state;
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "key", "old"), PC_OK);
    (void)fflush(NULL);
    pid_t writer = fork(); // the process that reads may not write
    assert_true(writer >= 0);
    if (writer == 0) {
        failure = EIO;
        times = 1;
        _exit(shelf_put(shelf, PC_STORE_META, "key", "new") == PC_ERR_IO ? 0 : 1);
    }
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    struct pc_str found;
    int status = 0;
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(status, 0);
    assert_int_equal(pc_store_check_heads(store), PC_OK);
    assert_int_equal(pc_snapshot_renew(snapshot), PC_OK);
    assert_int_equal(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR("key"), &found), PC_OK);
    assert_true(pc_str_eq(found, PC_STR("old")));
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_that_cannot_be_written_changes_nothing, shelf_setup,
                                        shelf_teardown),
        cmocka_unit_test_setup_teardown(a_new_store_is_made_or_is_not, shelf_setup, shelf_teardown),
        cmocka_unit_test_setup_teardown(a_new_store_is_in_its_place_or_is_not, shelf_setup,
                                        shelf_teardown),
        cmocka_unit_test_setup_teardown(a_reader_goes_on, shelf_setup, shelf_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
