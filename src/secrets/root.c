// SPDX-License-Identifier: Apache-2.0
//
// Reading root keys. The bytes of a key never lie but in guarded memory and in the system's cache
// of the file that they come from.
#define _XOPEN_SOURCE 700 // realpath
#include "secrets/root.h"

#include "root_key.h"

#include "base/credential.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/guarded.h"

enum {
    DIGITS = 2 * PC_KEY_BYTES,
    ROOM = DIGITS + 3, // with "\r\n" and one byte more, by which a longer text shows
};

// What a key is read through, all of it guarded.
struct reading {
    char text[ROOM];
    uint8_t key[PC_KEY_BYTES];
};

static const char forms[] = "a root key is 64 hexadecimal digits or 32 raw bytes";

static struct pc_place place_of(const char *path)
{
    return (struct pc_place){.file = pc_str_from(path)};
}

void pc_secrets_memory_denied(struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_MEMORY_LOCK, (struct pc_place){.line = 0},
                   "no memory for secrets: the system lets this process lock %llu bytes in all",
                   (unsigned long long)pc_guarded_limit());
    pc_diag_hint(diags,
                 "raise the limit: ulimit -l, LimitMEMLOCK= of systemd, --ulimit memlock= of "
                 "containers");
}

enum pc_status pc_secrets_memory(size_t size, struct pc_diags *diags, void **out)
{
    enum pc_status status = pc_guarded_new(size, out);
    if (status == PC_ERR_LIMIT) {
        pc_secrets_memory_denied(diags);
    }
    return status;
}

enum pc_status pc_root_key_make(const uint8_t bytes[PC_KEY_BYTES], struct pc_diags *diags,
                                struct pc_root_key **out)
{
    void *memory;
    PC_TRY(pc_secrets_memory(sizeof(struct pc_root_key), diags, &memory));
    struct pc_root_key *key = memory;
    uint8_t derived[PC_KEY_BYTES];
    pc_key_derive(bytes, PC_ROOT_WRAP, key->wrap);
    pc_key_derive(bytes, PC_ROOT_HEAD, key->head);
    pc_key_derive(bytes, PC_ROOT_FINGERPRINT, derived);
    memcpy(key->fingerprint, derived, sizeof(key->fingerprint));
    *out = key;
    return PC_OK;
}

void pc_root_key_free(struct pc_root_key *key)
{
    pc_guarded_free(key);
}

// The forms of a key ------------------------------------------------------------------------------

