// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

#include "match/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct pc_image_service *service_named(const struct pc_image *image, const char *name)
{
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        const struct pc_image_service *service = pc_image_service(image, i);
        if (pc_str_eq(pc_image_text(image, service->name), pc_str_from(name))) {
            return service;
        }
    }
    fail_msg("no service %s", name);
    return NULL;
}

static void check_hits(const struct pc_image *image, struct pc_image_range hits,
                       const uint32_t *expected, size_t count)
{
    assert_int_equal(hits.count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(pc_image_hit(image, hits.first + i)->statement, expected[i]);
    }
}

#define HITS(...) (const uint32_t[]){__VA_ARGS__}, COUNT(((const uint32_t[]){__VA_ARGS__}))

// Equal entries of several statements are one, in any case; a statement is a hit once.
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
    assert_int_equal(pc_image_count(image, PC_IMAGE_GLOBS), 2);
    const struct pc_image_service *s3 = service_named(image, "s3");
    assert_int_equal(s3->names.count, 1);
    assert_int_equal(s3->globs.count, 1);
    const struct pc_image_name *name = pc_image_name(image, s3->names.first);
    assert_view(pc_image_text(image, name->name), "getobject");
    check_hits(image, name->hits, HITS(0, 1));
    check_hits(image, pc_image_glob(image, s3->globs.first)->hits, HITS(0, 1, 2));
    const struct pc_image_service *sqs = service_named(image, "sqs");
    assert_int_equal(sqs->names.count, 0);
    check_hits(image, pc_image_glob(image, sqs->globs.first)->hits, HITS(1));
    check_hits(image, image->header->every, HITS(2, 3));
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
    check_hits(image, pc_image_name(image, 0)->hits, HITS(0, 2));
    check_hits(image, image->header->every, HITS(1));
    compiled_release(&compiled);
}

// Texts of statements, and what they say, so that the index can be judged from outside.
enum {
    MAX_STATEMENTS = 1000,
    MAX_ACTIONS = 6,
    NAME_BYTES = 40,
};

struct made {
    struct {
        char actions[MAX_ACTIONS][NAME_BYTES];
        size_t count;
        bool negated, deny;
    } statements[MAX_STATEMENTS];
    size_t count;
};

static uint32_t next(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random;
}

static const char *const services[] = {"s3", "S3", "sqs", "iam", "s3-object-lambda", "a"};
static const char *const names[] = {
    "GetObject", "getobject", "PutObject", "GetObjectAcl", "GetBucketAcl", "ListBucket",
    "List",      "A",         "AB",        "ABA",          "DeleteObject", "Get",
};

// An entry from small pools, so that many are equal and many overlap.
static void make_action(uint32_t *random, char *out)
{
    const char *service = services[next(random) % COUNT(services)];
    const char *name = names[next(random) % COUNT(names)];
    size_t keep = next(random) % (strlen(name) + 1);
    switch (next(random) % 10) {
    case 0:
        (void)snprintf(out, NAME_BYTES, "%s", next(random) % 2 == 0 ? "*" : "*:*");
        break;
    case 1:
        (void)snprintf(out, NAME_BYTES, "%s:%.*s*", service, (int)keep, name);
        break;
    case 2:
        (void)snprintf(out, NAME_BYTES, "%s:*%s", service, name + keep);
        break;
    case 3:
        (void)snprintf(out, NAME_BYTES, "%s:%.*s?%s", service, (int)keep, name,
                       keep < strlen(name) ? name + keep + 1 : "");
        break;
    case 4:
        (void)snprintf(out, NAME_BYTES, "%s:%.*s*%s", service, (int)(keep / 2), name, name + keep);
        break;
    case 5:
        (void)snprintf(out, NAME_BYTES, "%s:%s ", service, name);
        break;
    case 6:
        (void)snprintf(out, NAME_BYTES, "%c*:%s", service[0], name);
        break;
    default:
        (void)snprintf(out, NAME_BYTES, "%s:%s", service, name);
        break;
    }
}

static void make(struct made *made, uint32_t *random, size_t count)
{
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        made->statements[i].count = next(random) % MAX_ACTIONS;
        made->statements[i].negated = next(random) % 4 == 0;
        made->statements[i].deny = next(random) % 3 == 0;
        for (size_t k = 0; k < made->statements[i].count; k++) {
            make_action(random, made->statements[i].actions[k]);
        }
    }
}

static void write_made(const struct made *made, struct pc_buf *text)
{
    pc_buf_text(text, "{'Version':'2012-10-17','Statement':[");
    for (size_t i = 0; i < made->count; i++) {
        pc_buf_format(text, "%s\n{'Effect':'%s','Principal':'*','%s':[", i > 0 ? "," : "",
                      made->statements[i].deny ? "Deny" : "Allow",
                      made->statements[i].negated ? "NotAction" : "Action");
        for (size_t k = 0; k < made->statements[i].count; k++) {
            pc_buf_format(text, "%s'%s'", k > 0 ? "," : "", made->statements[i].actions[k]);
        }
        pc_buf_text(text, "]}");
    }
    pc_buf_text(text, "]}");
    pc_buf_byte(text, '\0');
}

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
static bool naive_listed(const char *entry, const char *service, const char *name)
{
    const char *colon = strchr(entry, ':');
    if (strcmp(entry, "*") == 0 || strcmp(entry, "*:*") == 0) {
        return true;
    }
    return strchr(entry, ' ') == NULL &&
           pc_str_eq_icase((struct pc_str){entry, (size_t)(colon - entry)}, pc_str_from(service)) &&
           naive_glob(colon + 1, name);
}

