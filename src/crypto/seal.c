// SPDX-License-Identifier: Apache-2.0
//
// XChaCha20-Poly1305 by libsodium, the tag apart from the ciphertext. Nonces of 24 random bytes may
// be drawn for ever under one key: even after 2^80 sealings two are hardly the same.
#include "crypto/seal.h"

#include "call.h"
#include "seal_raw.h"

#include <sodium.h>

_Static_assert(PC_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(PC_SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce");
_Static_assert(PC_SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag");

enum {
    LENGTH_BYTES = 8,
};

// The counter of the blocks, of 64 bytes, has 32 bits, and the first one makes the key of the tag;
// libsodium does not look.
static const uint64_t longest = UINT64_C(64) * UINT32_MAX;

struct additional {
    size_t len;
    uint8_t bytes[PC_SEAL_CONTEXT_MAX];
};

static enum pc_status add(struct additional *data, struct pc_str part)
{
    size_t room = sizeof(data->bytes) - data->len;
    if (room < LENGTH_BYTES || room - LENGTH_BYTES < part.len) {
        return PC_ERR_LIMIT;
    }
    for (size_t i = 0; i < LENGTH_BYTES; i++) {
        data->bytes[data->len++] = (uint8_t)((uint64_t)part.len >> (8 * i));
    }
    if (part.len > 0) {
        memcpy(data->bytes + data->len, part.ptr, part.len);
        data->len += part.len;
    }
    return PC_OK;
}

static enum pc_status encode(const struct pc_seal_context *context, struct additional *data)
{
    data->len = 0;
    for (size_t i = 0; i < context->count; i++) {
        PC_TRY(add(data, context->parts[i]));
    }
    return PC_OK;
}

static struct pc_str view(const struct additional *data)
{
    const void *bytes = data->bytes;
    return (struct pc_str){bytes, data->len};
}

enum pc_status pc_seal_raw(const uint8_t key[PC_SEAL_KEY_BYTES], struct pc_str plain,
                           struct pc_str additional, uint8_t *cipher, struct pc_seal *seal)
{
    if (plain.len > longest) {
        return PC_ERR_LIMIT;
    }
    uint8_t nothing;
    if (plain.len == 0) {
        cipher = &nothing; // libsodium wants an address even for no bytes
    }
    pc_certain(crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        cipher, seal->tag, NULL, pc_octets(plain), plain.len, pc_octets(additional), additional.len,
        NULL, seal->nonce, key));
    return PC_OK;
}

enum pc_status pc_unseal_raw(const uint8_t key[PC_SEAL_KEY_BYTES], const struct pc_seal *seal,
                             struct pc_str cipher, struct pc_str additional, uint8_t *plain)
{
    if (cipher.len > longest) {
        return PC_ERR_LIMIT;
    }
    if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
            plain, NULL, pc_octets(cipher.len > 0 ? cipher : PC_STR("")), cipher.len, seal->tag,
            pc_octets(additional), additional.len, seal->nonce, key) != 0) {
        // Not left to libsodium, which does not promise it.
        sodium_memzero(plain, cipher.len);
        return PC_ERR_DAMAGED;
    }
    return PC_OK;
}

enum pc_status pc_seal_with_nonce(const uint8_t key[PC_SEAL_KEY_BYTES], struct pc_str plain,
                                  const struct pc_seal_context *context, uint8_t *cipher,
                                  struct pc_seal *seal)
{
    struct additional data;
    PC_TRY(encode(context, &data));
    return pc_seal_raw(key, plain, view(&data), cipher, seal);
}

enum pc_status pc_seal(const uint8_t key[PC_SEAL_KEY_BYTES], struct pc_str plain,
                       const struct pc_seal_context *context, uint8_t *cipher, struct pc_seal *out)
{
    struct pc_seal seal;
    randombytes_buf(seal.nonce, sizeof(seal.nonce));
    PC_TRY(pc_seal_with_nonce(key, plain, context, cipher, &seal));
    *out = seal;
    return PC_OK;
}

enum pc_status pc_unseal(const uint8_t key[PC_SEAL_KEY_BYTES], const struct pc_seal *seal,
                         struct pc_str cipher, const struct pc_seal_context *context,
                         uint8_t *plain)
{
    struct additional data;
    PC_TRY(encode(context, &data));
    return pc_unseal_raw(key, seal, cipher, view(&data), plain);
}
