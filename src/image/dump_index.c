// SPDX-License-Identifier: Apache-2.0
//
// The readable form of the index: which statements each action, resource and principal leads to.
#include "dumping.h"

#include "match/pattern.h"

static void put_set(const struct pc_image *image, struct pc_image_range set, struct pc_buf *out)
{
    pc_buf_text(out, " ->");
    for (uint32_t i = 0; i < set.count; i++) {
        const struct pc_image_block *block = pc_image_block(image, set.first + i);
        for (uint64_t bits = block->bits; bits != 0; bits &= bits - 1) {
            pc_buf_format(out, " %u", block->number * 64 + (uint32_t)__builtin_ctzll(bits));
        }
    }
    pc_buf_byte(out, '\n');
}

enum {
    PATH_LIMIT = 65536, // no pattern is longer (match/pattern.h)
};

static void put_reversed(struct pc_buf *out, struct pc_str text)
{
    for (size_t i = text.len; i > 0; i--) {
        pc_buf_byte(out, text.ptr[i - 1]);
    }
}

static void reverse(struct pc_buf *text)
{
    for (size_t i = 0; i < text->len / 2; i++) {
        char swapped = text->ptr[i];
        text->ptr[i] = text->ptr[text->len - 1 - i];
        text->ptr[text->len - 1 - i] = swapped;
    }
}

// The text that leads to the node. A node knows its parent, so it is put together from its end.
static void put_path(const struct pc_image *image, uint32_t number, struct pc_buf *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf path = {0};
    const struct pc_image_node *node = pc_image_node(image, number);
    put_reversed(&path, pc_image_text(image, node->label));
    while (node->parent != number && path.len < PATH_LIMIT) {
        pc_buf_byte(&path, (char)node->first);
        number = node->parent;
        node = pc_image_node(image, number);
        put_reversed(&path, pc_image_text(image, node->label));
    }
    reverse(&path);
    pc_dump_text(out, pc_buf_view(&path));
    if (out->status == PC_OK) {
        out->status = pc_buf_status(&path);
    }
}

static void put_line(const struct pc_image *image, uint32_t number, struct pc_image_range set,
                     const char *end, struct pc_buf *out)
{
    pc_buf_text(out, "    ");
    put_path(image, number, out);
    pc_buf_text(out, end);
    put_set(image, set, out);
}

static void dump_node(const struct pc_image *image, uint32_t number, struct pc_buf *out)
{
    const struct pc_image_node *node = pc_image_node(image, number);
    if (node->prefix.count > 0) {
        put_line(image, number, node->prefix, "*", out);
    }
    if (node->exact.count > 0) {
        put_line(image, number, node->exact, "", out);
    }
    for (uint32_t i = 0; i < node->globs.count; i++) {
        const struct pc_image_glob *glob = pc_image_glob(image, node->globs.first + i);
        pc_buf_text(out, "    ");
        pc_dump_written(out, pc_image_text(image, glob->pattern), pc_pattern_write);
        put_set(image, glob->set, out);
    }
}

// Nodes of one tree lie together, its root first.
static void dump_tree(const struct pc_image *image, uint32_t root, struct pc_buf *out)
{
    uint32_t count = pc_image_count(image, PC_IMAGE_NODES);
    for (uint32_t number = root; root > 0 && number <= count; number++) {
        const struct pc_image_node *node = pc_image_node(image, number - 1);
        if (number > root && node->parent == number - 1) {
            return;
        }
        dump_node(image, number - 1, out);
    }
}

static void dump_actions(const struct pc_image *image, const struct pc_image_service *service,
                         struct pc_buf *out)
{
    for (uint32_t i = 0; i < service->names.count; i++) {
        uint32_t record = pc_image_slot(image, service->names.first + i)->record;
        if (record > 0) {
            const struct pc_image_name *name = pc_image_name(image, record - 1);
            pc_buf_text(out, "    ");
            pc_dump_text(out, pc_image_text(image, name->name));
            put_set(image, name->set, out);
        }
    }
    dump_tree(image, service->actions, out);
}

static void dump_by_action(const struct pc_image *image, struct pc_buf *out)
{
    pc_buf_text(out, "index of actions\n");
    if (image->header->index.every.count > 0) {
        pc_buf_text(out, "  *");
        put_set(image, image->header->index.every, out);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        const struct pc_image_service *service = pc_image_service(image, i);
        if (service->names.count > 0 || service->actions > 0) {
            pc_dump_line(out, "  ", pc_image_text(image, service->name));
            dump_actions(image, service, out);
        }
    }
}

static void dump_by_resource(const struct pc_image *image, struct pc_buf *out)
{
    pc_buf_text(out, "index of resources\n");
    if (image->header->index.unplaced.count > 0) {
        pc_buf_text(out, "  *");
        put_set(image, image->header->index.unplaced, out);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        const struct pc_image_service *service = pc_image_service(image, i);
        if (service->resources > 0) {
            pc_dump_line(out, "  ", pc_image_text(image, service->name));
            dump_tree(image, service->resources, out);
        }
    }
}

static void dump_by_holder(const struct pc_image *image, struct pc_buf *out)
{
    pc_buf_text(out, "index of principals\n");
    if (image->header->index.unnamed.count > 0) {
        pc_buf_text(out, "  *");
        put_set(image, image->header->index.unnamed, out);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_HOLDERS); i++) {
        const struct pc_image_holder *holder = pc_image_holder(image, i);
        pc_buf_format(out, "  %016llx", (unsigned long long)holder->hash);
        put_set(image, holder->set, out);
    }
}

void pc_dump_index(const struct pc_image *image, struct pc_buf *out)
{
    dump_by_action(image, out);
    if (image->header->index.by_resource != 0) {
        dump_by_resource(image, out);
    }
    if (image->header->index.by_holder != 0) {
        dump_by_holder(image, out);
    }
}
