// SPDX-License-Identifier: Apache-2.0
#include "audit_head.h"

enum {
    SEALED = PC_AUDIT_HEAD_BYTES - PC_HASH_BYTES, // bytes that the hash is of
    LABEL = PC_HASH_BYTES,                        // bytes in front of them in the hash
};

static const char magic[PC_AUDIT_HEAD_MAGIC + 1] = "polcheck audit 1";

// INVARIANT: no hash of a head is one of a line. Of both the first 32 bytes stand apart; the next
// one is '{' of a line and 'p' of a head.
static const char label[LABEL - PC_VAULT_ID_BYTES + 1] = "audit.head of   ";

static void put_number(char *bytes, uint64_t number)
{
    for (size_t i = 0; i < 8; i++) {
        bytes[i] = (char)(number >> (8 * i) & 0xff);
    }
}

static uint64_t take_number(const char *bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < 8; i++) {
        number |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return number;
}

static struct pc_hash seal_of(const struct pc_audit_place *place, const struct pc_audit_head *head)
{
    char first[LABEL];
    memcpy(first, label, sizeof(first) - PC_VAULT_ID_BYTES);
    memcpy(first + sizeof(first) - PC_VAULT_ID_BYTES, place->vault, PC_VAULT_ID_BYTES);
    return pc_keyed_hash_2(place->key, (struct pc_str){first, sizeof(first)},
                           (struct pc_str){head->bytes, SEALED});
}

void pc_audit_head_write(const struct pc_audit_place *place, const struct pc_audit_position *at,
                         struct pc_audit_head *out)
{
    char *to = out->bytes;
    memcpy(to, magic, PC_AUDIT_HEAD_MAGIC);
    put_number(to + PC_AUDIT_HEAD_MAGIC, at->seq);
    put_number(to + PC_AUDIT_HEAD_MAGIC + 8, at->bytes);
    put_number(to + PC_AUDIT_HEAD_MAGIC + 16, at->generation);
    memcpy(to + PC_AUDIT_HEAD_MAGIC + 24, at->mac.bytes, PC_HASH_BYTES);
    struct pc_hash seal = seal_of(place, out);
    memcpy(to + SEALED, seal.bytes, PC_HASH_BYTES);
}

bool pc_audit_head_read(const struct pc_audit_place *place, const struct pc_audit_head *head,
                        struct pc_audit_position *out)
{
    const char *from = head->bytes;
    struct pc_hash expected = seal_of(place, head);
    struct pc_hash seal;
    memcpy(seal.bytes, from + SEALED, PC_HASH_BYTES);
    if (memcmp(from, magic, PC_AUDIT_HEAD_MAGIC) != 0 || !pc_hash_eq_secret(&seal, &expected)) {
        return false;
    }
    out->seq = take_number(from + PC_AUDIT_HEAD_MAGIC);
    out->bytes = take_number(from + PC_AUDIT_HEAD_MAGIC + 8);
    out->generation = take_number(from + PC_AUDIT_HEAD_MAGIC + 16);
    memcpy(out->mac.bytes, from + PC_AUDIT_HEAD_MAGIC + 24, PC_HASH_BYTES);
    return true;
}
