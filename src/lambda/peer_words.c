// SPDX-License-Identifier: Apache-2.0
#include "peer_words.h"

// The first of the function's connections that is one; NULL without.
static const struct pc_known_connection *
find(const struct pc_subject *subject,
     bool (*is)(const struct pc_subject *subject, const struct pc_known_connection *connection))
{
    for (size_t i = 0; subject->peers != NULL && i < subject->peers->count; i++) {
        if (is(subject, &subject->peers->rows[i])) {
            return &subject->peers->rows[i];
        }
    }
    return NULL;
}

static struct pc_str other_end(const struct pc_known_connection *connection)
{
    return connection == NULL ? PC_STR("") : connection->other;
}

static bool is_deployment(const struct pc_subject *subject,
                          const struct pc_known_connection *connection)
{
    (void)subject;
    return pc_str_eq(connection->kind, PC_STR("deployer"));
}

struct pc_str pc_peer_deployer(const struct pc_subject *subject)
{
    struct pc_str told = pc_known_connection_tells(&subject->connection, PC_STR("deployer"));
    return told.len > 0 ? told : other_end(find(subject, is_deployment));
}

static bool is_mapping(const struct pc_subject *subject,
                       const struct pc_known_connection *connection)
{
    struct pc_str id = pc_known_connection_tells(&subject->connection, PC_STR("mapping"));
    return id.len > 0 && pc_str_eq(pc_known_connection_tells(connection, PC_STR("uuid")), id);
}

struct pc_str pc_peer_mapped(const struct pc_subject *subject)
{
    return other_end(find(subject, is_mapping));
}

static bool is_self_managed(const struct pc_subject *subject,
                            const struct pc_known_connection *connection)
{
    return pc_str_eq(connection->kind, PC_STR("kafka")) && is_mapping(subject, connection);
}

bool pc_peer_is_self_managed(const struct pc_subject *subject)
{
    return find(subject, is_self_managed) != NULL;
}

static bool is_front(const struct pc_subject *subject, const struct pc_known_connection *connection)
{
    struct pc_str own = subject->connection.function, its = connection->function;
    return pc_str_eq(connection->kind, PC_STR("cloudfront")) &&
           pc_str_eq(own.len > 0 ? own : subject->function.function,
                     its.len > 0 ? its : subject->function.function);
}

bool pc_peer_is_front(const struct pc_subject *subject)
{
    return find(subject, is_front) != NULL;
}
