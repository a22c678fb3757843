// SPDX-License-Identifier: Apache-2.0
//
// A subcommand is one row: what it is called, what it takes, what it does. Parsing, help and the
// tests of completeness are made from the row. Each lives in its cmd_<verb>.c; the list is in
// verbs.c. A verb of two words ("secrets put", in cmd_secrets_put.c) belongs to the group that its
// first word names.
#ifndef PC_CLI_COMMAND_H
#define PC_CLI_COMMAND_H

#include "output.h"

enum {
    PC_EXIT_OK = 0,   // done; for a question: allowed
    PC_EXIT_NO = 1,   // the answer is no: denied, or a case failed
    PC_EXIT_FAIL = 2, // the question could not be asked, or the work not done
};

enum {
    PC_OPTION_HELP = 1, // options that every verb has
    PC_OPTION_COLOR,
    PC_OPTION_VERSION, // in front of a verb only
    PC_OPTION_OWN,     // first number that a verb may use
};

struct pc_option {
    int id;
    char letter;       // short form; 0: none
    const char *name;  // long form without its dashes
    const char *value; // what stands for its value in the help; NULL: it takes none
    const char *help;  // one sentence; NULL: not shown
    bool repeats;      // may be given more than once
};

struct pc_given {
    const struct pc_option *option;
    const char *value; // NULL when the option takes none
    bool letter;       // it was given by its letter
};

// The words of a command line that are still to be read.
struct pc_words {
    char **words;
    int count;
};

// What the command line holds, in its order. In the arena of the run.
struct pc_args {
    struct pc_given *given;
    size_t given_count;
    const char **operands;
    size_t operand_count;
    size_t in_front; // of the operands, those in front of "--"; without one all
};

// The value of an option, "" for one without a value, NULL when it was not given.
const char *pc_args_value(const struct pc_args *args, int id);
bool pc_args_has(const struct pc_args *args, int id);

struct pc_example {
    const char *command;
    const char *text;
};

struct pc_cli;

struct pc_verb {
    const char *name;    // one word, or a group's and its own
    const char *summary; // one line
    const char *usage;   // lines of what follows "polcheck NAME ", separated by '\n'
    const char
        *details; // paragraphs, separated by '\n'; lines that start with a blank stay as they are
    const struct pc_option *options;
    size_t option_count;
    const struct pc_example *examples;
    size_t example_count;
    int (*run)(struct pc_cli *cli, const struct pc_args *args); // gives the exit status
};

// Verbs whose names begin with the same word.
struct pc_group {
    const char *name;
    const char *summary; // one line
    const char *details; // as of a verb
    bool hardens;        // its verbs see secrets: pc_harden comes before them
};

// One run of the command.
struct pc_cli {
    const struct pc_group *group; // NULL before it is known, and of a verb of one word
    const struct pc_verb *verb;   // NULL before it is known
    struct pc_arena arena;
    struct pc_diags diags; // in the arena; printed when the run ends or pc_cli_tell is called
    struct pc_output out;
    bool color_out, color_err;
    bool json;    // diagnostics as objects
    bool changed; // a file, a store or a vault was changed, as it was asked for
};

// Verbs and groups by place in their lists, NULL behind the last one.
const struct pc_verb *pc_verb_at(size_t index);
const struct pc_group *pc_group_at(size_t index);

// The group of that name, or NULL.
const struct pc_group *pc_group_named(struct pc_str name);

// The verb that a word names in a group, or, of group NULL, by itself; or NULL.
const struct pc_verb *pc_verb_named(const struct pc_group *group, struct pc_str word);

// The last word of the verb's name if the verb is of that group (NULL: of none), else "".
struct pc_str pc_verb_word(const struct pc_verb *verb, const struct pc_group *group);

// The word nearest to one that names nothing there, by its letters or, in a group, by what other
// tools mean by it; or "": of a verb or, of group NULL, a group.
struct pc_str pc_verb_near(const struct pc_group *group, struct pc_str word);

// The options that every verb has, by place, NULL behind the last one.
const struct pc_option *pc_option_common(size_t index);

// Reads the arguments: long options (--name VALUE, --name=VALUE), short ones (-o VALUE, -oVALUE,
// -vx), operands between them, "--" before operands that look like options, "-" as an operand.
// Without a verb (cli->verb NULL) it reads the options in front of one and stops before the first
// operand. *words is moved behind what was read. PC_ERR_USAGE: what is wrong was reported.
// PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_options_parse(struct pc_cli *cli, struct pc_words *words,
                                              struct pc_args *out);

// Reports wrong usage, with a hint at the help of the verb; gives PC_EXIT_FAIL.
int pc_cli_usage(struct pc_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Prints the diagnostics that were collected and forgets them.
void pc_cli_tell(struct pc_cli *cli);

// Makes sure that a failure is explained: reports a diagnostic for the status when none of severity
// error was. Gives the exit status.
int pc_cli_fail(struct pc_cli *cli, enum pc_status status);

// Help (help.c).
void pc_help_overview(struct pc_buf *out);
void pc_help_verb(struct pc_buf *out, const struct pc_verb *verb);
void pc_help_verb_brief(struct pc_buf *out, const struct pc_verb *verb); // for a screen: -h
void pc_help_group(struct pc_buf *out, const struct pc_group *group);
void pc_help_code(struct pc_buf *out, const struct pc_diag_row *row);
void pc_help_codes(struct pc_buf *out);

// Version (cmd_version.c).
void pc_version_write(struct pc_buf *out);

extern const struct pc_verb pc_verb_compile, pc_verb_keygen, pc_verb_sign, pc_verb_verify,
    pc_verb_eval, pc_verb_explain, pc_verb_who_can, pc_verb_what_can, pc_verb_test,
    pc_verb_simulate, pc_verb_lint, pc_verb_show, pc_verb_fmt, pc_verb_graph, pc_verb_dump,
    pc_verb_completion, pc_verb_version, pc_verb_help;
extern const struct pc_verb pc_verb_secrets_init, pc_verb_secrets_put, pc_verb_secrets_list,
    pc_verb_secrets_exec, pc_verb_secrets_release, pc_verb_secrets_keypair, pc_verb_secrets_open,
    pc_verb_secrets_who, pc_verb_secrets_rm, pc_verb_secrets_rotate, pc_verb_secrets_rekey,
    pc_verb_secrets_audit;
extern const struct pc_verb pc_verb_keys_create, pc_verb_keys_list, pc_verb_keys_enable,
    pc_verb_keys_disable, pc_verb_keys_policy, pc_verb_keys_schedule_deletion,
    pc_verb_keys_cancel_deletion;
extern const struct pc_verb pc_verb_lambda_check, pc_verb_lambda_add_permission,
    pc_verb_lambda_remove_permission, pc_verb_lambda_invoke, pc_verb_lambda_graph;

#endif
