// SPDX-License-Identifier: Apache-2.0
//
// Actions and the catalog: what is no action, what matches none, what matches more than it should.
#include "check.h"
#include "lint/action_name.h"
#include "scope.h"

#include "base/text.h"

enum {
    FEW = 2, // actions that a pattern may as well name
};

// The actions that an entry matches: how many, and the first ones.
struct matches {
    const struct pc_catalog_service *service;
    const struct pc_catalog_action *first[FEW];
    size_t count;
    const struct pc_catalog_action *permissions; // one that manages permissions
};

static enum pc_status note(void *context, const struct pc_catalog_service *service,
                           const struct pc_catalog_action *action)
{
    struct matches *matches = context;
    matches->service = service;
    if (matches->count < FEW) {
        matches->first[matches->count] = action;
    }
    matches->count++;
    if ((action->access & PC_ACCESS_PERMISSIONS) != 0 && matches->permissions == NULL) {
        matches->permissions = action;
    }
    return PC_OK;
}

// "s3:GetObject": its parts; the name is "" without a colon.
struct entry {
    const struct pc_text *text;
    struct pc_str service, name;
};

static struct entry entry_of(const struct pc_text *text)
{
    struct pc_str parts[2] = {{"", 0}, {"", 0}};
    (void)pc_str_split(text->text, ':', parts, 2);
    return (struct entry){text, parts[0], parts[1]};
}

#define REPORT(place, code, entry, ...)                                                            \
    pc_lint_report(place, code, (entry)->text->line, (entry)->text->column, __VA_ARGS__)

// Of an entry that matches nothing: why. What NotAction does not except is one finding, for it is
// the opposite that happens.
static void report_nothing(const struct pc_lint_place *place, const struct entry *entry)
{
    const struct pc_text *text = entry->text;
    if (!pc_text_is_visible(text->text) || entry->name.len == 0 ||
        pc_lint_is_pattern(entry->service)) {
        return; // ACTION_NEVER_MATCHES was reported
    }
    if (place->statement->actions.kind == PC_LIST_NEGATED) {
        REPORT(place, PC_DIAG_ACTION_EXCEPTION, entry,
               "excepts nothing: \"%.*s\" matches no action", PC_STR_ARG(text->text));
        return;
    }
    pc_lint_action_unknown(place->lint->catalog, text->text,
                           pc_policy_place(place->policy, text->line, text->column),
                           place->lint->diags);
}

static void report_few(const struct pc_lint_place *place, const struct entry *entry,
                       const struct matches *matches)
{
    const struct pc_catalog_action *last = matches->first[matches->count - 1];
    REPORT(place, PC_DIAG_ACTION_FEW, entry, "\"%.*s\" stands for %.*s:%.*s%s%.*s alone",
           PC_STR_ARG(entry->text->text), PC_STR_ARG(matches->service->prefix),
           PC_STR_ARG(matches->first[0]->name), matches->count > 1 ? " and " : "",
           matches->count > 1 ? (int)last->name.len : 0, last->name.ptr);
}

// Patterns that AWS itself has people write: in each key policy that its console makes
// ("kms:Put*"), and one pair of actions that is of use together alone.
static bool is_customary(const struct pc_lint_place *place, const struct entry *entry)
{
    return place->policy->type == PC_POLICY_KEY ||
           pc_str_eq_icase(entry->text->text, PC_STR("kms:ReEncrypt*"));
}

static enum pc_status check_entry(const struct pc_lint_place *place, const struct entry *entry)
{
    struct matches matches = {0};
    PC_TRY(pc_catalog_each_action(place->lint->catalog, entry->text->text, note, &matches));
    if (matches.count == 0) {
        report_nothing(place, entry);
        return PC_OK;
    }
    bool allows = place->statement->effect == PC_EFFECT_ALLOW &&
                  place->statement->actions.kind == PC_LIST_POSITIVE;
    bool whole = pc_str_eq(entry->name, PC_STR("*"));
    if (allows && !whole && matches.count <= FEW && pc_lint_is_pattern(entry->name) &&
        !is_customary(place, entry)) {
        report_few(place, entry, &matches);
    }
    if (allows && whole && matches.permissions != NULL &&
        place->policy->type == PC_POLICY_IDENTITY) {
        REPORT(place, PC_DIAG_ACTION_PERMISSIONS, entry,
               "\"%.*s\" has actions that manage permissions, such as %.*s",
               PC_STR_ARG(entry->text->text), PC_STR_ARG(matches.permissions->name));
    }
    if (place->policy->type == PC_POLICY_RCP && !matches.service->rcp) {
        REPORT(place, PC_DIAG_ACTION_RCP, entry,
               "resource control policies do not reach %.*s: \"%.*s\"",
               PC_STR_ARG(matches.service->prefix), PC_STR_ARG(entry->text->text));
    }
    return PC_OK;
}

static enum pc_status check_actions(const struct pc_lint_place *place)
{
    const struct pc_text_list *list = &place->statement->actions;
    for (size_t i = 0; i < list->count; i++) {
        struct entry entry = entry_of(&list->items[i]);
        if (!pc_str_eq(entry.text->text, PC_STR("*"))) {
            PC_TRY(check_entry(place, &entry));
        }
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.statement = check_actions, .needs_catalog = true},
};
const struct pc_lint_area pc_lint_actions = {checks, sizeof(checks) / sizeof(checks[0])};
