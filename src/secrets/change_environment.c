// SPDX-License-Identifier: Apache-2.0
//
// Setting and removing the variables of a function.
#include <string.h>

#include "change.h"
#include "crypto/guarded.h"

// An environment that is being put together: tables in the change's arena, with room for all.
struct draft {
    struct pc_change *change;
    struct pc_vault_environment environment;
    struct pc_vault_variable *variables;
    struct pc_sealed_variable *sealed;
    size_t count;
};

// Drafts
// --------------------------------------------------------------------------------------------

static enum pc_status make_draft(struct pc_change *change, const struct pc_environment_record *old,
                                 size_t more, struct draft *out)
{
    size_t count = old->environment.count;
    struct draft draft = {.change = change, .environment = old->environment, .count = count};
    draft.variables = pc_arena_array(&change->arena, count + more, sizeof(*draft.variables));
    draft.sealed = pc_arena_array(&change->arena, count + more, sizeof(*draft.sealed));
    if (draft.variables == NULL || draft.sealed == NULL) {
        return PC_ERR_NOMEM;
    }
    if (count > 0) {
        memcpy(draft.variables, old->environment.variables, count * sizeof(*draft.variables));
        memcpy(draft.sealed, old->sealed, count * sizeof(*draft.sealed));
    }
    *out = draft;
    return PC_OK;
}

// Place of the name, or where it would be.
static size_t place_of(const struct draft *draft, struct pc_str name, bool *there)
{
    size_t at = 0;
    while (at < draft->count && pc_str_cmp(draft->variables[at].name, name) < 0) {
        at++;
    }
    *there = at < draft->count && pc_str_eq(draft->variables[at].name, name);
    return at;
}

static void make_place(struct draft *draft, size_t at)
{
    memmove(&draft->variables[at + 1], &draft->variables[at],
            (draft->count - at) * sizeof(*draft->variables));
    memmove(&draft->sealed[at + 1], &draft->sealed[at],
            (draft->count - at) * sizeof(*draft->sealed));
    draft->count++;
}

static void close_place(struct draft *draft, size_t at)
{
    draft->count--;
    memmove(&draft->variables[at], &draft->variables[at + 1],
            (draft->count - at) * sizeof(*draft->variables));
    memmove(&draft->sealed[at], &draft->sealed[at + 1],
            (draft->count - at) * sizeof(*draft->sealed));
}

static enum pc_status write_draft(struct draft *draft)
{
    struct pc_environment_record record = {.environment = draft->environment,
                                           .sealed = draft->sealed};
    if (draft->count == 0) {
        return pc_change_drop(draft->change, PC_STORE_ENVIRONMENTS, draft->environment.function);
    }
    record.environment.variables = draft->variables;
    record.environment.count = draft->count;
    return pc_change_write_environment(draft->change, &record);
}

// Sealing
// -------------------------------------------------------------------------------------------

static struct pc_value_place place_under(struct pc_str function, const struct pc_vault_key *key,
                                         const struct pc_vault_variable *variable)
{
    return (struct pc_value_place){function, variable->name, key->arn, key->version,
                                   variable->version};
}

