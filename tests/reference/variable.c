// SPDX-License-Identifier: Apache-2.0
//
// Finds variables and puts values in their place, token by token, so that what is put there is
// literal.
#include "variable.h"

static size_t find_pair(struct pc_str text, size_t from, char first, char second)
{
    for (size_t at = from; at + 1 < text.len; at++) {
        if (text.ptr[at] == first && text.ptr[at + 1] == second) {
            return at;
        }
    }
    return SIZE_MAX;
}

// a name has no space in it, nor what belongs to the syntax. Control characters the rule
// does not name; no key has them, and what could never have a value is refused here.
static bool is_name(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte <= ' ' || byte == 0x7F || strchr("$,'{}", text.ptr[i]) != NULL) {
            return false;
        }
    }
    return text.len > 0;
}

// the name, a comma, one space, the default in single quotes.
static void inside_read(struct pc_str inside, struct ref_variable *out)
{
    size_t comma = pc_str_find(inside, ',', 0);
    out->literal = inside.len == 1 && strchr("*?$", inside.ptr[0]) != NULL && inside.ptr[0] != '\0';
    out->name = pc_str_slice(inside, 0, comma);
    out->has_default = comma != SIZE_MAX;
    out->well_formed = out->literal || is_name(out->name);
    if (!out->has_default) {
        return;
    }
    struct pc_str rest = pc_str_slice(inside, comma + 1, inside.len);
    bool quoted =
        rest.len >= 3 && pc_str_has_prefix(rest, PC_STR(" '")) && rest.ptr[rest.len - 1] == '\'';
    out->fallback = quoted ? pc_str_slice(rest, 2, rest.len - 1) : PC_STR("");
    out->well_formed =
        out->well_formed && quoted && pc_str_find(out->fallback, '\'', 0) == SIZE_MAX;
}

bool ref_variable_next(struct pc_str text, size_t from, struct ref_variable *out)
{
    size_t start = find_pair(text, from, '$', '{');
    if (start == SIZE_MAX) {
        return false;
    }
    size_t close = pc_str_find(text, '}', start); // the first one
    *out = (struct ref_variable){
        .start = start,
        .closed = close != SIZE_MAX,
        .end = close == SIZE_MAX ? text.len : close + 1,
        .fallback = PC_STR(""),
    };
    if (out->closed) {
        inside_read(pc_str_slice(text, start + 2, close), out);
    }
    return true;
}

struct tokens {
    struct pc_arena *arena;
    struct ref_token *at;
    size_t count, room;
};

static void append(struct tokens *tokens, struct pc_str text, bool wildcards)
{
    struct ref_pattern more = ref_wildcards(tokens->arena, text);
    if (tokens->count + more.count > tokens->room) {
        size_t room = 2 * (tokens->count + more.count);
        struct ref_token *at = ref_alloc(tokens->arena, room, sizeof(*at));
        if (tokens->count > 0) {
            memcpy(at, tokens->at, tokens->count * sizeof(*at));
        }
        tokens->at = at;
        tokens->room = room;
    }
    for (size_t i = 0; i < more.count; i++) {
        struct ref_token token = more.tokens[i];
        token.kind = wildcards ? token.kind : REF_LITERAL;
        tokens->at[tokens->count] = token;
        tokens->count++;
    }
}

// The text that a variable stands for, or false: R-507, R-510 (an empty value is none), R-511 (nor
// is a list); R-509: then the default.
static bool value_of(const struct ref_reading *reading, const struct ref_variable *variable,
                     struct pc_str *out)
{
    const struct ref_key *key = ref_context_find(reading->arena, reading->context, variable->name);
    if (variable->literal) {
        *out = variable->name;
        return true;
    }
    if (key != NULL && !key->list && key->values[0].len > 0) {
        *out = key->values[0];
        return true;
    }
    *out = variable->fallback;
    return variable->has_default;
}

struct ref_pattern ref_pattern_of(const struct ref_reading *reading, struct pc_str text)
{
    struct tokens tokens = {.arena = reading->arena};
    struct ref_variable variable;
    size_t at = 0;
    while (reading->variables && ref_variable_next(text, at, &variable)) {
        append(&tokens, pc_str_slice(text, at, variable.start), reading->wildcards);
        at = variable.end;
        struct pc_str value = pc_str_slice(text, variable.start, variable.end);
        if (variable.closed && !value_of(reading, &variable, &value)) {
            return (struct ref_pattern){.null = true};
        }
        append(&tokens, value, false); // R-506; R-512: without `}` it is literal to the end
    }
    append(&tokens, pc_str_slice(text, at, text.len), reading->wildcards);
    return (struct ref_pattern){.tokens = tokens.at, .count = tokens.count};
}

struct pc_str ref_pattern_text(struct pc_arena *arena, const struct ref_pattern *pattern)
{
    uint32_t *points = ref_alloc(arena, pattern->count, sizeof(*points));
    for (size_t i = 0; i < pattern->count; i++) {
        points[i] = pattern->tokens[i].point;
    }
    return ref_text_of(arena, (struct ref_points){points, pattern->count});
}
