// SPDX-License-Identifier: Apache-2.0
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MOST = 1 << 20,
};

enum pc_status pc_descriptor_read(struct pc_cli *cli, const char *prefix, const char *name,
                                  const char *text, int *fd)
{
    char *end;
    errno = 0;
    long number = strtol(text, &end, 10);
    bool is_number = pc_char_is_digit(text[0]) && *end == '\0' && errno == 0;
    if (!is_number || number > MOST || number == STDOUT_FILENO || number == STDERR_FILENO) {
        (void)pc_cli_usage(cli, "--%s%s takes the number of a descriptor to read from", prefix,
                           name);
        return PC_ERR_USAGE;
    }
    *fd = (int)number;
    return PC_OK;
}

void pc_descriptor_close(int fd)
{
    int nothing = fd == STDIN_FILENO ? open("/dev/null", O_RDONLY | O_CLOEXEC) : -1;
    if (nothing >= 0) {
        (void)dup2(nothing, fd);
        (void)close(nothing);
    } else {
        (void)close(fd);
    }
}
