// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "picture.h"

#define ROLE  "arn:aws:iam::111122223333:role/r"
#define FN    "arn:aws:lambda:eu-west-1:111122223333:function:f"
#define QUEUE "arn:aws:sqs:eu-west-1:111122223333:q"

static const char functions[] =
    "{'Functions':[{'FunctionName':'f','FunctionArn':'" FN "','Role':'" ROLE "',"
    "'Environment':{'Variables':{'DB_URL':'postgres-secret','TOKEN':'hunter2'}},"
    "'KMSKeyArn':'arn:aws:kms:eu-west-1:111122223333:key/k','NewMember':{}}]}";

static void with_role(struct sandbox *box)
{
    sandbox_write(box, "m.json", "{'polcheck':1,'roles':[{'arn':'" ROLE "'}]}");
}

static void functions_are_kept_without_values(void **state)
{
    struct sandbox *box = *state;
    with_role(box);
    sandbox_write(box, "f.json", functions);
    sandbox_accept(box);
    const struct pc_function *function = box->import->functions;
    assert_view(function->arn, FN);
    assert_view(function->role, ROLE);
    assert_view(function->kms_key, "arn:aws:kms:eu-west-1:111122223333:key/k");
    assert_int_equal(function->variable_count, 2);
    assert_view(function->variables->text, "DB_URL");
    assert_view(function->variables->next->text, "TOKEN");
    assert_null(function->next);
}

// The same function in several dumps is one, while they agree.
static void dumps_of_one_function_agree(void **state)
{
    struct sandbox *box = *state;
    with_role(box);
    sandbox_write(box, "f.json", functions);
    sandbox_write(box, "g.json",
                  "{'Configuration':{'FunctionArn':'" FN "','Role':'" ROLE
                  "','Environment':{'Error':{'ErrorCode':'AccessDeniedException'}}},'Code':{}}");
    sandbox_write(box, "h.json",
                  "{'Versions':[{'FunctionArn':'" FN ":1','Role':'" ROLE "','Version':'1'}]}");
    sandbox_accept(box);
    assert_int_equal(pc_import_counts(box->import).functions, 2); // the version is another
    sandbox_write(box, "g.json",
                  "{'FunctionArn':'" FN "','Role':'arn:aws:iam::111122223333:role/s'}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "g.json", 1, 1);
    assert_true(sandbox_says(diag->message, "/f.json:1:15"));
    sandbox_write(box, "g.json",
                  "{'FunctionArn':'" FN "','Role':'" ROLE
                  "','Environment':{'Variables':{'DB_URL':''}}}");
    (void)sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "g.json", 1, 1);
}

static void the_role_must_be_there(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "f.json", "\n{'FunctionArn':'" FN "','Role':'" ROLE "'}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DANGLING, "f.json", 2, 1);
    assert_true(sandbox_says(diag->message, ROLE));
}

// What names a function needs the function, by whatever qualifier it names it.
static const char *const mentions[] = {
    "{'EventSourceMappings':[{'UUID':'u','EventSourceArn':'" QUEUE "','FunctionArn':\n'@'}]}",
    "{'UUID':'u','EventSourceArn':'" QUEUE "','FunctionArn':\n'@'}",
    "{'FunctionUrl':'u','AuthType':'NONE','FunctionArn':\n'@'}",
    "{'FunctionUrlConfigs':[{'AuthType':'AWS_IAM','FunctionArn':\n'@'}]}",
    "{'DestinationConfig':{},'FunctionArn':\n'@'}",
    "{'FunctionEventInvokeConfigs':[{'FunctionArn':\n'@'}]}",
    "{'Aliases':[{'FunctionVersion':'1','AliasArn':\n'@'}]}",
    "{'FunctionVersion':'1','AliasArn':\n'@'}",
    "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333','notification':"
    "{'LambdaFunctionConfigurations':[{'LambdaFunctionArn':\n'@'}]}}]}",
    "{'polcheck':1,'resources':[{'arn':'arn:aws:events:eu-west-1:111122223333:rule/r','targets':"
    "{'Targets':[{'Arn':\n'@'},{'Arn':'" QUEUE "'}]}}]}",
};

static void functions_that_are_missing_dangle(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(mentions) / sizeof(mentions[0]); i++) {
        with_role(box);
        sandbox_write(box, "f.json", functions);
        sandbox_write_with(box, "x.json", mentions[i], FN ":$LATEST");
        sandbox_accept(box);
        sandbox_write_with(box, "x.json", mentions[i], FN "2:$LATEST");
        const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DANGLING, "x.json", 2, 1);
        assert_true(sandbox_says(diag->message, "\"" FN "2\""));
    }
}

static void damaged_dumps_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "{'Functions':[{'FunctionArn':'" FN "','Role':'" ROLE "'},\n7]}",
        "{'Role':'" ROLE "','FunctionArn':\n'f'}",
        "{'Role':'" ROLE "','FunctionArn':\n7}",
        "{'FunctionArn':'" FN "','Role':\n'r'}",
        "{'FunctionArn':'" FN "','Role':'" ROLE "','Environment':\n[]}",
        "{'FunctionArn':'" FN "','Role':'" ROLE "','Environment':{'Variables':\n[]}}",
        "{'FunctionArn':'" FN "','Role':'" ROLE "','KMSKeyArn':\n{}}",
        "{'EventSourceMappings':[\n{'UUID':'u'}]}",
        "{'EventSourceMappings':[{'FunctionArn':\n'x'}]}",
        "{'Aliases':[{'FunctionVersion':'1','AliasArn':'" FN ":a'},\n{}]}",
        "{'LambdaFunctionConfigurations':\n{}}",
        "{'Targets':[{'Arn':\n7}]}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        with_role(box);
        sandbox_write(box, "f.json", functions);
        sandbox_write(box, "x.json", rows[i]);
        (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "x.json", 2, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(functions_are_kept_without_values),
        SANDBOX_TEST(dumps_of_one_function_agree),
        SANDBOX_TEST(the_role_must_be_there),
        SANDBOX_TEST(functions_that_are_missing_dangle),
        SANDBOX_TEST(damaged_dumps_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
