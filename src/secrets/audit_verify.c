// SPDX-License-Identifier: Apache-2.0
//
// Follows the chain from the first line. What the head already names does not change any more and
// is read without the lock, so that releases go on meanwhile; what came since is read with it.
//
// Where a line does not follow, its number tells what was done to it, and the places where that
// number and the expected one are found besides: an altered number must not pass for a missing
// entry.
#include "audit_files.h"
#include "audit_line.h"
#include "audit_reader.h"

#include <errno.h>
#include <stdlib.h>

struct verifying {
    const struct pc_audit_place *place;
    const struct pc_audit_verify_options *options;
    struct pc_diags *diags;
    struct pc_audit_chain chain;
    struct pc_audit_files files;
    struct pc_audit_reader reader;
    struct pc_audit_position at; // of what is sound
    uint64_t lost;               // entries in front of it
    uint64_t unexpected;         // entry
    uint64_t size;               // of the log, when its end was looked at
    struct pc_audit_position head;
    bool headed;                              // the head is ours
    bool missing;                             // the file that is at fault
    size_t passed;                            // positions that were expected
    const struct pc_audit_position *expected; // the one that is not so
    enum pc_audit_fault fault;
    char room[PC_AUDIT_ENTRY_MAX];
};

static enum pc_status report_read(const struct verifying *v)
{
    return pc_audit_report_io(v->diags, v->files.log_path, "read", errno);
}

// Telling faults apart ----------------------------------------------------------------------------

struct sought {
    uint64_t seq;
    uint64_t from, to; // bytes of the log
    bool found;
    struct pc_hash mac; // of the first one found
};

// Looks for a line with the number; its mac is not checked.
static enum pc_status seek(struct verifying *v, struct sought *sought)
{
    struct pc_audit_reader reader =
        pc_audit_reader_of(v->files.log, v->room, sought->from, sought->to);
    enum pc_audit_found kind = PC_AUDIT_FOUND_LINE;
    while (!sought->found && (kind == PC_AUDIT_FOUND_LINE || kind == PC_AUDIT_FOUND_LONG)) {
        struct pc_str line = PC_STR("");
        struct pc_audit_line split;
        if (pc_audit_reader_next(&reader, &kind, &line) != PC_OK) {
            return report_read(v);
        }
        if (kind == PC_AUDIT_FOUND_LINE && pc_audit_line_split(line, &split) &&
            split.seq == sought->seq) {
            sought->found = true;
            sought->mac = split.mac;
        }
    }
    return PC_OK;
}

// A number that is too small: of an entry that stands further up, or altered.
static enum pc_status classify_smaller(struct verifying *v, const struct pc_audit_line *split)
{
    struct sought earlier = {.seq = split->seq, .from = 0, .to = v->at.bytes};
    PC_TRY(seek(v, &earlier));
    v->fault = earlier.found && pc_hash_eq(&earlier.mac, &split->mac) ? PC_AUDIT_REORDERED
                                                                      : PC_AUDIT_ALTERED;
    return PC_OK;
}

// A number that is too large: the expected one stands further down, or nowhere; or the number is
// altered, for it comes again or is beyond all that were given.
static enum pc_status classify_larger(struct verifying *v, const struct pc_audit_line *split,
                                      uint64_t behind)
{
    struct sought expected = {.seq = v->at.seq + 1, .from = behind, .to = UINT64_MAX};
    struct sought again = {.seq = split->seq, .from = behind, .to = UINT64_MAX};
    PC_TRY(seek(v, &expected));
    PC_TRY(seek(v, &again));
    bool beyond = v->headed && split->seq > v->head.seq;
    v->fault = expected.found          ? PC_AUDIT_REORDERED
               : again.found || beyond ? PC_AUDIT_ALTERED
                                       : PC_AUDIT_REMOVED;
    return PC_OK;
}

static enum pc_status classify(struct verifying *v, struct pc_str line)
{
    struct pc_audit_line split;
    uint64_t behind = v->at.bytes + line.len + 1;
    if (!pc_audit_line_split(line, &split) || split.seq == v->at.seq + split.loss.count + 1) {
        v->fault = PC_AUDIT_ALTERED;
        return PC_OK;
    }
    return split.seq <= v->at.seq ? classify_smaller(v, &split)
                                  : classify_larger(v, &split, behind);
}

