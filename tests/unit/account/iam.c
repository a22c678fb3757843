// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "picture.h"

#define ACCOUNT "111122223333"

static const char whole_dump[] =
    "{'UserDetailList':[{'UserName':'u','UserId':'AIDA1','Arn':'arn:aws:iam::" ACCOUNT
    ":user/p/u','GroupList':['g'],'UserPolicyList':[{'PolicyName':'own','PolicyDocument':" ALLOW_ALL
    "}],'AttachedManagedPolicies':[],'Tags':[{'Key':'team','Value':'t'}]}],\n"
    "'GroupDetailList':[{'GroupName':'g','Arn':'arn:aws:iam::" ACCOUNT
    ":group/g','GroupPolicyList':[],'AttachedManagedPolicies':[{'PolicyName':'m',"
    "'PolicyArn':'arn:aws:iam::" ACCOUNT ":policy/m'}]}],\n"
    "'RoleDetailList':[{'RoleName':'r','RoleId':'AROA1','Arn':'arn:aws:iam::" ACCOUNT
    ":role/r','AssumeRolePolicyDocument':" TRUST_LAMBDA
    ",'RolePolicyList':[],'AttachedManagedPolicies':[{'PolicyName':'m','PolicyArn':'arn:aws:iam:"
    ":" ACCOUNT ":policy/m'}],'PermissionsBoundary':{'PermissionsBoundaryType':'Policy',"
    "'PermissionsBoundaryArn':'arn:aws:iam::" ACCOUNT ":policy/m'}}],\n"
    "'Policies':[{'PolicyName':'m','Arn':'arn:aws:iam::" ACCOUNT
    ":policy/m','DefaultVersionId':'v2','PolicyVersionList':["
    "{'Document':{'Statement':'not even a policy'},'VersionId':'v1','IsDefaultVersion':false},"
    "{'Document':" ALLOW_ALL ",'VersionId':'v2','IsDefaultVersion':true}]}],\n"
    "'IsTruncated':false}";

static void a_dump_is_read_whole(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json", whole_dump);
    sandbox_accept(box);
    struct pc_import_counts counts = pc_import_counts(box->import);
    assert_int_equal(counts.principals, 2);
    assert_int_equal(counts.resources, 1);
    assert_int_equal(counts.documents, 3); // not the version that does not count
    assert_int_equal(pc_import_recognised(box->import)->policies, 3);

    const struct pc_principal *user = box->import->principals;
    assert_false(user->role);
    assert_view(user->name, "u");
    assert_view(user->id, "AIDA1");
    assert_int_equal(user->tags.count, 1);
    assert_view(user->policies.first->document->name, "own");
    assert_ptr_equal(user->groups->found, box->import->groups);

    const struct pc_principal *role = user->next;
    assert_view(role->id, "AROA1");
    const struct pc_document *managed = role->policies.first->document;
    assert_view(managed->name, "m");
    assert_ptr_equal(role->boundary.first->document, managed);
    assert_ptr_equal(box->import->groups->policies.first->document, managed);
    assert_non_null(managed->read[PC_POLICY_IDENTITY]);
    assert_non_null(managed->read[PC_POLICY_BOUNDARY]);
    assert_non_null(role->trust.first->document->read[PC_POLICY_TRUST]);
}

// Raw API tools leave documents percent-encoded (RFC 3986); their places are the string's start.
static void documents_may_be_percent_encoded(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT ":role/r',\n"
                  " 'AssumeRolePolicyDocument': '%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow"
                  "%22%2C%0A%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2c"
                  "%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D'}]}");
    sandbox_accept(box);
    const struct pc_document *trust = box->import->principals->trust.first->document;
    const struct pc_policy *policy = trust->read[PC_POLICY_TRUST];
    assert_int_equal(policy->count, 1);
    assert_view(policy->statements[0].actions.items[0].text, "sts:AssumeRole");
    assert_int_equal(policy->statements[0].line, 2);
    assert_int_equal(policy->statements[0].column, 30);
}

