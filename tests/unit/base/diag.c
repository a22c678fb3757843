// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "faults.h"

#include "base/diag.h"
#include "base/utf8.h"

#include <string.h>
#include <wchar.h>

static const struct pc_place nowhere = {PC_STR_INIT(""), 0, 0};

// The rows again, to see what the compiler put into the table.
static const struct {
    int code, severity;
    const char *name;
} expected_rows[] = {
#define PC_DIAG(name, number, severity, summary, explanation)                                      \
    {number, PC_SEVERITY_##severity, #name},
#include "base/diag.def"
#undef PC_DIAG
};

enum {
    ROWS = sizeof(expected_rows) / sizeof(expected_rows[0]),
};

static bool ends_with(const char *text, const char *end)
{
    return pc_str_has_suffix(pc_str_from(text), pc_str_from(end));
}

// Printable ASCII only: it goes into help, man pages and JSON.
static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x20 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        const struct pc_diag_row *row = pc_diag_row_at(i);
        assert_non_null(row);
        assert_int_equal(row->code, expected_rows[i].code);
        assert_string_equal(row->name, expected_rows[i].name);
        assert_int_equal(row->severity, expected_rows[i].severity);
        assert_true(row->code >= 1 && (int)row->code <= 9999); // POL%04d
        if (row->summary[0] == '\0' || strchr(row->summary, '\n') || ends_with(row->summary, ".")) {
            fail_msg("%s: the summary is one line without a full stop", row->name);
        }
        if (row->explanation[0] == '\0' || !ends_with(row->explanation, ".") ||
            strcmp(row->summary, row->explanation) == 0) {
            fail_msg("%s: the explanation is sentences", row->name);
        }
        if (!is_plain(row->summary) || !is_plain(row->explanation)) {
            fail_msg("%s: not printable ASCII", row->name);
        }
    }
    assert_null(pc_diag_row_at(ROWS));
    assert_null(pc_diag_row_at(SIZE_MAX));
}

static void codes_and_names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct pc_diag_row *a = pc_diag_row_at(i);
            const struct pc_diag_row *b = pc_diag_row_at(j);
            assert_int_not_equal(a->code, b->code);
            assert_string_not_equal(a->name, b->name);
            assert_string_not_equal(a->summary, b->summary);
        }
        assert_ptr_equal(pc_diag_row(pc_diag_row_at(i)->code), pc_diag_row_at(i));
    }
}

static void unknown_codes_have_no_row(void **state)
{
    (void)state;
    assert_null(pc_diag_row(PC_DIAG_NONE));
    assert_null(pc_diag_row((enum pc_diag_code)9999));
    assert_null(pc_diag_row((enum pc_diag_code)10001));
    assert_null(pc_diag_row((enum pc_diag_code) - 1));
}

static void rows_by_their_printed_code(void **state)
{
    (void)state;
    const struct pc_diag_row *row = pc_diag_row(PC_DIAG_JSON_SYNTAX);
    assert_non_null(row);
    assert_ptr_equal(pc_diag_row_named(PC_STR("POL0100")), row);
    assert_ptr_equal(pc_diag_row_named(PC_STR("pol0100")), row);
    assert_ptr_equal(pc_diag_row_named(PC_STR("pOl0100")), row);
    static const struct pc_str wrong[] = {
        PC_STR_INIT(""),
        PC_STR_INIT("POL"),
        PC_STR_INIT("POL100"),
        PC_STR_INIT("POL00100"),
        PC_STR_INIT("0100"),
        PC_STR_INIT("POX0100"),
        PC_STR_INIT(" POL0100"),
        PC_STR_INIT("POL0100 "),
        PC_STR_INIT("POL 100"),
        PC_STR_INIT("POL-100"),
        PC_STR_INIT("POL+100"),
        PC_STR_INIT("POL0x64"),
        PC_STR_INIT("POL010\0"),
        PC_STR_INIT("POL0000"),
        PC_STR_INIT("POL9999"),
        PC_STR_INIT("JSON_SYNTAX"),
        {NULL, 0},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_null(pc_diag_row_named(wrong[i]));
    }
}

static void words_of_severity(void **state)
{
    (void)state;
    assert_string_equal(pc_severity_text(PC_SEVERITY_ERROR), "error");
    assert_string_equal(pc_severity_text(PC_SEVERITY_WARNING), "warning");
    assert_string_equal(pc_severity_text(PC_SEVERITY_SUGGESTION), "suggestion");
    assert_string_equal(pc_severity_text((enum pc_severity)77), "error"); // the worst one
}

