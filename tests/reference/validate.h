// SPDX-License-Identifier: Apache-2.0
//
// Is a document one that AWS would have saved (section 1)? Each check says the first thing that is
// wrong. What rules leave to a linter is accepted here.
#ifndef REFERENCE_VALIDATE_H
#define REFERENCE_VALIDATE_H

#include "policies.h"
#include "request.h"

// The rows of 1.3.
enum ref_form {
    REF_FORM_IDENTITY = 0,
    REF_FORM_BOUNDARY,
    REF_FORM_SESSION,
    REF_FORM_TRUST,
    REF_FORM_RESOURCE, // general
    REF_FORM_S3,       // general, where CanonicalUser is known
    REF_FORM_KEY,
    REF_FORM_SCP,
    REF_FORM_RCP,
    REF_FORM_ENDPOINT,
};

// The document that is being checked.
struct ref_paper {
    struct pc_arena *arena;
    enum ref_form form;
    bool variables;
};

// Every document of a case. `subject` is the tree that they are part of.
const char *ref_validate(struct pc_arena *arena, const struct pc_json *subject,
                         const struct ref_request *request, const struct ref_policies *policies);

// `Action`, `NotAction`, `Resource`, `NotResource`; NULL: not there.
const char *ref_validate_actions(const struct ref_paper *paper, const struct pc_json *list);
const char *ref_validate_resources(const struct ref_paper *paper, const struct pc_json *list);

// `Principal` or `NotPrincipal` of a statement. `widens`: it lets in more if a caller whom it names
// is not recognised.
const char *ref_validate_principal(const struct ref_paper *paper, const struct pc_json *json,
                                   bool widens);

const char *ref_validate_condition(const struct ref_paper *paper, const struct pc_json *json,
                                   bool denies);

// the variables of a text that may have them; and not more than the house takes.
const char *ref_validate_variables(struct pc_str text);

#endif
