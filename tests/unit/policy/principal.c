// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#define SOME(type, element)                                                                        \
    "{'Version':'2012-10-17','Statement':{'Effect':'" type "'," element                            \
    ",'Action':'kms:*','Resource':'*'}}"
#define ALLOW(element) SOME("Allow", element)
#define DENY(element)  SOME("Deny", element)
#define TRUST(type, element)                                                                       \
    "{'Version':'2012-10-17','Statement':{'Effect':'" type "'," element ",'Action':'sts:*'}}"
#define HEX64 "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

// R-035, R-036
static void forms_of_a_principal(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"everyone", PC_POLICY_RESOURCE, ALLOW("'Principal':'*'"), ""},
        {"everyone, as a map", PC_POLICY_RESOURCE, ALLOW("'Principal':{'AWS':['*']}"), ""},
        {"every kind", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'AWS':['111111111111','arn:aws:iam::111111111111:root',"
               "'arn:aws-cn:iam::111111111111:user/div/Jane','arn:aws:iam::111111111111:role/R',"
               "'arn:aws:sts::111111111111:assumed-role/R/s',"
               "'arn:aws:sts::111111111111:federated-user/f','AIDAEXAMPLEID','AROAEXAMPLEID'],"
               "'Service':['sns.amazonaws.com','s3.us-east-1.amazonaws.com'],"
               "'CanonicalUser':'" HEX64 "'}"),
         ""},
        {"an origin access identity (R-033)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'AWS':'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "
               "E1EXAMPLE'}"),
         ""},
        {"a bare string (R-035)", PC_POLICY_RESOURCE, ALLOW("'Principal':^'111111111111'"), "406"},
        {"an array", PC_POLICY_RESOURCE, ALLOW("'Principal':^['*']"), "406"},
        {"null", PC_POLICY_RESOURCE, ALLOW("'Principal':^null"), "406"},
        {"keys that do not exist (R-035)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{^'aws':'*',^'Services':'sns.amazonaws.com',^'':'*'}"), "406 406 406"},
        {"no such principals (R-036)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'AWS':[^'arn:aws:iam::111111111111:group/g',^'11111111111',^'',"
               "^'arn:aws:iam::111111111111:user/',^'arn:aws:s3:::b',^'AGPAEXAMPLEID',^'Bob',"
               "^'arn:aws:iam::11111111111:root',^'arn:aws:sts::111111111111:assumed-role/R'],"
               "'Service':[^'sns',^'arn:aws:iam::111111111111:root',^''],"
               "'CanonicalUser':^'abc'}"),
         "407 407 407 407 407 407 407 407 407 407 407 407 407"},
        {"wildcards (R-313)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'AWS':[^'arn:aws:iam::111111111111:role/app-*',^'**',^'1111?1111111',"
               "^'arn:aws:iam::*:root'],'Service':[^'*',^'*.amazonaws.com'],'CanonicalUser':^'*'}"),
         "408 408 408 408 408 408 408"},
        {"a wildcard among Federated", PC_POLICY_TRUST,
         TRUST("Deny", "'Principal':{'Federated':^'*'}"), "408"},
        {"not strings (R-016)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'AWS':[^111111111111,^null,^['*']],'Service':^{}}"),
         "313 313 313 313"},
        {"nobody (R-015)", PC_POLICY_RESOURCE, ALLOW("'Principal':^{}"), "314"},
        {"nobody in a list (R-015)", PC_POLICY_RESOURCE, ALLOW("'Principal':{'AWS':^[]}"), "314"},
        {"nobody exempt", PC_POLICY_RESOURCE, DENY("'NotPrincipal':^{}"), "314"},
    };
    CHECK_DOCUMENTS(cases);
}

