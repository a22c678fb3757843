// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "account/document_shape.h"
#include "shapes.h"

// A document of each shape, and some that lie near to two: the row is told by a word of its name.
static const struct {
    const char *json, *name; // NULL: no shape
} rows[] = {
    {"{'RoleDetailList':[],'Policies':[]}", "iam get-account-authorization-details"},
    {"{'Configuration':{'FunctionArn':'f','Role':'r'},'Tags':{}}", "lambda get-function"},
    {"{'FunctionArn':'f','Role':'r'}", "lambda get-function-configuration"},
    {"{'Functions':[]}", "lambda get-function-configuration"},
    {"{'Versions':[{'FunctionArn':'f','Role':'r'}]}", "lambda get-function-configuration"},
    {"{'Versions':[{'ETag':'e','Key':'k'}]}", NULL},
    {"{'EventSourceMappings':[]}", "lambda list-event-source-mappings"},
    {"{'UUID':'u','FunctionArn':'f','DestinationConfig':{}}", "lambda get-event-source-mapping"},
    {"{'FunctionUrl':'u','FunctionArn':'f','AuthType':'NONE'}", "lambda get-function-url-config"},
    {"{'FunctionUrlConfigs':[]}", "lambda get-function-url-config"},
    {"{'FunctionArn':'f','DestinationConfig':{}}", "lambda get-function-event-invoke-config"},
    {"{'FunctionEventInvokeConfigs':[]}", "lambda get-function-event-invoke-config"},
    {"{'FunctionArn':'f'}", NULL},
    {"{'Aliases':[{'AliasArn':'arn:aws:lambda:eu-west-1:111122223333:function:f:p'}]}",
     "lambda list-aliases"},
    {"{'Aliases':[{'AliasArn':'arn:aws:kms:eu-west-1:111122223333:alias/a'}]}", NULL},
    {"{'Policy':{'PolicySummary':{},'Content':'{}'}}", "organizations describe-policy"},
    {"{'Attributes':{'QueueArn':'q'}}", "sqs get-queue-attributes"},
    {"{'Attributes':{'TopicArn':'t'}}", "sns get-topic-attributes"},
    {"{'Attributes':{}}", NULL},
    {"{'ARN':'a','Name':'n'}", "secretsmanager get-resource-policy"},
    {"{'ARN':'a','Name':'n','ResourcePolicy':null}", "secretsmanager get-resource-policy"},
    {"{'ARN':'a','Name':'n','ResourcePolicy':'{}','New':1}", "secretsmanager get-resource-policy"},
    {"{'ARN':'a','Name':'n','Tags':[],'VersionIdsToStages':{}}", "secretsmanager describe-secret"},
    {"{'ARN':'a','Name':'n','VersionId':'v','SecretString':'s'}", "secretsmanager describe-secret"},
    {"{'Attributes':{'TopicArn':'t','SubscriptionArn':'s'}}", "sns get-subscription-attributes"},
    {"{'policyText':'{}','registryId':'1'}", "ecr get-repository-policy"},
    {"{'Policy':'{}','PolicyName':'default'}", "kms get-key-policy"},
    {"{'Policy':'{}','RevisionId':'r'}", "get-bucket-policy"},
    {"{'Policy':'{}'}", "get-bucket-policy"},
    {"{'LambdaFunctionConfigurations':[]}", "s3api get-bucket-notification-configuration"},
    {"{'EventBridgeConfiguration':{}}", "s3api get-bucket-notification-configuration"},
    {"{'Targets':[{'Id':'1','Arn':'a'}]}", "events list-targets-by-rule"},
    {"{'polcheck':1,'Statement':[]}", "polcheck manifest"},
    {"{'polcheck':null}", "polcheck manifest"},
    {"{'polcheck-lint':1,'suppressions':[]}", "polcheck lint suppressions"},
    {"{'name':'c','request':{},'policies':{},'expect':{}}", "polcheck test case"},
    {"{'rows':[],'account':['a']}", "polcheck test case"},
    {"{'rows':[],'store':'s'}", "polcheck test case"},
    {"{'request':{}}", NULL},
    {"{'rows':{},'policies':{}}", NULL},
    {"{'Statement':[],'Version':'2012-10-17'}", "policy document"},
    {"{'PolicyVersion':{'Document':{},'VersionId':'v1'}}", "iam get-policy-version"},
    {"{'RoleName':'r','PolicyName':'p','PolicyDocument':{}}", "iam get-role-policy"},
    {"{'Grants':[]}", "kms list-grants"},
    {"{'VpcEndpoints':[]}", "ec2 describe-vpc-endpoints"},
    {"{'Role':{'AssumeRolePolicyDocument':{}}}", "iam get-role"},
    {"{'Roles':[]}", "iam list-roles"},
    {"{'Policies':[]}", "a list of policies"},
    {"{'Policy':{'DefaultVersionId':'v1'}}", "iam get-policy"},
    {"{}", NULL},
    {"[]", NULL},
    {"'Statement'", NULL},
    {"{'Statement':null}", NULL},
};

