// SPDX-License-Identifier: Apache-2.0
//
// The strict reader: what is JSON and what is not by RFC 8259, places, limits, decoded strings, and
// documents inside strings. Texts are parsed from memory of their exact size, so that a sanitizer
// sees a read behind the end.
#include "testing.h"

#include "json/reader.h"
#include "json/writer.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    struct pc_arena arena;
    struct pc_diags diags;
    char *bytes;
    const struct pc_json *json;
};

static const struct pc_json untouched;

static enum pc_status read_source(struct reading *reading, const struct pc_json_source *source)
{
    *reading = (struct reading){.json = &untouched};
    pc_diags_init(&reading->diags, &reading->arena);
    return pc_json_parse(&reading->arena, source, &reading->diags, &reading->json);
}

static enum pc_status read_text(struct reading *reading, struct pc_str text)
{
    char *bytes = malloc(text.len > 0 ? text.len : 1);
    assert_non_null(bytes);
    if (text.len > 0) {
        memcpy(bytes, text.ptr, text.len);
    }
    struct pc_json_source source = {.file = PC_STR("policy.json"), .text = {bytes, text.len}};
    enum pc_status status = read_source(reading, &source);
    reading->bytes = bytes;
    return status;
}

static void release(struct reading *reading)
{
    free(reading->bytes);
    pc_arena_release(&reading->arena);
}

// Parses what must be valid.
static const struct pc_json *read_valid(struct reading *reading, struct pc_str text)
{
    enum pc_status status = read_text(reading, text);
    if (status != PC_OK) {
        print_error("refused: %.*s\n", PC_STR_ARG(text));
    }
    assert_int_equal(status, PC_OK);
    assert_int_equal(reading->diags.errors, 0);
    assert_null(reading->diags.first);
    return reading->json;
}

static bool contains(struct pc_str s, const char *part)
{
    struct pc_str wanted = pc_str_from(part);
    for (size_t at = 0; at + wanted.len <= s.len; at++) {
        if (pc_str_has_prefix(pc_str_slice(s, at, s.len), wanted)) {
            return true;
        }
    }
    return false;
}

static void write_tree(struct pc_json_writer *writer, const struct pc_json *json)
{
    switch (json->type) {
    case PC_JSON_NULL:
        pc_json_null(writer);
        break;
    case PC_JSON_BOOLEAN:
        pc_json_boolean(writer, json->boolean);
        break;
    case PC_JSON_NUMBER:
        pc_json_raw(writer, json->text);
        break;
    case PC_JSON_STRING:
        pc_json_string(writer, json->text);
        break;
    case PC_JSON_ARRAY:
        pc_json_begin_array(writer);
        for (size_t i = 0; i < json->count; i++) {
            write_tree(writer, &json->items[i]);
        }
        pc_json_end_array(writer);
        break;
    case PC_JSON_OBJECT:
        pc_json_begin_object(writer);
        for (size_t i = 0; i < json->count; i++) {
            pc_json_key_str(writer, json->members[i].name);
            write_tree(writer, &json->members[i].value);
        }
        pc_json_end_object(writer);
        break;
    }
}

static struct pc_str written(struct pc_buf *buf, const struct pc_json *json, bool pretty)
{
    struct pc_json_writer writer;
    pc_buf_reset(buf);
    pc_json_writer_init(&writer, buf, pretty);
    write_tree(&writer, json);
    assert_int_equal(pc_buf_status(buf), PC_OK);
    return pc_buf_view(buf);
}

// Texts that are not JSON

struct refusal {
    struct pc_str text;
    enum pc_diag_code code;
    uint32_t line, column;
    const char *message; // a part of it
    const char *hint;    // a part of it; NULL: not looked at
};

#define SYNTAX   PC_DIAG_JSON_SYNTAX
#define ENCODING PC_DIAG_JSON_ENCODING
#define TRAILING PC_DIAG_JSON_TRAILING
#define TWICE    PC_DIAG_JSON_DUPLICATE_KEY
#define EMPTY    PC_DIAG_JSON_EMPTY
#define T        PC_STR_INIT

