// SPDX-License-Identifier: Apache-2.0
//
// The cache of PCRE2 patterns, and the three-way comparison: built-in matcher, matcher with a
// cache, and a naive matcher that is written here over the pattern's text.
#include "compiled.h"

#include "base/utf8.h"
#include "fold.h"
#include "regex.h"

#include <stdio.h>

static struct pc_pattern_cache *new_cache(void)
{
    struct pc_pattern_cache *cache = NULL;
    assert_int_equal(pc_pattern_cache_new(&cache), PC_OK);
    assert_non_null(cache);
    return cache;
}

// Does PCRE2 answer at all here? Not without JIT.
static bool is_served(struct pc_pattern_cache *cache, const char *text, const char *subject,
                      bool *matched)
{
    struct pc_str bytes = compiled(pc_str_from(text), W);
    bool served = pc_regex_match(cache, bytes, pc_str_from(subject), matched);
    drop(bytes);
    return served;
}

static bool has_jit(void)
{
    bool matched;
    struct pc_pattern_cache *cache = new_cache();
    bool served = is_served(cache, "*a?b*", "aab", &matched);
    pc_pattern_cache_free(cache);
    return served;
}

static void pcre2_answers_for_general_globs(void **state)
{
    (void)state;
    bool matched = false;
    if (!has_jit()) {
        print_message("not run: PCRE2 has no JIT on this machine\n");
        return;
    }
    struct pc_pattern_cache *cache = new_cache();
    for (size_t again = 0; again < 2; again++) {
        assert_true(is_served(cache, "(?i)a*b?c*.[\\*?", "(?i)axbécx.[\\z€", &matched));
        assert_true(matched);
        assert_true(is_served(cache, "(?i)a*b?c*.[\\*?", "a", &matched));
        assert_false(matched);
        assert_true(is_served(cache, "*a?\n*\n", "\nab\nx\n", &matched));
        assert_true(matched);
        assert_true(is_served(cache, "*a?\n*\n", "\nab\nx\n\n.", &matched));
        assert_false(matched);
    }
    pc_pattern_cache_free(cache);
}

static void what_pcre2_cannot_read_is_no_answer(void **state)
{
    (void)state;
    bool matched = true;
    struct pc_pattern_cache *cache = new_cache();
    assert_false(is_served(cache, "*a?b*",
                           "a\xff"
                           "b",
                           &matched));
    assert_false(is_served(cache, "*a?b\xff*", "aab", &matched));
    struct pc_str bytes = compiled(PC_STR("*a?b*"), W);
    assert_int_equal(pc_pattern_match(bytes,
                                      PC_STR("a\xff"
                                             "b"),
                                      NULL, cache),
                     PC_MATCH);
    drop(bytes);

    struct pc_buf text;
    pc_buf_init(&text);
    pc_buf_text(&text, "*a?");
    pc_buf_fill(&text, 'x', 2000);
    pc_buf_text(&text, "*b");
    bytes = compiled(pc_buf_view(&text), W);
    assert_false(pc_regex_match(cache, bytes, pc_buf_view(&text), &matched));
    assert_int_equal(pc_pattern_match(bytes, pc_buf_view(&text), NULL, cache), PC_MATCH);
    drop(bytes);
    pc_buf_release(&text);
    pc_pattern_cache_free(cache);
}

static void a_cache_with_zero_bytes_in_patterns_and_subjects(void **state)
{
    (void)state;
    struct pc_pattern_cache *cache = new_cache();
    struct pc_str bytes = compiled(PC_STR("*\0?b*"), W);
    assert_int_equal(pc_pattern_match(bytes, PC_STR("a\0\0b"), NULL, cache), PC_MATCH);
    assert_int_equal(pc_pattern_match(bytes, PC_STR("a\0b"), NULL, cache), PC_NOMATCH);
    assert_int_equal(pc_pattern_match(bytes, (struct pc_str){NULL, 0}, NULL, cache), PC_NOMATCH);
    drop(bytes);
    pc_pattern_cache_free(cache);
}

