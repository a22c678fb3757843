// SPDX-License-Identifier: Apache-2.0
//
// Known answers: what another implementation wrapped and sealed is opened here, and records are
// written byte for byte as it writes them.
#include "vault_case.h"

#include "environment_record.h"
#include "key_record.h"
#include "vault_vectors.def"

#define KNOWN_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, vault_case_empty, vault_case_close)

#define KEY_ARN "arn:aws:kms:eu-west-1:" ACCOUNT ":key/one"

static unsigned digit_of(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
}

static struct pc_str bytes_of(struct vault_case *c, const char *digits)
{
    size_t count = strlen(digits) / 2;
    char *bytes = pc_arena_alloc(&c->arena, count);
    assert_non_null(bytes);
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (char)(digit_of(digits[2 * i]) << 4 | digit_of(digits[2 * i + 1]));
    }
    return (struct pc_str){bytes, count};
}

static void count_up(uint8_t *out, size_t size, unsigned first)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (uint8_t)(first + i);
    }
}

// Root keys ---------------------------------------------------------------------------------------

static void assert_root(struct vault_case *c, const struct pc_root_key *root, const char *digits)
{
    struct pc_str known = bytes_of(c, digits);
    assert_int_equal(known.len, 2 * PC_KEY_BYTES + PC_FINGERPRINT_BYTES);
    assert_memory_equal(root->wrap, known.ptr, PC_KEY_BYTES);
    assert_memory_equal(root->head, known.ptr + PC_KEY_BYTES, PC_KEY_BYTES);
    assert_memory_equal(root->fingerprint, known.ptr + 2 * PC_KEY_BYTES, PC_FINGERPRINT_BYTES);
}

static void what_follows_from_a_root_key_is_known(void **state)
{
    struct vault_case *c = *state;
    assert_root(c, c->root, KNOWN_ROOT);
}

static const struct {
    const char *passphrase;
    uint64_t passes, mebibytes;
    const char *root;
} passphrases[] = {
#define KNOWN_PASSPHRASE(passphrase, passes, mebibytes, root) {passphrase, passes, mebibytes, root},
#include "vault_vectors.def"
};

static void what_follows_from_a_passphrase_is_known(void **state)
{
    struct vault_case *c = *state;
    for (size_t i = 0; i < sizeof(passphrases) / sizeof(passphrases[0]); i++) {
        struct pc_passphrase_terms terms = {
            .cost = {passphrases[i].passes, passphrases[i].mebibytes << 20}};
        struct pc_root_key *root = NULL;
        count_up(terms.salt, sizeof(terms.salt), 0x30);
        assert_int_equal(pc_root_key_from_passphrase(pc_str_from(passphrases[i].passphrase), &terms,
                                                     &c->diags, &root),
                         PC_OK);
        assert_root(c, root, passphrases[i].root);
        pc_root_key_free(root);
    }
}

// Keys --------------------------------------------------------------------------------------------

static struct pc_head head_of_vault(void)
{
    struct pc_head head = {.generation = 1};
    memcpy(head.id, "the vault's id 1", sizeof(head.id));
    return head;
}

static void assert_key_told(const struct pc_vault_key *key)
{
    assert_view(key->arn, KEY_ARN);
    assert_view(key->alias, "alias/one");
    assert_false(key->service);
    assert_int_equal(key->state, PC_KEY_ENABLED);
    assert_true(key->created == 1700000000 && key->deletion == 0 && key->rotated == 1700000001);
    assert_int_equal(key->version, 7);
    assert_view(key->policy, "{\"Version\":\"2012-10-17\"}");
    assert_view(key->policy_name, "key.json");
    assert_int_equal(key->tag_count, 2);
    assert_view(key->tags[0].key, "team");
    assert_view(key->tags[0].value, "payments");
    assert_view(key->tags[1].key, "cost");
    assert_view(key->tags[1].value, "");
}

static void a_known_key_unwraps(void **state)
{
    struct vault_case *c = *state;
    const struct pc_head head = head_of_vault();
    struct pc_str known = bytes_of(c, KNOWN_KEY_RECORD);
    struct pc_key_record record;
    uint8_t data[PC_KEY_BYTES];
    uint8_t want[PC_KEY_BYTES];
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    assert_int_equal(pc_key_record_parse(known, &c->arena, &record), PC_OK);
    assert_key_told(&record.key);
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->root, data), PC_OK);
    count_up(want, sizeof(want), 0x20);
    assert_memory_equal(data, want, sizeof(want));
    pc_key_record_write(&written, &record);
    assert_true(pc_str_eq(pc_buf_view(&written), known));
}

