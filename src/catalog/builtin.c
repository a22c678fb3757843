// SPDX-License-Identifier: Apache-2.0
//
// The catalog that is part of polcheck.
#include "builtin.h"
#include "facts.h"

static struct pc_str text(void)
{
    // To C these are two objects, whose pointers have no difference.
    size_t len = (size_t)((uintptr_t)pc_catalog_text_end - (uintptr_t)pc_catalog_text);
    return (struct pc_str){pc_catalog_text, len};
}

struct pc_str pc_catalog_builtin_date(void)
{
    size_t from = sizeof(PC_CATALOG_HEAD) - 1;
    return pc_str_slice(text(), from, from + PC_CATALOG_DATE);
}

// A text of ours that cannot be read is a fault of the program; a test reads it.
static enum pc_status read_text(struct pc_arena *arena, struct pc_str text,
                                const struct pc_catalog **out)
{
    struct pc_diags diags;
    pc_diags_init(&diags, arena);
    enum pc_status status =
        pc_catalog_read(arena, PC_STR("service-reference.txt"), text, &diags, out);
    return status == PC_ERR_INVALID ? PC_ERR_INTERNAL : status;
}

enum pc_status pc_catalog_builtin(struct pc_arena *arena, const struct pc_catalog **out)
{
    return read_text(arena, text(), out);
}

// The lines of one service, from its own ("s", its prefix, perhaps marks) to the next one's; "".
// head: what stands in front of the first service.
static struct pc_str lines_of(struct pc_str prefix, struct pc_str *head)
{
    struct pc_str whole = text();
    size_t from = SIZE_MAX, first = SIZE_MAX;
    for (size_t at = 0, end; at < whole.len; at = end + 1) {
        end = pc_str_find(whole, '\n', at);
        end = end == SIZE_MAX ? whole.len : end;
        if (!pc_str_has_prefix(pc_str_slice(whole, at, end), PC_STR("s\t"))) {
            continue;
        }
        if (from != SIZE_MAX) {
            return pc_str_slice(whole, from, at);
        }
        struct pc_str fields[2];
        (void)pc_str_split(pc_str_slice(whole, at + 2, end), '\t', fields, 2);
        first = first == SIZE_MAX ? at : first;
        *head = pc_str_slice(whole, 0, first);
        from = pc_str_eq_icase(fields[0], prefix) ? at : SIZE_MAX;
    }
    return from == SIZE_MAX ? PC_STR("") : pc_str_slice(whole, from, whole.len);
}

enum pc_status pc_catalog_builtin_service(struct pc_arena *arena, struct pc_str prefix,
                                          const struct pc_catalog **out)
{
    struct pc_str head = {"", 0}, part;
    struct pc_str lines = lines_of(prefix, &head);
    const struct pc_str parts[] = {head, lines};
    if (lines.len == 0) {
        return PC_ERR_NOTFOUND;
    }
    PC_TRY(pc_arena_join(arena, parts, 2, &part));
    return read_text(arena, part, out);
}
