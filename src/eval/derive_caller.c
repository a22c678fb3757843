// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that follow from who asks (SEMANTICS.md section 9, R-801 to R-805).
#include "derivation.h"

#include "match/key.h"

static bool has_account(const struct pc_caller *caller)
{
    return caller->account.len > 0;
}

// R-801, of a role session. A path that only the context knows is believed when the rest fits.
static enum pc_status derive_role_arn(const struct pc_derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given =
        pc_present(job->request, &pc_known_keys[KEY_PRINCIPAL_ARN]);
    if (caller->role.len == 0 && given != NULL && !given->list) {
        struct pc_caller role;
        if (pc_caller_parse(given->values[0], &role) && role.role.len > 0 &&
            pc_str_eq(role.partition, caller->partition) &&
            pc_str_eq(role.account, caller->account) &&
            pc_str_eq_icase(role.name, caller->name)) {
            caller->role = given->values[0];
        }
    }
    if (caller->role.len > 0) {
        return pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_ARN], caller->role);
    }
    // Nothing names the path, and most roles have none.
    struct pc_str role;
    const struct pc_str parts[] = {PC_STR("arn:"),  caller->partition, PC_STR(":iam::"),
                                   caller->account, PC_STR(":role/"),  caller->name};
    PC_TRY(pc_arena_join(job->arena, parts, sizeof(parts) / sizeof(parts[0]), &role));
    return pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_ARN], role);
}

static enum pc_status derive_principal_arn(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    switch (caller->kind) {
    case PC_CALLER_ROOT:
    case PC_CALLER_USER:
    case PC_CALLER_FEDERATED_USER:
        return pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_ARN], caller->text);
    case PC_CALLER_SESSION:
        return derive_role_arn(job);
    case PC_CALLER_ANONYMOUS:
    case PC_CALLER_PROVIDER:
        return pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_ARN]);
    case PC_CALLER_SERVICE: // not settled: taken as absent, believed when given
    case PC_CALLER_NONE:
        break;
    }
    return PC_OK;
}

static enum pc_status derive_account(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        return pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_ACCOUNT], PC_STR("anonymous"));
    }
    if (!has_account(caller)) {
        return PC_OK;
    }
    PC_TRY(pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_ACCOUNT], caller->account));
    if (pc_str_eq(job->request->service, PC_STR("kms"))) {
        return pc_derive(job, &pc_known_keys[KEY_CALLER_ACCOUNT], caller->account);
    }
    return PC_OK;
}

// A service principal has none.
static enum pc_status derive_type(const struct pc_derivation *job)
{
    static const struct pc_str types[] = {
        [PC_CALLER_ANONYMOUS] = PC_STR_INIT("Anonymous"),
        [PC_CALLER_ROOT] = PC_STR_INIT("Account"),
        [PC_CALLER_USER] = PC_STR_INIT("User"),
        [PC_CALLER_SESSION] = PC_STR_INIT("AssumedRole"),
        [PC_CALLER_FEDERATED_USER] = PC_STR_INIT("FederatedUser"),
    };
    struct pc_str type = types[job->request->caller.kind];
    return type.len == 0 ? PC_OK : pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_TYPE], type);
}

static enum pc_status join_id(const struct pc_derivation *job, struct pc_str a, struct pc_str b,
                              struct pc_str *out)
{
    const struct pc_str parts[] = {a, PC_STR(":"), b};
    return pc_arena_join(job->arena, parts, 3, out);
}

// R-803, where the unique id is not known. One that only the context knows is believed, and
// principals that are unique ids match it.
static enum pc_status take_userid(const struct pc_derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given = pc_present(job->request, &pc_known_keys[KEY_USERID]);
    if (given == NULL || !has_account(caller)) {
        return PC_OK;
    }
    if (given->list) {
        return pc_contradict_form(job, &pc_known_keys[KEY_USERID], given);
    }
    if (!pc_caller_may_have_userid(caller, given->values[0])) {
        return pc_contradict(job, &pc_known_keys[KEY_USERID], given, caller->text);
    }
    caller->id = given->values[0];
    return PC_OK;
}

