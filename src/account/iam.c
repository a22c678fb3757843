// SPDX-License-Identifier: Apache-2.0
//
// Reads what `iam get-account-authorization-details` prints: users, groups, roles and managed
// policies of an account, with every policy that they hold (LAMBDA.md 5.4, row 1).
#include "documents.h"
#include "members.h"
#include "names.h"
#include "shapes.h"
#include "tags.h"

// An ARN of the given kind, or a report.
static bool read_arn(const struct pc_members *reader, const struct pc_json *object,
                     const char *member, const char *kind, struct pc_str *out)
{
    struct pc_iam_name name;
    if (!pc_members_string(reader, object, member, PC_REQUIRED, out)) {
        return false;
    }
    if (!pc_iam_name_parse(*out, pc_str_from(kind), &name)) {
        pc_diag_report(reader->import->diags, reader->code,
                       pc_members_place(reader, pc_members_find(object, member)),
                       "\"%.*s\" is not an ARN with account id and \"%s\"", PC_STR_ARG(*out), kind);
        return false;
    }
    return true;
}

// Policies that something holds -----------------------------------------------------------------

static enum pc_status read_inline(const struct pc_members *reader, const struct pc_json *element,
                                  void *context)
{
    struct pc_references *policies = context;
    const struct pc_json *document;
    struct pc_str name;
    if (!pc_members_string(reader, element, "PolicyName", PC_REQUIRED, &name) ||
        !pc_members_get(reader, element, "PolicyDocument", PC_REQUIRED, &document)) {
        return PC_OK;
    }
    struct pc_reference reference = {.place = pc_members_place(reader, document),
                                     .inline_text = true};
    PC_TRY(pc_document_new(reader->import, reader->file, document, name, &reference.document));
    if (reference.document == NULL) {
        return PC_OK;
    }
    return pc_references_add(reader->import, policies, &reference);
}

static enum pc_status read_attached(const struct pc_members *reader, const struct pc_json *element,
                                    void *context)
{
    struct pc_references *policies = context;
    struct pc_reference reference = {.document = NULL};
    if (!read_arn(reader, element, "PolicyArn", "policy/", &reference.arn)) {
        return PC_OK;
    }
    reference.place = pc_members_place(reader, pc_members_find(element, "PolicyArn"));
    return pc_references_add(reader->import, policies, &reference);
}

static enum pc_status read_policies(const struct pc_members *reader, const struct pc_json *object,
                                    const char *inline_list, struct pc_references *policies)
{
    PC_TRY(pc_members_each(reader, object, inline_list, read_inline, policies));
    return pc_members_each(reader, object, "AttachedManagedPolicies", read_attached, policies);
}

static enum pc_status read_boundary(const struct pc_members *reader, const struct pc_json *object,
                                    struct pc_references *boundary)
{
    const struct pc_json *member;
    struct pc_reference reference = {.document = NULL};
    if (!pc_members_object(reader, object, "PermissionsBoundary", PC_OPTIONAL, &member) ||
        member == NULL ||
        !read_arn(reader, member, "PermissionsBoundaryArn", "policy/", &reference.arn)) {
        return PC_OK;
    }
    reference.place = pc_members_place(reader, pc_members_find(member, "PermissionsBoundaryArn"));
    return pc_references_add(reader->import, boundary, &reference);
}

static enum pc_status read_trust(const struct pc_members *reader, const struct pc_json *object,
                                 struct pc_principal *role)
{
    const struct pc_json *document;
    struct pc_str name;
    if (!pc_members_get(reader, object, "AssumeRolePolicyDocument", PC_REQUIRED, &document)) {
        return PC_OK;
    }
    struct pc_reference reference = {.place = pc_members_place(reader, document)};
    PC_TRY(
        pc_arena_format(reader->import->arena, &name, "%.*s trust policy", PC_STR_ARG(role->name)));
    PC_TRY(pc_document_new(reader->import, reader->file, document, name, &reference.document));
    return reference.document == NULL ? PC_OK
                                      : pc_references_add(reader->import, &role->trust, &reference);
}

// Principals ------------------------------------------------------------------------------------

static enum pc_status read_groups(const struct pc_members *reader, const struct pc_json *object,
                                  struct pc_principal *user)
{
    const struct pc_json *list;
    if (!pc_members_array(reader, object, "GroupList", PC_OPTIONAL, &list) || list == NULL) {
        return PC_OK;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_json *name = &list->items[i];
        if (pc_members_element(reader, name, PC_JSON_STRING, "GroupList")) {
            PC_TRY(pc_picture_membership(reader->import, user, name->text,
                                         pc_members_place(reader, name)));
        }
    }
    return PC_OK;
}