// A wrapping is for the vault, the key and its version, under the root key.
static void a_known_key_unwraps_in_its_place_only(void **state)
{
    struct vault_case *c = *state;
    struct pc_head head = head_of_vault();
    struct pc_key_record record;
    uint8_t data[PC_KEY_BYTES];
    assert_int_equal(pc_key_record_parse(bytes_of(c, KNOWN_KEY_RECORD), &c->arena, &record), PC_OK);
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->other_root, data), PC_ERR_DAMAGED);
    head.id[15] ^= 1;
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->root, data), PC_ERR_DAMAGED);
    head.id[15] ^= 1;
    record.key.version = 8;
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->root, data), PC_ERR_DAMAGED);
    record.key.version = 7;
    record.key.arn = PC_STR(KEY_TWO);
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->root, data), PC_ERR_DAMAGED);
    record.key.arn = PC_STR(KEY_ARN);
    assert_int_equal(pc_key_record_unwrap(&record, &head, c->root, data), PC_OK);
    // Beside them, what wraps an audit key wraps no data key.
    memcpy(head.audit_key, record.wrapped, sizeof(head.audit_key));
    head.audit_seal = record.seal;
    assert_int_equal(pc_head_unwrap_audit(&head, c->root, data), PC_ERR_DAMAGED);
}

// Values ------------------------------------------------------------------------------------------

struct known_value {
    const char *name;
    uint64_t version;
    size_t measure, length;
    const char *begin;
};

static const struct known_value values[] = {
    {"EMPTY", 3, 0, 0, ""},
    {"NAME", (UINT64_C(1) << 40) + 5, 15, 13, "gr\xc3\xbc\xc3\x9f \"dich\""},
    {"PASSWORD", 7, 320, 320, "hunter2 hunter2 "},
};

static void known_values_open(void **state)
{
    struct vault_case *c = *state;
    struct pc_str known = bytes_of(c, KNOWN_ENVIRONMENT_RECORD);
    struct pc_environment_record record;
    uint8_t data[PC_KEY_BYTES], plain[512];
    size_t at = 0;
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    count_up(data, sizeof(data), 0x20);
    assert_int_equal(pc_environment_record_parse(known, &c->arena, &record), PC_OK);
    assert_view(record.environment.function, PAY);
    assert_view(record.environment.key, KEY_ARN);
    assert_int_equal(record.environment.key_version, 7);
    assert_int_equal(record.environment.count, 3);
    assert_int_equal(pc_environment_record_unseal(&record, data, plain), PC_OK);
    for (size_t i = 0; i < 3; i++) {
        const struct pc_vault_variable *variable = &record.environment.variables[i];
        assert_true(pc_str_eq(variable->name, pc_str_from(values[i].name)));
        assert_true(variable->version == values[i].version && variable->set == 1700000002);
        assert_int_equal(variable->length, values[i].length);
        assert_int_equal(record.measures[i], values[i].measure);
        assert_memory_equal(plain + at, values[i].begin, strlen(values[i].begin));
        // The measure that was written is the value's.
        struct pc_str value = {(const char *)plain + at, variable->length};
        assert_int_equal(pc_environment_measure_value(value), values[i].measure);
        at += variable->length;
    }
    assert_int_equal(record.cipher.len, at);
    pc_environment_record_write(&written, &record);
    assert_true(pc_str_eq(pc_buf_view(&written), known));
    struct pc_hash digest = pc_environment_record_digest(&record);
    assert_memory_equal(digest.bytes, bytes_of(c, KNOWN_ENVIRONMENT_DIGEST).ptr, PC_HASH_BYTES);
}

// What is sealed is for the function, the key and its version, and all that the table says.
static void known_values_open_in_their_place_only(void **state)
{
    struct vault_case *c = *state;
    struct pc_environment_record record;
    uint8_t data[PC_KEY_BYTES], plain[512];
    count_up(data, sizeof(data), 0x20);
    assert_int_equal(
        pc_environment_record_parse(bytes_of(c, KNOWN_ENVIRONMENT_RECORD), &c->arena, &record),
        PC_OK);
    struct pc_environment_record wrong[7] = {record, record, record, record,
                                             record, record, record};
    wrong[0].environment.function = PC_STR(MAIL);
    wrong[1].environment.key = PC_STR(KEY_TWO);
    wrong[2].environment.key_version = 8;
    wrong[3].table.bytes[31] ^= 1;
    // Where one ends and the next begins counts.
    wrong[4].environment.function =
        pc_str_slice(record.environment.function, 0, record.environment.function.len - 1);
    wrong[5].environment.function = record.environment.key;
    wrong[5].environment.key = record.environment.function;
    wrong[6].cipher.len--;
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(pc_environment_record_unseal(&wrong[i], data, plain), PC_ERR_DAMAGED);
    }
    data[31] ^= 1;
    assert_int_equal(pc_environment_record_unseal(&record, data, plain), PC_ERR_DAMAGED);
    data[31] ^= 1;
    assert_int_equal(pc_environment_record_unseal(&record, data, plain), PC_OK);
}