// clang-format off
static const struct refusal refusals[] = {
    // What jsmn 1.1.0 lets through in strict mode.
    {T("[1,]"), SYNTAX, 1, 4, "expected a value, found ']'", "remove the comma"},
    {T("{\"a\":1 \"b\":2}"), SYNTAX, 1, 8, "expected ',' or '}', found a string", "comma is missing"},
    {T("{\"a\"}"), SYNTAX, 1, 5, "expected ':' behind the key, found '}'", "needs a value"},
    {T("[\"a\":1]"), SYNTAX, 1, 5, "expected ',' or ']', found ':'", "{ } and not [ ]"},
    {T("[nul]"), SYNTAX, 1, 2, "a value or ']', found the word nul", "true, false and null"},
    {T("{} {}"), TRAILING, 1, 4, "expected the end of the text, found '{' behind", "one document"},
    {T("[\"\xff\"]"), ENCODING, 1, 3, "expected UTF-8, found the byte 0xFF", "Latin-1"},
    {T("[\"a\nb\"]"), SYNTAX, 1, 4, "control character U+000A", "written \\n"},
    {T("{\"a\":1,\"a\":2}"), TWICE, 1, 8, "the key \"a\"", "line 1, column 2"},
    {T("{1:2}"), SYNTAX, 1, 2, "a key in double quotes or '}', found a number", "keys are strings"},
    {T("{\"a\":}"), SYNTAX, 1, 6, "expected a value, found '}'", "no value"},
    {T("{\"a\":1,}"), SYNTAX, 1, 8, "expected a key in double quotes, found '}'", "remove the comma"},
    {T("[01]"), SYNTAX, 1, 3, "expected the end of a number, found '1'", "leading zeros"},
    {T("[1.2.3]"), SYNTAX, 1, 5, "expected the end of a number, found '.'", NULL},
    {T("[-]"), SYNTAX, 1, 3, "expected a digit, found ']'", NULL},
    {T("[truefalse]"), SYNTAX, 1, 2, "found the word truefalse", NULL},
    {T("[1 2]"), SYNTAX, 1, 4, "expected ',' or ']', found a number", "comma is missing"},
    {T("{}\0"), TRAILING, 1, 3, "found U+0000 behind the document", NULL},
    {T("{}\0{\"Effect\":\"Deny\"}"), TRAILING, 1, 3, "found U+0000", NULL},
    {T("[1,,2]"), SYNTAX, 1, 4, "expected a value, found ','", "one comma too many"},
    {T("[,1]"), SYNTAX, 1, 2, "expected a value or ']', found ','", "one comma too many"},
    {T("{,}"), SYNTAX, 1, 2, "a key in double quotes or '}', found ','", "one comma too many"},
    {T("{\"a\":1,,\"b\":2}"), SYNTAX, 1, 8, "a key in double quotes, found ','", "one comma too many"},
    {T("{\"a\"::1}"), SYNTAX, 1, 6, "expected a value, found ':'", NULL},
    {T("{\"a\",\"b\"}"), SYNTAX, 1, 5, "':' behind the key, found ','", "a list is written in [ ]"},
    {T("{\"a\":1:2}"), SYNTAX, 1, 7, "expected ',' or '}', found ':'", NULL},
    {T("{[]:1}"), SYNTAX, 1, 2, "a key in double quotes or '}', found '['", "keys are strings"},
    {T("{null:1}"), SYNTAX, 1, 2, "found the word null", "keys are strings"},
    {T("[\"a\" \"b\"]"), SYNTAX, 1, 6, "found a string", "comma is missing"},
    {T("[]]"), TRAILING, 1, 3, "found ']' behind", "nothing is open"},
    {T("{}}"), TRAILING, 1, 3, "found '}' behind", "nothing is open"},
    // Brackets
    {T("]"), SYNTAX, 1, 1, "expected a value, found ']'", NULL},
    {T("}"), SYNTAX, 1, 1, "expected a value, found '}'", NULL},
    {T("["), SYNTAX, 1, 2, "a value or ']', found the end of the text", "the array that begins at line 1, column 1"},
    {T("{"), SYNTAX, 1, 2, "or '}', found the end of the text", "the object that begins at line 1, column 1"},
    {T("[}"), SYNTAX, 1, 2, "expected a value or ']', found '}'", NULL},
    {T("{]"), SYNTAX, 1, 2, "or '}', found ']'", NULL},
    {T("{\n \"a\": [1}"), SYNTAX, 2, 9, "expected ',' or ']', found '}'", "the array that begins at line 2, column 7"},
    {T("[[1]\n"), SYNTAX, 2, 1, "',' or ']', found the end", "line 1, column 1"},
    {T("{\"a\""), SYNTAX, 1, 5, "expected ':' behind the key, found the end", NULL},
    {T("{\"a\":"), SYNTAX, 1, 6, "expected a value, found the end", NULL},
    {T("{\"a\":1"), SYNTAX, 1, 7, "expected ',' or '}', found the end", NULL},
    {T("{\"a\":1,"), SYNTAX, 1, 8, "expected a key in double quotes, found the end", NULL},
    // Nothing there
    {T(""), EMPTY, 1, 1, "found an empty text", NULL},
    {T(" \t\r\n \n"), EMPTY, 1, 1, "found white space only", NULL},
    // Behind the document
    {T("1 2"), TRAILING, 1, 3, "found a number behind", NULL},
    {T("null,"), TRAILING, 1, 5, "found ','", NULL},
    {T("{\"a\":1}\n{\"a\":2}\n"), TRAILING, 2, 1, "found '{'", "an array"},
    {T("\"a\"\"b\""), TRAILING, 1, 4, "found a string", NULL},
    {T("{} // end"), TRAILING, 1, 4, "found '/'", "no comments"},
    {T("{};"), TRAILING, 1, 3, "found ';'", NULL},
    // Other languages
    {T("{\n  // who\n  \"a\": 1}"), SYNTAX, 2, 3, "found '/'", "no comments"},
    {T("[1, /* two */ 2]"), SYNTAX, 1, 5, "expected a value, found '/'", "no comments"},
    {T("[1 /* one */]"), SYNTAX, 1, 4, "',' or ']', found '/'", "no comments"},
    {T("# policy\n{}"), SYNTAX, 1, 1, "found '#'", "no comments"},
    {T("{'a':1}"), SYNTAX, 1, 2, "found '''", "double quotes"},
    {T("{\"a\":'b'}"), SYNTAX, 1, 6, "expected a value, found '''", "double quotes"},
    {T("[`a`]"), SYNTAX, 1, 2, "found '`'", "double quotes"},
    {T("[\xe2\x80\x9c" "a\xe2\x80\x9d]"), SYNTAX, 1, 2, "found U+201C", "typographic"},
    {T("{\"a\":\xc2\xa0" "1}"), SYNTAX, 1, 6, "found U+00A0", "no-break space"},
    {T("{Version:1}"), SYNTAX, 1, 2, "found the word Version", "keys are strings"},
    {T("{\"a\"=1}"), SYNTAX, 1, 5, "found '='", "followed by ':'"},
    {T("{\"a\":1;\"b\":2}"), SYNTAX, 1, 7, "found ';'", "separated by ','"},
    {T("Version: 2012-10-17"), SYNTAX, 1, 1, "found the word Version", "double quotes"},
    {T("<html>"), SYNTAX, 1, 1, "found '<'", "HTML"},
    {T("%7B%22Version%22%7D"), SYNTAX, 1, 1, "found '%'", "URL-encoded"},
    {T("{\\\"Version\\\":1}"), SYNTAX, 1, 2, "found '\\'", "decode it first"},
    {T("[True]"), SYNTAX, 1, 2, "found the word True", "lower case: true"},
    {T("[FALSE]"), SYNTAX, 1, 2, "found the word FALSE", "lower case: false"},
    {T("[Null]"), SYNTAX, 1, 2, "found the word Null", "lower case: null"},
    {T("[None]"), SYNTAX, 1, 2, "found the word None", "write null"},
    {T("[undefined]"), SYNTAX, 1, 2, "found the word undefined", "write null"},
    {T("[NaN]"), SYNTAX, 1, 2, "found the word NaN", "no NaN"},
    {T("[Infinity]"), SYNTAX, 1, 2, "found the word Infinity", "no infinite"},
    {T("[-Infinity]"), SYNTAX, 1, 3, "expected a digit, found the word Infinity", "no infinite"},
    {T("[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]"), SYNTAX, 1, 2, "a word that begins with aaaa", NULL},
    {T("tru"), SYNTAX, 1, 1, "found the word tru", NULL},
    {T("[\"say \"hello\" now\"]"), SYNTAX, 1, 8, "found the word hello", "needs a backslash"},
    // White space that JSON does not have
    {T("\f{}"), SYNTAX, 1, 1, "found U+000C", NULL},
    {T("[1,\v2]"), SYNTAX, 1, 4, "found U+000B", NULL},
    {T("[\xe2\x80\xa8]"), SYNTAX, 1, 2, "found U+2028", NULL},
    {T("[\x7f]"), SYNTAX, 1, 2, "found U+007F", NULL},
    // Numbers
    {T("+1"), SYNTAX, 1, 1, "found '+'", "leading '+'"},
    {T(".5"), SYNTAX, 1, 1, "found '.'", "0.5"},
    {T("1."), SYNTAX, 1, 3, "expected a digit, found the end of the text", NULL},
    {T("[1.]"), SYNTAX, 1, 4, "expected a digit, found ']'", NULL},
    {T("[1.e5]"), SYNTAX, 1, 4, "expected a digit, found the word e5", NULL},
    {T("[1e]"), SYNTAX, 1, 4, "expected a digit", NULL},
    {T("[1e+]"), SYNTAX, 1, 5, "expected a digit", NULL},
    {T("1E-"), SYNTAX, 1, 4, "expected a digit, found the end", NULL},
    {T("-"), SYNTAX, 1, 2, "expected a digit, found the end", NULL},
    {T("[--1]"), SYNTAX, 1, 3, "expected a digit", NULL},
    {T("[-01]"), SYNTAX, 1, 4, "found '1'", "leading zeros"},
    {T("{\"id\": 012345678901}"), SYNTAX, 1, 9, "found '1'", "an account id is a string"},
    {T("[0x1F]"), SYNTAX, 1, 3, "found 'x'", "decimal"},
    {T("[1_000]"), SYNTAX, 1, 3, "end of a number, found '_'", NULL},
    {T("[12abc]"), SYNTAX, 1, 4, "end of a number, found 'a'", NULL},
    {T("[1-2]"), SYNTAX, 1, 3, "end of a number, found '-'", NULL},
    {T("2012-10-17"), SYNTAX, 1, 5, "end of a number, found '-'", NULL},
    {T("[1e5.5]"), SYNTAX, 1, 5, "end of a number, found '.'", NULL},
    // Strings
    {T("\"abc"), SYNTAX, 1, 5, "expected '\"' to close a string", "line 1, column 1"},
    {T("[\n \"abc]"), SYNTAX, 2, 7, "found the end of the text", "line 2, column 2"},
    {T("\"a\\"), SYNTAX, 1, 4, "found the end of the text", NULL},
    {T("\"\\u00"), SYNTAX, 1, 6, "found the end of the text", NULL},
    {T("\"\\ud83d"), SYNTAX, 1, 8, "found the end of the text", NULL},
    {T("[\"a\tb\"]"), SYNTAX, 1, 4, "control character U+0009", "\\t"},
    {T("[\"a\0b\"]"), SYNTAX, 1, 4, "control character U+0000", "\\u0000"},
    {T("[\"\x1f\"]"), SYNTAX, 1, 3, "control character U+001F", "\\u001f"},
    {T("[\"\r\"]"), SYNTAX, 1, 3, "control character U+000D", "\\n"},
    {T("[\"\\x41\"]"), SYNTAX, 1, 4, "behind a backslash, found 'x'", "\\u00"},
    {T("[\"it\\'s\"]"), SYNTAX, 1, 6, "behind a backslash, found '''", "no backslash"},
    {T("[\"C:\\Windows\"]"), SYNTAX, 1, 6, "behind a backslash, found 'W'", "written \\\\"},
    {T("[\"\\0\"]"), SYNTAX, 1, 4, "behind a backslash, found '0'", NULL},
    {T("[\"\\\n\"]"), SYNTAX, 1, 4, "behind a backslash, found U+000A", NULL},
    {T("[\"\\\xc3\xa9\"]"), SYNTAX, 1, 4, "behind a backslash, found U+00E9", NULL},
    {T("[\"\\\xe9\"]"), ENCODING, 1, 4, "the byte 0xE9", NULL},
    {T("[\"\\N\"]"), SYNTAX, 1, 4, "behind a backslash, found 'N'", NULL},
    {T("[\"\\U0041\"]"), SYNTAX, 1, 4, "behind a backslash, found 'U'", NULL},
    {T("[\"\\u12G4\"]"), SYNTAX, 1, 7, "hexadecimal digits behind \\u, found 'G'", NULL},
    {T("[\"\\u12\"]"), SYNTAX, 1, 7, "hexadecimal digits behind \\u, found '\"'", NULL},
    {T("[\"\\u 041\"]"), SYNTAX, 1, 5, "hexadecimal digits behind \\u, found U+0020", NULL},
    {T("[\"\\u+041\"]"), SYNTAX, 1, 5, "hexadecimal digits behind \\u, found '+'", NULL},
    // Encoding
    {T("[\"ab\\ud83d\"]"), ENCODING, 1, 5, "found \\ud83d alone", "two escapes"},
    {T("[\"\\ude00\"]"), ENCODING, 1, 3, "found \\ude00 alone", NULL},
    {T("[\"\\ud83d\\u0041\"]"), ENCODING, 1, 3, "found \\ud83d alone", NULL},
    {T("[\"\\ud83d\\n\"]"), ENCODING, 1, 3, "found \\ud83d alone", NULL},
    {T("[\"\\ud83d\\ud83d\\ude00\"]"), ENCODING, 1, 3, "found \\ud83d alone", NULL},
    {T("[\"\\uDE00\\uD83D\"]"), ENCODING, 1, 3, "found \\uDE00 alone", NULL},
    {T("{\"\\udfff\":1}"), ENCODING, 1, 3, "found \\udfff alone", NULL},
    {T("[\"\xed\xa0\xbd\xed\xb8\x80\"]"), ENCODING, 1, 3, "the byte 0xED", NULL},
    {T("[\"\xc0\xaf\"]"), ENCODING, 1, 3, "the byte 0xC0", NULL},
    {T("[\"\xe0\x80\xaf\"]"), ENCODING, 1, 3, "the byte 0xE0", NULL},
    {T("[\"\xf4\x90\x80\x80\"]"), ENCODING, 1, 3, "the byte 0xF4", NULL},
    {T("[\"\xf8\x88\x80\x80\x80\"]"), ENCODING, 1, 3, "the byte 0xF8", NULL},
    {T("[\"caf\xe9\"]"), ENCODING, 1, 6, "the byte 0xE9", "Latin-1"},
    {T("[\"\x80\"]"), ENCODING, 1, 3, "the byte 0x80", NULL},
    {T("[\"\xe2\x82\"]"), ENCODING, 1, 3, "the byte 0xE2", NULL},
    {T("[\"\xe2\x82"), ENCODING, 1, 3, "the byte 0xE2", NULL},
    {T("[\xff]"), ENCODING, 1, 2, "the byte 0xFF", NULL},
    {T("[-\xff]"), ENCODING, 1, 3, "the byte 0xFF", NULL},
    {T("\xef\xbb\xbf{}"), ENCODING, 1, 1, "found a byte order mark", "without a byte order mark"},
    {T("\xef\xbb\xbf"), ENCODING, 1, 1, "found a byte order mark", NULL},
    {T("[\xef\xbb\xbf]"), SYNTAX, 1, 2, "found U+FEFF", "byte order mark"},
    {T("\xff\xfe{\0}\0"), ENCODING, 1, 1, "found UTF-16", "PowerShell"},
    {T("\xfe\xff\0{\0}"), ENCODING, 1, 1, "found UTF-16", NULL},
    {T("{\0\"\0a\0"), ENCODING, 1, 1, "found UTF-16", NULL},
    {T("\0{\0}"), ENCODING, 1, 1, "found UTF-16", NULL},
    {T("{\0\0\0}\0\0\0"), ENCODING, 1, 1, "found UTF-32", NULL},
    {T("\xff\xfe\0\0{\0\0\0"), ENCODING, 1, 1, "found UTF-32", NULL},
    {T("\0\0\xfe\xff\0\0\0{"), ENCODING, 1, 1, "found UTF-32", NULL},
    {T("\0\0\0{"), ENCODING, 1, 1, "found UTF-32", NULL},
    {T("\0"), SYNTAX, 1, 1, "found U+0000", NULL},
    // Places: columns are code points, a line ends at U+000A
    {T("[\"\xc3\xa9\xf0\x9f\x98\x80\", x]"), SYNTAX, 1, 8, "found the word x", NULL},
    {T("{\r\n\"a\": 1,\r\n\t\"b\" 2}"), SYNTAX, 3, 6, "found a number", NULL},
    {T("\n\n\n\n  [\n  \"\\n\", ]"), SYNTAX, 6, 9, "expected a value", NULL},
    // Repeated keys
    {T("{\"Effect\":\"Deny\",\"Effect\":\"Allow\"}"), TWICE, 1, 18, "the key \"Effect\"", "line 1, column 2"},
    {T("{\"a\":1,\n \"\\u0061\":2}"), TWICE, 2, 2, "the key \"a\"", "line 1, column 2"},
    {T("{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}"), TWICE, 1, 19, "the key", NULL},
    {T("{\"\":1,\"\":2}"), TWICE, 1, 7, "the key \"\"", NULL},
    {T("{\"a\\/\":1,\"a/\":2}"), TWICE, 1, 10, "the key \"a/\"", NULL},
    {T("{\"\\u0000\":1,\"\\u0000\":2}"), TWICE, 1, 13, "the key \"\\u0000\"", NULL},
    {T("[{\"b\":{\"x\":1,\"y\":2,\"x\":3}}]"), TWICE, 1, 20, "the key \"x\"", "line 1, column 8"},
    {T("{\"a\":1,\"b\":2,\"b\":3,\"a\":4}"), TWICE, 1, 14, "the key \"b\"", NULL},
    {T("{\"k01\":1,\"k02\":1,\"k03\":1,\"k04\":1,\"k05\":1,\"k06\":1,\"k07\":1,\"k08\":1,\"k09\":1,"
       "\"k10\":1,\"k11\":1,\"k12\":1,\"k13\":1,\"k14\":1,\"k15\":1,\"k16\":1,\"k17\":1,\n\"k18\":1,"
       "\"k\\u00317\":2,\"k01\":3}"), TWICE, 2, 9, "the key \"k17\"", "line 1, column 130"},
};
// clang-format on

