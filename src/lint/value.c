// SPDX-License-Identifier: Apache-2.0
//
// Values of conditions against each other. Numbers and dates are taken as dense: between two of
// them there is always a third.
#include "condition.h"

#include "match/cover.h"
#include "value/date.h"
#include "value/decimal.h"
#include "value/ip.h"

// What a value of a relation matches: those below, above, or none but itself.
struct bound {
    int direction; // -1 below, 1 above, 0 equal
    bool itself;
};

static struct bound bound_of(enum pc_op_id id)
{
    switch ((int)id) {
    case PC_OP_NUMERIC_LESS:
    case PC_OP_DATE_LESS:
        return (struct bound){-1, false};
    case PC_OP_NUMERIC_LESS_EQUALS:
    case PC_OP_DATE_LESS_EQUALS:
        return (struct bound){-1, true};
    case PC_OP_NUMERIC_GREATER:
    case PC_OP_DATE_GREATER:
        return (struct bound){1, false};
    case PC_OP_NUMERIC_GREATER_EQUALS:
    case PC_OP_DATE_GREATER_EQUALS:
        return (struct bound){1, true};
    default:
        return (struct bound){0, true};
    }
}

int pc_lint_direction(enum pc_op_id id)
{
    return bound_of(id).direction;
}

static int sign_of(int value)
{
    return (value > 0) - (value < 0);
}

// Where the second text lies, seen from the first one: -1 below, 1 above. False: not known.
static bool order(enum pc_lint_family family, struct pc_str from, struct pc_str to, int *out)
{
    struct pc_decimal number, other;
    struct pc_instant instant, later;
    if (family == PC_LINT_NUMBERS && pc_decimal_parse(from, &number) &&
        pc_decimal_parse(to, &other)) {
        *out = sign_of(pc_decimal_cmp(&other, &number));
        return true;
    }
    if (family == PC_LINT_DATES && pc_instant_parse(from, &instant) &&
        pc_instant_parse(to, &later)) {
        *out = sign_of(pc_instant_cmp(later, instant));
        return true;
    }
    return false;
}

// The narrow value lies `sign` from the wide one.
static bool bound_covers(struct bound wide, struct bound narrow, int sign)
{
    if (narrow.direction != 0 && narrow.direction != wide.direction) {
        return false;
    }
    if (sign != 0) {
        return wide.direction == sign;
    }
    return wide.itself || !narrow.itself;
}

// b lies `sign` from a.
static bool bounds_meet(struct bound a, struct bound b, int sign)
{
    if (sign == 0) {
        return (a.itself && b.itself) || (a.direction == b.direction && a.direction != 0);
    }
    return a.direction == sign || b.direction == -sign;
}

static struct pc_str text_of(const struct pc_lint_condition *condition, size_t value)
{
    return condition->written->values[value].text;
}

static bool address_covers(struct pc_str wide, struct pc_str narrow)
{
    struct pc_ip network, inside;
    return pc_ip_parse(wide, &network) && pc_ip_parse(narrow, &inside) &&
           pc_ip_contains(&network, &inside);
}

static bool order_values(const struct pc_lint_condition *a, size_t a_value,
                         const struct pc_lint_condition *b, size_t b_value, int *sign)
{
    return order(a->family, text_of(a, a_value), text_of(b, b_value), sign);
}

bool pc_lint_value_covers(const struct pc_lint_condition *wide, size_t wide_value,
                          const struct pc_lint_condition *narrow, size_t narrow_value)
{
    int sign;
    switch (wide->family) {
    case PC_LINT_STRINGS:
    case PC_LINT_BOOLS:
        return pc_pattern_covers(wide->patterns[wide_value], narrow->patterns[narrow_value]);
    case PC_LINT_ARNS:
        return pc_arn_pattern_covers(wide->patterns[wide_value], narrow->patterns[narrow_value]);
    case PC_LINT_NUMBERS:
    case PC_LINT_DATES:
        return order_values(wide, wide_value, narrow, narrow_value, &sign) &&
               bound_covers(bound_of(wide->use.op->id), bound_of(narrow->use.op->id), sign);
    case PC_LINT_ADDRESSES:
        return address_covers(text_of(wide, wide_value), text_of(narrow, narrow_value));
    case PC_LINT_BYTES:
    case PC_LINT_NULLS:
        return pc_str_eq(wide->values[wide_value], narrow->values[narrow_value]);
    case PC_LINT_NO_FAMILY:
        break;
    }
    return false;
}

bool pc_lint_values_meet(const struct pc_lint_condition *a, size_t a_value,
                         const struct pc_lint_condition *b, size_t b_value)
{
    int sign;
    switch (a->family) {
    case PC_LINT_STRINGS:
    case PC_LINT_BOOLS:
        return pc_pattern_overlaps(a->patterns[a_value], b->patterns[b_value]);
    case PC_LINT_ARNS:
        return pc_arn_pattern_overlaps(a->patterns[a_value], b->patterns[b_value]);
    case PC_LINT_NUMBERS:
    case PC_LINT_DATES:
        return !order_values(a, a_value, b, b_value, &sign) ||
               bounds_meet(bound_of(a->use.op->id), bound_of(b->use.op->id), sign);
    case PC_LINT_ADDRESSES:
        return address_covers(text_of(a, a_value), text_of(b, b_value)) ||
               address_covers(text_of(b, b_value), text_of(a, a_value));
    case PC_LINT_BYTES:
    case PC_LINT_NULLS:
        return pc_str_eq(a->values[a_value], b->values[b_value]);
    case PC_LINT_NO_FAMILY:
        break;
    }
    return true;
}
