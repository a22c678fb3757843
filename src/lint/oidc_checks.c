// SPDX-License-Identifier: Apache-2.0
//
// Trust in providers of OpenID Connect. Providers that many organizations share tell them apart by
// a claim, which AWS asks trust policies to test ("Identity-provider controls for shared OIDC
// providers", IAM User Guide); of the others the subject tells who it is.
#include "dangers.h"
#include "grant.h"
#include "stranger_meets.h"

#include "match/key.h"
#include "ops/operator.h"
#include "value/arn.h"

static const struct shared {
    struct pc_str provider;
    struct pc_str claim; // that has to be tested; "": any of the provider's
    struct pc_str owner; // what the subject begins with, in front of the organization
    char end;            // and what ends the organization; 0: subjects are not known
    const char *users;   // who they are that share it
} shared[] = {
    {PC_STR_INIT("token.actions.githubusercontent.com"), PC_STR_INIT("sub"), PC_STR_INIT("repo:"),
     '/', "repository of GitHub"},
    {PC_STR_INIT("gitlab.com"), PC_STR_INIT("sub"), PC_STR_INIT("project_path:"), '/',
     "project of GitLab"},
    {PC_STR_INIT("app.terraform.io"), PC_STR_INIT("sub"), PC_STR_INIT("organization:"), ':',
     "workspace of HCP Terraform"},
    {PC_STR_INIT("agent.buildkite.com"), PC_STR_INIT("sub"), PC_STR_INIT("organization:"), ':',
     "pipeline of Buildkite"},
    {PC_STR_INIT("cognito-identity.amazonaws.com"), PC_STR_INIT("aud"), PC_STR_INIT(""), 0,
     "identity pool of Cognito"},
    {PC_STR_INIT("accounts.google.com"), PC_STR_INIT(""), PC_STR_INIT(""), 0,
     "application of Google"},
    {PC_STR_INIT("www.amazon.com"), PC_STR_INIT(""), PC_STR_INIT(""), 0,
     "application of Login with Amazon"},
    {PC_STR_INIT("graph.facebook.com"), PC_STR_INIT(""), PC_STR_INIT(""), 0,
     "application of Facebook"},
};

// The host and path of a provider, as it is written or in its ARN; "" where it is none of OIDC.
static struct pc_str provider_of(const struct pc_principal_entry *entry)
{
    struct pc_str prefix = PC_STR("oidc-provider/");
    struct pc_arn arn;
    if (entry->kind != PC_PRINCIPAL_FEDERATED) {
        return PC_STR("");
    }
    if (!pc_arn_parse(entry->text, &arn)) {
        return entry->text;
    }
    return pc_str_has_prefix(arn.resource, prefix)
               ? pc_str_slice(arn.resource, prefix.len, arn.resource.len)
               : PC_STR("");
}

static const struct shared *row_of(struct pc_str provider)
{
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        if (pc_str_eq_icase(provider, shared[i].provider)) {
            return &shared[i];
        }
    }
    return NULL;
}

// Is the provider registered in the account? Then tokens are for the audiences that it lists.
static bool is_registered(const struct pc_principal_entry *entry)
{
    struct pc_arn arn;
    return pc_arn_parse(entry->text, &arn);
}

// Does another claim than the audience tell organizations apart?
static bool tells_apart(const struct shared *row)
{
    return pc_str_eq(row->claim, PC_STR("sub"));
}

// The claim that a key names, where it is one of the provider's; else "".
static struct pc_str claim_of(struct pc_str key, struct pc_str provider)
{
    bool its = key.len > provider.len + 1 && key.ptr[provider.len] == ':' &&
               pc_str_has_prefix_icase(key, provider);
    return its ? pc_str_slice(key, provider.len + 1, key.len) : PC_STR("");
}

// Does the condition say what the claim is, and not what it is not, or whether there is one?
static bool says_which(const struct pc_condition *condition)
{
    struct pc_op_use use;
    return condition->count > 0 && pc_operator_find(condition->op.text, &use) == PC_OP_FOUND &&
           use.op->id != PC_OP_NULL && (use.flags & PC_OP_NEGATED) == 0;
}

static bool is_like(const struct pc_condition *condition)
{
    struct pc_op_use use;
    return pc_operator_find(condition->op.text, &use) == PC_OP_FOUND &&
           use.op->id == PC_OP_STRING_LIKE;
}

// How far a subject is left open.
enum width {
    WIDTH_NAMED = 0,
    WIDTH_PARTLY, // it tells how the name of the organization begins
    WIDTH_ANY,    // and not even that
};

static bool contains(struct pc_str text, struct pc_str part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (pc_str_has_prefix(pc_str_slice(text, i, text.len), part)) {
            return true;
        }
    }
    return false;
}

static enum width width_of(struct pc_str value, const struct shared *row)
{
    size_t star = pc_str_find(value, '*', 0);
    size_t mark = pc_str_find(value, '?', 0);
    size_t wild = star < mark ? star : mark;
    struct pc_str fixed = pc_str_slice(value, 0, wild);
    if (wild == SIZE_MAX || row->end == 0) {
        return WIDTH_NAMED;
    }
    if (pc_str_has_prefix(row->owner, fixed)) { // "*", "re*", "repo:*/name"
        return contains(pc_str_slice(value, wild, value.len), row->owner) ? WIDTH_NAMED : WIDTH_ANY;
    }
    return pc_str_has_prefix(fixed, row->owner) &&
                   pc_str_find(fixed, row->end, row->owner.len) == SIZE_MAX
               ? WIDTH_PARTLY
               : WIDTH_NAMED; // subjects of another form can be had from some providers
}

