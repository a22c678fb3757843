// SPDX-License-Identifier: Apache-2.0
//
// What a statement's actions are, by the service reference.
#ifndef PC_LINT_SCOPE_H
#define PC_LINT_SCOPE_H

#include "check.h"

struct pc_lint_action {
    const struct pc_catalog_service *service;
    const struct pc_catalog_action *action;
    const struct pc_text *entry; // of the statement that matches it
};

struct pc_lint_scope {
    const struct pc_lint_action *actions; // entry by entry; one that two of them match comes twice
    size_t count;
    bool complete; // each entry matches actions that are known, and none is "*" or of NotAction:
                   // what holds for all these holds for the statement
};

// Looks up the actions of the statement. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_scope(const struct pc_lint_place *place,
                                           struct pc_lint_scope *out);

// May the statement be about the action? True also where that is not known: NotAction.
bool pc_lint_statement_may_name(const struct pc_statement *statement,
                                const struct pc_lint_action *action);

// Has the text a wildcard?
bool pc_lint_is_pattern(struct pc_str text);

#endif
