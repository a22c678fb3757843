// SPDX-License-Identifier: Apache-2.0
//
// Accepting a log that a power failure left behind its head, or, when its loss is said to be known,
// one that does not reach what the vault has noted: then the entry's number goes on behind the
// vault's note, so that the vault is content and the gap is seen for ever. The order of the steps
// makes it safe to end anywhere: what is behind the sound part is in a file of its own, on the
// disk, before the log changes; the entry that names the file and what the head had said is written
// over that part in one write, and so is the first thing that changes; the head, which says that
// all is well, is the last.
#include "audit_files.h"
#include "audit_line.h"
#include "audit_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MODE = S_IRUSR | S_IWUSR,
    MESSAGE = 512,
    MOST_NAMES = 100, // that are tried for a file, each a second later than the one before
};

struct accepting {
    const struct pc_audit_place *place;
    const struct pc_audit_acceptance *acceptance;
    struct pc_diags *diags;
    struct pc_audit_chain chain;
    struct pc_audit_files files;
    uint64_t size;                // of the log
    struct pc_audit_accepted did; // `ended` is where the walk is
    bool as_said, as_noted;       // the log goes through what the head said, the vault noted
    bool clean;                   // nothing is behind its end but what a killed process may leave
    bool begun;                   // something of the log was written
    uint64_t entries;             // up to where the walk is
    uint64_t known;               // the highest generation that log or head tell of
    char room[PC_AUDIT_ENTRY_MAX];
};

// Looking -----------------------------------------------------------------------------------------

static bool is_same(const struct pc_audit_position *a, const struct pc_audit_position *b)
{
    return a->seq == b->seq && a->bytes == b->bytes &&
           (a->seq == 0 || pc_hash_eq(&a->mac, &b->mac));
}

static void pass(struct accepting *a, const struct pc_audit_loss *loss)
{
    const struct pc_audit_position *noted = &a->acceptance->noted;
    a->as_said = a->as_said || (a->did.headed && is_same(&a->did.ended, &a->did.said));
    a->as_noted = a->as_noted || is_same(&a->did.ended, noted) ||
                  (loss->count > 0 && a->did.ended.seq - 1 == noted->seq &&
                   pc_hash_eq(&loss->to, &noted->mac));
}

static enum pc_status look(struct accepting *a)
{
    struct pc_audit_head head;
    bool whole = false;
    PC_TRY(pc_audit_files_read_head(&a->files, a->diags, &head, &whole));
    a->did.headed = whole && pc_audit_head_read(a->place, &head, &a->did.said);
    PC_TRY(pc_audit_files_check(&a->files, a->diags));
    return pc_audit_files_size(&a->files, a->diags, &a->size);
}

static bool take_line(struct accepting *a, struct pc_str line)
{
    struct pc_audit_loss loss = {.count = 0};
    uint64_t before = a->did.ended.seq;
    if (!pc_audit_line_follows(&a->chain, line, &a->did.ended)) {
        return false;
    }
    if (a->did.ended.seq > before + 1) {
        loss = pc_audit_line_loss(line);
    }
    a->entries++;
    pass(a, &loss);
    return true;
}

// Another history than the vault's is sound as well. It is of no use from where the vault knows
// better.
struct common {
    struct pc_audit_position end;
    uint64_t entries;
};

static void note_common(const struct accepting *a, struct common *common)
{
    if (a->as_noted || a->did.ended.seq < a->acceptance->noted.seq) {
        *common = (struct common){a->did.ended, a->entries};
    }
}

