// SPDX-License-Identifier: Apache-2.0
//
// Writes records as lines of JSON. Whatever bytes a record holds, its line is one valid JSON
// object, without two keys of one name in it, and ends at its only newline: no request can forge a
// line.
#ifndef PC_API_LOG_LINE_H
#define PC_API_LOG_LINE_H

#include "base/buf.h"
#include "base/map.h"
#include "log_record.h"

// What writing lines needs; for one thread. A zeroed one is ready.
struct pc_log_lines {
    struct pc_arena arena; // of the names below
    struct pc_map names;   // of the context of one line
};

void pc_log_lines_release(struct pc_log_lines *lines);

// Bytes that hold the line of any record of so many bytes: no byte becomes more than six
// ("\u001f"), and what a line has besides is less than what the record has, six times, and this.
static inline size_t pc_log_line_most(size_t record_bytes)
{
    return 6 * record_bytes + 1024;
}

// Appends the line of a record. Of an entry that has the name of one before it only the first is
// written, and the line says that it was cut. The buffer is a fixed one (pc_buf_over).
// PC_ERR_LIMIT: the buffer had less room than pc_log_line_most says.
PC_MUST_CHECK enum pc_status pc_log_line_write(struct pc_log_lines *lines, struct pc_buf *out,
                                               const void *record);

// Appends the line that says how many decisions were dropped since the last such line, and in all.
// PC_ERR_LIMIT.
PC_MUST_CHECK enum pc_status pc_log_line_dropped(struct pc_buf *out, int64_t time, uint64_t dropped,
                                                 uint64_t in_all);

#endif
