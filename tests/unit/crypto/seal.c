// SPDX-License-Identifier: Apache-2.0
//
// The published vector for the cipher, vectors of another implementation for our additional data
// (vectors.py), and everything that must not open.
#include "sample.h"

#include "crypto/hash.h"
#include "crypto/seal.h"
#include "seal_raw.h"

static const struct pc_str some_parts[] = {
    PC_STR_INIT("arn:aws:lambda:eu-west-1:123456789012:function:f"),
    PC_STR_INIT(""),
    PC_STR_INIT("DB_PASSWORD"),
    PC_STR_INIT("\1\0\0\0\0\0\0\0"),
};

static const struct pc_seal_context some_context = {some_parts, 4};

enum {
    TEXT = 40, // bytes of what is tampered with
};

// One sealed text with all that it takes to open it.
struct sealed {
    uint8_t key[PC_SEAL_KEY_BYTES];
    struct pc_seal seal;
    uint8_t cipher[TEXT];
};

static struct sealed seal_text(void)
{
    struct sealed it;
    count_from(0x80, it.key, sizeof(it.key));
    uint8_t *text = text_of(TEXT);
    assert_int_equal(pc_seal(it.key, bytes_view(text, TEXT), &some_context, it.cipher, &it.seal),
                     PC_OK);
    free(text);
    return it;
}

static void assert_opens(const struct sealed *it)
{
    uint8_t plain[TEXT];
    uint8_t *text = text_of(TEXT);
    assert_int_equal(
        pc_unseal(it->key, &it->seal, bytes_view(it->cipher, TEXT), &some_context, plain), PC_OK);
    assert_memory_equal(plain, text, TEXT);
    free(text);
}

static void assert_closed(const struct sealed *it, size_t size,
                          const struct pc_seal_context *context)
{
    uint8_t plain[TEXT + 1];
    memset(plain, 0xaa, sizeof(plain));
    assert_int_equal(pc_unseal(it->key, &it->seal, bytes_view(it->cipher, size), context, plain),
                     PC_ERR_DAMAGED);
    assert_true(is_zero(plain, size));
    assert_int_equal(plain[size], 0xaa);
}

static void the_cipher_is_the_published_one(void **state)
{
    (void)state;
    // draft-irtf-cfrg-xchacha-03, A.3.1
    struct pc_str plain =
        PC_STR("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
               "the future, sunscreen would be it.");
    struct pc_str additional = PC_STR("PQRS\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7");
    uint8_t key[PC_SEAL_KEY_BYTES], expected[114], tag[PC_SEAL_TAG_BYTES], cipher[114], back[114];
    unhex("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
          "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
          "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
          "21f9664c97637da9768812f615c68b13b52e",
          expected);
    unhex("c0875924c1c7987947deafd8780acf49", tag);
    count_from(0x80, key, sizeof(key));
    struct pc_seal seal;
    count_from(0x40, seal.nonce, sizeof(seal.nonce));
    assert_int_equal(plain.len, sizeof(cipher));
    assert_int_equal(pc_seal_raw(key, plain, additional, cipher, &seal), PC_OK);
    assert_memory_equal(cipher, expected, sizeof(expected));
    assert_memory_equal(seal.tag, tag, sizeof(tag));
    assert_int_equal(
        pc_unseal_raw(key, &seal, bytes_view(expected, sizeof(expected)), additional, back), PC_OK);
    assert_memory_equal(back, plain.ptr, plain.len);
}

static void check_known(size_t size, size_t parts, const char *digest, const char *tag)
{
    uint8_t key[PC_SEAL_KEY_BYTES], expected_tag[PC_SEAL_TAG_BYTES];
    struct pc_hash expected;
    struct pc_seal seal;
    struct pc_seal_context context = {some_parts, parts};
    unhex(digest, expected.bytes);
    unhex(tag, expected_tag);
    count_from(0x80, key, sizeof(key));
    count_from(0x40, seal.nonce, sizeof(seal.nonce));
    uint8_t *text = text_of(size);
    uint8_t *cipher = text_of(size);
    assert_int_equal(pc_seal_with_nonce(key, bytes_view(text, size), &context, cipher, &seal),
                     PC_OK);
    struct pc_hash hash = pc_hash_of(bytes_view(cipher, size));
    assert_memory_equal(hash.bytes, expected.bytes, sizeof(expected.bytes));
    assert_memory_equal(seal.tag, expected_tag, sizeof(expected_tag));
    uint8_t *plain = calloc(1, size + 1);
    assert_non_null(plain);
    assert_int_equal(pc_unseal(key, &seal, bytes_view(cipher, size), &context, plain), PC_OK);
    assert_memory_equal(plain, text, size);
    free(plain);
    free(cipher);
    free(text);
}

