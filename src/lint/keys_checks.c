// SPDX-License-Identifier: Apache-2.0
//
// Condition keys and the catalog: keys that do not exist, and those that no request of the actions
// carries.
#include "check.h"
#include "key_use.h"
#include "scope.h"

#include "base/near.h"

#define REPORT(use, code, ...)                                                                     \
    pc_lint_report((use)->place, code, (use)->condition->key.line, (use)->condition->key.column,   \
                   __VA_ARGS__)

static struct pc_str prefix_of(struct pc_str key)
{
    size_t colon = pc_str_find(key, ':', 0);
    return pc_str_slice(key, 0, colon == SIZE_MAX ? 0 : colon);
}

// Is it the prefix of keys, if not of a service: "saml", "identitycenter"?
static bool is_key_prefix(const struct pc_catalog *catalog, struct pc_str prefix)
{
    for (size_t i = 0; pc_catalog_service_at(catalog, i) != NULL; i++) {
        const struct pc_catalog_service *service = pc_catalog_service_at(catalog, i);
        for (size_t j = 0; j < service->key_count; j++) {
            if (pc_str_eq_icase(prefix_of(service->keys[j].name), prefix)) {
                return true;
            }
        }
    }
    return pc_catalog_service(catalog, prefix) != NULL;
}

// "s3:ExistingObjectTag": the family that it lacks the tail of; NULL: none. Of the global ones
// and of KMS the reader says it (POL0504).
static enum pc_status find_family(const struct pc_lint_key_use *use,
                                  const struct pc_catalog_key **out)
{
    const struct pc_str parts[] = {use->condition->key.text, PC_STR("/x")};
    struct pc_str longer;
    PC_TRY(pc_arena_join(use->place->lint->arena, parts, 2, &longer));
    const struct pc_catalog_key *key = pc_catalog_key(use->place->lint->catalog, NULL, longer);
    *out = key != NULL && pc_catalog_key_is_family(key) ? key : NULL;
    return PC_OK;
}

static void offer_keys(struct pc_near *near, const struct pc_catalog_key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_near_offer(near, keys[i].name);
    }
}

