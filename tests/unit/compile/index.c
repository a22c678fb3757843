// SPDX-License-Identifier: Apache-2.0
//
// What a document says comes to the index: one over all documents of the set, by actions in lower
// case, by resources and by principals. What the index is made of, the tests of image have.
#include "compiled.h"

#include "image/lookup.h"

#include <string.h>

enum {
    MANY = 100,
};

// The set is exactly these statements.
static void check_set(const struct pc_image *image, struct pc_image_range set,
                      const uint32_t *expected, size_t count)
{
    bool found[MANY] = {false};
    lookup_set(image, set, found);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        bool wanted = false;
        for (size_t k = 0; k < count; k++) {
            wanted = wanted || expected[k] == i;
        }
        assert_int_equal(found[i], wanted);
    }
}

#define SET(...) (const uint32_t[]){__VA_ARGS__}, COUNT(((const uint32_t[]){__VA_ARGS__}))

// Equal entries of several statements are one, in any case; "*:*" is "*".
static void equal_actions_are_one(void **state)
{
    (void)state;
    struct compiled compiled;
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("[{'Effect':'Allow','Action':['s3:GetObject','s3:Put*'],'Resource':'*'},"
                          "{'Effect':'Deny','Action':['sqs:*','S3:getobject','s3:GETOBJECT',"
                          "'s3:put*'],'Resource':'*'},"
                          "{'Effect':'Deny','NotAction':['s3:Put**','*','*:*'],'Resource':'*'},"
                          "{'Effect':'Deny','Action':['s3: GetObject','*'],'Resource':'*'}]"));
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_SERVICES), 2);
    assert_int_equal(pc_image_count(image, PC_IMAGE_NAMES), 1);
    assert_int_equal(pc_image_count(image, PC_IMAGE_NODES), 2); // "put" of s3, "" of sqs
    assert_int_equal(pc_image_count(image, PC_IMAGE_GLOBS), 0);
    const struct pc_image_name *name = pc_image_name(image, 0);
    assert_view(pc_image_text(image, name->name), "getobject");
    check_set(image, name->set, SET(0, 1, 2, 3));
    check_set(image, pc_image_node(image, 0)->prefix, SET(0, 1, 2));
    check_set(image, pc_image_node(image, 1)->prefix, SET(1));
    check_set(image, image->header->index.every, SET(2, 3));
    check_set(image, image->header->index.negated, SET(2));
    compiled_release(&compiled);
}

// One index for all documents of the set.
static void documents_share_the_index(void **state)
{
    (void)state;
    static const char *const texts[] = {
        IDENTITY("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}"),
        IDENTITY("{'Effect':'Allow','Action':'*','Resource':'*'}"),
        IDENTITY("{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}"),
    };
    struct compiled compiled;
    compile_texts(&compiled, PC_POLICY_IDENTITY, texts, COUNT(texts));
    assert_int_equal(compiled.status, PC_OK);
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_NAMES), 1);
    check_set(image, pc_image_name(image, 0)->set, SET(0, 1, 2));
    check_set(image, image->header->index.every, SET(1));
    assert_true(pc_image_word(image, 0)->open == 7);
    compiled_release(&compiled);
}

// A resource policy of so many statements that there is each kind of index: two in a row name a
// user, three an action, and each has a place of its own.
static void write_policy(struct pc_buf *text)
{
    pc_buf_text(text, "{'Version':'2012-10-17','Statement':[");
    for (int i = 0; i < MANY; i++) {
        pc_buf_format(text,
                      "%s{'Effect':'Allow','Principal':{'AWS':'arn:aws:iam::111111111111:user/u%d'"
                      "},'Action':'s3:Get%d','Resource':'arn:aws:s3:::b/%d/*'}",
                      i > 0 ? "," : "", i / 2, i / 3, i);
    }
    pc_buf_text(text, "]}");
    pc_buf_byte(text, '\0');
}

static void a_large_policy(void **state)
{
    (void)state;
    struct pc_buf text = {0};
    struct compiled compiled;
    bool found[MANY] = {false};
    write_policy(&text);
    compile_fine(&compiled, PC_POLICY_RESOURCE, text.ptr);
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_WORDS), 2);
    lookup_action(image, PC_STR("s3"), PC_STR("get25"), found);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(found[i], i / 3 == 25);
    }
    memset(found, 0, sizeof(found));
    lookup_resource(image, PC_STR("s3"), PC_STR("b/7/k"), found);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(found[i], i == 7);
    }
    memset(found, 0, sizeof(found));
    lookup_principal(image, PC_IMAGE_PRINCIPAL_USER, PC_STR("arn:aws:iam::111111111111:user/u40"),
                     found);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(found[i], i / 2 == 40);
    }
    compiled_release(&compiled);
    pc_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_actions_are_one),
        cmocka_unit_test(documents_share_the_index),
        cmocka_unit_test(a_large_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