static int digit_of(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = pc_char_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static size_t without_end(const char *text, size_t length)
{
    if (length > DIGITS && text[length - 1] == '\n') {
        length--;
    }
    return length > DIGITS && text[length - 1] == '\r' ? length - 1 : length;
}

static bool parse(struct reading *reading, size_t length)
{
    if (length == PC_KEY_BYTES) {
        memcpy(reading->key, reading->text, PC_KEY_BYTES);
        return true;
    }
    if (without_end(reading->text, length) != DIGITS) {
        return false;
    }
    for (size_t i = 0; i < PC_KEY_BYTES; i++) {
        int high = digit_of(reading->text[2 * i]);
        int low = digit_of(reading->text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        reading->key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

// A root key where the name of one is expected: every process could read it there, and what is said
// is kept in logs.
static bool is_key_itself(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = 0;
    while (digit_of(name[length]) >= 0) {
        length++;
    }
    return length == DIGITS && name[length] == '\0';
}

static enum pc_status refuse_key_itself(struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_ROOT_KEY, (struct pc_place){.line = 0},
                   "where a root key's file is to be named stands a root key itself");
    pc_diag_hint(diags, "every process can read arguments: take another key (polcheck secrets "
                        "rekey, where this one opens a vault), and name a file that holds it");
    return PC_ERR_INVALID;
}

// Memory that was never filled makes a key that everybody knows.
static bool is_nothing(const struct reading *reading)
{
    uint8_t all = 0;
    for (size_t i = 0; i < PC_KEY_BYTES; i++) {
        all |= reading->key[i];
    }
    return all == 0;
}

// Reading -----------------------------------------------------------------------------------------

static enum pc_status fail_read(struct pc_diags *diags, const char *path, int error)
{
    if (is_key_itself(path)) {
        return refuse_key_itself(diags);
    }
    pc_diag_report(diags, PC_DIAG_ROOT_KEY, place_of(path),
                   "the root key \"%s\" cannot be read: %s", path, strerror(error));
    if (error == ENOENT || error == ENOTDIR) {
        pc_diag_hint(diags, "without its root key a vault never opens: name it, or take the copy "
                            "that was kept; for a new vault polcheck secrets init makes one");
    } else if (error == EACCES) {
        pc_diag_hint(diags, "run polcheck as the user whose file it is, or as root");
    }
    return PC_ERR_INVALID;
}

// Up to the end, or until the room is full.
static ssize_t read_all(int fd, char *room, size_t size)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(fd, room + length, size - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        length += (size_t)got;
    }
    return (ssize_t)length;
}

static enum pc_status read_into(int fd, const char *path, struct pc_diags *diags,
                                struct reading *reading)
{
    ssize_t length = read_all(fd, reading->text, sizeof(reading->text));
    if (length < 0) {
        return fail_read(diags, path, errno);
    }
    if (!parse(reading, (size_t)length) || is_nothing(reading)) {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY, place_of(path), "\"%s\" holds no root key", path);
        pc_diag_hint(diags, "%s, not all zero: openssl rand -hex 32", forms);
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

static enum pc_status read_key(int fd, const char *path, struct pc_diags *diags,
                               struct pc_root_key **out)
{
    void *memory;
    PC_TRY(pc_secrets_memory(sizeof(struct reading), diags, &memory));
    struct reading *reading = memory;
    enum pc_status status = read_into(fd, path, diags, reading);
    if (status == PC_OK) {
        status = pc_root_key_make(reading->key, diags, out);
    }
    pc_guarded_free(reading);
    return status;
}

// Who else may read it ----------------------------------------------------------------------------

// Where a key is read from, and which rights of group and others may not be there.
struct origin {
    const char *name; // the path, or "descriptor N"
    bool is_path;
    mode_t forbidden;
};

static enum pc_status expose(struct pc_diags *diags, const char *path, const char *why)
{
    pc_diag_report(diags, PC_DIAG_ROOT_KEY_EXPOSED, place_of(path), "the root key \"%s\" %s", path,
                   why);
    return PC_ERR_INVALID;
}

static enum pc_status refuse_link(struct pc_diags *diags, const char *path)
{
    char *target = realpath(path, NULL);
    enum pc_status status = expose(diags, path, "is a symbolic link");
    if (target != NULL) {
        pc_diag_hint(diags, "name the file itself, \"%s\", or hand it over open: --root-key-fd",
                     target);
    } else {
        pc_diag_hint(diags, "it leads to no file; name the root key's own file");
    }
    free(target);
    return status;
}

static enum pc_status refuse_kind(struct pc_diags *diags, const char *path)
{
    enum pc_status status = expose(diags, path, "is not a regular file");
    pc_diag_hint(diags, "name a file, of mode 0600; what comes out of a pipe is read with "
                        "--root-key-fd");
    return status;
}

static enum pc_status refuse_owner(struct pc_diags *diags, const char *path)
{
    enum pc_status status = expose(diags, path, "belongs to another user");
    pc_diag_hint(diags, "it must belong to you or to root: run polcheck as its owner, or chown it");
    return status;
}

static enum pc_status refuse_mode(struct pc_diags *diags, const struct origin *origin, mode_t mode)
{
    char why[64];
    (void)snprintf(why, sizeof(why), "may be touched by others: its mode is %04o",
                   (unsigned)(mode & 07777));
    enum pc_status status = expose(diags, origin->name, why);
    if (origin->is_path) {
        pc_diag_hint(diags, "chmod 600 \"%s\"; if others could read it, polcheck secrets rekey",
                     origin->name);
    } else {
        pc_diag_hint(diags, "chmod 600 the file; if others could read it, polcheck secrets rekey");
    }
    return status;
}

static enum pc_status check_file(const struct stat *file, const struct origin *origin,
                                 struct pc_diags *diags)
{
    if (!S_ISREG(file->st_mode)) {
        return refuse_kind(diags, origin->name);
    }
    if (file->st_uid != geteuid() && file->st_uid != 0) {
        return refuse_owner(diags, origin->name);
    }
    return (file->st_mode & origin->forbidden) != 0 ? refuse_mode(diags, origin, file->st_mode)
                                                    : PC_OK;
}

// O_NONBLOCK, so that a named pipe is looked at and refused, and not waited for.
static enum pc_status from_path(const char *path, mode_t forbidden, struct pc_diags *diags,
                                struct pc_root_key **out)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        return errno == ELOOP ? refuse_link(diags, path) : fail_read(diags, path, errno);
    }
    const struct origin origin = {path, true, forbidden};
    struct stat file;
    enum pc_status status =
        fstat(fd, &file) != 0 ? fail_read(diags, path, errno) : check_file(&file, &origin, diags);
    if (status == PC_OK) {
        status = read_key(fd, path, diags, out);
    }
    close(fd);
    return status;
}

enum pc_status pc_root_key_from_file(const char *path, struct pc_diags *diags,
                                     struct pc_root_key **out)
{
    return from_path(path, S_IRWXG | S_IRWXO, diags, out);
}

enum pc_status pc_root_key_from_credential(const char *name, struct pc_diags *diags,
                                           struct pc_root_key **out)
{
    char path[PATH_MAX];
    PC_TRY(pc_credential_path(name, PC_DIAG_ROOT_KEY, diags, path));
    return from_path(path, (S_IRWXG & ~(mode_t)S_IRGRP) | S_IRWXO, diags, out);
}

enum pc_status pc_root_key_from_descriptor(int fd, struct pc_diags *diags, struct pc_root_key **out)
{
    char path[32];
    struct stat file;
    (void)snprintf(path, sizeof(path), "descriptor %d", fd);
    if (fstat(fd, &file) != 0) {
        return fail_read(diags, path, errno);
    }
    if (S_ISREG(file.st_mode)) {
        const struct origin origin = {path, false, S_IRWXG | S_IRWXO};
        PC_TRY(check_file(&file, &origin, diags));
    }
    return read_key(fd, path, diags, out);
}

enum pc_status pc_root_key_from_passphrase(struct pc_str passphrase,
                                           const struct pc_passphrase_terms *terms,
                                           struct pc_diags *diags, struct pc_root_key **out)
{
    void *memory;
    if (passphrase.len == 0 || !pc_passphrase_cost_is_sane(&terms->cost)) {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY, (struct pc_place){.line = 0}, "%s",
                       passphrase.len == 0
                           ? "the passphrase is empty"
                           : "the vault names costs of its passphrase that are not sane");
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_secrets_memory(PC_KEY_BYTES, diags, &memory));
    enum pc_status status = pc_passphrase_key(passphrase, terms->salt, &terms->cost, memory);
    if (status == PC_ERR_LIMIT) {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY, (struct pc_place){.line = 0},
                       "the passphrase is longer than 4,096 bytes");
        status = PC_ERR_INVALID;
    }
    if (status == PC_OK) {
        status = pc_root_key_make(memory, diags, out);
    }
    pc_guarded_free(memory);
    return status;
}

