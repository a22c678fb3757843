// SPDX-License-Identifier: Apache-2.0
//
// Operands of the Date operators: eight bytes of seconds and four of nanoseconds, little-endian.
#include "operands.h"

#include "value/date.h"

enum {
    DATE_BYTES = 12,
};

enum pc_status pc_op_date_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                 struct pc_op_fault *fault)
{
    (void)variables;
    struct pc_instant instant;
    if (!pc_instant_parse(text, &instant)) {
        fault->reason = "is not a date";
        return PC_ERR_INVALID;
    }
    uint64_t seconds = (uint64_t)instant.seconds;
    pc_buf_u32(out, (uint32_t)seconds);
    pc_buf_u32(out, (uint32_t)(seconds >> 32));
    pc_buf_u32(out, instant.nanoseconds);
    return PC_OK;
}

static uint32_t load_u32(const char *bytes)
{
    uint32_t word = 0;
    for (size_t i = 0; i < 4; i++) {
        word |= (uint32_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

static struct pc_instant load(struct pc_str bytes)
{
    uint64_t seconds = load_u32(bytes.ptr) | (uint64_t)load_u32(bytes.ptr + 4) << 32;
    return (struct pc_instant){(int64_t)seconds, load_u32(bytes.ptr + 8)};
}

bool pc_op_date_is_valid(struct pc_str bytes)
{
    return bytes.len == DATE_BYTES && load(bytes).nanoseconds < 1000000000;
}

void pc_op_date_write(struct pc_str bytes, struct pc_buf *out)
{
    pc_instant_write(out, load(bytes));
}

static bool order(struct pc_str bytes, struct pc_str request, int *out)
{
    struct pc_instant instant;
    if (!pc_instant_read(request, &instant)) {
        return false;
    }
    *out = pc_instant_cmp(instant, load(bytes));
    return true;
}

PC_OP_RELATION(pc_op_date_equal, order, ==)
PC_OP_RELATION(pc_op_date_less, order, <)
PC_OP_RELATION(pc_op_date_less_equal, order, <=)
PC_OP_RELATION(pc_op_date_greater, order, >)
PC_OP_RELATION(pc_op_date_greater_equal, order, >=)
