// SPDX-License-Identifier: Apache-2.0
#include "connections_kept.h"

#include "account/resolve.h"
#include "connections.h"
#include "directories.h"
#include "record.h"

#define NEW_FUNCTION "function"
#define NEW_RESOURCE "resource"
#define NEW_GRANTS   "list of grants"

// Something around a function that comes, of which nothing tells now what the store may know of it.
struct untold {
    const struct pc_connection *connection;
    bool said;
};

// A search of the store's functions, and the one that is looked at.
struct search {
    const struct pc_kept *kept;
    struct pc_map untold[PC_THING_FACTS]; // by ARN
    struct pc_str function;               // its ARN
    const struct pc_known_connection *connection;
    bool stale; // something was reported
};

// What is wrong: "with another" "key" of something.
struct finding {
    const char *how, *what;
    bool untold; // nothing tells it now
    struct pc_str of;
    const char *needed; // what to compile, too
    struct pc_place place;
};

static void report(struct search *search, const struct finding *finding)
{
    const struct pc_kept *kept = search->kept;
    pc_diag_report(kept->diags, PC_DIAG_UPDATE_SHARED, finding->place,
                   "the function \"%.*s\" of the store \"%.*s\" was compiled %s %s of \"%.*s\"%s",
                   PC_STR_ARG(search->function), PC_STR_ARG(kept->store), finding->how,
                   finding->what, PC_STR_ARG(finding->of),
                   finding->untold ? ", which nothing tells now" : "");
    pc_diag_hint(kept->diags, "compile the %s with it, or everything together, without --update",
                 finding->needed);
    search->stale = true;
}

// What the resource of the ARN has, as that resource told it when the connection was compiled.
static struct pc_str held_of(const struct pc_known_connection *connection, enum pc_thing thing,
                             struct pc_str arn)
{
    const struct pc_str of = pc_str_from(pc_connection_thing_facts[thing].of);
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_str_has_prefix(fact.key, of) &&
            pc_str_eq(pc_str_slice(fact.key, of.len, fact.key.len), arn)) {
            return fact.value;
        }
    }
    return PC_STR("");
}

// Functions that stay -----------------------------------------------------------------------------

static void compare(struct search *search, enum pc_thing thing, const struct pc_resource *resource)
{
    struct pc_str held = held_of(search->connection, thing, resource->arn);
    struct pc_str now = pc_connection_thing_facts[thing].of_resource(resource);
    bool key = thing == PC_THING_KEY && now.len > 0;
    const struct finding finding = {
        .how = held.len == 0  ? "without the"
               : now.len == 0 ? "with the"
                              : "with another",
        .what = pc_connection_thing_facts[thing].text,
        .untold = now.len == 0,
        .of = resource->arn,
        .needed = NEW_FUNCTION,
        .place = key ? resource->kms_place : resource->place,
    };
    if (!pc_str_eq(held, now)) {
        report(search, &finding);
    }
}

// Keys of secrets and of a dead-letter queue.
static void compare_keys(struct search *search, bool key_of_secrets)
{
    const struct pc_known_connection *connection = search->connection;
    bool own = pc_known_connection_tells(connection, PC_STR("kms-key")).len > 0;
    for (size_t i = 0; i < connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(connection, i);
        if (pc_connection_key_is_told_of(fact.key, key_of_secrets && !own)) {
            const struct pc_resource *resource =
                pc_map_get(&search->kept->import->resource_by_arn, fact.value);
            if (resource != NULL) {
                compare(search, PC_THING_KEY, resource);
            }
        }
    }
}

