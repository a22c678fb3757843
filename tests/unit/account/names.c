// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "names.h"

static void iam_names(void **state)
{
    (void)state;
    struct pc_iam_name name;
    assert_true(
        pc_iam_name_parse(PC_STR("arn:aws:iam::111122223333:role/a/b/R"), PC_STR("role/"), &name));
    assert_view(name.partition, "aws");
    assert_view(name.account, "111122223333");
    assert_view(name.name, "R");
    assert_true(pc_iam_name_parse(PC_STR("arn:aws:iam::aws:policy/service-role/X"),
                                  PC_STR("policy/"), &name));
    static const char *const wrong[] = {
        "arn:aws:iam::aws:role/R",
        "arn:aws:iam::111122223333:role/",
        "arn:aws:iam::111122223333:role/a/",
        "arn:aws:iam::11112222333:role/R",
        "arn:aws:iam:eu:111122223333:role/R",
        "arn:aws:sts::111122223333:role/R",
        "arn::iam::111122223333:role/R",
        "arn:aws:iam::111122223333:user/R",
        "role/R",
        "",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(pc_iam_name_parse(pc_str_from(wrong[i]), PC_STR("role/"), &name));
    }
}

static void function_arns(void **state)
{
    (void)state;
    struct pc_str bare;
    assert_true(pc_function_arn_parse(
        PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST"), &bare));
    assert_view(bare, "arn:aws:lambda:eu-west-1:111122223333:function:f");
    assert_true(pc_function_arn_parse(bare, &bare));
    assert_view(bare, "arn:aws:lambda:eu-west-1:111122223333:function:f");
    static const char *const wrong[] = {
        "arn:aws:lambda:eu-west-1:111122223333:function:",
        "arn:aws:lambda:eu-west-1:111122223333:function:f:",
        "arn:aws:lambda:eu-west-1:111122223333:function:f:1:2",
        "arn:aws:lambda:eu-west-1:111122223333:function:f:*",
        "arn:aws:lambda:eu-west-1:111122223333:layer:l:1",
        "arn:aws:lambda:eu-west-1::function:f",
        "arn:aws:sns:eu-west-1:111122223333:function:f",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(pc_function_arn_parse(pc_str_from(wrong[i]), &bare));
    }
}

// R-307: role names compare without case, user names with.
static void holders_by_service(void **state)
{
    (void)state;
    static const struct {
        const char *resource, *first, *second;
    } rows[] = {
        {"arn:aws:s3:::b/k/l", "arn:aws:s3:::b", NULL},
        {"arn:aws:s3:::b", "arn:aws:s3:::b", NULL},
        {"arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/k",
         "arn:aws:s3:eu-west-1:111122223333:accesspoint/a/object/k", NULL},
        {"arn:aws:lambda:eu-west-1:111122223333:function:f",
         "arn:aws:lambda:eu-west-1:111122223333:function:f", NULL},
        {"arn:aws:lambda:eu-west-1:111122223333:function:f:7",
         "arn:aws:lambda:eu-west-1:111122223333:function:f:7",
         "arn:aws:lambda:eu-west-1:111122223333:function:f"},
        {"arn:aws:lambda:eu-west-1:111122223333:function:f:*",
         "arn:aws:lambda:eu-west-1:111122223333:function:f:*",
         "arn:aws:lambda:eu-west-1:111122223333:function:f"},
        {"arn:aws:lambda:eu-west-1:111122223333:function:f:pro?",
         "arn:aws:lambda:eu-west-1:111122223333:function:f:pro?",
         "arn:aws:lambda:eu-west-1:111122223333:function:f"},
        {"arn:aws:lambda:eu-west-1:111122223333:function:f*:prod",
         "arn:aws:lambda:eu-west-1:111122223333:function:f*:prod", NULL},
        {"arn:aws:dynamodb:eu-west-1:111122223333:table/t/index/i",
         "arn:aws:dynamodb:eu-west-1:111122223333:table/t", NULL},
        {"arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/s",
         "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/s", NULL},
        {"arn:aws:execute-api:eu-west-1:111122223333:a1/prod/GET/x",
         "arn:aws:execute-api:eu-west-1:111122223333:a1", NULL},
        {"arn:aws:sqs:eu-west-1:111122223333:q", "arn:aws:sqs:eu-west-1:111122223333:q", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_holders holders = pc_holders_of(pc_str_from(rows[i].resource));
        assert_int_equal(holders.count, rows[i].second == NULL ? 1 : 2);
        assert_true(pc_str_eq(holders.arns[0], pc_str_from(rows[i].first)));
        if (rows[i].second != NULL) {
            assert_true(pc_str_eq(holders.arns[1], pc_str_from(rows[i].second)));
        }
    }
    assert_int_equal(pc_holders_of(PC_STR("*")).count, 0);
    assert_int_equal(pc_holders_of(PC_STR("arn:aws:s3")).count, 0);
}

static void parts_that_are_not_read(void **state)
{
    (void)state;
#define HERE "eu-west-1:111122223333:"
    static const struct {
        const char *holder, *named;
        bool unread;
    } rows[] = {
        {"arn:aws:events:" HERE "event-bus/b", "arn:aws:events:" HERE "rule/b/*", true},
        {"arn:aws:events:" HERE "event-bus/b", "arn:aws:events:" HERE "event-bus/b", false},
        {"arn:aws:events:" HERE "archive/a", "arn:aws:events:" HERE "rule/b/*", false},
        {"arn:aws:events:" HERE "event-bus/b", "*", false},
        {"arn:aws:sagemaker:" HERE "model-package-group/g",
         "arn:aws:sagemaker:" HERE "model-package/g/1", true},
        {"arn:aws:sagemaker:" HERE "model-package-group/g",
         "arn:aws:sagemaker:" HERE "model-package-group/g", false},
        {"arn:aws:sqs:" HERE "q", "arn:aws:events:" HERE "rule/r", false},
    };
#undef HERE
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pc_unread_part *part =
            pc_unread_part_of(pc_str_from(rows[i].holder), pc_str_from(rows[i].named));
        assert_int_equal(part != NULL, rows[i].unread);
    }
}

static void types_of_resource_policies(void **state)
{
    (void)state;
    assert_int_equal(pc_resource_policy_type(PC_STR("arn:aws:kms:eu-west-1:111122223333:key/k")),
                     PC_POLICY_KEY);
    assert_int_equal(pc_resource_policy_type(PC_STR("arn:aws:s3:::b")), PC_POLICY_RESOURCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iam_names),
        cmocka_unit_test(function_arns),
        cmocka_unit_test(holders_by_service),
        cmocka_unit_test(parts_that_are_not_read),
        cmocka_unit_test(types_of_resource_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