// Following ---------------------------------------------------------------------------------------

// Whether the log may stand there: no expected position has the number and another mac. Of those
// that are lost only the last is known, by the entry that tells of the loss.
static bool is_as_expected(struct verifying *v, const struct pc_audit_position *at,
                           const struct pc_audit_loss *loss)
{
    const struct pc_audit_verify_options *options = v->options;
    for (; v->passed < options->expected_count; v->passed++) {
        const struct pc_audit_position *expected = &options->expected[v->passed];
        if (expected->seq > at->seq) {
            return true;
        }
        uint64_t back = at->seq - expected->seq;
        bool known = back == 0                      ? pc_hash_eq(&expected->mac, &at->mac)
                     : back == 1 && loss->count > 0 ? pc_hash_eq(&expected->mac, &loss->to)
                                                    : back > loss->count;
        if (!known && at->seq > 0) {
            v->expected = expected;
            return false;
        }
    }
    return true;
}

static void pass(struct verifying *v, const struct pc_audit_position *next,
                 const struct pc_audit_loss *loss)
{
    if (loss->count > 0) {
        v->lost += loss->count;
        if (v->options->lost != NULL) {
            v->options->lost(v->options->context, v->at.seq + 1, v->at.seq + loss->count);
        }
    }
    v->at = *next;
}

static enum pc_status take_line(struct verifying *v, struct pc_str line)
{
    struct pc_audit_position next = v->at;
    struct pc_audit_loss loss = {.count = 0};
    if (!pc_audit_line_follows(&v->chain, line, &next)) {
        return classify(v, line);
    }
    if (next.seq > v->at.seq + 1) {
        loss = pc_audit_line_loss(line);
    }
    if (!is_as_expected(v, &next, &loss)) {
        v->fault = PC_AUDIT_UNEXPECTED;
        v->unexpected = next.seq;
        return PC_OK;
    }
    pass(v, &next, &loss);
    if (v->options->visit != NULL) {
        v->options->visit(v->options->context, line);
    }
    return PC_OK;
}

// Follows the lines as far as they reach below `to`, or to the first fault.
static enum pc_status run(struct verifying *v, uint64_t to)
{
    enum pc_audit_found found = PC_AUDIT_FOUND_LINE;
    v->reader.limit = to;
    while (v->fault == PC_AUDIT_SOUND && found == PC_AUDIT_FOUND_LINE) {
        struct pc_str line = PC_STR("");
        if (pc_audit_reader_next(&v->reader, &found, &line) != PC_OK) {
            return report_read(v);
        }
        if (found == PC_AUDIT_FOUND_LINE) {
            PC_TRY(take_line(v, line));
        } else if (found == PC_AUDIT_FOUND_LONG) {
            v->fault = PC_AUDIT_ALTERED;
        }
    }
    return PC_OK;
}

// The head, and the log's size at the same time.
static enum pc_status look(struct verifying *v, uint64_t *size)
{
    struct pc_audit_head head;
    bool whole = false;
    v->headed = false;
    if (v->files.head >= 0) {
        PC_TRY(pc_audit_files_read_head(&v->files, v->diags, &head, &whole));
        v->headed = whole && pc_audit_head_read(v->place, &head, &v->head);
    }
    PC_TRY(pc_audit_files_check(&v->files, v->diags));
    return pc_audit_files_size(&v->files, v->diags, size);
}

// Follows the lines to where the head says that they end.
static enum pc_status run_to_head(struct verifying *v, uint64_t size)
{
    PC_TRY(run(v, v->head.bytes));
    if (v->fault == PC_AUDIT_SOUND && v->at.bytes < v->head.bytes && size > v->head.bytes) {
        PC_TRY(run(v, size)); // a line that reaches over the end, such as a copy of a longer one
    }
    if (v->fault != PC_AUDIT_SOUND) {
        return PC_OK;
    }
    if (v->at.bytes < v->head.bytes) { // bytes without an end of line, or none
        v->fault = size < v->head.bytes ? PC_AUDIT_SHORTENED : PC_AUDIT_ALTERED;
    } else if (v->at.bytes != v->head.bytes || v->at.seq != v->head.seq ||
               (v->at.seq > 0 && !pc_hash_eq(&v->at.mac, &v->head.mac))) {
        v->fault = PC_AUDIT_UNHEADED;
    }
    return PC_OK;
}

