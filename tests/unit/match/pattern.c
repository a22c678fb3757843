// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include <time.h>

// R-104, R-105
static void wildcards_in_action_names(void **state)
{
    (void)state;
    assert_matches("*AccessKey*", W | F, "UpdateAccessKey");
    assert_matches("*accesskey*", W | F, "UpdateAccessKey");
    assert_matches("*AccessKey*", W | F, "AccessKey");
    assert_differs("GetObject?", W | F, "GetObject");
    assert_matches("GetObject?", W | F, "GETOBJECTs");
    assert_differs("GetObject", W | F, "GetObjectAcl");
    assert_matches("Get*", W | F, "get");
    assert_differs("Get*", W | F, "ge");
    assert_matches("G?tO*t", W | F, "GetObject");
    assert_matches("*?e*b??ct", W | F, "GetObject");
    assert_differs("*?e*b??ct", W | F, "eObject");
}

static void every_shape_at_its_edges(void **state)
{
    (void)state;
    assert_matches("", W, "");
    assert_differs("", W, "a");
    assert_matches("*", W, "");
    assert_matches("*", W, "a:/b");
    assert_matches("***", W, "a");
    assert_matches("abc", W, "abc");
    assert_differs("abc", W, "abcd");
    assert_differs("abc", W, "ab");
    assert_differs("abc", W, "");
    assert_matches("abc*", W, "abc");
    assert_matches("abc*", W, "abcd");
    assert_differs("abc*", W, "ab");
    assert_matches("*abc", W, "abc");
    assert_matches("*abc", W, "abcabc");
    assert_differs("*abc", W, "abca");
    assert_matches("*abc*", W, "xabcx");
    assert_differs("*abc*", W, "xabxc");
    assert_matches("a*b", W, "ab");
    assert_differs("a*a", W, "a");
    assert_matches("ab*ba", W, "abba");
    assert_differs("ab*ba", W, "aba");
    assert_matches("?", W, "a");
    assert_differs("?", W, "");
    assert_differs("?", W, "ab");
    assert_matches("?*", W, "a");
    assert_differs("?*", W, "");
    assert_matches("*?", W, "ab");
    assert_differs("*??", W, "a");
    assert_matches("*a?c*a?d", W, "xabcabcabd");
    assert_differs("*a?c*a?d", W, "xabd");
    assert_matches("*ab*b", W, "abb");
    assert_differs("*ab*b", W, "ab");
    assert_matches("*a*aab*", W, "aaab");
    assert_matches("*a*?*c", W, "abc");
}

// R-204: one character is one code point; a byte that is no UTF-8 counts as one.
static void question_is_one_code_point(void **state)
{
    (void)state;
    assert_matches("?", W, "é");
    assert_matches("?", W, "€");
    assert_matches("?", W, "\U0001f600");
    assert_differs("??", W, "é");
    assert_differs("*??", W, "€");
    assert_matches("*??", W, "a€");
    assert_matches("*?\U0001f600?", W, "x€\U0001f600é");
    assert_differs("?*?", W, "€");
    assert_differs("*?*?*", W, "€");
    assert_matches("*?*?*", W, "€€");
    assert_matches("*a?", W, "xa\U0001f600");
    assert_matches("*a??b", W, "xa\U0001f600\U0001f600b");
    assert_matches("?", W, "\x80");
    assert_matches("??", W, "\xc3\xc3");
    assert_differs("?", W, "\xc3\xc3");
    assert_matches("a?b", W,
                   "a\xff"
                   "b");
    assert_matches("???", W,
                   "\xe2\x82"
                   "a");
    assert_matches("a/?/b", W, "a///b");
    assert_matches("a?b", W, "a:b");
}

// R-205, R-213
static void nothing_is_normalised(void **state)
{
    (void)state;
    assert_differs("a/b", W, "a//b");
    assert_differs("a/b", W, "a/./b");
    assert_differs("a/b", W, "a/c/../b");
    assert_differs("a b", W, "a%20b");
    assert_differs("a/", W, "a");
    assert_matches("*/test/*", W, "b//test/o");
    assert_differs("a", W, "*");
    assert_matches("a*", W, "a*");
}

