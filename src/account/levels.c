// SPDX-License-Identifier: Apache-2.0
//
// Links the levels of the organisation.
#include "base/buf.h"
#include "limits.h"
#include "link.h"

static void link_parent(struct pc_import *import, struct pc_level *level)
{
    if (level->parent.len == 0) {
        return; // the root
    }
    struct pc_level *up = pc_map_get(&import->level_by_id, level->parent);
    if (up == NULL) {
        pc_diag_report(import->diags, PC_DIAG_DANGLING, level->parent_place,
                       "no document defines the level \"%.*s\"", PC_STR_ARG(level->parent));
        pc_diag_hint(import->diags,
                     "list it among the \"levels\" of \"organization\" in a manifest");
    } else if (up->account) {
        pc_diag_report(import->diags, PC_DIAG_MANIFEST_VALUE, level->parent_place,
                       "\"%.*s\" is an account and has no levels below it",
                       PC_STR_ARG(level->parent));
    } else {
        level->up = up;
    }
}

enum {
    CIRCLE_NAMES = 8, // levels of a circle that a message names: more than AWS nests
};

// Names the circle from the level up to itself: ou-b, below ou-a, below ou-b.
static enum pc_status report_circle(struct pc_import *import, const struct pc_level *level)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf way = {0};
    const struct pc_level *at = level->up;
    for (size_t i = 0; at != level && i < CIRCLE_NAMES; i++, at = at->up) {
        pc_buf_text(&way, ", below ");
        pc_buf_str(&way, at->id);
    }
    PC_TRY(pc_buf_status(&way));
    struct pc_str names = pc_buf_view(&way);
    pc_diag_report(import->diags, PC_DIAG_MANIFEST_CYCLE, level->parent_place,
                   "level \"%.*s\" is its own ancestor: %.*s%.*s%s, below %.*s",
                   PC_STR_ARG(level->id), PC_STR_ARG(level->id), PC_STR_ARG(names),
                   at != level ? ", ..." : "", PC_STR_ARG(level->id));
    pc_diag_hint(import->diags, "give one of them another parent; the root has none");
    return PC_OK;
}

// Goes up from the level until the root, or to where an earlier walk was. Meeting its own way again
// it has found a circle, which it reports and cuts, so that every later walk ends.
static enum pc_status find_circle(struct pc_import *import, struct pc_level *level, size_t walk)
{
    struct pc_level *before = NULL;
    while (level != NULL && level->walk == 0) {
        level->walk = walk;
        before = level;
        level = level->up;
    }
    if (level != NULL && level->walk == walk && before != NULL) {
        PC_TRY(report_circle(import, before));
        before->up = NULL;
    }
    return PC_OK;
}

static enum pc_status link_policies(struct pc_import *import, struct pc_references *references,
                                    enum pc_policy_type type)
{
    enum pc_limit limit = type == PC_POLICY_SCP ? PC_LIMIT_SCP : PC_LIMIT_RCP;
    for (struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        PC_TRY(pc_link_reference(import, reference, type));
        if (reference->document != NULL) {
            PC_TRY(pc_limit_check(import, limit, reference->document));
        }
    }
    return PC_OK;
}

// An organisation has one root: a parent that was forgotten would leave its guard-rails
// out.
static void check_root(struct pc_import *import)
{
    const struct pc_level *root = NULL;
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        root = root == NULL && !level->account && level->parent.len == 0 ? level : root;
    }
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        if (root != NULL && level != root && level->parent.len == 0) {
            pc_diag_report(import->diags, PC_DIAG_MANIFEST_VALUE, level->place,
                           "\"%.*s\" has no \"parent\", but \"%.*s\" is the root",
                           PC_STR_ARG(level->id), PC_STR_ARG(root->id));
            pc_diag_hint(import->diags, "say below which level it lies");
        }
    }
}

// Guard-rails that do not hold --------------------------------------------------------------------

static void mark_reaching(const struct pc_references *references)
{
    for (const struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        if (reference->document != NULL) {
            reference->document->reaches = true;
        }
    }
}

