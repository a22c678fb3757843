// SPDX-License-Identifier: Apache-2.0
//
// The log as a server uses it: opening it, and what reaches the file.
#include "log_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// Counts what the calling thread asks of the allocator -------------------------------------------

static _Thread_local unsigned long allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

// Which call from now on fails, of any thread's; 0: none.
static unsigned long failing;

static bool fails(void)
{
    allocations++;
    return failing > 0 && --failing == 0;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

// Opening -----------------------------------------------------------------------------------------

static enum polcheck_status try(const struct polcheck_logger_options *options)
{
    struct polcheck_logger *logger = NULL;
    enum polcheck_status status = polcheck_logger_open(options, &logger);
    assert_true((status == POLCHECK_OK) == (logger != NULL));
    polcheck_logger_close(logger);
    return status;
}

static void options_that_cannot_be_meant(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = NULL;
    const struct polcheck_logger_options good = log_case_options(log->path, 0, 0);
    struct polcheck_logger_options options = good;
    assert_int_equal(polcheck_logger_open(NULL, &logger), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_logger_open(&options, NULL), POLCHECK_ERR_USAGE);
    options.size = 0;
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = log_case_options(NULL, 0, 0);
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = log_case_options("", 0, 0);
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = log_case_options(log->path, 1048577, 0);
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = log_case_options(log->path, 0, 511);
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = log_case_options(log->path, 0, 65537);
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    options = good;
    options.masked_count = 1;
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    const struct polcheck_str wild = {NULL, 5};
    options.masked = &wild;
    assert_int_equal(try(&options), POLCHECK_ERR_USAGE);
    assert_int_equal(access(log->path, F_OK), -1); // refused before anything was made
    options = log_case_options(log->folder, 0, 0);
    assert_int_equal(try(&options), POLCHECK_ERR_IO);
}

static void the_limits_themselves_are_good(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger_options options = log_case_options(log->path, 1, 512);
    assert_int_equal(try(&options), POLCHECK_OK);
    options = log_case_options(log->path, 3, 65536);
    assert_int_equal(try(&options), POLCHECK_OK);
}

static void versions_of_the_options(void **state)
{
    struct log_case *log = *state;
    struct {
        struct polcheck_logger_options known;
        size_t more;
    } newer = {log_case_options(log->path, 2, 512), 0};
    newer.known.size = sizeof(newer);
    assert_int_equal(try(&newer.known), POLCHECK_OK);
    newer.more = 1;
    assert_int_equal(try(&newer.known), POLCHECK_ERR_USAGE);
    struct polcheck_logger_options older = log_case_options(log->path, 2, 1);
    older.size = offsetof(struct polcheck_logger_options, entry_bytes);
    assert_int_equal(try(&older), POLCHECK_OK);
}

static void without_memory(void **state)
{
    struct log_case *log = *state;
    const struct polcheck_str masked = POLCHECK_STR("secret");
    struct polcheck_logger_options options = log_case_options(log->path, 2, 512);
    options.masked = &masked;
    options.masked_count = 1;
    unsigned long call = 0;
    enum polcheck_status status = POLCHECK_ERR_NOMEM;
    while (status == POLCHECK_ERR_NOMEM) {
        assert_true(++call < 100);
        failing = call;
        status = try(&options);
    }
    failing = 0;
    assert_int_equal(status, POLCHECK_OK);
    assert_true(call > 4); // the logger, its mask, its batch and its ring
}

static void no_logger(void **state)
{
    (void)state;
    struct polcheck_decision_event event = log_case_event();
    polcheck_logger_log(NULL, &event);
    polcheck_logger_reopen(NULL);
    polcheck_logger_close(NULL);
    assert_false(polcheck_logger_flush(NULL, 0));
    assert_int_equal(polcheck_logger_dropped(NULL), 0);
}

// Logging -----------------------------------------------------------------------------------------

static void closing_writes_what_was_logged(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 1024);
    for (uint64_t i = 0; i < 1000; i++) {
        log_case_log(logger, "me", i);
    }
    assert_int_equal(polcheck_logger_dropped(logger), 0);
    polcheck_logger_close(logger);
    assert_int_equal(log_case_numbers(log, log->path, "me", 0), 1000);
}

