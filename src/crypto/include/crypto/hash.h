// SPDX-License-Identifier: Apache-2.0
//
// Content hashes: unkeyed BLAKE2b with 256 bits, which nobody can make collide. For hash tables
// where an attacker gains nothing by collisions pc_str_hash is cheaper.
//
// Hashing needs no pc_crypto_init, but is faster after it.
#ifndef PC_CRYPTO_HASH_H
#define PC_CRYPTO_HASH_H

#include "base/buf.h"

enum {
    PC_HASH_BYTES = 32,
};

struct pc_hash {
    uint8_t bytes[PC_HASH_BYTES];
};

// The state of a hash over several parts. Copying it forks the hash. Holds no pointers.
struct pc_hasher {
    _Alignas(64) uint8_t state[384];
};

// Readies libsodium. Any thread, any number of times; a child, too, unless it was forked while
// another thread was in the first call. PC_ERR_INTERNAL: libsodium cannot work on this system (no
// source of random numbers).
PC_MUST_CHECK enum pc_status pc_crypto_init(void);

// Hash of the bytes as they are.
struct pc_hash pc_hash_of(struct pc_str bytes);

// The same of bytes that come in pieces, wherever they are cut: init, add, and pc_hasher_final.
void pc_hasher_init_bytes(struct pc_hasher *hasher);
void pc_hasher_add_bytes(struct pc_hasher *hasher, struct pc_str piece);

// Hash of a list of parts. Where a part ends counts: ("a", "bc"), ("ab", "c"), ("abc") and ("abc",
// "") all differ, and no list has the hash that pc_hash_of gives for any bytes. Call init, then add
// for each part, then final once; after final only init may follow.
void pc_hasher_init(struct pc_hasher *hasher);
void pc_hasher_add(struct pc_hasher *hasher, struct pc_str part);
struct pc_hash pc_hasher_final(struct pc_hasher *hasher);

bool pc_hash_eq(const struct pc_hash *a, const struct pc_hash *b);

// Appends 64 hexadecimal digits in lower case.
void pc_hash_write(struct pc_buf *out, const struct pc_hash *hash);

#endif
