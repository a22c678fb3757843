// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

static const struct pc_arn_pattern_options of_resource = {
    .flags = PC_PATTERN_VARIABLES, .expand = true, .allow_any = true};
static const struct pc_arn_pattern_options of_condition = {
    .flags = PC_PATTERN_VARIABLES, .glob_first = true, .every_field = true};

static struct pc_str arn(const char *text, struct pc_arn_pattern_options options)
{
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&out);
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, &out, &error), PC_OK);
    struct pc_str bytes = exact(pc_buf_view(&out));
    pc_buf_release(&out);
    assert_true(pc_arn_pattern_is_valid(bytes));
    return bytes;
}

static enum pc_match match_as(struct pc_arn_pattern_options options, const char *text,
                              const char *subject)
{
    static const char *const pairs[] = {"aws:username", "bob", "k:colon", "x:y",
                                        "k:star",       "*",   NULL};
    struct table table = {pairs, 0};
    struct pc_variables variables = {table_lookup, &table};
    struct pc_str bytes = arn(text, options);
    struct pc_arn_subject split = pc_arn_subject_of(pc_str_from(subject));
    enum pc_match result = pc_arn_pattern_match(bytes, &split, &variables, NULL);
    drop(bytes);
    return result;
}

static enum pc_match match(const char *text, const char *subject)
{
    return match_as(of_resource, text, subject);
}

#define assert_arn_matches(text, subject) assert_int_equal(match(text, subject), PC_MATCH)
#define assert_arn_differs(text, subject) assert_int_equal(match(text, subject), PC_NOMATCH)

// R-201, R-212, R-213
static void any_matches_everything_and_nothing_else_does_without_an_arn(void **state)
{
    (void)state;
    assert_arn_matches("*", "arn:aws:s3:::b");
    assert_arn_matches("*", "*");
    assert_arn_matches("*", "");
    assert_arn_differs("arn:aws:s3:::*", "*");
    assert_arn_differs("arn:*:*:*:*:*", "*");
    assert_arn_differs("arn:aws:s3:::*", "arn:aws:s3::");
    assert_arn_differs("arn:aws:s3:::*", "urn:aws:s3:::b");
    assert_arn_differs("arn:aws:s3:::a", "arn:aws:s3:::*");
}

// R-202, R-204, R-205
static void fields_match_alone(void **state)
{
    (void)state;
    assert_arn_matches("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/test/3/o");
    assert_arn_differs("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1-test/o");
    assert_arn_differs("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/test/o");
    assert_arn_matches("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b//test/o");
    assert_arn_differs("arn:aws:s3:*:x", "arn:aws:s3:::x");
    assert_arn_differs("arn:aws:s3:*:x:y", "arn:aws:s3:a:b:x:y");
    assert_arn_matches("arn:aws:sqs:us-*-1:111111111111:q", "arn:aws:sqs:us-east-1:111111111111:q");
    assert_arn_differs("arn:aws:sqs:us-?-1:111111111111:q", "arn:aws:sqs:us-east-1:111111111111:q");
    assert_arn_matches("arn:aws:x:::a?b", "arn:aws:x:::a:b");
    assert_arn_matches("arn:aws:x:::a?b", "arn:aws:x:::a/b");
    assert_arn_matches("arn:aws:x:::a?b", "arn:aws:x:::aéb");
    assert_arn_matches("arn:aws:x:::a*", "arn:aws:x:::a:b:c");
    assert_arn_differs("arn:aws:s3:::b/a", "arn:aws:s3:::b//a");
}

// R-203, R-208
static void case_counts_and_wildcards_work_in_every_field(void **state)
{
    (void)state;
    assert_arn_differs("arn:aws:iam::111111111111:user/Bob", "arn:aws:iam::111111111111:user/bob");
    assert_arn_differs("arn:aws:S3:::b", "arn:aws:s3:::b");
    assert_arn_matches("arn:*:ec2:*:*:*/*", "arn:aws-cn:ec2:cn-north-1:111111111111:instance/i-1");
    assert_arn_matches("arn:aws:*code*::1:p", "arn:aws:codebuild::1:p");
}

