// SPDX-License-Identifier: Apache-2.0
//
// The index of generated sets against the obvious: by action it is what the texts of the entries
// say, by resource and principal what they allow to go by, and never less than
// what the matchers say.
#include "image/index.h"

#include "colliding.h"
#include "image/view.h"
#include "lookup.h"
#include "made.h"
#include "match/arn_pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// By action
// -----------------------------------------------------------------------------------------

// R-104, as obvious as it can be; short texts only.
static bool naive_glob(const char *pattern, const char *text)
{
    if (*pattern == '*') {
        return naive_glob(pattern + 1, text) || (*text != '\0' && naive_glob(pattern, text + 1));
    }
    if (*pattern == '\0' || *text == '\0') {
        return *pattern == *text;
    }
    return (*pattern == '?' || pc_char_lower(*pattern) == *text) &&
           naive_glob(pattern + 1, text + 1);
}

// The request in lower case.
static bool lists_action(const struct list *list, const char *service, const char *name)
{
    bool listed = false;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        struct pc_str parts[2];
        listed = listed || entry->kind == PC_IMAGE_ACTION_ANY ||
                 (entry->kind == PC_IMAGE_ACTION_NAME &&
                  pc_str_split(pc_str_from(entry->text), ':', parts, 2) == 2 &&
                  pc_str_eq(parts[0], pc_str_from(service)) && naive_glob(parts[1].ptr, name));
    }
    return listed;
}

static void check_action(const struct made *made, const struct pc_image *image, const char *service,
                         const char *name)
{
    bool found[MAX_STATEMENTS] = {false};
    lookup_action(image, pc_str_from(service), pc_str_from(name), found);
    for (size_t i = 0; i < made->count; i++) {
        bool listed = lists_action(&made->statements[i].actions, service, name);
        if (found[i] != listed) {
            fail_msg("%s:%s of %zu statements: in statement %zu %d, expected %d", service, name,
                     made->count, i, found[i], listed);
        }
    }
}

static void check_actions(const struct made *made, const struct pc_image *image)
{
    static const char *const asked_services[] = {"s3", "sqs", "iam", "s3-object-lambda",
                                                 "a",  "ab",  "s",   "sns"};
    static const char *const asked_names[] = {
        "getobject",     "putobject", "getobjectacl", "getbucketacl", "listbucket",    "list",
        "lists",         "a",         "ab",           "aba",          "abb",           "b",
        "deleteobject",  "get",       "getx",         "ge",           "getobject,put", "x",
        "getobjectxacl", "getobjec",  "putobjectacl", "abab",         "listbuckets",   "getobject2",
    };
    for (size_t i = 0; i < COUNT(asked_services); i++) {
        for (size_t k = 0; k < COUNT(asked_names); k++) {
            check_action(made, image, asked_services[i], asked_names[k]);
        }
    }
}

// By resource
// ---------------------------------------------------------------------------------------

// May the entry match an ARN with this service and last field, as far as the literal text at the
// start of the last field tells?
static bool may_match(const struct entry *entry, struct pc_str service, struct pc_str last)
{
    struct pc_str fields[6];
    if (entry->kind == PC_IMAGE_RESOURCE_NEVER) {
        return false;
    }
    if (pc_str_split(pc_str_from(entry->text), ':', fields, 6) < 6 ||
        pc_str_find(fields[2], '*', 0) != SIZE_MAX) {
        return true;
    }
    size_t literal = strcspn(fields[5].ptr, "*?$");
    return pc_str_eq(fields[2], service) &&
           (literal < fields[5].len ? pc_str_has_prefix(last, pc_str_slice(fields[5], 0, literal))
                                    : pc_str_eq(last, fields[5]));
}

// NotResource and an absent list may always match; also a statement of which one entry may match
// any service is asked for whatever there is.
static bool may_place(const struct list *list, struct pc_str service, struct pc_str last)
{
    bool any = list->kind != PC_IMAGE_LIST_POSITIVE;
    for (size_t i = 0; i < list->count && !any; i++) {
        any = may_match(&list->entries[i], service, last);
    }
    return any;
}