static const struct pc_json *parse(struct sandbox *box, const char *text)
{
    struct pc_str copy;
    const struct pc_json *json;
    char quoted[512];
    for (size_t i = 0; i <= strlen(text); i++) {
        quoted[i] = text[i] == '\'' ? '"' : text[i];
    }
    assert_int_equal(pc_arena_copy(&box->arena, pc_str_from(quoted), &copy), PC_OK);
    struct pc_json_source source = {.file = PC_STR("t"), .text = copy};
    assert_int_equal(pc_json_parse(&box->arena, &source, &box->diags, &json), PC_OK);
    return json;
}

static const struct pc_shape *shape_of(struct sandbox *box, const char *text)
{
    return pc_shape_of(parse(box, text));
}

static void each_document_has_its_row(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pc_shape *shape = shape_of(box, rows[i].json);
        if (rows[i].name == NULL) {
            assert_null(shape);
            continue;
        }
        assert_non_null(shape);
        assert_true(pc_str_has_prefix(pc_str_from(shape->name), pc_str_from(rows[i].name)));
        assert_null(pc_shape_beside(parse(box, rows[i].json), shape));
    }
}

// Read as one of the two, the document would lose the other.
static void a_document_of_two_shapes_is_none(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *json, *first, *second;
    } mixed[] = {
        {"\n{'RoleDetailList':[],'Attributes':{'QueueArn':'q','Policy':'{}'}}",
         "iam get-account-authorization-details", "sqs get-queue-attributes"},
        {"\n{'Policy':'{}','Attributes':{'QueueArn':'q'}}", "sqs get-queue-attributes",
         "get-bucket-policy, lambda get-policy or another get-resource-policy"},
        {"\n{'Attributes':{'QueueArn':'q','TopicArn':'t'}}", "sqs get-queue-attributes",
         "sns get-topic-attributes"},
        {"[{'Statement':[]},\n{'Targets':[],'Statement':[]}]", "events list-targets-by-rule",
         "policy document"},
        {"\n{'polcheck':1,'RoleDetailList':[]}", "iam get-account-authorization-details",
         "polcheck manifest"},
        {"\n{'FunctionArn':'f','Role':'r','UUID':'u','DestinationConfig':{}}",
         "lambda get-function-configuration, list-functions or list-versions-by-function",
         "lambda get-event-source-mapping"},
        {"\n{'VpcEndpoints':[],'Statement':[]}", "policy document", "ec2 describe-vpc-endpoints"},
        {"{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333',"
         "'notification':\n{'EventBridgeConfiguration':{},'Targets':[]}}]}",
         "s3api get-bucket-notification-configuration", "events list-targets-by-rule"},
    };
    for (size_t i = 0; i < sizeof(mixed) / sizeof(mixed[0]); i++) {
        struct pc_document_shape shape;
        sandbox_write(box, "a.json", mixed[i].json);
        assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
        const struct pc_diag *diag = sandbox_find(box, PC_DIAG_SHAPE_UNKNOWN, "a.json", 2, 1);
        assert_non_null(diag);
        assert_true(sandbox_says(diag->message, mixed[i].first));
        assert_true(sandbox_says(diag->message, mixed[i].second));
        if (mixed[i].json[0] == '\n') {
            assert_int_equal(box->diags.errors, 1);
            assert_false(pc_document_shape_of(parse(box, mixed[i].json), &shape));
        }
    }
}