// R-412, R-414
static void equality_is_by_code_point(void **state)
{
    (void)state;
    assert_differs("a*", 0, "ab");
    assert_matches("a*?", 0, "a*?");
    assert_differs("Abc", 0, "abc");
    assert_differs("\u00ea", 0, "e\u0302");
    assert_matches("Abc", F, "aBC");
    assert_matches("ÄΣЖ", F, "äσж");
    assert_differs("ß", F, "ss");
    assert_differs("ss", F, "ß");
    assert_differs("\u00ea", F, "e\u0302");
    assert_matches("\u212aey", F, "KEY");
    assert_matches("\u023a", F, "\u2c65");
    assert_differs("abc", F, "ab");
    assert_differs("ab", F, "abc");
    assert_matches("*\u023a?", W | F, "xx\u2c65Y");
    assert_matches("*ÉA*é", W | F, "éé\u00e9aÉ");
    assert_matches("a\x80", F, "A\x80");
    assert_differs("a\x80", F, "A\x81");
}

// R-501, R-507, R-509, R-510, R-515
static void variables_take_their_value_or_their_default(void **state)
{
    (void)state;
    static const char *const bob[] = {"aws:username", "Bob", "aws:principaltag/team", "x", NULL};
    assert_int_equal(match_text("home/${aws:username}/*", W | V, "home/Bob/a", bob), PC_MATCH);
    assert_int_equal(match_text("home/${aws:username}/*", W | V, "home/bob/a", bob), PC_NOMATCH);
    assert_int_equal(match_text("home/${aws:username}/*", W | V | F, "HOME/bOB/a", bob), PC_MATCH);
    assert_int_equal(match_text("${AWS:UserName}", V, "Bob", bob), PC_MATCH);
    assert_int_equal(match_text("${aws:PrincipalTag/Team}", V, "x", bob), PC_MATCH);
    assert_int_equal(match_text("${aws:username, 'no'}", V, "Bob", bob), PC_MATCH);
    assert_int_equal(match_text("${aws:username, 'no'}", V, "no", bob), PC_NOMATCH);
    assert_int_equal(match_text("*${aws:username}${aws:username}", W | V, "BobBobBob", bob),
                     PC_MATCH);
    assert_int_equal(match_text("a*?${aws:username}*x", W | V, "aBob-Bob-x", bob), PC_MATCH);
    assert_int_equal(match_text("a*?${aws:username}*x", W | V, "aBob-x", bob), PC_NOMATCH);

    static const char *const empty[] = {"k:e", "", NULL};
    assert_differs("${aws:userid}", V, "${aws:userid}");
    assert_differs("*${aws:userid}", W | V, "anything");
    assert_matches("${k:n, 'a b'}", V, "a b");
    assert_matches("${k:n, ''}!", V, "!");
    assert_matches("*${k:n, ''}*${k:n, ''}", W | V, "");
    assert_matches("*${k:n, ''}b*", W | V, "ab");
    assert_int_equal(match_text("${k:e}", V, "", empty), PC_NOMATCH);
    assert_int_equal(match_text("${k:e, 'd'}", V, "d", empty), PC_MATCH);
    assert_matches("${k:n, 'DeF'}", V | F, "dEf");
}

static void without_variables_every_variable_is_null(void **state)
{
    (void)state;
    struct pc_str bytes = compiled(PC_STR("${a:b}"), V);
    assert_int_equal(pc_pattern_match(bytes, PC_STR(""), NULL, NULL), PC_NOMATCH);
    drop(bytes);
    bytes = compiled(PC_STR("${a:b, 'x'}"), V);
    assert_int_equal(pc_pattern_match(bytes, PC_STR("x"), NULL, NULL), PC_MATCH);
    drop(bytes);
}

// A lookup that says yes and gives nothing is a null all the same (R-510).
static bool careless_lookup(void *context, struct pc_str key, struct pc_str *value)
{
    (void)context;
    (void)key;
    *value = PC_STR("");
    return true;
}

static void an_empty_value_is_null_whatever_the_lookup_says(void **state)
{
    (void)state;
    struct pc_variables careless = {careless_lookup, NULL};
    struct pc_str bytes = compiled(PC_STR("a${k:k}*"), W | V);
    assert_int_equal(pc_pattern_match(bytes, PC_STR("a"), &careless, NULL), PC_NOMATCH);
    drop(bytes);
}