static void compare_connection(struct search *search)
{
    const struct pc_known_connection *connection = search->connection;
    const struct pc_connection_kind *kind = pc_connection_kind_find(connection->kind);
    if (kind == NULL) {
        return;
    }
    compare_keys(search, kind->key_of_secrets);
    const struct pc_resource *resource =
        pc_connection_resource(search->kept->import, connection->other);
    if (resource == NULL || kind->key_of_secrets) {
        return;
    }
    for (enum pc_thing thing = 0; thing < PC_THING_FACTS; thing++) {
        struct pc_str name = pc_str_from(pc_connection_thing_facts[thing].name);
        bool own = pc_known_connection_tells(connection, name).len > 0 &&
                   held_of(connection, thing, resource->arn).len == 0;
        if (!own && pc_connection_kind_fact(kind, name) != NULL) {
            compare(search, thing, resource);
        }
    }
}

// Functions that come -----------------------------------------------------------------------------

static enum pc_status note_untold(struct search *search, enum pc_thing thing, struct pc_str arn,
                                  const struct pc_connection *connection)
{
    const struct pc_import *import = search->kept->import;
    if (arn.len == 0 || pc_map_get(&import->resource_by_arn, arn) != NULL ||
        pc_map_get(&search->untold[thing], arn) != NULL) {
        return PC_OK;
    }
    struct untold *untold = pc_arena_alloc(import->arena, sizeof(*untold));
    if (untold == NULL) {
        return PC_ERR_NOMEM;
    }
    *untold = (struct untold){.connection = connection};
    return pc_map_put(&search->untold[thing], arn, untold);
}

static enum pc_status note_connection(struct search *search, const struct pc_connection *connection)
{
    const struct pc_connection_kind *kind = pc_connection_kind_find(connection->kind);
    if (kind == NULL) {
        return PC_OK;
    }
    bool own = pc_connection_told(connection, PC_STR("kms-key")).len > 0;
    for (size_t i = 0; i < connection->pair_count; i++) {
        if (pc_connection_key_is_told_of(connection->pairs[2 * i], kind->key_of_secrets && !own)) {
            PC_TRY(note_untold(search, PC_THING_KEY, connection->pairs[2 * i + 1], connection));
        }
    }
    for (enum pc_thing thing = 0; thing < PC_THING_FACTS && !kind->key_of_secrets; thing++) {
        struct pc_str name = pc_str_from(pc_connection_thing_facts[thing].name);
        if (pc_connection_kind_fact(kind, name) != NULL &&
            pc_connection_told(connection, name).len == 0 &&
            pc_connection_resource(search->kept->import, connection->other) == NULL) {
            PC_TRY(note_untold(search, thing, connection->other, connection));
            PC_TRY(note_untold(search, thing, pc_connection_stream(connection->other), connection));
        }
    }
    return PC_OK;
}

static enum pc_status note_functions(struct search *search)
{
    const struct pc_import *import = search->kept->import;
    for (size_t i = 0; i < PC_THING_FACTS; i++) {
        pc_map_init(&search->untold[i], import->arena);
    }
    for (const struct pc_function *function = import->functions; function != NULL;
         function = function->next) {
        for (const struct pc_connection *each = function->connections; each != NULL;
             each = each->next) {
            PC_TRY(note_connection(search, each));
        }
    }
    return PC_OK;
}

static bool is_removed(const struct pc_kept *kept, struct pc_str arn)
{
    bool removed = false;
    for (size_t i = 0; !removed && i < kept->removed_count; i++) {
        removed = pc_str_eq(kept->removed[i], arn);
    }
    return removed;
}

// What the store knows of a thing, from this connection, does a function come to that does not?
static void check_thing(struct search *search, enum pc_thing thing, const struct pc_tag *fact)
{
    const struct pc_str of = pc_str_from(pc_connection_thing_facts[thing].of);
    struct pc_str arn = pc_str_slice(fact->key, of.len, fact->key.len);
    struct untold *untold =
        pc_str_has_prefix(fact->key, of) ? pc_map_get(&search->untold[thing], arn) : NULL;
    if (untold == NULL || untold->said || is_removed(search->kept, arn)) {
        return;
    }
    const struct finding finding = {.how = "with the",
                                    .what = pc_connection_thing_facts[thing].text,
                                    .untold = true,
                                    .of = arn,
                                    .needed = NEW_RESOURCE,
                                    .place = untold->connection->place};
    untold->said = true;
    report(search, &finding);
}

