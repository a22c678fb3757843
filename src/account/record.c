// SPDX-License-Identifier: Apache-2.0
#include "record.h"

enum {
    VERSION = 1,
    PRINCIPAL = 'P',
    RESOURCE = 'R',
    FUNCTION = 'F',
    ACCOUNT = 'A',
};

// Writing ---------------------------------------------------------------------------------------

static void write_count(struct pc_buf *out, size_t count)
{
    // Longer than any input: the record is then refused when it is read.
    pc_buf_u32(out, count > UINT32_MAX ? UINT32_MAX : (uint32_t)count);
}

static void write_str(struct pc_buf *out, struct pc_str s)
{
    write_count(out, s.len);
    pc_buf_str(out, s);
}

static void write_list(struct pc_buf *out, const struct pc_str *items, size_t count)
{
    write_count(out, count);
    for (size_t i = 0; i < count; i++) {
        write_str(out, items[i]);
    }
}

static void write_tags(struct pc_buf *out, const struct pc_tag *tags, size_t count)
{
    write_count(out, count);
    for (size_t i = 0; i < count; i++) {
        write_str(out, tags[i].key);
        write_str(out, tags[i].value);
    }
}

static void write_head(struct pc_buf *out, char kind)
{
    pc_buf_byte(out, VERSION);
    pc_buf_byte(out, kind);
}

void pc_principal_record_write(struct pc_buf *out, const struct pc_principal_record *record)
{
    write_head(out, PRINCIPAL);
    pc_buf_byte(out, record->role ? 1 : 0);
    write_str(out, record->arn);
    write_str(out, record->id);
    write_tags(out, record->tags, record->tag_count);
    write_str(out, record->identity);
    write_str(out, record->boundary);
    write_str(out, record->trust);
}

void pc_resource_record_write(struct pc_buf *out, const struct pc_resource_record *record)
{
    write_head(out, RESOURCE);
    write_str(out, record->arn);
    write_str(out, record->account);
    write_tags(out, record->tags, record->tag_count);
    write_str(out, record->policy);
}

void pc_function_record_write(struct pc_buf *out, const struct pc_function_record *record)
{
    write_head(out, FUNCTION);
    write_str(out, record->arn);
    write_str(out, record->role);
    write_str(out, record->kms_key);
    write_list(out, record->variables, record->variable_count);
}

void pc_account_record_write(struct pc_buf *out, const struct pc_account_record *record)
{
    write_head(out, ACCOUNT);
    write_str(out, record->id);
    pc_buf_byte(out, record->management ? 1 : 0);
    write_list(out, record->scp, record->scp_count);
    write_list(out, record->rcp, record->rcp_count);
}

// Reading ---------------------------------------------------------------------------------------

struct cursor {
    struct pc_arena *arena;
    struct pc_str rest;
    enum pc_status status; // first failure; everything read after it is empty
};

static struct pc_str take(struct cursor *cursor, size_t count)
{
    if (cursor->status == PC_OK && count > cursor->rest.len) {
        cursor->status = PC_ERR_DAMAGED;
    }
    if (cursor->status != PC_OK) {
        return PC_STR("");
    }
    struct pc_str taken = pc_str_slice(cursor->rest, 0, count);
    cursor->rest = pc_str_slice(cursor->rest, count, cursor->rest.len);
    return taken;
}

static size_t take_count(struct cursor *cursor)
{
    struct pc_str bytes = take(cursor, sizeof(uint32_t));
    uint32_t count = 0;
    for (size_t i = bytes.len; i > 0; i--) {
        count = count << 8 | (unsigned char)bytes.ptr[i - 1];
    }
    return count;
}

static struct pc_str take_str(struct cursor *cursor)
{
    return take(cursor, take_count(cursor));
}

static bool take_flag(struct cursor *cursor)
{
    struct pc_str byte = take(cursor, 1);
    if (byte.len == 1 && byte.ptr[0] != 0 && byte.ptr[0] != 1) {
        cursor->status = PC_ERR_DAMAGED;
    }
    return byte.len == 1 && byte.ptr[0] == 1;
}

static struct pc_str take_digest(struct cursor *cursor, bool required)
{
    struct pc_str digest = take_str(cursor);
    if (cursor->status == PC_OK && digest.len != PC_HASH_BYTES && (required || digest.len != 0)) {
        cursor->status = PC_ERR_DAMAGED;
    }
    return digest;
}

