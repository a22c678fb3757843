// SPDX-License-Identifier: Apache-2.0
//
// Why a question was answered so: reasons, the sentence, explanations; and what is told of each
// decision.
#include "house.h"

#define ROLE    "arn:aws:iam::" ACCOUNT ":role/team/reader"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/reader/ann"

// Lines and columns below are counted in this text.
static const char manifest[] =
    "{'polcheck':1,\n"
    "'users':[{'arn':'" ALICE "','boundary':\n"
    "{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':['s3:*','sqs:*'],"
    "'Resource':'*'}]},\n"
    "'policies':[\n"
    "{'Version':'2012-10-17','Statement':[\n"
    " {'Sid':'Reads','Effect':'Allow','Action':'s3:GetObject','Resource':'*'},\n"
    "   {'Effect':'Allow','Action':'s3:Get*','Resource':'*'},\n"
    " {'Sid':'Team','Effect':'Allow','Action':'s3:PutObject','Resource':'*',\n"
    "  'Condition':{'StringEquals':{'ex:Team':'a'},'Bool':{'aws:SecureTransport':'true'},\n"
    "  'NumericLessThan':{'ex:size':'10'}}},\n"
    " {'Sid':'Never','Effect':'Deny','Action':'s3:GetSecret','Resource':'*'},\n"
    " {'Sid':'Runs','Effect':'Allow','Action':'lambda:*','Resource':'*'}]}]}],\n"
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'},\n"
    "{'arn':'" QUEUE "','policy':{'Version':'2012-10-17','Statement':[\n"
    "{'Sid':'Alices','Effect':'Allow','Principal':{'AWS':'" ALICE "'},'Action':'sqs:*',"
    "'Resource':'" QUEUE "'},\n"
    "{'Sid':'Bobs','Effect':'Allow','Principal':{'AWS':'" BOB "'},'Action':'sqs:*',"
    "'Resource':'" QUEUE "'}]}}],\n"
    "'organization':{'levels':[{'id':'r-root'}],'accounts':[{'id':'" ACCOUNT "','parent':'r-root',"
    "'scp':[{'Version':'2012-10-17','Statement':[{'Effect':'Allow','Action':'s3:*','Resource':'*'},"
    "{'Effect':'Allow','Action':'sqs:SendMessage','Resource':'*'}]}]}]}}";

static int live(void **state)
{
    if (house_open(state) != 0) {
        return -1;
    }
    house_live(*state, manifest);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, live, house_close)

static const struct polcheck_answer *reasons(struct house *house)
{
    const struct polcheck_answer *answer = NULL;
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_non_null(answer);
    return answer;
}

// Reasons -----------------------------------------------------------------------------------------

static void statements_tell_where_they_stand(void **state)
{
    struct house *house = *state;
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    const struct polcheck_answer *answer = reasons(house);
    assert_allowed(polcheck_answer_verdict(answer));
    assert_int_equal(polcheck_answer_statement_count(answer), 2);
    const struct polcheck_statement *first = polcheck_answer_statement(answer, 0);
    const struct polcheck_statement *second = polcheck_answer_statement(answer, 1);
    assert_int_equal(first->size, sizeof(*first));
    assert_int_equal(first->type, POLCHECK_IDENTITY);
    assert_true(first->allows);
    assert_true(first->policy.len > 0);
    assert_true(house_is(first->sid, "Reads"));
    assert_int_equal(first->number, 0);
    assert_true(house_is(first->file, house->manifest));
    assert_int_equal(first->line, 6);
    assert_int_equal(first->column, 2);
    assert_int_equal(second->sid.len, 0);
    assert_int_equal(second->number, 1);
    assert_int_equal(second->line, 7);
    assert_int_equal(second->column, 4);
    assert_null(polcheck_answer_statement(answer, 2));
    assert_null(polcheck_answer_statement(answer, SIZE_MAX));
    assert_int_equal(polcheck_answer_blockers(answer), 0);
    assert_int_equal(polcheck_answer_primary(answer), POLCHECK_NO_TYPE);
    assert_int_equal(polcheck_answer_missing_count(answer), 0);
    assert_int_equal(polcheck_answer_missing(answer, 0).len, 0);
    assert_int_equal(polcheck_answer_message(answer).len, 0);
    assert_ptr_equal(reasons(house), answer); // and are there as often as they are asked for
}

