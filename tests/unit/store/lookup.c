// SPDX-License-Identifier: Apache-2.0
//
// Looking into the bytes of a data file that lie in memory of exactly their size, so that a look
// outside them does not go unnoticed (by the sanitizers), and that damage can be tried by the
// thousand. An answer is right when it is what was put; after damage, also when it is "damaged".
#include "testing.h"

#include "shelf.h"
#include "state.h"
#include "walk.h"

enum {
    PAGE = 4096,
    DIGITS = 32, // where a stored key has its number
};

// A file in memory --------------------------------------------------------------------------------

struct bytes {
    char *ptr;
    size_t len;
    unsigned count;   // of the records, all in one table
    size_t key_bytes; // length of a key
};

static struct pc_str key_of(const struct bytes *bytes, char out[600], unsigned i)
{
    int length = snprintf(out, 600, "arn:aws:iam::111122223333:role/%06u", i);
    memset(out + length, 'k', bytes->key_bytes - (size_t)length);
    return (struct pc_str){out, bytes->key_bytes};
}

// Every 25th value is a large one.
static struct pc_str value_of(char out[5000], unsigned i)
{
    size_t size = i % 25 == 7 ? 5000 : i * 13 % 200;
    memset(out, (int)(i % 251), size);
    return (struct pc_str){out, size};
}

// Odd numbers are put, so that even ones are gaps.
static enum pc_status fill(void *context, struct pc_store_write *write)
{
    const struct bytes *bytes = context;
    char key[600];
    char value[5000];
    for (unsigned i = 1; i < 2 * bytes->count; i += 2) {
        PC_TRY(pc_store_put(write, PC_STORE_PRINCIPALS, key_of(bytes, key, i), value_of(value, i)));
    }
    return pc_store_put(write, PC_STORE_META, PC_STR("k"), PC_STR("v"));
}

static void make(struct shelf *shelf, struct bytes *out)
{
    size_t size = 0;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, fill, out), PC_OK);
    unsigned char *file = shelf_read_file(shelf->data, &size);
    out->ptr = malloc(size);
    assert_non_null(file);
    assert_non_null(out->ptr);
    memcpy(out->ptr, file, size);
    out->len = size;
    free(file);
}

static void discard(struct shelf *shelf, struct bytes *bytes)
{
    free(bytes->ptr);
    bytes->ptr = NULL;
    unlink(shelf->data);
    unlink(shelf->lock);
    rmdir(shelf->path);
}

static struct pc_str view_of(const struct bytes *bytes)
{
    return (struct pc_str){bytes->ptr, bytes->len};
}

// The state that the first commit left, which is the newest one here.
static enum pc_status open_state(const struct bytes *bytes, struct pc_state *out)
{
    return pc_state_read(view_of(bytes), 1, PC_STORE_OF_POLICIES, out);
}

// Asking ------------------------------------------------------------------------------------------

static const struct pc_table *table_of(const struct pc_state *state)
{
    return &state->tables[PC_STORE_PRINCIPALS];
}

// Whether the answer is what was put, or that something is damaged.
static bool is_right(const struct bytes *bytes, const struct pc_state *state,
                     struct pc_proofs *proofs, unsigned i)
{
    char key[600];
    char value[5000];
    struct pc_str found;
    enum pc_status status =
        pc_lookup(&state->space, table_of(state), proofs, key_of(bytes, key, i), &found);
    if (status == PC_ERR_DAMAGED) {
        return true;
    }
    if (i % 2 == 0 || i > 2 * bytes->count) {
        return status == PC_ERR_NOTFOUND;
    }
    struct pc_str wanted = value_of(value, i);
    return status == PC_OK && found.len == wanted.len &&
           (found.len > PC_RECORD_SMALL || pc_str_eq(found, wanted));
}

static bool is_right_in(const struct bytes *bytes, const struct pc_state *state, unsigned from,
                        unsigned to)
{
    struct pc_proofs proofs = {{0}};
    bool right = true;
    for (unsigned i = from; i <= to; i++) {
        right = right && is_right(bytes, state, &proofs, i);
    }
    return right;
}

