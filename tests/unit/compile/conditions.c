// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include "ops/operator.h"

#include <string.h>

#define I(condition) PC_POLICY_IDENTITY, CONDITION(condition)
// A document without Version.
#define OLD(condition)                                                                             \
    PC_POLICY_IDENTITY,                                                                            \
        "{'Statement':{'Effect':'Deny','Action':'*','Resource':'*','Condition':" condition "}}"

// A value that every operator of its type takes.
static const char *value_for(enum pc_op_id id)
{
    switch (id) {
    case PC_OP_NUMERIC_EQUALS:
    case PC_OP_NUMERIC_LESS:
    case PC_OP_NUMERIC_LESS_EQUALS:
    case PC_OP_NUMERIC_GREATER:
    case PC_OP_NUMERIC_GREATER_EQUALS:
        return "10";
    case PC_OP_DATE_EQUALS:
    case PC_OP_DATE_LESS:
    case PC_OP_DATE_LESS_EQUALS:
    case PC_OP_DATE_GREATER:
    case PC_OP_DATE_GREATER_EQUALS:
        return "2024-05-31T12:00:00Z";
    case PC_OP_BOOL:
    case PC_OP_NULL:
        return "true";
    case PC_OP_BINARY_EQUALS:
        return "QQ==";
    case PC_OP_IP_ADDRESS:
        return "203.0.113.0/24";
    case PC_OP_ARN_EQUALS:
    case PC_OP_ARN_LIKE:
        return "arn:aws:s3:::b";
    case PC_OP_NONE:
    case PC_OP_STRING_EQUALS:
    case PC_OP_STRING_EQUALS_IGNORE_CASE:
    case PC_OP_STRING_LIKE:
        break;
    }
    return "text";
}

static void check_use(const struct pc_op_use *use)
{
    struct compiled compiled;
    struct pc_buf name = {0};
    struct pc_buf text = {0};
    pc_op_use_write(use, &name);
    pc_buf_format(&text, CONDITION("{'%.*s':{'aws:x':['%s','%s']}}"),
                  PC_STR_ARG(pc_buf_view(&name)), value_for(use->op->id), value_for(use->op->id));
    pc_buf_byte(&text, '\0');
    compile_fine(&compiled, PC_POLICY_IDENTITY, text.ptr);
    assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_CONDITIONS), 1);
    const struct pc_image_condition *condition = pc_image_condition(&compiled.image, 0);
    assert_int_equal(condition->op, use->op->id);
    assert_int_equal(condition->flags, use->flags);
    assert_int_equal(condition->values.count, 1); // for both are equal
    const struct pc_image_value *value = pc_image_value(&compiled.image, condition->values.first);
    struct pc_buf expected = {0};
    struct pc_op_fault fault = {0};
    assert_int_equal(use->op->encode(pc_str_from(value_for(use->op->id)), true, &expected, &fault),
                     PC_OK);
    assert_true(pc_str_eq(pc_image_text(&compiled.image, value->bytes), pc_buf_view(&expected)));
    pc_buf_release(&expected);
    pc_buf_release(&text);
    pc_buf_release(&name);
    compiled_release(&compiled);
}

// Every row of the table, with every flag that it takes.
static void every_operator(void **state)
{
    (void)state;
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        const struct pc_operator *op = pc_operator_at(i);
        for (unsigned flags = 0; flags <= PC_OP_ALL_FLAGS; flags++) {
            bool both = (flags & PC_OP_FOR_ALL) != 0 && (flags & PC_OP_FOR_ANY) != 0;
            bool negated = (flags & PC_OP_NEGATED) != 0 && op->negated == NULL;
            bool if_exists = (flags & PC_OP_IF_EXISTS) != 0 && op->id == PC_OP_NULL;
            if (!both && !negated && !if_exists) {
                check_use(&(struct pc_op_use){op, (uint8_t)flags});
            }
        }
    }
}

