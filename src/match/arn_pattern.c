// SPDX-License-Identifier: Apache-2.0
//
// Patterns of ARNs; their byte form is told in arn_bytes.h.
//
// The text is split at its first five colons before anything in it is read. In a resource "${" in
// the first five fields is plain text (R-209), and so is a colon inside it a separator there; in
// the value of an ARN operator variables may stand anywhere (R-503), and their colons separate
// nothing.
//
// Each field is a pattern for the same field of the request, whichever field it is (R-208), and
// never for more: the strict reading of R-206 (arn_wide.c has the other). The last field is text
// without structure: paths (R-218), keys of buckets (R-214) and qualifiers of functions (R-215) are
// no more than characters, which are compared as they stand (R-203, R-205), and so is a "*" of the
// request (R-213).
#include "match/arn_pattern.h"

#include "arn_bytes.h"
#include "token.h"

// The first field of a pattern: "arn", or where it is matched like the others what has a wildcard.
static bool is_first(struct pc_str field, bool glob_first)
{
    return pc_str_eq(field, PC_STR("arn")) ||
           (glob_first &&
            (pc_str_find(field, '*', 0) != SIZE_MAX || pc_str_find(field, '?', 0) != SIZE_MAX));
}

// The first colon at or after `from` that is not inside a variable, or SIZE_MAX.
static size_t find_colon(struct pc_str text, size_t from, bool variables)
{
    size_t colon = pc_str_find(text, ':', from);
    size_t dollar = variables ? pc_str_find(text, '$', from) : SIZE_MAX;
    while (dollar < colon) {
        bool opens = pc_str_has_prefix(pc_str_slice(text, dollar, text.len), PC_STR("${"));
        size_t end = opens ? pc_str_find(text, '}', dollar) : dollar; // R-513: the first "}"
        if (end == SIZE_MAX) {
            return colon; // no variable: a fault that reading the field finds
        }
        colon = end < colon ? colon : pc_str_find(text, ':', end);
        dollar = pc_str_find(text, '$', end + 1);
    }
    return colon;
}

static size_t split_fields(struct pc_str text, bool variables, struct pc_str fields[PC_ARN_FIELDS])
{
    size_t start = 0;
    for (size_t count = 0; count < PC_ARN_FIELDS - 1; count++) {
        size_t colon = find_colon(text, start, variables);
        fields[count] = pc_str_slice(text, start, colon);
        if (colon == SIZE_MAX) {
            return count + 1;
        }
        start = colon + 1;
    }
    fields[PC_ARN_FIELDS - 1] = pc_str_slice(text, start, text.len);
    return PC_ARN_FIELDS;
}

// Splits the text at its first five colons; missing fields become "*" when expand is set (R-207).
// *written: how many there were.
static bool split(struct pc_str text, struct pc_arn_pattern_options options,
                  struct pc_str fields[PC_ARN_FIELDS], size_t *written)
{
    bool variables = options.every_field && (options.flags & PC_PATTERN_VARIABLES) != 0;
    size_t count = split_fields(text, variables, fields);
    if (count < 2 || !is_first(fields[0], options.glob_first) ||
        (count < PC_ARN_FIELDS && !options.expand)) {
        return false;
    }
    *written = count;
    for (; count < PC_ARN_FIELDS; count++) {
        fields[count] = PC_STR("*");
    }
    return true;
}

static enum pc_status compile_field(const struct pc_str fields[PC_ARN_FIELDS], size_t field,
                                    struct pc_arn_pattern_options options, struct pc_buf *out,
                                    struct pc_pattern_error *error)
{
    bool variables = options.every_field || field == PC_ARN_FIELDS - 1;
    unsigned more = variables ? options.flags & PC_PATTERN_VARIABLES : 0;
    enum pc_status status =
        pc_pattern_compile(fields[field], PC_PATTERN_WILDCARDS | more, out, error);
    if (status == PC_ERR_INVALID) {
        error->offset += (size_t)(fields[field].ptr - fields[0].ptr);
    }
    return status;
}

// The limits are those of one text, and so of all its fields together.
static bool is_within_limits(struct pc_str bytes)
{
    size_t tokens = 0;
    size_t variables = 0;
    for (size_t i = 0; i < PC_ARN_FIELDS; i++) {
        struct pc_token_cursor cursor = pc_token_start(pc_arn_bytes_field(bytes, i));
        for (struct pc_token token; pc_token_next(&cursor, &token); tokens++) {
            variables += token.kind == PC_TOKEN_VARIABLE;
        }
    }
    return tokens <= PC_TOKEN_LIMIT && variables <= PC_TOKEN_VARIABLE_LIMIT;
}

