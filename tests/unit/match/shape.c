// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "match/shape.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define A "111111111111"

void *__wrap_malloc(size_t size);

// In shape-without-memory, which the linker gives this one, a shape is told all the same.
void *__wrap_malloc(size_t size)
{
    (void)size;
    return NULL;
}

struct row {
    enum pc_shape shape;
    const char *text;
};

static const struct row good[] = {
    {PC_SHAPE_ACCOUNT_ID, A},
    {PC_SHAPE_ACCOUNT_ID, "000000000000"},
    {PC_SHAPE_ARN_ROOT, "arn:aws:iam::" A ":root"},
    {PC_SHAPE_ARN_ROOT, "arn:aws-us-gov:iam::" A ":root"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/bob"},
    {PC_SHAPE_ARN_USER, "arn:aws-cn:iam::" A ":user/div/sub_x/Bob+=,.@-_"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":role/thumbs-role"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":role/aws-service-role/x.amazonaws.com/R"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":role/aws:ec2-infrastructure"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/R/s"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/R/me@example.com"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/aws:ec2-infrastructure/i-0abc"},
    {PC_SHAPE_ARN_FEDERATED_USER, "arn:aws:sts::" A ":federated-user/fed"},
    {PC_SHAPE_ARN_PROVIDER, "arn:aws:iam::" A ":saml-provider/ad.fs-1_x"},
    {PC_SHAPE_ARN_PROVIDER, "arn:aws:iam::" A ":oidc-provider/token.actions.githubusercontent.com"},
    {PC_SHAPE_ARN_PROVIDER,
     "arn:aws:iam::" A ":oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"},
    {PC_SHAPE_UNIQUE_ID, "AIDACKCEVSQ6C2EXAMPLE"},
    {PC_SHAPE_UNIQUE_ID, "AROADBQP57FF2AEXAMPLE"},
    {PC_SHAPE_UNIQUE_ID, "AROA1"},
    {PC_SHAPE_SERVICE, "s3.amazonaws.com"},
    {PC_SHAPE_SERVICE, "states.us-east-1.amazonaws.com"},
    {PC_SHAPE_SERVICE, "ec2.amazonaws.com.cn"},
    {PC_SHAPE_SERVICE, "alexa-appkit.amazon.com"},
    {PC_SHAPE_SERVICE, "x.aws.internal"},
    {PC_SHAPE_SERVICE, "ec2.amazonaws.eu"},
    {PC_SHAPE_SERVICE, "ec2.c2s.ic.gov"},
    {PC_SHAPE_SERVICE, "ec2.sc2s.sgov.gov"},
    {PC_SHAPE_SERVICE, "ec2.cloud.adc-e.uk"},
    {PC_SHAPE_SERVICE, "ec2.csp.hci.ic.gov"},
    {PC_SHAPE_DOMAIN, "accounts.google.com"},
    {PC_SHAPE_DOMAIN, "example.com:8443/realms/main"},
    {PC_SHAPE_CANONICAL_USER, "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
    {PC_SHAPE_SID_IAM, ""},
    {PC_SHAPE_SID_IAM, "AllowReads2"},
    {PC_SHAPE_ACTION, "s3:GetObject"},
    {PC_SHAPE_ACTION, "execute-api:Invoke"},
    {PC_SHAPE_SERVICE_PREFIX, "execute-api"},
    {PC_SHAPE_CONDITION_KEY, "aws:SourceIp"},
    {PC_SHAPE_CONDITION_KEY, "AWS:sourceip"},
    {PC_SHAPE_CONDITION_KEY, "s3:x-amz-server-side-encryption"},
    {PC_SHAPE_CONDITION_KEY, "aws:RequestTag/team"},
    {PC_SHAPE_CONDITION_KEY, "aws:ResourceTag/cost center/x*"},
    {PC_SHAPE_CONDITION_KEY, "aws:PrincipalTag/größe"},
    {PC_SHAPE_CONDITION_KEY, "token.actions.githubusercontent.com:sub"},
    {PC_SHAPE_CONDITION_KEY, "oidc.eks.eu-west-1.amazonaws.com/id/AB:aud"},
    {PC_SHAPE_CONDITION_KEY, "id.example.com/realms/a%20b/~c:sub"},
    {PC_SHAPE_CONDITION_KEY, "id.example.com:8443/realms:sub"},
    {PC_SHAPE_CONDITION_KEY, "kms:EncryptionContext:aws:lambda:FunctionArn"},
    {PC_SHAPE_CONDITION_KEY, "kms:EncryptionContext:App Name"},
};

static const struct row bad[] = {
    {PC_SHAPE_ACCOUNT_ID, ""},
    {PC_SHAPE_ACCOUNT_ID, "11111111111"},
    {PC_SHAPE_ACCOUNT_ID, A "1"},
    {PC_SHAPE_ACCOUNT_ID, A "\n"},
    {PC_SHAPE_ACCOUNT_ID, "11111111111a"},
    {PC_SHAPE_ARN_ROOT, "arn:aws:iam::" A ":root/x"},
    {PC_SHAPE_ARN_ROOT, "arn:aws:iam::" A ":root\n"},
    {PC_SHAPE_ARN_ROOT, "arn:amazon:iam::" A ":root"},
    {PC_SHAPE_ARN_ROOT, "arn:aws-:iam::" A ":root"},
    {PC_SHAPE_ARN_ROOT, "arn:aws:iam:us-east-1:" A ":root"},
    {PC_SHAPE_ARN_ROOT, " arn:aws:iam::" A ":root"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/a/"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user//a"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/b*"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/*/b"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/a?/b"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":user/a b"},
    {PC_SHAPE_ARN_USER, "arn:aws:iam::" A ":role/bob"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":role/app-*"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::1:role/app"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":group/app"},
    {PC_SHAPE_ARN_ROLE, "arn:aws:iam::" A ":role/a:b"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/R"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/R/s:t"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/p/R/s"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:sts::" A ":assumed-role/R/*"},
    {PC_SHAPE_ARN_SESSION, "arn:aws:iam::" A ":assumed-role/R/s"},
    {PC_SHAPE_ARN_FEDERATED_USER, "arn:aws:sts::" A ":federated-user/a/b"},
    {PC_SHAPE_ARN_PROVIDER, "arn:aws:iam::" A ":saml-provider/"},
    {PC_SHAPE_ARN_PROVIDER, "arn:aws:iam::" A ":oidc-provider/*"},
    {PC_SHAPE_UNIQUE_ID, "AIDA"},
    {PC_SHAPE_UNIQUE_ID, "AGPACKCEVSQ6C2EXAMPLE"},
    {PC_SHAPE_UNIQUE_ID, "AROADBQP57FF2AEXAMPLE:session"},
    {PC_SHAPE_UNIQUE_ID, "AROA*"},
    {PC_SHAPE_SERVICE, "*"},
    {PC_SHAPE_SERVICE, "amazonaws.com"},
    {PC_SHAPE_SERVICE, ".amazonaws.com"},
    {PC_SHAPE_SERVICE, "s3.amazonaws.com.evil"},
    {PC_SHAPE_SERVICE, "s3.amazonaws.comx"},
    {PC_SHAPE_SERVICE, "c2s.ic.gov"},
    {PC_SHAPE_SERVICE, "ec2.ic.gov"},
    {PC_SHAPE_SERVICE, "S3.amazonaws.com"},
    {PC_SHAPE_SERVICE, "s*.amazonaws.com"},
    {PC_SHAPE_DOMAIN, "localhost"},
    {PC_SHAPE_DOMAIN, "https://accounts.google.com"},
    {PC_SHAPE_DOMAIN, "accounts.google.com/a b"},
    {PC_SHAPE_DOMAIN, "*.google.com"},
    {PC_SHAPE_DOMAIN, "a..b"},
    {PC_SHAPE_CANONICAL_USER, "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2b"},
    {PC_SHAPE_CANONICAL_USER, "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2bex"},
    {PC_SHAPE_SID_IAM, "Allow Reads"},
    {PC_SHAPE_SID_IAM, "a-b"},
    {PC_SHAPE_ACTION, "s3"},
    {PC_SHAPE_ACTION, "s3:"},
    {PC_SHAPE_ACTION, ":GetObject"},
    {PC_SHAPE_ACTION, "s3:Get*"},
    {PC_SHAPE_ACTION, "s3: GetObject"},
    {PC_SHAPE_ACTION, "s3:a:b"},
    {PC_SHAPE_SERVICE_PREFIX, ""},
    {PC_SHAPE_SERVICE_PREFIX, "s3:"},
    {PC_SHAPE_SERVICE_PREFIX, "s*"},
    {PC_SHAPE_CONDITION_KEY, "SourceIp"},
    {PC_SHAPE_CONDITION_KEY, "https://id.example.com:sub"},
    {PC_SHAPE_CONDITION_KEY, "aws:"},
    {PC_SHAPE_CONDITION_KEY, ":x"},
    {PC_SHAPE_CONDITION_KEY, "aws::x"},
    {PC_SHAPE_CONDITION_KEY, "fe80::a"},
    {PC_SHAPE_CONDITION_KEY, "aws:RequestTag:team"},
    {PC_SHAPE_CONDITION_KEY, "aws:SourceIp "},
    {PC_SHAPE_CONDITION_KEY, "aws: SourceIp"},
    {PC_SHAPE_CONDITION_KEY, "aws:Source*"},
    {PC_SHAPE_CONDITION_KEY, "aws:RequestTag"},
    {PC_SHAPE_CONDITION_KEY, "aws:requesttag/"},
    {PC_SHAPE_CONDITION_KEY, "aws:ResourceTag"},
    {PC_SHAPE_CONDITION_KEY, "aws:PrincipalTag"},
    {PC_SHAPE_CONDITION_KEY, "kms:EncryptionContext:"},
    {PC_SHAPE_CONDITION_KEY, "aws:RequestTag/a\nb"},
};

static bool is(enum pc_shape shape, const char *text)
{
    return pc_shape_is(shape, pc_str_from(text));
}

static void good_names_have_their_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        if (!is(good[i].shape, good[i].text)) {
            fail_msg("shape %d refuses '%s'", (int)good[i].shape, good[i].text);
        }
    }
}

static void bad_names_do_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (is(bad[i].shape, bad[i].text)) {
            fail_msg("shape %d takes '%s'", (int)bad[i].shape, bad[i].text);
        }
    }
}

static void every_shape_has_a_row_of_each_kind(void **state)
{
    (void)state;
    for (int shape = PC_SHAPE_ACCOUNT_ID; shape <= PC_SHAPE_CONDITION_KEY; shape++) {
        size_t seen = 0;
        for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
            seen += (int)good[i].shape == shape;
        }
        assert_true(seen > 0);
        seen = 0;
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            seen += (int)bad[i].shape == shape;
        }
        assert_true(seen > 0);
    }
}