// R-405: keys are one without regard to case; for people the first writing stays.
static void keys(void **state)
{
    (void)state;
    struct compiled compiled;
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("[{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'StringEquals':{'AWS:SourceARN':'a','aws:y':'b'}}},"
                          "{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'StringLike':{'aws:SourceArn':'c'}}}]"));
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_KEYS), 2);
    assert_int_equal(pc_image_condition(image, 0)->key, pc_image_condition(image, 2)->key);
    assert_int_not_equal(pc_image_condition(image, 0)->key, pc_image_condition(image, 1)->key);
    const struct pc_image_key *key = pc_image_key(image, pc_image_condition(image, 0)->key);
    assert_view(pc_image_text(image, key->name), "aws:sourcearn");
    assert_view(pc_image_text(image, key->text), "AWS:SourceARN");
    assert_true(key->hash == pc_str_hash(PC_STR("aws:sourcearn")));
    compiled_release(&compiled);
}

// R-014, R-017, R-401, R-440: how many conditions and values there are.
static void conditions_and_values(void **state)
{
    (void)state;
    struct compiled compiled;
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("[{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'Bool':{'aws:a':true},'NumericEquals':{'aws:b':[1,2.5]},"
                          "'StringEquals':{'aws:c':[],'aws:d':'x'}}},"
                          "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{}},"
                          "{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'StringEquals':{}}},"
                          "{'Effect':'Deny','Action':'*','Resource':'*'}]"));
    static const uint32_t values[] = {1, 2, 0, 1};
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_statement(image, 0)->conditions.count, 4);
    for (uint32_t i = 1; i < 4; i++) {
        assert_int_equal(pc_image_statement(image, i)->conditions.count, 0);
    }
    assert_int_equal(pc_image_count(image, PC_IMAGE_VALUES), 4);
    for (uint32_t i = 0; i < COUNT(values); i++) {
        assert_int_equal(pc_image_condition(image, i)->values.count, values[i]);
    }
    compiled_release(&compiled);
}

// Of equal values of one list there is one; other lists have theirs.
static void equal_values(void **state)
{
    (void)state;
    struct compiled compiled;
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("[{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'StringEquals':{'aws:a':['x','y','x'],'aws:b':['y','y']},"
                          "'StringLike':{'aws:a':['x','X']},'Bool':{'aws:a':['true','true']}}},"
                          "{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                          "{'StringEquals':{'aws:a':['y','x','y']}}}]"));
    static const uint32_t values[] = {2, 1, 2, 1, 2};
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_CONDITIONS), COUNT(values));
    assert_int_equal(pc_image_count(image, PC_IMAGE_VALUES), 8);
    for (uint32_t i = 0, first = 0; i < COUNT(values); i++) {
        assert_int_equal(pc_image_condition(image, i)->values.first, first);
        assert_int_equal(pc_image_condition(image, i)->values.count, values[i]);
        first += values[i];
    }
    compiled_release(&compiled);
}

static void count_variable(void *context, struct pc_str key)
{
    size_t *count = context;
    assert_view(key, "aws:username");
    *count += 1;
}

static size_t variables_in(const char *version, const char *op, const char *value)
{
    struct compiled compiled;
    struct pc_buf text = {0};
    size_t count = 0;
    pc_buf_format(&text,
                  "{%s'Statement':{'Effect':'Deny','Action':'*','Resource':'*','Condition':"
                  "{'%s':{'aws:x':'%s'}}}}",
                  version, op, value);
    pc_buf_byte(&text, '\0');
    compile_fine(&compiled, PC_POLICY_IDENTITY, text.ptr);
    const struct pc_operator *row = pc_operator_get(pc_image_condition(&compiled.image, 0)->op);
    struct pc_str bytes = pc_image_text(&compiled.image, pc_image_value(&compiled.image, 0)->bytes);
    row->each_variable(bytes, count_variable, &count);
    pc_buf_release(&text);
    compiled_release(&compiled);
    return count;
}

