// SPDX-License-Identifier: Apache-2.0
//
// Which version this is.
#include "command.h"

#include "catalog/catalog.h"
#include "image/layout.h"
#include "store/store.h"

// PC_VERSION and those of the libraries come from the build.
void pc_version_write(struct pc_buf *out)
{
    pc_buf_format(out, "polcheck %s\n", PC_VERSION);
    pc_buf_format(out, "image format %d, store format %d\n", (int)PC_IMAGE_VERSION,
                  (int)PC_STORE_FORMAT);
    pc_buf_format(out, "AWS service reference of %.*s\n", PC_STR_ARG(pc_catalog_builtin_date()));
    pc_buf_format(out, "built with LMDB %s, PCRE2 %s, libsodium %s\n", PC_LMDB_VERSION,
                  PC_PCRE2_VERSION, PC_SODIUM_VERSION);
}

static int run(struct pc_cli *cli, const struct pc_args *args)
{
    if (args->operand_count > 0) {
        return pc_cli_usage(cli, "version takes no operands");
    }
    pc_version_write(&cli->out.text);
    return PC_EXIT_OK;
}

const struct pc_verb pc_verb_version = {
    .name = "version",
    .summary = "Shows the version of polcheck, its formats and its libraries.",
    .usage = "",
    .run = run,
};
