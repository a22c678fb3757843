// SPDX-License-Identifier: Apache-2.0
//
// The rows of the known keys, and the index of their names.
#include "known.h"

#include <pthread.h>

// The text, what follows, and how what is given is settled if not by comparing.
#define ROW(name, tell, check)                                                                     \
    {                                                                                              \
        PC_STR_INIT(name), tell, check                                                             \
    }

const struct pc_known_row pc_known_rows[KEYS] = {
    [KEY_PRINCIPAL_ARN] = ROW("aws:PrincipalArn", pc_tell_principal_arn, pc_check_principal_arn),
    [KEY_PRINCIPAL_ACCOUNT] = ROW("aws:PrincipalAccount", pc_tell_principal_account, NULL),
    [KEY_CALLER_ACCOUNT] = ROW("kms:CallerAccount", pc_tell_caller_account, NULL),
    [KEY_PRINCIPAL_TYPE] = ROW("aws:PrincipalType", pc_tell_principal_type, NULL),
    [KEY_USERID] = ROW("aws:userid", pc_tell_userid, pc_check_userid),
    [KEY_USERNAME] = ROW("aws:username", pc_tell_username, NULL),
    [KEY_PRINCIPAL_SERVICE_NAME] = ROW("aws:PrincipalServiceName", pc_tell_service_name, NULL),
    [KEY_PRINCIPAL_SERVICE_NAMES_LIST] =
        ROW("aws:PrincipalServiceNamesList", pc_tell_service_names, pc_check_service_names),
    [KEY_PRINCIPAL_IS_AWS_SERVICE] =
        ROW("aws:PrincipalIsAWSService", pc_tell_is_service, pc_check_flag),
    [KEY_TAG_KEYS] = ROW("aws:TagKeys", pc_tell_tag_keys, pc_check_tag_keys),
    [KEY_CALLED_VIA_FIRST] =
        ROW("aws:CalledViaFirst", pc_tell_called_via_first, pc_check_called_via_end),
    [KEY_CALLED_VIA_LAST] =
        ROW("aws:CalledViaLast", pc_tell_called_via_last, pc_check_called_via_end),
    [KEY_VIA_AWS_SERVICE] = ROW("aws:ViaAWSService", pc_tell_via_service, pc_check_flag),
    [KEY_SOURCE_ACCOUNT] =
        ROW("aws:SourceAccount", pc_tell_source_account, pc_check_source_account),
    [KEY_CURRENT_TIME] = ROW("aws:CurrentTime", pc_tell_current_time, pc_check_current_time),
    [KEY_EPOCH_TIME] = ROW("aws:EpochTime", pc_tell_epoch_time, pc_check_epoch_time),
    [KEY_RESOURCE_ACCOUNT] = ROW("aws:ResourceAccount", pc_tell_resource_account, NULL),
    [KEY_PRINCIPAL_ORG_ID] = ROW("aws:PrincipalOrgID", pc_tell_of_organisation, NULL),
    [KEY_PRINCIPAL_ORG_PATHS] = ROW("aws:PrincipalOrgPaths", pc_tell_of_organisation, NULL),
    [KEY_ASSUMED_ROOT] = ROW("aws:AssumedRoot", pc_tell_of_signed, NULL),
    [KEY_FEDERATED_PROVIDER] = ROW("aws:FederatedProvider", pc_tell_of_signed, NULL),
    [KEY_MFA_AGE] = ROW("aws:MultiFactorAuthAge", pc_tell_of_signed, NULL),
    [KEY_MFA_PRESENT] = ROW("aws:MultiFactorAuthPresent", pc_tell_of_signed, NULL),
    [KEY_SOURCE_IDENTITY] = ROW("aws:SourceIdentity", pc_tell_of_signed, NULL),
    [KEY_TOKEN_ISSUE_TIME] = ROW("aws:TokenIssueTime", pc_tell_of_signed, NULL),
    [KEY_PRINCIPAL_TAGS] = ROW("aws:PrincipalTag/", NULL, pc_check_principal_tags),
    [KEY_RESOURCE_TAGS] = ROW("aws:ResourceTag/", NULL, pc_check_resource_tags),
    [KEY_REQUEST_TAGS] = ROW("aws:RequestTag/", NULL, NULL),
    [KEY_CALLED_VIA] = ROW("aws:CalledVia", NULL, NULL),
    [KEY_SOURCE_ARN] = ROW("aws:SourceArn", NULL, NULL),
    [KEY_SOURCE_IP] = ROW("aws:SourceIp", NULL, NULL),
    [KEY_SECURE_TRANSPORT] = ROW("aws:SecureTransport", NULL, NULL),
    [KEY_REQUESTED_REGION] = ROW("aws:RequestedRegion", NULL, NULL),
    [KEY_USER_AGENT] = ROW("aws:UserAgent", NULL, NULL),
    [KEY_SOURCE_VPC] = ROW("aws:SourceVpc", NULL, NULL),
    [KEY_SOURCE_VPCE] = ROW("aws:SourceVpce", NULL, NULL),
    [KEY_SOURCE_VPC_ARN] = ROW("aws:SourceVpcArn", NULL, NULL),
    [KEY_VPC_SOURCE_IP] = ROW("aws:VpcSourceIp", NULL, NULL),
    [KEY_RESOURCE_ORG_ID] = ROW("aws:ResourceOrgID", NULL, NULL),
    [KEY_RESOURCE_ORG_PATHS] = ROW("aws:ResourceOrgPaths", NULL, NULL),
    [KEY_SOURCE_ORG_ID] = ROW("aws:SourceOrgID", NULL, NULL),
    [KEY_SOURCE_ORG_PATHS] = ROW("aws:SourceOrgPaths", NULL, NULL),
    [KEY_REFERER] = ROW("aws:referer", NULL, NULL),
    [KEY_REQUEST_ALIAS] = ROW("kms:RequestAlias", NULL, NULL),
    [KEY_RESOURCE_ALIASES] = ROW("kms:ResourceAliases", NULL, NULL),
    [KEY_VIA_SERVICE] = ROW("kms:ViaService", NULL, NULL),
};