// R-506
static void values_are_literal_text(void **state)
{
    (void)state;
    static const char *const star[] = {"k:s", "*", "k:q", "?", "k:v", "${k:s}", NULL};
    assert_int_equal(match_text("b/${k:s}/*", W | V, "b/x/y", star), PC_NOMATCH);
    assert_int_equal(match_text("b/${k:s}/*", W | V, "b/*/y", star), PC_MATCH);
    assert_int_equal(match_text("b${k:q}", W | V, "bx", star), PC_NOMATCH);
    assert_int_equal(match_text("b${k:q}", W | V, "b?", star), PC_MATCH);
    assert_int_equal(match_text("*${k:q}*", W | V, "abc", star), PC_NOMATCH);
    assert_int_equal(match_text("${k:v}", W | V, "${k:s}", star), PC_MATCH);
    assert_int_equal(match_text("${k:v}", W | V, "*", star), PC_NOMATCH);
    assert_differs("${k:n, '*'}", W | V, "x");
    assert_matches("${k:n, '*'}", W | V, "*");
}

// R-505
static void escapes_are_plain_characters(void **state)
{
    (void)state;
    assert_differs("a${*}", W | V, "ab");
    assert_matches("a${*}", W | V, "a*");
    assert_matches("a${?}${$}", W | V, "a?$");
    assert_differs("a${?}", W | V, "ab");
    assert_matches("a${*}", V, "a*");
    assert_matches("${$}{k:n}", V, "${k:n}");
    assert_matches("$a$", W | V, "$a$");
    assert_matches("$", W | V, "$");
}

// R-502, R-108
static void without_the_flag_a_variable_is_text(void **state)
{
    (void)state;
    static const char *const bob[] = {"aws:username", "bob", NULL};
    assert_int_equal(match_text("b/${aws:username}/*", W, "b/bob/x", bob), PC_NOMATCH);
    assert_int_equal(match_text("b/${aws:username}/*", W, "b/${aws:username}/x", bob), PC_MATCH);
    assert_matches("${*}", W, "${abc}");
    assert_matches("${", W, "${");
    assert_matches("${}", 0, "${}");
}

static void count_lookups(const char *text, size_t expected)
{
    static const char *const pairs[] = {"k:a", "a", "k:b", "b", NULL};
    struct table table = {pairs, 0};
    struct pc_variables variables = {table_lookup, &table};
    struct pc_str bytes = compiled(pc_str_from(text), W | V);
    assert_int_equal(pc_pattern_match(bytes, PC_STR("-a-a-a-b"), &variables, NULL), PC_MATCH);
    assert_int_equal(table.lookups, expected);
    drop(bytes);
}

static void each_variable_is_looked_up_once(void **state)
{
    (void)state;
    count_lookups("*-${k:a}*${k:b}", 2);
    count_lookups("*?${k:a}*?${k:a}*", 2);
}

static void assert_fault(const char *text, enum pc_pattern_fault fault, size_t offset)
{
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&out);
    pc_buf_text(&out, "before");
    assert_int_equal(pc_pattern_compile(pc_str_from(text), W | V, &out, &error), PC_ERR_INVALID);
    assert_int_equal(error.fault, fault);
    assert_int_equal(error.offset, offset);
    assert_view(pc_buf_view(&out), "before");
    pc_buf_release(&out);
}

// R-512, R-513
static void malformed_variables_are_refused(void **state)
{
    (void)state;
    assert_fault("ab${aws:username", PC_PATTERN_UNTERMINATED, 2);
    assert_fault("${", PC_PATTERN_UNTERMINATED, 0);
    assert_fault("x${}", PC_PATTERN_EMPTY_NAME, 1);
    assert_fault("${, 'x'}", PC_PATTERN_EMPTY_NAME, 0);
    assert_fault("${aws user}", PC_PATTERN_NAME, 5);
    assert_fault("${ aws:username}", PC_PATTERN_NAME, 2);
    assert_fault("${aws:username }", PC_PATTERN_NAME, 14);
    assert_fault("${it's}", PC_PATTERN_NAME, 4);
    assert_fault("${${a:b}}", PC_PATTERN_NAME, 2);
    assert_fault("${a:b\t}", PC_PATTERN_NAME, 5);
    assert_fault("-${a:b,'x'}", PC_PATTERN_DEFAULT, 6);
    assert_fault("${a:b,  'x'}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, x}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, 'x}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, '}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, 'x' }", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, 'it's'}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b,}", PC_PATTERN_DEFAULT, 5);
    assert_fault("${a:b, 'x}y'}", PC_PATTERN_DEFAULT, 5);
}

static void every_fault_has_its_sentence(void **state)
{
    (void)state;
    for (int fault = PC_PATTERN_FINE; fault <= PC_PATTERN_DEFAULT; fault++) {
        const char *text = pc_pattern_fault_text((enum pc_pattern_fault)fault);
        assert_true(strlen(text) > 5);
        assert_string_not_equal(text, pc_pattern_fault_text((enum pc_pattern_fault)99));
    }
}

static enum pc_status compile_repeated(const char *part, size_t times)
{
    struct pc_buf text;
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&text);
    pc_buf_init(&out);
    for (size_t i = 0; i < times; i++) {
        pc_buf_text(&text, part);
    }
    enum pc_status status = pc_pattern_compile(pc_buf_view(&text), W | V, &out, &error);
    assert_int_equal(out.len > 0, status == PC_OK);
    assert_true(status != PC_OK || pc_pattern_is_valid(pc_buf_view(&out)));
    pc_buf_release(&out);
    pc_buf_release(&text);
    return status;
}

