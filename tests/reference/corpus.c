// SPDX-License-Identifier: Apache-2.0
//
// Asks the reference every case below a folder and compares what each expects; prints TAP, a line a
// case. `*.json` holds an array of cases or one, `*.ndjson` one a line; a folder `compiled` holds
// none.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "reference.h"
#include "text.h"

enum {
    EXIT_UNREADABLE = 2,
};

struct run {
    struct pc_arena paths;
    struct pc_arena arena; // of one file
    int64_t now;
    size_t count, failed;
};

// A case with its answer; `why` fills with what differs.
struct judged {
    struct pc_arena *arena;
    const struct ref_answer *answer;
    const struct pc_json *expect;
    struct pc_buf *why;
};

static void print_escaped(struct pc_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '#' || c == '\\') {
            putchar('\\');
        }
        putchar(c == '\n' || c == '\r' ? ' ' : c);
    }
}

// Sets of names as CONTRACT 2 compares them.
static bool holds(const struct judged *judged, const struct pc_json *list, struct pc_str name,
                  bool ignore_case)
{
    for (size_t i = 0; i < list->count; i++) {
        if (pc_str_eq(list->items[i].text, name) ||
            (ignore_case && ref_same_name(judged->arena, list->items[i].text, name))) {
            return true;
        }
    }
    return false;
}

static void compare_sets(const struct judged *judged, const char *member,
                         const struct pc_json *expected, const struct pc_json *actual)
{
    bool ignore_case = strcmp(member, "missingContext") == 0;
    bool same = expected->type == PC_JSON_ARRAY;
    for (size_t i = 0; same && i < expected->count; i++) {
        same = holds(judged, actual, expected->items[i].text, ignore_case);
    }
    for (size_t i = 0; same && i < actual->count; i++) {
        same = holds(judged, expected, actual->items[i].text, ignore_case);
    }
    if (same) {
        return;
    }
    pc_buf_format(judged->why, " %s:", member);
    for (size_t i = 0; i < actual->count; i++) {
        pc_buf_format(judged->why, " '%.*s'", PC_STR_ARG(actual->items[i].text));
    }
    pc_buf_text(judged->why, actual->count == 0 ? " none;" : ";");
}

// The answer's member as a JSON array of strings; false for a name that no answer has.
static bool names_of(const struct judged *judged, const char *member, struct pc_json *out)
{
    const struct ref_answer *answer = judged->answer;
    size_t room = answer->statement_count + answer->missing_count + REF_TYPES;
    struct pc_json *items = ref_alloc(judged->arena, room, sizeof(*items));
    size_t count = 0;
    if (strcmp(member, "statements") == 0) {
        for (; count < answer->statement_count; count++) {
            items[count].text = answer->statements[count].name;
        }
    } else if (strcmp(member, "missingContext") == 0) {
        for (; count < answer->missing_count; count++) {
            items[count].text = answer->missing[count];
        }
    } else if (strcmp(member, "blockedBy") == 0) {
        for (unsigned type = 0; type < REF_TYPES; type++) {
            if ((answer->blocked_by & 1u << type) != 0) {
                items[count].text = pc_str_from(ref_type_text((enum ref_type)type));
                count++;
            }
        }
    } else {
        return false;
    }
    *out = (struct pc_json){.type = PC_JSON_ARRAY, .count = (uint32_t)count, .items = items};
    return true;
}

static void compare_member(const struct judged *judged, const struct pc_json_member *member)
{
    struct pc_json actual;
    struct pc_str name = ref_join(judged->arena, &member->name, 1); // ends in a zero
    if (pc_str_eq(name, PC_STR("decision"))) {
        const char *decision = ref_decision_text(judged->answer->decision);
        if (!pc_str_eq(member->value.text, pc_str_from(decision))) {
            pc_buf_format(judged->why, " decision: %s;", decision);
        }
    } else if (names_of(judged, name.ptr, &actual)) {
        compare_sets(judged, name.ptr, &member->value, &actual);
    } else {
        pc_buf_format(judged->why, " nothing is known of '%s';", name.ptr);
    }
}

static void compare(const struct judged *judged)
{
    bool refused = judged->answer->refused.len > 0;
    bool expected = pc_json_get(judged->expect, PC_STR("error")) != NULL;
    if (refused != expected) {
        pc_buf_text(judged->why, refused ? " refused: " : " not refused;");
        pc_buf_str(judged->why, judged->answer->refused);
        return;
    }
    for (size_t i = 0; !refused && i < judged->expect->count; i++) {
        compare_member(judged, &judged->expect->members[i]);
    }
}

