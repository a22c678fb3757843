// SPDX-License-Identifier: Apache-2.0
#include "source_arn.h"

bool pc_has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX ||
           pc_str_find(text, '$', 0) != SIZE_MAX;
}

struct pc_str pc_field_or(struct pc_str field, struct pc_str otherwise)
{
    return pc_has_wildcard(field) ? otherwise : field;
}

void pc_plain_write(struct pc_buf *out, struct pc_str pattern)
{
    for (size_t i = 0; i < pattern.len; i++) {
        bool wildcard = pattern.ptr[i] == '*' || pattern.ptr[i] == '?';
        pc_buf_byte(out, wildcard ? 'x' : pattern.ptr[i]);
    }
}

enum pc_status pc_plain_text(struct pc_arena *arena, struct pc_str pattern, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_plain_write(&text, pattern);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

enum pc_status pc_source_read(struct pc_arena *arena, struct pc_str text, struct pc_arn *out,
                              bool *whole)
{
    struct pc_str longer;
    *whole = pc_arn_parse(text, out);
    if (*whole || !pc_str_has_suffix(text, PC_STR("*"))) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(arena, &longer, "%.*s:*", PC_STR_ARG(text)));
    *whole = pc_arn_parse(longer, out);
    return PC_OK;
}

// Another resource of the kind: the words in front of its name stay, the rest is made up.
static void write_unrelated(struct pc_buf *out, const struct pc_arn *pattern)
{
    struct pc_str rest = pattern->resource;
    bool first = true;
    while (true) {
        size_t at = 0;
        while (at < rest.len && rest.ptr[at] != '/' && rest.ptr[at] != ':') {
            at++;
        }
        struct pc_str word = pc_str_slice(rest, 0, at);
        bool typed = first && at < rest.len && !pc_has_wildcard(word) &&
                     !pc_str_eq(pattern->service, PC_STR("execute-api"));
        pc_buf_str(out, typed ? word : PC_STR(PC_STRANGER_NAME));
        if (at == rest.len) {
            return;
        }
        pc_buf_byte(out, rest.ptr[at]);
        rest = pc_str_slice(rest, at + 1, rest.len);
        first = false;
    }
}

static void write_source(struct pc_buf *out, const struct pc_function_name *name,
                         const struct pc_source_wish *wish)
{
    const struct pc_arn *pattern = &wish->pattern;
    pc_buf_text(out, "arn:");
    pc_buf_str(out, pc_field_or(pattern->partition, name->partition));
    pc_buf_byte(out, ':');
    pc_buf_str(out, pattern->service);
    pc_buf_byte(out, ':');
    pc_buf_str(out, pc_field_or(pattern->region, name->region));
    pc_buf_byte(out, ':');
    pc_buf_str(out, pattern->account.len == 0 ? PC_STR("") : wish->account);
    pc_buf_byte(out, ':');
    if (wish->unrelated) {
        write_unrelated(out, pattern);
    } else {
        pc_plain_write(out, pattern->resource);
    }
}

enum pc_status pc_source_make(struct pc_arena *arena, const struct pc_function_name *name,
                              const struct pc_source_wish *wish, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    write_source(&text, name, wish);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}
