// SPDX-License-Identifier: Apache-2.0
//
// Opens the shapes that hold one policy at most: of an organisation, of a queue, topic, secret,
// repository, key, bucket or function, or bare (LAMBDA.md 5.4, rows 9 to 15 and 18). Each yields
// the document and, where the dump names it, the resource that it belongs to.
#include "documents.h"
#include "members.h"
#include "names.h"
#include "shapes.h"

// The file's name without folder and ending: what people call a policy that has no name of its own.
static struct pc_str stem_of(const struct pc_file *file)
{
    struct pc_str name = pc_str_slice(file->name, file->folder.len, file->name.len);
    if (pc_str_has_suffix(name, PC_STR(".json"))) {
        name.len -= sizeof(".json") - 1;
    }
    return name;
}

static struct pc_members reader_of(struct pc_import *import, const struct pc_piece *piece)
{
    return (struct pc_members){import, piece->file, PC_DIAG_DUMP_VALUE};
}

static enum pc_status open_value(struct pc_import *import, struct pc_piece *piece,
                                 enum pc_policy_type likely, const struct pc_json *value,
                                 struct pc_str name)
{
    if (value == NULL) {
        piece->empty = true;
        return PC_OK;
    }
    PC_TRY(pc_document_new(import, piece->file, value, name.len > 0 ? name : stem_of(piece->file),
                           &piece->document));
    if (piece->document != NULL) {
        piece->document->likely = likely;
    }
    return PC_OK;
}

// Organisation ----------------------------------------------------------------------------------

enum pc_status pc_organization_policy_open(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = reader_of(import, piece);
    const struct pc_json *policy = pc_members_find(piece->json, "Policy");
    const struct pc_json *summary, *content;
    struct pc_str type, name, arn;
    if (!pc_members_object(&reader, policy, "PolicySummary", PC_REQUIRED, &summary) ||
        !pc_members_string(&reader, summary, "Type", PC_REQUIRED, &type) ||
        !pc_members_string(&reader, summary, "Name", PC_OPTIONAL, &name) ||
        !pc_members_string(&reader, summary, "Arn", PC_OPTIONAL, &arn) ||
        !pc_members_get(&reader, policy, "Content", PC_REQUIRED, &content)) {
        return PC_OK;
    }
    bool scp = pc_str_eq(type, PC_STR("SERVICE_CONTROL_POLICY"));
    if (!scp && !pc_str_eq(type, PC_STR("RESOURCE_CONTROL_POLICY"))) {
        pc_diag_report(import->diags, PC_DIAG_SHAPE_UNSUPPORTED, pc_members_place(&reader, summary),
                       "an organisation policy of type \"%.*s\" is not read", PC_STR_ARG(type));
        return PC_OK;
    }
    PC_TRY(open_value(import, piece, PC_POLICY_NONE, content, name));
    if (piece->document == NULL) {
        return PC_OK;
    }
    piece->document->only = scp ? PC_POLICY_SCP : PC_POLICY_RCP;
    return arn.len == 0 ? PC_OK
                        : pc_picture_managed(import, arn, piece->document,
                                             pc_members_place(&reader, piece->json));
}

// Resources that the dump names -----------------------------------------------------------------

static enum pc_status open_attributes(struct pc_import *import, struct pc_piece *piece,
                                      const char *arn_member, const char *service)
{
    const struct pc_members reader = reader_of(import, piece);
    const struct pc_json *attributes = pc_members_find(piece->json, "Attributes");
    const struct pc_json *policy;
    struct pc_arn arn;
    struct pc_str key;
    if (!pc_members_string(&reader, attributes, arn_member, PC_REQUIRED, &piece->owner) ||
        !pc_members_string(&reader, attributes, "KmsMasterKeyId", PC_OPTIONAL, &key) ||
        !pc_members_get(&reader, attributes, "Policy", PC_OPTIONAL, &policy)) {
        return PC_OK;
    }
    if (!pc_arn_parse(piece->owner, &arn) || !pc_str_eq(arn.service, pc_str_from(service)) ||
        !pc_account_id_is(arn.account)) {
        pc_diag_report(import->diags, PC_DIAG_DUMP_VALUE,
                       pc_members_place(&reader, pc_members_find(attributes, arn_member)),
                       "\"%.*s\" is not an ARN of %s with an account id", PC_STR_ARG(piece->owner),
                       service);
        piece->owner = PC_STR("");
        return PC_OK;
    }
    if (key.len > 0) {
        PC_TRY(pc_picture_resource_key(
            import, piece->owner, key,
            pc_members_place(&reader, pc_members_find(attributes, "KmsMasterKeyId"))));
    }
    return open_value(import, piece, PC_POLICY_RESOURCE, policy, PC_STR(""));
}

