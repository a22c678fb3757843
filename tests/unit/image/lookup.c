// SPDX-License-Identifier: Apache-2.0
#include "lookup.h"

#include "match/pattern.h"

#include <string.h>

void lookup_set(const struct pc_image *image, struct pc_image_range set, bool *found)
{
    assert_true((uint64_t)set.first + set.count <= pc_image_count(image, PC_IMAGE_BLOCKS));
    for (uint32_t i = 0; i < set.count; i++) {
        const struct pc_image_block *block = pc_image_block(image, set.first + i);
        assert_true(block->number < pc_image_count(image, PC_IMAGE_WORDS));
        for (uint64_t bit = 0; bit < 64; bit++) {
            uint64_t statement = block->number * UINT64_C(64) + bit;
            if ((block->bits >> bit & 1) != 0) {
                assert_true(statement < pc_image_count(image, PC_IMAGE_STATEMENTS));
                found[statement] = true;
            }
        }
    }
}

// The record in the slot that the hash leads to after `step` steps, or 0.
static uint32_t slot_at(const struct pc_image *image, struct pc_image_range slots, uint64_t hash,
                        uint32_t step)
{
    assert_true((uint64_t)slots.first + slots.count <= pc_image_count(image, PC_IMAGE_SLOTS));
    assert_int_equal(slots.count & (slots.count - 1), 0);
    return pc_image_slot(image, slots.first + (uint32_t)((hash + step) % slots.count))->record;
}

static const struct pc_image_service *service_named(const struct pc_image *image,
                                                    struct pc_str name)
{
    struct pc_image_range slots = image->header->index.services;
    for (uint32_t step = 0; step < slots.count; step++) {
        uint32_t record = slot_at(image, slots, pc_str_hash(name), step);
        assert_true(record <= pc_image_count(image, PC_IMAGE_SERVICES));
        if (record == 0) {
            return NULL;
        }
        const struct pc_image_service *service = pc_image_service(image, record - 1);
        if (pc_str_eq(pc_image_text(image, service->name), name)) {
            return service;
        }
    }
    return NULL;
}

static const struct pc_image_name *name_of(const struct pc_image *image,
                                           struct pc_image_range slots, struct pc_str text)
{
    for (uint32_t step = 0; step < slots.count; step++) {
        uint32_t record = slot_at(image, slots, pc_str_hash(text), step);
        assert_true(record <= pc_image_count(image, PC_IMAGE_NAMES));
        if (record == 0) {
            return NULL;
        }
        const struct pc_image_name *name = pc_image_name(image, record - 1);
        if (pc_str_eq(pc_image_text(image, name->name), text)) {
            return name;
        }
    }
    return NULL;
}

// The number of the node that the byte leads to, or 0.
static uint32_t child_of(const struct pc_image *image, uint32_t parent, char byte)
{
    uint32_t count = pc_image_count(image, PC_IMAGE_EDGES);
    for (uint32_t step = 0; step < count; step++) {
        uint32_t place = pc_image_edge_place(parent, (uint8_t)byte) + step;
        uint32_t number = pc_image_edge(image, place % count)->node;
        assert_true(number == 0 || number < pc_image_count(image, PC_IMAGE_NODES));
        if (number == 0) {
            return 0;
        }
        const struct pc_image_node *node = pc_image_node(image, number);
        if (node->parent == parent && node->first == (uint8_t)byte) {
            return number;
        }
    }
    return 0;
}

static void take_node(const struct pc_image *image, const struct pc_image_node *node,
                      struct pc_str text, bool *found)
{
    assert_true((uint64_t)node->globs.first + node->globs.count <=
                pc_image_count(image, PC_IMAGE_GLOBS));
    lookup_set(image, node->prefix, found);
    for (uint32_t i = 0; i < node->globs.count; i++) {
        const struct pc_image_glob *glob = pc_image_glob(image, node->globs.first + i);
        if (pc_pattern_match(pc_image_text(image, glob->pattern), text, NULL, NULL) == PC_MATCH) {
            lookup_set(image, glob->set, found);
        }
    }
}

// root: as a service record has it.
static void take_tree(const struct pc_image *image, uint32_t root, struct pc_str text, bool *found)
{
    size_t at = 0;
    bool more = root != 0;
    uint32_t number = root - 1;
    while (more) {
        assert_true(number < pc_image_count(image, PC_IMAGE_NODES));
        const struct pc_image_node *node = pc_image_node(image, number);
        struct pc_str label = pc_image_text(image, node->label);
        if (!pc_str_has_prefix(pc_str_slice(text, at, text.len), label)) {
            return;
        }
        at += label.len;
        take_node(image, node, text, found);
        if (at == text.len) {
            lookup_set(image, node->exact, found);
            return;
        }
        number = child_of(image, number, text.ptr[at++]);
        more = number != 0;
    }
}

void lookup_action(const struct pc_image *image, struct pc_str service, struct pc_str name,
                   bool *found)
{
    const struct pc_image_service *known = service_named(image, service);
    const struct pc_image_name *exact = known != NULL ? name_of(image, known->names, name) : NULL;
    if (exact != NULL) {
        lookup_set(image, exact->set, found);
    }
    // The set of a name is complete in an image of one block: nothing else is to be asked.
    if (exact == NULL || pc_image_count(image, PC_IMAGE_WORDS) > 1) {
        lookup_set(image, image->header->index.every, found);
        take_tree(image, known != NULL ? known->actions : 0, name, found);
    }
}

void lookup_resource(const struct pc_image *image, struct pc_str service, struct pc_str last,
                     bool *found)
{
    const struct pc_image_service *known = service_named(image, service);
    lookup_set(image, image->header->index.unplaced, found);
    take_tree(image, known != NULL ? known->resources : 0, last, found);
}

void lookup_principal(const struct pc_image *image, uint32_t kind, struct pc_str text, bool *found)
{
    struct pc_image_range slots = image->header->index.holders;
    uint64_t hash = pc_image_principal_hash(kind, text);
    lookup_set(image, image->header->index.unnamed, found);
    for (uint32_t step = 0; step < slots.count; step++) {
        uint32_t record = slot_at(image, slots, hash, step);
        assert_true(record <= pc_image_count(image, PC_IMAGE_HOLDERS));
        if (record == 0) {
            return;
        }
        if (pc_image_holder(image, record - 1)->hash == hash) {
            lookup_set(image, pc_image_holder(image, record - 1)->set, found);
            return;
        }
    }
}
