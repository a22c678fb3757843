// SPDX-License-Identifier: Apache-2.0
#include "layout.h"

enum {
    WRITER_STEP = 2, // blanks that the writer of JSON indents by
};

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct pc_str pc_layout_white_before(struct pc_str text, size_t at)
{
    size_t from = at;
    while (from > 0 && is_white(text.ptr[from - 1])) {
        from--;
    }
    return pc_str_slice(text, from, at);
}

struct pc_str pc_layout_indent(struct pc_str text, size_t at)
{
    size_t from = at;
    while (from > 0 && text.ptr[from - 1] != '\n') {
        from--;
    }
    size_t to = from;
    while (to < text.len && (text.ptr[to] == ' ' || text.ptr[to] == '\t')) {
        to++;
    }
    return pc_str_slice(text, from, to);
}

// What the text indents by: the white space of its first line that begins with some.
static struct pc_str step_of(struct pc_str text)
{
    for (size_t end = pc_str_find(text, '\n', 0); end != SIZE_MAX;
         end = pc_str_find(text, '\n', end + 1)) {
        struct pc_str indent = pc_layout_indent(text, end + 1);
        if (indent.len > 0) {
            return indent;
        }
    }
    return PC_STR("  ");
}

void pc_layout_append(struct pc_buf *out, struct pc_str json, struct pc_str indent,
                      struct pc_str text)
{
    struct pc_str step = step_of(text);
    bool carriage = pc_str_find(text, '\r', 0) != SIZE_MAX;
    for (bool first = true; json.len > 0; first = false) {
        struct pc_str line = pc_str_slice(json, 0, pc_str_find(json, '\n', 0));
        json = pc_str_slice(json, line.len + 1, json.len);
        size_t blanks = 0;
        while (blanks < line.len && line.ptr[blanks] == ' ') {
            blanks++;
        }
        if (!first) {
            pc_buf_text(out, carriage ? "\r\n" : "\n");
            pc_buf_str(out, indent);
        }
        for (size_t i = 0; i < blanks / WRITER_STEP; i++) {
            pc_buf_str(out, step);
        }
        pc_buf_str(out, pc_str_slice(line, blanks, line.len));
    }
}

size_t pc_layout_compact_size(struct pc_str text)
{
    size_t size = 0;
    bool string = false;
    for (size_t i = 0; i < text.len; i++) {
        if (string && text.ptr[i] == '\\') {
            size++;
            i++; // what is escaped ends no string
        } else if (text.ptr[i] == '"') {
            string = !string;
        }
        size += string || !is_white(text.ptr[i]);
    }
    return size;
}
