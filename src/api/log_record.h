// SPDX-License-Identifier: Apache-2.0
//
// One decision as it lies in a slot of the ring: what its line will say, copied from an event, in a
// form that costs the thread that asked as little as can be. The bytes are read in the process that
// wrote them, and nowhere else.
#ifndef PC_API_LOG_RECORD_H
#define PC_API_LOG_RECORD_H

#include "log_mask.h"

enum {
    PC_LOG_RECORD_LEAST = 512,    // bytes of a record, for the texts below to fit, each cut
    PC_LOG_RECORD_MOST = 65536,   // so that lengths fit
    PC_LOG_RECORD_ENTRIES = 2000, // the limit of a request; what is beyond is cut
};

// In this order: the record; texts of principal, action, resource, message; each statement with the
// texts of its policy, Sid and file; each entry with its key and its values. A text is its length
// (uint32_t) and its bytes. Nothing but the start is aligned.
struct pc_log_record {
    int64_t time;                // as an event's
    uint64_t duration, snapshot; // as an event's
    uint32_t decision, status;   // as a verdict's
    uint32_t blockers;           // as polcheck_answer_blockers
    uint32_t statements, entries;
    bool cut; // something was cut, or left out
};

struct pc_log_statement {
    uint32_t type, number, line;
    bool allows;
};

struct pc_log_entry {
    uint32_t values;
    bool list, masked; // masked: without values
};

// Copies an event into room for `size` bytes (within the limits above). What is fixed fits always;
// principal, action, resource, message and the first statement come next: where they do not fit,
// the longest are cut, at the end of a character. Then further statements, whole ones; then the
// context, where again the longest values are cut first; keys are whole or left out.
void pc_log_record_write(void *room, size_t size, const struct polcheck_decision_event *event,
                         const struct pc_log_mask *mask);

// Reads on in a record.
struct pc_log_cursor {
    const unsigned char *at;
};

static inline void pc_log_take(struct pc_log_cursor *cursor, void *to, size_t count)
{
    memcpy(to, cursor->at, count);
    cursor->at += count;
}

static inline struct pc_str pc_log_take_text(struct pc_log_cursor *cursor)
{
    uint32_t length;
    pc_log_take(cursor, &length, sizeof(length));
    struct pc_str text = {(const char *)cursor->at, length};
    cursor->at += length;
    return text;
}

#endif
