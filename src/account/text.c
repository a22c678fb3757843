// SPDX-License-Identifier: Apache-2.0
#include "text.h"

#include "json/reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    LIMIT = PC_JSON_MAX_BYTES + 1, // bytes that are read at most
    UNKNOWN_ROOM = 64 << 10,       // to begin with, where the size is not known
};

struct text {
    char *bytes; // in the arena, with one byte more than `room`, which stays zero
    size_t length, room;
};

static enum pc_status make_room(struct pc_arena *arena, struct text *text, size_t room)
{
    room = room < LIMIT ? room : LIMIT;
    char *bytes = pc_arena_alloc(arena, room + 1);
    if (bytes == NULL) {
        return PC_ERR_NOMEM;
    }
    if (text->length > 0) {
        memcpy(bytes, text->bytes, text->length);
    }
    text->bytes = bytes;
    text->room = room;
    return PC_OK;
}

static ssize_t read_on(int descriptor, struct text *text)
{
    ssize_t count;
    do {
        count = read(descriptor, text->bytes + text->length, text->room - text->length);
    } while (count < 0 && errno == EINTR);
    text->length += count > 0 ? (size_t)count : 0;
    return count;
}

enum pc_status pc_text_read(struct pc_arena *arena, int descriptor, size_t expected,
                            struct pc_str *out, int *error)
{
    // One byte more than expected, so that a file of that size is known to end by its short read.
    struct text text = {.length = 0};
    PC_TRY(make_room(arena, &text, expected == 0 ? UNKNOWN_ROOM : expected + 1));
    *error = 0;
    for (;;) {
        ssize_t count = read_on(descriptor, &text);
        if (count < 0) {
            *error = errno;
            return PC_OK;
        }
        bool whole = expected > 0 && text.length == expected && text.length < text.room;
        if (count == 0 || whole || text.length == LIMIT) {
            *out = (struct pc_str){text.bytes, text.length};
            return PC_OK;
        }
        if (text.length == text.room) {
            PC_TRY(make_room(arena, &text, 2 * text.room));
        }
    }
}
