// SPDX-License-Identifier: Apache-2.0
//
// Draws the tree that policies were compiled to.
#include "command.h"

#include "compiled_policy.h"
#include "graph_output.h"
#include "policy_graph.h"
#include "policy_types.h"
#include "trusted.h"

enum option {
    OPT_TYPE = PC_OPTION_OWN,
    OPT_STORE,
};

static const struct pc_option options[] = {
    {OPT_TYPE, 't', "type", PC_POLICY_TYPE_WORDS,
     "What the policy is; without it resource if a statement names a principal, else identity.",
     false},
    {OPT_STORE, 's', "store", "STORE", "The store to look in.", false},
    PC_TRUST_OPTIONS,
    PC_GRAPH_OPTIONS,
};

struct drawing {
    struct pc_buf dot;
    const char *operand;
    unsigned images;
};

static enum pc_status draw(void *context, const char *what, const struct pc_image *image)
{
    struct drawing *drawing = context;
    PC_CLEANUP(pc_buf_release) struct pc_buf title = {0};
    const char *type = pc_policy_type_text((enum pc_policy_type)image->header->type);
    pc_buf_format(&title, "%s policies of %s", what[0] != '\0' ? what : type, drawing->operand);
    PC_TRY(pc_buf_status(&title));
    return pc_policy_graph(&drawing->dot, image, pc_buf_view(&title), drawing->images++);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    static const int ids[] = {OPT_STORE, OPT_TYPE};
    struct drawing drawing = {.operand = args->operand_count > 0 ? args->operands[0] : ""};
    struct pc_graph_output output;
    if (pc_graph_output_read(cli, args, &output) != PC_OK) {
        return PC_EXIT_FAIL;
    }
    pc_policy_graph_begin(&drawing.dot);
    int status = pc_visit_operand(cli, args, ids, draw, &drawing);
    pc_policy_graph_end(&drawing.dot);
    if (status == PC_EXIT_OK) {
        enum pc_status written = pc_buf_status(&drawing.dot);
        if (written == PC_OK) {
            written = pc_graph_output_put(cli, &output, pc_buf_view(&drawing.dot));
        }
        status = written == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, written);
    }
    pc_buf_release(&drawing.dot);
    return status;
}

static const char details[] =
    "From the action a request goes to its service, from there by exact names or along the pieces "
    "of patterns to the statements that could apply: green ones allow, red ones deny. What a "
    "statement asks of resource and conditions is looked at there. It is a drawing of what "
    "polcheck "
    "dump lists as the index of actions.\n"
    "The same policy gives the same text.\n"
    "Exit status: 0 the graph was written, 2 it was not.";

static const struct pc_example examples[] = {
    {"polcheck graph policies/managed/AWSLambdaExecute.json -o tree.svg", "Draws a policy's tree."},
};

const struct pc_verb pc_verb_graph = {
    .name = "graph",
    .summary = "Draws the decision tree that policies were compiled to.",
    .usage = "FILE [--type TYPE] [--format dot|svg] [--output FILE]\n--store STORE ARN",
    .details = details,
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
