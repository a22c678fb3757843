// SPDX-License-Identifier: Apache-2.0
//
// Every pair of short patterns is held against what the matcher says of every short text: the texts
// have a letter more than the patterns, and are twice as long.
#include "compiled.h"

#include "match/cover.h"

enum {
    LONGEST_PATTERN = 4,
    LONGEST_TEXT = 8,
    MOST_PATTERNS = 4 + 16 + 64 + 256 + 1,
    MOST_TEXTS = 9841, // 3^0 + ... + 3^8
    WORDS = (MOST_TEXTS + 63) / 64,
};

struct known {
    char text[LONGEST_PATTERN + 1];
    struct pc_str bytes;
    uint64_t matched[WORDS];
};

static struct known known[MOST_PATTERNS];

// The number-th text over the letters: those of one length after those that are shorter.
static size_t spell(const char *letters, size_t number, char *out)
{
    size_t base = strlen(letters);
    size_t length = 0;
    for (size_t of_length = 1; number >= of_length; of_length *= base) {
        number -= of_length;
        length++;
    }
    for (size_t i = 0; i < length; i++, number /= base) {
        out[i] = letters[number % base];
    }
    out[length] = 0;
    return length;
}

static void learn(struct known *pattern, size_t number)
{
    char text[LONGEST_TEXT + 1];
    spell("ab?*", number, pattern->text);
    pattern->bytes = compiled(pc_str_from(pattern->text), W);
    memset(pattern->matched, 0, sizeof(pattern->matched));
    for (size_t i = 0; i < MOST_TEXTS; i++) {
        struct pc_str subject = {text, spell("abc", i, text)};
        if (pc_pattern_match(pattern->bytes, subject, NULL, NULL) == PC_MATCH) {
            pattern->matched[i / 64] |= UINT64_C(1) << (i % 64);
        }
    }
}

static void compare(const struct known *a, const struct known *b)
{
    uint64_t missed = 0;
    uint64_t common = 0;
    for (size_t i = 0; i < WORDS; i++) {
        missed |= b->matched[i] & ~a->matched[i];
        common |= b->matched[i] & a->matched[i];
    }
    if (pc_pattern_covers(a->bytes, b->bytes) != (missed == 0)) {
        fail_msg("does \"%s\" cover \"%s\"?", a->text, b->text);
    }
    if (pc_pattern_overlaps(a->bytes, b->bytes) != (common != 0)) {
        fail_msg("does \"%s\" overlap \"%s\"?", a->text, b->text);
    }
}

static void short_patterns_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < MOST_PATTERNS; i++) {
        learn(&known[i], i);
    }
    for (size_t i = 0; i < MOST_PATTERNS; i++) {
        for (size_t j = 0; j < MOST_PATTERNS; j++) {
            compare(&known[i], &known[j]);
        }
    }
    for (size_t i = 0; i < MOST_PATTERNS; i++) {
        drop(known[i].bytes);
    }
}

enum {
    NEITHER = 0,
    OVERLAP = 1,
    COVER = 2, // and overlap
};

static int relation(struct pc_str a, struct pc_str b)
{
    int found = pc_pattern_overlaps(a, b) ? OVERLAP : NEITHER;
    assert_int_equal(pc_pattern_overlaps(b, a) ? OVERLAP : NEITHER, found);
    return pc_pattern_covers(a, b) ? COVER : found;
}

struct row {
    const char *wide;
    unsigned wide_flags;
    const char *narrow;
    unsigned narrow_flags;
    int relation;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_str wide = compiled(pc_str_from(rows[i].wide), rows[i].wide_flags);
        struct pc_str narrow = compiled(pc_str_from(rows[i].narrow), rows[i].narrow_flags);
        if (relation(wide, narrow) != rows[i].relation) {
            fail_msg("\"%s\" and \"%s\"", rows[i].wide, rows[i].narrow);
        }
        drop(wide);
        drop(narrow);
    }
}

