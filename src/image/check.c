// SPDX-License-Identifier: Apache-2.0
//
// The validator of images. It stands apart from the builder and trusts nothing: after it, every
// offset, number and operand that a reader follows is sound.
#include "checking.h"

#include "match/arn_pattern.h"
#include "ops/operator.h"

#include <string.h>

static bool tables_fit(const struct pc_image_header *header)
{
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        uint64_t bytes =
            (uint64_t)header->tables[i].count * pc_image_record_size((enum pc_image_table)i);
        if (header->tables[i].offset < sizeof(*header) ||
            !pc_check_inside(header->tables[i].offset, bytes, header->size)) {
            return false;
        }
    }
    return pc_check_inside(header->pool.offset, header->pool.count, header->size);
}

bool pc_check_range(const struct pc_image *image, struct pc_image_range range,
                    enum pc_image_table table)
{
    return pc_check_inside(range.first, range.count, pc_image_count(image, table));
}

bool pc_check_span(const struct pc_image *image, struct pc_image_span span)
{
    return pc_check_inside(span.offset, span.length, image->header->pool.count);
}

bool pc_check_pattern(const struct pc_image *image, struct pc_image_span span)
{
    return pc_check_span(image, span) && pc_pattern_is_valid(pc_image_text(image, span));
}

static bool document_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_document *document = pc_image_document(image, i);
    return pc_check_span(image, document->name) && pc_check_span(image, document->file);
}

static bool statement_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_statement *statement = pc_image_statement(image, i);
    return statement->document < pc_image_count(image, PC_IMAGE_DOCUMENTS) &&
           pc_check_span(image, statement->sid) && statement->effect <= PC_IMAGE_ALLOW &&
           statement->principal_kind <= PC_IMAGE_LIST_NEGATED &&
           statement->action_kind >= PC_IMAGE_LIST_POSITIVE &&
           statement->action_kind <= PC_IMAGE_LIST_NEGATED &&
           statement->resource_kind <= PC_IMAGE_LIST_NEGATED &&
           pc_check_range(image, statement->principals, PC_IMAGE_PRINCIPALS) &&
           pc_check_range(image, statement->actions, PC_IMAGE_ACTIONS) &&
           pc_check_range(image, statement->resources, PC_IMAGE_RESOURCES) &&
           pc_check_range(image, statement->conditions, PC_IMAGE_CONDITIONS);
}

static bool action_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_action *action = pc_image_action(image, i);
    if (action->kind == PC_IMAGE_ACTION_NAME) {
        return pc_check_span(image, action->service) && pc_check_pattern(image, action->name);
    }
    return action->kind < PC_IMAGE_ACTION_NAME && pc_check_span(image, action->name);
}

static bool resource_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_resource *resource = pc_image_resource(image, i);
    if (!pc_check_span(image, resource->pattern) || resource->kind > PC_IMAGE_RESOURCE_PATTERN) {
        return false;
    }
    return resource->kind == PC_IMAGE_RESOURCE_NEVER ||
           pc_arn_pattern_is_valid(pc_image_text(image, resource->pattern));
}

static bool principal_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_principal *principal = pc_image_principal(image, i);
    return principal->kind < PC_IMAGE_PRINCIPAL_KINDS && pc_check_span(image, principal->text) &&
           pc_check_span(image, principal->partition);
}

static bool operands_are_sound(const struct pc_image *image, const struct pc_operator *op,
                               struct pc_image_range values)
{
    for (uint32_t i = 0; i < values.count; i++) {
        struct pc_image_span bytes = pc_image_value(image, values.first + i)->bytes;
        if (!pc_check_span(image, bytes) || !op->is_valid(pc_image_text(image, bytes))) {
            return false;
        }
    }
    return true;
}

static bool condition_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_condition *condition = pc_image_condition(image, i);
    const struct pc_operator *op = pc_operator_get(condition->op);
    uint32_t sets = condition->flags & (PC_OP_FOR_ALL | PC_OP_FOR_ANY);
    if (op == NULL || condition->flags > PC_OP_ALL_FLAGS ||
        sets == (PC_OP_FOR_ALL | PC_OP_FOR_ANY)) {
        return false;
    }
    if (((condition->flags & PC_OP_NEGATED) != 0 && op->negated == NULL) ||
        ((condition->flags & PC_OP_IF_EXISTS) != 0 && op->id == PC_OP_NULL)) {
        return false;
    }
    return condition->key < pc_image_count(image, PC_IMAGE_KEYS) &&
           pc_check_range(image, condition->values, PC_IMAGE_VALUES) &&
           operands_are_sound(image, op, condition->values);
}

static bool value_is_sound(const struct pc_image *image, uint32_t i)
{
    return pc_check_span(image, pc_image_value(image, i)->bytes);
}

static bool key_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_key *key = pc_image_key(image, i);
    return pc_check_span(image, key->name) && pc_check_span(image, key->text) &&
           key->hash == pc_str_hash(pc_image_text(image, key->name));
}

typedef bool record_check(const struct pc_image *image, uint32_t index);

