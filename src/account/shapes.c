// SPDX-License-Identifier: Apache-2.0
#include "shapes.h"

#include "members.h"
#include "names.h"

static bool is_type(const struct pc_json *json, enum pc_json_type type)
{
    return json != NULL && json->type == type;
}

static bool has(const struct pc_json *json, const char *name)
{
    return pc_members_find(json, name) != NULL;
}

// The array under the name, when it is empty or its first element passes.
static bool lists(const struct pc_json *json, const char *name,
                  bool (*is)(const struct pc_json *element))
{
    const struct pc_json *array = pc_members_find(json, name);
    return is_type(array, PC_JSON_ARRAY) && (array->count == 0 || is(&array->items[0]));
}

static bool is_iam_dump(const struct pc_json *json)
{
    return has(json, "RoleDetailList");
}

static bool is_get_function(const struct pc_json *json)
{
    return has(pc_members_find(json, "Configuration"), "FunctionArn");
}

static bool is_configuration(const struct pc_json *json)
{
    return has(json, "FunctionArn") && has(json, "Role");
}

static bool is_function(const struct pc_json *json)
{
    return is_configuration(json) || lists(json, "Functions", is_configuration) ||
           lists(json, "Versions", is_configuration);
}

static bool is_mapping_list(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "EventSourceMappings"), PC_JSON_ARRAY);
}

static bool is_mapping(const struct pc_json *json)
{
    return has(json, "UUID") && has(json, "FunctionArn");
}

static bool is_url(const struct pc_json *json)
{
    return (has(json, "FunctionUrl") && has(json, "AuthType")) ||
           is_type(pc_members_find(json, "FunctionUrlConfigs"), PC_JSON_ARRAY);
}

static bool is_invoke_config(const struct pc_json *json)
{
    bool one = has(json, "FunctionArn") && has(json, "DestinationConfig") && !has(json, "UUID") &&
               !has(json, "Role");
    return one || is_type(pc_members_find(json, "FunctionEventInvokeConfigs"), PC_JSON_ARRAY);
}

// Keys of KMS have aliases too, listed under the same names.
static bool is_alias(const struct pc_json *json)
{
    struct pc_str bare;
    const struct pc_json *arn = pc_members_find(json, "AliasArn");
    return is_type(arn, PC_JSON_STRING) && pc_function_arn_parse(arn->text, &bare);
}

static bool is_alias_list(const struct pc_json *json)
{
    return is_alias(json) || lists(json, "Aliases", is_alias);
}

static bool is_organization_policy(const struct pc_json *json)
{
    return has(pc_members_find(json, "Policy"), "PolicySummary");
}

static bool is_queue(const struct pc_json *json)
{
    return has(pc_members_find(json, "Attributes"), "QueueArn");
}

static bool is_topic(const struct pc_json *json)
{
    const struct pc_json *attributes = pc_members_find(json, "Attributes");
    return has(attributes, "TopicArn") && !has(attributes, "SubscriptionArn");
}

// Whatever tells of a secret has the first two. Without a policy it is the output that could have
// one only if it has nothing else.
static bool is_secret(const struct pc_json *json)
{
    bool policy = has(json, "ResourcePolicy");
    size_t others = 0;
    for (size_t i = 0; json->type == PC_JSON_OBJECT && i < json->count; i++) {
        struct pc_str name = json->members[i].name;
        others += !pc_str_eq(name, PC_STR("ARN")) && !pc_str_eq(name, PC_STR("Name")) &&
                  !pc_str_eq(name, PC_STR("ResourcePolicy")) &&
                  !pc_str_eq(name, PC_STR("ResponseMetadata")); // of an SDK
    }
    return has(json, "ARN") && has(json, "Name") && (policy || others == 0);
}

static bool is_repository(const struct pc_json *json)
{
    return has(json, "policyText");
}

static bool has_policy_string(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "Policy"), PC_JSON_STRING);
}

static bool is_key(const struct pc_json *json)
{
    return has_policy_string(json) && has(json, "PolicyName");
}

static bool is_policy_string(const struct pc_json *json)
{
    return has_policy_string(json) && !has(json, "PolicyName");
}

static bool is_grant_list(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "Grants"), PC_JSON_ARRAY);
}

static bool is_notification(const struct pc_json *json)
{
    return has(json, "LambdaFunctionConfigurations") || has(json, "TopicConfigurations") ||
           has(json, "QueueConfigurations") || has(json, "EventBridgeConfiguration");
}

static bool has_arn(const struct pc_json *json)
{
    return has(json, "Arn");
}

static bool is_target_list(const struct pc_json *json)
{
    return lists(json, "Targets", has_arn);
}

static bool is_manifest(const struct pc_json *json)
{
    return pc_json_get(json, PC_STR("polcheck")) != NULL;
}

static bool is_suppression_list(const struct pc_json *json)
{
    return has(json, "polcheck-lint");
}

