// SPDX-License-Identifier: Apache-2.0
//
// Logs that are rotated under the logger.
#include "log_case.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void rotating_loses_nothing(void **state)
{
    struct log_case *log = *state;
    enum {
        TURNS = 20,
        A_TURN = 200,
    };
    struct polcheck_logger *logger = log_case_logger(log->path, 1024);
    const char *names[TURNS];
    uint64_t number = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "log.%d", turn);
        names[turn] = log_case_path(log, name);
        for (int i = 0; i < A_TURN; i++) {
            log_case_log(logger, "me", number++);
        }
        assert_int_equal(rename(log->path, names[turn]), 0);
        polcheck_logger_reopen(logger);
        log_case_log(logger, "me", number++);
        assert_true(polcheck_logger_flush(logger, LONG_MS));
        // The last was logged after the turn: it is in the new file, and maybe some before it.
        assert_true(log_case_read(log, log->path).len > 0);
    }
    polcheck_logger_close(logger);
    uint64_t next = 0;
    for (int turn = 0; turn < TURNS; turn++) {
        next = log_case_numbers(log, names[turn], "me", next);
    }
    assert_int_equal(log_case_numbers(log, log->path, "me", next), number);
}

static struct polcheck_logger *signalled;

static void on_hangup(int number)
{
    (void)number;
    polcheck_logger_reopen(signalled);
}

static void rotating_by_a_signal(void **state)
{
    struct log_case *log = *state;
    struct sigaction action;
    struct sigaction old;
    const char *rotated = log_case_path(log, "log.1");
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_hangup;
    assert_int_equal(sigaction(SIGHUP, &action, &old), 0);
    signalled = log_case_logger(log->path, 8);
    log_case_log(signalled, "me", 0);
    assert_true(polcheck_logger_flush(signalled, LONG_MS));
    assert_int_equal(rename(log->path, rotated), 0);
    assert_int_equal(raise(SIGHUP), 0);
    log_case_log(signalled, "me", 1);
    polcheck_logger_close(signalled);
    assert_int_equal(sigaction(SIGHUP, &old, NULL), 0);
    assert_int_equal(log_case_numbers(log, rotated, "me", 0), 1);
    assert_int_equal(log_case_numbers(log, log->path, "me", 1), 2);
}

// What is at the path cannot be opened: the old file goes on, until it can.
static void a_path_that_cannot_be_opened_is_tried_again(void **state)
{
    struct log_case *log = *state;
    const char *rotated = log_case_path(log, "log.1");
    struct polcheck_logger *logger = log_case_logger(log->path, 8);
    assert_int_equal(rename(log->path, rotated), 0);
    assert_int_equal(mkdir(log->path, 0700), 0);
    polcheck_logger_reopen(logger);
    log_case_log(logger, "me", 0);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    assert_int_equal(log_case_numbers(log, rotated, "me", 0), 1);
    assert_int_equal(rmdir(log->path), 0);
    for (int i = 0; i < LONG_MS / 10 && access(log->path, F_OK) != 0; i++) {
        struct timespec pause = {0, 10000000};
        (void)nanosleep(&pause, NULL);
    }
    log_case_log(logger, "me", 1);
    polcheck_logger_close(logger);
    assert_int_equal(log_case_numbers(log, rotated, "me", 0), 1);
    assert_int_equal(log_case_numbers(log, log->path, "me", 1), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rotating_loses_nothing),
        TEST(rotating_by_a_signal),
        TEST(a_path_that_cannot_be_opened_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
