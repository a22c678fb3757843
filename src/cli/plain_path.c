// SPDX-License-Identifier: Apache-2.0
#include "plain_path.h"

struct pc_str pc_plain_path(struct pc_str path)
{
    while (pc_str_has_prefix(path, PC_STR("./"))) {
        size_t at = 2;
        while (at < path.len && path.ptr[at] == '/') {
            at++;
        }
        path = pc_str_slice(path, at, path.len);
    }
    return path;
}
