// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include "match/pattern.h"

#include <string.h>

static struct pc_str written(struct pc_arena *arena, struct pc_str pattern)
{
    struct pc_buf text = {0};
    struct pc_str copy;
    pc_pattern_write(pattern, &text);
    assert_int_equal(pc_arena_copy(arena, pc_buf_view(&text), &copy), PC_OK);
    pc_buf_release(&text);
    return copy;
}

struct action_row {
    const char *text;
    uint32_t kind;
    const char *service, *name; // of a NAME
};

//
static void kinds(void **state)
{
    (void)state;
    static const struct action_row rows[] = {
        {"*", PC_IMAGE_ACTION_ANY, NULL, NULL},
        {"*:*", PC_IMAGE_ACTION_ANY, NULL, NULL},
        {"s3:GetObject", PC_IMAGE_ACTION_NAME, "s3", "getobject"},
        {"S3:getOBJECT", PC_IMAGE_ACTION_NAME, "s3", "getobject"},
        {"s3:*", PC_IMAGE_ACTION_NAME, "s3", "*"},
        {"s3:Get*Acl", PC_IMAGE_ACTION_NAME, "s3", "get*acl"},
        {"iam:?etUser", PC_IMAGE_ACTION_NAME, "iam", "?etuser"},
        {"execute-api:Invoke", PC_IMAGE_ACTION_NAME, "execute-api", "invoke"},
        {"s3:GetObject,PutObject", PC_IMAGE_ACTION_NAME, "s3", "getobject,putobject"},
        {"s3:Get:Object", PC_IMAGE_ACTION_NAME, "s3", "get:object"},
        {"s3:Get${aws:username}", PC_IMAGE_ACTION_NAME, "s3", "get${aws:username}"},
        {"s3:${*}", PC_IMAGE_ACTION_NAME, "s3", "${*}"},
        {"s*:GetObject", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s?:GetObject", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"*:GetObject", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3:", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"*:", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3: GetObject", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3:GetObject ", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {" s3:GetObject", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3:Get Object", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3:GetObject\\t", PC_IMAGE_ACTION_NEVER, NULL, NULL},
        {"s3:GetObject\\n", PC_IMAGE_ACTION_NEVER, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        struct pc_buf text = {0};
        pc_buf_format(&text, IDENTITY("{'Effect':'Deny','Action':'%s','Resource':'*'}"),
                      rows[i].text);
        pc_buf_byte(&text, '\0');
        compile_fine(&compiled, PC_POLICY_IDENTITY, text.ptr);
        pc_buf_release(&text);
        assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_ACTIONS), 1);
        const struct pc_image_action *action = pc_image_action(&compiled.image, 0);
        assert_int_equal(action->kind, rows[i].kind);
        if (rows[i].kind == PC_IMAGE_ACTION_NAME) {
            struct pc_str name =
                written(&compiled.arena, pc_image_text(&compiled.image, action->name));
            assert_true(pc_str_eq(pc_image_text(&compiled.image, action->service),
                                  pc_str_from(rows[i].service)));
            assert_true(pc_str_eq(name, pc_str_from(rows[i].name)));
        } else if (rows[i].kind == PC_IMAGE_ACTION_NEVER && strchr(rows[i].text, '\\') == NULL) {
            assert_true(
                pc_str_eq(pc_image_text(&compiled.image, action->name), pc_str_from(rows[i].text)));
        }
        compiled_release(&compiled);
    }
}

