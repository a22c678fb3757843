// SPDX-License-Identifier: Apache-2.0
#include "lambda/graph.h"

#include "base/map.h"

#include "base/graph_text.h"
#include "value/arn.h"

static const struct pc_graph_room node_room = {40, 3}, edge_room = {44, 7}, danger_room = {44, 2};

enum {
    DANGERS_SHOWN = 3,
};

// The colours of GitHub's and others' signs, dark enough to be read as text.
static const struct look {
    const char *color, *font, *style;
} looks[] = {
    [PC_MARK_FAILS] = {"#cf222e", "#a40e26", "dashed"},
    [PC_MARK_WARNS] = {"#e36209", "#953800", "solid"},
    [PC_MARK_WORKS] = {"#2da44e", "#116329", "solid"},
};

// A function being written.
struct drawing {
    struct pc_buf *out;
    const struct pc_checked_function *function;
    struct pc_function_name name;
    size_t number; // of the function
    const struct pc_checked **integrations;
    size_t *nodes; // number of the first integration that has the same other end
};

static const struct look *look_of(enum pc_mark mark)
{
    return &looks[mark <= PC_MARK_WORKS ? mark : PC_MARK_FAILS];
}

// Findings ---------------------------------------------------------------------------------------

static enum pc_mark mark_of(const struct pc_finding *finding)
{
    return finding->severity == PC_SEVERITY_ERROR     ? PC_MARK_FAILS
           : finding->severity == PC_SEVERITY_WARNING ? PC_MARK_WARNS
                                                      : PC_MARK_WORKS;
}

// The first of those that the mark comes from.
static const struct pc_finding *first_of(const struct pc_checked *checked)
{
    const struct pc_finding *finding = checked->findings;
    while (finding != NULL && mark_of(finding) != checked->mark) {
        finding = finding->next;
    }
    return finding != NULL ? finding : checked->findings;
}

static void write_code(struct pc_buf *out, const struct pc_finding *finding)
{
    pc_buf_format(out, "%s POL%04d", pc_mark_text(mark_of(finding)), (int)finding->code);
}

// "fails POL1122", and below it what is wrong.
static enum pc_status write_brief(struct pc_buf *out, const struct pc_finding *finding,
                                  struct pc_graph_room room)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    for (size_t i = 0; i < finding->action_count; i++) {
        pc_buf_text(&text, i == 0 ? "" : i + 1 < finding->action_count ? ", " : " and ");
        pc_buf_str(&text, finding->actions[i]);
    }
    pc_buf_text(&text, finding->action_count > 0 ? ": " : "");
    pc_buf_str(&text, finding->message);
    PC_TRY(pc_buf_status(&text));
    write_code(out, finding);
    pc_graph_break(out);
    return pc_graph_lines(out, pc_buf_view(&text), room);
}

static enum pc_status write_sentence(struct pc_buf *out, const struct pc_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf sentence = {0};
    pc_finding_sentence(&sentence, finding);
    PC_TRY(pc_buf_status(&sentence));
    return pc_graph_text(out, pc_buf_view(&sentence));
}

// A line of a tooltip for each of them.
static enum pc_status write_findings(struct pc_buf *out, const struct pc_finding *finding)
{
    for (; finding != NULL; finding = finding->next) {
        pc_graph_break(out);
        write_code(out, finding);
        pc_buf_text(out, ": ");
        PC_TRY(write_sentence(out, finding));
        if (finding->symptom.len > 0) {
            pc_buf_text(out, " (");
            PC_TRY(pc_graph_text(out, finding->symptom));
            pc_buf_byte(out, ')');
        }
    }
    return pc_buf_status(out);
}

// Nodes ------------------------------------------------------------------------------------------

static enum pc_status write_dangers(struct drawing *drawing)
{
    size_t count = 0;
    for (const struct pc_finding *danger = drawing->function->dangers; danger != NULL;
         danger = danger->next) {
        if (mark_of(danger) == PC_MARK_WORKS || count++ >= DANGERS_SHOWN) {
            continue;
        }
        pc_graph_break(drawing->out);
        PC_TRY(write_brief(drawing->out, danger, danger_room));
    }
    if (count > DANGERS_SHOWN) {
        pc_graph_break(drawing->out);
        pc_buf_format(drawing->out, "and %zu more", count - DANGERS_SHOWN);
    }
    return pc_buf_status(drawing->out);
}

static enum pc_status write_function(struct drawing *drawing)
{
    struct pc_buf *out = drawing->out;
    const struct look *look = look_of(drawing->function->mark);
    pc_buf_format(out, "    f%zu [label=\"", drawing->number);
    PC_TRY(pc_graph_lines(out, drawing->name.name, node_room));
    pc_graph_break(out);
    PC_TRY(pc_graph_text(out, drawing->name.account));
    pc_buf_byte(out, ' ');
    PC_TRY(pc_graph_text(out, drawing->name.region));
    PC_TRY(write_dangers(drawing));
    pc_buf_text(out, "\", tooltip=\"");
    PC_TRY(pc_graph_text(out, drawing->function->arn));
    PC_TRY(write_findings(out, drawing->function->dangers));
    pc_buf_format(out, "\", color=\"%s\", penwidth=2];\n", look->color);
    return pc_buf_status(out);
}

