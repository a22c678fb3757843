// SPDX-License-Identifier: Apache-2.0
//
// Checks functions as lambda check does and shows them as a graph, in DOT or drawn by Graphviz as
// SVG. It is a picture and no verdict: the exit status does not depend on what works.
#include "function_choice.h"
#include "graph_output.h"
#include "lambda/graph.h"
#include "lambda_options.h"
#include "question_options.h"
#include "readings.h"
#include "trusted.h"

enum option {
    OPT_STORE = PC_OPTION_OWN,
    OPT_NOW,
    OPT_ORGANIZATION,
};

static const struct pc_option options[] = {
    {OPT_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},
    PC_TRUST_OPTIONS,
    PC_GRAPH_OPTIONS,
    {OPT_NOW, 0, "now", "TIME",
     "The time of the questions: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",
     false},
    {OPT_ORGANIZATION, 0, "organization", "ID",
     "The organization of the functions' accounts: o-..., as aws:PrincipalOrgID has it.", false},
    PC_READING_OPTIONS,
};

struct job {
    struct pc_cli *cli;
    const struct pc_args *args;
    struct pc_graph_output output;
    struct pc_str organization; // "": not told
    struct pc_asker asker;
    struct pc_buf dot;
};

// Usage ------------------------------------------------------------------------------------------

static enum pc_status read_usage(struct job *job)
{
    if (!pc_args_has(job->args, OPT_STORE)) {
        (void)pc_cli_usage(job->cli, "the option \"--store\" is missing");
        return PC_ERR_USAGE;
    }
    PC_TRY(pc_graph_output_read(job->cli, job->args, &job->output));
    PC_TRY(pc_lambda_organization(job->cli, job->args, OPT_ORGANIZATION, &job->organization));
    return pc_question_now(job->cli, pc_args_value(job->args, OPT_NOW), &job->asker.fixed_clock,
                           &job->asker.now);
}

// Functions --------------------------------------------------------------------------------------

static enum pc_status check(struct job *job, struct pc_checker *checker,
                            const struct pc_function_choice *choice)
{
    struct pc_checked_function *functions =
        pc_arena_array(checker->arena, choice->count, sizeof(*functions));
    if (functions == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < choice->count; i++) {
        PC_TRY(pc_check_function(checker, choice->arns[i], &job->cli->diags, &functions[i]));
    }
    return pc_graph_write(checker->arena, functions, choice->count, &job->dot);
}

static enum pc_status write_graph(struct job *job)
{
    struct pc_arena *arena = &job->cli->arena;
    struct pc_function_policies policies;
    struct pc_function_choice choice;
    struct pc_checker checker = {&job->asker, arena, &policies, job->organization};
    PC_TRY(pc_trust_open(job->cli, job->args, pc_args_value(job->args, OPT_STORE), &job->asker));
    PC_TRY(pc_choose_functions(job->cli, &job->asker, job->args, &choice));
    PC_TRY(pc_function_policies_find(pc_asker_snapshot(&job->asker), arena, &policies));
    return check(job, &checker, &choice);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.cli = cli, .args = args};
    job.asker.flags = pc_reading_flags(args);
    enum pc_status status = read_usage(&job);
    if (status == PC_OK) {
        status = write_graph(&job);
    }
    pc_asker_close(&job.asker); // before anything is started
    if (status == PC_OK) {
        status = pc_graph_output_put(cli, &job.output, pc_buf_view(&job.dot));
    }
    pc_buf_release(&job.dot);
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}

static const struct pc_example examples[] = {
    {"polcheck lambda graph --store build/demo.store thumbs | dot -Tpng > thumbs.png",
     "Draws a function with what calls it and what it needs."},
};

const struct pc_verb pc_verb_lambda_graph = {
    .name = "lambda graph",
    .summary = "Draws functions with all their integrations.",
    .usage = "--store STORE [--format dot|svg] [--output FILE] [FUNCTION]...",
    .details =
        "Each function is checked as polcheck lambda check does it; a FUNCTION is an ARN, "
        "ACCOUNT:function:NAME or NAME, and without one all of the store are drawn. On its left "
        "are its triggers "
        "and what Lambda polls for it, on its right its destinations, below them what is attached "
        "to it.\n"
        "Edges are green when the integration works, orange when it warns, red and dashed when it "
        "fails; of the last two the label says what is wrong, with its code, and in SVG the "
        "tooltip all of it. An edge bears the version or alias that is called.\n"
        "The same store gives the same graph, with --now whatever the time. A file is written "
        "whole or not at all.\n"
        "Exit status: 0 the graph was written, whatever works; 2 it was not.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
