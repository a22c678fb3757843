// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "picture.h"

#define A           "arn:aws:iam::111122223333:"
#define ROLE        A "role/r"
#define KEY         "arn:aws:kms:eu-west-1:111122223333:key/k"
#define QUEUE       "arn:aws:sqs:eu-west-1:111122223333:q"
#define FN          "arn:aws:lambda:eu-west-1:111122223333:function:f"
#define FULL_ACCESS "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
#define OPEN_TO_ALL "{'Statement':{'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'}}"
#define KEY_POLICY                                                                                 \
    "{'Statement':{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:*',"          \
    "'Resource':'*'}}"
#define KEY_STRING                                                                                 \
    "'{\\'Statement\\':{\\'Effect\\':\\'Allow\\',\\'Principal\\':{\\'AWS\\':\\'111122223333\\'},"  \
    "\\'Action\\':\\'kms:*\\',\\'Resource\\':\\'*\\'}}'"

static void every_member_is_read(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(
        box, "m.json",
        "{'polcheck':1,"
        "'policies':[{'arn':'" A "policy/m','policy':" ALLOW_ALL "}],"
        "'groups':[{'arn':'" A "group/g','policies':['" A "policy/m']}],"
        "'roles':[{'arn':'" ROLE "','policies':[" ALLOW_ALL ",'" A "policy/m',"
        "{'name':'third','document':" ALLOW_ALL "}],'boundary':'" A
        "policy/m','trust':" TRUST_LAMBDA ",'tags':{'team':'t'},'id':'AROA1'}],"
        "'users':[{'arn':'" A "user/u','groups':['g','" A "group/g'],'policies':[],"
        "'boundary':" ALLOW_ALL ",'tags':{},'id':'AIDA1'}],"
        "'resources':[{'arn':'" KEY "','account':'111122223333','policy':" KEY_POLICY
        ",'tags':{'a':'b'}},{'arn':'arn:aws:s3:::b','account':'111122223333'}],"
        "'functions':[{'arn':'" FN "','role':'" ROLE "','policy':" OPEN_TO_ALL ",'kmsKey':'" KEY
        "','environment':['DB_URL'],'triggers':[],'destinations':{}}],"
        "'organization':{'levels':[{'id':'r-1','scp':[" ALLOW_ALL "],'rcp':[]}],"
        "'accounts':[{'id':'111122223333','parent':'r-1','scp':[],'rcp':[],'management':true}]}}");
    sandbox_accept(box);
    struct pc_import_counts counts = pc_import_counts(box->import);
    assert_int_equal(counts.principals, 2);
    assert_int_equal(counts.resources, 3); // key, function, trust
    assert_int_equal(counts.functions, 1);
    assert_int_equal(counts.levels, 2);
    const struct pc_principal *role = box->import->principals;
    assert_view(role->id, "AROA1");
    const struct pc_reference *policy = role->policies.first;
    assert_view(policy->document->name, "r policies #0");
    assert_view(policy->next->document->name, "m");
    assert_view(policy->next->next->document->name, "third");
    assert_view(role->trust.first->document->name, "r trust policy");
    const struct pc_principal *user = role->next;
    assert_non_null(user->groups->found);
    assert_ptr_equal(user->groups->found, user->groups->next->found);
    const struct pc_resource *key = box->import->resources;
    assert_non_null(key->document->read[PC_POLICY_KEY]);
    assert_int_equal(key->tags.count, 1);
    const struct pc_level *account = box->import->levels->next;
    assert_true(account->management && account->has_scp && account->has_rcp);
    assert_ptr_equal(account->up, box->import->levels);
}

static void unknown_members_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *json, *hint;
    } rows[] = {
        {"{'polcheck':1,\n'role':[]}", "roles"},
        {"{'polcheck':1,\n'Roles':[]}", "roles"},
        {"{'polcheck':1,\n'comment':''}", ""},
        {"{'polcheck':1,'roles':[{'arn':'" ROLE "',\n'boundry':'x'}]}", "boundary"},
        {"{'polcheck':1,'roles':[{'arn':'" ROLE "',\n'groups':[]}]}", ""},
        {"{'polcheck':1,'users':[{'arn':'" A "user/u',\n'trust':{}}]}", ""},
        {"{'polcheck':1,'resources':[{'arn':'" QUEUE "',\n'policies':[]}]}", "policy"},
        {"{'polcheck':1,'functions':[{'arn':'" FN "',\n'kmskey':'k'}]}", "kmsKey"},
        {"{'polcheck':1,'groups':[{'arn':'" A "group/g',\n'x':1}]}", ""},
        {"{'polcheck':1,'policies':[{'arn':'" A "policy/p','policy':" ALLOW_ALL ",\n'x':1}]}", ""},
        {"{'polcheck':1,'organization':{\n'level':[]}}", "levels"},
        {"{'polcheck':1,'organization':{'levels':[{'id':'r-1',\n'scps':[]}]}}", "scp"},
        {"{'polcheck':1,'organization':{'accounts':[{'id':'111122223333',\n'managment':true}]}}",
         "management"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "m.json", rows[i].json);
        const struct pc_diag *diag =
            sandbox_refuse(box, PC_DIAG_MANIFEST_KEY_UNKNOWN, "m.json", 2, 1);
        assert_int_equal(diag->hint.len > 0, rows[i].hint[0] != '\0');
        assert_true(sandbox_says(diag->hint, rows[i].hint));
    }
}

