// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#include <stdio.h>

#define S(text)  "{'Version':'2012-10-17','Statement':{" text "}}"
#define ALLOW    "'Effect':'Allow',"
#define TARGET   "'Action':'s3:*','Resource':'*'"
#define EVERYONE "'Principal':'*',"

static void elements_are_known_by_their_exact_names(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"a misspelt element beside the right ones (R-010, R-011)", PC_POLICY_IDENTITY,
         S(ALLOW TARGET ",^'action':'s3:*',^'Conditions':{},^'Effects':1"), "301 301 301"},
        {"a misspelt element is no element (R-010)", PC_POLICY_IDENTITY,
         "{'Version':'2012-10-17','Statement':^^^{^'effect':'Deny',^'Actions':'*',^'resource':'*'}"
         "}",
         "302 304 305 301 301 301"},
        {"an empty statement", PC_POLICY_IDENTITY, "{'Statement':[^^^{}]}", "302 304 305"},
        {"no Effect (R-012)", PC_POLICY_IDENTITY, "{'Statement':^{" TARGET "}}", "302"},
        {"Effect in lower case (R-012)", PC_POLICY_IDENTITY, S("'Effect':^'allow'," TARGET), "302"},
        {"Effect with a space (R-012)", PC_POLICY_IDENTITY, S("'Effect':^'Deny '," TARGET), "302"},
        {"Effect in an array (R-012)", PC_POLICY_IDENTITY, S("'Effect':^['Deny']," TARGET), "302"},
        {"Effect null (R-012)", PC_POLICY_IDENTITY, S("'Effect':^null," TARGET), "302"},
        {"Effect true (R-012)", PC_POLICY_IDENTITY, S("'Effect':^true," TARGET), "302"},
        {"several statements, each with an error", PC_POLICY_IDENTITY,
         "{'Statement':[{" ALLOW TARGET "},\n{'Effect':^'No'," TARGET "},\n ^{'Effect':'Deny',"
         "'Resource':'*'}]}",
         "302 304"},
        {"an RCP that allows", PC_POLICY_RCP, S("'Effect':^'Allow'," EVERYONE TARGET), "315"},
    };
    CHECK_DOCUMENTS(cases);
}

static void pairs_and_requirements(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"Action and NotAction (R-013)", PC_POLICY_IDENTITY, S(ALLOW TARGET ",^'NotAction':'s3:*'"),
         "303"},
        {"NotResource and Resource (R-013)", PC_POLICY_IDENTITY,
         S(ALLOW "'Action':'*','NotResource':'*',^'Resource':'*'"), "303"},
        {"Principal and NotPrincipal (R-013)", PC_POLICY_RESOURCE,
         S("'Effect':'Deny'," EVERYONE "^'NotPrincipal':'*'," TARGET), "303"},
        {"all three pairs", PC_POLICY_RESOURCE,
         S("'Effect':'Deny'," EVERYONE "^'NotPrincipal':'*'," TARGET
           ",^'NotAction':'*',^'NotResource':'*'"),
         "303 303 303"},
        {"no Action (R-013)", PC_POLICY_RESOURCE,
         "{'Statement':^{" ALLOW EVERYONE "'Resource':'*'}}", "304"},
        {"no Resource in an identity policy", PC_POLICY_IDENTITY,
         "{'Statement':^{" ALLOW "'Action':'*'}}", "305"},
        {"no Resource in a boundary", PC_POLICY_BOUNDARY, "{'Statement':^{" ALLOW "'Action':'*'}}",
         "305"},
        {"no Resource in a session policy", PC_POLICY_SESSION,
         "{'Statement':^{" ALLOW "'Action':'*'}}", "305"},
        {"no Resource in an SCP", PC_POLICY_SCP, "{'Statement':^{" ALLOW "'Action':'*'}}", "305"},
        {"no Resource in an RCP", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':^{'Effect':'Deny'," EVERYONE "'Action':'s3:*'}}",
         "305"},
        {"no Resource in an endpoint policy", PC_POLICY_ENDPOINT,
         "{'Statement':^{" ALLOW EVERYONE "'Action':'*'}}", "305"},
        {"Resource in a trust policy", PC_POLICY_TRUST,
         S("'Effect':'Deny'," EVERYONE "'Action':'sts:AssumeRole',^'Resource':'*'"), "306"},
        {"NotResource in a trust policy", PC_POLICY_TRUST,
         S("'Effect':'Deny'," EVERYONE "'Action':'sts:AssumeRole',^'NotResource':7"), "306"},
        {"NotAction in an RCP", PC_POLICY_RCP,
         S("'Effect':'Deny'," EVERYONE "^'NotAction':'s3:*','Resource':'*'"), "316"},
    };
    CHECK_DOCUMENTS(cases);
}

