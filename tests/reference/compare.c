// SPDX-License-Identifier: Apache-2.0
//
// One value of the policy against one value of the request.
#include "arn.h"
#include "operator.h"
#include "values.h"

static enum ref_comparison matched(bool match)
{
    return match ? REF_MATCH : REF_NOMATCH;
}

static struct ref_pattern pattern_of(const struct ref_reading *reading, bool wildcards,
                                     struct pc_str text)
{
    struct ref_reading part = *reading;
    part.wildcards = wildcards;
    return ref_pattern_of(&part, text);
}

// without a value a variable matches nothing.
static enum ref_comparison compare_strings(const struct ref_reading *reading,
                                           const struct ref_operator *op, struct pc_str policy,
                                           struct pc_str request)
{
    struct ref_pattern pattern = pattern_of(reading, op->wildcards, policy);
    return matched(!pattern.null && ref_glob(reading->arena, &pattern, request, op->ignore_case));
}

static bool holds(enum ref_relation relation, int order)
{
    switch (relation) {
    case REF_EQUAL:
        return order == 0;
    case REF_LESS:
        return order < 0;
    case REF_LESS_EQUAL:
        return order <= 0;
    case REF_GREATER:
        return order > 0;
    case REF_GREATER_EQUAL:
        return order >= 0;
    }
    return false;
}

static enum ref_comparison compare_numbers(const struct ref_operator *op, struct pc_str policy,
                                           struct pc_str request)
{
    struct ref_number ours, theirs;
    if (!ref_number_read(policy, &ours) || !ref_number_read(request, &theirs)) {
        return REF_ERROR;
    }
    return matched(holds(op->relation, ref_number_compare(&theirs, &ours)));
}

static enum ref_comparison compare_dates(const struct ref_operator *op, struct pc_str policy,
                                         struct pc_str request)
{
    struct ref_date ours, theirs;
    if (!ref_date_read(policy, &ours) || !ref_time_read(request, &theirs)) {
        return REF_ERROR;
    }
    return matched(holds(op->relation, ref_date_compare(&theirs, &ours)));
}

// with variables.
static enum ref_comparison compare_booleans(const struct ref_reading *reading, struct pc_str policy,
                                            struct pc_str request)
{
    bool ours = false, theirs = false;
    if (!ref_boolean_read(request, &theirs)) {
        return REF_ERROR;
    }
    struct ref_pattern pattern = pattern_of(reading, false, policy);
    if (pattern.null) {
        return REF_NOMATCH;
    }
    if (!ref_boolean_read(ref_pattern_text(reading->arena, &pattern), &ours)) {
        return REF_ERROR;
    }
    return matched(ours == theirs);
}

static enum ref_comparison compare_bytes(const struct ref_reading *reading, struct pc_str policy,
                                         struct pc_str request)
{
    struct pc_str ours, theirs;
    if (!ref_bytes_read(reading->arena, policy, &ours)) {
        return REF_ERROR;
    }
    if (pc_str_eq(ours, request)) { // the request has the bytes, or base64 of them
        return REF_MATCH;
    }
    return ref_bytes_read(reading->arena, request, &theirs) ? matched(pc_str_eq(ours, theirs))
                                                            : REF_ERROR;
}

static enum ref_comparison compare_addresses(struct pc_str policy, struct pc_str request)
{
    struct ref_address ours, theirs;
    if (!ref_network_read(policy, &ours) || !ref_address_read(request, &theirs)) {
        return REF_ERROR;
    }
    return matched(ref_network_has(&ours, &theirs));
}

// field by field: variables in every field, replaced after the split.
static enum ref_comparison compare_arns(const struct ref_reading *reading, struct pc_str policy,
                                        struct pc_str request)
{
    struct pc_str ours[REF_ARN_FIELDS], theirs[REF_ARN_FIELDS];
    if (!ref_arn_is_pattern(policy, reading->variables) || !ref_arn_read(request, theirs)) {
        return REF_ERROR;
    }
    (void)ref_arn_split_value(policy, reading->variables, ours);
    bool match = true;
    for (size_t i = 0; i < REF_ARN_FIELDS; i++) {
        struct ref_pattern pattern = pattern_of(reading, true, ours[i]);
        match = match && !pattern.null && ref_glob(reading->arena, &pattern, theirs[i], false);
    }
    return matched(match);
}

enum ref_comparison ref_compare(const struct ref_reading *reading, const struct ref_operator *op,
                                struct pc_str policy, struct pc_str request)
{
    switch (op->base) {
    case REF_STRING:
        return compare_strings(reading, op, policy, request);
    case REF_NUMERIC:
        return compare_numbers(op, policy, request);
    case REF_DATE:
        return compare_dates(op, policy, request);
    case REF_BOOL:
        return compare_booleans(reading, policy, request);
    case REF_BINARY:
        return compare_bytes(reading, policy, request);
    case REF_ADDRESS:
        return compare_addresses(policy, request);
    case REF_ARN:
        return compare_arns(reading, policy, request);
    case REF_NULL:
        break; // R-430 asks for no value
    }
    return REF_ERROR;
}