static void encoded_documents_are_checked(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *text;
        enum pc_diag_code code;
    } rows[] = {
        {"%7", PC_DIAG_DUMP_VALUE},
        {"%7Z", PC_DIAG_DUMP_VALUE},
        {"%7B%22Statement%22", PC_DIAG_JSON_SYNTAX},
        {"%7B%22A%22%3A1%2C%22A%22%3A1%7D", PC_DIAG_JSON_DUPLICATE_KEY},
        {"%7B%7D", PC_DIAG_POLICY_STATEMENT},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text),
                       "{'RoleDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT ":role/r',\n"
                       "'AssumeRolePolicyDocument':'%s'}]}",
                       rows[i].text);
        sandbox_write(box, "dump.json", text);
        (void)sandbox_refuse(box, rows[i].code, "dump.json", 2, 28);
    }
}

// Documents may also be JSON in a string, with exact places.
static void documents_may_be_strings(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT ":role/r',\n"
                  "'AssumeRolePolicyDocument':'{\\'Statement\\':[{\\'Effect\\':\\'allow\\'}]}'}]}");
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_ERR_INVALID);
    assert_non_null(sandbox_find(box, PC_DIAG_EFFECT, "dump.json", 2, 57));
}

static void a_part_of_a_listing_is_refused(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json", "{'RoleDetailList':[],\n'IsTruncated':true}");
    (void)sandbox_refuse(box, PC_DIAG_DUMP_TRUNCATED, "dump.json", 2, 15);
    sandbox_write(box, "dump.json", "{'RoleDetailList':[],\n'IsTruncated':'true'}");
    (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "dump.json", 2, 15);
}

static void policies_that_are_missing_dangle(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[],'GroupDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
                  ":group/g','AttachedManagedPolicies':[\n"
                  "{'PolicyArn':'arn:aws:iam::aws:policy/ReadOnlyAccess'}]}]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DANGLING, "dump.json", 2, 14);
    assert_true(sandbox_says(diag->message, "arn:aws:iam::aws:policy/ReadOnlyAccess"));
    assert_true(sandbox_says(diag->hint, "policies/managed"));
    assert_true(sandbox_says(diag->hint, "tools/fetch-managed-policies"));

    // A manifest may bring it.
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'policies':[{'arn':'arn:aws:iam::aws:policy/ReadOnlyAccess',"
                  "'policy':" ALLOW_ALL "}]}");
    sandbox_accept(box);
}

static void groups_that_are_missing_dangle(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
                  ":user/u','GroupList':[\n'admins']}]}");
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DANGLING, "dump.json", 2, 1);
    assert_true(sandbox_says(diag->message, "admins"));
}

// The same account id in another partition is another account.
static void groups_are_of_a_partition(void **state)
{
    struct sandbox *box = *state;
    static const char *const named[] = {"g", "arn:aws-cn:iam::" ACCOUNT ":group/g"};
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        char text[512];
        (void)snprintf(text, sizeof(text),
                       "{'polcheck':1,'groups':[{'arn':'arn:aws-cn:iam::" ACCOUNT ":group/g'}],"
                       "'users':[{'arn':'arn:aws:iam::" ACCOUNT ":user/u','groups':[\n'%s']}]}",
                       named[i]);
        sandbox_write(box, "m.json", text);
        (void)sandbox_refuse(box, PC_DIAG_DANGLING, "m.json", 2, 1);
    }
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'groups':[{'arn':'arn:aws-cn:iam::" ACCOUNT ":group/g'},"
                  "{'arn':'arn:aws:iam::" ACCOUNT ":group/g'}],'users':["
                  "{'arn':'arn:aws:iam::" ACCOUNT ":user/u','groups':['g']}]}");
    sandbox_accept(box);
    assert_ptr_equal(box->import->principals->groups->found, box->import->groups->next);
}

static void boundaries_that_are_missing_dangle(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
                  ":role/r','AssumeRolePolicyDocument':" TRUST_LAMBDA
                  ",'PermissionsBoundary':\n{'PermissionsBoundaryArn':'arn:aws:iam::" ACCOUNT
                  ":policy/b'}}]}");
    (void)sandbox_refuse(box, PC_DIAG_DANGLING, "dump.json", 2, 27);
}