// R-214
static void buckets_and_objects(void **state)
{
    (void)state;
    assert_arn_matches("arn:aws:s3:::b", "arn:aws:s3:::b");
    assert_arn_differs("arn:aws:s3:::b", "arn:aws:s3:::b/k");
    assert_arn_matches("arn:aws:s3:::b/*", "arn:aws:s3:::b/k");
    assert_arn_differs("arn:aws:s3:::b/*", "arn:aws:s3:::b");
    assert_arn_matches("arn:aws:s3:::b*", "arn:aws:s3:::b");
    assert_arn_matches("arn:aws:s3:::b*", "arn:aws:s3:::b/k");
    assert_arn_matches("arn:aws:s3:::b*", "arn:aws:s3:::bc/k");
}

// R-215
static void versions_and_aliases_of_a_function(void **state)
{
    (void)state;
#define FUNCTION "arn:aws:lambda:eu-west-1:111111111111:function:f"
    assert_arn_matches(FUNCTION, FUNCTION);
    assert_arn_differs(FUNCTION, FUNCTION ":prod");
    assert_arn_differs(FUNCTION ":*", FUNCTION);
    assert_arn_matches(FUNCTION ":*", FUNCTION ":prod");
    assert_arn_matches(FUNCTION ":*", FUNCTION ":3");
    assert_arn_matches(FUNCTION "*", FUNCTION);
    assert_arn_matches(FUNCTION "*", FUNCTION ":prod");
    assert_arn_matches(FUNCTION "*", FUNCTION "oo");
#undef FUNCTION
}

// R-422
static void a_star_of_an_arn_operator_stays_in_its_field(void **state)
{
    (void)state;
    assert_arn_differs("arn:aws:s:*:111111111111:fin/*",
                       "arn:aws:s:us-east-2:222222222222:store/abc:111111111111:fin/d");
    assert_arn_matches("arn:aws:s:*:222222222222:store/*:fin/d",
                       "arn:aws:s:us-east-2:222222222222:store/abc:111111111111:fin/d");
}

static void assert_written(const char *text, const char *expected)
{
    struct pc_buf out;
    pc_buf_init(&out);
    struct pc_str bytes = arn(text, of_resource);
    pc_arn_pattern_write(bytes, &out);
    pc_buf_byte(&out, '\0');
    assert_string_equal(out.ptr, expected);
    struct pc_str again = arn(out.ptr, of_resource);
    assert_true(pc_str_eq(again, bytes));
    drop(again);
    drop(bytes);
    pc_buf_release(&out);
}

// R-207
static void missing_fields_become_stars(void **state)
{
    (void)state;
    assert_arn_matches("arn:aws:sqs", "arn:aws:sqs:us-east-1:111111111111:q");
    assert_arn_matches("arn:aws:sqs:us-east-1:*", "arn:aws:sqs:us-east-1:111111111111:q");
    assert_arn_differs("arn:aws:sqs:us-east-1:222222222222",
                       "arn:aws:sqs:us-east-1:111111111111:q");
    assert_arn_differs("arn:aws:sqs", "arn:aws:sns:us-east-1:111111111111:q");
    assert_written("arn:aws:sqs", "arn:aws:sqs");
    assert_written("arn:aws:s3:::", "arn:aws:s3:::");
    assert_written("arn:", "arn:");
}

static void assert_refused(const char *text, struct pc_arn_pattern_options options,
                           enum pc_pattern_fault fault, size_t offset)
{
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_NAME, 99};
    pc_buf_init(&out);
    pc_buf_text(&out, "before");
    assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, &out, &error),
                     PC_ERR_INVALID);
    assert_int_equal(error.fault, fault);
    assert_int_equal(error.offset, offset);
    assert_view(pc_buf_view(&out), "before");
    pc_buf_release(&out);
}

