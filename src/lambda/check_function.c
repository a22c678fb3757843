// SPDX-License-Identifier: Apache-2.0
//
// The integrations of one function, one after the other: what was told of it, and what every
// function has.
#include "check_integration.h"
#include "danger_probes.h"
#include "value/arn.h"

// A function being checked.
struct all {
    struct pc_checker *checker;
    struct pc_diags *diags;
    struct pc_known_function known;
    struct pc_peers peers;
    struct pc_function_name name;
    struct pc_checked_function *out;
    struct pc_checked **end;
    bool granted;
};

static enum pc_status find_owner(const struct all *all, struct pc_subject *subject)
{
    const struct pc_asking asking = {all->checker->arena, subject->connection.place, all->diags};
    struct pc_arn arn;
    subject->owner = PC_STR("");
    if (!pc_arn_parse(subject->connection.other, &arn) || arn.account.len > 0) {
        return PC_OK;
    }
    enum pc_status status = pc_resolver_owner(all->checker->asker->resolver,
                                              subject->connection.other, &asking, &subject->owner);
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

static enum pc_status add_integration(struct all *all, const struct pc_integration *row,
                                      const struct pc_known_connection *connection)
{
    struct pc_arena *arena = all->checker->arena;
    struct pc_checked *checked = pc_arena_alloc(arena, sizeof(*checked));
    if (checked == NULL) {
        return PC_ERR_NOMEM;
    }
    *checked = (struct pc_checked){.row = row, .connection = *connection, .mark = PC_MARK_WORKS};
    struct pc_subject subject = {.function = all->name,
                                 .role = all->known.role,
                                 .peers = &all->peers,
                                 .connection = *connection};
    checked->configured = connection->function.len > 0 ? connection->function : all->name.function;
    PC_TRY(find_owner(all, &subject));
    PC_TRY(pc_check_integration(all->checker, &subject, all->granted, all->diags, checked));
    if (checked->mark < all->out->mark) {
        all->out->mark = checked->mark;
    }
    *all->end = checked;
    all->end = &checked->next;
    all->out->integration_count++;
    return PC_OK;
}

// What every function has, told by nobody.
static enum pc_status add_own(struct all *all, const char *kind, struct pc_str other)
{
    const struct pc_known_connection connection = {.kind = pc_str_from(kind),
                                                   .function = all->name.function,
                                                   .other = other,
                                                   .place = all->known.place};
    return add_integration(all, pc_integration_find(connection.kind), &connection);
}

// A grant that lets the role decrypt with the function's key; others are of no use for it.
static bool is_granted(const struct all *all)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        const struct pc_known_connection grant = pc_known_function_connection(&all->known, i);
        bool meant = pc_str_eq(grant.kind, PC_STR("grant")) &&
                     pc_str_eq(grant.other, all->known.kms_key) &&
                     pc_known_connection_tells(&grant, PC_STR("grantee")).len == 0 &&
                     pc_known_connection_tells(&grant, PC_STR("for")).len == 0;
        for (size_t j = 0; meant && j < grant.fact_count; j++) {
            struct pc_tag fact = pc_known_connection_fact(&grant, j);
            if (pc_str_eq(fact.key, PC_STR("operation")) &&
                pc_str_eq(fact.value, PC_STR("Decrypt"))) {
                return true;
            }
        }
    }
    return false;
}

static bool has_kind(const struct all *all, const char *kind)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        if (pc_str_eq(pc_known_function_connection(&all->known, i).kind, pc_str_from(kind))) {
            return true;
        }
    }
    return false;
}

static enum pc_status add_every(struct all *all)
{
    bool key = all->known.kms_key.len > 0;
    if (!has_kind(all, "logs")) {
        PC_TRY(add_own(all, "logs", PC_STR("")));
    }
    if (!has_kind(all, "metrics")) {
        PC_TRY(add_own(all, "metrics", PC_STR("")));
    }
    if (key || all->known.variable_count > 0) {
        PC_TRY(add_own(all, key ? "environment-key" : "environment", all->known.kms_key));
    }
    return PC_OK;
}

static enum pc_status add_connections(struct all *all, enum pc_direction direction)
{
    for (size_t i = 0; i < all->known.connection_count; i++) {
        const struct pc_known_connection connection = pc_known_function_connection(&all->known, i);
        const struct pc_integration *row = pc_integration_find(connection.kind);
        if (row == NULL) {
            return PC_ERR_DAMAGED; // a kind that this polcheck does not know
        }
        if (row->title != NULL && row->direction == direction) {
            PC_TRY(add_integration(all, row, &connection));
        }
    }
    return PC_OK;
}

// The role first, for nothing works without; then what calls and is called, then what is attached.
static enum pc_status add_all(struct all *all)
{
    PC_TRY(add_own(all, "role", all->known.role));
    PC_TRY(add_connections(all, PC_DIRECTION_TRIGGER));
    PC_TRY(add_connections(all, PC_DIRECTION_POLLER));
    PC_TRY(add_connections(all, PC_DIRECTION_DESTINATION));
    PC_TRY(add_every(all));
    return add_connections(all, PC_DIRECTION_ATTACHMENT);
}

enum pc_status pc_check_function(struct pc_checker *checker, struct pc_str arn,
                                 struct pc_diags *diags, struct pc_checked_function *out)
{
    const struct pc_asking asking = {checker->arena, {.file = PC_STR("")}, diags};
    struct all all = {.checker = checker, .diags = diags, .out = out};
    *out = (struct pc_checked_function){.arn = arn, .mark = PC_MARK_WORKS};
    PC_TRY(pc_resolver_function(checker->asker->resolver, arn, &asking, &all.known));
    if (!pc_function_name_parse(arn, &all.name)) {
        return PC_ERR_DAMAGED;
    }
    out->role = all.known.role;
    all.end = &out->integrations;
    PC_TRY(pc_peers_find(checker->arena, &all.known, &all.peers));
    all.granted = is_granted(&all);
    PC_TRY(add_all(&all));
    return pc_dangers_find(checker, &all.known, &all.name, diags, out);
}
