// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "base/near.h"

static struct pc_str nearest(const char *text)
{
    static const char *const names[] = {"compile", "eval", "test", "dump", "help", "version"};
    struct pc_near near = {.text = pc_str_from(text)};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        pc_near_offer(&near, pc_str_from(names[i]));
    }
    return near.best;
}

static void slips_find_their_name(void **state)
{
    (void)state;
    assert_view(nearest("complie"), "compile");
    assert_view(nearest("evla"), "eval"); // two letters swapped: one change of four
    assert_view(nearest("tast"), "test");
    assert_view(nearest("tas"), ""); // two changes of three letters: more than a third
    assert_view(nearest("verison"), "version");
    assert_view(nearest("comp"), "compile"); // the beginning of it
    assert_view(nearest("dumpp"), "dump");
}

static void other_words_find_nothing(void **state)
{
    (void)state;
    assert_view(nearest("frobnicate"), "");
    assert_view(nearest(""), "");
    assert_view(nearest("co"), ""); // too short to be a beginning
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_find_their_name),
        cmocka_unit_test(other_words_find_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
