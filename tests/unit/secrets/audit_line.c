// SPDX-License-Identifier: Apache-2.0
//
// Macs and the head come from audit_vectors.py, where the lines are written by hand as well.
#include "audit_case.h"

#include "audit_head.h"
#include "audit_line.h"

#include "json/reader.h"

static const char *const lines[] = {
    "{\"seq\":1,\"time\":\"1970-01-01T00:00:00.000000Z\",\"event\":\"init\","
    "\"mac\":\"946c85049f578589b829f27bc11228541f24588f7ba429cf630dc620119df546\"}\n",
    "{\"seq\":2,\"time\":\"2025-11-25T12:00:00.123456Z\",\"event\":\"release\","
    "\"principal\":\"arn:aws:sts::111122223333:assumed-role/pay/pay\","
    "\"function\":\"arn:aws:lambda:eu-west-1:111122223333:function:pay\","
    "\"names\":[\"A1\",\"B\\\"2\"],\"key\":\"arn:aws:kms:eu-west-1:111122223333:key/k\","
    "\"keyVersion\":3,\"decision\":\"allowed\","
    "\"statements\":[{\"type\":\"identity\",\"policy\":\"P\",\"sid\":\"S\",\"effect\":\"Allow\","
    "\"file\":\"f.json\",\"line\":7},{\"type\":\"resource\",\"policy\":\"Q\",\"sid\":\"#2\","
    "\"effect\":\"Deny\"}],\"delivery\":\"box\",\"recipient\":\"pk\","
    "\"snapshot\":18446744073709551615,\"generation\":9,"
    "\"mac\":\"4169a2c67005af8a8a4b993269dca878054525bcdc0f5c108b13d90f3a89bfba\"}\n",
    "{\"seq\":3,\"time\":\"2025-11-25T12:00:00.123456Z\",\"event\":\"refusal\","
    "\"principal\":\"a\xef\xbf\xbd\\nb\",\"decision\":\"implicitDeny\",\"status\":\"not found\","
    "\"message\":\"\\u2028,\\\"generation\\\":77\",\"truncated\":true,"
    "\"mac\":\"34133965101f27d89acea342711345e8c73e60a81be6b3e1be4858c236dda7d2\"}\n",
};

static const uint8_t head_after_them[] = {
    0x70, 0x6f, 0x6c, 0x63, 0x68, 0x65, 0x63, 0x6b, 0x20, 0x61, 0x75, 0x64, 0x69, 0x74, 0x20,
    0x31, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xef, 0x03, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x34, 0x13, 0x39, 0x65, 0x10,
    0x1f, 0x27, 0xd8, 0x9a, 0xce, 0xa3, 0x42, 0x71, 0x13, 0x45, 0xe8, 0xc7, 0x3e, 0x60, 0xa8,
    0x1b, 0xe6, 0xb3, 0xe1, 0xbe, 0x48, 0x58, 0xc2, 0x36, 0xdd, 0xa7, 0xd2, 0x3e, 0x30, 0x90,
    0x2e, 0xa2, 0x66, 0x9a, 0x07, 0xcc, 0x74, 0xd5, 0x90, 0x7c, 0x31, 0x62, 0xb7, 0x89, 0xea,
    0x01, 0xef, 0x47, 0xe8, 0x5d, 0x45, 0x5a, 0x3f, 0x39, 0x6d, 0xcf, 0x0f, 0x6c, 0x46,
};

static const struct pc_str two_names[] = {PC_STR_INIT("A1"), PC_STR_INIT("B\"2")};
static const struct pc_audit_statement two_statements[] = {
    {PC_STR_INIT("identity"), PC_STR_INIT("P"), PC_STR_INIT("S"), PC_STR_INIT("Allow"),
     PC_STR_INIT("f.json"), 7},
    {PC_STR_INIT("resource"), PC_STR_INIT("Q"), PC_STR_INIT("#2"), PC_STR_INIT("Deny"),
     PC_STR_INIT(""), 0},
};

static struct pc_audit_entry entry_at(size_t index)
{
    switch (index) {
    case 0:
        return (struct pc_audit_entry){.event = PC_STR("init")};
    case 1:
        return (struct pc_audit_entry){
            .time = INT64_C(1764072000123456789),
            .event = PC_STR("release"),
            .principal = PC_STR("arn:aws:sts::111122223333:assumed-role/pay/pay"),
            .function = PC_STR("arn:aws:lambda:eu-west-1:111122223333:function:pay"),
            .names = two_names,
            .name_count = 2,
            .key = PC_STR("arn:aws:kms:eu-west-1:111122223333:key/k"),
            .key_version = 3,
            .decision = PC_STR("allowed"),
            .statements = two_statements,
            .statement_count = 2,
            .delivery = PC_STR("box"),
            .recipient = PC_STR("pk"),
            .snapshot = UINT64_MAX,
            .generation = 9,
        };
    default:
        return (struct pc_audit_entry){
            .time = INT64_C(1764072000123456789),
            .event = PC_STR("refusal"),
            .principal = PC_STR("a\xff\nb"),
            .decision = PC_STR("implicitDeny"),
            .status = PC_STR("not found"),
            .message = PC_STR("\xe2\x80\xa8,\"generation\":77"),
            .truncated = true,
        };
    }
}

