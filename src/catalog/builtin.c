// SPDX-License-Identifier: Apache-2.0
//
// The catalog that is part of polcheck.
#include "builtin.h"
#include "facts.h"

static struct pc_str text(void)
{
    return (struct pc_str){pc_catalog_text, (size_t)(pc_catalog_text_end - pc_catalog_text)};
}

struct pc_str pc_catalog_builtin_date(void)
{
    size_t from = sizeof(PC_CATALOG_HEAD) - 1;
    return pc_str_slice(text(), from, from + PC_CATALOG_DATE);
}

// A text of ours that cannot be read is a fault of the program; a test reads it.
enum pc_status pc_catalog_builtin(struct pc_arena *arena, const struct pc_catalog **out)
{
    struct pc_diags diags;
    pc_diags_init(&diags, arena);
    enum pc_status status =
        pc_catalog_read(arena, PC_STR("service-reference.txt"), text(), &diags, out);
    return status == PC_ERR_INVALID ? PC_ERR_INTERNAL : status;
}
