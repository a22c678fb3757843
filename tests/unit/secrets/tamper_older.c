// SPDX-License-Identifier: Apache-2.0
//
// Older records, those of other vaults, and older audit logs (tamper_case.h).
#include "tamper_case.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

// Older records -----------------------------------------------------------------------------------

static bool is_same(const struct vault_records *a, const struct vault_records *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->of[i].table == b->of[i].table && pc_str_eq(a->of[i].key, b->of[i].key) &&
               pc_str_eq(a->of[i].value, b->of[i].value);
    }
    return same;
}

// A record that differs between two states; "there" says in which it is.
struct difference {
    struct vault_record old, new;
    bool in_old, in_new;
};

static size_t differences(struct vault_records *old, struct vault_records *new,
                          struct difference *out)
{
    size_t count = 0;
    for (size_t i = 0; i < old->count; i++) {
        const struct vault_record *a = &old->of[i];
        const struct vault_record *b = vault_case_find(new, a->table, a->key);
        if (b == NULL || !pc_str_eq(a->value, b->value)) {
            out[count] = (struct difference){.old = *a, .in_old = true, .in_new = b != NULL};
            out[count].new = b != NULL ? *b : *a;
            count++;
        }
    }
    for (size_t i = 0; i < new->count; i++) {
        const struct vault_record *b = &new->of[i];
        if (vault_case_find(old, b->table, b->key) == NULL) {
            out[count++] = (struct difference){.new = *b, .old = *b, .in_new = true};
        }
    }
    return count;
}

// Puts back the old one of each record whose bit is set.
static void mix(const struct vault_records *new, const struct difference *changed, size_t count,
                unsigned bits, struct vault_records *out)
{
    *out = *new;
    for (size_t i = 0; i < count; i++) {
        struct vault_record *there = vault_case_find(out, changed[i].old.table, changed[i].old.key);
        if ((bits >> i & 1) == 0) {
            continue;
        }
        if (!changed[i].in_old) {
            assert_non_null(there);
            *there = out->of[--out->count];
        } else if (there != NULL) {
            there->value = changed[i].old.value;
        } else {
            out->of[out->count++] = changed[i].old;
        }
    }
}

// After the change every choice of records is put back that it altered. All of them together make
// a whole older vault, which the audit log tells.
static void assert_not_put_back(struct vault_case *c, struct vault_records *old,
                                const struct truth *truth)
{
    struct vault_records new, mixed;
    struct difference changed[24];
    vault_case_read(c, c->store, &new);
    assert_false(is_same(old, &new));
    size_t count = differences(old, &new, changed);
    assert_in_range(count, 2, 8);
    assert_whole(c, truth);
    for (unsigned bits = 1; bits < 1U << count; bits++) {
        mix(&new, changed, count, bits, &mixed);
        vault_case_write(c, c->store, &mixed);
        assert_noticed(c, truth);
    }
    mix(&new, changed, count, (1U << count) - 1, &mixed);
    vault_case_write(c, c->store, &mixed);
    if (truth->root == c->root) {
        assert_int_equal(code_of_opening(c), PC_DIAG_VAULT_ROLLED_BACK);
    }
    // Nor is it changed then, and so made the newest.
    assert_int_equal(vault_case_put(c, PAY, "", "THIRD", "value"), PC_ERR_DAMAGED);
    (void)vault_case_code(c);
    vault_case_write(c, c->store, &new);
    assert_whole(c, truth);
}

static void an_older_value_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-new"), PC_OK);
    truth.secrets[0].value = "value-new";
    assert_not_put_back(c, &old, &truth);
}

static void a_removed_variable_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_remove_variable(c, PAY, "SECOND"), PC_OK);
    truth.secrets[1] = truth.secrets[3];
    truth.count = 3;
    assert_not_put_back(c, &old, &truth);
}

static void a_removed_environment_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_remove_variable(c, MAIL, NULL), PC_OK);
    truth.secrets[2] = truth.secrets[3];
    truth.count = 3;
    assert_not_put_back(c, &old, &truth);
}

static void a_disabled_key_cannot_be_enabled_by_an_old_record(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_ENABLED, 0), PC_OK);
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_DISABLED, 0), PC_OK);
    assert_not_put_back(c, &old, &truth);
}

