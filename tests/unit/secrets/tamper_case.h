// SPDX-License-Identifier: Apache-2.0
//
// An attacker who may write to a vault's folder as he likes and knows everything but the root key.
// What he writes has sound checks of the store, so that nothing but the binding of the records
// stands in his way. Whatever he does, a value that the vault gives out is the one that was put
// last, a key is in the state that it was put in last, and what was altered ends in an error.
#ifndef PC_TESTS_SECRETS_TAMPER_CASE_H
#define PC_TESTS_SECRETS_TAMPER_CASE_H

#include "vault_case.h"

#define OLD "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:old"

struct secret {
    const char *function, *name, *value; // NULL value: its key is disabled, it is given to nobody
};

struct truth {
    struct secret secrets[8];
    size_t count;
    size_t keys;           // how many, the service's own included
    enum pc_key_state two; // of KEY_TWO
    const struct pc_root_key *root;
    bool may_miss; // something, without a complaint
};

// Two variables of the same length under the service's key, one function under a customer key, one
// under a key that is disabled.
struct truth furnish(struct vault_case *c);

// Makes a vault in the spare room, of the same root key, keys and functions, with other values.
void furnish_spare(struct vault_case *c);

// What was found out: how much of it was told as it is, and how much ended in an error. Anything
// else ends the test.
struct finding {
    unsigned right, errors;
};

// Looks at everything that there is.
struct finding examine(struct vault_case *c, const struct truth *truth);

// The same by a vault that is open.
void examine_open(struct vault_case *c, struct pc_vault *vault, const struct truth *truth,
                  struct finding *out);

void assert_whole(struct vault_case *c, const struct truth *truth);
void assert_noticed(struct vault_case *c, const struct truth *truth);

// Opening fails; the code of why.
enum pc_diag_code code_of_opening(struct vault_case *c);

#endif
