// SPDX-License-Identifier: Apache-2.0
//
// Secrets as people give them: from a descriptor or typed on the terminal, by read(2) straight into
// guarded memory and nowhere else.
#ifndef PC_CLI_SECRET_INPUT_H
#define PC_CLI_SECRET_INPUT_H

#include "command.h"

enum {
    PC_PROMPT_BYTES = 4000, // that can be typed: the system cuts a line of a terminal at 4,095
};

// Zeroed it is empty.
struct pc_secret {
    char *ptr; // guarded
    size_t len;
};

// Wipes and frees; empty then.
void pc_secret_release(struct pc_secret *secret);

// Guarded memory, zeroed. PC_ERR_LIMIT: MEMORY_LOCK was reported. PC_ERR_NOMEM, PC_ERR_INTERNAL.
PC_MUST_CHECK enum pc_status pc_secret_room(struct pc_cli *cli, size_t size, char **out);

// What is read from.
struct pc_secret_file {
    int fd;
    const char *name; // for messages
};

// Reads once into the room; *count 0 at the end. PC_ERR_IO: FILE_READ was reported.
PC_MUST_CHECK enum pc_status pc_secret_block(struct pc_cli *cli, const struct pc_secret_file *file,
                                             char *room, size_t size, size_t *count);

// What is asked for.
struct pc_secret_wish {
    const char *what;       // "passphrase", "value of DB_URL": for messages and prompts
    enum pc_diag_code code; // of what is wrong with what was given
    size_t limit;           // bytes
    bool twice;             // a new one: typed again, for nobody sees what is typed
};

// Reads standard input up to its end. PC_ERR_INVALID: it is longer; reported. Else as above.
PC_MUST_CHECK enum pc_status pc_secret_read(struct pc_cli *cli, const struct pc_secret_wish *wish,
                                            struct pc_secret *out);

// Asks on /dev/tty, without echo, for a line; without its end. However this ends, also by a signal,
// the terminal is as it was; after a stop it asks again. PC_ERR_INVALID: there is no terminal,
// nothing was typed, it was too much, or not the same twice; reported. PC_ERR_IO.
PC_MUST_CHECK enum pc_status pc_secret_ask(struct pc_cli *cli, const struct pc_secret_wish *wish,
                                           struct pc_secret *out);

#endif
