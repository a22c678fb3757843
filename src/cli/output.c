// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include "base/memory.h"

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    BLOCK = 256 << 10, // bytes that are written at once
};

void pc_output_guard(void)
{
    // The wrong way round on purpose: a closed input cannot be read, a closed output not be
    // written.
    static const int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
            // The lowest free number is the one that is missing. A command finds it closed as well.
            if (open("/dev/null", modes[fd] | O_CLOEXEC) != fd) {
                _exit(PC_EXIT_FAIL); // without a word: perhaps nobody could hear it
            }
        }
    }
}

size_t pc_output_width(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int pc_output_write(int fd, struct pc_str text)
{
    while (text.len > 0) {
        ssize_t count = write(fd, text.ptr, text.len);
        if (count < 0 && errno != EINTR) {
            return errno;
        }
        if (count > 0) {
            text = pc_str_slice(text, (size_t)count, text.len);
        }
    }
    return 0;
}

bool pc_output_flush(struct pc_output *out)
{
    struct pc_str text = pc_buf_view(&out->text);
    bool whole = pc_buf_status(&out->text) == PC_OK && (out->by_lines || !pc_memory_ran_out());
    if (out->error == 0 && !whole) {
        out->error = ENOMEM;
    }
    if (out->error == 0) {
        out->error = pc_output_write(STDOUT_FILENO, text);
        out->written += text.len;
    }
    pc_buf_reset(&out->text);
    return out->error == 0;
}

bool pc_output_drain(struct pc_output *out)
{
    return out->text.len < BLOCK && pc_buf_status(&out->text) == PC_OK ? out->error == 0
                                                                       : pc_output_flush(out);
}

void pc_error_write(struct pc_str text)
{
    (void)!pc_output_write(STDERR_FILENO, text);
}

struct pc_diag_name pc_diag_name(enum pc_diag_code code)
{
    struct pc_diag_name name;
    (void)snprintf(name.text, sizeof(name.text), "POL%04d", (int)code);
    return name;
}

enum pc_diag_code pc_diag_code_of(enum pc_status status)
{
    switch (status) {
    case PC_ERR_NOMEM:
        return PC_DIAG_OUT_OF_MEMORY;
    case PC_ERR_IO:
    case PC_ERR_BUSY:
        return PC_DIAG_STORE_IO;
    case PC_ERR_LIMIT:
        return PC_DIAG_LIMIT_IMAGE;
    case PC_ERR_EFFORT:
        return PC_DIAG_DECISION_STEPS;
    case PC_ERR_DAMAGED:
        return PC_DIAG_STORE_DAMAGED;
    case PC_ERR_VERSION:
        return PC_DIAG_STORE_VERSION;
    case PC_ERR_FULL:
        return PC_DIAG_STORE_FULL;
    case PC_ERR_USAGE:
        return PC_DIAG_USAGE;
    case PC_OK:
    case PC_ERR_INVALID:
    case PC_ERR_NOTFOUND:
    case PC_ERR_INTERNAL:
    case PC_ERR_INTERRUPTED:
        break;
    }
    return PC_DIAG_INTERNAL;
}

void pc_diag_report_status(struct pc_diags *diags, enum pc_status status, struct pc_place place)
{
    pc_diag_report(diags, pc_diag_code_of(status), place, "%s", pc_status_text(status));
    if (status == PC_ERR_EFFORT) {
        pc_diag_hint(diags, "divide the policies, or shorten the texts of the request");
    }
}

void pc_diag_members_write(struct pc_json_writer *writer, const struct pc_diag *diag)
{
    pc_json_key(writer, "code");
    pc_json_text(writer, pc_diag_name(diag->code).text);
    pc_json_key(writer, "severity");
    pc_json_text(writer, pc_severity_text(diag->severity));
    pc_json_key(writer, "message");
    pc_json_string(writer, diag->message);
    if (diag->place.file.len > 0) {
        pc_json_key(writer, "file");
        pc_json_string(writer, diag->place.file);
    }
    if (diag->place.line > 0) {
        pc_json_key(writer, "line");
        pc_json_number(writer, diag->place.line);
        pc_json_key(writer, "column");
        pc_json_number(writer, diag->place.column);
    }
    if (diag->hint.len > 0) {
        pc_json_key(writer, "hint");
        pc_json_string(writer, diag->hint);
    }
}

void pc_diag_write_json(struct pc_buf *out, const struct pc_diag *diag)
{
    struct pc_json_writer writer;
    pc_json_writer_init(&writer, out, false);
    pc_json_begin_object(&writer);
    pc_diag_members_write(&writer, diag);
    pc_json_end_object(&writer);
    pc_buf_byte(out, '\n');
}

void pc_write_uncolored(struct pc_buf *out, struct pc_str text)
{
    while (text.len > 0) {
        size_t escape = pc_str_find(text, '\033', 0);
        pc_buf_str(out, pc_str_slice(text, 0, escape));
        size_t end = escape == SIZE_MAX ? SIZE_MAX : pc_str_find(text, 'm', escape);
        text = pc_str_slice(text, end == SIZE_MAX ? text.len : end + 1, text.len);
    }
}

void pc_write_count(struct pc_buf *out, size_t count, const char *one, const char *many)
{
    pc_buf_format(out, "%zu %s", count, count == 1 ? one : many);
}
