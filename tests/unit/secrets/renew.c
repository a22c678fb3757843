// SPDX-License-Identifier: Apache-2.0
//
// A vault that others change while it is opened or renewed, at the worst of moments: between the
// look at the audit log and that at the store.
#include "vault_case.h"

#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct vault_case *meanwhile; // others change this one at the next look at its log

// In another process, whose root key is its own: guarded memory is not inherited.
static void change_elsewhere(struct vault_case *c, unsigned times)
{
    int status = 1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bool good = true;
        c->root = vault_case_root(1);
        for (unsigned i = 0; i < times; i++) {
            char value[24];
            (void)snprintf(value, sizeof(value), "value-%u", i);
            good = good && vault_case_put(c, PAY, "", "FIRST", value) == PC_OK;
        }
        _exit(good ? 0 : 2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
enum pc_status __real_pc_audit_where(struct pc_audit *audit, struct pc_diags *diags,
                                     struct pc_audit_position *out);
enum pc_status __wrap_pc_audit_where(struct pc_audit *audit, struct pc_diags *diags,
                                     struct pc_audit_position *out);

enum pc_status __wrap_pc_audit_where(struct pc_audit *audit, struct pc_diags *diags,
                                     struct pc_audit_position *out)
{
    struct vault_case *c = meanwhile;
    PC_TRY(__real_pc_audit_where(audit, diags, out));
    meanwhile = NULL;
    if (c != NULL) {
        change_elsewhere(c, 3);
    }
    return PC_OK;
}
// NOLINTEND(bugprone-reserved-identifier)

static void changes_while_it_is_opened_are_no_damage(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_str value;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "before"), PC_OK);
    meanwhile = c;
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_null(meanwhile);
    assert_int_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
    assert_view(value, "value-2");
    pc_vault_close(vault);
}

static void changes_while_it_is_renewed_are_no_damage(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_str value;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "before"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    change_elsewhere(c, 1);
    assert_int_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
    assert_view(value, "before"); // until it is renewed
    meanwhile = c;
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_OK);
    assert_null(meanwhile);
    assert_int_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
    assert_view(value, "value-2");
    pc_vault_close(vault);
}

static void wait_for_a_look(void)
{
    const struct timespec time = {.tv_nsec = (PC_LOOK_MS + 20) * 1000000L};
    (void)nanosleep(&time, NULL);
}

// Whoever goes on with what was taken away never hears of a key that is disabled in what lies in
// its place. Nothing is given out any more, and what is there is opened anew.
static void assert_replaced(struct vault_case *c, const char *what)
{
    struct pc_vault *vault;
    struct pc_str value;
    char aside[128];
    (void)snprintf(aside, sizeof(aside), "%s/aside", c->base);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(rename(what, aside), 0);
    wait_for_a_look();
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_ERR_NOTFOUND);
    assert_int_equal(vault_case_code(c), PC_DIAG_VAULT_MISSING);
    vault_case_copy(aside, what);
    change_elsewhere(c, 1);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pc_vault_renew(vault, &c->diags), PC_ERR_IO);
        assert_int_equal(vault_case_code(c), PC_DIAG_VAULT_IO);
        assert_int_not_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
        (void)vault_case_code(c);
    }
    assert_value(c, PAY, "FIRST", "value-0");
    remove_all(what);
    assert_int_equal(rename(aside, what), 0);
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_OK);
    pc_vault_close(vault);
}

static void another_folder_in_its_place_is_noticed(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "before"), PC_OK);
    assert_replaced(c, c->vault);
    assert_value(c, PAY, "FIRST", "before");
}

// The audit log stays, and tells that the store is not the newest any more.
static void another_store_in_its_place_is_noticed(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_str value;
    char aside[128];
    (void)snprintf(aside, sizeof(aside), "%s/aside", c->base);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "before"), PC_OK);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(rename(c->store, aside), 0);
    vault_case_copy(aside, c->store);
    change_elsewhere(c, 1);
    wait_for_a_look();
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_ERR_IO);
    assert_int_equal(vault_case_code(c), PC_DIAG_VAULT_IO);
    assert_int_not_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
    pc_vault_close(vault);
    assert_value(c, PAY, "FIRST", "value-0");
}

static void a_process_may_go_elsewhere(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_str value;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "before"), PC_OK);
    assert_int_equal(chdir(c->base), 0);
    assert_int_equal(pc_vault_open("vault", c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(chdir("/"), 0);
    change_elsewhere(c, 1);
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_OK);
    assert_int_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
    assert_view(value, "value-0");
    pc_vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(changes_while_it_is_opened_are_no_damage),
        VAULT_TEST(changes_while_it_is_renewed_are_no_damage),
        VAULT_TEST(another_folder_in_its_place_is_noticed),
        VAULT_TEST(another_store_in_its_place_is_noticed),
        VAULT_TEST(a_process_may_go_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
