// SPDX-License-Identifier: Apache-2.0
//
// Every form of a request, and every wrong one: who asks, for what, on what, in which context.
#include <float.h>
#include <locale.h>
#include <math.h>

#include "house.h"

#define ROLE      "arn:aws:iam::" ACCOUNT ":role/team/reader"
#define SESSION   "arn:aws:sts::" ACCOUNT ":assumed-role/reader/ann"
#define FEDERATED "arn:aws:sts::" ACCOUNT ":federated-user/fred"
#define ROOT      "arn:aws:iam::" ACCOUNT ":root"

enum {
    RANDOM_NUMBERS = 20000,
};

// Numbers, each behind an action of its own, and what tells callers and contexts apart.
#define NUMBER(action, operator, value)                                                            \
    "{'Effect':'Allow','Action':'num:" action "','Resource':'*','Condition':{'"                    \
    operator"':{'ex:n':'" value "'}}},"
#define TEXT(action, operator, key, value)                                                         \
    "{'Effect':'Allow','Action':'txt:" action "','Resource':'*','Condition':{'" operator"':{'" key \
                                                                                        "':" value \
                                                                                        "}}},"

#define ZEROS_60 "000000000000000000000000000000000000000000000000000000000000"

static const char *const manifest[] = {
    "{'polcheck':1,'users':[{'arn':'" ALICE "','tags':{'team':'blue'},'id':'AIDAALICE',"
    "'policies':[{'name':'alices','document':{'Version':'2012-10-17','Statement':["
    // clang-format off
    NUMBER("Seven", "NumericEquals", "7")
    NUMBER("Least", "NumericEquals", "-9223372036854775808")
    NUMBER("Most", "NumericEquals", "9223372036854775807")
    NUMBER("Tenth", "NumericEquals", "0.1")
    NUMBER("Third", "NumericEquals", "0.3333333333333333")
    NUMBER("Zero", "NumericEquals", "0")
    NUMBER("Tiny", "NumericEquals", "0." ZEROS_60 "0001")
    NUMBER("Huge", "NumericEquals", "1" ZEROS_60 "0000")
    NUMBER("MinusHuge", "NumericEquals", "-1" ZEROS_60 "0000")
    NUMBER("BelowTen", "NumericLessThan", "10")
    NUMBER("Text", "StringEquals", "-12.5")
    NUMBER("Big", "StringEquals", "123456789012345680000")
    TEXT("True", "Bool", "ex:b", "'true'")
    TEXT("False", "Bool", "ex:b", "'false'")
    TEXT("TrueText", "StringEquals", "ex:b", "'true'")
    TEXT("A", "StringEquals", "ex:a", "'a'")
    TEXT("Empty", "StringEquals", "ex:a", "''")
    TEXT("Absent", "Null", "ex:a", "'true'")
    TEXT("Some", "ForAnyValue:StringEquals", "ex:l", "['a','b']")
    TEXT("All", "ForAllValues:StringEquals", "ex:l", "['a','b']")
    TEXT("NotAll", "ForAnyValue:StringNotEquals", "ex:l", "['a','b']")
    TEXT("Plain", "StringEquals", "ex:l", "'a'")
    TEXT("UserId", "StringEquals", "aws:userid", "'AIDAALICE'")
    TEXT("Team", "StringEquals", "aws:PrincipalTag/team", "'blue'")
    // clang-format on
    "{'Effect':'Allow','Action':'s3:*','Resource':'*'}]}}]}],",
    "'roles':[{'arn':'" ROLE "','tags':{'team':'blue','stage':'test'},'policies':[{'Version':"
    "'2012-10-17','Statement':["
    // clang-format off
    TEXT("UserId", "StringEquals", "aws:userid", "'AROAREADER:ann'")
    TEXT("Blue", "StringEquals", "aws:PrincipalTag/team", "'blue'")
    TEXT("Red", "StringEquals", "aws:PrincipalTag/team", "'red'")
    TEXT("Test", "StringEquals", "aws:PrincipalTag/stage", "'test'")
    TEXT("Arn", "StringEquals", "aws:PrincipalArn", "'" ROLE "'")
    // clang-format on
    "{'Effect':'Allow','Action':'s3:*','Resource':'*'}]}],'trust':{'Version':'2012-10-17',"
    "'Statement':[{'Effect':'Allow','Principal':{'Federated':'accounts.google.com'},'Action':"
    "'sts:AssumeRoleWithWebIdentity'},{'Effect':'Allow','Principal':{'Service':"
    "'lambda.amazonaws.com'},'Action':'sts:AssumeRole'}]}}],",
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'},"
    "{'arn':'" QUEUE "','policy':{'Version':'2012-10-17','Statement':["
    "{'Effect':'Allow','Principal':'*','Action':'sqs:ReceiveMessage','Resource':'" QUEUE "'},"
    "{'Effect':'Allow','Principal':{'Service':'s3.amazonaws.com'},'Action':'sqs:SendMessage',"
    "'Resource':'" QUEUE "'},{'Effect':'Allow','Principal':{'Service':"
    "'special.s3.amazonaws.com'},'Action':'sqs:PurgeQueue','Resource':'" QUEUE "'}]}}]}"};

static int live(void **state)
{
    if (house_open(state) != 0) {
        return -1;
    }
    char *text = house_join(manifest, sizeof(manifest) / sizeof(manifest[0]));
    house_live(*state, text);
    free(text);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, live, house_close)

// Who asks ----------------------------------------------------------------------------------------

