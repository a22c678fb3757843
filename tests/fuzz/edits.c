// SPDX-License-Identifier: Apache-2.0
#include "edits.h"

#include <string.h>

bool fuzz_edit_next(struct pc_str *input, struct fuzz_edit *out)
{
    uint8_t bytes[FUZZ_EDIT_BYTES] = {0};
    if (input->len == 0) {
        return false;
    }
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)fuzz_byte(input);
    }
    *out = (struct fuzz_edit){.way = bytes[0],
                              .target = bytes[1],
                              .part = bytes[2],
                              .offset = bytes[3],
                              .index = (uint16_t)(bytes[4] | bytes[5] << 8),
                              .other = (uint16_t)(bytes[6] | bytes[7] << 8)};
    memcpy(&out->value, bytes + 8, sizeof(out->value));
    return true;
}

// What the field of so many bytes becomes.
static uint64_t changed(uint64_t before, const struct fuzz_edit *edit)
{
    switch (edit->way % FUZZ_WAY_FIELDS) {
    case 4:
        return before + (uint64_t)(int64_t)(int32_t)edit->value;
    case 5:
        return UINT64_MAX - edit->value % 4;
    case 6:
        return before ^ UINT64_C(1) << edit->value % 64;
    case 7:
        return before ^ edit->value;
    default:
        return edit->value;
    }
}

void fuzz_edit_field(struct fuzz_place place, size_t offset, const struct fuzz_edit *edit)
{
    static const size_t widths[FUZZ_WAY_FIELDS] = {1, 2, 4, 8, 4, 4, 4, 1};
    uint64_t field = 0;
    if (place.size == 0) {
        return;
    }
    size_t at = offset % place.size;
    size_t width = widths[edit->way % FUZZ_WAY_FIELDS];
    width = width > place.size - at ? place.size - at : width;
    memcpy(&field, place.bytes + at, width); // little-endian, as what is edited here
    field = changed(field, edit);
    memcpy(place.bytes + at, &field, width);
}