// Where the other end is, if that is not where the function is.
static enum pc_status write_elsewhere(struct drawing *drawing, const struct pc_arn *arn)
{
    bool account = arn->account.len > 0 && !pc_str_eq(arn->account, drawing->name.account);
    bool region = arn->region.len > 0 && !pc_str_eq(arn->region, drawing->name.region);
    if (account || region) {
        pc_graph_break(drawing->out);
    }
    if (account) {
        PC_TRY(pc_graph_lines(drawing->out, arn->account, node_room));
    }
    if (region) {
        pc_buf_text(drawing->out, account ? " " : "");
        PC_TRY(pc_graph_lines(drawing->out, arn->region, node_room));
    }
    return pc_buf_status(drawing->out);
}

// The name of the other end or, where it has none, the first that is told of it.
static enum pc_status write_other(struct drawing *drawing, const struct pc_checked *checked)
{
    const struct pc_known_connection *connection = &checked->connection;
    struct pc_arn arn;
    if (connection->other.len > 0) {
        pc_graph_break(drawing->out);
        PC_TRY(pc_graph_lines(drawing->out, connection->other, node_room));
        return pc_arn_parse(connection->other, &arn) ? write_elsewhere(drawing, &arn) : PC_OK;
    }
    if (connection->fact_count > 0) {
        const struct pc_tag fact = pc_known_connection_fact(connection, 0);
        pc_graph_break(drawing->out);
        PC_TRY(pc_graph_lines(drawing->out, fact.key, node_room));
        pc_buf_byte(drawing->out, ' ');
        PC_TRY(pc_graph_lines(drawing->out, fact.value, node_room));
    }
    return pc_buf_status(drawing->out);
}

static enum pc_status write_node(struct drawing *drawing, size_t at)
{
    struct pc_buf *out = drawing->out;
    const struct pc_checked *checked = drawing->integrations[at];
    const struct pc_known_connection *connection = &checked->connection;
    struct pc_str title = pc_str_from(checked->row->title);
    pc_buf_format(out, "    f%zu_%zu [label=\"", drawing->number, at);
    PC_TRY(pc_graph_text(out, title));
    PC_TRY(write_other(drawing, checked));
    pc_buf_text(out, "\", tooltip=\"");
    PC_TRY(pc_graph_text(out, connection->other.len > 0 ? connection->other : title));
    pc_buf_text(out, "\"];\n");
    return pc_buf_status(out);
}

static bool is_source(const struct pc_checked *checked)
{
    enum pc_direction direction = checked->row->direction;
    return direction == PC_DIRECTION_TRIGGER || direction == PC_DIRECTION_POLLER;
}

static enum pc_status write_node_of(struct drawing *drawing, size_t at, bool is_of_that_kind)
{
    return is_of_that_kind && drawing->nodes[at] == at ? write_node(drawing, at) : PC_OK;
}

// Where nothing speaks for another order, Graphviz draws nodes that edges lead to upwards in the
// order of the text, and those that edges come from downwards.
static enum pc_status write_nodes(struct drawing *drawing)
{
    size_t count = drawing->function->integration_count;
    pc_buf_format(drawing->out, "    subgraph cluster_%zu_attached {\n", drawing->number);
    pc_buf_text(drawing->out, "    graph [label=\"attached\", style=dotted, color=\"#8c959f\"];\n");
    for (size_t i = count; i > 0; i--) {
        enum pc_direction direction = drawing->integrations[i - 1]->row->direction;
        PC_TRY(write_node_of(drawing, i - 1, direction == PC_DIRECTION_ATTACHMENT));
    }
    pc_buf_text(drawing->out, "    }\n");
    for (size_t i = count; i > 0; i--) {
        enum pc_direction direction = drawing->integrations[i - 1]->row->direction;
        PC_TRY(write_node_of(drawing, i - 1, direction == PC_DIRECTION_DESTINATION));
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(write_node_of(drawing, i, is_source(drawing->integrations[i])));
    }
    return PC_OK;
}

// Edges ------------------------------------------------------------------------------------------

// A line of a label, or nothing.
static enum pc_status write_line(struct pc_buf *out, const char *before, struct pc_str text,
                                 bool *begun)
{
    if (text.len == 0) {
        return PC_OK;
    }
    if (*begun) {
        pc_graph_break(out);
    }
    *begun = true;
    pc_buf_text(out, before);
    return pc_graph_lines(out, text, edge_room);
}

static enum pc_status write_edge_label(struct pc_buf *out, const struct pc_checked *checked)
{
    const struct pc_finding *finding = first_of(checked);
    struct pc_function_name configured;
    struct pc_str on = pc_known_connection_tells(&checked->connection, PC_STR("on"));
    bool begun = false;
    if (pc_function_name_parse(checked->configured, &configured)) {
        PC_TRY(write_line(out, ":", configured.qualifier, &begun));
    }
    PC_TRY(write_line(out, "on ", on, &begun));
    if (checked->mark == PC_MARK_WORKS) {
        return pc_buf_status(out);
    }
    if (begun) {
        pc_graph_break(out);
    }
    if (finding == NULL) {
        pc_buf_text(out, pc_mark_text(checked->mark));
        return pc_buf_status(out);
    }
    return write_brief(out, finding, edge_room);
}

