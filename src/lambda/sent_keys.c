// SPDX-License-Identifier: Apache-2.0
#include "sent_keys.h"

// Services without regions: calls to them say us-east-1.
static bool is_global(struct pc_str action)
{
    static const struct pc_str services[] = {PC_STR_INIT("iam:"), PC_STR_INIT("cloudfront:"),
                                             PC_STR_INIT("organizations:")};
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (pc_str_has_prefix_icase(action, services[i])) {
            return true;
        }
    }
    return false;
}

enum pc_status pc_sent_key_add(struct pc_arena *arena, const char *name, struct pc_str value,
                               struct pc_request *request)
{
    struct pc_str key = pc_str_from(name);
    if (value.len == 0 || pc_request_find(request, key, pc_str_hash(key)) != NULL) {
        return PC_OK;
    }
    enum pc_status status = pc_request_add_text(arena, request, key, value);
    return status == PC_ERR_INVALID ? PC_OK : status; // it is there, perhaps as an absent one
}

enum pc_status pc_sent_keys_add(struct pc_arena *arena, struct pc_str region,
                                struct pc_request *request)
{
    const struct pc_arn *arn = pc_request_arn(request);
    struct pc_str asked = is_global(request->action)           ? PC_STR("us-east-1")
                          : arn != NULL && arn->region.len > 0 ? arn->region
                                                               : region;
    PC_TRY(pc_sent_key_add(arena, "aws:requestedregion", asked, request));
    return pc_sent_key_add(arena, "aws:securetransport", PC_STR("true"), request);
}
