// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // pipe2
#include "pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int pc_pipe(int ends[2])
{
    return pipe2(ends, O_CLOEXEC) != 0 ? errno : 0;
}
