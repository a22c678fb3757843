// SPDX-License-Identifier: Apache-2.0
//
// Texts of policies with a statement more or less: what is not the statement stays.
#include "told.h"

#include "base/faults.h"
#include "lambda/policy_text.h"

// A statement for the function's alias, and the one that `added` makes.
#define OLD(sid)                                                                                   \
    "{\"Sid\":\"" sid "\",\"Effect\":\"Allow\",\"Principal\":\"*\","                               \
    "\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"" FUNCTION ":prod\"}"
#define NEW                                                                                        \
    "{\"Sid\":\"new\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\","                  \
    "\"Resource\":\"" FUNCTION ":prod\"}"

static struct pc_permission added(void)
{
    struct pc_permission permission = {
        .statement_id = PC_STR("new"), .action = PC_STR("*"), .principal = PC_STR("*")};
    assert_true(pc_function_name_parse(PC_STR(FUNCTION ":prod"), &permission.function));
    return permission;
}

// Codes are those that are reported; of a success, suggestions.
static void check_add(const char *text, const char *revision, const char *expected,
                      const char *codes)
{
    const struct pc_policy_text policy = {PC_STR("p.json"), pc_str_from(text),
                                          pc_str_from(revision)};
    const struct pc_permission permission = added();
    struct pc_buf out = {0};
    struct told told;
    told_start(&told);
    enum pc_status status =
        pc_policy_text_add(&told.arena, &policy, &permission, &told.diags, &out);
    assert_codes(&told, codes, text);
    assert_int_equal(status, expected != NULL ? PC_OK : PC_ERR_INVALID);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, expected != NULL ? expected : "");
    pc_buf_release(&out);
    told_release(&told);
}

// Expected "": it was the last one.
static void check_remove(const char *text, const char *sid, const char *expected, const char *codes)
{
    const struct pc_policy_text policy = {PC_STR("p.json"), pc_str_from(text), PC_STR("")};
    struct pc_permission permission = added();
    struct pc_buf out = {0};
    struct told told;
    told_start(&told);
    permission.statement_id = pc_str_from(sid);
    enum pc_status status =
        pc_policy_text_remove(&told.arena, &policy, &permission, &told.diags, &out);
    assert_codes(&told, codes, text);
    assert_int_equal(status, expected != NULL ? PC_OK : PC_ERR_INVALID);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, expected != NULL ? expected : "");
    pc_buf_release(&out);
    told_release(&told);
}

static void test_adds_to_compact_text(void **state)
{
    (void)state;
    check_add("{\"Version\":\"2012-10-17\",\"Statement\":[" OLD("a") "]}", "",
              "{\"Version\":\"2012-10-17\",\"Statement\":[" OLD("a") "," NEW "]}", "");
    // what is around it stays, white space too
    check_add(" {\"Statement\" :[ " OLD("a") ", " OLD("b") "  ] , \"Version\":\"2012-10-17\" }\n\n",
              "",
              " {\"Statement\" :[ " OLD("a") ", " OLD("b") ", " NEW
                                                           "  ] , \"Version\":\"2012-10-17\" }\n\n",
              "");
    check_add("{\"Statement\":" OLD("a") "}", "", "{\"Statement\":[" OLD("a") "," NEW "]}", "");
}

