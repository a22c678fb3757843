// SPDX-License-Identifier: Apache-2.0
#include "sets.h"

#include "compile/compile.h"
#include "image/layout.h"

#include <stdlib.h>

static void hash_number(struct pc_hasher *hasher, uint64_t number)
{
    char bytes[sizeof(number)];
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(number >> (8 * i) & 0xff);
    }
    pc_hasher_add(hasher, (struct pc_str){bytes, sizeof(bytes)});
}

static struct pc_hash hash_document(const struct pc_document *document)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    pc_hasher_add(&hasher, document->name);
    pc_hasher_add(&hasher, document->file->name);
    hash_number(&hasher, document->place.line);
    hash_number(&hasher, document->place.column);
    pc_hasher_add(&hasher, document->raw);
    return pc_hasher_final(&hasher);
}

enum pc_status pc_sets_init(struct pc_sets *sets, struct pc_arena *arena,
                            const struct pc_import *import)
{
    size_t count = import->counts.documents;
    struct pc_hash *digests = pc_arena_array(arena, count, sizeof(*digests));
    bool *placed = pc_arena_array(arena, count, sizeof(*placed));
    bool *hashed = pc_arena_array(arena, count, sizeof(*hashed));
    if (digests == NULL || placed == NULL || hashed == NULL) {
        return PC_ERR_NOMEM;
    }
    *sets =
        (struct pc_sets){.arena = arena, .digests = digests, .hashed = hashed, .placed = placed};
    sets->end = &sets->first;
    pc_map_init(&sets->by_digest, arena);
    return PC_OK;
}

enum pc_status pc_document_list_add(struct pc_arena *arena, struct pc_document_list *list,
                                    const struct pc_references *references)
{
    for (const struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        if (list->count == list->capacity) {
            size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
            const struct pc_document **items = pc_arena_array(arena, capacity, sizeof(*items));
            if (items == NULL) {
                return PC_ERR_NOMEM;
            }
            for (size_t i = 0; i < list->count; i++) {
                items[i] = list->items[i];
            }
            list->items = items;
            list->capacity = capacity;
        }
        list->items[list->count++] = reference->document;
    }
    return PC_OK;
}

static int compare_documents(const void *a, const void *b)
{
    const struct pc_document *const *first = a;
    const struct pc_document *const *second = b;
    return ((*first)->number > (*second)->number) - ((*first)->number < (*second)->number);
}

// In the order of the input, each once: the order in which policies are attached means nothing.
static void sort_documents(struct pc_document_list *list)
{
    size_t kept = 0;
    if (list->count > 1) {
        qsort(list->items, list->count, sizeof(*list->items), compare_documents);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (kept == 0 || list->items[kept - 1] != list->items[i]) {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
}

static struct pc_hash hash_set(struct pc_sets *sets, enum pc_policy_type type,
                               const struct pc_document_list *list)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    hash_number(&hasher, PC_IMAGE_VERSION);
    hash_number(&hasher, PC_COMPILE_VERSION);
    hash_number(&hasher, (uint64_t)type);
    for (size_t i = 0; i < list->count; i++) {
        size_t number = list->items[i]->number;
        if (!sets->hashed[number]) {
            sets->digests[number] = hash_document(list->items[i]);
            sets->hashed[number] = true;
        }
        const void *bytes = sets->digests[number].bytes;
        pc_hasher_add(&hasher, (struct pc_str){bytes, PC_HASH_BYTES});
    }
    return pc_hasher_final(&hasher);
}

struct pc_str pc_set_key(const struct pc_set *set)
{
    const void *bytes = set->digest.bytes;
    return (struct pc_str){bytes, PC_HASH_BYTES};
}

static enum pc_status new_set(struct pc_sets *sets, enum pc_policy_type type,
                              const struct pc_document_list *list, struct pc_set **out)
{
    struct pc_set *set = pc_arena_alloc(sets->arena, sizeof(*set));
    const struct pc_document **documents =
        pc_arena_array(sets->arena, list->count, sizeof(*documents));
    if (set == NULL || documents == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        documents[i] = list->items[i];
        sets->placed[documents[i]->number] = true;
    }
    *set = (struct pc_set){.type = type, .documents = documents, .count = list->count};
    *sets->end = set;
    sets->end = &set->next;
    *out = set;
    return PC_OK;
}

enum pc_status pc_sets_place_unheld(struct pc_sets *sets, enum pc_policy_type type,
                                    const struct pc_document *document)
{
    const struct pc_document_list list = {.items = &document, .count = 1};
    struct pc_set *set;
    PC_TRY(new_set(sets, type, &list, &set));
    set->check_only = true;
    return PC_OK;
}

enum pc_status pc_sets_place(struct pc_sets *sets, enum pc_policy_type type,
                             struct pc_document_list *list, struct pc_set **out)
{
    sort_documents(list);
    struct pc_hash digest = hash_set(sets, type, list);
    const void *bytes = digest.bytes;
    struct pc_set *known = pc_map_get(&sets->by_digest, (struct pc_str){bytes, PC_HASH_BYTES});
    if (known == NULL) {
        PC_TRY(new_set(sets, type, list, &known));
        known->digest = digest;
        sets->count++;
        PC_TRY(pc_map_put(&sets->by_digest, pc_set_key(known), known));
    }
    known->holders++;
    *out = known;
    return PC_OK;
}
