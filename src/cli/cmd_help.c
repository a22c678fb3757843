// SPDX-License-Identifier: Apache-2.0
//
// Help for a subcommand, or for a code.
#include "man.h"

enum option {
    OPT_SCDOC = PC_OPTION_OWN,
};

static const struct pc_option options[] = {
    // For the build, which makes manual pages of it.
    {OPT_SCDOC, 0, "scdoc", NULL, NULL, false},
};

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
    struct pc_str near = pc_verb_near(NULL, topic);
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

// A verb of a group.
static int explain_member(struct pc_cli *cli, const struct pc_group *group, struct pc_str word)
{
    const struct pc_verb *verb = pc_verb_named(group, word);
    if (verb != NULL) {
        pc_help_verb(&cli->out.text, verb);
        return PC_EXIT_OK;
    }
    struct pc_str near = pc_verb_near(group, word);
    (void)pc_cli_usage(cli, "\"%s %.*s\" is no subcommand", group->name, PC_STR_ARG(word));
    if (near.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"polcheck help %s %.*s\"?", group->name,
                     PC_STR_ARG(near));
    } else {
        pc_diag_hint(&cli->diags, "polcheck help %s lists its subcommands", group->name);
    }
    return PC_EXIT_FAIL;
}

static int explain(struct pc_cli *cli, struct pc_str topic)
{
    const struct pc_verb *verb = pc_verb_named(NULL, topic);
    const struct pc_group *group = pc_group_named(topic);
    const struct pc_diag_row *row = pc_diag_row_named(topic);
    if (verb != NULL) {
        pc_help_verb(&cli->out.text, verb);
    } else if (group != NULL) {
        pc_help_group(&cli->out.text, group);
    } else if (row != NULL) {
        pc_help_code(&cli->out.text, row);
    } else if (pc_str_eq(topic, PC_STR("codes"))) {
        pc_help_codes(&cli->out.text);
    } else {
        return refuse(cli, topic);
    }
    return PC_EXIT_OK;
}

// The verb or group whose words are joined by dashes in the name of its page: "secrets-put".
static int write_page(struct pc_cli *cli, struct pc_str page)
{
    const struct pc_group *group = pc_group_named(page);
    const struct pc_verb *verb;
    if (group != NULL) {
        pc_man_group(&cli->out.text, group);
        return PC_EXIT_OK;
    }
    for (size_t i = 0; (verb = pc_verb_at(i)) != NULL; i++) {
        if (pc_man_names(verb, page)) {
            pc_man_verb(&cli->out.text, verb);
            return PC_EXIT_OK;
        }
    }
    return pc_cli_usage(cli, "no page \"%.*s\"", PC_STR_ARG(page));
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    if (pc_args_has(args, OPT_SCDOC) && args->operand_count > 0) {
        return write_page(cli, pc_str_from(args->operands[0]));
    }
    if (pc_args_has(args, OPT_SCDOC)) {
        pc_man_overview(&cli->out.text);
        return PC_EXIT_OK;
    }
    if (args->operand_count == 0) {
        pc_help_overview(&cli->out.text);
        return PC_EXIT_OK;
    }
    struct pc_str topic = pc_str_from(args->operands[0]);
    const struct pc_group *group = pc_group_named(topic);
    if (args->operand_count == 2 && group != NULL) {
        return explain_member(cli, group, pc_str_from(args->operands[1]));
    }
    if (args->operand_count > 1) {
        return pc_cli_usage(cli, "help explains one thing at a time");
    }
    return explain(cli, topic);
}

static const struct pc_example examples[] = {
    {"polcheck help eval", "Shows what eval takes."},
    {"polcheck help secrets put", "Shows what secrets put takes."},
    {"polcheck help POL0101", "Explains a diagnostic."},
    {"polcheck help codes", "Lists all diagnostics."},
};

const struct pc_verb pc_verb_help = {
    .name = "help",
    .summary = "Explains a subcommand, a group of them, or a diagnostic's code.",
    .usage = "[SUBCOMMAND | GROUP [SUBCOMMAND] | CODE | codes]",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
