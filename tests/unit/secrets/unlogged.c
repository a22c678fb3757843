// SPDX-License-Identifier: Apache-2.0
//
// Between the commit of a change and its entry in the audit log: a kill there is told by whoever
// comes next, nobody can look in, and a transaction that comes to nothing holds nobody up.
#define _GNU_SOURCE // flock, memmem
#include "vault_case.h"

#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static enum {
    AS_EVER = 0,
    DIES,   // when its entry is due
    FAILS,  // to write it
    DAWDLES // in front of it, and says so
} append;
static int say; // where to

static struct {
    unsigned failing;  // commits that fail for the map is full
    const char *vault; // whose log has to be free when a transaction begins then
    unsigned begun;    // and was
} full;

static bool is_free(const char *vault)
{
    char path[160];
    (void)snprintf(path, sizeof(path), "%s/%s", vault, PC_AUDIT_HEAD);
    int head = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(head >= 0);
    bool taken = flock(head, LOCK_EX | LOCK_NB) == 0;
    assert_int_equal(close(head), 0);
    return taken;
}

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
enum pc_status __real_pc_audit_append(struct pc_audit *audit, const struct pc_audit_entry *entry,
                                      struct pc_diags *diags);
enum pc_status __wrap_pc_audit_append(struct pc_audit *audit, const struct pc_audit_entry *entry,
                                      struct pc_diags *diags);
int __real_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn);
int __wrap_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn);
int __real_mdb_txn_commit(MDB_txn *txn);
int __wrap_mdb_txn_commit(MDB_txn *txn);

enum pc_status __wrap_pc_audit_append(struct pc_audit *audit, const struct pc_audit_entry *entry,
                                      struct pc_diags *diags)
{
    const struct timespec time = {.tv_nsec = 200 * 1000000L};
    if (append == DIES) {
        _exit(0);
    }
    if (append == FAILS) {
        return PC_ERR_IO;
    }
    if (append == DAWDLES) {
        assert_int_equal(write(say, "", 1), 1);
        (void)nanosleep(&time, NULL);
    }
    return __real_pc_audit_append(audit, entry, diags);
}

int __wrap_mdb_txn_begin(MDB_env *env, MDB_txn *parent, unsigned flags, MDB_txn **txn)
{
    if (full.vault != NULL && (flags & MDB_RDONLY) == 0) {
        assert_true(is_free(full.vault));
        full.begun++;
    }
    return __real_mdb_txn_begin(env, parent, flags, txn);
}

int __wrap_mdb_txn_commit(MDB_txn *txn)
{
    if (full.failing == 0) {
        return __real_mdb_txn_commit(txn);
    }
    full.failing--;
    mdb_txn_abort(txn);
    return MDB_MAP_FULL;
}
// NOLINTEND(bugprone-reserved-identifier)

// What the vault's log tells, without times and macs
// -------------------------------------------------

static void tell(void *context, struct pc_str line)
{
    struct pc_buf *told = context;
    static const struct pc_str parts[] = {PC_STR_INIT("\"event\":\""),
                                          PC_STR_INIT("\"message\":\"")};
    for (size_t i = 0; i < 2; i++) {
        const char *found = memmem(line.ptr, line.len, parts[i].ptr, parts[i].len);
        if (found != NULL) {
            size_t from = (size_t)(found - line.ptr) + parts[i].len;
            pc_buf_text(told, i == 0 ? "" : ": ");
            pc_buf_str(told, pc_str_slice(line, from, pc_str_find(line, '"', from)));
        }
    }
    pc_buf_byte(told, '\n');
}

static void assert_log(struct vault_case *c, const char *expected)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf told = {0};
    struct pc_vault *vault;
    struct pc_audit_verdict verdict;
    const struct pc_audit_verify_options how = {.visit = tell, .context = &told};
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    const struct pc_audit_place place = pc_vault_audit_place(vault);
    assert_int_equal(pc_audit_verify(&place, &how, &c->diags, &verdict), PC_OK);
    assert_int_equal(verdict.fault, PC_AUDIT_SOUND);
    if (!pc_str_eq(pc_buf_view(&told), pc_str_from(expected))) {
        fail_msg("%.*s", PC_STR_ARG(pc_buf_view(&told)));
    }
    pc_vault_close(vault);
}

// The root key of another process is its own: guarded memory is not inherited.
static void die_before_the_entry(struct vault_case *c)
{
    int status = 1;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        c->root = vault_case_root(1);
        append = DIES;
        (void)vault_case_put(c, PAY, "", "FIRST", "of the dead");
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void the_next_change_tells_of_those_that_died(void **state)
{
    struct vault_case *c = *state;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    die_before_the_entry(c);
    assert_value(c, PAY, "FIRST", "of the dead");
    assert_log(c, "init\ntest\n"); // who only looks leaves it
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    assert_log(c, "init\ntest\nunlogged: change 3 has no entry\ntest\n");
    die_before_the_entry(c);
    die_before_the_entry(c);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    assert_log(c, "init\ntest\nunlogged: change 3 has no entry\ntest\n"
                  "unlogged: changes 5 to 6 have no entry\ntest\ntest\n");
}

static bool tells(struct pc_str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void one_that_could_not_write_its_entry_is_told_too(void **state)
{
    struct vault_case *c = *state;
    append = FAILS;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_ERR_IO);
    append = AS_EVER;
    assert_non_null(c->diags.last); // whoever made it hears that it was made
    assert_true(tells(c->diags.last->message, "was made all the same"));
    assert_value(c, PAY, "FIRST", "value");
    assert_true(is_free(c->vault));
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "other"), PC_OK);
    assert_log(c, "init\nunlogged: change 2 has no entry\ntest\n");
}

// While a change is on the disk and its entry is not yet, whoever comes waits.
static void nobody_looks_in_between(void **state)
{
    struct vault_case *c = *state;
    struct pc_vault *vault;
    struct pc_audit_position at;
    int ends[2], status = 1;
    char byte;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pc_vault_open(c->vault, c->root, &c->diags, &vault), PC_OK);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        c->root = vault_case_root(1);
        append = DAWDLES;
        say = ends[1];
        _exit(vault_case_put(c, PAY, "", "FIRST", "value") == PC_OK ? 0 : 1);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    assert_false(is_free(c->vault));
    assert_int_equal(pc_vault_renew(vault, &c->diags), PC_OK);
    assert_int_equal(pc_vault_generation(vault), 2);
    assert_int_equal(pc_audit_where(pc_vault_audit(vault), &c->diags, &at), PC_OK);
    assert_int_equal(at.generation, 2);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    pc_vault_close(vault);
    assert_log(c, "init\ntest\n");
    assert_int_equal(close(ends[0]) | close(ends[1]), 0);
}

// Else two could wait for each other for ever: one for the transaction, one for the log.
static void the_log_is_let_go_before_a_transaction_begins_anew(void **state)
{
    struct vault_case *c = *state;
    full.vault = c->vault;
    full.failing = 2;
    assert_int_equal(vault_case_put(c, PAY, "", "FIRST", "value"), PC_OK);
    assert_int_equal(full.begun, 3);
    full.vault = NULL;
    assert_true(is_free(c->vault));
    assert_value(c, PAY, "FIRST", "value");
    assert_log(c, "init\ntest\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VAULT_TEST(the_next_change_tells_of_those_that_died),
        VAULT_TEST(one_that_could_not_write_its_entry_is_told_too),
        VAULT_TEST(nobody_looks_in_between),
        VAULT_TEST(the_log_is_let_go_before_a_transaction_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
