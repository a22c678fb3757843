// SPDX-License-Identifier: Apache-2.0
#include "global_key.h"

#include "base/near.h"

#define KEY(lower, spelt, when, several)                                                           \
    {                                                                                              \
        PC_STR_INIT(lower), PC_STR_INIT(spelt), when, several                                      \
    }

static const struct pc_global_key keys[] = {
    KEY("aws:assumedroot", "aws:AssumedRoot", PC_KEY_SOMETIMES, false),
    KEY("aws:calledvia", "aws:CalledVia", PC_KEY_SOMETIMES, true),
    KEY("aws:calledviafirst", "aws:CalledViaFirst", PC_KEY_SOMETIMES, false),
    KEY("aws:calledviaawsmcp", "aws:CalledViaAWSMCP", PC_KEY_UNSURE, false),
    KEY("aws:calledvialast", "aws:CalledViaLast", PC_KEY_SOMETIMES, false),
    KEY("aws:chatbotsourcearn", "aws:ChatbotSourceArn", PC_KEY_SOMETIMES, false),
    KEY("aws:currenttime", "aws:CurrentTime", PC_KEY_ALWAYS, false),
    KEY("aws:ec2instancesourceprivateipv4", "aws:Ec2InstanceSourcePrivateIPv4", PC_KEY_SOMETIMES,
        false),
    KEY("aws:ec2instancesourcevpc", "aws:Ec2InstanceSourceVpc", PC_KEY_SOMETIMES, false),
    KEY("aws:epochtime", "aws:EpochTime", PC_KEY_ALWAYS, false),
    KEY("aws:federatedprovider", "aws:FederatedProvider", PC_KEY_SOMETIMES, false),
    KEY("aws:ismcpserviceaction", "aws:IsMcpServiceAction", PC_KEY_UNSURE, false),
    KEY("aws:multifactorauthage", "aws:MultiFactorAuthAge", PC_KEY_SOMETIMES, false),
    KEY("aws:multifactorauthpresent", "aws:MultiFactorAuthPresent", PC_KEY_SOMETIMES, false),
    KEY("aws:principalaccount", "aws:PrincipalAccount", PC_KEY_SIGNED, false),
    KEY("aws:principalarn", "aws:PrincipalArn", PC_KEY_SIGNED, false),
    KEY("aws:principalisawsservice", "aws:PrincipalIsAWSService", PC_KEY_SIGNED, false),
    KEY("aws:principalorgid", "aws:PrincipalOrgID", PC_KEY_SOMETIMES, false),
    KEY("aws:principalorgpaths", "aws:PrincipalOrgPaths", PC_KEY_SOMETIMES, true),
    KEY("aws:principalservicename", "aws:PrincipalServiceName", PC_KEY_SOMETIMES, false),
    KEY("aws:principalservicenameslist", "aws:PrincipalServiceNamesList", PC_KEY_SOMETIMES, true),
    KEY("aws:principaltag/", "aws:PrincipalTag/", PC_KEY_SOMETIMES, false),
    KEY("aws:principaltype", "aws:PrincipalType", PC_KEY_SIGNED, false),
    KEY("aws:referer", "aws:referer", PC_KEY_SOMETIMES, false),
    KEY("aws:requestedregion", "aws:RequestedRegion", PC_KEY_ALWAYS, false),
    KEY("aws:requesttag/", "aws:RequestTag/", PC_KEY_SOMETIMES, false),
    KEY("aws:resourceaccount", "aws:ResourceAccount", PC_KEY_UNSURE, false),
    KEY("aws:resourceorgid", "aws:ResourceOrgID", PC_KEY_UNSURE, false),
    KEY("aws:resourceorgpaths", "aws:ResourceOrgPaths", PC_KEY_UNSURE, true),
    KEY("aws:resourcetag/", "aws:ResourceTag/", PC_KEY_SOMETIMES, false),
    KEY("aws:securetransport", "aws:SecureTransport", PC_KEY_ALWAYS, false),
    KEY("aws:signinsessionarn", "aws:SignInSessionArn", PC_KEY_SOMETIMES, false),
    KEY("aws:sourceaccount", "aws:SourceAccount", PC_KEY_SOMETIMES, false),
    KEY("aws:sourcearn", "aws:SourceArn", PC_KEY_SOMETIMES, false),
    KEY("aws:sourceidentity", "aws:SourceIdentity", PC_KEY_SOMETIMES, false),
    KEY("aws:sourceip", "aws:SourceIp", PC_KEY_SOMETIMES, false),
    KEY("aws:sourceorgid", "aws:SourceOrgID", PC_KEY_SOMETIMES, false),
    KEY("aws:sourceorgpaths", "aws:SourceOrgPaths", PC_KEY_SOMETIMES, true),
    KEY("aws:sourceowner", "aws:SourceOwner", PC_KEY_UNSURE, false),
    KEY("aws:sourcevpc", "aws:SourceVpc", PC_KEY_SOMETIMES, false),
    KEY("aws:sourcevpcarn", "aws:SourceVpcArn", PC_KEY_SOMETIMES, false),
    KEY("aws:sourcevpce", "aws:SourceVpce", PC_KEY_SOMETIMES, false),
    KEY("aws:tagkeys", "aws:TagKeys", PC_KEY_SOMETIMES, true),
    KEY("aws:tokenissuetime", "aws:TokenIssueTime", PC_KEY_SOMETIMES, false),
    KEY("aws:useragent", "aws:UserAgent", PC_KEY_UNSURE, false),
    KEY("aws:userid", "aws:userid", PC_KEY_SIGNED, false),
    KEY("aws:username", "aws:username", PC_KEY_SOMETIMES, false),
    KEY("aws:viaawsmcpservice", "aws:ViaAWSMCPService", PC_KEY_UNSURE, false),
    KEY("aws:viaawsservice", "aws:ViaAWSService", PC_KEY_ALWAYS, false),
    KEY("aws:viacustomerdomain", "aws:ViaCustomerDomain", PC_KEY_UNSURE, false),
    KEY("aws:vpceaccount", "aws:VpceAccount", PC_KEY_SOMETIMES, false),
    KEY("aws:vpceorgid", "aws:VpceOrgID", PC_KEY_SOMETIMES, false),
    KEY("aws:vpceorgpaths", "aws:VpceOrgPaths", PC_KEY_SOMETIMES, true),
    KEY("aws:vpcsourceip", "aws:VpcSourceIp", PC_KEY_SOMETIMES, false),
};

