// SPDX-License-Identifier: Apache-2.0
#include "made.h"

#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next(uint32_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 17;
    *random ^= *random << 5;
    return *random;
}

// Entries come from small pools, so that many are equal and many overlap --------------------------

static const char *const services[] = {MADE_SERVICES};
static const char *const names[] = {
    "GetObject", "getobject", "PutObject", "GetObjectAcl", "GetBucketAcl", "ListBucket",
    "List",      "A",         "AB",        "ABA",          "DeleteObject", "Get",
};

static void make_action(uint32_t *random, struct entry *out)
{
    const char *service = services[next(random) % COUNT(services)];
    const char *name = names[next(random) % COUNT(names)];
    size_t keep = next(random) % (strlen(name) + 1);
    out->kind = PC_IMAGE_ACTION_NAME;
    switch (next(random) % 10) {
    case 0:
        out->kind = PC_IMAGE_ACTION_ANY;
        (void)snprintf(out->text, TEXT_BYTES, "*");
        break;
    case 1:
        (void)snprintf(out->text, TEXT_BYTES, "%s:%.*s*", service, (int)keep, name);
        break;
    case 2:
        (void)snprintf(out->text, TEXT_BYTES, "%s:*%s", service, name + keep);
        break;
    case 3:
        (void)snprintf(out->text, TEXT_BYTES, "%s:%.*s?%s", service, (int)keep, name,
                       keep < strlen(name) ? name + keep + 1 : "");
        break;
    case 4:
        (void)snprintf(out->text, TEXT_BYTES, "%s:%.*s*%s", service, (int)(keep / 2), name,
                       name + keep);
        break;
    case 5:
        out->kind = PC_IMAGE_ACTION_NEVER;
        (void)snprintf(out->text, TEXT_BYTES, "%s:%s", service, name);
        break;
    default:
        (void)snprintf(out->text, TEXT_BYTES, "%s:%s", service, name);
        break;
    }
}

static const char *const places[] = {"b", "b/k", "b/key", "b/k/x", "c", "cc", "user/x", ""};

static void make_resource(uint32_t *random, struct entry *out)
{
    static const char *const heads[][2] = {
        {"arn:aws:", ":::"}, {"arn:aws:", ":*:111111111111:"}, {"arn:*:", ":?:*:"}};
    static const char *const tails[] = {"*", "?*", "${aws:username}", "/*x"};
    const char *const *head = heads[next(random) % COUNT(heads)];
    const char *place = places[next(random) % COUNT(places)];
    const char *service = services[next(random) % COUNT(services)];
    size_t keep = next(random) % (strlen(place) + 1);
    uint32_t choice = next(random) % 10;
    const char *tail = "";
    out->kind = choice == 0 ? PC_IMAGE_RESOURCE_NEVER : PC_IMAGE_RESOURCE_PATTERN;
    if (choice == 1) {
        (void)snprintf(out->text, TEXT_BYTES, "*");
        return;
    }
    if (choice < 2 + COUNT(tails)) {
        tail = choice < 2 ? "" : tails[choice - 2];
    } else {
        keep = strlen(place);
    }
    (void)snprintf(out->text, TEXT_BYTES, "%s%s%s%.*s%s", head[0],
                   next(random) % 12 == 0 ? "s*" : service, head[1], (int)keep, place, tail);
}

