// SPDX-License-Identifier: Apache-2.0
//
// Patterns against patterns (match/cover.h): its yes and its no are proofs, so a text that the
// matcher takes for the one and not for the other would be a counter-example. Texts that match are
// made from the narrow pattern: what is behind it in the input stands for its stars.
#include "arn.h"
#include "base/utf8.h"
#include "match/cover.h"
#include "pattern.h"

struct sides {
    const struct pattern_input *input;
    enum pattern_kind kind;
    struct pc_buf wide, narrow; // byte forms but for actions
    struct pc_action_pattern wide_action, narrow_action;
    bool covered, covers_back, overlapping; // what the engine claims
};

static bool read_arn(const struct sides *sides, struct pc_str text, struct pc_buf *out)
{
    struct pc_pattern_error error;
    struct pc_arn_pattern_options options = {.expand = true, .allow_any = true};
    if (sides->kind == PATTERN_VALUE) {
        options = (struct pc_arn_pattern_options){.glob_first = true, .every_field = true};
    }
    options.flags = sides->input->with_variables ? PC_PATTERN_VARIABLES : 0U;
    return pc_arn_pattern_compile(text, options, out, &error) == PC_OK;
}

static bool read_sides(struct sides *sides)
{
    struct pc_pattern_error error;
    const struct pattern_input *input = sides->input;
    switch (sides->kind) {
    case PATTERN_TEXT:
        return pc_pattern_compile(input->pattern, pattern_flags(input), &sides->wide, &error) ==
                   PC_OK &&
               pc_pattern_compile(input->narrow, pattern_flags(input), &sides->narrow, &error) ==
                   PC_OK;
    case PATTERN_RESOURCE:
    case PATTERN_VALUE:
        return read_arn(sides, input->pattern, &sides->wide) &&
               read_arn(sides, input->narrow, &sides->narrow);
    case PATTERN_ACTION:
        break;
    }
    return pc_action_pattern_read(input->arena, input->pattern, &sides->wide_action) == PC_OK &&
           pc_action_pattern_read(input->arena, input->narrow, &sides->narrow_action) == PC_OK;
}

static bool covers(const struct sides *sides, bool reversed)
{
    struct pc_str wide = pc_buf_view(reversed ? &sides->narrow : &sides->wide);
    struct pc_str narrow = pc_buf_view(reversed ? &sides->wide : &sides->narrow);
    switch (sides->kind) {
    case PATTERN_TEXT:
        return pc_pattern_covers(wide, narrow);
    case PATTERN_RESOURCE:
    case PATTERN_VALUE:
        return pc_arn_pattern_covers(wide, narrow);
    case PATTERN_ACTION:
        break;
    }
    return reversed ? pc_action_pattern_covers(&sides->narrow_action, &sides->wide_action)
                    : pc_action_pattern_covers(&sides->wide_action, &sides->narrow_action);
}

static bool overlap(const struct sides *sides, bool reversed)
{
    struct pc_str a = pc_buf_view(reversed ? &sides->narrow : &sides->wide);
    struct pc_str b = pc_buf_view(reversed ? &sides->wide : &sides->narrow);
    switch (sides->kind) {
    case PATTERN_TEXT:
        return pc_pattern_overlaps(a, b);
    case PATTERN_RESOURCE:
    case PATTERN_VALUE:
        return pc_arn_pattern_overlaps(a, b);
    case PATTERN_ACTION:
        break;
    }
    return reversed ? pc_action_pattern_overlaps(&sides->narrow_action, &sides->wide_action)
                    : pc_action_pattern_overlaps(&sides->wide_action, &sides->narrow_action);
}

static bool matches(const struct sides *sides, bool narrow, struct pc_str text)
{
    struct pc_str bytes = pc_buf_view(narrow ? &sides->narrow : &sides->wide);
    struct pc_arn_subject subject = pc_arn_subject_of(text);
    struct pc_str parts[2];
    switch (sides->kind) {
    case PATTERN_TEXT:
        return pc_pattern_match(bytes, text, &sides->input->variables, NULL) == PC_MATCH;
    case PATTERN_RESOURCE:
    case PATTERN_VALUE:
        return pc_arn_pattern_match(bytes, &subject, &sides->input->variables, NULL) == PC_MATCH;
    case PATTERN_ACTION:
        break;
    }
    return pc_str_split(text, ':', parts, 2) == 2 &&
           pattern_action_matches(narrow ? &sides->narrow_action : &sides->wide_action, parts[0],
                                  parts[1]);
}

