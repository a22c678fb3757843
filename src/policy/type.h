// SPDX-License-Identifier: Apache-2.0
//
// What each policy type requires and forbids: one row a type (SEMANTICS.md 1.3).
#ifndef PC_POLICY_TYPE_H
#define PC_POLICY_TYPE_H

#include "policy/model.h"

enum pc_version_rule {
    PC_VERSION_ANY = 0,       // one that exists, or none
    PC_VERSION_2012,          // 2012-10-17, or none
    PC_VERSION_2012_REQUIRED, // 2012-10-17
};

enum pc_presence_rule {
    PC_PRESENCE_FORBIDDEN = 0,
    PC_PRESENCE_OPTIONAL,
    PC_PRESENCE_REQUIRED,
};

// What becomes of an ARN with fewer than six fields.
enum pc_short_arn_rule {
    PC_SHORT_ARN_REFUSED = 0,
    PC_SHORT_ARN_REFUSED_UNLESS_STAR, // accepted when the last field ends in '*'
    PC_SHORT_ARN_NEEDS_WILDCARD,      // accepted, but without a wildcard it matches nothing
    PC_SHORT_ARN_EXPANDED,            // accepted: the missing fields are '*'
};

struct pc_type_rules {
    const char *text; // the type's name, as the contract writes it
    const char *noun; // for messages: "an identity policy"
    bool resource_based;

    enum pc_version_rule version;
    bool id;             // is Id allowed?
    bool iam_characters; // only the characters that IAM stores
    bool iam_sid;        // Sid holds letters and digits only
    bool deny_only;

    enum pc_presence_rule principal; // with not_principal: one of the two
    bool not_principal;              // allowed
    bool everyone_only;              // Principal is exactly "*"
    bool public_warning;             // a Principal "*" that is allowed is a warning
    bool federated;                  // do Federated principals mean something?
    bool canonical_user;             // is CanonicalUser allowed?

    bool not_action;       // allowed
    bool all_actions;      // is a bare "*" allowed?
    struct pc_str service; // the only service whose actions are allowed; "" for any

    enum pc_presence_rule resource;
    enum pc_short_arn_rule short_arn;
};

// The row of a type, or NULL for one that is not in the table.
const struct pc_type_rules *pc_type_rules(enum pc_policy_type type);

// The row of RCPFullAWSAccess, the one RCP that allows.
const struct pc_type_rules *pc_type_rules_managed_rcp(void);

#endif
