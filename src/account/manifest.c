// SPDX-License-Identifier: Apache-2.0
//
// Reads manifests: principals, groups, managed policies and resources (CONTRACT 4).
#include "manifest.h"

#include "documents.h"
#include "events.h"
#include "names.h"
#include "pieces.h"
#include "shapes.h"
#include "tags.h"

static void complain(const struct pc_members *reader, const struct pc_json *json,
                     struct pc_str subject, const char *what)
{
    pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE, pc_members_place(reader, json),
                   "\"%.*s\" is not %s", PC_STR_ARG(subject), what);
}

// "arn" of one of IAM's kinds.
static bool read_iam_arn(const struct pc_members *reader, const struct pc_json *object,
                         const char *kind, struct pc_str *out)
{
    struct pc_iam_name name;
    if (!pc_members_string(reader, object, "arn", PC_REQUIRED, out)) {
        return false;
    }
    if (!pc_iam_name_parse(*out, pc_str_from(kind), &name)) {
        pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE,
                       pc_members_place(reader, pc_members_find(object, "arn")),
                       "\"%.*s\" is not an ARN of IAM with account id and \"%s\"", PC_STR_ARG(*out),
                       kind);
        return false;
    }
    return true;
}

enum pc_status pc_manifest_policies(const struct pc_members *reader, const struct pc_json *object,
                                    const char *member, struct pc_str holder,
                                    struct pc_references *out)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, object, member, PC_OPTIONAL, &list) || list == NULL) {
        return PC_OK;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct pc_naming naming = {.by_arn = true};
        struct pc_reference reference;
        bool found;
        PC_TRY(pc_arena_format(reader->import->arena, &naming.name, "%.*s %s #%zu",
                               PC_STR_ARG(holder), member, i));
        PC_TRY(pc_naming_read(reader, &list->items[i], &naming, &reference, &found));
        if (found) {
            PC_TRY(pc_references_add(reader->import, out, &reference));
        }
    }
    return PC_OK;
}

// A single policy of a principal: its boundary or trust policy.
static enum pc_status read_single(const struct pc_members *reader, const struct pc_json *object,
                                  const char *member, struct pc_str holder,
                                  struct pc_references *out)
{
    const struct pc_json *value = pc_members_find(object, member);
    bool trust = pc_str_eq(pc_str_from(member), PC_STR("trust"));
    struct pc_naming naming = {.by_arn = !trust};
    struct pc_reference reference;
    bool found;
    if (value == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(reader->import->arena, &naming.name, "%.*s %s", PC_STR_ARG(holder),
                           trust ? "trust policy" : member));
    PC_TRY(pc_naming_read(reader, value, &naming, &reference, &found));
    return found ? pc_references_add(reader->import, out, &reference) : PC_OK;
}

// Principals ------------------------------------------------------------------------------------

// Groups are named by name, or by ARN.
static enum pc_status read_memberships(const struct pc_members *reader,
                                       const struct pc_json *object, struct pc_principal *user)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, object, "groups", PC_OPTIONAL, &list) || list == NULL) {
        return PC_OK;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_json *name = &list->items[i];
        if (pc_members_element(reader, name, PC_JSON_STRING, "groups")) {
            PC_TRY(pc_picture_membership(reader->import, user, name->text,
                                         pc_members_place(reader, name)));
        }
    }
    return PC_OK;
}

static enum pc_status read_principal(const struct pc_members *reader, const struct pc_json *element,
                                     bool role)
{
    struct pc_str arn;
    struct pc_principal *principal;
    if (!read_iam_arn(reader, element, role ? "role/" : "user/", &arn)) {
        return PC_OK;
    }
    PC_TRY(
        pc_picture_principal(reader->import, arn, pc_members_place(reader, element), &principal));
    if (principal == NULL ||
        !pc_members_string(reader, element, "id", PC_OPTIONAL, &principal->id)) {
        return PC_OK;
    }
    PC_TRY(pc_tags_read(reader, element, "tags", &principal->tags));
    PC_TRY(
        pc_manifest_policies(reader, element, "policies", principal->name, &principal->policies));
    PC_TRY(read_single(reader, element, "boundary", principal->name, &principal->boundary));
    return role ? read_single(reader, element, "trust", principal->name, &principal->trust)
                : read_memberships(reader, element, principal);
}

static enum pc_status read_role(const struct pc_members *reader, const struct pc_json *element,
                                void *context)
{
    static const char *const names[] = {"arn", "policies", "boundary", "trust", "tags", "id", NULL};
    (void)context;
    pc_members_known(reader, element, "a role", names);
    return read_principal(reader, element, true);
}

