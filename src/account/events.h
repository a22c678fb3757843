// SPDX-License-Identifier: Apache-2.0
//
// Notifications of buckets and targets of rules: dumps that do not say of which bucket or rule they
// are. A manifest says it.
#ifndef PC_ACCOUNT_EVENTS_H
#define PC_ACCOUNT_EVENTS_H

#include "members.h"

// Reads "notification" and "targets" (optional members) of a manifest's resource: the dump, or a
// path to it.
PC_MUST_CHECK enum pc_status pc_events_attach(const struct pc_members *reader,
                                              const struct pc_json *resource, struct pc_str arn);

#endif
