// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as JSON: taken or refused as the grammar says (json_grammar.h), with the place of
// each value; written, and read again. The other ways of reading a text tell the same: strings
// undecoded, a document inside a string, a line of many.
#include "json_grammar.h"

#include "diags.h"
#include "fuzz.h"
#include "json_layout.h"
#include "json/reader.h"
#include "json/writer.h"

#include "base/utf8.h"

enum {
    LINES_BEFORE = 7,
    MOST_INSIDE = 16, // strings of a text that are read as documents
    MOST_NAMES = 64,  // of an object that are compared each with each
};

// Reading -----------------------------------------------------------------------------------------

static const struct pc_json *read(struct pc_arena *arena, const struct pc_json_source *source)
{
    const struct pc_json *json = NULL;
    struct pc_diags diags;
    pc_diags_init(&diags, arena);
    enum pc_status status = pc_json_parse(arena, source, &diags, &json);
    fuzz_check_diags(&diags, status);
    FUZZ_CHECK((status == PC_OK) == (json != NULL), "status %d and a tree do not go together",
               (int)status);
    FUZZ_CHECK(status == PC_OK || (diags.first != NULL && diags.first->next == NULL),
               "not exactly one diagnostic");
    if (status != PC_OK && source->lines_before > 0) {
        FUZZ_CHECK(diags.first->place.line > source->lines_before, "a line that comes before");
        diags.first->place.line -= source->lines_before;
    }
    if (status != PC_OK) {
        fuzz_check_place(diags.first, source->inside != NULL ? source->outer : source->text);
    }
    return json;
}

static struct pc_json_source source_of(struct pc_str text)
{
    return (struct pc_json_source){.file = PC_STR("input"), .text = text};
}

// No name comes twice in an object: compared each with each. Larger ones are not looked at.
static bool has_repeats(const struct pc_json *json)
{
    bool object = json->type == PC_JSON_OBJECT;
    for (uint32_t i = 0; i < json->count; i++) {
        for (uint32_t j = 0; object && j < i && i < MOST_NAMES; j++) {
            if (pc_str_eq(json->members[i].name, json->members[j].name)) {
                return true;
            }
        }
        if (has_repeats(object ? &json->members[i].value : &json->items[i])) {
            return true;
        }
    }
    return false;
}

static bool has_large_object(const struct pc_json *json)
{
    bool object = json->type == PC_JSON_OBJECT;
    bool large = object && json->count > MOST_NAMES;
    for (uint32_t i = 0; !large && i < json->count; i++) {
        large = has_large_object(object ? &json->members[i].value : &json->items[i]);
    }
    return large;
}

static void check_grammar(struct pc_arena *arena, struct pc_str text, const struct pc_json *json)
{
    struct pc_json_source source = source_of(text);
    source.repeats = true;
    const struct pc_json *loose = read(arena, &source);
    bool taken = json_grammar_takes(text, PC_JSON_MAX_DEPTH);
    FUZZ_CHECK((loose != NULL) == taken, "the reader %s it, the grammar does not",
               taken ? "refuses" : "takes");
    if (loose == NULL) {
        FUZZ_CHECK(json == NULL, "refused with names that come twice");
        return;
    }
    bool repeats = has_repeats(loose);
    FUZZ_CHECK(json == NULL || !repeats, "a name comes twice");
    FUZZ_CHECK(json != NULL || repeats || has_large_object(loose), "no name comes twice");
    struct pc_diags diags;
    pc_diags_init(&diags, arena);
    FUZZ_CHECK((pc_json_refuse_repeats(loose, source.file, &diags) == PC_OK) == (json != NULL),
               "asked by itself about names that come twice it says otherwise");
}

// Places ------------------------------------------------------------------------------------------

// Walks the text in the order of the tree.
struct walk {
    struct pc_str text;
    size_t at;
    uint32_t line, column;
    uint32_t lines_before;
};

static void walk_to(struct walk *walk, size_t start)
{
    FUZZ_CHECK(walk->at <= start && start < walk->text.len, "byte %zu comes behind %zu", start,
               walk->at);
    while (walk->at < start) {
        bool end = walk->text.ptr[walk->at] == '\n';
        walk->at += pc_utf8_step(pc_str_slice(walk->text, walk->at, walk->text.len));
        walk->line += end;
        walk->column = end ? 1 : walk->column + 1;
    }
}

