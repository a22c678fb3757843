// SPDX-License-Identifier: Apache-2.0
//
// What the rows of the operator table point to: how values are read, checked, compared and printed
// (ops/operator.h has the contracts). Not for use outside the module.
#ifndef PC_OPS_OPERANDS_H
#define PC_OPS_OPERANDS_H

#include "ops/operator.h"

#define PC_OP_ENCODER(name)                                                                        \
    enum pc_status name(struct pc_str text, bool variables, struct pc_buf *out,                    \
                        struct pc_op_fault *fault)
#define PC_OP_COMPARER(name)                                                                       \
    enum pc_match name(struct pc_str bytes, struct pc_str request, const struct pc_op_env *env)

// A comparer from order(bytes, request, &sign), which tells how the request's value stands to the
// policy's, and is false when it cannot.
#define PC_OP_RELATION(name, order, relation)                                                      \
    PC_OP_COMPARER(name)                                                                           \
    {                                                                                              \
        int sign;                                                                                  \
        (void)env;                                                                                 \
        if (!order(bytes, request, &sign)) {                                                       \
            return PC_MATCH_ERROR;                                                                 \
        }                                                                                          \
        return sign relation 0 ? PC_MATCH : PC_NOMATCH;                                            \
    }

PC_OP_ENCODER(pc_op_exact_encode);
PC_OP_ENCODER(pc_op_fold_encode);
PC_OP_ENCODER(pc_op_like_encode);
PC_OP_COMPARER(pc_op_pattern_compare);

PC_OP_ENCODER(pc_op_number_encode);
bool pc_op_number_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_number_equal);
PC_OP_COMPARER(pc_op_number_less);
PC_OP_COMPARER(pc_op_number_less_equal);
PC_OP_COMPARER(pc_op_number_greater);
PC_OP_COMPARER(pc_op_number_greater_equal);
void pc_op_text_write(struct pc_str bytes, struct pc_buf *out);

PC_OP_ENCODER(pc_op_date_encode);
bool pc_op_date_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_date_equal);
PC_OP_COMPARER(pc_op_date_less);
PC_OP_COMPARER(pc_op_date_less_equal);
PC_OP_COMPARER(pc_op_date_greater);
PC_OP_COMPARER(pc_op_date_greater_equal);
void pc_op_date_write(struct pc_str bytes, struct pc_buf *out);

PC_OP_ENCODER(pc_op_bool_encode);
PC_OP_COMPARER(pc_op_bool_compare);

PC_OP_ENCODER(pc_op_binary_encode);
bool pc_op_binary_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_binary_compare);
void pc_op_binary_write(struct pc_str bytes, struct pc_buf *out);

PC_OP_ENCODER(pc_op_ip_encode);
bool pc_op_ip_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_ip_compare);
void pc_op_ip_write(struct pc_str bytes, struct pc_buf *out);

PC_OP_ENCODER(pc_op_arn_encode);
bool pc_op_arn_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_arn_compare);
void pc_op_arn_write(struct pc_str bytes, struct pc_buf *out);
void pc_op_arn_each_variable(struct pc_str bytes, void (*visit)(void *context, struct pc_str key),
                             void *context);

PC_OP_ENCODER(pc_op_null_encode);
bool pc_op_null_is_valid(struct pc_str bytes);
PC_OP_COMPARER(pc_op_null_compare); // request: "true" when the key is null, else "false"
void pc_op_null_write(struct pc_str bytes, struct pc_buf *out);

#endif