static void sealed_texts_are_those_of_another_implementation(void **state)
{
    (void)state;
#define SEALED(size, parts, digest, tag) check_known(size, parts, digest, tag);
#include "vectors.def"
}

static void sealing_in_place_is_the_same(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    struct pc_seal seal = it.seal;
    memset(seal.tag, 0, sizeof(seal.tag));
    uint8_t *text = text_of(TEXT);
    assert_int_equal(pc_seal_with_nonce(it.key, bytes_view(text, TEXT), &some_context, text, &seal),
                     PC_OK);
    assert_memory_equal(text, it.cipher, TEXT);
    assert_memory_equal(seal.tag, it.seal.tag, sizeof(seal.tag));
    free(text);
}

static void each_sealing_has_a_nonce_of_its_own(void **state)
{
    (void)state;
    struct sealed them[64];
    for (size_t i = 0; i < 64; i++) {
        them[i] = seal_text();
        assert_opens(&them[i]);
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(them[i].seal.nonce, them[j].seal.nonce, PC_SEAL_NONCE_BYTES);
            assert_memory_not_equal(them[i].cipher, them[j].cipher, TEXT);
        }
    }
}

// Flips each bit of a field of *it in turn.
static void assert_every_bit_counts(struct sealed *it, uint8_t *field, size_t size)
{
    for (size_t bit = 0; bit < 8 * size; bit++) {
        field[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_closed(it, TEXT, &some_context);
        field[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_opens(it);
}

static void every_bit_of_key_nonce_tag_and_ciphertext_counts(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    assert_every_bit_counts(&it, it.key, sizeof(it.key));
    assert_every_bit_counts(&it, it.seal.nonce, sizeof(it.seal.nonce));
    assert_every_bit_counts(&it, it.seal.tag, sizeof(it.seal.tag));
    assert_every_bit_counts(&it, it.cipher, sizeof(it.cipher));
}

static void every_bit_of_each_part_counts(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    for (size_t part = 0; part < 4; part++) {
        char changed[64];
        struct pc_str parts[4];
        memcpy(parts, some_parts, sizeof(parts));
        memcpy(changed, parts[part].ptr, parts[part].len);
        parts[part].ptr = changed;
        struct pc_seal_context context = {parts, 4};
        for (size_t bit = 0; bit < 8 * parts[part].len; bit++) {
            changed[bit / 8] = (char)(some_parts[part].ptr[bit / 8] ^ (char)(1u << bit % 8));
            assert_closed(&it, TEXT, &context);
            changed[bit / 8] = some_parts[part].ptr[bit / 8];
        }
    }
    assert_opens(&it);
}

static void what_is_cut_does_not_open(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    for (size_t size = 0; size < TEXT; size++) {
        assert_closed(&it, size, &some_context);
    }
    assert_opens(&it);
}

static void the_list_of_parts_counts(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    struct pc_seal_context fewer = {some_parts, 3}, none = {NULL, 0}, others = {some_parts + 1, 3};
    assert_closed(&it, TEXT, &fewer);
    assert_closed(&it, TEXT, &others);
    assert_closed(&it, TEXT, &none);
    struct pc_str more[5] = {some_parts[0], some_parts[1], some_parts[2], some_parts[3],
                             PC_STR_INIT("")};
    struct pc_seal_context longer = {more, 5};
    assert_closed(&it, TEXT, &longer);
    struct pc_str swapped[4] = {some_parts[2], some_parts[1], some_parts[0], some_parts[3]};
    struct pc_seal_context other_order = {swapped, 4};
    assert_closed(&it, TEXT, &other_order);
}

// Lists whose parts give the same bytes one after the other, and one that spells out what another
// is made to.
static void where_a_part_ends_counts(void **state)
{
    (void)state;
    const struct pc_str lists[][2] = {
        {PC_STR_INIT("a"), PC_STR_INIT("bc")},           {PC_STR_INIT("ab"), PC_STR_INIT("c")},
        {PC_STR_INIT("abc"), PC_STR_INIT("")},           {PC_STR_INIT(""), PC_STR_INIT("abc")},
        {PC_STR_INIT("abc\0\0\0\0\0\0\0\0"), {NULL, 0}},
    };
    const size_t counts[] = {2, 2, 2, 2, 1};
    for (size_t i = 0; i < 5; i++) {
        struct sealed it = seal_text();
        struct pc_seal_context context = {lists[i], counts[i]};
        uint8_t *text = text_of(TEXT);
        assert_int_equal(pc_seal(it.key, bytes_view(text, TEXT), &context, it.cipher, &it.seal),
                         PC_OK);
        free(text);
        for (size_t j = 0; j < 5; j++) {
            struct pc_seal_context other = {lists[j], counts[j]};
            if (j != i) {
                assert_closed(&it, TEXT, &other);
            }
        }
    }
}

static void a_context_has_a_limit(void **state)
{
    (void)state;
    static char bytes[PC_SEAL_CONTEXT_MAX];
    struct pc_str parts[] = {{bytes, 100}, {bytes, PC_SEAL_CONTEXT_MAX - 100 - 16}, {bytes, 0}};
    struct pc_seal_context most = {parts, 2}, over = {parts, 3};
    struct sealed it = seal_text(), before = it;
    uint8_t plain[TEXT];
    struct pc_str cipher = bytes_view(it.cipher, TEXT);
    assert_int_equal(pc_seal(it.key, cipher, &over, it.cipher, &it.seal), PC_ERR_LIMIT);
    assert_int_equal(pc_seal_with_nonce(it.key, cipher, &over, it.cipher, &it.seal), PC_ERR_LIMIT);
    assert_int_equal(pc_unseal(it.key, &it.seal, cipher, &over, plain), PC_ERR_LIMIT);
    parts[1].len++;
    assert_int_equal(pc_seal(it.key, cipher, &most, it.cipher, &it.seal), PC_ERR_LIMIT);
    parts[1].len = SIZE_MAX - 8;
    assert_int_equal(pc_seal(it.key, cipher, &most, it.cipher, &it.seal), PC_ERR_LIMIT);
    assert_memory_equal(&it, &before, sizeof(it));

    parts[1].len = PC_SEAL_CONTEXT_MAX - 100 - 16;
    assert_int_equal(pc_seal(it.key, cipher, &most, it.cipher, &it.seal), PC_OK);
    assert_int_equal(pc_unseal(it.key, &it.seal, cipher, &most, plain), PC_OK);
    assert_memory_equal(plain, before.cipher, TEXT);
}

static void nothing_can_be_sealed_as_well(void **state)
{
    (void)state;
    struct sealed it = seal_text();
    assert_int_equal(pc_seal(it.key, (struct pc_str){NULL, 0}, &some_context, NULL, &it.seal),
                     PC_OK);
    assert_int_equal(pc_unseal(it.key, &it.seal, (struct pc_str){NULL, 0}, &some_context, NULL),
                     PC_OK);
    it.seal.tag[0] ^= 1;
    assert_int_equal(pc_unseal(it.key, &it.seal, (struct pc_str){NULL, 0}, &some_context, NULL),
                     PC_ERR_DAMAGED);
}

static int init(void **state)
{
    (void)state;
    return pc_crypto_init() == PC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cipher_is_the_published_one),
        cmocka_unit_test(sealed_texts_are_those_of_another_implementation),
        cmocka_unit_test(sealing_in_place_is_the_same),
        cmocka_unit_test(each_sealing_has_a_nonce_of_its_own),
        cmocka_unit_test(every_bit_of_key_nonce_tag_and_ciphertext_counts),
        cmocka_unit_test(every_bit_of_each_part_counts),
        cmocka_unit_test(what_is_cut_does_not_open),
        cmocka_unit_test(the_list_of_parts_counts),
        cmocka_unit_test(where_a_part_ends_counts),
        cmocka_unit_test(a_context_has_a_limit),
        cmocka_unit_test(nothing_can_be_sealed_as_well),
    };
    return cmocka_run_group_tests(tests, init, NULL);
}
