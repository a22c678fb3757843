// SPDX-License-Identifier: Apache-2.0
#include "operand.h"

// Every name of SEMANTICS.md 5.3.
static const struct name {
    const char *text;
    enum pc_op_id id;
    uint8_t flags;
} names[] = {
    {"StringEquals", PC_OP_STRING_EQUALS, 0},
    {"StringNotEquals", PC_OP_STRING_EQUALS, PC_OP_NEGATED},
    {"StringEqualsIgnoreCase", PC_OP_STRING_EQUALS_IGNORE_CASE, 0},
    {"StringNotEqualsIgnoreCase", PC_OP_STRING_EQUALS_IGNORE_CASE, PC_OP_NEGATED},
    {"StringLike", PC_OP_STRING_LIKE, 0},
    {"StringNotLike", PC_OP_STRING_LIKE, PC_OP_NEGATED},
    {"NumericEquals", PC_OP_NUMERIC_EQUALS, 0},
    {"NumericNotEquals", PC_OP_NUMERIC_EQUALS, PC_OP_NEGATED},
    {"NumericLessThan", PC_OP_NUMERIC_LESS, 0},
    {"NumericLessThanEquals", PC_OP_NUMERIC_LESS_EQUALS, 0},
    {"NumericGreaterThan", PC_OP_NUMERIC_GREATER, 0},
    {"NumericGreaterThanEquals", PC_OP_NUMERIC_GREATER_EQUALS, 0},
    {"DateEquals", PC_OP_DATE_EQUALS, 0},
    {"DateNotEquals", PC_OP_DATE_EQUALS, PC_OP_NEGATED},
    {"DateLessThan", PC_OP_DATE_LESS, 0},
    {"DateLessThanEquals", PC_OP_DATE_LESS_EQUALS, 0},
    {"DateGreaterThan", PC_OP_DATE_GREATER, 0},
    {"DateGreaterThanEquals", PC_OP_DATE_GREATER_EQUALS, 0},
    {"Bool", PC_OP_BOOL, 0},
    {"BinaryEquals", PC_OP_BINARY_EQUALS, 0},
    {"IpAddress", PC_OP_IP_ADDRESS, 0},
    {"NotIpAddress", PC_OP_IP_ADDRESS, PC_OP_NEGATED},
    {"ArnEquals", PC_OP_ARN_EQUALS, 0},
    {"ArnNotEquals", PC_OP_ARN_EQUALS, PC_OP_NEGATED},
    {"ArnLike", PC_OP_ARN_LIKE, 0},
    {"ArnNotLike", PC_OP_ARN_LIKE, PC_OP_NEGATED},
    {"Null", PC_OP_NULL, 0},
};

static void ids_count_the_rows(void **state)
{
    (void)state;
    size_t rows = 0;
    for (; pc_operator_at(rows) != NULL; rows++) {
        assert_int_equal(pc_operator_at(rows)->id, rows + 1);
        assert_ptr_equal(pc_operator_get((uint32_t)rows + 1), pc_operator_at(rows));
    }
    assert_int_equal(rows, PC_OP_NULL);
    assert_null(pc_operator_at(SIZE_MAX));
    assert_null(pc_operator_get(PC_OP_NONE));
    assert_null(pc_operator_get(PC_OP_NULL + 1));
    assert_null(pc_operator_get(UINT32_MAX));
}

// The numbers stand in images: changing one changes the format.
static void numbers_are_fixed(void **state)
{
    (void)state;
    assert_int_equal(PC_OP_STRING_EQUALS, 1);
    assert_int_equal(PC_OP_NUMERIC_EQUALS, 4);
    assert_int_equal(PC_OP_DATE_EQUALS, 9);
    assert_int_equal(PC_OP_BOOL, 14);
    assert_int_equal(PC_OP_BINARY_EQUALS, 15);
    assert_int_equal(PC_OP_IP_ADDRESS, 16);
    assert_int_equal(PC_OP_ARN_EQUALS, 17);
    assert_int_equal(PC_OP_NULL, 19);
    assert_int_equal(PC_OP_NEGATED, 1);
    assert_int_equal(PC_OP_IF_EXISTS, 2);
    assert_int_equal(PC_OP_FOR_ALL, 4);
    assert_int_equal(PC_OP_FOR_ANY, 8);
    assert_int_equal(PC_OP_ALL_FLAGS, 1 | 2 | 4 | 8);
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        const struct pc_operator *op = pc_operator_at(i);
        assert_non_null(op->name);
        assert_non_null(op->rule);
        assert_memory_equal(op->rule, "R-", 2);
        assert_int_equal(strlen(op->rule), 5);
        assert_non_null(op->takes);
        assert_true(op->takes[0] != '\0');
        assert_non_null(op->words);
        assert_non_null(op->encode);
        assert_non_null(op->is_valid);
        assert_non_null(op->compare);
        assert_non_null(op->write);
        assert_int_equal(op->variables, op->each_variable != NULL);
    }
}

