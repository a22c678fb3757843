// SPDX-License-Identifier: Apache-2.0
//
// The typed values of conditions (5.3): numbers, dates, addresses, bytes, booleans. Each is read
// from a whole text or not at all.
#ifndef REFERENCE_VALUES_H
#define REFERENCE_VALUES_H

#include "base/str.h"
#include "json/reader.h"

// A decimal of any length: sign, whole part without leading zeros, fraction without trailing ones.
struct ref_number {
    bool negative; // never of zero
    struct pc_str whole, fraction;
};

bool ref_number_read(struct pc_str text, struct ref_number *out);
int ref_number_compare(const struct ref_number *a, const struct ref_number *b);

// The canonical text of a JSON number, without exponent; "" when it would be longer than
// 4096 digits.
struct pc_str ref_number_text(struct pc_arena *arena, struct pc_str json);

// A place in time: seconds since 1970 UTC and a fraction of the next one.
struct ref_date {
    int64_t seconds;
    struct pc_str fraction; // decimal digits without trailing zeros
};

bool ref_date_read(struct pc_str text, struct ref_date *out);
bool ref_time_read(struct pc_str text, struct ref_date *out); // of a request: digits without limit
int ref_date_compare(const struct ref_date *a, const struct ref_date *b);

// "2024-05-01T12:00:00Z".
struct pc_str ref_date_text(struct pc_arena *arena, int64_t seconds);

// An address, or a network when prefix < bits.
struct ref_address {
    unsigned bits; // 32 or 128: the family
    unsigned prefix;
    unsigned char bytes[16];
};

bool ref_address_read(struct pc_str text, struct ref_address *out); // no prefix
bool ref_network_read(struct pc_str text, struct ref_address *out); // with or without prefix
bool ref_network_has(const struct ref_address *network, const struct ref_address *address);

// base64 with or without padding, with line breaks or without.
bool ref_bytes_read(struct pc_arena *arena, struct pc_str text, struct pc_str *out);

bool ref_boolean_read(struct pc_str text, bool *out); // true or false in any case

#endif
