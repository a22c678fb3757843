// SPDX-License-Identifier: Apache-2.0
//
// The two ways out: results on standard output, in big blocks, and diagnostics on standard error.
#ifndef PC_CLI_OUTPUT_H
#define PC_CLI_OUTPUT_H

#include "base/diag.h"
#include "json/writer.h"

// Standard output. Text is appended to `text`; a failure to write is kept, and everything after it
// is dropped. So is all of it from when memory was out anywhere (base/memory.h), error ENOMEM: no
// text is printed that may have been cut short. A zeroed struct is ready.
struct pc_output {
    struct pc_buf text;
    int error;      // errno of the first failure, 0: none
    bool by_lines;  // each line says itself when memory was out for it
    size_t written; // bytes
};

// Opens the three standard streams that the caller left closed onto nothing, so that no file of
// ours takes their place: reading from and writing to them fails as before. Where that cannot be
// done the process ends with status 2.
void pc_output_guard(void);

// Columns of the terminal that standard output is, 0: it is none.
size_t pc_output_width(void);

// Writes what is there. False when that, or anything before, failed.
bool pc_output_flush(struct pc_output *out);

// Writes what is there if it is much.
bool pc_output_drain(struct pc_output *out);

// Writes all of it straight to the descriptor; errno of the failure, or 0.
PC_MUST_CHECK int pc_output_write(int fd, struct pc_str text);

// Writes to standard error; failures are ignored, for there is nobody left to tell.
void pc_error_write(struct pc_str text);

// The diagnostic of a failure that explained itself no better.
enum pc_diag_code pc_diag_code_of(enum pc_status status);

// Reports such a failure, at a place that may have no file.
void pc_diag_report_status(struct pc_diags *diags, enum pc_status status, struct pc_place place);

// Appends a diagnostic as a JSON object on one line.
void pc_diag_write_json(struct pc_buf *out, const struct pc_diag *diag);

// The members of that object alone, for one that has more.
void pc_diag_members_write(struct pc_json_writer *writer, const struct pc_diag *diag);

// "POL0123".
struct pc_diag_name {
    char text[16];
};
struct pc_diag_name pc_diag_name(enum pc_diag_code code);

// Appends text of ours without the ANSI colours in it.
void pc_write_uncolored(struct pc_buf *out, struct pc_str text);

// Appends "1 file", "2 files".
void pc_write_count(struct pc_buf *out, size_t count, const char *one, const char *many);

#endif
