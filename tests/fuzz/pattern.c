// SPDX-License-Identifier: Apache-2.0
//
// Patterns against texts, as the engine matches them (with PCRE2 and without) and as the reference
// does (R-204, R-412, section 6); and against each other.
//
// Input: a line of words; a line with the pattern; after `cover` a line with another; after `keys`
// lines of context keys up to an empty one, `key=value`, twice for a list, without `=` for an
// absent one; the rest is the text. Words: `fold`, `keys`, and one of `resource`, `value` (of an
// ARN operator) and `action`; else it is a pattern of any text.
#include "pattern.h"

#include "base/utf8.h"
#include "statement.h"
#include "validate.h"

enum {
    LONGEST = 2000, // bytes of pattern or text: the reference is slow
    MOST_KEYS = 16,
};

// Context keys ----------------------------------------------------------------------------------

static bool is_ascii(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static struct ref_key *find_key(struct pattern_input *input, struct pc_str name)
{
    for (size_t i = 0; i < input->context.count; i++) {
        if (pc_str_eq_icase(input->context.keys[i].name, name)) {
            return &input->context.keys[i];
        }
    }
    return NULL;
}

static void add_key(struct pattern_input *input, struct pc_str line)
{
    size_t equals = pc_str_find(line, '=', 0);
    struct pc_str name = pc_str_slice(line, 0, equals);
    struct ref_key *before = find_key(input, name);
    if (before != NULL) {
        before->list = true;
        return;
    }
    struct pc_str *value = ref_alloc(input->arena, 1, sizeof(*value));
    *value = equals == SIZE_MAX ? PC_STR("") : pc_str_slice(line, equals + 1, line.len);
    ref_context_add(input->arena, &input->context,
                    (struct ref_key){.name = name,
                                     .lower = ref_lower(input->arena, name),
                                     .absent = equals == SIZE_MAX,
                                     .values = value,
                                     .count = 1});
}

// As the engine wants it.
static bool look_up(void *context, struct pc_str name, struct pc_str *out)
{
    const struct ref_key *key = find_key(context, name);
    if (key == NULL || key->absent || key->list || key->values[0].len == 0) {
        return false;
    }
    *out = key->values[0];
    return true;
}

static bool read_keys(struct pattern_input *input, struct pc_str *rest)
{
    for (size_t i = 0; i < MOST_KEYS && rest->len > 0; i++) {
        struct pc_str line = fuzz_line(rest);
        if (line.len == 0) {
            break;
        }
        if (!is_ascii(pc_str_slice(line, 0, pc_str_find(line, '=', 0)))) {
            return false; // names of keys are another target's business
        }
        add_key(input, line);
    }
    return true;
}

// Texts -----------------------------------------------------------------------------------------

unsigned pattern_flags(const struct pattern_input *input)
{
    return PC_PATTERN_WILDCARDS | (input->fold ? PC_PATTERN_FOLD : 0U) |
           (input->with_variables ? PC_PATTERN_VARIABLES : 0U);
}

struct ref_reading pattern_reading(const struct pattern_input *input, bool variables)
{
    return (struct ref_reading){.arena = input->arena,
                                .context = &input->context,
                                .variables = input->with_variables && variables,
                                .wildcards = true};
}

bool pattern_is_known(const struct pattern_input *input)
{
    bool known = pc_utf8_invalid(input->pattern) == SIZE_MAX &&
                 pc_utf8_invalid(input->narrow) == SIZE_MAX &&
                 pc_utf8_invalid(input->text) == SIZE_MAX;
    for (size_t i = 0; known && i < input->context.count; i++) {
        known = pc_utf8_invalid(input->context.keys[i].values[0]) == SIZE_MAX;
    }
    return known;
}

static bool refers(const struct pattern_input *input)
{
    struct ref_reading reading = pattern_reading(input, true);
    struct ref_pattern tokens = ref_pattern_of(&reading, input->pattern);
    return !tokens.null && ref_glob(input->arena, &tokens, input->text, input->fold);
}

static void check_written(const struct pattern_input *input, struct pc_str bytes)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf again = {0};
    struct pc_pattern_error error;
    pc_pattern_write(bytes, &text);
    FUZZ_CHECK(pc_pattern_compile(pc_buf_view(&text), pattern_flags(input), &again, &error) ==
                   PC_OK,
               "the text of a pattern is none: %.*s", PC_STR_ARG(pc_buf_view(&text)));
    FUZZ_CHECK(pc_str_eq(pc_buf_view(&again), bytes), "another pattern is read from \"%.*s\"",
               PC_STR_ARG(pc_buf_view(&text)));
    pc_buf_reset(&text);
    pc_buf_reset(&again);
    pc_pattern_write_2012(bytes, &text);
    enum pc_status status = pc_pattern_compile(
        pc_buf_view(&text), pattern_flags(input) | PC_PATTERN_VARIABLES, &again, &error);
    FUZZ_CHECK(status == PC_OK || status == PC_ERR_LIMIT, "not a pattern of 2012: %.*s",
               PC_STR_ARG(pc_buf_view(&text)));
    FUZZ_CHECK(status != PC_OK ||
                   pc_pattern_match(pc_buf_view(&again), input->text, &input->variables, NULL) ==
                       pc_pattern_match(bytes, input->text, &input->variables, NULL),
               "\"%.*s\" matches otherwise", PC_STR_ARG(pc_buf_view(&text)));
}