static void check_wording(const struct pc_diag *diag)
{
    char first = diag->message.ptr[0];
    assert_true((first >= 'a' && first <= 'z') || pc_char_is_digit(first));
    assert_int_not_equal(diag->message.ptr[diag->message.len - 1], '.');
    if (diag->code != TWICE) {
        assert_true(contains(diag->message, "expected"));
        assert_true(contains(diag->message, "found"));
    }
}

static bool refusal_holds(const struct refusal *refusal, const struct pc_diag *diag)
{
    return diag->code == refusal->code && diag->place.line == refusal->line &&
           diag->place.column == refusal->column && contains(diag->message, refusal->message) &&
           (refusal->hint == NULL || contains(diag->hint, refusal->hint));
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct reading reading;
        enum pc_status status = read_text(&reading, refusals[i].text);
        if (status != PC_ERR_INVALID) {
            print_error("row %zu not refused: %.*s\n", i, PC_STR_ARG(refusals[i].text));
        }
        assert_int_equal(status, PC_ERR_INVALID);
        assert_ptr_equal(reading.json, &untouched);
        assert_int_equal(reading.diags.errors, 1);
        assert_int_equal(reading.diags.warnings, 0);
        const struct pc_diag *diag = reading.diags.first;
        assert_non_null(diag);
        assert_null(diag->next);
        assert_view(diag->place.file, "policy.json");
        if (!refusal_holds(&refusals[i], diag)) {
            wrong++;
            print_error("row %zu: %.*s\n%u:%u %.*s [%d] hint: %.*s\n", i,
                        PC_STR_ARG(refusals[i].text), diag->place.line, diag->place.column,
                        PC_STR_ARG(diag->message), (int)diag->code, PC_STR_ARG(diag->hint));
        }
        check_wording(diag);
        release(&reading);
    }
    assert_int_equal(wrong, 0);
}

