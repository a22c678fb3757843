// SPDX-License-Identifier: Apache-2.0
//
// An arena whose pieces are blocks of their own: each can fail, and a sanitizer sees where each
// ends. Linked with --wrap=pc_arena_room_slowly; since every block is full, each piece comes here.
#include "base/arena.h"
#include "base/memory.h"

#include <stdlib.h>

void *__wrap_pc_arena_room_slowly(struct pc_arena *arena, size_t size);

void *__wrap_pc_arena_room_slowly(struct pc_arena *arena, size_t size)
{
    size_t most = SIZE_MAX - sizeof(struct pc_arena_block) - PC_ARENA_ALIGNMENT;
    size_t rounded = (size + PC_ARENA_ALIGNMENT - 1) & ~(size_t)(PC_ARENA_ALIGNMENT - 1);
    struct pc_arena_block *block =
        size > most ? NULL : malloc(sizeof(struct pc_arena_block) + rounded);
    if (block == NULL) {
        pc_memory_note();
        return NULL;
    }
    block->next = arena->head;
    block->size = rounded;
    block->used = rounded;
    arena->head = block;
    arena->total += rounded;
    return block->data;
}
