// SPDX-License-Identifier: Apache-2.0
#include "policy_graph.h"

#include "base/graph_text.h"
#include "match/arn_pattern.h"
#include "match/pattern.h"

static const struct pc_graph_room label_room = {40, 3};

enum {
    RESOURCES_SHOWN = 3,
};

struct drawing {
    struct pc_buf *out;
    const struct pc_image *image;
    unsigned number;
};

// Sets -------------------------------------------------------------------------------------------

// An edge from a node to each statement of the set. One with NotAction is led to by the actions
// that it leaves out.
static void write_set(const struct drawing *drawing, struct pc_image_range set, const char *kind,
                      uint32_t node)
{
    for (uint32_t i = 0; i < set.count; i++) {
        const struct pc_image_block *block = pc_image_block(drawing->image, set.first + i);
        for (uint64_t bits = block->bits; bits != 0; bits &= bits - 1) {
            uint32_t statement = block->number * 64 + (uint32_t)__builtin_ctzll(bits);
            bool negated =
                pc_image_statement(drawing->image, statement)->action_kind == PC_IMAGE_LIST_NEGATED;
            pc_buf_format(drawing->out, "    p%u%s%u -> p%us%u%s;\n", drawing->number, kind, node,
                          drawing->number, statement,
                          negated ? " [style=dashed label=\"but not\"]" : "");
        }
    }
}

static enum pc_status write_node(const struct drawing *drawing, const char *kind, uint32_t node,
                                 const char *look, struct pc_str label)
{
    pc_buf_format(drawing->out, "    p%u%s%u [%s label=\"", drawing->number, kind, node, look);
    PC_TRY(pc_graph_lines(drawing->out, label, label_room));
    pc_buf_text(drawing->out, "\"];\n");
    return pc_buf_status(drawing->out);
}

// Trees ------------------------------------------------------------------------------------------

// What write makes of the bytes, as a node that leads to the set.
static enum pc_status write_pattern(const struct drawing *drawing, const char *kind, uint32_t node,
                                    struct pc_str bytes)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    pc_pattern_write(bytes, &text);
    PC_TRY(pc_buf_status(&text));
    return write_node(drawing, kind, node, "shape=box", pc_buf_view(&text));
}

// The piece of text that leads to a node from its parent.
static enum pc_status write_piece(const struct drawing *drawing, uint32_t number)
{
    const struct pc_image_node *node = pc_image_node(drawing->image, number);
    PC_CLEANUP(pc_buf_release) struct pc_buf piece = {0};
    if (node->parent != number) {
        pc_buf_byte(&piece, (char)node->first);
    }
    pc_buf_str(&piece, pc_image_text(drawing->image, node->label));
    pc_buf_text(&piece, node->prefix.count > 0 ? "*" : "");
    PC_TRY(pc_buf_status(&piece));
    bool leads = node->prefix.count + node->exact.count > 0;
    return write_node(drawing, "n", number, leads ? "shape=box" : "shape=ellipse",
                      pc_buf_view(&piece));
}

static enum pc_status write_tree_node(const struct drawing *drawing, uint32_t number)
{
    const struct pc_image_node *node = pc_image_node(drawing->image, number);
    PC_TRY(write_piece(drawing, number));
    if (node->parent != number) {
        pc_buf_format(drawing->out, "    p%un%u -> p%un%u;\n", drawing->number, node->parent,
                      drawing->number, number);
    }
    write_set(drawing, node->prefix, "n", number);
    write_set(drawing, node->exact, "n", number);
    for (uint32_t i = 0; i < node->globs.count; i++) {
        uint32_t at = node->globs.first + i;
        const struct pc_image_glob *glob = pc_image_glob(drawing->image, at);
        PC_TRY(write_pattern(drawing, "g", at, pc_image_text(drawing->image, glob->pattern)));
        pc_buf_format(drawing->out, "    p%un%u -> p%ug%u;\n", drawing->number, number,
                      drawing->number, at);
        write_set(drawing, glob->set, "g", at);
    }
    return pc_buf_status(drawing->out);
}

// Nodes of one tree lie together, its root first.
static enum pc_status write_tree(const struct drawing *drawing, uint32_t root)
{
    uint32_t count = pc_image_count(drawing->image, PC_IMAGE_NODES);
    for (uint32_t number = root; root > 0 && number <= count; number++) {
        const struct pc_image_node *node = pc_image_node(drawing->image, number - 1);
        if (number > root && node->parent == number - 1) {
            return PC_OK;
        }
        PC_TRY(write_tree_node(drawing, number - 1));
    }
    return PC_OK;
}

// Services ---------------------------------------------------------------------------------------

static enum pc_status write_names(const struct drawing *drawing, uint32_t number,
                                  const struct pc_image_service *service)
{
    for (uint32_t i = 0; i < service->names.count; i++) {
        uint32_t record = pc_image_slot(drawing->image, service->names.first + i)->record;
        if (record == 0) {
            continue;
        }
        const struct pc_image_name *name = pc_image_name(drawing->image, record - 1);
        PC_TRY(write_node(drawing, "a", record - 1, "shape=box",
                          pc_image_text(drawing->image, name->name)));
        pc_buf_format(drawing->out, "    p%uv%u -> p%ua%u;\n", drawing->number, number,
                      drawing->number, record - 1);
        write_set(drawing, name->set, "a", record - 1);
    }
    return pc_buf_status(drawing->out);
}

