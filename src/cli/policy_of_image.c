// SPDX-License-Identifier: Apache-2.0
#include "policy_of_image.h"

#include "match/arn_pattern.h"
#include "ops/operator.h"

struct reading {
    struct pc_arena *arena;
    const struct pc_image *image;
};

static enum pc_list_kind list_kind(uint8_t kind)
{
    return kind == PC_IMAGE_LIST_ABSENT    ? PC_LIST_ABSENT
           : kind == PC_IMAGE_LIST_NEGATED ? PC_LIST_NEGATED
                                           : PC_LIST_POSITIVE;
}

// What write makes of the bytes, kept.
static enum pc_status keep_written(const struct reading *reading, struct pc_str bytes,
                                   void (*write)(struct pc_str bytes, struct pc_buf *out),
                                   struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    write(bytes, &text);
    PC_TRY(pc_buf_status(&text));
    return pc_arena_copy(reading->arena, pc_buf_view(&text), out);
}

static enum pc_status read_action(const struct reading *reading,
                                  const struct pc_image_action *action, struct pc_str *out)
{
    struct pc_str name = pc_image_text(reading->image, action->name);
    if (action->kind == PC_IMAGE_ACTION_ANY) {
        *out = PC_STR("*");
        return PC_OK;
    }
    if (action->kind != PC_IMAGE_ACTION_NAME) {
        *out = name;
        return PC_OK;
    }
    struct pc_str service = pc_image_text(reading->image, action->service);
    PC_TRY(keep_written(reading, name, pc_pattern_write, &name));
    return pc_arena_format(reading->arena, out, "%.*s:%.*s", PC_STR_ARG(service), PC_STR_ARG(name));
}

static void write_resource(struct pc_str bytes, struct pc_buf *out)
{
    pc_arn_pattern_write_2012(bytes, false, out);
}

static enum pc_status read_actions(const struct reading *reading,
                                   const struct pc_image_statement *record,
                                   struct pc_text_list *out)
{
    struct pc_text *items = pc_arena_array(reading->arena, record->actions.count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->actions.count; i++) {
        PC_TRY(read_action(reading, pc_image_action(reading->image, record->actions.first + i),
                           &items[i].text));
    }
    *out = (struct pc_text_list){
        .kind = list_kind(record->action_kind), .items = items, .count = record->actions.count};
    return PC_OK;
}

static enum pc_status read_resources(const struct reading *reading,
                                     const struct pc_image_statement *record,
                                     struct pc_text_list *out)
{
    struct pc_text *items = pc_arena_array(reading->arena, record->resources.count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->resources.count; i++) {
        const struct pc_image_resource *resource =
            pc_image_resource(reading->image, record->resources.first + i);
        items[i].text = pc_image_text(reading->image, resource->pattern);
        if (resource->kind != PC_IMAGE_RESOURCE_NEVER) {
            PC_TRY(keep_written(reading, items[i].text, write_resource, &items[i].text));
        }
    }
    *out = (struct pc_text_list){
        .kind = list_kind(record->resource_kind), .items = items, .count = record->resources.count};
    return PC_OK;
}

// The numbers of the kinds are those of the model (image/layout.h).
static enum pc_status read_principals(const struct reading *reading,
                                      const struct pc_image_statement *record,
                                      struct pc_principal_list *out)
{
    struct pc_principal_entry *items =
        pc_arena_array(reading->arena, record->principals.count, sizeof(*items));
    if (items == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->principals.count; i++) {
        const struct pc_image_principal *principal =
            pc_image_principal(reading->image, record->principals.first + i);
        items[i].kind = (enum pc_principal_kind)principal->kind;
        items[i].text = pc_image_text(reading->image, principal->text);
        items[i].partition = pc_image_text(reading->image, principal->partition);
    }
    *out = (struct pc_principal_list){.kind = list_kind(record->principal_kind),
                                      .items = items,
                                      .count = record->principals.count};
    return PC_OK;
}

