/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Goes through a text character by character, twice where the caller wants to know the length
 * first: both times by the same code, so that what was counted is what is written.
 */
#include "escape.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** Where the result goes; out may be NULL. */
struct writer {
    unsigned char *out;
    size_t len;
};

static void put(struct writer *writer, const void *bytes, size_t len)
{
    if (writer->out != NULL) {
        memcpy(writer->out + writer->len, bytes, len);
    }
    writer->len += len;
}

static void put_text(struct writer *writer, const char *text)
{
    put(writer, text, strlen(text));
}

/** How many bytes the lead byte of a character announces, itself included; 0: it is none. */
static size_t announced(unsigned char lead)
{
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2) {
        return 0;
    }
    if (lead < 0xe0) {
        return 2;
    }
    return lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
}

/** The character that the text begins with and its bytes; false: the first byte begins none. */
static bool decode(const unsigned char *text, size_t len, uint32_t *character, size_t *bytes)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t count = announced(text[0]);
    if (count == 0 || count > len) {
        return false;
    }
    uint32_t value = count == 1 ? text[0] : text[0] & (0x7fu >> count);
    for (size_t i = 1; i < count; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return false;
        }
        value = value << 6 | (text[i] & 0x3fu);
    }
    if (value < least[count] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
        return false;
    }
    *character = value;
    *bytes = count;
    return true;
}

/** False: the character may stand as it is. */
static bool put_json(struct writer *writer, uint32_t character)
{
    static const char digits[] = "0123456789abcdef";
    if (character == '"' || character == '\\') {
        char escaped[2] = {'\\', (char)character};
        put(writer, escaped, sizeof(escaped));
        return true;
    }
    /* DEL and the C1 controls are valid there, but not on the terminal of who reads the log; nor
     * are U+2028 and U+2029 in a script. */
    if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 ||
        character == 0x2029) {
        char escaped[6] = {'\\', 'u'};
        for (int i = 0; i < 4; i++) {
            escaped[2 + i] = digits[character >> (12 - 4 * i) & 15];
        }
        put(writer, escaped, sizeof(escaped));
        return true;
    }
    return false;
}

static bool put_xml(struct writer *writer, uint32_t character)
{
    switch (character) {
    case '&':
        put_text(writer, "&amp;");
        return true;
    case '<':
        put_text(writer, "&lt;");
        return true;
    case '>':
        put_text(writer, "&gt;");
        return true;
    case '"':
        put_text(writer, "&quot;");
        return true;
    case '\'':
        put_text(writer, "&apos;");
        return true;
    case '\t':
    case '\n':
        return false;
    case '\r':
        put_text(writer, "&#13;"); /* a bare one would be read as a line end */
        return true;
    default:
        break;
    }
    if (character < 0x20 || character == 0xfffe || character == 0xffff) {
        put_text(writer, "\xef\xbf\xbd");
        return true;
    }
    return false;
}

size_t pc_nginx_escape(enum pc_nginx_form form, const unsigned char *text, size_t len,
                       unsigned char *out)
{
    struct writer writer = {NULL, 0};
    writer.out = out;
    for (size_t at = 0; at < len;) {
        uint32_t character;
        size_t bytes;
        if (!decode(text + at, len - at, &character, &bytes)) {
            put_text(&writer, "\xef\xbf\xbd");
            at++;
            continue;
        }
        bool put_already =
            form == PC_NGINX_JSON ? put_json(&writer, character) : put_xml(&writer, character);
        if (!put_already) {
            put(&writer, text + at, bytes);
        }
        at += bytes;
    }
    return writer.len;
}
