// SPDX-License-Identifier: Apache-2.0
#include "box_keys.h"

#include "crypto/guarded.h"
#include "crypto/hash.h"
#include "file.h"
#include "value/base64.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_BYTES = 128, // more than a key's text ever has
};

static const struct pc_str public_prefix = PC_STR_INIT(PC_BOX_PUBLIC_PREFIX);
static const struct pc_str secret_prefix = PC_STR_INIT(PC_BOX_SECRET_PREFIX);

static enum pc_status complain(struct pc_cli *cli, const char *path, const char *what,
                               const char *why)
{
    const struct pc_place place = {.file = pc_str_from(path)};
    pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, place, "\"%s\" %s: %s", path, what, why);
    return PC_ERR_INVALID;
}

static struct pc_str trimmed(struct pc_str text)
{
    while (text.len > 0 && memchr(" \t\r\n", text.ptr[text.len - 1], 4) != NULL) {
        text.len--;
    }
    return text;
}

// The 32 bytes behind the prefix; the room may be guarded.
static bool decode(struct pc_str text, struct pc_str prefix, uint8_t *out)
{
    struct pc_buf bytes = pc_buf_over((char *)out, PC_BOX_SECRET_BYTES);
    text = trimmed(text);
    return pc_str_has_prefix(text, prefix) &&
           pc_base64_decode(pc_str_slice(text, prefix.len, text.len), &bytes) &&
           pc_buf_status(&bytes) == PC_OK && bytes.len == PC_BOX_SECRET_BYTES;
}

// The public key ----------------------------------------------------------------------------------

void pc_box_public_write(struct pc_buf *out, const uint8_t key[PC_BOX_PUBLIC_BYTES])
{
    pc_buf_str(out, public_prefix);
    pc_base64_write(out, (struct pc_str){(const char *)key, PC_BOX_PUBLIC_BYTES});
}

static enum pc_status read_public(struct pc_cli *cli, struct pc_str text, struct pc_place place,
                                  uint8_t *out)
{
    uint8_t key[PC_BOX_PUBLIC_BYTES];
    if (pc_str_has_prefix(text, secret_prefix)) { // which is not to be seen in a message
        pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, place,
                       "this is a secret key, not a public one");
        pc_diag_hint(&cli->diags, "polcheck secrets keypair --public FILE prints its public key");
        return PC_ERR_INVALID;
    }
    if (!decode(text, public_prefix, key)) {
        pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, place,
                       "not a public key: \"" PC_BOX_PUBLIC_PREFIX "\" and 32 bytes in base64");
        return PC_ERR_INVALID;
    }
    memcpy(out, key, sizeof(key));
    return PC_OK;
}

enum pc_status pc_box_public_read(struct pc_cli *cli, const char *text,
                                  uint8_t out[PC_BOX_PUBLIC_BYTES])
{
    PC_CLEANUP(pc_buf_release) struct pc_buf bytes = {0};
    if (text[0] != '@') {
        return read_public(cli, pc_str_from(text), (struct pc_place){.file = PC_STR("--to")}, out);
    }
    struct pc_str path = pc_str_from(text + 1);
    PC_TRY(pc_file_read(path, &cli->diags, &bytes));
    return read_public(cli, pc_buf_view(&bytes), (struct pc_place){.file = pc_file_name(path)},
                       out);
}

// The secret key ----------------------------------------------------------------------------------

// The file's name is on the disk as well, so that nobody seals to a key that is gone.
// 0 or errno.
static int sync_folder(struct pc_cli *cli, const char *path)
{
    struct pc_str folder = pc_str_from(path);
    size_t slash = pc_str_find_last(folder, '/');
    folder = slash == SIZE_MAX ? PC_STR(".") : pc_str_slice(folder, 0, slash + 1);
    if (pc_arena_copy(&cli->arena, folder, &folder) != PC_OK) {
        return ENOMEM;
    }
    int fd = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = fd < 0 || fsync(fd) != 0 ? errno : 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return error;
}

