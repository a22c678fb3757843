// SPDX-License-Identifier: Apache-2.0
#include "number.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#include "value/number_text.h"

enum {
    MOST_DIGITS = 17, // that a double needs to be told from all others
};

enum pc_status pc_number_of_integer(struct pc_arena *arena, int64_t value, struct pc_str *out)
{
    char text[24];
    int length = snprintf(text, sizeof(text), "%lld", (long long)value);
    return length < 0 ? PC_ERR_INTERNAL
                      : pc_arena_copy(arena, (struct pc_str){text, (size_t)length}, out);
}

// What stands between the digits is the locale's, and may be several bytes: a point instead.
static void put_point(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        bool known = pc_char_is_digit(*from) || *from == '-' || *from == '+' || *from == 'e';
        if (known) {
            *to++ = *from;
        } else if (to == text || to[-1] != '.') {
            *to++ = '.';
        }
    }
    *to = '\0';
}

// Writes d.ddde+dd, with as few digits as make the same number again.
static void write_shortest(double value, char *room, size_t size)
{
    int digits = 0;
    do {
        (void)snprintf(room, size, "%.*e", digits, value);
        digits++;
    } while (digits < MOST_DIGITS && strtod(room, NULL) != value);
}

enum pc_status pc_number_of_double(struct pc_arena *arena, double value, struct pc_str *out)
{
    char text[48];
    bool finite = value >= -DBL_MAX && value <= DBL_MAX; // isfinite would be the one need of libm
    if (!finite) {
        return PC_ERR_INVALID;
    }
    if (value == 0) {
        *out = PC_STR("0");
        return PC_OK;
    }
    write_shortest(value, text, sizeof(text));
    put_point(text);
    return pc_number_text(arena, pc_str_from(text), out);
}
