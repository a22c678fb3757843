// SPDX-License-Identifier: Apache-2.0
//
// Could a pattern of a policy match an ARN of a shape? Two patterns meet when some text fits both.
// The tokens of the policy's pattern are taken one by one, and the places in the shape are kept
// that the text so far can have led to.
#include "facts.h"

enum {
    MAX_TOKENS = 512, // of a shape; the longest of today has 180
};

enum token_kind {
    TOKEN_LITERAL,
    TOKEN_RUN,       // any text, also none
    TOKEN_RUN_PLAIN, // without ':' and '/'
    TOKEN_ONE,       // any character
    TOKEN_ONE_PLAIN,
};

struct token {
    enum token_kind kind;
    char c; // of a literal
};

struct shape {
    struct token tokens[MAX_TOKENS];
    size_t count;
    bool reached[MAX_TOKENS + 1]; // the text so far may end in front of that token
    size_t low, high;             // none is reached before the first or behind the second
};

// Names that have neither ':' nor '/' in any service that has them: in the documentation of their
// APIs (s3 CreateBucket, dynamodb TableName, sqs QueueName, sns
// CreateTopic, kms KeyId, ec2's identifiers).
static const struct {
    struct pc_str service, placeholder;
} plain_names[] = {
    {PC_STR_INIT("s3"), PC_STR_INIT("${BucketName}")},
    {PC_STR_INIT("dynamodb"), PC_STR_INIT("${TableName}")},
    {PC_STR_INIT("sqs"), PC_STR_INIT("${QueueName}")},
    {PC_STR_INIT("sns"), PC_STR_INIT("${TopicName}")},
    {PC_STR_INIT("kms"), PC_STR_INIT("${KeyId}")},
};

static bool is_plain(struct pc_str service, struct pc_str placeholder)
{
    for (size_t i = 0; i < sizeof(plain_names) / sizeof(plain_names[0]); i++) {
        if (pc_str_eq(plain_names[i].service, service) &&
            pc_str_eq(plain_names[i].placeholder, placeholder)) {
            return true;
        }
    }
    return false;
}

// The end of the "${...}" at this place, or 0.
static size_t variable_end(struct pc_str text, size_t at)
{
    if (at + 1 >= text.len || text.ptr[at] != '$' || text.ptr[at + 1] != '{') {
        return 0;
    }
    size_t brace = pc_str_find(text, '}', at);
    return brace == SIZE_MAX ? 0 : brace + 1;
}

static void add(struct shape *shape, enum token_kind kind, char c)
{
    shape->tokens[shape->count++] = (struct token){kind, c};
}

// False: longer than any shape.
static bool read_shape(struct pc_str text, struct shape *shape)
{
    size_t colons = 0;
    struct pc_str fields[6];
    struct pc_str service = pc_str_split(text, ':', fields, 6) < 6 ? text : fields[2];
    for (size_t at = 0; at < text.len;) {
        if (shape->count + 2 > MAX_TOKENS) {
            return false;
        }
        size_t end = variable_end(text, at);
        if (end > 0) {
            bool plain = colons < 5 || is_plain(service, pc_str_slice(text, at, end));
            add(shape, plain ? TOKEN_ONE_PLAIN : TOKEN_ONE, 0);
            add(shape, plain ? TOKEN_RUN_PLAIN : TOKEN_RUN, 0);
            at = end;
            continue;
        }
        colons += text.ptr[at] == ':';
        add(shape, text.ptr[at] == '*' ? TOKEN_RUN : TOKEN_LITERAL, text.ptr[at]);
        at++;
    }
    return true;
}

static bool is_run(struct token token)
{
    return token.kind == TOKEN_RUN || token.kind == TOKEN_RUN_PLAIN;
}

// Can the token be this character?
static bool takes(struct token token, char c)
{
    switch (token.kind) {
    case TOKEN_LITERAL:
        return token.c == c;
    case TOKEN_RUN_PLAIN:
    case TOKEN_ONE_PLAIN:
        return c != ':' && c != '/';
    case TOKEN_RUN:
    case TOKEN_ONE:
        break;
    }
    return true;
}

// What is reached in front of a run is also reached behind it.
static void pass_runs(struct shape *shape)
{
    for (size_t i = shape->low; i <= shape->high && i < shape->count; i++) {
        if (shape->reached[i] && is_run(shape->tokens[i])) {
            shape->reached[i + 1] = true;
            shape->high = shape->high > i + 1 ? shape->high : i + 1;
        }
    }
}

// One more character of the text: this one, or any. False when no place is left.
static bool step(struct shape *shape, bool any, char c)
{
    bool found = false;
    size_t low = 0, high = 0;
    for (size_t i = shape->high + 1; i-- > shape->low;) { // from behind: places move up by one
        bool here = shape->reached[i];
        shape->reached[i] = false;
        if (!here || i == shape->count || (!any && !takes(shape->tokens[i], c))) {
            continue;
        }
        size_t to = i + !is_run(shape->tokens[i]);
        shape->reached[to] = true;
        high = found ? high : to;
        low = to;
        found = true;
    }
    shape->low = low;
    shape->high = high;
    pass_runs(shape);
    return found;
}

// Any text, or any without a colon: what is behind a place that is reached is reached too.
static void step_any_run(struct shape *shape, bool colons)
{
    for (size_t i = shape->low; i < shape->count; i++) {
        struct token token = shape->tokens[i];
        bool stops = !colons && token.kind == TOKEN_LITERAL && token.c == ':';
        if (shape->reached[i] && !stops) {
            shape->reached[i + 1] = true;
            shape->high = shape->high > i + 1 ? shape->high : i + 1;
        }
    }
}

// A '*' in front of the sixth field stays in its field. So do variables, which are plain
// text there, and not for AWS's own policies.
static bool meets(struct shape *shape, struct pc_str pattern, bool short_of_fields)
{
    size_t colons = 0;
    for (size_t at = 0; at < pattern.len;) {
        bool last = short_of_fields || colons >= 5;
        size_t end = variable_end(pattern, at);
        colons += pattern.ptr[at] == ':';
        if (pattern.ptr[at] == '*' || end > 0) {
            step_any_run(shape, last);
            at = end > 0 ? end : at + 1;
        } else if (step(shape, pattern.ptr[at] == '?', pattern.ptr[at])) {
            at++;
        } else {
            return false;
        }
    }
    return short_of_fields || shape->reached[shape->count]; // what is missing is '*'
}

bool pc_catalog_shape_meets(struct pc_str text, struct pc_str pattern)
{
    struct shape shape;
    struct pc_str fields[6];
    shape.count = 0;
    if (pc_str_eq(pattern, PC_STR("*")) || !read_shape(text, &shape)) {
        return true; // longer than any shape: not known not to
    }
    memset(shape.reached, 0, shape.count + 1);
    shape.reached[0] = true;
    shape.low = shape.high = 0;
    pass_runs(&shape);
    return meets(&shape, pattern, pc_str_split(pattern, ':', fields, 6) < 6);
}

bool pc_catalog_type_meets(const struct pc_catalog_resource_type *type, struct pc_str pattern)
{
    for (size_t i = 0; i < type->arn_count; i++) {
        if (pc_catalog_shape_meets(type->arns[i], pattern)) {
            return true;
        }
    }
    return false;
}
