// SPDX-License-Identifier: Apache-2.0
//
// Policies that a request carries: session policies cap, an endpoint policy must allow, and what is
// no policy is refused with the reason.
#include "house.h"

#define ROLE    "arn:aws:iam::" ACCOUNT ":role/reader"
#define SESSION "arn:aws:sts::" ACCOUNT ":assumed-role/reader/ann"

#define ALLOW(action) "{'Statement':{'Effect':'Allow','Action':'" action "','Resource':'*'}}"
#define ENDPOINT(action)                                                                           \
    "{'Statement':{'Effect':'Allow','Principal':'*','Action':'" action "','Resource':'*'}}"

static const char manifest[] =
    "{'polcheck':1,'roles':[{'arn':'" ROLE "','policies':[{'Version':'2012-10-17','Statement':["
    "{'Effect':'Allow','Action':'s3:*','Resource':'*'}]}]}],"
    "'resources':[{'arn':'arn:aws:s3:::photos','account':'" ACCOUNT "'}]}";

static int live(void **state)
{
    if (house_open(state) != 0) {
        return -1;
    }
    house_live(*state, manifest);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, live, house_close)

static struct polcheck_verdict with(struct house *house, const char *action,
                                    const struct polcheck_policy *session,
                                    const struct polcheck_policy *endpoint)
{
    house_begin(house, SESSION, action, PHOTO);
    polcheck_request_set_session_policy(house->request, session);
    polcheck_request_set_endpoint_policy(house->request, endpoint);
    return house_ask(house);
}

static void a_session_policy_caps(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *gets = house_policy(POLCHECK_SESSION, ALLOW("s3:Get*"));
    struct polcheck_policy *all = house_policy(POLCHECK_SESSION, ALLOW("*"));
    assert_allowed(with(house, "s3:GetObject", NULL, NULL));
    assert_allowed(with(house, "s3:GetObject", gets, NULL));
    assert_allowed(with(house, "s3:PutObject", NULL, NULL));
    assert_denied(with(house, "s3:PutObject", gets, NULL));
    const struct polcheck_answer *answer;
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_int_equal(polcheck_answer_blockers(answer), 1u << POLCHECK_SESSION);
    assert_int_equal(polcheck_answer_primary(answer), POLCHECK_SESSION);
    assert_allowed(with(house, "s3:PutObject", all, NULL));
    assert_denied(with(house, "sqs:SendMessage", all, NULL)); // it grants nothing
    polcheck_request_set_session_policy(house->request, NULL);
    house_begin(house, SESSION, "s3:PutObject", PHOTO); // begin takes it away
    assert_allowed(house_ask(house));
    polcheck_request_set_session_policy(house->request, gets);
    assert_denied(house_ask(house));
    polcheck_request_set_session_policy(house->request, NULL); // and so does NULL
    assert_allowed(house_ask(house));
    polcheck_policy_free(gets);
    polcheck_policy_free(all);
}

static void an_endpoint_policy_must_allow(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *gets = house_policy(POLCHECK_ENDPOINT, ENDPOINT("s3:Get*"));
    struct polcheck_policy *session = house_policy(POLCHECK_SESSION, ALLOW("s3:*"));
    assert_allowed(with(house, "s3:GetObject", NULL, gets));
    assert_denied(with(house, "s3:PutObject", NULL, gets));
    const struct polcheck_answer *answer;
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_int_equal(polcheck_answer_blockers(answer), 1u << POLCHECK_ENDPOINT);
    assert_allowed(with(house, "s3:GetObject", session, gets));
    assert_denied(with(house, "s3:PutObject", session, gets));
    polcheck_policy_free(gets);
    polcheck_policy_free(session);
}

static void a_deny_of_theirs_counts(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *session =
        house_policy(POLCHECK_SESSION,
                     "{'Statement':[{'Effect':'Allow','Action':'*','Resource':'*'},\n"
                     "  {'Sid':'No','Effect':'Deny','Action':'s3:GetObject','Resource':'*'}]}");
    struct polcheck_verdict verdict = with(house, "s3:GetObject", session, NULL);
    assert_int_equal(verdict.decision, POLCHECK_EXPLICIT_DENY);
    const struct polcheck_answer *answer;
    assert_int_equal(polcheck_reasons(house->scratch, &answer), POLCHECK_OK);
    assert_int_equal(polcheck_answer_statement_count(answer), 1);
    const struct polcheck_statement *statement = polcheck_answer_statement(answer, 0);
    assert_int_equal(statement->type, POLCHECK_SESSION);
    assert_true(house_is(statement->sid, "No"));
    assert_true(house_is(statement->policy, "carried"));
    assert_int_equal(statement->number, 1);
    assert_int_equal(statement->line, 2);
    assert_int_equal(statement->column, 3);
    polcheck_policy_free(session);
}