// what an entry lists, asked through the image.
static void what_is_listed(void **state)
{
    (void)state;
    static const struct {
        const char *entry, *service, *name;
        bool listed;
    } rows[] = {
        {"*", "iam", "createuser", true},
        {"*:*", "iam", "createuser", true},
        {"S3:GETOBJECT", "s3", "getobject", true},
        {"s3:GetObject", "s3", "getobjectacl", false},
        {"s3:GetObject", "s3-object-lambda", "getobject", false},
        {"iam:*AccessKey*", "iam", "updateaccesskey", true},
        {"iam:*AccessKey*", "iam", "accesskey", true},
        {"s3:GetObject?", "s3", "getobject", false},
        {"s3:GetObject?", "s3", "getobjects", true},
        {"s3:Get*Acl", "s3", "getobjectacl", true},
        {"s3:*", "s3", "x", true},
        {"s3:*", "sts", "x", false},
        {"s*:GetObject", "s3", "getobject", false},
        {"s3:GetObject ", "s3", "getobject", false},
        {"s3:GetObject,PutObject", "s3", "getobject", false},
        {"s3:GetObject,PutObject", "s3", "putobject", false},
        {"s3:${*}", "s3", "*", false},
        {"s3:${*}", "s3", "${anything}", true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct compiled compiled;
        struct pc_buf text = {0};
        bool record = !rows[i].listed;
        bool index = !rows[i].listed;
        pc_buf_format(&text, IDENTITY("{'Effect':'Deny','NotAction':'%s','Resource':'*'}"),
                      rows[i].entry);
        pc_buf_byte(&text, '\0');
        compile_fine(&compiled, PC_POLICY_IDENTITY, text.ptr);
        pc_buf_release(&text);
        assert_int_equal(pc_image_statement(&compiled.image, 0)->action_kind,
                         PC_IMAGE_LIST_NEGATED);
        listed_by_records(&compiled.image, pc_str_from(rows[i].service), pc_str_from(rows[i].name),
                          &record);
        listed_by_index(&compiled.image, pc_str_from(rows[i].service), pc_str_from(rows[i].name),
                        &index);
        assert_int_equal(record, rows[i].listed);
        assert_int_equal(index, rows[i].listed);
        compiled_release(&compiled);
    }
}

//
static void empty_lists(void **state)
{
    (void)state;
    struct compiled compiled;
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("[{'Effect':'Deny','Action':[],'Resource':'*'},"
                          "{'Effect':'Deny','NotAction':[],'Resource':'*'}]"));
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_statement(image, 0)->action_kind, PC_IMAGE_LIST_POSITIVE);
    assert_int_equal(pc_image_statement(image, 0)->actions.count, 0);
    assert_int_equal(pc_image_statement(image, 1)->action_kind, PC_IMAGE_LIST_NEGATED);
    assert_int_equal(pc_image_statement(image, 1)->actions.count, 0);
    assert_int_equal(pc_image_count(image, PC_IMAGE_SERVICES), 0);
    compiled_release(&compiled);
}

static void order_of_a_list(void **state)
{
    (void)state;
    struct compiled compiled;
    static const uint32_t kinds[] = {PC_IMAGE_ACTION_NAME, PC_IMAGE_ACTION_ANY,
                                     PC_IMAGE_ACTION_NEVER, PC_IMAGE_ACTION_NAME,
                                     PC_IMAGE_ACTION_NAME};
    static const char *const texts[] = {"b", "", "s3:", "a", "b"};
    compile_fine(&compiled, PC_POLICY_IDENTITY,
                 IDENTITY("{'Effect':'Deny','Action':['s3:b','*','s3:','iam:a','s3:b'],"
                          "'Resource':'*'}"));
    assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_ACTIONS), COUNT(texts));
    for (uint32_t i = 0; i < COUNT(texts); i++) {
        const struct pc_image_action *action = pc_image_action(&compiled.image, i);
        struct pc_str text = pc_image_text(&compiled.image, action->name);
        text = kinds[i] == PC_IMAGE_ACTION_NAME ? written(&compiled.arena, text) : text;
        assert_int_equal(action->kind, kinds[i]);
        assert_true(pc_str_eq(text, pc_str_from(texts[i])));
    }
    compiled_release(&compiled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        cmocka_unit_test(what_is_listed),
        cmocka_unit_test(empty_lists),
        cmocka_unit_test(order_of_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
