// SPDX-License-Identifier: Apache-2.0
#include "base/path.h"

#include <sys/stat.h>

bool pc_path_is(struct pc_str path)
{
    return path.len > 0 && pc_str_find(path, '\0', 0) == SIZE_MAX;
}

struct pc_str pc_path_stem(struct pc_str path)
{
    size_t slash = pc_str_find_last(path, '/');
    struct pc_str name = slash == SIZE_MAX ? path : pc_str_slice(path, slash + 1, path.len);
    bool json = pc_str_has_suffix(name, PC_STR(".json"));
    return pc_str_slice(name, 0, json ? name.len - (sizeof(".json") - 1) : name.len);
}

// Drops the last step of a shortened path. False: there is none that could be dropped.
static bool step_back(struct pc_str shorter, size_t *length)
{
    struct pc_str so_far = pc_str_slice(shorter, 0, *length);
    size_t slash = pc_str_find_last(so_far, '/');
    size_t start = slash == SIZE_MAX ? 0 : slash + 1;
    struct pc_str last = pc_str_slice(so_far, start, so_far.len);
    if (last.len == 0 || pc_str_eq(last, PC_STR(".."))) {
        return false;
    }
    *length = slash == SIZE_MAX ? 0 : slash;
    return true;
}

// Writes the path without its "." and "..", as far as letters go.
static size_t shorten(struct pc_str path, char *room)
{
    size_t length = 0;
    bool absolute = path.ptr[0] == '/';
    for (size_t at = 0; at < path.len;) {
        size_t slash = pc_str_find(path, '/', at);
        size_t end = slash == SIZE_MAX ? path.len : slash;
        struct pc_str step = pc_str_slice(path, at, end);
        at = end + 1;
        bool back = pc_str_eq(step, PC_STR(".."));
        struct pc_str so_far = {room, length};
        if (step.len == 0 || pc_str_eq(step, PC_STR(".")) || (back && step_back(so_far, &length))) {
            continue;
        }
        if (length > 0 || absolute) {
            room[length++] = '/';
        }
        memcpy(room + length, step.ptr, step.len);
        length += step.len;
    }
    return length;
}

static bool same_place(const char *a, const char *b)
{
    struct stat of_a, of_b;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
           of_a.st_ino == of_b.st_ino;
}

enum pc_status pc_path_from(struct pc_arena *arena, struct pc_str file, struct pc_str path,
                            struct pc_str *out)
{
    size_t slash = pc_str_find_last(file, '/');
    struct pc_str folder = pc_str_slice(file, 0, slash == SIZE_MAX ? 0 : slash + 1);
    if (path.len > 0 && path.ptr[0] == '/') {
        folder.len = 0;
    }
    const struct pc_str parts[] = {folder, path};
    struct pc_str whole;
    PC_TRY(pc_arena_join(arena, parts, 2, &whole));
    char *room = pc_arena_alloc(arena, whole.len + 2);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    size_t length = whole.len > 0 ? shorten(whole, room) : 0;
    bool shorter = length > 0 && length < whole.len && same_place(whole.ptr, room);
    *out = shorter ? (struct pc_str){room, length} : whole;
    return PC_OK;
}
