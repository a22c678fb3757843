// SPDX-License-Identifier: Apache-2.0
//
// Compiling the text of a pattern to its byte form, and the questions that the form answers. What
// matching means is in glob.c; this file only picks who does it.
#include "match/pattern.h"

#include "fold.h"
#include "glob.h"
#include "regex.h"
#include "token.h"
#include "variable.h"

struct builder {
    struct pc_buf *out;
    unsigned flags;
    size_t tokens, variables;
    size_t literal;            // where the length of the open literal is, or SIZE_MAX
    enum pc_token_kind before; // the token written last
};

static void put_text(struct builder *builder, struct pc_str text)
{
    if ((builder->flags & PC_PATTERN_FOLD) != 0) {
        pc_fold_append(builder->out, text);
    } else {
        pc_buf_str(builder->out, text);
    }
}

// Sets the length at the place to what follows it in the buffer.
static void patch_length(struct pc_buf *out, size_t place)
{
    if (pc_buf_status(out) != PC_OK) {
        return;
    }
    size_t length = out->len - place - 4;
    for (size_t i = 0; i < 4; i++) {
        out->ptr[place + i] = (char)(unsigned char)(length >> (8 * i));
    }
}

static void put_measured(struct builder *builder, struct pc_str text)
{
    size_t place = builder->out->len;
    pc_buf_u32(builder->out, 0);
    put_text(builder, text);
    patch_length(builder->out, place);
}

static void put_kind(struct builder *builder, enum pc_token_kind kind)
{
    builder->tokens++;
    builder->before = kind;
    pc_buf_byte(builder->out, (char)kind);
}

static void add_literal(struct builder *builder, struct pc_str text)
{
    if (builder->before == PC_TOKEN_LITERAL) {
        put_text(builder, text);
        patch_length(builder->out, builder->literal);
    } else {
        put_kind(builder, PC_TOKEN_LITERAL);
        builder->literal = builder->out->len;
        put_measured(builder, text);
    }
}

static void add_star(struct builder *builder)
{
    if (builder->before != PC_TOKEN_STAR) {
        put_kind(builder, PC_TOKEN_STAR);
    }
}

static void add_variable(struct builder *builder, const struct pc_variable *variable)
{
    builder->variables++;
    put_kind(builder, PC_TOKEN_VARIABLE);
    size_t place = builder->out->len;
    pc_buf_u32(builder->out, 0);
    pc_fold_append(builder->out, variable->key); // as pc_key_fold
    patch_length(builder->out, place);
    pc_buf_byte(builder->out, (char)variable->has_fallback);
    if (variable->has_fallback) {
        put_measured(builder, variable->fallback);
    }
}

static enum pc_status add_dollar(struct builder *builder, struct pc_str text, size_t *at,
                                 struct pc_pattern_error *error)
{
    struct pc_str escaped = pc_variable_escaped(text, *at);
    struct pc_variable variable;
    if (escaped.len > 0) {
        add_literal(builder, escaped);
        *at += 4;
        return PC_OK;
    }
    PC_TRY(pc_variable_parse(text, *at, &variable, error));
    add_variable(builder, &variable);
    *at = variable.end;
    return PC_OK;
}

// Does something other than literal text start at the place?
static bool is_special(struct pc_str text, size_t at, unsigned flags)
{
    char c = text.ptr[at];
    if (c == '*' || c == '?') {
        return (flags & PC_PATTERN_WILDCARDS) != 0;
    }
    return c == '$' && (flags & PC_PATTERN_VARIABLES) != 0 && at + 1 < text.len &&
           text.ptr[at + 1] == '{';
}