static void check_places(struct walk *walk, const struct pc_json *json, unsigned depth)
{
    FUZZ_CHECK(depth <= PC_JSON_MAX_DEPTH + 1, "depth %u", depth);
    FUZZ_CHECK(json->start < json->end && json->end <= walk->text.len, "bytes [%u, %u) of %zu",
               json->start, json->end, walk->text.len);
    walk_to(walk, json->start);
    FUZZ_CHECK(json->line == walk->line + walk->lines_before && json->column == walk->column,
               "%u:%u, and not %u:%u", json->line, json->column, walk->line, walk->column);
    for (uint32_t i = 0; i < json->count; i++) {
        check_places(walk, json->type == PC_JSON_ARRAY ? &json->items[i] : &json->members[i].value,
                     depth + 1);
    }
}

static void check_line_of_many(struct pc_arena *arena, struct pc_str text,
                               const struct pc_json *json)
{
    struct walk walk = {text, 0, 1, 1, LINES_BEFORE};
    struct pc_json_source source = source_of(text);
    source.lines_before = LINES_BEFORE;
    const struct pc_json *shifted = read(arena, &source);
    FUZZ_CHECK((shifted != NULL) == (json != NULL), "as a later line it is %s",
               json != NULL ? "refused" : "taken");
    if (shifted != NULL) {
        check_places(&walk, shifted, 1);
    }
}

// The same value ----------------------------------------------------------------------------------

// undecoded: the strings of the second are as they are written.
static void check_text(struct pc_str a, struct pc_str b, bool undecoded)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf decoded = {0};
    if (undecoded) {
        pc_json_unquote(&decoded, b);
        b = pc_buf_view(&decoded);
    }
    FUZZ_CHECK(pc_str_eq(a, b), "\"%.*s\" became \"%.*s\"", PC_STR_ARG(a), PC_STR_ARG(b));
}

static void check_same(const struct pc_json *a, const struct pc_json *b, bool undecoded)
{
    FUZZ_CHECK(a->type == b->type && a->count == b->count && a->boolean == b->boolean,
               "%s became %s", pc_json_type_text(a->type), pc_json_type_text(b->type));
    check_text(a->text, b->text, undecoded && a->type == PC_JSON_STRING);
    for (uint32_t i = 0; i < a->count; i++) {
        if (a->type == PC_JSON_ARRAY) {
            check_same(&a->items[i], &b->items[i], undecoded);
            continue;
        }
        check_text(a->members[i].name, b->members[i].name, undecoded);
        check_same(&a->members[i].value, &b->members[i].value, undecoded);
    }
}

static void check_undecoded(struct pc_arena *arena, struct pc_str text, const struct pc_json *json)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena nodes;
    pc_arena_init(&nodes);
    struct pc_json_source source = source_of(text);
    source.undecoded = true;
    source.nodes = &nodes;
    const struct pc_json *undecoded = read(arena, &source);
    FUZZ_CHECK(undecoded != NULL, "undecoded it is refused");
    check_same(json, undecoded, true);
}

// A document inside a string ----------------------------------------------------------------------

static bool is_within(const struct pc_json *json, const struct pc_json *string)
{
    bool within = (json->line > string->line ||
                   (json->line == string->line && json->column > string->column));
    for (uint32_t i = 0; within && i < json->count; i++) {
        within = is_within(json->type == PC_JSON_ARRAY ? &json->items[i] : &json->members[i].value,
                           string);
    }
    return within;
}

static void check_inside(struct pc_arena *arena, const struct pc_json *string, struct pc_str outer)
{
    struct pc_json_source source = source_of(string->text);
    const struct pc_json *alone = read(arena, &source);
    source.inside = string;
    source.outer = outer;
    const struct pc_json *inside = read(arena, &source);
    FUZZ_CHECK((alone != NULL) == (inside != NULL), "inside a string it is %s",
               alone != NULL ? "refused" : "taken");
    if (inside != NULL) {
        check_same(alone, inside, false);
        FUZZ_CHECK(is_within(inside, string), "a place outside of the string");
    }
}

static void check_strings(struct pc_arena *arena, const struct pc_json *json, struct pc_str outer,
                          unsigned *left)
{
    if (json->type == PC_JSON_STRING && *left > 0) {
        *left -= 1;
        check_inside(arena, json, outer);
    }
    for (uint32_t i = 0; i < json->count; i++) {
        check_strings(arena,
                      json->type == PC_JSON_ARRAY ? &json->items[i] : &json->members[i].value,
                      outer, left);
    }
}

// Writing -----------------------------------------------------------------------------------------

