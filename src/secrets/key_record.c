// SPDX-License-Identifier: Apache-2.0
#include "key_record.h"

#include "codec.h"

#define MAGIC "key 1"

enum {
    MOST_TAGS = 50, // as KMS
};

static const char purpose[] = "polcheck data key 1";

const char *pc_key_state_text(enum pc_key_state state)
{
    switch (state) {
    case PC_KEY_ENABLED:
        return "Enabled";
    case PC_KEY_PENDING_DELETION:
        return "PendingDeletion";
    case PC_KEY_DISABLED:
        break;
    }
    return "Disabled";
}

// The record --------------------------------------------------------------------------------------

void pc_key_record_write(struct pc_buf *out, const struct pc_key_record *record)
{
    const struct pc_vault_key *key = &record->key;
    pc_code_text(out, PC_STR(MAGIC));
    pc_code_text(out, key->arn);
    pc_code_text(out, key->alias);
    pc_buf_u32(out, key->service ? 1 : 0);
    pc_buf_u32(out, (uint32_t)key->state);
    pc_code_u64(out, (uint64_t)key->created);
    pc_code_u64(out, (uint64_t)key->deletion);
    pc_buf_u32(out, key->version);
    pc_code_u64(out, (uint64_t)key->rotated);
    pc_code_text(out, key->policy);
    pc_code_text(out, key->policy_name);
    pc_buf_u32(out, (uint32_t)key->tag_count);
    for (size_t i = 0; i < key->tag_count; i++) {
        pc_code_text(out, key->tags[i].key);
        pc_code_text(out, key->tags[i].value);
    }
    pc_buf_append(out, record->seal.nonce, sizeof(record->seal.nonce));
    pc_buf_append(out, record->seal.tag, sizeof(record->seal.tag));
    pc_buf_append(out, record->wrapped, sizeof(record->wrapped));
}

static enum pc_status parse_tags(struct pc_decoder *in, struct pc_arena *arena,
                                 struct pc_vault_key *key)
{
    key->tag_count = pc_decode_u32(in);
    if (key->tag_count > MOST_TAGS) {
        return PC_ERR_DAMAGED;
    }
    struct pc_key_tag *tags = pc_arena_array(arena, key->tag_count, sizeof(*tags));
    if (tags == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < key->tag_count; i++) {
        tags[i].key = pc_decode_text(in);
        tags[i].value = pc_decode_text(in);
    }
    key->tags = tags;
    return PC_OK;
}

enum pc_status pc_key_record_parse(struct pc_str bytes, struct pc_arena *arena,
                                   struct pc_key_record *out)
{
    struct pc_decoder in = {bytes, false};
    struct pc_key_record record = {.key = {.version = 0}};
    struct pc_vault_key *key = &record.key;
    bool ours = pc_str_eq(pc_decode_text(&in), PC_STR(MAGIC));
    key->arn = pc_decode_text(&in);
    key->alias = pc_decode_text(&in);
    uint32_t service = pc_decode_u32(&in);
    uint32_t state = pc_decode_u32(&in);
    key->created = (int64_t)pc_decode_u64(&in);
    key->deletion = (int64_t)pc_decode_u64(&in);
    key->version = pc_decode_u32(&in);
    key->rotated = (int64_t)pc_decode_u64(&in);
    key->policy = pc_decode_text(&in);
    key->policy_name = pc_decode_text(&in);
    PC_TRY(parse_tags(&in, arena, key));
    pc_decode_into(&in, record.seal.nonce, sizeof(record.seal.nonce));
    pc_decode_into(&in, record.seal.tag, sizeof(record.seal.tag));
    pc_decode_into(&in, record.wrapped, sizeof(record.wrapped));
    if (!ours || in.bad || in.rest.len > 0 || service > 1 || state > PC_KEY_PENDING_DELETION) {
        return PC_ERR_DAMAGED;
    }
    key->service = service == 1;
    key->state = (enum pc_key_state)state;
    *out = record;
    return PC_OK;
}

// The data key ------------------------------------------------------------------------------------

// What a wrapping is bound to.
struct wrapping {
    char version[8];
    struct pc_str parts[4];
};

static struct pc_seal_context context_of(const struct pc_key_record *record,
                                         const struct pc_head *head, struct wrapping *room)
{
    for (size_t i = 0; i < sizeof(room->version); i++) {
        room->version[i] = (char)(unsigned char)((uint64_t)record->key.version >> (8 * i));
    }
    room->parts[0] = pc_str_from(purpose);
    room->parts[1] = (struct pc_str){(const char *)head->id, sizeof(head->id)};
    room->parts[2] = record->key.arn;
    room->parts[3] = (struct pc_str){room->version, sizeof(room->version)};
    return (struct pc_seal_context){room->parts, 4};
}

enum pc_status pc_key_record_wrap(struct pc_key_record *record, const struct pc_head *head,
                                  const struct pc_root_key *root, const uint8_t data[PC_KEY_BYTES])
{
    struct wrapping room;
    const struct pc_seal_context context = context_of(record, head, &room);
    struct pc_str plain = {(const char *)data, PC_KEY_BYTES};
    return pc_seal(root->wrap, plain, &context, record->wrapped, &record->seal);
}

enum pc_status pc_key_record_renew(struct pc_key_record *record, const struct pc_head *head,
                                   const struct pc_root_key *root, uint8_t data[PC_KEY_BYTES])
{
    pc_random(data, PC_KEY_BYTES);
    return pc_key_record_wrap(record, head, root, data);
}

enum pc_status pc_key_record_unwrap(const struct pc_key_record *record, const struct pc_head *head,
                                    const struct pc_root_key *root, uint8_t out[PC_KEY_BYTES])
{
    struct wrapping room;
    const struct pc_seal_context context = context_of(record, head, &room);
    struct pc_str cipher = {(const char *)record->wrapped, PC_KEY_BYTES};
    return pc_unseal(root->wrap, &record->seal, cipher, &context, out);
}
