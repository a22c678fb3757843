// SPDX-License-Identifier: Apache-2.0
//
// Deriving condition keys of a request that is being completed. Not for use outside the module.
#ifndef PC_EVAL_DERIVATION_H
#define PC_EVAL_DERIVATION_H

#include "context.h"

// A key as policies write it and in lower case, as it is looked up.
struct pc_known_key {
    struct pc_str text, lower;
};

enum pc_known_key_name {
    KEY_CALLED_VIA,
    KEY_CALLED_VIA_FIRST,
    KEY_CALLED_VIA_LAST,
    KEY_CALLER_ACCOUNT,
    KEY_CURRENT_TIME,
    KEY_EPOCH_TIME,
    KEY_PRINCIPAL_ACCOUNT,
    KEY_PRINCIPAL_ARN,
    KEY_PRINCIPAL_IS_AWS_SERVICE,
    KEY_PRINCIPAL_SERVICE_NAME,
    KEY_PRINCIPAL_SERVICE_NAMES_LIST,
    KEY_PRINCIPAL_TYPE,
    KEY_RESOURCE_ACCOUNT,
    KEY_SOURCE_ACCOUNT,
    KEY_SOURCE_ARN,
    KEY_TAG_KEYS,
    KEY_USERID,
    KEY_USERNAME,
    KEY_VIA_AWS_SERVICE,
    KEY_PRINCIPAL_ORG_ID,
    KEY_PRINCIPAL_ORG_PATHS,
    KEY_ASSUMED_ROOT, // from here: of signed requests, believed as given
    KEY_FEDERATED_PROVIDER,
    KEY_MFA_AGE,
    KEY_MFA_PRESENT,
    KEY_SOURCE_IDENTITY,
    KEY_TOKEN_ISSUE_TIME,
    KEY_OF_SIGNED_FIRST = KEY_ASSUMED_ROOT,
    KEY_OF_SIGNED_LAST = KEY_TOKEN_ISSUE_TIME,
};

// By enum pc_known_key_name.
extern const struct pc_known_key pc_known_keys[];

// The entry of the key, or NULL; NULL also when it says absent.
const struct pc_context_entry *pc_present(const struct pc_request *request,
                                          const struct pc_known_key *key);

// Reports that the request says one thing of the key and means another. Returns PC_ERR_INVALID.
enum pc_status pc_contradict(const struct pc_derivation *job, const struct pc_known_key *key,
                             const struct pc_context_entry *given, struct pc_str derived);

// The same of an array where one value belongs, or one value where an array does.
enum pc_status pc_contradict_form(const struct pc_derivation *job, const struct pc_known_key *key,
                                  const struct pc_context_entry *given);

// The key has this one value; these values; cannot be in a request of this kind. Each adds what is
// not there and refuses what contradicts it (PC_ERR_INVALID, reported). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_derive(const struct pc_derivation *job,
                                       const struct pc_known_key *key, struct pc_str value);
PC_MUST_CHECK enum pc_status pc_derive_list(const struct pc_derivation *job,
                                            const struct pc_known_key *key,
                                            const struct pc_str *values, size_t count);
PC_MUST_CHECK enum pc_status pc_derive_absent(const struct pc_derivation *job,
                                              const struct pc_known_key *key);

// One key a tag, of the prefix and the tag's key.
PC_MUST_CHECK enum pc_status pc_derive_tags(const struct pc_derivation *job, struct pc_str prefix,
                                            const struct pc_tag *tags, size_t count);

// All keys that follow from the caller.
PC_MUST_CHECK enum pc_status pc_derive_caller(const struct pc_derivation *job);

#endif
