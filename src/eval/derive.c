// SPDX-License-Identifier: Apache-2.0
//
// Completes a request: the owner, and the condition keys that follow from what is known (SEMANTICS.md
// section 9). A key that the request carries is never replaced: either it agrees or the request is
// refused. A key that the request calls absent stays absent.
#include "eval/request.h"

#include "match/shape.h"
#include "value/arn.h"
#include "value/boolean.h"
#include "value/date.h"

struct derivation {
    struct pc_arena *arena;
    struct pc_request *request;
    struct pc_request_options options;
    struct pc_place place;
    struct pc_diags *diags;
};

// The entry by its lower-case name.
static const struct pc_context_entry *present(const struct pc_request *request, struct pc_str key)
{
    return pc_request_find(request, key, pc_str_hash(key));
}

// The entry by its name in any case, or NULL.
static const struct pc_context_entry *given_as(const struct pc_request *request, struct pc_str key)
{
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        if (!entry->absent && pc_str_eq_icase(entry->key, key)) {
            return entry;
        }
    }
    return NULL;
}

static bool same_value(struct pc_str given, struct pc_str derived)
{
    bool a, b;
    if (pc_str_eq(given, derived)) {
        return true;
    }
    return pc_boolean_parse(given, &a) && pc_boolean_parse(derived, &b) && a == b;
}

static bool holds(const struct pc_str *values, size_t count, struct pc_str value)
{
    for (size_t i = 0; i < count; i++) {
        if (same_value(values[i], value)) {
            return true;
        }
    }
    return false;
}

