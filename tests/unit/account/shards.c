// SPDX-License-Identifier: Apache-2.0
//
// Directories in a store, as they grow, shrink and change: the bytes tell nothing of the way there.
#include "stored.h"

#include "shards.h"

enum {
    MOST = 400,
};

struct step {
    struct sandbox *box;
    size_t from, to; // keys "key from" to before "key to"
    const char *value;
    bool removed, all;
};

static struct pc_str text_of(struct pc_arena *arena, const char *text, size_t n)
{
    struct pc_str out;
    assert_int_equal(pc_arena_format(arena, &out, "%s %zu", text, n), PC_OK);
    return out;
}

static enum pc_status read_census(struct pc_store_write *write, struct pc_census *census)
{
    struct pc_str bytes;
    enum pc_status status = pc_store_peek(write, PC_STORE_META, pc_census_key, &bytes);
    *census = (struct pc_census){{0}};
    return status == PC_ERR_NOTFOUND ? PC_OK : pc_census_parse(bytes, census);
}

static enum pc_status make_step(void *context, struct pc_store_write *write)
{
    const struct step *step = context;
    struct pc_arena *arena = &step->box->arena;
    struct pc_census census;
    char bytes[PC_CENSUS_BYTES];
    PC_TRY(read_census(write, &census));
    struct pc_shards_write job = {arena, write, &census, PC_STORE_FUNCTIONS, false, step->all};
    struct pc_shard_change changes[MOST];
    size_t count = 0;
    for (size_t n = step->from; n < step->to; n++) {
        changes[count++] = pc_shard_change_of(PC_STORE_FUNCTIONS, text_of(arena, "key", n),
                                              text_of(arena, step->value, n), step->removed);
    }
    PC_TRY(pc_shards_write(&job, changes, count));
    pc_census_write(&census, bytes);
    return pc_store_put(write, PC_STORE_META, pc_census_key, (struct pc_str){bytes, sizeof(bytes)});
}

static void take_steps(struct sandbox *box, const char *path, struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        steps[i].box = box;
        assert_int_equal(pc_store_update(pc_str_from(path), &box->diags, make_step, &steps[i]),
                         PC_OK);
    }
}

// The value that the store has under "key n", or "" when it has none.
static struct pc_str value_of(const struct stored *stored, struct sandbox *box, size_t n)
{
    struct pc_str key = text_of(&box->arena, "key", n);
    uint64_t hash = pc_str_hash(key);
    uint64_t entries = stored_census(stored).entries[PC_STORE_FUNCTIONS];
    unsigned bits = pc_census_bits(PC_STORE_FUNCTIONS, entries);
    if (entries == 0) {
        return PC_STR("");
    }
    const struct pc_directory_header *shard =
        stored_shard(stored, PC_STORE_FUNCTIONS, pc_directory_shard(hash, bits));
    const struct pc_directory_entry *entry = pc_directory_find(shard, hash, key);
    return entry == NULL ? PC_STR("") : pc_directory_value(shard, entry);
}

static void expect_values(struct sandbox *box, size_t from, size_t to, const char *text)
{
    struct stored stored = stored_open(box, box->store);
    for (size_t n = from; n < to; n++) {
        struct pc_str expected = text[0] == '\0' ? PC_STR("") : text_of(&box->arena, text, n);
        assert_true(pc_str_eq(value_of(&stored, box, n), expected));
    }
    stored_close(&stored);
}

