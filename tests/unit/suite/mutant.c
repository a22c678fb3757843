// SPDX-License-Identifier: Apache-2.0
//
// The kinds of changes: of which places each is made, where that is, and what is said of it.
#include "world.h"

#include "mutant.h"

struct expected {
    const char *kind;
    uint32_t line, column;
    const char *text;
};

static const struct pc_statement *read_statement(struct world *world, enum pc_slot slot,
                                                 enum pc_policy_type type, const char *text)
{
    const struct document documents[] = {{"a.json", text}, {NULL, NULL}};
    return &set_of(world, slot, type, documents).policies[0]->statements[0];
}

static void check_one(const struct pc_mutant_row *row, const struct pc_statement *statement,
                      size_t index, const struct expected *expected)
{
    struct pc_place place = {.line = statement->line, .column = statement->column};
    struct pc_buf text = {0};
    assert_string_equal(row->kind.name, expected->kind);
    row->tell(statement, index, &text);
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    assert_string_equal(text.ptr, expected->text);
    if (row->locate != NULL) {
        row->locate(statement, index, &place);
    }
    assert_int_equal(place.line, expected->line);
    assert_int_equal(place.column, expected->column);
    pc_buf_release(&text);
}

static void check_all(const struct pc_statement *statement, const struct expected *expected,
                      size_t count)
{
    const struct pc_mutant_row *row;
    size_t found = 0;
    for (size_t i = 0; (row = pc_mutant_row_at(i)) != NULL; i++) {
        for (size_t k = 0; k < row->count(statement); k++) {
            if (row->applies == NULL || row->applies(statement, k)) {
                assert_true(found < count);
                check_one(row, statement, k, &expected[found++]);
            }
        }
    }
    assert_int_equal(found, count);
}

#define RICH                                                                                       \
    POLICY("{'Sid':'Rich','Effect':'Allow',\n"                                                     \
           "'Action':['s3:GetObject','S3:PutObject','sqs:*','ec2:Run*'],\n"                        \
           "'Resource':['arn:aws:s3:::a/*','arn:aws:s3:::b',"                                      \
           "'arn:aws:sns:eu-west-1:111111111111:*','arn:aws:sqs:eu-west-1:111111111111:q'],\n"     \
           "'Condition':{'StringEquals':{'aws:username':'a',\n's3:prefix':'x'}}}")

// Of a service, or the beginning of an ARN, that is named twice one mutant is enough; what ends in
// a star already is not widened.
static void lists_are_widened_where_that_says_something_else(void **state)
{
    static const struct expected expected[] = {
        {"drop-statement", 1, 38, "the Allow statement \"Rich\" is dropped"},
        {"flip-effect", 1, 38, "the Allow statement \"Rich\" says Deny"},
        {"drop-condition", 4, 30, "the condition StringEquals of aws:username is dropped"},
        {"drop-condition", 5, 1, "the condition StringEquals of s3:prefix is dropped"},
        {"widen-action", 2, 11, "\"s3:GetObject\" is widened to \"s3:*\""},
        {"widen-action", 2, 49, "\"ec2:Run*\" is widened to \"ec2:*\""},
        {"widen-resource", 3, 13, "\"arn:aws:s3:::a/*\" is widened to \"arn:aws:s3:::*\""},
        {"widen-resource", 3, 88,
         "\"arn:aws:sqs:eu-west-1:111111111111:q\" is widened to "
         "\"arn:aws:sqs:eu-west-1:111111111111:*\""},
        {"widen-resources", 3, 1, "Resource is widened to \"*\""},
    };
    check_all(read_statement(*state, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, RICH), expected,
              COUNT(expected));
}

static void what_is_open_cannot_be_widened(void **state)
{
    static const struct expected expected[] = {
        {"drop-statement", 1, 38, "the Deny statement is dropped"},
        {"flip-effect", 1, 38, "the Deny statement says Allow"},
    };
    check_all(read_statement(*state, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
                             POLICY("{'Effect':'Deny','Action':['s3:GetObject','*'],"
                                    "'Resource':['arn:aws:s3:::a','*']}")),
              expected, COUNT(expected));
}

static void exceptions_are_dropped_one_by_one(void **state)
{
    static const struct expected expected[] = {
        {"drop-statement", 1, 38, "the Deny statement is dropped"},
        {"flip-effect", 1, 38, "the Deny statement says Allow"},
        {"drop-not-action", 2, 14, "NotAction does not name \"iam:*\""},
        {"drop-not-action", 2, 22, "NotAction does not name \"sts:*\""},
        {"drop-not-resource", 3, 15, "NotResource does not name \"arn:aws:s3:::a\""},
    };
    check_all(read_statement(*state, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY,
                             POLICY("{'Effect':'Deny',\n'NotAction':['iam:*','sts:*'],\n"
                                    "'NotResource':'arn:aws:s3:::a'}")),
              expected, COUNT(expected));
}