// Texts that are JSON

struct acceptance {
    struct pc_str text;
    struct pc_str compact; // the same document without white space and needless escapes
};

// clang-format off
static const struct acceptance acceptances[] = {
    {T("{}"), T("{}")},
    {T("[]"), T("[]")},
    {T("null"), T("null")},
    {T("true"), T("true")},
    {T(" false\n"), T("false")},
    {T("0"), T("0")},
    {T("-0"), T("-0")},
    {T("7 "), T("7")},
    {T("-12.50"), T("-12.50")},
    {T("1E+400"), T("1E+400")},
    {T("0.1e-2"), T("0.1e-2")},
    {T("0e0"), T("0e0")},
    {T("123456789012345678901234567890"), T("123456789012345678901234567890")},
    {T("\"\""), T("\"\"")},
    {T("\"a b\""), T("\"a b\"")},
    {T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), T("\"\\\"\\\\/\\b\\f\\n\\r\\t\"")},
    {T("\"\\u0041\\u00e9\\u20AC\""), T("\"A\xc3\xa9\xe2\x82\xac\"")},
    {T("\"\\ud83d\\uDE00\""), T("\"\xf0\x9f\x98\x80\"")},
    {T("\"\\ud800\\udc00\\udbff\\udfff\""), T("\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"")},
    {T("\"\\u0000x\""), T("\"\\u0000x\"")},
    {T("\"\\u001f\\u007f\\u0080\""), T("\"\\u001f\\u007f\\u0080\"")},
    {T("\"\x7f\""), T("\"\\u007f\"")},
    {T("\"\\uffff\\ufeff\""), T("\"\xef\xbf\xbf\xef\xbb\xbf\"")},
    {T("\"\xef\xbb\xbf\""), T("\"\xef\xbb\xbf\"")},
    {T("\"\xe2\x80\xa8/*no*/ //comment 'x' \""), T("\"\\u2028/*no*/ //comment 'x' \"")},
    {T("\"\\\\u0041\""), T("\"\\\\u0041\"")},
    {T("[1,2 , 3]"), T("[1,2,3]")},
    {T("\t[\r\n[ ] , { }\n]\n"), T("[[],{}]")},
    {T("[[[[[]]]],{\"a\":[{}]}]"), T("[[[[[]]]],{\"a\":[{}]}]")},
    {T("{\"a\":{\"a\":{\"a\":1}},\"A\":2,\"\":3}"), T("{\"a\":{\"a\":{\"a\":1}},\"A\":2,\"\":3}")},
    {T("{\"a\":1,\"a\\u0000\":2}"), T("{\"a\":1,\"a\\u0000\":2}")},
    {T("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}"), T("{\"\xc3\xa9\":1,\"e\xcc\x81\":2}")},
    {T("[{\"a\":1},{\"a\":2}]"), T("[{\"a\":1},{\"a\":2}]")},
    {T("[true,false,null,-1,\"x\"]"), T("[true,false,null,-1,\"x\"]")},
    {T("{\"\\u0056ersion\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
       "\"Action\":\"s3:\\u0047etObject\",\"Resource\":\"*\"}]}"),
     T("{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
       "\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}")},
};
// clang-format on

static void what_is_json_is_read_and_written_again(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    for (size_t i = 0; i < sizeof(acceptances) / sizeof(acceptances[0]); i++) {
        struct reading first;
        struct reading second;
        const struct pc_json *json = read_valid(&first, acceptances[i].text);
        struct pc_str compact = written(&buf, json, false);
        if (!pc_str_eq(compact, acceptances[i].compact)) {
            print_error("row %zu: %.*s\n", i, PC_STR_ARG(compact));
        }
        assert_true(pc_str_eq(compact, acceptances[i].compact));
        struct pc_str pretty = written(&buf, json, true);
        const struct pc_json *again = read_valid(&second, pretty);
        assert_true(pc_str_eq(written(&buf, again, false), acceptances[i].compact));
        release(&second);
        release(&first);
    }
    pc_buf_release(&buf);
}

static void values_have_their_types(void **state)
{
    (void)state;
    struct reading reading;
    const struct pc_json *json =
        read_valid(&reading, PC_STR("[null, true, false, -1.5e3, \"s\\n\", [0], {\"k\": 1}]"));
    assert_int_equal(json->type, PC_JSON_ARRAY);
    assert_int_equal(json->count, 7);
    assert_int_equal(json->items[0].type, PC_JSON_NULL);
    assert_view(json->items[0].text, "");
    assert_int_equal(json->items[1].type, PC_JSON_BOOLEAN);
    assert_true(json->items[1].boolean);
    assert_int_equal(json->items[2].type, PC_JSON_BOOLEAN);
    assert_false(json->items[2].boolean);
    assert_int_equal(json->items[3].type, PC_JSON_NUMBER);
    assert_view(json->items[3].text, "-1.5e3");
    assert_int_equal(json->items[4].type, PC_JSON_STRING);
    assert_view(json->items[4].text, "s\n");
    assert_int_equal(json->items[5].type, PC_JSON_ARRAY);
    assert_int_equal(json->items[5].count, 1);
    assert_int_equal(json->items[6].type, PC_JSON_OBJECT);
    assert_int_equal(json->items[6].count, 1);
    assert_view(json->items[6].members[0].name, "k");
    release(&reading);
}

static void a_member_is_found_by_its_exact_name(void **state)
{
    (void)state;
    struct reading reading;
    const struct pc_json *json =
        read_valid(&reading, PC_STR("{\"Sid\": \"one\", \"\\u0053id2\": \"two\", \"\": \"none\"}"));
    assert_view(pc_json_get(json, PC_STR("Sid"))->text, "one");
    assert_view(pc_json_get(json, PC_STR("Sid2"))->text, "two");
    assert_view(pc_json_get(json, PC_STR(""))->text, "none");
    assert_null(pc_json_get(json, PC_STR("sid")));
    assert_null(pc_json_get(json, PC_STR("Si")));
    assert_null(pc_json_get(NULL, PC_STR("Sid")));
    assert_null(pc_json_get(&json->members[0].value, PC_STR("Sid")));
    release(&reading);
}

static void types_are_named(void **state)
{
    (void)state;
    assert_string_equal(pc_json_type_text(PC_JSON_NULL), "null");
    assert_string_equal(pc_json_type_text(PC_JSON_BOOLEAN), "a boolean");
    assert_string_equal(pc_json_type_text(PC_JSON_NUMBER), "a number");
    assert_string_equal(pc_json_type_text(PC_JSON_STRING), "a string");
    assert_string_equal(pc_json_type_text(PC_JSON_ARRAY), "an array");
    assert_string_equal(pc_json_type_text(PC_JSON_OBJECT), "an object");
}

// Places

static void assert_place(const struct pc_json *json, uint32_t line, uint32_t column)
{
    struct pc_place place = pc_json_place(PC_STR("f"), json);
    assert_view(place.file, "f");
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void every_value_knows_its_place(void **state)
{
    (void)state;
    struct reading reading;
    struct pc_str text = PC_STR("\n {\"\xc3\xa9\": [1,\r\n\t\"\xf0\x9f\x98\x80\", true],\n"
                                "\n  \"b\"\n:\n {} }\n");
    const struct pc_json *json = read_valid(&reading, text);
    assert_place(json, 2, 2);
    assert_int_equal(json->start, 2);
    assert_int_equal(json->end, text.len - 1);
    const struct pc_json_member *first = &json->members[0];
    struct pc_place place = pc_json_member_place(PC_STR("f"), first);
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 3);
    assert_place(&first->value, 2, 8);
    assert_place(&first->value.items[0], 2, 9);
    assert_place(&first->value.items[1], 3, 2);
    assert_place(&first->value.items[2], 3, 7);
    assert_view(pc_str_slice(text, first->value.items[1].start, first->value.items[1].end),
                "\"\xf0\x9f\x98\x80\"");
    assert_view(pc_str_slice(text, first->value.items[2].start, first->value.items[2].end), "true");
    assert_int_equal(json->members[1].line, 5);
    assert_int_equal(json->members[1].column, 3);
    assert_place(&json->members[1].value, 7, 2);
    release(&reading);
}

// Fast ways over plain text must count as the slow one does, wherever lines and wide characters
// are.
static void places_are_right_at_every_distance(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= 20; i++) {
        for (unsigned j = 0; j <= 20; j++) {
            struct pc_buf buf = {0};
            struct reading reading;
            pc_buf_fill(&buf, ' ', i);
            pc_buf_text(&buf, "\n[\"");
            pc_buf_fill(&buf, 'a', j);
            pc_buf_text(&buf, "\xc3\xa9");
            pc_buf_fill(&buf, 'b', i);
            pc_buf_text(&buf, "\xf0\x9f\x98\x80\", 7, !]");
            assert_int_equal(read_text(&reading, pc_buf_view(&buf)), PC_ERR_INVALID);
            assert_int_equal(reading.diags.first->place.line, 2);
            assert_int_equal(reading.diags.first->place.column, i + j + 11);
            release(&reading);
            buf.ptr[buf.len - 2] = '8';
            read_valid(&reading, pc_buf_view(&buf));
            assert_place(&reading.json->items[1], 2, i + j + 8);
            assert_place(&reading.json->items[2], 2, i + j + 11);
            release(&reading);
            pc_buf_release(&buf);
        }
    }
}

