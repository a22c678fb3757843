// SPDX-License-Identifier: Apache-2.0
//
// The table of policy types. A check never asks for the type: it asks for a column of its row. SCPs
// have the full language.
#include "type.h"

static const struct pc_type_rules rules[] = {
    [PC_POLICY_IDENTITY] = {.text = "identity",
                            .noun = "an identity policy",
                            .iam_characters = true,
                            .iam_sid = true,
                            .not_action = true,
                            .all_actions = true,
                            .resource = PC_PRESENCE_REQUIRED,
                            .short_arn = PC_SHORT_ARN_EXPANDED},
    [PC_POLICY_BOUNDARY] = {.text = "boundary",
                            .noun = "a permissions boundary",
                            .iam_characters = true,
                            .iam_sid = true,
                            .not_action = true,
                            .all_actions = true,
                            .resource = PC_PRESENCE_REQUIRED,
                            .short_arn = PC_SHORT_ARN_EXPANDED},
    [PC_POLICY_SESSION] = {.text = "session",
                           .noun = "a session policy",
                           .iam_characters = true,
                           .iam_sid = true,
                           .not_action = true,
                           .all_actions = true,
                           .resource = PC_PRESENCE_REQUIRED,
                           .short_arn = PC_SHORT_ARN_REFUSED},
    [PC_POLICY_RESOURCE] = {.text = "resource",
                            .noun = "a resource-based policy",
                            .resource_based = true,
                            .id = true,
                            .principal = PC_PRESENCE_REQUIRED,
                            .not_principal = true,
                            .canonical_user = true,
                            .not_action = true,
                            .all_actions = true,
                            .resource = PC_PRESENCE_OPTIONAL,
                            .short_arn = PC_SHORT_ARN_NEEDS_WILDCARD},
    [PC_POLICY_TRUST] = {.text = "trust",
                         .noun = "a role trust policy",
                         .resource_based = true,
                         .id = true,
                         .iam_characters = true,
                         .iam_sid = true,
                         .principal = PC_PRESENCE_REQUIRED,
                         .public_warning = true,
                         .federated = true,
                         .not_action = true,
                         .service = PC_STR_INIT("sts")},
    [PC_POLICY_KEY] = {.text = "key",
                       .noun = "a key policy",
                       .resource_based = true,
                       .id = true,
                       .principal = PC_PRESENCE_REQUIRED,
                       .not_principal = true,
                       .not_action = true,
                       .all_actions = true,
                       .service = PC_STR_INIT("kms"),
                       .resource = PC_PRESENCE_REQUIRED, // AWS stores one without, to no effect
                       .short_arn = PC_SHORT_ARN_NEEDS_WILDCARD},
    [PC_POLICY_SCP] = {.text = "scp",
                       .noun = "a service control policy",
                       .version = PC_VERSION_2012,
                       .iam_characters = true,
                       .iam_sid = true,
                       .not_action = true,
                       .all_actions = true,
                       .resource = PC_PRESENCE_REQUIRED,
                       .short_arn = PC_SHORT_ARN_REFUSED_UNLESS_STAR},
    [PC_POLICY_RCP] = {.text = "rcp",
                       .noun = "a resource control policy",
                       .version = PC_VERSION_2012_REQUIRED,
                       .iam_characters = true,
                       .iam_sid = true,
                       .deny_only = true,
                       .principal = PC_PRESENCE_REQUIRED,
                       .everyone_only = true,
                       .resource = PC_PRESENCE_REQUIRED,
                       .short_arn = PC_SHORT_ARN_REFUSED},
    [PC_POLICY_ENDPOINT] = {.text = "endpoint",
                            .noun = "an endpoint policy",
                            .id = true,
                            .principal = PC_PRESENCE_REQUIRED,
                            .not_principal = true,
                            .not_action = true,
                            .all_actions = true,
                            .resource = PC_PRESENCE_REQUIRED,
                            .short_arn = PC_SHORT_ARN_NEEDS_WILDCARD},
};

static const struct pc_type_rules managed_rcp = {
    .text = "rcp",
    .noun = "a resource control policy",
    .version = PC_VERSION_2012_REQUIRED,
    .iam_sid = true,
    .principal = PC_PRESENCE_REQUIRED,
    .everyone_only = true,
    .all_actions = true,
    .resource = PC_PRESENCE_REQUIRED,
};

const struct pc_type_rules *pc_type_rules(enum pc_policy_type type)
{
    size_t index = (size_t)type;
    if (index >= sizeof(rules) / sizeof(rules[0]) || rules[index].text == NULL) {
        return NULL;
    }
    return &rules[index];
}

const struct pc_type_rules *pc_type_rules_managed_rcp(void)
{
    return &managed_rcp;
}

const char *pc_policy_type_text(enum pc_policy_type type)
{
    const struct pc_type_rules *row = pc_type_rules(type);
    return row != NULL ? row->text : "none";
}

bool pc_policy_type_is_resource(enum pc_policy_type type)
{
    const struct pc_type_rules *row = pc_type_rules(type);
    return row != NULL && row->resource_based;
}
