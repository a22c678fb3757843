// SPDX-License-Identifier: Apache-2.0
//
// The condition keys that follow from what is known of a request (SEMANTICS.md section 9). A key that
// the request carries is never replaced: either it agrees or the request is refused. A key
// that the request calls absent stays absent.
#include "context.h"

#include "match/key.h"
#include "value/arn.h"
#include "value/boolean.h"
#include "value/date.h"

// A key as policies write it and in lower case, as it is looked up.
struct key {
    struct pc_str text, lower;
};

enum known_key {
    KEY_CALLED_VIA,
    KEY_CALLED_VIA_FIRST,
    KEY_CALLED_VIA_LAST,
    KEY_CALLER_ACCOUNT,
    KEY_CURRENT_TIME,
    KEY_EPOCH_TIME,
    KEY_PRINCIPAL_ACCOUNT,
    KEY_PRINCIPAL_ARN,
    KEY_PRINCIPAL_IS_AWS_SERVICE,
    KEY_PRINCIPAL_SERVICE_NAME,
    KEY_PRINCIPAL_SERVICE_NAMES_LIST,
    KEY_PRINCIPAL_TYPE,
    KEY_RESOURCE_ACCOUNT,
    KEY_SOURCE_ACCOUNT,
    KEY_SOURCE_ARN,
    KEY_TAG_KEYS,
    KEY_USERID,
    KEY_USERNAME,
    KEY_VIA_AWS_SERVICE,
    KEY_PRINCIPAL_ORG_ID,
    KEY_PRINCIPAL_ORG_PATHS,
    KEY_ASSUMED_ROOT, // from here: of signed requests, believed as given
    KEY_FEDERATED_PROVIDER,
    KEY_MFA_AGE,
    KEY_MFA_PRESENT,
    KEY_SOURCE_IDENTITY,
    KEY_TOKEN_ISSUE_TIME,
    KEY_OF_SIGNED_FIRST = KEY_ASSUMED_ROOT,
    KEY_OF_SIGNED_LAST = KEY_TOKEN_ISSUE_TIME,
};

