// SPDX-License-Identifier: Apache-2.0
//
// What could be said better, and what AWS would hardly store.
#include "check.h"

#include "value/arn.h"

// Version ----------------------------------------------------------------------------------------

static enum pc_status check_version(const struct pc_lint_place *place)
{
    if (!place->policy->variables) {
        pc_lint_report(place, PC_DIAG_DOCUMENT_VERSION, place->policy->line, place->policy->column,
                       "the document is not of Version 2012-10-17");
    }
    return PC_OK;
}

// Size -------------------------------------------------------------------------------------------

// How a policy of IAM is stored, which sets its limit.
enum storage {
    STORED_ANYHOW = 0, // one way alone for the type
    STORED_MANAGED,
    STORED_BY_USER, // inline
    STORED_BY_GROUP,
    STORED_BY_ROLE,
};

// SEMANTICS.md 1.4. Where it is not known how a document is stored, it has to fit in one of the
// rows of its type.
static const struct limit {
    enum pc_policy_type type;
    enum storage storage;
    struct pc_str service; // of the resource; "": any, or no resource
    size_t most;
    bool without_white_space;
    const char *what;
} limits[] = {
    {PC_POLICY_IDENTITY, STORED_BY_USER, PC_STR_INIT(""), 2048, true,
     "the inline policies of a user together"},
    {PC_POLICY_IDENTITY, STORED_BY_GROUP, PC_STR_INIT(""), 5120, true,
     "the inline policies of a group together"},
    {PC_POLICY_IDENTITY, STORED_MANAGED, PC_STR_INIT(""), 6144, true, "a managed policy"},
    {PC_POLICY_IDENTITY, STORED_BY_ROLE, PC_STR_INIT(""), 10240, true,
     "the inline policies of a role together"},
    {PC_POLICY_BOUNDARY, STORED_ANYHOW, PC_STR_INIT(""), 6144, true, "a managed policy"},
    {PC_POLICY_SESSION, STORED_ANYHOW, PC_STR_INIT(""), 2048, false, "a session policy"},
    {PC_POLICY_TRUST, STORED_ANYHOW, PC_STR_INIT(""), 2048, true,
     "a trust policy, where the quota was not raised,"},
    {PC_POLICY_TRUST, STORED_ANYHOW, PC_STR_INIT(""), 8192, true, "a trust policy"},
    {PC_POLICY_SCP, STORED_ANYHOW, PC_STR_INIT(""), 10240, false, "a service control policy"},
    {PC_POLICY_RCP, STORED_ANYHOW, PC_STR_INIT(""), 5120, false, "a resource control policy"},
    {PC_POLICY_ENDPOINT, STORED_ANYHOW, PC_STR_INIT(""), 20480, false, "an endpoint policy"},
    {PC_POLICY_KEY, STORED_ANYHOW, PC_STR_INIT(""), 32 << 10, false, "a key policy"},
    {PC_POLICY_RESOURCE, STORED_ANYHOW, PC_STR_INIT("s3"), 20 << 10, false, "a bucket policy"},
    {PC_POLICY_RESOURCE, STORED_ANYHOW, PC_STR_INIT("lambda"), 20 << 10, false,
     "the policy of a function"},
    {PC_POLICY_RESOURCE, STORED_ANYHOW, PC_STR_INIT("sns"), 30 << 10, false,
     "the policy of a topic"},
    {PC_POLICY_RESOURCE, STORED_ANYHOW, PC_STR_INIT("sqs"), 8 << 10, false,
     "the policy of a queue"},
};

enum {
    LIMITS = sizeof(limits) / sizeof(limits[0]),
    NEAR = 10, // "about as long" begins at a tenth below the limit
};

// STORED_ANYHOW: it is not known how.
static enum storage storage_of(const struct pc_lint_subject *subject)
{
    struct pc_arn holder;
    if (subject->arn.len > 0) {
        return STORED_MANAGED;
    }
    if (!pc_arn_parse(subject->attached, &holder) || !pc_str_eq(holder.service, PC_STR("iam"))) {
        return STORED_ANYHOW;
    }
    if (pc_str_has_prefix(holder.resource, PC_STR("user/"))) {
        return STORED_BY_USER;
    }
    return pc_str_has_prefix(holder.resource, PC_STR("group/")) ? STORED_BY_GROUP : STORED_BY_ROLE;
}

// Policies of AWS itself have other limits.
static bool is_of_aws(struct pc_str policy)
{
    struct pc_arn arn;
    return pc_arn_parse(policy, &arn) && pc_str_eq(arn.account, PC_STR("aws"));
}

static bool is_for(const struct limit *limit, const struct pc_lint_place *place)
{
    struct pc_arn arn;
    enum storage storage = storage_of(place->subject);
    return limit->type == place->policy->type &&
           (storage == STORED_ANYHOW || limit->storage == STORED_ANYHOW ||
            limit->storage == storage) &&
           (limit->service.len == 0 || (pc_arn_parse(place->subject->attached, &arn) &&
                                        pc_str_eq(arn.service, limit->service)));
}

static size_t size_of(const struct limit *limit, const struct pc_lint_place *place)
{
    return limit->without_white_space ? place->subject->size : place->subject->size_all;
}

static void report_size(const struct pc_lint_place *place, enum pc_diag_code code,
                        const struct limit *limit)
{
    pc_lint_report(place, code, place->policy->line, place->policy->column,
                   "%zu characters, where %s may have %zu", size_of(limit, place), limit->what,
                   limit->most);
}

static enum pc_status check_size(const struct pc_lint_place *place)
{
    const struct limit *limit = NULL; // the least that it fits in, else the largest
    bool fits = false;
    for (size_t i = 0; i < LIMITS && !fits && !is_of_aws(place->subject->arn); i++) {
        if (is_for(&limits[i], place)) {
            limit = &limits[i];
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