// Making ------------------------------------------------------------------------------------------

static int write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t wrote = write(fd, bytes, size);
        if (wrote < 0 && errno != EINTR) {
            return errno;
        }
        if (wrote > 0) {
            bytes += wrote;
            size -= (size_t)wrote;
        }
    }
    return fsync(fd) != 0 ? errno : 0;
}

// The mode is the key's own, and not what the process's mask leaves of it.
static int write_key(int fd, struct reading *reading)
{
    static const char digits[] = "0123456789abcdef";
    if (fchmod(fd, S_IRUSR | S_IWUSR) != 0) {
        return errno;
    }
    pc_random(reading->key, sizeof(reading->key));
    for (size_t i = 0; i < PC_KEY_BYTES; i++) {
        reading->text[2 * i] = digits[reading->key[i] >> 4];
        reading->text[2 * i + 1] = digits[reading->key[i] & 15];
    }
    reading->text[DIGITS] = '\n';
    return write_all(fd, reading->text, DIGITS + 1);
}

// The name of a new file is on the disk when its folder is. Where a folder cannot be waited for,
// the file system does without.
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX] = ".";
    if (slash != NULL && (size_t)(slash - path) < sizeof(folder)) {
        size_t length = slash == path ? 1 : (size_t)(slash - path);
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

enum pc_status pc_root_key_create(const char *path, struct pc_diags *diags,
                                  struct pc_root_key **out)
{
    void *memory;
    if (is_key_itself(path)) {
        return refuse_key_itself(diags);
    }
    PC_TRY(pc_secrets_memory(sizeof(struct reading), diags, &memory));
    struct reading *reading = memory;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int error = fd < 0 ? errno : write_key(fd, reading);
    if (fd >= 0) {
        close(fd);
    }
    enum pc_status status = PC_ERR_INVALID;
    if (error == 0) {
        sync_folder(path);
        status = pc_root_key_make(reading->key, diags, out);
    } else {
        pc_diag_report(diags, PC_DIAG_ROOT_KEY, place_of(path),
                       "the root key \"%s\" cannot be made: %s", path, strerror(error));
    }
    if (fd >= 0 && status != PC_OK) {
        (void)unlink(path);
    }
    pc_guarded_free(reading);
    return status;
}