// As sets: the order of a multivalued key and repeats in it mean nothing here.
static bool same_values(const struct pc_context_entry *given, const struct pc_str *values,
                        size_t count)
{
    for (size_t i = 0; i < given->count; i++) {
        if (!holds(values, count, given->values[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (!holds(given->values, given->count, values[i])) {
            return false;
        }
    }
    return true;
}

static enum pc_status contradict(const struct derivation *job, struct pc_str key,
                                 const struct pc_context_entry *given, struct pc_str derived)
{
    struct pc_str value = given->count > 0 ? given->values[0] : PC_STR("");
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, job->place,
                   "the context key \"%.*s\" is \"%.*s\", but the rest of the request says \"%.*s\"",
                   PC_STR_ARG(key), PC_STR_ARG(value), PC_STR_ARG(derived));
    pc_diag_hint(job->diags, "leave the key out: it is derived");
    return PC_ERR_INVALID;
}

static enum pc_status add(const struct derivation *job, const struct pc_context_entry *entry)
{
    enum pc_status status = pc_request_add(job->arena, job->request, entry);
    return status == PC_ERR_INVALID ? PC_OK : status; // there already, called absent
}

// The key has this one value.
static enum pc_status derive(const struct derivation *job, struct pc_str key, struct pc_str value)
{
    const struct pc_context_entry *given = given_as(job->request, key);
    if (given != NULL) {
        return same_values(given, &value, 1) ? PC_OK : contradict(job, key, given, value);
    }
    struct pc_str *values = pc_arena_array(job->arena, 1, sizeof(*values));
    if (values == NULL) {
        return PC_ERR_NOMEM;
    }
    values[0] = value;
    struct pc_context_entry entry = {.key = key, .values = values, .count = 1};
    return add(job, &entry);
}

// The key is multivalued and has these values.
static enum pc_status derive_list(const struct derivation *job, struct pc_str key,
                                  const struct pc_str *values, size_t count)
{
    const struct pc_context_entry *given = given_as(job->request, key);
    if (given != NULL) {
        struct pc_str first = count > 0 ? values[0] : PC_STR("");
        return same_values(given, values, count) ? PC_OK : contradict(job, key, given, first);
    }
    struct pc_context_entry entry = {.key = key, .list = true, .values = values, .count = count};
    return add(job, &entry);
}

// The key cannot be in a request of this kind of caller.
static enum pc_status derive_absent(const struct derivation *job, struct pc_str key)
{
    const struct pc_context_entry *given = given_as(job->request, key);
    return given == NULL ? PC_OK : contradict(job, key, given, PC_STR("no such key"));
}

static bool has_account(const struct pc_caller *caller)
{
    return caller->account.len > 0;
}

// R-801, of a role session. A path that only the context knows is believed when the rest fits.
static enum pc_status derive_role_arn(const struct derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given = present(job->request, PC_STR("aws:principalarn"));
    if (caller->role.len == 0 && given != NULL && given->count == 1) {
        struct pc_caller role;
        if (pc_caller_parse(given->values[0], &role) && role.role.len > 0 &&
            pc_str_eq(role.partition, caller->partition) &&
            pc_str_eq(role.account, caller->account) && pc_str_eq(role.name, caller->name)) {
            caller->role = given->values[0];
        }
    }
    if (caller->role.len > 0) {
        return derive(job, PC_STR("aws:PrincipalArn"), caller->role);
    }
    // Nothing names the path, and most roles have none.
    struct pc_str role;
    PC_TRY(pc_arena_format(job->arena, &role, "arn:%.*s:iam::%.*s:role/%.*s",
                           PC_STR_ARG(caller->partition), PC_STR_ARG(caller->account),
                           PC_STR_ARG(caller->name)));
    return derive(job, PC_STR("aws:PrincipalArn"), role);
}

static enum pc_status derive_principal_arn(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    switch (caller->kind) {
    case PC_CALLER_ROOT:
    case PC_CALLER_USER:
    case PC_CALLER_FEDERATED_USER:
        return derive(job, PC_STR("aws:PrincipalArn"), caller->text);
    case PC_CALLER_SESSION:
        return derive_role_arn(job);
    case PC_CALLER_ANONYMOUS:
        return derive_absent(job, PC_STR("aws:PrincipalArn"));
    case PC_CALLER_SERVICE: // not settled: taken as absent, believed when given
    case PC_CALLER_PROVIDER:
    case PC_CALLER_NONE:
        break;
    }
    return PC_OK;
}

static enum pc_status derive_account(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        return derive(job, PC_STR("aws:PrincipalAccount"), PC_STR("anonymous"));
    }
    if (!has_account(caller)) {
        return PC_OK;
    }
    PC_TRY(derive(job, PC_STR("aws:PrincipalAccount"), caller->account));
    if (pc_str_eq(job->request->service, PC_STR("kms"))) {
        return derive(job, PC_STR("kms:CallerAccount"), caller->account);
    }
    return PC_OK;
}

// A service principal has none.
static enum pc_status derive_type(const struct derivation *job)
{
    static const struct pc_str types[] = {
        [PC_CALLER_ANONYMOUS] = PC_STR_INIT("Anonymous"),
        [PC_CALLER_ROOT] = PC_STR_INIT("Account"),
        [PC_CALLER_USER] = PC_STR_INIT("User"),
        [PC_CALLER_SESSION] = PC_STR_INIT("AssumedRole"),
        [PC_CALLER_FEDERATED_USER] = PC_STR_INIT("FederatedUser"),
    };
    struct pc_str type = types[job->request->caller.kind];
    return type.len == 0 ? PC_OK : derive(job, PC_STR("aws:PrincipalType"), type);
}

// Nothing is derived where the unique id is not known.
static enum pc_status derive_userid(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    struct pc_str id = PC_STR("");
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        id = PC_STR("anonymous");
    } else if (caller->kind == PC_CALLER_ROOT) {
        id = caller->account;
    } else if (caller->kind == PC_CALLER_FEDERATED_USER) {
        PC_TRY(pc_arena_format(job->arena, &id, "%.*s:%.*s", PC_STR_ARG(caller->account),
                               PC_STR_ARG(caller->name)));
    } else if (caller->kind == PC_CALLER_USER) {
        id = caller->id;
    } else if (caller->kind == PC_CALLER_SESSION && caller->id.len > 0) {
        bool whole = pc_str_find(caller->id, ':', 0) != SIZE_MAX;
        if (whole) {
            id = caller->id;
        } else if (caller->session.len > 0) {
            PC_TRY(pc_arena_format(job->arena, &id, "%.*s:%.*s", PC_STR_ARG(caller->id),
                                   PC_STR_ARG(caller->session)));
        }
    }
    return id.len == 0 ? PC_OK : derive(job, PC_STR("aws:userid"), id);
}

//
static enum pc_status derive_username(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_USER) {
        return derive(job, PC_STR("aws:username"), caller->name);
    }
    return derive_absent(job, PC_STR("aws:username"));
}

