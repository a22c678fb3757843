// SPDX-License-Identifier: Apache-2.0
//
// The validator of images. It stands apart from the builder and trusts nothing: after it, every
// offset, number and operand that a reader follows is sound.
#include "image/view.h"

#include "match/arn_pattern.h"
#include "ops/operator.h"

#include <string.h>

// Does [offset, offset + length) lie inside a whole of `size` bytes?
static bool inside(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset <= size && length <= size - offset;
}

static bool tables_fit(const struct pc_image_header *header)
{
    for (size_t i = 0; i < PC_IMAGE_TABLES; i++) {
        uint64_t bytes =
            (uint64_t)header->tables[i].count * pc_image_record_size((enum pc_image_table)i);
        if (header->tables[i].offset < sizeof(*header) ||
            !inside(header->tables[i].offset, bytes, header->size)) {
            return false;
        }
    }
    return inside(header->pool.offset, header->pool.count, header->size);
}

static bool range_fits(const struct pc_image *image, struct pc_image_range range,
                       enum pc_image_table table)
{
    return inside(range.first, range.count, pc_image_count(image, table));
}

static bool span_fits(const struct pc_image *image, struct pc_image_span span)
{
    return inside(span.offset, span.length, image->header->pool.count);
}

static bool pattern_fits(const struct pc_image *image, struct pc_image_span span)
{
    return span_fits(image, span) && pc_pattern_is_valid(pc_image_text(image, span));
}

static bool document_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_document *document = pc_image_document(image, i);
    return span_fits(image, document->name) && span_fits(image, document->file);
}

static bool statement_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_statement *statement = pc_image_statement(image, i);
    return statement->document < pc_image_count(image, PC_IMAGE_DOCUMENTS) &&
           span_fits(image, statement->sid) && statement->effect <= PC_IMAGE_ALLOW &&
           statement->principal_kind <= PC_IMAGE_LIST_NEGATED &&
           statement->action_kind >= PC_IMAGE_LIST_POSITIVE &&
           statement->action_kind <= PC_IMAGE_LIST_NEGATED &&
           statement->resource_kind <= PC_IMAGE_LIST_NEGATED &&
           range_fits(image, statement->principals, PC_IMAGE_PRINCIPALS) &&
           range_fits(image, statement->actions, PC_IMAGE_ACTIONS) &&
           range_fits(image, statement->resources, PC_IMAGE_RESOURCES) &&
           range_fits(image, statement->conditions, PC_IMAGE_CONDITIONS);
}

static bool action_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_action *action = pc_image_action(image, i);
    if (!span_fits(image, action->text) || action->kind > PC_IMAGE_ACTION_NAME) {
        return false;
    }
    return action->kind != PC_IMAGE_ACTION_NAME ||
           (span_fits(image, action->service) && pattern_fits(image, action->name));
}

static bool resource_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_resource *resource = pc_image_resource(image, i);
    if (!span_fits(image, resource->pattern) || resource->kind > PC_IMAGE_RESOURCE_PATTERN) {
        return false;
    }
    return resource->kind == PC_IMAGE_RESOURCE_NEVER ||
           pc_arn_pattern_is_valid(pc_image_text(image, resource->pattern));
}

static bool principal_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_principal *principal = pc_image_principal(image, i);
    return principal->kind < PC_IMAGE_PRINCIPAL_KINDS && span_fits(image, principal->text) &&
           span_fits(image, principal->partition);
}

static bool operands_are_sound(const struct pc_image *image, const struct pc_operator *op,
                               struct pc_image_range values)
{
    for (uint32_t i = 0; i < values.count; i++) {
        struct pc_image_span bytes = pc_image_value(image, values.first + i)->bytes;
        if (!span_fits(image, bytes) || !op->is_valid(pc_image_text(image, bytes))) {
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
           range_fits(image, condition->values, PC_IMAGE_VALUES) &&
           operands_are_sound(image, op, condition->values);
}

static bool value_is_sound(const struct pc_image *image, uint32_t i)
{
    return span_fits(image, pc_image_value(image, i)->bytes);
}

static bool key_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_key *key = pc_image_key(image, i);
    return span_fits(image, key->name) && span_fits(image, key->text) &&
           key->hash == pc_str_hash(pc_image_text(image, key->name));
}

// Is (hash, name) above (hash, name) of before, so that a binary search finds it?
static bool ascends(const struct pc_image *image, uint64_t hash_before, struct pc_image_span before,
                    uint64_t hash, struct pc_image_span name)
{
    if (hash_before != hash) {
        return hash_before < hash;
    }
    return pc_str_cmp(pc_image_text(image, before), pc_image_text(image, name)) < 0;
}

static bool names_are_sorted(const struct pc_image *image, struct pc_image_range names)
{
    for (uint32_t i = 1; i < names.count; i++) {
        const struct pc_image_name *name = pc_image_name(image, names.first + i);
        const struct pc_image_name *before = pc_image_name(image, names.first + i - 1);
        if (!span_fits(image, name->name) || !span_fits(image, before->name) ||
            !ascends(image, before->hash, before->name, name->hash, name->name)) {
            return false;
        }
    }
    return true;
}

static bool service_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_service *service = pc_image_service(image, i);
    if (!span_fits(image, service->name) ||
        service->hash != pc_str_hash(pc_image_text(image, service->name)) ||
        !range_fits(image, service->names, PC_IMAGE_NAMES) ||
        !range_fits(image, service->globs, PC_IMAGE_GLOBS) ||
        !names_are_sorted(image, service->names)) {
        return false;
    }
    if (i == 0) {
        return true;
    }
    const struct pc_image_service *before = pc_image_service(image, i - 1);
    return ascends(image, before->hash, before->name, service->hash, service->name);
}