// A case of polcheck test, or a table of them.
static bool is_case(const struct pc_json *json)
{
    bool asks = pc_json_get(json, PC_STR("request")) != NULL ||
                is_type(pc_json_get(json, PC_STR("rows")), PC_JSON_ARRAY);
    return asks && (pc_json_get(json, PC_STR("policies")) != NULL ||
                    pc_json_get(json, PC_STR("account")) != NULL ||
                    pc_json_get(json, PC_STR("store")) != NULL);
}

static bool is_bare_policy(const struct pc_json *json)
{
    return has(json, "Statement");
}

static bool is_policy_version(const struct pc_json *json)
{
    return has(pc_members_find(json, "PolicyVersion"), "Document");
}

static bool is_inline_policy(const struct pc_json *json)
{
    return has(json, "PolicyName") && has(json, "PolicyDocument");
}

// Known, not read: endpoint policies belong to networks, the others tell of policies, or of what
// has one, without its text.
static bool is_secret_description(const struct pc_json *json)
{
    return has(json, "ARN") && has(json, "Name") && !is_secret(json);
}

static bool is_subscription(const struct pc_json *json)
{
    return has(pc_members_find(json, "Attributes"), "SubscriptionArn");
}

static bool is_endpoint_list(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "VpcEndpoints"), PC_JSON_ARRAY);
}

static bool is_role(const struct pc_json *json)
{
    return has(pc_members_find(json, "Role"), "AssumeRolePolicyDocument");
}

static bool is_role_list(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "Roles"), PC_JSON_ARRAY);
}

static bool is_policy_list(const struct pc_json *json)
{
    return is_type(pc_members_find(json, "Policies"), PC_JSON_ARRAY) && !is_iam_dump(json);
}

static bool is_policy_summary(const struct pc_json *json)
{
    return has(pc_members_find(json, "Policy"), "DefaultVersionId");
}

// Says nothing of accounts: it lies beside the policies that polcheck lint looks at.
static enum pc_status read_nothing(struct pc_import *import, struct pc_piece *piece)
{
    (void)import;
    (void)piece;
    return PC_OK;
}

// Who compiles accounts has no use for a case; who looks at policies by themselves passes it over,
// and tells how many there were.
static enum pc_status pass_case(struct pc_import *import, struct pc_piece *piece)
{
    import->counts.cases++;
    if (!import->passes_cases) {
        pc_diag_report(import->diags, PC_DIAG_SHAPE_UNSUPPORTED,
                       pc_json_place(piece->file->name, piece->json),
                       "\"%.*s\" holds a case of polcheck test, which is not compiled",
                       PC_STR_ARG(piece->file->name));
        pc_diag_hint(import->diags, "name the folders of policies alone");
    }
    return PC_OK;
}

