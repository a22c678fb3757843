// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/buf.h"
#include "path_pattern.h"

#include <string.h>

static const struct {
    const char *pattern, *path;
    bool matches;
} rows[] = {
    {"a.json", "a.json", true},
    {"a.json", "b.json", false},
    {"a.json", "A.json", false},
    {"a.json", "x/a.json", false}, // paths begin in the folder
    {"a", "a/b", false},
    {"a/b", "a", false},
    {"*.json", "a.json", true},
    {"*.json", "x/a.json", false}, // '*' stays in a name
    {"*/a.json", "x/a.json", true},
    {"*/a.json", "x/y/a.json", false},
    {"x/?.json", "x/a.json", true},
    {"x/?.json", "x/ab.json", false},
    {"x/?.json", "x/\xc3\xa4.json", true}, // a character, not a byte
    {"?", "", false},
    {"**", "a.json", true},
    {"**", "x/y/a.json", true},
    {"**/a.json", "a.json", true},
    {"**/a.json", "x/y/a.json", true},
    {"**/a.json", "x/y/b.json", false},
    {"x/**", "x/y/a.json", true},
    {"x/**", "y/x/a.json", false},
    {"x/**/a.json", "x/a.json", true},
    {"x/**/y/*.json", "x/y/z/y/a.json", true},
    {"x/**/y/*.json", "x/y/z/a.json", false},
    {"**/**/a", "x/a", true},
    {"**/a/**/b", "x/a/a/c/b", true},
    {"**/a/**/b", "x/c/b", false},
    {"a**.json", "abc.json", true}, // inside a name it is two stars
    {"[a].json", "[a].json", true}, // no other wildcards
    {"[a].json", "a.json", false},
};

static void paths_match(void **state)
{
    struct pc_arena arena;
    (void)state;
    pc_arena_init(&arena);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_path_pattern pattern;
        const char *fault;
        assert_int_equal(
            pc_path_pattern_read(&arena, pc_str_from(rows[i].pattern), &pattern, &fault), PC_OK);
        assert_null(fault);
        if (pc_path_pattern_match(&pattern, pc_str_from(rows[i].path)) != rows[i].matches) {
            fail_msg("%s and %s", rows[i].pattern, rows[i].path);
        }
        bool literal = strpbrk(rows[i].pattern, "*?") == NULL;
        assert_int_equal(pattern.literal, literal);
    }
    pc_arena_release(&arena);
}

static void patterns_that_match_nothing_are_refused(void **state)
{
    static const char *const refused[] = {"",    "/a",   "a/",   "a//b", ".",
                                          "./a", "../a", "a/..", "a/./b"};
    struct pc_path_pattern pattern;
    struct pc_arena arena;
    const char *fault;
    char many[2 * (PC_PATH_PATTERN_NAMES + 1)];
    (void)state;
    pc_arena_init(&arena);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(pc_path_pattern_read(&arena, pc_str_from(refused[i]), &pattern, &fault),
                         PC_OK);
        assert_non_null(fault);
    }
    for (size_t i = 0; i < sizeof(many); i++) {
        many[i] = i % 2 == 0 ? 'a' : '/';
    }
    const struct pc_str most = {many, 2 * PC_PATH_PATTERN_NAMES - 1};
    const struct pc_str more = {many, 2 * PC_PATH_PATTERN_NAMES + 1};
    assert_int_equal(pc_path_pattern_read(&arena, most, &pattern, &fault), PC_OK);
    assert_null(fault);
    assert_true(pc_path_pattern_match(&pattern, most));
    assert_int_equal(pc_path_pattern_read(&arena, more, &pattern, &fault), PC_OK);
    assert_non_null(fault);
    pc_arena_release(&arena);
}

// Many wildcards cost no more than pattern times path: this ends at once, or never.
static void hostile_patterns_end(void **state)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf path = {0};
    struct pc_path_pattern pattern;
    struct pc_arena arena;
    const char *fault;
    (void)state;
    pc_arena_init(&arena);
    for (size_t i = 0; i < PC_PATH_PATTERN_NAMES / 2 - 1; i++) {
        pc_buf_text(&text, "**/a*a*a*a*a*a*b/");
    }
    pc_buf_text(&text, "b");
    for (size_t i = 0; i < 1000; i++) {
        pc_buf_text(&path, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/");
    }
    pc_buf_text(&path, "b");
    assert_int_equal(pc_path_pattern_read(&arena, pc_buf_view(&text), &pattern, &fault), PC_OK);
    assert_null(fault);
    assert_false(pc_path_pattern_match(&pattern, pc_buf_view(&path)));
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_match),
        cmocka_unit_test(patterns_that_match_nothing_are_refused),
        cmocka_unit_test(hostile_patterns_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
