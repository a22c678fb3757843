// SPDX-License-Identifier: Apache-2.0
//
// What follows from a root key. The key itself is not kept: these are all that a vault needs.
#ifndef PC_SECRETS_ROOT_KEY_H
#define PC_SECRETS_ROOT_KEY_H

#include "secrets/root.h"

enum {
    PC_FINGERPRINT_BYTES = 16,
    PC_ROOT_WRAP = 1, // numbers of pc_key_derive; fixed for ever
    PC_ROOT_HEAD = 2,
    PC_ROOT_FINGERPRINT = 3,
};

struct pc_root_key {                           // in guarded memory
    uint8_t wrap[PC_KEY_BYTES];                // wraps data keys and the audit log's key
    uint8_t head[PC_KEY_BYTES];                // authenticates the head of the vault
    uint8_t fingerprint[PC_FINGERPRINT_BYTES]; // tells which key it is, and nothing about it
};

// From the 32 bytes, which may lie anywhere and are not wiped. PC_ERR_LIMIT (MEMORY_LOCK),
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_root_key_make(const uint8_t bytes[PC_KEY_BYTES],
                                              struct pc_diags *diags, struct pc_root_key **out);

// Guarded memory, or what is wrong, reported.
PC_MUST_CHECK enum pc_status pc_secrets_memory(size_t size, struct pc_diags *diags, void **out);

#endif
