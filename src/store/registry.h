// SPDX-License-Identifier: Apache-2.0
//
// Which stores this process has open. LMDB locks by fcntl, whose locks belong to the process and
// are all lost when any descriptor of the lock file is closed: a folder must not be opened twice in
// one process, or a third process would take the lock table for abandoned and write while others
// read. One list a process; any thread.
#ifndef PC_STORE_REGISTRY_H
#define PC_STORE_REGISTRY_H

#include <pthread.h>
#include <sys/types.h>

#include "folder.h"

// Lies in what holds the store open.
struct pc_registry_entry {
    struct pc_store_marks marks; // of what was opened
    struct pc_store *store;      // NULL: a write is going on
    pthread_t writer;            // then, its thread
    pid_t process;               // entries of the parent mean nothing to a forked child
    struct pc_registry_entry *next;
};

// The list is looked at and changed only between these two.
void pc_registry_lock(void);
void pc_registry_unlock(void);

// Finds who has the store open for reading, or NULL. Waits for a write of another thread to end.
// PC_ERR_BUSY: this thread itself is writing to it, or one of the store's two files was replaced
// while the other is in use.
PC_MUST_CHECK enum pc_status pc_registry_find(const struct pc_store_marks *marks,
                                              struct pc_store **out);

// Enters the store; `store` NULL for a write of this thread.
void pc_registry_add(struct pc_registry_entry *entry, const struct pc_store_marks *marks,
                     struct pc_store *store);
void pc_registry_remove(struct pc_registry_entry *entry);

#endif