static void every_kind_of_principal_is_known(void **state)
{
    struct house *house = *state;
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_allowed(house_question(house, SESSION, "s3:GetObject", PHOTO));
    assert_allowed(house_question(house, ROLE, "s3:GetObject", PHOTO));
    assert_allowed(house_question(house, ROOT, "s3:GetObject", PHOTO));
    assert_allowed(house_question(house, "s3.amazonaws.com", "sqs:SendMessage", QUEUE));
    assert_denied(house_question(house, "sns.amazonaws.com", "sqs:SendMessage", QUEUE));
    assert_allowed(house_question(house, "*", "sqs:ReceiveMessage", QUEUE));
    assert_denied(house_question(house, "*", "sqs:SendMessage", QUEUE));
    assert_int_equal(polcheck_scratch_message(house->scratch).len, 0);
}

// It has what its parent has, as far as its session policy lets it, without one nothing.
static void a_federated_user_has_a_parent(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *policy =
        house_policy(POLCHECK_SESSION,
                     "{'Statement':{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}}");
    static const char *const parents[] = {ALICE, ROOT};
    for (size_t i = 0; i < 2; i++) {
        house_begin(house, FEDERATED, "s3:GetObject", PHOTO);
        polcheck_request_set_parent(house->request, polcheck_text(parents[i]));
        assert_denied(house_ask(house));
        polcheck_request_set_session_policy(house->request, policy);
        assert_allowed(house_ask(house));
        house_begin(house, FEDERATED, "s3:PutObject", PHOTO);
        polcheck_request_set_parent(house->request, polcheck_text(parents[i]));
        polcheck_request_set_session_policy(house->request, policy);
        assert_denied(house_ask(house));
    }
    house_begin(house, FEDERATED, "s3:GetObject", PHOTO);
    polcheck_request_set_session_policy(house->request, policy);
    assert_failed(house_ask(house), POLCHECK_ERR_PRINCIPAL); // without its parent nobody
    assert_says(house, "[POL0808]");
    polcheck_policy_free(policy);
}

