// SPDX-License-Identifier: Apache-2.0
#include "job.h"

static void a_user_yields_its_keys(void **state)
{
    (void)state;
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/p/Bob", "S3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.service, "s3");
    assert_view(job.request.name, "getobject");
    assert_int_equal(job.request.service_hash, pc_str_hash(PC_STR("s3")));
    assert_int_equal(job.request.name_hash, pc_str_hash(PC_STR("getobject")));
    assert_view(job.request.resource_account, "111111111111");
    assert_true(job.request.account_assumed);
    assert_key(&job, "aws:principalarn", "arn:aws:iam::111111111111:user/p/Bob");
    assert_key(&job, "aws:principalaccount", "111111111111");
    assert_key(&job, "aws:principaltype", "User");
    assert_key(&job, "aws:username", "Bob");
    assert_key(&job, "aws:principalisawsservice", "false");
    assert_key(&job, "aws:viaawsservice", "false");
    assert_key(&job, "aws:currenttime", "2024-01-01T00:00:00Z");
    assert_key(&job, "aws:epochtime", "1704067200");
    assert_null(entry_of(&job, "aws:userid"));
    assert_null(entry_of(&job, "aws:principalservicename"));
    pc_arena_release(&job.arena);
}

static void an_anonymous_caller_yields_little(void **state)
{
    (void)state;
    struct job job;
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:principalaccount", "anonymous");
    assert_key(&job, "aws:principaltype", "Anonymous");
    assert_key(&job, "aws:userid", "anonymous");
    assert_null(entry_of(&job, "aws:principalarn"));
    assert_null(entry_of(&job, "aws:principalisawsservice"));
    assert_false(job.request.account_assumed);
    pc_arena_release(&job.arena);
}

static void a_key_called_absent_is_not_derived(void **state)
{
    (void)state; // R-808
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    struct pc_context_key entry = {.key = PC_STR("aws:ResourceAccount"), .absent = true};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_OK);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:resourceaccount"));
    pc_arena_release(&job.arena);
}

static void contradictions_are_refused(void **state)
{
    (void)state; // R-806
    static const struct {
        const char *key;
        struct pc_str value;
    } rows[] = {
        {"aws:PrincipalArn", PC_STR_INIT("arn:aws:iam::111111111111:user/Eve")},
        {"AWS:username", PC_STR_INIT("Eve")},
        {"aws:PrincipalAccount", PC_STR_INIT("222222222222")},
        {"aws:PrincipalType", PC_STR_INIT("AssumedRole")},
        {"aws:PrincipalIsAWSService", PC_STR_INIT("true")},
        {"aws:PrincipalServiceName", PC_STR_INIT("s3.amazonaws.com")},
        {"aws:ResourceAccount", PC_STR_INIT("222222222222")},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job job;
        start(&job, "arn:aws:iam::111111111111:user/Bob", "sqs:SendMessage",
              "arn:aws:sqs:us-east-1:111111111111:q");
        give(&job, rows[i].key, &rows[i].value, 1, false);
        assert_int_equal(finish(&job), PC_ERR_INVALID);
        assert_int_equal(job.diags.errors, 1);
        assert_int_equal(job.diags.first->code, PC_DIAG_REQUEST_CONTRADICTION);
        pc_arena_release(&job.arena);
    }
}

static void agreeing_keys_are_accepted(void **state)
{
    (void)state;
    struct job job;
    static const struct pc_str no = PC_STR_INIT("False");
    static const struct pc_str role = PC_STR_INIT("arn:aws:iam::111111111111:role/p/R");
    start(&job, "arn:aws:sts::111111111111:assumed-role/R/s", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:PrincipalIsAWSService", &no, 1, false);
    give(&job, "aws:PrincipalArn", &role, 1, false); // the path that the session's ARN lacks
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.caller.role, "arn:aws:iam::111111111111:role/p/R");
    pc_arena_release(&job.arena);
}

