// SPDX-License-Identifier: Apache-2.0
//
// Pass: statements with their principals and resources. After it every statement of the document
// has its record; what the policy's type means for short ARNs is settled.
#include "pass.h"

#include "image/layout.h"
#include "match/arn_pattern.h"

static uint32_t principal_kind(enum pc_principal_kind kind)
{
    switch (kind) {
    case PC_PRINCIPAL_ANY:
        return PC_IMAGE_PRINCIPAL_ANY;
    case PC_PRINCIPAL_ACCOUNT:
        return PC_IMAGE_PRINCIPAL_ACCOUNT;
    case PC_PRINCIPAL_USER:
        return PC_IMAGE_PRINCIPAL_USER;
    case PC_PRINCIPAL_ROLE:
        return PC_IMAGE_PRINCIPAL_ROLE;
    case PC_PRINCIPAL_SESSION:
        return PC_IMAGE_PRINCIPAL_SESSION;
    case PC_PRINCIPAL_FEDERATED_USER:
        return PC_IMAGE_PRINCIPAL_FEDERATED_USER;
    case PC_PRINCIPAL_ID:
        return PC_IMAGE_PRINCIPAL_ID;
    case PC_PRINCIPAL_SERVICE:
        return PC_IMAGE_PRINCIPAL_SERVICE;
    case PC_PRINCIPAL_FEDERATED:
        return PC_IMAGE_PRINCIPAL_FEDERATED;
    case PC_PRINCIPAL_CANONICAL_USER:
        return PC_IMAGE_PRINCIPAL_CANONICAL_USER;
    case PC_PRINCIPAL_NONE:
        break;
    }
    return PC_IMAGE_PRINCIPAL_NEVER;
}

static uint8_t list_kind(enum pc_list_kind kind)
{
    switch (kind) {
    case PC_LIST_POSITIVE:
        return PC_IMAGE_LIST_POSITIVE;
    case PC_LIST_NEGATED:
        return PC_IMAGE_LIST_NEGATED;
    case PC_LIST_ABSENT:
        break;
    }
    return PC_IMAGE_LIST_ABSENT;
}

// A canonical user stands for an account that nothing names, so it matches nobody. That is
// safe in a list of whom an Allow is for and of whom a Deny spares; the others are refused.
static void check_canonical_user(struct pc_compile_pass *pass, const struct pc_statement *statement,
                                 const struct pc_principal_entry *entry)
{
    bool denies = statement->effect == PC_EFFECT_DENY;
    if (entry->kind == PC_PRINCIPAL_CANONICAL_USER &&
        denies == (statement->principals.kind == PC_LIST_POSITIVE)) {
        pc_diag_report(pass->diags, PC_DIAG_PRINCIPAL_UNSUPPORTED,
                       pc_policy_place(pass->policy, entry->line, entry->column),
                       denies ? "a Deny for the canonical user \"%.*s\" cannot be enforced"
                              : "an Allow for all but the canonical user \"%.*s\" would allow it",
                       PC_STR_ARG(entry->text));
        pc_diag_hint(pass->diags, "name the account: {\"AWS\": \"123456789012\"}");
    }
}

static enum pc_status emit_principals(struct pc_compile_pass *pass,
                                      const struct pc_statement *statement,
                                      struct pc_image_range *out)
{
    const struct pc_principal_list *list = &statement->principals;
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_PRINCIPALS);
    out->count = (uint32_t)list->count;
    for (size_t i = 0; i < list->count; i++) {
        struct pc_image_principal record = {.kind = principal_kind(list->items[i].kind)};
        check_canonical_user(pass, statement, &list->items[i]);
        PC_TRY(pc_image_builder_bytes(pass->builder, list->items[i].text, &record.text));
        PC_TRY(pc_image_builder_bytes(pass->builder, list->items[i].partition, &record.partition));
        pc_image_builder_add(pass->builder, PC_IMAGE_PRINCIPALS, &record);
    }
    return PC_OK;
}

// does this type fill up the missing fields of a short ARN? The policy reader has refused
// where none may be short.
static bool expands_short_arns(enum pc_policy_type type, struct pc_str text)
{
    bool wildcard = pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
    switch (type) {
    case PC_POLICY_IDENTITY:
    case PC_POLICY_BOUNDARY:
        return true;
    case PC_POLICY_RESOURCE:
    case PC_POLICY_TRUST:
    case PC_POLICY_KEY:
    case PC_POLICY_ENDPOINT:
    case PC_POLICY_SCP:
        return wildcard;
    case PC_POLICY_NONE:
    case PC_POLICY_SESSION:
    case PC_POLICY_RCP:
        break;
    }
    return false;
}

