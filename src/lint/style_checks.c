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

// SEMANTICS.md 1.4. A document has to fit in one of the rows that are meant for it; what is beyond
// all of them is for whoever stores it (POL0207).
static const struct limit {
    enum pc_policy_type type;
    struct pc_str service; // of the resource; "": any, or no resource
    size_t most;
    bool without_white_space;
    const char *what;
} limits[] = {
    {PC_POLICY_IDENTITY, PC_STR_INIT(""), 6144, true, "a managed policy"},
    {PC_POLICY_IDENTITY, PC_STR_INIT(""), 10240, true, "the inline policies of a role together"},
    {PC_POLICY_BOUNDARY, PC_STR_INIT(""), 6144, true, "a managed policy"},
    {PC_POLICY_SESSION, PC_STR_INIT(""), 2048, false, "a session policy"},
    {PC_POLICY_TRUST, PC_STR_INIT(""), 2048, true, "a trust policy, before the quota is raised,"},
    {PC_POLICY_TRUST, PC_STR_INIT(""), 8192, true, "a trust policy"},
    {PC_POLICY_SCP, PC_STR_INIT(""), 10240, false, "a service control policy"},
    {PC_POLICY_RCP, PC_STR_INIT(""), 5120, false, "a resource control policy"},
    {PC_POLICY_ENDPOINT, PC_STR_INIT(""), 20480, false, "an endpoint policy"},
    {PC_POLICY_KEY, PC_STR_INIT(""), 32 << 10, false, "a key policy"},
    {PC_POLICY_RESOURCE, PC_STR_INIT("s3"), 20 << 10, false, "a bucket policy"},
    {PC_POLICY_RESOURCE, PC_STR_INIT("lambda"), 20 << 10, false, "the policy of a function"},
    {PC_POLICY_RESOURCE, PC_STR_INIT("sns"), 30 << 10, false, "the policy of a topic"},
    {PC_POLICY_RESOURCE, PC_STR_INIT("sqs"), 8 << 10, false, "the policy of a queue"},
};

enum {
    LIMITS = sizeof(limits) / sizeof(limits[0]),
    NEAR = 10, // "about as long" begins at a tenth below the limit
};

// Policies of AWS have other limits.
static bool is_of_aws(struct pc_str attached)
{
    struct pc_arn arn;
    return pc_arn_parse(attached, &arn) && pc_str_eq(arn.account, PC_STR("aws"));
}

static bool is_for(const struct limit *limit, const struct pc_lint_place *place)
{
    struct pc_arn arn;
    if (limit->type != place->policy->type) {
        return false;
    }
    return limit->service.len == 0 ||
           (pc_arn_parse(place->subject->attached, &arn) && pc_str_eq(arn.service, limit->service));
}

static size_t size_of(const struct limit *limit, const struct pc_lint_place *place)
{
    return limit->without_white_space ? place->subject->size : place->subject->size_all;
}

static enum pc_status check_size(const struct pc_lint_place *place)
{
    const struct limit *fits = NULL;
    for (size_t i = 0; i < LIMITS && fits == NULL; i++) {
        bool mine = is_for(&limits[i], place);
        fits = mine && size_of(&limits[i], place) <= limits[i].most ? &limits[i] : NULL;
    }
    if (fits == NULL || is_of_aws(place->subject->attached) ||
        size_of(fits, place) < fits->most - fits->most / NEAR) {
        return PC_OK;
    }
    pc_lint_report(place, PC_DIAG_DOCUMENT_SIZE, place->policy->line, place->policy->column,
                   "%zu of the %zu characters that %s may have are used", size_of(fits, place),
                   fits->most, fits->what);
    return PC_OK;
}

static const struct pc_lint_check checks[] = {
    {.policy = check_version},
    {.policy = check_size},
};

const struct pc_lint_area pc_lint_style = {checks, sizeof(checks) / sizeof(checks[0])};
