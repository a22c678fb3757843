// SPDX-License-Identifier: Apache-2.0
//
// What the reader keeps of a line, and what it refuses.
#include "testing.h"

#include "catalog/catalog.h"
#include "small.h"

static struct pc_arena arena;
static struct pc_diags diags;

static const struct pc_catalog *read_text(struct pc_str text, enum pc_status *status)
{
    const struct pc_catalog *catalog = NULL;
    pc_diags_init(&diags, &arena);
    *status = pc_catalog_read(&arena, PC_STR("some.txt"), text, &diags, &catalog);
    return catalog;
}

static void keeps_what_the_lines_say(void **state)
{
    (void)state;
    enum pc_status status;
    const struct pc_catalog *catalog = read_text(PC_STR(SMALL), &status);
    assert_int_equal(status, PC_OK);
    assert_view(pc_catalog_date(catalog), "2026-09-26");
    assert_view(pc_catalog_global_at(catalog, 0)->name, "aws:CalledVia");
    assert_true(pc_catalog_global_at(catalog, 0)->multivalued);
    assert_int_equal(pc_catalog_global_at(catalog, 0)->type, PC_KEY_STRING);
    assert_int_equal(pc_catalog_global_at(catalog, 2)->type, PC_KEY_NONE);
    assert_null(pc_catalog_global_at(catalog, 4));
    const struct pc_catalog_service *ec2 = pc_catalog_service_at(catalog, 0);
    assert_view(ec2->prefix, "ec2");
    assert_true(ec2->rcp);
    assert_false(ec2->shared);
    assert_false(pc_catalog_service_at(catalog, 1)->rcp);
    assert_true(pc_catalog_service_at(catalog, 1)->shared);
    assert_null(pc_catalog_service_at(catalog, 2));
    assert_int_equal(ec2->key_count, 4);
    assert_view(ec2->keys[1].name, "ec2:Attribute/${Name}");
    assert_int_equal(ec2->keys[1].type, PC_KEY_ARN);
    assert_view(ec2->keys[3].name, "saml:aud");
    assert_int_equal(ec2->type_count, 2);
    assert_view(ec2->types[0].name, "image");
    assert_ptr_equal(ec2->types[0].keys[0], &ec2->keys[2]);
    assert_int_equal(ec2->types[1].arn_count, 2);
    assert_view(ec2->types[1].arns[1], "arn:${Partition}:ec2:${Region}:${Account}:i/${InstanceId}");
    assert_int_equal(ec2->types[1].key_count, 0);
}

static void keeps_actions(void **state)
{
    (void)state;
    enum pc_status status;
    const struct pc_catalog *catalog = read_text(PC_STR(SMALL), &status);
    assert_int_equal(status, PC_OK);
    const struct pc_catalog_service *ec2 = pc_catalog_service_at(catalog, 0);
    assert_int_equal(ec2->action_count, 3);
    assert_int_equal(ec2->actions[0].access, PC_ACCESS_LIST);
    assert_int_equal(ec2->actions[0].resource_count, 0);
    const struct pc_catalog_action *run = &ec2->actions[1];
    assert_int_equal(run->access, PC_ACCESS_TAGGING | PC_ACCESS_WRITE);
    assert_int_equal(run->resource_count, 2);
    assert_ptr_equal(run->resources[0].type, &ec2->types[0]);
    assert_false(run->resources[0].required);
    assert_ptr_equal(run->resources[1].type, &ec2->types[1]);
    assert_true(run->resources[1].required);
    assert_int_equal(run->key_count, 2);
    assert_ptr_equal(run->keys[0], &ec2->keys[1]);
    assert_ptr_equal(run->keys[1], pc_catalog_global_at(catalog, 1));
    const struct pc_catalog_service *s3 = pc_catalog_service_at(catalog, 1);
    assert_int_equal(s3->actions[1].access, PC_ACCESS_PERMISSIONS | PC_ACCESS_READ);
}

struct refusal {
    const char *text;
    unsigned line;
    const char *says;
};

