// SPDX-License-Identifier: Apache-2.0
//
// The expected sentences are those of AWS's own error messages (IAM User Guide, "Troubleshoot
// access denied error messages"; R-630).
#include "testing.h"

#include "eval/evaluator.h"
#include "eval/sentence.h"

struct row {
    const char *principal, *action, *resource;
    enum pc_decision decision;
    enum pc_slot primary;
    const char *sentence;
};

#define JOHN "arn:aws:iam::777788889999:user/JohnDoe"

static const struct row rows[] = {
    {JOHN, "codecommit:ListRepositories", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_IDENTITY,
     "User: " JOHN " is not authorized to perform: codecommit:ListRepositories because no "
     "identity-based policy allows the codecommit:ListRepositories action"},
    {JOHN, "codedeploy:ListDeployments", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_IDENTITY,
     "User: " JOHN " is not authorized to perform: codedeploy:ListDeployments with an explicit "
     "deny in an identity-based policy"},
    {JOHN, "secretsmanager:GetSecretValue",
     "arn:aws:secretsmanager:us-east-1:777788889999:secret:s", PC_DECISION_IMPLICIT_DENY,
     PC_SLOT_RESOURCE,
     "User: " JOHN " is not authorized to perform: secretsmanager:GetSecretValue on resource: "
     "arn:aws:secretsmanager:us-east-1:777788889999:secret:s because no resource-based policy "
     "allows the secretsmanager:GetSecretValue action"},
    {JOHN, "secretsmanager:GetSecretValue",
     "arn:aws:secretsmanager:us-east-1:777788889999:secret:s", PC_DECISION_EXPLICIT_DENY,
     PC_SLOT_RESOURCE,
     "User: " JOHN " is not authorized to perform: secretsmanager:GetSecretValue on resource: "
     "arn:aws:secretsmanager:us-east-1:777788889999:secret:s with an explicit deny in a "
     "resource-based policy"},
    {JOHN, "a:B", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_BOUNDARY,
     "User: " JOHN " is not authorized to perform: a:B because no permissions boundary allows the "
     "a:B action"},
    {JOHN, "a:B", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_BOUNDARY,
     "User: " JOHN
     " is not authorized to perform: a:B with an explicit deny in a permissions boundary"},
    {JOHN, "a:B", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_SESSION,
     "User: " JOHN " is not authorized to perform: a:B because no session policy allows the a:B "
     "action"},
    {JOHN, "a:B", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_SESSION,
     "User: " JOHN " is not authorized to perform: a:B with an explicit deny in a session policy"},
    {JOHN, "a:B", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_SCP,
     "User: " JOHN " is not authorized to perform: a:B because no service control policy allows "
     "the a:B action"},
    {JOHN, "a:B", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_SCP,
     "User: " JOHN
     " is not authorized to perform: a:B with an explicit deny in a service control policy"},
    {JOHN, "a:B", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_RCP,
     "User: " JOHN " is not authorized to perform: a:B because no resource control policy allows "
     "the a:B action"},
    {JOHN, "a:B", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_RCP,
     "User: " JOHN
     " is not authorized to perform: a:B with an explicit deny in a resource control policy"},
    {JOHN, "a:B", "*", PC_DECISION_IMPLICIT_DENY, PC_SLOT_ENDPOINT,
     "User: " JOHN " is not authorized to perform: a:B because no VPC endpoint policy allows the "
     "a:B action"},
    {JOHN, "a:B", "*", PC_DECISION_EXPLICIT_DENY, PC_SLOT_ENDPOINT,
     "User: " JOHN
     " is not authorized to perform: a:B with an explicit deny in a VPC endpoint policy"},
    {JOHN, "sts:AssumeRole", "arn:aws:iam::777788889999:role/HR", PC_DECISION_IMPLICIT_DENY,
     PC_SLOT_RESOURCE,
     "User: " JOHN " is not authorized to perform: sts:AssumeRole on resource: "
     "arn:aws:iam::777788889999:role/HR because no role trust policy allows the sts:AssumeRole "
     "action"},
    {JOHN, "sts:AssumeRole", "arn:aws:iam::777788889999:role/HR", PC_DECISION_EXPLICIT_DENY,
     PC_SLOT_RESOURCE,
     "User: " JOHN " is not authorized to perform: sts:AssumeRole on resource: "
     "arn:aws:iam::777788889999:role/HR with an explicit deny in the role trust policy"},
    {"arn:aws:iam::777788889999:root", "sts:AssumeRole", "arn:aws:iam::777788889999:role/HR",
     PC_DECISION_IMPLICIT_DENY, PC_SLOTS,
     "User: arn:aws:iam::777788889999:root is not authorized to perform: sts:AssumeRole on "
     "resource: arn:aws:iam::777788889999:role/HR"},
    {"*", "s3:GetObject", "arn:aws:s3:::b/k", PC_DECISION_IMPLICIT_DENY, PC_SLOT_RESOURCE,
     "User: anonymous is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k "
     "because no resource-based policy allows the s3:GetObject action"},
    {JOHN, "a:B", "*", PC_DECISION_ALLOWED, PC_SLOTS, ""},
};

static void a_refusal_reads_as_from_aws(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_arena arena = {0};
        struct pc_diags diags;
        struct pc_request request = {.action = pc_str_from(rows[i].action),
                                     .resource = pc_str_from(rows[i].resource)};
        const struct pc_request_options options = {.assume_owner = true};
        const struct pc_answer answer = {.decision = rows[i].decision, .primary = rows[i].primary};
        PC_CLEANUP(pc_buf_release) struct pc_buf out = {0};
        pc_arena_init(&arena);
        pc_diags_init(&diags, &arena);
        assert_true(pc_caller_parse(pc_str_from(rows[i].principal), &request.caller));
        assert_int_equal(
            pc_request_finish(&arena, &request, options, (struct pc_place){.line = 1}, &diags),
            PC_OK);
        pc_sentence_write(&out, &request, &answer);
        pc_buf_byte(&out, '\0');
        assert_int_equal(pc_buf_status(&out), PC_OK);
        assert_string_equal(out.ptr, rows[i].sentence);
        pc_arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_reads_as_from_aws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