static void naive_place(struct pc_str text, uint32_t offset, uint32_t *line, uint32_t *column)
{
    *line = 1;
    *column = 1;
    for (uint32_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        *column = c == '\n' ? 1 : *column + ((c & 0xc0U) != 0x80U);
        *line += c == '\n';
    }
}

// White space of every kind and length between the items, with and without a letter beyond ASCII.
static void places_are_those_that_counting_gives(void **state)
{
    (void)state;
    static const char *const gaps[] = {
        "", "\n", " ", "\r\n", "\n\n\n", "         ", "\n        ", "\t\n  \n                 "};
    for (size_t wide = 0; wide < 2; wide++) {
        struct pc_buf text = {0};
        struct reading reading;
        pc_buf_text(&text, wide == 1 ? "[\"\xc3\xa9\"" : "[\"e\"");
        for (size_t i = 0; i < 400; i++) {
            pc_buf_format(&text, "%s,%s%s\"%zu\"", gaps[i % 8], gaps[i / 8 % 8],
                          wide == 1 && i % 3 == 0 ? "\"\xe2\x82\xac\"," : "", i);
        }
        pc_buf_text(&text, "\n]");
        assert_int_equal(pc_buf_status(&text), PC_OK);
        const struct pc_json *json = read_valid(&reading, pc_buf_view(&text));
        assert_true(json->count >= 401);
        for (size_t i = 0; i < json->count; i++) {
            uint32_t line, column;
            naive_place(pc_buf_view(&text), json->items[i].start, &line, &column);
            assert_int_equal(json->items[i].line, line);
            assert_int_equal(json->items[i].column, column);
        }
        release(&reading);
        pc_buf_release(&text);
    }
}

