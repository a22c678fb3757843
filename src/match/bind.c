// SPDX-License-Identifier: Apache-2.0
//
// Variables stand in the last field alone (R-209), so that binding is writing that field anew and
// reading the whole again. What a value has of wildcards is written as ${*}, ${?}, for a value is
// literal text (R-506), and its colons are behind the last that separates fields (R-514).
#include "match/bind.h"

#include "arn_bytes.h"
#include "token.h"

static void put_literal(struct pc_buf *out, struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '*' || c == '?' || c == '$') {
            pc_buf_format(out, "${%c}", c);
        } else {
            pc_buf_byte(out, c);
        }
    }
}

static void put_open(struct pc_buf *out, const struct pc_token *token)
{
    pc_buf_text(out, "${");
    pc_buf_str(out, token->text);
    if (token->has_fallback) {
        pc_buf_text(out, ", '");
        pc_buf_str(out, token->fallback);
        pc_buf_byte(out, '\'');
    }
    pc_buf_byte(out, '}');
}

// False: without a value.
static bool put_variable(struct pc_buf *out, const struct pc_binder *binder,
                         const struct pc_token *token)
{
    struct pc_str value = PC_STR("");
    enum pc_binding binding = binder->bind(binder->context, token->text, &value);
    if (binding == PC_BINDING_OPEN) {
        put_open(out, token);
        return true;
    }
    if (binding == PC_BINDING_VALUE && value.len > 0) {
        put_literal(out, value);
        return true;
    }
    if (token->has_fallback) {
        put_literal(out, token->fallback);
    }
    return token->has_fallback;
}

static bool put_last(struct pc_buf *out, const struct pc_binder *binder, struct pc_str field)
{
    struct pc_token_cursor cursor = pc_token_start(field);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        switch (token.kind) {
        case PC_TOKEN_LITERAL:
            put_literal(out, token.text);
            break;
        case PC_TOKEN_VARIABLE:
            if (!put_variable(out, binder, &token)) {
                return false;
            }
            break;
        case PC_TOKEN_STAR:
        case PC_TOKEN_QUESTION:
            pc_buf_byte(out, token.kind == PC_TOKEN_STAR ? '*' : '?');
            break;
        case PC_TOKEN_END:
            break;
        }
    }
    return true;
}

enum pc_status pc_arn_pattern_bind(struct pc_str bytes, const struct pc_binder *binder,
                                   struct pc_buf *out, bool *never)
{
    static const struct pc_arn_pattern_options options = {
        .flags = PC_PATTERN_VARIABLES, .expand = true, .allow_any = true};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_pattern_error error;
    *never = false;
    if (pc_arn_pattern_is_any(bytes)) {
        pc_buf_str(out, bytes);
        return pc_buf_status(out);
    }
    for (size_t i = 0; i < PC_ARN_FIELDS - 1; i++) {
        pc_pattern_write(pc_arn_bytes_field(bytes, i), &text);
        pc_buf_byte(&text, ':');
    }
    if (!put_last(&text, binder, pc_arn_bytes_field(bytes, PC_ARN_FIELDS - 1))) {
        *never = true;
        return PC_OK;
    }
    PC_TRY(pc_buf_status(&text));
    return pc_arn_pattern_compile(pc_buf_view(&text), options, out, &error);
}
