// SPDX-License-Identifier: Apache-2.0
#include "case_walk.h"

#include "account/document_shape.h"

void pc_case_walk_init(struct pc_case_walk *walk, struct pc_case_runner *runner,
                       struct pc_case_events events)
{
    *walk = (struct pc_case_walk){.runner = runner, .events = events};
    pc_arena_init(&walk->paths);
    pc_arena_init(&walk->tree);
    pc_arena_init(&walk->told);
    pc_diags_init(&walk->diags, &walk->told);
}

void pc_case_walk_release(struct pc_case_walk *walk)
{
    pc_arena_release(&walk->paths);
    pc_arena_release(&walk->tree);
    pc_arena_release(&walk->told);
    pc_buf_release(&walk->bytes);
}

static void tell(struct pc_case_walk *walk)
{
    if (walk->diags.errors + walk->diags.warnings > 0 || walk->diags.first != NULL) {
        walk->events.problems(walk->events.context, &walk->diags);
    }
    pc_arena_reset(&walk->told);
    pc_diags_init(&walk->diags, &walk->told);
}

static enum pc_status take(void *context, const struct pc_case_result *result)
{
    struct pc_case_walk *walk = context;
    walk->cases++;
    return walk->events.result(walk->events.context, result);
}

static enum pc_status run_case(struct pc_case_walk *walk, const struct pc_json_source *source,
                               const struct pc_json *json)
{
    const struct pc_case_sink sink = {take, walk};
    return pc_case_run(walk->runner, source, json, &sink);
}

// Has it what only cases have? A manifest may have "policies", too.
static bool is_case(const struct pc_json *json)
{
    bool manifest = pc_json_get(json, PC_STR("polcheck")) != NULL;
    return pc_json_get(json, PC_STR("request")) != NULL ||
           pc_json_get(json, PC_STR("expect")) != NULL ||
           pc_json_get(json, PC_STR("rows")) != NULL ||
           (!manifest && pc_json_get(json, PC_STR("policies")) != NULL);
}

// The shape of a document that is no case, or of several of them in an array; NULL: it may be one.
static const char *shape_of(const struct pc_json *json)
{
    struct pc_document_shape shape = {NULL, NULL};
    const struct pc_json *items = json->type == PC_JSON_ARRAY ? json->items : json;
    size_t count = json->type == PC_JSON_ARRAY ? json->count : 1;
    for (size_t i = 0; i < count; i++) {
        if (is_case(&items[i]) || !pc_document_shape_of(&items[i], &shape)) {
            return NULL;
        }
    }
    return shape.name;
}

static enum pc_status refuse(struct pc_case_walk *walk, const struct pc_json_source *source,
                             const struct pc_json *json, const char *shape)
{
    pc_diag_report(&walk->diags, PC_DIAG_NOT_A_CASE, pc_json_place(source->file, json),
                   "the file holds no case; it was recognised as: %s", shape);
    pc_diag_hint(&walk->diags, "a case names it in its \"policies\"; polcheck help test shows how");
    return PC_ERR_INVALID;
}

// One JSON document: a case, or an array of cases. A key that repeats spoils its case only.
static enum pc_status run_document(struct pc_case_walk *walk, const struct pc_json_source *source)
{
    const struct pc_json *json;
    pc_arena_reset(&walk->tree);
    PC_TRY(pc_json_parse(&walk->tree, source, &walk->diags, &json));
    const char *shape = shape_of(json);
    if (shape != NULL && walk->named) {
        return refuse(walk, source, json, shape);
    }
    if (shape != NULL) {
        walk->events.passed_over(walk->events.context, source->file, shape);
        return PC_OK;
    }
    if (json->type != PC_JSON_ARRAY) {
        return run_case(walk, source, json);
    }
    if (json->count == 0) {
        pc_diag_report(&walk->diags, PC_DIAG_REQUEST_MEMBER, pc_json_place(source->file, json),
                       "the file holds no case");
        return PC_ERR_INVALID;
    }
    for (size_t i = 0; i < json->count; i++) {
        PC_TRY(run_case(walk, source, &json->items[i]));
    }
    return PC_OK;
}