static void plain_strings_point_into_the_source(void **state)
{
    (void)state;
    struct reading reading;
    const struct pc_json *json = read_valid(&reading, PC_STR("[\"plain\", \"\"]"));
    assert_ptr_equal(json->items[0].text.ptr, reading.bytes + 2);
    assert_ptr_equal(json->items[1].text.ptr, reading.bytes + 11);
    release(&reading);
}

// Limits

static struct pc_str repeat(struct pc_buf *buf, const char *part, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pc_buf_text(buf, part);
    }
    return pc_buf_view(buf);
}

static void nesting_up_to_the_limit_is_read(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    repeat(&buf, "{\"a\":[", PC_JSON_MAX_DEPTH / 2);
    struct pc_str text = repeat(&buf, "]}", PC_JSON_MAX_DEPTH / 2);
    struct reading reading;
    const struct pc_json *json = read_valid(&reading, text);
    unsigned depth = 1;
    while (json->count > 0) {
        json = json->type == PC_JSON_ARRAY ? &json->items[0] : &json->members[0].value;
        depth++;
    }
    assert_int_equal(depth, PC_JSON_MAX_DEPTH);
    struct pc_buf again = {0};
    assert_true(pc_str_eq(written(&again, reading.json, false), text));
    release(&reading);
    pc_buf_release(&again);
    pc_buf_release(&buf);
}

static void check_depth_refused(struct pc_str text, uint32_t column)
{
    struct reading reading;
    assert_int_equal(read_text(&reading, text), PC_ERR_INVALID);
    assert_int_equal(reading.diags.errors, 1);
    assert_int_equal(reading.diags.first->code, PC_DIAG_JSON_DEPTH);
    assert_int_equal(reading.diags.first->place.line, 1);
    assert_int_equal(reading.diags.first->place.column, column);
    release(&reading);
}

static void deeper_nesting_is_refused(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    repeat(&buf, "[", PC_JSON_MAX_DEPTH + 1);
    check_depth_refused(repeat(&buf, "]", PC_JSON_MAX_DEPTH + 1), PC_JSON_MAX_DEPTH + 1);
    pc_buf_reset(&buf);
    check_depth_refused(repeat(&buf, "[", 1000000), PC_JSON_MAX_DEPTH + 1);
    pc_buf_reset(&buf);
    check_depth_refused(repeat(&buf, "{\"\":", 100000), PC_JSON_MAX_DEPTH * 4 + 1);
    pc_buf_release(&buf);
}

static void a_text_above_the_limit_is_not_even_looked_at(void **state)
{
    (void)state;
    struct reading reading;
    struct pc_json_source source = {.file = PC_STR("f"),
                                    .text = {"[]", (size_t)PC_JSON_MAX_BYTES + 1}};
    assert_int_equal(read_source(&reading, &source), PC_ERR_INVALID);
    assert_ptr_equal(reading.json, &untouched);
    assert_int_equal(reading.diags.errors, 1);
    assert_int_equal(reading.diags.first->code, PC_DIAG_JSON_SIZE);
    release(&reading);
}

static void no_bytes_at_all_are_an_empty_text(void **state)
{
    (void)state;
    struct reading reading;
    struct pc_json_source source = {.file = PC_STR(""), .text = {NULL, 0}};
    assert_int_equal(read_source(&reading, &source), PC_ERR_INVALID);
    assert_int_equal(reading.diags.first->code, PC_DIAG_JSON_EMPTY);
    release(&reading);
}

// Whole documents

static const char policy[] =
    "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Sid\": "
    "\"A\\u00e9\\ud83d\\ude00\","
    " \"Effect\": \"Allow\",\n     \"Action\": [\"s3:Get*\", \"s3:\xc3\xa9\"], \"Resource\": "
    "\"*\",\n"
    "     \"Condition\": {\"Bool\": {\"aws:SecureTransport\": true},"
    " \"NumericLessThan\": {\"n\": -1.5e+3}}},\n    {\"n\": null, \"e\": {}, \"l\": []}\n  ]\n}";

// The place behind the last of the bytes; a part of a character counts as one.
static void place_behind(struct pc_str text, uint32_t *line, uint32_t *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        *column = c == '\n' ? 1 : *column + (c < 0x80 || c >= 0xc0);
        *line += c == '\n';
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct pc_str text = pc_str_from(policy);
    struct reading reading;
    read_valid(&reading, text);
    release(&reading);
    for (size_t length = 0; length < text.len; length++) {
        struct pc_str part = pc_str_slice(text, 0, length);
        uint32_t line;
        uint32_t column;
        place_behind(part, &line, &column);
        assert_int_equal(read_text(&reading, part), PC_ERR_INVALID);
        assert_ptr_equal(reading.json, &untouched);
        assert_int_equal(reading.diags.errors, 1);
        // At the end, or where the word or the escape begins that is cut in two.
        assert_int_equal(reading.diags.first->place.line, line);
        assert_in_range(reading.diags.first->place.column, column < 8 ? 1 : column - 7, column);
        release(&reading);
    }
}

// Either refused with one diagnostic, or read as something that writing keeps.
static void check_mutant(struct pc_str text, struct pc_buf *one, struct pc_buf *two)
{
    struct reading first;
    struct reading second;
    enum pc_status status = read_text(&first, text);
    if (status != PC_OK) {
        assert_int_equal(status, PC_ERR_INVALID);
        assert_int_equal(first.diags.errors, 1);
        release(&first);
        return;
    }
    struct pc_str compact = written(one, first.json, false);
    const struct pc_json *again = read_valid(&second, compact);
    assert_true(pc_str_eq(written(two, again, false), compact));
    release(&second);
    release(&first);
}

static void any_byte_may_be_changed_to_any_other(void **state)
{
    (void)state;
    struct pc_buf one = {0};
    struct pc_buf two = {0};
    char text[] = "{\"a\\u00e9\\n\":[1.5e2,true,null,\"\xc3\xa9\\ud83d\\ude00\"],\"b\":{}}";
    for (size_t at = 0; at < sizeof(text) - 1; at++) {
        char kept = text[at];
        for (int byte = 0; byte < 256; byte++) {
            text[at] = (char)byte;
            check_mutant((struct pc_str){text, sizeof(text) - 1}, &one, &two);
        }
        text[at] = kept;
    }
    pc_buf_release(&one);
    pc_buf_release(&two);
}

