// SPDX-License-Identifier: Apache-2.0
//
// Which patterns of policies can match a resource of which shape. Then patterns and shapes by
// chance: what is cut out of an ARN of the shape, with wildcards put in, meets the shape.
#include "testing.h"

#include "catalog/catalog.h"

#include <stdio.h>

#define BUCKET   "arn:${Partition}:s3:::${BucketName}"
#define OBJECT   "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
#define FUNCTION "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"
#define ALIAS    FUNCTION ":${Alias}"
#define ROLE     "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"

struct row {
    const char *shape, *pattern;
    bool meets;
};

static const struct row rows[] = {
    {BUCKET, "arn:aws:s3:::b", true},
    {BUCKET, "arn:aws-cn:s3:::b*", true},
    {BUCKET, "*", true},
    {BUCKET, "arn:aws:s3:::*", true},
    {BUCKET, "arn:*:s3:::b", true},
    {BUCKET, "arn:aws:s3:::", false}, // a name is not empty
    {BUCKET, "arn:aws:s3:::b/*", false},
    {BUCKET, "arn:aws:s3:::${aws:username}", true},
    {BUCKET, "arn:aws:s3:::${aws:username}/*", false},
    {BUCKET, "arn:aws:s3:us-east-1::b", false},
    {BUCKET, "arn:aws:s3*", true},
    {BUCKET, "arn:aws:s?:::b", true},
    {BUCKET, "arn:aws:s3", true},
    {BUCKET, "arn:aws:sqs:*", false},
    {BUCKET, "arn:*:b", true},
    {BUCKET, "arn:aws:sqs:::b", false},
    {BUCKET, "ARN:aws:s3:::b", false},
    {BUCKET, "arn::s3:::b", false},
    {OBJECT, "arn:aws:s3:::b/*", true},
    {OBJECT, "arn:aws:s3:::b", false},
    {OBJECT, "arn:aws:s3:::b*", true},
    {OBJECT, "arn:aws:s3:::b/a:b/c", true},
    {OBJECT, "arn:aws:s3:::b/?", true},
    {OBJECT, "arn:aws:s3:::?/", false},
    {FUNCTION, "arn:aws:lambda:eu-west-1:111122223333:function:f", true},
    {FUNCTION, "arn:aws:lambda:eu-west-1:111122223333:function:f:prod", true},
    {FUNCTION, "arn:aws:lambda:${aws:PrincipalTag/region}:1:function:f", true},
    {ALIAS, "arn:aws:lambda:eu-west-1:111122223333:function:f:prod", true},
    {FUNCTION, "arn:aws:lambda:*:*:function:*", true},
    {FUNCTION, "arn:aws:lambda::111122223333:function:f", false},
    {FUNCTION, "arn:aws:lambda:*:111122223333:func*", true},
    {FUNCTION, "arn:aws:lambda:*:111122223333:layer:*", false},
    {FUNCTION, "arn:aws:lambda:eu/west:1:function:f", false},
    {ROLE, "arn:aws:iam::111122223333:role/a/b/c", true},
    {ROLE, "arn:aws:iam::*:role/*", true},
    {ROLE, "arn:aws:iam:::role/x", false},
    {ROLE, "arn:aws:iam::111122223333:user/x", false},
    {ROLE, "arn:aws:iam:*:*:x/role/x", false},
    {ROLE, "arn:aws:iam:*:role/x:x", false}, // a star does not take the account as well
    {ROLE, "arn:*:*:*:*:role/x", true},
    {ALIAS, "arn:aws:lambda:*:prod", true},
    {ALIAS, "arn:aws:lambda:*:*:prod", false}, // six fields, and "prod" is no function
    {"arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}",
     "arn:aws:dynamodb:*:*:table/t/index/*", false},
    {"arn:${Partition}:dms:${Region}:${Account}:cert:*", "arn:aws:dms:r:1:cert:x", true},
    {"arn:${Partition}:dms:${Region}:${Account}:cert:*", "arn:aws:dms:r:1:cert:", true},
    {"arn:${Partition}:dms:${Region}:${Account}:cert:*", "arn:aws:dms:r:1:task:x", false},
    {"arn:${Partition}:x:::a", "arn:aws:x:::a", true},
    {"arn:${Partition}:x:::a", "arn:aws:x:::ab", false},
    {"arn:${Partition}:x:::a", "arn:aws:x:::", false},
};

static void meets_what_it_can_be(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        print_message("# %s %s\n", rows[i].shape, rows[i].pattern);
        assert_int_equal(
            pc_catalog_shape_meets(pc_str_from(rows[i].shape), pc_str_from(rows[i].pattern)),
            rows[i].meets);
    }
}

// Always the same numbers.
static unsigned below(unsigned limit)
{
    static uint64_t state = 20260926;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(state >> 33) % limit;
}

// A text of letters that a placeholder may be, and the shape that has placeholders for some of
// them.
static void draw(char *text, char *shape, size_t letters)
{
    static const char alphabet[] = "ab:/";
    size_t out = (size_t)sprintf(shape, "arn:${P}:s:${R}:${A}:");
    text += sprintf(text, "arn:p:s:r:1:");
    for (size_t i = 0; i < letters; i++) {
        *text++ = alphabet[below(4)];
        if (below(3) == 0) {
            out += (size_t)sprintf(shape + out, "${N}");
        } else {
            shape[out++] = text[-1];
        }
    }
    *text = '\0';
    shape[out] = '\0';
}

// The text with some of it, a piece or a letter of its last field, taken for wildcards.
static void blur(const char *text, char *pattern)
{
    for (int colons = 0; colons < 5; colons += pattern[-1] == ':') {
        *pattern++ = *text++;
    }
    while (*text != '\0') {
        switch (below(6)) {
        case 0:
            *pattern++ = '*';
            for (unsigned skip = below(4); skip > 0 && *text != '\0'; skip--) {
                text++;
            }
            break;
        case 1:
            *pattern++ = '?';
            text++;
            break;
        default:
            *pattern++ = *text++;
            break;
        }
    }
    *pattern = '\0';
}

static void meets_the_patterns_of_its_arns(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[64], shape[128], pattern[128];
        draw(text, shape, 1 + below(12));
        blur(text, pattern);
        if (!pc_catalog_shape_meets(pc_str_from(shape), pc_str_from(pattern))) {
            fail_msg("%s is of %s and matches %s", text, shape, pattern);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meets_what_it_can_be),
        cmocka_unit_test(meets_the_patterns_of_its_arns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
