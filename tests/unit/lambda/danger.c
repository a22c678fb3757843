// SPDX-License-Identifier: Apache-2.0
//
// Which permissions are warned of, and which are not (LAMBDA.md 1.1, 1.2, 8.3).
#include "told.h"

static const struct {
    const char *principal, *source_arn, *source_account, *organization, *token, *auth_type;
    bool via_url;
    const char *codes;
} rows[] = {
    // L01
    {"s3.amazonaws.com", "arn:aws:s3:::photos", "", "", "", "", false, " 1101"},
    {"s3.amazonaws.com", "arn:aws:s3:::photos", "111122223333", "", "", "", false, ""},
    {"s3.amazonaws.com", "", "111122223333", "", "", "", false, ""},
    // L02
    {"s3.amazonaws.com", "", "", "", "", "", false, " 1102"},
    {"sns.amazonaws.com", "", "", "", "", "", false, " 1102"},
    {"apigateway.amazonaws.com", "arn:aws:execute-api:eu-west-1:111122223333:a1/*/*", "", "", "",
     "", false, ""},
    {"secretsmanager.amazonaws.com", "", "111122223333", "", "", "", false, ""},
    // L03
    {"sns.amazonaws.com", "arn:aws:sns:*:*:*", "", "", "", "", false, " 1103"},
    {"sns.amazonaws.com", "arn:aws:sns:eu-west-1:1111*:t", "", "", "", "", false, " 1103"},
    {"logs.amazonaws.com", "arn:aws:logs:*:11112222333?:*", "", "", "", "", false, " 1103"},
    {"logs.amazonaws.com", "arn:aws:logs:*:*:*", "111122223333", "", "", "", false, ""},
    {"sns.amazonaws.com", "arn:aws:sns:*:111122223333:*", "", "", "", "", false, ""},
    // L04, L05
    {"*", "", "", "", "", "", false, " 1104"},
    {"*", "", "", "", "", "NONE", false, ""},
    {"*", "", "", "", "", "", true, ""},
    {"*", "", "", "o-a1b2c3d4e5", "", "", false, ""},
    {"*", "arn:aws:s3:::photos", "", "", "", "", false, " 1105"},
    {"*", "", "111122223333", "", "", "", false, " 1105"},
    {"*", "", "111122223333", "o-a1b2c3d4e5", "", "", false, ""},
    // L09, L10
    {"sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:t", "", "", "", "", false, ""},
    {"sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:t", "111122223333", "", "", "", false,
     " 1109"},
    {"sns.eu-south-1.amazonaws.com", "", "111122223333", "", "", "", false, " 1109"},
    {"events.amazonaws.com", "arn:aws:events:eu-west-1:111122223333:rule/r", "111122223333", "", "",
     "", false, " 1110"},
    {"events.amazonaws.com", "arn:aws:events:eu-west-1:111122223333:rule/r", "", "", "", "", false,
     ""},
    // L20
    {"lex.amazonaws.com", "arn:aws:lex:eu-west-1:111122223333:bot-alias/B/A", "", "", "", "", false,
     " 1120"},
    {"lexv2.amazonaws.com", "arn:aws:lex:eu-west-1:111122223333:bot-alias/B/A", "", "", "", "",
     false, ""},
    {"lex.amazonaws.com", "arn:aws:lex:eu-west-1:111122223333:intent:I:*", "", "", "", "", false,
     ""},
    // L21
    {"alexa-appkit.amazon.com", "", "", "", "", "", false, " 1121"},
    {"alexa-connectedhome.amazon.com", "", "", "", "", "", false, " 1121"},
    {"alexa-appkit.amazon.com", "", "111122223333", "", "", "", false, " 1121"},
    {"alexa-appkit.amazon.com", "", "", "", "amzn1.ask.skill.1", "", false, ""},
    // Keys that the caller never sends.
    {"111122223333", "", "", "", "", "", false, ""},
    {"111122223333", "", "111122223333", "", "", "", false, " 1174"},
    {"arn:aws:iam::111122223333:role/r", "arn:aws:s3:::photos", "", "", "", "", false, " 1174"},
    {"arn:aws:iam::111122223333:user/u", "", "", "", "amzn1.ask.skill.1", "", false, " 1174"},
    {"arn:aws:iam::111122223333:user/u", "", "", "o-a1b2c3d4e5", "", "", false, ""},
    {"arn:aws:iam::111122223333:user/u", "", "", "", "", "AWS_IAM", false, ""},
    {"sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:t", "", "o-a1b2c3d4e5", "", "", false,
     " 1174"},
    {"s3.amazonaws.com", "", "", "", "amzn1.ask.skill.1", "", false, " 1174"},
    {"s3.amazonaws.com", "", "", "o-a1b2c3d4e5", "", "", false, " 1174"},
    {"s3.amazonaws.com", "arn:aws:s3:::photos", "", "o-a1b2c3d4e5", "", "", false, " 1174"},
    // Sources that the service never sends: L18, L16, L15, and the forms of 1.1.
    {"logs.amazonaws.com", "arn:aws:logs:eu-west-1:111122223333:log-group:g", "", "", "", "", false,
     " 1174"},
    {"logs.amazonaws.com", "arn:aws:logs:eu-west-1:111122223333:log-group:g:*", "", "", "", "",
     false, ""},
    {"apigateway.amazonaws.com", "arn:aws:execute-api:eu-west-1:111122223333:a1/prod/GET/pets/", "",
     "", "", "", false, " 1174"},
    {"apigateway.amazonaws.com", "arn:aws:execute-api:eu-west-1:111122223333:a1/*/GET/", "", "", "",
     "", false, ""},
    {"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:111122223333:a1/prod/GET/pets", "",
     "", "", "", false, " 1174"},
    {"apigateway.amazonaws.com", "arn:aws:execute-api:*:111122223333:a1/prod/GET/pets", "", "", "",
     "", false, ""},
    {"s3.amazonaws.com", "arn:aws:s3:eu-west-1:111122223333:photos", "", "", "", "", false,
     " 1174"},
    {"s3.amazonaws.com", "arn:aws:s3:*:*:photos", "111122223333", "", "", "", false, ""},
    {"cloudwatch.amazonaws.com", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a", "", "", "",
     "", false, " 1174"},
    {"lambda.alarms.cloudwatch.amazonaws.com", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a",
     "", "", "", "", false, ""},
    {"elasticloadbalancing.amazonaws.com",
     "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/a/1", "", "", "", "",
     false, " 1174"},
    {"elasticloadbalancing.amazonaws.com",
     "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1", "", "", "", "", false,
     ""},
    // Two accounts.
    {"cognito-idp.amazonaws.com", "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p",
     "444455556666", "", "", "", false, " 1174"},
    {"cognito-idp.amazonaws.com", "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p",
     "111122223333", "", "", "", false, ""},
    {"cognito-idp.amazonaws.com", "arn:aws:cognito-idp:eu-west-1:*:userpool/p", "444455556666", "",
     "", "", false, ""},
    // URLs (5.6): who calls one without authentication is nobody.
    {"111122223333", "", "", "", "", "NONE", false, " 1174"},
    {"cloudfront.amazonaws.com", "arn:aws:cloudfront::111122223333:distribution/D", "", "", "",
     "NONE", false, " 1174"},
    {"cloudfront.amazonaws.com", "arn:aws:cloudfront::111122223333:distribution/D", "", "", "",
     "AWS_IAM", false, ""},
    {"cloudfront.amazonaws.com", "arn:aws:cloudfront::111122223333:distribution/D", "", "", "", "",
     true, ""},
    {"*", "", "", "o-a1b2c3d4e5", "", "NONE", false, " 1174"},
    {"*", "", "", "", "", "AWS_IAM", false, " 1104"},
    {"*", "", "", "o-a1b2c3d4e5", "", "AWS_IAM", false, ""},
    {"sns.amazonaws.com", "", "", "", "", "", true, " 1174"},
    {"sns.amazonaws.com", "arn:aws:sns:eu-west-1:111122223333:t", "", "", "", "AWS_IAM", false,
     " 1174"},
    // Two mistakes at once.
    {"sns.amazonaws.com", "arn:aws:sns:*:*:*", "111122223333", "o-a1b2c3d4e5", "", "", false,
     " 1174 1109"},
};

static void test_dangers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_permission permission = sample();
        struct told told;
        told_start(&told);
        permission.principal = pc_str_from(rows[i].principal);
        permission.source_arn = pc_str_from(rows[i].source_arn);
        permission.source_account = pc_str_from(rows[i].source_account);
        permission.organization = pc_str_from(rows[i].organization);
        permission.event_source_token = pc_str_from(rows[i].token);
        permission.url_auth_type = pc_str_from(rows[i].auth_type);
        permission.via_url = rows[i].via_url;
        if (permission.url_auth_type.len > 0) {
            permission.action = PC_STR("lambda:InvokeFunctionUrl");
        }
        assert_int_equal(pc_permission_check(&permission, &told.diags), PC_OK);
        pc_permission_warn(&permission, &told.diags);
        assert_codes(&told, rows[i].codes, rows[i].principal);
        assert_int_equal(told.diags.errors, 0);
        told_release(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dangers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
