// SPDX-License-Identifier: Apache-2.0
//
// The validator's half for the index: nothing in it leads outside its tables, and the masks say
// what the statements say. That its sets are those of the statements is not looked into: whoever
// can write them so that a checksum fits can write the statements as well.
#include "checking.h"

#include "match/pattern.h"
#include "open_statement.h"

bool pc_check_word(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_parts parts = {
        .type = image->header->type,
        .principals = pc_image_principal(image, 0),
        .resources = pc_image_resource(image, 0),
        .pool = image->bytes + image->header->pool.offset,
    };
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    if ((uint64_t)number * 64 >= count) {
        return false;
    }
    struct pc_image_word expected =
        pc_image_word_of(&parts, pc_image_statement(image, number * 64), count - number * 64);
    return memcmp(&expected, pc_image_word(image, number), sizeof(expected)) == 0;
}

// Every bit is a statement.
bool pc_check_block(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_block *block = pc_image_block(image, number);
    uint64_t first = (uint64_t)block->number * 64;
    uint32_t count = pc_image_count(image, PC_IMAGE_STATEMENTS);
    if (block->bits == 0 || first >= count) {
        return false;
    }
    uint64_t left = count - first;
    return left >= 64 || block->bits >> left == 0;
}

static bool set_fits(const struct pc_image *image, struct pc_image_range set)
{
    return pc_check_range(image, set, PC_IMAGE_BLOCKS);
}

// A power of two of slots, or none, that hold records of the table.
static bool slots_fit(const struct pc_image *image, struct pc_image_range slots,
                      enum pc_image_table table)
{
    if (!pc_check_range(image, slots, PC_IMAGE_SLOTS) || (slots.count & (slots.count - 1)) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < slots.count; i++) {
        if (pc_image_slot(image, slots.first + i)->record > pc_image_count(image, table)) {
            return false;
        }
    }
    return true;
}

bool pc_check_service(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_service *service = pc_image_service(image, number);
    uint32_t nodes = pc_image_count(image, PC_IMAGE_NODES);
    return pc_check_span(image, service->name) &&
           service->hash == pc_str_hash(pc_image_text(image, service->name)) &&
           slots_fit(image, service->names, PC_IMAGE_NAMES) && service->actions <= nodes &&
           service->resources <= nodes;
}

bool pc_check_name(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_name *name = pc_image_name(image, number);
    return pc_check_span(image, name->name) &&
           name->hash == pc_str_hash(pc_image_text(image, name->name)) &&
           set_fits(image, name->set);
}

// A walk up ends at a root.
bool pc_check_node(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_node *node = pc_image_node(image, number);
    return node->parent <= number && pc_check_span(image, node->label) &&
           set_fits(image, node->prefix) && set_fits(image, node->exact) &&
           pc_check_range(image, node->globs, PC_IMAGE_GLOBS);
}

// No root is led to: numbers rise on each walk down, so that it takes no edge twice.
bool pc_check_edge(const struct pc_image *image, uint32_t number)
{
    uint32_t node = pc_image_edge(image, number)->node;
    return node == 0 || (node < pc_image_count(image, PC_IMAGE_NODES) &&
                         pc_image_node(image, node)->parent < node);
}

bool pc_check_glob(const struct pc_image *image, uint32_t number)
{
    const struct pc_image_glob *glob = pc_image_glob(image, number);
    return pc_check_pattern(image, glob->pattern) && set_fits(image, glob->set);
}

bool pc_check_holder(const struct pc_image *image, uint32_t number)
{
    return set_fits(image, pc_image_holder(image, number)->set);
}

// However deep a tree is, the searches on a way down are together bounded.
static bool edges_are_found_soon(const struct pc_image *image)
{
    uint32_t count = pc_image_count(image, PC_IMAGE_EDGES);
    uint64_t steps = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = pc_image_edge(image, i)->node;
        if (number != 0) {
            const struct pc_image_node *node = pc_image_node(image, number);
            steps += (i - pc_image_edge_place(node->parent, node->first)) & (count - 1);
        }
    }
    return steps <= (uint64_t)PC_IMAGE_STEPS * count;
}

bool pc_check_roots(const struct pc_image *image)
{
    const struct pc_image_roots *roots = &image->header->index;
    uint32_t edges = pc_image_count(image, PC_IMAGE_EDGES);
    return set_fits(image, roots->every) && set_fits(image, roots->negated) &&
           set_fits(image, roots->unplaced) && set_fits(image, roots->unnamed) &&
           roots->by_resource <= 1 && roots->by_holder <= 1 &&
           slots_fit(image, roots->services, PC_IMAGE_SERVICES) &&
           slots_fit(image, roots->holders, PC_IMAGE_HOLDERS) && (edges & (edges - 1)) == 0 &&
           (edges > 0 || pc_image_count(image, PC_IMAGE_NODES) == 0) && edges_are_found_soon(image);
}
