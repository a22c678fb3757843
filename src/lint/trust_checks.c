// SPDX-License-Identifier: Apache-2.0
//
// Trust policies: whom they name by which action, and what third parties could do with it (R-720 to
// Providers of OIDC are in oidc_checks.c.
#include "dangers.h"
#include "grant.h"

#include "match/key.h"
#include "value/arn.h"

// The ways to assume a role.
enum way {
    WAY_ROLE = 0,
    WAY_SAML,
    WAY_WEB,
    WAYS,
};

static const struct pc_str ways[WAYS] = {
    [WAY_ROLE] = PC_STR_INIT("sts:AssumeRole"),
    [WAY_SAML] = PC_STR_INIT("sts:AssumeRoleWithSAML"),
    [WAY_WEB] = PC_STR_INIT("sts:AssumeRoleWithWebIdentity"),
};

static enum pc_status find_ways(const struct pc_statement *statement, bool *out)
{
    for (size_t way = 0; way < WAYS; way++) {
        PC_TRY(pc_lint_has_action(statement, ways[way], &out[way]));
    }
    return PC_OK;
}

static bool is_provider(const struct pc_principal_entry *entry, struct pc_str kind)
{
    struct pc_arn arn;
    return entry->kind == PC_PRINCIPAL_FEDERATED && pc_arn_parse(entry->text, &arn) &&
           pc_str_has_prefix(arn.resource, kind);
}

// False: the principal may use any way, or none is known of it.
static bool find_way(const struct pc_principal_entry *entry, enum way *out)
{
    switch (entry->kind) {
    case PC_PRINCIPAL_NONE:
    case PC_PRINCIPAL_ANY:
    case PC_PRINCIPAL_CANONICAL_USER:
        return false;
    case PC_PRINCIPAL_FEDERATED:
        *out = is_provider(entry, PC_STR("saml-provider/")) ? WAY_SAML : WAY_WEB;
        return true;
    case PC_PRINCIPAL_ACCOUNT:
    case PC_PRINCIPAL_USER:
    case PC_PRINCIPAL_ROLE:
    case PC_PRINCIPAL_SESSION:
    case PC_PRINCIPAL_FEDERATED_USER:
    case PC_PRINCIPAL_ID:
    case PC_PRINCIPAL_SERVICE:
    default:
        *out = WAY_ROLE;
        return true;
    }
}

static bool is_trust_allow(const struct pc_lint_place *place)
{
    return place->policy->type == PC_POLICY_TRUST && place->statement->effect == PC_EFFECT_ALLOW &&
           place->statement->principals.kind == PC_LIST_POSITIVE;
}

enum pc_status pc_lint_check_trust_action(const struct pc_lint_place *place)
{
    const struct pc_principal_list *list = &place->statement->principals;
    bool open[WAYS] = {false};
    if (!is_trust_allow(place)) {
        return PC_OK;
    }
    PC_TRY(find_ways(place->statement, open));
    bool assumes = open[WAY_ROLE] || open[WAY_SAML] || open[WAY_WEB];
    for (size_t i = 0; assumes && i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        enum way way;
        if (find_way(entry, &way) && !open[way]) {
            pc_lint_report(place, PC_DIAG_TRUST_ACTION, entry->line, entry->column,
                           "\"%.*s\" cannot assume the role without %.*s", PC_STR_ARG(entry->text),
                           PC_STR_ARG(ways[way]));
        }
    }
    return PC_OK;
}

enum pc_status pc_lint_check_trust_nobody(const struct pc_lint_place *place)
{
    const struct pc_statement *first = NULL;
    if (place->policy->type != PC_POLICY_TRUST) {
        return PC_OK;
    }
    for (size_t i = 0; i < place->policy->count; i++) {
        const struct pc_statement *statement = &place->policy->statements[i];
        bool open[WAYS] = {false};
        if (statement->effect != PC_EFFECT_ALLOW) {
            continue;
        }
        PC_TRY(find_ways(statement, open));
        if (open[WAY_ROLE] || open[WAY_SAML] || open[WAY_WEB]) {
            return PC_OK;
        }
        first = first == NULL ? statement : first;
    }
    if (first != NULL) {
        pc_lint_report(place, PC_DIAG_TRUST_NOBODY, first->line, first->column,
                       "no statement allows sts:AssumeRole or a form of it");
    }
    return PC_OK;
}

// SAML -------------------------------------------------------------------------------------------

static bool tests_key(const struct pc_statement *statement, struct pc_str key)
{
    for (size_t i = 0; i < statement->condition_count; i++) {
        if (pc_key_eq(statement->conditions[i].key.text, key)) {
            return true;
        }
    }
    return false;
}

enum pc_status pc_lint_check_audience(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    bool open = false;
    if (!is_trust_allow(place) || tests_key(statement, PC_STR("SAML:aud"))) {
        return PC_OK;
    }
    PC_TRY(pc_lint_has_action(statement, ways[WAY_SAML], &open));
    for (size_t i = 0; open && i < statement->principals.count; i++) {
        const struct pc_principal_entry *entry = &statement->principals.items[i];
        if (is_provider(entry, PC_STR("saml-provider/"))) {
            pc_lint_report(place, PC_DIAG_SAML_AUDIENCE, entry->line, entry->column,
                           "the audience of assertions of \"%.*s\" is not tested",
                           PC_STR_ARG(entry->text));
            pc_diag_hint(place->lint->diags,
                         "test SAML:aud with \"https://signin.aws.amazon.com/saml\"");
        }
    }
    return PC_OK;
}

// Accounts ---------------------------------------------------------------------------------------

// Only where it is known whose the role is.
enum pc_status pc_lint_check_external_id(const struct pc_lint_place *place)
{
    const struct pc_statement *statement = place->statement;
    struct pc_arn role;
    bool open = false;
    if (!is_trust_allow(place) || statement->condition_count > 0 ||
        !pc_arn_parse(place->subject->attached, &role)) {
        return PC_OK;
    }
    PC_TRY(pc_lint_has_action(statement, ways[WAY_ROLE], &open));
    for (size_t i = 0; open && i < statement->principals.count; i++) {
        const struct pc_principal_entry *entry = &statement->principals.items[i];
        if (entry->kind == PC_PRINCIPAL_ACCOUNT && !pc_str_eq(entry->text, role.account)) {
            pc_lint_report(place, PC_DIAG_EXTERNAL_ID, entry->line, entry->column,
                           "account %.*s may assume the role without a condition",
                           PC_STR_ARG(entry->text));
            pc_diag_hint(place->lint->diags, "test sts:ExternalId, or aws:PrincipalOrgID");
        }
    }
    return PC_OK;
}