static void a_big_document_is_read(void **state)
{
    (void)state;
    enum {
        STATEMENTS = 20000
    };
    struct pc_buf buf = {0};
    pc_buf_text(&buf, "[\n");
    for (unsigned i = 0; i < STATEMENTS; i++) {
        pc_buf_format(&buf,
                      "  {\"Sid\": \"S%u\", \"Action\": [\"s3:Get*\", \"s3:\\u00e9\"],\n"
                      "   \"Condition\": {\"Bool\": {\"k\": %s}}}%s\n",
                      i, i % 2 == 0 ? "true" : "\"x\"", i + 1 < STATEMENTS ? "," : "");
    }
    pc_buf_text(&buf, "]\n");
    struct reading reading;
    const struct pc_json *json = read_valid(&reading, pc_buf_view(&buf));
    assert_int_equal(json->count, STATEMENTS);
    const struct pc_json *last = &json->items[STATEMENTS - 1];
    assert_place(last, 2 * STATEMENTS, 3);
    assert_view(pc_json_get(last, PC_STR("Sid"))->text, "S19999");
    assert_view(pc_json_get(last, PC_STR("Action"))->items[1].text, "s3:\xc3\xa9");
    assert_int_equal(pc_json_get(last, PC_STR("Condition"))->line, 2 * STATEMENTS + 1);
    release(&reading);
    pc_buf_release(&buf);
}

static void an_object_may_have_many_members(void **state)
{
    (void)state;
    enum {
        MEMBERS = 100000
    };
    struct pc_buf buf = {0};
    pc_buf_byte(&buf, '{');
    for (unsigned i = 0; i < MEMBERS; i++) {
        pc_buf_format(&buf, "\"the same beginning %05u\":%u,\n", i, i);
    }
    size_t before = buf.len;
    pc_buf_text(&buf, "\"last\":0}");
    struct reading reading;
    const struct pc_json *json = read_valid(&reading, pc_buf_view(&buf));
    assert_int_equal(json->count, MEMBERS + 1);
    assert_view(json->members[4711].name, "the same beginning 04711");
    assert_view(json->members[4711].value.text, "4711");
    release(&reading);

    buf.len = before;
    pc_buf_text(&buf,
                "\"the same beginning 00\\u0033\\u00333\":0, \"the same beginning 00001\":0}");
    assert_int_equal(read_text(&reading, pc_buf_view(&buf)), PC_ERR_INVALID);
    assert_int_equal(reading.diags.errors, 1);
    assert_int_equal(reading.diags.first->code, PC_DIAG_JSON_DUPLICATE_KEY);
    assert_int_equal(reading.diags.first->place.line, MEMBERS + 1);
    assert_int_equal(reading.diags.first->place.column, 1);
    assert_true(contains(reading.diags.first->hint, "line 334, column 1"));
    release(&reading);
    pc_buf_release(&buf);
}

static void long_keys_are_cut_in_messages(void **state)
{
    (void)state;
    struct pc_buf buf = {0};
    pc_buf_text(&buf, "{\"");
    repeat(&buf, "\xc3\xa9", 5000);
    pc_buf_text(&buf, "\":1,\"");
    repeat(&buf, "\xc3\xa9", 5000);
    struct reading reading;
    pc_buf_text(&buf, "\":2}");
    assert_int_equal(read_text(&reading, pc_buf_view(&buf)), PC_ERR_INVALID);
    assert_int_equal(reading.diags.first->place.column, 5007);
    assert_in_range(reading.diags.first->message.len, 60, 200);
    release(&reading);
    pc_buf_release(&buf);
}

// Documents inside strings of another one. In each text the '!' is what is wrong in the document,
// or the '7' is a value in it; its place in the outer text is what the reader must tell.

static void locate(const char *outer, char mark, uint32_t *line, uint32_t *column)
{
    *line = 1;
    *column = 1;
    for (; *outer != mark; outer++) {
        assert_int_not_equal(*outer, '\0');
        unsigned char c = (unsigned char)*outer;
        if (c == '\n') {
            ++*line;
            *column = 1;
        } else if (c < 0x80 || c >= 0xc0) {
            ++*column;
        }
    }
}

static enum pc_status read_inside(struct reading *inner, const struct reading *outer,
                                  struct pc_str outer_text)
{
    const struct pc_json *string = pc_json_get(outer->json, PC_STR("Policy"));
    assert_non_null(string);
    struct pc_json_source source = {
        .file = PC_STR("outer.json"), .text = string->text, .inside = string, .outer = outer_text};
    return read_source(inner, &source);
}

static const char *const inner_errors[] = {
    "{\"Policy\": \"!\"}",
    "{\n  \"Policy\": \"[!]\"}",
    "{\"Policy\": \"{\\\"Version\\\": !}\"}",
    "{\n\"a\": \"\xc3\xa9\",\n \"Policy\": \"{\\n  \\\"a\\\": \\\"b\\\",\\n  \\\"c\\\": !\\n}\"}",
    "{\"Policy\": \"[\\\"\\u00e9\\u0041\xc3\xa9\\/\\\", !]\"}",
    "{\"Policy\": \"[\\\"\\ud83d\\ude00\xf0\x9f\x98\x80\\\\\\\\\\\", !]\"}",
    "{\"Policy\": \"[\\\"\\\\u00e9\\\\\\\"\\\",\\t\\r\\n\\u0020!]\"}",
    "{\"\xf0\x9f\x98\x80\": 1, \"Policy\": \"[]!\"}",
    "{\"Policy\": \"\\u005b\\u0022\\u20ac\\u0022\\u002c!\\u005d\"}",
};

static void strings_can_be_left_for_the_caller_to_decode(void **state)
{
    (void)state;
    struct reading reading;
    char room[16];
    struct pc_buf decoded = pc_buf_over(room, sizeof(room));
    static const char text[] = "{\"k\\u0065y\": \"a\\n\\u00e9\\ud83d\\ude00\\\"\"}";
    const struct pc_json_source source = {
        .file = PC_STR("x"), .text = pc_str_from(text), .undecoded = true};
    assert_int_equal(read_source(&reading, &source), PC_OK);
    assert_view(reading.json->members[0].name, "k\\u0065y");
    struct pc_str value = reading.json->members[0].value.text;
    assert_view(value, "a\\n\\u00e9\\ud83d\\ude00\\\"");
    assert_true(value.ptr > text && value.ptr < text + sizeof(text)); // in the source, not a copy
    pc_json_unquote(&decoded, value);
    assert_int_equal(pc_buf_status(&decoded), PC_OK);
    assert_view(pc_buf_view(&decoded), "a\n\xc3\xa9\xf0\x9f\x98\x80\"");
    pc_arena_release(&reading.arena);
}

