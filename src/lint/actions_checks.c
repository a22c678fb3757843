// SPDX-License-Identifier: Apache-2.0
//
// Actions and the catalog: what is no action, what matches none, what matches more than it should.
#include "check.h"
#include "operations.h"
#include "scope.h"

#include "base/near.h"
#include "base/text.h"

enum {
    FEW = 2, // actions that a pattern may as well name
};

// The actions that an entry matches: how many, and the first ones.
struct matches {
    const struct pc_catalog_service *service;
    const struct pc_catalog_action *first[FEW];
    size_t count;
    const struct pc_catalog_action *permissions; // one that manages permissions
};

static enum pc_status note(void *context, const struct pc_catalog_service *service,
                           const struct pc_catalog_action *action)
{
    struct matches *matches = context;
    matches->service = service;
    if (matches->count < FEW) {
        matches->first[matches->count] = action;
    }
    matches->count++;
    if ((action->access & PC_ACCESS_PERMISSIONS) != 0 && matches->permissions == NULL) {
        matches->permissions = action;
    }
    return PC_OK;
}

// "s3:GetObject": its parts; the name is "" without a colon.
struct entry {
    const struct pc_text *text;
    struct pc_str service, name;
};

static struct entry entry_of(const struct pc_text *text)
{
    struct pc_str parts[2] = {{"", 0}, {"", 0}};
    (void)pc_str_split(text->text, ':', parts, 2);
    return (struct entry){text, parts[0], parts[1]};
}

#define REPORT(place, code, entry, ...)                                                            \
    pc_lint_report(place, code, (entry)->text->line, (entry)->text->column, __VA_ARGS__)

