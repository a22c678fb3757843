// SPDX-License-Identifier: Apache-2.0
//
// The raw text of a document: the characters that IAM stores, and its size. Does
// not look at decoded strings: what is written as a \u escape is ASCII here.
#include "base/utf8.h"
#include "reading.h"

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

// Offset of the first character that IAM does not store, or SIZE_MAX.
static size_t find_foreign(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_foreign(text.ptr[i])) {
            return i;
        }
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

size_t pc_policy_size(const struct pc_policy_input *input, bool without_white_space)
{
    struct pc_str text = document_text(input);
    size_t size = pc_utf8_count(text);
    for (size_t i = 0; without_white_space && i < text.len; i++) {
        char c = text.ptr[i];
        size -= c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
    return size;
}
