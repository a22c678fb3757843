// SPDX-License-Identifier: Apache-2.0
//
// What a record keeps of an event that does not fit, as its line shows it.
#include "log_case.h"

#include "log_record.h"

// The text must be a part of `whole` from its start; true when it is all of it.
static bool is_start(struct pc_str text, struct pc_str whole)
{
    assert_true(pc_str_has_prefix(whole, text));
    return text.len == whole.len;
}

static struct pc_str view(struct polcheck_str text)
{
    return (struct pc_str){text.ptr, text.len};
}

// Two statements and a context of about 1,500 bytes.
struct big {
    struct polcheck_statement statements[2];
    struct polcheck_answer answer;
    struct polcheck_str values[6];
    struct polcheck_entry entries[4];
    struct polcheck_request request;
    struct polcheck_decision_event event;
};

static void make_big(struct log_case *log, struct big *big)
{
    memset(big, 0, sizeof(*big));
    for (size_t i = 0; i < 2; i++) {
        big->statements[i] = (struct polcheck_statement){
            .size = sizeof(big->statements[i]),
            .policy = polcheck_bytes(log_case_repeated(log, "policy", 60), 60),
            .sid = polcheck_bytes(log_case_repeated(log, "Sid", 30), 30),
            .file = polcheck_bytes(log_case_repeated(log, "file/", 90), 90),
        };
    }
    for (size_t i = 0; i < 6; i++) {
        size_t length = i == 1 ? 700 : 120 + i;
        big->values[i] = polcheck_bytes(log_case_repeated(log, "value ", length), length);
    }
    big->entries[0] = (struct polcheck_entry){POLCHECK_STR("one"), false, &big->values[0], 1};
    big->entries[1] = (struct polcheck_entry){POLCHECK_STR("two"), false, &big->values[1], 1};
    big->entries[2] = (struct polcheck_entry){POLCHECK_STR("three"), true, &big->values[2], 3};
    big->entries[3] = (struct polcheck_entry){POLCHECK_STR("four"), false, &big->values[5], 1};
    big->answer = (struct polcheck_answer){big->statements, 2, 0};
    big->request = (struct polcheck_request){big->entries, 4};
    big->event = log_case_event();
    big->event.principal = polcheck_bytes(log_case_repeated(log, "principal/", 130), 130);
    big->event.resource = polcheck_bytes(log_case_repeated(log, "resource/", 140), 140);
    big->event.answer = &big->answer;
    big->event.request = &big->request;
}

// Is everything that has precedence there?
static bool head_is_whole(const struct pc_json *line, const struct big *big)
{
    const struct pc_json *list = log_case_member(line, "statements");
    bool whole = is_start(log_case_text(line, "principal"), view(big->event.principal));
    whole = is_start(log_case_text(line, "action"), view(big->event.action)) && whole;
    whole = is_start(log_case_text(line, "resource"), view(big->event.resource)) && whole;
    for (size_t i = 0; i < list->count; i++) {
        const struct polcheck_statement *statement = &big->statements[i];
        whole =
            is_start(log_case_text(&list->items[i], "policy"), view(statement->policy)) && whole;
        whole = is_start(log_case_text(&list->items[i], "sid"), view(statement->sid)) && whole;
        whole = is_start(log_case_text(&list->items[i], "file"), view(statement->file)) && whole;
    }
    assert_true(list->count >= 1);
    return whole && list->count == 2;
}

static size_t context_bytes(const struct pc_json *line, const struct big *big, bool *whole)
{
    const struct pc_json *context = log_case_member(line, "context");
    size_t bytes = 0;
    *whole = context->count == 4;
    for (size_t i = 0; i < 4; i++) {
        const struct polcheck_entry *entry = &big->entries[i];
        const struct pc_json *value = pc_json_get(context, view(entry->key));
        size_t count = value == NULL ? 0 : entry->list ? value->count : 1;
        assert_true(count <= entry->count);
        *whole = *whole && count == entry->count;
        for (size_t j = 0; j < count; j++) {
            struct pc_str text = entry->list ? value->items[j].text : value->text;
            *whole = is_start(text, view(entry->values[j])) && *whole;
            bytes += text.len;
        }
    }
    return bytes;
}