static void a_provider_assumes_a_role(void **state)
{
    struct house *house = *state;
    polcheck_request_begin_federated(house->request, POLCHECK_STR("accounts.google.com"),
                                     POLCHECK_STR("sts:AssumeRoleWithWebIdentity"),
                                     POLCHECK_STR(ROLE));
    assert_allowed(house_ask(house));
    polcheck_request_begin_federated(house->request, POLCHECK_STR("evil.example.com"),
                                     POLCHECK_STR("sts:AssumeRoleWithWebIdentity"),
                                     POLCHECK_STR(ROLE));
    assert_denied(house_ask(house));
    // A principal of that text is none, and a federated one is not asked for after the next begin.
    assert_failed(
        house_question(house, "accounts.google.com", "sts:AssumeRoleWithWebIdentity", ROLE),
        POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
    polcheck_request_begin_federated(house->request, POLCHECK_STR(""),
                                     POLCHECK_STR("sts:AssumeRoleWithWebIdentity"),
                                     POLCHECK_STR(ROLE));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
}

static void who_is_none_is_refused(void **state)
{
    struct house *house = *state;
    static const char *const wrong[] = {
        "",
        "x",
        "alice",
        "**",
        ALICE " ",
        " " ALICE,
        "arn:",
        "arn:aws:iam::" ACCOUNT ":user/",
        "arn:aws:iam::" ACCOUNT ":group/team",
        "arn:aws:iam::" ACCOUNT ":policy/p",
        "arn:aws:iam::11112222333:user/alice",
        "arn:aws:iam::*:user/alice",
        "arn:aws:s3:::photos",
        "arn:aws:sts::" ACCOUNT ":assumed-role/reader",
        "ARN:aws:iam::" ACCOUNT ":user/alice",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_failed(house_question(house, wrong[i], "s3:GetObject", PHOTO), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
    }
}

static void whom_the_store_does_not_know_is_refused(void **state)
{
    struct house *house = *state;
    static const char *const unknown[] = {
        BOB,
        "arn:aws:iam::" ACCOUNT ":user/team/alice",
        "arn:aws-cn:iam::" ACCOUNT ":user/alice",
        "arn:aws:iam::" ACCOUNT ":role/reader", // it has another path
        "arn:aws:sts::" ACCOUNT ":assumed-role/writer/ann",
        "arn:aws:iam::" OTHERS ":user/alice",
        "arn:aws:iam::" OTHERS ":root",
        FEDERATED, // of an unknown parent
    };
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        assert_failed(house_question(house, unknown[i], "s3:GetObject", PHOTO),
                      POLCHECK_ERR_PRINCIPAL);
        assert_says(house, "[POL0808]");
    }
    // After such the same scratch answers again.
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_int_equal(polcheck_scratch_message(house->scratch).len, 0);
}

// Parts of a principal ----------------------------------------------------------------------------

static void the_role_of_a_session(void **state)
{
    struct house *house = *state;
    house_begin(house, SESSION, "txt:Arn", "*");
    polcheck_request_set_role(house->request, POLCHECK_STR(ROLE));
    assert_allowed(house_ask(house));
    assert_allowed(house_question(house, SESSION, "txt:Arn", "*")); // the store knows it as well
    house_begin(house, SESSION, "txt:Arn", "*");
    polcheck_request_set_role(house->request, POLCHECK_STR("arn:aws:iam::" ACCOUNT ":role/reader"));
    assert_failed(house_ask(house), POLCHECK_ERR_PRINCIPAL);
    static const char *const wrong[] = {
        "",
        "reader",
        ALICE,
        SESSION,
        "arn:aws:iam::" ACCOUNT ":role/team/writer",
        "arn:aws:iam::" OTHERS ":role/team/reader",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        house_begin(house, SESSION, "txt:Arn", "*");
        polcheck_request_set_role(house->request, polcheck_text(wrong[i]));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
    }
    house_begin(house, ALICE, "s3:GetObject", PHOTO); // no session
    polcheck_request_set_role(house->request, POLCHECK_STR(ROLE));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
}

static void the_parent_of_a_federated_user(void **state)
{
    struct house *house = *state;
    static const char *const wrong[] = {
        "", "alice", ROLE, "arn:aws:iam::" OTHERS ":user/alice", FEDERATED,
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        house_begin(house, FEDERATED, "s3:GetObject", PHOTO);
        polcheck_request_set_parent(house->request, polcheck_text(wrong[i]));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
    }
    house_begin(house, FEDERATED, "s3:GetObject", PHOTO);
    polcheck_request_set_parent(house->request, POLCHECK_STR(BOB));
    assert_failed(house_ask(house), POLCHECK_ERR_PRINCIPAL);
    assert_says(house, "[POL0808]");
    house_begin(house, ALICE, "s3:GetObject", PHOTO);
    polcheck_request_set_parent(house->request, POLCHECK_STR(ROOT));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
}

static void the_unique_id_of_a_caller(void **state)
{
    struct house *house = *state;
    assert_allowed(house_question(house, ALICE, "txt:UserId", "*")); // the store's
    house_begin(house, ALICE, "txt:UserId", "*");
    polcheck_request_set_userid(house->request, POLCHECK_STR("AIDAOTHER"));
    assert_denied(house_ask(house));
    house_begin(house, SESSION, "txt:UserId", "*");
    polcheck_request_set_userid(house->request, POLCHECK_STR("AROAREADER:ann"));
    assert_allowed(house_ask(house));
    house_begin(house, SESSION, "txt:UserId", "*"); // the role's alone
    polcheck_request_set_userid(house->request, POLCHECK_STR("AROAREADER"));
    assert_allowed(house_ask(house));
    static const struct {
        const char *principal, *id;
    } wrong[] = {
        {ALICE, ""},        {ALICE, "AIDAALICE:alice"}, {SESSION, "AROAREADER:bob"},
        {SESSION, ""},      {ROOT, "AIDAALICE"},        {"s3.amazonaws.com", "AIDAALICE"},
        {"*", "AIDAALICE"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        house_begin(house, wrong[i].principal, "sqs:ReceiveMessage", QUEUE);
        polcheck_request_set_userid(house->request, polcheck_text(wrong[i].id));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
    }
}

static void further_names_of_a_service(void **state)
{
    struct house *house = *state;
    house_begin(house, "s3.amazonaws.com", "sqs:PurgeQueue", QUEUE);
    assert_denied(house_ask(house));
    polcheck_request_add_service(house->request, POLCHECK_STR("other.s3.amazonaws.com"));
    assert_denied(house_ask(house));
    polcheck_request_add_service(house->request, POLCHECK_STR("special.s3.amazonaws.com"));
    assert_allowed(house_ask(house));
    house_begin(house, "s3.amazonaws.com", "sqs:PurgeQueue", QUEUE); // they are forgotten
    assert_denied(house_ask(house));
    // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a name in several pieces
    static const char *const wrong[] = {"", "s3", "*", ALICE, "s3.amazonaws.com "};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        house_begin(house, "s3.amazonaws.com", "sqs:SendMessage", QUEUE);
        polcheck_request_add_service(house->request, polcheck_text(wrong[i]));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
    }
    house_begin(house, ALICE, "s3:GetObject", PHOTO);
    polcheck_request_add_service(house->request, POLCHECK_STR("s3.amazonaws.com"));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
}

static void tags_of_a_principal(void **state)
{
    struct house *house = *state;
    assert_allowed(house_question(house, SESSION, "txt:Blue", "*")); // the store's
    house_begin(house, SESSION, "txt:Red", "*");
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"), POLCHECK_STR("red"));
    assert_allowed(house_ask(house));
    house_begin(house, SESSION, "txt:Blue", "*");
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("TEAM"), POLCHECK_STR("red"));
    assert_denied(house_ask(house));              // keys compare without case
    house_begin(house, SESSION, "txt:Test", "*"); // and the store's other tag counts
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"), POLCHECK_STR("red"));
    assert_allowed(house_ask(house));
    house_begin(house, "s3.amazonaws.com", "sqs:SendMessage", QUEUE);
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"), POLCHECK_STR("red"));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
    house_begin(house, SESSION, "txt:Red", "*");
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"), POLCHECK_STR("red"));
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("Team"), POLCHECK_STR("red"));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0801]");
    // A user's tags are the store's.
    house_begin(house, ALICE, "txt:Team", "*");
    polcheck_request_add_principal_tag(house->request, POLCHECK_STR("team"), POLCHECK_STR("red"));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0807]");
    // Values of tags are nothing for logs.
    assert_false(house_contains(polcheck_scratch_message(house->scratch), "red"));
    assert_false(house_contains(polcheck_scratch_message(house->scratch), "blue"));
}

// What is asked for, and on what ------------------------------------------------------------------

static void what_is_no_action_is_refused(void **state)
{
    struct house *house = *state;
    static const char *const wrong[] = {
        "",
        "s3",
        "s3:",
        ":GetObject",
        "*",
        "s3:*",
        "*:*",
        "s3:Get*",
        "s3:Ge?",
        "s3:Get Object",
        "s3:GetObject ",
        "s*:GetObject",
        "s3:\tGetObject",
        "s3:Get\x01Object",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_failed(house_question(house, ALICE, wrong[i], PHOTO), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0802]");
    }
    polcheck_request_begin(house->request, POLCHECK_STR(ALICE),
                           polcheck_bytes("s3:Get\0Object", 13), POLCHECK_STR(PHOTO));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0802]");
    assert_allowed(house_question(house, ALICE, "S3:getobject", PHOTO)); // case does not count
}