static void principals_are_widened_and_spared(void **state)
{
    static const struct expected named[] = {
        {"drop-statement", 1, 38, "the Allow statement is dropped"},
        {"flip-effect", 1, 38, "the Allow statement says Deny"},
        {"widen-principals", 2, 1, "Principal is widened to \"*\""},
    };
    static const struct expected spared[] = {
        {"drop-statement", 1, 38, "the Deny statement is dropped"},
        {"flip-effect", 1, 38, "the Deny statement says Allow"},
        {"drop-not-principal", 2, 23, "NotPrincipal does not name \"" ALICE "\""},
    };
    check_all(read_statement(*state, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE,
                             POLICY("{'Effect':'Allow',\n'Principal':{'AWS':['" ALICE "','" BOB
                                    "']},'Action':'s3:*','Resource':'*'}")),
              named, COUNT(named));
    check_all(read_statement(*state, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE,
                             POLICY("{'Effect':'Deny',\n'NotPrincipal':{'AWS':'" ALICE
                                    "'},'Action':'s3:*','Resource':'*'}")),
              spared, COUNT(spared));
}

static const struct pc_mutant_row *row_named(const char *name)
{
    for (size_t i = 0; pc_mutant_row_at(i) != NULL; i++) {
        if (strcmp(pc_mutant_row_at(i)->kind.name, name) == 0) {
            return pc_mutant_row_at(i);
        }
    }
    fail_msg("no kind %s", name);
    return pc_mutant_row_at(0);
}

static struct pc_statement changed(struct world *world, const char *kind,
                                   const struct pc_statement *statement, size_t index)
{
    struct pc_statement copy = *statement;
    assert_int_equal(row_named(kind)->change(&world->arena, statement, index, &copy), PC_OK);
    return copy;
}

static void changes_leave_the_rest_as_it_is(void **state)
{
    struct world *world = *state;
    const struct pc_statement *rich =
        read_statement(world, PC_SLOT_IDENTITY, PC_POLICY_IDENTITY, RICH);
    struct pc_statement one = changed(world, "drop-statement", rich, 0);
    assert_int_equal(one.actions.kind, PC_LIST_POSITIVE);
    assert_int_equal(one.actions.count, 0);
    one = changed(world, "flip-effect", rich, 0);
    assert_int_equal(one.effect, PC_EFFECT_DENY);
    assert_int_equal(one.actions.count, 4);
    one = changed(world, "drop-condition", rich, 0);
    assert_int_equal(one.condition_count, 1);
    assert_view(one.conditions[0].key.text, "s3:prefix");
    one = changed(world, "widen-action", rich, 3);
    assert_int_equal(one.actions.count, 4);
    assert_view(one.actions.items[2].text, "sqs:*");
    assert_view(one.actions.items[3].text, "ec2:*");
    one = changed(world, "widen-resource", rich, 0);
    assert_view(one.resources.items[0].text, "arn:aws:s3:::*");
    assert_view(one.resources.items[1].text, "arn:aws:s3:::b");
    one = changed(world, "widen-resources", rich, 0);
    assert_view(one.resources.items[0].text, "*");
    assert_view(rich->resources.items[0].text, "arn:aws:s3:::a/*");
    assert_int_equal(rich->condition_count, 2);
}

static void exceptions_change_by_one(void **state)
{
    struct world *world = *state;
    const struct pc_statement *spared = read_statement(
        world, PC_SLOT_RESOURCE, PC_POLICY_RESOURCE,
        POLICY("{'Effect':'Deny','NotPrincipal':{'AWS':['" ALICE "','" BOB
               "']},'NotAction':['iam:*','sts:*'],'NotResource':['arn:aws:s3:::a']}"));
    struct pc_statement one = changed(world, "drop-not-action", spared, 0);
    assert_int_equal(one.actions.kind, PC_LIST_NEGATED);
    assert_int_equal(one.actions.count, 1);
    assert_view(one.actions.items[0].text, "sts:*");
    one = changed(world, "drop-not-resource", spared, 0);
    assert_int_equal(one.resources.kind, PC_LIST_NEGATED);
    assert_int_equal(one.resources.count, 0);
    one = changed(world, "drop-not-principal", spared, 1);
    assert_int_equal(one.principals.count, 1);
    assert_view(one.principals.items[0].text, ALICE);
    one = changed(world, "widen-principals", spared, 0);
    assert_int_equal(one.principals.count, 1);
    assert_int_equal(one.principals.items[0].kind, PC_PRINCIPAL_ANY);
}

static void every_kind_says_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; pc_mutant_kind_at(i) != NULL; i++) {
        assert_true(strlen(pc_mutant_kind_at(i)->name) > 0);
        assert_true(strlen(pc_mutant_kind_at(i)->summary) > 0);
        assert_non_null(pc_mutant_row_at(i)->hint_allow);
        assert_non_null(pc_mutant_row_at(i)->hint_deny);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(lists_are_widened_where_that_says_something_else),
        WORLD_TEST(what_is_open_cannot_be_widened),
        WORLD_TEST(exceptions_are_dropped_one_by_one),
        WORLD_TEST(principals_are_widened_and_spared),
        WORLD_TEST(changes_leave_the_rest_as_it_is),
        WORLD_TEST(exceptions_change_by_one),
        cmocka_unit_test(every_kind_says_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