// a variable's value is not known, and one value in one request.
static void variables_are_texts_that_are_not_known(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"home/*", W | V, "home/${aws:username}/x", W | V, COVER},
        {"home/${aws:username}/*", W | V, "home/${aws:username}/x", W | V, COVER},
        {"home/${aws:username}/*", W | V, "home/${AWS:UserName}/x/*", W | V, COVER},
        {"home/${aws:username}/*", W | V, "home/${aws:userid}/x", W | V, OVERLAP},
        {"home/${aws:username}/*", W | V, "home/bob/x", W | V, OVERLAP},
        {"home/${aws:username, 'bob'}/*", W | V, "home/bob/x", W | V, OVERLAP},
        {"${a:b, 'x'}", W | V, "x", W | V, OVERLAP},
        {"${a:b, 'x'}", W | V, "${a:b, 'y'}", W | V, OVERLAP},
        {"${a:b, 'x'}*", W | V, "${a:b, 'x'}y", W | V, COVER},
        {"home/?", W | V, "home/${aws:username}", W | V, OVERLAP},
        {"home/bob", W | V, "home/${aws:username}", W | V, OVERLAP},
        {"home/bob", W | V, "away/${aws:username}", W | V, NEITHER},
        {"*x", W | V, "${aws:username}y", W | V, NEITHER},
        {"${a:b}${a:c}", W | V, "${a:c}${a:b}", W | V, OVERLAP},
        {"${a:b}", W, "${a:b}", W | V, OVERLAP}, // plain text in a document of 2008
    };
    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void letters_without_case(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"get*", W | F, "GETOBJECT", W | F, COVER},
        {"get*", W | F, "GetO*", W, COVER},
        {"get*", W, "GetO*", W, NEITHER},
        {"get*", W, "Get*", W | F, OVERLAP},
        {"Get*", W, "GetX", W | F, OVERLAP},
        {"É*", W | F, "éa*", W | F, COVER},
        {"*", W, "Get*", W | F, COVER},
        {"a*b", 0, "a*b", W, OVERLAP},
        {"a*b", W, "a*b", 0, COVER},
        {"a*b", 0, "axb", 0, NEITHER},
    };
    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

// a character of several bytes is one, and a byte that is no character is one.
static void characters_of_several_bytes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a?b*", W, "aéb*", W, COVER},
        {"a??b", W, "aéb", W, NEITHER},
        {"a?b*", W, "a\xffz*", W, NEITHER},
        {"a?b*", W,
         "a\xff"
         "b*",
         W, COVER},
    };
    check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

// Long patterns are not decided at length, and never wrongly.
static void patterns_beyond_the_bounds_are_not_sure(void **state)
{
    (void)state;
    char *wide = malloc(8192);
    char *narrow = malloc(8192);
    assert_non_null(wide);
    assert_non_null(narrow);
    memset(wide, 'a', 4000);
    memset(narrow, 'a', 4000);
    memcpy(wide + 4000, "?*", 3);
    memcpy(narrow + 4000, "b*", 3);
    struct row row = {wide, W, narrow, W, OVERLAP};
    check_rows(&row, 1); // it does cover
    row = (struct row){wide, W, wide, W, COVER};
    check_rows(&row, 1);
    for (size_t i = 0; i < 2000; i++) {
        memcpy(wide + 2 * i, i % 2 == 0 ? "*?" : "*b", 3);
        memcpy(narrow + 2 * i, "*a", 3);
    }
    wide[1998] = narrow[1998] = 0; // the wide one ends in '?'
    row = (struct row){wide, W, narrow, W, OVERLAP};
    check_rows(&row, 1);
    free(wide);
    free(narrow);
}

static struct pc_str arn(const char *text)
{
    struct pc_buf out;
    struct pc_pattern_error error;
    pc_buf_init(&out);
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(text),
                                            (struct pc_arn_pattern_options){
                                                .flags = V, .expand = true, .allow_any = true},
                                            &out, &error),
                     PC_OK);
    struct pc_str bytes = exact(pc_buf_view(&out));
    pc_buf_release(&out);
    return bytes;
}