static void at_every_size_what_fits_is_there(void **state)
{
    struct log_case *log = *state;
    struct big big;
    make_big(log, &big);
    bool was_whole = false;
    bool head_was_whole = false;
    size_t last = 0;
    uint32_t last_statements = 0;
    for (size_t size = PC_LOG_RECORD_LEAST; size <= 2300; size++) {
        bool context_whole;
        const struct pc_json *line = log_case_logged(log, &big.event, size);
        bool head_whole = head_is_whole(line, &big);
        size_t bytes = context_bytes(line, &big, &context_whole);
        assert_int_equal(log_case_truncated(line), !(head_whole && context_whole));
        assert_true(head_whole || !head_was_whole);
        assert_true(head_whole || bytes == 0 || size > 600);
        // More room is never worse, but for what does not divide among six values, and where the
        // second statement has found room.
        uint32_t statements = log_case_member(line, "statements")->count;
        assert_true(bytes + 6 >= last || statements > last_statements);
        last_statements = statements;
        was_whole = head_whole && context_whole;
        head_was_whole = head_whole;
        last = bytes;
    }
    assert_true(was_whole);
}

// However long one text is, the others are there.
static void a_long_text_is_cut_and_no_other(void **state)
{
    struct log_case *log = *state;
    enum {
        LONG = 100000,
    };
    char *text = log_case_repeated(log, "abc", LONG);
    for (int which = 0; which < 4; which++) {
        struct polcheck_decision_event event = log_case_event();
        event.verdict.status = POLCHECK_ERR_REQUEST;
        event.message = POLCHECK_STR("why");
        struct polcheck_str *texts[] = {&event.principal, &event.action, &event.resource,
                                        &event.message};
        const char *names[] = {"principal", "action", "resource", "message"};
        *texts[which] = polcheck_bytes(text, LONG);
        const struct pc_json *line = log_case_logged(log, &event, PC_LOG_RECORD_LEAST);
        assert_true(log_case_truncated(line));
        for (int i = 0; i < 4; i++) {
            assert_int_equal(is_start(log_case_text(line, names[i]), view(*texts[i])), i != which);
        }
        assert_true(log_case_text(line, names[which]).len > 100);
        assert_int_equal(log_case_member(line, "statements")->count, 1);
    }
}

// A value that fills the room does not push the others out.
static void a_long_value_leaves_room_for_the_others(void **state)
{
    struct log_case *log = *state;
    const struct polcheck_str values[] = {polcheck_bytes(log_case_repeated(log, "x", 5000), 5000),
                                          POLCHECK_STR("203.0.113.7")};
    const struct polcheck_entry entries[] = {
        {POLCHECK_STR("aws:UserAgent"), false, &values[0], 1},
        {POLCHECK_STR("aws:SourceIp"), false, &values[1], 1},
        {polcheck_bytes(log_case_repeated(log, "k", 5000), 5000), false, &values[1], 1},
        {POLCHECK_STR("aws:Last"), false, &values[1], 1},
    };
    const struct polcheck_request request = {entries, 4};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    const struct pc_json *line = log_case_logged(log, &event, 1024);
    const struct pc_json *context = log_case_member(line, "context");
    assert_true(log_case_truncated(line));
    assert_int_equal(context->count, 3);
    assert_view(log_case_text(context, "aws:SourceIp"), "203.0.113.7");
    assert_view(log_case_text(context, "aws:Last"), "203.0.113.7");
    assert_true(log_case_text(context, "aws:UserAgent").len > 300);
}

static void of_a_long_list_the_first_values_stay(void **state)
{
    struct log_case *log = *state;
    enum {
        COUNT = 50000,
    };
    struct polcheck_str *values = pc_arena_array(&log->arena, COUNT, sizeof(*values));
    assert_non_null(values);
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = POLCHECK_STR("tag");
    }
    const struct polcheck_entry entry = {POLCHECK_STR("aws:TagKeys"), true, values, COUNT};
    const struct polcheck_request request = {&entry, 1};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    const struct pc_json *line = log_case_logged(log, &event, 2048);
    const struct pc_json *list = log_case_member(log_case_member(line, "context"), "aws:TagKeys");
    assert_true(log_case_truncated(line));
    assert_true(list->count > 200 && list->count < COUNT);
    for (size_t i = 0; i < list->count; i++) {
        assert_view(list->items[i].text, "tag");
    }
}

