// SPDX-License-Identifier: Apache-2.0
//
// Sums by file, and what is missing.
#include "suite/coverage.h"

#include <stdlib.h>

struct pc_coverage_count pc_coverage_both(const struct pc_coverage_figures *figures)
{
    return (struct pc_coverage_count){figures->statements.covered + figures->sides.covered,
                                      figures->statements.total + figures->sides.total};
}

unsigned pc_coverage_tenths(struct pc_coverage_count count)
{
    return count.total == 0 ? 0 : (unsigned)((uint64_t)count.covered * 1000 / count.total);
}

bool pc_coverage_reaches(struct pc_coverage_count count, unsigned tenths)
{
    return count.total > 0 && (uint64_t)count.covered * 1000 >= (uint64_t)tenths * count.total;
}

static void count_statement(const struct pc_suite_statement *statement,
                            struct pc_coverage_figures *figures)
{
    figures->statements.covered += statement->matched > 0;
    figures->statements.total++;
    for (size_t i = 0; i < statement->condition_count; i++) {
        const struct pc_suite_condition *condition = &statement->conditions[i];
        figures->sides.covered += (condition->held > 0) + (size_t)(condition->failed > 0);
        figures->sides.total += 2;
    }
}

static void count_document(const struct pc_suite_document *document,
                           struct pc_coverage_figures *figures)
{
    for (size_t i = 0; i < document->count; i++) {
        count_statement(&document->statements[i], figures);
    }
}

static int by_file_and_place(const void *left, const void *right)
{
    const struct pc_suite_document *const *a = left;
    const struct pc_suite_document *const *b = right;
    int files = pc_str_cmp((*a)->file, (*b)->file);
    if (files != 0) {
        return files;
    }
    if ((*a)->count > 0 && (*b)->count > 0) {
        const struct pc_suite_statement *first = (*a)->statements;
        const struct pc_suite_statement *second = (*b)->statements;
        if (first->line != second->line) {
            return first->line < second->line ? -1 : 1;
        }
        if (first->column != second->column) {
            return first->column < second->column ? -1 : 1;
        }
    }
    return (*a)->number < (*b)->number ? -1 : 1;
}

static int worst_first(const void *left, const void *right)
{
    const struct pc_coverage_file *a = left;
    const struct pc_coverage_file *b = right;
    struct pc_coverage_count first = pc_coverage_both(&a->figures);
    struct pc_coverage_count second = pc_coverage_both(&b->figures);
    if ((first.total == 0) != (second.total == 0)) {
        return first.total == 0 ? 1 : -1;
    }
    uint64_t ahead = (uint64_t)first.covered * second.total;
    uint64_t behind = (uint64_t)second.covered * first.total;
    return ahead != behind ? (ahead < behind ? -1 : 1) : pc_str_cmp(a->name, b->name);
}

static void add_figures(struct pc_coverage_figures *sum, const struct pc_coverage_figures *more)
{
    sum->statements.covered += more->statements.covered;
    sum->statements.total += more->statements.total;
    sum->sides.covered += more->sides.covered;
    sum->sides.total += more->sides.total;
}

// documents: sorted. A file is a run of them.
static void part_by_file(const struct pc_suite_document **documents, size_t count,
                         struct pc_coverage *out)
{
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || !pc_str_eq(documents[i - 1]->file, documents[i]->file);
        if (first) {
            out->files[out->count++] =
                (struct pc_coverage_file){.name = documents[i]->file, .documents = &documents[i]};
        }
        struct pc_coverage_file *file = &out->files[out->count - 1];
        file->count++;
        count_document(documents[i], &file->figures);
    }
    for (size_t i = 0; i < out->count; i++) {
        add_figures(&out->figures, &out->files[i].figures);
    }
}

enum pc_status pc_coverage_sum(const struct pc_suite *suite, struct pc_arena *arena,
                               struct pc_coverage *out)
{
    size_t count = pc_suite_document_count(suite);
    struct pc_coverage made = {.questions = pc_suite_question_count(suite)};
    const struct pc_suite_document **documents =
        pc_arena_array(arena, count, sizeof(const struct pc_suite_document *));
    made.files = pc_arena_array(arena, count, sizeof(*made.files));
    if (documents == NULL || made.files == NULL) {
        return PC_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        documents[i] = pc_suite_document(suite, i);
    }
    if (count > 0) {
        qsort(documents, count, sizeof(const struct pc_suite_document *), by_file_and_place);
        part_by_file(documents, count, &made);
        qsort(made.files, made.count, sizeof(*made.files), worst_first);
    }
    *out = made;
    return PC_OK;
}

// What is missing ---------------------------------------------------------------------------------

static void visit_statement(struct pc_coverage_miss miss,
                            void (*visit)(void *context, const struct pc_coverage_miss *miss),
                            void *context)
{
    if (miss.statement->matched == 0) {
        visit(context, &miss);
    }
    for (size_t i = 0; i < miss.statement->condition_count; i++) {
        miss.condition = &miss.statement->conditions[i];
        if (miss.condition->held == 0 || miss.condition->failed == 0) {
            visit(context, &miss);
        }
    }
}

void pc_coverage_each_miss(const struct pc_coverage_file *file,
                           void (*visit)(void *context, const struct pc_coverage_miss *miss),
                           void *context)
{
    for (size_t i = 0; i < file->count; i++) {
        for (size_t k = 0; k < file->documents[i]->count; k++) {
            const struct pc_coverage_miss miss = {.document = file->documents[i],
                                                  .statement = &file->documents[i]->statements[k]};
            visit_statement(miss, visit, context);
        }
    }
}
