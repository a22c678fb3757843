// SPDX-License-Identifier: Apache-2.0
//
// Every role may be passed to a service, and the same policy starts code there. Where
// iam:PassedToService is not tested at all, PASS_ROLE_ANY says it already (grant_checks.c).
#include "dangers.h"
#include "grant.h"

#include "match/key.h"
#include "ops/operator.h"

enum {
    NEEDS = 2,
};

static const struct runner {
    struct pc_str service;
    struct pc_str needs[NEEDS]; // all of these start code; the second may be empty
} runners[] = {
    {PC_STR_INIT("lambda.amazonaws.com"),
     {PC_STR_INIT("lambda:CreateFunction"), PC_STR_INIT("lambda:InvokeFunction")}},
    {PC_STR_INIT("ec2.amazonaws.com"), {PC_STR_INIT("ec2:RunInstances"), PC_STR_INIT("")}},
    {PC_STR_INIT("ecs-tasks.amazonaws.com"),
     {PC_STR_INIT("ecs:RegisterTaskDefinition"), PC_STR_INIT("ecs:RunTask")}},
    {PC_STR_INIT("cloudformation.amazonaws.com"),
     {PC_STR_INIT("cloudformation:CreateStack"), PC_STR_INIT("")}},
    {PC_STR_INIT("codebuild.amazonaws.com"),
     {PC_STR_INIT("codebuild:CreateProject"), PC_STR_INIT("codebuild:StartBuild")}},
    {PC_STR_INIT("glue.amazonaws.com"),
     {PC_STR_INIT("glue:CreateJob"), PC_STR_INIT("glue:StartJobRun")}},
    {PC_STR_INIT("states.amazonaws.com"),
     {PC_STR_INIT("states:CreateStateMachine"), PC_STR_INIT("states:StartExecution")}},
    {PC_STR_INIT("sagemaker.amazonaws.com"),
     {PC_STR_INIT("sagemaker:CreateNotebookInstance"),
      PC_STR_INIT("sagemaker:CreatePresignedNotebookInstanceUrl")}},
    {PC_STR_INIT("datapipeline.amazonaws.com"),
     {PC_STR_INIT("datapipeline:PutPipelineDefinition"),
      PC_STR_INIT("datapipeline:ActivatePipeline")}},
};

enum {
    RUNNERS = sizeof(runners) / sizeof(runners[0]),
};

static const struct pc_lint_kind roles = {PC_STR_INIT("iam"), PC_STR_INIT("role/")};
static const struct pc_str pass_role = PC_STR_INIT("iam:PassRole");

// Is the service written out among the values of iam:PassedToService?
static bool passes_to(const struct pc_condition *condition, struct pc_str service)
{
    for (size_t i = 0; i < condition->count; i++) {
        if (pc_str_eq(condition->values[i].text, service)) {
            return true;
        }
    }
    return false;
}

// The only condition of a statement, where it lists services; else NULL.
static const struct pc_condition *passed_services(const struct pc_statement *statement)
{
    const struct pc_condition *condition = statement->conditions;
    struct pc_op_use use;
    if (statement->condition_count != 1 ||
        !pc_key_eq(condition->key.text, PC_STR("iam:PassedToService")) ||
        pc_operator_find(condition->op.text, &use) != PC_OP_FOUND ||
        (use.flags & PC_OP_NEGATED) != 0) {
        return NULL;
    }
    bool text = use.op->id == PC_OP_STRING_EQUALS || use.op->id == PC_OP_STRING_LIKE ||
                use.op->id == PC_OP_STRING_EQUALS_IGNORE_CASE;
    return text ? condition : NULL;
}

// Is the action allowed by a statement without conditions, and by none denied?
static enum pc_status is_allowed(const struct pc_policy *policy, struct pc_str action, bool *out)
{
    bool denied = false;
    *out = false;
    PC_TRY(pc_lint_may_deny(policy, action, &denied));
    for (size_t i = 0; i < policy->count && !*out && !denied; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        const struct pc_text *entry = NULL;
        if (statement->effect == PC_EFFECT_ALLOW && statement->condition_count == 0) {
            PC_TRY(pc_lint_find_action(statement, action, &entry));
        }
        *out = entry != NULL;
    }
    return PC_OK;
}

static enum pc_status starts(const struct pc_policy *policy, const struct runner *runner, bool *out)
{
    *out = true;
    for (size_t i = 0; i < NEEDS && *out; i++) {
        if (runner->needs[i].len > 0) {
            PC_TRY(is_allowed(policy, runner->needs[i], out));
        }
    }
    return PC_OK;
}

static void report(const struct pc_lint_place *place, const struct pc_text *entry,
                   const struct runner *runner)
{
    pc_lint_report(place, PC_DIAG_PASS_ROLE_RUNS, entry->line, entry->column,
                   "every role that trusts %.*s can be used through %.*s%s%.*s",
                   PC_STR_ARG(runner->service), PC_STR_ARG(runner->needs[0]),
                   runner->needs[1].len > 0 ? " and " : "", PC_STR_ARG(runner->needs[1]));
    pc_diag_hint(place->lint->diags, "name the roles that may be passed");
}

static enum pc_status check_statement(const struct pc_lint_place *place,
                                      const struct pc_statement *statement)
{
    const struct pc_condition *condition = passed_services(statement);
    const struct pc_text *entry = NULL;
    bool runs = false;
    if (condition == NULL || statement->effect != PC_EFFECT_ALLOW ||
        !pc_lint_reaches_all(statement, &roles)) {
        return PC_OK;
    }
    PC_TRY(pc_lint_find_action(statement, pass_role, &entry));
    for (size_t i = 0; entry != NULL && i < RUNNERS && !runs; i++) {
        if (passes_to(condition, runners[i].service)) {
            PC_TRY(starts(place->policy, &runners[i], &runs));
        }
        if (runs) {
            report(place, entry, &runners[i]);
        }
    }
    return PC_OK;
}

enum pc_status pc_lint_check_passed_roles(const struct pc_lint_place *place)
{
    bool denied = false;
    if (place->policy->type != PC_POLICY_IDENTITY) {
        return PC_OK;
    }
    PC_TRY(pc_lint_may_deny(place->policy, pass_role, &denied));
    for (size_t i = 0; !denied && i < place->policy->count; i++) {
        PC_TRY(check_statement(place, &place->policy->statements[i]));
    }
    return PC_OK;
}