static enum pc_status write_edge_tooltip(struct pc_buf *out, const struct pc_checked *checked)
{
    pc_buf_format(out, "%s %s: ", checked->row->title, pc_mark_text(checked->mark));
    PC_TRY(pc_graph_text(out, checked->configured));
    return write_findings(out, checked->findings);
}

static enum pc_status write_edge(struct drawing *drawing, size_t at)
{
    struct pc_buf *out = drawing->out;
    const struct pc_checked *checked = drawing->integrations[at];
    const struct look *look = look_of(checked->mark);
    if (is_source(checked)) {
        pc_buf_format(out, "    f%zu_%zu -> f%zu", drawing->number, drawing->nodes[at],
                      drawing->number);
    } else {
        pc_buf_format(out, "    f%zu -> f%zu_%zu", drawing->number, drawing->number,
                      drawing->nodes[at]);
    }
    pc_buf_text(out, " [label=\"");
    PC_TRY(write_edge_label(out, checked));
    pc_buf_text(out, "\", tooltip=\"");
    PC_TRY(write_edge_tooltip(out, checked));
    pc_buf_format(out, "\", color=\"%s\", fontcolor=\"%s\", style=%s];\n", look->color, look->font,
                  look->style);
    return pc_buf_status(out);
}

static enum pc_status write_edges(struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->function->integration_count; i++) {
        PC_TRY(write_edge(drawing, i));
    }
    return PC_OK;
}

// Functions --------------------------------------------------------------------------------------

// The node of the first integration of the same kind with the same other end.
static enum pc_status node_of(struct pc_arena *arena, struct pc_map *nodes,
                              const struct pc_checked *checked, size_t *node)
{
    struct pc_str key;
    if (checked->connection.other.len == 0) {
        return PC_OK;
    }
    PC_TRY(pc_arena_format(arena, &key, "%s %.*s", checked->row->kind,
                           PC_STR_ARG(checked->connection.other)));
    const size_t *earlier = pc_map_get(nodes, key);
    if (earlier == NULL) {
        return pc_map_put(nodes, key, node);
    }
    *node = *earlier;
    return PC_OK;
}

static enum pc_status list_integrations(struct pc_arena *arena, struct drawing *drawing)
{
    size_t count = drawing->function->integration_count, i = 0;
    struct pc_map nodes;
    pc_map_init(&nodes, arena);
    drawing->integrations = pc_arena_array(arena, count, sizeof(*drawing->integrations));
    drawing->nodes = pc_arena_array(arena, count, sizeof(*drawing->nodes));
    if (drawing->integrations == NULL || drawing->nodes == NULL) {
        return PC_ERR_NOMEM;
    }
    for (const struct pc_checked *checked = drawing->function->integrations; checked != NULL;
         checked = checked->next, i++) { // INVARIANT: as many as are counted
        drawing->integrations[i] = checked;
        drawing->nodes[i] = i;
        PC_TRY(node_of(arena, &nodes, checked, &drawing->nodes[i]));
    }
    return PC_OK;
}

static enum pc_status draw(struct drawing *drawing)
{
    struct pc_buf *out = drawing->out;
    pc_buf_format(out, "\n  subgraph cluster_%zu {\n", drawing->number);
    pc_buf_text(out, "    graph [style=rounded, color=\"#d0d7de\", margin=16];\n");
    PC_TRY(write_function(drawing));
    PC_TRY(write_nodes(drawing));
    PC_TRY(write_edges(drawing));
    pc_buf_text(out, "  }\n");
    return pc_buf_status(out);
}

#define FONT "fontname=\"Helvetica,Arial,sans-serif\""

enum pc_status pc_graph_write(struct pc_arena *arena, const struct pc_checked_function *functions,
                              size_t count, struct pc_buf *out)
{
    pc_buf_text(out, "digraph polcheck {\n"
                     "  graph [rankdir=LR, ranksep=0.6, nodesep=0.25, " FONT ", "
                     "fontsize=10];\n"
                     "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#f6f8fa\", "
                     "color=\"#57606a\", " FONT ", fontsize=11];\n"
                     "  edge [" FONT ", fontsize=10];\n");
    for (size_t i = count; i > 0; i--) { // the first is drawn lowest
        const struct pc_checked_function *function = &functions[i - 1];
        struct drawing drawing = {.out = out, .function = function, .number = i - 1};
        if (!pc_function_name_parse(function->arn, &drawing.name)) {
            return PC_ERR_INTERNAL; // whoever checked it has parsed it
        }
        PC_TRY(list_integrations(arena, &drawing));
        PC_TRY(draw(&drawing));
    }
    pc_buf_text(out, "}\n");
    return pc_buf_status(out);
}
