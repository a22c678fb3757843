// SPDX-License-Identifier: Apache-2.0
//
// Known answers are of other implementations of BLAKE2b and Argon2 (vectors.py).
#define _DEFAULT_SOURCE // syscall
#include "sample.h"

#include "crypto/keyed.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool memory_is_out; // for libsodium, which asks mmap for what Argon2 works in

void *map(void *at, size_t size, int protection, int flags, int file, long offset) __asm__("mmap")
    __attribute__((visibility("default")));

void *map(void *at, size_t size, int protection, int flags, int file, long offset)
{
    if (memory_is_out) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    void *memory;
    long result = syscall(SYS_mmap, at, size, protection, flags, file, offset);
    memcpy(&memory, &result, sizeof(memory)); // -1 is MAP_FAILED
    return memory;
}

static void check_hash(size_t size, const char *digest)
{
    uint8_t key[PC_KEY_BYTES];
    struct pc_hash expected;
    count_from(0x10, key, sizeof(key));
    unhex(digest, expected.bytes);
    uint8_t *text = text_of(size);
    struct pc_hash hash = pc_keyed_hash(key, bytes_view(text, size));
    assert_memory_equal(hash.bytes, expected.bytes, PC_HASH_BYTES);
    for (size_t first = 0; first <= size; first += 1 + first) {
        hash =
            pc_keyed_hash_2(key, bytes_view(text, first), bytes_view(text + first, size - first));
        assert_memory_equal(hash.bytes, expected.bytes, PC_HASH_BYTES);
    }
    free(text);
}

static void hashes_are_those_of_another_implementation(void **state)
{
    (void)state;
#define KEYED(size, digest) check_hash(size, digest);
#include "vectors.def"
}

