// SPDX-License-Identifier: Apache-2.0
#include "document_case.h"

#include <stdio.h>

static const struct {
    enum pc_policy_type type;
    const char *text;
    bool resource;
} types[] = {{PC_POLICY_IDENTITY, "identity", false}, {PC_POLICY_BOUNDARY, "boundary", false},
             {PC_POLICY_SESSION, "session", false},   {PC_POLICY_RESOURCE, "resource", true},
             {PC_POLICY_TRUST, "trust", true},        {PC_POLICY_KEY, "key", true},
             {PC_POLICY_SCP, "scp", false},           {PC_POLICY_RCP, "rcp", false},
             {PC_POLICY_ENDPOINT, "endpoint", false}, {PC_POLICY_NONE, "none", false},
             {(enum pc_policy_type)10, "none", false}};

static void every_type_has_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        assert_string_equal(pc_policy_type_text(types[i].type), types[i].text);
        assert_int_equal(pc_policy_type_is_resource(types[i].type), types[i].resource);
    }
}

// The least statement of every type, from the table of SEMANTICS.md 1.3, and what happens to it in
// all the others: one row a document, one column a type.
static void a_statement_fits_the_types_that_take_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *accepted; // names of the types
    } cases[] = {
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:*','Resource':'*'}}",
         "identity boundary session scp"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Allow','NotAction':'s3:*',"
         "'NotResource':'*'}}",
         "identity boundary session scp"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*',"
         "'Resource':'*'}}",
         "resource rcp endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':{'AWS':'*'},"
         "'Action':'s3:*','Resource':'*'}}",
         "resource endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'s3:*'}}",
         "resource"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'kms:*'}}",
         "resource"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'kms:*',"
         "'Resource':'*'}}",
         "resource key rcp endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'*',"
         "'Resource':'*'}}",
         "resource key endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*','Action':'STS:*'}}",
         "resource trust"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Principal':'*',"
         "'NotAction':'kms:*','Resource':'*'}}",
         "resource key endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','NotPrincipal':'*',"
         "'Action':'kms:*','NotResource':'*'}}",
         "resource key endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Allow','Principal':'*',"
         "'Action':'s3:*','Resource':'*'}}",
         "resource endpoint"},
        {"{'Version':'2012-10-17','Statement':{'Effect':'Deny','Action':'s3:*'}}", ""},
        {"{'Version':'2012-10-17','Statement':{'Sid':'a b','Effect':'Deny','Principal':'*',"
         "'Action':'s3:*','Resource':'*'}}",
         "resource endpoint"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char accepted[128] = "";
        size_t used = 0;
        for (int type = PC_POLICY_IDENTITY; type <= PC_POLICY_ENDPOINT; type++) {
            struct document document;
            document_read(&document, (enum pc_policy_type)type, cases[i].text);
            if (document.status == PC_OK) {
                int length =
                    snprintf(accepted + used, sizeof(accepted) - used, "%s%s", used > 0 ? " " : "",
                             pc_policy_type_text((enum pc_policy_type)type));
                used += (size_t)length;
            }
            document_release(&document);
        }
        assert_string_equal(accepted, cases[i].accepted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_its_name),
        cmocka_unit_test(a_statement_fits_the_types_that_take_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
