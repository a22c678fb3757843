// SPDX-License-Identifier: Apache-2.0
//
// The hash of tables in memory whose keys others choose, such as texts of policies: SipHash-2-4
// (J.-P. Aumasson and D. J. Bernstein), with a key that each process has of its own. Without the
// key nobody can make texts that fall together, which a hash without one (pc_str_hash) does not
// promise.
//
// By hand, for libsodium's is above the map that needs it, in crypto; the tests have its vectors.
// Nothing that is written may depend on such a hash, nor on an order that follows from it.
#ifndef PC_BASE_TABLE_HASH_H
#define PC_BASE_TABLE_HASH_H

#include "base/str.h"

struct pc_table_key {
    uint64_t words[2];
};

// The process's key: the same at each call, another one in each program that is executed; what a
// process forks has its own. Of the random bytes that the kernel gives to each program (AT_RANDOM),
// which are not in it. Any thread. Cost: some tens of nanoseconds.
struct pc_table_key pc_table_key(void);

// SipHash-2-4 of the bytes. Cost: about a nanosecond a byte, and some tens.
uint64_t pc_table_hash(const struct pc_table_key *key, struct pc_str bytes);

#endif
