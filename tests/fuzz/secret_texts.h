// SPDX-License-Identifier: Apache-2.0
//
// The smaller things of the target `secret` that come from files and lines.
#ifndef POLCHECK_FUZZ_SECRET_TEXTS_H
#define POLCHECK_FUZZ_SECRET_TEXTS_H

#include "base/str.h"

// Any bytes as the file of a root key: 32 bytes, or 64 hexadecimal digits, and nothing else.
void secret_root_key(struct pc_str input);

// A sealed environment. After a line "line" any text as one; else what is in the box, which anybody
// can seal to a public key: what opens is an environment with names that a process may have.
void secret_box(struct pc_str input);

#endif
