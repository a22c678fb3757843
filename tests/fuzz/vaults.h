// SPDX-License-Identifier: Apache-2.0
//
// Real vaults to take records from: one as it was before some changes and as it is now, and another
// one of the same root key. What is in them is known, and has SECRET in each value.
#ifndef POLCHECK_FUZZ_VAULTS_H
#define POLCHECK_FUZZ_VAULTS_H

#include "head.h"
#include "secrets/vault.h"
#include "store/store.h"

#define ACCOUNT "111122223333"
#define PAY     "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:pay"
#define MAIL    "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:mail"
#define OLD     "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:old"
#define KEY_ONE "arn:aws:kms:eu-west-1:" ACCOUNT ":key/one"
#define KEY_TWO "arn:aws:kms:eu-west-1:" ACCOUNT ":key/two"
#define SECRET  "hush-"

enum {
    VAULT_BEFORE, // the vault, earlier: KEY_TWO enabled, KEY_ONE not rotated, other values
    VAULT_NOW,    // KEY_TWO is disabled, so that OLD is opened for nobody
    VAULT_OTHER,
    VAULTS,
    VAULT_RECORDS = 32,
    VAULT_KEYS = 3, // that each has, the service's own among them
    VAULT_FUNCTIONS = 3,
};

struct vault_record {
    enum pc_store_table table;
    struct pc_str key, value;
};

struct vault_records {
    struct vault_record of[VAULT_RECORDS];
    size_t count;
};

struct vault_secret {
    const char *function, *name;
    const char *values[VAULTS];
};

enum {
    VAULT_SECRETS = 4,
};

struct vaults {
    const struct pc_root_key *root;
    const struct vault_secret *secrets; // VAULT_SECRETS of them
    struct vault_records records[VAULTS];
    struct pc_head heads[VAULTS];
    struct pc_arena arena;
};

// Makes them at the first call; they live until the process ends.
const struct vaults *vaults(void);

#endif
