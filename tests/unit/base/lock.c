// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // flock, usleep
#include "testing.h"

#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LONG_MS = 60 * 1000,
    SHORT_MS = 30,
};

// Two descriptions of one file, of which the second is for reading alone.
struct pair {
    int mine, other;
};

static int open_pair(void **state)
{
    static struct pair pair;
    char path[] = "/tmp/polcheck-lock-XXXXXX";
    pair.mine = mkstemp(path);
    pair.other = open(path, O_RDONLY | O_CLOEXEC);
    *state = &pair;
    return pair.mine < 0 || pair.other < 0 || unlink(path) != 0 ? -1 : 0;
}

static int close_pair(void **state)
{
    const struct pair *pair = *state;
    (void)close(pair->mine);
    (void)close(pair->other);
    return 0;
}

static void a_lock_keeps_others_out(void **state)
{
    const struct pair *pair = *state;
    assert_int_equal(pc_lock_take(pair->mine, true, 0), 0);
    assert_int_equal(pc_lock_take(pair->mine, true, 0), 0); // had already
    assert_int_equal(flock(pair->other, LOCK_SH | LOCK_NB), -1);
    pc_lock_give(pair->mine);
    pc_lock_give(pair->mine);
    assert_int_equal(pc_lock_take(pair->mine, false, 0), 0);
    assert_int_equal(flock(pair->other, LOCK_SH | LOCK_NB), 0);
    assert_int_equal(flock(pair->other, LOCK_EX | LOCK_NB), -1);
}

static void one_that_others_keep_is_given_up(void **state)
{
    const struct pair *pair = *state;
    assert_int_equal(flock(pair->other, LOCK_SH), 0);
    assert_int_equal(pc_lock_take(pair->mine, true, 0), EWOULDBLOCK);
    assert_int_equal(pc_lock_take(pair->mine, true, SHORT_MS), EWOULDBLOCK);
    assert_int_equal(pc_lock_take(pair->mine, false, 0), 0);
    assert_int_equal(flock(pair->other, LOCK_UN), 0);
    assert_int_equal(pc_lock_take(pair->mine, true, 0), 0);
}

// By a process that ends while this one waits.
static void one_that_is_given_back_is_had(void **state)
{
    const struct pair *pair = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char path[64];
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", pair->mine);
        int own = open(path, O_RDONLY | O_CLOEXEC);
        bool told = own >= 0 && flock(own, LOCK_EX) == 0 && write(ready[1], "", 1) == 1;
        (void)usleep(SHORT_MS * 1000);
        _exit(told ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(pc_lock_take(pair->mine, true, LONG_MS), 0);
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

static void what_cannot_be_locked_is_told(void **state)
{
    (void)state;
    assert_int_equal(pc_lock_take(-1, true, LONG_MS), EBADF);
    pc_lock_give(-1);
}

#define PAIR(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR(a_lock_keeps_others_out),
        PAIR(one_that_others_keep_is_given_up),
        PAIR(one_that_is_given_back_is_had),
        cmocka_unit_test(what_cannot_be_locked_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
