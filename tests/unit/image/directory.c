// SPDX-License-Identifier: Apache-2.0
//
// Directories: what was written is found, and damage is refused, also with a checksum that fits.
#include "testing.h"

#include "image/directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST = 200,
};

static const struct pc_directory_place whole = {0, 0, false};

struct sample {
    char texts[MOST][2][32]; // key and value of each
    struct pc_directory_item items[MOST];
    size_t count;
    char *bytes; // on the heap, to the byte
    size_t size;
};

static void write_sample(struct sample *sample, bool apart)
{
    struct pc_buf buf;
    pc_buf_init(&buf);
    qsort(sample->items, sample->count, sizeof(sample->items[0]), pc_directory_order);
    assert_int_equal(pc_directory_write(sample->items, sample->count, apart, &buf), PC_OK);
    free(sample->bytes);
    sample->bytes = malloc(buf.len);
    assert_non_null(sample->bytes);
    memcpy(sample->bytes, buf.ptr, buf.len);
    sample->size = buf.len;
    pc_buf_release(&buf);
}

// Items "key n" -> "value n" of those whose hash belongs to the place, from `from` on.
static struct sample *sample_of(size_t from, size_t count, struct pc_directory_place place,
                                bool apart)
{
    struct sample *sample = calloc(1, sizeof(*sample));
    assert_non_null(sample);
    for (size_t n = from; sample->count < count; n++) {
        char *key = sample->texts[sample->count][0], *value = sample->texts[sample->count][1];
        (void)snprintf(key, sizeof(sample->texts[0][0]), "key %zu", n);
        // Values of any length, also none.
        (void)snprintf(value, sizeof(sample->texts[0][1]), "%.*s %zu", (int)(n % 8), "value", n);
        struct pc_str view = {key, strlen(key)};
        uint64_t hash = pc_str_hash(view);
        if (pc_directory_shard(hash, place.bits) == place.number) {
            sample->items[sample->count++] =
                (struct pc_directory_item){hash, view, {value, n % 5 == 0 ? 0 : strlen(value)}};
        }
    }
    write_sample(sample, apart);
    return sample;
}

static void sample_free(struct sample *sample)
{
    free(sample->bytes);
    free(sample);
}

static struct pc_directory_header *head(struct sample *sample)
{
    return (struct pc_directory_header *)(void *)sample->bytes;
}

static void sign(struct sample *sample)
{
    size_t from = offsetof(struct pc_directory_header, size);
    size_t to = head(sample)->checked;
    if (to >= from && to <= sample->size) {
        head(sample)->checksum = pc_str_hash((struct pc_str){sample->bytes + from, to - from});
    }
}

static enum pc_status open_sample(const struct sample *sample, struct pc_directory_place place,
                                  const struct pc_directory_header **out)
{
    return pc_directory_open((struct pc_str){sample->bytes, sample->size}, place, out);
}

static void refuse(const struct sample *sample, enum pc_status expected)
{
    const struct pc_directory_header *shard = NULL;
    assert_int_equal(open_sample(sample, whole, &shard), expected);
    assert_null(shard);
}

static struct pc_str find(const struct pc_directory_header *shard, struct pc_str key)
{
    const struct pc_directory_entry *entry = pc_directory_find(shard, pc_str_hash(key), key);
    return entry == NULL ? (struct pc_str){NULL, 0} : pc_directory_value(shard, entry);
}

// Reads every byte that the shard gives out. Of the number of entries.
static size_t walk(const struct pc_directory_header *shard)
{
    size_t entries = 0;
    for (const struct pc_directory_entry *entry = pc_directory_first(shard); entry != NULL;
         entry = pc_directory_next(shard, entry)) {
        volatile uint64_t read = pc_str_hash(pc_directory_value(shard, entry));
        struct pc_str key = pc_directory_key(entry);
        (void)read;
        assert_int_equal(entry->number, entries);
        assert_ptr_equal(pc_directory_find(shard, pc_str_hash(key), key), entry);
        entries++;
    }
    // Whatever is asked ends.
    for (size_t n = 0; n < 64; n++) {
        char text[24];
        (void)snprintf(text, sizeof(text), "other %zu", n);
        (void)find(shard, pc_str_from(text));
    }
    assert_int_equal(entries, shard->count);
    return entries;
}