// several documents are one set; none at all allows nothing.
static void documents_are_looked_at_together(void **state)
{
    struct house *house = *state;
    char *texts[2] = {house_quote(ALLOW("s3:GetObject")), house_quote(ALLOW("s3:PutObject"))};
    const struct polcheck_document documents[2] = {{POLCHECK_STR("a"), polcheck_text(texts[0])},
                                                   {POLCHECK_STR("b"), polcheck_text(texts[1])}};
    struct polcheck_policy *both;
    struct polcheck_policy *none;
    assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, documents, 2, NULL, &both),
                     POLCHECK_OK);
    assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, NULL, 0, NULL, &none), POLCHECK_OK);
    assert_allowed(with(house, "s3:GetObject", both, NULL));
    assert_allowed(with(house, "s3:PutObject", both, NULL));
    assert_denied(with(house, "s3:DeleteObject", both, NULL));
    assert_denied(with(house, "s3:GetObject", none, NULL));
    polcheck_policy_free(none);
    assert_int_equal(polcheck_policy_compile(POLCHECK_ENDPOINT, NULL, 0, NULL, &none), POLCHECK_OK);
    assert_denied(with(house, "s3:GetObject", NULL, none));
    polcheck_policy_free(none);
    polcheck_policy_free(both);
    free(texts[0]);
    free(texts[1]);
}

static void a_policy_in_the_wrong_place_is_refused(void **state)
{
    struct house *house = *state;
    struct polcheck_policy *session = house_policy(POLCHECK_SESSION, ALLOW("*"));
    struct polcheck_policy *endpoint = house_policy(POLCHECK_ENDPOINT, ENDPOINT("*"));
    assert_failed(with(house, "s3:GetObject", endpoint, NULL), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0800]");
    assert_failed(with(house, "s3:GetObject", NULL, session), POLCHECK_ERR_REQUEST);
    assert_says(house, "[POL0800]");
    house_begin(house, SESSION, "s3:GetObject", PHOTO);
    polcheck_request_set_session_policy(house->request, endpoint);
    polcheck_request_set_session_policy(house->request, NULL); // the fault stays
    assert_failed(house_ask(house), POLCHECK_ERR_REQUEST);
    assert_allowed(with(house, "s3:GetObject", session, endpoint));
    polcheck_policy_free(session);
    polcheck_policy_free(endpoint);
}

static void wrong_calls(void **state)
{
    (void)state;
    struct polcheck_policy *policy = NULL;
    char *text = house_quote(ALLOW("*"));
    const struct polcheck_document document = {POLCHECK_STR(""), polcheck_text(text)};
    for (int type = -1; type < 12; type++) {
        bool known = type == POLCHECK_SESSION || type == POLCHECK_ENDPOINT;
        if (!known) {
            assert_int_equal(polcheck_policy_compile((enum polcheck_policy_type)type, &document, 1,
                                                     NULL, &policy),
                             POLCHECK_ERR_USAGE);
        }
    }
    assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, NULL, 1, NULL, &policy),
                     POLCHECK_ERR_USAGE);
    assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, &document, 1, NULL, NULL),
                     POLCHECK_ERR_USAGE);
    assert_null(policy);
    polcheck_policy_free(NULL);
    free(text);
}

