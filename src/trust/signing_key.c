// SPDX-License-Identifier: Apache-2.0
//
// Secret keys: read into guarded memory, and made. No text of one is ever part of a message.
#include "trust/signing.h"

#include "base/credential.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/guarded.h"
#include "crypto/keyed.h"
#include "file.h"
#include "lines.h"
#include "secret_key.h"

enum {
    TEXT_BYTES = 1024, // of a secret key's file
};

// What a key is read through, all of it guarded.
struct reading {
    char text[TEXT_BYTES + 1];
    uint8_t seed[PC_SIGN_SEED_BYTES];
};

static enum pc_status guarded(size_t size, struct pc_diags *diags, void **out)
{
    PC_TRY(pc_crypto_init());
    enum pc_status status = pc_guarded_new(size, out);
    if (status == PC_ERR_LIMIT) {
        pc_diag_report(diags, PC_DIAG_MEMORY_LOCK, (struct pc_place){.line = 0},
                       "no memory for a secret key: the system lets this process lock %llu bytes",
                       (unsigned long long)pc_guarded_limit());
        pc_diag_hint(diags, "raise the limit: ulimit -l, LimitMEMLOCK= of systemd, --ulimit "
                            "memlock= of containers");
    }
    return status;
}

// Reading -----------------------------------------------------------------------------------------

static enum pc_status refuse_word(struct pc_trust_lines *lines, struct pc_str word)
{
    bool public = pc_str_eq(word, PC_STR(PC_TRUST_PUBLIC_WORD));
    return pc_trust_lines_refuse(
        lines, lines->place.column,
        public ? "this is a public key, and signing takes the secret one" : "not a secret key",
        public ? "name the *.key file that was made with it"
               : "a secret key's file has one line, \"" PC_TRUST_SECRET_WORD " BASE64 [NAME]\"");
}

static enum pc_status read_line(struct pc_trust_lines *lines, const struct pc_trust_line *line,
                                struct pc_signing_key *key, uint8_t seed[PC_SIGN_SEED_BYTES])
{
    if (!pc_str_eq(line->word, PC_STR(PC_TRUST_SECRET_WORD))) {
        return refuse_word(lines, line->word);
    }
    if (!pc_trust_decode(line->base64, seed) ||
        pc_sign_pair(seed, key->public, key->secret) != PC_OK) {
        return pc_trust_lines_refuse(lines, line->base64_column,
                                     "this is not the base64 of a secret key's 32 bytes",
                                     "take the file as polcheck keygen wrote it, whole");
    }
    if (!pc_trust_name_is(line->name)) {
        return pc_trust_lines_refuse(lines, line->name_column, "this cannot be a key's name",
                                     PC_TRUST_NAME_HINT);
    }
    if (line->name.len > 0) {
        memcpy(key->name, line->name.ptr, line->name.len);
    }
    return PC_OK;
}

static enum pc_status read_lines(struct pc_trust_lines *lines, struct pc_signing_key *key,
                                 uint8_t seed[PC_SIGN_SEED_BYTES])
{
    struct pc_trust_line line;
    enum pc_status status = pc_trust_lines_next(lines, &line);
    if (status == PC_ERR_NOTFOUND) {
        lines->place.line = 0;
        return pc_trust_lines_refuse(lines, 0, "there is no key in it",
                                     "polcheck keygen makes one");
    }
    PC_TRY(status);
    PC_TRY(read_line(lines, &line, key, seed));
    status = pc_trust_lines_next(lines, &line);
    if (status == PC_OK) {
        return pc_trust_lines_refuse(lines, lines->place.column,
                                     "something follows the key, and one signs",
                                     "keep each secret key in a file of its own");
    }
    return status == PC_ERR_NOTFOUND ? PC_OK : status;
}

