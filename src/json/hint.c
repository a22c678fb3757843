// SPDX-License-Identifier: Apache-2.0
//
// What people usually mean when they write something that is not JSON: rows of two tables, and what
// follows from the place in the structure.
#include "hint.h"

bool pc_json_is_word_start(char c)
{
    char lower = pc_char_lower(c);
    return (lower >= 'a' && lower <= 'z') || c == '_' || c == '$';
}

struct pc_str pc_json_word_at_start(struct pc_str rest)
{
    size_t end = 0;
    while (end < rest.len &&
           (pc_json_is_word_start(rest.ptr[end]) || pc_char_is_digit(rest.ptr[end]))) {
        end++;
    }
    return pc_str_slice(rest, 0, end);
}

static const char comments[] = "JSON has no comments; remove it";
static const char quotes[] = "strings are written in double quotes: \"...\"";

struct hint {
    const char *start; // of what is there
    const char *text;
};

static const struct hint hints[] = {
    {"//", comments},
    {"/*", comments},
    {"#", comments},
    {"'", quotes},
    {"`", quotes},
    {"\xe2\x80\x98", "this is a typographic quote; write a plain double quote"},
    {"\xe2\x80\x99", "this is a typographic quote; write a plain double quote"},
    {"\xe2\x80\x9c", "this is a typographic quote; write a plain double quote"},
    {"\xe2\x80\x9d", "this is a typographic quote; write a plain double quote"},
    {"\xc2\xa0", "this is a no-break space; write a plain space"},
    {"\xef\xbb\xbf", "this is a byte order mark; remove it"},
    {",", "one comma too many"},
    {";", "items and members are separated by ','"},
    {"=", "a key is followed by ':'"},
    {"+", "a number has no leading '+'"},
    {".", "a number starts with a digit: 0.5"},
    {"\\", "the text is escaped as if it stood in a string; decode it first"},
    {"%7B", "the text is URL-encoded; decode it first"},
    {"%7b", "the text is URL-encoded; decode it first"},
    {"<", "this looks like XML or HTML"},
};

static const struct hint words[] = {
    {"true", "write it in lower case: true"},
    {"false", "write it in lower case: false"},
    {"null", "write it in lower case: null"},
    {"none", "write null"},
    {"nil", "write null"},
    {"undefined", "write null, or leave the member out"},
    {"nan", "JSON has no NaN; write a number, a string or null"},
    {"inf", "JSON has no infinite numbers; write a number, a string or null"},
    {"infinity", "JSON has no infinite numbers; write a number, a string or null"},
};

static const char *hint_of_start(struct pc_str rest)
{
    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
        if (pc_str_has_prefix(rest, pc_str_from(hints[i].start))) {
            return hints[i].text;
        }
    }
    return NULL;
}

const char *pc_json_hint_of_word(struct pc_str rest)
{
    struct pc_str word = pc_json_word_at_start(rest);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (pc_str_eq_icase(word, pc_str_from(words[i].start))) {
            return words[i].text;
        }
    }
    return "strings are written in double quotes; the only words are true, false and null";
}

bool pc_json_starts_value(char c)
{
    return c == '"' || c == '{' || c == '[' || c == '-' || pc_char_is_digit(c) ||
           pc_json_is_word_start(c);
}

// Where a comma or a closing bracket must be.
static const char *hint_of_missing_comma(const struct pc_json_scan *scan, char c)
{
    if (c == ':' && scan->want == PC_JSON_WANT_ARRAY_COMMA) {
        return "keys belong into an object: { } and not [ ]";
    }
    if (pc_json_is_word_start(c) && scan->at > 0 && scan->text.ptr[scan->at - 1] == '"') {
        return "a comma is missing, or a double quote in the string before it needs a backslash";
    }
    return pc_json_starts_value(c) ? "a comma is missing before it" : NULL;
}

static const char *hint_of_want(const struct pc_json_scan *scan, char c)
{
    bool closes = c == ']' || c == '}';
    switch (scan->want) {
    case PC_JSON_WANT_ITEM:
        return closes ? "remove the comma before it" : NULL;
    case PC_JSON_WANT_FIRST_KEY:
        return pc_json_starts_value(c) ? "keys are strings in double quotes" : NULL;
    case PC_JSON_WANT_KEY:
        if (closes) {
            return "remove the comma before it";
        }
        return pc_json_starts_value(c) ? "keys are strings in double quotes" : NULL;
    case PC_JSON_WANT_COLON:
        return closes || c == ',' ? "a key needs a value; a list is written in [ ]" : NULL;
    case PC_JSON_WANT_MEMBER_VALUE:
        return closes || c == ',' ? "the key has no value" : NULL;
    case PC_JSON_WANT_ARRAY_COMMA:
    case PC_JSON_WANT_OBJECT_COMMA:
        return hint_of_missing_comma(scan, c);
    case PC_JSON_WANT_NOTHING:
        return closes ? "nothing is open that it could close" : NULL;
    case PC_JSON_WANT_DOCUMENT:
    case PC_JSON_WANT_FIRST_ITEM:
        break;
    }
    return NULL;
}

const char *pc_json_hint_at(const struct pc_json_scan *scan)
{
    struct pc_str rest = pc_str_slice(scan->text, scan->at, scan->text.len);
    const char *hint = hint_of_want(scan, rest.ptr[0]);
    if (hint == NULL) {
        hint = hint_of_start(rest);
    }
    if (hint == NULL && pc_json_is_word_start(rest.ptr[0])) {
        hint = pc_json_hint_of_word(rest);
    }
    return hint;
}
