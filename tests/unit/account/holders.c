// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "picture.h"

#define QUEUE "arn:aws:sqs:eu-west-1:111122223333:q"
#define TOPIC "arn:aws:sns:eu-west-1:111122223333:t"
#define FN    "arn:aws:lambda:eu-west-1:111122223333:function:f"

#define STRING_OF(resource)                                                                        \
    "'{\\'Statement\\':{\\'Effect\\':\\'Allow\\',\\'Principal\\':\\'*\\',\\'Action\\':\\'*\\',"    \
    "\\'Resource\\':" resource "}}'"
#define ANYTHING STRING_OF("\\'*\\'")

static void dumps_name_their_owner(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "q.json", "{'Attributes':{'QueueArn':'" QUEUE "','Policy':" ANYTHING "}}");
    sandbox_write(box, "t.json", "{'Attributes':{'TopicArn':'" TOPIC "','Policy':" ANYTHING "}}");
    sandbox_write(box, "s.json",
                  "{'ARN':'arn:aws:secretsmanager:eu-west-1:111122223333:secret:s-abcdef',"
                  "'Name':'s','ResourcePolicy':" ANYTHING "}");
    sandbox_write(box, "z.json", "{'Attributes':{'QueueArn':'" QUEUE "2','CreatedTimestamp':'1'}}");
    sandbox_write(box, "y.json", "{'Attributes':{'QueueArn':'" QUEUE "3'}}"); // may have a policy
    sandbox_accept(box);
    assert_int_equal(pc_import_counts(box->import).resources, 3);
    const struct pc_resource *queue = box->import->resources;
    assert_view(queue->arn, QUEUE);
    assert_view(queue->account, "111122223333");
    assert_non_null(queue->document->read[PC_POLICY_RESOURCE]);
    assert_view(queue->document->name, "q");
    const struct pc_resource *without = queue->next->next->next;
    assert_view(without->arn, QUEUE "2");
    assert_null(without->document);
    assert_null(without->next);
}

// Errors inside a policy in a string are told at their place in the file.
static void places_inside_strings_are_exact(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "q.json",
                  "{'Attributes':{'QueueArn':'" QUEUE "',\n"
                  "'Policy':'{\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':\\'*\\',"
                  "\\'Action\\':7,\\'Resource\\':\\'*\\'}]}'}}");
    (void)sandbox_refuse(box, PC_DIAG_STRING_LIST, "q.json", 2, 80);
    sandbox_write(box, "q.json",
                  "{'Attributes':{'QueueArn':'" QUEUE "',\n'Policy':'{\\'Statement\\':}'}}");
    (void)sandbox_refuse(box, PC_DIAG_JSON_SYNTAX, "q.json", 2, 26);
}

static void damaged_dumps_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "{'Attributes':{'QueueArn':\n'q'}}",
        "{'Attributes':{'QueueArn':\n'" TOPIC "'}}",
        "{'Attributes':{'TopicArn':\n7}}",
        "{'Name':'n','ARN':\n'" QUEUE "'}",
        "{'Policy':\n{'PolicySummary':{'Type':'SERVICE_CONTROL_POLICY'}}}",
        "{'Policy':{'Content':'{}','PolicySummary':\n{}}}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "x.json", rows[i]);
        (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "x.json", 2, 1);
    }
}

