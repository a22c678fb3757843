// SPDX-License-Identifier: Apache-2.0
//
// An open audit log. Whoever changes it has the lock, and first settles what others did meanwhile:
// takes over the head that they wrote, and what a killed process wrote without moving the head.
//
// INVARIANT: between two calls, of any process, the log is what its head says, or longer by what
// one killed process appended. A log that is longer in another way, or shorter, was tampered with,
// or is what a power failure left of lines that nobody synced.
#include "audit_files.h"
#include "audit_line.h"
#include "audit_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"

enum {
    MESSAGE = 128,
};

struct pc_audit {
    struct pc_audit_place place;
    struct pc_audit_chain chain;
    struct pc_audit_files files;
    struct pc_audit_position at; // what the head says
    bool headed;                 // it was read or written, and was:
    struct pc_audit_head head;
    bool held;      // the lock is, between calls
    int64_t looked; // when both files were last found in their place: milliseconds; 0: never
    char room[PC_AUDIT_ENTRY_MAX];
};

// Settling ----------------------------------------------------------------------------------------

// A head only moves forward; one that is older than what this process saw was put back.
static enum pc_status check_forward(const struct pc_audit *audit,
                                    const struct pc_audit_position *now, struct pc_diags *diags)
{
    if (now->seq > audit->at.seq ||
        (now->seq == audit->at.seq && pc_hash_eq(&now->mac, &audit->at.mac))) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, pc_audit_place_at(audit->files.head_path, 0),
                   "the audit log's head was put back to entry %" PRIu64 ", entry %" PRIu64
                   " was there before",
                   now->seq, audit->at.seq);
    return pc_audit_damaged(diags);
}

static void note_head(struct pc_audit *audit, const struct pc_audit_head *head,
                      const struct pc_audit_position *at)
{
    audit->headed = true;
    audit->head = *head;
    audit->at = *at;
}

static enum pc_status take_head(struct pc_audit *audit, struct pc_diags *diags)
{
    struct pc_audit_head head;
    struct pc_audit_position now;
    bool whole = false;
    PC_TRY(pc_audit_files_read_head(&audit->files, diags, &head, &whole));
    if (whole && audit->headed && memcmp(head.bytes, audit->head.bytes, sizeof(head.bytes)) == 0) {
        return PC_OK;
    }
    if (!whole || !pc_audit_head_read(&audit->place, &head, &now)) {
        pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, pc_audit_place_at(audit->files.head_path, 0),
                       "the audit log's head was not made with this vault's key, or was altered");
        return pc_audit_damaged(diags);
    }
    PC_TRY(check_forward(audit, &now, diags));
    note_head(audit, &head, &now);
    return PC_OK;
}

static enum pc_status move_head(struct pc_audit *audit, const struct pc_audit_position *to,
                                struct pc_diags *diags)
{
    struct pc_audit_head head = {{0}};
    pc_audit_head_write(&audit->place, to, &head);
    PC_TRY(pc_audit_files_write_head(&audit->files, &head, diags));
    note_head(audit, &head, to);
    return PC_OK;
}

// Follows the lines behind `at` to the last whole one. *torn: something without an end comes then.
static enum pc_status follow(struct pc_audit *audit, uint64_t size, struct pc_audit_position *at,
                             bool *torn, struct pc_diags *diags)
{
    struct pc_audit_reader reader =
        pc_audit_reader_of(audit->files.log, audit->room, at->bytes, size);
    enum pc_audit_found found = PC_AUDIT_FOUND_LINE;
    while (found == PC_AUDIT_FOUND_LINE) {
        struct pc_str line = PC_STR("");
        if (pc_audit_reader_next(&reader, &found, &line) != PC_OK) {
            return pc_audit_report_io(diags, audit->files.log_path, "read", errno);
        }
        if (found == PC_AUDIT_FOUND_LONG ||
            (found == PC_AUDIT_FOUND_LINE && !pc_audit_line_follows(&audit->chain, line, at))) {
            pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED,
                           pc_audit_place_at(audit->files.log_path, at->seq + 1),
                           "this entry of the audit log does not follow from the one before");
            return pc_audit_damaged(diags);
        }
    }
    *torn = found == PC_AUDIT_FOUND_TORN;
    return PC_OK;
}

// Takes over whole lines that a killed process appended, and cuts off one that it did not finish.
static enum pc_status adopt(struct pc_audit *audit, uint64_t size, struct pc_diags *diags)
{
    struct pc_audit_position at = audit->at;
    bool torn = false;
    PC_TRY(follow(audit, size, &at, &torn, diags));
    if (torn) {
        PC_TRY(pc_audit_files_cut(&audit->files, at.bytes, diags));
    }
    return at.seq > audit->at.seq ? move_head(audit, &at, diags) : PC_OK;
}

