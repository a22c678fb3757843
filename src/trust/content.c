// SPDX-License-Identifier: Apache-2.0
//
// Hashes each value by itself, and the hashes with the keys into one digest, so that a value that a
// later state still has at its place need not be hashed again.
#include "trust/content.h"

#include <stdlib.h>

#include "base/checked.h"
#include "trust/signature.h"

enum {
    WORTH_KEEPING = 1024, // bytes of a value: hashing less costs about as much as finding it
    ENTRY_COST = 512,     // what finding an entry costs, in bytes that might be hashed instead
    PIECE = 64 * 1024,    // bytes of a value that are hashed at once
};

// Where a value lies in the map, and its hash.
struct place {
    const char *ptr;
    size_t len;
    struct pc_hash hash;
};

struct pc_content {
    struct pc_hash digest;
    struct place *places; // by ptr, once it is taken
    size_t count, room;
};

struct pc_digesting {
    struct pc_snapshot *snapshot;
    struct pc_content_before before;
    unsigned table; // that is gone through
    struct pc_cursor *cursor;
    struct pc_hasher hasher;  // over the entries in their order
    struct pc_hasher pieces;  // over the value of the entry that was begun
    struct pc_str key, value; // of that; valid as long as the snapshot
    size_t at;                // so many bytes of the value were hashed
    bool begun;
    struct pc_content *content;
    enum pc_status failed;
    bool done;
};

// The digest --------------------------------------------------------------------------------------

static bool is_signature(enum pc_store_table table, struct pc_str key)
{
    return table == PC_STORE_META && pc_str_eq(key, PC_STR(PC_SIGNATURE_KEY));
}

static void add_entry(struct pc_hasher *hasher, enum pc_store_table table, struct pc_str key,
                      const struct pc_hash *value)
{
    const char number[4] = {(char)table, 0, 0, 0}; // little-endian
    const void *bytes = value->bytes;
    pc_hasher_add(hasher, (struct pc_str){number, sizeof(number)});
    pc_hasher_add(hasher, key);
    pc_hasher_add(hasher, (struct pc_str){bytes, PC_HASH_BYTES});
}

struct pc_hash pc_content_digest(const struct pc_content *content)
{
    return content->digest;
}

void pc_content_free(struct pc_content *content)
{
    if (content != NULL) {
        free(content->places);
        free(content);
    }
}

// Places ------------------------------------------------------------------------------------------

static int order(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    uintptr_t x = (uintptr_t)left->ptr, y = (uintptr_t)right->ptr;
    return x < y ? -1 : x > y;
}

static enum pc_status keep_place(struct pc_content *content, struct pc_str value,
                                 const struct pc_hash *hash)
{
    if (content->count == content->room) {
        size_t room, bytes;
        if (!pc_size_mul(content->room == 0 ? 32 : content->room, 2, &room) ||
            !pc_size_mul(room, sizeof(struct place), &bytes)) {
            return PC_ERR_NOMEM;
        }
        struct place *more = realloc(content->places, bytes);
        if (more == NULL) {
            return PC_ERR_NOMEM;
        }
        content->places = more;
        content->room = room;
    }
    content->places[content->count++] = (struct place){value.ptr, value.len, *hash};
    return PC_OK;
}

// A page that a kept state refers to is not written to, so what lies at the same place is the same,
// as long as that state is kept: which is asked after the place was met in the new one.
static const struct pc_hash *known_hash(const struct pc_digesting *job, struct pc_str value)
{
    const struct pc_content *before = job->before.content;
    const struct place wanted = {.ptr = value.ptr};
    if (before == NULL || before->count == 0) {
        return NULL;
    }
    const struct place *found =
        bsearch(&wanted, before->places, before->count, sizeof(wanted), order);
    bool same = found != NULL && found->len == value.len;
    return same && pc_snapshot_check(job->before.snapshot) == PC_OK ? &found->hash : NULL;
}

// Steps -------------------------------------------------------------------------------------------

enum pc_status pc_digesting_new(struct pc_snapshot *snapshot,
                                const struct pc_content_before *before, struct pc_digesting **out)
{
    if (before != NULL && pc_snapshot_store(before->snapshot) != pc_snapshot_store(snapshot)) {
        return PC_ERR_USAGE;
    }
    // calloc does not know of the alignment that the hasher asks for.
    struct pc_digesting *job = aligned_alloc(_Alignof(struct pc_digesting), sizeof(*job));
    struct pc_content *content = calloc(1, sizeof(*content));
    if (job == NULL || content == NULL) {
        free(job);
        free(content);
        return PC_ERR_NOMEM;
    }
    memset(job, 0, sizeof(*job));
    job->snapshot = snapshot;
    job->content = content;
    if (before != NULL) {
        job->before = *before;
    }
    pc_hasher_init(&job->hasher);
    *out = job;
    return PC_OK;
}

void pc_digesting_free(struct pc_digesting *job)
{
    if (job != NULL) {
        pc_cursor_close(job->cursor);
        pc_content_free(job->content);
        free(job);
    }
}

