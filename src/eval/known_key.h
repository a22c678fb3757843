// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the known keys; their rows are in known.c. Not for use outside the module.
#ifndef PC_EVAL_KNOWN_KEY_H
#define PC_EVAL_KNOWN_KEY_H

// In the order in which those of a request are checked. What a row's text ends in '/' with is a
// family: all keys that begin so.
enum pc_known_key {
    KEY_NONE = 0,
    KEY_PRINCIPAL_ARN, // from here: has a value where it follows
    KEY_PRINCIPAL_ACCOUNT,
    KEY_CALLER_ACCOUNT,
    KEY_PRINCIPAL_TYPE,
    KEY_USERID,
    KEY_USERNAME,
    KEY_PRINCIPAL_SERVICE_NAME,
    KEY_PRINCIPAL_SERVICE_NAMES_LIST,
    KEY_PRINCIPAL_IS_AWS_SERVICE,
    KEY_TAG_KEYS,
    KEY_CALLED_VIA_FIRST,
    KEY_CALLED_VIA_LAST,
    KEY_VIA_AWS_SERVICE,
    KEY_SOURCE_ACCOUNT,
    KEY_CURRENT_TIME,
    KEY_EPOCH_TIME,
    KEY_RESOURCE_ACCOUNT,
    KEY_PRINCIPAL_ORG_ID, // from here: may not be there, else believed
    KEY_PRINCIPAL_ORG_PATHS,
    KEY_ASSUMED_ROOT,
    KEY_FEDERATED_PROVIDER,
    KEY_MFA_AGE,
    KEY_MFA_PRESENT,
    KEY_SOURCE_IDENTITY,
    KEY_TOKEN_ISSUE_TIME,
    KEY_PRINCIPAL_TAGS,
    KEY_RESOURCE_TAGS,
    KEY_REQUEST_TAGS, // from here: believed
    KEY_CALLED_VIA,
    KEY_SOURCE_ARN,
    KEY_SOURCE_IP,
    KEY_SECURE_TRANSPORT,
    KEY_REQUESTED_REGION,
    KEY_USER_AGENT,
    KEY_SOURCE_VPC,
    KEY_SOURCE_VPCE,
    KEY_SOURCE_VPC_ARN,
    KEY_VPC_SOURCE_IP,
    KEY_RESOURCE_ORG_ID,
    KEY_RESOURCE_ORG_PATHS,
    KEY_SOURCE_ORG_ID,
    KEY_SOURCE_ORG_PATHS,
    KEY_REFERER,
    KEY_REQUEST_ALIAS,
    KEY_RESOURCE_ALIASES,
    KEY_VIA_SERVICE,
    KEYS,
    KEYS_WITH_VALUE = KEY_RESOURCE_ACCOUNT + 1,
    KEYS_CHECKED = KEY_RESOURCE_TAGS + 1,
};

#endif