//
static void which_values_take_variables(void **state)
{
    (void)state;
    static const char *const taking[] = {
        "StringEquals", "StringEqualsIgnoreCase", "StringLike", "Bool", "ArnEquals", "ArnLike"};
    size_t found = 0;
    for (size_t i = 0; i < COUNT(taking); i++) {
        assert_true(row_of(taking[i])->variables);
    }
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        found += pc_operator_at(i)->variables;
    }
    assert_int_equal(found, COUNT(taking));
}

static size_t names_equal_to(const char *text)
{
    size_t equal = 0;
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        const struct pc_operator *op = pc_operator_at(i);
        equal += pc_str_eq_icase(pc_str_from(op->name), pc_str_from(text));
        equal +=
            op->negated != NULL && pc_str_eq_icase(pc_str_from(op->negated), pc_str_from(text));
    }
    return equal;
}

// The rows hold the names of the rules, each once, and no others.
static void names_are_those_of_the_rules(void **state)
{
    (void)state;
    size_t known = 0;
    for (size_t i = 0; pc_operator_at(i) != NULL; i++) {
        known += pc_operator_at(i)->negated != NULL ? 2 : 1;
    }
    assert_int_equal(known, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_int_equal(names_equal_to(names[i].text), 1);
    }
}

enum letters {
    AS_WRITTEN,
    LOWER,
    UPPER,
    ALTERNATING,
    LETTERS,
};

static char in_letters(char c, enum letters letters, size_t place)
{
    bool upper = letters == UPPER || (letters == ALTERNATING && place % 2 == 1);
    if (letters == AS_WRITTEN) {
        return c;
    }
    return upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : upper ? c : pc_char_lower(c);
}

static void check_found(const struct name *name, struct pc_str text, uint8_t flags)
{
    struct pc_op_use use = {NULL, 0};
    struct pc_buf written = {0};
    char other[80];
    assert_true(text.len < sizeof(other));
    for (int letters = 0; letters < LETTERS; letters++) {
        for (size_t i = 0; i < text.len; i++) {
            other[i] = in_letters(text.ptr[i], (enum letters)letters, i);
        }
        assert_int_equal(pc_operator_find((struct pc_str){other, text.len}, &use), PC_OP_FOUND);
        assert_int_equal(use.op->id, name->id);
        assert_int_equal(use.flags, name->flags | flags);
    }
    pc_op_use_write(&use, &written);
    assert_int_equal(written.len, text.len);
    assert_memory_equal(written.ptr, text.ptr, text.len);
    pc_buf_release(&written);
}

// every name with every prefix and suffix, in any case, and back again.
static void names_are_found_in_any_case(void **state)
{
    (void)state;
    static const struct {
        const char *prefix, *suffix;
        uint8_t flags;
    } forms[] = {
        {"", "", 0},
        {"", "IfExists", PC_OP_IF_EXISTS},
        {"ForAllValues:", "", PC_OP_FOR_ALL},
        {"ForAnyValue:", "", PC_OP_FOR_ANY},
        {"ForAllValues:", "IfExists", PC_OP_FOR_ALL | PC_OP_IF_EXISTS},
        {"ForAnyValue:", "IfExists", PC_OP_FOR_ANY | PC_OP_IF_EXISTS},
    };
    for (size_t i = 0; i < COUNT(names); i++) {
        for (size_t k = 0; k < COUNT(forms); k++) {
            struct pc_buf text = {0};
            if (names[i].id == PC_OP_NULL && (forms[k].flags & PC_OP_IF_EXISTS) != 0) {
                continue;
            }
            pc_buf_format(&text, "%s%s%s", forms[k].prefix, names[i].text, forms[k].suffix);
            check_found(&names[i], pc_buf_view(&text), forms[k].flags);
            pc_buf_release(&text);
        }
    }
}

//
static void null_takes_no_if_exists(void **state)
{
    (void)state;
    static const char *const texts[] = {"NullIfExists", "nullifexists", "NULLIFEXISTS",
                                        "ForAllValues:NullIfExists", "ForAnyValue:NullIfExists"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct pc_op_use use = {NULL, 77};
        assert_int_equal(pc_operator_find(pc_str_from(texts[i]), &use), PC_OP_NULL_IF_EXISTS);
        assert_null(use.op);
        assert_int_equal(use.flags, 77);
    }
}

