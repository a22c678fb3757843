// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#define C(condition)                                                                               \
    "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:*','Resource':'*',"         \
    "'Condition':" condition "}}"

static void forms_of_a_condition(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"empty is always true (R-020)", PC_POLICY_IDENTITY, C("{}"), ""},
        {"an empty operator is always true (R-020)", PC_POLICY_IDENTITY, C("{'StringEquals':{}}"),
         ""},
        {"no object (R-020)", PC_POLICY_IDENTITY, C("^[]"), "500"},
        {"null (R-020)", PC_POLICY_IDENTITY, C("^null"), "500"},
        {"operators that hold no object (R-020)", PC_POLICY_IDENTITY,
         C("{'StringEquals':^'a','Bool':^[{'aws:x':true}],'Null':^null}"), "500 500 500"},
        {"values of every legal type (R-017)", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:a':'','aws:b':['x','y']},'Bool':{'aws:c':true},"
           "'NumericEquals':{'aws:d':[1,2.5]}}"),
         ""},
        {"values of other types (R-017)", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:a':^null,'aws:b':['x',^null,^[],^{}],'aws:c':^{'a':1}}}"),
         "506 506 506 506 506"},
        {"types mixed (R-018)", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:a':['10',^20,true],'aws:b':[true,false,^'true']}}"), "507 507"},
        {"no values (R-440)", PC_POLICY_IDENTITY, C("{'StringEquals':{'aws:a':^[]}}"), "509"},
    };
    CHECK_DOCUMENTS(cases);
}

// R-022
static void forms_of_a_key(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"what is fine", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:x':'','AWS:SourceArn':'','aws:RequestTag/team':'',"
           "'aws:ResourceTag/a b':'','aws:PrincipalTag/a/b':'','SAML:aud':'',"
           "'kms:EncryptionContext:aws:lambda:FunctionArn':'','aws:TagKeys':'',"
           "'oidc.example.com/id/X:sub':'','aws:RequestTagX':''}}"),
         ""},
        {"no prefix or no name", PC_POLICY_IDENTITY,
         C("{'StringEquals':{^'':'',^'SourceArn':'',^':x':'',^'aws:':'',^'aws/"
           "x':'',^'aws::x':''}}"),
         "504 504 504 504 504 504"},
        {"white space at the ends", PC_POLICY_IDENTITY,
         C("{'StringEquals':{^' aws:x':'',^'aws:x ':'',^'aws: x':'',^'aws:RequestTag/a ':''}}"),
         "504 504 504 504"},
        {"tag families without a tag", PC_POLICY_IDENTITY,
         C("{'StringEquals':{^'aws:RequestTag':'',^'aws:resourcetag':'',^'AWS:PrincipalTag/':'',"
           "^'aws:RequestTag:team':''}}"),
         "504 504 504 504"},
    };
    CHECK_DOCUMENTS(cases);
}

// R-021, R-024, R-405
static void keys_are_compared_without_case(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"in one block", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:SourceArn':'a',^'AWS:sourcearn':'b'}}"), "505"},
        {"a tag's key", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:RequestTag/Team':'a',^'aws:RequestTag/team':'b'}}"), "505"},
        {"in two blocks of one operator", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:x':'a','aws:y':'a'},'stringequals':{^'aws:X':'b','aws:z':'b'}}"),
         "505"},
        {"two blocks that share nothing", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:x':'a'},'stringequals':{'aws:y':'b'}}"), ""},
        {"one key under two operators means both (R-022)", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:x':'a'},'StringLike':{'aws:x':'a'},"
           "'StringEqualsIfExists':{'aws:x':'a'},'ForAnyValue:StringEquals':{'aws:x':'a'}}"),
         ""},
        {"letters beyond ASCII too", PC_POLICY_IDENTITY,
         C("{'StringEquals':{'aws:RequestTag/\xC3\xA9':'a',^'aws:RequestTag/\xC3\x89':'b'}}"),
         "505"},
        {"in two statements", PC_POLICY_IDENTITY,
         "{'Statement':[{'Effect':'Deny','Action':'*','Resource':'*',"
         "'Condition':{'Bool':{'aws:x':true}}},{'Effect':'Deny','Action':'*','Resource':'*',"
         "'Condition':{'Bool':{'aws:X':true}}}]}",
         ""},
    };
    CHECK_DOCUMENTS(cases);
}

