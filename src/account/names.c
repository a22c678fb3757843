// SPDX-License-Identifier: Apache-2.0
#include "names.h"

#include "account/function_form.h"
#include "account/resolve.h"

bool pc_iam_name_parse(struct pc_str arn, struct pc_str kind, struct pc_iam_name *out)
{
    struct pc_arn parts;
    if (!pc_arn_parse(arn, &parts) || parts.partition.len == 0 || parts.region.len != 0 ||
        !pc_str_eq(parts.service, PC_STR("iam")) || !pc_str_has_prefix(parts.resource, kind)) {
        return false;
    }
    bool of_aws = pc_str_eq(kind, PC_STR("policy/")) && pc_str_eq(parts.account, PC_STR("aws"));
    struct pc_str name = pc_arn_last(parts.resource);
    if ((!of_aws && !pc_account_id_is(parts.account)) || name.len == 0) {
        return false;
    }
    *out = (struct pc_iam_name){parts.partition, parts.account, name};
    return true;
}

bool pc_policy_arn_is_managed_by_aws(struct pc_str arn)
{
    struct pc_arn parts;
    return pc_arn_parse(arn, &parts) && pc_str_eq(parts.account, PC_STR("aws"));
}

// arn:P:lambda:R:A:function:NAME, and whatever stands in the place of the qualifier: "" nothing.
static bool split_function(struct pc_str arn, struct pc_str *bare, struct pc_str *qualifier)
{
    struct pc_arn parts;
    struct pc_str fields[4];
    if (!pc_arn_parse(arn, &parts) || !pc_str_eq(parts.service, PC_STR("lambda")) ||
        !pc_function_partition_is(parts.partition) || !pc_function_region_is(parts.region) ||
        !pc_account_id_is(parts.account)) {
        return false;
    }
    size_t count = pc_str_split(parts.resource, ':', fields, 4);
    if (count < 2 || count > 3 || !pc_str_eq(fields[0], PC_STR("function")) ||
        !pc_function_name_is(fields[1]) || (count == 3 && fields[2].len == 0)) {
        return false;
    }
    *qualifier = count == 3 ? fields[2] : PC_STR("");
    *bare = pc_str_slice(arn, 0, arn.len - (count == 3 ? qualifier->len + 1 : 0));
    return true;
}

bool pc_function_arn_parse(struct pc_str arn, struct pc_str *bare)
{
    struct pc_str function, qualifier;
    if (!split_function(arn, &function, &qualifier) ||
        (qualifier.len > 0 && !pc_function_qualifier_is(qualifier))) {
        return false;
    }
    *bare = function;
    return true;
}

struct pc_str pc_arn_last(struct pc_str arn)
{
    size_t start = arn.len;
    while (start > 0 && arn.ptr[start - 1] != ':' && arn.ptr[start - 1] != '/') {
        start--;
    }
    return pc_str_slice(arn, start, arn.len);
}

enum pc_policy_type pc_arn_policy_type(const struct pc_arn *parts)
{
    return pc_str_eq(parts->service, PC_STR("kms")) ? PC_POLICY_KEY : PC_POLICY_RESOURCE;
}

enum pc_policy_type pc_resource_policy_type(struct pc_str arn)
{
    struct pc_arn parts;
    return pc_arn_parse(arn, &parts) ? pc_arn_policy_type(&parts) : PC_POLICY_RESOURCE;
}

// Rules of services whose policies sit elsewhere than on the very resource of the request
// -----------

static void one_holder(struct pc_holders *out, struct pc_str arn)
{
    out->arns[0] = arn;
    out->count = 1;
}

// Up to before the count-th '/' of the resource part.
static struct pc_str cut_at_slash(struct pc_str arn, const struct pc_arn *parts, unsigned count)
{
    size_t at = arn.len - parts->resource.len;
    for (unsigned seen = 0;; at++) {
        at = pc_str_find(arn, '/', at);
        if (at == SIZE_MAX) {
            return arn;
        }
        if (++seen == count) {
            return pc_str_slice(arn, 0, at);
        }
    }
}

// An object has no policy: its bucket has. Access points have region and account, and a
// policy of their own.
static void s3_holder(struct pc_str arn, const struct pc_arn *parts, struct pc_holders *out)
{
    bool bucket = parts->region.len == 0 && parts->account.len == 0;
    one_holder(out, bucket ? cut_at_slash(arn, parts, 1) : arn);
}

// A qualifier, or a pattern of some: questions about many requests have such resources.
static bool may_qualify(struct pc_str text)
{
    return pc_function_qualifier_is(text) || pc_str_find(text, '*', 0) != SIZE_MAX ||
           pc_str_find(text, '?', 0) != SIZE_MAX;
}

// The policy of the version or alias and that of the function are looked at together (LAMBDA.md 4).
static void lambda_holder(struct pc_str arn, const struct pc_arn *parts, struct pc_holders *out)
{
    (void)parts;
    struct pc_str bare, qualifier;
    one_holder(out, arn);
    if (split_function(arn, &bare, &qualifier) && may_qualify(qualifier)) {
        out->arns[1] = bare;
        out->count = 2;
    }
}

// The policy of a table covers its indexes; a stream has one of its own.
static void dynamodb_holder(struct pc_str arn, const struct pc_arn *parts, struct pc_holders *out)
{
    struct pc_str fields[3];
    size_t count = pc_str_split(parts->resource, '/', fields, 3);
    bool index = count == 3 && pc_str_eq(fields[0], PC_STR("table")) &&
                 pc_str_has_prefix(fields[2], PC_STR("index/"));
    one_holder(out, index ? cut_at_slash(arn, parts, 2) : arn);
}