// With secrets->to, into the change's arena.
static enum pc_status seal(struct pc_change *change, struct pc_str value,
                           const struct pc_value_place *place, struct pc_sealed_variable *out)
{
    uint8_t *cipher = pc_arena_alloc(&change->arena, value.len);
    if (cipher == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(pc_value_seal(change->secrets->to, value, place, cipher, &out->seal));
    out->cipher = (struct pc_str){(const char *)cipher, value.len};
    return PC_OK;
}

static enum pc_status reseal_one(struct pc_change *change, const struct pc_environment_record *old,
                                 size_t at, const struct pc_vault_key *key,
                                 struct pc_sealed_variable *sealed)
{
    const struct pc_vault_environment *environment = &old->environment;
    const struct pc_vault_variable *variable = &environment->variables[at];
    const struct pc_value_place from = {environment->function, variable->name, environment->key,
                                        environment->key_version, variable->version};
    const struct pc_value_place to = place_under(environment->function, key, variable);
    uint8_t *plain = change->secrets->plain;
    if (pc_value_unseal(change->secrets->from, &old->sealed[at], &from, plain) != PC_OK) {
        return pc_vault_damaged(change->diags, change->reading.vault,
                                "the variable \"%.*s\" of \"%.*s\" does not open",
                                PC_STR_ARG(variable->name), PC_STR_ARG(environment->function));
    }
    *sealed = old->sealed[at];
    enum pc_status status =
        seal(change, (struct pc_str){(const char *)plain, variable->length}, &to, sealed);
    pc_wipe(plain, variable->length);
    return status;
}

enum pc_status pc_change_reseal(struct pc_change *change, const struct pc_environment_record *old,
                                const struct pc_vault_key *key, struct pc_environment_record *out)
{
    size_t count = old->environment.count;
    struct pc_sealed_variable *sealed = pc_arena_array(&change->arena, count, sizeof(*sealed));
    if (sealed == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(reseal_one(change, old, i, key, &sealed[i]));
    }
    *out = *old;
    out->sealed = sealed;
    out->environment.key = key->arn;
    out->environment.key_version = key->version;
    return PC_OK;
}

// Which key
// -----------------------------------------------------------------------------------------

// The environment that is there, or an empty one. What it borrows is valid until the next write.
static enum pc_status read_environment(struct pc_change *change, struct pc_str function,
                                       struct pc_environment_record *out)
{
    enum pc_status status = pc_reading_environment(&change->reading, function, &change->arena, out);
    if (status == PC_ERR_NOTFOUND) {
        *out = (struct pc_environment_record){.environment = {.function = function}};
        return PC_OK;
    }
    PC_TRY(status);
    out->environment.function = function; // the same text, which a write leaves where it is
    return PC_OK;
}

// Makes the service's key when there is none, and so is done before the environment is read for
// good.
static enum pc_status choose_key(struct pc_change *change, struct pc_str function,
                                 struct pc_str name, struct pc_key_record *out)
{
    struct pc_environment_record record;
    struct pc_str wanted = name;
    if (name.len == 0) {
        PC_TRY(read_environment(change, function, &record));
        PC_TRY(pc_arena_copy(&change->arena, record.environment.key, &wanted));
    }
    if (wanted.len == 0 || pc_str_eq(wanted, PC_STR(PC_LAMBDA_ALIAS))) {
        PC_TRY(pc_change_service_key(change, function, out));
    } else {
        PC_TRY(pc_change_find_key(change, wanted, function, out));
    }
    return pc_change_check_enabled(change, out);
}

// Has the environment under that key, whose data key is in secrets->to then.
static enum pc_status move_under(struct pc_change *change, const struct pc_key_record *key,
                                 struct pc_environment_record *record)
{
    struct pc_key_record before;
    const struct pc_vault_environment *environment = &record->environment;
    PC_TRY(pc_change_unwrap(change, key, change->secrets->to));
    if (environment->count == 0 || pc_str_eq(environment->key, key->key.arn)) {
        record->environment.key = key->key.arn;
        record->environment.key_version = key->key.version;
        return PC_OK;
    }
    PC_TRY(pc_change_find_key(change, environment->key, PC_STR(""), &before));
    PC_TRY(pc_change_check_enabled(change, &before));
    PC_TRY(pc_change_unwrap(change, &before, change->secrets->from));
    return pc_change_reseal(change, record, &key->key, record);
}

// Setting
// -------------------------------------------------------------------------------------------

static enum pc_status check_assignments(struct pc_change *change,
                                        const struct pc_assignment *assignments, size_t count)
{
    enum pc_status outcome = PC_OK;
    for (size_t i = 0; i < count; i++) {
        enum pc_status name = pc_variable_name_check(assignments[i].name, change->diags);
        enum pc_status value =
            name != PC_OK
                ? name
                : pc_variable_value_check(assignments[i].name, assignments[i].value, change->diags);
        outcome = value != PC_OK ? value : outcome;
    }
    return outcome;
}

static enum pc_status report_twice(struct pc_change *change, struct pc_str name)
{
    pc_diag_report(change->diags, PC_DIAG_VARIABLE_NAME, (struct pc_place){.line = 0},
                   "the variable \"%.*s\" is set twice", PC_STR_ARG(name));
    return PC_ERR_INVALID;
}

static enum pc_status assign(struct draft *draft, const struct pc_vault_key *key,
                             const struct pc_assignment *assignment)
{
    struct pc_change *change = draft->change;
    bool there;
    size_t at = place_of(draft, assignment->name, &there);
    if (there && draft->variables[at].version == change->head.generation) {
        return report_twice(change, assignment->name);
    }
    if (!there) {
        make_place(draft, at);
    }
    draft->variables[at] = (struct pc_vault_variable){.name = assignment->name,
                                                      .version = change->head.generation,
                                                      .set = change->now,
                                                      .length = assignment->value.len};
    draft->sealed[at].measure = (uint32_t)pc_environment_measure_value(assignment->value);
    const struct pc_value_place place =
        place_under(draft->environment.function, key, &draft->variables[at]);
    return seal(change, assignment->value, &place, &draft->sealed[at]);
}

static enum pc_status check_measure(const struct draft *draft)
{
    size_t measure = 1;
    for (size_t i = 0; i < draft->count; i++) {
        measure +=
            pc_environment_measure_variable(draft->variables[i].name, draft->sealed[i].measure);
    }
    if (measure <= PC_ENVIRONMENT_BYTES) {
        return PC_OK;
    }
    pc_diag_report(draft->change->diags, PC_DIAG_ENVIRONMENT_SIZE, (struct pc_place){.line = 0},
                   "the environment of \"%.*s\" would have %zu bytes of the %d that Lambda allows",
                   PC_STR_ARG(draft->environment.function), measure, PC_ENVIRONMENT_BYTES);
    pc_diag_hint(draft->change->diags,
                 "counted as a compact JSON object; polcheck secrets list shows what is in it");
    return PC_ERR_INVALID;
}

static enum pc_status put(struct pc_change *change, struct pc_str function,
                          const struct pc_key_record *key, const struct pc_assignment *assignments,
                          size_t count)
{
    struct pc_environment_record record;
    struct draft draft;
    PC_TRY(read_environment(change, function, &record));
    PC_TRY(move_under(change, key, &record));
    PC_TRY(make_draft(change, &record, count, &draft));
    for (size_t i = 0; i < count; i++) {
        PC_TRY(assign(&draft, &key->key, &assignments[i]));
    }
    PC_TRY(check_measure(&draft));
    return write_draft(&draft);
}

enum pc_status pc_change_put(struct pc_change *change, struct pc_str function, struct pc_str key,
                             const struct pc_assignment *assignments, size_t count)
{
    struct pc_key_record record;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_function_arn_check(function, change->diags));
    PC_TRY(check_assignments(change, assignments, count));
    if (count == 0 || count > PC_ENVIRONMENT_VARIABLES) {
        return count == 0 ? PC_OK : PC_ERR_LIMIT;
    }
    PC_TRY(choose_key(change, function, key, &record));
    enum pc_status status = put(change, function, &record, assignments, count);
    pc_wipe(change->secrets, sizeof(*change->secrets));
    return status;
}

