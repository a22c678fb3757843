// SPDX-License-Identifier: Apache-2.0
//
// The options that say which secret key signs.
#ifndef PC_CLI_SIGNING_OPTIONS_H
#define PC_CLI_SIGNING_OPTIONS_H

#include "command.h"
#include "trust/signing.h"

enum { // behind all numbers that a verb uses
    PC_OPTION_KEY = 1950,
    PC_OPTION_KEY_CREDENTIAL,
    PC_OPTION_KEY_FD,
};

// Rows of a table of options.
// clang-format off
#define PC_SIGNING_OPTIONS                                                                         \
    {PC_OPTION_KEY, 'k', "key", "FILE", "The secret key, in a file of mode 0600.", false},         \
    {PC_OPTION_KEY_CREDENTIAL, 0, "key-credential", "NAME",                                        \
     "The secret key in a systemd credential (LoadCredential=).", false},                          \
    {PC_OPTION_KEY_FD, 0, "key-fd", "N", "The secret key from an open file descriptor.", false}
// clang-format on

// Reads the key that the options name. PC_ERR_USAGE: not one of them was given, or more than one;
// reported. Others as pc_signing_key_from_file.
PC_MUST_CHECK enum pc_status pc_signing_options_read(struct pc_cli *cli, const struct pc_args *args,
                                                     struct pc_signing_key **out);

// Appends "NAME" and fingerprint of a key, for people; name "": the fingerprint alone.
void pc_signing_key_show(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                         const char *name);

// The same as members of a JSON object: "name" (null: none), "fingerprint", "key" in base64.
void pc_signing_key_json(struct pc_json_writer *writer, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                         const char *name);

#endif
