// SPDX-License-Identifier: Apache-2.0
//
// Builds the tree from jsmn's tokens in one walk, with places and decoded strings. Iterative. The
// only file that sees jsmn.h. Duplicate keys are refused in duplicate.c.
#include "tree.h"

#include "base/checked.h"
#include "escape.h"
#include "position.h"

#include <stdlib.h>

#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS // without them each closing bracket looks back over all tokens
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <jsmn.h>
#pragma GCC diagnostic pop

// A container whose elements are being filled in.
struct frame {
    const struct pc_json *container;
    struct pc_json *items;          // of an array
    struct pc_json_member *members; // of an object
    size_t filled;
};

struct builder {
    struct pc_arena *arena, *nodes;
    const struct pc_json_source *source;
    const jsmntok_t *tokens;          // of the outline's text
    const struct pc_json_span *spans; // of the source's text
    size_t count;
    size_t next; // token
    struct pc_json_cursor cursor;
    struct pc_buf scratch; // string that is being decoded
    struct frame *frames;  // of PC_JSON_MAX_DEPTH
    size_t depth;
};

static void free_tokens(jsmntok_t **tokens)
{
    free(*tokens);
}

static void release_builder(struct builder *builder)
{
    pc_buf_release(&builder->scratch);
}

static enum pc_status take_token(struct builder *builder, const jsmntok_t **out,
                                 const struct pc_json_span **span)
{
    if (builder->next >= builder->count) {
        return PC_ERR_INTERNAL;
    }
    *span = &builder->spans[builder->next];
    *out = &builder->tokens[builder->next++];
    return PC_OK;
}

// The text between a string's quotes: in place, or decoded in the arena when it has escapes.
static enum pc_status read_string(struct builder *builder, const struct pc_json_span *span,
                                  struct pc_str *out)
{
    struct pc_str content = pc_str_slice(builder->source->text, span->start + 1U, span->end - 1U);
    if (!span->escaped || builder->source->undecoded) {
        *out = content;
        return PC_OK;
    }
    pc_buf_reset(&builder->scratch);
    pc_json_unescape(&builder->scratch, content);
    PC_TRY(pc_buf_status(&builder->scratch));
    return pc_arena_copy(builder->arena, pc_buf_view(&builder->scratch), out);
}

static enum pc_status open_frame(struct builder *builder, struct pc_json *json)
{
    if (builder->depth == PC_JSON_MAX_DEPTH) {
        return PC_ERR_INTERNAL;
    }
    struct frame frame = {.container = json};
    if (json->type == PC_JSON_OBJECT) {
        frame.members = pc_arena_array(builder->nodes, json->count, sizeof(*frame.members));
        json->members = frame.members;
    } else {
        frame.items = pc_arena_array(builder->nodes, json->count, sizeof(*frame.items));
        json->items = frame.items;
    }
    if (frame.members == NULL && frame.items == NULL) {
        return PC_ERR_NOMEM;
    }
    builder->frames[builder->depth++] = frame;
    return PC_OK;
}

static enum pc_status read_container(struct builder *builder, const jsmntok_t *token,
                                     struct pc_json *json)
{
    json->type = token->type == JSMN_OBJECT ? PC_JSON_OBJECT : PC_JSON_ARRAY;
    json->count = (uint32_t)token->size;
    return json->count == 0 ? PC_OK : open_frame(builder, json);
}

static void read_primitive(const struct pc_json_source *source, struct pc_json *json)
{
    switch (source->text.ptr[json->start]) {
    case 't':
    case 'f':
        json->type = PC_JSON_BOOLEAN;
        json->boolean = source->text.ptr[json->start] == 't';
        break;
    case 'n':
        json->type = PC_JSON_NULL;
        break;
    default:
        json->type = PC_JSON_NUMBER;
        json->text = pc_str_slice(source->text, json->start, json->end);
    }
}

