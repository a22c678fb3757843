// SPDX-License-Identifier: Apache-2.0
//
// Operands that are plain bytes: BinaryEquals, the IP operators, Null.
#include "operands.h"

#include "value/base64.h"
#include "value/boolean.h"
#include "value/ip.h"

#include <string.h>

enum pc_status pc_op_binary_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                   struct pc_op_fault *fault)
{
    (void)variables;
    if (!pc_base64_decode(text, out)) {
        fault->reason = "is not base64";
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

bool pc_op_binary_is_valid(struct pc_str bytes)
{
    (void)bytes; // any bytes are
    return true;
}

enum pc_match pc_op_binary_compare(struct pc_str bytes, struct pc_str request,
                                   const struct pc_op_env *env)
{
    (void)env;
    if (pc_str_eq(request, bytes)) {
        return PC_MATCH; // the bytes themselves
    }
    if (!pc_base64_is(request)) {
        return PC_MATCH_ERROR;
    }
    return pc_base64_equals(request, bytes) ? PC_MATCH : PC_NOMATCH;
}

void pc_op_binary_write(struct pc_str bytes, struct pc_buf *out)
{
    pc_base64_write(out, bytes);
}

// Family, prefix length, sixteen bytes of address.
enum {
    IP_BYTES = 18,
};

enum pc_status pc_op_ip_encode(struct pc_str text, bool variables, struct pc_buf *out,
                               struct pc_op_fault *fault)
{
    (void)variables;
    struct pc_ip ip;
    if (!pc_ip_parse(text, &ip)) {
        fault->reason = "is neither an IP address nor a network";
        return PC_ERR_INVALID;
    }
    pc_buf_byte(out, (char)ip.family);
    pc_buf_byte(out, (char)ip.prefix);
    pc_buf_append(out, ip.bytes, sizeof(ip.bytes));
    return PC_OK;
}

static struct pc_ip load_ip(struct pc_str bytes)
{
    struct pc_ip ip = {.family = (uint8_t)bytes.ptr[0], .prefix = (uint8_t)bytes.ptr[1]};
    memcpy(ip.bytes, bytes.ptr + 2, sizeof(ip.bytes));
    return ip;
}

bool pc_op_ip_is_valid(struct pc_str bytes)
{
    if (bytes.len != IP_BYTES) {
        return false;
    }
    struct pc_ip ip = load_ip(bytes);
    return (ip.family == 4 && ip.prefix <= 32) || (ip.family == 6 && ip.prefix <= 128);
}

enum pc_match pc_op_ip_compare(struct pc_str bytes, struct pc_str request,
                               const struct pc_op_env *env)
{
    (void)env;
    struct pc_ip network = load_ip(bytes);
    struct pc_ip address;
    if (!pc_ip_parse_address(request, &address)) {
        return PC_MATCH_ERROR;
    }
    return pc_ip_contains(&network, &address) ? PC_MATCH : PC_NOMATCH;
}

void pc_op_ip_write(struct pc_str bytes, struct pc_buf *out)
{
    struct pc_ip ip = load_ip(bytes);
    pc_ip_write(out, &ip);
}

enum pc_status pc_op_null_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                 struct pc_op_fault *fault)
{
    (void)variables;
    bool value;
    if (!pc_boolean_parse(text, &value)) {
        fault->reason = "is neither true nor false";
        return PC_ERR_INVALID;
    }
    pc_buf_byte(out, value ? 1 : 0);
    return PC_OK;
}

bool pc_op_null_is_valid(struct pc_str bytes)
{
    return bytes.len == 1 && (bytes.ptr[0] == 0 || bytes.ptr[0] == 1);
}

enum pc_match pc_op_null_compare(struct pc_str bytes, struct pc_str request,
                                 const struct pc_op_env *env)
{
    (void)env;
    bool is_null;
    if (!pc_boolean_parse(request, &is_null)) {
        return PC_MATCH_ERROR;
    }
    return (bytes.ptr[0] != 0) == is_null ? PC_MATCH : PC_NOMATCH;
}

void pc_op_null_write(struct pc_str bytes, struct pc_buf *out)
{
    pc_buf_text(out, bytes.ptr[0] != 0 ? "true" : "false");
}
