// SPDX-License-Identifier: Apache-2.0
//
// What somebody may put in the place of a small store: a part of its file, fields of its heads with
// values that they should not have, files of other machines, and what is no file. Each is refused,
// at once, or answers what the store answers.
#include "testing.h"

#include "layout.h"
#include "shelf.h"

enum {
    PAGE = 4096,
    VALUES = 12,
};

struct original {
    unsigned char *bytes;
    size_t size;
};

static enum pc_status put_values(void *context, struct pc_store_write *write)
{
    static char large[3 * PAGE] = "large";
    (void)context;
    for (unsigned i = 0; i < VALUES; i++) {
        char key[16];
        int length = snprintf(key, sizeof(key), "key %u", i);
        struct pc_str value = {large, i % 4 == 0 ? sizeof(large) : i};
        PC_TRY(
            pc_store_put(write, PC_STORE_PRINCIPALS, (struct pc_str){key, (size_t)length}, value));
    }
    return PC_OK;
}

static struct original make_store(struct shelf *shelf)
{
    struct original original;
    assert_int_equal(pc_store_update(shelf_path(shelf), &shelf->diags, put_values, NULL), PC_OK);
    original.bytes = shelf_read_file(shelf->data, &original.size);
    assert_non_null(original.bytes);
    return original;
}

// What is got under a key that is there or not: what the store has, or a refusal.
static bool is_right(struct pc_snapshot *snapshot, unsigned i)
{
    char key[16];
    struct pc_str value;
    int length = snprintf(key, sizeof(key), "key %u", i);
    enum pc_status status = pc_snapshot_get(snapshot, PC_STORE_PRINCIPALS,
                                            (struct pc_str){key, (size_t)length}, &value);
    if (i >= VALUES) {
        return status == PC_ERR_NOTFOUND || status == PC_ERR_DAMAGED;
    }
    size_t wanted = i % 4 == 0 ? (size_t)3 * PAGE : i;
    return status == PC_ERR_DAMAGED || (status == PC_OK && value.len == wanted);
}

// The status of opening; everything that is told by what was opened is right.
static enum pc_status try_file(struct shelf *shelf)
{
    struct pc_store *store;
    struct pc_snapshot *snapshot;
    pc_diags_init(&shelf->diags, &shelf->arena);
    unlink(shelf->lock);
    enum pc_status status = shelf_open(shelf, &store);
    if (status != PC_OK) {
        assert_non_null(shelf->diags.last);
        return status;
    }
    status = pc_snapshot_open(store, &snapshot);
    if (status == PC_OK) {
        for (unsigned i = 0; i < VALUES + 3; i++) {
            assert_true(is_right(snapshot, i));
        }
        pc_snapshot_close(snapshot);
    }
    pc_store_close(store);
    return status;
}

// Around each end of a page, all of the first two pages, and every 97 bytes.
static bool is_tried(size_t cut, size_t size)
{
    return cut < (size_t)2 * PAGE || cut % PAGE < 2 || cut % PAGE > PAGE - 3 || cut % 97 == 0 ||
           cut + 64 > size;
}

static void every_truncation(void **state)
{
    struct shelf *shelf = *state;
    struct original original = make_store(shelf);
    for (size_t cut = original.size; cut-- > 0;) {
        if (!is_tried(cut, original.size)) {
            continue;
        }
        assert_int_equal(truncate(shelf->data, (off_t)cut), 0);
        enum pc_status status = try_file(shelf);
        if (cut < (size_t)2 * PAGE) {
            assert_int_not_equal(status, PC_OK);
        }
    }
    assert_true(shelf_write_file(shelf->data, original.bytes, original.size));
    assert_int_equal(try_file(shelf), PC_OK);
    free(original.bytes);
}

// Every number of both heads: of the page, the head, and its two trees.
static const struct {
    size_t offset, width;
    bool needed; // of the newest head: wrong values are refused before anything is answered
} fields[] = {
    {0, 8, false},  {8, 2, false},   {10, 2, true},   {12, 4, false}, // the page
    {16, 4, true},  {20, 4, true},   {24, 8, false},  {32, 8, false}, // magic, version, map
    {40, 4, true},  {44, 2, true},   {46, 2, false},                  // size of pages; free list
    {48, 8, false}, {56, 8, false},  {64, 8, false},  {72, 8, false},
    {80, 8, false}, {88, 4, false},  {92, 2, true},   {94, 2, true}, // tree of tables
    {96, 8, false}, {104, 8, false}, {112, 8, false}, {120, 8, false},
    {128, 8, true}, {136, 8, false}, {144, 8, true}, // last page, transaction
};