// Reads the next token into json, and makes it the innermost frame when it has elements.
static enum pc_status read_value(struct builder *builder, struct pc_json *json)
{
    const jsmntok_t *token;
    const struct pc_json_span *span;
    PC_TRY(take_token(builder, &token, &span));
    json->start = span->start;
    json->end = span->end;
    pc_json_cursor_move(&builder->cursor, json->start);
    json->line = builder->cursor.line;
    json->column = builder->cursor.column;
    json->text = PC_STR("");
    switch (token->type) {
    case JSMN_OBJECT:
    case JSMN_ARRAY:
        return read_container(builder, token, json);
    case JSMN_STRING:
        json->type = PC_JSON_STRING;
        return read_string(builder, span, &json->text);
    case JSMN_PRIMITIVE:
        read_primitive(builder->source, json);
        return PC_OK;
    case JSMN_UNDEFINED:
        break;
    }
    return PC_ERR_INTERNAL;
}

static enum pc_status read_key(struct builder *builder, struct pc_json_member *member)
{
    const jsmntok_t *token;
    const struct pc_json_span *span;
    PC_TRY(take_token(builder, &token, &span));
    if (token->type != JSMN_STRING || token->size != 1) {
        return PC_ERR_INTERNAL;
    }
    pc_json_cursor_move(&builder->cursor, span->start);
    member->line = builder->cursor.line;
    member->column = builder->cursor.column;
    return read_string(builder, span, &member->name);
}

static enum pc_status read_element(struct builder *builder)
{
    struct frame *frame = &builder->frames[builder->depth - 1];
    if (frame->filled == frame->container->count) {
        builder->depth--;
        return PC_OK;
    }
    size_t place = frame->filled++;
    if (frame->items != NULL) {
        return read_value(builder, &frame->items[place]);
    }
    struct pc_json_member *member = &frame->members[place];
    PC_TRY(read_key(builder, member));
    return read_value(builder, &member->value);
}

static enum pc_status build(struct builder *builder, const struct pc_json **out)
{
    struct pc_json *root = pc_arena_alloc(builder->nodes, sizeof(*root));
    if (root == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(read_value(builder, root));
    while (builder->depth > 0) {
        PC_TRY(read_element(builder));
    }
    if (builder->next != builder->count) {
        return PC_ERR_INTERNAL;
    }
    *out = root;
    return PC_OK;
}

static enum pc_status tokenise(const struct pc_json_outline *outline, jsmntok_t *tokens)
{
    if (outline->text[0] == '0') {
        // jsmn in strict mode takes no word or number that ends with the text.
        tokens[0] = (jsmntok_t){JSMN_PRIMITIVE, 0, 1, 0, -1};
        return outline->count == 1 ? PC_OK : PC_ERR_INTERNAL;
    }
    jsmn_parser parser;
    jsmn_init(&parser);
    // INVARIANT: at most PC_JSON_MAX_BYTES of source, so that offsets and counts fit jsmn's int.
    int found =
        jsmn_parse(&parser, outline->text, outline->length, tokens, (unsigned)outline->count);
    return found >= 0 && (size_t)found == outline->count ? PC_OK : PC_ERR_INTERNAL;
}

enum pc_status pc_json_tree_build(struct pc_arena *arena, const struct pc_json_source *source,
                                  const struct pc_json_outline *outline, const struct pc_json **out)
{
    size_t bytes;
    if (!pc_size_mul(outline->count, sizeof(jsmntok_t), &bytes)) {
        return PC_ERR_NOMEM;
    }
    PC_CLEANUP(free_tokens) jsmntok_t *tokens = malloc(bytes);
    if (tokens == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(tokenise(outline, tokens));
    struct frame frames[PC_JSON_MAX_DEPTH]; // not zeroed: each is filled when it is opened
    PC_CLEANUP(release_builder)
    struct builder builder = {.arena = arena,
                              .nodes = source->nodes != NULL ? source->nodes : arena,
                              .source = source,
                              .tokens = tokens,
                              .spans = outline->spans,
                              .count = outline->count,
                              .frames = frames};
    pc_json_cursor_init(&builder.cursor, source);
    if (outline->ascii && source->inside == NULL) {
        pc_json_cursor_trust_ascii(&builder.cursor);
    }
    return build(&builder, out);
}
