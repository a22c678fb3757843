// SPDX-License-Identifier: Apache-2.0
//
// A vault is made while bringing names to the disk fails, each time in turn: then it is whole, with
// its audit log, or there is none, and one can be made.
#define _GNU_SOURCE // memmem
#include "vault_case.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned until_failure; // calls, counted from 1; 0: none fails
static bool failed;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
int __real_fsync(int fd);
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    if (until_failure == 0 || --until_failure > 0) {
        return __real_fsync(fd);
    }
    failed = true;
    errno = EIO;
    return -1;
}
// NOLINTEND(bugprone-reserved-identifier)

static bool tells(struct pc_str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void is_a_vault(struct vault_case *c)
{
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    assert_value(c, PAY, "FIRST", "value");
}

static void a_vault_is_whole_or_is_not(void **state)
{
    struct vault_case *c = *state;
    unsigned placed = 0;
    failed = true;
    for (unsigned at = 1; failed; at++) {
        failed = false;
        until_failure = at;
        enum pc_status status = pc_vault_create(c->vault, c->root, NULL, &c->diags);
        until_failure = 0;
        assert_int_equal(status, failed ? PC_ERR_IO : PC_OK);
        if (access(c->vault, F_OK) != 0) {
            assert_int_equal(pc_vault_create(c->vault, c->root, NULL, &c->diags), PC_OK);
        } else if (failed) {
            assert_non_null(c->diags.last);
            assert_true(tells(c->diags.last->hint, "in its place all the same"));
            placed++;
        }
        is_a_vault(c);
        remove_all(c->vault);
        (void)vault_case_code(c);
    }
    assert_int_equal(placed, 1); // the last one, for the name of its store
}

// An empty folder that somebody made for the vault stays theirs.
static void a_folder_that_was_there_stays(void **state)
{
    struct vault_case *c = *state;
    struct stat before, after;
    assert_int_equal(mkdir(c->vault, 0700), 0);
    assert_int_equal(stat(c->vault, &before), 0);
    until_failure = 1;
    assert_int_equal(pc_vault_create(c->vault, c->root, NULL, &c->diags), PC_ERR_IO);
    until_failure = 0;
    assert_int_equal(stat(c->vault, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(pc_vault_create(c->vault, c->root, NULL, &c->diags), PC_OK);
    is_a_vault(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_vault_is_whole_or_is_not, vault_case_empty,
                                        vault_case_close),
        cmocka_unit_test_setup_teardown(a_folder_that_was_there_stays, vault_case_empty,
                                        vault_case_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