static void wrong_values_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "{'polcheck':1,'roles':\n{}}",
        "{'polcheck':1,'roles':\nnull}",
        "{'polcheck':1,'roles':[\n'" ROLE "']}",
        "{'polcheck':1,'roles':[\n{'policies':[]}]}",
        "{'polcheck':1,'roles':[{'arn':\n'" A "user/u'}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':\n'x'}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n7]}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'']}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n{'name':'n'}]}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','boundary':\nnull}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','trust':\n'" A "policy/m'}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','tags':\n[]}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','tags':{'a':\n7}}]}",
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','tags':{'a':'1','A':\n'2'}}]}",
        "{'polcheck':1,'users':[{'arn':'" A "user/u','groups':[\n7]}]}",
        "{'polcheck':1,'groups':[{'arn':\n'" A "role/g'}]}",
        "{'polcheck':1,'policies':[\n{'arn':'" A "policy/p'}]}",
        "{'polcheck':1,'policies':[{'arn':'" A "policy/p','policy':\n'" A "policy/q'}]}",
        "{'polcheck':1,'resources':[{'arn':\n'q'}]}",
        "{'polcheck':1,'resources':[{'arn':\n'" QUEUE "*'}]}",
        "{'polcheck':1,'resources':[{'arn':\n'" ROLE "'}]}",
        "{'polcheck':1,'resources':[{'arn':'" QUEUE "','account':\n'444455556666'}]}",
        "{'polcheck':1,'resources':[{'arn':'" QUEUE "','account':\n'1111'}]}",
        "{'polcheck':1,'resources':[{'account':'111122223333','policy':" OPEN_TO_ALL
        ",'arn':\n'arn:aws:s3:::b/key'}]}",
        "{'polcheck':1,'functions':[{'arn':\n'" QUEUE "'}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "','role':\n'r'}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "','environment':\n{}}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "','environment':[\n7]}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "','triggers':\n{}}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "','destinations':\n[]}]}",
        "{'polcheck':1,'organization':\n[]}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "m.json", rows[i]);
        (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
    }
}

static void only_version_one_is_read(void **state)
{
    struct sandbox *box = *state;
    static const char *const versions[] = {"2", "'1'", "1.0", "null", "true"};
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        char text[64];
        (void)snprintf(text, sizeof(text), "{'polcheck':\n%s}", versions[i]);
        sandbox_write(box, "m.json", text);
        (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VERSION, "m.json", 2, 1);
    }
}

// A path may name a dump that holds one policy; the same file may be named again.
static void paths_name_policies_and_dumps(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "kms/key.json", "{'Policy':" KEY_STRING ",'PolicyName':'default'}");
    sandbox_write(box, "p/bare.json", ALLOW_ALL);
    sandbox_write(box, "p/version.json",
                  "{'PolicyVersion':{'Document':" ALLOW_ALL ",'VersionId':'v1'}}");
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'arn':'" KEY "','policy':'kms/key.json'}],"
                  "'roles':[{'arn':'" ROLE "','policies':['p/bare.json','./p/../p/bare.json',"
                  "'p/version.json'],'boundary':'p/bare.json'}]}");
    sandbox_accept(box);
    const struct pc_reference *policy = box->import->principals->policies.first;
    assert_view(policy->document->name, "bare");
    assert_ptr_equal(policy->document, policy->next->document);
    assert_view(policy->next->next->document->name, "version");
    assert_non_null(box->import->resources->document->read[PC_POLICY_KEY]);
}

