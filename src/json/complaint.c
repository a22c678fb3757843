// SPDX-License-Identifier: Apache-2.0
//
// Words for texts that are not JSON. Looks at the state of the check, never changes it. Nothing of
// the input is repeated raw but printable ASCII.
#include "complaint.h"

#include "base/utf8.h"
#include "hint.h"
#include "position.h"

#include <stdio.h>

enum {
    WORD_SHOWN = 24, // bytes of an unknown word that a message repeats
};

struct found {
    char text[64];
};

static const char as_utf8[] = "save the file as UTF-8";

static struct pc_str rest_at(const struct pc_json_scan *scan, size_t offset)
{
    return pc_str_slice(scan->text, offset, scan->text.len);
}

static struct pc_place place_at(const struct pc_json_scan *scan, size_t offset)
{
    return pc_json_place_at(scan->source, offset);
}

// What is there

static void describe_character(struct pc_str rest, struct found *out)
{
    uint32_t code_point;
    if (pc_utf8_decode(rest, &code_point) == 0) {
        snprintf(out->text, sizeof(out->text), "the byte 0x%02X", (unsigned char)rest.ptr[0]);
    } else if (code_point > 0x20 && code_point < 0x7f) {
        snprintf(out->text, sizeof(out->text), "'%c'", (char)code_point);
    } else {
        snprintf(out->text, sizeof(out->text), "U+%04X", (unsigned)code_point);
    }
}

static struct found describe(struct pc_str rest)
{
    struct found found = {""};
    if (rest.len == 0) {
        snprintf(found.text, sizeof(found.text), "the end of the text");
    } else if (pc_json_is_word_start(rest.ptr[0])) {
        struct pc_str word = pc_json_word_at_start(rest);
        struct pc_str shown = pc_str_slice(word, 0, WORD_SHOWN);
        snprintf(found.text, sizeof(found.text), "%s %.*s",
                 shown.len < word.len ? "a word that begins with" : "the word", PC_STR_ARG(shown));
    } else if (rest.ptr[0] == '"') {
        snprintf(found.text, sizeof(found.text), "a string");
    } else if (rest.ptr[0] == '-' || pc_char_is_digit(rest.ptr[0])) {
        snprintf(found.text, sizeof(found.text), "a number");
    } else {
        describe_character(rest, &found);
    }
    return found;
}

static const char *want_text(enum pc_json_want want)
{
    switch (want) {
    case PC_JSON_WANT_FIRST_ITEM:
        return "a value or ']'";
    case PC_JSON_WANT_FIRST_KEY:
        return "a key in double quotes or '}'";
    case PC_JSON_WANT_KEY:
        return "a key in double quotes";
    case PC_JSON_WANT_COLON:
        return "':' behind the key";
    case PC_JSON_WANT_ARRAY_COMMA:
        return "',' or ']'";
    case PC_JSON_WANT_OBJECT_COMMA:
        return "',' or '}'";
    case PC_JSON_WANT_NOTHING:
        return "the end of the text";
    case PC_JSON_WANT_DOCUMENT:
    case PC_JSON_WANT_ITEM:
    case PC_JSON_WANT_MEMBER_VALUE:
        break;
    }
    return "a value";
}

// Hints

// Names the innermost container, which is not closed.
static void hint_open_container(const struct pc_json_scan *scan)
{
    size_t offset = scan->open[scan->depth - 1];
    struct pc_place place = place_at(scan, offset);
    pc_diag_hint(scan->diags, "the %s that begins at line %u, column %u is not closed",
                 scan->text.ptr[offset] == '[' ? "array" : "object", place.line, place.column);
}

static void give_hint(const struct pc_json_scan *scan, const char *hint)
{
    if (hint != NULL) {
        pc_diag_hint(scan->diags, "%s", hint);
    }
}

// Structure

static void report_expected(const struct pc_json_scan *scan, const char *expected)
{
    struct found found = describe(rest_at(scan, scan->at));
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->at),
                   "expected %s, found %s", expected, found.text);
}

