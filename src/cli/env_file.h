// SPDX-License-Identifier: Apache-2.0
//
// Variables of many functions from a file: NAME=VALUE a line, the value verbatim; blank lines and
// lines that begin with '#' say nothing; a line [FUNCTION-ARN] says whose the following ones are.
//
// Values are in guarded memory and nowhere else. What is read is needed more than once: first all
// of it is checked, then put, and put again where a transaction starts anew. A regular file is read
// anew each time, through one block; anything else is kept in guarded memory, as far as the system
// lets this process lock it.
//
// Messages quote nothing of a line but reserved names: a line that is not understood may be a piece
// of a value with line breaks.
#ifndef PC_CLI_ENV_FILE_H
#define PC_CLI_ENV_FILE_H

#include "command.h"
#include "secrets/vault.h"

struct pc_env_file;

// The variables below one header, valid during the call.
struct pc_env_section {
    struct pc_str function;
    struct pc_place place; // of the header
    const struct pc_assignment *items;
    size_t count;
};

// Opens the file ("-": standard input). `function`, or "": whose the lines in front of the first
// header are. PC_ERR_INVALID, PC_ERR_IO, PC_ERR_LIMIT (MEMORY_LOCK), PC_ERR_NOMEM: reported.
PC_MUST_CHECK enum pc_status pc_env_file_open(struct pc_cli *cli, const char *path,
                                              struct pc_str function, struct pc_env_file **out);
void pc_env_file_close(struct pc_env_file *file); // wipes; NULL is fine

// Reads all from the start and shows each section that has variables; ends with the first that
// `visit` refuses. PC_ERR_INVALID: a line is none of those above, a name, value or function is not
// allowed, a function or a name comes twice, or a section is over 4 KB; reported, with its place.
PC_MUST_CHECK enum pc_status
pc_env_file_each(struct pc_env_file *file,
                 enum pc_status (*visit)(void *context, const struct pc_env_section *section),
                 void *context);

#endif