static void paths_that_name_nothing_fit_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *file;
        enum pc_diag_code code;
    } rows[] = {
        {"{'RoleDetailList':[]}", PC_DIAG_MANIFEST_VALUE},
        {"[" ALLOW_ALL "," ALLOW_ALL "]", PC_DIAG_MANIFEST_VALUE},
        {"{'Attributes':{'QueueArn':'" QUEUE "'}}", PC_DIAG_MANIFEST_VALUE},
        {"{'Attributes':{'QueueArn':'" QUEUE "','Policy':" KEY_STRING "}}", PC_DIAG_MANIFEST_VALUE},
        {"{'Policy':{'Content':'{\\'Statement\\':[]}','PolicySummary':{'Type':"
         "'SERVICE_CONTROL_POLICY'}}}",
         PC_DIAG_MANIFEST_VALUE},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "x.json", rows[i].file);
        sandbox_write(box, "m.json",
                      "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'x.json']}]}");
        (void)sandbox_refuse(box, rows[i].code, "m.json", 2, 1);
    }
    sandbox_write(box, "x.json", "{'polcheck':1}");
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'none.json']}]}");
    (void)sandbox_refuse(box, PC_DIAG_FILE_MISSING, "m.json", 2, 1);
    sandbox_write(box, "m.json", "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'.']}]}");
    (void)sandbox_refuse(box, PC_DIAG_FILE_MISSING, "m.json", 2, 1);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'a\\u0000b']}]}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
}

// A file that cannot be read is told once, not again by who names it.
static void a_damaged_file_is_told_once(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "x.json", "{");
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':['x.json','x.json']}]}");
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
    assert_int_equal(box->diags.errors, 1);
    assert_int_equal(box->diags.first->code, PC_DIAG_JSON_SYNTAX);
}

// A dump that names its owner may be attached to that owner, and to no other.
static void a_dump_and_a_manifest_may_agree(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "q.json", "{'Attributes':{'QueueArn':'" QUEUE "','Policy':" KEY_STRING "}}");
    sandbox_write(box, "f.json",
                  "{'Policy':'{\\'Statement\\':{\\'Effect\\':\\'Deny\\',\\'Principal\\':\\'*\\',"
                  "\\'Action\\':\\'*\\',\\'Resource\\':\\'" FN "\\'}}'}");
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'arn':'" QUEUE "','policy':'q.json'},\n"
                  "{'arn':'" FN "','policy':'f.json'}]}");
    sandbox_accept(box);
    assert_int_equal(pc_import_counts(box->import).resources, 2);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'arn':'" QUEUE "2','policy':\n'q.json'}]}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
}

static void repositories_are_compared_with_their_dump(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "r.json",
                  "{'registryId':'111122223333','repositoryName':'team/r','policyText':" KEY_STRING
                  "}");
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'policy':'r.json','arn':"
                  "'arn:aws:ecr:eu-west-1:111122223333:repository/team/r'}]}");
    sandbox_accept(box);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'arn':"
                  "'arn:aws:ecr:eu-west-1:111122223333:repository/r','policy':\n'r.json'}]}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
}

static void definitions_come_once(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "{'polcheck':1,'users':[{'arn':'" A "user/u'},\n{'arn':'" A "user/p/u'}]}",
        "{'polcheck':1,'groups':[{'arn':'" A "group/g'},\n{'arn':'" A "group/g'}]}",
        "{'polcheck':1,'resources':[{'arn':'" QUEUE "'},\n{'arn':'" QUEUE "'}]}",
        "{'polcheck':1,'functions':[{'arn':'" FN "'},\n{'arn':'" FN "'}]}",
        "{'polcheck':1,'policies':[{'arn':'" A "policy/p','policy':" ALLOW_ALL "},\n{'arn':'" A
        "policy/p','policy':{'Statement':{'Effect':'Deny','Action':'*',"
        "'Resource':'*'}}}]}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1'},\n{'id':'r-1'}]}}",
        "{'polcheck':1,'resources':[{'arn':'" FN "','policy':" OPEN_TO_ALL
        "}],'functions':[{'arn':'" FN "','policy':\n" OPEN_TO_ALL "}]}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "m.json", rows[i]);
        const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "m.json", 2, 1);
        assert_true(sandbox_says(diag->message, "/m.json:1:"));
    }
}

static void references_that_lead_nowhere_dangle(void **state)
{
    struct sandbox *box = *state;
    static const char *const rows[] = {
        "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[\n'" A "policy/m']}]}",
        "{'polcheck':1,'users':[{'arn':'" A "user/u','groups':[\n'g']}]}",
        "{'polcheck':1,'groups':[{'arn':'arn:aws:iam::444455556666:group/g'}],"
        "'users':[{'arn':'" A "user/u','groups':[\n'arn:aws:iam::444455556666:group/g']}]}",
        "{'polcheck':1,'functions':[\n{'arn':'" FN "','role':'" ROLE "'}]}",
        "{'polcheck':1,'organization':{'levels':[{'id':'ou-1','parent':\n'r-1'}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[\n'" FULL_ACCESS "']}]}}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "m.json", rows[i]);
        (void)sandbox_refuse(box, PC_DIAG_DANGLING, "m.json", 2, 1);
    }
}