#define LINE "s\ts3\nk\t:x\tString\nt\tb\tarn:p:s3:::b\n" // lines 8 to 10

static const struct refusal refusals[] = {
    {"", 0, "no service reference"},
    {"polcheck service reference\t2\n", 1, "no service reference"},
    {"polcheck service reference\t1\ndate\t2026-9-26x\n", 2, "no date"},
    {"polcheck service reference\t1\ndate\t2026/09/26\n", 2, "no date"},
    {"polcheck service reference\t1\ndate\t2026-09-26\nfrom\tx\n", 3, "no source"},
    {SMALL_HEAD "s\ts3", 8, "the last line has no end"},
    {SMALL_HEAD "s\ts3\n\n", 9, "an empty line"},
    {SMALL_HEAD "s\ts3\t\n", 8, "an empty line or an empty last field"},
    {SMALL_HEAD "s\ts\xc3\xa4\n", 8, "printable ASCII"},
    {SMALL_HEAD "s\ts3\r\n", 8, "printable ASCII"},
    {SMALL_HEAD "s\ts3\tscp\n", 8, "neither \"rcp\" nor \"shared\" behind a service"},
    {SMALL_HEAD "s\ts3\trcp,rcp\n", 8, "behind a service: \"rcp,rcp\""},
    {SMALL_HEAD "s\ts3\tshared,\n", 8, "behind a service: \"shared,\""},
    {SMALL_HEAD "s\ts3\trcp\tx\n", 8, "4 fields where there are 2 to 3"},
    {SMALL_HEAD "x\ts3\n", 8, "a line of another kind"},
    {SMALL_HEAD "g\tz:a\tBool\nk\t:x\tString\n", 9, "not in its place"},
    {SMALL_HEAD "g\taws:A\tBool\n", 8, "names are in order"},
    {SMALL_HEAD "g\tEC2:sourceinstancearn\tARN\n", 8, "names are in order and come once"},
    {SMALL_HEAD "s\ts3\ns\ts3\n", 9, "names are in order and come once"},
    {SMALL_HEAD "s\ts3\ns\tec2\n", 9, "names are in order"},
    {SMALL_HEAD "s\ts3\ng\tz:a\tBool\n", 9, "not in its place"},
    {SMALL_HEAD "s\ts3\nk\t:b\tString\nk\t:a\tString\n", 10, "names are in order"},
    {SMALL_HEAD "s\ts3\nk\t:b\tText\n", 9, "unknown type of a condition key: \"Text\""},
    {SMALL_HEAD "s\ts3\nk\t:b\tArrayOf\n", 9, "unknown type"},
    {SMALL_HEAD "s\ts3\nk\t:b\n", 9, "2 fields where there are 3"},
    {SMALL_HEAD LINE "k\t:y\tString\n", 11, "not in its place"},
    {SMALL_HEAD LINE "t\ta\tarn:p:s3:::a\n", 11, "names are in order"},
    {SMALL_HEAD LINE "t\tc\tarn:p:s3::c\n", 11, "no shape of ARNs"},
    {SMALL_HEAD LINE "t\tc\tarn:p:s3:::c,\n", 11, "no shape of ARNs: \"\""},
    {SMALL_HEAD LINE "t\tc\t\t:x\n", 11, "a resource type without an ARN"},
    {SMALL_HEAD LINE "t\tc\tarn:p:s3:::c\t:y\n", 11, "unknown condition key \":y\""},
    {SMALL_HEAD LINE "t\tc\tarn:p:s3:::c\t:X\n", 11, "unknown condition key \":X\""},
    {SMALL_HEAD LINE "t\tc\tarn:p:s3:::c\t:x,:x\n", 11, "\"s3:x\" twice"},
    {SMALL_HEAD LINE "a\tGet\tX\n", 11, "no levels of access: \"X\""},
    {SMALL_HEAD LINE "a\tGet\tRR\n", 11, "no levels of access"},
    {SMALL_HEAD LINE "a\tGet\t\tb\n", 11, "without a level of access"},
    {SMALL_HEAD LINE "a\tGet\n", 11, "2 fields where there are 3 to 5"},
    {SMALL_HEAD LINE "a\tGet\tR\tbucket\n", 11, "unknown resource type \"bucket\""},
    {SMALL_HEAD LINE "a\tGet\tR\tB\n", 11, "unknown resource type \"B\""},
    {SMALL_HEAD LINE "a\tGet\tR\tb,b*\n", 11, "names are in order and come once"},
    {SMALL_HEAD LINE "a\tGet\tR\tb,\n", 11, "unknown resource type \"\""},
    {SMALL_HEAD LINE "a\tGet\tR\tb\taws:Nothing\n", 11, "unknown condition key \"aws:Nothing\""},
    {SMALL_HEAD LINE "a\tGet\tR\tb\t:x\t:x\n", 11, "more than 5 fields"},
    {SMALL_HEAD LINE "a\tGet\tR\na\tget\tR\n", 12, "names are in order and come once"},
    {SMALL_HEAD LINE "a\tGet\tR\nt\tc\tarn:p:s3:::c\n", 12, "not in its place"},
};

