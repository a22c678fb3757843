// SPDX-License-Identifier: Apache-2.0
//
// Documents and statements: and the table 1.3. Sizes (1.4, R-030, R-031) and the
// write-time limits of endpoint policies are a linter's matter.
#include "validate.h"

#include "base/utf8.h"
#include "condition.h"
#include "statement.h"
#include "text.h"

static bool is_string(const struct pc_json *json, const char *text)
{
    return json != NULL && json->type == PC_JSON_STRING && pc_str_eq(json->text, pc_str_from(text));
}

static bool is_one_of(enum ref_form form, const enum ref_form *forms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (form == forms[i]) {
            return true;
        }
    }
    return false;
}

// known names only; repeated ones were refused before.
static const char *check_names(const struct pc_json *json, const char *const *names, size_t count)
{
    for (size_t i = 0; i < json->count; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++) {
            known = known || pc_str_eq(json->members[i].name, pc_str_from(names[j]));
        }
        if (!known) {
            return "R-003, R-011: an element that does not exist";
        }
    }
    return NULL;
}

// and the column Version of 1.3.
static const char *check_version(const struct ref_paper *paper, const struct pc_json *version)
{
    bool new_one = is_string(version, "2012-10-17");
    if (version != NULL && !new_one && !is_string(version, "2008-10-17")) {
        return "R-004: no such Version";
    }
    if (paper->form == REF_FORM_RCP && !new_one) {
        return "1.3: an RCP has Version 2012-10-17";
    }
    if (paper->form == REF_FORM_SCP && version != NULL && !new_one) {
        return "1.3: an SCP has Version 2012-10-17";
    }
    return NULL;
}

//
static const char *check_id(const struct ref_paper *paper, const struct pc_json *id)
{
    static const enum ref_form without[] = {REF_FORM_IDENTITY, REF_FORM_BOUNDARY, REF_FORM_SESSION,
                                            REF_FORM_SCP, REF_FORM_RCP};
    if (id == NULL) {
        return NULL;
    }
    if (id->type != PC_JSON_STRING || is_one_of(paper->form, without, 5)) {
        return "R-006: an Id that is no string or in a policy that has none";
    }
    return NULL;
}

static bool has_loose_sids(const struct ref_paper *paper)
{
    static const enum ref_form loose[] = {REF_FORM_RESOURCE, REF_FORM_S3, REF_FORM_KEY,
                                          REF_FORM_ENDPOINT};
    return is_one_of(paper->form, loose, 4);
}

// IAM's own documents are strict, and those of Organizations; services with policies of
// their own are not.
static const char *check_sid(const struct ref_paper *paper, const struct pc_json *sid)
{
    if (sid == NULL) {
        return NULL;
    }
    if (sid->type != PC_JSON_STRING) {
        return "R-019: a Sid is a string";
    }
    for (size_t i = 0; i < sid->text.len; i++) {
        char lower = pc_char_lower(sid->text.ptr[i]);
        bool plain = (lower >= 'a' && lower <= 'z') || pc_char_is_digit(lower);
        if (!plain && !has_loose_sids(paper)) {
            return "R-019: a Sid has letters and digits only";
        }
    }
    return NULL;
}

static bool has(const struct pc_json *statement, const char *name)
{
    return pc_json_get(statement, pc_str_from(name)) != NULL;
}

// which elements there are, and the columns Action and Resource of 1.3. A key policy's "*",
// meaning this key, may not be left out, but may be the key's ARN.
static const char *check_elements(const struct ref_paper *paper, const struct pc_json *statement)
{
    static const enum ref_form whole[] = {REF_FORM_IDENTITY, REF_FORM_BOUNDARY, REF_FORM_SESSION,
                                          REF_FORM_SCP,      REF_FORM_RCP,      REF_FORM_ENDPOINT,
                                          REF_FORM_KEY};
    bool resource = has(statement, "Resource") || has(statement, "NotResource");
    if ((has(statement, "Action") && has(statement, "NotAction")) ||
        (has(statement, "Resource") && has(statement, "NotResource")) ||
        (has(statement, "Principal") && has(statement, "NotPrincipal"))) {
        return "R-013: an element and its negation";
    }
    if (!has(statement, "Action") && !has(statement, "NotAction")) {
        return "R-013: neither Action nor NotAction";
    }
    if (!resource && is_one_of(paper->form, whole, 7)) {
        return "1.3: neither Resource nor NotResource";
    }
    if (resource && paper->form == REF_FORM_TRUST) {
        return "1.3: a trust policy has no resource";
    }
    if (has(statement, "NotAction") && paper->form == REF_FORM_RCP) {
        return "1.3: an RCP has no NotAction";
    }
    return NULL;
}

