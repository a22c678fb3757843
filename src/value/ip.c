// SPDX-License-Identifier: Apache-2.0
//
// IP addresses and networks, read by hand: what inet_pton accepts differs between
// systems, and two readers that differ are a way around a rule.
#include "value/ip.h"

#include <string.h>

enum {
    V4_BYTES = 4,
    V6_BYTES = 16,
    GROUPS = V6_BYTES / 2,
    MAPPED_PREFIX = 12, // bytes of ::ffff:0:0/96
};

// Reads a decimal number of one to three digits, without leading zeros, that ends at *at.
static bool take_number(struct pc_str text, size_t *at, uint32_t most, uint32_t *out)
{
    size_t start = *at;
    size_t i = start;
    uint32_t value = 0;
    for (; i < text.len && i - start < 3 && pc_char_is_digit(text.ptr[i]); i++) {
        value = value * 10 + (uint32_t)(text.ptr[i] - '0');
    }
    if (i == start || value > most || (text.ptr[start] == '0' && i - start > 1)) {
        return false;
    }
    *at = i;
    *out = value;
    return true;
}

// The whole text is a dotted quad.
static bool parse_v4(struct pc_str text, uint8_t bytes[V4_BYTES])
{
    size_t at = 0;
    for (size_t i = 0; i < V4_BYTES; i++) {
        uint32_t value;
        if (i > 0 && (at >= text.len || text.ptr[at++] != '.')) {
            return false;
        }
        if (!take_number(text, &at, UINT8_MAX, &value)) {
            return false;
        }
        bytes[i] = (uint8_t)value;
    }
    return at == text.len;
}

static int hex_digit(char c)
{
    char lower = pc_char_lower(c);
    if (pc_char_is_digit(lower)) {
        return lower - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The whole text is one group: one to four hexadecimal digits.
static bool parse_group(struct pc_str text, uint8_t bytes[2])
{
    uint32_t value = 0;
    if (text.len < 1 || text.len > 4) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.ptr[i]);
        if (digit < 0) {
            return false;
        }
        value = value << 4 | (uint32_t)digit;
    }
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return true;
}

// Reads groups joined by single colons, an IPv4 tail allowed at the end if tail says so; the empty
// text has none. Gives the number of bytes.
static bool parse_groups(struct pc_str text, bool tail, uint8_t bytes[V6_BYTES], size_t *count)
{
    size_t used = 0;
    size_t at = 0;
    bool more = text.len > 0;
    while (more) {
        size_t colon = pc_str_find(text, ':', at);
        more = colon != SIZE_MAX;
        struct pc_str part = pc_str_slice(text, at, more ? colon : text.len);
        bool quad = tail && !more && pc_str_find(part, '.', 0) != SIZE_MAX;
        size_t size = quad ? V4_BYTES : 2;
        if (used + size > V6_BYTES) {
            return false;
        }
        if (quad ? !parse_v4(part, bytes + used) : !parse_group(part, bytes + used)) {
            return false;
        }
        used += size;
        at = more ? colon + 1 : text.len;
    }
    *count = used;
    return true;
}

// Place of the first "::", or SIZE_MAX.
static size_t find_gap(struct pc_str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] == ':' && text.ptr[i + 1] == ':') {
            return i;
        }
    }
    return SIZE_MAX;
}

// The whole text is an IPv6 address. A gap stands for one group at least (RFC 4291, 2.2).
static bool parse_v6(struct pc_str text, uint8_t bytes[V6_BYTES])
{
    size_t gap = find_gap(text);
    size_t before;
    size_t behind;
    if (gap == SIZE_MAX) {
        return parse_groups(text, true, bytes, &before) && before == V6_BYTES;
    }
    uint8_t tail[V6_BYTES];
    if (!parse_groups(pc_str_slice(text, 0, gap), false, bytes, &before) ||
        !parse_groups(pc_str_slice(text, gap + 2, text.len), true, tail, &behind) ||
        before + behind > V6_BYTES - 2) {
        return false;
    }
    memset(bytes + before, 0, V6_BYTES - before - behind);
    if (behind > 0) {
        memcpy(bytes + V6_BYTES - behind, tail, behind);
    }
    return true;
}