// A call names API, stage, method and path; the API holds the policy.
static void api_holder(struct pc_str arn, const struct pc_arn *parts, struct pc_holders *out)
{
    one_holder(out, cut_at_slash(arn, parts, 1));
}

static const struct {
    struct pc_str service;
    void (*rule)(struct pc_str arn, const struct pc_arn *parts, struct pc_holders *out);
} rules[] = {
    {PC_STR_INIT("s3"), s3_holder},
    {PC_STR_INIT("lambda"), lambda_holder},
    {PC_STR_INIT("dynamodb"), dynamodb_holder},
    {PC_STR_INIT("execute-api"), api_holder},
};

struct pc_holders pc_arn_holders(struct pc_str resource, const struct pc_arn *parts)
{
    struct pc_holders out = {.count = 0};
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if (pc_str_eq(parts->service, rules[i].service)) {
            rules[i].rule(resource, parts, &out);
            return out;
        }
    }
    one_holder(&out, resource);
    return out;
}

struct pc_holders pc_holders_of(struct pc_str resource)
{
    struct pc_arn parts;
    return pc_arn_parse(resource, &parts) ? pc_arn_holders(resource, &parts)
                                          : (struct pc_holders){.count = 0};
}

bool pc_resource_is_holder(struct pc_str arn)
{
    const struct pc_holders holders = pc_holders_of(arn);
    return holders.count > 0 && pc_str_eq(holders.arns[0], arn);
}

struct pc_str pc_resource_policy_holder(struct pc_str resource)
{
    const struct pc_holders holders = pc_holders_of(resource);
    return holders.count > 0 ? holders.arns[0] : resource;
}

bool pc_resource_is_judged_by(struct pc_str resource, struct pc_str holder)
{
    const struct pc_holders holders = pc_holders_of(resource);
    for (size_t i = 0; i < holders.count; i++) {
        if (pc_str_eq(holders.arns[i], holder)) {
            return true;
        }
    }
    return false;
}

// Of these a policy would be looked for under the ARN of what is asked about, and not be found.
static const struct pc_unread_holder unread[] = {
    {PC_STR_INIT("apigateway"), PC_STR_INIT(""), "calls of the API",
     "name the API as calls do: arn:aws:execute-api:REGION:ACCOUNT:API"},
    {PC_STR_INIT("backup"), PC_STR_INIT("backup-vault:"), "recovery points of the vault", NULL},
    {PC_STR_INIT("codeartifact"), PC_STR_INIT(""), "packages", NULL},
    {PC_STR_INIT("ec2"), PC_STR_INIT("vpc-endpoint/"), "what goes through the endpoint",
     "a case of polcheck test has endpoint policies"},
    {PC_STR_INIT("es"), PC_STR_INIT("domain/"), "domain/NAME/PATH of the domain", NULL},
    {PC_STR_INIT("glue"), PC_STR_INIT(""), "databases and tables of the catalog", NULL},
    {PC_STR_INIT("kafka"), PC_STR_INIT("cluster/"), "topics and groups of the cluster", NULL},
    {PC_STR_INIT("logs"), PC_STR_INIT("log-group:"), "log streams of the group", NULL},
    {PC_STR_INIT("mediastore"), PC_STR_INIT(""), "objects of the container", NULL},
    {PC_STR_INIT("s3"), PC_STR_INIT("accesspoint/"), "objects behind the access point",
     "access points are out of scope (R-762)"},
    {PC_STR_INIT("s3-outposts"), PC_STR_INIT(""), "objects of the bucket", NULL},
    {PC_STR_INIT("s3tables"), PC_STR_INIT(""), "tables of the bucket", NULL},
    {PC_STR_INIT("s3vectors"), PC_STR_INIT(""), "indexes of the bucket", NULL},
    {PC_STR_INIT("schemas"), PC_STR_INIT("registry/"), "schemas of the registry", NULL},
    {PC_STR_INIT("vpc-lattice"), PC_STR_INIT(""), "paths of a service", NULL},
};

const struct pc_unread_holder *pc_unread_holder_of(struct pc_str arn)
{
    struct pc_arn parts;
    if (!pc_arn_parse(arn, &parts)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++) {
        if (pc_str_eq(parts.service, unread[i].service) &&
            pc_str_has_prefix(parts.resource, unread[i].prefix)) {
            return &unread[i];
        }
    }
    return NULL;
}

// These policies are read, for they judge requests on the very resource, too.
static const struct pc_unread_part unread_parts[] = {
    {PC_STR_INIT("events"), PC_STR_INIT("event-bus/"), PC_STR_INIT("rule/"), "rules of the bus"},
    {PC_STR_INIT("sagemaker"), PC_STR_INIT("model-package-group/"), PC_STR_INIT("model-package/"),
     "model packages of the group"},
};

const struct pc_unread_part *pc_unread_part_of(struct pc_str holder, struct pc_str named)
{
    struct pc_arn of_holder, of_named;
    if (!pc_arn_parse(holder, &of_holder) || !pc_arn_parse(named, &of_named)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof(unread_parts) / sizeof(unread_parts[0]); i++) {
        const struct pc_unread_part *row = &unread_parts[i];
        if (pc_str_eq(of_holder.service, row->service) &&
            pc_str_has_prefix(of_holder.resource, row->holder) &&
            pc_str_has_prefix(of_named.resource, row->part)) {
            return row;
        }
    }
    return NULL;
}
