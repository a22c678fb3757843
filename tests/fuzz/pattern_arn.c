// SPDX-License-Identifier: Apache-2.0
//
// A pattern of ARNs against an ARN: as the reference matches it field by field (R-202, R-207,
// R-422), and with the wider stars of R-206 as a plain walk over the whole text does.
#include "base/utf8.h"
#include "match/arn_pattern.h"
#include "match/bind.h"
#include "pattern.h"
#include "statement.h"
#include "validate.h"

enum {
    LONGEST_WIDE = 400, // bytes of pattern and text: the walk is slow
};

static const struct pc_arn_pattern_options of_resource = {.expand = true, .allow_any = true};
static const struct pc_arn_pattern_options of_value = {.glob_first = true, .every_field = true};

// The reference -----------------------------------------------------------------------------------

static bool refers_to_value(const struct pattern_input *input)
{
    struct pc_str ours[REF_ARN_FIELDS], theirs[REF_ARN_FIELDS];
    struct ref_reading reading = pattern_reading(input, true);
    bool match = ref_arn_read(input->text, theirs);
    (void)ref_arn_split_value(input->pattern, input->with_variables, ours);
    for (size_t i = 0; match && i < REF_ARN_FIELDS; i++) {
        struct ref_pattern pattern = ref_pattern_of(&reading, ours[i]);
        match = !pattern.null && ref_glob(input->arena, &pattern, theirs[i], false);
    }
    return match;
}

static bool refers_to_resource(const struct pattern_input *input)
{
    struct ref_request request = {.context = input->context};
    struct ref_question question = {.arena = input->arena, .request = &request};
    request.whole = !ref_arn_read(input->text, request.resource);
    return ref_resource_matches(&question, REF_IDENTITY, input->with_variables, input->pattern);
}

// Is the text a pattern at all?
static bool is_sound(const struct pattern_input *input, bool every_field)
{
    struct pc_str fields[REF_ARN_FIELDS];
    if (every_field) {
        return ref_arn_is_pattern(input->pattern, input->with_variables) &&
               (!input->with_variables || ref_validate_variables(input->pattern) == NULL);
    }
    if (pc_str_eq(input->pattern, PC_STR("*"))) {
        return true;
    }
    return pc_str_has_prefix(input->pattern, PC_STR("arn:")) &&
           (!input->with_variables || ref_arn_split(input->pattern, fields) < REF_ARN_FIELDS ||
            ref_validate_variables(fields[REF_ARN_RESOURCE]) == NULL);
}

// The wider stars ---------------------------------------------------------------------------------

// What one token of the whole pattern may stand for.
struct wide_token {
    struct ref_token token;
    bool crosses; // a wildcard: may it stand for a colon?
};

struct wide {
    struct wide_token *tokens;
    size_t count;
    bool null, has_wide_star;
};

static void add_field(struct wide *wide, const struct ref_pattern *pattern, size_t field)
{
    bool last = field == REF_ARN_FIELDS - 1;
    for (size_t i = 0; i < pattern->count; i++) {
        bool star = pattern->tokens[i].kind == REF_STAR;
        bool ends = i + 1 == pattern->count && field > 0;
        wide->tokens[wide->count] = (struct wide_token){pattern->tokens[i], last || (star && ends)};
        wide->has_wide_star = wide->has_wide_star || (!last && star && ends);
        wide->count++;
    }
}

// Only what was written: fields that are missing are no stars then.
static struct wide wide_of(const struct pattern_input *input, bool every_field)
{
    struct wide wide = {.count = 0};
    struct pc_str fields[REF_ARN_FIELDS];
    size_t room = 0;
    size_t count = every_field ? ref_arn_split_value(input->pattern, input->with_variables, fields)
                               : ref_arn_split(input->pattern, fields);
    struct ref_pattern patterns[REF_ARN_FIELDS];
    for (size_t i = 0; i < count; i++) {
        struct ref_reading reading = pattern_reading(input, every_field || i == REF_ARN_RESOURCE);
        patterns[i] = ref_pattern_of(&reading, fields[i]);
        wide.null = wide.null || patterns[i].null;
        room += patterns[i].count + 1;
    }
    wide.tokens = ref_alloc(input->arena, room, sizeof(*wide.tokens));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            wide.tokens[wide.count].token = (struct ref_token){REF_LITERAL, ':'};
            wide.count++;
        }
        add_field(&wide, &patterns[i], i);
    }
    return wide;
}

