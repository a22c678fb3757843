// SPDX-License-Identifier: Apache-2.0
//
// The list of digests, on a store of its own.
#include "vault_case.h"

#include <stdio.h>

#include "parts.h"

#define EMPTY_TEST(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, vault_case_empty, vault_case_close)

enum {
    MANY = 200,
};

// What runs in one transaction on a list whose head is kept between them.
struct job {
    struct pc_head *head;
    enum pc_status (*work)(struct pc_parts *parts, struct pc_head *head,
                           const struct pc_source *source);
};

static struct pc_hash number(unsigned value)
{
    struct pc_hash hash = {{0}};
    hash.bytes[0] = (uint8_t)(value >> 8);
    hash.bytes[1] = (uint8_t)value;
    return hash;
}

static enum pc_status run(void *context, struct pc_store_write *write)
{
    struct job *job = context;
    struct pc_parts parts = {.of = {{.count = 0}}};
    struct pc_head head = *job->head;
    const struct pc_source source = {.write = write};
    enum pc_status status = job->work(&parts, &head, &source);
    if (status == PC_OK) {
        status = pc_parts_write(&parts, &head, write);
    }
    pc_parts_release(&parts);
    if (status == PC_OK) {
        *job->head = head;
    }
    return status;
}

static enum pc_status do_with(struct vault_case *c, struct pc_head *head,
                              enum pc_status (*work)(struct pc_parts *parts, struct pc_head *head,
                                                     const struct pc_source *source))
{
    struct job job = {head, work};
    return pc_store_update_kind(PC_STORE_OF_SECRETS, pc_str_from(c->vault), &c->diags, run, &job);
}

// In an order that is not theirs: 0, 7, 14 ... modulo a prime.
static enum pc_status bind_many(struct pc_parts *parts, struct pc_head *head,
                                const struct pc_source *source)
{
    const struct pc_list list = {parts, head, source};
    for (unsigned i = 0; i < MANY; i++) {
        struct pc_hash name = number(i * 7 % 211);
        struct pc_hash digest = number(i * 7 % 211 + 1000);
        PC_TRY(pc_parts_bind(&list, 5, &name, &digest));
    }
    return PC_OK;
}

static enum pc_status check_many(struct pc_parts *parts, struct pc_head *head,
                                 const struct pc_source *source)
{
    const struct pc_list list = {parts, head, source};
    size_t count, keys;
    PC_TRY(pc_parts_count(&list, false, &count));
    PC_TRY(pc_parts_count(&list, true, &keys));
    assert_int_equal(count, MANY);
    assert_int_equal(keys, 0);
    for (unsigned i = 0; i < 211; i++) {
        const struct pc_binding *binding = NULL;
        struct pc_hash name = number(i * 7 % 211);
        struct pc_hash digest = number(i * 7 % 211 + 1000);
        PC_TRY(pc_parts_find(&list, 5, &name, &binding));
        assert_int_equal(binding != NULL, i < MANY);
        assert_true(binding == NULL || pc_hash_eq(&binding->digest, &digest));
        PC_TRY(pc_parts_find(&list, 6, &name, &binding));
        assert_null(binding); // each part is one by itself
    }
    return PC_OK;
}

static enum pc_status bind_again(struct pc_parts *parts, struct pc_head *head,
                                 const struct pc_source *source)
{
    const struct pc_list list = {parts, head, source};
    const struct pc_binding *binding = NULL;
    struct pc_hash name = number(7);
    struct pc_hash digest = number(9999);
    PC_TRY(pc_parts_bind(&list, 5, &name, &digest));
    PC_TRY(pc_parts_find(&list, 5, &name, &binding));
    assert_true(pc_hash_eq(&binding->digest, &digest));
    digest = number(1007);
    return pc_parts_bind(&list, 5, &name, &digest);
}

static enum pc_status unbind_all(struct pc_parts *parts, struct pc_head *head,
                                 const struct pc_source *source)
{
    const struct pc_list list = {parts, head, source};
    size_t count;
    for (unsigned i = 0; i < 211; i++) { // also those that are not there
        struct pc_hash name = number(i);
        PC_TRY(pc_parts_bind(&list, 5, &name, NULL));
    }
    PC_TRY(pc_parts_count(&list, false, &count));
    assert_int_equal(count, 0);
    return PC_OK;
}

static void what_is_bound_is_found(void **state)
{
    struct vault_case *c = *state;
    struct pc_head head = {.generation = 1};
    const struct pc_head empty = head;
    assert_int_equal(do_with(c, &head, unbind_all), PC_OK);
    assert_memory_equal(&head, &empty, sizeof(head));
    assert_int_equal(do_with(c, &head, bind_many), PC_OK);
    struct pc_head bound = head;
    assert_int_equal(do_with(c, &head, check_many), PC_OK);
    assert_int_equal(do_with(c, &head, bind_again), PC_OK);
    assert_memory_equal(&head, &bound, sizeof(head)); // the order of binding does not show
    assert_int_equal(do_with(c, &head, check_many), PC_OK);
    assert_int_equal(do_with(c, &head, unbind_all), PC_OK);
    assert_memory_equal(&head, &empty, sizeof(head)); // an empty part is none
    assert_int_equal(do_with(c, &head, bind_many), PC_OK);
    assert_memory_equal(&head, &bound, sizeof(head));
}

static void a_part_that_is_not_the_heads_is_damage(void **state)
{
    struct vault_case *c = *state;
    struct pc_head head = {.generation = 1};
    assert_int_equal(do_with(c, &head, bind_many), PC_OK);
    struct pc_head other = head;
    other.parts[5].bytes[31] ^= 1;
    assert_int_equal(do_with(c, &other, check_many), PC_ERR_DAMAGED);
    assert_int_equal(do_with(c, &other, bind_again), PC_ERR_DAMAGED);
    other = head;
    memset(&other.parts[5], 0, sizeof(other.parts[5])); // as if there were none
    assert_int_equal(do_with(c, &other, check_many), PC_ERR_DAMAGED);
    other = head;
    other.parts[6] = head.parts[5]; // as if there were two
    assert_int_equal(do_with(c, &other, check_many), PC_ERR_DAMAGED);
    assert_int_equal(do_with(c, &head, check_many), PC_OK);
}

// Functions are spread over all parts but that of the keys.
static void functions_are_spread(void **state)
{
    (void)state;
    unsigned seen[PC_PARTS] = {0};
    for (unsigned i = 0; i < 256 * 40; i++) {
        char arn[96];
        (void)snprintf(arn, sizeof(arn), "arn:aws:lambda:eu-west-1:" ACCOUNT ":function:f%u", i);
        struct pc_hash name = pc_hash_of(pc_str_from(arn));
        seen[pc_part_of(&name)]++;
    }
    assert_int_equal(seen[PC_PART_OF_KEYS], 0);
    for (unsigned i = 0; i < PC_PART_OF_KEYS; i++) {
        assert_in_range(seen[i], 10, 90);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EMPTY_TEST(what_is_bound_is_found),
        EMPTY_TEST(a_part_that_is_not_the_heads_is_damage),
        EMPTY_TEST(functions_are_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
