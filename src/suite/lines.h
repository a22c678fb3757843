// SPDX-License-Identifier: Apache-2.0
//
// Coverage by lines, as programs want it that know no statements. Not for use outside the module.
#ifndef PC_SUITE_LINES_H
#define PC_SUITE_LINES_H

#include "suite/coverage.h"

struct pc_coverage_line {
    uint32_t number;
    uint64_t hits;                                // of the least used that begins here
    const struct pc_suite_condition **conditions; // that begin here, in the order of the text
    size_t count;
};

struct pc_coverage_lines {
    struct pc_coverage_line *items; // by rising number
    size_t count, hit;              // lines, and those that were hit
    size_t sides, sides_covered;
};

// The lines of a file. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_coverage_lines(const struct pc_coverage_file *file,
                                               struct pc_arena *arena,
                                               struct pc_coverage_lines *out);

// How many sides of the condition were seen: 0 to 2.
size_t pc_coverage_sides(const struct pc_suite_condition *condition);

// The files by name. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_coverage_files_by_name(const struct pc_coverage *coverage,
                                                       struct pc_arena *arena,
                                                       const struct pc_coverage_file ***out);

#endif
