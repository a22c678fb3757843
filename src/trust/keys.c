// SPDX-License-Identifier: Apache-2.0
//
// Reading sets of public keys, and finding keys in them.
#include "trust/keys.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "crypto/hash.h"
#include "file.h"
#include "lines.h"

enum {
    MOST_TRIES = 64, // to open a set that is replaced meanwhile
};

// What can be told of a file without reading it.
struct marks {
    dev_t device;
    ino_t inode;
    off_t bytes;
    struct timespec modified, changed;
};

struct pc_trusted_keys {
    struct marks marks;
    bool settled; // the marks of any further change will be others
    size_t count;
    struct pc_trusted_key keys[PC_TRUST_KEYS_MAX];
};

// Marks -------------------------------------------------------------------------------------------

static struct marks marks_of(const struct stat *about)
{
    return (struct marks){about->st_dev, about->st_ino, about->st_size, about->st_mtim,
                          about->st_ctim};
}

static bool times_equal(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool marks_equal(const struct marks *a, const struct marks *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes &&
           times_equal(a->modified, b->modified) && times_equal(a->changed, b->changed);
}

// A file system's clock ticks slowly: what is changed twice within a tick has the times of once.
static bool is_settled(const struct marks *marks)
{
    struct timespec now = {0, 0};
    return clock_gettime(CLOCK_REALTIME, &now) == 0 && now.tv_sec - marks->changed.tv_sec > 1;
}

bool pc_trusted_keys_is_current(const struct pc_trusted_keys *keys, const char *path)
{
    struct stat about;
    if (!keys->settled || stat(path, &about) != 0) {
        return false;
    }
    const struct marks now = marks_of(&about);
    return marks_equal(&keys->marks, &now);
}

// Reading -----------------------------------------------------------------------------------------

static enum pc_status refuse_word(struct pc_trust_lines *lines, struct pc_str word)
{
    bool secret = pc_str_eq(word, PC_STR(PC_TRUST_SECRET_WORD));
    if (pc_str_has_prefix(word, PC_STR("\xef\xbb\xbf"))) {
        return pc_trust_lines_refuse(lines, lines->place.column, "a byte order mark",
                                     "save the file as UTF-8 without a byte order mark");
    }
    return pc_trust_lines_refuse(
        lines, lines->place.column,
        secret ? "this is a secret key, and only public ones belong here" : "not a public key",
        secret ? "put the line of its *.pub file here; if others could read this one, make another "
                 "key"
               : "a line is \"" PC_TRUST_PUBLIC_WORD " BASE64 [NAME]\"; a comment starts with #");
}

static enum pc_status read_key(struct pc_trust_lines *lines, const struct pc_trust_line *line,
                               struct pc_trusted_key *out)
{
    if (!pc_str_eq(line->word, PC_STR(PC_TRUST_PUBLIC_WORD))) {
        return refuse_word(lines, line->word);
    }
    if (!pc_trust_decode(line->base64, out->key)) {
        return pc_trust_lines_refuse(lines, line->base64_column,
                                     "this is not the base64 of a key's 32 bytes",
                                     "take the line as polcheck keygen wrote it, whole");
    }
    if (!pc_sign_public_is(out->key)) {
        return pc_trust_lines_refuse(lines, line->base64_column,
                                     "these 32 bytes are no public key of Ed25519",
                                     "take the line as polcheck keygen wrote it, whole");
    }
    if (!pc_trust_name_is(line->name)) {
        return pc_trust_lines_refuse(lines, line->name_column, "this cannot be a key's name",
                                     PC_TRUST_NAME_HINT);
    }
    if (line->name.len > 0) {
        memcpy(out->name, line->name.ptr, line->name.len);
    }
    return PC_OK;
}

static enum pc_status add_key(struct pc_trust_lines *lines, const struct pc_trusted_key *key,
                              struct pc_trusted_keys *keys)
{
    if (pc_trusted_keys_find(keys, key->key) != NULL) {
        return PC_OK;
    }
    if (keys->count == PC_TRUST_KEYS_MAX) {
        return pc_trust_lines_refuse(lines, lines->place.column, "more than 64 different keys",
                                     "take out those that sign no more");
    }
    keys->keys[keys->count++] = *key;
    return PC_OK;
}

static enum pc_status read_lines(struct pc_trust_lines *lines, struct pc_trusted_keys *keys)
{
    struct pc_trust_line line;
    enum pc_status status;
    while ((status = pc_trust_lines_next(lines, &line)) == PC_OK) {
        struct pc_trusted_key key = {.name = ""};
        PC_TRY(read_key(lines, &line, &key));
        PC_TRY(add_key(lines, &key, keys));
    }
    PC_TRY(status == PC_ERR_NOTFOUND ? PC_OK : status);
    if (keys->count == 0) {
        lines->place.line = 0;
        return pc_trust_lines_refuse(lines, 0, "there is no key in it, and no set is empty",
                                     "put the line of a *.pub file into it: polcheck keygen");
    }
    return PC_OK;
}

static enum pc_status read_text(const struct pc_trust_file *file, int fd, struct pc_diags *diags,
                                struct pc_trusted_keys *keys)
{
    struct pc_trust_lines lines = {.place = {.file = pc_str_from(file->name)}, .diags = diags};
    char *room = malloc(PC_TRUST_KEYS_BYTES + 1);
    if (room == NULL) {
        return PC_ERR_NOMEM;
    }
    struct pc_buf text = pc_buf_over(room, PC_TRUST_KEYS_BYTES + 1);
    enum pc_status status = pc_trust_file_read(file, fd, diags, &text);
    lines.rest = pc_buf_view(&text);
    if (status == PC_OK && text.len > PC_TRUST_KEYS_BYTES) {
        status = pc_trust_lines_refuse(&lines, 0, "it has more than 65536 bytes",
                                       "a set of keys has a line for each of up to 64");
    }
    if (status == PC_OK) {
        status = read_lines(&lines, keys);
    }
    free(room);
    return status;
}

// A set that takes the place of another one just now is no reason to be without any.
static enum pc_status open_set(const struct pc_trust_file *file, struct pc_diags *diags, int *fd,
                               struct stat *about)
{
    for (unsigned i = 0; i < MOST_TRIES; i++) {
        PC_TRY(pc_trust_file_open(file, diags, fd, about));
        enum pc_status status = pc_trust_folder_check(file, about, diags);
        if (status == PC_OK) {
            return PC_OK;
        }
        (void)close(*fd);
        if (status != PC_ERR_BUSY) {
            return status;
        }
    }
    const struct pc_place place = {.file = pc_str_from(file->name)};
    pc_diag_report(diags, PC_DIAG_TRUST_FILE_EXPOSED, place,
                   "%s \"%s\" is replaced again and again while it is opened", file->kind->what,
                   file->name);
    pc_diag_hint(diags, "find out who writes it");
    return PC_ERR_INVALID;
}

enum pc_status pc_trusted_keys_read(const char *path, struct pc_diags *diags,
                                    struct pc_trusted_keys **out)
{
    const struct pc_trust_file file = {&pc_trust_public_kind, path};
    struct stat about;
    int fd;
    PC_TRY(pc_crypto_init());
    PC_TRY(open_set(&file, diags, &fd, &about));
    struct pc_trusted_keys *keys = calloc(1, sizeof(*keys));
    enum pc_status status = keys == NULL ? PC_ERR_NOMEM : read_text(&file, fd, diags, keys);
    (void)close(fd);
    if (status != PC_OK) {
        free(keys);
        return status;
    }
    keys->marks = marks_of(&about);
    keys->settled = is_settled(&keys->marks);
    *out = keys;
    return PC_OK;
}

enum pc_status pc_trusted_keys_of(const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                                  struct pc_trusted_keys **out)
{
    PC_TRY(pc_crypto_init());
    if (!pc_sign_public_is(key)) {
        return PC_ERR_INVALID;
    }
    struct pc_trusted_keys *keys = calloc(1, sizeof(*keys));
    if (keys == NULL) {
        return PC_ERR_NOMEM;
    }
    memcpy(keys->keys[0].key, key, sizeof(keys->keys[0].key));
    keys->count = 1;
    *out = keys;
    return PC_OK;
}

void pc_trusted_keys_read_again(struct pc_trusted_keys *keys, const struct pc_trusted_keys *fresh)
{
    keys->marks = fresh->marks;
    keys->settled = fresh->settled;
}

void pc_trusted_keys_free(struct pc_trusted_keys *keys)
{
    free(keys);
}

// Sets --------------------------------------------------------------------------------------------

size_t pc_trusted_keys_count(const struct pc_trusted_keys *keys)
{
    return keys->count;
}

const struct pc_trusted_key *pc_trusted_keys_at(const struct pc_trusted_keys *keys, size_t index)
{
    return index < keys->count ? &keys->keys[index] : NULL;
}

const struct pc_trusted_key *pc_trusted_keys_find(const struct pc_trusted_keys *keys,
                                                  const uint8_t key[PC_SIGN_PUBLIC_BYTES])
{
    for (size_t i = 0; i < keys->count; i++) {
        if (memcmp(keys->keys[i].key, key, PC_SIGN_PUBLIC_BYTES) == 0) {
            return &keys->keys[i];
        }
    }
    return NULL;
}

bool pc_trusted_keys_equal(const struct pc_trusted_keys *a, const struct pc_trusted_keys *b)
{
    size_t same = 0;
    for (size_t i = 0; i < a->count; i++) {
        same += pc_trusted_keys_find(b, a->keys[i].key) != NULL;
    }
    return same == a->count && a->count == b->count;
}

// For people --------------------------------------------------------------------------------------

void pc_trust_fingerprint(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    const void *bytes = key;
    const struct pc_hash hash = pc_hash_of((struct pc_str){bytes, PC_SIGN_PUBLIC_BYTES});
    for (size_t i = 0; i < PC_TRUST_FINGERPRINT_TEXT / 2; i++) {
        pc_buf_byte(out, digits[hash.bytes[i] >> 4]);
        pc_buf_byte(out, digits[hash.bytes[i] & 15]);
    }
}

void pc_trust_public_write(struct pc_buf *out, const uint8_t key[PC_SIGN_PUBLIC_BYTES],
                           const char *name)
{
    pc_trust_line_write(out, PC_TRUST_PUBLIC_WORD, key, name);
}