static enum pc_status add_text(struct builder *builder, struct pc_str text,
                               struct pc_pattern_error *error)
{
    for (size_t at = 0; at < text.len;) {
        size_t start = at;
        while (at < text.len && !is_special(text, at, builder->flags)) {
            at++;
        }
        if (at > start) {
            add_literal(builder, pc_str_slice(text, start, at));
        } else if (text.ptr[at] == '$') {
            PC_TRY(add_dollar(builder, text, &at, error));
        } else if (text.ptr[at++] == '*') {
            add_star(builder);
        } else {
            put_kind(builder, PC_TOKEN_QUESTION);
        }
    }
    if (builder->tokens > PC_TOKEN_LIMIT || builder->variables > PC_TOKEN_VARIABLE_LIMIT) {
        return PC_ERR_LIMIT;
    }
    return pc_buf_status(builder->out);
}

// Most texts are plain: one literal, or nothing.
static bool is_plain(struct pc_str text, unsigned flags)
{
    for (size_t at = 0; at < text.len; at++) {
        if ((text.ptr[at] == '*' || text.ptr[at] == '?' || text.ptr[at] == '$') &&
            is_special(text, at, flags)) {
            return false;
        }
    }
    return text.len > 0;
}

static enum pc_status build_plain(struct pc_str text, unsigned flags, struct pc_buf *out)
{
    struct builder builder = {.out = out, .flags = flags};
    pc_buf_byte(out, PC_SHAPE_OF_LITERAL);
    pc_buf_byte(out, (char)flags);
    pc_buf_byte(out, PC_TOKEN_LITERAL);
    put_measured(&builder, text);
    return pc_buf_status(out);
}

static enum pc_status build(struct pc_str text, unsigned flags, struct pc_buf *out,
                            struct pc_pattern_error *error)
{
    size_t start = out->len;
    struct builder builder = {.out = out, .flags = flags, .literal = SIZE_MAX};
    if (is_plain(text, flags)) {
        return build_plain(text, flags, out);
    }
    pc_buf_byte(out, 0);
    pc_buf_byte(out, (char)flags);
    PC_TRY(add_text(&builder, text, error));
    out->ptr[start] = (char)pc_token_shape_of(pc_str_slice(pc_buf_view(out), start, out->len));
    return PC_OK;
}

const char *pc_pattern_limit_text(struct pc_str text, bool variables)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    struct builder builder = {.out = &bytes,
                              .flags = PC_PATTERN_WILDCARDS |
                                       (variables ? (unsigned)PC_PATTERN_VARIABLES : 0),
                              .literal = SIZE_MAX};
    if (text.len > PC_TOKEN_TEXT_LIMIT) {
        return "is longer than 65,536 bytes";
    }
    enum pc_status status = add_text(&builder, text, &error); // fails, but has counted
    return status != PC_OK && builder.variables > PC_TOKEN_VARIABLE_LIMIT
               ? "has more than 64 policy variables"
               : "has more than 4,096 wildcards, variables and pieces of text between them";
}

enum pc_status pc_pattern_compile(struct pc_str text, unsigned flags, struct pc_buf *out,
                                  struct pc_pattern_error *error)
{
    PC_TRY(pc_buf_status(out));
    if (text.len > PC_TOKEN_TEXT_LIMIT) {
        return PC_ERR_LIMIT;
    }
    flags &= PC_PATTERN_WILDCARDS | PC_PATTERN_VARIABLES | PC_PATTERN_FOLD;
    size_t start = out->len;
    enum pc_status status = build(text, flags, out, error);
    if (status != PC_OK) {
        out->len = start;
        out->status = PC_OK;
    }
    return status;
}

// The texts of the variables, in order. False when one is null (R-507, R-510).
static bool resolve(struct pc_str bytes, const struct pc_variables *variables,
                    struct pc_str values[PC_TOKEN_VARIABLE_LIMIT], size_t *found_count)
{
    size_t count = 0;
    struct pc_token_cursor cursor = pc_token_start(bytes);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        if (token.kind != PC_TOKEN_VARIABLE) {
            continue;
        }
        struct pc_str value = PC_STR("");
        bool found = variables != NULL && count < PC_TOKEN_VARIABLE_LIMIT &&
                     variables->lookup(variables->context, token.text, &value) && value.len > 0;
        if (count == PC_TOKEN_VARIABLE_LIMIT || (!found && !token.has_fallback)) {
            return false;
        }
        values[count++] = found ? value : token.fallback;
    }
    *found_count = count;
    return true;
}