static void limits_are_kept(void **state)
{
    (void)state;
    assert_int_equal(compile_repeated("a", 65536), PC_OK);
    assert_int_equal(compile_repeated("a", 65537), PC_ERR_LIMIT);
    assert_int_equal(compile_repeated("?", 4096), PC_OK);
    assert_int_equal(compile_repeated("?", 4097), PC_ERR_LIMIT);
    assert_int_equal(compile_repeated("*", 65536), PC_OK);
    assert_int_equal(compile_repeated("${a:b}", 64), PC_OK);
    assert_int_equal(compile_repeated("${a:b}", 65), PC_ERR_LIMIT);
}

static void the_limit_is_told(void **state)
{
    (void)state;
    static const char variables[] = "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}"
                                    "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}"
                                    "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}"
                                    "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}"
                                    "${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}";
    static char long_text[65537];
    assert_non_null(strstr(pc_pattern_limit_text(pc_str_from(variables), true), "64 policy"));
    assert_null(strstr(pc_pattern_limit_text(pc_str_from(variables), false), "64 policy"));
    assert_non_null(strstr(
        pc_pattern_limit_text((struct pc_str){long_text, sizeof(long_text)}, true), "65,536"));
}

static void a_pattern_tells_what_it_is(void **state)
{
    (void)state;
    struct pc_str literal;
    struct pc_str bytes = compiled(PC_STR("**"), W);
    assert_true(pc_pattern_is_any(bytes));
    assert_false(pc_pattern_is_literal(bytes, NULL));
    assert_view(pc_pattern_prefix(bytes), "");
    drop(bytes);
    bytes = compiled(PC_STR("Ab${*}C"), W | V | F);
    assert_false(pc_pattern_is_any(bytes));
    assert_true(pc_pattern_is_literal(bytes, NULL));
    assert_true(pc_pattern_is_literal(bytes, &literal));
    assert_view(literal, "ab*c");
    assert_view(pc_pattern_prefix(bytes), "ab*c");
    drop(bytes);
    bytes = compiled(PC_STR(""), 0);
    assert_true(pc_pattern_is_literal(bytes, &literal));
    assert_view(literal, "");
    drop(bytes);
    bytes = compiled(PC_STR("*"), 0);
    assert_false(pc_pattern_is_any(bytes));
    assert_true(pc_pattern_is_literal(bytes, NULL));
    drop(bytes);
    bytes = compiled(PC_STR("ab${k:x}c*"), W | V);
    assert_false(pc_pattern_is_literal(bytes, NULL));
    assert_view(pc_pattern_prefix(bytes), "ab");
    drop(bytes);
    bytes = compiled(PC_STR("?ab"), W);
    assert_view(pc_pattern_prefix(bytes), "");
    drop(bytes);
}

// Whatever follows the text in front of the star: what an index has no need to ask.
static void a_prefix_is_a_text_and_a_star(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned flags;
        bool expected;
    } rows[] = {
        {"*", W, true},
        {"**", W, true},
        {"ab*", W, true},
        {"Ab**", W | F, true},
        {"ab${*}*", W | V, true},
        {"ab", W, false},
        {"", W, false},
        {"*ab", W, false},
        {"a*b", W, false},
        {"a*b*", W, false},
        {"a?*", W, false},
        {"?*", W, false},
        {"*?", W, false},
        {"ab*", 0, false},
        {"${k:x}*", W | V, false},
        {"a${k:x}*", W | V, false},
        {"ab${*}", W | V, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str bytes = compiled(pc_str_from(rows[i].text), rows[i].flags);
        if (pc_pattern_is_prefix(bytes) != rows[i].expected) {
            fail_msg("%s", rows[i].text);
        }
        drop(bytes);
    }
}