static bool takes(const struct wide_token *token, uint32_t point)
{
    return token->token.kind == REF_LITERAL ? token->token.point == point
                                            : token->crosses || point != ':';
}

// can[j]: the tokens from i on match what is left from the j-th code point on.
static bool walk_wide(const struct pattern_input *input, const struct wide *wide)
{
    struct ref_points points = ref_points_of(input->arena, input->text);
    bool *can = ref_alloc(input->arena, points.count + 1, sizeof(*can));
    can[points.count] = true;
    for (size_t i = wide->count; i-- > 0;) {
        const struct wide_token *token = &wide->tokens[i];
        bool star = token->token.kind == REF_STAR;
        for (size_t k = 0; k < points.count; k++) {
            size_t j = star ? points.count - 1 - k : k;
            bool one = takes(token, points.at[j]) && can[j + 1];
            can[j] = star ? can[j] || one : one;
        }
        can[points.count] = star && can[points.count];
    }
    return can[0];
}

static void check_wide(const struct pattern_input *input, struct pc_str bytes, bool every_field)
{
    if (input->pattern.len > LONGEST_WIDE || input->text.len > LONGEST_WIDE) {
        return;
    }
    bool *reached = ref_alloc(input->arena, input->text.len + 1, sizeof(*reached));
    bool got =
        pc_arn_pattern_match_wide(bytes, input->text, &input->variables, reached) == PC_MATCH;
    if (pattern_is_known(input)) {
        struct wide wide = wide_of(input, every_field);
        bool expected = !pc_arn_pattern_is_any(bytes) && wide.has_wide_star && !wide.null &&
                        walk_wide(input, &wide);
        FUZZ_CHECK(got == expected, "with wide stars the engine says %d, the rule %d", (int)got,
                   (int)expected);
    }
}

// What else is said of a pattern ------------------------------------------------------------------

static void check_key(struct pc_str bytes, const struct pc_arn_subject *subject)
{
    struct pc_arn_pattern_key key;
    if (!pc_arn_pattern_key(bytes, &key)) {
        return;
    }
    FUZZ_CHECK(pc_str_eq(subject->fields[REF_ARN_SERVICE], key.service), "not in its service");
    FUZZ_CHECK(key.exact ? pc_str_eq(subject->fields[REF_ARN_RESOURCE], key.prefix)
                         : pc_str_has_prefix(subject->fields[REF_ARN_RESOURCE], key.prefix),
               "the index would leave it out");
}

static void check_facts(const struct pattern_input *input, struct pc_str bytes, bool matches)
{
    struct pc_arn_subject subject = pc_arn_subject_of(input->text);
    unsigned fields = pc_arn_pattern_fields(bytes, &subject, &input->variables, input->cache);
    FUZZ_CHECK((fields == PC_ARN_ALL_FIELDS) == matches, "fields %x", fields);
    if (matches && !pc_arn_pattern_is_any(bytes)) {
        check_key(bytes, &subject);
    }
    for (size_t i = 1; subject.is_arn && i <= REF_ARN_FIELDS; i++) {
        FUZZ_CHECK(pc_arn_pattern_common(bytes, i, subject.fields[i - 1]) <=
                       subject.fields[i - 1].len,
                   "more in common than there is");
    }
}

