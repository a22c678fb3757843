// SPDX-License-Identifier: Apache-2.0
//
// Edits: bytes of an input that say how something well-formed is changed. A fuzzer that changes
// them changes single fields, where one that changed the thing itself would spoil its checksum.
#ifndef POLCHECK_FUZZ_EDITS_H
#define POLCHECK_FUZZ_EDITS_H

#include "fuzz.h"

enum {
    FUZZ_EDIT_BYTES = 12,
    FUZZ_EDITS_MOST = 64, // of an input; further ones are not made
};

struct fuzz_edit {
    uint8_t way;    // how, as the target has it
    uint8_t target; // in what
    uint8_t part;   // where in it
    uint8_t offset; // in a record
    uint16_t index; // of the record
    uint16_t other; // of another one
    uint32_t value;
};

// Takes the next edit from the front of the input; false: there is none.
bool fuzz_edit_next(struct pc_str *input, struct fuzz_edit *out);

// A part of some bytes in which fields lie.
struct fuzz_place {
    char *bytes;
    size_t size;
};

enum {
    FUZZ_WAY_FIELDS = 8, // ways below change a field, those from here on are the target's
};

// Changes bytes at an offset of the place, which is taken modulo its size: to the edit's value in
// 1, 2, 4 or 8 bytes, by it, to all ones, or to one bit more or less.
void fuzz_edit_field(struct fuzz_place place, size_t offset, const struct fuzz_edit *edit);

#endif
