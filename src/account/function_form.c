// SPDX-License-Identifier: Apache-2.0
#include "account/function_form.h"

#include "base/text.h"

enum {
    NAME_LONGEST = 64,
    ALIAS_LONGEST = 128,
};

// Replicas of Lambda@Edge are called REGION.NAME, and some calls take the dot elsewhere too.
bool pc_function_name_is(struct pc_str text)
{
    size_t dot = pc_str_find(text, '.', 0);
    bool replica = dot != SIZE_MAX && pc_function_region_is(pc_str_slice(text, 0, dot));
    struct pc_str name = replica ? pc_str_slice(text, dot + 1, text.len) : text;
    return name.len >= 1 && name.len <= NAME_LONGEST && pc_text_is_plain(name, "-_.");
}

bool pc_function_qualifier_is(struct pc_str text)
{
    return pc_str_eq(text, PC_STR("$LATEST")) || pc_str_eq(text, PC_STR("$LATEST.PUBLISHED")) ||
           (text.len >= 1 && text.len <= ALIAS_LONGEST && pc_text_is_plain(text, "-_"));
}

bool pc_function_region_is(struct pc_str text)
{
    struct pc_str words[6];
    size_t count = pc_str_split(text, '-', words, 6);
    if (count < 3 || count > 5 || words[0].len < 2 || words[count - 1].len != 1 ||
        !pc_char_is_digit(words[count - 1].ptr[0])) {
        return false;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        if (words[i].len == 0 || !pc_text_is_lower(words[i])) {
            return false;
        }
    }
    return true;
}

bool pc_function_partition_is(struct pc_str text)
{
    struct pc_str words[4];
    size_t count = pc_str_split(text, '-', words, 4);
    if (!pc_str_eq(words[0], PC_STR("aws"))) {
        return false;
    }
    for (size_t i = 1; i < count; i++) {
        if (words[i].len == 0 || !pc_text_is_lower(words[i])) {
            return false;
        }
    }
    return true;
}
