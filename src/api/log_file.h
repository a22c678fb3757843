// SPDX-License-Identifier: Apache-2.0
//
// The file of a decision log, which lines are appended to: a regular file, also of several
// processes at once; or a pipe, a FIFO or a terminal, /dev/stderr for instance. For one thread.
#ifndef PC_API_LOG_FILE_H
#define PC_API_LOG_FILE_H

#include "base/status.h"

struct pc_log_file {
    char *path;
    int fd;
    bool regular;
    bool torn;  // what was written last is not a whole line
    bool stuck; // nobody has read from it for long: it is not waited for
};

// Opens the path for appending; a file that is missing is made, mode 0600. Links are followed:
// /dev/stderr is one, and who may put links into the folder of the log could also put files there.
// Never waits: a FIFO that nobody reads is PC_ERR_IO, as is whatever else cannot be opened. Where
// the file does not end in a newline, the first line will begin with one. PC_ERR_NOMEM.
PC_MUST_CHECK enum pc_status pc_log_file_open(struct pc_log_file *file, const char *path);
void pc_log_file_close(struct pc_log_file *file);

// Opens the path anew. PC_ERR_IO: it cannot be opened, and the old file stays.
PC_MUST_CHECK enum pc_status pc_log_file_reopen(struct pc_log_file *file);

// Appends whole lines, and returns how many bytes of them were written: fewer when the system
// refuses, as on a full disk. To a regular file by one write, so that lines of other processes
// stand before or behind but never within. To a pipe by as many as lie within what a pipe takes at
// once, waiting for its reader for a second at most.
PC_MUST_CHECK size_t pc_log_file_write(struct pc_log_file *file, struct pc_str lines);

#endif
