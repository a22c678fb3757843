// SPDX-License-Identifier: Apache-2.0
//
// Which names a family of condition keys has.
#include "testing.h"

#include "facts.h"

struct row {
    const char *family, *text;
    bool has;
};

static const struct row rows[] = {
    {"aws:RequestTag/${TagKey}", "aws:RequestTag/team", true},
    {"aws:RequestTag/${TagKey}", "AWS:requesttag/Team", true},
    {"aws:RequestTag/${TagKey}", "aws:RequestTag/a/b:c", true},
    {"aws:RequestTag/${TagKey}", "aws:RequestTag/", false},
    {"aws:RequestTag/${TagKey}", "aws:RequestTag", false},
    {"aws:RequestTag/${TagKey}", "aws:RequestTags/x", false},
    {"kms:EncryptionContext:${Key}", "kms:EncryptionContext:aws:s3:arn", true},
    {"kms:EncryptionContext:${Key}", "kms:EncryptionContextKeys", false},
    {"events:Metadata/${Key}/Matcher", "events:Metadata/x/Matcher", true},
    {"events:Metadata/${Key}/Matcher", "events:Metadata/Matcher/Matcher", true},
    {"events:Metadata/${Key}/Matcher", "events:Metadata//Matcher", false},
    {"events:Metadata/${Key}/Matcher", "events:Metadata/x/Matcher/", false},
    {"events:Metadata/${Key}/Matcher", "events:Metadata/a/Matcher/b/Matcher", true},
    {"codebuild:e/${name}.value", "codebuild:e/STAGE.value", true},
    {"codebuild:e/${name}.value", "codebuild:e/.value", false},
    {"token.actions.${Domain}.ghe.com:sub", "token.actions.x.ghe.com:sub", true},
    {"token.actions.${Domain}.ghe.com:sub", "token.actions.ghe.com:sub", false},
    {"${A}/${B}", "a/b/c", true},
    {"${A}/${B}", "/b", false},
    {"${A}/${B}", "a/", false},
    {"${A}${B}", "a", false},
    {"${A}${B}", "ab", true},
    {"ec2:Attribute", "ec2:attribute", true},
    {"ec2:Attribute", "ec2:Attributes", false},
    {"a${", "a${", true}, // no placeholder: plain text
    {"a${", "ab", false},
};

static void has_the_names_that_fit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s %s\n", rows[i].family, rows[i].text);
        assert_int_equal(
            pc_catalog_family_has(pc_str_from(rows[i].family), pc_str_from(rows[i].text)),
            rows[i].has);
    }
}

static void tells_families(void **state)
{
    (void)state;
    const struct pc_catalog_key family = {.name = PC_STR("a$b/${x}/c")};
    const struct pc_catalog_key plain = {.name = PC_STR("a$b/${x")};
    assert_true(pc_catalog_key_is_family(&family));
    assert_false(pc_catalog_key_is_family(&plain));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_names_that_fit),
        cmocka_unit_test(tells_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