// The columns Principal and NotPrincipal of 1.3.
static const char *check_principals(const struct ref_paper *paper, const struct pc_json *statement,
                                    bool denies)
{
    static const enum ref_form without[] = {REF_FORM_IDENTITY, REF_FORM_BOUNDARY, REF_FORM_SESSION,
                                            REF_FORM_SCP};
    const struct pc_json *principal = pc_json_get(statement, PC_STR("Principal"));
    const struct pc_json *not_principal = pc_json_get(statement, PC_STR("NotPrincipal"));
    if (is_one_of(paper->form, without, 4)) {
        return principal == NULL && not_principal == NULL
                   ? NULL
                   : "R-319, R-320: a principal in a policy that has none";
    }
    if (not_principal != NULL && (paper->form == REF_FORM_TRUST || paper->form == REF_FORM_RCP)) {
        return "R-320: NotPrincipal in a policy that has none";
    }
    if (principal == NULL && not_principal == NULL) {
        return "R-317: a statement without a principal";
    }
    if (paper->form == REF_FORM_RCP) {
        return is_string(principal, "*") ? NULL : "R-319: the principal of an RCP is *";
    }
    bool widens = denies == (principal != NULL); // if somebody is not recognised
    return ref_validate_principal(paper, principal != NULL ? principal : not_principal, widens);
}

// the one RCP that allows. Its principal is exactly "*" (1.3), the rest may be lists
//
static bool is_full_access(const struct pc_json *document)
{
    const struct pc_json *statement = ref_statement_at(document, 0);
    size_t elements = has(statement, "Sid") ? 5 : 4;
    const char *const star[] = {"Action", "Resource"};
    for (size_t i = 0; i < 2; i++) {
        const struct pc_json *json = pc_json_get(statement, pc_str_from(star[i]));
        if (json == NULL || ref_list_count(json) != 1 || !is_string(ref_list_at(json, 0), "*")) {
            return false;
        }
    }
    return ref_statement_count(document) == 1 && statement->count == elements &&
           is_string(pc_json_get(statement, PC_STR("Principal")), "*") &&
           is_string(pc_json_get(statement, PC_STR("Effect")), "Allow");
}

static const char *check_statement(const struct ref_paper *paper, const struct pc_json *statement)
{
    static const char *const names[] = {"Sid",          "Effect",      "Principal",
                                        "NotPrincipal", "Action",      "NotAction",
                                        "Resource",     "NotResource", "Condition"};
    if (statement->type != PC_JSON_OBJECT) {
        return "R-007: a statement is an object";
    }
    const struct pc_json *effect = pc_json_get(statement, PC_STR("Effect"));
    bool denies = is_string(effect, "Deny");
    REF_TRY(check_names(statement, names, 9));
    REF_TRY(check_sid(paper, pc_json_get(statement, PC_STR("Sid"))));
    if (!denies && !is_string(effect, "Allow")) {
        return "R-012: Effect is Allow or Deny";
    }
    if (!denies && paper->form == REF_FORM_RCP) {
        return "R-026: a customer's RCP only denies";
    }
    REF_TRY(check_elements(paper, statement));
    REF_TRY(check_principals(paper, statement, denies));
    REF_TRY(ref_validate_actions(paper, pc_json_get(statement, PC_STR("Action"))));
    REF_TRY(ref_validate_actions(paper, pc_json_get(statement, PC_STR("NotAction"))));
    REF_TRY(ref_validate_resources(paper, pc_json_get(statement, PC_STR("Resource"))));
    REF_TRY(ref_validate_resources(paper, pc_json_get(statement, PC_STR("NotResource"))));
    return ref_validate_condition(paper, pc_json_get(statement, PC_STR("Condition")), denies);
}

// IAM's are unique within the document, services of their own are looser; empty ones name
// nothing.
static const char *check_unique_sids(const struct ref_paper *paper, const struct pc_json *document)
{
    if (has_loose_sids(paper)) {
        return NULL;
    }
    for (size_t i = 0; i < ref_statement_count(document); i++) {
        const struct pc_json *sid = pc_json_get(ref_statement_at(document, i), PC_STR("Sid"));
        for (size_t j = 0; sid != NULL && sid->text.len > 0 && j < i; j++) {
            const struct pc_json *other = pc_json_get(ref_statement_at(document, j), PC_STR("Sid"));
            if (other != NULL && pc_str_eq(sid->text, other->text)) {
                return "R-019: two statements have one Sid";
            }
        }
    }
    return NULL;
}

