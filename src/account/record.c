// SPDX-License-Identifier: Apache-2.0
#include "record.h"

#include "account/resolve.h"
#include "principal_key.h"

// Writing -----------------------------------------------------------------------------------------

// A record that is being written, and where in it the next text will lie.
struct writing {
    struct pc_buf *out;
    size_t next;
};

// What does not fit makes a span that no check lets pass.
static uint32_t narrow(size_t size)
{
    return size > UINT32_MAX ? UINT32_MAX : (uint32_t)size;
}

static struct pc_record_span reserve(struct writing *writing, struct pc_str text)
{
    struct pc_record_span span = {narrow(writing->next), narrow(text.len)};
    writing->next += text.len;
    return span;
}

static struct pc_record_list reserve_list(struct writing *writing, size_t count, size_t size)
{
    struct pc_record_list list = {narrow(writing->next), narrow(count)};
    writing->next += count * size;
    return list;
}

static void write_tags(struct writing *writing, const struct pc_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_record_tag tag;
        tag.key = reserve(writing, tags[i].key);
        tag.value = reserve(writing, tags[i].value);
        pc_buf_append(writing->out, &tag, sizeof(tag));
    }
    for (size_t i = 0; i < count; i++) {
        pc_buf_str(writing->out, tags[i].key);
        pc_buf_str(writing->out, tags[i].value);
    }
}

void pc_principal_record_write(struct pc_buf *out, const struct pc_principal_fields *fields)
{
    struct pc_principal_record head = {
        .kind = 'P',
        .role = fields->role,
        .boundary = fields->boundary.len > 0,
        .trust = fields->trust.len > 0,
        .allowed = fields->allowed,
    };
    struct writing writing = {out, sizeof(head)};
    writing.next += fields->identity.len + fields->boundary.len + fields->trust.len;
    head.arn = reserve(&writing, fields->arn);
    head.id = reserve(&writing, fields->id);
    head.tags = reserve_list(&writing, fields->tag_count, sizeof(struct pc_record_tag));
    pc_buf_append(out, &head, sizeof(head));
    pc_buf_str(out, fields->identity);
    pc_buf_str(out, fields->boundary);
    pc_buf_str(out, fields->trust);
    pc_buf_str(out, fields->arn);
    pc_buf_str(out, fields->id);
    write_tags(&writing, fields->tags, fields->tag_count);
}

void pc_resource_record_write(struct pc_buf *out, const struct pc_resource_fields *fields)
{
    struct pc_resource_record head = {.kind = 'R', .policy = fields->policy.len > 0};
    struct writing writing = {out, sizeof(head) + fields->policy.len};
    head.account = reserve(&writing, fields->account);
    head.tags = reserve_list(&writing, fields->tag_count, sizeof(struct pc_record_tag));
    pc_buf_append(out, &head, sizeof(head));
    pc_buf_str(out, fields->policy);
    pc_buf_str(out, fields->account);
    write_tags(&writing, fields->tags, fields->tag_count);
}

static void write_texts(struct writing *writing, const struct pc_str *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_record_span span = reserve(writing, texts[i]);
        pc_buf_append(writing->out, &span, sizeof(span));
    }
    for (size_t i = 0; i < count; i++) {
        pc_buf_str(writing->out, texts[i]);
    }
}

static size_t sum_of(const struct pc_str *texts, size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += texts[i].len;
    }
    return sum;
}

void pc_function_record_write(struct pc_buf *out, const struct pc_function_fields *fields)
{
    struct pc_function_record head = {
        .kind = 'F', .line = fields->place.line, .column = fields->place.column};
    struct writing writing = {out, sizeof(head)};
    head.role = reserve(&writing, fields->role);
    head.kms_key = reserve(&writing, fields->kms_key);
    head.file = reserve(&writing, fields->place.file);
    head.variables = reserve_list(&writing, fields->variable_count, sizeof(struct pc_record_span));
    size_t variables = writing.next;
    writing.next += sum_of(fields->variables, fields->variable_count);
    head.connections =
        reserve_list(&writing, fields->connection_count, sizeof(struct pc_record_span));
    size_t connections = writing.next;
    pc_buf_append(out, &head, sizeof(head));
    pc_buf_str(out, fields->role);
    pc_buf_str(out, fields->kms_key);
    pc_buf_str(out, fields->place.file);
    writing.next = variables;
    write_texts(&writing, fields->variables, fields->variable_count);
    writing.next = connections;
    write_texts(&writing, fields->connections, fields->connection_count);
}

void pc_account_record_write(struct pc_buf *out, const struct pc_account_fields *fields)
{
    struct pc_account_record head = {
        .kind = 'A',
        .management = fields->management,
        .scp_count = narrow(fields->scp_count),
        .rcp_count = narrow(fields->rcp_count),
    };
    pc_buf_append(out, &head, sizeof(head));
    for (size_t i = 0; i < fields->scp_count; i++) {
        pc_buf_str(out, fields->scp[i]);
    }
    for (size_t i = 0; i < fields->rcp_count; i++) {
        pc_buf_str(out, fields->rcp[i]);
    }
}

