// SPDX-License-Identifier: Apache-2.0
#include "audit_reader.h"

#include "audit_files.h"

struct pc_audit_reader pc_audit_reader_of(int fd, char *room, uint64_t from, uint64_t to)
{
    return (struct pc_audit_reader){.fd = fd, .offset = from, .limit = to, .room = room};
}

// Reads more behind what is in the buffer, which is not full. *more: whether there was any.
static enum pc_status fill(struct pc_audit_reader *reader, bool *more)
{
    if (reader->begin > 0) {
        memmove(reader->room, reader->room + reader->begin, reader->end - reader->begin);
        reader->end -= reader->begin;
        reader->begin = 0;
    }
    size_t count = PC_AUDIT_ENTRY_MAX - reader->end;
    uint64_t left = reader->limit > reader->offset ? reader->limit - reader->offset : 0;
    count = left < count ? (size_t)left : count;
    size_t got = 0;
    PC_TRY(pc_audit_read_at(reader->fd, reader->room + reader->end, count, reader->offset, &got));
    reader->end += got;
    reader->offset += got;
    *more = got > 0;
    return PC_OK;
}

enum pc_status pc_audit_reader_next(struct pc_audit_reader *reader, enum pc_audit_found *found,
                                    struct pc_str *line)
{
    bool more = true;
    size_t searched = 0; // bytes behind begin that are known to hold no end
    while (true) {
        struct pc_str rest = {reader->room + reader->begin, reader->end - reader->begin};
        size_t end = pc_str_find(rest, '\n', searched);
        if (end != SIZE_MAX) {
            reader->begin += end + 1;
            searched = 0;
            if (reader->skipping) {
                reader->skipping = false;
                continue;
            }
            *found = PC_AUDIT_FOUND_LINE;
            *line = pc_str_slice(rest, 0, end);
            return PC_OK;
        }
        if (!more) {
            *found = rest.len > 0 || reader->skipping ? PC_AUDIT_FOUND_TORN : PC_AUDIT_FOUND_END;
            return PC_OK;
        }
        if (rest.len == PC_AUDIT_ENTRY_MAX) { // the line cannot be one of ours
            reader->begin = reader->end;
            if (!reader->skipping) {
                reader->skipping = true;
                *found = PC_AUDIT_FOUND_LONG;
                return PC_OK;
            }
        }
        searched = reader->end - reader->begin;
        PC_TRY(fill(reader, &more));
    }
}
