// SPDX-License-Identifier: Apache-2.0
//
// IP addresses and networks, version 4 and 6.
#ifndef PC_VALUE_IP_H
#define PC_VALUE_IP_H

#include "base/buf.h"

struct pc_ip {
    uint8_t family;    // 4 or 6; 0 in a zeroed struct, which matches nothing
    uint8_t prefix;    // leading bits that count: 0-32 or 0-128
    uint8_t bytes[16]; // network order; 4 or 16 in use, the rest zero; host bits are zero
};

// Reads a dotted quad (four decimal numbers without leading zeros) or RFC 4291 text (with ::, with
// an embedded IPv4 tail, no zone), with an optional "/prefix". Host bits are cleared.
// False, *out untouched, for anything else.
PC_MUST_CHECK bool pc_ip_parse(struct pc_str text, struct pc_ip *out);

// As pc_ip_parse but without "/prefix": one address.
PC_MUST_CHECK bool pc_ip_parse_address(struct pc_str text, struct pc_ip *out);

// Is the address, or the whole of a range, inside the network? Never across families; an
// IPv4-mapped IPv6 address is IPv6.
bool pc_ip_contains(const struct pc_ip *network, const struct pc_ip *address);

// Appends the canonical text (RFC 5952; an IPv4-mapped one as ::ffff:192.0.2.1), with "/prefix"
// unless it is a single address. Appends nothing for a zeroed struct.
void pc_ip_write(struct pc_buf *out, const struct pc_ip *ip);

#endif
