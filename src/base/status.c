// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

struct row {
    int exit_status;
    const char *text;
};

static const struct row rows[] = {
#define PC_STATUS(name, number, exit, text) [number] = {exit, text},
#include "base/status.def"
#undef PC_STATUS
};

static const struct row *find(enum pc_status status)
{
    size_t index = (size_t)status;
    return index < sizeof(rows) / sizeof(rows[0]) && rows[index].text != NULL ? &rows[index] : NULL;
}

const char *pc_status_text(enum pc_status status)
{
    const struct row *row = find(status);
    return row != NULL ? row->text : "unknown status";
}

int pc_status_exit(enum pc_status status)
{
    const struct row *row = find(status);
    return row != NULL ? row->exit_status : 2;
}
