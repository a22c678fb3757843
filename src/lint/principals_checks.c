// SPDX-License-Identifier: Apache-2.0
//
// Principals that name other people than was meant, or nobody.
#include "check.h"

#include "base/near.h"
#include "match/name.h"
#include "value/arn.h"

enum {
    SHORTEST_NAME = 5, // of services that a misspelt one may be; shorter ones are near each other
};

// NotPrincipal -----------------------------------------------------------------------------------

static bool lists_account(const struct pc_principal_list *list, struct pc_str account)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind == PC_PRINCIPAL_ACCOUNT &&
            pc_str_eq(list->items[i].text, account)) {
            return true;
        }
    }
    return false;
}

// Is there an entry of the kind in the account, for a role of that name?
static bool lists_other(const struct pc_principal_list *list, enum pc_principal_kind kind,
                        const struct pc_principal_name *role)
{
    for (size_t i = 0; i < list->count; i++) {
        struct pc_principal_name other;
        if (list->items[i].kind == kind && pc_principal_name_parse(list->items[i].text, &other) &&
            pc_str_eq(other.account, role->account) && pc_str_eq_icase(other.name, role->name)) {
            return true;
        }
    }
    return false;
}

// An id may be that of the role; which it is, the policy does not say.
static bool lists_id(const struct pc_principal_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].kind == PC_PRINCIPAL_ID) {
            return true;
        }
    }
    return false;
}

// What has to be listed beside the entry so that it is excepted; NULL: all of it is.
static const char *lacks(const struct pc_principal_list *list,
                         const struct pc_principal_entry *entry)
{
    struct pc_principal_name name;
    if (entry->kind == PC_PRINCIPAL_ACCOUNT || entry->kind == PC_PRINCIPAL_SERVICE ||
        !pc_principal_name_parse(entry->text, &name)) {
        return NULL;
    }
    if (!lists_account(list, name.account)) {
        return "its account is not listed";
    }
    if (entry->kind == PC_PRINCIPAL_ROLE && !lists_other(list, PC_PRINCIPAL_SESSION, &name)) {
        return "its sessions are not listed";
    }
    if (entry->kind == PC_PRINCIPAL_SESSION && !lists_other(list, PC_PRINCIPAL_ROLE, &name) &&
        !lists_id(list)) {
        return "its role is not listed";
    }
    return NULL;
}

static enum pc_status check_not_principal(const struct pc_lint_place *place)
{
    const struct pc_principal_list *list = &place->statement->principals;
    if (list->kind != PC_LIST_NEGATED || place->statement->effect != PC_EFFECT_DENY) {
        return PC_OK;
    }
    bool complete = true, people = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        const char *why = lacks(list, entry);
        people |= entry->kind != PC_PRINCIPAL_SERVICE && entry->kind != PC_PRINCIPAL_NONE;
        if (why != NULL) {
            pc_lint_report(place, PC_DIAG_NOT_PRINCIPAL_CHAIN, entry->line, entry->column,
                           "\"%.*s\" may be denied all the same: %s", PC_STR_ARG(entry->text), why);
            complete = false;
        }
    }
    if (complete && people) {
        pc_lint_report(place, PC_DIAG_DENY_NOT_PRINCIPAL, list->line, list->column,
                       "\"NotPrincipal\" does not except who has a permissions boundary");
    }
    return PC_OK;
}

// Lists ------------------------------------------------------------------------------------------

static bool is_same(const struct pc_principal_entry *a, const struct pc_principal_entry *b)
{
    return a->kind == b->kind && pc_str_eq(a->text, b->text) &&
           (pc_str_eq(a->partition, b->partition) || a->partition.len == 0 ||
            b->partition.len == 0);
}

// whom a Deny names is denied, with all who belong to it.
static bool belongs_to(const struct pc_principal_entry *entry,
                       const struct pc_principal_entry *account)
{
    struct pc_arn arn;
    return account->kind == PC_PRINCIPAL_ACCOUNT && entry->kind != PC_PRINCIPAL_ACCOUNT &&
           pc_arn_parse(entry->text, &arn) && pc_str_eq(arn.account, account->text) &&
           (account->partition.len == 0 || pc_str_eq(arn.partition, account->partition));
}

// Why an entry adds nothing to the others; NULL: it does.
static const char *why_idle(const struct pc_statement *statement, size_t index)
{
    const struct pc_principal_list *list = &statement->principals;
    bool denied = statement->effect == PC_EFFECT_DENY && list->kind == PC_LIST_POSITIVE;
    const struct pc_principal_entry *entry = &list->items[index];
    for (size_t i = 0; i < list->count; i++) {
        bool other = list->items[i].kind == PC_PRINCIPAL_ANY && entry->kind != PC_PRINCIPAL_ANY;
        if (other) {
            return "\"*\" is every principal";
        }
        if (denied && belongs_to(entry, &list->items[i])) {
            return "its account is denied";
        }
        if (i < index && is_same(entry, &list->items[i])) {
            return entry->kind == PC_PRINCIPAL_ACCOUNT ? "the account is listed already"
                                                       : "it is listed already";
        }
    }
    return NULL;
}

static enum pc_status check_lists(const struct pc_lint_place *place)
{
    const struct pc_principal_list *list = &place->statement->principals;
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        const char *why = entry->kind == PC_PRINCIPAL_NONE ? NULL : why_idle(place->statement, i);
        if (why != NULL) {
            pc_lint_report(place, PC_DIAG_PRINCIPAL_TWICE, entry->line, entry->column,
                           "\"%.*s\" adds nothing: %s", PC_STR_ARG(entry->text), why);
        }
    }
    return PC_OK;
}