const struct entry made_principals[MADE_PRINCIPALS] = {
    {PC_IMAGE_PRINCIPAL_ANY, "*"},
    {PC_IMAGE_PRINCIPAL_NEVER, "Bob"},
    {PC_IMAGE_PRINCIPAL_ACCOUNT, "111111111111"},
    {PC_IMAGE_PRINCIPAL_ACCOUNT, "222222222222"},
    {PC_IMAGE_PRINCIPAL_USER, "arn:aws:iam::111111111111:user/Bob"},
    {PC_IMAGE_PRINCIPAL_USER, "arn:aws:iam::111111111111:user/bob"},
    {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/Reader"},
    {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::222222222222:role/path/reader"},
    {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/Readers"},
    {PC_IMAGE_PRINCIPAL_SESSION, "arn:aws:sts::111111111111:assumed-role/Reader/s"},
    {PC_IMAGE_PRINCIPAL_FEDERATED_USER, "arn:aws:sts::111111111111:federated-user/Bob"},
    {PC_IMAGE_PRINCIPAL_ID, "AROAEXAMPLE"},
    {PC_IMAGE_PRINCIPAL_SERVICE, "sns.amazonaws.com"},
    {PC_IMAGE_PRINCIPAL_FEDERATED, "cognito-identity.amazonaws.com"},
    {PC_IMAGE_PRINCIPAL_CANONICAL_USER, "79a59d"},
};

static void make_principal(uint32_t *random, struct entry *out)
{
    *out = made_principals[next(random) % MADE_PRINCIPALS];
}

static void make_list(uint32_t *random, uint8_t kind, struct list *out,
                      void (*make_entry)(uint32_t *random, struct entry *out))
{
    out->kind = kind;
    out->count = kind == PC_IMAGE_LIST_ABSENT ? 0 : next(random) % MAX_ENTRIES;
    for (size_t i = 0; i < out->count; i++) {
        make_entry(random, &out->entries[i]);
    }
}

// Absent in one of six, negated in one of six.
static uint8_t make_kind(uint32_t *random)
{
    uint32_t choice = next(random) % 6;
    return choice < 2 ? (choice == 0 ? PC_IMAGE_LIST_ABSENT : PC_IMAGE_LIST_NEGATED)
                      : PC_IMAGE_LIST_POSITIVE;
}

struct made *made_new(uint32_t *random, size_t count)
{
    struct made *made = calloc(1, sizeof(*made));
    assert_non_null(made);
    made->count = count;
    for (size_t i = 0; i < count; i++) {
        uint8_t kind = next(random) % 4 == 0 ? PC_IMAGE_LIST_NEGATED : PC_IMAGE_LIST_POSITIVE;
        make_list(random, kind, &made->statements[i].actions, make_action);
        make_list(random, make_kind(random), &made->statements[i].resources, make_resource);
        make_list(random, make_kind(random), &made->statements[i].principals, make_principal);
        made->statements[i].deny = next(random) % 3 == 0;
    }
    return made;
}

static void build_statement(const struct made *made, uint32_t number,
                            struct pc_image_builder *builder)
{
    const struct list *who = &made->statements[number].principals;
    const struct list *what = &made->statements[number].actions;
    const struct list *where = &made->statements[number].resources;
    struct pc_image_statement statement = {
        .number = number,
        .effect = made->statements[number].deny ? PC_IMAGE_DENY : PC_IMAGE_ALLOW,
        .principal_kind = who->kind,
        .action_kind = what->kind,
        .resource_kind = where->kind,
        .principals = {pc_image_builder_count(builder, PC_IMAGE_PRINCIPALS), (uint32_t)who->count},
        .actions = {pc_image_builder_count(builder, PC_IMAGE_ACTIONS), (uint32_t)what->count},
        .resources = {pc_image_builder_count(builder, PC_IMAGE_RESOURCES), (uint32_t)where->count},
    };
    for (size_t i = 0; i < who->count; i++) {
        add_principal(builder, who->entries[i].kind, who->entries[i].text, "");
    }
    for (size_t i = 0; i < what->count; i++) {
        add_action(builder, what->entries[i].kind, what->entries[i].text);
    }
    for (size_t i = 0; i < where->count; i++) {
        add_resource(builder, where->entries[i].kind, where->entries[i].text);
    }
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

void made_build(const struct made *made, uint32_t type, struct pc_buf *out)
{
    struct pc_image_builder builder;
    struct pc_arena arena;
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    add_document(&builder, "made", "made.json");
    for (uint32_t i = 0; i < made->count; i++) {
        build_statement(made, i, &builder);
    }
    finish_image(&builder, type, out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
}
