// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "text.h"
#include "json/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// An open file of that many bytes, which count up, read from its start; nothing of it stays.
static int file_of(size_t size)
{
    char path[] = "/tmp/polcheck-text-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(unlink(path), 0);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)(i % 251);
        assert_int_equal(write(descriptor, &byte, 1), 1);
    }
    assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
    return descriptor;
}

static void assert_counts_up(struct pc_str text, size_t size)
{
    assert_int_equal(text.len, size);
    for (size_t i = 0; i < size; i++) {
        assert_int_equal((unsigned char)text.ptr[i], i % 251);
    }
    assert_int_equal(text.ptr[size], 0);
}

// What is expected is a hint only: a file may have grown or shrunk since.
static void a_file_is_read_whatever_is_expected(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 7, 4096, 5000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        const size_t expected[] = {0, 1, sizes[i] / 2, sizes[i], sizes[i] + 1, 3 * sizes[i] + 100};
        for (size_t j = 0; j < sizeof(expected) / sizeof(expected[0]); j++) {
            struct pc_arena arena = {0};
            struct pc_str text;
            int error = -1;
            int descriptor = file_of(sizes[i]);
            assert_int_equal(pc_text_read(&arena, descriptor, expected[j], &text, &error), PC_OK);
            assert_int_equal(error, 0);
            assert_counts_up(text, sizes[i]);
            (void)close(descriptor);
            pc_arena_release(&arena);
        }
    }
}

// A pipe gives less than is asked for, and tells no size.
static void a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str text;
    int error = -1;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(write(ends[1], "abc", 3), 3);
    }
    (void)close(ends[1]);
    assert_int_equal(pc_text_read(&arena, ends[0], 3, &text, &error), PC_OK);
    assert_int_equal(error, 0);
    assert_view(text, "abcabcabc");
    (void)close(ends[0]);
    pc_arena_release(&arena);
}

static void what_has_no_end_is_cut(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str text;
    int error = -1;
    int descriptor = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(pc_text_read(&arena, descriptor, 0, &text, &error), PC_OK);
    assert_int_equal(error, 0);
    assert_int_equal(text.len, (size_t)PC_JSON_MAX_BYTES + 1);
    (void)close(descriptor);
    pc_arena_release(&arena);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_str text = PC_STR("untouched");
    int error = -1;
    int descriptor = open("/tmp", O_RDONLY | O_CLOEXEC);
    assert_int_equal(pc_text_read(&arena, descriptor, 10, &text, &error), PC_OK);
    assert_int_equal(error, EISDIR);
    assert_view(text, "untouched");
    (void)close(descriptor);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_whatever_is_expected),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(what_has_no_end_is_cut),
        cmocka_unit_test(what_cannot_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