static void lines_and_head_are_as_another_library_makes_them(void **state)
{
    struct audit_case *c = *state;
    size_t at = 0;
    for (size_t i = 0; i < 3; i++) {
        struct pc_audit_entry entry = entry_at(i);
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
        struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
        assert_int_equal(log.len, at + strlen(lines[i]));
        assert_memory_equal(log.ptr + at, lines[i], log.len - at);
        at = log.len;
    }
    struct pc_str head = audit_case_read(c, PC_AUDIT_HEAD);
    assert_int_equal(head.len, sizeof(head_after_them));
    assert_memory_equal(head.ptr, head_after_them, sizeof(head_after_them));
}

// What was made elsewhere is believed as well.
static void what_another_library_made_is_sound(void **state)
{
    struct audit_case *c = *state;
    struct pc_buf log = {0};
    for (size_t i = 0; i < 3; i++) {
        pc_buf_text(&log, lines[i]);
    }
    const void *head = head_after_them;
    audit_case_write(c, PC_AUDIT_LOG, pc_buf_view(&log));
    audit_case_write(c, PC_AUDIT_HEAD, (struct pc_str){head, sizeof(head_after_them)});
    pc_buf_release(&log);
    audit_case_assert_sound(c, 3);
    assert_int_equal(audit_case_verify(c).end.generation, 9);
    audit_case_reopen(c);
    struct pc_audit_position at;
    assert_int_equal(pc_audit_where(c->audit, &c->diags, &at), PC_OK);
    assert_true(at.seq == 3 && at.bytes == 1007 && at.generation == 9);
}

// Every text may hold every byte: the line stays one line, is JSON, and has nothing beside what was
// given.
static void any_bytes_stay_one_line_of_json(void **state)
{
    struct audit_case *c = *state;
    for (unsigned byte = 0; byte < 256; byte++) {
        const char bytes[] = {'"', ',', (char)byte, '"', '}', (char)byte};
        struct pc_str text = {bytes, sizeof(bytes)};
        struct pc_audit_statement statement = {text, text, text, text, text, 1};
        struct pc_audit_entry entry = {
            .event = text,
            .principal = text,
            .function = text,
            .names = &text,
            .name_count = 1,
            .key = text,
            .decision = text,
            .status = text,
            .message = text,
            .statements = &statement,
            .statement_count = 1,
            .delivery = text,
            .recipient = text,
        };
        assert_int_equal(pc_audit_append(c->audit, &entry, &c->diags), PC_OK);
    }
    audit_case_assert_sound(c, 256);
    struct pc_str log = audit_case_read(c, PC_AUDIT_LOG);
    for (size_t i = 1; i <= 256; i++) {
        struct pc_json_source source = {.file = PC_STR("log"), .text = audit_case_line(log, i)};
        const struct pc_json *line = NULL;
        assert_int_equal(pc_json_parse(&c->arena, &source, &c->diags, &line), PC_OK);
        assert_int_equal(line->count, 14); // 11 texts and lists; seq, time and mac
        assert_int_equal(pc_json_get(line, PC_STR("mac"))->text.len, 64);
    }
}

// Splitting ---------------------------------------------------------------------------------------

#define MAC "946c85049f578589b829f27bc11228541f24588f7ba429cf630dc620119df546"

static bool splits(const char *text, struct pc_audit_line *out)
{
    return pc_audit_line_split(pc_str_from(text), out);
}

static void lines_of_another_form_are_none(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "{}",
        "\"}",
        "{\"seq\":1,\"mac\":\"" MAC "\"}", // nothing of the body behind the number
        ",\"mac\":\"" MAC "\"}",
        "{\"seq\":0,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":01,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":-1,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":1 ,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":18446744073709551616,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"Seq\":1,\"a\":1,\"mac\":\"" MAC "\"}",
        " {\"seq\":1,\"a\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":1,\"a\":1,\"mac\":\"" MAC "\"} ",
        "{\"seq\":1,\"a\":1,\"mac\":\"" MAC "0\"}",
        "{\"seq\":1,\"a\":1,\"mac\":\"A46c85049f578589b829f27bc11228541f24588f7ba429cf630dc620119d"
        "f546\"}",
        "{\"seq\":1,\"a\":1,\"mac\":\"g46c85049f578589b829f27bc11228541f24588f7ba429cf630dc620119d"
        "f546\"}",
        "{\"seq\":1,\"a\":1,\"Mac\":\"" MAC "\"}",
    };
    struct pc_audit_line line;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (splits(wrong[i], &line)) {
            fail_msg("taken for a line: %s", wrong[i]);
        }
    }
}

