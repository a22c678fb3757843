// SPDX-License-Identifier: Apache-2.0
#include "key_use.h"

bool pc_lint_key_use_of(const struct pc_lint_place *place, struct pc_lint_key_use *out)
{
    struct pc_lint_key_use use = {.place = place, .condition = place->condition};
    if (pc_operator_find(place->condition->op.text, &use.op) != PC_OP_FOUND) {
        return false;
    }
    use.key = pc_catalog_key(place->lint->catalog, NULL, place->condition->key.text);
    *out = use;
    return true;
}

bool pc_lint_key_is_text(const struct pc_lint_key_use *use)
{
    enum pc_op_id id = use->op.op->id;
    return id == PC_OP_STRING_EQUALS || id == PC_OP_STRING_EQUALS_IGNORE_CASE ||
           id == PC_OP_STRING_LIKE;
}

// Null with "true" among its values holds for a request without the key.
static bool null_wants(const struct pc_condition *condition)
{
    for (size_t i = 0; i < condition->count; i++) {
        if (pc_str_eq_icase(condition->values[i].text, PC_STR("true"))) {
            return false;
        }
    }
    return true;
}

bool pc_lint_key_wanted(const struct pc_lint_key_use *use)
{
    unsigned flags = use->op.flags;
    if ((flags & PC_OP_FOR_ALL) != 0) {
        return false;
    }
    if (use->op.op->id == PC_OP_NULL) {
        return (flags & PC_OP_FOR_ANY) != 0 || null_wants(use->condition);
    }
    if ((flags & PC_OP_IF_EXISTS) != 0) {
        return false;
    }
    return (flags & PC_OP_FOR_ANY) != 0 || (flags & PC_OP_NEGATED) == 0;
}
