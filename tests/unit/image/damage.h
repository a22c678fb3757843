// SPDX-License-Identifier: Apache-2.0
//
// Damage to a field of an image, made with a checksum that fits, as whoever writes a hostile image
// would make it.
#ifndef PC_TESTS_IMAGE_DAMAGE_H
#define PC_TESTS_IMAGE_DAMAGE_H

#include "sample.h"

// One field of one record, and what to put there.
struct damage {
    const char *what;
    size_t table; // PC_IMAGE_TABLES: the header
    uint32_t index;
    size_t offset, width;
    uint64_t value;
};

#define WIDTH(type, member) sizeof(((type *)NULL)->member)
#define AT(table, index, noun, member, value)                                                      \
    {                                                                                              \
#noun "." #member " = " #value, PC_IMAGE_##table, index,                                   \
            offsetof(struct pc_image_##noun, member), WIDTH(struct pc_image_##noun, member), value \
    }
// A span or a range: too far, too long, and so far and long that the sum wraps around.
#define REACH(table, index, noun, member, first, length)                                           \
    AT(table, index, noun, member.first, 0x10000), AT(table, index, noun, member.first, BEYOND),   \
        AT(table, index, noun, member.length, 0x10000),                                            \
        AT(table, index, noun, member.length, BEYOND)
#define SPAN(table, index, noun, member)  REACH(table, index, noun, member, offset, length)
#define RANGE(table, index, noun, member) REACH(table, index, noun, member, first, count)
#define BEYOND                            UINT32_MAX

#define HEADER(member, value) AT(TABLES, 0, header, member, value)

// Each damage alone makes an image that is refused. The sample is released.
void check_damage(struct sample sample, const struct damage *rows, size_t count);

// The byte gets every value, with a checksum that fits: what is let in can be read to the last
// byte. dull: also the values that are not telling, which are opened and no more. Counts what was
// refused, and what was accepted.
void change_and_sign(struct sample *sample, size_t at, bool dull, size_t counts[2]);

#endif