// A code of a severity, or PC_DIAG_NONE when the table has none.
static enum pc_diag_code code_of(enum pc_severity severity)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (pc_diag_row_at(i)->severity == severity) {
            return pc_diag_row_at(i)->code;
        }
    }
    return PC_DIAG_NONE;
}

static void reports_keep_their_order_and_their_text(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    memset(&diags, 0xff, sizeof(diags));
    pc_diags_init(&diags, &arena);
    assert_null(diags.first);
    pc_diag_hint(&diags, "hint for %s", "nobody");
    char file[] = "a.json";
    char word[] = "Acton";
    struct pc_place place = {{file, 6}, 3, 14};
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, place, "unexpected \"%s\"", word);
    memset(file, 'x', 6); // what it was given is copied
    memset(word, 'x', 5);
    pc_diag_report(&diags, PC_DIAG_JSON_DEPTH, nowhere, "%s", "");
    pc_diag_hint(&diags, "at most %d", 64);
    assert_int_equal(diags.errors, 2);
    assert_int_equal(diags.warnings, 0);
    const struct pc_diag *first = diags.first;
    assert_int_equal(first->code, PC_DIAG_JSON_SYNTAX);
    assert_int_equal(first->severity, PC_SEVERITY_ERROR);
    assert_view(first->message, "unexpected \"Acton\"");
    assert_view(first->place.file, "a.json");
    assert_int_equal(first->place.line, 3);
    assert_int_equal(first->place.column, 14);
    assert_view(first->hint, "");
    assert_ptr_equal(first->next, diags.last);
    assert_view(diags.last->message, "");
    assert_view(diags.last->hint, "at most 64");
    assert_view(diags.last->place.file, "");
    assert_null(diags.last->next);
    pc_arena_release(&arena);
}

static void each_severity_is_counted(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    enum pc_diag_code warning = code_of(PC_SEVERITY_WARNING);
    enum pc_diag_code suggestion = code_of(PC_SEVERITY_SUGGESTION);
    assert_int_not_equal(warning, PC_DIAG_NONE);
    pc_diag_report(&diags, warning, nowhere, "w");
    assert_int_equal(diags.errors, 0);
    assert_int_equal(diags.warnings, 1);
    if (suggestion != PC_DIAG_NONE) { // the table need not have one
        pc_diag_report(&diags, suggestion, nowhere, "s");
        assert_int_equal(diags.errors, 0);
        assert_int_equal(diags.warnings, 1);
        assert_int_equal(diags.last->severity, PC_SEVERITY_SUGGESTION);
    }
    pc_diag_report(&diags, (enum pc_diag_code)9999, nowhere, "unknown"); // counts as an error
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.last->severity, PC_SEVERITY_ERROR);
    pc_arena_release(&arena);
}

static void an_error_is_counted_without_memory(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    allocations_left = 0;
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, nowhere, "lost");
    pc_diag_hint(&diags, "lost too");
    allocations_left = SIZE_MAX;
    assert_int_equal(diags.errors, 1);
    assert_int_equal(diags.unsaid, 1);
    assert_null(diags.first);
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, nowhere, "kept");
    assert_int_equal(diags.errors, 2);
    assert_view(diags.first->message, "kept");
    pc_arena_release(&arena);
}

static void the_hint_of_a_lost_one_goes_nowhere(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, nowhere, "first");
    size_t reports = 1;
    allocations_left = 0;
    while (!diags.lost && reports < 100000) { // until the first block is full
        pc_diag_report(&diags, PC_DIAG_JSON_DEPTH, nowhere, "x");
        reports++;
    }
    allocations_left = SIZE_MAX;
    assert_true(diags.lost);
    pc_diag_hint(&diags, "for the lost one");
    assert_int_equal(diags.errors, reports);
    for (const struct pc_diag *diag = diags.first; diag != NULL; diag = diag->next) {
        assert_int_equal(diag->hint.len, 0);
    }
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, nowhere, "kept");
    pc_diag_hint(&diags, "for this one");
    assert_view(diags.last->hint, "for this one");
    pc_arena_release(&arena);
}

static void a_message_that_cannot_be_formatted(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags diags;
    pc_diags_init(&diags, &arena);
    pc_diag_report(&diags, PC_DIAG_JSON_SYNTAX, nowhere, "%ls", L"\x3b1"); // not in the C locale
    assert_int_equal(diags.errors, 1);
    assert_view(diags.first->message, "");
    pc_arena_release(&arena);
}

static void assert_written(const struct pc_diag *diag, bool color, const char *text)
{
    struct pc_buf out = {0};
    pc_diag_write(&out, diag, color);
    pc_buf_byte(&out, '\0');
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_string_equal(out.ptr, text);
    pc_buf_release(&out);
}