static void expect_all(const struct sample *sample, struct pc_directory_place place)
{
    const struct pc_directory_header *shard = NULL;
    assert_int_equal(open_sample(sample, place, &shard), PC_OK);
    assert_int_equal(walk(shard), sample->count);
    for (size_t i = 0; i < sample->count; i++) {
        struct pc_str value = find(shard, sample->items[i].key);
        assert_non_null(value.ptr);
        assert_true(pc_str_eq(value, sample->items[i].value));
    }
    assert_null(find(shard, PC_STR("no such key")).ptr);
    assert_null(find(shard, PC_STR("")).ptr);
}

static void what_was_written_is_found(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 64, MOST};
    for (size_t i = 0; i < 2 * sizeof(counts) / sizeof(counts[0]); i++) {
        struct sample *sample = sample_of(0, counts[i / 2], whole, i % 2 == 1);
        expect_all(sample, whole);
        sample_free(sample);
    }
}

static void it_may_lie_anywhere(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 20, whole, false);
    for (size_t shift = 0; shift < 8; shift++) {
        const struct pc_directory_header *shard = NULL;
        char *bytes = malloc(sample->size + shift);
        assert_non_null(bytes);
        memcpy(bytes + shift, sample->bytes, sample->size);
        struct pc_str view = {bytes + shift, sample->size};
        assert_int_equal(pc_directory_open(view, whole, &shard), PC_OK);
        assert_int_equal(walk(shard), 20);
        free(bytes);
    }
    sample_free(sample);
}

static void the_order_of_input_means_nothing(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 50, whole, false);
    struct sample *other = sample_of(0, 50, whole, false);
    for (size_t i = 0; i < 25; i++) {
        struct pc_directory_item item = other->items[i];
        other->items[i] = other->items[49 - i];
        other->items[49 - i] = item;
    }
    write_sample(other, false);
    assert_int_equal(sample->size, other->size);
    assert_memory_equal(sample->bytes, other->bytes, sample->size);
    sample_free(sample);
    sample_free(other);
}

// Shards part the keys: each belongs to one, and another one does not take it.
static void a_key_belongs_to_one_shard(void **state)
{
    (void)state;
    const struct pc_directory_header *shard = NULL;
    for (uint32_t number = 0; number < 4; number++) {
        struct pc_directory_place place = {number, 2, false};
        struct sample *sample = sample_of(0, 30, place, false);
        expect_all(sample, place);
        place.number = (number + 1) % 4;
        assert_int_equal(open_sample(sample, place, &shard), PC_ERR_DAMAGED);
        sample_free(sample);
    }
    assert_int_equal(pc_directory_shard(UINT64_MAX, 0), 0);
    assert_int_equal(pc_directory_shard(UINT64_MAX, 1), 1);
    assert_int_equal(pc_directory_shard(UINT64_MAX >> 1, 1), 0);
    assert_int_equal(pc_directory_shard(UINT64_C(0xabcdef0123456789), 24), 0xabcdef);
}

// Digests are random already: their first bytes serve as the hash.
static void digests_are_their_own_hash(void **state)
{
    (void)state;
    const struct pc_directory_header *shard = NULL;
    static const char bytes[] = "\0\0\0\0\0\0\0\1and so on";
    struct pc_str digest = {bytes, sizeof(bytes)};
    assert_int_equal(pc_directory_hash(digest, true), UINT64_C(1) << 56);
    assert_int_equal(pc_directory_hash(digest, false), pc_str_hash(digest));
    assert_int_equal(pc_directory_hash(PC_STR("short"), true), pc_str_hash(PC_STR("short")));
    struct sample *sample = calloc(1, sizeof(*sample));
    assert_non_null(sample);
    sample->items[0] = (struct pc_directory_item){UINT64_C(1) << 56, digest, PC_STR("value")};
    sample->count = 1;
    write_sample(sample, false);
    struct pc_directory_place place = {0, 7, true};
    assert_int_equal(open_sample(sample, place, &shard), PC_OK);
    assert_non_null(pc_directory_find(shard, UINT64_C(1) << 56, digest));
    place.bits = 8; // the bit says that it is the shard with the number 1
    assert_int_equal(open_sample(sample, place, &shard), PC_ERR_DAMAGED);
    place.number = 1;
    assert_int_equal(open_sample(sample, place, &shard), PC_OK);
    assert_int_equal(open_sample(sample, whole, &shard), PC_ERR_DAMAGED); // by pc_str_hash
    sample_free(sample);
}