static const struct key known[] = {
    [KEY_CALLED_VIA] = {PC_STR_INIT("aws:CalledVia"), PC_STR_INIT("aws:calledvia")},
    [KEY_CALLED_VIA_FIRST] = {PC_STR_INIT("aws:CalledViaFirst"), PC_STR_INIT("aws:calledviafirst")},
    [KEY_CALLED_VIA_LAST] = {PC_STR_INIT("aws:CalledViaLast"), PC_STR_INIT("aws:calledvialast")},
    [KEY_CALLER_ACCOUNT] = {PC_STR_INIT("kms:CallerAccount"), PC_STR_INIT("kms:calleraccount")},
    [KEY_CURRENT_TIME] = {PC_STR_INIT("aws:CurrentTime"), PC_STR_INIT("aws:currenttime")},
    [KEY_EPOCH_TIME] = {PC_STR_INIT("aws:EpochTime"), PC_STR_INIT("aws:epochtime")},
    [KEY_PRINCIPAL_ACCOUNT] = {PC_STR_INIT("aws:PrincipalAccount"), PC_STR_INIT("aws:principalaccount")},
    [KEY_PRINCIPAL_ARN] = {PC_STR_INIT("aws:PrincipalArn"), PC_STR_INIT("aws:principalarn")},
    [KEY_PRINCIPAL_IS_AWS_SERVICE] = {PC_STR_INIT("aws:PrincipalIsAWSService"), PC_STR_INIT("aws:principalisawsservice")},
    [KEY_PRINCIPAL_SERVICE_NAME] = {PC_STR_INIT("aws:PrincipalServiceName"), PC_STR_INIT("aws:principalservicename")},
    [KEY_PRINCIPAL_SERVICE_NAMES_LIST] = {PC_STR_INIT("aws:PrincipalServiceNamesList"), PC_STR_INIT("aws:principalservicenameslist")},
    [KEY_PRINCIPAL_TYPE] = {PC_STR_INIT("aws:PrincipalType"), PC_STR_INIT("aws:principaltype")},
    [KEY_RESOURCE_ACCOUNT] = {PC_STR_INIT("aws:ResourceAccount"), PC_STR_INIT("aws:resourceaccount")},
    [KEY_SOURCE_ACCOUNT] = {PC_STR_INIT("aws:SourceAccount"), PC_STR_INIT("aws:sourceaccount")},
    [KEY_SOURCE_ARN] = {PC_STR_INIT("aws:SourceArn"), PC_STR_INIT("aws:sourcearn")},
    [KEY_TAG_KEYS] = {PC_STR_INIT("aws:TagKeys"), PC_STR_INIT("aws:tagkeys")},
    [KEY_USERID] = {PC_STR_INIT("aws:userid"), PC_STR_INIT("aws:userid")},
    [KEY_USERNAME] = {PC_STR_INIT("aws:username"), PC_STR_INIT("aws:username")},
    [KEY_VIA_AWS_SERVICE] = {PC_STR_INIT("aws:ViaAWSService"), PC_STR_INIT("aws:viaawsservice")},
    [KEY_PRINCIPAL_ORG_ID] = {PC_STR_INIT("aws:PrincipalOrgID"), PC_STR_INIT("aws:principalorgid")},
    [KEY_PRINCIPAL_ORG_PATHS] = {PC_STR_INIT("aws:PrincipalOrgPaths"), PC_STR_INIT("aws:principalorgpaths")},
    [KEY_ASSUMED_ROOT] = {PC_STR_INIT("aws:AssumedRoot"), PC_STR_INIT("aws:assumedroot")},
    [KEY_FEDERATED_PROVIDER] = {PC_STR_INIT("aws:FederatedProvider"), PC_STR_INIT("aws:federatedprovider")},
    [KEY_MFA_AGE] = {PC_STR_INIT("aws:MultiFactorAuthAge"), PC_STR_INIT("aws:multifactorauthage")},
    [KEY_MFA_PRESENT] = {PC_STR_INIT("aws:MultiFactorAuthPresent"), PC_STR_INIT("aws:multifactorauthpresent")},
    [KEY_SOURCE_IDENTITY] = {PC_STR_INIT("aws:SourceIdentity"), PC_STR_INIT("aws:sourceidentity")},
    [KEY_TOKEN_ISSUE_TIME] = {PC_STR_INIT("aws:TokenIssueTime"), PC_STR_INIT("aws:tokenissuetime")},
};

// The entry of the key, also one that says absent, or NULL.
static const struct pc_context_entry *entry_of(const struct pc_request *request,
                                               const struct key *key)
{
    return pc_context_lookup(request, key->lower, pc_str_hash(key->lower));
}

// The entry of the key, or NULL.
static const struct pc_context_entry *present(const struct pc_request *request,
                                              const struct key *key)
{
    const struct pc_context_entry *entry = entry_of(request, key);
    return entry != NULL && !entry->absent ? entry : NULL;
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

static enum pc_status contradict(const struct pc_derivation *job, const struct key *key,
                                 const struct pc_context_entry *given, struct pc_str derived)
{
    struct pc_str value = given->count > 0 ? given->values[0] : PC_STR("");
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, job->place,
                   "the context key \"%.*s\" is \"%.*s\", but the rest of the request says \"%.*s\"",
                   PC_STR_ARG(key->text), PC_STR_ARG(value), PC_STR_ARG(derived));
    pc_diag_hint(job->diags, "leave the key out: it is derived");
    return PC_ERR_INVALID;
}

static enum pc_status add(const struct pc_derivation *job, const struct key *key,
                          struct pc_context_entry entry)
{
    entry.key = key->lower;
    entry.text = key->text;
    entry.hash = pc_str_hash(key->lower);
    return pc_context_append(job->arena, job->request, &entry);
}