static enum pc_status read_into(const struct pc_trust_file *file, int fd, struct pc_diags *diags,
                                struct reading *reading, struct pc_signing_key *key)
{
    struct pc_buf text = pc_buf_over(reading->text, sizeof(reading->text));
    struct pc_trust_lines lines = {.place = {.file = pc_str_from(file->name)}, .diags = diags};
    PC_TRY(pc_trust_file_read(file, fd, diags, &text));
    if (text.len > TEXT_BYTES) {
        return pc_trust_lines_refuse(&lines, 0, "it has more than 1024 bytes, and is no secret key",
                                     "polcheck keygen NAME makes NAME.key and NAME.pub");
    }
    lines.rest = pc_buf_view(&text);
    return read_lines(&lines, key, reading->seed);
}

static enum pc_status read_key(const struct pc_trust_file *file, int fd, struct pc_diags *diags,
                               struct pc_signing_key **out)
{
    void *memory, *room;
    PC_TRY(guarded(sizeof(struct pc_signing_key), diags, &memory));
    enum pc_status status = guarded(sizeof(struct reading), diags, &room);
    if (status == PC_OK) {
        status = read_into(file, fd, diags, room, memory);
        pc_guarded_free(room);
    }
    if (status != PC_OK) {
        pc_guarded_free(memory);
        return status;
    }
    *out = memory;
    return PC_OK;
}

// A key where the name of its file is expected: every process could read it there, and what is said
// is kept in logs.
static enum pc_status refuse_key_itself(struct pc_diags *diags)
{
    pc_diag_report(diags, PC_DIAG_TRUST_KEY, (struct pc_place){.line = 0},
                   "where a secret key's file is to be named stands a secret key itself");
    pc_diag_hint(diags, "every process can read arguments: make another key, and take this one out "
                        "of every set of trusted keys");
    return PC_ERR_INVALID;
}

static enum pc_status from_path(const struct pc_trust_file *file, struct pc_diags *diags,
                                struct pc_signing_key **out)
{
    struct stat about;
    int fd;
    if (pc_str_has_prefix(pc_str_from(file->name), PC_STR(PC_TRUST_SECRET_WORD))) {
        return refuse_key_itself(diags);
    }
    enum pc_status status = pc_trust_file_open(file, diags, &fd, &about);
    if (status == PC_ERR_INVALID && pc_str_has_suffix(pc_str_from(file->name), PC_STR(".pub"))) {
        pc_diag_hint(diags, "a *.pub file holds the public key; the one that signs is in the *.key "
                            "file that was made with it");
    }
    PC_TRY(status);
    status = read_key(file, fd, diags, out);
    (void)close(fd);
    return status;
}

enum pc_status pc_signing_key_from_file(const char *path, struct pc_diags *diags,
                                        struct pc_signing_key **out)
{
    const struct pc_trust_file file = {&pc_trust_secret_kind, path};
    return from_path(&file, diags, out);
}

enum pc_status pc_signing_key_from_descriptor(int fd, struct pc_diags *diags,
                                              struct pc_signing_key **out)
{
    char name[32];
    struct stat about;
    (void)snprintf(name, sizeof(name), "descriptor %d", fd);
    const struct pc_trust_file file = {&pc_trust_secret_kind, name};
    if (fstat(fd, &about) != 0) {
        return pc_trust_file_fail(&file, "read", errno, diags);
    }
    if (S_ISREG(about.st_mode)) {
        PC_TRY(pc_trust_file_check(&file, &about, diags));
    }
    return read_key(&file, fd, diags, out);
}

enum pc_status pc_signing_key_from_credential(const char *name, struct pc_diags *diags,
                                              struct pc_signing_key **out)
{
    char path[PATH_MAX];
    PC_TRY(pc_credential_path(name, PC_DIAG_TRUST_FILE, diags, path));
    const struct pc_trust_file file = {&pc_trust_credential_kind, path};
    return from_path(&file, diags, out);
}

void pc_signing_key_free(struct pc_signing_key *key)
{
    pc_guarded_free(key);
}

const uint8_t *pc_signing_key_public(const struct pc_signing_key *key)
{
    return key->public;
}

const char *pc_signing_key_name(const struct pc_signing_key *key)
{
    return key->name;
}