static enum pc_status read_user(const struct pc_members *reader, const struct pc_json *element,
                                void *context)
{
    static const char *const names[] = {"arn",  "policies", "boundary", "groups",
                                        "tags", "id",       NULL};
    (void)context;
    pc_members_known(reader, element, "a user", names);
    return read_principal(reader, element, false);
}

static enum pc_status read_group(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    static const char *const names[] = {"arn", "policies", NULL};
    (void)context;
    struct pc_str arn;
    struct pc_group *group;
    pc_members_known(reader, element, "a group", names);
    if (!read_iam_arn(reader, element, "group/", &arn)) {
        return PC_OK;
    }
    PC_TRY(pc_picture_group(reader->import, arn, pc_members_place(reader, element), &group));
    return group == NULL ? PC_OK
                         : pc_manifest_policies(reader, element, "policies", pc_arn_last(arn),
                                                &group->policies);
}

static enum pc_status read_managed(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    static const char *const names[] = {"arn", "policy", NULL};
    (void)context;
    struct pc_naming naming = {.by_arn = false};
    struct pc_reference reference;
    struct pc_str arn;
    const struct pc_json *value;
    bool found;
    pc_members_known(reader, element, "a managed policy", names);
    if (!read_iam_arn(reader, element, "policy/", &arn) ||
        !pc_members_get(reader, element, "policy", PC_REQUIRED, &value)) {
        return PC_OK;
    }
    naming.name = pc_arn_last(arn);
    PC_TRY(pc_naming_read(reader, value, &naming, &reference, &found));
    return pc_picture_managed(reader->import, arn, found ? reference.document : NULL,
                              pc_members_place(reader, element));
}

// Resources -------------------------------------------------------------------------------------

// One resource that can hold a policy or tags, not a pattern and not a principal.
static bool check_resource_arn(const struct pc_members *reader, const struct pc_json *json)
{
    struct pc_arn arn;
    struct pc_str text = json->text;
    bool account = false;
    bool wildcard = pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
    if (!wildcard && pc_arn_parse(text, &arn)) {
        account = arn.account.len == 0 || pc_account_id_is(arn.account);
    }
    if (!account || arn.service.len == 0 || arn.partition.len == 0 || arn.resource.len == 0) {
        complain(reader, json, text, "the ARN of one resource");
        return false;
    }
    if (pc_str_eq(arn.service, PC_STR("iam"))) {
        complain(reader, json, text, "a resource with a policy: use \"roles\" or \"users\"");
        return false;
    }
    return true;
}

static void complain_unread(const struct pc_members *reader, const struct pc_json *json,
                            const struct pc_unread_holder *unread)
{
    pc_diag_report(
        reader->import->diags, PC_DIAG_POLICY_TYPE_UNSUPPORTED, pc_members_place(reader, json),
        "the policy of \"%.*s\" is not read: it judges %s", PC_STR_ARG(json->text), unread->judged);
    pc_diag_hint(reader->import->diags, "%s",
                 unread->hint != NULL ? unread->hint
                                      : "requests name these by ARNs at which it would not be "
                                        "found; without \"policy\" the entry is read");
}

// Would a decision ever look here? An object of a bucket has no policy of its own.
static bool check_holder(const struct pc_members *reader, const struct pc_json *json)
{
    struct pc_holders holders = pc_holders_of(json->text);
    const struct pc_unread_holder *unread = pc_unread_holder_of(json->text);
    if (unread != NULL) {
        complain_unread(reader, json, unread);
        return false;
    }
    if (!pc_str_eq(holders.arns[0], json->text)) {
        complain(reader, json, json->text, "a resource that holds a policy");
        pc_diag_hint(reader->import->diags, "requests on it are judged by the policy of \"%.*s\"",
                     PC_STR_ARG(holders.arns[0]));
        return false;
    }
    return true;
}

enum pc_status pc_manifest_resource_policy(const struct pc_members *reader,
                                           const struct pc_json *object, struct pc_str arn)
{
    const struct pc_json *value = pc_members_find(object, "policy");
    struct pc_naming naming = {.holder = arn, .name = pc_arn_last(arn)};
    struct pc_reference reference;
    bool found;
    if (value == NULL || !check_holder(reader, pc_members_find(object, "arn"))) {
        return PC_OK;
    }
    PC_TRY(pc_naming_read(reader, value, &naming, &reference, &found));
    return found ? pc_picture_resource_policy(reader->import, arn, reference.document,
                                              reference.place)
                 : PC_OK;
}