// PC_OK: all entries were met, in order.
static enum pc_status walk_all(const struct bytes *bytes, const struct pc_state *state)
{
    struct pc_walk walk;
    struct pc_page_node node;
    char key[600];
    unsigned i = 1;
    enum pc_status status = pc_walk_first(&walk, &state->space, &table_of(state)->tree, &node);
    while (status == PC_OK) {
        struct pc_str value;
        PC_TRY(pc_lookup_record(&state->space, table_of(state), &node, &value));
        if (!pc_str_eq(pc_record_key_shown(node.key), key_of(bytes, key, i))) {
            return PC_ERR_INTERNAL;
        }
        i += 2;
        status = pc_walk_next(&walk, &node);
    }
    if (status == PC_ERR_NOTFOUND) {
        status = i == 2 * bytes->count + 1 ? PC_OK : PC_ERR_INTERNAL;
    }
    return status;
}

static enum pc_status status_of(const struct bytes *bytes, const struct pc_state *state, unsigned i)
{
    char key[600];
    struct pc_str found;
    struct pc_proofs proofs = {{0}};
    return pc_lookup(&state->space, table_of(state), &proofs, key_of(bytes, key, i), &found);
}

// An undamaged file -------------------------------------------------------------------------------

// One level of pages, two, and three.
static const struct bytes files[] = {{.count = 1, .key_bytes = 40},
                                     {.count = 2, .key_bytes = 37},
                                     {.count = 250, .key_bytes = 45},
                                     {.count = 300, .key_bytes = 480}};

enum {
    FILES = sizeof(files) / sizeof(files[0]),
};

static void keys_are_found_and_gaps_are_not(void **context)
{
    static const unsigned depths[FILES] = {1, 1, 2, 3};
    for (size_t f = 0; f < FILES; f++) {
        struct bytes bytes = files[f];
        struct pc_state state;
        struct pc_proofs proofs = {{0}};
        make(*context, &bytes);
        assert_int_equal(open_state(&bytes, &state), PC_OK);
        assert_int_equal(table_of(&state)->tree.depth, depths[f]);
        for (unsigned i = 0; i < 4 * bytes.count + 4; i++) { // each twice: proven, and known to be
            char key[600];
            struct pc_str found;
            enum pc_status status = pc_lookup(&state.space, table_of(&state), &proofs,
                                              key_of(&bytes, key, i / 2), &found);
            bool there = i / 2 % 2 == 1 && i / 2 < 2 * bytes.count;
            assert_int_equal(status, there ? PC_OK : PC_ERR_NOTFOUND);
            assert_true(is_right(&bytes, &state, &proofs, i / 2));
        }
        assert_int_equal(walk_all(&bytes, &state), PC_OK);
        discard(*context, &bytes);
    }
}

// Keys that begin alike for any number of bytes, and keys that others begin with.
static struct pc_str likeness(char out[40], unsigned i)
{
    size_t size = i % 37;
    memset(out, 'a', size);
    if (size > 0 && i % 3 > 0) {
        out[(i / 37) % size] = i % 3 == 1 ? 'A' : '\xff';
    }
    return (struct pc_str){out, size};
}

static enum pc_status put_likenesses(void *context, struct pc_store_write *write)
{
    (void)context;
    for (unsigned i = 0; i < 3 * 37 * 37; i++) {
        char key[40];
        struct pc_str text = likeness(key, i);
        if (text.len % 2 == 0) {
            PC_TRY(pc_store_put(write, PC_STORE_LEVELS, text, text));
        }
    }
    return PC_OK;
}

static void keys_that_begin_alike_are_told_apart(void **context)
{
    struct shelf *shelf = *context;
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_likenesses, NULL),
                     PC_OK);
    assert_int_equal(shelf_open(shelf, &store), PC_OK);
    assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
    for (unsigned i = 0; i < 3 * 37 * 37; i++) {
        char key[40];
        struct pc_str found;
        struct pc_str text = likeness(key, i);
        enum pc_status status = pc_snapshot_get(snapshot, PC_STORE_LEVELS, text, &found);
        assert_int_equal(status, text.len % 2 == 0 ? PC_OK : PC_ERR_NOTFOUND);
        assert_true(status != PC_OK || pc_str_eq(found, text));
    }
    pc_snapshot_close(snapshot);
    pc_store_close(store);
}

// Damage anywhere ---------------------------------------------------------------------------------

// Which records lie in which page; first 0: the page is looked at for all of them.
struct places {
    unsigned first[1000], last[1000];
};

