// SPDX-License-Identifier: Apache-2.0
//
// The options by which the verbs of Lambda name a function, a statement and a policy file, as those
// of the AWS CLI of the same names.
#ifndef PC_CLI_LAMBDA_OPTIONS_H
#define PC_CLI_LAMBDA_OPTIONS_H

#include "command.h"
#include "lambda/function_name.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_FUNCTION_NAME = 1500,
    PC_OPTION_QUALIFIER,
    PC_OPTION_ACCOUNT,
    PC_OPTION_REGION,
    PC_OPTION_STATEMENT_ID,
    PC_OPTION_POLICY,
    PC_OPTION_REVISION_ID,
};

// Rows of a table of options.
// clang-format off
#define PC_FUNCTION_NAME_OPTIONS                                                                   \
    {PC_OPTION_FUNCTION_NAME, 'f', "function-name", "NAME",                                        \
     "The function: its ARN, ACCOUNT:function:NAME or NAME, each also with :QUALIFIER.", false},   \
    {PC_OPTION_QUALIFIER, 'q', "qualifier", "Q", "A version or an alias of the function.", false}, \
    {PC_OPTION_ACCOUNT, 0, "account", "ID",                                                        \
     "The function's account, where the name does not say it.", false},                           \
    {PC_OPTION_REGION, 0, "region", "REGION",                                                      \
     "The function's region, where the name does not say it.", false}
#define PC_STATEMENT_ID_OPTIONS                                                                    \
    {PC_OPTION_STATEMENT_ID, 0, "statement-id", "ID", "The Sid of the statement.", false}
#define PC_POLICY_FILE_OPTIONS                                                                     \
    {PC_OPTION_REVISION_ID, 0, "revision-id", "ID",                                                \
     "Refuses a policy file that says another RevisionId.", false}
// clang-format on

#define PC_FUNCTION_NAME_USAGE "--function-name NAME [--qualifier Q]"

// How functions are named, a paragraph for details.
#define PC_FUNCTION_NAME_DETAILS                                                                   \
    "A bare NAME needs --account and --region, ACCOUNT:function:NAME --region; the ARN says all. " \
    "A function and each of its versions and aliases have policies of their own."

// How policy files are changed, a paragraph for details.
#define PC_POLICY_FILE_DETAILS                                                                     \
    "A policy file holds a policy document, or what aws lambda get-policy prints; RevisionId and " \
    "all other statements stay as they are. The file is replaced at once, keeps its mode, and "    \
    "is left alone when anything is wrong."

// Checks what all these verbs need: no operands, no empty values, and the options with the given
// numbers (0 behind the last). PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_lambda_usage(struct pc_cli *cli, const struct pc_args *args,
                                             const int *needed);

// The value of an option, "" when it was not given.
struct pc_str pc_args_text(const struct pc_args *args, int id);

// Which function is meant. As pc_function_name_resolve.
PC_MUST_CHECK enum pc_status pc_lambda_function(struct pc_cli *cli, const struct pc_args *args,
                                                struct pc_function_name *out);

// The organization of an option, "" without. PC_ERR_USAGE: of no such form, reported.
PC_MUST_CHECK enum pc_status pc_lambda_organization(struct pc_cli *cli, const struct pc_args *args,
                                                    int id, struct pc_str *out);

// The exit status behind the work.
int pc_lambda_exit(struct pc_cli *cli, enum pc_status status);

#endif
