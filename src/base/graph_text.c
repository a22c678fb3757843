// SPDX-License-Identifier: Apache-2.0
#include "base/graph_text.h"

#include "base/diag.h"
#include "base/text.h"
#include "base/utf8.h"

enum {
    ARN_COLONS = 5, // in front of the resource
};

// Escaping ---------------------------------------------------------------------------------------

// Graphviz replaces references such as "&amp;" in its strings, and takes them for references again
// where it writes XML, also those that XML does not have.
static bool is_reference(struct pc_str text, size_t at)
{
    size_t end = at + 1;
    while (end < text.len && (pc_char_is_letter(text.ptr[end]) || pc_char_is_digit(text.ptr[end]) ||
                              text.ptr[end] == '#')) {
        end++;
    }
    return end > at + 1 && end < text.len && text.ptr[end] == ';';
}

// U+FFFE and U+FFFF are characters to UTF-8 and none to XML.
static bool is_no_character(struct pc_str text, size_t at)
{
    struct pc_str rest = pc_str_slice(text, at, text.len);
    return pc_str_has_prefix(rest, PC_STR("\xef\xbf\xbe")) ||
           pc_str_has_prefix(rest, PC_STR("\xef\xbf\xbf"));
}

// The text without what a drawing or its reader could take for something else, as it is shown.
static enum pc_status make_plain(struct pc_str text, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf buf = {0};
    pc_buf_printable(&buf, text);
    PC_TRY(pc_buf_status(&buf));
    struct pc_str printable = pc_buf_view(&buf);
    for (size_t at = 0; at < printable.len; at++) {
        char c = printable.ptr[at];
        if (c == '&' && is_reference(printable, at)) {
            pc_buf_text(out, "\\x26");
        } else if (is_no_character(printable, at)) {
            pc_buf_format(out, "\\xef\\xbf\\x%02x", (unsigned char)printable.ptr[at + 2]);
            at += 2;
        } else {
            pc_buf_byte(out, c);
        }
    }
    return pc_buf_status(out);
}

// Of plain text. In a quoted string only `\"` means a quote; the labels that strings are used for
// know `\\` and further sequences.
static void write_escaped(struct pc_buf *out, struct pc_str plain)
{
    for (size_t at = 0; at < plain.len; at++) {
        char c = plain.ptr[at];
        if (c == '"' || c == '\\') {
            pc_buf_byte(out, '\\');
        }
        pc_buf_byte(out, c);
    }
}

enum pc_status pc_graph_text(struct pc_buf *out, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    PC_TRY(make_plain(text, &plain));
    write_escaped(out, pc_buf_view(&plain));
    return pc_buf_status(out);
}

// Shortening -------------------------------------------------------------------------------------

static bool is_word(char c)
{
    return pc_char_is_letter(c) || pc_char_is_digit(c) || c == '-' || c == '_';
}

// The place behind the fifth colon of the ARN that begins there, or `at` when none does.
static size_t skip_arn(struct pc_str text, size_t at)
{
    size_t colons = 0;
    if ((at > 0 && is_word(text.ptr[at - 1])) ||
        !pc_str_has_prefix(pc_str_slice(text, at, text.len), PC_STR("arn:"))) {
        return at;
    }
    for (size_t i = at; i < text.len && text.ptr[i] != ' '; i++) {
        colons += text.ptr[i] == ':';
        if (colons == ARN_COLONS) {
            bool more = i + 1 < text.len && text.ptr[i + 1] != ' ';
            return more ? i + 1 : at;
        }
    }
    return at;
}

static void write_short(struct pc_buf *out, struct pc_str text)
{
    for (size_t at = 0; at < text.len; at++) {
        at = skip_arn(text, at);
        pc_buf_byte(out, text.ptr[at]);
    }
}

// Lines ------------------------------------------------------------------------------------------

// Bytes of the first so many characters.
static size_t measure(struct pc_str text, size_t columns)
{
    size_t bytes = 0;
    for (size_t i = 0; i < columns && bytes < text.len; i++) {
        bytes += pc_utf8_step(pc_str_slice(text, bytes, text.len));
    }
    return bytes;
}

// Cuts a line that a word goes on behind where the last whole word ends or, of a word alone, behind
// a slash: paths are longer than a line.
static struct pc_str cut_line(struct pc_str line)
{
    size_t blank = pc_str_find_last(line, ' '), slash = pc_str_find_last(line, '/');
    if (blank != SIZE_MAX && blank > 0) {
        return pc_str_slice(line, 0, blank);
    }
    return slash != SIZE_MAX ? pc_str_slice(line, 0, slash + 1) : line;
}

// Cuts the next line off the text, and the blank behind it.
static struct pc_str take_line(struct pc_str *text, size_t columns)
{
    size_t bytes = measure(*text, columns), next;
    struct pc_str line = pc_str_slice(*text, 0, bytes);
    if (bytes < text->len && text->ptr[bytes] != ' ') {
        line = cut_line(line);
    }
    next = line.len;
    while (next < text->len && text->ptr[next] == ' ') {
        next++;
    }
    *text = pc_str_slice(*text, next, text->len);
    return line;
}

void pc_graph_break(struct pc_buf *out)
{
    pc_buf_text(out, "\\n");
}

enum pc_status pc_graph_lines(struct pc_buf *out, struct pc_str text, struct pc_graph_room room)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf brief = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf plain = {0};
    write_short(&brief, text);
    PC_TRY(pc_buf_status(&brief));
    PC_TRY(make_plain(pc_buf_view(&brief), &plain));
    struct pc_str rest = pc_buf_view(&plain);
    for (size_t i = 0; rest.len > 0 && i < room.lines; i++) {
        if (i > 0) {
            pc_graph_break(out);
        }
        // The last one leaves room for the sign that there is more.
        bool cut = i + 1 == room.lines && measure(rest, room.columns) < rest.len;
        write_escaped(out, take_line(&rest, cut ? room.columns - 1 : room.columns));
        pc_buf_text(out, cut ? "\u2026" : "");
    }
    return pc_buf_status(out);
}
