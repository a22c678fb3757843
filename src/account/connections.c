// SPDX-License-Identifier: Apache-2.0
#include "connections.h"

void pc_connection_fact(struct pc_connection_draft *draft, struct pc_str name, struct pc_str value)
{
    if (value.len == 0) {
        return;
    }
    if (draft->pair_count == PC_DRAFT_FACTS) {
        draft->overfull = true;
        return;
    }
    draft->pairs[2 * draft->pair_count] = name;
    draft->pairs[2 * draft->pair_count + 1] = value;
    draft->pair_count++;
}

struct pc_str pc_connection_told(const struct pc_connection *connection, struct pc_str name)
{
    for (size_t i = 0; i < connection->pair_count; i++) {
        if (pc_str_eq(connection->pairs[2 * i], name)) {
            return connection->pairs[2 * i + 1];
        }
    }
    return PC_STR("");
}

// Copying -----------------------------------------------------------------------------------------

// By name, and those of one name in the order in which they were told: the same facts in another
// order are the same connection.
static void sort_pairs(struct pc_str *pairs, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct pc_str name = pairs[2 * i], value = pairs[2 * i + 1];
        size_t at = i;
        for (; at > 0 && pc_str_cmp(pairs[2 * (at - 1)], name) > 0; at--) {
            pairs[2 * at] = pairs[2 * (at - 1)];
            pairs[2 * at + 1] = pairs[2 * (at - 1) + 1];
        }
        pairs[2 * at] = name;
        pairs[2 * at + 1] = value;
    }
}

static enum pc_status copy_pairs(struct pc_arena *arena, const struct pc_connection_draft *draft,
                                 struct pc_connection *out)
{
    size_t count = 2 * draft->pair_count;
    out->pairs = pc_arena_array(arena, count, sizeof(*out->pairs));
    if (out->pairs == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(pc_arena_copy(arena, draft->pairs[i], &out->pairs[i]));
    }
    out->pair_count = draft->pair_count;
    sort_pairs(out->pairs, out->pair_count);
    return PC_OK;
}

static enum pc_status copy(struct pc_arena *arena, const struct pc_connection_draft *draft,
                           struct pc_connection *out)
{
    *out = (struct pc_connection){
        .kind = pc_str_from(draft->kind),
        .own = draft->own,
        .place = draft->place,
        .function_place = draft->function_place.line > 0 ? draft->function_place : draft->place,
    };
    PC_TRY(pc_arena_copy(arena, draft->function, &out->function));
    PC_TRY(pc_arena_copy(arena, draft->other, &out->other));
    return copy_pairs(arena, draft, out);
}

enum pc_status pc_connection_append(struct pc_arena *arena, struct pc_connection *connection,
                                    struct pc_str name, struct pc_str value)
{
    size_t count = connection->pair_count;
    struct pc_str *pairs = pc_arena_array(arena, 2 * (count + 1), sizeof(*pairs));
    if (pairs == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < 2 * count; i++) {
        pairs[i] = connection->pairs[i];
    }
    pairs[2 * count] = name;
    pairs[2 * count + 1] = value;
    connection->pairs = pairs;
    connection->pair_count++;
    sort_pairs(pairs, connection->pair_count);
    return PC_OK;
}

// What there is once ------------------------------------------------------------------------------

// Kinds of which a function has one, or one by the value of a fact.
static const struct single {
    const char *kind;
    const char *what; // for people; those of one name stand for each other
    const char *fact; // NULL: one a function
    bool alone;       // the fact tells it apart, whatever the function
} singles[] = {
    {"logs", "the log group of", NULL, false},
    {"tracing", "the tracing of", NULL, false},
    {"vpc", "the VPC of", NULL, false},
    {"image", "the image of", NULL, false},
    {"efs", "the file system of", NULL, false},
    {"url", "the URL of", NULL, false},
    {"alias", "the alias", NULL, false},
    {"dead-letter-sqs", "the dead-letter queue of", NULL, false},
    {"dead-letter-sns", "the dead-letter queue of", NULL, false},
    {"destination-sqs", "the destination of", "on", false},
    {"destination-sns", "the destination of", "on", false},
    {"destination-eventbridge", "the destination of", "on", false},
    {"destination-lambda", "the destination of", "on", false},
    {"destination-s3", "the destination of", "on", false},
    {"destination-kafka", "the destination of", "on", false},
    {"sqs", "the event source mapping", "uuid", true},
    {"kinesis", "the event source mapping", "uuid", true},
    {"dynamodb", "the event source mapping", "uuid", true},
    {"msk", "the event source mapping", "uuid", true},
    {"kafka", "the event source mapping", "uuid", true},
    {"mq", "the event source mapping", "uuid", true},
    {"documentdb", "the event source mapping", "uuid", true},
};

static const struct single *single_of(const struct pc_connection *connection)
{
    // An image that nobody names is told again by whoever names it.
    bool image = pc_str_eq(connection->kind, PC_STR("image"));
    for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
        const struct single *single = &singles[i];
        if (pc_str_eq(connection->kind, pc_str_from(single->kind))) {
            bool told =
                !single->alone || pc_connection_told(connection, pc_str_from(single->fact)).len > 0;
            return told && !(image && connection->other.len == 0) ? single : NULL;
        }
    }
    return NULL;
}

