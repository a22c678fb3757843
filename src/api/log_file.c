// SPDX-License-Identifier: Apache-2.0
#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 1000, // with a reader of a pipe that takes nothing
    MODE = 0600,
};

static int open_path(const char *path, int how)
{
    int fd;
    do {
        // O_NONBLOCK is for FIFOs, where open would wait for a reader and a write for room; to a
        // regular file it makes no difference.
        fd = open(path, how | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

// Does the file end within a line, as one that a full disk or the end of a process has cut? Not
// known of one that may not be read. Of one that another process is writing to the answer may be
// yes wrongly, which costs an empty line.
static bool ends_torn(const char *path, const struct stat *status)
{
    struct stat same;
    char last = '\n';
    int fd = status->st_size > 0 ? open_path(path, O_RDONLY) : -1;
    if (fd < 0) {
        return false;
    }
    bool readable = fstat(fd, &same) == 0 && same.st_dev == status->st_dev &&
                    same.st_ino == status->st_ino && same.st_size > 0 &&
                    pread(fd, &last, 1, same.st_size - 1) == 1;
    (void)close(fd);
    return readable && last != '\n';
}

static enum pc_status open_file(struct pc_log_file *file, const char *path)
{
    struct stat status;
    int fd = open_path(path, O_WRONLY | O_APPEND | O_CREAT);
    if (fd < 0) {
        return PC_ERR_IO;
    }
    if (fstat(fd, &status) != 0) {
        (void)close(fd);
        return PC_ERR_IO;
    }
    file->fd = fd;
    file->regular = S_ISREG(status.st_mode);
    file->torn = file->regular && ends_torn(path, &status);
    file->stuck = false;
    return PC_OK;
}

enum pc_status pc_log_file_open(struct pc_log_file *file, const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL) {
        return PC_ERR_NOMEM;
    }
    enum pc_status status = open_file(file, copy);
    if (status != PC_OK) {
        free(copy);
        return status;
    }
    file->path = copy;
    return PC_OK;
}

void pc_log_file_close(struct pc_log_file *file)
{
    if (file->path != NULL) {
        (void)close(file->fd);
    }
    free(file->path);
    file->path = NULL;
}

enum pc_status pc_log_file_reopen(struct pc_log_file *file)
{
    int old = file->fd;
    PC_TRY(open_file(file, file->path));
    (void)close(old);
    return PC_OK;
}

// One write, with a newline ahead that ends a torn line if that is wanted. Returns the bytes of the
// lines that were written, -1 with errno on a failure.
static ssize_t write_once(struct pc_log_file *file, struct pc_str lines, bool ahead)
{
    char newline = '\n';
    struct iovec parts[2] = {{&newline, 1}, {NULL, lines.len}};
    memcpy(&parts[1].iov_base, &lines.ptr, sizeof(lines.ptr)); // it has no const, and is read only
    ssize_t count;
    do {
        count = ahead ? writev(file->fd, parts, 2) : writev(file->fd, parts + 1, 1);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        errno = count == 0 ? EIO : errno;
        return -1;
    }
    size_t written = (size_t)count - ahead;
    file->torn = written > 0 && lines.ptr[written - 1] != '\n';
    return (ssize_t)written;
}

// The whole lines at the start that a pipe takes at once, or one that is longer.
static size_t chunk(struct pc_str lines, size_t most)
{
    size_t end = pc_str_find_last(pc_str_slice(lines, 0, most), '\n');
    if (end == SIZE_MAX) {
        end = pc_str_find(lines, '\n', 0);
    }
    return end == SIZE_MAX ? lines.len : end + 1;
}

static bool wait_for_reader(struct pc_log_file *file)
{
    struct pollfd ready = {.fd = file->fd, .events = POLLOUT};
    int count;
    do {
        count = poll(&ready, 1, file->stuck ? 0 : PATIENCE_MS);
    } while (count < 0 && errno == EINTR);
    file->stuck = count <= 0;
    return count > 0;
}

static size_t write_pipe(struct pc_log_file *file, struct pc_str lines)
{
    size_t written = 0;
    bool goes_on = true;
    while (written < lines.len && goes_on) {
        struct pc_str rest = pc_str_slice(lines, written, lines.len);
        bool ahead = file->torn && written == 0; // the rest of a long line is no torn one
        ssize_t count = write_once(file, pc_str_slice(rest, 0, chunk(rest, PIPE_BUF - 1)), ahead);
        if (count >= 0) {
            written += (size_t)count;
        } else {
            goes_on = (errno == EAGAIN || errno == EWOULDBLOCK) && wait_for_reader(file);
        }
    }
    return written;
}

size_t pc_log_file_write(struct pc_log_file *file, struct pc_str lines)
{
    if (lines.len == 0) {
        return 0;
    }
    if (!file->regular) {
        return write_pipe(file, lines);
    }
    ssize_t count = write_once(file, lines, file->torn);
    return count < 0 ? 0 : (size_t)count;
}