// Follows the lines to the end of what is sound.
static enum pc_status walk(struct accepting *a)
{
    struct pc_audit_reader reader = pc_audit_reader_of(a->files.log, a->room, 0, a->size);
    enum pc_audit_found found = PC_AUDIT_FOUND_LINE;
    const struct pc_audit_loss none = {.count = 0};
    struct common common = {.entries = 0};
    bool follows = true;
    pass(a, &none);
    while (follows) {
        struct pc_str line = PC_STR("");
        if (pc_audit_reader_next(&reader, &found, &line) != PC_OK) {
            return pc_audit_report_io(a->diags, a->files.log_path, "read", errno);
        }
        follows = found == PC_AUDIT_FOUND_LINE && take_line(a, line);
        note_common(a, &common);
    }
    a->clean = found == PC_AUDIT_FOUND_END || found == PC_AUDIT_FOUND_TORN;
    a->known = a->did.ended.generation;
    if (a->acceptance->lost && !a->as_noted) {
        a->did.ended = common.end;
        a->entries = common.entries;
        a->did.lost = a->acceptance->noted.seq - common.end.seq;
    }
    return PC_OK;
}

// Each change syncs the log as far as the vault notes it before the vault is written: what is
// missing up to there was not taken by the power.
static enum pc_status check_noted(const struct accepting *a)
{
    uint64_t noted = a->acceptance->noted.seq;
    if (a->as_noted || a->acceptance->lost) {
        return PC_OK;
    }
    pc_diag_report(a->diags, PC_DIAG_AUDIT_DAMAGED,
                   pc_audit_place_at(a->files.log_path, a->did.ended.seq + 1),
                   "the log is not sound up to entry %" PRIu64
                   ", which was on the disk before the vault's last change",
                   noted);
    pc_diag_hint(a->diags,
                 "no power failure leaves that, so it is not accepted: restore audit.log and "
                 "audit.head from one copy that has entry %" PRIu64
                 ", or the vault's whole folder from one copy; if there is none, --lost with "
                 "--accept goes on without the entries, and says so for ever",
                 noted);
    return PC_ERR_DAMAGED;
}

// A change is on the disk before the log tells of it.
static enum pc_status check_generation(const struct accepting *a)
{
    uint64_t known = a->known;
    if (a->did.headed && a->did.said.generation > known) {
        known = a->did.said.generation;
    }
    if (known <= a->acceptance->generation) {
        return PC_OK;
    }
    pc_diag_report(a->diags, PC_DIAG_VAULT_ROLLED_BACK, pc_audit_place_at(a->files.log_path, 0),
                   "tells of change %" PRIu64 ", the vault is at change %" PRIu64, known,
                   a->acceptance->generation);
    pc_diag_hint(a->diags, "no power failure leaves that, so it is not accepted: restore vault and "
                           "audit log together, from one copy of the whole folder");
    return PC_ERR_DAMAGED;
}

// Keeping -----------------------------------------------------------------------------------------

// A file that was not there; the time in its name is the first that is free.
static int make_file(struct accepting *a)
{
    long long seconds = (long long)(a->acceptance->time / 1000000000);
    int fd = -1;
    for (int i = 0; fd < 0 && i < MOST_NAMES; i++) {
        (void)snprintf(a->did.kept, sizeof(a->did.kept), PC_AUDIT_KEPT "%lld", seconds + i);
        do {
            fd = openat(a->place->folder, a->did.kept,
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE);
        } while (fd < 0 && errno == EINTR);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    return fd;
}

// PC_ERR_IO, with errno.
static enum pc_status write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t part = write(fd, bytes, count);
        if (part == 0 || (part < 0 && errno != EINTR)) {
            errno = part < 0 ? errno : ENOSPC;
            return PC_ERR_IO;
        }
        bytes += part > 0 ? part : 0;
        count -= part > 0 ? (size_t)part : 0;
    }
    return PC_OK;
}

static enum pc_status copy_rest(struct accepting *a, int fd)
{
    uint64_t at = a->did.ended.bytes;
    int result;
    while (at < a->size) {
        size_t got = 0;
        size_t count = a->size - at < sizeof(a->room) ? (size_t)(a->size - at) : sizeof(a->room);
        PC_TRY(pc_audit_read_at(a->files.log, a->room, count, at, &got));
        if (got == 0) { // shorter than it was, though this has the lock
            errno = EIO;
            return PC_ERR_IO;
        }
        PC_TRY(write_all(fd, a->room, got));
        at += got;
    }
    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? PC_OK : PC_ERR_IO;
}