// Now and then: each look costs a microsecond, and what is written to a file that was moved away is
// not lost.
static enum pc_status look(struct pc_audit *audit, struct pc_diags *diags)
{
    int64_t now = pc_clock_millis();
    if (audit->looked != 0 && now - audit->looked < PC_LOOK_MS) {
        return PC_OK;
    }
    PC_TRY(pc_audit_files_check(&audit->files, diags));
    audit->looked = now;
    return PC_OK;
}

// With the lock: where the head says that the log ends, and its size, which is no less.
static enum pc_status measure(struct pc_audit *audit, struct pc_diags *diags, uint64_t *size)
{
    PC_TRY(look(audit, diags));
    PC_TRY(take_head(audit, diags));
    PC_TRY(pc_audit_files_size(&audit->files, diags, size));
    if (*size < audit->at.bytes) {
        pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED, pc_audit_place_at(audit->files.log_path, 0),
                       "the audit log was cut short: it has %" PRIu64
                       " bytes, its head says %" PRIu64,
                       *size, audit->at.bytes);
        return pc_audit_damaged(diags);
    }
    return PC_OK;
}

// The line that the head names last has its mac: this is the log that the head is of.
static enum pc_status check_last(struct pc_audit *audit, struct pc_diags *diags)
{
    const struct pc_audit_position *last = &audit->at;
    enum {
        MOST = 2 * PC_HASH_BYTES + 3, // digits, quotation mark, brace, end of line
    };
    char room[MOST + 1];
    struct pc_buf expected = pc_buf_over(room, sizeof(room));
    size_t got = 0;
    if (last->seq == 0) {
        return PC_OK;
    }
    pc_hash_write(&expected, &last->mac);
    pc_buf_text(&expected, "\"}\n");
    uint64_t from = last->bytes < MOST ? 0 : last->bytes - MOST;
    if (pc_audit_read_at(audit->files.log, audit->room, MOST, from, &got) != PC_OK) {
        return pc_audit_report_io(diags, audit->files.log_path, "read", errno);
    }
    if (pc_str_eq(pc_buf_view(&expected), (struct pc_str){audit->room, got})) {
        return PC_OK;
    }
    pc_diag_report(diags, PC_DIAG_AUDIT_DAMAGED,
                   pc_audit_place_at(audit->files.log_path, last->seq),
                   "the last entry of the audit log is not the one that its head names");
    return pc_audit_damaged(diags);
}

// With the lock: makes `at` the end of the log. Each time the log's end is looked at, for a line
// that is added behind another's would have the head vouch for it; and before anything is cut off:
// of another log that would be lost.
static enum pc_status settle(struct pc_audit *audit, struct pc_diags *diags)
{
    uint64_t size = 0;
    PC_TRY(measure(audit, diags, &size));
    PC_TRY(check_last(audit, diags));
    return size > audit->at.bytes ? adopt(audit, size, diags) : PC_OK;
}

// Opening -----------------------------------------------------------------------------------------

static enum pc_status begin(struct pc_audit *audit, bool create, struct pc_diags *diags)
{
    if (!create) {
        return settle(audit, diags);
    }
    PC_TRY(move_head(audit, &audit->at, diags));
    PC_TRY(pc_audit_files_sync(&audit->files, diags));
    return pc_audit_files_sync_folder(&audit->files, audit->place.folder, diags);
}