static void entries_come_and_go(void **state)
{
    struct sandbox *box = *state;
    struct step first[] = {{.to = 10, .value = "a"}};
    take_steps(box, box->store, first, 1);
    assert_int_equal(stored_values(box, PC_STORE_FUNCTIONS), 1);
    struct step grow[] = {{.from = 5, .to = 300, .value = "b"}};
    take_steps(box, box->store, grow, 1);
    assert_int_equal(stored_entries(box, PC_STORE_FUNCTIONS), 300);
    assert_int_equal(stored_values(box, PC_STORE_FUNCTIONS), 8); // 300 > 4 * 64
    expect_values(box, 0, 5, "a");
    expect_values(box, 5, 300, "b");
    expect_values(box, 300, 310, "");
    struct step change[] = {{.from = 7, .to = 8, .value = "c"},
                            {.from = 20, .to = 21, .value = "", .removed = true},
                            {.from = 350, .to = 351, .value = "", .removed = true}};
    take_steps(box, box->store, change, 3);
    assert_int_equal(stored_entries(box, PC_STORE_FUNCTIONS), 299);
    expect_values(box, 7, 8, "c");
    expect_values(box, 20, 21, "");
    expect_values(box, 21, 300, "b");
    struct step shrink[] = {{.from = 0, .to = 290, .value = "", .removed = true}};
    take_steps(box, box->store, shrink, 1);
    assert_int_equal(stored_entries(box, PC_STORE_FUNCTIONS), 10);
    assert_int_equal(stored_values(box, PC_STORE_FUNCTIONS), 1);
    struct step empty[] = {{.from = 290, .to = 300, .value = "", .removed = true}};
    take_steps(box, box->store, empty, 1);
    assert_int_equal(stored_values(box, PC_STORE_FUNCTIONS), 0);
}

static void the_way_there_leaves_no_trace(void **state)
{
    struct sandbox *box = *state;
    struct step direct[] = {{.to = 200, .value = "x", .all = true}};
    take_steps(box, box->store, direct, 1);
    struct step detours[][4] = {
        {{.to = 100, .value = "x"},
         {.from = 100, .to = 200, .value = "x"},
         {.value = ""},
         {.value = ""}},
        {{.to = 400, .value = "y"},
         {.to = 200, .value = "x", .all = true},
         {.value = ""},
         {.value = ""}},
        {{.to = 3, .value = "y"},
         {.to = 400, .value = "x"},
         {.from = 200, .to = 400, .value = "", .removed = true},
         {.from = 0, .to = 1, .value = "x"}},
    };
    for (size_t i = 0; i < 3; i++) {
        struct pc_str other = sandbox_path(box, (const char *[]){"a", "b", "c"}[i]);
        take_steps(box, other.ptr, detours[i], 4);
        stored_are_equal(box, box->store, other.ptr);
    }
}

// A state that does not fit its census is not built upon, but may be replaced.
static void a_damaged_state_is_refused(void **state)
{
    struct sandbox *box = *state;
    struct step first[] = {{.to = 70, .value = "a"}};
    take_steps(box, box->store, first, 1);
    struct stored_value broken = {PC_STORE_FUNCTIONS, PC_STR("\0\0\0\1"), PC_STR("nonsense")};
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &broken),
                     PC_OK);
    struct step more = {.box = box, .to = 70, .value = "b"};
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, make_step, &more),
                     PC_ERR_DAMAGED);
    more.to = 400; // another number of shards
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, make_step, &more),
                     PC_ERR_DAMAGED);
    more.all = true;
    assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, make_step, &more),
                     PC_OK);
    expect_values(box, 0, 400, "b");
}

// Shards with more entries than the census knows of would overrun what it made room for; with
// fewer, some are lost.
static void a_census_that_lies_is_refused(void **state)
{
    struct sandbox *box = *state;
    static const uint64_t lies[] = {2, 61}; // of one shard, as 60
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        struct step first[] = {{.to = 60, .value = "a", .all = true}};
        take_steps(box, box->store, first, 1);
        struct pc_census census = {{0}};
        char bytes[PC_CENSUS_BYTES];
        census.entries[PC_STORE_FUNCTIONS] = lies[i];
        pc_census_write(&census, bytes);
        struct stored_value lie = {PC_STORE_META, pc_census_key, {bytes, sizeof(bytes)}};
        assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, stored_put, &lie),
                         PC_OK);
        struct step more = {.box = box, .from = 60, .to = 300, .value = "b"};
        assert_int_equal(pc_store_update(pc_str_from(box->store), &box->diags, make_step, &more),
                         PC_ERR_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SANDBOX_TEST(entries_come_and_go),
        SANDBOX_TEST(the_way_there_leaves_no_trace),
        SANDBOX_TEST(a_damaged_state_is_refused),
        SANDBOX_TEST(a_census_that_lies_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
