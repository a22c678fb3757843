// SPDX-License-Identifier: Apache-2.0
#include "sandbox.h"

#include "picture.h"

#define ACCOUNT "111122223333"
#define SCP_ARN "arn:aws:organizations::111122223333:policy/o-a/service_control_policy/p-1"
#define DUMP(type)                                                                                 \
    "{'Policy':{'PolicySummary':{'Id':'p-1','Arn':'" SCP_ARN "','Name':'Guard','Type':'" type      \
    "'},'Content':'{\\'Statement\\':{\\'Effect\\':\\'Deny\\',\\'Action\\':\\'s3:*\\',"             \
    "\\'Resource\\':\\'*\\'}}'}}"

static void a_policy_serves_several_levels(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "scp.json", DUMP("SERVICE_CONTROL_POLICY"));
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'organization':{'accounts':[{'id':'111122223333','parent':'ou-1',"
                  "'scp':['scp.json']}],'levels':[{'id':'ou-1','parent':'r-1','scp':['" SCP_ARN
                  "']},{'id':'r-1','scp':['scp.json',{'name':'x','document':" ALLOW_ALL "}]}]}}");
    sandbox_accept(box);
    const struct pc_level *unit = box->import->levels;
    const struct pc_document *guard = unit->scp.first->document;
    assert_view(guard->name, "Guard");
    assert_non_null(guard->read[PC_POLICY_SCP]);
    assert_ptr_equal(unit->up->scp.first->document, guard);
    assert_ptr_equal(unit->next->next->scp.first->document, guard);
    assert_ptr_equal(unit->next->next->up, unit);
}

// By its ARN alone it is attached too.
static void a_policy_may_be_named_by_arn(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "scp.json", DUMP("SERVICE_CONTROL_POLICY"));
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':['" SCP_ARN
                  "']}],'accounts':[{'id':'" ACCOUNT "','parent':'r-1'}]}}");
    sandbox_accept(box);
}

#define DENY_ANYBODY                                                                               \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*',"        \
    "'Resource':'*'}}"
#define DENY_S3 "{'Statement':{'Effect':'Deny','Action':'s3:*','Resource':'*'}}"

static size_t warnings_of(struct sandbox *box, const char *manifest)
{
    sandbox_write(box, "m.json", manifest);
    assert_int_equal(sandbox_import_paths(box, NULL, 0), PC_OK);
    return box->diags.warnings;
}

// A guard-rail below which nobody is would be missed in silence. One that an empty unit has beside
// others is none such.
static void a_policy_reaches_an_account(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "deny.json", DENY_S3);
    assert_int_equal(warnings_of(box, "{'polcheck':1,'organization':{'levels':[{'id':'r-1',"
                                      "'scp':[\n'deny.json']}],'accounts':[]}}"),
                     1);
    assert_non_null(sandbox_find(box, PC_DIAG_GUARD_RAIL_UNHELD, "m.json", 2, 1));
    assert_int_equal(
        warnings_of(box, "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':['deny.json']},"
                         "{'id':'ou-1','parent':'r-1','scp':['deny.json'],'rcp':[\n" DENY_ANYBODY
                         "]}],'accounts':[{'id':'" ACCOUNT "','parent':'r-1'}]}}"),
        1);
    assert_non_null(sandbox_find(box, PC_DIAG_GUARD_RAIL_UNHELD, "m.json", 2, 1));
    assert_int_equal(
        warnings_of(box, "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':['deny.json']},"
                         "{'id':'ou-1','parent':'r-1','scp':['deny.json']}],"
                         "'accounts':[{'id':'" ACCOUNT "','parent':'r-1'}]}}"),
        0);
}

#define GUARDED                                                                                    \
    "'organization':{'levels':[{'id':'r-1','scp':[" DENY_S3                                        \
    "]}],'accounts':[{'id':'444455556666','parent':'r-1'}]}"