static void what_is_no_resource_is_refused(void **state)
{
    struct house *house = *state;
    static const char *const wrong[] = {
        "", "photos", "**", "?", "arn:aws:s3", "arn:aws:s3::", "s3://photos/cat.jpg", "arn:*",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_failed(house_question(house, ALICE, "s3:GetObject", wrong[i]), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0803]");
    }
    assert_allowed(house_question(house, ALICE, "s3:ListAllMyBuckets", "*"));
}

static void the_library_guesses_no_owner(void **state)
{
    struct house *house = *state;
    const char *unknown = "arn:aws:s3:::unknown/cat.jpg";
    assert_failed(house_question(house, ALICE, "s3:GetObject", unknown), POLCHECK_ERR_OWNER);
    assert_says(house, "[POL0809]");
    house_begin(house, ALICE, "s3:GetObject", unknown);
    polcheck_request_set_resource_account(house->request, POLCHECK_STR(ACCOUNT));
    assert_allowed(house_ask(house));
    house_begin(house, ALICE, "s3:GetObject", unknown);
    polcheck_request_set_resource_account(house->request, POLCHECK_STR(OTHERS));
    assert_denied(house_ask(house));                    // across accounts both sides have to allow
    house_begin(house, ALICE, "s3:GetObject", unknown); // the context may say it
    polcheck_request_add(house->request, POLCHECK_STR("aws:ResourceAccount"),
                         polcheck_string(POLCHECK_STR(ACCOUNT)));
    assert_allowed(house_ask(house));
}

static void an_owner_that_contradicts_is_refused(void **state)
{
    struct house *house = *state;
    house_begin(house, ALICE, "s3:GetObject", PHOTO); // the store knows another one
    polcheck_request_set_resource_account(house->request, POLCHECK_STR(OTHERS));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0807]");
    house_begin(house, ALICE, "sqs:SendMessage", QUEUE); // the ARN says another one
    polcheck_request_set_resource_account(house->request, POLCHECK_STR(OTHERS));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0807]");
    static const char *const wrong[] = {"", "1111222233", "11112222333x", "1111222233334"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        house_begin(house, ALICE, "s3:GetObject", PHOTO);
        polcheck_request_set_resource_account(house->request, polcheck_text(wrong[i]));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0804]");
    }
}

// Texts -------------------------------------------------------------------------------------------

static void a_text_without_bytes_is_empty(void **state)
{
    struct house *house = *state;
    const struct polcheck_str none = {NULL, 0};
    const struct polcheck_str lie = {NULL, 5}; // there is nothing that could be read
    const struct polcheck_str texts[] = {none, lie};
    for (size_t i = 0; i < 2; i++) {
        polcheck_request_begin(house->request, texts[i], texts[i], texts[i]);
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0801]");
        house_begin(house, ALICE, "txt:Empty", "*");
        polcheck_request_add(house->request, POLCHECK_STR("ex:a"), polcheck_string(texts[i]));
        assert_allowed(house_ask(house)); // an empty text is a value
        house_begin(house, ALICE, "txt:Empty", "*");
        polcheck_request_add(house->request, texts[i], polcheck_string(POLCHECK_STR("x")));
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0805]");
    }
    assert_int_equal(polcheck_text(NULL).len, 0);
}

// Nothing lies where these lengths lead to, so that reading it would end the test.
static void a_text_over_1_MiB_is_a_limit(void **state)
{
    struct house *house = *state;
    const size_t lengths[] = {1048577, UINT32_MAX, (size_t)1 << 32, SIZE_MAX / 2, SIZE_MAX};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const struct polcheck_str huge = {"x", lengths[i]};
        const struct polcheck_str key = POLCHECK_STR("ex:a");
        const struct polcheck_value value = polcheck_string(huge);
        const struct polcheck_pair pair = {key, huge};
        for (unsigned part = 0; part < 12; part++) {
            house_begin(house, ALICE, "s3:GetObject", PHOTO);
            switch (part) {
            case 0:
                polcheck_request_begin(house->request, huge, key, key);
                break;
            case 1:
                polcheck_request_begin(house->request, key, huge, key);
                break;
            case 2:
                polcheck_request_begin_federated(house->request, key, key, huge);
                break;
            case 3:
                polcheck_request_set_role(house->request, huge);
                break;
            case 4:
                polcheck_request_set_parent(house->request, huge);
                break;
            case 5:
                polcheck_request_set_userid(house->request, huge);
                break;
            case 6:
                polcheck_request_add_service(house->request, huge);
                break;
            case 7:
                polcheck_request_add_principal_tag(house->request, key, huge);
                break;
            case 8:
                polcheck_request_set_resource_account(house->request, huge);
                break;
            case 9:
                polcheck_request_add(house->request, huge, value);
                break;
            case 10:
                polcheck_request_add_list(house->request, key, &value, 1);
                break;
            default:
                polcheck_request_add_pairs(house->request, &pair, 1);
                break;
            }
            assert_failed(house_ask(house), POLCHECK_ERR_LIMIT);
            assert_true(polcheck_scratch_message(house->scratch).len > 0);
        }
    }
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
}

// The context -------------------------------------------------------------------------------------

static struct polcheck_verdict with(struct house *house, const char *action, const char *key,
                                    struct polcheck_value value)
{
    house_begin(house, ALICE, action, "*");
    polcheck_request_add(house->request, polcheck_text(key), value);
    return house_ask(house);
}