// what is not a name exactly is none; 5.3 says which negations do not exist.
static void other_names_are_unknown(void **state)
{
    (void)state;
    static const struct pc_str texts[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("String"),
        PC_STR_INIT("StringEqual"),
        PC_STR_INIT("StringEqualss"),
        PC_STR_INIT("StringEquals "),
        PC_STR_INIT(" StringEquals"),
        PC_STR_INIT("StringEquals\0"),
        PC_STR_INIT("String\0quals"),
        PC_STR_INIT("StringLikeIgnoreCase"),
        PC_STR_INIT("StringNotLikeIgnoreCase"),
        PC_STR_INIT("BoolNotEquals"),
        PC_STR_INIT("NotBool"),
        PC_STR_INIT("BinaryNotEquals"),
        PC_STR_INIT("NotNull"),
        PC_STR_INIT("NumericNotLessThan"),
        PC_STR_INIT("IpAddressEquals"),
        PC_STR_INIT("NotStringEquals"),
        PC_STR_INIT("IfExists"),
        PC_STR_INIT("ForAllValues:"),
        PC_STR_INIT("ForAllValues:IfExists"),
        PC_STR_INIT("ForAllValues"),
        PC_STR_INIT("ForAllValuesStringEquals"),
        PC_STR_INIT("ForAllValues: StringEquals"),
        PC_STR_INIT("ForAllValue:StringEquals"),
        PC_STR_INIT("ForAnyValues:StringEquals"),
        PC_STR_INIT("ForAllValues:ForAnyValue:StringEquals"),
        PC_STR_INIT("ForAnyValue:ForAnyValue:StringEquals"),
        PC_STR_INIT("StringEqualsIfExistsIfExists"),
        PC_STR_INIT("StringIfExistsEquals"),
        PC_STR_INIT("StringEqualsIfExist"),
        PC_STR_INIT("StringEqual\xc5\xbf"),
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct pc_op_use use = {NULL, 77};
        struct pc_str copy = exact(texts[i]);
        assert_int_equal(pc_operator_find(copy, &use), PC_OP_UNKNOWN);
        assert_null(use.op);
        assert_int_equal(use.flags, 77);
        drop(copy);
    }
    struct pc_op_use use = {NULL, 0};
    assert_int_equal(pc_operator_find((struct pc_str){NULL, 0}, &use), PC_OP_UNKNOWN);
}

static void nearest_names(void **state)
{
    (void)state;
    static const struct {
        const char *text, *nearest;
    } rows[] = {
        {"StringEqual", "StringEquals"},
        {"stringequal", "StringEquals"},
        {"StringEqauls", "StringEquals"},
        {"StringNotEqual", "StringNotEquals"},
        {"StringLikes", "StringLike"},
        {"NumericLessThen", "NumericLessThan"},
        {"NumericGreaterThanEqual", "NumericGreaterThanEquals"},
        {"IPAdress", "IpAddress"},
        {"NotIpAdress", "NotIpAddress"},
        {"Boolean", "Bool"},
        {"ForAllValues:StringEqual", "StringEquals"},
        {"ForAnyValue:ArnLikesIfExists", "ArnLike"},
        {"BinaryEqual", "BinaryEquals"},
        {"", NULL},
        {"ThisIsNoOperatorAtAll", NULL},
        {"ForAllValues:", NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pc_str copy = exact(pc_str_from(rows[i].text));
        const char *nearest = pc_operator_nearest(copy);
        drop(copy);
        if (rows[i].nearest == NULL) {
            assert_null(nearest);
        } else {
            assert_non_null(nearest);
            assert_string_equal(nearest, rows[i].nearest);
        }
    }
}

// Names of any length and any bytes have at most a short way to an answer.
static void nearest_to_long_names(void **state)
{
    (void)state;
    char text[300];
    memset(text, 'x', sizeof(text));
    for (size_t length = 0; length <= sizeof(text); length++) {
        struct pc_str copy = exact((struct pc_str){text, length});
        (void)pc_operator_nearest(copy);
        drop(copy);
    }
    assert_null(pc_operator_nearest((struct pc_str){text, sizeof(text)}));
    memset(text, '\xff', sizeof(text));
    assert_null(pc_operator_nearest((struct pc_str){text, 30}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_count_the_rows),
        cmocka_unit_test(numbers_are_fixed),
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(which_values_take_variables),
        cmocka_unit_test(names_are_those_of_the_rules),
        cmocka_unit_test(names_are_found_in_any_case),
        cmocka_unit_test(null_takes_no_if_exists),
        cmocka_unit_test(other_names_are_unknown),
        cmocka_unit_test(nearest_names),
        cmocka_unit_test(nearest_to_long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
