// SPDX-License-Identifier: Apache-2.0
//
// The table of operators and the names that policies write.
#include "ops/operator.h"

#include "operands.h"

#define STRING_VALUES .takes = "any text", .variables = true
#define NUMBER_VALUES                                                                              \
    .takes = "an integer or a decimal number", .encode = pc_op_number_encode,                      \
    .is_valid = pc_op_number_is_valid, .write = pc_op_text_write
#define DATE_VALUES                                                                                \
    .takes = "a date as 2024-05-31T12:00:00Z or epoch seconds", .encode = pc_op_date_encode,       \
    .is_valid = pc_op_date_is_valid, .write = pc_op_date_write
#define PATTERN_VALUES                                                                             \
    .is_valid = pc_pattern_is_valid, .write = pc_pattern_write_2012,                               \
    .each_variable = pc_pattern_each_variable, .compare = pc_op_pattern_compare
#define ARN_VALUES                                                                                 \
    .takes = "an ARN of six fields, with * and ? inside a field", .variables = true,               \
    .encode = pc_op_arn_encode, .is_valid = pc_op_arn_is_valid, .compare = pc_op_arn_compare,      \
    .write = pc_op_arn_write, .each_variable = pc_op_arn_each_variable

static const struct pc_operator operators[] = {
    {.id = PC_OP_STRING_EQUALS,
     .name = "StringEquals",
     .words = "",
     .negated = "StringNotEquals",
     .rule = "R-414",
     STRING_VALUES,
     .encode = pc_op_exact_encode,
     PATTERN_VALUES},
    {.id = PC_OP_STRING_EQUALS_IGNORE_CASE,
     .dearer = 31,
     .name = "StringEqualsIgnoreCase",
     .words = "in any letter case",
     .negated = "StringNotEqualsIgnoreCase",
     .rule = "R-412",
     STRING_VALUES,
     .encode = pc_op_fold_encode,
     PATTERN_VALUES},
    {.id = PC_OP_STRING_LIKE,
     .name = "StringLike",
     .words = "like",
     .negated = "StringNotLike",
     .rule = "R-404",
     STRING_VALUES,
     .encode = pc_op_like_encode,
     PATTERN_VALUES},
    {.id = PC_OP_NUMERIC_EQUALS,
     .dearer = 7,
     .name = "NumericEquals",
     .words = "",
     .negated = "NumericNotEquals",
     .rule = "R-415",
     NUMBER_VALUES,
     .compare = pc_op_number_equal},
    {.id = PC_OP_NUMERIC_LESS,
     .dearer = 7,
     .name = "NumericLessThan",
     .words = "less than",
     .rule = "R-410",
     NUMBER_VALUES,
     .compare = pc_op_number_less},
    {.id = PC_OP_NUMERIC_LESS_EQUALS,
     .dearer = 7,
     .name = "NumericLessThanEquals",
     .words = "at most",
     .rule = "R-410",
     NUMBER_VALUES,
     .compare = pc_op_number_less_equal},
    {.id = PC_OP_NUMERIC_GREATER,
     .dearer = 7,
     .name = "NumericGreaterThan",
     .words = "more than",
     .rule = "R-410",
     NUMBER_VALUES,
     .compare = pc_op_number_greater},
    {.id = PC_OP_NUMERIC_GREATER_EQUALS,
     .dearer = 7,
     .name = "NumericGreaterThanEquals",
     .words = "at least",
     .rule = "R-410",
     NUMBER_VALUES,
     .compare = pc_op_number_greater_equal},
    {.id = PC_OP_DATE_EQUALS,
     .name = "DateEquals",
     .words = "",
     .negated = "DateNotEquals",
     .rule = "R-417",
     DATE_VALUES,
     .compare = pc_op_date_equal},
    {.id = PC_OP_DATE_LESS,
     .name = "DateLessThan",
     .words = "before",
     .rule = "R-417",
     DATE_VALUES,
     .compare = pc_op_date_less},
    {.id = PC_OP_DATE_LESS_EQUALS,
     .name = "DateLessThanEquals",
     .words = "at or before",
     .rule = "R-417",
     DATE_VALUES,
     .compare = pc_op_date_less_equal},
    {.id = PC_OP_DATE_GREATER,
     .name = "DateGreaterThan",
     .words = "after",
     .rule = "R-417",
     DATE_VALUES,
     .compare = pc_op_date_greater},
    {.id = PC_OP_DATE_GREATER_EQUALS,
     .name = "DateGreaterThanEquals",
     .words = "at or after",
     .rule = "R-417",
     DATE_VALUES,
     .compare = pc_op_date_greater_equal},
    {.id = PC_OP_BOOL,
     .name = "Bool",
     .words = "",
     .rule = "R-508",
     .takes = "true or false",
     .variables = true,
     .encode = pc_op_bool_encode,
     .is_valid = pc_pattern_is_valid,
     .compare = pc_op_bool_compare,
     .write = pc_pattern_write_2012,
     .each_variable = pc_pattern_each_variable},
    {.id = PC_OP_BINARY_EQUALS,
     .name = "BinaryEquals",
     .words = "",
     .rule = "R-421",
     .takes = "base64",
     .encode = pc_op_binary_encode,
     .is_valid = pc_op_binary_is_valid,
     .compare = pc_op_binary_compare,
     .write = pc_op_binary_write},
    {.id = PC_OP_IP_ADDRESS,
     .dearer = 7,
     .name = "IpAddress",
     .words = "in",
     .negated = "NotIpAddress",
     .rule = "R-419",
     .takes = "an address or a network as 203.0.113.0/24 or 2001:db8::/32",
     .encode = pc_op_ip_encode,
     .is_valid = pc_op_ip_is_valid,
     .compare = pc_op_ip_compare,
     .write = pc_op_ip_write},
    {.id = PC_OP_ARN_EQUALS,
     .name = "ArnEquals",
     .words = "like",
     .negated = "ArnNotEquals",
     .rule = "R-423",
     ARN_VALUES},
    {.id = PC_OP_ARN_LIKE,
     .name = "ArnLike",
     .words = "like",
     .negated = "ArnNotLike",
     .rule = "R-422",
     ARN_VALUES},
    {.id = PC_OP_NULL,
     .name = "Null",
     .words = "",
     .rule = "R-430",
     .takes = "true or false",
     .encode = pc_op_null_encode,
     .is_valid = pc_op_null_is_valid,
     .compare = pc_op_null_compare,
     .write = pc_op_null_write},
};

