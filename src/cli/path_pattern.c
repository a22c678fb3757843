// SPDX-License-Identifier: Apache-2.0
#include "path_pattern.h"

#include "match/pattern.h"

static bool is_folders(struct pc_str name)
{
    return pc_str_eq(name, PC_STR("**"));
}

// Why the name can match nothing, or NULL.
static const char *fault_of(struct pc_str name)
{
    if (name.len == 0) {
        return "has a name without letters: \"/\" at an end, or two in a row";
    }
    if (pc_str_eq(name, PC_STR(".")) || pc_str_eq(name, PC_STR(".."))) {
        return "has \".\" or \"..\": it goes down from the folder of its file";
    }
    return pc_str_find(name, '\0', 0) != SIZE_MAX ? "has a zero byte" : NULL;
}

static enum pc_status compile(struct pc_arena *arena, struct pc_str name, struct pc_str *out)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    struct pc_pattern_error error;
    PC_TRY(pc_pattern_compile(name, PC_PATTERN_WILDCARDS, &bytes, &error));
    return pc_arena_copy(arena, pc_buf_view(&bytes), out);
}

static enum pc_status read_names(struct pc_arena *arena, const struct pc_str *names, size_t count,
                                 struct pc_path_pattern *out, const char **fault)
{
    struct pc_path_pattern pattern = {.literal = true};
    pattern.names = pc_arena_array(arena, count, sizeof(*pattern.names));
    if (pattern.names == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        *fault = fault_of(names[i]);
        if (*fault != NULL) {
            return PC_OK;
        }
        pattern.literal = pattern.literal && pc_str_find(names[i], '*', 0) == SIZE_MAX &&
                          pc_str_find(names[i], '?', 0) == SIZE_MAX;
        bool again = is_folders(names[i]) && i > 0 && is_folders(names[i - 1]);
        struct pc_str *name = &pattern.names[pattern.count];
        *name = PC_STR("");
        if (!is_folders(names[i])) {
            PC_TRY(compile(arena, names[i], name));
        }
        pattern.count += !again;
    }
    *out = pattern;
    return PC_OK;
}

enum pc_status pc_path_pattern_read(struct pc_arena *arena, struct pc_str text,
                                    struct pc_path_pattern *out, const char **fault)
{
    struct pc_str names[PC_PATH_PATTERN_NAMES + 1];
    size_t count = pc_str_split(text, '/', names, PC_PATH_PATTERN_NAMES + 1);
    *fault = NULL;
    if (pc_str_has_prefix(text, PC_STR("/"))) {
        *fault = "begins with \"/\": it goes down from the folder of its file";
    } else if (count > PC_PATH_PATTERN_NAMES) {
        *fault = "has more than 64 names";
    }
    if (*fault != NULL) {
        return PC_OK;
    }
    enum pc_status status = read_names(arena, names, count, out, fault);
    if (status == PC_ERR_LIMIT) {
        *fault = "has a name that is too long";
        return PC_OK;
    }
    return status;
}

// Where the walk goes on when a name differs behind a "**": that takes one more folder.
struct again {
    bool possible;
    size_t name;
    struct pc_str rest;
};

static struct pc_str behind_first(struct pc_str path, struct pc_str *first)
{
    size_t end = pc_str_find(path, '/', 0);
    *first = pc_str_slice(path, 0, end);
    return end == SIZE_MAX ? PC_STR("") : pc_str_slice(path, end + 1, path.len);
}

bool pc_path_pattern_match(const struct pc_path_pattern *pattern, struct pc_str path)
{
    struct again again = {.possible = false};
    size_t name = 0;
    while (path.len > 0 || name < pattern->count) {
        bool folders = name < pattern->count && pattern->names[name].len == 0;
        if (folders) {
            again = (struct again){true, ++name, path};
            continue;
        }
        struct pc_str first;
        struct pc_str rest = behind_first(path, &first);
        if (path.len > 0 && name < pattern->count &&
            pc_pattern_match(pattern->names[name], first, NULL, NULL) == PC_MATCH) {
            path = rest;
            name++;
            continue;
        }
        if (!again.possible || again.rest.len == 0) {
            return false;
        }
        again.rest = behind_first(again.rest, &first);
        path = again.rest;
        name = again.name;
    }
    return true;
}
