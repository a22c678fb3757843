// SPDX-License-Identifier: Apache-2.0
//
// Prints the completion of a shell.
#include "completion.h"
#include "spelling.h"

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    const struct pc_shell *shell;
    if (args->operand_count != 1) {
        return pc_cli_usage(cli, "name one shell: bash, zsh or fish");
    }
    struct pc_near near = {.text = pc_str_from(args->operands[0])};
    for (size_t i = 0; (shell = pc_shell_at(i)) != NULL; i++) {
        if (pc_str_eq(near.text, pc_str_from(shell->name))) {
            shell->write(&cli->out.text);
            return PC_EXIT_OK;
        }
        pc_near_offer(&near, pc_str_from(shell->name));
    }
    (void)pc_cli_usage(cli, "no completion for \"%.*s\"; there are bash, zsh and fish",
                       PC_STR_ARG(near.text));
    if (near.best.len > 0) {
        pc_diag_hint(&cli->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near.best));
    }
    return PC_EXIT_FAIL;
}

static const char details[] =
    "The script is made from the tables of subcommands and options. \"meson install\" puts those "
    "of all three shells where they look for them; by hand:\n"
    "  source <(polcheck completion bash)         # in ~/.bashrc\n"
    "  source <(polcheck completion zsh)          # in ~/.zshrc, behind compinit\n"
    "  polcheck completion fish | source          # in ~/.config/fish/config.fish";

static const struct pc_example examples[] = {
    {"polcheck completion bash > /etc/bash_completion.d/polcheck", "For everybody's bash."},
};

const struct pc_verb pc_verb_completion = {
    .name = "completion",
    .summary = "Prints a script that completes command lines in a shell.",
    .usage = "bash|zsh|fish",
    .details = details,
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
