// SPDX-License-Identifier: Apache-2.0
//
// Strict JSON (RFC 8259) into a tree with positions. A text that two parsers could understand
// differently is refused: duplicate keys (after decoding escapes), bad UTF-8, lone surrogates,
// trailing bytes, raw control bytes, everything that jsmn alone lets through. jsmn makes the
// tokens; this module is the only one that sees jsmn.h.
#ifndef PC_JSON_READER_H
#define PC_JSON_READER_H

#include "base/buf.h"
#include "base/diag.h"

enum pc_json_type {
    PC_JSON_NULL = 0,
    PC_JSON_BOOLEAN,
    PC_JSON_NUMBER,
    PC_JSON_STRING,
    PC_JSON_ARRAY,
    PC_JSON_OBJECT,
} __attribute__((packed)); // one byte: a large dump has millions of values

struct pc_json_member;

struct pc_json {
    enum pc_json_type type;
    bool boolean;          // BOOLEAN
    uint32_t count;        // ARRAY: items; OBJECT: members; else 0
    uint32_t line, column; // of its first character, from 1; column in code points
    uint32_t start, end;   // bytes [start, end) in the source that was parsed
    struct pc_str text;    // STRING: decoded; NUMBER: as written; else ""
    union {
        const struct pc_json *items;          // ARRAY
        const struct pc_json_member *members; // OBJECT; in the order of the text
    };
};

struct pc_json_member {
    struct pc_str name; // decoded
    uint32_t line, column;
    struct pc_json value;
};

struct pc_json_source {
    struct pc_str file; // for diagnostics
    struct pc_str text; // borrowed: must outlive the tree (strings without escapes point into it)

    // For a document inside a JSON string of another one: that string's value in the tree of
    // `outer`. `text` is then the string's decoded text; positions are given in the outer text, so
    // that a diagnostic points into the file: the exact column of the character, escapes counted.
    // NULL for a document of its own. One level only: `outer` must be a file's text itself.
    const struct pc_json *inside;
    struct pc_str outer; // source text that `inside` was parsed from

    uint32_t lines_before; // in the file: for one line of it that is a document of its own

    // Where the tree lives, for a caller that needs it no longer than until the strings have been
    // taken from it; NULL: in the arena, with the strings.
    struct pc_arena *nodes;

    // Leaves duplicate keys in the tree: for a caller that has several documents in one text and
    // asks pc_json_refuse_repeats about each.
    bool repeats;

    // Leaves strings as they are between their quotes, escapes and all: for a caller that decodes
    // them itself (pc_json_unquote), into memory of its own choice. Names are compared so, too.
    bool undecoded;
};

enum {
    PC_JSON_MAX_DEPTH = 64,        // objects and arrays inside each other
    PC_JSON_MAX_BYTES = 256 << 20, // of one source
};

// Parses one document. Tree (see `nodes`) and decoded strings live in the arena. Linear in the
// text, but for the names of an object with many members, which are sorted: n log n, and no choice
// of names is worse. A string's place, start and end are those of its quotes. Lines end at U+000A.
// PC_ERR_INVALID: not valid; one diagnostic (POL01xx) in diags, at the first byte with which no
// document can go on (a wrong word, a lone surrogate: at its start; a repeated key: the second
// one). PC_ERR_NOMEM. PC_ERR_USAGE: `inside` is no string of `outer` with the text `text`.
PC_MUST_CHECK enum pc_status pc_json_parse(struct pc_arena *arena,
                                           const struct pc_json_source *source,
                                           struct pc_diags *diags, const struct pc_json **out);

// Appends what a string of a tree with `undecoded` says. Goes through no other memory than the
// buffer's.
void pc_json_unquote(struct pc_buf *out, struct pc_str text);

// Compares the decoded names within each object of a tree, or within one object alone.
// PC_ERR_INVALID: a name comes twice; one diagnostic (POL0101) at the second. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_json_refuse_repeats(const struct pc_json *json, struct pc_str file,
                                                    struct pc_diags *diags);
PC_MUST_CHECK enum pc_status pc_json_refuse_own_repeats(const struct pc_json *object,
                                                        struct pc_str file, struct pc_diags *diags);

// The member's value by exact name, or NULL; NULL also when json is NULL or no object.
const struct pc_json *pc_json_get(const struct pc_json *json, struct pc_str name);

// "null", "a boolean", "a number", "a string", "an array", "an object".
const char *pc_json_type_text(enum pc_json_type type);

// The value's place in the file.
struct pc_place pc_json_place(struct pc_str file, const struct pc_json *json);
struct pc_place pc_json_member_place(struct pc_str file, const struct pc_json_member *member);

#endif