static void services_name_their_source_account_but_for_two(void **state)
{
    (void)state; // section 9; LAMBDA.md 1.1
    static const struct pc_str source = PC_STR_INIT("arn:aws:sns:eu-west-1:222222222222:t");
    struct job job;
    start(&job, "config.amazonaws.com", "lambda:InvokeFunction", "*");
    give(&job, "aws:SourceArn", &source, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:sourceaccount", "222222222222");
    pc_arena_release(&job.arena);
    start(&job, "sns.amazonaws.com", "lambda:InvokeFunction", "*");
    give(&job, "aws:SourceArn", &source, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:sourceaccount"));
    pc_arena_release(&job.arena);
}

static void the_context_may_name_the_owner(void **state)
{
    (void)state; // R-614, R-760
    static const struct pc_str owner = PC_STR_INIT("222222222222");
    static const struct pc_str nobody = PC_STR_INIT("2222");
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:ResourceAccount", &owner, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.resource_account, "222222222222");
    assert_false(job.request.account_assumed);
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    give(&job, "aws:ResourceAccount", &nobody, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:ListAllMyBuckets", "*");
    give(&job, "aws:ResourceAccount", &owner, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID); // the caller's, without a resource
    pc_arena_release(&job.arena);
}

static void an_unknown_owner_is_an_error_unless_assumed(void **state)
{
    (void)state; // R-614
    struct job job;
    struct pc_request_options options = {.now = 0};
    struct pc_place place = {PC_STR(""), 0, 0};
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "arn:aws:s3:::b/k");
    assert_int_equal(pc_request_finish(&job.arena, &job.request, options, place, &job.diags),
                     PC_ERR_INVALID);
    assert_int_equal(job.diags.first->code, PC_DIAG_OWNER_MISSING);
    pc_arena_release(&job.arena);
}

static void a_malformed_action_is_refused(void **state)
{
    (void)state;
    static const char *const actions[] = {"", "s3", "s3:", ":GetObject"};
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        struct job job;
        start(&job, "*", actions[i], "*");
        assert_int_equal(finish(&job), PC_ERR_INVALID);
        assert_int_equal(job.diags.first->code, PC_DIAG_REQUEST_ACTION);
        pc_arena_release(&job.arena);
    }
}

static void one_time_yields_the_other(void **state)
{
    (void)state; // R-418
    static const struct pc_str epoch = PC_STR_INIT("0");
    struct job job;
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:EpochTime", &epoch, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:currenttime", "1970-01-01T00:00:00Z");
    pc_arena_release(&job.arena);
}

// Derived only when asked for ---------------------------------------------------------------------

static int64_t clock_asked;

static int64_t ticking_clock(void)
{
    return 1704067200 + clock_asked++;
}

static void the_clock_is_asked_once_and_when_wanted(void **state)
{
    (void)state; // R-418
    struct job job;
    static const struct pc_str given = PC_STR_INIT("2024-01-01T00:00:05.25Z");
    const struct pc_request_options options = {.clock = ticking_clock, .assume_owner = true};
    const struct pc_place place = {PC_STR(""), 0, 0};
    clock_asked = 0;
    start(&job, "*", "s3:GetObject", "*");
    assert_int_equal(pc_request_finish(&job.arena, &job.request, options, place, &job.diags),
                     PC_OK);
    assert_key(&job, "aws:viaawsservice", "false");
    assert_int_equal(clock_asked, 0);
    assert_key(&job, "aws:epochtime", "1704067200");
    assert_key(&job, "aws:currenttime", "2024-01-01T00:00:00Z");
    assert_key(&job, "aws:epochtime", "1704067200");
    assert_int_equal(clock_asked, 1);
    pc_arena_release(&job.arena);
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CurrentTime", &given, 1, false);
    assert_int_equal(pc_request_finish(&job.arena, &job.request, options, place, &job.diags),
                     PC_OK);
    assert_key(&job, "aws:epochtime", "1704067205");
    assert_int_equal(clock_asked, 1);
    pc_arena_release(&job.arena);
}

