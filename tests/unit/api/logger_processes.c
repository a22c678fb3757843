// SPDX-License-Identifier: Apache-2.0
//
// Several processes with one log, and a logger of the parent in a child.
#include "log_case.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EACH = 2000,
};

static void log_as_process(const char *path, const char *who)
{
    struct polcheck_logger *logger = log_case_logger(path, 4096);
    for (uint64_t i = 0; i < EACH; i++) {
        log_case_log(logger, who, i);
        if (i % 100 == 99) {
            (void)polcheck_logger_flush(logger, LONG_MS); // many writes, so that they meet
        }
    }
    polcheck_logger_close(logger);
}

static int wait_for(pid_t child)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void two_processes_append_whole_lines(void **state)
{
    struct log_case *log = *state;
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        log_as_process(log->path, "child");
        _exit(0);
    }
    log_as_process(log->path, "parent");
    assert_int_equal(wait_for(child), 0);
    assert_int_equal(log_case_numbers(log, log->path, "child", 0), EACH);
    assert_int_equal(log_case_numbers(log, log->path, "parent", 0), EACH);
}

// What the child does with its parent's logger; 0: as it should.
static int misuse(struct polcheck_logger *logger)
{
    uint64_t before = polcheck_logger_dropped(logger);
    log_case_log(logger, "child", 0);
    polcheck_logger_reopen(logger);
    int wrong = polcheck_logger_dropped(logger) != before + 1;
    wrong |= polcheck_logger_flush(logger, 0) ? 2 : 0;
    polcheck_logger_close(logger);
    return wrong;
}

static void a_child_drops_and_may_close(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 64);
    size_t ticket;
    log_case_log(logger, "me", 0);
    void *room = log_case_hold(logger, &ticket); // the fork comes while somebody logs
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(misuse(logger));
    }
    assert_int_equal(wait_for(child), 0);
    log_case_let_go(logger, room, ticket);
    log_case_log(logger, "me", 1);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    assert_int_equal(polcheck_logger_dropped(logger), 0);
    polcheck_logger_close(logger);
    assert_int_equal(log_case_numbers(log, log->path, "me", 0), 2);
    assert_int_equal(log_case_numbers(log, log->path, "child", 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_processes_append_whole_lines),
        TEST(a_child_drops_and_may_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
