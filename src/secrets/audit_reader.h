// SPDX-License-Identifier: Apache-2.0
//
// Reads a file line by line into a bounded buffer.
#ifndef PC_SECRETS_AUDIT_READER_H
#define PC_SECRETS_AUDIT_READER_H

#include "secrets/audit.h"

enum pc_audit_found {
    PC_AUDIT_FOUND_END = 0, // nothing more
    PC_AUDIT_FOUND_LINE,
    PC_AUDIT_FOUND_LONG, // a line over PC_AUDIT_ENTRY_MAX, or as much without an end; the next call
                         // skips it
    PC_AUDIT_FOUND_TORN, // bytes without an end of line
};

struct pc_audit_reader {
    int fd;            // borrowed
    uint64_t offset;   // of what is read next from the file
    uint64_t limit;    // beyond which nothing is read; may be raised
    char *room;        // PC_AUDIT_ENTRY_MAX bytes, borrowed
    size_t begin, end; // of what is in it
    bool skipping;     // the rest of a LONG one
};

struct pc_audit_reader pc_audit_reader_of(int fd, char *room, uint64_t from, uint64_t to);

// Looks at the next line. *line, without its end, is valid until the next call, and set for a LINE
// alone. What is TORN stays: with a higher limit it may become a line. PC_ERR_IO, with errno. Reads
// no more than PC_AUDIT_ENTRY_MAX bytes but to skip.
PC_MUST_CHECK enum pc_status pc_audit_reader_next(struct pc_audit_reader *reader,
                                                  enum pc_audit_found *found, struct pc_str *line);

#endif