static void times_are_one_clock(void **state)
{
    (void)state; // R-418, R-426
    static const struct pc_str texts[] = {PC_STR_INIT("2024-01-01T00:00:00Z"),
                                          PC_STR_INIT("1704067200"), PC_STR_INIT("1704067201"),
                                          PC_STR_INIT("noon")};
    static const struct {
        size_t current, epoch;
        enum pc_status status;
    } rows[] = {{0, 1, PC_OK}, {0, 2, PC_ERR_INVALID}, {0, 3, PC_OK}, {3, 1, PC_OK}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        give(&job, "aws:CurrentTime", &texts[rows[i].current], 1, false);
        give(&job, "aws:EpochTime", &texts[rows[i].epoch], 1, false);
        assert_int_equal(finish(&job), rows[i].status);
        pc_arena_release(&job.arena);
    }
    static const char *const keys[] = {"aws:CurrentTime", "aws:EpochTime"};
    for (size_t i = 0; i < 2; i++) {
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        give(&job, keys[i], &texts[3], 1, false);
        assert_int_equal(finish(&job), PC_OK);
        if (i == 0) { // the clock's
            assert_key(&job, "aws:epochtime", "1704067200");
        } else {
            assert_key(&job, "aws:currenttime", "2024-01-01T00:00:00Z");
        }
        pc_arena_release(&job.arena);
        start(&job, "*", "s3:GetObject", "*");
        give(&job, keys[i], NULL, 0, true);
        assert_int_equal(finish(&job), PC_ERR_INVALID);
        pc_arena_release(&job.arena);
    }
}

#define A "111111111111"

static void callers_yield_their_keys(void **state)
{
    (void)state; // R-801 to R-805, R-710
    static const struct {
        const char *caller, *key, *value; // NULL: not there
    } rows[] = {
        {"arn:aws:sts::" A ":assumed-role/R/s", "aws:principalarn", "arn:aws:iam::" A ":role/R"},
        {"arn:aws-cn:iam::" A ":role/p/R", "aws:principalarn", "arn:aws-cn:iam::" A ":role/p/R"},
        {"arn:aws:sts::" A ":assumed-role/R/s", "aws:principaltype", "AssumedRole"},
        {"arn:aws:sts::" A ":assumed-role/R/s", "aws:userid", NULL},
        {"arn:aws:sts::" A ":assumed-role/R/s", "aws:username", NULL},
        {"arn:aws:sts::" A ":assumed-role/R/s", "kms:calleraccount", A},
        {"arn:aws:sts::" A ":federated-user/Bob", "aws:userid", A ":Bob"},
        {"arn:aws:sts::" A ":federated-user/Bob", "aws:principaltype", "FederatedUser"},
        {"arn:aws:iam::" A ":root", "aws:userid", A},
        {"arn:aws:iam::" A ":root", "aws:principaltype", "Account"},
        {"arn:aws:iam::" A ":root", "aws:principalarn", "arn:aws:iam::" A ":root"},
        {"s3.amazonaws.com", "aws:principalisawsservice", "true"},
        {"s3.amazonaws.com", "aws:principalservicename", "s3.amazonaws.com"},
        {"s3.amazonaws.com", "aws:principalservicenameslist", "s3.amazonaws.com"},
        {"s3.amazonaws.com", "aws:principalarn", NULL},
        {"s3.amazonaws.com", "aws:principaltype", NULL},
        {"s3.amazonaws.com", "aws:principalaccount", NULL},
        {"s3.amazonaws.com", "kms:calleraccount", NULL},
        {"*", "aws:multifactorauthpresent", NULL},
        {"*", "aws:principalorgid", NULL},
        {"*", "aws:sourceip", NULL},
        {"*", "aws:tagkeys", NULL},
        {"*", "aws:principaltag/team", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct job job;
        start(&job, rows[i].caller, "kms:Decrypt", "*");
        assert_int_equal(finish(&job), PC_OK);
        for (int again = 0; again < 2; again++) {
            const struct pc_context_entry *found = entry_of(&job, rows[i].key);
            if (rows[i].value == NULL) {
                assert_null(found);
            } else {
                assert_non_null(found);
                assert_int_equal(found->count, 1);
                assert_true(pc_str_eq(found->values[0], pc_str_from(rows[i].value)));
            }
        }
        pc_arena_release(&job.arena);
    }
}

static void unique_ids_make_userids(void **state)
{
    (void)state; // R-803
    static const struct pc_str given = PC_STR_INIT("AROAEXAMPLE:s");
    struct job job;
    start(&job, "arn:aws:sts::" A ":assumed-role/R/s", "s3:GetObject", "*");
    job.request.caller.id = PC_STR("AROAEXAMPLE");
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:userid", "AROAEXAMPLE:s");
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:sts::" A ":assumed-role/R/s", "s3:GetObject", "*");
    give(&job, "aws:userid", &given, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_view(job.request.caller.id, "AROAEXAMPLE:s"); // believed
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:sts::" A ":assumed-role/R/t", "s3:GetObject", "*");
    give(&job, "aws:userid", &given, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
    start(&job, "arn:aws:sts::" A ":assumed-role/R/t", "s3:GetObject", "*");
    job.request.caller.id = PC_STR("AROAEXAMPLE");
    give(&job, "aws:userid", &given, 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
}

#undef A

static void services_on_the_way_yield_the_ends(void **state)
{
    (void)state; // R-628
    static const struct pc_str via[] = {PC_STR_INIT("athena.amazonaws.com"),
                                        PC_STR_INIT("s3.amazonaws.com")};
    struct job job;
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CalledVia", via, 2, true);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:calledviafirst", "athena.amazonaws.com");
    assert_key(&job, "aws:calledvialast", "s3.amazonaws.com");
    assert_key(&job, "aws:viaawsservice", "true");
    pc_arena_release(&job.arena);
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CalledVia", NULL, 0, true);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:calledviafirst"));
    assert_key(&job, "aws:viaawsservice", "false");
    pc_arena_release(&job.arena);
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CalledViaLast", via, 1, false);
    assert_int_equal(finish(&job), PC_OK);
    assert_key(&job, "aws:viaawsservice", "true");
    pc_arena_release(&job.arena);
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CalledVia", via, 2, true);
    give(&job, "aws:CalledViaLast", &via[0], 1, false);
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
    start(&job, "*", "s3:GetObject", "*");
    give(&job, "aws:CalledViaFirst", via, 1, true); // one service, not a list
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    pc_arena_release(&job.arena);
}

static void tags_are_keys(void **state)
{
    (void)state; // R-405
    static const struct pc_tag mine[] = {{PC_STR_INIT("Team"), PC_STR_INIT("red")},
                                         {PC_STR_INIT("Gr\xc3\x96\xc3\x9f"
                                                      "e"),
                                          PC_STR_INIT("7")}};
    static const struct pc_tag its[] = {{PC_STR_INIT("team"), PC_STR_INIT("blue")}};
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "*");
    job.request.caller.tags = mine;
    job.request.caller.tag_count = 2;
    job.request.resource_tags = its;
    job.request.resource_tag_count = 1;
    assert_int_equal(finish(&job), PC_OK);
    const struct pc_context_entry *first = entry_of(&job, "aws:principaltag/team");
    assert_key(&job,
               "aws:principaltag/gr\xc3\xb6\xc3\x9f"
               "e",
               "7");
    assert_key(&job, "aws:resourcetag/team", "blue");
    assert_non_null(first); // still what it was
    assert_view(first->values[0], "red");
    assert_false(first->list);
    assert_null(entry_of(&job, "aws:principaltag/"));
    assert_null(entry_of(&job, "aws:principaltag/tea"));
    assert_null(entry_of(&job, "aws:requesttag/team"));
    assert_null(entry_of(&job, "aws:tagkeys"));
    pc_arena_release(&job.arena);
}

