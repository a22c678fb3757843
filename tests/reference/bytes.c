// SPDX-License-Identifier: Apache-2.0
//
// Bytes in base64, and booleans.
#include "text.h"
#include "values.h"

static int sextet(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *place = c == '\0' ? NULL : strchr(alphabet, c);
    return place == NULL ? -1 : (int)(place - alphabet);
}

static bool is_white_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Characters of the alphabet, then all of the padding or none of it; white space anywhere. Bits
// that do not fill a byte are not looked at: the bytes are the same with any of them.
bool ref_bytes_read(struct pc_arena *arena, struct pc_str text, struct pc_str *out)
{
    char *bytes = ref_alloc(arena, text.len + 1, 1);
    size_t sextets = 0, padding = 0, length = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        int value = sextet(text.ptr[i]);
        if (is_white_space(text.ptr[i])) {
            continue;
        }
        if (text.ptr[i] == '=') {
            padding++;
            continue;
        }
        if (value < 0 || padding > 0) {
            return false;
        }
        bits = (bits << 6 | (unsigned)value) & 0xFFFF;
        sextets++;
        if (sextets % 4 != 1) {
            unsigned spare = 6 - 2 * (unsigned)((sextets - 1) % 4); // 4, 2, 0 bits of the next byte
            bytes[length] = (char)(unsigned char)(bits >> spare & 0xFF);
            length++;
        }
    }
    if (sextets % 4 == 1 || (padding > 0 && (sextets % 4 == 0 || (sextets + padding) % 4 != 0)) ||
        padding > 2) {
        return false;
    }
    *out = (struct pc_str){bytes, length};
    return true;
}

bool ref_boolean_read(struct pc_str text, bool *out)
{
    bool yes = pc_str_eq_icase(text, PC_STR("true"));
    if (!yes && !pc_str_eq_icase(text, PC_STR("false"))) {
        return false;
    }
    *out = yes;
    return true;
}