// An account that the organisation does not list has none of its guard-rails.
static void an_account_outside_is_told(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "d.json",
                  "{'RoleDetailList':[],'UserDetailList':[\n{'Arn':'arn:aws:iam::" ACCOUNT
                  ":user/a'},{'Arn':'arn:aws:iam::" ACCOUNT ":user/b'}]}");
    assert_int_equal(warnings_of(box, "{'polcheck':1," GUARDED "}"), 1);
    assert_non_null(sandbox_find(box, PC_DIAG_GUARD_RAIL_UNHELD, "d.json", 2, 1));
    assert_int_equal(warnings_of(box,
                                 "{'polcheck':1,'resources':[{'arn':'arn:aws:s3:::b','account':"
                                 "'444455556666'}]," GUARDED "}"),
                     1);
    // Without policies there is nothing that it could have.
    assert_int_equal(warnings_of(box, "{'polcheck':1,'organization':{'levels':[{'id':'r-1'}]}}"),
                     0);
}

// A manifest may name a partner's role beside the organisation's own; alone it is hardly a
// partner's.
static void a_partner_is_outside(void **state)
{
    struct sandbox *box = *state;
    assert_int_equal(warnings_of(box, "{'polcheck':1,'users':[\n{'arn':'arn:aws:iam::" ACCOUNT
                                      ":user/a'}]," GUARDED "}"),
                     1);
    assert_non_null(sandbox_find(box, PC_DIAG_GUARD_RAIL_UNHELD, "m.json", 2, 1));
    assert_int_equal(
        warnings_of(box,
                    "{'polcheck':1,'users':[{'arn':'arn:aws:iam::" ACCOUNT ":user/a'}],"
                    "'resources':[{'arn':'arn:aws:s3:::b','account':'444455556666'}]," GUARDED "}"),
        0);
}

static void a_policy_keeps_its_type(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "scp.json", DUMP("SERVICE_CONTROL_POLICY"));
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'organization':{'levels':[{'id':'r-1','rcp':[\n'scp.json']}]}}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
}

static void levels_do_not_turn_in_circles(void **state)
{
    struct sandbox *box = *state;
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'organization':{'levels':[{'id':'a','parent':'b'},"
                  "{'id':'b','parent':'c'},{'id':'c','parent':\n'a'},{'id':'d','parent':'a'}],"
                  "'accounts':[{'id':'111122223333','parent':'d'}]}}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_CYCLE, "m.json", 2, 1);
    sandbox_write(box, "m.json",
                  "{'polcheck':1,'organization':{'levels':[{'id':'a','parent':\n'a'}]}}");
    (void)sandbox_refuse(box, PC_DIAG_MANIFEST_CYCLE, "m.json", 2, 1);
}

static void wrong_values_are_refused(void **state)
{
    struct sandbox *box = *state;
    static const char forgotten_by_account[] =
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1'}],"
        "'accounts':[\n{'id':'444455556666'}]}}";
    static const char *const rows[] = {
        "{'polcheck':1,'organization':{'levels':[\n{'scp':[]}]}}",
        "{'polcheck':1,'organization':{'levels':[\n{'id':''}]}}",
        "{'polcheck':1,'organization':{'levels':[\n{'id':'111122223333'}]}}",
        "{'polcheck':1,'organization':{'accounts':[\n{'id':'ou-1'}]}}",
        "{'polcheck':1,'organization':{'accounts':[{'id':'111122223333','management':\n'yes'}]}}",
        "{'polcheck':1,'organization':{'accounts':[{'id':'111122223333','scp':\nnull}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','scp':\n{}}]}}",
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1','parent':\n7}]}}",
        "{'polcheck':1,'organization':{'accounts':[{'id':'" ACCOUNT
        "'},{'id':'444455556666','parent':\n'" ACCOUNT "'}]}}",
        forgotten_by_account,
        "{'polcheck':1,'organization':{'levels':[{'id':'r-1'},\n{'id':'ou-1'}]}}",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sandbox_write(box, "m.json", rows[i]);
        (void)sandbox_refuse(box, PC_DIAG_MANIFEST_VALUE, "m.json", 2, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(a_policy_serves_several_levels), SANDBOX_TEST(a_policy_may_be_named_by_arn),
        SANDBOX_TEST(a_policy_keeps_its_type),        SANDBOX_TEST(levels_do_not_turn_in_circles),
        SANDBOX_TEST(wrong_values_are_refused),       SANDBOX_TEST(a_policy_reaches_an_account),
        SANDBOX_TEST(an_account_outside_is_told),     SANDBOX_TEST(a_partner_is_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