static void writing_a_place(void **state)
{
    (void)state;
    struct pc_diag diag = {
        .code = PC_DIAG_JSON_SYNTAX,
        .severity = PC_SEVERITY_ERROR,
        .place = {PC_STR_INIT("dir/a.json"), 3, 14},
        .message = PC_STR_INIT("unexpected \"}\""),
    };
    assert_written(&diag, false, "dir/a.json:3:14: error: unexpected \"}\" [POL0100]\n");
    diag.place.column = 0;
    assert_written(&diag, false, "dir/a.json:3: error: unexpected \"}\" [POL0100]\n");
    diag.place.line = 0;
    assert_written(&diag, false, "dir/a.json: error: unexpected \"}\" [POL0100]\n");
    diag.place.column = 5; // a column in no line is no place
    assert_written(&diag, false, "dir/a.json: error: unexpected \"}\" [POL0100]\n");
    diag.place = nowhere;
    diag.severity = PC_SEVERITY_WARNING;
    assert_written(&diag, false, "polcheck: warning: unexpected \"}\" [POL0100]\n");
    diag.hint = PC_STR("remove it");
    diag.severity = PC_SEVERITY_SUGGESTION;
    diag.code = (enum pc_diag_code)7;
    assert_written(&diag, false,
                   "polcheck: suggestion: unexpected \"}\" [POL0007]\n  hint: remove it\n");
}

static void writing_escapes_what_draws(void **state)
{
    (void)state;
    struct pc_diag diag = {
        .code = PC_DIAG_JSON_SYNTAX,
        .place = {PC_STR_INIT("a\033[2J.json"), 1, 1},
        .message = PC_STR_INIT("bad \"x\n\r\t\0\x7f\""),
        .hint = PC_STR_INIT("\x08\x1b]0;title\x07"),
    };
    assert_written(&diag, false,
                   "a\\x1b[2J.json:1:1: error: bad \"x\\x0a\\x0d\\x09\\x00\\x7f\" [POL0100]\n"
                   "  hint: \\x08\\x1b]0;title\\x07\n");
    diag.place = nowhere;
    diag.hint = PC_STR("");
    // C1 (the one-character CSI), a right-to-left override, an isolate, bytes that are not UTF-8
    diag.message = PC_STR("\xc2\x9b"
                          "2J \xe2\x80\xae \xe2\x81\xa6 \x9b \xe2\x82");
    assert_written(&diag, false,
                   "polcheck: error: \\xc2\\x9b2J \\xe2\\x80\\xae \\xe2\\x81\\xa6 \\x9b "
                   "\\xe2\\x82 [POL0100]\n");
    // letters, a no-break space and what people write stay
    diag.message = PC_STR("\xc3\xa9\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80 ~");
    assert_written(&diag, false,
                   "polcheck: error: \xc3\xa9\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80 ~ [POL0100]\n");
}

static void every_control_byte_is_escaped(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x20; c++) {
        char byte = (char)c;
        struct pc_diag diag = {.code = PC_DIAG_JSON_SYNTAX, .message = {&byte, 1}};
        struct pc_buf out = {0};
        pc_diag_write(&out, &diag, false);
        assert_int_equal(out.ptr[out.len - 1], '\n');
        for (size_t i = 0; i + 1 < out.len; i++) {
            assert_true(out.ptr[i] >= 0x20);
        }
        pc_buf_release(&out);
    }
}

// U+0000 to U+3000 against the list of what is escaped, from the Unicode properties Cc and
// Bidi_Control, and the separators of lines and paragraphs (U+2028, U+2029).
static void only_controls_and_direction_marks_are_escaped(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x3000; c++) {
        bool control = c <= 0x1f || (c >= 0x7f && c <= 0x9f);
        bool direction = c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
                         (c >= 0x2066 && c <= 0x2069);
        struct pc_buf message = {0};
        struct pc_buf out = {0};
        pc_utf8_append(&message, c);
        struct pc_diag diag = {.code = PC_DIAG_JSON_SYNTAX, .message = pc_buf_view(&message)};
        pc_diag_write(&out, &diag, false);
        size_t bytes = control || direction ? 4 * message.len : message.len;
        if (out.len != sizeof("polcheck: error:  [POL0100]\n") - 1 + bytes) {
            fail_msg("U+%04X", c);
        }
        pc_buf_release(&message);
        pc_buf_release(&out);
    }
}