static void write(struct pc_json_writer *writer, const struct pc_json *json)
{
    switch (json->type) {
    case PC_JSON_NULL:
        pc_json_null(writer);
        break;
    case PC_JSON_BOOLEAN:
        pc_json_boolean(writer, json->boolean);
        break;
    case PC_JSON_NUMBER:
        pc_json_raw(writer, json->text);
        break;
    case PC_JSON_STRING:
        pc_json_string(writer, json->text);
        break;
    case PC_JSON_ARRAY:
        pc_json_begin_array(writer);
        for (uint32_t i = 0; i < json->count; i++) {
            write(writer, &json->items[i]);
        }
        pc_json_end_array(writer);
        break;
    case PC_JSON_OBJECT:
        pc_json_begin_object(writer);
        for (uint32_t i = 0; i < json->count; i++) {
            pc_json_key_str(writer, json->members[i].name);
            write(writer, &json->members[i].value);
        }
        pc_json_end_object(writer);
        break;
    }
}

static const struct pc_json *read_written(struct pc_arena *arena, const struct pc_buf *text)
{
    FUZZ_CHECK(pc_buf_status(text) == PC_OK, "it cannot be written");
    struct pc_json_source source = source_of(pc_buf_view(text));
    const struct pc_json *again = read(arena, &source);
    FUZZ_CHECK(again != NULL, "what was written cannot be read: %.*s",
               PC_STR_ARG(pc_buf_view(text)));
    return again;
}

static void check_written(struct pc_arena *arena, const struct pc_json *json, bool pretty)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &text, pretty);
    write(&writer, json);
    check_same(json, read_written(arena, &text), false);
}

static void lay_out(struct pc_arena *arena, struct pc_str text, struct pc_buf *out)
{
    struct pc_json_source source = source_of(text);
    source.undecoded = true;
    const struct pc_json *json = read(arena, &source);
    FUZZ_CHECK(json != NULL && pc_json_layout(out, json, text) == PC_OK, "it cannot be laid out");
}

static void check_layout(struct pc_arena *arena, struct pc_str text)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf layout = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    struct pc_json_source source = source_of(text);
    source.undecoded = true;
    const struct pc_json *before = read(arena, &source);
    lay_out(arena, text, &layout);
    source.text = pc_buf_view(&layout);
    FUZZ_CHECK(pc_json_same(before, read(arena, &source)), "another document: %.*s",
               PC_STR_ARG(pc_buf_view(&layout)));
    lay_out(arena, pc_buf_view(&layout), &again);
    FUZZ_CHECK(pc_str_eq(pc_buf_view(&layout), pc_buf_view(&again)), "laid out twice it changes");
}

// Where a reader may see the end of a line, or a terminal a command, there is an escape.
static void check_safe(struct pc_str written)
{
    for (size_t i = 0; i < written.len;) {
        uint32_t point = 0;
        size_t step = pc_utf8_decode(pc_str_slice(written, i, written.len), &point);
        FUZZ_CHECK(step > 0, "what was written is not UTF-8");
        FUZZ_CHECK(point >= 0x20 && point != 0x85 && point != 0x2028 && point != 0x2029,
                   "U+%04X is written as it is", point);
        i += step;
    }
}

// Any bytes as one string, and as the name of a member.
static void check_any_string(struct pc_arena *arena, struct pc_str bytes)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &text, false);
    pc_json_begin_object(&writer);
    pc_json_key_str(&writer, bytes);
    pc_json_string(&writer, bytes);
    pc_json_end_object(&writer);
    const struct pc_json *again = read_written(arena, &text);
    check_safe(pc_buf_view(&text));
    FUZZ_CHECK(pc_str_eq(again->members[0].name, again->members[0].value.text),
               "a name is written otherwise");
    FUZZ_CHECK(pc_utf8_invalid(bytes) != SIZE_MAX || pc_str_eq(again->members[0].value.text, bytes),
               "another string");
}

// -------------------------------------------------------------------------------------------------

static void check_taken(struct pc_arena *arena, struct pc_str text, const struct pc_json *json)
{
    struct walk walk = {text, 0, 1, 1, 0};
    unsigned inside = MOST_INSIDE;
    check_places(&walk, json, 1);
    check_undecoded(arena, text, json);
    check_strings(arena, json, text, &inside);
    check_written(arena, json, false);
    check_written(arena, json, true);
    check_layout(arena, text);
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    pc_arena_init(&arena);
    struct pc_json_source source = source_of(input);
    const struct pc_json *json = read(&arena, &source);
    check_grammar(&arena, input, json);
    check_line_of_many(&arena, input, json);
    check_any_string(&arena, input);
    if (json != NULL) {
        check_taken(&arena, input, json);
    }
}