static void numbers_are_compared_as_they_are(void **state)
{
    struct house *house = *state;
    assert_allowed(with(house, "num:Seven", "ex:n", polcheck_integer(7)));
    assert_allowed(with(house, "num:Seven", "EX:N", polcheck_number(7.0)));
    assert_denied(with(house, "num:Seven", "ex:n", polcheck_integer(-7)));
    assert_denied(with(house, "num:Seven", "ex:n", polcheck_number(nextafter(7.0, 8.0))));
    assert_allowed(with(house, "num:Least", "ex:n", polcheck_integer(INT64_MIN)));
    assert_denied(with(house, "num:Least", "ex:n", polcheck_integer(INT64_MIN + 1)));
    assert_allowed(with(house, "num:Most", "ex:n", polcheck_integer(INT64_MAX)));
    assert_denied(with(house, "num:Most", "ex:n", polcheck_integer(INT64_MAX - 1)));
    assert_allowed(with(house, "num:Tenth", "ex:n", polcheck_number(0.1)));
    assert_denied(with(house, "num:Tenth", "ex:n", polcheck_number(0.1 + 0x1p-56)));
    assert_allowed(with(house, "num:Third", "ex:n", polcheck_number(1.0 / 3.0)));
    assert_allowed(with(house, "num:Zero", "ex:n", polcheck_integer(0)));
    assert_allowed(with(house, "num:Zero", "ex:n", polcheck_number(0.0)));
    assert_allowed(with(house, "num:Zero", "ex:n", polcheck_number(-0.0)));
    assert_allowed(with(house, "num:Tiny", "ex:n", polcheck_number(1e-64)));
    assert_allowed(with(house, "num:Huge", "ex:n", polcheck_number(1e64)));
    assert_allowed(with(house, "num:MinusHuge", "ex:n", polcheck_number(-1e64)));
    assert_allowed(with(house, "num:BelowTen", "ex:n", polcheck_number(-1e64)));
    assert_allowed(with(house, "num:BelowTen", "ex:n", polcheck_number(5e-324)));
    assert_allowed(with(house, "num:BelowTen", "ex:n", polcheck_number(-DBL_MAX)));
    assert_denied(with(house, "num:BelowTen", "ex:n", polcheck_number(DBL_MAX)));
    assert_denied(with(house, "num:BelowTen", "ex:n", polcheck_number(1e65)));
    assert_denied(with(house, "num:BelowTen", "ex:n", polcheck_number(10.0)));
    assert_allowed(with(house, "num:BelowTen", "ex:n", polcheck_number(9.999999999999998)));
    assert_allowed(with(house, "num:Seven", "ex:n", polcheck_string(POLCHECK_STR("7"))));
    assert_denied(with(house, "num:Seven", "ex:n", polcheck_string(POLCHECK_STR("7x"))));
    // As texts, without an exponent.
    assert_allowed(with(house, "num:Text", "ex:n", polcheck_number(-12.5)));
    assert_allowed(with(house, "num:Big", "ex:n", polcheck_number(123456789012345680000.0)));
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

// The text of a number reads as that number again, has no exponent and no more digits than needed.
static void the_text_of_a_number_is_that_number(void **state)
{
    struct house *house = *state;
    uint64_t random = 88172645463325252;
    unsigned tried = 0;
    while (tried < RANDOM_NUMBERS) {
        double number;
        struct polcheck_entry entry;
        char text[1024], shorter[64];
        uint64_t bits = next_random(&random);
        memcpy(&number, &bits, sizeof(number));
        number = tried % 3 == 0 ? (double)(int64_t)bits / 1000 : number;
        if (!(fabs(number) <= DBL_MAX)) {
            continue;
        }
        house_begin(house, ALICE, "num:Seven", "*");
        polcheck_request_add(house->request, POLCHECK_STR("ex:n"), polcheck_number(number));
        assert_true(polcheck_request_entry(house->request, 0, &entry));
        assert_true(entry.values[0].len < sizeof(text));
        (void)snprintf(text, sizeof(text), "%.*s", POLCHECK_STR_ARG(entry.values[0]));
        assert_int_equal(strspn(text, "-0123456789."), strlen(text));
        assert_true(strtod(text, NULL) == number); // NOLINT: the very same
        (void)snprintf(shorter, sizeof(shorter), "%.14e", number);
        if (strtod(shorter, NULL) == number) { // then 15 digits are enough
            unsigned digits = 0;
            size_t first = strspn(text, "-0.");
            for (size_t at = first; text[at] != '\0'; at++) {
                digits += text[at] != '.';
            }
            size_t zeros = 0;
            for (size_t at = strlen(text); strchr(text, '.') == NULL && text[at - 1] == '0'; at--) {
                zeros++;
            }
            assert_true(digits - zeros <= 15);
        }
        tried++;
    }
}

static void what_is_no_number_is_refused(void **state)
{
    struct house *house = *state;
    const double wrong[] = {(double)NAN, -(double)NAN, (double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_failed(with(house, "num:BelowTen", "ex:n", polcheck_number(wrong[i])),
                      POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0805]");
        const struct polcheck_value value = polcheck_number(wrong[i]);
        house_begin(house, ALICE, "num:BelowTen", "*");
        polcheck_request_add_list(house->request, POLCHECK_STR("ex:n"), &value, 1);
        assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
        assert_says(house, "[POL0805]");
    }
    struct polcheck_value none;
    memset(&none, 0, sizeof(none));
    assert_failed(with(house, "s3:GetObject", "ex:n", none), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0805]");
    none.type = (enum polcheck_value_type)99;
    assert_failed(with(house, "s3:GetObject", "ex:n", none), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0805]");
}

// Makes a locale with a decimal comma, in a folder of the test's own, and sets it. False: the
// system cannot.
static bool set_comma(struct house *house)
{
    char source[96], made[96];
    (void)snprintf(source, sizeof(source), "%s/comma", house->base);
    (void)snprintf(made, sizeof(made), "%s/xx_XX", house->base);
    house_write(source, "LC_NUMERIC\ndecimal_point \",\"\nthousands_sep \".\"\n"
                        "grouping 3;3\nEND LC_NUMERIC\n");
    const char *const arguments[] = {"localedef",      "-c", "-i", source, "-f",
                                     "ANSI_X3.4-1968", made, NULL};
    pid_t pid;
    if (!house_spawn(arguments, &pid)) {
        return false;
    }
    (void)house_wait(pid); // it warns of what is not in there
    return setenv("LOCPATH", house->base, 1) == 0 && setlocale(LC_NUMERIC, "xx_XX") != NULL;
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
    struct house *house = *state;
    char shown[16];
    if (!set_comma(house)) {
        print_message("not run: no locale with a decimal comma can be made here\n");
        return;
    }
    (void)snprintf(shown, sizeof(shown), "%.1f", 2.5);
    assert_string_equal(shown, "2,5");
    assert_allowed(with(house, "num:Tenth", "ex:n", polcheck_number(0.1)));
    assert_allowed(with(house, "num:Third", "ex:n", polcheck_number(1.0 / 3.0)));
    assert_allowed(with(house, "num:Text", "ex:n", polcheck_number(-12.5)));
    assert_allowed(with(house, "num:Tiny", "ex:n", polcheck_number(1e-64)));
    assert_allowed(with(house, "num:Big", "ex:n", polcheck_number(123456789012345680000.0)));
    assert_non_null(setlocale(LC_NUMERIC, "C"));
}

static void booleans(void **state)
{
    struct house *house = *state;
    assert_allowed(with(house, "txt:True", "ex:b", polcheck_boolean(true)));
    assert_denied(with(house, "txt:False", "ex:b", polcheck_boolean(true)));
    assert_allowed(with(house, "txt:False", "ex:b", polcheck_boolean(false)));
    assert_denied(with(house, "txt:True", "ex:b", polcheck_boolean(false)));
    assert_allowed(with(house, "txt:TrueText", "ex:b", polcheck_boolean(true)));
}

static struct polcheck_verdict with_list(struct house *house, const char *action, const char *items)
{
    struct polcheck_value values[64];
    size_t count = strlen(items);
    for (size_t i = 0; i < count; i++) {
        values[i] = polcheck_string(polcheck_bytes(items + i, 1));
    }
    house_begin(house, ALICE, action, "*");
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), values, count);
    memset(values, 0xa5, sizeof(values)); // it was read at once
    return house_ask(house);
}