static void find_places(const struct bytes *bytes, struct places *out)
{
    struct pc_state state;
    struct pc_walk walk;
    struct pc_page_node node;
    memset(out, 0, sizeof(*out));
    assert_int_equal(open_state(bytes, &state), PC_OK);
    enum pc_status status = pc_walk_first(&walk, &state.space, &table_of(&state)->tree, &node);
    for (unsigned i = 1; status == PC_OK; i += 2) {
        struct pc_page_value value = {.count = 0};
        size_t page = (size_t)(node.key.ptr - bytes->ptr) / PAGE;
        assert_in_range(page, 2, 999);
        out->first[page] = out->first[page] == 0 ? i : out->first[page];
        out->last[page] = i;
        assert_int_equal(pc_page_value(&state.space, &node, &value), PC_OK);
        for (uint64_t own = value.first; own < value.first + value.count; own++) {
            out->first[own] = out->last[own] = i;
        }
        status = pc_walk_next(&walk, &node);
    }
}

static void check_damaged(const struct bytes *bytes, const struct places *places, size_t at,
                          bool walks)
{
    struct pc_state state;
    if (open_state(bytes, &state) != PC_OK) {
        return;
    }
    unsigned from = places->first[at / PAGE];
    unsigned to = places->last[at / PAGE];
    bool right = from == 0 ? is_right_in(bytes, &state, 0, 2 * bytes->count + 2)
                           : is_right_in(bytes, &state, from - 1, to + 1);
    enum pc_status walked = walks ? walk_all(bytes, &state) : PC_OK;
    if (!right || (walked != PC_OK && walked != PC_ERR_DAMAGED)) {
        fail_msg("byte %zu is %d", at, bytes->ptr[at]);
    }
}

static void a_wrong_byte_anywhere_gives_no_wrong_answer(void **context)
{
    static struct places places;
    uint64_t random = 11;
    for (size_t f = 0; f < FILES; f++) {
        struct bytes bytes = files[f];
        make(*context, &bytes);
        find_places(&bytes, &places);
        for (size_t at = shelf_random(&random) % 16; at < bytes.len;) {
            char before = bytes.ptr[at];
            uint64_t number = shelf_random(&random);
            bytes.ptr[at] = (char)(before ^ (number % 2 ? 1 << (number >> 8) % 8
                                                        : (int)(1 + (number >> 8) % 255)));
            check_damaged(&bytes, &places, at, number % 16 == 0);
            bytes.ptr[at] = before;
            // Closely where pages begin and where their offsets are.
            at += at % PAGE < 64 ? 1 : 1 + (number >> 16) % 100;
        }
        discard(*context, &bytes);
    }
}

static void a_file_cut_anywhere_gives_no_wrong_answer(void **context)
{
    for (size_t f = 0; f < FILES; f++) {
        struct bytes bytes = files[f];
        make(*context, &bytes);
        size_t opened = 0;
        for (size_t cut = 0; cut < bytes.len; cut += 1021) {
            struct bytes part = bytes;
            struct pc_state state;
            part.ptr = malloc(cut + 1); // not of size 0
            part.len = cut;
            assert_non_null(part.ptr);
            memcpy(part.ptr, bytes.ptr, cut);
            if (open_state(&part, &state) == PC_OK) {
                opened++;
                assert_true(is_right_in(&part, &state, 0, 2 * bytes.count + 2));
                assert_int_not_equal(walk_all(&part, &state), PC_ERR_INTERNAL);
            }
            free(part.ptr);
        }
        assert_true(opened < bytes.len / 1021);
        discard(*context, &bytes);
    }
}

// Damage that aims --------------------------------------------------------------------------------

static char *page_of(const struct bytes *bytes, uint64_t number)
{
    return bytes->ptr + number * PAGE;
}

static char *node_of(char *page, unsigned index)
{
    return page + pc_layout_load16(page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)index);
}

// Page numbers are small here: the lower half holds them.
static uint32_t child_of(char *page, unsigned index)
{
    return pc_layout_load32(node_of(page, index));
}

static void set_child(char *page, unsigned index, uint32_t child)
{
    memcpy(node_of(page, index), &child, sizeof(child));
}

struct aim {
    struct bytes bytes;
    struct pc_state state;
    char *root;
};

static void aim_at(struct shelf *shelf, const struct bytes *file, struct aim *out)
{
    out->bytes = *file;
    make(shelf, &out->bytes);
    assert_int_equal(open_state(&out->bytes, &out->state), PC_OK);
    out->root = page_of(&out->bytes, table_of(&out->state)->tree.root);
}

