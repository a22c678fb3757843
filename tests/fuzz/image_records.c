// SPDX-License-Identifier: Apache-2.0
//
// Records of principals, resources, functions and accounts, edited.
#include "image_parts.h"

#include "account/resolve.h"
#include "connections.h"
#include "picture.h"
#include "record.h"

#include <string.h>

static const char digests[3][PC_HASH_BYTES] = {"identity", "boundary", "trust"};

static struct pc_str digest(size_t i)
{
    return (struct pc_str){digests[i], PC_HASH_BYTES};
}

static const struct pc_tag tags[] = {{PC_STR_INIT("team"), PC_STR_INIT("images")},
                                     {PC_STR_INIT("stage"), PC_STR_INIT("")}};

// What the edits make of a record, whose check is asked.
struct job {
    struct pc_buf written;
    struct image_bytes exact;
};

static bool edit_and_check(struct job *job, struct pc_str edits, struct pc_str key,
                           bool (*check)(struct pc_str key, struct pc_str value))
{
    struct fuzz_edit edit;
    unsigned shift = 0;
    struct pc_buf *record = &job->written;
    FUZZ_CHECK(pc_buf_status(record) == PC_OK, "no memory");
    for (size_t i = 0; i < FUZZ_EDITS_MOST && fuzz_edit_next(&edits, &edit); i++) {
        if (edit.way == FUZZ_WAY_FIELDS) {
            record->len -= edit.value % (record->len + 1);
        } else {
            fuzz_edit_field((struct fuzz_place){record->ptr, record->len}, edit.index, &edit);
        }
        shift += edit.other;
    }
    job->exact = image_bytes_of(pc_buf_view(record), shift);
    return check(key, (struct pc_str){job->exact.bytes, job->exact.size});
}

static void release(struct job *job)
{
    pc_buf_release(&job->written);
    image_bytes_release(&job->exact);
}

static void read_tags(const void *record, struct pc_record_list list)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    const struct pc_tag *read;
    pc_arena_init(&arena);
    FUZZ_CHECK(pc_record_tags(&arena, record, list, &read) == PC_OK, "no memory");
    for (uint32_t i = 0; i < list.count; i++) {
        image_read(read[i].key);
        image_read(read[i].value);
    }
}

static void read_digests(const void *record)
{
    struct pc_record_digests named = pc_record_digests(record);
    image_read((struct pc_str){named.first, named.count * PC_HASH_BYTES});
}

void image_ask_principal(struct pc_str input)
{
    const struct pc_principal_fields fields = {.role = true,
                                               .arn = PC_STR("arn:aws:iam::111122223333:role/p/R"),
                                               .id = PC_STR("AROAEXAMPLE"),
                                               .tags = tags,
                                               .tag_count = 2,
                                               .allowed = {{1, 2, 3}},
                                               .identity = digest(0),
                                               .boundary = digest(1),
                                               .trust = digest(2)};
    struct job job = {.exact = {.memory = NULL}};
    pc_principal_record_write(&job.written, &fields);
    if (edit_and_check(&job, input, PC_STR("aws:111122223333:role/r"), pc_principal_record_check)) {
        const struct pc_principal_record *record = (const void *)job.exact.bytes;
        image_read(pc_record_text(record, record->arn));
        image_read(pc_record_text(record, record->id));
        image_read(pc_principal_identity(record));
        image_read(pc_principal_boundary(record));
        image_read(pc_principal_trust(record));
        read_tags(record, record->tags);
        read_digests(record);
    }
    release(&job);
}

void image_ask_resource(struct pc_str input)
{
    const struct pc_resource_fields fields = {
        .account = PC_STR("111122223333"), .tags = tags, .tag_count = 2, .policy = digest(0)};
    struct job job = {.exact = {.memory = NULL}};
    pc_resource_record_write(&job.written, &fields);
    if (edit_and_check(&job, input, PC_STR("arn:aws:s3:::b"), pc_resource_record_check)) {
        const struct pc_resource_record *record = (const void *)job.exact.bytes;
        image_read(pc_record_text(record, record->account));
        image_read(pc_resource_policy(record));
        read_tags(record, record->tags);
        read_digests(record);
    }
    release(&job);
}

static void read_connection(const struct pc_known_connection *connection)
{
    image_read(connection->kind);
    image_read(connection->function);
    image_read(connection->other);
    image_read(connection->place.file);
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        image_read(fact.key);
        image_read(fact.value);
    }
    image_read(pc_known_connection_tells(connection, PC_STR("batchSize")));
}

void image_ask_function(struct pc_str input)
{
    static const struct pc_str variables[] = {PC_STR_INIT("DB_URL"), PC_STR_INIT("")};
    struct pc_str pairs[] = {PC_STR("batchSize"), PC_STR("10"), PC_STR("filter"), PC_STR("")};
    const struct pc_connection told = {
        .kind = PC_STR("mapping"),
        .function = PC_STR("arn:aws:lambda:eu-west-1:1:function:f"),
        .other = PC_STR("arn:aws:sqs:eu-west-1:1:q"),
        .place = {.file = PC_STR("dump.json"), .line = 3, .column = 1},
        .pairs = pairs,
        .pair_count = 2};
    PC_CLEANUP(pc_buf_release) struct pc_buf connection = {0};
    pc_connection_write(&connection, &told);
    const struct pc_str connections[] = {pc_buf_view(&connection), pc_buf_view(&connection)};
    const struct pc_function_fields fields = {.role = PC_STR("arn:aws:iam::111122223333:role/R"),
                                              .kms_key = PC_STR("arn:aws:kms:eu-west-1:1:key/k"),
                                              .place = {.file = PC_STR("f.json"), .line = 1},
                                              .variables = variables,
                                              .variable_count = 2,
                                              .connections = connections,
                                              .connection_count = 2};
    struct job job = {.exact = {.memory = NULL}};
    pc_function_record_write(&job.written, &fields);
    if (edit_and_check(&job, input, told.function, pc_function_record_check)) {
        struct pc_known_function function = pc_known_function_of(job.exact.bytes);
        image_read(function.role);
        image_read(function.kms_key);
        image_read(function.place.file);
        for (size_t i = 0; i < function.variable_count; i++) {
            image_read(pc_known_function_variable(&function, i));
        }
        for (size_t i = 0; i < function.connection_count; i++) {
            struct pc_known_connection read = pc_known_function_connection(&function, i);
            read_connection(&read);
        }
    }
    release(&job);
}

void image_ask_account(struct pc_str input)
{
    const struct pc_str scp[] = {digest(0), digest(1)};
    const struct pc_str rcp[] = {digest(2)};
    const struct pc_account_fields fields = {
        .management = false, .scp = scp, .scp_count = 2, .rcp = rcp, .rcp_count = 1};
    struct job job = {.exact = {.memory = NULL}};
    pc_account_record_write(&job.written, &fields);
    if (edit_and_check(&job, input, PC_STR("111122223333"), pc_account_record_check)) {
        read_digests(job.exact.bytes);
    }
    release(&job);
}
