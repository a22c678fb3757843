// SPDX-License-Identifier: Apache-2.0
#define _XOPEN_SOURCE 700 // realpath

#include "lint_suppressions.h"

#include "choice.h"
#include "file.h"
#include "spelling.h"
#include "value/date.h"
#include "json/reader.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    DAY = 86400, // seconds
};

// Members of an entry: strings all, none of them empty.
static const struct {
    const char *name;
    size_t offset; // in struct pc_suppression; SIZE_MAX: `code`
    bool required;
} members[] = {
    {"code", SIZE_MAX, true},
    {"file", offsetof(struct pc_suppression, file), false},
    {"policy", offsetof(struct pc_suppression, policy), false},
    {"statement", offsetof(struct pc_suppression, statement), false},
    {"reason", offsetof(struct pc_suppression, reason), true},
    {"until", offsetof(struct pc_suppression, until), true},
};

enum {
    MEMBER_COUNT = sizeof(members) / sizeof(members[0]),
};

struct reading {
    struct pc_arena *arena;
    struct pc_diags *diags;
    struct pc_str file;
    int64_t now;
};

// Reading ---------------------------------------------------------------------------------------

static void hint_near(const struct reading *reading, const struct pc_near *near)
{
    if (near->best.len > 0) {
        pc_diag_hint(reading->diags, "did you mean \"%.*s\"?", PC_STR_ARG(near->best));
    }
}

static void report_unknown(const struct reading *reading, const struct pc_json_member *member,
                           const struct pc_str *known, size_t count)
{
    struct pc_near near = {.text = member->name};
    pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                   pc_json_member_place(reading->file, member), "unknown member \"%.*s\"",
                   PC_STR_ARG(member->name));
    for (size_t i = 0; i < count; i++) {
        pc_near_offer(&near, known[i]);
    }
    hint_near(reading, &near);
}

static void read_code(const struct reading *reading, const struct pc_json *value,
                      struct pc_suppression *entry)
{
    const struct pc_diag_row *row = pc_diag_row_named(value->text);
    if (row != NULL) {
        entry->code = row->code;
        return;
    }
    pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT, pc_json_place(reading->file, value),
                   "no code \"%.*s\"", PC_STR_ARG(value->text));
    pc_diag_hint(reading->diags, "codes are POL and four digits, as behind a finding");
    pc_choice_hint_code(reading->diags, value->text);
}

static bool is_blank(struct pc_str text)
{
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\n' ||
                            text.ptr[i] == '\r')) {
        i++;
    }
    return i == text.len;
}

static void read_member(const struct reading *reading, const struct pc_json *value, size_t member,
                        struct pc_suppression *entry)
{
    if (value->type != PC_JSON_STRING || is_blank(value->text)) {
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                       pc_json_place(reading->file, value), "\"%s\" is %s, not a text",
                       members[member].name,
                       value->type == PC_JSON_STRING ? "empty" : pc_json_type_text(value->type));
    } else if (members[member].offset == SIZE_MAX) {
        read_code(reading, value, entry);
    } else {
        *(struct pc_str *)(void *)((char *)entry + members[member].offset) = value->text;
    }
}

// The day as people write it, and no other form of a date.
static void read_until(const struct reading *reading, const struct pc_json *value,
                       struct pc_suppression *entry)
{
    struct pc_instant day;
    if (entry->until.len == 0) {
        return; // was reported
    }
    if (entry->until.len != sizeof("2027-01-31") - 1 || !pc_instant_parse(entry->until, &day) ||
        pc_str_find(entry->until, '-', 0) != 4) {
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                       pc_json_place(reading->file, value), "\"%.*s\" is not a day",
                       PC_STR_ARG(entry->until));
        pc_diag_hint(reading->diags, "days are written as 2027-01-31");
        return;
    }
    entry->expired = reading->now >= day.seconds + DAY;
}