static void the_generation_is_that_of_the_last_member(void **state)
{
    (void)state;
    struct pc_audit_line line;
    assert_true(splits(
        "{\"seq\":18446744073709551615,\"generation\":18446744073709551615,\"mac\":\"" MAC "\"}",
        &line));
    assert_true(line.seq == UINT64_MAX && line.generation == UINT64_MAX);
    assert_view(line.body, "{\"seq\":18446744073709551615,\"generation\":18446744073709551615");
    assert_int_equal(line.mac.bytes[0], 0x94);
    assert_int_equal(line.mac.bytes[31], 0x46);
    assert_true(splits("{\"seq\":7,\"snapshot\":5,\"mac\":\"" MAC "\"}", &line));
    assert_true(line.seq == 7 && line.generation == 0);
    assert_true(splits("{\"seq\":7,\"generation\":5,\"x\":6,\"mac\":\"" MAC "\"}", &line));
    assert_int_equal(line.generation, 0);
    assert_true(
        splits("{\"seq\":7,\"message\":\"\\\"generation\\\":5\",\"mac\":\"" MAC "\"}", &line));
    assert_int_equal(line.generation, 0);
}

static void a_loss_is_of_the_last_members(void **state)
{
    (void)state;
    struct pc_audit_line line;
    assert_true(splits("{\"seq\":9,\"lost\":3,\"lostMac\":\"" MAC
                       "\",\"generation\":5,\"mac\":\"" MAC "\"}",
                       &line));
    assert_true(line.loss.count == 3 && line.generation == 5);
    assert_int_equal(line.loss.to.bytes[31], 0x46);
    static const char *const none[] = {
        "{\"seq\":9,\"lost\":3,\"generation\":5,\"mac\":\"" MAC "\"}",
        "{\"seq\":9,\"lostMac\":\"" MAC "\",\"generation\":5,\"mac\":\"" MAC "\"}",
        "{\"seq\":9,\"lost\":0,\"lostMac\":\"" MAC "\",\"mac\":\"" MAC "\"}",
        "{\"seq\":9,\"lost\":3,\"lostMac\":\"" MAC "\",\"x\":1,\"mac\":\"" MAC "\"}",
        "{\"seq\":9,\"lost\":3,\"lostMac\":\"" MAC "0\",\"mac\":\"" MAC "\"}",
        "{\"seq\":9,\"message\":\",\\\"lost\\\":3,\\\"lostMac\\\":\\\"" MAC "\",\"mac\":\"" MAC
        "\"}",
    };
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        if (!splits(none[i], &line) || line.loss.count != 0) {
            fail_msg("tells of a loss: %s", none[i]);
        }
    }
}

static void a_head_is_of_one_vault_and_key(void **state)
{
    struct audit_case *c = *state;
    const struct pc_audit_position at = {
        .seq = UINT64_MAX, .bytes = UINT64_C(0x0102030405060708), .generation = 1, .mac = {{9, 8}}};
    struct pc_audit_position read = {.seq = 5};
    struct pc_audit_head head;
    pc_audit_head_write(&c->place, &at, &head);
    c->place.vault[PC_VAULT_ID_BYTES - 1] ^= 1;
    assert_false(pc_audit_head_read(&c->place, &head, &read));
    c->place.vault[PC_VAULT_ID_BYTES - 1] ^= 1;
    c->key[0] ^= 1;
    assert_false(pc_audit_head_read(&c->place, &head, &read));
    c->key[0] ^= 1;
    assert_int_equal(read.seq, 5);
    assert_true(pc_audit_head_read(&c->place, &head, &read));
    assert_memory_equal(&read, &at, sizeof(at));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, audit_case_open, audit_case_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_and_head_are_as_another_library_makes_them),
        TEST(what_another_library_made_is_sound),
        TEST(any_bytes_stay_one_line_of_json),
        cmocka_unit_test(lines_of_another_form_are_none),
        cmocka_unit_test(the_generation_is_that_of_the_last_member),
        cmocka_unit_test(a_loss_is_of_the_last_members),
        TEST(a_head_is_of_one_vault_and_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