static enum pc_status end_entry(struct pc_digesting *job, const struct pc_hash *hash)
{
    add_entry(&job->hasher, (enum pc_store_table)job->table, job->key, hash);
    job->begun = false;
    return job->value.len < WORTH_KEEPING ? PC_OK : keep_place(job->content, job->value, hash);
}

static enum pc_status begin_entry(struct pc_digesting *job, size_t *hashed)
{
    const struct pc_hash *known = known_hash(job, job->value);
    *hashed += ENTRY_COST;
    if (known != NULL) {
        return end_entry(job, known);
    }
    pc_hasher_init_bytes(&job->pieces);
    job->at = 0;
    job->begun = true;
    return PC_OK;
}

// Goes to the next entry; behind the last one of a table to the next table.
static enum pc_status go_to_next(struct pc_digesting *job, size_t *hashed)
{
    if (job->cursor == NULL) {
        PC_TRY(pc_cursor_open(job->snapshot, (enum pc_store_table)job->table, &job->cursor));
    }
    enum pc_status status = pc_cursor_next(job->cursor, &job->key, &job->value);
    if (status == PC_ERR_NOTFOUND) {
        pc_cursor_close(job->cursor);
        job->cursor = NULL;
        job->table++;
        return PC_OK;
    }
    PC_TRY(status);
    bool signature = is_signature((enum pc_store_table)job->table, job->key);
    return signature ? PC_OK : begin_entry(job, hashed);
}

// A piece of the value that was begun, or else the next entry with the first piece of its value.
static enum pc_status step(struct pc_digesting *job, size_t *hashed)
{
    if (!job->begun) {
        PC_TRY(go_to_next(job, hashed));
    }
    if (!job->begun) {
        return PC_OK;
    }
    struct pc_str piece = pc_str_slice(job->value, job->at, job->at + PIECE);
    pc_hasher_add_bytes(&job->pieces, piece);
    job->at += piece.len;
    *hashed += piece.len;
    if (job->at < job->value.len) {
        return PC_OK;
    }
    const struct pc_hash hash = pc_hasher_final(&job->pieces);
    return end_entry(job, &hash);
}

static void finish(struct pc_digesting *job)
{
    job->content->digest = pc_hasher_final(&job->hasher);
    job->done = true;
}

static enum pc_status go_on(struct pc_digesting *job, size_t bytes)
{
    size_t hashed = 0;
    do {
        PC_TRY(step(job, &hashed));
    } while (job->table < PC_STORE_TABLES && hashed < bytes);
    // Where a writer does not wait for this reader, what was hashed was perhaps another state's.
    return pc_snapshot_check(job->snapshot);
}

enum pc_status pc_digesting_step(struct pc_digesting *job, size_t bytes, bool *done)
{
    if (!job->done && job->failed == PC_OK) {
        job->failed = go_on(job, bytes);
        if (job->failed == PC_OK && job->table == PC_STORE_TABLES) {
            finish(job);
        }
    }
    PC_TRY(job->failed);
    *done = job->done;
    return PC_OK;
}

const struct pc_content *pc_digesting_content(const struct pc_digesting *job)
{
    return job->content;
}

struct pc_content *pc_digesting_take(struct pc_digesting *job)
{
    struct pc_content *content = job->done ? job->content : NULL;
    if (content == NULL) {
        return NULL;
    }
    job->content = NULL;
    if (content->count > 0) {
        qsort(content->places, content->count, sizeof(*content->places), order);
    }
    return content;
}

enum pc_status pc_content_of(struct pc_snapshot *snapshot, struct pc_hash *out)
{
    struct pc_digesting *job;
    bool done = false;
    PC_TRY(pc_digesting_new(snapshot, NULL, &job));
    enum pc_status status = PC_OK;
    while (status == PC_OK && !done) {
        status = pc_digesting_step(job, SIZE_MAX, &done);
    }
    if (status == PC_OK) {
        *out = pc_content_digest(pc_digesting_content(job));
    }
    pc_digesting_free(job);
    return status;
}

// In a transaction --------------------------------------------------------------------------------

struct peeking {
    struct pc_hasher hasher;
    enum pc_store_table table;
};

static enum pc_status peek_entry(void *context, struct pc_str key, struct pc_str value)
{
    struct peeking *peeking = context;
    if (!is_signature(peeking->table, key)) {
        const struct pc_hash hash = pc_hash_of(value);
        add_entry(&peeking->hasher, peeking->table, key, &hash);
    }
    return PC_OK;
}

enum pc_status pc_content_peek(struct pc_store_write *write, struct pc_hash *out)
{
    struct peeking peeking;
    pc_hasher_init(&peeking.hasher);
    for (unsigned table = 0; table < PC_STORE_TABLES; table++) {
        peeking.table = (enum pc_store_table)table;
        PC_TRY(pc_store_peek_each(write, peeking.table, peek_entry, &peeking));
    }
    *out = pc_hasher_final(&peeking.hasher);
    return PC_OK;
}