// Removing
// ------------------------------------------------------------------------------------------

static enum pc_status report_missing(struct pc_change *change, struct pc_str function,
                                     struct pc_str name)
{
    if (name.len == 0) {
        pc_diag_report(change->diags, PC_DIAG_SECRET_UNKNOWN, (struct pc_place){.line = 0},
                       "the vault has nothing of \"%.*s\"", PC_STR_ARG(function));
    } else {
        pc_diag_report(change->diags, PC_DIAG_SECRET_UNKNOWN, (struct pc_place){.line = 0},
                       "the vault has no variable \"%.*s\" of \"%.*s\"", PC_STR_ARG(name),
                       PC_STR_ARG(function));
    }
    pc_diag_hint(change->diags, "polcheck secrets list shows what it has");
    return PC_ERR_NOTFOUND;
}

enum pc_status pc_change_remove(struct pc_change *change, struct pc_str function,
                                const struct pc_str *names, size_t count)
{
    struct pc_environment_record record;
    struct draft draft;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_function_arn_check(function, change->diags));
    PC_TRY(read_environment(change, function, &record));
    if (record.environment.count == 0) {
        return report_missing(change, function, PC_STR(""));
    }
    PC_TRY(make_draft(change, &record, 0, &draft));
    for (size_t i = 0; i < count; i++) {
        bool there;
        size_t at = place_of(&draft, names[i], &there);
        if (!there) {
            return report_missing(change, function, names[i]);
        }
        close_place(&draft, at);
    }
    draft.count = count == 0 ? 0 : draft.count;
    return write_draft(&draft);
}