// A damaged dump is told where, and one error does not hide the next element.
static void damaged_dumps_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *json;
        uint32_t column; // in line 2
    } rows[] = {
        {"{'RoleDetailList':\n7}", 1},
        {"{'RoleDetailList':[\n7]}", 1},
        {"{'RoleDetailList':[\n{'RoleName':'r'}]}", 1},
        {"{'RoleDetailList':[\n{'Arn':'arn:aws:iam::" ACCOUNT ":user/u'}]}", 8},
        {"{'RoleDetailList':[\n{'Arn':'arn:aws:iam::" ACCOUNT ":role/r'}]}", 1},
        {"{'RoleDetailList':[],'Policies':[\n{'Arn':'arn:aws:iam::" ACCOUNT ":policy/p'}]}", 1},
        {"{'RoleDetailList':[],'Policies':[\n{'Arn':'arn:aws:iam::" ACCOUNT
         ":policy/p','DefaultVersionId':'v2','PolicyVersionList':[{'VersionId':'v1',"
         "'IsDefaultVersion':false,'Document':{}}]}]}",
         1},
        {"{'RoleDetailList':[],'UserDetailList':[\n{'Arn':7}]}", 8},
        {"{'RoleDetailList':[],'GroupDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
         ":group/g','GroupPolicyList':[\n{'PolicyName':'p'}]}]}",
         1},
        {"{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
         ":user/u','Tags':[\n{'Key':'k'}]}]}",
         1},
        {"{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
         ":user/u','PermissionsBoundary':\n{}}]}",
         1},
        {"{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
         ":user/u','AttachedManagedPolicies':[\n{'PolicyArn':'ReadOnly'}]}]}",
         14},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "dump.json", rows[i].json);
        (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "dump.json", 2, rows[i].column);
    }
}

#define VERSION(name, flag)                                                                        \
    "{'VersionId':'" name "','IsDefaultVersion':" flag ",'Document':" ALLOW_ALL "}"
#define UNFLAGGED(name) "{'VersionId':'" name "','Document':" ALLOW_ALL "}"