static void a_deny_tells_who_denies(void **state)
{
    struct house *house = *state;
    struct polcheck_verdict verdict = house_question(house, ALICE, "s3:GetSecret", PHOTO);
    assert_int_equal(verdict.decision, POLCHECK_EXPLICIT_DENY);
    assert_int_equal(verdict.status, POLCHECK_OK);
    assert_false(polcheck_is_allowed(verdict));
    const struct polcheck_answer *answer = reasons(house);
    assert_int_equal(polcheck_answer_statement_count(answer), 1);
    assert_true(house_is(polcheck_answer_statement(answer, 0)->sid, "Never"));
    assert_false(polcheck_answer_statement(answer, 0)->allows);
    assert_int_equal(polcheck_answer_primary(answer), POLCHECK_IDENTITY);
    assert_true(house_is(polcheck_answer_message(answer),
                         "User: " ALICE
                         " is not authorized to perform: s3:GetSecret on resource: " PHOTO
                         " with an explicit deny in an identity-based policy"));
}

static void who_blocks_is_told(void **state)
{
    struct house *house = *state;
    // The identity policy allows it, the boundary and the SCP do not.
    assert_denied(house_question(house, ALICE, "lambda:ListFunctions", "*"));
    const struct polcheck_answer *answer = reasons(house);
    assert_int_equal(polcheck_answer_blockers(answer),
                     1u << POLCHECK_BOUNDARY | 1u << POLCHECK_SCP);
    assert_int_equal(polcheck_answer_statement_count(answer), 0);
    // The queue's policy allows it, and the SCP does not.
    assert_denied(house_question(house, ALICE, "sqs:PurgeQueue", QUEUE));
    answer = reasons(house);
    assert_int_equal(polcheck_answer_blockers(answer), 1u << POLCHECK_SCP);
    assert_int_equal(polcheck_answer_primary(answer), POLCHECK_SCP);
    assert_true(house_contains(polcheck_answer_message(answer), "service control policy"));
    // The queue's policy lets it through.
    assert_allowed(house_question(house, ALICE, "sqs:SendMessage", QUEUE));
    answer = reasons(house);
    assert_int_equal(polcheck_answer_statement_count(answer), 1);
    assert_int_equal(polcheck_answer_statement(answer, 0)->type, POLCHECK_RESOURCE);
    assert_true(house_is(polcheck_answer_statement(answer, 0)->sid, "Alices"));
}

static void missing_keys_are_named(void **state)
{
    struct house *house = *state;
    house_begin(house, ALICE, "s3:PutObject", PHOTO);
    polcheck_request_add(house->request, POLCHECK_STR("aws:SecureTransport"),
                         polcheck_boolean(true));
    assert_denied(house_ask(house));
    const struct polcheck_answer *answer = reasons(house);
    assert_int_equal(polcheck_answer_missing_count(answer), 2);
    bool team = false;
    bool size = false;
    for (size_t i = 0; i < 2; i++) {
        team = team || house_is(polcheck_answer_missing(answer, i), "ex:Team"); // as it is spelt
        size = size || house_is(polcheck_answer_missing(answer, i), "ex:size");
    }
    assert_true(team && size);
    assert_int_equal(polcheck_answer_missing(answer, 2).len, 0);
    assert_int_equal(polcheck_answer_missing(answer, SIZE_MAX).len, 0);
}

