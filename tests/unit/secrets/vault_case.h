// SPDX-License-Identifier: Apache-2.0
//
// A vault in a folder of its own, and short ways to change it, to look into it and to write to its
// store behind its back.
#ifndef PC_TESTS_SECRETS_VAULT_CASE_H
#define PC_TESTS_SECRETS_VAULT_CASE_H

#include "removal.h"
#include "testing.h"

#include "head.h"
#include "secrets/vault.h"
#include "store/store.h"

#define ACCOUNT "111122223333"
#define PAY     "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:pay"
#define MAIL    "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:mail"
#define ODD     "arn:aws:lambda:us-east-1:" ACCOUNT ":function:odd"
#define KEY_ONE "arn:aws:kms:eu-west-1:" ACCOUNT ":key/one"
#define KEY_TWO "arn:aws:kms:eu-west-1:" ACCOUNT ":key/two"
#define KEY_US  "arn:aws:kms:us-east-1:" ACCOUNT ":key/one"

struct vault_case {
    char base[64];   // a fresh folder
    char vault[96];  // a vault in it, unless the set-up says otherwise
    char spare[96];  // room for another one
    char store[112]; // of the vault
    struct pc_root_key *root, *other_root;
    struct pc_arena arena; // as long as the test
    struct pc_arena told;  // what is reported
    struct pc_diags diags;
    struct pc_opened *opened;
};

// Set-up and teardown: with a vault, and without.
int vault_case_open(void **state);
int vault_case_empty(void **state);
int vault_case_close(void **state);

#define VAULT_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, vault_case_open, vault_case_close)

// A root key whose bytes are first, first + 1 ...
struct pc_root_key *vault_case_root(uint8_t first);

// Copies a folder's files.
void vault_case_copy(const char *from, const char *to);

// The code reported last; forgets all.
enum pc_diag_code vault_case_code(struct vault_case *c);

// Changes of the vault, each a transaction. -------------------------------------------------------

enum pc_status vault_case_change(struct vault_case *c,
                                 enum pc_status (*work)(void *context, struct pc_change *change),
                                 void *context);
enum pc_status vault_case_put(struct vault_case *c, const char *function, const char *key,
                              const char *name, const char *value);
enum pc_status vault_case_remove_variable(struct vault_case *c, const char *function,
                                          const char *name);
enum pc_status vault_case_create_key(struct vault_case *c, const char *arn, const char *alias);
enum pc_status vault_case_key_state(struct vault_case *c, const char *key, enum pc_key_state state,
                                    int64_t deletion);
enum pc_status vault_case_rotate(struct vault_case *c, const char *key, size_t *environments);
enum pc_status vault_case_rekey(struct vault_case *c, const struct pc_root_key *root,
                                const struct pc_passphrase_terms *terms);

// Looking into it ---------------------------------------------------------------------------------

// The value of a variable by the open vault, which lives in the case's guarded memory until the
// next look. A failure's status, and "".
enum pc_status vault_case_look(struct vault_case *c, struct pc_vault *vault, const char *function,
                               const char *name, struct pc_str *value);

// The same by a vault that is opened for it.
enum pc_status vault_case_value(struct vault_case *c, const char *function, const char *name,
                                struct pc_str *value);

#define assert_value(c, function, name, literal)                                                   \
    do {                                                                                           \
        struct pc_str pc_value;                                                                    \
        assert_int_equal(vault_case_value(c, function, name, &pc_value), PC_OK);                   \
        assert_view(pc_value, literal);                                                            \
    } while (0)

#define assert_no_value(c, function, name, status)                                                 \
    do {                                                                                           \
        struct pc_str pc_value;                                                                    \
        assert_int_equal(vault_case_value(c, function, name, &pc_value), status);                  \
    } while (0)

// Behind its back ---------------------------------------------------------------------------------

// All records of a vault's store, in the case's arena.
struct vault_record {
    enum pc_store_table table;
    struct pc_str key, value;
};
struct vault_records {
    struct vault_record of[64];
    size_t count;
};

void vault_case_read(struct vault_case *c, const char *store, struct vault_records *out);
// Makes these the store's records, all checks of the store sound.
void vault_case_write(struct vault_case *c, const char *store, const struct vault_records *records);
struct vault_record *vault_case_find(struct vault_records *records, enum pc_store_table table,
                                     struct pc_str key);
// Copied to the arena, so that it can be altered.
struct pc_str vault_case_copied(struct vault_case *c, struct pc_str bytes);

#endif