// How the context, and a second tag of the same name, go with a tag "Team" of "red".
static void tags_may_not_contradict(void **state)
{
    (void)state; // R-806, R-409, R-808
    static const struct pc_str red = PC_STR_INIT("red"), blue = PC_STR_INIT("blue");
    static const struct pc_tag same[] = {{PC_STR_INIT("Team"), PC_STR_INIT("red")},
                                         {PC_STR_INIT("TEAM"), PC_STR_INIT("red")}};
    static const struct pc_tag other[] = {{PC_STR_INIT("Team"), PC_STR_INIT("red")},
                                          {PC_STR_INIT("TEAM"), PC_STR_INIT("blue")}};
    static const struct {
        const struct pc_tag *tags;
        size_t count;
        const struct pc_str *given;
        bool list;
        enum pc_status status;
    } rows[] = {
        {same, 1, &red, false, PC_OK},           {same, 1, &blue, false, PC_ERR_INVALID},
        {same, 1, &red, true, PC_ERR_INVALID},   {same, 2, NULL, false, PC_OK},
        {same, 2, &blue, false, PC_ERR_INVALID}, {other, 2, NULL, false, PC_ERR_INVALID},
        {other, 2, &red, false, PC_ERR_INVALID}, {other, 1, &red, false, PC_OK},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int of_resource = 0; of_resource < 2; of_resource++) {
            struct job job;
            start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "*");
            if (of_resource) {
                job.request.resource_tags = rows[i].tags;
                job.request.resource_tag_count = rows[i].count;
            } else {
                job.request.caller.tags = rows[i].tags;
                job.request.caller.tag_count = rows[i].count;
            }
            if (rows[i].given != NULL) {
                give(&job, of_resource ? "aws:ResourceTag/tEAM" : "aws:PrincipalTag/tEAM",
                     rows[i].given, 1, rows[i].list);
            }
            assert_int_equal(finish(&job), rows[i].status);
            assert_int_equal(job.diags.errors, rows[i].status == PC_OK ? 0 : 1);
            pc_arena_release(&job.arena);
        }
    }
}