// A value that the field has not, by its number; false: there are no more.
static bool wrong_value(uint64_t own, size_t width, unsigned number, uint64_t *out)
{
    const uint64_t values[] = {
        0,       1,          2,          3,    own - 1,        own + 1, own + 2, own ^ 1 << 8,
        own * 2, UINT32_MAX, UINT64_MAX, PAGE, UINT64_MAX / 2, 1 << 24, 64,      UINT64_MAX - 1,
    };
    if (number >= sizeof(values) / sizeof(values[0])) {
        return false;
    }
    *out = values[number] & UINT64_MAX >> (64 - 8 * width);
    return true;
}

// In place: a file that is made anew is written to the disk at once.
static void write_at(const struct shelf *shelf, size_t at, const void *bytes, size_t count)
{
    int fd = open(shelf->data, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, count, (off_t)at), count);
    assert_int_equal(close(fd), 0);
}

static void change_head(struct shelf *shelf, struct original original, size_t head, size_t f)
{
    uint64_t own = 0;
    uint64_t value = 0;
    size_t at = head * PAGE + fields[f].offset;
    memcpy(&own, original.bytes + at, fields[f].width);
    for (unsigned i = 0; wrong_value(own, fields[f].width, i, &value); i++) {
        if (value == own) {
            continue;
        }
        write_at(shelf, at, &value, fields[f].width);
        enum pc_status status = try_file(shelf);
        if (status == PC_OK && fields[f].needed && head == 1) {
            fail_msg("byte %zu of head %zu is %llu and let in", fields[f].offset, head,
                     (unsigned long long)value);
        }
    }
    write_at(shelf, at, &own, fields[f].width);
}

// The store was written once: its newest head is the second.
static void every_field_of_the_heads(void **state)
{
    struct shelf *shelf = *state;
    struct original original = make_store(shelf);
    assert_true(pc_layout_load64((const char *)original.bytes + PAGE + PC_LAYOUT_TXNID_AT) == 1);
    for (size_t head = 0; head < 2; head++) {
        for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
            change_head(shelf, original, head, f);
        }
    }
    free(original.bytes);
}

// As a machine with the other byte order would have written it.
static void the_other_byte_order_is_another_version(void **state)
{
    struct shelf *shelf = *state;
    struct original original = make_store(shelf);
    for (size_t head = 0; head < 2; head++) {
        for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
            unsigned char *at = original.bytes + head * PAGE + fields[f].offset;
            for (size_t i = 0; i < fields[f].width / 2; i++) {
                unsigned char kept = at[i];
                at[i] = at[fields[f].width - 1 - i];
                at[fields[f].width - 1 - i] = kept;
            }
        }
    }
    assert_true(shelf_write_file(shelf->data, original.bytes, original.size));
    assert_int_equal(try_file(shelf), PC_ERR_VERSION);
    assert_int_equal(shelf_code(shelf), PC_DIAG_STORE_VERSION);
    assert_int_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_ERR_VERSION);
    free(original.bytes);
}

static void refused_by_all(struct shelf *shelf)
{
    assert_int_not_equal(try_file(shelf), PC_OK);
    assert_int_not_equal(shelf_put(shelf, PC_STORE_META, "k", "v"), PC_OK);
    assert_int_not_equal(shelf_code(shelf), PC_DIAG_NONE);
}

static void what_is_no_file(void **state)
{
    struct shelf *shelf = *state;
    static const char *const links[] = {"data.mdb",  "nowhere",        "/dev/zero", "/dev/null",
                                        "/dev/full", "/proc/self/mem", "/"};
    assert_int_equal(mkdir(shelf->path, 0700), 0);
    assert_int_equal(mkdir(shelf->data, 0700), 0);
    refused_by_all(shelf);
    assert_int_equal(rmdir(shelf->data), 0);
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        assert_int_equal(symlink(links[i], shelf->data), 0);
        refused_by_all(shelf);
        assert_int_equal(unlink(shelf->data), 0);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, shelf_setup, shelf_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_truncation),
        TEST(every_field_of_the_heads),
        TEST(the_other_byte_order_is_another_version),
        TEST(what_is_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
