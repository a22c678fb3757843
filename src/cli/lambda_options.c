// SPDX-License-Identifier: Apache-2.0
#include "lambda_options.h"

#include "lambda/permission.h"

static const struct pc_option *option_of(const struct pc_verb *verb, int id)
{
    const struct pc_option *option = verb->options;
    while (option->id != id) {
        option++; // a verb needs options of its own alone
    }
    return option;
}

enum pc_status pc_lambda_usage(struct pc_cli *cli, const struct pc_args *args, const int *needed)
{
    if (args->operand_count > 0) {
        (void)pc_cli_usage(cli, "%s takes no operands, and \"%s\" is one", cli->verb->name,
                           args->operands[0]);
        return PC_ERR_USAGE;
    }
    for (; *needed != 0; needed++) {
        if (!pc_args_has(args, *needed)) {
            const struct pc_option *option = option_of(cli->verb, *needed);
            (void)pc_cli_usage(cli, "the option \"--%s\" is missing", option->name);
            return PC_ERR_USAGE;
        }
    }
    for (size_t i = 0; i < args->given_count; i++) {
        const struct pc_given *given = &args->given[i];
        if (given->value != NULL && given->value[0] == '\0') {
            (void)pc_cli_usage(cli, "the value of \"--%s\" is empty", given->option->name);
            return PC_ERR_USAGE;
        }
    }
    return PC_OK;
}

struct pc_str pc_args_text(const struct pc_args *args, int id)
{
    return pc_str_from(pc_args_value(args, id));
}

enum pc_status pc_lambda_function(struct pc_cli *cli, const struct pc_args *args,
                                  struct pc_function_name *out)
{
    const struct pc_function_wish wish = {
        .name = pc_args_text(args, PC_OPTION_FUNCTION_NAME),
        .qualifier = pc_args_text(args, PC_OPTION_QUALIFIER),
        .account = pc_args_text(args, PC_OPTION_ACCOUNT),
        .region = pc_args_text(args, PC_OPTION_REGION),
    };
    return pc_function_name_resolve(&cli->arena, &wish, &cli->diags, out);
}

enum pc_status pc_lambda_organization(struct pc_cli *cli, const struct pc_args *args, int id,
                                      struct pc_str *out)
{
    struct pc_str text = pc_args_text(args, id);
    if (pc_args_has(args, id) && !pc_organization_is(text)) {
        (void)pc_cli_usage(cli,
                           "\"%.*s\" is not the id of an organization: \"o-\" with 10 to 32 "
                           "lower-case letters and digits",
                           PC_STR_ARG(text));
        return PC_ERR_USAGE;
    }
    *out = text;
    return PC_OK;
}

int pc_lambda_exit(struct pc_cli *cli, enum pc_status status)
{
    return status == PC_OK ? PC_EXIT_OK : pc_cli_fail(cli, status);
}
