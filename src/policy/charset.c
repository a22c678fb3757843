// SPDX-License-Identifier: Apache-2.0
//
// The raw text of a document: the characters that IAM stores, and its size. Does
// not look at decoded strings: what is written as a \u escape is ASCII here.
#include "base/utf8.h"
#include "reading.h"

#include <string.h>

static struct pc_str document_text(const struct pc_policy_input *input)
{
    return pc_str_slice(input->source, input->document->start, input->document->end);
}

// Bytes from 0xC4 on begin code points above U+00FF.
static bool is_foreign(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0xC4 || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

static uint64_t each_byte(unsigned char c)
{
    return c * UINT64_C(0x0101010101010101);
}

// Are the eight bytes all ASCII that IAM stores? Sums of two bytes below 0x80 never carry into the
// next byte, so that the top bit of each tells of it alone.
static bool are_stored_ascii(uint64_t word)
{
    static const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t printable = word + each_byte(0x80 - 0x20);
    uint64_t not_tab = (word ^ each_byte('\t')) + each_byte(0x7f);
    uint64_t not_newline = (word ^ each_byte('\n')) + each_byte(0x7f);
    uint64_t not_return = (word ^ each_byte('\r')) + each_byte(0x7f);
    uint64_t foreign = ~printable & not_tab & not_newline & not_return;
    return ((word | foreign) & tops) == 0;
}

// Offset of the first character that IAM does not store, or SIZE_MAX.
static size_t find_foreign(struct pc_str text)
{
    size_t i = 0;
    while (i < text.len) {
        uint64_t word;
        if (text.len - i >= sizeof(word)) {
            memcpy(&word, text.ptr + i, sizeof(word));
            if (are_stored_ascii(word)) {
                i += sizeof(word);
                continue;
            }
        }
        if (is_foreign(text.ptr[i])) {
            return i;
        }
        i++;
    }
    return SIZE_MAX;
}

// Reports the first such character of a string's raw text.
static void check_raw(struct pc_reading *reading, struct pc_str raw, struct pc_place place)
{
    size_t at = find_foreign(raw);
    uint32_t code_point = 0;
    if (at == SIZE_MAX || pc_utf8_decode(pc_str_slice(raw, at, raw.len), &code_point) == 0) {
        return;
    }
    pc_diag_report(reading->diags, PC_DIAG_POLICY_CHARACTER, place,
                   "the character U+%04X is not one that %s may hold", (unsigned)code_point,
                   reading->rules->noun);
    if (code_point <= 0xFFFF) {
        pc_diag_hint(reading->diags, "write \\u%04x", (unsigned)code_point);
    }
}

// Names have no range of their own: a member's name lies between what is before it and its value.
// Recursive at most PC_JSON_MAX_DEPTH deep.
static void check_tree(struct pc_reading *reading, const struct pc_json *json)
{
    struct pc_str source = reading->input->source;
    if (json->type == PC_JSON_STRING) {
        check_raw(reading, pc_str_slice(source, json->start, json->end),
                  pc_reading_at(reading, json));
    }
    for (size_t i = 0; json->type == PC_JSON_ARRAY && i < json->count; i++) {
        check_tree(reading, &json->items[i]);
    }
    uint32_t before = json->start;
    for (size_t i = 0; json->type == PC_JSON_OBJECT && i < json->count; i++) {
        const struct pc_json_member *member = &json->members[i];
        check_raw(reading, pc_str_slice(source, before, member->value.start),
                  pc_reading_at_name(reading, member));
        check_tree(reading, &member->value);
        before = member->value.end;
    }
}

void pc_charset_check(struct pc_reading *reading)
{
    if (reading->rules->iam_characters && find_foreign(document_text(reading->input)) != SIZE_MAX) {
        check_tree(reading, reading->input->document);
    }
}

// The text has been read as JSON, so that it is UTF-8, where each code point has one byte that does
// not continue another.
size_t pc_policy_size(const struct pc_policy_input *input, bool without_white_space)
{
    struct pc_str text = document_text(input);
    size_t points = 0;
    size_t spaces = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        points += ((unsigned char)c & 0xC0U) != 0x80U;
        spaces += c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
    return without_white_space ? points - spaces : points;
}
