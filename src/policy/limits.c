// SPDX-License-Identifier: Apache-2.0
#include "policy/limits.h"

static const struct pc_size_limit limits[PC_LIMITS] = {
    [PC_LIMIT_USER_INLINE] = {PC_POLICY_IDENTITY, PC_STR_INIT(""), 2048, true,
                              "the inline policies of a user together"},
    [PC_LIMIT_GROUP_INLINE] = {PC_POLICY_IDENTITY, PC_STR_INIT(""), 5120, true,
                               "the inline policies of a group together"},
    [PC_LIMIT_MANAGED] = {PC_POLICY_IDENTITY, PC_STR_INIT(""), 6144, true, "a managed policy"},
    [PC_LIMIT_ROLE_INLINE] = {PC_POLICY_IDENTITY, PC_STR_INIT(""), 10240, true,
                              "the inline policies of a role together"},
    [PC_LIMIT_SESSION] = {PC_POLICY_SESSION, PC_STR_INIT(""), 2048, false, "a session policy"},
    [PC_LIMIT_TRUST_DEFAULT] = {PC_POLICY_TRUST, PC_STR_INIT(""), 2048, true,
                                "a trust policy, where the quota was not raised,"},
    [PC_LIMIT_TRUST] = {PC_POLICY_TRUST, PC_STR_INIT(""), 8192, true, "a trust policy"},
    [PC_LIMIT_SCP] = {PC_POLICY_SCP, PC_STR_INIT(""), 10240, false, "a service control policy"},
    [PC_LIMIT_RCP] = {PC_POLICY_RCP, PC_STR_INIT(""), 5120, false, "a resource control policy"},
    [PC_LIMIT_ENDPOINT] = {PC_POLICY_ENDPOINT, PC_STR_INIT(""), 20480, false, "an endpoint policy"},
    [PC_LIMIT_BUCKET] = {PC_POLICY_RESOURCE, PC_STR_INIT("s3"), 20 << 10, false, "a bucket policy"},
    [PC_LIMIT_KEY] = {PC_POLICY_KEY, PC_STR_INIT("kms"), 32 << 10, false, "a key policy"},
    [PC_LIMIT_FUNCTION] = {PC_POLICY_RESOURCE, PC_STR_INIT("lambda"), 20 << 10, false,
                           "the policy of a function"},
    [PC_LIMIT_TOPIC] = {PC_POLICY_RESOURCE, PC_STR_INIT("sns"), 30 << 10, false,
                        "the policy of a topic"},
    [PC_LIMIT_QUEUE] = {PC_POLICY_RESOURCE, PC_STR_INIT("sqs"), 8 << 10, false,
                        "the policy of a queue"},
};

const struct pc_size_limit *pc_size_limit(enum pc_limit limit)
{
    return &limits[limit];
}

const struct pc_size_limit *pc_size_limit_of_service(struct pc_str service)
{
    for (size_t i = 0; service.len > 0 && i < PC_LIMITS; i++) {
        if (pc_str_eq(service, limits[i].service)) {
            return &limits[i];
        }
    }
    return NULL;
}
