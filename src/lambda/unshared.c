// SPDX-License-Identifier: Apache-2.0
#include "unshared.h"

#include "value/arn.h"

struct pc_str pc_unshared_hint(struct pc_str resource)
{
    static const struct {
        struct pc_str service, hint;
    } rows[] = {
        {PC_STR_INIT("kafka"),
         PC_STR_INIT("polcheck reads no policies of clusters: Lambda reads one of another account "
                     "through a vpc-connection of the function's, which is the source then")},
        {PC_STR_INIT("mq"), PC_STR_INIT("a broker has no policy that could let another account "
                                        "in: take one of the function's account")},
        {PC_STR_INIT("rds"), PC_STR_INIT("a cluster has no policy that could let another account "
                                         "in: take one of the function's account")},
        {PC_STR_INIT("states"),
         PC_STR_INIT("a state machine has no policy that could let another account in: have a "
                     "function of its own account send the result")},
    };
    struct pc_arn arn;
    bool whole = pc_arn_parse(resource, &arn);
    for (size_t i = 0; whole && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (pc_str_eq(arn.service, rows[i].service)) {
            return rows[i].hint;
        }
    }
    return PC_STR("");
}