enum pc_status pc_json_complain_unexpected(const struct pc_json_scan *scan)
{
    struct pc_str rest = rest_at(scan, scan->at);
    if (pc_utf8_decode(rest, NULL) == 0) {
        return pc_json_complain_utf8(scan);
    }
    report_expected(scan, want_text(scan->want));
    bool wants_comma =
        scan->want == PC_JSON_WANT_ARRAY_COMMA || scan->want == PC_JSON_WANT_OBJECT_COMMA;
    if (wants_comma && (rest.ptr[0] == ']' || rest.ptr[0] == '}')) {
        hint_open_container(scan);
    } else {
        give_hint(scan, pc_json_hint_at(scan));
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_trailing(const struct pc_json_scan *scan)
{
    struct pc_str rest = rest_at(scan, scan->at);
    struct found found = describe(rest);
    pc_diag_report(scan->diags, PC_DIAG_JSON_TRAILING, place_at(scan, scan->at),
                   "expected %s, found %s behind the document", want_text(scan->want), found.text);
    if (pc_json_starts_value(rest.ptr[0])) {
        give_hint(scan, "a text holds one document; split it, or put the documents into an array");
    } else {
        give_hint(scan, pc_json_hint_at(scan));
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_depth(const struct pc_json_scan *scan)
{
    pc_diag_report(scan->diags, PC_DIAG_JSON_DEPTH, place_at(scan, scan->at),
                   "more than %d objects and arrays inside each other", (int)PC_JSON_MAX_DEPTH);
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_end(const struct pc_json_scan *scan)
{
    if (scan->outline->count == 0) {
        pc_diag_report(scan->diags, PC_DIAG_JSON_EMPTY, place_at(scan, 0),
                       "expected a value, found %s",
                       scan->text.len == 0 ? "an empty text" : "white space only");
        return PC_ERR_INVALID;
    }
    // INVARIANT: a document that has begun and is not complete has an open container.
    report_expected(scan, want_text(scan->want));
    hint_open_container(scan);
    return PC_ERR_INVALID;
}

// Strings

enum pc_status pc_json_complain_unclosed_string(const struct pc_json_scan *scan)
{
    struct pc_place begin = place_at(scan, scan->token);
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->text.len),
                   "expected '\"' to close a string, found the end of the text");
    pc_diag_hint(scan->diags, "the string that begins at line %u, column %u is not closed",
                 begin.line, begin.column);
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_control(const struct pc_json_scan *scan)
{
    unsigned char c = (unsigned char)scan->text.ptr[scan->at];
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->at),
                   "expected a character of a string or '\"', found the control character U+%04X",
                   c);
    if (c == '\n' || c == '\r') {
        give_hint(scan, "close the string on its line; a line break in it is written \\n");
    } else if (c == '\t') {
        give_hint(scan, "write a tab as \\t");
    } else {
        pc_diag_hint(scan->diags, "write it as \\u%04x", c);
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_escape(const struct pc_json_scan *scan)
{
    struct found found = {""};
    struct pc_str rest = rest_at(scan, scan->at);
    if (pc_utf8_decode(rest, NULL) == 0) {
        return pc_json_complain_utf8(scan);
    }
    describe_character(rest, &found);
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->at),
                   "expected one of \"\\/bfnrtu behind a backslash, found %s", found.text);
    if (rest.ptr[0] == '\'') {
        give_hint(scan, "a single quote needs no backslash");
    } else if (rest.ptr[0] == 'x') {
        give_hint(scan, "write \\u00 and two hexadecimal digits");
    } else {
        give_hint(scan, "a backslash itself is written \\\\");
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_hex_digit(const struct pc_json_scan *scan)
{
    struct found found = {""};
    struct pc_str rest = rest_at(scan, scan->at);
    if (pc_utf8_decode(rest, NULL) == 0) {
        return pc_json_complain_utf8(scan);
    }
    describe_character(rest, &found);
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->at),
                   "expected four hexadecimal digits behind \\u, found %s", found.text);
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_surrogate(const struct pc_json_scan *scan, size_t escape)
{
    struct pc_str shown = pc_str_slice(scan->text, escape, escape + 6);
    pc_diag_report(scan->diags, PC_DIAG_JSON_ENCODING, place_at(scan, escape),
                   "expected a pair of surrogates, found %.*s alone", PC_STR_ARG(shown));
    pc_diag_hint(scan->diags, "characters above U+FFFF take two escapes, \\ud800 to \\udbff and "
                              "then \\udc00 to \\udfff");
    return PC_ERR_INVALID;
}

// Numbers

enum pc_status pc_json_complain_digit(const struct pc_json_scan *scan)
{
    struct pc_str rest = rest_at(scan, scan->at);
    if (rest.len > 0 && pc_utf8_decode(rest, NULL) == 0) {
        return pc_json_complain_utf8(scan);
    }
    report_expected(scan, "a digit");
    if (rest.len > 0 && pc_char_lower(rest.ptr[0]) == 'i') {
        give_hint(scan, pc_json_hint_of_word(rest));
    }
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_number(const struct pc_json_scan *scan)
{
    struct found found = {""};
    describe_character(rest_at(scan, scan->at), &found);
    struct pc_str number = pc_str_slice(scan->text, scan->token, scan->at);
    pc_diag_report(scan->diags, PC_DIAG_JSON_SYNTAX, place_at(scan, scan->at),
                   "expected the end of a number, found %s", found.text);
    char next = scan->text.ptr[scan->at];
    if (!pc_str_eq(number, PC_STR("0")) && !pc_str_eq(number, PC_STR("-0"))) {
        return PC_ERR_INVALID;
    }
    if (pc_char_is_digit(next)) {
        give_hint(scan, "a number has no leading zeros; an account id is a string");
    } else if (next == 'x' || next == 'X') {
        give_hint(scan, "numbers are decimal");
    }
    return PC_ERR_INVALID;
}

// Encoding and size

enum pc_status pc_json_complain_utf8(const struct pc_json_scan *scan)
{
    pc_diag_report(scan->diags, PC_DIAG_JSON_ENCODING, place_at(scan, scan->at),
                   "expected UTF-8, found the byte 0x%02X",
                   (unsigned char)scan->text.ptr[scan->at]);
    pc_diag_hint(scan->diags, "the text may be Latin-1 or Windows-1252; %s", as_utf8);
    return PC_ERR_INVALID;
}

enum pc_status pc_json_complain_size(const struct pc_json_scan *scan)
{
    pc_diag_report(scan->diags, PC_DIAG_JSON_SIZE, place_at(scan, 0), "%zu bytes; the limit is %d",
                   scan->text.len, (int)PC_JSON_MAX_BYTES);
    return PC_ERR_INVALID;
}

// The encoding that the first bytes give away, or NULL. JSON starts with ASCII, so that zero bytes
// beside it mean wider units.
static const char *wide_encoding(struct pc_str text)
{
    if (pc_str_has_prefix(text, PC_STR("\xff\xfe\0\0")) ||
        pc_str_has_prefix(text, PC_STR("\0\0\xfe\xff")) ||
        pc_str_has_prefix(text, PC_STR("\0\0\0"))) {
        return "UTF-32";
    }
    if (pc_str_has_prefix(text, PC_STR("\xff\xfe")) ||
        pc_str_has_prefix(text, PC_STR("\xfe\xff"))) {
        return "UTF-16";
    }
    if (text.len < 2 || (text.ptr[0] == '\0') == (text.ptr[1] == '\0')) {
        return NULL;
    }
    bool zeros_follow = pc_str_eq(pc_str_slice(text, 1, 4), PC_STR("\0\0\0"));
    return zeros_follow ? "UTF-32" : "UTF-16";
}

enum pc_status pc_json_complain_if_not_utf8_file(const struct pc_json_scan *scan)
{
    if (pc_str_has_prefix(scan->text, PC_STR("\xef\xbb\xbf"))) {
        pc_diag_report(scan->diags, PC_DIAG_JSON_ENCODING, place_at(scan, 0),
                       "expected a value, found a byte order mark");
        pc_diag_hint(scan->diags, "%s without a byte order mark", as_utf8);
        return PC_ERR_INVALID;
    }
    // Text out of a string of another document has been UTF-8 already.
    const char *encoding = scan->source->inside == NULL ? wide_encoding(scan->text) : NULL;
    if (encoding == NULL) {
        return PC_OK;
    }
    pc_diag_report(scan->diags, PC_DIAG_JSON_ENCODING, place_at(scan, 0),
                   "expected UTF-8, found %s", encoding);
    pc_diag_hint(scan->diags, "%s; PowerShell's > writes UTF-16", as_utf8);
    return PC_ERR_INVALID;
}