// --attribute-names says what is printed: only the dump of all attributes tells that there is no
// policy, and that one has a time.
enum pc_status pc_queue_dump_open(struct pc_import *import, struct pc_piece *piece)
{
    PC_TRY(open_attributes(import, piece, "QueueArn", "sqs"));
    if (piece->empty &&
        pc_members_find(pc_members_find(piece->json, "Attributes"), "CreatedTimestamp") == NULL) {
        piece->owner = PC_STR("");
    }
    return PC_OK;
}

enum pc_status pc_topic_dump_open(struct pc_import *import, struct pc_piece *piece)
{
    return open_attributes(import, piece, "TopicArn", "sns");
}

enum pc_status pc_secret_dump_open(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = reader_of(import, piece);
    const struct pc_json *policy;
    struct pc_arn arn;
    if (!pc_members_string(&reader, piece->json, "ARN", PC_REQUIRED, &piece->owner) ||
        !pc_members_get(&reader, piece->json, "ResourcePolicy", PC_OPTIONAL, &policy)) {
        return PC_OK;
    }
    if (!pc_arn_parse(piece->owner, &arn) || !pc_account_id_is(arn.account) ||
        !pc_str_eq(arn.service, PC_STR("secretsmanager"))) {
        pc_diag_report(import->diags, PC_DIAG_DUMP_VALUE,
                       pc_members_place(&reader, pc_members_find(piece->json, "ARN")),
                       "\"%.*s\" is not the ARN of a secret", PC_STR_ARG(piece->owner));
        piece->owner = PC_STR("");
        return PC_OK;
    }
    return open_value(import, piece, PC_POLICY_RESOURCE, policy, PC_STR(""));
}

// The dump names account and repository but no region, so a manifest must attach it.
enum pc_status pc_repository_dump_open(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = reader_of(import, piece);
    const struct pc_json *policy;
    struct pc_str name, registry;
    if (!pc_members_string(&reader, piece->json, "repositoryName", PC_OPTIONAL, &name) ||
        !pc_members_string(&reader, piece->json, "registryId", PC_OPTIONAL, &registry) ||
        !pc_members_get(&reader, piece->json, "policyText", PC_REQUIRED, &policy)) {
        return PC_OK;
    }
    if (name.len > 0 && registry.len > 0) {
        PC_TRY(pc_arena_format(import->arena, &piece->owner_ending, ":%.*s:repository/%.*s",
                               PC_STR_ARG(registry), PC_STR_ARG(name)));
    }
    return open_value(import, piece, PC_POLICY_RESOURCE, policy, PC_STR(""));
}

enum pc_status pc_key_dump_open(struct pc_import *import, struct pc_piece *piece)
{
    return open_value(import, piece, PC_POLICY_KEY, pc_members_find(piece->json, "Policy"),
                      PC_STR(""));
}

// A string Policy: whose it is, its statements may tell -----------------------------------------

