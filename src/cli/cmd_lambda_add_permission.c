// SPDX-License-Identifier: Apache-2.0
//
// Makes the statement that aws lambda add-permission would, and adds it to a policy file.
#include "lambda/permission.h"
#include "lambda/policy_text.h"
#include "lambda_options.h"
#include "policy_file.h"

enum option {
    OPT_ACTION = PC_OPTION_OWN,
    OPT_PRINCIPAL,
    OPT_SOURCE_ARN,
    OPT_SOURCE_ACCOUNT,
    OPT_PRINCIPAL_ORG_ID,
    OPT_EVENT_SOURCE_TOKEN,
    OPT_FUNCTION_URL_AUTH_TYPE,
    OPT_INVOKED_VIA_FUNCTION_URL,
    OPT_NO_INVOKED_VIA_FUNCTION_URL,
    OPT_STATEMENT,
};

static const struct pc_option options[] = {
    PC_FUNCTION_NAME_OPTIONS,
    PC_STATEMENT_ID_OPTIONS,
    {OPT_ACTION, 'a', "action", "ACTION", "The action, such as lambda:InvokeFunction.", false},
    {OPT_PRINCIPAL, 'p', "principal", "PRINCIPAL",
     "Who may: a service such as s3.amazonaws.com, an account, an ARN, or \"*\".", false},
    {OPT_SOURCE_ARN, 0, "source-arn", "ARN",
     "Only for calls of a service for this resource; \"*\" and \"?\" are wildcards.", false},
    {OPT_SOURCE_ACCOUNT, 0, "source-account", "ID",
     "Only for calls of a service for resources of this account.", false},
    {OPT_PRINCIPAL_ORG_ID, 0, "principal-org-id", "ID",
     "Only for callers of this organization: o-...", false},
    {OPT_EVENT_SOURCE_TOKEN, 0, "event-source-token", "ID", "Only for this Alexa skill.", false},
    {OPT_FUNCTION_URL_AUTH_TYPE, 0, "function-url-auth-type", "TYPE",
     "With lambda:InvokeFunctionUrl: only for a function URL of this type, NONE or AWS_IAM.",
     false},
    {OPT_INVOKED_VIA_FUNCTION_URL, 0, "invoked-via-function-url", NULL,
     "With lambda:InvokeFunction: only for calls by way of a function URL.", false},
    {OPT_NO_INVOKED_VIA_FUNCTION_URL, 0, "no-invoked-via-function-url", NULL,
     "For all calls, as without either.", false},
    PC_POLICY_FILE_OPTIONS,
    {PC_OPTION_POLICY, 0, "policy", "FILE",
     "Adds the statement to the policy in the file, which is made if there is none.", false},
    {OPT_STATEMENT, 0, "statement", NULL, "Prints the statement alone, ready to paste.", false},
};

static enum pc_status read_permission(struct pc_cli *cli, const struct pc_args *args,
                                      struct pc_permission *out)
{
    struct pc_permission permission = {
        .statement_id = pc_args_text(args, PC_OPTION_STATEMENT_ID),
        .action = pc_args_text(args, OPT_ACTION),
        .principal = pc_args_text(args, OPT_PRINCIPAL),
        .source_arn = pc_args_text(args, OPT_SOURCE_ARN),
        .source_account = pc_args_text(args, OPT_SOURCE_ACCOUNT),
        .organization = pc_args_text(args, OPT_PRINCIPAL_ORG_ID),
        .event_source_token = pc_args_text(args, OPT_EVENT_SOURCE_TOKEN),
        .url_auth_type = pc_args_text(args, OPT_FUNCTION_URL_AUTH_TYPE),
        .via_url = pc_args_has(args, OPT_INVOKED_VIA_FUNCTION_URL),
    };
    PC_TRY(pc_lambda_function(cli, args, &permission.function));
    PC_TRY(pc_permission_check(&permission, &cli->diags));
    pc_permission_warn(&permission, &cli->diags);
    *out = permission;
    return PC_OK;
}

// The policy file --------------------------------------------------------------------------------

static void note_revision(struct pc_cli *cli, struct pc_str revision)
{
    if (revision.len > 0) {
        pc_diag_report(&cli->diags, PC_DIAG_REVISION_UNKNOWN, (struct pc_place){.file = PC_STR("")},
                       "there is no policy whose revision \"%.*s\" could be", PC_STR_ARG(revision));
    }
}