static void flushing_waits_for_the_file(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 64);
    for (uint64_t i = 0; i < 200; i++) {
        log_case_log(logger, "me", i);
        assert_true(polcheck_logger_flush(logger, LONG_MS));
        if (i % 50 == 0) {
            assert_int_equal(log_case_numbers(log, log->path, "me", 0), i + 1);
        }
    }
    assert_true(polcheck_logger_flush(logger, 0)); // there is nothing to wait for
    size_t ticket;
    void *room = log_case_hold(logger, &ticket);
    assert_false(polcheck_logger_flush(logger, 0));
    assert_false(polcheck_logger_flush(logger, 30));
    log_case_let_go(logger, room, ticket);
    assert_true(polcheck_logger_flush(logger, LONG_MS));
    polcheck_logger_close(logger);
}

static void lines_come_without_being_asked_for(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 64);
    struct stat status = {0};
    log_case_log(logger, "me", 0);
    for (int i = 0; i < LONG_MS / 10 && status.st_size == 0; i++) {
        struct timespec pause = {0, 10000000};
        (void)nanosleep(&pause, NULL);
        assert_int_equal(stat(log->path, &status), 0);
    }
    assert_int_equal(log_case_numbers(log, log->path, "me", 0), 1);
    polcheck_logger_close(logger);
}

static void only_what_was_denied(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger_options options = log_case_options(log->path, 16, 512);
    struct polcheck_logger *logger = NULL;
    struct polcheck_decision_event event = log_case_event();
    options.flags = POLCHECK_LOG_ONLY_DENIED;
    assert_int_equal(polcheck_logger_open(&options, &logger), POLCHECK_OK);
    polcheck_logger_log(logger, &event);
    event.action = POLCHECK_STR("denied");
    event.verdict.decision = POLCHECK_EXPLICIT_DENY;
    polcheck_logger_log(logger, &event);
    event.action = POLCHECK_STR("odd"); // no verdict of the library's, and not allowed
    event.verdict = (struct polcheck_verdict){POLCHECK_ALLOWED, POLCHECK_ERR_INTERNAL};
    polcheck_logger_log(logger, &event);
    assert_int_equal(polcheck_logger_dropped(logger), 0);
    polcheck_logger_close(logger);
    struct pc_str *lines;
    assert_int_equal(log_case_lines(log, log_case_read(log, log->path), &lines), 2);
    assert_view(log_case_text(log_case_parse(log, lines[0]), "action"), "denied");
    assert_view(log_case_text(log_case_parse(log, lines[1]), "action"), "odd");
}

static void masks_reach_the_file(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger_options options = log_case_options(log->path, 16, 512);
    struct polcheck_logger *logger = NULL;
    struct polcheck_str masked[] = {POLCHECK_STR("AWS:sourceip")};
    options.masked = masked;
    options.masked_count = 1;
    assert_int_equal(polcheck_logger_open(&options, &logger), POLCHECK_OK);
    masked[0] = POLCHECK_STR("gone");
    log_case_log(logger, "me", 0);
    polcheck_logger_close(logger);
    const struct pc_json *line = log_case_parse_only(log, log_case_read(log, log->path));
    assert_view(log_case_text(log_case_member(line, "context"), "aws:SourceIp"), "***");
    assert_int_equal(log_case_member(log_case_member(line, "context"), "aws:TagKeys")->count, 2);
}

static void logging_asks_for_no_memory(void **state)
{
    struct log_case *log = *state;
    struct polcheck_logger *logger = log_case_logger(log->path, 64);
    struct polcheck_decision_event event = log_case_event();
    char *text = pc_arena_alloc(&log->arena, 10000);
    assert_non_null(text);
    memset(text, 'x', 10000);
    unsigned long before = allocations;
    for (uint64_t i = 0; i < 1000; i++) { // also when the ring is full, and when texts are cut
        event.resource = polcheck_bytes(text, i % 2 == 0 ? 10 : 10000);
        polcheck_logger_log(logger, &event);
    }
    assert_int_equal(allocations, before);
    polcheck_logger_close(logger);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(options_that_cannot_be_meant),
        TEST(the_limits_themselves_are_good),
        TEST(versions_of_the_options),
        TEST(without_memory),
        TEST(no_logger),
        TEST(closing_writes_what_was_logged),
        TEST(flushing_waits_for_the_file),
        TEST(lines_come_without_being_asked_for),
        TEST(only_what_was_denied),
        TEST(masks_reach_the_file),
        TEST(logging_asks_for_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