static bool lookup_variable(void *context, struct pc_str key, struct pc_str *value)
{
    (void)context;
    (void)key;
    *value = PC_STR("ey");
    return true;
}

static bool matches(const struct pc_image *image, uint32_t number,
                    const struct pc_arn_subject *subject)
{
    const struct pc_variables variables = {lookup_variable, NULL};
    const struct pc_image_statement *statement = pc_image_statement(image, number);
    bool listed = false;
    for (uint32_t i = 0; i < statement->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_image_resource(image, statement->resources.first + i);
        listed = listed || (resource->kind == PC_IMAGE_RESOURCE_PATTERN &&
                            pc_arn_pattern_match(pc_image_text(image, resource->pattern), subject,
                                                 &variables, NULL) == PC_MATCH);
    }
    return statement->resource_kind == PC_IMAGE_LIST_ABSENT ||
           listed != (statement->resource_kind == PC_IMAGE_LIST_NEGATED);
}

static size_t check_resource(const struct made *made, const struct pc_image *image,
                             const char *service, const char *last)
{
    bool found[MAX_STATEMENTS] = {false};
    char arn[TEXT_BYTES];
    size_t matched = 0;
    (void)snprintf(arn, sizeof(arn), "arn:aws:%s:::%s", service, last);
    struct pc_arn_subject subject = pc_arn_subject_of(pc_str_from(arn));
    lookup_resource(image, pc_str_from(service), pc_str_from(last), found);
    for (uint32_t i = 0; i < made->count; i++) {
        bool may =
            may_place(&made->statements[i].resources, pc_str_from(service), pc_str_from(last));
        assert_true(found[i] || !matches(image, i, &subject));
        assert_int_equal(found[i], may);
        matched += matches(image, i, &subject);
    }
    return matched;
}

static void check_resources(const struct made *made, const struct pc_image *image)
{
    static const char *const asked[] = {"b",  "b/k", "b/key", "b/k/x", "c", "cc",      "user/x", "",
                                        "b/", "bey", "b/kx",  "ey",    "x", "b/k/x/y", "ccc"};
    static const char *const services[] = {MADE_SERVICES};
    size_t matched = 0;
    for (size_t i = 0; i < COUNT(services); i++) {
        for (size_t k = 0; k < COUNT(asked); k++) {
            matched += check_resource(made, image, services[i], asked[k]);
        }
    }
    matched += check_resource(made, image, "s", "b");
    assert_true(matched > 0);
}

// By principal
// --------------------------------------------------------------------------------------

static struct pc_str last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return pc_str_from(slash != NULL ? slash + 1 : path);
}

static bool may_name(const struct list *list, uint32_t kind, const char *text)
{
    bool any = list->kind != PC_IMAGE_LIST_POSITIVE;
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entries[i];
        bool same = kind == PC_IMAGE_PRINCIPAL_ROLE
                        ? pc_str_eq_icase(last_part(entry->text), last_part(text))
                        : strcmp(entry->text, text) == 0;
        any = any || entry->kind == PC_IMAGE_PRINCIPAL_ANY || (entry->kind == kind && same);
    }
    return any;
}

static void check_principal(const struct made *made, const struct pc_image *image, uint32_t kind,
                            const char *text)
{
    bool found[MAX_STATEMENTS] = {false};
    lookup_principal(image, kind, pc_str_from(text), found);
    for (size_t i = 0; i < made->count; i++) {
        assert_int_equal(found[i], may_name(&made->statements[i].principals, kind, text));
    }
}

static void check_principals(const struct made *made, const struct pc_image *image)
{
    for (size_t i = 1; i < MADE_PRINCIPALS; i++) {
        check_principal(made, image, made_principals[i].kind, made_principals[i].text);
    }
    check_principal(made, image, PC_IMAGE_PRINCIPAL_ROLE, "READER");
    check_principal(made, image, PC_IMAGE_PRINCIPAL_ROLE, "Read");
    check_principal(made, image, PC_IMAGE_PRINCIPAL_SERVICE, "sqs.amazonaws.com");
    check_principal(made, image, PC_IMAGE_PRINCIPAL_USER, "sns.amazonaws.com");
}