// What is sealed here opens, is what it is written as, and never twice under the same nonce.
static void sealing_takes_a_new_nonce_each_time(void **state)
{
    struct vault_case *c = *state;
    struct pc_environment_record record, read;
    struct pc_seal seals[64];
    uint8_t data[PC_KEY_BYTES], cipher[512], plain[512], again[512];
    count_up(data, sizeof(data), 0x20);
    assert_int_equal(
        pc_environment_record_parse(bytes_of(c, KNOWN_ENVIRONMENT_RECORD), &c->arena, &record),
        PC_OK);
    assert_int_equal(pc_environment_record_unseal(&record, data, plain), PC_OK);
    const struct pc_str values_text = {(const char *)plain, record.cipher.len};
    for (size_t i = 0; i < 64; i++) {
        PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
        assert_int_equal(pc_environment_record_seal(&record, data, values_text, cipher), PC_OK);
        seals[i] = record.seal;
        for (size_t k = 0; k < i; k++) {
            assert_memory_not_equal(seals[i].nonce, seals[k].nonce, sizeof(seals[i].nonce));
        }
        pc_environment_record_write(&written, &record);
        assert_int_equal(pc_environment_record_parse(pc_buf_view(&written), &c->arena, &read),
                         PC_OK);
        assert_int_equal(pc_environment_record_unseal(&read, data, again), PC_OK);
        assert_memory_equal(again, plain, values_text.len);
    }
}

// The head ----------------------------------------------------------------------------------------

static void fill_head(struct vault_case *c, struct pc_head *head)
{
    struct pc_str seal = bytes_of(c, KNOWN_AUDIT_SEAL);
    *head = head_of_vault();
    memcpy(head->fingerprint, c->root->fingerprint, sizeof(head->fingerprint));
    head->generation = (UINT64_C(1) << 33) + 10;
    head->label = (struct pc_vault_label){true, {.cost = {3, UINT64_C(256) << 20}}};
    count_up(head->label.terms.salt, sizeof(head->label.terms.salt), 0xb0);
    memcpy(head->audit_seal.nonce, seal.ptr, 24);
    memcpy(head->audit_seal.tag, seal.ptr + 24, 16);
    memcpy(head->audit_key, seal.ptr + 40, 32);
    head->noted = (struct pc_audit_position){.seq = 11, .bytes = 12345, .generation = 9};
    count_up(head->noted.mac.bytes, PC_HASH_BYTES, 0xc0);
    for (unsigned i = 0; i < PC_PARTS; i += 3) {
        count_up(head->parts[i].bytes, PC_HASH_BYTES, i);
    }
}

static void a_known_head_is_written_and_opened(void **state)
{
    struct vault_case *c = *state;
    struct pc_head head, opened;
    uint8_t audit[PC_KEY_BYTES], want[PC_KEY_BYTES];
    PC_CLEANUP(pc_buf_release) struct pc_buf written = {0};
    fill_head(c, &head);
    pc_head_write(&written, &head, c->root);
    struct pc_str record = pc_buf_view(&written);
    assert_int_equal(record.len, KNOWN_HEAD_BYTES);
    struct pc_hash digest = pc_hash_of(record);
    assert_memory_equal(digest.bytes, bytes_of(c, KNOWN_HEAD_DIGEST).ptr, PC_HASH_BYTES);
    assert_memory_equal(record.ptr + record.len - PC_HASH_BYTES, bytes_of(c, KNOWN_HEAD_HASH).ptr,
                        PC_HASH_BYTES);
    assert_int_equal(pc_head_open(record, c->root, PC_STR("vault"), &c->diags, &opened), PC_OK);
    assert_true(opened.generation == head.generation && opened.label.passphrase);
    assert_true(opened.label.terms.cost.memory == UINT64_C(256) << 20);
    assert_true(opened.noted.seq == 11 && opened.noted.bytes == 12345);
    assert_memory_equal(opened.parts, head.parts, sizeof(head.parts));
    assert_int_equal(pc_head_unwrap_audit(&opened, c->root, audit), PC_OK);
    count_up(want, sizeof(want), 0xa0);
    assert_memory_equal(audit, want, sizeof(want));
    opened.id[0] ^= 1;
    assert_int_equal(pc_head_unwrap_audit(&opened, c->root, audit), PC_ERR_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KNOWN_TEST(what_follows_from_a_root_key_is_known),
        KNOWN_TEST(what_follows_from_a_passphrase_is_known),
        KNOWN_TEST(a_known_key_unwraps),
        KNOWN_TEST(a_known_key_unwraps_in_its_place_only),
        KNOWN_TEST(known_values_open),
        KNOWN_TEST(known_values_open_in_their_place_only),
        KNOWN_TEST(sealing_takes_a_new_nonce_each_time),
        KNOWN_TEST(a_known_head_is_written_and_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
