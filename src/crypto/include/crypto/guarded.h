// SPDX-License-Identifier: Apache-2.0
//
// Memory for keys and plaintexts: between guard pages, locked, left out of core dumps and of what a
// fork inherits, wiped when it is given back.
#ifndef PC_CRYPTO_GUARDED_H
#define PC_CRYPTO_GUARDED_H

#include "base/status.h"

// Gives `size` (> 0) zeroed bytes of memory of their own pages, aligned to 16: an access in front
// of or behind their pages ends the process. The pages are locked (mlock), so that they are never
// swapped, are not dumped (MADV_DONTDUMP), and do not exist in a child after a fork
// (MADV_DONTFORK): touching them there is a SIGSEGV, for as long as the child runs. Of children,
// only those of fork() count: one of vfork or of a bare clone may not call this. PC_ERR_LIMIT: they
// cannot be locked, for RLIMIT_MEMLOCK is too small. PC_ERR_NOMEM. PC_ERR_INTERNAL: pc_crypto_init
// fails, or the system knows no such advice. Cost: some twenty microseconds and four pages; keep it
// for use again. Any thread.
PC_MUST_CHECK enum pc_status pc_guarded_new(size_t size, void **out);

// Wipes and frees. NULL is fine. In a child after a fork: touches nothing, for there is nothing.
// What pc_guarded_new did not give, or was freed before, ends the process, as an underrun that met
// the canary does. Cost: grows with the number of areas that are out.
void pc_guarded_free(void *memory);

// The bytes that one process may lock in all (RLIMIT_MEMLOCK), for people; UINT64_MAX: no limit.
uint64_t pc_guarded_limit(void);

// Overwrites with zeros, which the compiler does not leave out. Of any memory.
void pc_wipe(void *memory, size_t size);

#endif