static void hint_key(const struct pc_lint_key_use *use)
{
    const struct pc_catalog *catalog = use->place->lint->catalog;
    struct pc_str name = use->condition->key.text;
    const struct pc_catalog_service *service = pc_catalog_service(catalog, prefix_of(name));
    struct pc_near near = {.text = name};
    if (service != NULL) {
        offer_keys(&near, service->keys, service->key_count);
    }
    for (size_t i = 0; pc_catalog_global_at(catalog, i) != NULL; i++) {
        pc_near_offer(&near, pc_catalog_global_at(catalog, i)->name);
    }
    if (near.best.len > 0) {
        pc_diag_hint(use->place->lint->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
}

// Keys of identity providers are called by the provider's domain, and anybody can be one.
static bool is_of_provider(struct pc_str prefix)
{
    return pc_str_find(prefix, '.', 0) != SIZE_MAX || pc_str_find(prefix, '/', 0) != SIZE_MAX;
}

static enum pc_status report_unknown(const struct pc_lint_key_use *use)
{
    const struct pc_catalog *catalog = use->place->lint->catalog;
    struct pc_str name = use->condition->key.text, prefix = prefix_of(name);
    const struct pc_catalog_key *family;
    PC_TRY(find_family(use, &family));
    if (family != NULL) {
        REPORT(use, PC_DIAG_CONDITION_KEY_TAIL, "\"%.*s\" lacks what stands behind it",
               PC_STR_ARG(name));
        pc_diag_hint(use->place->lint->diags, "it is %.*s", PC_STR_ARG(family->name));
    } else if (pc_str_eq_icase(prefix, PC_STR("aws"))) {
        REPORT(use, PC_DIAG_CONDITION_KEY_GLOBAL, "no global condition key is called \"%.*s\"",
               PC_STR_ARG(name));
        hint_key(use);
    } else if (is_of_provider(prefix)) {
        return PC_OK;
    } else if (is_key_prefix(catalog, prefix)) {
        REPORT(use, PC_DIAG_CONDITION_KEY_UNKNOWN,
               "there is no condition key \"%.*s\" (reference of %.*s)", PC_STR_ARG(name),
               PC_STR_ARG(pc_catalog_date(catalog)));
        hint_key(use);
    } else {
        REPORT(use, PC_DIAG_CONDITION_KEY_SERVICE, "no service has condition keys like \"%.*s\"",
               PC_STR_ARG(name));
    }
    return PC_OK;
}

// The keys of tags are global by name, and listed with the actions that can have them.
static bool is_tag_key(const struct pc_catalog_key *key)
{
    return pc_str_eq(key->name, PC_STR("aws:TagKeys")) ||
           pc_str_has_prefix(key->name, PC_STR("aws:RequestTag/")) ||
           pc_str_has_prefix(key->name, PC_STR("aws:ResourceTag/"));
}

// These come with a request to assume a role, and have what is asked for there.
static bool is_beside_another(const struct pc_lint_action *action)
{
    return pc_str_eq(action->service->prefix, PC_STR("sts")) &&
           (pc_str_eq(action->action->name, PC_STR("TagSession")) ||
            pc_str_eq(action->action->name, PC_STR("SetSourceIdentity")));
}

static bool has(const struct pc_lint_key_use *use, const struct pc_lint_action *action)
{
    if (is_tag_key(use->key)) {
        return pc_catalog_action_lists_key(action->action, use->key) || is_beside_another(action);
    }
    return action->service->shared || is_beside_another(action) ||
           pc_catalog_action_has_key(use->place->lint->catalog, action->action,
                                     use->condition->key.text);
}

// Some action that does not have the key, and how many have it.
static const struct pc_lint_action *lacking(const struct pc_lint_key_use *use,
                                            const struct pc_lint_scope *scope, size_t *having)
{
    const struct pc_lint_action *without = NULL;
    for (size_t i = 0; i < scope->count; i++) {
        if (has(use, &scope->actions[i])) {
            (*having)++;
        } else if (without == NULL) {
            without = &scope->actions[i];
        }
    }
    return without;
}

static bool all_written_out(const struct pc_text_list *actions)
{
    for (size_t i = 0; i < actions->count; i++) {
        if (pc_lint_is_pattern(actions->items[i].text)) {
            return false;
        }
    }
    return true;
}

static void check_actions(const struct pc_lint_key_use *use, const struct pc_lint_scope *scope)
{
    struct pc_str name = use->condition->key.text;
    size_t having = 0;
    const struct pc_lint_action *without = lacking(use, scope, &having);
    bool wants = pc_lint_key_wanted(use);
    if (without == NULL) {
        return;
    }
    if (having == 0 && is_tag_key(use->key)) {
        REPORT(use, PC_DIAG_CONDITION_KEY_TAGS, "none of the actions is known to have \"%.*s\"",
               PC_STR_ARG(name));
    } else if (having == 0) {
        REPORT(use, wants ? PC_DIAG_CONDITION_KEY_NEVER : PC_DIAG_CONDITION_KEY_ALWAYS,
               wants ? "none of the actions has \"%.*s\": the condition never holds"
                     : "none of the actions has \"%.*s\": the condition always holds",
               PC_STR_ARG(name));
    } else if (wants && !is_tag_key(use->key) && all_written_out(&use->place->statement->actions)) {
        REPORT(use, PC_DIAG_CONDITION_KEY_SOME,
               "%.*s:%.*s does not have \"%.*s\": the condition never holds for it",
               PC_STR_ARG(without->service->prefix), PC_STR_ARG(without->action->name),
               PC_STR_ARG(name));
    }
}

static enum pc_status check_condition(const struct pc_lint_place *place,
                                      const struct pc_lint_scope *scope)
{
    struct pc_lint_key_use use;
    if (!pc_lint_key_use_of(place, &use)) {
        return PC_OK; // the compiler says what is wrong with the operator
    }
    struct pc_str name = use.condition->key.text;
    if (pc_str_find(name, '$', 0) != SIZE_MAX) {
        REPORT(&use, PC_DIAG_CONDITION_KEY_PLACEHOLDER, "\"%.*s\" is taken literally",
               PC_STR_ARG(name));
        return PC_OK;
    }
    if (use.key == NULL) {
        return report_unknown(&use);
    }
    if (scope->complete) {
        check_actions(&use, scope);
    }
    return PC_OK;
}

static enum pc_status check_keys(const struct pc_lint_place *place)
{
    struct pc_lint_scope scope;
    if (place->statement->condition_count == 0) {
        return PC_OK;
    }
    PC_TRY(pc_lint_scope(place, &scope));
    for (size_t i = 0; i < place->statement->condition_count; i++) {
        struct pc_lint_place at = *place;
        at.condition = &place->statement->conditions[i];
        PC_TRY(check_condition(&at, &scope));
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_keys, .needs_catalog = true},
    {.condition = pc_lint_key_type, .needs_catalog = true},
    {.condition = pc_lint_key_values, .needs_catalog = true},
};
const struct pc_lint_area pc_lint_keys = {checks, sizeof(checks) / sizeof(checks[0])};
