// SPDX-License-Identifier: Apache-2.0
//
// What the verbs that release secrets, or ask who would get them, have in common: their options,
// the engine and the vault that they open by the public library, and how refusals are told.
#ifndef PC_CLI_RELEASING_H
#define PC_CLI_RELEASING_H

#include "command.h"
#include "polcheck/polcheck.h"
#include "readings.h"
#include "trusted.h"
#include "vault_options.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_STORE = 1300,
    PC_OPTION_FUNCTION,
    PC_OPTION_PRINCIPAL,
    PC_OPTION_CONTEXT,
    PC_OPTION_NAME,
};

// Rows of a table of options: whose secrets, under which policies.
// clang-format off
#define PC_FUNCTION_OPTIONS                                                                        \
    {PC_OPTION_STORE, 's', "store", "STORE", "The compiled policies (polcheck compile).", false},  \
    PC_TRUST_OPTIONS,                                                                              \
    {PC_OPTION_FUNCTION, 'f', "function", "ARN",                                                   \
     "The function whose secrets they are; without version or alias.", false},                     \
    {PC_OPTION_CONTEXT, 'c', "context", "KEY=VALUE",                                               \
     "A further context key of the question; repeatable.", true}
#define PC_PRINCIPAL_OPTIONS                                                                       \
    {PC_OPTION_PRINCIPAL, 'p', "principal", "ARN",                                                 \
     "Who asks; a session of the function's execution role that bears the function's name, which " \
     "is the default.", false}
// clang-format on

#define PC_FUNCTION_USAGE "--store STORE [--trusted-keys FILE [--seen FILE]] --function ARN"

// Paragraphs about them for details.
#define PC_RELEASE_DETAILS                                                                         \
    "Secrets are released to the session of the function's execution role alone, and only when "   \
    "the policies in the store let it kms:Decrypt with the key that they are sealed under, for "   \
    "this function (kms:EncryptionContext:aws:lambda:FunctionArn). Each release and each refusal " \
    "is an entry of the vault's audit log."

// A question that the engine was asked, as it was decided. In the arena.
struct pc_asked {
    struct pc_str principal, action, resource;
    struct polcheck_pair *context; // keys with one value
    size_t context_count;
    struct pc_str lists; // the others, as the object of --context-json; "" for none
};

// What is open. Zeroed it may be closed.
struct pc_releasing {
    struct pc_cli *cli;
    const char *store;
    struct polcheck_engine *engine;
    struct polcheck_scratch *scratch;
    struct polcheck_secrets *secrets;
    struct polcheck_release release; // function, principal, names, context; delivery is the verb's
    bool records;                    // the next question is kept in `asked`
    bool recorded;
    struct pc_asked asked;
    struct pc_str store_message; // what on_store told last
};

// Reads the options and opens store and vault, also asks for a passphrase. Nothing is asked yet.
// What fails is reported. The struct must stay where it is until it is closed, which the caller
// does, after a failure too.
PC_MUST_CHECK enum pc_status pc_releasing_open(struct pc_cli *cli, const struct pc_args *args,
                                               struct pc_releasing *releasing);

// Closes store and vault, and wipes the root key.
void pc_releasing_close(struct pc_releasing *releasing);

#endif
