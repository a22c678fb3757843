// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

#include <stdlib.h>
#include <string.h>

enum {
    FIRST_ROOM = 16, // bindings
};

_Static_assert(sizeof(struct pc_binding) == 2 * (size_t)PC_HASH_BYTES,
               "bindings are written as they lie");

void pc_parts_release(struct pc_parts *parts)
{
    for (size_t i = 0; i < PC_PARTS; i++) {
        free(parts->of[i].bindings);
        parts->of[i] = (struct pc_part){.count = 0};
    }
}

unsigned pc_part_of(const struct pc_hash *function)
{
    return function->bytes[0];
}

// The records' keys.
struct part_key {
    char bytes[2];
};

static struct pc_str key_of(unsigned number, struct part_key *room)
{
    room->bytes[0] = (char)(unsigned char)(number >> 8);
    room->bytes[1] = (char)(unsigned char)number;
    return (struct pc_str){room->bytes, sizeof(room->bytes)};
}

static int compare(const struct pc_hash *a, const struct pc_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

// Loading -----------------------------------------------------------------------------------------

// What an empty part has for a digest.
static bool is_none(const struct pc_hash *digest)
{
    static const struct pc_hash none;
    return pc_hash_eq(digest, &none);
}

static struct pc_hash digest_of(struct pc_str bytes)
{
    static const struct pc_hash none;
    return bytes.len == 0 ? none : pc_hash_of(bytes);
}

static enum pc_status take(struct pc_part *part, struct pc_str bytes)
{
    struct pc_binding *bindings = malloc(bytes.len > 0 ? bytes.len : 1);
    if (bindings == NULL) {
        return PC_ERR_NOMEM;
    }
    if (bytes.len > 0) {
        memcpy(bindings, bytes.ptr, bytes.len);
    }
    *part = (struct pc_part){.bindings = bindings,
                             .count = bytes.len / sizeof(*bindings),
                             .capacity = bytes.len / sizeof(*bindings),
                             .loaded = true};
    return PC_OK;
}

static enum pc_status load(const struct pc_list *list, unsigned number)
{
    struct pc_part *part = &list->parts->of[number];
    struct part_key room;
    struct pc_str bytes = PC_STR("");
    if (part->loaded) {
        return PC_OK;
    }
    enum pc_status status =
        pc_source_get(list->source, PC_STORE_BINDINGS, key_of(number, &room), &bytes);
    if (status == PC_ERR_NOTFOUND) {
        bytes = PC_STR("");
    } else {
        PC_TRY(status);
    }
    struct pc_hash digest = digest_of(bytes);
    if (!pc_hash_eq(&digest, &list->head->parts[number]) ||
        bytes.len % sizeof(struct pc_binding) != 0) {
        return PC_ERR_DAMAGED;
    }
    return take(part, bytes);
}

// Place of the name, or where it would be.
static size_t place_of(const struct pc_part *part, const struct pc_hash *name)
{
    size_t low = 0;
    size_t high = part->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&part->bindings[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_at(const struct pc_part *part, size_t place, const struct pc_hash *name)
{
    return place < part->count && pc_hash_eq(&part->bindings[place].name, name);
}

enum pc_status pc_parts_find(const struct pc_list *list, unsigned number,
                             const struct pc_hash *name, const struct pc_binding **out)
{
    PC_TRY(load(list, number));
    const struct pc_part *part = &list->parts->of[number];
    size_t place = place_of(part, name);
    *out = is_at(part, place, name) ? &part->bindings[place] : NULL;
    return PC_OK;
}

enum pc_status pc_parts_count(const struct pc_list *list, bool keys, size_t *out)
{
    size_t count = 0;
    for (unsigned i = keys ? PC_PART_OF_KEYS : 0; i < (keys ? PC_PARTS : PC_PART_OF_KEYS); i++) {
        PC_TRY(load(list, i));
        count += list->parts->of[i].count;
    }
    *out = count;
    return PC_OK;
}

// Binding -----------------------------------------------------------------------------------------

static enum pc_status make_room(struct pc_part *part)
{
    if (part->count < part->capacity) {
        return PC_OK;
    }
    size_t capacity = part->capacity < FIRST_ROOM ? FIRST_ROOM : part->capacity * 2;
    if (capacity > SIZE_MAX / sizeof(*part->bindings)) {
        return PC_ERR_NOMEM;
    }
    struct pc_binding *bindings = realloc(part->bindings, capacity * sizeof(*bindings));
    if (bindings == NULL) {
        return PC_ERR_NOMEM;
    }
    part->bindings = bindings;
    part->capacity = capacity;
    return PC_OK;
}

static void remove_at(struct pc_part *part, size_t place)
{
    part->count--;
    memmove(&part->bindings[place], &part->bindings[place + 1],
            (part->count - place) * sizeof(*part->bindings));
}

static enum pc_status insert_at(struct pc_part *part, size_t place, const struct pc_hash *name)
{
    PC_TRY(make_room(part));
    memmove(&part->bindings[place + 1], &part->bindings[place],
            (part->count - place) * sizeof(*part->bindings));
    part->bindings[place].name = *name;
    part->count++;
    return PC_OK;
}

enum pc_status pc_parts_bind(const struct pc_list *list, unsigned number,
                             const struct pc_hash *name, const struct pc_hash *digest)
{
    PC_TRY(load(list, number));
    struct pc_part *part = &list->parts->of[number];
    size_t place = place_of(part, name);
    bool there = is_at(part, place, name);
    part->dirty = true;
    if (digest == NULL) {
        if (there) {
            remove_at(part, place);
        }
        return PC_OK;
    }
    if (!there) {
        PC_TRY(insert_at(part, place, name));
    }
    part->bindings[place].digest = *digest;
    return PC_OK;
}

// Writing -----------------------------------------------------------------------------------------

static enum pc_status write_part(struct pc_store_write *write, unsigned number,
                                 const struct pc_part *part, struct pc_hash *digest)
{
    struct part_key room;
    struct pc_str key = key_of(number, &room);
    struct pc_str bytes = {(const char *)part->bindings, part->count * sizeof(*part->bindings)};
    bool was_there = !is_none(digest);
    *digest = digest_of(bytes);
    if (bytes.len > 0) {
        return pc_store_put(write, PC_STORE_BINDINGS, key, bytes);
    }
    return was_there ? pc_store_delete(write, PC_STORE_BINDINGS, key) : PC_OK;
}

enum pc_status pc_parts_write(struct pc_parts *parts, struct pc_head *head,
                              struct pc_store_write *write)
{
    for (unsigned i = 0; i < PC_PARTS; i++) {
        if (parts->of[i].dirty) {
            PC_TRY(write_part(write, i, &parts->of[i], &head->parts[i]));
            parts->of[i].dirty = false;
        }
    }
    return PC_OK;
}
