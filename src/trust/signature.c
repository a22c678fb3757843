// SPDX-License-Identifier: Apache-2.0
//
// The record of a signature, and what is signed. Both have one form, of fixed widths.
#include "trust/signature.h"

#include "record.h"

enum {
    VERSION_REMOVED = 0, // what is left of a signature: its serial
    VERSION_1 = 1,
    AT_SERIAL = 8, // behind the version and four zeros, in both
    AT_SIGNED = 16,
    AT_KEY = 24,
    AT_DIGEST = AT_KEY + PC_SIGN_PUBLIC_BYTES,
    AT_SIGNATURE = AT_DIGEST + PC_HASH_BYTES,
};

_Static_assert(AT_SIGNATURE + PC_SIGN_BYTES == PC_SIGNATURE_BYTES, "the record's length");

// Its terminating zero is signed, too.
static const char words[] = "polcheck store signature 1";

enum {
    MESSAGE_BYTES = sizeof(words) + 4 + 8 + 8 + PC_HASH_BYTES,
};

// Numbers -----------------------------------------------------------------------------------------

static void put_number(uint8_t *at, uint64_t value, size_t width)
{
    for (size_t i = 0; i < width; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t get_number(const uint8_t *at, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}

static bool is_serial(uint64_t serial)
{
    return serial >= 1 && serial <= PC_SIGNATURE_SERIAL_MAX;
}

// The record --------------------------------------------------------------------------------------

// Of a record that begins as one of ours does: its version, four zeros, a serial.
static bool read_start(struct pc_str record, uint64_t *version, uint64_t *serial)
{
    uint8_t start[AT_SIGNED];
    if (record.len < sizeof(start)) {
        return false;
    }
    memcpy(start, record.ptr, sizeof(start));
    *version = get_number(start, AT_SERIAL); // the zeros are its upper half
    *serial = get_number(start + AT_SERIAL, 8);
    return is_serial(*serial);
}

enum pc_status pc_signature_read(struct pc_str record, struct pc_signature *out)
{
    uint64_t version, serial;
    if (!read_start(record, &version, &serial)) {
        return PC_ERR_INVALID;
    }
    if (version == VERSION_REMOVED && record.len == PC_SIGNATURE_REMOVED_BYTES) {
        return PC_ERR_NOTFOUND;
    }
    if (version != VERSION_1 || record.len != PC_SIGNATURE_BYTES) {
        return PC_ERR_INVALID;
    }
    uint8_t bytes[PC_SIGNATURE_BYTES];
    memcpy(bytes, record.ptr, sizeof(bytes));
    out->serial = serial;
    out->signed_at = (int64_t)get_number(bytes + AT_SIGNED, 8);
    memcpy(out->key, bytes + AT_KEY, sizeof(out->key));
    memcpy(out->digest.bytes, bytes + AT_DIGEST, sizeof(out->digest.bytes));
    memcpy(out->signature, bytes + AT_SIGNATURE, sizeof(out->signature));
    return PC_OK;
}

void pc_signature_write(const struct pc_signature *signature, uint8_t record[PC_SIGNATURE_BYTES])
{
    put_number(record, VERSION_1, AT_SERIAL);
    put_number(record + AT_SERIAL, signature->serial, 8);
    put_number(record + AT_SIGNED, (uint64_t)signature->signed_at, 8);
    memcpy(record + AT_KEY, signature->key, sizeof(signature->key));
    memcpy(record + AT_DIGEST, signature->digest.bytes, sizeof(signature->digest.bytes));
    memcpy(record + AT_SIGNATURE, signature->signature, sizeof(signature->signature));
}

void pc_signature_write_removed(uint64_t serial, uint8_t record[PC_SIGNATURE_REMOVED_BYTES])
{
    put_number(record, VERSION_REMOVED, AT_SERIAL);
    put_number(record + AT_SERIAL, serial, 8);
}

uint64_t pc_signature_serial(struct pc_str record)
{
    uint64_t version, serial;
    return read_start(record, &version, &serial) ? serial : 0;
}

enum pc_status pc_signature_get(struct pc_snapshot *snapshot, struct pc_signature *out)
{
    struct pc_str record;
    PC_TRY(pc_snapshot_get(snapshot, PC_STORE_META, PC_STR(PC_SIGNATURE_KEY), &record));
    enum pc_status status = pc_signature_read(record, out);
    PC_TRY(pc_snapshot_check(snapshot));
    return status;
}

// What is signed ----------------------------------------------------------------------------------

static struct pc_str write_message(const struct pc_signature *signature,
                                   uint8_t message[MESSAGE_BYTES])
{
    uint8_t *at = message;
    memcpy(at, words, sizeof(words));
    at += sizeof(words);
    put_number(at, PC_STORE_FORMAT, 4);
    put_number(at + 4, signature->serial, 8);
    put_number(at + 12, (uint64_t)signature->signed_at, 8);
    memcpy(at + 20, signature->digest.bytes, PC_HASH_BYTES);
    const void *bytes = message;
    return (struct pc_str){bytes, MESSAGE_BYTES};
}

void pc_signature_make(const uint8_t secret[PC_SIGN_SECRET_BYTES], struct pc_signature *signature)
{
    uint8_t message[MESSAGE_BYTES];
    pc_sign(secret, write_message(signature, message), signature->signature);
}

enum pc_status pc_signature_check(const struct pc_signature *signature)
{
    uint8_t message[MESSAGE_BYTES];
    return pc_sign_check(signature->key, write_message(signature, message), signature->signature);
}