static void check_request(const struct made *made, const struct pc_image *image,
                          const char *service, const char *name)
{
    static bool records[MAX_STATEMENTS];
    static bool index[MAX_STATEMENTS];
    listed_by_records(image, pc_str_from(service), pc_str_from(name), records);
    listed_by_index(image, pc_str_from(service), pc_str_from(name), index);
    for (size_t i = 0; i < made->count; i++) {
        bool listed = false;
        for (size_t k = 0; k < made->statements[i].count; k++) {
            listed = listed || naive_listed(made->statements[i].actions[k], service, name);
        }
        if (records[i] != listed || index[i] != listed) {
            fail_msg("%s:%s in statement %zu: records %d, index %d, expected %d", service, name, i,
                     records[i], index[i], listed);
        }
    }
}

static const char *const request_services[] = {"s3", "sqs", "iam", "s3-object-lambda",
                                               "a",  "ab",  "s",   "sns"};
static const char *const request_names[] = {
    "getobject",     "putobject", "getobjectacl", "getbucketacl", "listbucket",    "list",
    "lists",         "a",         "ab",           "aba",          "abb",           "b",
    "deleteobject",  "get",       "getx",         "ge",           "getobject,put", "x",
    "getobjectxacl", "getobjec",  "putobjectacl", "abab",         "listbuckets",   "getobject2",
};

static void check_requests(const struct made *made, const struct pc_image *image)
{
    for (size_t i = 0; i < COUNT(request_services); i++) {
        for (size_t k = 0; k < COUNT(request_names); k++) {
            check_request(made, image, request_services[i], request_names[k]);
        }
    }
}

static void check_masks(const struct made *made, const struct pc_image *image)
{
    assert_int_equal(pc_image_count(image, PC_IMAGE_WORDS), (made->count + 63) / 64);
    for (uint32_t i = 0; i < made->count; i++) {
        const struct pc_image_word *word = pc_image_word(image, i / 64);
        assert_int_equal(word->not_action >> (i % 64) & 1, made->statements[i].negated);
        assert_int_equal(word->deny >> (i % 64) & 1, made->statements[i].deny);
    }
}

static void check_made(uint32_t *random, size_t count)
{
    struct made *made = malloc(sizeof(*made));
    struct pc_buf text = {0};
    struct compiled compiled;
    assert_non_null(made);
    make(made, random, count);
    write_made(made, &text);
    compile_fine(&compiled, PC_POLICY_RESOURCE, text.ptr);
    assert_int_equal(pc_image_count(&compiled.image, PC_IMAGE_STATEMENTS), count);
    check_masks(made, &compiled.image);
    check_requests(made, &compiled.image);
    compiled_release(&compiled);
    pc_buf_release(&text);
    free(made);
}

// The index says of some two hundred requests what the records say, and what the texts say.
static void index_agrees_with_the_records(void **state)
{
    (void)state;
    uint32_t random = 20240531;
    for (size_t count = 1; count < 40; count++) {
        check_made(&random, count);
    }
    check_made(&random, 64);
    check_made(&random, 65);
    check_made(&random, 130);
}

static void a_thousand_statements(void **state)
{
    (void)state;
    uint32_t random = 7;
    check_made(&random, 1000);
}

// Sorted by hash and then by bytes, each name once.
static void order(void **state)
{
    (void)state;
    uint32_t random = 99;
    struct made *made = malloc(sizeof(*made));
    struct pc_buf text = {0};
    struct compiled compiled;
    assert_non_null(made);
    make(made, &random, 200);
    write_made(made, &text);
    compile_fine(&compiled, PC_POLICY_RESOURCE, text.ptr);
    const struct pc_image *image = &compiled.image;
    assert_int_equal(pc_image_count(image, PC_IMAGE_SERVICES), 5);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        const struct pc_image_service *service = pc_image_service(image, i);
        assert_true(i == 0 || pc_image_service(image, i - 1)->hash < service->hash);
        assert_true(service->names.count > 5);
        for (uint32_t k = 1; k < service->names.count; k++) {
            assert_true(pc_image_name(image, service->names.first + k - 1)->hash <
                        pc_image_name(image, service->names.first + k)->hash);
        }
        for (uint32_t k = 0; k < service->globs.count; k++) {
            const struct pc_image_glob *glob = pc_image_glob(image, service->globs.first + k);
            assert_false(pc_pattern_is_literal(pc_image_text(image, glob->pattern), NULL));
        }
    }
    compiled_release(&compiled);
    pc_buf_release(&text);
    free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_actions_are_one),
        cmocka_unit_test(documents_share_the_index),
        cmocka_unit_test(index_agrees_with_the_records),
        cmocka_unit_test(a_thousand_statements),
        cmocka_unit_test(order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
