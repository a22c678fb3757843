// SPDX-License-Identifier: Apache-2.0
//
// Decides whether the text is JSON (RFC 8259), byte by byte and with a state of its own, because
// jsmn accepts much that is not. Does not build anything and does not word the complaints
// (complaint.c).
#include "strict.h"

#include "base/utf8.h"
#include "complaint.h"
#include "escape.h"

#include <string.h>

static bool at_end(const struct pc_json_scan *scan)
{
    return scan->at >= scan->text.len;
}

static bool has_digit(const struct pc_json_scan *scan)
{
    return !at_end(scan) && pc_char_is_digit(scan->text.ptr[scan->at]);
}

static bool has_byte(const struct pc_json_scan *scan, char c)
{
    return !at_end(scan) && scan->text.ptr[scan->at] == c;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Indentation is most of the white space that there is.
static void skip_space(struct pc_json_scan *scan)
{
    static const char indent[] = "        ";
    const char *text = scan->text.ptr;
    size_t length = scan->text.len;
    size_t at = scan->at;
    while (at < length && is_space(text[at])) {
        at++;
        while (length - at >= sizeof(indent) - 1 && memcmp(text + at, indent, 8) == 0) {
            at += sizeof(indent) - 1;
        }
    }
    scan->at = at;
}

// Adds the scalar between scan->token and scan->at to the outline.
static enum pc_status add_scalar(struct pc_json_scan *scan, char kind)
{
    uint32_t ignored;
    struct pc_json_span span = {
        .start = (uint32_t)scan->token,
        .end = (uint32_t)scan->at & 0x7fffffff,
        .escaped = kind == '"' && scan->escaped,
    };
    return pc_json_outline_add(scan->outline, kind, span, &ignored);
}

// What may follow a complete value.
static enum pc_json_want want_behind_value(const struct pc_json_scan *scan)
{
    if (scan->depth == 0) {
        return PC_JSON_WANT_NOTHING;
    }
    return scan->text.ptr[scan->open[scan->depth - 1]] == '[' ? PC_JSON_WANT_ARRAY_COMMA
                                                              : PC_JSON_WANT_OBJECT_COMMA;
}

// Strings

static enum pc_status scan_hex4(struct pc_json_scan *scan, uint32_t *out)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++, scan->at++) {
        if (at_end(scan)) {
            return pc_json_complain_unclosed_string(scan);
        }
        int digit = pc_json_hex_digit(scan->text.ptr[scan->at]);
        if (digit < 0) {
            return pc_json_complain_hex_digit(scan);
        }
        unit = unit << 4 | (uint32_t)digit;
    }
    *out = unit;
    return PC_OK;
}

// At the four digits of a \u escape that begins at `escape`.
static enum pc_status scan_unicode(struct pc_json_scan *scan, size_t escape)
{
    uint32_t unit = 0;
    PC_TRY(scan_hex4(scan, &unit));
    if (pc_json_is_low_surrogate(unit)) {
        return pc_json_complain_surrogate(scan, escape);
    }
    if (!pc_json_is_high_surrogate(unit)) {
        return PC_OK;
    }
    if (at_end(scan)) {
        return pc_json_complain_unclosed_string(scan);
    }
    struct pc_str rest = pc_str_slice(scan->text, scan->at, scan->text.len);
    if (!pc_str_has_prefix(rest, PC_STR("\\u"))) {
        return pc_json_complain_surrogate(scan, escape);
    }
    scan->at += 2;
    PC_TRY(scan_hex4(scan, &unit));
    return pc_json_is_low_surrogate(unit) ? PC_OK : pc_json_complain_surrogate(scan, escape);
}