static void what_is_no_shape_is_false(void **state)
{
    (void)state;
    assert_false(is((enum pc_shape)0, A));
    assert_false(is((enum pc_shape)999, ""));
    assert_false(pc_shape_is(PC_SHAPE_ACCOUNT_ID, (struct pc_str){NULL, 0}));
    assert_true(pc_shape_is(PC_SHAPE_SID_IAM, (struct pc_str){NULL, 0}));
    assert_false(pc_shape_is(PC_SHAPE_ACCOUNT_ID, PC_STR("11111\0001111111")));
}

// Texts that would make a careless expression go back and forth; and every single byte.
static void hostile_texts_end_soon(void **state)
{
    (void)state;
    static const char *const starts[] = {"", "arn:aws", "arn:aws:iam::" A ":user/",
                                         "arn:aws:iam::" A ":oidc-provider/a.", "kms:Encryption"};
    static const char *const parts[] = {"a", "-a", "a.", "/", "a/", ":", "amazonaws.com.", "/a:"};
    char text[4096];
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
            size_t length = strlen(starts[i]);
            memcpy(text, starts[i], length);
            for (size_t part = strlen(parts[j]); length + part < 2047; length += part) {
                memcpy(text + length, parts[j], part);
            }
            text[length++] = '\n';
            for (int shape = PC_SHAPE_ACCOUNT_ID; shape <= PC_SHAPE_CONDITION_KEY; shape++) {
                assert_false(pc_shape_is((enum pc_shape)shape, (struct pc_str){text, length}));
            }
        }
    }
}