static void test_takes_on_the_layout(void **state)
{
    (void)state;
    check_add("{\n"
              "\t\"Statement\": [\n"
              "\t\t{\n"
              "\t\t\t\"Effect\": \"Deny\", \"Principal\": \"*\",\n"
              "\t\t\t\"Action\": \"*\", \"Resource\": \"*\"\n"
              "\t\t}\n"
              "\t]\n"
              "}\n",
              "",
              "{\n"
              "\t\"Statement\": [\n"
              "\t\t{\n"
              "\t\t\t\"Effect\": \"Deny\", \"Principal\": \"*\",\n"
              "\t\t\t\"Action\": \"*\", \"Resource\": \"*\"\n"
              "\t\t},\n"
              "\t\t{\n"
              "\t\t\t\"Sid\": \"new\",\n"
              "\t\t\t\"Effect\": \"Allow\",\n"
              "\t\t\t\"Principal\": \"*\",\n"
              "\t\t\t\"Action\": \"*\",\n"
              "\t\t\t\"Resource\": \"" FUNCTION ":prod\"\n"
              "\t\t}\n"
              "\t]\n"
              "}\n",
              "");
    // a statement a line, and the end of lines of another system
    check_add("{\"Statement\": [\r\n    " OLD("a") "\r\n]}", "",
              "{\"Statement\": [\r\n    " OLD("a") ",\r\n    " NEW "\r\n]}", "");
    // one alone that is laid out
    check_add("{\r\n    \"Statement\": {\r\n        \"Effect\": \"Deny\", \"Principal\": \"*\", "
              "\"Action\": \"*\", \"Resource\": \"*\"\r\n    }\r\n}\r\n",
              "",
              "{\r\n    \"Statement\": [{\r\n        \"Effect\": \"Deny\", \"Principal\": \"*\", "
              "\"Action\": \"*\", \"Resource\": \"*\"\r\n    }, {\r\n"
              "        \"Sid\": \"new\",\r\n"
              "        \"Effect\": \"Allow\",\r\n"
              "        \"Principal\": \"*\",\r\n"
              "        \"Action\": \"*\",\r\n"
              "        \"Resource\": \"" FUNCTION ":prod\"\r\n"
              "    }]\r\n}\r\n",
              "");
}

// What get-policy prints: the file around the string stays byte for byte, RevisionId included.
#define GET_POLICY(statements)                                                                     \
    "{\n    \"Policy\": \"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Id\\\":\\\"default\\\","         \
    "\\\"Statement\\\":[" statements "]}\",\n    \"RevisionId\": \"r1\"\n}\n"
#define DENY(sid)                                                                                  \
    "{\\\"Sid\\\":\\\"" sid "\\\",\\\"Effect\\\":\\\"Deny\\\",\\\"Principal\\\":\\\"*\\\","        \
    "\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\"}"
#define ESCAPED_NEW                                                                                \
    "{\\\"Sid\\\":\\\"new\\\",\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":\\\"*\\\","           \
    "\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"" FUNCTION ":prod\\\"}"

static void test_get_policy(void **state)
{
    (void)state;
    check_add(GET_POLICY(DENY("a")), "", GET_POLICY(DENY("a") "," ESCAPED_NEW), "");
    check_add(GET_POLICY(DENY("a")), "r1", GET_POLICY(DENY("a") "," ESCAPED_NEW), "");
    check_add(GET_POLICY(DENY("a")), "r2", NULL, " 1172");
    check_add(GET_POLICY(DENY("new")), "", NULL, " 1169");
    check_remove(GET_POLICY(DENY("a") "," DENY("b")), "a", GET_POLICY(DENY("b")), "");
    check_remove(GET_POLICY(DENY("a")), "a", "", "");
    check_add("{\"Statement\":[" OLD("a") "]}", "r1", "{\"Statement\":[" OLD("a") "," NEW "]}",
              " 1173");
    check_add("{\"Policy\":\"{\\\"Statement\\\":" DENY("a") "}\"}", "r1",
              "{\"Policy\":\"{\\\"Statement\\\":[" DENY("a") "," ESCAPED_NEW "]}\"}", " 1173");
}

