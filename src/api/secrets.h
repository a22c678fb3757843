// SPDX-License-Identifier: Apache-2.0
//
// The handles of secrets: a vault with its root key, and what was released.
#ifndef PC_API_SECRETS_H
#define PC_API_SECRETS_H

#include <pthread.h>

#include "base/buf.h"
#include "polcheck/polcheck.h"
#include "secrets/vault.h"

struct polcheck_secrets {
    unsigned forks;        // pc_forks when it was made
    pthread_mutex_t mutex; // one release at a time
    struct pc_root_key *root;
    struct pc_vault *vault; // under the mutex
};

struct polcheck_environment {
    unsigned forks;
    struct pc_opened *opened;
    struct pc_buf texts; // names that are declared, one after the other
    struct pc_str *declared;
    size_t declared_count, declared_capacity;
};

// Keeps the names for polcheck_environment_declared. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_environment_declare(struct polcheck_environment *environment,
                                                    const struct pc_str *names, size_t count);

// Empties it, and forgets what is declared.
void pc_environment_clear(struct polcheck_environment *environment);

#endif