// A dump that says two things about which version counts could mean the one that denies.
static void one_version_counts(void **state)
{
    struct sandbox *box = *state;
    static const struct {
        const char *id, *versions; // the wrong one in line 2
        uint32_t column;           // 0: nothing is wrong
    } rows[] = {
        {"v2", "\n" VERSION("v1", "true") "," VERSION("v2", "true"), 1},
        {"v1", VERSION("v1", "true") ",\n" VERSION("v2", "true"), 1},
        {"v2", "\n" VERSION("v1", "true") "," VERSION("v2", "false"), 1},
        {"v2", "\n" VERSION("v1", "true"), 1},
        {"v2", VERSION("v1", "false") ",\n" VERSION("v2", "false"), 1},
        {"v2", UNFLAGGED("v2") ",\n" UNFLAGGED("v2"), 1},
        {"v2", "{'VersionId':'v2','IsDefaultVersion':\n'true','Document':" ALLOW_ALL "}", 1},
        {"v2", "{'VersionId':\n2,'IsDefaultVersion':true,'Document':" ALLOW_ALL "}", 1},
        {"v2", VERSION("v2", "true") ",\n7", 1},
        {"v2", VERSION("v1", "false") ",\n" VERSION("v2", "true"), 0},
        {"v2", UNFLAGGED("v1") ",\n" UNFLAGGED("v2"), 0},
        {"", VERSION("v1", "false") ",\n" VERSION("v2", "true"), 0},
        {"v2", "{'IsDefaultVersion':true,'Document':" ALLOW_ALL "}", 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[1024];
        (void)snprintf(text, sizeof(text),
                       "{'RoleDetailList':[],'Policies':[{'Arn':'arn:aws:iam::" ACCOUNT
                       ":policy/p','DefaultVersionId':'%s','PolicyVersionList':[%s]}]}",
                       rows[i].id, rows[i].versions);
        sandbox_write(box, "dump.json", text);
        if (rows[i].column == 0) {
            sandbox_accept(box);
        } else {
            (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "dump.json", 2, rows[i].column);
        }
    }
}

// What a manifest attaches is in force.
static void another_version_is_not_attached(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'users':[{'arn':'arn:aws:iam::" ACCOUNT ":user/u','policies':[\n"
                  "'v.json']}]}");
    sandbox_write(box, "v.json", "{'PolicyVersion':" VERSION("v1", "false") "}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
    sandbox_write(box, "v.json", "{'PolicyVersion':" VERSION("v1", "true") "}");
    sandbox_accept(box);
    sandbox_write(box, "v.json", "{'PolicyVersion':" UNFLAGGED("v1") "}");
    sandbox_accept(box);
    sandbox_write(box, "v.json", "{'PolicyVersion':\n" VERSION("v1", "0") "}");
    (void)sandbox_refuse(box, PC_DIAG_DUMP_VALUE, "v.json", 2, 38);
}

// The same policy in two dumps is one; another text under the same ARN is not.
static void managed_policies_are_defined_once(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "a.json", whole_dump);
    sandbox_write(
        box, "b.json",
        "{'polcheck':1,'policies':[\n{'arn':'arn:aws:iam::" ACCOUNT
        ":policy/m','policy':{'Statement':{'Action':'*','Effect':'Allow','Resource':'*'}}}"
        "]}");
    sandbox_accept(box);
    sandbox_write(box, "b.json",
                  "{'polcheck':1,'policies':[\n{'arn':'arn:aws:iam::" ACCOUNT
                  ":policy/m','policy':{'Statement':{'Action':'*','Effect':'Deny','Resource':'*'}}}"
                  "]}");
    // The manifest is read first, so the dump's definition is the second one.
    const struct pc_diag *diag = sandbox_refuse(box, PC_DIAG_DEFINED_TWICE, "a.json", 4, 13);
    assert_true(sandbox_says(diag->message, "/b.json:2:1"));
}

// Also a policy that nobody has attached is read.
static void errors_show_in_policies_of_nobody(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "dump.json",
                  "{'RoleDetailList':[],'Policies':[{'Arn':'arn:aws:iam::" ACCOUNT
                  ":policy/p','PolicyVersionList':[{'IsDefaultVersion':true,'Document':\n"
                  "{'Statement':{'Effect':'Allow','Action':'s3:Get*'}}}]}]}");
    (void)sandbox_refuse(box, PC_DIAG_RESOURCE_REQUIRED, "dump.json", 2, 14);
}

// A policy that is a boundary too is complained of once.
static void a_policy_is_complained_of_once(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(
        box, "dump.json",
        "{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::" ACCOUNT
        ":user/u','AttachedManagedPolicies':[{'PolicyArn':'arn:aws:iam::" ACCOUNT
        ":policy/p'}],'PermissionsBoundary':{'PermissionsBoundaryArn':'arn:aws:iam::" ACCOUNT
        ":policy/p'}}],'Policies':[{'Arn':'arn:aws:iam::" ACCOUNT
        ":policy/p','PolicyVersionList':[{'IsDefaultVersion':true,'Document':"
        "{'Statement':{'Sid':'','Effect':'Allow','Action':'*','Resource':'*'}}}]}]}");
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    assert_int_equal(box->diags.warnings, 1);
    assert_int_equal(box->diags.first->code, PC_DIAG_SID_EMPTY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(a_dump_is_read_whole),
        SANDBOX_TEST(documents_may_be_percent_encoded),
        SANDBOX_TEST(encoded_documents_are_checked),
        SANDBOX_TEST(documents_may_be_strings),
        SANDBOX_TEST(a_part_of_a_listing_is_refused),
        SANDBOX_TEST(policies_that_are_missing_dangle),
        SANDBOX_TEST(groups_that_are_missing_dangle),
        SANDBOX_TEST(groups_are_of_a_partition),
        SANDBOX_TEST(boundaries_that_are_missing_dangle),
        SANDBOX_TEST(damaged_dumps_are_refused),
        SANDBOX_TEST(one_version_counts),
        SANDBOX_TEST(another_version_is_not_attached),
        SANDBOX_TEST(managed_policies_are_defined_once),
        SANDBOX_TEST(errors_show_in_policies_of_nobody),
        SANDBOX_TEST(a_policy_is_complained_of_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
