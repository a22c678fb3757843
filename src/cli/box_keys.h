// SPDX-License-Identifier: Apache-2.0
//
// The keys of sealed environments as people and files have them: "polcheck-box:" with a public key,
// "polcheck-box-secret:" with a secret one, both in base64. The names keep one from being taken for
// the other.
#ifndef PC_CLI_BOX_KEYS_H
#define PC_CLI_BOX_KEYS_H

#include "command.h"
#include "crypto/box.h"
#include "secret_input.h"

#define PC_BOX_PUBLIC_PREFIX "polcheck-box:"
#define PC_BOX_SECRET_PREFIX "polcheck-box-secret:"

// Appends the text of a public key, without an end of line.
void pc_box_public_write(struct pc_buf *out, const uint8_t key[PC_BOX_PUBLIC_BYTES]);

// A public key's text, or @FILE with it. PC_ERR_INVALID: reported (BOX_KEY, FILE_MISSING).
PC_MUST_CHECK enum pc_status pc_box_public_read(struct pc_cli *cli, const char *text,
                                                uint8_t out[PC_BOX_PUBLIC_BYTES]);

// Makes a pair and a file with the secret key: mode 0600, must not exist, on the disk when this
// returns. PC_ERR_INVALID: reported (BOX_KEY); then there is no new file. PC_ERR_LIMIT
// (MEMORY_LOCK), PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_box_secret_create(struct pc_cli *cli, const char *path,
                                                  uint8_t public[PC_BOX_PUBLIC_BYTES]);

// Reads the secret key of a file, which must be this user's or root's, and nobody else's to read:
// into guarded memory (pc_secret_release). As pc_box_secret_create.
PC_MUST_CHECK enum pc_status pc_box_secret_read(struct pc_cli *cli, const char *path,
                                                struct pc_secret *out);

#endif