static enum pc_status read_file(const struct reading *reading, const struct pc_json *value,
                                struct pc_suppression *entry)
{
    const char *fault;
    if (entry->file.len == 0) {
        return PC_OK;
    }
    PC_TRY(pc_path_pattern_read(reading->arena, entry->file, &entry->pattern, &fault));
    if (fault != NULL) {
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                       pc_json_place(reading->file, value), "the path \"%.*s\" %s",
                       PC_STR_ARG(entry->file), fault);
    }
    return PC_OK;
}

static enum pc_status read_entry(const struct reading *reading, const struct pc_json *json,
                                 struct pc_suppression *entry)
{
    struct pc_str known[MEMBER_COUNT];
    entry->place = pc_json_place(reading->file, json);
    if (json->type != PC_JSON_OBJECT) {
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT, entry->place,
                       "a suppression is %s, not an object", pc_json_type_text(json->type));
        return PC_OK;
    }
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        const struct pc_json *value = pc_json_get(json, pc_str_from(members[i].name));
        known[i] = pc_str_from(members[i].name);
        if (value != NULL) {
            read_member(reading, value, i, entry);
        } else if (members[i].required) {
            pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT, entry->place,
                           "a suppression without \"%s\"", members[i].name);
        }
    }
    for (size_t i = 0; i < json->count; i++) {
        bool found = false;
        for (size_t j = 0; j < MEMBER_COUNT; j++) {
            found = found || pc_str_eq(known[j], json->members[i].name);
        }
        if (!found) {
            report_unknown(reading, &json->members[i], known, MEMBER_COUNT);
        }
    }
    read_until(reading, pc_json_get(json, PC_STR("until")), entry);
    return read_file(reading, pc_json_get(json, PC_STR("file")), entry);
}

static enum pc_status read_entries(const struct reading *reading, const struct pc_json *list,
                                   struct pc_suppressions *out)
{
    if (list == NULL || list->type != PC_JSON_ARRAY) {
        struct pc_place place = {reading->file, 1, 1};
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                       list != NULL ? pc_json_place(reading->file, list) : place,
                       "no array \"suppressions\"");
        return PC_OK;
    }
    out->entries = pc_arena_array(reading->arena, list->count, sizeof(*out->entries));
    if (out->entries == NULL) {
        return PC_ERR_NOMEM;
    }
    out->count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        PC_TRY(read_entry(reading, &list->items[i], &out->entries[i]));
    }
    return PC_OK;
}

static enum pc_status read_document(const struct reading *reading, const struct pc_json *json,
                                    struct pc_suppressions *out)
{
    static const struct pc_str known[] = {PC_STR_INIT("polcheck-lint"),
                                          PC_STR_INIT("suppressions")};
    const struct pc_json *version = pc_json_get(json, known[0]);
    if (version == NULL || version->type != PC_JSON_NUMBER ||
        !pc_str_eq(version->text, PC_STR("1"))) {
        pc_diag_report(reading->diags, PC_DIAG_SUPPRESSION_TEXT,
                       pc_json_place(reading->file, version != NULL ? version : json),
                       "this is no list of suppressions of version 1");
        pc_diag_hint(reading->diags, "write {\"polcheck-lint\": 1, \"suppressions\": [...]}");
        return PC_OK;
    }
    for (size_t i = 0; i < json->count; i++) {
        if (!pc_str_eq(json->members[i].name, known[0]) &&
            !pc_str_eq(json->members[i].name, known[1])) {
            report_unknown(reading, &json->members[i], known, 2);
        }
    }
    return read_entries(reading, pc_json_get(json, known[1]), out);
}

