// SPDX-License-Identifier: Apache-2.0
//
// Released variables as JSON: written as Lambda has them, and read back from a box into the memory
// that was meant for them.
#include "testing.h"

#include "environment_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARN "arn:aws:lambda:eu-west-1:111122223333:function:f"
#define HEAD                                                                                       \
    "{\"polcheck\":\"environment 1\",\"function\":\"" ARN                                          \
    "\",\"released\":\"2024-05-01T12:00:00Z\","

static char quoted[] = "AA=say \"hi\"\\\n\x01";
static char unicode[] = "BB=gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80 = \xe2\x80\xa8";
static char empty[] = "CC=";
static char *assignments[] = {quoted, unicode, empty};
static const struct pc_secret_values values = {assignments, 3};

struct reading {
    struct pc_arena arena;
    char *text; // of exactly its size, so that a sanitizer sees a read behind the end
    char *room; // the same
    struct pc_sealed_label label;
    struct pc_secret_values values;
};

static enum pc_status read_bytes(struct reading *reading, struct pc_str text)
{
    *reading = (struct reading){.text = malloc(text.len + 1), .room = malloc(text.len + 1)};
    assert_non_null(reading->text);
    assert_non_null(reading->room);
    reading->text = realloc(reading->text, text.len);
    reading->room = realloc(reading->room, text.len);
    memcpy(reading->text, text.ptr, text.len);
    return pc_sealed_json_read(&reading->arena, (struct pc_str){reading->text, text.len},
                               reading->room, &reading->label, &reading->values);
}

static void release(struct reading *reading)
{
    free(reading->text);
    free(reading->room);
    pc_arena_release(&reading->arena);
}

static void variables_are_a_compact_object(void **state)
{
    (void)state;
    struct pc_buf text = {0};
    pc_environment_json_write(&text, &values);
    assert_view(pc_buf_view(&text),
                "{\"AA\":\"say \\\"hi\\\"\\\\\\n\\u0001\",\"BB\":\"gr\xc3\xbc\xc3\x9f "
                "\xf0\x9f\x98\x80 = \\u2028\",\"CC\":\"\"}");
    assert_true(text.len <= pc_environment_json_room(&values));
    pc_buf_release(&text);
}

static void none_are_an_empty_object(void **state)
{
    (void)state;
    struct pc_buf text = {0};
    const struct pc_secret_values none = {NULL, 0};
    pc_environment_json_write(&text, &none);
    assert_view(pc_buf_view(&text), "{}");
    pc_buf_release(&text);
}

static void what_is_sealed_says_whose_and_when(void **state)
{
    (void)state;
    struct pc_buf text = {0};
    const struct pc_secret_values last = {&assignments[2], 1};
    const struct pc_sealed_label label = {PC_STR(ARN), 1714564800};
    pc_sealed_json_write(&text, &label, &last);
    assert_view(pc_buf_view(&text), HEAD "\"variables\":{\"CC\":\"\"}}");
    pc_buf_release(&text);
}

static void the_worst_values_fit_the_room(void **state)
{
    (void)state;
    char worst[4096];
    char *one[] = {worst};
    const struct pc_secret_values given = {one, 1};
    const struct pc_sealed_label label = {PC_STR(ARN), 0};
    struct pc_buf text = {0};
    memset(worst, 0x1f, sizeof(worst));
    memcpy(worst, "AA=", 3);
    worst[sizeof(worst) - 1] = '\0';
    pc_sealed_json_write(&text, &label, &given);
    assert_int_equal(pc_buf_status(&text), PC_OK);
    assert_true(text.len > 6 * 4090);
    assert_true(text.len <= pc_environment_json_room(&given));
    pc_buf_release(&text);
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    struct reading reading;
    struct pc_buf text = {0};
    const struct pc_sealed_label label = {PC_STR(ARN), 1714564800};
    pc_sealed_json_write(&text, &label, &values);
    assert_int_equal(read_bytes(&reading, pc_buf_view(&text)), PC_OK);
    assert_view(reading.label.function, ARN);
    assert_int_equal(reading.label.released, 1714564800);
    assert_int_equal(reading.values.count, 3);
    for (size_t i = 0; i < 3; i++) {
        const char *made = reading.values.assignments[i];
        assert_string_equal(made, assignments[i]);
        assert_true(made >= reading.room && made < reading.room + text.len);
    }
    release(&reading);
    pc_buf_release(&text);
}

static void other_writers_may_lay_it_out_otherwise(void **state)
{
    (void)state;
    struct reading reading;
    static const char text[] = "{ \"variables\" : {\"AA\": \"\\u0062\\/\"},\n\"further\": [1], "
                               "\"released\":\"1714564800\","
                               "\"polcheck\":\"environment 1\", \"function\":\"" ARN "\" }";
    assert_int_equal(read_bytes(&reading, pc_str_from(text)), PC_OK);
    assert_int_equal(reading.values.count, 1);
    assert_string_equal(reading.values.assignments[0], "AA=b/");
    release(&reading);
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "x",
        "[]",
        "{}",
        HEAD "\"variables\":{}",
        HEAD "\"variables\":[]}",
        HEAD "\"variables\":{\"AA\":1}}",
        HEAD "\"variables\":{\"AA\":null}}",
        HEAD "\"variables\":{\"\":\"x\"}}",
        HEAD "\"variables\":{\"A=A\":\"x\"}}",
        HEAD "\"variables\":{\"A\\u003dA\":\"x\"}}",
        HEAD "\"variables\":{\"AA\":\"x\\u0000y\"}}",
        HEAD "\"variables\":{\"AA\":\"x\",\"AA\":\"y\"}}",
        HEAD "\"variables\":{\"AA\":\"\\ud800\"}}",
        HEAD "\"other\":{}}",
        "{\"polcheck\":\"environment 2\",\"function\":\"" ARN
        "\",\"released\":\"2024-05-01T12:00:00Z\",\"variables\":{}}",
        "{\"polcheck\":\"environment 1\",\"function\":\"" ARN
        "\",\"released\":\"noon\",\"variables\":{}}",
        "{\"polcheck\":\"environment 1\",\"released\":\"2024-05-01T12:00:00Z\",\"variables\":{}}",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct reading reading;
        enum pc_status status = read_bytes(&reading, pc_str_from(texts[i]));
        if (status != PC_ERR_DAMAGED) {
            fail_msg("%s: %s", texts[i], pc_status_text(status));
        }
        release(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_are_a_compact_object),
        cmocka_unit_test(none_are_an_empty_object),
        cmocka_unit_test(what_is_sealed_says_whose_and_when),
        cmocka_unit_test(the_worst_values_fit_the_room),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(other_writers_may_lay_it_out_otherwise),
        cmocka_unit_test(anything_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
