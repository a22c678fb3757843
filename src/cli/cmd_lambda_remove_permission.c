// SPDX-License-Identifier: Apache-2.0
//
// Takes a statement out of a policy file, as aws lambda remove-permission does with the policy.
#include "lambda/permission.h"
#include "lambda/policy_text.h"
#include "lambda_options.h"
#include "policy_file.h"

static const struct pc_option options[] = {
    PC_FUNCTION_NAME_OPTIONS,
    PC_STATEMENT_ID_OPTIONS,
    PC_POLICY_FILE_OPTIONS,
    {PC_OPTION_POLICY, 0, "policy", "FILE", "The file with the policy.", false},
};

static enum pc_status read_permission(struct pc_cli *cli, const struct pc_args *args,
                                      struct pc_permission *out)
{
    struct pc_permission permission = {.statement_id = pc_args_text(args, PC_OPTION_STATEMENT_ID)};
    PC_TRY(pc_lambda_function(cli, args, &permission.function));
    PC_TRY(pc_permission_check_name(&permission.function, permission.statement_id, &cli->diags));
    *out = permission;
    return PC_OK;
}

static enum pc_status check_exists(struct pc_cli *cli, const struct pc_policy_file *file)
{
    if (file->file.exists) {
        return PC_OK;
    }
    pc_diag_report(&cli->diags, PC_DIAG_PERMISSION_UNKNOWN,
                   (struct pc_place){.file = file->file.path},
                   "there is no policy: 404 ResourceNotFoundException, \"The resource you "
                   "requested does not exist.\"");
    return PC_ERR_INVALID;
}

static enum pc_status remove_file(struct pc_cli *cli, const struct pc_policy_file *file)
{
    PC_TRY(pc_replaced_file_remove(cli, &file->file));
    pc_diag_report(&cli->diags, PC_DIAG_POLICY_GONE, (struct pc_place){.file = file->file.path},
                   "\"%.*s\" is removed: it was the last statement, and a policy has at least one",
                   PC_STR_ARG(file->file.path));
    return PC_OK;
}

static enum pc_status remove_from(struct pc_cli *cli, const struct pc_args *args,
                                  const struct pc_permission *permission)
{
    PC_CLEANUP(pc_policy_file_close) struct pc_policy_file file = {.file = {.folder = -1}};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    PC_TRY(pc_policy_file_open(cli, pc_args_value(args, PC_OPTION_POLICY), &file));
    PC_TRY(check_exists(cli, &file));
    const struct pc_policy_text policy = {file.file.path, pc_buf_view(&file.text),
                                          pc_args_text(args, PC_OPTION_REVISION_ID)};
    PC_TRY(pc_policy_text_remove(&cli->arena, &policy, permission, &cli->diags, &text));
    enum pc_status status = text.len == 0
                                ? remove_file(cli, &file)
                                : pc_replaced_file_write(cli, &file.file, pc_buf_view(&text));
    cli->changed = status == PC_OK;
    return status;
}

static enum pc_status work(struct pc_cli *cli, const struct pc_args *args)
{
    static const int needed[] = {PC_OPTION_FUNCTION_NAME, PC_OPTION_STATEMENT_ID, PC_OPTION_POLICY,
                                 0};
    struct pc_permission permission;
    PC_TRY(pc_lambda_usage(cli, args, needed));
    PC_TRY(read_permission(cli, args, &permission));
    return remove_from(cli, args, &permission);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    return pc_lambda_exit(cli, work(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck lambda remove-permission --policy thumbs-policy.json --statement-id s3-in \\\n"
     "      --function-name arn:aws:lambda:eu-west-1:111122223333:function:thumbs:prod",
     "Takes the statement out of the file."},
};

const struct pc_verb pc_verb_lambda_remove_permission = {
    .name = "lambda remove-permission",
    .summary = "Takes a statement out of the policy of a function.",
    .usage = PC_FUNCTION_NAME_USAGE " --statement-id ID --policy FILE",
    .details =
        "Prints nothing, as AWS does. With the last statement the file goes, as Lambda then has "
        "no policy.\n" PC_FUNCTION_NAME_DETAILS "\n" PC_POLICY_FILE_DETAILS "\n"
        "Exit status: 0 removed, 2 an error, such as no statement of that id.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