static void drop_kept(const struct accepting *a)
{
    if (a->did.kept[0] != '\0') {
        (void)unlinkat(a->place->folder, a->did.kept, 0);
    }
}

static enum pc_status report_kept(const struct accepting *a, int error)
{
    struct pc_buf path = {0};
    pc_buf_str(&path, a->place->name);
    pc_buf_byte(&path, '/');
    pc_buf_text(&path, a->did.kept);
    enum pc_status status = pc_audit_report_io(a->diags, pc_buf_view(&path), "written", error);
    pc_buf_release(&path);
    return status;
}

// Brings what is behind the sound part into a file beside the log, and both names to the disk.
static enum pc_status keep_rest(struct accepting *a)
{
    a->did.kept_bytes = a->size - a->did.ended.bytes;
    if (a->did.kept_bytes > 0) {
        int fd = make_file(a);
        if (fd < 0) {
            return report_kept(a, errno);
        }
        enum pc_status status = copy_rest(a, fd);
        int error = errno;
        (void)close(fd);
        if (status != PC_OK) {
            drop_kept(a);
            return report_kept(a, error);
        }
    }
    enum pc_status status = pc_audit_files_sync_folder(&a->files, a->place->folder, a->diags);
    if (status != PC_OK) {
        drop_kept(a);
    }
    return status;
}

// Mending -----------------------------------------------------------------------------------------

static void write_lost(struct pc_buf *out, const struct pc_audit_accepted *accepted)
{
    uint64_t first = accepted->ended.seq + 1;
    if (accepted->lost == 1) {
        pc_buf_format(out, "entry %" PRIu64 ", which the vault has noted, and all behind it",
                      first);
    } else {
        pc_buf_format(out,
                      "entries %" PRIu64 " to %" PRIu64
                      ", which the vault has noted, and all behind them",
                      first, accepted->ended.seq + accepted->lost);
    }
    pc_buf_text(out, " are lost; ");
}

void pc_audit_accepted_write(struct pc_buf *out, const struct pc_audit_accepted *accepted)
{
    if (accepted->lost > 0) {
        write_lost(out, accepted);
    }
    if (accepted->missing) {
        pc_buf_text(out, "the log was missing, its head ");
    } else {
        pc_buf_format(out, "the log ended at entry %" PRIu64 ", its head ", accepted->ended.seq);
    }
    if (accepted->headed) {
        pc_buf_format(out, "had said entry %" PRIu64, accepted->said.seq);
    } else {
        pc_buf_text(out, "was missing or not made with this vault's key");
    }
    if (accepted->kept_bytes > 0) {
        pc_buf_format(out, "; %" PRIu64 " bytes behind it are in %s", accepted->kept_bytes,
                      accepted->kept);
    }
}

// The entry, into the room; `now` is behind it.
static enum pc_status make_entry(struct accepting *a, struct pc_str *line)
{
    char room[MESSAGE];
    struct pc_buf message = pc_buf_over(room, sizeof(room));
    struct pc_buf out = pc_buf_over(a->room, sizeof(a->room));
    pc_audit_accepted_write(&message, &a->did);
    PC_TRY(pc_buf_status(&message));
    const struct pc_audit_entry entry = {.time = a->acceptance->time,
                                         .event = PC_STR("accept"),
                                         .principal = a->acceptance->principal,
                                         .message = pc_buf_view(&message),
                                         .loss = {a->did.lost, a->acceptance->noted.mac},
                                         .generation = a->acceptance->generation};
    a->did.now = a->did.ended;
    PC_TRY(pc_audit_line_write(&a->chain, &entry, &out, &a->did.now));
    *line = pc_buf_view(&out);
    return PC_OK;
}

// From the first byte that is written on the kept file stays: the log may name it.
static enum pc_status write_entry(struct accepting *a)
{
    struct pc_str line;
    enum pc_status status = make_entry(a, &line);
    if (status != PC_OK) {
        pc_diag_report(a->diags, PC_DIAG_AUDIT_IO, pc_audit_place_at(a->files.log_path, 0),
                       "the entry cannot be written: %s", pc_status_text(status));
    } else {
        status = pc_audit_files_put(&a->files, line, a->did.ended.bytes, &a->begun, a->diags);
    }
    if (status != PC_OK && !a->begun) {
        drop_kept(a);
    }
    return status;
}

