// SPDX-License-Identifier: Apache-2.0
#include "excerpt.h"

#include "base/utf8.h"

enum {
    LEAST_WIDTH = 40,
    LEAST_SHOWN = 2, // bytes: a brace alone tells nothing
    GUTTER = 10,     // "      12 | "
    MOST_BYTES = 4,  // of a character
};

static void enter_line(struct pc_excerpt *excerpt, uint32_t line, size_t at)
{
    excerpt->line = line;
    excerpt->at = at;
    excerpt->end = pc_str_find(excerpt->text, '\n', at);
    excerpt->column = 1;
    excerpt->offset = 0;
}

// The line's text, or "".
static struct pc_str find_line(struct pc_excerpt *excerpt, struct pc_str text, uint32_t line)
{
    bool other = excerpt->text.ptr != text.ptr || excerpt->text.len != text.len;
    if (other || excerpt->line == 0 || line < excerpt->line) {
        *excerpt = (struct pc_excerpt){.text = text};
        enter_line(excerpt, 1, 0);
    }
    while (excerpt->line < line) {
        if (excerpt->end == SIZE_MAX) {
            return PC_STR("");
        }
        enter_line(excerpt, excerpt->line + 1, excerpt->end + 1);
    }
    struct pc_str found = pc_str_slice(text, excerpt->at, excerpt->end);
    found.len -= found.len > 0 && found.ptr[found.len - 1] == '\r';
    return found;
}

// The bytes of the line in front of a column, or SIZE_MAX when it is shorter.
static size_t offset_of(struct pc_excerpt *excerpt, struct pc_str line, uint32_t column)
{
    if (column < excerpt->column) {
        excerpt->column = 1;
        excerpt->offset = 0;
    }
    for (; excerpt->column < column && excerpt->offset < line.len; excerpt->column++) {
        excerpt->offset += pc_utf8_step(pc_str_slice(line, excerpt->offset, line.len));
    }
    return excerpt->offset < line.len ? excerpt->offset : SIZE_MAX;
}

// Is it of no more columns? Of a longer text it is not counted how many.
static bool fits(struct pc_str text, size_t columns)
{
    return text.len <= MOST_BYTES * columns && pc_utf8_count(text) <= columns;
}

// The first byte that is shown: blanks in front are left out, and what is too far from the mark.
static size_t begin_of(struct pc_str line, size_t mark, size_t room)
{
    size_t begin = 0;
    while (begin < mark && (line.ptr[begin] == ' ' || line.ptr[begin] == '\t')) {
        begin++;
    }
    if (fits(pc_str_slice(line, begin, line.len), room) ||
        fits(pc_str_slice(line, begin, mark), room / 2)) {
        return begin;
    }
    begin = mark - room / 2; // bytes are no fewer than columns
    while (begin < mark && ((unsigned char)line.ptr[begin] & 0xc0U) == 0x80U) {
        begin++;
    }
    return begin;
}

// Appends one character as it can be shown; gives the columns that it takes.
static size_t write_character(struct pc_buf *out, struct pc_str piece)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf shown = {0};
    pc_buf_printable(&shown, piece.ptr[0] == '\t' ? PC_STR(" ") : piece);
    pc_buf_str(out, pc_buf_view(&shown));
    return pc_utf8_count(pc_buf_view(&shown));
}

static size_t write_part(struct pc_buf *out, struct pc_str part, size_t room)
{
    size_t columns = 0;
    for (size_t at = 0; at < part.len && columns < room;) {
        struct pc_str rest = pc_str_slice(part, at, part.len);
        struct pc_str piece = pc_str_slice(rest, 0, pc_utf8_step(rest));
        columns += write_character(out, piece);
        at += piece.len;
    }
    return columns;
}

void pc_excerpt_write(struct pc_excerpt *excerpt, struct pc_str text, const struct pc_place *place,
                      size_t width, struct pc_buf *out)
{
    if (place->line == 0 || place->column == 0 || text.len == 0) {
        return;
    }
    struct pc_str found = find_line(excerpt, text, place->line);
    size_t mark = offset_of(excerpt, found, place->column);
    if (mark == SIZE_MAX || found.len - mark < LEAST_SHOWN) {
        return;
    }
    size_t room = (width > LEAST_WIDTH + GUTTER ? width : LEAST_WIDTH + GUTTER) - GUTTER;
    size_t begin = begin_of(found, mark, room);
    pc_buf_format(out, "%7u | ", place->line);
    size_t before = write_part(out, pc_str_slice(found, begin, mark), SIZE_MAX);
    (void)write_part(out, pc_str_slice(found, mark, found.len), before < room ? room - before : 1);
    pc_buf_text(out, "\n        | ");
    pc_buf_fill(out, ' ', before);
    pc_buf_text(out, "^\n");
}