static void shards_go_by_the_count_alone(void **state)
{
    (void)state;
    static const struct {
        uint64_t count, each;
        unsigned bits;
    } rows[] = {
        {0, 64, 0},        {64, 64, 0},       {65, 64, 1},
        {128, 64, 1},      {129, 64, 2},      {100000, 64, 11},
        {1000000, 64, 14}, {1000000, 32, 15}, {UINT64_MAX, 64, PC_DIRECTORY_MAX_BITS},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(pc_directory_bits(rows[i].count, rows[i].each), rows[i].bits);
    }
}

static void every_truncation(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 5, whole, false);
    for (size_t size = 0; size < sample->size; size++) {
        struct sample shorter = {.bytes = malloc(size + (size == 0)), .size = size};
        assert_non_null(shorter.bytes);
        memcpy(shorter.bytes, sample->bytes, size);
        refuse(&shorter, PC_ERR_DAMAGED);
        if (size >= sizeof(struct pc_directory_header)) {
            head(&shorter)->size = head(&shorter)->checked = (uint32_t)size;
            sign(&shorter);
            refuse(&shorter, PC_ERR_DAMAGED);
        }
        free(shorter.bytes);
    }
    refuse(&(struct sample){.bytes = NULL, .size = 0}, PC_ERR_DAMAGED);
    sample_free(sample);
}

static void every_bit_changed(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 9, whole, false);
    for (size_t i = 0; i < sample->size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            sample->bytes[i] = (char)(sample->bytes[i] ^ (1 << bit));
            refuse(sample, i >= 4 && i < 8 ? PC_ERR_VERSION : PC_ERR_DAMAGED);
            sample->bytes[i] = (char)(sample->bytes[i] ^ (1 << bit));
        }
    }
    sample_free(sample);
}

// Values apart check themselves: a change of one is not for the directory to find.
static void values_apart_are_not_looked_at(void **state)
{
    (void)state;
    const struct pc_directory_header *shard = NULL;
    struct sample *sample = sample_of(1, 9, whole, true);
    uint32_t checked = head(sample)->checked;
    assert_true(checked < sample->size);
    for (size_t i = 8; i < sample->size; i++) {
        sample->bytes[i] = (char)(sample->bytes[i] ^ 1);
        assert_int_equal(open_sample(sample, whole, &shard), i < checked ? PC_ERR_DAMAGED : PC_OK);
        sample->bytes[i] = (char)(sample->bytes[i] ^ 1);
    }
    sample_free(sample);
}

// With a checksum that fits, what is let in can be read to the last byte, and keeps its keys.
static void every_byte_changed_and_signed(void **state)
{
    (void)state;
    for (int apart = 0; apart < 2; apart++) {
        struct sample *sample = sample_of(0, 6, whole, apart == 1);
        size_t refused = 0, accepted = 0;
        for (size_t i = offsetof(struct pc_directory_header, size); i < sample->size; i++) {
            char before = sample->bytes[i];
            for (int change = 1; change < 256; change++) {
                const struct pc_directory_header *shard = NULL;
                sample->bytes[i] = (char)(before ^ change);
                sign(sample);
                if (open_sample(sample, whole, &shard) != PC_OK) {
                    refused++;
                } else {
                    accepted++;
                    (void)walk(shard);
                }
            }
            sample->bytes[i] = before;
        }
        assert_true(refused > 0 && accepted > 0);
        sample_free(sample);
    }
}