static void errors_inside_a_string_point_into_the_file(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(inner_errors) / sizeof(inner_errors[0]); i++) {
        struct reading outer;
        struct reading inner;
        uint32_t line;
        uint32_t column;
        locate(inner_errors[i], '!', &line, &column);
        read_valid(&outer, pc_str_from(inner_errors[i]));
        assert_int_equal(read_inside(&inner, &outer, pc_str_from(inner_errors[i])), PC_ERR_INVALID);
        const struct pc_diag *diag = inner.diags.first;
        assert_view(diag->place.file, "outer.json");
        assert_int_equal(diag->place.line, line);
        assert_int_equal(diag->place.column, column);
        assert_true(contains(diag->message, "found '!'"));
        release(&inner);
        release(&outer);
    }
}

static void values_inside_a_string_have_places_of_the_file(void **state)
{
    (void)state;
    const char *text = "{\"a\": 1,\n \"Policy\": \"\\n{\\\"k\\u00e9\xf0\x9f\x98\x80\\\":"
                       " [\\\"\\ud83d\\ude00\\\\n\\\",\\r\\n 7]}\"}";
    struct reading outer;
    struct reading inner;
    uint32_t line;
    uint32_t column;
    locate(text, '7', &line, &column);
    read_valid(&outer, pc_str_from(text));
    assert_int_equal(read_inside(&inner, &outer, pc_str_from(text)), PC_OK);
    assert_place(inner.json, 2, 15);
    assert_int_equal(inner.json->start, 1);
    assert_int_equal(inner.json->members[0].line, 2);
    assert_int_equal(inner.json->members[0].column, 16);
    assert_view(inner.json->members[0].name, "k\xc3\xa9\xf0\x9f\x98\x80");
    const struct pc_json *list = &inner.json->members[0].value;
    assert_view(list->items[0].text, "\xf0\x9f\x98\x80\n");
    assert_place(&list->items[1], line, column);
    release(&inner);
    release(&outer);
}

static void other_refusals_inside_a_string(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {T("{\"Policy\": \"\"}"), EMPTY, 1, 13, "empty text", NULL},
        {T("{\"Policy\": \"[\"}"), SYNTAX, 1, 14, "end of the text", "line 1, column 13"},
        {T("{\"Policy\": \"\\ufeff{}\"}"), ENCODING, 1, 13, "byte order mark", NULL},
        {T("{\"Policy\": \"{\\u0000}\"}"), SYNTAX, 1, 14, "found U+0000", NULL},
        {T("{\"Policy\": \"[\\\"\\n\\\"]\"}"), SYNTAX, 1, 16, "control character U+000A", NULL},
        {T("{\"Policy\": \"{\\\"a\\\":1,\\n\\\"a\\\":2}\"}"), TWICE, 1, 24, "the key \"a\"",
         "line 1, column 14"},
        {T("{\"Policy\": \"[\\\"\\\\ud800\\\"]\"}"), ENCODING, 1, 16, "alone", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct reading outer;
        struct reading inner;
        read_valid(&outer, rows[i].text);
        assert_int_equal(read_inside(&inner, &outer, rows[i].text), PC_ERR_INVALID);
        if (!refusal_holds(&rows[i], inner.diags.first)) {
            print_error("row %zu: %u:%u %.*s\n", i, inner.diags.first->place.line,
                        inner.diags.first->place.column, PC_STR_ARG(inner.diags.first->message));
        }
        assert_true(refusal_holds(&rows[i], inner.diags.first));
        release(&inner);
        release(&outer);
    }
}

static void a_string_that_does_not_fit_its_file_is_wrong_usage(void **state)
{
    (void)state;
    struct pc_str text = PC_STR("{\"Policy\": \"{}\"}");
    struct reading outer;
    struct reading inner;
    read_valid(&outer, text);
    const struct pc_json *string = pc_json_get(outer.json, PC_STR("Policy"));
    struct pc_json_source source = {.text = string->text, .inside = string, .outer = text};
    source.outer.len = 13;
    assert_int_equal(read_source(&inner, &source), PC_ERR_USAGE);
    release(&inner);
    source.outer = text;
    source.text = PC_STR("[]");
    assert_int_equal(read_source(&inner, &source), PC_ERR_USAGE);
    release(&inner);
    source.text = PC_STR("");
    source.inside = outer.json;
    assert_int_equal(read_source(&inner, &source), PC_ERR_USAGE);
    assert_int_equal(inner.diags.errors, 0);
    assert_ptr_equal(inner.json, &untouched);
    release(&inner);
    release(&outer);
}

static void repeats_are_left_in_the_tree_when_asked_for(void **state)
{
    (void)state;
    struct reading reading;
    const struct pc_str file = PC_STR("cases.json");
    const struct pc_json_source source = {
        .file = file, .text = PC_STR("[{\"a\":1},{\"b\":[{\"c\":1,\"c\":2}]}]"), .repeats = true};
    assert_int_equal(read_source(&reading, &source), PC_OK);
    const struct pc_json *items = reading.json->items;
    assert_int_equal(items[1].members[0].value.items[0].count, 2);
    assert_int_equal(pc_json_refuse_repeats(&items[0], file, &reading.diags), PC_OK);
    assert_int_equal(pc_json_refuse_own_repeats(&items[1], file, &reading.diags), PC_OK);
    assert_null(reading.diags.first);
    assert_int_equal(pc_json_refuse_repeats(&items[1], file, &reading.diags), PC_ERR_INVALID);
    assert_int_equal(reading.diags.errors, 1);
    assert_int_equal(reading.diags.first->code, PC_DIAG_JSON_DUPLICATE_KEY);
    assert_int_equal(reading.diags.first->place.column, 23);
    release(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(what_is_json_is_read_and_written_again),
        cmocka_unit_test(values_have_their_types),
        cmocka_unit_test(a_member_is_found_by_its_exact_name),
        cmocka_unit_test(types_are_named),
        cmocka_unit_test(every_value_knows_its_place),
        cmocka_unit_test(places_are_right_at_every_distance),
        cmocka_unit_test(places_are_those_that_counting_gives),
        cmocka_unit_test(plain_strings_point_into_the_source),
        cmocka_unit_test(nesting_up_to_the_limit_is_read),
        cmocka_unit_test(deeper_nesting_is_refused),
        cmocka_unit_test(a_text_above_the_limit_is_not_even_looked_at),
        cmocka_unit_test(no_bytes_at_all_are_an_empty_text),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(any_byte_may_be_changed_to_any_other),
        cmocka_unit_test(a_big_document_is_read),
        cmocka_unit_test(an_object_may_have_many_members),
        cmocka_unit_test(long_keys_are_cut_in_messages),
        cmocka_unit_test(repeats_are_left_in_the_tree_when_asked_for),
        cmocka_unit_test(strings_can_be_left_for_the_caller_to_decode),
        cmocka_unit_test(errors_inside_a_string_point_into_the_file),
        cmocka_unit_test(values_inside_a_string_have_places_of_the_file),
        cmocka_unit_test(other_refusals_inside_a_string),
        cmocka_unit_test(a_string_that_does_not_fit_its_file_is_wrong_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
