// SPDX-License-Identifier: Apache-2.0
#include "connections_kept.h"

#include "account/resolve.h"
#include "connections.h"
#include "directories.h"
#include "record.h"

#define KEY_UNTOLD "with a key, which is not told now, of"

// A search of the store's functions, and the one that is looked at.
struct search {
    const struct pc_kept *kept;
    struct pc_str function; // its ARN
    const struct pc_known_connection *connection;
    bool stale; // something was reported
};

static void report(struct search *search, const char *how, struct pc_str of, struct pc_place place)
{
    const struct pc_kept *kept = search->kept;
    bool comes = pc_map_get(&kept->import->function_by_arn, search->function) != NULL;
    pc_diag_report(kept->diags, PC_DIAG_UPDATE_SHARED, place,
                   "the function \"%.*s\" of the store \"%.*s\" was compiled %s \"%.*s\"",
                   PC_STR_ARG(search->function), PC_STR_ARG(kept->store), how, PC_STR_ARG(of));
    pc_diag_hint(kept->diags, "compile the %s with it, or everything together, without --update",
                 comes ? "resource" : "function");
    search->stale = true;
}

// Keys and owners ---------------------------------------------------------------------------------

// Of a resource without a key nobody can tell here whether the one of before was its own, or told
// by the connection: that is refused, too.
static void compare_key(struct search *search, struct pc_str name,
                        const struct pc_resource *resource)
{
    struct pc_str held = pc_known_connection_tells(search->connection, name);
    struct pc_str now = resource->kms_key;
    if (!pc_str_eq(held, now)) {
        const char *how = held.len == 0 ? "without the key of" : "with another key of";
        report(search, now.len == 0 ? KEY_UNTOLD : how, resource->arn,
               now.len > 0 ? resource->kms_place : resource->place);
    }
}

static void compare_owner(struct search *search, const struct pc_resource *resource)
{
    struct pc_str held = pc_known_connection_tells(search->connection, PC_STR("account"));
    if (!pc_str_eq(held, resource->account)) {
        report(search, held.len == 0 ? "without the owner of" : "with another owner of",
               resource->arn, resource->place);
    }
}

static enum pc_status compare_key_of(struct search *search, struct pc_str encrypted)
{
    const struct pc_import *import = search->kept->import;
    const struct pc_resource *resource = pc_map_get(&import->resource_by_arn, encrypted);
    struct pc_str name;
    if (resource != NULL) {
        PC_TRY(pc_arena_format(import->arena, &name, PC_KEY_OF "%.*s", PC_STR_ARG(encrypted)));
        compare_key(search, name, resource);
    }
    return PC_OK;
}

static enum pc_status compare_keys_of(struct search *search, bool key_of_secrets)
{
    const struct pc_known_connection *connection = search->connection;
    bool own = pc_known_connection_tells(connection, PC_STR("kms-key")).len > 0;
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_connection_key_is_told_of(fact.key, key_of_secrets && !own)) {
            PC_TRY(compare_key_of(search, fact.value));
        }
    }
    return PC_OK;
}

static enum pc_status compare_connection(struct search *search)
{
    const struct pc_known_connection *connection = search->connection;
    const struct pc_connection_kind *kind = pc_connection_kind_find(connection->kind);
    if (kind == NULL) {
        return PC_OK;
    }
    PC_TRY(compare_keys_of(search, kind->key_of_secrets));
    const struct pc_resource *resource =
        pc_connection_resource(search->kept->import, connection->other);
    if (resource == NULL || kind->key_of_secrets) {
        return PC_OK;
    }
    if (pc_connection_kind_fact(kind, PC_STR("kms-key")) != NULL) {
        compare_key(search, PC_STR("kms-key"), resource);
    }
    if (pc_connection_kind_fact(kind, PC_STR("account")) != NULL) {
        compare_owner(search, resource);
    }
    return PC_OK;
}

// Grants ------------------------------------------------------------------------------------------

static bool is_grant(const struct pc_known_connection *connection)
{
    return pc_str_eq(connection->kind, PC_STR("grant"));
}

// Do both tell the same, wherever they were told? Facts are sorted by name.
static bool is_same(const struct pc_known_connection *held, const struct pc_connection *now)
{
    bool same = pc_str_eq(held->other, now->other) && held->fact_count == now->pair_count;
    for (size_t i = 0; same && i < now->pair_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(held, i);
        same =
            pc_str_eq(fact.key, now->pairs[2 * i]) && pc_str_eq(fact.value, now->pairs[2 * i + 1]);
    }
    return same;
}

static bool holds(const struct pc_known_function *function, const struct pc_connection *now)
{
    bool found = false;
    for (size_t i = 0; !found && i < function->connection_count; i++) {
        struct pc_known_connection held = pc_known_function_connection(function, i);
        found = is_grant(&held) && is_same(&held, now);
    }
    return found;
}

