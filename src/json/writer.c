// SPDX-License-Identifier: Apache-2.0
//
// Writes JSON token by token. What would not be JSON (a key without its value, an end without its
// beginning) is a programming error and fails the buffer; whether keys stand in objects only is up
// to the caller.
#include "json/writer.h"

#include "base/utf8.h"

static void fail(struct pc_json_writer *writer)
{
    if (writer->out->status == PC_OK) {
        writer->out->status = PC_ERR_INTERNAL;
    }
}

void pc_json_writer_init(struct pc_json_writer *writer, struct pc_buf *out, bool pretty)
{
    *writer = (struct pc_json_writer){.out = out, .pretty = pretty};
}

static void new_line(struct pc_json_writer *writer)
{
    if (writer->pretty) {
        pc_buf_byte(writer->out, '\n');
        pc_buf_fill(writer->out, ' ', (size_t)writer->depth * 2);
    }
}

// What separates an element from the one before it, or a value from its key.
static void begin_element(struct pc_json_writer *writer)
{
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    if (writer->depth == 0) {
        return;
    }
    bool *filled = &writer->filled[writer->depth - 1];
    if (*filled) {
        pc_buf_byte(writer->out, ',');
    }
    *filled = true;
    new_line(writer);
}

static void begin_container(struct pc_json_writer *writer, char bracket)
{
    begin_element(writer);
    if (writer->depth == PC_JSON_WRITER_DEPTH) {
        fail(writer);
        return;
    }
    pc_buf_byte(writer->out, bracket);
    writer->filled[writer->depth++] = false;
}

static void end_container(struct pc_json_writer *writer, char bracket)
{
    if (writer->depth == 0 || writer->after_key) {
        fail(writer);
        return;
    }
    writer->depth--;
    if (writer->filled[writer->depth]) {
        new_line(writer);
    }
    pc_buf_byte(writer->out, bracket);
}

void pc_json_begin_object(struct pc_json_writer *writer)
{
    begin_container(writer, '{');
}

void pc_json_end_object(struct pc_json_writer *writer)
{
    end_container(writer, '}');
}

void pc_json_begin_array(struct pc_json_writer *writer)
{
    begin_container(writer, '[');
}

void pc_json_end_array(struct pc_json_writer *writer)
{
    end_container(writer, ']');
}

// The letter of a short escape, or 0.
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

// Does some reader take the character, of several bytes, for the end of a line or for a control? An
// object must stay one line to all of them.
static bool breaks_lines(uint32_t code_point)
{
    return (code_point >= 0x80 && code_point <= 0x9f) || code_point == 0x2028 ||
           code_point == 0x2029;
}

// Writes the character at the start of rest, which is not plain, and returns its bytes.
static size_t write_special(struct pc_buf *out, struct pc_str rest)
{
    uint32_t code_point = 0;
    size_t bytes = pc_utf8_decode(rest, &code_point);
    char letter = short_escape(rest.ptr[0]);
    if (bytes == 0) {
        pc_utf8_append(out, 0xfffd);
        return 1;
    }
    if (letter != 0) {
        const char escape[] = {'\\', letter};
        pc_buf_append(out, escape, sizeof(escape));
    } else if (bytes == 1 || breaks_lines(code_point)) {
        pc_buf_format(out, "\\u%04x", (unsigned)code_point);
    } else {
        pc_buf_append(out, rest.ptr, bytes);
    }
    return bytes;
}

static void write_string(struct pc_buf *out, struct pc_str s)
{
    pc_buf_byte(out, '"');
    for (size_t at = 0; at < s.len;) {
        size_t run = at + pc_str_plain_run(s, at);
        pc_buf_str(out, pc_str_slice(s, at, run));
        at = run;
        if (at < s.len) {
            at += write_special(out, pc_str_slice(s, at, s.len));
        }
    }
    pc_buf_byte(out, '"');
}

static bool begin_key(struct pc_json_writer *writer)
{
    if (writer->depth == 0 || writer->after_key) {
        fail(writer);
        return false;
    }
    begin_element(writer);
    return true;
}

static void end_key(struct pc_json_writer *writer)
{
    pc_buf_byte(writer->out, ':');
    if (writer->pretty) {
        pc_buf_byte(writer->out, ' ');
    }
    writer->after_key = true;
}

void pc_json_key_str(struct pc_json_writer *writer, struct pc_str key)
{
    if (begin_key(writer)) {
        write_string(writer->out, key);
        end_key(writer);
    }
}

void pc_json_key(struct pc_json_writer *writer, const char *key)
{
    if (begin_key(writer)) {
        pc_buf_byte(writer->out, '"');
        pc_buf_text(writer->out, key);
        pc_buf_byte(writer->out, '"');
        end_key(writer);
    }
}

void pc_json_string(struct pc_json_writer *writer, struct pc_str s)
{
    begin_element(writer);
    write_string(writer->out, s);
}

void pc_json_text(struct pc_json_writer *writer, const char *text)
{
    pc_json_string(writer, pc_str_from(text));
}

void pc_json_number(struct pc_json_writer *writer, int64_t number)
{
    begin_element(writer);
    pc_buf_number(writer->out, number, 1);
}

void pc_json_boolean(struct pc_json_writer *writer, bool value)
{
    pc_json_raw(writer, value ? PC_STR("true") : PC_STR("false"));
}

void pc_json_null(struct pc_json_writer *writer)
{
    pc_json_raw(writer, PC_STR("null"));
}

void pc_json_raw(struct pc_json_writer *writer, struct pc_str json)
{
    begin_element(writer);
    pc_buf_str(writer->out, json);
}