static void owners_must_be_known(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json", "{'polcheck':1,'resources':[\n{'arn':'arn:aws:s3:::b'}]}");
    (void)sandbox_refuse(box, PC_DIAG_OWNER_UNKNOWN, "m.json", 2, 1);
}

static void endpoint_policies_are_not_dropped(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'resources':[{'policy':" OPEN_TO_ALL
                  ",'arn':\n'arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1'}]}");
    (void)sandbox_refuse(box, PC_DIAG_POLICY_TYPE_UNSUPPORTED, "m.json", 2, 1);
}

#define E1 ":eu-west-1:111122223333:"

// What they judge has ARNs of other forms, at which no decision would look for them.
static void policies_that_nothing_would_meet_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *arn, *said; // in message or hint
    } rows[] = {
        {"apigateway:eu-west-1::/restapis/a1", "arn:aws:execute-api:"},
        {"backup" E1 "backup-vault:v", "recovery points"},
        {"codeartifact" E1 "domain/d", "packages"},
        {"codeartifact" E1 "repository/d/r", "packages"},
        {"es" E1 "domain/d", "domain/NAME/PATH"},
        {"glue" E1 "catalog", "databases"},
        {"kafka" E1 "cluster/c/1a2b", "topics"},
        {"logs" E1 "log-group:g", "log streams"},
        {"mediastore" E1 "container/c", "objects"},
        {"s3" E1 "accesspoint/a", "R-762"},
        {"s3::111122223333:accesspoint/a.mrap", "R-762"},
        {"s3-outposts" E1 "outpost/op-1/bucket/b", "objects"},
        {"s3tables" E1 "bucket/b", "tables"},
        {"s3vectors" E1 "bucket/b", "indexes"},
        {"schemas" E1 "registry/r", "schemas"},
        {"vpc-lattice" E1 "service/svc-1", "paths"},
        {"vpc-lattice" E1 "servicenetwork/sn-1", "paths"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text),
                       "{'polcheck':1,'resources':[{'account':'111122223333','policy':" OPEN_TO_ALL
                       ",'arn':\n'arn:aws:%s'}]}",
                       rows[i].arn);
        sandbox_write(box, "m.json", text);
        const struct pc_diag *diag =
            sandbox_refuse(box, PC_DIAG_POLICY_TYPE_UNSUPPORTED, "m.json", 2, 1);
        assert_true(sandbox_says(diag->message, rows[i].said) ||
                    sandbox_says(diag->hint, rows[i].said));
        // Without a policy it is a resource like others.
        (void)snprintf(text, sizeof(text),
                       "{'polcheck':1,'resources':[{'account':'111122223333','tags':{'a':'b'},"
                       "'arn':'arn:aws:%s'}]}",
                       rows[i].arn);
        sandbox_write(box, "m.json", text);
        sandbox_accept(box);
    }
}

static void policies_that_requests_meet_are_read(void **state)
{
    struct sandbox *box = *state;
    static const char *const arns[] = {
        "s3:::b",
        "execute-api" E1 "a1",
        "kinesis" E1 "stream/s/consumer/c:1",
        "logs" E1 "destination:d",
        "s3-object-lambda" E1 "accesspoint/a",
    };
    for (size_t i = 0; i < sizeof(arns) / sizeof(arns[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text),
                       "{'polcheck':1,'resources':[{'account':'111122223333','policy':" OPEN_TO_ALL
                       ",'arn':'arn:aws:%s'}]}",
                       arns[i]);
        sandbox_write(box, "m.json", text);
        sandbox_accept(box);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(every_member_is_read),
        SANDBOX_TEST(unknown_members_are_refused),
        SANDBOX_TEST(wrong_values_are_refused),
        SANDBOX_TEST(policies_that_nothing_would_meet_are_refused),
        SANDBOX_TEST(policies_that_requests_meet_are_read),
        SANDBOX_TEST(only_version_one_is_read),
        SANDBOX_TEST(paths_name_policies_and_dumps),
        SANDBOX_TEST(paths_that_name_nothing_fit_are_refused),
        SANDBOX_TEST(a_damaged_file_is_told_once),
        SANDBOX_TEST(a_dump_and_a_manifest_may_agree),
        SANDBOX_TEST(repositories_are_compared_with_their_dump),
        SANDBOX_TEST(definitions_come_once),
        SANDBOX_TEST(references_that_lead_nowhere_dangle),
        SANDBOX_TEST(owners_must_be_known),
        SANDBOX_TEST(endpoint_policies_are_not_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
