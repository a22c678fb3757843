// SPDX-License-Identifier: Apache-2.0
//
// The answers that RFC 8032 publishes (section 7.1), and what must not pass for a signature.
#include "sample.h"

#include "crypto/hash.h"
#include "crypto/sign.h"

#define ABC_SHA512                                                                                 \
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"                             \
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

// Tests 1, 2, 3 and "SHA(abc)".
static const struct published {
    const char *seed, *public, *text, *signature;
} published[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", ABC_SHA512,
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0"
     "303dca179c138ac17ad9bef1177331a704"},
};

// A text with its signature, all its own.
struct signed_text {
    uint8_t public[PC_SIGN_PUBLIC_BYTES], secret[PC_SIGN_SECRET_BYTES];
    uint8_t text[40];
    uint8_t signature[PC_SIGN_BYTES];
};

static struct signed_text sign_text(uint8_t seed_byte)
{
    struct signed_text it;
    uint8_t seed[PC_SIGN_SEED_BYTES];
    count_from(seed_byte, seed, sizeof(seed));
    count_from(3, it.text, sizeof(it.text));
    assert_int_equal(pc_sign_pair(seed, it.public, it.secret), PC_OK);
    pc_sign(it.secret, bytes_view(it.text, sizeof(it.text)), it.signature);
    return it;
}

static enum pc_status check(const struct signed_text *it)
{
    return pc_sign_check(it->public, bytes_view(it->text, sizeof(it->text)), it->signature);
}

static void the_published_answers_are_ours(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
        const struct published *row = &published[i];
        uint8_t seed[PC_SIGN_SEED_BYTES], expected_public[PC_SIGN_PUBLIC_BYTES];
        uint8_t public[PC_SIGN_PUBLIC_BYTES], secret[PC_SIGN_SECRET_BYTES];
        uint8_t text[64], expected[PC_SIGN_BYTES], signature[PC_SIGN_BYTES];
        unhex(row->seed, seed);
        unhex(row->public, expected_public);
        unhex(row->text, text);
        unhex(row->signature, expected);
        struct pc_str bytes = bytes_view(text, strlen(row->text) / 2);
        assert_int_equal(pc_sign_pair(seed, public, secret), PC_OK);
        assert_memory_equal(public, expected_public, sizeof(public));
        assert_true(pc_sign_public_is(public));
        pc_sign(secret, bytes, signature);
        assert_memory_equal(signature, expected, sizeof(signature));
        assert_int_equal(pc_sign_check(public, bytes, signature), PC_OK);
    }
}

static void a_changed_bit_is_refused(void **state)
{
    (void)state;
    struct signed_text it = sign_text(1);
    assert_int_equal(check(&it), PC_OK);
    uint8_t *const parts[] = {it.text, it.signature, it.public};
    const size_t sizes[] = {sizeof(it.text), sizeof(it.signature), sizeof(it.public)};
    for (size_t part = 0; part < 3; part++) {
        for (size_t bit = 0; bit < sizes[part] * 8; bit++) {
            parts[part][bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_int_equal(check(&it), PC_ERR_DAMAGED);
            parts[part][bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
    assert_int_equal(check(&it), PC_OK);
    assert_int_equal(
        pc_sign_check(it.public, bytes_view(it.text, sizeof(it.text) - 1), it.signature),
        PC_ERR_DAMAGED);
}

static void the_signature_of_another_key_is_refused(void **state)
{
    (void)state;
    struct signed_text it = sign_text(1), other = sign_text(2);
    memcpy(it.public, other.public, sizeof(it.public));
    assert_int_equal(check(&it), PC_ERR_DAMAGED);
}

// The order of the group may be added to the second half without any change of the equation: RFC
// 8032, 5.1.7 has such a signature refused, so that there is one for each.
static void the_other_form_of_a_signature_is_refused(void **state)
{
    (void)state;
    struct signed_text it = sign_text(1);
    uint8_t order[32];
    unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order);
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof(order); i++) {
        carry += (unsigned)it.signature[32 + i] + order[i];
        it.signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_int_equal(check(&it), PC_ERR_DAMAGED);
}

// For a key of small order anybody can find signatures. Neither is what lies on no curve, nor a
// second form of a number (p + 3), nor a point outside of the group that the base point makes.
static void what_is_no_public_key_is_told(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "0100000000000000000000000000000000000000000000000000000000000000", // order 1
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
        "0000000000000000000000000000000000000000000000000000000000000000", // order 4
        "0000000000000000000000000000000000000000000000000000000000000080",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0200000000000000000000000000000000000000000000000000000000000000", // on no curve
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p + 3
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint8_t key[PC_SIGN_PUBLIC_BYTES];
        unhex(bad[i], key);
        assert_false(pc_sign_public_is(key));
        // What would pass for any text, were such a key believed: R of order 1, S of 0.
        uint8_t signature[PC_SIGN_BYTES] = {1};
        assert_int_equal(pc_sign_check(key, PC_STR("any"), signature), PC_ERR_DAMAGED);
    }
}

static void zeros_are_no_seed(void **state)
{
    (void)state;
    uint8_t seed[PC_SIGN_SEED_BYTES] = {0};
    uint8_t public[PC_SIGN_PUBLIC_BYTES], secret[PC_SIGN_SECRET_BYTES];
    assert_int_equal(pc_sign_pair(seed, public, secret), PC_ERR_INVALID);
}

static int ready(void **state)
{
    (void)state;
    return pc_crypto_init() == PC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_answers_are_ours),
        cmocka_unit_test(a_changed_bit_is_refused),
        cmocka_unit_test(the_signature_of_another_key_is_refused),
        cmocka_unit_test(the_other_form_of_a_signature_is_refused),
        cmocka_unit_test(what_is_no_public_key_is_told),
        cmocka_unit_test(zeros_are_no_seed),
    };
    return cmocka_run_group_tests_name("crypto sign", tests, ready, NULL);
}
