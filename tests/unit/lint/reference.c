// SPDX-License-Identifier: Apache-2.0
#include "reference.h"

static struct pc_arena arena;
const struct pc_catalog *reference;

int read_reference(void **state)
{
    (void)state;
    pc_arena_init(&arena);
    return pc_catalog_builtin(&arena, &reference) != PC_OK;
}

int forget_reference(void **state)
{
    (void)state;
    pc_arena_release(&arena);
    return 0;
}
