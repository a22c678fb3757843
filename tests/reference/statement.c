// SPDX-License-Identifier: Apache-2.0
//
// Statement match (section 0): principal and action and resource and condition.
#include "statement.h"

#include "text.h"

size_t ref_statement_count(const struct pc_json *document)
{
    return ref_list_count(pc_json_get(document, PC_STR("Statement")));
}

const struct pc_json *ref_statement_at(const struct pc_json *document, size_t index)
{
    return ref_list_at(pc_json_get(document, PC_STR("Statement")), index);
}

bool ref_statement_allows(const struct pc_json *statement)
{
    return pc_str_eq(pc_json_get(statement, PC_STR("Effect"))->text, PC_STR("Allow"));
}

bool ref_document_has_variables(const struct pc_json *document)
{
    const struct pc_json *version = pc_json_get(document, PC_STR("Version"));
    return version != NULL && pc_str_eq(version->text, PC_STR("2012-10-17"));
}

bool ref_action_matches(const struct ref_request *request, struct pc_arena *arena,
                        struct pc_str pattern)
{
    struct pc_str parts[2];
    if (pc_str_eq(pattern, PC_STR("*")) || pc_str_eq(pattern, PC_STR("*:*"))) {
        return true;
    }
    if (pc_str_split(pattern, ':', parts, 2) != 2 || parts[1].len == 0 ||
        ref_has_white_space(pattern)) {
        return false;
    }
    struct ref_pattern name = ref_wildcards(arena, parts[1]);
    return pc_str_eq_icase(parts[0], request->service) &&
           ref_glob(arena, &name, request->action, true);
}

static bool any_action(const struct ref_question *question, const struct pc_json *list)
{
    for (size_t i = 0; i < ref_list_count(list); i++) {
        if (ref_action_matches(question->request, question->arena, ref_list_at(list, i)->text)) {
            return true;
        }
    }
    return false;
}

static bool action_applies(const struct ref_question *question, const struct pc_json *statement)
{
    const struct pc_json *action = pc_json_get(statement, PC_STR("Action"));
    if (action != NULL) {
        return any_action(question, action);
    }
    return !any_action(question, pc_json_get(statement, PC_STR("NotAction")));
}

// what is missing of a short ARN becomes `*`, in documents of this type?
static bool is_widened(enum ref_type type, struct pc_str entry)
{
    switch (type) {
    case REF_IDENTITY:
    case REF_BOUNDARY:
        return true;
    case REF_RESOURCE:
    case REF_ENDPOINT:
        return ref_has_wildcard(entry);
    case REF_SCP:
        return pc_str_has_suffix(entry, PC_STR("*"));
    case REF_SESSION:
    case REF_RCP:
    case REF_TYPES:
        break; // refused
    }
    return false;
}

bool ref_resource_matches(const struct ref_question *question, enum ref_type type, bool variables,
                          struct pc_str entry)
{
    const struct ref_request *request = question->request;
    struct pc_str fields[REF_ARN_FIELDS];
    if (pc_str_eq(entry, PC_STR("*"))) {
        return true;
    }
    size_t count = ref_arn_split(entry, fields);
    if (request->whole || (count < REF_ARN_FIELDS && !is_widened(type, entry))) {
        return false;
    }
    for (size_t i = count; i < REF_ARN_FIELDS; i++) {
        fields[i] = PC_STR("*");
    }
    bool match = true;
    for (size_t i = 0; i < REF_ARN_FIELDS; i++) {
        struct ref_reading reading = {
            .arena = question->arena,
            .context = &request->context,
            .variables = variables && i == REF_ARN_RESOURCE,
            .wildcards = true,
        };
        struct ref_pattern pattern = ref_pattern_of(&reading, fields[i]);
        match = match && !pattern.null &&
                ref_glob(question->arena, &pattern, request->resource[i], false);
    }
    return match;
}

static bool any_resource(const struct ref_question *question, enum ref_type type, bool variables,
                         const struct pc_json *list)
{
    for (size_t i = 0; i < ref_list_count(list); i++) {
        if (ref_resource_matches(question, type, variables, ref_list_at(list, i)->text)) {
            return true;
        }
    }
    return false;
}

static bool resource_applies(const struct ref_question *question, enum ref_type type,
                             bool variables, const struct pc_json *statement)
{
    const struct pc_json *resource = pc_json_get(statement, PC_STR("Resource"));
    const struct pc_json *not_resource = pc_json_get(statement, PC_STR("NotResource"));
    if (resource != NULL) {
        return any_resource(question, type, variables, resource);
    }
    if (not_resource != NULL) {
        return !any_resource(question, type, variables, not_resource);
    }
    return true;
}

static enum ref_strength principal_applies(const struct ref_question *question, enum ref_type type,
                                           const struct pc_json *statement)
{
    struct ref_meeting meeting = {
        .arena = question->arena,
        .caller = &question->request->caller,
        .partition = question->request->resource[REF_ARN_PARTITION],
        .trust = type == REF_RESOURCE && ref_request_asks_role(question->request),
        .boundary = question->boundary,
    };
    if (type != REF_RESOURCE && type != REF_ENDPOINT) {
        return REF_STRENGTH_ANY;
    }
    // a case does not say whether an endpoint is a gateway; it is read as an interface.
    const struct pc_json *principal = pc_json_get(statement, PC_STR("Principal"));
    if (principal != NULL) {
        return ref_principal_strength(&meeting, principal);
    }
    const struct pc_json *not_principal = pc_json_get(statement, PC_STR("NotPrincipal"));
    if (not_principal == NULL) {
        return REF_STRENGTH_NONE;
    }
    bool applies;
    if (ref_statement_allows(statement)) {
        meeting.partition = PC_STR(""); // whoever is listed in any way is not allowed
        applies = ref_principal_strength(&meeting, not_principal) == REF_STRENGTH_NONE;
    } else {
        applies = ref_not_principal_denies(&meeting, not_principal);
    }
    return applies ? REF_STRENGTH_ANY : REF_STRENGTH_NONE;
}

enum ref_strength ref_statement_matches(const struct ref_question *question, enum ref_type type,
                                        const struct pc_json *document,
                                        const struct pc_json *statement, struct ref_names *missing)
{
    struct ref_reading reading = {
        .arena = question->arena,
        .context = &question->request->context,
        .variables = ref_document_has_variables(document),
    };
    enum ref_strength strength = principal_applies(question, type, statement);
    if (strength == REF_STRENGTH_NONE || !action_applies(question, statement) ||
        !resource_applies(question, type, reading.variables, statement)) {
        return REF_STRENGTH_NONE;
    }
    const struct pc_json *condition = pc_json_get(statement, PC_STR("Condition"));
    ref_condition_missing(&reading, condition, missing);
    return ref_condition_holds(&reading, condition) ? strength : REF_STRENGTH_NONE;
}