// Every row of the table is shown by a document above.
static void each_row_has_a_document(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; pc_shape_at(i) != NULL; i++) {
        bool shown = false;
        for (size_t j = 0; j < sizeof(rows) / sizeof(rows[0]); j++) {
            shown = shown || shape_of(box, rows[j].json) == pc_shape_at(i);
        }
        assert_true(shown);
        assert_non_null(pc_shape_at(i)->sign);
        assert_non_null(pc_shape_at(i)->marks[0]);
        assert_false(pc_shape_at(i)->open != NULL && pc_shape_at(i)->read != NULL);
    }
}

// Documents that hold one policy, which says that it is one.
static const char *const holding[] = {
    "{'Policy':{'PolicySummary':{},'Content':'it'}}",
    "{'Attributes':{'QueueArn':'q','Policy':'it'}}",
    "{'Attributes':{'TopicArn':'t','Policy':'it'}}",
    "{'ARN':'a','Name':'n','ResourcePolicy':'it'}",
    "{'policyText':'it','registryId':'1'}",
    "{'Policy':'it','PolicyName':'default'}",
    "{'Policy':'it'}",
    "{'PolicyVersion':{'Document':'it','VersionId':'v1'}}",
    "{'RoleName':'r','PolicyName':'p','PolicyDocument':'it'}",
};

enum {
    HOLDING = sizeof(holding) / sizeof(holding[0]),
};

static void a_shape_says_where_its_policy_is(void **state)
{
    struct sandbox *box = *state;
    struct pc_document_shape shape;
    for (size_t i = 0; i < HOLDING; i++) {
        assert_true(pc_document_shape_of(parse(box, holding[i]), &shape));
        assert_non_null(shape.policy);
        assert_view(shape.policy->text, "it");
    }
    const struct pc_json *bare = parse(box, "{'Statement':[]}");
    assert_true(pc_document_shape_of(bare, &shape));
    assert_ptr_equal(shape.policy, bare);
    assert_true(pc_document_shape_of(parse(box, "{'Attributes':{'QueueArn':'q'}}"), &shape));
    assert_null(shape.policy);
    assert_true(pc_document_shape_of(parse(box, "{'polcheck':1}"), &shape));
    assert_null(shape.policy);
    assert_false(pc_document_shape_of(parse(box, "{'Statement':null}"), &shape));
}

// Every row that an import opens for its policy is one of those, or the bare document.
static void every_shape_with_a_policy_says_where(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; pc_shape_at(i) != NULL; i++) {
        bool shown = pc_shape_at(i)->open == NULL || pc_shape_at(i)->open == pc_bare_policy_open;
        for (size_t j = 0; j < HOLDING; j++) {
            shown = shown || shape_of(box, holding[j]) == pc_shape_at(i);
        }
        assert_true(shown);
    }
}

static void an_unknown_shape_is_told_what_it_is_near(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'RoleDetialList':[]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_SHAPE_UNKNOWN, "a.json", 1, 1);
    assert_true(sandbox_says(diag->hint, "iam get-account-authorization-details"));
    assert_true(sandbox_says(diag->hint, "RoleDetailList"));
    sandbox_write(box, "a.json", "{'zzzzzzzzzzzz':[]}");
    diag = sandbox_refuse(box, PC_DIAG_SHAPE_UNKNOWN, "a.json", 1, 1);
    assert_true(sandbox_says(diag->hint, "polcheck help compile"));
    sandbox_write(box, "a.json", "17");
    (void)sandbox_refuse(box, PC_DIAG_SHAPE_UNKNOWN, "a.json", 1, 1);
}

static void a_shape_that_is_not_read_is_refused(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'VpcEndpoints':[]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_SHAPE_UNSUPPORTED, "a.json", 1, 1);
    assert_true(sandbox_says(diag->message, "ec2 describe-vpc-endpoints"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(each_document_has_its_row),
        SANDBOX_TEST(each_row_has_a_document),
        SANDBOX_TEST(a_document_of_two_shapes_is_none),
        SANDBOX_TEST(a_shape_says_where_its_policy_is),
        SANDBOX_TEST(every_shape_with_a_policy_says_where),
        SANDBOX_TEST(an_unknown_shape_is_told_what_it_is_near),
        SANDBOX_TEST(a_shape_that_is_not_read_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
