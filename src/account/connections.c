// SPDX-License-Identifier: Apache-2.0
#include "connections.h"

#include "names.h"

enum {
    MOST_FACTS = 32,
};

void pc_connection_fact(struct pc_connection_draft *draft, struct pc_str name, struct pc_str value)
{
    if (value.len == 0) {
        return;
    }
    if (draft->pair_count == MOST_FACTS) {
        draft->overfull = true;
        return;
    }
    draft->pairs[2 * draft->pair_count] = name;
    draft->pairs[2 * draft->pair_count + 1] = value;
    draft->pair_count++;
}

// Adding ------------------------------------------------------------------------------------------

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
    return PC_OK;
}

static enum pc_status copy(struct pc_arena *arena, const struct pc_connection_draft *draft,
                           struct pc_connection *out)
{
    *out = (struct pc_connection){.kind = pc_str_from(draft->kind), .place = draft->place};
    PC_TRY(pc_arena_copy(arena, draft->function, &out->function));
    PC_TRY(pc_arena_copy(arena, draft->other, &out->other));
    return copy_pairs(arena, draft, out);
}

// What tells two connections apart: all but where they were told.
static enum pc_status write_key(struct pc_arena *arena, const struct pc_connection *connection,
                                struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_connection placeless = *connection;
    placeless.place = (struct pc_place){.line = 0};
    pc_connection_write(&text, &placeless);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

enum pc_status pc_connection_add(struct pc_import *import, const struct pc_connection_draft *draft)
{
    struct pc_str key;
    struct pc_connection *connection = pc_arena_alloc(import->arena, sizeof(*connection));
    if (connection == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(draft->overfull ? PC_ERR_LIMIT : PC_OK);
    PC_TRY(copy(import->arena, draft, connection));
    PC_TRY(write_key(import->arena, connection, &key));
    if (pc_map_get(&import->connection_by_key, key) != NULL) {
        return PC_OK; // several documents may tell the same
    }
    PC_TRY(pc_map_put(&import->connection_by_key, key, connection));
    *import->connections_end = connection;
    import->connections_end = &connection->next;
    return PC_OK;
}

// Linking -----------------------------------------------------------------------------------------

// A version may be described by itself; an alias stands for its function.
static struct pc_function *find_function(const struct pc_import *import, struct pc_str arn)
{
    struct pc_str bare;
    if (!pc_function_arn_parse(arn, &bare)) {
        return NULL;
    }
    struct pc_function *function = pc_map_get(&import->function_by_arn, bare);
    return function != NULL ? function : pc_map_get(&import->function_by_arn, arn);
}

enum pc_status pc_connections_link(struct pc_import *import)
{
    struct pc_connection *next;
    for (struct pc_connection *connection = import->connections; connection != NULL;
         connection = next) {
        struct pc_function *function = find_function(import, connection->function);
        next = connection->next;
        connection->next = NULL;
        if (function == NULL) {
            pc_diag_report(import->diags, PC_DIAG_DANGLING, connection->place,
                           "no document defines the function \"%.*s\"",
                           PC_STR_ARG(connection->function));
            pc_diag_hint(import->diags, "compile the dump or manifest that defines it as well");
            continue;
        }
        struct pc_connection **end = &function->connections;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        *end = connection;
        function->connection_count++;
    }
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
