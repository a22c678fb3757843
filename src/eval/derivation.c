// SPDX-License-Identifier: Apache-2.0
//
// How a condition key is derived. A key that the request carries is never replaced: either it
// agrees or the request is refused. A key that the request calls absent stays absent
//
#include "derivation.h"

#include "value/boolean.h"

const struct pc_known_key pc_known_keys[] = {
    [KEY_CALLED_VIA] = {PC_STR_INIT("aws:CalledVia"), PC_STR_INIT("aws:calledvia")},
    [KEY_CALLED_VIA_FIRST] = {PC_STR_INIT("aws:CalledViaFirst"), PC_STR_INIT("aws:calledviafirst")},
    [KEY_CALLED_VIA_LAST] = {PC_STR_INIT("aws:CalledViaLast"), PC_STR_INIT("aws:calledvialast")},
    [KEY_CALLER_ACCOUNT] = {PC_STR_INIT("kms:CallerAccount"), PC_STR_INIT("kms:calleraccount")},
    [KEY_CURRENT_TIME] = {PC_STR_INIT("aws:CurrentTime"), PC_STR_INIT("aws:currenttime")},
    [KEY_EPOCH_TIME] = {PC_STR_INIT("aws:EpochTime"), PC_STR_INIT("aws:epochtime")},
    [KEY_PRINCIPAL_ACCOUNT] = {PC_STR_INIT("aws:PrincipalAccount"),
                               PC_STR_INIT("aws:principalaccount")},
    [KEY_PRINCIPAL_ARN] = {PC_STR_INIT("aws:PrincipalArn"), PC_STR_INIT("aws:principalarn")},
    [KEY_PRINCIPAL_IS_AWS_SERVICE] = {PC_STR_INIT("aws:PrincipalIsAWSService"),
                                      PC_STR_INIT("aws:principalisawsservice")},
    [KEY_PRINCIPAL_SERVICE_NAME] = {PC_STR_INIT("aws:PrincipalServiceName"),
                                    PC_STR_INIT("aws:principalservicename")},
    [KEY_PRINCIPAL_SERVICE_NAMES_LIST] = {PC_STR_INIT("aws:PrincipalServiceNamesList"),
                                          PC_STR_INIT("aws:principalservicenameslist")},
    [KEY_PRINCIPAL_TYPE] = {PC_STR_INIT("aws:PrincipalType"), PC_STR_INIT("aws:principaltype")},
    [KEY_RESOURCE_ACCOUNT] = {PC_STR_INIT("aws:ResourceAccount"),
                              PC_STR_INIT("aws:resourceaccount")},
    [KEY_SOURCE_ACCOUNT] = {PC_STR_INIT("aws:SourceAccount"), PC_STR_INIT("aws:sourceaccount")},
    [KEY_SOURCE_ARN] = {PC_STR_INIT("aws:SourceArn"), PC_STR_INIT("aws:sourcearn")},
    [KEY_TAG_KEYS] = {PC_STR_INIT("aws:TagKeys"), PC_STR_INIT("aws:tagkeys")},
    [KEY_USERID] = {PC_STR_INIT("aws:userid"), PC_STR_INIT("aws:userid")},
    [KEY_USERNAME] = {PC_STR_INIT("aws:username"), PC_STR_INIT("aws:username")},
    [KEY_VIA_AWS_SERVICE] = {PC_STR_INIT("aws:ViaAWSService"), PC_STR_INIT("aws:viaawsservice")},
    [KEY_PRINCIPAL_ORG_ID] = {PC_STR_INIT("aws:PrincipalOrgID"), PC_STR_INIT("aws:principalorgid")},
    [KEY_PRINCIPAL_ORG_PATHS] = {PC_STR_INIT("aws:PrincipalOrgPaths"),
                                 PC_STR_INIT("aws:principalorgpaths")},
    [KEY_ASSUMED_ROOT] = {PC_STR_INIT("aws:AssumedRoot"), PC_STR_INIT("aws:assumedroot")},
    [KEY_FEDERATED_PROVIDER] = {PC_STR_INIT("aws:FederatedProvider"),
                                PC_STR_INIT("aws:federatedprovider")},
    [KEY_MFA_AGE] = {PC_STR_INIT("aws:MultiFactorAuthAge"), PC_STR_INIT("aws:multifactorauthage")},
    [KEY_MFA_PRESENT] = {PC_STR_INIT("aws:MultiFactorAuthPresent"),
                         PC_STR_INIT("aws:multifactorauthpresent")},
    [KEY_SOURCE_IDENTITY] = {PC_STR_INIT("aws:SourceIdentity"), PC_STR_INIT("aws:sourceidentity")},
    [KEY_TOKEN_ISSUE_TIME] = {PC_STR_INIT("aws:TokenIssueTime"), PC_STR_INIT("aws:tokenissuetime")},
};

