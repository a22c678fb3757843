// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "eval/request.h"

static struct pc_caller parsed(const char *text)
{
    struct pc_caller caller;
    assert_true(pc_caller_parse(pc_str_from(text), &caller));
    return caller;
}

static void kinds_are_told_from_the_text(void **state)
{
    (void)state;
    assert_int_equal(parsed("*").kind, PC_CALLER_ANONYMOUS);
    assert_int_equal(parsed("s3.amazonaws.com").kind, PC_CALLER_SERVICE);
    assert_int_equal(parsed("arn:aws:iam::111111111111:root").kind, PC_CALLER_ROOT);
    assert_int_equal(parsed("arn:aws:iam::111111111111:user/a/b/Bob").kind, PC_CALLER_USER);
    assert_int_equal(parsed("arn:aws:iam::111111111111:role/p/R").kind, PC_CALLER_SESSION);
    assert_int_equal(parsed("arn:aws:sts::111111111111:assumed-role/R/s").kind, PC_CALLER_SESSION);
    assert_int_equal(parsed("arn:aws:sts::111111111111:federated-user/Bob").kind,
                     PC_CALLER_FEDERATED_USER);
}

static void parts_are_kept(void **state)
{
    (void)state;
    struct pc_caller user = parsed("arn:aws-cn:iam::111111111111:user/a/b/Bob");
    assert_view(user.partition, "aws-cn");
    assert_view(user.account, "111111111111");
    assert_view(user.name, "Bob");
    struct pc_caller session = parsed("arn:aws:sts::111111111111:assumed-role/R/s@x");
    assert_view(session.name, "R");
    assert_view(session.session, "s@x");
    assert_view(session.role, "");
    struct pc_caller role = parsed("arn:aws:iam::111111111111:role/p/R"); // R-308
    assert_view(role.name, "R");
    assert_view(role.session, "");
    assert_view(role.role, "arn:aws:iam::111111111111:role/p/R");
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Bob",
        "arn:aws:iam::111111111111:group/Admins", // R-316
        "arn:aws:iam::11111111111:user/Bob",
        "arn:aws:iam:eu-west-1:111111111111:user/Bob",
        "arn:aws:iam::111111111111:user/",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::111111111111",
        "arn:aws:sts::111111111111:assumed-role/R",
        "arn:aws:iam::*:root",
        "**",
        "111111111111",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct pc_caller caller = {.kind = PC_CALLER_USER};
        assert_false(pc_caller_parse(pc_str_from(texts[i]), &caller));
        assert_int_equal(caller.kind, PC_CALLER_USER); // untouched
    }
}

static void service_linked_roles_are_told_by_their_path(void **state)
{
    (void)state; // R-603
    struct pc_caller linked = parsed(
        "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX");
    struct pc_caller named = parsed("arn:aws:iam::111111111111:role/AWSServiceRoleForX");
    assert_true(pc_caller_is_service_linked(&linked));
    assert_false(pc_caller_is_service_linked(&named));
}

static void user_ids_fit_their_callers(void **state)
{
    (void)state; // R-803
#define A "111111111111"
#define S "arn:aws:sts::" A ":assumed-role/"
    static const struct {
        const char *caller, *userid;
        bool fits;
    } rows[] = {
        {"arn:aws:iam::" A ":root", A, true},
        {"arn:aws:iam::" A ":root", "222222222222", false},
        {"arn:aws:iam::" A ":user/Bob", "AIDACKCEVSQ6C2EXAMPLE", true},
        {"arn:aws:iam::" A ":user/Bob", "AROACKCEVSQ6C2EXAMPLE:Bob", false},
        {"arn:aws:iam::" A ":user/Bob", "", false},
        {"arn:aws:sts::" A ":federated-user/Bob", A ":Bob", true},
        {"arn:aws:sts::" A ":federated-user/Bob", A ":Eve", false},
        {"arn:aws:sts::" A ":federated-user/Bob", "222222222222:Bob", false},
        {S "R/s", "AROACKCEVSQ6C2EXAMPLE:s", true},
        {S "R/s", "AROACKCEVSQ6C2EXAMPLE:is", false},
        {S "R/s", "AROACKCEVSQ6C2EXAMPLE", false},
        {S "R/s", ":s", false},
        {S "R/s", "s", false},
        {S "aws:ec2-instance/i-0abc", A ":aws:ec2-instance:i-0abc", true},
        {"arn:aws:iam::" A ":role/R", "AROACKCEVSQ6C2EXAMPLE:any", true},
        {"arn:aws:iam::" A ":role/R", "AROACKCEVSQ6C2EXAMPLE", false},
        {"s3.amazonaws.com", "s3.amazonaws.com", false},
        {"*", "anonymous", false},
    };
#undef A
#undef S
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_caller caller = parsed(rows[i].caller);
        assert_int_equal(pc_caller_may_have_userid(&caller, pc_str_from(rows[i].userid)),
                         rows[i].fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_from_the_text),
        cmocka_unit_test(parts_are_kept),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(service_linked_roles_are_told_by_their_path),
        cmocka_unit_test(user_ids_fit_their_callers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
