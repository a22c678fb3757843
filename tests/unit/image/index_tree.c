// SPDX-License-Identifier: Apache-2.0
//
// Shapes of an index that generated sets do not come by: nothing, texts that begin alike, long
// chains, and the step from one block to two.
#include "image/index.h"

#include "image/view.h"
#include "lookup.h"
#include "records.h"
#include "sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    struct pc_arena arena;
    struct pc_image_builder builder;
    struct pc_buf bytes;
    struct pc_image image;
};

static int set_up(void **state)
{
    struct job *job = calloc(1, sizeof(*job));
    assert_non_null(job);
    pc_image_builder_init(&job->builder, &job->arena);
    add_document(&job->builder, "d", "d.json");
    *state = job;
    return 0;
}

static int tear_down(void **state)
{
    struct job *job = *state;
    pc_buf_release(&job->bytes);
    pc_image_builder_release(&job->builder);
    pc_arena_release(&job->arena);
    free(job);
    return 0;
}

// A statement of all actions and resources that were added since the one before.
static void add_statement(struct job *job)
{
    struct pc_image_builder *builder = &job->builder;
    uint32_t number = pc_image_builder_count(builder, PC_IMAGE_STATEMENTS);
    struct pc_image_statement statement = {.action_kind = PC_IMAGE_LIST_POSITIVE};
    if (number > 0) {
        memcpy(&statement,
               builder->tables[PC_IMAGE_STATEMENTS].ptr + (number - 1) * sizeof(statement),
               sizeof(statement));
    }
    statement.actions.first += statement.actions.count;
    statement.actions.count =
        pc_image_builder_count(builder, PC_IMAGE_ACTIONS) - statement.actions.first;
    statement.resources.first += statement.resources.count;
    statement.resources.count =
        pc_image_builder_count(builder, PC_IMAGE_RESOURCES) - statement.resources.first;
    statement.resource_kind =
        statement.resources.count > 0 ? PC_IMAGE_LIST_POSITIVE : PC_IMAGE_LIST_ABSENT;
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

static void add_listing(struct job *job, const char *action)
{
    add_action(&job->builder, PC_IMAGE_ACTION_NAME, action);
    add_statement(job);
}

static void add_place(struct job *job, const char *resource)
{
    add_resource(&job->builder, PC_IMAGE_RESOURCE_PATTERN, resource);
    add_statement(job);
}

static void finish(struct job *job)
{
    finish_image(&job->builder, PC_IMAGE_TYPE_IDENTITY, &job->bytes);
    assert_int_equal(pc_image_open(pc_buf_view(&job->bytes), &job->image), PC_OK);
}

enum {
    MANY = 4096,
};

// Found are the statements whose letters are expected, of which the first is 'a'.
static void check_found(const bool *found, size_t count, const char *expected)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(found[i], strchr(expected, 'a' + (int)i) != NULL);
    }
}

static void check_action(const struct job *job, const char *name, const char *expected)
{
    bool found[MANY] = {false};
    lookup_action(&job->image, PC_STR("s3"), pc_str_from(name), found);
    check_found(found, pc_image_count(&job->image, PC_IMAGE_STATEMENTS), expected);
}

static void check_resource(const struct job *job, const char *last, const char *expected)
{
    bool found[MANY] = {false};
    lookup_resource(&job->image, PC_STR("s3"), pc_str_from(last), found);
    check_found(found, pc_image_count(&job->image, PC_IMAGE_STATEMENTS), expected);
}

static void an_empty_set(void **state)
{
    struct job *job = *state;
    bool found = false;
    finish(job);
    for (int table = PC_IMAGE_WORDS; table < PC_IMAGE_TABLES; table++) {
        assert_int_equal(pc_image_count(&job->image, (enum pc_image_table)table), 0);
    }
    lookup_action(&job->image, PC_STR("s3"), PC_STR("x"), &found);
    lookup_resource(&job->image, PC_STR("s3"), PC_STR("x"), &found);
    lookup_principal(&job->image, PC_IMAGE_PRINCIPAL_ACCOUNT, PC_STR("x"), &found);
    assert_false(found);
}

static void statements_without_entries(void **state)
{
    struct job *job = *state;
    for (int i = 0; i < 9; i++) {
        add_statement(job);
    }
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_SERVICES), 0);
    check_action(job, "x", "");
    check_resource(job, "x", "abcdefghi"); // without Resource
}

// A text that is the beginning of another one, in each order of names and patterns.
static void texts_that_begin_alike(void **state)
{
    struct job *job = *state;
    static const char *const entries[] = {
        "s3:Get*", "s3:GetObject*", "s3:G*",    "s3:*",   "s3:GetObject", "s3:GetObjec?", "s3:Get",
        "s3:*t",   "s3:Gets*t",     "s3:Get**", "s3:Put", "s3:Get*Acl",   "s3:Get?*"};
    for (size_t i = 0; i < COUNT(entries); i++) {
        add_listing(job, entries[i]);
    }
    finish(job);
    check_action(job, "getobject", "abcdefhjm");
    check_action(job, "getobjects", "abcdjm");
    check_action(job, "getobjec", "acdjm");
    check_action(job, "get", "acdghj");
    check_action(job, "gets", "acdjm");
    check_action(job, "getsxt", "acdhijm");
    check_action(job, "getacl", "acdjlm");
    check_action(job, "ge", "cd");
    check_action(job, "g", "cd");
    check_action(job, "put", "dhk");
    check_action(job, "puts", "d");
    check_action(job, "x", "d");
    check_action(job, "t", "dh");
}

