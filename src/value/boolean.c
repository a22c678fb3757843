// SPDX-License-Identifier: Apache-2.0
#include "value/boolean.h"

bool pc_boolean_parse(struct pc_str text, bool *out)
{
    bool truth = pc_str_eq_icase(text, PC_STR("true"));
    if (!truth && !pc_str_eq_icase(text, PC_STR("false"))) {
        return false;
    }
    *out = truth;
    return true;
}
