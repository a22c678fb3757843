// SPDX-License-Identifier: Apache-2.0
#include "link.h"

#include "connections.h"
#include "documents.h"
#include "limits.h"
#include "principal_key.h"

void pc_link_dangling(struct pc_import *import, const char *what, struct pc_str name,
                      struct pc_place place)
{
    pc_diag_report(import->diags, PC_DIAG_DANGLING, place, "no document defines the %s \"%.*s\"",
                   what, PC_STR_ARG(name));
    pc_diag_hint(import->diags, "compile the dump or manifest that defines it as well; if it is "
                                "gone, take what names it out of the document");
}

// Policies --------------------------------------------------------------------------------------

// The folder of the project holds the policies of the partition aws alone.
static const char *hint_of_policy(struct pc_str arn)
{
    if (!pc_policy_arn_is_managed_by_aws(arn)) {
        return "add the document, or dump the account again with its managed policies";
    }
    return pc_str_has_prefix(arn, PC_STR("arn:aws:"))
               ? "AWS manages it: add policies/managed, what tools/fetch-managed-policies "
                 "fetches, or the account's dump with AWSManagedPolicy in its --filter"
               : "AWS manages it: add the account's dump with AWSManagedPolicy in its --filter";
}

static struct pc_document *find_managed(struct pc_import *import,
                                        const struct pc_reference *reference)
{
    const struct pc_managed *managed = pc_map_get(&import->managed_by_arn, reference->arn);
    if (managed != NULL) {
        return managed->document; // NULL: damaged, which is reported
    }
    pc_link_dangling(import, "policy", reference->arn, reference->place);
    pc_diag_hint(import->diags, "%s", hint_of_policy(reference->arn));
    return NULL;
}

enum pc_status pc_link_reference(struct pc_import *import, struct pc_reference *reference,
                                 enum pc_policy_type type)
{
    if (reference->document == NULL) {
        reference->document = find_managed(import, reference);
    }
    struct pc_document *document = reference->document;
    if (document == NULL) {
        return PC_OK;
    }
    document->used = true;
    if (document->only != PC_POLICY_NONE && document->only != type) {
        pc_diag_report(import->diags, PC_DIAG_MANIFEST_VALUE, reference->place,
                       "\"%.*s\" is a policy of type %s, not %s", PC_STR_ARG(document->name),
                       pc_policy_type_text(document->only), pc_policy_type_text(type));
        return PC_OK;
    }
    return pc_document_use(import, document, type);
}

static enum pc_status link_references(struct pc_import *import, struct pc_references *references,
                                      enum pc_policy_type type)
{
    for (struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        PC_TRY(pc_link_reference(import, reference, type));
    }
    return PC_OK;
}

// Also those that nobody has attached are read, so that their errors show.
static enum pc_status link_managed(struct pc_import *import)
{
    for (const struct pc_managed *managed = import->managed; managed != NULL;
         managed = managed->next) {
        struct pc_document *document = managed->document;
        if (document == NULL || document->only != PC_POLICY_NONE) {
            continue;
        }
        PC_TRY(pc_document_use(import, document, PC_POLICY_IDENTITY));
        if (!pc_policy_arn_is_managed_by_aws(managed->arn)) {
            PC_TRY(pc_limit_check(import, PC_LIMIT_MANAGED, document));
        }
    }
    return PC_OK;
}

// Principals ------------------------------------------------------------------------------------

static enum pc_status link_groups(struct pc_import *import)
{
    for (struct pc_group *group = import->groups; group != NULL; group = group->next) {
        PC_TRY(link_references(import, &group->policies, PC_POLICY_IDENTITY));
        PC_TRY(pc_limit_check_inline(import, PC_LIMIT_GROUP_INLINE, &group->policies, group->arn,
                                     group->place));
    }
    return PC_OK;
}

static enum pc_status link_membership(struct pc_import *import, const struct pc_principal *user,
                                      struct pc_membership *membership)
{
    struct pc_iam_name name = {user->partition, user->account, membership->group};
    struct pc_iam_name parsed;
    struct pc_str key;
    bool arn = pc_str_has_prefix(membership->group, PC_STR("arn:"));
    if (arn && pc_iam_name_parse(membership->group, PC_STR("group/"), &parsed)) {
        name = parsed;
    }
    PC_TRY(pc_picture_group_key(import, &name, &key));
    membership->found = pc_map_get(&import->group_by_key, key);
    bool other =
        arn && membership->found != NULL && !pc_str_eq(membership->found->arn, membership->group);
    bool elsewhere =
        !pc_str_eq(name.partition, user->partition) || !pc_str_eq(name.account, user->account);
    if (membership->found == NULL || other || elsewhere) {
        pc_link_dangling(import, "group", membership->group, membership->place);
    }
    return PC_OK;
}

