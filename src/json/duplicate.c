// SPDX-License-Identifier: Apache-2.0
//
// Finds keys that occur twice. Small objects by comparing all pairs, others by sorting: O(n log n)
// whatever the names are, and not by hashing, because names that collide can be made at will.
#include "json/reader.h"

#include "base/checked.h"
#include "base/utf8.h"
#include "json/writer.h"

#include <stdlib.h>

enum {
    SMALL = 16,      // members up to which all pairs are compared
    NAME_SHOWN = 60, // code points of a name that a message repeats
};

struct repeat {
    const struct pc_json_member *first, *second; // NULL: none
};

static void keep_earlier(struct repeat *repeat, const struct pc_json_member *first,
                         const struct pc_json_member *second)
{
    if (repeat->second == NULL || second < repeat->second) {
        *repeat = (struct repeat){first, second};
    }
}

static struct repeat find_among_few(const struct pc_json *object)
{
    struct repeat repeat = {NULL, NULL};
    for (size_t i = 1; i < object->count && repeat.second == NULL; i++) {
        for (size_t k = 0; k < i; k++) {
            if (pc_str_eq(object->members[k].name, object->members[i].name)) {
                keep_earlier(&repeat, &object->members[k], &object->members[i]);
                break;
            }
        }
    }
    return repeat;
}

// By length, then bytes, then place in the text.
static int compare_entries(const void *left, const void *right)
{
    const struct pc_json_member *a = *(const struct pc_json_member *const *)left;
    const struct pc_json_member *b = *(const struct pc_json_member *const *)right;
    if (a->name.len != b->name.len) {
        return a->name.len < b->name.len ? -1 : 1;
    }
    int order = pc_str_cmp(a->name, b->name);
    if (order != 0) {
        return order;
    }
    return a < b ? -1 : a > b;
}

static void free_entries(const struct pc_json_member ***entries)
{
    free(*entries);
}

static enum pc_status find_among_many(const struct pc_json *object, struct repeat *out)
{
    size_t bytes;
    if (!pc_size_mul(object->count, sizeof(struct pc_json_member *), &bytes)) {
        return PC_ERR_NOMEM;
    }
    PC_CLEANUP(free_entries) const struct pc_json_member **entries = malloc(bytes);
    if (entries == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < object->count; i++) {
        entries[i] = &object->members[i];
    }
    qsort(entries, object->count, sizeof(*entries), compare_entries);
    struct repeat repeat = {NULL, NULL};
    for (size_t i = 1; i < object->count; i++) {
        if (pc_str_eq(entries[i - 1]->name, entries[i]->name)) {
            keep_earlier(&repeat, entries[i - 1], entries[i]);
        }
    }
    *out = repeat;
    return PC_OK;
}

static struct pc_str shorten(struct pc_str name)
{
    size_t at = 0;
    for (size_t i = 0; i < NAME_SHOWN && at < name.len; i++) {
        at += pc_utf8_step(pc_str_slice(name, at, name.len));
    }
    return pc_str_slice(name, 0, at);
}

static void report(struct repeat repeat, struct pc_str file, struct pc_diags *diags)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf quoted = {0};
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, &quoted, false);
    pc_json_string(&writer, shorten(repeat.second->name));
    if (pc_buf_status(&quoted) != PC_OK) {
        pc_buf_reset(&quoted);
    }
    pc_diag_report(diags, PC_DIAG_JSON_DUPLICATE_KEY, pc_json_member_place(file, repeat.second),
                   "the key %.*s is in this object already", PC_STR_ARG(pc_buf_view(&quoted)));
    pc_diag_hint(diags, "it is first at line %u, column %u", repeat.first->line,
                 repeat.first->column);
}

enum pc_status pc_json_refuse_own_repeats(const struct pc_json *object, struct pc_str file,
                                          struct pc_diags *diags)
{
    struct repeat repeat = {NULL, NULL};
    if (object->count <= SMALL) {
        repeat = find_among_few(object);
    } else {
        PC_TRY(find_among_many(object, &repeat));
    }
    if (repeat.second == NULL) {
        return PC_OK;
    }
    report(repeat, file, diags);
    return PC_ERR_INVALID;
}

// Calls itself no deeper than PC_JSON_MAX_DEPTH.
enum pc_status pc_json_refuse_repeats(const struct pc_json *json, struct pc_str file,
                                      struct pc_diags *diags)
{
    bool is_object = json->type == PC_JSON_OBJECT;
    for (size_t i = 0; i < json->count; i++) {
        const struct pc_json *inner = is_object ? &json->members[i].value : &json->items[i];
        PC_TRY(pc_json_refuse_repeats(inner, file, diags));
    }
    return is_object ? pc_json_refuse_own_repeats(json, file, diags) : PC_OK;
}