static void mark_above(const struct pc_level *account)
{
    for (const struct pc_level *level = account; level != NULL; level = level->up) {
        mark_reaching(&level->scp);
        mark_reaching(&level->rcp);
    }
}

static void warn_unreaching(struct pc_import *import, const struct pc_level *level,
                            const struct pc_references *references)
{
    for (const struct pc_reference *reference = references->first; reference != NULL;
         reference = reference->next) {
        struct pc_document *document = reference->document;
        if (document == NULL || document->reaches) {
            continue;
        }
        document->reaches = true;
        pc_diag_report(import->diags, PC_DIAG_GUARD_RAIL_UNHELD, reference->place,
                       "\"%.*s\" restricts nobody: no account is listed below \"%.*s\"",
                       PC_STR_ARG(document->name), PC_STR_ARG(level->id));
        pc_diag_hint(import->diags, "list the accounts among the \"accounts\" of \"organization\"");
    }
}

static bool is_listed(struct pc_import *import, struct pc_str id)
{
    const struct pc_known_account *account = pc_map_get(&import->account_by_id, id);
    return account != NULL && account->level != NULL;
}

// Does the input say anything of an account that the organisation lists?
static bool lists_somebody(struct pc_import *import)
{
    bool found = false;
    for (const struct pc_principal *each = import->principals; !found && each != NULL;
         each = each->next) {
        found = is_listed(import, each->account);
    }
    for (const struct pc_resource *each = import->resources; !found && each != NULL;
         each = each->next) {
        found = is_listed(import, each->account);
    }
    return found;
}

static void warn_outside(struct pc_import *import, const struct pc_principal *principal)
{
    struct pc_known_account *account = pc_map_get(&import->account_by_id, principal->account);
    if (account == NULL || account->level != NULL || account->outside) {
        return;
    }
    account->outside = true;
    pc_diag_report(import->diags, PC_DIAG_GUARD_RAIL_UNHELD, principal->place,
                   "\"organization\" does not list the account \"%.*s\"",
                   PC_STR_ARG(principal->account));
    pc_diag_hint(import->diags,
                 "its policies do not hold there; if it is one of its accounts, list "
                 "it among \"accounts\", with its \"parent\"");
}

// Of an account that is dumped whole. A manifest may name a partner's role beside accounts of the
// organisation.
static void check_outside(struct pc_import *import)
{
    bool beside = lists_somebody(import);
    for (const struct pc_principal *each = import->principals; each != NULL; each = each->next) {
        if (each->dumped || !beside) {
            warn_outside(import, each);
        }
    }
}

// A guard-rail that is given and holds for nobody, or not for whom it is compiled with, would be
// missed in silence.
static void check_held(struct pc_import *import)
{
    bool policies = false;
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        policies = policies || level->scp.first != NULL || level->rcp.first != NULL;
        if (level->account) {
            mark_above(level);
        }
    }
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        warn_unreaching(import, level, &level->scp);
        warn_unreaching(import, level, &level->rcp);
    }
    if (policies) {
        check_outside(import);
    }
}

// -------------------------------------------------------------------------------------------------

enum pc_status pc_link_levels(struct pc_import *import)
{
    size_t walk = 0;
    check_root(import);
    for (struct pc_level *level = import->levels; level != NULL; level = level->next) {
        link_parent(import, level);
    }
    for (struct pc_level *level = import->levels; level != NULL; level = level->next) {
        struct pc_known_account *account;
        PC_TRY(find_circle(import, level, ++walk));
        PC_TRY(link_policies(import, &level->scp, PC_POLICY_SCP));
        PC_TRY(link_policies(import, &level->rcp, PC_POLICY_RCP));
        import->counts.levels++;
        if (level->account) {
            PC_TRY(pc_picture_account(import, level->id, &account));
            account->level = level;
        }
    }
    for (const struct pc_level *level = import->levels; level != NULL; level = level->next) {
        pc_limit_check_level(import, level); // no circle is left
    }
    check_held(import);
    return PC_OK;
}
