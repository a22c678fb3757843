// SPDX-License-Identifier: Apache-2.0
#include "import_rename.h"

enum {
    NO_NAME = '~', // in front of no name that there is
};

struct search {
    struct pc_str text;
    size_t left;      // members to pass over
    size_t count;     // members seen
    const char *name; // in the text: that of the one that is wanted
};

static bool is_free(struct pc_str name)
{
    static const char *const names[] = {"tags", "context", "Condition", "notification", "targets"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (pc_str_eq(name, pc_str_from(names[i]))) {
            return true;
        }
    }
    return false;
}

// A name without escapes lies in the text itself.
static void see(struct search *search, struct pc_str name)
{
    bool plain = name.len > 0 && name.ptr > search->text.ptr &&
                 name.ptr < search->text.ptr + search->text.len && name.ptr[0] != NO_NAME;
    if (!plain) {
        return;
    }
    if (search->count == search->left) {
        search->name = name.ptr;
    }
    search->count++;
}

static void walk(struct search *search, const struct pc_json *json)
{
    for (uint32_t i = 0; i < json->count; i++) {
        if (json->type == PC_JSON_ARRAY) {
            walk(search, &json->items[i]);
            continue;
        }
        see(search, json->members[i].name);
        if (!is_free(json->members[i].name)) {
            walk(search, &json->members[i].value);
        }
    }
}

static bool rename_in(const struct pc_json *json, struct pc_str text, size_t number,
                      struct pc_buf *out)
{
    struct search search = {.text = text, .left = SIZE_MAX};
    if (pc_json_get(json, PC_STR("polcheck")) == NULL) {
        return false;
    }
    walk(&search, json);
    if (search.count == 0) {
        return false;
    }
    search.left = number % search.count;
    search.count = 0;
    walk(&search, json);
    size_t at = (size_t)(search.name - text.ptr);
    pc_buf_str(out, pc_str_slice(text, 0, at));
    pc_buf_byte(out, NO_NAME);
    pc_buf_str(out, pc_str_slice(text, at + 1, text.len));
    return pc_buf_status(out) == PC_OK;
}

bool import_rename(struct pc_str text, size_t number, struct pc_buf *out)
{
    PC_CLEANUP(pc_arena_release) struct pc_arena arena;
    struct pc_diags diags;
    const struct pc_json *json;
    const struct pc_json_source source = {.file = PC_STR("input"), .text = text};
    pc_arena_init(&arena);
    pc_diags_init(&diags, &arena);
    return pc_json_parse(&arena, &source, &diags, &json) == PC_OK &&
           rename_in(json, text, number, out);
}