static bool is_blank(struct pc_str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

// NDJSON: one case a line. A line that is no JSON does not keep the others from running.
static enum pc_status run_lines(struct pc_case_walk *walk, struct pc_str file, struct pc_str text)
{
    enum pc_status outcome = PC_OK;
    bool any = false;
    for (uint32_t number = 0; text.len > 0; number++) {
        size_t end = pc_str_find(text, '\n', 0);
        struct pc_str line = pc_str_slice(text, 0, end == SIZE_MAX ? text.len : end);
        const struct pc_json_source document = {
            .file = file, .text = line, .lines_before = number, .repeats = true};
        text = pc_str_slice(text, line.len + 1, text.len);
        if (is_blank(line)) {
            continue;
        }
        any = true;
        enum pc_status status = run_document(walk, &document);
        tell(walk);
        if (status != PC_OK && status != PC_ERR_INVALID) {
            return status;
        }
        outcome = status != PC_OK ? status : outcome;
    }
    if (!any) {
        const struct pc_place start = {.file = file, .line = 1, .column = 1};
        pc_diag_report(&walk->diags, PC_DIAG_REQUEST_MEMBER, start, "the file holds no case");
        outcome = PC_ERR_INVALID;
    }
    return outcome;
}

static enum pc_status read_and_run(struct pc_case_walk *walk, struct pc_str path)
{
    struct pc_str name = pc_file_name(path);
    PC_TRY(pc_file_read(path, &walk->diags, &walk->bytes));
    struct pc_str text = pc_buf_view(&walk->bytes);
    if (pc_str_has_suffix(path, PC_STR(".ndjson"))) {
        walk->named = true; // nobody keeps policies by the line
        return run_lines(walk, name, text);
    }
    const struct pc_json_source document = {.file = name, .text = text, .repeats = true};
    return run_document(walk, &document);
}

static void tell_unreadable(struct pc_case_walk *walk, struct pc_str file)
{
    walk->events.unreadable(walk->events.context, file, walk->diags.first);
    tell(walk);
}

static enum pc_status run_file(struct pc_case_walk *walk, struct pc_str path, bool named)
{
    walk->named = named;
    enum pc_status status = read_and_run(walk, path);
    if (status == PC_ERR_INVALID) {
        tell_unreadable(walk, pc_file_name(path));
        status = PC_OK;
    }
    walk->done++;
    walk->events.end_file(walk->events.context, pc_file_name(path));
    return status;
}

// Finds the files of one path.
static enum pc_status find_files(struct pc_case_walk *walk, struct pc_paths *paths,
                                 struct pc_str path)
{
    enum pc_status status = pc_paths_add(paths, &walk->paths, path, &walk->diags);
    if (status != PC_ERR_INVALID) {
        return status;
    }
    tell_unreadable(walk, path);
    walk->events.end_file(walk->events.context, path);
    return PC_OK;
}

enum pc_status pc_case_walk_run(struct pc_case_walk *walk, const char **paths, size_t count)
{
    struct pc_paths files = {0};
    pc_arena_reset(&walk->paths);
    walk->done = 0;
    walk->cases = 0;
    size_t *ends = pc_arena_array(&walk->paths, count, sizeof(*ends)); // of each path's files
    if (ends == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        PC_TRY(find_files(walk, &files, pc_str_from(paths[i])));
        ends[i] = files.count;
    }
    walk->total = files.count;
    for (size_t i = 0, path = 0; i < files.count; i++) {
        while (ends[path] <= i) {
            path++;
        }
        PC_TRY(run_file(walk, files.items[i], pc_str_eq(files.items[i], pc_str_from(paths[path]))));
    }
    return PC_OK;
}
