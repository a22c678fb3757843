// SPDX-License-Identifier: Apache-2.0
//
// Decimal numbers of any length, compared without loss: [+-]?digits[.digits].
#ifndef PC_VALUE_DECIMAL_H
#define PC_VALUE_DECIMAL_H

#include "base/str.h"

// Borrows the digits of the text that it was parsed from.
struct pc_decimal {
    bool negative;          // never set for zero
    struct pc_str integer;  // without leading zeros; "" for 0
    struct pc_str fraction; // without trailing zeros; "" for none
};

// False, *out untouched, unless the whole text is a number. No exponents (R-415: unverified, so
// they are refused).
PC_MUST_CHECK bool pc_decimal_parse(struct pc_str text, struct pc_decimal *out);

// Below, equal to or above zero, as a is less than, equal to or greater than b.
int pc_decimal_cmp(const struct pc_decimal *a, const struct pc_decimal *b);

#endif