static void every_bit_of_key_and_bytes_counts(void **state)
{
    (void)state;
    uint8_t both[2 * PC_KEY_BYTES]; // the key, then the bytes
    count_from(0, both, sizeof(both));
    struct pc_str bytes = bytes_view(both + PC_KEY_BYTES, PC_KEY_BYTES);
    struct pc_hash hash = pc_keyed_hash(both, bytes), plain = pc_hash_of(bytes);
    assert_false(pc_hash_eq(&hash, &plain));
    for (size_t bit = 0; bit < 8 * sizeof(both); bit++) {
        both[bit / 8] ^= (uint8_t)(1u << bit % 8);
        struct pc_hash other = pc_keyed_hash(both, bytes);
        assert_false(pc_hash_eq(&hash, &other));
        both[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void secret_equality_looks_at_every_bit(void **state)
{
    (void)state;
    struct pc_hash a = pc_hash_of(PC_STR("abc")), b = a;
    assert_true(pc_hash_eq_secret(&a, &b));
    for (size_t bit = 0; bit < 8 * PC_HASH_BYTES; bit++) {
        b.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(pc_hash_eq_secret(&a, &b));
        b = a;
    }
}

static void check_derived(uint64_t number, const char *digest)
{
    uint8_t key[PC_KEY_BYTES], expected[PC_KEY_BYTES], out[PC_KEY_BYTES];
    count_from(0x10, key, sizeof(key));
    unhex(digest, expected);
    pc_key_derive(key, number, out);
    assert_memory_equal(out, expected, sizeof(out));
    key[0] ^= 1;
    pc_key_derive(key, number, out);
    assert_memory_not_equal(out, expected, sizeof(out));
}

static void derived_keys_are_those_of_another_implementation(void **state)
{
    (void)state;
#define DERIVED(number, key) check_derived(number, key);
#include "vectors.def"
}

static void random_bytes_do_not_come_again(void **state)
{
    (void)state;
    uint8_t draws[32][33] = {{0}};
    for (size_t i = 0; i < 32; i++) {
        pc_random(draws[i], 32);
        assert_int_equal(draws[i][32], 0);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(draws[i], draws[j], 32);
        }
    }
    // Every byte takes part: that one is zero in 32 draws has the probability 2^-256.
    for (size_t at = 0; at < 32; at++) {
        uint8_t any = 0;
        for (size_t i = 0; i < 32; i++) {
            any |= draws[i][at];
        }
        assert_int_not_equal(any, 0);
    }
}

static void check_passphrase(struct pc_str passphrase, uint64_t passes, uint64_t mebibytes,
                             const char *key)
{
    uint8_t salt[PC_SALT_BYTES], expected[PC_KEY_BYTES], out[PC_KEY_BYTES];
    struct pc_passphrase_cost cost = {passes, mebibytes << 20};
    count_from(0x30, salt, sizeof(salt));
    unhex(key, expected);
    assert_int_equal(pc_passphrase_key(passphrase, salt, &cost, out), PC_OK);
    assert_memory_equal(out, expected, sizeof(out));
}

static void passphrase_keys_are_those_of_another_implementation(void **state)
{
    (void)state;
#define PASSPHRASE(text, passes, mebibytes, key)                                                   \
    check_passphrase(PC_STR(text), passes, mebibytes, key);
#include "vectors.def"
}

static void passphrase_and_salt_count(void **state)
{
    (void)state;
    struct pc_passphrase_cost cost = {1, 8 << 20};
    struct pc_str passphrases[] = {PC_STR_INIT("a"), PC_STR_INIT("b"), PC_STR_INIT("a\0"),
                                   PC_STR_INIT("a")};
    uint8_t salt[PC_SALT_BYTES] = {0}, keys[4][PC_KEY_BYTES];
    for (size_t i = 0; i < 4; i++) {
        salt[PC_SALT_BYTES - 1] = i == 3; // the last differs from the first by its salt alone
        assert_int_equal(pc_passphrase_key(passphrases[i], salt, &cost, keys[i]), PC_OK);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(keys[i], keys[j], PC_KEY_BYTES);
        }
    }
}

static void the_empty_passphrase_may_be_null(void **state)
{
    (void)state;
    struct pc_passphrase_cost cost = {1, 8 << 20};
    uint8_t salt[PC_SALT_BYTES] = {0}, one[PC_KEY_BYTES], other[PC_KEY_BYTES];
    assert_int_equal(pc_passphrase_key(PC_STR(""), salt, &cost, one), PC_OK);
    assert_int_equal(pc_passphrase_key((struct pc_str){NULL, 0}, salt, &cost, other), PC_OK);
    assert_memory_equal(one, other, PC_KEY_BYTES);
}

static void the_usual_cost_is_moderate(void **state)
{
    (void)state;
    struct pc_passphrase_cost usual = pc_passphrase_cost_usual();
    assert_int_equal(usual.passes, 3);
    assert_int_equal(usual.memory, 268435456);
    assert_true(pc_passphrase_cost_is_sane(&usual));
}

static void assert_fails(struct pc_str passphrase, const struct pc_passphrase_cost *cost,
                         enum pc_status expected)
{
    uint8_t salt[PC_SALT_BYTES] = {0}, out[PC_KEY_BYTES];
    memset(out, 0xaa, sizeof(out));
    assert_int_equal(pc_passphrase_key(passphrase, salt, cost, out), expected);
    assert_true(is_zero(out, sizeof(out)));
}

static void assert_refused(struct pc_str passphrase, const struct pc_passphrase_cost *cost)
{
    assert_fails(passphrase, cost, PC_ERR_LIMIT);
}

static void memory_may_be_out(void **state)
{
    (void)state;
    struct pc_passphrase_cost cost = {1, 8 << 20};
    memory_is_out = true;
    assert_fails(PC_STR("correct horse battery staple"), &cost, PC_ERR_NOMEM);
    memory_is_out = false;
}

static void costs_that_are_not_sane_are_refused(void **state)
{
    (void)state;
    const uint64_t mebibyte = UINT64_C(1) << 20;
    const struct pc_passphrase_cost sane[] = {{1, 8 * mebibyte}, {64, 4096 * mebibyte}};
    const struct pc_passphrase_cost others[] = {
        {0, 8 * mebibyte},
        {65, 8 * mebibyte},
        {UINT64_MAX, 8 * mebibyte},
        {1, 0},
        {1, 8 * mebibyte - 1},
        {1, 4096 * mebibyte + 1},
        {1, UINT64_MAX},
        {0, 0},
        {(UINT64_C(1) << 32) + 1, 8 * mebibyte},
    };
    for (size_t i = 0; i < sizeof(sane) / sizeof(sane[0]); i++) {
        assert_true(pc_passphrase_cost_is_sane(&sane[i]));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(pc_passphrase_cost_is_sane(&others[i]));
        assert_refused(PC_STR("correct horse battery staple"), &others[i]);
    }
}

static void passphrases_have_a_limit(void **state)
{
    (void)state;
    struct pc_passphrase_cost cost = {1, 8 << 20};
    uint8_t salt[PC_SALT_BYTES] = {0}, out[PC_KEY_BYTES];
    uint8_t *text = text_of(4097);
    assert_int_equal(pc_passphrase_key(bytes_view(text, 4096), salt, &cost, out), PC_OK);
    assert_refused(bytes_view(text, 4097), &cost);
    free(text);
}

static int init(void **state)
{
    (void)state;
    return pc_crypto_init() == PC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_another_implementation),
        cmocka_unit_test(every_bit_of_key_and_bytes_counts),
        cmocka_unit_test(secret_equality_looks_at_every_bit),
        cmocka_unit_test(derived_keys_are_those_of_another_implementation),
        cmocka_unit_test(random_bytes_do_not_come_again),
        cmocka_unit_test(passphrase_keys_are_those_of_another_implementation),
        cmocka_unit_test(passphrase_and_salt_count),
        cmocka_unit_test(the_empty_passphrase_may_be_null),
        cmocka_unit_test(the_usual_cost_is_moderate),
        cmocka_unit_test(costs_that_are_not_sane_are_refused),
        cmocka_unit_test(passphrases_have_a_limit),
        cmocka_unit_test(memory_may_be_out),
    };
    return cmocka_run_group_tests(tests, init, NULL);
}