static const struct pc_text *find_width(const struct pc_condition *condition,
                                        const struct shared *row, enum width width)
{
    for (size_t i = 0; is_like(condition) && i < condition->count; i++) {
        if (width_of(condition->values[i].text, row) == width) {
            return &condition->values[i];
        }
    }
    return NULL;
}

// What the conditions of a statement say of the provider's tokens.
struct tested {
    bool claim;                 // the claim that tells organizations apart, somehow
    bool named;                 // and with the whole name of one
    bool others;                // something that may tell as well
    const struct pc_text *any;  // a value that leaves it open
    const struct pc_text *part; // or the name of the organization
};

// Whom a token is for, and how its owner signed in, can be the same for everybody.
static bool is_of_all(struct pc_str claim)
{
    return pc_str_eq_icase(claim, PC_STR("aud")) || pc_str_eq_icase(claim, PC_STR("amr"));
}

static void note(struct tested *tested, const struct pc_condition *condition,
                 const struct shared *row, struct pc_str claim)
{
    bool wanted = row->claim.len == 0 || pc_str_eq_icase(claim, row->claim);
    if (!wanted) {
        tested->others |= !is_of_all(claim);
        return;
    }
    const struct pc_text *any = find_width(condition, row, WIDTH_ANY);
    const struct pc_text *part = find_width(condition, row, WIDTH_PARTLY);
    tested->claim |= any == NULL;
    tested->named |= any == NULL && part == NULL;
    tested->any = any != NULL ? any : tested->any;
    tested->part = part != NULL ? part : tested->part;
}

static void report_open(const struct pc_lint_place *place, const struct shared *row, uint32_t line,
                        uint32_t column)
{
    pc_lint_report(place, PC_DIAG_OIDC_OPEN, line, column, "every %s can assume the role",
                   row->users);
    pc_diag_hint(place->lint->diags, "test \"%.*s:%.*s\" with what is yours",
                 PC_STR_ARG(row->provider),
                 PC_STR_ARG(row->claim.len > 0 ? row->claim : PC_STR("aud")));
}

// May a condition on another key than the provider's be what keeps strangers out? The name of the
// session is the caller's choice.
static bool may_limit(const struct pc_condition *condition)
{
    return !pc_key_eq(condition->key.text, PC_STR("sts:RoleSessionName")) &&
           pc_lint_strangers_meet(condition).meets == PC_LINT_MEETS_UNSURE;
}

static void check_shared(const struct pc_lint_place *place, const struct pc_principal_entry *entry,
                         const struct shared *row)
{
    const struct pc_statement *statement = place->statement;
    struct tested tested = {.claim = false};
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_condition *condition = &statement->conditions[i];
        struct pc_str claim = claim_of(condition->key.text, row->provider);
        if (claim.len == 0) {
            tested.others |= may_limit(condition);
        } else if (says_which(condition)) {
            note(&tested, condition, row, claim);
        }
    }
    if (tested.others) {
        return; // what is not known here may say it as well
    }
    if (!tested.claim) {
        report_open(place, row, tested.any != NULL ? tested.any->line : entry->line,
                    tested.any != NULL ? tested.any->column : entry->column);
    } else if (tested.part != NULL && !tested.named) {
        pc_lint_report(place, PC_DIAG_OIDC_SUBJECT, tested.part->line, tested.part->column,
                       "\"%.*s\" has a wildcard in the name of the organization",
                       PC_STR_ARG(tested.part->text));
    }
}

// Of a provider that is one organization's own every subject can be one that it trusts; but it
// should be said.
static void check_own(const struct pc_lint_place *place, const struct pc_principal_entry *entry,
                      struct pc_str provider)
{
    const struct pc_statement *statement = place->statement;
    for (size_t i = 0; i < statement->condition_count; i++) {
        struct pc_str claim = claim_of(statement->conditions[i].key.text, provider);
        if (claim.len > 0 && !is_of_all(claim)) {
            return;
        }
    }
    pc_lint_report(place, PC_DIAG_OIDC_SUBJECT, entry->line, entry->column,
                   "every subject of %.*s can assume the role", PC_STR_ARG(provider));
    pc_diag_hint(place->lint->diags, "test \"%.*s:sub\"", PC_STR_ARG(provider));
}

enum pc_status pc_lint_check_oidc(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    const struct pc_principal_list *list = &statement->principals;
    bool open = false;
    if (place->policy->type != PC_POLICY_TRUST || statement->effect != PC_EFFECT_ALLOW ||
        list->kind != PC_LIST_POSITIVE) {
        return PC_OK;
    }
    PC_TRY(pc_lint_has_action(statement, PC_STR("sts:AssumeRoleWithWebIdentity"), &open));
    for (size_t i = 0; open && i < list->count; i++) {
        struct pc_str provider = provider_of(&list->items[i]);
        const struct shared *row = row_of(provider);
        if (row != NULL && (tells_apart(row) || !is_registered(&list->items[i]))) {
            check_shared(place, &list->items[i], row);
        } else if (provider.len > 0) {
            check_own(place, &list->items[i], provider);
        }
    }
    return PC_OK;
}
