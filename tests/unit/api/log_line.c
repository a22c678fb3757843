// SPDX-License-Identifier: Apache-2.0
//
// From an event by a record to a line, which is read back as JSON.
#include "log_case.h"

#include "log_line.h"

// What a line says --------------------------------------------------------------------------------

static void an_allowed_decision(void **state)
{
    struct log_case *log = *state;
    struct polcheck_decision_event event = log_case_event();
    assert_view(log_case_line(log, &event, 2048, NULL),
                "{\"time\":\"2025-11-25T12:00:00.123456Z\","
                "\"principal\":\"arn:aws:iam::111122223333:user/Ann\","
                "\"action\":\"s3:GetObject\",\"resource\":\"arn:aws:s3:::reports/2025.csv\","
                "\"decision\":\"allowed\",\"statements\":[{\"policy\":\"ReadReports\","
                "\"type\":\"identity\",\"sid\":\"Read\",\"effect\":\"Allow\","
                "\"file\":\"policies/read.json\",\"line\":12}],\"blockedBy\":[],\"snapshot\":42,"
                "\"durationNs\":900,\"context\":{\"aws:SourceIp\":\"203.0.113.7\","
                "\"aws:TagKeys\":[\"red\",\"blue\"]}}\n");
}

static void a_failure_has_its_status_and_message(void **state)
{
    struct log_case *log = *state;
    struct polcheck_decision_event event = log_case_event();
    event.verdict = (struct polcheck_verdict){POLCHECK_IMPLICIT_DENY, POLCHECK_ERR_REQUEST};
    event.message = POLCHECK_STR("\"x\" is not a principal [POL0803]");
    event.answer = NULL;
    event.snapshot = 0;
    const struct pc_json *line = log_case_logged(log, &event, 2048);
    assert_view(log_case_text(line, "decision"), "implicitDeny");
    assert_view(log_case_text(line, "status"), "request");
    assert_view(log_case_text(line, "message"), "\"x\" is not a principal [POL0803]");
    assert_int_equal(log_case_member(line, "statements")->count, 0);
    assert_int_equal(log_case_member(line, "blockedBy")->count, 0);
    assert_int_equal(log_case_number(line, "snapshot"), 0);
    assert_false(log_case_truncated(line));
}

static void a_deny_has_its_statements_and_blockers(void **state)
{
    struct log_case *log = *state;
    const struct polcheck_statement statements[] = {
        {.size = sizeof(statements[0]),
         .type = POLCHECK_SCP,
         .policy = POLCHECK_STR("Guard"),
         .number = 3,
         .file = POLCHECK_STR("guard.json")},
        {.size = sizeof(statements[0]),
         .type = POLCHECK_RESOURCE,
         .policy = POLCHECK_STR("Bucket"),
         .sid = POLCHECK_STR("NoDelete"),
         .line = UINT32_MAX},
    };
    const struct polcheck_answer answer = {statements, 2,
                                           1u << POLCHECK_BOUNDARY | 1u << POLCHECK_ENDPOINT};
    struct polcheck_decision_event event = log_case_event();
    event.verdict.decision = POLCHECK_EXPLICIT_DENY;
    event.answer = &answer;
    const struct pc_json *line = log_case_logged(log, &event, 2048);
    const struct pc_json *list = log_case_member(line, "statements");
    assert_view(log_case_text(line, "decision"), "explicitDeny");
    assert_int_equal(list->count, 2);
    assert_view(log_case_text(&list->items[0], "type"), "scp");
    assert_view(log_case_text(&list->items[0], "sid"), "#3");
    assert_view(log_case_text(&list->items[0], "effect"), "Deny");
    assert_view(log_case_text(&list->items[0], "file"), "guard.json");
    assert_int_equal(log_case_number(&list->items[0], "line"), 0);
    assert_view(log_case_text(&list->items[1], "policy"), "Bucket");
    assert_view(log_case_text(&list->items[1], "sid"), "NoDelete");
    assert_int_equal(log_case_number(&list->items[1], "line"), UINT32_MAX);
    const struct pc_json *blockers = log_case_member(line, "blockedBy");
    assert_int_equal(blockers->count, 2);
    assert_view(blockers->items[0].text, "boundary");
    assert_view(blockers->items[1].text, "endpoint");
    assert_null(pc_json_get(line, PC_STR("status")));
    assert_null(pc_json_get(line, PC_STR("message")));
}

