// SPDX-License-Identifier: Apache-2.0
//
// The list of open stores, and waiting for a write to leave it.
#include "registry.h"

#include <string.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t removed = PTHREAD_COND_INITIALIZER;
static struct pc_registry_entry *entries;

// A process forks while nobody is at the list, or its child would wait for ever for a thread that
// it does not have.
static void before_fork(void)
{
    pthread_mutex_lock(&mutex);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&mutex);
}

// Who waited in the parent does not in the child, which its condition does not know.
static void begin_child(void)
{
    static const pthread_cond_t nobody_waits = PTHREAD_COND_INITIALIZER;
    memcpy(&removed, &nobody_waits, sizeof(removed));
    pthread_mutex_unlock(&mutex);
}

static void watch_forks(void)
{
    // Without memory for the handlers it goes on as before them.
    (void)pthread_atfork(before_fork, after_fork, begin_child);
}

void pc_registry_lock(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, watch_forks);
    pthread_mutex_lock(&mutex);
}

void pc_registry_unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

// A file that is not there yet may become that of either.
static bool may_be_same(uint64_t a, uint64_t b)
{
    return a == b || a == 0 || b == 0;
}

// Do they share a file, or may they come to?
static bool overlap(const struct pc_store_marks *a, const struct pc_store_marks *b)
{
    return a->device == b->device && a->folder == b->folder &&
           (may_be_same(a->data, b->data) || may_be_same(a->lock, b->lock));
}

static struct pc_registry_entry *find(const struct pc_store_marks *marks)
{
    pid_t process = getpid();
    struct pc_registry_entry *entry = entries;
    while (entry != NULL && !(entry->process == process && overlap(&entry->marks, marks))) {
        entry = entry->next;
    }
    return entry;
}

enum pc_status pc_registry_find(const struct pc_store_marks *marks, struct pc_store **out)
{
    const struct pc_registry_entry *entry = find(marks);
    while (entry != NULL && entry->store == NULL) {
        if (pthread_equal(entry->writer, pthread_self())) {
            return PC_ERR_BUSY;
        }
        pthread_cond_wait(&removed, &mutex);
        entry = find(marks);
    }
    if (entry != NULL && !pc_store_is_same(&entry->marks, marks)) {
        return PC_ERR_BUSY;
    }
    *out = entry == NULL ? NULL : entry->store;
    return PC_OK;
}

void pc_registry_add(struct pc_registry_entry *entry, const struct pc_store_marks *marks,
                     struct pc_store *store)
{
    *entry = (struct pc_registry_entry){*marks, store, pthread_self(), getpid(), entries};
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
