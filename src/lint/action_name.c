// SPDX-License-Identifier: Apache-2.0
#include "lint/action_name.h"

#include "operations.h"
#include "scope.h"

#include "base/near.h"

struct name {
    const struct pc_catalog *catalog;
    struct pc_str text, service, name; // "s3:GetObject", and its parts
    struct pc_place place;
    struct pc_diags *diags;
};

static void report_service(const struct name *name)
{
    struct pc_near near = {.text = name->service};
    for (size_t i = 0; pc_catalog_service_at(name->catalog, i) != NULL; i++) {
        pc_near_offer(&near, pc_catalog_service_at(name->catalog, i)->prefix);
    }
    pc_diag_report(name->diags, PC_DIAG_ACTION_NO_SERVICE, name->place,
                   "no service is called \"%.*s\" (reference of %.*s)", PC_STR_ARG(name->service),
                   PC_STR_ARG(pc_catalog_date(name->catalog)));
    if (near.best.len > 0) {
        pc_diag_hint(name->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
}

// Services whose actions are taken for each other's, for one console or one family of APIs.
static const char *const relatives[][8] = {
    {"ec2", "elasticloadbalancing", "autoscaling", "ec2-instance-connect", "ebs", "vpce"},
    {"cloudwatch", "logs", "events", "scheduler", "pipes", "synthetics", "xray", "oam"},
    {"iam", "sts", "organizations", "sso", "identitystore", "access-analyzer", "account",
     "sso-directory"},
    {"s3", "s3-object-lambda", "s3-outposts", "s3express", "s3tables", "s3vectors", "glacier"},
    {"apigateway", "execute-api", "lambda", "appsync"},
    {"ecs", "ecr", "ecr-public", "eks", "eks-auth"},
    {"ssm", "ssmmessages", "ec2messages", "secretsmanager", "ssm-incidents"},
    {"cognito-idp", "cognito-identity", "cognito-sync"},
    {"kinesis", "firehose", "kinesisanalytics", "kinesisvideo"},
    {"rds", "rds-data", "rds-db", "redshift", "redshift-data", "redshift-serverless", "dynamodb",
     "dax"},
    {"glue", "athena", "lakeformation"},
    {"kms", "acm", "acm-pca", "cloudhsm"},
    {"sns", "sqs", "ses", "mobiletargeting"},
    {"es", "aoss", "opensearch"},
    {"wafv2", "waf", "waf-regional", "shield", "cloudfront"},
};

// A relative of the service that has an action of that name; NULL: none.
static const struct pc_catalog_service *relative(const struct pc_catalog *catalog,
                                                 const struct pc_catalog_service *service,
                                                 struct pc_str name)
{
    for (size_t i = 0; i < sizeof(relatives) / sizeof(relatives[0]); i++) {
        bool related = false;
        const struct pc_catalog_service *found = NULL;
        for (size_t j = 0; j < 8 && relatives[i][j] != NULL; j++) {
            const struct pc_catalog_service *other =
                pc_catalog_service(catalog, pc_str_from(relatives[i][j]));
            related = related || other == service;
            if (found == NULL && other != NULL && pc_catalog_action(other, name) != NULL) {
                found = other;
            }
        }
        if (related && found != NULL) {
            return found;
        }
    }
    return NULL;
}

static struct pc_str nearest_action(const struct pc_catalog_service *service, struct pc_str name)
{
    struct pc_near near = {.text = name};
    for (size_t i = 0; i < service->action_count; i++) {
        pc_near_offer(&near, service->actions[i].name);
    }
    return near.best;
}

static void report_name(const struct name *name, const struct pc_catalog_service *service)
{
    struct pc_str near = nearest_action(service, name->name);
    const struct pc_catalog_service *other =
        near.len == 0 ? relative(name->catalog, service, name->name) : NULL;
    if (other != NULL) {
        pc_diag_report(name->diags, PC_DIAG_ACTION_OTHER_SERVICE, name->place,
                       "\"%.*s\" is no action of %.*s, but %.*s:%.*s is one",
                       PC_STR_ARG(name->name), PC_STR_ARG(service->prefix),
                       PC_STR_ARG(other->prefix), PC_STR_ARG(name->name));
        return;
    }
    pc_diag_report(name->diags, PC_DIAG_ACTION_UNKNOWN, name->place,
                   "%.*s has no action \"%.*s\" (reference of %.*s)", PC_STR_ARG(service->prefix),
                   PC_STR_ARG(name->name), PC_STR_ARG(pc_catalog_date(name->catalog)));
    if (near.len > 0) {
        pc_diag_hint(name->diags, "did you mean \"%.*s:%.*s\"?", PC_STR_ARG(service->prefix),
                     PC_STR_ARG(near));
    }
}

void pc_lint_action_unknown(const struct pc_catalog *catalog, struct pc_str action,
                            struct pc_place place, struct pc_diags *diags)
{
    struct pc_str parts[2] = {{"", 0}, {"", 0}};
    (void)pc_str_split(action, ':', parts, 2);
    const struct name name = {catalog, action, parts[0], parts[1], place, diags};
    const struct pc_catalog_service *service = pc_catalog_service(catalog, name.service);
    const struct pc_lint_operation *operation =
        service != NULL ? pc_lint_operation(service->prefix, name.name) : NULL;
    if (service == NULL) {
        report_service(&name);
    } else if (pc_lint_is_pattern(name.name)) {
        pc_diag_report(diags, PC_DIAG_ACTION_PATTERN, place, "\"%.*s\" matches no action of %.*s",
                       PC_STR_ARG(action), PC_STR_ARG(service->prefix));
    } else if (operation != NULL) {
        pc_diag_report(diags, PC_DIAG_ACTION_OPERATION, place,
                       "\"%.*s\" is an operation and no action: it is allowed as %s",
                       PC_STR_ARG(action), operation->needs);
    } else {
        report_name(&name, service);
    }
}

static enum pc_status note_any(void *context, const struct pc_catalog_service *service,
                               const struct pc_catalog_action *action)
{
    (void)service;
    (void)action;
    *(bool *)context = true;
    return PC_OK;
}

enum pc_status pc_lint_action_asked(const struct pc_catalog *catalog, struct pc_str action,
                                    struct pc_place place, struct pc_diags *diags)
{
    bool any = false;
    PC_TRY(pc_catalog_each_action(catalog, action, note_any, &any));
    if (!any) {
        pc_lint_action_unknown(catalog, action, place, diags);
    }
    return PC_OK;
}