static void resources_that_begin_alike(void **state)
{
    struct job *job = *state;
    static const char *const entries[] = {
        "arn:aws:s3:::b",    "arn:aws:s3:::b/*",  "arn:aws:s3:::b*",
        "arn:aws:s3:::bb",   "arn:aws:s3:::b/k",  "arn:aws:s3:::b/${aws:username}",
        "arn:aws:s3:::b/k*", "arn:aws:s3:::*/k",  "arn:aws:s3:::?",
        "arn:aws:s?:::b",    "arn:aws:sqs:::b/k", "arn:aws:s3:us-east-1:1:b/k"};
    for (size_t i = 0; i < COUNT(entries); i++) {
        add_place(job, entries[i]);
    }
    finish(job);
    check_resource(job, "b", "achij");
    check_resource(job, "b/", "bcfhij");
    check_resource(job, "b/k", "bcefghijl");
    check_resource(job, "b/k2", "bcfghij");
    check_resource(job, "bb", "cdhij");
    check_resource(job, "bbb", "chij");
    check_resource(job, "", "hij");
    check_resource(job, "c", "hij");
}

// Letters of several bytes, of which the first is the same, and bytes with the highest bit.
static void bytes_beyond_ascii(void **state)
{
    struct job *job = *state;
    static const char *const entries[] = {
        "arn:aws:s3:::\u00e9/*", "arn:aws:s3:::\u00e8/*",  "arn:aws:s3:::\u00e9",
        "arn:aws:s3:::\xff",     "arn:aws:s3:::\xff\xfe*", "arn:aws:s3:::\x01*",
        "arn:aws:s3:::\x7f*",    "arn:aws:s3:::\x80*",     "arn:aws:s3:::\u20ac"};
    for (size_t i = 0; i < COUNT(entries); i++) {
        add_place(job, entries[i]);
    }
    finish(job);
    check_resource(job, "\u00e9/x", "a");
    check_resource(job, "\u00e8/x", "b");
    check_resource(job, "\u00e9", "c");
    check_resource(job, "\xc3", "");
    check_resource(job, "\xff", "d");
    check_resource(job, "\xff\xfe\xfd", "e");
    check_resource(job, "\x01\x02", "f");
    check_resource(job, "\x7f", "g");
    check_resource(job, "\x80", "h");
    check_resource(job, "\u20ac", "i");
}

// A chain of patterns, each one letter longer than the one before.
enum {
    LONGEST = 4000,
    HEAD = sizeof("arn:aws:s3:::") - 1,
};

static void write_chain(char *text, const char *head, size_t length)
{
    size_t start = strlen(head);
    memcpy(text, head, start);
    memset(text + start, 'a', length);
    memcpy(text + start + length, "*", 2);
}

static void check_chain(const bool *found, size_t length)
{
    for (size_t i = 0; i < LONGEST; i++) {
        assert_int_equal(found[i], i <= length);
    }
}

static void a_long_chain(void **state)
{
    struct job *job = *state;
    static const size_t lengths[] = {0, 1, 2, 63, 64, 1000, LONGEST - 1, LONGEST};
    char *text = malloc(HEAD + LONGEST + 2);
    assert_non_null(text);
    for (size_t i = 0; i < LONGEST; i++) {
        write_chain(text, "s3:", i);
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, text);
        write_chain(text, "arn:aws:s3:::", i);
        add_place(job, text);
    }
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_NODES), 2 * LONGEST);
    write_chain(text, "", LONGEST);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        bool found[MANY] = {false};
        lookup_action(&job->image, PC_STR("s3"), (struct pc_str){text, lengths[i]}, found);
        check_chain(found, lengths[i]);
        memset(found, 0, sizeof(found));
        lookup_resource(&job->image, PC_STR("s3"), (struct pc_str){text, lengths[i]}, found);
        check_chain(found, lengths[i]);
    }
    bool found[MANY] = {false};
    lookup_action(&job->image, PC_STR("s3"), PC_STR("aab"), found);
    check_chain(found, 2);
    free(text);
}

// The same of one statement, where names have complete sets.
static void a_long_chain_of_one_statement(void **state)
{
    struct job *job = *state;
    char *text = malloc(HEAD + LONGEST + 2);
    bool found = false;
    assert_non_null(text);
    for (size_t i = 0; i < LONGEST; i++) {
        write_chain(text, "s3:b", i);
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, text);
        text[strlen(text) - 1] = '\0'; // and the name itself
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, text);
    }
    add_statement(job);
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_NAMES), LONGEST);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_BLOCKS), 1);
    lookup_action(&job->image, PC_STR("s3"), PC_STR("a"), &found);
    assert_false(found);
    lookup_action(&job->image, PC_STR("s3"), pc_str_from(text + 3), &found);
    assert_true(found);
    free(text);
}

