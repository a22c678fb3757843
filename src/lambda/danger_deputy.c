// SPDX-License-Identifier: Apache-2.0
#include "danger_deputy.h"

#include "source_arn.h"
#include "stranger_account.h"

// Sources ----------------------------------------------------------------------------------------

struct pc_str pc_service_label(struct pc_str service)
{
    return pc_str_slice(service, 0, pc_str_find(service, '.', 0));
}

// Where a statement has no pattern of an ARN: a resource of the service.
static struct pc_arn any_source(const struct pc_danger_search *search,
                                const struct pc_service_pair *pair)
{
    struct pc_str service = pc_service_label(pair->service);
    bool bucket = pc_str_eq(service, PC_STR("s3"));
    return (struct pc_arn){
        .partition = search->name->partition,
        .service = service,
        .region = bucket ? PC_STR("") : search->name->region,
        .account = bucket ? PC_STR("") : PC_STR("*"),
        .resource = PC_STR(PC_STRANGER_NAME),
    };
}

static enum pc_status read_pattern(struct pc_danger_search *search,
                                   const struct pc_service_pair *pair, struct pc_str text,
                                   struct pc_arn *out)
{
    size_t colon = pc_str_find_last(text, ':');
    bool whole;
    *out = any_source(search, pair);
    struct pc_str service = out->service;
    PC_TRY(pc_source_read(search->texts, text, out, &whole));
    if (whole) {
        out->service = pc_field_or(out->service, service);
    } else if (colon != SIZE_MAX && colon + 1 < text.len) {
        // A '*' of StringLike crosses colons: what follows the last one is the resource.
        out->resource = pc_str_slice(text, colon + 1, text.len);
    }
    return PC_OK;
}

// Asking -----------------------------------------------------------------------------------------

// LAMBDA.md 1.1: SNS and EventBridge send no source account.
static bool sends_account(struct pc_str service)
{
    return !pc_str_has_prefix(service, PC_STR("sns.")) &&
           !pc_str_has_prefix(service, PC_STR("events."));
}

// Asks as the service, for a source of the account.
static enum pc_status ask_source(struct pc_danger_search *search,
                                 const struct pc_service_pair *pair, struct pc_str source,
                                 struct pc_str account, struct pc_answer *out)
{
    const struct pc_tag keys[] = {
        {PC_STR("aws:SourceArn"), source},
        {PC_STR("lambda:FunctionUrlAuthType"), PC_STR("AWS_IAM")},
        {PC_STR("aws:SourceAccount"), account},
    };
    // Calls to a URL say so; others are better without.
    const struct pc_tag plain[] = {keys[0], keys[2]};
    bool url = pc_str_eq(pair->action, PC_STR(PC_INVOKE_URL));
    size_t count = url ? sizeof(keys) / sizeof(keys[0]) : sizeof(plain) / sizeof(plain[0]);
    const struct pc_stranger stranger = {
        .who = pair->service,
        .action = pair->action,
        .keys = url ? keys : plain,
        .key_count = sends_account(pair->service) ? count : count - 1,
    };
    return pc_danger_ask(search, &stranger, out);
}

static enum pc_status make_source(struct pc_danger_search *search, const struct pc_arn *pattern,
                                  struct pc_str account, bool unrelated, struct pc_str *out)
{
    const struct pc_source_wish wish = {*pattern, account, unrelated};
    return pc_source_make(search->texts, search->name, &wish, out);
}

// Whom a statement lets in, for messages.
static struct pc_str caller_of(const struct pc_service_pair *pair)
{
    return pair->any ? PC_STR("every AWS service") : pair->service;
}

// The principal of a finding: of any service the one that the statement has.
static struct pc_str asked_as(const struct pc_service_pair *pair)
{
    return pair->any ? PC_STR("*") : pair->service;
}

static const char *const deputy_symptom =
    "nothing, until another account makes the service call the function";

// Strangers --------------------------------------------------------------------------------------

struct stranger {
    struct pc_str source, account;
};

// Why the statement that let a stranger's source in did so (L01 to L03).
static struct pc_danger danger_of(const struct pc_deciding *deciding, struct pc_str source)
{
    const struct pc_view_statement statement = {
        deciding->image, deciding->statement,
        pc_image_statement(deciding->image, deciding->statement)};
    struct pc_arn parts = {.account = PC_STR("")};
    bool named = pc_arn_parse(source, &parts) && parts.account.len > 0;
    bool arn = pc_statement_tests(&statement, "aws:sourcearn");
    bool account = pc_statement_tests(&statement, "aws:sourceaccount");
    struct pc_danger danger = {.symptom = deputy_symptom};
    if (arn && !named && !account) {
        danger.code = PC_DIAG_SOURCE_WITHOUT_ACCOUNT;
        danger.hint = "test aws:SourceAccount as well";
    } else if (arn || account) {
        danger.code = PC_DIAG_SOURCE_ANY_ACCOUNT;
        danger.hint = arn && named ? "write the account of the source into aws:SourceArn"
                                   : "write the account of the source into aws:SourceAccount";
    } else {
        danger.code = PC_DIAG_SOURCE_MISSING;
        danger.hint = "test aws:SourceArn with the resource that calls, and aws:SourceAccount "
                      "where that ARN names no account";
    }
    return danger;
}