static void more_than_two_kibibytes_are_false(void **state)
{
    (void)state;
    char text[2049];
    memset(text, 'a', sizeof(text));
    assert_true(pc_shape_is(PC_SHAPE_SID_IAM, (struct pc_str){text, 2048}));
    assert_false(pc_shape_is(PC_SHAPE_SID_IAM, (struct pc_str){text, 2049}));
}

static void *ask_often(void *result)
{
    bool *right = result;
    *right = true;
    for (size_t i = 0; i < 2000; i++) {
        *right = *right && is(PC_SHAPE_SERVICE, "s3.amazonaws.com") && !is(PC_SHAPE_SERVICE, "s3");
    }
    return NULL;
}

// Runs first, so that the threads race for the compilation.
static void threads_share_the_table(void **state)
{
    (void)state;
    pthread_t threads[4];
    bool right[4];
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask_often, &right[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(right[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_the_table),
        cmocka_unit_test(good_names_have_their_form),
        cmocka_unit_test(bad_names_do_not),
        cmocka_unit_test(every_shape_has_a_row_of_each_kind),
        cmocka_unit_test(what_is_no_shape_is_false),
        cmocka_unit_test(hostile_texts_end_soon),
        cmocka_unit_test(more_than_two_kibibytes_are_false),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
