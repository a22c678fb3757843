// SPDX-License-Identifier: Apache-2.0
#include "opened.h"

#include <string.h>

#include "crypto/guarded.h"

enum pc_status pc_opened_new(struct pc_opened **out)
{
    void *memory;
    PC_TRY(pc_guarded_new(sizeof(struct pc_opened), &memory));
    *out = memory;
    return PC_OK;
}

void pc_opened_free(struct pc_opened *opened)
{
    pc_guarded_free(opened);
}

void pc_opened_wipe(struct pc_opened *opened)
{
    pc_wipe(opened->text, opened->used);
    opened->used = 0;
    opened->count = 0;
}

uint8_t *pc_opened_add(struct pc_opened *opened, struct pc_str name, size_t length)
{
    size_t needed = name.len + length + 2;
    if (opened->count == PC_ENVIRONMENT_VARIABLES || needed > sizeof(opened->text) - opened->used) {
        return NULL;
    }
    char *at = opened->text + opened->used;
    memcpy(at, name.ptr, name.len);
    at[name.len] = '=';
    at[name.len + 1 + length] = '\0';
    opened->variables[opened->count++] =
        (struct pc_opened_variable){(uint16_t)opened->used, (uint16_t)name.len, (uint16_t)length};
    opened->used += needed;
    return (uint8_t *)at + name.len + 1;
}

size_t pc_opened_count(const struct pc_opened *opened)
{
    return opened->count;
}

char *pc_opened_assignment(struct pc_opened *opened, size_t at)
{
    return at < opened->count ? opened->text + opened->variables[at].start : NULL;
}

struct pc_str pc_opened_name(const struct pc_opened *opened, size_t at)
{
    if (at >= opened->count) {
        return PC_STR("");
    }
    const struct pc_opened_variable *variable = &opened->variables[at];
    return (struct pc_str){opened->text + variable->start, variable->name};
}

struct pc_str pc_opened_value(const struct pc_opened *opened, size_t at)
{
    if (at >= opened->count) {
        return PC_STR("");
    }
    const struct pc_opened_variable *variable = &opened->variables[at];
    return (struct pc_str){opened->text + variable->start + variable->name + 1, variable->length};
}