static void a_deleted_key_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    assert_int_equal(vault_case_remove_variable(c, OLD, NULL), PC_OK);
    assert_int_equal(vault_case_key_state(c, KEY_TWO, PC_KEY_PENDING_DELETION, 1), PC_OK);
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-one"), PC_OK);
    truth.count = 3;
    truth.keys = 2;
    assert_not_put_back(c, &old, &truth);
}

static void an_old_version_of_a_key_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records old;
    size_t count;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_rotate(c, KEY_ONE, &count), PC_OK);
    assert_int_equal(count, 1);
    assert_not_put_back(c, &old, &truth);
}

static void what_the_old_root_key_wrapped_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_rekey(c, c->other_root, NULL), PC_OK);
    truth.root = c->other_root;
    struct pc_root_key *root = c->root;
    c->root = c->other_root;
    struct vault_records new, mixed;
    struct difference changed[24];
    vault_case_read(c, c->store, &new);
    size_t count = differences(&old, &new, changed);
    assert_int_equal(count, 1 + 3 + 1);
    assert_whole(c, &truth);
    for (unsigned bits = 1; bits < 1U << count; bits++) {
        mix(&new, changed, count, bits, &mixed);
        vault_case_write(c, c->store, &mixed);
        assert_noticed(c, &truth);
    }
    c->root = root;
    // The whole older vault opens with the older root key only, and its audit log tells its age.
    vault_case_write(c, c->store, &old);
    assert_int_equal(code_of_opening(c), PC_DIAG_VAULT_ROLLED_BACK);
}

// Other vaults ------------------------------------------------------------------------------------

static void records_of_another_vault_are_none_of_this_one(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records own, others;
    char store[128];
    furnish_spare(c);
    (void)snprintf(store, sizeof(store), "%s/store", c->spare);
    vault_case_read(c, c->store, &own);
    vault_case_read(c, store, &others);
    struct difference changed[24];
    size_t count = differences(&others, &own, changed);
    assert_in_range(count, 8, 16);
    // One, two and all but one of them, and all.
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i; k < count; k++) {
            struct vault_records mixed;
            unsigned bits = 1U << i | 1U << k;
            mix(&own, changed, count, bits, &mixed);
            vault_case_write(c, c->store, &mixed);
            assert_noticed(c, &truth);
            mix(&own, changed, count, ((1U << count) - 1) & ~(i == k ? 0 : bits), &mixed);
            vault_case_write(c, c->store, &mixed);
            assert_noticed(c, &truth);
        }
    }
    // The whole store beside this audit log.
    vault_case_write(c, c->store, &others);
    assert_int_equal(code_of_opening(c), PC_DIAG_AUDIT_DAMAGED);
    assert_int_equal(vault_case_put(c, PAY, "", "THIRD", "value"), PC_ERR_DAMAGED);
}

static void the_files_of_another_vault_are_none_of_this_one(void **state)
{
    struct vault_case *c = *state;
    (void)furnish(c);
    furnish_spare(c);
    char from[128], to[128], aside[128];
    static const char *const names[] = {"store", PC_AUDIT_LOG, PC_AUDIT_HEAD};
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(from, sizeof(from), "%s/%s", c->spare, names[i]);
        (void)snprintf(to, sizeof(to), "%s/%s", c->vault, names[i]);
        (void)snprintf(aside, sizeof(aside), "%s/aside", c->base);
        assert_int_equal(rename(to, aside), 0);
        assert_int_equal(rename(from, to), 0);
        assert_int_equal(code_of_opening(c), PC_DIAG_AUDIT_DAMAGED);
        assert_int_equal(rename(to, from), 0);
        assert_int_equal(code_of_opening(c),
                         i == 0 ? PC_DIAG_VAULT_MISSING : PC_DIAG_AUDIT_DAMAGED);
        assert_int_equal(rename(aside, to), 0);
    }
    assert_value(c, PAY, "FIRST", "value-one");
}

// While it is open --------------------------------------------------------------------------------

// Only another process can write while it is open here.
static void write_elsewhere(struct vault_case *c, const struct vault_records *records)
{
    int status = 1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        vault_case_write(c, c->store, records);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

// With others in the place of the records while it is open, nothing is given out, as long as they
// are there.
static void assert_open_is_not_fooled(struct vault_case *c, const struct vault_records *others,
                                      enum pc_diag_code code, const struct truth *truth)
{
    struct vault_records own;
    struct pc_vault *vault;
    struct pc_str value;
    struct finding found = {0, 0};
    vault_case_read(c, c->store, &own);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    write_elsewhere(c, others);
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(pc_vault_renew(vault, &c->diags), PC_ERR_DAMAGED);
        assert_int_equal(vault_case_code(c), code);
        assert_int_not_equal(vault_case_look(c, vault, PAY, "FIRST", &value), PC_OK);
        assert_int_not_equal(vault_case_look(c, vault, PAY, "SECOND", &value), PC_OK);
    }
    write_elsewhere(c, &own);
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_OK);
    examine_open(c, vault, truth, &found);
    assert_int_equal(found.errors, 0);
    pc_vault_close(vault);
}

