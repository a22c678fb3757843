// SPDX-License-Identifier: Apache-2.0
//
// Addresses and networks of IPv4 and IPv6. Networks keep the host bits; they are not
// looked at.
#include "values.h"

#include "text.h"

// A decimal number without leading zeros, at most `high`.
static bool decimal_read(struct pc_str text, unsigned high, unsigned *out)
{
    if (!ref_is_digits(text) || text.len > 3 || (text.len > 1 && text.ptr[0] == '0')) {
        return false;
    }
    unsigned value = 0;
    for (size_t i = 0; i < text.len; i++) {
        value = value * 10 + (unsigned)(text.ptr[i] - '0');
    }
    *out = value;
    return value <= high;
}

static bool quad_read(struct pc_str text, unsigned char *bytes)
{
    struct pc_str parts[5];
    if (pc_str_split(text, '.', parts, 5) != 4) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        unsigned byte = 0;
        if (!decimal_read(parts[i], 255, &byte)) {
            return false;
        }
        bytes[i] = (unsigned char)byte;
    }
    return true;
}

static int hex_digit(char c)
{
    char lower = pc_char_lower(c);
    if (lower >= '0' && lower <= '9') {
        return lower - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool group_read(struct pc_str text, unsigned char *bytes)
{
    if (text.len < 1 || text.len > 4) {
        return false;
    }
    unsigned value = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.ptr[i]);
        if (digit < 0) {
            return false;
        }
        value = value * 16 + (unsigned)digit;
    }
    bytes[0] = (unsigned char)(value >> 8);
    bytes[1] = (unsigned char)(value & 0xFF);
    return true;
}

// Groups between colons, at most 8 of them; the last may be an IPv4 address. The number of bytes,
// or SIZE_MAX. No text: no groups.
static size_t groups_read(struct pc_str text, bool last, unsigned char *bytes)
{
    struct pc_str parts[9];
    size_t count = text.len == 0 ? 0 : pc_str_split(text, ':', parts, 9);
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (length > 14) {
            return SIZE_MAX;
        }
        if (last && i + 1 == count && length <= 12 && quad_read(parts[i], bytes + length)) {
            length += 4;
        } else if (group_read(parts[i], bytes + length)) {
            length += 2;
        } else {
            return SIZE_MAX;
        }
    }
    return length;
}

// RFC 4291: eight groups, or "::" in the place of one or more groups of zeros.
static bool v6_read(struct pc_str text, unsigned char *bytes)
{
    size_t gap = 0;
    while (gap + 1 < text.len && (text.ptr[gap] != ':' || text.ptr[gap + 1] != ':')) {
        gap++;
    }
    if (gap + 1 >= text.len) {
        return groups_read(text, true, bytes) == 16;
    }
    unsigned char tail[16] = {0};
    size_t head_length = groups_read(pc_str_slice(text, 0, gap), false, bytes);
    size_t tail_length = groups_read(pc_str_slice(text, gap + 2, text.len), true, tail);
    if (head_length == SIZE_MAX || tail_length == SIZE_MAX || head_length + tail_length > 14) {
        return false;
    }
    memset(bytes + head_length, 0, 16 - head_length);
    memcpy(bytes + 16 - tail_length, tail, tail_length);
    return true;
}

bool ref_address_read(struct pc_str text, struct ref_address *out)
{
    struct ref_address address = {.bits = 32, .prefix = 32};
    if (!quad_read(text, address.bytes)) {
        address.bits = address.prefix = 128;
        if (!v6_read(text, address.bytes)) {
            return false;
        }
    }
    *out = address;
    return true;
}

bool ref_network_read(struct pc_str text, struct ref_address *out)
{
    struct pc_str parts[2];
    size_t count = pc_str_split(text, '/', parts, 2);
    struct ref_address network;
    if (!ref_address_read(parts[0], &network)) {
        return false;
    }
    if (count == 2 && !decimal_read(parts[1], network.bits, &network.prefix)) {
        return false;
    }
    *out = network;
    return true;
}

bool ref_network_has(const struct ref_address *network, const struct ref_address *address)
{
    if (network->bits != address->bits) {
        return false;
    }
    for (unsigned bit = 0; bit < network->prefix; bit++) {
        unsigned mask = 0x80u >> (bit % 8);
        if ((network->bytes[bit / 8] & mask) != (address->bytes[bit / 8] & mask)) {
            return false;
        }
    }
    return true;
}
