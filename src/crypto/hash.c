// SPDX-License-Identifier: Apache-2.0
//
// BLAKE2b by libsodium. Its functions fail on wrong lengths of key or digest and on a state that
// was finished before; the lengths here are constants.
#include "crypto/hash.h"

#include "call.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(crypto_generichash_blake2b_state) <= sizeof(struct pc_hasher),
               "the state of BLAKE2b has room");
_Static_assert(_Alignof(crypto_generichash_blake2b_state) <= _Alignof(struct pc_hasher),
               "the state of BLAKE2b is aligned");

// Keeps hashes of lists apart from hashes of bytes.
static const unsigned char list_personal[crypto_generichash_blake2b_PERSONALBYTES] =
    "polcheck list 1";

static crypto_generichash_blake2b_state *state_of(struct pc_hasher *hasher)
{
    void *state = hasher->state;
    return state;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum pc_status initialized = PC_ERR_INTERNAL; // written once

// sodium_init takes a lock each time, and where a process forks while another of its threads has
// that lock the child would wait for it for ever.
static void init_once(void)
{
    initialized = sodium_init() < 0 ? PC_ERR_INTERNAL : PC_OK;
}

enum pc_status pc_crypto_init(void)
{
    return pthread_once(&once, init_once) == 0 ? initialized : PC_ERR_INTERNAL;
}

struct pc_hash pc_hash_of(struct pc_str bytes)
{
    struct pc_hash hash;
    pc_certain(crypto_generichash_blake2b(hash.bytes, sizeof(hash.bytes), pc_octets(bytes),
                                          bytes.len, NULL, 0));
    return hash;
}

void pc_hasher_init_bytes(struct pc_hasher *hasher)
{
    pc_certain(crypto_generichash_blake2b_init(state_of(hasher), NULL, 0, PC_HASH_BYTES));
}

void pc_hasher_add_bytes(struct pc_hasher *hasher, struct pc_str piece)
{
    pc_certain(crypto_generichash_blake2b_update(state_of(hasher), pc_octets(piece), piece.len));
}

void pc_hasher_init(struct pc_hasher *hasher)
{
    pc_certain(crypto_generichash_blake2b_init_salt_personal(state_of(hasher), NULL, 0,
                                                             PC_HASH_BYTES, NULL, list_personal));
}

void pc_hasher_add(struct pc_hasher *hasher, struct pc_str part)
{
    // The length first, as 64 bits little-endian, so that the parts can be told apart.
    unsigned char length[8];
    for (size_t i = 0; i < sizeof(length); i++) {
        length[i] = (unsigned char)((uint64_t)part.len >> (8 * i));
    }
    pc_certain(crypto_generichash_blake2b_update(state_of(hasher), length, sizeof(length)));
    pc_certain(crypto_generichash_blake2b_update(state_of(hasher), pc_octets(part), part.len));
}

struct pc_hash pc_hasher_final(struct pc_hasher *hasher)
{
    struct pc_hash hash;
    pc_certain(crypto_generichash_blake2b_final(state_of(hasher), hash.bytes, sizeof(hash.bytes)));
    return hash;
}

bool pc_hash_eq(const struct pc_hash *a, const struct pc_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void pc_hash_write(struct pc_buf *out, const struct pc_hash *hash)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof(hash->bytes); i++) {
        pc_buf_byte(out, digits[hash->bytes[i] >> 4]);
        pc_buf_byte(out, digits[hash->bytes[i] & 0xf]);
    }
}