// NOLINTNEXTLINE(readability-non-const-parameter): the library writes there
static enum polcheck_status compile(const char *name, const char *text, char *room, size_t size)
{
    struct polcheck_policy *policy = NULL;
    char *json = house_quote(text);
    const struct polcheck_document document = {polcheck_text(name), polcheck_text(json)};
    const struct polcheck_room why = {room, size};
    enum polcheck_status status =
        polcheck_policy_compile(POLCHECK_SESSION, &document, 1, &why, &policy);
    assert_true((status == POLCHECK_OK) == (policy != NULL));
    polcheck_policy_free(policy);
    free(json);
    return status;
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    char why[1024];
    assert_int_equal(compile("mine", ALLOW("s3:GetObject"), why, sizeof(why)), POLCHECK_OK);
    assert_string_equal(why, "");
    static const struct {
        const char *text, *place, *code;
    } wrong[] = {
        {"", "mine:1:1: error: ", "[POL01"},
        {"{", "mine:1:2: error: ", "[POL01"},
        {"[]", "mine:1:1: error: ", "[POL02"},
        {"{'Statement':{'Effect':'Allow','Action':'s3:*'}}", "mine:1:14: error: ", "[POL0"},
        {"{'Statement':\n {'Effect':'Perhaps','Action':'s3:*','Resource':'*'}}",
         "mine:2:12: error: ", "[POL0"},
        {"{'Statement':{'Effect':'Allow','Principal':'*','Action':'s3:*','Resource':'*'}}",
         "mine:1:", "[POL0"},
        {"{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'*',"
         "'Condition':{'StringAlmost':{'ex:a':'b'}}}}",
         "mine:1:", "[POL0501]"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        memset(why, 'x', sizeof(why));
        assert_int_equal(compile("mine", wrong[i].text, why, sizeof(why)), POLCHECK_ERR_POLICY);
        assert_non_null(memchr(why, '\0', sizeof(why)));
        if (strncmp(why, wrong[i].place, strlen(wrong[i].place)) != 0 ||
            strstr(why, wrong[i].code) == NULL) {
            print_message("%s", why);
        }
        assert_memory_equal(why, wrong[i].place, strlen(wrong[i].place));
        assert_non_null(strstr(why, wrong[i].code));
    }
    // A document without a name has one for people.
    assert_int_equal(compile("", "{", why, sizeof(why)), POLCHECK_ERR_POLICY);
    assert_memory_equal(why, "session[0]:", 11);
}

// All that is wrong is said, in all documents.
static void every_document_is_looked_at(void **state)
{
    (void)state;
    char why[2048];
    const struct polcheck_room room = {why, sizeof(why)};
    struct polcheck_policy *policy = NULL;
    const struct polcheck_document documents[3] = {{POLCHECK_STR("first"), POLCHECK_STR("{")},
                                                   {POLCHECK_STR("second"), POLCHECK_STR("7")},
                                                   {POLCHECK_STR(""), POLCHECK_STR("")}};
    assert_int_equal(polcheck_policy_compile(POLCHECK_ENDPOINT, documents, 3, &room, &policy),
                     POLCHECK_ERR_POLICY);
    assert_non_null(strstr(why, "first:1:"));
    assert_non_null(strstr(why, "second:1:"));
    assert_non_null(strstr(why, "endpoint[2]:1:"));
    assert_null(policy);
}

static bool is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        unsigned more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 9;
        for (at++; more > 0 && more < 9; more--, at++) {
            if ((*at & 0xc0) != 0x80) {
                return false;
            }
        }
        if (more == 9) {
            return false;
        }
    }
    return true;
}

// Rooms of every size: as much as fits, a zero behind it, and nothing written behind that.
static void rooms_of_every_size(void **state)
{
    (void)state;
    char whole[1024], room[1024 + 1];
    const char *text = "{'Statement':{'Effect':'Allow','Action':'s3:*','Resource':'*',"
                       "'Condition':{'Größe€😀':{'a':'b'}}}}";
    assert_int_equal(compile("größe€😀", text, whole, sizeof(whole)), POLCHECK_ERR_POLICY);
    size_t length = strlen(whole);
    assert_true(length > 60 && length < 1000 && is_utf8(whole));
    for (size_t size = 0; size <= length + 2; size++) {
        memset(room, 0x7f, sizeof(room));
        assert_int_equal(compile("größe€😀", text, room, size), POLCHECK_ERR_POLICY);
        assert_int_equal(room[size], 0x7f);
        if (size == 0) {
            continue;
        }
        size_t said = strlen(room);
        assert_true(said < size);
        assert_memory_equal(room, whole, said);
        assert_true(said + 4 >= size || said == length); // as much as fits, in whole characters
        assert_true(is_utf8(room));
    }
    const struct polcheck_room none = {NULL, 100};
    const struct polcheck_document document = {POLCHECK_STR(""), POLCHECK_STR("{")};
    struct polcheck_policy *policy = NULL;
    assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, &document, 1, &none, &policy),
                     POLCHECK_ERR_POLICY);
}

// Nothing lies where these lengths lead to.
static void a_text_over_4_GiB_is_a_limit(void **state)
{
    (void)state;
    const size_t lengths[] = {UINT32_MAX, (size_t)1 << 32, SIZE_MAX / 2, SIZE_MAX};
    struct polcheck_policy *policy = NULL;
    char *json = house_quote(ALLOW("*"));
    char why[512];
    const struct polcheck_room room = {why, sizeof(why)};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const struct polcheck_document text = {POLCHECK_STR("a"), polcheck_bytes("{", lengths[i])};
        const struct polcheck_document name = {polcheck_bytes("a", lengths[i]),
                                               polcheck_text(json)};
        assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, &text, 1, &room, &policy),
                         POLCHECK_ERR_LIMIT);
        assert_int_equal(polcheck_policy_compile(POLCHECK_SESSION, &name, 1, &room, &policy),
                         POLCHECK_ERR_LIMIT);
        assert_null(policy);
    }
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_session_policy_caps),
        TEST(an_endpoint_policy_must_allow),
        TEST(a_deny_of_theirs_counts),
        TEST(documents_are_looked_at_together),
        TEST(a_policy_in_the_wrong_place_is_refused),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(every_document_is_looked_at),
        cmocka_unit_test(rooms_of_every_size),
        cmocka_unit_test(a_text_over_4_GiB_is_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