static void report_service(const struct pc_lint_place *place, const struct entry *entry)
{
    struct pc_near near = {.text = entry->service};
    const struct pc_catalog *catalog = place->lint->catalog;
    for (size_t i = 0; pc_catalog_service_at(catalog, i) != NULL; i++) {
        pc_near_offer(&near, pc_catalog_service_at(catalog, i)->prefix);
    }
    REPORT(place, PC_DIAG_ACTION_NO_SERVICE, entry,
           "no service is called \"%.*s\" (reference of %.*s)", PC_STR_ARG(entry->service),
           PC_STR_ARG(pc_catalog_date(catalog)));
    if (near.best.len > 0) {
        pc_diag_hint(place->lint->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
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

static void report_name(const struct pc_lint_place *place, const struct entry *entry,
                        const struct pc_catalog_service *service)
{
    const struct pc_lint_operation *operation = pc_lint_operation(service->prefix, entry->name);
    if (operation != NULL) {
        REPORT(place, PC_DIAG_ACTION_OPERATION, entry,
               "\"%.*s\" is an operation and no action: it is allowed as %s",
               PC_STR_ARG(entry->text->text), operation->needs);
        return;
    }
    struct pc_str near = nearest_action(service, entry->name);
    const struct pc_catalog_service *other =
        near.len == 0 ? relative(place->lint->catalog, service, entry->name) : NULL;
    if (other != NULL) {
        REPORT(place, PC_DIAG_ACTION_OTHER_SERVICE, entry,
               "\"%.*s\" is no action of %.*s, but %.*s:%.*s is one", PC_STR_ARG(entry->name),
               PC_STR_ARG(service->prefix), PC_STR_ARG(other->prefix), PC_STR_ARG(entry->name));
        return;
    }
    REPORT(place, PC_DIAG_ACTION_UNKNOWN, entry, "%.*s has no action \"%.*s\" (reference of %.*s)",
           PC_STR_ARG(service->prefix), PC_STR_ARG(entry->name),
           PC_STR_ARG(pc_catalog_date(place->lint->catalog)));
    if (near.len > 0) {
        pc_diag_hint(place->lint->diags, "did you mean \"%.*s:%.*s\"?", PC_STR_ARG(service->prefix),
                     PC_STR_ARG(near));
    }
}

// Of an entry that matches nothing: why. What NotAction does not except is one finding, for it is
// the opposite that happens.
static void report_nothing(const struct pc_lint_place *place, const struct entry *entry)
{
    const struct pc_catalog_service *service =
        pc_catalog_service(place->lint->catalog, entry->service);
    if (!pc_text_is_visible(entry->text->text) || entry->name.len == 0 ||
        pc_lint_is_pattern(entry->service)) {
        return; // ACTION_NEVER_MATCHES was reported
    }
    if (place->statement->actions.kind == PC_LIST_NEGATED) {
        REPORT(place, PC_DIAG_ACTION_EXCEPTION, entry,
               "excepts nothing: \"%.*s\" matches no action", PC_STR_ARG(entry->text->text));
    } else if (service == NULL) {
        report_service(place, entry);
    } else if (pc_lint_is_pattern(entry->name)) {
        REPORT(place, PC_DIAG_ACTION_PATTERN, entry, "\"%.*s\" matches no action of %.*s",
               PC_STR_ARG(entry->text->text), PC_STR_ARG(service->prefix));
    } else {
        report_name(place, entry, service);
    }
}

static void report_few(const struct pc_lint_place *place, const struct entry *entry,
                       const struct matches *matches)
{
    const struct pc_catalog_action *last = matches->first[matches->count - 1];
    REPORT(place, PC_DIAG_ACTION_FEW, entry, "\"%.*s\" stands for %.*s:%.*s%s%.*s alone",
           PC_STR_ARG(entry->text->text), PC_STR_ARG(matches->service->prefix),
           PC_STR_ARG(matches->first[0]->name), matches->count > 1 ? " and " : "",
           matches->count > 1 ? (int)last->name.len : 0, last->name.ptr);
}

// Patterns that AWS itself has people write: in each key policy that its console makes
// ("kms:Put*"), and one pair of actions that is of use together alone.
static bool is_customary(const struct pc_lint_place *place, const struct entry *entry)
{
    return place->policy->type == PC_POLICY_KEY ||
           pc_str_eq_icase(entry->text->text, PC_STR("kms:ReEncrypt*"));
}

static enum pc_status check_entry(const struct pc_lint_place *place, const struct entry *entry)
{
    struct matches matches = {0};
    PC_TRY(pc_catalog_each_action(place->lint->catalog, entry->text->text, note, &matches));
    if (matches.count == 0) {
        report_nothing(place, entry);
        return PC_OK;
    }
    bool allows = place->statement->effect == PC_EFFECT_ALLOW &&
                  place->statement->actions.kind == PC_LIST_POSITIVE;
    bool whole = pc_str_eq(entry->name, PC_STR("*"));
    if (allows && !whole && matches.count <= FEW && pc_lint_is_pattern(entry->name) &&
        !is_customary(place, entry)) {
        report_few(place, entry, &matches);
    }
    if (allows && whole && matches.permissions != NULL &&
        place->policy->type == PC_POLICY_IDENTITY) {
        REPORT(place, PC_DIAG_ACTION_PERMISSIONS, entry,
               "\"%.*s\" has actions that manage permissions, such as %.*s",
               PC_STR_ARG(entry->text->text), PC_STR_ARG(matches.permissions->name));
    }
    if (place->policy->type == PC_POLICY_RCP && !matches.service->rcp) {
        REPORT(place, PC_DIAG_ACTION_RCP, entry,
               "resource control policies do not reach %.*s: \"%.*s\"",
               PC_STR_ARG(matches.service->prefix), PC_STR_ARG(entry->text->text));
    }
    return PC_OK;
}

static enum pc_status check_actions(const struct pc_lint_place *place)
{
    const struct pc_text_list *list = &place->statement->actions;
    for (size_t i = 0; i < list->count; i++) {
        struct entry entry = entry_of(&list->items[i]);
        if (!pc_str_eq(entry.text->text, PC_STR("*"))) {
            PC_TRY(check_entry(place, &entry));
        }
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_actions, .needs_catalog = true},
};
const struct pc_lint_area pc_lint_actions = {checks, sizeof(checks) / sizeof(checks[0])};
