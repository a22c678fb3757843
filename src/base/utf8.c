// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

struct form {
    unsigned char mask, lead;
    unsigned char length;
    uint32_t least; // smaller values are overlong
};

static const struct form forms[] = {
    {0x80, 0x00, 1, 0},
    {0xe0, 0xc0, 2, 0x80},
    {0xf0, 0xe0, 3, 0x800},
    {0xf8, 0xf0, 4, 0x10000},
};

static const struct form *form_of(unsigned char lead)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if ((lead & forms[i].mask) == forms[i].lead) {
            return &forms[i];
        }
    }
    return NULL;
}

size_t pc_utf8_decode(struct pc_str s, uint32_t *code_point)
{
    const struct form *form = s.len == 0 ? NULL : form_of((unsigned char)s.ptr[0]);
    if (form == NULL || s.len < form->length) {
        return 0;
    }
    uint32_t value = (unsigned char)s.ptr[0] & (unsigned char)~form->mask;
    for (size_t i = 1; i < form->length; i++) {
        unsigned char next = (unsigned char)s.ptr[i];
        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        value = value << 6 | (next & 0x3f);
    }
    if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return 0;
    }
    if (code_point != NULL) {
        *code_point = value;
    }
    return form->length;
}

size_t pc_utf8_invalid(struct pc_str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t length = pc_utf8_decode(pc_str_slice(s, at, s.len), NULL);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return SIZE_MAX;
}

size_t pc_utf8_step(struct pc_str s)
{
    size_t length = pc_utf8_decode(s, NULL);
    return length > 0 ? length : s.len > 0;
}

size_t pc_utf8_count(struct pc_str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.len; count++) {
        at += pc_utf8_step(pc_str_slice(s, at, s.len));
    }
    return count;
}

static bool continues(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

size_t pc_utf8_within(struct pc_str s, size_t most)
{
    if (s.len <= most) {
        return s.len;
    }
    size_t end = most;
    while (end > 0 && most - end < 3 && continues(s.ptr[end])) {
        end--;
    }
    return continues(s.ptr[end]) ? most : end;
}

void pc_utf8_append(struct pc_buf *buf, uint32_t code_point)
{
    if (code_point < 0x80) {
        pc_buf_byte(buf, (char)code_point);
        return;
    }
    int more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    pc_buf_byte(buf, (char)(leads[more] | code_point >> (6 * more)));
    while (more-- > 0) {
        pc_buf_byte(buf, (char)(0x80 | (code_point >> (6 * more) & 0x3f)));
    }
}