//
static enum pc_status derive_userid(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    struct pc_str id = PC_STR("");
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        id = PC_STR("anonymous");
    } else if (caller->kind == PC_CALLER_ROOT) {
        id = caller->account;
    } else if (caller->kind == PC_CALLER_FEDERATED_USER) {
        PC_TRY(join_id(job, caller->account, caller->name, &id));
    } else if (caller->kind == PC_CALLER_USER) {
        id = caller->id;
    } else if (caller->kind == PC_CALLER_SESSION && caller->id.len > 0) {
        bool whole = pc_str_find(caller->id, ':', 0) != SIZE_MAX;
        if (whole) {
            id = caller->id;
        } else if (caller->session.len > 0) {
            PC_TRY(join_id(job, caller->id, caller->session, &id));
        }
    }
    return id.len == 0 ? take_userid(job) : pc_derive(job, &pc_known_keys[KEY_USERID], id);
}

// Where it is absent, a policy with ${aws:username} matches nothing; where not, the
// name keeps its letter case.
static enum pc_status derive_username(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_USER) {
        return pc_derive(job, &pc_known_keys[KEY_USERNAME], caller->name);
    }
    return pc_derive_absent(job, &pc_known_keys[KEY_USERNAME]);
}

// further names of a service that only the context knows are believed when its own is among
// them.
static void take_service_names(const struct pc_derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given =
        pc_present(job->request, &pc_known_keys[KEY_PRINCIPAL_SERVICE_NAMES_LIST]);
    bool further = caller->service_count > 1; // the request itself names them
    for (size_t i = 0; !further && given != NULL && given->list && i < given->count; i++) {
        if (pc_str_eq(given->values[i], caller->name)) {
            caller->services = given->values;
            caller->service_count = given->count;
            return;
        }
    }
}

//
static enum pc_status derive_service(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_SERVICE) {
        take_service_names(job);
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_IS_AWS_SERVICE], PC_STR("true")));
        PC_TRY(pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_SERVICE_NAME], caller->name));
        return pc_derive_list(job, &pc_known_keys[KEY_PRINCIPAL_SERVICE_NAMES_LIST],
                              caller->services, caller->service_count);
    }
    PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_SERVICE_NAME]));
    PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_SERVICE_NAMES_LIST]));
    if (has_account(caller)) {
        return pc_derive(job, &pc_known_keys[KEY_PRINCIPAL_IS_AWS_SERVICE], PC_STR("false"));
    }
    return pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_IS_AWS_SERVICE]);
}

// Keys of callers who have an account; of an anonymous caller all, of a service and of a provider
// those of the organisation.
static enum pc_status derive_unsigned(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (has_account(caller)) {
        return PC_OK;
    }
    PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_ORG_ID]));
    PC_TRY(pc_derive_absent(job, &pc_known_keys[KEY_PRINCIPAL_ORG_PATHS]));
    if (caller->kind != PC_CALLER_ANONYMOUS) {
        return PC_OK;
    }
    for (enum pc_known_key_name key = KEY_OF_SIGNED_FIRST; key <= KEY_OF_SIGNED_LAST; key++) {
        PC_TRY(pc_derive_absent(job, &pc_known_keys[key]));
    }
    struct pc_request *request = job->request;
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        const struct pc_known_key key = {entry->text, entry->key};
        if (pc_str_has_prefix(entry->key, PC_STR("aws:principaltag/"))) {
            PC_TRY(pc_derive_absent(job, &key));
        }
    }
    return PC_OK;
}

enum pc_status pc_derive_tags(const struct pc_derivation *job, struct pc_str prefix,
                              const struct pc_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_known_key key;
        const struct pc_str parts[] = {prefix, tags[i].key};
        PC_TRY(pc_arena_join(job->arena, parts, 2, &key.text));
        PC_TRY(pc_key_fold(job->arena, key.text, &key.lower));
        PC_TRY(pc_derive(job, &key, tags[i].value));
    }
    return PC_OK;
}

enum pc_status pc_derive_caller(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    PC_TRY(derive_principal_arn(job));
    PC_TRY(derive_account(job));
    PC_TRY(derive_type(job));
    PC_TRY(derive_userid(job));
    PC_TRY(derive_username(job));
    PC_TRY(derive_service(job));
    PC_TRY(derive_unsigned(job));
    return pc_derive_tags(job, PC_STR("aws:PrincipalTag/"), caller->tags, caller->tag_count);
}