// The key has these values.
static enum pc_status derive_entry(const struct pc_derivation *job, const struct key *key,
                                   struct pc_context_entry entry)
{
    const struct pc_context_entry *given = entry_of(job->request, key);
    if (given == NULL) {
        return add(job, key, entry);
    }
    // A list where one value belongs would make every plain operator false, a Deny's too.
    if (given->absent ||
        (given->list == entry.list && same_values(given, entry.values, entry.count))) {
        return PC_OK;
    }
    return contradict(job, key, given, entry.count > 0 ? entry.values[0] : PC_STR(""));
}

// The key has this one value.
static enum pc_status derive(const struct pc_derivation *job, const struct key *key,
                             struct pc_str value)
{
    struct pc_str *values = pc_arena_array(job->arena, 1, sizeof(*values));
    if (values == NULL) {
        return PC_ERR_NOMEM;
    }
    values[0] = value;
    return derive_entry(job, key, (struct pc_context_entry){.values = values, .count = 1});
}

// The key is multivalued and has these values.
static enum pc_status derive_list(const struct pc_derivation *job, const struct key *key,
                                  const struct pc_str *values, size_t count)
{
    return derive_entry(
        job, key, (struct pc_context_entry){.list = true, .values = values, .count = count});
}

// The key cannot be in a request of this kind of caller.
static enum pc_status derive_absent(const struct pc_derivation *job, const struct key *key)
{
    const struct pc_context_entry *given = present(job->request, key);
    return given == NULL ? PC_OK : contradict(job, key, given, PC_STR("no such key"));
}

static bool has_account(const struct pc_caller *caller)
{
    return caller->account.len > 0;
}

// R-801, of a role session. A path that only the context knows is believed when the rest fits.
static enum pc_status derive_role_arn(const struct pc_derivation *job)
{
    struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given = present(job->request, &known[KEY_PRINCIPAL_ARN]);
    if (caller->role.len == 0 && given != NULL && !given->list) {
        struct pc_caller role;
        if (pc_caller_parse(given->values[0], &role) && role.role.len > 0 &&
            pc_str_eq(role.partition, caller->partition) &&
            pc_str_eq(role.account, caller->account) && pc_str_eq(role.name, caller->name)) {
            caller->role = given->values[0];
        }
    }
    if (caller->role.len > 0) {
        return derive(job, &known[KEY_PRINCIPAL_ARN], caller->role);
    }
    // Nothing names the path, and most roles have none.
    struct pc_str role;
    const struct pc_str parts[] = {PC_STR("arn:"),  caller->partition, PC_STR(":iam::"),
                                   caller->account, PC_STR(":role/"),  caller->name};
    PC_TRY(pc_arena_join(job->arena, parts, sizeof(parts) / sizeof(parts[0]), &role));
    return derive(job, &known[KEY_PRINCIPAL_ARN], role);
}

static enum pc_status derive_principal_arn(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    switch (caller->kind) {
    case PC_CALLER_ROOT:
    case PC_CALLER_USER:
    case PC_CALLER_FEDERATED_USER:
        return derive(job, &known[KEY_PRINCIPAL_ARN], caller->text);
    case PC_CALLER_SESSION:
        return derive_role_arn(job);
    case PC_CALLER_ANONYMOUS:
        return derive_absent(job, &known[KEY_PRINCIPAL_ARN]);
    case PC_CALLER_SERVICE: // not settled: taken as absent, believed when given
    case PC_CALLER_PROVIDER:
    case PC_CALLER_NONE:
        break;
    }
    return PC_OK;
}

