// SPDX-License-Identifier: Apache-2.0
//
// Which statements and conditions the decisions of a suite went through. A statement is covered
// when it matched in some decision. A condition has two sides, held and did not hold; each is
// covered when some decision saw it, which takes one that got past the actions, resources and
// principals of its statement; one condition that fails does not hide the others. The figure that
// stands for both is (statements covered + sides covered) / (statements + sides).
#ifndef PC_SUITE_COVERAGE_H
#define PC_SUITE_COVERAGE_H

#include "suite/suite.h"

struct pc_coverage_count {
    size_t covered, total;
};

struct pc_coverage_figures {
    struct pc_coverage_count statements, sides;
};

// A file, or what else a place names, with its documents in the order of their places.
struct pc_coverage_file {
    struct pc_str name;
    struct pc_coverage_figures figures;
    const struct pc_suite_document **documents;
    size_t count;
};

struct pc_coverage {
    struct pc_coverage_figures figures; // of all files
    struct pc_coverage_file *files;     // the least covered first, then by name; of those that
                                        // hold no statement last
    size_t count;
    size_t questions;
};

// Sums up what the suite has seen so far. Borrows from it; arrays are in the arena. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_coverage_sum(const struct pc_suite *suite, struct pc_arena *arena,
                                             struct pc_coverage *out);

// Statements and sides together.
struct pc_coverage_count pc_coverage_both(const struct pc_coverage_figures *figures);

// A percentage in tenths, rounded down, so that only what is whole reads as 100.0; of nothing 0.
unsigned pc_coverage_tenths(struct pc_coverage_count count);

// Is the share at least so many tenths of a percent? Of nothing it never is.
bool pc_coverage_reaches(struct pc_coverage_count count, unsigned tenths);

// Something that no decision went through: a statement that never matched, or (condition not NULL)
// the missing side, or sides, of a condition.
struct pc_coverage_miss {
    const struct pc_suite_document *document;
    const struct pc_suite_statement *statement;
    const struct pc_suite_condition *condition;
};

// Calls visit for all of a file's, in the order of their places.
void pc_coverage_each_miss(const struct pc_coverage_file *file,
                           void (*visit)(void *context, const struct pc_coverage_miss *miss),
                           void *context);

// The reports. Failures stay in the buffer or are returned: PC_ERR_NOMEM.

// A table for people, with what is missing below each file.
void pc_coverage_write_text(const struct pc_coverage *coverage, bool color, struct pc_buf *out);

// One JSON object, without an end of line.
void pc_coverage_write_json(const struct pc_coverage *coverage, struct pc_buf *out);

// Lines of files, for programs that know only those. A line stands for all statements and
// conditions that begin in it: its hits are those of the least used of them, its branches the sides
// of its conditions.

// The trace file that geninfo of lcov writes.
PC_MUST_CHECK enum pc_status pc_coverage_write_lcov(const struct pc_coverage *coverage,
                                                    struct pc_arena *arena, struct pc_buf *out);

// Cobertura's XML (coverage-04.dtd). root: the folder that names of files are relative to;
// millis: since 1970 UTC; version: of the program that writes it.
struct pc_cobertura_facts {
    struct pc_str root;
    int64_t millis;
    const char *version;
};
PC_MUST_CHECK enum pc_status pc_coverage_write_cobertura(const struct pc_coverage *coverage,
                                                         const struct pc_cobertura_facts *facts,
                                                         struct pc_arena *arena,
                                                         struct pc_buf *out);

#endif
