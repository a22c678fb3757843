// SPDX-License-Identifier: Apache-2.0
#include "audit_finding.h"

#include "audit_position.h"
#include "output.h"

#include "json/writer.h"

#include <inttypes.h>

// Losses ------------------------------------------------------------------------------------------

struct loss {
    uint64_t from, to;
};

void pc_audit_finding_release(struct pc_audit_finding *finding)
{
    pc_buf_release(&finding->losses);
}

void pc_audit_finding_add_loss(struct pc_audit_finding *finding, uint64_t from, uint64_t to)
{
    const struct loss loss = {from, to};
    pc_buf_append(&finding->losses, &loss, sizeof(loss));
}

static size_t count_losses(const struct pc_audit_finding *finding)
{
    return finding->losses.len / sizeof(struct loss);
}

static struct loss loss_at(const struct pc_audit_finding *finding, size_t index)
{
    struct loss loss;
    memcpy(&loss, finding->losses.ptr + index * sizeof(loss), sizeof(loss));
    return loss;
}

// A loss that was accepted is not wrong, but nobody is to overlook it.
static void write_losses(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    for (size_t i = 0; i < count_losses(finding); i++) {
        struct loss loss = loss_at(finding, i);
        pc_buf_format(out, "lost: entries %" PRIu64 " to %" PRIu64 ", as entry %" PRIu64 " says\n",
                      loss.from, loss.to, loss.to + 1);
    }
}

static void write_losses_json(struct pc_json_writer *writer, const struct pc_audit_finding *finding)
{
    size_t count = count_losses(finding);
    if (count == 0) {
        return;
    }
    pc_json_key(writer, "lost");
    pc_json_begin_array(writer);
    for (size_t i = 0; i < count; i++) {
        struct loss loss = loss_at(finding, i);
        pc_json_begin_object(writer);
        pc_json_key(writer, "from");
        pc_json_number(writer, (int64_t)loss.from);
        pc_json_key(writer, "to");
        pc_json_number(writer, (int64_t)loss.to);
        pc_json_end_object(writer);
    }
    pc_json_end_array(writer);
}

// The fault ---------------------------------------------------------------------------------------

static bool is_of_head(const struct pc_audit_verdict *verdict)
{
    return verdict->fault == PC_AUDIT_UNHEADED;
}

static bool is_of_entry(const struct pc_audit_verdict *verdict)
{
    return !is_of_head(verdict) && !verdict->missing;
}

const char *pc_audit_finding_file(const struct pc_audit_finding *finding)
{
    return is_of_head(&finding->verdict) ? PC_AUDIT_HEAD : PC_AUDIT_LOG;
}

uint64_t pc_audit_finding_line(const struct pc_audit_finding *finding)
{
    return is_of_entry(&finding->verdict) ? finding->verdict.line : 0;
}

// Of an entry that is sound by itself, and of one that is not there, only the head that was
// expected shows that something is wrong. The vault's own note is as good as one.
static void write_unexpected(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    const struct pc_audit_verdict *verdict = &finding->verdict;
    const struct pc_audit_position *expected = verdict->expected;
    bool noted =
        expected->seq == finding->noted.seq && pc_hash_eq(&expected->mac, &finding->noted.mac);
    if (verdict->fault == PC_AUDIT_UNEXPECTED) {
        pc_buf_format(out, "the log does not go on from the head that %s: entry %" PRIu64 " %s",
                      noted ? "the vault has noted" : "was expected", expected->seq,
                      expected->seq < verdict->seq ? "is lost" : "has another mac");
    } else {
        pc_buf_format(out, "the log ends at entry %" PRIu64 ", before %s %" PRIu64 "%s",
                      verdict->end.seq, noted ? "entry" : "the expected head", expected->seq,
                      noted ? ", which the vault has noted" : "");
    }
}

void pc_audit_finding_write_fault(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    const struct pc_audit_verdict *verdict = &finding->verdict;
    if (verdict->missing) {
        pc_buf_text(out, is_of_head(verdict) ? "the head is missing" : "the log is missing");
    } else if (verdict->expected != NULL) {
        write_unexpected(out, finding);
    } else {
        pc_buf_text(out, pc_audit_fault_text(verdict->fault));
    }
}

// All of it ---------------------------------------------------------------------------------------

static void write_place(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    uint64_t line = pc_audit_finding_line(finding);
    pc_buf_text(out, pc_audit_finding_file(finding));
    if (line > 0) {
        pc_buf_format(out, ":%" PRIu64 ": entry %" PRIu64, line, finding->verdict.seq);
    }
    pc_buf_text(out, ": ");
}

void pc_audit_finding_write(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    const struct pc_audit_verdict *verdict = &finding->verdict;
    if (verdict->fault == PC_AUDIT_SOUND) {
        pc_buf_text(out, "sound: ");
    } else {
        write_place(out, finding);
        pc_audit_finding_write_fault(out, finding);
        pc_buf_text(out, "\nsound before it: ");
    }
    pc_write_count(out, verdict->end.seq - verdict->lost, "entry", "entries");
    pc_buf_text(out, ", head ");
    pc_audit_position_write(out, &verdict->end);
    pc_buf_byte(out, '\n');
    if (verdict->unfinished > 0) {
        pc_buf_text(out, "unfinished: ");
        pc_write_count(out, verdict->unfinished, "byte", "bytes");
        pc_buf_text(out,
                    " behind it, of a write that was interrupted, or put there by somebody; the "
                    "next entry takes their place\n");
    }
    write_losses(out, finding);
}

static const char *fault_word(enum pc_audit_fault fault)
{
    switch (fault) {
    case PC_AUDIT_ALTERED:
        return "altered";
    case PC_AUDIT_REMOVED:
        return "removed";
    case PC_AUDIT_REORDERED:
        return "reordered";
    case PC_AUDIT_SHORTENED:
        return "shortened";
    case PC_AUDIT_UNHEADED:
        return "unheaded";
    case PC_AUDIT_UNEXPECTED:
        return "unexpected";
    case PC_AUDIT_SOUND:
        break;
    }
    return "";
}

static void write_fault_json(struct pc_json_writer *writer, const struct pc_audit_finding *finding)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf message = {0};
    uint64_t line = pc_audit_finding_line(finding);
    pc_audit_finding_write_fault(&message, finding);
    pc_json_key(writer, "fault");
    pc_json_text(writer, fault_word(finding->verdict.fault));
    if (line > 0) {
        pc_json_key(writer, "line");
        pc_json_number(writer, (int64_t)line);
    }
    pc_json_key(writer, "message");
    pc_json_string(writer, pc_buf_view(&message));
}

void pc_audit_finding_write_json(struct pc_buf *out, const struct pc_audit_finding *finding)
{
    const struct pc_audit_verdict *verdict = &finding->verdict;
    struct pc_json_writer writer;
    PC_CLEANUP(pc_buf_release) struct pc_buf head = {0};
    pc_audit_position_write(&head, &verdict->end);
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_json_key(&writer, "sound");
    pc_json_boolean(&writer, verdict->fault == PC_AUDIT_SOUND);
    pc_json_key(&writer, "entries");
    pc_json_number(&writer, (int64_t)(verdict->end.seq - verdict->lost));
    pc_json_key(&writer, "head");
    pc_json_string(&writer, pc_buf_view(&head));
    if (verdict->unfinished > 0) {
        pc_json_key(&writer, "unfinished");
        pc_json_number(&writer, (int64_t)verdict->unfinished);
    }
    write_losses_json(&writer, finding);
    if (verdict->fault != PC_AUDIT_SOUND) {
        write_fault_json(&writer, finding);
    }
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}