static void times_before_and_at_the_edges(void **state)
{
    struct log_case *log = *state;
    const struct {
        int64_t time;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {999, "1970-01-01T00:00:00.000000Z"},
        {1000, "1970-01-01T00:00:00.000001Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {-INT64_C(1000000000), "1969-12-31T23:59:59.000000Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224Z"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct polcheck_decision_event event = log_case_event();
        event.time = cases[i].time;
        struct pc_str time = log_case_text(log_case_logged(log, &event, 2048), "time");
        assert_true(pc_str_eq(time, pc_str_from(cases[i].text)));
    }
}

static void numbers_beyond_what_json_readers_take_are_bounded(void **state)
{
    struct log_case *log = *state;
    struct polcheck_decision_event event = log_case_event();
    event.duration = UINT64_MAX;
    event.snapshot = UINT64_MAX;
    const struct pc_json *line = log_case_logged(log, &event, 2048);
    assert_true(log_case_number(line, "durationNs") == INT64_MAX);
    assert_true(log_case_number(line, "snapshot") == INT64_MAX);
}

// Masks -------------------------------------------------------------------------------------------

static void masked_values_are_nowhere(void **state)
{
    struct log_case *log = *state;
    const struct polcheck_str names[] = {POLCHECK_STR("app:token"), POLCHECK_STR("jwt:*")};
    struct pc_log_mask mask;
    assert_int_equal(pc_log_mask_init(&mask, names, 2), PC_OK);
    const struct polcheck_str secrets[] = {POLCHECK_STR("hunter2"), POLCHECK_STR("hunter3")};
    const struct polcheck_entry entries[] = {
        {POLCHECK_STR("App:Token"), false, secrets, 1},
        {POLCHECK_STR("jwt:groups"), true, secrets, 2},
        {POLCHECK_STR("jwt:none"), true, NULL, 0},
        {POLCHECK_STR("app:tokens"), false, &names[0], 1},
    };
    const struct polcheck_request request = {entries, 4};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    event.verdict.status = POLCHECK_ERR_REQUEST;
    event.message = POLCHECK_STR("the context key \"app:token\" is \"hunter2\", but ...");
    struct pc_str text = log_case_line(log, &event, 2048, &mask);
    for (size_t at = 0; at < text.len; at++) {
        assert_false(pc_str_has_prefix(pc_str_slice(text, at, text.len), PC_STR("hunter")));
    }
    const struct pc_json *line = log_case_parse_only(log, text);
    const struct pc_json *context = log_case_member(line, "context");
    assert_int_equal(context->count, 4);
    assert_view(log_case_text(context, "App:Token"), "***");
    assert_view(log_case_text(context, "app:tokens"), "app:token");
    const struct pc_json *groups = log_case_member(context, "jwt:groups");
    assert_int_equal(groups->count, 1);
    assert_view(groups->items[0].text, "***");
    assert_int_equal(log_case_member(context, "jwt:none")->count, 1);
    assert_view(log_case_text(line, "message"), "***");
    assert_false(log_case_truncated(line));
    pc_log_mask_release(&mask);
}

// Hostile bytes -----------------------------------------------------------------------------------

static void no_request_forges_a_line(void **state)
{
    struct log_case *log = *state;
    struct polcheck_decision_event event = log_case_event();
    const struct polcheck_str evil =
        POLCHECK_STR("x\"}\n{\"time\":\"2026-01-01T00:00:00.000000Z\",\"decision\":\"allowed\"}"
                     "\r\n\x85\xe2\x80\xa8\xc2\x85");
    const struct polcheck_statement statement = {
        .size = sizeof(statement), .policy = evil, .sid = evil, .file = evil};
    const struct polcheck_answer answer = {&statement, 1, 0};
    const struct polcheck_entry entry = {evil, true, &evil, 1};
    const struct polcheck_request request = {&entry, 1};
    event.principal = event.action = event.resource = event.message = evil;
    event.answer = &answer;
    event.request = &request;
    event.verdict.decision = POLCHECK_IMPLICIT_DENY;
    event.verdict.status = POLCHECK_ERR_REQUEST;
    struct pc_str text = log_case_line(log, &event, 4096, NULL);
    assert_int_equal(pc_str_find(text, '\n', 0), text.len - 1);
    assert_int_equal(pc_str_find(text, '\r', 0), SIZE_MAX);
    for (size_t at = 0; at < text.len; at++) {
        struct pc_str rest = pc_str_slice(text, at, text.len);
        assert_false(pc_str_has_prefix(rest, PC_STR("\xe2\x80\xa8")));
        assert_false(pc_str_has_prefix(rest, PC_STR("\xc2\x85")));
    }
    const struct pc_json *line = log_case_parse_only(log, text);
    assert_view(log_case_text(line, "decision"), "implicitDeny");
    struct pc_str principal = log_case_text(line, "principal");
    assert_true(pc_str_has_prefix(principal, PC_STR("x\"}\n{\"time\"")));
    assert_true(pc_str_has_suffix(principal, PC_STR("\r\n\xef\xbf\xbd\xe2\x80\xa8\xc2\x85")));
    assert_false(log_case_truncated(line));
}

// Every byte, alone and in front of every other, in a text of each kind, at sizes where it is cut.
static void every_byte_gives_valid_json(void **state)
{
    struct log_case *log = *state;
    for (unsigned first = 0; first < 256; first++) {
        char pairs[512];
        for (unsigned second = 0; second < 256; second++) {
            pairs[2 * second] = (char)first;
            pairs[2 * second + 1] = (char)second;
        }
        const struct polcheck_str text = polcheck_bytes(pairs, sizeof(pairs));
        const struct polcheck_entry entry = {polcheck_bytes(pairs, 64), false, &text, 1};
        const struct polcheck_request request = {&entry, 1};
        struct polcheck_decision_event event = log_case_event();
        event.principal = text;
        event.resource = polcheck_bytes(pairs + 1, sizeof(pairs) - 1);
        event.request = &request;
        (void)log_case_logged(log, &event, 4096);
        (void)log_case_logged(log, &event, 1024);
        (void)log_case_logged(log, &event, PC_LOG_RECORD_LEAST);
    }
}

static void names_are_unique_in_a_line(void **state)
{
    struct log_case *log = *state;
    const struct polcheck_str values[] = {POLCHECK_STR("first"), POLCHECK_STR("second")};
    const struct polcheck_entry entries[] = {
        {POLCHECK_STR("key"), false, &values[0], 1},
        {POLCHECK_STR("key"), true, values, 2},
        {POLCHECK_STR("a\xff"), false, &values[0], 1},
        {POLCHECK_STR("a\xfe"), false, &values[1], 1}, // reads as the one before
        {POLCHECK_STR("Key"), false, &values[1], 1},
        {POLCHECK_STR("last"), false, &values[1], 1},
    };
    const struct polcheck_request request = {entries, 6};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    const struct pc_json *line = log_case_logged(log, &event, 2048);
    const struct pc_json *context = log_case_member(line, "context");
    assert_int_equal(context->count, 4);
    assert_view(log_case_text(context, "key"), "first");
    assert_view(log_case_text(context, "a\xef\xbf\xbd"), "first");
    assert_view(log_case_text(context, "Key"), "second");
    assert_view(log_case_text(context, "last"), "second");
    assert_true(log_case_truncated(line));
}

static void an_event_without_a_request(void **state)
{
    struct log_case *log = *state;
    struct polcheck_decision_event event = {.size = sizeof(event)};
    event.verdict.status = POLCHECK_ERR_USAGE;
    const struct pc_json *line = log_case_logged(log, &event, PC_LOG_RECORD_LEAST);
    assert_view(log_case_text(line, "principal"), "");
    assert_view(log_case_text(line, "decision"), "implicitDeny");
    assert_int_equal(log_case_member(line, "context")->count, 0);
    assert_false(log_case_truncated(line));
}

// Lines about drops -------------------------------------------------------------------------------

static void dropped_decisions_have_a_line(void **state)
{
    (void)state;
    char room[256];
    struct pc_buf out = pc_buf_over(room, sizeof(room));
    assert_int_equal(pc_log_line_dropped(&out, 1500, 17, 20), PC_OK);
    assert_view(pc_buf_view(&out), "{\"time\":\"1970-01-01T00:00:00.000001Z\",\"dropped\":17,"
                                   "\"droppedInAll\":20}\n");
    pc_buf_reset(&out);
    assert_int_equal(pc_log_line_dropped(&out, INT64_MIN, UINT64_MAX, UINT64_MAX), PC_OK);
    struct pc_buf small = pc_buf_over(room, 20);
    assert_int_equal(pc_log_line_dropped(&small, 0, 1, 1), PC_ERR_LIMIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_allowed_decision),
        TEST(a_failure_has_its_status_and_message),
        TEST(a_deny_has_its_statements_and_blockers),
        TEST(times_before_and_at_the_edges),
        TEST(numbers_beyond_what_json_readers_take_are_bounded),
        TEST(masked_values_are_nowhere),
        TEST(no_request_forges_a_line),
        TEST(every_byte_gives_valid_json),
        TEST(names_are_unique_in_a_line),
        TEST(an_event_without_a_request),
        TEST(dropped_decisions_have_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
