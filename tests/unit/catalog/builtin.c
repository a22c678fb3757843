// SPDX-License-Identifier: Apache-2.0
//
// The catalog that is part of polcheck: it can be read, and says of some well-known actions what
// AWS's documentation says of them.
#include "testing.h"

#include "base/faults.h"
#include "catalog/catalog.h"

static struct pc_arena arena;
static const struct pc_catalog *catalog;

static const struct pc_catalog_action *action_of(const char *service, const char *name)
{
    const struct pc_catalog_service *found = pc_catalog_service(catalog, pc_str_from(service));
    assert_non_null(found);
    const struct pc_catalog_action *action = pc_catalog_action(found, pc_str_from(name));
    assert_non_null(action);
    return action;
}

static void has_its_date(void **state)
{
    (void)state;
    struct pc_str date = pc_catalog_builtin_date();
    assert_true(pc_str_eq(date, pc_catalog_date(catalog)));
    assert_int_equal(date.len, 10);
    assert_true(pc_str_has_prefix(date, PC_STR("20")));
}

static void knows_well_known_actions(void **state)
{
    (void)state;
    assert_int_equal(action_of("s3", "GetObject")->access, PC_ACCESS_READ);
    assert_int_equal(action_of("s3", "ListAllMyBuckets")->resource_count, 0);
    assert_int_equal(action_of("iam", "PassRole")->access, PC_ACCESS_WRITE);
    assert_true((action_of("iam", "AttachRolePolicy")->access & PC_ACCESS_PERMISSIONS) != 0);
    const struct pc_catalog_action *invoke = action_of("lambda", "InvokeFunction");
    assert_int_equal(invoke->resource_count, 1);
    assert_true(invoke->resources[0].required);
    assert_true(pc_catalog_type_meets(invoke->resources[0].type,
                                      PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:f")));
    assert_true(pc_catalog_action_has_key(catalog, action_of("kms", "Decrypt"),
                                          PC_STR("kms:EncryptionContext:app")));
    assert_true(pc_catalog_action_has_key(catalog, action_of("sts", "AssumeRoleWithSAML"),
                                          PC_STR("saml:aud")));
    assert_false(
        pc_catalog_action_has_key(catalog, action_of("sqs", "SendMessage"), PC_STR("s3:prefix")));
}

struct global {
    const char *name;
    enum pc_key_type type;
    bool multivalued;
};

// SEMANTICS.md, section 9.
static const struct global globals[] = {
    {"aws:PrincipalArn", PC_KEY_ARN, false},
    {"aws:PrincipalAccount", PC_KEY_STRING, false},
    {"aws:PrincipalType", PC_KEY_STRING, false},
    {"aws:userid", PC_KEY_STRING, false},
    {"aws:username", PC_KEY_STRING, false},
    {"aws:PrincipalIsAWSService", PC_KEY_BOOL, false},
    {"aws:PrincipalServiceName", PC_KEY_STRING, false},
    {"aws:PrincipalServiceNamesList", PC_KEY_STRING, true},
    {"aws:PrincipalTag/k", PC_KEY_STRING, false},
    {"aws:PrincipalOrgID", PC_KEY_STRING, false},
    {"aws:PrincipalOrgPaths", PC_KEY_STRING, true},
    {"aws:FederatedProvider", PC_KEY_STRING, false},
    {"aws:TokenIssueTime", PC_KEY_DATE, false},
    {"aws:MultiFactorAuthPresent", PC_KEY_BOOL, false},
    {"aws:MultiFactorAuthAge", PC_KEY_NUMERIC, false},
    {"aws:SourceIdentity", PC_KEY_STRING, false},
    {"aws:AssumedRoot", PC_KEY_BOOL, false},
    {"aws:SourceIp", PC_KEY_IP, false},
    {"aws:VpcSourceIp", PC_KEY_IP, false},
    {"aws:SourceVpc", PC_KEY_STRING, false},
    {"aws:SourceVpce", PC_KEY_STRING, false},
    {"aws:SourceVpcArn", PC_KEY_ARN, false},
    {"aws:VpceAccount", PC_KEY_STRING, false},
    {"aws:VpceOrgID", PC_KEY_STRING, false},
    {"aws:VpceOrgPaths", PC_KEY_STRING, true},
    {"aws:Ec2InstanceSourceVpc", PC_KEY_STRING, false},
    {"aws:Ec2InstanceSourcePrivateIPv4", PC_KEY_IP, false},
    {"aws:ResourceAccount", PC_KEY_STRING, false},
    {"aws:ResourceOrgID", PC_KEY_STRING, false},
    {"aws:ResourceOrgPaths", PC_KEY_STRING, true},
    {"aws:ResourceTag/k", PC_KEY_STRING, false},
    {"aws:RequestTag/k", PC_KEY_STRING, false},
    {"aws:TagKeys", PC_KEY_STRING, true},
    {"aws:CalledVia", PC_KEY_STRING, true},
    {"aws:CalledViaFirst", PC_KEY_STRING, false},
    {"aws:CalledViaLast", PC_KEY_STRING, false},
    {"aws:ViaAWSService", PC_KEY_BOOL, false},
    {"aws:CurrentTime", PC_KEY_DATE, false},
    {"aws:EpochTime", PC_KEY_DATE, false},
    {"aws:RequestedRegion", PC_KEY_STRING, false},
    {"aws:SecureTransport", PC_KEY_BOOL, false},
    {"aws:UserAgent", PC_KEY_STRING, false},
    {"aws:referer", PC_KEY_STRING, false},
    {"aws:SourceArn", PC_KEY_ARN, false},
    {"aws:SourceAccount", PC_KEY_STRING, false},
    {"aws:SourceOrgID", PC_KEY_STRING, false},
    {"aws:SourceOrgPaths", PC_KEY_STRING, true},
    {"aws:SignInSessionArn", PC_KEY_ARN, false},
    {"ec2:SourceInstanceArn", PC_KEY_ARN, false},
    {"lambda:SourceFunctionArn", PC_KEY_ARN, false},
    {"codebuild:BuildArn", PC_KEY_ARN, false},
};

static void knows_the_global_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(globals) / sizeof(globals[0]); i++) {
        const struct pc_catalog_key *key =
            pc_catalog_key(catalog, NULL, pc_str_from(globals[i].name));
        print_message("# %s\n", globals[i].name);
        assert_non_null(key);
        assert_int_equal(key->type, globals[i].type);
        assert_int_equal(key->multivalued, globals[i].multivalued);
    }
    assert_null(pc_catalog_key(catalog, NULL, PC_STR("aws:ARN"))); // R-809
}