// With the lock: what came since, and what a killed process appended.
static enum pc_status run_to_end(struct verifying *v)
{
    uint64_t size = 0;
    PC_TRY(look(v, &size));
    v->size = size;
    if (v->headed) {
        PC_TRY(run_to_head(v, size));
    }
    return v->fault == PC_AUDIT_SOUND ? run(v, size) : PC_OK;
}

static enum pc_status look_locked(struct verifying *v, uint64_t *size)
{
    PC_TRY(pc_audit_files_lock(&v->files, false, v->diags));
    enum pc_status status = look(v, size);
    pc_audit_files_unlock(&v->files);
    return status;
}

static enum pc_status run_to_end_locked(struct verifying *v)
{
    PC_TRY(pc_audit_files_lock(&v->files, false, v->diags));
    enum pc_status status = run_to_end(v);
    pc_audit_files_unlock(&v->files);
    return status;
}

static enum pc_status follow(struct verifying *v)
{
    const struct pc_audit_loss none = {.count = 0};
    uint64_t size = 0;
    if (v->files.log < 0) {
        v->fault = PC_AUDIT_SHORTENED;
        v->missing = true;
        return PC_OK;
    }
    v->reader = pc_audit_reader_of(v->files.log, v->room, 0, 0);
    if (v->files.head < 0) {
        PC_TRY(run_to_end(v));
    } else {
        PC_TRY(look_locked(v, &size));
        if (v->headed) {
            PC_TRY(run_to_head(v, size));
        }
        if (v->fault == PC_AUDIT_SOUND) {
            PC_TRY(run_to_end_locked(v));
        }
    }
    // Without head and without one sound line the key is the wrong one, rather than the first line.
    if (!v->headed && (v->fault == PC_AUDIT_SOUND || v->at.seq == 0)) {
        v->fault = PC_AUDIT_UNHEADED;
        v->missing = v->files.head < 0;
    }
    if (v->fault == PC_AUDIT_SOUND && is_as_expected(v, &v->at, &none) &&
        v->passed < v->options->expected_count) {
        v->fault = PC_AUDIT_SHORTENED;
        v->expected = &v->options->expected[v->options->expected_count - 1];
    }
    return PC_OK;
}

enum pc_status pc_audit_verify(const struct pc_audit_place *place,
                               const struct pc_audit_verify_options *options,
                               struct pc_diags *diags, struct pc_audit_verdict *out)
{
    static const struct pc_audit_verify_options none = {.visit = NULL};
    struct verifying *v = calloc(1, sizeof(*v));
    if (v == NULL) {
        return PC_ERR_NOMEM;
    }
    v->place = place;
    v->options = options != NULL ? options : &none;
    v->diags = diags;
    v->chain = pc_audit_chain_of(place);
    enum pc_status status = pc_audit_files_open(place, PC_AUDIT_READ, diags, &v->files);
    if (status == PC_OK) {
        status = follow(v);
        pc_audit_files_close(&v->files);
    }
    if (status == PC_OK) {
        *out = (struct pc_audit_verdict){
            .fault = v->fault,
            .missing = v->missing,
            .line = v->at.seq - v->lost + 1,
            .seq = v->fault == PC_AUDIT_UNEXPECTED ? v->unexpected : v->at.seq + 1,
            .lost = v->lost,
            .unfinished = v->fault == PC_AUDIT_SOUND ? v->size - v->at.bytes : 0,
            .end = v->at,
            .expected = v->expected};
    }
    free(v);
    return status;
}

const char *pc_audit_fault_text(enum pc_audit_fault fault)
{
    switch (fault) {
    case PC_AUDIT_SOUND:
        return "the log is sound";
    case PC_AUDIT_ALTERED:
        return "the entry is not what was written";
    case PC_AUDIT_REMOVED:
        return "entries are missing in front of this one";
    case PC_AUDIT_REORDERED:
        return "the entry is not in its place";
    case PC_AUDIT_SHORTENED:
        return "the log ends too early";
    case PC_AUDIT_UNHEADED:
        return "the head was not made with this key, or is of another log";
    case PC_AUDIT_UNEXPECTED:
        return "the entry is not the one that was expected there";
    default:
        return "unknown fault";
    }
}