static enum pc_status write_file(struct pc_cli *cli, const char *path, struct pc_str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return complain(cli, path, "cannot be made", strerror(errno));
    }
    int error = pc_output_write(fd, text);
    if (error == 0 && fsync(fd) != 0) {
        error = errno;
    }
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0) {
        error = sync_folder(cli, path);
    }
    if (error != 0) {
        (void)unlink(path);
        return complain(cli, path, "cannot be written", strerror(error));
    }
    return PC_OK;
}

enum pc_status pc_box_secret_create(struct pc_cli *cli, const char *path,
                                    uint8_t public[PC_BOX_PUBLIC_BYTES])
{
    PC_CLEANUP(pc_secret_release) struct pc_secret room = {0};
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_secret_room(cli, PC_BOX_SECRET_BYTES + FILE_BYTES, &room.ptr));
    uint8_t *secret = (uint8_t *)room.ptr;
    struct pc_buf text = pc_buf_over(room.ptr + PC_BOX_SECRET_BYTES, FILE_BYTES);
    pc_box_pair(public, secret);
    pc_buf_str(&text, secret_prefix);
    pc_base64_write(&text, (struct pc_str){room.ptr, PC_BOX_SECRET_BYTES});
    pc_buf_byte(&text, '\n');
    PC_TRY(pc_buf_status(&text));
    return write_file(cli, path, pc_buf_view(&text));
}

static const char *flaw_of(int fd)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        return strerror(errno);
    }
    if (!S_ISREG(about.st_mode)) {
        return "it is not a file";
    }
    if (about.st_uid != geteuid() && about.st_uid != 0) {
        return "it is another user's";
    }
    return (about.st_mode & (S_IRWXG | S_IRWXO)) != 0 ? "others have rights to it; chmod it to 600"
                                                      : NULL;
}

static enum pc_status read_secret(struct pc_cli *cli, int fd, const char *path, char *text,
                                  uint8_t *secret)
{
    const struct pc_secret_file file = {fd, path};
    struct pc_str content = {text, 0};
    size_t count;
    const char *flaw = flaw_of(fd);
    if (flaw != NULL) {
        return complain(cli, path, "cannot be used", flaw);
    }
    do {
        PC_TRY(pc_secret_block(cli, &file, text + content.len, FILE_BYTES - content.len, &count));
        content.len += count;
    } while (count > 0 && content.len < FILE_BYTES);
    if (!decode(content, secret_prefix, secret)) {
        return complain(cli, path, "cannot be used", "it does not hold a secret key");
    }
    return PC_OK;
}

enum pc_status pc_box_secret_read(struct pc_cli *cli, const char *path, struct pc_secret *out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret text = {0};
    PC_CLEANUP(pc_secret_release) struct pc_secret secret = {.len = PC_BOX_SECRET_BYTES};
    int fd;
    if (pc_str_has_prefix(pc_str_from(path), secret_prefix)) { // not to be seen in a message either
        pc_diag_report(&cli->diags, PC_DIAG_BOX_KEY, (struct pc_place){.file = PC_STR("")},
                       "where a secret key's file is to be named stands a secret key itself");
        pc_diag_hint(&cli->diags, "every process can read arguments: make another pair, with "
                                  "polcheck secrets keypair");
        return PC_ERR_INVALID;
    }
    PC_TRY(pc_crypto_init());
    PC_TRY(pc_secret_room(cli, FILE_BYTES, &text.ptr));
    PC_TRY(pc_secret_room(cli, PC_BOX_SECRET_BYTES, &secret.ptr));
    PC_TRY(pc_file_open(pc_str_from(path), &cli->diags, &fd));
    enum pc_status status = read_secret(cli, fd, path, text.ptr, (uint8_t *)secret.ptr);
    (void)close(fd);
    PC_TRY(status);
    *out = secret;
    secret.ptr = NULL; // it is the caller's now
    return PC_OK;
}