static void test_removes(void **state)
{
    (void)state;
    check_remove("{\"Statement\":[" OLD("a") ", " OLD("b") ", " OLD("c") " ]}", "a",
                 "{\"Statement\":[" OLD("b") ", " OLD("c") " ]}", "");
    check_remove("{\"Statement\":[" OLD("a") ", " OLD("b") ", " OLD("c") " ]}", "b",
                 "{\"Statement\":[" OLD("a") ", " OLD("c") " ]}", "");
    check_remove("{\"Statement\":[" OLD("a") ", " OLD("b") ", " OLD("c") " ]}", "c",
                 "{\"Statement\":[" OLD("a") ", " OLD("b") " ]}", "");
    check_remove("{\"Statement\":[" OLD("a") "]}", "a", "", "");
    check_remove("{\"Statement\":" OLD("a") "}", "a", "", "");
    check_remove("{\"Statement\":[" OLD("a") "]}", "A", NULL, " 1171");
    check_remove("{\"Statement\":[" OLD("a") "," OLD("a") "]}", "a", NULL, " 1175");
}

static void test_taken_ids(void **state)
{
    (void)state;
    check_add("{\"Statement\":[" OLD("new") "]}", "", NULL, " 1169");
    check_add("{\"Statement\":[" OLD("n\\u0065w") "]}", "", NULL, " 1169");
    check_add("{\"Statement\":[" OLD("New") "]}", "", "{\"Statement\":[" OLD("New") "," NEW "]}",
              "");
}

#define FOR(resource)                                                                              \
    "{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":" resource "}"

// Whose policy the file holds.
static void test_owners(void **state)
{
    (void)state;
    check_add("{\"Statement\":" FOR("\"" FUNCTION "\"") "}", "", NULL, " 1175");
    check_add("{\"Statement\":" FOR("\"" FUNCTION ":test\"") "}", "", NULL, " 1175");
    check_add("{\"Statement\":" FOR("[\"*\",\"" FUNCTION "\"]") "}", "", NULL, " 1175");
    check_remove("{\"Statement\":" FOR("\"" FUNCTION ":7\"") "}", "new", NULL, " 1175");
    // it tells nothing, or holds one for the alias as well
    check_add("{\"Statement\":[" FOR("\"" FUNCTION ":*\"") "]}", "",
              "{\"Statement\":[" FOR("\"" FUNCTION ":*\"") "," NEW "]}", "");
    check_add("{\"Statement\":[" FOR("[\"" FUNCTION "\",\"" FUNCTION ":prod\"]") "]}", "",
              "{\"Statement\":[" FOR("[\"" FUNCTION "\",\"" FUNCTION ":prod\"]") "," NEW "]}", "");
}

static void test_other_texts(void **state)
{
    (void)state;
    check_add("", "", NULL, " 106");
    check_add("{\"Statement\":[" OLD("a") "],}", "", NULL, " 100");
    check_add("[]", "", NULL, " 1175");
    check_add("{}", "", NULL, " 1175");
    check_add("{\"Policy\":{}}", "", NULL, " 1175");
    check_add("{\"Policy\":\"\"}", "", NULL, " 106");
    check_add("{\"Policy\":\"{}\"}", "", NULL, " 205");
    check_add("{\"Statement\":[]}", "", NULL, " 205");
}

// 20,480 bytes are the most, white space between the elements not counted.
static void check_length(size_t over, bool spaced, const char *codes)
{
    const struct pc_permission permission = added();
    struct pc_buf text = {0}, out = {0};
    struct told told;
    size_t frame = strlen("{\"Statement\":[" FOR("\"*\"") ",") + strlen(NEW) + strlen("]}") +
                   strlen(",\"Condition\":{\"StringEquals\":{\"a:b\":\"\\\"\"}}");
    told_start(&told);
    pc_buf_text(&text, "{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\","
                       "\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"a:b\":\"\\\"");
    pc_buf_fill(&text, ' ', PC_FUNCTION_POLICY_BYTES - frame + over); // in a string, so counted
    pc_buf_text(&text, "\"}}}");
    pc_buf_fill(&text, ' ', spaced ? 10000 : 0);
    pc_buf_text(&text, "]}");
    const struct pc_policy_text policy = {PC_STR("p.json"), pc_buf_view(&text), PC_STR("")};
    enum pc_status status =
        pc_policy_text_add(&told.arena, &policy, &permission, &told.diags, &out);
    assert_codes(&told, codes, "length");
    assert_int_equal(status, codes[0] == '\0' ? PC_OK : PC_ERR_INVALID);
    pc_buf_release(&text);
    pc_buf_release(&out);
    told_release(&told);
}