static const char *check_document(struct ref_paper *paper, const struct pc_json *document)
{
    static const char *const names[] = {"Version", "Id", "Statement"};
    if (document->type != PC_JSON_OBJECT) {
        return "R-001: a policy is an object";
    }
    REF_TRY(check_names(document, names, 3));
    REF_TRY(check_version(paper, pc_json_get(document, PC_STR("Version"))));
    REF_TRY(check_id(paper, pc_json_get(document, PC_STR("Id"))));
    paper->variables = ref_document_has_variables(document);
    const struct pc_json *statement = pc_json_get(document, PC_STR("Statement"));
    if (statement == NULL || ref_list_count(statement) == 0) {
        return "R-007: no statement";
    }
    if (paper->form == REF_FORM_RCP && is_full_access(document)) {
        return check_sid(paper, pc_json_get(ref_statement_at(document, 0), PC_STR("Sid")));
    }
    for (size_t i = 0; i < ref_statement_count(document); i++) {
        REF_TRY(check_statement(paper, ref_statement_at(document, i)));
    }
    return check_unique_sids(paper, document);
}

// A string without escapes points into the text that was parsed (json/reader.h), and so tells where
// that text is. Every escape is longer than what it stands for.
static const char *source_of(const struct pc_json *json)
{
    if (json->type == PC_JSON_STRING && json->text.len > 0 &&
        json->text.len == json->end - json->start - 2) {
        return json->text.ptr - json->start - 1;
    }
    const char *source = NULL;
    for (size_t i = 0; source == NULL && i < json->count; i++) {
        source =
            source_of(json->type == PC_JSON_OBJECT ? &json->members[i].value : &json->items[i]);
    }
    return source;
}

// as stored, so before escapes are decoded. Whose stored policies are "IAM policies" the
// rule leaves open: here all but those that other services keep with their resources.
static const char *check_characters(const struct ref_paper *paper, const char *source,
                                    const struct pc_json *document)
{
    static const enum ref_form stored[] = {REF_FORM_IDENTITY, REF_FORM_BOUNDARY, REF_FORM_SESSION,
                                           REF_FORM_TRUST,    REF_FORM_SCP,      REF_FORM_RCP};
    if (source == NULL || !is_one_of(paper->form, stored, 6)) {
        return NULL;
    }
    struct pc_str text = {source + document->start, document->end - document->start};
    struct ref_points points = ref_points_of(paper->arena, text);
    for (size_t i = 0; i < points.count; i++) {
        if (points.at[i] > 0xFF) {
            return "R-002: a character above U+00FF";
        }
    }
    return NULL;
}

// CONTRACT 2: for sts:AssumeRole* the resource policy is a trust policy, for kms:* a key policy.
static enum ref_form form_of(const struct ref_request *request, enum ref_type type)
{
    switch (type) {
    case REF_IDENTITY:
        return REF_FORM_IDENTITY;
    case REF_BOUNDARY:
        return REF_FORM_BOUNDARY;
    case REF_SESSION:
        return REF_FORM_SESSION;
    case REF_SCP:
        return REF_FORM_SCP;
    case REF_RCP:
        return REF_FORM_RCP;
    case REF_ENDPOINT:
        return REF_FORM_ENDPOINT;
    case REF_RESOURCE:
    case REF_TYPES:
        break;
    }
    if (ref_request_asks_role(request)) {
        return REF_FORM_TRUST;
    }
    if (pc_str_eq_icase(request->service, PC_STR("kms"))) {
        return REF_FORM_KEY;
    }
    return pc_str_eq_icase(request->service, PC_STR("s3")) ? REF_FORM_S3 : REF_FORM_RESOURCE;
}

const char *ref_validate(struct pc_arena *arena, const struct pc_json *subject,
                         const struct ref_request *request, const struct ref_policies *policies)
{
    const char *source = source_of(subject);
    for (unsigned type = 0; type < REF_TYPES; type++) {
        const struct ref_policy_set *set = &policies->of[type];
        for (size_t i = 0; i < set->count; i++) {
            for (size_t j = 0; j < set->levels[i].count; j++) {
                const struct pc_json *document = set->levels[i].documents[j];
                struct ref_paper paper = {arena, form_of(request, (enum ref_type)type), false};
                REF_TRY(check_document(&paper, document));
                REF_TRY(check_characters(&paper, source, document));
            }
        }
    }
    return NULL;
}
