// SPDX-License-Identifier: Apache-2.0
//
// Reading and judging the byte form of a pattern.
#include "token.h"

#include "base/utf8.h"
#include "fold.h"
#include "variable.h"

bool pc_token_variable(struct pc_token_cursor *cursor, struct pc_token *token)
{
    if (!pc_token_text(cursor, &token->text) || cursor->at == cursor->end) {
        return false;
    }
    char has_fallback = *cursor->at++;
    token->has_fallback = has_fallback == 1;
    token->fallback = PC_STR("");
    return has_fallback == 0 || (has_fallback == 1 && pc_token_text(cursor, &token->fallback));
}

// What pc_token_shape_of counts.
struct census {
    size_t tokens, stars, variables;
    size_t questions;
    size_t open;  // '?' since the last star, or the start
    bool between; // a '?' between two stars
    enum pc_token_kind first, second;
};

static void count(struct census *census, enum pc_token_kind kind)
{
    census->tokens++;
    if (census->tokens == 1) {
        census->first = kind;
    } else if (census->tokens == 2) {
        census->second = kind;
    }
    if (kind == PC_TOKEN_STAR) {
        census->between = census->between || (census->stars > 0 && census->open > 0);
        census->stars++;
        census->open = 0;
    } else if (kind == PC_TOKEN_QUESTION) {
        census->questions++;
        census->open++;
    } else if (kind == PC_TOKEN_VARIABLE) {
        census->variables++;
    }
}

static enum pc_token_shape shape_of(const struct census *census)
{
    if (census->variables > 0) {
        return PC_SHAPE_OF_VARIABLE;
    }
    if (census->tokens == 0 || (census->tokens == 1 && census->first == PC_TOKEN_LITERAL)) {
        return PC_SHAPE_OF_LITERAL;
    }
    if (census->tokens == 1 && census->first == PC_TOKEN_STAR) {
        return PC_SHAPE_OF_ANY;
    }
    if (census->tokens == 2 && census->second == PC_TOKEN_STAR &&
        census->first == PC_TOKEN_LITERAL) {
        return PC_SHAPE_OF_PREFIX;
    }
    if (census->tokens == 2 && census->first == PC_TOKEN_STAR &&
        census->second == PC_TOKEN_LITERAL) {
        return PC_SHAPE_OF_SUFFIX;
    }
    if (census->questions == 0) {
        return PC_SHAPE_OF_SEGMENTS;
    }
    return census->between ? PC_SHAPE_OF_GENERAL : PC_SHAPE_OF_GLOB;
}

enum pc_token_shape pc_token_shape_of(struct pc_str bytes)
{
    struct census census = {0};
    struct pc_token_cursor cursor = pc_token_start(bytes);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        count(&census, token.kind);
    }
    return shape_of(&census);
}

static bool is_lower(struct pc_str text)
{
    for (size_t at = 0; at < text.len;) {
        unsigned char byte = (unsigned char)text.ptr[at];
        if (byte < 0x80) {
            if (byte >= 'A' && byte <= 'Z') {
                return false;
            }
            at++;
            continue;
        }
        uint32_t code_point = 0;
        size_t length = pc_utf8_decode(pc_str_slice(text, at, text.len), &code_point);
        if (length > 0 && pc_fold_lower(code_point) != code_point) {
            return false;
        }
        at += length > 0 ? length : 1;
    }
    return true;
}

static bool is_key(struct pc_str key)
{
    for (size_t i = 0; i < key.len; i++) {
        if (!pc_variable_is_key_byte(key.ptr[i])) {
            return false;
        }
    }
    return key.len > 0 && is_lower(key);
}

// Is it in lower case, where the pattern's literals must be?
static bool is_folded(struct pc_str text, unsigned flags)
{
    return (flags & PC_PATTERN_FOLD) == 0 || is_lower(text);
}

static bool is_literal(struct pc_str text, unsigned flags)
{
    bool plain_wildcards =
        (flags & PC_PATTERN_WILDCARDS) == 0 || (flags & PC_PATTERN_VARIABLES) != 0;
    return text.len > 0 && is_folded(text, flags) &&
           (plain_wildcards ||
            (pc_str_find(text, '*', 0) == SIZE_MAX && pc_str_find(text, '?', 0) == SIZE_MAX));
}

static bool is_fallback(struct pc_str text, unsigned flags)
{
    return is_folded(text, flags) && pc_str_find(text, '}', 0) == SIZE_MAX &&
           pc_str_find(text, '\'', 0) == SIZE_MAX;
}

// May this token stand behind one of the kind `before`?
static bool is_token(const struct pc_token *token, enum pc_token_kind before, unsigned flags)
{
    switch (token->kind) {
    case PC_TOKEN_LITERAL:
        return before != PC_TOKEN_LITERAL && is_literal(token->text, flags);
    case PC_TOKEN_STAR:
        return before != PC_TOKEN_STAR && (flags & PC_PATTERN_WILDCARDS) != 0;
    case PC_TOKEN_QUESTION:
        return (flags & PC_PATTERN_WILDCARDS) != 0;
    case PC_TOKEN_VARIABLE:
        return (flags & PC_PATTERN_VARIABLES) != 0 && is_key(token->text) &&
               is_fallback(token->fallback, flags);
    case PC_TOKEN_END:
    default:
        return false;
    }
}

bool pc_pattern_is_valid(struct pc_str bytes)
{
    if (bytes.ptr == NULL || bytes.len < PC_TOKEN_HEADER) {
        return false;
    }
    unsigned flags = pc_token_flags(bytes);
    if ((flags & ~(unsigned)(PC_PATTERN_WILDCARDS | PC_PATTERN_VARIABLES | PC_PATTERN_FOLD)) != 0) {
        return false;
    }
    size_t tokens = 0;
    size_t variables = 0;
    enum pc_token_kind before = PC_TOKEN_END;
    struct pc_token_cursor cursor = pc_token_start(bytes);
    for (struct pc_token token; pc_token_next(&cursor, &token); before = token.kind) {
        tokens++;
        variables += token.kind == PC_TOKEN_VARIABLE;
        if (!is_token(&token, before, flags)) {
            return false;
        }
    }
    return cursor.at == cursor.end && tokens <= PC_TOKEN_LIMIT &&
           variables <= PC_TOKEN_VARIABLE_LIMIT &&
           pc_token_shape(bytes) == pc_token_shape_of(bytes);
}