enum {
    FOLDING = 2, // times as dear as to compare bytes
};

// Both lengths multiplied are what matching costs at most.
static bool can_afford(struct pc_pattern_cache *cache, size_t pattern, size_t subject)
{
    return pc_pattern_cache_can_afford(cache, (uint64_t)pattern * subject / PC_EFFORT_BYTES);
}

// pc_glob_match, of which a place of the subject may cost a step before anything is compared there.
static bool matches_somewhere(struct pc_str bytes, struct pc_str subject,
                              const struct pc_str *values, struct pc_pattern_cache *cache)
{
    return pc_pattern_cache_can_afford(cache, subject.len) && pc_glob_match(bytes, subject, values);
}

static bool matches_variables(struct pc_str bytes, struct pc_str subject,
                              const struct pc_variables *variables, struct pc_pattern_cache *cache)
{
    struct pc_str values[PC_TOKEN_VARIABLE_LIMIT];
    size_t count;
    if (!pc_pattern_cache_can_afford(cache, pc_effort_of(bytes.len)) ||
        !resolve(bytes, variables, values, &count)) {
        return false;
    }
    size_t length = bytes.len;
    for (size_t i = 0; i < count; i++) {
        length += values[i].len;
    }
    return can_afford(cache, length, subject.len) &&
           matches_somewhere(bytes, subject, values, cache);
}

static bool matches_general(struct pc_str bytes, struct pc_str subject,
                            struct pc_pattern_cache *cache)
{
    bool matched;
    if (!pc_str_has_prefix(subject, pc_pattern_prefix(bytes))) {
        return false;
    }
    if (cache != NULL && pc_regex_match(cache, bytes, subject, &matched)) {
        return matched;
    }
    return matches_somewhere(bytes, subject, NULL, cache);
}

static bool matches_folded(struct pc_str bytes, struct pc_str subject,
                           struct pc_pattern_cache *cache)
{
    size_t at = 0;
    switch ((int)pc_token_shape(bytes)) {
    case PC_SHAPE_OF_LITERAL:
        return pc_glob_fold_literal(subject, pc_token_only_literal(bytes), &at) &&
               at == subject.len;
    case PC_SHAPE_OF_PREFIX:
        return pc_glob_fold_literal(subject, pc_token_only_literal(bytes), &at);
    default:
        return can_afford(cache, FOLDING * bytes.len, subject.len) &&
               matches_somewhere(bytes, subject, NULL, cache);
    }
}

static bool matches_exactly(struct pc_str bytes, struct pc_str subject,
                            struct pc_pattern_cache *cache)
{
    switch ((int)pc_token_shape(bytes)) {
    case PC_SHAPE_OF_LITERAL:
        return pc_str_eq(subject, pc_token_only_literal(bytes));
    case PC_SHAPE_OF_PREFIX:
        return pc_str_has_prefix(subject, pc_token_only_literal(bytes));
    case PC_SHAPE_OF_SUFFIX:
        return pc_str_has_suffix(subject, pc_token_only_literal(bytes));
    case PC_SHAPE_OF_SEGMENTS:
        return can_afford(cache, bytes.len, subject.len) && pc_glob_match_segments(bytes, subject);
    case PC_SHAPE_OF_GENERAL:
        return can_afford(cache, bytes.len, subject.len) && matches_general(bytes, subject, cache);
    default:
        return can_afford(cache, bytes.len, subject.len) &&
               matches_somewhere(bytes, subject, NULL, cache);
    }
}

