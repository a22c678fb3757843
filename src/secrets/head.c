// SPDX-License-Identifier: Apache-2.0
#include "head.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "codec.h"

#define MAGIC "polcheck vault 1"

static const char audit_purpose[] = "polcheck audit key 1";

enum pc_status pc_vault_damaged(struct pc_diags *diags, struct pc_str vault, const char *format,
                                ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    pc_diag_report(diags, PC_DIAG_VAULT_DAMAGED, (struct pc_place){.file = vault}, "%s",
                   length < 0 ? "a record is not as it was written" : what);
    pc_diag_hint(diags,
                 "restore a copy of the whole vault; polcheck secrets audit --verify says what its "
                 "audit log knows");
    return PC_ERR_DAMAGED;
}

// The record --------------------------------------------------------------------------------------

static void put_bytes(struct pc_buf *out, const void *bytes, size_t size)
{
    pc_buf_append(out, bytes, size);
}

static void put_seal(struct pc_buf *out, const struct pc_seal *seal)
{
    put_bytes(out, seal->nonce, sizeof(seal->nonce));
    put_bytes(out, seal->tag, sizeof(seal->tag));
}

static void put_label(struct pc_buf *out, const struct pc_vault_label *label)
{
    pc_buf_u32(out, label->passphrase ? 1 : 0);
    pc_code_u64(out, label->terms.cost.passes);
    pc_code_u64(out, label->terms.cost.memory);
    put_bytes(out, label->terms.salt, sizeof(label->terms.salt));
}

static void put_noted(struct pc_buf *out, const struct pc_audit_position *noted)
{
    pc_code_u64(out, noted->seq);
    pc_code_u64(out, noted->bytes);
    pc_code_u64(out, noted->generation);
    put_bytes(out, noted->mac.bytes, sizeof(noted->mac.bytes));
}

void pc_head_write(struct pc_buf *out, const struct pc_head *head, const struct pc_root_key *root)
{
    size_t start = out->len;
    pc_buf_str(out, PC_STR(MAGIC));
    put_bytes(out, root->fingerprint, sizeof(root->fingerprint));
    put_bytes(out, head->id, sizeof(head->id));
    pc_code_u64(out, head->generation);
    put_label(out, &head->label);
    put_seal(out, &head->audit_seal);
    put_bytes(out, head->audit_key, sizeof(head->audit_key));
    put_noted(out, &head->noted);
    for (size_t i = 0; i < PC_PARTS; i++) {
        put_bytes(out, head->parts[i].bytes, sizeof(head->parts[i].bytes));
    }
    struct pc_str record = pc_buf_view(out);
    struct pc_hash hash = pc_keyed_hash(root->head, pc_str_slice(record, start, record.len));
    put_bytes(out, hash.bytes, sizeof(hash.bytes));
}

static void get_seal(struct pc_decoder *in, struct pc_seal *seal)
{
    pc_decode_into(in, seal->nonce, sizeof(seal->nonce));
    pc_decode_into(in, seal->tag, sizeof(seal->tag));
}

static void get_label(struct pc_decoder *in, struct pc_vault_label *label)
{
    uint32_t passphrase = pc_decode_u32(in);
    in->bad = in->bad || passphrase > 1;
    label->passphrase = passphrase == 1;
    label->terms.cost.passes = pc_decode_u64(in);
    label->terms.cost.memory = pc_decode_u64(in);
    pc_decode_into(in, label->terms.salt, sizeof(label->terms.salt));
}

static void get_noted(struct pc_decoder *in, struct pc_audit_position *noted)
{
    noted->seq = pc_decode_u64(in);
    noted->bytes = pc_decode_u64(in);
    noted->generation = pc_decode_u64(in);
    pc_decode_into(in, noted->mac.bytes, sizeof(noted->mac.bytes));
}

enum pc_status pc_head_parse(struct pc_str record, struct pc_head *out)
{
    struct pc_decoder in = {record, false};
    if (!pc_str_eq(pc_decode_bytes(&in, sizeof(MAGIC) - 1), PC_STR(MAGIC))) {
        return PC_ERR_DAMAGED;
    }
    pc_decode_into(&in, out->fingerprint, sizeof(out->fingerprint));
    pc_decode_into(&in, out->id, sizeof(out->id));
    out->generation = pc_decode_u64(&in);
    get_label(&in, &out->label);
    get_seal(&in, &out->audit_seal);
    pc_decode_into(&in, out->audit_key, sizeof(out->audit_key));
    get_noted(&in, &out->noted);
    for (size_t i = 0; i < PC_PARTS; i++) {
        pc_decode_into(&in, out->parts[i].bytes, sizeof(out->parts[i].bytes));
    }
    bool whole = !in.bad && in.rest.len == PC_HASH_BYTES;
    return whole ? PC_OK : PC_ERR_DAMAGED;
}

static bool is_authentic(struct pc_str record, const struct pc_root_key *root)
{
    size_t length = record.len - PC_HASH_BYTES;
    struct pc_hash kept;
    memcpy(kept.bytes, record.ptr + length, sizeof(kept.bytes));
    struct pc_hash hash = pc_keyed_hash(root->head, pc_str_slice(record, 0, length));
    return pc_hash_eq_secret(&hash, &kept);
}

enum pc_status pc_head_open(struct pc_str record, const struct pc_root_key *root,
                            struct pc_str vault, struct pc_diags *diags, struct pc_head *out)
{
    struct pc_head head; // nothing of one that is not believed gets out
    if (pc_head_parse(record, &head) != PC_OK) {
        return pc_vault_damaged(diags, vault, "the head of the vault is not as it was written");
    }
    if (memcmp(head.fingerprint, root->fingerprint, sizeof(head.fingerprint)) != 0) {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY_WRONG, (struct pc_place){.file = vault},
                       "the root key is not that of the vault \"%.*s\"", PC_STR_ARG(vault));
        pc_diag_hint(diags, "give the one that it was made, or last rekeyed, with");
        return PC_ERR_INVALID;
    }
    if (!is_authentic(record, root)) {
        return pc_vault_damaged(diags, vault, "the head of the vault is not as it was written");
    }
    *out = head;
    return PC_OK;
}

// The audit log's key -----------------------------------------------------------------------------

struct audit_context {
    struct pc_str parts[2];
};

static struct audit_context context_of(const struct pc_head *head)
{
    return (struct audit_context){
        {pc_str_from(audit_purpose), {(const char *)head->id, sizeof(head->id)}}};
}

enum pc_status pc_head_wrap_audit(struct pc_head *head, const struct pc_root_key *root,
                                  const uint8_t key[PC_KEY_BYTES])
{
    const struct audit_context parts = context_of(head);
    const struct pc_seal_context context = {parts.parts, 2};
    struct pc_str plain = {(const char *)key, PC_KEY_BYTES};
    return pc_seal(root->wrap, plain, &context, head->audit_key, &head->audit_seal);
}

enum pc_status pc_head_unwrap_audit(const struct pc_head *head, const struct pc_root_key *root,
                                    uint8_t out[PC_KEY_BYTES])
{
    const struct audit_context parts = context_of(head);
    const struct pc_seal_context context = {parts.parts, 2};
    struct pc_str cipher = {(const char *)head->audit_key, PC_KEY_BYTES};
    return pc_unseal(root->wrap, &head->audit_seal, cipher, &context, out);
}
