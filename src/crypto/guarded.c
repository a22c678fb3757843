// SPDX-License-Identifier: Apache-2.0
//
// Memory of sodium_malloc, which gives the guard pages, the canary and the wiping, and ignores
// whether the lock took hold; here that is a failure. A list says which memory is out, so that a
// child knows after a fork what it did not inherit: the memory itself cannot say so there.
#define _GNU_SOURCE // madvise, MAP_FIXED_NOREPLACE
#include "crypto/guarded.h"

#include "base/checked.h"
#include "crypto/hash.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    ALIGNMENT = 16,
};

// The whole pages on which some memory lies.
struct pages {
    void *begin;
    size_t size; // bytes
};

struct area {
    struct area *next;
    void *memory;
    struct pages pages;
    bool lost; // it stayed behind in a parent
};

static struct area *areas; // under the mutex
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int registered; // what pthread_atfork said; written once

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

// Fills the holes that MADV_DONTFORK left, or a later mapping of the child could lie there and a
// stale pointer lead to it. Where that fails the hole is still a hole.
static void in_child(void)
{
    for (struct area *area = areas; area != NULL; area = area->next) {
        if (!area->lost) {
            area->lost = true;
            (void)mmap(area->pages.begin, area->pages.size, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        }
    }
    unlock();
}

static void register_once(void)
{
    registered = pthread_atfork(lock, unlock, in_child);
}

static enum pc_status watch_forks(void)
{
    int failure = pthread_once(&once, register_once);
    return failure == 0 && registered == 0 ? PC_OK : PC_ERR_NOMEM;
}

// A canary in a page of its own, in front of these, is none of them: it is no secret.
static struct pages pages_of(void *memory, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t before = (uintptr_t)memory % page;
    struct pages pages = {(char *)memory - before, (before + size + page - 1) / page * page};
    return pages;
}

// With locked pages mlock counts none twice. When a process has no mappings left, libsodium cannot
// split off its guard pages and does not say so; these calls have to split as well, and fail.
static enum pc_status keep_in(struct pages pages)
{
    if (sodium_mlock(pages.begin, pages.size) != 0) {
        return PC_ERR_LIMIT;
    }
    return madvise(pages.begin, pages.size, MADV_DONTDUMP) == 0 &&
                   madvise(pages.begin, pages.size, MADV_DONTFORK) == 0
               ? PC_OK
               : PC_ERR_INTERNAL;
}

static enum pc_status open_area(size_t size, struct area *area)
{
    if (!pc_size_add(size, ALIGNMENT - 1, &size)) {
        return PC_ERR_NOMEM;
    }
    size -= size % ALIGNMENT; // libsodium lets it end where the page does
    void *memory = sodium_malloc(size);
    if (memory == NULL) {
        return PC_ERR_NOMEM;
    }
    area->memory = memory;
    area->pages = pages_of(memory, size);
    enum pc_status status = keep_in(area->pages);
    if (status != PC_OK) {
        sodium_free(memory);
        return status;
    }
    memset(memory, 0, size);
    return PC_OK;
}

enum pc_status pc_guarded_new(size_t size, void **out)
{
    PC_TRY(pc_crypto_init());
    PC_TRY(watch_forks());
    struct area *area = calloc(1, sizeof(*area));
    if (area == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = open_area(size, area);
    if (status != PC_OK) {
        free(area);
        return status;
    }
    lock();
    area->next = areas;
    areas = area;
    unlock();
    *out = area->memory;
    return PC_OK;
}

static struct area *take(void *memory)
{
    struct area *area = NULL;
    lock();
    for (struct area **at = &areas; *at != NULL; at = &(*at)->next) {
        if ((*at)->memory == memory) {
            area = *at;
            *at = area->next;
            break;
        }
    }
    unlock();
    return area;
}

void pc_guarded_free(void *memory)
{
    if (memory == NULL) {
        return;
    }
    struct area *area = take(memory);
    if (area == NULL) {
        abort(); // given back twice, or never had
    }
    if (!area->lost) {
        sodium_free(memory);
    }
    free(area);
}

uint64_t pc_guarded_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return UINT64_MAX;
    }
    return limit.rlim_cur;
}

void pc_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}
