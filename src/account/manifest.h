// SPDX-License-Identifier: Apache-2.0
//
// What the readers of a manifest's parts share.
#ifndef PC_ACCOUNT_MANIFEST_H
#define PC_ACCOUNT_MANIFEST_H

#include "members.h"

// Reads a list of policies (an optional member) of something that people call `holder`.
PC_MUST_CHECK enum pc_status pc_manifest_policies(const struct pc_members *reader,
                                                  const struct pc_json *object, const char *member,
                                                  struct pc_str holder, struct pc_references *out);

// Reads "organization".
PC_MUST_CHECK enum pc_status pc_manifest_organization(const struct pc_members *reader,
                                                      const struct pc_json *manifest);

// Reads "functions".
PC_MUST_CHECK enum pc_status pc_manifest_functions(const struct pc_members *reader,
                                                   const struct pc_json *manifest);

// Reads what a function of the manifest is connected with.
PC_MUST_CHECK enum pc_status pc_manifest_connections(const struct pc_members *reader,
                                                     const struct pc_json *element,
                                                     struct pc_str arn);

// Reads the policy of a resource or function (an optional member) and attaches it.
PC_MUST_CHECK enum pc_status pc_manifest_resource_policy(const struct pc_members *reader,
                                                         const struct pc_json *object,
                                                         struct pc_str arn);

#endif