// Names ------------------------------------------------------------------------------------------

// Services that are known to be SERVICE.amazonaws.com. What people write instead ends in
// ".amazon.com", which the names of some services do, as alexa-appkit.amazon.com; or it is
// misspelt.
static const struct pc_str services[] = {
    PC_STR_INIT("apigateway"), PC_STR_INIT("cloudformation"),
    PC_STR_INIT("cloudfront"), PC_STR_INIT("cloudtrail"),
    PC_STR_INIT("codebuild"),  PC_STR_INIT("codepipeline"),
    PC_STR_INIT("config"),     PC_STR_INIT("ec2"),
    PC_STR_INIT("ecs"),        PC_STR_INIT("ecs-tasks"),
    PC_STR_INIT("edgelambda"), PC_STR_INIT("events"),
    PC_STR_INIT("glue"),       PC_STR_INIT("lambda"),
    PC_STR_INIT("logs"),       PC_STR_INIT("s3"),
    PC_STR_INIT("sagemaker"),  PC_STR_INIT("scheduler"),
    PC_STR_INIT("sns"),        PC_STR_INIT("sqs"),
    PC_STR_INIT("ssm"),        PC_STR_INIT("states"),
};

static struct pc_str other_ending(struct pc_str text)
{
    struct pc_str suffix = PC_STR(".amazon.com");
    for (size_t i = 0;
         pc_str_has_suffix(text, suffix) && i < sizeof(services) / sizeof(services[0]); i++) {
        if (pc_str_eq(services[i], pc_str_slice(text, 0, text.len - suffix.len))) {
            return services[i];
        }
    }
    return PC_STR("");
}

// One letter beside a service with a name that is long enough, and no service of the reference.
static struct pc_str misspelt(const struct pc_catalog *catalog, struct pc_str text)
{
    struct pc_str suffix = PC_STR(".amazonaws.com");
    struct pc_near near = {.text = pc_str_slice(text, 0, text.len - suffix.len)};
    if (catalog == NULL || !pc_str_has_suffix(text, suffix) ||
        pc_catalog_service(catalog, near.text) != NULL) {
        return PC_STR("");
    }
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (services[i].len >= SHORTEST_NAME) {
            pc_near_offer(&near, services[i]);
        }
    }
    return near.distance == 1 ? near.best : PC_STR("");
}

// The service whose name a principal was meant to be; "" where that is not known.
static struct pc_str meant(const struct pc_catalog *catalog, struct pc_str text)
{
    struct pc_str service = other_ending(text);
    return service.len > 0 ? service : misspelt(catalog, text);
}

static enum pc_status check_names(const struct pc_lint_place *place)
{
    const struct pc_principal_list *list = &place->statement->principals;
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        struct pc_str service = entry->kind == PC_PRINCIPAL_SERVICE
                                    ? meant(place->lint->catalog, entry->text)
                                    : PC_STR("");
        if (entry->kind == PC_PRINCIPAL_ID) {
            pc_lint_report(place, PC_DIAG_PRINCIPAL_DELETED, entry->line, entry->column,
                           "\"%.*s\" is an id, as AWS shows for a user or role that was deleted",
                           PC_STR_ARG(entry->text));
        }
        if (service.len > 0) {
            pc_lint_report(place, PC_DIAG_SERVICE_NAME, entry->line, entry->column,
                           "no service is called \"%.*s\"", PC_STR_ARG(entry->text));
            pc_diag_hint(place->lint->diags, "write \"%.*s.amazonaws.com\"", PC_STR_ARG(service));
        }
    }
    return PC_OK;
}

// Partitions -------------------------------------------------------------------------------------

// The partition of what the policy is attached to, or of all its resources; "" where it is not
// known.
static struct pc_str partition_of(const struct pc_lint_place *place)
{
    const struct pc_text_list *resources = &place->statement->resources;
    struct pc_str partition = PC_STR("");
    struct pc_arn arn;
    if (pc_arn_parse(place->subject->attached, &arn)) {
        return arn.partition;
    }
    for (size_t i = 0; resources->kind == PC_LIST_POSITIVE && i < resources->count; i++) {
        if (!pc_arn_parse(resources->items[i].text, &arn) ||
            (i > 0 && !pc_str_eq(arn.partition, partition))) {
            return PC_STR("");
        }
        partition = arn.partition;
    }
    bool pattern =
        pc_str_find(partition, '*', 0) != SIZE_MAX || pc_str_find(partition, '?', 0) != SIZE_MAX;
    return pattern ? PC_STR("") : partition;
}

static enum pc_status check_partitions(const struct pc_lint_place *place)
{
    const struct pc_principal_list *list = &place->statement->principals;
    struct pc_str partition = partition_of(place);
    for (size_t i = 0; partition.len > 0 && i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        if (entry->kind != PC_PRINCIPAL_NONE && entry->partition.len > 0 &&
            !pc_str_eq(entry->partition, partition)) {
            pc_lint_report(place, PC_DIAG_PRINCIPAL_PARTITION, entry->line, entry->column,
                           "\"%.*s\" is of the partition \"%.*s\", not \"%.*s\"",
                           PC_STR_ARG(entry->text), PC_STR_ARG(entry->partition),
                           PC_STR_ARG(partition));
        }
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_not_principal},
    {.statement = check_lists},
    {.statement = check_names},
    {.statement = check_partitions},
};

const struct pc_lint_area pc_lint_principals = {checks, sizeof(checks) / sizeof(checks[0])};