//
static enum pc_status derive_service(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_SERVICE) {
        PC_TRY(derive(job, PC_STR("aws:PrincipalIsAWSService"), PC_STR("true")));
        PC_TRY(derive(job, PC_STR("aws:PrincipalServiceName"), caller->name));
        return derive_list(job, PC_STR("aws:PrincipalServiceNamesList"), caller->services,
                           caller->service_count);
    }
    PC_TRY(derive_absent(job, PC_STR("aws:PrincipalServiceName")));
    PC_TRY(derive_absent(job, PC_STR("aws:PrincipalServiceNamesList")));
    if (has_account(caller)) {
        return derive(job, PC_STR("aws:PrincipalIsAWSService"), PC_STR("false"));
    }
    return derive_absent(job, PC_STR("aws:PrincipalIsAWSService"));
}

static enum pc_status derive_tags(const struct derivation *job, const char *prefix,
                                  const struct pc_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_str key;
        PC_TRY(pc_arena_format(job->arena, &key, "%s%.*s", prefix, PC_STR_ARG(tags[i].key)));
        PC_TRY(derive(job, key, tags[i].value));
    }
    return PC_OK;
}

// The keys of the tags that the request passes.
static enum pc_status derive_tag_keys(const struct derivation *job)
{
    struct pc_str prefix = PC_STR("aws:requesttag/");
    const struct pc_request *request = job->request;
    struct pc_str *keys = pc_arena_array(job->arena, request->context_count, sizeof(*keys));
    size_t count = 0;
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        if (!entry->absent && pc_str_has_prefix(entry->key, prefix)) {
            keys[count++] = pc_str_slice(entry->text, prefix.len, entry->text.len);
        }
    }
    if (count == 0 || present(request, PC_STR("aws:tagkeys")) != NULL) {
        return PC_OK; // a request may pass more tags than the context spells out
    }
    return derive_list(job, PC_STR("aws:TagKeys"), keys, count);
}

static enum pc_status derive_called_via(const struct derivation *job)
{
    const struct pc_context_entry *via = present(job->request, PC_STR("aws:calledvia"));
    if (via == NULL) {
        if (present(job->request, PC_STR("aws:viaawsservice")) != NULL) {
            return PC_OK;
        }
        return derive(job, PC_STR("aws:ViaAWSService"), PC_STR("false"));
    }
    if (via->count > 0) {
        struct pc_str first = via->values[0];
        struct pc_str last = via->values[via->count - 1];
        PC_TRY(derive(job, PC_STR("aws:CalledViaFirst"), first));
        PC_TRY(derive(job, PC_STR("aws:CalledViaLast"), last));
    }
    return derive(job, PC_STR("aws:ViaAWSService"),
                  via->count > 0 ? PC_STR("true") : PC_STR("false"));
}

// Services that do not send aws:SourceAccount: a policy that tests it denies their calls (LAMBDA.md
// 1.1), although their aws:SourceArn holds the account.
static bool sends_source_account(struct pc_str service)
{
    return !pc_str_has_prefix(service, PC_STR("sns.")) &&
           !pc_str_has_prefix(service, PC_STR("events."));
}

static enum pc_status derive_source_account(const struct derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *source = present(job->request, PC_STR("aws:sourcearn"));
    struct pc_arn arn;
    if (caller->kind != PC_CALLER_SERVICE || !sends_source_account(caller->name) ||
        source == NULL || source->count != 1 || !pc_arn_parse(source->values[0], &arn) ||
        !pc_account_id_is(arn.account) ||
        present(job->request, PC_STR("aws:sourceaccount")) != NULL) {
        return PC_OK;
    }
    return derive(job, PC_STR("aws:SourceAccount"), arn.account);
}

static void release(struct pc_buf *buf)
{
    pc_buf_release(buf);
}

static enum pc_status instant_text(struct pc_arena *arena, struct pc_instant instant,
                                   struct pc_str *out)
{
    PC_CLEANUP(release) struct pc_buf text = {0};
    pc_instant_write(&text, instant);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(arena, pc_buf_view(&text), out);
}

