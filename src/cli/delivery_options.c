// SPDX-License-Identifier: Apache-2.0
#include "delivery_options.h"

static enum pc_status check_name(struct pc_cli *cli, const char *name)
{
    if (name[0] == '\0' || strchr(name, '=') != NULL) {
        (void)pc_cli_usage(cli, "--allow takes the name of a variable, not \"%s\"", name);
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

enum pc_status pc_delivery_options_check(struct pc_cli *cli, const struct pc_args *args)
{
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == PC_OPTION_ALLOW) {
            PC_TRY(check_name(cli, args->given[i].value));
        }
    }
    if (pc_args_has(args, PC_OPTION_ALLOW) && !pc_args_has(args, PC_OPTION_PRISTINE)) {
        (void)pc_cli_usage(cli, "\"--allow\" goes with --pristine only");
        return PC_ERR_USAGE;
    }
    if (pc_args_has(args, PC_OPTION_AS_FILES) && pc_args_has(args, PC_OPTION_DIRECTORY)) {
        (void)pc_cli_usage(cli, "--as-files and --directory are two ways; give one");
        return PC_ERR_USAGE;
    }
    return PC_OK;
}

static enum pc_status read_allowed(struct pc_cli *cli, const struct pc_args *args,
                                   struct pc_delivery *out)
{
    struct pc_str *allowed = pc_arena_array(&cli->arena, args->given_count, sizeof(*allowed));
    if (allowed == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < args->given_count; i++) {
        if (args->given[i].option->id == PC_OPTION_ALLOW) {
            allowed[out->allowed_count++] = pc_str_from(args->given[i].value);
        }
    }
    out->allowed = allowed;
    return PC_OK;
}

// Copies, for execve wants words that may be written to.
static enum pc_status read_words(struct pc_cli *cli, const struct pc_args *args, size_t first,
                                 struct pc_delivery *out)
{
    size_t count = args->operand_count - first;
    char **words = pc_arena_array(&cli->arena, count + 1, sizeof(*words));
    if (words == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(args->operands[first + i]) + 1;
        words[i] = pc_arena_room(&cli->arena, bytes);
        if (words[i] == NULL) {
            return PC_ERR_NOMEM;
        }
        memcpy(words[i], args->operands[first + i], bytes);
    }
    out->words = words;
    return PC_OK;
}

static bool try_user(struct pc_cli *cli, const struct pc_delivery *delivery, int *exit_status)
{
    const struct pc_launch launch = {
        .path = delivery->path, .words = delivery->words, .user = delivery->user};
    return delivery->user == NULL || pc_launch_try(&launch, &cli->diags, exit_status);
}

bool pc_delivery_options_read(struct pc_cli *cli, const struct pc_args *args, size_t first,
                              struct pc_delivery *out, int *exit_status)
{
    struct pc_delivery delivery = {
        .pristine = pc_args_has(args, PC_OPTION_PRISTINE),
        .as_files = pc_args_has(args, PC_OPTION_AS_FILES),
        .directory = pc_args_value(args, PC_OPTION_DIRECTORY),
        .core = pc_args_has(args, PC_OPTION_CORE),
    };
    const char *user = pc_args_value(args, PC_OPTION_USER);
    enum pc_status status = read_allowed(cli, args, &delivery);
    if (status == PC_OK) {
        status = read_words(cli, args, first, &delivery);
    }
    if (status == PC_OK && user != NULL) {
        status = pc_user_find(&cli->arena, user, &cli->diags, &delivery.user);
    }
    if (status != PC_OK) {
        *exit_status = pc_cli_fail(cli, status);
        return false;
    }
    if (!pc_command_find(&cli->arena, delivery.words[0], &cli->diags, &delivery.path,
                         exit_status) ||
        !try_user(cli, &delivery, exit_status)) {
        return false;
    }
    *out = delivery;
    return true;
}