static enum pc_status derive_account(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_ANONYMOUS) {
        return derive(job, &known[KEY_PRINCIPAL_ACCOUNT], PC_STR("anonymous"));
    }
    if (!has_account(caller)) {
        return PC_OK;
    }
    PC_TRY(derive(job, &known[KEY_PRINCIPAL_ACCOUNT], caller->account));
    if (pc_str_eq(job->request->service, PC_STR("kms"))) {
        return derive(job, &known[KEY_CALLER_ACCOUNT], caller->account);
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
    return type.len == 0 ? PC_OK : derive(job, &known[KEY_PRINCIPAL_TYPE], type);
}

static enum pc_status join_id(const struct pc_derivation *job, struct pc_str a, struct pc_str b,
                              struct pc_str *out)
{
    const struct pc_str parts[] = {a, PC_STR(":"), b};
    return pc_arena_join(job->arena, parts, 3, out);
}

// R-803, where the unique id is not known: a user's has no name behind it, a session's has its own.
static enum pc_status check_userid(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *given = present(job->request, &known[KEY_USERID]);
    if (given == NULL || !has_account(caller)) {
        return PC_OK;
    }
    struct pc_str parts[2] = {PC_STR(""), PC_STR("")};
    size_t count = given->list ? 0 : pc_str_split(given->values[0], ':', parts, 2);
    bool fits = caller->kind == PC_CALLER_SESSION
                    ? count == 2 && (caller->session.len == 0 ||
                                     pc_str_eq(parts[1], caller->session))
                    : count == 1;
    return fits ? PC_OK : contradict(job, &known[KEY_USERID], given, caller->text);
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
    return id.len == 0 ? check_userid(job) : derive(job, &known[KEY_USERID], id);
}

//
static enum pc_status derive_username(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_USER) {
        return derive(job, &known[KEY_USERNAME], caller->name);
    }
    return derive_absent(job, &known[KEY_USERNAME]);
}

//
static enum pc_status derive_service(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (caller->kind == PC_CALLER_SERVICE) {
        PC_TRY(derive(job, &known[KEY_PRINCIPAL_IS_AWS_SERVICE], PC_STR("true")));
        PC_TRY(derive(job, &known[KEY_PRINCIPAL_SERVICE_NAME], caller->name));
        return derive_list(job, &known[KEY_PRINCIPAL_SERVICE_NAMES_LIST], caller->services,
                           caller->service_count);
    }
    PC_TRY(derive_absent(job, &known[KEY_PRINCIPAL_SERVICE_NAME]));
    PC_TRY(derive_absent(job, &known[KEY_PRINCIPAL_SERVICE_NAMES_LIST]));
    if (has_account(caller)) {
        return derive(job, &known[KEY_PRINCIPAL_IS_AWS_SERVICE], PC_STR("false"));
    }
    return derive_absent(job, &known[KEY_PRINCIPAL_IS_AWS_SERVICE]);
}

// Keys of callers who have an account; of an anonymous caller all, of a service and of a provider
// those of the organisation.
static enum pc_status derive_unsigned(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    if (has_account(caller)) {
        return PC_OK;
    }
    PC_TRY(derive_absent(job, &known[KEY_PRINCIPAL_ORG_ID]));
    PC_TRY(derive_absent(job, &known[KEY_PRINCIPAL_ORG_PATHS]));
    if (caller->kind != PC_CALLER_ANONYMOUS) {
        return PC_OK;
    }
    for (enum known_key key = KEY_OF_SIGNED_FIRST; key <= KEY_OF_SIGNED_LAST; key++) {
        PC_TRY(derive_absent(job, &known[key]));
    }
    struct pc_request *request = job->request;
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        const struct key key = {entry->text, entry->key};
        if (pc_str_has_prefix(entry->key, PC_STR("aws:principaltag/"))) {
            PC_TRY(derive_absent(job, &key));
        }
    }
    return PC_OK;
}

