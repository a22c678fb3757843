// SPDX-License-Identifier: Apache-2.0
//
// The blocks of an arena. What is put into them is in arena_pieces.c, so that a test can give
// pieces other blocks.
#define _DEFAULT_SOURCE // madvise
#include "base/arena.h"

#include "base/checked.h"
#include "base/memory.h"

#include <stdlib.h>
#include <sys/mman.h>

enum {
    FIRST_BLOCK = 4096,
    HUGE_PAGE = 2 << 20,
};

void pc_arena_init(struct pc_arena *arena)
{
    arena->head = NULL;
    arena->total = 0;
}

static void free_blocks(struct pc_arena_block *block)
{
    while (block != NULL) {
        struct pc_arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void pc_arena_release(struct pc_arena *arena)
{
    free_blocks(arena->head);
    pc_arena_init(arena);
}

void pc_arena_reset(struct pc_arena *arena)
{
    // Blocks double in size, so the newest is the largest unless one huge piece was asked before.
    struct pc_arena_block *keep = arena->head;
    if (keep == NULL) {
        return;
    }
    free_blocks(keep->next);
    keep->next = NULL;
    keep->used = 0;
    arena->total = keep->size;
}

void pc_arena_adopt(struct pc_arena *arena, struct pc_arena *from)
{
    struct pc_arena_block **end = &arena->head;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = from->head;
    arena->total += from->total;
    pc_arena_init(from);
}

// Asks for the large pages of the system where they fit into the block: what is written once, piece
// after piece, costs more in first touches of small pages than in the writing. Where there are none
// the block is as good as any.
static void ask_for_huge_pages(struct pc_arena_block *block)
{
#ifdef MADV_HUGEPAGE
    uintptr_t first = ((uintptr_t)block->data + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
    uintptr_t end = ((uintptr_t)block->data + block->size) & ~(uintptr_t)(HUGE_PAGE - 1);
    if (first < end) {
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
    }
#else
    (void)block;
#endif
}

static bool add_block(struct pc_arena *arena, size_t least)
{
    size_t size = arena->head == NULL ? FIRST_BLOCK : arena->head->size;
    if (arena->head != NULL && !pc_size_mul(size, 2, &size)) {
        return false;
    }
    if (size < least) {
        size = least;
    }
    size_t bytes;
    if (!pc_size_add(size, sizeof(struct pc_arena_block), &bytes)) {
        return false;
    }
    struct pc_arena_block *block = malloc(bytes);
    if (block == NULL) {
        pc_memory_note();
        return false;
    }
    block->next = arena->head;
    block->size = size;
    block->used = 0;
    ask_for_huge_pages(block);
    arena->head = block;
    arena->total += size;
    return true;
}

void *pc_arena_room_slowly(struct pc_arena *arena, size_t size)
{
    size_t rounded;
    if (!pc_size_add(size, PC_ARENA_ALIGNMENT - 1, &rounded)) {
        return NULL;
    }
    rounded &= ~(size_t)(PC_ARENA_ALIGNMENT - 1);
    if ((arena->head == NULL || arena->head->size - arena->head->used < rounded) &&
        !add_block(arena, rounded)) {
        return NULL;
    }
    void *piece = arena->head->data + arena->head->used;
    arena->head->used += rounded;
    return piece;
}
