// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include "colliding.h"
#include "faults.h"

#include "base/map.h"

#include <stdio.h>
#include <string.h>

enum {
    MANY = 20000,
};

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    memset(&map, 0xff, sizeof(map));
    pc_map_init(&map, &arena);
    assert_int_equal(map.count, 0);
    assert_null(pc_map_get(&map, PC_STR("a")));
    assert_null(pc_map_get(&map, PC_STR("")));
    assert_null(pc_map_get(&map, (struct pc_str){NULL, 0}));
    assert_null(arena.head); // costs nothing until something is in it
    pc_arena_release(&arena);
}

static void putting_replaces(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    int a = 0;
    int b = 0;
    pc_map_init(&map, &arena);
    assert_int_equal(pc_map_put(&map, PC_STR("key"), &a), PC_OK);
    assert_ptr_equal(pc_map_get(&map, PC_STR("key")), &a);
    assert_null(pc_map_get(&map, PC_STR("Key")));
    assert_null(pc_map_get(&map, PC_STR("ke")));
    assert_null(pc_map_get(&map, PC_STR("key\0")));
    assert_int_equal(pc_map_put(&map, PC_STR("key"), &b), PC_OK);
    assert_ptr_equal(pc_map_get(&map, PC_STR("key")), &b);
    assert_int_equal(map.count, 1);
    pc_arena_release(&arena);
}

static void the_empty_key_is_a_key(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    int a = 0;
    int b = 0;
    pc_map_init(&map, &arena);
    assert_int_equal(pc_map_put(&map, (struct pc_str){NULL, 0}, &a), PC_OK);
    assert_ptr_equal(pc_map_get(&map, PC_STR("")), &a);
    assert_ptr_equal(pc_map_get(&map, (struct pc_str){NULL, 0}), &a);
    assert_int_equal(pc_map_put(&map, PC_STR(""), &b), PC_OK);
    assert_int_equal(map.count, 1);
    assert_ptr_equal(pc_map_get(&map, (struct pc_str){NULL, 0}), &b);
    assert_null(pc_map_get(&map, PC_STR("\0")));
    pc_arena_release(&arena);
}

static void growth_keeps_every_key(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    static int values[MANY];
    pc_map_init(&map, &arena);
    for (int i = 0; i < MANY; i++) {
        struct pc_str key;
        assert_int_equal(pc_arena_format(&arena, &key, "arn:aws:iam::%012d:role/r", i), PC_OK);
        assert_int_equal(pc_map_put(&map, key, &values[i]), PC_OK);
        assert_int_equal(map.count, i + 1);
        assert_true(map.capacity > map.count);
        assert_int_equal(map.capacity & (map.capacity - 1), 0);
    }
    for (int i = 0; i < MANY; i++) {
        char key[64];
        int length = snprintf(key, sizeof(key), "arn:aws:iam::%012d:role/r", i);
        assert_ptr_equal(pc_map_get(&map, (struct pc_str){key, (size_t)length}), &values[i]);
        key[length - 1] = 's';
        assert_null(pc_map_get(&map, (struct pc_str){key, (size_t)length}));
    }
    pc_arena_release(&arena);
}

// Keys whose hashes share the low bits, so that they lie in one run of a small map.
static void keys_that_collide(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    static int values[10];
    char keys[10][16];
    size_t found = 0;
    pc_map_init(&map, &arena);
    for (int i = 0; found < 10; i++) {
        int length = snprintf(keys[found], sizeof(keys[found]), "k%06d", i);
        struct pc_str key = {keys[found], (size_t)length};
        if (pc_str_hash(key) % 16 == 15) { // and round the end of the table
            assert_int_equal(pc_map_put(&map, key, &values[found]), PC_OK);
            found++;
        }
    }
    for (size_t i = 0; i < found; i++) {
        assert_ptr_equal(pc_map_get(&map, pc_str_from(keys[i])), &values[i]);
    }
    assert_int_equal(map.count, 10);
    pc_arena_release(&arena);
}

