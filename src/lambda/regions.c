// SPDX-License-Identifier: Apache-2.0
#include "regions.h"

// AWS Account Management Reference Guide, "Enable or disable AWS Regions in your account": regions
// that are not enabled by default.
static const struct pc_str opt_in[] = {
    PC_STR_INIT("af-south-1"),     PC_STR_INIT("ap-east-1"),      PC_STR_INIT("ap-east-2"),
    PC_STR_INIT("ap-south-2"),     PC_STR_INIT("ap-southeast-3"), PC_STR_INIT("ap-southeast-4"),
    PC_STR_INIT("ap-southeast-5"), PC_STR_INIT("ap-southeast-6"), PC_STR_INIT("ap-southeast-7"),
    PC_STR_INIT("ca-west-1"),      PC_STR_INIT("eu-central-2"),   PC_STR_INIT("eu-south-1"),
    PC_STR_INIT("eu-south-2"),     PC_STR_INIT("il-central-1"),   PC_STR_INIT("me-central-1"),
    PC_STR_INIT("me-south-1"),     PC_STR_INIT("mx-central-1"),
};

bool pc_region_is_opt_in(struct pc_str region)
{
    for (size_t i = 0; i < sizeof(opt_in) / sizeof(opt_in[0]); i++) {
        if (pc_str_eq(region, opt_in[i])) {
            return true;
        }
    }
    return false;
}
