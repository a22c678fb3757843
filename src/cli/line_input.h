// SPDX-License-Identifier: Apache-2.0
//
// Lines of a file, a pipe or a terminal, read in blocks as they come.
#ifndef PC_CLI_LINE_INPUT_H
#define PC_CLI_LINE_INPUT_H

#include "base/status.h"

// Zeroed but for fd it is ready.
struct pc_line_input {
    int fd;
    char *bytes;
    size_t start, end, capacity; // bytes that are there and not used yet
    size_t scanned;              // of them known to hold no end of line
    bool eof;
    int error; // errno of a failed read
};

// Would reading wait?
bool pc_line_input_waits(const struct pc_line_input *input);

// Reads what there is, at least one byte unless at the end. Lines given out before are gone.
// PC_ERR_IO: input->error says why. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_line_input_fill(struct pc_line_input *input);

// The next line without its end, valid until the next fill; the last one needs no end of line.
// False: none is complete yet.
bool pc_line_input_next(struct pc_line_input *input, struct pc_str *line);

// Bytes of a line that is not complete yet.
size_t pc_line_input_rest(const struct pc_line_input *input);

// Forgets what is there.
void pc_line_input_drop(struct pc_line_input *input);

// Frees the memory; the file stays open.
void pc_line_input_release(struct pc_line_input *input);

#endif