static enum pc_status write_stranger(struct pc_danger_search *search,
                                     const struct pc_service_pair *pair,
                                     const struct stranger *stranger, enum pc_diag_code code,
                                     struct pc_str *out)
{
    struct pc_arn arn = {.account = PC_STR("")};
    bool named = pc_arn_parse(stranger->source, &arn) && arn.account.len > 0;
    if (code == PC_DIAG_SOURCE_MISSING) {
        return pc_arena_format(search->texts, out,
                               "%.*s may call \"%.*s\" for any resource of any account",
                               PC_STR_ARG(caller_of(pair)), PC_STR_ARG(search->target));
    }
    return pc_arena_format(search->texts, out,
                           "%.*s may call \"%.*s\" for another account, such as for "
                           "\"%.*s\"%s%.*s",
                           PC_STR_ARG(caller_of(pair)), PC_STR_ARG(search->target),
                           PC_STR_ARG(stranger->source), named ? "" : " of account ",
                           PC_STR_ARG(named ? PC_STR("") : stranger->account));
}

static enum pc_status report_stranger(struct pc_danger_search *search,
                                      const struct pc_service_pair *pair,
                                      const struct stranger *stranger,
                                      const struct pc_answer *answer)
{
    for (size_t i = 0; answer->decision == PC_DECISION_ALLOWED && i < answer->deciding_count; i++) {
        struct pc_answer one = *answer;
        one.deciding = &answer->deciding[i];
        one.deciding_count = 1;
        struct pc_danger danger = danger_of(one.deciding, stranger->source);
        struct pc_str what;
        danger.who = asked_as(pair);
        danger.action = pair->action;
        danger.resource = search->target;
        PC_TRY(write_stranger(search, pair, stranger, danger.code, &what));
        PC_TRY(pc_danger_report_allowed(search, &one, &danger, what));
    }
    return PC_OK;
}

static enum pc_status ask_stranger(struct pc_danger_search *search,
                                   const struct pc_service_pair *pair, const struct pc_arn *pattern,
                                   struct pc_str account, bool *allowed)
{
    struct pc_answer answer;
    struct stranger stranger = {.account = account};
    struct pc_str key;
    bool first = false;
    PC_TRY(make_source(search, pattern, account, false, &stranger.source));
    PC_TRY(pc_arena_format(search->texts, &key, "%.*s %.*s %.*s %.*s %.*s",
                           PC_STR_ARG(pair->service), PC_STR_ARG(pair->action),
                           PC_STR_ARG(search->target), PC_STR_ARG(stranger.source),
                           PC_STR_ARG(account)));
    PC_TRY(pc_danger_once_text(search, key, &first));
    if (!first) {
        return PC_OK; // asked already, for a statement with the same pattern
    }
    PC_TRY(ask_source(search, pair, stranger.source, account, &answer));
    *allowed = *allowed || answer.decision == PC_DECISION_ALLOWED;
    return report_stranger(search, pair, &stranger, &answer);
}

// Rule R1, probe 2.
enum pc_status pc_deputy_ask_stranger(struct pc_danger_search *search,
                                      const struct pc_service_pair *pair,
                                      const struct pc_arn *pattern, bool *allowed)
{
    struct pc_stranger_account *accounts;
    *allowed = false;
    PC_TRY(pc_stranger_accounts_find(search, &pair->statement, "aws:sourcearn", "aws:sourceaccount",
                                     &accounts));
    for (; accounts != NULL; accounts = accounts->next) {
        PC_TRY(ask_stranger(search, pair, pattern, accounts->id, allowed));
    }
    return PC_OK;
}

// The right account ------------------------------------------------------------------------------

// AWS recommends to test the account alone for rotations, and a rule of Config has its ARN only
// when the permission was given already.
static bool may_be_broad(struct pc_str service)
{
    return pc_str_eq(service, PC_STR("secretsmanager.amazonaws.com")) ||
           pc_str_eq(service, PC_STR("config.amazonaws.com"));
}