// Whoever has the vault open notices too, and goes on when it is set right.
static void a_vault_that_is_open_cannot_be_put_back(void **state)
{
    struct vault_case *c = *state;
    struct truth truth = furnish(c);
    struct vault_records old;
    vault_case_read(c, c->store, &old);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-new"), PC_OK);
    truth.secrets[0].value = "value-new";
    assert_open_is_not_fooled(c, &old, PC_DIAG_VAULT_ROLLED_BACK, &truth);
}

// Nor be made another one.
static void a_vault_that_is_open_cannot_become_another(void **state)
{
    struct vault_case *c = *state;
    const struct truth truth = furnish(c);
    struct vault_records others;
    char store[128];
    furnish_spare(c);
    (void)snprintf(store, sizeof(store), "%s/store", c->spare);
    vault_case_read(c, store, &others);
    assert_open_is_not_fooled(c, &others, PC_DIAG_VAULT_DAMAGED, &truth);
}

// The audit log -----------------------------------------------------------------------------------

static void an_older_audit_log_is_noticed_beside_a_newer_vault(void **state)
{
    struct vault_case *c = *state;
    (void)furnish(c);
    vault_case_copy(c->vault, c->spare);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-new"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-end"), PC_OK);
    char from[128], to[128];
    static const char *const names[] = {PC_AUDIT_LOG, PC_AUDIT_HEAD};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(from, sizeof(from), "%s/%s", c->spare, names[i]);
        (void)snprintf(to, sizeof(to), "%s/%s", c->vault, names[i]);
        assert_int_equal(rename(from, to), 0);
        if (i == 1) {
            assert_int_equal(code_of_opening(c), PC_DIAG_AUDIT_DAMAGED);
        }
    }
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-odd"), PC_ERR_DAMAGED);
    assert_int_equal(vault_case_code(c), PC_DIAG_AUDIT_DAMAGED);
}

// Vault and log from one older copy: told by nothing in them, but by a note of where the log stood.
static void an_older_copy_of_everything_is_told_by_a_note(void **state)
{
    struct vault_case *c = *state;
    (void)furnish(c);
    vault_case_copy(c->vault, c->spare);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value-new"), PC_OK);
    struct pc_vault *vault;
    struct pc_audit_position note;
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    assert_int_equal(pc_audit_where(pc_vault_audit(vault), &c->diags, &note), PC_OK);
    pc_vault_close(vault);
    vault_case_copy(c->spare, c->vault);
    assert_value(c, PAY, "FIRST", "value-one");
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    const struct pc_audit_place place = pc_vault_audit_place(vault);
    const struct pc_audit_verify_options options = {.expected = &note, .expected_count = 1};
    struct pc_audit_verdict verdict;
    assert_int_equal(pc_audit_verify(&place, &options, &c->diags, &verdict), PC_OK);
    assert_int_equal(verdict.fault, PC_AUDIT_SHORTENED);
    pc_vault_close(vault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(an_older_value_cannot_be_put_back),
        VAULT_TEST(a_removed_variable_cannot_be_put_back),
        VAULT_TEST(a_removed_environment_cannot_be_put_back),
        VAULT_TEST(a_disabled_key_cannot_be_enabled_by_an_old_record),
        VAULT_TEST(a_deleted_key_cannot_be_put_back),
        VAULT_TEST(an_old_version_of_a_key_cannot_be_put_back),
        VAULT_TEST(what_the_old_root_key_wrapped_cannot_be_put_back),
        VAULT_TEST(records_of_another_vault_are_none_of_this_one),
        VAULT_TEST(the_files_of_another_vault_are_none_of_this_one),
        VAULT_TEST(a_vault_that_is_open_cannot_be_put_back),
        VAULT_TEST(a_vault_that_is_open_cannot_become_another),
        VAULT_TEST(an_older_audit_log_is_noticed_beside_a_newer_vault),
        VAULT_TEST(an_older_copy_of_everything_is_told_by_a_note),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