static struct pc_page_node look_at(const struct aim *aim, const char *page, unsigned index)
{
    struct pc_page_node node = {.half = 0};
    assert_true(pc_page_node(&aim->state.space, page, index, &node));
    return node;
}

// The number of the first record of the third leaf.
static unsigned third_leaf(const struct aim *aim)
{
    unsigned long number = strtoul(look_at(aim, aim->root, 2).key.ptr + DIGITS, NULL, 10);
    assert_in_range(number, 5, 2 * aim->bytes.count);
    return (unsigned)number;
}

static void a_leaf_in_the_place_of_another_is_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    uint32_t second = child_of(aim.root, 1);
    uint32_t third = child_of(aim.root, 2);
    unsigned i = third_leaf(&aim);
    set_child(aim.root, 2, second); // twice the second one
    assert_int_equal(status_of(&aim.bytes, &aim.state, i - 2), PC_OK);
    assert_int_equal(status_of(&aim.bytes, &aim.state, i), PC_ERR_DAMAGED);
    assert_int_equal(status_of(&aim.bytes, &aim.state, i + 1), PC_ERR_DAMAGED);
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    set_child(aim.root, 1, third); // the two exchanged
    assert_int_equal(status_of(&aim.bytes, &aim.state, i - 2), PC_ERR_DAMAGED);
    assert_int_equal(status_of(&aim.bytes, &aim.state, i - 1), PC_ERR_DAMAGED);
    assert_int_equal(status_of(&aim.bytes, &aim.state, i), PC_ERR_DAMAGED);
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    discard(*context, &aim.bytes);
}

// A place that was proven to be a gap is one only on the way that led there.
static void a_proof_is_not_taken_for_another_way(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    struct pc_proofs proofs = {{0}};
    struct pc_str found;
    char key[600];
    unsigned i = third_leaf(&aim);
    set_child(aim.root, 2, child_of(aim.root, 1));
    const struct pc_table *table = table_of(&aim.state);
    // The end of the second leaf, whose neighbour is damaged, is no proven gap for either way.
    for (unsigned n = i - 1; n < i + 20; n++) {
        assert_int_equal(
            pc_lookup(&aim.state.space, table, &proofs, key_of(&aim.bytes, key, n), &found),
            PC_ERR_DAMAGED);
    }
    discard(*context, &aim.bytes);
}

static void a_node_that_is_hidden_is_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    char *leaf = page_of(&aim.bytes, child_of(aim.root, 0));
    unsigned count = (pc_layout_load16(leaf + 12) - (unsigned)PC_LAYOUT_PAGE_HEADER) / 2;
    uint16_t lower = (uint16_t)(pc_layout_load16(leaf + 12) - 2);
    unsigned hidden = 2 * count - 1; // the last record of the leaf
    assert_int_equal(status_of(&aim.bytes, &aim.state, hidden), PC_OK);
    memcpy(leaf + 12, &lower, sizeof(lower));
    assert_int_equal(status_of(&aim.bytes, &aim.state, hidden), PC_ERR_DAMAGED);
    assert_int_equal(status_of(&aim.bytes, &aim.state, hidden - 2), PC_OK);
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    discard(*context, &aim.bytes);
}

// A key above the leaves that sends what is below it the wrong way.
static void a_wrong_signpost_is_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    unsigned i = third_leaf(&aim);
    char *digits = node_of(aim.root, 2) + PC_LAYOUT_NODE_HEADER + DIGITS;
    for (int step = -3; step <= 3; step += 6) { // three below, three above
        char text[7];
        snprintf(text, sizeof(text), "%06u", (unsigned)((int)i + step));
        memcpy(digits, text, 6);
        for (unsigned n = i - 4; n <= i + 4; n++) {
            bool misled = step < 0 ? n + 3 >= i && n < i : n >= i && n < i + 3;
            enum pc_status status = status_of(&aim.bytes, &aim.state, n);
            enum pc_status plain = n % 2 == 1 ? PC_OK : PC_ERR_NOTFOUND;
            assert_true(status == PC_ERR_DAMAGED || (!misled && status == plain));
        }
        assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    }
    discard(*context, &aim.bytes);
}

static void a_page_that_points_to_itself_ends_the_search(void **context)
{
    struct aim aim;
    aim_at(*context, &files[3], &aim);
    uint32_t self = (uint32_t)table_of(&aim.state)->tree.root;
    set_child(aim.root, 0, self);
    assert_int_equal(status_of(&aim.bytes, &aim.state, 1), PC_ERR_DAMAGED);
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    discard(*context, &aim.bytes);
}

