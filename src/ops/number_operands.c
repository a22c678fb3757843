// SPDX-License-Identifier: Apache-2.0
//
// Operands of the Numeric operators: the bytes are the number's text, compared as decimals.
// JSON numbers come as their text, so that numbers and numeric strings are the same.
#include "operands.h"

#include "value/decimal.h"

enum pc_status pc_op_number_encode(struct pc_str text, bool variables, struct pc_buf *out,
                                   struct pc_op_fault *fault)
{
    (void)variables; // the text stays literal, and so fails to parse
    struct pc_decimal number;
    if (!pc_decimal_parse(text, &number)) {
        fault->reason = "is not a number";
        return PC_ERR_INVALID;
    }
    pc_buf_str(out, text);
    return PC_OK;
}

bool pc_op_number_is_valid(struct pc_str bytes)
{
    struct pc_decimal number;
    return pc_decimal_parse(bytes, &number);
}

void pc_op_text_write(struct pc_str bytes, struct pc_buf *out)
{
    pc_buf_str(out, bytes);
}

// The order of the request's value against the policy's; false: one of them is no number.
static bool order(struct pc_str bytes, struct pc_str request, int *out)
{
    struct pc_decimal policy_value, request_value;
    if (!pc_decimal_parse(bytes, &policy_value) || !pc_decimal_parse(request, &request_value)) {
        return false;
    }
    *out = pc_decimal_cmp(&request_value, &policy_value);
    return true;
}

PC_OP_RELATION(pc_op_number_equal, order, ==)
PC_OP_RELATION(pc_op_number_less, order, <)
PC_OP_RELATION(pc_op_number_less_equal, order, <=)
PC_OP_RELATION(pc_op_number_greater, order, >)
PC_OP_RELATION(pc_op_number_greater_equal, order, >=)