// Each name can be found again: the file's order is the one that is searched by.
static void finds_each_name(void **state)
{
    (void)state;
    size_t actions = 0;
    for (size_t i = 0; pc_catalog_service_at(catalog, i) != NULL; i++) {
        const struct pc_catalog_service *service = pc_catalog_service_at(catalog, i);
        assert_ptr_equal(pc_catalog_service(catalog, service->prefix), service);
        for (size_t j = 0; j < service->action_count; j++) {
            assert_ptr_equal(pc_catalog_action(service, service->actions[j].name),
                             &service->actions[j]);
        }
        actions += service->action_count;
        for (size_t j = 0; j < service->key_count; j++) {
            assert_ptr_equal(pc_catalog_key(catalog, service, service->keys[j].name),
                             &service->keys[j]);
        }
    }
    assert_true(actions > 20000);
}

// A shape meets itself with the placeholders taken for wildcards, and not another service's bucket.
static void shapes_meet_themselves(void **state)
{
    (void)state;
    for (size_t i = 0; pc_catalog_service_at(catalog, i) != NULL; i++) {
        const struct pc_catalog_service *service = pc_catalog_service_at(catalog, i);
        for (size_t j = 0; j < service->type_count; j++) {
            const struct pc_catalog_resource_type *type = &service->types[j];
            assert_true(pc_catalog_type_meets(type, type->arns[0])); // "${...}" is a variable
            assert_false(pc_catalog_type_meets(type, PC_STR("arn:aws:nosuchservice:::x")) &&
                         !pc_str_has_prefix(type->arns[0], PC_STR("arn:${Partition}:${")));
        }
    }
}

// Whichever allocation fails, no half of a catalog comes back.
static void needs_its_memory(void **state)
{
    (void)state;
    enum pc_status status = PC_ERR_NOMEM;
    size_t successes = 0;
    while (status != PC_OK) {
        PC_CLEANUP(pc_arena_release) struct pc_arena small = {0};
        const struct pc_catalog *out = NULL;
        allocations_left = successes++;
        status = pc_catalog_builtin(&small, &out);
        allocations_left = SIZE_MAX;
        assert_true(status == PC_OK ? out != NULL : status == PC_ERR_NOMEM && out == NULL);
    }
    assert_true(successes > 5);
}

// The part of each service has what the whole has of it, and nothing of the others.
static void gives_each_service_alone(void **state)
{
    const struct pc_catalog_service *service;
    (void)state;
    for (size_t i = 0; (service = pc_catalog_service_at(catalog, i)) != NULL; i++) {
        PC_CLEANUP(pc_arena_release) struct pc_arena small;
        const struct pc_catalog *part;
        pc_arena_init(&small);
        assert_int_equal(pc_catalog_builtin_service(&small, service->prefix, &part), PC_OK);
        const struct pc_catalog_service *alone = pc_catalog_service_at(part, 0);
        assert_non_null(alone);
        assert_null(pc_catalog_service_at(part, 1));
        assert_true(pc_str_eq(alone->prefix, service->prefix));
        assert_int_equal(alone->action_count, service->action_count);
        assert_int_equal(alone->type_count, service->type_count);
        assert_int_equal(alone->key_count, service->key_count);
        assert_non_null(pc_catalog_key(part, NULL, PC_STR("aws:SourceArn")));
    }
    const struct pc_catalog *none = NULL;
    assert_int_equal(pc_catalog_builtin_service(&arena, PC_STR("s33"), &none), PC_ERR_NOTFOUND);
    assert_int_equal(pc_catalog_builtin_service(&arena, PC_STR(""), &none), PC_ERR_NOTFOUND);
    assert_null(none);
    assert_int_equal(pc_catalog_builtin_service(&arena, PC_STR("S3"), &none), PC_OK);
}

static int set_up(void **state)
{
    (void)state;
    pc_arena_init(&arena);
    return pc_catalog_builtin(&arena, &catalog) != PC_OK;
}

static int tear_down(void **state)
{
    (void)state;
    pc_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_its_date),
        cmocka_unit_test(knows_well_known_actions),
        cmocka_unit_test(knows_the_global_keys),
        cmocka_unit_test(finds_each_name),
        cmocka_unit_test(shapes_meet_themselves),
        cmocka_unit_test(needs_its_memory),
        cmocka_unit_test(gives_each_service_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