// A string Policy tells by its statements whose it is: a function, a layer, a bucket.
static void owners_are_found_inside(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *policy, *owner; // NULL: not to be told
    } rows[] = {
        {STRING_OF("\\'" FN "\\'"), FN},
        {STRING_OF("\\'" FN ":prod\\'"), FN ":prod"},
        {STRING_OF("[\\'" FN "\\',\\'" FN ":*\\']"), FN},
        {STRING_OF("\\'" FN ":*\\'"), FN},
        {STRING_OF("\\'arn:aws:lambda:eu-west-1:111122223333:layer:l:3\\'"),
         "arn:aws:lambda:eu-west-1:111122223333:layer:l:3"},
        {STRING_OF("[\\'" FN ":a\\',\\'" FN ":b\\']"), NULL},
        {STRING_OF("\\'" FN "*\\'"), NULL},
        {STRING_OF("\\'" QUEUE "\\'"), NULL},
        {ANYTHING, NULL},
        {STRING_OF("\\'arn:aws:s3:::b*\\'"), NULL},
        {STRING_OF("\\'arn:aws:s3:eu-west-1:111122223333:accesspoint/a\\'"), NULL},
        {STRING_OF("[]"), NULL},
        {"'{\\'Statement\\':[{\\'Effect\\':\\'Allow\\',\\'Principal\\':\\'*\\',\\'Action\\':"
         "\\'lambda:InvokeFunction\\'}]}'",
         NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text), "{'Policy':%s,'RevisionId':'r'}", rows[i].policy);
        sandbox_write(box, "p.json", text);
        if (rows[i].owner == NULL) {
            (void)sandbox_refuse(box, PC_DIAG_POLICY_UNATTACHED, "p.json", 1, 1);
            continue;
        }
        sandbox_accept(box);
        assert_true(pc_str_eq(box->import->resources->arn, pc_str_from(rows[i].owner)));
    }
}

// A bucket found so has no account, unless a manifest says it.
static void a_bucket_needs_its_account(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "p.json",
                  "{'Policy':\n" STRING_OF("[\\'arn:aws:s3:::b\\',\\'arn:aws:s3:::b/*\\']") "}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_OWNER_UNKNOWN, "p.json", 2, 2);
    assert_true(sandbox_says(diag->hint, "\"account\""));
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333'}]}");
    sandbox_accept(box);
    assert_int_equal(pc_import_counts(box->import).resources, 1);
}

static void policies_of_nobody_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "\n" ALLOW_ALL,
        "\n{'Policy':" ANYTHING ",'PolicyName':'default'}",
        "\n{'policyText':" ANYTHING ",'registryId':'111122223333','repositoryName':'r'}",
        "\n{'PolicyVersion':{'Document':" ALLOW_ALL ",'VersionId':'v1'}}",
        "\n{'RoleName':'r','PolicyName':'p','PolicyDocument':" ALLOW_ALL "}",
        "\n{'Policy':{'PolicySummary':{'Type':'SERVICE_CONTROL_POLICY','Arn':'arn:aws:organizations"
        "::111122223333:policy/o-a/service_control_policy/p-1'},'Content':'{\\'Statement\\':[]}'}}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "x.json", rows[i]);
        const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_POLICY_UNATTACHED, "x.json", 2, 1);
        assert_true(sandbox_says(diag->hint, "manifest"));
    }
}

static void other_organisation_policies_are_not_read(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "x.json",
                  "{'Policy':{'PolicySummary':\n{'Type':'TAG_POLICY'},'Content':'{}'}}");
    (void)sandbox_refuse(box, PC_DIAG_SHAPE_UNSUPPORTED, "x.json", 2, 1);
}

static void one_queue_has_one_policy(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", "{'Attributes':{'QueueArn':'" QUEUE "','Policy':" ANYTHING "}}");
    sandbox_write(box, "b.json", "{'Attributes':{'QueueArn':'" QUEUE "','Policy':\n" ANYTHING "}}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "b.json", 2, 2);
    assert_true(sandbox_says(diag->message, "/a.json:1:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(dumps_name_their_owner),
        SANDBOX_TEST(places_inside_strings_are_exact),
        SANDBOX_TEST(damaged_dumps_are_refused),
        SANDBOX_TEST(owners_are_found_inside),
        SANDBOX_TEST(a_bucket_needs_its_account),
        SANDBOX_TEST(policies_of_nobody_are_refused),
        SANDBOX_TEST(other_organisation_policies_are_not_read),
        SANDBOX_TEST(one_queue_has_one_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
