// SPDX-License-Identifier: Apache-2.0
#include "testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "escape.h"

struct row {
    const char *text;
    size_t len;
    const char *json, *xml;
};

#define ROW(text, json, xml)                                                                       \
    {                                                                                              \
        text, sizeof(text) - 1, json, xml                                                          \
    }

#define REPLACED "\xef\xbf\xbd"

static void check(enum pc_nginx_form form, const struct row *row, const char *expected)
{
    const unsigned char *text = (const unsigned char *)row->text;
    size_t len = pc_nginx_escape(form, text, row->len, NULL);
    assert_int_equal(len, strlen(expected));
    unsigned char *out = malloc(len + 1);
    assert_non_null(out);
    assert_int_equal(pc_nginx_escape(form, text, row->len, out), len);
    assert_memory_equal(out, expected, len);
    free(out);
}

static void texts_cannot_leave_where_they_stand(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("", "", ""),
        ROW("arn:aws:s3:::photos/cat.jpg", "arn:aws:s3:::photos/cat.jpg",
            "arn:aws:s3:::photos/cat.jpg"),
        ROW("a\"b\\c", "a\\\"b\\\\c", "a&quot;b\\c"),
        ROW("<a href='x'>&</a>", "<a href='x'>&</a>",
            "&lt;a href=&apos;x&apos;&gt;&amp;&lt;/a&gt;"),
        ROW("\n\r\t", "\\u000a\\u000d\\u0009", "\n&#13;\t"),
        ROW("\0\x01\x1f\x7f", "\\u0000\\u0001\\u001f\\u007f", REPLACED REPLACED REPLACED "\x7f"),
        ROW("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
            "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
        ROW("\xc2\x9b", "\\u009b", "\xc2\x9b"),
        ROW("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029", "\xe2\x80\xa8\xe2\x80\xa9"),
        ROW("\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbe\xef\xbf\xbf", REPLACED REPLACED),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(PC_NGINX_JSON, &rows[i], rows[i].json);
        check(PC_NGINX_XML, &rows[i], rows[i].xml);
    }
}

static void what_is_not_utf8_is_replaced_byte_by_byte(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("\xff", REPLACED, REPLACED),
        ROW("a\x80z", "a" REPLACED "z", "a" REPLACED "z"),
        ROW("\xc3", REPLACED, REPLACED),
        ROW("\xc0\xaf", REPLACED REPLACED, REPLACED REPLACED),
        ROW("\xe0\x80\xaf", REPLACED REPLACED REPLACED, REPLACED REPLACED REPLACED),
        ROW("\xed\xa0\x80", REPLACED REPLACED REPLACED, REPLACED REPLACED REPLACED),
        ROW("\xf4\x90\x80\x80", REPLACED REPLACED REPLACED REPLACED,
            REPLACED REPLACED REPLACED REPLACED),
        ROW("\xe2\x82<", REPLACED REPLACED "<", REPLACED REPLACED "&lt;"),
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check(PC_NGINX_JSON, &rows[i], rows[i].json);
        check(PC_NGINX_XML, &rows[i], rows[i].xml);
    }
}

static bool is_utf8(const unsigned char *text, size_t len)
{
    return pc_utf8_invalid((struct pc_str){(const char *)text, len}) == SIZE_MAX;
}

/* Whatever bytes come in, what goes out is UTF-8 without a byte that ends a string or element. */
static void every_pair_of_bytes_is_made_safe(void **state)
{
    (void)state;
    unsigned char out[16];
    for (unsigned pair = 0; pair < 65536; pair++) {
        unsigned char text[2] = {(unsigned char)(pair >> 8), (unsigned char)pair};
        size_t len = pc_nginx_escape(PC_NGINX_XML, text, 2, out);
        assert_true(is_utf8(out, len));
        assert_null(memchr(out, '<', len));
        assert_null(memchr(out, 0, len));
        len = pc_nginx_escape(PC_NGINX_JSON, text, 2, out);
        assert_true(is_utf8(out, len));
        for (size_t i = 0; i < len; i++) {
            assert_true(out[i] >= 0x20);
            assert_true(out[i] != '"' || (i > 0 && out[i - 1] == '\\'));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_cannot_leave_where_they_stand),
        cmocka_unit_test(what_is_not_utf8_is_replaced_byte_by_byte),
        cmocka_unit_test(every_pair_of_bytes_is_made_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