static void check_one(const struct sides *sides, struct pc_str text)
{
    bool wide = matches(sides, false, text);
    bool narrow = matches(sides, true, text);
    FUZZ_CHECK(wide || !narrow || !sides->covered, "\"%.*s\" is covered, and does not match",
               PC_STR_ARG(text));
    FUZZ_CHECK(narrow || !wide || !sides->covers_back, "\"%.*s\" is covered the other way round",
               PC_STR_ARG(text));
    FUZZ_CHECK(!wide || !narrow || sides->overlapping, "\"%.*s\" matches both", PC_STR_ARG(text));
}

// A text that the narrow pattern matches ----------------------------------------------------------

// Appends one for the part of it: a line of the filler for a star, a character of it for a '?'.
// False: a variable in it has no value.
static bool fill(const struct sides *sides, struct pc_str part, bool variables, bool colons,
                 struct pc_str *filler, struct pc_buf *out)
{
    struct ref_reading reading = pattern_reading(sides->input, variables);
    struct ref_pattern pattern = ref_pattern_of(&reading, part);
    for (size_t i = 0; !pattern.null && i < pattern.count; i++) {
        struct pc_str piece = PC_STR("");
        if (pattern.tokens[i].kind == REF_LITERAL) {
            pc_utf8_append(out, pattern.tokens[i].point);
            continue;
        }
        if (pattern.tokens[i].kind == REF_STAR) {
            piece = fuzz_line(filler);
        } else {
            piece = pc_str_slice(*filler, 0, pc_utf8_step(*filler));
            *filler = pc_str_slice(*filler, piece.len, filler->len);
            piece = piece.len == 0 ? PC_STR("x") : piece;
        }
        for (size_t j = 0; j < piece.len; j++) {
            pc_buf_byte(out, piece.ptr[j] == ':' && !colons ? '_' : piece.ptr[j]);
        }
    }
    return !pattern.null;
}

static bool fill_arn(const struct sides *sides, struct pc_str *filler, struct pc_buf *out)
{
    struct pc_str fields[REF_ARN_FIELDS];
    bool value = sides->kind == PATTERN_VALUE;
    bool well = true;
    size_t count =
        value ? ref_arn_split_value(sides->input->narrow, sides->input->with_variables, fields)
              : ref_arn_split(sides->input->narrow, fields);
    for (size_t i = 0; well && i < REF_ARN_FIELDS; i++) {
        bool last = i == REF_ARN_FIELDS - 1;
        pc_buf_text(out, i == 0 ? "" : ":");
        if (value && i == 0) {
            pc_buf_text(out, "arn"); // no other text is one
            continue;
        }
        well = fill(sides, i < count ? fields[i] : PC_STR("*"), value || last, last, filler, out);
    }
    return well;
}

static bool fill_narrow(const struct sides *sides, struct pc_str *filler, struct pc_buf *out)
{
    struct pc_str parts[2];
    switch (sides->kind) {
    case PATTERN_TEXT:
        return fill(sides, sides->input->narrow, true, true, filler, out);
    case PATTERN_RESOURCE:
    case PATTERN_VALUE:
        return fill_arn(sides, filler, out);
    case PATTERN_ACTION:
        break;
    }
    if (pc_str_split(sides->input->narrow, ':', parts, 2) != 2) {
        return false;
    }
    pc_buf_str(out, parts[0]);
    pc_buf_byte(out, ':');
    return fill(sides, parts[1], false, true, filler, out);
}

static void check_filled(const struct sides *sides)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_str filler = sides->input->text;
    for (int i = 0; i < 4; i++) {
        pc_buf_reset(&text);
        if (fill_narrow(sides, &filler, &text)) {
            check_one(sides, pc_buf_view(&text));
        }
    }
}

// -------------------------------------------------------------------------------------------------

void pattern_check_cover(const struct pattern_input *input, enum pattern_kind kind)
{
    struct sides sides = {.input = input, .kind = kind};
    if (pattern_is_known(input) && read_sides(&sides)) {
        sides.covered = covers(&sides, false);
        sides.covers_back = covers(&sides, true);
        sides.overlapping = overlap(&sides, false);
        FUZZ_CHECK(sides.overlapping == overlap(&sides, true), "only one overlaps the other");
        check_one(&sides, input->text);
        check_filled(&sides);
    }
    pc_buf_release(&sides.wide);
    pc_buf_release(&sides.narrow);
}