static void refuses_what_it_does_not_know(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        enum pc_status status;
        const struct pc_catalog *catalog = read_text(pc_str_from(refusals[i].text), &status);
        print_message("# %s\n", refusals[i].says);
        assert_int_equal(status, PC_ERR_INVALID);
        assert_null(catalog);
        assert_int_equal(diags.errors, 1);
        assert_int_equal(diags.first->code, PC_DIAG_CATALOG_TEXT);
        assert_int_equal(diags.first->place.line, refusals[i].line);
        assert_view(diags.first->place.file, "some.txt");
        char message[300] = "";
        memcpy(message, diags.first->message.ptr, diags.first->message.len);
        assert_non_null(strstr(message, refusals[i].says));
    }
}

// A name that does not fit is refused, with and without the service in front.
static void refuses_long_names(void **state)
{
    (void)state;
    char name[300];
    memset(name, 'n', sizeof(name));
    static const struct {
        const char *head;
        size_t longest; // "s3" and ':' come to the first
    } names[] = {{SMALL_HEAD "s\ts3\nk\t:", 253}, {SMALL_HEAD "s\t", 256}};
    for (size_t i = 0; i < 4; i++) {
        struct pc_str parts[] = {pc_str_from(names[i / 2].head),
                                 {name, names[i / 2].longest + i % 2},
                                 pc_str_from(i / 2 == 0 ? "\tBool\n" : "\n")};
        struct pc_str text;
        enum pc_status status;
        assert_int_equal(pc_arena_join(&arena, parts, 3, &text), PC_OK);
        (void)read_text(text, &status);
        assert_int_equal(status, i % 2 == 0 ? PC_OK : PC_ERR_INVALID);
    }
}

// No beginning of a reference is one, but where a line of an action, type, key or service ends.
static void refuses_what_is_cut_short(void **state)
{
    (void)state;
    const struct pc_str whole = PC_STR(SMALL);
    size_t fine = 0;
    for (size_t end = 0; end < whole.len; end++) {
        enum pc_status status;
        (void)read_text(pc_str_slice(whole, 0, end), &status);
        bool complete = end > 0 && whole.ptr[end - 1] == '\n' &&
                        end >= strlen("polcheck service reference\t1\ndate\t2026-09-26\n"
                                      "source\tmade by hand\n");
        assert_int_equal(status, complete ? PC_OK : PC_ERR_INVALID);
        fine += complete;
    }
    assert_int_equal(fine, 18); // lines from the source to the last but one
}

static int set_up(void **state)
{
    (void)state;
    pc_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pc_arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_the_lines_say),      cmocka_unit_test(keeps_actions),
        cmocka_unit_test(refuses_what_it_does_not_know), cmocka_unit_test(refuses_long_names),
        cmocka_unit_test(refuses_what_is_cut_short),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