static enum pc_status compile_fields(const struct pc_str fields[PC_ARN_FIELDS], size_t written,
                                     struct pc_arn_pattern_options options, struct pc_buf *out,
                                     struct pc_pattern_error *error)
{
    size_t start = out->len;
    pc_buf_byte(out, (char)(written == PC_ARN_FIELDS ? PC_ARN_WHOLE : written));
    pc_buf_fill(out, 0, PC_ARN_HEADER - 1);
    PC_TRY(pc_buf_status(out));
    for (size_t i = 0; i < PC_ARN_FIELDS; i++) {
        size_t before = out->len;
        PC_TRY(compile_field(fields, i, options, out, error));
        for (size_t byte = 0; byte < 4; byte++) {
            size_t place = start + 1 + 4 * i + byte;
            out->ptr[place] = (char)(unsigned char)((out->len - before) >> (8 * byte));
        }
    }
    return is_within_limits(pc_str_slice(pc_buf_view(out), start, out->len)) ? PC_OK : PC_ERR_LIMIT;
}

enum pc_status pc_arn_pattern_compile(struct pc_str text, struct pc_arn_pattern_options options,
                                      struct pc_buf *out, struct pc_pattern_error *error)
{
    struct pc_str fields[PC_ARN_FIELDS];
    size_t written;
    size_t start = out->len;
    PC_TRY(pc_buf_status(out));
    if (text.len > PC_TOKEN_TEXT_LIMIT) {
        return PC_ERR_LIMIT;
    }
    enum pc_status status;
    if (options.allow_any && pc_str_eq(text, PC_STR("*"))) {
        pc_buf_byte(out, PC_ARN_ANY);
        status = pc_buf_status(out);
    } else if (!split(text, options, fields, &written)) {
        *error = (struct pc_pattern_error){PC_PATTERN_FINE, 0};
        status = PC_ERR_INVALID;
    } else {
        status = compile_fields(fields, written, options, out, error);
    }
    if (status != PC_OK) {
        out->len = start;
        out->status = PC_OK;
    }
    return status;
}

// No colon in the literals: fields in front of the last one cannot hold one.
static bool has_no_colon(struct pc_str pattern)
{
    struct pc_token_cursor cursor = pc_token_start(pattern);
    for (struct pc_token token; pc_token_next(&cursor, &token);) {
        if (token.kind == PC_TOKEN_LITERAL && pc_str_find(token.text, ':', 0) != SIZE_MAX) {
            return false;
        }
    }
    return true;
}

static bool is_field(struct pc_str pattern, bool last)
{
    if (!pc_pattern_is_valid(pattern)) {
        return false;
    }
    unsigned flags = pc_token_flags(pattern) & ~(unsigned)PC_PATTERN_VARIABLES;
    return flags == PC_PATTERN_WILDCARDS && (last || has_no_colon(pattern));
}

// Variables in all fields, in the last one or in none: no text gives anything else.
static bool has_sound_flags(struct pc_str bytes)
{
    unsigned first = pc_token_flags(pc_arn_bytes_field(bytes, 0));
    for (size_t i = 1; i < PC_ARN_FIELDS - 1; i++) {
        if (pc_token_flags(pc_arn_bytes_field(bytes, i)) != first) {
            return false;
        }
    }
    return (pc_token_flags(pc_arn_bytes_field(bytes, PC_ARN_FIELDS - 1)) | first) ==
           pc_token_flags(pc_arn_bytes_field(bytes, PC_ARN_FIELDS - 1));
}

// What was not written is "*".
static bool has_stars_only(struct pc_str bytes)
{
    for (size_t i = pc_arn_bytes_written(bytes); i < PC_ARN_FIELDS; i++) {
        if (pc_token_shape(pc_arn_bytes_field(bytes, i)) != PC_SHAPE_OF_ANY) {
            return false;
        }
    }
    return true;
}

// "${?}" makes a plain "?" of what is_first took for a wildcard (R-505): that matches no ARN.
static bool is_first_literal(struct pc_str text)
{
    return is_first(text, true);
}

bool pc_arn_pattern_is_valid(struct pc_str bytes)
{
    if (bytes.ptr == NULL || bytes.len == 0) {
        return false;
    }
    if (bytes.ptr[0] == PC_ARN_ANY) {
        return bytes.len == 1;
    }
    size_t form = (unsigned char)bytes.ptr[0];
    if (form >= PC_ARN_FIELDS || bytes.len < PC_ARN_HEADER) {
        return false;
    }
    size_t start = PC_ARN_HEADER;
    for (size_t i = 0; i < PC_ARN_FIELDS; i++) {
        size_t length = pc_arn_bytes_length(bytes, i);
        if (length > bytes.len - start ||
            !is_field(pc_str_slice(bytes, start, start + length), i == PC_ARN_FIELDS - 1)) {
            return false;
        }
        start += length;
    }
    struct pc_str first;
    return start == bytes.len && has_sound_flags(bytes) && has_stars_only(bytes) &&
           is_within_limits(bytes) &&
           (!pc_pattern_is_literal(pc_arn_bytes_field(bytes, 0), &first) ||
            is_first_literal(first));
}

