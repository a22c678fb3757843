// SPDX-License-Identifier: Apache-2.0
#include "lambda/function_policies.h"

#include "account/known_functions.h"

#include <stdlib.h>

// A list that grows, in the arena: what it grew out of stays there until the arena is given back.
struct list {
    struct pc_arena *arena;
    struct pc_str *arns;
    size_t count, capacity;
};

static enum pc_status add(void *context, struct pc_str arn)
{
    struct list *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        struct pc_str *grown = pc_arena_array(list->arena, capacity, sizeof(*grown));
        if (grown == NULL) {
            return PC_ERR_NOMEM;
        }
        if (list->count > 0) {
            memcpy(grown, list->arns, list->count * sizeof(*grown));
        }
        list->arns = grown;
        list->capacity = capacity;
    }
    PC_TRY(pc_arena_copy(list->arena, arn, &list->arns[list->count]));
    list->count++;
    return PC_OK;
}

static int compare(const void *a, const void *b)
{
    return pc_str_cmp(*(const struct pc_str *)a, *(const struct pc_str *)b);
}

enum pc_status pc_function_policies_find(struct pc_snapshot *snapshot, struct pc_arena *arena,
                                         struct pc_function_policies *out)
{
    struct list list = {.arena = arena};
    PC_TRY(pc_each_function_policy(snapshot, add, &list));
    if (list.count > 0) {
        qsort(list.arns, list.count, sizeof(*list.arns), compare);
    }
    *out = (struct pc_function_policies){list.arns, list.count};
    return PC_OK;
}

// The first that is not in front of the function's own ARN.
static size_t find_first(const struct pc_function_policies *policies, struct pc_str function)
{
    size_t from = 0, to = policies->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (pc_str_cmp(policies->arns[middle], function) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

// INVARIANT: between FN and FN:Q there may be others, such as FN-2, for '-' is in front of ':'; all
// of them begin with FN.
struct pc_str pc_function_policies_next(const struct pc_function_policies *policies,
                                        struct pc_str function, size_t *at)
{
    size_t i = *at == SIZE_MAX ? find_first(policies, function) : *at;
    for (; i < policies->count && pc_str_has_prefix(policies->arns[i], function); i++) {
        struct pc_str arn = policies->arns[i];
        if (arn.len > function.len && arn.ptr[function.len] == ':') {
            *at = i + 1;
            return arn;
        }
    }
    *at = i;
    return PC_STR("");
}
