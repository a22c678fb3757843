// SPDX-License-Identifier: Apache-2.0
#include "sample.h"

#include "image/dump.h"
#include "lookup.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"
#include "records.h"

#include <stdlib.h>
#include <string.h>

static uint32_t add_key(struct pc_image_builder *builder, const char *name, const char *text)
{
    uint32_t index = pc_image_builder_count(builder, PC_IMAGE_KEYS);
    struct pc_image_key key = {.hash = pc_str_hash(pc_str_from(name))};
    key.name = text_of(builder, name);
    key.text = text_of(builder, text);
    pc_image_builder_add(builder, PC_IMAGE_KEYS, &key);
    return index;
}

// A condition with its values, up to NULL.
static void add_condition(struct pc_image_builder *builder, const char *op, uint32_t key,
                          const char *const *values)
{
    struct pc_op_use use = {NULL, 0};
    assert_int_equal(pc_operator_find(pc_str_from(op), &use), PC_OP_FOUND);
    struct pc_image_condition condition = {.op = use.op->id, .flags = use.flags, .key = key};
    condition.values.first = pc_image_builder_count(builder, PC_IMAGE_VALUES);
    for (; values[condition.values.count] != NULL; condition.values.count++) {
        struct pc_op_fault fault = {0};
        struct pc_buf bytes = {0};
        struct pc_image_value value;
        struct pc_str text = pc_str_from(values[condition.values.count]);
        assert_int_equal(use.op->encode(text, true, &bytes, &fault), PC_OK);
        value.bytes = buffer_of(builder, &bytes);
        pc_image_builder_add(builder, PC_IMAGE_VALUES, &value);
    }
    pc_image_builder_add(builder, PC_IMAGE_CONDITIONS, &condition);
}

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void add_first_statement(struct pc_image_builder *builder)
{
    struct pc_image_statement statement = {
        .document = 0,
        .number = 0,
        .line = 3,
        .column = 5,
        .sid = text_of(builder, "Read"),
        .effect = PC_IMAGE_ALLOW,
        .principal_kind = PC_IMAGE_LIST_POSITIVE,
        .action_kind = PC_IMAGE_LIST_POSITIVE,
        .resource_kind = PC_IMAGE_LIST_POSITIVE,
        .principals = {0, 3},
        .actions = {0, 4},
        .resources = {0, 2},
        .conditions = {0, 3},
    };
    add_principal(builder, PC_IMAGE_PRINCIPAL_ACCOUNT, "111111111111", "");
    add_principal(builder, PC_IMAGE_PRINCIPAL_ACCOUNT, "222222222222", "aws-cn");
    add_principal(builder, PC_IMAGE_PRINCIPAL_SERVICE, "sns.amazonaws.com", "");
    add_action(builder, PC_IMAGE_ACTION_NAME, "s3:GetObject");
    add_action(builder, PC_IMAGE_ACTION_NAME, "s3:PutObject");
    add_action(builder, PC_IMAGE_ACTION_NAME, "s3:List*");
    add_action(builder, PC_IMAGE_ACTION_NAME, "sqs:SendMessage");
    add_resource(builder, PC_IMAGE_RESOURCE_PATTERN, "arn:aws:s3:::b/${aws:username}/*");
    add_resource(builder, PC_IMAGE_RESOURCE_NEVER, "arn:aws:sqs");
    uint32_t user = add_key(builder, "aws:userid", "aws:UserId");
    uint32_t other = add_key(builder, "ex:k", "ex:k");
    add_condition(builder, "StringLike", user, VALUES("a*", "b"));
    add_condition(builder, "ForAnyValue:NumericNotEqualsIfExists", other, VALUES("10.5"));
    add_condition(builder, "ForAllValues:StringEqualsIgnoreCase", other, VALUES("Bob"));
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

static void add_second_statement(struct pc_image_builder *builder)
{
    struct pc_image_statement statement = {
        .document = 1,
        .number = 4,
        .line = 7,
        .column = 9,
        .sid = text_of(builder, ""),
        .effect = PC_IMAGE_DENY,
        .principal_kind = PC_IMAGE_LIST_NEGATED,
        .action_kind = PC_IMAGE_LIST_NEGATED,
        .resource_kind = PC_IMAGE_LIST_NEGATED,
        .principals = {3, 1},
        .actions = {4, 2},
        .resources = {2, 1},
        .conditions = {3, 6},
    };
    add_principal(builder, PC_IMAGE_PRINCIPAL_ANY, "*", "");
    add_action(builder, PC_IMAGE_ACTION_ANY, "*");
    add_action(builder, PC_IMAGE_ACTION_NEVER, "s3: x");
    add_resource(builder, PC_IMAGE_RESOURCE_PATTERN, "*");
    add_condition(builder, "DateLessThan", 1, VALUES("2024-05-31T12:00:00.5Z"));
    add_condition(builder, "Bool", 1, VALUES("TRUE"));
    add_condition(builder, "BinaryEquals", 1, VALUES("QmluYXJ5"));
    add_condition(builder, "NotIpAddress", 1, VALUES("203.0.113.0/24", "2001:db8::/32"));
    add_condition(builder, "ArnLike", 1, VALUES("arn:aws:s3:::b*", "b"));
    add_condition(builder, "Null", 1, VALUES("true"));
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

// Nothing but an action that the first one has as well.
static void add_third_statement(struct pc_image_builder *builder)
{
    struct pc_image_statement statement = {
        .document = 1,
        .number = 5,
        .line = 8,
        .column = 1,
        .sid = text_of(builder, ""),
        .effect = PC_IMAGE_ALLOW,
        .action_kind = PC_IMAGE_LIST_POSITIVE,
        .principals = {4, 0},
        .actions = {6, 1},
        .resources = {3, 0},
        .conditions = {9, 0},
    };
    struct pc_image_condition empty = {.op = PC_OP_STRING_EQUALS, .key = 0, .values = {10, 0}};
    add_action(builder, PC_IMAGE_ACTION_NAME, "s3:PutObject");
    pc_image_builder_add(builder, PC_IMAGE_CONDITIONS, &empty);
    statement.conditions.count = 1;
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

// One of those that make a set large: who, what and where of each kind that the index has.
static void add_further_statement(struct pc_image_builder *builder, uint32_t number)
{
    static const char *const actions[] = {"s3:Get*", "s3:*Acl", "s3:GetObject"};
    static const char *const resources[] = {"arn:aws:s3:::c/x*", "arn:aws:s3:::c/x", "*"};
    static const struct {
        uint32_t kind;
        const char *text;
    } principals[] = {
        {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/p/r"},
        {PC_IMAGE_PRINCIPAL_ROLE, "arn:aws:iam::111111111111:role/s"},
        {PC_IMAGE_PRINCIPAL_ANY, "*"},
    };
    const uint32_t kind = number % 3; // the last one is open
    struct pc_image_statement statement = {
        .document = 1,
        .number = 6 + number,
        .sid = text_of(builder, ""),
        .effect = PC_IMAGE_ALLOW,
        .principal_kind = PC_IMAGE_LIST_POSITIVE,
        .action_kind = PC_IMAGE_LIST_POSITIVE,
        .resource_kind = PC_IMAGE_LIST_POSITIVE,
        .principals = {pc_image_builder_count(builder, PC_IMAGE_PRINCIPALS), 1},
        .actions = {pc_image_builder_count(builder, PC_IMAGE_ACTIONS), 1},
        .resources = {pc_image_builder_count(builder, PC_IMAGE_RESOURCES), 1},
    };
    add_principal(builder, principals[kind].kind, principals[kind].text, "");
    add_action(builder, PC_IMAGE_ACTION_NAME, actions[kind]);
    add_resource(builder, PC_IMAGE_RESOURCE_PATTERN, resources[kind]);
    pc_image_builder_add(builder, PC_IMAGE_STATEMENTS, &statement);
}

void sample_records(struct pc_image_builder *builder, uint32_t further)
{
    add_document(builder, "orders", "orders.json");
    add_document(builder, "limits", "limits.json");
    add_first_statement(builder);
    add_second_statement(builder);
    add_third_statement(builder);
    for (uint32_t i = 0; i < further; i++) {
        add_further_statement(builder, i);
    }
}

static struct sample sample_with(uint32_t further)
{
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct sample sample = {0};
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    sample_records(&builder, further);
    finish_image(&builder, PC_IMAGE_TYPE_RESOURCE, &out);
    sample.size = out.len;
    sample.bytes = malloc(out.len);
    assert_non_null(sample.bytes);
    memcpy(sample.bytes, out.ptr, out.len);
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
    return sample;
}

struct sample sample_new(void)
{
    return sample_with(0);
}

struct sample sample_large(void)
{
    return sample_with(SAMPLE_FURTHER);
}

void sample_free(struct sample *sample)
{
    free(sample->bytes);
}

struct sample sample_copy(const struct sample *sample)
{
    struct sample copy = *sample;
    copy.bytes = malloc(sample->size);
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, sample->bytes, sample->size);
    return copy;
}

void sample_sign(struct sample *sample)
{
    struct pc_image_header *header = (void *)sample->bytes;
    header->checksum = pc_str_hash(
        pc_str_slice(sample_view(sample), offsetof(struct pc_image_header, size), sample->size));
}

static bool no_variable(void *context, struct pc_str key, struct pc_str *value)
{
    (void)context;
    *value = PC_STR("value");
    return key.len % 2 == 0;
}

static void walk_conditions(const struct pc_image *image, const struct pc_op_env *env)
{
    static const char *const requests[] = {
        "", "true", "10.5", "2024-05-31", "203.0.113.7", "QQ==", "arn:aws:s3:::b"};
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_CONDITIONS); i++) {
        const struct pc_image_condition *condition = pc_image_condition(image, i);
        const struct pc_operator *op = pc_operator_get(condition->op);
        assert_non_null(op);
        for (uint32_t k = 0; k < condition->values.count; k++) {
            const struct pc_image_value *value = pc_image_value(image, condition->values.first + k);
            for (size_t r = 0; r < COUNT(requests); r++) {
                enum pc_match match =
                    op->compare(pc_image_text(image, value->bytes), pc_str_from(requests[r]), env);
                assert_true(match <= PC_MATCH_ERROR);
            }
        }
    }
}

static void walk_patterns(const struct pc_image *image, const struct pc_op_env *env)
{
    struct pc_arn_subject subject = pc_arn_subject_of(PC_STR("arn:aws:s3:::b/value/x"));
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_ACTIONS); i++) {
        const struct pc_image_action *action = pc_image_action(image, i);
        if (action->kind == PC_IMAGE_ACTION_NAME) {
            (void)pc_pattern_match(pc_image_text(image, action->name), PC_STR("listall"),
                                   env->variables, NULL);
        }
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_GLOBS); i++) {
        (void)pc_pattern_match(pc_image_text(image, pc_image_glob(image, i)->pattern),
                               PC_STR("listall"), env->variables, NULL);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_RESOURCES); i++) {
        const struct pc_image_resource *resource = pc_image_resource(image, i);
        if (resource->kind == PC_IMAGE_RESOURCE_PATTERN) {
            (void)pc_arn_pattern_match(pc_image_text(image, resource->pattern), &subject,
                                       env->variables, NULL);
        }
    }
}