struct pc_arn_subject pc_arn_subject_of(struct pc_str text)
{
    struct pc_arn_subject subject = {0};
    subject.is_arn = pc_str_split(text, ':', subject.fields, PC_ARN_FIELDS) == PC_ARN_FIELDS &&
                     pc_str_eq(subject.fields[0], PC_STR("arn"));
    return subject;
}

// The shapes that most fields have are matched here, without a call.
static bool field_matches(struct pc_str pattern, struct pc_str text,
                          const struct pc_variables *variables, struct pc_pattern_cache *cache)
{
    struct pc_str literal;
    switch ((int)pc_token_shape(pattern)) {
    case PC_SHAPE_OF_ANY:
        return true;
    case PC_SHAPE_OF_LITERAL:
        return pc_str_eq(text, pc_token_only_literal(pattern));
    case PC_SHAPE_OF_PREFIX:
        literal = pc_token_only_literal(pattern);
        return text.len >= literal.len && pc_bytes_eq(text.ptr, literal.ptr, literal.len);
    default:
        return pc_pattern_match(pattern, text, variables, cache) == PC_MATCH;
    }
}

enum pc_match pc_arn_pattern_match(struct pc_str bytes, const struct pc_arn_subject *subject,
                                   const struct pc_variables *variables,
                                   struct pc_pattern_cache *cache)
{
    if (pc_arn_pattern_is_any(bytes)) {
        return PC_MATCH; // R-201
    }
    if (!subject->is_arn) {
        return PC_NOMATCH;
    }
    // From the end, where patterns differ most.
    const char *end = bytes.ptr + bytes.len;
    for (size_t i = PC_ARN_FIELDS - 1; i > 0; i--) {
        struct pc_str field = {end - pc_arn_bytes_length(bytes, i), pc_arn_bytes_length(bytes, i)};
        if (!field_matches(field, subject->fields[i], variables, cache)) {
            return PC_NOMATCH;
        }
        end = field.ptr;
    }
    struct pc_str first = {end - pc_arn_bytes_length(bytes, 0), pc_arn_bytes_length(bytes, 0)};
    return field_matches(first, subject->fields[0], variables, cache) ? PC_MATCH : PC_NOMATCH;
}

bool pc_arn_pattern_key(struct pc_str bytes, struct pc_arn_pattern_key *out)
{
    enum {
        SERVICE = 2
    };
    struct pc_arn_pattern_key key;
    if (pc_arn_pattern_is_any(bytes) ||
        !pc_pattern_is_literal(pc_arn_bytes_field(bytes, SERVICE), &key.service)) {
        return false;
    }
    struct pc_str last = pc_arn_bytes_field(bytes, PC_ARN_FIELDS - 1);
    key.exact = pc_pattern_is_literal(last, &key.prefix);
    if (!key.exact) {
        key.prefix = pc_pattern_prefix(last);
    }
    *out = key;
    return true;
}

bool pc_arn_pattern_is_any(struct pc_str bytes)
{
    return bytes.ptr[0] == PC_ARN_ANY;
}

void pc_arn_pattern_each_variable(struct pc_str bytes,
                                  void (*visit)(void *context, struct pc_str key), void *context)
{
    for (size_t i = 0; !pc_arn_pattern_is_any(bytes) && i < PC_ARN_FIELDS; i++) {
        pc_pattern_each_variable(pc_arn_bytes_field(bytes, i), visit, context);
    }
}

// The fields from `modern` on as pc_pattern_write_2012 writes them.
static void write_fields(struct pc_str bytes, size_t modern, struct pc_buf *out)
{
    if (pc_arn_pattern_is_any(bytes)) {
        pc_buf_byte(out, '*');
        return;
    }
    for (size_t i = 0; i < pc_arn_bytes_written(bytes); i++) {
        pc_buf_text(out, i > 0 ? ":" : "");
        (i < modern ? pc_pattern_write : pc_pattern_write_2012)(pc_arn_bytes_field(bytes, i), out);
    }
}

void pc_arn_pattern_write(struct pc_str bytes, struct pc_buf *out)
{
    write_fields(bytes, PC_ARN_FIELDS, out);
}

void pc_arn_pattern_write_2012(struct pc_str bytes, bool every_field, struct pc_buf *out)
{
    write_fields(bytes, every_field ? 0 : PC_ARN_FIELDS - 1, out);
}