static void check_written(const struct pattern_input *input, struct pc_str bytes,
                          struct pc_arn_pattern_options options)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    struct pc_pattern_error error;
    struct pc_arn_subject subject = pc_arn_subject_of(input->text);
    pc_arn_pattern_write(bytes, &text);
    FUZZ_CHECK(pc_arn_pattern_compile(pc_buf_view(&text), options, &again, &error) == PC_OK &&
                   pc_str_eq(pc_buf_view(&again), bytes),
               "another pattern is read from \"%.*s\"", PC_STR_ARG(pc_buf_view(&text)));
    pc_buf_reset(&text);
    pc_buf_reset(&again);
    pc_arn_pattern_write_2012(bytes, options.every_field, &text);
    options.flags = PC_PATTERN_VARIABLES;
    enum pc_status status = pc_arn_pattern_compile(pc_buf_view(&text), options, &again, &error);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_LIMIT, "not a pattern of 2012: \"%.*s\"",
               PC_STR_ARG(pc_buf_view(&text)));
    FUZZ_CHECK(status != PC_OK ||
                   pc_arn_pattern_match(pc_buf_view(&again), &subject, &input->variables, NULL) ==
                       pc_arn_pattern_match(bytes, &subject, &input->variables, NULL),
               "\"%.*s\" matches otherwise", PC_STR_ARG(pc_buf_view(&text)));
}

static enum pc_binding bind(void *context, struct pc_str key, struct pc_str *value)
{
    const struct pc_variables *variables = context;
    return variables->lookup(variables->context, key, value) ? PC_BINDING_VALUE : PC_BINDING_NULL;
}

// With everything known the bound pattern matches as the other does.
static void check_bound(const struct pattern_input *input, struct pc_str bytes, bool matches)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bound = {0};
    struct pc_variables variables = input->variables;
    const struct pc_binder binder = {bind, &variables};
    struct pc_arn_subject subject = pc_arn_subject_of(input->text);
    bool never = false;
    enum pc_status status = pc_arn_pattern_bind(bytes, &binder, &bound, &never);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_LIMIT, "status %d", (int)status);
    if (status != PC_OK || never) {
        FUZZ_CHECK(status != PC_OK || !matches, "what matches is said never to");
        return;
    }
    struct pc_str view = pc_buf_view(&bound);
    FUZZ_CHECK(pc_arn_pattern_is_valid(view), "what was bound is not valid");
    FUZZ_CHECK(pc_arn_pattern_match(view, &subject, NULL, NULL) ==
                   (matches ? PC_MATCH : PC_NOMATCH),
               "bound it matches otherwise");
}

static bool refers(const struct pattern_input *input, struct pc_str bytes, bool every_field)
{
    struct pc_arn_subject subject = pc_arn_subject_of(input->text);
    if (!pattern_is_known(input)) {
        return pc_arn_pattern_match(bytes, &subject, &input->variables, NULL) == PC_MATCH;
    }
    return every_field ? refers_to_value(input) : refers_to_resource(input);
}

void pattern_check_arn(const struct pattern_input *input, bool every_field)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf compiled = {0};
    struct pc_arn_pattern_options options = every_field ? of_value : of_resource;
    struct pc_pattern_error error;
    struct pc_arn_subject subject = pc_arn_subject_of(input->text);
    options.flags = input->with_variables ? PC_PATTERN_VARIABLES : 0U;
    bool sound = is_sound(input, every_field);
    enum pc_status status = pc_arn_pattern_compile(input->pattern, options, &compiled, &error);
    FUZZ_CHECK((status == PC_OK) == sound || status == PC_ERR_LIMIT,
               "status %d, and the reference %s it", (int)status, sound ? "takes" : "refuses");
    if (status != PC_OK) {
        return;
    }
    struct pc_str bytes = pc_buf_view(&compiled);
    FUZZ_CHECK(pc_arn_pattern_is_valid(bytes), "what was compiled is not valid");
    bool expected = refers(input, bytes, every_field);
    for (int with = 0; with < 2; with++) {
        enum pc_match got = pc_arn_pattern_match(bytes, &subject, &input->variables,
                                                 with == 0 ? NULL : input->cache);
        FUZZ_CHECK(got == (expected ? PC_MATCH : PC_NOMATCH), "the engine says %d, the rules %d",
                   (int)got, (int)expected);
    }
    check_facts(input, bytes, expected);
    check_written(input, bytes, options);
    check_wide(input, bytes, every_field);
    if (!every_field) {
        check_bound(input, bytes, expected);
    }
}
