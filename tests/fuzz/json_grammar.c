// SPDX-License-Identifier: Apache-2.0
#include "json_grammar.h"

#include "base/utf8.h"

struct cursor {
    struct pc_str text;
    size_t at;
    unsigned depth, most_depth;
};

static char next(const struct cursor *cursor)
{
    return cursor->at < cursor->text.len ? cursor->text.ptr[cursor->at] : '\0';
}

static bool take(struct cursor *cursor, char c)
{
    bool taken = cursor->at < cursor->text.len && cursor->text.ptr[cursor->at] == c;
    cursor->at += taken;
    return taken;
}

static bool take_word(struct cursor *cursor, struct pc_str word)
{
    bool taken = pc_str_has_prefix(pc_str_slice(cursor->text, cursor->at, cursor->text.len), word);
    cursor->at += taken ? word.len : 0;
    return taken;
}

static void skip_space(struct cursor *cursor)
{
    while (take(cursor, ' ') || take(cursor, '\t') || take(cursor, '\n') || take(cursor, '\r')) {
    }
}

// Numbers (section 6) -----------------------------------------------------------------------------

static bool take_digits(struct cursor *cursor)
{
    size_t before = cursor->at;
    while (pc_char_is_digit(next(cursor))) {
        cursor->at++;
    }
    return cursor->at > before;
}

static bool take_number(struct cursor *cursor)
{
    (void)take(cursor, '-');
    if (!take(cursor, '0') && !take_digits(cursor)) {
        return false;
    }
    if (take(cursor, '.') && !take_digits(cursor)) {
        return false;
    }
    if (!take(cursor, 'e') && !take(cursor, 'E')) {
        return true;
    }
    (void)(take(cursor, '+') || take(cursor, '-'));
    return take_digits(cursor);
}

// Strings (section 7) -----------------------------------------------------------------------------

static bool take_hex(struct cursor *cursor, unsigned *out)
{
    static const char digits[] = "0123456789abcdef";
    *out = 0;
    for (int i = 0; i < 4; i++) {
        const char *digit = strchr(digits, pc_char_lower(next(cursor)));
        if (digit == NULL || *digit == '\0') {
            return false;
        }
        *out = *out * 16 + (unsigned)(digit - digits);
        cursor->at++;
    }
    return true;
}

// Behind "\u": a code unit, or a pair of surrogates.
static bool take_unit(struct cursor *cursor)
{
    unsigned high, low;
    if (!take_hex(cursor, &high)) {
        return false;
    }
    if (high < 0xD800 || high > 0xDFFF) {
        return true;
    }
    return high <= 0xDBFF && take_word(cursor, PC_STR("\\u")) && take_hex(cursor, &low) &&
           low >= 0xDC00 && low <= 0xDFFF;
}

static bool take_escape(struct cursor *cursor)
{
    char c = next(cursor);
    if (c == '\0' || strchr("\"\\/bfnrtu", c) == NULL) {
        return false;
    }
    cursor->at++;
    return c != 'u' || take_unit(cursor);
}

static bool take_string(struct cursor *cursor)
{
    if (!take(cursor, '"')) {
        return false;
    }
    while (cursor->at < cursor->text.len) {
        unsigned char c = (unsigned char)next(cursor);
        cursor->at++;
        if (c == '"') {
            return true;
        }
        if (c < 0x20 || (c == '\\' && !take_escape(cursor))) {
            return false;
        }
    }
    return false;
}

// Values ------------------------------------------------------------------------------------------

static bool take_value(struct cursor *cursor);

static bool take_member(struct cursor *cursor, bool object)
{
    skip_space(cursor);
    if (object) {
        if (!take_string(cursor)) {
            return false;
        }
        skip_space(cursor);
        if (!take(cursor, ':')) {
            return false;
        }
    }
    return take_value(cursor);
}

// Behind the opening bracket.
static bool take_members(struct cursor *cursor, bool object)
{
    char close = object ? '}' : ']';
    skip_space(cursor);
    if (take(cursor, close)) {
        return true;
    }
    do {
        if (!take_member(cursor, object)) {
            return false;
        }
        skip_space(cursor);
    } while (take(cursor, ','));
    return take(cursor, close);
}

static bool take_container(struct cursor *cursor, bool object)
{
    cursor->at++;
    cursor->depth++;
    bool well = cursor->depth <= cursor->most_depth && take_members(cursor, object);
    cursor->depth--;
    return well;
}

static bool take_value(struct cursor *cursor)
{
    skip_space(cursor);
    switch (next(cursor)) {
    case '{':
        return take_container(cursor, true);
    case '[':
        return take_container(cursor, false);
    case '"':
        return take_string(cursor);
    case 't':
        return take_word(cursor, PC_STR("true"));
    case 'f':
        return take_word(cursor, PC_STR("false"));
    case 'n':
        return take_word(cursor, PC_STR("null"));
    default:
        return take_number(cursor);
    }
}

bool json_grammar_takes(struct pc_str text, unsigned most_depth)
{
    struct cursor cursor = {.text = text, .most_depth = most_depth};
    if (pc_utf8_invalid(text) != SIZE_MAX || !take_value(&cursor)) {
        return false;
    }
    skip_space(&cursor);
    return cursor.at == text.len;
}
