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

// Whom a list of principals stands for; accounts only count where they may be the key's.
static enum owner owner_of(const struct pc_lint_place *place, const struct pc_principal_list *list)
{
    struct pc_arn key;
    bool known = pc_arn_parse(place->subject->attached, &key);
    enum owner owner = OWNER_NONE;
    if (list->kind == PC_LIST_NEGATED) {
        return OWNER_ACCOUNT;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct pc_principal_entry *entry = &list->items[i];
        bool account =
            entry->kind == PC_PRINCIPAL_ACCOUNT && (!known || pc_str_eq(entry->text, key.account));
        if (account || entry->kind == PC_PRINCIPAL_ANY) {
            return OWNER_ACCOUNT;
        }
        if (entry->kind != PC_PRINCIPAL_SERVICE && entry->kind != PC_PRINCIPAL_NONE) {
            owner = OWNER_NAMED;
        }
    }
    return owner;
}

static enum pc_status find_owner(const struct pc_lint_place *place, enum owner *out)
{
    *out = OWNER_NONE;
    for (size_t i = 0; i < place->policy->count; i++) {
        const struct pc_statement *statement = &place->policy->statements[i];
        bool changes = false;
        if (statement->effect == PC_EFFECT_ALLOW) {
            PC_TRY(pc_lint_has_action(statement, PC_STR("kms:PutKeyPolicy"), &changes));
        }
        enum owner owner = changes ? owner_of(place, &statement->principals) : OWNER_NONE;
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
