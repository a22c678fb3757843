// SPDX-License-Identifier: Apache-2.0
//
// XML 1.0, section 2.2: which characters there are, and 2.4: which of them stand for something
// else.
#include "testing.h"

#include "base/xml.h"

static void text_is_escaped(void **state)
{
    static const struct {
        struct pc_str text;
        const char *expected;
    } rows[] = {
        {PC_STR_INIT("plain \xc3\xa9"), "plain \xc3\xa9"},
        {PC_STR_INIT("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;'"},
        {PC_STR_INIT("\t\n\r"), "&#9;&#10;&#13;"},
        {PC_STR_INIT("\0|\x1b|\x7f"), "\xef\xbf\xbd|\xef\xbf\xbd|\x7f"},
        {PC_STR_INIT("\xef\xbf\xbe|\xef\xbf\xbf|\xff"), "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd"},
        {PC_STR_INIT(""), ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_buf out = {0};
        pc_buf_xml(&out, rows[i].text);
        pc_buf_byte(&out, '\0');
        assert_int_equal(pc_buf_status(&out), PC_OK);
        assert_string_equal(out.ptr, rows[i].expected);
        pc_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_is_escaped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