static void exchange_slots(char *page, unsigned one, unsigned other)
{
    char *first = page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)one;
    char *second = page + PC_LAYOUT_PAGE_HEADER + 2 * (size_t)other;
    uint16_t kept = pc_layout_load16(first);
    memcpy(first, second, sizeof(kept));
    memcpy(second, &kept, sizeof(kept));
}

static void keys_out_of_order_are_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    char *leaf = page_of(&aim.bytes, child_of(aim.root, 0));
    for (unsigned other = 1; other < 8; other++) {
        exchange_slots(leaf, 0, other);
        unsigned damaged = 0;
        for (unsigned i = 0; i < 20; i++) {
            enum pc_status status = status_of(&aim.bytes, &aim.state, i);
            enum pc_status plain = i % 2 == 1 ? PC_OK : PC_ERR_NOTFOUND;
            assert_true(status == PC_ERR_DAMAGED || status == plain);
            damaged += status == PC_ERR_DAMAGED;
        }
        assert_true(damaged > 10); // no gap can be proven in that leaf
        assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
        exchange_slots(leaf, 0, other);
    }
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_OK);
    discard(*context, &aim.bytes);
}

// Two records in one leaf whose keys differ in their first byte alone, and others around the first.
static enum pc_status put_twins(void *context, struct pc_store_write *write)
{
    (void)context;
    for (unsigned i = 10; i < 30; i++) {
        char key[] = "arn:aws:role/??";
        snprintf(key + 13, 3, "%u", i);
        PC_TRY(pc_store_put(write, PC_STORE_PRINCIPALS, pc_str_from(key), PC_STR("right")));
    }
    return pc_store_put(write, PC_STORE_PRINCIPALS, PC_STR("brn:aws:role/17"), PC_STR("wrong"));
}

// The search takes bytes at the beginning of keys for known; what it finds is compared as a whole.
static void another_whole_record_in_the_place_is_noticed(void **context)
{
    struct shelf *shelf = *context;
    struct bytes bytes = {.count = 0};
    struct pc_state state;
    struct pc_proofs proofs = {{0}};
    struct pc_str found;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_twins, NULL), PC_OK);
    bytes.ptr = (char *)shelf_read_file(shelf->data, &bytes.len);
    assert_non_null(bytes.ptr);
    assert_int_equal(open_state(&bytes, &state), PC_OK);
    char *leaf = page_of(&bytes, table_of(&state)->tree.root);
    memcpy(node_of(leaf, 7), node_of(leaf, 20), PC_LAYOUT_NODE_HEADER + 16 + 5 + PC_RECORD_CHECK);
    assert_int_equal(
        pc_lookup(&state.space, table_of(&state), &proofs, PC_STR("brn:aws:role/17"), &found),
        PC_OK);
    assert_int_equal(
        pc_lookup(&state.space, table_of(&state), &proofs, PC_STR("arn:aws:role/17"), &found),
        PC_ERR_DAMAGED);
    free(bytes.ptr);
}

// The last key of the table, or the first, with another byte in front of what is shown of it, and a
// seal that fits: look-ups would not find it, and a walk would show it as before.
static void move_aside(struct shelf *shelf, struct bytes *bytes, bool last)
{
    struct pc_state state;
    struct pc_page_node node = {.half = 0};
    unsigned index = last ? bytes->count - 1 : 0;
    assert_int_equal(open_state(bytes, &state), PC_OK);
    char *leaf = page_of(bytes, table_of(&state)->tree.root);
    assert_true(pc_page_node(&state.space, leaf, index, &node));
    char *key = node_of(leaf, index) + PC_LAYOUT_NODE_HEADER;
    *key = last ? 2 : 0;
    size_t size = node.half - PC_RECORD_CHECK;
    pc_record_seal(key + node.key.len + size, PC_STORE_PRINCIPALS, node.key,
                   (struct pc_str){node.data, size});
    assert_true(shelf_write_file(shelf->data, bytes->ptr, bytes->len));
}

static enum pc_status see(void *context, struct pc_str key, struct pc_str value)
{
    (void)context;
    (void)key;
    (void)value;
    return PC_OK;
}

