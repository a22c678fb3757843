// SPDX-License-Identifier: Apache-2.0
//
// Operators against the types of keys.
#include "key_use.h"

enum group { // of operators, by what they read the value of a request as
    GROUP_STRING,
    GROUP_NUMERIC,
    GROUP_DATE,
    GROUP_BOOL,
    GROUP_BINARY,
    GROUP_IP,
    GROUP_ARN,
    GROUP_NULL,
    GROUPS,
};

static enum group group_of(enum pc_op_id id)
{
    switch (id) {
    case PC_OP_NUMERIC_EQUALS:
    case PC_OP_NUMERIC_LESS:
    case PC_OP_NUMERIC_LESS_EQUALS:
    case PC_OP_NUMERIC_GREATER:
    case PC_OP_NUMERIC_GREATER_EQUALS:
        return GROUP_NUMERIC;
    case PC_OP_DATE_EQUALS:
    case PC_OP_DATE_LESS:
    case PC_OP_DATE_LESS_EQUALS:
    case PC_OP_DATE_GREATER:
    case PC_OP_DATE_GREATER_EQUALS:
        return GROUP_DATE;
    case PC_OP_BOOL:
        return GROUP_BOOL;
    case PC_OP_BINARY_EQUALS:
        return GROUP_BINARY;
    case PC_OP_IP_ADDRESS:
        return GROUP_IP;
    case PC_OP_ARN_EQUALS:
    case PC_OP_ARN_LIKE:
        return GROUP_ARN;
    case PC_OP_STRING_EQUALS:
    case PC_OP_STRING_EQUALS_IGNORE_CASE:
    case PC_OP_STRING_LIKE:
        return GROUP_STRING;
    case PC_OP_NONE:
    case PC_OP_NULL:
        break;
    }
    return GROUP_NULL;
}

static const char *type_text(enum pc_key_type type)
{
    switch (type) {
    case PC_KEY_STRING:
        return "a string";
    case PC_KEY_ARN:
        return "an ARN";
    case PC_KEY_BOOL:
        return "true or false";
    case PC_KEY_NUMERIC:
        return "a number";
    case PC_KEY_DATE:
        return "a date";
    case PC_KEY_IP:
        return "an IP address";
    case PC_KEY_BINARY:
        return "binary";
    case PC_KEY_NONE:
        break;
    }
    return "of an unknown type";
}

// What a key of a type cannot be read as. A number may be a date, in seconds. Services call
// keys strings that hold numbers, addresses or ARNs, so that of strings nothing is said here.
static bool cannot_be(enum pc_key_type type, enum group group)
{
    static const bool impossible[][GROUPS] = {
        [PC_KEY_ARN] = {[GROUP_NUMERIC] = true,
                        [GROUP_DATE] = true,
                        [GROUP_BOOL] = true,
                        [GROUP_BINARY] = true,
                        [GROUP_IP] = true},
        [PC_KEY_BOOL] = {[GROUP_NUMERIC] = true,
                         [GROUP_DATE] = true,
                         [GROUP_BINARY] = true,
                         [GROUP_IP] = true,
                         [GROUP_ARN] = true},
        [PC_KEY_NUMERIC] =
            {[GROUP_BOOL] = true, [GROUP_BINARY] = true, [GROUP_IP] = true, [GROUP_ARN] = true},
        [PC_KEY_DATE] = {[GROUP_NUMERIC] = true,
                         [GROUP_BOOL] = true,
                         [GROUP_BINARY] = true,
                         [GROUP_IP] = true,
                         [GROUP_ARN] = true},
        [PC_KEY_IP] = {[GROUP_NUMERIC] = true,
                       [GROUP_DATE] = true,
                       [GROUP_BOOL] = true,
                       [GROUP_BINARY] = true,
                       [GROUP_ARN] = true},
        [PC_KEY_BINARY] = {[GROUP_NUMERIC] = true,
                           [GROUP_DATE] = true,
                           [GROUP_BOOL] = true,
                           [GROUP_IP] = true,
                           [GROUP_ARN] = true},
    };
    return (size_t)type < sizeof(impossible) / sizeof(impossible[0]) && impossible[type][group];
}

