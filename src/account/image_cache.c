// SPDX-License-Identifier: Apache-2.0
#include "image_cache.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 64,
};

void pc_image_cache_release(struct pc_image_cache *cache)
{
    free(cache->slots);
    *cache = (struct pc_image_cache){.slots = NULL};
}

void pc_image_cache_clear(struct pc_image_cache *cache)
{
    if (cache->count > 0) {
        memset(cache->slots, 0, cache->capacity * sizeof(*cache->slots));
        cache->count = 0;
    }
}

// The slot of the bytes, or the free one where they belong.
static struct pc_str *find_slot(const struct pc_image_cache *cache, struct pc_str bytes)
{
    const void *place = &bytes.ptr;
    uint64_t hash = pc_str_hash((struct pc_str){place, sizeof(bytes.ptr)});
    size_t i = (size_t)hash & (cache->capacity - 1);
    while (cache->slots[i].ptr != NULL &&
           (cache->slots[i].ptr != bytes.ptr || cache->slots[i].len != bytes.len)) {
        i = (i + 1) & (cache->capacity - 1);
    }
    return &cache->slots[i];
}

static enum pc_status grow(struct pc_image_cache *cache)
{
    size_t capacity = cache->capacity == 0 ? FIRST_SLOTS : cache->capacity * 2;
    struct pc_image_cache larger = {.capacity = capacity, .count = cache->count};
    larger.slots = calloc(capacity, sizeof(*larger.slots));
    if (larger.slots == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < cache->capacity; i++) {
        if (cache->slots[i].ptr != NULL) {
            *find_slot(&larger, cache->slots[i]) = cache->slots[i];
        }
    }
    free(cache->slots);
    *cache = larger;
    return PC_OK;
}

enum pc_status pc_image_cache_open(struct pc_image_cache *cache, struct pc_str bytes,
                                   struct pc_image *out)
{
    if (2 * cache->count >= cache->capacity) {
        PC_TRY(grow(cache));
    }
    struct pc_str *slot = find_slot(cache, bytes);
    if (slot->ptr != NULL) {
        *out = pc_image_trusted(bytes);
        return PC_OK;
    }
    PC_TRY(pc_image_open(bytes, out));
    *slot = bytes;
    cache->count++;
    return PC_OK;
}
