// SPDX-License-Identifier: Apache-2.0
//
// Memory that is given out in pieces and taken back at once. One arena a compile, one a request.
// Not for several threads at a time.
#ifndef PC_BASE_ARENA_H
#define PC_BASE_ARENA_H

#include "base/status.h"

enum {
    PC_ARENA_ALIGNMENT = 16,
};

// Of the arena alone; here so that a piece that fits costs no call.
struct pc_arena_block {
    struct pc_arena_block *next;
    size_t size; // of data, bytes
    size_t used;
    _Alignas(PC_ARENA_ALIGNMENT) unsigned char data[];
};

struct pc_arena {
    struct pc_arena_block *head; // newest first
    size_t total;                // bytes taken from the heap
};

// A zeroed struct is an initialised, empty arena as well.
void pc_arena_init(struct pc_arena *arena);

// Frees all; the arena is empty and usable again.
void pc_arena_release(struct pc_arena *arena);

// Takes back every piece but keeps the largest block for the next use.
void pc_arena_reset(struct pc_arena *arena);

// Takes over every piece of another arena, which is empty and usable afterwards. Constant in the
// pieces, linear in the few blocks that they lie in.
void pc_arena_adopt(struct pc_arena *arena, struct pc_arena *from);

// What pc_arena_room does when the newest block does not suffice.
PC_MUST_CHECK void *pc_arena_room_slowly(struct pc_arena *arena, size_t size);

// As pc_arena_alloc, but the bytes, up to the next multiple of 16, have no particular value.
PC_MUST_CHECK static inline void *pc_arena_room(struct pc_arena *arena, size_t size)
{
    struct pc_arena_block *block = arena->head;
    size_t rounded = (size + PC_ARENA_ALIGNMENT - 1) & ~(size_t)(PC_ARENA_ALIGNMENT - 1);
    if (block == NULL || rounded < size || rounded > block->size - block->used) {
        return pc_arena_room_slowly(arena, size);
    }
    void *piece = block->data + block->used;
    block->used += rounded;
    return piece;
}

// Zeroed bytes aligned to 16, valid until reset or release; NULL when memory is out. Size 0 gives a
// valid pointer. Amortised constant cost.
PC_MUST_CHECK void *pc_arena_alloc(struct pc_arena *arena, size_t size);

// An array of count elements; NULL also when count * size overflows.
PC_MUST_CHECK void *pc_arena_array(struct pc_arena *arena, size_t count, size_t size);

// Copies the bytes and adds a zero behind them (not counted in len). PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_arena_copy(struct pc_arena *arena, struct pc_str s,
                                           struct pc_str *out);

// Copies in ASCII lower case.
PC_MUST_CHECK enum pc_status pc_arena_copy_lower(struct pc_arena *arena, struct pc_str s,
                                                 struct pc_str *out);

// Joins the parts. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_arena_join(struct pc_arena *arena, const struct pc_str *parts,
                                           size_t count, struct pc_str *out);

// Formats as printf does. PC_ERR_NOMEM; PC_ERR_INTERNAL when the C library cannot write the format.
PC_MUST_CHECK enum pc_status pc_arena_format(struct pc_arena *arena, struct pc_str *out,
                                             const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