static void a_key_with_another_first_byte_is_damage(void **context)
{
    struct shelf *shelf = *context;
    for (int last = 0; last < 2; last++) {
        struct bytes bytes = files[1];
        struct pc_state state;
        struct pc_store *store;
        struct pc_snapshot *snapshot;
        make(shelf, &bytes);
        move_aside(shelf, &bytes, last != 0);
        assert_int_equal(open_state(&bytes, &state), PC_OK);
        assert_int_equal(walk_all(&bytes, &state), PC_ERR_DAMAGED);
        assert_int_equal(status_of(&bytes, &state, last ? 3 : 1), PC_ERR_DAMAGED);
        assert_int_equal(shelf_open(shelf, &store), PC_OK);
        assert_int_equal(pc_snapshot_open(store, &snapshot), PC_OK);
        assert_int_equal(pc_snapshot_each(snapshot, PC_STORE_PRINCIPALS, see, NULL),
                         PC_ERR_DAMAGED);
        pc_snapshot_close(snapshot);
        pc_store_close(store);
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "w"), PC_ERR_DAMAGED);
        discard(shelf, &bytes);
    }
}

static void a_walk_that_misses_entries_fails(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    struct pc_layout_tree *tree = &aim.state.tables[PC_STORE_PRINCIPALS].tree;
    tree->entries++;
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    tree->entries -= 2;
    assert_int_equal(walk_all(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    discard(*context, &aim.bytes);
}

static void the_tree_of_another_table_is_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[1], &aim);
    struct pc_table *tables = aim.state.tables;
    struct pc_layout_tree meta = tables[PC_STORE_META].tree;
    tables[PC_STORE_META].tree = tables[PC_STORE_PRINCIPALS].tree;
    tables[PC_STORE_PRINCIPALS].tree = meta;
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(status_of(&aim.bytes, &aim.state, i), PC_ERR_DAMAGED);
    }
    struct pc_proofs proofs = {{0}};
    struct pc_str found;
    assert_int_equal(
        pc_lookup(&aim.state.space, &tables[PC_STORE_META], &proofs, PC_STR("k"), &found),
        PC_ERR_DAMAGED);
    discard(*context, &aim.bytes);
}

static void a_large_value_beyond_the_file_is_noticed(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    char *leaf = page_of(&aim.bytes, child_of(aim.root, 0));
    struct pc_page_node node = look_at(&aim, leaf, 3); // of record 7
    assert_true(node.flags & PC_LAYOUT_NODE_BIG);
    static const uint32_t lengths[] = {0, 7, 5000, 5007, 5009, 1 << 20, UINT32_MAX};
    for (size_t n = 0; n < sizeof(lengths) / sizeof(lengths[0]); n++) {
        memcpy(node_of(leaf, 3), &lengths[n], sizeof(lengths[n]));
        assert_int_equal(status_of(&aim.bytes, &aim.state, 7), PC_ERR_DAMAGED);
    }
    uint32_t length = 5008; // what it was
    memcpy(node_of(leaf, 3), &length, sizeof(length));
    assert_int_equal(status_of(&aim.bytes, &aim.state, 7), PC_OK);
    char *first = page_of(&aim.bytes, pc_layout_load64(node.data));
    static const uint32_t counts[] = {0, 1, 1 << 20, UINT32_MAX};
    for (size_t n = 0; n < sizeof(counts) / sizeof(counts[0]); n++) {
        memcpy(first + 12, &counts[n], sizeof(counts[n]));
        assert_int_equal(status_of(&aim.bytes, &aim.state, 7), PC_ERR_DAMAGED);
    }
    discard(*context, &aim.bytes);
}

enum {
    SHARERS = 40,
};

// A large value, and small ones that take as much room in their leaf as the number of a page.
static enum pc_status put_sharers(void *context, struct pc_store_write *write)
{
    static char large[5000];
    (void)context;
    for (unsigned i = 0; i < SHARERS; i++) {
        char key[] = "small ??";
        snprintf(key + 6, 3, "%02u", i);
        PC_TRY(pc_store_put(write, PC_STORE_PRINCIPALS, pc_str_from(key), PC_STR("")));
    }
    return pc_store_put(write, PC_STORE_PRINCIPALS, PC_STR("large"),
                        (struct pc_str){large, sizeof(large)});
}

