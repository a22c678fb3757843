// SPDX-License-Identifier: Apache-2.0
//
// What could be said better, and what AWS would hardly store.
#include "check.h"

#include "policy/limits.h"
#include "value/arn.h"

// Version ----------------------------------------------------------------------------------------

static bool has_variable(const struct pc_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pc_str text = texts[i].text;
        for (size_t at = pc_str_find(text, '$', 0); at != SIZE_MAX && at + 1 < text.len;
             at = pc_str_find(text, '$', at + 1)) {
            if (text.ptr[at + 1] == '{') {
                return true;
            }
        }
    }
    return false;
}

// Where a variable is plain text the reader says so, and what to do (POL0511).
static bool has_variables(const struct pc_policy *policy)
{
    for (size_t i = 0; i < policy->count; i++) {
        const struct pc_statement *statement = &policy->statements[i];
        if (has_variable(statement->resources.items, statement->resources.count)) {
            return true;
        }
        for (size_t j = 0; j < statement->condition_count; j++) {
            if (has_variable(statement->conditions[j].values, statement->conditions[j].count)) {
                return true;
            }
        }
    }
    return false;
}

static enum pc_status check_version(const struct pc_lint_place *place)
{
    if (!place->policy->variables && !has_variables(place->policy)) {
        pc_lint_report(place, PC_DIAG_DOCUMENT_VERSION, place->policy->line, place->policy->column,
                       "the document is not of Version 2012-10-17");
        pc_diag_hint(place->lint->diags, "add \"Version\": \"2012-10-17\" to the document");
    }
    return PC_OK;
}

// Size -------------------------------------------------------------------------------------------

enum {
    NEAR = 10, // "about as long" begins at a tenth below the limit
};

// How an identity policy is stored, which sets its limit; PC_LIMITS: it is not known how.
static enum pc_limit stored_as(const struct pc_lint_place *place)
{
    struct pc_arn holder;
    if (place->policy->type == PC_POLICY_BOUNDARY || place->subject->arn.len > 0) {
        return PC_LIMIT_MANAGED;
    }
    if (!pc_arn_parse(place->subject->attached, &holder) ||
        !pc_str_eq(holder.service, PC_STR("iam"))) {
        return PC_LIMITS;
    }
    if (pc_str_has_prefix(holder.resource, PC_STR("user/"))) {
        return PC_LIMIT_USER_INLINE;
    }
    return pc_str_has_prefix(holder.resource, PC_STR("group/")) ? PC_LIMIT_GROUP_INLINE
                                                                : PC_LIMIT_ROLE_INLINE;
}

// Policies of AWS itself have other limits.
static bool is_of_aws(struct pc_str policy)
{
    struct pc_arn arn;
    return pc_arn_parse(policy, &arn) && pc_str_eq(arn.account, PC_STR("aws"));
}

// Where it is not known how a document is stored, it has to fit in one of the rows of its type.
static bool is_for(enum pc_limit limit, const struct pc_lint_place *place)
{
    struct pc_arn arn;
    enum pc_policy_type type = place->policy->type;
    type = type == PC_POLICY_BOUNDARY ? PC_POLICY_IDENTITY : type;
    if (pc_size_limit(limit)->type != type) {
        return false;
    }
    if (type == PC_POLICY_IDENTITY) {
        enum pc_limit stored = stored_as(place);
        return stored == PC_LIMITS || stored == limit;
    }
    return type != PC_POLICY_RESOURCE ||
           (pc_arn_parse(place->subject->attached, &arn) &&
            pc_size_limit_of_service(arn.service) == pc_size_limit(limit));
}

static size_t size_of(const struct pc_size_limit *limit, const struct pc_lint_place *place)
{
    return limit->without_white_space ? place->subject->size : place->subject->size_all;
}

static void report_size(const struct pc_lint_place *place, enum pc_diag_code code,
                        const struct pc_size_limit *limit)
{
    pc_lint_report(place, code, place->policy->line, place->policy->column,
                   "%zu characters, where %s may have %zu", size_of(limit, place), limit->what,
                   limit->most);
}

static enum pc_status check_size(const struct pc_lint_place *place)
{
    const struct pc_size_limit *limit = NULL; // the least that it fits in, else the largest
    bool fits = false;
    for (unsigned i = 0; i < PC_LIMITS && !fits && !is_of_aws(place->subject->arn); i++) {
        if (is_for((enum pc_limit)i, place)) {
            limit = pc_size_limit((enum pc_limit)i);
            fits = size_of(limit, place) <= limit->most;
        }
    }
    if (limit != NULL && !fits) {
        report_size(place, PC_DIAG_POLICY_TOO_LARGE, limit);
    } else if (limit != NULL && size_of(limit, place) >= limit->most - limit->most / NEAR) {
        report_size(place, PC_DIAG_DOCUMENT_SIZE, limit);
    }
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.policy = check_version},
    {.policy = check_size},
};

const struct pc_lint_area pc_lint_style = {checks, sizeof(checks) / sizeof(checks[0])};