static void check_untold(struct search *search)
{
    for (size_t i = 0; i < search->connection->fact_count; i++) {
        struct pc_tag fact = pc_known_connection_fact(search->connection, i);
        for (enum pc_thing thing = 0; thing < PC_THING_FACTS; thing++) {
            check_thing(search, thing, &fact);
        }
    }
}

// Grants ------------------------------------------------------------------------------------------

static bool is_grant(const struct pc_known_connection *connection)
{
    return pc_str_eq(connection->kind, PC_STR("grant"));
}

// Do both tell the same, wherever they were told, and in whatever order?
static bool is_same(const struct pc_known_connection *held, const struct pc_connection *now)
{
    bool same = pc_str_eq(held->other, now->other) && held->fact_count == now->pair_count;
    for (size_t i = 0; same && i < now->pair_count; i++) {
        bool found = false;
        for (size_t k = 0; !found && k < held->fact_count; k++) {
            struct pc_tag fact = pc_known_connection_fact(held, k);
            found = pc_str_eq(fact.key, now->pairs[2 * i]) &&
                    pc_str_eq(fact.value, now->pairs[2 * i + 1]);
        }
        same = found;
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
    const struct finding finding = {.how = "with other",
                                    .what = "grants",
                                    .of = held->kms_key,
                                    .needed = NEW_FUNCTION,
                                    .place = first->place};
    if (!same) {
        report(search, &finding);
    }
    return PC_OK;
}

// A function that comes with the same key and role would be without the grants that it had.
static void keep_grants(struct search *search, const struct pc_known_function *held,
                        const struct pc_function *comes)
{
    bool same = pc_str_eq(held->kms_key, comes->kms_key) && pc_str_eq(held->role, comes->role);
    bool had = false;
    for (size_t i = 0; i < held->connection_count; i++) {
        struct pc_known_connection connection = pc_known_function_connection(held, i);
        had = had || is_grant(&connection);
    }
    const struct finding finding = {.how = "with the",
                                    .what = "grants",
                                    .untold = true,
                                    .of = held->kms_key,
                                    .needed = NEW_GRANTS,
                                    .place = comes->place};
    if (had && same && !is_removed(search->kept, held->kms_key) &&
        pc_grant_with_key(search->kept->import->grants, held->kms_key) == NULL) {
        report(search, &finding);
    }
}

// All ---------------------------------------------------------------------------------------------

// What one that goes knows of things is true of those that come.
static enum pc_status check_function(void *context, struct pc_str key, struct pc_str value)
{
    struct search *search = context;
    const struct pc_function *comes = pc_map_get(&search->kept->import->function_by_arn, key);
    bool stays = comes == NULL && !is_removed(search->kept, key);
    if (!pc_directories_record_is_sound(PC_STORE_FUNCTIONS, key, value)) {
        return PC_ERR_DAMAGED;
    }
    const struct pc_known_function function = pc_known_function_of(value.ptr);
    search->function = key;
    for (size_t i = 0; i < function.connection_count; i++) {
        const struct pc_known_connection connection = pc_known_function_connection(&function, i);
        search->connection = &connection;
        check_untold(search);
        if (stays) {
            compare_connection(search);
        }
        search->connection = NULL;
    }
    if (comes != NULL) {
        keep_grants(search, &function, comes);
    }
    return stays ? compare_grants(search, &function) : PC_OK;
}

enum pc_status pc_connections_kept_check(const struct pc_kept *kept)
{
    struct search search = {.kept = kept};
    const struct pc_import *import = kept->import;
    if (import->resources == NULL && import->grants == NULL && import->functions == NULL) {
        return PC_OK;
    }
    PC_TRY(note_functions(&search));
    PC_TRY(pc_shards_each(kept->functions, check_function, &search));
    return search.stale ? PC_ERR_INVALID : PC_OK;
}
