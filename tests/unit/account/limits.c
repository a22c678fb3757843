// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

// A statement list padded to a size by the name in an action. AWS's limits: SEMANTICS.md 1.4.
struct padded {
    char text[1 << 16];
};

// Writes `before` + document with exactly `size` characters + `after`. White space does not count
// for IAM, so a space is put in that must not.
static void write_padded(struct sandbox *box, const char *before, const char *open,
                         const char *close, size_t size, const char *after)
{
    struct padded *padded = malloc(sizeof(*padded));
    assert_non_null(padded);
    size_t fixed = strlen(open) + strlen(close);
    int length = snprintf(padded->text, sizeof(padded->text), "%s%s", before, open);
    memset(padded->text + length, 'a', size - fixed);
    length += (int)(size - fixed);
    (void)snprintf(padded->text + length, sizeof(padded->text) - (size_t)length, "%s%s", close,
                   after);
    sandbox_write(box, "x.json", padded->text);
    free(padded);
}

static const struct {
    const char *before, *open, *close, *after;
    size_t limit;
} rows[] = {
    // managed policy
    {"{'RoleDetailList':[],'Policies':[{'Arn':'arn:aws:iam::111122223333:policy/p',"
     "'PolicyVersionList':[{'IsDefaultVersion':true,'Document':   ",
     "{'Statement':{'Effect':'Allow','Resource':'*','Action':'s3:", "'}}", "}]}]}", 6144},
    // inline policies of a user, group, role
    {"{'RoleDetailList':[],'UserDetailList':[{'Arn':'arn:aws:iam::111122223333:user/u',"
     "'UserPolicyList':[{'PolicyName':'p','PolicyDocument':",
     "{'Statement':{'Effect':'Allow','Resource':'*','Action':'s3:", "'}}", "}]}]}", 2048},
    {"{'RoleDetailList':[],'GroupDetailList':[{'Arn':'arn:aws:iam::111122223333:group/g',"
     "'GroupPolicyList':[{'PolicyName':'p','PolicyDocument':",
     "{'Statement':{'Effect':'Allow','Resource':'*','Action':'s3:", "'}}", "}]}]}", 5120},
    {"{'RoleDetailList':[{'Arn':'arn:aws:iam::111122223333:role/r',"
     "'AssumeRolePolicyDocument':" TRUST_LAMBDA ",'RolePolicyList':[{'PolicyName':'p',"
     "'PolicyDocument':",
     "{'Statement':{'Effect':'Allow','Resource':'*','Action':'s3:", "'}}", "}]}]}", 10240},
    // trust policy
    {"{'RoleDetailList':[{'Arn':'arn:aws:iam::111122223333:role/r','AssumeRolePolicyDocument':",
     "{'Statement':{'Effect':'Allow','Principal':{'Service':'lambda.amazonaws.com'},'Action':'sts:",
     "'}}", "}]}", 8192},
    // SCP, RCP
    {"{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':[",
     "{'Statement':{'Effect':'Allow','Resource':'*','Action':'s3:", "'}}",
     "]}],'accounts':[{'id':'111122223333','parent':'r-1'}]}}", 10240},
    {"{'polcheck':1,'organization':{'levels':[{'id':'r-1','rcp':[",
     "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Resource':'*',"
     "'Action':'s3:",
     "'}}", "]}],'accounts':[{'id':'111122223333','parent':'r-1'}]}}", 5120},
    // bucket, key, function, topic, queue
    {"{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':'111122223333','policy':",
     "{'Statement':{'Effect':'Deny','Principal':'*','Resource':'arn:aws:s3:::b','Action':'s3:",
     "'}}", "}]}", 20480},
    {"{'polcheck':1,'resources':[{'arn':'arn:aws:kms:eu-west-1:111122223333:key/k','policy':",
     "{'Statement':{'Effect':'Deny','Principal':'*','Resource':'*','Action':'kms:", "'}}", "}]}",
     32768},
    {"{'polcheck':1,'resources':[{'arn':'arn:aws:lambda:eu-west-1:111122223333:function:f',"
     "'policy':",
     "{'Statement':{'Effect':'Deny','Principal':'*','Resource':'*','Action':'lambda:", "'}}", "}]}",
     20480},
    {"{'polcheck':1,'resources':[{'arn':'arn:aws:sns:eu-west-1:111122223333:t','policy':",
     "{'Statement':{'Effect':'Deny','Principal':'*','Resource':'*','Action':'sns:", "'}}", "}]}",
     30720},
    {"{'polcheck':1,'resources':[{'arn':'arn:aws:sqs:eu-west-1:111122223333:q','policy':",
     "{'Statement':{'Effect':'Deny','Principal':'*','Resource':'*','Action':'sqs:", "'}}", "}]}",
     8192},
};

