// SPDX-License-Identifier: Apache-2.0
#include "secret_input.h"

#include "crypto/guarded.h"
#include "secrets/root.h"
#include "terminal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const struct pc_place nowhere = {.file = PC_STR_INIT("")};

void pc_secret_release(struct pc_secret *secret)
{
    pc_guarded_free(secret->ptr);
    *secret = (struct pc_secret){0};
}

enum pc_status pc_secret_room(struct pc_cli *cli, size_t size, char **out)
{
    void *room = NULL;
    enum pc_status status = pc_guarded_new(size, &room);
    if (status == PC_ERR_LIMIT) {
        pc_secrets_memory_denied(&cli->diags);
    }
    PC_TRY(status);
    *out = room;
    return PC_OK;
}

enum pc_status pc_secret_block(struct pc_cli *cli, const struct pc_secret_file *file, char *room,
                               size_t size, size_t *count)
{
    ssize_t got;
    do {
        got = read(file->fd, room, size);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        pc_diag_report(&cli->diags, PC_DIAG_FILE_READ,
                       (struct pc_place){.file = pc_str_from(file->name)},
                       "\"%s\" cannot be read: %s", file->name, strerror(errno));
        return PC_ERR_IO;
    }
    *count = (size_t)got;
    return PC_OK;
}

static enum pc_status too_long(struct pc_cli *cli, const struct pc_secret_wish *wish, size_t limit)
{
    pc_diag_report(&cli->diags, wish->code, nowhere, "the %s is longer than %zu bytes", wish->what,
                   limit);
    return PC_ERR_INVALID;
}

static enum pc_status read_all(struct pc_cli *cli, const struct pc_secret_wish *wish,
                               struct pc_secret *secret)
{
    const struct pc_secret_file input = {STDIN_FILENO, "<stdin>"};
    size_t count = 0;
    do { // one byte more than may be, to see that there is more
        secret->len += count;
        if (secret->len > wish->limit) {
            return too_long(cli, wish, wish->limit);
        }
        PC_TRY(pc_secret_block(cli, &input, secret->ptr + secret->len,
                               wish->limit + 1 - secret->len, &count));
    } while (count > 0);
    return PC_OK;
}

enum pc_status pc_secret_read(struct pc_cli *cli, const struct pc_secret_wish *wish,
                              struct pc_secret *out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret secret = {0};
    PC_TRY(pc_secret_room(cli, wish->limit + 1, &secret.ptr));
    PC_TRY(read_all(cli, wish, &secret));
    *out = secret;
    secret.ptr = NULL;
    return PC_OK;
}

static enum pc_status no_terminal(struct pc_cli *cli, const struct pc_secret_wish *wish, int error)
{
    pc_diag_report(&cli->diags, wish->code, nowhere,
                   "the %s has to be typed on a terminal, which cannot be used: %s", wish->what,
                   strerror(error));
    return PC_ERR_INVALID;
}

// Asks once.
static enum pc_status ask(struct pc_cli *cli, const struct pc_secret_wish *wish, const char *prompt,
                          struct pc_secret *out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret secret = {0};
    size_t limit = wish->limit < PC_PROMPT_BYTES ? wish->limit : PC_PROMPT_BYTES;
    PC_TRY(pc_secret_room(cli, limit + 1, &secret.ptr));
    int error = pc_terminal_ask(prompt, secret.ptr, limit + 1, &secret.len);
    if (error == EMSGSIZE) {
        return too_long(cli, wish, limit);
    }
    if (error != 0) {
        return no_terminal(cli, wish, error);
    }
    if (secret.len == 0) {
        pc_diag_report(&cli->diags, wish->code, nowhere, "no %s was typed", wish->what);
        return PC_ERR_INVALID;
    }
    *out = secret;
    secret.ptr = NULL;
    return PC_OK;
}

static enum pc_status ask_again(struct pc_cli *cli, const struct pc_secret_wish *wish,
                                const struct pc_secret *first)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret second = {0};
    struct pc_str prompt;
    PC_TRY(pc_arena_format(&cli->arena, &prompt, "%s, again: ", wish->what));
    PC_TRY(ask(cli, wish, prompt.ptr, &second));
    if (first->len != second.len || memcmp(first->ptr, second.ptr, first->len) != 0) {
        pc_diag_report(&cli->diags, wish->code, nowhere, "the %s was not typed the same twice",
                       wish->what);
        return PC_ERR_INVALID;
    }
    return PC_OK;
}

enum pc_status pc_secret_ask(struct pc_cli *cli, const struct pc_secret_wish *wish,
                             struct pc_secret *out)
{
    PC_CLEANUP(pc_secret_release) struct pc_secret secret = {0};
    struct pc_str prompt;
    PC_TRY(pc_arena_format(&cli->arena, &prompt, "%s: ", wish->what));
    PC_TRY(ask(cli, wish, prompt.ptr, &secret));
    if (wish->twice) {
        PC_TRY(ask_again(cli, wish, &secret));
    }
    *out = secret;
    secret.ptr = NULL;
    return PC_OK;
}
