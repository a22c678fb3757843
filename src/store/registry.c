// SPDX-License-Identifier: Apache-2.0
//
// The list of open stores, and waiting for a write to leave it.
#include "registry.h"

#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t removed = PTHREAD_COND_INITIALIZER;
static struct pc_registry_entry *entries;

void pc_registry_lock(void)
{
    pthread_mutex_lock(&mutex);
}

void pc_registry_unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

static struct pc_registry_entry *find(const struct pc_folder *folder)
{
    pid_t process = getpid();
    struct pc_registry_entry *entry = entries;
    while (entry != NULL && !(entry->process == process && entry->device == folder->device &&
                              entry->inode == folder->inode)) {
        entry = entry->next;
    }
    return entry;
}

enum pc_status pc_registry_find(const struct pc_folder *folder, struct pc_store **out)
{
    const struct pc_registry_entry *entry = find(folder);
    while (entry != NULL && entry->store == NULL) {
        if (pthread_equal(entry->writer, pthread_self())) {
            return PC_ERR_BUSY;
        }
        pthread_cond_wait(&removed, &mutex);
        entry = find(folder);
    }
    *out = entry == NULL ? NULL : entry->store;
    return PC_OK;
}

void pc_registry_add(struct pc_registry_entry *entry, const struct pc_folder *folder,
                     struct pc_store *store)
{
    *entry = (struct pc_registry_entry){folder->device, folder->inode, store,
                                        pthread_self(), getpid(),      entries};
    entries = entry;
}

void pc_registry_remove(struct pc_registry_entry *entry)
{
    struct pc_registry_entry **at = &entries;
    while (*at != NULL && *at != entry) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = (*at)->next;
    }
    pthread_cond_broadcast(&removed);
}