static void check_arns(const char *a, const char *b, int expected)
{
    struct pc_str wide = arn(a);
    struct pc_str narrow = arn(b);
    int found = pc_arn_pattern_overlaps(wide, narrow) ? OVERLAP : NEITHER;
    assert_int_equal(pc_arn_pattern_overlaps(narrow, wide) ? OVERLAP : NEITHER, found);
    found = pc_arn_pattern_covers(wide, narrow) ? COVER : found;
    if (found != expected) {
        fail_msg("\"%s\" and \"%s\"", a, b);
    }
    drop(wide);
    drop(narrow);
}

//
static void arns_field_by_field(void **state)
{
    (void)state;
    check_arns("*", "arn:aws:s3:::b", COVER);
    check_arns("*", "*", COVER);
    check_arns("arn:*:*:*:*:*", "*", OVERLAP);
    check_arns("arn:*:*:*:*:*", "arn:aws:s3:::b", COVER);
    check_arns("arn:aws:s3:::b*", "arn:aws:s3:::b/*", COVER);
    check_arns("arn:aws:s3:::b/*", "arn:aws:s3:::b*", OVERLAP);
    check_arns("arn:aws:s3:::b", "arn:aws:s3:::b/*", NEITHER);
    check_arns("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:111111111111:q", COVER);
    check_arns("arn:aws:sqs:*:111111111111:q", "arn:aws:sqs:us-*:111111111111:q", COVER);
    check_arns("arn:aws:sqs:eu-*:111111111111:q", "arn:aws:sqs:us-*:111111111111:q", NEITHER);
    check_arns("arn:aws:sqs:us-*:*:q", "arn:aws:sqs:*-1:111111111111:*", OVERLAP);
    check_arns("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:username}/x", COVER);
}

static void check_actions(const char *a, const char *b, int expected)
{
    struct pc_arena arena;
    struct pc_action_pattern wide, narrow;
    pc_arena_init(&arena);
    assert_int_equal(pc_action_pattern_read(&arena, pc_str_from(a), &wide), PC_OK);
    assert_int_equal(pc_action_pattern_read(&arena, pc_str_from(b), &narrow), PC_OK);
    int found = pc_action_pattern_overlaps(&wide, &narrow) ? OVERLAP : NEITHER;
    found = pc_action_pattern_covers(&wide, &narrow) ? COVER : found;
    if (found != expected) {
        fail_msg("\"%s\" and \"%s\"", a, b);
    }
    pc_arena_release(&arena);
}

//
static void actions_by_service_and_name(void **state)
{
    (void)state;
    check_actions("*", "s3:GetObject", COVER);
    check_actions("*:*", "s3:*", COVER);
    check_actions("s3:*", "*", OVERLAP);
    check_actions("s3:Get*", "S3:getobject", COVER);
    check_actions("s3:get*", "S3:GETOBJECT*", COVER);
    check_actions("s3:Get*", "s3:*Object", OVERLAP);
    check_actions("s3:Get*", "s3:Put*", NEITHER);
    check_actions("s3:*", "sqs:*", NEITHER);
    check_actions("s3:GetObject?", "s3:GetObject", NEITHER);
    check_actions("s*:GetObject", "s3:GetObject", NEITHER);
    check_actions("s3:Get*", "s3: GetObject", COVER); // which matches nothing
    check_actions("*", "s3:", COVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_patterns_are_exact),
        cmocka_unit_test(variables_are_texts_that_are_not_known),
        cmocka_unit_test(letters_without_case),
        cmocka_unit_test(characters_of_several_bytes),
        cmocka_unit_test(patterns_beyond_the_bounds_are_not_sure),
        cmocka_unit_test(arns_field_by_field),
        cmocka_unit_test(actions_by_service_and_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
