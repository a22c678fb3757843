// SPDX-License-Identifier: Apache-2.0
//
// A digest, a signature and a file of what was seen that another implementation made
// (trust_vectors.py) are right here, and ours are those.
#include "trust_case.h"

#include "../crypto/sample.h"
#include "trust_vectors.def"

static struct pc_hash known_digest(void)
{
    struct pc_hash digest;
    unhex(KNOWN_DIGEST, digest.bytes);
    return digest;
}

static struct pc_signing_key *known_key(struct shelf *shelf)
{
    struct pc_signing_key *key;
    const char *path = case_write(shelf, "known.key", KNOWN_SECRET_LINE);
    assert_int_equal(pc_signing_key_from_file(path, &shelf->diags, &key), PC_OK);
    return key;
}

static void the_digest_of_a_store_is_the_known_one(void **state)
{
    struct shelf *shelf = *state;
    case_fill(shelf);
    const struct pc_hash expected = known_digest(), made = case_sign(shelf, 1, 0).digest;
    assert_true(pc_hash_eq(&made, &expected));
}

static void a_known_signature_is_good(void **state)
{
    struct shelf *shelf = *state;
    uint8_t record[PC_SIGNATURE_BYTES];
    struct pc_trusted_keys *keys;
    struct pc_judgement judgement;
    assert_int_equal(strlen(KNOWN_RECORD), 2 * sizeof(record));
    unhex(KNOWN_RECORD, record);
    case_fill(shelf);
    case_put_record(shelf, record, sizeof(record));
    const char *path = case_write(shelf, "known.pub", KNOWN_PUBLIC_LINE);
    assert_int_equal(pc_trusted_keys_read(path, &shelf->diags, &keys), PC_OK);
    const struct pc_trust_basis basis = {keys, case_none_seen};
    assert_int_equal(case_try_judge(shelf, &basis, &judgement), PC_OK);
    assert_int_equal(judgement.verdict, PC_TRUST_GOOD);
    assert_int_equal(judgement.signature.serial, KNOWN_SERIAL);
    assert_int_equal(judgement.signature.signed_at, KNOWN_SIGNED_AT);
    assert_string_equal(judgement.key_name, "known");
    pc_trusted_keys_free(keys);
}

static void our_signature_is_the_known_one(void **state)
{
    struct shelf *shelf = *state;
    uint8_t expected[PC_SIGNATURE_BYTES], record[PC_SIGNATURE_BYTES];
    struct pc_signing_key *key = known_key(shelf);
    struct pc_signature signature = {
        .serial = KNOWN_SERIAL, .signed_at = KNOWN_SIGNED_AT, .digest = known_digest()};
    memcpy(signature.key, key->public, sizeof(signature.key));
    pc_signature_make(key->secret, &signature);
    pc_signature_write(&signature, record);
    unhex(KNOWN_RECORD, expected);
    assert_memory_equal(record, expected, sizeof(record));
    pc_signing_key_free(key);
}

static void the_key_has_its_public_line_and_fingerprint(void **state)
{
    struct shelf *shelf = *state;
    PC_CLEANUP(pc_buf_release) struct pc_buf line = {0};
    PC_CLEANUP(pc_buf_release) struct pc_buf fingerprint = {0};
    struct pc_signing_key *key = known_key(shelf);
    pc_trust_public_write(&line, pc_signing_key_public(key), pc_signing_key_name(key));
    pc_trust_fingerprint(&fingerprint, pc_signing_key_public(key));
    assert_view(pc_buf_view(&line), KNOWN_PUBLIC_LINE);
    assert_view(pc_buf_view(&fingerprint), KNOWN_FINGERPRINT);
    pc_signing_key_free(key);
}

static void a_known_file_of_what_was_seen_is_read_and_is_what_we_write(void **state)
{
    struct shelf *shelf = *state;
    struct pc_seen seen, before;
    enum pc_seen_order order = PC_SEEN_OLDER;
    const struct pc_seen edition = {KNOWN_SERIAL, known_digest()};
    const char *path = case_write(shelf, "known.seen", KNOWN_SEEN);
    const char *fresh = case_path(shelf, "fresh.seen");
    assert_int_equal(pc_seen_read(path, &shelf->diags, &seen), PC_OK);
    assert_int_equal(pc_seen_compare(&edition, &seen), PC_SEEN_SAME);
    const struct pc_seen_file file = {fresh, PC_SEEN_WAIT_MS};
    assert_int_equal(pc_seen_advance(&file, &edition, &shelf->diags, &before, &order), PC_OK);
    assert_int_equal(order, PC_SEEN_NEWER);
    size_t size;
    unsigned char *text = shelf_read_file(fresh, &size);
    assert_non_null(text);
    assert_int_equal(size, strlen(KNOWN_SEEN));
    assert_memory_equal(text, KNOWN_SEEN, size);
    free(text);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(the_digest_of_a_store_is_the_known_one),
        WITH(a_known_signature_is_good),
        WITH(our_signature_is_the_known_one),
        WITH(the_key_has_its_public_line_and_fingerprint),
        WITH(a_known_file_of_what_was_seen_is_read_and_is_what_we_write),
    };
    return cmocka_run_group_tests_name("trust known", tests, NULL, NULL);
}
