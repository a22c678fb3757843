// SPDX-License-Identifier: Apache-2.0
#include "outline.h"

#include "base/checked.h"

#include <stdlib.h>

enum {
    FIRST = 64,     // tokens that there is room for
    BYTES_EACH = 4, // of text: a token takes two at most, and a mark
    END_MASK = 0x7fffffff,
};

void pc_json_outline_release(struct pc_json_outline *outline)
{
    free(outline->spans);
    free(outline->text);
    *outline = (struct pc_json_outline){.spans = NULL};
}

static enum pc_status grow(struct pc_json_outline *outline)
{
    size_t capacity = outline->capacity == 0 ? FIRST : outline->capacity;
    size_t bytes;
    if ((outline->capacity > 0 && !pc_size_mul(capacity, 2, &capacity)) ||
        !pc_size_mul(capacity, sizeof(struct pc_json_span), &bytes)) {
        return PC_ERR_NOMEM;
    }
    struct pc_json_span *spans = realloc(outline->spans, bytes);
    if (spans == NULL) {
        return PC_ERR_NOMEM;
    }
    outline->spans = spans;
    char *text = realloc(outline->text, capacity * BYTES_EACH); // less than `bytes`
    if (text == NULL) {
        return PC_ERR_NOMEM;
    }
    outline->text = text;
    outline->capacity = capacity;
    return PC_OK;
}

enum pc_status pc_json_outline_add(struct pc_json_outline *outline, char kind,
                                   struct pc_json_span span, uint32_t *index)
{
    if (outline->count == outline->capacity) {
        PC_TRY(grow(outline));
    }
    // INVARIANT: fewer tokens than bytes, of which there are at most PC_JSON_MAX_BYTES.
    *index = (uint32_t)outline->count;
    outline->spans[outline->count++] = span;
    outline->text[outline->length++] = kind;
    if (kind == '"') {
        outline->text[outline->length++] = '"';
    }
    return PC_OK;
}

void pc_json_outline_mark(struct pc_json_outline *outline, char mark)
{
    outline->text[outline->length++] = mark;
}

void pc_json_outline_close(struct pc_json_outline *outline, uint32_t index, char bracket,
                           size_t end)
{
    outline->spans[index].end = (uint32_t)end & END_MASK;
    outline->text[outline->length++] = bracket;
}
