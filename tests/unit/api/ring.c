// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "ring.h"

#include <pthread.h>
#include <sched.h>

static bool put(struct pc_ring *ring, uint32_t value)
{
    size_t ticket;
    void *room = pc_ring_claim(ring, &ticket);
    if (room == NULL) {
        return false;
    }
    memcpy(room, &value, sizeof(value));
    (void)pc_ring_publish(ring, ticket);
    return true;
}

static bool take(struct pc_ring *ring, uint32_t *value)
{
    const void *bytes = pc_ring_next(ring);
    if (bytes == NULL) {
        return false;
    }
    memcpy(value, bytes, sizeof(*value));
    pc_ring_pass(ring);
    return true;
}

static void sizes_are_rounded_up(void **state)
{
    (void)state;
    const size_t asked[] = {1, 2, 3, 4, 5, 1000};
    const size_t expected[] = {2, 2, 4, 4, 8, 1024};
    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        struct pc_ring ring;
        size_t ticket;
        size_t count = 0;
        assert_int_equal(pc_ring_init(&ring, asked[i], 100), PC_OK);
        for (void *room = pc_ring_claim(&ring, &ticket); room != NULL;
             room = pc_ring_claim(&ring, &ticket)) {
            assert_int_equal((uintptr_t)room % 16, 0);
            memset(room, 0xff, 100); // no slot reaches into the next
            (void)pc_ring_publish(&ring, ticket);
            count++;
        }
        assert_int_equal(count, expected[i]);
        pc_ring_release(&ring);
    }
}

static void too_large_is_no_memory(void **state)
{
    (void)state;
    struct pc_ring ring;
    assert_int_equal(pc_ring_init(&ring, 4, SIZE_MAX - 8), PC_ERR_NOMEM);
    assert_int_equal(pc_ring_init(&ring, SIZE_MAX / 8, 4096), PC_ERR_NOMEM);
}

// At every fill, over many rounds, also with the smallest ring.
static void first_in_first_out(void **state)
{
    (void)state;
    for (size_t slots = 2; slots <= 8; slots *= 2) {
        struct pc_ring ring;
        uint32_t next_in = 0;
        uint32_t next_out = 0;
        uint32_t got;
        assert_int_equal(pc_ring_init(&ring, slots, sizeof(uint32_t)), PC_OK);
        for (uint32_t turn = 0; turn < 200; turn++) {
            for (uint32_t i = 0; i < turn % (slots + 2); i++) {
                bool room = next_in - next_out < slots;
                assert_int_equal(put(&ring, next_in), room);
                next_in += room;
            }
            for (uint32_t i = 0; i < turn % 3 + 1; i++) {
                bool some = next_in != next_out;
                assert_int_equal(take(&ring, &got), some);
                if (some) {
                    assert_int_equal(got, next_out);
                    next_out++;
                }
            }
        }
        pc_ring_release(&ring);
    }
}

static void what_is_not_published_holds_back_what_is(void **state)
{
    (void)state;
    struct pc_ring ring;
    size_t first;
    uint32_t got;
    uint32_t value = 1;
    assert_int_equal(pc_ring_init(&ring, 4, sizeof(uint32_t)), PC_OK);
    void *room = pc_ring_claim(&ring, &first);
    assert_non_null(room);
    assert_true(put(&ring, 2));
    assert_false(take(&ring, &got));
    assert_int_equal(pc_ring_tail(&ring), 2);
    memcpy(room, &value, sizeof(value));
    (void)pc_ring_publish(&ring, first);
    assert_true(take(&ring, &got));
    assert_int_equal(got, 1);
    assert_true(take(&ring, &got));
    assert_int_equal(got, 2);
    pc_ring_release(&ring);
}

static void wakes_once_each_half(void **state)
{
    (void)state;
    struct pc_ring ring;
    uint32_t got;
    assert_int_equal(pc_ring_init(&ring, 8, sizeof(uint32_t)), PC_OK);
    for (unsigned i = 1; i <= 40; i++) {
        size_t ticket;
        assert_non_null(pc_ring_claim(&ring, &ticket));
        assert_int_equal(pc_ring_publish(&ring, ticket), i % 4 == 0);
        assert_true(take(&ring, &got));
    }
    pc_ring_release(&ring);
}

// Many producers ---------------------------------------------------------------------------------

enum {
    PRODUCERS = 8,
    EACH = 20000,
};

struct producer {
    struct pc_ring *ring;
    uint32_t number;
    pthread_t thread;
};

static void *produce(void *argument)
{
    const struct producer *producer = argument;
    for (uint32_t i = 0; i < EACH; i++) {
        while (!put(producer->ring, producer->number << 24 | i)) {
            (void)sched_yield();
        }
    }
    return NULL;
}

// A small ring, so that it is full most of the time.
static void producers_lose_nothing_and_keep_their_order(void **state)
{
    (void)state;
    struct pc_ring ring;
    struct producer producers[PRODUCERS];
    uint32_t next[PRODUCERS] = {0};
    assert_int_equal(pc_ring_init(&ring, 16, sizeof(uint32_t)), PC_OK);
    for (uint32_t i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer){.ring = &ring, .number = i};
        assert_int_equal(pthread_create(&producers[i].thread, NULL, produce, &producers[i]), 0);
    }
    for (size_t taken = 0; taken < (size_t)PRODUCERS * EACH;) {
        uint32_t got;
        if (!take(&ring, &got)) {
            (void)sched_yield();
            continue;
        }
        assert_true(got >> 24 < PRODUCERS);
        assert_int_equal(got & 0xffffff, next[got >> 24]++);
        taken++;
    }
    for (size_t i = 0; i < PRODUCERS; i++) {
        assert_int_equal(pthread_join(producers[i].thread, NULL), 0);
        assert_int_equal(next[i], EACH);
    }
    assert_null(pc_ring_next(&ring));
    pc_ring_release(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_rounded_up),
        cmocka_unit_test(too_large_is_no_memory),
        cmocka_unit_test(first_in_first_out),
        cmocka_unit_test(what_is_not_published_holds_back_what_is),
        cmocka_unit_test(wakes_once_each_half),
        cmocka_unit_test(producers_lose_nothing_and_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
