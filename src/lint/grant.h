// SPDX-License-Identifier: Apache-2.0
//
// What a statement is about: which actions its entries stand for, and whether it reaches every
// resource of a kind. Answers are careful: yes only where it is sure, by the text alone.
#ifndef PC_LINT_GRANT_H
#define PC_LINT_GRANT_H

#include "check.h"

// A kind of resource: "iam", "role/". An empty service stands for every resource, also for what is
// no ARN: "*" alone reaches them.
struct pc_lint_kind {
    struct pc_str service;
    struct pc_str prefix; // of the sixth field of the ARN
};

// Does an entry of Action match the action "service:Name"? PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_entry_matches(struct pc_str entry, struct pc_str action,
                                                   bool *out);

// Is it "*", or "*:*" as people also write it?
bool pc_lint_entry_is_any(struct pc_str entry);

// The service of an entry "service:*", with any number of stars; "" for other entries.
struct pc_str pc_lint_entry_service(struct pc_str entry);

// The first entry of Action that matches, or NULL. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_find_action(const struct pc_statement *statement,
                                                 struct pc_str action, const struct pc_text **out);

// Is the action among those that the statement is about, by Action or NotAction? PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_has_action(const struct pc_statement *statement,
                                                struct pc_str action, bool *out);

// Does a Deny of the policy name the action, whatever its resources and conditions? PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_may_deny(const struct pc_policy *policy, struct pc_str action,
                                              bool *out);

// Does Resource have an entry that matches every resource of the kind: "*", or an ARN with nothing
// but stars where resources of the kind differ? One account written out is all right, one region is
// not.
bool pc_lint_reaches_all(const struct pc_statement *statement, const struct pc_lint_kind *kind);

// Does one text match the other where both are taken as patterns of actions, each in turn as a
// plain text? What matches in this way has requests in common. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_lint_entries_meet(struct pc_str a, struct pc_str b, bool *out);

// An Allow of an identity policy, without conditions.
bool pc_lint_grants(const struct pc_lint_place *place);

// Does the policy type let requests in: may an Allow of it grant?
bool pc_lint_type_grants(enum pc_policy_type type);

// The first entry of Principal, not of NotPrincipal, of the kind; NULL: there is none.
const struct pc_principal_entry *pc_lint_find_principal(const struct pc_statement *statement,
                                                        enum pc_principal_kind kind);

// Are there nothing but stars, and at least one?
bool pc_lint_is_stars(struct pc_str text);

// Does a pattern match everything that begins with the stem: "*", "ro*", "role/**" for "role/"?
bool pc_lint_reaches(struct pc_str pattern, struct pc_str stem);

#endif