// More patterns than slots, several times over: each still gets its own answer, and late ones find
// their way in.
static void a_full_cache_goes_on(void **state)
{
    (void)state;
    bool jit = has_jit();
    struct pc_pattern_cache *cache = new_cache();
    size_t served_late = 0;
    for (unsigned i = 0; i < 2000; i++) {
        char text[32];
        char subject[32];
        bool matched = false;
        (void)snprintf(text, sizeof(text), "*a?%u*b", i);
        (void)snprintf(subject, sizeof(subject), "xax%ub", i);
        struct pc_str bytes = compiled(pc_str_from(text), W);
        assert_int_equal(pc_pattern_match(bytes, pc_str_from(subject), NULL, cache), PC_MATCH);
        assert_int_equal(pc_pattern_match(bytes, PC_STR("xax-b"), NULL, cache), PC_NOMATCH);
        bool served = pc_regex_match(cache, bytes, pc_str_from(subject), &matched);
        assert_true(!served || matched);
        served_late += served && i >= 1000;
        drop(bytes);
    }
    assert_true(jit ? served_late > 10 : served_late == 0);
    pc_pattern_cache_free(cache);
}

static void freeing_nothing_is_fine(void **state)
{
    (void)state;
    pc_pattern_cache_free(NULL);
}

// The naive matcher. A pattern is a list of items, a subject a list of units: bytes, or with FOLD
// characters in lower case. Exponential, and correct by looking at it.
enum {
    ITEM_STAR = -1,
    ITEM_QUESTION = -2,
    MOST = 256
};

struct naive {
    int64_t items[MOST]; // a unit, or ITEM_STAR, ITEM_QUESTION
    size_t item_count;
    int64_t units[MOST];
    bool starts[MOST + 1]; // a character starts at this unit, or the subject ends
    size_t unit_count;
};

static bool naive_from(const struct naive *naive, size_t item, size_t unit)
{
    if (item == naive->item_count) {
        return unit == naive->unit_count;
    }
    if (naive->items[item] == ITEM_STAR) {
        for (size_t end = unit; end <= naive->unit_count; end++) {
            if (naive_from(naive, item + 1, end)) {
                return true;
            }
        }
        return false;
    }
    if (unit == naive->unit_count) {
        return false;
    }
    if (naive->items[item] == ITEM_QUESTION) {
        size_t end = unit + 1;
        while (!naive->starts[end]) {
            end++;
        }
        return naive->starts[unit] && naive_from(naive, item + 1, end);
    }
    return naive->items[item] == naive->units[unit] && naive_from(naive, item + 1, unit + 1);
}

static void naive_literal(struct naive *naive, struct pc_str text, unsigned flags)
{
    for (size_t at = 0; at < text.len;) {
        assert_true(naive->item_count < MOST);
        int64_t unit =
            (flags & F) != 0 ? (int64_t)pc_fold_next(text, &at) : (unsigned char)text.ptr[at++];
        naive->items[naive->item_count++] = unit;
    }
}

static void naive_subject(struct naive *naive, struct pc_str subject, unsigned flags)
{
    naive->unit_count = 0;
    for (size_t at = 0; at < subject.len;) {
        size_t length = pc_utf8_step(pc_str_slice(subject, at, subject.len));
        if ((flags & F) != 0) {
            naive->starts[naive->unit_count] = true;
            naive->units[naive->unit_count++] = pc_fold_next(subject, &at);
            continue;
        }
        for (size_t i = 0; i < length; i++) {
            naive->starts[naive->unit_count] = i == 0;
            naive->units[naive->unit_count++] = (unsigned char)subject.ptr[at++];
        }
    }
    naive->starts[naive->unit_count] = true;
}

// A fixed sequence of numbers (xorshift64*).
static uint64_t seed;