static void note_key(void *context, struct pc_str key)
{
    struct pc_buf *keys = context;
    pc_buf_str(keys, key);
    pc_buf_byte(keys, ';');
}

static void variables_are_listed_in_order(void **state)
{
    (void)state;
    struct pc_buf keys;
    pc_buf_init(&keys);
    struct pc_str bytes = compiled(PC_STR("${K:B}a${*}*${k:A/X, 'd'}?${K:B}"), W | V);
    pc_pattern_each_variable(bytes, note_key, &keys);
    assert_view(pc_buf_view(&keys), "k:b;k:a/x;k:b;");
    drop(bytes);
    pc_buf_release(&keys);
}

static void assert_written(const char *text, unsigned flags, const char *expected)
{
    struct pc_buf out;
    pc_buf_init(&out);
    struct pc_str bytes = compiled(pc_str_from(text), flags);
    pc_pattern_write(bytes, &out);
    assert_int_equal(out.len, strlen(expected));
    assert_memory_equal(out.len > 0 ? out.ptr : "", expected, out.len);
    struct pc_str again = compiled(pc_buf_view(&out), flags);
    assert_int_equal(again.len, bytes.len);
    assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
    drop(again);
    drop(bytes);
    pc_buf_release(&out);
}

static void writing_and_compiling_again_is_a_fixed_point(void **state)
{
    (void)state;
    assert_written("", W | V, "");
    assert_written("a**b?*?", W, "a*b?*?");
    assert_written("a${*}${?}${$}", W | V, "a${*}${?}$");
    assert_written("a${*}*", V, "a**");
    assert_written("${$}{x}", V, "${$}{x}");
    assert_written("$${K:a}$", V, "$${k:a}$");
    assert_written("${K:a, 'X *?$'}", W | V, "${k:a, 'X *?$'}");
    assert_written("${K:a, 'X'}Y", W | V | F, "${k:a, 'x'}y");
    assert_written("${*}{", W, "${*}{");
    assert_written("${aws:x} ${", 0, "${aws:x} ${");
    assert_written("ÀB\xff", F, "àb\xff");
}

static void assert_written_2012(const char *text, unsigned flags, const char *expected)
{
    struct pc_buf out;
    pc_buf_init(&out);
    struct pc_str bytes = compiled(pc_str_from(text), flags);
    pc_pattern_write_2012(bytes, &out);
    assert_int_equal(out.len, strlen(expected));
    assert_memory_equal(out.ptr, expected, out.len);
    drop(bytes);
    pc_buf_release(&out);
}

// R-502, R-505: where there were no variables "${" was plain text, and has to stay it.
static void text_of_an_older_document_is_told_from_variables(void **state)
{
    (void)state;
    assert_written_2012("b/${aws:x}/*", W, "b/${$}{aws:x}/*");
    assert_written_2012("${*}${", W, "${$}{*}${$}{");
    assert_written_2012("$ { $", 0, "$ { $");
    assert_written_2012("b/${aws:x}/*", W | V, "b/${aws:x}/*");
    assert_written_2012("${*}${$}{", W | V, "${*}${$}{");
}

static void equal_patterns_have_equal_bytes(void **state)
{
    (void)state;
    struct pc_str a = compiled(PC_STR("x***y${$}z${K:L}"), W | V);
    struct pc_str b = compiled(PC_STR("x*y$z${k:l}"), W | V);
    assert_true(pc_str_eq(a, b));
    drop(b);
    b = compiled(PC_STR("x*y$z${k:l}"), W | V | F);
    assert_false(pc_str_eq(a, b));
    drop(a);
    drop(b);
}

// Appending to a buffer that holds something, at an odd place.
static void patterns_lie_at_any_alignment(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        struct pc_buf out;
        struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
        pc_buf_init(&out);
        pc_buf_fill(&out, 'x', shift);
        assert_int_equal(pc_pattern_compile(PC_STR("a*b?*c"), W, &out, &error), PC_OK);
        struct pc_str bytes = pc_str_slice(pc_buf_view(&out), shift, out.len);
        assert_true(pc_pattern_is_valid(bytes));
        assert_int_equal(pc_pattern_match(bytes, PC_STR("a-bb-c"), NULL, NULL), PC_MATCH);
        pc_buf_release(&out);
    }
}