// Checking ----------------------------------------------------------------------------------------

static bool inside(uint64_t offset, uint64_t length, struct pc_str record)
{
    return offset <= record.len && length <= record.len - offset;
}

static bool span_fits(struct pc_str record, struct pc_record_span span)
{
    return inside(span.offset, span.length, record);
}

// Do `count` digests fit behind a head of `head` bytes?
static bool digests_fit(struct pc_str record, size_t head, uint64_t count)
{
    return inside(head, count * PC_HASH_BYTES, record);
}

// Every span of the list, which holds `each` of them an element.
static bool list_fits(struct pc_str record, struct pc_record_list list, uint64_t each)
{
    uint64_t count = list.count * each;
    if (!inside(list.offset, count * sizeof(struct pc_record_span), record)) {
        return false;
    }
    const struct pc_record_span *spans =
        (const struct pc_record_span *)(const void *)(record.ptr + list.offset);
    for (uint64_t i = 0; i < count; i++) {
        if (!span_fits(record, spans[i])) {
            return false;
        }
    }
    return true;
}

bool pc_principal_record_check(struct pc_str key, struct pc_str value)
{
    const struct pc_principal_record *record =
        (const struct pc_principal_record *)(const void *)value.ptr;
    if (value.len < sizeof(*record) || record->kind != 'P' || record->role > 1 ||
        record->boundary > 1 || record->trust > 1) {
        return false;
    }
    uint64_t digests = 1 + (uint64_t)record->boundary + record->trust;
    return digests_fit(value, sizeof(*record), digests) && span_fits(value, record->arn) &&
           span_fits(value, record->id) && list_fits(value, record->tags, 2) &&
           pc_principal_key_is(key, record->role == 1, pc_record_text(record, record->arn));
}

bool pc_resource_record_check(struct pc_str key, struct pc_str value)
{
    const struct pc_resource_record *record =
        (const struct pc_resource_record *)(const void *)value.ptr;
    (void)key;
    return value.len >= sizeof(*record) && record->kind == 'R' && record->policy <= 1 &&
           digests_fit(value, sizeof(*record), record->policy) &&
           span_fits(value, record->account) && list_fits(value, record->tags, 2);
}

static bool connections_are_sound(const struct pc_function_record *record)
{
    struct pc_known_connection connection;
    for (uint32_t i = 0; i < record->connections.count; i++) {
        if (!pc_connection_parse(pc_record_span_text(record, record->connections, i),
                                 &connection)) {
            return false;
        }
    }
    return true;
}

bool pc_function_record_check(struct pc_str key, struct pc_str value)
{
    const struct pc_function_record *record =
        (const struct pc_function_record *)(const void *)value.ptr;
    (void)key;
    return value.len >= sizeof(*record) && record->kind == 'F' && span_fits(value, record->role) &&
           span_fits(value, record->kms_key) && span_fits(value, record->file) &&
           list_fits(value, record->variables, 1) && list_fits(value, record->connections, 1) &&
           connections_are_sound(record);
}

bool pc_account_record_check(struct pc_str key, struct pc_str value)
{
    const struct pc_account_record *record =
        (const struct pc_account_record *)(const void *)value.ptr;
    (void)key;
    if (value.len < sizeof(*record) || record->kind != 'A' || record->management > 1) {
        return false;
    }
    uint64_t digests = (uint64_t)record->scp_count + record->rcp_count;
    return value.len == sizeof(*record) + digests * PC_HASH_BYTES;
}

// Reading -----------------------------------------------------------------------------------------

struct pc_record_digests pc_record_digests(const void *record)
{
    const char *kind = record;
    const struct pc_principal_record *principal = record;
    const struct pc_resource_record *resource = record;
    const struct pc_account_record *account = record;
    switch (*kind) {
    case 'P':
        return (struct pc_record_digests){kind + sizeof(*principal),
                                          (size_t)1 + principal->boundary + principal->trust};
    case 'R':
        return (struct pc_record_digests){kind + sizeof(*resource), resource->policy};
    case 'A':
        return (struct pc_record_digests){kind + sizeof(*account),
                                          (size_t)account->scp_count + account->rcp_count};
    default:
        return (struct pc_record_digests){kind, 0};
    }
}

enum pc_status pc_record_tags(struct pc_arena *arena, const void *record,
                              struct pc_record_list tags, const struct pc_tag **out)
{
    if (tags.count == 0) {
        *out = NULL;
        return PC_OK;
    }
    const struct pc_record_tag *stored =
        (const struct pc_record_tag *)(const void *)((const char *)record + tags.offset);
    struct pc_tag *array = pc_arena_array(arena, tags.count, sizeof(*array));
    if (array == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < tags.count; i++) {
        array[i] = (struct pc_tag){pc_record_text(record, stored[i].key),
                                   pc_record_text(record, stored[i].value)};
    }
    *out = array;
    return PC_OK;
}