static void a_tag_called_absent_is_absent(void **state)
{
    (void)state; // R-409, R-808
    static const struct pc_tag tags[] = {{PC_STR_INIT("Team"), PC_STR_INIT("red")}};
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "*");
    job.request.caller.tags = tags;
    job.request.caller.tag_count = 1;
    struct pc_context_key entry = {.key = PC_STR("aws:PrincipalTag/Team"), .absent = true};
    assert_int_equal(pc_request_add(&job.arena, &job.request, &entry), PC_OK);
    assert_int_equal(finish(&job), PC_OK);
    assert_null(entry_of(&job, "aws:principaltag/team"));
    pc_arena_release(&job.arena);
}

static void who_is_not_signed_has_no_such_keys(void **state)
{
    (void)state; // R-620, R-745, R-804
    static const char *const keys[] = {
        "aws:PrincipalArn",       "aws:PrincipalOrgID",  "aws:PrincipalOrgPaths",
        "aws:FederatedProvider",  "aws:TokenIssueTime",  "aws:MultiFactorAuthPresent",
        "aws:MultiFactorAuthAge", "aws:SourceIdentity",  "aws:AssumedRoot",
        "aws:PrincipalTag/Team",  "aws:username",        "aws:PrincipalIsAWSService",
        "aws:principalTAG/Team",  "aws:mfa:unknown/key", "aws:SourceIp",
    };
    static const struct pc_str value = PC_STR_INIT("true");
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        give(&job, keys[i], &value, 1, false);
        assert_int_equal(finish(&job), i < 13 ? PC_ERR_INVALID : PC_OK);
        pc_arena_release(&job.arena);
    }
}

static void tag_keys_may_be_more_but_not_fewer(void **state)
{
    (void)state;
    static const struct pc_str names[] = {PC_STR_INIT("COST"), PC_STR_INIT("more")};
    static const struct pc_str value = PC_STR_INIT("x");
    for (size_t from = 0; from < 2; from++) {
        struct job job;
        start(&job, "*", "s3:GetObject", "*");
        give(&job, "aws:TagKeys", &names[from], 2 - from, true);
        give(&job, "aws:RequestTag/Cost", &value, 1, false);
        assert_int_equal(finish(&job), from == 0 ? PC_OK : PC_ERR_INVALID);
        pc_arena_release(&job.arena);
    }
}

static void of_what_contradicts_itself_nothing_follows(void **state)
{
    (void)state;
    static const struct pc_str eve = PC_STR_INIT("Eve");
    struct job job;
    start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "*");
    give(&job, "aws:username", &eve, 1, false);
    assert_null(entry_of(&job, "aws:principalarn")); // not finished
    assert_int_equal(finish(&job), PC_ERR_INVALID);
    assert_null(entry_of(&job, "aws:principalarn"));
    pc_arena_release(&job.arena);
}

// A role's request with all four keys, of which the one at `odd` is cut short, a list or absent.
static enum pc_status finish_with(struct job *job, const struct pc_tag *keys, size_t odd, char how)
{
    struct pc_str cut = {keys[odd].value.ptr, keys[odd].value.len - 1};
    start(job, "arn:aws:iam::111111111111:role/p/R", "s3:GetObject", "*");
    for (size_t i = 0; i < 4; i++) {
        struct pc_context_key given = {.key = keys[i].key, .values = &keys[i].value, .count = 1};
        if (i == odd) {
            given.values = how == 'c' ? &cut : given.values;
            given.list = how == 'l';
            given.absent = how == 'a';
        }
        assert_int_equal(pc_request_add(&job->arena, &job->request, &given), PC_OK);
    }
    enum pc_status status = finish(job);
    pc_arena_release(&job->arena);
    return status;
}

