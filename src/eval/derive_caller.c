// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that follow from who asks (SEMANTICS.md section 9, R-801 to R-805), and what
// the context alone tells of the caller.
#include "context.h"
#include "told.h"

static bool has_account(const struct pc_caller *caller)
{
    return caller->account.len > 0;
}

// Joins into room that pc_derive made for it. INVARIANT: it is asked for only where told.h says so.
static struct pc_str join(char *room, const struct pc_str *parts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            memcpy(room + length, parts[i].ptr, parts[i].len);
            length += parts[i].len;
        }
    }
    return (struct pc_str){room, length};
}

// R-801, of a role session whose path nothing names: most roles have none.
__attribute__((noinline)) static enum pc_follows tell_role_arn(const struct pc_request *request,
                                                               struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    const struct pc_str parts[] = {PC_STR("arn:"),  caller->partition, PC_STR(":iam::"),
                                   caller->account, PC_STR(":role/"),  caller->name};
    return pc_told_one(told, join(request->context->role, parts, sizeof(parts) / sizeof(parts[0])));
}

enum pc_follows pc_tell_principal_arn(const struct pc_request *request, struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    struct pc_str arn = pc_told_arn(caller);
    if (arn.len > 0) {
        return pc_told_one(told, arn);
    }
    if (pc_told_role_is_joined(caller)) {
        return tell_role_arn(request, told);
    }
    // Of a service it is not settled: taken as absent, believed when given.
    bool without = caller->kind == PC_CALLER_ANONYMOUS || caller->kind == PC_CALLER_PROVIDER;
    return without ? PC_FOLLOWS_ABSENT : PC_FOLLOWS_NOTHING;
}

// A path that only the context knows is believed when the rest fits.
__attribute__((noinline)) static void take_role(struct pc_caller *caller,
                                                const struct pc_context_entry *given)
{
    struct pc_caller role;
    if (!given->list && pc_caller_parse(given->values[0], &role) && role.role.len > 0 &&
        pc_str_eq(role.partition, caller->partition) && pc_str_eq(role.account, caller->account) &&
        pc_str_eq_icase(role.name, caller->name)) {
        caller->role = given->values[0];
    }
}

enum pc_status pc_check_principal_arn(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given)
{
    struct pc_caller *caller = &job->request->caller;
    if (pc_told_role_is_joined(caller)) {
        take_role(caller, given);
    }
    return pc_check_told(job, key, given);
}

enum pc_follows pc_tell_principal_account(const struct pc_request *request, struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        return pc_told_one(told, PC_STR("anonymous"));
    }
    return has_account(caller) ? pc_told_one(told, caller->account) : PC_FOLLOWS_NOTHING;
}

//
enum pc_follows pc_tell_caller_account(const struct pc_request *request, struct pc_told *told)
{
    bool kms = pc_str_eq(request->service, PC_STR("kms"));
    return kms && has_account(&request->caller) ? pc_told_one(told, request->caller.account)
                                                : PC_FOLLOWS_NOTHING;
}

// A service principal has none.
enum pc_follows pc_tell_principal_type(const struct pc_request *request, struct pc_told *told)
{
    static const struct pc_str types[] = {
        [PC_CALLER_ANONYMOUS] = PC_STR_INIT("Anonymous"),
        [PC_CALLER_ROOT] = PC_STR_INIT("Account"),
        [PC_CALLER_USER] = PC_STR_INIT("User"),
        [PC_CALLER_SESSION] = PC_STR_INIT("AssumedRole"),
        [PC_CALLER_FEDERATED_USER] = PC_STR_INIT("FederatedUser"),
    };
    struct pc_str type = types[request->caller.kind];
    return type.len == 0 ? PC_FOLLOWS_NOTHING : pc_told_one(told, type);
}

static enum pc_follows tell_joined(const struct pc_request *request, struct pc_str a,
                                   struct pc_str b, struct pc_told *told)
{
    const struct pc_str parts[] = {a, PC_STR(":"), b};
    return pc_told_one(told, join(request->context->userid, parts, 3));
}

// R-803, of a role session. The id may be the whole or the role's alone.
static enum pc_follows tell_session_id(const struct pc_request *request, struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    if (pc_str_find(caller->id, ':', 0) != SIZE_MAX) {
        return pc_told_one(told, caller->id);
    }
    return pc_told_userid_is_joined(caller)
               ? tell_joined(request, caller->id, caller->session, told)
               : PC_FOLLOWS_NOTHING;
}