static bool is_open(const struct made *made, size_t number)
{
    const struct list *who = &made->statements[number].principals;
    const struct list *where = &made->statements[number].resources;
    bool everybody = false;
    bool everything = where->kind == PC_IMAGE_LIST_ABSENT;
    for (size_t i = 0; who->kind == PC_IMAGE_LIST_POSITIVE && i < who->count; i++) {
        everybody = everybody || who->entries[i].kind == PC_IMAGE_PRINCIPAL_ANY;
    }
    for (size_t i = 0; where->kind == PC_IMAGE_LIST_POSITIVE && i < where->count; i++) {
        everything = everything || strcmp(where->entries[i].text, "*") == 0;
    }
    return everybody && everything;
}

static void check_words(const struct made *made, const struct pc_image *image)
{
    bool negated[MAX_STATEMENTS] = {false};
    lookup_set(image, image->header->index.negated, negated);
    assert_int_equal(pc_image_count(image, PC_IMAGE_WORDS), (made->count + 63) / 64);
    for (uint32_t i = 0; i < made->count; i++) {
        const struct pc_image_word *word = pc_image_word(image, i / 64);
        bool is_negated = made->statements[i].actions.kind == PC_IMAGE_LIST_NEGATED;
        assert_int_equal(word->not_action >> (i % 64) & 1, is_negated);
        assert_int_equal(negated[i], is_negated);
        assert_int_equal(word->deny >> (i % 64) & 1, made->statements[i].deny);
        assert_int_equal(word->open >> (i % 64) & 1, is_open(made, i));
    }
}

static void check_made(uint32_t *random, size_t count)
{
    struct made *made = made_new(random, count);
    struct pc_buf bytes = {0};
    struct pc_buf again = {0};
    struct pc_image image;
    made_build(made, PC_IMAGE_TYPE_RESOURCE, &bytes);
    made_build(made, PC_IMAGE_TYPE_RESOURCE, &again);
    assert_true(pc_str_eq(pc_buf_view(&bytes), pc_buf_view(&again)));
    assert_int_equal(pc_image_open(pc_buf_view(&bytes), &image), PC_OK);
    check_words(made, &image);
    check_actions(made, &image);
    assert_int_equal(image.header->index.by_resource, count > 8);
    assert_int_equal(image.header->index.by_holder, count > 64);
    if (count > 8) {
        check_resources(made, &image);
    }
    if (count > 64) {
        check_principals(made, &image);
    }
    pc_buf_release(&again);
    pc_buf_release(&bytes);
    free(made);
}

static void small_sets(void **state)
{
    (void)state;
    uint32_t random = 20240531;
    for (size_t count = 0; count < 40; count++) {
        check_made(&random, count);
    }
}

static void sets_about_one_block(void **state)
{
    (void)state;
    uint32_t random = 64;
    check_made(&random, 63);
    check_made(&random, 64);
    check_made(&random, 65);
    check_made(&random, 128);
    check_made(&random, 129);
}

static void a_thousand_statements(void **state)
{
    (void)state;
    uint32_t random = 7;
    check_made(&random, MAX_STATEMENTS);
}

// Those without principals have no index of them.
static void types_without_principals(void **state)
{
    (void)state;
    for (uint32_t type = PC_IMAGE_TYPE_IDENTITY; type <= PC_IMAGE_TYPE_ENDPOINT; type++) {
        uint32_t random = 3;
        struct made *made = made_new(&random, 70);
        struct pc_buf bytes = {0};
        struct pc_image image;
        made_build(made, type, &bytes);
        assert_int_equal(pc_image_open(pc_buf_view(&bytes), &image), PC_OK);
        assert_int_equal(image.header->index.by_holder, pc_image_type_has_principals(type));
        check_actions(made, &image);
        check_resources(made, &image);
        pc_buf_release(&bytes);
        free(made);
    }
}

// Hashes that were aimed at
// ------------------------------------------------------------------------