static void check_facts(const struct pattern_input *input, struct pc_str bytes, bool matches)
{
    struct pc_str literal;
    FUZZ_CHECK(!pc_pattern_is_any(bytes) || matches, "a pattern for all does not match");
    FUZZ_CHECK(!matches || input->fold || pc_str_has_prefix(input->text, pc_pattern_prefix(bytes)),
               "it matches what does not begin with \"%.*s\"",
               PC_STR_ARG(pc_pattern_prefix(bytes)));
    FUZZ_CHECK(!pc_pattern_is_prefix(bytes) || input->fold ||
                   matches == pc_str_has_prefix(input->text, pc_pattern_prefix(bytes)),
               "a prefix matches otherwise");
    FUZZ_CHECK(!pc_pattern_is_literal(bytes, &literal) || input->fold ||
                   matches == pc_str_eq(input->text, literal),
               "a plain text matches otherwise");
    check_written(input, bytes);
}

static void check_text(const struct pattern_input *input)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf compiled = {0};
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    bool sound = !input->with_variables || ref_validate_variables(input->pattern) == NULL;
    enum pc_status status =
        pc_pattern_compile(input->pattern, pattern_flags(input), &compiled, &error);
    FUZZ_CHECK((status == PC_OK) == sound, "status %d, and the reference %s it", (int)status,
               sound ? "takes" : "refuses");
    if (status != PC_OK) {
        FUZZ_CHECK(status == PC_ERR_LIMIT || error.fault != PC_PATTERN_FINE, "no fault is told");
        FUZZ_CHECK(compiled.len == 0, "something is left of a refused pattern");
        return;
    }
    struct pc_str bytes = pc_buf_view(&compiled);
    FUZZ_CHECK(pc_pattern_is_valid(bytes), "what was compiled is not valid");
    bool expected = pattern_is_known(input)
                        ? refers(input)
                        : pc_pattern_match(bytes, input->text, &input->variables, NULL) == PC_MATCH;
    for (int with = 0; with < 2; with++) {
        enum pc_match got = pc_pattern_match(bytes, input->text, &input->variables,
                                             with == 0 ? NULL : input->cache);
        FUZZ_CHECK(got == (expected ? PC_MATCH : PC_NOMATCH),
                   "the engine says %d, the rules %d (%s)", (int)got, (int)expected,
                   with == 0 ? "by hand" : "with PCRE2");
    }
    check_facts(input, bytes, expected);
}

// Actions (R-101 to R-108) ----------------------------------------------------------------------

bool pattern_action_matches(const struct pc_action_pattern *pattern, struct pc_str service,
                            struct pc_str name)
{
    return pattern->kind == PC_ACTION_ANY ||
           (pattern->kind == PC_ACTION_NAME && pc_str_eq_icase(pattern->service, service) &&
            pc_pattern_match(pattern->name, name, NULL, NULL) == PC_MATCH);
}

static void check_action(const struct pattern_input *input)
{
    struct pc_str parts[2];
    struct pc_action_pattern pattern;
    if (pc_str_split(input->text, ':', parts, 2) != 2 || !pattern_is_known(input)) {
        return;
    }
    enum pc_status status = pc_action_pattern_read(input->arena, input->pattern, &pattern);
    FUZZ_CHECK(status == PC_OK, "status %d of an action", (int)status);
    const struct ref_request request = {.service = parts[0], .action = parts[1]};
    bool expected = ref_action_matches(&request, input->arena, input->pattern);
    bool got = pattern_action_matches(&pattern, parts[0], parts[1]);
    FUZZ_CHECK(got == expected, "the engine says %d, the rules %d", (int)got, (int)expected);
}

// -----------------------------------------------------------------------------------------------

struct words {
    bool fold, keys, cover;
    enum pattern_kind kind;
};

static struct words read_words(struct pc_str line)
{
    struct words words = {.kind = PATTERN_TEXT};
    struct pc_str parts[4];
    size_t count = pc_str_split(line, ' ', parts, 4);
    for (size_t i = 0; i < count; i++) {
        words.fold = words.fold || pc_str_eq(parts[i], PC_STR("fold"));
        words.keys = words.keys || pc_str_eq(parts[i], PC_STR("keys"));
        words.cover = words.cover || pc_str_eq(parts[i], PC_STR("cover"));
        words.kind = pc_str_eq(parts[i], PC_STR("resource")) ? PATTERN_RESOURCE : words.kind;
        words.kind = pc_str_eq(parts[i], PC_STR("value")) ? PATTERN_VALUE : words.kind;
        words.kind = pc_str_eq(parts[i], PC_STR("action")) ? PATTERN_ACTION : words.kind;
    }
    return words;
}

static void check(const struct pattern_input *input, const struct words *words)
{
    if (words->cover) {
        pattern_check_cover(input, words->kind);
    } else if (words->kind == PATTERN_TEXT) {
        check_text(input);
    } else if (words->kind == PATTERN_ACTION) {
        check_action(input);
    } else {
        pattern_check_arn(input, words->kind == PATTERN_VALUE);
    }
}

void fuzz_one(struct pc_str input)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct words words = read_words(fuzz_line(&input));
    struct pattern_input taken = {
        .arena = &arena, .fold = words.fold, .with_variables = words.keys, .narrow = PC_STR("")};
    pc_arena_init(&arena);
    taken.variables = (struct pc_variables){look_up, &taken};
    taken.pattern = fuzz_line(&input);
    taken.narrow = words.cover ? fuzz_line(&input) : taken.narrow;
    if (words.keys && !read_keys(&taken, &input)) {
        return;
    }
    taken.text = fuzz_rest(&input);
    if (taken.pattern.len > LONGEST || taken.narrow.len > LONGEST || taken.text.len > LONGEST) {
        return;
    }
    FUZZ_CHECK(pc_pattern_cache_new(&taken.cache) == PC_OK, "no memory");
    check(&taken, &words);
    pc_pattern_cache_free(taken.cache);
}