static enum pc_status write_service(const struct drawing *drawing, uint32_t number)
{
    const struct pc_image_service *service = pc_image_service(drawing->image, number);
    if (service->names.count == 0 && service->actions == 0) {
        return PC_OK; // of resources only
    }
    PC_TRY(write_node(drawing, "v", number, "shape=folder",
                      pc_image_text(drawing->image, service->name)));
    pc_buf_format(drawing->out, "    p%ur0 -> p%uv%u;\n", drawing->number, drawing->number, number);
    PC_TRY(write_names(drawing, number, service));
    if (service->actions > 0) {
        pc_buf_format(drawing->out, "    p%uv%u -> p%un%u;\n", drawing->number, number,
                      drawing->number, service->actions - 1);
    }
    return write_tree(drawing, service->actions);
}

// Statements -------------------------------------------------------------------------------------

static enum pc_status write_resource(const struct drawing *drawing,
                                     const struct pc_image_resource *resource)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_str bytes = pc_image_text(drawing->image, resource->pattern);
    if (resource->kind == PC_IMAGE_RESOURCE_NEVER) {
        pc_buf_str(&text, bytes);
    } else {
        pc_arn_pattern_write_2012(bytes, false, &text);
    }
    PC_TRY(pc_buf_status(&text));
    pc_graph_break(drawing->out);
    return pc_graph_lines(drawing->out, pc_buf_view(&text), label_room);
}

static enum pc_status write_resources(const struct drawing *drawing,
                                      const struct pc_image_statement *statement)
{
    uint32_t count = statement->resources.count;
    if (statement->resource_kind == PC_IMAGE_LIST_NEGATED) {
        pc_graph_break(drawing->out);
        pc_buf_text(drawing->out, "all but");
    }
    for (uint32_t i = 0; i < count && i < RESOURCES_SHOWN; i++) {
        PC_TRY(write_resource(drawing,
                              pc_image_resource(drawing->image, statement->resources.first + i)));
    }
    if (count > RESOURCES_SHOWN) {
        pc_graph_break(drawing->out);
        pc_buf_format(drawing->out, "and %u more", count - RESOURCES_SHOWN);
    }
    return PC_OK;
}

static enum pc_status write_statement(const struct drawing *drawing, uint32_t index)
{
    const struct pc_image_statement *statement = pc_image_statement(drawing->image, index);
    struct pc_str sid = pc_image_text(drawing->image, statement->sid);
    bool allows = statement->effect == PC_IMAGE_ALLOW;
    pc_buf_format(drawing->out, "    p%us%u [shape=note color=\"%s\" label=\"%s ", drawing->number,
                  index, allows ? "#2da44e" : "#cf222e", allows ? "Allow" : "Deny");
    if (sid.len > 0) {
        PC_TRY(pc_graph_lines(drawing->out, sid, label_room));
    } else {
        pc_buf_format(drawing->out, "#%u", statement->number);
    }
    PC_TRY(write_resources(drawing, statement));
    if (statement->conditions.count > 0) {
        pc_graph_break(drawing->out);
        pc_buf_format(drawing->out, "%u condition%s", statement->conditions.count,
                      statement->conditions.count == 1 ? "" : "s");
    }
    pc_buf_text(drawing->out, "\"];\n");
    if (statement->action_kind == PC_IMAGE_LIST_NEGATED) {
        pc_buf_format(drawing->out, "    p%ur0 -> p%us%u [label=\"NotAction\"];\n", drawing->number,
                      drawing->number, index);
    }
    return pc_buf_status(drawing->out);
}

// Graph ------------------------------------------------------------------------------------------

enum pc_status pc_policy_graph(struct pc_buf *out, const struct pc_image *image,
                               struct pc_str title, unsigned number)
{
    const struct drawing drawing = {out, image, number};
    pc_buf_format(out, "  subgraph cluster_%u {\n    label=\"", number);
    PC_TRY(pc_graph_lines(out, title, (struct pc_graph_room){80, 2}));
    pc_buf_format(out, "\";\n    p%ur0 [shape=circle label=\"action\"];\n", number);
    if (image->header->index.every.count > 0) {
        PC_TRY(write_node(&drawing, "e", 0, "shape=box", PC_STR("*")));
        pc_buf_format(out, "    p%ur0 -> p%ue0;\n", number, number);
        write_set(&drawing, image->header->index.every, "e", 0);
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_SERVICES); i++) {
        PC_TRY(write_service(&drawing, i));
    }
    for (uint32_t i = 0; i < pc_image_count(image, PC_IMAGE_STATEMENTS); i++) {
        PC_TRY(write_statement(&drawing, i));
    }
    pc_buf_text(out, "  }\n");
    return pc_buf_status(out);
}

void pc_policy_graph_begin(struct pc_buf *out)
{
    pc_buf_text(out, "digraph polcheck {\n  rankdir=LR;\n  node [fontname=\"sans-serif\" "
                     "fontsize=11];\n  edge [color=\"#57606a\"];\n");
}

void pc_policy_graph_end(struct pc_buf *out)
{
    pc_buf_text(out, "}\n");
}