static const struct pc_shape shapes[] = {
    {"iam get-account-authorization-details",
     "RoleDetailList",
     {"RoleDetailList", "UserDetailList", "GroupDetailList"},
     is_iam_dump,
     NULL,
     pc_iam_dump_read,
     false},
    {"lambda get-function",
     "Configuration.FunctionArn",
     {"Configuration"},
     is_get_function,
     NULL,
     pc_function_dump_read,
     false},
    {"lambda get-function-configuration, list-functions or list-versions-by-function",
     "FunctionArn and Role, or a list Functions or Versions of such",
     {"Functions", "Versions", "FunctionArn"},
     is_function,
     NULL,
     pc_function_dump_read,
     false},
    {"lambda list-event-source-mappings",
     "EventSourceMappings",
     {"EventSourceMappings"},
     is_mapping_list,
     NULL,
     pc_mapping_dump_read,
     false},
    {"lambda get-event-source-mapping",
     "UUID and FunctionArn",
     {"UUID", "EventSourceArn"},
     is_mapping,
     NULL,
     pc_mapping_dump_read,
     false},
    {"lambda get-function-url-config",
     "FunctionUrl and AuthType, or FunctionUrlConfigs",
     {"FunctionUrl", "AuthType", "FunctionUrlConfigs"},
     is_url,
     NULL,
     pc_url_dump_read,
     false},
    {"lambda get-function-event-invoke-config",
     "FunctionArn and DestinationConfig, or FunctionEventInvokeConfigs",
     {"DestinationConfig", "FunctionEventInvokeConfigs"},
     is_invoke_config,
     NULL,
     pc_invoke_dump_read,
     false},
    {"lambda list-aliases",
     "Aliases with an AliasArn of Lambda",
     {"AliasArn", "Aliases"},
     is_alias_list,
     NULL,
     pc_alias_dump_read,
     false},
    {"organizations describe-policy",
     "Policy.PolicySummary",
     {"Policy", "PolicySummary"},
     is_organization_policy,
     pc_organization_policy_open,
     NULL,
     false},
    {"sqs get-queue-attributes",
     "Attributes.QueueArn",
     {"Attributes", "QueueArn"},
     is_queue,
     pc_queue_dump_open,
     NULL,
     false},
    {"sns get-topic-attributes",
     "Attributes.TopicArn",
     {"Attributes", "TopicArn"},
     is_topic,
     pc_topic_dump_open,
     NULL,
     false},
    {"secretsmanager get-resource-policy",
     "ARN and Name, with ResourcePolicy or alone",
     {"ARN", "ResourcePolicy"},
     is_secret,
     pc_secret_dump_open,
     NULL,
     false},
    {"ecr get-repository-policy",
     "policyText",
     {"policyText", "repositoryName"},
     is_repository,
     pc_repository_dump_open,
     NULL,
     false},
    {"kms get-key-policy",
     "a string Policy, and PolicyName",
     {"Policy", "PolicyName"},
     is_key,
     pc_key_dump_open,
     NULL,
     false},
    {"kms list-grants", "Grants", {"Grants"}, is_grant_list, NULL, pc_grant_dump_read, false},
    {"get-bucket-policy, lambda get-policy or another get-resource-policy",
     "a string Policy",
     {"Policy", "RevisionId"},
     is_policy_string,
     pc_policy_string_open,
     NULL,
     false},
    {"s3api get-bucket-notification-configuration",
     "LambdaFunctionConfigurations, TopicConfigurations, QueueConfigurations or "
     "EventBridgeConfiguration",
     {"LambdaFunctionConfigurations", "TopicConfigurations", "QueueConfigurations"},
     is_notification,
     NULL,
     pc_notification_dump_read,
     false},
    {"events list-targets-by-rule",
     "Targets with an Arn",
     {"Targets"},
     is_target_list,
     NULL,
     pc_target_dump_read,
     false},
    {"polcheck manifest",
     "polcheck",
     {"polcheck", "roles", "resources", "organization"},
     is_manifest,
     NULL,
     pc_manifest_read,
     true},
    {"polcheck lint suppressions",
     "polcheck-lint",
     {"polcheck-lint", "suppressions"},
     is_suppression_list,
     NULL,
     read_nothing,
     false},
    {"polcheck test case",
     "request or rows, with policies, account or store",
     {"request", "rows"},
     is_case,
     NULL,
     pass_case,
     false},
    {"policy document",
     "Statement",
     {"Statement", "Version"},
     is_bare_policy,
     pc_bare_policy_open,
     NULL,
     false},
    {"iam get-policy-version",
     "PolicyVersion.Document",
     {"PolicyVersion"},
     is_policy_version,
     pc_policy_version_open,
     NULL,
     false},
    {"iam get-role-policy, get-user-policy or get-group-policy",
     "PolicyName and PolicyDocument",
     {"PolicyDocument"},
     is_inline_policy,
     pc_inline_policy_open,
     NULL,
     false},
    {"secretsmanager describe-secret, get-secret-value or the like",
     "ARN and Name among others, without ResourcePolicy",
     {"VersionIdsToStages", "SecretString"},
     is_secret_description,
     NULL,
     NULL,
     false},
    {"sns get-subscription-attributes",
     "Attributes.SubscriptionArn",
     {"Attributes", "SubscriptionArn"},
     is_subscription,
     NULL,
     NULL,
     false},
    {"ec2 describe-vpc-endpoints",
     "VpcEndpoints",
     {"VpcEndpoints"},
     is_endpoint_list,
     NULL,
     NULL,
     false},
    {"iam get-role", "Role.AssumeRolePolicyDocument", {"Role"}, is_role, NULL, NULL, false},
    {"iam list-roles", "Roles", {"Roles"}, is_role_list, NULL, NULL, false},
    {"a list of policies without their text",
     "Policies",
     {"Policies"},
     is_policy_list,
     NULL,
     NULL,
     false},
    {"iam get-policy",
     "Policy.DefaultVersionId",
     {"DefaultVersionId"},
     is_policy_summary,
     NULL,
     NULL,
     false},
};

enum {
    SHAPE_COUNT = sizeof(shapes) / sizeof(shapes[0]),
};

const struct pc_shape *pc_shape_at(size_t index)
{
    return index < SHAPE_COUNT ? &shapes[index] : NULL;
}

const struct pc_shape *pc_shape_of(const struct pc_json *json)
{
    for (size_t i = 0; json->type == PC_JSON_OBJECT && i < SHAPE_COUNT; i++) {
        if (shapes[i].is(json)) {
            return &shapes[i];
        }
    }
    return NULL;
}

const struct pc_shape *pc_shape_beside(const struct pc_json *json, const struct pc_shape *shape)
{
    for (const struct pc_shape *other = shape + 1; other < shapes + SHAPE_COUNT; other++) {
        if (!shape->manifest && other->is(json)) {
            return other;
        }
    }
    return NULL;
}
