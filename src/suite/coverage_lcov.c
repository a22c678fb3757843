// SPDX-License-Identifier: Apache-2.0
//
// Coverage as a trace file of lcov (geninfo(1)).
#include "lines.h"

// A record ends at the end of its line, whatever the name of a file holds.
static void write_name(struct pc_buf *out, struct pc_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        bool control = (unsigned char)name.ptr[i] < ' ';
        pc_buf_byte(out, control ? '?' : name.ptr[i]);
    }
}

// A branch of a condition that was never asked is "-", not 0.
static void write_branch(struct pc_buf *out, const struct pc_coverage_line *line, size_t number,
                         unsigned side)
{
    const struct pc_suite_condition *condition = line->conditions[number];
    uint64_t taken = side == 0 ? condition->held : condition->failed;
    pc_buf_format(out, "BRDA:%u,%zu,%u,", (unsigned)line->number, number, side);
    if (condition->held + condition->failed == 0) {
        pc_buf_text(out, "-\n");
    } else {
        pc_buf_format(out, "%llu\n", (unsigned long long)taken);
    }
}

static void write_file(struct pc_buf *out, const struct pc_coverage_file *file,
                       const struct pc_coverage_lines *lines)
{
    pc_buf_text(out, "TN:\nSF:");
    write_name(out, file->name);
    pc_buf_byte(out, '\n');
    for (size_t i = 0; i < lines->count; i++) {
        for (size_t k = 0; k < lines->items[i].count; k++) {
            write_branch(out, &lines->items[i], k, 0);
            write_branch(out, &lines->items[i], k, 1);
        }
    }
    pc_buf_format(out, "BRF:%zu\nBRH:%zu\n", lines->sides, lines->sides_covered);
    for (size_t i = 0; i < lines->count; i++) {
        pc_buf_format(out, "DA:%u,%llu\n", (unsigned)lines->items[i].number,
                      (unsigned long long)lines->items[i].hits);
    }
    pc_buf_format(out, "LF:%zu\nLH:%zu\nend_of_record\n", lines->count, lines->hit);
}

enum pc_status pc_coverage_write_lcov(const struct pc_coverage *coverage, struct pc_arena *arena,
                                      struct pc_buf *out)
{
    const struct pc_coverage_file **files;
    PC_TRY(pc_coverage_files_by_name(coverage, arena, &files));
    for (size_t i = 0; i < coverage->count; i++) {
        struct pc_coverage_lines lines;
        PC_TRY(pc_coverage_lines(files[i], arena, &lines));
        write_file(out, files[i], &lines);
    }
    return pc_buf_status(out);
}
