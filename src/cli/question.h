// SPDX-License-Identifier: Apache-2.0
//
// One question on the command line, of a store by options or of a case by its file: the options
// that ask it, the answer, and its explanation. For the verbs that answer one.
#ifndef PC_CLI_QUESTION_H
#define PC_CLI_QUESTION_H

#include "account/asker.h"
#include "case.h"
#include "case_accounts.h"
#include "command.h"
#include "explain/explain.h"
#include "policy_files.h"
#include "readings.h"
#include "trusted.h"

enum { // behind those of readings.h
    PC_OPTION_STORE = 1100,
    PC_OPTION_PRINCIPAL,
    PC_OPTION_ACTION,
    PC_OPTION_RESOURCE,
    PC_OPTION_ACCOUNT,
    PC_OPTION_CONTEXT,
    PC_OPTION_CONTEXT_JSON,
    PC_OPTION_CASE,
    PC_OPTION_NOW,
    PC_OPTION_NO_INDEX,
};

// Rows of a table of options.
// clang-format off
#define PC_STORE_OPTIONS                                                                           \
    {PC_OPTION_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},  \
    PC_TRUST_OPTIONS

// What is known of a request beside who, what and on what.
#define PC_FACT_OPTIONS                                                                            \
    {PC_OPTION_ACCOUNT, 0, "resource-account", "ID",                                               \
     "The account that owns the resource, where neither the ARN nor the store says it.", false},   \
    {PC_OPTION_CONTEXT, 'c', "context", "KEY=VALUE",                                               \
     "A context key with one value; repeatable.", true},                                           \
    {PC_OPTION_CONTEXT_JSON, 0, "context-json", "JSON",                                            \
     "An object of context keys with typed values, also arrays, or null for a key that is absent; "\
     "or @FILE; repeatable.",                                                                      \
     true},                                                                                        \
    {PC_OPTION_NOW, 0, "now", "TIME",                                                              \
     "The time of the request: 2024-05-01T12:00:00Z or seconds since 1970; default: the clock.",   \
     false}

// Those of one question; what they take is told by the help of eval.
#define PC_QUESTION_OPTIONS                                                                        \
    PC_STORE_OPTIONS,                                                                              \
    {PC_OPTION_PRINCIPAL, 'p', "principal", "PRINCIPAL",                                           \
     "Who asks: an ARN, a service such as s3.amazonaws.com, \"*\" for an unsigned request, or a "  \
     "JSON object as in a case.",                                                                  \
     false},                                                                                       \
    {PC_OPTION_ACTION, 'a', "action", "ACTION", "The action, such as s3:GetObject.", false},       \
    {PC_OPTION_RESOURCE, 'r', "resource", "RESOURCE",                                              \
     "The ARN of one resource, in which \"*\" is a character like another (polcheck who-can "      \
     "asks about many), or \"*\" for an action without one.",                                      \
     false},                                                                                       \
    PC_FACT_OPTIONS,                                                                               \
    {PC_OPTION_CASE, 0, "case", "FILE",                                                            \
     "Answers the one case in the file (\"-\": standard input).", false},                          \
    {PC_OPTION_NO_INDEX, 0, "no-index", NULL, NULL, false},                                        \
    PC_READING_OPTIONS
// clang-format on

// A question that was asked. A zeroed struct may be released.
struct pc_cli_question {
    struct pc_asker asker; // of a case with its scratch and no store
    struct pc_request request;
    struct pc_policies policies; // that it was answered from
    struct pc_answer answer;     // with reasons
    struct pc_buf bytes;         // of a case's file
    // Of a case: what it is, and what it names.
    struct pc_case_source source;
    struct pc_case subject;
    struct pc_policy_files files;
    struct pc_case_accounts accounts;
};

// Is the option one of those that say who asks for what?
bool pc_option_asks(const struct pc_option *option);

// Refuses options that do not go with --case. PC_ERR_USAGE, reported.
PC_MUST_CHECK enum pc_status pc_cli_question_check(struct pc_cli *cli, const struct pc_args *args);

// Reads all of PC_FACT_OPTIONS but the time into a request, in their order. PC_ERR_USAGE or
// PC_ERR_INVALID, reported. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_cli_question_facts(struct pc_cli *cli, const struct pc_args *args,
                                                   struct pc_request *request);

// Sets flags and clock of an asker as options say. PC_ERR_USAGE, reported.
PC_MUST_CHECK enum pc_status pc_cli_question_set(struct pc_cli *cli, const struct pc_args *args,
                                                 struct pc_asker *asker);

// Opens the store that has to be named. PC_ERR_USAGE, and as pc_trust_open; reported.
PC_MUST_CHECK enum pc_status pc_cli_question_open(struct pc_cli *cli, const struct pc_args *args,
                                                  struct pc_asker *asker);

// Asks what the options ask. What is wrong was reported. Not to be moved while it is in use.
PC_MUST_CHECK enum pc_status pc_cli_question_ask(struct pc_cli *cli, const struct pc_args *args,
                                                 struct pc_cli_question *out);
void pc_cli_question_release(struct pc_cli_question *question);

// Explains the answer, in cli->arena; valid as long as the question. PC_ERR_NOMEM, PC_ERR_BUSY.
PC_MUST_CHECK enum pc_status pc_cli_question_explain(struct pc_cli *cli,
                                                     struct pc_cli_question *question,
                                                     struct pc_explanation *out);

// Warns where the action or a key of --context is none of AWS's (asked_names.h). PC_ERR_NOMEM,
// PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_cli_question_names(struct pc_cli *cli, const struct pc_args *args,
                                                   const struct pc_cli_question *question);

// PC_EXIT_OK: allowed; PC_EXIT_NO.
int pc_cli_question_exit(const struct pc_cli_question *question);

#endif
