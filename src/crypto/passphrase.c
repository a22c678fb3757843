// SPDX-License-Identifier: Apache-2.0
//
// Argon2id by libsodium. The memory that it works in is as large as the costs say, which no process
// may lock; what is secret there lasts as long as the call.
#include "crypto/keyed.h"

#include "call.h"

#include <sodium.h>

_Static_assert(PC_SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES, "salt");

enum {
    PASSES_MAX = 64,
    PASSPHRASE_MAX = 4096, // bytes
};

static const uint64_t memory_min = UINT64_C(8) << 20;
static const uint64_t memory_max = UINT64_C(4) << 30;

struct pc_passphrase_cost pc_passphrase_cost_usual(void)
{
    struct pc_passphrase_cost cost = {crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
                                      crypto_pwhash_argon2id_MEMLIMIT_MODERATE};
    return cost;
}

bool pc_passphrase_cost_is_sane(const struct pc_passphrase_cost *cost)
{
    return cost->passes >= 1 && cost->passes <= PASSES_MAX && cost->memory >= memory_min &&
           cost->memory <= memory_max;
}

static enum pc_status derive(struct pc_str passphrase, const uint8_t salt[PC_SALT_BYTES],
                             const struct pc_passphrase_cost *cost, uint8_t out[PC_KEY_BYTES])
{
    if (!pc_passphrase_cost_is_sane(cost) || passphrase.len > PASSPHRASE_MAX) {
        return PC_ERR_LIMIT;
    }
    size_t memory = (size_t)cost->memory;
    const char *bytes = passphrase.len > 0 ? passphrase.ptr : "";
    return memory == cost->memory &&
                   crypto_pwhash_argon2id(out, PC_KEY_BYTES, bytes, passphrase.len, salt,
                                          cost->passes, memory,
                                          crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0
               ? PC_OK
               : PC_ERR_NOMEM;
}

enum pc_status pc_passphrase_key(struct pc_str passphrase, const uint8_t salt[PC_SALT_BYTES],
                                 const struct pc_passphrase_cost *cost, uint8_t out[PC_KEY_BYTES])
{
    enum pc_status status = derive(passphrase, salt, cost, out);
    if (status != PC_OK) {
        sodium_memzero(out, PC_KEY_BYTES);
    }
    return status;
}
