// SPDX-License-Identifier: Apache-2.0
#include "service_rules.h"

#include "context.h"

// Services whose resources no RCP reaches (R-604; LAMBDA.md 3.4). The list of those that one does
// reach is long and grows: a service that is not named here is taken to be reached, because a Deny
// that is overlooked would allow what it forbids.
static const struct pc_str beyond_rcps[] = {
    PC_STR_INIT("ec2"),    PC_STR_INIT("elasticfilesystem"), PC_STR_INIT("iam"),
    PC_STR_INIT("kafka"),  PC_STR_INIT("kafka-cluster"),     PC_STR_INIT("kinesis"),
    PC_STR_INIT("lambda"), PC_STR_INIT("organizations"),     PC_STR_INIT("sns"),
    PC_STR_INIT("ssm"),
};

static bool resource_is(const struct pc_request *request, struct pc_str service,
                        struct pc_str prefix)
{
    return request->is_arn && pc_str_eq(request->arn.service, service) &&
           pc_str_has_prefix(request->arn.resource, prefix);
}

bool pc_action_asks_for_role(struct pc_str action, struct pc_str resource)
{
    struct pc_arn arn;
    return pc_str_has_prefix_icase(action, PC_STR("sts:AssumeRole")) ||
           (pc_str_has_prefix_icase(action, PC_STR("sts:")) && pc_arn_parse(resource, &arn) &&
            pc_str_eq(arn.service, PC_STR("iam")) &&
            pc_str_has_prefix(arn.resource, PC_STR("role/")));
}

bool pc_requires_resource_policy(const struct pc_request *request)
{
    if (pc_str_eq(request->service, PC_STR("sts"))) {
        return pc_str_has_prefix(request->name, PC_STR("assumerole")) ||
               resource_is(request, PC_STR("iam"), PC_STR("role/")) ||
               resource_is(request, PC_STR("kms"), PC_STR("key/"));
    }
    return resource_is(request, PC_STR("kms"), PC_STR("key/"));
}

// Does the key have one of the aliases that only AWS gives?
static bool has_aws_alias(const struct pc_request *request, enum pc_known_key key)
{
    const struct pc_context_entry *aliases = pc_context_present(request, key);
    for (size_t i = 0; aliases != NULL && i < aliases->count; i++) {
        if (pc_str_has_prefix(aliases->values[i], PC_STR("alias/aws/"))) {
            return true;
        }
    }
    return false;
}

// A key of AWS's own in a customer's account is told by its alias alone (7.1).
static bool is_aws_managed_key(const struct pc_request *request)
{
    return resource_is(request, PC_STR("kms"), PC_STR("alias/aws/")) ||
           has_aws_alias(request, KEY_REQUEST_ALIAS) ||
           has_aws_alias(request, KEY_RESOURCE_ALIASES);
}

bool pc_refused_by_service(const struct pc_request *request)
{
    if (!pc_str_eq(request->service, PC_STR("kms"))) {
        return false;
    }
    return (pc_str_eq(request->name, PC_STR("createalias")) ||
            pc_str_eq(request->name, PC_STR("updatealias")) ||
            pc_str_eq(request->name, PC_STR("deletealias"))) &&
           resource_is(request, PC_STR("kms"), PC_STR("alias/aws/"));
}

bool pc_rcp_applies(const struct pc_request *request)
{
    if (request->resource_management_account || pc_caller_is_service_linked(&request->caller)) {
        return false;
    }
    if (pc_str_eq(request->service, PC_STR("kms"))) {
        return !pc_str_eq(request->name, PC_STR("retiregrant")) && !is_aws_managed_key(request);
    }
    for (size_t i = 0; i < sizeof(beyond_rcps) / sizeof(beyond_rcps[0]); i++) {
        if (pc_str_eq(request->service, beyond_rcps[i])) {
            return false;
        }
    }
    return true;
}

bool pc_decided_by_action(const struct pc_request *request, enum pc_decision *decision)
{
    enum pc_caller_kind kind = request->caller.kind;
    if (!pc_str_eq(request->service, PC_STR("sts"))) {
        return false;
    }
    bool is_signed =
        kind != PC_CALLER_NONE && kind != PC_CALLER_ANONYMOUS && kind != PC_CALLER_PROVIDER;
    bool user_or_root = kind == PC_CALLER_USER || kind == PC_CALLER_ROOT;
    if (is_signed && pc_str_eq(request->name, PC_STR("getcalleridentity"))) {
        *decision = PC_DECISION_ALLOWED;
        return true;
    }
    if (user_or_root && pc_str_eq(request->name, PC_STR("getsessiontoken"))) {
        *decision = PC_DECISION_ALLOWED;
        return true;
    }
    if (kind == PC_CALLER_ROOT && pc_str_eq(request->name, PC_STR("assumerole"))) {
        *decision = PC_DECISION_IMPLICIT_DENY;
        return true;
    }
    return false;
}