// Table 1.3, columns Principal and NotPrincipal.
static void principals_of_a_type(void **state)
{
    (void)state;
    static const struct document_case cases[] = {
        {"identity", PC_POLICY_IDENTITY, ALLOW("^'Principal':'*'"), "308"},
        {"boundary", PC_POLICY_BOUNDARY, ALLOW("^'Principal':7"), "308"},
        {"session", PC_POLICY_SESSION, ALLOW("^'Principal':{'AWS':'*'}"), "308"},
        {"SCP", PC_POLICY_SCP, ALLOW("^'Principal':'*'"), "308"},
        {"identity, negated (R-320)", PC_POLICY_IDENTITY, DENY("^'NotPrincipal':'*'"), "309"},
        {"boundary, negated", PC_POLICY_BOUNDARY, DENY("^'NotPrincipal':'*'"), "309"},
        {"session, negated", PC_POLICY_SESSION, DENY("^'NotPrincipal':'*'"), "309"},
        {"SCP, negated", PC_POLICY_SCP, DENY("^'NotPrincipal':'*'"), "309"},
        {"RCP, negated", PC_POLICY_RCP, DENY("^'NotPrincipal':'*'"), "309"},
        {"trust, negated", PC_POLICY_TRUST, TRUST("Deny", "^'NotPrincipal':'*'"), "309"},
        {"none in a resource policy (R-317)", PC_POLICY_RESOURCE,
         "{'Statement':^{'Effect':'Deny','Action':'*','Resource':'*'}}", "307"},
        {"none in a trust policy", PC_POLICY_TRUST,
         "{'Statement':^{'Effect':'Deny','Action':'sts:*'}}", "307"},
        {"none in a key policy", PC_POLICY_KEY,
         "{'Statement':^{'Effect':'Deny','Action':'*','Resource':'*'}}", "307"},
        {"none in an endpoint policy", PC_POLICY_ENDPOINT,
         "{'Statement':^{'Effect':'Deny','Action':'*','Resource':'*'}}", "307"},
        {"none in an RCP", PC_POLICY_RCP,
         "{'Version':'2012-10-17','Statement':^{'Effect':'Deny','Action':'s3:*','Resource':'*'}}",
         "307"},
        {"RCP: only the bare star", PC_POLICY_RCP, DENY("'Principal':^{'AWS':'*'}"), "410"},
        {"RCP: nobody else", PC_POLICY_RCP, DENY("'Principal':^'111111111111'"), "410"},
        {"Allow with NotPrincipal (R-320, R-323)", PC_POLICY_RESOURCE,
         ALLOW("^'NotPrincipal':{'AWS':'111111111111'}"), "317"},
        {"in a key policy", PC_POLICY_KEY, ALLOW("^'NotPrincipal':{'AWS':'111111111111'}"), "317"},
        {"in an endpoint policy", PC_POLICY_ENDPOINT,
         ALLOW("^'NotPrincipal':{'AWS':'111111111111'}"), "317"},
        {"Deny with NotPrincipal", PC_POLICY_ENDPOINT,
         DENY("'NotPrincipal':{'AWS':'111111111111'}"), ""},
        {"a role for everyone (R-028)", PC_POLICY_TRUST, TRUST("Allow", "'Principal':^'*'"), "409"},
        {"a role for everyone, as a map", PC_POLICY_TRUST,
         TRUST("Allow", "'Principal':{'AWS':['111111111111',^'*']}"), "409"},
        {"a role for everyone on a condition, which lint judges", PC_POLICY_TRUST,
         TRUST("Allow", "'Principal':'*','Condition':"
                        "{'StringEquals':{'aws:PrincipalOrgID':'o-1'}}"),
         ""},
        {"a role denied to everyone", PC_POLICY_TRUST, TRUST("Deny", "'Principal':'*'"), ""},
        {"CanonicalUser of a role", PC_POLICY_TRUST,
         TRUST("Allow", "'Principal':{^'CanonicalUser':'" HEX64 "'}"), "406"},
        {"CanonicalUser of a key", PC_POLICY_KEY,
         ALLOW("'Principal':{^'CanonicalUser':'" HEX64 "'}"), "406"},
        {"Federated in a trust policy (R-311)", PC_POLICY_TRUST,
         TRUST("Allow", "'Principal':{'Federated':['accounts.google.com',"
                        "'arn:aws:iam::111111111111:saml-provider/idp',"
                        "'arn:aws:iam::111111111111:oidc-provider/example.com/x']}"),
         ""},
        {"no provider", PC_POLICY_TRUST,
         TRUST("Allow", "'Principal':{'Federated':[^'google',^'arn:aws:iam::111111111111:root']}"),
         "407 407"},
        {"Federated elsewhere (R-311)", PC_POLICY_RESOURCE,
         ALLOW("'Principal':{'Federated':^'accounts.google.com'}"), "411"},
    };
    CHECK_DOCUMENTS(cases);
}

static void check_entry(const struct pc_principal_entry *entry, enum pc_principal_kind kind,
                        const char *text, const char *partition)
{
    assert_int_equal(entry->kind, kind);
    assert_true(pc_str_eq(entry->text, pc_str_from(text)));
    assert_true(pc_str_eq(entry->partition, pc_str_from(partition)));
}

// R-301: the keys of the map are one list.
static void principals_become_entries(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_RESOURCE,
                  DENY("\n'NotPrincipal':{'AWS':['arn:aws-cn:iam::111111111111:root','222222222222'"
                       "],\n'Service':'sns.amazonaws.com','Federated':'accounts.google.com'}"));
    assert_int_equal(document.status, PC_OK);
    const struct pc_principal_list *list = &document.policy->statements[0].principals;
    assert_int_equal(list->kind, PC_LIST_NEGATED);
    assert_int_equal(list->line, 2);
    assert_int_equal(list->column, 1);
    assert_int_equal(list->count, 4);
    check_entry(&list->items[0], PC_PRINCIPAL_ACCOUNT, "111111111111", "aws-cn");
    check_entry(&list->items[1], PC_PRINCIPAL_ACCOUNT, "222222222222", "");
    check_entry(&list->items[2], PC_PRINCIPAL_SERVICE, "sns.amazonaws.com", "");
    check_entry(&list->items[3], PC_PRINCIPAL_NONE, "accounts.google.com", ""); // R-311
    assert_int_equal(list->items[0].line, 2);
    assert_int_equal(list->items[0].column, 24);
    assert_int_equal(list->items[2].line, 3);
    assert_int_equal(list->items[2].column, 11);
    document_release(&document);
}