// Each record of the leaf has its value on the pages of the first one, and its seal in a place of
// its own, for each value is shorter than the one before.
static void share_pages(const struct bytes *bytes, const struct pc_state *state)
{
    char *leaf = page_of(bytes, table_of(state)->tree.root);
    struct pc_page_node node = {.half = 0};
    uint64_t page = pc_layout_load64(node_of(leaf, 0) + PC_LAYOUT_NODE_HEADER + strlen("1large"));
    char *value = page_of(bytes, page) + PC_LAYOUT_PAGE_HEADER;
    for (unsigned i = 1; i <= SHARERS; i++) {
        assert_true(pc_page_node(&state->space, leaf, i, &node));
        uint32_t length = 5000 - i * PC_RECORD_CHECK;
        uint16_t flags = PC_LAYOUT_NODE_BIG;
        char *at = node_of(leaf, i);
        memcpy(at, &length, sizeof(length));
        memcpy(at + 4, &flags, sizeof(flags));
        memcpy(at + PC_LAYOUT_NODE_HEADER + node.key.len, &page, sizeof(page));
        size_t size = length - PC_RECORD_CHECK;
        pc_record_seal(value + size, PC_STORE_PRINCIPALS, node.key, (struct pc_str){value, size});
    }
}

// How many records a walk hands out before it fails.
static unsigned walk_until_damaged(const struct pc_state *state)
{
    struct pc_walk walk;
    struct pc_page_node node;
    unsigned met = 0;
    enum pc_status status = pc_walk_first(&walk, &state->space, &table_of(state)->tree, &node);
    while (status == PC_OK) {
        struct pc_str value;
        assert_int_equal(pc_lookup_record(&state->space, table_of(state), &node, &value), PC_OK);
        met++;
        status = pc_walk_next(&walk, &node);
    }
    assert_int_equal(status, PC_ERR_DAMAGED);
    return met;
}

// A walk goes through no more pages than the tree says, and the trees say no more than there are.
static void pages_that_many_values_have_are_noticed(void **context)
{
    struct shelf *shelf = *context;
    struct bytes bytes = {.count = 0};
    struct pc_state state;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_sharers, NULL), PC_OK);
    bytes.ptr = (char *)shelf_read_file(shelf->data, &bytes.len);
    assert_non_null(bytes.ptr);
    assert_int_equal(open_state(&bytes, &state), PC_OK);
    struct pc_layout_tree *tree = &state.tables[PC_STORE_PRINCIPALS].tree;
    share_pages(&bytes, &state);
    assert_int_equal(tree->overflow_pages, 2);
    assert_int_equal(walk_until_damaged(&state), 1);
    tree->overflow_pages = 10;
    assert_int_equal(walk_until_damaged(&state), 5);
    tree->overflow_pages = (uint64_t)2 * (SHARERS + 2);
    assert_int_equal(walk_until_damaged(&state), SHARERS + 1); // fewer than the tree says
    free(bytes.ptr);
}

// States ------------------------------------------------------------------------------------------

// Where the file has the description of an empty table.
static char *description_of(const struct bytes *bytes, const struct pc_state *state,
                            struct pc_str table)
{
    const char *head = page_of(bytes, 1) + PC_LAYOUT_PAGE_HEADER;
    uint64_t main = pc_layout_load64(head + 24 + PC_LAYOUT_DB_BYTES + 40);
    char *leaf = page_of(bytes, main);
    struct pc_page_node node = {.half = 0};
    unsigned index = 0;
    do {
        assert_true(pc_page_node(&state->space, leaf, index, &node));
        index++;
    } while (!pc_str_eq(node.key, table));
    return node_of(leaf, index - 1) + PC_LAYOUT_NODE_HEADER + table.len;
}

// What the trees say of their large values is what may be walked through.
static void more_pages_of_large_values_than_the_file_has_are_damage(void **context)
{
    struct aim aim;
    aim_at(*context, &files[2], &aim);
    uint64_t left = aim.bytes.len / PAGE - table_of(&aim.state)->tree.overflow_pages;
    const uint64_t pages[] = {left + 1, aim.bytes.len / PAGE, UINT32_MAX, UINT64_MAX - left,
                              UINT64_MAX};
    char *at = description_of(&aim.bytes, &aim.state, PC_STR("levels")) + 24;
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        memcpy(at, &pages[i], sizeof(pages[i]));
        assert_int_equal(open_state(&aim.bytes, &aim.state), PC_ERR_DAMAGED);
    }
    memcpy(at, &left, sizeof(left));
    assert_int_equal(open_state(&aim.bytes, &aim.state), PC_OK);
    discard(*context, &aim.bytes);
}

