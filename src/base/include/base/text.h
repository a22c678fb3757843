// SPDX-License-Identifier: Apache-2.0
//
// Which characters a text consists of.
#ifndef PC_BASE_TEXT_H
#define PC_BASE_TEXT_H

#include "base/str.h"

static inline bool pc_char_is_letter(char c)
{
    char lower = pc_char_lower(c);
    return lower >= 'a' && lower <= 'z';
}

// Letters and digits of ASCII and what else is named, only.
static inline bool pc_text_is_plain(struct pc_str text, const char *more)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!pc_char_is_letter(c) && !pc_char_is_digit(c) &&
            (c == '\0' || strchr(more, c) == NULL)) {
            return false;
        }
    }
    return true;
}

// Lower-case letters of ASCII only.
static inline bool pc_text_is_lower(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 'a' || text.ptr[i] > 'z') {
            return false;
        }
    }
    return true;
}

// Printable characters of ASCII without the space, only.
static inline bool pc_text_is_visible(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < 0x21 || text.ptr[i] > 0x7e) {
            return false;
        }
    }
    return true;
}

#endif
