// SPDX-License-Identifier: Apache-2.0
//
// What is asked of a catalog.
#include "testing.h"

#include "catalog/catalog.h"
#include "small.h"

static struct pc_arena arena;
static const struct pc_catalog *catalog;

static void finds_services_and_actions(void **state)
{
    (void)state;
    const struct pc_catalog_service *ec2 = pc_catalog_service(catalog, PC_STR("EC2"));
    assert_ptr_equal(ec2, pc_catalog_service_at(catalog, 0));
    assert_null(pc_catalog_service(catalog, PC_STR("ec")));
    assert_null(pc_catalog_service(catalog, PC_STR("")));
    assert_view(pc_catalog_action(ec2, PC_STR("runinstances"))->name, "RunInstances");
    assert_view(pc_catalog_action(ec2, PC_STR("SignIn"))->name, "SignIn");
    assert_null(pc_catalog_action(ec2, PC_STR("GetObject")));
}

struct key_row {
    const char *service, *name, *found; // service NULL: of any; found NULL: nothing
};

static const struct key_row key_rows[] = {
    {"ec2", "EC2:attribute", "ec2:Attribute"},
    {"ec2", "ec2:Attribute/GroupId", "ec2:Attribute/${Name}"},
    {"ec2", "ec2:Attribute/", NULL},
    {"ec2", "saml:AUD", "saml:aud"},
    {"ec2", "s3:prefix", NULL},
    {"ec2", "aws:calledvia", "aws:CalledVia"},
    {"ec2", "aws:RequestTag/x", "aws:RequestTag/${TagKey}"},
    {"ec2", "ec2:SourceInstanceArn", "ec2:SourceInstanceArn"},
    {"s3", "ec2:SourceInstanceArn", "ec2:SourceInstanceArn"},
    {"s3", "ec2:Attribute", NULL},
    {NULL, "s3:prefix", "s3:prefix"},
    {NULL, "saml:aud", "saml:aud"},
    {NULL, "ec2:ResourceTag/x", "ec2:ResourceTag/${TagKey}"},
    {NULL, "s3:suffix", NULL},
    {NULL, "aws:RequestTag", NULL},
    {NULL, "prefix", NULL},
};

static void finds_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(key_rows) / sizeof(key_rows[0]); i++) {
        const struct key_row *row = &key_rows[i];
        const struct pc_catalog_service *service =
            row->service == NULL ? NULL : pc_catalog_service(catalog, pc_str_from(row->service));
        const struct pc_catalog_key *key = pc_catalog_key(catalog, service, pc_str_from(row->name));
        print_message("# %s\n", row->name);
        assert_int_equal(key != NULL, row->found != NULL);
        if (key != NULL) {
            assert_true(pc_str_eq(key->name, pc_str_from(row->found)));
        }
    }
}

static void tells_the_keys_of_actions(void **state)
{
    (void)state;
    const struct pc_catalog_service *ec2 = pc_catalog_service(catalog, PC_STR("ec2"));
    const struct pc_catalog_action *run = pc_catalog_action(ec2, PC_STR("RunInstances"));
    const struct pc_catalog_action *describe = pc_catalog_action(ec2, PC_STR("DescribeImages"));
    assert_true(pc_catalog_action_has_key(catalog, run, PC_STR("ec2:attribute/GroupId")));
    assert_false(pc_catalog_action_has_key(catalog, run, PC_STR("ec2:Attribute")));
    assert_true(pc_catalog_action_has_key(catalog, run, PC_STR("ec2:ResourceTag/x"))); // of a type
    assert_true(pc_catalog_action_has_key(catalog, run, PC_STR("aws:CalledVia")));     // global
    assert_false(pc_catalog_action_has_key(catalog, run, PC_STR("saml:aud")));
    assert_false(pc_catalog_action_has_key(catalog, describe, PC_STR("ec2:ResourceTag/x")));
    assert_true(pc_catalog_action_has_key(catalog, describe, PC_STR("aws:RequestTag/x")));
    const struct pc_catalog_key *tag = pc_catalog_key(catalog, ec2, PC_STR("aws:RequestTag/x"));
    assert_true(pc_catalog_action_lists_key(run, tag));
    assert_false(pc_catalog_action_lists_key(describe, tag));
    assert_true(pc_catalog_action_lists_key(run, &ec2->keys[2]));
    assert_false(pc_catalog_action_lists_key(run, &ec2->keys[0]));
}

struct found {
    char names[200];
    size_t until; // stop with this one
};

static enum pc_status note(void *context, const struct pc_catalog_service *service,
                           const struct pc_catalog_action *action)
{
    struct found *found = context;
    strncat(found->names, service->prefix.ptr, service->prefix.len);
    strcat(found->names, ":");
    strncat(found->names, action->name.ptr, action->name.len);
    strcat(found->names, " ");
    return --found->until == 0 ? PC_ERR_LIMIT : PC_OK;
}

//
static void finds_the_actions_of_patterns(void **state)
{
    (void)state;
    static const char *const patterns[][2] = {
        {"*", "ec2:DescribeImages ec2:RunInstances ec2:SignIn s3:GetObject s3:GetObjectAcl "},
        {"S3:getobject", "s3:GetObject "},
        {"s3:GetObject*", "s3:GetObject s3:GetObjectAcl "},
        {"s3:GetObject???", "s3:GetObjectAcl "},
        {"ec2:*I*n*", "ec2:RunInstances ec2:SignIn "},
        {"s*:GetObject", ""},
        {"s3:Get", ""},
        {"s3:", ""},
        {"s3", ""},
        {"sqs:*", ""},
        {"s3:${x}", ""},
    };
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct found found = {.until = 0};
        print_message("# %s\n", patterns[i][0]);
        assert_int_equal(pc_catalog_each_action(catalog, pc_str_from(patterns[i][0]), note, &found),
                         PC_OK);
        assert_string_equal(found.names, patterns[i][1]);
    }
}

static void stops_when_told(void **state)
{
    (void)state;
    struct found found = {.until = 2};
    assert_int_equal(pc_catalog_each_action(catalog, PC_STR("*"), note, &found), PC_ERR_LIMIT);
    assert_string_equal(found.names, "ec2:DescribeImages ec2:RunInstances ");
    found = (struct found){.until = 1};
    assert_int_equal(pc_catalog_each_action(catalog, PC_STR("s3:*"), note, &found), PC_ERR_LIMIT);
    assert_string_equal(found.names, "s3:GetObject ");
}

static void tells_which_resources_a_type_has(void **state)
{
    (void)state;
    const struct pc_catalog_resource_type *type =
        &pc_catalog_service(catalog, PC_STR("ec2"))->types[1];
    assert_true(pc_catalog_type_meets(type, PC_STR("arn:aws:ec2:*:*:instance/*")));
    assert_true(pc_catalog_type_meets(type, PC_STR("arn:aws:ec2:*:*:i/*"))); // the second shape
    assert_false(pc_catalog_type_meets(type, PC_STR("arn:aws:ec2:*:*:image/*")));
}

static int set_up(void **state)
{
    (void)state;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    return pc_catalog_read(&arena, PC_STR("small.txt"), PC_STR(SMALL), &diags, &catalog) != PC_OK;
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
        cmocka_unit_test(finds_services_and_actions),
        cmocka_unit_test(finds_keys),
        cmocka_unit_test(tells_the_keys_of_actions),
        cmocka_unit_test(stops_when_told),
        cmocka_unit_test(finds_the_actions_of_patterns),
        cmocka_unit_test(tells_which_resources_a_type_has),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
