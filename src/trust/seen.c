// SPDX-License-Identifier: Apache-2.0
//
// The file of what was seen: a few lines in one form, with a hash over them, so that damage does
// not read as another serial. It says nothing against whoever may write to it.
#include "trust/seen.h"

#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lock.h"
#include "trust/signature.h"

enum {
    TEXT_BYTES = 256, // more than the file ever has
};

// Order -------------------------------------------------------------------------------------------

enum pc_seen_order pc_seen_compare(const struct pc_seen *edition, const struct pc_seen *seen)
{
    if (edition->serial == 0 || edition->serial < seen->serial) {
        return PC_SEEN_OLDER;
    }
    if (edition->serial > seen->serial) {
        return PC_SEEN_NEWER;
    }
    return pc_hash_eq(&edition->digest, &seen->digest) ? PC_SEEN_SAME : PC_SEEN_OTHER;
}

// The text ----------------------------------------------------------------------------------------

#define HEAD   "polcheck seen 1\nserial "
#define MIDDLE "\ndigest "

static void write_text(struct pc_buf *out, const struct pc_seen *seen)
{
    pc_buf_text(out, HEAD);
    pc_buf_number(out, (int64_t)seen->serial, 0);
    pc_buf_text(out, MIDDLE);
    pc_hash_write(out, &seen->digest);
    const struct pc_hash check = pc_hash_of(pc_buf_view(out));
    pc_buf_text(out, "\ncheck ");
    pc_hash_write(out, &check);
    pc_buf_byte(out, '\n');
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// What follows the text in front, which is taken off.
static bool take(struct pc_str *text, struct pc_str expected)
{
    bool there = pc_str_has_prefix(*text, expected);
    *text = pc_str_slice(*text, there ? expected.len : 0, text->len);
    return there;
}

static bool take_serial(struct pc_str *text, uint64_t *out)
{
    uint64_t value = 0;
    while (text->len > 0 && pc_char_is_digit(text->ptr[0])) {
        if (value > PC_SIGNATURE_SERIAL_MAX / 10) {
            return false;
        }
        value = value * 10 + (uint64_t)(text->ptr[0] - '0');
        *text = pc_str_slice(*text, 1, text->len);
    }
    *out = value;
    return value >= 1 && value <= PC_SIGNATURE_SERIAL_MAX;
}

static bool take_digest(struct pc_str *text, struct pc_hash *out)
{
    for (size_t i = 0; i < PC_HASH_BYTES; i++) {
        int high = text->len > 1 ? digit_of(text->ptr[0]) : -1;
        int low = text->len > 1 ? digit_of(text->ptr[1]) : -1;
        if (high < 0 || low < 0) {
            return false;
        }
        out->bytes[i] = (uint8_t)(high << 4 | low);
        *text = pc_str_slice(*text, 2, text->len);
    }
    return true;
}

// There is one text for each edition: what is read is written again and compared, its hash too.
static bool read_text(struct pc_str text, struct pc_seen *out)
{
    struct pc_str rest = text;
    char room[TEXT_BYTES];
    struct pc_buf again = pc_buf_over(room, sizeof(room));
    if (!take(&rest, PC_STR(HEAD)) || !take_serial(&rest, &out->serial) ||
        !take(&rest, PC_STR(MIDDLE)) || !take_digest(&rest, &out->digest)) {
        return false;
    }
    write_text(&again, out);
    return pc_buf_status(&again) == PC_OK && pc_str_eq(pc_buf_view(&again), text);
}

// Reading -----------------------------------------------------------------------------------------

static struct pc_trust_file file_at(const char *path)
{
    return (struct pc_trust_file){&pc_trust_seen_kind, path};
}

static enum pc_status read_open(const struct pc_trust_file *file, int fd, struct pc_diags *diags,
                                struct pc_seen *out)
{
    char room[TEXT_BYTES];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    struct pc_seen seen;
    PC_TRY(pc_trust_file_read(file, fd, diags, &text));
    if (!read_text(pc_buf_view(&text), &seen)) {
        const struct pc_place place = {.file = pc_str_from(file->name)};
        pc_diag_report(diags, PC_DIAG_SEEN_FILE, place,
                       "the file of what was seen \"%s\" is not as polcheck wrote it", file->name);
        pc_diag_hint(diags, "find out who could write to it; removing it forgets what was seen");
        return PC_ERR_INVALID;
    }
    *out = seen;
    return PC_OK;
}

// Whether there is nothing at the path, not even a link that leads nowhere.
static bool is_absent(const char *path)
{
    struct stat about;
    return lstat(path, &about) != 0 && errno == ENOENT;
}

// The name is looked at before it is opened; the lock, or a file that was never written, keeps it
// from coming into being in between.
enum pc_status pc_seen_read(const char *path, struct pc_diags *diags, struct pc_seen *out)
{
    const struct pc_trust_file file = file_at(path);
    struct stat about;
    int fd;
    PC_TRY(pc_trust_folder_check(&file, NULL, diags)); // where it can be removed, it says nothing
    if (is_absent(path)) {
        *out = (struct pc_seen){.serial = 0};
        return PC_OK;
    }
    PC_TRY(pc_trust_file_open(&file, diags, &fd, &about));
    enum pc_status status = read_open(&file, fd, diags, out);
    (void)close(fd);
    return status;
}

// The lock ----------------------------------------------------------------------------------------

// "<path><end>". PC_ERR_IO: too long, reported.
static enum pc_status path_beside(const char *path, const char *end, struct pc_diags *diags,
                                  char out[PATH_MAX])
{
    const struct pc_trust_file file = file_at(path);
    if (snprintf(out, PATH_MAX, "%s%s", path, end) >= PATH_MAX) {
        return pc_trust_file_fail(&file, "used", ENAMETOOLONG, diags);
    }
    return PC_OK;
}

static enum pc_status refuse_busy(const struct pc_trust_file *file, struct pc_diags *diags)
{
    const struct pc_place place = {.file = pc_str_from(file->name)};
    pc_diag_report(diags, PC_DIAG_SEEN_FILE, place,
                   "the file of what was seen \"%s\" is locked by another process", file->name);
    pc_diag_hint(diags, "it is held for a moment as a rule: try again");
    return PC_ERR_BUSY;
}

static enum pc_status wait_for_lock(const struct pc_trust_file *file, int fd, unsigned wait_ms,
                                    struct pc_diags *diags)
{
    int error = pc_lock_take(fd, true, wait_ms);
    if (error == EWOULDBLOCK) {
        return refuse_busy(file, diags);
    }
    return error == 0 ? PC_OK : pc_trust_file_fail(file, "locked", error, diags);
}

// Only who may change what was seen can hold the lock: its file is nobody else's either.
static enum pc_status lock(const char *path, unsigned wait_ms, struct pc_diags *diags, int *out)
{
    const struct pc_trust_file file = file_at(path);
    struct stat about;
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (fd < 0) {
        return pc_trust_file_fail(&file, "made", errno, diags);
    }
    enum pc_status status = fstat(fd, &about) != 0 ? pc_trust_file_fail(&file, "read", errno, diags)
                                                   : pc_trust_file_check(&file, &about, diags);
    if (status == PC_OK) {
        status = wait_for_lock(&file, fd, wait_ms, diags);
    }
    if (status != PC_OK) {
        (void)close(fd);
        return status;
    }
    *out = fd;
    return PC_OK;
}

// Said, and not left to the closing, for a child of a fork may have the descriptor still.
static void unlock(int fd)
{
    pc_lock_give(fd);
    (void)close(fd);
}

// Writing -----------------------------------------------------------------------------------------

static enum pc_status sync_folder(const char *path, struct pc_diags *diags)
{
    const struct pc_trust_file file = file_at(path);
    int error = pc_trust_sync_folder(path);
    return error == 0 ? PC_OK : pc_trust_file_fail(&file, "written", error, diags);
}

// What a killed process left under the new file's name goes: who has the lock is alone.
static enum pc_status replace(const char *path, const struct pc_seen *edition,
                              struct pc_diags *diags)
{
    const struct pc_trust_file file = file_at(path);
    char room[TEXT_BYTES], fresh[PATH_MAX];
    struct pc_buf text = pc_buf_over(room, sizeof(room));
    PC_TRY(path_beside(path, ".new", diags, fresh));
    write_text(&text, edition);
    PC_TRY(pc_buf_status(&text));
    int error = unlink(fresh) != 0 && errno != ENOENT ? errno : 0;
    error = error != 0 ? error : pc_trust_file_make(fresh, 0600, pc_buf_view(&text));
    if (error == 0 && rename(fresh, path) != 0) {
        error = errno;
        (void)unlink(fresh);
    }
    return error == 0 ? sync_folder(path, diags)
                      : pc_trust_file_fail(&file, "written", error, diags);
}

// The same edition may have been written by one who did not live to bring its name to the disk.
static enum pc_status advance(const char *path, const struct pc_seen *edition,
                              struct pc_diags *diags, struct pc_seen *before,
                              enum pc_seen_order *order)
{
    struct pc_seen seen;
    PC_TRY(pc_seen_read(path, diags, &seen));
    enum pc_seen_order found = pc_seen_compare(edition, &seen);
    if (found == PC_SEEN_NEWER) {
        PC_TRY(replace(path, edition, diags));
    } else if (found == PC_SEEN_SAME) {
        PC_TRY(sync_folder(path, diags));
    }
    *before = seen;
    *order = found;
    return PC_OK;
}

enum pc_status pc_seen_advance(const struct pc_seen_file *at, const struct pc_seen *edition,
                               struct pc_diags *diags, struct pc_seen *before,
                               enum pc_seen_order *order)
{
    const char *path = at->path;
    char beside[PATH_MAX];
    int fd = -1;
    const struct pc_trust_file file = file_at(path);
    PC_TRY(pc_trust_folder_check(&file, NULL, diags));
    PC_TRY(path_beside(path, ".lock", diags, beside));
    PC_TRY(lock(beside, at->wait_ms, diags, &fd));
    enum pc_status status = advance(path, edition, diags, before, order);
    unlock(fd);
    return status;
}
