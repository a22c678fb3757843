// SPDX-License-Identifier: Apache-2.0
#include "streams.h"

#include <unistd.h>

static struct streams *kept; // NULL: they are the process's own

ssize_t __real_write(int fd, const void *bytes, size_t count);
ssize_t __wrap_write(int fd, const void *bytes, size_t count);

ssize_t __wrap_write(int fd, const void *bytes, size_t count)
{
    if (kept == NULL || (fd != STDOUT_FILENO && fd != STDERR_FILENO)) {
        return __real_write(fd, bytes, count);
    }
    pc_buf_append(fd == STDOUT_FILENO ? &kept->out : &kept->err, bytes, count);
    return (ssize_t)count;
}

void streams_keep(struct streams *streams)
{
    kept = streams;
}

void streams_release(struct streams *streams)
{
    pc_buf_release(&streams->out);
    pc_buf_release(&streams->err);
}
