// SPDX-License-Identifier: Apache-2.0
//
// Base64 of RFC 4648, standard alphabet. The bytes count, however they are written: white
// space, missing padding and left-over bits of the last character make no difference.
#include "value/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The six bits that a character stands for, or -1.
static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Is a text of so many characters with so much padding whole?
static bool ends_well(size_t characters, size_t padding)
{
    size_t over = characters % 4;
    return over != 1 && (padding == 0 || (over != 0 && over + padding == 4));
}

static bool is_valid(struct pc_str text)
{
    size_t characters = 0;
    size_t padding = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (is_space(c)) {
            continue;
        }
        if (c == '=') {
            padding++;
            continue;
        }
        if (sextet(c) < 0 || padding > 0) {
            return false;
        }
        characters++;
    }
    return ends_well(characters, padding);
}

bool pc_base64_is(struct pc_str text)
{
    return is_valid(text);
}

// Where a valid text is being decoded.
struct decoding {
    struct pc_str text;
    size_t at;
    uint32_t bits; // not given out yet
    unsigned have; // how many
};

static bool next_byte(struct decoding *decoding, char *byte)
{
    while (decoding->have < 8) {
        if (decoding->at >= decoding->text.len) {
            return false;
        }
        int value = sextet(decoding->text.ptr[decoding->at++]);
        if (value >= 0) {
            decoding->bits = (decoding->bits << 6 | (uint32_t)value) & 0xfff;
            decoding->have += 6;
        }
    }
    decoding->have -= 8;
    *byte = (char)(decoding->bits >> decoding->have & 0xff);
    return true;
}

bool pc_base64_decode(struct pc_str text, struct pc_buf *out)
{
    // Two passes, so that out is never touched by a text that turns out to be wrong.
    if (!is_valid(text)) {
        return false;
    }
    struct decoding decoding = {.text = text};
    char byte;
    while (next_byte(&decoding, &byte)) {
        pc_buf_byte(out, byte);
    }
    return true;
}

bool pc_base64_equals(struct pc_str text, struct pc_str bytes)
{
    struct decoding decoding = {.text = text};
    size_t at = 0;
    char byte;
    if (!is_valid(text)) {
        return false;
    }
    while (next_byte(&decoding, &byte)) {
        if (at == bytes.len || bytes.ptr[at++] != byte) {
            return false;
        }
    }
    return at == bytes.len;
}

void pc_base64_write(struct pc_buf *out, struct pc_str bytes)
{
    for (size_t at = 0; at < bytes.len; at += 3) {
        size_t left = bytes.len - at;
        uint32_t bits = 0;
        for (size_t i = 0; i < 3; i++) {
            bits = bits << 8 | (i < left ? (unsigned char)bytes.ptr[at + i] : 0);
        }
        pc_buf_byte(out, alphabet[bits >> 18 & 0x3f]);
        pc_buf_byte(out, alphabet[bits >> 12 & 0x3f]);
        pc_buf_byte(out, left > 1 ? alphabet[bits >> 6 & 0x3f] : '=');
        pc_buf_byte(out, left > 2 ? alphabet[bits & 0x3f] : '=');
    }
}