// Real path of the folder that the file is in; "" when there is none. PC_ERR_NOMEM.
static enum pc_status real_folder(struct pc_arena *arena, struct pc_str file, struct pc_str *out)
{
    struct pc_str folder;
    size_t slash = pc_str_find_last(file, '/');
    PC_TRY(pc_arena_copy(arena, slash == SIZE_MAX ? PC_STR(".") : pc_str_slice(file, 0, slash + 1),
                         &folder));
    char *real = realpath(folder.ptr, NULL);
    *out = PC_STR("");
    enum pc_status status = real == NULL ? PC_OK : pc_arena_copy(arena, pc_str_from(real), out);
    free(real);
    return status;
}

enum pc_status pc_suppressions_read(struct pc_arena *arena, struct pc_str path, int64_t now,
                                    struct pc_diags *diags, struct pc_suppressions *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    const struct reading reading = {arena, diags, pc_file_name(path), now};
    struct pc_json_source source = {.file = reading.file};
    struct pc_suppressions read = {.path = path};
    const struct pc_json *json;
    size_t errors = diags->errors;
    PC_TRY(pc_file_read(path, diags, &bytes));
    PC_TRY(pc_arena_copy(arena, pc_buf_view(&bytes), &source.text));
    PC_TRY(pc_json_parse(arena, &source, diags, &json));
    PC_TRY(read_document(&reading, json, &read));
    if (diags->errors > errors) {
        return PC_ERR_INVALID;
    }
    PC_TRY(real_folder(arena, path, &read.folder));
    *out = read;
    return PC_OK;
}

// Use ---------------------------------------------------------------------------------------------

enum pc_status pc_suppressions_path(const struct pc_suppressions *suppressions,
                                    struct pc_arena *arena, struct pc_str file, struct pc_str *out)
{
    size_t slash = pc_str_find_last(file, '/');
    struct pc_str name = slash == SIZE_MAX ? file : pc_str_slice(file, slash + 1, file.len);
    struct pc_str base = suppressions->folder, folder;
    *out = PC_STR("");
    PC_TRY(real_folder(arena, file, &folder));
    if (folder.len == 0 || base.len == 0) {
        return PC_OK;
    }
    base.len -= base.len == 1; // of "/" nothing is left
    folder.len -= folder.len == 1;
    if (!pc_str_has_prefix(folder, base) ||
        (folder.len > base.len && folder.ptr[base.len] != '/')) {
        return PC_OK;
    }
    folder = pc_str_slice(folder, base.len + 1, folder.len);
    const struct pc_str parts[] = {folder, folder.len > 0 ? PC_STR("/") : PC_STR(""), name};
    return pc_arena_join(arena, parts, 3, out);
}

bool pc_suppression_reaches(const struct pc_suppression *entry,
                            const struct pc_suppressible *finding)
{
    bool file = entry->file.len == 0 ||
                (finding->path.len > 0 && pc_path_pattern_match(&entry->pattern, finding->path));
    return file && (entry->policy.len == 0 || pc_str_eq(entry->policy, finding->policy));
}

struct pc_suppression *pc_suppressions_find(const struct pc_suppressions *suppressions,
                                            const struct pc_suppressible *finding)
{
    struct pc_suppression *expired = NULL;
    for (size_t i = 0; i < suppressions->count; i++) {
        struct pc_suppression *entry = &suppressions->entries[i];
        bool statement =
            entry->statement.len == 0 || pc_str_eq(entry->statement, finding->statement);
        if (entry->code != finding->code || !statement || !pc_suppression_reaches(entry, finding)) {
            continue;
        }
        if (!entry->expired) {
            return entry;
        }
        expired = expired != NULL ? expired : entry;
    }
    return expired;
}

bool pc_suppression_is_astray(const struct pc_suppressions *suppressions,
                              const struct pc_suppression *entry)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf path = {0};
    if (entry->file.len == 0 || !entry->pattern.literal) {
        return false;
    }
    pc_buf_str(&path, suppressions->folder);
    pc_buf_byte(&path, '/');
    pc_buf_str(&path, entry->file);
    pc_buf_byte(&path, '\0');
    return pc_buf_status(&path) == PC_OK && access(path.ptr, F_OK) != 0;
}
