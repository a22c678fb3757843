// SPDX-License-Identifier: Apache-2.0
#include "scratch.h"

#include "base/checked.h"
#include "match/key.h"

#include <stdlib.h>
#include <string.h>

enum pc_status pc_scratch_new(struct pc_scratch **out)
{
    struct pc_scratch *scratch = calloc(1, sizeof(*scratch));
    if (scratch == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = pc_pattern_cache_new(&scratch->cache);
    if (status != PC_OK) {
        free(scratch);
        return status;
    }
    pc_pattern_cache_limit(scratch->cache, &scratch->effort);
    *out = scratch;
    return PC_OK;
}

uint64_t pc_scratch_steps(const struct pc_scratch *scratch)
{
    return (uint64_t)(PC_DECIDE_MOST_STEPS - scratch->effort.left);
}

void pc_scratch_free(struct pc_scratch *scratch)
{
    if (scratch != NULL) {
        pc_pattern_cache_free(scratch->cache);
        free(scratch->sets);
        free(scratch->marks);
        free(scratch->matched);
        free(scratch->missing);
        free(scratch->reached);
        free(scratch);
    }
}

// Room for at least `need` elements.
static enum pc_status reserve(void **array, size_t *capacity, size_t need, size_t size)
{
    size_t bytes;
    size_t bigger = *capacity < 16 ? 16 : *capacity;
    while (bigger < need) {
        if (!pc_size_mul(bigger, 2, &bigger)) {
            return PC_ERR_NOMEM;
        }
    }
    if (bigger == *capacity) {
        return PC_OK;
    }
    if (!pc_size_mul(bigger, size, &bytes)) {
        return PC_ERR_NOMEM;
    }
    void *grown = realloc(*array, bytes);
    if (grown == NULL) {
        return PC_ERR_NOMEM;
    }
    *array = grown;
    *capacity = bigger;
    return PC_OK;
}

enum pc_status pc_scratch_add_set(struct pc_scratch *scratch, struct pc_image_range set)
{
    if (scratch->set_count == scratch->set_capacity) {
        void *array = scratch->sets;
        enum pc_status status =
            reserve(&array, &scratch->set_capacity, scratch->set_count + 1, sizeof(*scratch->sets));
        scratch->sets = array;
        PC_TRY(status);
    }
    scratch->sets[scratch->set_count++] = set;
    return PC_OK;
}

enum pc_status pc_scratch_marks(struct pc_scratch *scratch, uint32_t blocks)
{
    size_t words = ((size_t)blocks + 63) / 64;
    void *array = scratch->marks;
    enum pc_status status =
        reserve(&array, &scratch->mark_capacity, words, sizeof(*scratch->marks));
    scratch->marks = array;
    PC_TRY(status);
    for (size_t i = 0; i < words; i++) { // few, so that a call would cost more
        scratch->marks[i] = 0;
    }
    return PC_OK;
}

enum pc_status pc_scratch_reach(struct pc_scratch *scratch, size_t flags)
{
    void *array = scratch->reached;
    enum pc_status status =
        reserve(&array, &scratch->reached_capacity, flags, sizeof(*scratch->reached));
    scratch->reached = array;
    return status;
}

enum pc_status pc_scratch_match(struct pc_scratch *scratch, struct pc_deciding matched)
{
    void *array = scratch->matched;
    enum pc_status status = reserve(&array, &scratch->matched_capacity, scratch->matched_count + 1,
                                    sizeof(*scratch->matched));
    scratch->matched = array;
    PC_TRY(status);
    scratch->matched[scratch->matched_count++] = matched;
    return PC_OK;
}

enum pc_status pc_scratch_missing(struct pc_scratch *scratch, struct pc_str key)
{
    pc_effort_take(&scratch->effort, 1 + scratch->missing_count / 16);
    for (size_t i = 0; i < scratch->missing_count; i++) {
        if (pc_key_eq(scratch->missing[i], key)) {
            return PC_OK;
        }
    }
    void *array = scratch->missing;
    enum pc_status status = reserve(&array, &scratch->missing_capacity, scratch->missing_count + 1,
                                    sizeof(*scratch->missing));
    scratch->missing = array;
    PC_TRY(status);
    scratch->missing[scratch->missing_count++] = key;
    return PC_OK;
}