static void lists_of_none_one_and_many(void **state)
{
    struct house *house = *state;
    assert_denied(with_list(house, "txt:Some", ""));
    assert_allowed(with_list(house, "txt:All", ""));
    assert_denied(with_list(house, "txt:NotAll", ""));
    assert_allowed(with_list(house, "txt:Some", "a"));
    assert_denied(with_list(house, "txt:Some", "c"));
    assert_denied(with_list(house, "txt:Plain", "a")); // a list, also of one
    assert_allowed(with_list(house, "txt:Some", "cb"));
    assert_denied(with_list(house, "txt:All", "cb"));
    assert_allowed(with_list(house, "txt:All", "abab"));
    assert_allowed(
        with_list(house, "txt:NotAll", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"));
    assert_allowed(with(house, "txt:Plain", "ex:l", polcheck_string(POLCHECK_STR("a"))));
    house_begin(house, ALICE, "txt:All", "*");
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), NULL, 0);
    assert_allowed(house_ask(house));
    const struct polcheck_value mixed[] = {polcheck_string(POLCHECK_STR("a")), polcheck_integer(12),
                                           polcheck_boolean(true)};
    house_begin(house, ALICE, "txt:Some", "*");
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), mixed, 3);
    assert_allowed(house_ask(house));
}

// Adds a key in one of three ways.
static void add_somehow(struct house *house, unsigned way, const char *key)
{
    const struct polcheck_str name = polcheck_text(key);
    const struct polcheck_value value = polcheck_string(POLCHECK_STR("a"));
    const struct polcheck_pair pair = {name, POLCHECK_STR("a")};
    if (way == 0) {
        polcheck_request_add(house->request, name, value);
    } else if (way == 1) {
        polcheck_request_add_list(house->request, name, &value, 1);
    } else {
        polcheck_request_add_pairs(house->request, &pair, 1);
    }
}

// R-406, whichever function adds the key, and whether the library knows it.
static void a_key_given_twice_is_refused(void **state)
{
    struct house *house = *state;
    static const char *const keys[][2] = {
        {"ex:a", "ex:a"},
        {"ex:a", "EX:A"},
        {"aws:SourceVpc", "aws:sourcevpc"},
        {"aws:RequestTag/Team", "AWS:RequestTag/team"},
        {"s3:prefix", "S3:PREFIX"},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        for (unsigned ways = 0; ways < 9; ways++) {
            house_begin(house, ALICE, "s3:GetObject", PHOTO);
            polcheck_request_add(house->request, POLCHECK_STR("ex:before"), polcheck_integer(1));
            add_somehow(house, ways / 3, keys[i][0]);
            polcheck_request_add(house->request, POLCHECK_STR("ex:between"), polcheck_integer(1));
            add_somehow(house, ways % 3, keys[i][1]);
            polcheck_request_add(house->request, POLCHECK_STR("ex:after"), polcheck_integer(1));
            assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
            assert_says(house, "[POL0806]");
            bool named = house_contains(polcheck_scratch_message(house->scratch), keys[i][0]) ||
                         house_contains(polcheck_scratch_message(house->scratch), keys[i][1]);
            assert_true(named);
        }
    }
}