// Does with the bytes what may be done with valid ones; a sanitizer watches.
static void use(struct pc_str bytes, struct pc_pattern_cache *cache)
{
    static const char *const pairs[] = {"k:v", "ab", NULL};
    static const char *const subjects[] = {"",         "a",      "abc",
                                           "ab*c?ab$", "é\xff€", "aaaaaaaaaaaaaaab"};
    struct table table = {pairs, 0};
    struct pc_variables variables = {table_lookup, &table};
    struct pc_buf out;
    pc_buf_init(&out);
    for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
        struct pc_str subject = pc_str_from(subjects[i]);
        enum pc_match match = pc_pattern_match(bytes, subject, &variables, NULL);
        assert_true(match == PC_MATCH || match == PC_NOMATCH);
        assert_int_equal(pc_pattern_match(bytes, subject, &variables, cache), match);
    }
    (void)pc_pattern_is_any(bytes);
    (void)pc_pattern_is_prefix(bytes);
    (void)pc_pattern_is_literal(bytes, NULL);
    (void)pc_pattern_prefix(bytes);
    pc_pattern_each_variable(bytes, note_key, &out);
    pc_pattern_write(bytes, &out);
    pc_buf_release(&out);
}

// What is accepted must be the one form of the text that it writes.
static void assert_canonical(struct pc_str bytes)
{
    struct pc_buf out;
    struct pc_buf again;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&out);
    pc_buf_init(&again);
    pc_pattern_write(bytes, &out);
    assert_int_equal(
        pc_pattern_compile(pc_buf_view(&out), (unsigned char)bytes.ptr[1], &again, &error), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&again), bytes));
    pc_buf_release(&again);
    pc_buf_release(&out);
}

static void corrupt_everywhere(struct pc_str good, struct pc_pattern_cache *cache)
{
    size_t accepted = 0;
    struct pc_str copy = exact(good);
    char *bytes = (char *)(uintptr_t)copy.ptr;
    for (size_t at = 0; at < good.len; at++) {
        for (int value = 0; value < 256; value++) {
            bytes[at] = (char)(unsigned char)value;
            if (pc_pattern_is_valid(copy)) {
                accepted++;
                use(copy, cache);
                assert_canonical(copy);
            }
        }
        bytes[at] = good.ptr[at];
    }
    assert_true(accepted >= good.len); // the unchanged bytes are among them
    drop(copy);
}

static void truncate_everywhere(struct pc_str good)
{
    for (size_t length = 0; length < good.len; length++) {
        struct pc_str part = exact(pc_str_slice(good, 0, length));
        if (pc_pattern_is_valid(part)) {
            assert_canonical(part);
        }
        drop(part);
    }
    assert_false(pc_pattern_is_valid((struct pc_str){NULL, 0}));
}

static void damaged_bytes_are_refused_or_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned flags;
    } rows[] = {
        {"", 0},
        {"*", W},
        {"abc", 0},
        {"ab*", W},
        {"*ab", W | F},
        {"a?*b?c*d", W},
        {"a?*b?c*d", W | F},
        {"a${k:v}*?${*}", W | V},
        {"${k:v, 'de'}$", W | V | F},
        {"é€*\u0101", W | V | F},
    };
    struct pc_pattern_cache *cache;
    assert_int_equal(pc_pattern_cache_new(&cache), PC_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str good = compiled(pc_str_from(rows[i].text), rows[i].flags);
        use(good, cache);
        corrupt_everywhere(good, cache);
        truncate_everywhere(good);
        drop(good);
    }
    pc_pattern_cache_free(cache);
}

