// SPDX-License-Identifier: Apache-2.0
//
// Splits lines into fields and decodes them. What a line says is never part of a message: it may be
// a secret that was put into the wrong file.
#include "lines.h"

#include "value/base64.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct pc_str without_blanks(struct pc_str text)
{
    while (text.len > 0 && is_blank(text.ptr[text.len - 1])) {
        text.len--;
    }
    while (text.len > 0 && is_blank(text.ptr[0])) {
        text = pc_str_slice(text, 1, text.len);
    }
    return text;
}

// Takes the line off the rest, without its end.
static struct pc_str take_line(struct pc_trust_lines *lines)
{
    size_t end = pc_str_find(lines->rest, '\n', 0);
    struct pc_str line = pc_str_slice(lines->rest, 0, end);
    lines->rest = pc_str_slice(lines->rest, end == SIZE_MAX ? end : end + 1, lines->rest.len);
    lines->place.line++;
    lines->place.column = 1;
    if (line.len > 0 && line.ptr[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

// Takes a field off the rest of a line, and the blanks behind it.
static struct pc_str take_field(struct pc_str *rest)
{
    size_t length = 0;
    while (length < rest->len && !is_blank(rest->ptr[length])) {
        length++;
    }
    struct pc_str field = pc_str_slice(*rest, 0, length);
    *rest = without_blanks(pc_str_slice(*rest, length, rest->len));
    return field;
}

static uint32_t column_of(struct pc_str line, const char *at)
{
    return (uint32_t)(at - line.ptr) + 1;
}

enum pc_status pc_trust_lines_next(struct pc_trust_lines *lines, struct pc_trust_line *out)
{
    while (lines->rest.len > 0) {
        struct pc_str line = take_line(lines);
        struct pc_str rest = without_blanks(line);
        if (rest.len == 0 || rest.ptr[0] == '#') {
            continue;
        }
        lines->place.column = column_of(line, rest.ptr);
        out->word = take_field(&rest);
        out->base64_column = column_of(line, rest.ptr);
        out->base64 = take_field(&rest);
        out->name_column = column_of(line, rest.ptr);
        out->name = rest;
        return PC_OK;
    }
    return PC_ERR_NOTFOUND;
}

enum pc_status pc_trust_lines_refuse(struct pc_trust_lines *lines, uint32_t column,
                                     const char *message, const char *hint)
{
    struct pc_place place = lines->place;
    place.column = column;
    pc_diag_report(lines->diags, PC_DIAG_TRUST_KEY, place, "%s", message);
    pc_diag_hint(lines->diags, "%s", hint);
    return PC_ERR_INVALID;
}

// pc_base64_decode does not look at the two bits that the last character has to spare, nor for
// padding: here they are zeros, and it is there.
bool pc_trust_decode(struct pc_str base64, uint8_t out[32])
{
    struct pc_buf bytes = pc_buf_over((char *)out, 32);
    if (base64.len != PC_TRUST_BASE64_BYTES || !pc_base64_decode(base64, &bytes) ||
        pc_buf_status(&bytes) != PC_OK || bytes.len != 32) {
        return false;
    }
    return base64.ptr[PC_TRUST_BASE64_BYTES - 1] == '=' &&
           strchr("AEIMQUYcgkosw048", base64.ptr[PC_TRUST_BASE64_BYTES - 2]) != NULL;
}

// Where a line lost its end, the next key would otherwise be lost in this one's name.
bool pc_trust_name_is(struct pc_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        struct pc_str rest = pc_str_slice(name, i, name.len);
        if (name.ptr[i] < 0x20 || name.ptr[i] > 0x7e ||
            pc_str_has_prefix(rest, PC_STR(PC_TRUST_PUBLIC_WORD))) {
            return false;
        }
    }
    return name.len <= PC_TRUST_NAME_MAX;
}

void pc_trust_line_write(struct pc_buf *out, const char *word, const uint8_t bytes[32],
                         const char *name)
{
    const void *key = bytes;
    pc_buf_text(out, word);
    pc_buf_byte(out, ' ');
    pc_base64_write(out, (struct pc_str){key, 32});
    if (name[0] != '\0') {
        pc_buf_byte(out, ' ');
        pc_buf_text(out, name);
    }
    pc_buf_byte(out, '\n');
}