static void everyone_is_one_entry(void **state)
{
    (void)state;
    struct document document;
    document_read(&document, PC_POLICY_RESOURCE, ALLOW("'Principal':'*'"));
    assert_int_equal(document.status, PC_OK);
    const struct pc_principal_list *list = &document.policy->statements[0].principals;
    assert_int_equal(list->kind, PC_LIST_POSITIVE);
    assert_int_equal(list->count, 1);
    check_entry(&list->items[0], PC_PRINCIPAL_ANY, "*", "");
    assert_int_equal(list->items[0].line, 1);
    document_release(&document);
}

static void values_are_classified(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        enum pc_principal_kind kind;
        const char *text, *partition;
    } cases[] = {
        {"AWS", "*", PC_PRINCIPAL_ANY, "*", ""},
        {"AWS", "111111111111", PC_PRINCIPAL_ACCOUNT, "111111111111", ""},
        {"AWS", "arn:aws:iam::111111111111:root", PC_PRINCIPAL_ACCOUNT, "111111111111", "aws"},
        {"AWS", "arn:aws:iam::111111111111:user/p/Bob", PC_PRINCIPAL_USER,
         "arn:aws:iam::111111111111:user/p/Bob", "aws"},
        {"AWS", "arn:aws-us-gov:iam::111111111111:role/R", PC_PRINCIPAL_ROLE,
         "arn:aws-us-gov:iam::111111111111:role/R", "aws-us-gov"},
        {"AWS", "arn:aws:sts::111111111111:assumed-role/R/s", PC_PRINCIPAL_SESSION,
         "arn:aws:sts::111111111111:assumed-role/R/s", "aws"},
        {"AWS", "arn:aws:sts::111111111111:federated-user/f", PC_PRINCIPAL_FEDERATED_USER,
         "arn:aws:sts::111111111111:federated-user/f", "aws"},
        {"AWS", "AROAEXAMPLEID", PC_PRINCIPAL_ID, "AROAEXAMPLEID", ""},
        {"Service", "sns.amazonaws.com", PC_PRINCIPAL_SERVICE, "sns.amazonaws.com", ""},
        {"Federated", "accounts.google.com", PC_PRINCIPAL_FEDERATED, "accounts.google.com", ""},
        {"Federated", "arn:aws:iam::111111111111:saml-provider/x", PC_PRINCIPAL_FEDERATED,
         "arn:aws:iam::111111111111:saml-provider/x", "aws"},
        {"CanonicalUser", HEX64, PC_PRINCIPAL_CANONICAL_USER, HEX64, ""},
        {"Service", "*", PC_PRINCIPAL_NONE, "*", ""},
        {"Federated", "*", PC_PRINCIPAL_NONE, "*", ""},
        {"AWS", "sns.amazonaws.com", PC_PRINCIPAL_NONE, "sns.amazonaws.com", ""},
        {"AWS", "arn:aws:iam::111111111111:group/g", PC_PRINCIPAL_NONE,
         "arn:aws:iam::111111111111:group/g", ""},
        {"AWS", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity *",
         PC_PRINCIPAL_NONE, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity *", ""},
        {"aws", "*", PC_PRINCIPAL_NONE, "*", ""},
        {"", "", PC_PRINCIPAL_NONE, "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct pc_principal_entry entry =
            pc_principal_classify(pc_str_from(cases[i].key), pc_str_from(cases[i].value));
        check_entry(&entry, cases[i].kind, cases[i].text, cases[i].partition);
    }
}

// R-035: a bare string is refused; the hint knows what it is.
static void hints_name_the_kind(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hint;
    } cases[] = {
        {ALLOW("'Principal':'111111111111'"), "write {\"AWS\": \"111111111111\"}"},
        {ALLOW("'Principal':'sns.amazonaws.com'"), "write {\"Service\": \"sns.amazonaws.com\"}"},
        {ALLOW("'Principal':'**'"), ""},
        {ALLOW("'Principal':{'service':'sns.amazonaws.com'}"), "did you mean \"Service\"?"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct document document;
        document_read(&document, PC_POLICY_RESOURCE, cases[i].text);
        assert_int_equal(document.diags.errors, 1);
        assert_int_equal(document.diags.first->code, PC_DIAG_PRINCIPAL_FORMAT);
        assert_true(pc_str_eq(document.diags.first->hint, pc_str_from(cases[i].hint)));
        document_release(&document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_principal),      cmocka_unit_test(principals_of_a_type),
        cmocka_unit_test(principals_become_entries), cmocka_unit_test(everyone_is_one_entry),
        cmocka_unit_test(values_are_classified),     cmocka_unit_test(hints_name_the_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
