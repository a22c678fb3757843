// SPDX-License-Identifier: Apache-2.0
//
// What names mean here: ARNs of principals, policies and functions, and which resource holds the
// policy that a request is judged by.
#ifndef PC_ACCOUNT_NAMES_H
#define PC_ACCOUNT_NAMES_H

#include "base/arena.h"
#include "policy/model.h"
#include "value/arn.h"

// An ARN of IAM taken apart: arn:P:iam::A:<kind>/[path/]name.
struct pc_iam_name {
    struct pc_str partition, account;
    struct pc_str name; // last component
};

// kind: "role/", "user/", "group/" or "policy/". False, *out untouched, when it is none of those.
// Only a policy may have the account "aws".
PC_MUST_CHECK bool pc_iam_name_parse(struct pc_str arn, struct pc_str kind,
                                     struct pc_iam_name *out);

// Does AWS own the policy with this ARN?
bool pc_policy_arn_is_managed_by_aws(struct pc_str arn);

// arn:P:lambda:R:A:function:NAME[:Q]. The function without qualifier goes to *bare.
PC_MUST_CHECK bool pc_function_arn_parse(struct pc_str arn, struct pc_str *bare);

// The part of an ARN that people call it by: behind the last ':' or '/'.
struct pc_str pc_arn_last(struct pc_str arn);

// The type of the policy that a resource holds: that of a key, or the general one.
enum pc_policy_type pc_resource_policy_type(struct pc_str arn);
enum pc_policy_type pc_arn_policy_type(const struct pc_arn *parts);

enum {
    PC_HOLDERS_MAX = 2,
};

// ARNs of the resources whose policies judge a request on this one: each the resource's, or what
// it begins with. None of what is no ARN.
struct pc_holders {
    struct pc_str arns[PC_HOLDERS_MAX];
    size_t count;
};

struct pc_holders pc_holders_of(struct pc_str resource);
// The same of an ARN that has these parts: at least one.
struct pc_holders pc_arn_holders(struct pc_str resource, const struct pc_arn *parts);
// Is the policy that judges requests on the resource its own, at least among others?
bool pc_resource_is_holder(struct pc_str arn);

// A resource whose policy is not read, because it judges requests that name others by rules of its
// service that are not implemented.
struct pc_unread_holder {
    struct pc_str service, prefix; // of the resource's part of the ARN
    const char *judged;            // whatever else the policy judges
    const char *hint;              // what to do; NULL: nothing in particular
};

// The row of the ARN, or NULL.
const struct pc_unread_holder *pc_unread_holder_of(struct pc_str arn);

// What the policy of the resource may name besides it, by rules of its service that are not
// implemented.
struct pc_unread_part {
    struct pc_str service, holder, part; // how their parts of the ARNs begin
    const char *judged;
};

// The row of the resource, if what its policy names is such a part; or NULL.
const struct pc_unread_part *pc_unread_part_of(struct pc_str holder, struct pc_str named);

#endif