static void what_compile_never_writes_is_refused(void **state)
{
    (void)state;
#define assert_refused(literal) assert_false(pc_pattern_is_valid(PC_STR(literal)))
    assert_refused("");
    assert_refused("\1");
    assert_refused("\2\10");                       // unknown flag
    assert_refused("\3\0");                        // not the shape of the tokens
    assert_refused("\1\0\2");                      // a star without WILDCARDS
    assert_refused("\1\1\2\2");                    // two stars in a row
    assert_refused("\5\1\1\1\0\0\0a\1\1\0\0\0b");  // two literals in a row
    assert_refused("\2\1\1\0\0\0\0");              // an empty literal
    assert_refused("\2\1\1\1\0\0\0*");             // a literal star that no text gives
    assert_refused("\2\4\1\1\0\0\0A");             // not in lower case
    assert_refused("\10\1\4\1\0\0\0k\0");          // a variable without VARIABLES
    assert_refused("\10\2\4\0\0\0\0\0");           // an empty key
    assert_refused("\10\2\4\1\0\0\0K\0");          // a key not in lower case
    assert_refused("\10\2\4\1\0\0\0k\2");          // neither with nor without default
    assert_refused("\10\2\4\1\0\0\0k\1\1\0\0\0}"); // a default that would end the variable
    assert_refused("\2\1\1\377\377\377\377a");     // longer than the bytes
    assert_refused("\2\1\1\1\0\0\0aX");            // something behind the end
    assert_true(pc_pattern_is_valid(PC_STR("\10\2\4\1\0\0\0k\1\1\0\0\0x")));
#undef assert_refused
}

static double seconds_of_cpu(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// R-219. The time allowed is a hundred times what an unsanitized build takes.
static void assert_quick(const char *text, unsigned flags, struct pc_str subject)
{
    struct pc_pattern_cache *cache;
    assert_int_equal(pc_pattern_cache_new(&cache), PC_OK);
    struct pc_str bytes = compiled(pc_str_from(text), flags);
    double start = seconds_of_cpu();
    assert_int_equal(pc_pattern_match(bytes, subject, NULL, NULL), PC_NOMATCH);
    assert_int_equal(pc_pattern_match(bytes, subject, NULL, cache), PC_NOMATCH);
    assert_true(seconds_of_cpu() - start < 1.0);
    drop(bytes);
    pc_pattern_cache_free(cache);
}

static void hostile_patterns_stay_linear(void **state)
{
    (void)state;
    struct pc_buf subject;
    pc_buf_init(&subject);
    pc_buf_fill(&subject, 'a', 65536);
    assert_quick("*a*a*a*a*b", W, pc_buf_view(&subject));
    assert_quick("*a*a*a*a*b", W | F, pc_buf_view(&subject));
    assert_quick("*a?*a?*?a*a?*b", W, pc_buf_view(&subject));
    assert_quick("*a?a*a?a*a?a*a?a*a?a*a?a*a?a*a?a*a?a*a?a*a?ab*a?a", W, pc_buf_view(&subject));
    assert_quick("*a?a*a?a*a?a*a?a*a?a*b?a", W | F, pc_buf_view(&subject));
    assert_quick("*${k:v, 'aaaaaaaaaaaaaaaab'}*${k:v, 'a'}*", W | V, pc_buf_view(&subject));
    assert_quick("*????????????????????????????????b", W, pc_buf_view(&subject));
    pc_buf_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wildcards_in_action_names),
        cmocka_unit_test(every_shape_at_its_edges),
        cmocka_unit_test(question_is_one_code_point),
        cmocka_unit_test(nothing_is_normalised),
        cmocka_unit_test(equality_is_by_code_point),
        cmocka_unit_test(variables_take_their_value_or_their_default),
        cmocka_unit_test(without_variables_every_variable_is_null),
        cmocka_unit_test(an_empty_value_is_null_whatever_the_lookup_says),
        cmocka_unit_test(values_are_literal_text),
        cmocka_unit_test(escapes_are_plain_characters),
        cmocka_unit_test(without_the_flag_a_variable_is_text),
        cmocka_unit_test(each_variable_is_looked_up_once),
        cmocka_unit_test(malformed_variables_are_refused),
        cmocka_unit_test(every_fault_has_its_sentence),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(the_limit_is_told),
        cmocka_unit_test(a_pattern_tells_what_it_is),
        cmocka_unit_test(a_prefix_is_a_text_and_a_star),
        cmocka_unit_test(variables_are_listed_in_order),
        cmocka_unit_test(writing_and_compiling_again_is_a_fixed_point),
        cmocka_unit_test(text_of_an_older_document_is_told_from_variables),
        cmocka_unit_test(equal_patterns_have_equal_bytes),
        cmocka_unit_test(patterns_lie_at_any_alignment),
        cmocka_unit_test(damaged_bytes_are_refused_or_harmless),
        cmocka_unit_test(what_compile_never_writes_is_refused),
        cmocka_unit_test(hostile_patterns_stay_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
