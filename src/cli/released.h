// SPDX-License-Identifier: Apache-2.0
//
// Releases a function's secrets as the options say, and keeps them when store and vault are closed
// again.
#ifndef PC_CLI_RELEASED_H
#define PC_CLI_RELEASED_H

#include "releasing.h"
#include "secret_files.h"

// What was released. Zeroed it is empty.
struct pc_released {
    struct polcheck_environment *environment; // in guarded memory
    struct pc_secret_values values;           // of it
    const struct pc_str *declared;            // names that the function is configured with
    size_t declared_count;
};

// How it is delivered, for the audit log.
struct pc_release_note {
    struct pc_str delivery;  // "exec", "files", "print", "box"
    struct pc_str recipient; // of a box; else ""
};

// PC_EXIT_OK, PC_EXIT_NO: refused, PC_EXIT_FAIL; reported.
int pc_release(struct pc_cli *cli, const struct pc_args *args, const struct pc_release_note *note,
               struct pc_released *out);
void pc_released_free(struct pc_released *released); // wipes

#endif
