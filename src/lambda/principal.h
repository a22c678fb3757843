// SPDX-License-Identifier: Apache-2.0
//
// What kind of caller a permission is for, and whether it depends on anything.
#ifndef PC_LAMBDA_PRINCIPAL_H
#define PC_LAMBDA_PRINCIPAL_H

#include "lambda/permission.h"
#include "policy/reader.h"

static inline bool pc_principal_is_service(struct pc_str principal)
{
    return pc_principal_classify(PC_STR("Service"), principal).kind == PC_PRINCIPAL_SERVICE;
}

static inline bool pc_permission_has_condition(const struct pc_permission *permission)
{
    return permission->source_arn.len + permission->source_account.len +
                   permission->organization.len + permission->event_source_token.len +
                   permission->url_auth_type.len >
               0 ||
           permission->via_url;
}

#endif
