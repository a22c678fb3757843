// SPDX-License-Identifier: Apache-2.0
//
// Services that act for others: the confused deputy (LAMBDA.md, rule R1), in the policies of
// resources. A condition on a key that is not known to be about something else counts as one on the
// source; so does a resource with an account's id in it, as of the logs of load balancers.
#include "dangers.h"
#include "grant.h"
#include "stranger_meets.h"

#include "match/key.h"
#include "ops/operator.h"
#include "value/arn.h"

enum {
    ACCOUNT_DIGITS = 12,
};

static bool has_account_id(struct pc_str text)
{
    size_t run = 0;
    for (size_t i = 0; i < text.len && run < ACCOUNT_DIGITS; i++) {
        run = pc_char_is_digit(text.ptr[i]) ? run + 1 : 0;
    }
    return run == ACCOUNT_DIGITS;
}

// Does each resource have an account's id in its name?
static bool names_account(const struct pc_text_list *resources)
{
    for (size_t i = 0; i < resources->count; i++) {
        struct pc_arn arn;
        if (!pc_arn_parse(resources->items[i].text, &arn) || !has_account_id(arn.resource)) {
            return false;
        }
    }
    return resources->kind == PC_LIST_POSITIVE && resources->count > 0;
}

static bool is_source_arn(const struct pc_condition *condition)
{
    return pc_key_eq(condition->key.text, PC_STR("aws:SourceArn"));
}

// Which conditions of the statement are about the source: none, aws:SourceArn alone, others.
struct sources {
    const struct pc_condition *arn; // the only one; else NULL
    bool others;
};

static struct sources sources_of(const struct pc_statement *statement)
{
    struct sources sources = {.arn = NULL};
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_condition *condition = &statement->conditions[i];
        if (is_source_arn(condition)) {
            sources.others |= sources.arn != NULL;
            sources.arn = condition;
        } else if (pc_key_eq(condition->key.text, PC_STR("kms:ViaService")) ||
                   pc_lint_strangers_meet(condition).meets != PC_LINT_MEETS_ANYBODY) {
            sources.others = true;
        }
    }
    return sources;
}

// Does the ARN of a source, written out or as a pattern, leave the account open?
static bool leaves_open(struct pc_str pattern, const struct pc_op_use *use)
{
    struct pc_arn arn;
    bool like = use->op->id == PC_OP_STRING_LIKE;
    bool bucket = pc_arn_parse(pattern, &arn) && pc_str_eq(arn.service, PC_STR("s3")) &&
                  !pc_account_id_is(arn.account) && pc_str_find(arn.account, '$', 0) == SIZE_MAX;
    bool pattern_like = like || use->op->id == PC_OP_ARN_LIKE || use->op->id == PC_OP_ARN_EQUALS;
    return bucket || (pattern_like && pc_lint_arn_is_open(pattern, like));
}

static void check_source(const struct pc_lint_place *place, const struct pc_condition *condition)
{
    struct pc_op_use use;
    if (pc_operator_find(condition->op.text, &use) != PC_OP_FOUND ||
        (use.flags & PC_OP_NEGATED) != 0) {
        return;
    }
    for (size_t i = 0; i < condition->count; i++) {
        const struct pc_text *value = &condition->values[i];
        if (leaves_open(value->text, &use)) {
            pc_lint_report(place, PC_DIAG_DEPUTY_ANY_ACCOUNT, value->line, value->column,
                           "the source \"%.*s\" may be another account's", PC_STR_ARG(value->text));
            pc_diag_hint(place->lint->diags, "test aws:SourceAccount as well");
        }
    }
}

enum pc_status pc_lint_check_deputy(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    const struct pc_principal_entry *service =
        pc_lint_find_principal(statement, PC_PRINCIPAL_SERVICE);
    enum pc_policy_type type = place->policy->type;
    if ((type != PC_POLICY_RESOURCE && type != PC_POLICY_KEY) || service == NULL ||
        statement->effect != PC_EFFECT_ALLOW || names_account(&statement->resources)) {
        return PC_OK;
    }
    struct sources sources = sources_of(statement);
    if (sources.others) {
        return PC_OK;
    }
    if (sources.arn != NULL) {
        check_source(place, sources.arn);
        return PC_OK;
    }
    pc_lint_report(place, PC_DIAG_DEPUTY_SOURCE, service->line, service->column,
                   "%.*s may act for resources of any account", PC_STR_ARG(service->text));
    pc_diag_hint(place->lint->diags,
                 "test aws:SourceArn, and aws:SourceAccount where that ARN names no account");
    return PC_OK;
}
