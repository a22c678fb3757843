// SPDX-License-Identifier: Apache-2.0
//
// The forms of the parts of a request (CONTRACT.md, section 2), whoever hands them over: the
// command line, JSON, the library's callers. What has another form is reported, never guessed at.
#ifndef PC_EVAL_FORM_H
#define PC_EVAL_FORM_H

#include "eval/request.h"

// Where a part is written, and to whom what is wrong with it is reported.
struct pc_form {
    struct pc_place place;
    struct pc_diags *diags;
};

// All of them: PC_ERR_INVALID: one diagnostic (POL08xx), and what is to be changed is as it was.

// Any text: PC_REQUEST_MAX_TEXT bytes at most. The functions below look at it themselves.
PC_MUST_CHECK enum pc_status pc_form_length(const struct pc_form *form, struct pc_str text);
PC_MUST_CHECK enum pc_status pc_form_principal(const struct pc_form *form, struct pc_str text,
                                               struct pc_caller *out);
PC_MUST_CHECK enum pc_status pc_form_action(const struct pc_form *form, struct pc_str text);
PC_MUST_CHECK enum pc_status pc_form_resource(const struct pc_form *form, struct pc_str text);
PC_MUST_CHECK enum pc_status pc_form_account(const struct pc_form *form, struct pc_str text);

// What the text of a principal does not say. Texts are borrowed.

// The role of a session with its path.
PC_MUST_CHECK enum pc_status pc_form_role(const struct pc_form *form, struct pc_str role,
                                          struct pc_caller *caller);
// The user or root whose credentials a federated user has.
PC_MUST_CHECK enum pc_status pc_form_parent(const struct pc_form *form, struct pc_str parent,
                                            struct pc_caller *caller);
// aws:userid, or the unique id of a session's role alone.
PC_MUST_CHECK enum pc_status pc_form_id(const struct pc_form *form, struct pc_str id,
                                        struct pc_caller *caller);
// A further name of a service: only checked.
PC_MUST_CHECK enum pc_status pc_form_service(const struct pc_form *form, struct pc_str service,
                                             const struct pc_caller *caller);
// A tag beside those before it: only checked, and not the length of its value.
PC_MUST_CHECK enum pc_status pc_form_tag(const struct pc_form *form, struct pc_str key,
                                         const struct pc_tag *before, size_t count,
                                         const struct pc_caller *caller);

// Adds a context key, as pc_request_add, and reports what is wrong with it at its own place. Also
// PC_ERR_LIMIT (reported), PC_ERR_NOMEM, PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_form_context(struct pc_arena *arena, struct pc_diags *diags,
                                             const struct pc_context_key *given,
                                             struct pc_request *request);

#endif