// R-502: only Version 2012-10-17 has variables.
static void version_gate(void **state)
{
    (void)state;
    static const struct {
        const char *op, *value;
    } rows[] = {
        {"StringEquals", "${aws:username}"},
        {"StringNotEqualsIgnoreCase", "a${AWS:UserName}"},
        {"ForAnyValue:StringLike", "*${aws:username, `x`}"},
        {"ArnLike", "arn:aws:iam::1:user/${aws:username}"},
        {"ArnNotEquals", "arn:aws:iam::1:user/${aws:username}"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(variables_in("'Version':'2012-10-17',", rows[i].op, rows[i].value), 1);
        assert_int_equal(variables_in("'Version':'2008-10-17',", rows[i].op, rows[i].value), 0);
        assert_int_equal(variables_in("", rows[i].op, rows[i].value), 0);
    }
}

// R-020, R-023, R-024, R-431: POL0501 to POL0503, at the operator.
static void operators(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"in any case",
         I("{'stringequals':{'aws:x':'a'},'FORANYVALUE:ARNLIKE':{'aws:y':"
           "'arn:aws:s3:::b'}}"),
         ""},
        {"unknown", I("{^'StringEqual':{'aws:x':'a'}}"), "501"},
        {"unknown, its values unread", I("{^'NumericMoreThan':{'aws:x':'abc'}}"), "501"},
        {"unknown, without keys", I("{^'NotThere':{}}"), "501"},
        {"known, without keys", I("{'StringEquals':{}}"), ""},
        {"empty", I("{^'':{'aws:x':'a'}}"), "501"},
        {"no such negation", I("{^'BoolNotEquals':{'aws:x':'a'},\n  ^'NotNull':{'aws:x':'a'}}"),
         "501 501"},
        {"no such prefix", I("{^'ForSomeValues:StringEquals':{'aws:x':'a'}}"), "501"},
        {"white space", I("{^'StringEquals ':{'aws:x':'a'}}"), "501"},
        {"twice IfExists", I("{^'StringEqualsIfExistsIfExists':{'aws:x':'a'}}"), "501"},
        {"Null IfExists", I("{^'NullIfExists':{'aws:x':'true'}}"), "502"},
        {"Null IfExists in a set", I("{^'ForAnyValue:nullifexists':{'aws:x':true}}"), "502"},
        {"Null IfExists without keys", I("{^'NullIfExists':{}}"), "502"},
        {"Null in a set", I("{^'ForAllValues:Null':{'aws:x':'true'}}"), "503"},
        {"Null in the other set", I("{^'ForAnyValue:Null':{'aws:x':'true'}}"), "503"},
        {"lines and columns", I("{\n\t ^'Like'\n:{'aws:x':'a'}}"), "501"},
    };
    check_diagnostics(cases, COUNT(cases));
}

// R-427: POL0508, at the value, for each type of value.
static void values(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"number", I("{'NumericEquals':{'aws:x':^'abc'}}"), "508"},
        {"number with junk", I("{'NumericNotEquals':{'aws:x':['1',^'10abc',^'1e3','2']}}"),
         "508 508"},
        {"numbers",
         I("{'NumericLessThan':{'aws:x':^''},'NumericLessThanEquals':{'aws:x':^'.5'},"
           "'NumericGreaterThan':{'aws:x':^true},"
           "'NumericGreaterThanEquals':{'aws:x':^'0x1'}}"),
         "508 508 508 508"},
        {"JSON number with an exponent (R-415)", I("{'NumericEquals':{'aws:x':^1e3}}"), "508"},
        {"date", I("{'DateEquals':{'aws:x':^'tomorrow'}}"), "508"},
        {"dates",
         I("{'DateNotEquals':{'aws:x':^'2023-02-29'},'DateLessThan':{'aws:x':^''},"
           "'DateLessThanEquals':{'aws:x':^'2024-05-31 12:00'},"
           "'DateGreaterThan':{'aws:x':^'2024-1-1'},"
           "'DateGreaterThanEquals':{'aws:x':^'*'}}"),
         "508 508 508 508 508"},
        {"boolean", I("{'Bool':{'aws:x':^'yes'}}"), "508"},
        {"boolean with IfExists", I("{'BoolIfExists':{'aws:x':^1}}"), "508"},
        {"boolean that only looks like a variable", I("{'Bool':{'aws:x':[^'$true',^'${*}']}}"),
         "508 508"},
        {"null", I("{'Null':{'aws:x':^'maybe'}}"), "508"},
        {"base64", I("{'BinaryEquals':{'aws:x':[^'QQ=','QQ==',^'*']}}"), "508 508"},
        {"address", I("{'IpAddress':{'aws:x':^'203.0.113.0/33'}}"), "508"},
        {"addresses", I("{'NotIpAddress':{'aws:x':['::1',^'203.0.113.*',^'localhost']}}"),
         "508 508"},
        {"variables where there are none (R-508)",
         I("{'NumericEquals':{'aws:x':^'${aws:x}'},'DateEquals':{'aws:x':^'${aws:x}'},"
           "'BinaryEquals':{'aws:x':^'${aws:x}'},'IpAddress':{'aws:x':^'${aws:x}'},"
           "'Null':{'aws:x':^'${aws:x}'}}"),
         "508 508 508 508 508"},
        {"no ARNs in a Deny, which would never apply (R-424)",
         I("{'ArnLike':{'aws:x':[^'*','arn:aws:s3:::b',^'arn:aws:s3']},"
           "'ArnNotEqualsIfExists':{'aws:x':^'b'}}"),
         "508 508 508"},
        {"no ARNs in an Allow: stored, but never met (R-424)", PC_POLICY_IDENTITY,
         "{'Version':'2012-10-17','Statement':{'Effect':'Allow','Action':'*','Resource':'*',"
         "'Condition':{'ArnLike':{'aws:x':[^'*','arn:aws:s3:::b',^'arn:aws:s3']},"
         "'ArnNotEqualsIfExists':{'aws:x':^'b'}}}}",
         "512 512 512"},
        {"fine",
         I("{'NumericEquals':{'aws:x':['10','10.0','-1']},'Bool':{'aws:x':['TRUE',"
           "'${aws:x}']},'DateEquals':{'aws:x':['2024-05','1704067200']}}"),
         ""},
    };
    check_diagnostics(cases, COUNT(cases));
}

