// SPDX-License-Identifier: Apache-2.0
//
// Statements that let a service call, where no document tells of a trigger by which it would: the
// permission is there, and nobody knows whether it is the one that is needed.
#include "danger_search.h"

// The beginning of what a manifest says of it; or that no kind is known.
static enum pc_status write_hint(struct pc_danger_search *search, struct pc_str service,
                                 struct pc_str *out)
{
    const struct pc_integration *row = pc_integration_of_service(service);
    if (row == NULL) {
        *out = PC_STR("if nothing of that service calls the function, remove the statement");
        return PC_OK;
    }
    // Hints are not copied: it lives as long as the finding.
    return pc_arena_format(search->checker->arena, out,
                           "declare what calls in a manifest, \"triggers\": [{\"kind\": \"%s\", "
                           "...}], and it is checked; or remove the statement",
                           row->kind);
}

static enum pc_status report(struct pc_danger_search *search,
                             const struct pc_view_statement *statement, struct pc_str service)
{
    const struct pc_deciding deciding = {PC_SLOT_RESOURCE, statement->image, statement->number};
    struct pc_danger danger = {.code = PC_DIAG_TRIGGER_UNDECLARED, .statement = &deciding};
    struct pc_str what, hint, key;
    bool first = false;
    PC_TRY(pc_arena_format(search->texts, &key, "undeclared %.*s", PC_STR_ARG(service)));
    PC_TRY(pc_danger_once_text(search, key, &first));
    if (!first) {
        return PC_OK;
    }
    PC_TRY(write_hint(search, service, &hint));
    PC_TRY(pc_arena_format(search->texts, &what,
                           "%.*s is let in, and no document tells of a trigger by which it calls",
                           PC_STR_ARG(service)));
    danger.hint = hint.ptr;
    return pc_danger_report(search, &danger, what);
}

static enum pc_status look_at(struct pc_danger_search *search,
                              const struct pc_view_statement *statement)
{
    const struct pc_image_principal *principal = NULL;
    for (uint32_t i = 0; (principal = pc_statement_principal(statement, i)) != NULL; i++) {
        struct pc_str name = pc_image_text(statement->image, principal->text);
        if (principal->kind == PC_IMAGE_PRINCIPAL_SERVICE && !pc_danger_is_declared(search, name)) {
            PC_TRY(report(search, statement, name));
        }
    }
    return PC_OK;
}

enum pc_status pc_danger_undeclared(struct pc_danger_search *search)
{
    struct pc_view_statement statement;
    for (size_t i = 0; pc_policy_view_at(&search->view, i, &statement); i++) {
        if (statement.record->effect == PC_IMAGE_ALLOW &&
            pc_statement_may_allow(&statement, PC_STR("lambda:InvokeFunction"), search->target)) {
            PC_TRY(look_at(search, &statement));
        }
    }
    return PC_OK;
}
