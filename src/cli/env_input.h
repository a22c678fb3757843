// SPDX-License-Identifier: Apache-2.0
//
// Lines of a file of secrets, as often as they are wanted, in guarded memory alone.
#ifndef PC_CLI_ENV_INPUT_H
#define PC_CLI_ENV_INPUT_H

#include "secret_input.h"

#include <sys/types.h>

struct pc_env_chunk;

struct pc_env_input {
    struct pc_cli *cli;
    struct pc_secret_file file;
    bool kept;   // what was read is in the chunks; else it is read again from `start`
    off_t start; // of a regular file
    struct pc_env_chunk *chunks, *last;
    const struct pc_env_chunk *next; // that is given out, from `at_chunk` on
    size_t at_chunk;
    char *room;     // guarded: what was read and not used yet
    size_t at, end; // of it
    bool eof;
    uint32_t line; // of the one that was given last
};

enum {
    PC_ENV_LINE_BYTES = 8192, // the longest line, with its end
};

// Opens it; what is no regular file is read to its end. PC_ERR_INVALID, PC_ERR_IO, PC_ERR_LIMIT
// (MEMORY_LOCK), PC_ERR_NOMEM: reported. A zeroed struct may be released.
PC_MUST_CHECK enum pc_status pc_env_input_init(struct pc_env_input *input, struct pc_cli *cli,
                                               const char *path);
void pc_env_input_release(struct pc_env_input *input); // wipes

// Goes back to the start. PC_ERR_IO: reported.
PC_MUST_CHECK enum pc_status pc_env_input_rewind(struct pc_env_input *input);

// The next line without its end, valid until the next call; *line.ptr NULL at the end.
// PC_ERR_INVALID: it is too long; PC_ERR_IO; reported.
PC_MUST_CHECK enum pc_status pc_env_input_next(struct pc_env_input *input, struct pc_str *line);

// Where the line is that was given last.
struct pc_place pc_env_input_place(const struct pc_env_input *input);

#endif
