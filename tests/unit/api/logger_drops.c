// SPDX-License-Identifier: Apache-2.0
//
// What does not reach the file is counted, and the file says so.
#include "log_case.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

static void a_full_ring_drops_and_says_so(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 8);
    size_t ticket;
    void *room = log_case_hold(logger, &ticket);
    for (uint64_t i = 0; i < 24; i++) {
        log_case_log(logger, "me", i);
    }
    assert_int_equal(polcheck_logger_dropped(logger), 17); // seven slots were free
    log_case_let_go(logger, room, ticket);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    log_case_log(logger, "me", 7);
    polcheck_logger_close(logger);
    struct log_case_tally tally = log_case_count(log, log->path);
    assert_int_equal(tally.told, 17);
    assert_int_equal(tally.decisions, 9);
    assert_int_equal(log_case_numbers(log, log->path, "me", 0), 8);
}

static void an_event_of_another_size_is_dropped(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 8);
    struct polcheck_decision_event event = log_case_event();
    event.size = 0;
    polcheck_logger_log(logger, &event);
    polcheck_logger_log(logger, NULL);
    assert_int_equal(polcheck_logger_dropped(logger), 1);
    polcheck_logger_close(logger);
}

static void what_a_full_disk_takes_away_is_counted(void **state)
{
    (void)state;
    struct polcheck_logger *logger = log_case_logger("/dev/full", 64);
    for (uint64_t i = 1; i <= 30; i++) {
        log_case_log(logger, "me", i);
        if (i % 10 == 0) {
            assert_false(polcheck_logger_flush(logger, LONG_MS));
            assert_int_equal(polcheck_logger_dropped(logger), i);
        }
    }
    assert_true(polcheck_logger_flush(logger, LONG_MS)); // what is lost is no longer waited for
    polcheck_logger_close(logger);
}

// The disk is full, and then there is room again: the log goes on and says what is missing.
static void after_a_full_disk_the_log_goes_on(void **state)
{
    struct log_case *log = *state;
    const char *way = log_case_path(log, "way");
    assert_int_equal(symlink("/dev/full", way), 0);
    struct polcheck_logger *logger = log_case_logger(way, 64);
    for (uint64_t i = 0; i < 5; i++) {
        log_case_log(logger, "lost", i);
    }
    assert_false(polcheck_logger_flush(logger, LONG_MS));
    assert_int_equal(unlink(way), 0);
    assert_int_equal(symlink(log->path, way), 0);
    polcheck_logger_reopen(logger);
    log_case_log(logger, "me", 0);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    assert_int_equal(polcheck_logger_dropped(logger), 5);
    polcheck_logger_close(logger);
    struct log_case_tally tally = log_case_count(log, log->path);
    assert_int_equal(tally.told, 5);
    assert_int_equal(tally.decisions, 1);
}

// Lines of decisions that are all there; others may be cut.
static uint64_t count_whole(struct log_case *log)
{
    struct pc_str *lines;
    uint64_t whole = 0;
    size_t count = log_case_lines(log, log_case_read(log, log->path), &lines);
    for (size_t i = 0; i < count; i++) {
        whole += pc_str_has_suffix(lines[i], PC_STR("}}")); // of the context, and of the line
    }
    return whole;
}

// The file may not grow beyond each byte of the line in turn: it is in the file or it was dropped,
// and not both, also where only its end of line is lacking, which comes with the next one.
static void a_line_is_in_the_file_or_dropped(void **state)
{
    struct log_case *log = *state;
    struct rlimit before, limit;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    uint64_t dropped = 0;
    for (limit.rlim_cur = 1; dropped > 0 || limit.rlim_cur == 1; limit.rlim_cur++) {
        (void)unlink(log->path);
        struct polcheck_logger *logger = log_case_logger(log->path, 8);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        log_case_log(logger, "me", 0);
        (void)polcheck_logger_flush(logger, LONG_MS);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        dropped = polcheck_logger_dropped(logger);
        log_case_log(logger, "me", 1);
        assert_true(polcheck_logger_flush(logger, LONG_MS));
        polcheck_logger_close(logger);
        assert_int_equal(count_whole(log) + dropped, 2);
    }
    assert_true(limit.rlim_cur > 100); // a line's length
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_ring_drops_and_says_so),          TEST(an_event_of_another_size_is_dropped),
        TEST(what_a_full_disk_takes_away_is_counted), TEST(after_a_full_disk_the_log_goes_on),
        TEST(a_line_is_in_the_file_or_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
