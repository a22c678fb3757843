// SPDX-License-Identifier: Apache-2.0
#include "base/xml.h"

#include "base/utf8.h"

// XML 1.0 has no control characters but these, not even escaped.
static bool is_xml(uint32_t code_point)
{
    return code_point == '\t' || code_point == '\n' || code_point == '\r' ||
           (code_point >= 0x20 && code_point != 0xfffe && code_point != 0xffff);
}

static const char *entity(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\n':
        return "&#10;";
    case '\r':
        return "&#13;";
    case '\t':
        return "&#9;";
    default:
        return NULL;
    }
}

void pc_buf_xml(struct pc_buf *out, struct pc_str text)
{
    for (size_t at = 0; at < text.len;) {
        struct pc_str rest = pc_str_slice(text, at, text.len);
        struct pc_str piece = pc_str_slice(rest, 0, pc_utf8_step(rest));
        uint32_t code_point = 0;
        bool valid = pc_utf8_decode(rest, &code_point) > 0 && is_xml(code_point);
        const char *escaped = entity(piece.ptr[0]);
        if (escaped != NULL) {
            pc_buf_text(out, escaped);
        } else if (valid) {
            pc_buf_str(out, piece);
        } else {
            pc_utf8_append(out, 0xfffd);
        }
        at += piece.len;
    }
}
