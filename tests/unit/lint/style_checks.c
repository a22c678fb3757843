// SPDX-License-Identifier: Apache-2.0
#include "lint_case.h"

#define STATEMENT "'Statement':{'Effect':'Deny','Action':'s3:*','Resource':'*'}}"
#define NEW       "{'Version':'2012-10-17'," STATEMENT
#define TO        "'Statement':{'Effect':'Deny','Principal':'*','Action':'x:*','Resource':'*'}}"

//
static void versions(void **state)
{
    (void)state;
    static const struct lint_case cases[] = {
        {"none", PC_POLICY_IDENTITY, "\n ^{" STATEMENT, "1318"},
        {"the old one", PC_POLICY_IDENTITY, "^{'Version':'2008-10-17'," STATEMENT, "1318"},
        {"the one", PC_POLICY_IDENTITY, NEW, ""},
        {"with a variable, of which the reader says it", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Allow','Action':'s3:GetObject','Resource':"
         "'arn:aws:s3:::b/${aws:username}/*'}}",
         ""},
        {"also in a condition", PC_POLICY_IDENTITY,
         "{'Statement':{'Effect':'Allow','Action':'s3:ListBucket','Resource':'*','Condition':"
         "{'StringEquals':{'s3:prefix':'${aws:username}'}}}}",
         ""},
    };
    CHECK_LINT(cases, 1318, 1318);
}

#define ACCOUNT "arn:aws:iam::111111111111:"

// A document of that size gives that code, 0: none.
static const struct size_case {
    const char *name;
    enum pc_policy_type type;
    const char *attached, *arn; // NULL: not known
    size_t size;
    unsigned code;
} size_cases[] = {
    {"room is left", PC_POLICY_IDENTITY, NULL, ACCOUNT "policy/p", 5529, 0},
    {"a tenth below the limit", PC_POLICY_IDENTITY, NULL, ACCOUNT "policy/p", 5530, 1319},
    {"none is left", PC_POLICY_IDENTITY, NULL, ACCOUNT "policy/p", 6144, 1319},
    {"too long", PC_POLICY_IDENTITY, NULL, ACCOUNT "policy/p", 6145, 207},
    {"too long, whoever has it", PC_POLICY_IDENTITY, ACCOUNT "role/r", ACCOUNT "policy/p", 6145,
     207},
    {"one of AWS", PC_POLICY_IDENTITY, NULL, "arn:aws:iam::aws:policy/P", 6144, 0},
    {"a long one of AWS", PC_POLICY_IDENTITY, NULL, "arn:aws:iam::aws:policy/P", 20000, 0},
    {"inline of a role", PC_POLICY_IDENTITY, ACCOUNT "role/r", NULL, 6144, 0},
    {"too long for a role", PC_POLICY_IDENTITY, ACCOUNT "role/r", NULL, 10241, 207},
    {"inline of a user", PC_POLICY_IDENTITY, ACCOUNT "user/u", NULL, 2049, 207},
    {"inline of a group", PC_POLICY_IDENTITY, ACCOUNT "group/g", NULL, 5120, 1319},
    {"stored somehow", PC_POLICY_IDENTITY, NULL, NULL, 7000, 0},
    {"in no way", PC_POLICY_IDENTITY, NULL, NULL, 10241, 207},
    {"a guard-rail", PC_POLICY_SCP, NULL, NULL, 10240, 1319},
    {"a boundary", PC_POLICY_BOUNDARY, NULL, NULL, 6145, 207},
    {"a trust policy", PC_POLICY_TRUST, NULL, NULL, 2048, 1319},
    {"a trust policy beyond the first quota", PC_POLICY_TRUST, NULL, NULL, 2049, 0},
    {"a bucket's", PC_POLICY_RESOURCE, "arn:aws:s3:::b", NULL, 20481, 207},
    {"a queue's", PC_POLICY_RESOURCE, "arn:aws:sqs:eu-west-1:111111111111:q", NULL, 8000, 1319},
    {"of a resource that is not known", PC_POLICY_RESOURCE, NULL, NULL, 1 << 20, 0},
};

static const char *text_of(enum pc_policy_type type)
{
    if (type == PC_POLICY_TRUST) {
        return "^{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*',"
               "'Action':'sts:*'}}";
    }
    return type == PC_POLICY_RESOURCE ? "^{'Version':'2012-10-17'," TO : "^" NEW;
}

// SEMANTICS.md 1.4
static void sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(size_cases) / sizeof(size_cases[0]); i++) {
        const struct size_case *row = &size_cases[i];
        const char *text = text_of(row->type);
        const char *codes = row->code == 207 ? "207" : "1319";
        const struct lint_case one = {row->name, row->type, row->code > 0 ? text : text + 1,
                                      row->code > 0 ? codes : ""};
        const struct lint_about about = {.from = 1319,
                                         .to = 1319,
                                         .also = 207,
                                         .attached = row->attached,
                                         .arn = row->arn,
                                         .size = row->size};
        check_lint(&one, 1, &about);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions),
        cmocka_unit_test(sizes),
    };
    return cmocka_run_group_tests_name("lint/style_checks", tests, NULL, NULL);
}