static void make_three_states(struct shelf *shelf, struct bytes *out)
{
    static const char *const values[] = {"one", "two", "three"};
    size_t size = 0;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", values[i]), PC_OK);
    }
    *out = (struct bytes){.ptr = (char *)shelf_read_file(shelf->data, &size)};
    assert_non_null(out->ptr);
    out->len = size;
}

static void a_state_is_that_of_its_transaction(void **context)
{
    struct bytes bytes;
    struct pc_state state;
    make_three_states(*context, &bytes);
    assert_int_equal(pc_state_read(view_of(&bytes), 0, PC_STORE_OF_POLICIES, &state),
                     PC_ERR_NOTFOUND);
    assert_int_equal(pc_state_read(view_of(&bytes), 1, PC_STORE_OF_POLICIES, &state),
                     PC_ERR_NOTFOUND);
    assert_int_equal(pc_state_read(view_of(&bytes), 4, PC_STORE_OF_POLICIES, &state),
                     PC_ERR_NOTFOUND);
    for (uint64_t txnid = 2; txnid <= 3; txnid++) {
        struct pc_proofs proofs = {{0}};
        struct pc_str found;
        assert_int_equal(pc_state_read(view_of(&bytes), txnid, PC_STORE_OF_POLICIES, &state),
                         PC_OK);
        assert_int_equal(state.txnid, txnid);
        assert_int_equal(state.generation, txnid);
        assert_int_equal(pc_state_newest(&state), 3);
        assert_int_equal(
            pc_lookup(&state.space, &state.tables[PC_STORE_META], &proofs, PC_STR("k"), &found),
            PC_OK);
        assert_true(pc_str_eq(found, txnid == 2 ? PC_STR("two") : PC_STR("three")));
    }
    free(bytes.ptr);
}

static void an_old_state_does_not_pass_for_the_newest(void **context)
{
    struct bytes bytes;
    struct pc_state state;
    make_three_states(*context, &bytes);
    char *second = bytes.ptr + PC_LAYOUT_PAGE_HEADER;       // head of transaction 2
    char *third = bytes.ptr + PAGE + PC_LAYOUT_PAGE_HEADER; // of transaction 3
    char kept[PC_LAYOUT_HEAD_BYTES];
    memcpy(kept, third, sizeof(kept));
    uint64_t one = 1; // the newest head counts as an old one
    memcpy(third + 128, &one, sizeof(one));
    assert_int_equal(pc_state_read(view_of(&bytes), 2, PC_STORE_OF_POLICIES, &state),
                     PC_ERR_DAMAGED);
    memcpy(third, kept, sizeof(kept)); // it names the main tree of the state before
    memcpy(third + 24 + PC_LAYOUT_DB_BYTES, second + 24 + PC_LAYOUT_DB_BYTES, PC_LAYOUT_DB_BYTES);
    assert_int_equal(pc_state_read(view_of(&bytes), 3, PC_STORE_OF_POLICIES, &state),
                     PC_ERR_DAMAGED);
    memcpy(third, kept, sizeof(kept));
    assert_int_equal(pc_state_read(view_of(&bytes), 3, PC_STORE_OF_POLICIES, &state), PC_OK);
    free(bytes.ptr);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keys_are_found_and_gaps_are_not),
        TEST(keys_that_begin_alike_are_told_apart),
        TEST(a_wrong_byte_anywhere_gives_no_wrong_answer),
        TEST(a_file_cut_anywhere_gives_no_wrong_answer),
        TEST(a_leaf_in_the_place_of_another_is_noticed),
        TEST(a_proof_is_not_taken_for_another_way),
        TEST(a_node_that_is_hidden_is_noticed),
        TEST(a_wrong_signpost_is_noticed),
        TEST(a_page_that_points_to_itself_ends_the_search),
        TEST(keys_out_of_order_are_noticed),
        TEST(another_whole_record_in_the_place_is_noticed),
        TEST(a_key_with_another_first_byte_is_damage),
        TEST(a_walk_that_misses_entries_fails),
        TEST(the_tree_of_another_table_is_noticed),
        TEST(a_large_value_beyond_the_file_is_noticed),
        TEST(pages_that_many_values_have_are_noticed),
        TEST(more_pages_of_large_values_than_the_file_has_are_damage),
        TEST(a_state_is_that_of_its_transaction),
        TEST(an_old_state_does_not_pass_for_the_newest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
