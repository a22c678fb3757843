// SPDX-License-Identifier: Apache-2.0
//
// The table of 5.3.
#include "operator.h"

struct row {
    const char *name; // in lower case
    struct ref_operator op;
};

// clang-format off
static const struct row rows[] = {
    {"stringequals",              {.base = REF_STRING}},
    {"stringnotequals",           {.base = REF_STRING, .negated = true}},
    {"stringequalsignorecase",    {.base = REF_STRING, .ignore_case = true}},
    {"stringnotequalsignorecase", {.base = REF_STRING, .ignore_case = true, .negated = true}},
    {"stringlike",                {.base = REF_STRING, .wildcards = true}},
    {"stringnotlike",             {.base = REF_STRING, .wildcards = true, .negated = true}},
    {"numericequals",             {.base = REF_NUMERIC}},
    {"numericnotequals",          {.base = REF_NUMERIC, .negated = true}},
    {"numericlessthan",           {.base = REF_NUMERIC, .relation = REF_LESS}},
    {"numericlessthanequals",     {.base = REF_NUMERIC, .relation = REF_LESS_EQUAL}},
    {"numericgreaterthan",        {.base = REF_NUMERIC, .relation = REF_GREATER}},
    {"numericgreaterthanequals",  {.base = REF_NUMERIC, .relation = REF_GREATER_EQUAL}},
    {"dateequals",                {.base = REF_DATE}},
    {"datenotequals",             {.base = REF_DATE, .negated = true}},
    {"datelessthan",              {.base = REF_DATE, .relation = REF_LESS}},
    {"datelessthanequals",        {.base = REF_DATE, .relation = REF_LESS_EQUAL}},
    {"dategreaterthan",           {.base = REF_DATE, .relation = REF_GREATER}},
    {"dategreaterthanequals",     {.base = REF_DATE, .relation = REF_GREATER_EQUAL}},
    {"bool",                      {.base = REF_BOOL}},
    {"binaryequals",              {.base = REF_BINARY}},
    {"ipaddress",                 {.base = REF_ADDRESS}},
    {"notipaddress",              {.base = REF_ADDRESS, .negated = true}},
    {"arnequals",                 {.base = REF_ARN}}, // the same as ArnLike
    {"arnlike",                   {.base = REF_ARN}},
    {"arnnotequals",              {.base = REF_ARN, .negated = true}},
    {"arnnotlike",                {.base = REF_ARN, .negated = true}},
    {"null",                      {.base = REF_NULL}},
};
// clang-format on

static bool cut_prefix(struct pc_str *name, struct pc_str prefix)
{
    if (!pc_str_has_prefix_icase(*name, prefix)) {
        return false;
    }
    *name = pc_str_slice(*name, prefix.len, name->len);
    return true;
}

static bool cut_suffix(struct pc_str *name, struct pc_str suffix)
{
    size_t rest = name->len < suffix.len ? 0 : name->len - suffix.len;
    if (!pc_str_eq_icase(pc_str_slice(*name, rest, name->len), suffix)) {
        return false;
    }
    *name = pc_str_slice(*name, 0, rest);
    return true;
}

bool ref_operator_read(struct pc_str name, struct ref_operator *out)
{
    bool all = cut_prefix(&name, PC_STR("ForAllValues:"));
    bool any = !all && cut_prefix(&name, PC_STR("ForAnyValue:"));
    bool if_exists = cut_suffix(&name, PC_STR("IfExists"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!pc_str_eq_icase(name, pc_str_from(rows[i].name))) {
            continue;
        }
        *out = rows[i].op;
        out->set = all ? REF_FOR_ALL_VALUES : any ? REF_FOR_ANY_VALUE : REF_NO_SET;
        out->if_exists = if_exists;
        return !(if_exists && out->base == REF_NULL);
    }
    return false;
}