// So many that making each name complete would take long: the tree has them all.
static void more_names_and_globs_than_are_asked(void **state)
{
    struct job *job = *state;
    char text[32];
    for (int i = 0; i < 2048; i++) {
        (void)snprintf(text, sizeof(text), "s3:Name%d", i);
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, text);
    }
    add_statement(job);
    for (int i = 0; i < 1024; i++) {
        (void)snprintf(text, sizeof(text), "s3:*e%d?*", i);
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, text);
    }
    add_listing(job, "sqs:GetObject");
    add_action(&job->builder, PC_IMAGE_ACTION_ANY, "*");
    add_listing(job, "s3:Name204*");
    finish(job);
    check_action(job, "name7", "ac");
    check_action(job, "name2047", "abc");
    check_action(job, "name2048", "bc");
    check_action(job, "name70x", "bc");
    check_action(job, "name", "c");
    bool found[3] = {false};
    lookup_action(&job->image, PC_STR("sqs"), PC_STR("getobject"), found);
    assert_true(!found[0] && found[1] && found[2]);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_NAMES), 1); // that of the other service
}

// Sets that are equal lie once in the image, whatever leads to them.
static void equal_sets_are_one(void **state)
{
    struct job *job = *state;
    for (int i = 0; i < 100; i++) {
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, "s3:GetObject");
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, "s3:GetObject");
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, "s3:Put*");
        add_action(&job->builder, PC_IMAGE_ACTION_NAME, "sqs:*x?y");
        add_action(&job->builder, PC_IMAGE_ACTION_ANY, "*");
        add_place(job, "arn:aws:s3:::b/*");
    }
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_NAMES), 1);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_GLOBS), 1);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_BLOCKS), 2);
    assert_int_equal(pc_image_block(&job->image, 0)->number, 0);
    assert_true(pc_image_block(&job->image, 0)->bits == UINT64_MAX);
    assert_int_equal(pc_image_block(&job->image, 1)->number, 1);
    assert_true(pc_image_block(&job->image, 1)->bits == (UINT64_C(1) << 36) - 1);
}

// Up to 64 statements a name knows who lists it in whatever way; beyond, who lists it by name.
static void from_one_block_to_two(void **state)
{
    struct job *job = *state;
    const struct pc_image_name *name;
    add_listing(job, "s3:GetObject");
    add_listing(job, "s3:Get*");
    for (int i = 2; i < 64; i++) {
        add_listing(job, "sqs:*");
    }
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_WORDS), 1);
    name = pc_image_name(&job->image, 0);
    assert_int_equal(name->set.count, 1);
    assert_true(pc_image_block(&job->image, name->set.first)->bits == 3);
}

static void of_two_blocks(void **state)
{
    struct job *job = *state;
    const struct pc_image_name *name;
    bool found[65] = {false};
    add_listing(job, "s3:GetObject");
    add_listing(job, "s3:Get*");
    for (int i = 2; i < 65; i++) {
        add_listing(job, "sqs:*");
    }
    finish(job);
    assert_int_equal(pc_image_count(&job->image, PC_IMAGE_WORDS), 2);
    name = pc_image_name(&job->image, 0);
    assert_int_equal(name->set.count, 1);
    assert_true(pc_image_block(&job->image, name->set.first)->bits == 1);
    lookup_action(&job->image, PC_STR("s3"), PC_STR("getobject"), found);
    assert_true(found[0] && found[1] && !found[2] && !found[64]);
    lookup_action(&job->image, PC_STR("sqs"), PC_STR("getobject"), found);
    assert_true(found[2] && found[64]);
}

// Two statements may refer to the same records.
static void shared_records(void **state)
{
    struct job *job = *state;
    struct pc_image_statement statement = {.action_kind = PC_IMAGE_LIST_POSITIVE,
                                           .resource_kind = PC_IMAGE_LIST_POSITIVE,
                                           .actions = {0, 2},
                                           .resources = {0, 1}};
    add_action(&job->builder, PC_IMAGE_ACTION_NAME, "s3:GetObject");
    add_action(&job->builder, PC_IMAGE_ACTION_NAME, "s3:Put*");
    add_resource(&job->builder, PC_IMAGE_RESOURCE_PATTERN, "arn:aws:s3:::b");
    for (int i = 0; i < MANY; i++) {
        pc_image_builder_add(&job->builder, PC_IMAGE_STATEMENTS, &statement);
    }
    finish(job);
    bool found[MANY] = {false};
    lookup_action(&job->image, PC_STR("s3"), PC_STR("putobject"), found);
    for (int i = 0; i < MANY; i++) {
        assert_true(found[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_set),
        TEST(statements_without_entries),
        TEST(texts_that_begin_alike),
        TEST(resources_that_begin_alike),
        TEST(bytes_beyond_ascii),
        TEST(a_long_chain),
        TEST(a_long_chain_of_one_statement),
        TEST(more_names_and_globs_than_are_asked),
        TEST(equal_sets_are_one),
        TEST(from_one_block_to_two),
        TEST(of_two_blocks),
        TEST(shared_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
