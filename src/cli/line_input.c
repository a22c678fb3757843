// SPDX-License-Identifier: Apache-2.0
#include "line_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FIRST_BYTES = 1 << 20,
};

static enum pc_status make_room(struct pc_line_input *input)
{
    if (input->start > 0) {
        memmove(input->bytes, input->bytes + input->start, input->end - input->start);
        input->end -= input->start;
        input->start = 0;
    }
    if (input->end < input->capacity) {
        return PC_OK;
    }
    size_t capacity = input->capacity == 0 ? FIRST_BYTES : input->capacity * 2;
    char *grown = realloc(input->bytes, capacity);
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    input->bytes = grown;
    input->capacity = capacity;
    return PC_OK;
}

bool pc_line_input_waits(const struct pc_line_input *input)
{
    struct pollfd ready = {.fd = input->fd, .events = POLLIN};
    return poll(&ready, 1, 0) == 0;
}

enum pc_status pc_line_input_fill(struct pc_line_input *input)
{
    PC_TRY(make_room(input));
    ssize_t count;
    do {
        count = read(input->fd, input->bytes + input->end, input->capacity - input->end);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        input->error = errno;
        return PC_ERR_IO;
    }
    input->end += (size_t)count;
    input->eof = count == 0;
    return PC_OK;
}

bool pc_line_input_next(struct pc_line_input *input, struct pc_str *line)
{
    size_t there = input->end - input->start;
    const char *begin = input->bytes + input->start;
    const char *end = there == input->scanned
                          ? NULL
                          : memchr(begin + input->scanned, '\n', there - input->scanned);
    if (end == NULL && !(input->eof && there > 0)) {
        input->scanned = there;
        return false;
    }
    size_t length = end != NULL ? (size_t)(end - begin) : there;
    *line = (struct pc_str){begin, length};
    input->start += length + (end != NULL);
    input->scanned = 0;
    return true;
}

size_t pc_line_input_rest(const struct pc_line_input *input)
{
    return input->end - input->start;
}

void pc_line_input_drop(struct pc_line_input *input)
{
    input->start = input->end = input->scanned = 0;
}

void pc_line_input_release(struct pc_line_input *input)
{
    free(input->bytes);
    *input = (struct pc_line_input){.fd = -1};
}