static void many_keys(void **state)
{
    struct log_case *log = *state;
    enum {
        COUNT = PC_LOG_RECORD_ENTRIES + 1,
    };
    static const struct polcheck_str value = {"v", 1};
    struct polcheck_entry *entries = pc_arena_array(&log->arena, COUNT, sizeof(*entries));
    assert_non_null(entries);
    for (size_t i = 0; i < COUNT; i++) {
        char *key = pc_arena_alloc(&log->arena, 8);
        assert_non_null(key);
        for (size_t digit = 0, rest = i; digit < 4; digit++, rest /= 10) {
            key[digit] = (char)('0' + rest % 10);
        }
        entries[i] = (struct polcheck_entry){polcheck_bytes(key, 4), false, &value, 1};
    }
    struct polcheck_request request = {entries, COUNT - 1};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    const struct pc_json *line = log_case_logged(log, &event, 65536);
    assert_int_equal(log_case_member(line, "context")->count, COUNT - 1);
    assert_false(log_case_truncated(line));
    request.count = COUNT;
    line = log_case_logged(log, &event, 65536);
    assert_int_equal(log_case_member(line, "context")->count, COUNT - 1);
    assert_true(log_case_truncated(line));
    line = log_case_logged(log, &event, 2048);
    assert_true(log_case_member(line, "context")->count > 50);
    assert_true(log_case_truncated(line));
}

// A cut never stands within a character.
static void cuts_are_between_characters(void **state)
{
    struct log_case *log = *state;
    const char *characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x94\x91"};
    for (size_t i = 0; i < 3; i++) {
        size_t bytes = i + 2;
        char *text = log_case_repeated(log, characters[i], 3000 * bytes);
        const struct polcheck_str value = polcheck_bytes(text, 3000 * bytes);
        const struct polcheck_entry entry = {POLCHECK_STR("key"), false, &value, 1};
        const struct polcheck_request request = {&entry, 1};
        struct polcheck_decision_event event = log_case_event();
        event.request = &request;
        for (size_t size = 700; size < 712; size++) {
            event.resource = POLCHECK_STR("r");
            const struct pc_json *line = log_case_logged(log, &event, size);
            struct pc_str kept = log_case_text(log_case_member(line, "context"), "key");
            assert_false(is_start(kept, view(value)));
            assert_true(kept.len > 200 && kept.len % bytes == 0);
            event.resource = value;
            kept = log_case_text(log_case_logged(log, &event, size), "resource");
            assert_false(is_start(kept, view(value)));
            assert_true(kept.len > 200 && kept.len % bytes == 0);
        }
    }
}

// What grows most in JSON fills the record; pc_log_line_most must be enough for the line.
static void the_longest_line_fits(void **state)
{
    struct log_case *log = *state;
    const size_t sizes[] = {PC_LOG_RECORD_LEAST, 2048, PC_LOG_RECORD_MOST};
    char *controls = log_case_repeated(log, "\x01\x02\x1f", PC_LOG_RECORD_MOST);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct polcheck_decision_event event = log_case_event();
        event.resource = polcheck_bytes(controls, PC_LOG_RECORD_MOST);
        struct pc_str text = log_case_line(log, &event, sizes[i], NULL);
        assert_true(text.len > 4 * (sizes[i] - 300));
        (void)log_case_parse_only(log, text);
    }
}

// Statements and entries that have nothing but what a line adds.
static void many_empty_parts_fit(void **state)
{
    struct log_case *log = *state;
    enum {
        COUNT = 3000,
    };
    struct polcheck_statement *statements = pc_arena_array(&log->arena, COUNT, sizeof(*statements));
    struct polcheck_str *values = pc_arena_array(&log->arena, 20 * COUNT, sizeof(*values));
    assert_non_null(statements);
    assert_non_null(values);
    for (size_t i = 0; i < COUNT; i++) {
        statements[i].number = UINT32_MAX;
        statements[i].line = UINT32_MAX;
    }
    const struct polcheck_answer answer = {statements, COUNT, UINT32_MAX};
    const struct polcheck_answer short_answer = {statements, 1, UINT32_MAX};
    const struct polcheck_entry entry = {POLCHECK_STR(""), true, values, (size_t)20 * COUNT};
    const struct polcheck_request request = {&entry, 1};
    struct polcheck_decision_event event = log_case_event();
    event.request = &request;
    event.answer = &answer;
    const struct pc_json *line = log_case_logged(log, &event, PC_LOG_RECORD_MOST);
    assert_true(log_case_member(line, "statements")->count > 2000);
    assert_int_equal(log_case_member(line, "blockedBy")->count, 7);
    event.answer = &short_answer;
    line = log_case_logged(log, &event, PC_LOG_RECORD_MOST);
    assert_true(log_case_member(log_case_member(line, "context"), "")->count > 15000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, log_case_open, log_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(at_every_size_what_fits_is_there),
        TEST(a_long_text_is_cut_and_no_other),
        TEST(a_long_value_leaves_room_for_the_others),
        TEST(of_a_long_list_the_first_values_stay),
        TEST(many_keys),
        TEST(cuts_are_between_characters),
        TEST(the_longest_line_fits),
        TEST(many_empty_parts_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