static bool is_given(const struct pc_function *now, const struct pc_known_connection *held)
{
    bool found = false;
    for (const struct pc_connection *each = now->connections; !found && each != NULL;
         each = each->next) {
        found = is_same(held, each);
    }
    return found;
}

static enum pc_status compare_grants(struct search *search, const struct pc_known_function *held)
{
    const struct pc_import *import = search->kept->import;
    struct pc_function now = {
        .arn = search->function, .role = held->role, .kms_key = held->kms_key};
    const struct pc_grant *first = pc_grant_with_key(import->grants, held->kms_key);
    if (first == NULL) { // none of them says anything of the function's key
        return PC_OK;
    }
    PC_TRY(pc_function_give_grants(import->arena, import->grants, &now));
    bool same = true;
    for (const struct pc_connection *each = now.connections; each != NULL; each = each->next) {
        same = same && holds(held, each);
    }
    for (size_t i = 0; i < held->connection_count; i++) {
        struct pc_known_connection connection = pc_known_function_connection(held, i);
        same = same && (!is_grant(&connection) || is_given(&now, &connection));
    }
    if (!same) {
        report(search, "with other grants of", held->kms_key, first->place);
    }
    return PC_OK;
}

// Functions that come -----------------------------------------------------------------------------

// The one of the function that comes, or NULL.
static const struct pc_connection *find_again(const struct pc_function *function,
                                              const struct pc_known_connection *held)
{
    const struct pc_connection *each = function->connections;
    while (each != NULL &&
           !(pc_str_eq(each->kind, held->kind) && pc_str_eq(each->function, held->function) &&
             pc_str_eq(each->other, held->other))) {
        each = each->next;
    }
    return each;
}

// What the fact of before is the key of; "" when it is no key, or one that was never looked for.
static struct pc_str encrypted_of(const struct pc_known_connection *held, struct pc_str fact)
{
    const struct pc_str of = PC_STR(PC_KEY_OF);
    const struct pc_connection_kind *kind = pc_connection_kind_find(held->kind);
    if (pc_str_has_prefix(fact, of)) {
        return pc_str_slice(fact, of.len, fact.len);
    }
    bool other = kind != NULL && !kind->key_of_secrets && pc_str_eq(fact, PC_STR("kms-key"));
    return other ? held->other : PC_STR("");
}

// Its connection is the one of before, but for a key that only what is not there now could tell.
static void check_again(struct search *search, const struct pc_function *function)
{
    const struct pc_known_connection *held = search->connection;
    const struct pc_connection *now = find_again(function, held);
    for (size_t i = 0; now != NULL && i < held->fact_count; i++) {
        struct pc_str fact = pc_known_connection_fact(held, i).key;
        struct pc_str encrypted = encrypted_of(held, fact);
        if (encrypted.len > 0 && pc_connection_told(now, fact).len == 0 &&
            pc_connection_resource(search->kept->import, encrypted) == NULL) {
            report(search, KEY_UNTOLD, encrypted, now->place);
        }
    }
}

// All ---------------------------------------------------------------------------------------------

static bool is_removed(const struct pc_kept *kept, struct pc_str arn)
{
    bool removed = false;
    for (size_t i = 0; !removed && i < kept->removed_count; i++) {
        removed = pc_str_eq(kept->removed[i], arn);
    }
    return removed;
}

static enum pc_status check_function(void *context, struct pc_str key, struct pc_str value)
{
    struct search *search = context;
    const struct pc_function *comes = pc_map_get(&search->kept->import->function_by_arn, key);
    if (is_removed(search->kept, key)) {
        return PC_OK;
    }
    if (!pc_directories_record_is_sound(PC_STORE_FUNCTIONS, key, value)) {
        return PC_ERR_DAMAGED;
    }
    const struct pc_known_function function = pc_known_function_of(value.ptr);
    search->function = key;
    for (size_t i = 0; i < function.connection_count; i++) {
        const struct pc_known_connection connection = pc_known_function_connection(&function, i);
        search->connection = &connection;
        if (comes != NULL) {
            check_again(search, comes);
        } else {
            PC_TRY(compare_connection(search));
        }
    }
    return comes != NULL ? PC_OK : compare_grants(search, &function);
}

enum pc_status pc_connections_kept_check(const struct pc_kept *kept)
{
    struct search search = {.kept = kept};
    const struct pc_import *import = kept->import;
    if (import->resources == NULL && import->grants == NULL && import->functions == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_shards_each(kept->functions, check_function, &search));
    return search.stale ? PC_ERR_INVALID : PC_OK;
}