// R-422
static void the_first_field_of_a_condition_is_matched_like_the_others(void **state)
{
    static const struct {
        const char *text;
        enum pc_match expected;
    } rows[] = {
        {"*:*:*:*:*:*", PC_MATCH},     {"a*:aws:s3:::b", PC_MATCH},   {"???:aws:s3:::b", PC_MATCH},
        {"x*:aws:s3:::b", PC_NOMATCH}, {"??:aws:s3:::b", PC_NOMATCH}, {"*:aws:s3:::c", PC_NOMATCH},
    };
    (void)state;
    struct pc_arn_subject subject = pc_arn_subject_of(PC_STR("arn:aws:s3:::b"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_str bytes = arn(rows[i].text, of_condition);
        assert_int_equal(pc_arn_pattern_match(bytes, &subject, NULL, NULL), rows[i].expected);
        drop(bytes);
    }
}

// R-034, R-424, R-512
static void what_is_no_arn_pattern_is_refused(void **state)
{
    (void)state;
    assert_refused("", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("arn", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("**", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("*:aws:s3:::b", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("ARN:aws:s3:::b", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("arn*:aws:s3:::b", of_resource, PC_PATTERN_FINE, 0);
    assert_refused("*", of_condition, PC_PATTERN_FINE, 0);
    assert_refused("*:aws:s3", of_condition, PC_PATTERN_FINE, 0);
    assert_refused("urn:aws:s3:::b", of_condition, PC_PATTERN_FINE, 0);
    assert_refused("arn:aws:s3:*", of_condition, PC_PATTERN_FINE, 0);
    assert_refused("arn:aws:s3:::b/${}", of_resource, PC_PATTERN_EMPTY_NAME, 15);
    assert_refused("arn:aws:s3:::${a:b", of_condition, PC_PATTERN_UNTERMINATED, 13);
}

// R-501, R-503, R-514
static void variables_are_read_in_the_last_field(void **state)
{
    (void)state;
    assert_arn_matches("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/k");
    assert_arn_differs("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/eve/k");
    assert_arn_matches("arn:aws:s3:::${aws:username}", "arn:aws:s3:::bob");
    assert_arn_differs("arn:aws:s3:::${aws:userid}*", "arn:aws:s3:::bob");
    assert_arn_matches("arn:aws:s3:::${aws:userid, 'a:b'}", "arn:aws:s3:::a:b");
    assert_arn_matches("arn:aws:s3:::b/${k:colon}", "arn:aws:s3:::b/x:y");
    assert_arn_differs("arn:aws:s3:::b/${k:star}", "arn:aws:s3:::b/k");
    assert_arn_matches("arn:aws:s3:::b/${k:star}", "arn:aws:s3:::b/*");
    assert_arn_matches("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*");
    assert_arn_differs("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k");
}

// R-503: the values of ARN operators; R-514: split before they are substituted; R-513.
static void values_of_operators_have_variables_in_every_field(void **state)
{
    (void)state;
    static const struct {
        const char *text, *subject;
        enum pc_match match;
    } rows[] = {
        {"arn:aws:iam::${aws:username}:role/x", "arn:aws:iam::bob:role/x", PC_MATCH},
        {"arn:aws:iam::${aws:username}:role/x", "arn:aws:iam::eve:role/x", PC_NOMATCH},
        {"arn:aws:iam::${aws:username}:role/x", "arn:aws:iam::${aws:username}:role/x", PC_NOMATCH},
        {"arn:aws:iam::b*${aws:username}:role/x", "arn:aws:iam::b1bob:role/x", PC_MATCH},
        {"arn:aws:${aws:username}:${aws:username}::*", "arn:aws:bob:bob::x", PC_MATCH},
        {"arn:aws:iam::${aws:userid}:role/x", "arn:aws:iam:::role/x", PC_NOMATCH},
        {"arn:aws:iam::${aws:userid, '1'}:role/x", "arn:aws:iam::1:role/x", PC_MATCH},
        {"arn:aws:iam::${k:colon}:q", "arn:aws:iam::x:y:q", PC_NOMATCH},
        {"arn:aws:iam::${k:star}:q", "arn:aws:iam::z:q", PC_NOMATCH},
        {"arn:aws:iam::${*}:q", "arn:aws:iam::*:q", PC_MATCH},
        {"arn:aws:iam::$:q${aws:username}", "arn:aws:iam::$:qbob", PC_MATCH},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(match_as(of_condition, rows[i].text, rows[i].subject), rows[i].match);
    }
    assert_refused("arn:aws:iam::${aws:x:q", of_condition, PC_PATTERN_UNTERMINATED, 13);
    assert_refused("arn:aws:iam::${}:q", of_condition, PC_PATTERN_EMPTY_NAME, 13);
    assert_refused("${aws:username}", of_condition, PC_PATTERN_FINE, 0);
}

// R-209: before the last field of a resource "${" is text, and a colon in it ends the field.
static void variables_in_front_of_the_last_field_are_text(void **state)
{
    (void)state;
    assert_arn_differs("arn:aws:iam::${aws:username}:role/x", "arn:aws:iam::bob:role/x");
    assert_arn_matches("arn:aws:iam::${aws:username}:role/x",
                       "arn:aws:iam::${aws:username}:role/x");
    assert_arn_differs("arn:aws:sqs:${region}::q", "arn:aws:sqs:::q");
    assert_arn_matches("arn:aws:sqs:${region}::q", "arn:aws:sqs:${region}::q");
    assert_arn_matches("arn:aws:sqs:${*}::q", "arn:aws:sqs:${x}::q");
    assert_written("arn:aws:sqs:${aws:username}", "arn:aws:sqs:${aws:username}");
    assert_written("arn:aws:sqs:${:*}:q${*}", "arn:aws:sqs:${:*}:q${*}");
}

// R-502
static void without_the_flag_a_variable_is_text(void **state)
{
    (void)state;
    struct pc_arn_pattern_options old = {.expand = true, .allow_any = true};
    struct pc_str bytes = arn("arn:aws:s3:::b/${aws:username}/*", old);
    struct pc_arn_subject subject = pc_arn_subject_of(PC_STR("arn:aws:s3:::b/${aws:username}/x"));
    assert_int_equal(pc_arn_pattern_match(bytes, &subject, NULL, NULL), PC_MATCH);
    drop(bytes);
}

// R-206, the wider reading; PC_NOMATCH is for what the strict one has to say.
static void a_star_may_run_past_the_colon(void **state)
{
    (void)state;
    static const struct {
        const char *text, *subject;
        enum pc_match match;
    } rows[] = {
        // the star that ends a field crosses; a star elsewhere in the field does not
        {"arn:aws:sqs:*:q", "arn:aws:sqs:eu-west-1:1:q", PC_MATCH},
        {"arn:aws:sqs:eu-*:q", "arn:aws:sqs:eu-west-1:1:q", PC_MATCH},
        {"arn:aws:sqs:eu*1:q", "arn:aws:sqs:eu-west-1:1:q", PC_NOMATCH},
        {"arn:aws:sqs:*1:q", "arn:aws:sqs:eu-west-1:1:q", PC_NOMATCH},
        {"arn:aws:sqs:*:*:q", "arn:aws:sqs:eu-west-1:1:p:q", PC_MATCH},
        {"arn:aws:*:q", "arn:aws:sqs:eu-west-1:1:q", PC_MATCH},
        {"arn:aws:*:p", "arn:aws:sqs:eu-west-1:1:q", PC_NOMATCH},
        {"arn:aws:lambda:*:f:prod", "arn:aws:lambda:eu-west-1:1:function:f:prod", PC_MATCH},
        {"arn:aws:lambda:*:f:prod", "arn:aws:lambda:eu-west-1:1:function:g:prod", PC_NOMATCH},
        // all stars of field 6 cross, its question marks too; others' do not
        {"arn:aws:s3:*:*:a*c?e", "arn:aws:s3:r:1:x:ab:c:e", PC_MATCH},
        {"arn:aws:s3:?*:*:k", "arn:aws:s3::1:k", PC_NOMATCH},
        {"arn:aws:s3:?*:k", "arn:aws:s3:r:1:k", PC_MATCH},
        {"arn:aws:s3:*:?", "arn:aws:s3:r:1:\xC3\xA9", PC_MATCH}, // R-204
        // literal colons stay where they are
        {"arn:aws:sqs:*:1:q", "arn:aws:sqs:a:b:1:q", PC_MATCH},
        {"arn:aws:sqs:*:1:q", "arn:aws:sqs:a1:q", PC_NOMATCH},
        // values are literal, and without one nothing matches
        {"arn:aws:sqs:*:*:${aws:username}", "arn:aws:sqs:r:1:x:bob", PC_MATCH},
        {"arn:aws:sqs:*:*:${k:star}", "arn:aws:sqs:r:1:x:bob", PC_NOMATCH},
        {"arn:aws:sqs:*:*:${aws:userid}", "arn:aws:sqs:r:1:x:bob", PC_NOMATCH},
        {"arn:aws:sqs:*:*:${aws:userid, 'bob'}", "arn:aws:sqs:r:1:x:bob", PC_MATCH},
        // without such a star the strict reading has said all
        {"arn:aws:s3:::b/*", "arn:aws:s3:::b/k", PC_NOMATCH},
        {"*", "arn:aws:s3:::b/k", PC_NOMATCH},
    };
    static const char *const pairs[] = {"aws:username", "bob", "k:star", "*", NULL};
    bool reached[64];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct table table = {pairs, 0};
        struct pc_variables variables = {table_lookup, &table};
        struct pc_str bytes = arn(rows[i].text, of_resource);
        struct pc_str subject = pc_str_from(rows[i].subject);
        assert_true(subject.len < sizeof(reached));
        enum pc_match match = pc_arn_pattern_match_wide(bytes, subject, &variables, reached);
        if (match != rows[i].match) {
            fail_msg("%s and %s", rows[i].text, rows[i].subject);
        }
        drop(bytes);
    }
}

static void what_an_index_can_go_by(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *service, *prefix; // NULL: nothing
        bool exact;
    } rows[] = {
        {"*", NULL, NULL, false},
        {"arn:aws:*:::b", NULL, NULL, false},
        {"arn:aws:s?:::b", NULL, NULL, false},
        {"arn:aws:s3*:::b", NULL, NULL, false},
        {"arn:*", NULL, NULL, false}, // what is missing is "*"
        {"arn:aws", NULL, NULL, false},
        {"arn:aws:s3", "s3", "", false},
        {"arn:aws:s3:::b", "s3", "b", true},
        {"arn:*:s3:*:?:b", "s3", "b", true},
        {"arn:aws:s3:::b/k:1", "s3", "b/k:1", true},
        {"arn:aws:S3:::B", "S3", "B", true}, // R-203
        {"arn:aws:s3:::", "s3", "", true},
        {"arn:aws::::b", "", "b", true},
        {"arn:aws:s3:::*", "s3", "", false},
        {"arn:aws:s3:::b/*", "s3", "b/", false},
        {"arn:aws:s3:::b/*/c", "s3", "b/", false},
        {"arn:aws:s3:::b?c", "s3", "b", false},
        {"arn:aws:s3:::b/${aws:username}/c", "s3", "b/", false},
        {"arn:aws:s3:::${aws:username}", "s3", "", false},
        {"arn:aws:s3:::b/${*}c", "s3", "b/*c", true},
        {"arn:aws:s3:::b/${*}c*", "s3", "b/*c", false},
        {"arn:aws:${k}:::b", "${k}", "b", true}, // R-209: text
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pc_arn_pattern_key key = {.exact = false};
        struct pc_str bytes = arn(rows[i].text, of_resource);
        assert_int_equal(pc_arn_pattern_key(bytes, &key), rows[i].service != NULL);
        if (rows[i].service != NULL) {
            assert_true(pc_str_eq(key.service, pc_str_from(rows[i].service)));
            assert_true(pc_str_eq(key.prefix, pc_str_from(rows[i].prefix)));
            assert_int_equal(key.exact, rows[i].exact);
        }
        drop(bytes);
    }
}

// In the value of an operator a variable may stand for the service.
static void a_variable_is_no_service(void **state)
{
    (void)state;
    struct pc_arn_pattern_key key;
    struct pc_str bytes = arn("arn:aws:${k}:::b", of_condition);
    assert_false(pc_arn_pattern_key(bytes, &key));
    drop(bytes);
}

static void note_key(void *context, struct pc_str key)
{
    struct pc_buf *keys = context;
    pc_buf_str(keys, key);
    pc_buf_byte(keys, ';');
}

static void variables_are_listed(void **state)
{
    (void)state;
    struct pc_buf keys;
    pc_buf_init(&keys);
    struct pc_str bytes = arn("arn:aws:s3:::${k:A}/${K:b, 'c'}", of_resource);
    pc_arn_pattern_each_variable(bytes, note_key, &keys);
    assert_view(pc_buf_view(&keys), "k:a;k:b;");
    drop(bytes);
    bytes = arn("*", of_resource);
    assert_true(pc_arn_pattern_is_any(bytes));
    pc_arn_pattern_each_variable(bytes, note_key, &keys);
    assert_view(pc_buf_view(&keys), "k:a;k:b;");
    drop(bytes);
    bytes = arn("arn:*:*:*:*:*", of_resource);
    assert_false(pc_arn_pattern_is_any(bytes));
    drop(bytes);
    pc_buf_release(&keys);
}

static void use(struct pc_str bytes)
{
    struct pc_buf out;
    pc_buf_init(&out);
    struct pc_arn_subject subject = pc_arn_subject_of(PC_STR("arn:aws:s3:a:b:c:d/e"));
    enum pc_match match = pc_arn_pattern_match(bytes, &subject, NULL, NULL);
    assert_true(match == PC_MATCH || match == PC_NOMATCH);
    struct pc_arn_pattern_key key;
    if (pc_arn_pattern_key(bytes, &key)) {
        assert_true(key.service.len + key.prefix.len < bytes.len);
        (void)(pc_str_hash(key.service) + pc_str_hash(key.prefix)); // each byte is read
    }
    pc_arn_pattern_each_variable(bytes, note_key, &out);
    pc_buf_reset(&out);
    pc_arn_pattern_write(bytes, &out);
    // What is accepted is the one form of the text that it writes.
    struct pc_buf again;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&again);
    static const struct pc_arn_pattern_options ways[] = {
        {.allow_any = true, .expand = true},
        {.allow_any = true, .expand = true, .flags = PC_PATTERN_VARIABLES},
        {.allow_any = true, .expand = true, .flags = PC_PATTERN_VARIABLES, .every_field = true},
    };
    bool found = false;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && !found; i++) {
        pc_buf_reset(&again);
        found = pc_arn_pattern_compile(pc_buf_view(&out), ways[i], &again, &error) == PC_OK &&
                pc_str_eq(pc_buf_view(&again), bytes);
    }
    assert_true(found);
    pc_buf_release(&again);
    pc_buf_release(&out);
}

static void damaged_bytes_are_refused_or_harmless(void **state)
{
    (void)state;
    static const char *const texts[] = {"*", "arn:aws:s3:::b/${k:v, 'w'}*?",
                                        "arn:aws:sqs:us-*-?::q*"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct pc_str good = arn(texts[i], of_resource);
        char *bytes = (char *)(uintptr_t)good.ptr;
        for (size_t at = 0; at < good.len; at++) {
            char kept = bytes[at];
            for (int value = 0; value < 256; value++) {
                bytes[at] = (char)(unsigned char)value;
                if (pc_arn_pattern_is_valid(good)) {
                    use(good);
                }
            }
            bytes[at] = kept;
        }
        use(good);
        for (size_t length = 0; length < good.len; length++) {
            struct pc_str part = exact(pc_str_slice(good, 0, length));
            assert_false(pc_arn_pattern_is_valid(part));
            drop(part);
        }
        drop(good);
    }
    assert_false(pc_arn_pattern_is_valid((struct pc_str){NULL, 0}));
}

static void lengths_that_leave_the_bytes_are_refused(void **state)
{
    (void)state;
    struct pc_str good = arn("arn:aws:s3:::b", of_resource);
    char *bytes = (char *)(uintptr_t)good.ptr;
    for (size_t field = 0; field < 6; field++) {
        char kept[4];
        memcpy(kept, bytes + 1 + 4 * field, 4);
        memset(bytes + 1 + 4 * field, 0xff, 4);
        assert_false(pc_arn_pattern_is_valid(good));
        memcpy(bytes + 1 + 4 * field, kept, 4);
    }
    assert_true(pc_arn_pattern_is_valid(good));
    drop(good);
}

static void a_long_text_is_over_the_limit(void **state)
{
    (void)state;
    struct pc_buf text;
    struct pc_buf out;
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_init(&text);
    pc_buf_init(&out);
    pc_buf_text(&text, "arn:aws:s3:::");
    pc_buf_fill(&text, 'x', 65536 - 13);
    assert_int_equal(pc_arn_pattern_compile(pc_buf_view(&text), of_resource, &out, &error), PC_OK);
    pc_buf_byte(&text, 'x');
    size_t length = out.len;
    assert_int_equal(pc_arn_pattern_compile(pc_buf_view(&text), of_resource, &out, &error),
                     PC_ERR_LIMIT);
    assert_int_equal(out.len, length);
    pc_buf_release(&text);
    pc_buf_release(&out);
}

static enum pc_status compile_doubled(const char *piece, size_t before, size_t behind)
{
    struct pc_buf text = {0};
    struct pc_buf out = {0};
    struct pc_pattern_error error = {PC_PATTERN_FINE, 0};
    pc_buf_text(&text, "arn:aws:s3:");
    for (size_t i = 0; i < before + behind; i++) {
        pc_buf_text(&text, i == before ? ":" : "");
        pc_buf_text(&text, piece);
    }
    pc_buf_text(&text, ":b");
    enum pc_status status = pc_arn_pattern_compile(pc_buf_view(&text), of_condition, &out, &error);
    assert_true(status == PC_OK ? pc_arn_pattern_is_valid(pc_buf_view(&out)) : out.len == 0);
    pc_buf_release(&text);
    pc_buf_release(&out);
    return status;
}

static void limits_are_those_of_all_fields_together(void **state)
{
    (void)state;
    assert_int_equal(compile_doubled("${a:b}", 32, 32), PC_OK);
    assert_int_equal(compile_doubled("${a:b}", 33, 32), PC_ERR_LIMIT);
    assert_int_equal(compile_doubled("?", 2046, 4096 - 4 - 2046), PC_OK); // 4: arn, aws, s3, b
    assert_int_equal(compile_doubled("?", 2047, 4096 - 4 - 2046), PC_ERR_LIMIT);
}

// R-209, R-502: plain text of an older document that a newer one would read as a variable.
static void text_of_an_older_document_is_told_from_variables(void **state)
{
    (void)state;
    static const char *const expected[] = {"arn:aws:s3:${r}::b/${$}{x}",
                                           "arn:aws:s3:${$}{r}::b/${$}{x}"};
    const struct pc_arn_pattern_options older = {.flags = 0};
    struct pc_str bytes = arn("arn:aws:s3:${r}::b/${x}", older);
    for (size_t every_field = 0; every_field < 2; every_field++) {
        struct pc_buf out;
        pc_buf_init(&out);
        pc_arn_pattern_write_2012(bytes, every_field == 1, &out);
        pc_buf_byte(&out, '\0');
        assert_int_equal(pc_buf_status(&out), PC_OK);
        assert_string_equal(out.ptr, expected[every_field]);
        pc_buf_release(&out);
    }
    drop(bytes);
}

struct agreement {
    const char *pattern, *subject;
    unsigned fields; // bit n - 1: field n matches
};

// Where a pattern differs; all fields match exactly where the whole does.
static void fields_that_match_are_told(void **state)
{
    (void)state;
    static const struct agreement rows[] = {
        {"*", "no ARN", 0x3f},
        {"arn:aws:s3:::*", "no ARN", 0},
        {"arn:aws:s3:::b/*", "arn:aws:s3:::b/k", 0x3f},
        {"arn:aws:s3:::b/*", "arn:aws:s3:::c/k", 0x1f},
        {"arn:aws:sqs:eu-*:1:q", "arn:aws:sqs:us-1:1:q", 0x37},
        {"arn:aws-cn:sqs:eu-*:2:q", "arn:aws:sqs:us-1:1:p", 0x05},
        {"arn:aws:s3:::${aws:username}/*", "arn:aws:s3:::bob/k", 0x3f},
        {"arn:aws:s3:::${aws:userid}/*", "arn:aws:s3:::bob/k", 0x1f}, // has no value
        {"arn:aws:s3", "arn:aws:s3:::b", 0x3f},                       // R-207
    };
    static const char *const pairs[] = {"aws:username", "bob", NULL};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct table table = {pairs, 0};
        struct pc_variables variables = {table_lookup, &table};
        struct pc_str bytes = arn(rows[i].pattern, of_resource);
        struct pc_arn_subject subject = pc_arn_subject_of(pc_str_from(rows[i].subject));
        assert_int_equal(pc_arn_pattern_fields(bytes, &subject, &variables, NULL), rows[i].fields);
        assert_int_equal(pc_arn_pattern_match(bytes, &subject, &variables, NULL),
                         rows[i].fields == PC_ARN_ALL_FIELDS ? PC_MATCH : PC_NOMATCH);
        drop(bytes);
    }
}

static void check_field(const char *pattern, size_t field, const char *expected)
{
    struct pc_buf out = {0};
    struct pc_str bytes = arn(pattern, of_resource);
    pc_arn_pattern_write_field(bytes, field, &out);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(pc_str_eq(pc_buf_view(&out), pc_str_from(expected)));
    pc_buf_release(&out);
    drop(bytes);
}

static void a_field_is_written_alone(void **state)
{
    (void)state;
    check_field("arn:aws:s3:eu-?:1:b/${aws:username}/*", 1, "arn");
    check_field("arn:aws:s3:eu-?:1:b/${aws:username}/*", 4, "eu-?");
    check_field("arn:aws:s3:eu-?:1:b/${aws:username}/*", 6, "b/${aws:username}/*");
    check_field("arn:aws:s3:::b", 4, "");
    check_field("arn:aws:s3", 6, "*"); // R-207
    check_field("*", 6, "*");
}

static void what_is_common_to_a_field_is_measured(void **state)
{
    (void)state;
    struct pc_str bytes = arn("arn:aws:s3:::photos/logs/*", of_resource);
    assert_int_equal(pc_arn_pattern_common(bytes, 6, PC_STR("photos/cat.jpg")), 7);
    assert_int_equal(pc_arn_pattern_common(bytes, 6, PC_STR("photos/logs/x")), 12);
    assert_int_equal(pc_arn_pattern_common(bytes, 6, PC_STR("pho")), 3);
    assert_int_equal(pc_arn_pattern_common(bytes, 6, PC_STR("")), 0);
    assert_int_equal(pc_arn_pattern_common(bytes, 4, PC_STR("eu")), 0);
    drop(bytes);
    bytes = arn("*", of_resource);
    assert_int_equal(pc_arn_pattern_common(bytes, 6, PC_STR("x")), 0);
    drop(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_that_match_are_told),
        cmocka_unit_test(a_field_is_written_alone),
        cmocka_unit_test(what_is_common_to_a_field_is_measured),
        cmocka_unit_test(any_matches_everything_and_nothing_else_does_without_an_arn),
        cmocka_unit_test(fields_match_alone),
        cmocka_unit_test(case_counts_and_wildcards_work_in_every_field),
        cmocka_unit_test(buckets_and_objects),
        cmocka_unit_test(versions_and_aliases_of_a_function),
        cmocka_unit_test(a_star_of_an_arn_operator_stays_in_its_field),
        cmocka_unit_test(missing_fields_become_stars),
        cmocka_unit_test(what_is_no_arn_pattern_is_refused),
        cmocka_unit_test(variables_are_read_in_the_last_field),
        cmocka_unit_test(values_of_operators_have_variables_in_every_field),
        cmocka_unit_test(a_star_may_run_past_the_colon),
        cmocka_unit_test(variables_in_front_of_the_last_field_are_text),
        cmocka_unit_test(without_the_flag_a_variable_is_text),
        cmocka_unit_test(the_first_field_of_a_condition_is_matched_like_the_others),
        cmocka_unit_test(what_an_index_can_go_by),
        cmocka_unit_test(a_variable_is_no_service),
        cmocka_unit_test(variables_are_listed),
        cmocka_unit_test(damaged_bytes_are_refused_or_harmless),
        cmocka_unit_test(lengths_that_leave_the_bytes_are_refused),
        cmocka_unit_test(a_long_text_is_over_the_limit),
        cmocka_unit_test(limits_are_those_of_all_fields_together),
        cmocka_unit_test(text_of_an_older_document_is_told_from_variables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