static enum pc_status find_account(struct pc_danger_search *search,
                                   const struct pc_service_pair *pair, const struct pc_arn *pattern,
                                   struct pc_str *out)
{
    PC_TRY(pc_statement_value(search->texts, &pair->statement, "aws:sourceaccount", 0, out));
    if (!pc_account_id_is(*out)) {
        *out = pc_account_id_is(pattern->account) ? pattern->account : search->name->account;
    }
    return PC_OK;
}

// L05: the source is as it should be, the service any one.
static enum pc_status ask_any_service(struct pc_danger_search *search,
                                      const struct pc_service_pair *pair,
                                      const struct pc_arn *pattern, struct pc_str account)
{
    const struct pc_danger danger = {
        .code = PC_DIAG_PERMISSION_ANY_SERVICE,
        .who = asked_as(pair),
        .action = pair->action,
        .resource = search->target,
        .hint = "name the service that calls as principal",
        .symptom = "none; services that nobody thought of may call the function as well",
    };
    struct pc_answer answer;
    struct pc_str source, what;
    PC_TRY(make_source(search, pattern, account, false, &source));
    PC_TRY(ask_source(search, pair, source, account, &answer));
    PC_TRY(pc_arena_format(search->texts, &what,
                           "every AWS service may call \"%.*s\" for sources of account %.*s",
                           PC_STR_ARG(search->target), PC_STR_ARG(account)));
    return pc_danger_report_allowed(search, &answer, &danger, what);
}

// Rule R1, probe 3.
static enum pc_status ask_unrelated(struct pc_danger_search *search,
                                    const struct pc_service_pair *pair,
                                    const struct pc_arn *pattern, struct pc_str account)
{
    const struct pc_danger danger = {
        .code = PC_DIAG_SOURCE_ANY_RESOURCE,
        .who = pair->service,
        .action = pair->action,
        .resource = search->target,
        .hint = "write the resource that calls into aws:SourceArn, if there is one only",
    };
    struct pc_answer answer;
    struct pc_str source, what;
    if (may_be_broad(pair->service)) {
        return PC_OK;
    }
    PC_TRY(make_source(search, pattern, account, true, &source));
    PC_TRY(ask_source(search, pair, source, account, &answer));
    PC_TRY(pc_arena_format(
        search->texts, &what, "%.*s may call \"%.*s\" for any resource of account %.*s",
        PC_STR_ARG(pair->service), PC_STR_ARG(search->target), PC_STR_ARG(account)));
    return pc_danger_report_allowed(search, &answer, &danger, what);
}

// L56: the source is as it should be, and a Deny of the same policies hits the service.
static enum pc_status ask_denied(struct pc_danger_search *search,
                                 const struct pc_service_pair *pair, const struct pc_arn *pattern,
                                 struct pc_str account)
{
    struct pc_danger danger = {
        .code = PC_DIAG_DENY_SERVICES,
        .hint = "spare services: add the condition BoolIfExists aws:PrincipalIsAWSService "
                "\"false\" to the Deny",
        .symptom = "the service cannot call the function, although a statement lets it",
    };
    struct pc_answer answer;
    struct pc_str source, what;
    bool first = false;
    PC_TRY(make_source(search, pattern, account, false, &source));
    PC_TRY(ask_source(search, pair, source, account, &answer));
    if (answer.decision != PC_DECISION_EXPLICIT_DENY || answer.deciding_count == 0 ||
        pc_danger_is_declared(search, pair->service)) {
        return PC_OK;
    }
    const struct pc_deciding *deny = &answer.deciding[0];
    danger.statement = deny;
    if (pc_image_statement(deny->image, deny->statement)->conditions.count == 0) {
        return PC_OK; // it denies everybody, and may be meant to
    }
    PC_TRY(pc_danger_once(search, deny, &first));
    PC_TRY(pc_arena_format(search->texts, &what, "a Deny keeps %.*s from calling \"%.*s\"",
                           PC_STR_ARG(pair->service), PC_STR_ARG(search->target)));
    return first ? pc_danger_report(search, &danger, what) : PC_OK;
}

// One pattern ------------------------------------------------------------------------------------

enum pc_status pc_deputy_ask_pattern(struct pc_danger_search *search,
                                     const struct pc_service_pair *pair, struct pc_str text)
{
    struct pc_arn pattern;
    struct pc_str account;
    bool allowed = false;
    PC_TRY(read_pattern(search, pair, text, &pattern));
    PC_TRY(pc_deputy_ask_stranger(search, pair, &pattern, &allowed));
    if (allowed) {
        return PC_OK;
    }
    PC_TRY(find_account(search, pair, &pattern, &account));
    if (pair->any) {
        return ask_any_service(search, pair, &pattern, account);
    }
    PC_TRY(ask_denied(search, pair, &pattern, account));
    return ask_unrelated(search, pair, &pattern, account);
}