static enum pc_status derive_tags(const struct pc_derivation *job, struct pc_str prefix,
                                  const struct pc_tag *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct key key;
        const struct pc_str parts[] = {prefix, tags[i].key};
        PC_TRY(pc_arena_join(job->arena, parts, 2, &key.text));
        PC_TRY(pc_key_fold(job->arena, key.text, &key.lower));
        PC_TRY(derive(job, &key, tags[i].value));
    }
    return PC_OK;
}

// The tag with this folded key is one of aws:TagKeys.
static enum pc_status find_tag(const struct pc_derivation *job,
                               const struct pc_context_entry *tag_keys, struct pc_str folded,
                               bool *found)
{
    *found = false;
    for (size_t i = 0; i < tag_keys->count && !*found; i++) {
        struct pc_str listed;
        PC_TRY(pc_key_fold(job->arena, tag_keys->values[i], &listed));
        *found = pc_str_eq(listed, folded);
    }
    return PC_OK;
}

static enum pc_status check_tag_keys(const struct pc_derivation *job,
                                     const struct pc_context_entry *tag_keys, struct pc_str prefix)
{
    const struct pc_request *request = job->request;
    for (size_t i = 0; i < request->context_count; i++) {
        const struct pc_context_entry *entry = &request->context[i];
        bool found = true;
        if (!entry->absent && pc_str_has_prefix(entry->key, prefix)) {
            struct pc_str tag = pc_str_slice(entry->key, prefix.len, entry->key.len);
            PC_TRY(find_tag(job, tag_keys, tag, &found));
        }
        if (!found) {
            return contradict(job, &known[KEY_TAG_KEYS], tag_keys, entry->text);
        }
    }
    return PC_OK; // a request may pass more tags than the context spells out
}

// The keys of the tags that the request passes.
static enum pc_status derive_tag_keys(const struct pc_derivation *job)
{
    struct pc_str prefix = PC_STR("aws:requesttag/");
    const struct pc_request *request = job->request;
    const struct pc_context_entry *given = present(request, &known[KEY_TAG_KEYS]);
    if (given != NULL) {
        return check_tag_keys(job, given, prefix);
    }
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
    return count == 0 ? PC_OK : derive_list(job, &known[KEY_TAG_KEYS], keys, count);
}

static enum pc_status derive_called_via(const struct pc_derivation *job)
{
    const struct pc_context_entry *via = present(job->request, &known[KEY_CALLED_VIA]);
    if (via == NULL) {
        if (present(job->request, &known[KEY_CALLED_VIA_FIRST]) != NULL ||
            present(job->request, &known[KEY_CALLED_VIA_LAST]) != NULL) {
            return derive(job, &known[KEY_VIA_AWS_SERVICE], PC_STR("true"));
        }
        if (present(job->request, &known[KEY_VIA_AWS_SERVICE]) != NULL) {
            return PC_OK;
        }
        return derive(job, &known[KEY_VIA_AWS_SERVICE], PC_STR("false"));
    }
    if (via->count > 0) {
        struct pc_str first = via->values[0];
        struct pc_str last = via->values[via->count - 1];
        PC_TRY(derive(job, &known[KEY_CALLED_VIA_FIRST], first));
        PC_TRY(derive(job, &known[KEY_CALLED_VIA_LAST], last));
    } else {
        PC_TRY(derive_absent(job, &known[KEY_CALLED_VIA_FIRST]));
        PC_TRY(derive_absent(job, &known[KEY_CALLED_VIA_LAST]));
    }
    return derive(job, &known[KEY_VIA_AWS_SERVICE],
                  via->count > 0 ? PC_STR("true") : PC_STR("false"));
}

// Services that do not send aws:SourceAccount: a policy that tests it denies their calls (LAMBDA.md
// 1.1), although their aws:SourceArn holds the account.
static bool sends_source_account(struct pc_str service)
{
    return !pc_str_has_prefix(service, PC_STR("sns.")) &&
           !pc_str_has_prefix(service, PC_STR("events."));
}