static size_t below(size_t limit)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (size_t)((seed * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

static const char *const letters[] = {"a",      "b", "a", "b",          "A", "é", "É",
                                      "\u212a", "k", "€", "\U0001f600", "*", "?"};
static const char *const broken[] = {"\xc3", "\xa9", "\xe2", "\x82", "\xac", "\xff"};

static const char *letter(bool with_broken)
{
    if (with_broken && below(3) == 0) {
        return broken[below(sizeof(broken) / sizeof(broken[0]))];
    }
    return letters[below(sizeof(letters) / sizeof(letters[0]))];
}

// One random pattern: its text, its items, and the values of its variables.
struct random_pattern {
    struct pc_buf text;
    unsigned flags;
    bool broken; // has invalid UTF-8 in it and in its subjects
    const char *pairs[5];
    bool null; // holds a variable without a value
    struct naive naive;
    struct pc_buf run; // literal text since the last item that is none
};

static void end_run(struct random_pattern *pattern)
{
    naive_literal(&pattern->naive, pc_buf_view(&pattern->run), pattern->flags);
    pc_buf_reset(&pattern->run);
}

static void add_wildcard(struct random_pattern *pattern, int64_t item)
{
    end_run(pattern);
    pc_buf_byte(&pattern->text, item == ITEM_STAR ? '*' : '?');
    pattern->naive.items[pattern->naive.item_count++] = item;
}

static void add_letter(struct random_pattern *pattern)
{
    const char *text = letter(pattern->broken);
    if (text[0] != '*' && text[0] != '?') {
        pc_buf_text(&pattern->text, text);
        pc_buf_text(&pattern->run, text);
    } else if ((pattern->flags & V) != 0) {
        pc_buf_format(&pattern->text, "${%s}", text);
        pc_buf_text(&pattern->run, text);
    }
}

// With FOLD a value is text of its own, whose broken bytes do not join with what is around it.
static void add_variable(struct random_pattern *pattern)
{
    static const char *const forms[] = {"${K:x}", "${k:y}", "${k:z, 'dB'}", "${k:x, 'n'}",
                                        "${k:n}"};
    size_t form = below(200) == 0 ? 4 : below(4);
    const char *const values[] = {pattern->pairs[1], pattern->pairs[3], "dB", pattern->pairs[1],
                                  ""};
    pattern->null = pattern->null || form == 4;
    if ((pattern->flags & F) != 0) {
        end_run(pattern);
    }
    pc_buf_text(&pattern->text, forms[form]);
    pc_buf_text(&pattern->run, values[form]);
    if ((pattern->flags & F) != 0) {
        end_run(pattern);
    }
}

static void make_pattern(struct random_pattern *pattern)
{
    static const char *const values[] = {"a", "b*", "é", "aB", "?", "\xc3", "k\xa9", "ab", "ba"};
    pc_buf_reset(&pattern->text);
    pc_buf_reset(&pattern->run);
    pattern->naive.item_count = 0;
    pattern->null = false;
    pattern->flags = W | (below(3) == 0 ? V : 0u) | (below(3) == 0 ? F : 0u);
    pattern->broken = below(4) == 0;
    size_t kinds = pattern->broken ? 9 : 5;
    pattern->pairs[0] = "k:x";
    pattern->pairs[1] = values[below(kinds)];
    pattern->pairs[2] = "k:y";
    pattern->pairs[3] = values[below(kinds)];
    pattern->pairs[4] = NULL;
    for (size_t left = below(9); left > 0; left--) {
        size_t what = below(10);
        if (what < 3) {
            add_wildcard(pattern, ITEM_STAR);
        } else if (what < 5) {
            add_wildcard(pattern, ITEM_QUESTION);
        } else if (what < 7 && (pattern->flags & V) != 0) {
            add_variable(pattern);
        } else {
            add_letter(pattern);
        }
    }
    end_run(pattern);
}

static void add_letters(struct pc_buf *subject, size_t count, bool with_broken)
{
    while (count-- > 0) {
        pc_buf_text(subject, letter(with_broken));
    }
}

// A subject at random, or one made after the pattern, which matches it more often.
static void make_subject(const struct random_pattern *pattern, struct pc_buf *subject)
{
    pc_buf_reset(subject);
    if (below(3) == 0) {
        add_letters(subject, below(9), pattern->broken);
        return;
    }
    for (size_t i = 0; i < pattern->naive.item_count; i++) {
        int64_t item = pattern->naive.items[i];
        if (item == ITEM_STAR) {
            add_letters(subject, below(4), pattern->broken);
        } else if (item == ITEM_QUESTION) {
            add_letters(subject, 1, pattern->broken);
        } else if (below(40) == 0) {
            add_letters(subject, below(3), pattern->broken);
        } else if ((pattern->flags & F) != 0 && item >= 0x80 && item < 0x110000) {
            pc_utf8_append(subject, (uint32_t)item);
        } else {
            pc_buf_byte(subject, (char)(unsigned char)item);
        }
    }
}

struct tally {
    size_t cases, matches, served;
};

static void compare(struct random_pattern *pattern, struct pc_str bytes, struct pc_str subject,
                    struct pc_pattern_cache *cache, struct tally *tally)
{
    struct table table = {pattern->pairs, 0};
    struct pc_variables variables = {table_lookup, &table};
    naive_subject(&pattern->naive, subject, pattern->flags);
    bool expected = !pattern->null && naive_from(&pattern->naive, 0, 0);
    bool builtin = pc_pattern_match(bytes, subject, &variables, NULL) == PC_MATCH;
    bool cached = pc_pattern_match(bytes, subject, &variables, cache) == PC_MATCH;
    bool by_regex = expected;
    if (pc_token_shape(bytes) == PC_SHAPE_OF_GENERAL && (pattern->flags & F) == 0) {
        tally->served += pc_regex_match(cache, bytes, subject, &by_regex);
    }
    if (builtin != expected || cached != expected || by_regex != expected) {
        print_error("pattern '%.*s' flags %u, subject '%.*s': naive %d, built-in %d, cached %d, "
                    "PCRE2 %d\n",
                    PC_STR_ARG(pc_buf_view(&pattern->text)), pattern->flags, PC_STR_ARG(subject),
                    expected, builtin, cached, by_regex);
        fail();
    }
    tally->cases++;
    tally->matches += expected;
}

static void compare_subjects(struct random_pattern *pattern, struct pc_pattern_cache *cache,
                             struct tally *tally)
{
    struct pc_buf subject;
    pc_buf_init(&subject);
    struct pc_str bytes = compiled(pc_buf_view(&pattern->text), pattern->flags);
    for (size_t i = 0; i < 10; i++) {
        make_subject(pattern, &subject);
        struct pc_str copy = exact(pc_buf_view(&subject));
        compare(pattern, bytes, copy, cache, tally);
        drop(copy);
    }
    drop(bytes);
    pc_buf_release(&subject);
}

static void three_matchers_agree(void **state)
{
    (void)state;
    static struct random_pattern pattern;
    struct tally tally = {0};
    seed = UINT64_C(0x9e3779b97f4a7c15);
    pc_buf_init(&pattern.text);
    pc_buf_init(&pattern.run);
    for (size_t round = 0; round < 250; round++) {
        struct pc_pattern_cache *cache = new_cache();
        for (size_t i = 0; i < 100; i++) {
            make_pattern(&pattern);
            compare_subjects(&pattern, cache, &tally);
        }
        pc_pattern_cache_free(cache);
    }
    pc_buf_release(&pattern.text);
    pc_buf_release(&pattern.run);
    print_message("# %zu cases, %zu match, %zu answered by PCRE2\n", tally.cases, tally.matches,
                  tally.served);
    assert_int_equal(tally.cases, 250000);
    assert_in_range(tally.matches, tally.cases / 4, tally.cases * 3 / 4);
    assert_true(!has_jit() || tally.served > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pcre2_answers_for_general_globs),
        cmocka_unit_test(what_pcre2_cannot_read_is_no_answer),
        cmocka_unit_test(a_cache_with_zero_bytes_in_patterns_and_subjects),
        cmocka_unit_test(a_full_cache_goes_on),
        cmocka_unit_test(freeing_nothing_is_fine),
        cmocka_unit_test(three_matchers_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
