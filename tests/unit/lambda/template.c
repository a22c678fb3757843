// SPDX-License-Identifier: Apache-2.0
//
// Templates filled in: parts of ARNs, facts, forms that calls and mistakes have, and circumstances.
#include "testing.h"

#include "lambda/template.h"

#include "base/buf.h"

#define FUNCTION "arn:aws:lambda:eu-west-1:111122223333:function:thumbs"

static struct pc_subject subject_of(const char *other, const char *configured)
{
    struct pc_subject subject = {.role = PC_STR("arn:aws:iam::111122223333:role/r")};
    assert_true(pc_function_name_parse(PC_STR(FUNCTION), &subject.function));
    subject.connection.other = pc_str_from(other);
    subject.connection.function = pc_str_from(configured);
    return subject;
}

static void write_text(struct pc_buf *out, const char *text)
{
    pc_buf_u32(out, (uint32_t)strlen(text));
    pc_buf_text(out, text);
}

// Facts as a record has them: NAME VALUE ...
static void tell(struct pc_subject *subject, struct pc_buf *room, const char *const *pairs)
{
    for (subject->connection.fact_count = 0; *pairs != NULL; pairs += 2) {
        write_text(room, pairs[0]);
        write_text(room, pairs[1]);
        subject->connection.fact_count++;
    }
    subject->connection.facts = pc_buf_view(room);
}

static void check(const struct pc_subject *subject, const char *text, const char *filled)
{
    struct pc_arena arena;
    struct pc_str out;
    pc_arena_init(&arena);
    assert_int_equal(pc_template_fill(&arena, text, subject, &out), PC_OK);
    if (!pc_str_eq(out, pc_str_from(filled))) {
        print_message("%s gave %.*s\n", text, PC_STR_ARG(out));
        fail();
    }
    pc_arena_release(&arena);
}

static void parts_of_the_function(void **state)
{
    (void)state;
    const struct pc_subject subject = subject_of("", FUNCTION ":prod");
    check(&subject, "{P} {R} {A} {NAME}", "aws eu-west-1 111122223333 thumbs");
    check(&subject, "{FN}", FUNCTION);
    check(&subject, "{FNQ}", FUNCTION ":prod");
    check(&subject, "{ROLE}", "arn:aws:iam::111122223333:role/r");
    check(&subject, "{LOG-GROUP}", "/aws/lambda/thumbs");
    check(&subject, "{QUALIFIED}", FUNCTION ":prod");
    check(&subject, "no braces", "no braces");
    check(&subject, "", "");
    const struct pc_subject plain = subject_of("", FUNCTION);
    check(&plain, "{QUALIFIED}", FUNCTION ":$LATEST");
}

static void parts_of_the_other_end(void **state)
{
    (void)state;
    const struct pc_subject topic = subject_of("arn:aws:sns:us-east-1:444455556666:t", FUNCTION);
    check(&topic, "{S} {SR} {SP}", "444455556666 us-east-1 t");
    const struct pc_subject none = subject_of("", FUNCTION);
    check(&none, "{S} {SR} {SP}.", "111122223333 eu-west-1 .");
}

// Of a bucket's ARN nothing tells the account: the fact, then what the store knows, then the
// function's.
static void whose_a_bucket_is(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf room = {0};
    const char *const facts[] = {"account", "777788889999", NULL};
    struct pc_subject subject = subject_of("arn:aws:s3:::photos", FUNCTION);
    check(&subject, "{S}", "111122223333");
    assert_false(pc_subject_tells(&subject, "foreign"));
    subject.owner = PC_STR("444455556666");
    check(&subject, "{S}", "444455556666");
    assert_true(pc_subject_tells(&subject, "foreign"));
    tell(&subject, &room, facts);
    check(&subject, "{S}", "777788889999");
}

static void facts_and_what_stands_for_them(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf room = {0};
    const char *const facts[] = {"group", "/own", "topic", "first", "topic", "second", NULL};
    struct pc_subject subject = subject_of("", FUNCTION);
    tell(&subject, &room, facts);
    subject.each = PC_STR("this one");
    check(&subject, "{LOG-GROUP}", "/own");
    check(&subject, "{topic}", "first");
    check(&subject, "{each}", "this one");
    check(&subject, "{role|nobody} {group|nobody}", "nobody /own");
    check(&subject, "{role}", "");
    assert_true(pc_subject_tells(&subject, NULL));
    assert_true(pc_subject_tells(&subject, "group !role"));
    assert_true(pc_subject_tells(&subject, "group=/own"));
    assert_true(pc_subject_tells(&subject, "own-group"));
    assert_false(pc_subject_tells(&subject, "group=/other"));
    assert_true(pc_subject_tells(&subject, "!group=/other"));
    assert_false(pc_subject_tells(&subject, "group role"));
    assert_false(pc_subject_tells(&subject, "other"));
    assert_true(pc_subject_tells(&subject, "!other"));
}