static bool matches(struct pc_str bytes, struct pc_str subject,
                    const struct pc_variables *variables, struct pc_pattern_cache *cache)
{
    enum pc_token_shape shape = pc_token_shape(bytes);
    if (shape == PC_SHAPE_OF_ANY) {
        return true;
    }
    if (shape == PC_SHAPE_OF_VARIABLE) {
        return matches_variables(bytes, subject, variables, cache);
    }
    bool fold = (pc_token_flags(bytes) & PC_PATTERN_FOLD) != 0;
    return fold ? matches_folded(bytes, subject, cache) : matches_exactly(bytes, subject, cache);
}

enum pc_match pc_pattern_match(struct pc_str bytes, struct pc_str subject,
                               const struct pc_variables *variables, struct pc_pattern_cache *cache)
{
    struct pc_str text = {subject.ptr == NULL ? "" : subject.ptr, subject.len};
    return matches(bytes, text, variables, cache) ? PC_MATCH : PC_NOMATCH;
}

bool pc_pattern_is_any(struct pc_str bytes)
{
    return pc_token_shape(bytes) == PC_SHAPE_OF_ANY;
}

bool pc_pattern_is_prefix(struct pc_str bytes)
{
    enum pc_token_shape shape = pc_token_shape(bytes);
    return shape == PC_SHAPE_OF_ANY || shape == PC_SHAPE_OF_PREFIX;
}

bool pc_pattern_is_literal(struct pc_str bytes, struct pc_str *literal)
{
    if (pc_token_shape(bytes) != PC_SHAPE_OF_LITERAL) {
        return false;
    }
    if (literal != NULL) {
        *literal = pc_token_only_literal(bytes);
    }
    return true;
}

struct pc_str pc_pattern_prefix(struct pc_str bytes)
{
    struct pc_token token;
    struct pc_token_cursor cursor = pc_token_start(bytes);
    if (pc_token_next(&cursor, &token) && token.kind == PC_TOKEN_LITERAL) {
        return token.text;
    }
    return pc_str_slice(bytes, bytes.len, bytes.len);
}

void pc_pattern_each_variable(struct pc_str bytes, void (*visit)(void *context, struct pc_str key),
                              void *context)
{
    struct pc_token_cursor cursor = pc_token_start(bytes);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        if (token.kind == PC_TOKEN_VARIABLE) {
            visit(context, token.text);
        }
    }
}

static void write_literal(struct pc_buf *out, struct pc_str text, unsigned flags)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool wildcard = (flags & PC_PATTERN_WILDCARDS) != 0 && (c == '*' || c == '?');
        bool dollar = c == '$' && i + 1 < text.len && text.ptr[i + 1] == '{';
        if ((flags & PC_PATTERN_VARIABLES) != 0 && (wildcard || dollar)) {
            pc_buf_format(out, "${%c}", c);
        } else {
            pc_buf_byte(out, c);
        }
    }
}

static void write_variable(struct pc_buf *out, const struct pc_token *token)
{
    pc_buf_text(out, "${");
    pc_buf_str(out, token->text);
    if (token->has_fallback) {
        pc_buf_text(out, ", '");
        pc_buf_str(out, token->fallback);
        pc_buf_text(out, "'");
    }
    pc_buf_text(out, "}");
}

// flags: those under which the text is to be read.
static void write_tokens(struct pc_str bytes, unsigned flags, struct pc_buf *out)
{
    struct pc_token_cursor cursor = pc_token_start(bytes);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        if (token.kind == PC_TOKEN_LITERAL) {
            write_literal(out, token.text, flags);
        } else if (token.kind == PC_TOKEN_VARIABLE) {
            write_variable(out, &token);
        } else {
            pc_buf_byte(out, token.kind == PC_TOKEN_STAR ? '*' : '?');
        }
    }
}

void pc_pattern_write(struct pc_str bytes, struct pc_buf *out)
{
    write_tokens(bytes, pc_token_flags(bytes), out);
}

void pc_pattern_write_2012(struct pc_str bytes, struct pc_buf *out)
{
    write_tokens(bytes, pc_token_flags(bytes) | PC_PATTERN_VARIABLES, out);
}
