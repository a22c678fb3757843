// SPDX-License-Identifier: Apache-2.0
//
// The table of kinds is sound, and CONTRACT.md shows all of it.
#include "testing.h"

#include "account/connection_kinds.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_fact(struct pc_buf *out, const char *fact, bool needed, bool *first)
{
    const char *mark = needed ? "**" : "";
    pc_buf_format(out, "%s%s`%s`%s", *first ? "" : ", ", mark, fact, mark);
    *first = false;
}

// The row as CONTRACT.md has it.
static void write_row(struct pc_buf *out, const struct pc_connection_kind *kind)
{
    bool first = true;
    pc_buf_format(out, "| `%s` | %s | ", kind->kind, pc_connection_part_text(kind->part));
    if (kind->source == NULL) {
        pc_buf_text(out, "–");
    } else {
        pc_buf_format(out, "`%s`%s", kind->source,
                      kind->source_optional ? ", may be left out" : "");
    }
    pc_buf_text(out, " | ");
    for (size_t i = 0; i < PC_CONNECTION_FACTS && kind->needs[i] != NULL; i++) {
        write_fact(out, kind->needs[i], true, &first);
    }
    if (kind->qualified) {
        write_fact(out, "qualifier", true, &first);
    }
    for (size_t i = 0; i < PC_CONNECTION_FACTS && kind->may[i] != NULL; i++) {
        write_fact(out, kind->may[i], false, &first);
    }
    pc_buf_text(out, first ? "– |\n" : " |\n");
    pc_buf_byte(out, '\0');
}

static void the_contract_shows_each_kind(void **state)
{
    (void)state;
    static char text[256 << 10];
    char path[1024];
    const char *source = getenv("POLCHECK_SOURCE");
    assert_non_null(source);
    (void)snprintf(path, sizeof(path), "%s/CONTRACT.md", source);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    assert_int_equal(fclose(file), 0);
    text[length] = '\0';
    for (size_t i = 0; pc_connection_kind_at(i) != NULL; i++) {
        struct pc_buf row;
        pc_buf_init(&row);
        write_row(&row, pc_connection_kind_at(i));
        assert_int_equal(pc_buf_status(&row), PC_OK);
        if (strstr(text, row.ptr) == NULL) {
            print_message("CONTRACT.md lacks the row\n%s", row.ptr);
            fail();
        }
        pc_buf_release(&row);
    }
}

static void kinds_are_found_by_their_names(void **state)
{
    (void)state;
    for (size_t i = 0; pc_connection_kind_at(i) != NULL; i++) {
        const struct pc_connection_kind *kind = pc_connection_kind_at(i);
        assert_ptr_equal(pc_connection_kind_find(pc_str_from(kind->kind)), kind);
    }
    assert_null(pc_connection_kind_find(PC_STR("")));
    assert_null(pc_connection_kind_find(PC_STR("sq")));
    assert_null(pc_connection_kind_find(PC_STR("SQS")));
}

static void facts_have_names_of_their_own(void **state)
{
    (void)state;
    static const char *const taken[] = {"kind", "source", "qualifier", "target"};
    for (size_t i = 0; pc_connection_kind_at(i) != NULL; i++) {
        for (size_t j = 0; j < sizeof(taken) / sizeof(taken[0]); j++) {
            assert_null(pc_connection_kind_fact(pc_connection_kind_at(i), pc_str_from(taken[j])));
        }
    }
    const struct pc_connection_kind *msk = pc_connection_kind_find(PC_STR("msk"));
    assert_string_equal(pc_connection_kind_fact(msk, PC_STR("topic")), "topic*");
    assert_string_equal(pc_connection_kind_fact(msk, PC_STR("iam")), "iam");
    assert_null(pc_connection_kind_fact(msk, PC_STR("topic*")));
    assert_null(pc_connection_kind_fact(msk, PC_STR("queue")));
    assert_true(pc_connection_fact_is_list("topic*"));
    assert_false(pc_connection_fact_is_list("topic"));
    assert_true(pc_connection_fact_is_flag("iam"));
    assert_false(pc_connection_fact_is_flag("role"));
}

// Stars of an ARN's field stay within it, but for the last.
static const struct {
    const char *kind, *other;
    bool fits;
} ends[] = {
    {"sqs", "arn:aws:sqs:eu-west-1:111122223333:q", true},
    {"sqs", "arn:aws-cn:sqs:cn-north-1:111122223333:q", true},
    {"sqs", "arn:aws:sqs:eu-west-1:111122223333:", false},
    {"sqs", "arn:aws:sqs:eu-west-1:111122223333", false},
    {"sqs", "arn:aws:sns:eu-west-1:111122223333:q", false},
    {"sqs", "arn:aws:s3:::a:sqs:b:c:d", false},
    {"s3", "arn:aws:s3:::b", true},
    {"s3", "arn:aws:s3:eu-west-1::b", false},
    {"kinesis", "arn:aws:kinesis:eu-west-1:111122223333:stream/s/consumer/c:1", true},
    {"kinesis", "arn:aws:kinesis:eu-west-1:111122223333:s", false},
    {"dynamodb", "arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/l", true},
    {"dynamodb", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", false},
    {"cloudfront", "arn:aws:cloudfront::111122223333:distribution/E1", true},
    {"cloudfront", "arn:aws:cloudfront:us-east-1:111122223333:distribution/E1", false},
    {"logs-subscription", "arn:aws:logs:eu-west-1:111122223333:log-group:/a:*", true},
    {"destination-kafka", "kafka://t", true},
    {"destination-kafka", "kafka:/t", false},
    {"invoke", "arn:aws:iam::111122223333:root", true},
    {"invoke", "arn:aws", false},
    {"invoke", "s3.amazonaws.com", false},
    {"layer", "arn:aws:lambda:eu-west-1:111122223333:layer:l:1", true},
    {"layer", "arn:aws:lambda:eu-west-1:111122223333:layer:l", false},
    {"alexa", "arn:aws:s3:::b", false},
};

static void other_ends_fit_or_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        const struct pc_connection_kind *kind = pc_connection_kind_find(pc_str_from(ends[i].kind));
        assert_non_null(kind);
        if (pc_connection_kind_fits(kind, pc_str_from(ends[i].other)) != ends[i].fits) {
            print_message("%s: %s\n", ends[i].kind, ends[i].other);
            fail();
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_contract_shows_each_kind),
        cmocka_unit_test(kinds_are_found_by_their_names),
        cmocka_unit_test(facts_have_names_of_their_own),
        cmocka_unit_test(other_ends_fit_or_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