static void beyond_the_limit_there_is_a_warning(void **state)
{
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_padded(box, rows[i].before, rows[i].open, rows[i].close, rows[i].limit,
                     rows[i].after);
        sandbox_accept(box);
        write_padded(box, rows[i].before, rows[i].open, rows[i].close, rows[i].limit + 1,
                     rows[i].after);
        assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
        assert_int_equal(box->diags.warnings, 1);
        assert_int_equal(box->diags.first->code, PC_DIAG_POLICY_TOO_LARGE);
        assert_true(sandbox_says(box->diags.first->message, "characters"));
    }
}

// What AWS itself wrote, and what may be of several kinds, is not measured.
static void uncertain_kinds_are_not_measured(void **state)
{
    struct sandbox *box = *state;
    write_padded(box, "{'polcheck':1,'policies':[{'arn':'arn:aws:iam::aws:policy/P','policy':",
                 rows[0].open, rows[0].close, 30000, "}]}");
    sandbox_accept(box);
    write_padded(box,
                 "{'polcheck':1,'roles':[{'arn':'arn:aws:iam::111122223333:role/r','policies':[",
                 rows[0].open, rows[0].close, 30000, "]}]}");
    sandbox_accept(box);
}

struct chain {
    int units, scps, rcps;
    bool managed; // RCPFullAWSAccess is listed as well
};

// A chain of units below the root with an account at its end, which has these policies.
static void write_chain(struct sandbox *box, const struct chain *chain)
{
    static const char scp[] = "{'Version':'2012-10-17','Statement':{'Effect':'Allow','Action':'*',"
                              "'Resource':'*'}}";
    static const char rcp[] =
        "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*',"
        "'Action':'s3:*','Resource':'*'}}";
    static const char managed[] =
        ",{'Version':'2012-10-17','Statement':{'Effect':'Allow','Principal':'*',"
        "'Action':'*','Resource':'*'}}";
    int units = chain->units;
    PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
    pc_buf_text(&out, "{'polcheck':1,'organization':{'levels':[{'id':'r-1'}");
    for (int i = 1; i <= units; i++) {
        pc_buf_format(&out, ",{'id':'ou-%d','parent':'%s-%d'}", i, i == 1 ? "r" : "ou",
                      i == 1 ? 1 : i - 1);
    }
    pc_buf_format(&out, "],'accounts':[{'id':'111122223333','parent':'%s-%d','scp':[",
                  units == 0 ? "r" : "ou", units == 0 ? 1 : units);
    for (int i = 0; i < chain->scps; i++) {
        pc_buf_format(&out, "%s%s", i > 0 ? "," : "", scp);
    }
    pc_buf_text(&out, "],'rcp':[");
    for (int i = 0; i < chain->rcps; i++) {
        pc_buf_format(&out, "%s%s", i > 0 ? "," : "", rcp);
    }
    pc_buf_text(&out, chain->managed ? managed : "");
    pc_buf_text(&out, "]}]}}");
    pc_buf_byte(&out, '\0');
    assert_int_equal(pc_buf_status(&out), PC_OK);
    sandbox_write(box, "x.json", out.ptr);
}

// R-031; RCPFullAWSAccess counts whether it is listed or not.
static void an_organisation_has_limits(void **state)
{
#define MANY_RCPS                                                                                  \
    "\"111122223333\" has 6 resource control policies with RCPFullAWSAccess, but a level may "     \
    "have 5"
    static const struct {
        struct chain chain;
        size_t warnings;
        const char *says;
    } chains[] = {
        {{5, 10, 4, false}, 0, NULL},
        {{5, 10, 4, true}, 0, NULL},
        {{5, 11, 4, false},
         1,
         "\"111122223333\" has 11 service control policies, but a level may have 10"},
        {{5, 10, 5, false}, 1, MANY_RCPS},
        {{5, 10, 5, true}, 1, MANY_RCPS},
        {{6, 1, 1, false},
         2,
         "\"ou-6\" lies deeper than level 6 from the root, the last for a unit"},
    };
    struct sandbox *box = *state;
    for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
        write_chain(box, &chains[i].chain);
        assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
        assert_int_equal(box->diags.warnings, chains[i].warnings);
        if (chains[i].says != NULL) {
            assert_int_equal(box->diags.first->code, PC_DIAG_ORGANIZATION_LIMIT);
            assert_true(sandbox_says(box->diags.first->message, chains[i].says));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(beyond_the_limit_there_is_a_warning),
        SANDBOX_TEST(uncertain_kinds_are_not_measured),
        SANDBOX_TEST(an_organisation_has_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