// R-502
// Few keys are compared with each other, many are looked up: both find the same.
static void keys_are_compared_however_many_there_are(void **state)
{
    (void)state;
    for (size_t count = 2; count < 20; count++) {
        for (size_t same = 0; same < count; same++) { // no two for the last
            struct pc_buf text = {0};
            struct document document;
            pc_buf_text(&text, "{'Statement':{'Effect':'Deny','Action':'*','Resource':'*',"
                               "'Condition':{'StringEquals':{");
            for (size_t i = 0; i + 1 < count; i++) {
                pc_buf_format(&text, "'aws:RequestTag/k\xc3\xa9%zu':'v',", i);
            }
            pc_buf_format(&text, "'AWS:requesttag/K\xc3\x89%zu':'w'}}}}", same);
            pc_buf_byte(&text, '\0');
            assert_int_equal(pc_buf_status(&text), PC_OK);
            document_read(&document, PC_POLICY_SESSION, text.ptr);
            bool twice = same + 1 < count;
            assert_int_equal(document.diags.errors, twice);
            if (twice) {
                assert_int_equal(document.diags.first->code, PC_DIAG_CONDITION_KEY_DUPLICATE);
            }
            document_release(&document);
            pc_buf_release(&text);
        }
    }
}

static void variables_without_the_version(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"in values, once each", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Deny','Action':'s3:*','Resource':'*','Condition':"
         "{'StringEquals':{'aws:a':^'${aws:x}${aws:y}','aws:b':['$','{}','$x{',^'a${'],"
         "'aws:PrincipalTag/${x}':'$'}}}}",
         "511 511"},
        {"with the version", PC_POLICY_IDENTITY, C("{'StringEquals':{'aws:a':'${aws:x}'}}"), ""},
    };
    CHECK_DOCUMENTS(cases);
}

static void check_condition(const struct pc_condition *condition, const char *op, const char *key,
                            const char *values)
{
    char joined[64] = "";
    size_t used = 0;
    assert_true(pc_str_eq(condition->op.text, pc_str_from(op)));
    assert_true(pc_str_eq(condition->key.text, pc_str_from(key)));
    for (size_t i = 0; i < condition->count; i++) {
        struct pc_str text = condition->values[i].text;
        assert_true(used + text.len + 2 < sizeof(joined));
        for (size_t j = 0; j < text.len; j++) {
            joined[used++] = text.ptr[j];
        }
        joined[used++] = ';';
    }
    assert_string_equal(joined, values);
}

static void a_condition_becomes_a_model(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_IDENTITY,
                  C("{'Bool':{'aws:SecureTransport':[true,false]},'Null':{},\n"
                    "'NumericLessThan':{'s3:max-keys':1.50e1,'s3:x':[]},\n"
                    "'StringLike':{'aws:X':['a*',''],'aws:Y':'b'}}"));
    assert_int_equal(document.status, PC_OK);
    const struct pc_statement *statement = &document.policy->statements[0];
    assert_int_equal(statement->condition_count, 5);
    check_condition(&statement->conditions[0], "Bool", "aws:SecureTransport", "true;false;");
    check_condition(&statement->conditions[1], "NumericLessThan", "s3:max-keys", "1.50e1;");
    check_condition(&statement->conditions[2], "NumericLessThan", "s3:x", "");
    check_condition(&statement->conditions[3], "StringLike", "aws:X", "a*;;");
    check_condition(&statement->conditions[4], "StringLike", "aws:Y", "b;");
    assert_int_equal(statement->conditions[1].op.line, 2);
    assert_int_equal(statement->conditions[1].op.column, 1);
    assert_int_equal(statement->conditions[1].key.column, 20);
    assert_int_equal(statement->conditions[1].values[0].line, 2);
    assert_int_equal(statement->conditions[1].values[0].column, 34);
    assert_int_equal(statement->idle_operator_count, 1);
    assert_view(statement->idle_operators[0].text, "Null");
    assert_int_equal(statement->idle_operators[0].line, 1);
    document_release(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_condition),
        cmocka_unit_test(forms_of_a_key),
        cmocka_unit_test(keys_are_compared_without_case),
        cmocka_unit_test(keys_are_compared_however_many_there_are),
        cmocka_unit_test(variables_without_the_version),
        cmocka_unit_test(a_condition_becomes_a_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
