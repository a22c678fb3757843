// SPDX-License-Identifier: Apache-2.0
#include "definitions.h"

#include "crypto/hash.h"

#include <stdlib.h>

struct adding {
    struct pc_arena *arena;
    struct pc_entries *entries;
};

static struct pc_str view(const struct pc_hash *hash)
{
    const void *bytes = hash->bytes;
    return (struct pc_str){bytes, PC_HASH_BYTES};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Offset of the first byte at or behind the place that is no white space.
static size_t skip_space(struct pc_str text, size_t at)
{
    static const char indent[] = "        ";
    while (at < text.len && is_space(text.ptr[at])) {
        at++;
        while (text.len - at >= 8 && memcmp(text.ptr + at, indent, 8) == 0) {
            at += 8;
        }
    }
    return at;
}

// Offset behind the string that begins at the place: behind the first quote with an even number of
// backslashes in front of it. The text has been read as JSON.
static size_t end_of_string(struct pc_str text, size_t start)
{
    size_t quote = pc_str_find(text, '"', start + 1);
    while (quote != SIZE_MAX) {
        size_t backslashes = 0;
        while (text.ptr[quote - 1 - backslashes] == '\\') { // ends at the first quote at the latest
            backslashes++;
        }
        if (backslashes % 2 == 0) {
            return quote + 1;
        }
        quote = pc_str_find(text, '"', quote + 1);
    }
    return text.len;
}

// The document's text without the white space between its tokens.
static enum pc_status hash_document(const struct pc_document *document, struct pc_hash *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text;
    struct pc_str raw = document->raw;
    pc_buf_init(&text);
    for (size_t at = skip_space(raw, 0); at < raw.len; at = skip_space(raw, at)) {
        size_t end = raw.ptr[at] == '"' ? end_of_string(raw, at) : at + 1;
        pc_buf_str(&text, pc_str_slice(raw, at, end));
        at = end;
    }
    PC_TRY(pc_buf_status(&text));
    *out = pc_hash_of(pc_buf_view(&text));
    return PC_OK;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, PC_HASH_BYTES);
}

// Adds the documents to the hash, in an order that theirs does not count for.
static enum pc_status hash_references(struct adding *adding, const struct pc_references *references,
                                      struct pc_hasher *hasher)
{
    size_t count = 0;
    for (const struct pc_reference *at = references->first; at != NULL; at = at->next) {
        count++;
    }
    struct pc_hash *hashes = pc_arena_array(adding->arena, count, sizeof(*hashes));
    if (hashes == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t next = 0;
    for (const struct pc_reference *at = references->first; at != NULL; at = at->next) {
        PC_TRY(hash_document(at->document, &hashes[next++]));
    }
    if (count > 1) {
        qsort(hashes, count, sizeof(*hashes), compare);
    }
    for (size_t i = 0; i < count; i++) {
        pc_hasher_add(hasher, view(&hashes[i]));
    }
    return PC_OK;
}

static enum pc_status add(struct adding *adding, const char *what, struct pc_str name,
                          const struct pc_hash *says, struct pc_place place)
{
    struct pc_entry entry = {.table = PC_STORE_SHARED, .place = place};
    PC_TRY(pc_arena_format(adding->arena, &entry.key, "%s %.*s", what, PC_STR_ARG(name)));
    PC_TRY(pc_arena_copy(adding->arena, view(says), &entry.value));
    return pc_entries_add(adding->entries, adding->arena, &entry);
}

static enum pc_status add_managed(struct adding *adding, const struct pc_managed *managed)
{
    struct pc_hash says;
    PC_TRY(hash_document(managed->document, &says));
    return add(adding, "policy", managed->arn, &says, managed->place);
}

static enum pc_status add_group(struct adding *adding, const struct pc_group *group)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    PC_TRY(hash_references(adding, &group->policies, &hasher));
    struct pc_hash says = pc_hasher_final(&hasher);
    return add(adding, "group", group->arn, &says, group->place);
}

static void hash_flag(struct pc_hasher *hasher, bool flag)
{
    pc_hasher_add(hasher, flag ? PC_STR("1") : PC_STR("0"));
}

static enum pc_status add_level(struct adding *adding, const struct pc_level *level)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    pc_hasher_add(&hasher, level->parent);
    hash_flag(&hasher, level->has_scp);
    PC_TRY(hash_references(adding, &level->scp, &hasher));
    pc_hasher_add(&hasher, PC_STR("rcp"));
    hash_flag(&hasher, level->has_rcp);
    PC_TRY(hash_references(adding, &level->rcp, &hasher));
    struct pc_hash says = pc_hasher_final(&hasher);
    return add(adding, "level", level->id, &says, level->place);
}

// Levels below which accounts lie. An account's own are its alone. Which level is the root is a
// definition as well: an update whose levels do not reach the store's would take an account out of
// them.
static enum pc_status add_levels(struct adding *adding, const struct pc_import *import)
{
    struct pc_str root = PC_STR("");
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        if (level->account) {
            continue;
        }
        root = level->parent.len == 0 ? level->id : root;
        PC_TRY(add_level(adding, level));
    }
    if (import->levels == NULL) {
        return PC_OK;
    }
    struct pc_hash says = pc_hash_of(root);
    return add(adding, "root", PC_STR("of the organization"), &says, import->levels->place);
}

enum pc_status pc_definitions_add(const struct pc_import *import, struct pc_arena *arena,
                                  struct pc_entries *entries)
{
    struct adding adding = {arena, entries};
    for (const struct pc_managed *managed = import->managed; managed != NULL;
         managed = managed->next) {
        PC_TRY(add_managed(&adding, managed));
    }
    for (const struct pc_group *group = import->groups; group != NULL; group = group->next) {
        PC_TRY(add_group(&adding, group));
    }
    return add_levels(&adding, import);
}
