// SPDX-License-Identifier: Apache-2.0
//
// A function's variables sealed to a public key, for a runtime elsewhere: one line,
// "polcheck-sealed:1:" and the box in base64. The box is one of libsodium (crypto/box.h); in it is
// the JSON of environment_json.h. It says what was released, and to nobody but the key's holder;
// it does not say by whom, for anybody can seal to a public key.
#ifndef PC_CLI_SEALED_H
#define PC_CLI_SEALED_H

#include "box_keys.h"
#include "environment_json.h"

#define PC_SEALED_PREFIX "polcheck-sealed:1:"

enum {
    PC_SEALED_MAX = 128 << 10, // bytes of a line that is opened
};

// Appends the line. PC_ERR_INVALID: nothing can be sealed to this key; reported (BOX_KEY).
// PC_ERR_LIMIT (MEMORY_LOCK), PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_sealed_write(struct pc_cli *cli,
                                             const uint8_t public[PC_BOX_PUBLIC_BYTES],
                                             const struct pc_sealed_label *label,
                                             const struct pc_secret_values *values,
                                             struct pc_buf *out);

// What was in one. Zeroed it is empty.
struct pc_unsealed {
    struct pc_secret memory; // of the values
    struct pc_sealed_label label;
    struct pc_secret_values values;
};

// Opens a line. PC_ERR_DAMAGED: it does not open; reported (BOX). PC_ERR_LIMIT (MEMORY_LOCK),
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_sealed_open(struct pc_cli *cli, struct pc_str text,
                                            const struct pc_secret *key, struct pc_unsealed *out);
void pc_unsealed_release(struct pc_unsealed *unsealed); // wipes

#endif