// What roles and users have in common. *out is NULL after a report.
static enum pc_status read_principal(const struct pc_members *reader, const struct pc_json *element,
                                     bool role, struct pc_principal **out)
{
    struct pc_str arn;
    *out = NULL;
    if (!read_arn(reader, element, "Arn", role ? "role/" : "user/", &arn)) {
        return PC_OK;
    }
    PC_TRY(pc_picture_principal(reader->import, arn, pc_members_place(reader, element), out));
    struct pc_principal *principal = *out;
    if (principal == NULL) {
        return PC_OK;
    }
    principal->dumped = true;
    if (!pc_members_string(reader, element, role ? "RoleId" : "UserId", PC_OPTIONAL,
                           &principal->id)) {
        return PC_OK;
    }
    PC_TRY(pc_tags_read(reader, element, "Tags", &principal->tags));
    PC_TRY(read_boundary(reader, element, &principal->boundary));
    return read_policies(reader, element, role ? "RolePolicyList" : "UserPolicyList",
                         &principal->policies);
}

static enum pc_status read_role(const struct pc_members *reader, const struct pc_json *element,
                                void *context)
{
    (void)context;
    struct pc_principal *role;
    PC_TRY(read_principal(reader, element, true, &role));
    return role == NULL ? PC_OK : read_trust(reader, element, role);
}

static enum pc_status read_user(const struct pc_members *reader, const struct pc_json *element,
                                void *context)
{
    (void)context;
    struct pc_principal *user;
    PC_TRY(read_principal(reader, element, false, &user));
    return user == NULL ? PC_OK : read_groups(reader, element, user);
}

static enum pc_status read_group(const struct pc_members *reader, const struct pc_json *element,
                                 void *context)
{
    (void)context;
    struct pc_str arn;
    struct pc_group *group;
    if (!read_arn(reader, element, "Arn", "group/", &arn)) {
        return PC_OK;
    }
    PC_TRY(pc_picture_group(reader->import, arn, pc_members_place(reader, element), &group));
    return group == NULL ? PC_OK
                         : read_policies(reader, element, "GroupPolicyList", &group->policies);
}

// Managed policies ------------------------------------------------------------------------------

// The version of a policy that counts.
struct default_version {
    struct pc_str policy, id; // the latter: DefaultVersionId; "" when it is not told
    const struct pc_json *found;
    bool wrong; // two versions, or not the one with that id: reported
};

// A version counts that says so, or that has the policy's DefaultVersionId. Both are about the same
// one (LAMBDA.md 5.4, row 1).
static enum pc_status read_version(const struct pc_members *reader, const struct pc_json *version,
                                   void *context)
{
    struct default_version *counts = context;
    const struct pc_json *flag;
    struct pc_str name;
    if (!pc_members_boolean(reader, version, "IsDefaultVersion", &flag) ||
        !pc_members_string(reader, version, "VersionId", PC_OPTIONAL, &name)) {
        counts->wrong = true;
        return PC_OK;
    }
    bool flagged = flag != NULL && flag->boolean, unflagged = flag != NULL && !flag->boolean;
    bool named = counts->id.len > 0 && pc_str_eq(name, counts->id);
    bool other = counts->id.len > 0 && name.len > 0 && !named;
    if (!flagged && !named) {
        return PC_OK;
    }
    if (!counts->wrong && (counts->found != NULL || (flagged && other) || (named && unflagged))) {
        counts->wrong = true;
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, version),
                       "policy \"%.*s\" contradicts itself about its default version",
                       PC_STR_ARG(counts->policy));
        pc_diag_hint(reader->import->diags, "one version has IsDefaultVersion true, and its "
                                            "VersionId is the policy's DefaultVersionId");
    }
    counts->found = version;
    return PC_OK;
}

static enum pc_status read_managed(const struct pc_members *reader, const struct pc_json *element,
                                   void *context)
{
    (void)context;
    struct pc_str arn, name;
    struct default_version counts = {.found = NULL};
    const struct pc_json *versions, *text;
    if (!read_arn(reader, element, "Arn", "policy/", &arn) ||
        !pc_members_string(reader, element, "PolicyName", PC_OPTIONAL, &name) ||
        !pc_members_string(reader, element, "DefaultVersionId", PC_OPTIONAL, &counts.id) ||
        !pc_members_array(reader, element, "PolicyVersionList", PC_REQUIRED, &versions)) {
        return PC_OK;
    }
    counts.policy = arn;
    PC_TRY(pc_members_each(reader, element, "PolicyVersionList", read_version, &counts));
    if (counts.found == NULL && !counts.wrong) {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, element),
                       "policy \"%.*s\" lacks its default version", PC_STR_ARG(arn));
    }
    if (counts.found == NULL || counts.wrong ||
        !pc_members_get(reader, counts.found, "Document", PC_REQUIRED, &text)) {
        return PC_OK;
    }
    struct pc_document *document;
    PC_TRY(pc_document_new(reader->import, reader->file, text,
                           name.len > 0 ? name : pc_arn_last(arn), &document));
    return pc_picture_managed(reader->import, arn, document, pc_members_place(reader, element));
}

enum pc_status pc_iam_dump_read(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = {import, piece->file, PC_DIAG_DUMP_VALUE};
    const struct pc_json *dump = piece->json;
    PC_TRY(pc_members_each(&reader, dump, "Policies", read_managed, NULL));
    PC_TRY(pc_members_each(&reader, dump, "GroupDetailList", read_group, NULL));
    PC_TRY(pc_members_each(&reader, dump, "UserDetailList", read_user, NULL));
    return pc_members_each(&reader, dump, "RoleDetailList", read_role, NULL);
}
