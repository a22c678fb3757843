// SPDX-License-Identifier: Apache-2.0
//
// Statements that can never match whom they name, seen in the policy alone: they ask for a key that
// such calls do not have (LAMBDA.md 1.2, 5.1; 8.3, L09, L10, L21), or for a source that the service
// does not send (source_flaw.h). Where the service is declared as a trigger its own check tells.
#include "danger_search.h"
#include "source_flaw.h"

#define ANY_LABEL ""

// A key that calls of a service, or of somebody of IAM, never have.
struct unsent {
    enum pc_diag_code code;
    const char *label; // the service's name begins with it
    const char *key, *shown;
    const char *hint;
};

static const struct unsent of_services[] = {
    {PC_DIAG_SNS_SOURCE_ACCOUNT, "sns.", "aws:sourceaccount", "aws:SourceAccount",
     "take aws:SourceAccount out of the statement: the ARN of the topic names the account"},
    {PC_DIAG_EVENTS_SOURCE_ACCOUNT, "events.", "aws:sourceaccount", "aws:SourceAccount",
     "take aws:SourceAccount out of the statement: the ARN of the rule names the account"},
    {PC_DIAG_ALEXA_TOKEN, "alexa-", "aws:sourcearn", "aws:SourceArn",
     "test lambda:EventSourceToken with the id of the skill instead"},
    {PC_DIAG_ALEXA_TOKEN, "alexa-", "aws:sourceaccount", "aws:SourceAccount",
     "test lambda:EventSourceToken with the id of the skill instead"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:principalorgid", "aws:PrincipalOrgID",
     "test aws:SourceArn or aws:SourceAccount instead"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:principalarn", "aws:PrincipalArn",
     "test aws:SourceArn or aws:SourceAccount instead"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:principalaccount", "aws:PrincipalAccount",
     "test aws:SourceArn or aws:SourceAccount instead"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:sourcevpc", "aws:SourceVpc",
     "test aws:SourceArn or aws:SourceAccount instead"},
};

static const struct unsent of_iam[] = {
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:sourcearn", "aws:SourceArn",
     "leave the condition out, or name the service that calls"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "aws:sourceaccount", "aws:SourceAccount",
     "leave the condition out, or name the service that calls"},
    {PC_DIAG_PERMISSION_NEVER, ANY_LABEL, "lambda:eventsourcetoken", "lambda:EventSourceToken",
     "leave the condition out, or name the principal of Alexa"},
};

// Reporting --------------------------------------------------------------------------------------

static enum pc_status report(struct pc_danger_search *search,
                             const struct pc_view_statement *statement,
                             const struct pc_danger *draft, struct pc_str what)
{
    const struct pc_deciding deciding = {PC_SLOT_RESOURCE, statement->image, statement->number};
    struct pc_danger danger = *draft;
    bool first = false;
    danger.statement = &deciding;
    danger.symptom = "whom the statement is for cannot call the function by it";
    PC_TRY(pc_danger_once(search, &deciding, &first));
    return first ? pc_danger_report(search, &danger, what) : PC_OK;
}

// Keys -------------------------------------------------------------------------------------------

struct named {
    const struct pc_view_statement *statement;
    struct pc_str who;
};

static enum pc_status look_for_key(struct pc_danger_search *search, const struct named *named,
                                   const struct unsent *unsent)
{
    const struct pc_danger danger = {.code = unsent->code, .hint = unsent->hint};
    struct pc_str what;
    if (!pc_str_has_prefix(named->who, pc_str_from(unsent->label)) ||
        !pc_statement_requires(named->statement, unsent->key)) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(search->texts, &what,
                           "calls of \"%.*s\" have no %s, so that the statement never matches one",
                           PC_STR_ARG(named->who), unsent->shown));
    return report(search, named->statement, &danger, what);
}

// Sources ----------------------------------------------------------------------------------------

// All of those that it lists: of one the service may call.
static enum pc_status find_flaw(struct pc_danger_search *search, const struct named *named,
                                const struct pc_source_flaw **flaw)
{
    struct pc_str text;
    struct pc_arn source;
    *flaw = NULL;
    for (size_t i = 0; true; i++) {
        PC_TRY(pc_statement_value(search->texts, named->statement, "aws:sourcearn", i, &text));
        if (text.len == 0) {
            return PC_OK;
        }
        *flaw = pc_arn_parse(text, &source)
                    ? pc_source_flaw_of(named->who, &source, search->name->region)
                    : NULL;
        if (*flaw == NULL) {
            return PC_OK;
        }
    }
}

static enum pc_status look_at_source(struct pc_danger_search *search, const struct named *named)
{
    struct pc_str text, what;
    const struct pc_source_flaw *flaw;
    PC_TRY(find_flaw(search, named, &flaw));
    if (flaw == NULL) {
        return PC_OK;
    }
    PC_TRY(pc_statement_value(search->texts, named->statement, "aws:sourcearn", 0, &text));
    const struct pc_danger danger = {.code = flaw->code, .hint = flaw->hint};
    PC_TRY(pc_arena_format(search->texts, &what, "\"%.*s\" never calls for the source \"%.*s\"",
                           PC_STR_ARG(named->who), PC_STR_ARG(text)));
    return report(search, named->statement, &danger, what);
}

// All --------------------------------------------------------------------------------------------

static enum pc_status look_at_principal(struct pc_danger_search *search,
                                        const struct pc_view_statement *statement,
                                        const struct pc_image_principal *principal)
{
    const struct named named = {statement, pc_image_text(statement->image, principal->text)};
    bool service = principal->kind == PC_IMAGE_PRINCIPAL_SERVICE;
    bool told = service && pc_danger_is_declared(search, named.who);
    const struct unsent *rows = service ? of_services : of_iam;
    size_t count =
        service ? sizeof(of_services) / sizeof(of_services[0]) : sizeof(of_iam) / sizeof(of_iam[0]);
    if (told || principal->kind == PC_IMAGE_PRINCIPAL_ANY ||
        principal->kind == PC_IMAGE_PRINCIPAL_ID) {
        return PC_OK;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(look_for_key(search, &named, &rows[i]));
    }
    return service ? look_at_source(search, &named) : PC_OK;
}

enum pc_status pc_danger_never(struct pc_danger_search *search)
{
    struct pc_view_statement statement;
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        const struct pc_image_principal *principal = NULL;
        bool allows = statement.record->effect == PC_IMAGE_ALLOW;
        for (uint32_t j = 0; allows && (principal = pc_statement_principal(&statement, j)) != NULL;
             j++) {
            PC_TRY(look_at_principal(search, &statement, principal));
        }
    }
    return PC_OK;
}