// aws:CurrentTime and aws:EpochTime say the same in two forms; either may be given.
static enum pc_status derive_time(const struct derivation *job)
{
    struct pc_instant now = {job->options.now, 0};
    struct pc_str text, seconds;
    const struct pc_context_entry *current = present(job->request, PC_STR("aws:currenttime"));
    const struct pc_context_entry *epoch = present(job->request, PC_STR("aws:epochtime"));
    const struct pc_context_entry *given = current != NULL ? current : epoch;
    if ((current != NULL && epoch != NULL) ||
        (given != NULL && (given->count != 1 || !pc_instant_parse(given->values[0], &now)))) {
        return PC_OK; // both given, or not a time: compared as they are
    }
    PC_TRY(instant_text(job->arena, now, &text));
    PC_TRY(pc_arena_format(job->arena, &seconds, "%lld", (long long)now.seconds));
    if (current == NULL) {
        PC_TRY(derive(job, PC_STR("aws:CurrentTime"), text));
    }
    return epoch == NULL ? derive(job, PC_STR("aws:EpochTime"), seconds) : PC_OK;
}

// the account in the ARN; for an action without a resource the caller's; else what is assumed.
static enum pc_status settle_owner(const struct derivation *job)
{
    struct pc_request *request = job->request;
    struct pc_arn arn;
    bool is_arn = pc_arn_parse(request->resource, &arn);
    if (request->resource_account.len > 0) {
        return PC_OK;
    }
    if (is_arn && pc_account_id_is(arn.account)) {
        request->resource_account = arn.account;
        return PC_OK;
    }
    if (!is_arn || job->options.assume_owner) {
        request->resource_account = request->caller.account;
        request->account_assumed = is_arn && has_account(&request->caller);
        return PC_OK;
    }
    pc_diag_report(job->diags, PC_DIAG_OWNER_MISSING, job->place,
                   "the owner of \"%.*s\" is not known", PC_STR_ARG(request->resource));
    return PC_ERR_INVALID;
}

static enum pc_status split_action(const struct derivation *job)
{
    struct pc_request *request = job->request;
    struct pc_str lower;
    struct pc_str parts[2];
    PC_TRY(pc_arena_copy_lower(job->arena, request->action, &lower));
    if (!pc_shape_is(PC_SHAPE_ACTION, lower) || pc_str_split(lower, ':', parts, 2) != 2) {
        pc_diag_report(job->diags, PC_DIAG_REQUEST_ACTION, job->place,
                       "\"%.*s\" is not an action of the form service:Name",
                       PC_STR_ARG(request->action));
        return PC_ERR_INVALID;
    }
    request->service = parts[0];
    request->name = parts[1];
    return PC_OK;
}

// All names of a service caller, its own first.
static enum pc_status settle_services(const struct derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    if (caller->kind != PC_CALLER_SERVICE ||
        holds(caller->services, caller->service_count, caller->name)) {
        return PC_OK;
    }
    struct pc_str *services =
        pc_arena_array(job->arena, caller->service_count + 1, sizeof(*services));
    if (services == NULL) {
        return PC_ERR_NOMEM;
    }
    services[0] = caller->name;
    for (size_t i = 0; i < caller->service_count; i++) {
        services[i + 1] = caller->services[i];
    }
    caller->services = services;
    caller->service_count++;
    return PC_OK;
}

typedef enum pc_status derivation_step(const struct derivation *job);

enum pc_status pc_request_finish(struct pc_arena *arena, struct pc_request *request,
                                 struct pc_request_options options, struct pc_place place,
                                 struct pc_diags *diags)
{
    static derivation_step *const steps[] = {
        split_action,     settle_owner,      settle_services, derive_principal_arn,
        derive_account,   derive_type,       derive_userid,   derive_username,
        derive_service,   derive_tag_keys,   derive_called_via, derive_source_account,
        derive_time,
    };
    const struct derivation job = {arena, request, options, place, diags};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        PC_TRY(steps[i](&job));
    }
    PC_TRY(derive_tags(&job, "aws:PrincipalTag/", request->caller.tags, request->caller.tag_count));
    PC_TRY(derive_tags(&job, "aws:ResourceTag/", request->resource_tags,
                       request->resource_tag_count));
    if (request->resource_account.len > 0) {
        PC_TRY(derive(&job, PC_STR("aws:ResourceAccount"), request->resource_account));
    }
    return PC_OK;
}