static uint8_t width_of(uint8_t family)
{
    return family == 4 ? 32 : 128;
}

bool pc_ip_parse_address(struct pc_str text, struct pc_ip *out)
{
    struct pc_ip ip = {0};
    bool v6 = pc_str_find(text, ':', 0) != SIZE_MAX;
    if (v6 ? !parse_v6(text, ip.bytes) : !parse_v4(text, ip.bytes)) {
        return false;
    }
    ip.family = v6 ? 6 : 4;
    ip.prefix = width_of(ip.family);
    *out = ip;
    return true;
}

// The bits of byte `index` that a prefix covers.
static uint8_t mask_at(uint8_t prefix, size_t index)
{
    size_t covered = prefix > 8 * index ? prefix - 8 * index : 0;
    return (uint8_t)(0xff00U >> (covered < 8 ? covered : 8));
}

bool pc_ip_parse(struct pc_str text, struct pc_ip *out)
{
    struct pc_ip ip;
    size_t slash = pc_str_find(text, '/', 0);
    if (!pc_ip_parse_address(pc_str_slice(text, 0, slash), &ip)) {
        return false;
    }
    if (slash != SIZE_MAX) {
        size_t at = slash + 1;
        uint32_t prefix;
        if (!take_number(text, &at, ip.prefix, &prefix) || at != text.len) {
            return false;
        }
        ip.prefix = (uint8_t)prefix;
        for (size_t i = 0; i < V6_BYTES; i++) {
            ip.bytes[i] &= mask_at(ip.prefix, i);
        }
    }
    *out = ip;
    return true;
}

bool pc_ip_contains(const struct pc_ip *network, const struct pc_ip *address)
{
    bool known = network->family == 4 || network->family == 6;
    if (!known || network->family != address->family || network->prefix > address->prefix ||
        address->prefix > width_of(address->family)) {
        return false;
    }
    for (size_t i = 0; 8 * i < network->prefix; i++) {
        if (((network->bytes[i] ^ address->bytes[i]) & mask_at(network->prefix, i)) != 0) {
            return false;
        }
    }
    return true;
}

static void write_v4(struct pc_buf *out, const uint8_t *bytes)
{
    pc_buf_format(out, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

static uint32_t group_at(const uint8_t *bytes, size_t index)
{
    return (uint32_t)bytes[2 * index] << 8 | bytes[2 * index + 1];
}

// The first of the longest runs of two or more zero groups; length 0 when there is none.
static void find_zeros(const uint8_t *bytes, size_t *start, size_t *length)
{
    *start = GROUPS;
    *length = 0;
    size_t run = 0;
    for (size_t i = 0; i < GROUPS; i++) {
        run = group_at(bytes, i) == 0 ? run + 1 : 0;
        if (run >= 2 && run > *length) {
            *start = i + 1 - run;
            *length = run;
        }
    }
}

static void write_v6(struct pc_buf *out, const uint8_t *bytes)
{
    static const uint8_t mapped[MAPPED_PREFIX] = {[10] = 0xff, [11] = 0xff};
    if (memcmp(bytes, mapped, MAPPED_PREFIX) == 0) {
        pc_buf_text(out, "::ffff:"); // RFC 5952, 5: a known prefix of embedded IPv4 addresses
        write_v4(out, bytes + MAPPED_PREFIX);
        return;
    }
    size_t start;
    size_t length;
    find_zeros(bytes, &start, &length);
    for (size_t i = 0; i < GROUPS; i++) {
        if (length > 0 && i == start) {
            pc_buf_text(out, "::");
            i += length - 1;
            continue;
        }
        if (i > 0 && i != start + length) {
            pc_buf_byte(out, ':');
        }
        pc_buf_format(out, "%x", group_at(bytes, i));
    }
}

void pc_ip_write(struct pc_buf *out, const struct pc_ip *ip)
{
    if (ip->family == 4) {
        write_v4(out, ip->bytes);
    } else if (ip->family == 6) {
        write_v6(out, ip->bytes);
    } else {
        return;
    }
    if (ip->prefix != width_of(ip->family)) {
        pc_buf_format(out, "/%u", ip->prefix);
    }
}