static bool name_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_name *name = pc_image_name(image, i);
    return span_fits(image, name->name) &&
           name->hash == pc_str_hash(pc_image_text(image, name->name)) &&
           range_fits(image, name->hits, PC_IMAGE_HITS);
}

static bool glob_is_sound(const struct pc_image *image, uint32_t i)
{
    const struct pc_image_glob *glob = pc_image_glob(image, i);
    return pattern_fits(image, glob->pattern) && range_fits(image, glob->hits, PC_IMAGE_HITS);
}

static bool hit_is_sound(const struct pc_image *image, uint32_t i)
{
    return pc_image_hit(image, i)->statement < pc_image_count(image, PC_IMAGE_STATEMENTS);
}

// The masks must say what the statements say.
static bool word_is_sound(const struct pc_image *image, uint32_t i)
{
    struct pc_image_word expected = {0, 0};
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    for (uint32_t bit = 0; bit < 64 && (uint64_t)i * 64 + bit < count; bit++) {
        const struct pc_image_statement *statement = pc_image_statement(image, i * 64 + bit);
        uint64_t mask = UINT64_C(1) << bit;
        expected.not_action |= statement->action_kind == PC_IMAGE_LIST_NEGATED ? mask : 0;
        expected.deny |= statement->effect == PC_IMAGE_DENY ? mask : 0;
    }
    const struct pc_image_word *word = pc_image_word(image, i);
    return word->not_action == expected.not_action && word->deny == expected.deny;
}

typedef bool record_check(const struct pc_image *image, uint32_t index);

static record_check *const checks[PC_IMAGE_TABLES] = {
    [PC_IMAGE_DOCUMENTS] = document_is_sound,   [PC_IMAGE_STATEMENTS] = statement_is_sound,
    [PC_IMAGE_ACTIONS] = action_is_sound,       [PC_IMAGE_RESOURCES] = resource_is_sound,
    [PC_IMAGE_PRINCIPALS] = principal_is_sound, [PC_IMAGE_CONDITIONS] = condition_is_sound,
    [PC_IMAGE_VALUES] = value_is_sound,         [PC_IMAGE_KEYS] = key_is_sound,
    [PC_IMAGE_SERVICES] = service_is_sound,     [PC_IMAGE_NAMES] = name_is_sound,
    [PC_IMAGE_GLOBS] = glob_is_sound,           [PC_IMAGE_HITS] = hit_is_sound,
    [PC_IMAGE_WORDS] = word_is_sound,
};

static bool records_are_sound(const struct pc_image *image)
{
    for (size_t table = 0; table < PC_IMAGE_TABLES; table++) {
        for (uint32_t i = 0; i < image->header->tables[table].count; i++) {
            if (!checks[table](image, i)) {
                return false;
            }
        }
    }
    uint64_t words = ((uint64_t)pc_image_count(image, PC_IMAGE_STATEMENTS) + 63) / 64;
    return pc_image_count(image, PC_IMAGE_STATEMENTS) <= PC_IMAGE_MAX_STATEMENTS &&
           pc_image_count(image, PC_IMAGE_WORDS) == words &&
           range_fits(image, image->header->every, PC_IMAGE_HITS);
}

struct pc_image pc_image_trusted(struct pc_str bytes)
{
    struct pc_image image = {bytes.ptr, (const struct pc_image_header *)(const void *)bytes.ptr};
    return image;
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
        !records_are_sound(&image)) {
        return PC_ERR_DAMAGED;
    }
    *out = image;
    return PC_OK;
}