//
static void sids(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"letters and digits", PC_POLICY_IDENTITY, S("'Sid':'Aa09'," ALLOW TARGET), ""},
        {"empty is a warning", PC_POLICY_IDENTITY, S("'Sid':^''," ALLOW TARGET), "312"},
        {"empty twice is no duplicate", PC_POLICY_IDENTITY,
         "{'Statement':[{'Sid':^''," ALLOW TARGET "},{'Sid':^''," ALLOW TARGET "}]}", "312 312"},
        {"a dash", PC_POLICY_IDENTITY, S("'Sid':^'a-b'," ALLOW TARGET), "310"},
        {"a space in a boundary", PC_POLICY_BOUNDARY, S("'Sid':^'a b'," ALLOW TARGET), "310"},
        {"a letter beyond ASCII in a session policy", PC_POLICY_SESSION,
         S("'Sid':^'\xC3\xA9'," ALLOW TARGET), "310"},
        {"a line end behind", PC_POLICY_SCP, S("'Sid':^'a\\n'," ALLOW TARGET), "310"},
        {"an RCP", PC_POLICY_RCP, S("'Sid':^'a_b','Effect':'Deny'," EVERYONE TARGET), "310"},
        {"a trust policy", PC_POLICY_TRUST,
         S("'Sid':^'a.b','Effect':'Deny'," EVERYONE "'Action':'sts:*'"), "310"},
        {"services are looser: spaces", PC_POLICY_KEY,
         S("'Sid':'Enable IAM policies'," ALLOW EVERYONE "'Action':'kms:*','Resource':'*'"), ""},
        {"services are looser: dashes", PC_POLICY_RESOURCE,
         S("'Sid':'from-s3_1'," ALLOW EVERYONE TARGET), ""},
        {"a number", PC_POLICY_IDENTITY, S("'Sid':^1," ALLOW TARGET), "310"},
        {"a number in a bucket policy", PC_POLICY_RESOURCE, S("'Sid':^1," ALLOW EVERYONE TARGET),
         "310"},
        {"twice", PC_POLICY_IDENTITY,
         "{'Statement':[{'Sid':'A'," ALLOW TARGET "},{'Sid':'a'," ALLOW TARGET
         "},\n{'Sid':^'A'," ALLOW TARGET "}]}",
         "311"},
        {"services are looser: twice", PC_POLICY_RESOURCE,
         "{'Statement':[{'Sid':'a b'," ALLOW EVERYONE TARGET "},{'Sid':'a b'," ALLOW EVERYONE TARGET
         "}]}",
         ""},
    };
    CHECK_DOCUMENTS(cases);
}

