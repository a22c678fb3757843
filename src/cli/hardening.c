// SPDX-License-Identifier: Apache-2.0
#include "hardening.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct {
    bool done;
    struct rlimit core;
    mode_t mask;
} before;

enum pc_status pc_harden(struct pc_cli *cli)
{
    if (before.done) {
        return PC_OK;
    }
    bool well = getrlimit(RLIMIT_CORE, &before.core) == 0;
    // The hard limit stays, so that a command that is started may have what it had.
    const struct rlimit none = {0, before.core.rlim_max};
    well = well && setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    if (!well) {
        pc_diag_report(&cli->diags, PC_DIAG_MEMORY_LOCK, (struct pc_place){.file = PC_STR("")},
                       "core dumps cannot be prevented: %s", strerror(errno));
        return PC_ERR_INTERNAL;
    }
    before.mask = umask(S_IRWXG | S_IRWXO);
    before.done = true;
    return PC_OK;
}

void pc_harden_undo(void)
{
    if (before.done) {
        (void)umask(before.mask);
        (void)setrlimit(RLIMIT_CORE, &before.core);
        before.done = false;
    }
}
