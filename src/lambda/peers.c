// SPDX-License-Identifier: Apache-2.0
#include "lambda/template.h"

static bool is_peer(const struct pc_known_connection *connection)
{
    static const struct pc_str kinds[] = {PC_STR_INIT("alias"), PC_STR_INIT("version"),
                                          PC_STR_INIT("url"), PC_STR_INIT("cloudfront"),
                                          PC_STR_INIT("deployer")};
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
