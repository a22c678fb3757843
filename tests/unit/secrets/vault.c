// SPDX-License-Identifier: Apache-2.0
#include "vault_case.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EMPTY_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, vault_case_empty, vault_case_close)

// Making ------------------------------------------------------------------------------------------

static unsigned entries_of(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL) {
        count++;
    }
    (void)closedir(folder);
    return count - 2; // without . and ..
}

static mode_t mode_of(struct vault_case *c, const char *name)
{
    char path[160];
    struct stat info;
    (void)snprintf(path, sizeof(path), "%s/%s", c->vault, name);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void a_vault_is_for_its_owner_alone(void **state)
{
    struct vault_case *c = *state;
    mode_t mask = umask(0);
    enum pc_status status = pc_vault_create(c->vault, c->root, NULL, &c->diags);
    (void)umask(mask);
    assert_int_equal(status, PC_OK);
    assert_int_equal(mode_of(c, ""), 0700);
    assert_int_equal(mode_of(c, "store"), 0700);
    assert_int_equal(mode_of(c, "store/data.mdb"), 0600);
    assert_int_equal(mode_of(c, "store/lock.mdb"), 0600);
    assert_int_equal(mode_of(c, PC_AUDIT_LOG), 0600);
    assert_int_equal(mode_of(c, PC_AUDIT_HEAD), 0600);
    assert_int_equal(entries_of(c->vault), 3);
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_OK);
    assert_value(c, PAY, "NAME", "v");
}

static void assert_not_made(struct vault_case *c, const char *path, enum pc_status status,
                            enum pc_diag_code code)
{
    assert_int_equal(pc_vault_create(path, c->root, NULL, &c->diags), status);
    assert_int_equal(vault_case_code(c), code);
}

static void a_vault_is_made_where_nothing_is(void **state)
{
    struct vault_case *c = *state;
    char path[160];
    assert_int_equal(mkdir(c->vault, 0700), 0);
    assert_int_equal(pc_vault_create(c->vault, c->root, NULL, &c->diags), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_OK);
    assert_not_made(c, c->vault, PC_ERR_INVALID, PC_DIAG_VAULT_EXISTS);
    assert_value(c, PAY, "NAME", "v");
    (void)snprintf(path, sizeof(path), "%s/file", c->base);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    (void)close(fd);
    assert_int_not_equal(pc_vault_create(path, c->root, NULL, &c->diags), PC_OK);
    assert_int_equal(mkdir(c->spare, 0770), 0);
    assert_int_equal(chmod(c->spare, 0770), 0);
    assert_not_made(c, c->spare, PC_ERR_INVALID, PC_DIAG_VAULT_IO); // others may write to it
    assert_int_equal(entries_of(c->spare), 0);
    (void)snprintf(path, sizeof(path), "%s/no/vault", c->base);
    assert_not_made(c, path, PC_ERR_IO, PC_DIAG_VAULT_IO);
}

// Several that make it at once: one does, and what it made is whole.
static void of_several_that_make_it_one_does(void **state)
{
    struct vault_case *c = *state;
    enum {
        ROUNDS = 60,
        MAKERS = 4
    };
    for (unsigned round = 0; round < ROUNDS; round++) {
        pid_t makers[MAKERS];
        unsigned made = 0;
        int gate[2];
        assert_int_equal(pipe(gate), 0);
        for (unsigned i = 0; i < MAKERS; i++) {
            makers[i] = fork();
            assert_true(makers[i] >= 0);
            if (makers[i] == 0) {
                char byte;
                (void)close(gate[1]);
                const struct pc_root_key *root = vault_case_root(1);
                (void)!read(gate[0], &byte, 1); // all at once, when the gate is closed
                _exit(pc_vault_create(c->vault, root, NULL, &c->diags) == PC_OK ? 0 : 1);
            }
        }
        (void)close(gate[0]);
        (void)close(gate[1]);
        for (unsigned i = 0; i < MAKERS; i++) {
            int status = -1;
            assert_int_equal(waitpid(makers[i], &status, 0), makers[i]);
            assert_true(WIFEXITED(status));
            made += WEXITSTATUS(status) == 0;
        }
        assert_int_equal(made, 1);
        assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_OK);
        assert_value(c, PAY, "NAME", "v");
        remove_all(c->vault);
    }
}

