// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "line_input.h"

#include <string.h>
#include <unistd.h>

struct pipe {
    struct pc_line_input input;
    int to;
};

static void open_pipe(struct pipe *ends)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    *ends = (struct pipe){.input = {.fd = fds[0]}, .to = fds[1]};
}

static void say(struct pipe *ends, const char *text)
{
    assert_int_equal(write(ends->to, text, strlen(text)), strlen(text));
}

static void finish(struct pipe *ends)
{
    assert_int_equal(close(ends->input.fd), 0);
    pc_line_input_release(&ends->input);
}

static void lines_come_as_they_are_complete(void **state)
{
    (void)state;
    struct pipe ends;
    struct pc_str line;
    open_pipe(&ends);
    assert_true(pc_line_input_waits(&ends.input));
    say(&ends, "one\n\ntw");
    assert_false(pc_line_input_waits(&ends.input));
    assert_int_equal(pc_line_input_fill(&ends.input), PC_OK);
    assert_true(pc_line_input_next(&ends.input, &line));
    assert_view(line, "one");
    assert_true(pc_line_input_next(&ends.input, &line));
    assert_view(line, "");
    assert_false(pc_line_input_next(&ends.input, &line));
    assert_int_equal(pc_line_input_rest(&ends.input), 2);
    say(&ends, "o\nlast");
    assert_int_equal(pc_line_input_fill(&ends.input), PC_OK);
    assert_true(pc_line_input_next(&ends.input, &line));
    assert_view(line, "two");
    assert_false(pc_line_input_next(&ends.input, &line));
    assert_int_equal(close(ends.to), 0);
    assert_int_equal(pc_line_input_fill(&ends.input), PC_OK);
    assert_true(ends.input.eof);
    assert_true(pc_line_input_next(&ends.input, &line)); // the last line needs no end
    assert_view(line, "last");
    assert_false(pc_line_input_next(&ends.input, &line));
    finish(&ends);
}

static void what_is_dropped_is_gone(void **state)
{
    (void)state;
    struct pipe ends;
    struct pc_str line;
    open_pipe(&ends);
    say(&ends, "a very long line");
    assert_int_equal(pc_line_input_fill(&ends.input), PC_OK);
    pc_line_input_drop(&ends.input);
    assert_int_equal(pc_line_input_rest(&ends.input), 0);
    say(&ends, "\nnext\n");
    assert_int_equal(pc_line_input_fill(&ends.input), PC_OK);
    assert_true(pc_line_input_next(&ends.input, &line));
    assert_view(line, "");
    assert_true(pc_line_input_next(&ends.input, &line));
    assert_view(line, "next");
    assert_int_equal(close(ends.to), 0);
    finish(&ends);
}

static void a_failed_read_is_told(void **state)
{
    (void)state;
    struct pc_line_input input = {.fd = -1};
    assert_int_equal(pc_line_input_fill(&input), PC_ERR_IO);
    assert_true(input.error != 0);
    pc_line_input_release(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_as_they_are_complete),
        cmocka_unit_test(what_is_dropped_is_gone),
        cmocka_unit_test(a_failed_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
