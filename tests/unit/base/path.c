// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/path.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// A folder of the test's own, which it works in: a/b/ with a link `far` in a that leads to c/d/.
static int enter(void **state)
{
    static char folder[] = "/tmp/polcheck-path-XXXXXX";
    *state = folder;
    return mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("a", 0700) != 0 ||
           mkdir("a/b", 0700) != 0 || mkdir("c", 0700) != 0 || mkdir("c/d", 0700) != 0 ||
           symlink("../c/d", "a/far") != 0;
}

static int leave(void **state)
{
    return unlink("a/far") != 0 || rmdir("a/b") != 0 || rmdir("a") != 0 || rmdir("c/d") != 0 ||
           rmdir("c") != 0 || chdir("/") != 0 || rmdir(*state) != 0;
}

static struct pc_str from(struct pc_arena *arena, const char *file, const char *path)
{
    struct pc_str found = PC_STR("");
    assert_int_equal(pc_path_from(arena, pc_str_from(file), pc_str_from(path), &found), PC_OK);
    assert_int_equal(found.ptr[found.len], '\0');
    return found;
}

static void paths_begin_in_the_folder_of_the_file(void **state)
{
    (void)state;
    struct pc_arena arena;
    pc_arena_init(&arena);
    assert_view(from(&arena, "a/x.json", "b"), "a/b");
    assert_view(from(&arena, "x.json", "a/b"), "a/b");
    assert_view(from(&arena, "<stdin>", "a"), "a");
    assert_view(from(&arena, "a/x.json", "/tmp"), "/tmp");
    assert_view(from(&arena, "/tmp/x.json", "../tmp"), "/tmp");
    pc_arena_release(&arena);
}

static void steps_back_are_taken_where_that_changes_nothing(void **state)
{
    (void)state;
    struct pc_arena arena;
    pc_arena_init(&arena);
    assert_view(from(&arena, "a/x.json", "../c"), "c");
    assert_view(from(&arena, "./a//b/x.json", ".././../c/./d/"), "c/d");
    assert_view(from(&arena, "../x.json", "../tmp"), "../../tmp");
    assert_view(from(&arena, "a/x.json", "far/../d"), "a/far/../d"); // c/d, not a/d
    assert_view(from(&arena, "a/x.json", "../none"), "a/../none");   // nobody knows where that is
    pc_arena_release(&arena);
}

static void a_stem_is_the_name_alone(void **state)
{
    (void)state;
    assert_view(pc_path_stem(PC_STR("a/b/reads.json")), "reads");
    assert_view(pc_path_stem(PC_STR("reads.json.txt")), "reads.json.txt");
    assert_view(pc_path_stem(PC_STR("reads")), "reads");
    assert_view(pc_path_stem(PC_STR("a/")), "");
}

static void what_no_system_finds_is_no_path(void **state)
{
    (void)state;
    assert_true(pc_path_is(PC_STR("a")));
    assert_false(pc_path_is(PC_STR("")));
    assert_false(pc_path_is(PC_STR("a\0b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_begin_in_the_folder_of_the_file),
        cmocka_unit_test(steps_back_are_taken_where_that_changes_nothing),
        cmocka_unit_test(a_stem_is_the_name_alone),
        cmocka_unit_test(what_no_system_finds_is_no_path),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