enum pc_status pc_audit_open(const struct pc_audit_place *place, bool create,
                             struct pc_diags *diags, struct pc_audit **out)
{
    struct pc_audit_files files;
    struct pc_audit *audit = malloc(sizeof(*audit));
    if (audit == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status =
        pc_audit_files_open(place, create ? PC_AUDIT_CREATE : PC_AUDIT_WRITE, diags, &files);
    if (status != PC_OK) {
        free(audit);
        return status;
    }
    audit->place = *place;
    audit->place.name = PC_STR(""); // only borrowed, and in the paths
    audit->chain = pc_audit_chain_of(place);
    audit->files = files;
    audit->held = false;
    audit->looked = 0;
    audit->at = (struct pc_audit_position){.seq = 0};
    audit->headed = false;
    status = pc_audit_files_lock(&files, true, diags);
    status = status == PC_OK ? begin(audit, create, diags) : status;
    pc_audit_files_unlock(&files);
    if (status != PC_OK) {
        if (create) {
            pc_audit_files_unlink(place);
        }
        pc_audit_close(audit);
        return status;
    }
    *out = audit;
    return PC_OK;
}

void pc_audit_close(struct pc_audit *audit)
{
    if (audit != NULL) {
        pc_audit_files_close(&audit->files);
        free(audit);
    }
}

// Using -------------------------------------------------------------------------------------------

static enum pc_status lock(const struct pc_audit *audit, struct pc_diags *diags)
{
    return audit->held ? PC_OK : pc_audit_files_lock(&audit->files, true, diags);
}

static void unlock(const struct pc_audit *audit)
{
    if (!audit->held) {
        pc_audit_files_unlock(&audit->files);
    }
}

static enum pc_status write_line(struct pc_audit *audit, const struct pc_audit_entry *entry,
                                 struct pc_audit_position *at, struct pc_diags *diags)
{
    struct pc_buf line = pc_buf_over(audit->room, sizeof(audit->room));
    enum pc_status status = pc_audit_line_write(&audit->chain, entry, &line, at);
    if (status != PC_OK) {
        pc_diag_report(diags, PC_DIAG_AUDIT_IO, pc_audit_place_at(audit->files.log_path, 0),
                       "the entry of the audit log cannot be written: %s", pc_status_text(status));
        pc_diag_hint(diags, "an entry may have %d bytes, as JSON", (int)PC_AUDIT_ENTRY_MAX);
        return status;
    }
    return pc_audit_files_append(&audit->files, pc_buf_view(&line), audit->at.bytes, diags);
}

static enum pc_status add(struct pc_audit *audit, const struct pc_audit_entry *entry,
                          struct pc_diags *diags)
{
    struct pc_audit_position at = audit->at;
    PC_TRY(write_line(audit, entry, &at, diags));
    enum pc_status status = move_head(audit, &at, diags);
    if (status != PC_OK) {
        // Where this fails too the line is adopted: told, though it did not happen.
        (void)!pc_audit_files_cut(&audit->files, audit->at.bytes, diags);
    }
    return status;
}

// Whoever changed the vault has the lock from before the change until its entry is written. So what
// has no entry now will never have one.
static enum pc_status add_unlogged(struct pc_audit *audit, const struct pc_audit_entry *entry,
                                   struct pc_diags *diags)
{
    char room[MESSAGE];
    struct pc_buf message = pc_buf_over(room, sizeof(room));
    uint64_t first = audit->at.generation + 1;
    if (entry->logged < first) {
        return PC_OK;
    }
    if (entry->logged == first) {
        pc_buf_format(&message, "change %" PRIu64 " has no entry", first);
    } else {
        pc_buf_format(&message, "changes %" PRIu64 " to %" PRIu64 " have no entry", first,
                      entry->logged);
    }
    PC_TRY(pc_buf_status(&message));
    const struct pc_audit_entry unlogged = {.time = entry->time,
                                            .event = PC_STR("unlogged"),
                                            .message = pc_buf_view(&message),
                                            .generation = entry->logged};
    return add(audit, &unlogged, diags);
}

static enum pc_status append(struct pc_audit *audit, const struct pc_audit_entry *entry,
                             struct pc_diags *diags)
{
    PC_TRY(settle(audit, diags));
    PC_TRY(add_unlogged(audit, entry, diags));
    return add(audit, entry, diags);
}

enum pc_status pc_audit_append(struct pc_audit *audit, const struct pc_audit_entry *entry,
                               struct pc_diags *diags)
{
    PC_TRY(lock(audit, diags));
    enum pc_status status = append(audit, entry, diags);
    unlock(audit);
    return status;
}

enum pc_status pc_audit_sync(struct pc_audit *audit, struct pc_diags *diags)
{
    return pc_audit_files_sync(&audit->files, diags);
}

enum pc_status pc_audit_where(struct pc_audit *audit, struct pc_diags *diags,
                              struct pc_audit_position *out)
{
    PC_TRY(lock(audit, diags));
    enum pc_status status = settle(audit, diags);
    unlock(audit);
    if (status == PC_OK) {
        *out = audit->at;
    }
    return status;
}

enum pc_status pc_audit_hold(struct pc_audit *audit, struct pc_diags *diags)
{
    PC_TRY(lock(audit, diags));
    audit->held = true;
    enum pc_status status = settle(audit, diags);
    if (status != PC_OK) {
        pc_audit_let_go(audit);
    }
    return status;
}

void pc_audit_let_go(struct pc_audit *audit)
{
    audit->held = false;
    unlock(audit);
}