// The resource that holds the policy in which this resource is named, or "": a bucket, function or
// layer version without wildcards. Each version and alias has a policy of its own, but
// "FN:*" is named by that of FN alone (LAMBDA.md 4).
static struct pc_str holder_named(struct pc_str resource)
{
    struct pc_arn arn;
    struct pc_str none = PC_STR("");
    if (!pc_arn_parse(resource, &arn) || pc_unread_holder_of(resource) != NULL) {
        return none;
    }
    bool lambda = pc_str_eq(arn.service, PC_STR("lambda"));
    bool s3 = pc_str_eq(arn.service, PC_STR("s3"));
    if (lambda && pc_str_has_prefix(arn.resource, PC_STR("function:")) &&
        pc_str_has_suffix(arn.resource, PC_STR(":*"))) {
        resource.len -= 2;
    } else if (s3) {
        struct pc_holders holders = pc_holders_of(resource);
        resource = holders.arns[0];
    } else if (!lambda || !(pc_str_has_prefix(arn.resource, PC_STR("function:")) ||
                            pc_str_has_prefix(arn.resource, PC_STR("layer:")))) {
        return none;
    }
    bool wildcard =
        pc_str_find(resource, '*', 0) != SIZE_MAX || pc_str_find(resource, '?', 0) != SIZE_MAX;
    return wildcard ? none : resource;
}

struct inference {
    struct pc_str owner; // so far
    bool seen, failed;
};

static void infer_from(struct inference *inference, const struct pc_json *resource)
{
    bool string = resource->type == PC_JSON_STRING;
    struct pc_str owner = string ? holder_named(resource->text) : PC_STR("");
    if (owner.len == 0 || (inference->seen && !pc_str_eq(inference->owner, owner))) {
        inference->failed = true;
        return;
    }
    inference->owner = owner;
    inference->seen = true;
}

static void infer_from_statement(struct inference *inference, const struct pc_json *statement)
{
    const struct pc_json *resource = pc_members_find(statement, "Resource");
    if (resource == NULL) {
        inference->failed = true;
        return;
    }
    if (resource->type != PC_JSON_ARRAY) {
        infer_from(inference, resource);
        return;
    }
    for (size_t i = 0; i < resource->count; i++) {
        infer_from(inference, &resource->items[i]);
    }
}

// The one resource that every statement names, or "".
static struct pc_str infer_owner(const struct pc_json *policy)
{
    struct inference inference = {.seen = false};
    const struct pc_json *statements = pc_members_find(policy, "Statement");
    if (statements != NULL && statements->type == PC_JSON_OBJECT) {
        infer_from_statement(&inference, statements);
    }
    for (size_t i = 0;
         statements != NULL && statements->type == PC_JSON_ARRAY && i < statements->count; i++) {
        infer_from_statement(&inference, &statements->items[i]);
    }
    return inference.seen && !inference.failed ? inference.owner : PC_STR("");
}

enum pc_status pc_policy_string_open(struct pc_import *import, struct pc_piece *piece)
{
    PC_TRY(open_value(import, piece, PC_POLICY_RESOURCE, pc_members_find(piece->json, "Policy"),
                      PC_STR("")));
    if (piece->document != NULL) {
        piece->owner = infer_owner(piece->document->json);
        piece->inferred = true;
    }
    return PC_OK;
}

// Policies of nobody ----------------------------------------------------------------------------

enum pc_status pc_bare_policy_open(struct pc_import *import, struct pc_piece *piece)
{
    return open_value(import, piece, PC_POLICY_NONE, piece->json, PC_STR(""));
}

enum pc_status pc_policy_version_open(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = reader_of(import, piece);
    const struct pc_json *version = pc_members_find(piece->json, "PolicyVersion");
    const struct pc_json *flag;
    if (!pc_members_boolean(&reader, version, "IsDefaultVersion", &flag)) {
        return PC_OK;
    }
    piece->superseded = flag != NULL && !flag->boolean;
    return open_value(import, piece, PC_POLICY_IDENTITY, pc_members_find(version, "Document"),
                      PC_STR(""));
}

enum pc_status pc_inline_policy_open(struct pc_import *import, struct pc_piece *piece)
{
    const struct pc_members reader = reader_of(import, piece);
    struct pc_str name;
    if (!pc_members_string(&reader, piece->json, "PolicyName", PC_REQUIRED, &name)) {
        return PC_OK;
    }
    return open_value(import, piece, PC_POLICY_IDENTITY,
                      pc_members_find(piece->json, "PolicyDocument"), name);
}
