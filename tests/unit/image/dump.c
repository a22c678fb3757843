// SPDX-License-Identifier: Apache-2.0
#include "sample.h"

#include "image/dump.h"

#include <string.h>

static const char body[] = "documents\n"
                           "  0: orders in orders.json\n"
                           "  1: limits in limits.json\n"
                           "statements\n"
                           "  0: Allow Read (document 0, 3:5)\n"
                           "    Principal\n"
                           "      account 111111111111\n"
                           "      account 222222222222 of aws-cn\n"
                           "      service sns.amazonaws.com\n"
                           "    Action\n"
                           "      s3:getobject\n"
                           "      s3:putobject\n"
                           "      s3:list*\n"
                           "      sqs:sendmessage\n"
                           "    Resource\n"
                           "      arn:aws:s3:::b/${aws:username}/*\n"
                           "      never: arn:aws:sqs\n"
                           "    if StringLike aws:userid \"a*\", \"b\"\n"
                           "    if ForAnyValue:NumericNotEqualsIfExists ex:k \"10.5\"\n"
                           "    if ForAllValues:StringEqualsIgnoreCase ex:k \"bob\"\n"
                           "  1: Deny #4 (document 1, 7:9)\n"
                           "    NotPrincipal\n"
                           "      anyone\n"
                           "    NotAction\n"
                           "      *\n"
                           "      never: s3: x\n"
                           "    NotResource\n"
                           "      *\n"
                           "    if DateLessThan ex:k \"2024-05-31T12:00:00.5Z\"\n"
                           "    if Bool ex:k \"true\"\n"
                           "    if BinaryEquals ex:k \"QmluYXJ5\"\n"
                           "    if NotIpAddress ex:k \"203.0.113.0/24\", \"2001:db8::/32\"\n"
                           "    if ArnLike ex:k \"arn:aws:s3:::b*\", \"b\"\n"
                           "    if Null ex:k \"true\"\n"
                           "  2: Allow #5 (document 1, 8:1)\n"
                           "    Action\n"
                           "      s3:putobject\n"
                           "    if StringEquals aws:userid (no value)\n"
                           "index of actions\n"
                           "  * -> 1\n";

// Names come in the order of their slots, of which two have four.
static bool comes_first(const char *name, const char *other)
{
    uint64_t slot = pc_str_hash(pc_str_from(name)) % 4;
    uint64_t taken = pc_str_hash(pc_str_from(other)) % 4;
    return slot == taken ? slot < 3 : slot < taken; // behind it, which may be around the corner
}

static void expect_index(struct pc_buf *out)
{
    static const char *const names[] = {"    getobject -> 0 1\n", "    putobject -> 0 1 2\n"};
    bool first = comes_first("getobject", "putobject");
    pc_buf_text(out, "  s3\n");
    pc_buf_text(out, names[first ? 0 : 1]);
    pc_buf_text(out, names[first ? 1 : 0]);
    pc_buf_text(out, "    list* -> 0\n"
                     "  sqs\n"
                     "    sendmessage -> 0 1\n");
}

static void dump_of_the_sample(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    struct pc_buf expected = {0};
    struct pc_buf out = {0};
    struct pc_image image;
    pc_buf_format(&expected, "resource policy set, format 3, %zu bytes\n", sample.size);
    pc_buf_text(&expected, body);
    expect_index(&expected);
    pc_buf_byte(&expected, '\0');
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    pc_image_dump(&image, "resource", &out);
    pc_buf_byte(&out, '\0');
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_string_equal(out.ptr, expected.ptr);
    pc_buf_release(&out);
    pc_buf_release(&expected);
    sample_free(&sample);
}

static bool holds(const struct pc_buf *out, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= out->len; i++) {
        if (memcmp(out->ptr + i, text, length) == 0) {
            return true;
        }
    }
    return false;
}

// Appends the label and the statements from `first` to 64 in steps of three.
static void put_third(struct pc_buf *out, const char *label, uint32_t first)
{
    pc_buf_text(out, label);
    for (uint32_t i = first; i < 65; i += 3) {
        pc_buf_format(out, " %u", i);
    }
    pc_buf_byte(out, '\n');
}