// Whether what is given is in order is seen at once, for the usual keys, or settled by their rows.
static void each_given_key_is_checked(void **state)
{
    (void)state; // R-806, R-808
    static const struct pc_tag keys[] = {
        {PC_STR_INIT("aws:PrincipalArn"), PC_STR_INIT("arn:aws:iam::111111111111:role/p/R")},
        {PC_STR_INIT("aws:PrincipalAccount"), PC_STR_INIT("111111111111")},
        {PC_STR_INIT("aws:PrincipalType"), PC_STR_INIT("AssumedRole")},
        {PC_STR_INIT("aws:CurrentTime"), PC_STR_INIT("2024-01-01T00:00:00Z")},
    };
    struct job job;
    for (size_t odd = 0; odd < 4; odd++) {
        assert_int_equal(finish_with(&job, keys, odd, '-'), PC_OK);
        assert_int_equal(finish_with(&job, keys, odd, 'a'), PC_OK);
        assert_int_equal(finish_with(&job, keys, odd, 'l'), PC_ERR_INVALID);
        bool time = odd == 3; // it says what it says, and is compared as it is
        assert_int_equal(finish_with(&job, keys, odd, 'c'), time ? PC_OK : PC_ERR_INVALID);
    }
}

static void a_contradiction_is_where_the_key_is_written(void **state)
{
    (void)state; // R-806
    static const char *const spellings[] = {"aws:username", "AWS:UserName"};
    static const struct pc_str eve = PC_STR_INIT("Eve");
    for (size_t i = 0; i < 2; i++) {
        for (uint32_t line = 0; line < 2; line++) {
            struct job job;
            start(&job, "arn:aws:iam::111111111111:user/Bob", "s3:GetObject", "*");
            struct pc_context_key given = {
                .key = pc_str_from(spellings[i]), .values = &eve, .count = 1};
            if (line > 0) {
                given.place = (struct pc_place){PC_STR("context"), 7, 3};
            }
            assert_int_equal(pc_request_add(&job.arena, &job.request, &given), PC_OK);
            assert_int_equal(finish(&job), PC_ERR_INVALID);
            assert_view(job.diags.first->place.file, line > 0 ? "context" : "request");
            assert_int_equal(job.diags.first->place.line, line > 0 ? 7 : 1);
            pc_arena_release(&job.arena);
        }
    }
}

static void the_resource_is_read_once(void **state)
{
    (void)state;
    struct job job;
    start(&job, "*", "s3:GetObject", "arn:aws:s3:::b/k");
    const struct pc_arn *arn = pc_request_arn(&job.request);
    assert_non_null(arn);
    assert_view(arn->service, "s3");
    assert_view(arn->resource, "b/k");
    assert_ptr_equal(pc_request_arn(&job.request), arn);
    start(&job, "*", "s3:GetObject", "*");
    assert_null(pc_request_arn(&job.request));
    assert_null(pc_request_arn(&job.request));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_yields_its_keys),
        cmocka_unit_test(an_anonymous_caller_yields_little),
        cmocka_unit_test(a_key_called_absent_is_not_derived),
        cmocka_unit_test(contradictions_are_refused),
        cmocka_unit_test(agreeing_keys_are_accepted),
        cmocka_unit_test(services_name_their_source_account_but_for_two),
        cmocka_unit_test(the_context_may_name_the_owner),
        cmocka_unit_test(an_unknown_owner_is_an_error_unless_assumed),
        cmocka_unit_test(a_malformed_action_is_refused),
        cmocka_unit_test(one_time_yields_the_other),
        cmocka_unit_test(the_clock_is_asked_once_and_when_wanted),
        cmocka_unit_test(times_are_one_clock),
        cmocka_unit_test(callers_yield_their_keys),
        cmocka_unit_test(unique_ids_make_userids),
        cmocka_unit_test(services_on_the_way_yield_the_ends),
        cmocka_unit_test(tags_are_keys),
        cmocka_unit_test(tags_may_not_contradict),
        cmocka_unit_test(a_tag_called_absent_is_absent),
        cmocka_unit_test(who_is_not_signed_has_no_such_keys),
        cmocka_unit_test(tag_keys_may_be_more_but_not_fewer),
        cmocka_unit_test(of_what_contradicts_itself_nothing_follows),
        cmocka_unit_test(each_given_key_is_checked),
        cmocka_unit_test(a_contradiction_is_where_the_key_is_written),
        cmocka_unit_test(the_resource_is_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