static void a_statement_becomes_a_model(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_RESOURCE,
                  "{'Statement':[{'Sid':'One','Effect':'Allow','Principal':'*','Action':'*'},\n"
                  "{'Effect':'Deny','NotPrincipal':'*','NotAction':['s3:Get*','*:*'],\n"
                  "'NotResource':['arn:aws:s3:::b']}]}");
    assert_int_equal(document.status, PC_OK);
    const struct pc_statement *first = &document.policy->statements[0];
    assert_view(first->sid, "One");
    assert_int_equal(first->effect, PC_EFFECT_ALLOW);
    assert_int_equal(first->principals.kind, PC_LIST_POSITIVE);
    assert_int_equal(first->actions.kind, PC_LIST_POSITIVE);
    assert_int_equal(first->actions.count, 1);
    assert_view(first->actions.items[0].text, "*");
    assert_int_equal(first->actions.items[0].column, 70);
    assert_int_equal(first->actions.column, 61);
    assert_int_equal(first->resources.kind, PC_LIST_ABSENT);
    assert_int_equal(first->condition_count, 0);
    assert_int_equal(first->idle_operator_count, 0);

    const struct pc_statement *second = &document.policy->statements[1];
    assert_view(second->sid, "");
    assert_int_equal(second->effect, PC_EFFECT_DENY);
    assert_int_equal(second->principals.kind, PC_LIST_NEGATED);
    assert_int_equal(second->actions.kind, PC_LIST_NEGATED);
    assert_int_equal(second->actions.count, 2);
    assert_view(second->actions.items[0].text, "s3:Get*");
    assert_view(second->actions.items[1].text, "*");
    assert_int_equal(second->resources.kind, PC_LIST_NEGATED);
    assert_int_equal(second->resources.count, 1);
    assert_view(second->resources.items[0].text, "arn:aws:s3:::b");
    assert_int_equal(second->resources.items[0].line, 3);
    assert_int_equal(second->resources.items[0].column, 16);
    document_release(&document);
}

// a scalar is an array of one. R-008: the order of keys never matters.
static void one_element_equals_the_scalar(void **state)
{
    (void)state;
    static const char *const texts[] = {
        S(ALLOW "'Action':'s3:*','Resource':'*'"),
        S("'Resource':['*'],'Action':['s3:*'],'Effect':'Allow'"),
        "{'Statement':[{" ALLOW TARGET "}],'Version':'2012-10-17'}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct document document;
        document_read(&document, PC_POLICY_IDENTITY, texts[i]);
        assert_int_equal(document.status, PC_OK);
        assert_int_equal(document.policy->count, 1);
        const struct pc_statement *statement = &document.policy->statements[0];
        assert_int_equal(statement->effect, PC_EFFECT_ALLOW);
        assert_int_equal(statement->actions.count, 1);
        assert_view(statement->actions.items[0].text, "s3:*");
        assert_int_equal(statement->resources.count, 1);
        assert_view(statement->resources.items[0].text, "*");
        document_release(&document);
    }
}

// Few Sids are compared with each other, many are looked up: both find the first that is the same.
static void sids_are_unique_however_many_there_are(void **state)
{
    (void)state;
    for (size_t count = 2; count < 40; count++) {
        for (size_t same = 0; same < count; same++) { // no two for the last
            struct pc_buf text = {0};
            struct document document;
            pc_buf_text(&text, "{'Statement':[");
            for (size_t i = 0; i < count; i++) {
                pc_buf_format(&text, "%s{'Sid':'S%zu','Effect':'Deny','Action':'*','Resource':'*'}",
                              i > 0 ? ",\n" : "", i + 1 < count ? i : same);
            }
            pc_buf_text(&text, "]}");
            pc_buf_byte(&text, '\0');
            assert_int_equal(pc_buf_status(&text), PC_OK);
            document_read(&document, PC_POLICY_IDENTITY, text.ptr);
            bool twice = same + 1 < count;
            assert_int_equal(document.diags.errors, twice);
            if (twice) {
                char message[96];
                (void)snprintf(message, sizeof(message),
                               "the Sid \"S%zu\" is that of the statement at line %zu already",
                               same, same + 1);
                assert_int_equal(document.diags.first->code, PC_DIAG_SID_DUPLICATE);
                assert_int_equal(document.diags.first->place.line, count);
                assert_true(pc_str_eq(document.diags.first->message, pc_str_from(message)));
            }
            document_release(&document);
            pc_buf_release(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sids_are_unique_however_many_there_are),
        cmocka_unit_test(elements_are_known_by_their_exact_names),
        cmocka_unit_test(pairs_and_requirements),
        cmocka_unit_test(sids),
        cmocka_unit_test(a_statement_becomes_a_model),
        cmocka_unit_test(one_element_equals_the_scalar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
