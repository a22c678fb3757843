// SPDX-License-Identifier: Apache-2.0
//
// What a compile does with the signature of the store that it writes: in the same transaction it
// signs what it wrote, or removes the signature of what was there.
#ifndef PC_CLI_COMPILE_SIGNING_H
#define PC_CLI_COMPILE_SIGNING_H

#include "account/publish.h"
#include "command.h"
#include "trust/signing.h"

struct pc_compile_signing {
    struct pc_signing_key *key; // NULL: it is not signed
    struct pc_signing signing;
    bool update;
    bool was; // there was a signature, which was removed
    struct pc_publish_around around;
};

// Reads the key of --sign (NULL: none). The struct must stay where it is until it is released,
// which the caller does, after a failure too. As pc_harden and pc_signing_key_from_file.
PC_MUST_CHECK enum pc_status pc_compile_signing_begin(struct pc_cli *cli, const char *key,
                                                      const char *store, bool update,
                                                      struct pc_compile_signing *out);
void pc_compile_signing_release(struct pc_compile_signing *signing);

// Warns of a signature that was removed (SIGNATURE_REMOVED).
void pc_compile_signing_warn(struct pc_cli *cli, const struct pc_compile_signing *signing);

#endif
