// SPDX-License-Identifier: Apache-2.0
#include "members.h"

struct pc_place pc_members_place(const struct pc_members *reader, const struct pc_json *json)
{
    return pc_json_place(reader->file->name, json);
}

const struct pc_json *pc_members_find(const struct pc_json *object, const char *name)
{
    const struct pc_json *member = pc_json_get(object, pc_str_from(name));
    return member != NULL && member->type != PC_JSON_NULL ? member : NULL;
}

bool pc_members_get(const struct pc_members *reader, const struct pc_json *object, const char *name,
                    enum pc_need need, const struct pc_json **out)
{
    *out = pc_members_find(object, name);
    if (*out == NULL && need == PC_REQUIRED) {
        pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, object),
                       "the member \"%s\" is missing", name);
        return false;
    }
    return true;
}

static bool has_type(const struct pc_members *reader, const struct pc_json *json,
                     enum pc_json_type type, const char *before, const char *name)
{
    if (json->type == type) {
        return true;
    }
    pc_diag_report(reader->import->diags, reader->code, pc_members_place(reader, json),
                   "%s\"%s\" is %s, not %s", before, name, pc_json_type_text(json->type),
                   pc_json_type_text(type));
    return false;
}

bool pc_members_type(const struct pc_members *reader, const struct pc_json *json,
                     enum pc_json_type type, const char *name)
{
    return has_type(reader, json, type, "", name);
}

bool pc_members_element(const struct pc_members *reader, const struct pc_json *json,
                        enum pc_json_type type, const char *name)
{
    return has_type(reader, json, type, "an element of ", name);
}

bool pc_members_string(const struct pc_members *reader, const struct pc_json *object,
                       const char *name, enum pc_need need, struct pc_str *out)
{
    const struct pc_json *member;
    *out = PC_STR("");
    if (!pc_members_get(reader, object, name, need, &member)) {
        return false;
    }
    if (member != NULL) {
        if (!pc_members_type(reader, member, PC_JSON_STRING, name)) {
            return false;
        }
        *out = member->text;
    }
    return true;
}

bool pc_members_array(const struct pc_members *reader, const struct pc_json *object,
                      const char *name, enum pc_need need, const struct pc_json **out)
{
    return pc_members_get(reader, object, name, need, out) &&
           (*out == NULL || pc_members_type(reader, *out, PC_JSON_ARRAY, name));
}

bool pc_members_object(const struct pc_members *reader, const struct pc_json *object,
                       const char *name, enum pc_need need, const struct pc_json **out)
{
    return pc_members_get(reader, object, name, need, out) &&
           (*out == NULL || pc_members_type(reader, *out, PC_JSON_OBJECT, name));
}

bool pc_members_boolean(const struct pc_members *reader, const struct pc_json *object,
                        const char *name, const struct pc_json **out)
{
    return pc_members_get(reader, object, name, PC_OPTIONAL, out) &&
           (*out == NULL || pc_members_type(reader, *out, PC_JSON_BOOLEAN, name));
}

enum pc_status pc_members_each(const struct pc_members *reader, const struct pc_json *object,
                               const char *name,
                               enum pc_status (*read)(const struct pc_members *reader,
                                                      const struct pc_json *element, void *context),
                               void *context)
{
    const struct pc_json *array;
    if (!pc_members_array(reader, object, name, PC_OPTIONAL, &array) || array == NULL) {
        return PC_OK;
    }
    for (size_t i = 0; i < array->count; i++) {
        if (pc_members_element(reader, &array->items[i], PC_JSON_OBJECT, name)) {
            PC_TRY(read(reader, &array->items[i], context));
        }
    }
    return PC_OK;
}

enum {
    NAME_MAX_BYTES = 40, // longer names are not compared
    SLIP_MAX = 3,
};

// Levenshtein's distance, a row of the table at a time.
static size_t count_changes(struct pc_str a, struct pc_str b)
{
    size_t row[NAME_MAX_BYTES + 1];
    for (size_t i = 0; i <= b.len; i++) {
        row[i] = i;
    }
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            bool same = pc_char_lower(a.ptr[i]) == pc_char_lower(b.ptr[j]);
            size_t best = diagonal + (same ? 0 : 1);
            diagonal = row[j + 1];
            best = row[j] + 1 < best ? row[j] + 1 : best;
            row[j + 1] = diagonal + 1 < best ? diagonal + 1 : best;
        }
    }
    return row[b.len];
}

size_t pc_name_distance(struct pc_str a, struct pc_str b)
{
    size_t longer = a.len > b.len ? a.len : b.len;
    if (longer > NAME_MAX_BYTES) {
        return SIZE_MAX;
    }
    size_t distance = count_changes(a, b);
    return distance <= (longer + 1) / 3 && distance <= SLIP_MAX ? distance : SIZE_MAX;
}

static void report_unknown(const struct pc_members *reader, const struct pc_json_member *member,
                           const char *where, const char *const *names)
{
    size_t nearest = SIZE_MAX;
    const char *best = NULL;
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t distance = pc_name_distance(member->name, pc_str_from(names[i]));
        if (distance < nearest) {
            nearest = distance;
            best = names[i];
        }
    }
    pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_KEY_UNKNOWN,
                   pc_json_member_place(reader->file->name, member),
                   "unknown member \"%.*s\" of %s", PC_STR_ARG(member->name), where);
    if (best != NULL) {
        pc_diag_hint(reader->import->diags, "did you mean \"%s\"?", best);
    }
}

void pc_members_known(const struct pc_members *reader, const struct pc_json *object,
                      const char *where, const char *const *names)
{
    for (size_t i = 0; i < object->count; i++) {
        bool known = false;
        for (size_t j = 0; names[j] != NULL; j++) {
            known = known || pc_str_eq(object->members[i].name, pc_str_from(names[j]));
        }
        if (!known) {
            report_unknown(reader, &object->members[i], where, names);
        } else if (object->members[i].value.type == PC_JSON_NULL) {
            // Nothing in place of a guard-rail is not the same as no guard-rail.
            pc_diag_report(reader->import->diags, PC_DIAG_MANIFEST_VALUE,
                           pc_members_place(reader, &object->members[i].value),
                           "\"%.*s\" is null: leave it out or give a value",
                           PC_STR_ARG(object->members[i].name));
        }
    }
}