static void printable_text_appends(void **state)
{
    (void)state;
    struct pc_buf out = {0};
    pc_buf_text(&out, "role ");
    pc_buf_printable(&out, PC_STR("a\033[2J\xc3\xa9\xff"));
    pc_buf_printable(&out, (struct pc_str){NULL, 0});
    assert_view(pc_buf_view(&out), "role a\\x1b[2J\xc3\xa9\\xff");
    pc_buf_release(&out);
}

static void parts_of_one_letter(void **state)
{
    (void)state;
    struct pc_diag diag = {
        .code = PC_DIAG_JSON_SYNTAX,
        .place = {PC_STR_INIT("f"), 1, 1},
        .message = PC_STR_INIT("m"),
        .hint = PC_STR_INIT("h"),
    };
    assert_written(&diag, false, "f:1:1: error: m [POL0100]\n  hint: h\n");
}

static void colours_end_again(void **state)
{
    (void)state;
    struct pc_diag diag = {
        .code = PC_DIAG_JSON_SYNTAX,
        .place = {PC_STR_INIT("a.json"), 1, 2},
        .message = PC_STR_INIT("m"),
    };
    static const enum pc_severity severities[] = {
        PC_SEVERITY_ERROR,
        PC_SEVERITY_WARNING,
        PC_SEVERITY_SUGGESTION,
    };
    for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
        struct pc_buf out = {0};
        diag.severity = severities[i];
        pc_diag_write(&out, &diag, true);
        pc_buf_byte(&out, '\0');
        assert_non_null(strstr(out.ptr, "a.json:1:2:"));
        assert_non_null(strstr(out.ptr, pc_severity_text(severities[i])));
        const char *last = strrchr(out.ptr, '\033');
        assert_non_null(last);
        assert_int_equal(strncmp(last, "\033[0m", 4), 0);
        pc_buf_release(&out);
    }
}

static void a_collection_is_reported_again(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags from, to;
    const struct pc_place place = {PC_STR("a.json"), 3, 4};
    pc_diags_init(&from, &arena);
    pc_diags_init(&to, &arena);
    pc_diag_report(&to, PC_DIAG_SID_EMPTY, place, "before");
    pc_diag_report(&from, PC_DIAG_JSON_SYNTAX, place, "100%% \"%s\"", "first");
    pc_diag_hint(&from, "with %s", "a hint");
    pc_diag_report(&from, PC_DIAG_SID_EMPTY, nowhere, "second");
    pc_diags_append(&to, &from);
    assert_int_equal(to.errors, 1);
    assert_int_equal(to.warnings, 2);
    const struct pc_diag *diag = to.first->next;
    assert_int_equal(diag->code, PC_DIAG_JSON_SYNTAX);
    assert_view(diag->message, "100% \"first\"");
    assert_view(diag->hint, "with a hint");
    assert_view(diag->place.file, "a.json");
    assert_int_equal(diag->place.line, 3);
    assert_int_equal(diag->place.column, 4);
    assert_view(diag->next->message, "second");
    assert_view(diag->next->hint, "");
    assert_null(diag->next->next);
    assert_ptr_equal(to.last, diag->next);
    pc_arena_release(&arena);
}

static void what_was_lost_is_counted_again(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_diags to;
    const struct pc_diags from = {
        .arena = &arena, .errors = 2, .warnings = 1, .unsaid = 3, .lost = true};
    pc_diags_init(&to, &arena);
    pc_diags_append(&to, &from);
    assert_int_equal(to.errors, 2);
    assert_int_equal(to.warnings, 1);
    assert_int_equal(to.unsaid, 3);
    assert_null(to.first);
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(codes_and_names_are_unique),
        cmocka_unit_test(unknown_codes_have_no_row),
        cmocka_unit_test(rows_by_their_printed_code),
        cmocka_unit_test(words_of_severity),
        cmocka_unit_test(reports_keep_their_order_and_their_text),
        cmocka_unit_test(each_severity_is_counted),
        cmocka_unit_test(an_error_is_counted_without_memory),
        cmocka_unit_test(the_hint_of_a_lost_one_goes_nowhere),
        cmocka_unit_test(a_message_that_cannot_be_formatted),
        cmocka_unit_test(a_collection_is_reported_again),
        cmocka_unit_test(what_was_lost_is_counted_again),
        cmocka_unit_test(writing_a_place),
        cmocka_unit_test(writing_escapes_what_draws),
        cmocka_unit_test(every_control_byte_is_escaped),
        cmocka_unit_test(only_controls_and_direction_marks_are_escaped),
        cmocka_unit_test(printable_text_appends),
        cmocka_unit_test(parts_of_one_letter),
        cmocka_unit_test(colours_end_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