// Steps of the searches for all records of some slots.
static uint64_t steps_of(const struct pc_image *image, struct pc_image_range slots,
                         uint64_t (*hash)(const struct pc_image *image, uint32_t record))
{
    uint64_t steps = 0;
    for (uint32_t i = 0; i < slots.count; i++) {
        uint32_t record = pc_image_slot(image, slots.first + i)->record;
        steps += record == 0 ? 0 : (i - hash(image, record - 1)) & (slots.count - 1);
    }
    return steps;
}

static uint64_t hash_of_name(const struct pc_image *image, uint32_t record)
{
    return pc_image_name(image, record)->hash;
}

static uint64_t hash_of_holder(const struct pc_image *image, uint32_t record)
{
    return pc_image_holder(image, record)->hash;
}

static void put_text(struct entry *entry, const char *prefix, const char name[COLLIDING_BYTES])
{
    size_t length = strlen(prefix);
    memset(entry->text, 0, sizeof(entry->text));
    memcpy(entry->text, prefix, length);
    memcpy(entry->text + length, name, COLLIDING_BYTES);
}

// Statements of which each lists an action and names a user, all with one hash.
static struct made *made_to_collide(size_t count)
{
    static const char user[] = "arn:aws:iam::111122223333:user/u";
    struct made *made = calloc(1, sizeof(*made));
    uint64_t action = 0, principal = 0;
    assert_non_null(made);
    assert_int_equal(strlen(user) % 8, 0);
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        struct list *actions = &made->statements[i].actions;
        struct list *principals = &made->statements[i].principals;
        char name[COLLIDING_BYTES];
        action = colliding_name(PC_STR(""), action + 1, name);
        *actions = (struct list){.kind = PC_IMAGE_LIST_POSITIVE, .count = 1};
        actions->entries[0].kind = PC_IMAGE_ACTION_NAME;
        put_text(&actions->entries[0], "s3:", name);
        principal = colliding_name(pc_str_from(user), principal + 1, name);
        *principals = (struct list){.kind = PC_IMAGE_LIST_POSITIVE, .count = 1};
        principals->entries[0].kind = PC_IMAGE_PRINCIPAL_USER;
        put_text(&principals->entries[0], user, name);
        made->statements[i].resources = (struct list){.kind = PC_IMAGE_LIST_ABSENT};
    }
    return made;
}

// Whoever writes a policy chooses its names. What was chosen to have one hash is found by other
// ways, in no more steps than others.
static void names_that_were_made_to_collide(void **state)
{
    (void)state;
    static const size_t counts[] = {40, 64, 65, 300};
    for (size_t k = 0; k < COUNT(counts); k++) {
        struct made *made = made_to_collide(counts[k]);
        struct pc_buf bytes = {0};
        struct pc_image image;
        made_build(made, PC_IMAGE_TYPE_RESOURCE, &bytes);
        assert_int_equal(pc_image_open(pc_buf_view(&bytes), &image), PC_OK);
        for (uint32_t i = 0; i < pc_image_count(&image, PC_IMAGE_SERVICES); i++) {
            struct pc_image_range slots = pc_image_service(&image, i)->names;
            assert_true(steps_of(&image, slots, hash_of_name) <=
                        (uint64_t)PC_IMAGE_STEPS * slots.count);
        }
        struct pc_image_range holders = image.header->index.holders;
        assert_true(steps_of(&image, holders, hash_of_holder) <=
                    (uint64_t)PC_IMAGE_STEPS * holders.count);
        for (size_t i = 0; i < made->count; i++) {
            const char *name = made->statements[i].actions.entries[0].text + strlen("s3:");
            bool found[MAX_STATEMENTS] = {false};
            lookup_action(&image, PC_STR("s3"), (struct pc_str){name, COLLIDING_BYTES}, found);
            for (size_t other = 0; other < made->count; other++) {
                assert_int_equal(found[other], other == i);
            }
        }
        pc_buf_release(&bytes);
        free(made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_sets),
        cmocka_unit_test(sets_about_one_block),
        cmocka_unit_test(a_thousand_statements),
        cmocka_unit_test(types_without_principals),
        cmocka_unit_test(names_that_were_made_to_collide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
