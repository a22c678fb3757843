// SPDX-License-Identifier: Apache-2.0
#include "log_case.h"

#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static void open_at(struct pc_log_file *file, const char *path)
{
    memset(file, 0, sizeof(*file));
    assert_int_equal(pc_log_file_open(file, path), PC_OK);
}

static void write_all(struct pc_log_file *file, const char *text)
{
    assert_int_equal(pc_log_file_write(file, pc_str_from(text)), strlen(text));
}

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

// Regular files -----------------------------------------------------------------------------------

static void a_missing_file_is_made_for_its_owner_alone(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    struct stat status;
    mode_t mask = umask(0);
    open_at(&file, log->path);
    (void)umask(mask);
    write_all(&file, "one\ntwo\n");
    write_all(&file, "");
    assert_int_equal(stat(log->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(fcntl(file.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    pc_log_file_close(&file);
    assert_view(log_case_read(log, log->path), "one\ntwo\n");
}

static void a_file_is_appended_to(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    put_file(log->path, "old\n");
    open_at(&file, log->path);
    write_all(&file, "new\n");
    put_file(log->path, ""); // as a copytruncate does
    write_all(&file, "newer\n");
    pc_log_file_close(&file);
    assert_view(log_case_read(log, log->path), "newer\n");
}

static void a_line_without_an_end_gets_one(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    put_file(log->path, "whole\ntor");
    open_at(&file, log->path);
    write_all(&file, "one\n");
    write_all(&file, "two\n");
    pc_log_file_close(&file);
    assert_view(log_case_read(log, log->path), "whole\ntor\none\ntwo\n");
}

static void links_are_followed(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    const char *link = log_case_path(log, "link");
    assert_int_equal(symlink(log->path, link), 0);
    open_at(&file, link);
    write_all(&file, "one\n");
    pc_log_file_close(&file);
    assert_view(log_case_read(log, log->path), "one\n");
}

static void what_cannot_be_opened(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file = {0};
    const char *fifo = log_case_path(log, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(pc_log_file_open(&file, log->folder), PC_ERR_IO);
    assert_int_equal(pc_log_file_open(&file, log_case_path(log, "no/log")), PC_ERR_IO);
    assert_int_equal(pc_log_file_open(&file, fifo), PC_ERR_IO); // at once: nobody reads
    pc_log_file_close(&file);
}

static void reopening_moves_to_the_new_file(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    const char *old = log_case_path(log, "log.1");
    open_at(&file, log->path);
    write_all(&file, "one\n");
    assert_int_equal(rename(log->path, old), 0);
    write_all(&file, "two\n");
    assert_int_equal(pc_log_file_reopen(&file), PC_OK);
    write_all(&file, "three\n");
    // What cannot be opened leaves all as it is.
    assert_int_equal(unlink(log->path), 0);
    assert_int_equal(mkdir(log->path, 0700), 0);
    assert_int_equal(pc_log_file_reopen(&file), PC_ERR_IO);
    write_all(&file, "four\n");
    assert_int_equal(rmdir(log->path), 0);
    pc_log_file_close(&file);
    assert_view(log_case_read(log, old), "one\ntwo\n");
}

// A full disk -------------------------------------------------------------------------------------

static void limit_files_to(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_short_write_is_told_and_its_line_ended(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    open_at(&file, log->path);
    limit_files_to(11);
    assert_int_equal(pc_log_file_write(&file, PC_STR("first\nsecond\nthird\n")), 11);
    assert_int_equal(pc_log_file_write(&file, PC_STR("lost\n")), 0);
    limit_files_to(12);
    assert_int_equal(pc_log_file_write(&file, PC_STR("lost\n")), 0); // the newline only
    limit_files_to(before.rlim_cur);
    (void)signal(SIGXFSZ, handler);
    write_all(&file, "fourth\n");
    pc_log_file_close(&file);
    assert_view(log_case_read(log, log->path), "first\nsecon\nfourth\n");
}

static void a_full_device(void **state)
{
    (void)state;
    struct pc_log_file file;
    open_at(&file, "/dev/full");
    assert_int_equal(pc_log_file_write(&file, PC_STR("first\nsecond\n")), 0);
    pc_log_file_close(&file);
}

// Pipes -------------------------------------------------------------------------------------------

struct reader {
    int fd;
    unsigned pause_us; // before each read
    struct pc_buf got;
    pthread_t thread;
};

static void *read_all(void *argument)
{
    struct reader *reader = argument;
    char bytes[3000];
    ssize_t count = 1;
    while (count > 0) {
        struct timespec pause = {0, (long)reader->pause_us * 1000};
        (void)nanosleep(&pause, NULL);
        count = read(reader->fd, bytes, sizeof(bytes));
        pc_buf_append(&reader->got, bytes, count > 0 ? (size_t)count : 0);
    }
    return NULL;
}

static const char *make_fifo(struct log_case *log, int *fd)
{
    const char *fifo = log_case_path(log, "fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    *fd = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(*fd >= 0);
    assert_int_equal(fcntl(*fd, F_SETFL, 0), 0);
    return fifo;
}

// Lines of 1 to 40,000 bytes to a reader who is slower than the writer: all of them whole.
static void a_slow_reader_gets_everything(void **state)
{
    struct log_case *log = *state;
    enum {
        LINES = 12,
        SIZE = 300000,
    };
    struct pc_log_file file;
    struct reader reader = {.pause_us = 500};
    char *text = malloc(SIZE);
    assert_non_null(text);
    size_t length = 0;
    for (size_t i = 0, line = 1; i < LINES; i++, line = line * 3 % 40000) {
        memset(text + length, (int)('a' + i), line);
        length += line;
        text[length++] = '\n';
    }
    open_at(&file, make_fifo(log, &reader.fd));
    assert_int_equal(pthread_create(&reader.thread, NULL, read_all, &reader), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pc_log_file_write(&file, (struct pc_str){text, length}), length);
    }
    pc_log_file_close(&file);
    assert_int_equal(pthread_join(reader.thread, NULL), 0);
    assert_int_equal(reader.got.len, 3 * length);
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(reader.got.ptr + i * length, text, length);
    }
    pc_buf_release(&reader.got);
    close(reader.fd);
    free(text);
}

// Nobody reads: the writer gives up, does not wait a second time, and goes on once somebody does.
static void a_reader_that_stands_still(void **state)
{
    struct log_case *log = *state;
    struct pc_log_file file;
    struct reader reader = {0};
    char line[1001];
    memset(line, 'x', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\n';
    struct pc_str text = {line, sizeof(line)};
    size_t written = 0;
    open_at(&file, make_fifo(log, &reader.fd));
    while (!file.stuck) {
        written += pc_log_file_write(&file, text);
        assert_true(written < 10u << 20);
    }
    assert_true(written > 4096);
    assert_int_equal(written % sizeof(line), 0);
    struct timespec before;
    struct timespec after;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(pc_log_file_write(&file, text), 0);
    }
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
    assert_true(after.tv_sec - before.tv_sec < 10); // twenty times a second would be more
    assert_int_equal(pthread_create(&reader.thread, NULL, read_all, &reader), 0);
    size_t more = 0;
    for (int i = 0; i < 1000 && more == 0; i++) {
        struct timespec pause = {0, 10000000};
        more = pc_log_file_write(&file, text);
        (void)nanosleep(&pause, NULL);
    }
    assert_int_equal(more, text.len);
    pc_log_file_close(&file);
    assert_int_equal(pthread_join(reader.thread, NULL), 0);
    assert_int_equal(reader.got.len, written + more);
    pc_buf_release(&reader.got);
    close(reader.fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_file_is_made_for_its_owner_alone),
        TEST(a_file_is_appended_to),
        TEST(a_line_without_an_end_gets_one),
        TEST(links_are_followed),
        TEST(what_cannot_be_opened),
        TEST(reopening_moves_to_the_new_file),
        TEST(a_short_write_is_told_and_its_line_ended),
        TEST(a_full_device),
        TEST(a_slow_reader_gets_everything),
        TEST(a_reader_that_stands_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