// Slots are judged by what refers to them.
static record_check *const checks[PC_IMAGE_TABLES] = {
    [PC_IMAGE_DOCUMENTS] = document_is_sound,   [PC_IMAGE_STATEMENTS] = statement_is_sound,
    [PC_IMAGE_ACTIONS] = action_is_sound,       [PC_IMAGE_RESOURCES] = resource_is_sound,
    [PC_IMAGE_PRINCIPALS] = principal_is_sound, [PC_IMAGE_CONDITIONS] = condition_is_sound,
    [PC_IMAGE_VALUES] = value_is_sound,         [PC_IMAGE_KEYS] = key_is_sound,
    [PC_IMAGE_WORDS] = pc_check_word,           [PC_IMAGE_BLOCKS] = pc_check_block,
    [PC_IMAGE_SERVICES] = pc_check_service,     [PC_IMAGE_NAMES] = pc_check_name,
    [PC_IMAGE_NODES] = pc_check_node,           [PC_IMAGE_EDGES] = pc_check_edge,
    [PC_IMAGE_GLOBS] = pc_check_glob,           [PC_IMAGE_HOLDERS] = pc_check_holder,
};

// Of the lists of the index: slots, patterns, and blocks of sets.
static uint64_t records_of_index(const struct pc_image *image)
{
    uint64_t records = 0;
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        records += pc_image_service(image, i)->names.count;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_NAMES); i++) {
        records += pc_image_name(image, i)->set.count;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_NODES); i++) {
        const struct pc_image_node *node = pc_image_node(image, i);
        records += (uint64_t)node->prefix.count + node->exact.count + node->globs.count;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_GLOBS); i++) {
        records += pc_image_glob(image, i)->set.count;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_HOLDERS); i++) {
        records += pc_image_holder(image, i)->set.count;
    }
    return records;
}

// Lists may share records, but all of them together have no more than the image has bytes: so
// looking at each list of each record is linear in the image, whoever wrote it. What the compiler
// writes has fewer: statements share no records there, of which each has 8 bytes at least. Sets are
// shared, but each entry of a statement's list is in one of them, with one block at most, and such
// an entry has 12 bytes at least. In an image of one block sets have one, and records with them 16
// bytes at least for each.
static bool lists_are_bounded(const struct pc_image *image)
{
    uint64_t records = records_of_index(image);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i);
        records += (uint64_t)statement->principals.count + statement->actions.count +
                   statement->resources.count + statement->conditions.count;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_CONDITIONS); i++) {
        records += pc_image_condition(image, i)->values.count;
    }
    return records <= image->header->size;
}

// Of the values that conditions have, each as often as one has it; UINT64_MAX: a list does not fit.
static uint64_t bytes_of_values(const struct pc_image *image)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_CONDITIONS); i++) {
        struct pc_image_range values = pc_image_condition(image, i)->values;
        if (!pc_check_range(image, values, PC_IMAGE_VALUES)) {
            return UINT64_MAX;
        }
        for (uint32_t k = 0; k < values.count; k++) {
            bytes += pc_image_value(image, values.first + k)->bytes.length;
        }
    }
    return bytes;
}

bool pc_image_texts_fit(const struct pc_image *image)
{
    uint64_t bytes = 0, values = bytes_of_values(image);
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_ACTIONS); i++) {
        bytes += pc_image_action(image, i)->name.length;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_RESOURCES); i++) {
        bytes += pc_image_resource(image, i)->pattern.length;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_KEYS); i++) {
        bytes += pc_image_key(image, i)->name.length;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        bytes += pc_image_service(image, i)->name.length;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_NAMES); i++) {
        bytes += pc_image_name(image, i)->name.length;
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_GLOBS); i++) {
        bytes += pc_image_glob(image, i)->pattern.length;
    }
    uint64_t most = (uint64_t)PC_IMAGE_TEXTS * image->header->size;
    return bytes <= most && values <= most - bytes;
}

static bool records_are_sound(const struct pc_image *image)
{
    for (size_t table = 0; table < PC_IMAGE_TABLES; table++) {
        for (uint32_t i = 0; i < image->header->tables[table].count; i++) {
            if (checks[table] != NULL && !checks[table](image, i)) {
                return false;
            }
        }
    }
    uint64_t words = ((uint64_t)pc_image_count(image, PC_IMAGE_STATEMENTS) + 63) / 64;
    return pc_image_count(image, PC_IMAGE_STATEMENTS) <= PC_IMAGE_MAX_STATEMENTS &&
           pc_image_count(image, PC_IMAGE_WORDS) == words && pc_check_roots(image);
}

enum pc_status pc_image_open(struct pc_str bytes, struct pc_image *out)
{
    if (bytes.len < sizeof(struct pc_image_header) || memcmp(bytes.ptr, "PCIM", 4) != 0) {
        return PC_ERR_DAMAGED;
    }
    struct pc_image image = pc_image_trusted(bytes);
    if (image.header->version != PC_IMAGE_VERSION) {
        return PC_ERR_VERSION;
    }
    struct pc_str body = pc_str_slice(bytes, offsetof(struct pc_image_header, size), bytes.len);
    if (image.header->size != bytes.len || bytes.len > PC_IMAGE_MAX_BYTES ||
        image.header->checksum != pc_str_hash(body)) {
        return PC_ERR_DAMAGED;
    }
    if (image.header->type < PC_IMAGE_TYPE_IDENTITY ||
        image.header->type > PC_IMAGE_TYPE_ENDPOINT || !tables_fit(image.header) ||
        !lists_are_bounded(&image) || !pc_image_texts_fit(&image) || !records_are_sound(&image)) {
        return PC_ERR_DAMAGED;
    }
    *out = image;
    return PC_OK;
}