//
enum pc_follows pc_tell_userid(const struct pc_request *request, struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    switch (caller->kind) {
    case PC_CALLER_ANONYMOUS:
        return pc_told_one(told, PC_STR("anonymous"));
    case PC_CALLER_ROOT:
        return pc_told_one(told, caller->account);
    case PC_CALLER_FEDERATED_USER:
        return tell_joined(request, caller->account, caller->name, told);
    case PC_CALLER_USER:
        return caller->id.len > 0 ? pc_told_one(told, caller->id) : PC_FOLLOWS_NOTHING;
    case PC_CALLER_SESSION:
        return tell_session_id(request, told);
    case PC_CALLER_SERVICE:
    case PC_CALLER_PROVIDER:
    case PC_CALLER_NONE:
        break;
    }
    return PC_FOLLOWS_NOTHING;
}

// Does the user id of a session begin with the unique id of its role, if that is known?
static bool is_id_of_role(struct pc_str role, struct pc_str userid)
{
    return role.len == 0 || (pc_str_has_prefix(userid, role) && userid.len > role.len &&
                             userid.ptr[role.len] == ':');
}

// R-803, where the unique id is not known. One that only the context knows is believed, and
// principals that are unique ids match it.
enum pc_status pc_check_userid(const struct pc_derivation *job, enum pc_known_key key,
                               const struct pc_context_entry *given)
{
    struct pc_caller *caller = &job->request->caller;
    struct pc_str text = pc_known_rows[key].text;
    struct pc_told told;
    if (pc_tell_userid(job->request, &told) != PC_FOLLOWS_NOTHING) {
        return pc_check_told(job, key, given);
    }
    if (!has_account(caller)) {
        return PC_OK;
    }
    if (given->list) {
        return pc_contradict_form(job, text, given);
    }
    if (!pc_caller_may_have_userid(caller, given->values[0]) ||
        !is_id_of_role(caller->id, given->values[0])) {
        return pc_contradict(job, text, given, caller->text);
    }
    caller->id = given->values[0];
    return PC_OK;
}

// Where it is absent, a policy with ${aws:username} matches nothing; where not, the
// name keeps its letter case.
enum pc_follows pc_tell_username(const struct pc_request *request, struct pc_told *told)
{
    return request->caller.kind == PC_CALLER_USER ? pc_told_one(told, request->caller.name)
                                                  : PC_FOLLOWS_ABSENT;
}

//
enum pc_follows pc_tell_service_name(const struct pc_request *request, struct pc_told *told)
{
    return request->caller.kind == PC_CALLER_SERVICE ? pc_told_one(told, request->caller.name)
                                                     : PC_FOLLOWS_ABSENT;
}

enum pc_follows pc_tell_service_names(const struct pc_request *request, struct pc_told *told)
{
    const struct pc_caller *caller = &request->caller;
    if (caller->kind != PC_CALLER_SERVICE) {
        return PC_FOLLOWS_ABSENT;
    }
    return pc_told_list(told, caller->services, caller->service_count);
}

// further names of a service that only the context knows are believed when its own is among
// them.
enum pc_status pc_check_service_names(const struct pc_derivation *job, enum pc_known_key key,
                                      const struct pc_context_entry *given)
{
    struct pc_caller *caller = &job->request->caller;
    bool open = caller->kind == PC_CALLER_SERVICE && given->list &&
                caller->service_count <= 1; // else the request itself names them
    for (size_t i = 0; open && i < given->count; i++) {
        if (pc_str_eq(given->values[i], caller->name)) {
            caller->services = given->values;
            caller->service_count = given->count;
            break;
        }
    }
    return pc_check_told(job, key, given);
}

enum pc_follows pc_tell_is_service(const struct pc_request *request, struct pc_told *told)
{
    if (request->caller.kind == PC_CALLER_SERVICE) {
        return pc_told_one(told, PC_STR("true"));
    }
    return has_account(&request->caller) ? pc_told_one(told, PC_STR("false")) : PC_FOLLOWS_ABSENT;
}

// who calls without an account is in no organisation.
enum pc_follows pc_tell_of_organisation(const struct pc_request *request, struct pc_told *told)
{
    (void)told;
    return has_account(&request->caller) ? PC_FOLLOWS_NOTHING : PC_FOLLOWS_ABSENT;
}

// Keys of signed requests.
enum pc_follows pc_tell_of_signed(const struct pc_request *request, struct pc_told *told)
{
    (void)told;
    return request->caller.kind == PC_CALLER_ANONYMOUS ? PC_FOLLOWS_ABSENT : PC_FOLLOWS_NOTHING;
}