static const size_t key_count = sizeof(keys) / sizeof(keys[0]);

static bool is_family(const struct pc_global_key *key)
{
    return key->name.ptr[key->name.len - 1] == '/';
}

const struct pc_global_key *pc_global_key(struct pc_str folded)
{
    for (size_t i = 0; i < key_count; i++) {
        if (is_family(&keys[i])
                ? folded.len > keys[i].name.len && pc_str_has_prefix(folded, keys[i].name)
                : pc_str_eq(folded, keys[i].name)) {
            return &keys[i];
        }
    }
    return NULL;
}

bool pc_global_key_is_there(const struct pc_global_key *key, enum pc_policy_type type)
{
    bool is_signed = type == PC_POLICY_IDENTITY || type == PC_POLICY_BOUNDARY ||
                     type == PC_POLICY_SESSION || type == PC_POLICY_SCP;
    return key != NULL &&
           (key->presence == PC_KEY_ALWAYS || (key->presence == PC_KEY_SIGNED && is_signed));
}

const struct pc_global_key *pc_global_key_nearest(struct pc_str folded)
{
    struct pc_str prefix = PC_STR("aws:");
    struct pc_near near = {.text = pc_str_slice(folded, prefix.len, folded.len)};
    const struct pc_global_key *nearest = NULL;
    if (!pc_str_has_prefix(folded, prefix) || pc_global_key(folded) != NULL) {
        return NULL;
    }
    for (size_t i = 0; i < key_count; i++) {
        struct pc_str name = pc_str_slice(keys[i].name, prefix.len, keys[i].name.len);
        pc_near_offer(&near, name);
        nearest = near.best.ptr == name.ptr ? &keys[i] : nearest;
    }
    return nearest;
}