static void without_memory_the_map_stays(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    static int values[MANY];
    pc_map_init(&map, &arena);
    allocations_left = 0;
    enum pc_status first = pc_map_put(&map, PC_STR("a"), &values[0]);
    allocations_left = SIZE_MAX;
    assert_int_equal(first, PC_ERR_NOMEM);
    assert_int_equal(map.count, 0);
    assert_null(pc_map_get(&map, PC_STR("a")));
    static char keys[MANY][8];
    size_t count = 0;
    enum pc_status status = PC_OK;
    assert_non_null(pc_arena_alloc(&arena, 1)); // the arena has its first block
    allocations_left = 0;
    while (status == PC_OK && count < MANY) {
        snprintf(keys[count], sizeof(keys[count]), "%zu", count);
        status = pc_map_put(&map, pc_str_from(keys[count]), &values[count]);
        count += status == PC_OK;
    }
    allocations_left = SIZE_MAX;
    assert_int_equal(status, PC_ERR_NOMEM);
    assert_true(count > 0);
    assert_int_equal(map.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(pc_map_get(&map, pc_str_from(keys[i])), &values[i]);
    }
    assert_null(pc_map_get(&map, pc_str_from(keys[count])));
    assert_int_equal(pc_map_put(&map, pc_str_from(keys[count]), &values[count]), PC_OK);
    pc_arena_release(&arena);
}

// Replacing a value needs no room.
static void replacing_needs_no_memory(void **state)
{
    (void)state;
    struct pc_arena arena = {0};
    struct pc_map map;
    int a = 0;
    int b = 0;
    static char keys[MANY][8];
    pc_map_init(&map, &arena);
    for (size_t i = 0; i < 4000; i++) {
        snprintf(keys[i], sizeof(keys[i]), "%zu", i);
        assert_int_equal(pc_map_put(&map, pc_str_from(keys[i]), &a), PC_OK);
        size_t capacity = map.capacity;
        assert_int_equal(pc_map_put(&map, pc_str_from(keys[i]), &b), PC_OK);
        assert_int_equal(map.capacity, capacity);
        assert_ptr_equal(pc_map_get(&map, pc_str_from(keys[i])), &b);
    }
    pc_arena_release(&arena);
}

// Whoever chooses the keys does not choose where they lie.
static void keys_that_were_made_to_collide_do_not(void **state)
{
    (void)state;
    enum {
        KEYS = 2000,
        STEPS_EACH = 4, // of a slot; KEYS / 2 each when they collide
    };
    struct pc_arena arena = {0};
    struct pc_map map;
    static char keys[KEYS][COLLIDING_BYTES];
    size_t steps = 0;
    pc_map_init(&map, &arena);
    for (size_t i = 0; i < KEYS; i++) {
        colliding_text(PC_STR(""), i, keys[i]);
        struct pc_str key = {keys[i], COLLIDING_BYTES};
        assert_int_equal(pc_str_hash(key), pc_str_hash((struct pc_str){keys[0], COLLIDING_BYTES}));
        assert_int_equal(pc_map_put(&map, key, keys[i]), PC_OK);
    }
    for (size_t i = 0; i < map.capacity; i++) {
        if (map.slots[i].key.ptr != NULL) {
            steps += (i - map.slots[i].hash) & (map.capacity - 1);
        }
    }
    assert_true(steps < STEPS_EACH * map.capacity);
    for (size_t i = 0; i < KEYS; i++) {
        assert_ptr_equal(pc_map_get(&map, (struct pc_str){keys[i], COLLIDING_BYTES}), keys[i]);
    }
    pc_arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_map_has_nothing),
        cmocka_unit_test(putting_replaces),
        cmocka_unit_test(the_empty_key_is_a_key),
        cmocka_unit_test(growth_keeps_every_key),
        cmocka_unit_test(keys_that_collide),
        cmocka_unit_test(without_memory_the_map_stays),
        cmocka_unit_test(replacing_needs_no_memory),
        cmocka_unit_test(keys_that_were_made_to_collide_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
