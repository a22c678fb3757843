// SPDX-License-Identifier: Apache-2.0
//
// Tags of principals and resources, as dumps and as manifests write them.
#ifndef PC_ACCOUNT_TAGS_H
#define PC_ACCOUNT_TAGS_H

#include "members.h"

// Reads the optional member: [{"Key": ..., "Value": ...}] in a dump, {"key": "value"} in a
// manifest.
PC_MUST_CHECK enum pc_status pc_tags_read(const struct pc_members *reader,
                                          const struct pc_json *object, const char *name,
                                          struct pc_tags *out);

#endif