static enum pc_status write_head(struct accepting *a)
{
    struct pc_audit_head head = {{0}};
    pc_audit_head_write(a->place, &a->did.now, &head);
    PC_TRY(pc_audit_files_fit_head(&a->files, a->diags));
    return pc_audit_files_write_head(&a->files, &head, a->diags);
}

// The log is on the disk before a head says that it is whole: what the old head had said would be
// lost with both.
static enum pc_status mend(struct accepting *a)
{
    PC_TRY(keep_rest(a));
    PC_TRY(write_entry(a));
    PC_TRY(pc_audit_files_cut(&a->files, a->did.now.bytes, a->diags));
    PC_TRY(pc_audit_files_sync(&a->files, a->diags));
    PC_TRY(write_head(a));
    return pc_audit_files_sync(&a->files, a->diags);
}

// With the lock.
static enum pc_status accept_locked(struct accepting *a)
{
    a->did.missing = a->files.made_log;
    PC_TRY(look(a));
    PC_TRY(walk(a));
    PC_TRY(check_noted(a));
    a->did.entries = a->entries;
    if (a->as_noted && a->as_said && a->clean) { // or somebody else accepted it meanwhile
        a->did.now = a->did.ended;
        return PC_OK;
    }
    PC_TRY(check_generation(a));
    PC_TRY(mend(a));
    a->did.changed = true;
    a->did.entries++;
    return PC_OK;
}

static enum pc_status accept_it(struct accepting *a)
{
    enum pc_audit_access access = a->acceptance->lost ? PC_AUDIT_RENEW : PC_AUDIT_MEND;
    PC_TRY(pc_audit_files_open(a->place, access, a->diags, &a->files));
    enum pc_status status = pc_audit_files_lock(&a->files, true, a->diags);
    if (status == PC_OK) {
        status = accept_locked(a);
        if (status != PC_OK && !a->begun) {
            pc_audit_files_unmake(&a->files);
        }
        pc_audit_files_unlock(&a->files);
    }
    pc_audit_files_close(&a->files);
    return status;
}

// A log that is sound is found to be so as anybody verifies it, without holding up who appends.
static enum pc_status find_sound(const struct pc_audit_place *place,
                                 const struct pc_audit_acceptance *acceptance,
                                 struct pc_diags *diags, struct pc_audit_accepted *out)
{
    struct pc_audit_verdict verdict;
    const struct pc_audit_verify_options how = {
        .expected = &acceptance->noted, .expected_count = acceptance->noted.seq > 0 ? 1 : 0};
    PC_TRY(pc_audit_verify(place, &how, diags, &verdict));
    if (verdict.fault != PC_AUDIT_SOUND) {
        return PC_ERR_NOTFOUND;
    }
    *out = (struct pc_audit_accepted){
        .ended = verdict.end, .now = verdict.end, .entries = verdict.end.seq - verdict.lost};
    return PC_OK;
}

enum pc_status pc_audit_accept(const struct pc_audit_place *place,
                               const struct pc_audit_acceptance *acceptance, struct pc_diags *diags,
                               struct pc_audit_accepted *out)
{
    // What may be missing altogether is not verified first.
    enum pc_status status =
        acceptance->lost ? PC_ERR_NOTFOUND : find_sound(place, acceptance, diags, out);
    if (status != PC_ERR_NOTFOUND) {
        return status;
    }
    struct accepting *a = calloc(1, sizeof(*a));
    if (a == NULL) {
        return PC_ERR_NOMEM;
    }
    a->place = place;
    a->acceptance = acceptance;
    a->diags = diags;
    a->chain = pc_audit_chain_of(place);
    status = accept_it(a);
    if (status == PC_OK) {
        *out = a->did;
    }
    free(a);
    return status;
}
