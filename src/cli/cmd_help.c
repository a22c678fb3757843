// SPDX-License-Identifier: Apache-2.0
//
// Help for a subcommand, or for a code.
#include "command.h"

// The code that was meant by "501", "POL501" or the like, or NULL.
static const struct pc_diag_row *row_meant(struct pc_str topic)
{
    int number = 0;
    if (pc_str_eq_icase(pc_str_slice(topic, 0, 3), PC_STR("POL"))) {
        topic = pc_str_slice(topic, 3, topic.len);
    }
    if (topic.len == 0 || topic.len > 4) {
        return NULL;
    }
    for (size_t i = 0; i < topic.len; i++) {
        if (!pc_char_is_digit(topic.ptr[i])) {
            return NULL;
        }
        number = number * 10 + (topic.ptr[i] - '0');
    }
    return pc_diag_row((enum pc_diag_code)number);
}

// Neither a subcommand nor a code: says what may have been meant.
static int refuse(struct pc_cli *cli, struct pc_str topic)
{
    struct pc_str near = pc_verb_near(topic);
    const struct pc_diag_row *row = row_meant(topic);
    (void)pc_cli_usage(cli, "\"%.*s\" is neither a subcommand nor a code", PC_STR_ARG(topic));
    if (row != NULL) {
        pc_diag_hint(&cli->diags, "did you mean \"polcheck help %s\"?",
                     pc_diag_name(row->code).text);
    } else if (near.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"polcheck help %.*s\"?", PC_STR_ARG(near));
    } else {
        pc_diag_hint(&cli->diags, "polcheck help lists the subcommands, polcheck help codes "
                                  "the codes");
    }
    return PC_EXIT_FAIL;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count == 0) {
        pc_help_overview(&cli->out.text);
        return PC_EXIT_OK;
    }
    if (args->operand_count > 1) {
        return pc_cli_usage(cli, "help explains one thing at a time");
    }
    struct pc_str topic = pc_str_from(args->operands[0]);
    const struct pc_verb *verb = pc_verb_named(topic);
    const struct pc_diag_row *row = pc_diag_row_named(topic);
    if (verb != NULL) {
        pc_help_verb(&cli->out.text, verb);
    } else if (row != NULL) {
        pc_help_code(&cli->out.text, row);
    } else if (pc_str_eq(topic, PC_STR("codes"))) {
        pc_help_codes(&cli->out.text);
    } else {
        return refuse(cli, topic);
    }
    return PC_EXIT_OK;
}

static const struct pc_example examples[] = {
    {"polcheck help eval", "Shows what eval takes."},
    {"polcheck help POL0101", "Explains a diagnostic."},
    {"polcheck help codes", "Lists all diagnostics."},
};

const struct pc_verb pc_verb_help = {
    .name = "help",
    .summary = "Explains a subcommand, or the code of a diagnostic.",
    .usage = "[SUBCOMMAND | CODE | codes]",
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
