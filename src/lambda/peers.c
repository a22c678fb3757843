// SPDX-License-Identifier: Apache-2.0
#include "lambda/template.h"

static bool is_peer(const struct pc_known_connection *connection)
{
    static const struct pc_str kinds[] = {PC_STR_INIT("alias"),    PC_STR_INIT("version"),
                                          PC_STR_INIT("url"),      PC_STR_INIT("cloudfront"),
                                          PC_STR_INIT("deployer"), PC_STR_INIT("layer"),
                                          PC_STR_INIT("vpc"),      PC_STR_INIT("grant")};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (pc_str_eq(connection->kind, kinds[i])) {
            return true;
        }
    }
    return pc_str_has_prefix(connection->kind, PC_STR("api-gateway-")) ||
           pc_known_connection_tells(connection, PC_STR("uuid")).len > 0;
}

enum pc_status pc_peers_find(struct pc_arena *arena, const struct pc_known_function *known,
                             struct pc_peers *out)
{
    *out = (struct pc_peers){.rows = NULL};
    if (known->connection_count == 0) {
        return PC_OK;
    }
    out->rows = pc_arena_array(arena, known->connection_count, sizeof(*out->rows));
    if (out->rows == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < known->connection_count; i++) {
        const struct pc_known_connection connection = pc_known_function_connection(known, i);
        if (is_peer(&connection)) {
            out->rows[out->count++] = connection;
        }
    }
    return PC_OK;
}

// Appends those of one connection.
static void take_values(const struct pc_known_connection *connection, struct pc_str fact,
                        struct pc_texts *out)
{
    if (pc_str_eq(fact, PC_STR("source"))) {
        out->items[out->count++] = connection->other;
        return;
    }
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag told = pc_known_connection_fact(connection, i);
        if (pc_str_eq(told.key, fact)) {
            out->items[out->count++] = told.value;
        }
    }
}

static enum pc_status find_values(struct pc_arena *arena, const struct pc_peers *peers,
                                  struct pc_str kind, struct pc_str fact, struct pc_texts *out)
{
    size_t most = 0;
    for (size_t i = 0; i < peers->count; i++) {
        most += peers->rows[i].fact_count + 1;
    }
    out->items = pc_arena_array(arena, most, sizeof(*out->items));
    if (out->items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < peers->count; i++) {
        if (pc_str_eq(peers->rows[i].kind, kind)) {
            take_values(&peers->rows[i], fact, out);
        }
    }
    return PC_OK;
}

enum pc_status pc_template_values(struct pc_arena *arena, struct pc_str text,
                                  const struct pc_subject *subject, struct pc_texts *out)
{
    struct pc_str parts[2];
    struct pc_str word = pc_str_slice(text, 1, text.len - 1);
    *out = (struct pc_texts){.items = NULL};
    bool alone = pc_str_has_prefix(text, PC_STR("{")) && pc_str_find(text, '}', 0) == text.len - 1;
    if (alone && pc_str_split(word, '.', parts, 2) == 2) {
        bool none = subject->peers == NULL || subject->peers->count == 0;
        return none ? PC_OK : find_values(arena, subject->peers, parts[0], parts[1], out);
    }
    out->items = pc_arena_array(arena, 1, sizeof(*out->items));
    if (out->items == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_template_fill_part(arena, text, subject, &out->items[0]));
    out->count = out->items[0].len > 0; // what is not known is not sent
    return PC_OK;
}
