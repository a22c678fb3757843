// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "fake_answer.h"
#include "log_mask.h"

#include <stdlib.h>

static struct pc_log_mask mask_of(const char *first, const char *second)
{
    const struct polcheck_str names[] = {polcheck_text(first), polcheck_text(second)};
    struct pc_log_mask mask;
    assert_int_equal(pc_log_mask_init(&mask, names, second == NULL ? 1 : 2), PC_OK);
    return mask;
}

static void names_compare_without_case(void **state)
{
    (void)state;
    struct pc_log_mask mask = mask_of("aws:TokenSecret", "jwt:*");
    assert_true(pc_log_mask_hides(&mask, PC_STR("AWS:tokensecret")));
    assert_true(pc_log_mask_hides(&mask, PC_STR("jwt:sub")));
    assert_true(pc_log_mask_hides(&mask, PC_STR("JWT:")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("jwt")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("aws:TokenSecret2")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("aws:TokenSecre")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("")));
    pc_log_mask_release(&mask);
}

static void a_star_alone_hides_all_and_none_hides_nothing(void **state)
{
    (void)state;
    struct pc_log_mask all = mask_of("*", NULL);
    assert_true(pc_log_mask_hides(&all, PC_STR("aws:SourceIp")));
    assert_true(pc_log_mask_hides(&all, PC_STR("")));
    pc_log_mask_release(&all);
    struct pc_log_mask none;
    assert_int_equal(pc_log_mask_init(&none, NULL, 0), PC_OK);
    assert_false(pc_log_mask_hides(&none, PC_STR("aws:SourceIp")));
    pc_log_mask_release(&none);
    struct pc_log_mask zeroed = {0};
    assert_false(pc_log_mask_hides(&zeroed, PC_STR("aws:SourceIp")));
}

// A star that is not the last character stands for itself.
static void other_stars_are_characters(void **state)
{
    (void)state;
    struct pc_log_mask mask = mask_of("a*b", "c**");
    assert_true(pc_log_mask_hides(&mask, PC_STR("a*b")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("axb")));
    assert_true(pc_log_mask_hides(&mask, PC_STR("c*anything")));
    assert_false(pc_log_mask_hides(&mask, PC_STR("canything")));
    pc_log_mask_release(&mask);
}

static void names_are_copied(void **state)
{
    (void)state;
    char text[] = "secret";
    const struct polcheck_str name = polcheck_text(text);
    struct pc_log_mask mask;
    assert_int_equal(pc_log_mask_init(&mask, &name, 1), PC_OK);
    memset(text, 'x', sizeof(text) - 1);
    assert_true(pc_log_mask_hides(&mask, PC_STR("Secret")));
    pc_log_mask_release(&mask);
}

static void a_message_must_not_tell_what_is_hidden(void **state)
{
    (void)state;
    struct pc_log_mask mask = mask_of("aws:Secret", "empty");
    const struct polcheck_str secret = POLCHECK_STR("hunter2");
    const struct polcheck_str open = POLCHECK_STR("203.0.113.7");
    const struct polcheck_entry entries[] = {
        {POLCHECK_STR("aws:SourceIp"), false, &open, 1},
        {POLCHECK_STR("AWS:SECRET"), false, &secret, 1},
        {POLCHECK_STR("empty"), true, NULL, 0},
    };
    const struct polcheck_request request = {entries, 3};
    assert_true(pc_log_mask_hides_message(&mask, PC_STR("it is \"hunter2\" here"), &request));
    assert_true(pc_log_mask_hides_message(&mask, PC_STR("hunter2"), &request));
    assert_true(pc_log_mask_hides_message(&mask, PC_STR("the key aws:secret is x"), &request));
    assert_false(pc_log_mask_hides_message(&mask, PC_STR("it is 203.0.113.7 hunter"), &request));
    assert_false(pc_log_mask_hides_message(&mask, PC_STR(""), &request));
    assert_false(pc_log_mask_hides_message(&mask, PC_STR("hunter2"), NULL));
    pc_log_mask_release(&mask);
}

// A long message that nearly has a long value everywhere: hidden unread.
static void a_message_that_takes_long_is_hidden(void **state)
{
    (void)state;
    enum {
        LONG = 1 << 20,
    };
    char *text = malloc(LONG);
    assert_non_null(text);
    memset(text, 'a', LONG);
    text[LONG / 4] = 'b'; // ends the value, and is not in the message
    const struct polcheck_str value = polcheck_bytes(text, LONG / 4 + 1);
    const struct polcheck_entry entry = {POLCHECK_STR("secret"), false, &value, 1};
    const struct polcheck_request request = {&entry, 1};
    struct pc_log_mask mask = mask_of("secret", NULL);
    struct pc_str message = {text + LONG / 4 + 1, LONG / 2};
    assert_true(pc_log_mask_hides_message(&mask, message, &request));
    assert_false(pc_log_mask_hides_message(&mask, pc_str_slice(message, 0, 100), &request));
    pc_log_mask_release(&mask);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_compare_without_case),
        cmocka_unit_test(a_star_alone_hides_all_and_none_hides_nothing),
        cmocka_unit_test(other_stars_are_characters),
        cmocka_unit_test(names_are_copied),
        cmocka_unit_test(a_message_must_not_tell_what_is_hidden),
        cmocka_unit_test(a_message_that_takes_long_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