_Static_assert(KEYS <= 64, "each known key has a bit of a word");

struct pc_known_index pc_known_index;
atomic_bool pc_known_is_ready;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void put_hash(struct pc_known_index *index, enum pc_known_key key)
{
    size_t slot = index->names[key].hash % PC_KNOWN_SLOTS;
    while (index->by_hash[slot] != KEY_NONE) {
        slot = (slot + 1) % PC_KNOWN_SLOTS;
    }
    index->by_hash[slot] = (uint8_t)key;
}

static void put_text(struct pc_known_index *index, enum pc_known_key key)
{
    size_t slot = pc_known_slot(index->names[key].words.last, index->names[key].length);
    if (index->by_text[slot] == NULL) {
        index->by_text[slot] = &index->names[key];
    }
}

static void make_index(void)
{
    struct pc_known_index *index = &pc_known_index;
    for (enum pc_known_key key = KEY_NONE + 1; key < KEYS; key++) {
        struct pc_str text = pc_known_rows[key].text;
        struct pc_known_name *name = &index->names[key];
        name->length = text.len;
        name->bit = pc_known_bit(key);
        name->key = key;
        for (size_t i = 0; i < text.len; i++) {
            name->lower[i] = pc_char_lower(text.ptr[i]);
        }
        name->words = pc_known_words_of(text);
        if (text.ptr[text.len - 1] != '/') { // no key has the name of a family
            name->hash = pc_str_hash(pc_known_lower(key));
            put_hash(index, key);
            put_text(index, key);
        }
    }
    for (size_t slot = 0; slot < PC_KNOWN_SLOTS; slot++) {
        if (index->by_text[slot] == NULL) {
            index->by_text[slot] = &index->names[KEY_NONE]; // its length is that of no name
        }
    }
    atomic_store_explicit(&pc_known_is_ready, true, memory_order_release);
}

bool pc_known_prepare(void)
{
    return pthread_once(&once, make_index) == 0;
}
