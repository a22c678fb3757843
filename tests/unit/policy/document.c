// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#define GOOD "{'Effect':'Deny','Action':'s3:GetObject','Resource':'*'}"

static void the_elements_of_a_document_are_checked(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"the least document (R-005)", PC_POLICY_IDENTITY, "{'Statement':" GOOD "}", ""},
        {"Version 2012-10-17 (R-004)", PC_POLICY_IDENTITY,
         "{'Version':'2012-10-17','Statement':[" GOOD "]}", ""},
        {"Version 2008-10-17 (R-004)", PC_POLICY_IDENTITY,
         "{'Statement':[" GOOD "," GOOD "],'Version':'2008-10-17'}", ""},
        {"no object (R-001)", PC_POLICY_IDENTITY, "\n ^[]", "200"},
        {"null is no object (R-001)", PC_POLICY_IDENTITY, "^null", "200"},
        {"no Statement (R-007)", PC_POLICY_IDENTITY, "^{'Version':'2012-10-17'}", "205"},
        {"empty Statement (R-007)", PC_POLICY_IDENTITY, "{'Statement':^[]}", "205"},
        {"Statement is a string (R-007)", PC_POLICY_IDENTITY, "{'Statement':^'x'}", "205"},
        {"Statement is null (R-007)", PC_POLICY_IDENTITY, "{'Statement':^null}", "205"},
        {"another Version (R-004)", PC_POLICY_IDENTITY,
         "{'Version':^'2012-10-18','Statement':" GOOD "}", "202"},
        {"a number as Version (R-004)", PC_POLICY_IDENTITY,
         "{'Version':^2012,'Statement':" GOOD "}", "202"},
        {"null as Version (R-004)", PC_POLICY_IDENTITY, "{'Version':^null,'Statement':" GOOD "}",
         "202"},
        {"unknown and misspelt elements (R-003, R-010)", PC_POLICY_IDENTITY,
         "^{^'version':'2012-10-17',\n^'Statements':" GOOD ",^'Rules':{'a':[{}]}}",
         "205 201 201 201"},
        {"Id where it is allowed (R-006)", PC_POLICY_RESOURCE,
         "{'Id':'x','Statement':{'Principal':'*','Effect':'Deny','Action':'*'}}", ""},
        {"Id in an endpoint policy", PC_POLICY_ENDPOINT,
         "{'Id':'x','Statement':{'Principal':'*','Effect':'Deny','Action':'*','Resource':'*'}}",
         ""},
        {"a number as Id (R-006)", PC_POLICY_RESOURCE,
         "{'Id':^5,'Statement':{'Principal':'*','Effect':'Deny','Action':'*'}}", "204"},
        {"Id in an identity policy (R-006)", PC_POLICY_IDENTITY, "{^'Id':'x','Statement':" GOOD "}",
         "204"},
        {"Id in an SCP (R-006)", PC_POLICY_SCP, "{^'Id':'x','Statement':" GOOD "}", "204"},
        {"no statement is an object (R-007)", PC_POLICY_IDENTITY,
         "{'Statement':[^'x', " GOOD ",\n^7,^[" GOOD "]]}", "300 300 300"},
        {"a type that does not exist", PC_POLICY_NONE, "^{'Statement':" GOOD "}", "208"},
        {"a type outside the table", (enum pc_policy_type)10, "^{'Statement':" GOOD "}", "208"},
    };
    CHECK_DOCUMENTS(cases);
}

// Row by row of SEMANTICS.md 1.3, column Version.
static void some_types_require_a_version(void **state)
{
    (void)state;
#define RCP "'Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}}"
    static const struct document_case cases[] = {
        {"an RCP says 2012-10-17", PC_POLICY_RCP, "{'Version':'2012-10-17'," RCP, ""},
        {"an RCP without Version", PC_POLICY_RCP, "^{" RCP, "203"},
        {"an RCP of 2008", PC_POLICY_RCP, "{'Version':^'2008-10-17'," RCP, "203"},
        {"an RCP with no such Version", PC_POLICY_RCP, "{'Version':^'2'," RCP, "202"},
        {"an SCP without Version", PC_POLICY_SCP, "{'Statement':" GOOD "}", ""},
        {"an SCP of 2008", PC_POLICY_SCP, "{'Version':^'2008-10-17','Statement':" GOOD "}", "203"},
    };
#undef RCP
    CHECK_DOCUMENTS(cases);
}

// what AWS attaches to every level may be listed; a customer's RCP may not look like it.
static void the_managed_rcp_may_allow(void **state)
{
    (void)state;
#define FULL "'Effect':'Allow','Principal':'*','Action':'*','Resource':'*'"
    static const struct document_case cases[] = {
        {"RCPFullAWSAccess", PC_POLICY_RCP, "{'Version':'2012-10-17','Statement':[{" FULL "}]}",
         ""},
        {"with a Sid", PC_POLICY_RCP, "{'Version':'2012-10-17','Statement':{'Sid':'All'," FULL "}}",
         ""},
        {"in lists of one (R-014)", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Principal':'*','Action':['*'],"
         "'Resource':['*']}]}",
         ""},
        {"in longer lists it is a customer's", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':[{'Effect':^'Allow','Principal':'*',"
         "'Action':[^'*','s3:*'],'Resource':'*'}]}",
         "315 401"},
        {"with a Condition it is a customer's", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':[{'Effect':^'Allow','Principal':'*','Action':^'*',"
         "'Resource':'*','Condition':{}}]}",
         "315 401"},
        {"of two statements it is a customer's", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':[{'Effect':^'Allow','Principal':'*','Action':^'*',"
         "'Resource':'*'},{'Effect':'Deny','Principal':'*','Action':'s3:*','Resource':'*'}]}",
         "315 401"},
        {"on one service it is a customer's", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':{'Effect':^'Allow','Principal':'*','Action':'s3:*',"
         "'Resource':'*'}}",
         "315"},
    };
#undef FULL
    CHECK_DOCUMENTS(cases);
}