// Opening -----------------------------------------------------------------------------------------

static void assert_not_opened(struct vault_case *c, const char *path, enum pc_status status,
                              enum pc_diag_code code)
{
    struct pc_vault *vault = NULL;
    assert_int_equal(pc_vault_open(path, c->root, &c->diags, &vault), status);
    assert_null(vault);
    assert_int_equal(vault_case_code(c), code);
}

static enum pc_status do_nothing(void *context, struct pc_change *change)
{
    (void)context;
    (void)change;
    return PC_OK;
}

static void what_is_no_vault_is_not_opened_and_not_made_one(void **state)
{
    struct vault_case *c = *state;
    char path[160];
    struct pc_vault_label label;
    assert_not_opened(c, c->spare, PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING);
    assert_int_equal(mkdir(c->spare, 0700), 0);
    assert_not_opened(c, c->spare, PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING);
    assert_int_equal(pc_vault_read_label(c->spare, &c->diags, &label), PC_ERR_NOTFOUND);
    const struct pc_change_note note = {.event = PC_STR("test")};
    assert_int_equal(pc_vault_change(&(const struct pc_vault_place){c->spare, c->root}, &note,
                                     &c->diags, do_nothing, NULL),
                     PC_ERR_NOTFOUND);
    assert_int_equal(entries_of(c->spare), 0);
    (void)snprintf(path, sizeof(path), "%s/store/data.mdb", c->vault);
    assert_not_opened(c, path, PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING);
}

static void a_folder_that_others_may_write_to_is_refused(void **state)
{
    struct vault_case *c = *state;
    static const mode_t modes[] = {0720, 0702, 0777};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(chmod(c->vault, modes[i]), 0);
        assert_not_opened(c, c->vault, PC_ERR_INVALID, PC_DIAG_VAULT_IO);
        assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_ERR_INVALID);
    }
    assert_int_equal(chmod(c->vault, 0755), 0); // what is in it, nobody else reads
    assert_int_equal(vault_case_put(c, PAY, "", "NAME", "v"), PC_OK);
    if (geteuid() == 0) {
        assert_int_equal(chown(c->vault, 65534, (gid_t)-1), 0);
        assert_not_opened(c, c->vault, PC_ERR_INVALID, PC_DIAG_VAULT_IO);
        assert_int_equal(chown(c->vault, 0, (gid_t)-1), 0);
    }
    assert_value(c, PAY, "NAME", "v");
}

static void a_store_of_policies_is_no_vault(void **state)
{
    struct vault_case *c = *state;
    remove_all(c->store);
    assert_not_opened(c, c->vault, PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING);
    assert_int_equal(mkdir(c->store, 0700), 0);
    assert_not_opened(c, c->vault, PC_ERR_NOTFOUND, PC_DIAG_VAULT_MISSING);
}

// Reading -----------------------------------------------------------------------------------------

static void a_name_that_is_given_twice_is_opened_once(void **state)
{
    struct vault_case *c = *state;
    static char value[3001];
    static const struct pc_str names[] = {PC_STR_INIT("LONG"), PC_STR_INIT("SHORT"),
                                          PC_STR_INIT("LONG"), PC_STR_INIT("LONG"),
                                          PC_STR_INIT("SHORT")};
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    memset(value, 'v', sizeof(value) - 1);
    assert_int_equal(vault_case_put(c, PAY, "", "LONG", value), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "SHORT", "s"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &environment), PC_OK);
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){names, 5},
                                     &c->diags, c->opened),
                     PC_OK);
    assert_int_equal(pc_opened_count(c->opened), 2);
    assert_view(pc_opened_name(c->opened, 0), "LONG");
    assert_int_equal(pc_opened_value(c->opened, 0).len, 3000);
    assert_string_equal(pc_opened_assignment(c->opened, 1), "SHORT=s");
    pc_vault_close(vault);
}