// A resource that the statement lists already changes nothing. Those of each kind are a list, for
// the bytes of one may be those of another.
static enum pc_status add_resource(struct pc_compile_pass *pass, const uint32_t lists[2],
                                   uint32_t kind, struct pc_str bytes)
{
    struct pc_image_resource record = {.kind = kind};
    bool again;
    PC_TRY(pc_image_builder_listed(pass->builder, lists[kind], bytes, &record.pattern, &again));
    if (!again) {
        pc_image_builder_add(pass->builder, PC_IMAGE_RESOURCES, &record);
    }
    return PC_OK;
}

static enum pc_status emit_resource(struct pc_compile_pass *pass, const uint32_t lists[2],
                                    const struct pc_text *item)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    uint32_t kind = PC_IMAGE_RESOURCE_PATTERN;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    struct pc_arn_pattern_options options = {
        .flags = pass->policy->variables ? (unsigned)PC_PATTERN_VARIABLES : 0,
        .expand = expands_short_arns(pass->policy->type, item->text),
        .allow_any = true,
    };
    enum pc_status status = pc_arn_pattern_compile(item->text, options, &bytes, &error);
    if (status == PC_ERR_INVALID && error.fault != PC_PATTERN_FINE) {
        pc_diag_report(pass->diags, PC_DIAG_VARIABLE_SYNTAX,
                       pc_policy_place(pass->policy, item->line, item->column), "%s in \"%.*s\"",
                       pc_pattern_fault_text(error.fault), PC_STR_ARG(item->text));
        return PC_OK; // go on, to find further errors
    }
    if (status == PC_ERR_LIMIT) {
        pc_pass_report_limit(pass, item, pass->policy->variables);
        return PC_OK;
    }
    if (status == PC_ERR_INVALID) {
        kind = PC_IMAGE_RESOURCE_NEVER; // accepted, matches nothing
        pc_buf_reset(&bytes);
        pc_buf_str(&bytes, item->text);
        status = pc_buf_status(&bytes);
    }
    PC_TRY(status);
    return add_resource(pass, lists, kind, pc_buf_view(&bytes));
}

static enum pc_status emit_resources(struct pc_compile_pass *pass, const struct pc_text_list *list,
                                     struct pc_image_range *out)
{
    const uint32_t lists[] = {
        [PC_IMAGE_RESOURCE_NEVER] = pc_image_builder_list(pass->builder),
        [PC_IMAGE_RESOURCE_PATTERN] = pc_image_builder_list(pass->builder),
    };
    out->first = pc_image_builder_count(pass->builder, PC_IMAGE_RESOURCES);
    for (size_t i = 0; i < list->count; i++) {
        PC_TRY(emit_resource(pass, lists, &list->items[i]));
    }
    out->count = pc_image_builder_count(pass->builder, PC_IMAGE_RESOURCES) - out->first;
    return PC_OK;
}

static enum pc_status emit_statement(struct pc_compile_pass *pass,
                                     const struct pc_statement *statement, uint32_t number)
{
    uint32_t index = pc_image_builder_count(pass->builder, PC_IMAGE_STATEMENTS);
    struct pc_image_statement record = {
        .document = pc_image_builder_count(pass->builder, PC_IMAGE_DOCUMENTS) - 1,
        .number = number,
        .line = statement->line,
        .column = statement->column,
        .effect = statement->effect == PC_EFFECT_ALLOW ? PC_IMAGE_ALLOW : PC_IMAGE_DENY,
        .principal_kind = list_kind(statement->principals.kind),
        .action_kind = list_kind(statement->actions.kind),
        .resource_kind = list_kind(statement->resources.kind),
    };
    if (index >= PC_IMAGE_MAX_STATEMENTS) {
        return PC_ERR_LIMIT;
    }
    struct pc_image_range principals, actions, resources, conditions;
    PC_TRY(pc_image_builder_bytes(pass->builder, statement->sid, &record.sid));
    PC_TRY(emit_principals(pass, statement, &principals));
    PC_TRY(pc_emit_actions(pass, &statement->actions, &actions));
    PC_TRY(emit_resources(pass, &statement->resources, &resources));
    PC_TRY(pc_emit_conditions(pass, statement, &conditions));
    record.principals = principals;
    record.actions = actions;
    record.resources = resources;
    record.conditions = conditions;
    pc_image_builder_add(pass->builder, PC_IMAGE_STATEMENTS, &record);
    return PC_OK;
}

enum pc_status pc_emit_statements(struct pc_compile_pass *pass, const struct pc_policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        PC_TRY(emit_statement(pass, &policy->statements[i], (uint32_t)i));
    }
    return PC_OK;
}
