// SPDX-License-Identifier: Apache-2.0
//
// Key policies that nobody may change, or only whom they name.
#include "dangers.h"
#include "grant.h"

#include "value/arn.h"

enum owner {
    OWNER_NONE = 0, // no statement allows the key's policy to be changed
    OWNER_NAMED,    // only users, roles and the like may
    OWNER_ACCOUNT,  // the account's administrators may
};

// Nobody of another account may change a key's policy, whoever is allowed to.
static bool is_of_account(const struct pc_principal_entry *entry, const struct pc_arn *key)
{
    struct pc_arn arn;
    if (key->account.len == 0) {
        return true; // whose key it is is not known
    }
    if (entry->kind == PC_PRINCIPAL_ACCOUNT) {
        return pc_str_eq(entry->text, key->account);
    }
    return !pc_arn_parse(entry->text, &arn) || pc_str_eq(arn.account, key->account);
}

static enum owner owner_of(const struct pc_principal_list *list, const struct pc_arn *key)
{
    enum owner owner = OWNER_NONE;
    if (list->kind == PC_LIST_NEGATED) {
        return OWNER_ACCOUNT;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        if (entry->kind == PC_PRINCIPAL_SERVICE || entry->kind == PC_PRINCIPAL_NONE ||
            !is_of_account(entry, key)) {
            continue;
        }
        if (entry->kind == PC_PRINCIPAL_ACCOUNT || entry->kind == PC_PRINCIPAL_ANY) {
            return OWNER_ACCOUNT;
        }
        owner = OWNER_NAMED;
    }
    return owner;
}

static enum pc_status find_owner(const struct pc_lint_place *place, enum owner *out)
{
    struct pc_arn key = {.account = PC_STR("")};
    if (!pc_arn_parse(place->subject->attached, &key)) {
        key.account = PC_STR("");
    }
    *out = OWNER_NONE;
    for (size_t i = 0; i < place->policy->count; i++) {
        const struct pc_statement *statement = &place->policy->statements[i];
        bool changes = false;
        if (statement->effect == PC_EFFECT_ALLOW) {
            PC_TRY(pc_lint_has_action(statement, PC_STR("kms:PutKeyPolicy"), &changes));
        }
        enum owner owner = changes ? owner_of(&statement->principals, &key) : OWNER_NONE;
        *out = owner > *out ? owner : *out;
    }
    return PC_OK;
}

enum pc_status pc_lint_check_key_owner(const struct pc_lint_place *place)
{
    enum owner owner;
    if (place->policy->type != PC_POLICY_KEY) {
        return PC_OK;
    }
    PC_TRY(find_owner(place, &owner));
    if (owner == OWNER_NONE) {
        pc_lint_report(place, PC_DIAG_KEY_UNCHANGEABLE, place->policy->line, place->policy->column,
                       "nobody is allowed kms:PutKeyPolicy");
    } else if (owner == OWNER_NAMED) {
        pc_lint_report(place, PC_DIAG_KEY_WITHOUT_ACCOUNT, place->policy->line,
                       place->policy->column,
                       "only users and roles that it names are allowed kms:PutKeyPolicy");
    }
    if (owner != OWNER_ACCOUNT) {
        pc_diag_hint(place->lint->diags, "allow kms:* to arn:aws:iam::ACCOUNT:root");
    }
    return PC_OK;
}