enum {
    OPERATOR_COUNT = sizeof(operators) / sizeof(operators[0]),
};

const struct pc_operator *pc_operator_at(size_t index)
{
    return index < OPERATOR_COUNT ? &operators[index] : NULL;
}

const struct pc_operator *pc_operator_get(uint32_t id)
{
    // Ids count the rows from 1; a test holds the table to it.
    return id >= 1 && id <= OPERATOR_COUNT ? &operators[id - 1] : NULL;
}

struct affix {
    struct pc_str text;
    uint8_t flag;
};

static const struct affix prefixes[] = {
    {PC_STR_INIT("ForAllValues:"), PC_OP_FOR_ALL},
    {PC_STR_INIT("ForAnyValue:"), PC_OP_FOR_ANY},
};
static const struct affix suffix = {PC_STR_INIT("IfExists"), PC_OP_IF_EXISTS};

// Cuts a set prefix and IfExists off the name and returns their flags.
static uint8_t cut_affixes(struct pc_str *name)
{
    uint8_t flags = 0;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        struct pc_str head = pc_str_slice(*name, 0, prefixes[i].text.len);
        if (pc_str_eq_icase(head, prefixes[i].text)) {
            *name = pc_str_slice(*name, prefixes[i].text.len, name->len);
            flags |= prefixes[i].flag;
            break;
        }
    }
    if (name->len > suffix.text.len) {
        size_t stem = name->len - suffix.text.len;
        if (pc_str_eq_icase(pc_str_slice(*name, stem, name->len), suffix.text)) {
            *name = pc_str_slice(*name, 0, stem);
            flags |= suffix.flag;
        }
    }
    return flags;
}

enum pc_op_found pc_operator_find(struct pc_str name, struct pc_op_use *use)
{
    uint8_t flags = cut_affixes(&name);
    for (size_t i = 0; i < OPERATOR_COUNT; i++) {
        const struct pc_operator *op = &operators[i];
        bool negated = op->negated != NULL && pc_str_eq_icase(name, pc_str_from(op->negated));
        if (!negated && !pc_str_eq_icase(name, pc_str_from(op->name))) {
            continue;
        }
        if (op->id == PC_OP_NULL && (flags & PC_OP_IF_EXISTS) != 0) {
            return PC_OP_NULL_IF_EXISTS;
        }
        use->op = op;
        use->flags = (uint8_t)(flags | (negated ? PC_OP_NEGATED : 0));
        return PC_OP_FOUND;
    }
    return PC_OP_UNKNOWN;
}

enum {
    NEAREST_MAX = 40, // longer names are not compared
};

// Edit distance (insert, delete, replace) without regard to case.
static size_t distance(struct pc_str a, struct pc_str b)
{
    size_t row[NEAREST_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j];
            size_t best = diagonal + (pc_char_lower(a.ptr[i - 1]) != pc_char_lower(b.ptr[j - 1]));
            best = above + 1 < best ? above + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            row[j] = best;
            diagonal = above;
        }
    }
    return row[b.len];
}

const char *pc_operator_nearest(struct pc_str name)
{
    const char *nearest = NULL;
    size_t least = 4; // further away is another word
    cut_affixes(&name);
    if (name.len > NEAREST_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < OPERATOR_COUNT; i++) {
        const char *names[] = {operators[i].name, operators[i].negated};
        for (size_t k = 0; k < 2 && names[k] != NULL; k++) {
            size_t away = distance(name, pc_str_from(names[k]));
            if (away < least) {
                least = away;
                nearest = names[k];
            }
        }
    }
    return nearest;
}

void pc_op_use_write(const struct pc_op_use *use, struct pc_buf *out)
{
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        if ((use->flags & prefixes[i].flag) != 0) {
            pc_buf_str(out, prefixes[i].text);
        }
    }
    bool negated = (use->flags & PC_OP_NEGATED) != 0 && use->op->negated != NULL;
    pc_buf_text(out, negated ? use->op->negated : use->op->name);
    if ((use->flags & PC_OP_IF_EXISTS) != 0) {
        pc_buf_str(out, suffix.text);
    }
}