static void judge(struct run *run, struct pc_str file, const struct pc_json *subject)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf why = {0};
    struct ref_answer answer;
    const struct pc_json *name = pc_json_get(subject, PC_STR("name"));
    struct judged judged = {&run->arena, &answer, pc_json_get(subject, PC_STR("expect")), &why};
    ref_answer(&run->arena, subject, run->now, &answer);
    if (judged.expect == NULL || judged.expect->type != PC_JSON_OBJECT ||
        judged.expect->count == 0) {
        pc_buf_text(&why, " the case expects nothing");
    } else {
        compare(&judged);
    }
    run->count++;
    run->failed += why.len > 0 ? 1 : 0;
    printf("%s %zu - ", why.len > 0 ? "not ok" : "ok", run->count);
    print_escaped(file);
    printf(" ");
    print_escaped(name == NULL ? PC_STR("") : name->text);
    printf("\n");
    if (why.len > 0) {
        printf("#%.*s\n", PC_STR_ARG(pc_buf_view(&why)));
    }
}

// Ends the program: a case that cannot be read is not one that passes.
static _Noreturn void give_up(const char *what, const char *path)
{
    printf("Bail out! %s: %s\n", what, path);
    exit(EXIT_UNREADABLE);
}

static void judge_text(struct run *run, const char *path, struct pc_str text)
{
    struct pc_diags diags;
    const struct pc_json *json = NULL;
    struct pc_json_source source = {.file = pc_str_from(path), .text = text, .repeats = true};
    pc_diags_init(&diags, &run->arena);
    if (pc_json_parse(&run->arena, &source, &diags, &json) != PC_OK) {
        give_up("no JSON", path);
    }
    if (json->type != PC_JSON_ARRAY) {
        judge(run, source.file, json);
        return;
    }
    for (size_t i = 0; i < json->count; i++) {
        judge(run, source.file, &json->items[i]);
    }
}

static void judge_lines(struct run *run, const char *path, struct pc_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = pc_str_find(text, '\n', at);
        struct pc_str line = pc_str_slice(text, at, end);
        if (line.len > 0) {
            judge_text(run, path, line);
        }
        at = end == SIZE_MAX ? text.len : end + 1;
    }
}

static void judge_file(struct run *run, const char *path, bool lines)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    char part[4096];
    size_t length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        give_up("cannot read", path);
    }
    while ((length = fread(part, 1, sizeof(part), file)) > 0) {
        pc_buf_append(&text, part, length);
    }
    if (ferror(file) != 0 || fclose(file) != 0 || pc_buf_status(&text) != PC_OK) {
        give_up("cannot read", path);
    }
    if (lines) {
        judge_lines(run, path, pc_buf_view(&text));
    } else {
        judge_text(run, path, pc_buf_view(&text));
    }
    pc_arena_reset(&run->arena);
}

static void judge_folder(struct run *run, const char *path);

static void judge_path(struct run *run, const char *path)
{
    struct stat about;
    struct pc_str name = pc_str_from(path);
    if (stat(path, &about) != 0) {
        give_up("cannot read", path);
    }
    if (S_ISDIR(about.st_mode)) {
        if (!pc_str_has_suffix(name, PC_STR("/compiled"))) {
            judge_folder(run, path);
        }
    } else if (pc_str_has_suffix(name, PC_STR(".json"))) {
        judge_file(run, path, false);
    } else if (pc_str_has_suffix(name, PC_STR(".ndjson"))) {
        judge_file(run, path, true);
    }
}

static void judge_folder(struct run *run, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        give_up("cannot read", path);
    }
    for (int i = 0; i < count; i++) {
        struct pc_str parts[] = {pc_str_from(path), PC_STR("/"), pc_str_from(entries[i]->d_name)};
        if (entries[i]->d_name[0] != '.') {
            judge_path(run, ref_join(&run->paths, parts, 3).ptr);
        }
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    struct run run = {.now = (int64_t)time(NULL)};
    if (argc != 2) {
        (void)fprintf(stderr, "usage: corpus FOLDER\n");
        return EXIT_UNREADABLE;
    }
    judge_path(&run, argv[1]);
    printf("1..%zu\n", run.count);
    pc_arena_release(&run.arena);
    pc_arena_release(&run.paths);
    return run.failed > 0 || run.count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
