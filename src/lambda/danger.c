// SPDX-License-Identifier: Apache-2.0
//
// Frequent mistakes that can be seen in one permission, by their numbers in LAMBDA.md 8.3, and
// conditions on keys that the caller never sends (1.2).
#include "lambda/permission.h"

#include "principal.h"
#include "source_flaw.h"

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

// A permission with what is known of its principal.
struct subject {
    const struct pc_permission *permission;
    struct pc_diags *diags;
    bool service, everyone; // else: of IAM
    bool alexa;
    bool has_arn;
    struct pc_arn arn; // the source's
};

// The service itself or one of its regional names: sns.amazonaws.com, sns.eu-south-1.amazonaws.com.
static bool is_of(const struct subject *subject, struct pc_str label)
{
    return subject->service && pc_str_has_prefix(subject->permission->principal, label);
}

static struct subject subject_of(const struct pc_permission *permission, struct pc_diags *diags)
{
    struct pc_str principal = permission->principal;
    struct subject subject = {.permission = permission, .diags = diags};
    subject.service = pc_principal_is_service(principal);
    subject.everyone = pc_str_eq(principal, PC_STR("*"));
    subject.alexa = pc_str_eq(principal, PC_STR("alexa-appkit.amazon.com")) ||
                    pc_str_eq(principal, PC_STR("alexa-connectedhome.amazon.com"));
    subject.has_arn = pc_arn_parse(permission->source_arn, &subject.arn);
    return subject;
}

// Too much ---------------------------------------------------------------------------------------

// L01: names of buckets are free again when a bucket is deleted.
static void warn_no_account(const struct subject *subject)
{
    const struct pc_permission *permission = subject->permission;
    if (subject->service && subject->has_arn && subject->arn.account.len == 0 &&
        permission->source_account.len == 0) {
        pc_diag_report(subject->diags, PC_DIAG_SOURCE_WITHOUT_ACCOUNT, nowhere,
                       "the source ARN \"%.*s\" names no account: whoever gets the name in "
                       "another one can call the function",
                       PC_STR_ARG(permission->source_arn));
        pc_diag_hint(subject->diags, "add --source-account with the account of the source");
    }
}

// L02
static void warn_no_source(const struct subject *subject)
{
    const struct pc_permission *permission = subject->permission;
    if (subject->service && !subject->alexa && permission->event_source_token.len == 0 &&
        permission->source_arn.len + permission->source_account.len == 0) {
        pc_diag_report(subject->diags, PC_DIAG_SOURCE_MISSING, nowhere,
                       "\"%.*s\" may call the function for any resource of any account",
                       PC_STR_ARG(permission->principal));
        pc_diag_hint(subject->diags, "add --source-arn with the resource that calls, and "
                                     "--source-account where that ARN names no account");
    }
}

static bool has_wildcard(struct pc_str text)
{
    return pc_str_find(text, '*', 0) != SIZE_MAX || pc_str_find(text, '?', 0) != SIZE_MAX;
}

// L03
static void warn_any_account(const struct subject *subject)
{
    const struct pc_permission *permission = subject->permission;
    if (subject->service && subject->has_arn && has_wildcard(subject->arn.account) &&
        permission->source_account.len == 0) {
        pc_diag_report(subject->diags, PC_DIAG_SOURCE_ANY_ACCOUNT, nowhere,
                       "the source ARN \"%.*s\" lets sources of other accounts call the function",
                       PC_STR_ARG(permission->source_arn));
        pc_diag_hint(subject->diags, "write the account of the source into the ARN");
    }
}

static void warn_public(const struct subject *subject, bool url)
{
    pc_diag_report(subject->diags, PC_DIAG_PERMISSION_PUBLIC, nowhere, "the principal \"*\" %s",
                   url ? "lets every AWS account call the function's URL"
                       : "without a condition makes the function public");
    pc_diag_hint(subject->diags, "name who calls%s",
                 url ? ", or add --principal-org-id"
                     : "; for a function URL add --function-url-auth-type or "
                       "--invoked-via-function-url");
}

// L04, and L05: only services send a source.
static void warn_everyone(const struct subject *subject)
{
    const struct pc_permission *permission = subject->permission;
    bool source = permission->source_arn.len + permission->source_account.len > 0;
    bool url = pc_str_eq(permission->url_auth_type, PC_STR("AWS_IAM"));
    bool more = permission->organization.len + permission->event_source_token.len > 0 ||
                (permission->url_auth_type.len > 0 && !url) || permission->via_url;
    if (!subject->everyone || more) {
        return;
    }
    if (!source) {
        warn_public(subject, url);
        return;
    }
    pc_diag_report(subject->diags, PC_DIAG_PERMISSION_ANY_SERVICE, nowhere,
                   "the principal \"*\" lets every AWS service call the function that acts for "
                   "the source");
    pc_diag_hint(subject->diags, "name the service that calls");
}

// Nothing ----------------------------------------------------------------------------------------

static bool sends_account(const struct subject *subject)
{
    return !is_of(subject, PC_STR("sns.")) && !is_of(subject, PC_STR("events."));
}