// Global keys whose values have one form that is known: an identifier, a name.
static bool is_identifier(struct pc_str name)
{
    static const char *const names[] = {
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalType",
        "aws:PrincipalServiceName",
        "aws:PrincipalServiceNamesList",
        "aws:ResourceOrgID",
        "aws:ResourceOrgPaths",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:VpceOrgID",
        "aws:VpceOrgPaths",
        "aws:RequestedRegion",
        "aws:CalledVia",
        "aws:CalledViaFirst",
        "aws:CalledViaLast",
        "aws:Ec2InstanceSourceVpc",
        "aws:SourceAccount",
        "aws:PrincipalAccount",
        "aws:ResourceAccount",
        "aws:VpceAccount",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (pc_str_eq(name, pc_str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

// Accounts are digits, and so numbers to NumericEquals.
static bool is_wrong(const struct pc_catalog_key *key, enum group group)
{
    if (key->type == PC_KEY_STRING) {
        return is_identifier(key->name) && (group == GROUP_DATE || group == GROUP_BOOL ||
                                            group == GROUP_IP || group == GROUP_ARN);
    }
    bool epoch = pc_str_eq(key->name, PC_STR("aws:EpochTime")) && group == GROUP_NUMERIC;
    return cannot_be(key->type, group) && !epoch;
}

// Several in the pattern of a rule (events:PutRule), one in an event (events:PutEvents).
static bool is_either(struct pc_str name)
{
    return pc_str_eq(name, PC_STR("events:source")) ||
           pc_str_eq(name, PC_STR("events:detail-type"));
}

bool pc_lint_key_is_single(const struct pc_lint_key_use *use)
{
    return use->key != NULL && !use->key->multivalued && use->key->type != PC_KEY_NONE;
}

static void check_set(const struct pc_lint_key_use *use)
{
    const struct pc_text *op = &use->condition->op;
    struct pc_str name = use->condition->key.text;
    bool set = (use->op.flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) != 0;
    if (set && pc_lint_key_is_single(use)) {
        pc_lint_report(use->place, PC_DIAG_CONDITION_KEY_SINGLE, op->line, op->column,
                       "\"%.*s\" has one value, and \"%.*s\" is for several", PC_STR_ARG(name),
                       PC_STR_ARG(op->text));
    } else if (!set && use->key->multivalued && use->op.op->id != PC_OP_NULL &&
               !is_either(use->key->name)) {
        pc_lint_report(use->place, PC_DIAG_CONDITION_KEY_MULTIVALUED, op->line, op->column,
                       "\"%.*s\" can have several values, and \"%.*s\" compares one",
                       PC_STR_ARG(name), PC_STR_ARG(op->text));
        pc_diag_hint(use->place->lint->diags,
                     "write ForAnyValue:%.*s if one value suffices, ForAllValues:%.*s if all have "
                     "to be listed",
                     PC_STR_ARG(op->text), PC_STR_ARG(op->text));
    }
}

enum pc_status pc_lint_key_type(const struct pc_lint_place *place)
{
    struct pc_lint_key_use use;
    if (!pc_lint_key_use_of(place, &use) || use.key == NULL) {
        return PC_OK;
    }
    const struct pc_text *op = &use.condition->op;
    struct pc_str name = use.condition->key.text;
    enum group group = group_of(use.op.op->id);
    enum pc_key_type type = use.key->type;
    if (is_wrong(use.key, group)) {
        pc_lint_report(place, PC_DIAG_CONDITION_TYPE, op->line, op->column,
                       "\"%.*s\" is %s, which \"%.*s\" cannot compare", PC_STR_ARG(name),
                       type_text(type), PC_STR_ARG(op->text));
    } else if (group == GROUP_STRING && (type == PC_KEY_BOOL || type == PC_KEY_NUMERIC ||
                                         type == PC_KEY_DATE || type == PC_KEY_IP)) {
        pc_lint_report(place, PC_DIAG_CONDITION_TYPE_TEXT, op->line, op->column,
                       "\"%.*s\" is %s, and \"%.*s\" compares letters", PC_STR_ARG(name),
                       type_text(type), PC_STR_ARG(op->text));
    }
    check_set(&use);
    return PC_OK;
}
