// SPDX-License-Identifier: Apache-2.0
//
// The form in which keys and values lie in the tables.
//
// Key: a byte 1, so that the empty key is not empty, and the key; of a key over 480 bytes its first
// 448, a zero and the BLAKE2b-256 of all of it, which is one byte longer than any key kept whole.
// Value: its bytes and 8 more that check where it lies, under which key, its length and, when it is
// small, its bytes. Large values are images, which carry a checksum of their own.
#ifndef PC_STORE_RECORD_H
#define PC_STORE_RECORD_H

#include "store/store.h"

enum {
    PC_RECORD_KEY_WHOLE = 480, // longest key that is kept as it is
    PC_RECORD_KEY_CUT = 448,   // what is kept of a longer one
    PC_RECORD_KEY_MAX = 482,   // longest stored form
    PC_RECORD_CHECK = 8,       // bytes behind each value
    PC_RECORD_SMALL = 1024,    // longest value whose bytes are checked
    PC_RECORD_FORMAT_BYTES = 24,
};

struct pc_record_key {
    size_t len;
    char bytes[PC_RECORD_KEY_MAX];
};

void pc_record_key_make(struct pc_record_key *out, struct pc_str key);

// The key as it is shown to callers.
struct pc_str pc_record_key_shown(struct pc_str stored);

// Writes the 8 bytes that go behind the value. place: the table, or PC_RECORD_FORMAT_PLACE.
void pc_record_seal(char *out, unsigned place, struct pc_str stored_key, struct pc_str value);

// Whether a stored value, its 8 bytes included, is what was put under the key in that place, and
// the key one that pc_record_key_make makes: it has a byte 1 in front.
bool pc_record_is_whole(unsigned place, struct pc_str stored_key, struct pc_str stored);

// A stored value without its 8 bytes. PC_ERR_DAMAGED when it has none.
PC_MUST_CHECK enum pc_status pc_record_open(struct pc_str stored, struct pc_str *value);

// The name of a table in the environment.
const char *pc_record_table_name(enum pc_store_table table);

// The table of that name, or PC_STORE_ALL_TABLES.
unsigned pc_record_table_named(struct pc_str name);

// The tables of a kind: from `first` to before `end`.
struct pc_record_tables {
    unsigned first, end;
};
struct pc_record_tables pc_record_tables(enum pc_store_kind kind);

// The format that is written for a kind, and the kind of a format. False: it is not written here.
uint32_t pc_record_format_of(enum pc_store_kind kind);
PC_MUST_CHECK bool pc_record_kind_of(uint32_t format, enum pc_store_kind *kind);

// Whether a store of that format is what is wanted. PC_ERR_INVALID: it is of the other kind, in
// whatever format. PC_ERR_VERSION: of this kind in another format.
PC_MUST_CHECK enum pc_status pc_record_check_kind(uint32_t format, enum pc_store_kind wanted);

// The format record lies beside the tables, where no caller's key can reach it, under this key.
#define PC_RECORD_FORMAT_KEY "polcheck"

enum {
    // The same in every format, or a store of another one would read as damaged. Format 1 had six
    // tables, and this was the place behind the last. No shard's key is that of the record.
    PC_RECORD_FORMAT_PLACE = 6,
};

struct pc_record_format {
    uint32_t format;
    uint64_t generation;
};

void pc_record_format_write(char out[PC_RECORD_FORMAT_BYTES + PC_RECORD_CHECK],
                            const struct pc_record_format *format);

// PC_ERR_INVALID: not a format record. PC_ERR_DAMAGED: one that does not check.
PC_MUST_CHECK enum pc_status pc_record_format_parse(struct pc_str stored,
                                                    struct pc_record_format *out);

#endif
