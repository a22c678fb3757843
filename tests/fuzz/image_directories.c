// SPDX-License-Identifier: Apache-2.0
//
// A shard of a directory, edited.
#include "image_parts.h"

#include "image/directory.h"

#include <string.h>

enum {
    ITEMS = 64,
};

static size_t read_items(struct pc_str *input, struct pc_directory_item items[ITEMS])
{
    size_t count = 0;
    for (struct pc_str line = fuzz_line(input); line.len > 0; line = fuzz_line(input)) {
        size_t equals = pc_str_find(line, '=', 0);
        size_t end = equals == SIZE_MAX ? line.len : equals;
        struct pc_str key = pc_str_slice(line, 0, end);
        bool twice = false;
        for (size_t i = 0; i < count; i++) {
            twice = twice || pc_str_eq(items[i].key, key);
        }
        if (!twice && count < ITEMS) {
            items[count++] = (struct pc_directory_item){
                pc_str_hash(key), key, pc_str_slice(line, end + (equals != SIZE_MAX), line.len)};
        }
    }
    qsort(items, count, sizeof(items[0]), pc_directory_order);
    return count;
}

static void make_edit(struct pc_buf *shard, const struct fuzz_edit *edit)
{
    struct pc_directory_header *header = (void *)shard->ptr;
    struct fuzz_place whole = {shard->ptr, shard->len};
    if (edit->way == FUZZ_WAY_FIELDS) {
        shard->len -= edit->value % (shard->len - sizeof(*header) + 1);
        header->size = (uint32_t)shard->len;
        header->checked = header->checked > header->size ? header->size : header->checked;
    } else if (edit->part % 4 == 0) {
        fuzz_edit_field((struct fuzz_place){shard->ptr, sizeof(*header)}, edit->offset, edit);
    } else {
        fuzz_edit_field(whole, edit->index, edit);
    }
}

static void sign(struct pc_buf *shard)
{
    struct pc_directory_header *header = (void *)shard->ptr;
    size_t from = offsetof(struct pc_directory_header, size);
    if (header->checked >= from && header->checked <= shard->len) {
        header->checksum = pc_str_hash(pc_str_slice(pc_buf_view(shard), from, header->checked));
    }
}

// Everything that is there is found, and lies apart, what is not is not, and whatever is asked
// ends.
static void walk(const struct pc_directory_header *shard, struct pc_str bytes)
{
    uint32_t count = 0;
    size_t values = 0;
    for (const struct pc_directory_entry *entry = pc_directory_first(shard); entry != NULL;
         entry = pc_directory_next(shard, entry)) {
        struct pc_str key = pc_directory_key(entry);
        struct pc_str value = pc_directory_value(shard, entry);
        image_read(value);
        values += value.len;
        FUZZ_CHECK(pc_directory_find(shard, pc_str_hash(key), key) == entry,
                   "entry %u is not found", entry->number);
        count++;
    }
    FUZZ_CHECK(count == shard->count, "%u entries of %u", count, shard->count);
    FUZZ_CHECK(values <= bytes.len, "%zu bytes of values in %zu", values, bytes.len);
    for (uint64_t i = 0; i < 64; i++) {
        struct pc_str key = pc_str_slice(bytes, i, bytes.len);
        const struct pc_directory_entry *found = pc_directory_find(shard, i, key);
        FUZZ_CHECK(found == NULL || pc_str_eq(pc_directory_key(found), key),
                   "another key is found");
    }
}

void image_ask_directory(struct pc_str input)
{
    static const struct pc_directory_place whole = {0, 0, false};
    PC_CLEANUP(pc_buf_release) struct pc_buf shard = {0};
    struct pc_directory_item items[ITEMS];
    struct fuzz_edit edit;
    unsigned shift = 0;
    size_t count = read_items(&input, items);
    bool apart = input.len % 2 != 0;
    FUZZ_CHECK(pc_directory_write(items, count, apart, &shard) == PC_OK, "it is not written");
    for (size_t i = 0; i < FUZZ_EDITS_MOST && fuzz_edit_next(&input, &edit); i++) {
        make_edit(&shard, &edit);
        shift += edit.other;
    }
    sign(&shard);
    struct image_bytes exact = image_bytes_of(pc_buf_view(&shard), shift);
    struct pc_str view = {exact.bytes, exact.size};
    const struct pc_directory_header *opened;
    if (pc_directory_open(view, whole, &opened) == PC_OK) {
        walk(opened, view);
    }
    image_bytes_release(&exact);
}
