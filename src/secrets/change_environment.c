// SPDX-License-Identifier: Apache-2.0
//
// Setting and removing the variables of a function.
#include <string.h>

#include "change.h"
#include "crypto/guarded.h"

// An environment that is being put together: tables in the change's arena, with room for all.
// Values are views of guarded memory.
struct draft {
    struct pc_change *change;
    struct pc_vault_environment environment;
    struct pc_vault_variable *variables;
    uint32_t *measures;
    struct pc_str *values;
    size_t count;
};

// Drafts ------------------------------------------------------------------------------------------

static enum pc_status make_draft(struct pc_change *change, const struct pc_environment_record *old,
                                 size_t more, struct draft *out)
{
    size_t count = old->environment.count;
    struct draft draft = {.change = change, .environment = old->environment, .count = count};
    draft.variables = pc_arena_array(&change->arena, count + more, sizeof(*draft.variables));
    draft.measures = pc_arena_array(&change->arena, count + more, sizeof(*draft.measures));
    draft.values = pc_arena_array(&change->arena, count + more, sizeof(*draft.values));
    if (draft.variables == NULL || draft.measures == NULL || draft.values == NULL) {
        return PC_ERR_NOMEM;
    }
    const char *value = (const char *)change->secrets->before;
    for (size_t i = 0; i < count; i++) {
        draft.variables[i] = old->environment.variables[i];
        draft.measures[i] = old->measures[i];
        draft.values[i] = (struct pc_str){value, draft.variables[i].length};
        value += draft.variables[i].length;
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

static void move(struct draft *draft, size_t from, size_t to, size_t count)
{
    memmove(&draft->variables[to], &draft->variables[from], count * sizeof(*draft->variables));
    memmove(&draft->measures[to], &draft->measures[from], count * sizeof(*draft->measures));
    memmove(&draft->values[to], &draft->values[from], count * sizeof(*draft->values));
}

static void make_place(struct draft *draft, size_t at)
{
    move(draft, at, at + 1, draft->count - at);
    draft->count++;
}

static void close_place(struct draft *draft, size_t at)
{
    draft->count--;
    move(draft, at + 1, at, draft->count - at);
}

static enum pc_status check_measure(const struct draft *draft)
{
    size_t measure = 1;
    for (size_t i = 0; i < draft->count; i++) {
        measure += pc_environment_measure_variable(draft->variables[i].name, draft->measures[i]);
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

// Sealing -----------------------------------------------------------------------------------------

// Opens an environment with secrets->from into secrets->before.
static enum pc_status open_old(struct pc_change *change, const struct pc_environment_record *old)
{
    struct pc_change_secrets *secrets = change->secrets;
    if (pc_environment_record_unseal(old, secrets->from, secrets->before) == PC_OK) {
        return PC_OK;
    }
    return pc_vault_damaged(change->diags, change->reading.vault,
                            "the variables of \"%.*s\" do not open",
                            PC_STR_ARG(old->environment.function));
}

// Seals with secrets->to, into the change's arena.
static enum pc_status seal(struct pc_change *change, struct pc_environment_record *record,
                           struct pc_str values)
{
    uint8_t *cipher = pc_arena_alloc(&change->arena, values.len);
    return cipher == NULL ? PC_ERR_NOMEM
                          : pc_environment_record_seal(record, change->secrets->to, values, cipher);
}

enum pc_status pc_change_reseal(struct pc_change *change, const struct pc_environment_record *old,
                                const struct pc_vault_key *key, struct pc_environment_record *out)
{
    struct pc_environment_record record = *old;
    struct pc_str values = {(const char *)change->secrets->before, old->cipher.len};
    PC_TRY(open_old(change, old));
    record.environment.key = key->arn;
    record.environment.key_version = key->version;
    PC_TRY(seal(change, &record, values));
    *out = record;
    return PC_OK;
}

// Gathers the values in secrets->after, seals and writes. What was measured has room there.
static enum pc_status write_draft(struct draft *draft, const struct pc_vault_key *key)
{
    struct pc_change *change = draft->change;
    struct pc_environment_record record = {.environment = draft->environment,
                                           .measures = draft->measures};
    struct pc_str values = {(const char *)change->secrets->after, 0};
    PC_TRY(check_measure(draft));
    for (size_t i = 0; i < draft->count; i++) {
        memcpy(change->secrets->after + values.len, draft->values[i].ptr, draft->values[i].len);
        values.len += draft->values[i].len;
    }
    record.environment.variables = draft->variables;
    record.environment.count = draft->count;
    record.environment.key = key->arn;
    record.environment.key_version = key->version;
    PC_TRY(seal(change, &record, values));
    return pc_change_write_environment(change, &record);
}

// Which key ---------------------------------------------------------------------------------------

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
    PC_TRY(pc_change_note_key(change, out->key.arn));
    return pc_change_check_enabled(change, out);
}

// Opens the environment as it is, into secrets->before.
static enum pc_status open_before(struct pc_change *change, const struct pc_environment_record *old)
{
    struct pc_key_record key;
    const struct pc_vault_environment *environment = &old->environment;
    if (environment->count == 0) {
        return PC_OK;
    }
    PC_TRY(pc_change_find_key(change, environment->key, PC_STR(""), &key));
    PC_TRY(pc_change_check_enabled(change, &key));
    if (key.key.version != environment->key_version) {
        return pc_vault_damaged(change->diags, change->reading.vault,
                                "\"%.*s\" is sealed under another version of its key",
                                PC_STR_ARG(environment->function));
    }
    PC_TRY(pc_change_unwrap(change, &key, change->secrets->from));
    return open_old(change, old);
}

// Setting -----------------------------------------------------------------------------------------

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

static enum pc_status assign(struct draft *draft, const struct pc_assignment *assignment)
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
    draft->measures[at] = (uint32_t)pc_environment_measure_value(assignment->value);
    draft->values[at] = assignment->value;
    return PC_OK;
}

static enum pc_status put(struct pc_change *change, struct pc_str function,
                          const struct pc_key_record *key, const struct pc_assignment *assignments,
                          size_t count)
{
    struct pc_environment_record record;
    struct draft draft;
    PC_TRY(read_environment(change, function, &record));
    PC_TRY(open_before(change, &record));
    PC_TRY(make_draft(change, &record, count, &draft));
    for (size_t i = 0; i < count; i++) {
        PC_TRY(assign(&draft, &assignments[i]));
    }
    PC_TRY(pc_change_unwrap(change, key, change->secrets->to));
    return write_draft(&draft, &key->key);
}

static enum pc_status check_count(struct pc_change *change, struct pc_str function, size_t count)
{
    if (count <= PC_ENVIRONMENT_VARIABLES) {
        return PC_OK;
    }
    pc_diag_report(change->diags, PC_DIAG_ENVIRONMENT_SIZE, (struct pc_place){.line = 0},
                   "%zu variables of \"%.*s\" are more than the %d bytes of an environment hold",
                   count, PC_STR_ARG(function), PC_ENVIRONMENT_BYTES);
    return PC_ERR_INVALID;
}

enum pc_status pc_change_put(struct pc_change *change, struct pc_str function, struct pc_str key,
                             const struct pc_assignment *assignments, size_t count)
{
    struct pc_key_record record;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_function_arn_check(function, change->diags));
    PC_TRY(check_assignments(change, assignments, count));
    PC_TRY(check_count(change, function, count));
    if (count == 0) {
        return PC_OK;
    }
    PC_TRY(choose_key(change, function, key, &record));
    enum pc_status status = put(change, function, &record, assignments, count);
    pc_wipe(change->secrets, sizeof(*change->secrets));
    return status;
}

// Removing ----------------------------------------------------------------------------------------

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

// What is left is sealed anew, under the same key.
static enum pc_status remove_some(struct pc_change *change,
                                  const struct pc_environment_record *record,
                                  const struct pc_str *names, size_t count)
{
    struct draft draft;
    struct pc_key_record key;
    PC_TRY(open_before(change, record));
    PC_TRY(make_draft(change, record, 0, &draft));
    for (size_t i = 0; i < count; i++) {
        bool there;
        size_t at = place_of(&draft, names[i], &there);
        if (!there) {
            return report_missing(change, record->environment.function, names[i]);
        }
        close_place(&draft, at);
    }
    if (draft.count == 0) {
        return pc_change_drop(change, PC_STORE_ENVIRONMENTS, record->environment.function);
    }
    PC_TRY(pc_change_find_key(change, record->environment.key, PC_STR(""), &key));
    PC_TRY(pc_change_unwrap(change, &key, change->secrets->to));
    return write_draft(&draft, &key.key);
}

// All of it goes whatever became of its key.
enum pc_status pc_change_remove(struct pc_change *change, struct pc_str function,
                                const struct pc_str *names, size_t count)
{
    struct pc_environment_record record;
    pc_arena_reset(&change->arena);
    PC_TRY(pc_function_arn_check(function, change->diags));
    PC_TRY(read_environment(change, function, &record));
    if (record.environment.count == 0) {
        return report_missing(change, function, PC_STR(""));
    }
    if (count == 0) {
        return pc_change_drop(change, PC_STORE_ENVIRONMENTS, function);
    }
    enum pc_status status = remove_some(change, &record, names, count);
    pc_wipe(change->secrets, sizeof(*change->secrets));
    return status;
}
