// SPDX-License-Identifier: Apache-2.0
//
// The bits of allowed actions say yes to whatever an entry lists, in any letter case, and are few
// enough for a no to be worth something.
#include "testing.h"

#include "account/allowed.h"

#include <stdio.h>

static struct pc_arena arena;

static struct pc_action_pattern read(const char *text)
{
    struct pc_action_pattern pattern;
    assert_int_equal(pc_action_pattern_read(&arena, pc_str_from(text), &pattern), PC_OK);
    return pattern;
}

static bool has(const struct pc_allowed *allowed, const char *asked)
{
    const struct pc_action_pattern pattern = read(asked);
    return pc_allowed_has(allowed, &pattern);
}

static void add(struct pc_allowed *allowed, const char *entry)
{
    const struct pc_action_pattern pattern = read(entry);
    pc_allowed_add(allowed, &pattern);
}

static void what_is_listed_is_found(void **state)
{
    struct pc_allowed allowed = {0};
    (void)state;
    add(&allowed, "s3:GetObject");
    assert_true(has(&allowed, "S3:getobject"));
    assert_true(has(&allowed, "s3:Get*"));
    assert_true(has(&allowed, "*"));
    assert_false(has(&allowed, "s3:PutObject"));
    assert_false(has(&allowed, "sqs:GetObject"));
    assert_false(has(&allowed, "sqs:*"));
}

static void wildcards_list_all_of_a_service(void **state)
{
    struct pc_allowed allowed = {0};
    (void)state;
    add(&allowed, "s3:Get*");
    assert_true(has(&allowed, "s3:GetObject"));
    assert_true(has(&allowed, "s3:*Object"));
    assert_false(has(&allowed, "sqs:SendMessage"));
}

static void every_action_is_every_action(void **state)
{
    struct pc_allowed one = {0}, all = {0};
    (void)state;
    add(&one, "*");
    pc_allowed_add_all(&all);
    assert_memory_equal(&one, &all, sizeof(one));
    assert_true(has(&one, "ec2:RunInstances"));
    assert_true(has(&one, "ec2:*"));
}

static void nothing_is_nothing(void **state)
{
    struct pc_allowed allowed = {0};
    (void)state;
    add(&allowed, "nonsense");
    assert_false(has(&allowed, "s3:GetObject"));
    assert_false(has(&allowed, "*"));
    pc_allowed_add_all(&allowed);
    assert_false(has(&allowed, "no colon"));
}

// Of a set of thirty actions hardly any other seems to be allowed.
static void few_are_named_in_vain(void **state)
{
    struct pc_allowed allowed = {0};
    char text[64];
    unsigned found = 0;
    (void)state;
    for (unsigned i = 0; i < 30; i++) {
        snprintf(text, sizeof(text), "service%u:Action%u", i % 6, i);
        add(&allowed, text);
    }
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "other%u:Name%u", i % 40, i);
        found += has(&allowed, text);
    }
    assert_true(found < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_listed_is_found),
        cmocka_unit_test(wildcards_list_all_of_a_service),
        cmocka_unit_test(every_action_is_every_action),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(few_are_named_in_vain),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pc_arena_release(&arena);
    return failed;
}
