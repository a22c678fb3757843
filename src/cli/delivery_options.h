// SPDX-License-Identifier: Apache-2.0
//
// Options of the verbs that start a command with secrets.
#ifndef PC_CLI_DELIVERY_OPTIONS_H
#define PC_CLI_DELIVERY_OPTIONS_H

#include "command.h"
#include "delivery.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_PRISTINE = 1200,
    PC_OPTION_ALLOW,
    PC_OPTION_AS_FILES,
    PC_OPTION_DIRECTORY,
    PC_OPTION_USER,
    PC_OPTION_CORE,
};

// Rows of a table of options.
// clang-format off
#define PC_DELIVERY_OPTIONS                                                                        \
    {PC_OPTION_PRISTINE, 0, "pristine", NULL,                                                      \
     "Gives the command of the caller's environment only PATH, HOME, LANG, LC_*, TERM, TZ, USER, " \
     "LOGNAME, SHELL and TMPDIR.", false},                                                         \
    {PC_OPTION_ALLOW, 0, "allow", "NAME",                                                          \
     "With --pristine: gives it this variable of the caller's, too; repeatable.", true},           \
    {PC_OPTION_AS_FILES, 0, "as-files", NULL,                                                      \
     "Gives each value as a sealed file in memory; NAME_FILE with its path takes NAME's place.",   \
     false},                                                                                       \
    {PC_OPTION_DIRECTORY, 0, "directory", "DIR",                                                   \
     "Gives each value as the file DIR/NAME; there is NAME_FILE with its path, and the files go "  \
     "when the command ends.", false},                                                                                       \
    {PC_OPTION_USER, 0, "user", "USER[:GROUP]",                                                    \
     "Runs the command as this user, by name or number; needs root, or the right.", false},        \
    {PC_OPTION_CORE, 0, "core", NULL,                                                              \
     "Lets the command dump core if the caller's limit does.", false}
// clang-format on

#define PC_DELIVERY_USAGE                                                                          \
    "[--pristine [--allow NAME]...] [--as-files | --directory DIR]"                                \
    " [--user USER[:GROUP]] [--core]"

// Paragraphs about them for details.
#define PC_DELIVERY_DETAILS                                                                        \
    "The command takes polcheck's place: process id, signals, standard streams and exit status "   \
    "are its own. It has the caller's environment and the secrets, which win over variables of "   \
    "the same name; nothing is in its arguments. Its soft limit of core dumps is 0, unless "       \
    "--core is given; the hard limit stays. Who may trace the command's process can read its "     \
    "environment.\n"                                                                               \
    "No name is an exception: PATH, LD_PRELOAD, LD_LIBRARY_PATH, IFS, BASH_ENV or PYTHONPATH "     \
    "change what the command loads and starts. The command itself is looked up before, in the "    \
    "caller's PATH, and polcheck itself never has them.\n"                                         \
    "With --as-files the values are not in the environment, but in files without a name in any "   \
    "folder, which cannot be changed: NAME_FILE says /proc/self/fd/N, for the command and "        \
    "whoever it starts with its descriptors. With --directory DIR they are files of mode 0400 "    \
    "in a folder that must lie in memory (tmpfs) and be the user's alone; polcheck then waits "    \
    "for the command, hands signals on to it, and overwrites and removes the files behind it; "    \
    "only when polcheck itself is killed (SIGKILL) they stay. The memory of either may be "        \
    "swapped.\n"                                                                                   \
    "With --user the command is run as that user, in its group or GROUP and the groups that it "   \
    "is a member of, without any capability of the caller's; files of --as-files and --directory " \
    "are given to it, and DIR must be its own. HOME, SHELL, USER and LOGNAME are set to that "     \
    "user's, as su does; a number that the user database does not know needs GROUP, and these "    \
    "variables are left out. PATH stays the caller's. Whether the user can run the command is "    \
    "tried before anything is released."

// Looks whether the options go together. PC_ERR_USAGE: reported.
PC_MUST_CHECK enum pc_status pc_delivery_options_check(struct pc_cli *cli,
                                                       const struct pc_args *args);

// Reads them, and finds the command that the operands from `first` on are (there is one). False:
// reported; *exit_status is what to end with.
PC_MUST_CHECK bool pc_delivery_options_read(struct pc_cli *cli, const struct pc_args *args,
                                            size_t first, struct pc_delivery *out,
                                            int *exit_status);

#endif
