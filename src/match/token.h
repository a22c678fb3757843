// SPDX-License-Identifier: Apache-2.0
//
// The byte form of a pattern: a header of two bytes, shape and flags (PC_PATTERN_*), and tokens up
// to the end of the bytes. Lengths are 32 bits, little-endian, at any alignment.
//
//   literal   1, length, bytes (at least one; lower case where FOLD is set; never two in a row)
//   star      2 (never two in a row)
//   question  3
//   variable  4, length, key in ASCII lower case, 0
//             4, length, key in ASCII lower case, 1, length, default (lower case where FOLD is set)
//
// Equal text and flags give equal bytes. The shape says which matcher serves, and follows from the
// tokens.
#ifndef PC_MATCH_TOKEN_H
#define PC_MATCH_TOKEN_H

#include "match/pattern.h"

enum {
    PC_TOKEN_HEADER = 2, // bytes
    PC_TOKEN_LIMIT = 4096,
    PC_TOKEN_TEXT_LIMIT = 65536, // bytes of a pattern's text
    PC_TOKEN_VARIABLE_LIMIT = 64,
};

enum pc_token_shape {
    PC_SHAPE_OF_ANY = 1,      // *
    PC_SHAPE_OF_LITERAL = 2,  // lit, or nothing at all
    PC_SHAPE_OF_PREFIX = 3,   // lit*
    PC_SHAPE_OF_SUFFIX = 4,   // *lit
    PC_SHAPE_OF_SEGMENTS = 5, // other literals and stars
    PC_SHAPE_OF_GLOB = 6,     // with a '?', but none between two stars
    PC_SHAPE_OF_GENERAL = 7,  // with a '?' between two stars
    PC_SHAPE_OF_VARIABLE = 8, // with variables
};

enum pc_token_kind {
    PC_TOKEN_END = 0, // of the bytes, also where they are malformed
    PC_TOKEN_LITERAL = 1,
    PC_TOKEN_STAR = 2,
    PC_TOKEN_QUESTION = 3,
    PC_TOKEN_VARIABLE = 4,
};

struct pc_token {
    enum pc_token_kind kind;
    struct pc_str text; // of a literal; key of a variable
    bool has_fallback;  // a variable with a default
    struct pc_str fallback;
};

// A place between two tokens.
struct pc_token_cursor {
    const char *at, *end;
};

// In front of the first token; bytes must hold a header.
static inline struct pc_token_cursor pc_token_start(struct pc_str bytes)
{
    return (struct pc_token_cursor){bytes.ptr + PC_TOKEN_HEADER, bytes.ptr + bytes.len};
}

static inline uint32_t pc_token_u32(const char *at)
{
    const unsigned char *bytes = (const unsigned char *)at;
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

// Reads a length and as many bytes. False, the cursor where it was, when they are not all there.
static inline bool pc_token_text(struct pc_token_cursor *cursor, struct pc_str *text)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    size_t length = left < 4 ? 0 : pc_token_u32(cursor->at);
    if (left < 4 || length > left - 4) {
        return false;
    }
    *text = (struct pc_str){cursor->at + 4, length};
    cursor->at += 4 + length;
    return true;
}

// Reads what stands behind the kind of a variable.
bool pc_token_variable(struct pc_token_cursor *cursor, struct pc_token *token);

// Reads the next token and steps over it. False, the cursor where it was, at the end or when what
// follows is no token: never reads behind the end. Inline, because matching does little else.
static inline bool pc_token_next(struct pc_token_cursor *cursor, struct pc_token *token)
{
    struct pc_token_cursor ahead = *cursor;
    if (ahead.at == ahead.end) {
        return false;
    }
    char kind = *ahead.at++;
    bool read = kind == PC_TOKEN_STAR || kind == PC_TOKEN_QUESTION;
    if (kind == PC_TOKEN_LITERAL) {
        read = pc_token_text(&ahead, &token->text);
    } else if (kind == PC_TOKEN_VARIABLE) {
        read = pc_token_variable(&ahead, token);
    }
    if (read) {
        token->kind = (enum pc_token_kind)kind;
        *cursor = ahead;
    }
    return read;
}

// The shape that follows from the tokens.
enum pc_token_shape pc_token_shape_of(struct pc_str bytes);

static inline enum pc_token_shape pc_token_shape(struct pc_str bytes)
{
    return (enum pc_token_shape)(unsigned char)bytes.ptr[0];
}

static inline unsigned pc_token_flags(struct pc_str bytes)
{
    return (unsigned char)bytes.ptr[1];
}

// The literal of a pattern of shape literal, prefix or suffix: all but the header, the star and
// what stands in front of the literal's bytes.
static inline struct pc_str pc_token_only_literal(struct pc_str bytes)
{
    enum pc_token_shape shape = pc_token_shape(bytes);
    size_t front = PC_TOKEN_HEADER + 5 + (shape == PC_SHAPE_OF_SUFFIX);
    return pc_str_slice(bytes, front, bytes.len - (shape == PC_SHAPE_OF_PREFIX));
}

#endif