static enum pc_status make_text(struct pc_cli *cli, const struct pc_policy_file *file,
                                struct pc_str revision, const struct pc_permission *permission,
                                struct pc_buf *text)
{
    if (!file->file.exists) {
        note_revision(cli, revision);
        pc_policy_text_begin(text, permission);
        return pc_buf_status(text);
    }
    const struct pc_policy_text policy = {file->file.path, pc_buf_view(&file->text), revision};
    return pc_policy_text_add(&cli->arena, &policy, permission, &cli->diags, text);
}

static enum pc_status add_to_file(struct pc_cli *cli, const struct pc_args *args,
                                  const struct pc_permission *permission)
{
    PC_CLEANUP(pc_policy_file_close) struct pc_policy_file file = {.file = {.folder = -1}};
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct pc_str revision = pc_args_text(args, PC_OPTION_REVISION_ID);
    PC_TRY(pc_policy_file_open(cli, pc_args_value(args, PC_OPTION_POLICY), &file));
    PC_TRY(make_text(cli, &file, revision, permission, &text));
    enum pc_status status = pc_replaced_file_write(cli, &file.file, pc_buf_view(&text));
    cli->changed = status == PC_OK;
    return status;
}

// What is printed --------------------------------------------------------------------------------

static void print_statement(struct pc_buf *out, const struct pc_permission *permission)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, true);
    pc_permission_write(&writer, permission);
    pc_buf_byte(out, '\n');
}

// As the AWS CLI prints an answer, indented by four.
static enum pc_status print_answer(struct pc_buf *out, const struct pc_permission *permission)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf statement = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &statement, false);
    pc_permission_write(&writer, permission);
    PC_TRY(pc_buf_status(&statement));
    pc_buf_text(out, "{\n    \"Statement\": ");
    pc_json_writer_init(&writer, out, false);
    pc_json_string(&writer, pc_buf_view(&statement));
    pc_buf_text(out, "\n}\n");
    return PC_OK;
}

static enum pc_status add(struct pc_cli *cli, const struct pc_args *args)
{
    static const int needed[] = {PC_OPTION_FUNCTION_NAME, PC_OPTION_STATEMENT_ID, OPT_ACTION,
                                 OPT_PRINCIPAL, 0};
    struct pc_permission permission;
    PC_TRY(pc_lambda_usage(cli, args, needed));
    if (pc_args_has(args, OPT_INVOKED_VIA_FUNCTION_URL) &&
        pc_args_has(args, OPT_NO_INVOKED_VIA_FUNCTION_URL)) {
        (void)pc_cli_usage(cli, "--invoked-via-function-url or --no-invoked-via-function-url: one "
                                "of them");
        return PC_ERR_USAGE;
    }
    PC_TRY(read_permission(cli, args, &permission));
    if (pc_args_has(args, PC_OPTION_POLICY)) {
        PC_TRY(add_to_file(cli, args, &permission));
    } else {
        note_revision(cli, pc_args_text(args, PC_OPTION_REVISION_ID));
    }
    if (pc_args_has(args, OPT_STATEMENT)) {
        print_statement(&cli->out.text, &permission);
        return PC_OK;
    }
    return print_answer(&cli->out.text, &permission);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    return pc_lambda_exit(cli, add(cli, args));
}

static const struct pc_example examples[] = {
    {"polcheck lambda add-permission --statement-id s3-in --action lambda:InvokeFunction \\\n"
     "      --function-name arn:aws:lambda:eu-west-1:111122223333:function:thumbs:prod \\\n"
     "      --principal s3.amazonaws.com --source-arn arn:aws:s3:::photos \\\n"
     "      --source-account 111122223333",
     "Prints what AWS would answer: the statement that it adds."},
    {"polcheck lambda add-permission --policy thumbs-policy.json ... --statement",
     "Adds it to a policy file, and prints it alone."},
};

const struct pc_verb pc_verb_lambda_add_permission = {
    .name = "lambda add-permission",
    .summary = "Makes the statement that lets somebody call a function.",
    .usage = PC_FUNCTION_NAME_USAGE " --statement-id ID --action ACTION --principal PRINCIPAL"
                                    " [CONDITION]... [--policy FILE] [--statement]",
    .details =
        "Takes the options of aws lambda add-permission, holds them against Lambda's limits and "
        "prints what it would print; AWS is not called. Warns of what lets in more than is meant, "
        "and of what can never match.\n" PC_FUNCTION_NAME_DETAILS "\n" PC_POLICY_FILE_DETAILS "\n"
        "Exit status: 0 made, with warnings or not; 2 Lambda would refuse it, or another error.",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .examples = examples,
    .example_count = sizeof(examples) / sizeof(examples[0]),
    .run = run,
};
