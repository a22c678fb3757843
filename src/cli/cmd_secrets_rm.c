// SPDX-License-Identifier: Apache-2.0
//
// Removes variables of a function from a vault.
#include "vault_options.h"
#include "vault_text.h"

enum option {
    OPT_FUNCTION = PC_OPTION_OWN,
    OPT_ALL,
};

static const struct pc_option options[] = {
    PC_VAULT_OPTIONS,
    {OPT_FUNCTION, 'f', "function", "ARN", "The function whose variables they are.", false},
    {OPT_ALL, 0, "all", NULL, "Removes all variables of the function.", false},
};

struct job {
    struct pc_str function;
    const struct pc_str *names;
    size_t count; // 0: all
};

static enum pc_status work(void *context, struct pc_change *change)
{
    const struct job *job = context;
    return pc_change_remove(change, job->function, job->names, job->count);
}

static void say(struct pc_cli *cli, const struct job *job)
{
    struct pc_buf *out = &cli->out.text;
    pc_buf_text(out, "removed ");
    if (job->count == 0) {
        pc_buf_text(out, "all variables");
    } else {
        pc_names_write(out, job->names, job->count);
    }
    pc_buf_text(out, " of ");
    pc_buf_printable(out, job->function);
    pc_buf_byte(out, '\n');
}

static enum pc_status remove_them(struct pc_cli *cli, const struct pc_args *args, struct job *job)
{
    PC_CLEANUP(pc_vault_access_release) struct pc_vault_access access = {0};
    struct pc_str *names = pc_arena_array(&cli->arena, args->operand_count, sizeof(*names));
    if (names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->operand_count; i++) {
        names[i] = pc_str_from(args->operands[i]);
    }
    job->names = names;
    job->count = args->operand_count;
    PC_TRY(pc_function_arn_check(job->function, &cli->diags));
    PC_TRY(pc_vault_access_init(cli, args, &access));
    const struct pc_change_note note = {
        .event = PC_STR("rm"),
        .function = job->function,
        .names = job->names,
        .name_count = job->count,
    };
    PC_TRY(pc_vault_change(&(const struct pc_vault_place){access.path, access.root}, &note,
                           &cli->diags, work, job));
    cli->changed = true;
    say(cli, job);
    return PC_OK;
}

// Who is used to NAME=VALUE has shown the value to every process; so the message does not repeat
// it.
static bool has_value(const struct pc_args *args)
{
    for (size_t i = 0; i < args->operand_count; i++) {
        if (pc_str_find(pc_str_from(args->operands[i]), '=', 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    struct job job = {.function = pc_str_from(pc_args_value(args, OPT_FUNCTION))};
    bool all = pc_args_has(args, OPT_ALL);
    if (job.function.len == 0) {
        return pc_cli_usage(cli, "the option \"--function\" is missing");
    }
    if (all == (args->operand_count > 0)) {
        return pc_cli_usage(cli, all ? "--all removes all variables: name none"
                                     : "no variable is named: NAME..., or --all");
    }
    if (has_value(args)) {
        return pc_cli_usage(cli, "secrets rm takes names of variables, without \"=\" and value");
    }
    return pc_vault_exit(cli, remove_them(cli, args, &job));
}

static const struct pc_example examples[] = {
    {"polcheck secrets rm --vault vault --root-key root.key \\\n"
     "      --function arn:aws:lambda:eu-west-1:111122223333:function:thumbs DB_URL",
     "Removes one variable."},
};

const struct pc_verb pc_verb_secrets_rm = {
    .name = "secrets rm",
    .summary = "Removes variables of a function.",
    .usage = PC_VAULT_USAGE " --function ARN NAME...\n" PC_VAULT_USAGE " --function ARN --all",
    .details = PC_VAULT_DETAILS "\n"
                                "All that are named go, or, when one of them is not there, none.\n"
                                "Exit status: 0 removed, 2 an error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
