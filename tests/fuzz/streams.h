// SPDX-License-Identifier: Apache-2.0
//
// What the command writes to its standard streams, kept instead: by the linker's --wrap of write.
#ifndef POLCHECK_FUZZ_STREAMS_H
#define POLCHECK_FUZZ_STREAMS_H

#include "base/buf.h"

struct streams {
    struct pc_buf out, err;
};

// From now on (of a zeroed struct), and until NULL is given, these have what is written.
void streams_keep(struct streams *streams);

void streams_release(struct streams *streams);

#endif