static enum pc_status scan_escape(struct pc_json_scan *scan)
{
    size_t escape = scan->at++;
    scan->escaped = true;
    if (at_end(scan)) {
        return pc_json_complain_unclosed_string(scan);
    }
    char c = scan->text.ptr[scan->at];
    if (c == 'u') {
        scan->at++;
        return scan_unicode(scan, escape);
    }
    if (memchr("\"\\/bfnrt", c, 8) == NULL) {
        return pc_json_complain_escape(scan);
    }
    scan->at++;
    return PC_OK;
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

static uint64_t each_byte(unsigned char c)
{
    return c * UINT64_C(0x0101010101010101);
}

// Eight bytes as a little-endian number; written so that compilers make one load.
static uint64_t word_at(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

// The top bit of the first byte that is not plain, and perhaps of bytes behind it; 0: all are. A
// borrow that makes a byte look special comes from one before it that is.
static uint64_t special_bytes(uint64_t word)
{
    uint64_t quote = word ^ each_byte('"');
    uint64_t backslash = word ^ each_byte('\\');
    uint64_t special = ((word - each_byte(0x20)) & ~word) | ((quote - each_byte(1)) & ~quote) |
                       ((backslash - each_byte(1)) & ~backslash) | word;
    return special & each_byte(0x80);
}

// Passes the plain characters at the place.
static void skip_plain(struct pc_json_scan *scan)
{
    const char *text = scan->text.ptr;
    size_t at = scan->at;
    while (scan->text.len - at >= sizeof(uint64_t)) {
        uint64_t special = special_bytes(word_at(text + at));
        if (special != 0) {
            scan->at = at + (size_t)__builtin_ctzll(special) / 8;
            return;
        }
        at += sizeof(uint64_t);
    }
    while (at < scan->text.len && is_plain(text[at])) {
        at++;
    }
    scan->at = at;
}

// Passes one character that is not plain, the closing quote excepted.
static enum pc_status scan_special(struct pc_json_scan *scan)
{
    char c = scan->text.ptr[scan->at];
    if (c == '\\') {
        return scan_escape(scan);
    }
    if ((unsigned char)c < 0x20) {
        return pc_json_complain_control(scan);
    }
    size_t bytes = pc_utf8_decode(pc_str_slice(scan->text, scan->at, scan->text.len), NULL);
    if (bytes == 0) {
        return pc_json_complain_utf8(scan);
    }
    scan->at += bytes;
    scan->outline->ascii = false;
    return PC_OK;
}

static enum pc_status scan_string(struct pc_json_scan *scan)
{
    scan->token = scan->at++;
    scan->escaped = false;
    for (;;) {
        skip_plain(scan);
        if (at_end(scan)) {
            return pc_json_complain_unclosed_string(scan);
        }
        if (scan->text.ptr[scan->at] == '"') {
            scan->at++;
            return add_scalar(scan, '"');
        }
        PC_TRY(scan_special(scan));
    }
}

// Numbers and words

static enum pc_status scan_digits(struct pc_json_scan *scan)
{
    if (!has_digit(scan)) {
        return pc_json_complain_digit(scan);
    }
    while (has_digit(scan)) {
        scan->at++;
    }
    return PC_OK;
}

static bool is_word_byte(char c)
{
    char lower = pc_char_lower(c);
    return (lower >= 'a' && lower <= 'z') || pc_char_is_digit(c) || c == '_' || c == '$';
}

static enum pc_status scan_number(struct pc_json_scan *scan)
{
    scan->token = scan->at;
    scan->at += has_byte(scan, '-');
    if (has_byte(scan, '0')) {
        scan->at++;
    } else {
        PC_TRY(scan_digits(scan));
    }
    if (has_byte(scan, '.')) {
        scan->at++;
        PC_TRY(scan_digits(scan));
    }
    if (has_byte(scan, 'e') || has_byte(scan, 'E')) {
        scan->at++;
        scan->at += has_byte(scan, '+') || has_byte(scan, '-');
        PC_TRY(scan_digits(scan));
    }
    if (!at_end(scan) && (is_word_byte(scan->text.ptr[scan->at]) || has_byte(scan, '.') ||
                          has_byte(scan, '+') || has_byte(scan, '-'))) {
        return pc_json_complain_number(scan);
    }
    return add_scalar(scan, '0');
}

static enum pc_status scan_word(struct pc_json_scan *scan)
{
    size_t end = scan->at;
    while (end < scan->text.len && is_word_byte(scan->text.ptr[end])) {
        end++;
    }
    struct pc_str word = pc_str_slice(scan->text, scan->at, end);
    if (!pc_str_eq(word, PC_STR("true")) && !pc_str_eq(word, PC_STR("false")) &&
        !pc_str_eq(word, PC_STR("null"))) {
        return pc_json_complain_unexpected(scan);
    }
    scan->token = scan->at;
    scan->at = end;
    return add_scalar(scan, '0');
}

// Structure

static enum pc_status open_container(struct pc_json_scan *scan)
{
    if (scan->depth == PC_JSON_MAX_DEPTH) {
        return pc_json_complain_depth(scan);
    }
    // INVARIANT: the text is at most PC_JSON_MAX_BYTES long.
    struct pc_json_span span = {.start = (uint32_t)scan->at};
    char bracket = scan->text.ptr[scan->at];
    PC_TRY(pc_json_outline_add(scan->outline, bracket, span, &scan->index[scan->depth]));
    scan->open[scan->depth++] = (uint32_t)scan->at;
    scan->want = bracket == '[' ? PC_JSON_WANT_FIRST_ITEM : PC_JSON_WANT_FIRST_KEY;
    scan->at++;
    return PC_OK;
}

static enum pc_status close_container(struct pc_json_scan *scan)
{
    char bracket = scan->text.ptr[scan->at++];
    scan->depth--;
    pc_json_outline_close(scan->outline, scan->index[scan->depth], bracket, scan->at);
    scan->want = want_behind_value(scan);
    return PC_OK;
}

static enum pc_status scan_value(struct pc_json_scan *scan)
{
    char c = scan->text.ptr[scan->at];
    if (c == '{' || c == '[') {
        return open_container(scan);
    }
    if (c == '"') {
        PC_TRY(scan_string(scan));
    } else if (c == '-' || pc_char_is_digit(c)) {
        PC_TRY(scan_number(scan));
    } else if (is_word_byte(c)) {
        PC_TRY(scan_word(scan));
    } else {
        return pc_json_complain_unexpected(scan);
    }
    scan->want = want_behind_value(scan);
    return PC_OK;
}

static enum pc_status scan_key(struct pc_json_scan *scan)
{
    if (!has_byte(scan, '"')) {
        return pc_json_complain_unexpected(scan);
    }
    PC_TRY(scan_string(scan));
    scan->want = PC_JSON_WANT_COLON;
    return PC_OK;
}

// Passes a comma or a colon.
static enum pc_status scan_mark(struct pc_json_scan *scan, char mark, enum pc_json_want next)
{
    if (!has_byte(scan, mark)) {
        return pc_json_complain_unexpected(scan);
    }
    pc_json_outline_mark(scan->outline, mark);
    scan->at++;
    scan->want = next;
    return PC_OK;
}

// Passes one token or mark. There is at least one byte, and it is no white space.
static enum pc_status scan_step(struct pc_json_scan *scan)
{
    switch (scan->want) {
    case PC_JSON_WANT_FIRST_ITEM:
        return has_byte(scan, ']') ? close_container(scan) : scan_value(scan);
    case PC_JSON_WANT_FIRST_KEY:
        return has_byte(scan, '}') ? close_container(scan) : scan_key(scan);
    case PC_JSON_WANT_DOCUMENT:
    case PC_JSON_WANT_ITEM:
    case PC_JSON_WANT_MEMBER_VALUE:
        return scan_value(scan);
    case PC_JSON_WANT_KEY:
        return scan_key(scan);
    case PC_JSON_WANT_COLON:
        return scan_mark(scan, ':', PC_JSON_WANT_MEMBER_VALUE);
    case PC_JSON_WANT_ARRAY_COMMA:
        return has_byte(scan, ']') ? close_container(scan)
                                   : scan_mark(scan, ',', PC_JSON_WANT_ITEM);
    case PC_JSON_WANT_OBJECT_COMMA:
        return has_byte(scan, '}') ? close_container(scan) : scan_mark(scan, ',', PC_JSON_WANT_KEY);
    case PC_JSON_WANT_NOTHING:
        break;
    }
    return pc_json_complain_trailing(scan);
}

enum pc_status pc_json_strict_check(const struct pc_json_source *source, struct pc_diags *diags,
                                    struct pc_json_outline *out)
{
    struct pc_json_scan scan = {
        .source = source, .diags = diags, .text = source->text, .outline = out};
    out->ascii = true;
    if (scan.text.len > PC_JSON_MAX_BYTES) {
        return pc_json_complain_size(&scan);
    }
    PC_TRY(pc_json_complain_if_not_utf8_file(&scan));
    skip_space(&scan);
    while (!at_end(&scan)) {
        PC_TRY(scan_step(&scan));
        skip_space(&scan);
    }
    if (scan.want != PC_JSON_WANT_NOTHING) {
        return pc_json_complain_end(&scan);
    }
    return PC_OK;
}