// L09, L10
static void warn_unsent_account(const struct subject *subject)
{
    bool sns = is_of(subject, PC_STR("sns."));
    if (subject->permission->source_account.len == 0 || sends_account(subject)) {
        return;
    }
    pc_diag_report(subject->diags, sns ? PC_DIAG_SNS_SOURCE_ACCOUNT : PC_DIAG_EVENTS_SOURCE_ACCOUNT,
                   nowhere, "no source account is sent by %s, so that the statement never matches",
                   sns ? "SNS" : "EventBridge");
    pc_diag_hint(subject->diags, "leave --source-account out: the ARN of the %s names the account",
                 sns ? "topic" : "rule");
}

// L21
static void warn_alexa(const struct subject *subject)
{
    if (subject->alexa && subject->permission->event_source_token.len == 0) {
        pc_diag_report(
            subject->diags, PC_DIAG_ALEXA_TOKEN, nowhere, "without an event source token %s",
            subject->permission->source_arn.len + subject->permission->source_account.len > 0
                ? "no Alexa skill can call the function: skills send no source"
                : "every Alexa skill can call the function");
        pc_diag_hint(subject->diags, "add --event-source-token with the id of the skill");
    }
}

// The key that a permission asks for and its principal never sends, or NULL.
static const char *unsent_key(const struct subject *subject)
{
    const struct pc_permission *permission = subject->permission;
    if (!subject->service && !subject->everyone) {
        return permission->source_account.len > 0       ? "aws:SourceAccount"
               : permission->source_arn.len > 0         ? "aws:SourceArn"
               : permission->event_source_token.len > 0 ? "lambda:EventSourceToken"
                                                        : NULL;
    }
    if (subject->service && permission->organization.len > 0) {
        return "aws:PrincipalOrgID";
    }
    bool token = subject->service && !subject->alexa && permission->event_source_token.len > 0;
    bool url = subject->service && !is_of(subject, PC_STR("cloudfront."));
    return token                                      ? "lambda:EventSourceToken"
           : url && permission->url_auth_type.len > 0 ? "lambda:FunctionUrlAuthType"
           : url && permission->via_url               ? "lambda:InvokedViaFunctionUrl"
                                                      : NULL;
}

static void warn_never(const struct subject *subject, const char *key)
{
    pc_diag_report(subject->diags, PC_DIAG_PERMISSION_NEVER, nowhere,
                   "a call of \"%.*s\" has no %s, so that the statement never matches one",
                   PC_STR_ARG(subject->permission->principal), key);
    pc_diag_hint(subject->diags, "leave the condition out, or name the service that calls");
}

static void warn_source(const struct subject *subject, const struct pc_source_flaw *flaw)
{
    pc_diag_report(
        subject->diags, flaw->code, nowhere, "\"%.*s\" never calls for the source \"%.*s\"",
        PC_STR_ARG(subject->permission->principal), PC_STR_ARG(subject->permission->source_arn));
    pc_diag_hint(subject->diags, "%s", flaw->hint);
}

// The account that a service sends is that of the ARN.
static bool has_two_accounts(const struct subject *subject)
{
    struct pc_str account = subject->permission->source_account;
    return subject->has_arn && pc_account_id_is(subject->arn.account) && account.len > 0 &&
           !pc_str_eq(account, subject->arn.account);
}

static void warn_accounts(const struct subject *subject)
{
    pc_diag_report(subject->diags, PC_DIAG_PERMISSION_NEVER, nowhere,
                   "the source ARN is of account %.*s and the source account is %.*s, so that the "
                   "statement never matches",
                   PC_STR_ARG(subject->arn.account),
                   PC_STR_ARG(subject->permission->source_account));
    pc_diag_hint(subject->diags, "leave --source-account out: the ARN names the account");
}

// LAMBDA.md 5.6: who calls a URL without authentication is nobody, of no organization.
static bool is_of_nobody(const struct subject *subject)
{
    return pc_str_eq(subject->permission->url_auth_type, PC_STR("NONE")) &&
           (!subject->everyone || subject->permission->organization.len > 0);
}

static void warn_nobody(const struct subject *subject)
{
    pc_diag_report(subject->diags, PC_DIAG_PERMISSION_NEVER, nowhere,
                   "who calls a function URL of the auth type NONE is anonymous, so that the "
                   "statement never matches");
    pc_diag_hint(subject->diags, "for such a URL the principal is \"*\", of no organization; for "
                                 "others the auth type is AWS_IAM");
}

// Warns of what makes the statement match nothing: of one reason. False: it may match.
static bool warn_nothing(const struct subject *subject)
{
    const char *key = unsent_key(subject);
    const struct pc_source_flaw *flaw =
        subject->service && subject->has_arn
            ? pc_source_flaw_of(subject->permission->principal, &subject->arn,
                                subject->permission->function.region)
            : NULL;
    if (key != NULL) {
        warn_never(subject, key);
    } else if (flaw != NULL) {
        warn_source(subject, flaw);
    } else if (is_of_nobody(subject)) {
        warn_nobody(subject);
    } else if (subject->service && sends_account(subject) && has_two_accounts(subject)) {
        warn_accounts(subject);
    } else {
        return false;
    }
    return true;
}

void pc_permission_warn(const struct pc_permission *permission, struct pc_diags *diags)
{
    const struct subject subject = subject_of(permission, diags);
    if (!warn_nothing(&subject)) { // else it lets in nobody
        warn_no_account(&subject);
        warn_no_source(&subject);
        warn_any_account(&subject);
        warn_everyone(&subject);
    }
    warn_unsent_account(&subject);
    warn_alexa(&subject);
}