// Everything that the index leads to: each service by its name and each action, node and principal
// that it knows, and what it does not know.
static void walk_service(const struct pc_image *image, struct pc_str service, bool *found)
{
    static const char *const texts[] = {"", "g", "getobject", "getobjectacl", "c/x", "c/xy", "zz"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        lookup_action(image, service, pc_str_from(texts[i]), found);
        lookup_resource(image, service, pc_str_from(texts[i]), found);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_NAMES); i++) {
        lookup_action(image, service, pc_image_text(image, pc_image_name(image, i)->name), found);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_NODES); i++) {
        const struct pc_image_node *node = pc_image_node(image, i);
        lookup_action(image, service, pc_image_text(image, node->label), found);
        lookup_resource(image, service, pc_image_text(image, node->label), found);
    }
}

static void walk_index(const struct pc_image *image)
{
    size_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    bool *found = calloc(count + 1, sizeof(*found));
    assert_non_null(found);
    lookup_set(image, image->header->index.negated, found);
    walk_service(image, PC_STR("nowhere"), found);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        walk_service(image, pc_image_text(image, pc_image_service(image, i)->name), found);
    }
    lookup_principal(image, PC_IMAGE_PRINCIPAL_ACCOUNT, PC_STR("333333333333"), found);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_PRINCIPALS); i++) {
        const struct pc_image_principal *principal = pc_image_principal(image, i);
        lookup_principal(image, principal->kind, pc_image_text(image, principal->text), found);
    }
    free(found);
}

void image_walk(const struct pc_image *image)
{
    const struct pc_variables variables = {no_variable, NULL};
    const struct pc_op_env env = {.variables = &variables};
    struct pc_buf out = {0};
    walk_conditions(image, &env);
    walk_patterns(image, &env);
    walk_index(image);
    pc_image_dump(image, "sample", &out);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(out.len > 0);
    pc_buf_release(&out);
}
