// SPDX-License-Identifier: Apache-2.0
//
// Boxes that another implementation closed (vectors.py) open here, and ours open as those do.
#include "sample.h"

#include "crypto/box.h"
#include "crypto/hash.h"

enum {
    TEXT = 40, // bytes of what is tampered with
    BOX = TEXT + PC_BOX_EXTRA_BYTES,
};

// A box with the key that opens it.
struct closed {
    uint8_t secret[PC_BOX_SECRET_BYTES];
    uint8_t box[BOX];
};

static struct closed close_text(void)
{
    struct closed it;
    uint8_t public[PC_BOX_PUBLIC_BYTES];
    uint8_t *text = text_of(TEXT);
    pc_box_pair(public, it.secret);
    assert_int_equal(pc_box_close(public, bytes_view(text, TEXT), it.box), PC_OK);
    free(text);
    return it;
}

static void assert_opens(const struct closed *it)
{
    uint8_t plain[TEXT];
    uint8_t *text = text_of(TEXT);
    assert_int_equal(pc_box_open(it->secret, bytes_view(it->box, BOX), plain), PC_OK);
    assert_memory_equal(plain, text, TEXT);
    free(text);
}

static void assert_refused(const struct closed *it, size_t size, enum pc_status expected)
{
    uint8_t plain[TEXT + 1];
    memset(plain, 0xaa, sizeof(plain));
    assert_int_equal(pc_box_open(it->secret, bytes_view(it->box, size), plain), expected);
    size_t written = size < PC_BOX_EXTRA_BYTES ? 0 : size - PC_BOX_EXTRA_BYTES;
    assert_true(is_zero(plain, written));
    assert_int_equal(plain[written], 0xaa);
}

static void check_known(size_t size, const char *secret_hex, const char *public_hex,
                        const char *box_hex)
{
    uint8_t secret[PC_BOX_SECRET_BYTES], expected[PC_BOX_PUBLIC_BYTES], public[PC_BOX_PUBLIC_BYTES];
    unhex(secret_hex, secret);
    unhex(public_hex, expected);
    assert_int_equal(pc_box_public(secret, public), PC_OK);
    assert_memory_equal(public, expected, sizeof(public));
    uint8_t *text = text_of(size), *plain = text_of(size);
    uint8_t *box = text_of(size + PC_BOX_EXTRA_BYTES);
    assert_int_equal(strlen(box_hex), 2 * (size + PC_BOX_EXTRA_BYTES));
    unhex(box_hex, box);
    memset(plain, 0xaa, size);
    struct pc_str view = bytes_view(box, size + PC_BOX_EXTRA_BYTES);
    assert_int_equal(pc_box_open(secret, view, plain), PC_OK);
    assert_memory_equal(plain, text, size);
    free(box);
    free(plain);
    free(text);
}

static void boxes_of_another_implementation_open(void **state)
{
    (void)state;
#define BOXED(size, secret, public, box) check_known(size, secret, public, box);
#include "vectors.def"
}

// RFC 7748, 6.1: the keys of Alice and Bob.
static void public_keys_are_those_of_x25519(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
         "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"},
        {"5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
         "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"},
    };
    for (size_t i = 0; i < 2; i++) {
        uint8_t secret[PC_BOX_SECRET_BYTES], expected[PC_BOX_PUBLIC_BYTES],
            public[PC_BOX_PUBLIC_BYTES];
        unhex(pairs[i][0], secret);
        unhex(pairs[i][1], expected);
        assert_int_equal(pc_box_public(secret, public), PC_OK);
        assert_memory_equal(public, expected, sizeof(public));
    }
}

static void a_new_pair_belongs_together(void **state)
{
    (void)state;
    uint8_t public[PC_BOX_PUBLIC_BYTES], secret[PC_BOX_SECRET_BYTES], again[PC_BOX_PUBLIC_BYTES],
        other_public[PC_BOX_PUBLIC_BYTES], other_secret[PC_BOX_SECRET_BYTES];
    pc_box_pair(public, secret);
    pc_box_pair(other_public, other_secret);
    assert_int_equal(pc_box_public(secret, again), PC_OK);
    assert_memory_equal(public, again, sizeof(public));
    assert_memory_not_equal(secret, other_secret, sizeof(secret));
    assert_memory_not_equal(public, other_public, sizeof(public));
}

static void what_is_closed_opens(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size += 1 + size / 2) {
        uint8_t public[PC_BOX_PUBLIC_BYTES], secret[PC_BOX_SECRET_BYTES];
        pc_box_pair(public, secret);
        uint8_t *text = text_of(size), *plain = text_of(size);
        uint8_t *box = text_of(size + PC_BOX_EXTRA_BYTES);
        memset(plain, 0xaa, size);
        assert_int_equal(pc_box_close(public, bytes_view(text, size), box), PC_OK);
        struct pc_str view = bytes_view(box, size + PC_BOX_EXTRA_BYTES);
        assert_int_equal(pc_box_open(secret, view, plain), PC_OK);
        assert_memory_equal(plain, text, size);
        free(box);
        free(plain);
        free(text);
    }
}

