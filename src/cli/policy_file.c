// SPDX-License-Identifier: Apache-2.0
#include "policy_file.h"

#include "file.h"

enum pc_status pc_policy_file_open(struct pc_cli *cli, const char *path, struct pc_policy_file *out)
{
    struct pc_replaced_file *file = &out->file;
    *out = (struct pc_policy_file){.file = {.folder = -1}};
    PC_TRY(pc_replaced_file_open(cli, path, PC_DIAG_POLICY_FILE, file));
    return file->exists ? pc_file_read(file->real, &cli->diags, &out->text) : PC_OK;
}

void pc_policy_file_close(struct pc_policy_file *file)
{
    pc_buf_release(&file->text);
    pc_replaced_file_close(&file->file);
}
