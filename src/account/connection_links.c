// SPDX-License-Identifier: Apache-2.0
//
// Gives functions their connections when all is read, and connections what only others tell: the
// keys of queues and topics, owners of buckets, grants of the function's key.
#include "connections.h"

#include "link.h"
#include "names.h"

// Functions ---------------------------------------------------------------------------------------

// A version may be described by itself, and has what its own configuration tells; an alias and a
// version that others name stand for their function.
static struct pc_function *find_function(const struct pc_import *import,
                                         const struct pc_connection *connection,
                                         struct pc_str *bare)
{
    if (!pc_function_arn_parse(connection->function, bare)) {
        return NULL;
    }
    struct pc_function *exact = pc_map_get(&import->function_by_arn, connection->function);
    struct pc_function *whole = pc_map_get(&import->function_by_arn, *bare);
    if (connection->own) {
        return exact != NULL ? exact : whole;
    }
    return whole != NULL ? whole : exact;
}

static void give(struct pc_function *function, struct pc_connection *connection)
{
    if (function->last_connection == NULL) {
        function->connections = connection;
    } else {
        function->last_connection->next = connection;
    }
    function->last_connection = connection;
    function->connection_count++;
}

// The other end -----------------------------------------------------------------------------------

static struct pc_str key_of(const struct pc_resource *resource)
{
    return resource->kms_key;
}

static struct pc_str owner_of(const struct pc_resource *resource)
{
    return resource->account;
}

const struct pc_connection_thing_fact pc_connection_thing_facts[PC_THING_FACTS] = {
    [PC_THING_KEY] = {"kms-key", PC_KEY_OF, "key", key_of},
    [PC_THING_OWNER] = {"account", PC_OWNER_OF, "owner", owner_of},
};

struct pc_str pc_connection_stream(struct pc_str other)
{
    struct pc_str fields[4];
    struct pc_arn arn;
    if (!pc_arn_parse(other, &arn) || !pc_str_eq(arn.service, PC_STR("kinesis")) ||
        pc_str_split(arn.resource, '/', fields, 4) != 4) {
        return other;
    }
    return pc_str_slice(other, 0, other.len - fields[2].len - fields[3].len - 2);
}

const struct pc_resource *pc_connection_resource(const struct pc_import *import,
                                                 struct pc_str other)
{
    const struct pc_resource *resource = pc_map_get(&import->resource_by_arn, other);
    return resource != NULL ? resource
                            : pc_map_get(&import->resource_by_arn, pc_connection_stream(other));
}

// Adds what a resource is said to have, of which the fact has the name.
static enum pc_status append_of(struct pc_import *import, struct pc_connection *connection,
                                const char *of, const struct pc_resource *resource,
                                struct pc_str value)
{
    struct pc_str name;
    PC_TRY(pc_arena_format(import->arena, &name, "%s%.*s", of, PC_STR_ARG(resource->arn)));
    return pc_connection_told(connection, name).len > 0
               ? PC_OK
               : pc_connection_append(import->arena, connection, name, value);
}

// Adds a fact of the other end that the connection may have and does not tell itself.
static enum pc_status complete(struct pc_import *import, struct pc_connection *connection,
                               const struct pc_connection_thing_fact *fact,
                               const struct pc_resource *resource)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(connection->kind);
    struct pc_str name = pc_str_from(fact->name);
    struct pc_str value = fact->of_resource(resource);
    if (value.len == 0 || kind == NULL || pc_connection_kind_fact(kind, name) == NULL ||
        pc_connection_told(connection, name).len > 0) {
        return PC_OK;
    }
    PC_TRY(pc_connection_append(import->arena, connection, name, value));
    return append_of(import, connection, fact->of, resource, value);
}

// Each secret may have a key of its own, so that the fact names the secret, too.
static enum pc_status complete_key(struct pc_import *import, struct pc_connection *connection,
                                   struct pc_str encrypted)
{
    const struct pc_resource *resource = pc_map_get(&import->resource_by_arn, encrypted);
    return resource == NULL || resource->kms_key.len == 0
               ? PC_OK
               : append_of(import, connection, PC_KEY_OF, resource, resource->kms_key);
}

bool pc_connection_key_is_told_of(struct pc_str fact, bool key_of_secrets)
{
    bool secret = pc_str_eq(fact, PC_STR("secret")) || pc_str_eq(fact, PC_STR("scram"));
    return (secret && key_of_secrets) || pc_str_eq(fact, PC_STR("dead-letter"));
}

// The keys of its dead-letter queue, and of the secrets, unless it tells one for all of them
// itself.
static enum pc_status complete_keys(struct pc_import *import, struct pc_connection *connection,
                                    bool key_of_secrets)
{
    const struct pc_connection before = *connection;
    bool secrets = key_of_secrets && pc_connection_told(connection, PC_STR("kms-key")).len == 0;
    for (size_t i = 0; i < before.pair_count; i++) {
        if (pc_connection_key_is_told_of(before.pairs[2 * i], secrets)) {
            PC_TRY(complete_key(import, connection, before.pairs[2 * i + 1]));
        }
    }
    return PC_OK;
}