static void what_failed_leaves_nothing_open(void **state)
{
    struct vault_case *c = *state;
    static const struct pc_str names[] = {PC_STR_INIT("FIRST"), PC_STR_INIT("NONE")};
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "hunter2"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &environment), PC_OK);
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){NULL, 0},
                                     &c->diags, c->opened),
                     PC_OK);
    const char *text = pc_opened_assignment(c->opened, 0);
    assert_string_equal(text, "FIRST=hunter2");
    assert_int_equal(pc_vault_unseal(vault, &environment, &(const struct pc_names){names, 2},
                                     &c->diags, c->opened),
                     PC_ERR_NOTFOUND);
    assert_int_equal(vault_case_code(c), PC_DIAG_SECRET_UNKNOWN);
    assert_int_equal(pc_opened_count(c->opened), 0);
    assert_memory_equal(text, "\0\0\0\0\0\0\0\0\0\0\0\0\0", 13); // wiped
    assert_null(pc_opened_assignment(c->opened, 0));
    assert_int_equal(pc_opened_value(c->opened, 0).len, 0);
    assert_int_equal(pc_opened_name(c->opened, 0).len, 0);
    pc_vault_close(vault);
}

// Only what was verified last is opened, by the vault that verified it.
static void an_environment_of_before_is_not_opened(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_vault_environment pay, mail, none;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "pay"), PC_OK);
    assert_int_equal(vault_case_put(c, MAIL, "", "FIRST", "mail"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &pay), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(ODD), &c->diags, &none), PC_ERR_NOTFOUND);
    assert_int_equal(
        pc_vault_unseal(vault, &pay, &(const struct pc_names){NULL, 0}, &c->diags, c->opened),
        PC_ERR_USAGE);
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &pay), PC_OK);
    assert_int_equal(pc_vault_environment(vault, PC_STR(MAIL), &c->diags, &mail), PC_OK);
    assert_int_equal(
        pc_vault_unseal(vault, &mail, &(const struct pc_names){NULL, 0}, &c->diags, c->opened),
        PC_OK);
    assert_string_equal(pc_opened_assignment(c->opened, 0), "FIRST=mail");
    pc_vault_close(vault);
}

static void the_generation_rises_with_each_change(void **state)
{
    struct vault_case *c = *state;
    for (uint64_t i = 1; i < 5; i++) {
        struct pc_vault *vault;
        struct pc_audit_position position;
        assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
        assert_true(pc_vault_generation(vault) == i);
        assert_int_equal(pc_audit_where(pc_vault_audit(vault), &c->diags, &position), PC_OK);
        assert_true(position.generation == i && position.seq == i);
        pc_vault_close(vault);
        assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "v"), PC_OK);
    }
}

// A vault whose log is damaged can be looked at without it.
static void a_vault_opens_without_its_log(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_vault_environment environment;
    char path[160];
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "v"), PC_OK);
    (void)snprintf(path, sizeof(path), "%s/%s", c->vault, PC_AUDIT_LOG);
    assert_int_equal(truncate(path, 10), 0);
    assert_not_opened(c, c->vault, PC_ERR_DAMAGED, PC_DIAG_AUDIT_DAMAGED);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "w"), PC_ERR_DAMAGED);
    assert_int_equal(pc_vault_open_without_log(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_null(pc_vault_audit(vault));
    assert_int_equal(pc_vault_environment(vault, PC_STR(PAY), &c->diags, &environment), PC_OK);
    const struct pc_audit_place place = pc_vault_audit_place(vault);
    struct pc_audit_verdict verdict;
    assert_int_equal(pc_audit_verify(&place, NULL, &c->diags, &verdict), PC_OK);
    assert_int_not_equal(verdict.fault, PC_AUDIT_SOUND);
    pc_vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_TEST(a_vault_is_for_its_owner_alone),
        EMPTY_TEST(a_vault_is_made_where_nothing_is),
        EMPTY_TEST(of_several_that_make_it_one_does),
        VAULT_TEST(what_is_no_vault_is_not_opened_and_not_made_one),
        VAULT_TEST(a_folder_that_others_may_write_to_is_refused),
        VAULT_TEST(a_store_of_policies_is_no_vault),
        VAULT_TEST(a_name_that_is_given_twice_is_opened_once),
        VAULT_TEST(what_failed_leaves_nothing_open),
        VAULT_TEST(an_environment_of_before_is_not_opened),
        VAULT_TEST(the_generation_rises_with_each_change),
        VAULT_TEST(a_vault_opens_without_its_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