// What tells two connections apart: all but where they were told.
static enum pc_status write_key(struct pc_arena *arena, const struct pc_connection *connection,
                                const struct single *single, struct pc_str *out)
{
    if (single != NULL) {
        struct pc_str fact = pc_connection_told(connection, pc_str_from(single->fact));
        struct pc_str mapping = pc_connection_told(connection, PC_STR("mapping"));
        struct pc_str function = single->alone ? PC_STR("") : connection->function;
        return pc_arena_format(arena, out, "%s|%.*s|%.*s|%.*s", single->what, PC_STR_ARG(function),
                               PC_STR_ARG(fact), PC_STR_ARG(mapping));
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_connection placeless = *connection;
    placeless.place = (struct pc_place){.line = 0};
    pc_connection_write(&text, &placeless);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

static size_t count_values(const struct pc_connection *connection, struct pc_str name,
                           struct pc_str value)
{
    size_t count = 0;
    for (size_t i = 0; i < connection->pair_count; i++) {
        count += pc_str_eq(connection->pairs[2 * i], name) &&
                 (value.len == 0 || pc_str_eq(connection->pairs[2 * i + 1], value));
    }
    return count;
}

// Do both tell the same of what both tell?
static bool agree(const struct pc_connection *a, const struct pc_connection *b)
{
    bool same = pc_str_eq(a->kind, b->kind) && pc_str_eq(a->other, b->other) &&
                pc_str_eq(a->function, b->function);
    for (size_t i = 0; same && i < a->pair_count; i++) {
        struct pc_str name = a->pairs[2 * i], value = a->pairs[2 * i + 1];
        size_t others = count_values(b, name, PC_STR(""));
        same = others == 0 || (others == count_values(a, name, PC_STR("")) &&
                               count_values(b, name, value) == count_values(a, name, value));
    }
    return same;
}

static enum pc_status merge(struct pc_import *import, const struct single *single,
                            struct pc_connection *known, const struct pc_connection *told)
{
    struct pc_connection before = *known;
    if (!agree(known, told)) {
        struct pc_str uuid = pc_connection_told(told, PC_STR("uuid"));
        pc_picture_twice(import, single->what, single->alone ? uuid : told->function, known->place,
                         told->place);
        return PC_OK;
    }
    for (size_t i = 0; i < told->pair_count; i++) {
        struct pc_str name = told->pairs[2 * i];
        if (count_values(&before, name, PC_STR("")) == 0) {
            PC_TRY(pc_connection_append(import->arena, known, name, told->pairs[2 * i + 1]));
        }
    }
    return PC_OK;
}

// Counts it for the document that told it.
static enum pc_status note_kind(struct pc_import *import, const char *name)
{
    if (import->reading == NULL || name == NULL) {
        return PC_OK;
    }
    struct pc_recognised_kind **end = &import->reading->kinds;
    while (*end != NULL && !pc_str_eq(pc_str_from((*end)->kind), pc_str_from(name))) {
        end = &(*end)->next;
    }
    if (*end == NULL) {
        *end = pc_arena_alloc(import->arena, sizeof(**end));
        if (*end == NULL) {
            return PC_ERR_NOMEM;
        }
        (*end)->kind = name;
    }
    (*end)->count++;
    return PC_OK;
}

// Adding ------------------------------------------------------------------------------------------

enum pc_status pc_connection_add(const struct pc_members *reader,
                                 const struct pc_connection_draft *draft)
{
    struct pc_import *import = reader->import;
    struct pc_str key;
    if (draft->overfull) {
        pc_diag_report(import->diags, reader->code, draft->place,
                       "a connection of \"%.*s\" with more than %d facts",
                       PC_STR_ARG(draft->function), (int)PC_DRAFT_FACTS);
        return PC_OK;
    }
    struct pc_connection *connection = pc_arena_alloc(import->arena, sizeof(*connection));
    if (connection == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(copy(import->arena, draft, connection));
    const struct single *single = single_of(connection);
    PC_TRY(write_key(import->arena, connection, single, &key));
    struct pc_connection *known = pc_map_get(&import->connection_by_key, key);
    if (known != NULL) {
        return single == NULL ? PC_OK : merge(import, single, known, connection);
    }
    PC_TRY(pc_map_put(&import->connection_by_key, key, connection));
    PC_TRY(note_kind(import, draft->kind));
    *import->connections_end = connection;
    import->connections_end = &connection->next;
    return PC_OK;
}

// Writing -----------------------------------------------------------------------------------------

static void write_field(struct pc_buf *out, struct pc_str text)
{
    pc_buf_u32(out, (uint32_t)text.len);
    pc_buf_str(out, text);
}

void pc_connection_write(struct pc_buf *out, const struct pc_connection *connection)
{
    write_field(out, connection->kind);
    write_field(out, connection->function);
    write_field(out, connection->other);
    write_field(out, connection->place.file);
    pc_buf_u32(out, connection->place.line);
    pc_buf_u32(out, connection->place.column);
    for (size_t i = 0; i < 2 * connection->pair_count; i++) {
        write_field(out, connection->pairs[i]);
    }
}