static void test_length(void **state)
{
    (void)state;
    check_length(0, false, "");
    check_length(0, true, "");
    check_length(1, false, " 1170");
    check_length(1, true, " 1170");
}

static void test_places(void **state)
{
    (void)state;
    const struct pc_policy_text policy = {
        PC_STR("p.json"), PC_STR("{\n  \"Statement\": [\n    " OLD("new") "]\n}"), PC_STR("")};
    const struct pc_permission permission = added();
    struct pc_buf out = {0};
    struct told told;
    told_start(&told);
    assert_int_equal(pc_policy_text_add(&told.arena, &policy, &permission, &told.diags, &out),
                     PC_ERR_INVALID);
    assert_view(told.diags.first->place.file, "p.json");
    assert_int_equal(told.diags.first->place.line, 3);
    assert_int_equal(told.diags.first->place.column, 12);
    told_release(&told);
}

static void test_begins_as_lambda_does(void **state)
{
    (void)state;
    const struct pc_permission permission = added();
    struct pc_buf out = {0};
    pc_policy_text_begin(&out, &permission);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, "{\n"
                                 "  \"Version\": \"2012-10-17\",\n"
                                 "  \"Id\": \"default\",\n"
                                 "  \"Statement\": [\n"
                                 "    {\n"
                                 "      \"Sid\": \"new\",\n"
                                 "      \"Effect\": \"Allow\",\n"
                                 "      \"Principal\": \"*\",\n"
                                 "      \"Action\": \"*\",\n"
                                 "      \"Resource\": \"" FUNCTION ":prod\"\n"
                                 "    }\n"
                                 "  ]\n"
                                 "}\n");
    pc_buf_release(&out);
}

// Without memory there is an error, and never a text that lacks something.
static void check_faults(const char *text, const char *sid, bool removes)
{
    const struct pc_policy_text policy = {PC_STR("p.json"), pc_str_from(text), PC_STR("")};
    struct pc_permission permission = added();
    enum pc_status status = PC_ERR_NOMEM;
    permission.statement_id = pc_str_from(sid);
    for (size_t left = 0; status == PC_ERR_NOMEM; left++) {
        struct pc_buf out = {0};
        struct told told;
        assert_true(left < 1000);
        told_start(&told);
        allocations_left = left;
        status = removes
                     ? pc_policy_text_remove(&told.arena, &policy, &permission, &told.diags, &out)
                     : pc_policy_text_add(&told.arena, &policy, &permission, &told.diags, &out);
        assert_true(status == PC_ERR_NOMEM || left > 2);
        allocations_left = SIZE_MAX;
        assert_true(status == PC_OK || status == PC_ERR_NOMEM);
        assert_int_equal(told.diags.errors, 0);
        pc_buf_release(&out);
        told_release(&told);
    }
    assert_int_equal(status, PC_OK);
}

static void test_faults(void **state)
{
    (void)state;
    check_faults("{\"Statement\":[" OLD("a") ",\n" OLD("b") "]}", "new", false);
    check_faults("{\"Statement\":[" OLD("a") ",\n" OLD("b") "]}", "a", true);
    check_faults("{\"Statement\":[" OLD("a") "]}", "a", true);
    check_faults(GET_POLICY(DENY("a")), "new", false);
    check_faults(GET_POLICY(DENY("a") "," DENY("b")), "a", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adds_to_compact_text),
        cmocka_unit_test(test_takes_on_the_layout),
        cmocka_unit_test(test_get_policy),
        cmocka_unit_test(test_removes),
        cmocka_unit_test(test_taken_ids),
        cmocka_unit_test(test_owners),
        cmocka_unit_test(test_other_texts),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_begins_as_lambda_does),
        cmocka_unit_test(test_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