// Making ------------------------------------------------------------------------------------------

// Under another name first, so that a file of that name is whole whenever it is there; the link
// fails where there is one already. 0, or an errno.
static int make_whole(const char *path, mode_t mode, struct pc_str text)
{
    char fresh[PATH_MAX];
    if (snprintf(fresh, sizeof(fresh), "%s.%ld.new", path, (long)getpid()) >= (int)sizeof(fresh)) {
        return ENAMETOOLONG;
    }
    int error = pc_trust_file_make(fresh, mode, text);
    if (error != 0) {
        return error;
    }
    error = link(fresh, path) != 0 ? errno : 0;
    (void)unlink(fresh);
    return error;
}

static enum pc_status make_file(const char *path, const struct pc_trust_kind *kind, mode_t mode,
                                struct pc_str text, struct pc_diags *diags)
{
    const struct pc_trust_file file = {kind, path};
    int error = make_whole(path, mode, text);
    if (error != 0) {
        return pc_trust_file_fail(&file, "made", error, diags) == PC_ERR_FULL ? PC_ERR_FULL
                                                                              : PC_ERR_IO;
    }
    return PC_OK;
}

static enum pc_status make_files(const struct pc_signing_key_files *files, struct pc_str secret,
                                 struct pc_str public, struct pc_diags *diags)
{
    const struct pc_trust_file file = {&pc_trust_secret_kind, files->secret};
    PC_TRY(make_file(files->secret, &pc_trust_secret_kind, 0600, secret, diags));
    enum pc_status status = make_file(files->public, &pc_trust_made_kind, 0644, public, diags);
    if (status != PC_OK) {
        (void)unlink(files->secret);
        return status;
    }
    int error = pc_trust_sync_folder(files->secret);
    error = error != 0 ? error : pc_trust_sync_folder(files->public);
    if (error != 0) {
        (void)unlink(files->secret);
        (void)unlink(files->public);
        return pc_trust_file_fail(&file, "made", error, diags) == PC_ERR_FULL ? PC_ERR_FULL
                                                                              : PC_ERR_IO;
    }
    return PC_OK;
}

static enum pc_status make_pair(const struct pc_signing_key_files *files, struct reading *reading,
                                struct pc_signing_key *key, struct pc_diags *diags)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf public = {0};
    struct pc_buf secret = pc_buf_over(reading->text, sizeof(reading->text));
    pc_random(reading->seed, sizeof(reading->seed));
    PC_TRY(pc_sign_pair(reading->seed, key->public, key->secret));
    pc_trust_line_write(&secret, PC_TRUST_SECRET_WORD, reading->seed, files->name);
    pc_trust_line_write(&public, PC_TRUST_PUBLIC_WORD, key->public, files->name);
    PC_TRY(pc_buf_status(&secret));
    PC_TRY(pc_buf_status(&public));
    return make_files(files, pc_buf_view(&secret), pc_buf_view(&public), diags);
}

enum pc_status pc_signing_key_create(const struct pc_signing_key_files *files,
                                     struct pc_diags *diags, uint8_t public[PC_SIGN_PUBLIC_BYTES])
{
    void *key, *room;
    if (!pc_trust_name_is(pc_str_from(files->name))) {
        pc_diag_report(diags, PC_DIAG_TRUST_KEY, (struct pc_place){.line = 0},
                       "this cannot be a key's name");
        pc_diag_hint(diags, PC_TRUST_NAME_HINT);
        return PC_ERR_INVALID;
    }
    PC_TRY(guarded(sizeof(struct pc_signing_key), diags, &key));
    enum pc_status status = guarded(sizeof(struct reading), diags, &room);
    if (status == PC_OK) {
        status = make_pair(files, room, key, diags);
        pc_guarded_free(room);
    }
    if (status == PC_OK) {
        memcpy(public, ((struct pc_signing_key *)key)->public, PC_SIGN_PUBLIC_BYTES);
    }
    pc_guarded_free(key);
    return status;
}