static void hints_name_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hint;
    } cases[] = {
        {"{'version':'2012-10-17','Statement':" GOOD "}", "did you mean \"Version\"?"},
        {"{'Statement':" GOOD ",'Statements':[]}", "did you mean \"Statement\"?"},
        {"{'Statement':{'Efect':'Deny','Effect':'Deny','Action':'*','Resource':'*'}}",
         "did you mean \"Effect\"?"},
        {"{'Statement':{'Effect':'deny','Action':'*','Resource':'*'}}", "did you mean \"Deny\"?"},
        {"{'Statement':{'Effect':'Deny','Action':'*','Resource':'*','NotActions':'*'}}",
         "did you mean \"NotAction\"?"},
        {"{'Statement':{'Effect':'Deny','Action':'*','Resource':'*','Owner':'*'}}", ""},
        {"{'Statement':{'Effect':'Deny','Action':'*','Resource':'*',"
         "'ActionActionActionActionActionAction':'*'}}",
         ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct document document;
        document_read(&document, PC_POLICY_IDENTITY, cases[i].text);
        assert_int_equal(document.status, PC_ERR_INVALID);
        assert_int_equal(document.diags.errors, 1);
        assert_true(pc_str_eq(document.diags.last->hint, pc_str_from(cases[i].hint)));
        document_release(&document);
    }
}

static void a_document_becomes_a_model(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_IDENTITY,
                  "\n  {'Version':'2012-10-17','Statement':[\n" GOOD ",\n   " GOOD "]}");
    assert_int_equal(document.status, PC_OK);
    const struct pc_policy *policy = document.policy;
    assert_int_equal(policy->type, PC_POLICY_IDENTITY);
    assert_view(policy->file, "p.json");
    assert_view(policy->name, "p");
    assert_true(policy->variables);
    assert_int_equal(policy->line, 2);
    assert_int_equal(policy->column, 3);
    assert_int_equal(policy->count, 2);
    assert_int_equal(policy->statements[0].line, 3);
    assert_int_equal(policy->statements[0].column, 1);
    assert_int_equal(policy->statements[1].line, 4);
    assert_int_equal(policy->statements[1].column, 4);
    struct pc_place place = pc_policy_place(policy, 4, 5);
    assert_view(place.file, "p.json");
    assert_int_equal(place.line, 4);
    assert_int_equal(place.column, 5);
    document_release(&document);
}

static void variables_need_version_2012(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool variables;
    } cases[] = {
        {"{'Version':'2012-10-17','Statement':" GOOD "}", true},
        {"{'Version':'2008-10-17','Statement':" GOOD "}", false},
        {"{'Statement':" GOOD "}", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct document document;
        document_read(&document, PC_POLICY_IDENTITY, cases[i].text);
        assert_int_equal(document.status, PC_OK);
        assert_int_equal(document.policy->variables, cases[i].variables);
        document_release(&document);
    }
}

// A document inside a string of another one: places are those of the outer file, and R-002 looks at
// the inner text.
static void an_embedded_document_has_places_of_the_outer_file(void **state)
{
    (void)state;
    struct pc_arena arena;
    struct pc_diags diags;
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    // Columns: 1 is '{', the string begins at 11, its text at 12.
    struct pc_json_source outer = {.file = PC_STR("o.json"),
                                   .text =
                                       PC_STR("{\"Policy\":\"{\\\"Rules\\\":\\\"\xC4\x80\\\"}\"}")};
    const struct pc_json *dump = NULL;
    assert_int_equal(pc_json_parse(&arena, &outer, &diags, &dump), PC_OK);
    const struct pc_json *string = pc_json_get(dump, PC_STR("Policy"));
    struct pc_json_source inner = {
        .file = outer.file, .text = string->text, .inside = string, .outer = outer.text};
    const struct pc_json *json = NULL;
    assert_int_equal(pc_json_parse(&arena, &inner, &diags, &json), PC_OK);
    struct pc_policy_input input = {.type = PC_POLICY_SCP,
                                    .file = outer.file,
                                    .name = PC_STR("p"),
                                    .document = json,
                                    .source = inner.text};
    const struct pc_policy *policy = NULL;
    assert_int_equal(pc_policy_read(&arena, &input, &diags, &policy), PC_ERR_INVALID);
    assert_null(policy);
    assert_int_equal(diags.errors, 3);
    assert_int_equal(diags.first->code, PC_DIAG_POLICY_CHARACTER);
    assert_int_equal(diags.first->place.line, 1);
    assert_int_equal(diags.first->place.column, 23);
    assert_int_equal(diags.first->next->code, PC_DIAG_POLICY_KEY_UNKNOWN);
    assert_int_equal(diags.first->next->place.column, 13);
    assert_int_equal(diags.last->code, PC_DIAG_POLICY_STATEMENT);
    assert_int_equal(diags.last->place.column, 12);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_elements_of_a_document_are_checked),
        cmocka_unit_test(some_types_require_a_version),
        cmocka_unit_test(the_managed_rcp_may_allow),
        cmocka_unit_test(hints_name_what_was_meant),
        cmocka_unit_test(a_document_becomes_a_model),
        cmocka_unit_test(variables_need_version_2012),
        cmocka_unit_test(an_embedded_document_has_places_of_the_outer_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