static enum pc_status read_values(const struct reading *reading,
                                  const struct pc_image_condition *record,
                                  const struct pc_operator *op, struct pc_condition *out)
{
    struct pc_text *values = pc_arena_array(reading->arena, record->values.count, sizeof(*values));
    if (values == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->values.count; i++) {
        const struct pc_image_value *value =
            pc_image_value(reading->image, record->values.first + i);
        PC_TRY(keep_written(reading, pc_image_text(reading->image, value->bytes), op->write,
                            &values[i].text));
    }
    out->values = values;
    out->count = record->values.count;
    return PC_OK;
}

static enum pc_status read_condition(const struct reading *reading,
                                     const struct pc_image_condition *record,
                                     struct pc_condition *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf name = {0};
    const struct pc_op_use use = {pc_operator_get(record->op), (uint8_t)record->flags};
    pc_op_use_write(&use, &name);
    PC_TRY(pc_buf_status(&name));
    PC_TRY(pc_arena_copy(reading->arena, pc_buf_view(&name), &out->op.text));
    out->key.text = pc_image_text(reading->image, pc_image_key(reading->image, record->key)->text);
    return read_values(reading, record, use.op, out);
}

static enum pc_status read_conditions(const struct reading *reading,
                                      const struct pc_image_statement *record,
                                      struct pc_statement *out)
{
    struct pc_condition *conditions =
        pc_arena_array(reading->arena, record->conditions.count, sizeof(*conditions));
    if (conditions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < record->conditions.count; i++) {
        PC_TRY(read_condition(reading,
                              pc_image_condition(reading->image, record->conditions.first + i),
                              &conditions[i]));
    }
    out->conditions = conditions;
    out->condition_count = record->conditions.count;
    return PC_OK;
}

static enum pc_status read_statement(const struct reading *reading,
                                     const struct pc_image_statement *record,
                                     struct pc_statement *out)
{
    *out = (struct pc_statement){.line = record->line,
                                 .column = record->column,
                                 .sid = pc_image_text(reading->image, record->sid),
                                 .effect = record->effect == PC_IMAGE_ALLOW ? PC_EFFECT_ALLOW
                                                                            : PC_EFFECT_DENY};
    PC_TRY(read_principals(reading, record, &out->principals));
    PC_TRY(read_actions(reading, record, &out->actions));
    PC_TRY(read_resources(reading, record, &out->resources));
    return read_conditions(reading, record, out);
}

// The statements of a document, which need not lie together.
static enum pc_status read_document(const struct reading *reading, uint32_t number,
                                    struct pc_policy *out)
{
    const struct pc_image *image = reading->image;
    const struct pc_image_document *document = pc_image_document(image, number);
    uint32_t all = pc_image_count(image, PC_IMAGE_STATEMENTS);
    struct pc_statement *statements = pc_arena_array(reading->arena, all, sizeof(*statements));
    if (statements == NULL) {
        return PC_ERR_NOMEM;
    }
    *out = (struct pc_policy){.type = (enum pc_policy_type)image->header->type,
                              .file = pc_image_text(image, document->file),
                              .name = pc_image_text(image, document->name),
                              .variables = true,
                              .statements = statements};
    for (uint32_t i = 0; i < all; i++) {
        const struct pc_image_statement *record = pc_image_statement(image, i);
        if (record->document == number) {
            PC_TRY(read_statement(reading, record, &statements[out->count++]));
        }
    }
    return PC_OK;
}

enum pc_status pc_policies_of_image(struct pc_arena *arena, const struct pc_image *image,
                                    struct pc_policy **out, size_t *count)
{
    const struct reading reading = {arena, image};
    uint32_t documents = pc_image_count(image, PC_IMAGE_DOCUMENTS);
    struct pc_policy *policies = pc_arena_array(arena, documents, sizeof(*policies));
    if (policies == NULL) {
        return PC_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < documents; i++) {
        PC_TRY(read_document(&reading, i, &policies[i]));
    }
    *out = policies;
    *count = documents;
    return PC_OK;
}