static enum pc_status derive_source_account(const struct pc_derivation *job)
{
    const struct pc_caller *caller = &job->request->caller;
    const struct pc_context_entry *source = present(job->request, &known[KEY_SOURCE_ARN]);
    struct pc_arn arn;
    if (caller->kind != PC_CALLER_SERVICE || !sends_source_account(caller->name) ||
        source == NULL || source->count != 1 || !pc_arn_parse(source->values[0], &arn) ||
        !pc_account_id_is(arn.account)) {
        return PC_OK;
    }
    return derive(job, &known[KEY_SOURCE_ACCOUNT], arn.account);
}

static void release(struct pc_buf *buf)
{
    pc_buf_release(buf);
}

// Both forms of an instant.
static enum pc_status write_time(struct pc_arena *arena, struct pc_instant instant,
                                 struct pc_str *text, struct pc_str *seconds)
{
    PC_CLEANUP(release) struct pc_buf out = {0};
    pc_instant_write(&out, instant);
    PC_TRY(pc_buf_status(&out));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&out), text));
    pc_buf_reset(&out);
    pc_buf_number(&out, instant.seconds, 1);
    PC_TRY(pc_buf_status(&out));
    return pc_arena_copy(arena, pc_buf_view(&out), seconds);
}

// The key has one value, whatever it is.
static enum pc_status refuse_list(const struct pc_derivation *job, const struct key *key,
                                  const struct pc_context_entry *given)
{
    return given == NULL || !given->list ? PC_OK
                                         : contradict(job, key, given, PC_STR("one value"));
}

// aws:CurrentTime and aws:EpochTime say the same in two forms; either may be given.
static enum pc_status derive_time(const struct pc_derivation *job)
{
    struct pc_instant now = {job->options.now, 0};
    struct pc_str text, seconds;
    const struct pc_context_entry *current = present(job->request, &known[KEY_CURRENT_TIME]);
    const struct pc_context_entry *epoch = present(job->request, &known[KEY_EPOCH_TIME]);
    const struct pc_context_entry *given = current != NULL ? current : epoch;
    PC_TRY(refuse_list(job, &known[KEY_CURRENT_TIME], current));
    PC_TRY(refuse_list(job, &known[KEY_EPOCH_TIME], epoch));
    if (given != NULL && !pc_instant_parse(given->values[0], &now)) {
        return PC_OK; // not a time: compared as it is
    }
    if (current != NULL && epoch != NULL) {
        struct pc_instant other;
        bool differs =
            pc_instant_parse(epoch->values[0], &other) && other.seconds != now.seconds;
        return differs ? contradict(job, &known[KEY_EPOCH_TIME], epoch, current->values[0]) : PC_OK;
    }
    PC_TRY(write_time(job->arena, now, &text, &seconds));
    if (current == NULL) {
        PC_TRY(derive(job, &known[KEY_CURRENT_TIME], text));
    }
    return epoch == NULL ? derive(job, &known[KEY_EPOCH_TIME], seconds) : PC_OK;
}

typedef enum pc_status derivation_step(const struct pc_derivation *job);

enum pc_status pc_derive_keys(const struct pc_derivation *job)
{
    static derivation_step *const steps[] = {
        derive_principal_arn,  derive_account, derive_type,     derive_userid,
        derive_username,       derive_service, derive_tag_keys, derive_called_via,
        derive_source_account, derive_time,    derive_unsigned,
    };
    const struct pc_request *request = job->request;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        PC_TRY(steps[i](job));
    }
    PC_TRY(derive_tags(job, PC_STR("aws:PrincipalTag/"), request->caller.tags,
                       request->caller.tag_count));
    PC_TRY(derive_tags(job, PC_STR("aws:ResourceTag/"), request->resource_tags,
                       request->resource_tag_count));
    if (request->resource_account.len > 0) {
        PC_TRY(derive(job, &known[KEY_RESOURCE_ACCOUNT], request->resource_account));
    }
    return PC_OK;
}