static enum pc_status complete_other(struct pc_import *import, struct pc_connection *connection)
{
    const struct pc_resource *resource = pc_connection_resource(import, connection->other);
    const struct pc_connection_kind *kind = pc_connection_kind_find(connection->kind);
    bool key_of_secrets = kind != NULL && kind->key_of_secrets;
    PC_TRY(complete_keys(import, connection, key_of_secrets));
    if (resource == NULL || key_of_secrets) {
        return PC_OK;
    }
    struct pc_str told = pc_connection_told(connection, PC_STR("account"));
    if (told.len > 0 && resource->account.len > 0 && !pc_str_eq(told, resource->account)) {
        pc_picture_twice(import, "the owner of", resource->arn, resource->place, connection->place);
    }
    for (size_t i = 0; i < PC_THING_FACTS; i++) {
        PC_TRY(complete(import, connection, &pc_connection_thing_facts[i], resource));
    }
    return PC_OK;
}

// What is told twice ------------------------------------------------------------------------------

static bool is_image(const struct pc_connection *connection, bool named)
{
    return pc_str_eq(connection->kind, PC_STR("image")) && (connection->other.len > 0) == named;
}

static bool is_unnamed_image(const struct pc_connection *connection)
{
    return is_image(connection, false);
}

static bool is_environment(const struct pc_connection *connection)
{
    return pc_str_eq(connection->kind, PC_STR("environment"));
}

static void drop(struct pc_function *function, bool (*is)(const struct pc_connection *connection))
{
    function->last_connection = NULL;
    for (struct pc_connection **end = &function->connections; *end != NULL;) {
        if (is(*end)) {
            *end = (*end)->next;
            function->connection_count--;
        } else {
            function->last_connection = *end;
            end = &(*end)->next;
        }
    }
}

// That there is an image, or an environment that could not be read, says nothing more where another
// document says which.
static void drop_what_is_told_better(struct pc_function *function)
{
    bool named = false;
    for (const struct pc_connection *each = function->connections; each != NULL;
         each = each->next) {
        named = named || is_image(each, true);
    }
    if (named) {
        drop(function, is_unnamed_image);
    }
    if (function->variable_count > 0) {
        drop(function, is_environment);
    }
}

// Grants ------------------------------------------------------------------------------------------

static bool is_for_key(const struct pc_grant *grant, struct pc_str key)
{
    return key.len > 0 && (pc_str_eq(grant->key, key) || pc_str_eq(grant->key, pc_arn_last(key)));
}

const struct pc_grant *pc_grant_with_key(const struct pc_grant *grants, struct pc_str key)
{
    while (grants != NULL && !is_for_key(grants, key)) {
        grants = grants->next;
    }
    return grants;
}

static bool is_for_role(const struct pc_grant *grant, const struct pc_function *function)
{
    return pc_str_eq(grant->principal, function->role);
}

// That function alone.
static bool is_for_function(const struct pc_grant *grant, const struct pc_function *function)
{
    struct pc_str bare;
    return grant->function.len > 0 &&
           (pc_str_eq(grant->function, function->arn) ||
            (pc_function_arn_parse(function->arn, &bare) && pc_str_eq(grant->function, bare)));
}

// Grants are no policies and never count in a decision: they are kept to tell people that a
// function relies on one.
static enum pc_status give_grant(struct pc_arena *arena, const struct pc_grant *grant,
                                 struct pc_function *function)
{
    struct pc_connection *connection = pc_arena_alloc(arena, sizeof(*connection));
    if (connection == NULL) {
        return PC_ERR_NOMEM;
    }
    *connection = (struct pc_connection){.kind = PC_STR("grant"),
                                         .function = function->arn,
                                         .other = function->kms_key,
                                         .place = grant->place};
    for (const struct pc_word *word = grant->operations; word != NULL; word = word->next) {
        PC_TRY(pc_connection_append(arena, connection, PC_STR("operation"), word->text));
    }
    if (!is_for_role(grant, function)) {
        PC_TRY(pc_connection_append(arena, connection, PC_STR("grantee"), grant->principal));
    } else if (grant->function.len > 0 && !is_for_function(grant, function)) {
        PC_TRY(pc_connection_append(arena, connection, PC_STR("for"), grant->function));
    }
    give(function, connection);
    return PC_OK;
}

// Those with the function's key for its role and for no other function. Without one, another that
// is meant for either tells what became of it; the rest is dropped.
enum pc_status pc_function_give_grants(struct pc_arena *arena, const struct pc_grant *grants,
                                       struct pc_function *function)
{
    const struct pc_grant *stray = NULL;
    bool given = false;
    for (const struct pc_grant *grant = grants; grant != NULL; grant = grant->next) {
        bool role = is_for_role(grant, function), own = is_for_function(grant, function);
        if (!is_for_key(grant, function->kms_key) || (!role && !own)) {
            continue;
        }
        if (role && (own || grant->function.len == 0)) {
            PC_TRY(give_grant(arena, grant, function));
            given = true;
        } else if (stray == NULL || own) {
            stray = grant;
        }
    }
    return given || stray == NULL ? PC_OK : give_grant(arena, stray, function);
}

// All ---------------------------------------------------------------------------------------------

enum pc_status pc_connections_link(struct pc_import *import)
{
    struct pc_connection *next;
    for (struct pc_connection *connection = import->connections; connection != NULL;
         connection = next) {
        struct pc_str bare = connection->function;
        struct pc_function *function = find_function(import, connection, &bare);
        next = connection->next;
        connection->next = NULL;
        if (function == NULL) {
            pc_link_dangling(import, "function", bare, connection->function_place);
        } else if (connection->kind.len > 0) {
            PC_TRY(complete_other(import, connection));
            give(function, connection);
        }
    }
    for (struct pc_function *function = import->functions; function != NULL;
         function = function->next) {
        drop_what_is_told_better(function);
        PC_TRY(pc_function_give_grants(import->arena, import->grants, function));
    }
    return PC_OK;
}