// The owner: in the entry, in the ARN, or the same in both.
static void read_owner(const struct pc_members *reader, const struct pc_json *element,
                       struct pc_resource *resource)
{
    struct pc_str account;
    struct pc_arn arn;
    if (!pc_members_string(reader, element, "account", PC_OPTIONAL, &account) || account.len == 0) {
        return;
    }
    const struct pc_json *json = pc_members_find(element, "account");
    if (!pc_account_id_is(account)) {
        complain(reader, json, account, "an account id of 12 digits");
    } else if (pc_arn_parse(resource->arn, &arn) && arn.account.len > 0 &&
               !pc_str_eq(arn.account, account)) {
        complain(reader, json, account, "the account in the ARN");
    } else {
        resource->account = account;
    }
}

static enum pc_status read_key(const struct pc_members *reader, const struct pc_json *element,
                               struct pc_str resource)
{
    const struct pc_json *json = pc_members_find(element, "kmsKey");
    struct pc_str key;
    struct pc_arn arn;
    if (!pc_members_string(reader, element, "kmsKey", PC_OPTIONAL, &key) || json == NULL) {
        return PC_OK;
    }
    if (!pc_arn_parse(key, &arn) || !pc_str_eq(arn.service, PC_STR("kms"))) {
        complain(reader, json, key, "the ARN of a key");
        return PC_OK;
    }
    return pc_picture_resource_key(reader->import, resource, key, pc_members_place(reader, json));
}

static enum pc_status read_resource(const struct pc_members *reader, const struct pc_json *element,
                                    void *context)
{
    static const char *const names[] = {"arn",    "account",      "policy",  "tags",
                                        "kmsKey", "notification", "targets", NULL};
    (void)context;
    struct pc_str arn;
    struct pc_resource *resource;
    struct pc_place place = pc_members_place(reader, element);
    pc_members_known(reader, element, "a resource", names);
    if (!pc_members_string(reader, element, "arn", PC_REQUIRED, &arn) ||
        !check_resource_arn(reader, pc_members_find(element, "arn"))) {
        return PC_OK;
    }
    PC_TRY(pc_picture_resource(reader->import, arn, place, &resource));
    if (resource->entry.line != 0) {
        pc_picture_twice(reader->import, "resource", arn, resource->entry, place);
        return PC_OK;
    }
    resource->entry = place;
    read_owner(reader, element, resource);
    PC_TRY(pc_tags_read(reader, element, "tags", &resource->tags));
    PC_TRY(read_key(reader, element, arn));
    PC_TRY(pc_events_attach(reader, element, arn));
    return pc_manifest_resource_policy(reader, element, arn);
}

// The whole -------------------------------------------------------------------------------------

static bool check_version(const struct pc_members *reader, const struct pc_json *manifest)
{
    const struct pc_json *version = pc_json_get(manifest, PC_STR("polcheck"));
    if (version->type == PC_JSON_NUMBER && pc_str_eq(version->text, PC_STR("1"))) {
        return true;
    }
    pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VERSION,
                   pc_members_place(reader, version),
                   "this is not a manifest of version 1: \"polcheck\" is %.*s",
                   PC_STR_ARG(version->type == PC_JSON_NUMBER
                                  ? version->text
                                  : pc_str_from(pc_json_type_text(version->type))));
    pc_diag_hint(reader->import->diags, "write \"polcheck\": 1");
    return false;
}

enum pc_status pc_manifest_read(struct pc_import *import, struct pc_piece *piece)
{
    static const char *const names[] = {"polcheck",  "roles",        "users",
                                        "resources", "functions",    "policies",
                                        "groups",    "organization", NULL};
    const struct pc_members reader = {import, piece->file, PC_DIAG_MANIFEST_VALUE};
    const struct pc_json *manifest = piece->json;
    if (!check_version(&reader, manifest)) {
        return PC_OK;
    }
    pc_members_known(&reader, manifest, "a manifest", names);
    PC_TRY(pc_members_each(&reader, manifest, "policies", read_managed, NULL));
    PC_TRY(pc_members_each(&reader, manifest, "groups", read_group, NULL));
    PC_TRY(pc_members_each(&reader, manifest, "roles", read_role, NULL));
    PC_TRY(pc_members_each(&reader, manifest, "users", read_user, NULL));
    PC_TRY(pc_members_each(&reader, manifest, "resources", read_resource, NULL));
    PC_TRY(pc_manifest_functions(&reader, manifest));
    return pc_manifest_organization(&reader, manifest);
}