// LAMBDA.md 1.1, 1.3, 1.4.
static void forms_that_calls_have(void **state)
{
    (void)state;
    static const struct {
        const char *other, *text, *filled;
    } rows[] = {
        {"arn:aws:scheduler:eu-west-1:111122223333:schedule/shop/nightly", "{GROUP}",
         "arn:aws:scheduler:eu-west-1:111122223333:schedule-group/shop"},
        {"arn:aws:scheduler:eu-west-1:111122223333:schedule-group/shop", "{GROUP}",
         "arn:aws:scheduler:eu-west-1:111122223333:schedule-group/shop"},
        {"arn:aws:logs:eu-west-1:111122223333:log-group:/app", "{LOGS}",
         "arn:aws:logs:eu-west-1:111122223333:log-group:/app:*"},
        {"arn:aws:logs:eu-west-1:111122223333:log-group:/app:*", "{LOGS}",
         "arn:aws:logs:eu-west-1:111122223333:log-group:/app:*"},
        {"arn:aws:logs:eu-west-1:111122223333:log-group:/app:*", "{LOGS-BARE}",
         "arn:aws:logs:eu-west-1:111122223333:log-group:/app"},
        {"arn:aws:kinesis:eu-west-1:111122223333:stream/s/consumer/c:1", "{STREAM}",
         "arn:aws:kinesis:eu-west-1:111122223333:stream/s"},
        {"arn:aws:kinesis:eu-west-1:111122223333:stream/s", "{STREAM}",
         "arn:aws:kinesis:eu-west-1:111122223333:stream/s"},
        {"arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/2026", "{STREAM}",
         "arn:aws:dynamodb:eu-west-1:111122223333:table/t"},
        {"arn:aws:kafka:eu-west-1:111122223333:cluster/name/uuid-1", "{CLUSTER}", "name/uuid-1"},
        {"kafka://failures", "{TARGET-TOPIC}",
         "arn:aws:kafka:eu-west-1:111122223333:topic//failures"},
        {"arn:aws:events:eu-west-1:111122223333:rule/bus/r", "{RULE}",
         "arn:aws:events:eu-west-1:111122223333:rule/r"},
        {"arn:aws:events:eu-west-1:111122223333:rule/r", "{RULE}",
         "arn:aws:events:eu-west-1:111122223333:rule/r"},
        {"arn:aws:execute-api:eu-west-1:111122223333:a1/prod/GET/x/y", "{STAGELESS}", "a1/GET/x/y"},
        {"arn:aws:execute-api:eu-west-1:111122223333:a1", "{STAGELESS}", "a1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct pc_subject subject = subject_of(rows[i].other, FUNCTION);
        check(&subject, rows[i].text, rows[i].filled);
    }
}

static void consumers_are_told_from_streams(void **state)
{
    (void)state;
    const struct pc_subject stream =
        subject_of("arn:aws:kinesis:eu-west-1:111122223333:stream/s", FUNCTION);
    const struct pc_subject consumer =
        subject_of("arn:aws:kinesis:eu-west-1:111122223333:stream/s/consumer/c:1", FUNCTION);
    assert_false(pc_subject_tells(&stream, "consumer"));
    assert_true(pc_subject_tells(&consumer, "consumer"));
}

static void connections_of_a_vpc_are_told_from_clusters(void **state)
{
    (void)state;
    const struct pc_subject cluster =
        subject_of("arn:aws:kafka:eu-west-1:111122223333:cluster/n/u", FUNCTION);
    const struct pc_subject connection = subject_of(
        "arn:aws:kafka:eu-west-1:111122223333:vpc-connection/444455556666/n/u", FUNCTION);
    assert_false(pc_subject_tells(&cluster, "vpc-connection"));
    assert_true(pc_subject_tells(&connection, "vpc-connection"));
}

// The mapping's id is the name of the group that has none (LAMBDA.md 1.4).
static void groups_of_consumers(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf room = {0}, more = {0};
    const char *const id[] = {"uuid", "u-1", NULL};
    const char *const both[] = {"uuid", "u-1", "consumer-group", "images", NULL};
    struct pc_subject subject = subject_of("", FUNCTION);
    check(&subject, "{CONSUMERS|x}", "x");
    tell(&subject, &room, id);
    check(&subject, "{CONSUMERS|x}", "u-1");
    tell(&subject, &more, both);
    check(&subject, "{CONSUMERS|x}", "images");
}

static void others_of_whom_nobody_told(void **state)
{
    (void)state;
    PC_CLEANUP(pc_buf_release) struct pc_buf room = {0};
    const char *const facts[] = {"deployer", "arn:aws:iam::111122223333:role/ci", NULL};
    struct pc_subject subject = subject_of("", FUNCTION);
    check(&subject, "{DEPLOYER}{MAPPED}", "");
    assert_false(pc_subject_tells(&subject, "deployed"));
    tell(&subject, &room, facts);
    check(&subject, "{DEPLOYER}", "arn:aws:iam::111122223333:role/ci");
    assert_true(pc_subject_tells(&subject, "deployed"));
}

// What is put in is not looked at again: a value with braces stays as it is.
static void values_are_no_templates(void **state)
{
    (void)state;
    const struct pc_subject subject =
        subject_of("arn:aws:execute-api:eu-west-1:111122223333:a1/prod/GET/{A}", FUNCTION);
    check(&subject, "{SP}", "a1/prod/GET/{A}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_the_function),
        cmocka_unit_test(parts_of_the_other_end),
        cmocka_unit_test(whose_a_bucket_is),
        cmocka_unit_test(facts_and_what_stands_for_them),
        cmocka_unit_test(forms_that_calls_have),
        cmocka_unit_test(consumers_are_told_from_streams),
        cmocka_unit_test(connections_of_a_vpc_are_told_from_clusters),
        cmocka_unit_test(groups_of_consumers),
        cmocka_unit_test(others_of_whom_nobody_told),
        cmocka_unit_test(values_are_no_templates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