// By all three: the statements from 3 on take turns in what they have.
static void dump_of_a_large_index(void **state)
{
    (void)state;
    struct sample sample = sample_large();
    struct pc_buf expected = {0};
    struct pc_buf out = {0};
    struct pc_image image;
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    pc_image_dump(&image, "resource", &out);
    put_third(&expected, "    get* ->", 3);
    pc_buf_text(&expected, "    list* -> 0\n");
    pc_buf_byte(&expected, '\0');
    assert_true(holds(&out, expected.ptr));
    pc_buf_reset(&expected);
    put_third(&expected, "    *acl ->", 4);
    pc_buf_byte(&expected, '\0');
    assert_true(holds(&out, expected.ptr));
    pc_buf_reset(&expected);
    put_third(&expected, "index of resources\n  * -> 1 2", 5); // 2 has no resource, 1 not all
    pc_buf_text(&expected, "  s3\n    b/* -> 0\n");
    put_third(&expected, "    c/x* ->", 3);
    put_third(&expected, "    c/x ->", 4);
    put_third(&expected, "index of principals\n  * -> 1 2", 5); // so have they of principals
    pc_buf_byte(&expected, '\0');
    assert_true(holds(&out, expected.ptr));
    pc_buf_reset(&expected);
    pc_buf_format(&expected, "  %016llx -> 0\n",
                  (unsigned long long)pc_image_principal_hash(PC_IMAGE_PRINCIPAL_SERVICE,
                                                              PC_STR("sns.amazonaws.com")));
    pc_buf_byte(&expected, '\0');
    assert_true(holds(&out, expected.ptr));
    pc_buf_release(&out);
    pc_buf_release(&expected);
    sample_free(&sample);
}

static void dump_of_an_empty_set(void **state)
{
    (void)state;
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_image image;
    struct pc_buf bytes = {0};
    struct pc_buf out = {0};
    const struct pc_image_roots nothing = {.by_resource = 0};
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_SCP, &nothing, &bytes), PC_OK);
    assert_int_equal(pc_image_open(pc_buf_view(&bytes), &image), PC_OK);
    pc_image_dump(&image, "scp", &out);
    assert_view(pc_buf_view(&out), "scp policy set, format 3, 224 bytes\n"
                                   "documents\n"
                                   "statements\n"
                                   "index of actions\n");
    pc_buf_release(&out);
    pc_buf_release(&bytes);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}

// Overwrites the first place in the pool that holds the text.
static void replace(struct sample *sample, const char *text, const char *with)
{
    size_t length = strlen(text);
    assert_int_equal(strlen(with), length);
    for (size_t at = sizeof(struct pc_image_header); at + length <= sample->size; at++) {
        if (memcmp(sample->bytes + at, text, length) == 0) {
            memcpy(sample->bytes + at, with, length);
            sample_sign(sample);
            return;
        }
    }
    fail();
}

// A value cannot end its quotation marks, nor a Sid pass for a place in a document.
static void texts_have_one_reading(void **state)
{
    (void)state;
    struct sample sample = sample_new();
    struct pc_image image;
    struct pc_buf out = {0};
    replace(&sample, "bob", "b\"\\");
    replace(&sample, "Read", "#1ab");
    assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
    pc_image_dump(&image, "resource", &out);
    assert_true(holds(&out, "StringEqualsIgnoreCase ex:k \"b\\\"\\\\\"\n"));
    assert_true(holds(&out, "  0: Allow \"#1ab\" (document 0, 3:5)\n"));
    pc_buf_release(&out);
    sample_free(&sample);
}

static size_t count_lines(const struct pc_buf *text)
{
    size_t lines = 0;
    for (size_t i = 0; i < text->len; i++) {
        lines += text->ptr[i] == '\n';
    }
    return lines;
}

// No name, value or pattern ends its line, or draws on the terminal.
static void texts_stay_on_their_line(void **state)
{
    (void)state;
    static const char *const places[][2] = {
        {"orders", "or\ners"},   {"limits.json", "lim\tts.json"},
        {"Read", "\n  9"},       {"222222222222", "2\n3: Deny\n22"},
        {"aws-cn", "ab\033[2J"}, {"sns.amazonaws.com", "sns.ama\r\nnaws.com"},
        {"b/", "\n/"},           {"arn:aws:sqs", "arn:aws\nsqs"},
        {"s3: x", "s3\n x"},     {"bob", "b\nb"},
    };
    for (size_t i = 0; i < COUNT(places); i++) {
        struct sample sample = sample_new();
        struct pc_image image;
        struct pc_buf plain = {0};
        struct pc_buf out = {0};
        assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
        pc_image_dump(&image, "resource", &plain);
        replace(&sample, places[i][0], places[i][1]);
        assert_int_equal(pc_image_open(sample_view(&sample), &image), PC_OK);
        pc_image_dump(&image, "resource", &out);
        assert_int_equal(count_lines(&out), count_lines(&plain));
        for (size_t k = 0; k < out.len; k++) {
            assert_true(out.ptr[k] == '\n' || out.ptr[k] >= ' ');
        }
        pc_buf_release(&out);
        pc_buf_release(&plain);
        sample_free(&sample);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dump_of_the_sample),       cmocka_unit_test(dump_of_a_large_index),
        cmocka_unit_test(dump_of_an_empty_set),     cmocka_unit_test(texts_have_one_reading),
        cmocka_unit_test(texts_stay_on_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
