// SPDX-License-Identifier: Apache-2.0
//
// Short digests of bytes are published test vectors of BLAKE2b-256 (Botan's suite and others).
// Those of long texts, and of lists by the layout that crypto/hash.h promises, come from another
// library.
#define _GNU_SOURCE // RTLD_NEXT
#include "testing.h"

#include "crypto/hash.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Stands in front of libsodium's.
static atomic_int inits; // calls

int init_sodium(void) __asm__("sodium_init") __attribute__((visibility("default")));

int init_sodium(void)
{
    int (*next)(void) = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "sodium_init");
    assert_non_null(next);
    inits++;
    return next();
}

static void assert_hash(struct pc_hash hash, const char *hex)
{
    struct pc_buf text = {0};
    pc_hash_write(&text, &hash);
    pc_buf_byte(&text, '\0');
    assert_int_equal(pc_buf_status(&text), PC_OK);
    assert_string_equal(text.ptr, hex);
    pc_buf_release(&text);
}

static struct pc_hash hash_list(const struct pc_str *parts, size_t count)
{
    struct pc_hasher hasher;
    pc_hasher_init(&hasher);
    for (size_t i = 0; i < count; i++) {
        pc_hasher_add(&hasher, parts[i]);
    }
    return pc_hasher_final(&hasher);
}

static void *init_in_thread(void *argument)
{
    enum pc_status *status = argument;
    *status = pc_crypto_init();
    return NULL;
}

static void init_may_run_often_and_in_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    enum pc_status statuses[4];
    for (size_t i = 0; i < 4; i++) {
        statuses[i] = PC_ERR_INTERNAL;
        assert_int_equal(pthread_create(&threads[i], NULL, init_in_thread, &statuses[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(statuses[i], PC_OK);
    }
    assert_int_equal(pc_crypto_init(), PC_OK);
    assert_int_equal(pc_crypto_init(), PC_OK);
    assert_int_equal(inits, 1); // each takes a lock that a child may find taken for ever
}

static void hashes_of_bytes_are_blake2b_256(void **state)
{
    (void)state;
    assert_hash(pc_hash_of(PC_STR("")),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_hash(pc_hash_of((struct pc_str){NULL, 0}),
                "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_hash(pc_hash_of(PC_STR("abc")),
                "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    assert_hash(pc_hash_of(PC_STR("The quick brown fox jumps over the lazy dog")),
                "01718cec35cd3d796dd00020e0bfecb473ad23457d063b75eff29c0ffa2e58a9");
    assert_hash(pc_hash_of(PC_STR("\0")),
                "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314");
    assert_hash(pc_hash_of(PC_STR("\xcc")),
                "e3f0d5af2a41c8fd042a6ec5fef8acfd591903cbb97a3ab666f08e7c39c8a948");
}

static void hashes_of_whole_and_many_blocks(void **state)
{
    (void)state;
    size_t size = 1000000;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memset(bytes, 'a', size);
    assert_hash(pc_hash_of((struct pc_str){bytes, 128}),
                "ae2aa48507885c4c950fb809b2076f959cde9f8ea6da260d9a3587df33dac450");
    assert_hash(pc_hash_of((struct pc_str){bytes, 129}),
                "2f64744a6de0d2c0b56e64cf6e29a5aaa255010d415d51c75ccc82f73dccd865");
    assert_hash(pc_hash_of((struct pc_str){bytes, size}),
                "0741850f36cba4259628355d1073e24ddb9ca0e1bfac36fd39ae5dc2101e23a4");
    free(bytes);
}

// Cut anywhere, also into nothing, bytes have the hash of all of them.
static void hashes_of_bytes_in_pieces_are_those_of_all(void **state)
{
    char bytes[700];
    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (char)(i % 251);
    }
    const struct pc_hash whole = pc_hash_of((struct pc_str){bytes, sizeof(bytes)});
    for (size_t piece = 1; piece <= sizeof(bytes); piece++) {
        struct pc_hasher hasher;
        pc_hasher_init_bytes(&hasher);
        pc_hasher_add_bytes(&hasher, PC_STR(""));
        for (size_t at = 0; at < sizeof(bytes); at += piece) {
            pc_hasher_add_bytes(
                &hasher, pc_str_slice((struct pc_str){bytes, sizeof(bytes)}, at, at + piece));
        }
        const struct pc_hash hash = pc_hasher_final(&hasher);
        assert_true(pc_hash_eq(&hash, &whole));
    }
}

static void lists_have_the_promised_layout(void **state)
{
    (void)state;
    char many[300];
    memset(many, 'x', sizeof(many));
    struct pc_str parts[] = {{many, sizeof(many)}, PC_STR_INIT(""), PC_STR_INIT("\xc3\xa9")};
    assert_hash(hash_list(NULL, 0),
                "cb712eebe36bf88dd6bcac3cd7b6a32454f19495300415377a7e9d4479770b6f");
    assert_hash(hash_list(&parts[1], 1),
                "eee54322d400eb7cfa259faa3ae5c04d27eced8537496ff503b2e6a514dfdca4");
    assert_hash(hash_list(parts, 3),
                "54aba93d237aef73211420981057b39f5e7574efc275fe17f58c16a7d0a08367");
}

static void where_a_part_ends_counts(void **state)
{
    (void)state;
    struct pc_str lists[][2] = {
        {PC_STR_INIT("a"), PC_STR_INIT("bc")}, {PC_STR_INIT("ab"), PC_STR_INIT("c")},
        {PC_STR_INIT("abc"), PC_STR_INIT("")}, {PC_STR_INIT(""), PC_STR_INIT("abc")},
        {PC_STR_INIT("bc"), PC_STR_INIT("a")},
    };
    struct pc_hash seen[8];
    size_t count = 0;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        seen[count++] = hash_list(lists[i], 2);
    }
    seen[count++] = hash_list(lists[2], 1);
    seen[count++] = pc_hash_of(PC_STR("abc"));
    // What a list feeds to BLAKE2b, hashed as bytes.
    seen[count++] = pc_hash_of(PC_STR("\3\0\0\0\0\0\0\0abc"));
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_false(pc_hash_eq(&seen[i], &seen[j]));
        }
    }
}