static enum pc_status link_principal(struct pc_import *import, struct pc_principal *principal)
{
    struct pc_known_account *account;
    PC_TRY(pc_picture_account(import, principal->account, &account));
    PC_TRY(link_references(import, &principal->policies, PC_POLICY_IDENTITY));
    PC_TRY(link_references(import, &principal->boundary, PC_POLICY_BOUNDARY));
    PC_TRY(link_references(import, &principal->trust, PC_POLICY_TRUST));
    for (struct pc_membership *membership = principal->groups; membership != NULL;
         membership = membership->next) {
        PC_TRY(link_membership(import, principal, membership));
    }
    const struct pc_reference *trust = principal->trust.first;
    if (trust != NULL && trust->document != NULL) {
        PC_TRY(pc_limit_check(import, PC_LIMIT_TRUST, trust->document));
        import->counts.resources++;
    }
    import->counts.principals++;
    return pc_limit_check_inline(import,
                                 principal->role ? PC_LIMIT_ROLE_INLINE : PC_LIMIT_USER_INLINE,
                                 &principal->policies, principal->arn, principal->place);
}

// Resources and functions -----------------------------------------------------------------------

// Requests on what is judged by rules that are not implemented never come to this policy: to name
// it would be without effect. Left out by NotResource it is rightly not met.
static void check_named(struct pc_import *import, const struct pc_resource *resource,
                        const struct pc_policy *policy, const struct pc_text_list *named)
{
    for (size_t i = 0; named->kind == PC_LIST_POSITIVE && i < named->count; i++) {
        const struct pc_text *text = &named->items[i];
        const struct pc_unread_part *part = pc_unread_part_of(resource->arn, text->text);
        if (part != NULL) {
            pc_diag_report(import->diags, PC_DIAG_POLICY_TYPE_UNSUPPORTED,
                           pc_policy_place(policy, text->line, text->column),
                           "\"%.*s\" is not read in the policy of \"%.*s\"", PC_STR_ARG(text->text),
                           PC_STR_ARG(resource->arn));
            pc_diag_hint(import->diags,
                         "it would not be found by requests on %s: take it out of the list, and "
                         "the statement where nothing else is left",
                         part->judged);
        }
    }
}

static enum pc_status link_resource(struct pc_import *import, struct pc_resource *resource)
{
    struct pc_arn arn;
    struct pc_known_account *account;
    if (!pc_arn_parse(resource->arn, &arn)) {
        return PC_ERR_INTERNAL;
    }
    if (resource->account.len == 0) {
        resource->account = arn.account;
    }
    if (!pc_account_id_is(resource->account)) {
        pc_diag_report(import->diags, PC_DIAG_OWNER_UNKNOWN, resource->place,
                       "the account that owns \"%.*s\" is not known", PC_STR_ARG(resource->arn));
        pc_diag_hint(import->diags,
                     "say it in a manifest: {\"polcheck\": 1, \"resources\": [{\"arn\": \"%.*s\", "
                     "\"account\": \"...\"}]}",
                     PC_STR_ARG(resource->arn));
        return PC_OK;
    }
    PC_TRY(pc_picture_account(import, resource->account, &account));
    if (resource->document == NULL) {
        return PC_OK;
    }
    struct pc_reference reference = {.document = resource->document,
                                     .place = resource->policy_place};
    resource->document->service = arn.service;
    enum pc_policy_type type = pc_resource_policy_type(resource->arn);
    PC_TRY(pc_link_reference(import, &reference, type));
    const struct pc_policy *policy = resource->document->read[type];
    for (size_t i = 0; policy != NULL && i < policy->count; i++) {
        check_named(import, resource, policy, &policy->statements[i].resources);
    }
    import->counts.resources++;
    return pc_limit_check_resource(import, resource);
}

static enum pc_status link_function(struct pc_import *import, const struct pc_function *function)
{
    struct pc_iam_name name;
    struct pc_str key;
    import->counts.functions++;
    if (function->role.len == 0 || !pc_iam_name_parse(function->role, PC_STR("role/"), &name)) {
        return PC_OK;
    }
    PC_TRY(pc_principal_key(import->arena, true, &name, &key));
    const struct pc_principal *role = pc_map_get(&import->principal_by_key, key);
    if (role == NULL || !pc_str_eq(role->arn, function->role)) {
        pc_link_dangling(import, "role", function->role, function->role_place);
    }
    return PC_OK;
}

enum pc_status pc_link(struct pc_import *import)
{
    PC_TRY(link_managed(import));
    PC_TRY(link_groups(import));
    for (struct pc_principal *principal = import->principals; principal != NULL;
         principal = principal->next) {
        PC_TRY(link_principal(import, principal));
    }
    for (struct pc_resource *resource = import->resources; resource != NULL;
         resource = resource->next) {
        PC_TRY(link_resource(import, resource));
    }
    for (const struct pc_function *function = import->functions; function != NULL;
         function = function->next) {
        PC_TRY(link_function(import, function));
    }
    PC_TRY(pc_connections_link(import));
    return pc_link_levels(import);
}