static void a_key_that_contradicts_is_refused(void **state)
{
    struct house *house = *state;
    assert_failed(with(house, "s3:ListAllMyBuckets", "aws:PrincipalAccount",
                       polcheck_string(POLCHECK_STR(OTHERS))),
                  POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0807]");
    assert_allowed(with(house, "s3:ListAllMyBuckets", "aws:PrincipalAccount",
                        polcheck_string(POLCHECK_STR(ACCOUNT))));
}

static void too_many_keys_are_a_limit(void **state)
{
    struct house *house = *state;
    static char names[3000][16];
    static struct polcheck_pair pairs[3000];
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "ex:k%u", i);
        pairs[i] = (struct polcheck_pair){polcheck_text(names[i]), POLCHECK_STR("v")};
    }
    const unsigned most = 2029; // of 2,048, with Alice's tag and room for 18 that may follow
    for (unsigned count = most - 10; count < most + 30; count++) {
        house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
        polcheck_request_add_pairs(house->request, pairs, count);
        if (count <= most) {
            assert_allowed(house_ask(house));
        } else {
            assert_failed(house_ask(house), POLCHECK_ERR_LIMIT);
            assert_says(house, "the context has more than 2048 keys");
            assert_says(house, "[POL0805]");
        }
    }
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add_pairs(house->request, pairs, 3000);
    assert_failed(house_ask(house), POLCHECK_ERR_LIMIT);
    assert_says(house, "the context has more than 2048 keys");
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    for (unsigned i = 0; i < 3000; i++) {
        polcheck_request_add_list(house->request, pairs[i].key, NULL, 0);
    }
    assert_failed(house_ask(house), POLCHECK_ERR_LIMIT);
    assert_says(house, "[POL0805]");
    assert_allowed(house_question(house, ALICE, "s3:ListAllMyBuckets", "*"));
}

// Which key it is that has no value, and arrays that are none.
static void what_is_no_value_is_named(void **state)
{
    struct house *house = *state;
    struct polcheck_value none;
    memset(&none, 0, sizeof(none));
    const struct polcheck_value values[] = {polcheck_integer(1), polcheck_number((double)NAN)};
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add(house->request, POLCHECK_STR("ex:first"), polcheck_boolean(true));
    polcheck_request_add(house->request, POLCHECK_STR("ex:second"), none);
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:third"), values, 2);
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "\"ex:second\" has no value");
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:third"), values, 2);
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "\"ex:third\" has no value, or a number");
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), NULL, 2);
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "an array for the context is NULL");
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add_pairs(house->request, NULL, 2);
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "an array for the context is NULL");
    house_begin(house, ALICE, "s3:ListAllMyBuckets", "*");
    polcheck_request_add_pairs(house->request, NULL, 0);
    assert_allowed(house_ask(house));
}

// The request itself ------------------------------------------------------------------------------

// what is said to be absent is not derived either.
static void a_key_that_is_said_to_be_absent_is_not_there(void **state)
{
    struct house *house = *state;
    struct polcheck_entry entry;
    house_close_engine(house);
    house_live(house, "{'polcheck':1,'users':[{'arn':'" ALICE
                      "','policies':[{'Version':'2012-10-17','Statement':[{'Effect':'Allow',"
                      "'Action':'sqs:*','Resource':'*','Condition':{'Null':"
                      "{'aws:username':'true'}}}]}]}]}");
    assert_denied(house_question(house, ALICE, "sqs:SendMessage", QUEUE));
    house_begin(house, ALICE, "sqs:SendMessage", QUEUE);
    polcheck_request_add_absent(house->request, POLCHECK_STR("AWS:UserName"));
    assert_allowed(house_ask(house));
    assert_true(polcheck_request_entry(house->request, 0, &entry));
    assert_true(house_is(entry.key, "AWS:UserName"));
    assert_false(entry.list);
    assert_int_equal(entry.count, 0);
    polcheck_request_add(house->request, POLCHECK_STR("aws:username"),
                         polcheck_string(POLCHECK_STR("alice")));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    house_begin(house, ALICE, "sqs:SendMessage", QUEUE);
    polcheck_request_add_absent(house->request, POLCHECK_STR(""));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    polcheck_request_add_absent(NULL, POLCHECK_STR("k"));
}

static void a_request_that_was_never_begun_is_denied(void **state)
{
    struct house *house = *state;
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0800]");
    polcheck_request_add(house->request, POLCHECK_STR("ex:a"), polcheck_integer(1));
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_allowed(house_question(house, ALICE, "s3:ListAllMyBuckets", "*"));
}

static void a_request_can_be_asked_again_and_elsewhere(void **state)
{
    struct house *house = *state;
    struct polcheck_scratch *other;
    assert_int_equal(polcheck_scratch_new(house->engine, &other), POLCHECK_OK);
    house_begin(house, ALICE, "txt:A", "*");
    polcheck_request_add(house->request, POLCHECK_STR("ex:a"), polcheck_string(POLCHECK_STR("a")));
    for (unsigned i = 0; i < 3; i++) {
        assert_allowed(house_ask(house));
        assert_allowed(polcheck_ask(other, house->request));
    }
    polcheck_request_add(house->request, POLCHECK_STR("ex:other"),
                         polcheck_integer(1)); // and grows
    assert_allowed(house_ask(house));
    assert_allowed(polcheck_ask(other, house->request));
    house_begin(house, ALICE, "txt:A", "*"); // what was said before is forgotten
    assert_denied(house_ask(house));
    assert_denied(polcheck_ask(other, house->request));
    assert_allowed(house_question(house, ALICE, "txt:Absent", "*"));
    polcheck_scratch_free(other);
}

