// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "value/boolean.h"

static void both_words_in_any_case(void **state)
{
    (void)state;
    bool value = false;
    assert_true(pc_boolean_parse(PC_STR("true"), &value));
    assert_true(value);
    assert_true(pc_boolean_parse(PC_STR("false"), &value));
    assert_false(value);
    assert_true(pc_boolean_parse(PC_STR("TRUE"), &value));
    assert_true(value);
    assert_true(pc_boolean_parse(PC_STR("fAlSe"), &value));
    assert_false(value);
}

static void nothing_else(void **state)
{
    (void)state;
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),       PC_STR_INIT("1"),
        PC_STR_INIT("0"),      PC_STR_INIT("yes"),
        PC_STR_INIT("tru"),    PC_STR_INIT("truee"),
        PC_STR_INIT(" true"),  PC_STR_INIT("true "),
        PC_STR_INIT("null"),   PC_STR_INIT("true\0"),
        PC_STR_INIT("\0true"), PC_STR_INIT("fals"),
        PC_STR_INIT("falsee"), {NULL, 0},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        bool value = true;
        assert_false(pc_boolean_parse(wrong[i], &value));
        assert_true(value);
        value = false;
        assert_false(pc_boolean_parse(wrong[i], &value));
        assert_false(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_words_in_any_case),
        cmocka_unit_test(nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
