// SPDX-License-Identifier: Apache-2.0
//
// The lower case of the names of condition keys.
#include "match/key.h"

#include "fold.h"

static bool is_ascii(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

enum pc_status pc_key_fold(struct pc_arena *arena, struct pc_str name, struct pc_str *out)
{
    if (is_ascii(name)) {
        return pc_arena_copy_lower(arena, name, out);
    }
    PC_CLEANUP(pc_buf_release) struct pc_buf folded = {0};
    pc_fold_append(&folded, name);
    PC_TRY(pc_buf_status(&folded));
    return pc_arena_copy(arena, pc_buf_view(&folded), out);
}

bool pc_key_eq(struct pc_str a, struct pc_str b)
{
    size_t i = 0;
    size_t j = 0;
    while (i < a.len && j < b.len) {
        if (pc_fold_next(a, &i) != pc_fold_next(b, &j)) {
            return false;
        }
    }
    return i == a.len && j == b.len;
}
