// SPDX-License-Identifier: Apache-2.0
#include "sample.h"

#include "image/dump.h"
#include "match/arn_pattern.h"
#include "ops/operator.h"

#include <stdlib.h>
#include <string.h>

static struct pc_image_span bytes_of(struct pc_image_builder *builder, struct pc_str bytes)
{
    struct pc_image_span span = {0, 0};
    assert_int_equal(pc_image_builder_bytes(builder, bytes, &span), PC_OK);
    return span;
}

static struct pc_image_span text_of(struct pc_image_builder *builder, const char *text)
{
    return bytes_of(builder, pc_str_from(text));
}

static struct pc_image_span buffer_of(struct pc_image_builder *builder, struct pc_buf *buf)
{
    struct pc_image_span span = bytes_of(builder, pc_buf_view(buf));
    pc_buf_release(buf);
    return span;
}

static void add_document(struct pc_image_builder *builder, const char *name, const char *file)
{
    struct pc_image_document document;
    document.name = text_of(builder, name);
    document.file = text_of(builder, file);
    pc_image_builder_add(builder, PC_IMAGE_DOCUMENTS, &document);
}

static void add_principal(struct pc_image_builder *builder, uint32_t kind, const char *text,
                          const char *partition)
{
    struct pc_image_principal principal = {.kind = kind};
    principal.text = text_of(builder, text);
    principal.partition = text_of(builder, partition);
    pc_image_builder_add(builder, PC_IMAGE_PRINCIPALS, &principal);
}

static struct pc_image_span action_pattern(struct pc_image_builder *builder, const char *name)
{
    struct pc_pattern_error error;
    struct pc_buf pattern = {0};
    assert_int_equal(pc_pattern_compile(pc_str_from(name), PC_PATTERN_WILDCARDS | PC_PATTERN_FOLD,
                                        &pattern, &error),
                     PC_OK);
    return buffer_of(builder, &pattern);
}

static void add_action(struct pc_image_builder *builder, uint32_t kind, const char *text)
{
    struct pc_image_action action = {.kind = kind};
    struct pc_str parts[2];
    action.text = text_of(builder, text);
    if (kind == PC_IMAGE_ACTION_NAME) {
        assert_int_equal(pc_str_split(pc_str_from(text), ':', parts, 2), 2);
        action.service = bytes_of(builder, parts[0]);
        action.name = action_pattern(builder, parts[1].ptr);
    }
    pc_image_builder_add(builder, PC_IMAGE_ACTIONS, &action);
}

static void add_resource(struct pc_image_builder *builder, uint32_t kind, const char *text)
{
    struct pc_image_resource resource = {.kind = kind};
    struct pc_arn_pattern_options options = {.flags = PC_PATTERN_VARIABLES, .allow_any = true};
    struct pc_pattern_error error;
    struct pc_buf pattern = {0};
    if (kind == PC_IMAGE_RESOURCE_NEVER) {
        resource.pattern = text_of(builder, text);
    } else {
        assert_int_equal(pc_arn_pattern_compile(pc_str_from(text), options, &pattern, &error),
                         PC_OK);
        resource.pattern = buffer_of(builder, &pattern);
    }
    pc_image_builder_add(builder, PC_IMAGE_RESOURCES, &resource);
}

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

static void add_name(struct pc_image_builder *builder, const char *text, struct pc_image_range hits)
{
    struct pc_image_name name = {.hash = pc_str_hash(pc_str_from(text)), .hits = hits};
    name.name = text_of(builder, text);
    pc_image_builder_add(builder, PC_IMAGE_NAMES, &name);
}

static bool is_before(const char *a, const char *b)
{
    return pc_str_hash(pc_str_from(a)) < pc_str_hash(pc_str_from(b));
}

static struct pc_image_range add_index(struct pc_image_builder *builder, struct sample *sample)
{
    static const struct pc_image_hit hits[] = {{0}, {0}, {2}, {0}, {0}, {1}};
    struct pc_image_service services[2] = {
        {.hash = pc_str_hash(PC_STR("s3")), .names = {0, 2}, .globs = {0, 1}},
        {.hash = pc_str_hash(PC_STR("sqs")), .names = {2, 1}, .globs = {1, 0}},
    };
    const struct pc_image_range getting = {0, 1};
    const struct pc_image_range putting = {1, 2};
    struct pc_image_glob glob = {.hits = {3, 1}};
    for (size_t i = 0; i < COUNT(hits); i++) {
        pc_image_builder_add(builder, PC_IMAGE_HITS, &hits[i]);
    }
    sample->first_name = is_before("getobject", "putobject") ? 0 : 1;
    sample->first_service = is_before("s3", "sqs") ? 0 : 1;
    add_name(builder, sample->first_name == 0 ? "getobject" : "putobject",
             sample->first_name == 0 ? getting : putting);
    add_name(builder, sample->first_name == 0 ? "putobject" : "getobject",
             sample->first_name == 0 ? putting : getting);
    add_name(builder, "sendmessage", (struct pc_image_range){4, 1});
    glob.pattern = action_pattern(builder, "list*");
    pc_image_builder_add(builder, PC_IMAGE_GLOBS, &glob);
    services[0].name = text_of(builder, "s3");
    services[1].name = text_of(builder, "sqs");
    pc_image_builder_add(builder, PC_IMAGE_SERVICES, &services[sample->first_service]);
    pc_image_builder_add(builder, PC_IMAGE_SERVICES, &services[1 - sample->first_service]);
    return (struct pc_image_range){5, 1};
}

struct sample sample_new(void)
{
    struct pc_image_builder builder;
    struct pc_arena arena;
    struct pc_buf out = {0};
    struct sample sample = {0};
    const struct pc_image_word word = {.not_action = 1 << 1, .deny = 1 << 1};
    pc_arena_init(&arena);
    pc_image_builder_init(&builder, &arena);
    add_document(&builder, "orders", "orders.json");
    add_document(&builder, "limits", "limits.json");
    add_first_statement(&builder);
    add_second_statement(&builder);
    add_third_statement(&builder);
    struct pc_image_range every = add_index(&builder, &sample);
    pc_image_builder_add(&builder, PC_IMAGE_WORDS, &word);
    assert_int_equal(pc_image_builder_finish(&builder, PC_IMAGE_TYPE_RESOURCE, every, &out), PC_OK);
    sample.size = out.len;
    sample.bytes = malloc(out.len);
    assert_non_null(sample.bytes);
    memcpy(sample.bytes, out.ptr, out.len);
    pc_buf_release(&out);
    pc_image_builder_release(&builder);
    pc_arena_release(&arena);
    return sample;
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

void image_walk(const struct pc_image *image)
{
    const struct pc_variables variables = {no_variable, NULL};
    const struct pc_op_env env = {.variables = &variables};
    struct pc_buf out = {0};
    walk_conditions(image, &env);
    walk_patterns(image, &env);
    pc_image_dump(image, "sample", &out);
    assert_int_equal(pc_buf_status(&out), PC_OK);
    assert_true(out.len > 0);
    pc_buf_release(&out);
}