static void nothing_can_be_boxed_as_well(void **state)
{
    (void)state;
    uint8_t public[PC_BOX_PUBLIC_BYTES], secret[PC_BOX_SECRET_BYTES], box[PC_BOX_EXTRA_BYTES];
    pc_box_pair(public, secret);
    assert_int_equal(pc_box_close(public, (struct pc_str){NULL, 0}, box), PC_OK);
    assert_int_equal(pc_box_open(secret, bytes_view(box, sizeof(box)), NULL), PC_OK);
    box[40] ^= 1;
    assert_int_equal(pc_box_open(secret, bytes_view(box, sizeof(box)), NULL), PC_ERR_DAMAGED);
}

static void each_box_has_an_ephemeral_key_of_its_own(void **state)
{
    (void)state;
    uint8_t public[PC_BOX_PUBLIC_BYTES], secret[PC_BOX_SECRET_BYTES], one[BOX], other[BOX];
    uint8_t *text = text_of(TEXT);
    pc_box_pair(public, secret);
    assert_int_equal(pc_box_close(public, bytes_view(text, TEXT), one), PC_OK);
    assert_int_equal(pc_box_close(public, bytes_view(text, TEXT), other), PC_OK);
    assert_memory_not_equal(one, other, PC_BOX_PUBLIC_BYTES);
    assert_memory_not_equal(one + PC_BOX_EXTRA_BYTES, other + PC_BOX_EXTRA_BYTES, TEXT);
    free(text);
}

static void every_bit_of_a_box_counts(void **state)
{
    (void)state;
    struct closed it = close_text();
    for (size_t bit = 0; bit < 8 * BOX; bit++) {
        it.box[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused(&it, BOX, PC_ERR_DAMAGED);
        it.box[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_opens(&it);
}

// All bits but those that X25519 sets itself: the lowest three and the highest two.
static void every_bit_of_the_secret_key_counts(void **state)
{
    (void)state;
    struct closed it = close_text();
    for (size_t bit = 3; bit < 254; bit++) {
        it.secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_refused(&it, BOX, PC_ERR_DAMAGED);
        it.secret[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_opens(&it);
}

static void what_is_cut_does_not_open(void **state)
{
    (void)state;
    struct closed it = close_text();
    for (size_t size = 0; size < BOX; size++) {
        assert_refused(&it, size, PC_ERR_DAMAGED);
    }
    assert_opens(&it);
}

// The encodings of the points of order 1, 2, 4 and 8 of the curve and its twist, on 255 bits:
// those below 2^255-19 and the two above that mean 0 and 1.
static const char *const small_order[] = {
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void nothing_is_closed_for_a_key_of_small_order(void **state)
{
    (void)state;
    uint8_t *text = text_of(TEXT);
    for (size_t i = 0; i < 2 * sizeof(small_order) / sizeof(small_order[0]); i++) {
        uint8_t public[PC_BOX_PUBLIC_BYTES], box[BOX + 1];
        unhex(small_order[i / 2], public);
        public[31] |= (uint8_t)(i % 2 << 7); // X25519 does not look at the highest bit
        memset(box, 0xaa, sizeof(box));
        assert_int_equal(pc_box_close(public, bytes_view(text, TEXT), box), PC_ERR_INVALID);
        assert_true(is_zero(box, BOX));
        assert_int_equal(box[BOX], 0xaa);
    }
    free(text);
}

// A box whose ephemeral key is of small order would have a shared secret that all know.
static void a_box_with_a_key_of_small_order_does_not_open(void **state)
{
    (void)state;
    struct closed it = close_text();
    for (size_t i = 0; i < sizeof(small_order) / sizeof(small_order[0]); i++) {
        unhex(small_order[i], it.box);
        assert_refused(&it, BOX, PC_ERR_DAMAGED);
    }
}

static void zeros_are_no_secret_key(void **state)
{
    (void)state;
    struct closed it = close_text();
    uint8_t public[PC_BOX_PUBLIC_BYTES];
    memset(public, 0xaa, sizeof(public));
    memset(it.secret, 0, sizeof(it.secret));
    assert_int_equal(pc_box_public(it.secret, public), PC_ERR_INVALID);
    for (size_t i = 0; i < sizeof(public); i++) {
        assert_int_equal(public[i], 0xaa);
    }
    assert_refused(&it, BOX, PC_ERR_INVALID);
}

static int init(void **state)
{
    (void)state;
    return pc_crypto_init() == PC_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_of_another_implementation_open),
        cmocka_unit_test(public_keys_are_those_of_x25519),
        cmocka_unit_test(a_new_pair_belongs_together),
        cmocka_unit_test(what_is_closed_opens),
        cmocka_unit_test(nothing_can_be_boxed_as_well),
        cmocka_unit_test(each_box_has_an_ephemeral_key_of_its_own),
        cmocka_unit_test(every_bit_of_a_box_counts),
        cmocka_unit_test(every_bit_of_the_secret_key_counts),
        cmocka_unit_test(what_is_cut_does_not_open),
        cmocka_unit_test(nothing_is_closed_for_a_key_of_small_order),
        cmocka_unit_test(a_box_with_a_key_of_small_order_does_not_open),
        cmocka_unit_test(zeros_are_no_secret_key),
    };
    return cmocka_run_group_tests(tests, init, NULL);
}
