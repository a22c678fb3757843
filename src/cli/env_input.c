// SPDX-License-Identifier: Apache-2.0
#include "env_input.h"

#include "crypto/guarded.h"
#include "file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHUNK_BYTES = 64 << 10, // the limit on locked memory may be no more than one of them
};

// A piece of what cannot be read twice.
struct pc_env_chunk {
    struct pc_env_chunk *next;
    char *ptr; // guarded
    size_t len;
};

static enum pc_status explain_limit(struct pc_env_input *input, enum pc_status status)
{
    if (status == PC_ERR_LIMIT) {
        pc_diag_hint(&input->cli->diags,
                     "what is no regular file is kept in locked memory: raise the limit (ulimit "
                     "-l), give the input in parts, or as a file");
    }
    return status;
}

static enum pc_status add_chunk(struct pc_env_input *input)
{
    struct pc_env_chunk *chunk = pc_arena_alloc(&input->cli->arena, sizeof(*chunk));
    if (chunk == NULL) {
        return PC_ERR_NOMEM;
    }
    PC_TRY(explain_limit(input, pc_secret_room(input->cli, CHUNK_BYTES, &chunk->ptr)));
    if (input->last == NULL) {
        input->chunks = chunk;
    } else {
        input->last->next = chunk;
    }
    input->last = chunk;
    return PC_OK;
}

static enum pc_status keep_all(struct pc_env_input *input)
{
    size_t count;
    do {
        if (input->last == NULL || input->last->len == CHUNK_BYTES) {
            PC_TRY(add_chunk(input));
        }
        struct pc_env_chunk *chunk = input->last;
        PC_TRY(pc_secret_block(input->cli, &input->file, chunk->ptr + chunk->len,
                               CHUNK_BYTES - chunk->len, &count));
        chunk->len += count;
    } while (count > 0);
    return PC_OK;
}

static void warn_of_readers(struct pc_env_input *input, const struct stat *about)
{
    const char *name = input->file.name;
    if (!S_ISREG(about->st_mode) || (about->st_mode & (S_IRGRP | S_IROTH)) == 0) {
        return;
    }
    pc_diag_report(&input->cli->diags, PC_DIAG_ENV_FILE_EXPOSED, pc_env_input_place(input),
                   "others may read \"%s\", and so the values in it: its mode is %04o", name,
                   (unsigned)(about->st_mode & 07777));
    pc_diag_hint(&input->cli->diags,
                 "chmod 600 \"%s\", and remove it when its variables are in the vault", name);
}

enum pc_status pc_env_input_init(struct pc_env_input *input, struct pc_cli *cli, const char *path)
{
    struct stat info;
    bool is_standard = strcmp(path, "-") == 0;
    *input = (struct pc_env_input){.cli = cli, .file.fd = -1};
    input->file.name = pc_file_name(pc_str_from(path)).ptr;
    PC_TRY(pc_secret_room(cli, PC_ENV_LINE_BYTES, &input->room));
    if (is_standard && isatty(STDIN_FILENO) != 0) {
        pc_diag_report(&cli->diags, PC_DIAG_FILE_READ, pc_env_input_place(input),
                       "standard input is a terminal, which would show what is typed");
        return PC_ERR_INVALID;
    }
    if (is_standard) {
        input->file.fd = STDIN_FILENO;
    } else {
        PC_TRY(pc_file_open(pc_str_from(path), &cli->diags, &input->file.fd));
    }
    input->start = lseek(input->file.fd, 0, SEEK_CUR);
    bool known = fstat(input->file.fd, &info) == 0;
    input->kept = input->start < 0 || !known || !S_ISREG(info.st_mode);
    if (known && !is_standard) {
        warn_of_readers(input, &info);
    }
    return input->kept ? keep_all(input) : PC_OK;
}

void pc_env_input_release(struct pc_env_input *input)
{
    for (struct pc_env_chunk *chunk = input->chunks; chunk != NULL; chunk = chunk->next) {
        pc_guarded_free(chunk->ptr);
    }
    pc_guarded_free(input->room);
    if (input->file.fd > STDERR_FILENO) {
        (void)close(input->file.fd);
    }
    *input = (struct pc_env_input){.file.fd = -1};
}

enum pc_status pc_env_input_rewind(struct pc_env_input *input)
{
    input->next = input->chunks;
    input->at_chunk = 0;
    input->at = 0;
    input->end = 0;
    input->line = 0;
    input->eof = false;
    if (!input->kept && lseek(input->file.fd, input->start, SEEK_SET) < 0) {
        pc_diag_report(&input->cli->diags, PC_DIAG_FILE_READ, pc_env_input_place(input),
                       "\"%s\" cannot be read again: %s", input->file.name, strerror(errno));
        return PC_ERR_IO;
    }
    return PC_OK;
}

// A piece of the chunks, as large as there is room.
static size_t take_kept(struct pc_env_input *input, char *room, size_t size)
{
    while (input->next != NULL && input->at_chunk == input->next->len) {
        input->next = input->next->next;
        input->at_chunk = 0;
    }
    if (input->next == NULL) {
        return 0;
    }
    size_t rest = input->next->len - input->at_chunk;
    size_t count = rest < size ? rest : size;
    memcpy(room, input->next->ptr + input->at_chunk, count);
    input->at_chunk += count;
    return count;
}

// More behind what is there. PC_ERR_INVALID: there is no room for a longer line.
static enum pc_status fill(struct pc_env_input *input)
{
    size_t rest = input->end - input->at;
    size_t count;
    memmove(input->room, input->room + input->at, rest);
    input->at = 0;
    input->end = rest;
    if (rest == PC_ENV_LINE_BYTES) {
        input->line++;
        pc_diag_report(&input->cli->diags, PC_DIAG_ENVIRONMENT_SIZE, pc_env_input_place(input),
                       "the line is longer than %d bytes", PC_ENV_LINE_BYTES);
        return PC_ERR_INVALID;
    }
    char *room = input->room + rest;
    if (input->kept) {
        count = take_kept(input, room, PC_ENV_LINE_BYTES - rest);
    } else {
        PC_TRY(pc_secret_block(input->cli, &input->file, room, PC_ENV_LINE_BYTES - rest, &count));
    }
    input->end += count;
    input->eof = count == 0;
    return PC_OK;
}

enum pc_status pc_env_input_next(struct pc_env_input *input, struct pc_str *line)
{
    for (;;) {
        const struct pc_str rest = {input->room + input->at, input->end - input->at};
        size_t length = pc_str_find(rest, '\n', 0);
        if (length != SIZE_MAX || input->eof) {
            bool is_line = length != SIZE_MAX || rest.len > 0;
            *line = pc_str_slice(rest, 0, length);
            line->ptr = is_line ? line->ptr : NULL;
            input->at += line->len + (length != SIZE_MAX);
            input->line += is_line;
            return PC_OK;
        }
        PC_TRY(fill(input));
    }
}

struct pc_place pc_env_input_place(const struct pc_env_input *input)
{
    return (struct pc_place){.file = pc_str_from(input->file.name), .line = input->line};
}