// R-501, R-512: POL0510, at the value.
static void variables(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"no brace", I("{'StringEquals':{'aws:x':^'${aws:username'}}"), "510"},
        {"no quote", I("{'StringLike':{'aws:x':^'${aws:username, `x}'}}"), "510"},
        {"space in the name", I("{'StringNotEquals':{'aws:x':^'${aws: username}'}}"), "510"},
        {"empty", I("{'StringEqualsIgnoreCase':{'aws:x':^'a${}b'}}"), "510"},
        {"no space", I("{'StringNotLike':{'aws:x':^'${aws:username,`x`}'}}"), "510"},
        {"no text", I("{'StringEqualsIfExists':{'aws:x':^'${aws:username, x}'}}"), "510"},
        {"nested (R-513)", I("{'StringEquals':{'aws:x':^'${${aws:x}}'}}"), "510"},
        {"of booleans", I("{'Bool':{'aws:x':^'${'}}"), "510"},
        {"of ARNs",
         I("{'ArnLike':{'aws:x':^'arn:aws:s3:::${'},'ArnNotEquals':{'aws:x':"
           "^'arn:aws:s3:::b/${}'}}"),
         "510 510"},
        {"of ARNs, in another field", I("{'ArnLike':{'aws:x':^'arn:aws:s3::${aws:y, z}:b'}}"),
         "510"},
        {"escapes are none (R-505)", I("{'StringLike':{'aws:x':'${*}${?}${$}{'}}"), ""},
        {"a dollar is none", I("{'StringLike':{'aws:x':['$','$a','}','a$']}}"), ""},
        {"the second of three",
         I("{'StringEquals':{'aws:x':['${aws:a}',\n^'${aws:b',\n'${aws:c}']}}"), "510"},
        {"plain text without the Version (R-502)",
         OLD("{'StringEquals':{'aws:x':[^'${aws:username',^'${}']}}"), "511 511"},
        {"no boolean without the Version (R-502)", OLD("{'Bool':{'aws:x':^^'${aws:x}'}}"),
         "508 511"},
    };
    check_diagnostics(cases, COUNT(cases));
}

static void fill_with_variables(struct pc_buf *text, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_buf_text(text, "${aws:x}");
    }
}

