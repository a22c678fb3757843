// SPDX-License-Identifier: Apache-2.0
//
// The wider reading of R-206: a '*' that is the last character of one of the fields 2 to 5 may run
// past the colon. The whole text is matched token by token, keeping every place up to which the
// tokens so far can reach; so the time is that of tokens times text, whatever the pattern is.
#include "match/arn_pattern.h"

#include "arn_bytes.h"
#include "token.h"

#include <string.h>

// reached[i]: can the tokens so far match the first i bytes?
struct walk {
    struct pc_str text;
    bool *reached; // text.len + 1 of them
    const struct pc_variables *variables;
};

// What a wildcard may run over: everything, or all but the colon.
enum reach {
    REACH_FIELD,
    REACH_ALL,
};

static void take_literal(struct walk *walk, struct pc_str literal)
{
    for (size_t i = walk->text.len + 1; i-- > 0;) {
        walk->reached[i] = i >= literal.len && walk->reached[i - literal.len] &&
                           memcmp(walk->text.ptr + i - literal.len, literal.ptr, literal.len) == 0;
    }
}

static void take_star(struct walk *walk, enum reach reach)
{
    bool running = false;
    for (size_t i = 0; i <= walk->text.len; i++) {
        if (reach == REACH_FIELD && i > 0 && walk->text.ptr[i - 1] == ':') {
            running = false;
        }
        running = running || walk->reached[i];
        walk->reached[i] = running;
    }
}

// The start of the code point that ends in front of byte i > 0.
static size_t step_back(struct pc_str text, size_t i)
{
    size_t start = i - 1;
    while (start > 0 && ((unsigned char)text.ptr[start] & 0xc0) == 0x80) {
        start--;
    }
    return start;
}

static void take_question(struct walk *walk, enum reach reach)
{
    for (size_t i = walk->text.len; i > 0; i--) {
        size_t start = step_back(walk->text, i);
        bool boundary = i == walk->text.len || ((unsigned char)walk->text.ptr[i] & 0xc0) != 0x80;
        walk->reached[i] = boundary && walk->reached[start] &&
                           (reach == REACH_ALL || walk->text.ptr[start] != ':');
    }
    walk->reached[0] = false;
}

// False: the variable has no value, so the pattern matches nothing.
static bool take_variable(struct walk *walk, const struct pc_token *token)
{
    struct pc_str value;
    if (walk->variables != NULL &&
        walk->variables->lookup(walk->variables->context, token->text, &value)) {
        take_literal(walk, value);
        return true;
    }
    if (token->has_fallback) {
        take_literal(walk, token->fallback);
    }
    return token->has_fallback;
}

static bool take_token(struct walk *walk, const struct pc_token *token, enum reach star,
                       enum reach question)
{
    switch (token->kind) {
    case PC_TOKEN_LITERAL:
        take_literal(walk, token->text);
        return true;
    case PC_TOKEN_STAR:
        take_star(walk, star);
        return true;
    case PC_TOKEN_QUESTION:
        take_question(walk, question);
        return true;
    case PC_TOKEN_VARIABLE:
        return take_variable(walk, token);
    case PC_TOKEN_END:
        break;
    }
    return false;
}

static bool take_field(struct walk *walk, struct pc_str pattern, size_t field)
{
    bool last_field = field == PC_ARN_FIELDS - 1;
    enum reach inside = last_field ? REACH_ALL : REACH_FIELD;
    struct pc_token_cursor cursor = pc_token_start(pattern);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        bool wide = last_field || (field > 0 && cursor.at == cursor.end);
        if (!take_token(walk, &token, wide ? REACH_ALL : REACH_FIELD, inside)) {
            return false;
        }
    }
    return true;
}

static bool ends_in_star(struct pc_str pattern)
{
    struct pc_token_cursor cursor = pc_token_start(pattern);
    struct pc_token token = {.kind = PC_TOKEN_END};
    while (pc_token_next(&cursor, &token)) {
    }
    return token.kind == PC_TOKEN_STAR;
}

static bool has_wide_star(struct pc_str bytes)
{
    for (size_t i = 1; i < PC_ARN_FIELDS - 1 && i < pc_arn_bytes_written(bytes); i++) {
        if (ends_in_star(pc_arn_bytes_field(bytes, i))) {
            return true;
        }
    }
    return false;
}

enum pc_match pc_arn_pattern_match_wide(struct pc_str bytes, struct pc_str text,
                                        const struct pc_variables *variables, bool *reached)
{
    struct walk walk = {text, reached, variables};
    if (pc_arn_pattern_is_any(bytes) || !has_wide_star(bytes)) {
        return PC_NOMATCH; // nothing that the strict reading does not say
    }
    memset(reached, 0, text.len + 1);
    reached[0] = true;
    for (size_t i = 0; i < pc_arn_bytes_written(bytes); i++) {
        if (i > 0) {
            take_literal(&walk, PC_STR(":"));
        }
        if (!take_field(&walk, pc_arn_bytes_field(bytes, i), i)) {
            return PC_NOMATCH;
        }
    }
    return reached[text.len] ? PC_MATCH : PC_NOMATCH;
}