static struct pc_directory_slot *slots_of(struct sample *sample)
{
    return (struct pc_directory_slot *)(void *)(sample->bytes + sizeof(struct pc_directory_header));
}

// A key that is there twice would hide one of its values.
static void a_key_is_there_once(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 2, whole, false);
    sample->items[1] = sample->items[0];
    write_sample(sample, false);
    refuse(sample, PC_ERR_DAMAGED);
    sample_free(sample);
}

// An entry that no slot leads to would be missed, and a slot that leads elsewhere followed.
static void slots_and_entries_agree(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 6, whole, false);
    struct pc_directory_slot *slots = slots_of(sample);
    for (uint32_t i = 0; i < head(sample)->slots; i++) {
        struct pc_directory_slot kept = slots[i];
        const uint32_t offsets[] = {0, 1, kept.entry + 1, (uint32_t)sample->size, UINT32_MAX};
        for (size_t k = 0; k < sizeof(offsets) / sizeof(offsets[0]); k++) {
            slots[i].entry = offsets[k];
            if (offsets[k] != kept.entry) {
                sign(sample);
                refuse(sample, PC_ERR_DAMAGED);
            }
        }
        slots[i] = kept;
        if (kept.entry != 0) {
            slots[i].tag ^= 1;
            sign(sample);
            refuse(sample, PC_ERR_DAMAGED);
        }
        slots[i] = kept;
    }
    sample_free(sample);
}

// Values apart lie behind one another, as they are written: one that several entries shared would
// be looked at for each of them.
static void values_apart_do_not_overlap(void **state)
{
    (void)state;
    struct sample *sample = sample_of(1, 4, whole, true); // none is empty
    const struct pc_directory_header *shard = NULL;
    assert_int_equal(open_sample(sample, whole, &shard), PC_OK);
    struct pc_directory_entry *first =
        (struct pc_directory_entry *)(void *)(sample->bytes +
                                              ((const char *)pc_directory_first(shard) -
                                               sample->bytes));
    const struct pc_directory_entry *place = pc_directory_next(shard, first);
    struct pc_directory_entry *second =
        (struct pc_directory_entry *)(void *)(sample->bytes +
                                              ((const char *)place - sample->bytes));
    const struct pc_directory_entry kept = *second, kept_first = *first;
    second->value = first->value;
    second->value_bytes = first->value_bytes; // the very same
    sign(sample);
    refuse(sample, PC_ERR_DAMAGED);
    *second = kept;
    second->value--; // a byte of the one before
    second->value_bytes++;
    sign(sample);
    refuse(sample, PC_ERR_DAMAGED);
    *second = kept;
    second->value++; // a byte that is nobody's
    second->value_bytes--;
    sign(sample);
    refuse(sample, PC_ERR_DAMAGED);
    first->value = kept.value; // both in the other's place
    first->value_bytes = kept.value_bytes;
    second->value = kept_first.value;
    second->value_bytes = kept_first.value_bytes;
    sign(sample);
    refuse(sample, PC_ERR_DAMAGED);
    *first = kept_first;
    *second = kept;
    sign(sample);
    assert_int_equal(open_sample(sample, whole, &shard), PC_OK);
    sample_free(sample);
}

// As many as the compiler takes for so many entries: an empty shard is no place for megabytes.
static void slots_are_no_more_than_needed(void **state)
{
    (void)state;
    struct sample *sample = sample_of(0, 0, whole, false);
    size_t size = sizeof(struct pc_directory_header) + 4 * sizeof(struct pc_directory_slot);
    assert_true(sample->size < size);
    sample->bytes = realloc(sample->bytes, size);
    assert_non_null(sample->bytes);
    memset(sample->bytes + sample->size, 0, size - sample->size);
    sample->size = size;
    head(sample)->size = head(sample)->checked = (uint32_t)size;
    head(sample)->slots = 4;
    sign(sample);
    refuse(sample, PC_ERR_DAMAGED);
    sample_free(sample);
}

static const struct pc_directory_place digests = {0, 0, true};

