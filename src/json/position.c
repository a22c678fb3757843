// SPDX-License-Identifier: Apache-2.0
//
// Lines and columns. See position.h; nothing here checks the text, and no offset is followed
// without a check of its bounds.
#include "position.h"

#include <string.h>

static bool starts_code_point(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

bool pc_json_source_fits(const struct pc_json_source *source)
{
    const struct pc_json *string = source->inside;
    if (string == NULL) {
        return true;
    }
    return string->type == PC_JSON_STRING && string->start < string->end &&
           string->end - string->start >= 2 && string->end <= source->outer.len &&
           pc_str_eq(string->text, source->text);
}

void pc_json_cursor_init(struct pc_json_cursor *cursor, const struct pc_json_source *source)
{
    *cursor = (struct pc_json_cursor){
        .text = source->text, .line = source->lines_before + 1, .column = 1};
    const struct pc_json *string = source->inside;
    if (string != NULL) {
        cursor->inside = true;
        cursor->line = string->line;
        cursor->column = string->column + 1; // behind the quote
        cursor->escaped = pc_str_slice(source->outer, string->start + 1u, string->end - 1u);
    }
}

// Bytes of the escape sequence at the start of rest that stands for a code point which starts with
// the byte `lead` in UTF-8: above U+FFFF it is a pair of surrogates.
static size_t escape_length(struct pc_str rest, char lead)
{
    if (rest.len < 2 || rest.ptr[1] != 'u') {
        return 2;
    }
    return (unsigned char)lead >= 0xf0 ? 12 : 6;
}

// Passes the written form of one decoded code point.
static void pass_escaped(struct pc_json_cursor *cursor, char lead)
{
    struct pc_str rest = pc_str_slice(cursor->escaped, cursor->escaped_at, cursor->escaped.len);
    size_t bytes = 1;
    if (rest.len > 0 && rest.ptr[0] == '\\') {
        bytes = escape_length(rest, lead);
        cursor->column += (uint32_t)bytes;
    } else {
        while (bytes < rest.len && !starts_code_point(rest.ptr[bytes])) {
            bytes++;
        }
        cursor->column++;
    }
    cursor->escaped_at += bytes < rest.len ? bytes : rest.len;
}

static void move_inside(struct pc_json_cursor *cursor, size_t offset)
{
    for (; cursor->at < offset; cursor->at++) {
        char c = cursor->text.ptr[cursor->at];
        if (starts_code_point(c)) {
            pass_escaped(cursor, c);
        }
    }
}

// Whether none of the eight bytes is outside ASCII or an end of line.
static bool is_plain_ascii(const char *bytes)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    static const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t zero_at_newline = word ^ (ones * '\n');
    uint64_t has_zero = (zero_at_newline - ones) & ~zero_at_newline;
    return ((has_zero | word) & tops) == 0;
}

void pc_json_cursor_trust_ascii(struct pc_json_cursor *cursor)
{
    cursor->ascii = true;
    cursor->begin = 0;
    cursor->line_end = pc_str_find(cursor->text, '\n', 0);
}

static void move_in_ascii(struct pc_json_cursor *cursor, size_t offset)
{
    while (cursor->line_end < offset) {
        cursor->line++;
        cursor->begin = cursor->line_end + 1;
        cursor->line_end = pc_str_find(cursor->text, '\n', cursor->begin);
    }
    cursor->column = (uint32_t)(offset - cursor->begin + 1);
    cursor->at = offset;
}

void pc_json_cursor_move(struct pc_json_cursor *cursor, size_t offset)
{
    if (cursor->ascii) {
        move_in_ascii(cursor, offset);
        return;
    }
    if (cursor->inside) {
        move_inside(cursor, offset);
        return;
    }
    const char *text = cursor->text.ptr;
    size_t at = cursor->at;
    while (at < offset) {
        if (offset - at >= sizeof(uint64_t) && is_plain_ascii(text + at)) {
            at += sizeof(uint64_t);
            cursor->column += (uint32_t)sizeof(uint64_t);
        } else if (text[at++] == '\n') {
            cursor->line++;
            cursor->column = 1;
        } else {
            cursor->column += starts_code_point(text[at - 1]);
        }
    }
    cursor->at = at;
}

struct pc_place pc_json_place_at(const struct pc_json_source *source, size_t offset)
{
    struct pc_json_cursor cursor;
    pc_json_cursor_init(&cursor, source);
    pc_json_cursor_move(&cursor, offset);
    struct pc_place place = {source->file, cursor.line, cursor.column};
    return place;
}