// The bounds of a pattern, told at the value and not as a set that is too large: POL0513.
static void values_that_are_too_large(void **state)
{
    (void)state;
    for (size_t count = 64; count <= 65; count++) {
        struct pc_buf text = {0};
        pc_buf_text(&text, "{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'*',"
                           "'Resource':'*','Condition':{'StringLike':{'aws:x':['a',\n");
        pc_buf_text(&text, count > 64 ? "  ^'" : "  '");
        fill_with_variables(&text, count);
        pc_buf_text(&text, "','c'],'aws:y':'${aws:y}'}}}}");
        pc_buf_byte(&text, '\0');
        const struct compile_case cases[] = {
            {"many variables", PC_POLICY_IDENTITY, text.ptr, count > 64 ? "513" : ""},
        };
        check_diagnostics(cases, 1);
        pc_buf_release(&text);
    }
}

// Everything that is wrong is found in one run.
static void several_errors(void **state)
{
    (void)state;
    static const struct compile_case cases[] = {
        {"in one statement",
         I("{^'StringEqual':{'aws:a':'x'},'NumericEquals':{'aws:b':[^'x','1',^'y']},\n"
           "'StringEquals':{'aws:c':^'${'},^'NullIfExists':{'aws:d':'true'}}"),
         "501 508 508 510 502"},
        {"in several", PC_POLICY_IDENTITY,
         IDENTITY("[\n{'Effect':'Deny','Action':'*','Resource':['*',\n^'arn:aws:s3:::${'],"
                  "'Condition':{'Bool':{'aws:x':^'no'}}},\n"
                  "{'Effect':'Deny','Action':'*','Resource':'*'},\n"
                  "{'Effect':'Deny','Action':'*','Resource':'*','Condition':{^'Like':{'aws:x':"
                  "'no'}}}]"),
         "510 508 501"},
    };
    check_diagnostics(cases, COUNT(cases));
}

static void check_text(const char *condition, const char *message, const char *hint)
{
    struct compiled compiled;
    struct pc_buf text = {0};
    pc_buf_format(&text, CONDITION("%s"), condition);
    pc_buf_byte(&text, '\0');
    compile_text(&compiled, PC_POLICY_IDENTITY, text.ptr);
    const struct pc_diag *diag = compiled.diags.first;
    assert_non_null(diag);
    assert_int_equal(diag->message.len, strlen(message));
    assert_memory_equal(diag->message.ptr, message, strlen(message));
    assert_int_equal(diag->hint.len, strlen(hint));
    assert_memory_equal(diag->hint.ptr, hint, strlen(hint));
    pc_buf_release(&text);
    compiled_release(&compiled);
}

static void messages(void **state)
{
    (void)state;
    check_text("{'StringEqual':{'aws:x':'a'}}", "unknown condition operator \"StringEqual\"",
               "did you mean StringEquals?");
    check_text("{'ThisIsNoOperator':{'aws:x':'a'}}",
               "unknown condition operator \"ThisIsNoOperator\"",
               "polcheck help POL0501 lists the operators");
    check_text("{'ForAllValue:StringEquals':{'aws:x':'a'}}",
               "unknown condition operator \"ForAllValue:StringEquals\"",
               "in front of an operator may stand ForAllValues: or ForAnyValue:");
    check_text("{'NullIfExists':{'aws:x':'true'}}",
               "the operator \"NullIfExists\" does not exist: Null takes no IfExists", "");
    check_text(
        "{'NotIpAddressIfExists':{'aws:x':'here'}}",
        "the value \"here\" of NotIpAddressIfExists is neither an IP address nor a network",
        "NotIpAddressIfExists takes an address or a network as 203.0.113.0/24 or 2001:db8::/32");
    check_text("{'Bool':{'aws:x':'no'}}", "the value \"no\" of Bool is neither true nor false",
               "Bool takes true or false");
    check_text("{'StringEquals':{'aws:x':'${'}}",
               "the value \"${\" of StringEquals holds a policy variable without a closing brace",
               "write ${key} or ${key, 'default'}; ${$} is a dollar sign");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values),
        cmocka_unit_test(every_operator),
        cmocka_unit_test(keys),
        cmocka_unit_test(conditions_and_values),
        cmocka_unit_test(version_gate),
        cmocka_unit_test(operators),
        cmocka_unit_test(values),
        cmocka_unit_test(variables),
        cmocka_unit_test(values_that_are_too_large),
        cmocka_unit_test(several_errors),
        cmocka_unit_test(messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