static void a_copied_hasher_goes_its_own_way(void **state)
{
    (void)state;
    struct pc_str parts[] = {PC_STR_INIT("a"), PC_STR_INIT("bc")};
    struct pc_hasher first;
    pc_hasher_init(&first);
    pc_hasher_add(&first, parts[0]);
    struct pc_hasher second = first;
    pc_hasher_add(&first, PC_STR("other"));
    pc_hasher_add(&second, parts[1]);
    struct pc_hash other = pc_hasher_final(&first);
    struct pc_hash same = pc_hasher_final(&second);
    struct pc_hash expected = hash_list(parts, 2);
    assert_true(pc_hash_eq(&same, &expected));
    assert_false(pc_hash_eq(&other, &expected));
}

static void equality_looks_at_every_byte(void **state)
{
    (void)state;
    struct pc_hash a = pc_hash_of(PC_STR("abc"));
    for (size_t i = 0; i < PC_HASH_BYTES; i++) {
        struct pc_hash b = a;
        assert_true(pc_hash_eq(&a, &b));
        b.bytes[i] ^= 0x80;
        assert_false(pc_hash_eq(&a, &b));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(init_may_run_often_and_in_threads),
        cmocka_unit_test(hashes_of_bytes_are_blake2b_256),
        cmocka_unit_test(hashes_of_whole_and_many_blocks),
        cmocka_unit_test(hashes_of_bytes_in_pieces_are_those_of_all),
        cmocka_unit_test(lists_have_the_promised_layout),
        cmocka_unit_test(where_a_part_ends_counts),
        cmocka_unit_test(a_copied_hasher_goes_its_own_way),
        cmocka_unit_test(equality_looks_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