static void entries_are_what_was_said(void **state)
{
    struct house *house = *state;
    struct polcheck_entry entry;
    const struct polcheck_value values[] = {polcheck_integer(-5), polcheck_boolean(false)};
    const struct polcheck_pair pairs[] = {{POLCHECK_STR("ex:c"), POLCHECK_STR("three")},
                                          {POLCHECK_STR("ex:d"), POLCHECK_STR("")}};
    memset(&entry, 0x5a, sizeof(entry));
    const struct polcheck_entry untouched = entry;
    assert_false(polcheck_request_entry(house->request, 0, &entry));
    assert_memory_equal(&entry, &untouched, sizeof(entry));
    house_begin(house, ALICE, "s3:GetObject", PHOTO);
    assert_false(polcheck_request_entry(house->request, 0, &entry));
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:l"), values, 2);
    polcheck_request_add(house->request, POLCHECK_STR("ex:a"), polcheck_number(2.50));
    polcheck_request_add_list(house->request, POLCHECK_STR("ex:none"), NULL, 0);
    polcheck_request_add(house->request, POLCHECK_STR("Ex:B"), polcheck_boolean(true));
    polcheck_request_add_pairs(house->request, pairs, 2);
    static const char *const keys[] = {"ex:a", "Ex:B", "ex:c", "ex:d"};
    static const char *const texts[] = {"2.5", "true", "three", ""};
    for (size_t i = 0; i < 4; i++) { // single values in the order given, then lists
        assert_true(polcheck_request_entry(house->request, i, &entry));
        assert_true(house_is(entry.key, keys[i]));
        assert_false(entry.list);
        assert_int_equal(entry.count, 1);
        assert_true(house_is(entry.values[0], texts[i]));
    }
    assert_true(polcheck_request_entry(house->request, 4, &entry));
    assert_true(house_is(entry.key, "ex:l") && entry.list && entry.count == 2);
    assert_true(house_is(entry.values[0], "-5") && house_is(entry.values[1], "false"));
    assert_true(polcheck_request_entry(house->request, 5, &entry));
    assert_true(house_is(entry.key, "ex:none") && entry.list && entry.count == 0);
    assert_false(polcheck_request_entry(house->request, 6, &entry));
    assert_false(polcheck_request_entry(house->request, SIZE_MAX, &entry));
    assert_false(polcheck_request_entry(house->request, 0, NULL));
    assert_false(polcheck_request_entry(NULL, 0, &entry));
}

static void nothing_is_no_request(void **state)
{
    struct house *house = *state;
    const struct polcheck_str text = POLCHECK_STR("x");
    const struct polcheck_pair pair = {text, text};
    const struct polcheck_value value = polcheck_integer(1);
    polcheck_request_begin(NULL, text, text, text);
    polcheck_request_begin_federated(NULL, text, text, text);
    polcheck_request_set_role(NULL, text);
    polcheck_request_set_parent(NULL, text);
    polcheck_request_set_userid(NULL, text);
    polcheck_request_add_service(NULL, text);
    polcheck_request_add_principal_tag(NULL, text, text);
    polcheck_request_set_resource_account(NULL, text);
    polcheck_request_set_session_policy(NULL, NULL);
    polcheck_request_set_endpoint_policy(NULL, NULL);
    polcheck_request_add(NULL, text, value);
    polcheck_request_add_list(NULL, text, &value, 1);
    polcheck_request_add_pairs(NULL, &pair, 1);
    polcheck_request_free(NULL);
    assert_int_equal(polcheck_request_new(NULL), POLCHECK_ERR_USAGE);
    assert_failed(polcheck_ask(NULL, house->request), POLCHECK_ERR_USAGE);
    const struct polcheck_answer *answer;
    assert_allowed(house_question(house, ALICE, "s3:ListAllMyBuckets", "*"));
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_failed(polcheck_ask(house->scratch, NULL), POLCHECK_ERR_USAGE);
    assert_says(house, "called wrongly");
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE); // of no other
    assert_failed(polcheck_ask(NULL, NULL), POLCHECK_ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_kind_of_principal_is_known),
        TEST(a_federated_user_has_a_parent),
        TEST(a_provider_assumes_a_role),
        TEST(who_is_none_is_refused),
        TEST(whom_the_store_does_not_know_is_refused),
        TEST(the_role_of_a_session),
        TEST(the_parent_of_a_federated_user),
        TEST(the_unique_id_of_a_caller),
        TEST(further_names_of_a_service),
        TEST(tags_of_a_principal),
        TEST(what_is_no_action_is_refused),
        TEST(what_is_no_resource_is_refused),
        TEST(the_library_guesses_no_owner),
        TEST(an_owner_that_contradicts_is_refused),
        TEST(a_text_without_bytes_is_empty),
        TEST(a_text_over_1_MiB_is_a_limit),
        TEST(numbers_are_compared_as_they_are),
        TEST(the_text_of_a_number_is_that_number),
        TEST(what_is_no_number_is_refused),
        TEST(numbers_do_not_depend_on_the_locale),
        TEST(booleans),
        TEST(lists_of_none_one_and_many),
        TEST(a_key_given_twice_is_refused),
        TEST(a_key_that_contradicts_is_refused),
        TEST(a_key_that_is_said_to_be_absent_is_not_there),
        TEST(too_many_keys_are_a_limit),
        TEST(what_is_no_value_is_named),
        TEST(a_request_that_was_never_begun_is_denied),
        TEST(a_request_can_be_asked_again_and_elsewhere),
        TEST(entries_are_what_was_said),
        TEST(nothing_is_no_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