static void nothing_is_no_answer(void **state)
{
    (void)state;
    assert_failed(polcheck_answer_verdict(NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_answer_snapshot(NULL), 0);
    assert_int_equal(polcheck_answer_statement_count(NULL), 0);
    assert_null(polcheck_answer_statement(NULL, 0));
    assert_int_equal(polcheck_answer_blockers(NULL), 0);
    assert_int_equal(polcheck_answer_primary(NULL), POLCHECK_NO_TYPE);
    assert_int_equal(polcheck_answer_missing_count(NULL), 0);
    assert_int_equal(polcheck_answer_missing(NULL, 0).len, 0);
    assert_int_equal(polcheck_answer_message(NULL).len, 0);
}

static void without_an_answer_no_reasons(void **state)
{
    struct house *house = *state;
    const struct polcheck_answer *answer = NULL;
    assert_int_equal(polcheck_reasons(NULL, &answer), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_reasons(house->scratch, NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    answer = NULL;
    assert_failed(house_question(house, BOB, "s3:GetObject", PHOTO), POLCHECK_ERR_PRINCIPAL);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_failed(house_question(house, ALICE, "s3", PHOTO), POLCHECK_ERR_REQUEST);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
    assert_null(answer);
}

// A question that was asked wrongly is the last one, too: the answer to the one before is not its.
static void no_request_leaves_no_reasons(void **state)
{
    struct house *house = *state;
    const struct polcheck_answer *answer = NULL;
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_failed(polcheck_ask(house->scratch, NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_ERR_USAGE);
    assert_null(answer);
    assert_true(polcheck_scratch_message(house->scratch).len > 0);
}

static void reasons_are_of_the_last_question(void **state)
{
    struct house *house = *state;
    for (unsigned i = 0; i < 3; i++) {
        assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
        assert_int_equal(polcheck_answer_statement_count(reasons(house)), 2);
        assert_denied(house_question(house, ALICE, "s3:PutObject", PHOTO));
        const struct polcheck_answer *answer = reasons(house);
        assert_denied(polcheck_answer_verdict(answer));
        assert_int_equal(polcheck_answer_statement_count(answer), 0);
        assert_null(polcheck_answer_statement(answer, 0)); // those of before are gone
        assert_int_equal(polcheck_answer_missing_count(answer), 3);
        assert_true(house_contains(polcheck_answer_message(answer), "s3:PutObject"));
        assert_int_equal(polcheck_scratch_renew(house->scratch), POLCHECK_OK);
    }
}

// Explaining --------------------------------------------------------------------------------------

struct seen {
    size_t count;
    struct {
        enum polcheck_policy_type type;
        uint32_t number;
        enum polcheck_obstacle obstacle;
        uint32_t conditions, held;
        char condition[64], key[64];
        bool absent;
    } all[32];
};

static void see(void *context, const struct polcheck_observation *observation)
{
    struct seen *seen = context;
    assert_int_equal(observation->size, sizeof(*observation));
    assert_true(seen->count < 32);
    size_t at = seen->count++;
    seen->all[at].type = observation->statement->type;
    seen->all[at].number = observation->statement->number;
    seen->all[at].obstacle = observation->obstacle;
    seen->all[at].conditions = observation->conditions;
    seen->all[at].held = observation->held;
    seen->all[at].absent = observation->key_absent;
    (void)snprintf(seen->all[at].condition, 64, "%.*s",
                   POLCHECK_STR_ARG(observation->condition_operator));
    (void)snprintf(seen->all[at].key, 64, "%.*s", POLCHECK_STR_ARG(observation->condition_key));
}

static size_t find_seen(const struct seen *seen, enum polcheck_policy_type type, uint32_t number)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->all[i].type == type && seen->all[i].number == number) {
            return i;
        }
    }
    fail();
    return 0;
}

static void every_statement_is_shown(void **state)
{
    struct house *house = *state;
    struct seen seen = {.count = 0};
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    observer.context = &seen;
    observer.statement = see;
    house_begin(house, ALICE, "s3:PutObject", PHOTO);
    polcheck_request_add(house->request, POLCHECK_STR("ex:team"),
                         polcheck_string(POLCHECK_STR("b")));
    assert_denied(house_ask(house));
    const struct polcheck_answer *before = reasons(house);
    size_t missing = polcheck_answer_missing_count(before);
    assert_int_equal(polcheck_explain(house->scratch, &observer), POLCHECK_OK);
    assert_int_equal(seen.count, 5 + 1 + 2); // identity, boundary, SCP
    size_t reads = find_seen(&seen, POLCHECK_IDENTITY, 0);
    assert_int_equal(seen.all[reads].obstacle, POLCHECK_OBSTACLE_ACTION);
    assert_int_equal(seen.all[reads].conditions, 0);
    assert_string_equal(seen.all[reads].condition, "");
    assert_string_equal(seen.all[reads].key, "");
    size_t team = find_seen(&seen, POLCHECK_IDENTITY, 2);
    assert_int_equal(seen.all[team].obstacle, POLCHECK_OBSTACLE_CONDITION);
    assert_int_equal(seen.all[team].conditions, 3);
    assert_true(strlen(seen.all[team].condition) > 0 && strlen(seen.all[team].key) > 0);
    assert_int_equal(seen.all[team].absent, strcmp(seen.all[team].key, "ex:Team") != 0);
    assert_int_equal(seen.all[find_seen(&seen, POLCHECK_BOUNDARY, 0)].obstacle,
                     POLCHECK_OBSTACLE_NONE);
    // The answer that was there stays so.
    assert_ptr_equal(reasons(house), before);
    assert_int_equal(polcheck_answer_missing_count(before), missing);
    // A queue's policy has principals.
    seen.count = 0;
    assert_allowed(house_question(house, ALICE, "sqs:SendMessage", QUEUE));
    assert_int_equal(polcheck_explain(house->scratch, &observer), POLCHECK_OK);
    assert_int_equal(seen.all[find_seen(&seen, POLCHECK_RESOURCE, 0)].obstacle,
                     POLCHECK_OBSTACLE_NONE);
    assert_int_equal(seen.all[find_seen(&seen, POLCHECK_RESOURCE, 1)].obstacle,
                     POLCHECK_OBSTACLE_PRINCIPAL);
    assert_allowed(polcheck_answer_verdict(reasons(house)));
    assert_int_equal(polcheck_answer_statement_count(reasons(house)), 1);
}

struct newer_observer {
    struct polcheck_observer known;
    void *later;
};

static void observers_that_are_wrong(void **state)
{
    struct house *house = *state;
    struct seen seen = {.count = 0};
    struct polcheck_observer observer = POLCHECK_OBSERVER_INIT;
    assert_allowed(house_question(house, ALICE, "s3:GetObject", PHOTO));
    assert_int_equal(polcheck_explain(house->scratch, NULL), POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_explain(house->scratch, &observer), POLCHECK_ERR_USAGE);
    observer.statement = see;
    observer.context = &seen;
    assert_int_equal(polcheck_explain(NULL, &observer), POLCHECK_ERR_USAGE);
    observer.size = 0;
    assert_int_equal(polcheck_explain(house->scratch, &observer), POLCHECK_ERR_USAGE);
    struct newer_observer newer = {{sizeof(newer), &seen, see}, NULL};
    assert_int_equal(polcheck_explain(house->scratch, &newer.known), POLCHECK_OK);
    assert_true(seen.count > 0);
    seen.count = 0;
    newer.later = &seen;
    assert_int_equal(polcheck_explain(house->scratch, &newer.known), POLCHECK_ERR_USAGE);
    observer.size = sizeof(observer);
    assert_failed(house_question(house, BOB, "s3:GetObject", PHOTO), POLCHECK_ERR_PRINCIPAL);
    assert_int_equal(polcheck_explain(house->scratch, &observer), POLCHECK_ERR_USAGE);
    assert_int_equal(seen.count, 0);
}

// Told of each decision ---------------------------------------------------------------------------

struct heard {
    unsigned count;
    struct polcheck_verdict verdict;
    uint64_t snapshot, duration;
    int64_t time;
    char principal[128], action[64], resource[128], message[256], key[64];
    size_t statements;
    bool has_answer;
};

static void hear(void *context, const struct polcheck_decision_event *event)
{
    struct heard *heard = context;
    struct polcheck_entry entry;
    assert_int_equal(event->size, sizeof(*event));
    heard->count++;
    heard->verdict = event->verdict;
    heard->snapshot = event->snapshot;
    heard->duration = event->duration;
    heard->time = event->time;
    (void)snprintf(heard->principal, 128, "%.*s", POLCHECK_STR_ARG(event->principal));
    (void)snprintf(heard->action, 64, "%.*s", POLCHECK_STR_ARG(event->action));
    (void)snprintf(heard->resource, 128, "%.*s", POLCHECK_STR_ARG(event->resource));
    (void)snprintf(heard->message, 256, "%.*s", POLCHECK_STR_ARG(event->message));
    heard->has_answer = event->answer != NULL;
    heard->statements = polcheck_answer_statement_count(event->answer);
    heard->key[0] = '\0';
    if (polcheck_request_entry(event->request, 0, &entry)) {
        (void)snprintf(heard->key, 64, "%.*s", POLCHECK_STR_ARG(entry.key));
    }
}

static void each_decision_is_told(void **state)
{
    struct house *house = *state;
    struct heard heard = {.count = 0};
    house_close_engine(house);
    struct polcheck_options options = house_options(house, POLCHECK_RELOAD_MANUAL);
    options.on_decision = hear;
    options.decision_context = &heard;
    house_start_with(house, &options);
    int64_t before = (int64_t)time(NULL) * 1000000000;
    house_begin(house, ALICE, "s3:GetObject", PHOTO);
    polcheck_request_add(house->request, POLCHECK_STR("ex:k"), polcheck_integer(1));
    assert_allowed(house_ask(house));
    assert_int_equal(heard.count, 1);
    assert_allowed(heard.verdict);
    assert_int_equal(heard.snapshot, polcheck_engine_snapshot(house->engine));
    assert_true(heard.time >= before && heard.time < before + (int64_t)600 * 1000000000);
    assert_true(heard.duration < (uint64_t)600 * 1000000000);
    assert_string_equal(heard.principal, ALICE);
    assert_string_equal(heard.action, "s3:GetObject");
    assert_string_equal(heard.resource, PHOTO);
    assert_string_equal(heard.key, "ex:k");
    assert_string_equal(heard.message, "");
    assert_int_equal(heard.statements, 2);
    assert_int_equal(polcheck_answer_statement_count(reasons(house)), 2);
    assert_failed(house_question(house, "nobody", "s3:GetObject", PHOTO), POLCHECK_ERR_REQUEST);
    assert_int_equal(heard.count, 2);
    assert_failed(heard.verdict, POLCHECK_ERR_REQUEST);
    assert_false(heard.has_answer);
    assert_string_equal(heard.principal, "nobody");
    assert_non_null(strstr(heard.message, "[POL0801]"));
    assert_denied(house_question(house, ALICE, "s3:PutObject", PHOTO));
    assert_denied(heard.verdict);
    assert_true(heard.has_answer);
    assert_int_equal(heard.statements, 0);
    remove_all(house->store);
    assert_int_equal(polcheck_engine_reload(house->engine), POLCHECK_ERR_NO_STORE);
    assert_failed(house_ask(house), POLCHECK_ERR_NO_STORE);
    assert_int_equal(heard.count, 4);
    assert_int_equal(heard.snapshot, 0);
    assert_true(strlen(heard.message) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(statements_tell_where_they_stand),
        TEST(a_deny_tells_who_denies),
        TEST(who_blocks_is_told),
        TEST(missing_keys_are_named),
        TEST(nothing_is_no_answer),
        TEST(without_an_answer_no_reasons),
        TEST(no_request_leaves_no_reasons),
        TEST(reasons_are_of_the_last_question),
        TEST(every_statement_is_shown),
        TEST(observers_that_are_wrong),
        TEST(each_decision_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
