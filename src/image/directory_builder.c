// SPDX-License-Identifier: Apache-2.0
//
// Writes the shards of directories. The same items give the same bytes.
#include "image/directory.h"

unsigned pc_directory_bits(uint64_t count, uint64_t each)
{
    unsigned bits = 0;
    while (bits < PC_DIRECTORY_MAX_BITS && count > each << bits) {
        bits++;
    }
    return bits;
}

int pc_directory_order(const void *a, const void *b)
{
    const struct pc_directory_item *first = a;
    const struct pc_directory_item *second = b;
    if (first->hash != second->hash) {
        return first->hash < second->hash ? -1 : 1;
    }
    return pc_str_cmp(first->key, second->key);
}

// The header without its checksum, with every size. PC_ERR_LIMIT.
static enum pc_status lay_out(const struct pc_directory_item *items, size_t count, bool apart,
                              struct pc_directory_header *out)
{
    const size_t most = PC_DIRECTORY_MAX_BYTES;
    size_t inside = sizeof(*out), outside = 0;
    if (count > most / (4 * sizeof(struct pc_directory_slot))) {
        return PC_ERR_LIMIT;
    }
    inside += pc_directory_slots_for(count) * sizeof(struct pc_directory_slot);
    for (size_t i = 0; i < count; i++) {
        if (items[i].key.len > most || items[i].value.len > most) {
            return PC_ERR_LIMIT;
        }
        inside += sizeof(struct pc_directory_entry) + items[i].key.len;
        *(apart ? &outside : &inside) += items[i].value.len;
        if (inside + outside > most) {
            return PC_ERR_LIMIT;
        }
    }
    *out = (struct pc_directory_header){
        .magic = {'P', 'C', 'D', 'R'},
        .version = PC_DIRECTORY_VERSION,
        .size = (uint32_t)(inside + outside),
        .checked = (uint32_t)inside,
        .count = (uint32_t)count,
        .slots = pc_directory_slots_for(count),
    };
    return PC_OK;
}

// PC_ERR_EFFORT, PC_ERR_NOMEM.
static enum pc_status write_slots(const struct pc_directory_item *items,
                                  const struct pc_directory_header *header, bool apart,
                                  struct pc_buf *out)
{
    size_t start = out->len;
    uint32_t at = (uint32_t)(sizeof(*header) + header->slots * sizeof(struct pc_directory_slot));
    pc_buf_fill(out, '\0', header->slots * sizeof(struct pc_directory_slot));
    PC_TRY(pc_buf_status(out));
    struct pc_directory_slot *slots = (struct pc_directory_slot *)(void *)(out->ptr + start);
    uint64_t steps = (uint64_t)PC_DIRECTORY_STEPS * header->slots;
    for (uint32_t n = 0; n < header->count; n++) {
        uint32_t i = (uint32_t)items[n].hash & (header->slots - 1);
        for (; slots[i].entry != 0; i = (i + 1) & (header->slots - 1)) {
            if (steps-- == 0) {
                return PC_ERR_EFFORT;
            }
        }
        slots[i] = (struct pc_directory_slot){pc_directory_tag(items[n].hash), at};
        at += (uint32_t)(sizeof(struct pc_directory_entry) + items[n].key.len +
                         (apart ? 0 : items[n].value.len));
    }
    return PC_OK;
}

static void write_entries(const struct pc_directory_item *items,
                          const struct pc_directory_header *header, bool apart, struct pc_buf *out)
{
    uint32_t at = (uint32_t)(sizeof(*header) + header->slots * sizeof(struct pc_directory_slot));
    uint32_t value = header->checked;
    for (uint32_t n = 0; n < header->count; n++) {
        uint32_t key_bytes = (uint32_t)items[n].key.len;
        uint32_t value_bytes = (uint32_t)items[n].value.len;
        at += (uint32_t)sizeof(struct pc_directory_entry) + key_bytes;
        struct pc_directory_entry entry = {n, key_bytes, apart ? value : at, value_bytes};
        pc_buf_append(out, &entry, sizeof(entry));
        pc_buf_str(out, items[n].key);
        if (apart) {
            value += value_bytes;
        } else {
            at += value_bytes;
            pc_buf_str(out, items[n].value);
        }
    }
    for (uint32_t n = 0; n < header->count && apart; n++) {
        pc_buf_str(out, items[n].value);
    }
}

enum pc_status pc_directory_write(const struct pc_directory_item *items, size_t count, bool apart,
                                  struct pc_buf *out)
{
    struct pc_directory_header header;
    size_t start = out->len;
    PC_TRY(lay_out(items, count, apart, &header));
    pc_buf_append(out, &header, sizeof(header));
    PC_TRY(write_slots(items, &header, apart, out));
    write_entries(items, &header, apart, out);
    PC_TRY(pc_buf_status(out));
    size_t from = start + offsetof(struct pc_directory_header, size);
    struct pc_directory_header *placed = (struct pc_directory_header *)(void *)(out->ptr + start);
    placed->checksum = pc_str_hash((struct pc_str){out->ptr + from, start + header.checked - from});
    return PC_OK;
}
