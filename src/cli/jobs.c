// SPDX-License-Identifier: Apache-2.0
#include "jobs.h"

#include <unistd.h>

enum pc_status pc_jobs_read(struct pc_cli *cli, const struct pc_args *args, int id, size_t *jobs)
{
    const char *text = pc_args_value(args, id);
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t number = 0;
    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        bool fits = pc_char_is_digit(text[i]) && number <= PC_JOBS_MOST;
        number = fits ? number * 10 + (size_t)(text[i] - '0') : PC_JOBS_MOST + 1;
    }
    if (text != NULL && (number < 1 || number > PC_JOBS_MOST)) {
        (void)pc_cli_usage(cli, "--jobs takes a number from 1 to %d, not \"%s\"", (int)PC_JOBS_MOST,
                           text);
        return PC_ERR_USAGE;
    }
    *jobs = text != NULL ? number : processors > 0 ? (size_t)processors : 1;
    return PC_OK;
}
