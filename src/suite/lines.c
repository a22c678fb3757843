// SPDX-License-Identifier: Apache-2.0
#include "lines.h"

#include <stdlib.h>

size_t pc_coverage_sides(const struct pc_suite_condition *condition)
{
    return (condition->held > 0) + (size_t)(condition->failed > 0);
}

// A statement or a condition where it begins.
struct mark {
    uint32_t line, column;
    uint64_t hits;
    const struct pc_suite_condition *condition; // NULL: a statement
};

static int by_place(const void *left, const void *right)
{
    const struct mark *a = left;
    const struct mark *b = right;
    if (a->line != b->line) {
        return a->line < b->line ? -1 : 1;
    }
    return a->column < b->column ? -1 : a->column > b->column;
}

static size_t count_marks(const struct pc_coverage_file *file)
{
    return file->figures.statements.total + file->figures.sides.total / 2;
}

static void mark_statement(const struct pc_suite_statement *statement, struct mark **next)
{
    *(*next)++ = (struct mark){statement->line, statement->column, statement->matched, NULL};
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_suite_condition *condition = &statement->conditions[i];
        *(*next)++ = (struct mark){condition->line, condition->column,
                                   condition->held + condition->failed, condition};
    }
}

static void add_mark(struct pc_coverage_lines *lines, const struct mark *mark,
                     const struct pc_suite_condition **conditions)
{
    if (lines->count == 0 || lines->items[lines->count - 1].number != mark->line) {
        lines->items[lines->count++] = (struct pc_coverage_line){
            .number = mark->line, .hits = mark->hits, .conditions = conditions};
    }
    struct pc_coverage_line *line = &lines->items[lines->count - 1];
    line->hits = mark->hits < line->hits ? mark->hits : line->hits;
    if (mark->condition != NULL) {
        line->conditions[line->count++] = mark->condition;
        lines->sides += 2;
        lines->sides_covered += pc_coverage_sides(mark->condition);
    }
}

enum pc_status pc_coverage_lines(const struct pc_coverage_file *file, struct pc_arena *arena,
                                 struct pc_coverage_lines *out)
{
    size_t count = count_marks(file);
    struct pc_coverage_lines lines = {0};
    struct mark *marks = pc_arena_array(arena, count, sizeof(*marks));
    const struct pc_suite_condition **conditions =
        pc_arena_array(arena, count, sizeof(const struct pc_suite_condition *));
    lines.items = pc_arena_array(arena, count, sizeof(*lines.items));
    if (marks == NULL || conditions == NULL || lines.items == NULL) {
        return PC_ERR_NOMEM;
    }
    struct mark *next = marks;
    for (size_t i = 0; i < file->count; i++) {
        for (size_t k = 0; k < file->documents[i]->count; k++) {
            mark_statement(&file->documents[i]->statements[k], &next);
        }
    }
    if (count > 0) {
        qsort(marks, count, sizeof(*marks), by_place);
    }
    for (size_t i = 0; i < count; i++) {
        add_mark(&lines, &marks[i], conditions);
        conditions += marks[i].condition != NULL;
    }
    for (size_t i = 0; i < lines.count; i++) {
        lines.hit += lines.items[i].hits > 0;
    }
    *out = lines;
    return PC_OK;
}

static int by_name(const void *left, const void *right)
{
    const struct pc_coverage_file *const *a = left;
    const struct pc_coverage_file *const *b = right;
    return pc_str_cmp((*a)->name, (*b)->name);
}

enum pc_status pc_coverage_files_by_name(const struct pc_coverage *coverage, struct pc_arena *arena,
                                         const struct pc_coverage_file ***out)
{
    const struct pc_coverage_file **files =
        pc_arena_array(arena, coverage->count, sizeof(const struct pc_coverage_file *));
    if (files == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < coverage->count; i++) {
        files[i] = &coverage->files[i];
    }
    if (coverage->count > 0) {
        qsort(files, coverage->count, sizeof(const struct pc_coverage_file *), by_name);
    }
    *out = files;
    return PC_OK;
}