// The entry of the key, also one that says absent, or NULL.
static const struct pc_context_entry *entry_of(const struct pc_request *request,
                                               const struct pc_known_key *key)
{
    return pc_context_named(request, key->lower);
}

// The entry of the key, or NULL.
const struct pc_context_entry *pc_present(const struct pc_request *request,
                                          const struct pc_known_key *key)
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

// Where the key is written, else the place of the request.
static struct pc_place place_of(const struct pc_derivation *job,
                                const struct pc_context_entry *given)
{
    return given->place.file.len > 0 ? given->place : job->place;
}

static enum pc_status refused(const struct pc_derivation *job)
{
    pc_diag_hint(job->diags, "leave the key out: it is derived");
    return PC_ERR_INVALID;
}

enum pc_status pc_contradict(const struct pc_derivation *job, const struct pc_known_key *key,
                             const struct pc_context_entry *given, struct pc_str derived)
{
    struct pc_str value = given->count > 0 ? given->values[0] : PC_STR("");
    pc_diag_report(
        job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
        "the context key \"%.*s\" is \"%.*s\", but the rest of the request says \"%.*s\"",
        PC_STR_ARG(key->text), PC_STR_ARG(value), PC_STR_ARG(derived));
    return refused(job);
}

enum pc_status pc_contradict_form(const struct pc_derivation *job, const struct pc_known_key *key,
                                  const struct pc_context_entry *given)
{
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
                   given->list ? "the context key \"%.*s\" is an array, not one value"
                               : "the context key \"%.*s\" is one value, not an array",
                   PC_STR_ARG(key->text));
    return refused(job);
}

static enum pc_status add(const struct pc_derivation *job, const struct pc_known_key *key,
                          struct pc_context_entry entry)
{
    entry.key = key->lower;
    entry.text = key->text;
    entry.hash = pc_str_hash(key->lower);
    return pc_context_append(job->arena, job->request, &entry);
}

// The key has these values.
static enum pc_status derive_entry(const struct pc_derivation *job, const struct pc_known_key *key,
                                   struct pc_context_entry entry)
{
    const struct pc_context_entry *given = entry_of(job->request, key);
    if (given == NULL) {
        return add(job, key, entry);
    }
    if (given->absent) {
        return PC_OK;
    }
    // A list where one value belongs would make every plain operator false, a Deny's too.
    if (given->list != entry.list) {
        return pc_contradict_form(job, key, given);
    }
    return same_values(given, entry.values, entry.count)
               ? PC_OK
               : pc_contradict(job, key, given, entry.count > 0 ? entry.values[0] : PC_STR(""));
}

// The key has this one value.
enum pc_status pc_derive(const struct pc_derivation *job, const struct pc_known_key *key,
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
enum pc_status pc_derive_list(const struct pc_derivation *job, const struct pc_known_key *key,
                              const struct pc_str *values, size_t count)
{
    return derive_entry(job, key,
                        (struct pc_context_entry){.list = true, .values = values, .count = count});
}

// The key cannot be in a request of this kind of caller.
enum pc_status pc_derive_absent(const struct pc_derivation *job, const struct pc_known_key *key)
{
    const struct pc_context_entry *given = pc_present(job->request, key);
    if (given == NULL) {
        return PC_OK;
    }
    pc_diag_report(job->diags, PC_DIAG_REQUEST_CONTRADICTION, place_of(job, given),
                   "the rest of the request leaves no room for the context key \"%.*s\"",
                   PC_STR_ARG(key->text));
    return refused(job);
}