// Room for a list whose elements take `least` bytes each: a count that cannot be true asks for
// none.
static void *take_array(struct cursor *cursor, size_t *count, size_t least, size_t size)
{
    *count = take_count(cursor);
    if (cursor->status == PC_OK && *count > cursor->rest.len / least) {
        cursor->status = PC_ERR_DAMAGED;
    }
    void *array = NULL;
    if (cursor->status == PC_OK && *count > 0) {
        array = pc_arena_array(cursor->arena, *count, size);
        if (array == NULL) {
            cursor->status = PC_ERR_NOMEM;
        }
    }
    if (array == NULL) {
        *count = 0;
    }
    return array;
}

static const struct pc_str *take_list(struct cursor *cursor, size_t *count)
{
    struct pc_str *list = take_array(cursor, count, sizeof(uint32_t), sizeof(*list));
    for (size_t i = 0; i < *count; i++) {
        list[i] = take_str(cursor);
    }
    return list;
}

static const struct pc_str *take_digests(struct cursor *cursor, size_t *count)
{
    struct pc_str *list = take_array(cursor, count, sizeof(uint32_t), sizeof(*list));
    for (size_t i = 0; i < *count; i++) {
        list[i] = take_digest(cursor, true);
    }
    return list;
}

static const struct pc_tag *take_tags(struct cursor *cursor, size_t *count)
{
    struct pc_tag *tags = take_array(cursor, count, 2 * sizeof(uint32_t), sizeof(*tags));
    for (size_t i = 0; i < *count; i++) {
        tags[i].key = take_str(cursor);
        tags[i].value = take_str(cursor);
    }
    return tags;
}

static struct cursor open_record(struct pc_arena *arena, struct pc_str bytes, char kind)
{
    struct cursor cursor = {.arena = arena, .rest = bytes, .status = PC_OK};
    struct pc_str head = take(&cursor, 2);
    if (cursor.status == PC_OK && (head.ptr[0] != VERSION || head.ptr[1] != kind)) {
        cursor.status = PC_ERR_DAMAGED;
    }
    return cursor;
}

static enum pc_status close_record(const struct cursor *cursor)
{
    return cursor->status == PC_OK && cursor->rest.len > 0 ? PC_ERR_DAMAGED : cursor->status;
}

enum pc_status pc_principal_record_read(struct pc_arena *arena, struct pc_str bytes,
                                        struct pc_principal_record *out)
{
    struct cursor cursor = open_record(arena, bytes, PRINCIPAL);
    struct pc_principal_record record;
    record.role = take_flag(&cursor);
    record.arn = take_str(&cursor);
    record.id = take_str(&cursor);
    record.tags = take_tags(&cursor, &record.tag_count);
    record.identity = take_digest(&cursor, true);
    record.boundary = take_digest(&cursor, false);
    record.trust = take_digest(&cursor, false);
    PC_TRY(close_record(&cursor));
    *out = record;
    return PC_OK;
}

enum pc_status pc_resource_record_read(struct pc_arena *arena, struct pc_str bytes,
                                       struct pc_resource_record *out)
{
    struct cursor cursor = open_record(arena, bytes, RESOURCE);
    struct pc_resource_record record;
    record.arn = take_str(&cursor);
    record.account = take_str(&cursor);
    record.tags = take_tags(&cursor, &record.tag_count);
    record.policy = take_digest(&cursor, false);
    PC_TRY(close_record(&cursor));
    *out = record;
    return PC_OK;
}

enum pc_status pc_function_record_read(struct pc_arena *arena, struct pc_str bytes,
                                       struct pc_function_record *out)
{
    struct cursor cursor = open_record(arena, bytes, FUNCTION);
    struct pc_function_record record;
    record.arn = take_str(&cursor);
    record.role = take_str(&cursor);
    record.kms_key = take_str(&cursor);
    record.variables = take_list(&cursor, &record.variable_count);
    PC_TRY(close_record(&cursor));
    *out = record;
    return PC_OK;
}

enum pc_status pc_account_record_read(struct pc_arena *arena, struct pc_str bytes,
                                      struct pc_account_record *out)
{
    struct cursor cursor = open_record(arena, bytes, ACCOUNT);
    struct pc_account_record record;
    record.id = take_str(&cursor);
    record.management = take_flag(&cursor);
    record.scp = take_digests(&cursor, &record.scp_count);
    record.rcp = take_digests(&cursor, &record.rcp_count);
    PC_TRY(close_record(&cursor));
    *out = record;
    return PC_OK;
}
