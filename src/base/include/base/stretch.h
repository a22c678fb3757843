// SPDX-License-Identifier: Apache-2.0
//
// Values that are read in place in one map, and whether they can all lie apart: then they are
// together no longer than the stretch that they lie in, in whatever order they come. Who goes
// through a file that somebody else made reads no more bytes so than the file has, though its
// values overlap.
#ifndef PC_BASE_STRETCH_H
#define PC_BASE_STRETCH_H

#include "base/str.h"

struct pc_stretch {
    uintptr_t from, to; // of all values so far; all zeros: none
    uint64_t bytes;     // of them together
};

// Adds a value of the map. False: it and those before it do not lie apart. Never of such that do.
PC_MUST_CHECK static inline bool pc_stretch_add(struct pc_stretch *stretch, struct pc_str value)
{
    uintptr_t at = (uintptr_t)value.ptr;
    if (value.len == 0) {
        return true;
    }
    if (stretch->bytes == 0 || at < stretch->from) {
        stretch->from = at;
    }
    if (at + value.len > stretch->to) {
        stretch->to = at + value.len;
    }
    stretch->bytes += value.len;
    return stretch->bytes <= stretch->to - stretch->from;
}

#endif