// Items whose searches all begin at one slot, or each at one of its own. Each has a tag of its own.
static struct sample *crowd_of(size_t count, bool at_one_slot)
{
    struct sample *sample = calloc(1, sizeof(*sample));
    assert_non_null(sample);
    for (size_t n = 0; n < count; n++) {
        uint64_t hash = ((uint64_t)n + 1) << 36 | (at_one_slot ? 0 : n);
        memcpy(sample->texts[n][0], &hash, sizeof(hash));
        sample->items[n] =
            (struct pc_directory_item){hash, {sample->texts[n][0], sizeof(hash)}, PC_STR("v")};
    }
    sample->count = count;
    return sample;
}

// A shard with such searches, as somebody else might write it: of keys with slots of their own,
// which are altered then.
static struct sample *crowded_shard(size_t count)
{
    struct sample *sample = crowd_of(count, false);
    write_sample(sample, false);
    struct pc_directory_slot *slots = slots_of(sample);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_not_equal(slots[i].entry, 0);
        char *key = sample->bytes + slots[i].entry + sizeof(struct pc_directory_entry);
        uint64_t hash = ((uint64_t)i + 1) << 36;
        memcpy(key, &hash, sizeof(hash));
        slots[i].tag = pc_directory_tag(hash);
    }
    sign(sample);
    return sample;
}

// What the compiler writes is read, and beyond that neither is done: searches are counted in steps,
// so that a check takes a time that is linear in the bytes.
static void searches_are_short(void **state)
{
    (void)state;
    size_t taken = 0;
    for (size_t count = 1; count <= MOST; count++) {
        const struct pc_directory_header *shard = NULL;
        PC_CLEANUP(pc_buf_release) struct pc_buf buf;
        struct sample *crowd = crowd_of(count, true), *shards = crowded_shard(count);
        pc_buf_init(&buf);
        enum pc_status written = pc_directory_write(crowd->items, count, false, &buf);
        enum pc_status opened = open_sample(shards, digests, &shard);
        if (written == PC_OK) {
            assert_int_equal(opened, PC_OK);
            assert_int_equal(shards->size, buf.len);
            assert_memory_equal(shards->bytes, buf.ptr, buf.len);
            taken++;
        } else {
            assert_int_equal(written, PC_ERR_EFFORT);
            assert_int_equal(opened, PC_ERR_DAMAGED);
        }
        sample_free(crowd);
        sample_free(shards);
    }
    assert_true(taken >= 64 && taken < MOST); // as many as a shard has: whatever their hashes are
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct pc_buf buf;
    pc_buf_init(&buf);
    // Never read: the sizes alone are too large.
    struct pc_directory_item items[] = {
        {1, PC_STR("a"), {"", (size_t)PC_DIRECTORY_MAX_BYTES}},
        {2, PC_STR("b"), {"", SIZE_MAX}},
    };
    assert_int_equal(pc_directory_write(items, 1, false, &buf), PC_ERR_LIMIT);
    assert_int_equal(pc_directory_write(items, 1, true, &buf), PC_ERR_LIMIT);
    assert_int_equal(pc_directory_write(items + 1, 1, true, &buf), PC_ERR_LIMIT);
    assert_int_equal(pc_directory_write(items, SIZE_MAX / 64, true, &buf), PC_ERR_LIMIT);
    assert_int_equal(buf.len, 0);
    pc_buf_release(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_found),
        cmocka_unit_test(it_may_lie_anywhere),
        cmocka_unit_test(the_order_of_input_means_nothing),
        cmocka_unit_test(a_key_belongs_to_one_shard),
        cmocka_unit_test(digests_are_their_own_hash),
        cmocka_unit_test(shards_go_by_the_count_alone),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(every_bit_changed),
        cmocka_unit_test(values_apart_are_not_looked_at),
        cmocka_unit_test(every_byte_changed_and_signed),
        cmocka_unit_test(a_key_is_there_once),
        cmocka_unit_test(slots_and_entries_agree),
        cmocka_unit_test(values_apart_do_not_overlap),
        cmocka_unit_test(slots_are_no_more_than_needed),
        cmocka_unit_test(searches_are_short),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
