// SPDX-License-Identifier: Apache-2.0
#include "log_case.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    THREADS = 8,
    EACH = 2000,
};

struct worker {
    struct polcheck_logger *logger;
    char name[16];
    pthread_t thread;
};

static void *work(void *argument)
{
    const struct worker *worker = argument;
    for (uint64_t i = 0; i < EACH; i++) {
        log_case_log(worker->logger, worker->name, i);
    }
    return NULL;
}

static void start_workers(struct worker *workers, struct polcheck_logger *logger)
{
    for (int i = 0; i < THREADS; i++) {
        workers[i].logger = logger;
        (void)snprintf(workers[i].name, sizeof(workers[i].name), "worker-%d", i);
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
}

static void join_workers(struct worker *workers)
{
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
    }
}

static void many_threads_lose_nothing_and_keep_their_order(void **state)
{
    struct log_case *log = *state;
    struct worker workers[THREADS];
    struct polcheck_logger *logger = log_case_logger(log->path, (size_t)THREADS * EACH);
    start_workers(workers, logger);
    join_workers(workers);
    assert_int_equal(polcheck_logger_dropped(logger), 0);
    polcheck_logger_close(logger);
    struct pc_str *lines;
    assert_int_equal(log_case_lines(log, log_case_read(log, log->path), &lines), THREADS * EACH);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(log_case_numbers(log, log->path, workers[i].name, 0), EACH);
    }
}

// With a ring that is too small: what is not in the file was counted, in the file too.
static void many_threads_and_a_small_ring(void **state)
{
    struct log_case *log = *state;
    struct worker workers[THREADS];
    struct polcheck_logger *logger = log_case_logger(log->path, 32);
    start_workers(workers, logger);
    for (int i = 0; i < 50; i++) {
        polcheck_logger_reopen(logger);
        (void)polcheck_logger_flush(logger, 1);
    }
    join_workers(workers);
    uint64_t dropped = polcheck_logger_dropped(logger);
    polcheck_logger_close(logger);
    struct log_case_tally tally = log_case_count(log, log->path);
    assert_int_equal(tally.told, dropped);
    assert_int_equal(tally.decisions + dropped, THREADS * EACH);
}

// Signals go to the server's threads: the writer's blocks them all.
static volatile sig_atomic_t handled;
static pthread_t handler_thread;

static void on_signal(int number)
{
    (void)number;
    handled++;
    handler_thread = pthread_self();
}

static void the_thread_takes_no_signals(void **state)
{
    struct log_case *log = *state;
    sigset_t only;
    sigset_t before;
    struct sigaction action;
    struct sigaction old;
    memset(&action, 0, sizeof(action));
    action.sa_handler = on_signal;
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    struct polcheck_logger *logger = log_case_logger(log->path, 8);
    // Blocked here, so that the writer's thread would be the one to get it.
    (void)sigemptyset(&only);
    (void)sigaddset(&only, SIGUSR1);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &only, &before), 0);
    assert_int_equal(kill(getpid(), SIGUSR1), 0);
    log_case_log(logger, "me", 0);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    assert_int_equal(handled, 0);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, &before, NULL), 0);
    assert_int_equal(handled, 1);
    assert_true(pthread_equal(handler_thread, pthread_self()));
    polcheck_logger_close(logger);
    assert_int_equal(sigaction(SIGUSR1, &old, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_threads_lose_nothing_and_keep_their_order),
        TEST(many_threads_and_a_small_ring),
        TEST(the_thread_takes_no_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
